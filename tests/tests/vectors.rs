//! Compares requests with those of the vendors' official SDKs: method, path, query pairs and JSON body must be equal.

use std::collections::BTreeMap;

use cloud_models_runtime::Timestamp;
use cloud_models_tests::cases::{self, Case, package};
use cloud_models_tests::probe;
use cloud_models_tests::server::Request;
use cloud_models_tests::server::verify::{self, Keys, Scheme};
use http::Uri;
use serde_json::{Value, json};

/// Cases that do not concern requests of the generated clients, by a part of their names.
const NOT_COMPARABLE: &[(&str, &str)] = &[
    ("pytyped", "another operation"),
    ("bce_py_sign", "a signature without a request"),
    ("huawei_core", "another service"),
    ("auto_project", "another service"),
    ("ak_sk_kwargs", "the SDK sends the keys in the clear"),
    ("call_action", "members that no typed client has"),
    ("null_values", "nulls that no typed client sends"),
    ("ts_epoch", "a number for a time"),
    ("ts_date_string", "a date for a time"),
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
];

/// Inputs that violate a documented limit, which the SDKs do not check.
const OVER_LIMITS: &[(&str, &[&str])] = &[
    ("aws_max_results_0_rejected", &["maxResults"]),
    ("huawei_py_05_offset_negative", &["offset"]),
    ("huawei_py_17_name_emoji", &["name"]),
    ("huawei_py_18_name_spaces", &["name"]),
    ("huawei_py_23_name_unreserved_and_subdelims", &["name"]),
    ("volc_node_int_zero_negative", &["PageNumber", "PageSize"]),
    ("volc_py_int_zero_negative", &["PageNumber", "PageSize"]),
];

/// Inputs that only violate a pattern, which is checked with the feature `patterns`.
const OVER_PATTERNS: &[(&str, &[&str])] = &[
    ("aws_already_percent_encoded", &["nameContains"]),
    ("aws_endpoint_http_localhost_port", &["nameContains"]),
    ("aws_special_sub_delims", &["nameContains"]),
    ("awsjs_unicode_name", &["nameContains"]),
];

fn vectors() -> Vec<Case> {
    let mut cases = cases::read(&package().join("vectors"));
    for (part, _) in NOT_COMPARABLE {
        assert!(
            cases.iter().any(|case| case.name.contains(part)),
            "no case is left out for `{part}`"
        );
    }
    cases.retain(|case| {
        !NOT_COMPARABLE
            .iter()
            .any(|(part, _)| case.name.contains(part))
    });
    cases
}

fn operation(spec: &str) -> &'static str {
    match spec {
        "baidu-qianfan" => "DescribeCustomModelSets",
        "huawei-fabric" => "ListModels",
        _ => "ListCustomModels",
    }
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
        "operation": operation(&case.spec),
        "input": case.value["input"],
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

/// Returns the decoded query pairs. Times are compared as instants, because the SDKs write different numbers of digits.
fn pairs(uri: &Uri) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                b'+' => panic!("a space is %20, never +: {text}"),
                byte => byte,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    let query = uri.query().unwrap_or_default();
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let (name, value) = (decode(name), decode(value));
            match Timestamp::from(value.as_str()).to_system_time() {
                Some(time) => (name, format!("{time:?}")),
                None => (name, value),
            }
        });
    pairs.collect()
}

fn body(request: &Value) -> Option<Value> {
    let text = request["body"].as_str().unwrap_or_default();
    (!text.is_empty()).then(|| serde_json::from_str(text).unwrap())
}

#[test]
fn requests_equal_those_of_the_official_sdks() {
    let mut compared = 0;
    for case in vectors() {
        let theirs = &case.value["request"];
        if theirs.is_null() {
            continue;
        }
        let their_uri: Uri = theirs["url"].as_str().unwrap().parse().unwrap();
        // The default host of the SDK must be ours too. Any other host was configured in the case, so it is configured
        // here.
        let mut answer = ask(&case, None, false);
        let our_host = |answer: &Value| -> Option<String> {
            let uri: Uri = answer["request"]["url"].as_str()?.parse().ok()?;
            uri.authority().map(ToString::to_string)
        };
        let their_host = their_uri.authority().unwrap().to_string();
        if our_host(&answer).as_ref() != Some(&their_host) {
            let given = [
                "endpoint",
                "loopback",
                "localhost",
                "port_",
                "override",
                "bootstrap_",
                "qianfan_js",
            ];
            assert!(
                given.iter().any(|word| case.name.contains(word)),
                "{}: {answer}",
                case.name
            );
            let endpoint = format!("{}://{their_host}", their_uri.scheme_str().unwrap());
            answer = ask(&case, Some(&endpoint), false);
        }
        let ours = &answer["request"];
        assert!(ours.is_object(), "{}: {answer}", case.name);
        let our_uri: Uri = ours["url"].as_str().unwrap().parse().unwrap();
        assert_eq!(ours["method"], theirs["method"], "{}", case.name);
        assert_eq!(our_uri.authority(), their_uri.authority(), "{}", case.name);
        assert_eq!(our_uri.path(), their_uri.path(), "{}", case.name);
        assert_eq!(pairs(&our_uri), pairs(&their_uri), "{}", case.name);
        assert_eq!(body(ours), body(theirs), "{}", case.name);
        for name in ["x-project-id", "content-type"] {
            // Some SDKs send a content type without a body.
            if name != "content-type" || body(theirs).is_some() {
                let (ours, theirs) = (header(ours, name), header(theirs, name));
                assert_eq!(ours, theirs, "{} {name}", case.name);
            }
        }
        compared += 1;
    }
    assert!(compared > 140, "only {compared} cases were compared");
}

