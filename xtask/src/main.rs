//! The commands of this workspace: `cargo xtask …`.
//!
//! Nothing is decided here: `codegen` runs the generator, `ci` runs what continuous integration runs, in its order.

mod ci;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;

/// The commands of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Arguments {
    /// Regenerates the crate `cloud-models` from `specs`.
    ///
    /// Writes only what differs. Exit code 0: everything is fresh now; 1: something is stale (with --check); 2: a spec is
    /// wrong, and nothing was written.
    #[command(disable_help_flag = true)]
    Codegen {
        /// Passed on to the generator: --check, --diff, --spec NAME, --help.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Runs everything that continuous integration runs.
    Ci {
        /// Only the steps whose names contain this.
        #[arg(long)]
        only: Option<String>,
    },
}

fn main() -> ExitCode {
    match Arguments::parse() {
        Arguments::Codegen { arguments } => generator(&arguments),
        Arguments::Ci { only } => ci::run(only.as_deref()),
    }
}

/// Builds and runs the generator; its exit code is ours.
fn generator(arguments: &[OsString]) -> ExitCode {
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--package", "generator"])
        .arg("--")
        .arg("--root")
        .arg(root());
    exit_code(command.arg("codegen").args(arguments))
}

/// The cargo that runs this, in the root of the workspace.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
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
