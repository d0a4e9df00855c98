//! [`Timestamp`], a point in time that keeps its wire form.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde_core::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

/// Nanoseconds in a second.
const NANOS: i128 = 1_000_000_000;

/// A point in time as a service sends it.
///
/// Keeps the wire form: a text with an offset and nine fractional digits, a number of seconds or
/// milliseconds since 1970, and even text that is not a time, such as `0000-00-00T00:00:00Z`. Serialization writes the
/// same form back; a request has times in the form that the service documents, texts in UTC. [`to_system_time`](Self::to_system_time) returns the instant if there is one.
///
/// Comparison is by instant: `2024-05-14T13:05:12Z` equals `2024-05-14T21:05:12+08:00`. Values that are not instants are
/// compared as text, and are greater than all instants.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Timestamp;
/// use std::time::{Duration, SystemTime};
///
/// let instant = SystemTime::UNIX_EPOCH + Duration::from_millis(1_715_691_912_345);
/// assert_eq!(Timestamp::from(instant).as_str(), "2024-05-14T13:05:12.345Z");
/// assert_eq!(Timestamp::from("2024-05-14T21:05:12.345+08:00").to_system_time(), Some(instant));
/// assert_eq!(Timestamp::from("2024-05-14 13:05:12").to_system_time(), None); // no offset, so no instant
/// assert!(Timestamp::from("2024-05-14T13:05:12Z") < Timestamp::from(instant));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Timestamp {
    text: String,
    form: Form,
}

/// The wire form of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Form {
    #[default]
    Text,
    /// A JSON number: of seconds, or of milliseconds if it is large.
    Number,
    /// A JSON number of milliseconds.
    Milliseconds,
}

/// The form in which a time is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// Text such as `2024-05-14T13:05:12Z`.
    #[default]
    Rfc3339,
    /// A number of seconds since 1970.
    EpochSeconds,
    /// A number of milliseconds since 1970.
    EpochMillis,
    /// Text such as `Tue, 14 May 2024 13:05:12 GMT`.
    HttpDate,
}

impl TimestampFormat {
    /// Returns whether times are text, which has four digits for the year.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Rfc3339 | Self::HttpDate)
    }
}

impl Timestamp {
    /// Numbers from here on are milliseconds, smaller ones seconds: 10^11 seconds are in the year 5138, 10^11
    /// milliseconds in 1973.
    const MILLISECONDS_FROM: f64 = 1e11;

    /// Returns the wire form; of a number, its digits.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the instant, or `None` if the wire form is not a time, has no offset, or is out of the range of
    /// [`SystemTime`].
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let time = self.utc()?;
        let seconds = Duration::from_secs(time.timestamp().unsigned_abs());
        let second = match time.timestamp() < 0 {
            true => SystemTime::UNIX_EPOCH.checked_sub(seconds),
            false => SystemTime::UNIX_EPOCH.checked_add(seconds),
        };
        second?.checked_add(Duration::from_nanos(time.timestamp_subsec_nanos().into()))
    }

    /// Returns the time in the form in which it is sent, text in UTC; as it is, if it is no instant.
    pub(crate) fn in_format(&self, format: TimestampFormat) -> Self {
        let Some(time) = self.utc() else {
            return self.clone();
        };
        match format {
            TimestampFormat::Rfc3339 => rfc3339(time).into(),
            TimestampFormat::HttpDate => {
                time.format("%a, %d %b %Y %H:%M:%S GMT").to_string().into()
            }
            TimestampFormat::EpochSeconds => Self {
                text: seconds(time),
                form: Form::Number,
            },
            TimestampFormat::EpochMillis => Self {
                text: time.timestamp_millis().to_string(),
                form: Form::Milliseconds,
            },
        }
    }

    /// A number counts milliseconds, however small it is.
    pub(crate) fn set_millis(&mut self) {
        if self.form == Form::Number {
            self.form = Form::Milliseconds;
        }
    }

    /// Reads a time from a text that may be a number.
    pub(crate) fn from_text_or_number(text: &str) -> Self {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::from_number(text),
            _ => text.into(),
        }
    }

    fn from_number(number: impl ToString) -> Self {
        Self {
            text: number.to_string(),
            form: Form::Number,
        }
    }

    /// Returns the instant in UTC.
    pub(crate) fn utc(&self) -> Option<DateTime<Utc>> {
        if self.form == Form::Text {
            let http_date = || DateTime::parse_from_rfc2822(&self.text).ok();
            let time = self.text.parse().ok();
            return time.or_else(|| http_date().map(|time| time.to_utc()));
        }
        let number: f64 = self.text.parse().ok()?;
        let is_millis = self.form == Form::Milliseconds || number.abs() >= Self::MILLISECONDS_FROM;
        let seconds = if is_millis { number / 1e3 } else { number };
        // Floating-point numbers of this size are exact to a microsecond.
        #[expect(clippy::cast_possible_truncation, reason = "the conversion saturates")]
        DateTime::from_timestamp_micros((seconds * 1e6).round() as i64)
    }

    /// Returns the year in UTC.
    pub(crate) fn year(&self) -> Option<i32> {
        self.utc().map(|time| time.year())
    }

    fn key(&self) -> Key<'_> {
        match self.utc() {
            Some(time) => Key::Instant(time),
            None => Key::Text(&self.text),
        }
    }
}

