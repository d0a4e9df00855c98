//! Points in time, clocks, dates in headers.

mod clock;
mod http_date;
mod timestamp;

pub use clock::{Clock, Now, SystemClock};
pub(crate) use clock::{ClockSkew, CorrectedClock, clock_difference, corrected};
pub(crate) use http_date::http_date;
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub use timestamp::NotAnInstant;
pub use timestamp::Timestamp;
pub(crate) use timestamp::{EXACT_NUMBER, TimestampFormat, utc};
