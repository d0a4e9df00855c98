//! HTTP/1.1 server on the loopback interface for tests of clients, including their handling of failures.
//!
//! A script chooses the response to each request: a well-formed [`Reply`], or an [`Action`] that stalls, truncates,
//! resets or never ends. The server records all requests for the test, see [`Server::requests`], and all requests that
//! are not valid, see [`Server::problems`]. It accepts connections on one thread and serves each on its own. All waits
//! have a time limit, so that a broken client fails a test instead of hanging it.
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
//! let mut response = String::new();
//! client.read_to_string(&mut response).unwrap();
//!
//! assert!(response.starts_with("HTTP/1.1 200 OK\r\n"));
//! assert_eq!(server.requests()[0].query_value("size"), Some("1"));
//! server.assert_no_problems();
//! ```

use std::fmt;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

mod action;
mod connection;
mod gzip;
mod listener;
mod reply;
mod request;
mod shared;
#[cfg(test)]
mod tests;
mod wire;

pub use action::Action;
pub use gzip::{gzip_stored, gzip_zeros};
pub use httpdate::fmt_http_date as http_date;
pub use reply::Reply;
pub use request::Request;

use listener::accept;
use shared::Shared;

/// Maximum number of requests per server. A client that sends more is in a loop.
pub const MAX_REQUESTS: usize = 10_000;
/// Maximum lifetime of a server. A test that takes longer hangs.
pub const MAX_LIFETIME: Duration = Duration::from_secs(300);
/// Maximum time for which [`Action::NeverAnswer`] keeps a connection open.
pub const MAX_SILENCE: Duration = Duration::from_secs(30);
/// Maximum number of bytes that [`Action::EndlessChunked`] sends.
pub const MAX_ENDLESS: u64 = 256 << 20;
/// Maximum time for which dropping a server waits for scripts that still run.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A running server. Dropping it stops it.
///
/// Scripts may contain assertions. If one fails, the server responds with status 501, which clients do not retry, and
/// panics when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accept_thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port.
    ///
    /// The script is called with each request and its zero-based index.
    pub fn start<A: Into<Action>>(
        script: impl Fn(&Request, usize) -> A + Send + Sync + 'static,
    ) -> Self {
        let listener =
            TcpListener::bind("127.0.0.1:0").expect("the loopback interface has a free port");
        let address = listener.local_addr().expect("the socket is bound");
        let shared = Arc::new(Shared {
            script: Box::new(move |request, index| script(request, index).into()),
            stop: AtomicBool::new(false),
            deadline: Instant::now() + MAX_LIFETIME,
            bytes_sent: AtomicU64::new(0),
            sending: RwLock::new(()),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let accept_thread = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("server {}", address.port()))
                .spawn(move || accept(&listener, &shared))
                .expect("a thread can be started")
        };
        Self {
            address,
            shared,
            accept_thread: Some(accept_thread),
        }
    }

    /// Starts a server that responds to each request with the same action.
    pub fn always(action: impl Into<Action>) -> Self {
        let action = action.into();
        Self::start(move |_, _| action.clone())
    }

    /// Starts a server that performs each action once, in order. Any further request fails the test.
    pub fn in_turn<A: Into<Action>>(actions: impl IntoIterator<Item = A>) -> Self {
        let actions: Vec<Action> = actions.into_iter().map(Into::into).collect();
        Self::start(move |request, index| {
            actions.get(index).cloned().unwrap_or_else(|| {
                panic!(
                    "unexpected request {} {}: the script has only {} actions",
                    request.method,
                    request.target,
                    actions.len()
                )
            })
        })
    }

    /// Returns the URL of the server without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address and port, as in a `Host` header.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// Returns the requests received so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// Returns the problems recorded so far: invalid requests, panics of the script and exceeded limits.
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }

    /// Asserts that no problems have been recorded.
    ///
    /// # Panics
    ///
    /// Panics with all problems if there are any.
    #[track_caller]
    pub fn assert_no_problems(&self) {
        let problems = self.problems();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// Returns the number of bytes that the kernel has accepted for sending on all connections.
    pub fn bytes_sent(&self) -> u64 {
        let _guard = self.shared.sending.write();
        self.shared.bytes_sent.load(Ordering::SeqCst)
    }

    /// Returns the number of connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Returns the number of responses during which a client hung up or stopped reading.
    ///
    /// A response that fits into the buffers of the kernel counts as sent.
    pub fn hang_ups(&self) -> usize {
        self.shared.state().hang_ups
    }

    /// Waits for the given number of requests, and returns whether they were received before the timeout.
    pub fn wait_for_requests(&self, count: usize, timeout: Duration) -> bool {
        self.shared
            .wait(timeout, |state| state.requests.len() >= count)
    }

    /// Waits for the given number of [`Server::hang_ups`], and returns whether they happened before the timeout.
    pub fn wait_for_hang_ups(&self, count: usize, timeout: Duration) -> bool {
        self.shared.wait(timeout, |state| state.hang_ups >= count)
    }

    /// Waits until all connections are closed, and returns whether they were before the timeout.
    pub fn wait_until_closed(&self, timeout: Duration) -> bool {
        self.shared.wait(timeout, |state| state.open == 0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // `accept` has no timeout and returns only for a new connection.
        let woken = TcpStream::connect_timeout(&self.address, SHUTDOWN_TIMEOUT).is_ok();
        if let Some(accept_thread) = self.accept_thread.take()
            && woken
        {
            let _ = accept_thread.join();
        }
        // A script that never returns must not hang the test.
        let closed = self.shared.wait(SHUTDOWN_TIMEOUT, |state| state.open == 0);
        let mut failures = std::mem::take(&mut self.shared.state().panics);
        if !closed {
            failures.push("a connection is still open: its script may be waiting".to_owned());
        }
        if !failures.is_empty() && !thread::panicking() {
            panic!("{}", failures.join("\n"));
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
