//! Schemas of OpenAPI and Swagger: the types of parameters, bodies and fields.

use std::collections::HashMap;

use super::description::{
    Field, Format, Limits, Place, Range, Shape, Skipped, Time, Type, TypeId, TypeKind, lacks,
};
use super::document::{Document, Json, Unreadable};
use super::openapi::pascal;
use super::text;
use crate::spec::Node;

/// What a schema describes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    Request,
    Reply,
}

/// The schemas of a document, and the types that they became.
pub(super) struct Schemas<'a> {
    document: &'a Document,
    format: Format,
    pub(super) types: Vec<Type>,
    pub(super) skipped: Skipped,
    /// Types by their reference.
    ids: HashMap<(&'a str, Direction), TypeId>,
    /// References that are being followed, to notice those that lead back without a structure in between.
    open: Vec<&'a str>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Document, format: Format) -> Self {
        Self {
            document,
            format,
            types: Vec::new(),
            skipped: Skipped::new(),
            ids: HashMap::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn is_huawei(&self) -> bool {
        self.format == Format::HuaweiExplorer
    }

    pub(super) fn skip(&mut self, notes: &mut Vec<String>, what: &str) {
        *self.skipped.entry(what.to_owned()).or_default() += 1;
        notes.push(lacks(what, None));
    }

    /// Follows the references of a node.
    pub(super) fn resolve(&self, node: &'a Node) -> Result<&'a Node, Unreadable> {
        let mut node = node;
        // Longer chains do not occur, unless they lead back.
        for _ in 0..32 {
            let Some(reference) = node.string_at("$ref") else {
                return Ok(node);
            };
            node = self.target(node, reference)?;
        }
        let why = "this reference leads back to itself";
        Err(self.document.unreadable(Some(node), why))
    }

    fn target(&self, at: &'a Node, reference: &'a str) -> Result<&'a Node, Unreadable> {
        let Some(path) = reference.strip_prefix("#/") else {
            let why = format!("the reference `{reference}` leads out of the file");
            return Err(self.document.unreadable(Some(at), why));
        };
        let names: Vec<_> = path.split('/').map(unescaped).collect();
        let find = |names: &[String]| {
            names
                .iter()
                .try_fold(self.document.root(), |node, name| node.get(name))
        };
        // Huawei's explorer mixes the forms of OpenAPI and Swagger.
        let other = || match names.as_slice() {
            [components, schemas, rest @ ..]
                if components == "components" && schemas == "schemas" =>
            {
                let names: Vec<_> = ["definitions".to_owned()]
                    .into_iter()
                    .chain(rest.to_vec())
                    .collect();
                find(&names)
            }
            [definitions, rest @ ..] if definitions == "definitions" => {
                let start = ["components".to_owned(), "schemas".to_owned()];
                let names: Vec<_> = start.into_iter().chain(rest.to_vec()).collect();
                find(&names)
            }
            _ => None,
        };
        find(&names).or_else(other).ok_or_else(|| {
            let why = format!("the reference `{reference}` leads nowhere");
            self.document.unreadable(Some(at), why)
        })
    }

    /// Adds a structure.
    pub(super) fn structure(&mut self, name: &str, fields: Vec<Field>) -> TypeId {
        self.add(name, None, TypeKind::Structure(fields))
    }

    fn add(&mut self, name: &str, docs: Option<String>, kind: TypeKind) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(Type {
            name: name.to_owned(),
            notes: Vec::new(),
            docs,
            deprecated: None,
            kind,
        });
        id
    }

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
        let resolved = self.resolve(node)?;
        let hint = format!("{parent}{}", pascal(name));
        let mut limits = Limits::default();
        field.shape = self.shape(node, &hint, direction, &mut limits, &mut field.notes)?;
        field.limits = limits;
        let docs = node
            .string_at("description")
            .or(resolved.string_at("description"));
        field.docs = docs.and_then(text::sentence);
        field.sensitive = node.string_at("format") == Some("password")
            || resolved.string_at("format") == Some("password")
            || ["x-sensitive", "x-secret"]
                .iter()
                .any(|key| node.flag(key) || resolved.flag(key));
        if direction == Direction::Request {
            let default = node.get("default").or(resolved.get("default"));
            field.default = default
                .filter(|node| !node.is_nothing())
                .and_then(Node::text)
                .map(str::to_owned);
        }
        let is_deprecated = node.flag("deprecated") || resolved.flag("deprecated");
        field.deprecated = is_deprecated.then(|| "Deprecated by the vendor.".to_owned());
        Ok(field)
    }

    /// Returns the type of a reply as it is named, or `None` if it is no object.
    pub(super) fn output(
        &mut self,
        name: &str,
        node: &'a Node,
    ) -> Result<Option<TypeId>, Unreadable> {
        let (mut limits, mut notes) = (Limits::default(), Vec::new());
        let shape = self.shape(node, name, Direction::Reply, &mut limits, &mut notes)?;
        Ok(match shape {
            Shape::Named(id) if matches!(self.kind(id), Some(TypeKind::Structure(_))) => Some(id),
            Shape::Json if self.is_object(node)? => Some(self.structure(name, Vec::new())),
            _ => None,
        })
    }

    fn is_object(&self, node: &'a Node) -> Result<bool, Unreadable> {
        let node = self.resolve(node)?;
        Ok(node.string_at("type") == Some("object") && node.get("additionalProperties").is_none())
    }

    fn kind(&self, id: TypeId) -> Option<&TypeKind> {
        self.types.get(id.0).map(|item| &item.kind)
    }

    /// Returns the fields of an object, or `None` if it is none.
    pub(super) fn fields(
        &mut self,
        node: &'a Node,
        name: &str,
        direction: Direction,
    ) -> Result<Option<Vec<Field>>, Unreadable> {
        let mut parts = Vec::new();
        self.parts(node, &mut parts, 0)?;
        let has_properties = parts.iter().any(|part| part.get("properties").is_some());
        if !has_properties {
            return Ok(None);
        }
        let mut fields: Vec<Field> = Vec::new();
        let mut required: Vec<&str> = Vec::new();
        for part in &parts {
            required.extend(part.texts_at("required"));
            for entry in part
                .get("properties")
                .map(Node::entries)
                .unwrap_or_default()
            {
                // Huawei's explorer has texts where properties should be.
                if entry.value.text().is_some() {
                    continue;
                }
                let resolved = self.resolve(&entry.value)?;
                let is_elsewhere = match direction {
                    Direction::Request => resolved.flag("readOnly"),
                    Direction::Reply => resolved.flag("writeOnly"),
                };
                if is_elsewhere {
                    continue;
                }
                let mut field =
                    self.field(&entry.key, Place::Body, &entry.value, name, direction)?;
                field.required = entry.value.flag("required");
                // The same property of another branch holds, too.
                let same = fields.iter().position(|other| other.name == field.name);
                let before = same.map(|index| fields.remove(index));
                if let Some(before) = before.filter(|before| before.shape != field.shape) {
                    field.notes = before.notes;
                    field.limits = Limits::default();
                    field.shape = Shape::Json;
                    self.skip(&mut field.notes, "a property of several types");
                }
                fields.push(field);
            }
        }
        for field in &mut fields {
            field.required |= required.contains(&field.name.as_str());
        }
        Ok(Some(fields))
    }

    /// Collects the parts of an object: itself, and all branches of `allOf`.
    fn parts(
        &self,
        node: &'a Node,
        parts: &mut Vec<&'a Node>,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let node = self.resolve(node)?;
        if depth > 32 {
            let why = "this schema is a part of itself";
            return Err(self.document.unreadable(Some(node), why));
        }
        // A branch may be there many times; once is enough.
        if parts.iter().any(|part| std::ptr::eq(*part, node)) {
            return Ok(());
        }
        for branch in node.get("allOf").map(Node::elements).unwrap_or_default() {
            self.parts(branch, parts, depth + 1)?;
        }
        parts.push(node);
        Ok(())
    }

    /// Returns the type of a schema, and adds its limits. `hint` names a type that has no name.
    fn shape(
        &mut self,
        node: &'a Node,
        hint: &str,
        direction: Direction,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        let Some(reference) = node.string_at("$ref") else {
            return self.inline(node, None, hint, direction, limits, notes);
        };
        if let Some(id) = self.ids.get(&(reference, direction)) {
            return Ok(Shape::Named(*id));
        }
        if self.open.contains(&reference) {
            let why = format!("the reference `{reference}` leads back to itself");
            return Err(self.document.unreadable(Some(node), why));
        }
        let target = self.target(node, reference)?;
        let name = reference
            .rsplit('/')
            .next()
            .map(unescaped)
            .unwrap_or_default();
        self.open.push(reference);
        let shape = self.inline(
            target,
            Some(reference),
            &pascal(&name),
            direction,
            limits,
            notes,
        );
        self.open.pop();
        shape
    }

    fn inline(
        &mut self,
        node: &'a Node,
        reference: Option<&'a str>,
        name: &str,
        direction: Direction,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        if node.string_at("$ref").is_some() {
            return self.shape(node, name, direction, limits, notes);
        }
        // A single branch beside a description is only a reference.
        if let Some([only]) = node.get("allOf").map(Node::elements)
            && node.get("properties").is_none()
        {
            return self.shape(only, name, direction, limits, notes);
        }
        for key in ["oneOf", "anyOf"] {
            let branches = node.get(key).map(Node::elements).unwrap_or_default();
            let branches: Vec<_> = branches.iter().filter(|branch| !is_null(branch)).collect();
            match branches.as_slice() {
                [] => {}
                [only] => return self.shape(only, name, direction, limits, notes),
                several => return self.choice(several, reference, name, direction, notes),
            }
        }
        let values = node.get("enum").map(Node::elements).unwrap_or_default();
        let single = node.get("const").into_iter();
        let values: Vec<_> = values
            .iter()
            .chain(single)
            .filter(|value| !value.is_nothing())
            .collect();
        let kind = kind(node);
        let are_texts = || values.iter().all(|value| value.string().is_some());
        if !values.is_empty() && (kind == "string" || kind.is_empty() && are_texts()) {
            let values = text::distinct(values.iter().filter_map(|value| value.text()));
            let docs = node.string_at("description").and_then(text::sentence);
            let id = self.add(name, docs, TypeKind::Enum(values));
            self.remember(reference, id);
            return Ok(Shape::Named(id));
        }
        if !values.is_empty() {
            self.skip(notes, "a list of values that are no texts");
        }
        let bound = |key| node.number_at(key);
        let size = |min, max| Range::new(bound(min).filter(|min| min != "0"), bound(max));
        Ok(match kind {
            "integer" => {
                limits.range = self.integer_range(node);
                Shape::Integer
            }
            "number" => {
                limits.range = Range::new(bound("minimum"), bound("maximum"));
                if ["exclusiveMinimum", "exclusiveMaximum"]
                    .iter()
                    .any(|key| node.get(key).is_some())
                {
                    self.skip(notes, "a limit of a number that is excluded");
                }
                Shape::Number
            }
            "boolean" => Shape::Boolean,
            "string" => match node.string_at("format").unwrap_or_default() {
                "date-time" => Shape::Timestamp(Time::Rfc3339),
                "byte" | "binary" => {
                    limits.length = size("minLength", "maxLength");
                    Shape::Bytes
                }
                _ if node.string_at("contentEncoding") == Some("base64") => Shape::Bytes,
                _ => {
                    limits.length = size("minLength", "maxLength");
                    if let Some(pattern) = node.string_at("pattern") {
                        characters_or_pattern(pattern, limits);
                    }
                    Shape::String
                }
            },
            "array" => {
                let mut inner = Limits::default();
                let element = match node.get("items") {
                    Some(items) => {
                        self.shape(items, &singular(name), direction, &mut inner, notes)?
                    }
                    None => Shape::Json,
                };
                *limits = Limits {
                    count: size("minItems", "maxItems"),
                    ..inner
                };
                Shape::List(Box::new(element))
            }
            _ => return self.object(node, reference, name, direction, limits, notes),
        })
    }

    /// An object: a structure, a map, or any value.
    fn object(
        &mut self,
        node: &'a Node,
        reference: Option<&'a str>,
        name: &str,
        direction: Direction,
        limits: &mut Limits,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        let more = node
            .get("additionalProperties")
            .filter(|more| more.text() != Some("false"));
        if node.get("properties").is_none() && node.get("allOf").is_none() {
            let Some(more) = more else {
                return Ok(Shape::Json);
            };
            let mut inner = Limits::default();
            let value = match more.text() {
                None if !more.entries().is_empty() => {
                    self.shape(more, name, direction, &mut inner, notes)?
                }
                _ => Shape::Json,
            };
            let count = |key| node.number_at(key);
            let count = Range::new(
                count("minProperties").filter(|min| min != "0"),
                count("maxProperties"),
            );
            *limits = Limits { count, ..inner };
            return Ok(Shape::Map(Box::new(value)));
        }
        if more.is_some_and(|more| !more.is_true()) {
            self.skip(notes, "more properties beside the named ones");
        }
        // It is known before its fields are read, so that it may contain itself.
        let docs = node.string_at("description").and_then(text::sentence);
        let id = self.add(name, docs, TypeKind::Structure(Vec::new()));
        self.remember(reference, id);
        // Inside of it, a reference to what is open is no circle.
        let open = std::mem::take(&mut self.open);
        let fields = self.fields(node, name, direction)?;
        self.open = open;
        let Some(fields) = fields else {
            return Ok(Shape::Json);
        };
        if let Some(item) = self.types.get_mut(id.0) {
            item.kind = TypeKind::Structure(fields);
        }
        Ok(Shape::Named(id))
    }

    /// A choice: a union if each branch is an object with a property of its own, a text if all are texts, else anything.
    fn choice(
        &mut self,
        branches: &[&'a Node],
        reference: Option<&'a str>,
        name: &str,
        direction: Direction,
        notes: &mut Vec<String>,
    ) -> Result<Shape, Unreadable> {
        let mut members: Vec<(&'a str, &'a Node)> = Vec::new();
        let mut are_texts = true;
        for branch in branches {
            let branch = self.resolve(branch)?;
            are_texts &= kind(branch) == "string";
            if let Some([only]) = branch.get("properties").map(Node::entries)
                && !members.iter().any(|(name, _)| *name == only.key)
            {
                members.push((&only.key, &only.value));
            }
        }
        if members.len() == branches.len() {
            let id = self.add(name, None, TypeKind::Union(Vec::new()));
            self.remember(reference, id);
            let open = std::mem::take(&mut self.open);
            let mut fields = Vec::new();
            for (member, node) in members {
                fields.push(self.field(member, Place::Body, node, name, direction)?);
            }
            self.open = open;
            if let Some(item) = self.types.get_mut(id.0) {
                item.kind = TypeKind::Union(fields);
            }
            return Ok(Shape::Named(id));
        }
        if are_texts {
            return Ok(Shape::String);
        }
        self.skip(notes, "a choice of forms");
        Ok(Shape::Json)
    }

    fn remember(&mut self, reference: Option<&'a str>, id: TypeId) {
        if let Some(reference) = reference {
            for direction in [Direction::Request, Direction::Reply] {
                // Both directions share a type, unless it was read for each already.
                self.ids.entry((reference, direction)).or_insert(id);
            }
        }
    }

    fn integer_range(&self, node: &Node) -> Range {
        let number = |key: &str| {
            node.number_at(key)
                .and_then(|text| text.parse::<i64>().ok())
        };
        // In 3.1 an excluded bound is a number, before it is a truth value beside the bound.
        let bound = |key: &str, excluded: &str, step: i64| {
            let outer = number(excluded).and_then(|bound| bound.checked_add(step));
            let moved = node.flag(excluded);
            let inner =
                number(key).and_then(|bound| bound.checked_add(if moved { step } else { 0 }));
            outer.or(inner)
        };
        let min = bound("minimum", "exclusiveMinimum", 1);
        let max = bound("maximum", "exclusiveMaximum", -1);
        // The width of a type is no limit.
        let is_width = |bound: &i64| {
            [i64::from(i32::MIN), i64::from(i32::MAX), i64::MIN, i64::MAX].contains(bound)
        };
        let text = |bound: Option<i64>| {
            bound
                .filter(|bound| !is_width(bound))
                .map(|bound| bound.to_string())
        };
        Range::new(text(min), text(max))
    }
}

