//! The command line of the generator, as a library so that tests can run it as a program of their own.

mod check;
mod codegen;
mod diff;
mod explain;
mod new;
mod specs;
mod watch;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::diagnostics::{Diagnostics, Format};
use crate::output::Disk;
use crate::{Severity, SpecSource};

/// Turns specs of cloud APIs into typed Rust clients.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The workspace: the folder with `specs` and `generated`.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// How people call this program, for messages that tell them to.
    #[arg(long, hide = true, default_value = "generator")]
    called: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Holds specs against the rules. Writes nothing.
    Check(check::Arguments),
    /// Regenerates the crate `cloud-models` from `specs`.
    Codegen(codegen::Arguments),
    /// Says what a change of the specs means: on the wire, for code, for programs.
    Diff(diff::Arguments),
    /// Called by git for the differences of a spec.
    #[command(hide = true)]
    DiffDriver {
        /// Path, old file, old hash, old mode, new file, new hash, new mode.
        arguments: Vec<String>,
    },
    /// Says what a rule wants and why, with a bad and a good example.
    Explain {
        /// The id of the rule, such as `C01`; without, all rules are listed.
        #[arg(value_name = "ID")]
        rule: Option<String>,
    },
    /// Begins a spec: `specs/NAME.yaml`, with comments on what can be said.
    New {
        /// The module with hyphens, such as `acme-models`.
        name: String,
    },
}

/// Something differs from what the specs say.
const STALE: u8 = 1;
/// A spec is wrong, or the work could not be done.
const FAILED: u8 = 2;

/// How a command ends: its exit code, or what stood in its way.
type Outcome = Result<u8, String>;

/// Does what the arguments of the process say, and answers with its exit code: 0 done and fresh, 1 stale, 2 failed.
pub fn run(disk: &dyn Disk) -> ExitCode {
    let Arguments {
        root,
        called,
        command,
    } = arguments();
    let context = Context { root, called, disk };
    let outcome = match command {
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Codegen(arguments) => codegen::run(&context, &arguments),
        Command::Diff(arguments) => diff::run(&context, &arguments),
        Command::DiffDriver { arguments } => diff::driver(&arguments),
        Command::Explain { rule } => explain::run(rule.as_deref()),
        Command::New { name } => new::run(&context, &name),
    };
    ExitCode::from(outcome.unwrap_or_else(|problem| {
        complain(&problem);
        FAILED
    }))
}

/// The arguments of the process. Help and complaints show the name that people call it by.
fn arguments() -> Arguments {
    let mut words = std::env::args_os().skip_while(|word| word != "--called");
    let called = words.nth(1).and_then(|name| name.into_string().ok());
    let mut command = Arguments::command();
    if let Some(called) = called {
        command = command.bin_name(called);
    }
    let parsed = Arguments::from_arg_matches(&command.get_matches());
    parsed.unwrap_or_else(|error| error.exit())
}

/// What all commands need to know.
struct Context<'a> {
    root: PathBuf,
    /// `cargo xtask` or `generator`.
    called: String,
    disk: &'a dyn Disk,
}

impl Context<'_> {
    /// Prints findings: for people where messages go, for programs where output goes.
    fn report(&self, diagnostics: &Diagnostics, format: Format, sources: &[SpecSource]) {
        let text = diagnostics.render(format, sources, has_colours(&io::stderr()));
        if format != Format::Text {
            return say(&text);
        }
        warn(&text);
        // How the file is read comes first: other findings may follow from it.
        let mut rules: Vec<_> = diagnostics.iter().map(|each| each.rule).collect();
        rules.sort_by_key(|rule| (rule.severity(), !rule.id().starts_with(['Y', 'N']), *rule));
        rules.dedup();
        if let Some((first, more)) = rules.split_first() {
            let called = &self.called;
            let more: Vec<_> = more.iter().take(6).map(|rule| rule.id()).collect();
            let more = match more.as_slice() {
                [] => String::new(),
                more => format!(" (or {})", more.join(", ")),
            };
            warn(&format!(
                "for more about a rule: {called} explain {first}{more}\n"
            ));
        }
    }
}

/// Whether findings forbid to go on.
fn is_bad(diagnostics: &Diagnostics, deny_warnings: bool) -> bool {
    diagnostics.has_errors() || (deny_warnings && diagnostics.count(Severity::Warning) > 0)
}

/// Says what stood in the way of a command.
fn complain(problem: &str) {
    let problem: String = problem
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    warn(&format!("error: {problem}\n"));
}

/// Output. Whether anybody reads it makes no difference to what was done.
fn say(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// A message for people.
fn warn(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether a stream goes to a terminal that has colours, and the usual variables do not say otherwise.
fn has_colours(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}
