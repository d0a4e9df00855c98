//! Keeps what a provider gave.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::auth::{Credentials, Kept, ProviderError};

/// Keeps what a provider gave, and asks it once for all who wait.
pub(super) struct Cache {
    provider: Provider,
    state: Mutex<State>,
    /// Told when a provider has answered.
    answered: Condvar,
}

pub(super) type Provider = Box<dyn Fn() -> Result<Credentials, ProviderError> + Send + Sync>;

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// Whether a thread is asking the provider.
    is_asking: bool,
}

impl Cache {
    pub(super) fn new(provider: Provider) -> Self {
        Self {
            provider,
            state: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// Fresh credentials. Where another thread asks for them already, waits no longer than `timeout`.
    pub(super) fn get(&self, timeout: Duration) -> Result<Credentials, ProviderError> {
        let until = Instant::now().checked_add(timeout);
        let mut state = self.lock();
        let now = loop {
            let now = SystemTime::now();
            let kept = state.kept.as_ref();
            if let Some(credentials) = kept.and_then(|kept| kept.fresh(now)) {
                return Ok(credentials);
            }
            if !state.is_asking {
                break now;
            }
            // As long as old credentials are good, nobody waits for new ones.
            if let Some(credentials) = kept.and_then(|kept| kept.usable(now)) {
                return Ok(credentials);
            }
            let left = match until {
                Some(until) => until.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return Err(format!("no answer within {timeout:?}").into());
            }
            let waited = self.answered.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        };
        state.is_asking = true;
        drop(state);
        // Without the lock: a provider may do anything, and panic too.
        let asking = Asking(self);
        let result = (self.provider)();
        let mut state = self.lock();
        let result = match result {
            Ok(credentials) => {
                state.kept = Some(Kept::new(credentials.clone(), now));
                Ok(credentials)
            }
            Err(error) => {
                let old = state.kept.as_mut().and_then(|kept| kept.keep_on(now));
                old.ok_or(error)
            }
        };
        drop(state);
        drop(asking);
        result
    }

    /// Forgets credentials that a service did not accept.
    pub(super) fn forget(&self, refused: &Credentials) {
        let mut state = self.lock();
        if state.kept.as_ref().is_some_and(|kept| kept.is(refused)) {
            state.kept = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the next one ask.
struct Asking<'a>(&'a Cache);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.lock().is_asking = false;
        self.0.answered.notify_all();
    }
}
