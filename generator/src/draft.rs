//! Specs written from a vendor's description: names, types, limits, values, paging and errors. What a spec cannot say becomes
//! a comment, and what a description never says becomes a visible gap.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use heck::{ToSnakeCase, ToTitleCase, ToUpperCamelCase};

use crate::describe::{
    Description, ErrorCode, Field, Limits, Operation, Place, Retryable, Scheme, Shape, Time, Type,
    TypeId, TypeKind,
};
use crate::names::{self, Role};

/// What a draft is about.
pub(crate) struct Subject<'a> {
    /// Name of the spec, such as `acme-models`.
    pub(crate) name: &'a str,
    /// Operations to write, by the vendor's names; all if empty.
    pub(crate) operations: &'a [String],
    /// Name of the file, without folders.
    pub(crate) source: &'a str,
}

/// Writes a spec for operations of a description.
///
/// # Errors
/// Returns the names of operations that are not described.
pub(crate) fn draft(
    description: &Description,
    subject: &Subject<'_>,
) -> Result<String, Vec<String>> {
    let known = |name: &&String| {
        !description
            .operations
            .iter()
            .any(|each| &&each.name == name)
    };
    let missing: Vec<_> = subject.operations.iter().filter(known).cloned().collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let chosen = |each: &&Operation| {
        subject.operations.is_empty() || subject.operations.contains(&each.name)
    };
    let operations: Vec<_> = description.operations.iter().filter(chosen).collect();
    let names = Names::new(description, &operations);
    let mut draft = Draft {
        description,
        names,
        out: String::new(),
    };
    draft.head(subject);
    draft.errors(&operations);
    draft.line(0, "\noperations:");
    for (index, operation) in operations.iter().enumerate() {
        if index > 0 {
            draft.out.push('\n');
        }
        draft.operation(operation);
    }
    draft.types();
    Ok(draft.out)
}

/// The types that are written, with their names in the spec.
struct Names {
    /// By id, in the order in which they are met.
    order: Vec<TypeId>,
    names: BTreeMap<TypeId, String>,
    /// Types in requests, whose required fields have an order.
    sent: BTreeSet<TypeId>,
}

impl Names {
    fn new(description: &Description, operations: &[&Operation]) -> Self {
        let mut names = Self {
            order: Vec::new(),
            names: BTreeMap::new(),
            sent: BTreeSet::new(),
        };
        for operation in operations {
            for field in &operation.parameters {
                names.meet(description, &field.shape, true);
            }
            if let Some(id) = operation.output {
                names.meet(description, &Shape::Named(id), false);
            }
        }
        // A spec has one room for the names of types and operations.
        let mut taken: BTreeSet<String> = operations.iter().map(|each| each.name.clone()).collect();
        for id in names.order.clone() {
            let Some(item) = description.get(id) else {
                continue;
            };
            let base = type_name(&item.name);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}{number}");
                number += 1;
            }
            names.names.insert(id, name);
        }
        names
    }

    fn meet(&mut self, description: &Description, shape: &Shape, is_sent: bool) {
        // Without recursion: types may be nested deeply.
        let mut open = vec![shape];
        let mut seen = BTreeSet::new();
        while let Some(shape) = open.pop() {
            let Shape::Named(id) = shape.innermost() else {
                continue;
            };
            if !seen.insert(*id) {
                continue;
            }
            if is_sent {
                self.sent.insert(*id);
            }
            if !self.order.contains(id) {
                self.order.push(*id);
            }
            let fields = match description.get(*id).map(|item| &item.kind) {
                Some(TypeKind::Structure(fields) | TypeKind::Union(fields)) => fields.as_slice(),
                _ => &[],
            };
            open.extend(fields.iter().rev().map(|field| &field.shape));
        }
    }
}

/// Returns the name of a type as specs write it.
fn type_name(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = if plain.starts_with(|c: char| c.is_ascii_uppercase()) {
        plain
    } else {
        plain.to_upper_camel_case()
    };
    match name.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => name,
        _ => format!("Type{name}"),
    }
}

