//! Schemas of OpenAPI and Swagger: the types of parameters, bodies and fields.
//!
//! A type is added when it is first met, and its fields are read afterwards, so that types may contain themselves and
//! documents may nest them as deeply as they like.

use std::collections::HashMap;

use super::description::{Field, Format, Place, Skipped, Type, TypeId, TypeKind, lacks};
use super::document::{Document, Json, Unreadable};
use super::faults::Faults;
use super::references::{Key, References, last_name};
use super::text;
use crate::spec::{Entry, Node};

/// Reason of a deprecation: the formats have none.
pub(super) const DEPRECATED: &str = "Deprecated by the vendor.";

/// What a name is that travels and no spec can have.
pub(super) const ODD_NAME: &str = "a name with a character that no spec has";

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    Request,
    Reply,
}

/// Where the values of a schema travel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) direction: Direction,
    /// Whether they are texts, as in paths, queries and headers.
    pub(super) is_text: bool,
}

impl Way {
    pub(super) fn of(place: Place, direction: Direction) -> Self {
        let is_text = !matches!(place, Place::Body | Place::Payload);
        Self { direction, is_text }
    }
}

/// The schemas of a document, and the types that they became.
pub(super) struct Schemas<'a> {
    document: &'a Document,
    format: Format,
    references: References<'a>,
    /// Whether what is said beside a reference counts, as it does since OpenAPI 3.1.
    pub(super) has_siblings: bool,
    pub(super) types: Vec<Type>,
    pub(super) skipped: Skipped,
    /// Types by their schema; by direction if they differ.
    ids: HashMap<(Key, Direction), TypeId>,
    /// Types of requests whose schema became a type of replies, too.
    twins: Vec<TypeId>,
    /// Types whose fields are not read yet.
    open: Vec<(TypeId, Members<'a>, Way)>,
    /// Types with a fault.
    pub(super) faults: Faults,
    /// Lists, maps and choices that are being read, to notice those that contain themselves.
    pub(super) around: Vec<Key>,
}

/// What a type consists of, before its fields are read.
pub(super) enum Members<'a> {
    Enum(Vec<String>),
    /// The parts of an object.
    Structure(Vec<&'a Node>),
    Union(Vec<&'a Entry>),
}

/// A schema without the references and single branches around it.
pub(super) struct Core<'a> {
    pub(super) node: &'a Node,
    /// Name by which it was referred to.
    pub(super) name: Option<String>,
    /// What says more about it, the outermost first.
    pub(super) around: Vec<&'a Node>,
}

