use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use super::*;

/// A clock that a test moves.
#[derive(Clone, Default)]
struct Hand(Arc<Mutex<Duration>>);

impl Hand {
    fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }

    fn at(&self, seconds: u64) -> SystemTime {
        self.system_time() + Duration::from_secs(seconds)
    }
}

impl Clock for Hand {
    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// A provider that answers when the test says so, and counts its calls.
#[derive(Clone, Default)]
struct Vault {
    calls: Arc<AtomicUsize>,
    answers: Arc<Mutex<Vec<Result<Credentials, String>>>>,
    wakers: Arc<Mutex<Vec<Waker>>>,
}

impl Vault {
    fn answer(&self, answer: Result<Credentials, &str>) {
        self.answers
            .lock()
            .unwrap()
            .push(answer.map_err(str::to_owned));
        self.wakers.lock().unwrap().drain(..).for_each(Waker::wake);
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Vault {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let vault = self.clone();
        Box::pin(poll_fn(move |context| {
            match vault.answers.lock().unwrap().pop() {
                Some(answer) => Poll::Ready(answer.map_err(Into::into)),
                None => {
                    vault.wakers.lock().unwrap().push(context.waker().clone());
                    Poll::Pending
                }
            }
        }))
    }
}

fn setup() -> (CredentialsCache, Vault, Hand) {
    let (vault, clock) = (Vault::default(), Hand::default());
    let cache = CredentialsCache::new(Arc::new(vault.clone()), Arc::new(clock.clone()));
    (cache, vault, clock)
}

fn poll(future: Pin<&mut impl Future<Output = Outcome>>) -> Poll<Result<Credentials, String>> {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    polled.map(|result| result.map_err(|error| error.to_string()))
}

fn get(cache: &CredentialsCache) -> Poll<Result<Credentials, String>> {
    poll(pin!(cache.get()))
}

fn ready(credentials: &Credentials) -> Poll<Result<Credentials, String>> {
    Poll::Ready(Ok(credentials.clone()))
}

fn key(id: &str) -> Credentials {
    Credentials::access_key(id, "secret")
}

/// Puts credentials into the cache that expire in 100 seconds and are due for a refresh.
fn due(cache: &CredentialsCache, vault: &Vault, clock: &Hand) -> Credentials {
    let old = key("old").expires_at(clock.at(1000));
    vault.answer(Ok(old.clone()));
    assert_eq!(get(cache), ready(&old));
    clock.advance(950);
    old
}

#[test]
fn concurrent_calls_share_a_refresh_that_outlives_the_one_that_started_it() {
    let (cache, vault, _) = setup();
    let mut first = Box::pin(cache.get());
    let mut second = pin!(cache.get());
    let mut third = pin!(cache.get());
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    assert!(poll(third.as_mut()).is_pending());
    drop(first);
    vault.answer(Ok(key("a")));
    assert_eq!(poll(second), ready(&key("a")));
    assert_eq!(poll(third), ready(&key("a")));
    assert_eq!(get(&cache), ready(&key("a")));
    assert_eq!(vault.calls(), 1);
}

#[test]
fn the_call_that_starts_a_refresh_waits_and_others_use_the_old_credentials() {
    let (cache, vault, clock) = setup();
    let old = due(&cache, &vault, &clock);
    let mut owner = pin!(cache.get());
    assert!(poll(owner.as_mut()).is_pending());
    for _ in 0..3 {
        assert_eq!(get(&cache), ready(&old));
    }
    vault.answer(Ok(key("new")));
    assert_eq!(poll(owner), ready(&key("new")));
    assert_eq!(get(&cache), ready(&key("new")));
    assert_eq!(vault.calls(), 2);
}

#[test]
fn the_next_call_goes_on_with_the_refresh_of_a_call_that_was_dropped() {
    let (cache, vault, clock) = setup();
    let old = due(&cache, &vault, &clock);
    assert!(get(&cache).is_pending());
    let mut next = pin!(cache.get());
    assert!(poll(next.as_mut()).is_pending());
    assert_eq!(get(&cache), ready(&old));
    vault.answer(Ok(key("new")));
    assert_eq!(poll(next), ready(&key("new")));
    assert_eq!(vault.calls(), 2);
}

#[test]
fn expired_credentials_are_never_returned() {
    let (cache, vault, clock) = setup();
    let _ = due(&cache, &vault, &clock);
    let mut owner = pin!(cache.get());
    assert!(poll(owner.as_mut()).is_pending());
    clock.advance(50);
    assert!(get(&cache).is_pending());
    assert_eq!(cache.give_up(), None);
    vault.answer(Err("sealed"));
    assert_eq!(poll(owner), Poll::Ready(Err("sealed".to_owned())));
}

#[test]
fn a_failure_reaches_all_who_wait_and_is_not_kept() {
    let (cache, vault, _) = setup();
    let (mut one, mut other) = (pin!(cache.get()), pin!(cache.get()));
    assert!(poll(one.as_mut()).is_pending());
    assert!(poll(other.as_mut()).is_pending());
    vault.answer(Err("no network"));
    let failed = Poll::Ready(Err("no network".to_owned()));
    assert_eq!(poll(one), failed);
    assert_eq!(poll(other), failed);
    vault.answer(Ok(key("b")));
    assert_eq!(get(&cache), ready(&key("b")));
    assert_eq!(vault.calls(), 2);
}

#[test]
fn valid_credentials_outlive_a_failed_refresh_without_asking_again_for_ten_seconds() {
    let (cache, vault, clock) = setup();
    let old = due(&cache, &vault, &clock);
    vault.answer(Err("no network"));
    assert_eq!(get(&cache), ready(&old));
    clock.advance(9);
    assert_eq!(get(&cache), ready(&old));
    assert_eq!(vault.calls(), 2);
    clock.advance(1);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 3);
}

#[test]
fn a_call_waits_five_seconds_for_a_refresh_that_it_can_do_without() {
    let (cache, vault, clock) = setup();
    let minute = Duration::from_secs(60);
    assert_eq!(cache.max_wait(minute), minute);
    assert_eq!(cache.give_up(), None);
    let old = due(&cache, &vault, &clock);
    assert_eq!(cache.max_wait(minute), Duration::from_secs(5));
    assert_eq!(
        cache.max_wait(Duration::from_secs(1)),
        Duration::from_secs(1)
    );
    assert!(get(&cache).is_pending());
    assert_eq!(cache.give_up(), Some(old.clone()));
    // The calls after it do not wait at all.
    assert_eq!(get(&cache), ready(&old));
}

#[test]
fn a_refresh_that_hangs_is_abandoned_after_a_minute() {
    let (cache, vault, clock) = setup();
    assert!(get(&cache).is_pending());
    clock.advance(59);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 1);
    clock.advance(1);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 2);
}

