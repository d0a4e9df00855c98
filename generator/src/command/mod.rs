//! Command line of the generator, as a library so that tests can run it in a separate program.

mod check;
mod codegen;
mod diff;
mod drift;
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

/// Generates typed Rust clients from specs of cloud APIs.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Workspace: the folder that contains `specs` and `generated`.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// Name of this program in messages that tell users to run it.
    #[arg(long, hide = true, default_value = "generator")]
    called: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks specs against the rules. Writes nothing.
    Check(check::Arguments),
    /// Regenerates the crate `cloud-models` from `specs`.
    Codegen(codegen::Arguments),
    /// Reports the effects of a change of the specs on the wire format, the API and the behaviour of programs.
    Diff(diff::Arguments),
    /// Diff driver for specs, called by git.
    #[command(hide = true)]
    DiffDriver {
        /// Path, old file, old hash, old mode, new file, new hash, new mode.
        arguments: Vec<String>,
    },
    /// Compares a spec with a description that its vendor publishes. Writes nothing.
    Drift(drift::Arguments),
    /// Explains a rule, with a bad and a good example.
    Explain {
        /// ID of the rule, such as `C01`; if omitted, all rules are listed.
        #[arg(value_name = "ID")]
        rule: Option<String>,
    },
    /// Creates a spec, `specs/NAME.yaml`, with comments that explain its keys.
    New(new::Arguments),
}

/// Exit code if generated files differ from the specs.
const STALE: u8 = 1;
/// Exit code if a spec has errors or a command fails.
const FAILED: u8 = 2;

/// Exit code of a command, or the reason why it failed.
type Outcome = Result<u8, String>;

/// Runs the command given by the arguments of the process, and returns its exit code: 0 for success, 1 for stale files,
/// 2 for a failure.
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
        Command::Drift(arguments) => drift::run(&context, &arguments),
        Command::Explain { rule } => explain::run(rule.as_deref()),
        Command::New(arguments) => new::run(&context, &arguments),
    };
    ExitCode::from(outcome.unwrap_or_else(|problem| {
        complain(&problem);
        FAILED
    }))
}

/// Parses the arguments of the process. Help and usage errors show the name under which users call the program.
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

/// Context shared by all commands.
struct Context<'a> {
    root: PathBuf,
    /// Name under which users call the program: `cargo xtask` or `generator`.
    called: String,
    disk: &'a dyn Disk,
}

impl Context<'_> {
    /// Prints findings: text to stderr, machine-readable formats to stdout.
    fn report(&self, diagnostics: &Diagnostics, format: Format, sources: &[SpecSource]) {
        let text = diagnostics.render(format, sources, has_colours(&io::stderr()));
        if format != Format::Text {
            return say(&text);
        }
        warn(&text);
        // Rules about reading the file come first, because other findings may follow from theirs.
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

/// Returns whether the findings make the command fail.
fn is_bad(diagnostics: &Diagnostics, deny_warnings: bool) -> bool {
    diagnostics.has_errors() || (deny_warnings && diagnostics.count(Severity::Warning) > 0)
}

/// Prints the reason why a command failed.
fn complain(problem: &str) {
    let problem: String = problem
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    warn(&format!("error: {problem}\n"));
}

/// Prints output. A closed stdout is ignored: it does not change what the command did.
fn say(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a message to stderr.
fn warn(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Returns whether a stream is a terminal that supports colours, unless the usual environment variables disable them.
fn has_colours(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}
