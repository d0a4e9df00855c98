//! What sends a request: a trait that every HTTP stack can implement, and the stacks that come with this crate.
//!
//! A transport does one thing, an HTTP exchange. It follows no redirects, decompresses nothing and never repeats a
//! request; the caller limits its time and the size of what it reads.

pub(crate) mod blocking;
mod body;
mod from_fn;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod sleep;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
mod tls;
mod transport;
#[cfg(feature = "ureq")]
pub(crate) mod ureq;

pub use body::Body;
pub use from_fn::from_fn;
#[cfg(feature = "hyper")]
pub use hyper::{Hyper, HyperBuilder};
#[cfg(feature = "reqwest")]
pub use reqwest::Reqwest;
pub use transport::Transport;

pub use crate::error::{TransportError, TransportErrorKind};
pub use crate::future::BoxFuture;
