//! Connections: who accepts them, and who serves each.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::wire::{Parsed, encode_chunk, excerpt, parse};
use super::{Action, MAX_ENDLESS, MAX_REQUESTS, MAX_SILENCE, Reply, Request};

/// How often a thread that waits for its peer looks whether the server stops.
const POLL: Duration = Duration::from_millis(20);
/// How long a peer may pause inside of a request, or not take what is sent to it.
const MAX_STALL: Duration = Duration::from_secs(10);

pub(super) fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    // No client needs more connections than requests.
    for number in 0..MAX_REQUESTS {
        let Ok((stream, _)) = listener.accept() else {
            // Out of descriptors, for one; they come back when connections end.
            thread::sleep(POLL);
            continue;
        };
        if shared.stopped() {
            return;
        }
        shared.change(|state| {
            state.connections += 1;
            state.open += 1;
        });
        let open = Open(Arc::clone(shared));
        let spawned = thread::Builder::new()
            .name(format!("connection {number}"))
            .spawn(move || {
                let mut connection = Connection {
                    shared: &open.0,
                    stream,
                    number,
                    held: false,
                };
                connection.serve();
                // The socket is closed before `open` says so.
                drop(connection);
            });
        if let Err(error) = spawned {
            shared.problem(format!("no thread for connection {number}: {error}"));
        }
    }
    shared.problem(format!("more than {MAX_REQUESTS} connections"));
}

/// Counts its connection as open, also while its thread unwinds.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.change(|state| state.open -= 1);
    }
}

struct Connection<'a> {
    shared: &'a Shared,
    stream: TcpStream,
    number: usize,
    /// Whether the last byte of the request still lies in the socket.
    held: bool,
}

/// What comes after an answer.
enum Next {
    Request,
    Close,
    Reset,
}

/// Why an answer ends early.
enum Gone {
    Peer,
    Stopped,
}

/// Why there is no request.
enum NoRequest {
    Closed,
    Nonsense(String),
}

