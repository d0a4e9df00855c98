//! OpenAPI 3.0 and 3.1 and Swagger 2.0: operations, parameters, bodies and replies.

use std::collections::BTreeSet;

use super::description::{
    Description, ErrorCode, Field, Format, Operation, Place, Scheme, Shape, TypeId, Vendor,
};
use super::document::{Document, Json, Unreadable};
use super::explorers;
use super::schema::{Direction, Schemas};
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

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Reads a document. If a reply has the member `envelope`, it holds the output.
pub(super) fn read(file: &File, envelope: Option<&str>) -> Result<Description, Unreadable> {
    let File { document, format } = file;
    let root = document.root();
    let mut reader = Reader {
        document,
        root,
        is_swagger: matches!(format, Format::Swagger | Format::HuaweiExplorer),
        envelope: envelope.map(str::to_owned),
        found_envelope: false,
        schemas: Schemas::new(document, *format),
        headers: BTreeSet::new(),
    };
    let base = reader.base();
    let host = base.as_ref().map(|(host, _)| host.clone());
    let vendor = explorers::vendor(*format, host.as_deref());
    let is = |fact: fn(&Vendor) -> bool| vendor.is_some_and(fact);
    if let (Some(vendor), None) = (vendor, envelope) {
        reader.envelope = vendor.envelope.map(str::to_owned);
    }
    let prefix = base.map(|(_, path)| path).unwrap_or_default();
    let version = root
        .get("info")
        .and_then(|info| info.string_at("version"))
        .or(root.string_at("info_version"));
    let paths = root
        .get("paths")
        .ok_or_else(|| document.unreadable(None, "it has no `paths`"))?;
    let mut operations = Vec::new();
    for path in paths.entries() {
        let item = reader.schemas.resolve(&path.value)?;
        for entry in item.entries() {
            if !METHODS.contains(&entry.key.as_str()) {
                continue;
            }
            let mut operation = reader.operation(&prefix, path, item, entry)?;
            if is(|vendor| vendor.has_actions) {
                let action = path.key.trim_matches('/').to_owned();
                let version = version.unwrap_or_default().to_owned();
                operation.path = "/".to_owned();
                operation.fixed = vec![
                    ("Action".to_owned(), Some(action)),
                    ("Version".to_owned(), Some(version)),
                ];
            }
            // A name that is there twice is numbered.
            let base = operation.name.clone();
            let mut number = 2;
            while operations
                .iter()
                .any(|other: &Operation| other.name == operation.name)
            {
                operation.name = format!("{base}{number}");
                number += 1;
            }
            operations.push(operation);
        }
    }
    let info = root.get("info");
    let service = info
        .and_then(|info| info.string_at("title"))
        .or(root.string_at("product_short"))
        .unwrap_or("Service");
    let mut auth = reader.schemes();
    let security = root.get("security").map(Node::elements).unwrap_or_default();
    if security.iter().any(|way| way.entries().len() > 1) {
        let what = "several ways to authenticate that are needed together";
        reader.schemas.skip(&mut Vec::new(), what);
    }
    if security.iter().any(|way| way.entries().is_empty()) {
        auth.push(Scheme::None);
    }
    if let Some(vendor) = vendor {
        let name = vendor.signs_service.then(|| service.to_lowercase());
        auth.insert(0, Scheme::Signed(vendor.signature, name));
    }
    let has_regions = is(|vendor| vendor.has_regional_hosts);
    Ok(Description {
        format: *format,
        sha256: String::new(),
        vendor,
        service: text::printable(service),
        endpoint: host.map(|host| format!("https://{}", regional(&host, has_regions))),
        see: None,
        auth,
        result: reader.envelope.filter(|_| reader.found_envelope),
        operations,
        states_paging: false,
        types: reader.schemas.types,
        skipped: reader.schemas.skipped,
    })
}

