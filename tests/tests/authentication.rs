//! Tokens in the query, user names with passwords, requests without credentials, and operations with their own schemes.

use cloud_models_runtime::{
    CallOptions, Config, Credentials, Error, ErrorKind, Operation, RetryPolicy, ServiceErrorKind,
    blocking, fake::Fake,
};
use cloud_models_tests::goldens::authentication::{
    Authentication, GetModel, GetStatus, Login, Upload,
};
use cloud_models_tests::probe;
use cloud_models_tests::server::{Action, Reply, Request, Server};
use serde_json::json;

const TOKEN: &str = "canary/token+1 2";
const PASSWORD: &str = "canary-password";

fn config(server: &Server, credentials: Option<Credentials>) -> Config<Authentication> {
    let config = Config::new()
        .endpoint(server.url())
        .retry(RetryPolicy::never());
    match credentials {
        Some(credentials) => config.credentials(credentials),
        None => config,
    }
}

/// Sends a request and returns what arrived.
fn sent<O: Operation<Service = Authentication>>(
    operation: O,
    credentials: Option<Credentials>,
) -> Result<Request, Error> {
    let server = Server::always(Reply::json(200, "{}"));
    let client = blocking::Client::new(config(&server, credentials))?;
    client.send(operation)?;
    Ok(server.requests().remove(0))
}

fn token() -> Option<Credentials> {
    Some(Credentials::auth_token(TOKEN))
}

fn basic() -> Option<Credentials> {
    Some(Credentials::basic("user", PASSWORD))
}

#[test]
fn a_token_travels_in_the_query() {
    let request = sent(GetModel::new(), token()).unwrap();
    assert_eq!(request.query, "%24key=canary%2Ftoken%2B1%202");
    assert_eq!(request.header("authorization"), None);
    let request = sent(GetModel::new().id("1"), token()).unwrap();
    assert_eq!(request.query, "id=1&%24key=canary%2Ftoken%2B1%202");
}

#[test]
fn user_name_and_password_travel_in_a_header() {
    let request = sent(GetModel::new(), basic()).unwrap();
    let expected = "Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ=";
    assert_eq!(request.header("authorization"), Some(expected));
    assert_eq!(request.query, "");
    for (user, password) in [("", "a"), ("a:b", "a"), ("a", ""), ("a\n", "b")] {
        let error = sent(GetModel::new(), Some(Credentials::basic(user, password)));
        assert_eq!(
            error.unwrap_err().kind(),
            ErrorKind::Credentials,
            "{user:?}"
        );
    }
}

