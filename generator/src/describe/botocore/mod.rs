//! botocore's `service-2.json`, with `paginators-1.json` beside it.

mod paging;
mod shapes;

use std::collections::HashMap;

use super::description::{
    Description, Endpoint, ErrorCode, Field, Format, Operation, Place, Retryable, Scheme, Shape,
    Signature, Skipped, Type, TypeId, Vendor, lacks,
};
use super::document::{Document, Json, Unreadable};
use super::faults::{Faults, separate};
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
    let protocol = metadata.string_at("protocol").unwrap_or_default();
    let is_rest = match protocol {
        "rest-json" => true,
        "json" => false,
        other => {
            let why =
                format!("the protocol `{other}` is not supported: only rest-json and json are");
            return Err(document.unreadable(metadata.get("protocol"), why));
        }
    };
    let mut reader = Reader {
        document,
        metadata,
        shapes: part("shapes")?,
        is_rest,
        ids: HashMap::new(),
        enums: HashMap::new(),
        types: Vec::new(),
        unread: Vec::new(),
        faults: Faults::new(),
        skipped: Skipped::new(),
    };
    let pages = paginators.and_then(|document| document.at(&["pagination"]));
    let mut operations = Vec::new();
    for entry in part("operations")?.entries() {
        let mut operation = outline(entry);
        let read = reader.operation(entry, pages, &mut operation);
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
    let prefix = metadata.string_at("endpointPrefix").unwrap_or("service");
    Ok(Description {
        format: Format::Botocore,
        sha256: String::new(),
        vendor: Some(&AWS),
        service: metadata
            .string_at("serviceFullName")
            .or(metadata.string_at("serviceId"))
            .map_or_else(|| text::printable(prefix), text::printable),
        endpoint: Endpoint {
            url: Some(format!("https://{prefix}.{{region}}.amazonaws.com")),
            ..Endpoint::default()
        },
        see: metadata
            .string_at("uid")
            .map(|uid| format!("https://docs.aws.amazon.com/goto/WebAPI/{uid}/{{name}}")),
        auth: schemes(metadata, metadata),
        auth_notes: Vec::new(),
        error_places: None,
        result: None,
        operations,
        unreadable,
        states_paging: pages.is_some(),
        types,
        skipped,
    })
}

/// Returns the ways to authenticate that a service or an operation names.
fn schemes(node: &Node, metadata: &Node) -> Vec<Scheme> {
    let signing = metadata
        .string_at("signingName")
        .or(metadata.string_at("endpointPrefix"))
        .unwrap_or_default();
    let sigv4 = Scheme::Signed(Signature::AwsSigv4, Some(signing.to_owned()));
    if node.get("auth").is_none() {
        return vec![sigv4];
    }
    let named = node.texts_at("auth").filter_map(|name| match name {
        "aws.auth#sigv4" => Some(sigv4.clone()),
        "smithy.api#httpBearerAuth" => Some(Scheme::Bearer),
        "smithy.api#noAuth" => Some(Scheme::None),
        _ => None,
    });
    named.collect()
}

