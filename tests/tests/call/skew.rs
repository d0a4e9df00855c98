//! Clock skew, and the error that is reported if correcting the clock does not help.

use super::*;

/// Response of a service that refuses a request because of its date.
struct Refusal {
    status: u16,
    body: &'static str,
    date_header: &'static str,
}

/// Checks that the date is corrected once by the clock of the service, and that later calls use the corrected clock.
fn corrects_the_date<O: Operation + Clone>(operation: &O, refusal: &Refusal) {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let ours = SystemTime::UNIX_EPOCH + NOON;
    let digits = |text: &str| -> String { text.chars().filter(|c| !"-:".contains(*c)).collect() };
    let date_of = |request: &Request<Bytes>| digits(text(request, refusal.date_header));
    for (theirs, corrected) in [
        (ours + minutes(30), "2024-05-14T13:35:12Z"),
        (ours - minutes(30), "2024-05-14T12:35:12Z"),
        (ours + minutes(4), "2024-05-14T13:09:12Z"),
        (ours - minutes(4), "2024-05-14T13:01:12Z"),
    ] {
        let config = config::<O::Service>();
        let mut call = sent(&config, operation.clone());
        let date = http_date(theirs);
        let refused = || response(refusal.status, &[("date", &date)], refusal.body);
        // The corrected request is sent without a wait.
        let second = send(call.step(refused(), at(START)));
        assert_eq!(date_of(&second), digits(corrected));
        // The clock is not corrected a second time.
        failed(call.step(refused(), at(START)));
        // Later calls use the corrected clock.
        let mut call = config.call(operation.clone()).unwrap();
        let first = send(call.step(Event::Start, at(START)));
        assert_eq!(date_of(&first), digits(corrected));
        // The date is right now, so the refusal has another reason and is final.
        failed(call.step(refused(), at(START)));
    }

    let refused_once = |headers: &[(&str, &str)], config: &Config<O::Service>, received| {
        let mut call = sent(config, operation.clone());
        failed(call.step(
            response(refusal.status, headers, refusal.body),
            at(received),
        ))
    };
    let half_an_hour = http_date(ours + minutes(30));
    let config = config::<O::Service>;
    // Services accept a difference this small.
    let three = http_date(ours + minutes(3));
    refused_once(&[("date", &three)], &config(), START);
    // The date of a cached response is that of the original.
    let cached = [("date", half_an_hour.as_str()), ("age", "1800")];
    refused_once(&cached, &config(), START);
    // The date of a slow response is too imprecise.
    let patient = config().call_timeout(minutes(60));
    refused_once(&[("date", &half_an_hour)], &patient, minutes(16));
    refused_once(&[], &config(), START);
    refused_once(&[("date", "tomorrow")], &config(), START);
    // If the correction is disabled, the error mentions the difference.
    let off = config().correct_clock(false);
    let error = refused_once(&[("date", &half_an_hour)], &off, START);
    assert!(error.to_string().contains("30 minutes"), "{error}");
}

#[test]
fn a_wrong_clock_is_corrected_once() {
    corrects_the_date(
        &list(),
        &Refusal {
            status: 403,
            body: r#"{"__type": "InvalidSignatureException", "message": "Signature expired"}"#,
            date_header: "x-amz-date",
        },
    );
    corrects_the_date(
        &baidu_qianfan::DescribeCustomModelSets::new(),
        &Refusal {
            status: 400,
            body: r#"{"code": "RequestExpired", "message": "Request has expired."}"#,
            date_header: "x-bce-date",
        },
    );
    corrects_the_date(
        &huawei_fabric::ListModels::new("w"),
        &Refusal {
            status: 401,
            body: r#"{"error_code": "APIG.0301", "error_msg": "Incorrect IAM authentication information"}"#,
            date_header: "x-sdk-date",
        },
    );
    corrects_the_date(
        &volcengine_ark::ListCustomModels::new(),
        &Refusal {
            status: 400,
            body: r#"{"ResponseMetadata": {"RequestId": "r", "Error": {"Code": "InvalidTimestamp", "Message": "m"}}}"#,
            date_header: "x-date",
        },
    );
}

