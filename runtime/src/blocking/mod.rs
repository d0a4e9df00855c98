//! Blocking client.
//!
//! It behaves exactly like the asynchronous [`Client`](crate::Client): both drive the same [`Call`](crate::Call) and the same
//! rules of paging.

mod client;
mod drive;
mod pages;

pub use client::{Client, ClientBuilder};
pub use pages::{Items, Pages};

pub use crate::transport::blocking::{Body, Transport};
#[cfg(feature = "ureq")]
pub use crate::transport::ureq::{Ureq, UreqBuilder};
