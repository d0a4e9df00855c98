//! All operations of the specs over loopback, with a server that reads the first request and drops the connection: the
//! request is sent again only where a repetition has no further effect, and then unchanged.

use std::collections::BTreeMap;
use std::time::Duration;

use cloud_models_runtime::blocking::Client;
use cloud_models_runtime::codegen::Visitor;
use cloud_models_runtime::{
    Config, Credentials, Error, ErrorKind, Operation, Paginated, RetryPolicy,
};
use cloud_models_tests::cases::{self, package};
use cloud_models_tests::server::{Action, Reply, Server};
use serde_json::{Value, json};

/// Operations that would have an effect twice.
const NOT_REPEATED: &[&str] = &["CreateModelDefinition"];
/// Operations that the service repeats safely because of a token, and the parameter for it.
const WITH_TOKEN: &[(&str, &str)] = &[("CreateModelCustomizationJob", "clientRequestToken")];

/// Sends an operation with retries.
struct Sent<'a> {
    input: &'a Value,
    endpoint: &'a str,
}

impl Visitor for Sent<'_> {
    type Output = Error;

    fn one<O: Operation>(self) -> Error {
        let operation: O = serde_json::from_value(self.input.clone()).unwrap();
        let moment = Duration::from_millis(2);
        let config = Config::new()
            .endpoint(self.endpoint)
            .region("region")
            .credentials(Credentials::access_key("key", "secret"))
            .retry(RetryPolicy::standard().backoff(moment, moment));
        let client = Client::<O::Service>::new(config).unwrap();
        client.send(operation).unwrap_err()
    }

    fn list<O: Paginated>(self) -> Error {
        self.one::<O>()
    }

    fn unknown(self) -> Error {
        panic!("there is no such operation")
    }
}

/// Returns a captured input of each operation that the client accepts.
fn inputs() -> BTreeMap<(String, String), Value> {
    let mut inputs = BTreeMap::new();
    for case in cases::read(&package().join("vectors")) {
        let plain = [
            "arn",
            "_basic",
            "_full",
            "by_id",
            "_everything",
            "no_params",
            "path_only",
        ];
        if plain.iter().any(|end| case.name.ends_with(end)) {
            let operation = (case.spec.clone(), case.operation().to_owned());
            inputs.insert(operation, case.input());
        }
    }
    inputs
}

/// Sends an operation whose first request is lost. Returns the bodies of all requests, and the error: the service refuses
/// the second request, so that an error of another kind says that there was none.
fn lost(spec: &str, operation: &str, input: &Value) -> (Vec<Vec<u8>>, Error) {
    let server = Server::start(|_, n| match n {
        0 => Action::Reset,
        _ => Reply::json(404, "{}").into(),
    });
    let endpoint = server.url();
    let sent = Sent {
        input,
        endpoint: &endpoint,
    };
    let error = cloud_models::visit(spec, operation, sent);
    server.assert_no_problems();
    let requests = server.requests();
    let bodies = requests.iter().map(|request| request.body.to_vec());
    (bodies.collect(), error)
}

#[test]
fn a_lost_request_is_repeated_where_that_is_safe() {
    let inputs = inputs();
    let (services, _) = generator::read(&cases::specs());
    for service in &services {
        for operation in &service.operations {
            let name = &operation.name;
            let input = &inputs[&(service.stem.clone(), name.clone())];
            let (bodies, error) = lost(&service.stem, name, input);
            let context = format!("{} {name}: {error}", service.stem);
            assert!(error.was_sent(), "{context}");
            if NOT_REPEATED.contains(&name.as_str()) {
                assert_eq!(bodies.len(), 1, "{context}");
                assert_eq!(error.kind(), ErrorKind::Transport, "{context}");
                assert!(!error.is_retryable(), "{context}");
            } else {
                assert_eq!(bodies.len(), 2, "{context}");
                assert_eq!(bodies[0], bodies[1], "{context}");
                assert_eq!(error.kind(), ErrorKind::Service, "{context}");
            }
        }
    }
}

#[test]
fn both_requests_have_the_same_idempotency_token() {
    let inputs = inputs();
    let mut seen = Vec::new();
    for (name, parameter) in WITH_TOKEN {
        let mut found = inputs
            .iter()
            .filter(|((_, operation), _)| operation == name);
        let ((spec, _), input) = found.next().unwrap();
        for given in [None, Some("mine")] {
            let mut input = input.clone();
            input[*parameter] = json!(given);
            let (bodies, error) = lost(spec, name, &input);
            let tokens = bodies.iter().map(|body| {
                let body: Value = serde_json::from_slice(body).unwrap();
                body[*parameter].as_str().unwrap().to_owned()
            });
            let tokens: Vec<_> = tokens.collect();
            assert_eq!(tokens.len(), 2);
            assert_eq!(tokens[0], tokens[1]);
            assert_eq!(error.idempotency_token(), Some(tokens[0].as_str()));
            match given {
                Some(given) => assert_eq!(tokens[0], given),
                None => assert_eq!(tokens[0].len(), 36),
            }
            seen.extend(tokens);
        }
        // The next call has another token.
        let mut input = input.clone();
        input[*parameter] = Value::Null;
        let (_, error) = lost(spec, name, &input);
        let token = error.idempotency_token().unwrap().to_owned();
        assert!(!seen.contains(&token), "{token}");
    }
}
