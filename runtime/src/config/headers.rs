//! Checks the headers of requests, above all those that callers add.

use http::{HeaderName, HeaderValue};

use crate::service::{Scheme, ServiceInfo};

/// Headers that this crate or the HTTP stack sets itself.
const RESERVED: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-bce-date",
    "x-bce-security-token",
    "x-content-sha256",
    "x-date",
    "x-sdk-date",
    "x-security-token",
];

/// Parses a header that a caller adds. `schemes` are those of the operation, or of the
/// service. Returns what is wrong, without the value, which may be a secret.
pub(crate) fn parse_header(
    service: &ServiceInfo,
    schemes: &[Scheme],
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), String> {
    let header = HeaderName::try_from(name).map_err(|_| format!("invalid header name {name:?}"))?;
    let is_token = |scheme: &Scheme| match scheme {
        Scheme::Token { header: token, .. } => header.as_str().eq_ignore_ascii_case(token),
        _ => false,
    };
    let is_project = service
        .project_header
        .is_some_and(|project| header.as_str().eq_ignore_ascii_case(project));
    if RESERVED.contains(&header.as_str()) || is_project || schemes.iter().any(is_token) {
        return Err(format!(
            "header {header} is set by the client and cannot be added"
        ));
    }
    let mut value = signable(value).ok_or_else(|| {
        format!("the value of header {header} contains a character that is not allowed in a header")
    })?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// Returns the value of a header that is signed. Only ASCII is: a signature is made of text, and a header of bytes whose
/// encoding is not defined.
pub(crate) fn signable(value: &str) -> Option<HeaderValue> {
    let value = HeaderValue::from_str(value).ok()?;
    value.to_str().is_ok().then_some(value)
}