/// Returns an operation with all that stands at itself.
fn outline(entry: &Entry) -> Operation {
    let node = &entry.value;
    let http = node.get("http");
    let uri = http.and_then(|http| http.string_at("requestUri"));
    let (path, query) = uri
        .unwrap_or("/")
        .split_once('?')
        .unwrap_or((uri.unwrap_or("/"), ""));
    let fixed = query.split('&').filter(|pair| !pair.is_empty());
    let fixed = fixed.map(|pair| match pair.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (pair.to_owned(), None),
    });
    let method = http.and_then(|http| http.string_at("method"));
    Operation {
        name: node.string_at("name").unwrap_or(&entry.key).to_owned(),
        docs: node.string_at("documentation").and_then(text::sentence),
        method: method.unwrap_or("POST").to_owned(),
        path: path.to_owned(),
        fixed: fixed.collect(),
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
    /// Whether members travel in places of HTTP; otherwise all are in the body.
    is_rest: bool,
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
        pages: Option<&'a Node>,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        let node = &entry.value;
        // A DELETE is never read-only here, whatever the description says.
        if operation.read_only && matches!(operation.method.as_str(), "PUT" | "PATCH" | "DELETE") {
            operation.read_only = false;
            operation.idempotent = true;
            operation
                .notes
                .push("The description calls it read-only.".to_owned());
        }
        let prefix = node
            .get("endpoint")
            .and_then(|node| node.string_at("hostPrefix"));
        operation.host_prefix = prefix.map(str::to_owned);
        if node.string_at("authtype") == Some("none") {
            operation.auth = Some(vec![Scheme::None]);
        } else if node.get("auth").is_some() {
            operation.auth = Some(schemes(node, self.metadata));
        }
        for (key, what) in [
            ("unsignedPayload", "an unsigned body"),
            ("endpointdiscovery", "discovery of the endpoint"),
            ("httpChecksum", "checksums"),
            ("httpChecksumRequired", "checksums"),
            ("requestcompression", "compressed requests"),
        ] {
            if node.get(key).is_some() {
                self.skip(&mut operation.notes, what);
            }
        }
        if !self.is_rest {
            let target = self.metadata.string_at("targetPrefix").unwrap_or_default();
            let version = self.metadata.string_at("jsonVersion").unwrap_or("1.1");
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
        let shape = |name: Option<&str>| name.map(|name| self.shape(name, node)).transpose();
        let (input, output) = (shape(named("input"))?, shape(named("output"))?);
        if let Some(input) = input {
            operation.parameters = self.fields(input, Use::Request, &mut operation.notes)?;
        }
        self.labels(operation);
        if let Some(name) = named("output") {
            operation.output = Some(self.structure(name, node, true)?);
        }
        for error in node.get("errors").map(Node::elements).unwrap_or_default() {
            operation.errors.extend(self.error(error)?);
        }
        if let Some(pages) = pages.and_then(|pages| pages.get(&operation.name)) {
            let all = self.shapes;
            match (paging::Shapes { all, input, output }).paging(pages) {
                Ok((paging, rest)) => {
                    operation.paging = Some(paging);
                    if let Some(what) = rest {
                        self.skip(&mut operation.notes, what);
                    }
                }
                Err(what) => self.skip(&mut operation.notes, what),
            }
        }
        self.tokens(operation);
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
        let is_repeated = operation.read_only || operation.paging.is_some();
        let most = if is_repeated { 0 } else { 1 };
        let tokens = operation.parameters.iter_mut().filter(|field| field.token);
        for token in tokens.skip(most) {
            token.token = false;
            self.skip(
                &mut token.notes,
                "an idempotency token of what is repeated without one",
            );
        }
    }

    /// Returns a shape. `at` is where it is named.
    fn shape(&self, name: &str, at: &Node) -> Result<&'a Node, Unreadable> {
        let shape = self.shapes.get(name);
        shape.ok_or_else(|| {
            self.document
                .unreadable(Some(at), format_args!("there is no shape `{name}`"))
        })
    }

    /// Returns an error code, with the members of its exception beside the message, which is read anyway.
    fn error(&mut self, node: &'a Node) -> Result<Option<ErrorCode>, Unreadable> {
        let Some(name) = node.string_at("shape") else {
            return Ok(None);
        };
        let shape = self.shape(name, node)?;
        let error = shape.get("error");
        let status = error.and_then(|error| error.number_at("httpStatusCode"));
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
        Ok(Some(ErrorCode {
            code: error
                .and_then(|error| error.string_at("code"))
                .unwrap_or(name)
                .to_owned(),
            status: status.and_then(|status| status.parse().ok()),
            docs: shape.string_at("documentation").and_then(text::sentence),
            retryable,
            details,
        }))
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
