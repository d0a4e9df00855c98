//! Operations that change something: replies without output, idempotency tokens, and what is sent twice.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport, TransportError};
use cloud_models_runtime::{
    Call, CallOptions, Client, Config, Credentials, Error, ErrorKind, Event, Now, Operation, Reply,
    RetryPolicy, ServiceErrorKind, Step, blocking,
};
use cloud_models_tests::goldens::writes::{
    CheckThing, CopyThing, CountThing, CreateThing, DeleteThing, StartJob, StartedJob, Writes,
};
use cloud_models_tests::probe;
use cloud_models_tests::server::{self, Action, Server};
use serde_json::{Value, json};

const SEED: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
const UUID: &str = "01234567-89ab-4def-8123-456789abcdef";

fn config() -> Config<Writes> {
    let moment = Duration::from_millis(2);
    Config::new()
        .credentials(Credentials::bearer_token("bearer"))
        .retry(RetryPolicy::standard().backoff(moment, moment))
}

fn now() -> Now {
    Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO)
}

fn response(status: u16, body: impl Into<Bytes>) -> Event {
    let response = http::Response::builder().status(status);
    Event::Response(response.body(body.into()).unwrap())
}

fn reply<O: Operation<Service = Writes>>(
    operation: O,
    status: u16,
    body: impl Into<Bytes>,
) -> Result<Reply<O::Output>, Error> {
    let mut call = config().call(operation).unwrap();
    match call.step(response(status, body), now()) {
        Step::Done(result) => result,
        step => panic!("{step:?}"),
    }
}

/// Bodies of a success of an operation without output.
const SUCCESSES: &[&str] = &[
    "",
    " \r\n\t",
    "{}",
    "null",
    "true",
    "17",
    "[]",
    r#""deleted""#,
    "OK",
    "deleted thing [7]",
    "\u{5220}\u{9664}\u{6210}\u{529f}",
    r#"{"data":null}"#,
    r#"{"data":{}}"#,
    r#"{"data":[]}"#,
    r#"{"data":"x","requestId":"r"}"#,
    r#"{"message":"deleted"}"#,
    r#"{"code":0,"message":"ok"}"#,
    r#"{"code":"0"}"#,
    r#"{"code":null}"#,
    r#"{"code":{"a":1}}"#,
    r#"{"text":"\ud83d"}"#,
];

