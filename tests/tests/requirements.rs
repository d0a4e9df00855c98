//! Rules on which parameters are set together: what breaks them is never sent, and what keeps them is.

use cloud_models_runtime::{Config, Credentials, Error, ErrorKind, Operation, blocking};
use cloud_models_tests::goldens::requirements::{
    DescribeSet, FindSets, Policy, Requirements, Source, UpdateSet,
};
use cloud_models_tests::probe;
use cloud_models_tests::server::{Reply, Server};
use serde_json::{Value, json};

fn config(server: &Server) -> Config<Requirements> {
    Config::new()
        .endpoint(server.url())
        .allow_http(true)
        .credentials(Credentials::bearer_token("bearer"))
}

/// Returns the result of each call, and checks that refused requests were not sent.
fn sent<O: Operation<Service = Requirements>>(
    calls: impl IntoIterator<Item = (O, bool)>,
    config: impl Fn(Config<Requirements>) -> Config<Requirements>,
) -> Vec<Error> {
    let server = Server::always(Reply::json(200, "{}"));
    let client = blocking::Client::new(config(self::config(&server))).unwrap();
    let mut errors = Vec::new();
    for (index, (operation, is_sent)) in calls.into_iter().enumerate() {
        let before = server.requests().len();
        let result = client.send(operation);
        let count = server.requests().len() - before;
        assert_eq!(
            count,
            usize::from(is_sent),
            "call {index}: {:?}",
            result.err()
        );
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(!error.was_sent() && !error.is_retryable());
            errors.push(error);
        }
    }
    errors
}

/// Returns fields, rules and values of the violations.
fn violations(error: &Error) -> Vec<(&str, &str, &str)> {
    let violations = error.violations().iter();
    violations
        .map(|each| (each.field.as_str(), each.rule.as_str(), each.value.as_str()))
        .collect()
}

#[test]
fn exactly_one_parameter_is_set() {
    let new = DescribeSet::new;
    let calls = [
        (new(), false),
        (new().set_id("1"), true),
        (new().set_name("canary"), true),
        (new().set_id("1").set_name("canary"), false),
        // An empty text is sent.
        (new().set_id(""), true),
    ];
    let errors = sent(calls, |config| config);
    let found: Vec<_> = errors.iter().map(violations).collect();
    let violation = |value| vec![("setId, setName", "exactly one", value)];
    assert_eq!(found, [violation("none"), violation("setId, setName")]);
    assert!(
        errors
            .iter()
            .all(|error| !error.to_string().contains("canary"))
    );
}

#[test]
fn a_list_without_elements_is_not_set_where_it_sends_nothing() {
    let none = [""; 0];
    let calls = [
        (FindSets::new(), false),
        (FindSets::new().words(none), false),
        (FindSets::new().words(["a"]), true),
        (FindSets::new().words(none).x_owner("me"), true),
        (FindSets::new().words(["a"]).x_owner("me"), true),
    ];
    for error in sent(calls, |config| config) {
        let expected = [("words, X-Owner", "at least one", "none")];
        assert_eq!(violations(&error), expected);
    }
}

fn update() -> UpdateSet {
    UpdateSet::new("1").owner("me").text("text").kind("kind")
}

#[test]
fn an_empty_map_in_a_body_is_set() {
    let none = [("", ""); 0];
    let calls = [
        (update(), true),
        (
            UpdateSet::new("1").owner("me").kind("kind").labels(none),
            true,
        ),
        (update().labels(none), false),
        (update().labels([("a", "b")]), false),
    ];
    for error in sent(calls, |config| config) {
        let expected = [("text, labels", "exactly one", "text, labels")];
        assert_eq!(violations(&error), expected);
    }
}

#[test]
fn a_new_structure_of_both_directions_has_nothing_set() {
    let calls = [(update().policy(Policy::new()), false)];
    let errors = sent(calls, |config| config);
    let expected = [("policy.readers, policy.public", "at least one", "none")];
    assert_eq!(violations(&errors[0]), expected);
}

#[test]
fn rules_apply_inside_of_structures_and_lists() {
    let mut policy = Policy::new().public(true);
    let sources = || {
        [
            Source::new().file("a"),
            Source::new(),
            Source::new().file("b").rows(["c"]),
        ]
    };
    let calls = [
        (update().sources(sources()), false),
        (update().policy(policy.clone()), true),
        (update().policy(Policy::new().public(false)), true),
    ];
    let errors = sent(calls, |config| config);
    let expected = [
        ("sources[1].file, sources[1].rows", "exactly one", "none"),
        (
            "sources[2].file, sources[2].rows",
            "exactly one",
            "file, rows",
        ),
    ];
    assert_eq!(violations(&errors[0]), expected);
    policy.readers = Some(vec!["me".to_owned()]);
    sent([(update().policy(policy), true)], |config| config);
}

#[test]
fn all_rules_are_reported_at_once_after_the_limits() {
    let errors = sent([(UpdateSet::new(""), false)], |config| config);
    let found = violations(&errors[0]);
    let rules: Vec<_> = found
        .iter()
        .map(|(field, rule, _)| (*field, *rule))
        .collect();
    let expected = [
        ("setId", "path segment"),
        ("owner, ownerName", "exactly one"),
        ("text, labels", "exactly one"),
        ("kind, labels, policy", "at least one"),
    ];
    assert_eq!(rules, expected);
}

#[test]
fn rules_are_not_checked_without_validation() {
    let calls = [(DescribeSet::new(), true)];
    assert!(sent(calls, |config| config.validate(false)).is_empty());
}

#[test]
fn the_probe_shows_the_parameters_of_a_rule() {
    let ask = |input: Value| {
        let question = json!({
            "id": 1, "kind": "request", "spec": "requirements", "operation": "DescribeSet", "input": input,
        });
        probe::answer_with(&question.to_string(), |question| {
            probe::one(question, DescribeSet::new())
        })
    };
    let violation = json!({"field": "setId, setName", "rule": "exactly one", "value": "none"});
    let answer = ask(json!({}));
    assert_eq!(answer["error"]["kind"], "invalid-request");
    assert_eq!(answer["error"]["violations"], json!([violation]));
    assert!(ask(json!({"setId": "1"}))["request"].is_object());
}
