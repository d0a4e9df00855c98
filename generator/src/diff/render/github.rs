//! Annotations on the lines of a pull request.

use crate::diagnostics::{Location, github_command};
use crate::diff::Finding;
use crate::diff::report::{Loudness, Report};
use crate::source::Span;

use super::{HIDDEN, advice_of, details, values, verdicts};

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for note in &report.notes {
        let command = if note.is_error { "error" } else { "warning" };
        let at = note.file.as_ref().map(|file| Location {
            file: file.clone(),
            span: Span::START,
        });
        out.push_str(&github_command(command, at.as_ref(), "diff", &note.message));
    }
    if let Some(base) = &report.base {
        let message = format!("{}\ncompared with {base}", report.summary());
        out.push_str(&github_command("notice", None, "diff", &message));
    }
    for finding in &report.findings {
        let command = match Loudness::of(finding.verdict) {
            Loudness::Wire | Loudness::Api => "error",
            Loudness::Behaviour => "warning",
            Loudness::Addition | Loudness::Harmless => "notice",
        };
        out.push_str(&annotation(command, finding, None));
    }
    for (finding, kind, reason) in &report.approved {
        let approval = format!("approved ({}): {reason}", kind.name());
        out.push_str(&annotation("notice", finding, Some(&approval)));
    }
    out
}

fn annotation(command: &str, finding: &Finding, approval: Option<&str>) -> String {
    let Finding { why, verdict, .. } = finding;
    let values = values(finding.old.as_ref(), finding.new.as_ref());
    let mut lines = vec![
        format!("{} {}: {values}", finding.service, finding.place()),
        verdicts(*verdict),
    ];
    if verdict.is_hidden() {
        lines.push(HIDDEN.to_owned());
    }
    lines.push((*why).to_owned());
    lines.extend(details(finding));
    lines.extend(advice_of(finding).map(str::to_owned));
    lines.extend(approval.map(str::to_owned));
    lines.push(finding.fingerprint());
    let message = lines.join("\n");
    let at = finding.new_at.as_ref().or(finding.old_at.as_ref());
    github_command(command, at, finding.rule.id(), &message)
}