#[test]
fn credentials_that_are_refused_again_stay_for_a_while() {
    let (cache, vault, clock) = setup();
    let refuse = |times: usize| {
        for _ in 0..times {
            vault.answers.lock().unwrap().clear();
            vault.answer(Ok(key("a")));
            assert_eq!(get(&cache), ready(&key("a")));
            cache.forget(&key("a"));
        }
        vault.calls()
    };
    assert_eq!(refuse(1), 1);
    assert_eq!(refuse(50), 2);
    clock.advance(9);
    assert_eq!(refuse(50), 2);
    clock.advance(1);
    assert_eq!(refuse(1), 2);
    assert_eq!(refuse(50), 3);
    // Others are forgotten at once.
    clock.advance(10);
    cache.forget(&key("a"));
    vault.answers.lock().unwrap().clear();
    vault.answer(Ok(key("b")));
    assert_eq!(get(&cache), ready(&key("b")));
    cache.forget(&key("b"));
    assert!(get(&cache).is_pending());
}

#[test]
fn refused_credentials_are_forgotten() {
    let (cache, vault, _) = setup();
    vault.answer(Ok(key("a")));
    assert_eq!(get(&cache), ready(&key("a")));
    cache.forget(&key("another"));
    assert_eq!(get(&cache), ready(&key("a")));
    cache.forget(&key("a"));
    assert!(get(&cache).is_pending());
}

#[test]
fn a_provider_that_panics_fails_the_call_and_is_asked_again() {
    let calls = AtomicUsize::new(0);
    let provider = move || {
        assert!(calls.fetch_add(1, Ordering::SeqCst) > 0, "the first time");
        async { Ok(key("c")) }
    };
    let cache = CredentialsCache::new(Arc::new(provider), Arc::new(Hand::default()));
    assert!(matches!(get(&cache), Poll::Ready(Err(_))));
    assert_eq!(get(&cache), ready(&key("c")));
}

#[test]
fn credentials_are_refreshed_before_they_expire() {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let after = |seconds| Duration::from_secs(seconds);
    let now = |seconds| Now::new(start + after(seconds), after(seconds));
    let entry = |lifetime| {
        let credentials = key("a").expires_at(start + after(lifetime));
        Entry::new(credentials, now(0))
    };
    // 60 to 90 seconds before, spread at random.
    let hour: Vec<_> = (0..50).map(|_| entry(3600)).collect();
    assert!(hour.iter().all(|entry| !entry.is_due(now(3509))));
    assert!(hour.iter().all(|entry| entry.is_due(now(3540))));
    assert!(hour.iter().any(|entry| entry.margin != hour[0].margin));
    assert!(!entry(10).is_due(now(4)));
    assert!(entry(10).is_due(now(5)));
    let unlimited = Entry::new(key("a"), now(0));
    assert!(!unlimited.is_due(now(899)));
    assert!(unlimited.is_due(now(900)));
    assert!(!is_valid(&entry(0).credentials, now(0)));
    assert!(is_valid(&entry(1).credentials, now(0)));
}

