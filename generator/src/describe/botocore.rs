//! botocore's `service-2.json`, with `paginators-1.json` beside it.

use std::collections::HashMap;

use super::description::{
    Description, ErrorCode, Field, Format, Limits, Operation, Paging, Place, Range, Retryable,
    Scheme, Shape, Signature, Skipped, Time, Type, TypeId, TypeKind, Vendor,
};
use super::document::{Document, Json, Unreadable};
use super::text;
use crate::spec::{Entry, Node};

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
        types: Vec::new(),
        skipped: Skipped::new(),
    };
    let pages = paginators.and_then(|document| document.at(&["pagination"]));
    let mut operations = Vec::new();
    for entry in part("operations")?.entries() {
        operations.push(reader.operation(entry, pages)?);
    }
    let prefix = metadata.string_at("endpointPrefix").unwrap_or("service");
    Ok(Description {
        format: Format::Botocore,
        sha256: String::new(),
        vendor: Some(&AWS),
        service: metadata
            .string_at("serviceFullName")
            .or(metadata.string_at("serviceId"))
            .map_or_else(|| text::printable(prefix), text::printable),
        endpoint: Some(format!("https://{prefix}.{{region}}.amazonaws.com")),
        see: metadata
            .string_at("uid")
            .map(|uid| format!("https://docs.aws.amazon.com/goto/WebAPI/{uid}/{{name}}")),
        auth: schemes(metadata, metadata),
        result: None,
        operations,
        states_paging: pages.is_some(),
        types: reader.types,
        skipped: reader.skipped,
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

struct Reader<'a> {
    document: &'a Document,
    metadata: &'a Node,
    shapes: &'a Node,
    /// Whether members travel in places of HTTP; otherwise all are in the body.
    is_rest: bool,
    /// Types by the name of their shape, and whether it is read with the places of a reply.
    ids: HashMap<(&'a str, bool), TypeId>,
    types: Vec<Type>,
    skipped: Skipped,
}

impl<'a> Reader<'a> {
    fn operation(
        &mut self,
        entry: &'a Entry,
        pages: Option<&'a Node>,
    ) -> Result<Operation, Unreadable> {
        let node = &entry.value;
        let name = node.string_at("name").unwrap_or(&entry.key).to_owned();
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
        let mut operation = Operation {
            docs: node.string_at("documentation").and_then(text::sentence),
            method: method.unwrap_or("POST").to_owned(),
            path: path.to_owned(),
            fixed: fixed.collect(),
            read_only: node.flag("readonly"),
            idempotent: node.flag("idempotent"),
            deprecated: deprecated(node),
            ..Operation::default()
        };
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
                ("X-Amz-Target".to_owned(), format!("{target}.{name}")),
                (
                    "Content-Type".to_owned(),
                    format!("application/x-amz-json-{version}"),
                ),
            ];
        }
        operation.name = name;
        let input = node.get("input").and_then(|input| input.string_at("shape"));
        let input = input.map(|name| self.shape(name, node)).transpose()?;
        if let Some(input) = input {
            operation.parameters = self.fields(input, Use::Request, &mut operation.notes)?;
        }
        let output = node.get("output");
        if let Some((output, name)) =
            output.and_then(|output| Some((output, output.string_at("shape")?)))
        {
            operation.output = Some(self.structure(name, output, true)?);
        }
        for error in node.get("errors").map(Node::elements).unwrap_or_default() {
            operation.errors.extend(self.error(error)?);
        }
        if let Some(pages) = pages.and_then(|pages| pages.get(&operation.name)) {
            let output = output.and_then(|output| output.string_at("shape"));
            let output = output.map(|name| self.shape(name, node)).transpose()?;
            match paging(pages, input, output) {
                Some(paging) => operation.paging = Some(paging),
                None => self.skip(
                    &mut operation.notes,
                    "pages with several tokens or an expression",
                ),
            }
        }
        Ok(operation)
    }

    /// Returns a shape. `at` is where it is named.
    fn shape(&self, name: &str, at: &Node) -> Result<&'a Node, Unreadable> {
        let shape = self.shapes.get(name);
        shape.ok_or_else(|| {
            self.document
                .unreadable(Some(at), format_args!("there is no shape `{name}`"))
        })
    }

    fn error(&self, node: &'a Node) -> Result<Option<ErrorCode>, Unreadable> {
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
        Ok(Some(ErrorCode {
            code: error
                .and_then(|error| error.string_at("code"))
                .unwrap_or(name)
                .to_owned(),
            status: status.and_then(|status| status.parse().ok()),
            docs: shape.string_at("documentation").and_then(text::sentence),
            retryable,
        }))
    }

    /// Returns the type of a structure or union, which is made when it is first met, so that it may contain itself.
    fn structure(
        &mut self,
        name: &'a str,
        at: &'a Node,
        is_reply: bool,
    ) -> Result<TypeId, Unreadable> {
        let shape = self.shape(name, at)?;
        let members = shape.get("members").map(Node::entries).unwrap_or_default();
        // Without places, a reply is a structure like others.
        let has_places = members
            .iter()
            .any(|member| member.value.get("location").is_some());
        let is_reply = is_reply && self.is_rest && (has_places || shape.get("payload").is_some());
        if let Some(id) = self.ids.get(&(name, is_reply)) {
            return Ok(*id);
        }
        let id = TypeId(self.types.len());
        self.ids.insert((name, is_reply), id);
        self.types.push(Type {
            name: name.to_owned(),
            docs: shape.string_at("documentation").and_then(text::sentence),
            deprecated: deprecated(shape),
            kind: TypeKind::Structure(Vec::new()),
        });
        let mut notes = Vec::new();
        let way = if is_reply { Use::Reply } else { Use::Nested };
        let fields = self.fields(shape, way, &mut notes)?;
        let kind = if shape.flag("union") {
            TypeKind::Union(fields)
        } else {
            TypeKind::Structure(fields)
        };
        if let Some(item) = self.types.get_mut(id.0) {
            item.kind = kind;
        }
        Ok(id)
    }

    fn fields(
        &mut self,
        shape: &'a Node,
        way: Use,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Field>, Unreadable> {
        let payload = shape
            .string_at("payload")
            .filter(|_| self.is_rest && way != Use::Nested);
        let mut fields = Vec::new();
        for entry in shape.get("members").map(Node::entries).unwrap_or_default() {
            let member = &entry.value;
            let target = member.string_at("shape").ok_or_else(|| {
                self.document
                    .unreadable(Some(member), format_args!("`{}` has no shape", entry.key))
            })?;
            let target_shape = self.shape(target, member)?;
            let is_payload = payload == Some(entry.key.as_str());
            let place = match member.string_at("location").filter(|_| self.is_rest) {
                _ if is_payload => Place::Payload,
                Some("uri") if way == Use::Request => Place::Path,
                Some("querystring") if way == Use::Request => Place::Query,
                Some("header") if way != Use::Nested => Place::Header,
                Some("headers") if way != Use::Nested => Place::HeaderPrefix,
                Some("statusCode") if way == Use::Reply => Place::Status,
                _ => Place::Body,
            };
            let flag = |key| member.flag(key) || target_shape.flag(key);
            let out_of_scope = if flag("eventstream") {
                Some("an event stream")
            } else if flag("streaming") {
                Some("a streamed body")
            } else if flag("jsonvalue") && place == Place::Header {
                Some("JSON inside a header")
            } else {
                None
            };
            if let Some(what) = out_of_scope {
                self.skip(notes, what);
                continue;
            }
            let name = member.string_at("locationName").unwrap_or(&entry.key);
            let mut limits = Limits::default();
            let format = member.string_at("timestampFormat");
            let shape_of = self.type_of(target, member, place, format, &mut limits)?;
            let mut field = Field::new(name, place, shape_of);
            field.required =
                shape.texts_at("required").any(|name| name == entry.key) || place == Place::Path;
            if shape.flag("union") {
                field.required = false;
            }
            field.limits = limits;
            field.docs = member
                .string_at("documentation")
                .or(target_shape.string_at("documentation"))
                .and_then(text::sentence);
            field.sensitive =
                flag("sensitive") || shape.flag("sensitive") || self.hides(target_shape);
            field.token = member.flag("idempotencyToken");
            field.deprecated = deprecated(member).or_else(|| deprecated(target_shape));
            if flag("jsonvalue") {
                self.skip(&mut field.notes, "JSON inside a text");
            }
            fields.push(field);
        }
        Ok(fields)
    }

    /// Whether the elements of a list or map are secret.
    fn hides(&self, shape: &Node) -> bool {
        let mut shape = Some(shape);
        // Lists may contain themselves.
        for _ in 0..8 {
            let Some(node) = shape else { return false };
            if node.flag("sensitive") && node.string_at("type") != Some("structure") {
                return true;
            }
            let inside = node.get("member").or(node.get("value"));
            let name = inside.and_then(|inside| inside.string_at("shape"));
            shape = name.and_then(|name| self.shapes.get(name));
        }
        false
    }

    /// Returns the type of a shape, and adds its limits.
    fn type_of(
        &mut self,
        name: &'a str,
        at: &'a Node,
        place: Place,
        format: Option<&str>,
        limits: &mut Limits,
    ) -> Result<Shape, Unreadable> {
        let shape = self.shape(name, at)?;
        let range = |whole: bool| {
            let bound = |key| shape.number_at(key);
            // A minimum of 0 says nothing of a size.
            let min = bound("min").filter(|min| !whole || min != "0");
            Range::new(min, bound("max"))
        };
        let format = format.or(shape.string_at("timestampFormat"));
        Ok(match shape.string_at("type").unwrap_or_default() {
            "structure" if shape.flag("document") => Shape::Json,
            "structure" => Shape::Named(self.structure(name, at, false)?),
            "list" => {
                let element = self.inside(shape, "member")?;
                let mut inner = Limits::default();
                let element = self.type_of(element, shape, place, None, &mut inner)?;
                *limits = Limits {
                    count: range(true),
                    ..inner
                };
                Shape::List(Box::new(element))
            }
            "map" => {
                let value = self.inside(shape, "value")?;
                let key = self.inside(shape, "key")?;
                let key = self.shape(key, shape)?;
                let mut inner = Limits::default();
                let value = self.type_of(value, shape, place, None, &mut inner)?;
                *limits = Limits {
                    count: range(true),
                    key_length: Range::new(
                        key.number_at("min").filter(|min| min != "0"),
                        key.number_at("max"),
                    ),
                    key_pattern: key.string_at("pattern").map(text::without_anchors),
                    ..inner
                };
                Shape::Map(Box::new(value))
            }
            "string" | "character" if has_values(at).is_some() || has_values(shape).is_some() => {
                let values = has_values(at).or(has_values(shape)).unwrap_or_default();
                Shape::Named(self.enumeration(name, shape, values))
            }
            "string" | "character" => {
                limits.length = range(true);
                limits.pattern = shape.string_at("pattern").map(text::without_anchors);
                Shape::String
            }
            "byte" | "short" | "integer" | "long" | "bigInteger" => {
                limits.range = range(false);
                Shape::Integer
            }
            "float" | "double" | "bigDecimal" => {
                limits.range = range(false);
                Shape::Number
            }
            "boolean" => Shape::Boolean,
            "blob" => {
                limits.length = range(true);
                Shape::Bytes
            }
            "timestamp" => Shape::Timestamp(match (format, place) {
                (Some("iso8601"), _) => Time::Rfc3339,
                (Some("unixTimestamp"), _) => Time::EpochSeconds,
                (Some("rfc822"), _) => Time::HttpDate,
                (_, Place::Query | Place::Path) => Time::Rfc3339,
                (_, Place::Header | Place::HeaderPrefix) => Time::HttpDate,
                _ => Time::EpochSeconds,
            }),
            other => {
                let why = format!("the type `{other}` of the shape `{name}` is not known");
                return Err(self.document.unreadable(Some(shape), why));
            }
        })
    }

    /// Returns the name of the shape of the elements, keys or values.
    fn inside(&self, shape: &'a Node, key: &str) -> Result<&'a str, Unreadable> {
        let name = shape.get(key).and_then(|inside| inside.string_at("shape"));
        name.ok_or_else(|| {
            self.document
                .unreadable(Some(shape), format_args!("a list or map has no `{key}`"))
        })
    }

    fn enumeration(&mut self, name: &'a str, shape: &'a Node, values: &'a [Node]) -> TypeId {
        if let Some(id) = self.ids.get(&(name, false)) {
            return *id;
        }
        let id = TypeId(self.types.len());
        self.ids.insert((name, false), id);
        self.types.push(Type {
            name: name.to_owned(),
            docs: shape.string_at("documentation").and_then(text::sentence),
            deprecated: deprecated(shape),
            kind: TypeKind::Enum(text::distinct(values.iter().filter_map(Node::text))),
        });
        id
    }

    fn skip(&mut self, notes: &mut Vec<String>, what: &str) {
        *self.skipped.entry(what.to_owned()).or_default() += 1;
        notes.push(format!(
            "The description has {what}, which a spec cannot say."
        ));
    }
}

/// What a structure is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Request,
    Reply,
    /// Inside of another one, where places mean nothing.
    Nested,
}

