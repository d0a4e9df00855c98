//! Specs beside descriptions that vendors publish: what is lacking, in excess or different, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cloud_models_tests::cases::{package, workspace};
use cloud_models_tests::workspace::{Workspace, text};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::{Map, Value, json};

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

fn description(name: &str) -> PathBuf {
    package().join("fixtures/descriptions").join(name)
}

fn bedrock(version: &str) -> Vec<PathBuf> {
    let parts = ["service-2", "paginators-1"];
    let file = |part| description(&format!("bedrock-{version}.{part}.json.gz"));
    parts.map(file).into()
}

fn history() -> Value {
    serde_json::from_slice(&fs::read(description("history.json")).unwrap()).unwrap()
}

/// Compares a spec with a description, and returns the output in JSON. The exit code must fit it.
fn drift(workspace: &Workspace, spec: &str, files: &[PathBuf]) -> Value {
    let mut command = workspace.command();
    command.args(["drift", spec, "--format", "json", "--against"]);
    let output = command.args(files).output().unwrap();
    let said = text(&output.stderr);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let is_empty = |key: &str| found[key].as_array().unwrap().is_empty();
    let expected = i32::from(!is_empty("differences") || !is_empty("idle"));
    assert_eq!(output.status.code(), Some(expected), "{said}");
    found
}

/// Kind and path of each difference.
fn places(found: &Value) -> BTreeSet<(String, String)> {
    let rows = found["differences"].as_array().unwrap();
    rows.iter().map(place).collect()
}

fn place(row: &Value) -> (String, String) {
    let text = |key: &str| row[key].as_str().unwrap().to_owned();
    (text("kind"), text("path"))
}

/// Asserts that the differences are the rows of a table, without patterns that accept the same texts.
#[track_caller]
fn assert_table(found: &Value, rows: &Value, more: &[String], what: &str) {
    let more = more.iter().map(|path| ("differs".to_owned(), path.clone()));
    let rows = rows.as_array().unwrap().iter();
    let rows = rows.filter(|row| row["relation"] != "same").map(place);
    assert_eq!(places(found), rows.chain(more).collect(), "{what}");
}

