//! Configuration: what a client is told once, and what single calls override.

mod attempt_hook;
mod call_options;
mod config;
mod endpoint;
mod environment;
mod headers;
mod proxy;
mod resolved;
mod retry;

pub use attempt_hook::{Attempt, AttemptHook};
pub use call_options::CallOptions;
pub use config::Config;
pub(crate) use config::CredentialsSource;
#[cfg(feature = "fake")]
pub(crate) use config::GivenPart;
#[cfg(feature = "fake")]
pub(crate) use endpoint::has_subdomains;
pub(crate) use endpoint::{check_region, is_host_label, missing_region};
#[cfg(feature = "aws-credentials")]
pub(crate) use environment::Environment;
pub(crate) use headers::{parse_header, signable};
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
pub(crate) use proxy::Proxy;
pub use proxy::ProxyConfig;
pub(crate) use resolved::ResolvedConfig;
pub use retry::RetryPolicy;
pub(crate) use retry::{RetryBudget, RetryCause};
