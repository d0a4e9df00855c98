//! A loopback HTTP/1.1 server of real sockets, which does to a client what networks and vendors do.
//!
//! A script decides what each request is answered with: a proper [`Reply`], or an [`Action`] that stalls, cuts, resets
//! or floods. What arrived stays for the test to look at: [`Server::requests`], and [`Server::problems`] for what no
//! client may send. One thread accepts, one serves each connection; everything is bounded in time, so that a broken
//! client fails a test instead of hanging it.
//!
//! ```
//! use std::io::{Read, Write};
//!
//! use cloud_models_tests::server::{Reply, Server};
//!
//! let server = Server::start(|request, _| match request.path.as_str() {
//!     "/models" => Reply::json(200, "[]"),
//!     _ => Reply::new(404),
//! });
//! let mut client = std::net::TcpStream::connect(server.authority()).unwrap();
//! write!(client, "GET /models?size=1 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.authority()).unwrap();
//! let mut answer = String::new();
//! client.read_to_string(&mut answer).unwrap();
//!
//! assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
//! assert_eq!(server.requests()[0].query_value("size"), Some("1"));
//! server.assert_no_problems();
//! ```

use std::any::Any;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

pub mod verify;

/// How many requests a server takes; a client that sends more is in a loop.
pub const MAX_REQUESTS: usize = 10_000;
/// How long a server lives; a test that takes longer hangs.
pub const MAX_LIFE: Duration = Duration::from_secs(300);
/// How long [`Action::NeverAnswer`] holds a connection.
pub const MAX_SILENCE: Duration = Duration::from_secs(30);
/// How many bytes [`Action::EndlessChunked`] sends at most.
pub const MAX_ENDLESS: u64 = 256 << 20;

const MAX_HEAD: usize = 1 << 20;
const MAX_BODY: usize = 64 << 20;
/// How often a thread that waits for its peer looks whether the server stops.
const POLL: Duration = Duration::from_millis(20);
/// How long a peer may pause inside of a request, or not take what is sent to it.
const MAX_STALL: Duration = Duration::from_secs(10);
/// How long the end of a server waits for scripts that still run.
const MAX_FAREWELL: Duration = Duration::from_secs(5);

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// The number of its connection, from 0.
    pub connection: usize,
    /// When its last byte was there.
    pub arrived: Instant,
    /// The method.
    pub method: String,
    /// The target as it stood in the request line.
    pub target: String,
    /// The target up to the question mark, as it stood there.
    pub path: String,
    /// The target after the question mark, as it stood there; empty also where there is no question mark.
    pub query: String,
    /// The names and values of the query, decoded, in order.
    pub pairs: Vec<(String, String)>,
    /// Names in lower case and values without outer spaces, in order.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing of chunks.
    pub body: Bytes,
    /// What is wrong with it; empty for a good client.
    pub problems: Vec<String>,
}

impl Request {
    /// A request that did not arrive, for judges that are tried without a socket.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(
        method: &str,
        target: &str,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| {
                let name = name.as_ref().to_ascii_lowercase();
                (name, value.as_ref().trim_matches([' ', '\t']).to_owned())
            })
            .collect();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut problems = Vec::new();
        check_target(target, &mut problems);
        Self {
            connection: 0,
            arrived: Instant::now(),
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            pairs: query_pairs(query, &mut problems),
            headers,
            body: body.into(),
            problems,
        }
    }

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// All values of a header; `name` in lower case.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a name in the query, decoded.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// The body as JSON; panics where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the body is not JSON: {error}: {:?}", self.body))
    }
}

/// A response in good order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers; `Content-Length` or `Transfer-Encoding` are added unless they are here.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Whether the connection is closed after the response without having announced it.
    pub hang_up: bool,
}