fn imported(workspace: &Workspace, name: &str, files: &[PathBuf]) {
    let mut command = workspace.command();
    let output = command
        .args(["new", name])
        .arg("--from")
        .args(files)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_description_agrees_with_the_spec_that_is_written_from_it() {
    let workspace = open("agrees");
    for version in history()["versions"].as_array().unwrap() {
        let version = version.as_str().unwrap();
        let name = format!("v{}", version.replace('.', "-"));
        imported(&workspace, &name, &bedrock(version));
        let found = drift(&workspace, &name, &bedrock(version));
        assert_eq!(places(&found), BTreeSet::new(), "{version}");
        assert_eq!(found["missing"], json!([]));
    }
    for name in [
        "volcengine-ark.drifted",
        "huawei-fabric.drifted",
        "volcengine-ark.explorer",
        "huawei-fabric.explorer",
    ] {
        let stem = name.replace('.', "-");
        let file = [description(&format!("{name}.json"))];
        imported(&workspace, &stem, &file);
        assert_eq!(
            places(&drift(&workspace, &stem, &file)),
            BTreeSet::new(),
            "{name}"
        );
    }
}

#[test]
fn three_years_of_bedrock_are_told_step_by_step() {
    let workspace = open("history");
    for step in history()["steps"].as_array().unwrap() {
        let (from, to) = (step["from"].as_str().unwrap(), step["to"].as_str().unwrap());
        let name = format!("v{}", from.replace('.', "-"));
        imported(&workspace, &name, &bedrock(from));
        let found = drift(&workspace, &name, &bedrock(to));
        assert_table(&found, &step["findings"], &[], &format!("{from} to {to}"));
    }
}

/// The spec of the repository with one operation, without allowances of drift if that is asked for.
fn cut_to(spec: &str, operation: &str, keeps_allowances: bool) -> String {
    fn without_allowances(value: &mut Value) {
        for (key, value) in value.as_object_mut().into_iter().flatten() {
            if key == "allow" {
                let allow = value.as_object_mut().unwrap();
                allow.retain(|rule, _| !rule.starts_with('V'));
            }
            without_allowances(value);
        }
    }
    let path = workspace().join("specs").join(spec);
    let mut spec: Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    if !keeps_allowances {
        without_allowances(&mut spec);
    }
    let operations = spec["operations"].as_object_mut().unwrap();
    operations.retain(|name, _| name == operation);
    // JSON is YAML.
    serde_json::to_string_pretty(&spec).unwrap()
}

#[test]
fn the_list_of_today_is_compared_with_every_state() {
    let workspace = open("today");
    workspace.write(
        "specs/aws-bedrock.yaml",
        cut_to("aws-bedrock.yaml", "ListCustomModels", false),
    );
    let history = history();
    let deliberate: Vec<String> = serde_json::from_value(history["deliberate"].clone()).unwrap();
    for today in history["today"].as_array().unwrap() {
        let version = today["version"].as_str().unwrap();
        let found = drift(&workspace, "aws-bedrock", &bedrock(version));
        assert_table(&found, &today["findings"], &deliberate, version);
        assert_eq!(found["others"].as_array().unwrap().len(), 6);
    }
}

#[test]
fn documents_of_explorers_differ_where_they_were_changed() {
    let workspace = open("explorers");
    for (spec, operation) in [
        ("volcengine-ark", "ListCustomModels"),
        ("huawei-fabric", "ListModels"),
    ] {
        workspace.write(
            &format!("specs/{spec}.yaml"),
            cut_to(&format!("{spec}.yaml"), operation, true),
        );
        for form in ["agrees", "explorer"] {
            let found = drift(
                &workspace,
                spec,
                &[description(&format!("{spec}.{form}.json"))],
            );
            assert_eq!(places(&found), BTreeSet::new(), "{spec} {form}");
        }
    }
    let drifted = |spec: &str| {
        drift(
            &workspace,
            spec,
            &[description(&format!("{spec}.drifted.json"))],
        )
    };
    let rows = |rows: &[(&str, &str)]| -> BTreeSet<_> {
        rows.iter()
            .map(|(kind, path)| ((*kind).to_owned(), (*path).to_owned()))
            .collect()
    };
    assert_eq!(
        places(&drifted("volcengine-ark")),
        rows(&[
            (
                "differs",
                "operations.ListCustomModels.request.body.PageSize.default"
            ),
            ("differs", "types.TagFilter.fields.Key.required"),
            ("lacks", "types.CustomModel.fields.ExpireTime"),
        ])
    );
    let huawei = drifted("huawei-fabric");
    assert_eq!(
        places(&huawei),
        rows(&[
            ("differs", "operations.ListModels.request.query.limit.range"),
            ("lacks", "types.SortBy.enum.SIZE"),
            ("excess", "types.LlmModelConfig.fields.local_model_path"),
        ])
    );
}

/// Reverses the members of all objects, and adds a text to each shape.
fn shuffled(value: &Value, is_shape: bool) -> Value {
    match value {
        Value::Object(members) => {
            let mut new = Map::new();
            for (key, value) in members.iter().rev() {
                let value = match (key.as_str(), value) {
                    // Only here order means something to nobody.
                    ("required" | "enum", Value::Array(list)) => {
                        list.iter().rev().cloned().collect()
                    }
                    _ => shuffled(value, key == "shapes" || is_shape && key == "members"),
                };
                new.insert(key.clone(), value);
            }
            if is_shape && !members.contains_key("shape") && members.contains_key("type") {
                new.insert(
                    "documentation".to_owned(),
                    json!("<p>A text. `code` & more.</p>"),
                );
            }
            Value::Object(new)
        }
        Value::Array(list) => list.iter().map(|value| shuffled(value, false)).collect(),
        value => value.clone(),
    }
}

#[test]
fn order_texts_and_packing_say_nothing() {
    let workspace = open("shuffled");
    imported(&workspace, "before", &bedrock("1.40.53"));
    let expected = drift(&workspace, "before", &bedrock("1.44.8"));
    assert!(!places(&expected).is_empty());
    let mut plain = Vec::new();
    for path in bedrock("1.44.8") {
        let mut unpacked = String::new();
        GzDecoder::new(fs::File::open(&path).unwrap())
            .read_to_string(&mut unpacked)
            .unwrap();
        let value = shuffled(&serde_json::from_str(&unpacked).unwrap(), false);
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        workspace.write(&name, value.to_string());
        plain.push(workspace.path(&name));
    }
    assert_eq!(
        places(&drift(&workspace, "before", &plain)),
        places(&expected)
    );
    // The paginators may come first.
    plain.reverse();
    assert_eq!(
        places(&drift(&workspace, "before", &plain)),
        places(&expected)
    );
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&fs::read(&plain[1]).unwrap()).unwrap();
    workspace.write("packed", packed.finish().unwrap());
    let files = [workspace.path("packed"), plain[0].clone()];
    assert_eq!(
        places(&drift(&workspace, "before", &files)),
        places(&expected)
    );
}

