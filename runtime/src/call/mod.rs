//! One call: from an operation to a reply.

mod call;
mod request;
mod response;
mod trace;

pub use call::{Call, Event, Step};
