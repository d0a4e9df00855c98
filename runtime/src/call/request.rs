//! From the members of an operation to an HTTP request.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{HeaderMap, HeaderName, Request};
use percent_encoding::utf8_percent_encode;
use serde_core::de::IgnoredAny;

use crate::config::{CallOptions, Plan};
use crate::encode::RESERVED;
use crate::error::{Context, Error, HIDDEN};
use crate::schema::{Json, Limits, Member, Members, Place, Violations};
use crate::service::{Operation, Service};

/// What this crate calls itself in the header `User-Agent`.
const USER_AGENT_PRODUCT: &str = concat!("cloud-models/", env!("CARGO_PKG_VERSION"));

/// Builds the request of an operation, without what authenticates it.
pub(crate) fn build<O: Operation>(
    operation: &mut O,
    plan: &Plan,
    unchecked: bool,
) -> Result<Request<Bytes>, Error> {
    let service = O::Service::INFO;
    let mut parts = Parts::new(O::HTTP.path, unchecked);
    for (name, value) in O::HTTP.query {
        parts.push_query(name, value);
    }
    operation.members(&mut parts);
    if let (Some(header), Some(project_id)) = (service.project_header, &plan.options.project_id) {
        parts.push_header(header, project_id);
    }
    parts.push_extra(&plan.extra);
    parts.push_user_agent(plan.options.user_agent.as_deref());
    let violations = parts.violations.into_vec();
    if !violations.is_empty() {
        return Err(Error::over_limits(Context::of::<O>(), violations));
    }

    let mut uri = plan.target.base.clone();
    uri.push_str(&parts.path);
    if !parts.query.is_empty() {
        uri.push('?');
        uri.push_str(&parts.query);
    }
    let mut headers = parts.headers;
    headers.insert(HOST, plan.target.host.clone());
    // A body that comes compressed could become one of any size.
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
        // The URL itself is not shown: it may be long, and hold what nobody should see.
        let problem = format!("the URL, of {} bytes, is none: {error}", uri.len());
        Error::invalid(Context::of::<O>(), problem)
    })?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The rule that what a caller adds breaks if the operation sends it already.
const UNIQUE: &str = "the rule that what is added is not there already";

/// The rule that a member breaks that a caller adds to a body that is none.
const NO_BODY: &str = "the rule that what has no body gets no members";

/// The visitor that writes members where they travel.
struct Parts {
    path: String,
    query: String,
    headers: HeaderMap,
    /// The JSON object without its last brace, as soon as a member belongs into it.
    body: Option<Vec<u8>>,
    violations: Violations,
    unchecked: bool,
}

impl Parts {
    fn new(path: &str, unchecked: bool) -> Self {
        Self {
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: None,
            violations: Violations::default(),
            unchecked,
        }
    }

    fn push_query(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, RESERVED));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, RESERVED));
    }

    fn push_header(&mut self, name: &'static str, value: &str) {
        // A value that no header can carry is an error even where limits are not checked.
        match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            (Ok(header), Ok(mut value)) => {
                // Whether it is a secret is said only later; no log needs to show it.
                value.set_sensitive(true);
                self.headers.append(header, value);
            }
            _ => self.violations.push(name, "header value", value),
        }
    }

    /// What a caller adds. What the operation sends itself is refused, since one of two values would win.
    fn push_extra(&mut self, extra: &CallOptions) {
        let own = self.query.clone();
        for (name, value) in &extra.query {
            let encoded = utf8_percent_encode(name, RESERVED).to_string();
            let mut pairs = own.split('&');
            if pairs.any(|pair| pair.split('=').next() == Some(&encoded)) {
                self.violations.push(name, UNIQUE, HIDDEN);
            } else {
                self.push_query(name, value);
            }
        }
        for (name, value) in &extra.body {
            match self.push_extra_member(name, value) {
                Ok(()) => {}
                Err((rule, value)) => self.violations.push(name, rule, value),
            }
        }
    }

    /// Adds a member with its JSON text, or says which rule it breaks.
    fn push_extra_member(
        &mut self,
        name: &str,
        value: &Result<String, String>,
    ) -> Result<(), (&'static str, String)> {
        let json = |error: serde_json::Error| ("JSON", error.to_string());
        let value = value.as_ref().map_err(|error| ("JSON", error.clone()))?;
        let key = serde_json::to_string(name).map_err(json)?;
        let Some(body) = &mut self.body else {
            return Err((NO_BODY, HIDDEN.to_owned()));
        };
        let whole = [body.as_slice(), b"}"].concat();
        let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(&whole).map_err(json)?;
        if members.contains_key(name) {
            return Err((UNIQUE, HIDDEN.to_owned()));
        }
        if !members.is_empty() {
            body.push(b',');
        }
        body.extend_from_slice(key.as_bytes());
        body.push(b':');
        body.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn push_user_agent(&mut self, product: Option<&str>) {
        let agent = match product {
            Some(product) => format!("{product} {USER_AGENT_PRODUCT}"),
            None => USER_AGENT_PRODUCT.to_owned(),
        };
        match HeaderValue::from_str(&agent) {
            Ok(agent) => {
                self.headers.insert(USER_AGENT, agent);
            }
            Err(_) => self.violations.push("User-Agent", "header value", agent),
        }
    }

    fn push_body<M: Member>(&mut self, name: &'static str, member: &mut M) {
        let body = self.body.get_or_insert_with(|| b"{".to_vec());
        if member.is_absent() {
            return;
        }
        let start = body.len();
        if start > 1 {
            body.push(b',');
        }
        let written = serde_json::to_writer(&mut *body, name)
            .map(|()| body.push(b':'))
            .and_then(|()| serde_json::to_writer(&mut *body, &Json::new(member)));
        if let Err(error) = written {
            body.truncate(start);
            self.violations.push(name, "JSON", error.to_string());
        }
    }
}

impl Members for Parts {
    fn visit<'a, M: Member>(
        &'a mut self,
        place: Place,
        name: &'static str,
        member: &'a mut M,
    ) -> Limits<'a> {
        let first = self.violations.len();
        match place {
            Place::Path => member.write_text(&mut |text| {
                // These would lead to another resource, so they are refused even where limits are not checked.
                if matches!(text, "" | "." | "..") {
                    self.violations.push(name, "path segment", text);
                }
                let text = utf8_percent_encode(text, RESERVED).to_string();
                self.path = self.path.replace(&format!("{{{name}}}"), &text);
            }),
            Place::Query => member.write_text(&mut |text| self.push_query(name, text)),
            Place::QueryCsv => {
                let mut all: Option<String> = None;
                member.write_text(&mut |text| match &mut all {
                    Some(all) => {
                        all.push(',');
                        all.push_str(text);
                    }
                    None => all = Some(text.to_owned()),
                });
                if let Some(all) = all {
                    self.push_query(name, &all);
                }
            }
            Place::Header => member.write_text(&mut |text| self.push_header(name, text)),
            Place::Body => self.push_body(name, member),
        }
        self.violations
            .look_at(name, member, first, !self.unchecked)
    }
}
