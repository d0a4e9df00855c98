//! Which operation a request is for, and what every request of it must have.

use std::future::poll_fn;
use std::time::Duration;

use cloud_models::fake::Fake;
use cloud_models::transport::Transport;
use cloud_models::{Config, ErrorKind, Operation, Service, blocking};
use cloud_models_tests::goldens::places::{self, ListThings};
use cloud_models_tests::goldens::routes::{
    Describe, ListAccountThings, Ping, ReadFile, ReadLatest, ReadOldTags, ReadPath, ReadTags,
    Routes, Start, Stop,
};
use cloud_models_tests::goldens::{routes, tenants, writes};

use super::{bedrock, block_on, both, list, model, refusals};

/// Lets a fake answer to an operation without output.
fn knows<O: Operation<Output = ()>>(fake: &Fake<O::Service>) {
    fake.on::<O>().reply(|_| Ok(()));
}

/// Sends an operation with a configuration.
fn send<O: Operation>(fake: &Fake<O::Service>, config: Config<O::Service>, operation: O) {
    let client = blocking::Client::builder(config).transport(fake.clone());
    let sent = client.build().unwrap().send(operation);
    sent.unwrap_or_else(|error| panic!("{}: {error}", O::NAME));
}

/// Returns the number of requests for an operation.
fn count<O: Operation>(fake: &Fake<O::Service>) -> usize {
    fake.calls::<O>().len()
}

/// A fake that knows all operations, the first ones first or last.
fn all(is_reversed: bool) -> Fake<Routes> {
    let fake = Fake::new();
    let mut know = [
        knows::<Start>,
        knows::<Stop>,
        knows::<Describe>,
        knows::<Ping>,
        knows::<routes::ListThings>,
        knows::<ListAccountThings>,
        knows::<ReadLatest>,
        knows::<ReadFile>,
        knows::<ReadPath>,
        knows::<ReadTags>,
        knows::<ReadOldTags>,
    ];
    if is_reversed {
        know.reverse();
    }
    know.iter().for_each(|know| know(&fake));
    fake
}

#[test]
fn methods_tell_operations_apart() {
    let fake = Fake::<writes::Writes>::new();
    knows::<writes::DeleteThing>(&fake);
    knows::<writes::CheckThing>(&fake);
    send(&fake, fake.config(), writes::DeleteThing::new("a"));
    send(&fake, fake.config(), writes::CheckThing::new("b"));
    assert_eq!(count::<writes::DeleteThing>(&fake), 1);
    assert_eq!(count::<writes::CheckThing>(&fake), 1);
}

#[test]
fn fixed_headers_and_hosts_tell_operations_apart() {
    for is_reversed in [false, true] {
        let fake = all(is_reversed);
        send(&fake, fake.config(), Start::new());
        assert_eq!((count::<Start>(&fake), count::<Stop>(&fake)), (1, 0));
        send(&fake, fake.config(), Stop::new().reason("why"));
        assert_eq!((count::<Start>(&fake), count::<Stop>(&fake)), (1, 1));
        send(&fake, fake.config(), Describe::new().thing("cup"));
        send(&fake, fake.config(), Ping::new());
        assert_eq!((count::<Describe>(&fake), count::<Ping>(&fake)), (1, 1));
        send(&fake, fake.config(), routes::ListThings::new());
        assert_eq!(count::<ListAccountThings>(&fake), 0);
        send(&fake, fake.config(), ListAccountThings::new("acc-1"));
        assert_eq!(count::<ListAccountThings>(&fake), 1);
        assert_eq!(count::<routes::ListThings>(&fake), 1);
    }
}

#[test]
fn the_most_specific_operation_is_meant() {
    for is_reversed in [false, true] {
        let fake = all(is_reversed);
        send(&fake, fake.config(), ReadLatest::new());
        send(&fake, fake.config(), ReadFile::new("a"));
        send(&fake, fake.config(), ReadPath::new("a/latest"));
        send(&fake, fake.config(), ReadTags::new("latest"));
        send(&fake, fake.config(), ReadOldTags::new("a"));
        assert_eq!(count::<ReadLatest>(&fake), 1);
        assert_eq!(count::<ReadFile>(&fake), 1);
        assert_eq!(count::<ReadPath>(&fake), 1);
        assert_eq!(count::<ReadTags>(&fake), 1);
        assert_eq!(count::<ReadOldTags>(&fake), 1);
        // A value determines more than a name, although the other path has no greedy label.
        let both = Raw::get("/files/a?tags&tags=old");
        assert_eq!(both.ask(&fake).0, 200);
        let calls = fake.calls::<ReadOldTags>();
        assert_eq!(calls[1].unknown(), [("tags".to_owned(), "".into())]);
    }
}

