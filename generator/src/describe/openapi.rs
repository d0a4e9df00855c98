//! OpenAPI 3.0 and 3.1 and Swagger 2.0: a document with its operations.

use std::collections::HashSet;

use super::description::{Description, Format, Operation, Skipped, Vendor, lacks};
use super::document::{Document, Json, Unreadable};
use super::explorers;
use super::failures::Failures;
use super::faults::separate;
use super::nulls;
use super::pages;
use super::paths::{self, Routes};
use super::schema::{DEPRECATED, Schemas};
use super::security::Security;
use super::servers::Server;
use super::text;
use crate::spec::{Entry, Node};

/// A document of OpenAPI or Swagger, and where it comes from.
pub(super) struct File {
    document: Document,
    format: Format,
}

impl File {
    pub(super) fn new(document: Document, format: Format) -> Self {
        Self { document, format }
    }
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Reads a document. If a reply has the member `envelope`, it holds the output.
pub(super) fn read(file: &File, envelope: Option<&str>) -> Result<Description, Unreadable> {
    let File { document, format } = file;
    let root = document.root();
    let is_swagger = matches!(format, Format::Swagger | Format::HuaweiExplorer);
    // Webhooks alone may be all that a document of 3.1 has.
    if root.get("paths").is_none() && root.get("webhooks").is_none() {
        return Err(document.unreadable(None, "it has no `paths`"));
    }
    let server = match is_swagger {
        true => Server::of_swagger(root),
        false => Server::of_document(root),
    };
    let vendor = explorers::vendor(*format, server.host.as_deref());
    let schemas = Schemas::new(document, *format);
    let mut reader = Reader {
        root,
        is_swagger,
        vendor,
        envelope: envelope
            .or(vendor.and_then(|vendor| vendor.envelope))
            .map(str::to_owned),
        found_envelope: false,
        security: Security::new(root, vendor, |node| schemas.resolve(node).unwrap_or(node)),
        schemas,
        failures: Failures::default(),
        names: HashSet::new(),
        routes: Routes::default(),
    };
    let mut operations = Vec::new();
    for path in paths(root) {
        let item = reader.schemas.resolve(&path.value);
        let whole = [("", &path.value)];
        let methods: Vec<_> = match &item {
            Ok(item) => {
                let entries = item.entries().iter();
                let entries = entries.map(|entry| (entry.key.as_str(), &entry.value));
                entries.filter(|(key, _)| METHODS.contains(key)).collect()
            }
            Err(_) => whole.into(),
        };
        for (method, node) in methods {
            let mut operation = reader.named(&server, path, method, node);
            reader.security.operation(node);
            let read = item.clone().and_then(|item| {
                let node = reader.schemas.resolve(node)?;
                reader.operation(&server, item, node, &mut operation)?;
                reader.refuse_path(&path.key, &mut operation);
                Ok(())
            });
            operations.push((operation, read.err()));
        }
    }
    for _ in root.get("webhooks").map(Node::entries).unwrap_or_default() {
        reader.schemas.skip(&mut Vec::new(), "a webhook");
    }
    let service = reader.service();
    let Reader {
        mut schemas,
        security,
        failures,
        envelope,
        found_envelope,
        ..
    } = reader;
    schemas.complete();
    schemas.name_directions();
    let Schemas {
        mut types,
        mut skipped,
        faults,
        ..
    } = schemas;
    let mut all: Vec<_> = operations.iter_mut().map(|(each, _)| each).collect();
    let (auth, auth_notes) = security.finish(&mut all, vendor, &service, |notes, what| {
        skip(&mut skipped, notes, what);
    });
    failures.settle(&mut all);
    let (mut operations, unreadable) = separate(operations, &types, &faults, &mut skipped);
    nulls::settle(&mut operations, &mut types, &mut skipped);
    for operation in &mut operations {
        if let Some(why) = &operation.inexpressible {
            skip(&mut skipped, &mut operation.notes, why);
        }
        operation.paging_proposal = pages::proposal(operation, &types);
    }
    Ok(Description {
        format: *format,
        sha256: String::new(),
        vendor,
        service: text::printable(&service),
        endpoint: server.endpoint(vendor),
        see: None,
        auth,
        auth_notes,
        error_places: failures.places(),
        result: envelope.filter(|_| found_envelope),
        operations,
        unreadable,
        states_paging: false,
        types,
        skipped,
    })
}

fn skip(skipped: &mut Skipped, notes: &mut Vec<String>, what: &str) {
    let what = text::printable(what);
    notes.push(lacks(&what, None));
    *skipped.entry(what).or_default() += 1;
}

/// Returns the paths of a document. Words that begin with `x-` are extensions.
pub(super) fn paths(root: &Node) -> impl Iterator<Item = &Entry> {
    let paths = root.get("paths").map(Node::entries).unwrap_or_default();
    paths.iter().filter(|path| !path.key.starts_with("x-"))
}

pub(super) struct Reader<'a> {
    pub(super) root: &'a Node,
    pub(super) is_swagger: bool,
    pub(super) vendor: Option<&'static Vendor>,
    pub(super) envelope: Option<String>,
    /// Whether a reply has the member that holds the output.
    pub(super) found_envelope: bool,
    pub(super) schemas: Schemas<'a>,
    pub(super) security: Security<'a>,
    failures: Failures<'a>,
    /// Names of operations.
    names: HashSet<String>,
    routes: Routes,
}

