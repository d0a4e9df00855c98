//! Responses that the vendors' official SDKs received in the captures. The SDKs often handle them incorrectly, so the
//! expectations follow from the documented shapes.

use std::io::Write as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::{Credentials, ErrorKind, Event, Now, Step, Timestamp, aws_bedrock};
use cloud_models_tests::cases::{self, Case, package};
use cloud_models_tests::probe;
use serde_json::{Value, json};

/// Successful responses that cannot be decoded, with the JSON path of the problem.
const UNREADABLE: &[(&str, Option<&str>)] = &[
    // Not JSON, or incomplete.
    ("aws_ok_empty_body", None),
    ("aws_ok_truncated_json", None),
    ("qianfan_py_32_html_200", None),
    ("qianfan_py_33_empty_body_200", None),
    ("qianfan_py_35_truncated_json_200", None),
    ("qianfan_py_36_non_utf8_200", None),
    ("qianfan_py_42_bom_200", None),
    ("huawei_py_30_truncated_200", None),
    ("huawei_py_31_html_200", None),
    ("huawei_py_32_http_204", None),
    ("huawei_py_33_bom_200", None),
    ("volc_ok_204", None),
    ("volc_ok_empty_body", None),
    ("volc_ok_truncated_json", None),
    // JSON, but not an object.
    ("aws_ok_top_level_array", None),
    ("qianfan_py_11_json_array_body", None),
    ("qianfan_py_12_json_null_body", None),
    ("qianfan_py_13_json_string_body", None),
    ("huawei_py_26_json_array", None),
    ("huawei_py_27_json_null", None),
    ("huawei_py_28_json_string", None),
    ("volc_ok_top_level_array", None),
    // A different shape.
    (
        "aws_ok_missing_required_fields",
        Some("modelSummaries[0].modelArn"),
    ),
    ("aws_ok_null_fields", Some("modelSummaries[0].modelName")),
    ("aws_ok_wrong_type_list", Some("modelSummaries")),
    (
        "aws_ok_wrong_type_scalar",
        Some("modelSummaries[0].modelName"),
    ),
    ("huawei_py_14_total_string", Some("total")),
    ("huawei_py_15_total_bad_string", Some("total")),
    ("huawei_py_16_total_float", Some("total")),
    ("huawei_py_19_name_number", Some("models[0].name")),
    ("volc_ok_result_missing", Some("Result")),
    ("volc_ok_wrong_type_items_object", Some("Result.Items")),
    (
        "volc_ok_wrong_type_name_number",
        Some("Result.Items[0].Name"),
    ),
];

/// Errors with a successful status, and their codes.
const ERRORS_IN_SUCCESS: &[(&str, &str)] = &[
    ("qianfan_py_17_err_v1_style_200", "336003"),
    ("qianfan_py_18_err_v1_500000_retryable_200", "500000"),
    ("qianfan_py_19_err_v1_qps_18_200", "18"),
    ("volc_err_200_throttle_envelope", "FlowLimitExceeded"),
    ("volc_err_200_with_error_envelope", "InternalError"),
];

/// Errors without a code: the body is empty, not JSON, or contains no code.
const WITHOUT_CODE: &[&str] = &[
    "aws_err_403_html",
    "aws_err_413",
    "aws_err_500_empty",
    "aws_err_500_no_type",
    "aws_err_501",
    "aws_err_502_doctype_html",
    "aws_err_502_html",
    "aws_err_504",
    "aws_err_empty_body_no_header",
    "aws_redirect_301",
    "aws_redirect_307",
    "aws_status_300",
    "qianfan_py_31_html_502",
    "qianfan_py_39_redirect_302",
    "huawei_py_35_redirect_302",
    "huawei_py_51_502_html",
    "huawei_py_52_500_empty",
    "huawei_py_53_401_empty",
    "huawei_py_55_400_unknown_json",
    "huawei_py_61_400_nulls",
    "volc_err_400_html",
    "volc_err_400_truncated",
    "volc_err_429_empty",
    "volc_redirect_302",
];

