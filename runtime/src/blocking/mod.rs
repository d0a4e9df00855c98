//! Clients that block until the answer is there.
//!
//! They send, wait, try again and go from page to page exactly like [`Client`](crate::Client): both perform the steps of
//! the same [`Call`].

mod cache;
mod client;
mod drive;
mod pages;

pub use client::{Client, ClientBuilder};
pub use pages::{Items, Pages};

pub use crate::transport::blocking::{BlockingTransport, Body};
#[cfg(feature = "ureq")]
pub use crate::transport::ureq::{Ureq, UreqBuilder};
