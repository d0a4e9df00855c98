//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use super::display::{cut, snippet};
use super::redact::{hide, hide_authorization};
use super::{TransportError, TransportErrorKind};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// `Display` says what a person needs to act: the operation, the HTTP status, the vendor's code, message and request
/// id, or the path of what could not be read. The predicates are for programs.
pub struct Error(pub(super) Box<Inner>);

pub(super) struct Inner {
    pub(super) kind: ErrorKind,
    pub(super) context: Context,
    /// What is wrong, as far as the members below do not say it.
    pub(super) problem: String,
    pub(super) path: Option<String>,
    pub(super) violations: Vec<Violation>,
    pub(super) status: Option<StatusCode>,
    pub(super) code: Option<String>,
    pub(super) code_kind: CodeKind,
    pub(super) message: Option<String>,
    pub(super) help: Option<String>,
    /// What the caller may do about it.
    pub(super) advice: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// When the reply was made, by the clock of the service.
    pub(super) date: Option<SystemTime>,
    pub(super) body: Bytes,
    /// How often it was tried.
    pub(super) attempts: u32,
    /// The error below, whose text is part of this one's.
    pub(super) inner: Option<Box<dyn StdError + Send + Sync>>,
    /// How the body begins.
    pub(super) snippet: String,
}

/// What was being done.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) service: &'static str,
    /// `None` where no operation is involved.
    pub(crate) operation: Option<&'static str>,
    /// Whether messages must not show what stands in a reply.
    pub(crate) secret_reply: bool,
}

/// What a service says of an error.
pub(crate) struct Said {
    pub(crate) code: Option<String>,
    pub(crate) kind: CodeKind,
    pub(crate) message: Option<String>,
    pub(crate) help: Option<String>,
}

/// At which step a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing was sent: the request breaks documented limits, or the configuration cannot work.
    InvalidRequest,
    /// Nothing was sent: there are no credentials, or none that the service takes.
    Credentials,
    /// There was no answer: no connection, or one that broke.
    Transport,
    /// There was no answer in time.
    Timeout,
    /// The service answered with an error.
    Api,
    /// The reply is not what the service documents.
    Decode,
    /// The pages contradict each other.
    Paging,
}

/// What an error of a service is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// The credentials are allowed no such thing.
    AccessDenied,
    /// The credentials are missing, wrong or expired.
    Authentication,
    /// The clock of this machine is off.
    ClockSkew,
    /// Too many requests; later ones may succeed.
    Throttled,
    /// A passing trouble of the service.
    Transient,
    /// What is asked for does not exist.
    NotFound,
    /// The request is wrong as it stands.
    Invalid,
    /// A quota is used up, or an account is in no state to be served.
    Quota,
    /// Anything else.
    Other,
}

/// A value that breaks a documented limit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The wire name of the member; inside of a structure with its path, `TagFilters[0].Key`.
    pub field: String,
    /// The rule: `range 1..=100`.
    pub rule: String,
    /// The value; long ones are cut, secret ones hidden.
    pub value: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is {:?}, which breaks {}",
            self.field, self.value, self.rule
        )
    }
}

