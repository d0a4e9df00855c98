//! Schemas of scalars, lists and maps, and whether a schema is an object with fields.

use super::choices::Branches;
use super::description::{INNER_SIZE, Limits, Range, Shape, Time};
use super::document::{Json, Unreadable};
use super::limits;
use super::openapi::pascal;
use super::schema::{Members, Schemas, Way, is_any, only_choice};
use super::text;
use crate::spec::Node;

/// The most lists, maps and choices inside each other.
const DEEPEST: usize = 16;

impl<'a> Schemas<'a> {
    /// Returns the type of a schema, and adds its limits. `hint` names a type that has no name.
    pub(super) fn shape(
        &mut self,
        node: &'a Node,
        hint: &str,
        way: Way,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        if is_any(node) {
            return Ok(Shape::Json);
        }
        let core = self.core(node)?;
        let name = core.name.as_deref().map(pascal);
        let name = name.filter(|name| !name.is_empty());
        let name = name.as_deref().unwrap_or(hint);
        let key = std::ptr::from_ref(core.node);
        if self.around.contains(&key) || self.around.len() >= DEEPEST {
            self.skip(notes, "a list, map or choice that contains itself");
            return Ok(Shape::Json);
        }
        self.around.push(key);
        let shape = self.inline(core.node, name, way, limits, notes);
        self.around.pop();
        let shape = shape?;
        for node in core.around.iter().rev() {
            let more = self.limits(node, &shape)?;
            if !limits::both(limits, more) {
                self.skip(notes, "several patterns for one text");
            }
        }
        Ok(shape)
    }

    fn inline(
        &mut self,
        node: &'a Node,
        name: &str,
        way: Way,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        if let Some(id) = self.known(node, way) {
            return Ok(Shape::Named(id));
        }
        if is_any(node) {
            return Ok(Shape::Json);
        }
        let is_object = self.object_parts(node)?.is_some();
        if !is_object {
            self.rules(node, notes);
        }
        if !is_object && let Some(branches) = Branches::of(node) {
            return self.choice(node, &branches, name, way, notes);
        }
        let mut kinds = kinds(node);
        if !is_object {
            let values = node.get("enum").map(Node::elements).unwrap_or_default();
            let mut values = values.iter().chain(node.get("const"));
            if let Some(values) = self.texts(node)? {
                return Ok(self.one_of(node, name, way, values, notes));
            }
            if values.any(|value| !value.is_nothing()) {
                self.skip(notes, "a list of values that are no texts");
            }
        }
        if kinds.len() > 1
            && kinds
                .iter()
                .all(|kind| matches!(*kind, "integer" | "number"))
        {
            kinds = vec!["number"];
        }
        if let (true, Some(other)) = (kinds.is_empty(), unknown_kind(node)) {
            self.skip(notes, &format!("the type {other}, which is not known"));
            return Ok(match way.is_text {
                true => Shape::String,
                false => Shape::Json,
            });
        }
        let shape = match kinds.as_slice() {
            [_, _, ..] => return Ok(self.several(&kinds, way, notes)),
            ["integer"] => Shape::Integer,
            ["number"] => Shape::Number,
            ["boolean"] => Shape::Boolean,
            ["string"] => match node.string_at("format").unwrap_or_default() {
                "date-time" => Shape::Timestamp(Time::Rfc3339),
                "byte" => Shape::Bytes,
                _ if node.string_at("contentEncoding") == Some("base64") => Shape::Bytes,
                _ => Shape::String,
            },
            ["array"] => return self.list(node, name, way, limits, notes),
            _ => return self.object(node, name, way, limits, notes),
        };
        if node
            .string_at("contentMediaType")
            .is_some_and(|kind| kind.contains("json"))
        {
            self.skip(notes, "JSON inside a text");
        }
        *limits = self.limits(node, &shape)?;
        Ok(shape)
    }

    /// Names rules about a value that are schemas of their own.
    fn rules(&mut self, node: &Node, notes: &mut Vec<String>) {
        let rules = [
            "not",
            "if",
            "contains",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
        ];
        if rules.iter().any(|key| node.get(key).is_some()) {
            self.skip(notes, "a rule that is a schema of its own");
        }
    }

    /// Values of several types. As texts they are all the same.
    fn several(&mut self, kinds: &[&str], way: Way, notes: &mut Vec<String>) -> Shape {
        self.skip(notes, "a value of several types");
        let are_scalars = kinds
            .iter()
            .all(|kind| !matches!(*kind, "array" | "object"));
        match way.is_text && are_scalars {
            true => Shape::String,
            false => Shape::Json,
        }
    }

    fn list(
        &mut self,
        node: &'a Node,
        name: &str,
        way: Way,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        let mut inner = Limits::default();
        let items = node
            .get("items")
            .filter(|items| items.elements().is_empty());
        let has_positions = node.get("prefixItems").is_some()
            || node
                .get("items")
                .is_some_and(|items| !items.elements().is_empty());
        let element = match items {
            _ if has_positions => {
                self.skip(notes, "elements with a type for each position");
                Shape::Json
            }
            Some(items) => self.shape(items, &singular(name), way, &mut inner, notes)?,
            None => Shape::Json,
        };
        let shape = Shape::List(Box::new(element));
        let own = self.limits(node, &shape)?;
        let inner_count = std::mem::take(&mut inner.count);
        *limits = Limits {
            count: own.count,
            ..inner
        };
        limits.rest.extend(own.rest);
        self.inner_size(&inner_count, limits);
        if node.get("uniqueItems").is_some_and(Json::is_true) {
            let what = "elements that are unique";
            *self.skipped.entry(what.to_owned()).or_default() += 1;
            limits.rest.push(what);
        }
        Ok(shape)
    }

