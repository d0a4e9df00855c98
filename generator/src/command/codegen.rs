//! `codegen`: updates the generated crate from the specs, or reports that it is stale.

use std::fmt::Write;
use std::path::PathBuf;

use super::{Context, FAILED, Outcome, STALE, say, specs, watch};
use crate::diagnostics::Format;
use crate::output::{self, Change};
use crate::{SpecSource, generate};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Write nothing; exit with code 1 if a file would change.
    #[arg(long)]
    check: bool,
    /// Show the changes as a diff.
    #[arg(long)]
    diff: bool,
    /// Read only this spec, such as `aws-bedrock`, or its file, and write only its module.
    #[arg(long, value_name = "SPEC")]
    spec: Option<PathBuf>,
    /// Output format of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Regenerate whenever a spec or sample is saved, until interrupted. Errors in a spec are reported, and the next
    /// change is awaited.
    #[arg(long, conflicts_with = "check")]
    watch: bool,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let once = |sources: &[SpecSource]| once(context, arguments, sources);
    if arguments.watch {
        watch::run(&context.root, once)
    } else {
        once(&specs::of_workspace(&context.root)?)
    }
}

fn once(context: &Context<'_>, arguments: &Arguments, sources: &[SpecSource]) -> Outcome {
    let sources = match arguments.spec.as_deref() {
        None => sources,
        Some(word) => {
            let named = specs::one_named(&context.root, word)?.path;
            let is_it = |source: &&SpecSource| {
                let path = context.root.join(&source.path);
                matches!((path.canonicalize(), named.canonicalize()), (Ok(a), Ok(b)) if a == b)
            };
            let Some(source) = sources.iter().find(is_it) else {
                return Err(format!("{} is no spec of the workspace", word.display()));
            };
            std::slice::from_ref(source)
        }
    };
    let only = sources.first().map(SpecSource::stem);
    let only = only.filter(|_| arguments.spec.is_some());
    let generated = generate(sources);
    let findings = generated.diagnostics.without_notes();
    context.report(&findings, arguments.format, sources);
    if let Some((file, invalid)) = generated.bug {
        return Err(format!("generated/src/{file}: {invalid}"));
    }
    let Some(output) = generated.output else {
        return Ok(FAILED);
    };
    let root = &context.root;
    let changes = match arguments.spec {
        None => output::plan(root, &output),
        Some(_) => output::plan_modules(root, &output),
    };
    let changes = changes.map_err(|problem| problem.to_string())?;
    if !arguments.check {
        for change in &changes {
            let applied = output::apply(root, change, context.disk);
            applied.map_err(|problem| problem.to_string())?;
        }
    }
    if arguments.format == Format::Text {
        let (specs, files) = (sources.len(), output.files.len());
        say(&summary(&changes, arguments, only, specs, files));
    }
    Ok(if arguments.check && !changes.is_empty() {
        STALE
    } else {
        0
    })
}

/// Returns a summary of the changes that were made, or would be.
/// `only` is the only spec that was read, if one was chosen.
fn summary(
    changes: &[Change],
    arguments: &Arguments,
    only: Option<&str>,
    specs: usize,
    files: usize,
) -> String {
    let check = arguments.check;
    let mut out = String::new();
    // Writing to a String cannot fail.
    for change in changes {
        if arguments.diff {
            out.push_str(&unified(change));
        }
        let done = match (check, &change.old, &change.new) {
            (true, _, None) => "to be deleted",
            (true, None, _) => "missing",
            (true, ..) => "stale",
            (false, _, None) => "deleted",
            (false, None, _) => "created",
            (false, ..) => "updated",
        };
        let _ = writeln!(out, "{done:>13}  {}", change.path);
    }
    let _ = match (changes.len(), only) {
        (0, Some(name)) => writeln!(out, "the module of {name} is fresh"),
        (_, Some(name)) if !check => writeln!(out, "regenerated the module of {name}"),
        (0, None) => writeln!(out, "everything is fresh: {specs} specs, {files} files"),
        (1, _) if check => writeln!(
            out,
            "1 file differs from the specs: run `cargo xtask codegen`"
        ),
        (count, _) if check => writeln!(
            out,
            "{count} files differ from the specs: run `cargo xtask codegen`"
        ),
        (1, _) => writeln!(out, "regenerated from {specs} specs: 1 file changed"),
        (count, _) => writeln!(out, "regenerated from {specs} specs: {count} files changed"),
    };
    out
}

/// Returns a change in the unified diff format.
fn unified(change: &Change) -> String {
    let (old, new) = (
        change.old.as_deref().unwrap_or_default(),
        change.new.as_deref().unwrap_or_default(),
    );
    let (from, to) = (format!("a/{}", change.path), format!("b/{}", change.path));
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&from, &to)
        .to_string()
}
