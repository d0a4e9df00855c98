//! Credentials providers.

use cloud_models_runtime::{BoxFuture, ProviderError};

use super::*;

/// A provider that is ready only after some polls and returns the keys `key-0`, `key-1` and so on, each valid for 1000
/// seconds.
#[derive(Clone)]
struct SlowVault {
    hand: Hand,
    calls: Arc<AtomicUsize>,
}

impl SlowVault {
    fn new(hand: &Hand) -> Self {
        Self {
            hand: hand.clone(),
            calls: Arc::default(),
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn provider(
        &self,
    ) -> impl Fn() -> BoxFuture<'static, Result<Credentials, ProviderError>> + Send + Sync + 'static
    {
        let vault = self.clone();
        move || {
            let number = vault.calls.fetch_add(1, Ordering::SeqCst);
            let expiry = vault.hand.system_time() + seconds(1000);
            let mut polls_left = 3;
            Box::pin(async move {
                std::future::poll_fn(|context| match polls_left {
                    0 => Poll::Ready(()),
                    _ => {
                        polls_left -= 1;
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                })
                .await;
                let key = Credentials::access_key(format!("key-{number}"), "secret");
                Ok(key.expires_at(expiry))
            })
        }
    }
}

/// Returns the number of the key that signed each request.
type Signers = Arc<Mutex<Vec<String>>>;

/// Returns an exchange that records which key signed each request.
fn recording(
    signers: &Signers,
) -> impl Fn(Request<Bytes>) -> Result<Response<String>, TransportError> + Send + Sync + 'static {
    let signers = Arc::clone(signers);
    move |request| {
        let authorization = text(&request, "authorization");
        let key = authorization
            .split(['=', '/'])
            .find(|part| part.starts_with("key-"));
        signers.lock().unwrap().push(key.unwrap().to_owned());
        Ok(Response::new("{}".to_owned()))
    }
}

#[test]
fn the_call_that_starts_a_refresh_waits_for_it() {
    let (hand, signers) = (Hand::default(), Signers::default());
    let vault = SlowVault::new(&hand);
    let config = config().credentials_provider(vault.provider());
    let client = client(&config, hand.clone(), recording(&signers));
    block_on(client.send(list())).unwrap();
    hand.advance(seconds(500));
    block_on(client.send(list())).unwrap();
    hand.advance(seconds(450));
    // Each of these infrequent calls needs several polls of the provider before it gets its key.
    block_on(client.send(list())).unwrap();
    block_on(client.send(list())).unwrap();
    assert_eq!(
        *signers.lock().unwrap(),
        ["key-0", "key-0", "key-1", "key-1"]
    );
    assert_eq!(vault.calls(), 2);
}

#[test]
fn the_blocking_call_that_starts_a_refresh_waits_for_it() {
    let (hand, signers) = (Hand::default(), Signers::default());
    let vault = SlowVault::new(&hand);
    let config = config().credentials_provider(vault.provider());
    let client = blocking_client(&config, hand.clone(), recording(&signers));
    client.send(list()).unwrap();
    hand.advance(seconds(950));
    client.send(list()).unwrap();
    client.send(list()).unwrap();
    assert_eq!(*signers.lock().unwrap(), ["key-0", "key-1", "key-1"]);
    assert_eq!(vault.calls(), 2);
}

#[test]
fn other_calls_go_on_with_the_old_key_during_a_refresh() {
    let (hand, signers) = (Hand::default(), Signers::default());
    let vault = SlowVault::new(&hand);
    let config = config().credentials_provider(vault.provider());
    let client = client(&config, hand.clone(), recording(&signers));
    block_on(client.send(list())).unwrap();
    hand.advance(seconds(950));
    let mut starter = Box::pin(client.send(list()));
    assert!(poll_once(starter.as_mut()).is_pending());
    let mut other = pin!(client.send(list()));
    assert!(poll_once(other.as_mut()).is_ready());
    // The call that started the refresh is dropped; the next call continues the same refresh.
    drop(starter);
    block_on(client.send(list())).unwrap();
    assert_eq!(*signers.lock().unwrap(), ["key-0", "key-0", "key-1"]);
    assert_eq!(vault.calls(), 2);
}

#[test]
fn refused_credentials_are_replaced_by_the_next_call() {
    let hand = Hand::default();
    let vault = SlowVault::new(&hand);
    let config = config().credentials_provider(vault.provider());
    let status = |status: u16| {
        move |_| {
            let response = Response::builder().status(status);
            Ok(response.body(r#"{"message": "no"}"#.to_owned()).unwrap())
        }
    };
    let refusing = client(&config, hand.clone(), status(401));
    for calls in 1..=2 {
        let error = block_on(refusing.send(list())).unwrap_err();
        assert!(error.is_authentication());
        assert_eq!((vault.calls(), error.attempts()), (calls, 1));
    }
    let refusing = blocking_client(&config, hand.clone(), status(401));
    for calls in 3..=4 {
        refusing.send(list()).unwrap_err();
        assert_eq!(vault.calls(), calls);
    }
    // Other errors do not mean that the credentials are invalid.
    let failing = client(&config, hand, status(403));
    for _ in 0..2 {
        block_on(failing.send(list())).unwrap_err();
    }
    assert_eq!(vault.calls(), 5);
}

#[test]
fn a_provider_that_hangs_fails_the_call_and_nothing_else() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let hanging = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        pending()
    };
    let policy = RetryPolicy::standard().max_attempts(2);
    let plain = config().retry(policy).attempt_timeout(millis(20));
    let config = plain.clone().credentials_provider(hanging);
    let is_right = |error: &Error| {
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!((error.attempts(), error.was_sent()), (0, false));
        // The caller may try again later.
        assert!(error.is_retryable() && !error.is_timeout());
    };
    let unsent = |_: Request<Bytes>| async {
        panic!("a request was sent");
        #[expect(unreachable_code, reason = "the type of the result")]
        Ok(Response::new(Body::from("")))
    };
    // The timer fires at once.
    let client = Client::builder(config.clone())
        .transport(unsent)
        .sleep(|_| std::future::ready(()))
        .clock(Hand::default())
        .build()
        .unwrap();
    for _ in 0..40 {
        is_right(&block_on(client.send(list())).unwrap_err());
    }
    // All of them wait for the same refresh.
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let client = blocking::Client::builder(config)
        .transport(|_: Request<Bytes>, _: Duration| panic!("a request was sent"))
        .sleep(|_| panic!("it waits"))
        .build()
        .unwrap();
    is_right(&client.send(list()).unwrap_err());
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    // The retry budget is unchanged.
    assert_eq!(retries_left(&plain, broken), 35);
}

#[test]
fn a_provider_says_whether_trying_again_can_help() {
    let fail = |error: ProviderError| {
        let unused = || async { Err::<Credentials, _>("never asked".into()) };
        let mut call = config().credentials_provider(unused).call(list()).unwrap();
        call.step(Event::Start, at(START));
        failed(call.step(Event::Credentials(Err(error)), at(START)))
    };
    let error = fail("the vault does not answer".into());
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_retryable());
    let error = fail(ProviderError::permanent("no such profile"));
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!error.is_retryable());
}

