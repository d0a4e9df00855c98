//! Answers: errors, outputs, scripts and faults.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use cloud_models::fake::{Answer, Fake, Fault};
use cloud_models::{
    Credentials, Error, ErrorKind, OpenEnum, Operation, RetryPolicy, Service, ServiceErrorKind,
    aws_bedrock, baidu_qianfan, blocking, http, huawei_fabric, volcengine_ark,
};
use cloud_models_tests::goldens::{errors, replies, routes, writes};
use serde_json::{Value, json};

use super::paging::pages;
use super::{bedrock, list, model, refusals};

/// Checks that every documented code arrives with its kind and status, and every kind that has a code with the first.
fn answers<O: Operation, C: OpenEnum + PartialEq + Debug>(operation: &O) {
    let fake = Fake::<O::Service>::new();
    let config = fake.config().retry(RetryPolicy::never());
    let mut first: BTreeMap<String, (ServiceErrorKind, &str)> = BTreeMap::new();
    for code in O::Service::INFO.codes {
        let answer = Answer::error(C::from_wire(code.wire)).message("a \"message\"\n模");
        fake.on::<O>().script([answer.clone(), answer]);
        for error in refusals(&fake, &config, operation) {
            assert_eq!(
                error.code_as::<C>(),
                Some(C::from_wire(code.wire)),
                "{error}"
            );
            if let Some(status) = code.status {
                assert_eq!(error.status().unwrap().as_u16(), status, "{error}");
            }
            if let Some(kind) = code.kind {
                assert_eq!(error.service_kind(), Some(kind), "{error}");
                first
                    .entry(format!("{kind:?}"))
                    .or_insert((kind, code.wire));
            }
            assert_eq!(error.message(), Some("a \"message\"\n模"), "{error}");
            assert!(error.request_id().unwrap().starts_with("fake-"));
        }
    }
    for (kind, code) in first.into_values() {
        fake.on::<O>()
            .script([Answer::kind(kind), Answer::kind(kind)]);
        for error in refusals(&fake, &config, operation) {
            assert_eq!(error.code(), Some(code), "{kind:?}");
            assert_eq!(error.service_kind(), Some(kind));
            let codes = O::Service::INFO.codes.iter();
            let status = codes
                .filter(|row| row.wire == code)
                .find_map(|row| row.status);
            if let Some(status) = status {
                assert_eq!(error.status().unwrap().as_u16(), status, "{code}");
            }
        }
    }
}

#[test]
fn every_documented_error_arrives_as_the_service_sends_it() {
    answers::<_, aws_bedrock::ErrorCode>(&list());
    answers::<_, baidu_qianfan::ErrorCode>(&baidu_qianfan::DescribeCustomModelSets::new());
    answers::<_, huawei_fabric::ErrorCode>(&huawei_fabric::ListModels::new("w"));
    answers::<_, volcengine_ark::ErrorCode>(&volcengine_ark::ListCustomModels::new());
    answers::<_, errors::ErrorCode>(&errors::Ask::new());
}

/// Returns the head and body of the response to a request without credentials.
fn raw<S: Service>(
    fake: &Fake<S>,
    request: http::Request<&'static str>,
) -> (http::HeaderMap, Value) {
    let request = request.map(bytes::Bytes::from);
    let served = fake.serve().unwrap();
    let target = request.uri().path_and_query().unwrap();
    let mut socket = TcpStream::connect(served.url().trim_start_matches("http://")).unwrap();
    let (method, body) = (request.method(), request.body());
    write!(
        socket,
        "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    socket.write_all(body).unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut headers = http::HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        let name: http::HeaderName = name.parse().unwrap();
        headers.insert(name, value.parse().unwrap());
    }
    (headers, serde_json::from_str(body).unwrap())
}