impl Connection<'_> {
    fn serve(&mut self) {
        // Without Nagle, or drops and chunks would be joined.
        let ready = self
            .stream
            .set_nodelay(true)
            .and_then(|()| self.stream.set_read_timeout(Some(POLL)))
            .and_then(|()| self.stream.set_write_timeout(Some(POLL)));
        if ready.is_err() {
            return;
        }
        while !self.shared.stopped() {
            let request = match self.receive() {
                Ok(request) => request,
                Err(NoRequest::Closed) => return,
                Err(NoRequest::Nonsense(problem)) => {
                    let problem = format!("connection {}: {problem}", self.number);
                    self.shared.problem(problem.clone());
                    let reply = Reply::new(400).body(problem).close();
                    let _ = self.send(&reply.with_length(false));
                    return self.close();
                }
            };
            let Some(index) = self.shared.record(&request) else {
                return;
            };
            let action = self.shared.ask(&request, index);
            if !action.resets() {
                self.release();
            }
            match self.perform(&action, &request) {
                Ok(Next::Request) => {}
                Ok(Next::Close) => return self.close(),
                Ok(Next::Reset) | Err(Gone::Stopped) => return,
                Err(Gone::Peer) => {
                    return self.shared.change(|state| state.hang_ups += 1);
                }
            }
        }
    }

    /// Reads a request, and leaves its last byte in the socket: Linux sends a RST when a socket is closed with
    /// something unread in it, and std has no other way to one.
    fn receive(&mut self) -> Result<Request, NoRequest> {
        let mut chunk = vec![0; 64 << 10];
        let mut data = Vec::new();
        let mut continued = false;
        let mut last = Instant::now();
        loop {
            if self.shared.stopped() {
                return Err(NoRequest::Closed);
            }
            let count = match self.stream.peek(&mut chunk) {
                Ok(0) if data.is_empty() => return Err(NoRequest::Closed),
                Ok(0) => return Err(unfinished("the client closed", &data)),
                Ok(count) => count,
                Err(error) if is_timeout(&error) => {
                    if !data.is_empty() && last.elapsed() > MAX_STALL {
                        return Err(unfinished("the client stalled", &data));
                    }
                    continue;
                }
                Err(_) if data.is_empty() => return Err(NoRequest::Closed),
                Err(_) => return Err(unfinished("the client was gone", &data)),
            };
            last = Instant::now();
            let before = data.len();
            data.extend_from_slice(&chunk[..count]);
            match parse(&data).map_err(NoRequest::Nonsense)? {
                Parsed::Complete(mut request, end) => {
                    self.take(&mut chunk[..end - before - 1])?;
                    self.held = true;
                    request.connection = self.number;
                    return Ok(*request);
                }
                Parsed::Partial { expects_continue } => {
                    self.take(&mut chunk[..count])?;
                    if expects_continue && !continued {
                        continued = true;
                        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
                        self.send(go_on).map_err(|_| NoRequest::Closed)?;
                    }
                }
            }
        }
    }

    /// Takes bytes that are known to be there.
    fn take(&mut self, bytes: &mut [u8]) -> Result<(), NoRequest> {
        self.stream.read_exact(bytes).map_err(|_| NoRequest::Closed)
    }

    /// Takes the byte that was held back.
    fn release(&mut self) {
        if std::mem::take(&mut self.held) {
            let _ = self.take(&mut [0]);
        }
    }

    fn perform(&mut self, action: &Action, request: &Request) -> Result<Next, Gone> {
        match action {
            Action::Reply(reply) => {
                self.send(&reply.with_length(request.is_head()))?;
                Ok(after(reply, request))
            }
            Action::Wait(wait, then) => {
                self.hold(*wait)?;
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
                for (index, drop) in all.chunks((*chunk).max(1)).enumerate() {
                    if index > 0 {
                        self.hold(*pause)?;
                    }
                    self.send(drop)?;
                }
                Ok(after(reply, request))
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
                Ok(after(reply, request))
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
                self.hold(MAX_SILENCE)?;
                Ok(Next::Close)
            }
        }
    }

    fn send(&mut self, mut bytes: &[u8]) -> Result<(), Gone> {
        let mut last = Instant::now();
        while !bytes.is_empty() {
            if self.shared.stopped() {
                return Err(Gone::Stopped);
            }
            let _counting = self.shared.sending.read();
            match self.stream.write(bytes) {
                Ok(count) => {
                    self.shared
                        .bytes_sent
                        .fetch_add(count as u64, Ordering::SeqCst);
                    bytes = &bytes[count..];
                    last = Instant::now();
                }
                Err(error) if is_timeout(&error) && last.elapsed() < MAX_STALL => {}
                Err(_) => return Err(Gone::Peer),
            }
        }
        Ok(())
    }

    /// Waits, and notices when the client hangs up.
    fn hold(&mut self, wait: Duration) -> Result<(), Gone> {
        let end = Instant::now() + wait;
        let outcome = loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break Ok(());
            }
            if self.shared.stopped() {
                break Err(Gone::Stopped);
            }
            // The kernel counts in milliseconds at best, and takes zero for no limit at all.
            let slice = left.clamp(Duration::from_millis(1), POLL);
            let _ = self.stream.set_read_timeout(Some(slice));
            match self.stream.peek(&mut [0]) {
                Ok(0) => break Err(Gone::Peer),
                // The next request, or the byte that was held back, hides what comes after it.
                Ok(_) => thread::sleep(slice),
                Err(error) if is_timeout(&error) => {}
                Err(_) => break Err(Gone::Peer),
            }
        };
        let _ = self.stream.set_read_timeout(Some(POLL));
        outcome
    }

    /// Closes in good order. What still comes is read, or a RST might destroy what was sent.
    fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let end = Instant::now() + Duration::from_millis(500);
        let mut rest = [0; 4096];
        while Instant::now() < end && !self.shared.stopped() {
            match self.stream.read(&mut rest) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(_) => return,
            }
        }
    }
}

fn after(reply: &Reply, request: &Request) -> Next {
    let close = request
        .header_values("connection")
        .any(|value| value.eq_ignore_ascii_case("close"));
    if close || reply.closes() {
        Next::Close
    } else {
        Next::Request
    }
}

fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

fn unfinished(what: &str, data: &[u8]) -> NoRequest {
    NoRequest::Nonsense(format!(
        "{what} after {} bytes of a request: {}",
        data.len(),
        excerpt(data)
    ))
}
