//! State shared by the threads of a server.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::{Action, MAX_LIFETIME, MAX_REQUESTS, Reply, Request};

/// Function that chooses the action for a request.
pub(super) type Script = dyn Fn(&Request, usize) -> Action + Send + Sync;

/// State shared by the threads of a server.
pub(super) struct Shared {
    pub(super) script: Box<Script>,
    pub(super) stop: AtomicBool,
    pub(super) deadline: Instant,
    pub(super) bytes_sent: AtomicU64,
    /// Read-locked while bytes are sent and counted, so that the count includes everything a client has received.
    pub(super) sending: RwLock<()>,
    pub(super) state: Mutex<State>,
    pub(super) changed: Condvar,
}

/// Everything recorded so far.
#[derive(Default)]
pub(super) struct State {
    pub(super) requests: Vec<Request>,
    pub(super) problems: Vec<String>,
    /// Panics of the script, which are also problems.
    pub(super) panics: Vec<String>,
    pub(super) connections: usize,
    /// Number of open connections.
    pub(super) open: usize,
    pub(super) hang_ups: usize,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Updates the state and wakes the threads that wait for a change.
    pub(super) fn update<T>(&self, update: impl FnOnce(&mut State) -> T) -> T {
        let value = update(&mut self.state());
        self.changed.notify_all();
        value
    }

    /// Waits until `done` returns `true`, and returns whether it did before the timeout.
    pub(super) fn wait(&self, timeout: Duration, done: impl Fn(&State) -> bool) -> bool {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), timeout, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        done(&state)
    }

    pub(super) fn add_problem(&self, problem: String) {
        self.update(|state| state.problems.push(problem));
    }

    /// Returns whether the server has stopped, and stops it if it has reached [`MAX_LIFETIME`].
    pub(super) fn is_stopped(&self) -> bool {
        if !self.stop.load(Ordering::SeqCst)
            && Instant::now() > self.deadline
            && !self.stop.swap(true, Ordering::SeqCst)
        {
            self.add_problem(format!("server stopped after {MAX_LIFETIME:?}"));
        }
        self.stop.load(Ordering::SeqCst)
    }

    /// Records a request and returns its index, or stops the server and returns `None` if there are too many.
    pub(super) fn record(&self, request: &Request) -> Option<usize> {
        let index = self.update(|state| {
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
            self.add_problem(format!("too many requests: the limit is {MAX_REQUESTS}"));
        }
        index
    }

    /// Runs the script for a request.
    ///
    /// If the script panics, records this and responds with status 501, which clients do not retry.
    pub(super) fn run_script(&self, request: &Request, index: usize) -> Action {
        let run = || {
            let action = (self.script)(request, index);
            action.assert_valid();
            action
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let panic = format!("script panicked: {}", panic_message(&*panic));
            self.update(|state| {
                state.problems.push(panic.clone());
                state.panics.push(panic.clone());
            });
            Reply::new(501).body(panic).close().into()
        })
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else {
        "no message"
    }
}
