//! Text output for a terminal: the summary, then the findings, the most severe first.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::{HIDDEN, advice_of, details, values, verdicts};
use crate::diagnostics::visible;
use crate::diff::Finding;
use crate::diff::approvals::stanza;
use crate::diff::report::{Loudness, Report};

pub(super) fn render(report: &Report, colours: bool) -> String {
    let mut out = String::new();
    let strong = if colours {
        Style::new().bold()
    } else {
        Style::new()
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{strong}{}{strong:#}", report.summary());
    if let Some(base) = &report.base {
        let _ = writeln!(out, "compared with {base}");
    }
    for note in &report.notes {
        let _ = writeln!(out, "{}", note.shown());
    }
    for finding in &report.findings {
        let _ = render_one(&mut out, finding, colours);
    }
    for (finding, kind, reason) in &report.approved {
        let _ = render_one(&mut out, finding, colours);
        let _ = writeln!(out, "    approved ({}): {reason}", kind.name());
    }
    let is_loud = |finding: &&Finding| Loudness::of(finding.verdict) <= Loudness::Behaviour;
    let stanzas: String = report.findings.iter().filter(is_loud).map(stanza).collect();
    if !stanzas.is_empty() {
        let _ = write!(
            out,
            "\nto approve a change, write it into specs/approvals.yaml with the reason:\n\n{stanzas}"
        );
    }
    out
}

fn render_one(out: &mut String, finding: &Finding, colours: bool) -> std::fmt::Result {
    let loudness = Loudness::of(finding.verdict);
    let colour = match loudness {
        Loudness::Wire | Loudness::Api => AnsiColor::BrightRed,
        Loudness::Behaviour => AnsiColor::BrightYellow,
        Loudness::Addition => AnsiColor::BrightGreen,
        Loudness::Harmless => AnsiColor::BrightBlack,
    };
    let style = if colours {
        colour.on_default().bold()
    } else {
        Style::new()
    };
    let Finding {
        rule, service, why, ..
    } = finding;
    writeln!(
        out,
        "\n{style}{rule}{style:#}  {service} {}",
        visible(&finding.place())
    )?;
    if let Some(at) = finding.new_at.as_ref().or(finding.old_at.as_ref()) {
        writeln!(
            out,
            "    at {}:{}:{}",
            at.file, at.span.line, at.span.column
        )?;
    }
    let values = values(finding.old.as_ref(), finding.new.as_ref());
    if !values.is_empty() {
        writeln!(out, "    {values}")?;
    }
    writeln!(out, "    {}", verdicts(finding.verdict))?;
    if finding.verdict.is_hidden() {
        writeln!(out, "    {HIDDEN}")?;
    }
    writeln!(out, "    {why}")?;
    for text in details(finding) {
        for line in text.lines() {
            writeln!(out, "    {}", visible(line))?;
        }
    }
    if let Some(advice) = advice_of(finding) {
        writeln!(out, "    = {advice}")?;
    }
    writeln!(out, "    {}", finding.fingerprint())
}
