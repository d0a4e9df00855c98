//! Credentials and settings of AWS beyond variables: profiles, single sign-on, roles. Read by `aws-config`, which sends its
//! requests with the transport of the clients.

use std::env;
use std::path::PathBuf;

/// Returns what suggests that `aws-config` finds credentials here, without asking anything outside of this machine. The role
/// of an instance leaves no trace, so a source that relies on it has to be in the configuration file.
pub(crate) fn evidence() -> Option<String> {
    const VARIABLES: [&str; 4] = [
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    if !cfg!(feature = "aws-profiles") {
        return None;
    }
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = VARIABLES.into_iter().find(|name| is_set(name)) {
        return Some(name.to_owned());
    }
    let files = [
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        ("AWS_CONFIG_FILE", "config"),
    ];
    files.into_iter().find_map(|(variable, name)| {
        let path = match env::var_os(variable) {
            Some(path) => PathBuf::from(path),
            None => env::home_dir()?.join(".aws").join(name),
        };
        path.is_file().then(|| path.display().to_string())
    })
}

#[cfg(feature = "aws-profiles")]
pub(crate) use with_profiles::{config, profile_region};

#[cfg(feature = "aws-profiles")]
mod with_profiles {
    use aws_config::BehaviorVersion;
    use aws_config::default_provider::credentials::DefaultCredentialsChain;
    use aws_config::meta::region::ProvideRegion as _;
    use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
    use aws_config::provider_config::ProviderConfig;
    use aws_config::retry::RetryConfig;
    use aws_config::{Region, SdkConfig};
    use cloud_models::aws::{AwsCredentials, HttpClient};
    use cloud_models::aws_bedrock::Config;
    use cloud_models::transport::Hyper;
    use cloud_models::{ProxyConfig, Result};

    /// Returns the region of a profile.
    pub(crate) async fn profile_region(profile: Option<&str>) -> Option<String> {
        let mut provider = ProfileFileRegionProvider::builder();
        if let Some(profile) = profile {
            provider = provider.profile_name(profile);
        }
        let region = provider.build().region().await?;
        Some(region.as_ref().to_owned())
    }

    /// Returns a configuration with the credentials of a profile, or of what the AWS SDK finds if no profile is named.
    pub(crate) async fn config(profile: Option<&str>, region: Option<&str>) -> Result<Config> {
        // Names an invalid variable. `aws-config` panics over some.
        let _ = Config::from_env()?;
        let transport = Hyper::builder().proxy(ProxyConfig::from_env()).build()?;
        let http = HttpClient::new(transport);
        let region = region.map(|region| Region::new(region.to_owned()));
        let provider = ProviderConfig::without_region()
            .with_http_client(http.clone())
            .with_region(region.clone());
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            // The region is known; the default would ask the instance.
            .region(region)
            // The setting of a profile may be invalid, over which `aws-config` panics.
            .retry_config(RetryConfig::standard());
        let Some(profile) = profile else {
            let chain = DefaultCredentialsChain::builder().configure(provider);
            let sdk = loader
                .credentials_provider(chain.build().await)
                .load()
                .await;
            return Ok(from_sdk(&sdk));
        };
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&provider)
            .profile_name(profile)
            .build();
        loader = loader.profile_name(profile);
        let sdk = loader.credentials_provider(provider).load().await;
        let config = from_sdk(&sdk);
        // A profile that is named comes before the variables of keys and tokens.
        Ok(match sdk.credentials_provider() {
            Some(provider) => config.credentials_provider(AwsCredentials::from(provider)),
            None => config,
        })
    }

    fn from_sdk(sdk: &SdkConfig) -> Config {
        Config::from(sdk).proxy(ProxyConfig::from_env())
    }
}
