//! [`Error`], the one error of this crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::display::{MAX_MESSAGE, redact_starts, redacted_start, snippet};
use super::redact::Secrets;
use super::{ReplyInfo, TransportError, TransportErrorKind, Violation};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a call.
///
/// `Display` names the operation, the HTTP status, the vendor's code, message and request ID, or the JSON path of a value
/// that could not be decoded, and what to do about it. For decisions, use [`kind`](Self::kind) and the predicates.
///
/// Secrets of the call are removed from all text when the error is created, so `Display` and `Debug` can be logged; only
/// [`inner`](Self::inner) and [`ReplyInfo::body`] return what transports and services sent. Secrets are credentials, logins of
/// proxies and sensitive parameters, even in part; and values of at least eight characters that the caller added to requests,
/// where they are whole words. Documented error codes are never redacted. Cloning is cheap.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Error, ErrorKind};
///
/// fn describe(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::InvalidRequest | ErrorKind::Config => "fix the program",
///         ErrorKind::Credentials => "fix the credentials",
///         _ if error.is_access_denied() => "ask for permission",
///         _ if error.is_retryable() => "try again later",
///         _ => "see the message",
///     }
/// }
///
/// assert_eq!(describe(&Error::timeout()), "try again later");
/// ```
#[derive(Clone)]
pub struct Error(pub(super) Arc<Inner>);

#[derive(Clone)]
pub(super) struct Inner {
    /// Empty in an error that a test made.
    pub(super) service: &'static str,
    pub(super) operation: Option<&'static str>,
    /// Whether responses contain secrets, so that messages must not quote them.
    pub(super) hides_reply: bool,
    /// Whether repeating the call has no further effect.
    repeatable: bool,
    /// Idempotency token of the requests. It is not part of any message.
    token: Option<String>,
    pub(super) failure: Failure,
    /// Host that the transport connected to; empty for other failures. It is a part of the configuration that cannot
    /// contain a secret, so a value of the caller that looks like it does not hide it.
    pub(super) host: String,
    pub(super) reply: Option<ReplyInfo>,
    pub(super) advice: Option<String>,
    pub(super) attempts: u32,
    /// Whether an attempt of the call may have reached the service.
    sent: bool,
    /// Whether an earlier attempt of the call may have had an effect.
    effect: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The failure that an error describes.
#[derive(Clone)]
pub(super) enum Failure {
    InvalidRequest {
        problem: String,
        violations: Vec<Violation>,
    },
    Config(String),
    Credentials {
        problem: String,
        /// Whether a provider failed that may succeed later.
        is_temporary: bool,
    },
    Transport {
        kind: TransportErrorKind,
        problem: String,
    },
    Timeout(String),
    Service(ServiceError),
    Decode {
        problem: String,
        path: Option<String>,
    },
    Paging(String),
}

/// An error that the service reports.
#[derive(Clone)]
pub(super) struct ServiceError {
    pub(super) kind: ServiceErrorKind,
    pub(super) code: Option<Cow<'static, str>>,
    pub(super) message: Option<String>,
    pub(super) help: Option<String>,
    /// Target of a redirect.
    pub(super) redirect: Option<String>,
    /// Path of the object in the body that holds the code; empty for the body itself.
    holder: &'static str,
}

/// The stage at which a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request violates documented limits. Nothing was sent.
    InvalidRequest,
    /// The configuration cannot work: a missing region, an invalid endpoint, an unusable proxy, no transport. Nothing was
    /// sent.
    Config,
    /// Credentials are missing or unusable, or their provider failed.
    Credentials,
    /// No connection could be made, or it was lost.
    Transport,
    /// No response arrived in time.
    Timeout,
    /// The service reported an error.
    Service,
    /// The response is not as documented.
    Decode,
    /// The pages of a list contradict each other.
    Paging,
}

/// The kind of an error that the service reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceErrorKind {
    /// The credentials do not grant the permission.
    AccessDenied,
    /// The credentials are missing, wrong or expired.
    Authentication,
    /// The clock of this machine is wrong.
    ClockSkew,
    /// Too many requests; a later attempt may succeed.
    Throttled,
    /// A transient service failure.
    Transient,
    /// The resource does not exist.
    NotFound,
    /// The request is invalid.
    Invalid,
    /// A quota is exhausted, or the account is suspended.
    Quota,
    /// Any other error.
    Other,
}

