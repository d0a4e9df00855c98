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

use std::fmt;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

mod action;
mod connection;
mod gzip;
mod reply;
mod request;
mod shared;
#[cfg(test)]
mod tests;
pub mod verify;
mod wire;

pub use action::Action;
pub use gzip::{gzip_stored, gzip_zeros};
pub use httpdate::fmt_http_date as http_date;
pub use reply::Reply;
pub use request::Request;

use connection::accept;
use shared::Shared;

/// How many requests a server takes; a client that sends more is in a loop.
pub const MAX_REQUESTS: usize = 10_000;
/// How long a server lives; a test that takes longer hangs.
pub const MAX_LIFE: Duration = Duration::from_secs(300);
/// How long [`Action::NeverAnswer`] holds a connection.
pub const MAX_SILENCE: Duration = Duration::from_secs(30);
/// How many bytes [`Action::EndlessChunked`] sends at most.
pub const MAX_ENDLESS: u64 = 256 << 20;
/// How long the end of a server waits for scripts that still run.
const MAX_FAREWELL: Duration = Duration::from_secs(5);

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
