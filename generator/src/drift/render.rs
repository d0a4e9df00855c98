//! Drift as text for people, as JSON, as Markdown, and as annotations of a GitHub workflow.

use std::fmt::Write;

use serde::Serialize;

use super::{Difference, Drift};
use crate::diagnostics::github_command;
use crate::diff::Format;
use crate::draft::times;
use crate::rules::Rule;

/// Returns the differences in a format.
pub(crate) fn render(drift: &Drift, format: Format, all: bool) -> String {
    match format {
        Format::Text => text(drift, all),
        Format::Json => json(drift),
        Format::Markdown => markdown(drift),
        Format::Github => github(drift),
    }
}

fn summary(drift: &Drift) -> String {
    let mut parts = Vec::new();
    for kind in ["lacks", "excess", "differs"] {
        let all = drift.differences.iter();
        let count = all.filter(|each| each.kind.word() == kind).count();
        if count > 0 {
            parts.push(match kind {
                "lacks" => format!("{count} lacking in the spec"),
                "excess" => format!("{count} in excess"),
                _ => format!("{count} different"),
            });
        }
    }
    if parts.is_empty() {
        parts.push("the spec agrees with the description".to_owned());
    }
    if drift.allowed > 0 {
        parts.push(format!("{} allowed", drift.allowed));
    }
    if !drift.idle.is_empty() {
        parts.push(format!("{} allowances of nothing", drift.idle.len()));
    }
    parts.join(", ")
}

fn values(difference: &Difference) -> (String, String) {
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    (show(&difference.finding.old), show(&difference.finding.new))
}

/// Returns the effects on clients, code and programs if the spec follows the description. Of two patterns nobody can tell
/// which is stricter, so they are to be reviewed.
fn effects(difference: &Difference) -> [String; 3] {
    let verdict = difference.finding.verdict;
    match difference.rule {
        Rule::V04 => ["review", "none", "review"].map(str::to_owned),
        _ => [
            verdict.wire.to_string(),
            verdict.api.to_string(),
            verdict.behaviour.to_string(),
        ],
    }
}

fn effect(difference: &Difference) -> String {
    let [wire, api, behaviour] = effects(difference);
    format!("wire {wire}, Rust API {api}, behaviour {behaviour}")
}

fn text(drift: &Drift, all: bool) -> String {
    // Writing to a String cannot fail.
    let mut out = String::new();
    for difference in &drift.differences {
        let finding = &difference.finding;
        let at = &difference.at;
        let (old, new) = values(difference);
        let _ = writeln!(
            out,
            "{}:{}:{}: {} {} [{}, {}]",
            at.file,
            at.span.line,
            at.span.column,
            difference.kind.word(),
            finding.place(),
            difference.name(),
            difference.rule,
        );
        let _ = writeln!(out, "  spec:        {}", printable(&old));
        let _ = writeln!(out, "  description: {}", printable(&new));
        let _ = writeln!(out, "  if the spec follows: {}", effect(difference));
        if let Some(block) = &difference.block {
            let _ = writeln!(out, "  the description in the words of a spec:");
            for line in block.lines() {
                let _ = writeln!(out, "    {}", printable(line));
            }
        }
        out.push('\n');
    }
    for idle in &drift.idle {
        let at = &idle.at;
        let _ = writeln!(
            out,
            "{}:{}:{}: {} at {} allows no difference any more: delete it [V05]\n",
            at.file,
            at.span.line,
            at.span.column,
            idle.rule,
            idle.path.join("."),
        );
    }
    for (what, count) in &drift.skipped {
        let _ = writeln!(out, "not compared, {}: {}", times(*count), printable(what));
    }
    if !drift.missing.is_empty() {
        let _ = writeln!(out, "not in the description: {}", drift.missing.join(", "));
    }
    if all && !drift.others.is_empty() {
        let _ = writeln!(
            out,
            "not in the spec: {}",
            printable(&drift.others.join(", "))
        );
    }
    let _ = writeln!(out, "{}", summary(drift));
    out
}

fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn markdown(drift: &Drift) -> String {
    let mut out = format!("**Drift:** {}\n", summary(drift));
    let cell = |text: &str| printable(text).replace('|', "\\|").replace('`', "'");
    if !drift.differences.is_empty() {
        out.push_str("\n| in the spec | | rule | spec | description | if the spec follows |\n|---|---|---|---|---|---|\n");
    }
    for difference in &drift.differences {
        let (old, new) = values(difference);
        let finding = &difference.finding;
        let _ = writeln!(
            out,
            "| `{}` line {} | {} | {} | `{}` | `{}` | {} |",
            cell(&finding.place()),
            difference.at.span.line,
            difference.kind.word(),
            difference.name(),
            cell(&old),
            cell(&new),
            effect(difference),
        );
    }
    out
}

fn github(drift: &Drift) -> String {
    let mut out = String::new();
    for difference in &drift.differences {
        let (old, new) = values(difference);
        let message = format!(
            "{} {}: the spec says {old}, the description {new}",
            difference.kind.word(),
            difference.finding.place()
        );
        let rule = difference.name();
        out.push_str(&github_command(
            "warning",
            Some(&difference.at),
            rule,
            &message,
        ));
    }
    out
}

/// Drift of a spec from a description.
#[derive(Serialize)]
struct Output<'a> {
    /// Format of the description.
    format: &'a str,
    /// Differences, the most severe first.
    differences: Vec<Row<'a>>,
    /// Allowances that allow nothing any more.
    idle: Vec<IdleRow<'a>>,
    /// Number of differences that the spec allows.
    allowed: usize,
    /// Operations of the description that the spec does not have.
    others: &'a [String],
    /// Operations of the spec that the description does not have.
    missing: &'a [String],
    /// What could not be compared, with the number of times.
    skipped: &'a std::collections::BTreeMap<String, usize>,
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
    /// The description in the words of a spec.
    block: Option<&'a str>,
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

fn json(drift: &Drift) -> String {
    let output = Output {
        format: drift.format,
        differences: drift.differences.iter().map(row).collect(),
        idle: drift
            .idle
            .iter()
            .map(|idle| IdleRow {
                allow: &idle.rule,
                path: idle.path.join("."),
                line: idle.at.span.line,
            })
            .collect(),
        allowed: drift.allowed,
        others: &drift.others,
        missing: &drift.missing,
        skipped: &drift.skipped,
    };
    let text = serde_json::to_string_pretty(&output).unwrap_or_default();
    text + "\n"
}

fn row(difference: &Difference) -> Row<'_> {
    let finding = &difference.finding;
    let [wire, api, behaviour] = effects(difference);
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
        block: difference.block.as_deref(),
    }
}
