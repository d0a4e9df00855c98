//! [`Config`], the configuration of a client.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint::check_region;
use super::environment::Environment;
use super::resolved::check_project_id;
use super::retry::RetryBudget;
use super::{AttemptHook, ProxyConfig, RetryPolicy};
use crate::auth::{Credentials, ProvideCredentials};
use crate::error::{Error, Hidden, Result, Secrets};
use crate::service::{EndpointParameter, Scheme, Service, ServiceInfo};
use crate::time::ClockSkew;

/// Configuration of a client: region, endpoint, credentials, timeouts, retries.
///
/// Each service has an alias for its own configuration, such as `aws_bedrock::Config`.
///
/// [`from_env`](Self::from_env) starts from the environment variables of the vendor's own tools, [`new`](Self::new) from
/// defaults alone. Everything is checked when a client is built.
///
/// # Examples
///
/// ```
/// # mod cloud_models {
/// #     pub use cloud_models_runtime::*;
/// #     pub mod aws_bedrock {
/// #         use cloud_models_runtime::codegen as rt;
/// #         pub struct AwsBedrock;
/// #         impl rt::Service for AwsBedrock {
/// #             const INFO: &'static rt::ServiceInfo = &rt::ServiceInfo::NONE;
/// #         }
/// #         pub type Config = rt::Config<AwsBedrock>;
/// #     }
/// # }
/// use cloud_models::Credentials;
/// use cloud_models::aws_bedrock::Config;
///
/// let config = Config::new()
///     .region("eu-central-1")
///     .credentials(Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI"));
/// ```
#[must_use]
pub struct Config<S> {
    pub(crate) options: Options,
    service: PhantomData<fn() -> S>,
}

#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<Endpoint>,
    /// Endpoints that variables name for single regions.
    pub(crate) regional_endpoints: Vec<Endpoint>,
    /// Parameters of the endpoint, by name.
    pub(crate) endpoint_parameters: BTreeMap<&'static str, GivenPart>,
    pub(crate) project_id: Option<String>,
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
    pub(crate) validate: bool,
    pub(crate) allow_http: bool,
    pub(crate) credentials: CredentialsSource,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) user_agent: Option<String>,
    pub(crate) proxy: ProxyConfig,
    /// The proxies of a transport that a caller made, for its secrets.
    pub(crate) transport_proxy: Option<ProxyConfig>,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) call_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) correct_clock: bool,
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_hook: Option<Arc<dyn AttemptHook>>,
    pub(crate) shared: Arc<Shared>,
}

/// A parameter of an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct GivenPart {
    pub(crate) value: String,
    /// The environment variable that it is from.
    pub(crate) variable: Option<String>,
}

/// A base URL in place of the service's own.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    /// The environment variable that it is from.
    pub(crate) variable: Option<String>,
}

#[derive(Clone)]
pub(crate) enum CredentialsSource {
    Static(Credentials),
    Provider(Arc<dyn ProvideCredentials>),
    /// The message about missing credentials, an error only if none are set later.
    Missing(String),
}

/// State that calls leave for later calls. Clients made from clones of one configuration share it, as long as region and
/// endpoint are the same.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) budget: RetryBudget,
    pub(crate) skew: ClockSkew,
}

impl Options {
    fn new(service: &ServiceInfo) -> Self {
        Self {
            region: None,
            endpoint: None,
            regional_endpoints: Vec::new(),
            endpoint_parameters: BTreeMap::new(),
            project_id: None,
            fips: false,
            dual_stack: false,
            validate: true,
            allow_http: false,
            credentials: match service.auth.last() {
                Some(Scheme::None) => CredentialsSource::Static(Credentials::anonymous()),
                _ => CredentialsSource::Missing(format!(
                    "no credentials: call `Config::credentials`, or use `Config::from_env` and set {}",
                    service.credential_variables()
                )),
            },
            headers: Vec::new(),
            user_agent: None,
            proxy: ProxyConfig::none(),
            transport_proxy: None,
            connect_timeout: Duration::from_millis(3100),
            attempt_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(120),
            max_response_bytes: 16 << 20,
            correct_clock: true,
            retry: RetryPolicy::standard(),
            attempt_hook: None,
            shared: Arc::default(),
        }
    }

