//! The operations of a draft.

use std::collections::BTreeSet;

use super::Draft;
use super::rust_names::pinned;
use super::types::keys;
use super::yaml::{plain_or_quoted, quoted};
use crate::check::is_secret;
use crate::describe::{Operation, Paging, Place, TypeKind};
use crate::names::{self, Role};

impl Draft<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) {
        let Operation { name, .. } = operation;
        self.line(1, &format!("{}:", plain_or_quoted(name)));
        self.notes(2, &operation.notes);
        if let Some(pinned) = self.names.operations.get(name).cloned() {
            self.pair(2, "rust_name", &pinned);
        }
        self.docs(2, operation.docs.as_ref(), name);
        let see = self.description.see.as_ref();
        let see = see.map(|see| see.replace("{name}", name));
        self.pair(
            2,
            "see",
            &see.unwrap_or_else(|| "https://example.com/TODO".to_owned()),
        );
        self.line(
            2,
            &format!(
                "http: {}",
                plain_or_quoted(&format!("{} {}", operation.method, operation.path))
            ),
        );
        if let Some(prefix) = &operation.host_prefix {
            self.pair(2, "host_prefix", prefix);
        }
        if !operation.fixed.is_empty() {
            self.line(2, "fixed:");
            for (name, value) in &operation.fixed {
                match value {
                    Some(value) => {
                        self.line(3, &format!("{}: {}", plain_or_quoted(name), quoted(value)))
                    }
                    None => self.line(3, &format!("{}: null", plain_or_quoted(name))),
                }
            }
        }
        if !operation.fixed_headers.is_empty() {
            self.line(2, "fixed_headers:");
            for (name, value) in &operation.fixed_headers {
                self.pair(3, name, value);
            }
        }
        if operation.read_only {
            self.line(2, "read_only: true");
        } else if operation.idempotent {
            self.line(2, "idempotent: true");
        }
        if let Some(auth) = &operation.auth {
            self.line(2, "auth:");
            for scheme in auth {
                self.scheme(3, scheme);
            }
        }
        self.deprecated(2, operation.deprecated.as_ref());
        let required = operation.parameters.iter();
        let required = required.filter(|field| field.required && !field.token);
        self.constructor(2, required);
        self.request(operation);
        match operation.output.and_then(|id| self.names.names.get(&id)) {
            Some(name) => {
                let name = name.clone();
                self.pair(2, "response", &name);
            }
            None => self.line(2, "response: none"),
        }
        match (&operation.paging, &operation.paging_proposal) {
            (Some(paging), _) => self.paging(operation, paging, ""),
            (None, Some(paging)) => {
                self.line(
                    2,
                    "# TODO: names suggest these pages, no description states them:",
                );
                self.paging(operation, paging, "# ");
            }
            (None, None) => {}
        }
    }

    /// Writes paging; `before` stands before each line.
    fn paging(&mut self, operation: &Operation, paging: &Paging, before: &str) {
        let named = |path: &str| self.named(operation, path);
        let (response, items) = (named(&paging.response), named(&paging.items));
        let more = paging.more.as_deref().map(named);
        self.line(2, &format!("{before}pagination:"));
        let style = if paging.more.is_some() {
            "marker"
        } else {
            "token"
        };
        let pairs = [
            ("style", Some(style)),
            ("request", Some(paging.request.as_str())),
            ("response", Some(response.as_str())),
            ("more", more.as_deref()),
            ("items", Some(items.as_str())),
            ("page_size", paging.page_size.as_deref()),
        ];
        for (key, value) in pairs {
            if let Some(value) = value {
                self.line(2, &format!("{before}  {key}: {}", plain_or_quoted(value)));
            }
        }
    }

    /// Returns a path into the output by the names of its fields in the spec, which differ for those that are not in the body.
    fn named(&self, operation: &Operation, path: &str) -> String {
        let output = operation.output.and_then(|id| self.description.get(id));
        let Some(TypeKind::Structure(fields)) = output.map(|output| &output.kind) else {
            return path.to_owned();
        };
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let mut keys = fields.iter().zip(keys(fields));
        let key = keys.find(|(field, _)| field.name == first);
        match (key, rest) {
            (None, _) => path.to_owned(),
            (Some((_, key)), "") => key,
            (Some((_, key)), rest) => format!("{key}.{rest}"),
        }
    }

    pub(super) fn request(&mut self, operation: &Operation) {
        let groups: [(&str, &[Place]); 5] = [
            ("path", &[Place::Path]),
            ("query", &[Place::Query, Place::QueryCsv]),
            ("header", &[Place::Header, Place::HeaderPrefix]),
            ("body", &[Place::Body]),
            ("payload", &[Place::Payload]),
        ];
        let wires = operation.parameters.iter();
        let wires = wires.map(|field| field.name.as_str());
        let named = pinned(Role::Member, names::member, wires, &mut BTreeSet::new());
        let all: Vec<_> = operation.parameters.iter().zip(&named).collect();
        let mut is_first = true;
        for (group, places) in groups {
            let fields = all
                .iter()
                .filter(|(field, _)| places.contains(&field.place));
            let fields: Vec<_> = fields.collect();
            if fields.is_empty() {
                continue;
            }
            if std::mem::take(&mut is_first) {
                self.line(2, "request:");
            }
            self.line(3, &format!("{group}:"));
            for (field, named) in fields {
                let named = named.as_deref();
                if field.place == Place::Payload {
                    self.pair(4, "name", &field.name);
                    if let Some(kind) = &operation.content_type {
                        self.pair(4, "content_type", kind);
                    }
                    self.field_lines(4, field, true, named);
                    continue;
                }
                self.field(4, field, true, named);
                let is_harmless = field.token || self.cursors.contains(&field.name);
                if group == "query" && is_secret(&field.name) && !is_harmless {
                    self.line(5, "allow:");
                    self.pair(6, "W08", "The description has it in the query.");
                }
            }
        }
    }
}
