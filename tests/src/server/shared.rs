//! What the threads of a server share.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::{Action, MAX_LIFE, MAX_REQUESTS, Reply, Request};

pub(super) type Script = dyn Fn(&Request, usize) -> Action + Send + Sync;

pub(super) struct Shared {
    pub(super) script: Box<Script>,
    pub(super) stop: AtomicBool,
    pub(super) deadline: Instant,
    pub(super) bytes_sent: AtomicU64,
    /// Held while bytes are sent and counted, so that no client has what is not counted yet.
    pub(super) sending: RwLock<()>,
    pub(super) state: Mutex<State>,
    pub(super) changed: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) requests: Vec<Request>,
    pub(super) problems: Vec<String>,
    pub(super) panics: Vec<String>,
    pub(super) connections: usize,
    pub(super) open: usize,
    pub(super) hang_ups: usize,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let value = change(&mut self.state());
        self.changed.notify_all();
        value
    }

    pub(super) fn wait(&self, patience: Duration, done: impl Fn(&State) -> bool) -> bool {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), patience, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        done(&state)
    }

    pub(super) fn problem(&self, problem: String) {
        self.change(|state| state.problems.push(problem));
    }

    pub(super) fn stopped(&self) -> bool {
        if !self.stop.load(Ordering::SeqCst)
            && Instant::now() > self.deadline
            && !self.stop.swap(true, Ordering::SeqCst)
        {
            self.problem(format!("the server has run for {MAX_LIFE:?}"));
        }
        self.stop.load(Ordering::SeqCst)
    }

    /// Keeps a request and tells its index.
    pub(super) fn record(&self, request: &Request) -> Option<usize> {
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

    pub(super) fn ask(&self, request: &Request, index: usize) -> Action {
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
