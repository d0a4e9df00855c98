//! The HTTP response behind an error.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// The HTTP response that an [`Error`](crate::Error) was read from.
#[derive(Clone)]
pub struct ReplyInfo {
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) date: Option<SystemTime>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) snippet: String,
}

impl ReplyInfo {
    /// HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Request ID, by which the vendor finds the request in its logs.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Time that the service asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The `Date` header: when the response was made, by the clock of the service. `None` for a cached response.
    pub fn date(&self) -> Option<SystemTime> {
        self.date
    }

    /// The body as received.
    ///
    /// It is **not redacted**: a service that refuses a signature may send back the request it was made from, session
    /// token included. It is kept so that parts of the response this crate does not know can be read; do not log it.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Omits headers and body, which are not redacted.
impl fmt::Debug for ReplyInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyInfo")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
