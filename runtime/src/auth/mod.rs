//! Credentials, their providers and cache, and signing.

mod cache;
mod choose;
mod credentials;
mod provider;
pub mod sign;

pub(crate) use cache::CredentialsCache;
pub(crate) use choose::{Authenticator, choose_scheme, needs_none};
#[cfg(feature = "fake")]
pub(crate) use credentials::Kind as CredentialsKind;
pub use credentials::{AccessKey, Credentials, Secret};
pub use provider::{ProvideCredentials, ProviderError};