#[test]
fn deliberate_differences_are_written_down_and_not_for_ever() {
    let workspace = open("deliberate");
    let spec = cut_to("aws-bedrock.yaml", "ListCustomModels", false);
    let mut spec: Value = serde_json::from_str(&spec).unwrap();
    for field in ["creationTime", "baseModelArn", "baseModelName"] {
        spec["types"]["CustomModelSummary"]["fields"][field]["allow"] =
            json!({"V03": "Not in every reply."});
    }
    workspace.write("specs/aws-bedrock.yaml", spec.to_string());
    let found = drift(&workspace, "aws-bedrock", &bedrock("1.44.8"));
    assert_eq!((places(&found).len(), &found["allowed"]), (0, &json!(3)));
    // `check` leaves judging them to drift.
    let output = workspace.run(&["check", "--format", "json"]);
    assert!(
        !text(&output.stdout).contains("breaks V"),
        "{}",
        text(&output.stdout)
    );
    spec["types"]["CustomModelSummary"]["fields"]["modelArn"]["allow"] =
        json!({"V03": "Nothing differs here."});
    workspace.write("specs/aws-bedrock.yaml", spec.to_string());
    let found = drift(&workspace, "aws-bedrock", &bedrock("1.44.8"));
    assert_eq!(places(&found).len(), 0);
    assert_eq!(
        found["idle"][0]["path"],
        "types.CustomModelSummary.fields.modelArn"
    );
    assert_eq!(found["idle"].as_array().unwrap().len(), 1);
}

#[test]
fn the_specs_agree_with_the_newest_descriptions() {
    let workspace = open("specs");
    let files = [
        ("aws-bedrock", bedrock("1.44.8")),
        (
            "volcengine-ark",
            vec![description("volcengine-ark.agrees.json")],
        ),
        (
            "huawei-fabric",
            vec![description("huawei-fabric.agrees.json")],
        ),
    ];
    for (spec, files) in files {
        let found = drift(&workspace, spec, &files);
        assert_eq!(places(&found), BTreeSet::new(), "{spec}");
        assert_eq!(found["idle"], json!([]), "{spec}");
    }
}

#[test]
fn the_block_to_paste_closes_the_gap() {
    let workspace = open("paste");
    imported(&workspace, "before", &bedrock("1.38.6"));
    let found = drift(&workspace, "before", &bedrock("1.38.37"));
    let lacking = found["differences"].as_array().unwrap().iter();
    let mut lacking = lacking.filter(|row| row["kind"] == "lacks");
    let row = lacking
        .find(|row| row["path"] == "operations.ListCustomModels.request.query.modelStatus")
        .unwrap();
    let block = row["block"].as_str().unwrap();
    assert!(block.contains("modelStatus:\n"), "{block}");
    // With the type that it needs.
    assert!(
        block.contains("\n  ModelStatus:\n") && block.contains("Creating"),
        "{block}"
    );
    let spec = workspace.read("specs/before.yaml");
    let line = spec
        .lines()
        .nth(row["line"].as_u64().unwrap() as usize - 1)
        .unwrap();
    assert_eq!(line.trim(), "query:");
}

#[test]
fn descriptions_of_something_else_are_refused() {
    let workspace = open("refused");
    let cases = [
        (
            "elsewhere",
            "huawei-fabric",
            description("volcengine-ark.agrees.json"),
            "none of the operations",
        ),
        (
            "missing",
            "huawei-fabric",
            workspace.path("missing.json"),
            "missing.json",
        ),
        (
            "unknown",
            "huawei",
            description("volcengine-ark.agrees.json"),
            "there is no spec",
        ),
        (
            "paginators",
            "aws-bedrock",
            bedrock("1.44.8")[1].clone(),
            "a description of a service is needed",
        ),
    ];
    workspace.write("error.json", r#"{"error_code": "APIGW.0308"}"#);
    let error = (
        "error",
        "huawei-fabric",
        workspace.path("error.json"),
        "APIGW.0308",
    );
    for (name, spec, file, said) in cases.into_iter().chain([error]) {
        let mut command = workspace.command();
        let output = command
            .args(["drift", spec, "--against"])
            .arg(file)
            .output()
            .unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(said), "{name}: {stderr}");
        assert_eq!(text(&output.stdout), "", "{name}");
    }
}

/// An edit of a description.
#[derive(Deserialize)]
struct Edit {
    what: String,
    /// Pointer into the service model or the paginators; a final `+` adds to a list.
    at: String,
    to: Option<Value>,
    /// Kind, path and rule.
    found: BTreeSet<(String, String, String)>,
}

