//! Checks that the vendor's examples fit the spec.
//!
//! Tests send and read the samples byte for byte. This check compares only their shape, so that authors of specs get
//! feedback at once.

mod values;

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostics, Fault, closest};
use crate::rules::Rule;
use crate::source::{Sample, Span};
use crate::spec::{
    Container, Entry, Field, Kind, Label, ListStyle, Location, Node, Operation, PartOfReply, Piece,
    Source, Spec, Travel, parse_json,
};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut codes = BTreeSet::new();
    for sample in &spec.source.samples {
        let mut scope = Scope {
            spec,
            file: &sample.path,
            diagnostics,
        };
        if let Some(code) = scope.sample(sample) {
            codes.insert(code);
        }
    }
    if spec.source.samples.is_empty() {
        return;
    }
    for operation in &spec.operations {
        let name = operation.block.name;
        let has = |kind: &str| {
            let mut samples = spec.source.samples.iter();
            let ending = format!(".{kind}.json");
            let start = format!("/{name}.");
            samples.any(|sample| sample.path.ends_with(&ending) && sample.path.contains(&start))
        };
        let missing: Vec<_> = ["request", "response"]
            .into_iter()
            .filter(|kind| !has(kind))
            .collect();
        if !missing.is_empty() {
            let message = format!("`{name}` has no sample of a {}", missing.join(" and of a "));
            let finding = spec.finding(Rule::X07, operation.block.name_span, message);
            let folder = format!("samples/{}", spec.source.stem());
            let help = format!(
                "add the vendor's example as {name}.case.{}.json under {folder}",
                missing.join("/")
            );
            diagnostics.push(finding.help(help));
        }
    }
    for code in spec.codes.iter().filter(|code| !codes.contains(code.name)) {
        let message = format!("no sample shows the error `{}`", code.name);
        let finding = spec.finding(Rule::X04, code.name_span, message);
        let file = format!(
            "Operation.case.error.json under samples/{}",
            spec.source.stem()
        );
        diagnostics.push(finding.help(format!("add the vendor's example as {file}")));
    }
}

/// The check of one sample.
struct Scope<'a> {
    spec: &'a Spec<'a>,
    file: &'a str,
    diagnostics: &'a mut Diagnostics,
}

/// Direction in which the values of a sample are sent.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// To the service.
    Out,
    /// From the service.
    In,
}

impl Way {
    /// Returns the rule that a value of the wrong kind breaks.
    fn rule(self) -> Rule {
        match self {
            Self::Out => Rule::X01,
            Self::In => Rule::X02,
        }
    }
}

impl<'a> Scope<'a> {
    /// Reports a difference between a sample and the spec.
    fn report(&mut self, rule: Rule, span: Span, message: impl Into<String>) {
        let finding = Fault::new(rule, self.file, span, message);
        self.diagnostics.push(finding.help(match rule {
            Rule::X03 => "correct the limit, or allow it for this sample and say why",
            _ => "correct the spec if the vendor's example is right, else allow it for this sample and say why",
        }));
    }