impl<'a> Core<'a> {
    /// Returns all that is said, the outermost first.
    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &'a Node> {
        self.around.iter().copied().chain([self.node])
    }

    /// Whether a flag is set anywhere.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.all().any(|node| node.flag(key))
    }
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Document, format: Format) -> Self {
        let version = document.root().get("openapi").and_then(Node::text);
        let version = version.unwrap_or_default();
        Self {
            document,
            format,
            references: References::new(document),
            has_siblings: format == Format::OpenApi && !version.starts_with("3.0"),
            types: Vec::new(),
            skipped: Skipped::new(),
            ids: HashMap::new(),
            twins: Vec::new(),
            open: Vec::new(),
            faults: Faults::new(),
            around: Vec::new(),
        }
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn is_huawei(&self) -> bool {
        self.format == Format::HuaweiExplorer
    }

    pub(super) fn skip(&mut self, notes: &mut Vec<String>, what: &str) {
        let what = text::printable(what);
        let note = lacks(&what, None);
        *self.skipped.entry(what).or_default() += 1;
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Names a member that is left out.
    pub(super) fn skip_member(&mut self, notes: &mut Vec<String>, what: &str, member: &str) {
        let note = lacks(what, Some(&text::escaped(member)));
        *self.skipped.entry(what.to_owned()).or_default() += 1;
        notes.push(note);
    }

    pub(super) fn unreadable(&self, at: &Node, why: &str) -> Unreadable {
        self.document.unreadable(Some(at), why)
    }

    /// Follows the references of a node.
    pub(super) fn resolve(&self, node: &'a Node) -> Result<&'a Node, Unreadable> {
        let mut node = node;
        // Longer chains do not occur, unless they lead back.
        for _ in 0..MOST_STEPS {
            let Some(reference) = node.string_at("$ref") else {
                return Ok(node);
            };
            node = self.references.target(node, reference)?;
        }
        Err(self.unreadable(node, "this reference leads back to itself"))
    }

    /// Removes references and single branches around a schema.
    pub(super) fn core(&self, node: &'a Node) -> Result<Core<'a>, Unreadable> {
        let mut core = Core {
            node,
            name: None,
            around: Vec::new(),
        };
        for _ in 0..MOST_STEPS {
            let node = core.node;
            if let Some(reference) = node.string_at("$ref") {
                if self.has_siblings && says_what_it_is(node) {
                    return Ok(core);
                }
                if self.has_siblings && node.entries().len() > 1 {
                    core.around.push(node);
                }
                core.name = Some(last_name(reference));
                core.node = self.references.target(node, reference)?;
            } else if let Some((branch, others)) = self.only_branch(node)? {
                core.around.push(node);
                core.around.extend(others);
                core.node = branch;
            } else {
                return Ok(core);
            }
        }
        Err(self.unreadable(core.node, "this schema leads back to itself"))
    }

    /// Returns the only branch that says what a schema is, and the others, which only limit it.
    fn only_branch(&self, node: &'a Node) -> Result<Option<(&'a Node, Vec<&'a Node>)>, Unreadable> {
        if let Some(only) = only_choice(node) {
            let is_all = !has_one_of(node, &["properties", "items", "enum", "const", "allOf"])
                && !has_required(node);
            return Ok(is_all.then_some((only, Vec::new())));
        }
        let branches = node.get("allOf").map(Node::elements).unwrap_or_default();
        if branches.is_empty()
            || has_one_of(
                node,
                &["properties", "items", "enum", "const", "oneOf", "anyOf"],
            )
            || has_required(node)
        {
            return Ok(None);
        }
        let mut main: Option<(&Node, &Node)> = None;
        let mut others = Vec::new();
        for branch in branches {
            let resolved = self.resolve(branch)?;
            let scalar = scalar(resolved);
            let is_more = says_what_it_is(resolved) || scalar.is_some();
            match main {
                _ if !is_more => others.push(resolved),
                None => main = Some((branch, resolved)),
                Some((_, known)) if std::ptr::eq(known, resolved) => {}
                // The limits of both hold.
                Some((_, known))
                    if scalar.is_some()
                        && scalar == self::scalar(known)
                        && !says_what_it_is(resolved) =>
                {
                    others.push(resolved);
                }
                Some(_) => return Ok(None),
            }
        }
        Ok(main.map(|(branch, _)| (branch, others)))
    }

    /// Adds a structure.
    pub(super) fn structure(&mut self, name: &str, fields: Vec<Field>) -> TypeId {
        self.add(name, None, TypeKind::Structure(fields))
    }

    pub(super) fn add(&mut self, name: &str, docs: Option<String>, kind: TypeKind) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(Type {
            name: name.to_owned(),
            docs,
            deprecated: None,
            kind,
            notes: Vec::new(),
        });
        id
    }

    /// Returns the type that a schema became already.
    pub(super) fn known(&self, node: &Node, way: Way) -> Option<TypeId> {
        self.ids.get(&self.key(node, way)).copied()
    }

    fn key(&self, node: &Node, way: Way) -> (Key, Direction) {
        // Without properties of one direction, both share a type.
        let direction = match self.references.is_directed(node) {
            true => way.direction,
            false => Direction::Reply,
        };
        (std::ptr::from_ref(node), direction)
    }

    /// Adds the type of a schema, whose fields are read later.
    pub(super) fn typed(
        &mut self,
        node: &'a Node,
        name: &str,
        way: Way,
        members: Members<'a>,
    ) -> TypeId {
        let docs = node.string_at("description").and_then(text::sentence);
        let key = self.key(node, way);
        let kind = match &members {
            Members::Enum(values) => TypeKind::Enum(values.clone()),
            Members::Structure(_) => TypeKind::Structure(Vec::new()),
            Members::Union(_) => TypeKind::Union(Vec::new()),
        };
        let id = self.add(name, docs, kind);
        self.open.push((id, members, way));
        if node.flag("deprecated")
            && let Some(item) = self.types.get_mut(id.0)
        {
            item.deprecated = Some(DEPRECATED.to_owned());
        }
        self.ids.insert(key, id);
        let of = |direction| self.ids.get(&(key.0, direction)).copied();
        if let (Some(requested), Some(_)) = (of(Direction::Request), of(Direction::Reply)) {
            self.twins.push(requested);
        }
        id
    }

    /// Gives the types that one schema became in both directions different names.
    pub(super) fn name_directions(&mut self) {
        for id in &self.twins {
            if let Some(item) = self.types.get_mut(id.0) {
                item.name.push_str("Input");
            }
        }
    }

    /// Reads the fields of all types that were added.
    pub(super) fn complete(&mut self) {
        while let Some((id, members, way)) = self.open.pop() {
            let name = self.types.get(id.0).map(|item| item.name.clone());
            let name = name.unwrap_or_default();
            let mut notes = Vec::new();
            let kind = match members {
                Members::Structure(parts) => self
                    .fields_of(&parts, &name, way.direction, &mut notes)
                    .map(TypeKind::Structure),
                Members::Union(entries) => {
                    let fields = entries.into_iter().map(|entry| {
                        let node = &entry.value;
                        self.field(&entry.key, Place::Body, node, &name, way.direction)
                    });
                    fields.collect::<Result<_, _>>().map(TypeKind::Union)
                }
                Members::Enum(_) => continue,
            };
            match (kind, self.types.get_mut(id.0)) {
                (Ok(kind), Some(item)) => {
                    item.kind = kind;
                    item.notes = notes;
                }
                (Err(why), _) => drop(self.faults.insert(id, why)),
                (_, None) => {}
            }
        }
    }

    /// Collects the parts of a schema: itself, all branches of `allOf`, and the only one of a choice.
    pub(super) fn parts(&self, node: &'a Node) -> Result<Vec<&'a Node>, Unreadable> {
        let mut parts: Vec<&Node> = Vec::new();
        // Branches that are being read, with their own; a part may be there many times, and counts once.
        let mut open = vec![(node, false)];
        let mut seen = HashMap::new();
        while let Some((node, is_read)) = open.pop() {
            let key = std::ptr::from_ref(node);
            if is_read {
                seen.insert(key, true);
                parts.push(node);
                continue;
            }
            match seen.get(&key) {
                Some(true) => continue,
                Some(false) => {
                    return Err(self.unreadable(node, "this schema is a part of itself"));
                }
                None => {}
            }
            seen.insert(key, false);
            open.push((node, true));
            if let Some(reference) = node.string_at("$ref") {
                open.push((self.references.target(node, reference)?, false));
                if !self.has_siblings {
                    continue;
                }
            }
            let branches = node.get("allOf").map(Node::elements).unwrap_or_default();
            let branches = branches.iter().rev().chain(only_choice(node));
            open.extend(branches.map(|branch| (branch, false)));
        }
        // In 3.0, what is beside a reference says nothing.
        parts.retain(|part| self.has_siblings || part.string_at("$ref").is_none());
        Ok(parts)
    }
}

/// The most references and single branches around a schema.
const MOST_STEPS: usize = 64;

/// Whether a schema allows anything.
pub(super) fn is_any(node: &Node) -> bool {
    node.is_true() || node.entries().is_empty() && node.text().is_none()
}

pub(super) fn is_null(node: &Node) -> bool {
    node.string_at("type") == Some("null")
}

fn has_one_of(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| node.get(key).is_some())
}

/// Whether a schema says more than the limits and the meaning of another one.
fn says_what_it_is(node: &Node) -> bool {
    let keys = [
        "properties",
        "items",
        "prefixItems",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "allOf",
    ];
    let more = node.get("additionalProperties");
    has_one_of(node, &keys)
        || more.is_some_and(|more| !is_any(more) && more.text().is_none())
        || has_required(node)
}

/// Whether a schema requires properties.
fn has_required(node: &Node) -> bool {
    let required = node.get("required").map(Node::elements);
    !required.unwrap_or_default().is_empty()
}

/// Returns the branch of a choice that has no other, apart from null.
pub(super) fn only_choice(node: &Node) -> Option<&Node> {
    ["oneOf", "anyOf"].into_iter().find_map(|key| {
        let branches = node.get(key).map(Node::elements).unwrap_or_default();
        let mut branches = branches.iter().filter(|branch| !is_null(branch));
        branches.next().filter(|_| branches.next().is_none())
    })
}

/// Returns the type of a schema if it is a text, a number or a truth value.
fn scalar(node: &Node) -> Option<&'static str> {
    match super::shapes::kinds(node).as_slice() {
        [kind @ ("string" | "integer" | "number" | "boolean")] => Some(kind),
        [kind @ "array"] => Some(kind),
        _ => None,
    }
}
