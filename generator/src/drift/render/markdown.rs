//! Drift in Markdown, for a comment or the summary of a workflow.

use std::fmt::Write;

use super::{effect, instruction, lists, skipped, summary, unused, values};
use crate::diagnostics::{code, code_block, code_in_cell, plain};
use crate::drift::Drift;

pub(super) fn render(drift: &Drift, all: bool) -> String {
    let mut out = format!("**Drift:** {}\n", summary(drift));
    // Writing to a String cannot fail.
    let _ = write(&mut out, drift, all);
    out
}

fn write(out: &mut String, drift: &Drift, all: bool) -> std::fmt::Result {
    if !drift.differences.is_empty() {
        out.push_str("\n| in the spec | | rule | spec | description | to follow it |\n|---|---|---|---|---|---|\n");
    }
    for difference in &drift.differences {
        let (old, new) = values(difference);
        writeln!(
            out,
            "| {} line {} | {} | {} | {} | {} | {} |",
            code_in_cell(&difference.finding.place()),
            difference.at.span.line,
            difference.kind.word(),
            difference.name(),
            code_in_cell(&old),
            code_in_cell(&new),
            effect(difference),
        )?;
    }
    let with_lines = drift.differences.iter().filter(|it| !it.paste.is_empty());
    for (index, difference) in with_lines.enumerate() {
        if index == 0 {
            out.push_str("\n<details><summary>Lines to paste, with numbers from before any change</summary>\n");
        }
        writeln!(out, "\n{}\n", code(&difference.finding.place()))?;
        for part in &difference.paste {
            writeln!(out, "{}\n", instruction(part))?;
            if !part.lines.is_empty() {
                writeln!(out, "{}", code_block("yaml", &part.lines.join("\n")))?;
            }
        }
    }
    if drift.differences.iter().any(|it| !it.paste.is_empty()) {
        out.push_str("</details>\n");
    }
    let mut notes = Vec::new();
    for idle in &drift.idle {
        notes.push(format!(
            "line {}: {}",
            idle.at.span.line,
            plain(&unused(idle))
        ));
    }
    notes.extend(skipped(drift).map(|what| format!("not compared: {}", plain(&what))));
    for (what, names) in lists(drift, all) {
        let names: Vec<_> = names.iter().map(|name| code(name)).collect();
        notes.push(format!("{what}: {}", names.join(", ")));
    }
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        writeln!(out, "- {note}")?;
    }
    Ok(())
}
