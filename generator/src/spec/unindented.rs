//! Keys without a value, because what belongs to them is not indented.

use super::tree::{Entry, Kind, Node};

/// Keys whose values are maps.
const OWNERS: [&str; 17] = [
    "fields",
    "union",
    "enum",
    "path",
    "query",
    "header",
    "body",
    "request",
    "operations",
    "types",
    "codes",
    "endpoint",
    "errors",
    "environment",
    "pagination",
    "catalog",
    "statuses",
];

fn is_owner(entry: &Entry) -> bool {
    OWNERS.contains(&entry.key.as_str())
}

fn is_block(entry: &Entry) -> bool {
    matches!(entry.value.kind, Kind::Map(_))
}

/// Returns the keys of a map that have no value because what belongs to them is not indented, each with the first entry
/// that does.
pub(super) fn unindented(node: &Node) -> Vec<(&str, &Entry)> {
    let mut found: Vec<(&str, &Entry)> = Vec::new();
    let mut owner: Option<&Entry> = None;
    for entry in node.entries() {
        if is_owner(entry) {
            owner = Some(entry).filter(|owner| owner.value.is_nothing());
        } else if let Some(above) = owner.filter(|_| is_block(entry)) {
            found.push((&above.key, entry));
            owner = None;
        }
    }
    found
}

/// Whether an unknown key belongs to a key above it, and is not indented.
pub(super) fn owner_above(parent: &Node, key: &str) -> bool {
    let at = parent.entries().iter().position(|entry| entry.key == key);
    let (before, rest) = parent.entries().split_at(at.unwrap_or_default());
    let owner = before.iter().rev().find(|entry| is_owner(entry));
    let is_empty = owner.is_some_and(|owner| owner.value.is_nothing());
    is_empty
        && rest
            .first()
            .is_some_and(|entry| is_block(entry) && !is_owner(entry))
}
