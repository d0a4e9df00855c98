//! `check`: holds specs against the rules, without writing anything.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Context, FAILED, Outcome, complain, is_bad, say, specs};
use crate::SpecSource;
use crate::diagnostics::Format;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Specs, or folders with specs; without, those of the workspace.
    files: Vec<PathBuf>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit code 2 for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Also prints notes: what is worth a look now and then.
    #[arg(long)]
    notes: bool,
}

/// Exit code 0: no errors; 2: errors, or a file that cannot be read.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let (sources, problems) = if arguments.files.is_empty() {
        (specs::of_workspace(&context.root)?, Vec::new())
    } else {
        named(&arguments.files)
    };
    let (_, mut diagnostics) = crate::read(&sources);
    if !arguments.notes {
        diagnostics = diagnostics.without_notes();
    }
    context.report(&diagnostics, arguments.format, &sources);
    for problem in &problems {
        complain(problem);
    }
    if !problems.is_empty() || is_bad(&diagnostics, arguments.deny_warnings) {
        return Ok(FAILED);
    }
    if arguments.format == Format::Text {
        let what = if diagnostics.is_empty() {
            "clean"
        } else {
            "without errors"
        };
        say(&match sources.len() {
            1 => format!("1 spec is {what}\n"),
            count => format!("{count} specs are {what}\n"),
        });
    }
    Ok(0)
}

/// The specs that were named, and what is wrong with the names.
fn named(files: &[PathBuf]) -> (Vec<SpecSource>, Vec<String>) {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    let mut paths = BTreeMap::new();
    for file in files {
        let found = if file.is_dir() {
            specs::of_folder(file)
        } else {
            Ok(vec![file.clone()])
        };
        match found {
            // One file may be named in several ways.
            Ok(files) => paths.extend(files.into_iter().map(|file| {
                let whole = file.canonicalize();
                (whole.unwrap_or_else(|_| file.clone()), file)
            })),
            Err(problem) => problems.push(problem),
        }
    }
    for path in paths.into_values() {
        let shown = path.to_string_lossy().replace('\\', "/");
        match specs::read(&path, shown) {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    (sources, problems)
}