#[test]
fn an_operation_without_output_takes_every_success() {
    for status in [200, 201, 202, 204, 206] {
        for body in SUCCESSES {
            let () = reply(DeleteThing::new("a"), status, *body)
                .unwrap_or_else(|error| panic!("{status} {body:?}: {error}"))
                .into_inner();
            // So does an output without fields, which may get some later.
            let started = reply(StartJob::new(), status, *body).unwrap();
            assert_eq!(*started, StartedJob::default(), "{body:?}");
        }
    }
    // Not UTF-8, so not JSON either.
    reply(DeleteThing::new("a"), 200, b"\xc9\xbe\xb3\xfd".as_slice()).unwrap();
    let large = format!("{{\"a\":\"{}\"}}", "a".repeat(2 << 20));
    reply(DeleteThing::new("a"), 200, large).unwrap();
    let deep = "[".repeat(100_000);
    reply(DeleteThing::new("a"), 200, deep).unwrap();
    let reply = reply(DeleteThing::new("a"), 200, r#"{"requestId":"r-1"}"#).unwrap();
    assert_eq!(reply.request_id(), Some("r-1"));
    assert_eq!(reply.raw().as_ref(), br#"{"requestId":"r-1"}"#);
}

#[test]
fn an_operation_without_output_still_fails() {
    for body in [
        r#"{"code":"Denied","message":"no"}"#,
        r#"{"code":17,"data":{}}"#,
        "\u{feff}{\"code\":\"Denied\"}",
        r#" {"code":"\ud83d"}"#,
    ] {
        let error = reply(DeleteThing::new("a"), 200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service, "{body}");
        assert!(error.code().is_some() && error.was_sent());
        let error = reply(StartJob::new(), 200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service, "{body}");
    }
    // A page of something in between, and an object that was cut: its code could be missing.
    for body in [
        "<!DOCTYPE html><html></html>",
        "\n <html>",
        "\u{feff}<html>",
        "<?xml version='1.0'?><Deleted/>",
        r#"{"message":"x""#,
        r#"{"a":1}}"#,
        "{",
    ] {
        for status in [200, 204] {
            let error = reply(DeleteThing::new("a"), status, body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
            assert!(!error.is_retryable());
        }
    }
    // A compressed body may hide a code; a code that is there twice is a code.
    let compressed = http::Response::builder().header("content-encoding", "gzip");
    let compressed = compressed
        .body(Bytes::from_static(b"\x1f\x8b\x08"))
        .unwrap();
    let mut call = config().call(DeleteThing::new("a")).unwrap();
    let step = call.step(Event::Response(compressed), now());
    let Step::Done(Err(error)) = step else {
        panic!("{step:?}")
    };
    assert_eq!(error.kind(), ErrorKind::Decode);
    for body in [
        r#"{"code":"Denied","code":null}"#,
        r#"{"code":null,"code":"Denied"}"#,
    ] {
        let error = reply(DeleteThing::new("a"), 200, body).unwrap_err();
        assert_eq!(error.code(), Some("Denied"), "{body}");
    }
    for status in [301, 304, 400, 404, 500] {
        let error = reply(CountThing::new("a"), status, "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service, "{status}");
    }
    // An output with fields needs a body.
    let error = reply(CreateThing::new("a"), 204, "").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn a_page_is_no_success_whatever_its_label() {
    let send = |label: &str, body: &'static str| {
        let response = http::Response::builder().header("content-type", label);
        let response = response.body(Bytes::from_static(body.as_bytes())).unwrap();
        let mut call = config().call(DeleteThing::new("a")).unwrap();
        match call.step(Event::Response(response), now()) {
            Step::Done(result) => result.map(drop).map_err(|error| error.kind()),
            step => panic!("{step:?}"),
        }
    };
    for (label, body) in [
        ("text/html", "<html>"),
        ("text/html; charset=utf-8", "Please <a href='/'>log in</a>"),
        ("Text/HTML", "Sorry.<br>"),
        ("application/xhtml+xml", "\n<?xml version='1.0'?><html/>"),
        ("text/plain", "<html>"),
        ("application/json", " <!-- moved -->"),
        ("", "<deleted>"),
    ] {
        assert_eq!(send(label, body), Err(ErrorKind::Decode), "{label}: {body}");
    }
    // Frameworks label texts as HTML, too.
    for (label, body) in [
        ("text/html", ""),
        ("text/html", "deleted"),
        ("text/html", "{}"),
        ("text/plain", "1 < 2"),
        ("application/json", r#"{"data":"<b>"}"#),
    ] {
        assert_eq!(send(label, body), Ok(()), "{label}: {body}");
    }
    let error = send("text/html", r#"{"code":"Denied"}"#);
    assert_eq!(error, Err(ErrorKind::Service));
}

#[test]
fn every_way_to_send_gets_the_success() {
    let bodies = [
        "",
        "{}",
        "null",
        "true",
        "deleted",
        r#"{"message":"deleted"}"#,
    ];
    let script = || {
        let mut replies = vec![server::Reply::new(204).into()];
        replies.extend(bodies.map(|body| server::Reply::json(200, body).into()));
        replies.push(server::Reply::json(200, r#"{"code":"Denied"}"#).into());
        replies.push(server::Reply::html(200, "<html>").into());
        Server::in_turn::<Action>(replies)
    };
    for (name, server, outcomes) in each(script, 9, || DeleteThing::new("a/b")) {
        let (failures, successes) = outcomes.split_at(7);
        assert!(failures.iter().all(Result::is_ok), "{name}: {failures:?}");
        let kinds: Vec<_> = successes
            .iter()
            .map(|outcome| outcome.as_ref().unwrap_err().kind())
            .collect();
        assert_eq!(kinds, [ErrorKind::Service, ErrorKind::Decode], "{name}");
        let request = &server.requests()[0];
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("DELETE", "/things/a%2Fb")
        );
        server.assert_no_problems();
    }
    // The reply to HEAD has no body, whatever length it announces.
    let script = || Server::start(|_, _| server::Reply::json(200, "{}"));
    for (name, _, outcomes) in each(script, 2, || CheckThing::new("a")) {
        assert!(outcomes.iter().all(Result::is_ok), "{name}: {outcomes:?}");
    }
}

/// Name of a transport, its server, and the outcomes of its calls.
type Outcomes = (&'static str, Server, Vec<Result<(), Error>>);

/// Sends an operation several times with every transport, each with a separate server.
fn each<O: Operation<Service = Writes>>(
    script: impl Fn() -> Server,
    times: usize,
    operation: impl Fn() -> O,
) -> Vec<Outcomes> {
    let transports: [(_, Arc<dyn Transport>); 2] = [
        ("hyper", Arc::new(Hyper::new().unwrap())),
        ("reqwest", Arc::new(Reqwest::new().unwrap())),
    ];
    let mut all = Vec::new();
    for (name, transport) in transports {
        let server = script();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let outcomes = runtime.block_on(async {
            let client = Client::builder(config().endpoint(server.url()))
                .transport(transport)
                .build()
                .unwrap();
            let mut outcomes = Vec::new();
            for _ in 0..times {
                outcomes.push(client.send(operation()).await.map(drop));
            }
            outcomes
        });
        all.push((name, server, outcomes));
    }
    let server = script();
    let client = blocking::Client::builder(config().endpoint(server.url()))
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    let outcomes = (0..times).map(|_| client.send(operation()).map(drop));
    let outcomes = outcomes.collect();
    all.push(("ureq", server, outcomes));
    all
}

/// Returns the idempotency token of a request.
fn token(request: &server::Request) -> Option<String> {
    let body: Option<Value> = serde_json::from_slice(&request.body).ok();
    let in_body = body.and_then(|body| Some(body["clientToken"].as_str()?.to_owned()));
    let elsewhere = request
        .header("x-client-token")
        .or(request.query_value("token"));
    in_body.or(elsewhere.map(str::to_owned))
}

#[test]
fn a_lost_write_is_sent_twice_where_that_is_safe() {
    /// Name of the transport, tokens of all requests, and outcome.
    type Sent = (&'static str, Vec<Option<String>>, Result<(), Error>);

    /// Sends an operation whose first request is read and not answered.
    fn sent<O: Operation<Service = Writes>>(operation: impl Fn() -> O) -> Vec<Sent> {
        let script = || {
            Server::start(|_, n| match n {
                0 => Action::Reset,
                _ => server::Reply::json(200, r#"{"data":{}}"#).into(),
            })
        };
        let all = each(script, 1, operation).into_iter();
        all.map(|(name, server, mut outcomes)| {
            let tokens = server.requests().iter().map(token).collect();
            (name, tokens, outcomes.pop().unwrap())
        })
        .collect()
    }
    for (name, tokens, outcome) in sent(|| DeleteThing::new("a")) {
        assert_eq!(tokens, [None, None], "{name}");
        outcome.unwrap();
    }
    for (name, tokens, outcome) in sent(|| CountThing::new("a")) {
        assert_eq!(tokens, [None], "{name}");
        let error = outcome.unwrap_err();
        assert!(!error.is_retryable() && error.was_sent(), "{name}: {error}");
        assert_eq!(error.idempotency_token(), None);
    }
    let mut seen = Vec::new();
    let all = [
        sent(|| CreateThing::new("a")),
        sent(|| CopyThing::new("a")),
        sent(StartJob::new),
    ];
    for (name, tokens, outcome) in all.into_iter().flatten() {
        let [Some(first), Some(second)] = &tokens[..] else {
            panic!("{name}: {tokens:?}");
        };
        assert_eq!(first, second, "{name}");
        outcome.unwrap();
        seen.push(first.clone());
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "each call has another token");
    for (name, tokens, outcome) in sent(|| CreateThing::new("a").client_token("mine")) {
        let mine = Some("mine".to_owned());
        assert_eq!(tokens, [mine.clone(), mine], "{name}");
        outcome.unwrap();
    }
}

/// Returns the first request of a call, and the call.
fn begun<O: Operation<Service = Writes>>(operation: O) -> (http::Request<Bytes>, Call<O>) {
    let mut call = config()
        .call_seeded(operation, &CallOptions::new(), SEED)
        .unwrap();
    match call.step(Event::Start, now()) {
        Step::Send(request) => (request, call),
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_token_is_a_uuid_that_is_cut_where_it_is_too_long() {
    let (request, _) = begun(CreateThing::new("a"));
    let body = format!(r#"{{"name":"a","clientToken":"{UUID}"}}"#);
    assert_eq!(request.body(), body.as_bytes());
    let (request, _) = begun(CopyThing::new("a"));
    assert_eq!(request.headers()["x-client-token"], &UUID[..32]);
    let (request, _) = begun(StartJob::new());
    assert_eq!(
        request.uri().query(),
        Some(format!("token={UUID}").as_str())
    );
    // An empty text is no token.
    let (request, _) = begun(StartJob::new().token(""));
    assert_eq!(
        request.uri().query(),
        Some(format!("token={UUID}").as_str())
    );
    // The caller's token is sent as it is, and checked like any other parameter.
    let (request, _) = begun(StartJob::new().token("a b"));
    assert_eq!(request.uri().query(), Some("token=a%20b"));
    let mut call = config()
        .call(CopyThing::new("a").x_client_token("x".repeat(33)))
        .unwrap();
    match call.step(Event::Start, now()) {
        Step::Done(Err(error)) => {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(error.idempotency_token(), None, "nothing was sent");
        }
        step => panic!("{step:?}"),
    }
}

#[test]
fn calls_with_the_same_seed_take_the_same_steps() {
    let steps = |seed: u128| {
        let call = config().call_seeded(CreateThing::new("a"), &CallOptions::new(), seed);
        let mut call = call.unwrap();
        let mut event = Event::Start;
        let mut steps = Vec::new();
        loop {
            event = match call.step(event, now()) {
                Step::Send(request) => {
                    steps.push(String::from_utf8_lossy(request.body()).into_owned());
                    response(503, "")
                }
                Step::Sleep(wait) => {
                    steps.push(format!("{wait:?}"));
                    Event::Slept
                }
                Step::Done(result) => {
                    steps.push(format!("{:?}", result.unwrap_err()));
                    return steps;
                }
                step => panic!("{step:?}"),
            };
        }
    };
    let once = steps(7);
    assert_eq!(once.len(), 6, "{once:?}");
    assert_eq!(once[0], once[2]);
    assert_ne!(once[1], once[3], "another share of another wait");
    assert_eq!(once, steps(7));
    let other = steps(8);
    assert!(once[0] != other[0] && once[1] != other[1]);
}

/// Steps to the end of a call whose attempts end with the given events.
fn ended<O: Operation<Service = Writes>>(
    mut call: Call<O>,
    mut events: impl Iterator<Item = Event>,
) -> Error {
    let mut event = events.next().unwrap();
    loop {
        event = match call.step(event, now()) {
            Step::Send(_) => events.next().unwrap(),
            Step::Sleep(_) => Event::Slept,
            Step::Done(result) => return result.unwrap_err(),
            step => panic!("{step:?}"),
        };
    }
}

#[test]
fn a_token_that_the_call_created_does_not_outlive_it() {
    let lost = || Event::Failed(TransportError::other("reset"));
    let refused = || Event::Failed(TransportError::connect("refused"));
    let throttled = || response(429, "");
    // The last attempt could be repeated, but an earlier one may have had an effect under the token.
    for last in [lost, refused, throttled] {
        let events = || [lost(), last(), last()].into_iter();
        let (_, call) = begun(CreateThing::new("a"));
        let error = ended(call, events());
        assert_eq!(error.attempts(), 3);
        assert!(!error.is_retryable() && error.was_sent(), "{error}");
        assert_eq!(error.idempotency_token(), Some(UUID));
        // A call with the same token is safe.
        let (_, call) = begun(CreateThing::new("a").client_token(UUID));
        let error = ended(call, events());
        assert!(error.is_retryable(), "{error}");
        assert_eq!(error.idempotency_token(), Some(UUID));
    }
    // Nothing had an effect.
    let (_, call) = begun(CreateThing::new("a"));
    let error = ended(call, [throttled(), refused(), throttled()].into_iter());
    assert!(error.is_retryable() && error.was_sent());
    let (_, call) = begun(CreateThing::new("a"));
    let error = ended(call, [refused(), refused(), refused()].into_iter());
    assert!(error.is_retryable() && !error.was_sent());
    // The service says that it is too early, whatever its code means.
    let (_, call) = begun(CountThing::new("a"));
    let early = || response(425, r#"{"code":"x"}"#);
    let error = ended(call, [early(), early(), early()].into_iter());
    assert!(error.is_retryable());
    assert_eq!(error.service_kind(), Some(ServiceErrorKind::Other));
}

#[test]
fn the_probe_knows_seeds_tokens_and_nothing() {
    let ask = |question: Value| {
        probe::answer_with(&question.to_string(), |question| {
            probe::one(question, CreateThing::new("a"))
        })
    };
    let question = json!({
        "id": 1, "kind": "request", "spec": "writes", "operation": "CreateThing", "input": {"name": "a"},
        "seed": "0123456789abcdef0123456789abcdef",
    });
    let answer = ask(question.clone());
    let body = format!(r#"{{"name":"a","clientToken":"{UUID}"}}"#);
    assert_eq!(answer["request"]["body"], body);
    for wrong in ["", "7", "0123456789abcdef0123456789abcdeg"] {
        let mut question = question.clone();
        question["seed"] = json!(wrong);
        assert_eq!(ask(question)["error"]["kind"], "invalid-request", "{wrong}");
    }
    let mut question = question;
    question["kind"] = json!("response");
    question["response"] = json!({"status": 500});
    let answer = ask(question);
    assert_eq!(answer["error"]["idempotency_token"], UUID);
    assert_eq!(answer["error"]["retryable"], false);

    let question = json!({
        "id": 2, "kind": "response", "spec": "writes", "operation": "DeleteThing", "response": {"status": 204},
    });
    let answer = probe::answer_with(&question.to_string(), |question| {
        probe::one(question, DeleteThing::new("a"))
    });
    assert_eq!(answer, json!({"id": 2, "ok": null}));
}
