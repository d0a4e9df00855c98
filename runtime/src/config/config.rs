//! What a client has to be told once: region, endpoint, credentials, how patient it is.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::RetryPolicy;
use super::environment::{Environment, Found};
use super::retry::Budget;
use crate::auth::Credentials;
use crate::error::{Error, Result};
use crate::service::{Service, ServiceInfo};
use crate::time::Skew;

/// Where the requests of a client go, who sends them, and how they are sent.
///
/// ```
/// # use cloud_models_runtime::{Config, Credentials, Service};
/// # fn example<S: Service>() {
/// let config: Config<S> = Config::new()
///     .region("eu-central-1")
///     .credentials(Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI"));
/// # }
/// ```
#[must_use]
pub struct Config<S> {
    pub(crate) options: Options,
    service: PhantomData<fn() -> S>,
}

#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    /// The environment variable that the endpoint is from.
    pub(crate) endpoint_variable: Option<String>,
    /// Whether environment variables may name one for the region, which is known only later.
    pub(crate) endpoint_from_env: bool,
    pub(crate) project_id: Option<String>,
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
    /// Whether limits stay unchecked.
    pub(crate) unchecked: bool,
    pub(crate) allow_http: bool,
    /// The credentials, or why there are none, which is an error only if nobody else gives some.
    pub(crate) credentials: Found,
    pub(crate) user_agent: Option<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) call_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) correct_clock: bool,
    pub(crate) retry: RetryPolicy,
    /// What clients of one configuration know together.
    pub(crate) shared: Arc<Shared>,
}

/// What calls learn for those after them, at the same endpoint.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) budget: Budget,
    pub(crate) skew: Skew,
}

impl Options {
    fn new(service: &ServiceInfo) -> Self {
        Self {
            region: None,
            endpoint: None,
            endpoint_variable: None,
            endpoint_from_env: false,
            project_id: None,
            fips: false,
            dual_stack: false,
            unchecked: false,
            allow_http: false,
            credentials: Err(format!(
                "there are no credentials: give some with `Config::credentials`, or use `Config::from_env` and set {}",
                service.variables()
            )),
            user_agent: None,
            connect_timeout: Duration::from_millis(3100),
            attempt_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(120),
            max_response_bytes: 16 << 20,
            correct_clock: true,
            retry: RetryPolicy::standard(),
            shared: Arc::default(),
        }
    }
}

impl<S: Service> Config<S> {
    /// The service's defaults, without credentials.
    pub fn new() -> Self {
        Self::of(Options::new(S::INFO))
    }

    fn of(options: Options) -> Self {
        Self {
            options,
            service: PhantomData,
        }
    }

    /// What the environment variables of the vendor's own tools say, which the configuration of each service lists; what they
    /// leave out is as in [`new`](Self::new). Profiles and other files are not read. Credentials that are missing or
    /// incomplete are an error only if none are given later.
    ///
    /// # Errors
    /// A variable that is neither text nor, where one is expected, `true` or `false`.
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::PROCESS)
    }

    fn from_environment(environment: &Environment<'_>) -> Result<Self> {
        let service = S::INFO;
        let read = || {
            let (endpoint_variable, endpoint) = environment.endpoint(service, None)?.unzip();
            Ok(Options {
                region: environment.text(service.region_env)?,
                endpoint,
                endpoint_variable,
                endpoint_from_env: service
                    .endpoint_env
                    .iter()
                    .any(|name| name.contains("{REGION}")),
                project_id: environment.text(service.project_env)?,
                fips: environment.flag(service.fips_env)?,
                dual_stack: environment.flag(service.dual_stack_env)?,
                credentials: environment.credentials(service),
                ..Options::new(service)
            })
        };
        let options = read().map_err(|problem: String| Error::invalid(service, problem))?;
        Ok(Self::of(options))
    }

    /// The region, such as `us-east-1`. Any well-formed one: new regions need no new version of this crate.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self.options.shared = Arc::default();
        self
    }

    /// A base URL in place of the service's own, such as `http://127.0.0.1:8080`. It is https, or leads to this machine,
    /// unless [`allow_http`](Self::allow_http) says otherwise.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint = Some(url.into());
        self.options.endpoint_variable = None;
        self.options.shared = Arc::default();
        self
    }

    /// Whether requests may travel over plain http to another machine, where everybody on the way can read and change them;
    /// off by default. Bearer tokens never do.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.options.allow_http = allow;
        self
    }

    /// The project that requests belong to, where the service has projects.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.options.project_id = Some(project_id.into());
        self
    }

    /// Whether to use hosts that are FIPS-validated.
    pub fn fips(mut self, fips: bool) -> Self {
        self.options.fips = fips;
        self
    }

    /// Whether to use hosts that have IPv6 addresses too.
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.options.dual_stack = dual_stack;
        self
    }

    /// The credentials to sign with. For credentials that change, a client takes a
    /// [provider](crate::ClientBuilder::credentials_provider).
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.options.credentials = Ok(credentials);
        self
    }

    /// Names the program in the `User-Agent` header, before this crate: `my-tool/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.options.user_agent = Some(product.into());
        self
    }

    /// Whether to check the documented limits before a request is sent, which is the default. Off, a request goes
    /// out as it is: servers change faster than documents.
    pub fn validate(mut self, validate: bool) -> Self {
        self.options.unchecked = !validate;
        self
    }

    /// How long to wait for a connection, 3.1 s by default. The transports that a client makes by itself keep to it; your
    /// own have their own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, from the connection to the last byte; 30 s by default. Then comes the next attempt.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// How long a call may take with all its attempts and the waits between them; 120 s by default.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.options.call_timeout = timeout;
        self
    }

    /// The largest body of a reply, 16 MiB by default; a larger one is an error, and what comes after that many bytes is not
    /// read.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.options.max_response_bytes = bytes;
        self
    }

    /// How often a call is tried, and how long it waits in between. Clients made of clones of one configuration share what
    /// they may spend on retries and what they know of the service's clock, as long as region and endpoint are the same.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// Whether to date requests by the clock of the service if it refuses them and that clock differs by four minutes or
    /// more, which is the default.
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.options.correct_clock = correct;
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