impl Error {
    /// Nothing was sent.
    pub(crate) fn invalid(context: impl Into<Context>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, context.into(), problem.into())
    }

    /// There is nothing to authenticate with. The problem names no secret.
    pub(crate) fn credentials(context: impl Into<Context>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, context.into(), problem.into())
    }

    /// There was no answer, or not all of it.
    pub(crate) fn transport(context: Context, host: &str, error: TransportError) -> Self {
        let (kind, problem) = match error.kind() {
            TransportErrorKind::Timeout => (ErrorKind::Timeout, format!("{host}: {error}")),
            TransportErrorKind::TooLarge => (ErrorKind::Decode, error.to_string()),
            TransportErrorKind::Setup => (ErrorKind::InvalidRequest, error.to_string()),
            TransportErrorKind::Connect => (
                ErrorKind::Transport,
                format!("no connection to {host}: {error}"),
            ),
            TransportErrorKind::Other => (
                ErrorKind::Transport,
                format!("the exchange with {host} broke off: {error}"),
            ),
        };
        Self::new(kind, context, problem).caused_by(error)
    }

    /// A client has nothing that sends.
    pub(crate) fn no_transport(context: impl Into<Context>, error: TransportError) -> Self {
        let problem = error.to_string();
        Self::new(ErrorKind::InvalidRequest, context.into(), problem).caused_by(error)
    }

    /// The call took too long as a whole.
    pub(crate) fn out_of_time(context: Context, limit: Duration) -> Self {
        Self::new(
            ErrorKind::Timeout,
            context,
            format!("the call took longer than {limit:?}"),
        )
    }

    pub(crate) fn caused_by(mut self, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.inner = Some(error.into());
        self
    }

    /// Hides secrets that a service echoes: a refused signature is often explained by the whole request that it should have
    /// been made of, session token included.
    pub(crate) fn hiding<'a>(mut self, secrets: impl Iterator<Item = &'a str>) -> Self {
        let inner = &mut *self.0;
        let mut texts = vec![&mut inner.problem, &mut inner.snippet];
        let optional = [
            &mut inner.code,
            &mut inner.message,
            &mut inner.help,
            &mut inner.request_id,
        ];
        texts.extend(optional.into_iter().flatten());
        for text in &mut texts {
            cut(text);
            hide_authorization(text);
        }
        for secret in secrets {
            texts.iter_mut().for_each(|text| hide(text, secret));
        }
        self
    }

    /// When the reply was made, by the clock of the service.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        self.0.date
    }

    pub(crate) fn with_advice(mut self, advice: String) -> Self {
        self.0.advice = Some(advice);
        self
    }

    /// Another attempt was not possible.
    pub(crate) fn not_repeated_for(self, reason: &Error) -> Self {
        let reason = &reason.0.problem;
        self.with_advice(format!("it was not tried again: {reason}"))
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// What the error of a transport is about.
    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        let inner = self.0.inner.as_ref()?;
        inner.downcast_ref().map(TransportError::kind)
    }

    /// Whether the service cannot have seen the request.
    pub(crate) fn never_sent(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Connect)
    }

    pub(crate) fn over_limits(context: Context, violations: Vec<Violation>) -> Self {
        let mut error = Self::new(ErrorKind::InvalidRequest, context, String::new());
        error.0.violations = violations;
        error
    }

    pub(crate) fn decode(context: Context, problem: String, path: Option<String>) -> Self {
        let mut error = Self::new(ErrorKind::Decode, context, problem);
        error.0.path = path;
        error
    }

    pub(crate) fn paging(context: Context, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Paging, context, problem.into())
    }

    /// The service answered with an error.
    pub(crate) fn api(context: Context, said: Said) -> Self {
        let mut error = Self::new(ErrorKind::Api, context, String::new());
        let Said {
            code,
            kind,
            message,
            help,
        } = said;
        (
            error.0.code,
            error.0.code_kind,
            error.0.message,
            error.0.help,
        ) = (code, kind, message, help);
        error
    }

    /// Adds what is known of the reply.
    pub(crate) fn of_reply(
        mut self,
        status: StatusCode,
        headers: &HeaderMap,
        request_id: Option<String>,
        body: &Bytes,
        date: Option<SystemTime>,
        retry_after: Option<Duration>,
    ) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self.0.date = date;
        self.0.retry_after = retry_after;
        self.0.body = body.clone();
        self.0.snippet = snippet(body);
        if let Some(location) = headers.get(LOCATION)
            && status.is_redirection()
        {
            let location = String::from_utf8_lossy(location.as_bytes());
            self.0.problem = format!("redirects to {location:?}, which is not followed");
        }
        self
    }

    /// How the body begins, or what else can be said of it.
    pub(super) fn describe_body(&self) -> String {
        let body = &self.0.body;
        if body.is_empty() {
            "the body is empty".to_owned()
        } else if self.0.context.secret_reply {
            format!("the body has {} bytes", body.len())
        } else {
            format!("the body begins \"{}\"", self.0.snippet)
        }
    }

    fn new(kind: ErrorKind, context: Context, problem: String) -> Self {
        Self(Box::new(Inner {
            kind,
            context,
            problem,
            path: None,
            violations: Vec::new(),
            status: None,
            code: None,
            code_kind: CodeKind::Other,
            message: None,
            help: None,
            advice: None,
            request_id: None,
            retry_after: None,
            date: None,
            body: Bytes::new(),
            attempts: 0,
            inner: None,
            snippet: String::new(),
        }))
    }

    /// At which step the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The vendor's error code, such as `AccessDeniedException`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the error is about, from its code or, where that says nothing, from its status.
    pub fn code_kind(&self) -> CodeKind {
        self.0.code_kind
    }

    /// The vendor's message; at most 16,384 characters of it.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// What the vendor says to do about it.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The HTTP status of the reply.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The id by which the vendor finds the request in its logs.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The place in the reply that could not be read: `Result.Items[3].Name`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// The error below, such as a [`TransportError`]. The text of this one holds its text, so that it is no
    /// [`source`](StdError::source).
    pub fn inner(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.inner.as_deref()
    }

    /// The limits that the request breaks.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The body of the reply; empty if there was none.
    pub fn raw(&self) -> &Bytes {
        &self.0.body
    }

    /// Whether there were too many requests.
    pub fn is_throttled(&self) -> bool {
        self.0.code_kind == CodeKind::Throttled
    }

    /// Whether the credentials are not allowed to do this.
    pub fn is_access_denied(&self) -> bool {
        self.0.code_kind == CodeKind::AccessDenied
    }

    /// Whether there was no answer in time. A connection that was not made in time is none of these.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether the credentials are missing, wrong or expired, or their provider failed.
    pub fn is_authentication(&self) -> bool {
        self.0.kind == ErrorKind::Credentials || self.0.code_kind == CodeKind::Authentication
    }

    /// Whether the clock of this machine is off.
    pub fn is_clock_skew(&self) -> bool {
        self.0.code_kind == CodeKind::ClockSkew
    }

    /// Whether what is asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.0.code_kind == CodeKind::NotFound
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport | ErrorKind::Timeout)
            || matches!(self.0.code_kind, CodeKind::Throttled | CodeKind::Transient)
    }

    /// How often the call was tried; 0 if nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

/// As `Display`, since this is what a program shows whose `main` returns an error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {}