/// Errors after which a retry may succeed. All other errors are permanent.
const RETRYABLE: &[&str] = &[
    "aws_err_408_request_timeout",
    "aws_err_500_empty",
    "aws_err_500_no_type",
    "aws_err_502_doctype_html",
    "aws_err_502_html",
    "aws_err_503_service_unavailable",
    "aws_err_504",
    "aws_err_throttling_400",
    "aws_err_throttling_429",
    "qianfan_py_18_err_v1_500000_retryable_200",
    "qianfan_py_19_err_v1_qps_18_200",
    "qianfan_py_28_err_429",
    "qianfan_py_30_err_503",
    "qianfan_py_31_html_502",
    "huawei_py_50_429_apig_0308",
    "huawei_py_51_502_html",
    "huawei_py_52_500_empty",
    "huawei_py_62_503_unknown_code",
    "volc_err_200_throttle_envelope",
    "volc_err_200_with_error_envelope",
    "volc_err_429_ark_rate",
    "volc_err_429_empty",
    "volc_err_429_flow_limit",
    "volc_err_500_internal",
    "volc_err_500_internal_service_error",
    "volc_err_503_unavailable",
];

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

/// Returns a case for a body that the test provides.
fn of_spec(spec: &str) -> Case {
    Case {
        spec: spec.to_owned(),
        name: String::new(),
        value: Value::Null,
    }
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
    let operation = match case.spec.as_str() {
        "baidu-qianfan" => "DescribeCustomModelSets",
        "huawei-fabric" => "ListModels",
        _ => "ListCustomModels",
    };
    let question = json!({
        "id": case.name, "kind": "response", "spec": case.spec, "operation": operation,
        "response": {"status": status, "headers": headers, "body": body},
    });
    probe::answer(&question.to_string())
}

/// Returns the output in a body, and the name of its list.
fn output<'a>(spec: &str, body: &'a Value) -> (&'a Value, &'static str) {
    match spec {
        "aws-bedrock" => (body, "modelSummaries"),
        "baidu-qianfan" => (&body["result"], "customModelSetList"),
        "huawei-fabric" => (body, "models"),
        _ => (&body["Result"], "Items"),
    }
}

/// Checks that `sent` contains everything in `decoded`. Absent lists are decoded as empty ones.
fn is_part_of(decoded: &Value, sent: &Value, path: &str) {
    match (decoded, sent) {
        (Value::Object(decoded), _) => {
            for (name, value) in decoded {
                is_part_of(value, &sent[name], &format!("{path}.{name}"));
            }
        }
        (Value::Array(decoded), Value::Array(sent)) => {
            let sent: Vec<_> = sent.iter().filter(|element| !element.is_null()).collect();
            assert_eq!(decoded.len(), sent.len(), "{path}");
            for (index, (decoded, sent)) in decoded.iter().zip(sent).enumerate() {
                is_part_of(decoded, sent, &format!("{path}[{index}]"));
            }
        }
        (Value::Array(decoded), Value::Null) if decoded.is_empty() => {}
        _ => assert_eq!(decoded, sent, "{path}"),
    }
}

