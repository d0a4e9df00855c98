//! Builds the HTTP request of an operation from its members.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{HeaderMap, HeaderName, Request};
use percent_encoding::utf8_percent_encode;
use serde_core::de::IgnoredAny;
use zeroize::Zeroizing;

use super::url::Url;
use crate::config::{CallOptions, ResolvedConfig, parse_header, signable};
use crate::encode::RESERVED;
use crate::error::{Context, Error, REDACTED, Violation};
use crate::schema::{
    AsJson, Map, Member, Members, Place, Value, View, Violations, header_list, write_text,
};
use crate::service::{Operation, Scheme, Service, ServiceInfo, schemes};
use crate::time::TimestampFormat;

/// Name of this crate in the header `User-Agent`.
const USER_AGENT_PRODUCT: &str = concat!("cloud-models/", env!("CARGO_PKG_VERSION"));

/// Why a request cannot be built.
pub(super) enum Problem {
    Violations(Vec<Violation>),
    /// Something that the request needs is missing in the configuration, or invalid.
    Config(String),
    /// The URL is invalid. It is not shown, because it may be long and contain secrets.
    Url(String),
}

impl Problem {
    pub(super) fn into_error(self, context: &Context<'_>) -> Error {
        match self {
            Self::Violations(violations) => Error::invalid_request(context, "", violations),
            Self::Config(problem) => Error::config(context, problem),
            Self::Url(problem) => Error::invalid_request(context, problem, Vec::new()),
        }
    }
}

/// Builds the request of an operation, without the headers that authenticate it. Sets `secrets` to the contents of its
/// sensitive members.
pub(super) fn build<O: Operation>(
    operation: &O,
    config: &ResolvedConfig,
    validate: bool,
    secrets: &mut Vec<Zeroizing<String>>,
) -> Result<Request<Bytes>, Problem> {
    let (service, http) = (O::Service::INFO, O::HTTP);
    let mut parts = RequestParts::new(Url::new::<O>(), validate);
    for (name, value) in http.query {
        parts.push_query(name, Some(value));
    }
    for name in http.bare {
        parts.push_query(name, None);
    }
    let members = Members::of(operation);
    for member in members.iter() {
        parts.push(member);
    }
    if http.sends_object && matches!(parts.body, Body::None) {
        parts.body = Body::Object(b"{".to_vec());
    }
    parts.violations.check_requirements(&members);
    // Named parameters win, so maps come last.
    for member in members.iter() {
        if let (Place::Query, View::Map(map)) = (member.place, member.value.view()) {
            parts.push_pairs(schemes::<O>(), member.name, map, member.format);
        }
    }
    *secrets = parts.violations.take_secrets();
    let replaces = |name: &str| {
        let mut own = http.headers.iter();
        own.any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    let general = service.fixed_headers.iter();
    let general = general.filter(|(name, _)| !replaces(name));
    for (name, value) in general.chain(http.headers) {
        parts.push_header(name, value);
    }
    if let (Some(header), Some(project_id)) = (service.project_header, &config.options.project_id) {
        parts.push_header(header, project_id);
    }
    parts.push_added(service, schemes::<O>(), config);
    let agent = match &config.options.user_agent {
        Some(product) => format!("{product} {USER_AGENT_PRODUCT}"),
        None => USER_AGENT_PRODUCT.to_owned(),
    };
    parts.push_header("user-agent", &agent);
    parts.url.push_values_of(config, &mut parts.violations)?;
    let violations = parts.violations.into_vec();
    if !violations.is_empty() {
        return Err(Problem::Violations(violations));
    }

    let Url {
        path, host_prefix, ..
    } = parts.url;
    let (mut uri, host) = config.target.prefixed(&host_prefix).map_err(Problem::Url)?;
    uri.push_str(&path);
    if !parts.query.is_empty() {
        uri.push('?');
        uri.push_str(&parts.query);
    }
    let mut headers = parts.headers;
    headers.insert(HOST, host);
    // A compressed response could expand to any size.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let body = match parts.body {
        Body::None => None,
        Body::Object(mut members) => {
            members.push(b'}');
            Some(members)
        }
        Body::Whole(body) => Some(body),
    };
    if body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(http.content_type));
    }
    let mut request = Request::new(Bytes::from(body.unwrap_or_default()));
    *request.method_mut() = http.method;
    *request.uri_mut() = uri.parse().map_err(|error| {
        Problem::Url(format!(
            "invalid request URL ({} bytes): {error}",
            uri.len()
        ))
    })?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Returns the host of a request, or that of the service before there is a request.
