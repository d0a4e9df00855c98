//! Examples from the vendors' documentation: requests are built from their inputs, responses are decoded without loss,
//! and errors are recognized. Anything in an example that the spec lacks fails the test.

use std::fs;
use std::path::Path;

use cloud_models_tests::cases::{self, workspace};
use cloud_models_tests::probe;
use generator::model::{Member, Operation, Place, Service, Ty};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// Codes in examples that no list of codes contains: the 403 of Huawei's identity service repeats its status.
const NO_CODE: &[(&str, &str)] = &[("huawei-fabric", "403")];

struct Sample {
    service: Service,
    operation: Operation,
    name: String,
    kind: String,
    value: Value,
}

fn samples() -> Vec<Sample> {
    let specs = workspace().join("specs");
    let sources = cases::specs();
    let (services, diagnostics) = generator::read(&sources);
    // Suppressions for samples have no effect here.
    let diagnostics = diagnostics.without_notes();
    assert!(diagnostics.is_empty(), "{}", diagnostics.plain(&sources));
    let mut samples = Vec::new();
    for folder in cases::sorted(&specs.join("samples")) {
        let service = services
            .iter()
            .find(|service| service.stem == file_name(&folder))
            .expect("a spec of that name");
        for path in cases::sorted(&folder) {
            let name = file_name(&path);
            let parts: Vec<_> = name.split('.').collect();
            let [operation, _, kind, "json"] = parts[..] else {
                panic!("{name}: Operation.case.kind.json is expected")
            };
            let operation = service
                .operations
                .iter()
                .find(|each| each.name == operation)
                .expect("an operation of that name");
            let value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let (service, operation, kind) = (service.clone(), operation.clone(), kind.to_owned());
            samples.push(Sample {
                service,
                operation,
                name,
                kind,
                value,
            });
        }
    }
    samples
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

impl Sample {
    fn ask(&self, members: Value) -> Value {
        let mut question =
            json!({"id": self.name, "spec": self.service.stem, "operation": self.operation.name});
        question
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        probe::answer(&question.to_string())
    }

    /// Returns the decoded response, as the probe reports it.
    fn reply(&self) -> Value {
        let body = self.value.get("body").map(Value::to_string);
        let headers = self
            .value
            .get("headers")
            .cloned()
            .unwrap_or_else(|| json!({}));
        self.ask(json!({"kind": "response", "response": {"status": self.value["status"], "headers": headers, "body": body.unwrap_or_default()}}))
    }

    /// Returns the input that leads to the request, by wire name, from path, query and body.
    fn input(&self) -> Map<String, Value> {
        let mut input = Map::new();
        let path = self.value["path"].as_str().unwrap();
        for (label, segment) in self.operation.path.split('/').zip(path.split('/')) {
            if let Some(name) = label
                .strip_prefix('{')
                .and_then(|label| label.strip_suffix('}'))
            {
                let segment = percent_decode_str(segment).decode_utf8().unwrap();
                input.insert(name.to_owned(), json!(segment));
            }
        }
        for (name, value) in self.value["query"].as_object().into_iter().flatten() {
            if !self.operation.fixed.iter().any(|(fixed, _)| fixed == name) {
                let member = self
                    .operation
                    .members
                    .iter()
                    .find(|member| member.wire == *name && member.place == Place::Query);
                input.insert(
                    name.clone(),
                    typed(
                        member.unwrap_or_else(|| panic!("{}: no `{name}`", self.name)),
                        value,
                    ),
                );
            }
        }
        input.extend(self.value["body"].as_object().cloned().unwrap_or_default());
        input
    }
}

/// Converts a query value, which is text, to the type of its member.
fn typed(member: &Member, value: &Value) -> Value {
    let text = value.as_str().unwrap();
    match member.ty {
        Ty::Integer => json!(text.parse::<i64>().unwrap()),
        Ty::Boolean => json!(text.parse::<bool>().unwrap()),
        _ => json!(text),
    }
}

/// Removes null members and empty lists, which are equivalent to absent ones, and converts numbers to floats: 2 and 2.0 are
/// the same number.
fn pruned(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), pruned(value)));
            members
                .filter(|(_, value)| !value.is_null() && ![json!([]), json!({})].contains(value))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(elements) => elements.iter().map(pruned).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_request_is_built_from_its_input() {
    for sample in samples().iter().filter(|sample| sample.kind == "request") {
        let options = json!({"kind": "request", "input": sample.input(), "region": "us-east-1", "validate": false});
        let answer = sample.ask(options);
        let request = &answer["request"];
        assert!(request.is_object(), "{}: {answer}", sample.name);
        assert_eq!(request["method"], sample.value["method"], "{}", sample.name);
        let uri: http::Uri = request["url"].as_str().unwrap().parse().unwrap();
        assert_eq!(uri.path(), sample.value["path"], "{}", sample.name);
        let mut query: Map<_, _> = uri
            .query()
            .into_iter()
            .flat_map(|query| query.split('&'))
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                let value = percent_decode_str(value).decode_utf8().unwrap();
                (name.to_owned(), json!(value))
            })
            .collect();
        let mut body: Value =
            serde_json::from_str(request["body"].as_str().unwrap()).unwrap_or_default();
        // An example without the idempotency token leaves it to the client.
        let mut members = sample.operation.members.iter();
        if let Some(token) = members.find(|member| member.token.is_some()) {
            for (key, built) in [("query", Some(&mut query)), ("body", body.as_object_mut())] {
                if let (Some(built), None) = (built, sample.value[key].get(&token.wire)) {
                    built.remove(&token.wire);
                }
            }
        }
        assert_eq!(
            Value::Object(query),
            sample
                .value
                .get("query")
                .cloned()
                .unwrap_or_else(|| json!({})),
            "{}",
            sample.name
        );
        assert_eq!(
            body,
            sample.value.get("body").cloned().unwrap_or_default(),
            "{}",
            sample.name
        );
    }
}

