//! Retries: which failures are retried, and when.

use super::*;

#[test]
fn transient_failures_are_retried_with_a_new_signature() {
    let mut call = config().call(list()).unwrap();
    let first = send(call.step(Event::Start, at(START)));
    let wait = sleep(call.step(response(503, &[], ""), at(START)));
    assert!(wait <= millis(50));
    let later = seconds(2);
    let second = send(call.step(Event::Slept, at(later)));
    assert_eq!(first.uri(), second.uri());
    assert_eq!(text(&first, "x-amz-date"), "20240514T130512Z");
    assert_eq!(text(&second, "x-amz-date"), "20240514T130514Z");
    assert_ne!(
        text(&first, "authorization"),
        text(&second, "authorization")
    );
    let wait = sleep(call.step(response(500, &[], "<html>"), at(later)));
    assert!(wait <= millis(100));
    send(call.step(Event::Slept, at(later)));
    let error = failed(call.step(response(502, &[("x-amzn-requestid", "r-3")], ""), at(later)));
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.request_id(), Some("r-3"));
    assert_eq!(error.service_kind(), Some(ServiceErrorKind::Transient));
}

#[test]
fn a_finished_call_stays_finished() {
    let mut call = sent(&config(), list());
    done(call.step(empty_page(), at(START))).unwrap();
    for event in [Event::Slept, Event::Start, empty_page()] {
        let error = failed(call.step(event, at(START)));
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    // Credentials before the call asked for them.
    let mut call = config().call(list()).unwrap();
    let credentials = Credentials::access_key("id", "secret");
    let error = failed(call.step(Event::Credentials(Ok(credentials)), at(START)));
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn permanent_failures_are_final() {
    let rows = [
        (400, r#"{"__type": "ValidationException"}"#),
        (401, ""),
        (403, r#"{"__type": "AccessDeniedException"}"#),
        (404, ""),
        (409, ""),
        (501, ""),
        (505, ""),
        (301, ""),
        // 429 means throttling unless the code says otherwise.
        (429, r#"{"__type": "ValidationException"}"#),
        (200, "<html>not JSON</html>"),
        (200, ""),
    ];
    for (status, body) in rows {
        let mut call = sent(&config(), list());
        let error = failed(call.step(response(status, &[], body), at(START)));
        assert_eq!(error.attempts(), 1, "{status} {body}");
        assert!(!error.is_retryable(), "{status} {body}");
    }
}

#[test]
fn codes_decide_whether_a_service_throttles() {
    for (status, body) in [
        (429, r#"{"__type": "ThrottlingException"}"#),
        (400, r#"{"__type": "ThrottlingException"}"#),
        (429, r#"{"__type": "SomethingNew"}"#),
        (429, ""),
        (503, r#"{"__type": "SlowDown"}"#),
        // A code with a suffix belongs to its family.
        (400, r#"{"__type": "RequestLimitExceeded.Account"}"#),
        (400, r#"{"__type": "Throttling.User.Region"}"#),
        (400, r#"{"__type": "ThrottlingException.Hourly"}"#),
    ] {
        // Waits after throttling are longer; the hint makes their length predictable.
        let mut call = sent(&config(), list());
        let hint = [("x-amz-retry-after", "900")];
        let wait = sleep(call.step(response(status, &hint, body), at(START)));
        assert!(
            (millis(900)..=seconds(1)).contains(&wait),
            "{body}: {wait:?}"
        );
    }
    let mut call = sent(&config(), list());
    let body = r#"{"__type": "NoRequestLimitExceeded"}"#;
    failed(call.step(response(400, &[], body), at(START)));
}

#[test]
fn the_service_decides_the_wait_within_limits() {
    let wait = |headers: &[(&str, &str)]| {
        let mut call = sent(&config(), list());
        sleep(call.step(response(503, headers, ""), at(START)))
    };
    let little = millis(50);
    // The header of AWS is in milliseconds, that of HTTP in seconds.
    assert_eq!(wait(&[("x-amz-retry-after", "1500")]), millis(1500));
    assert_eq!(wait(&[("retry-after", "2")]), seconds(2));
    // A hint extends a wait by five seconds at most.
    let long = wait(&[("retry-after", "3600")]);
    assert!(
        (seconds(5)..=seconds(5) + little).contains(&long),
        "{long:?}"
    );
    // A date is relative to the clock of the service.
    let date = |seconds| http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    let (now, then) = (date(1_000_000_000), date(1_000_000_003));
    assert_eq!(wait(&[("date", &now), ("retry-after", &then)]), seconds(3));
    assert!(wait(&[("date", &then), ("retry-after", &now)]) <= little);
    // The header of AWS is more precise, so it takes precedence.
    let both = [("retry-after", "1"), ("x-amz-retry-after", "2500")];
    assert_eq!(wait(&both), millis(2500));
    // Invalid values are ignored.
    for odd in ["soon", "-1", "1e400", "99999999999999999999", ""] {
        assert!(wait(&[("retry-after", odd)]) <= little, "{odd:?}");
    }
}

#[test]
fn attempts_that_time_out_are_repeated_and_calls_are_not() {
    let config = config()
        .attempt_timeout(seconds(10))
        .call_timeout(seconds(15));
    let mut call = sent(&config, list());
    assert_eq!(call.time_left(at(START)), seconds(10));
    let late = || Event::Failed(TransportError::timeout("no response"));
    sleep(call.step(late(), at(seconds(10))));
    send(call.step(Event::Slept, at(seconds(10))));
    assert_eq!(call.time_left(at(seconds(10))), seconds(5));
    let error = failed(call.step(late(), at(seconds(15))));
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
    assert_eq!(call.time_left(at(seconds(15))), Duration::ZERO);

    // A wait that would not end before the timeout of the call is not started.
    let hint = [("retry-after", "4")];
    let busy = |elapsed| sent(&config, list()).step(response(503, &hint, ""), at(elapsed));
    sleep(busy(seconds(11) - millis(1)));
    failed(busy(seconds(11)));
    failed(busy(seconds(12)));
}

#[test]
fn the_failure_of_an_attempt_is_reported_when_there_is_no_time_for_another() {
    let config = config().call_timeout(seconds(10));
    let mut call = sent(&config, list());
    sleep(call.step(
        response(503, &[("x-amzn-requestid", "r")], ""),
        at(seconds(1)),
    ));
    // The sleep took longer than requested.
    let error = failed(call.step(Event::Slept, at(seconds(10))));
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.request_id(), Some("r"));
    assert_eq!((error.attempts(), error.was_sent()), (1, true));
}

#[test]
fn a_call_without_time_for_its_first_attempt_times_out_unsent() {
    let config = config::<aws_bedrock::AwsBedrock>().call_timeout(seconds(10));
    let mut call = config.call(list()).unwrap();
    let error = failed(call.step(Event::Start, at(seconds(10))));
    assert!(error.is_timeout() && error.is_retryable());
    assert_eq!((error.attempts(), error.was_sent()), (0, false));
}

#[test]
fn timeouts_of_zero_are_configuration_errors() {
    for config in [
        config().attempt_timeout(START),
        config().call_timeout(START),
        config().connect_timeout(START),
    ] {
        assert_eq!(config.call(list()).unwrap_err().kind(), ErrorKind::Config);
    }
    for options in [
        CallOptions::new().attempt_timeout(START),
        CallOptions::new().call_timeout(START),
    ] {
        let mut call = config().call_with(list(), &options).unwrap();
        let error = failed(call.step(Event::Start, at(START)));
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

#[test]
fn the_retry_policy_of_a_call_overrides_that_of_its_client() {
    // An attempt to correct the date counts too: a policy of one attempt allows only one request.
    let date = http_date(SystemTime::UNIX_EPOCH + NOON + seconds(3600));
    let refused = response(
        403,
        &[("date", &date)],
        r#"{"__type": "RequestTimeTooSkewed"}"#,
    );
    let never = config().retry(RetryPolicy::never());
    failed(sent(&never, list()).step(refused, at(START)));
    failed(sent(&never, list()).step(response(500, &[], ""), at(START)));
    let twice = CallOptions::new().retry(RetryPolicy::standard().max_attempts(2));
    let mut call = never.call_with(list(), &twice).unwrap();
    send(call.step(Event::Start, at(START)));
    sleep(call.step(response(500, &[], ""), at(START)));
    send(call.step(Event::Slept, at(START)));
    failed(call.step(response(500, &[], ""), at(START)));
}

#[test]
fn failures_are_repeated_if_another_attempt_may_succeed_and_is_safe() {
    type Failure = Box<dyn Fn() -> Event>;
    fn replied(status: u16, body: &'static str) -> Failure {
        Box::new(move || response(status, &[], body))
    }
    fn lost(error: fn(&'static str) -> TransportError) -> Failure {
        Box::new(move || Event::Failed(error("it failed")))
    }
    let every = outcome(true, true, 3);
    let once = outcome(false, true, 1);
    let unsent = outcome(false, false, 1);
    #[rustfmt::skip]
    let rows = [
        // The request was not sent.
        ("connect", lost(TransportError::connect), outcome(true, false, 3), outcome(true, false, 3)),
        // The service refused the request without an effect.
        ("429", replied(429, ""), every, outcome(true, true, 3)),
        ("425", replied(425, ""), outcome(true, true, 3), outcome(true, true, 3)),
        // The request may have had an effect.
        ("500", replied(500, ""), outcome(true, true, 3), outcome(false, true, 1)),
        ("502", replied(502, ""), outcome(true, true, 3), outcome(false, true, 1)),
        ("503", replied(503, ""), outcome(true, true, 3), outcome(false, true, 1)),
        ("504", replied(504, ""), outcome(true, true, 3), outcome(false, true, 1)),
        ("408", replied(408, ""), outcome(true, true, 3), outcome(false, true, 1)),
        ("timeout", lost(TransportError::timeout), outcome(true, true, 3), outcome(false, true, 1)),
        ("lost", lost(TransportError::other), outcome(true, true, 3), outcome(false, true, 1)),
        // Another attempt would fail in the same way.
        ("certificate", lost(TransportError::certificate), unsent, outcome(false, false, 1)),
        ("proxy", lost(TransportError::proxy), outcome(false, false, 1), outcome(false, false, 1)),
        ("configuration", lost(TransportError::config), outcome(false, false, 1), outcome(false, false, 1)),
        ("access denied", replied(403, ""), once, outcome(false, true, 1)),
        ("credentials refused", replied(401, ""), outcome(false, true, 1), outcome(false, true, 1)),
        ("invalid", replied(400, ""), outcome(false, true, 1), outcome(false, true, 1)),
        ("501", replied(501, ""), outcome(false, true, 1), outcome(false, true, 1)),
        ("decode", replied(200, "<html>"), outcome(false, true, 1), outcome(false, true, 1)),
    ];
    for (name, failure, read_only, other) in rows {
        let read = fail(&config(), list(), &failure);
        assert_eq!(read, read_only, "{name}, read-only");
        let written = fail(&write_config(), write(), &failure);
        assert_eq!(written, other, "{name}");
        let plain = fail(&writes_config(), writes::CountThing::new("a"), &failure);
        assert_eq!(plain, other, "{name}");
        let idempotent = fail(&writes_config(), writes::DeleteThing::new("a"), &failure);
        assert_eq!(idempotent, read_only, "{name}, idempotent");
        let create = || writes::CreateThing::new("a");
        let given = fail(&writes_config(), create().client_token("t"), &failure);
        assert_eq!(given, read_only, "{name}, the caller's token");
        // Within the call as if it were idempotent, and after it not.
        let created = fail(&writes_config(), create(), &failure);
        let expected = Outcome {
            requests: read_only.requests,
            ..other
        };
        assert_eq!(created, expected, "{name}, a token of the call");
    }
    // A code can mark a failure as transient just as a status can.
    let code = replied(400, r#"{"__type": "RequestTimeout"}"#);
    assert_eq!(fail(&config(), list(), &code), outcome(true, true, 3));

    // Failures before the request is built.
    let never = || panic!("a request was sent");
    let unsent = outcome(false, false, 0);
    let invalid = list().max_results(0);
    assert_eq!(fail(&config(), invalid, &never), unsent);
    let invalid = write().x_trace("xyz");
    assert_eq!(fail(&write_config(), invalid, &never), unsent);
    let no_credentials = Config::new().region("us-east-1");
    assert_eq!(fail(&no_credentials, list(), &never), unsent);
    assert_eq!(fail(&Config::new(), write(), &never), unsent);
    let no_region = Config::new().credentials(Credentials::access_key("id", "secret"));
    assert_eq!(fail(&no_region, list(), &never), unsent);

    // A failed provider may succeed later, but is not called again within the same call.
    let failed = || async { Err::<Credentials, _>("never asked".into()) };
    let sealed = outcome(true, false, 0);
    let provider = config().credentials_provider(failed);
    assert_eq!(fail(&provider, list(), &never), sealed);
    let provider = write_config().credentials_provider(failed);
    assert_eq!(fail(&provider, write(), &never), sealed);
}

#[test]
fn what_happened_to_an_earlier_attempt_is_not_forgotten() {
    // The first attempt reached the service, the last one did not.
    let mut call = sent(&config(), list());
    sleep(call.step(response(503, &[], ""), at(START)));
    send(call.step(Event::Slept, at(START)));
    sleep(call.step(Event::Failed(TransportError::connect("refused")), at(START)));
    send(call.step(Event::Slept, at(START)));
    let error = failed(call.step(Event::Failed(TransportError::connect("refused")), at(START)));
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.was_sent());
}

#[test]
fn oversized_responses_are_final() {
    let page = format!(
        "{{\"modelSummaries\": [], \"more\": \"{}\"}}",
        "a".repeat(100)
    );
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let config = config().max_response_bytes(100);
    let client = client(&config, Hand::default(), move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(Response::new(page.clone()))
    });
    let error = block_on(client.send(list())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.is_retryable() && error.was_sent());
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}
