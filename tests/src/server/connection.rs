//! Serving of a connection.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::wire::{Parsed, encode_chunk, excerpt, parse};
use super::{Action, MAX_ENDLESS, MAX_SILENCE, Reply, Request};

/// Interval at which a thread that waits for its peer checks whether the server has stopped.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Maximum time for which a peer may send no part of an unfinished request, or read no part of a response.
const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// An accepted connection.
pub(super) struct Connection<'a> {
    shared: &'a Shared,
    stream: TcpStream,
    number: usize,
    /// Whether the last byte of the request is still unread.
    last_byte_unread: bool,
}

/// Next step after an action.
enum Next {
    ReadRequest,
    Close,
    Reset,
}

/// Error for an action that was not completed.
enum ActionError {
    /// The client closed the connection or stopped reading.
    HungUp,
    /// The server has stopped.
    Stopped,
}

/// Error for a request that was not received.
enum ReceiveError {
    /// The connection was closed between two requests, or the server has stopped.
    Closed,
    /// The bytes received are not a valid request.
    Invalid(String),
}

impl<'a> Connection<'a> {
    pub(super) fn new(shared: &'a Shared, stream: TcpStream, number: usize) -> Self {
        Self {
            shared,
            stream,
            number,
            last_byte_unread: false,
        }
    }

    /// Serves requests until either side closes the connection or the server stops.
    pub(super) fn serve(&mut self) {
        // Nagle's algorithm would join parts that are sent separately.
        let ready = self
            .stream
            .set_nodelay(true)
            .and_then(|()| self.stream.set_read_timeout(Some(POLL_INTERVAL)))
            .and_then(|()| self.stream.set_write_timeout(Some(POLL_INTERVAL)));
        if ready.is_err() {
            return;
        }
        while !self.shared.is_stopped() {
            let request = match self.receive() {
                Ok(request) => request,
                Err(ReceiveError::Closed) => return,
                Err(ReceiveError::Invalid(problem)) => {
                    let problem = format!("connection {}: {problem}", self.number);
                    self.shared.add_problem(problem.clone());
                    let reply = Reply::new(400).body(problem).close();
                    let _ = self.send(&reply.with_length(false));
                    return self.close();
                }
            };
            let Some(index) = self.shared.record(&request) else {
                return;
            };
            let action = self.shared.run_script(&request, index);
            if !action.resets() {
                self.read_last_byte();
            }
            match self.perform(&action, &request) {
                Ok(Next::ReadRequest) => {}
                Ok(Next::Close) => return self.close(),
                Ok(Next::Reset) | Err(ActionError::Stopped) => return,
                Err(ActionError::HungUp) => {
                    return self.shared.update(|state| state.hang_ups += 1);
                }
            }
        }
    }

    /// Reads a request except for its last byte.
    ///
    /// The unread byte makes [`Action::Reset`] possible: Linux sends a RST when a socket with unread data is closed,
    /// and the standard library has no stable way to ask for one.
    fn receive(&mut self) -> Result<Request, ReceiveError> {
        let mut chunk = vec![0; 64 << 10];
        let mut data = Vec::new();
        let mut continued = false;
        let mut last = Instant::now();
        loop {
            if self.shared.is_stopped() {
                return Err(ReceiveError::Closed);
            }
            let count = match self.stream.peek(&mut chunk) {
                Ok(0) if data.is_empty() => return Err(ReceiveError::Closed),
                Ok(0) => return Err(incomplete("connection closed", &data)),
                Ok(count) => count,
                Err(error) if is_timeout(&error) => {
                    if !data.is_empty() && last.elapsed() > STALL_TIMEOUT {
                        return Err(incomplete("client stalled", &data));
                    }
                    continue;
                }
                Err(_) if data.is_empty() => return Err(ReceiveError::Closed),
                Err(_) => return Err(incomplete("connection lost", &data)),
            };
            last = Instant::now();
            let before = data.len();
            data.extend_from_slice(&chunk[..count]);
            match parse(&data).map_err(ReceiveError::Invalid)? {
                Parsed::Complete(mut request, end) => {
                    self.read_peeked(&mut chunk[..end - before - 1])?;
                    self.last_byte_unread = true;
                    request.connection = self.number;
                    return Ok(*request);
                }
                Parsed::Partial { expects_continue } => {
                    self.read_peeked(&mut chunk[..count])?;
                    if expects_continue && !continued {
                        continued = true;
                        let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
                        self.send(interim).map_err(|_| ReceiveError::Closed)?;
                    }
                }
            }
        }
    }

    /// Reads bytes that `peek` has already returned.
    fn read_peeked(&mut self, bytes: &mut [u8]) -> Result<(), ReceiveError> {
        self.stream
            .read_exact(bytes)
            .map_err(|_| ReceiveError::Closed)
    }

