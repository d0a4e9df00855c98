//! Equality of requests.

use std::collections::BTreeMap;

use cloud_models_runtime::Timestamp;
use cloud_models_tests::cases::Case;
use http::Uri;
use serde_json::{Value, json};

use super::{REFUSED, all, ask, vectors};

/// Returns the decoded query pairs. Times are compared as instants, because the SDKs write different numbers of digits.
pub(super) fn pairs(uri: &Uri) -> BTreeMap<String, String> {
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
    (!text.is_empty()).then(|| floats(serde_json::from_str(text).unwrap()))
}

/// Converts all numbers to floats, because SDKs write 1 and 1.0 for the same number.
fn floats(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(elements) => elements.into_iter().map(floats).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, floats(value)))
            .collect(),
        other => other,
    }
}

/// Removes the idempotency token that both clients created, because it is random.
fn drop_created_token(case: &Case, ours: &mut Option<Value>, theirs: &mut Option<Value>) {
    const TOKEN: &str = "clientRequestToken";
    if case.input().get(TOKEN).is_some() {
        return;
    }
    let taken = [ours, theirs].map(|body| {
        let members = body.as_mut().and_then(Value::as_object_mut)?;
        members.shift_remove(TOKEN)
    });
    assert_eq!(taken[0].is_some(), taken[1].is_some(), "{}", case.name);
    for token in taken.iter().flatten().filter_map(Value::as_str) {
        let groups: Vec<_> = token.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{}: {token}", case.name);
        assert_eq!(token.as_bytes()[14], b'4', "{}: {token}", case.name);
    }
}

#[test]
fn requests_equal_those_of_the_official_sdks() {
    let mut compared = BTreeMap::new();
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
            let path = case.value["endpoint_override"].as_str().map(|endpoint| {
                let endpoint: Uri = endpoint.parse().unwrap();
                endpoint.path().trim_end_matches('/').to_owned()
            });
            let (scheme, path) = (their_uri.scheme_str().unwrap(), path.unwrap_or_default());
            let endpoint = format!("{scheme}://{their_host}{path}");
            answer = ask(&case, Some(&endpoint), false);
        }
        let ours = &answer["request"];
        assert!(ours.is_object(), "{}: {answer}", case.name);
        let our_uri: Uri = ours["url"].as_str().unwrap().parse().unwrap();
        assert_eq!(ours["method"], theirs["method"], "{}", case.name);
        assert_eq!(our_uri.authority(), their_uri.authority(), "{}", case.name);
        assert_eq!(our_uri.path(), their_uri.path(), "{}", case.name);
        assert_eq!(pairs(&our_uri), pairs(&their_uri), "{}", case.name);
        let (mut our_body, mut their_body) = (body(ours), body(theirs));
        drop_created_token(&case, &mut our_body, &mut their_body);
        assert_eq!(our_body, their_body, "{}", case.name);
        for name in ["x-project-id", "content-type"] {
            // Some SDKs send a content type without a body.
            if name != "content-type" || their_body.is_some() {
                let (ours, theirs) = (header(ours, name), header(theirs, name));
                assert_eq!(ours, theirs, "{} {name}", case.name);
            }
        }
        let operation = (case.spec.clone(), case.operation().to_owned());
        *compared.entry(operation).or_insert(0) += 1;
    }
    assert!(compared.values().sum::<usize>() > 350, "{compared:?}");
    for (spec, operation) in operations() {
        assert!(
            compared.contains_key(&(spec.clone(), operation.clone())),
            "no captured request of {spec} {operation} is under tests/vectors/{spec}: see CONTRIBUTING.md, A vendor"
        );
    }
}

/// Returns all operations of the specs.
fn operations() -> Vec<(String, String)> {
    let (services, _) = generator::read(&cloud_models_tests::cases::specs());
    let operations = services.iter().flat_map(|service| {
        let operations = service.operations.iter();
        operations.map(|each| (service.stem.clone(), each.name.clone()))
    });
    operations.collect()
}

/// Returns the value of a header, without the charset that some SDKs add.
pub(super) fn header(request: &Value, name: &str) -> Option<String> {
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
    /// Cases whose input has its members in another order than the spec.
    const OTHER_ORDER: &[&str] = &["volc_node_empty_strings"];
    let mut compared = 0;
    for case in vectors() {
        let theirs = case.value["request"]["body"].as_str().unwrap_or_default();
        if OTHER_ORDER.contains(&case.name.as_str()) {
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
    assert!(compared > 60, "only {compared} bodies were compared");
}

/// `DELETE /custom-models/..` is `DELETE /` for most servers, and an empty label leads to the list.
#[test]
fn identifiers_that_name_something_else_are_refused() {
    let all = all();
    let dangerous = all
        .iter()
        .filter(|case| REFUSED.iter().any(|part| case.fits(part)));
    for case in dangerous {
        let answer = ask(case, None, true);
        assert_eq!(
            answer["error"]["kind"], "invalid-request",
            "{}: {answer}",
            case.name
        );
        assert_eq!(answer["error"]["sent"], false, "{}", case.name);
    }
}