pub(super) fn host<'a>(request: Option<&'a Request<Bytes>>, config: &'a ResolvedConfig) -> &'a str {
    let host = request.and_then(|request| request.headers().get(HOST)?.to_str().ok());
    host.unwrap_or_else(|| config.host())
}

/// Whether a parameter of the query is the one that carries a token.
fn is_token(schemes: &[Scheme], name: &str) -> bool {
    let mut schemes = schemes.iter();
    schemes.any(|scheme| matches!(scheme, Scheme::QueryToken { query, .. } if *query == name))
}

/// Problem of something that a caller adds: one of two values would silently win.
const NOT_UNIQUE: &str = "is already part of the request";

/// Problem of a body member that a caller adds.
const NO_BODY: &str = "cannot be added, because the operation sends no JSON body";

fn not_json(error: &dyn std::fmt::Display) -> String {
    format!("cannot be written as JSON: {error}")
}

/// The body of a request while its members are visited.
enum Body {
    None,
    /// A JSON object without its closing brace, to which members can be added.
    Object(Vec<u8>),
    Whole(Vec<u8>),
}

/// The parts of a request while its members are visited.
struct RequestParts {
    url: Url,
    query: String,
    headers: HeaderMap,
    body: Body,
    violations: Violations,
}

impl RequestParts {
    fn new(url: Url, validate: bool) -> Self {
        Self {
            url,
            query: String::new(),
            headers: HeaderMap::new(),
            body: Body::None,
            violations: Violations::new(validate),
        }
    }

