//! Calls, step by step, without a network or a clock: what is tried again, when, and signed how.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::transport::TransportError;
use cloud_models::{
    Call, CallOptions, Credentials, Error, ErrorKind, Event, Now, Operation, Reply, RetryPolicy,
    Service, Step, aws_bedrock, baidu_qianfan, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::Config;
use cloud_models_tests::goldens::parameters;
use cloud_models_tests::server::http_date;
use http::{Request, Response};

/// 2024-05-14T13:05:12Z
const NOON: Duration = Duration::from_secs(1_715_691_912);

fn at(elapsed: Duration) -> Now {
    Now::new(SystemTime::UNIX_EPOCH + NOON + elapsed, elapsed)
}

const START: Duration = Duration::ZERO;

fn config<S: Service>() -> Config<S> {
    Config::new()
        .region("cn-north-4")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
}

fn list() -> aws_bedrock::ListCustomModels {
    aws_bedrock::ListCustomModels::new()
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Event {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let body = Bytes::from(body.to_owned());
    Event::Response(response.body(body).unwrap())
}

fn empty_page() -> Event {
    response(200, &[], "{}")
}

fn send<T: Debug>(step: Step<T>) -> Request<Bytes> {
    match step {
        Step::Send(request) => request,
        step => panic!("not sent: {step:?}"),
    }
}

fn sleep<T: Debug>(step: Step<T>) -> Duration {
    match step {
        Step::Sleep(duration) => duration,
        step => panic!("no wait: {step:?}"),
    }
}

fn done<T: Debug>(step: Step<T>) -> Result<Reply<T>, Error> {
    match step {
        Step::Done(result) => result,
        step => panic!("not done: {step:?}"),
    }
}

fn failed<T: Debug>(step: Step<T>) -> Error {
    done(step).unwrap_err()
}

/// A call that has sent its first request.
fn sent<O: Operation>(config: &Config<O::Service>, operation: O) -> Call<O> {
    let mut call = config.call(operation).unwrap();
    send(call.step(Event::Start, at(START)));
    call
}

#[test]
fn what_may_pass_is_tried_three_times_and_signed_anew() {
    let mut call = config().call(list()).unwrap();
    let first = send(call.step(Event::Start, at(START)));
    let wait = sleep(call.step(response(503, &[], ""), at(START)));
    assert!(wait <= Duration::from_millis(50));
    let later = Duration::from_secs(2);
    let second = send(call.step(Event::Slept, at(later)));
    assert_eq!(first.uri(), second.uri());
    assert_eq!(first.headers()["x-amz-date"], "20240514T130512Z");
    assert_eq!(second.headers()["x-amz-date"], "20240514T130514Z");
    assert_ne!(
        first.headers()["authorization"],
        second.headers()["authorization"]
    );
    let wait = sleep(call.step(response(500, &[], "<html>"), at(later)));
    assert!(wait <= Duration::from_millis(100));
    send(call.step(Event::Slept, at(later)));
    let error = failed(call.step(response(502, &[("x-amzn-requestid", "r-3")], ""), at(later)));
    assert_eq!(error.attempts(), 3);
    assert_eq!(
        error.to_string(),
        "Amazon Bedrock ListCustomModels: Bad Gateway: the body is empty (HTTP 502, request id r-3, after 3 attempts)"
    );
}

#[test]
fn a_call_that_is_over_stays_over() {
    let mut call = sent(&config(), list());
    done(call.step(empty_page(), at(START))).unwrap();
    let error = failed(call.step(Event::Slept, at(START)));
    assert!(error.to_string().contains("the call is over"), "{error}");
}

#[test]
fn a_provider_that_fails_later_does_not_hide_what_went_wrong_first() {
    use cloud_models::transport::{self, Body};
    use std::sync::atomic::{AtomicU32, Ordering};
    let asked = AtomicU32::new(0);
    let end = SystemTime::now() + Duration::from_millis(20);
    let provider = move || {
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            match first {
                true => Ok(Credentials::access_key("id", "secret").expires_at(end)),
                false => Err("the vault is sealed".into()),
            }
        }
    };
    let transport = transport::from_fn(
        |_| async {
            let mut response = Response::new(Body::from("busy"));
            *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
            Ok(response)
        },
        |_| tokio::time::sleep(Duration::from_millis(30)),
    );
    let client = aws_bedrock::Client::builder(aws_bedrock::Config::new().region("us-east-1"))
        .transport(transport)
        .credentials_provider(provider)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let error = runtime.block_on(client.send(list())).unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    let text = error.to_string();
    assert!(
        text.contains(
            "was not tried again: the provider of credentials failed: the vault is sealed"
        ),
        "{text}"
    );
}

#[test]
fn what_will_not_pass_is_final() {
    let rows = [
        (400, r#"{"__type": "ValidationException"}"#),
        (401, ""),
        (403, r#"{"__type": "AccessDeniedException"}"#),
        (404, ""),
        (409, ""),
        (501, ""),
        (505, ""),
        (301, ""),
        // 429 is about throttling unless its code says otherwise.
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
    ] {
        // Throttling makes longer waits, which a hint makes certain here.
        let mut call = sent(&config(), list());
        let hint = [("x-amz-retry-after", "900")];
        let wait = sleep(call.step(response(status, &hint, body), at(START)));
        assert!(
            wait >= Duration::from_millis(900),
            "{status} {body}: {wait:?}"
        );
        assert!(wait <= Duration::from_secs(1), "{status} {body}: {wait:?}");
    }
}

#[test]
fn a_service_is_heard_within_limits() {
    let wait = |headers: &[(&str, &str)]| {
        let mut call = sent(&config(), list());
        sleep(call.step(response(503, headers, ""), at(START)))
    };
    let seconds = Duration::from_secs;
    let little = Duration::from_millis(50);
    // Milliseconds in AWS's own header, seconds in that of HTTP.
    assert_eq!(
        wait(&[("x-amz-retry-after", "1500")]),
        Duration::from_millis(1500)
    );
    assert_eq!(wait(&[("retry-after", "2")]), seconds(2));
    // Not more than five seconds beyond what was planned.
    let long = wait(&[("retry-after", "3600")]);
    assert!(
        (seconds(5)..=seconds(5) + little).contains(&long),
        "{long:?}"
    );
    // A date, by the clock of the service.
    let date = |seconds| http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    let (now, then) = (date(1_000_000_000), date(1_000_000_003));
    assert_eq!(wait(&[("date", &now), ("retry-after", &then)]), seconds(3));
    assert!(wait(&[("date", &then), ("retry-after", &now)]) <= little);
    // What makes no sense is passed over.
    for odd in ["soon", "-1", "1e400", "99999999999999999999", ""] {
        assert!(wait(&[("retry-after", odd)]) <= little, "{odd:?}");
    }
}

#[test]
fn attempts_that_take_too_long_are_repeated_calls_are_not() {
    let config = config()
        .attempt_timeout(Duration::from_secs(10))
        .call_timeout(Duration::from_secs(15));
    let mut call = sent(&config, list());
    assert_eq!(call.time_left(at(START)), Duration::from_secs(10));
    let ten = Duration::from_secs(10);
    let late = || Event::Failed(TransportError::timeout("no answer"));
    sleep(call.step(late(), at(ten)));
    send(call.step(Event::Slept, at(ten)));
    assert_eq!(call.time_left(at(ten)), Duration::from_secs(5));
    let end = Duration::from_secs(15);
    let error = failed(call.step(late(), at(end)));
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
    assert_eq!(call.time_left(at(end)), Duration::ZERO);

    // A wait that would end behind the call is not begun.
    let mut call = sent(&config, list());
    let hint = [("retry-after", "4")];
    failed(call.step(response(503, &hint, ""), at(Duration::from_secs(12))));
}

#[test]
fn what_changes_something_is_repeated_only_if_it_cannot_have_happened() {
    let search = || parameters::Search::new("needle", 7, parameters::Kind::Big, [1, 2]);
    const { assert!(!parameters::Search::READ_ONLY) };
    let config = parameters::Config::new()
        .credentials(Credentials::auth_token("token"))
        .validate(false);
    let sent = || sent(&config, search());
    failed(sent().step(response(500, &[], ""), at(START)));
    failed(sent().step(Event::Failed(TransportError::other("reset")), at(START)));
    failed(sent().step(Event::Failed(TransportError::timeout("late")), at(START)));
    sleep(sent().step(Event::Failed(TransportError::connect("refused")), at(START)));
    sleep(sent().step(response(429, &[], ""), at(START)));
}

/// How many calls get a retry while nothing but failures comes back.
fn retries_until_the_budget_is_spent(config: &aws_bedrock::Config, failure: fn() -> Event) -> u32 {
    (0..1000)
        .take_while(|_| {
            let mut call = sent(config, list());
            match call.step(failure(), at(START)) {
                Step::Sleep(_) => {
                    send(call.step(Event::Slept, at(START)));
                    failed(call.step(response(400, &[], ""), at(START)));
                    true
                }
                step => {
                    failed(step);
                    false
                }
            }
        })
        .count()
        .try_into()
        .unwrap()
}

#[test]
fn all_calls_of_a_client_share_a_budget_of_retries() {
    let broken = || Event::Failed(TransportError::other("reset"));
    let late = || Event::Failed(TransportError::timeout("late"));
    let throttled = || response(429, &[], "");
    // 500 in all; a retry takes 14, or 5 if the service throttles.
    assert_eq!(retries_until_the_budget_is_spent(&config(), broken), 35);
    assert_eq!(retries_until_the_budget_is_spent(&config(), late), 35);
    assert_eq!(retries_until_the_budget_is_spent(&config(), throttled), 100);

    let config = config();
    retries_until_the_budget_is_spent(&config, broken);
    // 10 are left, and each call that needs no retry gives 1.
    for _ in 0..4 {
        done(sent(&config, list()).step(empty_page(), at(START))).unwrap();
    }
    // Success gives back what the last retry took.
    for _ in 0..10 {
        let mut call = sent(&config, list());
        sleep(call.step(broken(), at(START)));
        send(call.step(Event::Slept, at(START)));
        done(call.step(empty_page(), at(START))).unwrap();
    }
    // So does a call that nobody waits for any longer.
    for _ in 0..10 {
        let mut call = sent(&config, list());
        sleep(call.step(broken(), at(START)));
    }
    assert_eq!(retries_until_the_budget_is_spent(&config, broken), 1);
}

#[test]
fn a_policy_of_ones_own_counts() {
    // Also where only the clock has to be set: one attempt is one attempt.
    let date = http_date(SystemTime::UNIX_EPOCH + NOON + Duration::from_secs(3600));
    let refused = response(
        403,
        &[("date", &date)],
        r#"{"__type": "RequestTimeTooSkewed"}"#,
    );
    let never = config().retry(RetryPolicy::never());
    failed(sent(&never, list()).step(refused, at(START)));
    let never = config().retry(RetryPolicy::never());
    failed(sent(&never, list()).step(response(500, &[], ""), at(START)));
    let once = CallOptions::new().retry(RetryPolicy::standard().max_attempts(2));
    let mut call = config().call_with(list(), &once).unwrap();
    send(call.step(Event::Start, at(START)));
    sleep(call.step(response(500, &[], ""), at(START)));
    send(call.step(Event::Slept, at(START)));
    failed(call.step(response(500, &[], ""), at(START)));
}

// --- a clock that is off ---

/// A refusal for its date, by a service whose clock shows `theirs`.
struct Refusal {
    status: u16,
    body: &'static str,
    date_header: &'static str,
}

/// The call corrects the date by the clock of the service, once; later calls know.
fn corrects<O: Operation + Clone>(operation: &O, refusal: &Refusal) {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let ours = SystemTime::UNIX_EPOCH + NOON;
    for (theirs, corrected) in [
        (ours + minutes(30), "2024-05-14T13:35:12Z"),
        (ours - minutes(30), "2024-05-14T12:35:12Z"),
        (ours + minutes(4), "2024-05-14T13:09:12Z"),
    ] {
        let config = config::<O::Service>();
        let mut call = sent(&config, operation.clone());
        let date = http_date(theirs);
        let refused = || response(refusal.status, &[("date", &date)], refusal.body);
        // At once, without a wait.
        let second = send(call.step(refused(), at(START)));
        let sent_at = |request: &Request<Bytes>| {
            let date = request.headers()[refusal.date_header].to_str().unwrap();
            let digits: String = date.chars().filter(|c| !"-:".contains(*c)).collect();
            digits
        };
        let corrected: String = corrected.chars().filter(|c| !"-:".contains(*c)).collect();
        assert_eq!(sent_at(&second), corrected);
        // Once is enough.
        failed(call.step(refused(), at(START)));
        // Who comes after knows.
        let mut call = config.call(operation.clone()).unwrap();
        assert_eq!(
            sent_at(&send(call.step(Event::Start, at(START)))),
            corrected
        );
        // A refusal that is about something else is final at once.
        failed(call.step(refused(), at(START)));
    }

    let refused_once = |headers: &[(&str, &str)], config: &Config<O::Service>, answered| {
        let mut call = sent(config, operation.clone());
        failed(call.step(
            response(refusal.status, headers, refusal.body),
            at(answered),
        ))
    };
    let half_an_hour = http_date(ours + minutes(30));
    let config = config::<O::Service>;
    // A difference that services accept.
    let three = http_date(ours + minutes(3));
    refused_once(&[("date", &three)], &config(), START);
    // An answer out of a cache is as old as that.
    refused_once(
        &[("date", &half_an_hour), ("age", "1800")],
        &config(),
        START,
    );
    // One that was long on its way tells nothing.
    let patient = config().call_timeout(minutes(60));
    refused_once(&[("date", &half_an_hour)], &patient, minutes(16));
    refused_once(&[], &config(), START);
    refused_once(&[("date", "tomorrow")], &config(), START);
    // The off switch.
    let off = config().correct_clock(false);
    let error = refused_once(&[("date", &half_an_hour)], &off, START);
    let text = error.to_string();
    assert!(
        text.ends_with(
            "; the clock of this machine differs from the service's by 30 minutes: set it"
        ),
        "{text}"
    );
}

#[test]
fn a_clock_that_is_off_is_corrected_once() {
    corrects(
        &list(),
        &Refusal {
            status: 403,
            body: r#"{"__type": "InvalidSignatureException", "message": "Signature expired"}"#,
            date_header: "x-amz-date",
        },
    );
    corrects(
        &baidu_qianfan::DescribeCustomModelSets::new(),
        &Refusal {
            status: 400,
            body: r#"{"code": "RequestExpired", "message": "Request has expired."}"#,
            date_header: "x-bce-date",
        },
    );
    corrects(
        &huawei_fabric::ListModels::new("w"),
        &Refusal {
            status: 401,
            body: r#"{"error_code": "APIG.0301", "error_msg": "Incorrect IAM authentication information"}"#,
            date_header: "x-sdk-date",
        },
    );
    corrects(
        &volcengine_ark::ListCustomModels::new(),
        &Refusal {
            status: 400,
            body: r#"{"ResponseMetadata": {"RequestId": "r", "Error": {"Code": "InvalidTimestamp", "Message": "m"}}}"#,
            date_header: "x-date",
        },
    );
}

#[test]
fn a_clock_that_was_set_right_is_trusted_again() {
    let config = config();
    let refused = |minutes: u64| {
        let date = http_date(SystemTime::UNIX_EPOCH + NOON + Duration::from_secs(60 * minutes));
        response(
            403,
            &[("date", &date)],
            r#"{"__type": "InvalidSignatureException"}"#,
        )
    };
    let mut call = sent(&config, list());
    send(call.step(refused(30), at(START)));
    done(call.step(empty_page(), at(START))).unwrap();
    let mut call = config.call(list()).unwrap();
    let wrong = send(call.step(Event::Start, at(START)));
    assert_eq!(wrong.headers()["x-amz-date"], "20240514T133512Z");
    let right = send(call.step(refused(0), at(START)));
    assert_eq!(right.headers()["x-amz-date"], "20240514T130512Z");
}

// --- what is never sent ---

#[test]
fn nothing_is_sent_without_credentials() {
    let error = failed(
        aws_bedrock::Config::new()
            .region("us-east-1")
            .call(list())
            .unwrap()
            .step(Event::Start, at(START)),
    );
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(
        error.to_string(),
        "Amazon Bedrock ListCustomModels: there are no credentials: give some with `Config::credentials`, or use \
         `Config::from_env` and set one of: AWS_BEARER_TOKEN_BEDROCK; AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY (+ \
         AWS_SESSION_TOKEN if temporary)"
    );
}

#[test]
fn keys_that_no_header_can_carry_are_refused_without_being_shown() {
    for (credentials, part) in [
        (
            Credentials::access_key("canary\n", "s"),
            "the id of the access key",
        ),
        (
            Credentials::access_key("id", "s").session_token("canary\n"),
            "the session token",
        ),
        (
            Credentials::bearer_token("canary\r\nx: y"),
            "the bearer token",
        ),
    ] {
        let config = config().credentials(credentials);
        let error = failed(config.call(list()).unwrap().step(Event::Start, at(START)));
        assert_eq!(error.kind(), ErrorKind::Credentials);
        let text = error.to_string();
        assert!(text.contains(part) && !text.contains("canary"), "{text}");
    }
}

#[test]
fn endpoints_that_cannot_be_are_refused() {
    let refused = |config: aws_bedrock::Config| config.call(list()).unwrap_err().to_string();
    for (endpoint, part) in [
        ("", "neither https:// nor http://"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        (
            "example.com",
            "\"example.com\" is no base URL: it begins with neither https:// nor http://",
        ),
        (
            "https://a.example.com,https://b.example.com",
            "its host is no name",
        ),
        ("https://example.com:99999", "its port is none"),
        ("https://example.com:", "its port is none"),
        ("https://example.com:0", "its port is none"),
        ("https://exa mple.com", "no base URL"),
        ("https://[::1", "no base URL"),
        ("https://example.com/\u{e9}", "has to escape"),
        ("ftp://example.com", "neither https:// nor http://"),
        ("https://user:canary@example.com", "a user name"),
        ("https://example.com?canary", "a query"),
        ("https://example.com#canary", "a fragment"),
        ("http://example.com", "`Config::allow_http(true)`"),
        ("http://127.0.0.1.example.com", "`Config::allow_http(true)`"),
        ("http://[::2]", "`Config::allow_http(true)`"),
    ] {
        let text = refused(config().endpoint(endpoint));
        assert!(
            text.contains(part) && !text.contains("canary"),
            "{endpoint}: {text}"
        );
    }
    for region in [
        "",
        "a/b",
        "a.example.com",
        "-a",
        "a b",
        "模",
        &"a".repeat(64),
    ] {
        let text = refused(config().region(region));
        assert!(
            text.contains("cannot be part of a host name"),
            "{region}: {text}"
        );
    }
    assert!(refused(config().project_id("p")).contains("no projects"));
    for endpoint in [
        "http://localhost:1",
        "http://127.1.2.3",
        "http://[::1]:8080/base/",
        "https://example.com:8443/base",
    ] {
        config().endpoint(endpoint).call(list()).unwrap();
    }
    config()
        .endpoint("http://example.com")
        .allow_http(true)
        .call(list())
        .unwrap();
}

#[test]
fn the_host_header_has_no_port_that_goes_without_saying() {
    let host = |endpoint: &str| {
        let config = config().endpoint(endpoint).allow_http(true);
        let request = send(config.call(list()).unwrap().step(Event::Start, at(START)));
        request.headers()["host"].to_str().unwrap().to_owned()
    };
    assert_eq!(host("https://example.com:443"), "example.com");
    assert_eq!(host("http://example.com:80/"), "example.com");
    assert_eq!(host("http://example.com:443"), "example.com:443");
    assert_eq!(host("http://[::1]:8080"), "[::1]:8080");
}

#[test]
fn credentials_that_are_empty_are_refused_at_once() {
    for (credentials, part) in [
        (
            Credentials::access_key("", "s"),
            "the id of the access key is empty",
        ),
        (
            Credentials::access_key("i", ""),
            "the secret of the access key is empty",
        ),
        (
            Credentials::access_key("i", "s").session_token(""),
            "the session token is empty",
        ),
        (Credentials::bearer_token(""), "the token is empty"),
    ] {
        let error = config().credentials(credentials).call(list()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_signature_that_names_a_region_has_one() {
    let config = || aws_bedrock::Config::new().endpoint("http://127.0.0.1:1");
    let keys = config().credentials(Credentials::access_key("id", "secret"));
    let error = keys.call(list()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`Config::region`, or set AWS_REGION"),
        "{error}"
    );
    // A token needs none.
    config()
        .credentials(Credentials::bearer_token("token"))
        .call(list())
        .unwrap();
}

#[test]
fn no_time_at_all_is_told_as_such() {
    let config = config().attempt_timeout(Duration::ZERO);
    let error = failed(config.call(list()).unwrap().step(Event::Start, at(START)));
    assert!(
        error.to_string().contains("`attempt_timeout` is 0"),
        "{error}"
    );
}

// --- what can be added ---

#[test]
fn what_the_crate_does_not_know_yet_can_be_added() {
    let options = CallOptions::new()
        .query("newFilter", "a b&c")
        .query("newFilter", "d");
    let mut call = config().call_with(list().max_results(5), &options).unwrap();
    let request = send(call.step(Event::Start, at(START)));
    assert_eq!(
        request.uri().query(),
        Some("maxResults=5&newFilter=a%20b%26c&newFilter=d")
    );
}

#[test]
fn members_can_be_added_to_a_body() {
    let ark = || volcengine_ark::ListCustomModels::new().page_size(5);
    let with = |options: &CallOptions| {
        let mut call = config().call_with(ark(), options).unwrap();
        call.step(Event::Start, at(START))
    };
    let options = CallOptions::new()
        .body_member("New", serde_json::json!({"A": [1]}))
        .body_member("More", "b");
    assert_eq!(
        send(with(&options)).body(),
        r#"{"PageSize":5,"New":{"A":[1]},"More":"b"}"#
    );
    let error = failed(with(&CallOptions::new().body_member("PageSize", 6)));
    assert_eq!(error.violations()[0].field, "PageSize");
    // A query has no body to add to.
    let options = CallOptions::new().body_member("New", "canary");
    let mut call = config().call_with(list(), &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "New");
    assert!(!error.to_string().contains("canary"), "{error}");
    let options = CallOptions::new().query("maxResults", "canary");
    let mut call = config().call_with(list().max_results(5), &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "maxResults");
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn requests_name_who_sends_them() {
    let agent = |config: aws_bedrock::Config| match config
        .call(list())
        .unwrap()
        .step(Event::Start, at(START))
    {
        Step::Send(request) => Ok(request.headers()["user-agent"].to_str().unwrap().to_owned()),
        step => Err(failed(step)),
    };
    let own = concat!("cloud-models/", env!("CARGO_PKG_VERSION"));
    assert_eq!(agent(config()).unwrap(), own);
    assert_eq!(
        agent(config().user_agent("my-tool/1.2")).unwrap(),
        format!("my-tool/1.2 {own}")
    );
    let error = agent(config().user_agent("my\ntool")).unwrap_err();
    assert_eq!(error.violations()[0].field, "User-Agent");
}