#[test]
fn every_response_is_decoded_or_refused_as_documented() {
    for case in responses() {
        let answer = ask(&case);
        let status = case.value["response"]["status"].as_u64().unwrap();
        if let Some((_, path)) = UNREADABLE.iter().find(|(name, _)| *name == case.name) {
            assert_eq!(answer["error"]["kind"], "decode", "{}: {answer}", case.name);
            assert_eq!(
                answer["error"]["path"].as_str(),
                *path,
                "{}: {answer}",
                case.name
            );
            continue;
        }
        let in_success = ERRORS_IN_SUCCESS
            .iter()
            .find(|(name, _)| *name == case.name);
        if status >= 300 || in_success.is_some() {
            let error = &answer["error"];
            assert_eq!(error["kind"], "api", "{}: {answer}", case.name);
            assert_eq!(error["status"], status, "{}: {answer}", case.name);
            assert_eq!(
                error["code"].is_null(),
                WITHOUT_CODE.contains(&case.name.as_str()),
                "{}: {answer}",
                case.name
            );
            assert_eq!(
                error["retryable"],
                RETRYABLE.contains(&case.name.as_str()),
                "{}: {answer}",
                case.name
            );
            if let Some((_, code)) = in_success {
                assert_eq!(error["code"], *code, "{}", case.name);
            }
            continue;
        }
        let body: Value =
            serde_json::from_str(case.value["response"]["body"].as_str().unwrap()).unwrap();
        let (sent, list) = output(&case.spec, &body);
        assert!(answer["ok"].is_object(), "{}: {answer}", case.name);
        is_part_of(&answer["ok"], sent, &case.name);
        let elements = sent[list]
            .as_array()
            .map(|list| list.iter().filter(|element| !element.is_null()).count());
        assert_eq!(
            answer["page"]["items"],
            elements.unwrap_or_default(),
            "{}",
            case.name
        );
    }
}

#[test]
fn every_expectation_is_about_a_case() {
    let cases = responses();
    let names = UNREADABLE.iter().map(|(name, _)| *name);
    let names = names.chain(ERRORS_IN_SUCCESS.iter().map(|(name, _)| *name));
    for name in names
        .chain(WITHOUT_CODE.iter().copied())
        .chain(RETRYABLE.iter().copied())
    {
        assert!(
            cases.iter().any(|case| case.name == name),
            "there is no case {name}"
        );
    }
}

#[test]
fn codes_and_messages_are_found_where_the_sdks_find_them() {
    let rows = [
        // The header wins over the body, namespace and URI are removed, and both spellings of `message` are read.
        (
            "aws_err_access_denied_header_ns_prefix",
            "AccessDeniedException",
            "boom",
        ),
        (
            "aws_err_access_denied_header_uri_suffix",
            "AccessDeniedException",
            "boom",
        ),
        ("aws_err_header_beats_body", "ValidationException", "boom"),
        (
            "aws_err_header_uppercase_X-Amzn-ErrorType",
            "AccessDeniedException",
            "capital M",
        ),
        ("aws_err_message_both_cases", "ValidationException", "lower"),
        (
            "aws_err_validation_Code_in_body",
            "ValidationException",
            "boom",
        ),
        (
            "qianfan_py_15_err_AccessDenied_body_only_403_no_headers",
            "AccessDenied",
            "Access denied.",
        ),
        ("qianfan_py_41_err_code_integer", "400", "x"),
        (
            "huawei_py_44_403_nested_only",
            "403",
            "X-Auth-Token is invalid in the request",
        ),
        ("huawei_py_57_400_camel", "X.1", "m"),
        ("volc_err_400_ark_data_plane_shape", "InvalidParameter", "x"),
        ("volc_err_400_coden_string", "InvalidParameter", "bad"),
    ];
    let cases = responses();
    for (name, code, message) in rows {
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let answer = ask(case);
        assert_eq!(answer["error"]["code"], code, "{name}: {answer}");
        assert_eq!(answer["error"]["message"], message, "{name}: {answer}");
    }
    let waits = cases
        .iter()
        .filter(|case| headers(case).iter().any(|(name, _)| name == "Retry-After"));
    for case in waits {
        assert_eq!(ask(case)["error"]["retry_after_ms"], 1000, "{}", case.name);
    }
}

