//! Places in a spec: of what differs, and of what it allows to differ.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::lines::{self, Part};
use crate::diagnostics::{Diagnostics, Location, Severity};
use crate::diff;
use crate::rules::Rule;
use crate::source::{Span, SpecSource};
use crate::spec::{Node, parse};

/// A spec, to look places up in.
pub(super) struct Places<'a> {
    pub(super) source: &'a SpecSource,
    /// Its text, if it is one.
    pub(super) text: Option<&'a str>,
    pub(super) root: Option<Node>,
    /// What `check` finds in it.
    known: OnceCell<BTreeMap<(Rule, String), usize>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(source: &'a SpecSource) -> Self {
        Self {
            source,
            text: str::from_utf8(&source.bytes).ok(),
            known: OnceCell::new(),
            root: parse(source, &mut Diagnostics::default()).map(|tree| tree.root),
        }
    }

    pub(super) fn here(&self, span: Span) -> Location {
        Location {
            file: self.source.path.clone(),
            span,
        }
    }

    fn known(&self) -> &BTreeMap<(Rule, String), usize> {
        self.known.get_or_init(|| {
            let bytes = self.source.bytes.clone();
            found(&SpecSource::new(self.source.path.clone(), bytes))
        })
    }

    /// Returns the edits that delete the types of the spec which nothing uses after other edits. `None` if they break a rule
    /// of `check`.
    pub(super) fn leftover(&self, after: &SpecSource) -> Option<Vec<Part>> {
        let found = found(after);
        let new = found
            .iter()
            .filter(|(finding, _)| !self.known().contains_key(*finding));
        let new: Vec<_> = new.collect();
        if new.iter().any(|((rule, _), _)| *rule != Rule::R02) {
            return None;
        }
        let lines: Vec<_> = new.iter().map(|(_, line)| **line).collect();
        if lines.is_empty() {
            return Some(Vec::new());
        }
        let tree = parse(after, &mut Diagnostics::default())?;
        let types = tree
            .root
            .get("types")
            .map(Node::entries)
            .unwrap_or_default();
        let names = types
            .iter()
            .filter(|entry| lines.contains(&entry.key_span.line));
        let known = self.root.as_ref()?.get("types")?;
        let before: Vec<_> = self.text?.lines().collect();
        let parts = names.map(|entry| {
            let (first, last) = lines::of_entry(&before, known.entry(&entry.key)?)?;
            // With the empty line before it.
            let is_empty = before
                .get(first - 2)
                .is_some_and(|line| line.trim().is_empty());
            let first = if is_empty { first - 1 } else { first };
            Some(Part::replacing((first, last), Vec::new()))
        });
        parts.collect()
    }

    /// Returns the place of a path, or of the last key on the way to it.
    pub(super) fn at(&self, path: &[String]) -> Location {
        let last = self.root.iter().flat_map(|root| way(root, path)).last();
        self.here(last.map_or(Span::START, |(place, _)| place))
    }

    /// Returns the place of the allowance of a rule at a member or at what it belongs to.
    pub(super) fn allowance(&self, path: &[String], rule: Rule) -> Option<Span> {
        let root = self.root.as_ref()?;
        let nodes = way(root, path).into_iter().map(|(_, node)| node);
        let nodes: Vec<_> = std::iter::once(root).chain(nodes).collect();
        nodes.iter().rev().find_map(|node| {
            let entries = node.get("allow")?.entries();
            let named = entries
                .iter()
                .find(|entry| entry.key.eq_ignore_ascii_case(rule.id()))?;
            Some(named.key_span)
        })
    }

    /// Returns all allowances of drift: the path of what has them, the place and the rule.
    pub(super) fn allowances(&self) -> Vec<(Vec<String>, Span, String)> {
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
}

/// Returns what `check` refuses in a spec, and what is left over in it, with their lines. Other warnings are about facts of
/// the service. Samples are not read.
fn found(source: &SpecSource) -> BTreeMap<(Rule, String), usize> {
    let (_, found) = crate::read(std::slice::from_ref(source));
    let found = found.iter().filter(|each| {
        each.severity() == Severity::Error || matches!(each.rule, Rule::R02 | Rule::R09)
    });
    let found = found.map(|each| ((each.rule, each.message.clone()), each.at.span.line));
    found.collect()
}

/// Returns the places and values of the keys of a path, as far as they exist. Ways to authenticate have the scheme for a
/// key.
pub(super) fn way<'n>(root: &'n Node, path: &[String]) -> Vec<(Span, &'n Node)> {
    let mut path = path.to_vec();
    if let [first, word, ..] = path.as_mut_slice()
        && first == "auth"
    {
        let schemes = root.get("auth").map(Node::elements).unwrap_or_default();
        let is_it = |node: &Node| node.get("scheme").and_then(Node::text) == Some(word);
        if let Some(index) = schemes.iter().position(is_it) {
            *word = index.to_string();
        }
    }
    diff::way(root, &path)
}
