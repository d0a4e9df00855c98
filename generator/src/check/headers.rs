//! Names of headers, and whose they are.

use crate::spec::Spec;

/// Whether the client sets a header itself, because the spec says so elsewhere.
pub(super) fn is_of_the_client(spec: &Spec<'_>, name: &str) -> bool {
    let tokens = spec
        .auth
        .iter()
        .filter_map(|auth| auth.value.header.as_ref());
    let mut headers = tokens.chain(&spec.head.value.project_header);
    headers.any(|header| header.eq_ignore_ascii_case(name))
}

/// Headers that are set elsewhere.
pub(super) const RESERVED_HEADERS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
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
    "x-auth-token",
    "x-bce-date",
    "x-bce-security-token",
    "x-content-sha256",
    "x-date",
    "x-sdk-date",
    "x-security-token",
];

/// What the name of a header looks like.
pub(super) const HEADER_HELP: &str = "letters, digits and hyphens, such as `X-Project-Id`";

pub(super) fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