#[test]
fn codes_messages_and_request_ids_go_to_the_first_place_that_the_spec_lists() {
    let denied = || Answer::kind(ServiceErrorKind::AccessDenied).message("no");
    let anonymous = Credentials::anonymous;
    let fake = bedrock().credentials(anonymous());
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([denied()]);
    let request = || http::Request::get("/custom-models").body("").unwrap();
    let (headers, body) = raw(&fake, request());
    assert_eq!(headers["x-amzn-errortype"], "AccessDeniedException");
    assert_eq!(headers["x-amzn-requestid"], "fake-1");
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers["date"].to_str().unwrap().ends_with(" GMT"));
    assert_eq!(body, json!({"message": "no"}));
    let (headers, body) = raw(&fake, request());
    assert_eq!(headers["x-amzn-requestid"], "fake-2");
    assert_eq!(
        body["modelSummaries"][2],
        json!({"modelArn": "arn:c", "modelName": "c"})
    );

    let fake = Fake::<volcengine_ark::VolcengineArk>::new().credentials(anonymous());
    fake.on::<volcengine_ark::ListCustomModels>()
        .items([])
        .script([denied(), Answer::Next]);
    let target = "/?Action=ListCustomModels&Version=2024-01-01";
    let request = || {
        http::Request::post(target)
            .body(r#"{"PageSize":3}"#)
            .unwrap()
    };
    let (_, body) = raw(&fake, request());
    let expected = json!({"ResponseMetadata": {
        "RequestId": "fake-1",
        "Error": {"Code": "LackPolicy", "Message": "no"},
    }});
    assert_eq!(body, expected);
    let (_, body) = raw(&fake, request());
    let expected = json!({
        "ResponseMetadata": {"RequestId": "fake-2"},
        "Result": {"TotalCount": 0, "PageSize": 3, "Items": []},
    });
    assert_eq!(body, expected);

    let fake = Fake::<baidu_qianfan::BaiduQianfan>::new().credentials(anonymous());
    fake.on::<baidu_qianfan::DescribeCustomModelSets>()
        .script([denied()]);
    let request = http::Request::post("/v2/model?Action=DescribeCustomModelSets");
    let (headers, body) = raw(&fake, request.body("{}").unwrap());
    assert_eq!(
        body,
        json!({"code": "AccessDenied", "message": "no", "requestId": "fake-1"})
    );
    assert!(
        !headers
            .keys()
            .any(|name| name.as_str().starts_with("x-bce"))
    );

    let fake = Fake::<huawei_fabric::HuaweiFabric>::new().credentials(anonymous());
    fake.on::<huawei_fabric::ListModels>().script([denied()]);
    let request = http::Request::get("/v1/workspaces/w/models");
    let (headers, body) = raw(&fake, request.body("").unwrap());
    assert_eq!(headers["x-request-id"], "fake-1");
    assert_eq!(body, json!({"error_code": "APIG.0302", "error_msg": "no"}));
}

/// Sends an operation whose answer is an error, and returns it.
fn reported<O: Operation>(fake: &Fake<O::Service>, operation: O, answer: Answer) -> Error {
    fake.on::<O>().script([answer]);
    let config = fake.config().retry(RetryPolicy::never());
    let client = blocking::Client::builder(config).transport(fake.clone());
    let sent = client.build().unwrap().send(operation);
    sent.map(|_| ()).unwrap_err()
}

#[test]
fn errors_have_their_details() {
    let fake = Fake::<replies::Replies>::new();
    let ask = |answer| reported(&fake, replies::Download::new(), answer);
    let mut limit = replies::LimitDetails::default();
    limit.limit = 7;
    limit.names = BTreeMap::from([("a".to_owned(), 1)]);
    limit.rest = Some(-2);
    limit.secret = Some("canary".to_owned());
    let json = serde_json::to_value(&limit).unwrap();
    let code = replies::ErrorCode::Limited;
    for answer in [
        Answer::error(code.clone()).details(&limit),
        Answer::error(code.clone()).details(&json),
        Answer::kind(ServiceErrorKind::Throttled).details(&json),
        // A family of codes has the details of its parent.
        Answer::error(replies::ErrorCode::from("Limited.Account")).details(&limit),
    ] {
        assert!(!format!("{answer:?}").contains("canary"));
        let error = ask(answer);
        assert_eq!(error.service_kind(), Some(ServiceErrorKind::Throttled));
        let details = error.details::<replies::LimitDetails>();
        assert_eq!(details.unwrap().unwrap(), limit);
        assert_eq!(error.message(), Some("error of the fake service"));
    }
    let mut invalid = replies::InvalidDetails::default();
    invalid.fields = vec!["a".to_owned()];
    invalid.status = Some(422);
    let error = ask(Answer::error(replies::ErrorCode::Invalid).details(&invalid));
    let details = error.details::<replies::InvalidDetails>();
    assert_eq!(details.unwrap().unwrap(), invalid);
    assert_eq!(error.status().unwrap(), 422);

    // Details that are not those of the code are a mistake of the test, which no message quotes.
    for (answer, problem) in [
        (
            Answer::error(replies::ErrorCode::Denied).details(&limit),
            "documents no details",
        ),
        (
            Answer::error(replies::ErrorCode::Limited).details(&invalid),
            "unknown member",
        ),
        (
            Answer::error(replies::ErrorCode::Limited).details(json!({"limit": "canary"})),
            "invalid type",
        ),
        (
            Answer::error(replies::ErrorCode::Limited).details(json!({"names": {}})),
            "limit",
        ),
    ] {
        let error = ask(answer);
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let text = error.to_string();
        assert!(text.contains(problem) && !text.contains("canary"), "{text}");
    }
}