struct Draft<'a> {
    description: &'a Description,
    names: Names,
    out: String,
}

impl Draft<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{:indent$}{text}", "", indent = 2 * depth);
    }

    fn pair(&mut self, depth: usize, key: &str, value: &str) {
        self.line(
            depth,
            &format!("{}: {}", plain_or_quoted(key), plain_or_quoted(value)),
        );
    }

    fn notes(&mut self, depth: usize, notes: &[String]) {
        for note in notes {
            self.line(depth, &format!("# {note}"));
        }
    }

    fn head(&mut self, subject: &Subject<'_>) {
        let description = self.description;
        let module = subject.name.replace('-', "_");
        let title = subject.name.to_title_case();
        self.line(0, "# yaml-language-server: $schema=spec.schema.json");
        self.line(0, "#");
        let format = description.format.name();
        self.line(
            0,
            &format!(
                "# Written from {} ({format}). Read it: what no description says stands",
                comment(subject.source)
            ),
        );
        self.line(0, "# here as an example, marked with TODO.");
        for (what, count) in &description.skipped {
            self.line(
                0,
                &format!("# Not in it, {count} times: {}.", comment(what)),
            );
        }
        let vendor = if description
            .auth
            .iter()
            .any(|scheme| matches!(scheme, Scheme::AwsSigv4(_)))
        {
            "AWS".to_owned()
        } else {
            title
        };
        self.pair(0, "vendor", &vendor);
        self.pair(0, "service", &description.service);
        self.pair(0, "module", &module);
        self.pair(
            0,
            "docs",
            &format!("Operations of {}.", description.service),
        );
        // TODO: every vendor has such a page, no description names it.
        let see = match &description.see {
            Some(see) => see.replace("/{name}", ""),
            None => "https://example.com/TODO".to_owned(),
        };
        self.pair(0, "see", &see);
        self.line(0, "\nendpoint:");
        let url = description.endpoint.as_deref();
        self.pair(1, "url", url.unwrap_or("https://example.com"));
        if url.is_some_and(|url| url.contains("{region}")) {
            let variables = if vendor == "AWS" {
                "[AWS_REGION, AWS_DEFAULT_REGION]".to_owned()
            } else {
                format!("[{}_REGION]", module.to_uppercase())
            };
            self.line(0, "\nenvironment:");
            self.line(1, &format!("region: {variables}"));
        }
        self.line(0, "\nauth:");
        let prefix = module.to_uppercase();
        let schemes = description.auth.clone();
        if schemes.is_empty() {
            self.line(
                1,
                "# TODO: the description does not say how requests are authenticated.",
            );
            self.line(1, "- scheme: bearer");
            self.line(2, &format!("token: [{prefix}_TOKEN]"));
        }
        for scheme in &schemes {
            self.scheme(scheme, &prefix);
        }
    }

    fn scheme(&mut self, scheme: &Scheme, prefix: &str) {
        match scheme {
            Scheme::AwsSigv4(service) => {
                self.line(1, "- scheme: aws-sigv4");
                self.pair(2, "service", service);
                self.line(2, "access_key: [AWS_ACCESS_KEY_ID]");
                self.line(2, "secret_key: [AWS_SECRET_ACCESS_KEY]");
                self.line(2, "session_token: [AWS_SESSION_TOKEN]");
            }
            Scheme::Bearer => {
                let service = self
                    .description
                    .auth
                    .iter()
                    .find_map(|scheme| match scheme {
                        Scheme::AwsSigv4(service) => Some(service.to_snake_case().to_uppercase()),
                        _ => None,
                    });
                let variable = service.map_or(format!("{prefix}_TOKEN"), |service| {
                    format!("AWS_BEARER_TOKEN_{service}")
                });
                self.line(1, "- scheme: bearer");
                self.line(2, &format!("token: [{variable}]"));
            }
            Scheme::Basic => {
                self.line(1, "- scheme: basic");
                self.line(2, &format!("access_key: [{prefix}_USER]"));
                self.line(2, &format!("secret_key: [{prefix}_PASSWORD]"));
            }
            Scheme::Header(name) => {
                self.line(1, "- scheme: token");
                self.pair(2, "header", name);
                self.line(2, &format!("token: [{prefix}_TOKEN]"));
            }
            Scheme::Query(name) => {
                self.line(1, "- scheme: token");
                self.pair(2, "query", name);
                self.line(2, &format!("token: [{prefix}_TOKEN]"));
            }
            Scheme::None => self.line(1, "- scheme: none"),
        }
    }

    fn errors(&mut self, operations: &[&Operation]) {
        self.line(0, "\nerrors:");
        if self
            .description
            .auth
            .iter()
            .any(|scheme| matches!(scheme, Scheme::AwsSigv4(_)))
        {
            self.line(1, "code: [header x-amzn-errortype, body code, body __type]");
            self.line(1, "message: [body message, body Message]");
            self.line(1, "request_id: [header x-amzn-requestid]");
            self.line(1, "namespaced: true");
        } else if self.description.result.as_deref() == Some("Result") {
            self.line(1, "code: [body ResponseMetadata.Error.Code]");
            self.line(1, "message: [body ResponseMetadata.Error.Message]");
            self.line(1, "request_id: [body ResponseMetadata.RequestId]");
        } else {
            self.line(
                1,
                "# TODO: the description does not say where errors have their code.",
            );
            self.line(1, "code: [body error_code, body error.code, body code]");
            self.line(
                1,
                "message: [body error_msg, body error.message, body message]",
            );
            self.line(1, "request_id: [header x-request-id]");
        }
        let mut codes: BTreeMap<&str, &ErrorCode> = BTreeMap::new();
        for code in operations.iter().flat_map(|operation| &operation.errors) {
            codes.entry(&code.code).or_insert(code);
        }
        if !codes.is_empty() {
            self.line(1, "codes:");
        }
        for code in codes.into_values() {
            let kind = match code.retryable {
                Some(Retryable::Throttled) => "throttled",
                Some(Retryable::Transient) => "transient",
                None => by_status(code),
            };
            let status = code.status.map(|status| format!("status: {status}, "));
            let status = status.unwrap_or_default();
            let name = plain_or_quoted(&code.code);
            match &code.docs {
                None => self.line(2, &format!("{name}: {{{status}kind: {kind}}}")),
                Some(docs) => {
                    self.line(2, &format!("{name}:"));
                    if let Some(status) = code.status {
                        self.line(3, &format!("status: {status}"));
                    }
                    self.pair(3, "kind", kind);
                    self.pair(3, "docs", docs);
                }
            }
        }
        if let Some(result) = self.description.result.clone() {
            self.out.push('\n');
            self.pair(0, "result", &result);
        }
    }

    fn operation(&mut self, operation: &Operation) {
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

    fn constructor<'f>(&mut self, depth: usize, required: impl Iterator<Item = &'f Field>) {
        let names: Vec<_> = required.map(|field| plain_or_quoted(&field.name)).collect();
        self.line(depth, &format!("constructor: [{}]", names.join(", ")));
    }

    fn request(&mut self, operation: &Operation) {
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

    fn field(&mut self, depth: usize, field: &Field, is_sent: bool) {
        self.line(depth, &format!("{}:", plain_or_quoted(&field.name)));
        self.field_lines(depth + 1, field, is_sent);
    }

    fn field_lines(&mut self, depth: usize, field: &Field, is_sent: bool) {
        self.notes(depth, &field.notes);
        let rust_name = field.name.to_snake_case();
        if names::check(&rust_name, Role::Member).is_err() {
            let other = match rust_name.as_str() {
                "type" => "kind".to_owned(),
                other => format!("{other}_value"),
            };
            self.pair(depth, "rust_name", &other);
        }
        let ty = self.ty(&field.shape);
        self.pair(depth, "type", &ty);
        if field.required && !field.token {
            self.line(depth, "required: true");
        }
        if is_sent {
            self.limits(depth, &field.limits);
            self.format(depth, field);
        }
        if let Some(default) = &field.default {
            let is_text = matches!(
                field.shape,
                Shape::String | Shape::Named(_) | Shape::Timestamp(_)
            );
            let default = if is_text {
                quoted(default)
            } else {
                plain_number(default)
            };
            self.line(depth, &format!("default: {default}"));
        }
        if field.place == Place::QueryCsv
            || field.place == Place::Header && matches!(field.shape, Shape::List(_))
        {
            self.line(depth, "list_style: csv");
        }
        if field.place == Place::HeaderPrefix && is_sent {
            self.line(depth, "prefix: true");
        }
        if field.sensitive {
            self.line(depth, "sensitive: true");
        }
        if field.token {
            self.line(depth, "idempotency_token: true");
        }
        if let Some(reason) = &field.deprecated {
            self.pair(depth, "deprecated", reason);
        }
        let docs = field.docs.clone().unwrap_or_else(|| said(&field.name));
        self.pair(depth, "docs", &docs);
    }

    fn limits(&mut self, depth: usize, limits: &Limits) {
        let range = |range: &crate::describe::Range| {
            let bound = |bound: &Option<String>| bound.clone().unwrap_or_default();
            let equals = if range.max.is_some() { "=" } else { "" };
            format!("{}..{equals}{}", bound(&range.min), bound(&range.max))
        };
        for (key, bounds) in [
            ("range", &limits.range),
            ("count", &limits.count),
            ("length", &limits.length),
        ] {
            if bounds.is_set() {
                self.line(depth, &format!("{key}: {}", range(bounds)));
            }
        }
        if let Some(chars) = &limits.chars {
            self.line(depth, &format!("chars: {}", single_quoted(chars)));
        }
        if let Some(pattern) = &limits.pattern {
            self.line(depth, &format!("pattern: {}", single_quoted(pattern)));
        }
        if limits.key_length.is_set() || limits.key_pattern.is_some() {
            self.line(depth, "keys:");
            if limits.key_length.is_set() {
                self.line(depth + 1, &format!("length: {}", range(&limits.key_length)));
            }
            if let Some(pattern) = &limits.key_pattern {
                self.line(depth + 1, &format!("pattern: {}", single_quoted(pattern)));
            }
        }
    }

    fn format(&mut self, depth: usize, field: &Field) {
        let Shape::Timestamp(time) = field.shape.innermost() else {
            return;
        };
        let is_header = matches!(field.place, Place::Header | Place::HeaderPrefix);
        let usual = if is_header {
            Time::HttpDate
        } else {
            Time::Rfc3339
        };
        if *time != usual {
            let name = match time {
                Time::Rfc3339 => "rfc3339",
                Time::EpochSeconds => "epoch-seconds",
                Time::HttpDate => "http-date",
            };
            self.line(depth, &format!("format: {name}"));
        }
    }

    fn ty(&self, shape: &Shape) -> String {
        match shape {
            Shape::String => "string".to_owned(),
            Shape::Integer => "integer".to_owned(),
            Shape::Number => "number".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Timestamp(_) => "timestamp".to_owned(),
            Shape::Bytes => "bytes".to_owned(),
            Shape::Json => "json".to_owned(),
            Shape::Named(id) => self.names.names.get(id).cloned().unwrap_or_default(),
            Shape::List(element) => format!("list of {}", self.ty(element)),
            Shape::Map(value) => format!("map of {}", self.ty(value)),
        }
    }

    fn types(&mut self) {
        if self.names.order.is_empty() {
            return;
        }
        self.line(0, "\ntypes:");
        for (index, id) in self.names.order.clone().into_iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            let Some(item) = self.description.get(id) else {
                continue;
            };
            let name = self.names.names.get(&id).cloned().unwrap_or_default();
            self.one_type(&name, item, self.names.sent.contains(&id));
        }
    }

    fn one_type(&mut self, name: &str, item: &Type, is_sent: bool) {
        self.line(1, &format!("{name}:"));
        let docs = item.docs.clone().unwrap_or_else(|| said(&item.name));
        self.pair(2, "docs", &docs);
        if let Some(reason) = &item.deprecated {
            self.pair(2, "deprecated", reason);
        }
        match &item.kind {
            TypeKind::Structure(fields) => {
                if is_sent {
                    self.constructor(2, fields.iter().filter(|field| field.required));
                }
                if fields.is_empty() {
                    self.line(2, "fields: {}");
                    return;
                }
                self.line(2, "fields:");
                for field in fields {
                    self.reply_field(field, is_sent);
                }
            }
            TypeKind::Enum(values) => {
                self.line(2, "enum:");
                for value in values {
                    let docs = plain_or_quoted(&said(value));
                    self.line(3, &format!("{}: {docs}", plain_or_quoted(value)));
                }
            }
            TypeKind::Union(fields) => {
                self.line(2, "union:");
                for field in fields {
                    self.field(3, field, is_sent);
                }
            }
        }
    }

    /// Writes a field of a structure, which may come from elsewhere than the body.
    fn reply_field(&mut self, field: &Field, is_sent: bool) {
        let from = match field.place {
            Place::Header => Some(format!("header {}", field.name)),
            Place::HeaderPrefix => Some(format!("header-prefix {}", field.name)),
            Place::Status => Some("status".to_owned()),
            Place::Payload => Some("payload".to_owned()),
            _ => None,
        };
        let Some(from) = from else {
            return self.field(3, field, is_sent);
        };
        let name = field.name.to_snake_case();
        self.line(3, &format!("{}:", plain_or_quoted(&name)));
        self.pair(4, "from", &from);
        self.field_lines(4, field, is_sent);
    }
}

