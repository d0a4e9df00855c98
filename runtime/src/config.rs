//! What a client has to be told once: region, endpoint, project.

use std::fmt;
use std::marker::PhantomData;

use crate::endpoint::Target;
use crate::{Call, Error, Operation, Result, Service};

/// Where the requests of a client go, and how they are checked.
///
/// ```
/// # use cloud_models_runtime::{Config, Service};
/// # fn example<S: Service>() {
/// let config: Config<S> = Config::new().region("eu-central-1");
/// # }
/// ```
pub struct Config<S> {
    options: Options,
    service: PhantomData<fn() -> S>,
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Options {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) project_id: Option<String>,
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
    /// Whether limits stay unchecked.
    pub(crate) unchecked: bool,
}

/// An endpoint may hold a password, which [`Config::call`] refuses; it must not show here either.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self
            .endpoint
            .as_deref()
            .map(|url| url.rsplit('@').next().unwrap_or_default());
        f.debug_struct("Config")
            .field("region", &self.region)
            .field("endpoint", &endpoint)
            .field("project_id", &self.project_id)
            .field("fips", &self.fips)
            .field("dual_stack", &self.dual_stack)
            .field("validate", &!self.unchecked)
            .finish()
    }
}

impl<S: Service> Config<S> {
    /// Everything as the service has it by default.
    pub fn new() -> Self {
        Self {
            options: Options::default(),
            service: PhantomData,
        }
    }

    /// What the environment variables of the vendor's own tools say; what they leave out is as in
    /// [`new`](Self::new).
    ///
    /// # Errors
    /// A variable that is neither text nor, where one is expected, `true` or `false`.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err("is not UTF-8"),
        })
    }

    fn from_variables(read: impl Fn(&str) -> Result<Option<String>, &'static str>) -> Result<Self> {
        let invalid = |name: &str, problem: &str| {
            Error::invalid(
                S::INFO,
                format!("the environment variable {name} {problem}"),
            )
        };
        // An empty variable counts as one that is not set, as everywhere in the vendors' tools.
        let find = |names: &'static [&'static str]| -> Result<Option<(&'static str, String)>> {
            for name in names {
                let value = read(name).map_err(|problem| invalid(name, problem))?;
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    return Ok(Some((name, value)));
                }
            }
            Ok(None)
        };
        let text = |names| Ok(find(names)?.map(|(_, value)| value));
        let flag = |names| match find(names)? {
            None => Ok(false),
            Some((_, value)) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some((_, value)) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some((name, _)) => Err(invalid(name, "is neither true nor false")),
        };
        let service = S::INFO;
        let options = Options {
            region: text(service.region_env)?,
            endpoint: text(service.endpoint_env)?,
            project_id: text(service.project_env)?,
            fips: flag(service.fips_env)?,
            dual_stack: flag(service.dual_stack_env)?,
            unchecked: false,
        };
        Ok(Self {
            options,
            service: PhantomData,
        })
    }

    /// The region, such as `us-east-1`. Any well-formed one: new regions need no new version of this crate.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// A base URL in place of the service's own, such as `http://127.0.0.1:8080`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint = Some(url.into());
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

    /// Whether to check the documented limits before a request is sent, which is the default. Off, a request goes
    /// out as it is: servers change faster than documents.
    pub fn validate(mut self, validate: bool) -> Self {
        self.options.unchecked = !validate;
        self
    }

    /// Begins a call.
    ///
    /// # Errors
    /// A region that is missing or cannot be part of a host name, an endpoint that is no URL.
    pub fn call<O: Operation<Service = S>>(&self, operation: O) -> Result<Call<O>> {
        let target = Target::resolve(S::INFO, &self.options)?;
        Ok(Call::new(operation, target, &self.options))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServiceInfo;

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo {
            name: "Example",
            url: "https://{region}.example.com",
            region_env: &["REGION", "DEFAULT_REGION"],
            endpoint_env: &["ENDPOINT"],
            fips_env: &["FIPS"],
            ..ServiceInfo::NONE
        };
    }

    fn options(variables: &[(&str, &str)]) -> Result<Options> {
        let read = |name: &str| match variables.iter().find(|(other, _)| *other == name) {
            Some((_, "\u{fffd}")) => Err("is not UTF-8"),
            Some((_, value)) => Ok(Some((*value).to_owned())),
            None => Ok(None),
        };
        Config::<Example>::from_variables(read).map(|config| config.options)
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
}
