//! What each captured response must lead to.

use std::collections::BTreeSet;

use cloud_models_tests::cases::{self, Case};
use generator::model::{Operation, Service};
use serde_json::{Value, json};

use super::{ask, responses};

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
    // Operations with output.
    ("aws_CreateModelCustomizationJob_ok_empty_body", None),
    ("aws_GetCustomModel_ok_204", None),
    ("aws_GetCustomModel_ok_empty_body", None),
    ("aws_GetCustomModel_ok_truncated", None),
    ("aws_GetModelCustomizationJob_ok_empty_body", None),
    ("aws_ListModelCustomizationJobs_ok_empty_body", None),
    ("huawei_CreateModelDefinition_ok_204", None),
    ("huawei_CreateModelDefinition_ok_empty_body", None),
    ("huawei_ListModelVersions_ok_empty_body", None),
    ("huawei_ListWorkspaces_ok_empty_body", None),
    ("volc_GetCustomModel_ok_empty_body", None),
    ("volc_GetModelCustomizationJob_ok_empty_body", None),
    ("volc_UpdateCustomModel_ok_empty_body", None),
    // Operations without output accept every body of a success but HTML.
    ("huawei_CleanupModel_ok_html", None),
    ("volc_DeleteCustomModel_ok_html", None),
    ("volc_TerminateModelCustomizationJob_ok_html", None),
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
        "aws_CreateModelCustomizationJob_ok_missing_jobArn",
        Some("jobArn"),
    ),
    ("aws_GetCustomModel_ok_empty_object", Some("modelArn")),
    (
        "aws_GetCustomModel_ok_union_two_arms",
        Some("customizationConfig"),
    ),
    (
        "aws_GetModelCustomizationJob_ok_int_as_float",
        Some("customizationConfig"),
    ),
    (
        "qianfan_py_DescribeModelSet_ok_result_missing",
        Some("result"),
    ),
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
    ("huawei_CleanupModel_err_in_200", "dataartsfabric.00010009"),
    (
        "huawei_DeleteModelVersion_err_in_200",
        "dataartsfabric.00010009",
    ),
    (
        "qianfan_py_DeleteModelSet_err_200_code_body",
        "AccessDenied",
    ),
    (
        "qianfan_py_DescribeModelSet_err_200_code_body",
        "AccessDenied",
    ),
    (
        "volc_GetCustomModel_err_200_with_error",
        "OperationDenied.UnsupportedPhase",
    ),
    (
        "volc_GetModelCustomizationJob_err_200_with_error",
        "OperationDenied.UnsupportedPhase",
    ),
    (
        "volc_ListModelCustomizationJobs_err_200_with_error",
        "OperationDenied.UnsupportedPhase",
    ),
    ("qianfan_py_17_err_v1_style_200", "336003"),
    ("qianfan_py_18_err_v1_500000_retryable_200", "500000"),
    ("qianfan_py_19_err_v1_qps_18_200", "18"),
    ("volc_err_200_throttle_envelope", "FlowLimitExceeded"),
    ("volc_err_200_with_error_envelope", "InternalError"),
];

/// Errors without a code: the body is empty, not JSON, or contains no code.
const WITHOUT_CODE: &[&str] = &[
    "aws_StopModelCustomizationJob_err_500_html",
    "qianfan_py_DeleteModelSet_err_503_html",
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

/// Errors after which another call may succeed and is safe. After other errors it cannot, or it could have an effect a second
/// time, as for `CreateModelCustomizationJob`, whose calls have different tokens, and `CreateModelDefinition`.
const RETRYABLE: &[&str] = &[
    "aws_CreateModelCustomizationJob_err_ThrottlingException_400",
    "aws_DeleteCustomModel_err_InternalServerException",
    "aws_DeleteCustomModel_err_ThrottlingException",
    "aws_GetCustomModel_err_InternalServerException",
    "aws_GetCustomModel_err_ThrottlingException",
    "aws_ListModelCustomizationJobs_err_ThrottlingException",
    "aws_StopModelCustomizationJob_err_500_html",
    "aws_StopModelCustomizationJob_err_InternalServerException",
    "huawei_DeleteModelVersion_err_500",
    "huawei_ListModelVersions_err_500",
    "huawei_ListWorkspaces_err_408",
    "qianfan_py_DeleteModelSet_err_503_html",
    "volc_GetCustomModel_err_500",
    "volc_GetModelCustomizationJob_err_429",
    "volc_ListModelCustomizationJobs_err_500",
    "volc_TerminateModelCustomizationJob_err_500",
    "volc_UpdateCustomModel_err_429",
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

/// Returns the operation of a case, with its service.
fn operation<'a>(services: &'a [Service], case: &Case) -> (&'a Service, &'a Operation) {
    let mut services = services.iter();
    let service = services.find(|service| service.stem == case.spec);
    let service = service.expect("a spec of that name");
    let mut operations = service.operations.iter();
    let operation = operations.find(|each| each.name == case.operation());
    (service, operation.expect("an operation of that name"))
}

/// Returns the elements of the list in an output that are not null, if the operation has pages.
fn elements(operation: &Operation, output: &Value) -> Option<usize> {
    let path = &operation.paging.as_ref()?.items.wire;
    let list = path.iter().fold(output, |value, name| &value[name]);
    let list = list.as_array().into_iter().flatten();
    Some(list.filter(|element| !element.is_null()).count())
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
        (Value::Number(decoded), Value::Number(sent)) => {
            assert_eq!(decoded.as_f64(), sent.as_f64(), "{path}");
        }
        _ => assert_eq!(decoded, sent, "{path}"),
    }
}

#[test]
fn every_response_is_decoded_or_refused_as_documented() {
    let (services, _) = generator::read(&cases::specs());
    let mut seen = BTreeSet::new();
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
        let (service, operation) = operation(&services, &case);
        seen.insert((&service.stem, &operation.name));
        if !operation.reads_body {
            let blank = operation.output.as_ref().map(|_| json!({}));
            assert_eq!(answer["ok"], json!(blank), "{}: {answer}", case.name);
            assert_eq!(answer.get("error"), None, "{}: {answer}", case.name);
            continue;
        }
        let body = case.value["response"]["body"].as_str().unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        let sent = service.result.as_ref().map_or(&body, |name| &body[name]);
        assert!(answer["ok"].is_object(), "{}: {answer}", case.name);
        is_part_of(&answer["ok"], sent, &case.name);
        let items = elements(operation, sent);
        let expected = items.map_or(Value::Null, |count| json!(count));
        assert_eq!(answer["page"]["items"], expected, "{}", case.name);
    }
    for service in &services {
        for operation in &service.operations {
            let is_seen = seen.contains(&(&service.stem, &operation.name));
            assert!(
                is_seen,
                "no captured reply of {} {} is under tests/responses/{}: see CONTRIBUTING.md, A vendor",
                service.stem, operation.name, service.stem
            );
        }
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
