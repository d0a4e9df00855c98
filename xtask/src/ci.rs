//! Checks of continuous integration, in order: the quick ones and those most likely to fail first.

use std::process::ExitCode;
use std::time::Instant;

use crate::{cargo, root};

/// A step: its name, the arguments of cargo, and an environment variable.
struct Step {
    name: String,
    arguments: Vec<String>,
    variable: Option<(&'static str, &'static str)>,
}

fn step(name: &str, arguments: &str) -> Step {
    Step {
        name: name.to_owned(),
        arguments: arguments.split(' ').map(str::to_owned).collect(),
        variable: None,
    }
}

fn steps(features: &[String]) -> Vec<Step> {
    let mut steps = vec![
        step("formatting", "fmt --all --check"),
        step("specs keep the rules", "xtask check --deny-warnings"),
        step("generated code is fresh", "xtask codegen --check"),
        step(
            "clippy",
            "clippy --workspace --all-targets --all-features --locked -- --deny warnings",
        ),
        // This command is also in the README.
        step("tests", "test --workspace --all-features"),
        // The other tests do not need git, so this runs separately; it is built together with them.
        step(
            "diff against git",
            "run --quiet --package cloud-models-tests --all-features --bin diff_git",
        ),
        step(
            "clippy of a whole generated service",
            "run --quiet --package cloud-models-tests --all-features --bin lint_service",
        ),
        step(
            "tests without optional features",
            "test --package cloud-models-tests --locked",
        ),
        Step {
            variable: Some(("RUSTDOCFLAGS", "--deny warnings")),
            ..step(
                "documentation",
                "doc --workspace --all-features --no-deps --locked",
            )
        },
        step(
            "no feature",
            "clippy --package cloud-models --no-default-features --locked -- --deny warnings",
        ),
    ];
    steps.push(step(
        "program without profiles",
        "clippy --package cloud-models-cli --no-default-features --locked -- --deny warnings",
    ));
    // Each vendor alone, and with each transport.
    for vendor in features {
        for features in [vendor.clone()]
            .into_iter()
            .chain(TRANSPORTS.map(|transport| format!("{vendor},{transport}")))
        {
            let arguments = format!(
                "clippy --package cloud-models --no-default-features --features {features} --locked -- --deny warnings"
            );
            steps.push(step(&format!("feature {features} alone"), &arguments));
        }
    }
    // Features that need no transport are checked without one.
    for features in OTHERS {
        let arguments = format!(
            "clippy --package cloud-models --no-default-features --features {features} --locked -- --deny warnings"
        );
        steps.push(step(&format!("feature {features} alone"), &arguments));
    }
    // The runtime is built from the package that would be uploaded. The clients are not: cargo would build them with
    // the first version of the runtime package that it cached, even after the runtime has changed.
    steps.push(step(
        "package of the runtime",
        "package --package cloud-models-runtime --allow-dirty --locked",
    ));
    steps.push(step(
        "package of the clients",
        "package --package cloud-models-runtime --package cloud-models --no-verify --allow-dirty --locked",
    ));
    steps
}

/// Features of the clients that must work without an HTTP stack.
const OTHERS: [&str; 6] = [
    "aws-bedrock,aws-credentials",
    "aws-bedrock,patterns,tracing",
    "aws-bedrock,catalog",
    "aws-bedrock,fake",
    "aws-bedrock,fake-server",
    "aws-bedrock,chrono,jiff,time",
];

/// Features of the clients that add an HTTP stack.
const TRANSPORTS: [&str; 3] = ["hyper", "reqwest", "ureq"];

/// Runs the steps, and stops at the first failure.
pub(crate) fn run(only: Option<&str>) -> ExitCode {
    let features = match features() {
        Ok(features) => features,
        Err(error) => {
            eprintln!("error: generated/Cargo.toml: {error}");
            return ExitCode::from(2);
        }
    };
    let mut steps = steps(&features);
    if let Some(word) = only {
        let names: Vec<_> = steps.iter().map(|step| step.name.clone()).collect();
        steps.retain(|step| step.name.contains(word));
        if steps.is_empty() {
            eprintln!(
                "error: no step has {word:?} in its name; there are: {}",
                names.join(", ")
            );
            return ExitCode::from(2);
        }
    }
    let start = Instant::now();
    for Step {
        name,
        arguments,
        variable,
    } in steps
    {
        println!("== {name}: cargo {}", arguments.join(" "));
        let begin = Instant::now();
        let status = cargo().args(&arguments).envs(variable).status();
        match status {
            Ok(status) if status.success() => {
                println!("== {name}: passed in {} s", begin.elapsed().as_secs())
            }
            Ok(status) => {
                eprintln!(
                    "error: {name}: {status}; to repeat it alone: cargo xtask ci --only '{name}'"
                );
                return ExitCode::from(1);
            }
            Err(error) => {
                eprintln!("error: {name}: cargo cannot be run: {error}");
                return ExitCode::from(2);
            }
        }
    }
    println!("== everything passed in {} s", start.elapsed().as_secs());
    ExitCode::SUCCESS
}

/// Returns the features of the clients that represent a service, which are those that enable nothing else.
fn features() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let manifest = std::fs::read_to_string(root().join("generated/Cargo.toml"))?;
    let manifest: toml::Table = manifest.parse()?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let is_service = |parts: &toml::Value| parts.as_array().is_some_and(Vec::is_empty);
    let services = features
        .into_iter()
        .flatten()
        .filter(|(_, parts)| is_service(parts));
    Ok(services.map(|(name, _)| name.clone()).collect())
}
