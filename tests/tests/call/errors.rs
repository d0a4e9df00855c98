//! Errors, and the hooks that receive them.

use super::*;

#[test]
fn messages_are_cut() {
    let message = "模".repeat(16_385);
    let body = serde_json::json!({"__type": "Odd", "message": message}).to_string();
    let error = failed(sent(&config(), list()).step(response(400, &[], &body), at(START)));
    assert_eq!(error.message().unwrap().chars().count(), 16_384);
    assert!(error.message().unwrap().chars().all(|c| c == '模'));
    // A message within the limit is not shortened.
    let message = "模".repeat(16_384);
    let body = serde_json::json!({"__type": "Odd", "message": message}).to_string();
    let error = failed(sent(&config(), list()).step(response(400, &[], &body), at(START)));
    assert_eq!(error.message(), Some(message.as_str()));
    // `Display` shortens it further, to one line.
    assert!(error.to_string().chars().count() < 1000);
}

#[test]
fn errors_are_cloned_and_show_their_structure() {
    let body = r#"{"__type": "Odd", "message": "m", "more": "canary"}"#;
    let headers = [("x-amzn-requestid", "r-1")];
    let error = failed(sent(&config(), list()).step(response(400, &headers, body), at(START)));
    let clone = error.clone();
    drop(error);
    assert_eq!(clone.code(), Some("Odd"));
    assert_eq!(clone.reply().unwrap().body(), body);
    let debug = format!("{clone:?}");
    for part in [
        "kind: Service",
        "service: \"Amazon Bedrock\"",
        "operation: Some(\"ListCustomModels\")",
        "service_kind: Invalid",
        "code: Some(\"Odd\")",
        "message: Some(\"m\")",
        "status: 400",
        "request_id: Some(\"r-1\")",
        "attempts: 1",
        "sent: true",
        "retryable: false",
    ] {
        assert!(debug.contains(part), "{part} in {debug}");
    }
    assert!(!debug.contains("canary"), "{debug}");
}

#[test]
fn tests_of_programs_can_create_errors() {
    let error = Error::service(ServiceErrorKind::NotFound, "NoModel", "there is none");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.is_not_found() && !error.is_retryable() && error.was_sent());
    assert_eq!(error.code(), Some("NoModel"));
    assert_eq!(error.message(), Some("there is none"));
    assert!(error.reply().is_none());
    assert_eq!(error.attempts(), 0);
    let text = error.to_string();
    assert!(
        text.contains("NoModel") && text.contains("there is none"),
        "{text}"
    );
    assert!(Error::service(ServiceErrorKind::Transient, "A", "b").is_retryable());
    let error = Error::timeout();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_retryable() && error.was_sent());
    assert_eq!(error.code(), None);
}

#[test]
fn predicates_follow_the_kind() {
    type Predicate = fn(&Error) -> bool;
    let predicates: [(ServiceErrorKind, Predicate); 5] = [
        (ServiceErrorKind::Throttled, Error::is_throttled),
        (ServiceErrorKind::AccessDenied, Error::is_access_denied),
        (ServiceErrorKind::Authentication, Error::is_authentication),
        (ServiceErrorKind::ClockSkew, Error::is_clock_skew),
        (ServiceErrorKind::NotFound, Error::is_not_found),
    ];
    for (kind, _) in predicates {
        let error = Error::service(kind, "Code", "message");
        for (other, holds) in predicates {
            assert_eq!(holds(&error), kind == other, "{kind:?} {other:?}");
        }
    }
}

#[test]
fn a_status_without_a_known_code_decides_the_kind() {
    let config = config::<aws_bedrock::AwsBedrock>().retry(RetryPolicy::never());
    for status in 400..=599 {
        let kind = match status {
            400 | 405 | 411 | 412 | 413 | 414 | 415 => ServiceErrorKind::Invalid,
            401 => ServiceErrorKind::Authentication,
            403 => ServiceErrorKind::AccessDenied,
            404 => ServiceErrorKind::NotFound,
            408 | 500 | 502 | 503 | 504 => ServiceErrorKind::Transient,
            429 => ServiceErrorKind::Throttled,
            _ => ServiceErrorKind::Other,
        };
        for body in ["", r#"{"__type": "Odd"}"#] {
            let error = failed(sent(&config, list()).step(response(status, &[], body), at(START)));
            assert_eq!(error.service_kind(), Some(kind), "{status} {body}");
        }
    }
}

