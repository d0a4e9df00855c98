//! Shapes: structures with their members, and the types of these.

use std::collections::BTreeSet;

use super::limits::{Bounded, drop_patterns, takes_tokens};
use super::{Reader, deprecated};
use crate::check::RESERVED_HEADERS;
use crate::describe::description::{
    Field, INNER_SIZE, Limits, Place, Shape, Time, Type, TypeId, TypeKind,
};
use crate::describe::document::{Json, Unreadable};
use crate::describe::schema::ODD_NAME;
use crate::describe::{java, text};
use crate::spec::{Entry, MAX_CONTAINERS, Node, is_forbidden};

/// What a structure is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Request,
    Reply,
    /// Inside of another one, where places mean nothing.
    Nested,
}

/// What the type of a member does not say.
#[derive(Default)]
struct Facts<'a> {
    /// Names of the lists and maps around it.
    around: Vec<&'a str>,
    limits: Limits,
    /// What a spec cannot say.
    rest: Vec<&'static str>,
}

const DEEP: &str = "lists and maps nested more deeply than a spec can";
const JSON_IN_TEXT: &str = "JSON inside a text";
const KEYS: &str = "known keys of a map";
const NO_TEXTS: &str = "keys of a map that are no texts";
const NULLS: &str = "nulls inside a list or map";

impl<'a> Reader<'a> {
    /// Returns the type of a structure or union. Its members are read later, so that it may contain itself, and structures
    /// may be nested as deeply as they like.
    pub(super) fn structure(
        &mut self,
        name: &'a str,
        at: &'a Node,
        is_reply: bool,
    ) -> Result<TypeId, Unreadable> {
        let shape = self.shape(name, at)?;
        let members = shape.get("members").map(Node::entries).unwrap_or_default();
        // Without places, a reply is a structure like others.
        let has_places = members
            .iter()
            .any(|member| member.value.get("location").is_some());
        let is_reply = is_reply && self.is_rest && (has_places || shape.get("payload").is_some());
        if let Some(id) = self.ids.get(&(name, is_reply)) {
            return Ok(*id);
        }
        let id = TypeId(self.types.len());
        self.ids.insert((name, is_reply), id);
        self.types.push(Type {
            name: name.to_owned(),
            docs: shape.string_at("documentation").and_then(text::sentence),
            deprecated: deprecated(shape),
            kind: TypeKind::Structure(Vec::new()),
            notes: Vec::new(),
        });
        let way = if is_reply { Use::Reply } else { Use::Nested };
        self.unread.push((id, shape, way));
        Ok(id)
    }

    /// Reads the members of all structures that were met.
    pub(super) fn read_members(&mut self) {
        while let Some((id, shape, way)) = self.unread.pop() {
            let mut notes = Vec::new();
            let fields = match self.fields(shape, way, &mut notes) {
                Ok(fields) => fields,
                Err(why) => {
                    // Other operations may need the type, too.
                    self.faults.insert(id, why);
                    continue;
                }
            };
            let kind = match shape.flag("union") {
                true => TypeKind::Union(fields),
                false => TypeKind::Structure(fields),
            };
            if let Some(item) = self.types.get_mut(id.0) {
                item.kind = kind;
                item.notes = notes;
            }
        }
    }

