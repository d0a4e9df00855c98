//! The metadata of a response: error code, message and request ID, and what a code means.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};

use super::envelope::Copied;
use super::json::text_at;
use crate::error::ServiceErrorKind;
use crate::service::{Part, ServiceInfo, families};

impl ServiceInfo {
    /// Returns a code as the table of documented codes has it, if it is there.
    pub(super) fn known(&self, code: String) -> Cow<'static, str> {
        match self.codes.iter().find(|known| known.wire == code) {
            Some(known) => Cow::Borrowed(known.wire),
            None => Cow::Owned(code),
        }
    }

    /// Returns the kind of an error, by its code or, if the code is unknown, by the status.
    pub(super) fn kind(&self, code: Option<&str>, status: StatusCode) -> ServiceErrorKind {
        let Some(code) = code else {
            return kind_of_status(status.as_u16());
        };
        match self.documented(code) {
            Some(code) => code
                .kind
                .unwrap_or(kind_of_status(code.status.unwrap_or(status.as_u16()))),
            None if families(code).any(|code| THROTTLING.contains(&code)) => {
                ServiceErrorKind::Throttled
            }
            None => kind_of_status(status.as_u16()),
        }
    }
}

/// Returns the kind of an error whose code is unknown or states no kind.
fn kind_of_status(status: u16) -> ServiceErrorKind {
    match status {
        400 | 405 | 411..=415 => ServiceErrorKind::Invalid,
        401 => ServiceErrorKind::Authentication,
        403 => ServiceErrorKind::AccessDenied,
        404 => ServiceErrorKind::NotFound,
        408 | 500 | 502..=504 => ServiceErrorKind::Transient,
        429 => ServiceErrorKind::Throttled,
        _ => ServiceErrorKind::Other,
    }
}

/// Codes that mean throttling at every service; the list that all AWS SDKs share.
const THROTTLING: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// The metadata of a response.
pub(super) struct Facts<'a> {
    pub(super) service: &'static ServiceInfo,
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) members: Members<'a>,
}

/// Where the members of a body are found that describe an error.
pub(super) enum Members<'a> {
    Copied(Copied<'a>),
    In(&'a str),
}

/// The largest body that is searched for an error, in bytes. Errors are short; a larger body is something else.
const MAX_ERROR: usize = 1 << 20;

impl<'a> Members<'a> {
    /// The members of a body that may be anything.
    pub(super) fn of_any(body: &'a [u8]) -> Self {
        let text = Some(body).filter(|body| body.len() <= MAX_ERROR);
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        Self::In(text.unwrap_or_default())
    }
}

impl Facts<'_> {
    /// Returns whether the response may report an error although its status is that of a success.
    pub(super) fn may_be_error(&self) -> bool {
        self.service.only_status.contains(&self.status.as_u16())
    }

    /// Returns the error code, unless it means success.
    pub(super) fn code(&self) -> Option<String> {
        self.code_and_place().map(|(code, _)| code)
    }

    /// Returns the error code, unless it means success, and the path of the object that holds it. A code in a header belongs
    /// to the whole body, whose path is empty.
    pub(super) fn code_and_place(&self) -> Option<(String, &'static str)> {
        let found = self.codes().find(|(code, _)| !self.is_success(code));
        found.map(|(code, part)| match part {
            Part::Header(_) => (code, ""),
            Part::Body(path) => (code, path.rsplit_once('.').map_or("", |(holder, _)| holder)),
        })
    }

    pub(super) fn has_success_code(&self) -> bool {
        self.codes().any(|(code, _)| self.is_success(&code))
    }

    fn is_success(&self, code: &str) -> bool {
        self.service.success_codes.contains(&code)
    }

    /// Returns the codes in all places that may contain one.
    fn codes(&self) -> impl Iterator<Item = (String, &'static Part)> {
        let places = Some(self.service.error_code).filter(|_| self.may_be_error());
        places
            .into_iter()
            .flatten()
            .filter_map(|part| Some((self.part(part)?, part)))
            .map(|(code, part)| match self.service.namespaced_codes {
                // `namespace#Code:detail`
                true => {
                    let code = code.split(':').next().unwrap_or_default();
                    let code = code.rsplit('#').next().unwrap_or_default().to_owned();
                    (code, part)
                }
                false => (code, part),
            })
            .filter(|(code, _)| !code.is_empty())
    }

    pub(super) fn request_id(&self) -> Option<String> {
        self.first(self.service.request_id)
    }

    pub(super) fn first(&self, parts: &[Part]) -> Option<String> {
        parts.iter().find_map(|part| self.part(part))
    }

    fn part(&self, part: &Part) -> Option<String> {
        match part {
            Part::Header(name) => header_text(self.headers, name),
            Part::Body(path) => self.member(path),
        }
    }

    fn member(&self, path: &str) -> Option<String> {
        match &self.members {
            Members::In(text) => text_at(text, path),
            Members::Copied(copied) => {
                let (top, rest) = path.split_once('.').unwrap_or((path, ""));
                let (_, value) = copied.iter().find(|(name, _)| name == top)?;
                text_at(value.get(), rest)
            }
        }
    }
}

/// Returns a header that is not empty.
pub(super) fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
}
