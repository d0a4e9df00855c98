//! [`CredentialsCache`], which keeps the credentials of a provider until they expire.
//!
//! At most one request to the provider, the refresh, is under way in each tokio runtime, and one outside of them. It is a
//! shared future: every call that waits for it polls it, so it goes on if one of them is dropped, and no task is spawned. A call
//! of another runtime starts its own, because a future stalls without the runtime whose timers and sockets it uses. While the old
//! credentials are valid, only one call waits, the owner of the refresh; the others go on with the old credentials.
//!
//! Nothing that may run code of others happens under the lock: calling the clock or the provider, and dropping a refresh or its
//! error.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Shared;

use super::{Credentials, ProvideCredentials, ProviderError};
use crate::future::{BoxFuture, RuntimeId, current_runtime};
use crate::time::{Clock, Now};

/// Lifetime of credentials without expiry.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Time before their expiry at which credentials are refreshed, so that no request is signed with credentials that expire on the
/// way. A random share of up to half is added, so that machines with the same credentials do not refresh at the same time.
const REFRESH_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// Maximum wait of a call for a refresh while the old credentials are valid.
const MAX_WAIT_WITH_VALID: Duration = Duration::from_secs(5);

/// Time after a failed refresh during which valid credentials are used without asking again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Age at which a refresh that does not complete is abandoned.
const MAX_REFRESH_AGE: Duration = Duration::from_secs(60);

/// The result of a refresh, which all calls that wait for it share.
pub(crate) type Outcome = Result<Credentials, ProviderError>;

type SharedOutcome = Shared<BoxFuture<'static, Outcome>>;

pub(crate) struct CredentialsCache {
    provider: Arc<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entry: Option<Entry>,
    /// At most one for each runtime.
    refreshes: Vec<Refresh>,
    /// Credentials that the service refused last.
    refused: Option<Credentials>,
}

struct Entry {
    credentials: Credentials,
    /// Time before the expiry at which a refresh is due.
    margin: Duration,
    /// Monotonic time before which no refresh is due.
    not_before: Duration,
    /// Monotonic time until which they stay even if the service refuses them.
    kept_until: Duration,
}

struct Refresh {
    outcome: SharedOutcome,
    /// The runtime that drives the future of the provider.
    runtime: Option<RuntimeId>,
    /// Monotonic time.
    started: Duration,
    /// Alive as long as the owner waits.
    owner: Weak<()>,
}

/// How a call gets its credentials.
enum Source {
    Entry(Credentials),
    Refresh {
        outcome: SharedOutcome,
        /// Held while the call waits, if it is the one that waits although the old credentials are valid.
        _owner: Option<Arc<()>>,
    },
}

