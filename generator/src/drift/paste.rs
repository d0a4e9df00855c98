//! Lines to paste into a spec, so that it says what a description says. They come from the description as a spec, which
//! `new --from` would write. None are offered unless the difference is gone with them, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{self, Part};
use super::pairs::{labels, same_label};
use super::places::{Places, way};
use crate::diagnostics::Diagnostics;
use crate::diff::{Finding, Rule};
use crate::source::SpecSource;
use crate::spec::{Entry, Node, parse};

/// Keys of a member that depend on its type.
const OF_TYPE: [&str; 9] = [
    "chars",
    "count",
    "default",
    "format",
    "keys",
    "length",
    "list_style",
    "pattern",
    "range",
];

/// A description as a spec, with the names that the spec has for operations and types.
pub(super) struct Draft {
    text: String,
    root: Option<Node>,
    /// The operations of the spec, with their names in the description.
    operations: BTreeMap<String, String>,
}

impl Draft {
    pub(super) fn new(text: String, operations: BTreeMap<String, String>) -> Self {
        let source = SpecSource::new("", text.clone());
        let tree = parse(&source, &mut Diagnostics::default());
        Self {
            text,
            root: tree.map(|tree| tree.root),
            operations,
        }
    }

    /// Returns what to write for a finding. `are_sent` says that new types occur in requests, where they have a
    /// constructor, and `pages` that a new member takes the place of another one in the paging.
    pub(super) fn parts(
        &self,
        places: &Places<'_>,
        finding: &Finding,
        are_sent: bool,
        pages: bool,
    ) -> Option<Vec<Part>> {
        let paste = Paste {
            draft: self,
            text: places.text?,
            lines: places.text?.lines().collect(),
            drafted: self.text.lines().collect(),
            root: places.root.as_ref()?,
            draft_root: self.root.as_ref()?,
        };
        let mut parts = paste.of_finding(finding)?;
        if pages {
            let of_paging = paste.paging(&finding.path);
            if of_paging.is_empty() {
                return None;
            }
            parts.extend(of_paging);
        }
        let types = paste.types(&parts, are_sent)?;
        parts.extend(types);
        parts.sort();
        Some(parts)
    }
}

/// The spec and the draft beside each other.
struct Paste<'a> {
    draft: &'a Draft,
    text: &'a str,
    lines: Vec<&'a str>,
    drafted: Vec<&'a str>,
    root: &'a Node,
    draft_root: &'a Node,
}

