//! What the tests of this workspace share: the probe, a server on loopback, and the cases that were captured from the vendors' SDKs.

pub mod cases;
pub mod clouds;
pub mod goldens;
pub mod probe;
pub mod server;

/// The README, whose examples must compile and run.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
pub struct Readme;
