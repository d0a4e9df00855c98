//! What the tests of this workspace share: the probe, and the cases that were captured from the vendors' SDKs.

pub mod cases;
pub mod probe;
