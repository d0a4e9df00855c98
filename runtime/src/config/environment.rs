//! What the environment variables of the vendors' own tools say.

use std::env::{self, VarError};

use crate::auth::Credentials;
use crate::service::{Keys, Scheme, ServiceInfo, Variables};

/// Reads variables; a test puts its own in their place.
pub(crate) struct Environment<'a>(&'a dyn Fn(&str) -> Result<String, VarError>);

/// The credentials of the environment, or why there are none.
pub(crate) type Found = Result<Credentials, String>;

impl Environment<'static> {
    /// The environment of this process.
    pub(crate) const PROCESS: Self = Self(&|name| env::var(name));
}

impl<'a> Environment<'a> {
    #[cfg(test)]
    pub(crate) const fn new(read: &'a dyn Fn(&str) -> Result<String, VarError>) -> Self {
        Self(read)
    }

    /// The first of these variables that is set, with its name. An empty one counts as one that is not set, as in most of
    /// the vendors' tools.
    fn find(
        &self,
        names: &'static [&'static str],
    ) -> Result<Option<(&'static str, String)>, String> {
        for name in names {
            if let Some(value) = self.read(name)? {
                return Ok(Some((name, value)));
            }
        }
        Ok(None)
    }

    fn read(&self, name: &str) -> Result<Option<String>, String> {
        match (self.0)(name) {
            Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => {
                Err(format!("the environment variable {name} is not UTF-8"))
            }
        }
    }

    pub(crate) fn text(&self, names: &'static [&'static str]) -> Result<Option<String>, String> {
        Ok(self.find(names)?.map(|(_, value)| value))
    }

    /// The base URL that takes the place of the service's own in a region, behind the variable that it is from.
    pub(crate) fn endpoint(
        &self,
        service: &ServiceInfo,
        region: Option<&str>,
    ) -> Result<Option<(String, String)>, String> {
        if self.flag(service.ignore_endpoint_env)? {
            return Ok(None);
        }
        let region = region.map(|region| region.to_ascii_uppercase().replace('-', "_"));
        for name in service.endpoint_env {
            let is_regional = name.contains("{REGION}");
            let name = match &region {
                Some(region) => name.replace("{REGION}", region),
                None if is_regional => continue,
                None => (*name).to_owned(),
            };
            if let Some(url) = self.read(&name)? {
                // Such a variable may list several, and leave out the scheme.
                let first = url.split(',').next().unwrap_or_default().trim();
                let url = match is_regional {
                    true if first.contains("://") => first.to_owned(),
                    true => format!("https://{first}"),
                    false => url,
                };
                return Ok(Some((name, url)));
            }
        }
        Ok(None)
    }

    pub(crate) fn flag(&self, names: &'static [&'static str]) -> Result<bool, String> {
        match self.find(names)? {
            None => Ok(false),
            Some((_, value)) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some((_, value)) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some((name, _)) => Err(format!(
                "the environment variable {name} is neither true nor false"
            )),
        }
    }

    /// The credentials of the first scheme whose variables are set.
    pub(crate) fn credentials(&self, service: &ServiceInfo) -> Found {
        let mut half = None;
        for scheme in service.auth {
            match scheme.variables() {
                Variables::Token(names) => {
                    if let Some(token) = self.text(names)? {
                        return Ok(match scheme {
                            Scheme::Bearer(_) => Credentials::bearer_token(token),
                            _ => Credentials::auth_token(token),
                        });
                    }
                }
                Variables::Keys(Keys(ids, secrets, tokens)) => {
                    match (self.find(ids)?, self.find(secrets)?) {
                        (Some((_, id)), Some((_, secret))) => {
                            let credentials = Credentials::access_key(id, secret);
                            return Ok(match self.text(tokens)? {
                                Some(token) => credentials.session_token(token),
                                None => credentials,
                            });
                        }
                        (Some((id, _)), None) => half = half.or(Some((id, secrets))),
                        (None, Some((secret, _))) => half = half.or(Some((secret, ids))),
                        (None, None) => {}
                    }
                }
            }
        }
        Err(match half {
            Some((set, unset)) => format!(
                "half of an access key: {set} is set, {} is not",
                unset.join(" or ")
            ),
            None => format!(
                "there are no credentials: give some with `Config::credentials`, or set {}",
                service.variables()
            ),
        })
    }
}

impl ServiceInfo {
    /// The variables that may hold credentials, for messages.
    pub(crate) fn variables(&self) -> String {
        let sets: Vec<_> = self
            .auth
            .iter()
            .filter_map(|scheme| match scheme.variables() {
                Variables::Token([]) => None,
                Variables::Token(names) => Some(names.join(" or ")),
                Variables::Keys(Keys(ids, secrets, tokens)) => {
                    let session = match tokens {
                        [] => String::new(),
                        names => format!(" (+ {} if temporary)", names.join(" or ")),
                    };
                    Some(format!(
                        "{} + {}{session}",
                        ids.join(" or "),
                        secrets.join(" or ")
                    ))
                }
            })
            .collect();
        match sets.as_slice() {
            [one] => one.clone(),
            several => format!("one of: {}", several.join("; ")),
        }
    }
}
