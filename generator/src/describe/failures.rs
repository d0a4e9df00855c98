//! Replies with errors: where they have a code, a message and the ID of the request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::ToSnakeCase;

use super::description::{ErrorCode, ErrorPlaces, Operation};
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
    /// Codes by the object that lists them.
    seen: HashMap<Key, Vec<String>>,
    /// Statuses of the replies that may have a code; `None` is any.
    statuses: BTreeMap<String, BTreeSet<Option<u16>>>,
    code: Votes<'a>,
    message: Votes<'a>,
    request_id: Votes<'a>,
}

/// Places with the number of replies that have them, and the rank of their names.
type Votes<'a> = Vec<(Vec<&'a str>, usize, usize)>;

impl<'a> Failures<'a> {
    /// Reads the replies of an operation. What cannot be read says nothing. Returns the codes that the schemas of the replies
    /// list; [`Failures::settle`] completes them.
    pub(super) fn read(&mut self, schemas: &Schemas<'a>, responses: &'a [Entry]) -> Vec<ErrorCode> {
        let mut all = BTreeSet::new();
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
            let Some(schema) = schema else { continue };
            let status = entry.key.parse().ok();
            for code in self.schema(schemas, schema) {
                self.statuses
                    .entry(code.clone())
                    .or_default()
                    .insert(status);
                all.insert(code);
            }
        }
        let code = |code| ErrorCode {
            code,
            status: None,
            docs: None,
            retryable: None,
            details: None,
        };
        all.into_iter().map(code).collect()
    }

    /// Adds to the codes of operations the status that they come with, if it is always the same one. Where all codes come
    /// with one, it is an example.
    pub(super) fn settle(&self, operations: &mut [&mut Operation]) {
        let all: BTreeSet<_> = self.statuses.values().flatten().collect();
        if all.len() < 2 {
            return;
        }
        let errors = operations.iter_mut().flat_map(|each| &mut each.errors);
        for error in errors.filter(|error| error.status.is_none()) {
            let mut statuses = self.statuses.get(&error.code).into_iter().flatten();
            if let (Some(only), None) = (statuses.next(), statuses.next()) {
                error.status = *only;
            }
        }
    }

    /// Reads the schema of a reply, and returns the codes that it lists.
    fn schema(&mut self, schemas: &Schemas<'a>, schema: &'a Node) -> Vec<String> {
        let mut all = Vec::new();
        for properties in objects(schemas, schema) {
            // Replies that share a schema say the same.
            let first = properties
                .first()
                .map(|(_, node)| std::ptr::from_ref(*node));
            if let Some(known) = first.and_then(|first| self.seen.get(&first)) {
                all.extend(known.iter().cloned());
                continue;
            }
            let mut codes = Vec::new();
            for (name, node) in properties {
                codes.extend(self.part(schemas, vec![name], node));
                if matches!(name.to_snake_case().as_str(), "error" | "err") {
                    for (inner, node) in objects(schemas, node).into_iter().flatten() {
                        codes.extend(self.part(schemas, vec![name, inner], node));
                    }
                }
            }
            all.extend(codes.iter().cloned());
            if let Some(first) = first {
                self.seen.insert(first, codes);
            }
        }
        all
    }

    /// Reads a member, and returns the codes that it lists if it is that of a code.
    fn part(&mut self, schemas: &Schemas<'a>, path: Vec<&'a str>, node: &'a Node) -> Vec<String> {
        let mut codes = Vec::new();
        let Ok(core) = schemas.core(node) else {
            return codes;
        };
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
            return codes;
        }
        if CODES.contains(&name.as_str()) && (is_text || is_number) {
            codes = core.all().flat_map(listed).collect();
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
        codes
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

/// The most branches of a reply.
const MOST_BRANCHES: usize = 64;

/// Properties of an object.
type Properties<'a> = Vec<(&'a str, &'a Node)>;

/// Returns the properties of an object, or of each object of a choice.
fn objects<'a>(schemas: &Schemas<'a>, node: &'a Node) -> Vec<Properties<'a>> {
    let mut objects = Vec::new();
    let mut open = vec![node];
    // A choice may lead back to itself.
    for _ in 0..MOST_BRANCHES {
        let Some(node) = open.pop() else { break };
        let Ok(core) = schemas.core(node) else {
            continue;
        };
        match schemas.object_parts(core.node) {
            Ok(Some(parts)) => {
                let entries = parts.into_iter().filter_map(|part| part.get("properties"));
                let entries = entries.flat_map(Node::entries);
                let properties = entries.map(|entry| (entry.key.as_str(), &entry.value));
                objects.push(properties.collect());
            }
            Ok(None) => {
                let branches = ["oneOf", "anyOf"].map(|key| core.node.get(key));
                let branches = branches.into_iter().flatten();
                open.extend(branches.flat_map(Node::elements).rev());
            }
            Err(_) => {}
        }
    }
    objects
}

/// Returns the codes that a schema lists. Zero means success.
fn listed(node: &Node) -> impl Iterator<Item = String> {
    let values = node.get("enum").map(Node::elements).unwrap_or_default();
    let values = values.iter().chain(node.get("const"));
    let codes = values.filter(|value| !value.is_nothing());
    let codes = codes.filter_map(Node::text).map(text::without_marks);
    codes.filter(|code| !code.is_empty() && code != "0" && crate::check::is_code(code))
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
