//! Where parameters travel: requests of blocking clients as a server on loopback gets them.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::blocking::Ureq;
use cloud_models::huawei_fabric;
use cloud_models_runtime::sign::{self, AwsSigV4, BaiduBceV1, HuaweiSdkHmac, VolcengineHmac};
use cloud_models_runtime::{
    AccessKey, CallOptions, Config, Credentials, Error, ErrorKind, Event, Now, Operation,
    ProxyConfig, Step, blocking,
};
use cloud_models_tests::goldens::places::{
    DeleteObject, GetAccount, GetData, GetLatest, GetProject, GetRange, ListThings, Merge, Places,
    Policy, PutKind, PutNote, PutObject, PutPolicy, PutSource, Search, Source, StartUpload, Tag,
};
use cloud_models_tests::goldens::routes;
use cloud_models_tests::probe;
use cloud_models_tests::server::{self, Server};
use serde_json::{Value, json};

fn config() -> Config<Places> {
    Config::new().credentials(Credentials::bearer_token("bearer"))
}

/// Sends an operation with a configuration, and returns the request that a server gets.
fn sent_with<O: Operation<Service = Places>>(
    operation: O,
    config: impl FnOnce(&Server) -> Config<Places>,
) -> server::Request {
    let server = Server::always(server::Reply::json(200, "{}"));
    let client = blocking::Client::builder(config(&server))
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    client.send(operation).unwrap();
    server.requests().remove(0)
}

fn sent<O: Operation<Service = Places>>(operation: O) -> server::Request {
    let request = sent_with(operation, |server| {
        config().endpoint(server.url()).allow_http(true)
    });
    assert_eq!(request.problems, [""; 0]);
    request
}

fn first_step<O: Operation<Service = Places>>(
    operation: O,
    config: Config<Places>,
    options: &CallOptions,
) -> Result<http::Request<Bytes>, Error> {
    let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    match config
        .call_with(operation, options)?
        .step(Event::Start, now)
    {
        Step::Send(request) => Ok(request),
        Step::Done(Err(error)) => Err(error),
        step => panic!("{}: {step:?}", O::NAME),
    }
}

/// Returns the error of an operation that is not sent, even though limits are not checked.
fn refused<O: Operation<Service = Places>>(operation: O) -> Error {
    let options = CallOptions::new().validate(false);
    let error = first_step(operation, config().region("eu-1"), &options).unwrap_err();
    assert!(!error.was_sent());
    error
}

