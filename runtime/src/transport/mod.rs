//! Transports: the trait that HTTP stacks implement, and the stacks that come with this crate.
//!
//! [`Hyper`] is the default of the asynchronous client, [`Ureq`](crate::blocking::Ureq) that of the blocking one. All of them
//! use the system's root certificates, and the proxies of a [`ProxyConfig`](crate::ProxyConfig). A default transport gets the
//! proxies of the client's configuration; a transport created by hand gets them from its own builder.

pub(crate) mod blocking;
mod body;
#[cfg(feature = "hyper")]
mod connect;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod per_runtime;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
mod proxy_error;
#[cfg(feature = "reqwest")]
mod reqwest;
mod sleep;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
mod tls;
mod transport;
#[cfg(any(feature = "hyper", feature = "ureq"))]
mod tunnel;
#[cfg(feature = "ureq")]
pub(crate) mod ureq;

pub use body::Body;
#[cfg(feature = "hyper")]
pub use hyper::{Hyper, HyperBuilder};
#[cfg(feature = "reqwest")]
pub use reqwest::{Reqwest, ReqwestBuilder};
pub use sleep::Sleep;
pub(crate) use sleep::default_sleep;
pub use transport::Transport;

pub use crate::error::{TransportError, TransportErrorKind};
pub use crate::future::BoxFuture;