impl<'a> Paste<'a> {
    fn of_finding(&self, finding: &Finding) -> Option<Vec<Part>> {
        let path: Vec<&str> = finding.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["auth", word] => self.scheme(word),
            ["errors", "codes", code] if finding.old.is_some() => {
                let path = ["errors", "codes", code];
                let key = match finding.rule {
                    Rule::ErrorStatusChanged => "status",
                    _ => "kind",
                };
                Some(vec![self.set(&path, key)?])
            }
            [holder @ .., "required"] => {
                let mut parts = vec![self.set(holder, "required")?];
                let name = *holder.last()?;
                let is_required = finding.new.as_deref() == Some("true");
                parts.extend(self.argument(holder, name, is_required)?);
                Some(parts)
            }
            [holder @ .., "type"] => {
                let mut parts = vec![self.set(holder, "type")?];
                let (node, other) = (self.node(holder)?, self.other(holder)?);
                for key in OF_TYPE {
                    if node.entry(key).is_some() || other.entry(key).is_some() {
                        parts.push(self.set(holder, key)?);
                    }
                }
                Some(parts)
            }
            [holder @ .., key @ "read_only"] => {
                let mut parts = vec![self.set(holder, key)?];
                if self.node(holder)?.entry("idempotent").is_some() {
                    parts.push(self.set(holder, "idempotent")?);
                }
                Some(parts)
            }
            ["operations", name, "http"] => self.request_line(name),
            ["operations", name, "request", "path", _] => self.request_line(name),
            [.., "request", _, wire] if finding.rule == Rule::ParameterMoved => {
                self.moved(&path, wire)
            }
            [holder @ .., key] if self.is_member(&path) => {
                let mut parts = vec![self.set(holder, key)?];
                let is_required = self.other(&path)?.get("required").is_some();
                if is_required {
                    parts.extend(self.argument(&path, key, true)?);
                }
                Some(parts)
            }
            [holder @ .., key] => Some(vec![self.set(holder, key)?]),
            [] => None,
        }
    }

    fn is_member(&self, path: &[&str]) -> bool {
        matches!(
            path,
            [
                "operations",
                _,
                "request",
                "path" | "query" | "header" | "body",
                _
            ] | ["types", _, "fields" | "union", _]
        )
    }

    /// Returns the node of a path in the spec.
    fn node(&self, path: &[&str]) -> Option<&'a Node> {
        whole(self.root, path)
    }

    /// Returns the node of a path of the spec in the draft, where operations and labels have other names.
    fn other(&self, path: &[&str]) -> Option<&'a Node> {
        let mut path: Vec<&str> = path.to_vec();
        if let [first, name, ..] = path.as_mut_slice()
            && *first == "operations"
        {
            *name = self.draft.operations.get(*name)?;
        }
        if let [_, operation, "request", "path", label, ..] = path.as_mut_slice() {
            let http = |root: &'a Node, name: &str| {
                let node = whole(root, &["operations", name, "http"])?;
                node.text()
            };
            let spec = self.draft.operations.iter();
            let (spec, _) = spec.clone().find(|(_, other)| other == operation)?;
            *label = same_label(
                http(self.root, spec)?,
                label,
                http(self.draft_root, operation)?,
            )?;
        }
        whole(self.draft_root, &path)
    }

    /// Returns the edit that gives a key of a map the value that it has in the draft, or takes it away.
    fn set(&self, holder: &[&str], key: &str) -> Option<Part> {
        let entry = self.other(holder)?.entry(key);
        let Some(node) = self.node(holder) else {
            // The section is not there either.
            let [above @ .., section] = holder else {
                return None;
            };
            let entry = entry?;
            let new = self.drafted_lines(entry, 0)?;
            let mut lines = vec![format!("{section}:")];
            lines.extend(new.iter().map(|line| indent_by(line, 2)));
            return self.add(above, lines);
        };
        match (node.entry(key), entry) {
            (None, None) => None,
            (None, Some(entry)) => self.add(holder, self.drafted_lines(entry, 0)?),
            (Some(known), None) => self.without(node, known),
            (Some(known), Some(entry)) => match lines::of_entry(&self.lines, known) {
                Some(extent) => {
                    let new = self.drafted_lines(entry, known.key_span.column - 1)?;
                    Some(Part::replacing(extent, new))
                }
                None => self.in_braces(known, entry),
            },
        }
    }

    /// Returns the lines of an entry of the draft, indented.
    fn drafted_lines(&self, entry: &Entry, indent: usize) -> Option<Vec<String>> {
        let Some((first, last)) = lines::of_entry(&self.drafted, entry) else {
            // In braces.
            let (key, value) = (crate::draft::scalar(&entry.key), entry.value.text()?);
            return Some(vec![format!("{}{key}: {value}", " ".repeat(indent))]);
        };
        let all = self.drafted.get(first - 1..last)?;
        Some(lines::indented(all, indent))
    }

    /// Adds lines to a map of the spec.
    fn add(&self, holder: &[&str], new: Vec<String>) -> Option<Part> {
        let Some(node) = self.node(holder) else {
            let [above @ .., section] = holder else {
                return None;
            };
            let mut lines = vec![format!("{section}:")];
            lines.extend(new.iter().map(|line| indent_by(line, 2)));
            return self.add(above, lines);
        };
        let (span, _) = way(self.root, &texts(holder)).pop()?;
        if let Some(elements) = short_form(node) {
            let line = self.lines.get(node.span.line - 1)?;
            let value = new.first()?.split(": ").next()?;
            // A list in brackets on one line.
            let (before, after) = line.rsplit_once(']')?;
            let comma = if elements == 0 { "" } else { ", " };
            let line = format!("{before}{comma}{value}]{after}");
            return Some(Part::replacing(
                (node.span.line, node.span.line),
                vec![line],
            ));
        }
        let entries = node.entries();
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            let Some((_, end)) = lines::of_entry(&self.lines, last) else {
                return self.add_in_braces(node, &new);
            };
            let indent = first.key_span.column - 1;
            let new = new.iter().map(|line| indent_by(line, indent)).collect();
            // The texts of a member come last.
            let below = match first.key.as_str() {
                "type" => lines::of_entry(&self.lines, first)?.1,
                _ => end,
            };
            return Some(Part::below(below, new));
        }
        // An empty map in braces.
        let line = self.lines.get(span.line - 1)?;
        let start = line.trim_end().strip_suffix("{}")?.trim_end();
        let mut lines = vec![start.to_owned()];
        lines.extend(new.iter().map(|line| indent_by(line, span.column + 1)));
        Some(Part::replacing((span.line, span.line), lines))
    }

    fn add_in_braces(&self, node: &Node, new: &[String]) -> Option<Part> {
        let [line] = new else { return None };
        let fix = node.adding(line)?;
        self.of_fix(&fix)
    }

    /// Takes an entry away.
    fn without(&self, node: &Node, entry: &Entry) -> Option<Part> {
        let extent = lines::of_entry(&self.lines, entry)?;
        if node.entries().len() == 1 {
            return None;
        }
        Some(Part::replacing(extent, Vec::new()))
    }

    /// Replaces a value on a line with others.
    fn in_braces(&self, known: &Entry, entry: &Entry) -> Option<Part> {
        if !known.value.is_on_one_line() {
            return None;
        }
        let new = self.drafted_lines(entry, 0)?;
        let [line] = new.as_slice() else { return None };
        let (_, value) = line.split_once(": ")?;
        self.of_fix(&crate::diagnostics::Fix {
            span: known.value.span,
            old: None,
            new: value.to_owned(),
        })
    }

    fn of_fix(&self, fix: &crate::diagnostics::Fix) -> Option<Part> {
        let line = fix.span.line;
        let bytes = crate::fix::edited(self.text.as_bytes(), fix)?;
        let after = String::from_utf8(bytes).ok()?;
        let after = after.lines().nth(line - 1)?.to_owned();
        Some(Part::replacing((line, line), vec![after]))
    }

    /// Adds a way to authenticate.
    fn scheme(&self, word: &str) -> Option<Vec<Part>> {
        let is_it = |node: &&Node| node.get("scheme").and_then(Node::text) == Some(word);
        let drafted = self.draft_root.get("auth")?.elements().iter().find(is_it)?;
        let last = self.root.get("auth")?.elements().last()?;
        let start = |node: &Node, lines: &[&str]| {
            let line = lines.get(node.span.line.checked_sub(1)?)?;
            let dash = line.find('-')?;
            lines::extent(lines, (node.span.line, dash + 1), node).map(|extent| (extent, dash))
        };
        let ((first, end), _) = start(drafted, &self.drafted)?;
        let ((_, below), indent) = start(last, &self.lines)?;
        let new = lines::indented(self.drafted.get(first - 1..end)?, indent);
        Some(vec![Part::below(below, new)])
    }

    /// Changes method and path, with the labels that the spec has, and adds and removes the parameters of other labels.
    fn request_line(&self, name: &str) -> Option<Vec<Part>> {
        let operation = ["operations", name];
        let known = self.node(&operation)?.entry("http")?;
        let extent = lines::of_entry(&self.lines, known)?;
        let (_, old) = known.value.text()?.split_once(' ')?;
        let (method, new) = self
            .other(&operation)?
            .get("http")?
            .text()?
            .split_once(' ')?;
        let holder = ["operations", name, "request", "path"];
        let mut path = new.to_owned();
        let mut parts = Vec::new();
        for label in labels(new) {
            match labels(old).find(|it| same_label(old, it, new) == Some(label)) {
                Some(known) => path = path.replace(&format!("{{{label}"), &format!("{{{known}")),
                None => {
                    let member = ["operations", name, "request", "path", label];
                    parts.push(self.set(&holder, label)?);
                    parts.extend(self.argument(&member, label, true)?);
                }
            }
        }
        for label in labels(old).filter(|it| same_label(old, it, new).is_none()) {
            let member = ["operations", name, "request", "path", label];
            let node = self.node(&holder)?;
            parts.push(self.without(node, node.entry(label)?)?);
            parts.extend(self.argument(&member, label, false)?);
        }
        let indent = " ".repeat(known.key_span.column - 1);
        let text = crate::draft::scalar(&format!("{method} {path}"));
        let line = format!("{indent}http: {text}");
        parts.push(Part::replacing(extent, vec![line]));
        Some(parts)
    }

    /// Moves a parameter to another section.
    fn moved(&self, path: &[&str], wire: &str) -> Option<Vec<Part>> {
        let [operations, name, request, old, _] = path else {
            return None;
        };
        let sections = ["path", "query", "header", "body"];
        let new = sections.into_iter().find(|new| {
            let node = self.other(&[operations, name, request, new]);
            new != old && node.is_some_and(|node| node.entry(wire).is_some())
        })?;
        let holder = self.node(&[operations, name, request, old])?;
        let known = holder.entry(wire)?;
        let (first, last) = lines::of_entry(&self.lines, known)?;
        let lines = lines::indented(self.lines.get(first - 1..last)?, 0);
        let added = self.add(&[operations, name, request, new], lines)?;
        Some(vec![self.without(holder, known)?, added])
    }

    /// Adds a member to the arguments of `new`, or takes it away.
    fn argument(&self, member: &[&str], name: &str, is_required: bool) -> Option<Option<Part>> {
        let holder = member.get(..2)?;
        let node = self.node(holder)?;
        let Some(entry) = node.entry("constructor") else {
            let other = self.other(holder)?;
            return match other.entry("constructor").is_some() && is_required {
                true => self
                    .add(holder, vec![format!("constructor: [{name}]")])
                    .map(Some),
                false => Some(None),
            };
        };
        let names = entry.value.elements().iter().filter_map(Node::text);
        let mut names: Vec<&str> = names.filter(|known| *known != name).collect();
        if is_required {
            names.push(name);
        }
        let names: Vec<_> = names.into_iter().map(crate::draft::scalar).collect();
        let indent = " ".repeat(entry.key_span.column - 1);
        let line = format!("{indent}constructor: [{}]", names.join(", "));
        let extent = lines::of_entry(&self.lines, entry)?;
        Some(Some(Part::replacing(extent, vec![line])))
    }

    /// Returns the edits of keys of the paging that name a member in the draft, and another one in the spec.
    fn paging(&self, path: &[String]) -> Vec<Part> {
        let (place, wire) = match path {
            [first, name, _, _, wire] if first == "operations" => (Some(name), wire),
            [first, _, _, wire] if first == "types" => (None, wire),
            _ => return Vec::new(),
        };
        let mut parts = Vec::new();
        for operation in self.draft.operations.keys() {
            let holder = ["operations", operation.as_str(), "pagination"];
            let (Some(known), Some(drafted)) = (self.node(&holder), self.other(&holder)) else {
                continue;
            };
            let keys: &[&str] = match place {
                Some(name) if name == operation => &["request", "page_size"],
                Some(_) => &[],
                None => &["response", "items", "more"],
            };
            for key in keys {
                let value = |node: &'a Node| node.get(key).and_then(Node::text);
                let (old, new) = (value(known), value(drafted));
                let last = new.map(|new| new.rsplit('.').next().unwrap_or_default());
                if old.is_some() && old != new && last == Some(wire) {
                    parts.extend(self.set(&holder, key));
                }
            }
        }
        parts
    }

    /// Returns the edits that add the types which new lines name and the spec does not have, each its own.
    fn types(&self, parts: &[Part], are_sent: bool) -> Option<Vec<Part>> {
        let text = parts.iter().flat_map(|part| &part.lines);
        let mut open: Vec<String> = text.flat_map(|line| named(line)).collect();
        let mut added = BTreeSet::new();
        let mut types: Vec<Vec<String>> = Vec::new();
        let known = self.root.get("types");
        let last = known.and_then(|types| types.entries().last());
        let indent = last.map_or(2, |last| last.key_span.column - 1);
        while let Some(name) = open.pop() {
            let is_known = known.is_some_and(|types| types.entry(&name).is_some());
            let entry = self.draft_root.get("types").and_then(|it| it.entry(&name));
            let Some(entry) = entry.filter(|_| !is_known) else {
                continue;
            };
            if added.insert(name) {
                let mut new = self.drafted_lines(entry, indent)?;
                if !are_sent {
                    new.retain(|line| !line.trim_start().starts_with("constructor: "));
                }
                open.extend(new.iter().flat_map(|line| named(line)));
                new.insert(0, String::new());
                types.push(new);
            }
        }
        if types.is_empty() {
            return Some(Vec::new());
        }
        if let Some(last) = last {
            let (_, end) = lines::of_entry(&self.lines, last)?;
            let parts = types.into_iter().map(|lines| Part::below(end, lines));
            return Some(parts.collect());
        }
        let mut lines = types.concat();
        lines.insert(1, "types:".to_owned());
        Some(vec![Part::below(self.lines.len(), lines)])
    }
}

