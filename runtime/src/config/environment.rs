//! [`Environment`]: the variables that the vendors' own tools read.
//!
//! It is read in [`Config::from_env`](super::Config::from_env) and [`ProxyConfig::from_env`](super::ProxyConfig::from_env) only, so
//! a configuration made by hand depends on no variable. (One made from the AWS SDK's takes a bearer token from here.)

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use zeroize::Zeroize as _;

use super::RetryPolicy;
use super::config::GivenPart;
use crate::auth::Credentials;
use crate::service::{Keys, NotRead, Scheme, ServiceInfo, Variables};

/// The environment variables at one moment.
pub(crate) struct Environment(Vec<(OsString, OsString)>);

/// Some values are secrets, so they do not stay in memory.
impl Drop for Environment {
    fn drop(&mut self) {
        for (_, value) in self.0.drain(..) {
            value.into_encoded_bytes().zeroize();
        }
    }
}

/// A variable that is set, with its name.
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Environment {
    pub(crate) fn of_process() -> Self {
        Self(env::vars_os().collect())
    }

    #[cfg(test)]
    pub(crate) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(pairs.collect())
    }

    /// Returns whether a variable exists, even if its value is empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&OsString> {
        let same = |other: &OsString| match cfg!(windows) {
            true => other.eq_ignore_ascii_case(name),
            false => other == name,
        };
        let found = self.0.iter().find(|(other, _)| same(other));
        found.map(|(_, value)| value)
    }

    /// Returns the value of a variable, blank or not.
    pub(super) fn read_raw(&self, name: &str) -> Result<Option<String>, String> {
        let Some(value) = self.find(name) else {
            return Ok(None);
        };
        match value.to_str() {
            Some(value) => Ok(Some(value.to_owned())),
            None => Err(format!("environment variable {name} is not UTF-8")),
        }
    }

    /// Returns the value of a variable. A blank variable counts as unset, as in the vendors' tools.
    fn read(&self, name: &str) -> Result<Option<String>, String> {
        let value = self.read_raw(name)?;
        Ok(value.filter(|value| !value.trim().is_empty()))
    }

    /// Returns the first of several variables that is set.
    pub(crate) fn first(&self, names: &[&str]) -> Result<Option<Variable>, String> {
        for name in names {
            if let Some(value) = self.read(name)? {
                let name = (*name).to_owned();
                return Ok(Some(Variable { name, value }));
            }
        }
        Ok(None)
    }

    /// Returns the value of the first variable that is set, or what `check` finds wrong with it.
    pub(super) fn checked(
        &self,
        names: &[&str],
        check: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<Option<String>, String> {
        let Some(Variable { name, value }) = self.first(names)? else {
            return Ok(None);
        };
        match check(&value) {
            Ok(()) => Ok(Some(value)),
            Err(problem) => Err(format!("invalid environment variable {name}: {problem}")),
        }
    }

    /// Returns the parameters of the endpoint that are set. They are checked when a client is built, because others may be set
    /// in their place.
    pub(super) fn endpoint_parameters(
        &self,
        service: &ServiceInfo,
    ) -> Result<BTreeMap<&'static str, GivenPart>, String> {
        let mut parameters = BTreeMap::new();
        for part in service.endpoint_parameters {
            if let Some(Variable { name, value }) = self.first(part.env)? {
                let variable = Some(name);
                parameters.insert(part.name, GivenPart { value, variable });
            }
        }
        Ok(parameters)
    }

    pub(super) fn flag(&self, names: &[&str]) -> Result<bool, String> {
        match self.first(names)? {
            None => Ok(false),
            Some(Variable { value, .. }) if value.trim().eq_ignore_ascii_case("true") => Ok(true),
            Some(Variable { value, .. }) if value.trim().eq_ignore_ascii_case("false") => Ok(false),
            Some(Variable { name, value }) => Err(format!(
                "invalid environment variable {name}: expected true or false, found {value:?}"
            )),
        }
    }

    /// Returns the retry policy with the number of attempts and the mode of the environment.
    pub(super) fn retry_policy(&self, service: &ServiceInfo) -> Result<RetryPolicy, String> {
        if let Some(Variable { name, value }) = self.first(service.retry_mode_env)?
            && !value.trim().eq_ignore_ascii_case("standard")
        {
            return Err(format!(
                "invalid environment variable {name}: expected standard, the only supported mode, found {value:?}"
            ));
        }
        let policy = RetryPolicy::standard();
        match self.first(service.max_attempts_env)? {
            None => Ok(policy),
            Some(Variable { name, value }) => match value.trim().parse() {
                Ok(attempts) if attempts > 0 => Ok(policy.max_attempts(attempts)),
                _ => Err(format!(
                    "invalid environment variable {name}: expected a positive number, found {value:?}"
                )),
            },
        }
    }

    /// Returns the base URL that replaces the service's own in every region.
    pub(super) fn endpoint(&self, service: &ServiceInfo) -> Result<Option<Variable>, String> {
        if self.flag(service.ignore_endpoint_env)? {
            return Ok(None);
        }
        let names = service.endpoint_env.iter().copied();
        let names: Vec<_> = names.filter(|name| !name.contains(REGION)).collect();
        self.first(&names)
    }

    /// Returns the base URLs that replace the service's own in single regions. The region may be set later, so all of them
    /// are read.
    pub(super) fn regional_endpoints(
        &self,
        service: &ServiceInfo,
    ) -> Result<Vec<Variable>, String> {
        let mut found = Vec::new();
        if self.flag(service.ignore_endpoint_env)? {
            return Ok(found);
        }
        for pattern in service.endpoint_env {
            let Some((prefix, suffix)) = pattern.split_once(REGION) else {
                continue;
            };
            for (name, _) in &self.0 {
                let Some(name) = name.to_str() else { continue };
                let is_match = name.len() > prefix.len() + suffix.len()
                    && name.starts_with(prefix)
                    && name.ends_with(suffix);
                if is_match && let Some(value) = self.read(name)? {
                    // Such a variable may list several URLs, and leave out the scheme.
                    let first = value.split(',').next().unwrap_or_default().trim();
                    let value = match first.contains("://") {
                        true => first.to_owned(),
                        false => format!("https://{first}"),
                    };
                    let name = name.to_owned();
                    found.push(Variable { name, value });
                }
            }
        }
        Ok(found)
    }

    /// Returns the credentials of the first scheme whose variables are set, or a message about what is missing.
    pub(super) fn credentials(&self, service: &ServiceInfo) -> Result<Credentials, String> {
        let mut incomplete = None;
        for scheme in service.auth {
            match scheme.variables() {
                Variables::Token(names) => {
                    if let Some(Variable { name, value }) = self.first(names)? {
                        let credentials = match scheme {
                            Scheme::Bearer { .. } => Credentials::bearer_token(value),
                            _ => Credentials::auth_token(value),
                        };
                        return usable(credentials, &[name]);
                    }
                }
                Variables::Keys(Keys {
                    access_key: ids,
                    secret_key: secrets,
                    session_token: tokens,
                }) => match (self.first(ids)?, self.first(secrets)?) {
                    (Some(id), Some(secret)) if matches!(scheme, Scheme::Basic(_)) => {
                        let credentials = Credentials::basic(id.value, secret.value);
                        return usable(credentials, &[id.name, secret.name]);
                    }
                    (Some(id), Some(secret)) => {
                        let key = Credentials::access_key(id.value, secret.value);
                        let Some(token) = self.first(tokens)? else {
                            return usable(key, &[id.name, secret.name]);
                        };
                        let key = key.session_token(token.value);
                        return usable(key, &[id.name, secret.name, token.name]);
                    }
                    (Some(id), None) => incomplete = incomplete.or(Some((id.name, secrets))),
                    (None, Some(secret)) => {
                        incomplete = incomplete.or(Some((secret.name, ids)));
                    }
                    (None, None) => {
                        let token = self.first(tokens)?;
                        incomplete = incomplete.or(token.map(|token| (token.name, ids)));
                    }
                },
                Variables::None if incomplete.is_none() => return Ok(Credentials::anonymous()),
                Variables::None => {}
            }
        }
        Err(match incomplete {
            Some((set, unset)) => format!(
                "incomplete access key: {set} is set, but {} is not",
                unset.join(" or ")
            ),
            None => format!(
                "no credentials: set {}, or call `Config::credentials`{}",
                service.credential_variables(),
                self.unread(service)
            ),
        })
    }

    /// Describes what the vendor's tools would read and this crate does not.
    fn unread(&self, service: &ServiceInfo) -> String {
        let (with_feature, without): (Vec<_>, Vec<_>) = service
            .not_read
            .iter()
            .partition(|source| source.feature.is_some());
        let found = |sources: &[&'static NotRead]| {
            let found = sources.iter().filter(|source| self.exists(source));
            let names: Vec<_> = found.map(|source| source.name).collect();
            names.join(", ")
        };
        let mut text = String::new();
        if let Some(feature) = with_feature.first().and_then(|source| source.feature) {
            match found(&with_feature) {
                names if names.is_empty() => {
                    text.push_str("; profiles, single sign-on and roles need")
                }
                names => text.push_str(&format!("; to use {names}, you need")),
            }
            text.push_str(&format!(
                " the feature `{feature}` and the crate `aws-config`: see the module `cloud_models::aws`"
            ));
        }
        let found = found(&without);
        if !found.is_empty() {
            text.push_str(&format!(
                "; found {found}, which this crate does not read: pass the credentials to `Config::credentials`"
            ));
        }
        text
    }

    /// Returns whether a variable is set, or a file exists.
    fn exists(&self, source: &NotRead) -> bool {
        if let Some(path) = source.name.strip_prefix("~/") {
            let home = ["HOME", "USERPROFILE"]
                .iter()
                .find_map(|name| self.find(name));
            return home.is_some_and(|home| PathBuf::from(home).join(path).exists());
        }
        let is_file = source.name.contains(['.', '/']);
        match is_file {
            true => PathBuf::from(source.name).exists(),
            false => self
                .find(source.name)
                .is_some_and(|value| !value.is_empty()),
        }
    }
}

