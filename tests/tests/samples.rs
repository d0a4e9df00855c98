//! Examples from the vendors' documentation: requests are built from their inputs, responses are decoded without loss,
//! and errors are recognized. Anything in an example that the spec lacks fails the test.

use std::fs;
use std::path::Path;

use cloud_models_tests::cases::{self, workspace};
use cloud_models_tests::probe;
use generator::model::{Member, Operation, Place, Service, Ty};
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

/// Removes null members and empty lists, which are equivalent to absent ones.
fn pruned(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), pruned(value)));
            members
                .filter(|(_, value)| !value.is_null() && *value != json!([]))
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
                (name.to_owned(), json!(value.replace("%3A", ":")))
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
