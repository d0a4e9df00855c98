//! AWS Signature Version 4, in headers.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::borrow::Cow;
use std::time::SystemTime;

use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use super::{
    RESERVED_IN_PATH, Request, Signing, basic_date, body_hash, day, derived_key, header, hex,
    hmac_sha256, push_names, push_sorted_query, sha256_hex, sorted_headers,
};
use crate::auth::AccessKey;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

/// Signs for one region and service of AWS.
///
/// Adds the headers `x-amz-date`, `authorization` and, with a temporary key, `x-amz-security-token`. A header
/// `x-amz-content-sha256` among those to sign stands in place of the hash of the body.
#[derive(Clone, Copy, Debug)]
pub struct AwsSigV4<'a> {
    region: &'a str,
    service: &'a str,
    normalize_path: bool,
}

impl<'a> AwsSigV4<'a> {
    /// For a region such as `us-east-1` and the signing name of a service such as `bedrock`.
    pub fn new(region: &'a str, service: &'a str) -> Self {
        Self {
            region,
            service,
            normalize_path: true,
        }
    }

    /// Whether `.`, `..` and empty segments are resolved in the path that is signed, as all services but S3 do.
    pub fn normalize_path(mut self, normalize: bool) -> Self {
        self.normalize_path = normalize;
        self
    }

    /// Signs a request.
    pub fn sign(&self, request: &Request<'_>, key: &AccessKey, now: SystemTime) -> Signing {
        let date = basic_date(now);
        let token = key.session_token.as_ref().map(|token| token.expose());
        let mut added = vec![("x-amz-date", date.as_str())];
        added.extend(token.map(|token| ("x-amz-security-token", token)));
        let headers = sorted_headers(request.headers, &added);
        let payload_hash = match header(&headers, "x-amz-content-sha256") {
            Some(hash) => hash.into(),
            None => body_hash(request.body),
        };

        let mut canonical = Zeroizing::new(String::with_capacity(256));
        canonical.push_str(request.method);
        canonical.push('\n');
        let path = match self.normalize_path {
            true => normalized(request.path),
            false => Cow::Borrowed(request.path),
        };
        // What is encoded already is encoded once more, which all services but S3 expect.
        canonical.extend(utf8_percent_encode(&path, RESERVED_IN_PATH));
        canonical.push('\n');
        push_sorted_query(&mut canonical, request.query);
        let mut last = "";
        for (name, value) in &headers {
            // Values of the same name stand in one line.
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
        push_names(&mut canonical, &headers);
        canonical.push('\n');
        canonical.push_str(&payload_hash);

        let steps = [day(&date), self.region, self.service, TERMINATOR];
        let scope = steps.join("/");
        let string_to_sign = format!(
            "{ALGORITHM}\n{date}\n{scope}\n{}",
            sha256_hex(canonical.as_bytes())
        );
        let secret = Zeroizing::new(format!("AWS4{}", key.secret.expose()));
        let signing_key = derived_key(secret.as_bytes(), &steps);
        let signature = hex(&*hmac_sha256(&*signing_key, string_to_sign.as_bytes()));

        let mut authorization =
            format!("{ALGORITHM} Credential={}/{scope}, SignedHeaders=", key.id);
        push_names(&mut authorization, &headers);
        authorization.push_str(", Signature=");
        authorization.push_str(&signature);
        Signing::new(canonical, string_to_sign, signature, added, authorization)
    }
}

/// A path without `.`, `..` and empty segments.
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
    // A final slash, also one that a dot stood behind, stays.
    let open = matches!(inner.rsplit('/').next(), Some("" | "." | ".."));
    if open && path.len() > 1 {
        path.push('/');
    }
    Cow::Owned(path)
}

/// Adds a value of a header, with one space wherever it has several.
fn push_folded(text: &mut String, value: &str) {
    for (index, word) in value.split_ascii_whitespace().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
}
