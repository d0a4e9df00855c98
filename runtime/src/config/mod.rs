//! What a client is told once, and what single calls have otherwise.

mod call_options;
mod config;
mod endpoint;
mod environment;
mod resolved;
mod retry;

pub use call_options::CallOptions;
pub use config::Config;
pub(crate) use endpoint::Target;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
pub(crate) use endpoint::is_loopback;
pub(crate) use resolved::Plan;
pub use retry::RetryPolicy;
pub(crate) use retry::Trouble;
