//! Bodies of requests, and what a body is by its media type.

use super::description::{Field, Limits, Operation, Place, Shape, TypeKind};
use super::document::{Json, Unreadable};
use super::openapi::Reader;
use super::schema::{Direction, ODD_NAME};
use super::text;
use crate::check::is_media_type;
use crate::spec::{Entry, Node, is_forbidden};

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    Json,
    Text,
    Bytes,
}

/// Names of media types that are neither JSON nor plain text or bytes, without the group and `x-`.
const STRUCTURED: [&str; 10] = [
    "xml",
    "yaml",
    "html",
    "xhtml",
    "event-stream",
    "www-form-urlencoded",
    "ndjson",
    "jsonl",
    "jsonlines",
    "json-seq",
];

/// A media type with its schema.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) kind: &'a str,
    pub(super) schema: Option<&'a Node>,
}

impl Content<'_> {
    /// Returns what the body is; `None` for a form, XML and others that no client reads.
    fn medium(&self, is_text: bool) -> Option<Medium> {
        let kind = base(self.kind);
        if is_json(self.kind) {
            return Some(Medium::Json);
        }
        let (group, name) = kind.split_once('/')?;
        let is_structured = group == "multipart"
            || STRUCTURED.contains(&name.strip_prefix("x-").unwrap_or(name))
            || name
                .split_once('+')
                .is_some_and(|(_, form)| STRUCTURED.contains(&form));
        match (group, self.schema) {
            _ if is_structured => None,
            (_, Some(_)) if !is_text => None,
            ("text", _) => Some(Medium::Text),
            _ => Some(Medium::Bytes),
        }
    }
}

impl<'a> Reader<'a> {
    /// Adds the body of a request.
    pub(super) fn body(
        &mut self,
        body: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let is_required = body.flag("required");
        let kinds = body.get("content").map(Node::entries).unwrap_or_default();
        self.body_in(&contents(kinds), is_required, operation)
    }

    pub(super) fn swagger_body(
        &mut self,
        node: &'a Node,
        parameter: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let schema = parameter.get("schema");
        let kinds = self.kinds(node, "consumes");
        let contents: Vec<_> = kinds
            .into_iter()
            .map(|kind| Content { kind, schema })
            .collect();
        self.body_in(&contents, parameter.flag("required"), operation)
    }

    /// Adds a field of a form, which is a member of the body if the form may be JSON.
    pub(super) fn form_field(
        &mut self,
        node: &'a Node,
        parameter: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let kinds = self.kinds(node, "consumes");
        let is_file = parameter.string_at("type") == Some("file");
        let (Some(name), true) = (
            parameter.string_at("name"),
            kinds.iter().any(|kind| is_json(kind))
                && !is_file
                && self.names_kinds(node, "consumes"),
        ) else {
            self.lose(operation, "a form", parameter.flag("required"));
            return Ok(());
        };
        if name.contains(is_forbidden) {
            self.lose(operation, ODD_NAME, parameter.flag("required"));
            return Ok(());
        }
        let mut field = self.schemas.field(
            name,
            Place::Body,
            parameter,
            &operation.name,
            Direction::Request,
        )?;
        field.required = parameter.flag("required");
        operation.parameters.push(field);
        Ok(())
    }

    fn names_kinds(&self, node: &Node, key: &str) -> bool {
        node.get(key).or(self.root.get(key)).is_some()
    }

