//! Drift: what a vendor's description states that a spec does not, and the other way round.
//!
//! The description becomes a spec, as `new --from` writes it, and that spec a model. The image of the spec in it is compared
//! with the spec by the diff, whose rules and verdicts drift therefore has.
//!
//! Hosts are not compared: those of documents are examples of a region or a partition, and the prefix of botocore is only the
//! usual first label. A base path stands before the paths of the operations, and is compared there.

mod allowances;
mod authentication;
mod compare;
mod derived;
mod facts;
mod image;
mod lines;
mod pairs;
mod paste;
mod places;
mod render;
mod sources;

use std::collections::BTreeSet;

use crate::describe::{File, Format, Unreadable, describe_each};
use crate::diagnostics::Location;
use crate::diff::{self, Finding};
use crate::model::Service;
use crate::rules::Rule;
use crate::source::SpecSource;
use allowances::{Allowance, Allowances};
use compare::Comparison;
use lines::Part;
use places::Places;
pub(crate) use render::render;
pub(crate) use sources::{Entered, enter};

/// What spec and description state differently.
#[derive(Debug)]
pub(crate) struct Drift {
    /// Differences, the most severe first.
    pub(crate) differences: Vec<Difference>,
    /// Allowances of the spec that allow nothing any more.
    pub(crate) idle: Vec<Idle>,
    /// Differences that the spec allows.
    pub(crate) allowed: Vec<Allowed>,
    /// Operations of the description that the spec does not have.
    pub(crate) others: Vec<String>,
    /// Operations of the spec that the description does not have.
    pub(crate) missing: Vec<String>,
    /// What could not be compared, each with some places.
    pub(crate) skipped: Vec<String>,
    /// Names of the formats of the descriptions.
    pub(crate) formats: BTreeSet<&'static str>,
    /// The descriptions that were compared.
    pub(crate) sources: Vec<Compared>,
}

/// A description that was compared.
#[derive(Debug)]
pub(crate) struct Compared {
    /// Its name in `sources:`.
    pub(crate) name: String,
    /// Its format in the words of `sources:`.
    pub(crate) format: &'static str,
    pub(crate) sha256: String,
}

/// A difference.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    /// Rule under which a spec can allow it.
    pub(crate) rule: Rule,
    /// The change from the spec to the description.
    pub(crate) finding: Finding,
    /// Place in the spec: the member, or where it belongs.
    pub(crate) at: Location,
    /// Edits of the spec with which it says what the description says; empty if none are known.
    pub(crate) paste: Vec<Part>,
}

impl Difference {
    /// Returns the name of the rule of the diff. Patterns have one of their own, because nobody can tell which of them is
    /// stricter.
    pub(crate) fn name(&self) -> &'static str {
        match self.rule {
            Rule::V04 => "pattern-changed",
            _ => self.finding.rule.id(),
        }
    }
}

/// Kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The description states it, and the spec does not.
    Lacks,
    /// The spec states it, and the description does not.
    Excess,
    /// Both state something else.
    Differs,
}

impl Kind {
    fn of(finding: &Finding) -> Self {
        let says = |value: &Option<String>| match (value.as_deref(), finding.rule) {
            (None, _) => false,
            // Lists of constants, and what may be left out.
            (Some(""), diff::Rule::FixedQueryChanged | diff::Rule::FixedHeadersChanged) => false,
            (
                Some("none"),
                diff::Rule::ContentTypeChanged
                | diff::Rule::HostPrefixChanged
                | diff::Rule::ResponseChanged,
            ) => false,
            (Some("as the service"), diff::Rule::OperationAuthChanged) => false,
            _ => true,
        };
        // A flag that is absent states nothing.
        let flags = ["read_only", "idempotent", "sensitive", "idempotency_token"];
        let last = finding.path.last().map(String::as_str);
        let is_flag = last.is_some_and(|key| flags.contains(&key));
        match (says(&finding.old), says(&finding.new)) {
            (false, true) => Self::Lacks,
            (true, false) => Self::Excess,
            _ if is_flag && matches!(finding.old.as_deref(), Some("false" | "none")) => Self::Lacks,
            _ => Self::Differs,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Lacks => "lacks",
            Self::Excess => "excess",
            Self::Differs => "differs",
        }
    }
}

/// A difference that the spec allows.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) rule: Rule,
    pub(crate) finding: Finding,
    pub(crate) reason: String,
    /// Place of the allowance.
    pub(crate) at: Location,
}

/// An allowance of a difference that is none any more.
#[derive(Debug)]
pub(crate) struct Idle {
    pub(crate) rule: String,
    /// The block that has it, and what it allows there.
    pub(crate) path: Vec<String>,
    /// What is wrong with it, if a difference nearby may be meant.
    pub(crate) advice: Option<String>,
    pub(crate) at: Location,
}

/// The most differences for which edits are looked for. Where there are more, these come first.
pub(crate) const MOST_EDITS: usize = 100;