impl<'a> Reader<'a> {
    fn service(&self) -> String {
        let info = self.root.get("info");
        let title = info.and_then(|info| info.string_at("title"));
        let title = title.or(self.root.string_at("product_short"));
        text::title(title.unwrap_or("Service"))
    }

    /// Returns an operation with its name, method and path.
    fn named(
        &mut self,
        server: &Server,
        path: &'a Entry,
        method: &str,
        node: &'a Node,
    ) -> Operation {
        let (way, fixed) = paths::parts(&path.key);
        let id = node.string_at("operationId").or(self
            .root
            .string_at("name")
            .filter(|_| self.schemas.is_huawei()));
        let base = id
            .map(pascal)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| pascal(&format!("{method} {}", path.key)));
        let base = match base.is_empty() {
            true => "Operation".to_owned(),
            false => base,
        };
        // A name that is there twice is numbered.
        let mut name = base.clone();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        let mut operation = Operation {
            id: id.map(text::printable).filter(|id| *id != name),
            name,
            method: method.to_uppercase(),
            path: format!("{}{way}", server.path),
            fixed,
            ..Operation::default()
        };
        if self.vendor.is_some_and(|vendor| vendor.has_actions) {
            let version = self
                .root
                .get("info")
                .and_then(|info| info.string_at("version"))
                .or(self.root.string_at("info_version"));
            let action = path.key.trim_matches('/').to_owned();
            operation.path = "/".to_owned();
            operation.fixed = vec![
                ("Action".to_owned(), Some(action)),
                (
                    "Version".to_owned(),
                    Some(version.unwrap_or_default().to_owned()),
                ),
            ];
        }
        operation
    }

    fn operation(
        &mut self,
        server: &Server,
        item: &'a Node,
        node: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let docs = [node.string_at("description"), node.string_at("summary")];
        operation.docs = docs.into_iter().flatten().find_map(text::sentence);
        // By the rules of HTTP. The format cannot say it.
        // The method of an action says nothing.
        let has_actions = self.vendor.is_some_and(|vendor| vendor.has_actions);
        operation.read_only = matches!(operation.method.as_str(), "GET" | "HEAD") && !has_actions;
        operation.deprecated = node.flag("deprecated").then(|| DEPRECATED.to_owned());
        self.other_server(server, item, node, operation);
        // The parameters of the operation replace those of the path with the same name and place.
        let mut parameters: Vec<&'a Node> = Vec::new();
        for list in [item, node] {
            let list = list.get("parameters").map(Node::elements);
            for parameter in list.unwrap_or_default() {
                let parameter = self.schemas.resolve(parameter)?;
                let key = |node: &'a Node| (node.string_at("name"), node.string_at("in"));
                parameters.retain(|other| key(other) != key(parameter));
                parameters.push(parameter);
            }
        }
        for parameter in parameters {
            self.parameter(node, parameter, operation)?;
        }
        if let Some(body) = node.get("requestBody") {
            let body = self.schemas.resolve(body)?;
            self.body(body, operation)?;
        }
        self.labels(operation);
        self.drop_doubled(operation);
        let responses = node.get("responses").map(Node::entries).unwrap_or_default();
        self.reply(node, responses, operation)?;
        for entry in responses {
            operation.errors.extend(super::failures::codes(entry));
        }
        let codes = self.failures.read(&self.schemas, responses);
        operation.errors.extend(codes);
        let callbacks = node.get("callbacks").map(Node::entries);
        if !callbacks.unwrap_or_default().is_empty() {
            let what = "requests that the service sends back";
            self.schemas.skip(&mut operation.notes, what);
        }
        Ok(())
    }

    /// Names what a spec cannot say of an operation. One that needs it is left out: it cannot be right without.
    pub(super) fn lose(&mut self, operation: &mut Operation, what: &str, is_needed: bool) {
        if is_needed {
            let why = || format!("an operation that needs {}", text::printable(what));
            operation.inexpressible.get_or_insert_with(why);
        } else {
            self.schemas.skip(&mut operation.notes, what);
        }
    }

    /// Names a member that a spec cannot say, as [`lose`](Self::lose) does.
    pub(super) fn lose_member(
        &mut self,
        operation: &mut Operation,
        what: &str,
        member: &str,
        is_needed: bool,
    ) {
        if is_needed {
            return self.lose(operation, what, true);
        }
        let notes = &mut operation.notes;
        self.schemas.skip_member(notes, what, member);
    }

    fn refuse_path(&mut self, key: &str, operation: &mut Operation) {
        // The name of an action is no path.
        let has_actions = self.vendor.is_some_and(|vendor| vendor.has_actions);
        let key = match has_actions {
            true => operation.path.as_str(),
            false => paths::parts(key).0,
        };
        if let Some(why) = self.routes.refuses(operation, key) {
            operation.inexpressible = Some(why.to_owned());
        }
    }

    /// Takes over the server of an operation, if it is not that of the service.
    fn other_server(
        &mut self,
        server: &Server,
        item: &'a Node,
        node: &'a Node,
        operation: &mut Operation,
    ) {
        let of = |node| Server::beside(node, server);
        let Some(own) = of(node).or_else(|| of(item)) else {
            if server.is_of_operations {
                operation.inexpressible = Some("an operation on a host without a name".to_owned());
            }
            return;
        };
        // A path alone is on the same host.
        let path = operation.path.strip_prefix(server.path.as_str());
        if let Some(path) = path.map(str::to_owned) {
            operation.path = format!("{}{path}", own.path);
        }
        let Some(other) = own.other_host() else {
            return;
        };
        let usual = server.host.as_deref();
        match usual.and_then(|usual| other.strip_suffix(usual)) {
            Some("") => {}
            Some(prefix) if prefix.ends_with('.') && !prefix.contains('{') => {
                operation.host_prefix = Some(prefix.to_owned());
            }
            _ => {
                let other = text::printable(other);
                operation.inexpressible = Some(format!("an operation on another host, {other}"));
            }
        }
    }
}

/// Returns a name as specs write operations and types.
pub(super) fn pascal(name: &str) -> String {
    use heck::ToUpperCamelCase;
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    // A name that is written like this already stays as it is: `ListVPCs`.
    let is_pascal = name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    if is_pascal {
        name.to_owned()
    } else {
        plain.to_upper_camel_case()
    }
}
