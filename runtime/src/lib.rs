//! What the generated clients of the crate `cloud-models` share.
//!
//! A generated module says *what* travels: which member, under which name, in which part of the request, within
//! which limits. This crate says *how*: it writes requests, checks limits, reads replies, tells errors apart and
//! finds the next page. Everything here is sans-IO: a request goes out as an [`http::Request`], a reply comes in
//! as an [`http::Response`], and nothing opens a connection.
//!
//! The flow of one call:
//!
//! 1. An [`Operation`] is a value; its [`Record::members`] list every parameter.
//! 2. [`Config`] knows where the service is, and makes a [`Call`] of an operation.
//! 3. [`Call::step`] hands out the request to send and takes the reply that came.
//! 4. The end is a [`Reply`] or an [`Error`].
#![warn(missing_docs)]

mod call;
mod config;
mod endpoint;
mod error;
mod limits;
mod macros;
mod open_enum;
mod operation;
mod paging;
mod record;
mod redacted;
mod reply;
mod request;
mod response;
mod service;
mod timestamp;

pub use call::{Call, Event, Step};
pub use config::Config;
pub use error::{CodeKind, Error, ErrorKind, Violation};
pub use limits::{Limited, Limits, Violations};
pub use open_enum::{OpenEnum, Table, Unknown};
pub use operation::{Http, Operation, Paginated, Service};
pub use paging::{Cursor, Next, ParseCursorError, Position};
pub use record::{Member, Members, Place, Record};
pub use redacted::Redacted;
pub use reply::Reply;
pub use service::{CodeGroup, Domain, Keys, Part, Scheme, ServiceInfo};
pub use timestamp::Timestamp;

/// What the macros of this crate expand to needs a path that works in every crate.
#[doc(hidden)]
pub mod __private {
    pub use crate::record::{deserialize, serialize};
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
