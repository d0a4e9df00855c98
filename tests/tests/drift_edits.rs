//! Edits of descriptions: each is found at its place in the spec, and nothing else is said; and the lines that drift offers
//! close the difference, and open none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cloud_models_tests::drift::{
    Edits, bedrock, cut_to, description, differences, drift, imported, pasted, place, unpacked,
};
use cloud_models_tests::workspace::Workspace;
use generator::{Severity, SpecSource};
use serde_json::{Value, json};

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift-edits");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

/// The newest description of Bedrock and its paginators.
fn newest() -> [Value; 2] {
    let files = bedrock("1.44.8");
    [0, 1].map(|index| unpacked(&files[index]))
}

fn write(workspace: &Workspace, documents: &[Value]) -> Vec<PathBuf> {
    let names = ["service.json", "paginators.json"];
    let written = documents.iter().zip(names).map(|(document, name)| {
        workspace.write(name, document.to_string());
        workspace.path(name)
    });
    written.collect()
}

#[test]
fn edits_of_bedrock_are_found_and_nothing_else_is_said() {
    let workspace = open("bedrock");
    imported(&workspace, "base", &bedrock("1.44.8"));
    let edits = Edits::read("edits.yaml");
    assert!(edits.len() > 100);
    let mut without = Vec::new();
    for edit in edits {
        let [mut service, mut paginators] = newest();
        edit.apply(&mut service, &mut paginators);
        let files = write(&workspace, &[service, paginators]);
        let found = drift(&workspace, "base", &files);
        edit.assert_found(&found);
        let gone = differences(&found).iter();
        let gone = gone.filter(|row| row["rule"] == "operation-removed");
        let gone = gone.map(|row| row["path"].as_str().unwrap()["operations.".len()..].to_owned());
        assert_eq!(
            found["missing"],
            json!(gone.collect::<Vec<_>>()),
            "{}",
            edit.what
        );
        without.extend(assert_closed(&workspace, &found, &files, &edit.what));
    }
    assert_eq!(without, WITHOUT_LINES);
}

/// Rows of the edits that differ for the spec of this repository: it has types of its own for what is sent and what is
/// read, and other names for some.
const OF_REPOSITORY: [(&str, &[&str], &[&str]); 2] = [
    (
        "other elements",
        &[],
        &["types.VpcSettings.fields.subnetIds.type"],
    ),
    (
        "other details",
        &[
            "types.TooManyTagsException.fields.resourceArn",
            "types.TooManyTagsException.fields.resourceName",
        ],
        &[
            "types.TooManyTagsDetails.fields.resourceArn",
            "types.TooManyTagsDetails.fields.resourceName",
        ],
    ),
];

#[test]
fn the_spec_of_bedrock_hides_none_of_the_edits() {
    let workspace = open("repository");
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/aws-bedrock.yaml");
    workspace.write("specs/aws-bedrock.yaml", fs::read(spec).unwrap());
    for edit in Edits::read("edits.yaml") {
        let [mut service, mut paginators] = newest();
        edit.apply(&mut service, &mut paginators);
        let files = write(&workspace, &[service, paginators]);
        let found = drift(&workspace, "aws-bedrock", &files);
        let rows = differences(&found).iter();
        let paths: BTreeSet<_> = rows.map(|row| place(row).1).collect();
        let expected = edit.found.iter().map(|row| row.1.clone());
        let mut expected: BTreeSet<_> = expected.collect();
        for (what, gone, more) in OF_REPOSITORY {
            if what == edit.what {
                expected.retain(|path| !gone.contains(&path.as_str()));
                expected.extend(more.iter().map(|path| (*path).to_owned()));
            }
        }
        assert_eq!(paths, expected, "{}", edit.what);
        assert_eq!(found["idle"], json!([]), "{}", edit.what);
    }
}

/// A page token, or the items of a page, with another name: the lines for the new member change the paging, too.
#[test]
fn lines_for_a_member_of_the_paging_change_the_paging() {
    let workspace = open("paging");
    imported(&workspace, "base", &bedrock("1.44.8"));
    for (what, key, name) in [
        ("a token with another name in requests", "request", "token"),
        ("a token with another name in replies", "response", "token"),
        ("a list of items with another name", "items", "models"),
    ] {
        let edits = Edits::read("edits.yaml");
        let edit = edits.iter().find(|edit| edit.what == what).unwrap();
        let [mut service, mut paginators] = newest();
        edit.apply(&mut service, &mut paginators);
        let found = drift(
            &workspace,
            "base",
            &write(&workspace, &[service, paginators]),
        );
        let rows = differences(&found).iter();
        let mut rows = rows.filter(|row| row["paste"] != json!([]));
        let (Some(row), None) = (rows.next(), rows.next()) else {
            panic!("{what}: one difference has lines");
        };
        let after = pasted(&workspace.read("specs/base.yaml"), row);
        let after: Value = serde_yaml::from_str(&after).unwrap();
        let paging = &after["operations"]["ListCustomModels"]["pagination"];
        assert_eq!(paging[key], json!(name), "{what}");
    }
}

