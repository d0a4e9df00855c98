//! Received requests.

use std::time::Instant;

use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// A received request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Zero-based number of the connection.
    pub connection: usize,
    /// Time at which the request was received completely.
    pub arrived: Instant,
    /// Method.
    pub method: String,
    /// Request target, not decoded.
    pub target: String,
    /// Path of the target, not decoded.
    pub path: String,
    /// Query of the target, not decoded. Empty if the target has no query.
    pub query: String,
    /// Decoded names and values of the query, in order.
    pub pairs: Vec<(String, String)>,
    /// Headers in order, with names in lower case and values without surrounding whitespace.
    pub headers: Vec<(String, String)>,
    /// Body, without the framing of chunks.
    pub body: Bytes,
    /// Violations of HTTP and of the rules for clients. Empty for a valid request.
    pub problems: Vec<String>,
}

impl Request {
    /// Creates a request that was not received by a server, for tests of signature checks.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(
        method: &str,
        target: &str,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| {
                let name = name.as_ref().to_ascii_lowercase();
                (name, value.as_ref().trim_matches([' ', '\t']).to_owned())
            })
            .collect();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut problems = Vec::new();
        check_target(target, &mut problems);
        Self {
            connection: 0,
            arrived: Instant::now(),
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            pairs: query_pairs(query, &mut problems),
            headers,
            body: body.into(),
            problems,
        }
    }

    /// Returns the first value of a header. `name` must be in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// Returns all values of a header. `name` must be in lower case.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the first decoded value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the request in the form in which clients send it.
    ///
    /// # Panics
    ///
    /// Panics if the target or a header is not valid.
    pub fn to_http(&self) -> http::Request<Bytes> {
        let mut request = http::Request::builder()
            .method(self.method.as_str())
            .uri(self.target.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(self.body.clone()).expect("a valid request")
    }

    pub(super) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Returns the body as JSON.
    ///
    /// # Panics
    ///
    /// Panics if the body is not valid JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("body is not valid JSON: {error}: {:?}", self.body))
    }
}

/// Checks the rules for headers that do not affect where a request ends.
pub(super) fn check_headers(request: &mut Request) {
    let mut problems = Vec::new();
    let hosts: Vec<&str> = request.header_values("host").collect();
    match hosts.as_slice() {
        [] => problems.push("missing Host header".to_owned()),
        [""] => problems.push("empty Host header".to_owned()),
        [_] => {}
        _ => problems.push(format!("more than one Host header: {hosts:?}")),
    }
    for name in ["authorization", "content-type", "date", "user-agent"] {
        let count = request.header_values(name).count();
        if count > 1 {
            problems.push(format!("{count} {name} headers: at most one is allowed"));
        }
    }
    let framed = ["content-length", "transfer-encoding"]
        .iter()
        .any(|name| request.header(name).is_some());
    if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") && !framed {
        problems.push(format!(
            "{} request without Content-Length or Transfer-Encoding",
            request.method
        ));
    }
    request.problems.extend(problems);
}

/// Checks that a target is a path with an optional query and uses only the characters that RFC 3986 allows in them.
fn check_target(target: &str, problems: &mut Vec<String>) {
    if !target.starts_with('/') {
        problems.push(format!(
            "invalid target {target:?}: must start with a slash"
        ));
    }
    let bytes = target.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let good = match byte {
            b'%' => bytes
                .get(index + 1..index + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !good {
            problems.push(format!(
                "invalid character at byte {index} of target {target:?}"
            ));
            return;
        }
    }
}

/// Parses a query into decoded pairs.
fn query_pairs(query: &str, problems: &mut Vec<String>) -> Vec<(String, String)> {
    if query.is_empty() {
        return Vec::new();
    }
    if query.contains('+') {
        problems.push(format!(
            "ambiguous plus in query {query:?}: some servers decode it as a space"
        ));
    }
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        if pair.is_empty() {
            problems.push(format!("empty pair in query {query:?}"));
            continue;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name, problems), decode(value, problems)));
    }
    pairs
}

/// Decodes a name or value of a query, in which a plus is a space.
fn decode(text: &str, problems: &mut Vec<String>) -> String {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced);
    match decoded.clone().decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => {
            problems.push(format!("not UTF-8 after decoding: {text:?}"));
            decoded.decode_utf8_lossy().into_owned()
        }
    }
}
