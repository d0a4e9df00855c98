//! Responses that the vendors' official SDKs received in the captures. The SDKs often handle them incorrectly, so the
//! expectations follow from the documented shapes.

mod bodies;
mod errors;
mod pages;
mod verdicts;

use cloud_models_tests::cases::{self, Case, list_of_models, package};
use cloud_models_tests::probe;
use serde_json::{Value, json};

fn responses() -> Vec<Case> {
    let mut cases = cases::read(&package().join("responses"));
    cases.retain(|case| case.value["response"]["status"].is_u64());
    cases
}

fn headers(case: &Case) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match &case.value["response"]["headers"] {
        Value::Array(pairs) => pairs
            .iter()
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect(),
        Value::Object(pairs) => pairs
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns a case of a list of models, for a body that the test provides.
fn of_spec(spec: &str) -> Case {
    Case::new(spec, list_of_models(spec), Value::Null)
}

fn ask(case: &Case) -> Value {
    let response = &case.value["response"];
    let headers: Value = headers(case)
        .into_iter()
        .map(|(name, value)| (name, json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    ask_body(
        case,
        response["status"].as_u64().unwrap(),
        &headers,
        response["body"].as_str().unwrap_or_default(),
    )
}

fn ask_body(case: &Case, status: u64, headers: &Value, body: &str) -> Value {
    let question = json!({
        "id": case.name, "kind": "response", "spec": case.spec, "operation": case.operation(),
        "response": {"status": status, "headers": headers, "body": body},
    });
    probe::answer(&question.to_string())
}
