//! Errors of transports.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::display::Chain;

/// An error of a [`Transport`](crate::transport::Transport): the response is missing or incomplete.
///
/// The message becomes part of an [`Error`](crate::Error), so it must not contain secrets.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// The kind of a [`TransportError`], which decides whether another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The transport cannot work as configured, for example without a tokio runtime. Permanent.
    Config,
    /// The certificate of the server is not trusted, has expired or is for another host. Permanent; nothing was sent.
    Certificate,
    /// A proxy refused to forward the request (HTTP 401, 403 or 407). Permanent; nothing was sent.
    Proxy,
    /// No connection could be made, so nothing was sent.
    Connect,
    /// The attempt timed out.
    Timeout,
    /// The response body is larger than the configured maximum.
    TooLarge,
    /// Any other failure after the request may have been sent, such as a lost connection.
    Other,
}

impl TransportError {
    /// Creates an error of a transport that cannot work as configured.
    pub fn config(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Config, source)
    }

    /// Creates an error about the certificate of the server.
    pub fn certificate(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Certificate, source)
    }

    /// Creates an error of a proxy that refuses to forward the request and will do so again.
    pub fn proxy(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Proxy, source)
    }

    /// Creates an error of a connection that could not be made, so that nothing was sent.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, source)
    }

    /// Creates an error of an attempt that timed out.
    pub fn timeout(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Timeout, source)
    }

    /// Creates an error of any other kind: the request may have been sent.
    pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Other, source)
    }

    /// Creates the error of an attempt without a complete response within `limit`.
    pub(crate) fn no_response(limit: Duration) -> Self {
        // Milliseconds are precise enough for a message.
        let limit = Duration::from_millis(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        Self::timeout(format!("no complete response within {limit:?}"))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let problem = format!(
            "the body exceeds {limit} bytes: raise the limit with `Config::max_response_bytes`, or request smaller pages"
        );
        Self::new(TransportErrorKind::TooLarge, problem)
    }

    fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// Returns the kind of this error.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns the error of the HTTP stack. The message of this error already includes it and all of its sources.
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.source
    }
}

/// Writes the inner error with all of its sources, since the outermost message alone often says little.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Chain(&*self.source).fmt(f)
    }
}

impl StdError for TransportError {}