/// Differences without lines to paste, beside what the spec has in excess: they would break a rule of `check`, or take
/// several changes at once.
const WITHOUT_LINES: [&str; 13] = [
    "a member of a body in another case: operations.CreateModelCustomizationJob.request.body.JobTags",
    "a field in another case: types.CustomModelSummary.fields.ModelStatus",
    "a structure that is a union, sent and read: operations.CreateModelCustomizationJob.request.body.trainingDataConfig.type",
    "another structure with other members: types.TrainingMetrics.fields.loss",
    "a new field that is the token: operations.ListCustomModels.pagination.response",
    "pages that say whether there are more: operations.ListCustomModels.pagination.style",
    "an output of another shape: types.StopModelCustomizationJobResponse.fields.jobArn",
    "an enum of its own with a new value: types.CustomizationType.enum.X",
    "a reply that is one of its members: types.GetCustomModelResponse.fields.trainingMetrics.from",
    "another token, which is required: operations.CreateModelCustomizationJob.request.body.jobName.idempotency_token",
    "a value in another case: types.SortOrder.enum.Ascending",
    "a page size that is a text: operations.ListCustomModels.request.query.maxResults.type",
    "a page size that is a text: operations.ListModelCustomizationJobs.request.query.maxResults.type",
];

#[test]
fn edits_of_openapi_are_found_and_nothing_else_is_said() {
    let workspace = open("openapi");
    for (spec, operation) in [
        ("volcengine-ark", "ListCustomModels"),
        ("huawei-fabric", "ListModels"),
    ] {
        let cut = cut_to(&format!("{spec}.yaml"), operation, true);
        workspace.write(&format!("specs/{spec}.yaml"), cut);
    }
    let edits = Edits::read("edits-openapi.yaml");
    assert!(edits.len() > 50);
    for edit in edits {
        let spec = edit.document.as_deref().unwrap();
        let file = description(&format!("{spec}.agrees.json"));
        let mut document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        edit.apply(&mut document, &mut Value::Null);
        let found = drift(&workspace, spec, &write(&workspace, &[document]));
        edit.assert_found(&found);
    }
}

/// Asserts that each difference with lines to paste is gone with them, while the others stay and `check` finds nothing.
/// Returns the places of those without lines.
#[track_caller]
fn assert_closed(
    workspace: &Workspace,
    found: &Value,
    files: &[PathBuf],
    what: &str,
) -> Vec<String> {
    let spec = workspace.read("specs/base.yaml");
    let rows = differences(found);
    let (without, with): (Vec<_>, Vec<_>) = rows
        .iter()
        .partition(|row| row["paste"].as_array().unwrap().is_empty());
    // Of many at once, the first and the last are enough.
    let last = with.iter().skip(1).last();
    for row in with.first().into_iter().chain(last) {
        workspace.write("specs/base.yaml", pasted(&spec, row));
        let left = drift(workspace, "base", files);
        let left: Vec<_> = differences(&left).iter().map(place).collect();
        assert!(!left.contains(&place(row)), "{what}: {row:#}");
        let known: Vec<_> = rows.iter().map(place).collect();
        assert!(
            left.iter().all(|it| known.contains(it)),
            "{what}: {left:?} after {row:#}"
        );
        let source = SpecSource::new("specs/base.yaml", pasted(&spec, row));
        let (_, checked) = generator::read(&[source]);
        let errors = checked.iter().filter(|it| it.severity() == Severity::Error);
        let errors: Vec<_> = errors.map(|it| it.message.clone()).collect();
        assert_eq!(errors, [""; 0], "{what}: {row:#}");
    }
    workspace.write("specs/base.yaml", &spec);
    let without = without.into_iter().filter(|row| row["kind"] != "excess");
    without
        .map(|row| format!("{what}: {}", place(row).1))
        .collect()
}

#[test]
fn lines_to_paste_close_the_differences_of_history() {
    let workspace = open("history");
    let history = std::fs::read(description("history.json")).unwrap();
    let history: Value = serde_json::from_slice(&history).unwrap();
    for step in history["steps"].as_array().unwrap() {
        let [from, to] = ["from", "to"].map(|key| step[key].as_str().unwrap());
        let _ = std::fs::remove_file(workspace.path("specs/base.yaml"));
        imported(&workspace, "base", &bedrock(from));
        let found = drift(&workspace, "base", &bedrock(to));
        let what = format!("{from} to {to}");
        let without = assert_closed(&workspace, &found, &bedrock(to), &what);
        assert_eq!(without, [""; 0]);
    }
}