#[test]
fn without_credentials_nothing_is_added() {
    let request = sent(GetModel::new().id("1"), None).unwrap();
    assert_eq!(request.query, "id=1");
    assert_eq!(request.header("authorization"), None);
    // Credentials of another kind are refused, not left out.
    let error = sent(GetModel::new(), Some(Credentials::bearer_token("a"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[test]
fn an_operation_has_its_own_schemes() {
    let request = sent(GetStatus::new(), token()).unwrap();
    assert_eq!(
        (request.query.as_str(), request.header("authorization")),
        ("", None)
    );
    assert!(
        sent(Login::new(), basic())
            .unwrap()
            .header("authorization")
            .is_some()
    );
    let error = sent(Login::new(), token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!error.was_sent());
    let request = sent(Upload::new(), Some(Credentials::auth_token("upload"))).unwrap();
    assert_eq!(request.header("x-upload-token"), Some("upload"));
    assert_eq!(request.query, "");
    let request = sent(Upload::new(), None).unwrap();
    assert_eq!(request.header("x-upload-token"), None);
}

#[test]
fn secrets_stay_out_of_errors() {
    type Case = (&'static str, fn() -> Server);
    let cases: [Case; 3] = [
        ("echo", || {
            Server::start(|request, _| {
                let header = request.header("authorization").unwrap_or_default();
                let message = format!("cannot read {}?{} of {header}", request.path, request.query);
                Reply::json(400, json!({"code": "Bad", "message": message}))
            })
        }),
        ("closed", || Server::always(Action::close())),
        ("html", || {
            Server::start(|request, _| Reply::html(200, format!("<p>{}", request.query)))
        }),
    ];
    for (name, server) in cases {
        for credentials in [token(), basic()] {
            let server = server();
            let client = blocking::Client::new(config(&server, credentials)).unwrap();
            let error = client.send(GetModel::new()).unwrap_err();
            let shown = format!("{error} {error:?} {:?}", error.reply());
            for secret in ["canary", "dXNlcjpjYW5h", "token%2B1", "token+1"] {
                assert!(!shown.contains(secret), "{name}: {shown}");
            }
        }
    }
    // Nor does it leave for a host that others may listen to.
    let config = Config::<Authentication>::new()
        .endpoint("http://example.com")
        .allow_http(true);
    for credentials in [token(), basic()].into_iter().flatten() {
        let client = blocking::Client::new(config.clone().credentials(credentials)).unwrap();
        let error = client.send(GetModel::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    let shown = format!("{:?} {:?}", token(), basic());
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn callers_cannot_add_the_token_a_second_time() {
    let server = Server::always(Reply::json(200, "{}"));
    let client = blocking::Client::new(config(&server, token())).unwrap();
    let options = CallOptions::new().query("$key", "other");
    let error = client
        .with_options(options)
        .send(GetModel::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    // Nor as the entry of a map, or as the header of an operation.
    let error = client
        .send(GetModel::new().filters([("$key", "other"), ("a", "b")]))
        .unwrap_err();
    assert_eq!(error.violations()[0].field, "filters");
    let options = CallOptions::new().header("x-upload-token", "other");
    let error = client
        .with_options(options)
        .send(Upload::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(server.requests().is_empty());
}

#[test]
fn the_probe_takes_user_and_password() {
    let question = json!({
        "id": 1, "kind": "request", "spec": "authentication", "operation": "GetModel",
        "credentials": {"user": "user", "password": PASSWORD},
    });
    let answer = probe::answer_with(&question.to_string(), |question| {
        probe::one(question, GetModel::new())
    });
    let headers = answer["request"]["headers"].as_array().unwrap();
    let expected = json!(["authorization", "Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ="]);
    assert!(headers.contains(&expected), "{answer}");
}

#[test]
fn a_fake_judges_every_scheme() {
    let fake = Fake::<Authentication>::new()
        .credentials(Credentials::auth_token(TOKEN))
        .credentials(Credentials::basic("user", PASSWORD));
    fake.on::<GetModel>().reply(|_| Ok(()));
    fake.on::<Login>().reply(|_| Ok(()));
    fake.on::<GetStatus>().reply(|_| Ok(()));
    let client = |credentials: Option<Credentials>| {
        let config = Config::new().retry(RetryPolicy::never());
        let config = config.credentials(credentials.unwrap_or_else(Credentials::anonymous));
        let builder = blocking::Client::<Authentication>::builder(config);
        builder.transport(fake.clone()).build().unwrap()
    };
    for credentials in [token(), basic(), None] {
        client(credentials.clone()).send(GetModel::new()).unwrap();
        client(credentials).send(GetStatus::new()).unwrap();
    }
    client(basic()).send(Login::new()).unwrap();
    let wrong = [
        client(Some(Credentials::auth_token("other"))).send(GetModel::new()),
        client(Some(Credentials::basic("user", "other"))).send(GetModel::new()),
        client(Some(Credentials::basic("other", PASSWORD))).send(Login::new()),
        // The operation has no scheme for requests without credentials.
        client(None).send(Login::new()),
    ];
    for result in wrong {
        let error = result.unwrap_err();
        assert_eq!(error.service_kind(), Some(ServiceErrorKind::Authentication));
    }
    assert_eq!(*fake.calls::<GetModel>()[0].request(), GetModel::new());
}
