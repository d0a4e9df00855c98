//! Markdown output for a pull request: what breaks something in any service, then a table for each service, and the
//! harmless changes collapsed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{advice_of, details, shortened};
use crate::diagnostics::{code, code_in_cell, plain};
use crate::diff::report::{Loudness, Report};
use crate::diff::{Api, Behaviour, Finding, Kind, Verdict, Wire};

/// A finding with the kind and reason of its approval, if it has one.
type Row<'a> = (&'a Finding, Option<(Kind, &'a str)>);

pub(super) fn render(report: &Report, links: &str) -> String {
    let mut out = format!(
        "## What the change of the specs means\n\n**{}**\n",
        report.summary()
    );
    // Writing to a String cannot fail.
    let _ = write(&mut out, report, links);
    out
}

fn write(out: &mut String, report: &Report, links: &str) -> std::fmt::Result {
    if let Some(base) = &report.base {
        writeln!(out, "\nCompared with {}.", plain(base))?;
    }
    for note in &report.notes {
        writeln!(out, "\n> ⚠️ {}", plain(&note.shown()))?;
    }
    let open = report.findings.iter().map(|finding| (finding, None));
    let approved = report
        .approved
        .iter()
        .map(|(finding, kind, reason)| (finding, Some((*kind, reason.as_str()))));
    let is_breaking = |(finding, approval): &Row<'_>| {
        approval.is_none() && Loudness::of(finding.verdict) <= Loudness::Api
    };
    let (breaking, others): (Vec<Row<'_>>, Vec<Row<'_>>) =
        open.chain(approved).partition(is_breaking);
    if !breaking.is_empty() {
        writeln!(out, "\n### Breaking\n")?;
        table(out, &breaking, links)?;
    }
    let (harmless, others): (Vec<Row<'_>>, Vec<Row<'_>>) = others
        .into_iter()
        .partition(|(finding, _)| Loudness::of(finding.verdict) == Loudness::Harmless);
    let mut services: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in others {
        services.entry(&row.0.service).or_default().push(row);
    }
    for (service, rows) in services {
        writeln!(out, "\n### {}\n", code(service))?;
        table(out, &rows, links)?;
    }
    if !harmless.is_empty() {
        let what = match harmless.len() {
            1 => "1 harmless change".to_owned(),
            count => format!("{count} harmless changes"),
        };
        writeln!(out, "\n<details><summary>{what}</summary>\n")?;
        table(out, &harmless, links)?;
        writeln!(out, "\n</details>")?;
    }
    if !report.findings.is_empty() || !report.approved.is_empty() {
        writeln!(out, "\n{LEGEND}")?;
    }
    Ok(())
}

const LEGEND: &str = "\
<sub>🔴 breaks released clients · 🟠 breaks code that uses the crate · 🟡 changes what programs do · 🟢 adds something · \
⚪ harmless · ✅ approved. **Wire**: a released client against a service that follows the new spec. **API**: code that \
was written for the old crate. **Behaviour**: the same program, compiled with the new crate. An empty cell means no \
effect.</sub>";

fn table(out: &mut String, rows: &[Row<'_>], links: &str) -> std::fmt::Result {
    writeln!(out, "| | change | old → new | wire | API | behaviour |")?;
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
        let place = code_in_cell(&format!("{} {}", finding.service, finding.place()));
        let place = match finding.new_at.as_ref().or(finding.old_at.as_ref()) {
            Some(at) => format!(
                "[{place}]({links}{}#L{})",
                at.file.replace(' ', "%20"),
                at.span.line
            ),
            None => place,
        };
        let mut lines = vec![
            format!("**{}** {place}", finding.rule),
            format!("{}.", finding.why),
        ];
        if finding.verdict.is_hidden() {
            lines.push("**Not visible in the API.**".to_owned());
        }
        let details = details(finding);
        let details = details
            .iter()
            .map(|line| code_in_cell(&line.replace('\n', " ")));
        lines.extend(details);
        lines.extend(advice_of(finding).map(|advice| format!("*{advice}*")));
        lines.extend(
            approval.map(|(kind, reason)| format!("Approved ({}): {}", kind.name(), plain(reason))),
        );
        lines.push(format!("<sub>{}</sub>", finding.fingerprint()));
        let Verdict {
            wire,
            api,
            behaviour,
        } = finding.verdict;
        let wire = match wire {
            Wire::Safe => "",
            Wire::Risk => "risk",
            Wire::Breaking => "**breaking**",
        };
        let api = match api {
            Api::None => "",
            Api::Minor => "minor",
            Api::Major => "**major**",
        };
        let behaviour = match behaviour {
            Behaviour::Same => "",
            Behaviour::Changed => "changed",
        };
        writeln!(
            out,
            "| {mark} | {} | {} | {wire} | {api} | {behaviour} |",
            lines.join("<br>"),
            change(finding),
        )?;
    }
    Ok(())
}

fn change(finding: &Finding) -> String {
    let side = |text: Option<String>| text.map_or("—".to_owned(), |text| code_in_cell(&text));
    let (old, new) = shortened(finding.old.as_ref(), finding.new.as_ref());
    format!("{} → {}", side(old), side(new))
}
