//! Checks that the vendor's examples fit the spec.
//!
//! Tests send and read the samples byte for byte. This check compares only their shape, so that authors of specs get
//! feedback at once.

use std::collections::BTreeSet;

use super::limits::is_time;
use crate::diagnostics::{Diagnostics, Fault, closest};
use crate::rules::Rule;
use crate::source::{Sample, Span};
use crate::spec::{
    BUILT_IN, Container, Entry, Field, Kind, ListStyle, Location, Node, Operation, PartOfReply,
    Piece, Spec, TimestampFormat, TypeKind, parse_json,
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
                    format!("`{key}` is no object"),
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
                "`status` is no HTTP status",
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
            let name = field.name.to_lowercase();
            let header = headers.iter().find(|each| each.key.to_lowercase() == name);
            match header {
                Some(header) => self.text(field, &header.value, Way::Out),
                None => self.missing(field, root.span, Way::Out),
            }
        }
        let body: Vec<_> = members(operation, Location::Body)
            .map(|(_, field)| field)
            .collect();
        match root.get("body") {
            None => {
                for field in body {
                    self.missing(field, root.span, Way::Out);
                }
            }
            Some(node) => self.members(&body, node, Way::Out),
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
        let (wanted, given): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), path.split('/').collect());
        let label = |part: &str| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some(name.to_owned())
        };
        let fits = |(wanted, given): (&&str, &&str)| wanted == given || label(wanted).is_some();
        if wanted.len() != given.len() || !wanted.iter().zip(&given).all(fits) {
            self.report(
                Rule::X01,
                node.span,
                format!("the path does not fit `{template}`"),
            );
            return;
        }
        for (wanted, given) in wanted.iter().zip(given) {
            let Some(name) = label(wanted) else { continue };
            let mut fields = members(operation, Location::Path);
            if let Some((_, field)) = fields.find(|(_, field)| field.name == name) {
                // Limits apply to decoded text, so segments with encoded characters are skipped.
                if !given.contains('%') {
                    self.plain(field, given, node.span, Way::Out);
                }
            }
        }
    }

    fn query(&mut self, operation: &'a Operation<'a>, root: &Node) {
        let given = root.get("query").map(Node::entries).unwrap_or_default();
        for fixed in &operation.fixed {
            let pair = given.iter().find(|entry| entry.key == fixed.name);
            if pair.and_then(|entry| entry.value.text()) != Some(&fixed.value) {
                let span = pair.map_or(root.span, |entry| entry.value.span);
                let message = format!("the query lacks `{}={}`", fixed.name, fixed.value);
                self.report(Rule::X01, span, message);
            }
        }
        for entry in given {
            if operation.fixed.iter().any(|fixed| fixed.name == entry.key) {
                continue;
            }
            let mut fields = members(operation, Location::Query);
            match fields.find(|(_, field)| field.name == entry.key) {
                Some((_, field)) if field.value.ty.is_list() => {
                    self.list_in_query(field, &entry.value);
                }
                Some((_, field)) => self.text(field, &entry.value, Way::Out),
                None => {
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
        for (_, field) in members(operation, Location::Query) {
            if !given.iter().any(|entry| entry.key == field.name) {
                self.missing(field, root.span, Way::Out);
            }
        }
    }

    /// Checks a list in the query of a sample: an array, a text with commas, or a single element.
    fn list_in_query(&mut self, field: &Piece<'_, Field>, node: &Node) {
        match &node.kind {
            Kind::List(elements) => {
                for element in elements {
                    self.text(field, element, Way::Out);
                }
            }
            Kind::Scalar { text, .. } if field.value.list_style == Some(ListStyle::Csv) => {
                for element in text.split(',') {
                    self.plain(field, element, node.span, Way::Out);
                }
            }
            _ => self.text(field, node, Way::Out),
        }
    }

    fn response(&mut self, operation: &Operation<'_>, root: &Node) {
        let spec = self.spec;
        let Some(body) = root.get("body") else {
            return self.report(Rule::X02, root.span, "`body` is missing");
        };
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
        let output = operation
            .block
            .value
            .response
            .as_deref()
            .unwrap_or_default();
        if let Some(fields) = spec.fields_of(output) {
            let fields: Vec<_> = fields.iter().collect();
            self.members(&fields, body, Way::In);
        }
    }

    /// Checks the sample of an error. Returns its code.
    fn error(&mut self, root: &Node) -> Option<String> {
        let spec = self.spec;
        let errors = &spec.head.value.errors;
        let found = errors.code.iter().find_map(|part| part_of(root, part));
        let Some((code, span)) = found else {
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
        if known.is_none() {
            let message = format!("the spec has no error code `{code}`");
            let finding = Fault::new(Rule::X05, self.file, span, message);
            let finding = finding.help("add it under `errors: codes:`, with what it means");
            self.diagnostics.push(finding);
        }
        Some(code.to_owned())
    }

    /// Checks an object with members.
    fn members(&mut self, fields: &[&'a Piece<'a, Field>], node: &Node, way: Way) {
        if !matches!(node.kind, Kind::Map(_)) {
            return self.report(way.rule(), node.span, "an object is expected here");
        }
        for entry in node.entries() {
            let field = fields.iter().find(|field| field.name == entry.key);
            let Some(field) = field else {
                self.unknown(&entry.key, entry.key_span, fields.iter().copied(), way);
                continue;
            };
            self.value(field, &entry.value, way);
        }
        for field in fields.iter().filter(|field| node.get(field.name).is_none()) {
            self.missing(field, node.span, way);
        }
    }

    fn missing(&mut self, field: &Piece<'_, Field>, span: Span, way: Way) {
        if field.value.required {
            let message = format!("`{}` is required, but missing here", field.name);
            self.report(way.rule(), span, message);
        }
    }

    /// Checks the value of a field in JSON.
    fn value(&mut self, field: &'a Piece<'a, Field>, node: &Node, way: Way) {
        self.nested(field, &field.value.ty.containers, node, way);
    }

    /// Checks a value inside of the given lists and maps, the outermost first.
    fn nested(
        &mut self,
        field: &'a Piece<'a, Field>,
        containers: &[Container],
        node: &Node,
        way: Way,
    ) {
        let Some((container, inner)) = containers.split_first() else {
            return self.element(field, node, way);
        };
        // A list or map that is null counts as empty.
        if node.is_nothing() && way == Way::In {
            return;
        }
        let around = field.value.ty.containers.len() - containers.len();
        let is_outermost = around == 0;
        let mut outer = field.value.ty.containers.iter().take(around);
        let is_outermost_map = outer.all(|container| *container == Container::List);
        let what = match (container, &node.kind) {
            (Container::List, Kind::List(elements)) => {
                if is_outermost {
                    self.count(field, elements.len(), node.span);
                }
                elements.iter().collect::<Vec<_>>()
            }
            (Container::Map, Kind::Map(entries)) => {
                if is_outermost {
                    self.count(field, entries.len(), node.span);
                }
                if is_outermost_map {
                    for entry in entries {
                        self.key(field, &entry.key, entry.key_span);
                    }
                }
                entries.iter().map(|entry| &entry.value).collect()
            }
            (container, _) => {
                let what = match container {
                    Container::List => "a list",
                    Container::Map => "a map",
                };
                let inside = if is_outermost { "" } else { "in " };
                let message = format!("{inside}`{}` is {what}", field.name);
                return self.report(way.rule(), node.span, message);
            }
        };
        for node in what {
            // The clients drop null elements and values in responses.
            if way == Way::Out || !node.is_nothing() {
                self.nested(field, inner, node, way);
            }
        }
    }

    fn count(&mut self, field: &Piece<'_, Field>, count: usize, span: Span) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        if field.value.count.is_some_and(|bounds| !bounds.has(count)) {
            let message = format!("`{}` has {count} elements", field.name);
            self.report(Rule::X03, span, message);
        }
    }

    /// Checks a key of a map.
    fn key(&mut self, field: &Piece<'_, Field>, key: &str, span: Span) {
        if let Some(limit) = field.value.key_limits().broken_by(key) {
            let message = format!("a key of `{}` breaks its `{limit}`", field.name);
            self.report(Rule::X03, span, message);
        }
    }

    /// Checks an object that holds exactly one member of a union.
    fn union(&mut self, name: &str, members: &'a [Piece<'a, Field>], node: &Node, way: Way) {
        if !matches!(node.kind, Kind::Map(_)) {
            return self.report(way.rule(), node.span, "an object is expected here");
        }
        // The clients pass over null members and the type name that some services add.
        let counts = |entry: &&Entry| {
            way == Way::Out || !(entry.value.is_nothing() || entry.key == "__type")
        };
        let entries: Vec<_> = node.entries().iter().filter(counts).collect();
        if entries.is_empty() {
            let message = format!("the union `{name}` has no member here, and needs one");
            return self.report(way.rule(), node.span, message);
        }
        let mut first: Option<&Entry> = None;
        for entry in entries {
            let Some(member) = members.iter().find(|member| member.name == entry.key) else {
                self.unknown(&entry.key, entry.key_span, members.iter(), way);
                continue;
            };
            if let Some(first) = first {
                let message = format!(
                    "the union `{name}` has two members here, `{}` and `{}`",
                    first.key, entry.key
                );
                self.report(way.rule(), entry.key_span, message);
            }
            first = first.or(Some(entry));
            self.value(member, &entry.value, way);
        }
    }

    /// Reports a member that the spec does not have.
    fn unknown<'f>(
        &mut self,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'f Piece<'f, Field>>,
        way: Way,
    ) {
        let message = format!("the spec has no `{name}` here");
        let rule = match way {
            Way::Out => Rule::X01,
            Way::In => Rule::X05,
        };
        let finding = Fault::new(rule, self.file, span, message);
        self.diagnostics
            .push(match closest(name, known.map(|member| member.name)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add it to the spec"),
            });
    }

    fn element(&mut self, field: &'a Piece<'a, Field>, node: &Node, way: Way) {
        let spec = self.spec;
        let ty = &field.value.ty;
        if ty.name == "json" {
            return;
        }
        if node.is_nothing() {
            if field.value.required || way == Way::Out {
                self.report(way.rule(), node.span, format!("`{}` is null", field.name));
            }
            return;
        }
        if let Some(fields) = spec.fields_of(&ty.name) {
            let fields: Vec<_> = fields.iter().collect();
            return self.members(&fields, node, way);
        }
        if let Some(members) = spec.members_of(&ty.name) {
            return self.union(&ty.name, members, node, way);
        }
        let (text, plain) = match &node.kind {
            Kind::Scalar { text, plain } => (text.as_str(), *plain),
            _ => return self.other_kind(field, node, way),
        };
        let is_number = plain && text.parse::<f64>().is_ok();
        let fits = match ty.name.as_str() {
            "integer" => plain && text.parse::<i64>().is_ok(),
            "number" => is_number,
            "boolean" => plain && matches!(text, "true" | "false"),
            // The clients read every format.
            "timestamp" if way == Way::In => !plain || is_number,
            "timestamp" if field.value.format.is_some_and(TimestampFormat::is_number) => is_number,
            "bytes" => !plain && is_base64(text),
            name if !spec.is_type(name) => return,
            _ => !plain,
        };
        if fits {
            self.plain(field, text, node.span, way);
        } else {
            self.other_kind(field, node, way);
        }
    }

    fn other_kind(&mut self, field: &Piece<'_, Field>, node: &Node, way: Way) {
        let there = match &node.kind {
            Kind::List(_) => "an array",
            Kind::Map(_) => "an object",
            Kind::Scalar { text, plain: false }
                if field.value.ty.name == "bytes" && !is_base64(text) =>
            {
                "no base64"
            }
            Kind::Scalar { plain: false, .. } => "a string",
            Kind::Scalar { text, .. } => match text.as_str() {
                "true" | "false" => "a boolean",
                "null" => "null",
                _ => "a number",
            },
        };
        let wanted = match field.value.ty.name.as_str() {
            "timestamp" => match field.value.format.filter(|_| way == Way::Out) {
                Some(TimestampFormat::EpochSeconds) => "a number of seconds",
                Some(TimestampFormat::EpochMillis) => "a number of milliseconds",
                _ => "a string with a time",
            },
            "bytes" => "a string in base64",
            name if BUILT_IN.contains(&name) => name,
            name if self.spec.fields_of(name).is_some() => "an object",
            name if self.spec.members_of(name).is_some() => "an object with one member",
            _ => "a string, the value of an enum",
        };
        let message = format!("`{}` is {there} here, and {wanted} in the spec", field.name);
        self.report(way.rule(), node.span, message);
    }

    /// Checks a value in a query or header, where every value is text.
    fn text(&mut self, field: &Piece<'_, Field>, node: &Node, way: Way) {
        let text = match &node.kind {
            Kind::Scalar { text, .. } => text,
            _ => return self.other_kind(field, node, way),
        };
        let fits = match field.value.ty.name.as_str() {
            "integer" => text.parse::<i64>().is_ok(),
            "number" => text.parse::<f64>().is_ok(),
            "boolean" => matches!(text.as_str(), "true" | "false"),
            _ => true,
        };
        if fits {
            self.plain(field, text, node.span, way);
        } else {
            self.other_kind(field, node, way);
        }
    }

    /// Checks a value of the right kind, as text: it is within its limits, and an enum has it.
    fn plain(&mut self, field: &Piece<'_, Field>, text: &str, span: Span, way: Way) {
        let value = &field.value;
        let number = text
            .parse::<i64>()
            .ok()
            .filter(|_| value.ty.name == "integer");
        let broken = match (number, value.range) {
            (Some(number), Some(range)) if !range.has(number) => Some("range"),
            // The length of bytes is that of the decoded ones.
            _ if value.ty.name == "bytes" => {
                let length = i64::try_from(decoded_length(text)).unwrap_or(i64::MAX);
                let is_broken = value.length.is_some_and(|bounds| !bounds.has(length));
                is_broken.then_some("length")
            }
            _ => value.text_limits().broken_by(text),
        };
        if let Some(limit) = broken {
            let message = format!("`{}` breaks its `{limit}`", field.name);
            self.report(Rule::X03, span, message);
        }
        let is_number = text.parse::<f64>().is_ok();
        if value.ty.name == "timestamp" && !is_number && !is_time(text) {
            let message = format!("`{}` is a timestamp, and {text:?} is no time", field.name);
            self.report(Rule::X03, span, message);
        }
        let ty = self.spec.named_type(&value.ty.name);
        if let Some(TypeKind::Enum(values)) = ty.map(|ty| &ty.kind)
            && !values.iter().any(|known| known.name == text)
        {
            let message = format!("`{}` has no value `{text}`", value.ty.name);
            let rule = match way {
                Way::Out => Rule::X01,
                Way::In => Rule::X05,
            };
            let finding = Fault::new(rule, self.file, span, message);
            let names = values.iter().map(|value| value.name);
            self.diagnostics.push(match closest(text, names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add it to the spec"),
            });
        }
    }
}

/// Whether a text is base64 in the standard alphabet, with or without padding.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_whole = if padding == 0 {
        digits.len() % 4 != 1
    } else {
        padding <= 2 && text.len().is_multiple_of(4)
    };
    is_whole
        && digits
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

/// Returns the number of bytes that a text in base64 stands for.
fn decoded_length(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
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
