//! The generated clients from the perspective of a caller, with one JSON object as input and one as output: the request
//! for an input, or the result of a response. Uses only the public API of `cloud-models`, and no network.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::{
    Call, CallOptions, Credentials, Error, ErrorKind, Event, Now, Operation, Paginated,
    RetryPolicy, Service, Step, Timestamp, aws_bedrock, baidu_qianfan, huawei_fabric,
    volcengine_ark,
};
use cloud_models_runtime::Config;
use serde::Deserialize;
use serde_json::{Value, json};

/// A question to the probe.
#[derive(Deserialize)]
struct Question {
    kind: Kind,
    spec: String,
    operation: String,
    #[serde(default)]
    input: Value,
    response: Option<Response>,
    clock: Option<String>,
    credentials: Option<GivenCredentials>,
    region: Option<String>,
    endpoint: Option<String>,
    project_id: Option<String>,
    validate: Option<bool>,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Request,
    Response,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

/// An access key or a token.
#[derive(Deserialize)]
#[serde(untagged)]
enum GivenCredentials {
    AccessKey {
        access_key_id: String,
        secret_access_key: String,
        session_token: Option<String>,
    },
    Bearer {
        bearer_token: String,
    },
    Token {
        auth_token: String,
    },
}

#[derive(Default, Deserialize)]
struct Options {
    #[serde(default)]
    fips: bool,
    #[serde(default)]
    dual_stack: bool,
}

/// Returns the answer to a line of input.
pub fn answer(line: &str) -> Value {
    let question: Value = match serde_json::from_str(line) {
        Ok(question) => question,
        Err(error) => return fault(Value::Null, format!("the line is no JSON: {error}")),
    };
    let id = question.get("id").cloned().unwrap_or_default();
    let mut answer = match serde_json::from_value::<Question>(question) {
        Ok(question) => ask(&question),
        Err(error) => return fault(id, format!("the question cannot be read: {error}")),
    };
    if let Value::Object(members) = &mut answer {
        members.insert("id".to_owned(), id);
    }
    answer
}

/// Returns the answer to an invalid question.
fn fault(id: Value, display: String) -> Value {
    let mut answer = refusal(display);
    answer["id"] = id;
    answer
}

/// Creates the answer to a question that cannot be put to a client.
fn refusal(display: impl Into<String>) -> Value {
    json!({"error": {
        "kind": "invalid-request", "status": null, "code": null, "message": null, "request_id": null,
        "retryable": false, "retry_after_ms": null, "path": null, "violations": [], "sent": false, "details": null,
        "idempotency_token": null, "display": display.into(),
    }})
}

fn ask(question: &Question) -> Value {
    match (question.spec.as_str(), question.operation.as_str()) {
        ("aws-bedrock", "ListCustomModels") => both(question, aws_bedrock::ListCustomModels::new()),
        ("baidu-qianfan", "DescribeCustomModelSets") => {
            both(question, baidu_qianfan::DescribeCustomModelSets::new())
        }
        ("huawei-fabric", "ListModels") => {
            both(question, huawei_fabric::ListModels::new("workspace"))
        }
        ("volcengine-ark", "ListCustomModels") => {
            both(question, volcengine_ark::ListCustomModels::new())
        }
        (spec, operation) => refusal(format!(
            "there is no operation `{operation}` in a spec `{spec}`"
        )),
    }
}

fn both<O: Paginated>(question: &Question, default: O) -> Value {
    match question.kind {
        Kind::Request => request::<O>(question),
        Kind::Response => response(question, default),
    }
}

fn request<O: Operation>(question: &Question) -> Value {
    let input = match &question.input {
        Value::Null => json!({}),
        input => input.clone(),
    };
    let operation: O = match serde_json::from_value(input) {
        Ok(operation) => operation,
        Err(error) => {
            let display = format!("{}: {error}", O::NAME);
            return refusal(display);
        }
    };
    let now = match &question.clock {
        None => SystemTime::now(),
        Some(clock) => match Timestamp::from(clock.as_str()).to_system_time() {
            Some(now) => now,
            None => {
                let display = format!("`clock` is no time: {clock:?}");
                return refusal(display);
            }
        },
    };
    let mut call = match config::<O::Service>(question).call(operation) {
        Ok(call) => call,
        Err(error) => return json!({"error": describe(&error)}),
    };
    match call.step(Event::Start, Now::new(now, Duration::ZERO)) {
        Step::Send(request) => {
            let headers = request.headers().iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                json!([name.as_str(), value])
            });
            let signing = call.signing().map(|signing| {
                json!({
                    "canonical_request": signing.canonical_request(),
                    "string_to_sign": signing.string_to_sign(),
                    "signature": signing.signature(),
                })
            });
            json!({
                "request": {
                    "method": request.method().as_str(),
                    "url": request.uri().to_string(),
                    "headers": headers.collect::<Vec<_>>(),
                    "body": String::from_utf8_lossy(request.body()),
                },
                "signing": signing,
            })
        }
        Step::Done(Err(error)) => json!({"error": describe(&error)}),
        step => unexpected(&step),
    }
}