/// Returns the kind of an error that states none.
fn by_status(code: &ErrorCode) -> &'static str {
    match code.status {
        Some(401) => "authentication",
        Some(403) => "access-denied",
        Some(404) => "not-found",
        Some(429) => "throttled",
        Some(500..) => "transient",
        Some(_) => "invalid",
        None => "other",
    }
}

/// Returns a sentence that is only the name, in words.
fn said(name: &str) -> String {
    let words = name.to_snake_case().replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => "Empty text.".to_owned(),
    }
}

/// Returns a text for a comment.
fn comment(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Returns a text as YAML: plain if nothing in it means anything there.
fn plain_or_quoted(text: &str) -> String {
    let is_word = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ' ' | '(' | ')' | '+' | ',' | ';')
    };
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '/');
    let is_other = text.parse::<f64>().is_ok()
        || [
            "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "nan", "inf",
        ]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let plain_value = text.starts_with("https://")
        && text
            .chars()
            .all(|c| !c.is_whitespace() && c != '#' && !c.is_control());
    let is_plain = starts
        && text.chars().all(is_word)
        && !text.ends_with(' ')
        && !is_other
        && !text.contains(',');
    if is_plain || plain_value {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Returns a text in double quotes, with escapes.
fn quoted(text: &str) -> String {
    // JSON is YAML, except that YAML knows more line breaks, and characters that no text has.
    let json = serde_json::to_string(text).unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns a number or truth value as it is, and anything else as a text, which the rules then report.
fn plain_number(text: &str) -> String {
    let is_plain = text.parse::<f64>().is_ok() || matches!(text, "true" | "false");
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Returns a pattern in single quotes, in which only the quote itself is special.
fn single_quoted(text: &str) -> String {
    if text.contains(char::is_control) {
        return quoted(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}