impl Reply {
    /// A response without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            hang_up: false,
        }
    }

    /// A response with JSON.
    pub fn json(status: u16, json: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "application/json")
            .body(json.to_string())
    }

    /// A response with a page, as proxies and gateways send it.
    pub fn html(status: u16, html: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "text/html")
            .body(html.to_string())
    }

    /// The same with one more header.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same with a `Date`, by which clients notice a wrong clock.
    pub fn date(self, time: SystemTime) -> Self {
        self.header("Date", http_date(time))
    }

    /// The same with another body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The same with the end of the connection announced and kept.
    pub fn close(self) -> Self {
        self.header("Connection", "close")
    }

    /// The same, after which the connection closes unannounced: the client finds it stale when it uses it again.
    pub fn hang_up(mut self) -> Self {
        self.hang_up = true;
        self
    }

    /// The same after a while.
    pub fn after(self, wait: Duration) -> Action {
        Action::from(self).after(wait)
    }

    /// Only its first `bytes` bytes, counted from the status line, then the end of the connection.
    pub fn truncated(self, bytes: usize) -> Action {
        Action::Truncate(self, bytes)
    }

    /// The same in drops of `chunk` bytes, head included.
    pub fn dripping(self, chunk: usize, pause: Duration) -> Action {
        Action::SlowBytes {
            reply: self,
            chunk,
            pause,
        }
    }

    /// The same in chunks of `size` bytes.
    pub fn chunked(self, size: usize) -> Action {
        Action::Chunked(self, size)
    }

    /// The same in chunks of `size` bytes, of which the last, empty one is missing.
    pub fn chunked_cut(self, size: usize) -> Action {
        Action::ChunkedCut(self, size)
    }

    /// Its head, then `chunk` again and again instead of its body.
    pub fn endless(self, chunk: impl Into<Bytes>) -> Action {
        Action::EndlessChunked {
            head: self,
            chunk: chunk.into(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn closes(&self) -> bool {
        self.hang_up
            || self.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
            })
    }

    /// Statuses after which no body follows, whatever the head says.
    fn is_bodiless(&self) -> bool {
        matches!(self.status, 100..=199 | 204 | 304)
    }

    fn head(&self, framing: Option<(&str, String)>) -> Vec<u8> {
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {:03} {reason}\r\n", self.status);
        let framing = framing.filter(|(name, _)| !self.has(name));
        for (name, value) in self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .chain(framing.iter().map(|(name, value)| (*name, value)))
        {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    fn with_length(&self, head_only: bool) -> Vec<u8> {
        if self.is_bodiless() {
            return self.head(None);
        }
        let mut all = self.head(Some(("Content-Length", self.body.len().to_string())));
        if !head_only {
            all.extend_from_slice(&self.body);
        }
        all
    }

    fn chunked_head(&self) -> Vec<u8> {
        self.head(Some(("Transfer-Encoding", "chunked".to_owned())))
    }

    fn with_chunks(&self, size: usize) -> Vec<u8> {
        let mut all = self.chunked_head();
        for chunk in self.body.chunks(size.max(1)) {
            all.extend(frame(chunk));
        }
        all
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Action {
    /// Answers.
    Reply(Reply),
    /// Waits, unless the client hangs up, then goes on.
    Wait(Duration, Box<Action>),
    /// Closes the connection hard and without a word; on Linux the client gets a RST.
    Reset,
    /// Announces all of the response, sends so many of its bytes, head included, and closes the connection.
    Truncate(Reply, usize),
    /// Sends the response in drops.
    SlowBytes {
        /// The response.
        reply: Reply,
        /// The bytes of a drop.
        chunk: usize,
        /// The pause before each drop but the first.
        pause: Duration,
    },
    /// Sends chunks until the client hangs up or [`MAX_ENDLESS`] is reached.
    EndlessChunked {
        /// Status and headers; its body is not sent.
        head: Reply,
        /// What each chunk holds.
        chunk: Bytes,
    },
    /// Sends the response in chunks of so many bytes.
    Chunked(Reply, usize),
    /// Sends the response in chunks of so many bytes, and closes the connection instead of sending the last, empty one.
    ChunkedCut(Reply, usize),
    /// Sends bytes as they are and closes the connection; nothing at all for a close without an answer.
    Raw(Bytes),
    /// Says nothing until the client hangs up, [`MAX_SILENCE`] is over or the server ends.
    NeverAnswer,
}

impl Action {
    /// Bytes as they are, and the end of the connection.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::Raw(bytes.into())
    }

    /// The end of the connection in good order, but without an answer.
    pub fn close() -> Self {
        Self::raw(Bytes::new())
    }

    /// The same after a while.
    pub fn after(self, wait: Duration) -> Self {
        Self::Wait(wait, Box::new(self))
    }

    fn assert_possible(&self) {
        match self {
            Self::Wait(_, then) => then.assert_possible(),
            Self::EndlessChunked { chunk, .. } => {
                assert!(!chunk.is_empty(), "an empty chunk would be the last");
            }
            _ => {}
        }
    }

    fn resets(&self) -> bool {
        match self {
            Self::Wait(_, then) => then.resets(),
            Self::Reset => true,
            _ => false,
        }
    }
}

impl From<Reply> for Action {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// A running server, which ends when it is dropped.
///
/// A script may assert: the request is then answered with 501, which nobody retries, and dropping the server panics.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port. The script is asked with each request and its index, from 0, as they arrive.
    pub fn start<A: Into<Action>>(
        script: impl Fn(&Request, usize) -> A + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let address = listener.local_addr().expect("the socket is bound");
        let shared = Arc::new(Shared {
            script: Box::new(move |request, index| script(request, index).into()),
            stop: AtomicBool::new(false),
            deadline: Instant::now() + MAX_LIFE,
            bytes_sent: AtomicU64::new(0),
            sending: RwLock::new(()),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let accepting = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("server {}", address.port()))
                .spawn(move || accept(&listener, &shared))
                .expect("a thread can be started")
        };
        Self {
            address,
            shared,
            accepting: Some(accepting),
        }
    }

    /// Starts a server that answers every request alike.
    pub fn always(action: impl Into<Action>) -> Self {
        let action = action.into();
        Self::start(move |_, _| action.clone())
    }

    /// Starts a server that gives each answer once. A request for which none is left fails the test.
    pub fn in_turn<A: Into<Action>>(actions: impl IntoIterator<Item = A>) -> Self {
        let actions: Vec<Action> = actions.into_iter().map(Into::into).collect();
        Self::start(move |request, index| {
            actions.get(index).cloned().unwrap_or_else(|| {
                let (number, known) = (index + 1, actions.len());
                panic!(
                    "request {number} came, {} {}, but the script has {known} answers",
                    request.method, request.target
                )
            })
        })
    }

    /// The URL of the server, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Address and port, as a `Host` names them.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The requests that have arrived, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// What clients did wrong, and what scripts asserted in vain.
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }

    /// Panics where there are problems.
    #[track_caller]
    pub fn assert_no_problems(&self) {
        let problems = self.problems();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// How many bytes the kernel has taken for sending, over all connections.
    pub fn bytes_sent(&self) -> u64 {
        let _counted = self.shared.sending.write();
        self.shared.bytes_sent.load(Ordering::SeqCst)
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// How many answers a client was seen not to wait for, or not to read on. A short answer that the kernel has taken
    /// is none of them.
    pub fn hang_ups(&self) -> usize {
        self.shared.state().hang_ups
    }

    /// Waits until so many requests have arrived; whether they did in time.
    pub fn wait_for_requests(&self, count: usize, patience: Duration) -> bool {
        self.shared
            .wait(patience, |state| state.requests.len() >= count)
    }

    /// Waits until so many answers were hung up on; whether they were in time.
    pub fn wait_for_hang_ups(&self, count: usize, patience: Duration) -> bool {
        self.shared.wait(patience, |state| state.hang_ups >= count)
    }

    /// Waits until no connection is open; whether that came in time.
    pub fn wait_until_closed(&self, patience: Duration) -> bool {
        self.shared.wait(patience, |state| state.open == 0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // `accept` has no time limit; a connection wakes it.
        let woken = TcpStream::connect_timeout(&self.address, MAX_FAREWELL).is_ok();
        if let Some(accepting) = self.accepting.take()
            && woken
        {
            let _ = accepting.join();
        }
        // A script that waits for something must not hang the test.
        let ended = self.shared.wait(MAX_FAREWELL, |state| state.open == 0);
        let mut complaints = std::mem::take(&mut self.shared.state().panics);
        if !ended {
            complaints.push("a connection is still open, perhaps its script waits".to_owned());
        }
        if !complaints.is_empty() && !thread::panicking() {
            panic!("{}", complaints.join("\n"));
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

type Script = dyn Fn(&Request, usize) -> Action + Send + Sync;

struct Shared {
    script: Box<Script>,
    stop: AtomicBool,
    deadline: Instant,
    bytes_sent: AtomicU64,
    /// Held while bytes are sent and counted, so that no client has what is not counted yet.
    sending: RwLock<()>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    problems: Vec<String>,
    panics: Vec<String>,
    connections: usize,
    open: usize,
    hang_ups: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let value = change(&mut self.state());
        self.changed.notify_all();
        value
    }

    fn wait(&self, patience: Duration, done: impl Fn(&State) -> bool) -> bool {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), patience, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        done(&state)
    }

    fn problem(&self, problem: String) {
        self.change(|state| state.problems.push(problem));
    }

    fn stopped(&self) -> bool {
        if !self.stop.load(Ordering::SeqCst)
            && Instant::now() > self.deadline
            && !self.stop.swap(true, Ordering::SeqCst)
        {
            self.problem(format!("the server has run for {MAX_LIFE:?}"));
        }
        self.stop.load(Ordering::SeqCst)
    }

    /// Keeps a request and tells its index.
    fn record(&self, request: &Request) -> Option<usize> {
        let index = self.change(|state| {
            let index = state.requests.len();
            if index == MAX_REQUESTS {
                return None;
            }
            let connection = request.connection;
            state.problems.extend(
                request.problems.iter().map(|problem| {
                    format!("request {index} on connection {connection}: {problem}")
                }),
            );
            state.requests.push(request.clone());
            Some(index)
        });
        if index.is_none() && !self.stop.swap(true, Ordering::SeqCst) {
            self.problem(format!("more than {MAX_REQUESTS} requests"));
        }
        index
    }

    fn ask(&self, request: &Request, index: usize) -> Action {
        let answer = || {
            let action = (self.script)(request, index);
            action.assert_possible();
            action
        };
        catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|panic| {
            let panic = format!("the script panicked: {}", message(&*panic));
            self.change(|state| {
                state.problems.push(panic.clone());
                state.panics.push(panic.clone());
            });
            Reply::new(501).body(panic).close().into()
        })
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else {
        "without a message"
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
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
            match request_end(&data).map_err(NoRequest::Nonsense)? {
                End::Known(end) => {
                    data.truncate(end);
                    self.take(&mut chunk[..end - before - 1])?;
                    self.held = true;
                    break;
                }
                End::Unknown { wants_continue } => {
                    self.take(&mut chunk[..count])?;
                    if wants_continue && !continued {
                        continued = true;
                        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
                        self.send(go_on).map_err(|_| NoRequest::Closed)?;
                    }
                }
            }
        }
        let mut request = parse(&data).map_err(NoRequest::Nonsense)?;
        request.connection = self.number;
        Ok(request)
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
                let frame = frame(chunk);
                for _ in 0..MAX_ENDLESS / frame.len() as u64 {
                    self.send(&frame)?;
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

fn frame(chunk: &[u8]) -> Vec<u8> {
    let mut frame = format!("{:x}\r\n", chunk.len()).into_bytes();
    frame.extend_from_slice(chunk);
    frame.extend_from_slice(b"\r\n");
    frame
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

fn excerpt(data: &[u8]) -> String {
    let start = &data[..data.len().min(120)];
    format!("{:?}", String::from_utf8_lossy(start))
}

enum End {
    Known(usize),
    Unknown { wants_continue: bool },
}

/// Where the request at the start of `data` ends. Also refuses what no more bytes would make a request.
fn request_end(data: &[u8]) -> Result<End, String> {
    if !data.first().is_some_and(u8::is_ascii_uppercase) {
        return Err(format!("no method: {}", excerpt(data)));
    }
    let Some(head) = find(data, b"\r\n\r\n") else {
        if find(data, b"\n\n").is_some() {
            return Err(format!(
                "lines without a carriage return: {}",
                excerpt(data)
            ));
        }
        if data.len() > MAX_HEAD {
            return Err(format!("a head of more than {MAX_HEAD} bytes"));
        }
        return Ok(End::Unknown {
            wants_continue: false,
        });
    };
    let start = head + 4;
    let head = Head::parse(&data[..head])?;
    let end = match head.framing()? {
        Framing::Length(length) if length > MAX_BODY => {
            return Err(format!("a body of {length} bytes"));
        }
        Framing::Length(length) => (data.len() - start >= length).then_some(start + length),
        Framing::Chunked => dechunk(&data[start..])?.map(|(_, length)| start + length),
    };
    if end.is_none() && data.len() - start > MAX_BODY {
        return Err(format!("a body of more than {MAX_BODY} bytes"));
    }
    Ok(end.map_or_else(
        || End::Unknown {
            wants_continue: head
                .values("expect")
                .any(|value| value.eq_ignore_ascii_case("100-continue")),
        },
        End::Known,
    ))
}

/// Reads a whole request.
fn parse(data: &[u8]) -> Result<Request, String> {
    let end = find(data, b"\r\n\r\n").ok_or("no end of the head")?;
    let head = Head::parse(&data[..end])?;
    let rest = &data[end + 4..];
    let body = match head.framing()? {
        Framing::Length(_) => rest.to_vec(),
        Framing::Chunked => dechunk(rest)?.ok_or("no last chunk")?.0,
    };
    let mut request = Request::new(&head.method, &head.target, head.headers, body);
    request.problems.splice(0..0, head.problems);
    check_headers(&mut request);
    Ok(request)
}

struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    problems: Vec<String>,
}

enum Framing {
    Length(usize),
    Chunked,
}

impl Head {
    fn parse(head: &[u8]) -> Result<Self, String> {
        let mut problems = Vec::new();
        let text = String::from_utf8_lossy(head);
        if std::str::from_utf8(head).is_err() {
            problems.push("the head is not UTF-8".to_owned());
        }
        let mut lines = text.split("\r\n");
        let line = lines.next().unwrap_or_default();
        let parts: Vec<&str> = line.split(' ').collect();
        let &[method, target, version] = parts.as_slice() else {
            return Err(format!("the request line is {line:?}"));
        };
        if !is_token(method) || method.chars().any(|c| c.is_ascii_lowercase()) {
            problems.push(format!("the method is {method:?}"));
        }
        if version != "HTTP/1.1" {
            problems.push(format!("the version is {version:?}"));
        }
        let mut headers = Vec::new();
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return Err(format!("a header without a colon: {line:?}"));
            };
            // Also a folded line, which starts with a space, has no proper name.
            if !is_token(name) {
                problems.push(format!("the name of a header is {name:?}"));
            }
            if value.chars().any(|c| c.is_control() && c != '\t') {
                problems.push(format!("the value of {name} is {value:?}"));
            }
            headers.push((
                name.to_ascii_lowercase(),
                value.trim_matches([' ', '\t']).to_owned(),
            ));
        }
        Ok(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            problems,
        })
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn framing(&self) -> Result<Framing, String> {
        let lengths: Vec<&str> = self.values("content-length").collect();
        let encodings: Vec<&str> = self.values("transfer-encoding").collect();
        match (lengths.as_slice(), encodings.as_slice()) {
            ([], []) => Ok(Framing::Length(0)),
            ([length], []) => {
                let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
                digits
                    .then(|| length.parse().ok())
                    .flatten()
                    .map(Framing::Length)
                    .ok_or_else(|| format!("the content length is {length:?}"))
            }
            ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
            _ => Err(format!(
                "content lengths {lengths:?} and transfer encodings {encodings:?}"
            )),
        }
    }
}

/// The content of chunks and their length with framing, once the last is there.
fn dechunk(data: &[u8]) -> Result<Option<(Vec<u8>, usize)>, String> {
    let mut content = Vec::new();
    let mut at = 0;
    loop {
        let Some(length) = find(&data[at..], b"\r\n") else {
            return Ok(None);
        };
        let size = String::from_utf8_lossy(&data[at..at + length]);
        let hex =
            !size.is_empty() && size.len() <= 8 && size.bytes().all(|b| b.is_ascii_hexdigit());
        let size = hex
            .then(|| usize::from_str_radix(&size, 16).ok())
            .flatten()
            .ok_or_else(|| format!("the size of a chunk is {size:?}"))?;
        at += length + 2;
        let Some(chunk) = data.get(at..at + size + 2) else {
            return Ok(None);
        };
        // After the last chunk too: no client here has trailers.
        if !chunk.ends_with(b"\r\n") {
            return Err(format!("a chunk of {size} bytes ends elsewhere"));
        }
        content.extend_from_slice(&chunk[..size]);
        at += size + 2;
        if size == 0 {
            return Ok(Some((content, at)));
        }
    }
}

fn check_headers(request: &mut Request) {
    let mut problems = Vec::new();
    let hosts: Vec<&str> = request.header_values("host").collect();
    match hosts.as_slice() {
        [] => problems.push("no Host".to_owned()),
        [""] => problems.push("an empty Host".to_owned()),
        [_] => {}
        _ => problems.push(format!("the hosts {hosts:?}")),
    }
    for name in ["authorization", "content-type", "date", "user-agent"] {
        let count = request.header_values(name).count();
        if count > 1 {
            problems.push(format!("{name} {count} times"));
        }
    }
    let framed = ["content-length", "transfer-encoding"]
        .iter()
        .any(|name| request.header(name).is_some());
    if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") && !framed {
        problems.push(format!("{} without a content length", request.method));
    }
    request.problems.extend(problems);
}

fn check_target(target: &str, problems: &mut Vec<String>) {
    if !target.starts_with('/') {
        problems.push(format!("the target {target:?} is no path"));
    }
    let bytes = target.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let good = match byte {
            b'%' => bytes
                .get(index + 1..index + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !good {
            problems.push(format!("byte {index} of the target {target:?}"));
            return;
        }
    }
}

fn query_pairs(query: &str, problems: &mut Vec<String>) -> Vec<(String, String)> {
    if query.is_empty() {
        return Vec::new();
    }
    if query.contains('+') {
        problems.push(format!("a plus in {query:?}, which some take for a space"));
    }
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        if pair.is_empty() {
            problems.push(format!("an empty pair in {query:?}"));
            continue;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name, problems), decode(value, problems)));
    }
    pairs
}

fn decode(text: &str, problems: &mut Vec<String>) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = tail
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| {
        problems.push(format!("{text:?} is not UTF-8"));
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn find(data: &[u8], what: &[u8]) -> Option<usize> {
    data.windows(what.len()).position(|window| window == what)
}

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(time: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs().cast_signed(),
        Err(error) => {
            let before = error.duration();
            -(before.as_secs().cast_signed()) - i64::from(before.subsec_nanos() > 0)
        }
    };
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years are counted from March, so that the leap day is a year's last; days repeat after an era of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        DAYS[days.rem_euclid(7) as usize],
        MONTHS[month as usize],
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

/// A gzip stream that is a thousandth of the zero bytes it expands to: 1 GiB of them takes about 1 MB.
///
/// Two bits a match are the least that deflate needs, one for the length 258 and one for the distance 1. Both codes are
/// zero, so that the stream of matches is zeros itself.
pub fn gzip_zeros(count: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with codes of its own: for 257 + 29 literals and lengths, 1 distance, 4 + 14 lengths of codes.
    bits.push(1, 1);
    bits.push(2, 2);
    bits.push(29, 5);
    bits.push(0, 5);
    bits.push(14, 4);
    // Their order is 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1: 18 has one bit, 1 and 2 have two.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.push(length, 3);
    }
    // So 18, which repeats zero, is 0, and 1 and 2 are 10 and 11; codes are written from their highest bit.
    let (one, two) = (0b01, 0b11);
    let zeros = |bits: &mut Bits, count: u32| {
        bits.push(0, 1);
        bits.push(count - 11, 7);
    };
    bits.push(two, 2); // The literal 0.
    zeros(&mut bits, 138);
    zeros(&mut bits, 117);
    bits.push(two, 2); // The end, 256.
    zeros(&mut bits, 28);
    bits.push(one, 2); // The length 258, which is 285.
    bits.push(one, 2); // The distance 1, which is 0.
    // Hence 285 and its distance are 0, the literal is 10, the end is 11. The first match needs a byte before it.
    if count > 0 {
        let (matches, rest) = ((count - 1) / 258, (count - 1) % 258);
        for _ in 0..=rest {
            bits.push(0b01, 2);
        }
        bits.push_zeros(2 * matches);
    }
    bits.push(0b11, 2);
    gzip_frame(bits.bytes, crc32_of_zeros(count), count)
}

/// A gzip stream of `data`, not compressed.
pub fn gzip_stored(data: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::new();
    let mut rest = data;
    loop {
        let (block, tail) = rest.split_at(rest.len().min(usize::from(u16::MAX)));
        let length = block.len() as u16;
        blocks.push(u8::from(tail.is_empty()));
        blocks.extend(length.to_le_bytes());
        blocks.extend((!length).to_le_bytes());
        blocks.extend(block);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    let crc = !data.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (CRC & (crc & 1).wrapping_neg())
        })
    });
    gzip_frame(blocks, crc, data.len() as u64)
}

