//! Drift in JSON, for programs.

use serde::Serialize;

use super::effects;
use crate::drift::lines::Part;
use crate::drift::{Allowed, Difference, Drift, Idle};

pub(super) fn render(drift: &Drift) -> String {
    let formats: Vec<_> = drift.formats.iter().copied().collect();
    let output = Output {
        format: formats.join(", "),
        differences: drift.differences.iter().map(row).collect(),
        idle: drift.idle.iter().map(idle).collect(),
        allowed: drift.allowed.len(),
        deliberate: drift.allowed.iter().map(deliberate).collect(),
        others: &drift.others,
        missing: &drift.missing,
        skipped: &drift.skipped,
    };
    let text = serde_json::to_string_pretty(&output).unwrap_or_default();
    text + "\n"
}

/// Drift of a spec from descriptions.
#[derive(Serialize)]
struct Output<'a> {
    /// Format of the description, or formats, separated by commas.
    format: String,
    /// Differences, the most severe first.
    differences: Vec<Row<'a>>,
    /// Allowances that allow nothing any more.
    idle: Vec<IdleRow<'a>>,
    /// Number of differences that the spec allows.
    allowed: usize,
    /// These differences.
    deliberate: Vec<AllowedRow<'a>>,
    /// Operations of the descriptions that the spec does not have.
    others: &'a [String],
    /// Operations of the spec that no description has.
    missing: &'a [String],
    /// What could not be compared, each with some places.
    skipped: &'a [String],
}

/// A difference.
#[derive(Serialize)]
struct Row<'a> {
    /// `lacks`, `excess` or `differs`.
    kind: &'a str,
    /// Rule of the diff.
    rule: &'a str,
    /// Rule under which the spec can allow it.
    allow: &'a str,
    /// Path in the spec.
    path: String,
    /// What the spec says.
    spec: Option<&'a str>,
    /// What the description says.
    description: Option<&'a str>,
    /// Effect on released clients if the spec follows.
    wire: String,
    /// Effect on code.
    api: String,
    /// Effect on programs.
    behaviour: String,
    /// File of the spec.
    file: &'a str,
    /// Line of the place in the spec.
    line: usize,
    /// Column of the place in the spec.
    column: usize,
    /// All lines to paste, with empty lines between those of different places.
    block: Option<String>,
    /// Edits of the spec, with line numbers from before any of them.
    paste: Vec<Edit<'a>>,
}

/// An edit of the spec.
#[derive(Serialize)]
struct Edit<'a> {
    /// First line to replace, or the one before which new lines come.
    line: usize,
    /// Number of lines to replace, 0 to only add lines.
    count: usize,
    /// Lines to write, without line breaks at their ends.
    lines: &'a [String],
}

/// A difference that the spec allows.
#[derive(Serialize)]
struct AllowedRow<'a> {
    /// Rule of the diff.
    rule: &'a str,
    /// Rule of the allowance.
    allow: &'a str,
    /// Path in the spec.
    path: String,
    /// What the spec says.
    spec: Option<&'a str>,
    /// What the description says.
    description: Option<&'a str>,
    reason: &'a str,
    /// Line of the allowance.
    line: usize,
}

/// An allowance that allows nothing.
#[derive(Serialize)]
struct IdleRow<'a> {
    /// Rule that is allowed.
    allow: &'a str,
    /// Path in the spec.
    path: String,
    /// Line of the allowance.
    line: usize,
}

fn idle(idle: &Idle) -> IdleRow<'_> {
    IdleRow {
        allow: &idle.rule,
        path: idle.path.join("."),
        line: idle.at.span.line,
    }
}

fn row(difference: &Difference) -> Row<'_> {
    let finding = &difference.finding;
    let [wire, api, behaviour] = effects(difference);
    let blocks = difference.paste.iter().map(|part| part.lines.join("\n"));
    let blocks: Vec<_> = blocks.filter(|block| !block.is_empty()).collect();
    Row {
        kind: difference.kind.word(),
        rule: difference.name(),
        allow: difference.rule.id(),
        path: finding.place(),
        spec: finding.old.as_deref(),
        description: finding.new.as_deref(),
        wire,
        api,
        behaviour,
        file: &difference.at.file,
        line: difference.at.span.line,
        column: difference.at.span.column,
        block: (!blocks.is_empty()).then(|| blocks.join("\n\n")),
        paste: difference.paste.iter().map(edit).collect(),
    }
}

fn edit(part: &Part) -> Edit<'_> {
    Edit {
        line: part.first,
        count: part.count,
        lines: &part.lines,
    }
}

fn deliberate(allowed: &Allowed) -> AllowedRow<'_> {
    let finding = &allowed.finding;
    AllowedRow {
        rule: finding.rule.id(),
        allow: allowed.rule.id(),
        path: finding.place(),
        spec: finding.old.as_deref(),
        description: finding.new.as_deref(),
        reason: &allowed.reason,
        line: allowed.at.span.line,
    }
}