    /// Returns the media types of an operation in Swagger.
    pub(super) fn kinds(&self, node: &'a Node, key: &str) -> Vec<&'a str> {
        let list = node.get(key).or(self.root.get(key));
        let kinds: Vec<_> = list
            .map(Node::elements)
            .unwrap_or_default()
            .iter()
            .filter_map(Json::string)
            .collect();
        // Huawei's explorer has a text that holds JSON, and often the type of files.
        let is_text = list.is_some_and(|list| list.text().is_some());
        match kinds.is_empty() || is_text {
            true => vec!["application/json"],
            false => kinds,
        }
    }

    fn body_in(
        &mut self,
        contents: &[Content<'a>],
        is_required: bool,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let Some((content, medium)) = self.best(contents)? else {
            let what = match contents.first() {
                Some(content) => format!("a body of the type {}", base(content.kind)),
                None => "a body without a type".to_owned(),
            };
            self.lose(operation, &what, is_required);
            return Ok(());
        };
        let name = operation.name.clone();
        let usual = match medium {
            Medium::Json => "application/json",
            Medium::Text => "text/plain",
            Medium::Bytes => "application/octet-stream",
        };
        let kind = base(content.kind);
        let is_usual = kind == usual || kind.contains('*') || kind == "text/json";
        if !is_usual && !is_media_type(content.kind.trim()) {
            self.lose(
                operation,
                &format!("a body of the type {kind}"),
                is_required,
            );
            return Ok(());
        }
        if medium == Medium::Json {
            let fields = match content.schema {
                Some(schema) => {
                    let notes = &mut operation.notes;
                    self.schemas
                        .fields(schema, &name, Direction::Request, notes)?
                }
                None => None,
            };
            if let Some(fields) = fields {
                if !is_usual {
                    let kind = content.kind.trim().to_owned();
                    operation
                        .fixed_headers
                        .push(("Content-Type".to_owned(), kind));
                }
                operation
                    .parameters
                    .extend(fields.into_iter().map(|mut field| {
                        field.required &= is_required;
                        field
                    }));
                return Ok(());
            }
        }
        let mut field = self.payload(&name, content, medium, Direction::Request)?;
        field.required = is_required;
        operation.parameters.push(field);
        if !is_usual {
            operation.content_type = Some(content.kind.trim().to_owned());
        }
        Ok(())
    }

    /// Returns the media type that is used: JSON, else a JSON of another name, else text or bytes.
    pub(super) fn best(
        &self,
        contents: &[Content<'a>],
    ) -> Result<Option<(Content<'a>, Medium)>, Unreadable> {
        let mut all = Vec::new();
        for content in contents {
            let is_text = match content.schema {
                Some(schema) => {
                    let core = self.schemas.core(schema)?.node;
                    let kinds = super::shapes::kinds(core);
                    kinds == ["string"]
                        || kinds.is_empty() && core.get("contentMediaType").is_some()
                        || core.string_at("type") == Some("file")
                        || super::schema::is_any(core)
                }
                None => true,
            };
            if let Some(medium) = content.medium(is_text) {
                let rank = match medium {
                    Medium::Json if base(content.kind) == "application/json" => 0,
                    Medium::Json if content.kind.contains('*') => 1,
                    Medium::Json => 2,
                    Medium::Text => 3,
                    Medium::Bytes => 4,
                };
                all.push((rank, *content, medium));
            }
        }
        let best = all.into_iter().min_by_key(|(rank, ..)| *rank);
        Ok(best.map(|(_, content, medium)| (content, medium)))
    }

    /// Returns a field that is a whole body.
    pub(super) fn payload(
        &mut self,
        name: &str,
        content: Content<'a>,
        medium: Medium,
        direction: Direction,
    ) -> Result<Field, Unreadable> {
        let mut field = Field::new("body", Place::Payload, Shape::Json);
        if let Some(schema) = content.schema {
            field = self
                .schemas
                .field("body", Place::Payload, schema, name, direction)?;
        }
        field.default = None;
        let is_binary = match content.schema {
            Some(schema) => self.schemas.core(schema)?.node.string_at("format") == Some("binary"),
            None => false,
        };
        match medium {
            Medium::Text if !is_binary => {
                field.shape = Shape::String;
            }
            Medium::Text | Medium::Bytes => {
                field.shape = Shape::Bytes;
                field.limits = Limits::default();
            }
            Medium::Json => {
                let is_sayable = match &field.shape {
                    Shape::Json => true,
                    Shape::Named(id) => {
                        let kind = self.schemas.types.get(id.0).map(|item| &item.kind);
                        !matches!(kind, Some(TypeKind::Enum(_)))
                    }
                    _ => false,
                };
                if !is_sayable {
                    let what = match (&field.shape, direction) {
                        (Shape::List(_), Direction::Request) => "a list as the whole body",
                        (Shape::List(_), Direction::Reply) => "a list as the whole reply",
                        (Shape::Map(_), Direction::Request) => "a map as the whole body",
                        (Shape::Map(_), Direction::Reply) => "a map as the whole reply",
                        (_, Direction::Request) => "a value as the whole body",
                        (_, Direction::Reply) => "a value as the whole reply",
                    };
                    self.schemas.skip(&mut field.notes, what);
                    field.shape = Shape::Json;
                    field.limits = Limits::default();
                }
            }
        }
        Ok(field)
    }
}

pub(super) fn contents(kinds: &[Entry]) -> Vec<Content<'_>> {
    let contents = kinds.iter().map(|entry| Content {
        kind: entry.key.as_str(),
        schema: entry.value.get("schema"),
    });
    contents.collect()
}

/// Returns a media type without its parameters.
pub(super) fn base(kind: &str) -> String {
    let kind = kind.split(';').next().unwrap_or_default();
    text::without_marks(kind.trim()).to_lowercase()
}

pub(super) fn is_json(kind: &str) -> bool {
    let kind = base(kind);
    matches!(
        kind.as_str(),
        "application/json" | "text/json" | "*/*" | "application/*"
    ) || kind.ends_with("+json")
}
