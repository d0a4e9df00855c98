//! Maps, unions, recursion, bytes, JSON of any form and times, through a blocking client and a server on loopback.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use cloud_models::blocking::Ureq;
use cloud_models_runtime::{
    Config, Credentials, Error, ErrorKind, Event, Json, Now, Operation, Reply, Step, blocking,
};
use cloud_models_tests::goldens::{maps, recursion, timestamps, unions};
use cloud_models_tests::server::{self, Server};
use serde_json::{Value, json};

/// Sends an operation, and returns the request with what the client makes of a reply.
fn exchange<O: Operation>(
    operation: O,
    reply: &str,
) -> (server::Request, Result<Reply<O::Output>, Error>) {
    let reply = server::Reply::json(200, reply);
    let server = Server::always(reply);
    let config = Config::<O::Service>::new()
        .endpoint(server.url())
        .allow_http(true)
        .credentials(Credentials::bearer_token("bearer"));
    let client = blocking::Client::builder(config)
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    let result = client.send(operation);
    let request = server.requests().remove(0);
    (request, result)
}

/// Returns the error of an operation whose limits are violated.
fn refused<O: Operation>(operation: O) -> Vec<String> {
    let config = Config::<O::Service>::new().credentials(Credentials::bearer_token("bearer"));
    let mut call = config.call(operation).unwrap();
    let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    let Step::Done(Err(error)) = call.step(Event::Start, now) else {
        panic!("{} is sent", O::NAME)
    };
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let found = error.violations().iter();
    found
        .map(|found| format!("{} {}", found.field, found.rule))
        .collect()
}

// --- maps ---

fn item() -> maps::NewItem {
    let attributes = BTreeMap::from([("size".to_owned(), vec!["1".to_owned(), "2".to_owned()])]);
    maps::NewItem::new("item")
        .attributes([("group", attributes)])
        .config(maps::ItemConfig::new().flags([("on", true)]))
}