#[test]
fn every_reply_gives_back_all_that_stood_in_it() {
    for sample in samples().iter().filter(|sample| sample.kind == "response") {
        let answer = sample.reply();
        if !sample.operation.reads_body {
            let blank = sample.operation.output.as_ref().map(|_| json!({}));
            assert_eq!(answer["ok"], json!(blank), "{}: {answer}", sample.name);
            continue;
        }
        let body = &sample.value["body"];
        let output = match &sample.service.result {
            Some(result) => &body[result],
            None => body,
        };
        assert_eq!(
            pruned(&answer["ok"]),
            pruned(output),
            "{}: {answer}",
            sample.name
        );
        assert!(
            !pruned(output).as_object().unwrap().is_empty(),
            "{}",
            sample.name
        );
    }
}

#[test]
fn every_error_is_recognised_with_a_documented_code() {
    for sample in samples().iter().filter(|sample| sample.kind == "error") {
        let answer = sample.reply();
        let error = &answer["error"];
        assert_eq!(error["kind"], "api", "{}: {answer}", sample.name);
        assert_eq!(error["status"], sample.value["status"], "{}", sample.name);
        let code = error["code"].as_str().unwrap_or_default();
        let known = sample
            .service
            .errors
            .codes
            .iter()
            .any(|known| known.wire == code);
        assert!(
            known || NO_CODE.contains(&(&sample.service.stem, code)),
            "{}: {code}",
            sample.name
        );
        let message = error["message"].as_str().unwrap_or_default();
        assert!(
            !message.is_empty() && sample.value["body"].to_string().contains(message),
            "{}: {answer}",
            sample.name
        );
    }
}

#[test]
fn every_operation_has_a_request_and_a_reply_as_a_sample() {
    let samples = samples();
    let services: Vec<_> = samples.iter().map(|sample| &sample.service).collect();
    for service in services {
        for operation in &service.operations {
            for kind in ["request", "response"] {
                let found = samples
                    .iter()
                    .any(|sample| sample.operation.name == operation.name && sample.kind == kind);
                assert!(found, "{} {} has no {kind}", service.stem, operation.name);
            }
        }
    }
}

