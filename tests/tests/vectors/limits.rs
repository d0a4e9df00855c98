//! Limits, which are checked before anything is sent.

use cloud_models_tests::cases::{Case, list_of_models};
use serde_json::{Value, json};

use super::{ask, vectors};

/// Inputs that are no value of the operation's type, by a part of the names of their cases.
pub(super) const UNREADABLE: &[&str] = &[
    "string_rejected",
    "_missing_rejected",
    "no_arm_rejected",
    "two_arms_rejected",
    "without_value_rejected",
];

/// Inputs that violate a documented limit, which the SDKs do not check.
pub(super) const OVER_LIMITS: &[(&str, &[&str])] = &[
    (
        "aws_CreateModelCustomizationJob_rft_learningRate_int_1",
        &["customizationConfig.rftConfig.hyperParameters.learningRate"],
    ),
    (
        "aws_CreateModelCustomizationJob_name_64",
        &["customModelName"],
    ),
    (
        "aws_CreateModelCustomizationJob_rft_epochCount_0_rejected",
        &["customizationConfig.rftConfig.hyperParameters.epochCount"],
    ),
    (
        "aws_CreateModelCustomizationJob_tag_empty_key_rejected",
        &["jobTags[0].key"],
    ),
    (
        "aws_CreateModelCustomizationJob_token_257",
        &["clientRequestToken"],
    ),
    (
        "aws_CreateModelCustomizationJob_vpcConfig_empty_lists_rejected",
        &["vpcConfig.subnetIds", "vpcConfig.securityGroupIds"],
    ),
    ("aws_GetCustomModel_length_2049", &["modelIdentifier"]),
    (
        "aws_ListModelCustomizationJobs_max_results_0_rejected",
        &["maxResults"],
    ),
    (
        "aws_ListModelCustomizationJobs_nameContains_empty_rejected",
        &["nameContains"],
    ),
    (
        "awsjs_ListModelCustomizationJobs_max_results_0_rejected",
        &["maxResults"],
    ),
    ("huawei_ListModelVersions_limit_101", &["limit"]),
    ("huawei_ListModelVersions_model_special", &["model_id"]),
    ("aws_max_results_0_rejected", &["maxResults"]),
    ("huawei_py_05_offset_negative", &["offset"]),
    ("huawei_py_17_name_emoji", &["name"]),
    ("huawei_py_18_name_spaces", &["name"]),
    ("huawei_py_23_name_unreserved_and_subdelims", &["name"]),
    ("volc_node_int_zero_negative", &["PageNumber", "PageSize"]),
    ("volc_py_int_zero_negative", &["PageNumber", "PageSize"]),
];

/// Inputs that only violate a pattern, which is checked with the feature `patterns`.
pub(super) const OVER_PATTERNS: &[(&str, &[&str])] = &[
    (
        "aws_CreateModelCustomizationJob_roleArn_empty",
        &["roleArn"],
    ),
    (
        "aws_CreateModelCustomizationJob_unicode_names",
        &["jobName", "customModelName"],
    ),
    ("aws_DeleteCustomModel_unicode", &["modelIdentifier"]),
    (
        "aws_GetCustomModel_already_percent_encoded",
        &["modelIdentifier"],
    ),
    ("aws_GetCustomModel_dots_between", &["modelIdentifier"]),
    ("aws_GetModelCustomizationJob_unicode", &["jobIdentifier"]),
    (
        "awsjs_CreateModelCustomizationJob_unicode_names",
        &["jobName", "customModelName"],
    ),
    ("aws_already_percent_encoded", &["nameContains"]),
    ("aws_endpoint_http_localhost_port", &["nameContains"]),
    ("aws_special_sub_delims", &["nameContains"]),
    ("awsjs_unicode_name", &["nameContains"]),
];

