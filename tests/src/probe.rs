//! The generated clients seen from outside, one JSON object in and one out: what a request would look like, what a caller
//! would get of a reply. Uses only the public API of `cloud-models`, and no network.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use cloud_models::{
    Call, Error, ErrorKind, Event, Operation, Paginated, Service, Step, aws_bedrock, baidu_qianfan,
    huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::Config;
use serde::Deserialize;
use serde_json::{Value, json};

/// A question.
#[derive(Deserialize)]
struct Question {
    kind: Kind,
    spec: String,
    operation: String,
    #[serde(default)]
    input: Value,
    response: Option<Response>,
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

#[derive(Default, Deserialize)]
struct Options {
    #[serde(default)]
    fips: bool,
    #[serde(default)]
    dual_stack: bool,
}

/// Answers one line.
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

/// An answer to what is no question.
fn fault(id: Value, display: String) -> Value {
    json!({"id": id, "error": {"kind": "invalid-request", "display": display, "violations": []}})
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
        (spec, operation) => {
            let display = format!("there is no operation `{operation}` in the spec `{spec}`");
            json!({"error": {"kind": "invalid-request", "display": display, "violations": []}})
        }
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
            return json!({"error": {"kind": "invalid-request", "display": display, "violations": []}});
        }
    };
    match first_step(operation, config::<O::Service>(question)) {
        Ok(request) => {
            let host = request
                .uri()
                .authority()
                .map(ToString::to_string)
                .unwrap_or_default();
            let mut headers = vec![("host".to_owned(), host)];
            headers.extend(request.headers().iter().map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            }));
            json!({
                "request": {
                    "method": request.method().as_str(),
                    "url": request.uri().to_string(),
                    "headers": headers,
                    "body": String::from_utf8_lossy(request.body()),
                },
                "signing": null,
            })
        }
        Err(error) => json!({"error": error}),
    }
}

fn first_step<O: Operation>(
    operation: O,
    config: Config<O::Service>,
) -> Result<http::Request<Bytes>, Value> {
    let mut call = config.call(operation).map_err(|error| describe(&error))?;
    match call.step(Event::Start, SystemTime::UNIX_EPOCH) {
        Step::Send(request) => Ok(request),
        Step::Done(Err(error)) => Err(describe(&error)),
        step => Err(json!({"kind": "other", "display": format!("the call began with {step:?}")})),
    }
}

fn config<S: Service>(question: &Question) -> Config<S> {
    let mut config = Config::new()
        .fips(question.options.fips)
        .dual_stack(question.options.dual_stack)
        .validate(question.validate.unwrap_or(true));
    if let Some(region) = &question.region {
        config = config.region(region);
    }
    if let Some(endpoint) = &question.endpoint {
        config = config.endpoint(endpoint);
    }
    if let Some(project_id) = &question.project_id {
        config = config.project_id(project_id);
    }
    config
}

fn response<O: Paginated>(question: &Question, operation: O) -> Value {
    let Some(given) = &question.response else {
        return json!({"error": {"kind": "invalid-request", "display": "`response` is missing", "violations": []}});
    };
    let mut response = http::Response::builder().status(given.status);
    for (name, value) in &given.headers {
        response = response.header(name, value);
    }
    let response = match response.body(Bytes::from(given.body.clone())) {
        Ok(response) => response,
        Err(error) => {
            let display = format!("`response` is none: {error}");
            return json!({"error": {"kind": "invalid-request", "display": display, "violations": []}});
        }
    };
    // Where the request went makes no difference to its reply.
    let config = Config::<O::Service>::new().endpoint("http://127.0.0.1");
    let mut call: Call<O> = match config.call(operation.clone()) {
        Ok(call) => call,
        Err(error) => return json!({"error": describe(&error)}),
    };
    let reply = match call.step(Event::Response(response), SystemTime::UNIX_EPOCH) {
        Step::Done(Ok(reply)) => reply,
        Step::Done(Err(error)) => return json!({"error": describe(&error)}),
        step => {
            return json!({"error": {"kind": "other", "display": format!("a reply led to {step:?}")}});
        }
    };
    let next = match operation.next(&reply).cursor::<O>() {
        Ok(next) => next.map(|cursor| cursor.wire_text()),
        Err(error) => return json!({"error": describe(&error)}),
    };
    match serde_json::to_value(&*reply) {
        Ok(ok) => {
            json!({"ok": ok, "page": {"items": O::items(reply.into_inner()).len(), "next": next}})
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
            ErrorKind::Api => "api",
            ErrorKind::Decode => "decode",
            ErrorKind::Paging => "paging",
            // A kind that is newer than the probe.
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
        "display": error.to_string(),
    })
}