#[test]
fn a_refresh_that_was_abandoned_does_not_replace_the_result_of_a_later_one() {
    let (cache, vault, clock) = setup();
    let mut abandoned = pin!(cache.get());
    assert!(poll(abandoned.as_mut()).is_pending());
    clock.advance(60);
    let mut later = pin!(cache.get());
    assert!(poll(later.as_mut()).is_pending());
    vault.answer(Ok(key("new")));
    assert_eq!(poll(later), ready(&key("new")));
    vault.answer(Ok(key("old")));
    assert_eq!(poll(abandoned), ready(&key("old")));
    assert_eq!(get(&cache), ready(&key("new")));
    assert_eq!(vault.calls(), 2);
}

#[test]
fn a_refresh_begins_exactly_when_it_is_due() {
    let (cache, vault, clock) = setup();
    // Without expiry, credentials are kept for 15 minutes.
    vault.answer(Ok(key("a")));
    assert_eq!(get(&cache), ready(&key("a")));
    clock.advance(899);
    assert_eq!(get(&cache), ready(&key("a")));
    assert_eq!(vault.calls(), 1);
    clock.advance(1);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 2);
}

#[test]
fn expired_credentials_of_a_provider_are_returned_once_and_not_kept() {
    let (cache, vault, clock) = setup();
    for calls in 1..=2 {
        let expired = key("a").expires_at(clock.at(0));
        vault.answer(Ok(expired.clone()));
        assert_eq!(get(&cache), ready(&expired));
        assert_eq!(vault.calls(), calls);
    }
}

#[cfg(any(feature = "hyper", feature = "reqwest"))]
#[test]
fn calls_of_a_tokio_runtime_share_a_refresh_and_other_runtimes_have_their_own() {
    let (cache, vault, _) = setup();
    let runtime = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap()
    };
    let (a, b) = (runtime(), runtime());
    let mut of_a = pin!(cache.get());
    let mut of_b = pin!(cache.get());
    let mut outside = pin!(cache.get());
    for _ in 0..2 {
        let _guard = a.enter();
        assert!(poll(of_a.as_mut()).is_pending());
        assert!(get(&cache).is_pending());
    }
    for _ in 0..2 {
        let _guard = b.enter();
        assert!(poll(of_b.as_mut()).is_pending());
        assert!(get(&cache).is_pending());
    }
    assert!(poll(outside.as_mut()).is_pending());
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 3);
    // The first answer is for all.
    vault.answer(Ok(key("first")));
    assert_eq!(poll(of_b), ready(&key("first")));
    assert_eq!(get(&cache), ready(&key("first")));
    // A later one does not replace it.
    vault.answer(Ok(key("second")));
    assert_eq!(poll(of_a), ready(&key("second")));
    assert_eq!(get(&cache), ready(&key("first")));
    assert_eq!(vault.calls(), 3);
}

#[cfg(any(feature = "hyper", feature = "reqwest"))]
#[test]
fn calls_of_other_runtimes_go_on_with_valid_credentials() {
    let (cache, vault, clock) = setup();
    let old = due(&cache, &vault, &clock);
    let mut owner = pin!(cache.get());
    assert!(poll(owner.as_mut()).is_pending());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    let _guard = runtime.enter();
    assert_eq!(get(&cache), ready(&old));
    assert_eq!(vault.calls(), 2);
}

#[test]
fn a_call_that_gives_up_does_not_put_off_the_refresh_of_fresh_credentials() {
    let (cache, vault, clock) = setup();
    let fresh = key("a").expires_at(clock.at(10));
    vault.answer(Ok(fresh.clone()));
    assert_eq!(get(&cache), ready(&fresh));
    // Another call waited for an older refresh.
    clock.advance(4);
    assert_eq!(cache.give_up(), Some(fresh));
    clock.advance(1);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 2);
}

#[test]
fn a_call_that_gives_up_does_not_hasten_the_refresh_of_fresh_credentials() {
    let (cache, vault, clock) = setup();
    vault.answer(Ok(key("a")));
    assert_eq!(get(&cache), ready(&key("a")));
    assert_eq!(cache.give_up(), Some(key("a")));
    clock.advance(899);
    assert_eq!(get(&cache), ready(&key("a")));
    assert_eq!(vault.calls(), 1);
}

#[test]
fn expired_credentials_do_not_replace_valid_ones() {
    let (cache, vault, clock) = setup();
    let old = due(&cache, &vault, &clock);
    vault.answer(Ok(key("stale").expires_at(clock.at(0))));
    assert_eq!(get(&cache), ready(&old));
    // The provider has a pause, as after an error.
    clock.advance(9);
    assert_eq!(get(&cache), ready(&old));
    assert_eq!(vault.calls(), 2);
    clock.advance(1);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 3);
}

