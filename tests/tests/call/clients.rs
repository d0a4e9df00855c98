//! Options, timers and timeouts of clients.

use super::*;

#[test]
fn options_of_a_client_add_up_and_leave_the_client_alone() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let base = client(&config(), Hand::default(), move |request| {
        let query = request.uri().query().unwrap_or_default();
        let ticket = request.headers().get("x-ticket").is_some();
        seen.lock().unwrap().push(format!("{query} {ticket}"));
        Ok(Response::builder().status(400).body(String::new()).unwrap())
    });
    let first = base.with_options(CallOptions::new().query("a", "1"));
    let second = first.with_options(CallOptions::new().query("b", "2").header("x-ticket", "t"));
    for client in [&base, &first, &second] {
        block_on(client.send(list())).unwrap_err();
    }
    assert_eq!(
        *requests.lock().unwrap(),
        [" false", "a=1 false", "a=1&b=2 true"]
    );
    // A client with other options shares its state with the original.
    let unchecked = base.with_options(CallOptions::new().validate(false));
    let invalid = || list().max_results(0);
    let error = block_on(base.send(invalid())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let error = block_on(unchecked.send(invalid())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
}

#[test]
fn a_transport_is_told_how_long_an_attempt_may_take() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let config = config()
        .attempt_timeout(seconds(10))
        .call_timeout(seconds(7));
    let client = blocking::Client::builder(config)
        .transport(move |_: Request<Bytes>, timeout: Duration| {
            seen.lock().unwrap().push(timeout);
            Ok(Response::new(blocking::Body::from("{}")))
        })
        .clock(Hand::default())
        .build()
        .unwrap();
    client.send(list()).unwrap();
    let short = CallOptions::new().attempt_timeout(seconds(2));
    let client = client.with_options(short);
    client.send(list()).unwrap();
    // Later options override earlier ones; options that they do not set are kept.
    let other = CallOptions::new().validate(true);
    client.with_options(other).send(list()).unwrap();
    let shorter = CallOptions::new().attempt_timeout(seconds(1));
    client.with_options(shorter).send(list()).unwrap();
    let short_call = CallOptions::new().call_timeout(millis(500));
    client.with_options(short_call).send(list()).unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [seconds(7), seconds(2), seconds(2), seconds(1), millis(500)]
    );
}

#[test]
fn an_attempt_ends_when_the_timer_fires() {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&waits);
    let hung = |_: Request<Bytes>| pending();
    let config = config()
        .attempt_timeout(seconds(9))
        .retry(RetryPolicy::never());
    let client = aws_bedrock::Client::builder(config)
        .transport(hung)
        .sleep(move |wait: Duration| {
            seen.lock().unwrap().push(wait);
            std::future::ready(())
        })
        .clock(Hand::default())
        .build()
        .unwrap();
    let error = block_on(client.send(list())).unwrap_err();
    assert!(error.is_timeout() && error.was_sent());
    assert_eq!(*waits.lock().unwrap(), [seconds(9)]);
}

/// Creates a client of an overloaded service that does not use tokio.
fn overloaded(config: aws_bedrock::Config) -> aws_bedrock::Client {
    let transport = |_: Request<Bytes>| async {
        let response = Response::builder().status(503);
        Ok(response.body(Body::from("")).unwrap())
    };
    let builder = Client::builder(config).transport(transport);
    builder.build().unwrap()
}

#[test]
fn a_call_that_needs_the_timer_of_tokio_fails_without_tokio() {
    let unlimited = || {
        config()
            .retry(RetryPolicy::never())
            .attempt_timeout(Duration::MAX)
            .call_timeout(Duration::MAX)
    };
    for config in [
        config(),
        unlimited().retry(RetryPolicy::standard()),
        unlimited().call_timeout(seconds(1)),
    ] {
        let error = block_on(overloaded(config).send(list())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!error.was_sent() && !error.is_retryable());
    }
    // A call that never waits needs no timer.
    let error = block_on(overloaded(unlimited()).send(list())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
}

#[test]
fn a_tokio_runtime_without_time_is_a_configuration_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let call = async { overloaded(config()).send(list()).await };
    let error = runtime.unwrap().block_on(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("enable_all"), "{error}");
}
