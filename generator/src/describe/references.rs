//! References within a document, and which schemas differ between requests and replies.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::document::{Document, Json, Unreadable};
use crate::spec::Node;

/// A node, by its address: nodes of a document neither move nor change.
pub(super) type Key = *const Node;

/// All references of a document, each followed once.
pub(super) struct References<'a> {
    document: &'a Document,
    targets: HashMap<&'a str, Option<&'a Node>>,
    /// Nodes that hold a property which travels in one direction only, in themselves or behind references.
    directed: HashSet<Key>,
}

impl<'a> References<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let mut found = Contents::default();
        found.collect(document.root());
        let mut children = HashMap::new();
        let targets = found.references.into_iter().map(|reference| {
            let target = names(reference).and_then(|names| find(document, &mut children, &names));
            (reference, target)
        });
        let mut references = Self {
            document,
            targets: targets.collect(),
            directed: HashSet::new(),
        };
        if found.has_direction {
            references.find_directed();
        }
        references
    }

    /// Returns the node that a reference names.
    pub(super) fn target(&self, at: &'a Node, reference: &'a str) -> Result<&'a Node, Unreadable> {
        if let Some(Some(target)) = self.targets.get(reference) {
            return Ok(target);
        }
        let is_outside = !reference.starts_with('#');
        let way = if is_outside {
            "out of the file"
        } else {
            "nowhere"
        };
        let why = format!("the reference `{reference}` leads {way}");
        let unreadable = self.document.unreadable(Some(at), why);
        Err(match is_outside {
            true => unreadable.beyond(),
            false => unreadable,
        })
    }

    /// Whether a schema differs between requests and replies.
    pub(super) fn is_directed(&self, node: &Node) -> bool {
        self.directed.contains(&std::ptr::from_ref(node))
    }

    fn find_directed(&mut self) {
        // From each target to the references whose targets hold it.
        let mut holders: HashMap<Key, Vec<Key>> = HashMap::new();
        let mut open: Vec<Key> = Vec::new();
        let mut seen = HashSet::new();
        for node in self.targets.values().flatten() {
            let holder = std::ptr::from_ref(*node);
            if !seen.insert(holder) {
                continue;
            }
            let mut inside = Contents::default();
            inside.collect(node);
            if inside.has_direction {
                open.push(holder);
            }
            for reference in inside.references {
                if let Some(Some(target)) = self.targets.get(reference) {
                    let target = std::ptr::from_ref(*target);
                    holders.entry(target).or_default().push(holder);
                }
            }
        }
        let mut directed = HashSet::new();
        while let Some(target) = open.pop() {
            if directed.insert(target) {
                open.extend(holders.get(&target).into_iter().flatten());
            }
        }
        let mut all = HashSet::new();
        self.mark(self.document.root(), &directed, &mut all);
        self.directed = all;
    }

    /// Adds all nodes that hold something directed. Returns whether the node itself does.
    fn mark(&self, node: &Node, targets: &HashSet<Key>, all: &mut HashSet<Key>) -> bool {
        let reference = node.string_at("$ref");
        let target = reference.and_then(|reference| self.targets.get(reference).copied().flatten());
        let mut is_directed = has_direction(node)
            || target.is_some_and(|target| targets.contains(&std::ptr::from_ref(target)));
        for child in inside(node) {
            is_directed |= self.mark(child, targets, all);
        }
        if is_directed {
            all.insert(std::ptr::from_ref(node));
        }
        is_directed
    }
}

/// What a part of a document contains.
#[derive(Default)]
struct Contents<'a> {
    references: BTreeSet<&'a str>,
    /// Whether something travels in one direction only.
    has_direction: bool,
}

impl<'a> Contents<'a> {
    fn collect(&mut self, node: &'a Node) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            self.references.extend(node.string_at("$ref"));
            self.has_direction |= has_direction(node);
            open.extend(inside(node));
        }
    }
}

fn has_direction(node: &Node) -> bool {
    node.flag("readOnly") || node.flag("writeOnly")
}

fn inside(node: &Node) -> impl Iterator<Item = &Node> {
    let values = node.entries().iter().map(|entry| &entry.value);
    values.chain(node.elements())
}

/// Returns the names on the way to what a reference names.
fn names(reference: &str) -> Option<Vec<String>> {
    let path = reference.strip_prefix("#/")?;
    Some(path.split('/').map(unescaped).collect())
}

/// Children of large objects by name: a document may have thousands of schemas and references to them.
type Children<'a> = HashMap<Key, HashMap<&'a str, &'a Node>>;

fn find<'a>(
    document: &'a Document,
    children: &mut Children<'a>,
    names: &[String],
) -> Option<&'a Node> {
    let mut walk = |names: &[&str]| {
        names.iter().try_fold(document.root(), |node, name| {
            if node.entries().len() < 16 {
                let element = || node.elements().get(name.parse::<usize>().ok()?);
                return node.get(name).or_else(element);
            }
            let children = children.entry(std::ptr::from_ref(node)).or_insert_with(|| {
                let entries = node.entries().iter();
                entries
                    .map(|entry| (entry.key.as_str(), &entry.value))
                    .collect()
            });
            children.get(name).copied()
        })
    };
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    walk(&names).or_else(|| {
        // Huawei's explorer mixes the forms of OpenAPI and Swagger.
        match names.as_slice() {
            ["components", "schemas", rest @ ..] => walk(&[&["definitions"], rest].concat()),
            ["definitions", rest @ ..] => walk(&[&["components", "schemas"], rest].concat()),
            _ => None,
        }
    })
}

/// Returns the last part of a reference.
pub(super) fn last_name(reference: &str) -> String {
    reference
        .rsplit('/')
        .next()
        .map(unescaped)
        .unwrap_or_default()
}

/// Returns a part of a reference without its escapes.
fn unescaped(part: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
    decoded.replace("~1", "/").replace("~0", "~")
}