/// Without credentials. An endpoint may hold a password, which [`Config::call`] refuses; it must not show here either.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self
            .endpoint
            .as_deref()
            .map(|url| url.rsplit('@').next().unwrap_or_default())
            .map(|url| url.split(['?', '#']).next().unwrap_or_default());
        f.debug_struct("Config")
            .field("region", &self.region)
            .field("endpoint", &endpoint)
            .field("project_id", &self.project_id)
            .field("fips", &self.fips)
            .field("dual_stack", &self.dual_stack)
            .field("validate", &!self.unchecked)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::*;
    use crate::service::{Keys, Scheme};

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo {
            name: "Example",
            url: "https://{region}.example.com",
            region_env: &["REGION", "DEFAULT_REGION"],
            endpoint_env: &["ENDPOINT", "ENDPOINT_{REGION}"],
            ignore_endpoint_env: &["IGNORE"],
            fips_env: &["FIPS"],
            auth: &[
                Scheme::Bearer(&["TOKEN"]),
                Scheme::AwsSigV4(
                    "example",
                    Keys(&["ID"], &["SECRET", "OLD_SECRET"], &["SESSION"]),
                ),
            ],
            ..ServiceInfo::NONE
        };
    }

    fn read(variables: &[(&str, &str)], name: &str) -> Result<String, VarError> {
        match variables.iter().find(|(other, _)| *other == name) {
            Some((_, "\u{fffd}")) => Err(VarError::NotUnicode("\u{fffd}".into())),
            Some((_, value)) => Ok((*value).to_owned()),
            None => Err(VarError::NotPresent),
        }
    }

    fn options(variables: &[(&str, &str)]) -> Result<Options> {
        let read = |name: &str| read(variables, name);
        Config::<Example>::from_environment(&Environment::new(&read)).map(|config| config.options)
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        let region = |variables: &[(&str, &str)]| options(variables).unwrap().region;
        assert_eq!(region(&[]), None);
        assert_eq!(region(&[("DEFAULT_REGION", "b")]).as_deref(), Some("b"));
        assert_eq!(
            region(&[("DEFAULT_REGION", "b"), ("REGION", "a")]).as_deref(),
            Some("a")
        );
        // An empty one is one that is not set.
        assert_eq!(
            region(&[("DEFAULT_REGION", "b"), ("REGION", "")]).as_deref(),
            Some("b")
        );
    }

    #[test]
    fn switches_are_true_or_false_in_any_case() {
        assert!(options(&[("FIPS", "TRUE")]).unwrap().fips);
        assert!(!options(&[("FIPS", "false")]).unwrap().fips);
        assert!(!options(&[("FIPS", "")]).unwrap().fips);
        let error = options(&[("FIPS", "yes")]).unwrap_err().to_string();
        assert_eq!(
            error,
            "Example: the environment variable FIPS is neither true nor false"
        );
        let error = options(&[("ENDPOINT", "\u{fffd}")])
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "Example: the environment variable ENDPOINT is not UTF-8"
        );
    }

    #[test]
    fn an_endpoint_may_depend_on_the_region_and_be_passed_over() {
        let endpoint = |variables: &[(&str, &str)], region| {
            let read = |name: &str| read(variables, name);
            let environment = Environment::new(&read);
            let found = environment.endpoint(Example::INFO, region).unwrap();
            found.map(|(_, endpoint)| endpoint)
        };
        let both = [
            ("ENDPOINT", "https://a"),
            ("ENDPOINT_CN_NORTH_4", "https://b"),
        ];
        assert_eq!(
            endpoint(&both, Some("cn-north-4")).as_deref(),
            Some("https://a")
        );
        let regional = &both[1..];
        assert_eq!(
            endpoint(regional, Some("cn-north-4")).as_deref(),
            Some("https://b")
        );
        assert_eq!(endpoint(regional, Some("cn-north-1")), None);
        assert_eq!(endpoint(regional, None), None);
        let ignored = [("ENDPOINT", "https://a"), ("IGNORE", "true")];
        assert_eq!(endpoint(&ignored, None), None);
    }

    #[test]
    fn a_token_beats_keys_and_keys_come_whole() {
        let found = |variables: &[(&str, &str)]| options(variables).unwrap().credentials;
        assert_eq!(
            found(&[("TOKEN", "t"), ("ID", "i"), ("SECRET", "s")]),
            Ok(Credentials::bearer_token("t"))
        );
        assert_eq!(
            found(&[("ID", "i"), ("OLD_SECRET", "s"), ("SESSION", "t")]),
            Ok(Credentials::access_key("i", "s").session_token("t"))
        );
        assert_eq!(
            found(&[("ID", "i"), ("SECRET", "")]).unwrap_err(),
            "half of an access key: ID is set, SECRET or OLD_SECRET is not"
        );
        assert_eq!(
            found(&[("OLD_SECRET", "s")]).unwrap_err(),
            "half of an access key: OLD_SECRET is set, ID is not"
        );
        assert_eq!(
            found(&[("SESSION", "t")]).unwrap_err(),
            "there are no credentials: give some with `Config::credentials`, or set one of: TOKEN; ID + SECRET or OLD_SECRET \
             (+ SESSION if temporary)"
        );
    }
}
