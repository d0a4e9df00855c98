//! Successful replies: which one counts, its headers and its body.

use super::bodies::{Content, Medium, base, contents};
use super::description::{Field, Limits, Operation, Place, Shape, TypeId, TypeKind};
use super::document::{Json, Unreadable};
use super::openapi::Reader;
use super::references::Key;
use super::schema::{Direction, Way};
use super::text;
use crate::spec::{Entry, Node};

impl<'a> Reader<'a> {
    /// Reads the success with the lowest status, and names the others. `node` is the operation.
    pub(super) fn reply(
        &mut self,
        node: &'a Node,
        responses: &'a [Entry],
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let mut successes: Vec<_> = responses
            .iter()
            .filter(|entry| entry.key.starts_with('2'))
            .collect();
        successes.sort_by(|a, b| a.key.cmp(&b.key));
        let is_redirect = responses.iter().any(|entry| entry.key.starts_with('3'));
        let default = responses.iter().find(|entry| entry.key == "default");
        let Some((entry, others)) = successes.split_first() else {
            if is_redirect {
                self.schemas
                    .skip(&mut operation.notes, "a reply that is a redirect");
            } else if let Some(default) = default {
                // It is usually that of errors.
                let reply = self.schemas.resolve(&default.value)?;
                if has_body(reply) {
                    let what = "a reply that is not told from errors";
                    self.schemas.skip(&mut operation.notes, what);
                }
            }
            return Ok(());
        };
        let reply = self.schemas.resolve(&entry.value)?;
        for other in others {
            let other = self.schemas.resolve(&other.value)?;
            if has_body(other) && self.schema_of(other)? != self.schema_of(reply)? {
                let what = "a reply of success beside that with the lowest status";
                self.schemas.skip(&mut operation.notes, what);
            }
        }
        let name = format!("{}Response", operation.name);
        let headers = self.reply_headers(reply, &name, operation)?;
        let contents: Vec<_> = match reply.get("schema") {
            Some(schema) => {
                let kinds = self.kinds(node, "produces").into_iter();
                let schema = Some(schema);
                kinds.map(|kind| Content { kind, schema }).collect()
            }
            None => contents(reply.get("content").map(Node::entries).unwrap_or_default()),
        };
        let Some(first) = contents.first() else {
            operation.output =
                (!headers.is_empty()).then(|| self.schemas.structure(&name, headers));
            return Ok(());
        };
        let Some((content, medium)) = self.best(&contents)? else {
            let what = match base(first.kind).as_str() {
                "text/event-stream" => "an event stream".to_owned(),
                kind => format!("a reply of the type {kind}"),
            };
            self.schemas.skip(&mut operation.notes, &what);
            operation.output = Some(self.schemas.structure(&name, headers));
            return Ok(());
        };
        let mut fields = headers;
        if medium == Medium::Json
            && let Some(schema) = content.schema
        {
            let (schema, is_inside) = self.inside(schema)?;
            if !is_inside && self.is_envelope_alone(schema)? {
                self.found_envelope = true;
                operation.output =
                    (!fields.is_empty()).then(|| self.schemas.structure(&name, fields));
                return Ok(());
            }
            let core = self.schemas.core(schema)?;
            if self.schemas.object_parts(core.node)?.is_some() {
                if fields.is_empty() {
                    let way = Way::of(Place::Body, Direction::Reply);
                    let (mut limits, notes) = (Limits::default(), &mut operation.notes);
                    let shape = self.schemas.shape(schema, &name, way, &mut limits, notes)?;
                    if let Shape::Named(id) = shape {
                        operation.output = Some(id);
                        return Ok(());
                    }
                }
                let notes = &mut operation.notes;
                let body = self
                    .schemas
                    .fields(schema, &name, Direction::Reply, notes)?;
                fields.extend(body.unwrap_or_default());
                operation.output = Some(self.schemas.structure(&name, fields));
                return Ok(());
            }
            let more = core.node.get("additionalProperties");
            let is_closed =
                more.is_some_and(|more| more.is_plain() && more.text() == Some("false"));
            let is_empty = is_closed && core.node.get("patternProperties").is_none();
            if is_empty || is_inside {
                if !is_empty {
                    // A payload is the whole body.
                    let what = "a reply that is no object with fields inside of its envelope";
                    self.schemas.skip(&mut operation.notes, what);
                }
                operation.output = Some(self.schemas.structure(&name, fields));
                return Ok(());
            }
            let content = Content {
                schema: Some(schema),
                ..content
            };
            fields.push(self.payload(&name, content, medium, Direction::Reply)?);
        } else {
            fields.push(self.payload(&name, content, medium, Direction::Reply)?);
        }
        operation.output = Some(self.schemas.structure(&name, fields));
        Ok(())
    }