#[test]
fn a_refresh_of_another_tokio_runtime_is_not_waited_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let provider = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(millis(50)).await;
            Ok(Credentials::access_key("key-0", "secret"))
        }
    };
    let config = config()
        .credentials_provider(provider)
        .call_timeout(seconds(10));
    let client = Client::builder(config)
        .transport(|_: Request<Bytes>| async { Ok(Response::new(Body::from("{}"))) })
        .build()
        .unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().unwrap()
    };
    let first = runtime();
    let cancelled = first.block_on(async {
        let call = client.send(list());
        tokio::time::timeout(millis(5), call).await
    });
    cancelled.unwrap_err();
    runtime().block_on(client.send(list())).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Returns a provider whose calls, from the second one on, take six seconds, during which earlier credentials expire.
fn slow_renewal(
    hand: &Hand,
) -> impl Fn() -> BoxFuture<'static, Result<Credentials, ProviderError>> + Send + Sync + 'static {
    let (hand, calls) = (hand.clone(), AtomicUsize::new(0));
    move || {
        let number = calls.fetch_add(1, Ordering::SeqCst);
        let hand = hand.clone();
        Box::pin(async move {
            let mut is_waiting = number > 0;
            std::future::poll_fn(|_| {
                if !std::mem::take(&mut is_waiting) {
                    return Poll::Ready(());
                }
                hand.advance(seconds(6));
                Poll::Pending
            })
            .await;
            let key = Credentials::access_key(format!("key-{number}"), "secret");
            Ok(key.expires_at(hand.system_time() + seconds(1000)))
        })
    }
}

#[test]
fn a_call_waits_on_if_credentials_expire_during_the_short_wait() {
    let (hand, signers) = (Hand::default(), Signers::default());
    let exchange = recording(&signers);
    let config = config()
        .call_timeout(seconds(30))
        .credentials_provider(slow_renewal(&hand));
    let client = Client::builder(config)
        .transport(move |request| {
            let response = exchange(request).map(|response| response.map(Body::from));
            async { response }
        })
        // Only the short wait ends.
        .sleep(|wait| async move {
            if wait != seconds(5) {
                pending().await
            }
        })
        .clock(hand.clone())
        .build()
        .unwrap();
    block_on(client.send(list())).unwrap();
    hand.advance(millis(998_500));
    block_on(client.send(list())).unwrap();
    assert_eq!(*signers.lock().unwrap(), ["key-0", "key-1"]);
}

#[test]
fn a_blocking_call_waits_on_if_credentials_expire_during_the_short_wait() {
    let (hand, signers) = (Hand::default(), Signers::default());
    let config = config()
        .call_timeout(seconds(30))
        .credentials_provider(slow_renewal(&hand));
    let client = blocking_client(&config, hand.clone(), recording(&signers));
    client.send(list()).unwrap();
    hand.advance(millis(998_500));
    client.send(list()).unwrap();
    assert_eq!(*signers.lock().unwrap(), ["key-0", "key-1"]);
}

/// A clock that is an hour ahead.
struct Ahead(Hand);

impl Clock for Ahead {
    fn system_time(&self) -> SystemTime {
        self.0.system_time() + seconds(3600)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

#[test]
fn credentials_expire_by_the_clock_of_the_service() {
    let hand = Hand::default();
    let vault = SlowVault::new(&hand);
    let theirs = http_date(hand.system_time());
    let refused = AtomicUsize::new(0);
    let transport = move |_: Request<Bytes>| {
        let response = match refused.fetch_add(1, Ordering::SeqCst) {
            0 => Response::builder().status(403).header("date", &theirs).body(Body::from(
                r#"{"message": "Signature not yet current", "__type": "InvalidSignatureException"}"#,
            )),
            _ => Response::builder().body(Body::from("{}")),
        };
        async { Ok(response.unwrap()) }
    };
    let client = Client::builder(config().credentials_provider(vault.provider()))
        .transport(transport)
        .sleep(|_| pending())
        .clock(Ahead(hand))
        .build()
        .unwrap();
    for _ in 0..3 {
        block_on(client.send(list())).unwrap();
    }
    assert_eq!(vault.calls(), 1);
}