fn unexpected(step: &dyn std::fmt::Debug) -> Value {
    json!({"error": {"kind": "other", "display": format!("the call went on with {step:?}")}})
}

fn config<S: Service>(question: &Question) -> Config<S> {
    let mut config = Config::new()
        .fips(question.options.fips)
        .dual_stack(question.options.dual_stack)
        .validate(question.validate.unwrap_or(true))
        .allow_http(true)
        .credentials(match &question.credentials {
            None => Credentials::anonymous(),
            Some(GivenCredentials::Bearer { bearer_token }) => {
                Credentials::bearer_token(bearer_token.as_str())
            }
            Some(GivenCredentials::Token { auth_token }) => {
                Credentials::auth_token(auth_token.as_str())
            }
            Some(GivenCredentials::AccessKey {
                access_key_id,
                secret_access_key,
                session_token,
            }) => {
                let key =
                    Credentials::access_key(access_key_id.as_str(), secret_access_key.as_str());
                match session_token {
                    Some(token) => key.session_token(token.as_str()),
                    None => key,
                }
            }
        });
    if let Some(region) = &question.region {
        config = config.region(region);
    }
    if let Some(endpoint) = &question.endpoint {
        config = config.endpoint(endpoint);
    }
    // Services without projects reject a project ID.
    if let (Some(project_id), Some(_)) = (&question.project_id, S::INFO.project_header) {
        config = config.project_id(project_id);
    }
    config
}

fn response<O: Paginated>(question: &Question, default: O) -> Value {
    let operation = match &question.input {
        Value::Null => default,
        input => match serde_json::from_value::<O>(input.clone()) {
            Ok(operation) => operation,
            Err(error) => return refusal(format!("{}: {error}", O::NAME)),
        },
    };
    let Some(given) = &question.response else {
        return refusal("`response` is missing");
    };
    let mut response = http::Response::builder().status(given.status);
    for (name, value) in &given.headers {
        response = response.header(name, value);
    }
    let response = match response.body(Bytes::from(given.body.clone())) {
        Ok(response) => response,
        Err(error) => {
            let display = format!("invalid `response`: {error}");
            return refusal(display);
        }
    };
    // The endpoint does not matter for a response, and errors are not retried.
    let config = Config::<O::Service>::new()
        .endpoint("http://127.0.0.1")
        .region("region")
        .credentials(Credentials::anonymous());
    let once = CallOptions::new().retry(RetryPolicy::never());
    let mut call: Call<O> = match config.call_with(operation.clone(), &once) {
        Ok(call) => call,
        Err(error) => return json!({"error": describe(&error)}),
    };
    let now = Now::new(SystemTime::now(), Duration::ZERO);
    let mut reply = match call.step(Event::Response(response), now) {
        Step::Done(Ok(reply)) => reply,
        Step::Done(Err(error)) => return json!({"error": describe(&error)}),
        step => return unexpected(&step),
    };
    let next = match operation.following(&mut reply) {
        Ok(next) => next.map(|cursor| cursor.wire_text()),
        Err(error) => return json!({"error": describe(&error)}),
    };
    match serde_json::to_value(&*reply) {
        Ok(ok) => {
            let items = O::items(&mut reply.into_inner()).map_or(0, |items| items.len());
            json!({"ok": ok, "page": {"items": items, "next": next}})
        }
        Err(error) => json!({"error": {"kind": "decode", "display": error.to_string()}}),
    }
}

fn describe(error: &Error) -> Value {
    let violations = error.violations().iter().map(|violation| {
        json!({"field": violation.field, "rule": violation.rule, "value": violation.value})
    });
    json!({
        "kind": match error.kind() {
            ErrorKind::InvalidRequest => "invalid-request",
            ErrorKind::Config => "config",
            ErrorKind::Credentials => "credentials",
            ErrorKind::Transport => "transport",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Service => "api",
            ErrorKind::Decode => "decode",
            ErrorKind::Paging => "paging",
            // A kind that this version of the probe does not know.
            _ => "other",
        },
        "status": error.status().map(|status| status.as_u16()),
        "code": error.code(),
        "message": error.message(),
        "request_id": error.request_id(),
        "retryable": error.is_retryable(),
        "retry_after_ms": error.retry_after().map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        "path": error.path(),
        "violations": violations.collect::<Vec<_>>(),
        "sent": error.was_sent(),
        "details": null,
        "idempotency_token": null,
        "display": error.to_string(),
    })
}