#[test]
fn limits_are_checked_before_anything_is_sent() {
    for case in vectors() {
        let answer = ask(&case, None, true);
        if UNREADABLE.iter().any(|part| case.name.contains(part)) {
            assert_eq!(answer["error"]["kind"], "invalid-request", "{}", case.name);
            assert_eq!(answer["error"]["violations"], json!([]), "{}", case.name);
            continue;
        }
        let patterns = if cfg!(feature = "patterns") {
            OVER_PATTERNS
        } else {
            &[]
        };
        let expected = OVER_LIMITS
            .iter()
            .chain(patterns)
            .find(|(name, _)| *name == case.name);
        let expected: Vec<&str> = expected
            .map(|(_, fields)| fields.to_vec())
            .unwrap_or_default();
        let violations = answer["error"]["violations"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let fields = violations
            .iter()
            .map(|violation| violation["field"].as_str().unwrap());
        let mut fields: Vec<_> = fields.collect();
        // A value may violate two limits.
        fields.dedup();
        assert_eq!(fields, expected, "{}: {answer}", case.name);
        assert_eq!(
            answer["request"].is_object(),
            expected.is_empty(),
            "{}: {answer}",
            case.name
        );
    }
}

/// Checks each documented limit at both ends and one step beyond.
#[test]
fn every_documented_limit_is_enforced_exactly() {
    let long = |n: usize| "a".repeat(n);
    let rows: &[(&str, &str, Vec<Value>, Vec<Value>)] = &[
        (
            "aws-bedrock",
            "maxResults",
            vec![json!(1), json!(1000)],
            vec![json!(0), json!(1001), json!(-1)],
        ),
        (
            "aws-bedrock",
            "nameContains",
            vec![json!("a"), json!(long(63))],
            vec![json!(""), json!(long(64))],
        ),
        (
            "aws-bedrock",
            "nextToken",
            vec![json!("a"), json!(long(2048))],
            vec![json!(""), json!(long(2049))],
        ),
        (
            "aws-bedrock",
            "baseModelArnEquals",
            vec![],
            vec![json!(long(19)), json!(long(1012))],
        ),
        (
            "aws-bedrock",
            "creationTimeAfter",
            vec![json!("2024-05-14T00:00:00Z")],
            vec![json!("yesterday")],
        ),
        (
            "huawei-fabric",
            "limit",
            vec![json!(1), json!(100)],
            vec![json!(0), json!(101)],
        ),
        (
            "huawei-fabric",
            "offset",
            vec![json!(0), json!(1_000_000_000)],
            vec![json!(-1), json!(1_000_000_001)],
        ),
        (
            "huawei-fabric",
            "name",
            vec![json!("a"), json!(long(128))],
            vec![json!(""), json!(long(129)), json!("a b")],
        ),
        (
            "huawei-fabric",
            "id",
            vec![json!(long(32)), json!(long(36))],
            vec![json!(long(31)), json!(long(37))],
        ),
        (
            "huawei-fabric",
            "type",
            vec![json!("LLM_MODEL"), json!(long(128))],
            vec![json!(""), json!(long(129))],
        ),
        (
            "huawei-fabric",
            "workspace_id",
            vec![json!(long(36))],
            vec![json!(""), json!(long(37)), json!("a/b")],
        ),
        (
            "volcengine-ark",
            "PageNumber",
            vec![json!(1), json!(i64::MAX)],
            vec![json!(0)],
        ),
        (
            "volcengine-ark",
            "PageSize",
            vec![json!(1), json!(100)],
            vec![json!(0), json!(101)],
        ),
        (
            "baidu-qianfan",
            "maxKeys",
            vec![json!(0), json!(1000), json!(-1)],
            vec![],
        ),
    ];
    for (spec, field, within, beyond) in rows {
        for (value, fits) in within
            .iter()
            .map(|value| (value, true))
            .chain(beyond.iter().map(|value| (value, false)))
        {
            let mut input = json!({*field: value});
            if *spec == "huawei-fabric" && *field != "workspace_id" {
                input["workspace_id"] = json!("w");
            }
            let given = json!({"input": input, "region": "us-east-1"});
            let case = Case::new(spec, list_of_models(spec), given);
            let answer = ask(&case, None, true);
            assert_eq!(
                answer["request"].is_object(),
                fits,
                "{spec} {field} {value}: {answer}"
            );
            if !fits {
                assert_eq!(
                    answer["error"]["violations"][0]["field"], *field,
                    "{answer}"
                );
            }
        }
    }
}

#[test]
fn all_violations_are_reported_at_once() {
    let value = json!({"input": {"workspace_id": "", "limit": 0, "offset": -1, "name": "a b"}, "region": "cn-north-4"});
    let case = Case::new("huawei-fabric", "ListModels", value);
    let violations = ask(&case, None, true)["error"]["violations"]
        .as_array()
        .unwrap()
        .clone();
    let found: Vec<_> = violations
        .iter()
        .map(|violation| {
            (
                violation["field"].as_str().unwrap(),
                violation["rule"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("workspace_id", "path segment"),
            ("workspace_id", "length 1..=36"),
            ("offset", "range 0..=1000000000"),
            ("limit", "range 1..=100"),
            ("name", "chars A-Za-z0-9_-")
        ]
    );
}

#[test]
fn unknown_parameters_are_refused() {
    for spec in [
        "aws-bedrock",
        "baidu-qianfan",
        "huawei-fabric",
        "volcengine-ark",
    ] {
        let value = json!({"input": {"workspace_id": "w", "maxResult": 5}, "region": "us-east-1"});
        let case = Case::new(spec, list_of_models(spec), value);
        let answer = ask(&case, None, false);
        assert_eq!(answer["error"]["kind"], "invalid-request", "{answer}");
        assert!(
            answer["error"]["display"]
                .as_str()
                .unwrap()
                .contains("there are"),
            "{answer}"
        );
    }
}
