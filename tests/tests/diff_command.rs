//! The command `diff`: comparison of two folders, its four output formats, and approvals.

use std::collections::BTreeSet;
use std::path::Path;

use boon::{Compiler, Schemas};
use cloud_models_tests::edits::edits;
use cloud_models_tests::workspace::{Workspace, text};
use serde_json::Value;

/// Creates a workspace with two folders of specs that differ by one edit of each kind.
fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-command");
    let workspace = Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"));
    workspace.write(
        "base/Cargo.toml",
        "[workspace.package]\nversion = \"1.4.2\"\n\n[workspace.dependencies]\nversion = \"9\"\n",
    );
    for edit in edits() {
        let module = format!("row-{}-{}", edit.row, edit.what.len());
        let named = |spec: String| {
            spec.replace(
                "module: example_models",
                &format!("module: {}", module.replace('-', "_")),
            )
        };
        workspace.write(&format!("base/specs/{module}.yaml"), named(edit.before()));
        workspace.write(&format!("head/specs/{module}.yaml"), named(edit.after()));
    }
    workspace
}

fn diff(workspace: &Workspace, arguments: &[&str]) -> (Option<i32>, String, String) {
    let (base, head) = (workspace.path("base"), workspace.path("head"));
    let head = head.to_str().unwrap();
    let output =
        workspace.run(&[&["diff", base.to_str().unwrap(), "--head", head], arguments].concat());
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// All four formats must contain the same findings, each with rule, service, verdicts and fingerprint.
#[test]
fn formats_differ_in_form_alone() {
    let workspace = open("formats");
    let json: Value = serde_json::from_str(&diff(&workspace, &["--format", "json"]).1).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    type Row = (String, String, String, String, String, String);
    let from_json: BTreeSet<Row> = findings
        .iter()
        .map(|each| {
            (
                word(&each["fingerprint"]),
                word(&each["rule"]),
                word(&each["service"]),
                word(&each["wire"]),
                word(&each["api"]),
                word(&each["behaviour"]),
            )
        })
        .collect();
    assert!(from_json.len() > 70, "{}", from_json.len());
    assert_eq!(from_json.len(), findings.len());

    let lower = |words: Vec<&str>| words.into_iter().map(str::to_lowercase).collect::<Vec<_>>();
    let verdicts = |line: &str| {
        let words: Vec<_> = line
            .split(", ")
            .map(|part| part.rsplit(' ').next().unwrap())
            .collect();
        lower(words)
    };
    let row = |print: &str, rule: &str, service: &str, verdicts: &[String]| -> Row {
        (
            print.into(),
            rule.into(),
            service.into(),
            verdicts[0].clone(),
            verdicts[1].clone(),
            verdicts[2].clone(),
        )
    };

    let said = diff(&workspace, &[]).1;
    let blocks = said
        .split("\n\n")
        .filter(|block| block.contains("    wire "));
    let from_text: BTreeSet<Row> = blocks
        .map(|block| {
            let lines: Vec<_> = block.lines().map(str::trim).collect();
            let mut head = lines[0].split_whitespace();
            let verdict = lines.iter().find(|line| line.starts_with("wire ")).unwrap();
            row(
                lines[lines.len() - 1],
                head.next().unwrap(),
                head.next().unwrap(),
                &verdicts(verdict),
            )
        })
        .collect();
    assert_eq!(from_text, from_json);

    let github = diff(&workspace, &["--format", "github"]).1;
    let from_github: BTreeSet<Row> = github
        .lines()
        .filter(|line| !line.contains("title=diff::"))
        .map(|line| {
            let rule = line
                .split("title=")
                .nth(1)
                .unwrap()
                .split("::")
                .next()
                .unwrap();
            assert!(
                line.contains("file=specs/") && line.contains(",line="),
                "{line}"
            );
            let lines: Vec<_> = line.split("%0A").collect();
            let service = lines[0]
                .rsplit("::")
                .next()
                .unwrap()
                .split(' ')
                .next()
                .unwrap();
            row(lines[lines.len() - 1], rule, service, &verdicts(lines[1]))
        })
        .collect();
    assert_eq!(from_github, from_json);

    let markdown = diff(&workspace, &["--format", "markdown"]).1;
    let mut from_markdown = BTreeSet::new();
    for line in markdown.lines().filter(|line| line.starts_with("| ")) {
        let Some((_, rest)) = line.split_once("<sub>") else {
            continue;
        };
        // An empty cell means no effect.
        let cells: Vec<_> = line.trim_end_matches('|').rsplitn(4, '|').collect();
        let verdicts = [(2, "safe"), (1, "none"), (0, "same")].map(|(index, none)| {
            let word = cells[index].trim().trim_matches('*');
            if word.is_empty() { none } else { word }.to_owned()
        });
        let rule = line.split("**").nth(1).unwrap();
        let service = line.split('`').nth(1).unwrap().split(' ').next().unwrap();
        from_markdown.insert(row(
            rest.split('<').next().unwrap(),
            rule,
            service,
            &verdicts,
        ));
    }
    assert_eq!(from_markdown, from_json);
}

#[test]
fn json_fits_its_schema() {
    let workspace = open("schema");
    let mut compiler = Compiler::new();
    compiler
        .add_resource(
            "memory:diff",
            serde_json::from_str(&generator::diff_schema()).unwrap(),
        )
        .unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("memory:diff", &mut schemas).unwrap();
    let (_, json, _) = diff(&workspace, &["--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    if let Err(error) = schemas.validate(&json, index) {
        panic!("{error:#}");
    }
    let mut other = json.clone();
    other["findings"][0]["wire"] = "perhaps".into();
    assert!(schemas.validate(&other, index).is_err());
}

#[test]
fn the_summary_comes_first_and_names_the_version() {
    let workspace = open("summary");
    let (code, said, _) = diff(&workspace, &[]);
    assert_eq!(code, Some(0));
    let first = said.lines().next().unwrap();
    assert!(
        first.contains("wire-breaking, ") && first.ends_with(": next version 2.0.0"),
        "{first}"
    );
    // Changes that break clients without being visible in the API come first.
    let second = said.split("\n\n").nth(1).unwrap();
    assert!(
        second.contains("wire BREAKING") && second.contains("not visible in the API"),
        "{second}"
    );
    let (_, changelog, _) = diff(&workspace, &["--changelog"]);
    assert!(
        changelog.starts_with("## 2.0.0\n\n### Breaking\n"),
        "{changelog:.100}"
    );
    for title in ["### Changed", "### Added", "### Documentation"] {
        assert!(changelog.contains(title), "{title}");
    }
}

/// Each edit must fail the comparison at its level and at all stricter ones.
#[test]
fn it_fails_at_what_it_is_asked_to() {
    let workspace = open("levels");
    for (row, level) in [(51, "wire"), (10, "api"), (77, "behaviour"), (38, "any")] {
        let edit = edits().into_iter().find(|edit| edit.row == row).unwrap();
        for side in ["base", "head"] {
            let _ = std::fs::remove_dir_all(workspace.path(side));
        }
        workspace.write("base/specs/example-models.yaml", edit.before());
        workspace.write("head/specs/example-models.yaml", edit.after());
        let levels = ["wire", "api", "behaviour", "any"];
        let at = levels.iter().position(|other| *other == level).unwrap();
        for (index, other) in levels.iter().enumerate() {
            let (code, ..) = diff(&workspace, &["--fail-on", other]);
            assert_eq!(code, Some(i32::from(index >= at)), "row {row} at {other}");
        }
        assert_eq!(diff(&workspace, &["--fail-on", "none"]).0, Some(0));
    }
    // Without changes, no level fails.
    workspace.write(
        "head/specs/example-models.yaml",
        workspace.read("base/specs/example-models.yaml"),
    );
    let (code, said, _) = diff(&workspace, &["--fail-on", "any"]);
    let nothing = format!(
        "no changes\ncompared with the folder {}\n",
        workspace.path("base").display()
    );
    assert_eq!((code, said.as_str()), (Some(0), nothing.as_str()));
}

#[test]
fn approvals_have_reasons_and_do_not_outlive_their_change() {
    let workspace = open("approvals");
    for side in ["base", "head"] {
        std::fs::remove_dir_all(workspace.path(side)).unwrap();
    }
    let edit = edits().into_iter().find(|edit| edit.row == 51).unwrap();
    workspace.write("base/specs/example-models.yaml", edit.before());
    workspace.write("head/specs/example-models.yaml", edit.after());
    let json: Value = serde_json::from_str(&diff(&workspace, &["--format", "json"]).1).unwrap();
    let print = json["findings"][0]["fingerprint"].as_str().unwrap();
    let approve = |kind: &str, reason: &str| {
        let text = format!(
            "# Looked at.\n- fingerprint: {print}\n  rule: result-moved\n  path: example_models result\n  kind: {kind}\n  reason: {reason}\n"
        );
        workspace.write("head/specs/approvals.yaml", text);
    };
    assert_eq!(diff(&workspace, &["--fail-on", "any"]).0, Some(1));
    approve("vendor-change", "The vendor moved it in May.");
    let (code, said, _) = diff(&workspace, &["--fail-on", "any"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.starts_with("1 approved: next version a major one\n"),
        "{said}"
    );
    assert!(
        said.contains("approved (vendor-change): The vendor moved it in May."),
        "{said}"
    );
    // A correction of the spec changes the crate, but not the wire format.
    approve("correction", "It was never there.");
    let (_, said, _) = diff(&workspace, &[]);
    assert!(
        said.contains("wire safe, Rust API none, behaviour CHANGED"),
        "{said}"
    );
    assert!(
        said.starts_with("1 approved: next version a minor one\n"),
        "{said}"
    );
    for (kind, reason) in [("vendor-change", "\"\""), ("guess", "x")] {
        approve(kind, reason);
        for format in ["text", "markdown", "json", "github"] {
            let (code, said, _) = diff(&workspace, &["--format", format]);
            assert_eq!(code, Some(2));
            assert!(said.contains("specs/approvals.yaml"), "{format}: {said}");
            assert!(said.contains("result-moved"), "{format}: {said}");
        }
        let checked = workspace.run(&["check"]);
        assert_eq!(
            checked.status.code(),
            Some(0),
            "its approvals are elsewhere"
        );
        workspace.write(
            "specs/approvals.yaml",
            workspace.read("head/specs/approvals.yaml"),
        );
        let checked = workspace.run(&["check"]);
        assert_eq!(checked.status.code(), Some(2));
        assert!(text(&checked.stderr).contains("specs/approvals.yaml"));
        std::fs::remove_file(workspace.path("specs/approvals.yaml")).unwrap();
    }
    // The approval names a rule that is not that of the finding.
    approve("intended", "Meant.");
    let other = workspace
        .read("head/specs/approvals.yaml")
        .replace("result-moved", "docs-changed");
    workspace.write("head/specs/approvals.yaml", other);
    let (code, said, _) = diff(&workspace, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("is result-moved at example_models result, and not docs-changed"),
        "{said}"
    );
    approve("intended", "Meant.");
    let doubled = workspace.read("head/specs/approvals.yaml").repeat(2);
    workspace.write("head/specs/approvals.yaml", doubled);
    assert_eq!(diff(&workspace, &[]).0, Some(2));
    // The change was reverted, so the approval matches no finding.
    approve("intended", "Meant.");
    workspace.write("base/specs/example-models.yaml", edit.after());
    for format in ["text", "markdown", "json", "github"] {
        let (code, said, _) = diff(&workspace, &["--format", format]);
        assert_eq!(code, Some(1));
        assert!(said.contains("approves nothing"), "{format}: {said}");
    }
    // The change is merged but not yet released.
    workspace.write(
        "base/specs/approvals.yaml",
        workspace.read("head/specs/approvals.yaml"),
    );
    let (code, said, complaint) = diff(&workspace, &[]);
    let nothing = format!(
        "no changes\ncompared with the folder {}\n",
        workspace.path("base").display()
    );
    assert_eq!(
        (code, said.as_str(), complaint.as_str()),
        (Some(0), nothing.as_str(), "")
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let workspace = open("impossible");
    let (code, _, said) = {
        let output = workspace.run(&[
            "diff",
            "nowhere",
            "--head",
            workspace.path("head").to_str().unwrap(),
        ]);
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    assert_eq!(code, Some(2));
    assert!(said.contains("neither a folder nor a revision"), "{said}");
    for format in ["markdown", "json", "github"] {
        let output = workspace.run(&["diff", "nowhere", "--format", format]);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stdout);
        assert!(said.contains("neither a folder nor a revision"), "{said}");
    }
}

/// A spec that cannot be read hides no other, and does not look like one that was removed.
#[test]
fn whatever_can_be_compared_is() {
    let workspace = open("partly");
    for side in ["base", "head"] {
        std::fs::remove_dir_all(workspace.path(side)).unwrap();
    }
    let edit = edits().into_iter().find(|edit| edit.row == 51).unwrap();
    let other = |spec: String| spec.replace("module: example_models", "module: other_models");
    let formats = ["text", "markdown", "json", "github"];
    // In turn: the new spec is no YAML, the old one is none, and the new one breaks a rule.
    let broken =
        other(edit.before()).replace("docs: The models of an account at Example.", "docs: TODO");
    for (old, new, rules) in [
        (other(edit.before()), "vendor: [".to_owned(), 1),
        ("vendor: [".to_owned(), other(edit.after()), 1),
        (
            other(edit.before()),
            broken.replace("Result\n", "Data\n"),
            2,
        ),
    ] {
        workspace.write("base/specs/example-models.yaml", edit.before());
        workspace.write("head/specs/example-models.yaml", edit.after());
        workspace.write("base/specs/other-models.yaml", old);
        workspace.write("head/specs/other-models.yaml", new);
        for format in formats {
            let (code, said, _) = diff(&workspace, &["--format", format]);
            assert_eq!(code, Some(2), "{format}: {said}");
            assert!(said.contains("specs/other-models.yaml"), "{format}: {said}");
            assert!(!said.contains("service-"), "{format}: {said}");
        }
        let json: Value = serde_json::from_str(&diff(&workspace, &["--format", "json"]).1).unwrap();
        let moved = json["findings"].as_array().unwrap().iter();
        let moved = moved.filter(|each| each["rule"] == "result-moved").count();
        assert_eq!(moved, rules);
    }
}

/// Everything else of a service whose module has another name is compared.
#[test]
fn a_renamed_module_hides_nothing() {
    let workspace = open("renamed");
    for side in ["base", "head"] {
        std::fs::remove_dir_all(workspace.path(side)).unwrap();
    }
    let edit = edits().into_iter().find(|edit| edit.row == 51).unwrap();
    let other = |spec: String| spec.replace("module: example_models", "module: other_models");
    workspace.write("base/specs/example-models.yaml", edit.before());
    workspace.write("head/specs/other-models.yaml", other(edit.after()));
    let json: Value = serde_json::from_str(&diff(&workspace, &["--format", "json"]).1).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let rules: Vec<_> = findings
        .iter()
        .map(|each| each["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["result-moved", "service-renamed"]);
    assert_eq!(findings[0]["old_at"]["file"], "specs/example-models.yaml");
    assert_eq!(findings[0]["new_at"]["file"], "specs/other-models.yaml");
    assert_eq!(findings[1]["api"], "major");
}

/// Returns the findings of an edit in each format, and the changelog.
fn shown(name: &str, what: &str) -> [String; 4] {
    let workspace = open(name);
    for side in ["base", "head"] {
        std::fs::remove_dir_all(workspace.path(side)).unwrap();
    }
    let edit = edits().into_iter().find(|edit| edit.what == what).unwrap();
    workspace.write("base/specs/example-models.yaml", edit.before());
    workspace.write("head/specs/example-models.yaml", edit.after());
    let format = |name| diff(&workspace, &["--format", name]).1;
    [
        format("text"),
        format("markdown"),
        format("github"),
        diff(&workspace, &["--changelog"]).1,
    ]
}

#[test]
fn reviewers_see_bytes_messages_and_hints() {
    let [text, markdown, github, _] = shown("bytes", "a list in the query is separated by commas");
    // Annotations of GitHub escape the sign.
    for said in [text, markdown, github.replace("%25", "%")] {
        assert!(
            said.contains("?tags=text&tags=text -> ?tags=text%2Ctext"),
            "{said}"
        );
    }
    let [text, markdown, _, _] = shown("message", "an optional field is removed");
    for said in [&text, &markdown] {
        assert!(
            said.contains("error[E0609]: no field `price` on type `Model`"),
            "{said}"
        );
    }
    let [text, markdown, _, changelog] =
        shown("hint", "a value is removed from an enum of requests");
    assert!(markdown.contains("\n### Breaking\n"), "{markdown}");
    assert!(!text.contains("hint:"), "{text}");
    assert!(
        changelog.contains("- `example_models::SortOrder::Desc`: value removed"),
        "{changelog}"
    );
    // There is nothing to recommend for an addition.
    let [_, _, github, changelog] = shown("nothing", "a range is widened");
    assert!(!github.contains("%0Anothing"), "{github}");
    assert!(
        changelog.contains(
            "`example_models::ListModels::limit`: limit loosened from `1..=100` to `0..=1000`"
        ),
        "{changelog}"
    );
    let [text, ..] = shown("counts", "a value is added to an enum of replies");
    assert!(text.starts_with("1 added: "), "{text}");
}

/// git runs this command to show the differences of a file.
#[test]
fn git_can_show_what_a_change_means() {
    let workspace = open("driver");
    let edit = edits().into_iter().find(|edit| edit.row == 38).unwrap();
    workspace.write("old", edit.before());
    workspace.write("new", edit.after());
    let (old, new) = (workspace.path("old"), workspace.path("new"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let call = |arguments: &[&str]| {
        let output = workspace.run(&[&["diff-driver"], arguments].concat());
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = call(&[
        "specs/example-models.yaml",
        old,
        "1a",
        "100644",
        new,
        "2b",
        "100644",
    ]);
    assert_eq!(code, Some(0));
    assert!(
        said.starts_with("specs/example-models.yaml: 1 added"),
        "{said}"
    );
    assert!(
        said.contains("field-added  example_models types.Model.fields.weight"),
        "{said}"
    );
    let (_, said) = call(&[
        "specs/example-models.yaml",
        "/dev/null",
        ".",
        ".",
        new,
        "2b",
        "100644",
    ]);
    assert!(said.contains("service-added"), "{said}");
}
