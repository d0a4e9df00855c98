//! Annotations on the lines of a pull request.

use crate::diagnostics::github_command;
use crate::diff::report::{Loudness, Report};
use crate::diff::{Finding, Verdict};

use super::{values, verdicts};

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
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
    let Finding {
        why,
        advice,
        verdict,
        ..
    } = finding;
    let hidden = if Verdict::is_hidden(*verdict) {
        "\nnot to be seen in the API of the crate"
    } else {
        ""
    };
    let values = values(finding.old.as_ref(), finding.new.as_ref());
    let approval = approval
        .map(|approval| format!("\n{approval}"))
        .unwrap_or_default();
    let message = format!(
        "{} {}: {values}\n{}{hidden}\n{why}\n{advice}{approval}\n{}",
        finding.service,
        finding.place(),
        verdicts(*verdict),
        finding.fingerprint()
    );
    let at = finding.new_at.as_ref().or(finding.old_at.as_ref());
    github_command(command, at, finding.rule.id(), &message)
}