impl Edit {
    fn apply(&self, document: &mut Value) {
        let (holder, key) = self.at.rsplit_once('/').unwrap();
        let holder = document.pointer_mut(holder).unwrap();
        match (holder, &self.to) {
            (Value::Object(holder), Some(to)) => drop(holder.insert(key.to_owned(), to.clone())),
            (Value::Object(holder), None) => drop(holder.remove(key).unwrap()),
            (Value::Array(holder), Some(to)) if key == "+" => holder.push(to.clone()),
            (Value::Array(holder), Some(to)) => holder[key.parse::<usize>().unwrap()] = to.clone(),
            (Value::Array(holder), None) => drop(holder.remove(key.parse().unwrap())),
            (holder, _) => panic!("{}: {holder}", self.at),
        }
    }
}

#[test]
fn edits_are_found_at_their_place_and_nothing_else_is_said() {
    let workspace = open("edits");
    let files = bedrock("1.44.8");
    imported(&workspace, "base", &files);
    let [service, paginators] = [0, 1].map(|index| {
        let mut text = String::new();
        let file = fs::File::open(&files[index]).unwrap();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    });
    let edits = fs::read_to_string(description("edits.yaml")).unwrap();
    let edits: Vec<Edit> = serde_yaml::from_str(&edits).unwrap();
    assert!(edits.len() > 40);
    for edit in edits {
        let (mut service, mut paginators) = (service.clone(), paginators.clone());
        match edit.at.starts_with("/pagination/") {
            true => edit.apply(&mut paginators),
            false => edit.apply(&mut service),
        }
        workspace.write("service.json", service.to_string());
        workspace.write("paginators.json", paginators.to_string());
        let files = ["service.json", "paginators.json"].map(|name| workspace.path(name));
        let found = drift(&workspace, "base", &files);
        let rows = found["differences"].as_array().unwrap().iter();
        let rows = rows.map(|row| {
            let (kind, path) = place(row);
            (kind, path, row["rule"].as_str().unwrap().to_owned())
        });
        assert_eq!(rows.collect::<BTreeSet<_>>(), edit.found, "{}", edit.what);
        let is_gone = edit.at == "/operations/DeleteCustomModel";
        assert_eq!(
            found["missing"],
            json!(if is_gone {
                vec!["DeleteCustomModel"]
            } else {
                vec![]
            })
        );
    }
}

#[test]
fn sources_say_which_description_a_spec_agrees_with() {
    let workspace = open("sources");
    let files = bedrock("1.44.8");
    let update = |spec: &str, option: &str| {
        let mut command = workspace.command();
        command
            .args(["drift", spec, option, "--against"])
            .args(&files);
        command.output().unwrap()
    };
    let spec = fs::read_to_string(workspace_spec("aws-bedrock")).unwrap();
    let entry = |text: &str| {
        let spec: Value = serde_yaml::from_str(text).unwrap();
        let list = spec["sources"].as_array().unwrap().clone();
        list.into_iter()
            .find(|entry| entry["format"] == "botocore")
            .unwrap()
    };
    let block = spec.replace(
        "  - {name: botocore, version: 1.44.8, format: botocore}\n",
        "  - name: botocore\n    # The newest.\n    version: 1.44.8\n    format: botocore\n",
    );
    assert_ne!(block, spec);
    let none = spec.replace(
        "  - {name: botocore, version: 1.44.8, format: botocore}\n",
        "",
    );
    let mut hashes = BTreeSet::new();
    for before in [&spec, &block, &none] {
        workspace.write("specs/aws-bedrock.yaml", before);
        let output = update("aws-bedrock", "--update-sources=1.44.9");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let after = workspace.read("specs/aws-bedrock.yaml");
        let entered = entry(&after);
        assert_eq!(entered["version"], "1.44.9");
        hashes.insert(entered["sha256"].as_str().unwrap().to_owned());
        // Nothing else changes, and a second time nothing at all.
        let others = |text: &str| {
            let is_entry = |line: &&str| {
                line.contains("botocore") || line.contains("version: ") || line.contains("sha256")
            };
            text.lines()
                .filter(|line| !is_entry(line))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(others(&after), others(before));
        update("aws-bedrock", "--update-sources=1.44.9");
        assert_eq!(workspace.read("specs/aws-bedrock.yaml"), after);
        let checked = workspace.run(&["check"]);
        assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    }
    // The hash is that of the unpacked file.
    assert_eq!(hashes.len(), 1);
    // A version that may be wrong, and a spec that differs, are left as they are.
    for (before, option) in [
        (spec.clone(), "--update-sources"),
        (
            spec.replace("GET /custom-models\n", "GET /models\n"),
            "--update-sources=1.44.9",
        ),
    ] {
        workspace.write("specs/aws-bedrock.yaml", &before);
        let output = update("aws-bedrock", option);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert_eq!(workspace.read("specs/aws-bedrock.yaml"), before);
    }
}

fn workspace_spec(name: &str) -> PathBuf {
    workspace().join("specs").join(format!("{name}.yaml"))
}
