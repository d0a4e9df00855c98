//! Fields of objects: their types, what travels in one direction only, and properties of several branches.

use std::collections::HashMap;

use super::description::{Field, Limits, Place, Range, Shape, TypeKind};
use super::document::{Json, Unreadable};
use super::excluded;
use super::limits;
use super::nulls::may_be_null;
use super::openapi::pascal;
use super::schema::{Core, DEPRECATED, Direction, ODD_NAME, Schemas, Way, is_any};
use super::text;
use crate::spec::{Node, is_forbidden};

impl<'a> Schemas<'a> {
    /// Returns a field of a structure, or a parameter.
    pub(super) fn field(
        &mut self,
        name: &str,
        place: Place,
        node: &'a Node,
        parent: &str,
        direction: Direction,
    ) -> Result<Field, Unreadable> {
        let mut field = Field::new(name, place, Shape::Json);
        if is_any(node) {
            return Ok(field);
        }
        let core = self.core(node)?;
        let hint = format!("{parent}{}", pascal(name));
        let way = Way::of(place, direction);
        let mut limits = Limits::default();
        field.shape = self.shape(node, &hint, way, &mut limits, &mut field.notes)?;
        field.limits = limits;
        let items = core
            .node
            .get("items")
            .and_then(|items| self.core(items).ok());
        let items = items.iter().flat_map(Core::all);
        excluded::take(&mut field, core.all().chain(items));
        field.nullable = core.all().any(may_be_null);
        let mut docs = core.all().filter_map(|node| node.string_at("description"));
        field.docs = docs.find_map(text::sentence);
        field.sensitive = core.all().any(|node| {
            let is_password = node.string_at("format") == Some("password");
            is_password || node.flag("x-sensitive") || node.flag("x-secret")
        });
        field.deprecated = core.flag("deprecated").then(|| DEPRECATED.to_owned());
        if let Some(default) = core.all().find_map(|node| node.get("default")) {
            match limits::default(default, &field.shape, &field.limits, &self.types) {
                Ok(default) => field.default = default,
                Err(what) => self.skip(&mut field.notes, what),
            }
        }
        Ok(field)
    }

    /// Returns the fields of an object, or `None` if it is none.
    pub(super) fn fields(
        &mut self,
        node: &'a Node,
        name: &str,
        direction: Direction,
        notes: &mut Vec<String>,
    ) -> Result<Option<Vec<Field>>, Unreadable> {
        let core = self.core(node)?;
        match self.object_parts(core.node)? {
            Some(parts) => self.fields_of(&parts, name, direction, notes).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn fields_of(
        &mut self,
        parts: &[&'a Node],
        name: &str,
        direction: Direction,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Field>, Unreadable> {
        self.part_notes(parts, notes);
        let mut fields: Vec<Field> = Vec::new();
        let mut positions: HashMap<&str, usize> = HashMap::new();
        let properties = parts.iter().filter_map(|part| part.get("properties"));
        for entry in properties.flat_map(Node::entries) {
            let node = &entry.value;
            if node.text().is_some() && !is_any(node) {
                // Huawei's explorer has texts where properties should be.
                if !(node.is_plain() && node.text() == Some("false")) {
                    self.skip(notes, "a property without a schema");
                }
                continue;
            }
            let core = self.core(node)?;
            let is_elsewhere = match direction {
                Direction::Request => core.flag("readOnly"),
                Direction::Reply => core.flag("writeOnly"),
            };
            if is_elsewhere {
                continue;
            }
            if entry.key.contains(is_forbidden) {
                let mut required = parts.iter().flat_map(|part| part.texts_at("required"));
                if direction == Direction::Request && required.any(|name| name == entry.key) {
                    return Err(self.unreadable(node, ODD_NAME).beyond());
                }
                self.skip_member(notes, ODD_NAME, &entry.key);
                continue;
            }
            let mut field = self.field(&entry.key, Place::Body, node, name, direction)?;
            field.required = node.flag("required");
            match positions.get(entry.key.as_str()).copied() {
                None => {
                    positions.insert(&entry.key, fields.len());
                    fields.push(field);
                }
                // The same property of another branch holds, too.
                Some(position) => {
                    if let Some(before) = fields.get_mut(position) {
                        self.both(before, field);
                    }
                }
            }
        }
        for name in parts.iter().flat_map(|part| part.texts_at("required")) {
            let position = positions.get(name).copied();
            if let Some(field) = position.and_then(|position| fields.get_mut(position)) {
                field.required = true;
            }
        }
        Ok(fields)
    }

    /// Takes over what another branch says about a field.
    fn both(&mut self, field: &mut Field, mut other: Field) {
        let shared = self.shared(&field.shape, &other.shape, &mut other.notes);
        let kind = |shape: &Shape| match shape {
            Shape::Named(id) => self.types.get(id.0).map(|item| &item.kind),
            _ => None,
        };
        let is_enum = |shape: &Shape| matches!(kind(shape), Some(TypeKind::Enum(_)));
        let shape = match (&field.shape, &other.shape) {
            (a, b) if a == b => Some(a.clone()),
            _ if shared.is_some() => shared,
            (Shape::Json, shape) | (shape, Shape::Json) => Some(shape.clone()),
            (Shape::String, shape) | (shape, Shape::String)
                if is_enum(shape) || matches!(shape, Shape::Timestamp(_) | Shape::Bytes) =>
            {
                Some(shape.clone())
            }
            (Shape::Integer, Shape::Number) | (Shape::Number, Shape::Integer) => {
                Some(Shape::Integer)
            }
            _ => None,
        };
        let before = std::mem::replace(field, other);
        field.required |= before.required;
        field.nullable &= before.nullable;
        let Range { min, max } = before.excluded;
        field.excluded.min = field.excluded.min.take().or(min);
        field.excluded.max = field.excluded.max.take().or(max);
        field.sensitive |= before.sensitive;
        field.docs = field.docs.take().or(before.docs);
        field.default = field.default.take().or(before.default);
        field.deprecated = field.deprecated.take().or(before.deprecated);
        for note in before.notes {
            if !field.notes.contains(&note) {
                field.notes.push(note);
            }
        }
        match shape {
            Some(shape) => {
                field.shape = shape;
                if !limits::both(&mut field.limits, before.limits) {
                    self.skip(&mut field.notes, "several patterns for one text");
                }
            }
            None => {
                field.shape = Shape::Json;
                field.limits = Limits::default();
                field.default = None;
                self.skip(&mut field.notes, "a property of several types");
            }
        }
    }
}
