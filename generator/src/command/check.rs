//! `check`: checks specs against the rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Context, FAILED, Outcome, complain, is_bad, say, specs};
use crate::SpecSource;
use crate::diagnostics::Format;
use crate::diff::Approvals;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Specs, or folders of specs; defaults to the specs of the workspace.
    files: Vec<PathBuf>,
    /// Output format of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with code 2 on warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Also print notes, which are worth reviewing from time to time.
    #[arg(long)]
    notes: bool,
}

/// Exit code 0: no errors; 2: errors, or a file that cannot be read.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let (sources, problems) = if arguments.files.is_empty() {
        (
            specs::of_workspace(&context.root)?,
            approvals(&context.root),
        )
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

/// Returns what is wrong with the file of approvals. Whether they approve something is known to `diff` only.
fn approvals(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("specs/approvals.yaml")).unwrap_or_default();
    let problem = Approvals::read(&text).err();
    problem
        .map(|problem| format!("specs/approvals.yaml: {problem}"))
        .into_iter()
        .collect()
}

/// Returns the specs given on the command line, and the problems with their names.
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
            // A file may be given more than once under different names.
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
