//! One call: from an operation to a reply, without I/O.

mod call;
mod request;
mod response;
mod retry;
mod trace;

pub use call::{Call, Event, Step};
