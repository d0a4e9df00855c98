//! Comparison of the JSON Schema, which editors use, with the reader of specs: both must accept and reject the same
//! files with regard to shape, which means known keys, required keys and kinds of values. Rules that relate several
//! parts are left to the checks.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use cloud_models_tests::cases::{package, sorted, specs, workspace};
use generator::{SpecSource, read};
use serde_yaml::Value;

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Self {
        let schema = serde_json::from_str(&generator::schema()).unwrap();
        let mut compiler = Compiler::new();
        compiler.add_resource("memory:spec", schema).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("memory:spec", &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// Returns the validation error, if there is one.
    fn fault(&self, spec: &Value) -> Option<String> {
        let json = serde_json::to_value(spec).unwrap();
        let result = self.schemas.validate(&json, self.index);
        result.err().map(|error| format!("{error:#}"))
    }
}

/// Returns the findings of the reader about the shape.
fn shape(spec: &str) -> Vec<String> {
    // Rules about unknown keys, types without fields or values, wrong kinds of values, missing keys and values,
    // superfluous keys, and missing documentation.
    let rules = [
        "N01", "N09", "N10", "N11", "N14", "D01", "W11", "W17", "Y11",
    ];
    let source = SpecSource::new("specs/shape.yaml", spec);
    let (_, found) = read(&[source]);
    // The schema cannot know whether a structure occurs in requests.
    let across = |message: &str| message.contains("occurs in requests");
    let shape = found
        .iter()
        .filter(|each| rules.contains(&each.rule.id()) && !across(&each.message));
    shape
        .map(|each| format!("{}: {}", each.rule, each.message))
        .collect()
}

#[test]
fn specs_name_the_schema_in_their_first_line() {
    for spec in specs() {
        let text = String::from_utf8(spec.bytes).unwrap();
        assert!(
            text.starts_with("# yaml-language-server: $schema=spec.schema.json\n"),
            "{}",
            spec.path
        );
    }
    let committed = fs::read_to_string(workspace().join("specs/spec.schema.json")).unwrap();
    assert!(
        committed.replace("\r\n", "\n") == generator::schema(),
        "run `cargo xtask codegen`"
    );
}

#[test]
fn whole_specs_fit_the_schema() {
    let schema = Schema::new();
    let mut texts: Vec<_> = specs()
        .into_iter()
        .map(|spec| (spec.path, spec.bytes))
        .collect();
    for path in sorted(&package().join("fixtures/whole")) {
        texts.push((path.display().to_string(), fs::read(&path).unwrap()));
    }
    for (name, bytes) in texts {
        let spec = serde_yaml::from_slice(&bytes).unwrap();
        assert_eq!(schema.fault(&spec), None, "{name}");
    }
}

/// Returns specs with a single change, each with a description of the change.
fn changes(spec: &Value) -> Vec<(String, Value)> {
    let mut changed = Vec::new();
    let others: Vec<Value> = [
        "~",
        "5",
        "true",
        "some words",
        "[]",
        "[a]",
        "[5]",
        "{}",
        "{key: value}",
    ]
    .iter()
    .map(|text| serde_yaml::from_str(text).unwrap())
    .collect();
    walk(spec, &mut Vec::new(), &mut |path| {
        let name = format!("{path:?}");
        for other in &others {
            let mut copy = spec.clone();
            *at(&mut copy, path) = other.clone();
            if copy != *spec {
                changed.push((format!("{name} becomes {other:?}"), copy));
            }
        }
        let mut copy = spec.clone();
        if let Value::Mapping(map) = at(&mut copy, path) {
            map.insert("surplus".into(), "text".into());
            changed.push((format!("{name} gets a key"), copy));
        }
        let Some((last, rest)) = path.split_last() else {
            return;
        };
        let mut copy = spec.clone();
        if let Value::Mapping(map) = at(&mut copy, rest) {
            let value = map.shift_remove(last.as_str()).unwrap();
            changed.push((format!("{name} is gone"), copy.clone()));
            if let Value::Mapping(map) = at(&mut copy, rest) {
                map.insert(format!("{last}x").into(), value);
            }
            changed.push((format!("{name} is misspelt"), copy));
        }
    });
    changed
}

/// Visits every path in a value, through keys and indices.
fn walk(value: &Value, path: &mut Vec<String>, visit: &mut impl FnMut(&[String])) {
    visit(path);
    let children: Vec<(String, &Value)> = match value {
        Value::Mapping(map) => map
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), value))
            .collect(),
        Value::Sequence(list) => list
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        path.push(key);
        walk(child, path, visit);
        path.pop();
    }
}

fn at<'v>(value: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter().fold(value, |value, key| match value {
        Value::Sequence(list) => &mut list[key.parse::<usize>().unwrap()],
        value => value.get_mut(key.as_str()).unwrap(),
    })
}

#[test]
fn schema_and_reader_refuse_the_same() {
    let schema = Schema::new();
    let mut count = 0;
    let mut refused = 0;
    let mut differences = Vec::new();
    for name in [
        "rules/base",
        "whole/parameters",
        "whole/errors",
        "whole/replies",
        "whole/paging",
        "whole/environment",
        "whole/maps",
        "whole/unions",
        "whole/timestamps",
        "whole/recursion",
        "whole/requirements",
        "whole/authentication",
    ] {
        let text = fs::read_to_string(package().join(format!("fixtures/{name}.yaml"))).unwrap();
        let spec: Value = serde_yaml::from_str(&text).unwrap();
        for (change, spec) in changes(&spec) {
            count += 1;
            let found = shape(&serde_yaml::to_string(&spec).unwrap());
            let fault = schema.fault(&spec);
            refused += usize::from(fault.is_some());
            if found.is_empty() != fault.is_none() {
                differences.push(format!(
                    "{name}: {change}\n  reader: {found:?}\n  schema: {fault:?}"
                ));
            }
        }
    }
    println!("{count} changes, {refused} refused by both");
    assert!(
        refused > 1_000 && count - refused > 100,
        "{count} changes, {refused} refused"
    );
    assert!(
        differences.is_empty(),
        "{} of {count} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
