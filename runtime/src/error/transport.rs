//! Errors of transports.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::display::Chain;

/// Why there is no response, or not all of it.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// What a [`TransportError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// It cannot work, however often it is tried: nobody to trust, a proxy of a kind that is not known.
    Setup,
    /// There was no connection, so that nothing was sent.
    Connect,
    /// It took too long.
    Timeout,
    /// The body is larger than the client allows.
    TooLarge,
    /// Anything else: the connection broke, the answer was not HTTP.
    Other,
}

impl TransportError {
    /// It cannot work, however often it is tried.
    pub fn setup(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Setup, source)
    }

    /// There was no connection, so that nothing was sent.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, source)
    }

    /// It took too long.
    pub fn timeout(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Timeout, source)
    }

    /// Anything else.
    pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Other, source)
    }

    pub(crate) fn no_answer(limit: Duration) -> Self {
        // Nobody needs more than milliseconds.
        let limit = Duration::from_millis(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        Self::timeout(format!("no answer within {limit:?}"))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let problem = format!(
            "the body is larger than {limit} bytes, the most that `Config::max_response_bytes` allows"
        );
        Self::new(TransportErrorKind::TooLarge, problem)
    }

    fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// What it is about.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The error of the HTTP stack. The text of this one holds the text of all of its sources, so that it is no source itself.
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.source
    }
}

/// The error below with all that is below it, since the outermost alone says little.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Chain(&*self.source).fmt(f)
    }
}

impl StdError for TransportError {}
