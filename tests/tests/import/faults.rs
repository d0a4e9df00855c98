//! Service models of botocore with faults.

use std::fs;
use std::path::{Path, PathBuf};

use super::{description, generated, import, open};
use cloud_models_tests::workspace::{Workspace, text};
use serde::Deserialize;
use serde_json::{Value, json};

/// A service model with one operation, `Get`, whose reply is a structure with the member `it`.
pub(super) fn reading(shapes: Value) -> Value {
    let mut model = json!({
        "metadata": {
            "protocol": "rest-json", "endpointPrefix": "acme", "apiVersion": "1", "signatureVersion": "v4",
        },
        "operations": {
            "Get": {"name": "Get", "http": {"method": "GET", "requestUri": "/it"}, "output": {"shape": "Output"}},
        },
        "shapes": {
            "Text": {"type": "string"},
            "Output": {"type": "structure", "members": {"it": {"shape": "It"}}},
        },
    });
    let all = model["shapes"].as_object_mut().unwrap();
    all.extend(shapes.as_object().unwrap().clone());
    model
}

/// Writes a file whose lines are the parts of a service model, and returns its path.
pub(super) fn write(workspace: &Workspace, file: &str, model: &Value) -> PathBuf {
    let text = serde_json::to_string_pretty(model).unwrap();
    workspace.write(file, text);
    workspace.path(file)
}

/// Asserts that nothing is written from a service model, and that the message names a place and all of `said`.
#[track_caller]
pub(super) fn refused(name: &str, model: &Value, said: &[&str]) {
    let workspace = open(name);
    let file = write(&workspace, "service-2.json", model);
    let (output, spec) = import(&workspace, name, &[file], &[]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), spec), (Some(2), None), "{stderr}");
    let (_, place) = stderr.split_once("service-2.json:").unwrap();
    let line = place.split(':').next().unwrap();
    assert!(line.parse::<usize>().is_ok(), "{stderr}");
    for part in said {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
}

/// Writes a spec, and asserts that it generates code and agrees with its service model.
#[track_caller]
pub(super) fn agrees(name: &str, model: &Value) -> String {
    let workspace = open(name);
    let file = write(&workspace, "service-2.json", model);
    let (output, spec) = import(&workspace, name, std::slice::from_ref(&file), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let spec = spec.unwrap();
    generated(name, &spec);
    let mut command = workspace.command();
    command.args(["drift", name, "--against"]).arg(file);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    spec
}

/// A service model with a bit of everything.
pub(super) fn whole() -> Value {
    let mut model = reading(json!({
        "It": {"type": "string"},
        "Count": {"type": "integer", "min": 1, "max": 100},
        "Share": {"type": "double", "min": 0.5, "max": 1.5},
        "State": {"type": "string", "enum": ["ON", "OFF"]},
        "Bytes": {"type": "blob", "max": 10},
        "Name": {"type": "string", "min": 1, "max": 63},
        "Texts": {"type": "list", "member": {"shape": "Text"}, "max": 5},
        "ByName": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Text"}},
        "Choice": {"type": "structure", "union": true, "members": {"a": {"shape": "Text"}, "b": {"shape": "Count"}}},
        "Inner": {"type": "structure", "members": {"choice": {"shape": "Choice"}, "state": {"shape": "State"}}},
        "Input": {"type": "structure", "required": ["name"], "members": {
            "name": {"shape": "Name"}, "count": {"shape": "Count"}, "share": {"shape": "Share"},
            "bytes": {"shape": "Bytes"}, "texts": {"shape": "Texts"}, "by_name": {"shape": "ByName"},
            "inner": {"shape": "Inner"}, "when": {"shape": "When"},
            "id": {"shape": "Text", "location": "uri"},
            "filter": {"shape": "Texts", "location": "querystring"},
            "tag": {"shape": "Text", "location": "header", "locationName": "x-tag"},
            "meta": {"shape": "ByName", "location": "headers", "locationName": "x-meta-"},
        }},
        "When": {"type": "timestamp", "timestampFormat": "iso8601"},
        "Busy": {"type": "structure", "exception": true, "error": {"httpStatusCode": 429}, "members": {}},
    }));
    model["operations"]["Put"] = json!({
        "name": "Put", "http": {"method": "PUT", "requestUri": "/it/{id}"},
        "input": {"shape": "Input"}, "errors": [{"shape": "Busy"}],
    });
    model
}

/// A fault that is made in a service model.
#[derive(Deserialize)]
struct Fault {
    at: String,
    to: Option<Value>,
    said: String,
    line: String,
}

/// Sets the value at a pointer, or deletes it.
pub(super) fn set(model: &mut Value, at: &str, to: Option<Value>) {
    let (holder, key) = at.rsplit_once('/').unwrap();
    let holder = model.pointer_mut(holder).unwrap();
    let holder = holder.as_object_mut().unwrap();
    match to {
        None => drop(holder.remove(key).unwrap()),
        Some(to) => drop(holder.insert(key.to_owned(), to)),
    }
}

#[test]
fn what_is_malformed_is_refused_at_its_place() {
    agrees("whole", &whole());
    let path = description("botocore-faults.yaml");
    let faults: Vec<Fault> = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let workspace = open("malformed");
    for Fault { at, to, said, line } in faults {
        let mut model = whole();
        set(&mut model, &at, to);
        let file = write(&workspace, "service-2.json", &model);
        let (output, spec) = import(&workspace, "acme", std::slice::from_ref(&file), &[]);
        let stderr = text(&output.stderr);
        assert_eq!(
            (output.status.code(), spec),
            (Some(2), None),
            "{at}: {stderr}"
        );
        assert!(stderr.contains(&said), "{at}: {stderr}");
        assert!(there(&file, &stderr).contains(&line), "{at}: {stderr}");
        // Other operations do not mind, unless it is about the service.
        if !at.starts_with("/metadata") && at.matches('/').count() > 1 {
            let only = ["--operation", "Get"];
            let (output, spec) = import(&workspace, "acme", &[file], &only);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{at}: {}",
                text(&output.stderr)
            );
            assert!(spec.is_some());
            fs::remove_file(workspace.path("specs/acme.yaml")).unwrap();
        }
    }
}