    fn read(service: &'static ServiceInfo, environment: &Environment) -> Result<Self, String> {
        let endpoint = |variable: super::environment::Variable| Endpoint {
            url: variable.value,
            variable: Some(variable.name),
        };
        let regional = environment.regional_endpoints(service)?.into_iter();
        Ok(Self {
            region: environment.checked(service.region_env, check_region)?,
            endpoint: environment.endpoint(service)?.map(endpoint),
            regional_endpoints: regional.map(endpoint).collect(),
            endpoint_parameters: environment.endpoint_parameters(service)?,
            project_id: environment.checked(service.project_env, check_project_id)?,
            fips: environment.flag(service.fips_env)?,
            dual_stack: environment.flag(service.dual_stack_env)?,
            retry: environment.retry_policy(service)?,
            proxy: ProxyConfig::read(environment),
            credentials: match environment.credentials(service) {
                Ok(credentials) => CredentialsSource::Static(credentials),
                Err(problem) => CredentialsSource::Missing(problem),
            },
            ..Self::new(service)
        })
    }
}

impl<S: Service> Config<S> {
    /// Creates a configuration with the defaults of the service, without credentials. It reads no environment variable.
    pub fn new() -> Self {
        Self::from_options(Options::new(S::INFO))
    }

    fn from_options(options: Options) -> Self {
        Self {
            options,
            service: PhantomData,
        }
    }

    /// Reads the environment variables used by the vendor's own tools, which the configuration of each service lists, and the
    /// proxy variables that curl reads (see [`ProxyConfig`]). Anything unset keeps its default; a blank variable counts as unset.
    ///
    /// Files are not read. Missing or incomplete credentials are an error only if none are set before the client is built.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Config`](crate::ErrorKind::Config) that names a variable if its value is invalid.
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::of_process())
    }

    fn from_environment(environment: &Environment) -> Result<Self> {
        let options = Options::read(S::INFO, environment);
        let options = options.map_err(|problem| Error::config(&S::INFO.context(), problem))?;
        Ok(Self::from_options(options))
    }

    /// Sets the region, such as `us-east-1`. Any well-formed region is accepted, so new regions work.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self.options.shared = Arc::default();
        self
    }

    /// Sets a base URL that replaces the service's own, such as `http://127.0.0.1:8080`. It must be https or lead to this
    /// machine, unless [`allow_http`](Self::allow_http) is set.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint = Some(Endpoint {
            url: url.into(),
            variable: None,
        });
        self.options.shared = Arc::default();
        self
    }

    /// Sets a parameter of the endpoint, such as the name of a tenant, of a service that has an enum of them. It has 1 to 63
    /// letters, digits and hyphens. It wins over an environment variable, and an endpoint that is set wins over both.
    pub fn endpoint_parameter(
        mut self,
        parameter: impl EndpointParameter<Service = S>,
        value: impl Into<String>,
    ) -> Self {
        let parameters = &mut self.options.endpoint_parameters;
        let part = GivenPart {
            value: value.into(),
            variable: None,
        };
        parameters.insert(parameter.name(), part);
        self.options.shared = Arc::default();
        self
    }

    /// Sets whether requests may be sent unencrypted to another machine, where everybody on the way can read and change
    /// them. Tokens never are. Default: `false`.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.options.allow_http = allow;
        self
    }

    /// Sets the project that requests belong to. It is an error if the service has no projects.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.options.project_id = Some(project_id.into());
        self
    }

    /// Sets whether to use FIPS-validated endpoints. Default: `false`.
    pub fn fips(mut self, fips: bool) -> Self {
        self.options.fips = fips;
        self
    }

    /// Sets whether to use dual-stack endpoints, which have IPv6 addresses too. Default: `false`.
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.options.dual_stack = dual_stack;
        self
    }

    /// Sets the credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.options.credentials = CredentialsSource::Static(credentials);
        self
    }

    /// Sets a provider of credentials that change, such as temporary keys.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials) -> Self {
        self.options.credentials = CredentialsSource::Provider(Arc::new(provider));
        self
    }

    /// Adds a header to every request, which is signed. A header that the client sets itself is an error when the client is
    /// built.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the name of the program for the `User-Agent` header, such as `my-tool/1.2`. The name of this crate follows it.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.options.user_agent = Some(product.into());
        self
    }

    /// Sets the proxies of the default transport. Default: none, or those of the environment after
    /// [`from_env`](Self::from_env).
    ///
    /// A client with a custom transport does not use them: set the proxies on the transport, for example with
    /// `HyperBuilder::proxy`. A proxy variable that is invalid and that the client would need is still reported when the
    /// client is built.
    pub fn proxy(mut self, proxy: ProxyConfig) -> Self {
        self.options.proxy = proxy;
        self
    }

    /// Sets whether documented limits are checked before a request is sent. Services change faster than their documentation,
    /// so this can be switched off. Default: `true`.
    pub fn validate(mut self, validate: bool) -> Self {
        self.options.validate = validate;
        self
    }

    /// Sets how long to wait for a connection, including the name lookup and the TLS handshake. Default: 3.1 s. A custom
    /// transport has its own timeout.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, from the connection to the last byte of the response. Default: 30 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets how long a call may take with all its attempts and the waits between them. Default: 120 s.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.options.call_timeout = timeout;
        self
    }

    /// Sets the maximum size of a response body. A larger one is an error, and the rest of it is not read. Default: 16 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.options.max_response_bytes = bytes;
        self
    }

    /// Sets the retry policy. Default: [`RetryPolicy::standard`], or the number of attempts of the environment after
    /// [`from_env`](Self::from_env).
    ///
    /// Clients made from clones of one configuration share a retry budget and what they know of the service's clock, as long as
    /// region and endpoint are the same.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// Sets whether to correct a wrong clock: if a service refuses a request and its clock differs by four minutes or more,
    /// the request is sent again, dated by the service's clock. Default: `true`.
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.options.correct_clock = correct;
        self
    }

    /// Sets a hook that observes every attempt, for metrics and tracing.
    pub fn attempt_hook(mut self, hook: impl AttemptHook) -> Self {
        self.options.attempt_hook = Some(Arc::new(hook));
        self
    }
}

