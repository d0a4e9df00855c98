//! Signatures and tokens.

use cloud_models_runtime::Credentials;
use cloud_models_tests::cases::{Case, list_of_models};
use cloud_models_tests::judge::{clock, judge};
use cloud_models_tests::probe;
use cloud_models_tests::server::Request;
use http::Uri;
use serde_json::{Value, json};

use super::limits::UNREADABLE;
use super::requests::header;
use super::{ask_as, vectors};

/// Returns the credentials of a case in the format of the probe.
pub(super) fn credentials(case: &Case) -> Value {
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
        if UNREADABLE.iter().any(|part| case.name.contains(part)) {
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
        let mut key = Credentials::access_key(
            text("access_key_id").unwrap(),
            text("secret_access_key").unwrap(),
        );
        if let Some(token) = text("session_token") {
            key = key.session_token(token);
        }
        judge(&case.spec, &received, &key, clock(&case))
            .unwrap_or_else(|refusal| panic!("{}: {refusal:?}", case.name));
        let authorization = received.header("authorization").unwrap();
        let signature = signing["signature"].as_str().unwrap();
        assert!(authorization.ends_with(signature), "{}", case.name);
        judged += 1;
    }
    assert!(judged > 350, "only {judged} cases were judged");
}

#[test]
fn tokens_are_sent_unchanged_and_only_over_encrypted_connections() {
    let ask = |spec: &str, endpoint: Value, credentials: Value| {
        let operation = list_of_models(spec);
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