/// The facts of a call that its errors share.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) service: &'static str,
    /// `None` if no operation is involved.
    pub(crate) operation: Option<&'static str>,
    /// Whether responses contain secrets, so that messages must not quote them.
    pub(crate) hides_reply: bool,
    /// Whether repeating the call has no further effect.
    pub(crate) repeatable: bool,
    /// Idempotency token of the requests.
    pub(crate) token: Option<&'a str>,
    pub(crate) secrets: &'a dyn Secrets,
}

/// An HTTP response that reports an error, or that cannot be decoded.
pub(crate) struct ServiceReply {
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) date: Option<SystemTime>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The parts of a response from which the details of an error are read.
pub(crate) struct DetailsSource<'a> {
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Path of the object in the body that holds the code; empty for the body itself.
    pub(crate) holder: &'static str,
}

/// The texts of a service's error.
pub(crate) struct ServiceText {
    /// Borrowed if the service documents it. Only other codes are redacted: they may be anything.
    pub(crate) code: Option<Cow<'static, str>>,
    pub(crate) message: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) redirect: Option<String>,
    /// Path of the object in the body that holds the code; empty for the body itself.
    pub(crate) holder: &'static str,
}

impl Error {
    /// Creates an error as if the service had reported it, for tests of programs.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cloud_models_runtime as cloud_models;
    /// use cloud_models::{Error, ServiceErrorKind};
    ///
    /// let error = Error::service(ServiceErrorKind::Throttled, "ThrottlingException", "Rate exceeded");
    /// assert!(error.is_throttled() && error.is_retryable());
    /// assert_eq!(error.code(), Some("ThrottlingException"));
    /// ```
    pub fn service(
        kind: ServiceErrorKind,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let failure = Failure::Service(ServiceError {
            kind,
            code: Some(Cow::Owned(code.into())),
            message: Some(message.into()),
            help: None,
            redirect: None,
            holder: "",
        });
        Self::new(&Context::NONE, failure, None).with_sent(true)
    }

    /// Creates the error of a call that timed out, for tests of programs.
    pub fn timeout() -> Self {
        let failure = Failure::Timeout("no response in time".to_owned());
        Self::new(&Context::NONE, failure, None).with_sent(true)
    }

    pub(crate) fn config(context: &Context<'_>, problem: impl Into<String>) -> Self {
        Self::new(context, Failure::Config(problem.into()), None)
    }

    pub(crate) fn invalid_request(
        context: &Context<'_>,
        problem: impl Into<String>,
        violations: Vec<Violation>,
    ) -> Self {
        let failure = Failure::InvalidRequest {
            problem: problem.into(),
            violations,
        };
        Self::new(context, failure, None)
    }

    /// Creates an error of credentials that are missing or unusable.
    pub(crate) fn credentials(context: &Context<'_>, problem: impl Into<String>) -> Self {
        let failure = Failure::Credentials {
            problem: problem.into(),
            is_temporary: false,
        };
        Self::new(context, failure, None)
    }

    /// Creates an error of a provider that failed or took too long.
    pub(crate) fn provider(
        context: &Context<'_>,
        problem: impl Into<String>,
        is_permanent: bool,
        source: Arc<dyn StdError + Send + Sync>,
    ) -> Self {
        let failure = Failure::Credentials {
            problem: problem.into(),
            is_temporary: !is_permanent,
        };
        Self::new(context, failure, Some(source))
    }

    /// Creates an error of a transport, which connected to `host`; empty if none is known.
    pub(crate) fn transport(context: &Context<'_>, host: &str, error: TransportError) -> Self {
        let kind = error.kind();
        let problem = error.to_string();
        let failure = match kind {
            TransportErrorKind::Timeout => Failure::Timeout(problem),
            TransportErrorKind::Config => Failure::Config(problem),
            TransportErrorKind::TooLarge => Failure::Decode {
                problem,
                path: None,
            },
            _ => Failure::Transport { kind, problem },
        };
        let sent = matches!(
            kind,
            TransportErrorKind::Timeout | TransportErrorKind::TooLarge | TransportErrorKind::Other
        );
        let mut error = Self::new(context, failure, Some(Arc::new(error))).with_sent(sent);
        error.inner_mut().host = host.to_owned();
        error
    }

