//! botocore's `service-2.json`, with `paginators-1.json` beside it.

mod auth;
mod form;
mod limits;
mod paging;
mod shapes;

use std::collections::{HashMap, HashSet};

use super::description::{
    Description, Endpoint, ErrorCode, Field, Format, Operation, Place, Retryable, Scheme, Shape,
    Signature, Skipped, Type, TypeId, Vendor, lacks,
};
use super::document::{Document, Json, Unreadable};
use super::faults::{Faults, separate};
use super::paths::{self, Routes};
use super::text;
use crate::spec::{Entry, Node, placeholders};
use shapes::Use;

const AWS: Vendor = Vendor {
    name: "AWS",
    signature: Signature::AwsSigv4,
    signs_service: true,
    has_regional_hosts: true,
    has_actions: false,
    envelope: None,
    region: &["AWS_REGION", "AWS_DEFAULT_REGION"],
    access_key: "AWS_ACCESS_KEY_ID",
    secret_key: "AWS_SECRET_ACCESS_KEY",
    session_token: "AWS_SESSION_TOKEN",
    bearer_token: Some("AWS_BEARER_TOKEN_"),
    code: &["header x-amzn-errortype", "body code", "body __type"],
    message: &["body message", "body Message"],
    request_id: &["header x-amzn-requestid"],
    namespaced: true,
};

/// Whether a document is a service model.
pub(super) fn is_service(root: &Node) -> bool {
    let has = |key| root.get(key).is_some();
    has("metadata") && has("operations") && has("shapes")
}

/// Whether a document has only paginators, which belong to a service model.
pub(super) fn is_paginators(root: &Node) -> bool {
    root.get("pagination").is_some() && root.get("operations").is_none()
}

/// Reads a service model.
pub(super) fn read(
    document: &Document,
    paginators: Option<&Document>,
) -> Result<Description, Unreadable> {
    let root = document.root();
    let part = |key| {
        root.get(key)
            .ok_or_else(|| document.unreadable(None, format_args!("it has no `{key}`")))
    };
    let metadata = part("metadata")?;
    let is_rest = match metadata.get("protocol").map(|node| (node, node.string())) {
        Some((_, Some("rest-json"))) => true,
        Some((_, Some("json"))) => false,
        Some((node, Some(other))) => {
            let why =
                format!("the protocol `{other}` is not supported: only rest-json and json are");
            return Err(document.unreadable(Some(node), why));
        }
        _ => return Err(document.unreadable(Some(metadata), "it names no `protocol`")),
    };
    form::check(document, "`metadata`", metadata, form::METADATA)?;
    if !is_rest {
        form::check(document, "`metadata`", metadata, form::OF_JSON)?;
    }
    form::check(document, "this description", root, form::PARTS)?;
    let mut reader = Reader {
        document,
        metadata,
        shapes: part("shapes")?,
        checked: HashSet::new(),
        is_rest,
        auth: Vec::new(),
        routes: Routes::default(),
        ids: HashMap::new(),
        enums: HashMap::new(),
        types: Vec::new(),
        unread: Vec::new(),
        faults: Faults::new(),
        skipped: Skipped::new(),
    };
    let all = part("operations")?;
    let pages = paginators.map(|document| paging::Paginators::new(document, all));
    let pages = pages.transpose()?;
    let auth::Ways { schemes, others } = reader.ways_of_service()?;
    reader.auth.clone_from(&schemes);
    for other in &others {
        reader.count(&format!("credentials of the kind {other}"));
    }
    let mut operations = Vec::new();
    for entry in all.entries() {
        let mut operation = outline(entry);
        let read = reader.operation(entry, pages.as_ref(), &mut operation);
        operations.push((operation, read.err()));
    }
    reader.read_members();
    let Reader {
        types,
        faults,
        mut skipped,
        ..
    } = reader;
    let (operations, unreadable) = separate(operations, &types, &faults, &mut skipped);
    let prefix = metadata.string_at("endpointPrefix").unwrap_or_default();
    Ok(Description {
        format: Format::Botocore,
        sha256: String::new(),
        vendor: Some(&AWS),
        service: metadata
            .string_at("serviceFullName")
            .or(metadata.string_at("serviceId"))
            .map_or_else(|| text::title(prefix), text::title),
        endpoint: Endpoint {
            url: Some(format!("https://{prefix}.{{region}}.amazonaws.com")),
            ..Endpoint::default()
        },
        see: metadata
            .string_at("uid")
            .map(|uid| format!("https://docs.aws.amazon.com/goto/WebAPI/{uid}/{{name}}")),
        auth: schemes,
        auth_notes: others,
        error_places: None,
        result: None,
        operations,
        unreadable,
        states_paging: pages.is_some(),
        types,
        skipped,
    })
}

