//! Keeps what a provider gave.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant, SystemTime};

use super::{Credentials, ProvideCredentials, ProviderError};
use crate::future::BoxFuture;

/// How long credentials are kept that say no end.
const KEEP: Duration = Duration::from_secs(15 * 60);

/// How long before their end new ones are asked for, so that no request is signed with what ends on its way; up to half as
/// long again, so that not all who have them ask in the same second.
const EARLY: Duration = Duration::from_secs(60);

/// How long a provider may take. Then it is asked again.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a provider that failed is not asked again while old credentials are good.
const PAUSE: Duration = Duration::from_secs(10);

/// Credentials, and when they are no longer to be used without asking.
#[derive(Debug)]
pub(crate) struct Kept {
    credentials: Credentials,
    refresh_at: SystemTime,
}

impl Kept {
    pub(crate) fn new(credentials: Credentials, now: SystemTime) -> Self {
        let refresh_at = match credentials.expires_at {
            // Not before half of their time: what lives shorter than that is not asked for without an end.
            Some(end) => {
                let life = end.duration_since(now).unwrap_or_default();
                let early = EARLY.mul_f64(1.0 + fastrand::f64() / 2.0);
                end.checked_sub(early.min(life / 2)).unwrap_or(end)
            }
            None => now.checked_add(KEEP).unwrap_or(now),
        };
        Self {
            credentials,
            refresh_at,
        }
    }

    pub(crate) fn fresh(&self, now: SystemTime) -> Option<Credentials> {
        self.usable(now).filter(|_| now < self.refresh_at)
    }

    pub(crate) fn is(&self, credentials: &Credentials) -> bool {
        self.credentials == *credentials
    }

    /// What there is to use while the provider fails: old ones are good until their end. It is left in peace for a moment.
    pub(crate) fn keep_on(&mut self, now: SystemTime) -> Option<Credentials> {
        self.refresh_at = now.checked_add(PAUSE).unwrap_or(now);
        self.usable(now)
    }

    /// The credentials, if they have not ended.
    pub(crate) fn usable(&self, now: SystemTime) -> Option<Credentials> {
        let ended = self.credentials.expires_at.is_some_and(|end| end <= now);
        (!ended).then(|| self.credentials.clone())
    }
}

/// Keeps what a provider gave, and asks it once for all who wait.
pub(crate) struct Cache {
    provider: Box<dyn ProvideCredentials>,
    state: Mutex<State>,
    waiting: Arc<Waiting>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    refresh: Refresh,
    /// Counts the refreshes that ended, so that who waited for one can tell that it is over.
    ended: u64,
    /// How the last one failed.
    failure: Option<Arc<str>>,
}

impl State {
    /// As long as old credentials are good, nobody waits for new ones.
    fn old_ones(&self, now: SystemTime) -> Poll<Result<Credentials, ProviderError>> {
        match self.kept.as_ref().and_then(|kept| kept.usable(now)) {
            Some(credentials) => Poll::Ready(Ok(credentials)),
            None => Poll::Pending,
        }
    }
}

#[derive(Default)]
enum Refresh {
    #[default]
    Idle,
    /// Nobody is polling it at this moment.
    Resting(Asked),
    /// Somebody took it out to poll it.
    Polled,
}

/// A question to a provider.
struct Asked {
    answer: BoxFuture<'static, Result<Credentials, ProviderError>>,
    at: Instant,
}

/// Those who wait for the refresh under way. Whoever of them is awake polls it, so that it goes on if one gives up.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Cache {
    pub(crate) fn new(provider: Box<dyn ProvideCredentials>) -> Self {
        Self {
            provider,
            state: Mutex::default(),
            waiting: Arc::default(),
        }
    }

    /// Fresh credentials.
    pub(crate) fn get(&self) -> Get<'_> {
        Get {
            cache: self,
            since: None,
        }
    }

    /// Forgets credentials that a service did not accept.
    pub(crate) fn forget(&self, refused: &Credentials) {
        let mut state = self.lock();
        if state.kept.as_ref().is_some_and(|kept| kept.is(refused)) {
            state.kept = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}

/// Waits for fresh credentials.
pub(crate) struct Get<'a> {
    cache: &'a Cache,
    /// How many refreshes had ended when this one began to wait.
    since: Option<u64>,
}

