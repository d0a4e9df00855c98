//! Parameters of OpenAPI and Swagger: in the path, the query and headers, with their forms.

use std::collections::HashSet;

use super::description::{Field, Operation, Place, Shape, Type, TypeKind};
use super::document::{Json, Unreadable};
use super::openapi::Reader;
use super::schema::{DEPRECATED, Direction, ODD_NAME};
use super::security::Carried;
use super::shapes::kinds;
use super::text;
use crate::check::{RESERVED_HEADERS, is_header};
use crate::spec::{Node, is_forbidden};

impl<'a> Reader<'a> {
    /// Adds a parameter. `node` is the operation.
    pub(super) fn parameter(
        &mut self,
        node: &'a Node,
        parameter: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let Some(name) = parameter.string_at("name") else {
            let why = "this parameter has no `name`";
            return Err(self.schemas.unreadable(parameter, why));
        };
        let way = parameter.string_at("in").unwrap_or_default();
        let is_needed = parameter.flag("required");
        let place = match way {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "body" => return self.swagger_body(node, parameter, operation),
            "formData" => return self.form_field(node, parameter, operation),
            other => {
                let what = match other {
                    "cookie" => "a cookie",
                    _ => "a parameter in an unknown place",
                };
                self.lose_member(operation, what, name, is_needed);
                return Ok(());
            }
        };
        match self.security.carried(way, name) {
            Some(Carried::Token) => return Ok(()),
            Some(Carried::Other) => {
                let what = format!("the {way} parameter `{name}`, which has credentials elsewhere");
                self.lose(operation, &what, is_needed);
                return Ok(());
            }
            None => {}
        }
        if place == Place::Header && self.is_own_header(name, is_needed, operation) {
            return Ok(());
        }
        if place != Place::Path && name.contains(is_forbidden) {
            if is_needed {
                self.lose(operation, ODD_NAME, is_needed);
            } else {
                self.schemas
                    .skip_member(&mut operation.notes, ODD_NAME, name);
            }
            return Ok(());
        }
        let schema = match (parameter.get("schema"), parameter.get("content")) {
            (Some(schema), _) => schema,
            (None, Some(content)) => match content.entries() {
                [only] if only.key.starts_with("text/") => match only.value.get("schema") {
                    Some(schema) => schema,
                    None => parameter,
                },
                _ => {
                    self.lose_member(operation, "JSON in a parameter", name, is_needed);
                    return Ok(());
                }
            },
            (None, None) => parameter,
        };
        let mut field =
            self.schemas
                .field(name, place, schema, &operation.name, Direction::Request)?;
        let docs = parameter.string_at("description").and_then(text::sentence);
        field.docs = docs.or(field.docs);
        field.required = parameter.flag("required") || place == Place::Path;
        if parameter.flag("deprecated") {
            field.deprecated = Some(DEPRECATED.to_owned());
        }
        for (key, what) in [
            (
                "allowReserved",
                "a parameter whose reserved characters are not encoded",
            ),
            (
                "allowEmptyValue",
                "a parameter that may be sent without a value",
            ),
        ] {
            if parameter.flag(key) {
                self.schemas.skip(&mut field.notes, what);
            }
        }
        if place == Place::Query && self.is_constant(schema, &field)? {
            let value = self.constant(schema)?;
            // The path may have it already.
            if !operation.fixed.iter().any(|(known, _)| known == name) {
                operation.fixed.push((name.to_owned(), value));
            }
            return Ok(());
        }
        match place {
            Place::Path => self.in_path(parameter, field, operation),
            Place::Header => {
                let holds_objects = self.holds_objects(schema)?;
                self.in_header(parameter, holds_objects, field, operation);
            }
            _ => self.in_query(parameter, field, operation),
        }
        Ok(())
    }

    /// Whether a header is sent by the client or by the connection.
    fn is_own_header(&mut self, name: &str, is_needed: bool, operation: &mut Operation) -> bool {
        // The rules of HTTP and of authentication fill these.
        let ignored = ["accept", "content-type", "authorization", "host"];
        let lower = name.to_lowercase();
        if ignored.contains(&lower.as_str()) {
            return true;
        }
        if lower == "x-auth-token" && self.security.header("X-Auth-Token") {
            return true;
        }
        let is_own = RESERVED_HEADERS.contains(&lower.as_str());
        if is_own || !is_header(name) {
            let what = match is_own {
                true => format!("the header {lower}, which the client sends"),
                false => "a header with a name that none can have".to_owned(),
            };
            self.lose(operation, &what, is_needed);
            return true;
        }
        false
    }

