//! Locations of changes in their files.

use std::collections::BTreeMap;

use super::Finding;
use crate::diagnostics::{Diagnostics, Location};
use crate::source::{Span, SpecSource};
use crate::spec::{Entry, Node, parse};

/// Fills in the locations of findings, as precisely as the specs allow.
pub fn locate(findings: &mut [Finding], old: &[SpecSource], new: &[SpecSource]) {
    let (old, new) = (Files::new(old), Files::new(new));
    for finding in findings {
        finding.old_at = old.find(&finding.old_service, &finding.old_path);
        finding.new_at = new.find(&finding.service, &finding.path);
    }
}

/// Specs by module.
struct Files<'a>(BTreeMap<String, (&'a str, Node)>);

impl<'a> Files<'a> {
    fn new(sources: &'a [SpecSource]) -> Self {
        let file = |source: &'a SpecSource| {
            let tree = parse(source, &mut Diagnostics::default())?;
            // The file name follows from the module.
            let module = source.stem().replace('-', "_");
            Some((module, (source.path.as_str(), tree.root)))
        };
        Self(sources.iter().filter_map(file).collect())
    }

    /// Returns the location of the key at a path, or of the last key on the way to it that exists.
    fn find(&self, service: &str, path: &[String]) -> Option<Location> {
        let (file, root) = self.0.get(service)?;
        let last = way(root, path).last().map(|(span, _)| *span);
        Some(Location {
            file: (*file).to_owned(),
            span: last.unwrap_or(Span::START),
        })
    }
}

/// Returns the places and values of the keys of a path, as far as they exist.
pub(crate) fn way<'n>(root: &'n Node, path: &[String]) -> Vec<(Span, &'n Node)> {
    let mut way = Vec::new();
    let mut node = root;
    for key in path {
        let Some((span, next)) = step(node, key) else {
            break;
        };
        way.push((span, next));
        node = next;
    }
    way
}

/// Returns the location of a key or element, and its value.
fn step<'n>(node: &'n Node, key: &str) -> Option<(Span, &'n Node)> {
    if let Some(entry) = node.entry(key) {
        return Some((entry.key_span, &entry.value));
    }
    // Types are found by their names in Rust.
    let has_name = |entry: &&Entry| entry.value.get("rust_name").and_then(Node::text) == Some(key);
    if let Some(entry) = node.entries().iter().find(has_name) {
        return Some((entry.key_span, &entry.value));
    }
    // The short form of an enum is a list of values.
    let named = node
        .elements()
        .iter()
        .find(|element| element.text() == Some(key));
    let element = named.or_else(|| node.elements().get(key.parse::<usize>().ok()?));
    element.map(|element| (element.span, element))
}