    /// Reads the byte that [`Connection::receive`] left unread.
    fn read_last_byte(&mut self) {
        if std::mem::take(&mut self.last_byte_unread) {
            let _ = self.read_peeked(&mut [0]);
        }
    }

    /// Performs an action in response to a request.
    fn perform(&mut self, action: &Action, request: &Request) -> Result<Next, ActionError> {
        match action {
            Action::Reply(reply) => {
                self.send(&reply.with_length(request.is_head()))?;
                Ok(next_step(reply, request))
            }
            Action::Wait(wait, then) => {
                self.wait(*wait)?;
                self.perform(then, request)
            }
            Action::Reset => Ok(Next::Reset),
            Action::Truncate(reply, bytes) => {
                let all = reply.with_length(request.is_head());
                self.send(&all[..all.len().min(*bytes)])?;
                Ok(Next::Close)
            }
            Action::SlowBytes {
                reply,
                chunk,
                pause,
            } => {
                let all = reply.with_length(request.is_head());
                for (index, part) in all.chunks((*chunk).max(1)).enumerate() {
                    if index > 0 {
                        self.wait(*pause)?;
                    }
                    self.send(part)?;
                }
                Ok(next_step(reply, request))
            }
            Action::EndlessChunked { head, chunk } => {
                self.send(&head.chunked_head())?;
                let chunk = encode_chunk(chunk);
                for _ in 0..MAX_ENDLESS / chunk.len() as u64 {
                    self.send(&chunk)?;
                }
                Ok(Next::Close)
            }
            Action::Chunked(reply, size) => {
                let mut all = reply.with_chunks(*size);
                all.extend_from_slice(b"0\r\n\r\n");
                self.send(&all)?;
                Ok(next_step(reply, request))
            }
            Action::ChunkedCut(reply, size) => {
                self.send(&reply.with_chunks(*size))?;
                Ok(Next::Close)
            }
            Action::Raw(bytes) => {
                self.send(bytes)?;
                Ok(Next::Close)
            }
            Action::NeverAnswer => {
                self.wait(MAX_SILENCE)?;
                Ok(Next::Close)
            }
        }
    }

    /// Sends bytes and counts them.
    fn send(&mut self, mut bytes: &[u8]) -> Result<(), ActionError> {
        let mut last = Instant::now();
        while !bytes.is_empty() {
            if self.shared.is_stopped() {
                return Err(ActionError::Stopped);
            }
            let _guard = self.shared.sending.read();
            match self.stream.write(bytes) {
                Ok(count) => {
                    self.shared
                        .bytes_sent
                        .fetch_add(count as u64, Ordering::SeqCst);
                    bytes = &bytes[count..];
                    last = Instant::now();
                }
                Err(error) if is_timeout(&error) && last.elapsed() < STALL_TIMEOUT => {}
                Err(_) => return Err(ActionError::HungUp),
            }
        }
        Ok(())
    }

    /// Waits for a duration, or until the client hangs up or the server stops.
    fn wait(&mut self, wait: Duration) -> Result<(), ActionError> {
        let end = Instant::now() + wait;
        let outcome = loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break Ok(());
            }
            if self.shared.is_stopped() {
                break Err(ActionError::Stopped);
            }
            // The resolution of the kernel is about a millisecond, and a timeout of zero is not allowed.
            let slice = left.clamp(Duration::from_millis(1), POLL_INTERVAL);
            let _ = self.stream.set_read_timeout(Some(slice));
            match self.stream.peek(&mut [0]) {
                Ok(0) => break Err(ActionError::HungUp),
                // Unread data hides whether the connection was closed after it.
                Ok(_) => thread::sleep(slice),
                Err(error) if is_timeout(&error) => {}
                Err(_) => break Err(ActionError::HungUp),
            }
        };
        let _ = self.stream.set_read_timeout(Some(POLL_INTERVAL));
        outcome
    }

    /// Shuts the connection down gracefully.
    ///
    /// Reads and discards what the client still sends: unread data would cause a RST, which could destroy the response.
    fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let end = Instant::now() + Duration::from_millis(500);
        let mut rest = [0; 4096];
        while Instant::now() < end && !self.shared.is_stopped() {
            match self.stream.read(&mut rest) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(_) => return,
            }
        }
    }
}

fn next_step(reply: &Reply, request: &Request) -> Next {
    let close = request
        .header_values("connection")
        .any(|value| value.eq_ignore_ascii_case("close"));
    if close || reply.closes() {
        Next::Close
    } else {
        Next::ReadRequest
    }
}

fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

fn incomplete(what: &str, data: &[u8]) -> ReceiveError {
    ReceiveError::Invalid(format!(
        "{what} after {} bytes of a request: {}",
        data.len(),
        excerpt(data)
    ))
}