/// Returns the value of a header, without the charset that some SDKs add.
fn header(request: &Value, name: &str) -> Option<String> {
    let mut headers = request["headers"].as_array().unwrap().iter();
    let header = headers.find(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name))?;
    Some(
        header[1]
            .as_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned(),
    )
}

/// The Node SDKs write compact JSON in the order of their input, as our clients do.
#[test]
fn bodies_equal_those_of_compact_sdks_byte_for_byte() {
    let mut compared = 0;
    for case in vectors() {
        let theirs = case.value["request"]["body"].as_str().unwrap_or_default();
        // The input of one case has its members in another order than the spec.
        if case.name == "volc_node_empty_strings" {
            continue;
        }
        if !theirs.is_empty()
            && (case.name.starts_with("volc_node") || case.name.starts_with("qianfan_js"))
        {
            assert_eq!(
                ask(&case, None, false)["request"]["body"],
                theirs,
                "{}",
                case.name
            );
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} bodies were compared");
}

#[test]
fn limits_are_checked_before_anything_is_sent() {
    for case in vectors() {
        let answer = ask(&case, None, true);
        if case.name.contains("string_rejected") {
            assert_eq!(answer["error"]["kind"], "invalid-request", "{}", case.name);
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
        let fields: Vec<_> = violations
            .iter()
            .map(|violation| violation["field"].as_str().unwrap())
            .collect();
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
            let mut case = json!({"input": input, "region": "us-east-1"});
            let case = Case {
                spec: (*spec).to_owned(),
                name: String::new(),
                value: case.take(),
            };
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
    let case = Case {
        spec: "huawei-fabric".into(),
        name: String::new(),
        value,
    };
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
        let case = Case {
            spec: spec.into(),
            name: String::new(),
            value,
        };
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

/// Returns the credentials of a case in the format of the probe.
fn credentials(case: &Case) -> Value {
    let given = &case.value["credentials"];
    let find = |names: &[&str]| names.iter().find_map(|name| given[name].as_str());
    json!({
        "access_key_id": find(&["access_key_id", "access_key", "ak"]),
        "secret_access_key": find(&["secret_access_key", "secret_key", "sk"]),
        "session_token": find(&["session_token", "security_token"]),
    })
}

#[test]
fn an_independent_implementation_confirms_our_signatures() {
    let mut judged = 0;
    for case in vectors() {
        let credentials = credentials(&case);
        let answer = ask_as(&case, None, false, credentials.clone());
        let (request, signing) = (&answer["request"], &answer["signing"]);
        if case.name.contains("string_rejected") {
            continue;
        }
        let uri: Uri = request["url"].as_str().expect(&case.name).parse().unwrap();
        let headers = request["headers"].as_array().unwrap().iter().map(|pair| {
            let (name, value) = (&pair[0], &pair[1]);
            (name.as_str().unwrap(), value.as_str().unwrap())
        });
        let received = Request::new(
            request["method"].as_str().unwrap(),
            uri.path_and_query().unwrap().as_str(),
            headers,
            request["body"].as_str().unwrap().to_owned(),
        );
        let text = |name: &str| credentials[name].as_str();
        let mut keys = Keys::new(
            text("access_key_id").unwrap(),
            text("secret_access_key").unwrap(),
        );
        if let Some(token) = text("session_token") {
            keys = keys.with_token(token);
        }
        let now = Timestamp::from(case.value["clock"].as_str().unwrap());
        let now = now.to_system_time().unwrap();
        let scheme = Scheme::of(&case.spec);
        verify::judge(scheme, &received, &keys, now)
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", case.name));
        let authorization = verify::authorization(scheme, &received).unwrap();
        assert_eq!(
            signing["signature"], *authorization.signature,
            "{}",
            case.name
        );
        judged += 1;
    }
    assert!(judged > 140, "only {judged} cases were judged");
}

#[test]
fn tokens_are_sent_unchanged_and_only_over_encrypted_connections() {
    let ask = |spec: &str, endpoint: Value, credentials: Value| {
        let operation = operation(spec);
        let question = json!({
            "id": "t", "kind": "request", "spec": spec, "operation": operation, "region": "cn-north-4",
            "input": if spec == "huawei-fabric" { json!({"workspace_id": "w"}) } else { json!({}) },
            "endpoint": endpoint, "credentials": credentials,
        });
        probe::answer(&question.to_string())
    };
    let bearer = json!({"bearer_token": "canary"});
    let answer = ask("aws-bedrock", Value::Null, bearer.clone());
    assert_eq!(
        header(&answer["request"], "authorization").unwrap(),
        "Bearer canary"
    );
    assert_eq!(answer["signing"], Value::Null);
    let token = json!({"auth_token": "canary"});
    let answer = ask("huawei-fabric", Value::Null, token.clone());
    assert_eq!(
        header(&answer["request"], "x-auth-token").unwrap(),
        "canary"
    );
    // Tokens are not sent over http, except to this machine.
    for (spec, credentials) in [("aws-bedrock", &bearer), ("huawei-fabric", &token)] {
        let answer = ask(spec, json!("http://127.0.0.1:1"), credentials.clone());
        assert!(answer["request"].is_object(), "{answer}");
        let answer = ask(spec, json!("http://example.com"), credentials.clone());
        assert_eq!(answer["error"]["kind"], "credentials", "{answer}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
    // Tokens are not sent to a service that does not accept them.
    let answer = ask("baidu-qianfan", Value::Null, bearer);
    assert_eq!(answer["error"]["kind"], "credentials", "{answer}");
    assert!(!answer.to_string().contains("canary"), "{answer}");
}