    /// Adds a pair, or a name without a value.
    fn push_query(&mut self, name: &str, value: Option<&str>) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, RESERVED));
        if let Some(value) = value {
            self.query.push('=');
            self.query.extend(utf8_percent_encode(value, RESERVED));
        }
    }

    /// Adds the entries of a map, apart from those whose names the query has already. The token is no name of
    /// theirs.
    fn push_pairs(
        &mut self,
        schemes: &[Scheme],
        member: &str,
        map: &dyn Map,
        format: TimestampFormat,
    ) {
        let own = self.query.clone();
        for (name, value) in map.entries() {
            if is_token(schemes, name) {
                self.violations.push(member, NOT_UNIQUE, name);
            } else if !has_name(&own, name) {
                write_text(value, format, &mut |text| self.push_query(name, Some(text)));
            }
        }
    }

    /// Adds a header. A value that no header can carry is a violation even if limits are not checked.
    fn push_header(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), signable(value)) {
            (Ok(header), Some(mut value)) => {
                // No log needs to show it.
                value.set_sensitive(header != USER_AGENT);
                self.headers.append(header, value);
            }
            _ => self.violations.push(name, "header value", value),
        }
    }

    /// Adds what callers add to requests.
    fn push_added(&mut self, service: &ServiceInfo, schemes: &[Scheme], config: &ResolvedConfig) {
        let CallOptions {
            headers,
            query,
            body,
            ..
        } = &config.call;
        for (name, value) in &config.headers {
            self.push_added_header(name.clone(), value.clone());
        }
        for (name, value) in headers {
            match parse_header(service, schemes, name, value) {
                Ok((header, value)) => self.push_added_header(header, value),
                Err(problem) => self.violations.push(name, problem, REDACTED),
            }
        }
        let own = self.query.clone();
        for (name, value) in query {
            if has_name(&own, name) || is_token(schemes, name) {
                self.violations.push(name, NOT_UNIQUE, REDACTED);
            } else {
                self.push_query(name, Some(value));
            }
        }
        for (name, value) in body {
            if let Err(problem) = self.push_added_member(name, value) {
                self.violations.push(name, problem, REDACTED);
            }
        }
    }

    fn push_added_header(&mut self, name: HeaderName, value: HeaderValue) {
        if self.headers.contains_key(&name) {
            self.violations.push(name.as_str(), NOT_UNIQUE, REDACTED);
        } else {
            self.headers.insert(name, value);
        }
    }

    /// Adds a member with its JSON text, or returns what is wrong with it.
    fn push_added_member(
        &mut self,
        name: &str,
        value: &Result<String, String>,
    ) -> Result<(), String> {
        let json = |error: serde_json::Error| not_json(&error);
        let value = value.as_ref().map_err(|error| not_json(error))?;
        let key = serde_json::to_string(name).map_err(json)?;
        let Body::Object(body) = &mut self.body else {
            return Err(NO_BODY.to_owned());
        };
        let whole = [body.as_slice(), b"}"].concat();
        let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(&whole).map_err(json)?;
        if members.contains_key(name) {
            return Err(NOT_UNIQUE.to_owned());
        }
        if !members.is_empty() {
            body.push(b',');
        }
        body.extend_from_slice(key.as_bytes());
        body.push(b':');
        body.extend_from_slice(value.as_bytes());
        Ok(())
    }

    /// Adds a member, and checks its limits.
    fn push(&mut self, member: &Member<'_>) {
        let Member {
            name,
            place,
            value,
            format,
            ..
        } = *member;
        self.violations.hide(member.is_sensitive());
        let Self {
            url, violations, ..
        } = self;
        // Region and project are those of the client, unless a label of the path has their name.
        let is_of_client = matches!(name, "region" | "project") && place != Place::Path;
        if url.has_labels_of_host() && !is_of_client {
            write_text(value, format, &mut |text| {
                url.push_host_label(name, text, violations)
            });
        }
        match place {
            Place::Path => write_text(value, format, &mut |text| {
                url.push_label(name, text, violations)
            }),
            // Maps are added when everything else is there.
            Place::Query => {
                write_text(value, format, &mut |text| self.push_query(name, Some(text)))
            }
            Place::QueryCsv => {
                let mut texts = Vec::new();
                write_text(value, format, &mut |text| {
                    // It would be taken for two elements, or escaped in a way that no service documents.
                    if text.contains(',') {
                        violations.push(name, "list element", text);
                    }
                    texts.push(text.to_owned());
                });
                if !texts.is_empty() {
                    self.push_query(name, Some(&texts.join(",")));
                }
            }
            Place::Header => self.push_headers(name, value, format),
            Place::Body => self.push_body(name, value, format),
            Place::Payload => self.push_payload(name, value, format),
        }
        self.violations.check(member);
        self.violations.hide(false);
    }

    /// Adds the header of a member: with commas between the elements of a list, and one for each entry of a map.
    fn push_headers(&mut self, name: &str, value: &dyn Value, format: TimestampFormat) {
        match value.view() {
            View::List(list) => {
                if let Some(text) = header_list(list, format) {
                    self.push_header(name, &text);
                }
            }
            View::Map(map) => {
                for (key, value) in map.entries() {
                    write_text(value, format, &mut |text| self.push_entry(name, key, text));
                }
            }
            _ => write_text(value, format, &mut |text| self.push_header(name, text)),
        }
    }

    /// Adds the header of an entry of a map. Its name is the key behind the name of the member.
    fn push_entry(&mut self, prefix: &str, key: &str, value: &str) {
        match HeaderName::try_from(format!("{prefix}{key}")) {
            Err(_) => self.violations.push(prefix, "header name", key),
            // Names that differ in case alone are the same.
            Ok(name) if self.headers.contains_key(&name) => {
                self.violations.push(prefix, NOT_UNIQUE, key);
            }
            Ok(name) => match signable(value) {
                None => self.violations.push(prefix, "header value", value),
                Some(mut value) => {
                    value.set_sensitive(true);
                    self.headers.insert(name, value);
                }
            },
        }
    }

    /// Makes a value the whole body. An absent one sends none.
    fn push_payload(&mut self, name: &str, value: &dyn Value, format: TimestampFormat) {
        let view = value.view();
        self.body = match view {
            View::Absent => return,
            View::Text(text) => Body::Whole(text.as_bytes().to_vec()),
            View::Bytes(bytes) => Body::Whole(bytes.to_vec()),
            _ => match serde_json::to_vec(&AsJson::sent(value, format)) {
                Ok(mut json) if matches!(view, View::Record(_) | View::Union(_)) => {
                    json.pop();
                    Body::Object(json)
                }
                Ok(json) => Body::Whole(json),
                Err(error) => return self.violations.push(name, not_json(&error), REDACTED),
            },
        };
    }

    fn push_body(&mut self, name: &str, value: &dyn Value, format: TimestampFormat) {
        if !matches!(self.body, Body::Object(_)) {
            self.body = Body::Object(b"{".to_vec());
        }
        let Body::Object(body) = &mut self.body else {
            return;
        };
        if value.is_absent() {
            return;
        }
        let start = body.len();
        if start > 1 {
            body.push(b',');
        }
        let written = serde_json::to_writer(&mut *body, name)
            .map(|()| body.push(b':'))
            .and_then(|()| serde_json::to_writer(&mut *body, &AsJson::sent(value, format)));
        if let Err(error) = written {
            body.truncate(start);
            self.violations.push(name, not_json(&error), REDACTED);
        }
    }
}

/// Returns whether a query has a pair of a name that is not yet encoded.
fn has_name(query: &str, name: &str) -> bool {
    let encoded = utf8_percent_encode(name, RESERVED).to_string();
    let mut pairs = query.split('&');
    !query.is_empty() && pairs.any(|pair| pair.split('=').next() == Some(&encoded))
}