/// Records the events that a hook receives.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl AttemptHook for Recorder {
    fn started(&self, attempt: &Attempt<'_>) {
        let Attempt {
            service,
            operation,
            number,
            method,
            host,
            path,
            ..
        } = attempt;
        let line = format!("{number} {service} {operation}: {method} {host} {path}");
        self.0.lock().unwrap().push(line);
    }

    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        let result = match result {
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("{:?} {:?}", error.kind(), error.status()),
        };
        let line = format!("{} {elapsed:?} {result}", attempt.number);
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn errors_of_making_a_transport_are_converted() {
    let make = || -> cloud_models::Result<()> { Err(TransportError::config("no roots"))? };
    let error = make().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.to_string(), "no roots");
    let error = Error::from(TransportError::connect("refused"));
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_retryable() && !error.was_sent());
}

#[test]
fn a_hook_observes_every_attempt() {
    let hook = Recorder::default();
    let config = config().attempt_hook(hook.clone());
    let mut call = config.call(list().max_results(5)).unwrap();
    assert_eq!(hook.take(), [""; 0]);
    send(call.step(Event::Start, at(START)));
    let started =
        "1 Amazon Bedrock ListCustomModels: GET bedrock.cn-north-4.amazonaws.com.cn /custom-models";
    assert_eq!(hook.take(), [started]);
    sleep(call.step(response(503, &[], ""), at(millis(1500))));
    assert_eq!(hook.take(), ["1 1.5s Service Some(503)"]);
    send(call.step(Event::Slept, at(seconds(2))));
    sleep(call.step(broken(), at(millis(2250))));
    let lines = hook.take();
    assert!(lines[0].starts_with("2 Amazon Bedrock"), "{lines:?}");
    assert_eq!(lines[1..], ["2 250ms Transport None"]);
    send(call.step(Event::Slept, at(seconds(3))));
    done(call.step(empty_page(), at(seconds(3)))).unwrap();
    assert_eq!(hook.take()[1..], ["3 0ns ok"]);
    // An invalid request is not sent, and an unexpected response belongs to no attempt.
    failed(
        config
            .call(list().max_results(0))
            .unwrap()
            .step(Event::Start, at(START)),
    );
    done(config.call(list()).unwrap().step(empty_page(), at(START))).unwrap();
    assert_eq!(hook.take(), [""; 0]);
}

#[test]
fn a_hook_measures_by_the_clock_of_the_client() {
    let hook = Recorder::default();
    let hand = Hand::default();
    let moving = hand.clone();
    let config = config().attempt_hook(Arc::new(hook.clone()));
    let client = client(&config, hand.clone(), move |_| {
        moving.advance(seconds(3));
        Ok(Response::new("{}".to_owned()))
    });
    block_on(client.send(list())).unwrap();
    assert_eq!(hook.take()[1..], ["1 3s ok"]);
    let moving = hand.clone();
    let client = blocking_client(&config, hand, move |_| {
        moving.advance(seconds(4));
        Err(TransportError::certificate("not trusted"))
    });
    client.send(list()).unwrap_err();
    assert_eq!(hook.take()[1..], ["1 4s Transport None"]);
}

#[test]
fn debug_output_of_calls_omits_secrets() {
    let credentials = Credentials::access_key("id", "canary").session_token("canary");
    let config = config()
        .credentials(credentials.clone())
        .header("x-team", "canary");
    let mut call = config.call(list().name_contains("canary")).unwrap();
    let step = call.step(Event::Start, at(START));
    let events = [
        Event::Credentials(Ok(credentials)),
        Event::Credentials(Err("canary".into())),
        response(200, &[("x-secret", "canary")], "canary"),
        Event::Failed(TransportError::other("canary")),
    ];
    let text = format!("{step:?} {call:?} {events:?} {:?}", call.signing());
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("Send(GET)"), "{text}");
    assert!(text.contains("Response(200 OK)"), "{text}");
}
