//! A configuration that can work.

use super::config::Options;
use super::endpoint::missing_region;
use super::environment::Environment;
use super::{CallOptions, Config, Target};
use crate::auth::fitting_scheme;
use crate::error::{Error, Result};
use crate::service::{Scheme, Service, ServiceInfo};

/// A configuration that can work.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) options: Options,
    /// What is added to requests.
    pub(crate) extra: CallOptions,
}

impl Plan {
    pub(crate) fn new(service: &'static ServiceInfo, options: &Options) -> Result<Self> {
        if options.project_id.is_some() && service.project_header.is_none() {
            return Err(Error::invalid(
                service,
                "the service has no projects: remove `Config::project_id`",
            ));
        }
        let refused = |problem| Error::credentials(service, problem);
        let mut needs_region = false;
        if let Ok(credentials) = &options.credentials {
            credentials.kind.check().map_err(refused)?;
            needs_region = fitting_scheme(service, credentials)
                .map_err(refused)?
                .is_some_and(Scheme::needs_region);
        }
        let mut options = options.clone();
        if options.endpoint.is_none() && options.endpoint_from_env {
            let region = options.region.as_deref().or(service.default_region);
            let found = Environment::PROCESS
                .endpoint(service, region)
                .map_err(|problem| Error::invalid(service, problem))?;
            (options.endpoint_variable, options.endpoint) = found.unzip();
        }
        let target = Target::resolve(service, &options)?;
        if needs_region && target.region.is_none() {
            return Err(missing_region(service));
        }
        Ok(Self {
            target,
            options,
            extra: CallOptions::new(),
        })
    }

    /// For a client, which has to have credentials from somewhere.
    pub(crate) fn of_client<S: Service>(config: &Config<S>, has_provider: bool) -> Result<Self> {
        let plan = Self::new(S::INFO, &config.options)?;
        match &config.options.credentials {
            Err(problem) if !has_provider => Err(Error::credentials(S::INFO, problem.clone())),
            _ => Ok(plan),
        }
    }

    /// With what one call has otherwise.
    pub(crate) fn with(mut self, options: &CallOptions) -> Self {
        if let Some(retry) = &options.retry {
            self.options.retry = retry.clone();
        }
        if let Some(timeout) = options.attempt_timeout {
            self.options.attempt_timeout = timeout;
        }
        if let Some(timeout) = options.call_timeout {
            self.options.call_timeout = timeout;
        }
        if let Some(validate) = options.validate {
            self.options.unchecked = !validate;
        }
        self.extra.query.extend_from_slice(&options.query);
        self.extra.body.extend_from_slice(&options.body);
        self
    }
}