    /// Returns the schema of a reply, by its address.
    fn schema_of(&self, reply: &'a Node) -> Result<Option<Key>, Unreadable> {
        let kinds = reply.get("content").map(Node::entries).unwrap_or_default();
        let mut schemas = kinds.iter().filter_map(|kind| kind.value.get("schema"));
        let schema = reply.get("schema").or_else(|| schemas.next());
        let core = schema.map(|schema| self.schemas.core(schema)).transpose()?;
        Ok(core.map(|core| std::ptr::from_ref(core.node)))
    }

    fn reply_headers(
        &mut self,
        reply: &'a Node,
        name: &str,
        operation: &mut Operation,
    ) -> Result<Vec<Field>, Unreadable> {
        let mut headers: Vec<Field> = Vec::new();
        for header in reply.get("headers").map(Node::entries).unwrap_or_default() {
            // Errors and replies have it anyway.
            if header.key.eq_ignore_ascii_case("x-request-id")
                || header.key.eq_ignore_ascii_case("content-type")
            {
                continue;
            }
            let node = self.schemas.resolve(&header.value)?;
            let schema = node.get("schema").unwrap_or(node);
            let (place, direction) = (Place::Header, Direction::Reply);
            let mut field = self
                .schemas
                .field(&header.key, place, schema, name, direction)?;
            let docs = node.string_at("description").and_then(text::sentence);
            field.docs = docs.or(field.docs);
            field.default = None;
            // A header is a text, whatever it holds, or a list of texts.
            match &mut field.shape {
                Shape::List(element) if **element == Shape::Json => **element = Shape::String,
                shape if *shape == Shape::Json => *shape = Shape::String,
                _ => {}
            }
            let inner = match &field.shape {
                Shape::List(element) => element,
                shape => shape,
            };
            let is_enum = |id: &TypeId| {
                let kind = self.schemas.types.get(id.0).map(|item| &item.kind);
                matches!(kind, Some(TypeKind::Enum(_)))
            };
            let fits = match inner {
                Shape::Named(id) => is_enum(id),
                Shape::List(_) | Shape::Map(_) | Shape::Json => false,
                Shape::Bytes => field.shape == Shape::Bytes,
                _ => true,
            };
            let fits = fits && !self.holds_objects(schema)?;
            let is_new = !headers
                .iter()
                .any(|other| other.name.eq_ignore_ascii_case(&field.name));
            if fits && is_new && crate::check::is_header(&field.name) {
                headers.push(field);
            } else {
                self.schemas
                    .skip(&mut operation.notes, "an object in a header of the reply");
            }
        }
        Ok(headers)
    }

    /// Returns the part of a reply that holds the output, and whether it is inside of an envelope.
    /// Whether a reply has nothing but what the vendor puts around outputs, where errors are.
    fn is_envelope_alone(&mut self, schema: &'a Node) -> Result<bool, Unreadable> {
        let vendor = self.vendor.filter(|vendor| vendor.envelope.is_some());
        let properties = self.schemas.resolve(schema)?.get("properties");
        let (Some(vendor), Some(properties)) = (vendor, properties) else {
            return Ok(false);
        };
        let is_around = |key: &str| {
            let places = vendor
                .code
                .iter()
                .filter_map(|place| place.strip_prefix("body "));
            places
                .clone()
                .any(|place| place.split('.').next() == Some(key))
        };
        let entries = properties.entries();
        Ok(!entries.is_empty() && entries.iter().all(|entry| is_around(&entry.key)))
    }

    fn inside(&mut self, schema: &'a Node) -> Result<(&'a Node, bool), Unreadable> {
        let resolved = self.schemas.resolve(schema)?;
        let inside = self.envelope.as_deref().and_then(|name| {
            resolved
                .get("properties")
                .and_then(|properties| properties.get(name))
        });
        self.found_envelope |= inside.is_some();
        Ok((inside.unwrap_or(schema), inside.is_some()))
    }
}

fn has_body(reply: &Node) -> bool {
    let kinds = reply.get("content").map(Node::entries).unwrap_or_default();
    !kinds.is_empty() || reply.get("schema").is_some()
}