/// A refusal by a service whose clock is some time ahead of ours.
fn too_late(ahead: Duration) -> Event {
    let date = http_date(SystemTime::UNIX_EPOCH + NOON + ahead);
    let headers = [("date", date.as_str()), ("x-amzn-requestid", "r-1")];
    response(403, &headers, r#"{"__type": "InvalidSignatureException"}"#)
}

#[test]
fn only_a_refused_signature_is_corrected() {
    let date = http_date(SystemTime::UNIX_EPOCH + NOON + seconds(1800));
    let headers = [("date", date.as_str())];
    // Some services respond to a wrong date as if permission were missing.
    let denied = r#"{"__type": "AccessDeniedException"}"#;
    send(sent(&config(), list()).step(response(403, &headers, denied), at(START)));
    send(sent(&config(), list()).step(response(401, &headers, ""), at(START)));
    for status in [400, 404, 409, 501] {
        failed(sent(&config(), list()).step(response(status, &headers, ""), at(START)));
    }
    // Requests with a token contain no date.
    let token = config().credentials(Credentials::bearer_token("token"));
    failed(sent(&token, list()).step(response(401, &headers, ""), at(START)));
}

#[test]
fn a_clock_that_was_set_right_is_trusted_again() {
    let config = config();
    let mut call = sent(&config, list());
    send(call.step(too_late(seconds(1800)), at(START)));
    done(call.step(empty_page(), at(START))).unwrap();
    let mut call = config.call(list()).unwrap();
    let wrong = send(call.step(Event::Start, at(START)));
    assert_eq!(text(&wrong, "x-amz-date"), "20240514T133512Z");
    let right = send(call.step(too_late(START), at(START)));
    assert_eq!(text(&right, "x-amz-date"), "20240514T130512Z");
}

#[test]
fn the_difference_of_the_clocks_is_measured_at_the_midpoint_of_the_exchange() {
    // The response took 100 seconds, and its date is 240 seconds after the midpoint by our clock.
    let config = config().call_timeout(seconds(600));
    let mut call = sent(&config, list());
    let second = send(call.step(too_late(seconds(50 + 240)), at(seconds(100))));
    // 13:05:12 + 100 s + 240 s
    assert_eq!(text(&second, "x-amz-date"), "20240514T131052Z");
    // This difference is just too small. Measured from the start of the request, it would be large enough.
    let mut call = sent(&config.clone().region("eu-central-1"), list());
    failed(call.step(too_late(seconds(50 + 239)), at(seconds(100))));
}

#[test]
fn the_refusal_is_reported_if_the_corrected_request_cannot_be_sent() {
    let is_the_refusal = |error: &Error| {
        assert_eq!(error.code(), Some("InvalidSignatureException"));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!((error.attempts(), error.was_sent()), (1, true));
    };
    let is_named = |error: &Error, reason: &str| {
        assert!(error.to_string().contains(reason), "{error}");
    };
    // The call has reached its timeout.
    let limited = || config::<aws_bedrock::AwsBedrock>().call_timeout(seconds(10));
    let mut call = sent(&limited(), list());
    is_the_refusal(&failed(call.step(too_late(seconds(1800)), at(seconds(10)))));

    let provided = |then: Event| {
        let unused = || async { Err::<Credentials, _>("never asked".into()) };
        let config = limited().credentials_provider(unused);
        let mut call = config.call(list()).unwrap();
        let key = Credentials::access_key("id", "secret");
        assert!(matches!(
            call.step(Event::Start, at(START)),
            Step::Credentials
        ));
        send(call.step(Event::Credentials(Ok(key)), at(START)));
        let step = call.step(too_late(seconds(1800)), at(START));
        assert!(matches!(step, Step::Credentials));
        failed(call.step(then, at(START)))
    };
    // The provider fails.
    let error = provided(Event::Credentials(Err("the vault is sealed".into())));
    is_the_refusal(&error);
    is_named(&error, "the vault is sealed");
    // The provider returns invalid credentials.
    let unusable = Credentials::access_key("id", "");
    let error = provided(Event::Credentials(Ok(unusable)));
    is_the_refusal(&error);
    is_named(&error, "secret access key");
    // The provider takes all the remaining time.
    let unused = || async { Err::<Credentials, _>("never asked".into()) };
    let config = limited().credentials_provider(unused);
    let mut call = config.call(list()).unwrap();
    let key = || Event::Credentials(Ok(Credentials::access_key("id", "secret")));
    call.step(Event::Start, at(START));
    send(call.step(key(), at(START)));
    call.step(too_late(seconds(1800)), at(START));
    is_the_refusal(&failed(call.step(key(), at(seconds(10)))));
}

#[test]
fn the_failure_of_an_attempt_is_reported_if_the_provider_fails_afterwards() {
    let unused = || async { Err::<Credentials, _>("never asked".into()) };
    let config = config::<aws_bedrock::AwsBedrock>().credentials_provider(unused);
    let mut call = config.call(list()).unwrap();
    call.step(Event::Start, at(START));
    let key = Credentials::access_key("id", "secret");
    send(call.step(Event::Credentials(Ok(key)), at(START)));
    sleep(call.step(response(503, &[], "busy"), at(START)));
    assert!(matches!(
        call.step(Event::Slept, at(START)),
        Step::Credentials
    ));
    let error = failed(call.step(
        Event::Credentials(Err("the vault is sealed".into())),
        at(START),
    ));
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.is_retryable());
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}
