//! Markdown output for a pull request: a table for each vendor, the most severe findings first, with harmless ones
//! collapsed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::shortened;

use crate::diff::report::{Loudness, Report};
use crate::diff::{Finding, Kind};

/// A finding with the kind and reason of its approval, if it has one.
type Row<'a> = (&'a Finding, Option<(Kind, &'a str)>);

pub(super) fn render(report: &Report, links: &str) -> String {
    let mut out = format!(
        "## What the change of the specs means\n\n**{}**\n",
        report.summary()
    );
    let open = report.findings.iter().map(|finding| (finding, None));
    let approved = report
        .approved
        .iter()
        .map(|(finding, kind, reason)| (finding, Some((*kind, reason.as_str()))));
    let mut services: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in open.chain(approved) {
        services.entry(&row.0.service).or_default().push(row);
    }
    // The service with the most severe finding comes first.
    let mut services: Vec<_> = services.into_iter().collect();
    services.sort_by_key(|(name, rows)| {
        (
            rows.iter()
                .map(|(finding, _)| Loudness::of(finding.verdict))
                .min(),
            *name,
        )
    });
    for (service, rows) in services {
        // Writing to a String cannot fail.
        let _ = section(&mut out, service, &rows, links);
    }
    out
}

fn section(out: &mut String, service: &str, rows: &[Row<'_>], links: &str) -> std::fmt::Result {
    let (loud, harmless): (Vec<Row<'_>>, Vec<Row<'_>>) = rows
        .iter()
        .copied()
        .partition(|(finding, _)| Loudness::of(finding.verdict) <= Loudness::Addition);
    writeln!(out, "\n### `{service}`\n")?;
    if !loud.is_empty() {
        table(out, &loud, links)?;
    }
    if !harmless.is_empty() {
        let count = harmless.len();
        let what = if count == 1 {
            "1 harmless change".to_owned()
        } else {
            format!("{count} harmless changes")
        };
        writeln!(out, "\n<details><summary>{what}</summary>\n")?;
        table(out, &harmless, links)?;
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}

fn table(out: &mut String, rows: &[Row<'_>], links: &str) -> std::fmt::Result {
    writeln!(
        out,
        "| | change | old → new | wire | Rust API | behaviour |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (finding, approval) in rows {
        let mark = match (Loudness::of(finding.verdict), approval) {
            (_, Some(_)) => "✅",
            (Loudness::Wire, _) => "🔴",
            (Loudness::Api, _) => "🟠",
            (Loudness::Behaviour, _) => "🟡",
            (Loudness::Addition, _) => "🟢",
            (Loudness::Harmless, _) => "⚪",
        };
        let place = code(&finding.place());
        let place = match finding.new_at.as_ref().or(finding.old_at.as_ref()) {
            Some(at) => format!(
                "[{place}]({links}{}#L{})",
                at.file.replace(' ', "%20"),
                at.span.line
            ),
            None => place,
        };
        let hidden = if finding.verdict.is_hidden() {
            " **Not to be seen in the API.**"
        } else {
            ""
        };
        let advice = match finding.advice {
            "nothing" => String::new(),
            advice => format!(" *{advice}*"),
        };
        let approval = approval
            .map(|(kind, reason)| format!(" Approved ({}): {}", kind.name(), plain(reason)));
        let verdict = finding.verdict;
        writeln!(
            out,
            "| {mark} | **{}** {place}<br>{}.{hidden}{advice}{} <sub>{}</sub> | {} | {} | {} | {} |",
            finding.rule,
            finding.why,
            approval.unwrap_or_default(),
            finding.fingerprint(),
            change(finding),
            verdict.wire.word(),
            verdict.api.word(),
            verdict.behaviour.word()
        )?;
    }
    Ok(())
}

fn change(finding: &Finding) -> String {
    let side = |text: Option<String>| text.map_or("—".to_owned(), |text| code(&text));
    let (old, new) = shortened(finding.old.as_ref(), finding.new.as_ref());
    format!("{} → {}", side(old), side(new))
}

/// Returns a text as code in a table cell.
fn code(text: &str) -> String {
    let line = text.replace(char::is_control, " ");
    // A vertical bar ends a cell even within code.
    let line = line.replace('|', "\\|");
    let ticks = "`".repeat(
        line.split(|c| c != '`')
            .map(str::len)
            .max()
            .unwrap_or_default()
            + 1,
    );
    let blank = if line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    match line.as_str() {
        "" => "empty".to_owned(),
        line => format!("{ticks}{blank}{line}{blank}{ticks}"),
    }
}

/// Returns a reason as text in a table cell, with markup escaped.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            '|' | '<' | '>' | '[' | ']' | '`' | '*' | '_' | '\\' | '#' | '@' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
