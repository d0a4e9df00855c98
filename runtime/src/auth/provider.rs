//! [`ProvideCredentials`], the source of credentials that change.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::Credentials;
use crate::error::Chain;
use crate::future::BoxFuture;

/// The error of a credentials provider, made from any error or text with `?` or `into()`. Cloning is cheap.
///
/// Its message becomes part of an [`Error`](crate::Error), so it must not contain secrets.
#[derive(Clone, Debug)]
pub struct ProviderError {
    source: Arc<dyn StdError + Send + Sync>,
    is_permanent: bool,
}

impl ProviderError {
    /// Creates an error that the provider will return again until somebody changes something, such as a missing profile:
    /// [`Error::is_retryable`](crate::Error::is_retryable) is `false`. Any other error counts as temporary.
    ///
    /// # Examples
    ///
    /// ```
    /// use cloud_models_runtime::ProviderError;
    ///
    /// assert!(ProviderError::permanent("no profile `work`").is_permanent());
    /// assert!(!ProviderError::from("the vault does not answer").is_permanent());
    /// ```
    pub fn permanent(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Arc::from(error.into()),
            is_permanent: true,
        }
    }

    /// Returns whether the provider will return this error again until somebody changes something.
    pub fn is_permanent(&self) -> bool {
        self.is_permanent
    }

    /// Returns the error that this one was made from.
    pub fn get_ref(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.source
    }

    pub(crate) fn into_inner(self) -> Arc<dyn StdError + Send + Sync> {
        self.source
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for ProviderError {
    fn from(error: E) -> Self {
        Self {
            source: Arc::from(error.into()),
            is_permanent: false,
        }
    }
}

/// Writes the error with all of its sources.
impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Chain(&*self.source).fmt(f)
    }
}

/// A source of credentials that change, such as temporary keys from a vault.
///
/// A client asks again one minute before the credentials expire, or after 15 minutes if they have no expiry. Concurrent calls
/// in the same tokio runtime share one request to the provider; while the old credentials are valid, only the call that starts
/// the request waits for it. A provider that takes longer than the attempt timeout, or than the rest of the call's time, is an error
/// of kind [`Credentials`](crate::ErrorKind::Credentials).
///
/// Closures that return a future implement it. A [blocking client](crate::blocking::Client) polls the future on the thread
/// of the call, so a provider for it may simply block inside.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Credentials;
///
/// let provider = || async {
///     // Read from a vault, for example.
///     Ok(Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI"))
/// };
/// # let _: &dyn cloud_models::ProvideCredentials = &provider;
/// ```
#[diagnostic::on_unimplemented(
    note = "a closure that returns a future is a provider: `|| async {{ Ok(Credentials::access_key(id, secret)) }}`"
)]
pub trait ProvideCredentials: Send + Sync + 'static {
    /// Returns the current credentials. The future must own what it needs: it may outlive the call that started it.
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

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        (**self).credentials()
    }
}

impl ProvideCredentials for Box<dyn ProvideCredentials> {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        (**self).credentials()
    }
}