/// Returns the findings for a sample of a fixture, as rule and message. Findings that concern missing samples are left out.
fn findings(fixture: &str, name: &str, body: &str) -> Vec<(String, String)> {
    let text = match name.contains(".request.") {
        true => format!(
            r#"{{"method": "POST", "path": "/v1/{}", "body": {body}}}"#,
            match fixture {
                "maps" => "items",
                "unions" => "jobs",
                "timestamps" => "days/2026-11-22/events",
                _ => "search",
            }
        ),
        false => format!(r#"{{"status": 200, "body": {body}}}"#),
    };
    findings_in(fixture, name, text)
}

/// Like [`findings`], for the text of a whole sample.
fn findings_in(fixture: &str, name: &str, text: String) -> Vec<(String, String)> {
    let path = cases::package().join(format!("fixtures/whole/{fixture}.yaml"));
    let mut source =
        generator::SpecSource::new(format!("specs/{fixture}.yaml"), fs::read(path).unwrap());
    source.samples.push(generator::Sample {
        path: format!("specs/samples/{fixture}/{name}"),
        bytes: text.into(),
    });
    let (_, found) = generator::read(&[source]);
    let of_sample = found.iter().filter(|each| each.at.file.ends_with(".json"));
    of_sample
        .map(|each| (each.rule.id().to_owned(), each.message.clone()))
        .collect()
}

#[test]
fn values_of_nested_types_are_compared_with_the_spec() {
    const REQUEST: &str = "PutItem.case.request.json";
    const REPLY: &str = "GetItem.case.response.json";
    let item = |rest: &str| format!(r#"{{"item": {{"name": "a"}}, {rest}}}"#);
    let labels = |rest: &str| item(&format!(r#""labels": {{"team": "x"}}, {rest}"#));
    let reply = |rest: &str| format!(r#"{{"name": "a", "required_map": {{}}, {rest}}}"#);
    let rows = [
        (
            REQUEST,
            labels(
                r#""metrics": {"cpu": [1, 2.5]}, "matrix": [[1], []], "extra": [{"a": null}], "content": "aGk=", "kinds": {"a": "SMALL"}, "owners": {"x": {"name": "y"}}"#,
            ),
            vec![],
        ),
        (
            REQUEST,
            item(r#""labels": ["x"]"#),
            vec![("X01", "`labels` is a map")],
        ),
        (
            REQUEST,
            item(r#""labels": {"team": 5}"#),
            vec![("X01", "`labels` is a number here, and string in the spec")],
        ),
        (
            REQUEST,
            item(r#""labels": {"team": null}"#),
            vec![("X01", "`labels` is null")],
        ),
        (
            REQUEST,
            item(r#""labels": {}"#),
            vec![("X03", "`labels` has 0 entries")],
        ),
        (
            REQUEST,
            item(r#""labels": {"a b": "x"}"#),
            vec![("X03", "a key of `labels` breaks its `chars`")],
        ),
        (
            REQUEST,
            item(r#""labels": {"": "x"}"#),
            vec![("X03", "a key of `labels` breaks its `length`")],
        ),
        (
            REQUEST,
            item(r#""labels": {"1a": "x"}"#),
            vec![("X03", "a key of `labels` breaks its `pattern`")],
        ),
        (
            REQUEST,
            labels(r#""secrets": {"much too long": "hunter2"}"#),
            vec![("X03", "a key of `secrets` breaks its `length`")],
        ),
        (
            REQUEST,
            item(r#""labels": {"team": "x", "team": "y"}"#),
            vec![("X06", "the key `team` occurs twice in one object")],
        ),
        (
            REQUEST,
            labels(r#""metrics": {"cpu": 1}"#),
            vec![("X01", "in `metrics` is a list")],
        ),
        (
            REQUEST,
            labels(r#""matrix": [[1], {"a": 1}]"#),
            vec![("X01", "in `matrix` is a list")],
        ),
        (
            REQUEST,
            labels(r#""matrix": [[10]]"#),
            vec![("X03", "`matrix` breaks its `range`")],
        ),
        (
            REQUEST,
            labels(r#""matrix": [[], [], [], []]"#),
            vec![("X03", "`matrix` has 4 elements")],
        ),
        (
            REQUEST,
            labels(r#""rows": [{"ab": "x"}, {"abcde": "x"}]"#),
            vec![("X03", "a key of `rows` breaks its `length`")],
        ),
        (
            REQUEST,
            labels(r#""content": "no base64!""#),
            vec![(
                "X01",
                "`content` is not base64 here, and a string in base64 in the spec",
            )],
        ),
        (
            REQUEST,
            labels(r#""kinds": {"a": "HUGE"}"#),
            vec![("X01", "`ItemKind` has no value `HUGE`")],
        ),
        (
            REQUEST,
            labels(r#""owners": {"x": {"nam": "y"}}"#),
            vec![("X01", "the spec has no `nam` here")],
        ),
        (
            REPLY,
            reply(
                r#""labels": null, "versions": {"a": [null], "b": null}, "extra": null, "seen": {"x": 1700000000}"#,
            ),
            vec![],
        ),
        (
            REPLY,
            reply(r#""versions": {"a": [{"number": "1"}]}"#),
            vec![("X02", "`number` is a string here, and integer in the spec")],
        ),
        (
            REPLY,
            reply(r#""grid": [[1]]"#),
            vec![("X02", "in `grid` is a list")],
        ),
        (
            REPLY,
            reply(r#""grid": [[["NaN", "Infinity", "-Infinity", 1.5]]]"#),
            vec![],
        ),
        (
            REPLY,
            reply(r#""grid": [[["nan"]]]"#),
            vec![("X02", "`grid` is a string here, and number in the spec")],
        ),
        (
            REQUEST,
            labels(r#""metrics": {"cpu": ["NaN"]}"#),
            vec![("X01", "`metrics` is a string here, and number in the spec")],
        ),
    ];
    for (name, body, expected) in rows {
        let found = findings("maps", name, &body);
        let found: Vec<_> = found
            .iter()
            .map(|(rule, message)| (rule.as_str(), message.as_str()))
            .collect();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn a_union_holds_exactly_one_member() {
    const REQUEST: &str = "CreateJob.case.request.json";
    const REPLY: &str = "CreateJob.case.response.json";
    let source = |source: &str| format!(r#"{{"source": {source}}}"#);
    let state = |state: &str| format!(r#"{{"id": "a", "state": {state}}}"#);
    let rows = [
        (REQUEST, source(r#"{"url": "https://a"}"#), vec![]),
        (REQUEST, source(r#"{"rows": [{"a": "b"}]}"#), vec![]),
        (
            REQUEST,
            source("{}"),
            vec![(
                "X01",
                "the union `Source` has no member here, and needs one",
            )],
        ),
        (
            REQUEST,
            source(r#""url""#),
            vec![("X01", "an object is expected here")],
        ),
        (
            REQUEST,
            source(r#"{"url": "https://a", "legacy": "b"}"#),
            vec![(
                "X01",
                "the union `Source` has two members here, `url` and `legacy`",
            )],
        ),
        (
            REQUEST,
            source(r#"{"url": "ftp://a"}"#),
            vec![("X03", "`url` breaks its `pattern`")],
        ),
        (
            REQUEST,
            source(r#"{"uri": "https://a"}"#),
            vec![("X01", "the spec has no `uri` here")],
        ),
        (
            REQUEST,
            source(r#"{"file": {}}"#),
            vec![("X01", "`path` is required, but missing here")],
        ),
        (
            REPLY,
            state(r#"{"__type": "x", "failed": null, "running": {"percent": 5}}"#),
            vec![],
        ),
        (REPLY, state(r#"{"finishedAt": 1700000000.5}"#), vec![]),
        (
            REPLY,
            state(r#"{"failed": null}"#),
            vec![(
                "X02",
                "the union `JobState` has no member here, and needs one",
            )],
        ),
        (
            REPLY,
            state(r#"{"failed": "a", "finishedAt": 1}"#),
            vec![(
                "X02",
                "the union `JobState` has two members here, `failed` and `finishedAt`",
            )],
        ),
        (
            REPLY,
            state(r#"{"paused": {}}"#),
            vec![("X05", "the spec has no `paused` here")],
        ),
    ];
    for (name, body, expected) in rows {
        let found = findings("unions", name, &body);
        let found: Vec<_> = found
            .iter()
            .map(|(rule, message)| (rule.as_str(), message.as_str()))
            .collect();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn times_in_requests_have_their_format_and_those_in_replies_any() {
    const REQUEST: &str = "ListEvents.case.request.json";
    const REPLY: &str = "ListEvents.case.response.json";
    let reply = |event: &str| format!(r#"{{"events": [{event}]}}"#);
    let rows = [
        (REQUEST, r#"{"after": 1700000000.25, "before": "Sun, 22 Nov 2026 00:16:50 GMT", "marks": {"a": 1}}"#.to_owned(), vec![]),
        (REQUEST, r#"{"after": "2026-11-22"}"#.to_owned(), vec![("X01", "`after` is a string here, and a number of seconds in the spec")]),
        (REQUEST, r#"{"after": 1, "before": 1}"#.to_owned(), vec![("X01", "`before` is a number here, and a string with a time in the spec")]),
        (REQUEST, r#"{"after": 1, "before": "soon"}"#.to_owned(), vec![("X03", "`before` is a timestamp, and \"soon\" is not a time")]),
        (REPLY, reply(r#"{"time": 1700000000, "created": "2026-11-22T00:16:50Z", "seen": ["Sun, 22 Nov 2026 00:16:50 GMT", 5]}"#), vec![]),
        (REPLY, reply(r#"{"time": true}"#), vec![("X02", "`time` is a boolean here, and a string with a time in the spec")]),
    ];
    for (name, body, expected) in rows {
        let found = findings("timestamps", name, &body);
        let found: Vec<_> = found
            .iter()
            .map(|(rule, message)| (rule.as_str(), message.as_str()))
            .collect();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn requests_keep_the_rules_between_their_members() {
    let describe = |query: &str| {
        let text = format!(r#"{{"method": "GET", "path": "/set", "query": {query}}}"#);
        ("DescribeSet.case.request.json", text)
    };
    let find = |rest: &str| {
        let text = format!(r#"{{"method": "GET", "path": "/sets", {rest}}}"#);
        ("FindSets.case.request.json", text)
    };
    let update = |rest: &str| {
        let body = format!(r#"{{"owner": "a", "text": "b", {rest}}}"#);
        let text = format!(r#"{{"method": "PUT", "path": "/sets/1", "body": {body}}}"#);
        ("UpdateSet.case.request.json", text)
    };
    let one = "exactly one of `setId`, `setName` must be set";
    let rows = [
        (describe(r#"{"setId": "1"}"#), vec![]),
        (describe("{}"), vec![one]),
        (describe(r#"{"setId": "1", "setName": "a"}"#), vec![one]),
        (find(r#""headers": {"x-owner": "a"}"#), vec![]),
        (
            find(r#""query": {}"#),
            vec!["at least one of `words`, `X-Owner` must be set"],
        ),
        (update(r#""kind": "c", "sources": [{"file": "a"}]"#), vec![]),
        (
            update(r#""kind": "c", "sources": [{"file": "a"}, {}]"#),
            vec!["exactly one of `file`, `rows` must be set"],
        ),
    ];
    for ((name, text), expected) in rows {
        let found = findings_in("requirements", name, text.clone());
        assert!(found.iter().all(|(rule, _)| rule == "X03"), "{found:?}");
        let found: Vec<_> = found.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }
}
