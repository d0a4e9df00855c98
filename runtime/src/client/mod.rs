//! The asynchronous client.

mod client;
mod drive;
mod pages;

pub use client::{Client, ClientBuilder};
pub use pages::{Items, Pages};
