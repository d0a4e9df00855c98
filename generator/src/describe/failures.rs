//! Replies with errors: where they have a code, a message and the ID of the request.

use std::collections::HashSet;

use heck::ToSnakeCase;

use super::description::{ErrorCode, ErrorPlaces};
use super::document::Json;
use super::references::Key;
use super::schema::Schemas;
use super::shapes::kinds;
use super::text;
use crate::spec::{Entry, Node};

/// Names of the parts of an error, in snake_case, the most telling first.
const CODES: [&str; 3] = ["error_code", "err_code", "code"];
const MESSAGES: [&str; 6] = [
    "error_msg",
    "error_message",
    "err_msg",
    "message",
    "error_description",
    "detail",
];
const REQUEST_IDS: [&str; 1] = ["request_id"];

/// The most places of one part.
const MOST: usize = 3;

/// Replies with errors that were read.
#[derive(Default)]
pub(super) struct Failures<'a> {
    seen: HashSet<Key>,
    code: Votes<'a>,
    message: Votes<'a>,
    request_id: Votes<'a>,
}

/// Places with the number of replies that have them, and the rank of their names.
type Votes<'a> = Vec<(Vec<&'a str>, usize, usize)>;

impl<'a> Failures<'a> {
    /// Reads the replies of an operation. What cannot be read says nothing.
    pub(super) fn read(&mut self, schemas: &Schemas<'a>, responses: &'a [Entry]) {
        let has_success = responses
            .iter()
            .any(|entry| entry.key.starts_with(['2', '3']));
        for entry in responses {
            let is_failure =
                entry.key.starts_with(['4', '5']) || entry.key == "default" && has_success;
            if !is_failure {
                continue;
            }
            let Ok(reply) = schemas.resolve(&entry.value) else {
                continue;
            };
            let schema = reply.get("schema").or_else(|| {
                let kinds = reply.get("content").map(Node::entries).unwrap_or_default();
                let json = kinds
                    .iter()
                    .find(|kind| super::bodies::is_json(&kind.key))?;
                json.value.get("schema")
            });
            if let Some(schema) = schema {
                self.schema(schemas, schema);
            }
        }
    }

    fn schema(&mut self, schemas: &Schemas<'a>, schema: &'a Node) {
        let Some(properties) = properties(schemas, schema) else {
            return;
        };
        // Replies that share a schema say the same.
        if !properties
            .first()
            .is_none_or(|(_, node)| self.seen.insert(std::ptr::from_ref(*node)))
        {
            return;
        }
        for (name, node) in properties {
            self.part(schemas, vec![name], node);
            if matches!(name.to_snake_case().as_str(), "error" | "err") {
                for (inner, node) in self::properties(schemas, node).unwrap_or_default() {
                    self.part(schemas, vec![name, inner], node);
                }
            }
        }
    }

    fn part(&mut self, schemas: &Schemas<'a>, path: Vec<&'a str>, node: &'a Node) {
        let Ok(core) = schemas.core(node) else { return };
        let is_text = kinds(core.node).contains(&"string");
        let is_number = kinds(core.node).contains(&"integer");
        let name = path
            .last()
            .map(|name| name.to_snake_case())
            .unwrap_or_default();
        // A path separates names with points.
        if path
            .iter()
            .any(|name| name.contains(['.', ' ']) || !name.is_ascii())
        {
            return;
        }
        for (votes, names, fits) in [
            (&mut self.code, &CODES[..], is_text || is_number),
            (&mut self.message, &MESSAGES, is_text),
            (&mut self.request_id, &REQUEST_IDS, is_text),
        ] {
            let Some(rank) = names
                .iter()
                .position(|known| *known == name)
                .filter(|_| fits)
            else {
                continue;
            };
            match votes.iter_mut().find(|(known, ..)| *known == path) {
                Some((_, count, _)) => *count += 1,
                None => votes.push((path.clone(), 1, rank)),
            }
        }
    }

    /// Returns the places, if there is one of a code.
    pub(super) fn places(mut self) -> Option<ErrorPlaces> {
        let best = |votes: &mut Votes<'a>| {
            votes.sort_by_key(|(_, count, rank)| (std::cmp::Reverse(*count), *rank));
            let places = votes.iter().take(MOST);
            places
                .map(|(path, ..)| format!("body {}", path.join(".")))
                .collect::<Vec<_>>()
        };
        let places = ErrorPlaces {
            code: best(&mut self.code),
            message: best(&mut self.message),
            request_id: best(&mut self.request_id),
        };
        let is_known = !places.code.is_empty() || !places.message.is_empty();
        is_known.then_some(places)
    }
}

/// Returns the properties of an object.
fn properties<'a>(schemas: &Schemas<'a>, node: &'a Node) -> Option<Vec<(&'a str, &'a Node)>> {
    let core = schemas.core(node).ok()?;
    let parts = schemas.object_parts(core.node).ok()??;
    let entries = parts.into_iter().filter_map(|part| part.get("properties"));
    let entries = entries.flat_map(Node::entries);
    Some(
        entries
            .map(|entry| (entry.key.as_str(), &entry.value))
            .collect(),
    )
}

/// Returns the codes that Volcengine's explorer lists for an operation.
pub(super) fn codes(entry: &Entry) -> Vec<ErrorCode> {
    if entry.key != "x-error-code" {
        return Vec::new();
    }
    let kinds = entry
        .value
        .get("content")
        .map(Node::entries)
        .unwrap_or_default();
    let schema = kinds.first().and_then(|kind| kind.value.get("schema"));
    let rows = schema
        .and_then(|schema| schema.get("oneOf"))
        .map(Node::elements);
    let codes = rows.unwrap_or_default().iter().filter_map(|row| {
        let status = row.get("http_code").and_then(Node::text);
        Some(ErrorCode {
            code: row.string_at("code")?.to_owned(),
            status: status.and_then(|status| status.parse().ok()),
            docs: row.string_at("description").and_then(text::sentence),
            retryable: None,
            details: None,
        })
    });
    codes.collect()
}
