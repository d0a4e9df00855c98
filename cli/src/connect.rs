//! Clients of sources.

use std::env;

use cloud_models::{Config, Credentials, ProviderError, Result, Service, aws_bedrock};
use cloud_models_runtime::codegen::Scheme;

use crate::config::{SourceConfig, Variables as Names};
#[cfg(feature = "aws-profiles")]
use crate::inspect::in_environment;
use crate::inspect::missing_credentials;

/// Name of the program for services.
const USER_AGENT: &str = concat!("cloud-models-cli/", env!("CARGO_PKG_VERSION"));

/// Returns the configuration of a source, with credentials from variables.
pub(crate) fn config<S: Service>(source: &SourceConfig) -> Result<Config<S>> {
    let config = adapt(Config::from_env()?, source);
    // A provider, so that missing credentials are the failure of this source alone.
    Ok(match missing_credentials(source) {
        Some(problem) => config.credentials_provider(move || {
            std::future::ready(Err(ProviderError::permanent(format!("missing {problem}"))))
        }),
        None => config,
    })
}

/// Returns the configuration of a source of AWS, with credentials from variables, a profile, or where the AWS SDK looks.
#[cfg(feature = "aws-profiles")]
pub(crate) async fn aws_config(source: &SourceConfig) -> Result<aws_bedrock::Config> {
    // Half a key in variables is reported, as for other clouds.
    let is_in_variables =
        !source.variables.is_empty() || !matches!(in_environment(source.cloud), Ok(None));
    if source.profile.is_none() && is_in_variables {
        return config(source);
    }
    let region = match &source.region {
        Some(region) => Some(region.clone()),
        None => crate::inspect::region(source)
            .await
            .map(|(region, _)| region),
    };
    let config = crate::aws::config(source.profile.as_deref(), region.as_deref()).await?;
    Ok(adapt(config, source))
}

/// Returns the configuration of a source of AWS, with credentials from variables.
#[cfg(not(feature = "aws-profiles"))]
pub(crate) async fn aws_config(source: &SourceConfig) -> Result<aws_bedrock::Config> {
    config(source)
}

/// Sets what the configuration file says.
pub(crate) fn adapt<S: Service>(mut config: Config<S>, source: &SourceConfig) -> Config<S> {
    config = config.user_agent(USER_AGENT);
    if let Some(region) = &source.region {
        config = config.region(region);
    }
    if let Some(project) = &source.project {
        config = config.project_id(project);
    }
    if let Some(endpoint) = &source.endpoint {
        config = config.endpoint(endpoint);
    }
    if source.variables.is_empty() {
        return config;
    }
    let names = source.variables.clone();
    config.credentials_provider(move || std::future::ready(credentials::<S>(&names)))
}

/// Reads credentials from variables.
fn credentials<S: Service>(names: &Names) -> Result<Credentials, ProviderError> {
    if let Some(name) = &names.token {
        let token = read(name)?;
        let is_bearer = |scheme: &Scheme| matches!(scheme, Scheme::Bearer { .. });
        return Ok(match S::INFO.auth.iter().any(is_bearer) {
            true => Credentials::bearer_token(token),
            false => Credentials::auth_token(token),
        });
    }
    let (Some(id), Some(secret)) = (&names.access_key, &names.secret_key) else {
        return Err(ProviderError::permanent("no variable is named"));
    };
    let key = Credentials::access_key(read(id)?, read(secret)?);
    match &names.session_token {
        Some(name) => Ok(key.session_token(read(name)?)),
        None => Ok(key),
    }
}

fn read(name: &str) -> Result<String, ProviderError> {
    match env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value),
        _ => Err(ProviderError::permanent(format!(
            "the environment variable {name} is not set"
        ))),
    }
}
