//! Comparison of a spec with one description.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{self, Part};
use super::pairs::{Pair, Partners, numbered};
use super::paste::Draft;
use super::places::Places;
use super::{Compared, derived};
use crate::describe::{Description, Format, Operation, Unreadable};
use crate::diagnostics::{Diagnostic, Severity};
use crate::diff::{self, Finding, Rule};
use crate::draft::{self, Drafted, LeftOut, Subject, draft};
use crate::model::{self, Service, Type};
use crate::rules;
use crate::source::SpecSource;

/// What one description states otherwise than a spec.
pub(super) struct Comparison {
    pub(super) description: Description,
    /// Name of its file, without folders.
    pub(super) file: String,
    /// Differences from the spec to the description, each once.
    pub(super) findings: Vec<Finding>,
    /// Types of the spec that the description has, too.
    pub(super) partners: Partners,
    /// Operations of the spec that the description has, too.
    pub(super) compared: BTreeSet<String>,
    /// Operations of the description that the spec does not have.
    pub(super) others: Vec<String>,
    /// What could not be compared of these operations.
    pub(super) skipped: Vec<String>,
    /// The description as a model.
    described: Service,
    /// The description as a spec.
    draft: Draft,
    /// What it does not say.
    left_out: LeftOut,
}

impl Comparison {
    /// Compares a spec with a description that was read from a file.
    ///
    /// # Errors
    /// Returns the reason if the description has no operation of the spec.
    pub(super) fn new(
        source: &SpecSource,
        service: &Service,
        file: &str,
        mut description: Description,
    ) -> Result<Self, Unreadable> {
        // Order says nothing, but names of types that are there twice are numbered in it.
        description.operations.sort_by(|a, b| a.name.cmp(&b.name));
        let is_covered = |each: &Operation| {
            let mut all = service.operations.iter();
            all.any(|operation| is_partner(operation, &description, each))
        };
        let mut unreadable = description.unreadable.iter();
        if let Some(found) = unreadable.find(|each| is_covered(&each.operation)) {
            return Err(found.why.clone());
        }
        let (covered, inexpressible): (Vec<_>, Vec<_>) = { description.operations.iter() }
            .filter(|each| is_covered(each))
            .partition(|each| each.inexpressible.is_none());
        let covered: Vec<_> = covered.into_iter().map(|each| each.name.clone()).collect();
        if let Some(first) = inexpressible.first().filter(|_| covered.is_empty()) {
            let why = draft::inexpressible(first).unwrap_or_default();
            let why = format!("no spec can say what it describes: {why}");
            return Err(Unreadable::new(file, why));
        }
        let draft_with = |names: &BTreeMap<String, String>| {
            let subject = Subject {
                name: source.stem(),
                operations: &covered,
                source: file,
                names,
            };
            draft(&description, &subject).map_err(|names| {
                Unreadable::new(file, format!("it has no operation {}", names.join(", ")))
            })
        };
        let Drafted {
            text,
            mut skipped,
            left_out,
            ..
        } = draft_with(&BTreeMap::new())?;
        skipped.extend(
            inexpressible
                .iter()
                .filter_map(|it| draft::inexpressible(it)),
        );
        let drafted = SpecSource::new(source.path.clone(), text);
        if covered.is_empty() {
            let operations = service.operations.iter();
            let names: Vec<_> = operations.map(|each| each.name.as_str()).collect();
            let why = format!("it describes none of the operations {}", names.join(", "));
            return Err(Unreadable::new(file, why));
        }
        let (described, found) = crate::read_leniently(&drafted);
        // Characters that no spec can have are left out, and the rest is what is described.
        let is_error =
            |it: &&Diagnostic| it.severity() == Severity::Error && it.rule != rules::Rule::Y03;
        let error = found.iter().find(is_error);
        let described = described.filter(|_| error.is_none()).ok_or_else(|| {
            let why = error.map_or("it is too large", |error| &error.message);
            Unreadable::new(file, format!("no spec can say what it describes: {why}"))
        })?;
        let pair = Pair {
            spec: service,
            described: &described,
            description: &description,
            left_out: &left_out,
        };
        let partners = pair.partners();
        let findings = findings(&pair, &partners);
        let operations = service.operations.iter();
        let operations: BTreeMap<_, _> = operations
            .filter_map(|each| Some((each.name.clone(), pair.partner(each)?.name.clone())))
            .collect();
        // What cannot be compared is there nevertheless.
        let is_there = |operation: &&model::Operation| {
            let mut all = inexpressible.iter();
            all.any(|each| is_partner(operation, &description, each))
        };
        let there = service.operations.iter().filter(is_there);
        let there = there.map(|operation| &operation.name);
        let compared: BTreeSet<_> = operations.keys().chain(there).cloned().collect();
        let Drafted { text, .. } = draft_with(&names_of_spec(&pair, &partners))?;
        let unreadable = description.unreadable.iter().map(|each| &each.operation);
        let all = description.operations.iter().chain(unreadable);
        let others = all.map(|each| each.name.clone());
        if let Some(host) = description.endpoint.url.as_deref()
            && description.vendor.is_none()
            && !is_alike(&service.endpoint.url, host)
        {
            let known = &service.endpoint.url;
            skipped.push(format!("the host {host}, where the spec has {known}"));
        }
        let has_pages = |each: &&model::Operation| {
            compared.contains(&each.name)
                && each.paging.as_ref().is_some_and(|it| it.request.is_some())
        };
        if description.format == Format::Botocore
            && !description.states_paging
            && service.operations.iter().any(|each| has_pages(&each))
        {
            skipped.push("pages, which are in the file with the paginators".to_owned());
        }
        let others = others
            .filter(|name| !covered.contains(name) && !compared.contains(name))
            .collect();
        Ok(Self {
            file: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            findings,
            compared,
            skipped,
            others,
            draft: Draft::new(text, operations),
            partners,
            description,
            described,
            left_out,
        })
    }

