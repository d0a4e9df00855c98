//! Credentials, and what is done with them.

#[cfg(feature = "aws-credentials")]
pub mod aws;
mod cache;
mod choose;
mod credentials;
mod provider;
pub mod sign;

pub(crate) use cache::{Cache, Kept};
pub(crate) use choose::{authenticate, fitting_scheme};
pub use credentials::{AccessKey, Credentials, Secret};
pub use provider::{ProvideCredentials, ProviderError};
