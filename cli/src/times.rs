//! Times as people read them.

use chrono::{DateTime, Local, Utc};
use cloud_models::Timestamp;

/// The zone of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// For files, which may be read anywhere.
    Utc,
    /// For terminals.
    Local,
}

/// Formats a time to the second, such as `2026-05-14T13:05:12Z`, for programs. A time without a zone keeps the form in which
/// it was sent, and is marked.
pub(crate) fn precise(time: &Timestamp) -> String {
    match time.to_system_time() {
        Some(instant) => {
            let time = DateTime::<Utc>::from(instant);
            time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        }
        None => without_zone(time),
    }
}

/// Formats a time to the minute, such as `2026-05-14 13:05`, for people.
pub(crate) fn short(time: &Timestamp, zone: Zone) -> String {
    const FORMAT: &str = "%Y-%m-%d %H:%M";
    match (time.to_system_time(), zone) {
        (Some(instant), Zone::Utc) => DateTime::<Utc>::from(instant).format(FORMAT).to_string(),
        (Some(instant), Zone::Local) => DateTime::<Local>::from(instant).format(FORMAT).to_string(),
        (None, _) => without_zone(time),
    }
}

fn without_zone(time: &Timestamp) -> String {
    format!("{} (no zone)", time.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc_and_those_without_a_zone_are_marked() {
        let time = Timestamp::from("2024-05-14T21:05:12.345+08:00");
        assert_eq!(precise(&time), "2024-05-14T13:05:12Z");
        assert_eq!(short(&time, Zone::Utc), "2024-05-14 13:05");
        let time = Timestamp::from("2024-05-14 21:05:12");
        assert_eq!(precise(&time), "2024-05-14 21:05:12 (no zone)");
        assert_eq!(short(&time, Zone::Local), "2024-05-14 21:05:12 (no zone)");
    }
}
