//! Points in time that keep the text they came with.

use std::fmt;
use std::time::SystemTime;

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use crate::{Limited, Member};

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
        self.instant().map(SystemTime::from)
    }

    /// The instant in UTC as RFC 3339 writes it, `2024-05-14T13:05:12Z`: what goes into a request.
    pub(crate) fn to_wire(&self) -> Option<String> {
        self.instant().map(|instant| instant.to_string())
    }

    fn instant(&self) -> Option<jiff::Timestamp> {
        self.0.parse().ok()
    }
}

/// The text as it is, without a look at whether it is a time.
impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
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
        let instant = jiff::Timestamp::try_from(time).unwrap_or(if time < SystemTime::UNIX_EPOCH {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        Self(instant.to_string())
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

impl Limited for Timestamp {
    fn problem(&self) -> Option<&'static str> {
        self.instant().is_none().then_some("timestamp")
    }

    fn texts(&self, each: &mut dyn FnMut(&str)) {
        each(&self.0);
    }
}

impl Member for Timestamp {
    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(&self.to_wire().unwrap_or_else(|| self.0.clone()));
    }
}