/// A request that no client of ours sends.
struct Raw<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
}

impl<'a> Raw<'a> {
    /// A request with the headers that every request has.
    fn get(target: &'a str) -> Self {
        Self {
            method: "GET",
            target,
            headers: vec![("host", "example.com"), ("x-version", "1")],
            body: "",
        }
    }

    fn stop(body: &'a str) -> Self {
        let mut raw = Self::get("/");
        raw.method = "POST";
        raw.body = body;
        raw.with("x-target", "Routes.Stop")
            .with("content-type", "application/json")
    }

    /// Sets a header.
    fn with(self, name: &'a str, value: &'a str) -> Self {
        let mut raw = self.without(name);
        raw.headers.push((name, value));
        raw
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    /// Returns status and body of the answer; without status, the problem of the test.
    fn ask<S: Service>(&self, fake: &Fake<S>) -> (u16, String) {
        let mut request = cloud_models::http::Request::builder()
            .method(self.method)
            .uri(self.target);
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let request = request.body(self.body.to_owned().into()).unwrap();
        block_on(async {
            let response = match Transport::send(fake, request, Duration::MAX).await {
                Ok(response) => response,
                Err(error) => return (0, error.to_string()),
            };
            let (head, mut body) = response.into_parts();
            let mut bytes = Vec::new();
            while let Some(chunk) = poll_fn(|context| body.poll_chunk(context)).await {
                bytes.extend_from_slice(&chunk.unwrap());
            }
            (head.status.as_u16(), String::from_utf8(bytes).unwrap())
        })
    }
}

#[test]
fn a_request_without_what_every_request_has_is_refused() {
    let fake = all(false);
    assert_eq!(Raw::stop("{}").ask(&fake).0, 200);
    let is_missing = |raw: Raw<'_>, what: &str| {
        let (status, body) = raw.ask(&fake);
        assert!(
            status == 400 && body.contains(what),
            "{what}: {status} {body}"
        );
    };
    // Of the service.
    is_missing(Raw::stop("{}").without("x-version"), "X-Version");
    is_missing(Raw::stop("{}").with("x-version", "2"), "X-Version");
    // Of the operation: without it, it could be either.
    is_missing(Raw::stop("{}").without("x-target"), "X-Target");
    let (status, problem) = Raw::stop("{}").with("x-target", "Routes.Other").ask(&fake);
    assert_eq!(status, 0, "{problem}");
    assert!(problem.contains("Start, Stop"), "{problem}");

