//! Responses in good order.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::wire::encode_chunk;
use super::{Action, http_date};

/// A response in good order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers; `Content-Length` or `Transfer-Encoding` are added unless they are here.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Whether the connection is closed after the response without having announced it.
    pub hang_up: bool,
}

impl Reply {
    /// A response without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            hang_up: false,
        }
    }

    /// A response with JSON.
    pub fn json(status: u16, json: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "application/json")
            .body(json.to_string())
    }

    /// A response with a page, as proxies and gateways send it.
    pub fn html(status: u16, html: impl ToString) -> Self {
        Self::new(status)
            .header("Content-Type", "text/html")
            .body(html.to_string())
    }

    /// The same with one more header.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same with a `Date`, by which clients notice a wrong clock.
    pub fn date(self, time: SystemTime) -> Self {
        self.header("Date", http_date(time))
    }

    /// The same with another body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The same with the end of the connection announced and kept.
    pub fn close(self) -> Self {
        self.header("Connection", "close")
    }

    /// The same, after which the connection closes unannounced: the client finds it stale when it uses it again.
    pub fn hang_up(mut self) -> Self {
        self.hang_up = true;
        self
    }

    /// The same after a while.
    pub fn after(self, wait: Duration) -> Action {
        Action::from(self).after(wait)
    }

    /// Only its first `bytes` bytes, counted from the status line, then the end of the connection.
    pub fn truncated(self, bytes: usize) -> Action {
        Action::Truncate(self, bytes)
    }

    /// The same in drops of `chunk` bytes, head included.
    pub fn dripping(self, chunk: usize, pause: Duration) -> Action {
        Action::SlowBytes {
            reply: self,
            chunk,
            pause,
        }
    }

    /// The same in chunks of `size` bytes.
    pub fn chunked(self, size: usize) -> Action {
        Action::Chunked(self, size)
    }

    /// The same in chunks of `size` bytes, of which the last, empty one is missing.
    pub fn chunked_cut(self, size: usize) -> Action {
        Action::ChunkedCut(self, size)
    }

    /// Its head, then `chunk` again and again instead of its body.
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

    pub(super) fn closes(&self) -> bool {
        self.hang_up
            || self.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
            })
    }

    /// Statuses after which no body follows, whatever the head says.
    fn is_bodiless(&self) -> bool {
        matches!(self.status, 100..=199 | 204 | 304)
    }

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

    pub(super) fn chunked_head(&self) -> Vec<u8> {
        self.head(Some(("Transfer-Encoding", "chunked".to_owned())))
    }

    pub(super) fn with_chunks(&self, size: usize) -> Vec<u8> {
        let mut all = self.chunked_head();
        for chunk in self.body.chunks(size.max(1)) {
            all.extend(encode_chunk(chunk));
        }
        all
    }
}