impl CredentialsCache {
    /// Creates an empty cache. `clock` should show the time of the service, by which credentials expire.
    pub(crate) fn new(provider: Arc<dyn ProvideCredentials>, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider,
            clock,
            state: Mutex::default(),
        }
    }

    /// Returns credentials that are valid, from the provider if necessary.
    pub(crate) async fn get(&self) -> Outcome {
        let source = self.source();
        match &source {
            Source::Entry(credentials) => Ok(credentials.clone()),
            Source::Refresh { outcome, .. } => {
                let result = outcome.clone().await;
                self.finish(outcome, result)
            }
        }
    }

    fn source(&self) -> Source {
        let (now, runtime) = (self.now(), current_runtime());
        let mut state = self.lock();
        if let Some(credentials) = state.fresh(now) {
            return Source::Entry(credentials);
        }
        let abandoned = state.abandon(now);
        let source = match state.valid(now).filter(|_| state.has_owner()) {
            Some(credentials) => Source::Entry(credentials),
            None => state.join(runtime, || self.start(now, runtime)),
        };
        drop(state);
        drop(abandoned);
        source
    }

    /// Starts a refresh. The provider is called when the future is first polled, without the lock: it may do anything.
    fn start(&self, now: Now, runtime: Option<RuntimeId>) -> Refresh {
        let provider = Arc::clone(&self.provider);
        let answer = async move { provider.credentials().await };
        let outcome = AssertUnwindSafe(answer)
            .catch_unwind()
            .map(|result| result.unwrap_or_else(|panic| Err(panicked(&*panic))));
        let outcome: BoxFuture<'static, Outcome> = Box::pin(outcome);
        Refresh {
            outcome: outcome.shared(),
            runtime,
            started: now.elapsed,
            owner: Weak::new(),
        }
    }

    /// Stores the result of a refresh, if no other call has done so, and returns the credentials to use.
    fn finish(&self, outcome: &SharedOutcome, result: Outcome) -> Outcome {
        let now = self.now();
        let mut state = self.lock();
        let ended = state.finish(outcome, &result, now);
        let valid = state.valid(now);
        drop(state);
        drop(ended);
        match (&result, valid) {
            (Ok(credentials), _) if is_valid(credentials, now) => result,
            (_, Some(credentials)) => Ok(credentials),
            (_, None) => result,
        }
    }

    /// Returns how long a call that has `left` of its time waits for [`get`](Self::get) before it [gives up](Self::give_up).
    pub(crate) fn max_wait(&self, left: Duration) -> Duration {
        let now = self.now();
        match self.lock().valid(now) {
            Some(_) => left.min(MAX_WAIT_WITH_VALID),
            None => left,
        }
    }

    /// Returns the old credentials, if they are still valid, after a refresh took too long.
    pub(crate) fn give_up(&self) -> Option<Credentials> {
        let now = self.now();
        let mut state = self.lock();
        state.pause(now);
        state.valid(now)
    }

    /// Forgets credentials that the service refused. If the provider returns the same again, they stay for a while: else every
    /// call of a program would ask it.
    pub(crate) fn forget(&self, refused: &Credentials) {
        let now = self.now();
        let mut state = self.lock();
        let is_refused =
            |entry: &mut Entry| entry.credentials == *refused && now.elapsed >= entry.kept_until;
        if let Some(entry) = state.entry.take_if(is_refused) {
            state.refused = Some(entry.credentials);
        }
    }

    /// Returns the time, of which `elapsed` is the monotonic one.
    fn now(&self) -> Now {
        Now::read(&*self.clock, Duration::ZERO)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Describes the panic of a provider, such as that of one that needs a tokio runtime.
fn panicked(panic: &(dyn Any + Send)) -> ProviderError {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    match message {
        Some(message) => format!("it panicked: {message}").into(),
        None => "it panicked".into(),
    }
}

fn is_valid(credentials: &Credentials, now: Now) -> bool {
    let expiry = credentials.expires_at;
    expiry.is_none_or(|expiry| now.time < expiry)
}

impl State {
    /// Returns the credentials, if they have not expired.
    fn valid(&self, now: Now) -> Option<Credentials> {
        let entry = self.entry.as_ref()?;
        is_valid(&entry.credentials, now).then(|| entry.credentials.clone())
    }

    /// Returns the credentials, if they have not expired and need no refresh.
    fn fresh(&self, now: Now) -> Option<Credentials> {
        let is_due = self.entry.as_ref()?.is_due(now);
        self.valid(now).filter(|_| !is_due)
    }

    /// Removes the refreshes that take too long. The caller drops them without the lock.
    fn abandon(&mut self, now: Now) -> Vec<Refresh> {
        let is_too_old =
            |refresh: &mut Refresh| now.elapsed.saturating_sub(refresh.started) >= MAX_REFRESH_AGE;
        self.refreshes.extract_if(.., is_too_old).collect()
    }

    /// Returns whether a call waits for new credentials although the old ones may be valid.
    fn has_owner(&self) -> bool {
        self.refreshes.iter().any(Refresh::has_owner)
    }

    /// Takes part in the refresh of a runtime, or in the one that `start` returns.
    fn join(&mut self, runtime: Option<RuntimeId>, start: impl FnOnce() -> Refresh) -> Source {
        let index = self
            .refreshes
            .iter()
            .position(|refresh| refresh.runtime == runtime);
        match index.and_then(|index| self.refreshes.get_mut(index)) {
            Some(refresh) => refresh.join(),
            None => {
                let mut refresh = start();
                let source = refresh.join();
                self.refreshes.push(refresh);
                source
            }
        }
    }

    /// Stores the result of a refresh, unless it was abandoned. Returns the refreshes that are over, which the caller drops
    /// without the lock.
    fn finish(&mut self, outcome: &SharedOutcome, result: &Outcome, now: Now) -> Vec<Refresh> {
        let is_this = |refresh: &mut Refresh| refresh.outcome.ptr_eq(outcome);
        let mut ended: Vec<_> = self.refreshes.extract_if(.., is_this).collect();
        if ended.is_empty() {
            return ended;
        }
        match result {
            Ok(credentials) if is_valid(credentials, now) => {
                self.keep(credentials, now);
                // Calls of other runtimes use these credentials from now on.
                ended.append(&mut self.refreshes);
            }
            // They may be valid once the clock is corrected.
            Ok(credentials) if self.valid(now).is_none() => self.keep(credentials, now),
            _ => self.pause(now),
        }
        ended
    }

    fn keep(&mut self, credentials: &Credentials, now: Now) {
        let mut entry = Entry::new(credentials.clone(), now);
        if self
            .refused
            .take()
            .is_some_and(|refused| refused == *credentials)
        {
            entry.kept_until = now.elapsed.saturating_add(PAUSE_AFTER_FAILURE);
        }
        self.entry = Some(entry);
    }

    /// Uses the credentials for a while without asking the provider, if it would be asked now.
    fn pause(&mut self, now: Now) {
        if let Some(entry) = self.entry.as_mut().filter(|entry| entry.is_due(now)) {
            entry.not_before = now.elapsed.saturating_add(PAUSE_AFTER_FAILURE);
        }
    }
}

impl Entry {
    fn new(credentials: Credentials, now: Now) -> Self {
        let margin = REFRESH_BEFORE_EXPIRY.mul_f64(1.0 + fastrand::f64() / 2.0);
        let lifetime = credentials
            .expires_at
            .map(|expiry| expiry.duration_since(now.time));
        let (margin, not_before) = match lifetime {
            // Credentials that live shorter are used for half of their lifetime.
            Some(Ok(lifetime)) => (margin.min(lifetime / 2), now.elapsed),
            Some(Err(_)) => (margin, now.elapsed),
            None => (margin, now.elapsed.saturating_add(DEFAULT_LIFETIME)),
        };
        Self {
            credentials,
            margin,
            not_before,
            kept_until: Duration::ZERO,
        }
    }

    /// Returns whether the provider should be asked for other credentials.
    fn is_due(&self, now: Now) -> bool {
        let soon = now.time.checked_add(self.margin).unwrap_or(now.time);
        let expiry = self.credentials.expires_at;
        now.elapsed >= self.not_before && expiry.is_none_or(|expiry| soon >= expiry)
    }
}

impl Refresh {
    fn has_owner(&self) -> bool {
        self.owner.strong_count() > 0
    }

    /// Waits for the refresh, as its owner if it has none.
    fn join(&mut self) -> Source {
        let owner = (!self.has_owner()).then(|| Arc::new(()));
        if let Some(owner) = &owner {
            self.owner = Arc::downgrade(owner);
        }
        Source::Refresh {
            outcome: self.outcome.clone(),
            _owner: owner,
        }
    }
}

#[cfg(test)]
mod tests;