/// Compares a spec with the descriptions of its vendor.
///
/// # Errors
/// Returns the reason why a description cannot be read, or that it has nothing to do with the spec.
pub(crate) fn drift(
    source: &SpecSource,
    service: &Service,
    files: &[File],
) -> Result<Drift, Unreadable> {
    let mut comparisons = Vec::new();
    for (file, description) in describe_each(files, service.result.as_deref())? {
        comparisons.push(Comparison::new(source, service, file, description)?);
    }
    // In an order that does not depend on that of the files.
    comparisons.sort_by(|a, b| a.description.sha256.cmp(&b.description.sha256));
    let places = Places::new(source);
    let is_compared = |name: &String| {
        let mut all = comparisons.iter();
        all.any(|each| each.compared.contains(name))
    };
    let operations = service.operations.iter().map(|each| each.name.clone());
    let missing: Vec<String> = operations.filter(|name| !is_compared(name)).collect();
    let mut found: Vec<(Finding, Option<&Comparison>)> = Vec::new();
    for comparison in &comparisons {
        let findings = comparison.findings.iter().cloned();
        found.extend(findings.map(|finding| (finding, Some(comparison))));
    }
    if comparisons.iter().any(lists_all) {
        let findings = compare::missing(service, &missing);
        found.extend(findings.into_iter().map(|finding| (finding, None)));
    }
    found.sort_by_cached_key(|(finding, _)| finding.rank());
    let mut said = BTreeSet::new();
    found.retain(|(it, _)| said.insert((it.rule.id(), it.path.clone(), it.new.clone())));
    let allowances = Allowances::new(places.root.as_ref());
    let mut used = BTreeSet::new();
    let mut allowed = Vec::new();
    let mut differences = Vec::new();
    for (mut finding, comparison) in found {
        let kind = Kind::of(&finding);
        let rule = rule(kind, &finding);
        let path = places.named(&finding.path);
        if let Some(allowance) = allowances.of(&path, &finding, rule) {
            finding.path = path;
            used.insert(allowance.span);
            allowed.push(Allowed {
                rule,
                finding,
                reason: allowance.reason.clone(),
                at: places.here(allowance.span),
            });
            continue;
        }
        // Each edit is tried, and that takes its time.
        let is_early = differences.len() < MOST_EDITS;
        let paste = comparison.filter(|_| is_early);
        let paste = paste.and_then(|comparison| comparison.paste(&places, &finding));
        finding.path = path;
        differences.push(Difference {
            kind,
            rule,
            at: places.at(&finding.path),
            paste: paste.unwrap_or_default(),
            finding,
        });
    }
    let is_compared = |path: &[String]| match path {
        [first, name, ..] if first == "operations" => is_compared(name),
        [first, name, ..] if first == "types" => {
            let mut all = comparisons.iter();
            let is_it = |other: &String| {
                let path = ["types".to_owned(), other.clone()];
                places.named(&path).get(1) == Some(name)
            };
            all.any(|each| each.partners.keys().any(is_it))
        }
        _ => true,
    };
    let idle = allowances.iter();
    // What is in a block that is gone or another one cannot be told.
    let is_in_doubt = |path: &[String]| {
        let mut all = differences.iter();
        all.any(|it: &Difference| path.starts_with(&it.finding.path))
    };
    let idle = idle.filter(|each| is_compared(&each.block) && !used.contains(&each.span));
    let idle = idle.filter(|each| !is_in_doubt(&each.block));
    let misplaced = |each: &Allowance| {
        let mut all = differences.iter();
        all.find_map(|it| allowances.misplaced(each, &it.finding, it.rule))
    };
    let idle = idle.map(|each| Idle {
        advice: misplaced(each),
        rule: each.rule.clone(),
        path: each.block.iter().chain(&each.part).cloned().collect(),
        at: places.here(each.span),
    });
    let idle: Vec<_> = idle.collect();
    let skipped: BTreeSet<_> = comparisons.iter().flat_map(|it| &it.skipped).collect();
    let others: BTreeSet<_> = comparisons.iter().flat_map(|each| &each.others).collect();
    Ok(Drift {
        differences,
        idle,
        allowed,
        others: others.into_iter().cloned().collect(),
        missing,
        skipped: skipped.into_iter().cloned().collect(),
        formats: comparisons
            .iter()
            .map(|each| each.description.format.name())
            .collect(),
        sources: comparisons.iter().map(|each| each.as_source()).collect(),
    })
}

/// Whether a description has all operations of a service. The documents of explorers have one each, and so may others.
fn lists_all(comparison: &Comparison) -> bool {
    let description = &comparison.description;
    match description.format {
        Format::Botocore => true,
        Format::OpenApi | Format::Swagger => description.operations.len() > 1,
        Format::VolcengineExplorer | Format::HuaweiExplorer => false,
    }
}

fn is_pattern(finding: &Finding) -> bool {
    finding.path.last().is_some_and(|key| key == "pattern")
}

/// Returns the rule under which a difference can be allowed.
fn rule(kind: Kind, finding: &Finding) -> Rule {
    match kind {
        Kind::Differs if is_pattern(finding) => Rule::V04,
        Kind::Lacks => Rule::V01,
        Kind::Excess => Rule::V02,
        Kind::Differs => Rule::V03,
    }
}