impl Future for Get<'_> {
    type Output = Result<Credentials, ProviderError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let cache = self.cache;
        let now = SystemTime::now();
        let resting = {
            let mut state = cache.lock();
            if let Some(credentials) = state.kept.as_ref().and_then(|kept| kept.fresh(now)) {
                return Poll::Ready(Ok(credentials));
            }
            let since = *self.since.get_or_insert(state.ended);
            if since != state.ended
                && let Some(failure) = &state.failure
            {
                let usable = state.kept.as_ref().and_then(|kept| kept.usable(now));
                return Poll::Ready(usable.ok_or_else(|| failure.to_string().into()));
            }
            cache.waiting.add(context.waker());
            match std::mem::replace(&mut state.refresh, Refresh::Polled) {
                Refresh::Idle => None,
                // A provider that hangs must not keep everybody waiting for ever.
                Refresh::Resting(asked) => Some(asked).filter(|asked| asked.at.elapsed() < LIMIT),
                Refresh::Polled => return state.old_ones(now),
            }
        };
        // From here on without the lock: a provider may do anything, and panic too.
        let mut guard = PutBack {
            cache,
            refresh: None,
        };
        let mut asked = resting.unwrap_or_else(|| Asked {
            answer: cache.provider.credentials(),
            at: Instant::now(),
        });
        let waker = Waker::from(Arc::clone(&cache.waiting));
        let polled = asked.answer.as_mut().poll(&mut Context::from_waker(&waker));
        let Poll::Ready(result) = polled else {
            guard.refresh = Some(asked);
            drop(guard);
            return cache.lock().old_ones(now);
        };
        let answer = {
            let mut state = cache.lock();
            state.ended = state.ended.wrapping_add(1);
            match result {
                Ok(credentials) => {
                    state.failure = None;
                    state.kept = Some(Kept::new(credentials.clone(), now));
                    Ok(credentials)
                }
                Err(error) => {
                    state.failure = Some(error.to_string().into());
                    let usable = state.kept.as_mut().and_then(|kept| kept.keep_on(now));
                    usable.ok_or(error)
                }
            }
        };
        drop(guard);
        Poll::Ready(answer)
    }
}

/// Somebody else has to poll the refresh now.
impl Drop for Get<'_> {
    fn drop(&mut self) {
        if self.since.is_some() {
            Arc::clone(&self.cache.waiting).wake();
        }
    }
}

/// Lets the refresh rest again, or ends it if it is done or panicked.
struct PutBack<'a> {
    cache: &'a Cache,
    refresh: Option<Asked>,
}

