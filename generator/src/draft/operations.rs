//! The operations of a draft.

use super::Draft;
use super::yaml::{plain_or_quoted, quoted, said};
use crate::describe::{Operation, Place, Scheme};

impl Draft<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) {
        let Operation { name, .. } = operation;
        self.line(1, &format!("{}:", plain_or_quoted(name)));
        self.notes(2, &operation.notes);
        let docs = operation.docs.clone();
        self.pair(2, "docs", &docs.unwrap_or_else(|| said(name)));
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
                if *scheme == Scheme::None {
                    self.line(3, "- scheme: none");
                }
            }
        }
        if let Some(reason) = &operation.deprecated {
            self.pair(2, "deprecated", reason);
        }
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
        if let Some(paging) = &operation.paging {
            self.line(2, "pagination:");
            let style = if paging.more.is_some() {
                "marker"
            } else {
                "token"
            };
            self.pair(3, "style", style);
            self.pair(3, "request", &paging.request);
            self.pair(3, "response", &paging.response);
            if let Some(more) = &paging.more {
                self.pair(3, "more", more);
            }
            self.pair(3, "items", &paging.items);
            if let Some(size) = &paging.page_size {
                self.pair(3, "page_size", size);
            }
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
        let mut is_first = true;
        for (group, places) in groups {
            let fields = operation
                .parameters
                .iter()
                .filter(|field| places.contains(&field.place));
            let fields: Vec<_> = fields.collect();
            if fields.is_empty() {
                continue;
            }
            if std::mem::take(&mut is_first) {
                self.line(2, "request:");
            }
            self.line(3, &format!("{group}:"));
            for field in fields {
                if field.place == Place::Payload {
                    self.pair(4, "name", &field.name);
                    self.field_lines(4, field, true);
                } else {
                    self.field(4, field, true);
                }
            }
        }
    }
}
