//! Paths of operations, and why a spec cannot have some of them.

use std::collections::HashSet;

use super::description::Operation;
use crate::spec::is_forbidden;

/// Methods that no spec has.
const OTHER_METHODS: [&str; 2] = ["OPTIONS", "TRACE"];

/// The constant part of a query.
type Constants = Vec<(String, Option<String>)>;

/// Methods, paths without names, and constants of queries of the operations that were met.
#[derive(Default)]
pub(super) struct Routes(HashSet<(String, String, Constants)>);

impl Routes {
    /// Returns why a spec cannot have the method and the path of an operation. `key` is the path in the document.
    pub(super) fn refuses(&mut self, operation: &Operation, key: &str) -> Option<&'static str> {
        let way = operation.path.as_str();
        let mut labels = HashSet::new();
        let mut is_twice = false;
        let mut plain = String::new();
        for (index, part) in way.split('{').enumerate() {
            let (label, rest) = match part.split_once('}') {
                Some((label, rest)) if index > 0 => (Some(label), rest),
                _ => (None, part),
            };
            if let Some(label) = label {
                is_twice |= !labels.insert(label.trim_end_matches('+'));
                plain.push_str("{}");
            }
            plain.push_str(rest);
        }
        let route = (operation.method.clone(), plain, operation.fixed.clone());
        let is_new = self.0.insert(route);
        let has_part = way.split('/').any(|segment| {
            let is_label = segment.starts_with('{') && segment.ends_with('}');
            let braces = segment.matches(['{', '}']).count();
            let inside = segment.trim_matches(['{', '}']).trim_end_matches('+');
            braces > 0 && !(is_label && braces == 2 && !inside.is_empty())
        });
        let names: HashSet<_> = operation.fixed.iter().map(|(name, _)| name).collect();
        let is_doubled = names.len() < operation.fixed.len();
        let mut constants = operation.fixed.iter();
        let has_odd = constants.any(|(name, value)| {
            let is_odd = |text: &str| text.contains(is_forbidden);
            is_odd(name) || value.as_deref().is_some_and(is_odd)
        });
        Some(if OTHER_METHODS.contains(&operation.method.as_str()) {
            "an operation with a method that no client sends"
        } else if !key.starts_with('/') {
            "an operation with a path that does not begin with a slash"
        } else if key.contains("//") {
            "an operation with an empty segment in its path"
        } else if way.split('/').any(|part| matches!(part, "." | "..")) {
            "an operation with `.` or `..` in its path"
        } else if has_part {
            "an operation with a parameter in a part of a segment of its path"
        } else if is_twice {
            "an operation with one label twice in its path"
        } else if is_doubled {
            "an operation with one name twice in the query of its path"
        } else if has_odd || !way.replace("+}", "}").chars().all(is_of_path) {
            "an operation with characters in its path that need encoding"
        } else if !is_new {
            "an operation with the method and the path of another one"
        } else {
            return None;
        })
    }
}

/// Returns a path without what is never sent, and the constants of its query.
pub(super) fn parts(key: &str) -> (&str, Constants) {
    // What follows a number sign is not sent; documents tell operations of one path apart by it.
    let way = key.split('#').next().unwrap_or_default();
    let (way, query) = way.split_once('?').unwrap_or((way, ""));
    let fixed = query.split('&').filter(|pair| !pair.is_empty());
    let fixed = fixed.map(|pair| match pair.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (pair.to_owned(), None),
    });
    (way, fixed.collect())
}

/// Returns the names of the labels of a path.
pub(super) fn labels(path: &str) -> impl Iterator<Item = &str> {
    let labels = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next());
    let labels = labels.map(|label| label.trim_end_matches('+'));
    labels.filter(|label| !label.is_empty())
}

/// Whether a character can be in the path of a spec.
fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~/{}:@!$'()*,;".contains(c)
}
