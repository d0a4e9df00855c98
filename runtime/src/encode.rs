//! The characters that are percent-encoded in paths and queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// All but the unreserved characters of RFC 3986: what every vendor encodes in queries and path segments.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The same for whole paths and greedy labels, in which slashes stay.
pub(crate) const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');
