//! One call: from an operation to a reply, without I/O.

mod call;
mod credentials;
mod envelope;
mod facts;
mod json;
mod random;
mod request;
mod response;
mod retry;
mod trace;
mod url;

pub use call::{Call, Event, Step};
pub(crate) use credentials::credentials_cache;
