//! What drift prints and writes: several descriptions at once, operations that are gone, texts of others, and `sources:`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cloud_models_tests::cases::workspace;
use cloud_models_tests::drift::{bedrock, differences, drift, imported, places};
use cloud_models_tests::workspace::{Workspace, text};
use serde_json::{Value, json};

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift-output");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

/// A document of OpenAPI with operations that return a list of models each.
fn document(names: &[&str]) -> Value {
    let paths = names.iter().map(|name| {
        let way = format!("/v1/{}", name.to_lowercase());
        let reply = json!({"description": "Models.", "content": {"application/json": {"schema": {
            "type": "object",
            "properties": {"models": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}}},
        }}}});
        let operation = json!({
            "operationId": name,
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}}],
            "responses": {"200": reply},
        });
        (way, json!({"get": operation}))
    });
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": "https://api.acme.example"}],
        "paths": paths.collect::<serde_json::Map<_, _>>(),
        "components": {"schemas": {"Model": {"type": "object", "properties": {
            "name": {"type": "string"},
            "state": {"type": "string", "enum": ["ready", "gone"]},
        }}}},
    })
}

fn written(workspace: &Workspace, name: &str, document: &Value) -> PathBuf {
    workspace.write(name, document.to_string());
    workspace.path(name)
}

fn rows(rows: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    let rows = rows.iter();
    rows.map(|(kind, path)| ((*kind).to_owned(), (*path).to_owned()))
        .collect()
}

#[test]
fn an_operation_that_is_gone_from_a_whole_document_is_told() {
    let workspace = open("gone");
    let all = ["ListA", "ListB", "ListC"];
    imported(
        &workspace,
        "acme",
        &[written(&workspace, "all.json", &document(&all))],
    );
    let two = written(&workspace, "two.json", &document(&["ListA", "ListC"]));
    let found = drift(&workspace, "acme", std::slice::from_ref(&two));
    assert_eq!(places(&found), rows(&[("excess", "operations.ListB")]));
    assert_eq!(found["missing"], json!(["ListB"]));
    let spec = workspace.read("specs/acme.yaml");
    let line = spec.lines().position(|line| line == "  ListB:").unwrap() + 1;
    assert_eq!(differences(&found)[0]["line"], json!(line));
    // A single operation is all that some documents have.
    let one = written(&workspace, "one.json", &document(&["ListA"]));
    let found = drift(&workspace, "acme", &[one]);
    assert_eq!(places(&found), rows(&[]));
    assert_eq!(found["missing"], json!(["ListB", "ListC"]));
    // It may be missing deliberately.
    let allowed = spec.replace(
        "  ListB:\n",
        "  ListB:\n    allow: {V02: \"Not published.\"}\n",
    );
    workspace.write("specs/acme.yaml", &allowed);
    let found = drift(&workspace, "acme", &[two]);
    assert_eq!((places(&found), &found["allowed"]), (rows(&[]), &json!(1)));
    // Nor is an allowance idle if its operation was not compared.
    let three = written(&workspace, "three.json", &document(&all));
    let found = drift(&workspace, "acme", &[three]);
    assert_eq!(found["idle"][0]["path"], "operations.ListB");
}

#[test]
fn several_documents_describe_a_service_together() {
    let workspace = open("several");
    let all = ["ListA", "ListB", "ListC"];
    imported(
        &workspace,
        "acme",
        &[written(&workspace, "all.json", &document(&all))],
    );
    let mut files: Vec<_> = all
        .iter()
        .map(|name| written(&workspace, &format!("{name}.json"), &document(&[name])))
        .collect();
    assert_eq!(places(&drift(&workspace, "acme", &files)), rows(&[]));
    // What several of them state is said once, in whatever order they come.
    let mut other = document(&["ListB"]);
    other["paths"]["/v1/listb"]["get"]["parameters"][0]["schema"]["maximum"] = json!(60);
    let states = "/components/schemas/Model/properties/state/enum";
    for (name, document) in [("ListA", &mut document(&["ListA"])), ("ListB", &mut other)] {
        *document.pointer_mut(states).unwrap() = json!(["ready", "gone", "new"]);
        written(&workspace, &format!("{name}.json"), document);
    }
    let found = drift(&workspace, "acme", &files);
    let expected = [
        ("differs", "operations.ListB.request.query.limit.range"),
        ("lacks", "types.ModelState.enum.new"),
    ];
    assert_eq!(places(&found), rows(&expected));
    assert_eq!(differences(&found).len(), 2);
    files.reverse();
    assert_eq!(drift(&workspace, "acme", &files), found);
    // Two parts of a service: what is in one of them is not missing.
    let parts = [["ListA", "ListB"], ["ListB", "ListC"]];
    let parts = parts.map(|names| {
        written(
            &workspace,
            &format!("{}.json", names.concat()),
            &document(&names),
        )
    });
    assert_eq!(places(&drift(&workspace, "acme", &parts)), rows(&[]));
}

