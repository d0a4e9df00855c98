//! Drift as text for people, as JSON, as Markdown, and as annotations of a GitHub workflow.

mod json;
mod markdown;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::lines::Part;
use super::{Allowed, Difference, Drift, Idle, MOST_EDITS};
use crate::diagnostics::{github_command, visible};
use crate::diff::Format;
use crate::rules::Rule;

/// Returns the differences in a format. `all` lists the deliberate ones, and the operations that only the descriptions have.
pub(crate) fn render(drift: &Drift, format: Format, all: bool) -> String {
    match format {
        Format::Text => text(drift, all),
        Format::Json => json::render(drift),
        Format::Markdown => markdown::render(drift, all),
        Format::Github => github(drift),
    }
}

/// Returns the whole result on one line.
fn summary(drift: &Drift) -> String {
    let count = |kind: &str| {
        let all = drift.differences.iter();
        all.filter(|each| each.kind.word() == kind).count()
    };
    let counts = [
        (count("lacks"), "missing from the spec"),
        (count("excess"), "only in the spec"),
        (count("differs"), "stated differently"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let many = match drift.sources.len() {
        1 => "description",
        _ => "descriptions",
    };
    let mut out = match drift.differences.len() {
        0 => format!("the spec agrees with the {many}"),
        1 => format!("1 difference from the {many}: {}", counts.join(", ")),
        some => format!("{some} differences from the {many}: {}", counts.join(", ")),
    };
    match drift.allowed.len() {
        0 => {}
        1 => out.push_str("; 1 deliberate difference"),
        some => {
            let _ = write!(out, "; {some} deliberate differences");
        }
    }
    match drift.idle.len() {
        0 => {}
        1 => out.push_str("; 1 allowance is no longer needed"),
        some => {
            let _ = write!(out, "; {some} allowances are no longer needed");
        }
    }
    out
}

/// Returns what the spec and the description say.
fn values(difference: &Difference) -> (String, String) {
    let show = |value: &Option<String>| match value.as_deref() {
        None => "nothing".to_owned(),
        Some("") => "empty".to_owned(),
        Some(value) => value.to_owned(),
    };
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

/// Returns what to do with the lines of an edit.
fn instruction(part: &Part) -> String {
    let lines = match (part.first, part.last()) {
        (first, last) if first == last => format!("line {first}"),
        (first, last) => format!("lines {first} to {last}"),
    };
    match (part.count, part.lines.is_empty()) {
        (0, _) => format!("add below line {}:", part.first.saturating_sub(1)),
        (_, true) => format!("delete {lines}"),
        (_, false) => format!("replace {lines} with:"),
    }
}

/// Returns a deliberate difference on one line.
fn deliberate(allowed: &Allowed) -> String {
    let finding = &allowed.finding;
    let show = |value: &Option<String>| match value.as_deref() {
        None => "nothing".to_owned(),
        Some(value) => visible(value),
    };
    format!(
        "{} [{}]: spec {}, description {}; line {}: {}",
        visible(&finding.place()),
        allowed.rule,
        show(&finding.old),
        show(&finding.new),
        allowed.at.span.line,
        visible(&allowed.reason),
    )
}

/// Returns what could not be compared.
fn skipped(drift: &Drift) -> impl Iterator<Item = String> {
    drift.skipped.iter().map(|what| visible(what))
}

fn text(drift: &Drift, all: bool) -> String {
    // Writing to a String cannot fail.
    let mut out = String::new();
    let mut shown = BTreeSet::new();
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
            visible(&finding.place()),
            difference.name(),
            difference.rule,
        );
        let _ = writeln!(out, "  spec:         {}", visible(&old));
        let _ = writeln!(out, "  description:  {}", visible(&new));
        let _ = writeln!(out, "  to follow it: {}", effect(difference));
        for part in &difference.paste {
            // Several differences may need the same new type.
            if part.count == 0 && !shown.insert(part) {
                let first = part.lines.iter().find(|line| !line.is_empty());
                let first = visible(first.map_or("", |line| line.trim()));
                let _ = writeln!(out, "  add `{first} …` as above, once");
                continue;
            }
            let _ = writeln!(out, "  {}", instruction(part));
            for line in &part.lines {
                let _ = writeln!(out, "{}", visible(line));
            }
        }
        out.push('\n');
    }
    for idle in &drift.idle {
        let at = &idle.at;
        let _ = writeln!(
            out,
            "{}:{}:{}: {} [V05]\n",
            at.file,
            at.span.line,
            at.span.column,
            unused(idle),
        );
    }
    for what in skipped(drift) {
        let _ = writeln!(out, "not compared: {what}");
    }
    let allowed = drift.allowed.iter().filter(|_| all);
    for allowed in allowed.map(deliberate) {
        let _ = writeln!(out, "deliberate: {allowed}");
    }
    for (what, names) in lists(drift, all) {
        let _ = writeln!(out, "{what}: {}", visible(&names.join(", ")));
    }
    let has_lines = drift.differences.iter().any(|each| !each.paste.is_empty());
    if has_lines {
        out.push_str("line numbers are those before any change: edit from the bottom up; of edits at the same lines, make one and compare again\n");
    }
    if drift.differences.len() > MOST_EDITS {
        let _ = writeln!(
            out,
            "edits were looked for at the first {MOST_EDITS} differences only: after them, compare again"
        );
    }
    let _ = writeln!(out, "{}", summary(drift));
    out
}

/// Returns what is wrong with an allowance that allows nothing.
fn unused(idle: &Idle) -> String {
    let (rule, path) = (&idle.rule, visible(&place(&idle.path)));
    match &idle.advice {
        None => format!("{rule} at {path} allows nothing that differs: delete it"),
        Some(advice) => format!("{rule} at {path} allows nothing: {}", visible(advice)),
    }
}

/// Returns the path of an allowance.
fn place(path: &[String]) -> String {
    match path {
        [] => "the head of the spec".to_owned(),
        path => path.join("."),
    }
}

/// Returns the names of operations that were not compared.
fn lists(drift: &Drift, all: bool) -> impl Iterator<Item = (&'static str, &[String])> {
    let others = if all { drift.others.as_slice() } else { &[] };
    let lists = [
        ("not in the description", drift.missing.as_slice()),
        ("not in the spec", others),
    ];
    lists.into_iter().filter(|(_, names)| !names.is_empty())
}

fn github(drift: &Drift) -> String {
    let mut out = String::new();
    for difference in &drift.differences {
        let (old, new) = values(difference);
        let mut message = format!(
            "{} {}: the spec says {}, the description {}\n{}",
            difference.kind.word(),
            visible(&difference.finding.place()),
            visible(&old),
            visible(&new),
            effect(difference),
        );
        for part in &difference.paste {
            let _ = write!(message, "\n{}", instruction(part));
            for line in &part.lines {
                let _ = write!(message, "\n{}", visible(line));
            }
        }
        let at = Some(&difference.at);
        out.push_str(&github_command("warning", at, difference.name(), &message));
    }
    for idle in &drift.idle {
        let message = unused(idle);
        out.push_str(&github_command("warning", Some(&idle.at), "V05", &message));
    }
    let mut lines = vec![summary(drift)];
    lines.extend(skipped(drift).map(|what| format!("not compared: {what}")));
    let lists = lists(drift, false);
    lines.extend(lists.map(|(what, names)| format!("{what}: {}", visible(&names.join(", ")))));
    out.push_str(&github_command("notice", None, "drift", &lines.join("\n")));
    out
}