/// Returns the line of a file that a message names.
fn there(file: &Path, message: &str) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    let (_, place) = message.split_once(&format!("{name}:")).unwrap();
    let line: usize = place.split(':').next().unwrap().parse().unwrap();
    let text = fs::read_to_string(file).unwrap();
    text.lines().nth(line - 1).unwrap().to_owned()
}

/// Whole numbers are whole however they are written.
#[test]
fn limits_are_numbers() {
    let mut model = whole();
    for (at, to) in [("/shapes/Name/max", "63.0"), ("/shapes/Count/max", "1e3")] {
        let to: Value = serde_json::from_str(to).unwrap();
        set(&mut model, at, Some(to));
    }
    model["shapes"]["Count"]["min"] = json!(-5);
    let spec = agrees("limits", &model);
    let spec: Value = serde_yaml::from_str(&spec).unwrap();
    let body = &spec["operations"]["Put"]["request"]["body"];
    assert_eq!(body["name"]["length"], "1..=63");
    assert_eq!(body["count"]["range"], "-5..=1000");
    assert_eq!(body["share"]["range"], "0.5..=1.5");
}

#[test]
fn paginators_with_faults_are_refused() {
    let list = json!({"input_token": "next", "output_token": "next", "result_key": "texts"});
    let with = |key: &str, value: Value| {
        let mut list = list.clone();
        list[key] = value;
        json!({"pagination": {"List": list}})
    };
    let mut model = whole();
    model["shapes"]["Page"] = json!({"type": "structure", "members": {"next": {"shape": "Text"}, "texts": {"shape": "Texts"}}});
    model["shapes"]["From"] = json!({"type": "structure", "members": {"next": {"shape": "Text"}}});
    model["operations"]["List"] = json!({
        "name": "List", "http": {"method": "GET", "requestUri": "/list"}, "readonly": true,
        "input": {"shape": "From"}, "output": {"shape": "Page"},
    });
    let cases = [
        (
            json!({"pagination": {"List": "next"}}),
            "the paginator of `List` must be an object",
            "\"next\"",
        ),
        (
            json!({"pagination": {"List": {"input_token": "next"}}}),
            "no `output_token`",
            "List",
        ),
        (
            json!({"pagination": []}),
            "`pagination` must be an object",
            "[]",
        ),
        (
            json!({"pagination": {"Lst": list}}),
            "no operation `Lst`, nor any other of these",
            "Lst",
        ),
        (
            with("input_token", json!(1)),
            "`input_token` must be a list",
            "1",
        ),
        (
            with("result_key", json!(["texts", 1])),
            "`result_key` must be a list of texts",
            "1",
        ),
        (
            with("more_results", json!(["next"])),
            "`more_results` must be a text",
            "[",
        ),
    ];
    let workspace = open("paginators");
    let file = write(&workspace, "service-2.json", &model);
    for (pages, said, line) in cases {
        let pages = write(&workspace, "paginators-1.json", &pages);
        let files = [file.clone(), pages.clone()];
        let (output, spec) = import(&workspace, "acme", &files, &[]);
        let stderr = text(&output.stderr);
        assert_eq!(
            (output.status.code(), spec),
            (Some(2), None),
            "{said}: {stderr}"
        );
        assert!(stderr.contains(said), "{said}: {stderr}");
        assert!(there(&pages, &stderr).contains(line), "{said}: {stderr}");
    }
    let pages = write(
        &workspace,
        "paginators-1.json",
        &with("limit_key", json!("next")),
    );
    let more = workspace.path("more.json");
    fs::copy(&pages, &more).unwrap();
    for (files, said) in [
        (
            vec![pages.clone()],
            "a service model of botocore, which is missing",
        ),
        (
            vec![pages.clone(), more.clone()],
            "a service model of botocore, which is missing",
        ),
        (vec![file.clone(), pages, more], "more.json: "),
        (
            vec![file.clone(), file],
            "one service model is read at a time",
        ),
    ] {
        let (output, spec) = import(&workspace, "acme", &files, &[]);
        let stderr = text(&output.stderr);
        assert_eq!(
            (output.status.code(), spec),
            (Some(2), None),
            "{said}: {stderr}"
        );
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
}
