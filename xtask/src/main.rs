//! The commands of this workspace: `cargo xtask …`.
//!
//! Nothing is decided here: `ci` runs what continuous integration runs, in its order, everything else is the generator's.

mod ci;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Args, Parser};

/// The commands of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Arguments {
    /// Regenerates the crate `cloud-models` from `specs`.
    ///
    /// Writes only what differs. Exit code 0: everything is fresh now; 1: something is stale (with --check); 2: a spec is
    /// wrong, and nothing was written.
    #[command(disable_help_flag = true)]
    Codegen(Passed),
    /// Holds the specs, or files that are named, against the rules. Writes nothing.
    ///
    /// Exit code 0: no errors; 2: errors.
    #[command(disable_help_flag = true)]
    Check(Passed),
    /// Says what a change of the specs means for clients that are out, for code, and for programs.
    ///
    /// Exit code 0: nothing to fail at; 1: something (with --fail-on); 2: the comparison could not be made.
    #[command(disable_help_flag = true)]
    Diff(Passed),
    /// Called by git for the differences of a spec; see CONTRIBUTING.md.
    #[command(hide = true)]
    DiffDriver(Passed),
    /// Says what a rule wants and why: `cargo xtask explain C01`; without an id, lists all rules.
    #[command(disable_help_flag = true)]
    Explain(Passed),
    /// Begins a spec: `cargo xtask new acme-models`.
    #[command(disable_help_flag = true)]
    New(Passed),
    /// Runs everything that continuous integration runs.
    Ci {
        /// Only the steps whose names contain this.
        #[arg(long)]
        only: Option<String>,
    },
}

#[derive(Args)]
struct Passed {
    /// Passed on to the generator; --help shows what it takes.
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
        Arguments::Ci { only } => ci::run(only.as_deref()),
    }
}

/// Builds and runs the generator; its exit code is ours.
fn generator(command: &str, Passed { arguments }: &Passed) -> ExitCode {
    let manifest = root().join("Cargo.toml");
    // In the folder that it was called from, since files are named from there.
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

/// The cargo that runs this, in the root of the workspace.
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
