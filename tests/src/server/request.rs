//! Requests as they arrived.

use std::time::Instant;

use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// The number of its connection, from 0.
    pub connection: usize,
    /// When its last byte was there.
    pub arrived: Instant,
    /// The method.
    pub method: String,
    /// The target as it stood in the request line.
    pub target: String,
    /// The target up to the question mark, as it stood there.
    pub path: String,
    /// The target after the question mark, as it stood there; empty also where there is no question mark.
    pub query: String,
    /// The names and values of the query, decoded, in order.
    pub pairs: Vec<(String, String)>,
    /// Names in lower case and values without outer spaces, in order.
    pub headers: Vec<(String, String)>,
    /// The body, without the framing of chunks.
    pub body: Bytes,
    /// What is wrong with it; empty for a good client.
    pub problems: Vec<String>,
}

impl Request {
    /// A request that did not arrive, for judges that are tried without a socket.
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

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// All values of a header; `name` in lower case.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a name in the query, decoded.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// The body as JSON; panics where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the body is not JSON: {error}: {:?}", self.body))
    }
}

pub(super) fn check_headers(request: &mut Request) {
    let mut problems = Vec::new();
    let hosts: Vec<&str> = request.header_values("host").collect();
    match hosts.as_slice() {
        [] => problems.push("no Host".to_owned()),
        [""] => problems.push("an empty Host".to_owned()),
        [_] => {}
        _ => problems.push(format!("the hosts {hosts:?}")),
    }
    for name in ["authorization", "content-type", "date", "user-agent"] {
        let count = request.header_values(name).count();
        if count > 1 {
            problems.push(format!("{name} {count} times"));
        }
    }
    let framed = ["content-length", "transfer-encoding"]
        .iter()
        .any(|name| request.header(name).is_some());
    if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") && !framed {
        problems.push(format!("{} without a content length", request.method));
    }
    request.problems.extend(problems);
}

fn check_target(target: &str, problems: &mut Vec<String>) {
    if !target.starts_with('/') {
        problems.push(format!("the target {target:?} is no path"));
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
            problems.push(format!("byte {index} of the target {target:?}"));
            return;
        }
    }
}

fn query_pairs(query: &str, problems: &mut Vec<String>) -> Vec<(String, String)> {
    if query.is_empty() {
        return Vec::new();
    }
    if query.contains('+') {
        problems.push(format!("a plus in {query:?}, which some take for a space"));
    }
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        if pair.is_empty() {
            problems.push(format!("an empty pair in {query:?}"));
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
            problems.push(format!("{text:?} is not UTF-8"));
            decoded.decode_utf8_lossy().into_owned()
        }
    }
}