    /// Returns the edits with which the spec says what the description says in a finding, if they do nothing else.
    pub(super) fn paste(&self, places: &Places<'_>, finding: &Finding) -> Option<Vec<Part>> {
        // A type that is sent in the description is only read here, if just the reply has followed.
        let ways = [(true, true), (true, false), (false, true), (false, false)];
        let mut drafts = ways
            .into_iter()
            .filter_map(|(pages, are_sent)| self.draft.parts(places, finding, are_sent, pages));
        drafts.find_map(|parts| self.tried(places, finding, parts))
    }

    /// Returns edits if they close a finding and do nothing else.
    fn tried(
        &self,
        places: &Places<'_>,
        finding: &Finding,
        mut parts: Vec<Part>,
    ) -> Option<Vec<Part>> {
        let text = places.text?;
        let after = |parts: &[Part]| {
            let text = lines::edited(text, parts);
            SpecSource::new(places.source.path.clone(), text)
        };
        // What only the old type used goes with it.
        let leftover = places.leftover(&after(&parts))?;
        if !leftover.is_empty() {
            parts.extend(leftover);
            parts.sort();
            let more = places.leftover(&after(&parts))?;
            if !more.is_empty() {
                return None;
            }
        }
        let after = after(&parts);
        let (service, _) = crate::read_leniently(&after);
        let service = service?;
        let pair = Pair {
            spec: &service,
            described: &self.described,
            description: &self.description,
            left_out: &self.left_out,
        };
        let is_same = |a: &Finding, b: &Finding| a.path == b.path && a.rule == b.rule;
        let is_known = |it: &Finding| self.findings.iter().any(|known| is_same(known, it));
        let left = findings(&pair, &pair.partners());
        let is_gone = !left.iter().any(|it| is_same(it, finding));
        (is_gone && left.iter().all(is_known)).then_some(parts)
    }

    /// Returns the description as `sources:` names it.
    pub(super) fn as_source(&self) -> Compared {
        Compared {
            name: self.description.source_name(&self.file).to_owned(),
            format: self.description.format.source(),
            sha256: self.description.sha256.clone(),
        }
    }
}

/// Returns the names in the spec of types of the description; those that the spec does not have are new there, too.
fn names_of_spec(pair: &Pair<'_>, partners: &Partners) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (name, others) in partners {
        for other in others {
            names.entry(other.clone()).or_insert_with(|| name.clone());
        }
    }
    let types = pair.spec.types.iter().map(Type::name);
    let operations = pair.spec.operations.iter().map(|each| each.name.as_str());
    let mut taken: BTreeSet<String> = types.chain(operations).map(str::to_owned).collect();
    for item in &pair.described.types {
        let base = item.name();
        if names.contains_key(base) {
            continue;
        }
        let mut name = base.to_owned();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        names.insert(base.to_owned(), name);
    }
    names
}

/// Returns what the diff finds between a spec and its image in a description.
fn findings(pair: &Pair<'_>, partners: &Partners) -> Vec<Finding> {
    let spec = pair.spec;
    let mut findings: Vec<Finding> = Vec::new();
    let rounds = partners.values().map(Vec::len).max().unwrap_or(1).max(1);
    for round in 0..rounds {
        let image = pair.image(partners, round);
        for mut finding in diff::diff(std::slice::from_ref(spec), std::slice::from_ref(&image)) {
            if derived::is_stated(finding.rule) {
                name_scheme(&mut finding, spec, &image);
                derived::place(&mut finding, spec);
                findings.push(finding);
            }
        }
    }
    findings
        .sort_by_cached_key(|finding| (finding.rank(), finding.old.clone(), finding.new.clone()));
    derived::drop_consequences(&mut findings, spec);
    // What is sent and read differs in both directions, of which the graver one is said.
    let mut said = BTreeSet::new();
    findings.retain(|each| said.insert((each.path.clone(), each.old.clone(), each.new.clone())));
    findings
}

/// Returns the findings for operations of a spec that no description has.
pub(super) fn missing(service: &Service, missing: &[String]) -> Vec<Finding> {
    let mut image = service.clone();
    image
        .operations
        .retain(|operation| !missing.contains(&operation.name));
    let mut findings = diff::diff(std::slice::from_ref(service), std::slice::from_ref(&image));
    findings.retain(|finding| finding.rule == Rule::OperationRemoved);
    findings
}

/// Names a way to authenticate in a path, where the diff counts.
fn name_scheme(finding: &mut Finding, spec: &Service, image: &Service) {
    let [first, index, ..] = finding.path.as_mut_slice() else {
        return;
    };
    let service = if finding.rule == Rule::AuthAdded {
        image
    } else {
        spec
    };
    let scheme = index
        .parse()
        .ok()
        .and_then(|index: usize| service.auth.get(index));
    if let Some(scheme) = scheme.filter(|_| first == "auth") {
        *index = scheme.word().to_owned();
    }
}

/// Whether an operation of a spec is one of a description: by its name, or in documents for people by method and path.
fn is_partner(operation: &model::Operation, description: &Description, each: &Operation) -> bool {
    operation.name == each.name
        || !description.is_complete()
            && operation.method == each.method
            && operation.fixed == each.fixed
            && numbered(&operation.path) == numbered(&each.path)
}

/// Whether two URLs may be the same host. Placeholders stand for anything.
fn is_alike(a: &str, b: &str) -> bool {
    let host = |url: &str| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        url.split('/').next().unwrap_or_default().to_lowercase()
    };
    let (a, b) = (host(a), host(b));
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a.contains('{') || b.contains('{') => {}
            _ => return false,
        }
    }
}
