//! Choices between schemas: `oneOf` and `anyOf`.

use super::description::Shape;
use super::document::Unreadable;
use super::enums::texts_of_enum;
use super::schema::{Members, Schemas, Way, is_null};
use super::shapes::kinds;
use super::text;
use crate::spec::{Entry, Node, is_forbidden};

/// The branches of a choice, without null.
pub(super) struct Branches<'a>(Vec<&'a Node>);

impl<'a> Branches<'a> {
    pub(super) fn of(node: &'a Node) -> Option<Self> {
        let mut lists = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|key| node.get(key));
        let branches = lists.next()?.elements().iter();
        let branches: Vec<_> = branches.filter(|branch| !is_null(branch)).collect();
        (!branches.is_empty()).then_some(Self(branches))
    }

    /// Whether there is one branch, which is a part like those of `allOf`.
    pub(super) fn is_single(&self) -> bool {
        self.0.len() == 1
    }

    /// Whether the branches only say which properties are required.
    pub(super) fn are_required(&self) -> bool {
        self.0.iter().all(|branch| {
            let entries = branch.entries();
            !entries.is_empty() && entries.iter().all(|entry| entry.key == "required")
        })
    }
}

impl<'a> Schemas<'a> {
    /// A choice: a union if each branch is an object with a property of its own, a text or a number if all are, else
    /// anything.
    pub(super) fn choice(
        &mut self,
        node: &'a Node,
        branches: &Branches<'a>,
        name: &str,
        way: Way,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        let mut all: Vec<&Node> = Vec::new();
        for branch in &branches.0 {
            let core = self.core(branch)?;
            if !all.iter().any(|known| std::ptr::eq(*known, core.node)) {
                all.push(core.node);
            }
        }
        let values: Option<Vec<_>> = all.iter().map(|node| texts_of_enum(node)).collect();
        if let Some(values) = values {
            let values = text::distinct(values.iter().flatten().map(String::as_str));
            return Ok(self.one_of(node, name, way, values, notes));
        }
        let kind = |node: &&Node| match kinds(node).as_slice() {
            [kind] => *kind,
            [] if texts_of_enum(node).is_some() => "string",
            _ => "",
        };
        let kinds: Vec<_> = all.iter().map(kind).collect();
        let are = |allowed: &[&str]| kinds.iter().all(|kind| allowed.contains(kind));
        if are(&["string"]) {
            return Ok(Shape::String);
        }
        let are_listed = all.iter().any(|node| node.get("enum").is_some());
        for (allowed, shape) in [
            (&["integer"][..], Shape::Integer),
            (&["integer", "number"], Shape::Number),
            (&["boolean"], Shape::Boolean),
        ] {
            if are(allowed) {
                if are_listed {
                    self.skip(notes, "a list of values that are no texts");
                }
                return Ok(shape);
            }
        }
        let members = all.iter().filter_map(|node| only_property(node));
        let mut members: Vec<&Entry> = members.collect();
        let is_whole = members.len() == all.len();
        members.dedup_by_key(|entry| &entry.key);
        let names: std::collections::BTreeSet<_> = members.iter().map(|entry| &entry.key).collect();
        // Clients pass over `__type`, which some services add.
        let are_fit = names
            .iter()
            .all(|name| !name.contains(is_forbidden) && *name != "__type");
        let is_union =
            is_whole && are_fit && names.len() == all.len() && node.get("discriminator").is_none();
        if is_union && !way.is_text {
            let id = self.typed(node, name, way, Members::Union(members));
            return Ok(Shape::Named(id));
        }
        self.skip(notes, "a choice of forms");
        let scalars = ["string", "integer", "number", "boolean"];
        // As texts, values of all types are the same, and one value is a list of one.
        Ok(if way.is_text && are(&scalars) {
            Shape::String
        } else if way.is_text
            && all.iter().all(|node| match kind(node) {
                "array" => node
                    .get("items")
                    .is_some_and(|items| scalars.contains(&kind(&items))),
                kind => scalars.contains(&kind),
            })
        {
            Shape::List(Box::new(Shape::String))
        } else {
            Shape::Json
        })
    }
}

/// Returns the property of an object that has no other.
fn only_property(node: &Node) -> Option<&Entry> {
    match node.get("properties")?.entries() {
        [only] if node.get("allOf").is_none() && only.value.text().is_none() => Some(only),
        _ => None,
    }
}
