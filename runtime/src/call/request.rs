//! Builds the HTTP request of an operation from its members.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{HeaderMap, HeaderName, Request};
use percent_encoding::utf8_percent_encode;
use serde_core::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::config::{CallOptions, ResolvedConfig, parse_header};
use crate::encode::{RESERVED, RESERVED_IN_PATH};
use crate::error::{Context, Error, REDACTED, Violation};
use crate::schema::{AsJson, Member, Members, Place, Value, Violations, write_text};
use crate::service::{Operation, Service, ServiceInfo};
use crate::time::TimestampFormat;

/// Name of this crate in the header `User-Agent`.
const USER_AGENT_PRODUCT: &str = concat!("cloud-models/", env!("CARGO_PKG_VERSION"));

/// Why a request cannot be built.
pub(super) enum Problem {
    Violations(Vec<Violation>),
    /// The URL is invalid. It is not shown, because it may be long and contain secrets.
    Url(String),
}

impl Problem {
    pub(super) fn into_error(self, context: &Context<'_>) -> Error {
        match self {
            Self::Violations(violations) => Error::invalid_request(context, "", violations),
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
    let service = O::Service::INFO;
    let mut parts = RequestParts::new(O::HTTP.path, validate);
    for (name, value) in O::HTTP.query {
        parts.push_query(name, value);
    }
    let members = Members::of(operation);
    members.iter().for_each(|member| parts.push(member));
    parts.violations.check_requirements(&members);
    *secrets = parts.violations.take_secrets();
    if let (Some(header), Some(project_id)) = (service.project_header, &config.options.project_id) {
        parts.push_header(header, project_id);
    }
    parts.push_added(service, config);
    let agent = match &config.options.user_agent {
        Some(product) => format!("{product} {USER_AGENT_PRODUCT}"),
        None => USER_AGENT_PRODUCT.to_owned(),
    };
    parts.push_header("user-agent", &agent);
    let violations = parts.violations.into_vec();
    if !violations.is_empty() {
        return Err(Problem::Violations(violations));
    }

    let mut uri = config.target.base.clone();
    uri.push_str(&parts.path);
    if !parts.query.is_empty() {
        uri.push('?');
        uri.push_str(&parts.query);
    }
    let mut headers = parts.headers;
    headers.insert(HOST, config.target.host.clone());
    // A compressed response could expand to any size.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let body = match parts.body {
        Some(mut body) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            body.push(b'}');
            Bytes::from(body)
        }
        None => Bytes::new(),
    };
    let mut request = Request::new(body);
    *request.method_mut() = O::HTTP.method;
    *request.uri_mut() = uri.parse().map_err(|error| {
        Problem::Url(format!(
            "invalid request URL ({} bytes): {error}",
            uri.len()
        ))
    })?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Problem of something that a caller adds: one of two values would silently win.
const NOT_UNIQUE: &str = "is already part of the request";

/// Problem of a body member that a caller adds.
const NO_BODY: &str = "cannot be added, because the operation sends no JSON body";

fn not_json(error: &dyn std::fmt::Display) -> String {
    format!("cannot be written as JSON: {error}")
}

/// The parts of a request while its members are visited.
struct RequestParts {
    path: String,
    query: String,
    headers: HeaderMap,
    /// The JSON object without its closing brace, once there is a member for it.
    body: Option<Vec<u8>>,
    violations: Violations,
}

impl RequestParts {
    fn new(path: &str, validate: bool) -> Self {
        Self {
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: None,
            violations: Violations::new(validate),
        }
    }

    /// Puts a value into the path, in place of `{name}` or of the greedy `{name+}`, in which slashes stay.
    fn push_label(&mut self, name: &str, value: &str) {
        let greedy = format!("{{{name}+}}");
        let (label, encoded, rule) = match self.path.contains(&greedy) {
            true => (greedy, RESERVED_IN_PATH, "path segments"),
            false => (format!("{{{name}}}"), RESERVED, "path segment"),
        };
        let text = utf8_percent_encode(value, encoded).to_string();
        // These would lead to another resource, so they are refused even if limits are not checked.
        if text
            .split('/')
            .any(|segment| matches!(segment, "" | "." | ".."))
        {
            self.violations.push(name, rule, value);
        }
        self.path = self.path.replace(&label, &text);
    }

    fn push_query(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, RESERVED));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, RESERVED));
    }

    /// Adds a header. A value that no header can carry is a violation even if limits are not checked.
    fn push_header(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            (Ok(header), Ok(mut value)) => {
                // No log needs to show it.
                value.set_sensitive(header != USER_AGENT);
                self.headers.append(header, value);
            }
            _ => self.violations.push(name, "header value", value),
        }
    }

    /// Adds what callers add to requests.
    fn push_added(&mut self, service: &ServiceInfo, config: &ResolvedConfig) {
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
            match parse_header(service, name, value) {
                Ok((header, value)) => self.push_added_header(header, value),
                Err(problem) => self.violations.push(name, problem, REDACTED),
            }
        }
        let own = self.query.clone();
        for (name, value) in query {
            let encoded = utf8_percent_encode(name, RESERVED).to_string();
            let mut pairs = own.split('&');
            if pairs.any(|pair| pair.split('=').next() == Some(&encoded)) {
                self.violations.push(name, NOT_UNIQUE, REDACTED);
            } else {
                self.push_query(name, value);
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
        let Some(body) = &mut self.body else {
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
        let text_format = format.unwrap_or(match place {
            Place::Header => TimestampFormat::HttpDate,
            _ => TimestampFormat::Rfc3339,
        });
        self.violations.hide(member.is_sensitive());
        match place {
            Place::Path => write_text(value, text_format, &mut |text| self.push_label(name, text)),
            Place::Query => write_text(value, text_format, &mut |text| self.push_query(name, text)),
            Place::QueryCsv => {
                let mut texts = Vec::new();
                write_text(value, text_format, &mut |text| texts.push(text.to_owned()));
                if !texts.is_empty() {
                    self.push_query(name, &texts.join(","));
                }
            }
            Place::Header => {
                write_text(value, text_format, &mut |text| self.push_header(name, text))
            }
            Place::Body => self.push_body(name, value, format),
        }
        self.violations.check(member);
        self.violations.hide(false);
    }

    fn push_body(&mut self, name: &str, value: &dyn Value, format: Option<TimestampFormat>) {
        let body = self.body.get_or_insert_with(|| b"{".to_vec());
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
