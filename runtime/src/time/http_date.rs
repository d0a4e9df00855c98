//! Dates in HTTP headers.

use std::time::{Duration, SystemTime};

use chrono::DateTime;

/// Parses the date of an HTTP header, such as `Tue, 14 May 2024 13:05:12 GMT`.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let seconds = DateTime::parse_from_rfc2822(text).ok()?.timestamp();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}