    /// Whether a required parameter has a single value that is no text.
    fn is_constant(&self, schema: &'a Node, field: &Field) -> Result<bool, Unreadable> {
        let is_plain = matches!(field.shape, Shape::Integer | Shape::Number | Shape::Boolean);
        Ok(field.required && is_plain && self.constant(schema)?.is_some())
    }

    fn constant(&self, schema: &'a Node) -> Result<Option<String>, Unreadable> {
        let node = self.schemas.core(schema)?.node;
        let values = node.get("enum").map(Node::elements).unwrap_or_default();
        let mut values = values.iter().chain(node.get("const"));
        let value = values.next().and_then(Node::text);
        Ok(value.filter(|_| values.next().is_none()).map(str::to_owned))
    }

    fn in_path(&mut self, parameter: &Node, mut field: Field, operation: &mut Operation) {
        let is_usual = matches!(parameter.string_at("style"), None | Some("simple"));
        let is_text = !matches!(field.shape.innermost(), Shape::Json | Shape::Bytes)
            && !self.is_object(&field.shape);
        if !is_usual || !is_text || matches!(field.shape, Shape::List(_) | Shape::Map(_)) {
            // The text that stands there is the only thing that can be said.
            self.schemas
                .skip(&mut field.notes, "a parameter of the path that is no text");
            field.shape = Shape::String;
            field.limits = super::description::Limits::default();
            field.default = None;
        }
        // The plus of a greedy label is no part of its name.
        let mut labels = super::paths::labels(&operation.path);
        let label = labels
            .find(|label| [field.name.as_str(), field.name.trim_end_matches('+')].contains(label));
        if let Some(label) = label {
            field.name = label.to_owned();
        } else {
            let what = "a parameter that its path does not have";
            self.schemas.skip(&mut operation.notes, what);
            return;
        }
        operation.parameters.push(field);
    }

    /// Whether a value, or an element of it, is an object of any kind.
    pub(super) fn holds_objects(&self, schema: &'a Node) -> Result<bool, Unreadable> {
        let core = self.schemas.core(schema)?.node;
        let items = core
            .get("items")
            .filter(|items| items.elements().is_empty());
        Ok(match (kinds(core).as_slice(), items) {
            (["array"], Some(items)) => kinds(self.schemas.core(items)?.node).contains(&"object"),
            (kinds, _) => kinds.contains(&"object"),
        })
    }

    fn in_header(
        &mut self,
        parameter: &Node,
        holds_objects: bool,
        mut field: Field,
        operation: &mut Operation,
    ) {
        let what = match &field.shape {
            _ if holds_objects => Some("an object in a header"),
            Shape::List(element) if self.is_scalar(element) => {
                let style = parameter.string_at("collectionFormat");
                match style {
                    None | Some("csv") => None,
                    Some(_) => Some("a list in an unusual form"),
                }
            }
            shape if self.is_scalar(shape) || *shape == Shape::Bytes => None,
            Shape::Json => {
                // A header is a text, whatever it holds.
                field.shape = Shape::String;
                None
            }
            _ => Some("an object in a header"),
        };
        match what {
            Some(what) => self.lose_member(operation, what, &field.name, field.required),
            None => operation.parameters.push(field),
        }
    }

    fn in_query(&mut self, parameter: &'a Node, mut field: Field, operation: &mut Operation) {
        let style = parameter.string_at("style");
        if !self.is_swagger && !matches!(style, None | Some("form")) {
            let is_list = matches!(field.shape, Shape::List(_));
            if is_list || !self.is_scalar(&field.shape) {
                let what = match (style, is_list) {
                    (Some("deepObject"), _) => "an object in the query, with brackets",
                    (_, true) => "a list in an unusual form",
                    _ => "an object in the query",
                };
                return self.lose_member(operation, what, &field.name, field.required);
            }
        }
        let explodes = parameter.get("explode").is_none_or(Json::is_true);
        match field.shape.clone() {
            Shape::List(element) if self.is_scalar(&element) => {
                match self.list_style(parameter) {
                    Some(true) => field.place = Place::QueryCsv,
                    Some(false) => {}
                    None => {
                        let what = "a list in an unusual form";
                        return self.lose_member(operation, what, &field.name, field.required);
                    }
                }
                operation.parameters.push(field);
            }
            Shape::List(_) => {
                let what = "a list in the query of what is no text";
                self.lose_member(operation, what, &field.name, field.required);
            }
            Shape::Map(inner) if explodes && is_text_or_texts(&inner) => {
                let mut maps = operation.parameters.iter();
                if maps.any(|other| {
                    other.place == Place::Query && matches!(other.shape, Shape::Map(_))
                }) {
                    let what = "several maps in one query";
                    return self.lose_member(operation, what, &field.name, field.required);
                }
                operation.parameters.push(field);
            }
            Shape::Named(id) if explodes && self.is_object(&field.shape) => {
                // In this form the properties are parameters of their own.
                self.schemas.complete();
                match self.scalar_fields(self.schemas.types.get(id.0)) {
                    Some(fields) => {
                        operation
                            .parameters
                            .extend(fields.into_iter().map(|mut inner| {
                                inner.required &= field.required;
                                inner
                            }))
                    }
                    None => self.lose_member(
                        operation,
                        "an object in the query",
                        &field.name,
                        field.required,
                    ),
                }
            }
            shape if self.is_scalar(&shape) || shape == Shape::Bytes => {
                operation.parameters.push(field);
            }
            _ => self.lose_member(
                operation,
                "an object in the query",
                &field.name,
                field.required,
            ),
        }
    }