/// Returns credentials, or what is wrong with the variables they are from.
fn usable(credentials: Credentials, names: &[String]) -> Result<Credentials, String> {
    match credentials.check() {
        Ok(()) => Ok(credentials),
        Err(problem) => Err(format!("{problem} (from {})", names.join(", "))),
    }
}

/// Placeholder of the region in the names of variables.
const REGION: &str = "{REGION}";

/// Returns whether a variable holds the endpoint of a region.
pub(super) fn is_of_region(service: &ServiceInfo, variable: &str, region: &str) -> bool {
    let region = region.to_ascii_uppercase().replace('-', "_");
    let mut names = service.endpoint_env.iter();
    names.any(|pattern| pattern.contains(REGION) && pattern.replace(REGION, &region) == variable)
}

impl ServiceInfo {
    /// Lists the variables of credentials, for messages.
    pub(super) fn credential_variables(&self) -> String {
        let sets: Vec<_> = self
            .auth
            .iter()
            .filter_map(|scheme| match scheme.variables() {
                Variables::Token([])
                | Variables::Keys(Keys { access_key: [], .. })
                | Variables::None => None,
                Variables::Token(names) => Some(names.join(" or ")),
                Variables::Keys(Keys {
                    access_key: ids,
                    secret_key: secrets,
                    session_token: tokens,
                }) => {
                    let session = match tokens {
                        [] => String::new(),
                        names => format!(" (and {} for a temporary key)", names.join("/")),
                    };
                    let (ids, secrets) = (ids.join("/"), secrets.join("/"));
                    Some(format!("{ids} and {secrets}{session}"))
                }
            })
            .collect();
        match sets.as_slice() {
            [] => "no variable".to_owned(),
            sets => sets.join("; or "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &ServiceInfo = &ServiceInfo {
        name: "Example",
        url: "https://{region}.example.com",
        region_env: &["REGION", "DEFAULT_REGION"],
        endpoint_env: &["ENDPOINT", "ENDPOINT_{REGION}"],
        ignore_endpoint_env: &["IGNORE"],
        fips_env: &["FIPS"],
        max_attempts_env: &["MAX_ATTEMPTS"],
        retry_mode_env: &["RETRY_MODE"],
        not_read: &[
            NotRead {
                name: "PROFILE",
                docs: "",
                feature: Some("profiles"),
            },
            NotRead {
                name: "~/config",
                docs: "",
                feature: None,
            },
        ],
        auth: &[
            Scheme::Bearer { token: &["TOKEN"] },
            Scheme::AwsSigV4 {
                service: "example",
                keys: Keys {
                    access_key: &["ID"],
                    secret_key: &["SECRET", "OLD_SECRET"],
                    session_token: &["SESSION"],
                },
            },
        ],
        ..ServiceInfo::NONE
    };

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::from_pairs(pairs)
    }

    #[test]
    fn the_first_variable_that_is_not_blank_wins() {
        let region = |pairs: &[(&str, &str)]| {
            let region = environment(pairs).checked(SERVICE.region_env, |_| Ok(()));
            region.unwrap()
        };
        assert_eq!(region(&[]), None);
        assert_eq!(region(&[("DEFAULT_REGION", "b")]).as_deref(), Some("b"));
        assert_eq!(
            region(&[("DEFAULT_REGION", "b"), ("REGION", "a")]).as_deref(),
            Some("a")
        );
        for blank in ["", " ", "\t\n"] {
            assert_eq!(
                region(&[("DEFAULT_REGION", "b"), ("REGION", blank)]).as_deref(),
                Some("b")
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn variables_that_are_not_text_are_named() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(vec![0xff]);
        let environment = Environment(vec![("REGION".into(), value)]);
        let problem = environment.checked(SERVICE.region_env, |_| Ok(()));
        let problem = problem.unwrap_err();
        assert!(problem.contains("REGION"), "{problem}");
    }

    #[test]
    fn switches_are_true_or_false_in_any_case() {
        let fips = |value| environment(&[("FIPS", value)]).flag(SERVICE.fips_env);
        assert_eq!(fips("TRUE"), Ok(true));
        assert_eq!(fips("false "), Ok(false));
        assert_eq!(fips(" "), Ok(false));
        assert!(fips("yes").unwrap_err().contains("FIPS"));
    }

    #[test]
    fn variables_of_unusable_credentials_are_named() {
        for (pairs, named) in [
            (&[("TOKEN", "a\n")][..], &["TOKEN"][..]),
            (&[("ID", " a"), ("SECRET", "b")], &["ID", "SECRET"]),
            (
                &[("ID", "a"), ("SECRET", "b"), ("SESSION", "c\r\n")],
                &["ID", "SECRET", "SESSION"],
            ),
        ] {
            let problem = environment(pairs).credentials(SERVICE).unwrap_err();
            assert!(
                problem.ends_with(&format!("(from {})", named.join(", "))),
                "{problem}"
            );
        }
    }

    #[test]
    fn half_an_access_key_is_named() {
        for set in ["ID", "SECRET", "SESSION"] {
            let problem = environment(&[(set, "a")]).credentials(SERVICE).unwrap_err();
            assert!(problem.contains(&format!("{set} is set")), "{problem}");
        }
    }

    #[test]
    fn attempts_and_retry_mode_are_obeyed() {
        let policy = |pairs: &[(&str, &str)]| environment(pairs).retry_policy(SERVICE);
        assert_eq!(policy(&[]), Ok(RetryPolicy::standard()));
        assert_eq!(
            policy(&[("MAX_ATTEMPTS", "5"), ("RETRY_MODE", "Standard")]),
            Ok(RetryPolicy::standard().max_attempts(5))
        );
        for wrong in ["0", "-1", "many", "1.5", "99999999999"] {
            let problem = policy(&[("MAX_ATTEMPTS", wrong)]).unwrap_err();
            assert!(problem.contains("MAX_ATTEMPTS"), "{problem}");
        }
        for wrong in ["adaptive", "legacy"] {
            let problem = policy(&[("RETRY_MODE", wrong)]).unwrap_err();
            assert!(problem.contains("RETRY_MODE"), "{problem}");
        }
    }

    #[test]
    fn endpoints_may_be_regional_or_ignored() {
        let endpoint = |pairs: &[(&str, &str)]| {
            let found = environment(pairs).endpoint(SERVICE).unwrap();
            found.map(|variable| variable.value)
        };
        let both = [
            ("ENDPOINT", "https://a"),
            ("ENDPOINT_CN_NORTH_4", " b ,https://c"),
            ("ENDPOINT_", "https://d"),
        ];
        assert_eq!(endpoint(&both).as_deref(), Some("https://a"));
        let regional = environment(&both).regional_endpoints(SERVICE).unwrap();
        let regional: Vec<_> = regional
            .iter()
            .map(|variable| (variable.name.as_str(), variable.value.as_str()))
            .collect();
        assert_eq!(regional, [("ENDPOINT_CN_NORTH_4", "https://b")]);
        assert!(is_of_region(SERVICE, "ENDPOINT_CN_NORTH_4", "cn-north-4"));
        assert!(!is_of_region(SERVICE, "ENDPOINT_CN_NORTH_4", "cn-north-1"));
        let ignored = [both[0], both[1], ("IGNORE", "true")];
        assert_eq!(endpoint(&ignored), None);
        let regional = environment(&ignored).regional_endpoints(SERVICE).unwrap();
        assert!(regional.is_empty());
    }

    #[test]
    fn a_token_takes_precedence_and_keys_must_be_complete() {
        let found = |pairs: &[(&str, &str)]| environment(pairs).credentials(SERVICE);
        assert_eq!(
            found(&[("TOKEN", "t"), ("ID", "i"), ("SECRET", "s")]),
            Ok(Credentials::bearer_token("t"))
        );
        // A blank token does not hide the key.
        assert_eq!(
            found(&[
                ("TOKEN", "  "),
                ("ID", "i"),
                ("SECRET", "\n"),
                ("OLD_SECRET", "s"),
                ("SESSION", " ")
            ]),
            Ok(Credentials::access_key("i", "s"))
        );
        assert_eq!(
            found(&[("ID", "i"), ("OLD_SECRET", "s"), ("SESSION", "t")]),
            Ok(Credentials::access_key("i", "s").session_token("t"))
        );
        for (pairs, named) in [
            (&[("ID", "i"), ("SECRET", "")], "SECRET or OLD_SECRET"),
            (&[("OLD_SECRET", "s"), ("ID", " ")], "ID is not"),
        ] {
            let problem = found(pairs).unwrap_err();
            assert!(problem.contains(named), "{problem}");
        }
    }

    #[test]
    fn sources_that_are_not_read_are_named() {
        let problem = |pairs: &[(&str, &str)]| environment(pairs).credentials(SERVICE).unwrap_err();
        let none = problem(&[]);
        for named in ["TOKEN", "ID", "`profiles`", "`cloud_models::aws`"] {
            assert!(none.contains(named), "{none}");
        }
        assert!(
            !none.contains("PROFILE") && !none.contains("~/config"),
            "{none}"
        );
        let home = env::temp_dir().join(format!("cloud-models-home-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join("config"), "").unwrap();
        let found = problem(&[("PROFILE", "dev"), ("HOME", home.to_str().unwrap())]);
        std::fs::remove_dir_all(&home).unwrap();
        assert!(found.contains("PROFILE"), "{found}");
        assert!(found.contains("~/config"), "{found}");
    }
}
