//! The client that does not block.

mod client;
mod drive;
mod pages;

pub use client::{Client, ClientBuilder};
pub use pages::{Items, Pages};
