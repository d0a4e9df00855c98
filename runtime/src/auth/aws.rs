//! Credentials from the AWS SDK for Rust: profiles, single sign-on, web identity, containers, instances.
//!
//! This crate does not find credentials in all the places that AWS has; the crate `aws-config` does. Your manifest names it,
//! ours only the traits:
//!
//! ```text
//! let aws = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
//! let provider = aws.credentials_provider().ok_or("no credentials")?;
//! let client = Client::builder(Config::from_env()?).credentials_provider(AwsCredentials::from(provider)).build()?;
//! ```

use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};

use super::{Credentials, ProvideCredentials, ProviderError};
use crate::future::BoxFuture;

/// A provider of the AWS SDK for Rust as one of this crate.
///
/// ```
/// use aws_credential_types::Credentials;
/// use aws_credential_types::provider::SharedCredentialsProvider;
/// use cloud_models_runtime::ProvideCredentials;
/// use cloud_models_runtime::aws::AwsCredentials;
///
/// let keys = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "by hand");
/// let provider = AwsCredentials::from(SharedCredentialsProvider::new(keys));
/// # let _: &dyn ProvideCredentials = &provider;
/// ```
#[derive(Clone, Debug)]
pub struct AwsCredentials(SharedCredentialsProvider);

impl From<SharedCredentialsProvider> for AwsCredentials {
    fn from(provider: SharedCredentialsProvider) -> Self {
        Self(provider)
    }
}

impl ProvideCredentials for AwsCredentials {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        let provider = self.0.clone();
        Box::pin(async move {
            let given = provider.provide_credentials().await?;
            let mut credentials =
                Credentials::access_key(given.access_key_id(), given.secret_access_key());
            if let Some(token) = given.session_token() {
                credentials = credentials.session_token(token);
            }
            if let Some(end) = given.expiry() {
                credentials = credentials.expires_at(end);
            }
            Ok(credentials)
        })
    }
}
