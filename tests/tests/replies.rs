//! Replies with parts outside of the JSON object, and details of errors.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport};
use cloud_models_runtime::{
    Client, Config, Credentials, Error, ErrorKind, Event, Now, Operation, Paginated, Reply,
    RetryPolicy, Step, Timestamp, blocking,
};
use cloud_models_tests::goldens::paging::{self, Paging};
use cloud_models_tests::goldens::replies::{
    CheckThing, Choice, Download, InvalidDetails, LimitDetails, ListParts, NumberParts,
    ReadAnything, ReadChoice, ReadPart, ReadState, ReadText, ReadThing, ReadThingReply, Replies,
    State,
};
use cloud_models_tests::server::{self, Server};
use serde_json::json;

fn config() -> Config<Replies> {
    Config::new()
        .credentials(Credentials::bearer_token("bearer-CANARY-1"))
        .retry(RetryPolicy::never())
}

fn reply<O: Operation<Service = Replies>>(
    operation: O,
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Result<Reply<O::Output>, Error> {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let response = response.body(body.into()).unwrap();
    let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    let mut call = config().call(operation).unwrap();
    call.step(Event::Start, now);
    match call.step(Event::Response(response), now) {
        Step::Done(result) => result,
        step => panic!("{step:?}"),
    }
}

const HEADERS: &[(&str, &str)] = &[
    ("ETag", "\"v1\""),
    ("x-SIZE", "42"),
    ("x-ratio", "0.5"),
    ("x-hidden", "true"),
    ("x-state", "used"),
    ("last-modified", "Tue, 14 May 2024 13:05:12 GMT"),
    ("x-created", "1715691912345"),
    ("x-digest", "AQID"),
    ("x-tags", "a, \"b,c\" ,d"),
    ("x-tags", "e"),
    ("x-sizes", "1,2"),
    (
        "x-times",
        "Tue, 14 May 2024 13:05:12 GMT, 2024-05-14T13:05:12Z",
    ),
    ("X-Meta-Owner", "me"),
    ("x-meta-", "no key"),
    ("x-meta-colour", "red"),
    ("x-meta-colour", "blue"),
    ("x-key", "CANARY"),
];

/// Checks a reply with [`HEADERS`].
fn assert_complete(thing: &ReadThingReply) {
    let time = Timestamp::from("2024-05-14T13:05:12Z");
    assert_eq!(thing.etag, "\"v1\"");
    assert_eq!(thing.size, Some(42));
    assert_eq!(thing.ratio, Some(0.5));
    assert_eq!(thing.hidden, Some(true));
    assert_eq!(thing.state, Some(State::Used));
    assert_eq!(thing.modified.as_ref(), Some(&time));
    let created = thing.created.as_ref().unwrap().to_system_time();
    let expected = SystemTime::UNIX_EPOCH + Duration::from_millis(1_715_691_912_345);
    assert_eq!(created, Some(expected));
    assert_eq!(thing.digest.as_deref(), Some(&[1, 2, 3][..]));
    assert_eq!(thing.tags, ["a", "b,c", "d", "e"]);
    assert_eq!(thing.sizes, [1, 2]);
    assert_eq!(thing.times, [time.clone(), time]);
    let meta: Vec<_> = thing.meta.iter().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (colour, owner) = (pair("colour", "red"), pair("owner", "me"));
    assert_eq!(meta, [(&colour.0, &colour.1), (&owner.0, &owner.1)]);
    assert_eq!(thing.key.as_deref(), Some("CANARY"));
    assert_eq!(thing.status, 206);
    assert_eq!(thing.name, "thing");
}

#[test]
fn fields_come_from_their_places_and_from_no_others() {
    let body = json!({
        "name": "thing", "code": "no error", "message": "nor this", "etag": 7, "status": "x", "size": 1,
        "meta": {"owner": "body"},
    });
    let thing = reply(ReadThing::new("a"), 206, HEADERS, body.to_string()).unwrap();
    assert_complete(&thing);
    assert_eq!(thing.code.as_deref(), Some("no error"));
    // Secrets show neither in `Debug` of the output nor in that of the reply.
    assert!(!format!("{thing:?}").contains("CANARY"), "{thing:?}");
    // A program that stores the output gets it back.
    let json = serde_json::to_value(&*thing).unwrap();
    assert_eq!(json["tags"], json!(["a", "b,c", "d", "e"]));
    let stored: ReadThingReply = serde_json::from_value(json).unwrap();
    assert_eq!(stored, *thing);
    // Everything but what is required may be absent.
    let bare = reply(ReadThing::new("a"), 200, &[("etag", "")], r#"{"name":""}"#).unwrap();
    assert_eq!(bare.etag, "");
    assert_eq!((bare.size, bare.digest.as_ref()), (None, None));
    assert!(bare.tags.is_empty() && bare.meta.is_empty());
    // A header without a value is no number, no truth value and no time.
    let empty = [
        ("etag", "e"),
        ("x-size", ""),
        ("x-ratio", " "),
        ("x-hidden", ""),
        ("x-created", ""),
        ("x-tags", ""),
        ("x-state", ""),
    ];
    let bare = reply(ReadThing::new("a"), 200, &empty, r#"{"name":""}"#).unwrap();
    assert_eq!((bare.size, bare.ratio, bare.hidden), (None, None, None));
    assert_eq!((bare.created.as_ref(), bare.tags.len()), (None, 0));
    assert_eq!(bare.state, Some(State::from("")));
    let special = [("etag", "e"), ("x-ratio", "-Infinity")];
    let special = reply(ReadThing::new("a"), 200, &special, r#"{"name":""}"#).unwrap();
    assert_eq!(special.ratio, Some(f64::NEG_INFINITY));
}

#[test]
fn headers_in_another_form_are_errors_with_their_names() {
    let error = reply(ReadThing::new("a"), 200, &[], r#"{"name":""}"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("header etag"));
    for (header, value) in [
        ("x-size", "CANARY"),
        ("x-size", "1.5"),
        ("x-size", "99999999999999999999"),
        ("x-ratio", "inf"),
        ("x-hidden", "1"),
        ("x-digest", "CANARY!"),
        ("x-sizes", "1,CANARY"),
        ("x-sizes", "1,\"\""),
    ] {
        let headers = [("etag", "e"), (header, value)];
        let error = reply(ReadThing::new("a"), 200, &headers, r#"{"name":""}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{header}: {value}");
        assert_eq!(error.path(), Some(format!("header {header}").as_str()));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("CANARY"), "{shown}");
        assert!(!error.is_retryable() && error.was_sent());
    }
    // The body is read first.
    let error = reply(ReadThing::new("a"), 200, &[], r#"{"name":7}"#).unwrap_err();
    assert_eq!(error.path(), Some("name"));
}

#[test]
fn a_reply_without_fields_in_its_body_takes_every_body() {
    let headers = [("x-size", "7")];
    for body in ["", "{}", "null", "deleted", r#"{"size":"x","etag":1}"#] {
        let checked = reply(CheckThing::new("a"), 204, &headers, body).unwrap();
        assert_eq!((checked.size, checked.etag.as_deref()), (7, None), "{body}");
        assert_eq!(checked.status, Some(204));
    }
    let error = reply(CheckThing::new("a"), 200, &headers, "<html>").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let error = reply(CheckThing::new("a"), 200, &[], "").unwrap_err();
    assert_eq!(error.path(), Some("header x-size"));
}

#[test]
fn a_payload_is_the_whole_body() {
    let bytes = b"\x00\xff<html>{\"code\":\"Denied\"}".as_slice();
    let headers = [("content-type", "text/html"), ("content-encoding", "gzip")];
    let download = reply(Download::new(), 200, &headers, bytes).unwrap();
    assert_eq!(download.file, bytes);
    assert_eq!(download.media_type.as_deref(), Some("text/html"));
    assert_eq!(reply(Download::new(), 200, &[], "").unwrap().file, "");

    let text = reply(ReadText::new(), 201, &[], "\u{6a21}\n").unwrap();
    assert_eq!(text.text.as_deref(), Some("\u{6a21}\n"));
    assert_eq!(text.status, Some(201));
    assert_eq!(reply(ReadText::new(), 200, &[], "").unwrap().text, None);
    let error = reply(ReadText::new(), 200, &[], b"\xff".as_slice()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);

    let state = |body: &'static str| reply(ReadState::new(), 200, &[], body).unwrap();
    assert_eq!(state("used").state, Some(State::Used));
    assert_eq!(state("other").state, Some(State::from("other")));
    assert_eq!(state("").state, None);

    let anything = |body: &'static str| reply(ReadAnything::new(), 200, &[], body);
    let value = anything(r#"{"code":"x","a":[1]}"#).unwrap();
    let value = value.value.as_ref().unwrap().as_value();
    assert_eq!(value, &json!({"code": "x", "a": [1]}));
    assert_eq!(anything(" ").unwrap().value, None);
    let cut = anything(r#"["\ud83d"]"#).unwrap();
    assert_eq!(cut.value.as_ref().unwrap().as_value(), &json!(["\u{fffd}"]));
    for body in ["<html>", "{", "[] []"] {
        assert_eq!(anything(body).unwrap_err().kind(), ErrorKind::Decode);
    }

    let part = |body: &'static str| reply(ReadPart::new(), 200, &[("etag", "e")], body);
    let named = part(r#"{"name":"x","part":{"name":"y"},"etag":"body"}"#).unwrap();
    assert_eq!(
        (named.part.name.as_str(), named.etag.as_deref()),
        ("x", Some("e"))
    );
    assert_eq!(part(r#"{"name":[7]}"#).unwrap_err().path(), Some("name"));
    assert_eq!(part("{}").unwrap_err().path(), Some("name"));
    assert_eq!(part("").unwrap_err().kind(), ErrorKind::Decode);

    let choice = |body: &'static str| reply(ReadChoice::new(), 200, &[], body);
    let number = choice(r#"{"number":7}"#).unwrap();
    assert_eq!(number.choice, Some(Choice::Number(7)));
    assert_eq!(choice("").unwrap().choice, None);
    assert_eq!(choice("null").unwrap().choice, None);
    assert!(choice("{}").is_err());
}

#[test]
fn codes_are_looked_for_in_their_statuses_alone() {
    let body = r#"{"name":"thing","code":"Denied","message":"m"}"#;
    let headers = [("etag", "e"), ("x-error", "Denied")];
    let thing = reply(ReadThing::new("a"), 200, &headers, body).unwrap();
    assert_eq!(thing.code.as_deref(), Some("Denied"));
    let error = reply(ReadThing::new("a"), 403, &[], body).unwrap_err();
    assert!(error.is_access_denied() && error.code() == Some("Denied"));
    let error = reply(ReadThing::new("a"), 300, &[], body).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, None));
}

#[test]
fn details_are_read_from_the_object_that_holds_the_code() {
    let fail = |status, headers: &[(&str, &str)], body: &str| {
        reply(Download::new(), status, headers, body.to_owned()).unwrap_err()
    };
    let inside =
        r#"{"limit":1,"error":{"code":"Limited","limit":7,"secret":"CANARY","names":{"a":1}}}"#;
    let error = fail(429, &[("x-rest", "3")], inside);
    let details = error.details::<LimitDetails>().unwrap().unwrap();
    assert_eq!((details.limit, details.rest), (7, Some(3)));
    assert_eq!(details.names["a"], 1);
    assert_eq!(details.secret.as_deref(), Some("CANARY"));
    let shown = format!("{error} {error:?} {details:?}");
    assert!(!shown.contains("CANARY"), "{shown}");
    // The code has other details.
    assert!(error.details::<InvalidDetails>().is_none());
    // A family of codes has the details of its parent.
    let error = fail(429, &[], r#"{"code":"Limited.Account","limit":8}"#);
    assert_eq!(error.details::<LimitDetails>().unwrap().unwrap().limit, 8);
    // A code in a header belongs to the whole body, and two codes may have the same details.
    let error = fail(500, &[("x-error", "Broken")], r#"{"limit":9}"#);
    assert_eq!(error.details::<LimitDetails>().unwrap().unwrap().limit, 9);
    let error = fail(
        400,
        &[],
        r#"{"code":"Invalid","fields":["\ud83d"],"status":1}"#,
    );
    let details = error.details::<InvalidDetails>().unwrap().unwrap();
    assert_eq!(details.fields, ["\u{fffd}"]);
    assert_eq!(details.status, Some(400));
    // Neither codes without details nor other errors have some.
    let error = fail(403, &[], r#"{"code":"Denied","limit":1}"#);
    assert!(error.details::<LimitDetails>().is_none());
    assert!(fail(429, &[], "{}").details::<LimitDetails>().is_none());
    assert!(Error::timeout().details::<LimitDetails>().is_none());
    let service = cloud_models_runtime::ServiceErrorKind::Throttled;
    let made = Error::service(service, "Limited", "");
    assert!(made.details::<LimitDetails>().is_none());
}

#[test]
fn details_that_are_not_as_documented_are_errors_that_quote_nothing() {
    for (headers, body, path) in [
        (&[][..], r#"{"error":{"code":"Limited"}}"#, Some("error")),
        (
            &[],
            r#"{"error":{"code":"Limited","limit":"CANARY"}}"#,
            Some("error.limit"),
        ),
        (
            &[],
            r#"{"code":"Limited","limit":1,"names":{"CANARY":"x"}}"#,
            Some("names"),
        ),
        (
            &[("x-rest", "CANARY")],
            r#"{"code":"Limited","limit":1}"#,
            Some("header x-rest"),
        ),
        (&[("x-error", "Limited")], "CANARY", None),
        (&[("x-error", "Limited")], "", None),
    ] {
        let error = reply(Download::new(), 429, headers, body).unwrap_err();
        let wrong = error.details::<LimitDetails>().unwrap().unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(wrong.path(), path, "{body}");
        assert_eq!(wrong.status(), error.status());
        let shown = format!("{wrong} {wrong:?}");
        assert!(!shown.contains("CANARY"), "{shown}");
    }
}

#[test]
fn every_way_to_send_gets_all_parts() {
    let script = || {
        let mut thing = server::Reply::json(206, r#"{"name":"thing","etag":"body"}"#);
        for (name, value) in HEADERS {
            thing = thing.header(name, value);
        }
        let limit = server::Reply::json(429, r#"{"error":{"code":"Limited","limit":7}}"#);
        let page = |names: &str, next: &str| {
            let page = server::Reply::json(200, format!(r#"{{"parts":[{names}]}}"#));
            page.header("X-Next", next)
        };
        Server::in_turn(vec![
            thing,
            server::Reply::new(200).header("X-Size", 7),
            server::Reply::new(200).body(b"\xff\x00".as_slice()),
            limit.header("X-Rest", 2),
            page(r#"{"name":"a"},{"name":"b"}"#, "t"),
            page(r#"{"name":"c"}"#, ""),
        ])
    };
    let limited = |error: Error| {
        let details = error.details::<LimitDetails>().unwrap().unwrap();
        assert_eq!((details.limit, details.rest), (7, Some(2)));
    };
    let transports: [Arc<dyn Transport>; 2] = [
        Arc::new(Hyper::new().unwrap()),
        Arc::new(Reqwest::new().unwrap()),
    ];
    for transport in transports {
        let server = script();
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(async {
            let client = Client::builder(config().endpoint(server.url()))
                .transport(transport)
                .build()
                .unwrap();
            assert_complete(&client.send(ReadThing::new("a")).await.unwrap());
            let checked = client.send(CheckThing::new("a")).await.unwrap();
            assert_eq!((checked.size, checked.status), (7, Some(200)));
            let download = client.send(Download::new()).await.unwrap();
            assert_eq!(download.file, b"\xff\x00".as_slice());
            limited(client.send(ReadText::new()).await.unwrap_err());
            let mut items = client.items(ListParts::new());
            let mut names = Vec::new();
            while let Some(part) = items.next().await {
                names.push(part.unwrap().name);
            }
            assert_eq!(names, ["a", "b", "c"]);
        });
        assert_eq!(server.requests()[5].target, "/parts?from=t");
        server.assert_no_problems();
    }
    let server = script();
    let client = blocking::Client::builder(config().endpoint(server.url()))
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    assert_complete(&client.send(ReadThing::new("a")).unwrap());
    assert_eq!(client.send(CheckThing::new("a")).unwrap().size, 7);
    let download = client.send(Download::new()).unwrap();
    assert_eq!(download.file, b"\xff\x00".as_slice());
    limited(client.send(ReadText::new()).unwrap_err());
    let names: Vec<_> = client
        .items(ListParts::new())
        .map(|part| part.unwrap().name)
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

/// Elements of a payload are counted in the body itself, those that are null too.
#[test]
fn lists_in_a_payload_are_counted() {
    let list = NumberParts::new().skip(2);
    let mut page = reply(list.clone(), 200, &[], r#"{"parts":[{"name":"a"},null]}"#).unwrap();
    let next = list.following(&mut page).unwrap().unwrap();
    assert_eq!(next.wire_text(), "4");
}

#[test]
fn a_list_without_pages_has_items() {
    let server =
        Server::start(|_, _| server::Reply::json(200, r#"{"things":[{"name":"a"},{"name":"b"}]}"#));
    let config = Config::<Paging>::new()
        .credentials(Credentials::anonymous())
        .endpoint(server.url());
    let client = blocking::Client::builder(config)
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    let names: Vec<_> = client
        .items(paging::All::new())
        .map(|thing| thing.unwrap().name)
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(server.requests().len(), 1);
    let pages = client.pages(paging::All::new()).count();
    assert_eq!((pages, server.requests().len()), (1, 2));
    for cursor in ["1tx", "1p2", "1o0"] {
        let error = paging::All::new().resume(&cursor.parse().unwrap());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