/// Returns the names of types on a line that says the type of a member, of a reply or of the details of an error.
fn named(line: &str) -> Vec<String> {
    let words = line
        .split([' ', '{', '}', ','])
        .filter(|word| !word.is_empty());
    let mut is_type = false;
    let mut names = Vec::new();
    for word in words {
        if word.ends_with(':') {
            is_type = matches!(word, "type:" | "response:" | "details:");
        } else if is_type && word.starts_with(char::is_uppercase) {
            names.push(word.to_owned());
        }
    }
    names
}

/// Returns the number of values of an enum in its short form, on one line.
fn short_form(node: &Node) -> Option<usize> {
    let is_list = matches!(node.kind, crate::spec::Kind::List(_));
    let count = node.elements().len();
    (is_list && node.span.line == node.end.0).then_some(count)
}

fn indent_by(line: &str, indent: usize) -> String {
    match line {
        "" => String::new(),
        line => format!("{}{line}", " ".repeat(indent)),
    }
}

fn texts(path: &[&str]) -> Vec<String> {
    path.iter().map(|key| (*key).to_owned()).collect()
}

/// Returns the node at a path.
fn whole<'n>(root: &'n Node, path: &[&str]) -> Option<&'n Node> {
    if path.is_empty() {
        return Some(root);
    }
    let way = way(root, &texts(path));
    let (_, node) = way.get(path.len() - 1)?;
    Some(node)
}
