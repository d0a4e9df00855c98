//! Points in time, and the clock.

mod clock;
mod http_date;
mod timestamp;

pub use clock::Now;
pub(crate) use clock::{Skew, corrected, difference};
pub(crate) use http_date::http_date;
pub use timestamp::Timestamp;
pub(crate) use timestamp::utc;
