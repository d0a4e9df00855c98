//! Places in a spec: of what differs, and of what it allows to differ.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::lines::{self, Part};
use crate::diagnostics::{Diagnostics, Location, Severity};
use crate::diff;
use crate::rules::Rule;
use crate::source::{Span, SpecSource};
use crate::spec::{Entry, Node, parse};

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

    /// Returns the edits that delete the types and allowances of the spec which nothing needs after other edits. `None` if
    /// these break a rule of `check`.
    pub(super) fn leftover(&self, after: &SpecSource) -> Option<Vec<Part>> {
        let found = found(after);
        let new = found
            .iter()
            .filter(|(finding, _)| !self.known().contains_key(*finding));
        let new: Vec<_> = new.collect();
        if new.is_empty() {
            return Some(Vec::new());
        }
        let tree = parse(after, &mut Diagnostics::default())?;
        let mut parts = Vec::new();
        for ((rule, _), line) in new {
            let part = match rule {
                Rule::R02 => self.without_type(&tree.root, *line),
                Rule::A01 => self.without_allowance(&tree.root, *line),
                _ => None,
            };
            parts.push(part?);
        }
        // What a type allows goes with it.
        let all = parts.clone();
        let is_within = |part: &Part, other: &Part| {
            part != other && other.first <= part.first && part.last() <= other.last()
        };
        parts.retain(|part| !all.iter().any(|other| is_within(part, other)));
        Some(parts)
    }

    /// Returns the edit that deletes the type which begins on a line after other edits.
    fn without_type(&self, after: &Node, line: usize) -> Option<Part> {
        let types = after.get("types")?.entries();
        let entry = types.iter().find(|entry| entry.key_span.line == line)?;
        let known = self.root.as_ref()?.get("types")?;
        let before: Vec<_> = self.text?.lines().collect();
        let (first, last) = lines::of_entry(&before, known.entry(&entry.key)?)?;
        // With the empty line before it.
        let is_empty = before
            .get(first - 2)
            .is_some_and(|line| line.trim().is_empty());
        let first = if is_empty { first - 1 } else { first };
        Some(Part::replacing((first, last), Vec::new()))
    }

    /// Returns the edit that deletes the allowance on a line after other edits.
    fn without_allowance(&self, after: &Node, line: usize) -> Option<Part> {
        let mut open: Vec<(Vec<String>, &Node)> = vec![(Vec::new(), after)];
        while let Some((path, node)) = open.pop() {
            for entry in node.entries() {
                let path = [path.as_slice(), std::slice::from_ref(&entry.key)].concat();
                let is_in_allow = path.len() > 1 && path.get(path.len() - 2)? == "allow";
                if is_in_allow && entry.key_span.line == line {
                    return self.without(&path);
                }
                open.push((path, &entry.value));
            }
        }
        None
    }

    /// Returns the edit that deletes an entry, and what has no other.
    fn without(&self, path: &[String]) -> Option<Part> {
        let (key, holder) = path.split_last()?;
        let node = match way(self.root.as_ref()?, holder).pop() {
            Some((_, node)) => node,
            None => self.root.as_ref()?,
        };
        if node.entries().len() == 1 {
            return self.without(holder);
        }
        let before: Vec<_> = self.text?.lines().collect();
        let extent = lines::of_entry(&before, node.entry(key)?)?;
        Some(Part::replacing(extent, Vec::new()))
    }

    /// Returns a path with the name that the spec has for a type, which may have another one in Rust.
    pub(super) fn named(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        if let [first, name, ..] = path.as_mut_slice()
            && first == "types"
            && let Some(types) = self.root.as_ref().and_then(|root| root.get("types"))
            && types.entry(name).is_none()
        {
            let is_it = |entry: &&Entry| {
                let rust_name = entry.value.get("rust_name");
                rust_name.and_then(Node::text) == Some(name.as_str())
            };
            if let Some(entry) = types.entries().iter().find(is_it) {
                name.clone_from(&entry.key);
            }
        }
        path
    }

    /// Returns the place of a path, or of the last key on the way to it.
    pub(super) fn at(&self, path: &[String]) -> Location {
        let last = self.root.iter().flat_map(|root| way(root, path)).last();
        self.here(last.map_or(Span::START, |(place, _)| place))
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