    /// Creates the error of a call that exceeded its timeout.
    pub(crate) fn call_timeout(context: &Context<'_>, limit: Duration) -> Self {
        let problem = format!("the call took longer than {limit:?} (`call_timeout`)");
        Self::new(context, Failure::Timeout(problem), None)
    }

    pub(crate) fn paging(context: &Context<'_>, problem: impl Into<String>) -> Self {
        Self::new(context, Failure::Paging(problem.into()), None).with_sent(true)
    }

    /// Creates the error that a service reports in a response.
    pub(crate) fn reported(
        context: &Context<'_>,
        kind: ServiceErrorKind,
        text: ServiceText,
        reply: ServiceReply,
    ) -> Self {
        let failure = Failure::Service(ServiceError {
            kind,
            code: text.code,
            message: text.message,
            help: text.help,
            redirect: text.redirect,
            holder: text.holder,
        });
        Self::new(context, failure, None).with_reply(reply, context)
    }

    /// Creates the error of a response that cannot be decoded.
    pub(crate) fn decode(
        context: &Context<'_>,
        problem: String,
        path: Option<String>,
        reply: ServiceReply,
    ) -> Self {
        let failure = Failure::Decode { problem, path };
        Self::new(context, failure, None).with_reply(reply, context)
    }

    /// Creates an error. This is the only way to make one: all text is redacted here.
    fn new(
        context: &Context<'_>,
        mut failure: Failure,
        source: Option<Arc<dyn StdError + Send + Sync>>,
    ) -> Self {
        redact_starts(&mut failure.texts(), MAX_MESSAGE, context.secrets);
        Self(Arc::new(Inner {
            service: context.service,
            operation: context.operation,
            hides_reply: context.hides_reply,
            repeatable: context.repeatable,
            token: context.token.map(str::to_owned),
            failure,
            host: String::new(),
            reply: None,
            advice: None,
            attempts: 0,
            sent: false,
            effect: false,
            source,
        }))
    }

    fn with_reply(mut self, reply: ServiceReply, context: &Context<'_>) -> Self {
        let snippet = snippet(&reply.body, context.secrets);
        let request_id = reply.request_id.map(|id| context.redacted(&id));
        let inner = self.inner_mut();
        inner.sent = true;
        inner.reply = Some(ReplyInfo {
            status: reply.status,
            request_id,
            retry_after: reply.retry_after,
            date: reply.date,
            headers: reply.headers,
            body: reply.body,
            snippet,
        });
        self
    }