/// Returns the limits that an operation breaks.
fn broken<O: Operation<Service = Places>>(operation: O) -> Vec<String> {
    let error = first_step(operation, config(), &CallOptions::new()).unwrap_err();
    let found = error.violations().iter();
    found
        .map(|found| format!("{} {} {}", found.field, found.rule, found.value))
        .collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

// --- labels ---

#[test]
fn greedy_labels_keep_their_slashes_and_nothing_else() {
    for (key, path) in [
        ("a", "/buckets/b%2Fc/a"),
        ("a/b/c", "/buckets/b%2Fc/a/b/c"),
        ("a b/?/#/%2e", "/buckets/b%2Fc/a%20b/%3F/%23/%252e"),
        ("...", "/buckets/b%2Fc/..."),
        ("{bucket}", "/buckets/b%2Fc/%7Bbucket%7D"),
    ] {
        assert_eq!(sent(DeleteObject::new("b/c", key)).path, path);
    }
    assert_eq!(sent(GetRange::new("a/of/b", 7)).path, "/ranges/a/of/b/of/7");
}

#[test]
fn labels_that_lead_elsewhere_are_refused() {
    for key in [
        "",
        "/",
        ".",
        "..",
        "/a",
        "a/",
        "a//b",
        "./a",
        "a/..",
        "a/../b",
        "../../other",
    ] {
        let error = refused(DeleteObject::new("bucket", key));
        let [violation] = error.violations() else {
            panic!("{error}")
        };
        assert_eq!(
            (violation.field.as_str(), violation.rule.as_str()),
            ("key", "path segments")
        );
        assert_eq!(violation.value, key);
    }
    for bucket in ["", ".", ".."] {
        let error = refused(DeleteObject::new(bucket, "key"));
        assert_eq!(error.violations()[0].rule, "path segment", "{bucket:?}");
    }
}

/// Signatures of Huawei Cloud are made of the decoded path.
#[test]
fn a_slash_makes_no_other_write_of_a_signed_one() {
    let config = huawei_fabric::Config::new()
        .region("cn-north-4")
        .credentials(Credentials::access_key("id", "secret"));
    let options = CallOptions::new().validate(false);
    let delete = |model: &str| {
        let call = config.call_with(huawei_fabric::CleanupModel::new("w", model), &options)?;
        Ok::<_, Error>(call)
    };
    let now = || Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    for model in ["m/versions/v", "/m", "m/", "a/../b"] {
        match delete(model).unwrap().step(Event::Start, now()) {
            Step::Done(Err(error)) => assert_eq!(error.violations()[0].rule, "path segment"),
            step => panic!("{model}: {step:?}"),
        }
    }
    assert!(matches!(
        delete("m").unwrap().step(Event::Start, now()),
        Step::Send(_)
    ));
    // Reading is harmless, and the vendor's SDKs send it.
    let list = huawei_fabric::ListModelVersions::new("w", "a/b");
    let mut call = config.call_with(list, &options).unwrap();
    match call.step(Event::Start, now()) {
        Step::Send(request) => assert_eq!(
            request.uri().path(),
            "/v1/workspaces/w/models/a%2Fb/versions"
        ),
        step => panic!("{step:?}"),
    }
}

// --- queries and headers ---

#[test]
fn bytes_times_and_lists_are_texts() {
    let search = Search::new("2024-05-14T21:05:12+08:00")
        .digest(vec![0xfb, 0xff, 0])
        .until("2024-05-15T00:00:00Z")
        .times(["2024-05-16T00:00:00Z"])
        .x_digest(vec![0xfb, 0xff])
        .x_read_at("2024-05-14T13:05:12Z")
        .x_written_at("2024-05-14T13:05:12Z")
        .x_words(["a", "b,c", "say \"d\"", "e\\f"])
        .x_sizes([1, -2])
        .x_days(["2024-05-14T00:00:00Z", "2024-05-15T00:00:00Z"]);
    let request = sent(search);
    assert_eq!(request.path, "/search/2024-05-14T13%3A05%3A12Z");
    assert_eq!(
        request.query,
        "digest=%2B%2F8A&until=2024-05-15T00%3A00%3A00Z&times=2024-05-16T00%3A00%3A00Z"
    );
    for (name, value) in [
        ("x-digest", "+/8="),
        ("x-read-at", "Tue, 14 May 2024 13:05:12 GMT"),
        ("x-written-at", "2024-05-14T13:05:12Z"),
        ("x-words", r#"a,"b,c","say \"d\"",e\f"#),
        ("x-sizes", "1,-2"),
        (
            "x-days",
            "Tue, 14 May 2024 00:00:00 GMT,Wed, 15 May 2024 00:00:00 GMT",
        ),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
        assert_eq!(request.header_values(name).count(), 1, "{name}");
    }
    // Nothing is sent for a list without elements.
    let none: [&str; 0] = [];
    let request = sent(Search::new("2024-05-14T00:00:00Z").x_words(none));
    assert_eq!(request.header("x-words"), None);
    assert_eq!(request.query, "");
}

#[test]
fn maps_in_the_query_are_pairs_and_named_parameters_win() {
    let filters = [
        ("kind", texts(&["a b", "c"])),
        ("limit", texts(&["9"])),
        ("none", texts(&[])),
        ("until", texts(&["later"])),
    ];
    // The map comes first in the spec, and `until` is not set.
    let search = Search::new("2024-05-14T00:00:00Z")
        .limit(5)
        .filters(filters);
    let options = CallOptions::new().validate(false);
    let request = first_step(search, config(), &options).unwrap();
    assert_eq!(
        request.uri().query(),
        Some("limit=5&kind=a%20b&kind=c&until=later")
    );
    let tag = Tag::new([("a&b", "c=d"), ("ü", "")]).comment("x");
    let request = sent(tag);
    assert_eq!(request.query, "a%26b=c%3Dd&%C3%BC=");
    assert_eq!(request.json(), json!({"comment": "x"}));
    let search = Search::new("2024-05-14T00:00:00Z")
        .filters([("kind", texts(&["123456789"])), ("BAD", texts(&["a"]))])
        .digest(vec![0; 5]);
    assert_eq!(
        broken(search),
        [
            "filters[BAD] key chars a-z BAD",
            "filters[kind] length 1..=8 123456789",
            "digest length ..=4 5 bytes",
        ]
    );
    // What a caller adds is no second value either.
    let options = CallOptions::new().query("a", "2");
    let error = first_step(Tag::new([("a", "1")]), config(), &options).unwrap_err();
    assert_eq!(error.violations()[0].field, "a");
}

#[test]
fn maps_of_headers_have_a_header_for_each_entry() {
    let search = || Search::new("2024-05-14T00:00:00Z");
    let request = sent(search().x_meta([("Name", "a b"), ("", "whole")]));
    assert_eq!(request.header("x-meta-name"), Some("a b"));
    assert_eq!(request.header("x-meta-"), Some("whole"));
    let meta = [("a", "123456789"), ("b", "b"), ("c", "c")];
    assert_eq!(
        broken(search().x_meta(meta)),
        [
            "X-Meta-[a] length ..=8 123456789",
            "X-Meta- count ..=2 3 entries"
        ]
    );
    for (entries, rule, value) in [
        ([("a b", "1"), ("c", "2")], "header name", "a b"),
        (
            [("a", "1\r\nX-Evil: 1"), ("c", "2")],
            "header value",
            "1\r\nX-Evil: 1",
        ),
        (
            [("Name", "1"), ("name", "2")],
            "is already part of the request",
            "name",
        ),
    ] {
        let error = refused(search().x_meta(entries));
        let violation = &error.violations()[0];
        assert_eq!(violation.field, "X-Meta-");
        assert_eq!(violation.rule, rule);
        assert_eq!(violation.value, value);
    }
    // Only ASCII can be signed.
    let error = refused(search().x_meta([("a", "\u{e4}"), ("b", "c")]));
    assert_eq!(error.violations()[0].rule, "header value");
    let error = refused(search().x_words(["\u{4e16}"]));
    assert_eq!(error.violations()[0].rule, "header value");
    let error = refused(search().x_secret([("can ary", "can\nary")]));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("ary"), "{shown}");
}

// --- what every request has ---

#[test]
fn fixed_names_and_headers_are_always_sent() {
    let request = sent(StartUpload::new("a"));
    assert_eq!(request.query, "Action=StartUpload&uploads");
    // The operation's own header replaces that of the service.
    for (name, value) in [
        ("x-api-version", "2"),
        ("x-target", "Uploads.Start"),
        ("x-client", "cloud-models"),
    ] {
        let values: Vec<_> = request.header_values(name).collect();
        assert_eq!(values, [value], "{name}");
    }
    assert_eq!(sent(GetData::new()).header("x-api-version"), Some("1"));
    for options in [
        CallOptions::new().header("X-Target", "Other"),
        CallOptions::new().query("uploads", ""),
    ] {
        let error = first_step(StartUpload::new("a"), config(), &options).unwrap_err();
        assert_eq!(error.violations().len(), 1, "{error}");
    }
}

#[test]
fn an_object_may_have_another_content_type_and_is_sent_without_members_too() {
    let server = Server::always(server::Reply::json(200, "{}"));
    let config = Config::new().endpoint(server.url()).allow_http(true);
    let client = blocking::Client::builder(config)
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    client.send(routes::Describe::new().thing("cup")).unwrap();
    client.send(routes::Describe::new()).unwrap();
    client.send(routes::Ping::new()).unwrap();
    client.send(routes::Start::new()).unwrap();
    let [full, absent, empty, plain] = server.requests().try_into().unwrap();
    for (request, body) in [(full, r#"{"thing":"cup"}"#), (absent, "{}"), (empty, "{}")] {
        assert_eq!(request.problems, [""; 0]);
        assert_eq!(request.body, body.as_bytes());
        assert_eq!(
            request.header("content-type"),
            Some("application/x-amz-json-1.1")
        );
    }
    assert!(plain.body.is_empty());
    assert_eq!(plain.header("content-type"), None);
}

#[test]
fn names_without_a_value_are_signed_with_an_empty_one() {
    let key = AccessKey::new("AKIDEXAMPLE", "secret");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_691_912);
    type Sign<'a> = &'a dyn Fn(&sign::Request<'_>) -> sign::Signing;
    let signers: [Sign<'_>; 4] = [
        &|request| AwsSigV4::new("r", "s").sign(request, &key, now),
        &|request| VolcengineHmac::new("r", "s").sign(request, &key, now),
        &|request| BaiduBceV1::new().sign(request, &key, now),
        &|request| HuaweiSdkHmac.sign(request, &key, now),
    ];
    for sign in signers {
        let of = |query| {
            sign(&sign::Request {
                method: "POST",
                path: "/a",
                query,
                headers: &[("host", "example.com")],
                body: b"",
            })
        };
        let bare = of("uploads&Action=A");
        assert!(bare.canonical_request().contains("\nAction=A&uploads=\n"));
        assert_eq!(bare.signature(), of("uploads=&Action=A").signature());
    }
}

// --- payloads ---

#[test]
fn a_payload_is_the_whole_body() {
    let body = |request: &server::Request| {
        let kind = request.header("content-type").map(str::to_owned);
        (kind, request.body.to_vec())
    };
    let kind = |text: &str| Some(text.to_owned());
    let request = sent(PutObject::new("a").content(vec![0, 0xff]));
    assert_eq!(
        body(&request),
        (kind("application/octet-stream"), vec![0, 0xff])
    );
    let request = sent(PutNote::new("ä\""));
    assert_eq!(
        body(&request),
        (kind("text/plain; charset=utf-8"), "ä\"".into())
    );
    let request = sent(PutKind::new().kind("new"));
    assert_eq!(body(&request), (kind("text/x-kind"), b"new".to_vec()));
    let policy = Policy::new("p").tags([("a", "b")]);
    let request = sent(PutPolicy::new(policy).x_reason("why"));
    assert_eq!(
        body(&request),
        (
            kind("application/json"),
            br#"{"name":"p","tags":{"a":"b"}}"#.to_vec()
        )
    );
    assert_eq!(request.header("x-reason"), Some("why"));
    let request = sent(PutSource::new().source(Source::Data(vec![1].into())));
    assert_eq!(
        body(&request),
        (kind("application/json"), br#"{"data":"AQ=="}"#.to_vec())
    );
    for (patch, text) in [(json!([1, null]), "[1,null]"), (Value::Null, "null")] {
        let request = sent(Merge::new().patch(patch));
        assert_eq!(
            body(&request),
            (kind("application/merge-patch+json"), text.into())
        );
    }
}

#[test]
fn an_absent_payload_sends_no_body_and_an_empty_one_does() {
    for request in [
        sent(PutObject::new("a")),
        sent(PutKind::new()),
        sent(PutSource::new()),
        sent(Merge::new()),
    ] {
        assert_eq!(request.header("content-type"), None);
        assert!(request.body.is_empty());
    }
    let request = sent(PutObject::new("a").content(vec![]));
    assert_eq!(
        request.header("content-type"),
        Some("application/octet-stream")
    );
    assert!(request.body.is_empty());
}

#[test]
fn payloads_keep_to_their_limits_and_take_members_that_callers_add() {
    assert_eq!(broken(PutObject::new("a").content(vec![0; 9])).len(), 1);
    assert_eq!(
        broken(PutNote::new("123456789")),
        ["payload length ..=8 123456789"]
    );
    let policy = PutPolicy::new(Policy::new("12345"));
    assert_eq!(broken(policy), ["policy.name length ..=4 12345"]);
    let added = CallOptions::new().body_member("extra", 1);
    let request = first_step(PutPolicy::new(Policy::new("p")), config(), &added).unwrap();
    assert_eq!(request.body().as_ref(), br#"{"name":"p","extra":1}"#);
    let error = first_step(PutNote::new("a"), config(), &added).unwrap_err();
    assert_eq!(error.violations()[0].field, "extra");
}

/// A request in JSON has its members by name, wherever they travel.
#[test]
fn operations_are_read_from_json() {
    let put: PutObject = serde_json::from_value(json!({"key": "a", "content": "AP8="})).unwrap();
    assert_eq!(put, PutObject::new("a").content(vec![0, 0xff]));
    let search = json!({
        "since": "2024-05-14T00:00:00Z", "filters": {"a": ["b"]}, "X-Meta-": {"c": "d"}, "X-Words": ["e"],
    });
    let read: Search = serde_json::from_value(search.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), search);
    let filters = BTreeMap::from([("a", texts(&["b"]))]);
    let expected = Search::new("2024-05-14T00:00:00Z").filters(filters);
    assert_eq!(read, expected.x_meta([("c", "d")]).x_words(["e"]));
}

// --- hosts ---

#[test]
fn prefixes_stand_before_host_names_alone() {
    let url = |endpoint: Option<&str>| {
        let mut config = config().region("eu-1").allow_http(true);
        if let Some(endpoint) = endpoint {
            config = config.endpoint(endpoint);
        }
        // The region of the host is that of the client.
        let account = GetAccount::new("acc-1").region("evil");
        let request = first_step(account, config, &CallOptions::new()).unwrap();
        let host = request.headers()["host"].to_str().unwrap().to_owned();
        (request.uri().to_string(), host)
    };
    for (endpoint, base, host) in [
        (
            None,
            "https://acc-1.data-eu-1.example.com/base",
            "acc-1.data-eu-1.example.com",
        ),
        (
            Some("https://Other.example:8443/a/"),
            "https://acc-1.data-eu-1.Other.example:8443/a",
            "acc-1.data-eu-1.Other.example:8443",
        ),
        (
            Some("http://localhost:80"),
            "http://localhost:80",
            "localhost",
        ),
        (
            Some("http://LOCALHOST:1"),
            "http://LOCALHOST:1",
            "LOCALHOST:1",
        ),
        (
            Some("http://127.0.0.1:81"),
            "http://127.0.0.1:81",
            "127.0.0.1:81",
        ),
        (Some("http://[::1]:81"), "http://[::1]:81", "[::1]:81"),
    ] {
        let expected = (
            format!("{base}/accounts?AccountId=acc-1&region=evil"),
            host.to_owned(),
        );
        assert_eq!(url(endpoint), expected);
    }
}

/// A proxy gets the whole URL, so no name must be resolved.
#[test]
fn requests_go_to_the_host_with_its_prefix() {
    let server = Server::always(server::Reply::json(200, "{}"));
    let proxy = ProxyConfig::new(&server.url()).unwrap();
    let config = Config::new()
        .credentials(Credentials::anonymous())
        .endpoint("http://example.test")
        .allow_http(true);
    let client = blocking::Client::builder(config)
        .transport(Ureq::builder().proxy(proxy).build().unwrap())
        .build()
        .unwrap();
    client.send(GetData::new()).unwrap();
    let request = server.requests().remove(0);
    assert_eq!(request.target, "http://data.example.test/data");
    assert_eq!(request.header("host"), Some("data.example.test"));
    client.send(GetLatest::new()).unwrap();
    let request = server.requests().remove(1);
    assert_eq!(request.target, "http://data-example.test/versions/$LATEST");
    assert_eq!(request.header("host"), Some("data-example.test"));
    // To an address it goes without.
    let request = sent(GetData::new());
    assert!(request.header("host").unwrap().starts_with("127."));
}

#[test]
fn labels_of_hosts_that_lead_elsewhere_are_refused() {
    let long = "a".repeat(64);
    for id in [
        "",
        ".",
        "..",
        "a.b",
        "evil.example/",
        "a/b",
        "a@b",
        "a:1",
        "-a",
        "a-",
        "a_b",
        "ä",
        "{region}",
        &long,
    ] {
        let error = refused(GetAccount::new(id));
        let [violation] = error.violations() else {
            panic!("{id:?}: {error}")
        };
        assert_eq!(violation.field, "AccountId", "{id:?}");
        assert_eq!(violation.rule, "host label", "{id:?}");
    }
}

// --- region and project ---

#[test]
fn region_and_project_are_those_of_the_client() {
    let request = sent_with(ListThings::new(), |server| {
        let config = config().endpoint(server.url()).allow_http(true);
        config.region("eu-1").project_id("a b/c")
    });
    assert_eq!(request.path, "/v1/a%20b%2Fc/eu-1/things");
    // A parameter takes precedence.
    let request = sent_with(GetProject::new("mine"), |server| {
        let config = config().endpoint(server.url()).allow_http(true);
        config.project_id("other")
    });
    assert_eq!(request.path, "/v1/mine");
}

#[test]
fn a_missing_region_or_project_is_an_error_of_the_configuration() {
    for (config, expected) in [
        (config().project_id("p"), "EXAMPLE_REGION"),
        (config().region("eu-1"), "EXAMPLE_PROJECT"),
        (config().region("eu/1").project_id("p"), "eu/1"),
    ] {
        let error = first_step(ListThings::new(), config, &CallOptions::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let config = config().region("eu-1").project_id("..");
    let error = first_step(ListThings::new(), config, &CallOptions::new()).unwrap_err();
    assert_eq!(error.violations()[0].field, "project");
}

// --- the probe ---

#[test]
fn the_probe_shows_bodies_that_are_no_text() {
    let ask = |content: &str| {
        let question = json!({
            "id": 1, "kind": "request", "spec": "places", "operation": "PutObject",
            "input": {"key": "a", "content": content},
        });
        probe::answer_with(&question.to_string(), |question| {
            probe::one(question, PutObject::new("a"))
        })
    };
    assert_eq!(ask("YQ==")["request"]["body"], "a");
    let answer = ask("AP8=");
    assert_eq!(answer["request"]["body_base64"], "AP8=");
    assert_eq!(answer["request"]["body"], Value::Null);

    let ask = |response: Value| {
        let question = json!({
            "id": 1, "kind": "response", "spec": "places", "operation": "PutObject", "response": response,
        });
        probe::answer_with(&question.to_string(), |question| {
            probe::one(question, PutObject::new("a"))
        })
    };
    assert_eq!(
        ask(json!({"status": 200, "body_base64": "/w=="}))["ok"],
        Value::Null
    );
    for wrong in [
        json!({"status": 200, "body_base64": "%"}),
        json!({"status": 200, "body_base64": "YQ==", "body": "a"}),
    ] {
        assert_eq!(ask(wrong)["error"]["kind"], "invalid-request");
    }
}