    /// Returns the members of a structure. What is left out is named in `notes`.
    pub(super) fn fields(
        &mut self,
        shape: &'a Node,
        way: Use,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Field>, Unreadable> {
        let payload = shape
            .string_at("payload")
            .filter(|_| self.is_rest && way != Use::Nested);
        let mut fields = Vec::new();
        let members = shape.get("members");
        for name in shape.texts_at("required") {
            if members.is_none_or(|members| members.get(name).is_none()) {
                let what = format!(
                    "a required member {} that is not there",
                    text::printable(name)
                );
                self.skip(notes, &what);
            }
        }
        let mut taken: Vec<(Place, String)> = Vec::new();
        for entry in shape.get("members").map(Node::entries).unwrap_or_default() {
            let member = &entry.value;
            let target = member.string_at("shape").unwrap_or_default();
            let target_shape = self.shape(target, member)?;
            let place = match self.location(member)?.filter(|_| self.is_rest) {
                _ if payload == Some(entry.key.as_str()) => Place::Payload,
                Some("uri") if way == Use::Request => Place::Path,
                Some("querystring") if way == Use::Request => Place::Query,
                Some("header") if way != Use::Nested => Place::Header,
                Some("headers") if way != Use::Nested => Place::HeaderPrefix,
                Some("statusCode") if way == Use::Reply => Place::Status,
                _ => Place::Body,
            };
            let name = member.string_at("locationName").unwrap_or(&entry.key);
            let spot = (place, wire(place, name));
            if taken.contains(&spot) {
                let why = format!(
                    "`{}` travels in the place of another member, as `{name}`",
                    entry.key
                );
                return Err(self.document.unreadable(Some(member), why));
            }
            taken.push(spot);
            let flag = |key| member.flag(key) || target_shape.flag(key);
            let is_reserved = || RESERVED_HEADERS.contains(&name.to_lowercase().as_str());
            let out_of_scope = match place {
                _ if place != Place::Path && name.contains(is_forbidden) => Some(ODD_NAME),
                _ if flag("eventstream") => Some("an event stream"),
                _ if flag("streaming") => Some("a streamed body"),
                Place::Header if flag("jsonvalue") => Some("JSON inside a header"),
                Place::Header if way == Use::Request && is_reserved() => {
                    Some("a header that clients set themselves")
                }
                Place::HeaderPrefix if name.is_empty() => Some("a map of all headers"),
                _ if shape.flag("union") && name == "__type" => {
                    Some("a member of a union that only names its type")
                }
                _ => None,
            };
            if let Some(what) = out_of_scope {
                self.skip_member(notes, what, &text::printable(name));
                continue;
            }
            let mut facts = Facts::default();
            let shape_of = self.type_of(target, member, place, &mut facts)?;
            self.fits(entry, place, &shape_of)?;
            let mut field = Field::new(name, place, shape_of);
            field.required =
                shape.texts_at("required").any(|name| name == entry.key) || place == Place::Path;
            field.limits = facts.limits;
            field.docs = member
                .string_at("documentation")
                .or(target_shape.string_at("documentation"))
                .and_then(text::sentence);
            field.sensitive =
                flag("sensitive") || shape.flag("sensitive") || self.hides(target_shape);
            field.deprecated = deprecated(member).or_else(|| deprecated(target_shape));
            if flag("idempotencyToken") {
                let lack = lack_of_token(&field, way);
                field.token = lack.is_none();
                facts.rest.extend(lack);
            }
            if flag("jsonvalue") {
                facts.rest.push(JSON_IN_TEXT);
            }
            drop_patterns(&mut field.limits);
            field.limits.rest.dedup();
            for what in &field.limits.rest {
                self.count(what);
            }
            let said: BTreeSet<_> = facts.rest.into_iter().collect();
            for what in said {
                self.skip(&mut field.notes, what);
            }
            fields.push(field);
        }
        Ok(fields)
    }

    /// Returns where a member travels, if it is not in the body.
    fn location(&self, member: &'a Node) -> Result<Option<&'a str>, Unreadable> {
        match member.string_at("location") {
            None => Ok(None),
            Some(known @ ("uri" | "querystring" | "header" | "headers" | "statusCode")) => {
                Ok(Some(known))
            }
            Some(other) => {
                let why = format!("the location `{other}` is not known");
                Err(self.document.unreadable(member.get("location"), why))
            }
        }
    }

    /// Refuses values that cannot travel where the description sends them.
    fn fits(&self, entry: &'a Entry, place: Place, shape: &Shape) -> Result<(), Unreadable> {
        let is_scalar = |shape: &Shape| match shape {
            Shape::Named(id) => {
                let kind = self.types.get(id.0).map(|item| &item.kind);
                matches!(kind, Some(TypeKind::Enum(_)))
            }
            Shape::Json | Shape::List(_) | Shape::Map(_) => false,
            _ => true,
        };
        let are_scalars = |shape: &Shape| match shape {
            Shape::List(element) => is_scalar(element),
            other => is_scalar(other),
        };
        let (fits, place) = match (place, shape) {
            (Place::Path, shape) => (is_scalar(shape), "the path"),
            (Place::Query | Place::QueryCsv, Shape::Map(value)) => {
                (are_scalars(value), "the query")
            }
            (Place::Query | Place::QueryCsv, shape) => (are_scalars(shape), "the query"),
            (Place::Header, shape) => (are_scalars(shape), "a header"),
            (Place::HeaderPrefix, Shape::Map(value)) => (is_scalar(value), "headers"),
            (Place::HeaderPrefix, _) => (false, "headers"),
            (Place::Status, shape) => (*shape == Shape::Integer, "the status"),
            (Place::Body | Place::Payload, _) => (true, "the body"),
        };
        match fits {
            true => Ok(()),
            false => {
                let why = format!(
                    "values of the shape of `{}` cannot travel in {place}",
                    entry.key
                );
                Err(self.document.unreadable(Some(&entry.value), why))
            }
        }
    }

    /// Whether the elements of a list or map are secret.
    fn hides(&self, shape: &Node) -> bool {
        let mut shape = Some(shape);
        // Lists may contain themselves.
        for _ in 0..=MAX_CONTAINERS {
            let Some(node) = shape else { return false };
            if node.flag("sensitive") && node.string_at("type") != Some("structure") {
                return true;
            }
            let inside = node.get("member").or(node.get("value"));
            let name = inside.and_then(|inside| inside.string_at("shape"));
            shape = name.and_then(|name| self.shapes.get(name));
        }
        false
    }

    /// Returns the type of a shape, and adds what else it says.
    fn type_of(
        &mut self,
        name: &'a str,
        at: &'a Node,
        place: Place,
        facts: &mut Facts<'a>,
    ) -> Result<Shape, Unreadable> {
        let shape = self.shape(name, at)?;
        let node = at.get("timestampFormat").or(shape.get("timestampFormat"));
        let format = node.and_then(Json::string);
        let values = at.get("enum").or(shape.get("enum"));
        let kind = shape.string_at("type").unwrap_or_default();
        if matches!(kind, "list" | "map") {
            if facts.around.contains(&name) {
                let why = format!("`{name}` contains itself without a structure between");
                return Err(self.document.unreadable(Some(shape), why));
            }
            if facts.around.len() == MAX_CONTAINERS {
                facts.rest.push(DEEP);
                return Ok(Shape::Json);
            }
            facts.around.push(name);
        }
        if let (Some(values), false) = (values, matches!(kind, "string" | "character")) {
            let why = format!("the shape `{name}` is a {kind}, and only texts have an `enum`");
            return Err(self.document.unreadable(Some(values), why));
        }
        Ok(match kind {
            "structure" if shape.flag("document") => Shape::Json,
            "structure" => Shape::Named(self.structure(name, at, false)?),
            "list" => {
                let element = self.elements(shape, "member", place, facts)?;
                facts.limits.count = self.range(name, shape, Bounded::Size)?;
                Shape::List(Box::new(element))
            }
            "map" => {
                let value = self.elements(shape, "value", place, facts)?;
                facts.limits.count = self.range(name, shape, Bounded::Size)?;
                self.keys(shape, facts)?;
                Shape::Map(Box::new(value))
            }
            "string" | "character" => match values {
                Some(values) => Shape::Named(self.enumeration(name, shape, values)?),
                None => {
                    facts.limits.length = self.range(name, shape, Bounded::Size)?;
                    facts.limits.pattern = shape.string_at("pattern").map(java::pattern);
                    Shape::String
                }
            },
            kind if is_whole_number(kind) => {
                facts.limits.range = self.range(name, shape, Bounded::Integer)?;
                Shape::Integer
            }
            "float" | "double" | "bigDecimal" => {
                facts.limits.range = self.range(name, shape, Bounded::Number)?;
                Shape::Number
            }
            "boolean" => Shape::Boolean,
            "blob" => {
                facts.limits.length = self.range(name, shape, Bounded::Size)?;
                Shape::Bytes
            }
            "timestamp" => Shape::Timestamp(match (format, place) {
                (Some("iso8601"), _) => Time::Rfc3339,
                (Some("unixTimestamp"), _) => Time::EpochSeconds,
                (Some("rfc822"), _) => Time::HttpDate,
                (Some(other), _) => {
                    let why = format!("the format `{other}` of timestamps is not known");
                    return Err(self.document.unreadable(node, why));
                }
                (_, Place::Query | Place::Path) => Time::Rfc3339,
                (_, Place::Header | Place::HeaderPrefix) => Time::HttpDate,
                _ => Time::EpochSeconds,
            }),
            other => {
                let why = format!("the type `{other}` of the shape `{name}` is not known");
                return Err(self.document.unreadable(Some(shape), why));
            }
        })
    }

    /// Returns the type of the elements of a list, or of the values of a map. Sizes and keys are those of the outermost one
    /// in a spec, so those of inner ones are left out.
    fn elements(
        &mut self,
        shape: &'a Node,
        key: &str,
        place: Place,
        facts: &mut Facts<'a>,
    ) -> Result<Shape, Unreadable> {
        let (element, at) = self.inside(shape, key)?;
        let element = self.type_of(element, at, place, facts)?;
        let Limits {
            count,
            key_length,
            key_pattern,
            ..
        } = &mut facts.limits;
        let (count, length) = (std::mem::take(count), std::mem::take(key_length));
        if count.is_set() || length.is_set() || key_pattern.take().is_some() {
            facts.limits.rest.push(INNER_SIZE);
        }
        if shape.flag("sparse") {
            facts.rest.push(NULLS);
        }
        if at.flag("jsonvalue") {
            facts.rest.push(JSON_IN_TEXT);
        }
        Ok(element)
    }

    /// Adds what a map says of its keys.
    fn keys(&mut self, map: &'a Node, facts: &mut Facts<'a>) -> Result<(), Unreadable> {
        let (name, at) = self.inside(map, "key")?;
        let shape = self.shape(name, at)?;
        match shape.string_at("type").unwrap_or_default() {
            "string" | "character" => {}
            kind if is_whole_number(kind) => {
                facts.rest.push(NO_TEXTS);
                return Ok(());
            }
            kind => {
                let why = format!("keys of maps are texts, and `{name}` is a {kind}");
                return Err(self.document.unreadable(Some(at), why));
            }
        }
        if at.get("enum").or(shape.get("enum")).is_some() {
            facts.rest.push(KEYS);
        }
        facts.limits.key_length = self.range(name, shape, Bounded::Size)?;
        facts.limits.key_pattern = shape.string_at("pattern").map(java::pattern);
        Ok(())
    }

    /// Returns the name of the shape of the elements, keys or values, and the node that names it.
    fn inside(&self, shape: &'a Node, key: &str) -> Result<(&'a str, &'a Node), Unreadable> {
        let at = shape.get(key);
        let name = at.and_then(|at| Some((at.string_at("shape")?, at)));
        name.ok_or_else(|| {
            self.document
                .unreadable(Some(shape), format_args!("a list or map has no `{key}`"))
        })
    }

    /// Returns the type of an enum, which is told by the place of its values: they may stand at a member too.
    fn enumeration(
        &mut self,
        name: &'a str,
        shape: &'a Node,
        values: &'a Node,
    ) -> Result<TypeId, Unreadable> {
        let all = values.elements().iter().filter_map(Node::text);
        let said = text::distinct(all.filter(|value| !value.contains(is_forbidden)));
        if said.is_empty() {
            let why = format!("the `enum` of `{name}` has no values that a spec can have");
            return Err(self.document.unreadable(Some(values), why));
        }
        let place = (values.span.line, values.span.column);
        if let Some(id) = self.enums.get(&place) {
            return Ok(*id);
        }
        let id = TypeId(self.types.len());
        self.enums.insert(place, id);
        let mut notes = Vec::new();
        if values
            .elements()
            .iter()
            .any(|it| it.text().is_some_and(|it| it.contains(is_forbidden)))
        {
            self.skip(&mut notes, "a value with a character that no spec has");
        }
        self.types.push(Type {
            name: name.to_owned(),
            docs: shape.string_at("documentation").and_then(text::sentence),
            deprecated: deprecated(shape),
            kind: TypeKind::Enum(said),
            notes,
        });
        Ok(id)
    }
}

fn is_whole_number(kind: &str) -> bool {
    matches!(kind, "byte" | "short" | "integer" | "long" | "bigInteger")
}

/// Returns the name in its place on the wire.
fn wire(place: Place, name: &str) -> String {
    match place {
        Place::Header | Place::HeaderPrefix => name.to_lowercase(),
        Place::Payload | Place::Status => String::new(),
        _ => name.to_owned(),
    }
}

/// Returns why clients cannot make an idempotency token for a member.
fn lack_of_token(field: &Field, way: Use) -> Option<&'static str> {
    match (way, field.place) {
        (Use::Reply | Use::Nested, _) => Some("an idempotency token that is no parameter"),
        (Use::Request, Place::Body | Place::Query | Place::Header) => {
            if field.shape != Shape::String {
                Some("an idempotency token that is no text")
            } else if !takes_tokens(&field.limits) {
                Some("an idempotency token whose limits no UUID keeps")
            } else {
                None
            }
        }
        (Use::Request, _) => Some("an idempotency token outside of body, query and headers"),
    }
}
