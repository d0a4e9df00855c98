//! Enums: texts of which one must be sent.

use super::description::{Shape, TypeKind};
use super::document::{Json, Unreadable};
use super::schema::{Members, Schemas, Way};
use super::shapes::kinds;
use super::text;
use crate::spec::{Node, is_forbidden};

const NOTHING_SHARED: &str = "enums without a common value";

impl<'a> Schemas<'a> {
    /// Returns the texts that a schema allows, which are those that all of its parts allow; `None` if it is no enum of texts.
    pub(super) fn texts(&self, node: &'a Node) -> Result<Option<Vec<String>>, Unreadable> {
        let parts = match ["allOf", "$ref"].iter().any(|key| node.get(key).is_some()) {
            true => self.parts(node)?,
            false => vec![node],
        };
        let mut shared: Option<Vec<String>> = None;
        for part in parts {
            if !matches!(kinds(part).as_slice(), [] | ["string"]) {
                return Ok(None);
            }
            if part.get("enum").or(part.get("const")).is_none() {
                continue;
            }
            let Some(values) = texts_of_enum(part) else {
                return Ok(None);
            };
            shared = Some(match shared {
                Some(shared) => common(&shared, &values),
                None => values,
            });
        }
        Ok(shared)
    }

    /// Returns the enum of values, or a text if none of them can be said.
    pub(super) fn one_of(
        &mut self,
        node: &'a Node,
        name: &str,
        way: Way,
        values: Vec<String>,
        notes: &mut Vec<String>,
    ) -> Shape {
        if values.is_empty() {
            self.skip(notes, NOTHING_SHARED);
            return Shape::String;
        }
        let count = values.len();
        let is_sayable = |value: &String| !value.contains(is_forbidden);
        let values: Vec<_> = values.into_iter().filter(is_sayable).collect();
        if values.len() < count {
            self.skip(notes, "a value with a character that no spec has");
        }
        match values.is_empty() {
            true => Shape::String,
            false => Shape::Named(self.typed(node, name, way, Members::Enum(values))),
        }
    }

    /// Returns the enum of the values that two enums share; `None` if one of the shapes is no enum.
    pub(super) fn shared(
        &mut self,
        a: &Shape,
        b: &Shape,
        notes: &mut Vec<String>,
    ) -> Option<Shape> {
        let item = |shape: &Shape| match shape {
            Shape::Named(id) => self.types.get(id.0),
            _ => None,
        };
        let (one, other) = (item(a)?, item(b)?);
        let (TypeKind::Enum(first), TypeKind::Enum(second)) = (&one.kind, &other.kind) else {
            return None;
        };
        let values = common(first, second);
        if values.is_empty() {
            self.skip(notes, NOTHING_SHARED);
            return Some(Shape::String);
        }
        if values.len() == second.len() {
            return Some(b.clone());
        }
        if values.len() == first.len() {
            return Some(a.clone());
        }
        let (name, docs) = (other.name.clone(), other.docs.clone());
        Some(Shape::Named(self.add(&name, docs, TypeKind::Enum(values))))
    }
}

/// Returns the values of the first list that the second one has, too.
fn common(first: &[String], second: &[String]) -> Vec<String> {
    let shared = first.iter().filter(|value| second.contains(value));
    shared.cloned().collect()
}

/// Returns the values of an enum of texts, each once.
pub(super) fn texts_of_enum(node: &Node) -> Option<Vec<String>> {
    let values = node.get("enum").map(Node::elements).unwrap_or_default();
    let values = values.iter().chain(node.get("const"));
    let values: Vec<_> = values.filter(|value| !value.is_nothing()).collect();
    let is_named = kinds(node) == ["string"];
    let are_texts = values
        .iter()
        .all(|value| value.string().is_some() || is_named && value.text().is_some());
    let texts = values.iter().filter_map(|value| value.text());
    (!values.is_empty() && are_texts).then(|| text::distinct(texts))
}
