//! Dates in HTTP headers.

use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822::DateTimeParser;

/// Parses the date of an HTTP header, such as `Tue, 14 May 2024 13:05:12 GMT`.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let time = DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = u64::try_from(time.as_second()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
