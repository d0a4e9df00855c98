//! Where parameters travel: requests of blocking clients as a server on loopback gets them.

use std::time::{Duration, SystemTime};

use cloud_models::blocking::Ureq;
use cloud_models_runtime::{
    CallOptions, Config, Credentials, Error, Event, Now, Operation, Step, blocking,
};
use cloud_models_tests::goldens::places::{DeleteObject, GetRange, Places};
use cloud_models_tests::server::{self, Server};

fn config() -> Config<Places> {
    Config::new().credentials(Credentials::bearer_token("bearer"))
}

/// Sends an operation, and returns the request that a server gets.
fn sent<O: Operation<Service = Places>>(operation: O) -> server::Request {
    let server = Server::always(server::Reply::json(200, "{}"));
    let config = config().endpoint(server.url()).allow_http(true);
    let client = blocking::Client::builder(config)
        .transport(Ureq::new().unwrap())
        .build()
        .unwrap();
    client.send(operation).unwrap();
    server.requests().remove(0)
}

/// Returns the error of an operation that is not sent, even though limits are not checked.
fn refused<O: Operation<Service = Places>>(operation: O) -> Error {
    let options = CallOptions::new().validate(false);
    let mut call = config().call_with(operation, &options).unwrap();
    match call.step(
        Event::Start,
        Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO),
    ) {
        Step::Done(Err(error)) => error,
        step => panic!("{}: {step:?}", O::NAME),
    }
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
        assert!(!error.was_sent());
    }
    for bucket in ["", ".", ".."] {
        let error = refused(DeleteObject::new(bucket, "key"));
        assert_eq!(error.violations()[0].rule, "path segment", "{bucket:?}");
    }
}