#[test]
fn maps_bytes_and_json_are_sent_and_read() {
    let put = maps::PutItem::new(item(), [("env", "test")])
        .metrics([("load", vec![0.5, 1.0])])
        .matrix([vec![1, 2], vec![]])
        .content(vec![0, 0xff])
        .extra(json!({"any": [null, 1.5]}))
        .kinds([("a", "SMALL"), ("b", "HUGE")]);
    let (request, reply) = exchange(put.clone(), r#"{"name":"item"}"#);
    assert_eq!(reply.unwrap().name.as_deref(), Some("item"));
    let expected = json!({
        "item": {
            "name": "item",
            "attributes": {"group": {"size": ["1", "2"]}},
            "config": {"flags": {"on": true}},
        },
        "labels": {"env": "test"},
        "metrics": {"load": [0.5, 1.0]},
        "matrix": [[1, 2], []],
        "content": "AP8=",
        "extra": {"any": [null, 1.5]},
        "kinds": {"a": "SMALL", "b": "HUGE"},
    });
    assert_eq!(request.json(), expected);
    // An operation is the same value in JSON.
    assert_eq!(serde_json::to_value(&put).unwrap(), expected);
    assert_eq!(
        serde_json::from_value::<maps::PutItem>(expected).unwrap(),
        put
    );

    let body = json!({
        "name": "item",
        "labels": null,
        "versions": {"eu": [{"number": 1}, null], "us": null},
        "grid": [[[1, 2.5], []], []],
        "seen": {"eu": 1715691912},
        "kinds": {"a": "LARGE", "b": "NEW"},
        "content": "AP8",
        "parts": ["", "AA=="],
        "extra": [1, {"a": null}],
        "extras": {"x": 1},
    });
    let (request, reply) = exchange(maps::GetItem::new("a/b"), &body.to_string());
    assert_eq!(request.path, "/v1/items/a%2Fb");
    let item = reply.unwrap().into_inner();
    assert!(item.labels.is_empty() && item.required_map.is_empty());
    assert_eq!(item.versions.keys().collect::<Vec<_>>(), ["eu"]);
    assert_eq!(item.versions["eu"].len(), 1);
    assert_eq!(item.grid, [vec![vec![1.0, 2.5], vec![]], vec![]]);
    assert_eq!(item.seen["eu"].as_str(), "1715691912");
    assert_eq!(item.kinds["a"], maps::ItemKind::Large);
    assert_eq!(item.kinds["b"].as_str(), "NEW");
    assert_eq!(item.content.as_deref(), Some([0, 0xff].as_slice()));
    assert_eq!(item.parts[1].as_ref(), [0]);
    assert_eq!(item.extras["x"], Json::from(json!(1)));
    let decoded: (i64, BTreeMap<String, Value>) = item.extra.unwrap().decode().unwrap();
    assert_eq!(decoded.0, 1);
}

/// AWS sends numbers that JSON does not have as texts.
#[test]
fn numbers_that_json_lacks_are_texts_in_replies_and_break_a_limit_in_requests() {
    let put = maps::PutItem::new(item(), [("env", "test")]);
    let body = r#"{"name":"a","grid":[[["NaN","Infinity","-Infinity",1.5,7]]]}"#;
    let (_, reply) = exchange(maps::GetItem::new("a"), body);
    let reply = reply.unwrap();
    let row = &reply.grid[0][0];
    assert!(row[0].is_nan());
    assert_eq!(row[1..], [f64::INFINITY, f64::NEG_INFINITY, 1.5, 7.0]);
    let written = serde_json::to_value(&*reply).unwrap();
    assert_eq!(
        written["grid"],
        json!([[["NaN", "Infinity", "-Infinity", 1.5, 7.0]]])
    );
    for text in ["nan", "inf", "", "1.5", "-NaN"] {
        let body = json!({"name": "a", "grid": [[[text]]]}).to_string();
        let (_, reply) = exchange(maps::GetItem::new("a"), &body);
        assert_eq!(reply.unwrap_err().kind(), ErrorKind::Decode, "{text}");
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let put = put.clone().metrics([("load", vec![0.5, number])]);
        assert_eq!(refused(put), ["metrics[load] finite number"]);
    }
}

#[test]
fn maps_that_break_limits_are_not_sent() {
    let put = maps::PutItem::new(item(), [("0", "v")])
        .matrix([vec![10]])
        .secrets([("much too long", "secret")])
        .rows([BTreeMap::from([("longer".to_owned(), String::new())])]);
    let mut found = refused(put);
    found.retain(|violation| !violation.contains("pattern"));
    assert_eq!(
        found,
        [
            "secrets[***] key length ..=8",
            "matrix[0] range 0..=9",
            "rows[0][longer] key length 1..=4",
        ]
    );
    let none: [(&str, &str); 0] = [];
    assert_eq!(
        refused(maps::PutItem::new(item(), none)),
        ["labels count 1..=50"]
    );
}

#[test]
fn hostile_maps_are_errors() {
    let entries: Vec<_> = (0..1_000_000).map(|n| format!(r#""{n}":"""#)).collect();
    let bodies = [
        format!(r#"{{"name":"a","labels":{{{}}}}}"#, entries.join(",")),
        r#"{"name":"a","labels":{"x":"1","x":"2"}}"#.to_owned(),
        format!(
            r#"{{"name":"a","extra":{}1{}}}"#,
            "[".repeat(10_000),
            "]".repeat(10_000)
        ),
        format!(
            r#"{{"name":"a","extra":[{}0]}}"#,
            r#"{"":0},"#.repeat(500_000)
        ),
        r#"{"name":"a","content":"not base64!"}"#.to_owned(),
    ];
    for body in bodies {
        let (_, reply) = exchange(maps::GetItem::new("a"), &body);
        let error = reply.err();
        let error = error.unwrap_or_else(|| panic!("{} is read", &body[..40]));
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

// --- unions ---

#[test]
fn unions_are_objects_with_one_member() {
    let rows = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
    let create = unions::CreateJob::new(unions::Source::Url("https://example.com/x".to_owned()))
        .fallbacks([
            unions::Source::Inline(vec![1].into()),
            unions::Source::Rows(vec![rows]),
        ])
        .settings([("n", unions::Setting::N(0.5))]);
    let body = r#"{"id":"j","state":{"running":{"percent":5},"failed":null,"__type":"x"},"history":[{"finishedAt":1715691912.5},{"paused":{"by":"me"}}]}"#;
    let (request, reply) = exchange(create, body);
    assert_eq!(
        request.json(),
        json!({
            "source": {"url": "https://example.com/x"},
            "fallbacks": [{"inline": "AQ=="}, {"rows": [{"a": "1"}]}],
            "settings": {"n": {"N": 0.5}},
        })
    );
    let job = reply.unwrap().into_inner();
    let unions::JobState::Running(progress) = &job.state else {
        panic!("{:?}", job.state)
    };
    assert_eq!(progress.percent, Some(5));
    let unions::JobState::Unknown(paused) = &job.history[1] else {
        panic!("{:?}", job.history)
    };
    assert_eq!(
        (paused.name(), &paused.value().as_value()["by"]),
        ("paused", &json!("me"))
    );
    assert_eq!(
        serde_json::to_value(&job.history).unwrap(),
        json!([{"finishedAt": 1_715_691_912.5}, {"paused": {"by": "me"}}])
    );
}

#[test]
fn unions_without_a_member_or_with_two_are_errors_with_a_path() {
    for state in [
        "{}",
        r#"{"running":null}"#,
        r#"{"running":{},"failed":"x"}"#,
        r#"{"new":1,"newer":2}"#,
        r#""running""#,
    ] {
        let body = format!(r#"{{"id":"j","state":{state}}}"#);
        let source = unions::Source::File(unions::FileSource::new("a"));
        let (_, reply) = exchange(unions::CreateJob::new(source), &body);
        let error = reply.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{state}");
        let path = error.path().unwrap_or_default().to_owned();
        assert!(path.starts_with("state"), "{state}: {path}");
    }
}

#[test]
fn members_of_unions_have_limits_and_secrets() {
    let url = unions::Source::Url("ftp://".to_owned() + &"x".repeat(3000));
    let mut found = refused(unions::CreateJob::new(url));
    found.retain(|violation| !violation.contains("pattern"));
    assert_eq!(found, ["source.url length 1..=2048"]);
    assert_eq!(
        refused(unions::CreateJob::new(unions::Source::default())),
        ["source member of the union"]
    );
    let token = unions::Source::Token("canary".to_owned());
    assert!(!format!("{token:?}").contains("canary"));
    let (_, reply) = exchange(unions::CreateJob::new(token), r#"{"id":"canary"#);
    let error = reply.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}

// --- recursion ---

#[test]
fn types_that_contain_themselves_are_sent_and_read() {
    use recursion::{Filter, Link, Pair, Rest, Search};

    let name = |name: &str| Filter::Name(name.to_owned());
    let not = Filter::Not(Box::new(Filter::And(vec![name("a"), name("b")])));
    let search = Search::new(Filter::Pair(Box::new(Pair::new(not, name("c")))))
        .chain(Link::new("1").rest(Rest::new(Link::new("2"))));
    let (request, _) = exchange(search.clone(), "{}");
    let body = json!({
        "filter": {"pair": {"left": {"not": {"and": [{"name": "a"}, {"name": "b"}]}}, "right": {"name": "c"}}},
        "chain": {"name": "1", "rest": {"next": {"name": "2"}}},
    });
    assert_eq!(request.json(), body);
    assert_eq!(serde_json::from_value::<Search>(body).unwrap(), search);
}

// --- times ---

#[test]
fn times_are_sent_in_the_form_of_their_member() {
    let at = |millis: u64| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    let list = timestamps::ListEvents::new(at(86_400_000), at(1_715_691_912_500))
        .from(at(1_715_691_912_500))
        .to(at(1_715_691_912_500))
        .at([at(1_715_691_912_000), at(1_715_691_912_250)])
        .x_since(at(1_715_691_912_500))
        .x_until(at(1_715_691_912_500))
        .before(at(1_715_691_912_500))
        .marks([("a", at(5))]);
    let body = json!({"events": [{
        "time": "2024-05-14T13:05:12Z",
        "created": 1_715_691_912,
        "updated": 86_400_000,
        "expires": "Tue, 14 May 2024 13:05:12 GMT",
        "seen": [1, "2024-05-14T13:05:12Z"],
    }]});
    let (request, reply) = exchange(list, &body.to_string());
    assert_eq!(request.path, "/v1/days/1970-01-02T00%3A00%3A00Z/events");
    assert_eq!(
        request.query,
        "from=2024-05-14T13%3A05%3A12.5Z&to=1715691912500&at=1715691912&at=1715691912.25"
    );
    assert_eq!(
        request.header("x-since"),
        Some("Tue, 14 May 2024 13:05:12 GMT")
    );
    assert_eq!(request.header("x-until"), Some("2024-05-14T13:05:12.5Z"));
    assert_eq!(
        request.json(),
        json!({
            "after": 1_715_691_912.5,
            "before": "Tue, 14 May 2024 13:05:12 GMT",
            "marks": {"a": 5},
        })
    );
    let page = reply.unwrap().into_inner();
    let event = &page.events[0];
    let second = at(1_715_691_912_000);
    assert_eq!(event.time.to_system_time(), Some(second));
    assert_eq!(
        event.created.as_ref().unwrap().to_system_time(),
        Some(second)
    );
    // A small number is a number of milliseconds, because the spec says so.
    assert_eq!(
        event.updated.as_ref().unwrap().to_system_time(),
        Some(at(86_400_000))
    );
    assert_eq!(
        event.expires.as_ref().unwrap().to_system_time(),
        Some(second)
    );
    assert_eq!(event.seen[0].to_system_time(), Some(at(1)));
    // What was read is written in the same form.
    assert_eq!(serde_json::to_value(&page).unwrap(), body);
}

/// The same instant is sent in the same form in each place, as the vendors' SDKs do, whatever time zone the caller has.
#[test]
fn times_are_sent_in_utc() {
    let time = "2024-05-14T21:05:12+08:00";
    let list = timestamps::ListEvents::new(time, time)
        .from(time)
        .x_until(time)
        .noted(time);
    let (request, _) = exchange(list, "{}");
    assert_eq!(request.path, "/v1/days/2024-05-14T13%3A05%3A12Z/events");
    assert_eq!(request.query, "from=2024-05-14T13%3A05%3A12Z");
    assert_eq!(request.header("x-until"), Some("2024-05-14T13:05:12Z"));
    assert_eq!(request.json()["noted"], "2024-05-14T13:05:12Z");
}

// --- secrets ---

#[test]
fn secret_times_are_hidden_as_they_are_sent() {
    let list = timestamps::ListEvents::new("2024-05-14T13:05:12Z", "2024-05-14T13:05:12Z")
        .secret_at("2024-05-14T13:05:12.345Z");
    let reply = server::Reply::json(
        400,
        "secretAt 2024-05-14T13:05:12.345Z 1715691912345 is in the past",
    );
    let server = Server::always(reply);
    let config = Config::<timestamps::Timestamps>::new()
        .endpoint(server.url())
        .allow_http(true)
        .credentials(Credentials::bearer_token("bearer"));
    let client = blocking::Client::builder(config)
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    let error = client.send(list).unwrap_err();
    assert_eq!(
        server.requests()[0].json()["secretAt"],
        1_715_691_912_345_i64
    );
    let text = format!("{error} {error:?}");
    assert!(text.contains("is in the past"), "{text}");
    assert!(
        !text.contains("2024-05-14") && !text.contains("1715691912345"),
        "{text}"
    );
}

/// Names in the path of an error may be keys of a map, and those are secrets too.
#[test]
fn keys_of_secret_maps_are_not_in_errors() {
    let body = r#"{"name":"a","secrets":{"canary":[1]}}"#;
    let (_, reply) = exchange(maps::RevealItem::new("a"), body);
    let error = reply.unwrap_err();
    assert_eq!(error.path(), Some("secrets"));
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}