fn gzip_frame(deflated: Vec<u8>, crc: u32, length: u64) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(deflated);
    gzip.extend(crc.to_le_bytes());
    gzip.extend((length as u32).to_le_bytes());
    gzip
}

/// The polynomial of CRC-32, whose highest power stands in the lowest bit.
const CRC: u32 = 0xedb8_8320;

/// A zero byte multiplies the register by x⁸, so many of them by a power, which squaring finds quickly.
fn crc32_of_zeros(count: u64) -> u32 {
    let multiply = |a: u32, mut b: u32| {
        let mut product = 0;
        for bit in (0..32).rev() {
            product ^= b & ((a >> bit) & 1).wrapping_neg();
            b = (b >> 1) ^ (CRC & (b & 1).wrapping_neg());
        }
        product
    };
    let mut register = !0;
    let mut power = 1 << (31 - 8);
    let mut left = count;
    while left > 0 {
        if left & 1 == 1 {
            register = multiply(register, power);
        }
        power = multiply(power, power);
        left >>= 1;
    }
    !register
}

/// Bits from the lowest of each byte on, as deflate has them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are used, 0 for all.
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (((value >> bit) & 1) as u8) << self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    fn push_zeros(&mut self, count: u64) {
        let free = u64::from((8 - self.used) % 8);
        if count <= free {
            self.push(0, count as u32);
            return;
        }
        let left = count - free;
        let bytes = self.bytes.len() + left.div_ceil(8) as usize;
        self.bytes.resize(bytes, 0);
        self.used = (left % 8) as u32;
    }
}