#[test]
fn details_are_in_the_object_that_holds_the_code() {
    let fake = Fake::<routes::Routes>::new();
    let mut limit = routes::Limit::default();
    limit.value = 3;
    let limited = || Answer::error(routes::ErrorCode::Limited);
    let ask = |answer| {
        let error = reported(&fake, routes::Start::new(), answer);
        let body = error.reply().unwrap().body().clone();
        (error, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let (error, body) = ask(limited().details(&limit).message("no"));
    let failure = json!({"code": "Limited", "message": "no", "value": 3});
    assert_eq!(body, json!({"meta": {"id": "fake-1", "failure": failure}}));
    limit.message = Some("no".to_owned());
    assert_eq!(error.details::<routes::Limit>().unwrap().unwrap(), limit);
    // A message of the details is the message, unless there is another.
    let (error, _) = ask(limited().details(&limit));
    assert_eq!(error.message(), Some("no"));
    let (error, _) = ask(limited().details(&limit).message("other"));
    assert_eq!(error.message(), Some("other"));
}

#[test]
fn what_a_header_cannot_carry_is_an_error_instead_of_missing() {
    let fake = Fake::<replies::Replies>::new();
    fake.on::<replies::ReadThing>().reply(|_| {
        let mut thing = replies::ReadThingReply::default();
        thing.etag = "canary\n".to_owned();
        Ok(thing)
    });
    let config = fake.config();
    for error in refusals(&fake, &config, &replies::ReadThing::new("a")) {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let text = error.to_string();
        assert!(text.contains("etag") && !text.contains("canary"), "{text}");
    }
}

#[test]
fn an_error_has_no_status_whose_responses_have_no_body() {
    let fake = bedrock();
    for status in [100, 101, 199, 204, 304] {
        let answer = Answer::kind(ServiceErrorKind::Throttled).status(status);
        let error = reported(&fake, list(), answer);
        assert_eq!(error.kind(), ErrorKind::Config, "{status}: {error}");
    }
    let answer = Answer::kind(ServiceErrorKind::Throttled).status(503);
    assert_eq!(reported(&fake, list(), answer).kind(), ErrorKind::Service);
}

#[test]
fn the_longest_wait_is_sent() {
    let fake = bedrock();
    let answer = Answer::kind(ServiceErrorKind::Throttled).retry_after(Duration::MAX);
    let error = reported(&fake, list(), answer);
    assert_eq!(error.kind(), ErrorKind::Service, "{error}");
}

/// Checks that a client reads the output that a fake was given.
fn read_back<O: Operation>(operation: O, output: O::Output)
where
    O::Output: PartialEq + Sync,
{
    let fake = Fake::<O::Service>::new();
    let given = output.clone();
    fake.on::<O>().reply(move |_| Ok(given.clone()));
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let reply = client.build().unwrap().send(operation).unwrap();
    assert_eq!(reply.into_inner(), output, "{}", O::NAME);
}

#[test]
fn every_place_of_a_reply_is_written() {
    let mut thing = replies::ReadThingReply::default();
    thing.etag = "a".to_owned();
    thing.size = Some(-3);
    thing.ratio = Some(0.5);
    thing.hidden = Some(true);
    thing.state = Some("NEW".into());
    thing.modified = Some("2024-05-14T13:05:12Z".into());
    thing.digest = Some(vec![0, 0xff].into());
    thing.tags = ["b", "c,d", "", " e", "\"f\" \\", "g\\", "模"]
        .map(str::to_owned)
        .to_vec();
    thing.sizes = vec![1, 2];
    let date = "Mon, 16 Dec 2019 23:48:18 GMT";
    thing.times = [date, "2019-12-16T23:48:18Z", date]
        .map(Into::into)
        .to_vec();
    thing.meta = BTreeMap::from([("colour".to_owned(), "red".to_owned())]);
    thing.status = 202;
    thing.name = "d".to_owned();
    read_back(replies::ReadThing::new("id"), thing);
    let mut check = replies::CheckThingReply::default();
    check.size = 7;
    check.status = Some(204);
    read_back(replies::CheckThing::new("id"), check);
    let mut file = replies::DownloadReply::default();
    file.file = vec![1, 2, 0xff].into();
    file.media_type = Some("image/png".to_owned());
    read_back(replies::Download::new(), file);
    let mut text = replies::TextReply::default();
    text.text = Some("模".to_owned());
    text.status = Some(200);
    read_back(replies::ReadText::new(), text);
    let mut anything = replies::AnythingReply::default();
    anything.value = Some(json!({"a": [1.5]}).into());
    read_back(replies::ReadAnything::new(), anything);
    let part = |name: String| {
        let mut part = replies::Part::default();
        part.name = name;
        part
    };
    let mut reply = replies::PartReply::default();
    reply.part = part("e".to_owned());
    reply.etag = Some("f".to_owned());
    read_back(replies::ReadPart::new(), reply);
    // The list is in a body that is one member, the token in a header.
    pages(&replies::ListParts::new(), None, 100, part);
    pages(&replies::NumberParts::new(), None, 100, part);
}

#[test]
fn a_script_comes_before_what_follows_it() {
    let throttled = || Answer::error(aws_bedrock::ErrorCode::Throttling);
    let fake = bedrock();
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([
            throttled(),
            throttled(),
            Answer::Next,
            throttled(),
            throttled(),
        ])
        .script([Answer::error(aws_bedrock::ErrorCode::AccessDenied)]);
    let client = blocking::Client::builder(fake.config())
        .transport(fake.clone())
        .sleep(|_| ());
    let client = client.build().unwrap();
    assert_eq!(client.send(list()).unwrap().model_summaries.len(), 3);
    let error = client.send(list()).unwrap_err();
    assert!(error.is_access_denied());
    assert_eq!(error.attempts(), 3);
    assert_eq!(client.send(list()).unwrap().model_summaries.len(), 3);
    assert_eq!(fake.calls::<aws_bedrock::ListCustomModels>().len(), 7);

    // The service says how long to wait, which is measured in whole seconds.
    let slow = throttled()
        .retry_after(Duration::from_millis(1_500))
        .status(503);
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([slow.clone(), slow]);
    let config = fake.config().retry(RetryPolicy::never());
    for error in refusals(&fake, &config, &list()) {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(error.status().unwrap(), 503);
    }
}

#[test]
fn faults_look_like_broken_networks() {
    for (fault, kind, attempts) in [
        (Fault::Reset, ErrorKind::Transport, 3),
        (Fault::Hang, ErrorKind::Timeout, 3),
        (Fault::Cut, ErrorKind::Transport, 3),
        (Fault::Html, ErrorKind::Decode, 1),
    ] {
        let fake = bedrock();
        fake.on::<aws_bedrock::ListCustomModels>().fault(fault);
        for error in refusals(&fake, &fake.config(), &list()) {
            assert_eq!(error.kind(), kind, "{fault:?}: {error}");
            assert_eq!(error.attempts(), attempts, "{fault:?}: {error}");
            assert!(error.was_sent());
        }
        // Once, instead.
        let fake = bedrock();
        fake.on::<aws_bedrock::ListCustomModels>()
            .script([Answer::Next, fault.into()]);
        let client = blocking::Client::builder(fake.config().retry(RetryPolicy::never()));
        let client = client.transport(fake.clone()).build().unwrap();
        client.send(list()).unwrap();
        assert_eq!(client.send(list()).unwrap_err().kind(), kind);
        client.send(list()).unwrap();
    }
}

/// Runs a function, which must not take long.
fn within<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    let thread = std::thread::spawn(move || drop(done.send(run())));
    match result.recv_timeout(Duration::from_secs(20)) {
        Ok(result) => result,
        // The function panicked, or waits for itself.
        Err(RecvTimeoutError::Disconnected) => {
            std::panic::resume_unwind(thread.join().unwrap_err())
        }
        Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
    }
}

/// Calls a function when it is dropped.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn what_the_test_passes_in_may_use_the_fake() {
    within(|| {
        let fake = bedrock();
        let calls = || fake.calls::<aws_bedrock::ListCustomModels>().len();
        fake.on::<aws_bedrock::ListCustomModels>()
            .script((0..2).map(|_| {
                calls();
                Answer::Next
            }))
            .items((0..2).map(|n| model(&format!("{n}-{}", calls()))));
        let guard = |fake: &Fake<_>| {
            let fake = fake.clone();
            OnDrop(move || drop(fake.calls::<aws_bedrock::ListCustomModels>()))
        };
        // Each function replaces the one before, which is dropped.
        for _ in 0..2 {
            let guard = guard(&fake);
            fake.on::<aws_bedrock::ListCustomModels>().reply(move |_| {
                let _ = &guard;
                Err(Fault::Reset.into())
            });
        }
        for _ in 0..2 {
            let guard = guard(&fake);
            fake.on::<aws_bedrock::ListCustomModels>()
                .matching(move |_, _| {
                    let _ = &guard;
                    true
                });
        }
        fake.on::<aws_bedrock::ListCustomModels>().items([]);
    });
}

#[test]
fn a_function_may_use_the_fake_that_calls_it() {
    let fake = Fake::<writes::Writes>::new();
    let inner = fake.clone();
    fake.on::<writes::CountThing>().reply(move |call| {
        assert_eq!(call.json()["id"], "a");
        match inner.calls::<writes::CountThing>().len() {
            1 => Err(Fault::Reset.into()),
            _ => Ok(()),
        }
    });
    let client = blocking::Client::builder(fake.config())
        .transport(fake.clone())
        .sleep(|_| ());
    let client = client.build().unwrap();
    client.send(writes::CountThing::new("a")).unwrap_err();
    client.send(writes::CountThing::new("a")).unwrap();
}
