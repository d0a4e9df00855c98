//! For programs: `specs/diff.schema.json` is the schema.

use serde_json::{Value, json};

use crate::diagnostics::Location;
use crate::diff::report::Report;
use crate::diff::{Bump, Finding};

pub(super) fn render(report: &Report) -> String {
    let approved = report.approved.iter().map(|(finding, kind, reason)| {
        let mut value = self::finding(finding);
        if let Some(members) = value.as_object_mut() {
            members.insert(
                "approval".to_owned(),
                json!({ "kind": kind.name(), "reason": reason }),
            );
        }
        value
    });
    let report = json!({
        "version": 1,
        "summary": report.summary(),
        "bump": report.bump().map(bump),
        "next_version": report.next_version(),
        "findings": report.findings.iter().map(finding).chain(approved).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn bump(bump: Bump) -> &'static str {
    match bump {
        Bump::Patch => "patch",
        Bump::Minor => "minor",
        Bump::Major => "major",
    }
}

fn finding(finding: &Finding) -> Value {
    let verdict = finding.verdict;
    json!({
        "rule": finding.rule,
        "service": finding.service,
        "path": finding.path,
        "wire": verdict.wire.word().to_lowercase(),
        "api": verdict.api.word().to_lowercase(),
        "behaviour": verdict.behaviour.word().to_lowercase(),
        "hidden": verdict.is_hidden(),
        "bump": bump(verdict.bump()),
        "old": finding.old,
        "new": finding.new,
        "old_at": finding.old_at.as_ref().map(place),
        "new_at": finding.new_at.as_ref().map(place),
        "why": finding.why,
        "advice": finding.advice,
        "fingerprint": finding.fingerprint(),
    })
}

fn place(location: &Location) -> Value {
    let Location { file, span } = location;
    json!({ "file": file, "line": span.line, "column": span.column })
}
