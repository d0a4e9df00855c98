//! Points in time that keep the text they came with.

use std::fmt;
use std::time::SystemTime;

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use jiff::fmt::temporal::Pieces;
use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

/// 1970, the beginning of the time of computers.
const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// A point in time as a service writes it.
///
/// Keeps the text of the wire, whatever it is: an offset, nine digits after the point, and also what is no time
/// at all, such as `0000-00-00T00:00:00Z`. Equality and serialisation use the text;
/// [`to_system_time`](Self::to_system_time) gives the instant where there is one.
///
/// ```
/// use cloud_models_runtime::Timestamp;
/// use std::time::{Duration, SystemTime};
///
/// let instant = SystemTime::UNIX_EPOCH + Duration::from_millis(1_715_691_912_345);
/// assert_eq!(Timestamp::from(instant).as_str(), "2024-05-14T13:05:12.345Z");
/// assert_eq!(Timestamp::from("2024-05-14T21:05:12.345+08:00").to_system_time(), Some(instant));
/// assert_eq!(Timestamp::from("2024-05-14 13:05:12").to_system_time(), None); // no zone, so no instant
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text, as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant; `None` if the text is no time, has no zone, or lies beyond what the system can express.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let since_epoch = self.utc()?.duration_since(EPOCH);
        if since_epoch.is_negative() {
            SystemTime::UNIX_EPOCH.checked_sub(since_epoch.unsigned_abs())
        } else {
            SystemTime::UNIX_EPOCH.checked_add(since_epoch.unsigned_abs())
        }
    }

    /// The instant in UTC as RFC 3339 writes it, `2024-05-14T13:05:12Z`: what goes into a path, a query or a header. A
    /// body has the text as it is.
    pub(crate) fn to_wire(&self) -> Option<String> {
        self.utc().map(|time| format!("{time}Z"))
    }

    /// Date and time in UTC. Not as jiff's own instant, which lacks the last day of the year 9999.
    pub(crate) fn utc(&self) -> Option<DateTime> {
        let pieces = Pieces::parse(&self.0)
            .ok()
            .filter(|pieces| pieces.time_zone_annotation().is_none())?;
        let offset = pieces.to_numeric_offset()?;
        let local = DateTime::from_parts(pieces.date(), pieces.time()?);
        local
            .checked_sub(SignedDuration::from_secs(offset.seconds().into()))
            .ok()
    }
}

/// The text as it is, without a look at whether it is a time.
impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The text as it is, without a look at whether it is a time.
impl From<&String> for Timestamp {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

/// The text as it is, without a look at whether it is a time.
impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// In UTC, with as many digits after the point as it takes. An instant before the year -9999 or after 9999 becomes
/// the first or the last that can be written.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(format!("{}Z", utc(time)))
    }
}

/// Date and time in UTC; the first or the last that can be written for an instant before or behind them.
pub(crate) fn utc(time: SystemTime) -> DateTime {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => EPOCH.checked_add(after).unwrap_or(DateTime::MAX),
        Err(before) => EPOCH
            .checked_sub(before.duration())
            .unwrap_or(DateTime::MIN),
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn wire(text: &str) -> Option<String> {
        Timestamp::from(text).to_wire()
    }

    #[test]
    fn offsets_and_digits_are_kept_on_the_way_to_utc() {
        assert_eq!(
            wire("2024-05-13T22:30:00.500000-05:30").unwrap(),
            "2024-05-14T04:00:00.5Z"
        );
        assert_eq!(
            wire("9999-12-31T23:59:59.999999+00:00").unwrap(),
            "9999-12-31T23:59:59.999999Z"
        );
        assert_eq!(
            wire("0001-01-01T00:00:00Z").unwrap(),
            "0001-01-01T00:00:00Z"
        );
        assert_eq!(
            wire("2023-05-30T12:24:30.123456789Z").unwrap(),
            "2023-05-30T12:24:30.123456789Z"
        );
    }

    #[test]
    fn what_is_no_instant_has_none() {
        for text in [
            "",
            "yesterday",
            "0000-00-00T00:00:00Z",
            "2026-11-22 00:16:50",
            "2024-05-14",
            "lYuGzty",
        ] {
            assert_eq!(wire(text), None, "{text:?}");
            assert_eq!(Timestamp::from(text).to_system_time(), None, "{text:?}");
            assert_eq!(Timestamp::from(text).as_str(), text);
        }
    }

    #[test]
    fn instants_survive_the_way_through_text() {
        for nanos in [0, 1, 999_999_999, 1_715_691_912_345_678_901] {
            let after = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(after).to_system_time(), Some(after));
            let before = SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(before).to_system_time(), Some(before));
        }
    }
}
