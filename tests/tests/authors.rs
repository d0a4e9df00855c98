//! What authors of specs meet: the messages for their mistakes, and `check --fix`. `GOLDEN=write` writes the expected
//! texts; review them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cloud_models_tests::cases::{package, specs};
use cloud_models_tests::workspace::{Workspace, text};
use generator::{Mended, SpecSource, mend, read};
use serde::Deserialize;

/// A mistake: texts of `base.yaml` and what is written instead.
#[derive(Deserialize)]
struct Mistake {
    what: String,
    edit: Vec<(String, String)>,
}

fn fixture(name: &str) -> String {
    let path = package().join("fixtures/authors").join(name);
    fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

/// Returns the mistakes, each with the spec that has it.
fn mistakes() -> Vec<(String, SpecSource)> {
    let base = fixture("base.yaml");
    let mistakes: Vec<Mistake> = serde_yaml::from_str(&fixture("mistakes.yaml")).unwrap();
    let mistakes = mistakes.into_iter().map(|Mistake { what, edit }| {
        let text = edit.iter().fold(base.clone(), |text, (old, new)| {
            assert!(text.contains(old), "{what}: {old}");
            text.replacen(old, new, 1)
        });
        (what, SpecSource::new("specs/acme.yaml", text))
    });
    mistakes.collect()
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Returns the lines that differ, as `-` and `+` lines.
fn changed(old: &[u8], new: &[u8]) -> String {
    let (mut old, mut new) = (lines(old), lines(new));
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    while !old.is_empty() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    let sides = [("-", old), ("+", new)].into_iter();
    sides
        .flat_map(|(sign, lines)| lines.into_iter().map(move |line| format!("{sign}{line}\n")))
        .collect()
}

#[test]
fn mistakes_have_the_expected_messages() {
    let mut said = String::new();
    for (what, source) in mistakes() {
        let (_, found) = read(std::slice::from_ref(&source));
        assert!(!found.is_empty(), "{what}: nothing was found");
        writeln!(said, "## {what}\n").unwrap();
        said.push_str(&found.plain(std::slice::from_ref(&source)));
        if let Some(Mended { bytes, changes }) = mend(&source) {
            let changes = changes.join("\n");
            let lines = changed(&source.bytes, &bytes);
            write!(said, "\n{changes}\n{lines}").unwrap();
        }
        said.push('\n');
    }
    let path = package().join("fixtures/authors/mistakes.txt");
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected.replace("\r\n", "\n") != said {
        let write = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
        if write {
            fs::write(&path, &said).unwrap();
        }
        assert!(
            write,
            "{} differs: GOLDEN=write cargo test -p cloud-models-tests --test authors",
            path.display()
        );
    }
}

/// One mistake is one finding, or at most two if it has to be mended in two places.
#[test]
fn a_mistake_has_no_findings_that_follow_from_it() {
    for (what, source) in mistakes() {
        let (_, found) = read(std::slice::from_ref(&source));
        let count = found.iter().count();
        let places = match what.as_str() {
            "method and path as keys" | "parameters without their place" => 2,
            "an array with its elements beside it" => 2,
            // What was the pagination is gone, too.
            "parameters as in OpenAPI" => 2,
            "a copied operation" | "a comma is missing in a list of arguments" => 1,
            "values of an enum that YAML takes for others" => 3,
            _ => 1,
        };
        assert!(
            count <= places,
            "{what}: {}",
            found.plain(std::slice::from_ref(&source))
        );
    }
}

/// Nothing but the lines of what is mended changes, and a second run changes nothing.
#[test]
fn mending_is_done_once_and_at_its_place_only() {
    let mut mended = 0;
    for (what, source) in mistakes() {
        let Some(Mended { bytes, changes }) = mend(&source) else {
            continue;
        };
        mended += 1;
        let again = SpecSource::new(source.path.clone(), bytes.clone());
        assert!(mend(&again).is_none(), "{what}");
        let (old, new) = (lines(&source.bytes), lines(&bytes));
        let same = old.iter().filter(|line| new.contains(line)).count();
        assert!(same + changes.len() >= old.len(), "{what}: {changes:?}");
        assert!(new.len() <= old.len() + 2 * changes.len(), "{what}");
        // With the line ends of Windows and a mark at the start, the same bytes change.
        let windows = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes()
        };
        let there = SpecSource::new(source.path.clone(), windows(&source.bytes));
        let there = mend(&there).map(|mended| mended.bytes);
        assert!(there == Some(windows(&bytes)), "{what}");
    }
    assert!(mended > 40, "{mended}");
}

/// Several mistakes are mended in one run, each on its own.
#[test]
fn all_that_can_be_mended_is_mended() {
    let base = fixture("base.yaml");
    let edits = [
        ("required: true", "requierd: yes"),
        ("type: list of Model", "type: list<Model>"),
        ("items: models", "items: modles # the list"),
        ("constructor: []", "constructor: [] # none"),
        ("{status: 404,", "{status:404,"),
        // Nobody knows what this means.
        ("docs: The name.", "docs: The name.\n        nonsense: 1"),
    ];
    let wrong = edits.iter().fold(base.clone(), |text, (right, wrong)| {
        text.replacen(right, wrong, 1)
    });
    let source = SpecSource::new("specs/acme.yaml", wrong);
    let Mended { bytes, changes } = mend(&source).unwrap();
    assert_eq!(changes.len(), 5, "{changes:?}");
    let expected = base
        .replacen("items: models", "items: models # the list", 1)
        .replacen("constructor: []", "constructor: [] # none", 1)
        .replacen("docs: The name.", "docs: The name.\n        nonsense: 1", 1);
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn right_specs_are_left_alone() {
    for source in specs() {
        assert!(mend(&source).is_none(), "{}", source.path);
    }
    let fine = SpecSource::new("specs/fine.yaml", fixture("fine.yaml"));
    let (services, found) = read(std::slice::from_ref(&fine));
    let rules: Vec<_> = found.iter().map(|each| each.rule.id()).collect();
    assert_eq!(rules, ["C15"], "{}", found.plain(&[fine]));
    assert_eq!(services.len(), 1);
}

/// Without the suppression at the head, the findings are there; one that suppresses nothing is a finding itself.
#[test]
fn the_head_allows_warnings_of_the_whole_file() {
    let fine = fixture("fine.yaml");
    let (before, _) = fine.split_once("# Warnings and notes").unwrap();
    let ids = |text: String| {
        let (_, found) = read(&[SpecSource::new("specs/fine.yaml", text)]);
        let ids = found.iter().map(|each| each.rule.id());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(before.to_owned()), ["C15", "C11", "C11"]);
    let with = |allow: &str| ids(format!("{before}allow:\n{allow}"));
    assert_eq!(with("  C11: Seen.\n  C15: Seen.\n"), [""; 0]);
    assert_eq!(with("  C11: Seen.\n  W15: Seen.\n"), ["C15", "A01"]);
    // Errors are allowed in their sample only, others not at all.
    assert_eq!(with("  C11: Seen.\n  X01: Seen.\n"), ["C15", "A02"]);
    assert_eq!(with("  C11: Seen.\n  C03: Seen.\n"), ["C15", "A02"]);
}

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authors");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

#[test]
fn the_command_writes_what_it_mends_and_says_so() {
    let workspace = open("fix");
    let wrong = fixture("base.yaml").replace("required: true", "requierd: true");
    workspace.write("elsewhere/acme.yaml", &wrong);
    // Nothing can be done about these.
    workspace.write("elsewhere/conflict.yaml", "<<<<<<< HEAD\nvendor: Acme\n");
    workspace.write("elsewhere/empty.yaml", "vendor: Acme\n");
    let folder = workspace.path("elsewhere");
    let folder = folder.to_str().unwrap();
    let looked = workspace.run(&["check", folder]);
    assert!(text(&looked.stderr).contains("check --fix"));
    assert_eq!(workspace.read("elsewhere/acme.yaml"), wrong);

    let before = workspace.files();
    let output = workspace.run(&["check", "--fix", folder]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("acme.yaml:55:9: wrote `required` for `requierd` (N01)"),
        "{said}"
    );
    assert!(said.contains("1 change\n"), "{said}");
    assert_eq!(workspace.read("elsewhere/acme.yaml"), fixture("base.yaml"));
    let mut after = workspace.files();
    for (path, bytes) in &before {
        if !path.ends_with("acme.yaml") {
            assert_eq!(after.get(path), Some(bytes), "{}", path.display());
        }
    }
    let again = workspace.run(&["check", "--fix", folder]);
    assert!(text(&again.stdout).contains("nothing to mend\n"));
    after = workspace.files();
    assert_eq!(after.len(), before.len());
}

/// Specs of the workspace are found without a name, and output for programs stays valid.
#[test]
fn the_specs_of_the_workspace_are_mended() {
    let workspace = open("workspace");
    let right = workspace.read("specs/baidu-qianfan.yaml");
    let wrong = right.replacen("read_only: true", "readonly: true", 1);
    assert_ne!(right, wrong);
    workspace.write("specs/baidu-qianfan.yaml", &wrong);
    let output = workspace.run(&["check", "--fix", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["errors"], 0);
    assert!(text(&output.stderr).contains("wrote `read_only` for `readonly`"));
    assert_eq!(workspace.read("specs/baidu-qianfan.yaml"), right);
}

/// Old notes must not hide a new one: those of one rule are one text, with their lines.
#[test]
fn notes_of_one_rule_are_shown_together() {
    let fields: String = (0..30)
        .map(|index| {
            format!(
                "      part{index}At:\n        type: string\n        docs: Time {index} of it.\n"
            )
        })
        .collect();
    let spec = fixture("base.yaml") + &fields;
    let spec = spec.replace(
        "docs: The name.",
        "pattern: '(?=a)a'\n        docs: The name.",
    );
    let source = SpecSource::new("specs/acme.yaml", spec);
    let (_, found) = read(std::slice::from_ref(&source));
    assert_eq!(found.iter().count(), 31);
    let said = found.plain(&[source]);
    assert_eq!(said.matches("note[").count(), 2, "{said}");
    assert!(said.contains("29 more of lines 65, 68"), "{said}");
    assert!(said.contains("31 notes"), "{said}");
}
