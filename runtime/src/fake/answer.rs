//! [`Answer`] and [`Fault`]: what a fake answers to one request.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde_core::Serialize;
use serde_json::Value;

use super::decode::problem;
use crate::error::ServiceErrorKind;
use crate::schema::{self, OpenEnum};
use crate::service::{Code, ServiceInfo};

/// The answer to one request, for [`On::script`](super::On::script) and [`On::reply`](super::On::reply).
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use std::time::Duration;
///
/// use cloud_models::ServiceErrorKind;
/// use cloud_models::fake::{Answer, Fault};
///
/// let script = [
///     Answer::kind(ServiceErrorKind::Throttled).retry_after(Duration::from_secs(2)),
///     Answer::from(Fault::Reset),
///     Answer::Next,
/// ];
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// The response without a script: a page of the items, or the reply.
    Next,
    /// An error that the service reports.
    #[non_exhaustive]
    Error {
        /// The error code; `None` for the first documented code of the kind.
        code: Option<String>,
        /// The kind of the error; `None` for that of the code.
        kind: Option<ServiceErrorKind>,
        /// The HTTP status; `None` for the documented one.
        status: Option<u16>,
        /// The message; `None` for one that the fake makes up.
        message: Option<String>,
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
        /// The details that are documented for the code, by their wire names.
        details: Option<Box<Value>>,
    },
    /// No complete answer, or one of something between client and service.
    Fault(Fault),
}

/// A way in which an exchange fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is lost after the request was sent.
    Reset,
    /// No response arrives. The asynchronous client waits until its timeout; the blocking one gets the timeout at once.
    Hang,
    /// The connection is lost in the middle of the body.
    Cut,
    /// A proxy sends an HTML page, with status 200.
    Html,
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Answer {
    /// Creates an error with a code of the service, such as `ErrorCode::Throttling`, and its documented status.
    pub fn error(code: impl OpenEnum) -> Self {
        Self::new(Some(code.to_wire().to_owned()), None)
    }

    /// Creates an error of a kind, with the first code that the service documents for it, and the status of that code. A
    /// service without a code for clocks reports an error of authentication.
    pub fn kind(kind: ServiceErrorKind) -> Self {
        Self::new(None, Some(kind))
    }

    fn new(code: Option<String>, kind: Option<ServiceErrorKind>) -> Self {
        Self::Error {
            code,
            kind,
            status: None,
            message: None,
            retry_after: None,
            details: None,
        }
    }

    /// Sets the HTTP status of an error. One whose responses have no body, such as 204, fails when it is to be sent. Other answers
    /// stay as they are.
    pub fn status(mut self, value: u16) -> Self {
        if let Self::Error { status, .. } = &mut self {
            *status = Some(value);
        }
        self
    }

    /// Sets the message of an error. Other answers stay as they are.
    pub fn message(mut self, value: impl Into<String>) -> Self {
        if let Self::Error { message, .. } = &mut self {
            *message = Some(value.into());
        }
        self
    }

    /// Sets how long an error asks to wait before another attempt, in whole seconds. Other answers stay as they are.
    pub fn retry_after(mut self, value: Duration) -> Self {
        if let Self::Error { retry_after, .. } = &mut self {
            *retry_after = Some(value);
        }
        self
    }

    /// Sets the details of an error: the structure that the service documents for its code, or JSON with its wire names. Others fail
    /// when they are to be sent. Other answers stay as they are.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cloud_models_runtime as cloud_models;
    /// use cloud_models::Details;
    /// use cloud_models::OpenEnum;
    /// use cloud_models::fake::Answer;
    ///
    /// fn limited<D: Details>(code: impl OpenEnum, details: &D) -> Answer {
    ///     Answer::error(code).details(details)
    /// }
    /// ```
    pub fn details(mut self, value: impl Serialize) -> Self {
        if let Self::Error { details, .. } = &mut self {
            // A value that is not JSON cannot be the documented structure, and fails like others that are not.
            let value = serde_json::to_value(value).unwrap_or_default();
            *details = Some(Box::new(value));
        }
        self
    }
}