/// A wall clock that jumps.
#[derive(Clone, Default)]
struct Jumping(Hand, Arc<Mutex<i64>>);

impl Clock for Jumping {
    fn system_time(&self) -> SystemTime {
        crate::time::corrected(self.0.system_time(), *self.1.lock().unwrap())
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

const DAY: i64 = 86_400_000;

#[test]
fn credentials_without_expiry_age_by_the_monotonic_clock() {
    for jump in [-DAY, DAY] {
        let (vault, clock) = (Vault::default(), Jumping::default());
        let cache = CredentialsCache::new(Arc::new(vault.clone()), Arc::new(clock.clone()));
        vault.answer(Ok(key("a")));
        assert_eq!(get(&cache), ready(&key("a")));
        *clock.1.lock().unwrap() = jump;
        clock.0.advance(899);
        assert_eq!(get(&cache), ready(&key("a")));
        clock.0.advance(1);
        assert!(get(&cache).is_pending());
    }
}

#[test]
fn a_pause_is_measured_by_the_monotonic_clock() {
    let (vault, clock) = (Vault::default(), Jumping::default());
    let cache = CredentialsCache::new(Arc::new(vault.clone()), Arc::new(clock.clone()));
    let old = due(&cache, &vault, &clock.0);
    vault.answer(Err("no network"));
    assert_eq!(get(&cache), ready(&old));
    *clock.1.lock().unwrap() = -20_000;
    clock.0.advance(10);
    assert!(get(&cache).is_pending());
}

#[test]
fn credentials_that_only_a_wrong_clock_calls_expired_are_used_once_it_is_corrected() {
    let (vault, clock) = (Vault::default(), Jumping::default());
    let cache = CredentialsCache::new(Arc::new(vault.clone()), Arc::new(clock.clone()));
    *clock.1.lock().unwrap() = DAY;
    let credentials = key("a").expires_at(clock.0.at(1000));
    vault.answer(Ok(credentials.clone()));
    assert_eq!(get(&cache), ready(&credentials));
    *clock.1.lock().unwrap() = 0;
    clock.0.advance(900);
    assert_eq!(get(&cache), ready(&credentials));
    clock.0.advance(40);
    assert!(get(&cache).is_pending());
    assert_eq!(vault.calls(), 2);
}

/// Uses a cache whenever it is called or dropped.
struct Meddler(Arc<Mutex<Weak<CredentialsCache>>>, Hand);

impl Meddler {
    fn meddle(&self) {
        let cache = self.0.lock().unwrap().upgrade();
        if let Some(cache) = cache {
            let is_free = cache.state.try_lock().is_ok();
            assert!(is_free || std::thread::panicking());
        }
    }
}

impl Clock for Meddler {
    fn system_time(&self) -> SystemTime {
        self.meddle();
        self.1.system_time()
    }

    fn monotonic(&self) -> Duration {
        self.meddle();
        self.1.monotonic()
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.meddle();
    }
}

impl std::fmt::Debug for Meddler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meddler")
    }
}

impl std::fmt::Display for Meddler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meddler")
    }
}

impl std::error::Error for Meddler {}

#[test]
fn nothing_of_others_runs_under_the_lock() {
    let (hand, target) = (Hand::default(), Arc::new(Mutex::new(Weak::new())));
    let meddler = {
        let (hand, target) = (hand.clone(), Arc::clone(&target));
        move || Meddler(Arc::clone(&target), hand.clone())
    };
    let (calls, clock) = (AtomicUsize::new(0), meddler());
    let start = hand.clone();
    let provider = move || {
        let (call, guard) = (calls.fetch_add(1, Ordering::SeqCst), meddler());
        let old = key("old").expires_at(start.at(1000));
        async move {
            match call {
                0 => Ok(old),
                1 => Err(guard.into()),
                _ => {
                    std::future::pending::<()>().await;
                    drop(guard);
                    Err("unreachable".into())
                }
            }
        }
    };
    let cache = Arc::new(CredentialsCache::new(Arc::new(provider), Arc::new(clock)));
    *target.lock().unwrap() = Arc::downgrade(&cache);
    assert!(get(&cache).is_ready());
    // The error of a refresh is dropped, then a refresh that hangs.
    hand.advance(950);
    assert!(get(&cache).is_ready());
    for _ in 0..2 {
        hand.advance(60);
        assert!(get(&cache).is_pending());
    }
    assert_eq!(cache.max_wait(Duration::MAX), Duration::MAX);
    assert_eq!(cache.give_up(), None);
    cache.forget(&key("a"));
}
