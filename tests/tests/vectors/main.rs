//! Compares requests with those of the vendors' official SDKs: method, path, query pairs and JSON body must be equal, and
//! an independent implementation must confirm the signatures.

mod fakes;
mod limits;
mod pages;
mod requests;
mod signatures;

use cloud_models_tests::cases::{self, Case, package};
use cloud_models_tests::probe;
use serde_json::{Value, json};

/// Captures that are not compared, by a part of their names, or by the end of their names after `*`. Captures of
/// operations that the specs do not have were not copied.
const NOT_COMPARABLE: &[(&str, &str)] = &[
    ("bce_py_sign", "a signature without a request"),
    ("huawei_core", "another service"),
    ("auto_project", "another service"),
    ("ak_sk_kwargs", "the SDK sends the keys in the clear"),
    ("call_action", "members that no typed client has"),
    ("unknown_extra", "members that no typed client has"),
    ("null_values", "nulls that no typed client sends"),
    ("ts_epoch", "a number for a time"),
    ("ts_date_string", "a date for a time"),
    ("ts_naive", "a time without an offset"),
    (
        "awsjs_ListModelCustomizationJobs_ts_micros",
        "the SDK has times in milliseconds",
    ),
    ("ts_year_1", "the SDK writes the year 1 with one digit"),
    ("workspace_special", "the case is about signing"),
    ("preset_", "headers that the SDK passes on"),
    ("header_", "headers that the SDK passes on"),
    ("x_auth_token_header", "headers that the SDK passes on"),
    ("sts_token_empty", "an empty token"),
    (
        "js_01_no_data",
        "the SDK sends no body where the service wants an object",
    ),
    (
        "pytyped_ListModelCustomizationJobs_enum_unknown_value",
        "the SDK refuses values that it does not know",
    ),
    (
        "DescribeModelSet_both",
        "the SDK sends one of two parameters that exclude each other",
    ),
    (
        "config_unknown_arm_rejected",
        "the SDK refuses members of unions that it does not know",
    ),
    (
        "awsjs_CreateModelCustomizationJob_config_no_arm_rejected",
        "the SDK sends a union without a member",
    ),
];

/// Identifiers that the SDKs send and that must be refused: they would turn the path into that of another operation, or
/// the body into an object without an identifier.
const REFUSED: &[&str] = &[
    "*Model_dot",
    "*Job_dot",
    "*_dot_dot",
    "*Model_empty_rejected",
    "*Job_empty",
    "*model_empty",
    "*workspace_empty",
    "missing_id",
    "*empty_id",
    "no_body",
];

fn all() -> Vec<Case> {
    cases::read(&package().join("vectors"))
}

/// Returns the captures of single requests that can be compared.
fn vectors() -> Vec<Case> {
    let mut cases = all();
    let left_out = NOT_COMPARABLE.iter().map(|(part, _)| part);
    let left_out: Vec<_> = left_out.chain(REFUSED).collect();
    for part in &left_out {
        let found = cases.iter().any(|case| case.fits(part));
        assert!(found, "no case is left out for `{part}`");
    }
    let is_run = |case: &Case| case.value.get("requests").is_some();
    cases.retain(|case| !is_run(case) && !left_out.iter().any(|part| case.fits(part)));
    cases
}

/// Returns what our client sends for the input of a case.
fn ask(case: &Case, endpoint: Option<&str>, validate: bool) -> Value {
    ask_as(case, endpoint, validate, Value::Null)
}

fn ask_as(case: &Case, endpoint: Option<&str>, validate: bool, credentials: Value) -> Value {
    let question = json!({
        "clock": case.value["clock"],
        "credentials": credentials,
        "id": case.name,
        "kind": "request",
        "spec": case.spec,
        "operation": case.operation(),
        "input": case.input(),
        "region": case.value.get("region"),
        // One case has a project that was not given to the SDK.
        "project_id": case.value.get("project_id").filter(|_| !case.name.contains("no_project_id")),
        "endpoint": endpoint,
        "validate": validate,
        "options": {
            // The name of the region implies FIPS.
            "fips": case.name.contains("fips") && !case.name.contains("pseudo"),
            "dual_stack": case.name.contains("dualstack"),
        },
    });
    probe::answer(&question.to_string())
}
