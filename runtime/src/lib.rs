//! What the generated clients of the crate `cloud-models` share.
//!
//! A generated module says *what* travels: which member, under which name, in which part of the request, within
//! which limits. This crate says *how*: it writes and signs requests, sends them, reads replies, tells errors apart, tries
//! again and finds the next page.
//!
//! The flow of one call:
//!
//! 1. An [`Operation`] is a value; its [`Record::members`] list every parameter.
//! 2. [`Config`] knows where the service is and who asks. A [`Client`], or one that [blocks](blocking), is made of it.
//! 3. [`Call`] is a state machine without I/O: it hands out signed requests and waits, and takes replies.
//! 4. The client drives it: it sends with a [`Transport`](transport::Transport) until there is a [`Reply`] or an [`Error`].
#![warn(missing_docs)]
#![allow(
    clippy::module_inception,
    reason = "each room is a folder, and its main file has its name"
)]

mod auth;
pub mod blocking;
mod call;
mod client;
mod config;
mod encode;
mod error;
mod future;
mod paging;
mod schema;
mod service;
mod time;
pub mod transport;

#[cfg(feature = "aws-credentials")]
pub use auth::aws;
pub use auth::{AccessKey, Credentials, ProvideCredentials, ProviderError, Secret, sign};
pub use call::{Call, Event, Step};
pub use client::{Client, ClientBuilder, Items, Pages};
pub use config::{CallOptions, Config, RetryPolicy};
pub use error::{CodeKind, Error, ErrorKind, Redacted, Result, Violation};
pub use paging::{Cursor, Next, Paginated, ParseCursorError, Position};
pub use schema::{
    Limited, Limits, Member, Members, OpenEnum, Place, Record, Table, Unknown, Violations,
};
pub use service::{
    CodeGroup, Domain, Http, Keys, NotRead, Operation, Part, Reply, Scheme, Service, ServiceInfo,
};
pub use time::{Now, Timestamp};

/// The crates whose types appear in this API.
pub use {bytes, http};

/// What the macros of this crate expand to needs a path that works in every crate.
#[doc(hidden)]
pub mod __private {
    pub use crate::schema::{fill, serialize};
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
}