/// Returns the first code span of a line of Markdown that begins at a cell, as CommonMark reads it.
fn code_span(cell: &str) -> String {
    let fence = cell.len() - cell.trim_start_matches('`').len();
    let fence = &cell[..fence];
    let inside = cell[fence.len()..].split(fence).next().unwrap();
    let stripped = inside
        .strip_prefix(' ')
        .and_then(|rest| rest.strip_suffix(' '));
    stripped.unwrap_or(inside).replace("\\|", "|")
}

#[test]
fn texts_of_descriptions_are_shown_literally() {
    let workspace = open("literal");
    imported(
        &workspace,
        "acme",
        &[written(&workspace, "all.json", &document(&["ListA"]))],
    );
    let odd = "a``b|<img src=x> `[31m\n::error::%0A";
    let unseen = "\u{202e}\u{1b}[31m";
    let mut after = document(&["ListA"]);
    let states = "/components/schemas/Model/properties/state/enum";
    *after.pointer_mut(states).unwrap() = json!(["ready", "gone", odd, unseen]);
    let file = written(&workspace, "after.json", &after);
    let output = |format: &str| {
        let mut command = workspace.command();
        command.args(["drift", "acme", "--format", format, "--against"]);
        let output = command.arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    // No spec has characters that control a terminal, so a value with them is left out.
    let shown = odd.replace('\n', "\\n");
    let markdown = output("markdown");
    let row = markdown
        .lines()
        .find(|line| line.contains("value-added"))
        .unwrap();
    let cells: Vec<_> = row.split(" | ").collect();
    assert_eq!(cells.len(), 6, "{row}");
    assert_eq!(code_span(cells[4]), shown);
    for format in ["text", "markdown", "github"] {
        let said = output(format);
        let is_odd = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!said.contains(is_odd), "{format}: {said:?}");
        // Lines of a workflow command begin with it, so that the text cannot add one.
        let commands = said.lines().filter(|line| line.starts_with("::"));
        let expected = if format == "github" { 2 } else { 0 };
        assert_eq!(commands.count(), expected, "{said}");
    }
    assert!(output("github").contains("%250A"));
}

#[test]
fn a_text_says_what_to_do_and_where() {
    let workspace = open("text");
    imported(&workspace, "base", &bedrock("1.38.6"));
    let mut command = workspace.command();
    command.args(["drift", "base", "--against"]);
    let output = command.args(bedrock("1.38.37")).output().unwrap();
    let said = text(&output.stdout).to_owned();
    let spec = workspace.read("specs/base.yaml");
    let at = said
        .find("lacks operations.ListCustomModels.request.query.modelStatus [")
        .unwrap();
    let mut lines = said[at..].lines();
    // Below which line, and the lines as they are in the spec.
    let below = lines
        .find(|line| line.starts_with("  add below line "))
        .unwrap();
    let below: usize = below["  add below line ".len()..below.len() - 1]
        .parse()
        .unwrap();
    assert_eq!(lines.next(), Some("        modelStatus:"));
    let last = spec.lines().nth(below - 1).unwrap();
    assert!(last.starts_with("          "), "{last}");
    assert!(
        said.lines()
            .last()
            .unwrap()
            .contains("differences from the description")
    );
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
    for (before, option, code) in [
        (spec.clone(), "--update-sources", 2),
        (
            spec.replace("GET /custom-models\n", "GET /models\n"),
            "--update-sources=1.44.9",
            1,
        ),
    ] {
        workspace.write("specs/aws-bedrock.yaml", &before);
        let output = update("aws-bedrock", option);
        assert_eq!(output.status.code(), Some(code), "{option}");
        assert_eq!(workspace.read("specs/aws-bedrock.yaml"), before);
    }
}