    /// Names the size of a list or map inside of another one: a member has one size, of the outermost.
    fn inner_size(&mut self, count: &Range, limits: &mut Limits) {
        if count.is_set() {
            *self.skipped.entry(INNER_SIZE.to_owned()).or_default() += 1;
            limits.rest.push(INNER_SIZE);
        }
    }

    /// An object: a structure, a map, or any value.
    fn object(
        &mut self,
        node: &'a Node,
        name: &str,
        way: Way,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        if let Some(parts) = self.object_parts(node)? {
            let id = self.typed(node, name, way, Members::Structure(parts));
            return Ok(Shape::Named(id));
        }
        if node.get("allOf").is_some() {
            // Branches that say nothing are no contradiction.
            let says = |part: &&&Node| !kinds(part).is_empty() || Branches::of(part).is_some();
            if self.parts(node)?.iter().filter(says).count() > 1 {
                self.skip(notes, "several schemas of one value");
            }
            return Ok(Shape::Json);
        }
        let more = node
            .get("additionalProperties")
            .or(node.get("unevaluatedProperties"))
            .filter(|more| !more.is_plain() || more.is_true());
        let patterns = node.get("patternProperties").map(Node::entries);
        let (more, key_pattern) = match (more, patterns) {
            (None | Some(_), Some([only])) if more.is_none_or(|more| more.is_true()) => {
                (&only.value, Some(text::for_whole_text(&only.key)))
            }
            (Some(more), _) => (more, None),
            _ => return Ok(Shape::Json),
        };
        let mut inner = Limits::default();
        let value = self.shape(more, name, way, &mut inner, notes)?;
        let shape = Shape::Map(Box::new(value));
        let own = self.limits(node, &shape)?;
        let inner_count = std::mem::take(&mut inner.count);
        *limits = Limits {
            count: own.count,
            key_length: own.key_length,
            key_pattern: own.key_pattern.or(key_pattern),
            ..inner
        };
        limits.rest.extend(own.rest);
        self.inner_size(&inner_count, limits);
        let count = limits.rest.len();
        limits.drop_unfit();
        self.count_rest(limits, count);
        Ok(shape)
    }

    /// Returns the parts of an object that has named properties.
    pub(super) fn object_parts(&self, node: &'a Node) -> Result<Option<Vec<&'a Node>>, Unreadable> {
        let may_have = ["properties", "allOf", "$ref"];
        if !may_have.iter().any(|key| node.get(key).is_some()) && only_choice(node).is_none() {
            return Ok(None);
        }
        let parts = self.parts(node)?;
        let has_properties = parts.iter().any(|part| part.get("properties").is_some());
        let is_other = |part: &&Node| {
            let kinds = kinds(part);
            !kinds.is_empty() && !kinds.contains(&"object")
        };
        Ok((has_properties && !parts.iter().any(is_other)).then_some(parts))
    }

    /// Names what the parts of an object say beside its properties.
    pub(super) fn part_notes(&mut self, parts: &[&Node], notes: &mut Vec<String>) {
        for part in parts {
            self.rules(part, notes);
            if ["minProperties", "maxProperties"]
                .iter()
                .any(|key| part.get(key).is_some())
            {
                self.skip(notes, "a number of properties");
            }
            let more = part.get("additionalProperties");
            if more.is_some_and(|more| more.text().is_none() && !is_any(more))
                || part.get("patternProperties").is_some()
            {
                self.skip(notes, "more properties beside the named ones");
            }
            if let Some(branches) = Branches::of(part).filter(|branches| !branches.is_single()) {
                let what = match branches.are_required() {
                    true => "several sets of required properties",
                    false => "a choice of forms beside its properties",
                };
                self.skip(notes, what);
            }
            if part.get("discriminator").is_some() {
                self.skip(notes, "other forms of an object, by a discriminator");
            }
        }
    }
}

/// Returns the type of a schema if it is none that is known.
fn unknown_kind(node: &Node) -> Option<&str> {
    let name = node.string_at("type")?;
    (!matches!(name, "" | "null" | "any")).then_some(name)
}

/// Returns the types of a schema in the words of OpenAPI, without null.
pub(super) fn kinds(node: &Node) -> Vec<&'static str> {
    let named = match node.get("type") {
        Some(list) if !list.elements().is_empty() => {
            list.elements().iter().filter_map(Node::text).collect()
        }
        Some(node) => node.text().into_iter().collect(),
        None => Vec::new(),
    };
    let mut kinds = Vec::new();
    for name in named {
        let kind = match name.to_lowercase().as_str() {
            "integer" | "int" | "long" | "bigint" | "int32" | "int64" => "integer",
            "number" | "float" | "double" | "decimal" => "number",
            "boolean" | "bool" => "boolean",
            "string" | "text" | "date" | "datetime" => "string",
            "array" | "list" => "array",
            "object" | "container" | "map" => "object",
            _ => continue,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        let has = |key| node.get(key).is_some();
        if has("properties") || has("additionalProperties") {
            kinds.push("object");
        } else if has("items") || has("prefixItems") {
            kinds.push("array");
        }
    }
    kinds
}

/// Returns a name for the elements of a list.
fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if name.ends_with("ss") => name.to_owned(),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}