fn has_values(node: &Node) -> Option<&[Node]> {
    node.get("enum").map(Node::elements)
}

fn deprecated(node: &Node) -> Option<String> {
    let reason = node.string_at("deprecatedMessage").and_then(text::sentence);
    node.flag("deprecated")
        .then(|| reason.unwrap_or_else(|| "Deprecated by the vendor.".to_owned()))
}

/// Returns the paging of an operation in wire names, or `None` if a spec cannot say it.
fn paging(pages: &Node, input: Option<&Node>, output: Option<&Node>) -> Option<Paging> {
    let one = |key: &str| {
        let node = pages.get(key)?;
        match node.elements() {
            [] => node.string().map(str::to_owned),
            // The first of several lists is the main one.
            [first, ..] if key == "result_key" => first.string().map(str::to_owned),
            [only] => only.string().map(str::to_owned),
            _ => None,
        }
    };
    let wire = |structure: Option<&Node>, path: String| {
        let is_plain = path.split('.').all(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        });
        if !is_plain {
            return None;
        }
        let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
        let member = structure?.get("members")?.get(first)?;
        let first = member.string_at("locationName").unwrap_or(first);
        Some(match rest {
            "" => first.to_owned(),
            rest => format!("{first}.{rest}"),
        })
    };
    let more = match pages.get("more_results") {
        Some(_) => Some(wire(output, one("more_results")?)?),
        None => None,
    };
    Some(Paging {
        request: wire(input, one("input_token")?)?,
        response: wire(output, one("output_token")?)?,
        items: wire(output, one("result_key")?)?,
        more,
        page_size: one("limit_key").and_then(|name| wire(input, name)),
    })
}