#[test]
fn a_response_truncated_at_any_byte_is_an_error() {
    for name in [
        "aws_ok_full",
        "qianfan_py_02_truncated_page_nextMarker",
        "huawei_py_01_doc_example",
        "volc_ok_two_items",
    ] {
        let cases = responses();
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let body = case.value["response"]["body"].as_str().unwrap();
        assert!(ask_body(case, 200, &json!({}), body)["ok"].is_object());
        for end in (0..body.len()).filter(|end| body.is_char_boundary(*end)) {
            let answer = ask_body(case, 200, &json!({}), &body[..end]);
            assert_eq!(
                answer["error"]["kind"], "decode",
                "{name} cut at {end}: {answer}"
            );
        }
    }
}

#[test]
fn hostile_bodies_are_errors() {
    let deep = "[".repeat(100_000);
    let nested = format!("{{\"a\":{}", "{\"a\":".repeat(50_000));
    let bodies = [
        "{}{}",
        "{} x",
        "{\"modelSummaries\":[],\"modelSummaries\":[]}",
        "{\"models\":[{\"id\":1e400}]}",
        "\u{0}",
        "nul",
        "{\"total\":9223372036854775808}",
        "{\"modelSummaries\":[{\"modelArn\":\"\\ud800\",\"modelName\":\"\"}]}",
        &deep,
        &nested,
    ];
    for case in responses().iter().filter(|case| {
        [
            "aws_ok_full",
            "huawei_py_01_doc_example",
            "volc_ok_two_items",
        ]
        .contains(&case.name.as_str())
    }) {
        for body in bodies {
            let answer = ask_body(case, 200, &json!({}), body);
            let fine = answer["ok"].is_object() && !body.contains("{}");
            assert!(
                fine || answer["error"]["kind"] == "decode",
                "{}: {body:.60}: {answer}",
                case.name
            );
            assert!(
                answer["error"]["display"]
                    .as_str()
                    .unwrap_or_default()
                    .len()
                    < 1000
            );
        }
    }
}

