//! Verification of the Rust verdicts with the compiler: for each edit, in both directions, a program that uses
//! everything of one crate is compiled with the other. It must fail if and only if the diff reports a major change,
//! except for changes that no compiler can detect.
//!
//! All programs are small packages in one workspace with a common target folder, and are checked without generating
//! code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloud_models_tests::cases::workspace;
use cloud_models_tests::consumer::consumer;
use cloud_models_tests::edits::edits;
use generator::diff::{Api, diff};
use generator::model::Service;
use generator::{SpecSource, module, read};
use serde_json::Value;

fn model(spec: &str) -> Service {
    let source = SpecSource::new("specs/example-models.yaml", spec);
    let (services, found) = read(std::slice::from_ref(&source));
    assert!(!found.has_errors(), "{}", found.plain(&[source]));
    services.into_iter().next().unwrap()
}

/// Codes and messages of errors of the compiler.
type Errors = BTreeSet<(String, String)>;

/// Packages to compile, named by their content, so that each pair is compiled once.
#[derive(Default)]
struct Packages(BTreeMap<String, (String, String)>);

impl Packages {
    /// Adds a pair of a module and a program, and returns the name of its package.
    fn add(&mut self, api: &str, program: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (api, program).hash(&mut hasher);
        let hash = hasher.finish();
        let name = format!("pair-{hash:016x}");
        self.0
            .insert(name.clone(), (api.to_owned(), program.to_owned()));
        name
    }

    /// Compiles all packages, and returns those that fail, with what the compiler says: codes and messages.
    fn failures(&self, folder: &Path) -> BTreeMap<String, Errors> {
        let runtime = workspace().join("runtime");
        for (name, (api, program)) in &self.0 {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ncloud-models-runtime = {{ path = {runtime:?} }}\nserde_json = \"1\"\n"
            );
            let package = folder.join(name);
            write(&package.join("Cargo.toml"), &manifest);
            write(
                &package.join("src/lib.rs"),
                "#![allow(deprecated)]\npub mod api;\npub mod program;\n",
            );
            write(&package.join("src/api.rs"), api);
            write(&package.join("src/program.rs"), program);
        }
        // Packages of earlier runs are not members.
        let members: Vec<_> = self.0.keys().map(|name| format!("{name:?}")).collect();
        write(
            &folder.join("Cargo.toml"),
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
                members.join(", ")
            ),
        );
        let lock = folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(workspace().join("Cargo.lock"), &lock).unwrap();
        }
        let mut failed: BTreeMap<String, Errors> = BTreeMap::new();
        let mut compiled = BTreeSet::new();
        // The system may kill a compiler, for instance for want of memory, which says nothing of its program.
        for jobs in ["2", "1", "1"] {
            let (messages, errors) = check(folder, jobs);
            for message in &messages {
                let id = message["package_id"].as_str().unwrap_or_default();
                let Some(name) = self.0.keys().find(|name| id.contains(name.as_str())) else {
                    continue;
                };
                if message["reason"] == "compiler-artifact" {
                    compiled.insert(name);
                } else if message["message"]["level"] == "error" {
                    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    let error = &message["message"];
                    let error = (word(&error["code"]["code"]), word(&error["message"]));
                    failed.entry(name.clone()).or_default().insert(error);
                }
            }
            let is_known = |name: &&String| failed.contains_key(*name) || compiled.contains(name);
            let unknown: Vec<_> = self.0.keys().filter(|name| !is_known(name)).collect();
            if unknown.is_empty() {
                return failed;
            }
            // What the compiler says of programs that must fail is not in here: that is in the messages.
            println!("cargo did not get to {unknown:?}:\n{errors}");
        }
        panic!("cargo did not get to all programs");
    }
}

/// Checks a workspace, and returns cargo's messages and what it printed beside them.
fn check(folder: &Path, jobs: &str) -> (Vec<Value>, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--keep-going", "--workspace"])
        .args(["--message-format", "json", "--jobs", jobs])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .current_dir(folder)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| !line.trim_start().starts_with("Checking"))
        .filter(|line| !line.contains("due to"))
        .map(|line| format!("{line}\n"))
        .collect();
    (messages, errors)
}

/// Writes a file unless it has the same content already, so that cargo does not rebuild it.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A compiled edit in one direction.
struct Case {
    what: String,
    is_major: bool,
    unseen: bool,
    /// Messages of the compiler that the findings predict.
    witnesses: BTreeSet<String>,
    package: String,
}

#[test]
fn programs_compile_as_the_diff_says() {
    let mut packages = Packages::default();
    let mut cases = Vec::new();
    let mut own = BTreeSet::new();
    for edit in edits() {
        let (old, new) = (model(&edit.before()), model(&edit.after()));
        for service in [&old, &new] {
            own.insert(packages.add(&module(service).unwrap(), &consumer(service)));
        }
        for (way, from, to) in [("", &old, &new), ("back: ", &new, &old)] {
            let findings = diff(std::slice::from_ref(from), std::slice::from_ref(to));
            cases.push(Case {
                what: format!("{way}{} (row {})", edit.what, edit.row),
                is_major: findings
                    .iter()
                    .any(|finding| finding.verdict.api == Api::Major),
                unseen: edit.unseen.is_some(),
                witnesses: findings
                    .iter()
                    .filter_map(|finding| finding.compiler.clone())
                    .collect(),
                package: packages.add(&module(to).unwrap(), &consumer(from)),
            });
        }
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("diff");
    let failed = packages.failures(&folder);
    // Every program must compile with the crate that it was generated for.
    let broken: Vec<_> = own
        .iter()
        .filter(|name| failed.contains_key(*name))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
    let (mut wrong, mut predicted) = (Vec::new(), 0);
    for Case {
        what,
        is_major,
        unseen,
        witnesses,
        package,
    } in &cases
    {
        let errors = failed.get(package);
        let fails = errors.is_some();
        if fails != (*is_major && !unseen) {
            wrong.push(format!(
                "{what}: {}, and the diff says {}",
                if fails { "fails" } else { "compiles" },
                if *is_major {
                    "major"
                } else {
                    "no more than minor"
                }
            ));
        }
        for witness in witnesses.iter().filter(|_| !unseen) {
            predicted += 1;
            // The module is `crate::api` here, and some messages name it.
            let witness = witness.replace("example_models", "api");
            let is_said = |(code, message): &(String, String)| {
                let words = format!("error[{code}]: {}", message.replace("`api::", "`"));
                words.starts_with(&witness)
            };
            if !errors.is_some_and(|errors| errors.iter().any(is_said)) {
                wrong.push(format!("{what}: not {witness:?}, but {errors:?}"));
            }
        }
    }
    println!("{predicted} messages of the compiler were predicted");
    println!(
        "{} packages, {} of them fail",
        packages.0.len(),
        failed.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(predicted > 50, "{predicted}");
}
