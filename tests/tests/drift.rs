//! Specs beside descriptions that vendors publish: what is lacking, in excess or different, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use cloud_models_tests::drift::{
    bedrock, cut_to, description, drift, imported, place, places, unpacked,
};
use cloud_models_tests::workspace::{Workspace, text};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

fn history() -> Value {
    serde_json::from_slice(&fs::read(description("history.json")).unwrap()).unwrap()
}

/// Asserts that the differences are the rows of a table, without patterns that accept the same texts.
#[track_caller]
fn assert_table(found: &Value, rows: &Value, more: &[String], what: &str) {
    let more = more.iter().map(|path| ("differs".to_owned(), path.clone()));
    let rows = rows.as_array().unwrap().iter();
    let rows = rows.filter(|row| row["relation"] != "same").map(place);
    assert_eq!(places(found), rows.chain(more).collect(), "{what}");
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

/// What a spec allows, where, and which differences are left then. The description has another type and sensitivity for
/// one field, and a field, a parameter and a value that the spec lacks.
#[test]
fn an_allowance_hides_nothing_but_what_it_is_for() {
    let workspace = open("narrow");
    let [mut service, paginators] = [0, 1].map(|index| unpacked(&bedrock("1.44.8")[index]));
    let shapes = &mut service["shapes"];
    shapes["CustomModelSummary"]["members"]["creationTime"]["shape"] = json!("Boolean");
    shapes["CustomModelSummary"]["members"]["owner"] = json!({"shape": "String"});
    shapes["ListCustomModelsRequest"]["members"]["owner"] =
        json!({"shape": "String", "location": "querystring", "locationName": "owner"});
    shapes["SortOrder"]["enum"] = json!(["Ascending", "Descending", "Random"]);
    let files = [("service", service), ("paginators", paginators)].map(|(name, value)| {
        workspace.write(name, value.to_string());
        workspace.path(name)
    });
    let parameter = "operations.ListCustomModels.request.query.owner";
    let value = "types.SortOrder.enum.Random";
    let field = "types.CustomModelSummary.fields.owner";
    let created = "types.CustomModelSummary.fields.creationTime";
    let (ty, required) = (format!("{created}.type"), format!("{created}.required"));
    let all = [parameter, value, field, &ty, &required];
    let operation = "/operations/ListCustomModels";
    let structure = "/types/CustomModelSummary";
    let member = "/types/CustomModelSummary/fields/creationTime";
    let reason = json!("Why.");
    let cases: [(&str, Value, &[&str]); 13] = [
        // A block further out says nothing.
        ("", json!({"V01": reason, "V03": reason}), &[]),
        (structure, json!({"V03": reason}), &[]),
        (operation, json!({"V03": reason}), &[]),
        // What is lacking has no block of its own.
        (operation, json!({"V01": reason}), &[parameter]),
        (structure, json!({"V01": reason}), &[field]),
        ("/types/SortOrder", json!({"V01": reason}), &[value]),
        // Named.
        (
            operation,
            json!({"V01": {"request.query.owner": reason}}),
            &[parameter],
        ),
        (
            operation,
            json!({"V01": {"request.query.other": reason}}),
            &[],
        ),
        (structure, json!({"V01": {"fields": reason}}), &[field]),
        (structure, json!({"V01": {"fields.own": reason}}), &[]),
        // Of what a member says, one fact or all.
        (member, json!({"V03": reason}), &[&ty, &required]),
        (member, json!({"V03": {"required": reason}}), &[&required]),
        (
            member,
            json!({"v03": {"type": reason}, "V01": reason}),
            &[&ty],
        ),
    ];
    let spec = cut_to("aws-bedrock.yaml", "ListCustomModels", true);
    for (at, allow, allowed) in cases {
        let mut spec: Value = serde_json::from_str(&spec).unwrap();
        for name in ["creationTime", "baseModelArn", "baseModelName"] {
            let field = spec.pointer_mut(&format!("{structure}/fields/{name}"));
            let field = field.unwrap().as_object_mut().unwrap();
            if name == "creationTime" {
                field.remove("allow");
            } else {
                field["allow"] = json!({"V03": {"required": "Not in every reply."}});
            }
        }
        let block = spec.pointer_mut(at).unwrap().as_object_mut().unwrap();
        block.insert("allow".to_owned(), allow.clone());
        workspace.write("specs/aws-bedrock.yaml", spec.to_string());
        let found = drift(&workspace, "aws-bedrock", &files);
        let left = all.iter().filter(|path| !allowed.contains(path));
        let left: BTreeSet<_> = left.map(|path| (*path).to_owned()).collect();
        let paths: BTreeSet<_> = places(&found).into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, left, "{at} {allow}");
        let deliberate = found["deliberate"].as_array().unwrap();
        let deliberate = deliberate.iter().map(|row| row["path"].as_str().unwrap());
        let deliberate: BTreeSet<_> = deliberate.filter(|path| all.contains(path)).collect();
        assert_eq!(
            deliberate,
            allowed.iter().copied().collect(),
            "{at} {allow}"
        );
        // What allows nothing is said.
        let entries = allow.as_object().unwrap().len();
        let used = usize::from(!allowed.is_empty());
        assert_eq!(
            found["idle"].as_array().unwrap().len(),
            entries - used,
            "{at} {allow}"
        );
    }
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
            "a service model of botocore, which is missing",
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