/// Returns an operation with all that stands at itself.
fn outline(entry: &Entry) -> Operation {
    let node = &entry.value;
    let http = node.get("http");
    let uri = http.and_then(|http| http.string_at("requestUri"));
    let (path, fixed) = paths::parts(uri.unwrap_or("/"));
    let method = http.and_then(|http| http.string_at("method"));
    Operation {
        name: entry.key.clone(),
        docs: node.string_at("documentation").and_then(text::sentence),
        method: method.unwrap_or("POST").to_owned(),
        path: path.to_owned(),
        fixed,
        read_only: node.flag("readonly"),
        idempotent: node.flag("idempotent"),
        deprecated: deprecated(node),
        ..Operation::default()
    }
}

struct Reader<'a> {
    document: &'a Document,
    metadata: &'a Node,
    shapes: &'a Node,
    /// Names of the shapes whose form is right.
    checked: HashSet<&'a str>,
    /// Whether members travel in places of HTTP; otherwise all are in the body.
    is_rest: bool,
    /// Ways to authenticate of the service.
    auth: Vec<Scheme>,
    routes: Routes,
    /// Types by the name of their shape, and whether it is read with the places of a reply.
    ids: HashMap<(&'a str, bool), TypeId>,
    /// Enums by line and column of their values.
    enums: HashMap<(usize, usize), TypeId>,
    types: Vec<Type>,
    /// Structures whose members are not read yet.
    unread: Vec<(TypeId, &'a Node, Use)>,
    faults: Faults,
    skipped: Skipped,
}

impl<'a> Reader<'a> {
    fn operation(
        &mut self,
        entry: &'a Entry,
        pages: Option<&paging::Paginators<'a>>,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let node = &entry.value;
        self.check_operation(entry)?;
        if !self.is_rest {
            // A header tells the operations apart.
            self.routes = Routes::default();
        }
        if let Some(why) = self.routes.refuses(operation, &operation.path) {
            operation.inexpressible = Some(why.to_owned());
            self.skip(&mut operation.notes, why);
        }
        // A DELETE is never read-only here, whatever the description says.
        if operation.read_only && matches!(operation.method.as_str(), "PUT" | "PATCH" | "DELETE") {
            operation.read_only = false;
            operation.idempotent = true;
            operation
                .notes
                .push("The description calls it read-only.".to_owned());
        }
        if node
            .string_at("name")
            .is_some_and(|name| name != operation.name)
        {
            self.skip(&mut operation.notes, "another name inside of the operation");
        }
        let prefix = node
            .get("endpoint")
            .and_then(|node| node.string_at("hostPrefix"));
        operation.host_prefix = prefix.map(str::to_owned);
        self.authentication(node, operation)?;
        let is_unsigned =
            node.flag("unsignedPayload") || node.string_at("authtype") == Some("v4-unsigned-body");
        for (is_there, what) in [
            (is_unsigned, "an unsigned body"),
            (
                node.get("endpointdiscovery").is_some(),
                "discovery of the endpoint",
            ),
            (
                node.get("httpChecksum").is_some() || node.flag("httpChecksumRequired"),
                "checksums",
            ),
            (
                node.get("requestcompression").is_some(),
                "compressed requests",
            ),
        ] {
            if is_there {
                self.skip(&mut operation.notes, what);
            }
        }
        if !self.is_rest {
            let target = self.metadata.string_at("targetPrefix").unwrap_or_default();
            let version = self.metadata.string_at("jsonVersion").unwrap_or_default();
            operation.fixed_headers = vec![
                (
                    "X-Amz-Target".to_owned(),
                    format!("{target}.{}", operation.name),
                ),
                (
                    "Content-Type".to_owned(),
                    format!("application/x-amz-json-{version}"),
                ),
            ];
            // Errors then have the codes of the protocol that the service had before.
            if self.metadata.get("awsQueryCompatible").is_some() {
                let header = ("x-amzn-query-mode".to_owned(), "true".to_owned());
                operation.fixed_headers.push(header);
            }
        }
        let named = |key: &str| node.get(key).and_then(|node| node.string_at("shape"));
        let input = named("input").map(|name| self.structure_of(name, node));
        let output = named("output").map(|name| self.structure_of(name, node));
        let (input, output) = (input.transpose()?, output.transpose()?);
        if let Some(input) = input {
            operation.parameters = self.fields(input, Use::Request, &mut operation.notes)?;
        }
        self.labels(operation);
        if let Some(name) = named("output") {
            operation.output = Some(self.structure(name, node, true)?);
        }
        for error in node.get("errors").map(Node::elements).unwrap_or_default() {
            operation.errors.push(self.error(error)?);
        }
        if let Some(pages) = pages {
            let shapes = paging::Shapes {
                all: self.shapes,
                input,
                output,
            };
            match pages.of(&operation.name, &shapes) {
                Ok(None) => {}
                Ok(Some(paging)) => {
                    operation.paging = Some(paging.paging);
                    if let Some(what) = paging.size {
                        self.skip(&mut operation.notes, what);
                    }
                    for name in paging.others {
                        self.skip_member(&mut operation.notes, paging::OTHERS, &name);
                    }
                }
                Err(paging::Fault::Lacks(what)) => self.skip(&mut operation.notes, what),
                Err(paging::Fault::Broken(why)) => return Err(why),
            }
        }
        self.tokens(operation);
        Ok(())
    }

    /// Refuses an operation that is not described as botocore does.
    fn check_operation(&self, entry: &Entry) -> Result<(), Unreadable> {
        let node = &entry.value;
        let owner = format!("the operation `{}`", entry.key);
        form::check(self.document, &owner, node, form::OPERATION)?;
        let http = node.get("http");
        let (method, uri) = (
            http.and_then(|http| http.get("method")),
            http.and_then(|http| http.get("requestUri")),
        );
        let known = [
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
        ];
        let is_known = method.and_then(Json::string);
        if !is_known.is_some_and(|method| known.contains(&method)) {
            let why = format!("{owner}: `method` must be one of {}", known.join(", "));
            return Err(self.document.unreadable(method, why));
        }
        let path = uri.and_then(Json::string);
        if !path.is_some_and(|path| path.starts_with('/')) {
            let why = format!("{owner}: `requestUri` must begin with `/`");
            return Err(self.document.unreadable(uri, why));
        }
        Ok(())
    }

    /// Brings path and parameters together: each label has a parameter, and each parameter of the path a label.
    fn labels(&mut self, operation: &mut Operation) {
        let labels = placeholders(&operation.path);
        let labels: Vec<_> = labels.map(|name| name.trim_end_matches('+')).collect();
        let is_in_path = |field: &Field| field.place == Place::Path;
        let (fit, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut operation.parameters)
            .into_iter()
            .partition(|field| !is_in_path(field) || labels.contains(&field.name.as_str()));
        operation.parameters = fit;
        for field in rest {
            let what = "a member for a label that the path does not have";
            self.skip_member(&mut operation.notes, what, &field.name);
        }
        for label in labels {
            let is_it = |field: &Field| is_in_path(field) && field.name == label;
            if !operation.parameters.iter().any(is_it) {
                let mut field = Field::new(label, Place::Path, Shape::String);
                field.required = true;
                self.skip(&mut field.notes, "a label in the path without a member");
                operation.parameters.push(field);
            }
        }
    }

    /// Makes ordinary texts of idempotency tokens of operations that are repeated anyway, and of a second one.
    fn tokens(&mut self, operation: &mut Operation) {
        let mut lack = match (operation.read_only, &operation.paging) {
            (true, _) => Some("an idempotency token of an operation that only reads"),
            (false, Some(_)) => Some("an idempotency token of an operation with pages"),
            (false, None) => None,
        };
        for token in operation.parameters.iter_mut().filter(|field| field.token) {
            if let Some(what) = lack {
                token.token = false;
                self.skip(&mut token.notes, what);
            }
            lack = lack.or(Some("a second idempotency token"));
        }
    }

    /// Returns a shape, whose form is right. `at` is where it is named.
    fn shape(&mut self, name: &str, at: &Node) -> Result<&'a Node, Unreadable> {
        let Some(Entry { key, value, .. }) = self.shapes.entry(name) else {
            let why = format!("there is no shape `{name}`");
            return Err(self.document.unreadable(Some(at), why));
        };
        if !self.checked.contains(key.as_str()) {
            self.check_shape(key, value)?;
            self.checked.insert(key);
        }
        Ok(value)
    }

    /// Returns a shape that must be a structure.
    fn structure_of(&mut self, name: &str, at: &Node) -> Result<&'a Node, Unreadable> {
        let shape = self.shape(name, at)?;
        match shape.string_at("type") {
            Some("structure") => Ok(shape),
            _ => {
                let why = format!("the shape `{name}` must be a structure");
                Err(self.document.unreadable(Some(at), why))
            }
        }
    }

    fn check_shape(&self, name: &str, shape: &Node) -> Result<(), Unreadable> {
        let owner = format!("the shape `{name}`");
        form::check(self.document, &owner, shape, form::SHAPE)?;
        match shape.string_at("type") {
            Some("structure") => form::check(self.document, &owner, shape, form::STRUCTURE)?,
            Some("list") => form::check(self.document, &owner, shape, form::LIST)?,
            Some("map") => form::check(self.document, &owner, shape, form::MAP)?,
            _ => {}
        }
        let required = shape.get("required");
        let elements = required.map(Node::elements).unwrap_or_default();
        if let (true, [first, ..]) = (shape.flag("union"), elements) {
            let why = format!("{owner} is a union, so it cannot require members");
            return Err(self.document.unreadable(Some(first), why));
        }
        if let Some(node) = shape.get("payload") {
            let member = node.text().unwrap_or_default();
            let members = shape.get("members");
            if members.is_none_or(|members| members.get(member).is_none()) {
                let why = format!("{owner}: `payload` names `{member}`, which is not a member");
                return Err(self.document.unreadable(Some(node), why));
            }
        }
        Ok(())
    }

    /// Returns an error code, with the members of its exception beside the message, which is read anyway.
    fn error(&mut self, node: &'a Node) -> Result<ErrorCode, Unreadable> {
        let name = node.string_at("shape").unwrap_or_default();
        let shape = self.structure_of(name, node)?;
        let error = shape.get("error");
        let status = error.and_then(|error| error.get("httpStatusCode"));
        let code = status.and_then(|status| status.text()?.parse().ok());
        if let Some(status) = status
            && !code.is_some_and(|code| (100..600).contains(&code))
        {
            let why = format!("the shape `{name}`: `httpStatusCode` must be a status of HTTP");
            return Err(self.document.unreadable(Some(status), why));
        }
        let retryable = match shape.get("retryable") {
            Some(retryable) if retryable.flag("throttling") => Some(Retryable::Throttled),
            Some(_) => Some(Retryable::Transient),
            None if shape.flag("fault") => Some(Retryable::Transient),
            None => None,
        };
        let members = shape.get("members").map(Node::entries).unwrap_or_default();
        let says_more = members
            .iter()
            .any(|member| !member.key.eq_ignore_ascii_case("message"));
        let details = match says_more {
            true => Some(self.structure(name, node, true)?),
            false => None,
        };
        Ok(ErrorCode {
            code: error
                .and_then(|error| error.string_at("code"))
                .unwrap_or(name)
                .to_owned(),
            status: code,
            docs: shape.string_at("documentation").and_then(text::sentence),
            retryable,
            details,
        })
    }

    fn count(&mut self, what: &str) {
        *self.skipped.entry(what.to_owned()).or_default() += 1;
    }

    fn skip(&mut self, notes: &mut Vec<String>, what: &str) {
        self.count(what);
        notes.push(lacks(what, None));
    }

    /// Leaves out a member.
    fn skip_member(&mut self, notes: &mut Vec<String>, what: &str, member: &str) {
        self.count(what);
        notes.push(lacks(what, Some(member)));
    }
}

fn deprecated(node: &Node) -> Option<String> {
    let reason = node.string_at("deprecatedMessage").and_then(text::sentence);
    let since = || {
        let since = node.string_at("deprecatedSince").map(text::printable)?;
        Some(format!("Deprecated since {since}."))
    };
    node.flag("deprecated").then(|| {
        let reason = reason.or_else(since);
        reason.unwrap_or_else(|| "Deprecated by the vendor.".to_owned())
    })
}
