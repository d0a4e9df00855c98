//! [`Progress`], what is known of a source on the way, even if it never reports its end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::config::{Attempt, AttemptHook, ResolvedConfig};
use crate::error::{Error, Result};
use crate::time::{Clock as _, SystemClock};

/// The numbers of an outcome.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) models: u64,
    pub(super) without_id: u64,
    pub(super) requests: u64,
    pub(super) spent: Duration,
}

/// Numbers of a source so far. Its catalog sees them too, since a source may panic, or hang in its transport.
#[derive(Default)]
pub(super) struct Progress {
    counts: Mutex<Counts>,
    /// When the page that is on its way was asked for, by the clock of the system, and the time that it may take.
    asked: Mutex<Option<(Duration, Duration)>>,
    is_stopped: AtomicBool,
}

impl Progress {
    pub(super) fn counts(&self) -> Counts {
        *lock(&self.counts)
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut lock(&self.counts));
    }

    /// Notes that a page is asked for, which may take `left`.
    pub(super) fn ask(&self, left: Duration) {
        *lock(&self.asked) = Some((SystemClock.monotonic(), left));
    }

    /// Notes that the page is there.
    pub(super) fn answered(&self) {
        *lock(&self.asked) = None;
    }

    /// Returns how long the page on its way has taken.
    pub(super) fn waited(&self) -> Option<Duration> {
        lock(&self.asked).map(|(start, _)| since(start))
    }

    /// Returns the time after which the page on its way is overdue, if it must observe one; zero if it is.
    pub(super) fn patience(&self, grace: Duration) -> Option<Duration> {
        let (start, left) = (*lock(&self.asked))?;
        let limit = left.checked_add(grace)?;
        Some(limit.saturating_sub(since(start)))
    }

    /// Asks the source to send no further request.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }
}

fn since(start: Duration) -> Duration {
    SystemClock.monotonic().saturating_sub(start)
}

/// No code that panics runs under a lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts the requests of a source, and passes them on to the hook of its client.
pub(super) struct Counter {
    progress: Arc<Progress>,
    hook: Option<Arc<dyn AttemptHook>>,
}

impl Counter {
    pub(super) fn new(config: &ResolvedConfig, progress: Arc<Progress>) -> Arc<Self> {
        Arc::new(Self {
            progress,
            hook: config.options.attempt_hook.clone(),
        })
    }
}

impl AttemptHook for Counter {
    fn started(&self, attempt: &Attempt<'_>) {
        self.progress.update(|counts| counts.requests += 1);
        if let Some(hook) = &self.hook {
            hook.started(attempt);
        }
    }

    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        if let Some(hook) = &self.hook {
            hook.finished(attempt, elapsed, result);
        }
    }
}

impl ResolvedConfig {
    /// Returns the configuration of a call that may take `left`.
    pub(super) fn for_page(&self, left: Duration, counter: &Arc<Counter>) -> Self {
        let mut config = self.clone();
        let options = &mut config.options;
        options.call_timeout = options.call_timeout.min(left);
        options.attempt_hook = Some(Arc::clone(counter) as Arc<dyn AttemptHook>);
        config
    }
}