fn workspace_spec(name: &str) -> PathBuf {
    workspace().join("specs").join(format!("{name}.yaml"))
}

#[test]
fn sources_keep_their_line_ends_and_comments_and_are_written_only_if_they_change() {
    let workspace = open("layout");
    let spec = fs::read_to_string(workspace_spec("aws-bedrock")).unwrap();
    let update = || {
        let mut command = workspace.command();
        command.args([
            "drift",
            "aws-bedrock",
            "--update-sources=1.44.9",
            "--against",
        ]);
        command.args(bedrock("1.44.8")).output().unwrap()
    };
    let entry = "  - {name: botocore, version: 1.44.8, format: botocore}\n";
    assert!(spec.contains(entry));
    for (name, before) in [
        (
            "comments",
            spec.replace(entry, &format!("  # A comment.\n{entry}  # Another one.\n")),
        ),
        ("line ends", spec.replace('\n', "\r\n")),
        (
            "none, and a comment",
            spec.replace(entry, "  # A comment.\n"),
        ),
        (
            "line ends without an entry",
            spec.replace(entry, "").replace('\n', "\r\n"),
        ),
    ] {
        workspace.write("specs/aws-bedrock.yaml", &before);
        let output = update();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            text(&output.stderr)
        );
        let after = workspace.read("specs/aws-bedrock.yaml");
        assert_ne!(after, before, "{name}");
        let bare = after.matches('\n').count() - after.matches("\r\n").count();
        assert!(bare == 0 || !before.contains('\r'), "{name}");
        let comments = |text: &str| text.matches("omment").count();
        assert_eq!(comments(&after), comments(&before), "{name}");
        let spec: Value = serde_yaml::from_str(&after).unwrap();
        let is_entry = |it: &&Value| it["format"] == "botocore" && it["version"] == "1.44.9";
        let entries = spec["sources"].as_array().unwrap().iter().filter(is_entry);
        assert_eq!(entries.count(), 1, "{name}");
        // A file that is not written keeps its time.
        let path = workspace.path("specs/aws-bedrock.yaml");
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000);
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(old).unwrap();
        assert_eq!(update().status.code(), Some(0), "{name}");
        assert_eq!(
            fs::metadata(&path).unwrap().modified().unwrap(),
            old,
            "{name}"
        );
    }
    // On one line there is no place for a line.
    let line = spec.replace(
        &spec[spec.find("sources:\n").unwrap()..spec.find("\nendpoint:").unwrap()],
        "sources: [{name: API reference, date: 2026-11-20}]\n",
    );
    workspace.write("specs/aws-bedrock.yaml", &line);
    assert_eq!(update().status.code(), Some(2));
    assert_eq!(workspace.read("specs/aws-bedrock.yaml"), line);
}

