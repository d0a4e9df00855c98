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

#[cfg(feature = "aws-credentials")]
pub mod aws;
pub mod blocking;
mod call;
mod client;
mod clock;
mod config;
mod credentials;
mod endpoint;
mod environment;
mod error;
mod events;
mod limits;
mod macros;
mod open_enum;
mod operation;
mod options;
mod pages;
mod paging;
mod provider;
mod record;
mod redacted;
mod reply;
mod request;
mod response;
mod retry;
mod service;
pub mod sign;
mod text;
mod timestamp;
pub mod transport;
mod walk;

pub use call::{Call, Event, Step};
pub use client::{Client, ClientBuilder};
pub use clock::Now;
pub use config::Config;
pub use credentials::{AccessKey, Credentials, Secret};
pub use error::{CodeKind, Error, ErrorKind, Violation};
pub use limits::{Limited, Limits, Violations};
pub use open_enum::{OpenEnum, Table, Unknown};
pub use operation::{Http, Operation, Paginated, Service};
pub use options::CallOptions;
pub use pages::{Items, Pages};
pub use paging::{Cursor, Next, ParseCursorError, Position};
pub use provider::{ProvideCredentials, ProviderError};
pub use record::{Member, Members, Place, Record};
pub use redacted::Redacted;
pub use reply::Reply;
pub use retry::RetryPolicy;
pub use service::{CodeGroup, Domain, Keys, Part, Scheme, ServiceInfo};
pub use timestamp::Timestamp;

/// What the macros of this crate expand to needs a path that works in every crate.
#[doc(hidden)]
pub mod __private {
    pub use crate::record::{fill, serialize};
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
