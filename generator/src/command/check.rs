//! `check`: checks specs against the rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Context, FAILED, Outcome, complain, is_bad, say, specs, warn};
use crate::diagnostics::Format;
use crate::diff::Approvals;
use crate::{SpecSource, fix};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Specs by name, such as `aws-bedrock`, or by file, or folders of specs; defaults to the specs of the workspace.
    #[arg(value_name = "SPEC")]
    files: Vec<PathBuf>,
    /// Output format of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with code 2 on warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Also print notes, which are worth reviewing from time to time; those of one rule together.
    #[arg(long)]
    notes: bool,
    /// First change the specs as their findings suggest, where only one change is possible. Suppressions need a reason, so
    /// they are left to the author.
    #[arg(long)]
    fix: bool,
}

/// Exit code 0: no errors; 2: errors, or a file that cannot be read or written.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let (mut sources, mut problems) = if arguments.files.is_empty() {
        (
            specs::of_workspace(&context.root)?,
            approvals(&context.root),
        )
    } else {
        named(&context.root, &arguments.files)
    };
    if arguments.fix {
        let mut changes = Vec::new();
        for source in &mut sources {
            match mend(context, source) {
                Ok(mended) => changes.extend(mended),
                Err(problem) => problems.push(problem),
            }
        }
        report_changes(arguments.format, &changes);
    }
    let (_, mut diagnostics) = crate::read(&sources);
    if !arguments.notes {
        diagnostics = diagnostics.without_notes();
    }
    context.report(&diagnostics, arguments.format, &sources);
    let fixable = diagnostics.iter().filter(|each| each.fix.is_some()).count();
    if fixable > 0 && !arguments.fix && arguments.format == Format::Text {
        let called = &context.called;
        warn(&format!(
            "{fixable} of these can be mended by: {called} check --fix\n"
        ));
    }
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

/// Mends a spec and writes it. Returns what was changed.
fn mend(context: &Context<'_>, source: &mut SpecSource) -> Result<Vec<String>, String> {
    let Some(fix::Mended { bytes, changes }) = fix::mend(source) else {
        return Ok(Vec::new());
    };
    source.bytes = bytes;
    specs::write(context, source)?;
    Ok(changes)
}

/// Prints what was changed: with the output of the command, unless that is for programs.
fn report_changes(format: Format, changes: &[String]) {
    let print = match format {
        Format::Text => say,
        Format::Json | Format::Github | Format::Sarif => warn,
    };
    for change in changes {
        print(&format!("{change}\n"));
    }
    let text = match changes.len() {
        0 => "nothing to mend\n".to_owned(),
        1 => "1 change\n".to_owned(),
        count => format!("{count} changes\n"),
    };
    print(&text);
}

/// Returns the specs given on the command line, and the problems with their names.
fn named(root: &Path, words: &[PathBuf]) -> (Vec<SpecSource>, Vec<String>) {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    let mut files = BTreeMap::new();
    for word in words {
        match specs::named(root, word) {
            // A file may be given more than once under different names.
            Ok(found) => files.extend(found.into_iter().map(|file| {
                let whole = file.path.canonicalize();
                (whole.unwrap_or_else(|_| file.path.clone()), file)
            })),
            Err(problem) => problems.push(problem),
        }
    }
    for file in files.into_values() {
        match file.read() {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    (sources, problems)
}