#[test]
fn each_of_several_documents_has_its_entry() {
    let workspace = open("entries");
    let all = ["ListA", "ListB"];
    let whole = written(&workspace, "all.json", &document(&all));
    imported(&workspace, "acme", &[whole]);
    let files = all.map(|name| written(&workspace, &format!("{name}.json"), &document(&[name])));
    let update = |files: &[PathBuf]| {
        let mut command = workspace.command();
        command.args(["drift", "acme", "--update-sources", "--against"]);
        command.args(files).output().unwrap()
    };
    assert_eq!(update(&files).status.code(), Some(0));
    let names = || {
        let spec: Value = serde_yaml::from_str(&workspace.read("specs/acme.yaml")).unwrap();
        let list = spec["sources"].as_array().unwrap().clone();
        let names = list
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    let expected = ["ListA.json", "ListB.json", "all.json"].map(str::to_owned);
    assert_eq!(names(), expected.into());
    let before = workspace.read("specs/acme.yaml");
    // Again, in another order, and one of them alone.
    let [a, b] = files;
    assert_eq!(update(&[b.clone(), a]).status.code(), Some(0));
    assert_eq!(update(&[b]).status.code(), Some(0));
    assert_eq!(workspace.read("specs/acme.yaml"), before);
    // Which one is meant is not guessed.
    let other = written(&workspace, "other.json", &document(&["ListA"]));
    let output = update(&[other]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("\"other.json\""),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(workspace.read("specs/acme.yaml"), before);
}

/// What a document of OpenAPI says beside its operations: where the key and error codes are, and on which host.
#[test]
fn what_concerns_the_whole_service_is_compared_or_named() {
    let workspace = open("service");
    let secured = |header: &str, code: &str, host: &str| {
        let mut document = document(&["ListA"]);
        document["servers"][0]["url"] = json!(format!("https://{host}"));
        document["security"] = json!([{"key": []}]);
        document["components"]["securitySchemes"] =
            json!({"key": {"type": "apiKey", "in": "header", "name": header}});
        let error = json!({"type": "object", "properties": {code: {"type": "string"}, "message": {"type": "string"}}});
        let schema = json!({"type": "object", "properties": {"error": error}});
        document["paths"]["/v1/lista"]["get"]["responses"]["400"] =
            json!({"description": "No.", "content": {"application/json": {"schema": schema}}});
        document
    };
    let first = secured("X-Acme-Key", "code", "api.acme.example");
    imported(
        &workspace,
        "acme",
        &[written(&workspace, "first.json", &first)],
    );
    for (name, header, code, host, differs, skip) in [
        ("same", "x-acme-key", "code", "api.acme.example", None, ""),
        (
            "header",
            "X-Acme-Token",
            "code",
            "api.acme.example",
            Some("auth.token.header"),
            "",
        ),
        (
            "code",
            "X-Acme-Key",
            "error_code",
            "api.acme.example",
            Some("errors.code"),
            "",
        ),
        (
            "host",
            "X-Acme-Key",
            "code",
            "api.acme2.example",
            None,
            "api.acme2.example",
        ),
    ] {
        let file = written(&workspace, name, &secured(header, code, host));
        let found = drift(&workspace, "acme", std::slice::from_ref(&file));
        let expected: Vec<_> = differs.iter().map(|path| ("differs", *path)).collect();
        assert_eq!(places(&found), rows(&expected), "{name}");
        let skipped = found["skipped"].to_string();
        assert_eq!(
            skipped.contains("the host"),
            !skip.is_empty(),
            "{name}: {skipped}"
        );
        assert!(skipped.contains(skip), "{name}: {skipped}");
        // What differs is not written down as agreed.
        let mut command = workspace.command();
        command.args(["drift", "acme", "--update-sources", "--against"]);
        let before = workspace.read("specs/acme.yaml");
        let output = command.arg(&file).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(i32::from(differs.is_some())),
            "{name}"
        );
        if differs.is_some() {
            assert_eq!(workspace.read("specs/acme.yaml"), before, "{name}");
        }
        workspace.write("specs/acme.yaml", &before);
    }
}

/// An allowance that does not fit what differs says so, and one without a reason is none.
#[test]
fn misplaced_allowances_say_where_they_belong() {
    let workspace = open("misplaced");
    let whole = written(&workspace, "all.json", &document(&["ListA"]));
    imported(&workspace, "acme", &[whole]);
    let spec = workspace.read("specs/acme.yaml");
    let mut after = document(&["ListA"]);
    after["paths"]["/v1/lista"]["get"]["parameters"][0]["schema"]["maximum"] = json!(40);
    let file = written(&workspace, "after.json", &after);
    let said = |allow: &str| {
        let operation = spec.replace("  ListA:\n", &format!("  ListA:\n    allow: {allow}\n"));
        assert_ne!(operation, spec);
        workspace.write("specs/acme.yaml", &operation);
        let mut command = workspace.command();
        command.args(["drift", "acme", "--against"]);
        let output = command.arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{allow}");
        let stdout = text(&output.stdout);
        let lines = stdout.lines();
        lines
            .filter(|line| line.contains("[V05]"))
            .collect::<String>()
    };
    let belongs = "operations.ListA.request.query.limit";
    for (allow, part) in [
        ("{V03: \"Why.\"}", belongs),
        ("{V03: {request.query.limit.range: \"Why.\"}}", belongs),
        ("{V03: {http: \"Why.\"}}", "delete it"),
        ("{V02: \"Why.\"}", "delete it"),
    ] {
        assert!(said(allow).contains(part), "{allow}: {}", said(allow));
    }
    assert_eq!(said("{V03: \"\"}"), "");
}
