//! Providers of credentials.

use std::error::Error as StdError;
use std::future::Future;

use super::Credentials;
use crate::future::BoxFuture;

/// Why a provider has no credentials. Its text must not hold a secret: it becomes part of messages.
pub type ProviderError = Box<dyn StdError + Send + Sync>;

/// Gives credentials to a client, which asks again before they expire, or every quarter of an hour if they have no expiry, and
/// once for all calls that wait for them. While old ones are good, no call waits for new ones.
///
/// A closure that gives a future is one:
///
/// ```
/// use cloud_models_runtime::{Credentials, ProvideCredentials};
///
/// let provider = || async {
///     // From wherever they come.
///     Ok(Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI"))
/// };
/// # let _: &dyn ProvideCredentials = &provider;
/// ```
#[diagnostic::on_unimplemented(
    note = "a provider is a closure that gives a future: `|| async {{ Ok(Credentials::access_key(id, secret)) }}`"
)]
pub trait ProvideCredentials: Send + Sync + 'static {
    /// The credentials of now. The future owns what it needs, since it may outlive the call that asked first.
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>>;
}

impl<F, T> ProvideCredentials for F
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Result<Credentials, ProviderError>> + Send + 'static,
{
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        Box::pin(self())
    }
}
