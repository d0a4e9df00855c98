//! Runtime of the generated clients of the crate `cloud-models`.
//!
//! Generated modules say *what* is sent: names, places and limits of parameters, endpoints, error codes. This crate does the
//! rest: it builds and signs requests, sends them, reads responses, retries and pages.
//!
//! 1. An [`Operation`] is a value with its parameters.
//! 2. A [`Client`], or a [blocking one](blocking), is built from a [`Config`].
//! 3. It drives a [`Call`], a state machine without I/O, through a [`Transport`](transport::Transport).
//! 4. The result is a [`Reply`] or an [`Error`].
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![allow(
    clippy::module_inception,
    reason = "each room is a folder whose main file has its name"
)]

mod auth;
#[cfg(feature = "aws-credentials")]
pub mod aws;
pub mod blocking;
mod call;
#[cfg(feature = "catalog")]
pub mod catalog;
mod client;
mod config;
mod encode;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod future;
mod paging;
mod schema;
mod service;
mod time;
pub mod transport;

pub use {bytes, http, serde_json};

// Clients
pub use client::{Client, ClientBuilder, Items, Pages};
pub use service::Reply;

// Configuration
pub use config::{Attempt, AttemptHook, CallOptions, Config, ProxyConfig, RetryPolicy};
pub use time::{Clock, SystemClock};

// Credentials and signing
pub use auth::{AccessKey, Credentials, ProvideCredentials, ProviderError, Secret, sign};

// Errors
pub use error::{Error, ErrorKind, ReplyInfo, Result, ServiceErrorKind, Violation};
pub use service::Details;

// Values
pub use schema::{Json, OpenEnum, Unknown, UnknownMember};
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub use time::NotAnInstant;
pub use time::Timestamp;

// Paging
pub use paging::{Cursor, Paginated, ParseCursorError};

// Calls driven by hand
pub use call::{Call, Event, Step};
pub use future::BoxFuture;
pub use service::{EndpointParameter, Operation, Service};
pub use time::Now;

/// Everything that generated code names. Not part of the public API: it changes with the generator.
#[doc(hidden)]
pub mod codegen {
    #[cfg(feature = "catalog")]
    pub use crate::catalog::{CloudVisitor, Clouds};
    pub use crate::error::{Redacted, ServiceErrorKind};
    pub use crate::paging::{
        Catalogued, Mapping, Next, Paginated, Paging, Position, State, Visitor,
    };
    pub use crate::schema::{
        Blank, Json, List, Map, Member, MemberMut, Members, MembersMut, OpenEnum, OpenUnion,
        Optional, Place, Record, SetText, Slot, Table, Union, Unknown, UnknownMember, Value, View,
        blank, deserialize, deserialize_strictly, serialize,
    };
    pub use crate::service::{
        Code, Details, DetailsType, Domain, EndpointParameter, Http, Keys, NotRead, Operation,
        Part, Scheme, Service, ServiceInfo, Token, UrlPart, Variables,
    };
    pub use crate::{Client, Config, Timestamp, blocking};
    pub use crate::{input, input_without_default, open_enum, output, union};
    pub use bytes::Bytes;
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
}
