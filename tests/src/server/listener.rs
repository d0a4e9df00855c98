//! Accepting connections.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use super::MAX_REQUESTS;
use super::connection::{Connection, POLL_INTERVAL};
use super::shared::Shared;

/// Accepts connections until the server stops, and serves each on its own thread.
pub(super) fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    // A client needs at most one connection per request.
    for number in 0..MAX_REQUESTS {
        let Ok((stream, _)) = listener.accept() else {
            // The process may be out of file descriptors until other connections end.
            thread::sleep(POLL_INTERVAL);
            continue;
        };
        if shared.is_stopped() {
            return;
        }
        shared.update(|state| {
            state.connections += 1;
            state.open += 1;
        });
        let guard = OpenGuard(Arc::clone(shared));
        let spawned = thread::Builder::new()
            .name(format!("connection {number}"))
            .spawn(move || {
                let mut connection = Connection::new(&guard.0, stream, number);
                connection.serve();
                // The socket must be closed before the guard reports that it is.
                drop(connection);
            });
        if let Err(error) = spawned {
            shared.add_problem(format!(
                "failed to start a thread for connection {number}: {error}"
            ));
        }
    }
    shared.add_problem(format!("too many connections: the limit is {MAX_REQUESTS}"));
}

/// Guard that counts a connection as open until it is dropped, including by a panic.
struct OpenGuard(Arc<Shared>);

impl Drop for OpenGuard {
    fn drop(&mut self) {
        self.0.update(|state| state.open -= 1);
    }
}