#[test]
fn pages_lead_to_the_next_one_or_to_the_end() {
    let rows = [
        (
            "aws-bedrock",
            r#"{"nextToken":"t","modelSummaries":[]}"#,
            json!("t"),
        ),
        (
            "aws-bedrock",
            r#"{"nextToken":"","modelSummaries":[]}"#,
            json!(null),
        ),
        ("aws-bedrock", r#"{"nextToken":null}"#, json!(null)),
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"isTruncated":true,"nextMarker":"m"}}}"#,
            json!("m"),
        ),
        // An explicit "no more" takes precedence over a marker.
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"isTruncated":false,"nextMarker":"m"}}}"#,
            json!(null),
        ),
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"nextMarker":"m"}}}"#,
            json!("m"),
        ),
        ("baidu-qianfan", r#"{"result":{}}"#, json!(null)),
        (
            "huawei-fabric",
            r#"{"total":3,"models":[{},{}]}"#,
            json!("2"),
        ),
        (
            "huawei-fabric",
            r#"{"total":2,"models":[{},{}]}"#,
            json!(null),
        ),
        // An empty page ends the list, even if the total is larger.
        ("huawei-fabric", r#"{"total":9,"models":[]}"#, json!(null)),
        ("huawei-fabric", r#"{"models":[{}]}"#, json!("1")),
        // A total below the number of items seen is wrong, and one at the documented maximum may be capped.
        ("huawei-fabric", r#"{"total":0,"models":[{}]}"#, json!("1")),
        (
            "huawei-fabric",
            r#"{"total":1,"models":[{},{}]}"#,
            json!("2"),
        ),
        // Null elements are counted.
        (
            "huawei-fabric",
            r#"{"total":2,"models":[{},null]}"#,
            json!(null),
        ),
        (
            "huawei-fabric",
            r#"{"total":3,"models":[null,null]}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":2,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":1,"Items":[{"Id":"a"}]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":0,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":2,"Items":[null,{"Id":"a"}]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":99,"Items":[]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":10,"PageSize":9,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":10,"PageSize":0,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
    ];
    for (spec, body, next) in rows {
        let answer = ask_body(&of_spec(spec), 200, &json!({}), body);
        assert_eq!(answer["page"]["next"], next, "{spec} {body}: {answer}");
    }
    let answer = ask_body(
        &of_spec("baidu-qianfan"),
        200,
        &json!({}),
        r#"{"result":{"pageInfo":{"isTruncated":true}}}"#,
    );
    assert_eq!(answer["error"]["kind"], "paging", "{answer}");
}

/// The gateways of the vendors refuse requests in this format.
#[test]
fn a_message_alone_is_an_error() {
    for (spec, body) in [
        ("aws-bedrock", r#"{"message": "forbidden by gateway"}"#),
        (
            "huawei-fabric",
            r#"{"message": "forbidden by gateway", "models": null}"#,
        ),
    ] {
        let case = of_spec(spec);
        let answer = ask_body(&case, 200, &json!({}), body);
        assert_eq!(answer["error"]["kind"], "api", "{answer}");
        assert_eq!(answer["error"]["message"], "forbidden by gateway");
        // Next to a documented member, it is not an error.
        let list = if spec == "aws-bedrock" {
            json!({"message": "hello", "nextToken": "t"})
        } else {
            json!({"message": "hello", "total": 0})
        };
        let answer = ask_body(&case, 200, &json!({}), &list.to_string());
        assert!(answer["ok"].is_object(), "{answer}");
    }
}

#[test]
fn errors_are_found_in_unexpected_bodies() {
    let ask = |spec: &str, status: u64, body: &str| {
        let case = of_spec(spec);
        ask_body(&case, status, &json!({}), body)
    };
    let rows = [
        (
            "volcengine-ark",
            200,
            r#"{"ResponseMetadata":{"RequestId":"r","Error":{"Code":"FlowLimitExceeded"}},"Result":""}"#,
            "FlowLimitExceeded",
            true,
        ),
        (
            "volcengine-ark",
            200,
            r#"{"ResponseMetadata":{"Error":{"CodeN":100018,"Message":"m"}}}"#,
            "100018",
            false,
        ),
        (
            "volcengine-ark",
            200,
            r#"{"ResponseMetadata":{"Error":{"Code":"MissingParameter.Name"}}}"#,
            "MissingParameter.Name",
            false,
        ),
        (
            "volcengine-ark",
            418,
            r#"{"ResponseMetadata":{"Error":{"Code":"AccountRateLimitExceeded.RPM"}}}"#,
            "AccountRateLimitExceeded.RPM",
            true,
        ),
        (
            "baidu-qianfan",
            200,
            r#"{"error_code":18,"result":""}"#,
            "18",
            true,
        ),
        (
            "huawei-fabric",
            504,
            r#"{"error_code":"APIG.0201","error_msg":"m"}"#,
            "APIG.0201",
            true,
        ),
        (
            "huawei-fabric",
            414,
            r#"{"error_code":"APIG.0201","error_msg":"m"}"#,
            "APIG.0201",
            false,
        ),
        (
            "aws-bedrock",
            400,
            r#"{"__type":"RequestTimeout"}"#,
            "RequestTimeout",
            true,
        ),
    ];
    for (spec, status, body, code, retryable) in rows {
        let answer = ask(spec, status, body);
        assert_eq!(answer["error"]["kind"], "api", "{body}: {answer}");
        assert_eq!(answer["error"]["code"], code, "{body}");
        assert_eq!(answer["error"]["retryable"], retryable, "{body}");
    }
    // A header without a code is ignored.
    let case = of_spec("aws-bedrock");
    let answer = ask_body(
        &case,
        400,
        &json!({"x-amzn-errortype": "a#"}),
        r#"{"code":"ThrottlingException"}"#,
    );
    assert_eq!(answer["error"]["code"], "ThrottlingException", "{answer}");
    // The code 0 is not an error.
    assert!(ask("baidu-qianfan", 200, r#"{"error_code":0,"result":{}}"#)["ok"].is_object());
    let unreadable = ask(
        "volcengine-ark",
        200,
        r#"{"ResponseMetadata":{"RequestId":"rid"},"Result":{"Items":[{}]}}"#,
    );
    assert_eq!(unreadable["error"]["kind"], "decode", "{unreadable}");
    assert_eq!(unreadable["error"]["request_id"], "rid", "{unreadable}");
    let solution = ask(
        "huawei-fabric",
        400,
        r#"{"error_code":"x","error_msg":"m","solution_msg":"Do this."}"#,
    );
    assert!(
        solution["error"]["display"]
            .as_str()
            .unwrap()
            .contains("Do this."),
        "{solution}"
    );
}

#[test]
fn a_success_may_have_a_message_or_a_success_code() {
    for (spec, body) in [
        (
            "baidu-qianfan",
            r#"{"code":0,"message":"ok","requestId":"r","result":{"customModelSetList":[]}}"#,
        ),
        (
            "baidu-qianfan",
            r#"{"message":"ok","requestId":"r","result":{"customModelSetList":[]}}"#,
        ),
        (
            "baidu-qianfan",
            r#"{"error_code":0,"error_msg":"","result":{"pageInfo":{}}}"#,
        ),
        (
            "baidu-qianfan",
            r#"{"code":"0","message":"ok","result":{}}"#,
        ),
        ("aws-bedrock", r#"{"message":"ok","modelSummaries":[]}"#),
        ("aws-bedrock", r#"{"code":"0","Message":"ok"}"#),
        ("aws-bedrock", r#"{"message":"ok","nextToken":""}"#),
        (
            "huawei-fabric",
            r#"{"error_code":"0","error_msg":"ok","models":[]}"#,
        ),
        ("huawei-fabric", r#"{"error_code":"0","error_msg":"ok"}"#),
        (
            "huawei-fabric",
            r#"{"error_code":0,"message":"ok","models":null}"#,
        ),
        ("huawei-fabric", r#"{"message":"ok","models":[]}"#),
        (
            "volcengine-ark",
            r#"{"ResponseMetadata":{"RequestId":"r"},"message":"ok","Result":{"Items":[]}}"#,
        ),
        (
            "volcengine-ark",
            r#"{"ResponseMetadata":{"Error":{"Code":"0","Message":"ok"}},"Result":{"Items":[]}}"#,
        ),
        (
            "volcengine-ark",
            r#"{"ResponseMetadata":{"Error":{"CodeN":0,"Message":"ok"}},"Result":{}}"#,
        ),
    ] {
        let answer = ask_body(&of_spec(spec), 200, &json!({}), body);
        assert!(answer["ok"].is_object(), "{body}: {answer}");
        assert_eq!(answer["page"], json!({"items": 0, "next": null}), "{body}");
        // This does not apply to other statuses.
        let answer = ask_body(&of_spec(spec), 400, &json!({}), body);
        assert_eq!(answer["error"]["kind"], "api", "{body}: {answer}");
        assert_eq!(answer["error"]["code"], Value::Null, "{body}: {answer}");
    }
    // Only the documented code means success; another code in the same response is an error.
    for (spec, body, code) in [
        ("aws-bedrock", r#"{"code":"OK","modelSummaries":[]}"#, "OK"),
        ("huawei-fabric", r#"{"error_code":"00","models":[]}"#, "00"),
        (
            "baidu-qianfan",
            r#"{"code":0,"error_code":18,"result":{"customModelSetList":[]}}"#,
            "18",
        ),
    ] {
        let answer = ask_body(&of_spec(spec), 200, &json!({}), body);
        assert_eq!(answer["error"]["code"], code, "{body}: {answer}");
    }
}

#[test]
fn timestamps_may_be_numbers() {
    for (wire, instant) in [
        ("1715691912", "2024-05-14T13:05:12Z"),
        ("1715691912.345", "2024-05-14T13:05:12.345Z"),
        ("1715691912345", "2024-05-14T13:05:12.345Z"),
        ("\"2024-05-14T13:05:12Z\"", "2024-05-14T13:05:12Z"),
    ] {
        let model = format!(r#"{{"modelArn":"a","modelName":"b","creationTime":{wire}}}"#);
        let page: aws_bedrock::ListCustomModelsResponse =
            serde_json::from_str(&format!(r#"{{"modelSummaries":[{model}]}}"#)).unwrap();
        let time = page.model_summaries[0].creation_time.clone().unwrap();
        assert_eq!(time, Timestamp::from(instant), "{wire}");
        // The same in a call, and serialized again in the same form.
        let body = format!(r#"{{"modelSummaries":[{model}]}}"#);
        let answer = ask_body(&of_spec("aws-bedrock"), 200, &json!({}), &body);
        let written = &answer["ok"]["modelSummaries"][0]["creationTime"];
        assert_eq!(written.to_string(), wire);
    }
    let body = r#"{"models":[{"create_time":true}]}"#;
    let answer = ask_body(&of_spec("huawei-fabric"), 200, &json!({}), body);
    assert_eq!(answer["error"]["path"], "models[0].create_time", "{answer}");
}

#[test]
fn lone_surrogates_are_replaced() {
    let ask = |status: u64, body: &str| ask_body(&of_spec("aws-bedrock"), status, &json!({}), body);
    // Lone surrogates in a value and in the name of an unknown member; a valid pair remains one character.
    let answer = ask(
        200,
        r#"{"\udc00":1,"modelSummaries":[{"modelArn":"\ud83d\ude00","modelName":"cut \ud83d"}]}"#,
    );
    let model = &answer["ok"]["modelSummaries"][0];
    assert_eq!(model["modelName"], "cut \u{fffd}", "{answer}");
    assert_eq!(model["modelArn"], "\u{1f600}", "{answer}");
    // Lone surrogates in the message of an error, with any status.
    for status in [200, 400] {
        let answer = ask(status, r#"{"__type":"Odd","message":"cut \ud83d"}"#);
        assert_eq!(answer["error"]["code"], "Odd", "{answer}");
        assert_eq!(answer["error"]["message"], "cut \u{fffd}", "{answer}");
    }
    // Other problems of such a body are still reported.
    let answer = ask(200, r#"{"modelSummaries":[{"modelArn":"cut \ud83d"}]}"#);
    assert_eq!(answer["error"]["kind"], "decode", "{answer}");
    assert_eq!(
        answer["error"]["path"], "modelSummaries[0].modelName",
        "{answer}"
    );
    let answer = ask(200, r#"{"modelSummaries":["cut \ud83d"#);
    assert_eq!(answer["error"]["kind"], "decode", "{answer}");
}

#[test]
fn a_content_encoding_matters_only_if_the_body_is_encoded() {
    let ask = |encoding: &str, body: &[u8]| {
        let config = aws_bedrock::Config::new()
            .region("us-east-1")
            .credentials(Credentials::anonymous());
        let mut call = config.call(aws_bedrock::ListCustomModels::new()).unwrap();
        let response = http::Response::builder().header("content-encoding", encoding);
        let response = response.body(Bytes::copy_from_slice(body)).unwrap();
        let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
        match call.step(Event::Response(response), now) {
            Step::Done(result) => result,
            step => panic!("{step:?}"),
        }
    };
    for encoding in ["identity", "utf-8", "UTF-8", "none", "gzip"] {
        ask(encoding, br#"{"modelSummaries":[]}"#).unwrap();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(br#"{"modelSummaries":[]}"#).unwrap();
    let error = ask("gzip", &gzip.finish().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("gzip"), "{error}");
    // `identity` means no encoding, so the message does not mention it.
    let error = ask("identity", b"{").unwrap_err();
    assert!(!error.to_string().contains("identity"), "{error}");
}