    /// Checks a sample. Returns its error code, if it has one.
    fn sample(&mut self, sample: &Sample) -> Option<String> {
        let name = sample.path.rsplit('/').next().unwrap_or_default();
        let parts: Vec<_> = name.split('.').collect();
        let [name, _, kind @ ("request" | "response" | "error"), "json"] = parts.as_slice() else {
            let message = "the name of a sample is Operation.case.kind.json";
            let finding = Fault::new(Rule::X06, self.file, Span::START, message);
            let help = "the case is a word of yours, the kind is request, response or error";
            self.diagnostics.push(finding.help(help));
            return None;
        };
        let spec = self.spec;
        let mut operations = spec.operations.iter();
        let Some(operation) = operations.find(|each| each.block.name == *name) else {
            let message = format!("the spec has no operation `{name}`");
            let finding = Fault::new(Rule::X06, self.file, Span::START, message);
            let names = spec.operations.iter().map(|each| each.block.name);
            self.diagnostics.push(match closest(name, names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add the operation, or rename the file"),
            });
            return None;
        };
        let root = match parse_json(self.file, &sample.bytes) {
            Ok(root) => root,
            Err(finding) => {
                self.diagnostics.push(*finding);
                return None;
            }
        };
        let known: &[&str] = match *kind {
            "request" => &["method", "path", "query", "headers", "body"],
            _ => &["status", "headers", "body"],
        };
        if !matches!(root.kind, Kind::Map(_)) {
            let message = format!("a sample is an object with {}", known.join(", "));
            let finding = Fault::new(Rule::X06, self.file, root.span, message);
            let help = "look at those under specs/samples";
            self.diagnostics.push(finding.help(help));
            return None;
        }
        let is_known = |key: &str| known.contains(&key);
        if !root.entries().iter().any(|entry| is_known(&entry.key)) {
            let message = "this looks like the body alone";
            let finding = Fault::new(Rule::X06, self.file, root.span, message);
            self.diagnostics.push(finding.help(match *kind {
                "request" => r#"wrap it: {"method": "POST", "path": "/…", "body": …}"#,
                _ => r#"wrap it: {"status": 200, "headers": {}, "body": …}"#,
            }));
            return None;
        }
        for entry in root.entries() {
            if !is_known(&entry.key) {
                let message = format!("a sample of this kind has no `{}`", entry.key);
                let finding = Fault::new(Rule::X06, self.file, entry.key_span, message);
                let help = format!("it has {}", known.join(", "));
                self.diagnostics.push(finding.help(help));
            }
        }
        for key in ["query", "headers"] {
            if let Some(node) = root
                .get(key)
                .filter(|node| !matches!(node.kind, Kind::Map(_)))
            {
                let finding = Fault::new(
                    Rule::X06,
                    self.file,
                    node.span,
                    format!("`{key}` is not an object"),
                );
                self.diagnostics
                    .push(finding.help(r#"write it as {"name": "value"}"#));
            }
        }
        let status = root.get("status").filter(|_| *kind != "request");
        let is_status = |text: &str| {
            text.parse()
                .is_ok_and(|status: u16| (100..=599).contains(&status))
        };
        if let Some(node) =
            status.filter(|node| !(node.is_plain() && node.text().is_some_and(is_status)))
        {
            let finding = Fault::new(
                Rule::X06,
                self.file,
                node.span,
                "`status` is not an HTTP status",
            );
            self.diagnostics
                .push(finding.help("a number from 100 to 599"));
        }
        match *kind {
            "request" => self.request(operation, &root),
            "response" => self.response(operation, &root),
            _ => return self.error(&root),
        }
        None
    }

    fn request(&mut self, operation: &'a Operation<'a>, root: &Node) {
        if let Some(http) = &operation.block.value.http {
            self.equal(root, "method", &http.method);
            if let Some(path) = root.get("path") {
                self.path(operation, &http.path, path);
            } else {
                self.report(Rule::X01, root.span, "`path` is missing");
            }
        }
        self.query(operation, root);
        let headers = root.get("headers").map(Node::entries).unwrap_or_default();
        for (_, field) in members(operation, Location::Header) {
            self.header(field, headers, root.span);
        }
        for header in headers {
            let is_same = |fixed: &&Piece<'_, String>| fixed.name.eq_ignore_ascii_case(&header.key);
            let mut fixed = operation
                .fixed_headers
                .iter()
                .chain(&self.spec.fixed_headers);
            if let Some(fixed) = fixed.find(is_same)
                && header.value.text() != Some(&fixed.value)
            {
                let message = format!("the header `{}` is not {:?}", fixed.name, fixed.value);
                self.report(Rule::X01, header.value.span, message);
            }
        }
        let body: Vec<_> = members(operation, Location::Body)
            .map(|(_, field)| field)
            .collect();
        let mut payloads = members(operation, Location::Payload).map(|(_, field)| field);
        let payload = payloads.next();
        match (payload, root.get("body")) {
            (Some(payload), Some(node)) => self.payload(payload, node, Way::Out),
            (Some(payload), None) => self.missing(payload, root.span, Way::Out),
            (None, Some(node)) => self.members(&body, node, Way::Out),
            (None, None) => {
                for field in body {
                    self.missing(field, root.span, Way::Out);
                }
            }
        }
        let query = root.get("query");
        let is_set = |name: &str| {
            if payload.is_some_and(|payload| payload.name == name) {
                return root.get("body").is_some();
            }
            let places = [query, root.get("body")].into_iter().flatten();
            let mut values = places.filter_map(|place| place.get(name));
            let is_header = |header: &Entry| header.key.eq_ignore_ascii_case(name);
            values.any(|value| !value.is_nothing()) || headers.iter().any(is_header)
        };
        let block = &operation.block.value;
        let groups = (&block.require_one_of, &block.require_any_of);
        self.requirements(groups, is_set, root.span);
    }

    /// Checks the header of a parameter, or the headers of a map.
    fn header(&mut self, field: &Piece<'_, Field>, headers: &[Entry], span: Span) {
        let name = field.name.to_lowercase();
        match self.spec.travel(Location::Header, &field.value) {
            Ok(Travel::Headers) => {
                let key = |header: &Entry| {
                    let lower = header.key.to_lowercase();
                    lower.strip_prefix(&name).map(str::to_owned)
                };
                let entries = headers
                    .iter()
                    .filter_map(|header| Some((key(header)?, header)));
                let entries: Vec<_> = entries.collect();
                if entries.is_empty() {
                    self.missing(field, span, Way::Out);
                }
                for (key, header) in entries {
                    self.key(field, &key, header.key_span);
                    self.text(field, &header.value, Way::Out);
                }
            }
            travel => {
                let header = headers.iter().find(|each| each.key.to_lowercase() == name);
                match header {
                    Some(header) if matches!(travel, Ok(Travel::Csv)) => {
                        self.list_in_text(field, true, &header.value);
                    }
                    Some(header) => self.text(field, &header.value, Way::Out),
                    None => self.missing(field, span, Way::Out),
                }
            }
        }
    }

    /// Checks a body that is a single value.
    fn payload(&mut self, field: &'a Piece<'a, Field>, node: &Node, way: Way) {
        match self.spec.travel(Location::Payload, &field.value) {
            // Bytes are shown as a text of any kind.
            Ok(Travel::Raw) => {}
            Ok(Travel::Text) => self.text(field, node, way),
            _ => self.value(field, node, way),
        }
    }

    fn equal(&mut self, root: &Node, key: &str, expected: &str) {
        let node = root.get(key);
        if node.is_none() {
            return self.report(Rule::X01, root.span, format!("`{key}` is missing"));
        }
        if node.and_then(Node::text) != Some(expected) {
            let message = format!("`{key}` is not {expected}");
            self.report(Rule::X01, node.map_or(root.span, |node| node.span), message);
        }
    }

    fn path(&mut self, operation: &'a Operation<'a>, template: &str, node: &Node) {
        let path = node.text().unwrap_or_default();
        if path.contains('?') {
            let finding = Fault::new(Rule::X01, self.file, node.span, "the path has a query");
            self.diagnostics
                .push(finding.help(r#"move it: "query": {"name": "value"}"#));
            return;
        }
        let Some(values) = values_of_labels(template, path) else {
            let message = format!("the path does not fit `{template}`");
            return self.report(Rule::X01, node.span, message);
        };
        for (label, given) in values {
            let mut fields = members(operation, Location::Path);
            if let Some((_, field)) = fields.find(|(_, field)| field.name == label.name) {
                // Limits apply to decoded text, so values with encoded characters are skipped.
                if !given.contains('%') {
                    self.plain(field, &given, node.span, Way::Out);
                }
            }
        }
    }

    fn query(&mut self, operation: &'a Operation<'a>, root: &Node) {
        let given = root.get("query").map(Node::entries).unwrap_or_default();
        for fixed in &operation.fixed {
            let pair = given.iter().find(|entry| entry.key == fixed.name);
            // A name without a value may also be written as one with an empty value.
            let value = fixed.value.as_deref().unwrap_or_default();
            let text = |entry: &Entry| match (&fixed.value, entry.value.is_nothing()) {
                (None, true) => Some(String::new()),
                _ => entry.value.text().map(str::to_owned),
            };
            if pair.and_then(text).as_deref() != Some(value) {
                let span = pair.map_or(root.span, |entry| entry.value.span);
                let message = match &fixed.value {
                    Some(value) => format!("the query lacks `{}={value}`", fixed.name),
                    None => format!("the query lacks `{}`", fixed.name),
                };
                self.report(Rule::X01, span, message);
            }
        }
        let is_map = |(_, field): &&(Location, Piece<'_, Field>)| {
            field.value.ty.outermost() == Some(Container::Map)
        };
        let map = members(operation, Location::Query).find(is_map);
        let map = map.map(|(_, field)| field);
        for entry in given {
            if operation.fixed.iter().any(|fixed| fixed.name == entry.key) {
                continue;
            }
            let mut fields = members(operation, Location::Query);
            match fields.find(|(_, field)| field.name == entry.key) {
                Some((_, field)) if field.value.ty.is_list() => {
                    let is_csv = field.value.list_style == Some(ListStyle::Csv);
                    self.list_in_text(field, is_csv, &entry.value);
                }
                Some((_, field)) if field.value.ty.is_single() => {
                    self.text(field, &entry.value, Way::Out);
                }
                _ => {
                    // A map has all pairs that nothing else has.
                    if let Some(map) = map {
                        self.key(map, &entry.key, entry.key_span);
                        self.list_in_text(map, false, &entry.value);
                        continue;
                    }
                    let names = members(operation, Location::Query).map(|(_, field)| field.name);
                    let message = format!("the operation has no query parameter `{}`", entry.key);
                    let finding = Fault::new(Rule::X01, self.file, entry.key_span, message);
                    self.diagnostics.push(match closest(&entry.key, names) {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding.help("add it to the spec"),
                    });
                }
            }
        }
        for (_, field) in members(operation, Location::Query).filter(|each| !is_map(each)) {
            if !given.iter().any(|entry| entry.key == field.name) {
                self.missing(field, root.span, Way::Out);
            }
        }
    }

    /// Checks a list in the query or a header of a sample: an array, a text with commas, or a single element.
    fn list_in_text(&mut self, field: &Piece<'_, Field>, is_csv: bool, node: &Node) {
        match &node.kind {
            Kind::List(elements) => {
                for element in elements {
                    self.text(field, element, Way::Out);
                }
            }
            Kind::Scalar { text, .. } if is_csv => {
                for element in text.split(',') {
                    self.plain(field, element.trim(), node.span, Way::Out);
                }
            }
            _ => self.text(field, node, Way::Out),
        }
    }

    fn response(&mut self, operation: &'a Operation<'a>, root: &Node) {
        let spec = self.spec;
        let output = operation.block.value.output().unwrap_or_default();
        let fields = spec.fields_of(output).unwrap_or_default();
        self.headers(fields, root);
        if !spec.reads_body(&operation.block.value) {
            return;
        }
        let payload = spec.payload_of(output);
        let Some(body) = root.get("body") else {
            if payload.is_none_or(|payload| payload.value.required) {
                self.report(Rule::X02, root.span, "`body` is missing");
            }
            return;
        };
        if let Some(payload) = payload {
            return self.payload(payload, body, Way::In);
        }
        let body = match &spec.head.value.result {
            None => body,
            Some(result) => match body.get(result) {
                Some(output) => output,
                None => {
                    let message = format!("the reply has no `{result}`, where outputs stand");
                    return self.report(Rule::X02, body.span, message);
                }
            },
        };
        let fields = fields.iter().filter(|field| field.value.from.is_none());
        self.members(&fields.collect::<Vec<_>>(), body, Way::In);
    }

    /// Checks the fields of a reply that come from headers.
    fn headers(&mut self, fields: &'a [Piece<'a, Field>], root: &Node) {
        let headers = root.get("headers").map(Node::entries).unwrap_or_default();
        for field in fields {
            match &field.value.from {
                Some(Source::Header(name)) => {
                    let is_it = |each: &&Entry| each.key.eq_ignore_ascii_case(name);
                    match headers.iter().find(is_it) {
                        Some(header) if field.value.ty.is_list() => {
                            self.list_in_header(field, &header.value);
                        }
                        Some(header) => self.text(field, &header.value, Way::In),
                        None => self.missing(field, root.span, Way::In),
                    }
                }
                Some(Source::HeaderPrefix(prefix)) => {
                    let prefix = prefix.to_lowercase();
                    let is_it = |each: &&Entry| each.key.to_lowercase().starts_with(&prefix);
                    for header in headers.iter().filter(is_it) {
                        self.text(field, &header.value, Way::In);
                    }
                }
                Some(Source::Status | Source::Payload) | None => {}
            }
        }
    }

    /// Checks a list in a header. Times may contain commas, so their lists are not looked into.
    fn list_in_header(&mut self, field: &Piece<'_, Field>, node: &Node) {
        let Some(text) = node.text().filter(|_| field.value.ty.name != "timestamp") else {
            return;
        };
        for element in text.split(',') {
            self.plain(field, element.trim(), node.span, Way::In);
        }
    }

    /// Checks the sample of an error. Returns its code.
    fn error(&mut self, root: &Node) -> Option<String> {
        let spec = self.spec;
        let errors = &spec.head.value.errors;
        let found = errors
            .code
            .iter()
            .find_map(|part| Some((part, part_of(root, part)?)));
        let Some((part, (code, span))) = found else {
            let message = "there is no error code where `errors: code:` looks for it";
            self.report(Rule::X02, root.span, message);
            return None;
        };
        let code = match code.split_once('#') {
            Some((_, code)) if errors.namespaced => code,
            _ => code,
        };
        let code = match code.split_once(':') {
            Some((code, _)) if errors.namespaced => code,
            _ => code,
        };
        let known = spec.codes.iter().find(|known| known.name == code);
        let status = root.get("status").filter(|node| node.text().is_some());
        if let (Some(known), Some(node)) = (known, status)
            && let Some(expected) = known.value.status
            && node.text() != Some(&expected.to_string())
        {
            let message = format!("the spec has `{code}` with status {expected}");
            self.report(Rule::X05, node.span, message);
        }
        let details = known.and_then(|known| known.value.details.as_deref());
        if let Some(fields) = details.and_then(|details| spec.fields_of(details)) {
            self.headers(fields, root);
            self.details(fields, root, part);
        }
        if known.is_none() {
            let message = format!("the spec has no error code `{code}`");
            let finding = Fault::new(Rule::X05, self.file, span, message);
            let finding = finding.help("add it under `errors: codes:`, with what it means");
            self.diagnostics.push(finding);
        }
        Some(code.to_owned())
    }
}

/// Returns the labels of a path with their values as they are in a request, or `None` if the path is another one.
fn values_of_labels<'t>(template: &'t str, path: &str) -> Option<Vec<(Label<'t>, String)>> {
    let wanted: Vec<_> = template.split('/').collect();
    let mut given = path.split('/');
    let mut values = Vec::new();
    // A greedy label takes what the others leave.
    let surplus = path.split('/').count().checked_sub(wanted.len())?;
    for segment in wanted {
        let Some(label) = Label::of(segment) else {
            given.next().filter(|given| *given == segment)?;
            continue;
        };
        let count = if label.is_greedy { surplus + 1 } else { 1 };
        let segments: Vec<_> = given.by_ref().take(count).collect();
        values.push((label, segments.join("/")));
    }
    given.next().is_none().then_some(values)
}

impl<'a> Scope<'a> {
    /// Checks the details of an error, which are in the object that holds its code. Its other members are not checked.
    fn details(&mut self, fields: &'a [Piece<'a, Field>], root: &Node, code: &PartOfReply) {
        let path = match code {
            PartOfReply::Header(_) => "",
            PartOfReply::Body(path) => path.rsplit_once('.').map_or("", |(path, _)| path),
        };
        let names = path.split('.').filter(|name| !name.is_empty());
        let body = root.get("body");
        let object = body.and_then(|body| {
            names
                .into_iter()
                .try_fold(body, |node, name| node.get(name))
        });
        for field in fields.iter().filter(|field| field.value.from.is_none()) {
            match object.and_then(|object| object.get(field.name)) {
                Some(value) => self.value(field, value, Way::In),
                None => self.missing(field, object.unwrap_or(root).span, Way::In),
            }
        }
    }
}

fn members<'a>(
    operation: &'a Operation<'a>,
    location: Location,
) -> impl Iterator<Item = &'a (Location, Piece<'a, Field>)> {
    let parameters = operation.parameters.iter();
    parameters.filter(move |(other, _)| *other == location)
}

/// Returns the text at a place in a response, and its position in the file.
fn part_of<'n>(root: &'n Node, part: &PartOfReply) -> Option<(&'n str, Span)> {
    let node = match part {
        PartOfReply::Header(name) => {
            let name = name.to_lowercase();
            let headers = root.get("headers")?.entries();
            let header = headers.iter().find(|each| each.key.to_lowercase() == name);
            &header?.value
        }
        PartOfReply::Body(path) => {
            let body = root.get("body")?;
            path.split('.').try_fold(body, |node, key| node.get(key))?
        }
    };
    let text = node
        .text()
        .filter(|text| !text.is_empty() && !node.is_nothing());
    text.map(|text| (text, node.span))
}