    /// Returns the fields of a structure as parameters of the query, if all are texts or lists of texts.
    fn scalar_fields(&self, item: Option<&Type>) -> Option<Vec<Field>> {
        let TypeKind::Structure(fields) = &item?.kind else {
            return None;
        };
        let fields = fields.iter().map(|field| {
            let inner = match &field.shape {
                Shape::List(element) => element,
                shape => shape,
            };
            let mut field = field.clone();
            field.place = Place::Query;
            self.is_scalar(inner).then_some(field)
        });
        fields.collect()
    }

    fn is_object(&self, shape: &Shape) -> bool {
        let Shape::Named(id) = shape else {
            return false;
        };
        let kind = self.schemas.types.get(id.0).map(|item| &item.kind);
        !matches!(kind, Some(TypeKind::Enum(_)))
    }

    /// Whether a value is one text on the wire.
    fn is_scalar(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Named(_) => !self.is_object(shape),
            Shape::List(_) | Shape::Map(_) | Shape::Json | Shape::Bytes => false,
            _ => true,
        }
    }

    /// Returns whether a list in the query is separated by commas, or `None` for other forms.
    fn list_style(&self, parameter: &Node) -> Option<bool> {
        if self.is_swagger && parameter.get("explode").is_none() {
            return match parameter.string_at("collectionFormat").unwrap_or("csv") {
                "csv" => Some(true),
                "multi" => Some(false),
                _ => None,
            };
        }
        Some(!parameter.get("explode").is_none_or(Json::is_true))
    }

    /// Adds the labels of the path that no parameter declares.
    pub(super) fn labels(&self, operation: &mut Operation) {
        let path = operation.path.clone();
        for label in super::paths::labels(&path) {
            let is_there = |field: &Field| field.place == Place::Path && field.name == label;
            if !operation.parameters.iter().any(is_there) {
                let mut field = Field::new(label, Place::Path, Shape::String);
                field.required = true;
                operation.parameters.push(field);
            }
        }
    }

    /// Drops parameters with the name of another one: a spec has one room for all of an operation.
    pub(super) fn drop_doubled(&mut self, operation: &mut Operation) {
        let mut parameters = std::mem::take(&mut operation.parameters);
        parameters.sort_by_key(|field| field.place != Place::Path);
        let mut seen = HashSet::new();
        for mut field in parameters {
            let mut constants = operation.fixed.iter();
            let is_fixed =
                field.place == Place::Query && constants.any(|(name, _)| *name == field.name);
            let key = |field: &Field| match field.place {
                Place::Header => field.name.to_lowercase(),
                _ => field.name.clone(),
            };
            // A whole body has no name, except in a spec.
            while field.place == Place::Payload && seen.contains(&key(&field)) {
                field.name.push_str("_content");
            }
            if seen.insert(key(&field)) && !is_fixed {
                operation.parameters.push(field);
            } else if field.required && !is_fixed {
                let what = format!("several parameters of one name, `{}`", field.name);
                self.lose(operation, &what, true);
            } else {
                let what = "several parameters of one name";
                self.schemas
                    .skip_member(&mut operation.notes, what, &field.name);
            }
        }
    }
}

fn is_text_or_texts(shape: &Shape) -> bool {
    match shape {
        Shape::String => true,
        Shape::List(element) => **element == Shape::String,
        _ => false,
    }
}
