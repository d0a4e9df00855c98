//! Drift: what a vendor's description states that a spec does not, and the other way round.
//!
//! The description becomes a spec, as `new --from` writes it, and that spec a model. The image of the spec in it is compared
//! with the spec by the diff, whose rules and verdicts drift therefore has.

mod align;
mod facts;
mod render;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::{Description, File, Unreadable, describe};
use crate::diagnostics::{Diagnostics, Location};
use crate::diff::{self, Finding};
use crate::draft::{Subject, draft};
use crate::model::Service;
use crate::rules::Rule;
use crate::source::{Span, SpecSource};
use crate::spec::{Node, parse};
use align::{Pair, Partners};
pub(crate) use render::render;
pub(crate) use sources::{Entered, enter};

/// What spec and description state differently.
#[derive(Debug)]
pub(crate) struct Drift {
    /// Differences, the most severe first.
    pub(crate) differences: Vec<Difference>,
    /// Allowances of the spec that allow nothing any more.
    pub(crate) idle: Vec<Idle>,
    /// Number of differences that the spec allows.
    pub(crate) allowed: usize,
    /// Operations of the description that the spec does not have.
    pub(crate) others: Vec<String>,
    /// Operations of the spec that the description does not have.
    pub(crate) missing: Vec<String>,
    /// What could not be read of the description, with the number of times.
    pub(crate) skipped: BTreeMap<String, usize>,
    /// Name of the format of the description.
    pub(crate) format: &'static str,
    /// The same in the words of `sources:`.
    pub(crate) source_format: &'static str,
    /// Name of the description in `sources:`.
    pub(crate) source_name: String,
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
    /// Lines to paste into the spec.
    pub(crate) block: Option<String>,
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
        // A flag that is absent states nothing.
        let flags = ["read_only", "idempotent", "sensitive", "idempotency_token"];
        let is_flag = finding
            .path
            .last()
            .is_some_and(|key| flags.contains(&key.as_str()));
        match (finding.old.as_deref(), finding.new.as_deref()) {
            (None, Some(_)) => Self::Lacks,
            (Some("false"), Some("true")) if is_flag => Self::Lacks,
            (Some(_), None) => Self::Excess,
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

/// An allowance of a difference that is none any more.
#[derive(Debug)]
pub(crate) struct Idle {
    pub(crate) rule: String,
    pub(crate) path: Vec<String>,
    pub(crate) at: Location,
}

/// Compares a spec with a description.
///
/// # Errors
/// Returns the reason why the description cannot be read.
pub(crate) fn drift(
    source: &SpecSource,
    service: &Service,
    files: &[File],
) -> Result<Drift, Unreadable> {
    let description = describe(files, service.result.as_deref())?;
    let file = files
        .first()
        .map(|file| file.name.as_str())
        .unwrap_or_default();
    let covered = covered(service, &description);
    let subject = Subject {
        name: source.stem(),
        operations: &covered,
        source: file,
    };
    let text = draft(&description, &subject).map_err(|names| {
        Unreadable::new(file, format!("it has no operation {}", names.join(", ")))
    })?;
    let drafted = SpecSource::new(source.path.clone(), text.text);
    let (described, _) = crate::read_leniently(&drafted);
    let Some(described) = described.filter(|_| !covered.is_empty()) else {
        let names: Vec<_> = service
            .operations
            .iter()
            .map(|each| each.name.as_str())
            .collect();
        let why = format!("it describes none of the operations {}", names.join(", "));
        return Err(Unreadable::new(file, why));
    };
    let pair = Pair {
        spec: service,
        described: &described,
        names_auth: !description.auth.is_empty(),
        is_complete: description.is_complete(),
        states_paging: description.states_paging,
    };
    let partners = pair.partners();
    let places = Places::new(source, &drafted, &partners);
    let mut findings: Vec<Finding> = Vec::new();
    let mut seen = BTreeSet::new();
    let rounds = partners.values().map(Vec::len).max().unwrap_or(1).max(1);
    for round in 0..rounds {
        let image = pair.image(&partners, round);
        let found = diff::diff(std::slice::from_ref(service), std::slice::from_ref(&image));
        for mut finding in found {
            // A type that only the description has comes with the member that needs it.
            let is_news = finding.rule != diff::Rule::TypeAdded;
            name_scheme(&mut finding, service, &image);
            if is_news && seen.insert(finding.fingerprint()) {
                findings.push(finding);
            }
        }
    }
    findings.sort_by_cached_key(Finding::rank);
    let compared = |name: &str| {
        pair.spec
            .operations
            .iter()
            .any(|each| each.name == name && pair.partner(each).is_some())
    };
    let mut used = BTreeSet::new();
    let mut allowed = 0;
    let mut differences = Vec::new();
    // What is sent and read differs in both directions, of which the graver one is said.
    let mut said = BTreeSet::new();
    findings.retain(|each| said.insert((each.path.clone(), each.old.clone(), each.new.clone())));
    for finding in findings {
        let kind = Kind::of(&finding);
        let rule = rule(kind, &finding);
        if let Some(place) = places.allowance(&finding.path, rule) {
            used.insert(place);
            allowed += 1;
            continue;
        }
        differences.push(Difference {
            kind,
            rule,
            at: places.at(&finding.path),
            block: (kind != Kind::Excess)
                .then(|| places.block(&finding.path))
                .flatten(),
            finding,
        });
    }
    let idle = places.allowances().into_iter().filter(|(path, span, _)| {
        let is_compared = match path.as_slice() {
            [first, name, ..] if first == "operations" => compared(name),
            [first, name, ..] if first == "types" => partners.contains_key(name),
            _ => true,
        };
        is_compared && !used.contains(span)
    });
    let idle = idle.map(|(path, span, rule)| Idle {
        rule,
        path,
        at: places.here(span),
    });
    let idle = idle.collect();
    let file_name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let source_name = description.source_name(file_name).to_owned();
    let names = description.operations.iter().map(|each| each.name.clone());
    Ok(Drift {
        differences,
        idle,
        allowed,
        others: names.filter(|name| !covered.contains(name)).collect(),
        missing: service
            .operations
            .iter()
            .filter(|each| pair.partner(each).is_none())
            .map(|each| each.name.clone())
            .collect(),
        skipped: description.skipped,
        format: description.format.name(),
        source_format: description.format.source(),
        source_name,
        sha256: description.sha256,
    })
}

/// Names a way to authenticate in a path, where the diff counts.
fn name_scheme(finding: &mut Finding, spec: &Service, image: &Service) {
    let [first, index, ..] = finding.path.as_mut_slice() else {
        return;
    };
    let service = if finding.new.is_some() { image } else { spec };
    let scheme = index
        .parse()
        .ok()
        .and_then(|index: usize| service.auth.get(index));
    if let Some(scheme) = scheme.filter(|_| first == "auth") {
        *index = scheme.word().to_owned();
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

/// Returns the names in the description of the operations that a spec has.
fn covered(service: &Service, description: &Description) -> Vec<String> {
    let is_covered = |each: &&crate::describe::Operation| {
        service.operations.iter().any(|operation| {
            operation.name == each.name
                || operation.method == each.method
                    && operation.fixed == each.fixed
                    && align::numbered(&operation.path) == align::numbered(&each.path)
        })
    };
    let all = description.operations.iter();
    all.filter(is_covered)
        .map(|each| each.name.clone())
        .collect()
}

/// Places in the spec, and blocks of the draft.
struct Places<'a> {
    source: &'a SpecSource,
    root: Option<Node>,
    draft: String,
    drafted: Option<Node>,
    partners: &'a Partners,
}

impl<'a> Places<'a> {
    fn new(source: &'a SpecSource, drafted: &SpecSource, partners: &'a Partners) -> Self {
        let root = |source| parse(source, &mut Diagnostics::default()).map(|tree| tree.root);
        Self {
            source,
            root: root(source),
            draft: String::from_utf8_lossy(&drafted.bytes).into_owned(),
            drafted: root(drafted),
            partners,
        }
    }

    fn here(&self, span: Span) -> Location {
        Location {
            file: self.source.path.clone(),
            span,
        }
    }

    /// Returns the place of a path, or of the last key on the way to it.
    fn at(&self, path: &[String]) -> Location {
        let mut span = Span::START;
        for (place, _) in self.root.iter().flat_map(|root| diff::way(root, path)) {
            span = place;
        }
        self.here(span)
    }

    /// Returns the place of the allowance of a rule at a member or at what it belongs to.
    fn allowance(&self, path: &[String], rule: Rule) -> Option<Span> {
        let root = self.root.as_ref()?;
        let nodes = diff::way(root, path);
        nodes.iter().rev().find_map(|(_, node)| {
            let entries = node.get("allow")?.entries();
            let named = entries
                .iter()
                .find(|entry| entry.key.eq_ignore_ascii_case(rule.id()))?;
            Some(named.key_span)
        })
    }

    /// Returns all allowances of drift: the path of what has them, the place and the rule.
    fn allowances(&self) -> Vec<(Vec<String>, Span, String)> {
        let mut found = Vec::new();
        let mut open: Vec<(Vec<String>, &Node)> =
            self.root.iter().map(|root| (Vec::new(), root)).collect();
        while let Some((path, node)) = open.pop() {
            for entry in node.entries() {
                if entry.key == "allow" {
                    let of_drift = entry
                        .value
                        .entries()
                        .iter()
                        .filter(|entry| entry.key.parse::<Rule>().is_ok_and(Rule::is_of_drift));
                    found.extend(
                        of_drift.map(|entry| (path.clone(), entry.key_span, entry.key.clone())),
                    );
                } else {
                    let path = [path.as_slice(), std::slice::from_ref(&entry.key)].concat();
                    open.push((path, &entry.value));
                }
            }
        }
        found.sort_by_key(|(_, span, _)| (span.line, span.column));
        found
    }

    /// Returns the lines of the draft that say what the description says at a path.
    fn block(&self, path: &[String]) -> Option<String> {
        let mut path = path.to_vec();
        if let [first, name, ..] = path.as_mut_slice()
            && first == "types"
            && let Some(partner) = self.partners.get(name.as_str()).and_then(|all| all.first())
        {
            name.clone_from(partner);
        }
        let way = diff::way(self.drafted.as_ref()?, &path);
        // The whole path has to be there, or the block would be of something else.
        let (start, node) = way.get(path.len().checked_sub(1)?)?;
        let lines: Vec<_> = self.draft.lines().collect();
        let first = start.line.checked_sub(1)?;
        let (end, column) = node.end;
        // An end at the beginning of a line belongs to the line before.
        let last = if column <= 1 {
            end.checked_sub(1)?
        } else {
            end
        };
        let lines = lines.get(first..last.max(first + 1).min(lines.len()))?;
        let mut text = lines.join("\n").trim_end().to_owned();
        // With the types that the spec does not have yet.
        let mut open = vec![*node];
        let mut added = BTreeSet::new();
        while let Some(node) = open.pop() {
            open.extend(node.entries().iter().map(|entry| &entry.value));
            let name = node.text().and_then(|ty| ty.rsplit(' ').next());
            let Some((entry, name)) = name.and_then(|name| {
                let types = self.drafted.as_ref()?.get("types")?;
                Some((types.entry(name)?, name))
            }) else {
                continue;
            };
            let is_known = self
                .partners
                .values()
                .flatten()
                .any(|partner| partner == name);
            if !is_known && added.insert(name.to_owned()) {
                let (end, column) = entry.value.end;
                let end = if column <= 1 {
                    end.saturating_sub(1)
                } else {
                    end
                };
                let start = entry.key_span.line.saturating_sub(1);
                let lines: Vec<_> = self.draft.lines().skip(start).take(end - start).collect();
                text.push_str("\n\n");
                text.push_str(lines.join("\n").trim_end());
                open.push(&entry.value);
            }
        }
        Some(text)
    }
}
