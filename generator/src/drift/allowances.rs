//! Deliberate differences: what a spec allows to differ from the descriptions of its vendor, and why.
//!
//! A difference belongs to the innermost block of the spec that has its place: a member, value or code, else its type or
//! operation, else the head. What the spec lacks has no block, and belongs to that which should have it. Only an `allow:` in
//! this block allows it: one further out would hide what changes next.

use crate::diff::{self, Finding};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Entry, Kind, Node};

use super::places::way;

/// An allowance of drift in a spec.
#[derive(Clone, Debug)]
pub(super) struct Allowance {
    /// Path of the block that has it.
    pub(super) block: Vec<String>,
    /// The rule, in the words of the spec.
    pub(super) rule: String,
    /// What differs in the block, with dots between keys; `None` for whatever differs.
    pub(super) part: Option<String>,
    pub(super) span: Span,
    pub(super) reason: String,
}

impl Allowance {
    /// Whether it allows a difference.
    fn allows(&self, path: &[String], finding: &Finding, block: &[String], rule: Rule) -> bool {
        self.block == block && self.is_about(rule) && self.names(path, finding)
    }

    fn is_about(&self, rule: Rule) -> bool {
        self.rule.eq_ignore_ascii_case(rule.id())
    }

    /// Whether it names what differs, or nothing.
    fn names(&self, path: &[String], finding: &Finding) -> bool {
        let mut rest = path.get(self.block.len()..).unwrap_or_default().join(".");
        if rest.is_empty() {
            // What the diff says of the whole block is about one of its facts.
            rest = match finding.rule {
                diff::Rule::ErrorStatusChanged => "status".to_owned(),
                diff::Rule::ErrorMeaningChanged => "kind".to_owned(),
                _ => rest,
            };
        }
        self.part.as_ref().is_none_or(|part| {
            let after = rest.strip_prefix(part.as_str());
            after.is_some_and(|after| after.is_empty() || after.starts_with('.'))
        })
    }
}

/// All allowances of drift in a spec.
pub(super) struct Allowances<'n> {
    root: Option<&'n Node>,
    all: Vec<Allowance>,
}

impl<'n> Allowances<'n> {
    pub(super) fn new(root: Option<&'n Node>) -> Self {
        let mut all = Vec::new();
        let mut open: Vec<(Vec<String>, &Node)> =
            root.iter().map(|root| (Vec::new(), *root)).collect();
        while let Some((path, node)) = open.pop() {
            for entry in node.entries() {
                if entry.key == "allow" && is_block(&path) {
                    all.extend(of_block(&path, &entry.value));
                } else {
                    let path = [path.as_slice(), std::slice::from_ref(&entry.key)].concat();
                    open.push((path, &entry.value));
                }
            }
        }
        all.sort_by_key(|each| (each.span.line, each.span.column));
        Self { root, all }
    }

    /// Returns the allowance of a difference. One that names what differs comes before one that does not.
    pub(super) fn of(&self, path: &[String], finding: &Finding, rule: Rule) -> Option<&Allowance> {
        let block = self.block(path)?;
        let mut all: Vec<_> = self.all.iter().collect();
        all.retain(|each| each.allows(path, finding, block, rule));
        all.into_iter().max_by_key(|each| each.part.is_some())
    }

    /// Returns what is wrong with an allowance that does not allow a difference, if it may be meant.
    pub(super) fn misplaced(
        &self,
        allowance: &Allowance,
        finding: &Finding,
        rule: Rule,
    ) -> Option<String> {
        let path = &finding.path;
        if !path.starts_with(&allowance.block) || !allowance.names(path, finding) {
            return None;
        }
        let block = self.block(path)?;
        match (block == allowance.block, allowance.is_about(rule)) {
            (true, false) => Some(format!("what differs here is {rule}")),
            (false, true) => Some(format!("it belongs to the block {}", block.join("."))),
            _ => None,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Allowance> {
        self.all.iter()
    }

    /// Returns the path of the innermost block that has a place.
    fn block<'p>(&self, path: &'p [String]) -> Option<&'p [String]> {
        let found = way(self.root?, path).len();
        let mut starts = (0..=found).rev().filter_map(|length| path.get(..length));
        starts.find(|start| is_block(start))
    }
}

/// Whether what is at a path can have `allow:`.
fn is_block(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        path.as_slice(),
        [] | ["operations" | "types", _]
            | ["operations", _, "request", "payload"]
            | [
                "operations",
                _,
                "request",
                "path" | "query" | "header" | "body",
                _
            ]
            | ["types", _, "fields" | "union" | "enum" | "values", _]
            | ["errors", "codes", _]
    )
}

/// Returns the allowances of drift in a block.
fn of_block(path: &[String], allow: &Node) -> Vec<Allowance> {
    let is_of_drift = |entry: &&Entry| entry.key.parse::<Rule>().is_ok_and(Rule::is_of_drift);
    let mut found = Vec::new();
    for entry in allow.entries().iter().filter(is_of_drift) {
        let allowance = |part: Option<String>, at: &Entry| Allowance {
            block: path.to_vec(),
            rule: entry.key.clone(),
            part,
            span: at.key_span,
            reason: at.value.text().unwrap_or_default().to_owned(),
        };
        match &entry.value.kind {
            Kind::Map(parts) => {
                found.extend(parts.iter().map(|it| allowance(Some(it.key.clone()), it)));
            }
            _ => found.push(allowance(None, entry)),
        }
    }
    // Without a reason it is none, which `check` reports.
    found.retain(|each: &Allowance| !each.reason.trim().is_empty());
    found
}