    /// Returns what the details of an error of a service are read from.
    pub(crate) fn details_source(&self, service: &str) -> Option<DetailsSource<'_>> {
        let error = self.service_error().filter(|_| self.0.service == service)?;
        let reply = self.0.reply.as_ref()?;
        Some(DetailsSource {
            status: reply.status,
            headers: &reply.headers,
            body: &reply.body,
            holder: error.holder,
        })
    }

    /// Creates the error of a response whose details cannot be decoded. The secrets of the call are no longer known, so nothing
    /// of the response is quoted.
    pub(crate) fn without_details(&self, path: Option<String>) -> Self {
        let mut error = self.clone();
        let inner = error.inner_mut();
        inner.failure = Failure::Decode {
            problem: String::new(),
            path,
        };
        inner.hides_reply = true;
        inner.advice = None;
        error
    }

    /// Adds what the caller can do about it. The text must not contain a secret.
    pub(crate) fn with_advice(mut self, advice: String) -> Self {
        self.inner_mut().advice = Some(advice);
        self
    }

    /// Adds why there was no further attempt.
    pub(crate) fn not_repeated_because_of(self, reason: &Error) -> Self {
        let problem = match &reason.0.failure {
            Failure::Credentials { problem, .. } => problem.clone(),
            _ => reason.to_string(),
        };
        self.with_advice(format!("not retried: {problem}"))
    }

    /// Sets the number of attempts, whether one of them may have reached the service, and whether one before the last may have
    /// had an effect.
    pub(crate) fn after(mut self, attempts: u32, sent: bool, effect: bool) -> Self {
        let inner = self.inner_mut();
        inner.attempts = attempts;
        inner.sent |= sent;
        inner.effect |= effect;
        self
    }

    pub(crate) fn with_sent(mut self, sent: bool) -> Self {
        self.inner_mut().sent = sent;
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the stage at which the call failed.
    pub fn kind(&self) -> ErrorKind {
        match self.0.failure {
            Failure::InvalidRequest { .. } => ErrorKind::InvalidRequest,
            Failure::Config(_) => ErrorKind::Config,
            Failure::Credentials { .. } => ErrorKind::Credentials,
            Failure::Transport { .. } => ErrorKind::Transport,
            Failure::Timeout(_) => ErrorKind::Timeout,
            Failure::Service(_) => ErrorKind::Service,
            Failure::Decode { .. } => ErrorKind::Decode,
            Failure::Paging(_) => ErrorKind::Paging,
        }
    }

    /// Returns the kind of the error that the service reported, decided by its code or, for an unknown code, by the HTTP
    /// status; `None` if the service reported none.
    pub fn service_kind(&self) -> Option<ServiceErrorKind> {
        self.service_error().map(|error| error.kind)
    }

    /// Returns the vendor's error code, such as `AccessDeniedException`.
    pub fn code(&self) -> Option<&str> {
        self.service_error()?.code.as_deref()
    }

    /// Returns the vendor's message, at most 16,384 characters of it.
    pub fn message(&self) -> Option<&str> {
        self.service_error()?.message.as_deref()
    }

    /// Returns the vendor's advice.
    pub fn help(&self) -> Option<&str> {
        self.service_error()?.help.as_deref()
    }

    /// Returns the HTTP response behind this error: its status, request ID and body.
    pub fn reply(&self) -> Option<&ReplyInfo> {
        self.0.reply.as_ref()
    }

    /// Returns the HTTP status of the response.
    pub fn status(&self) -> Option<StatusCode> {
        self.reply().map(ReplyInfo::status)
    }

    /// Returns the request ID, by which the vendor finds the request in its logs.
    pub fn request_id(&self) -> Option<&str> {
        self.reply()?.request_id()
    }

    /// Returns how long the service asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.reply()?.retry_after()
    }

    /// Returns the JSON path of the value that could not be decoded, such as `Result.Items[3].Name`.
    pub fn path(&self) -> Option<&str> {
        match &self.0.failure {
            Failure::Decode { path, .. } => path.as_deref(),
            _ => None,
        }
    }

    /// Returns the limits that the request violates, at most 100 of them.
    pub fn violations(&self) -> &[Violation] {
        match &self.0.failure {
            Failure::InvalidRequest { violations, .. } => violations,
            _ => &[],
        }
    }

    /// Returns the underlying error, such as a [`TransportError`] or the error of a credentials provider.
    ///
    /// Its message is part of this error's, so it is not a [`source`](StdError::source). Unlike this error it is not
    /// redacted: it is what your transport or provider returned.
    pub fn inner(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// Returns `true` if there were too many requests.
    pub fn is_throttled(&self) -> bool {
        self.service_kind() == Some(ServiceErrorKind::Throttled)
    }

    /// Returns `true` if the credentials do not grant the permission.
    pub fn is_access_denied(&self) -> bool {
        self.service_kind() == Some(ServiceErrorKind::AccessDenied)
    }

    /// Returns `true` if no response arrived in time. A connection that could not be made in time is
    /// [`ErrorKind::Transport`] instead.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns `true` if the credentials are missing, wrong or expired, or their provider failed.
    pub fn is_authentication(&self) -> bool {
        self.kind() == ErrorKind::Credentials
            || self.service_kind() == Some(ServiceErrorKind::Authentication)
    }

    /// Returns `true` if the service refused the request because the clock of this machine is wrong.
    pub fn is_clock_skew(&self) -> bool {
        self.service_kind() == Some(ServiceErrorKind::ClockSkew)
    }

    /// Returns `true` if the resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.service_kind() == Some(ServiceErrorKind::NotFound)
    }

    /// Returns `true` if another attempt may succeed *and* repeating the request is safe.
    ///
    /// Repeating is always safe for an operation that is read-only or idempotent, and with an idempotency token that the caller
    /// set. Otherwise it is safe only if the service cannot have acted on the request: nothing was sent, or the service refused
    /// it for lack of capacity. An idempotency token that the call created does not help, because another call creates another
    /// one; to repeat the call, set the [token](Self::idempotency_token) that was sent.
    ///
    /// All of this has already been tried within the call, with the exception of a failed credentials provider.
    pub fn is_retryable(&self) -> bool {
        self.can_repeat(self.0.repeatable)
    }

    /// Returns whether another attempt may succeed, and is safe if repeating has no further effect (`repeatable`), or if this
    /// attempt and those before it had none.
    pub(crate) fn can_repeat(&self, repeatable: bool) -> bool {
        if self.0.effect && !repeatable {
            return false;
        }
        match &self.0.failure {
            Failure::Transport { kind, .. } => match kind {
                TransportErrorKind::Connect => true,
                TransportErrorKind::Certificate | TransportErrorKind::Proxy => false,
                _ => repeatable,
            },
            Failure::Timeout(_) => repeatable || !self.0.sent,
            Failure::Service(_) if self.status() == Some(StatusCode::TOO_EARLY) => true,
            Failure::Service(error) => match error.kind {
                ServiceErrorKind::Throttled => true,
                ServiceErrorKind::Transient => repeatable,
                _ => false,
            },
            Failure::Credentials { is_temporary, .. } => *is_temporary,
            Failure::InvalidRequest { .. }
            | Failure::Config(_)
            | Failure::Decode { .. }
            | Failure::Paging(_) => false,
        }
    }

    /// Returns the idempotency token with which the request was sent, whether the caller set it or the call created it; `None`
    /// if no attempt was made or the operation has no such parameter. Like the body of a reply, the token is not redacted.
    ///
    /// A call that sets the same token can repeat the request without a second effect, if the vendor still knows the token.
    pub fn idempotency_token(&self) -> Option<&str> {
        let is_sent = self.0.attempts > 0 || self.0.sent;
        self.0.token.as_deref().filter(|_| is_sent)
    }

    /// Returns `true` if the service may have seen the request, in any attempt of the call.
    pub fn was_sent(&self) -> bool {
        self.0.sent
    }

    /// Returns the number of attempts that were begun, including those that could not connect.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    fn service_error(&self) -> Option<&ServiceError> {
        match &self.0.failure {
            Failure::Service(error) => Some(error),
            _ => None,
        }
    }
}

