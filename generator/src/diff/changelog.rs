//! Changelog entry of the next version.

use std::fmt::Write;

use super::render::shortened;
use super::report::{Loudness, Report};
use super::rules::Rule;
use super::{Finding, Kind};
use crate::diagnostics::code;

/// Returns the changelog entry in Markdown: breaking changes, other changes and additions, by service.
pub fn changelog(report: &Report) -> String {
    let version = report.next_version();
    let mut out = format!("## {}\n", version.as_deref().unwrap_or("Unreleased"));
    let corrections: Vec<_> = report
        .approved
        .iter()
        .filter(|(_, kind, _)| *kind == Kind::Correction)
        .map(|(finding, ..)| finding.fingerprint())
        .collect();
    let approved = report.approved.iter().map(|(finding, ..)| finding);
    let mut findings: Vec<_> = report.findings.iter().chain(approved).collect();
    findings.sort_by_cached_key(|finding| finding.rank());
    let sections = [
        ("Breaking", &[Loudness::Wire, Loudness::Api][..]),
        ("Changed", &[Loudness::Behaviour]),
        ("Added", &[Loudness::Addition]),
        ("Documentation", &[Loudness::Harmless]),
    ];
    for (title, kinds) in sections {
        // Other harmless changes are listed as changes rather than under documentation.
        let is_docs = |finding: &Finding| finding.rule == Rule::DocsChanged;
        let loudness = |finding: &Finding| match Loudness::of(finding.verdict) {
            Loudness::Harmless if !is_docs(finding) => Loudness::Behaviour,
            loudness => loudness,
        };
        let rows: Vec<_> = findings
            .iter()
            .filter(|finding| kinds.contains(&loudness(finding)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n### {title}\n");
        if title == "Documentation" {
            let mut services: Vec<_> = rows.iter().map(|finding| code(&finding.service)).collect();
            services.dedup();
            services.sort();
            services.dedup();
            let _ = writeln!(out, "- Of {}.", services.join(", "));
            continue;
        }
        for finding in rows {
            let correction = if corrections.contains(&finding.fingerprint()) {
                " (a correction)"
            } else {
                ""
            };
            let _ = writeln!(
                out,
                "- {}: {}{correction}.",
                subject(finding),
                sentence(finding)
            );
        }
    }
    if findings.is_empty() {
        out.push_str("\nNothing changed.\n");
    }
    out
}

/// Returns a description of a change and its effect.
fn sentence(finding: &Finding) -> String {
    let rule = finding.rule.id().replace('-', " ");
    let (old, new) = shortened(finding.old.as_ref(), finding.new.as_ref());
    let values = match (old, new) {
        (Some(old), Some(new)) => format!(" from {} to {}", code(&old), code(&new)),
        _ => String::new(),
    };
    format!("{rule}{values}: {}", finding.why)
}

/// Returns the item of the crate that changed, or the place in the spec if there is no item.
fn subject(finding: &Finding) -> String {
    let service = &finding.service;
    match (&finding.item, finding.path.as_slice()) {
        (Some(item), _) => code(&format!("{service}::{item}")),
        (None, []) => code(service),
        (None, _) => format!("{}, {}", code(service), code(&finding.place())),
    }
}
