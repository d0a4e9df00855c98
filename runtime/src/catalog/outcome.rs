//! [`Outcome`], how a source ended, and the error of one that failed.

use std::fmt;
use std::time::Duration;

use super::Scope;
use crate::error::{Error, ErrorKind, ServiceErrorKind};

/// How the listing of a source ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Label of the source.
    pub source: String,
    /// Name of its cloud, such as `example-cloud`.
    pub cloud: String,
    /// Where it looked, as far as its configuration says.
    pub scope: Scope,
    /// Whether all of its models were listed. If not, [`error`](Self::error) says why, and the models that came before the
    /// failure are in the listing.
    pub complete: bool,
    /// Number of models that it listed. A model that it listed twice, with the same ID and scope, counts once.
    pub count: u64,
    /// Number of items without an ID: those models whose cloud sent none, and items that were `null` and are no models.
    pub without_id: u64,
    /// Number of HTTP requests that were begun, including repeated ones.
    pub requests: u64,
    /// Time that its pages took, including waits between attempts; in files, a number of seconds. Time spent waiting for a place
    /// among the sources, or for the program to take its models, is not part of it.
    pub duration: Duration,
    /// Why it is not complete.
    pub error: Option<SourceError>,
}

/// Why a source is not complete. Unlike an [`Error`] it is plain data, which can be saved.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SourceError {
    /// The part that failed.
    pub kind: SourceErrorKind,
    /// The message, without secrets.
    pub message: String,
    /// The vendor's error code.
    pub code: Option<String>,
    /// HTTP status of the response.
    pub status: Option<u16>,
    /// Request ID of the response, by which the vendor finds the request in its logs.
    pub request_id: Option<String>,
    /// Whether another run may succeed without a change.
    pub retryable: bool,
}

/// The part of a source that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// The configuration or the request: a missing region, an invalid argument, a label that is used twice. Nothing was sent.
    Config,
    /// The credentials are missing, wrong or expired.
    Credentials,
    /// The credentials do not grant the permission.
    AccessDenied,
    /// Too many requests.
    Throttled,
    /// No response arrived in time, or the source took longer than its limit.
    Timeout,
    /// No connection could be made, or it was lost.
    Network,
    /// The service reported another error.
    Service,
    /// The response is not as documented, lacks everything that is, or its pages contradict each other.
    Reply,
    /// A panic in a source, or no thread for it; in a file, also a kind of a newer version of this crate.
    Other,
}

impl SourceErrorKind {
    /// The kinds, with the words that represent them in files.
    const ALL: [(Self, &str); 9] = [
        (Self::Config, "config"),
        (Self::Credentials, "credentials"),
        (Self::AccessDenied, "access_denied"),
        (Self::Throttled, "throttled"),
        (Self::Timeout, "timeout"),
        (Self::Network, "network"),
        (Self::Service, "service"),
        (Self::Reply, "reply"),
        (Self::Other, "other"),
    ];

    /// Returns the word that represents the kind in files, such as `access_denied`.
    pub fn as_str(self) -> &'static str {
        let word = Self::ALL.iter().find(|(kind, _)| *kind == self);
        word.map_or("other", |(_, word)| word)
    }

    /// Returns the kind of a word; `Other` for one that is not known.
    pub(super) fn of(word: &str) -> Self {
        let kind = Self::ALL.iter().find(|(_, known)| *known == word);
        kind.map_or(Self::Other, |(kind, _)| *kind)
    }
}

impl fmt::Display for SourceErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl SourceError {
    /// Creates an error, for tests of programs.
    pub fn new(kind: SourceErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
            status: None,
            request_id: None,
            retryable: kind == SourceErrorKind::Timeout,
        }
    }
}

impl From<&Error> for SourceError {
    fn from(error: &Error) -> Self {
        let kind = match (error.kind(), error.service_kind()) {
            (ErrorKind::InvalidRequest | ErrorKind::Config, _) => SourceErrorKind::Config,
            (ErrorKind::Credentials, _) | (_, Some(ServiceErrorKind::Authentication)) => {
                SourceErrorKind::Credentials
            }
            (_, Some(ServiceErrorKind::AccessDenied)) => SourceErrorKind::AccessDenied,
            (_, Some(ServiceErrorKind::Throttled)) => SourceErrorKind::Throttled,
            (ErrorKind::Timeout, _) => SourceErrorKind::Timeout,
            (ErrorKind::Transport, _) => SourceErrorKind::Network,
            (ErrorKind::Decode | ErrorKind::Paging, _) => SourceErrorKind::Reply,
            (ErrorKind::Service, _) => SourceErrorKind::Service,
        };
        Self {
            kind,
            message: error.to_string(),
            code: error.code().map(str::to_owned),
            status: error.status().map(|status| status.as_u16()),
            request_id: error.request_id().map(str::to_owned),
            retryable: error.is_retryable(),
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

impl Outcome {
    /// Creates the outcome of a source that listed nothing and is complete, for tests of programs.
    pub fn new(source: impl Into<String>, cloud: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            cloud: cloud.into(),
            scope: Scope::default(),
            complete: true,
            count: 0,
            without_id: 0,
            requests: 0,
            duration: Duration::ZERO,
            error: None,
        }
    }
}
