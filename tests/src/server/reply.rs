//! Well-formed responses.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::wire::encode_chunk;
use super::{Action, http_date};

/// A well-formed response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers. The `Content-Length` or `Transfer-Encoding` header is added unless it is included.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Bytes,
    /// Whether to close the connection after the response without a `Connection: close` header.
    pub hang_up: bool,
}

impl Reply {
    /// Creates a response without headers or a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            hang_up: false,
        }
    }

    /// Creates a JSON response.
    pub fn json(status: u16, json: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "application/json")
            .body(json.to_string())
    }

    /// Creates an HTML response, such as the error pages of proxies and gateways.
    pub fn html(status: u16, html: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "text/html")
            .body(html.to_string())
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the `Date` header, which clients use to correct their clock.
    pub fn date(mut self, time: SystemTime) -> Self {
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("date"));
        self.header("Date", http_date(time))
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Closes the connection after the response, and announces it with a `Connection: close` header.
    pub fn close(self) -> Self {
        self.header("Connection", "close")
    }

    /// Closes the connection after the response without announcing it, which leaves a stale connection in the client's
    /// pool.
    pub fn hang_up(mut self) -> Self {
        self.hang_up = true;
        self
    }

    /// Delays the response.
    pub fn after(self, wait: Duration) -> Action {
        Action::from(self).after(wait)
    }

    /// Sends only the first `bytes` bytes, including the head, and closes the connection.
    pub fn truncated(self, bytes: usize) -> Action {
        Action::Truncate(self, bytes)
    }

    /// Sends the response, including the head, in parts of `chunk` bytes with a pause between two parts.
    pub fn dripping(self, chunk: usize, pause: Duration) -> Action {
        Action::SlowBytes {
            reply: self,
            chunk,
            pause,
        }
    }

    /// Sends the body in chunks of `size` bytes.
    pub fn chunked(self, size: usize) -> Action {
        Action::Chunked(self, size)
    }

    /// Sends the body in chunks of `size` bytes, and closes the connection before the last, empty chunk.
    pub fn chunked_cut(self, size: usize) -> Action {
        Action::ChunkedCut(self, size)
    }

    /// Sends the head, and then `chunk` repeatedly instead of the body.
    pub fn endless(self, chunk: impl Into<Bytes>) -> Action {
        Action::EndlessChunked {
            head: self,
            chunk: chunk.into(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Returns whether the connection is closed after the response.
    pub(super) fn closes(&self) -> bool {
        self.hang_up
            || self.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
            })
    }

    /// Returns whether the status does not allow a body.
    fn is_bodiless(&self) -> bool {
        matches!(self.status, 100..=199 | 204 | 304)
    }

    /// Returns the encoded head, with the framing header unless one is set.
    fn head(&self, framing: Option<(&str, String)>) -> Vec<u8> {
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {:03} {reason}\r\n", self.status);
        let framing = framing.filter(|(name, _)| !self.has(name));
        for (name, value) in self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .chain(framing.iter().map(|(name, value)| (*name, value)))
        {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// Returns the encoded response with a `Content-Length` header.
    pub(super) fn with_length(&self, head_only: bool) -> Vec<u8> {
        if self.is_bodiless() {
            return self.head(None);
        }
        let mut all = self.head(Some(("Content-Length", self.body.len().to_string())));
        if !head_only {
            all.extend_from_slice(&self.body);
        }
        all
    }

    /// Returns the encoded head of a chunked response.
    pub(super) fn chunked_head(&self) -> Vec<u8> {
        self.head(Some(("Transfer-Encoding", "chunked".to_owned())))
    }

    /// Returns the encoded response with a chunked body, without the last, empty chunk.
    pub(super) fn with_chunks(&self, size: usize) -> Vec<u8> {
        let mut all = self.chunked_head();
        for chunk in self.body.chunks(size.max(1)) {
            all.extend(encode_chunk(chunk));
        }
        all
    }
}
