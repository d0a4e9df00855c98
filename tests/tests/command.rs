//! Command line of the generator: output, streams and exit codes.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cloud_models_tests::cases::package;
use cloud_models_tests::workspace::{Workspace, text};
use serde_json::Value;

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

// --- check ---

#[test]
fn clean_specs_are_said_to_be_clean() {
    let workspace = open("clean");
    let before = workspace.files();
    let output = workspace.run(&["check", "--deny-warnings"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "4 specs are clean\n");
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_spec_in_a_folder_below_the_specs_is_not_passed_over() {
    let workspace = open("below");
    workspace.write("specs/more/example.yaml", "vendor: Example\n");
    let output = workspace.run(&["check"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("specs/more/example.yaml"), "{said}");
}

#[test]
fn files_anywhere_can_be_checked_with_their_samples() {
    let workspace = open("anywhere");
    let base = fs::read_to_string(package().join("fixtures/rules/base.yaml")).unwrap();
    workspace.write("elsewhere/example-models.yaml", &base);
    workspace.write(
        "elsewhere/samples/example-models/ListModels.page.response.json",
        r#"{"status": 200, "body": {"models": [{"name": "without id"}]}}"#,
    );
    let file = workspace.path("elsewhere/example-models.yaml");
    let output = workspace.run(&["check", file.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("error[X02]: `id` is required"), "{said}");
    assert!(
        said.contains("samples/example-models/ListModels.page.response.json:1:37"),
        "{said}"
    );

    // A folder means all specs in it.
    let folder = workspace.path("elsewhere");
    let same = workspace.run(&["check", folder.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(text(&same.stderr), said);
}

/// All commands find a spec by its name, by its file, and by its file without the ending, here or in the workspace.
#[test]
fn specs_are_named_alike_everywhere() {
    let workspace = open("named");
    let description = workspace.path("none.json");
    let description = description.to_str().unwrap();
    let whole = workspace.path("specs/aws-bedrock.yaml");
    for name in [
        "aws-bedrock",
        "specs/aws-bedrock.yaml",
        "specs/aws-bedrock",
        whole.to_str().unwrap(),
    ] {
        let checked = workspace.run(&["check", name]);
        let said = text(&checked.stdout) + &text(&checked.stderr);
        assert!(said.contains("1 spec is clean"), "{name}: {said}");
        let generated = workspace.run(&["codegen", "--check", "--spec", name]);
        let said = text(&generated.stdout) + &text(&generated.stderr);
        assert!(said.contains("aws_bedrock"), "{name}: {said}");
        // The spec is found, the description is not.
        let compared = workspace.run(&["drift", name, "--against", description]);
        let said = text(&compared.stderr);
        assert!(said.contains("none.json: "), "{name}: {said}");
    }
    for command in [
        vec!["check", "aws-bedrok"],
        vec!["codegen", "--spec", "aws-bedrok"],
        vec!["drift", "aws-bedrok", "--against", description],
    ] {
        let output = workspace.run(&command);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        let help = "there is no spec `aws-bedrok`: did you mean `aws-bedrock`?";
        assert!(said.contains(help), "{command:?}: {said}");
    }
    // Where one is wanted, a folder of several is none.
    let output = workspace.run(&["drift", "specs", "--against", description]);
    assert!(text(&output.stderr).contains("specs: name one of its specs"));
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let workspace = open("unreadable");
    workspace.write("bad.yaml", "vendor: [");
    let (bad, missing) = (workspace.path("bad.yaml"), workspace.path("missing.yaml"));
    let output = workspace.run(&["check", missing.to_str().unwrap(), bad.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("missing.yaml: ") && said.contains("error[Y04]"),
        "{said}"
    );
}

#[test]
fn warnings_end_well_unless_they_are_denied() {
    let workspace = open("warnings");
    let spec = workspace.read("specs/aws-bedrock.yaml");
    workspace.write(
        "specs/aws-bedrock.yaml",
        format!("{spec}\n  Unused:\n    docs: Unused.\n    fields: {{}}\n"),
    );
    let output = workspace.run(&["check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("warning[R02]"));
    assert_eq!(text(&output.stdout), "4 specs are without errors\n");
    assert_eq!(
        workspace.run(&["check", "--deny-warnings"]).status.code(),
        Some(2)
    );
    // Notes are printed only on request.
    assert!(!text(&output.stderr).contains("note[X04]"));
    assert!(text(&workspace.run(&["check", "--notes"]).stderr).contains("note[X04]"));
}

/// The parts of a finding that all formats contain.
type Finding = (String, String, String, u64, u64);

/// Tools and people must see the same findings, so all formats contain the same rule, severity, file, line and column.
#[test]
fn formats_differ_in_form_alone() {
    let workspace = open("formats");
    let folder = package().join("fixtures/broken");
    let folder = folder.to_str().unwrap();
    let run = |format: &str| {
        let output = workspace.run(&["check", folder, "--notes", "--format", format]);
        assert_eq!(output.status.code(), Some(2));
        let (used, unused) = match format {
            "text" => (output.stderr, output.stdout),
            _ => (output.stdout, output.stderr),
        };
        assert_eq!(text(&unused), "");
        text(&used)
    };
    let number = |value: &Value| value.as_u64().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();

    let json: Value = serde_json::from_str(&run("json")).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let mut from_json: Vec<Finding> = findings
        .iter()
        .map(|each| {
            let at = &each["at"];
            let (line, column) = (number(&at["line"]), number(&at["column"]));
            (
                word(&each["rule"]),
                word(&each["severity"]),
                word(&at["file"]),
                line,
                column,
            )
        })
        .collect();
    from_json.sort();
    assert!(from_json.len() > 100);
    let counted = number(&json["errors"]) + number(&json["warnings"]) + number(&json["notes"]);
    assert_eq!(counted, findings.len() as u64);

    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run_of_sarif = &sarif["runs"][0];
    let known: Vec<_> = run_of_sarif["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| word(&rule["id"]))
        .collect();
    let results = run_of_sarif["results"].as_array().unwrap();
    let mut from_sarif: Vec<Finding> = results
        .iter()
        .map(|each| {
            assert!(known.contains(&word(&each["ruleId"])));
            let place = &each["locations"][0]["physicalLocation"];
            let file = word(&place["artifactLocation"]["uri"]);
            let (line, column) = (
                number(&place["region"]["startLine"]),
                number(&place["region"]["startColumn"]),
            );
            (
                word(&each["ruleId"]),
                word(&each["level"]),
                file,
                line,
                column,
            )
        })
        .collect();
    from_sarif.sort();
    assert_eq!(from_sarif, from_json);

    let github = run("github");
    let mut from_github: Vec<Finding> = github
        .lines()
        .map(|line| {
            let (command, rest) = line.strip_prefix("::").unwrap().split_once(' ').unwrap();
            let severity = if command == "notice" { "note" } else { command };
            let (properties, _) = rest.split_once("::").unwrap();
            let property = |name: &str| {
                let mut pairs = properties
                    .split(',')
                    .filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).unwrap().1.to_owned()
            };
            let (line, column) = (
                property("line").parse().unwrap(),
                property("col").parse().unwrap(),
            );
            (
                property("title"),
                severity.to_owned(),
                property("file"),
                line,
                column,
            )
        })
        .collect();
    from_github.sort();
    assert_eq!(from_github, from_json);

    let said = run("text");
    let lines: Vec<_> = said.lines().collect();
    let mut from_text: Vec<Finding> = lines
        .windows(2)
        .filter_map(|pair| {
            let place = pair[1].trim_start().strip_prefix("--> ")?;
            let (severity, rest) = pair[0].split_once('[').unwrap();
            let rule = rest.split_once(']').unwrap().0;
            let mut parts = place.rsplitn(3, ':');
            let (column, line) = (parts.next().unwrap(), parts.next().unwrap());
            let file = parts.next().unwrap().to_owned();
            Some((
                rule.to_owned(),
                severity.to_owned(),
                file,
                line.parse().unwrap(),
                column.parse().unwrap(),
            ))
        })
        .collect();
    from_text.sort();
    assert_eq!(from_text, from_json);
}

/// Text from a spec must not end an annotation and start another workflow command.
#[test]
fn annotations_hold_what_they_quote() {
    let workspace = open("annotations");
    workspace.write("a,b:c%.yaml", "\"x\\n::error::y%0A\": 1\n");
    let file = workspace.path("a,b:c%.yaml");
    let output = workspace.run(&["check", file.to_str().unwrap(), "--format", "github"]);
    let said = text(&output.stdout);
    for line in said.lines() {
        assert!(line.starts_with("::error file="), "{line}");
        assert!(line.contains("a%2Cb%3Ac%25.yaml,line="), "{line}");
    }
    assert!(said.contains("y%250A"), "{said}");
}

#[test]
fn colours_are_for_terminals_and_whoever_wants_them() {
    let workspace = open("colours");
    workspace.write("bad.yaml", "vendor: [");
    let file = workspace.path("bad.yaml");
    let run = |variables: &[(&str, &str)]| {
        let mut command = workspace.command();
        command
            .arg("check")
            .arg(&file)
            .envs(variables.iter().copied());
        text(&command.output().unwrap().stderr)
    };
    let plain = run(&[]);
    assert!(plain.starts_with("error[Y04]: "), "{plain}");
    assert!(!plain.contains('\u{1b}'));
    let forced = run(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}["), "{forced}");
    assert_eq!(run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    // File names cannot send control sequences to the terminal either.
    let odd = workspace.path("\u{1b}[31m.yaml");
    fs::copy(&file, &odd).unwrap();
    let output = workspace.run(&["check", odd.to_str().unwrap()]);
    assert!(!text(&output.stderr).contains('\u{1b}'));
}

/// `check` must terminate promptly and without a panic for any file.
#[test]
fn any_file_gets_an_answer_within_a_second() {
    let workspace = open("any");
    let large = |line: &str| line.repeat((1 << 20) / line.len());
    let types = |count: usize, field: &dyn Fn(usize) -> String| {
        let base = fs::read_to_string(package().join("fixtures/rules/base.yaml")).unwrap();
        let types = (0..count).map(|index| {
            format!(
                "  T{index}:\n    docs: Type {index}.\n    fields:\n{}",
                field(index)
            )
        });
        base + &types.collect::<String>()
    };
    let chain = types(4_000, &|index| {
        format!(
            "      next:\n        type: T{}\n        docs: The next.\n",
            index + 1
        )
    });
    let lists = types(2_400, &|index| {
        format!(
            "      a:\n        type: list of T{}\n        docs: A.\n      b:\n        type: list of T{}\n        docs: B.\n",
            (index * 7) % 2_400,
            (index * 13) % 2_400
        )
    });
    let unknown = types(4_000, &|index| {
        format!("      a:\n        type: Nothing{index}\n        dosc: A.\n")
    });
    let wide = types(1, &|_| {
        (0..8_000)
            .map(|index| {
                format!("      f{index}:\n        type: string\n        docs: Field {index}.\n")
            })
            .collect()
    });
    let values = types(1, &|_| "      f: {type: string, docs: F.}\n".to_owned())
        + "  E:\n    docs: E.\n    enum:\n"
        + &(0..20_000)
            .map(|index| format!("      V{index}: V.\n"))
            .collect::<String>();
    let crossed = {
        let base = fs::read_to_string(package().join("fixtures/rules/base.yaml")).unwrap();
        let parts: Vec<_> = (0..1_500).map(|index| format!("body c{index}")).collect();
        let operations: String = (0..1_500)
            .map(|index| format!("  Op{index}:\n    docs: D.\n    see: https://example.com\n    http: GET /a{index}\n    constructor: []\n    response: Wide\n    request: {{query: {{aSecret: {{type: string, docs: D.}}}}}}\n"))
            .collect();
        let fields: String = (0..1_500)
            .map(|index| format!("      f{index}: {{type: string, docs: F.}}\n"))
            .collect();
        base.replace("[body code]", &format!("[{}]", parts.join(", ")))
            .replace("operations:\n", &format!("operations:\n{operations}"))
            .replace(
                "types:\n",
                &format!("types:\n  Wide:\n    docs: Wide.\n    fields:\n{fields}"),
            )
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("crossed", crossed.into()),
        ("empty", Vec::new()),
        ("brackets", "[".repeat(20_000).into()),
        ("braces", "{a: ".repeat(20_000).into()),
        ("closed", ("[".repeat(20_000) + &"]".repeat(20_000)).into()),
        ("quotes", "\"".repeat(20_001).into()),
        ("dashes", "- ".repeat(20_000).into()),
        ("questions", "? ".repeat(20_000).into()),
        (
            "deep",
            (0..2_000)
                .map(|depth| format!("{}a:\n", " ".repeat(depth)))
                .collect::<String>()
                .into(),
        ),
        (
            "bomb",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n".into(),
        ),
        (
            "aliases",
            ("a: &a x\nb: [".to_owned() + &"*a, ".repeat(200_000) + "]\n").into(),
        ),
        (
            "anchors",
            (0..30_000)
                .map(|index| format!("k{index}: &a{index} x\n"))
                .collect::<String>()
                .into(),
        ),
        ("merge", "<<: {a: b}\n".repeat(10_000).into()),
        ("doubled", "key: value\n".repeat(20_000).into()),
        (
            "keys",
            (0..20_000)
                .map(|index| format!("k{index}: 1\n"))
                .collect::<String>()
                .into(),
        ),
        ("binary", (0..=255u8).cycle().take(1 << 20).collect()),
        ("zeros", vec![0; 1 << 20]),
        ("huge", vec![b'a'; 8 << 20]),
        (
            "line",
            ("docs: ".to_owned() + &"word ".repeat(200_000)).into(),
        ),
        ("lines", large("a: b\n").into()),
        ("comments", large("# comment\n").into()),
        (
            "text",
            ("docs: |\n".to_owned() + &large("  line\n")[..1_000_000]).into(),
        ),
        ("spaces", vec![b' '; 1 << 20]),
        ("newlines", vec![b'\n'; 1 << 20]),
        ("tabs", vec![b'\t'; 1 << 20]),
        ("flow", ("[".to_owned() + &"a,".repeat(40_000) + "]").into()),
        (
            "pairs",
            ("{".to_owned()
                + &(0..20_000)
                    .map(|index| format!("k{index}: v,"))
                    .collect::<String>()
                + "}")
                .into(),
        ),
        ("chain", chain.into()),
        ("lists", lists.into()),
        ("unknown", unknown.into()),
        ("wide", wide.into()),
        ("values", values.into()),
    ];
    for (name, bytes) in files {
        workspace.write(&format!("{name}.yaml"), bytes);
        let file = workspace.path(&format!("{name}.yaml"));
        let mut command = workspace.command();
        command
            .arg("check")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let start = Instant::now();
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        let end = said.len().min(2_000);
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{name}: {:?} {:.2000}",
            output.status,
            said
        );
        assert!(
            !said.contains("panicked"),
            "{name}: {}",
            said.get(..end).unwrap_or_default()
        );
        println!("{name}: {:?}", start.elapsed());
        // This is not a benchmark; it only detects hangs.
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{name} took {:?}",
            start.elapsed()
        );
    }
}

// --- explain and new ---

#[test]
fn rules_are_explained_in_any_case_and_listed() {
    let workspace = open("explain");
    let said = text(&workspace.run(&["explain", "c01"]).stdout);
    assert!(
        said.starts_with("error[C01]: a limit that nothing can meet\n"),
        "{said}"
    );
    assert!(said.contains("range: 100..=1"), "{said}");
    let list = text(&workspace.run(&["explain"]).stdout);
    let ids = list
        .lines()
        .filter_map(|line| line.split("  ").next()?.parse::<generator::Rule>().ok());
    assert_eq!(ids.count(), generator::Rule::ALL.len());
    let change = text(&workspace.run(&["explain", "Parameter-Removed"]).stdout);
    assert!(
        change.starts_with("change[parameter-removed]: a parameter that is gone\n\n"),
        "{change}"
    );
    assert!(list.contains("\nparameter-removed "), "{list}");
    let unknown = workspace.run(&["explain", "C99"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("no rule \"C99\""));
}

#[test]
fn a_new_spec_is_clean_and_generates() {
    let workspace = open("new");
    // What the crate has for other features.
    for name in ["hyper", "fake", "fake-server"] {
        let output = workspace.run(&["new", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(!workspace.path(&format!("specs/{name}.yaml")).exists());
    }
    let output = workspace.run(&["new", "acme-models"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("acme-models = []"));
    let output = workspace.run(&["check", "--deny-warnings"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // The error names the feature that has to be added by hand.
    let output = workspace.codegen(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("lacks acme-models"),
        "{}",
        text(&output.stderr)
    );
    let manifest = workspace.read("generated/Cargo.toml");
    let manifest = manifest.replace("aws-bedrock = []", "aws-bedrock = []\nacme-models = []");
    workspace.write(
        "generated/Cargo.toml",
        manifest.replace("\"aws-bedrock\",", "\"aws-bedrock\", \"acme-models\","),
    );
    let output = workspace.codegen(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        workspace
            .read("generated/src/acme_models.rs")
            .contains("pub struct ListModels")
    );

    // Existing files are never overwritten, and a name cannot lead out of the folder.
    let written = workspace.read("specs/acme-models.yaml");
    for name in [
        "acme-models",
        "../x",
        "a/b",
        "Acme",
        "acme_models",
        "",
        "-",
        "type",
        "acme--x",
        "a b",
        "1st",
    ] {
        let output = workspace.run(&["new", "--", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
    assert_eq!(workspace.read("specs/acme-models.yaml"), written);
}

// --- repeated runs of codegen ---

/// A process that is killed when the test ends, even by a panic.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for a condition that should be met within seconds.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{what} did not happen"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn watching_regenerates_on_every_save_and_through_errors() {
    let workspace = open("watch");
    let log = workspace.path("log");
    let mut command = workspace.command();
    let file = fs::File::create(&log).unwrap();
    command
        .args(["codegen", "--watch"])
        .stdout(Stdio::null())
        .stderr(file);
    let mut process = Killed(command.spawn().unwrap());
    let module = workspace.path("generated/src/huawei_fabric.rs");
    wait_until("the first generation", || module.exists());

    let spec = workspace.read("specs/huawei-fabric.yaml");
    let generated = || fs::read_to_string(&module).unwrap_or_default();
    workspace.write(
        "specs/huawei-fabric.yaml",
        spec.replace("ID of the model.", "Its ID."),
    );
    wait_until("a second generation", || {
        generated().contains("/// Its ID.")
    });

    let before = generated();
    workspace.write(
        "specs/huawei-fabric.yaml",
        spec.replace("type: ModelType", "type: ModlType"),
    );
    wait_until("the report of an error", || {
        fs::read_to_string(&log).unwrap().contains("error[R01]")
    });
    assert_eq!(generated(), before);
    // Editors that save by renaming remove the file for a moment.
    fs::remove_file(workspace.path("specs/huawei-fabric.yaml")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    workspace.write(
        "specs/huawei-fabric.yaml",
        spec.replace("ID of the model.", "Once more."),
    );
    wait_until("a generation after errors", || {
        generated().contains("/// Once more.")
    });
    assert!(process.0.try_wait().unwrap().is_none(), "it goes on");
}

/// If the process is killed at any step, each file must be either old or new, and the next run must complete the rest.
#[test]
fn a_kill_at_any_step_leaves_files_old_or_new() {
    let workspace = open("kill");
    // The crate is stale in every way: there are files to change, to create and to delete.
    workspace.codegen(&[]);
    let new = workspace.files();
    let stale = |workspace: &Workspace| {
        for (path, text) in &new {
            fs::write(path, text).unwrap();
        }
        let change = |name: &str, from: &str| {
            workspace.write(name, workspace.read(name).replace(from, "older"))
        };
        change("generated/src/aws_bedrock.rs", "models");
        change("README.md", "| AWS |");
        change("specs/spec.schema.json", "vendor's");
        fs::remove_file(workspace.path("generated/src/huawei_fabric.rs")).unwrap();
        workspace.write(
            "generated/src/gone.rs",
            "// @generated by `cargo xtask codegen` from specs/gone.yaml. Do not edit.\n",
        );
    };
    stale(&workspace);
    let old = workspace.files();
    let mut steps = 0;
    loop {
        steps += 1;
        assert!(steps < 100, "it never ends");
        stale(&workspace);
        let mut command = workspace.command();
        let output = command
            .arg("codegen")
            .env("DIES_AT", steps.to_string())
            .output()
            .unwrap();
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), None, "killed, not failed");
        for (path, text) in workspace.files() {
            let name = path.file_name().unwrap().to_string_lossy();
            let is_whole = old.get(&path) == Some(&text) || new.get(&path) == Some(&text);
            assert!(
                is_whole || name.starts_with(".codegen-"),
                "step {steps}: {name} is neither old nor new"
            );
        }
        for path in old.keys().filter(|path| new.contains_key(*path)) {
            assert!(path.exists(), "step {steps}: {path:?} is gone");
        }
        assert_eq!(
            workspace.codegen(&["--check"]).status.code(),
            Some(1),
            "step {steps}"
        );
        assert_eq!(
            workspace.codegen(&[]).status.code(),
            Some(0),
            "step {steps}"
        );
        assert_eq!(workspace.files(), new, "step {steps}");
    }
    // Three steps for each of four files to write, and one for the file to delete.
    assert_eq!(steps, 3 * 4 + 1 + 1);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    for link in [
        "generated/src",
        "specs/spec.schema.json",
        "generated",
        "README.md",
    ] {
        let workspace = open("links");
        let outside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command/outside");
        let _ = fs::remove_dir_all(&outside);
        fs::create_dir_all(outside.join("src")).unwrap();
        for file in ["Cargo.toml", "README.md"] {
            let from = if file == "README.md" {
                file.to_owned()
            } else {
                format!("generated/{file}")
            };
            fs::copy(workspace.path(&from), outside.join(file)).unwrap();
        }
        let path = workspace.path(link);
        if path.is_dir() {
            fs::remove_dir_all(&path).unwrap();
        } else {
            let _ = fs::remove_file(&path);
        }
        let target = match link {
            "generated" => outside.clone(),
            "generated/src" => outside.join("src"),
            _ => outside.join("README.md"),
        };
        std::os::unix::fs::symlink(&target, &path).unwrap();
        let listing = || {
            let mut command = Command::new("ls");
            text(&command.arg("-lAR").arg(&outside).output().unwrap().stdout)
        };
        let before = listing();
        let output = workspace.codegen(&[]);
        assert_eq!(output.status.code(), Some(2), "{link}");
        assert!(
            text(&output.stderr).contains("is a link"),
            "{link}: {}",
            text(&output.stderr)
        );
        assert_eq!(listing(), before, "{link}");
    }
}
