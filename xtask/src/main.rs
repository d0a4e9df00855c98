//! Commands of this workspace: `cargo xtask …`.
//!
//! `ci` runs the checks of continuous integration in their order; all other commands are passed on to the generator.

mod ci;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Args, Parser};

/// Development commands of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Arguments {
    /// Regenerates the crate `cloud-models` from `specs`.
    ///
    /// Writes only files that differ. Exit code 0: all files are up to date; 1: a file is stale (with --check); 2: a
    /// spec has errors, and nothing was written.
    #[command(disable_help_flag = true)]
    Codegen(Passed),
    /// Checks the specs, or the given files, against the rules. Writes nothing, unless --fix is given.
    ///
    /// Exit code 0: no errors; 2: errors.
    #[command(disable_help_flag = true)]
    Check(Passed),
    /// Reports the effects of a change of the specs on released clients, code and programs.
    ///
    /// Exit code 0: no finding to fail on; 1: such a finding (with --fail-on); 2: the comparison failed.
    #[command(disable_help_flag = true)]
    Diff(Passed),
    /// Diff driver for specs, called by git; see CONTRIBUTING.md.
    #[command(hide = true)]
    DiffDriver(Passed),
    /// Explains a rule: `cargo xtask explain C01`. Without an ID, lists all rules.
    #[command(disable_help_flag = true)]
    Explain(Passed),
    /// Creates a spec: `cargo xtask new acme-models`, with `--from FILE` from a description of the vendor.
    #[command(disable_help_flag = true)]
    New(Passed),
    /// Compares a spec with a description that its vendor publishes: `cargo xtask drift aws-bedrock --against FILE`.
    ///
    /// Exit code 0: they agree; 1: they differ; 2: one of them cannot be read.
    #[command(disable_help_flag = true)]
    Drift(Passed),
    /// Runs all checks of continuous integration.
    Ci {
        /// Run only the steps whose names contain this text.
        #[arg(long)]
        only: Option<String>,
    },
}

#[derive(Args)]
struct Passed {
    /// Arguments for the generator; --help lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    match Arguments::parse() {
        Arguments::Codegen(passed) => generator("codegen", &passed),
        Arguments::Check(passed) => generator("check", &passed),
        Arguments::Diff(passed) => generator("diff", &passed),
        Arguments::DiffDriver(passed) => generator("diff-driver", &passed),
        Arguments::Explain(passed) => generator("explain", &passed),
        Arguments::New(passed) => generator("new", &passed),
        Arguments::Drift(passed) => generator("drift", &passed),
        Arguments::Ci { only } => ci::run(only.as_deref()),
    }
}

/// Builds and runs the generator, and returns its exit code.
fn generator(command: &str, Passed { arguments }: &Passed) -> ExitCode {
    let manifest = root().join("Cargo.toml");
    // Runs in the current folder, because paths of files are relative to it.
    let mut cargo = Command::new(cargo_program());
    cargo
        .args([
            "run",
            "--quiet",
            "--package",
            "generator",
            "--manifest-path",
        ])
        .arg(manifest)
        .args(["--", "--called", "cargo xtask", "--root"])
        .arg(root());
    exit_code(cargo.arg(command).args(arguments))
}

/// Returns the cargo that runs this program, in the root of the workspace.
fn cargo() -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(root());
    command
}

fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

fn exit_code(command: &mut Command) -> ExitCode {
    match command.status() {
        Ok(status) => status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::from(2), ExitCode::from),
        Err(error) => {
            eprintln!("error: {:?} cannot be run: {error}", command.get_program());
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn commands_that_are_written_about_exist() {
        let known = Arguments::command();
        let known: BTreeSet<_> = known
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let mut files = [
            "README.md",
            "CONTRIBUTING.md",
            "ARCHITECTURE.md",
            "CHANGELOG.md",
        ]
        .map(|name| root().join(name))
        .to_vec();
        for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
            files.push(entry.unwrap().path());
        }
        let mut found = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            for (_, rest) in text
                .match_indices("cargo xtask ")
                .map(|(at, word)| text.split_at(at + word.len()))
            {
                let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-');
                found.insert(rest[..end.unwrap_or(rest.len())].to_owned());
            }
        }
        found.remove("");
        let unknown: Vec<_> = found
            .iter()
            .filter(|name| !known.contains(name.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(found.len() > 5);
    }
}