/// Omits the details of an error, in which secrets are readable.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("Next"),
            Self::Error {
                code,
                kind,
                status,
                message,
                retry_after,
                details: _,
            } => f
                .debug_struct("Error")
                .field("code", code)
                .field("kind", kind)
                .field("status", status)
                .field("message", message)
                .field("retry_after", retry_after)
                .finish_non_exhaustive(),
            Self::Fault(fault) => f.debug_tuple("Fault").field(fault).finish(),
        }
    }
}

/// An error as it is sent.
pub(super) struct Reported {
    pub(super) status: StatusCode,
    pub(super) code: Option<String>,
    /// The message; `None` if the test gave none.
    pub(super) message: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) details: Option<Box<dyn schema::Value>>,
}

impl Reported {
    /// Finds code, status and details of an error in the facts of the service, or returns why it cannot be sent.
    pub(super) fn new(service: &ServiceInfo, answer: Answer) -> Result<Self, String> {
        let Answer::Error {
            code,
            kind,
            status,
            message,
            retry_after,
            details,
        } = answer
        else {
            return Err("the answer is not an error".to_owned());
        };
        let has_code = |kind| service.codes.iter().any(|row| row.kind == Some(kind));
        let kind = match kind {
            Some(ServiceErrorKind::ClockSkew) if !has_code(ServiceErrorKind::ClockSkew) => {
                Some(ServiceErrorKind::Authentication)
            }
            kind => kind,
        };
        let row = service.codes.iter().find(|row| match (&code, kind) {
            (Some(code), _) => row.wire == code,
            (None, kind) => kind.is_some() && row.kind == kind,
        });
        let documented = row.and_then(|row| row.status);
        let kind = kind.or(row.and_then(|row| row.kind));
        let status = match status.or(documented).or(kind.and_then(status_of)) {
            Some(status) => status,
            None if code.is_some() => 400,
            None => {
                let kind = kind.map_or(String::new(), |kind| format!(" of the kind {kind:?}"));
                return Err(format!(
                    "{} documents no error code{kind}: use `Answer::error`",
                    service.name
                ));
            }
        };
        let status = StatusCode::from_u16(status)
            .map_err(|_| format!("invalid HTTP status {status}: must be between 100 and 999"))?;
        if status.is_informational() || matches!(status.as_u16(), 204 | 304) {
            return Err(format!(
                "HTTP status {status} cannot be that of an error: its responses have no body"
            ));
        }
        let code = code.or(row.map(|row: &Code| row.wire.to_owned()));
        let details = match details {
            Some(details) => Some(read(
                service,
                code.as_deref().unwrap_or_default(),
                &details,
            )?),
            None => None,
        };
        Ok(Self {
            status,
            code,
            message,
            retry_after,
            details,
        })
    }
}

/// Reads the details of an error, which must be those that the service documents for its code.
fn read(
    service: &ServiceInfo,
    code: &str,
    details: &Value,
) -> Result<Box<dyn schema::Value>, String> {
    let ty = service.documented(code).and_then(|code| code.details);
    let ty = ty.ok_or_else(|| format!("{} documents no details of {code:?}", service.name))?;
    ty.read(details).map_err(|error| {
        let problem = problem(&error);
        format!(
            "the details are not those that {} documents for {code:?}: {problem}",
            service.name
        )
    })
}

/// Returns the status of errors of a kind, if a client concludes the kind from it.
fn status_of(kind: ServiceErrorKind) -> Option<u16> {
    Some(match kind {
        ServiceErrorKind::AccessDenied => 403,
        ServiceErrorKind::Authentication => 401,
        ServiceErrorKind::Throttled => 429,
        ServiceErrorKind::Transient => 503,
        ServiceErrorKind::NotFound => 404,
        ServiceErrorKind::Invalid => 400,
        ServiceErrorKind::ClockSkew | ServiceErrorKind::Quota | ServiceErrorKind::Other => {
            return None;
        }
    })
}