impl Drop for PutBack<'_> {
    fn drop(&mut self) {
        self.cache.lock().refresh = match self.refresh.take() {
            Some(refresh) => Refresh::Resting(refresh),
            None => {
                // Whoever waits begins anew.
                Arc::clone(&self.cache.waiting).wake();
                Refresh::Idle
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A provider that answers when it is told to, and counts how often it was asked.
    #[derive(Clone, Default)]
    struct Slow {
        asked: Arc<AtomicUsize>,
        answer: Arc<Mutex<Option<Result<Credentials, String>>>>,
        waker: Arc<Mutex<Option<Waker>>>,
    }

    impl Slow {
        fn answer(&self, answer: Result<Credentials, &str>) {
            *self.answer.lock().unwrap() = Some(answer.map_err(str::to_owned));
            if let Some(waker) = self.waker.lock().unwrap().take() {
                waker.wake();
            }
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl ProvideCredentials for Slow {
        fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let this = self.clone();
            Box::pin(std::future::poll_fn(move |context| {
                *this.waker.lock().unwrap() = Some(context.waker().clone());
                match this.answer.lock().unwrap().take() {
                    Some(answer) => Poll::Ready(answer.map_err(Into::into)),
                    None => Poll::Pending,
                }
            }))
        }
    }

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Alarm(AtomicUsize);

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll(get: &mut Get<'_>, alarm: &Arc<Alarm>) -> Poll<Result<Credentials, String>> {
        let waker = Waker::from(Arc::clone(alarm));
        let polled = Pin::new(get).poll(&mut Context::from_waker(&waker));
        polled.map(|result| result.map_err(|error| error.to_string()))
    }

    fn key(id: &str) -> Credentials {
        Credentials::access_key(id, "secret")
    }

    #[test]
    fn all_who_wait_share_one_question_and_outlive_who_asked_it() {
        let provider = Slow::default();
        let cache = Cache::new(Box::new(provider.clone()));
        let alarms: Vec<Arc<Alarm>> = (0..3).map(|_| Arc::default()).collect();
        let mut waiting: Vec<_> = (0..3).map(|_| cache.get()).collect();
        for (get, alarm) in waiting.iter_mut().zip(&alarms) {
            assert!(poll(get, alarm).is_pending());
        }
        // The first gives up; the others are told, so that one of them goes on.
        drop(waiting.remove(0));
        assert!(alarms[1].0.load(Ordering::SeqCst) > 0);
        for (get, alarm) in waiting.iter_mut().zip(&alarms[1..]) {
            assert!(poll(get, alarm).is_pending());
        }
        provider.answer(Ok(key("a")));
        for (get, alarm) in waiting.iter_mut().zip(&alarms[1..]) {
            assert_eq!(poll(get, alarm), Poll::Ready(Ok(key("a"))));
        }
        assert_eq!(
            poll(&mut cache.get(), &alarms[0]),
            Poll::Ready(Ok(key("a")))
        );
        assert_eq!(provider.asked(), 1);
    }

    #[test]
    fn a_failure_reaches_all_who_wait_and_is_not_kept() {
        let provider = Slow::default();
        let cache = Cache::new(Box::new(provider.clone()));
        let alarm = Arc::default();
        let (mut one, mut other) = (cache.get(), cache.get());
        assert!(poll(&mut one, &alarm).is_pending());
        assert!(poll(&mut other, &alarm).is_pending());
        provider.answer(Err("no network"));
        assert_eq!(
            poll(&mut one, &alarm),
            Poll::Ready(Err("no network".into()))
        );
        assert_eq!(
            poll(&mut other, &alarm),
            Poll::Ready(Err("no network".into()))
        );
        provider.answer(Ok(key("b")));
        assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(key("b"))));
        assert_eq!(provider.asked(), 2);
    }

    #[test]
    fn old_credentials_serve_until_their_end_if_there_are_no_new_ones() {
        let provider = Slow::default();
        let cache = Cache::new(Box::new(provider.clone()));
        let alarm = Arc::default();
        // So close to their end that new ones are asked for.
        let end = SystemTime::now() + Duration::from_secs(30);
        let kept = Kept::new(key("old").expires_at(end), SystemTime::now() - EARLY);
        cache.lock().kept = Some(kept);
        provider.answer(Err("no network"));
        let old = key("old").expires_at(end);
        assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(old.clone())));
        // For a moment the provider is left in peace.
        assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(old.clone())));
        assert_eq!(provider.asked(), 1);
        cache.forget(&old);
        assert!(poll(&mut cache.get(), &alarm).is_pending());
        assert_eq!(provider.asked(), 2);
    }

    #[test]
    fn nobody_waits_for_new_ones_while_old_ones_are_good() {
        let provider = Slow::default();
        let cache = Cache::new(Box::new(provider.clone()));
        let alarm = Arc::default();
        let end = SystemTime::now() + Duration::from_secs(30);
        let old = key("old").expires_at(end);
        cache.lock().kept = Some(Kept::new(old.clone(), SystemTime::now() - EARLY));
        // The provider takes its time, and is asked once.
        for _ in 0..3 {
            assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(old.clone())));
        }
        assert_eq!(provider.asked(), 1);
        provider.answer(Ok(key("new")));
        assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(key("new"))));
    }

    #[test]
    fn a_provider_that_hangs_is_asked_again() {
        let provider = Slow::default();
        let cache = Cache::new(Box::new(provider.clone()));
        let alarm = Arc::default();
        assert!(poll(&mut cache.get(), &alarm).is_pending());
        if let Refresh::Resting(asked) = &mut cache.lock().refresh {
            asked.at = Instant::now() - LIMIT;
        }
        assert!(poll(&mut cache.get(), &alarm).is_pending());
        assert_eq!(provider.asked(), 2);
    }

    #[test]
    fn a_provider_that_panics_is_asked_again() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let cache = Cache::new(Box::new(move || {
            assert!(counter.fetch_add(1, Ordering::SeqCst) > 0, "the first time");
            async { Ok(key("c")) }
        }));
        let alarm = Arc::default();
        let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            poll(&mut cache.get(), &alarm)
        }));
        assert!(first.is_err());
        assert_eq!(poll(&mut cache.get(), &alarm), Poll::Ready(Ok(key("c"))));
    }

    #[test]
    fn credentials_are_renewed_before_their_end() {
        let now = SystemTime::now();
        let at = |seconds| now + Duration::from_secs(seconds);
        let hour = Kept::new(key("a").expires_at(at(3600)), now);
        // 60 to 90 seconds before.
        assert!(hour.fresh(at(3509)).is_some());
        assert!(hour.fresh(at(3540)).is_none());
        let short = Kept::new(key("a").expires_at(at(10)), now);
        assert!(short.fresh(at(4)).is_some());
        assert!(short.fresh(at(5)).is_none());
        let endless = Kept::new(key("a"), now);
        assert!(endless.fresh(at(899)).is_some());
        assert!(endless.fresh(at(900)).is_none());
        let ended = Kept::new(key("a").expires_at(now), at(1));
        assert!(ended.fresh(at(1)).is_none());
    }
}