/// Returns a part of a reference without its escapes.
fn unescaped(part: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
    decoded.replace("~1", "/").replace("~0", "~")
}

fn is_null(node: &Node) -> bool {
    node.string_at("type") == Some("null")
}

/// Returns the type of a schema in the words of OpenAPI.
fn kind(node: &Node) -> &'static str {
    let named = match node.get("type") {
        Some(list) if !list.elements().is_empty() => list
            .elements()
            .iter()
            .filter_map(Node::text)
            .find(|text| *text != "null"),
        Some(node) => node.text(),
        None => None,
    };
    match named.unwrap_or_default().to_lowercase().as_str() {
        "integer" | "int" | "long" | "bigint" | "int32" | "int64" => "integer",
        "number" | "float" | "double" | "decimal" => "number",
        "boolean" | "bool" => "boolean",
        "string" | "text" | "date" | "datetime" => "string",
        "array" | "list" => "array",
        "object" | "container" | "map" => "object",
        _ if node.get("properties").is_some() || node.get("additionalProperties").is_some() => {
            "object"
        }
        _ if node.get("items").is_some() => "array",
        _ => "",
    }
}

/// Takes a pattern, as characters if it says nothing else: a pattern is searched, so `^[a-z]+$` allows these characters.
fn characters_or_pattern(pattern: &str, limits: &mut Limits) {
    let inside = pattern
        .strip_prefix('^')
        .and_then(|inside| inside.strip_suffix('$'));
    let class = inside.and_then(|inside| {
        let (class, repeat) = inside.strip_prefix('[')?.split_once(']')?;
        let is_plain = !class.contains(['\\', '[', '^', '&']) && !class.is_empty();
        (is_plain && matches!(repeat, "+" | "*")).then_some((class, repeat))
    });
    match class {
        Some((class, repeat)) => {
            limits.chars = Some(class.to_owned());
            if repeat == "+" && limits.length.min.is_none() {
                limits.length.min = Some("1".to_owned());
            }
        }
        None => limits.pattern = Some(text::for_whole_text(pattern)),
    }
}

/// Returns a name for the elements of a list.
fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if name.ends_with("ss") => name.to_owned(),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}