impl Context<'_> {
    /// The context of errors that belong to no service.
    pub(crate) const NONE: Self = Self {
        service: "",
        operation: None,
        hides_reply: false,
        repeatable: true,
        token: None,
        secrets: &(),
    };

    /// Returns a text of limited length without the secrets of the call.
    pub(crate) fn redacted(&self, text: &str) -> String {
        redacted_start(text, MAX_MESSAGE, self.secrets)
    }
}

impl Failure {
    /// Returns all texts that may come from outside.
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::InvalidRequest {
                problem,
                violations,
            } => {
                let of_violations = violations
                    .iter_mut()
                    .flat_map(|it| [&mut it.field, &mut it.rule, &mut it.value]);
                std::iter::once(problem).chain(of_violations).collect()
            }
            Self::Config(problem)
            | Self::Credentials { problem, .. }
            | Self::Transport { problem, .. }
            | Self::Timeout(problem)
            | Self::Paging(problem) => vec![problem],
            Self::Service(error) => {
                let code = match &mut error.code {
                    Some(Cow::Owned(code)) => Some(code),
                    _ => None,
                };
                let texts = [&mut error.message, &mut error.help, &mut error.redirect];
                code.into_iter()
                    .chain(texts.into_iter().flatten())
                    .collect()
            }
            Self::Decode { problem, path } => std::iter::once(problem).chain(path).collect(),
        }
    }
}

impl StdError for Error {}

/// Converts the error of making a transport, so that `?` works beside that of calls.
impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::transport(&Context::NONE, "", error)
    }
}
