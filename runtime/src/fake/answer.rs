//! [`Answer`] and [`Fault`]: what a fake answers to one request.

use std::time::Duration;

use http::StatusCode;

use crate::error::ServiceErrorKind;
use crate::schema::OpenEnum;
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
#[derive(Clone, Debug, PartialEq)]
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
        }
    }

    /// Sets the HTTP status of an error. Other answers stay as they are.
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
}

/// An error as it is sent.
pub(super) struct Reported {
    pub(super) status: StatusCode,
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) retry_after: Option<Duration>,
}

impl Reported {
    /// Finds code and status of an error in the facts of the service, or returns why there is nothing to find.
    pub(super) fn new(
        service: &ServiceInfo,
        code: Option<String>,
        kind: Option<ServiceErrorKind>,
        status: Option<u16>,
    ) -> Result<Self, String> {
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
        Ok(Self {
            status,
            code: code.or(row.map(|row: &Code| row.wire.to_owned())),
            message: "error of the fake service".to_owned(),
            retry_after: None,
        })
    }
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
