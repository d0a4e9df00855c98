//! Error codes, messages, and successes that look like errors.

use serde_json::{Value, json};

use super::{ask, ask_body, headers, of_spec, responses};

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
