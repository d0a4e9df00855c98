//! Comparisons of specs with descriptions, and edits of descriptions.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use crate::cases::{package, workspace};
use crate::workspace::{Workspace, text};

/// Returns the path of a description.
pub fn description(name: &str) -> PathBuf {
    package().join("fixtures/descriptions").join(name)
}

/// Returns the paths of the service model of Bedrock in a version of botocore, and of its paginators.
pub fn bedrock(version: &str) -> Vec<PathBuf> {
    let parts = ["service-2", "paginators-1"];
    let file = |part| description(&format!("bedrock-{version}.{part}.json.gz"));
    parts.map(file).into()
}

/// Returns the content of a description that is packed with gzip.
pub fn unpacked(path: &Path) -> Value {
    let file = fs::File::open(path).expect("it is there");
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("it is packed");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Compares a spec with descriptions, and returns the output in JSON. The exit code must fit it.
pub fn drift(workspace: &Workspace, spec: &str, files: &[PathBuf]) -> Value {
    let mut command = workspace.command();
    command.args(["drift", spec, "--format", "json", "--against"]);
    let output = command.args(files).output().expect("it can be run");
    let said = text(&output.stderr);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let is_empty = |key: &str| found[key].as_array().is_some_and(Vec::is_empty);
    let expected = i32::from(!is_empty("differences") || !is_empty("idle"));
    assert_eq!(output.status.code(), Some(expected), "{said}");
    found
}

/// Returns the differences of an output.
pub fn differences(found: &Value) -> &[Value] {
    found["differences"].as_array().expect("there is a list")
}

/// Kind and path of each difference.
pub fn places(found: &Value) -> BTreeSet<(String, String)> {
    differences(found).iter().map(place).collect()
}

/// Kind and path of a difference.
pub fn place(row: &Value) -> (String, String) {
    (word(row, "kind"), word(row, "path"))
}

fn word(row: &Value, key: &str) -> String {
    row[key].as_str().expect("it is a text").to_owned()
}

/// Writes a spec from descriptions.
pub fn imported(workspace: &Workspace, name: &str, files: &[PathBuf]) {
    let mut command = workspace.command();
    command.args(["new", name, "--from"]).args(files);
    let output = command.output().expect("it can be run");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// The spec of the repository with one operation, without allowances of drift if that is asked for.
pub fn cut_to(spec: &str, operation: &str, keeps_allowances: bool) -> String {
    fn without_allowances(value: &mut Value) {
        for (key, value) in value.as_object_mut().into_iter().flatten() {
            if key == "allow" {
                let allow = value.as_object_mut().expect("it is a map");
                allow.retain(|rule, _| !rule.starts_with('V'));
            }
            without_allowances(value);
        }
    }
    let path = workspace().join("specs").join(spec);
    let text = fs::read_to_string(path).expect("it is there");
    let mut spec: Value = serde_yaml::from_str(&text).expect("it is YAML");
    if !keeps_allowances {
        without_allowances(&mut spec);
    }
    let operations = spec["operations"].as_object_mut().expect("it is a map");
    operations.retain(|name, _| name == operation);
    // JSON is YAML.
    serde_json::to_string_pretty(&spec).expect("it is JSON")
}

/// Edits of a description, and what drift says of them.
#[derive(Debug, Deserialize)]
pub struct Edits {
    /// The change, for messages.
    pub what: String,
    /// Spec whose description it is; Bedrock if absent.
    pub document: Option<String>,
    #[serde(flatten)]
    only: Option<Edit>,
    #[serde(default)]
    edits: Vec<Edit>,
    /// Kind, path and rule of each difference.
    pub found: BTreeSet<(String, String, String)>,
}

#[derive(Debug, Deserialize)]
struct Edit {
    /// Pointer into the service model or the paginators; a final `+` adds to a list.
    at: String,
    to: Option<Value>,
}

impl Edits {
    /// Reads the edits of a file.
    pub fn read(name: &str) -> Vec<Self> {
        let text = fs::read_to_string(description(name)).expect("it is there");
        serde_yaml::from_str(&text).expect("it is a list of edits")
    }

    /// Applies the edits to a document, and those below `/pagination/` to the paginators.
    pub fn apply(&self, document: &mut Value, paginators: &mut Value) {
        for edit in self.only.iter().chain(&self.edits) {
            match edit.at.starts_with("/pagination/") {
                true => edit.apply(paginators),
                false => edit.apply(document),
            }
        }
    }

    /// Asserts that an output has the differences that are expected, and no others.
    #[track_caller]
    pub fn assert_found(&self, found: &Value) {
        let rows = differences(found).iter().map(|row| {
            let (kind, path) = place(row);
            (kind, path, word(row, "rule"))
        });
        let rows: Vec<_> = rows.collect();
        assert_eq!(
            rows.iter().cloned().collect::<BTreeSet<_>>(),
            self.found,
            "{}",
            self.what
        );
        assert_eq!(rows.len(), self.found.len(), "{}: said twice", self.what);
    }
}

impl Edit {
    fn apply(&self, document: &mut Value) {
        let (holder, key) = self.at.rsplit_once('/').expect("it is a pointer");
        let key = key.replace("~1", "/");
        let holder = document.pointer_mut(holder).expect("it leads somewhere");
        match (holder, &self.to) {
            (Value::Object(holder), Some(to)) => drop(holder.insert(key, to.clone())),
            (Value::Object(holder), None) => drop(holder.remove(&key).expect("it is there")),
            (Value::Array(holder), Some(to)) if key == "+" => holder.push(to.clone()),
            (Value::Array(holder), Some(to)) => holder[index(&key)] = to.clone(),
            (Value::Array(holder), None) => drop(holder.remove(index(&key))),
            (holder, _) => panic!("{}: {holder}", self.at),
        }
    }
}

fn index(key: &str) -> usize {
    key.parse().expect("it is a number")
}

/// Returns a spec after the edits that drift offers for a difference.
pub fn pasted(spec: &str, row: &Value) -> String {
    let number = |edit: &Value, key: &str| {
        let number = edit[key].as_u64().expect("it is a number");
        usize::try_from(number).expect("it is small")
    };
    let mut lines: Vec<String> = spec.lines().map(str::to_owned).collect();
    for edit in row["paste"].as_array().expect("it is a list").iter().rev() {
        let first = number(edit, "line") - 1;
        let new: Vec<String> = serde_json::from_value(edit["lines"].clone()).expect("texts");
        lines.splice(first..first + number(edit, "count"), new);
    }
    lines.join("\n") + "\n"
}