    is_missing(Raw::stop("{}").without("content-type"), "content type");
    is_missing(
        Raw::stop("{}").with("content-type", "text/plain"),
        "content type",
    );
    let with_charset = Raw::stop("{}").with("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(with_charset.ask(&fake).0, 200);
    // An operation may have another one, even without parameters.
    for target in ["Routes.Describe", "Routes.Ping"] {
        let raw = || Raw::stop("{}").with("x-target", target);
        is_missing(raw(), "application/x-amz-json-1.1");
        let right = raw().with("content-type", "application/x-amz-json-1.1");
        assert_eq!(right.ask(&fake).0, 200);
    }
    // A body that nobody reads may have any.
    let mut raw = Raw::stop("a").with("x-target", "Routes.Start");
    raw = raw.with("content-type", "text/plain");
    assert_eq!(raw.ask(&fake).0, 200);

    is_missing(Raw::get("/files/a?tags=%4"), "escape");
    is_missing(Raw::get("/files/%FF"), "UTF-8");
    is_missing(Raw::get("/files/%4"), "escape");
    is_missing(Raw::stop(r#"{"reason":"a","reason":"b"}"#), "reason twice");
}

#[test]
fn a_host_without_its_prefix_is_refused() {
    let fake = Fake::<Routes>::new();
    knows::<ListAccountThings>(&fake);
    let ask = |host| {
        let raw = Raw::get("/things?account=acc-1").with("host", host);
        raw.ask(&fake)
    };
    for host in [
        "acc-1.data.example.com",
        "ACC-1.data.example.com:8443",
        // They have no names below them.
        "127.0.0.1:80",
        "localhost",
        "[::1]:80",
    ] {
        assert_eq!(ask(host).0, 200, "{host}");
    }
    for host in [
        "example.com",
        "data.example.com",
        ".data.example.com",
        "acc-1.data.",
        "x.acc-1.data.example.com",
        // Of another account.
        "acc-2.data.example.com",
    ] {
        let (status, body) = ask(host);
        assert!(status == 400 && body.contains("host"), "{host}: {body}");
    }
    assert_eq!(count::<ListAccountThings>(&fake), 5);
    // The region of a host is that of the client, whatever parameters say.
    let fake = Fake::<places::Places>::new();
    knows::<places::GetAccount>(&fake);
    let account = places::GetAccount::new("acc-1").region("other");
    send(&fake, fake.config().region("eu-1"), account);
}

#[test]
fn a_plus_in_a_query_is_a_space() {
    let fake = Fake::<Routes>::new();
    knows::<ListAccountThings>(&fake);
    let raw = Raw::get("/things?account=a+b%2Bc%20d").with("host", "localhost");
    assert_eq!(raw.ask(&fake).0, 200);
    let calls = fake.calls::<ListAccountThings>();
    assert_eq!(calls[0].json()["account"], "a b+c d");
}

#[test]
fn unknown_parameters_stay_apart_from_known_ones() {
    let fake = Fake::<Routes>::new();
    knows::<Stop>(&fake);
    let mut raw = Raw::stop(r#"{"reason":"known","more":[1]}"#);
    raw.target = "/?reason=unknown&reason=again";
    assert_eq!(raw.ask(&fake).0, 200);
    let calls = fake.calls::<Stop>();
    let call = &calls[0];
    assert_eq!(call.json()["reason"], "known");
    assert_eq!(*call.request(), Stop::new().reason("known"));
    let unknown: Vec<_> = call
        .unknown()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let expected = ["reason=\"unknown\"", "reason=\"again\"", "more=[1]"];
    assert_eq!(unknown, expected);
}

// --- endpoints with a path ---

#[test]
fn the_path_of_the_service_may_precede_those_of_its_operations() {
    let fake = Fake::<places::Places>::new();
    knows::<ListThings>(&fake);
    send(&fake, fake.config(), ListThings::new());
    // Another host need not have it.
    let config = fake.config().endpoint("https://gateway.example.com");
    send(&fake, config, ListThings::new());
    assert_eq!(count::<ListThings>(&fake), 2);
    // It may have the name of a tenant, which the configuration of the fake has.
    let fake = Fake::<tenants::Tenants>::new();
    knows::<tenants::ListThings>(&fake);
    send(&fake, fake.config(), tenants::ListThings::new());
    assert_eq!(count::<tenants::ListThings>(&fake), 1);
}

#[test]
fn an_endpoint_with_a_path_is_one_that_the_fake_was_told() {
    for base in ["gate%20way/v1", "/gate%20way/v1/"] {
        let fake = bedrock().base_path(base);
        let url = "https://gateway.example.com/gate%20way/v1";
        both(
            &fake,
            &fake.config().endpoint(url),
            &list(),
            |client, found| {
                assert_eq!(found.unwrap(), ["a", "b", "c"].map(model), "{client}");
            },
        );
        // The path is signed, and required.
        for other in [
            "https://gateway.example.com/gate%20way",
            "https://gateway.example.com/gate%20way/v1/v1",
            "https://gateway.example.com",
        ] {
            for error in refusals(&fake, &fake.config().endpoint(other), &list()) {
                assert_eq!(error.kind(), ErrorKind::Config, "{other}: {error}");
            }
        }
        let served = fake.serve().unwrap();
        assert!(served.url().ends_with("/gate%20way/v1"), "{served:?}");
        let config = fake.config().endpoint(served.url());
        let ureq = cloud_models::blocking::Ureq::new().unwrap();
        let client = blocking::Client::builder(config).transport(ureq);
        let page = client.build().unwrap().send(list()).unwrap();
        assert_eq!(page.model_summaries.len(), 3);
    }
    // The problem says what to do.
    let fake = bedrock();
    let config = fake.config().endpoint("https://gateway.example.com/base");
    for error in refusals(&fake, &config, &list()) {
        let text = error.to_string();
        assert!(
            text.contains("`Fake::base_path`") && text.ends_with("the path /base"),
            "{text}"
        );
    }
}