/// The key of comparisons.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key<'a> {
    Instant(DateTime<Utc>),
    Text(&'a str),
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<&String> for Timestamp {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self {
            text,
            form: Form::Text,
        }
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<&mut str> for Timestamp {
    fn from(text: &mut str) -> Self {
        text.to_owned().into()
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<Box<str>> for Timestamp {
    fn from(text: Box<str>) -> Self {
        String::from(text).into()
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<Cow<'_, str>> for Timestamp {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

/// Keeps the text as it is, without checking that it is a time.
impl From<char> for Timestamp {
    fn from(text: char) -> Self {
        String::from(text).into()
    }
}

/// Writes the instant in UTC with as many fractional digits as needed. An instant too far for a calendar of 262,000 years
/// becomes the first or last one in it.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        rfc3339(utc(time)).into()
    }
}

/// Returns date and time in UTC; the first or last one if the instant is out of range.
pub(crate) fn utc(time: SystemTime) -> DateTime<Utc> {
    let nanos = |since: Duration| i128::try_from(since.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => from_nanos(nanos(after)),
        Err(before) => from_nanos(-nanos(before.duration())),
    }
}

/// Returns the date and time this many nanoseconds after 1970; the first or last one if it is out of range.
fn from_nanos(nanos: i128) -> DateTime<Utc> {
    let edge = match nanos < 0 {
        true => DateTime::<Utc>::MIN_UTC,
        false => DateTime::<Utc>::MAX_UTC,
    };
    let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok();
    let nanos = u32::try_from(nanos.rem_euclid(NANOS)).unwrap_or_default();
    seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, nanos))
        .unwrap_or(edge)
}

/// Writes RFC 3339 with as many fractional digits as needed.
fn rfc3339(time: DateTime<Utc>) -> String {
    let text = time.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let text = text
        .trim_end_matches('Z')
        .trim_end_matches('0')
        .trim_end_matches('.');
    format!("{text}Z")
}

/// Writes the seconds since 1970 with as many fractional digits as needed.
fn seconds(time: DateTime<Utc>) -> String {
    let nanos = i128::from(time.timestamp()) * NANOS + i128::from(time.timestamp_subsec_nanos());
    let sign = if nanos < 0 { "-" } else { "" };
    let (whole, fraction) = (nanos.abs() / NANOS, nanos.abs() % NANOS);
    let text = format!("{sign}{whole}.{fraction:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.form != Form::Text {
            if let Ok(integer) = self.text.parse::<i64>() {
                return serializer.serialize_i64(integer);
            }
            if let Ok(number) = self.text.parse::<f64>() {
                return serializer.serialize_f64(number);
            }
        }
        serializer.serialize_str(&self.text)
    }
}

/// The name of the only member of the object that is a number, if a program uses serde_json's feature `arbitrary_precision`.
pub(crate) const EXACT_NUMBER: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrNumber;

        impl<'de> Visitor<'de> for TextOrNumber {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a timestamp as text or number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Ok(text.into())
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Timestamp, E> {
                Ok(text.into())
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_number(number))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_number(number))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Timestamp, A::Error> {
                match map.next_entry::<Cow<'_, str>, String>()? {
                    Some((name, number))
                        if name == EXACT_NUMBER && map.next_key::<IgnoredAny>()?.is_none() =>
                    {
                        Ok(Timestamp::from_number(number))
                    }
                    _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
                }
            }
        }

        deserializer.deserialize_any(TextOrNumber)
    }
}

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
mod conversions {
    #[cfg(feature = "chrono")]
    use super::{DateTime, Utc};
    #[cfg(any(feature = "jiff", feature = "time"))]
    use super::{NANOS, from_nanos};
    use super::{Timestamp, rfc3339};

    /// The error of a [`Timestamp`] that is not an instant, or is out of range of the other type.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct NotAnInstant;

