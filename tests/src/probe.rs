//! The generated clients from the perspective of a caller, with one JSON object as input and one as output: the request
//! for an input, or the result of a response. Any operation can be asked about; the generated crate finds it by its name.
//! Uses no network.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cloud_models::{
    Call, CallOptions, Credentials, Error, ErrorKind, Event, Now, Operation, Paginated, Reply,
    RetryPolicy, Service, Step, Timestamp,
};
use cloud_models_runtime::codegen::Visitor;
use cloud_models_runtime::{Config, EndpointParameter};
use serde::Deserialize;
use serde_json::{Value, json};

/// A question to the probe.
#[derive(Deserialize)]
pub struct Question {
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
    /// Parameters of the endpoint.
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    validate: Option<bool>,
    /// Seed of the call, as 32 hexadecimal digits.
    seed: Option<String>,
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
    /// A body that is no UTF-8, in base64.
    body_base64: Option<String>,
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
    Basic {
        user: String,
        password: String,
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
    answer_with(line, ask)
}

/// Returns the answer to a line of input, from [`one`] or [`list`] with the operation in question.
pub fn answer_with(line: &str, ask: impl Fn(&Question) -> Value) -> Value {
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

/// Returns the answer for any operation of the generated crate.
fn ask(question: &Question) -> Value {
    cloud_models::visit(&question.spec, &question.operation, Ask(question))
}

struct Ask<'a>(&'a Question);

impl Visitor for Ask<'_> {
    type Output = Value;

    fn one<O: Operation>(self) -> Value {
        one(self.0, O::blank())
    }

    fn list<O: Paginated>(self) -> Value {
        list(self.0, O::blank())
    }

    fn unknown(self) -> Value {
        let Question {
            spec, operation, ..
        } = self.0;
        refusal(format!(
            "there is no operation `{operation}` in a spec `{spec}`"
        ))
    }
}

/// Returns the answer for an operation without pages. `default` is the request of a response without `input`.
pub fn one<O: Operation>(question: &Question, default: O) -> Value {
    match question.kind {
        Kind::Request => request::<O>(question),
        Kind::Response => response(question, default, |_, _| Ok(json!({}))),
    }
}

/// Returns the answer for an operation with pages.
pub fn list<O: Paginated>(question: &Question, default: O) -> Value {
    match question.kind {
        Kind::Request => request::<O>(question),
        Kind::Response => response(question, default, page),
    }
}

/// Returns the number of items of a page, and its cursor.
fn page<O: Paginated>(operation: &O, mut reply: Reply<O::Output>) -> Result<Value, Error> {
    let next = operation.following(&mut reply)?;
    let next = next.map(|cursor| cursor.wire_text());
    let items = O::items(&mut reply.into_inner()).map_or(0, |items| items.len());
    Ok(json!({"page": {"items": items, "next": next}}))
}

/// Begins a call, with the seed of the question if it has one.
fn begin<O: Operation>(
    question: &Question,
    config: &Config<O::Service>,
    operation: O,
    options: &CallOptions,
) -> Result<Call<O>, Value> {
    let call = match &question.seed {
        None => config.call_with(operation, options),
        Some(seed) => match u128::from_str_radix(seed, 16) {
            Ok(number) if seed.len() == 32 => config.call_seeded(operation, options, number),
            _ => {
                return Err(refusal(format!(
                    "`seed` is not 32 hexadecimal digits: {seed:?}"
                )));
            }
        },
    };
    call.map_err(|error| json!({"error": describe::<O::Service>(&error)}))
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
    let config = match config::<O::Service>(question) {
        Ok(config) => config,
        Err(answer) => return answer,
    };
    let mut call = match begin(question, &config, operation, &CallOptions::new()) {
        Ok(call) => call,
        Err(answer) => return answer,
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
            let mut answer = json!({
                "request": {
                    "method": request.method().as_str(),
                    "url": request.uri().to_string(),
                    "headers": headers.collect::<Vec<_>>(),
                },
                "signing": signing,
            });
            let (key, body) = match str::from_utf8(request.body()) {
                Ok(text) => ("body", text.to_owned()),
                Err(_) => ("body_base64", STANDARD.encode(request.body())),
            };
            answer["request"][key] = body.into();
            answer
        }
        Step::Done(Err(error)) => json!({"error": describe::<O::Service>(&error)}),
        step => unexpected(&step),
    }
}

fn unexpected(step: &dyn std::fmt::Debug) -> Value {
    json!({"error": {"kind": "other", "display": format!("the call went on with {step:?}")}})
}

/// A parameter of an endpoint, by its name in the spec.
struct Parameter<S> {
    name: &'static str,
    service: PhantomData<S>,
}

impl<S: Service> EndpointParameter for Parameter<S> {
    type Service = S;

    fn name(&self) -> &'static str {
        self.name
    }
}

fn config<S: Service>(question: &Question) -> Result<Config<S>, Value> {
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
            Some(GivenCredentials::Basic { user, password }) => {
                Credentials::basic(user.as_str(), password.as_str())
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
    if let Some(project_id) = question
        .project_id
        .as_ref()
        .filter(|_| S::INFO.has_projects())
    {
        config = config.project_id(project_id);
    }
    for (name, value) in &question.parameters {
        let mut known = S::INFO.endpoint_parameters.iter();
        let Some(part) = known.find(|part| part.name == name) else {
            return Err(refusal(format!("the endpoint has no parameter `{name}`")));
        };
        let service = PhantomData;
        config = config.endpoint_parameter(
            Parameter {
                name: part.name,
                service,
            },
            value,
        );
    }
    Ok(config)
}

fn response<O: Operation>(
    question: &Question,
    default: O,
    page: impl Fn(&O, Reply<O::Output>) -> Result<Value, Error>,
) -> Value {
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
    let body = match &given.body_base64 {
        None => Ok(given.body.clone().into_bytes()),
        Some(_) if !given.body.is_empty() => {
            return refusal("`body` and `body_base64` are both there");
        }
        Some(text) => STANDARD.decode(text),
    };
    let body = match body {
        Ok(body) => body,
        Err(error) => return refusal(format!("`body_base64` is no base64: {error}")),
    };
    let response = match response.body(Bytes::from(body)) {
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
    let mut call = match begin(question, &config, operation.clone(), &once) {
        Ok(call) => call,
        Err(answer) => return answer,
    };
    let now = Now::new(SystemTime::now(), Duration::ZERO);
    let reply = match call.step(Event::Response(response), now) {
        Step::Done(Ok(reply)) => reply,
        Step::Done(Err(error)) => return json!({"error": describe::<O::Service>(&error)}),
        step => return unexpected(&step),
    };
    let ok = match serde_json::to_value(&*reply) {
        Ok(ok) => ok,
        Err(error) => {
            return json!({"error": {"kind": "decode", "display": error.to_string()}});
        }
    };
    match page(&operation, reply) {
        Ok(mut answer) => {
            answer["ok"] = ok;
            answer
        }
        Err(error) => json!({"error": describe::<O::Service>(&error)}),
    }
}

/// Returns the details of an error by their wire names, if they are as documented.
fn details<S: Service>(error: &Error) -> Option<Value> {
    let details = S::INFO.details(error)?;
    details.ok()
}

fn describe<S: Service>(error: &Error) -> Value {
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
        "details": details::<S>(error),
        "idempotency_token": error.idempotency_token(),
        "display": error.to_string(),
    })
}
