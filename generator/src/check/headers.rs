//! Valid header names, and the headers that the client sets itself.

use crate::spec::Spec;

/// Whether the client sets a header itself, because another part of the spec names it.
pub(super) fn is_of_the_client(spec: &Spec<'_>, name: &str) -> bool {
    let tokens = spec.schemes().filter_map(|auth| auth.value.header.as_ref());
    let mut headers = tokens.chain(&spec.head.value.project_header);
    headers.any(|header| header.eq_ignore_ascii_case(name))
}

/// Headers that belong to the signature or the connection.
pub(crate) const RESERVED_HEADERS: &[&str] = &[
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

/// Help text that describes valid header names.
pub(super) const HEADER_HELP: &str = "letters, digits and hyphens, such as `X-Project-Id`";

pub(crate) fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