    impl std::fmt::Display for NotAnInstant {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("timestamp is not an instant, or out of range")
        }
    }

    impl std::error::Error for NotAnInstant {}

    /// Returns the nanoseconds since 1970.
    #[cfg(any(feature = "jiff", feature = "time"))]
    fn nanos(time: &Timestamp) -> Result<i128, NotAnInstant> {
        let time = time.utc().ok_or(NotAnInstant)?;
        Ok(i128::from(time.timestamp()) * NANOS + i128::from(time.timestamp_subsec_nanos()))
    }

    #[cfg(feature = "jiff")]
    impl From<jiff::Timestamp> for Timestamp {
        fn from(time: jiff::Timestamp) -> Self {
            rfc3339(from_nanos(time.as_nanosecond())).into()
        }
    }

    #[cfg(feature = "jiff")]
    impl TryFrom<&Timestamp> for jiff::Timestamp {
        type Error = NotAnInstant;

        fn try_from(time: &Timestamp) -> Result<Self, NotAnInstant> {
            Self::from_nanosecond(nanos(time)?).map_err(|_| NotAnInstant)
        }
    }

    #[cfg(feature = "chrono")]
    impl<Z: chrono::TimeZone> From<DateTime<Z>> for Timestamp {
        fn from(time: DateTime<Z>) -> Self {
            rfc3339(time.to_utc()).into()
        }
    }

    #[cfg(feature = "chrono")]
    impl TryFrom<&Timestamp> for DateTime<Utc> {
        type Error = NotAnInstant;

        fn try_from(time: &Timestamp) -> Result<Self, NotAnInstant> {
            time.utc().ok_or(NotAnInstant)
        }
    }

    #[cfg(feature = "time")]
    impl From<time::OffsetDateTime> for Timestamp {
        fn from(time: time::OffsetDateTime) -> Self {
            rfc3339(from_nanos(time.unix_timestamp_nanos())).into()
        }
    }

    #[cfg(feature = "time")]
    impl TryFrom<&Timestamp> for time::OffsetDateTime {
        type Error = NotAnInstant;

        fn try_from(time: &Timestamp) -> Result<Self, NotAnInstant> {
            Self::from_unix_timestamp_nanos(nanos(time)?).map_err(|_| NotAnInstant)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const TEXT: &str = "1969-12-31T23:59:58.75Z";

        #[cfg(feature = "jiff")]
        #[test]
        fn jiff_converts_both_ways() {
            let time = jiff::Timestamp::new(-1, -250_000_000).unwrap();
            assert_eq!(Timestamp::from(time).as_str(), TEXT);
            assert_eq!(jiff::Timestamp::try_from(&Timestamp::from(TEXT)), Ok(time));
            let none = jiff::Timestamp::try_from(&Timestamp::from("soon"));
            assert_eq!(none, Err(NotAnInstant));
        }

        #[cfg(feature = "chrono")]
        #[test]
        fn chrono_converts_both_ways() {
            type Utc = chrono::DateTime<chrono::Utc>;
            let time = Utc::from_timestamp(-2, 750_000_000).unwrap();
            assert_eq!(Timestamp::from(time).as_str(), TEXT);
            assert_eq!(Utc::try_from(&Timestamp::from(TEXT)), Ok(time));
            assert_eq!(Utc::try_from(&Timestamp::from("soon")), Err(NotAnInstant));
        }

        #[cfg(feature = "time")]
        #[test]
        fn time_converts_both_ways() {
            use time::OffsetDateTime;
            let time = OffsetDateTime::from_unix_timestamp_nanos(-1_250_000_000).unwrap();
            assert_eq!(Timestamp::from(time).as_str(), TEXT);
            assert_eq!(OffsetDateTime::try_from(&Timestamp::from(TEXT)), Ok(time));
            let none = OffsetDateTime::try_from(&Timestamp::from("soon"));
            assert_eq!(none, Err(NotAnInstant));
        }
    }
}

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub use conversions::NotAnInstant;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn wire(text: &str) -> Option<String> {
        Timestamp::from(text).utc().map(rfc3339)
    }

    #[test]
    fn offsets_and_digits_are_kept_in_utc() {
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
    fn forms_near_rfc3339_are_read() {
        for text in [
            "2024-05-14T21:05:12+0800",
            "2024-05-14 13:05:12Z",
            "2024-05-14t13:05:12z",
            "2024-05-14T13:05:12-00:00",
        ] {
            assert_eq!(wire(text).unwrap(), "2024-05-14T13:05:12Z", "{text}");
        }
    }

    #[test]
    fn text_that_is_no_instant_is_kept() {
        for text in [
            "",
            "yesterday",
            "0000-00-00T00:00:00Z",
            "2026-11-22 00:16:50",
            "2024-05-14",
            "lYuGzty",
            "2024-05-14T13:05Z",
            "2024-05-14T13:05:12+08",
            "2024-05-14T13:05:12.Z",
            "2024-05-14T13:05:12Z[Europe/Berlin]",
            "2024-05-14T13:05:12+02:00[+02:00]",
        ] {
            assert_eq!(wire(text), None, "{text:?}");
            assert_eq!(Timestamp::from(text).to_system_time(), None, "{text:?}");
            assert_eq!(Timestamp::from(text).as_str(), text);
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds_and_stay_numbers() {
        for (json, instant) in [
            ("1715691912", "2024-05-14T13:05:12Z"),
            ("1715691912.345", "2024-05-14T13:05:12.345Z"),
            ("1715691912345", "2024-05-14T13:05:12.345Z"),
            ("0", "1970-01-01T00:00:00Z"),
            ("-1.5", "1969-12-31T23:59:58.5Z"),
            ("99999999999", "5138-11-16T09:46:39Z"),
            ("100000000000", "1973-03-03T09:46:40Z"),
        ] {
            let time: Timestamp = serde_json::from_str(json).unwrap();
            assert_eq!(time.utc().map(rfc3339).unwrap(), instant, "{json}");
            assert_eq!(time, Timestamp::from(instant), "{json}");
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
        let far: Timestamp = serde_json::from_str("1e300").unwrap();
        assert_eq!(far.to_system_time(), None);
        for wrong in ["true", "{}", "[1]", "null"] {
            serde_json::from_str::<Timestamp>(wrong).unwrap_err();
        }
    }

    #[test]
    fn comparison_is_by_instant() {
        let time = |text: &str| Timestamp::from(text);
        assert_eq!(
            time("2024-05-14T13:05:12Z"),
            time("2024-05-14T21:05:12.000+08:00")
        );
        assert!(time("2024-05-14T13:05:12Z") < time("2024-05-14T13:05:12.1Z"));
        assert!(time("9999-01-01T00:00:00Z") < time("2024"));
        assert_ne!(time("2024"), time("2025"));
    }

    #[test]
    fn instants_survive_a_round_trip_through_text() {
        for nanos in [0, 1, 999_999_999, 1_715_691_912_345_678_901] {
            let after = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(after).to_system_time(), Some(after));
            let before = SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos);
            assert_eq!(Timestamp::from(before).to_system_time(), Some(before));
        }
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 62);
        assert_eq!(
            Timestamp::from(far).as_str(),
            "+262142-12-31T23:59:59.999999999Z"
        );
    }

    #[test]
    fn times_are_sent_in_the_documented_form() {
        let sent = |time: Timestamp, format| {
            let time = time.in_format(format);
            serde_json::to_string(&time).unwrap()
        };
        let text = || Timestamp::from("2024-05-14T21:05:12.5+08:00");
        for (format, json) in [
            (TimestampFormat::Rfc3339, r#""2024-05-14T13:05:12.5Z""#),
            (TimestampFormat::EpochSeconds, "1715691912.5"),
            (TimestampFormat::EpochMillis, "1715691912500"),
            (
                TimestampFormat::HttpDate,
                r#""Tue, 14 May 2024 13:05:12 GMT""#,
            ),
        ] {
            assert_eq!(sent(text(), format), json);
            // Whatever was read can be sent in any form.
            let again: Timestamp = serde_json::from_str(json).unwrap();
            let expected = match format {
                TimestampFormat::HttpDate => "1715691912",
                _ => "1715691912.5",
            };
            assert_eq!(sent(again, TimestampFormat::EpochSeconds), expected);
            // Other text is sent unchanged.
            assert_eq!(sent("soon".into(), format), r#""soon""#);
        }
        let before = || Timestamp::from("1969-12-31T23:59:58.5Z");
        assert_eq!(sent(before(), TimestampFormat::EpochSeconds), "-1.5");
        assert_eq!(sent(before(), TimestampFormat::EpochMillis), "-1500");
        let whole = || Timestamp::from("2024-05-14T13:05:10Z");
        assert_eq!(sent(whole(), TimestampFormat::EpochSeconds), "1715691910");
    }

    #[test]
    fn small_numbers_are_milliseconds_where_the_format_says_so() {
        let mut time: Timestamp = serde_json::from_str("86400000").unwrap();
        assert_eq!(time.utc().map(rfc3339).unwrap(), "1972-09-27T00:00:00Z");
        time.set_millis();
        assert_eq!(time.utc().map(rfc3339).unwrap(), "1970-01-02T00:00:00Z");
        assert_eq!(serde_json::to_string(&time).unwrap(), "86400000");
    }
}