struct Reader<'a> {
    document: &'a Document,
    root: &'a Node,
    is_swagger: bool,
    envelope: Option<String>,
    /// Whether a reply has the member that holds the output.
    found_envelope: bool,
    schemas: Schemas<'a>,
    /// Headers that carry a token.
    headers: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    /// Returns the host, and the path that stands before every path.
    fn base(&self) -> Option<(String, String)> {
        let path = |path: &str| path.trim_end_matches('/').to_owned();
        if self.is_swagger {
            let base = self
                .root
                .string_at("basePath")
                .or(self.root.string_at("base_path"));
            let host = self.root.string_at("host")?;
            return Some((host.to_owned(), path(base.unwrap_or_default())));
        }
        let servers = self
            .root
            .get("servers")
            .map(Node::elements)
            .unwrap_or_default();
        let url = servers.first()?.string_at("url")?;
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (host, base) = rest.split_once('/').unwrap_or((rest, ""));
        let base = if base.is_empty() {
            String::new()
        } else {
            format!("/{base}")
        };
        Some((host.to_owned(), path(&base)))
    }

    fn operation(
        &mut self,
        prefix: &str,
        path: &'a Entry,
        item: &'a Node,
        entry: &'a Entry,
    ) -> Result<Operation, Unreadable> {
        let node = &entry.value;
        let (way, query) = path.key.split_once('?').unwrap_or((&path.key, ""));
        let fixed = query.split('&').filter(|pair| !pair.is_empty());
        let fixed = fixed.map(|pair| match pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (pair.to_owned(), None),
        });
        let name = node
            .string_at("operationId")
            .or(self
                .root
                .string_at("name")
                .filter(|_| self.schemas.is_huawei()))
            .map(pascal)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| pascal(&format!("{} {way}", entry.key)));
        let docs = node.string_at("description").or(node.string_at("summary"));
        let mut operation = Operation {
            docs: docs.and_then(text::sentence),
            method: entry.key.to_uppercase(),
            path: format!("{prefix}{way}"),
            fixed: fixed.collect(),
            // By the rules of HTTP. The format cannot say it.
            read_only: matches!(entry.key.as_str(), "get" | "head"),
            deprecated: node
                .flag("deprecated")
                .then(|| "Deprecated by the vendor.".to_owned()),
            ..Operation::default()
        };
        // An empty list, or an alternative without a scheme, lets everybody in.
        if let Some(security) = node.get("security") {
            let is_open = |each: &Node| each.entries().is_empty();
            let ways = security.elements();
            if ways.iter().all(is_open) {
                operation.auth = Some(vec![Scheme::None]);
            } else if ways.iter().any(is_open) {
                let what = "an operation that needs no credentials but takes some";
                self.schemas.skip(&mut operation.notes, what);
            }
        }
        // The parameters of the operation replace those of the path with the same name and place.
        let mut parameters: Vec<&'a Node> = Vec::new();
        for list in [item, node] {
            for parameter in list
                .get("parameters")
                .map(Node::elements)
                .unwrap_or_default()
            {
                let parameter = self.schemas.resolve(parameter)?;
                let key = |node: &Node| {
                    let text = |key| node.string_at(key).map(str::to_owned);
                    (text("name"), text("in"))
                };
                parameters.retain(|other| key(other) != key(parameter));
                parameters.push(parameter);
            }
        }
        for parameter in parameters {
            self.parameter(&name, parameter, &mut operation)?;
        }
        if let Some(body) = node.get("requestBody") {
            let body = self.schemas.resolve(body)?;
            let is_required = body.flag("required");
            self.body(&name, body, is_required, &mut operation)?;
        }
        self.undeclared_labels(&mut operation);
        let responses = node.get("responses").map(Node::entries).unwrap_or_default();
        self.reply(&name, responses, &mut operation)?;
        for entry in responses {
            operation.errors.extend(self.codes(entry)?);
        }
        operation.name = name;
        Ok(operation)
    }

    fn parameter(
        &mut self,
        operation_name: &str,
        node: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let Some(name) = node.string_at("name") else {
            return Ok(());
        };
        let is_header = node.string_at("in") == Some("header");
        // The rules of HTTP and of authentication fill these.
        let ignored = ["accept", "content-type", "authorization", "host"];
        if is_header && ignored.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            return Ok(());
        }
        if is_header && name.eq_ignore_ascii_case("x-auth-token") {
            self.headers.insert("X-Auth-Token".to_owned());
            return Ok(());
        }
        let place = match node.string_at("in").unwrap_or_default() {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "body" => return self.swagger_body(operation_name, node, operation),
            other => {
                let what = match other {
                    "cookie" => "a cookie",
                    "formData" => "a form",
                    _ => "a parameter in an unknown place",
                };
                self.schemas.skip(&mut operation.notes, what);
                return Ok(());
            }
        };
        let schema = match node.get("schema") {
            Some(schema) => schema,
            None if node.get("content").is_some() => {
                self.schemas
                    .skip(&mut operation.notes, "JSON in a parameter");
                return Ok(());
            }
            None => node,
        };
        let mut field =
            self.schemas
                .field(name, place, schema, operation_name, Direction::Request)?;
        let docs = node.string_at("description").and_then(text::sentence);
        field.docs = docs.or(field.docs);
        field.required = node.flag("required") || place == Place::Path;
        field.deprecated = field.deprecated.or_else(|| {
            node.flag("deprecated")
                .then(|| "Deprecated by the vendor.".to_owned())
        });
        if matches!(field.shape, Shape::List(_)) {
            match self.list_style(node, place) {
                Some(true) => field.place = Place::QueryCsv,
                Some(false) => {}
                None => {
                    self.schemas
                        .skip(&mut operation.notes, "a list in an unusual form");
                    return Ok(());
                }
            }
        }
        operation.parameters.push(field);
        Ok(())
    }

    /// Returns whether a list in the query is separated by commas, or `None` for other forms.
    fn list_style(&self, node: &Node, place: Place) -> Option<bool> {
        if place != Place::Query {
            return Some(false);
        }
        if self.is_swagger {
            return match node.string_at("collectionFormat").unwrap_or("csv") {
                "csv" => Some(true),
                "multi" => Some(false),
                _ => None,
            };
        }
        let explodes = node.get("explode").is_none_or(Json::is_true);
        match node.string_at("style").unwrap_or("form") {
            "form" => Some(!explodes),
            _ => None,
        }
    }

    fn swagger_body(
        &mut self,
        operation_name: &str,
        node: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        match node.get("schema") {
            Some(schema) => self.body_of(operation_name, schema, node.flag("required"), operation),
            None => Ok(()),
        }
    }

    fn body(
        &mut self,
        operation_name: &str,
        body: &'a Node,
        is_required: bool,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        match content(body) {
            Some((kind, schema)) if is_json(kind) || is_raw(kind) => {
                self.body_of(operation_name, schema, is_required, operation)
            }
            Some((kind, _)) => {
                let what = format!("a body of the type {kind}");
                self.schemas.skip(&mut operation.notes, &what);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn body_of(
        &mut self,
        operation_name: &str,
        schema: &'a Node,
        is_required: bool,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let fields = self
            .schemas
            .fields(schema, operation_name, Direction::Request)?;
        match fields {
            Some(fields) => operation
                .parameters
                .extend(fields.into_iter().map(|mut field| {
                    field.required &= is_required;
                    field
                })),
            None => {
                let mut field = self.schemas.field(
                    "body",
                    Place::Payload,
                    schema,
                    operation_name,
                    Direction::Request,
                )?;
                field.required = is_required;
                operation.parameters.push(field);
            }
        }
        Ok(())
    }

    /// Adds the labels of the path that no parameter declares.
    fn undeclared_labels(&self, operation: &mut Operation) {
        let path = operation.path.clone();
        for part in path.split('{').skip(1) {
            let label = part.split('}').next().unwrap_or_default();
            let label = label.trim_end_matches('+');
            let is_there = |field: &Field| field.place == Place::Path && field.name == label;
            if !label.is_empty() && !operation.parameters.iter().any(is_there) {
                let mut field = Field::new(label, Place::Path, Shape::String);
                field.required = true;
                operation.parameters.push(field);
            }
        }
    }

    /// Reads the success with the lowest status.
    fn reply(
        &mut self,
        operation_name: &str,
        responses: &'a [Entry],
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let mut successes: Vec<_> = responses
            .iter()
            .filter(|entry| entry.key.starts_with('2'))
            .collect();
        successes.sort_by(|a, b| a.key.cmp(&b.key));
        let default = || responses.iter().find(|entry| entry.key == "default");
        let Some(entry) = successes.into_iter().next().or_else(default) else {
            return Ok(());
        };
        let reply = self.schemas.resolve(&entry.value)?;
        let schema = match reply.get("schema") {
            Some(schema) => Some(("application/json", schema)),
            None => content(reply),
        };
        let mut headers = Vec::new();
        for header in reply.get("headers").map(Node::entries).unwrap_or_default() {
            // Errors and replies have it anyway.
            if header.key.eq_ignore_ascii_case("x-request-id")
                || header.key.eq_ignore_ascii_case("content-type")
            {
                continue;
            }
            let node = self.schemas.resolve(&header.value)?;
            let schema = node.get("schema").unwrap_or(node);
            let field = self.schemas.field(
                &header.key,
                Place::Header,
                schema,
                operation_name,
                Direction::Reply,
            )?;
            headers.push(field);
        }
        let name = format!("{operation_name}Response");
        operation.output = match schema {
            None if headers.is_empty() => None,
            None => Some(self.schemas.structure(&name, headers)),
            Some((_, schema)) => {
                let schema = self.inside(schema)?;
                Some(self.output(&name, schema, headers)?)
            }
        };
        Ok(())
    }

    /// Returns the part of a reply that holds the output.
    fn inside(&mut self, schema: &'a Node) -> Result<&'a Node, Unreadable> {
        let resolved = self.schemas.resolve(schema)?;
        let inside = self.envelope.as_deref().and_then(|name| {
            resolved
                .get("properties")
                .and_then(|properties| properties.get(name))
        });
        self.found_envelope |= inside.is_some();
        Ok(inside.unwrap_or(schema))
    }

    fn output(
        &mut self,
        name: &str,
        schema: &'a Node,
        headers: Vec<Field>,
    ) -> Result<TypeId, Unreadable> {
        if headers.is_empty()
            && let Some(id) = self.schemas.output(name, schema)?
        {
            return Ok(id);
        }
        let mut fields = headers;
        match self.schemas.fields(schema, name, Direction::Reply)? {
            Some(body) => fields.extend(body),
            None => {
                let field =
                    self.schemas
                        .field("body", Place::Payload, schema, name, Direction::Reply)?;
                fields.push(field);
            }
        }
        Ok(self.schemas.structure(name, fields))
    }

    /// Returns the codes that Volcengine's explorer lists for an operation.
    fn codes(&self, entry: &'a Entry) -> Result<Vec<ErrorCode>, Unreadable> {
        if entry.key != "x-error-code" {
            return Ok(Vec::new());
        }
        let schema = content(&entry.value).map(|(_, schema)| schema);
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
        Ok(codes.collect())
    }

    fn schemes(&self) -> Vec<Scheme> {
        let definitions = self
            .document
            .at(&["components", "securitySchemes"])
            .or(self.root.get("securityDefinitions"))
            .or(self.root.get("security_definitions"));
        let mut schemes: Vec<Scheme> = Vec::new();
        for entry in definitions.map(Node::entries).unwrap_or_default() {
            let node = &entry.value;
            let name = || node.string_at("name").unwrap_or("Authorization").to_owned();
            let scheme = node.string_at("scheme").map(str::to_lowercase);
            let found = match (
                node.string_at("type"),
                scheme.as_deref(),
                node.string_at("in"),
            ) {
                (Some("http"), Some("bearer"), _) => Scheme::Bearer,
                (Some("http"), Some("basic"), _) | (Some("basic"), ..) => Scheme::Basic,
                (Some("apiKey"), _, Some("query")) => Scheme::Query(name()),
                (Some("apiKey"), _, Some("header")) => Scheme::Header(name()),
                _ => continue,
            };
            if !schemes.contains(&found) {
                schemes.push(found);
            }
        }
        for header in &self.headers {
            let found = Scheme::Header(header.clone());
            if !schemes.contains(&found) {
                schemes.push(found);
            }
        }
        schemes
    }
}

/// Returns a host with `{region}` in place of the region of the example, if the vendor's hosts are `service.region.domain`.
fn regional(host: &str, has_regions: bool) -> String {
    let labels: Vec<_> = host.split('.').collect();
    match labels.as_slice() {
        [service, region, domain @ ..] if has_regions && region.contains('-') => {
            format!("{service}.{{region}}.{}", domain.join("."))
        }
        _ => host.to_owned(),
    }
}

/// Returns the media type of a body and its schema: JSON if it is there, else the first one.
fn content(node: &Node) -> Option<(&str, &Node)> {
    let kinds = node.get("content").map(Node::entries).unwrap_or_default();
    let json = kinds.iter().find(|entry| is_json(&entry.key));
    let entry = json.or(kinds.first())?;
    Some((&entry.key, entry.value.get("schema")?))
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind == "application/json" || kind == "*/*" || kind.ends_with("+json")
}

fn is_raw(kind: &str) -> bool {
    kind.starts_with("text/plain") || kind.starts_with("application/octet-stream")
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
