//! Shapes: structures with their members, and the types of these.

use super::{Reader, deprecated};
use crate::check::{RESERVED_HEADERS, takes_uuids};
use crate::describe::description::{
    Field, Limits, Place, Range, Shape, Time, Type, TypeId, TypeKind,
};
use crate::describe::document::{Json, Unreadable};
use crate::describe::{java, text};
use crate::spec::{Bounds, MAX_CONTAINERS, Node, is_checkable};

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

const INNER_LIMITS: &str = "a size of inner lists or maps";
const DEEP: &str = "lists and maps nested more deeply than a spec can";
const JSON_IN_TEXT: &str = "JSON inside a text";
const NULLS: &str = "nulls inside a list or map";
const PATTERN: &str = "a pattern that clients cannot compile";
const TOKEN: &str = "an idempotency token where clients cannot make one";

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
        for entry in shape.get("members").map(Node::entries).unwrap_or_default() {
            let member = &entry.value;
            let target = member.string_at("shape").ok_or_else(|| {
                self.document
                    .unreadable(Some(member), format_args!("`{}` has no shape", entry.key))
            })?;
            let target_shape = self.shape(target, member)?;
            let place = match member.string_at("location").filter(|_| self.is_rest) {
                _ if payload == Some(entry.key.as_str()) => Place::Payload,
                Some("uri") if way == Use::Request => Place::Path,
                Some("querystring") if way == Use::Request => Place::Query,
                Some("header") if way != Use::Nested => Place::Header,
                Some("headers") if way != Use::Nested => Place::HeaderPrefix,
                Some("statusCode") if way == Use::Reply => Place::Status,
                _ => Place::Body,
            };
            let name = member.string_at("locationName").unwrap_or(&entry.key);
            let flag = |key| member.flag(key) || target_shape.flag(key);
            let is_reserved = || RESERVED_HEADERS.contains(&name.to_lowercase().as_str());
            let out_of_scope = match place {
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
                self.skip_member(notes, what, name);
                continue;
            }
            let format = member.string_at("timestampFormat");
            let mut facts = Facts::default();
            let shape_of = self.type_of(target, member, place, format, &mut facts)?;
            let mut field = Field::new(name, place, shape_of);
            let is_required =
                shape.texts_at("required").any(|name| name == entry.key) || place == Place::Path;
            field.required = is_required && !shape.flag("union");
            field.limits = facts.limits;
            field.docs = member
                .string_at("documentation")
                .or(target_shape.string_at("documentation"))
                .and_then(text::sentence);
            field.sensitive =
                flag("sensitive") || shape.flag("sensitive") || self.hides(target_shape);
            field.deprecated = deprecated(member).or_else(|| deprecated(target_shape));
            if member.flag("idempotencyToken") {
                let is_parameter = way == Use::Request
                    && matches!(place, Place::Body | Place::Query | Place::Header);
                field.token =
                    is_parameter && field.shape == Shape::String && takes_tokens(&field.limits);
                if !field.token {
                    facts.rest.push(TOKEN);
                }
            }
            if flag("jsonvalue") {
                facts.rest.push(JSON_IN_TEXT);
            }
            drop_patterns(&mut field.limits);
            for what in &field.limits.rest {
                self.count(what);
            }
            for what in facts.rest {
                self.skip(&mut field.notes, what);
            }
            fields.push(field);
        }
        Ok(fields)
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
        format: Option<&str>,
        facts: &mut Facts<'a>,
    ) -> Result<Shape, Unreadable> {
        let shape = self.shape(name, at)?;
        let range = |whole: bool| {
            let bound = |key| shape.number_at(key);
            // A minimum of 0 says nothing of a size.
            let min = bound("min").filter(|min| !whole || min != "0");
            Range::new(min, bound("max"))
        };
        let format = format.or(shape.string_at("timestampFormat"));
        let limits = &mut facts.limits;
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
        Ok(match kind {
            "structure" if shape.flag("document") => Shape::Json,
            "structure" => Shape::Named(self.structure(name, at, false)?),
            "list" => {
                let element = self.elements(shape, "member", place, facts)?;
                facts.limits.count = range(true);
                Shape::List(Box::new(element))
            }
            "map" => {
                let value = self.elements(shape, "value", place, facts)?;
                let key = self.shape(self.inside(shape, "key")?, shape)?;
                facts.limits.count = range(true);
                facts.limits.key_length = Range::new(
                    key.number_at("min").filter(|min| min != "0"),
                    key.number_at("max"),
                );
                facts.limits.key_pattern = key.string_at("pattern").map(java::pattern);
                Shape::Map(Box::new(value))
            }
            "string" | "character" if has_values(at).is_some() || has_values(shape).is_some() => {
                let values = has_values(at).or(has_values(shape));
                match values {
                    Some(values) => Shape::Named(self.enumeration(name, shape, values)),
                    None => Shape::String,
                }
            }
            "string" | "character" => {
                limits.length = range(true);
                limits.pattern = shape.string_at("pattern").map(java::pattern);
                Shape::String
            }
            "byte" | "short" | "integer" | "long" | "bigInteger" => {
                limits.range = range(false);
                Shape::Integer
            }
            "float" | "double" | "bigDecimal" => {
                limits.range = range(false);
                Shape::Number
            }
            "boolean" => Shape::Boolean,
            "blob" => {
                limits.length = range(true);
                Shape::Bytes
            }
            "timestamp" => Shape::Timestamp(match (format, place) {
                (Some("iso8601"), _) => Time::Rfc3339,
                (Some("unixTimestamp"), _) => Time::EpochSeconds,
                (Some("rfc822"), _) => Time::HttpDate,
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
        let element = self.inside(shape, key)?;
        let element = self.type_of(element, shape, place, None, facts)?;
        let Limits {
            count,
            key_length,
            key_pattern,
            ..
        } = &mut facts.limits;
        let (count, length) = (std::mem::take(count), std::mem::take(key_length));
        if count.is_set() || length.is_set() || key_pattern.take().is_some() {
            facts.limits.rest.push(INNER_LIMITS);
        }
        if shape.flag("sparse") {
            facts.rest.push(NULLS);
        }
        if shape
            .get(key)
            .is_some_and(|inside| inside.flag("jsonvalue"))
        {
            facts.rest.push(JSON_IN_TEXT);
        }
        Ok(element)
    }

    /// Returns the name of the shape of the elements, keys or values.
    fn inside(&self, shape: &'a Node, key: &str) -> Result<&'a str, Unreadable> {
        let name = shape.get(key).and_then(|inside| inside.string_at("shape"));
        name.ok_or_else(|| {
            self.document
                .unreadable(Some(shape), format_args!("a list or map has no `{key}`"))
        })
    }

    /// Returns the type of an enum, which is told by the place of its values: they may stand at a member too.
    fn enumeration(&mut self, name: &'a str, shape: &'a Node, values: &'a Node) -> TypeId {
        let place = (values.span.line, values.span.column);
        if let Some(id) = self.enums.get(&place) {
            return *id;
        }
        let id = TypeId(self.types.len());
        self.enums.insert(place, id);
        let values = values.elements().iter().filter_map(Node::text);
        self.types.push(Type {
            name: name.to_owned(),
            docs: shape.string_at("documentation").and_then(text::sentence),
            deprecated: deprecated(shape),
            kind: TypeKind::Enum(text::distinct(values)),
            notes: Vec::new(),
        });
        id
    }
}

/// Drops patterns that would be an error in a spec, because clients cannot compile them.
fn drop_patterns(limits: &mut Limits) {
    let is_lost = |pattern: &Option<String>| {
        let pattern = pattern.as_ref();
        pattern.is_some_and(|pattern| !is_checkable(pattern))
    };
    if is_lost(&limits.pattern) {
        let pattern = limits.pattern.take().unwrap_or_default();
        match java::without_repetitions(&pattern) {
            Some((pattern, length)) if is_checkable(&pattern) => {
                limits.pattern = Some(pattern);
                limits.length = narrower(&limits.length, &length);
            }
            _ => limits.rest.push(PATTERN),
        }
    }
    if is_lost(&limits.key_pattern) {
        limits.key_pattern = None;
        limits.rest.push(PATTERN);
    }
}

/// Returns the range of what is within both ranges.
fn narrower(one: &Range, other: &Range) -> Range {
    let number = |bound: &Option<String>| bound.as_ref().and_then(|text| text.parse::<u64>().ok());
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    let max = [number(&one.max), number(&other.max)];
    Range::new(
        text(number(&one.min).max(number(&other.min))),
        text(max.into_iter().flatten().min()),
    )
}

/// Whether an idempotency token that clients make keeps the limits.
fn takes_tokens(limits: &Limits) -> bool {
    let number = |bound: &Option<String>| bound.as_ref().and_then(|bound| bound.parse().ok());
    let length = limits.length.is_set().then(|| Bounds {
        min: number(&limits.length.min),
        max: number(&limits.length.max),
        fit: true,
    });
    takes_uuids(length, limits.pattern.as_deref())
}

/// Returns the list of values, if there are any.
fn has_values(node: &Node) -> Option<&Node> {
    node.get("enum")
        .filter(|values| !values.elements().is_empty())
}
