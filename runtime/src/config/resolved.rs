//! [`ResolvedConfig`], a configuration that was checked and can work.

use http::{HeaderName, HeaderValue};

use super::config::{CredentialsSource, Options};
use super::endpoint::{Target, missing_region};
use super::headers::{parse_header, signable};
use super::{CallOptions, Config, ProxyConfig};
use crate::auth::{Credentials, choose_scheme, needs_none};
use crate::error::{Context, Error, Hidden, Result, Secrets};
use crate::service::{Scheme, Service, ServiceInfo};

#[derive(Clone)]
pub(crate) struct ResolvedConfig {
    pub(crate) service: &'static ServiceInfo,
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Additions and overrides of single calls.
    pub(crate) call: CallOptions,
}

impl ResolvedConfig {
    pub(crate) fn new<S: Service>(config: &Config<S>) -> Result<Self> {
        let (service, options) = (S::INFO, &config.options);
        let context = Context {
            secrets: options,
            ..service.context()
        };
        let invalid = |problem: String| Error::config(&context, problem);
        match &options.project_id {
            Some(_) if !service.has_projects() => {
                return Err(invalid(
                    "the service has no projects: remove `Config::project_id`".to_owned(),
                ));
            }
            Some(id) => check_project_id(id)
                .map_err(|problem| invalid(format!("invalid project ID: {problem}")))?,
            None => {}
        }
        if let Some(product) = &options.user_agent
            && signable(product).is_none()
        {
            return Err(invalid(
                "`Config::user_agent` contains a character that is not allowed in a header"
                    .to_owned(),
            ));
        }
        for (timeout, name) in [
            (options.connect_timeout, "connect_timeout"),
            (options.attempt_timeout, "attempt_timeout"),
            (options.call_timeout, "call_timeout"),
        ] {
            if timeout.is_zero() {
                return Err(invalid(format!("`Config::{name}` must be greater than 0")));
            }
        }
        let needs_region = match &options.credentials {
            CredentialsSource::Static(credentials) => scheme(service, credentials)
                .map_err(|problem| Error::credentials(&context, problem))?
                .is_some_and(Scheme::needs_region),
            // A provider may return an access key at any time.
            CredentialsSource::Provider(_) => service.auth.iter().any(Scheme::needs_region),
            CredentialsSource::Missing(_) => false,
        };
        let target = Target::resolve(service, options).map_err(invalid)?;
        if needs_region && target.region.is_none() {
            return Err(invalid(missing_region(service)));
        }
        options.proxy.for_uri(&target.uri).map_err(invalid)?;
        let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
        for (name, value) in &options.headers {
            let header = parse_header(service, service.auth, name, value).map_err(invalid)?;
            if headers.iter().any(|(other, _)| *other == header.0) {
                return Err(invalid(format!("header {} is set twice", header.0)));
            }
            headers.push(header);
        }
        Ok(Self {
            service,
            target,
            options: options.clone(),
            headers,
            call: CallOptions::new(),
        })
    }

    /// Resolves the configuration of a client, which must have credentials from somewhere.
    pub(crate) fn for_client<S: Service>(config: &Config<S>) -> Result<Self> {
        // First, because the same source often has the region too, such as a profile.
        if let CredentialsSource::Missing(problem) = &config.options.credentials {
            return Err(Error::credentials(&S::INFO.context(), problem.clone()));
        }
        Self::new(config)
    }

    /// Adds the settings of single calls.
    pub(crate) fn with(mut self, call: &CallOptions) -> Self {
        self.call.extend(call);
        let options = &mut self.options;
        if let Some(retry) = &self.call.retry {
            options.retry = retry.clone();
        }
        options.attempt_timeout = self.call.attempt_timeout.unwrap_or(options.attempt_timeout);
        options.call_timeout = self.call.call_timeout.unwrap_or(options.call_timeout);
        options.validate = self.call.validate.unwrap_or(options.validate);
        self
    }

    /// Returns the region to check if no connection can be made: the host follows from it, and no proxy is in between.
    pub(crate) fn region_to_check(&self) -> Option<&str> {
        let proxies = [
            Some(&self.options.proxy),
            self.options.transport_proxy.as_ref(),
        ];
        let is_direct = |proxy: &ProxyConfig| matches!(proxy.for_uri(&self.target.uri), Ok(None));
        let region = self.target.region_of_host()?;
        proxies
            .into_iter()
            .flatten()
            .all(is_direct)
            .then_some(region)
    }

    pub(crate) fn host(&self) -> &str {
        self.target.host.to_str().unwrap_or_default()
    }
}

/// Checks a project ID, which is sent in a header.
pub(super) fn check_project_id(id: &str) -> Result<(), String> {
    if id.trim().is_empty() {
        return Err("it is empty: set one, or remove `Config::project_id`".to_owned());
    }
    match signable(id) {
        Some(_) => Ok(()),
        None => Err("it contains a character that is not allowed in a header".to_owned()),
    }
}

fn scheme(
    service: &'static ServiceInfo,
    credentials: &Credentials,
) -> Result<Option<&'static Scheme>, String> {
    credentials.check()?;
    if needs_none(service.auth) && *credentials != Credentials::anonymous() {
        return Err(
            "the service takes no credentials: remove them from the configuration".to_owned(),
        );
    }
    choose_scheme(service.auth, credentials)
}

/// The secrets of a configuration: everything that callers added to requests, and passwords of proxies.
impl Secrets for ResolvedConfig {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        self.options.for_each(each);
        for (_, value) in self.call.headers.iter().chain(&self.call.query) {
            each(Hidden::Added(value));
        }
        for (_, json) in &self.call.body {
            for text in texts(json.as_deref().unwrap_or_default()) {
                each(Hidden::Added(text));
            }
        }
    }
}

/// Returns all texts in JSON, without the names of members, as they are written: redaction undoes escapes.
fn texts(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        loop {
            let (_, after_quote) = rest.split_once('"')?;
            let (text, after_text) = split_at_quote(after_quote)?;
            rest = after_text;
            if !rest.starts_with(':') {
                return Some(text);
            }
        }
    })
}

/// Splits JSON at the quote that ends a text. A quote after an odd number of backslashes belongs to the text.
fn split_at_quote(json: &str) -> Option<(&str, &str)> {
    let (end, _) = json.match_indices('"').find(|(at, _)| {
        let before = json.as_bytes().get(..*at).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\');
        backslashes.count() % 2 == 0
    })?;
    let (text, quote) = json.split_at(end);
    Some((text, quote.strip_prefix('"')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_json_are_found_without_names() {
        for (json, expected) in [
            ("", &[][..]),
            ("17", &[]),
            (r#""a""#, &["a"]),
            (
                r#"{"n":"a\"b","m":["c",1,{"o":"\\"}],"p":"d"}"#,
                &["a\\\"b", "c", "\\\\", "d"],
            ),
        ] {
            assert_eq!(texts(json).collect::<Vec<_>>(), expected, "{json}");
        }
    }
}
