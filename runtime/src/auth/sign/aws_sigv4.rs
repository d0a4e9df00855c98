//! AWS Signature Version 4 in headers.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::borrow::Cow;
use std::time::SystemTime;

use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use super::{
    Request, Signing, WipedString, basic_date, body_hash, day, derived_key, header, hex,
    hmac_sha256, names, push_query_sorted_encoded, sha256_hex, sorted_headers,
};
use crate::auth::AccessKey;
use crate::encode::RESERVED_IN_PATH;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// Signer for a region and service of AWS.
///
/// Adds the headers `x-amz-date`, `authorization` and, with a temporary key, `x-amz-security-token`. If a header
/// `x-amz-content-sha256` is signed, its value replaces the hash of the body.
#[derive(Clone, Copy, Debug)]
pub struct AwsSigV4<'a> {
    region: &'a str,
    service: &'a str,
    normalize_path: bool,
}

impl<'a> AwsSigV4<'a> {
    /// Creates a signer for a region such as `us-east-1` and a signing name such as `bedrock`.
    pub fn new(region: &'a str, service: &'a str) -> Self {
        Self {
            region,
            service,
            normalize_path: true,
        }
    }

    /// Sets whether `.`, `..` and empty segments are resolved in the canonical path; S3 alone does not. Default: `true`.
    pub fn normalize_path(mut self, normalize: bool) -> Self {
        self.normalize_path = normalize;
        self
    }

    /// Signs a request.
    pub fn sign(&self, request: &Request<'_>, key: &AccessKey, now: SystemTime) -> Signing {
        let date = basic_date(now);
        let token = key.session_token.as_ref().map(|token| token.expose());
        let added = [
            Some(("x-amz-date", date.as_str())),
            token.map(|token| ("x-amz-security-token", token)),
        ];
        let headers = sorted_headers(request.headers, &added);
        let payload_hash = match header(&headers, "x-amz-content-sha256") {
            Some(hash) => hash.into(),
            None => body_hash(request.body),
        };

        let mut canonical = WipedString::with_capacity(512);
        canonical.push_str(request.method);
        canonical.push('\n');
        let path = match self.normalize_path {
            true => normalized(request.path),
            false => Cow::Borrowed(request.path),
        };
        // The path is already encoded; all services but S3 expect it encoded twice.
        canonical.extend(utf8_percent_encode(&path, RESERVED_IN_PATH));
        canonical.push('\n');
        push_query_sorted_encoded(&mut canonical, request.query);
        let mut last = "";
        for (name, value) in &headers {
            // Values of the same name share a line.
            if name == last {
                canonical.push(',');
            } else {
                canonical.push('\n');
                canonical.push_str(name);
                canonical.push(':');
            }
            push_folded(&mut canonical, value);
            last = name;
        }
        canonical.push_str("\n\n");
        let names = names(&headers);
        canonical.push_str(&names);
        canonical.push('\n');
        canonical.push_str(&payload_hash);

        let steps = [day(&date), self.region, self.service, TERMINATOR];
        let scope = steps.join("/");
        let hash = sha256_hex(canonical.as_bytes());
        let string_to_sign = [ALGORITHM, &date, &scope, &hash].join("\n");
        let secret = Zeroizing::new(["AWS4", key.secret.expose()].concat());
        let signing_key = derived_key(secret.as_bytes(), &steps);
        let signature = hex(&*hmac_sha256(&*signing_key, string_to_sign.as_bytes()));

        let authorization = [
            ALGORITHM,
            " Credential=",
            &key.id,
            "/",
            &scope,
            ", SignedHeaders=",
            &names,
            ", Signature=",
            &signature,
        ]
        .concat();
        Signing::new(canonical, string_to_sign, signature, &added, authorization)
    }
}

/// Returns a path without `.`, `..` and empty segments.
fn normalized(path: &str) -> Cow<'_, str> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    if !inner.is_empty()
        && inner
            .split('/')
            .all(|segment| !matches!(segment, "" | "." | ".."))
    {
        return Cow::Borrowed(path);
    }
    let mut segments = Vec::new();
    for segment in inner.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut path = String::from("/");
    path.push_str(&segments.join("/"));
    // A final slash stays, also if a dot segment followed it.
    let open = matches!(inner.rsplit('/').next(), Some("" | "." | ".."));
    if open && path.len() > 1 {
        path.push('/');
    }
    Cow::Owned(path)
}

/// Appends a header value with runs of spaces folded into one.
fn push_folded(text: &mut WipedString, value: &str) {
    for (index, word) in value.split_ascii_whitespace().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_dots_and_empty_segments_and_keep_a_final_slash() {
        for (path, expected) in [
            ("/", "/"),
            ("", "/"),
            ("//", "/"),
            ("/a", "/a"),
            ("/a/", "/a/"),
            ("//a//b//", "/a/b/"),
            ("/a/./b", "/a/b"),
            ("/a/b/..", "/a/"),
            ("/a/../b", "/b"),
            ("/a/..", "/"),
            ("/../a", "/a"),
            ("/a/.", "/a/"),
            ("/a/.b", "/a/.b"),
            ("/a/...", "/a/..."),
        ] {
            assert_eq!(normalized(path), expected, "{path}");
        }
        // A text that is already normal is not copied.
        assert!(matches!(normalized("/a/b"), Cow::Borrowed("/a/b")));
    }

    #[test]
    fn runs_of_white_space_become_one_space() {
        let folded = |value: &str| {
            let mut text = WipedString::with_capacity(0);
            push_folded(&mut text, value);
            text.to_owned()
        };
        assert_eq!(folded(" a   b\tc "), "a b c");
        assert_eq!(folded(""), "");
    }
}