impl<S: Service> Default for Config<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Config<S> {
    fn clone(&self) -> Self {
        Self {
            options: self.options.clone(),
            service: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Config<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.options.fmt(f)
    }
}

/// Omits credentials and values of headers. An endpoint may contain a password, which building a client refuses, so it is cut
/// here too.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self
            .endpoint
            .as_ref()
            .map(|endpoint| endpoint.url.rsplit('@').next().unwrap_or_default())
            .map(|url| url.split(['?', '#']).next().unwrap_or_default());
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        let parameters = self.endpoint_parameters.iter();
        let parameters: Vec<_> = parameters.map(|(name, part)| (name, &part.value)).collect();
        f.debug_struct("Config")
            .field("region", &self.region)
            .field("endpoint", &endpoint)
            .field("endpoint_parameters", &parameters)
            .field("project_id", &self.project_id)
            .field("fips", &self.fips)
            .field("dual_stack", &self.dual_stack)
            .field("validate", &self.validate)
            .field("headers", &headers)
            .field("proxy", &self.proxy)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("call_timeout", &self.call_timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Values of headers and passwords of proxies.
impl Secrets for Options {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        for (_, value) in &self.headers {
            each(Hidden::Added(value));
        }
        self.proxy.for_each(each);
        if let Some(proxy) = &self.transport_proxy {
            proxy.for_each(each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::service::Keys;

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo {
            name: "Example",
            url: "https://{region}.example.com",
            region_env: &["REGION"],
            endpoint_env: &["ENDPOINT_{REGION}"],
            fips_env: &["FIPS"],
            project_env: &["PROJECT"],
            project_header: Some("x-project"),
            max_attempts_env: &["MAX_ATTEMPTS"],
            auth: &[Scheme::AwsSigV4 {
                service: "example",
                keys: Keys {
                    access_key: &["ID"],
                    secret_key: &["SECRET"],
                    session_token: &["SESSION"],
                },
            }],
            ..ServiceInfo::NONE
        };
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Config<Example>> {
        Config::from_environment(&Environment::from_pairs(pairs))
    }

    #[test]
    fn everything_is_read_from_the_environment() {
        let config = read(&[
            ("REGION", "eu-1"),
            ("ID", "id"),
            ("SECRET", "secret"),
            ("MAX_ATTEMPTS", "7"),
            ("ENDPOINT_EU_1", "https://eu.example.com"),
            ("HTTPS_PROXY", "http://proxy:1"),
        ]);
        let options = config.unwrap().options;
        assert_eq!(options.region.as_deref(), Some("eu-1"));
        assert_eq!(options.retry, RetryPolicy::standard().max_attempts(7));
        assert!(matches!(
            options.credentials,
            CredentialsSource::Static(key) if key == Credentials::access_key("id", "secret")
        ));
        assert_eq!(options.regional_endpoints.len(), 1);
        assert!(format!("{:?}", options.proxy).contains("http://proxy:1"));
    }

    #[test]
    fn an_invalid_variable_is_a_configuration_error_that_names_it() {
        for (name, value) in [
            ("FIPS", "yes"),
            ("REGION", "eu_1"),
            ("REGION", "-eu"),
            ("PROJECT", "a\nb"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(
                error.to_string().contains(&format!("variable {name}")),
                "{error}"
            );
        }
    }
}
