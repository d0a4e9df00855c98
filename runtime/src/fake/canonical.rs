//! The canonical form of a request, which a signature covers.

use std::fmt::Write as _;

use super::query;
use super::verify::{Signed, values};
use crate::service::{Form, Path};

impl Signed<'_> {
    /// Returns the canonical request, as the service builds it from what it received.
    pub(super) fn canonical_request(
        &self,
        signed: &[&str],
        payload: &str,
        host: &str,
    ) -> Result<String, String> {
        let method = self.request.method();
        let path = self.canonical_path()?;
        let query = self.canonical_query()?;
        let is_slashed = self.rules.form == Form::Slashed;
        let mut lines = Vec::new();
        for name in signed {
            let values: Vec<&str> = match *name {
                "host" => vec![host],
                name => values(self.headers, name).collect(),
            };
            if self.rules.joins_headers {
                let values: Vec<String> = values.into_iter().map(without_runs).collect();
                lines.push(format!("{name}:{}", values.join(",")));
                continue;
            }
            let value = values.concat();
            match value.trim() {
                value if !is_slashed => lines.push(format!("{name}:{value}")),
                // Listed, but not hashed.
                "" => {}
                value => lines.push(format!(
                    "{}:{}",
                    encode(name.as_bytes()),
                    encode(value.as_bytes())
                )),
            }
        }
        if is_slashed {
            lines.sort();
            let headers = lines.join("\n");
            return Ok(format!("{method}\n{path}\n{query}\n{headers}"));
        }
        let (headers, names) = (lines.join("\n"), signed.join(";"));
        Ok(format!(
            "{method}\n{path}\n{query}\n{headers}\n\n{names}\n{payload}"
        ))
    }

    fn canonical_path(&self) -> Result<String, String> {
        let path = self.request.uri().path();
        let encoded = |bytes: &[u8]| {
            let segments: Vec<String> = bytes.split(|&byte| byte == b'/').map(encode).collect();
            segments.join("/")
        };
        Ok(match self.rules.path {
            Path::Resolved => encoded(resolved(path).as_bytes()),
            Path::Decoded => encoded(&query::unescape(path, false)?),
            // An escaped slash is decoded too.
            Path::DecodedWithSlash => {
                let mut path = encoded(&query::unescape(path, false)?);
                if !path.ends_with('/') {
                    path.push('/');
                }
                path
            }
        })
    }

    fn canonical_query(&self) -> Result<String, String> {
        let mut pairs = query::pairs(self.request.uri().query().unwrap_or_default())?;
        let joined = |(name, value): &query::Pair| format!("{}={}", encode(name), encode(value));
        // The slashed form sorts whole pairs; a signature in the query does not sign itself.
        if self.rules.form == Form::Slashed {
            pairs.retain(|(name, _)| !name.eq_ignore_ascii_case(b"authorization"));
            let mut lines: Vec<String> = pairs.iter().map(joined).collect();
            lines.sort();
            return Ok(lines.join("&"));
        }
        match self.rules.sorts_encoded {
            true => pairs.sort_by_key(|(name, value)| (encode(name), encode(value))),
            false => pairs.sort(),
        }
        let lines: Vec<String> = pairs.iter().map(joined).collect();
        Ok(lines.join("&"))
    }
}

/// Returns a path without dot segments and repeated slashes.
fn resolved(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut resolved = format!("/{}", kept.join("/"));
    if !kept.is_empty() && path.ends_with('/') {
        resolved.push('/');
    }
    resolved
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Returns a value with each run of spaces replaced by one space.
fn without_runs(value: &str) -> String {
    let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
