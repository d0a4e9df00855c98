//! Where the region and the credentials of a source come from, and what is missing. Nothing is sent to find out.

use std::env;

use cloud_models_runtime::codegen::{Keys, Variables};

use crate::aws;
use crate::clouds::Cloud;
use crate::config::{DEFAULT_FILE, SourceConfig};

/// Facts about a source before it is asked.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    /// The region and its origin.
    pub(crate) region: Option<(String, &'static str)>,
    /// The origin of the credentials.
    pub(crate) credentials: Option<String>,
    /// Missing settings, each with what to do about it.
    pub(crate) missing: Vec<String>,
    /// Whether a part of the credentials is set in the variables of the vendor's tools, and another one is not.
    pub(crate) has_half_credentials: bool,
}

/// Inspects a source.
pub(crate) async fn inspect(source: &SourceConfig) -> Inspection {
    let mut inspection = Inspection {
        region: region(source).await,
        ..Inspection::default()
    };
    if inspection.region.is_none() && source.cloud.needs_region() {
        inspection.missing.push(match source.cloud.info.region_env {
            [] => format!("a region: list the source in {DEFAULT_FILE} with a `region:`"),
            names => format!("a region: set {}", names.join(" or ")),
        });
    }
    inspection.credentials(source);
    if source.cloud.needs_workspace && source.workspace.is_none() {
        inspection.missing.push(format!(
            "a workspace: list the source in {} with a `workspace:`",
            DEFAULT_FILE
        ));
    }
    inspection
}

/// Returns the region of a source, and its origin.
pub(crate) async fn region(source: &SourceConfig) -> Option<(String, &'static str)> {
    let cloud = source.cloud;
    if let Some(region) = &source.region {
        return Some((region.clone(), "configuration file"));
    }
    if let Some(name) = first_set(cloud.info.region_env) {
        return Some((env::var(name).ok()?, name));
    }
    #[cfg(feature = "aws-profiles")]
    if cloud.has_profiles
        && let Some(region) = aws::profile_region(source.profile.as_deref()).await
    {
        return Some((region, "profile"));
    }
    let default = cloud.info.default_region?;
    Some((default.to_owned(), "default"))
}

impl Inspection {
    fn credentials(&mut self, source: &SourceConfig) {
        if let Some(profile) = &source.profile {
            self.credentials = Some(format!("profile {profile}"));
            return;
        }
        if !source.variables.is_empty() {
            let names: Vec<_> = source.variables.names().collect();
            let unset = names.iter().filter(|name| !is_set(name));
            let unset: Vec<_> = unset
                .map(|name| format!("{name}, which is not set"))
                .collect();
            self.missing.extend(unset);
            self.credentials = Some(names.join(", "));
            return;
        }
        match in_environment(source.cloud) {
            Ok(Some(origin)) => self.credentials = Some(origin),
            Ok(None) if source.cloud.has_profiles && aws::evidence().is_some() => {
                self.credentials = aws::evidence();
            }
            // The role of an instance leaves no trace, but a source of the file is meant.
            Ok(None) if source.is_of_file() && source.cloud.has_profiles => {
                self.credentials = Some("role of this machine, if it has one".to_owned());
            }
            other => {
                self.has_half_credentials = other.is_err();
                self.missing.extend(missing_credentials(source));
            }
        }
    }
}

/// Returns what is missing of the credentials of a source in the variables of the vendor's tools, unless the source has others.
pub(crate) fn missing_credentials(source: &SourceConfig) -> Option<String> {
    if source.profile.is_some() || !source.variables.is_empty() {
        return None;
    }
    match in_environment(source.cloud) {
        Ok(Some(_)) => None,
        Ok(None) => {
            let sets = alternatives(source.cloud).join(", or ");
            Some(format!("credentials: set {sets}"))
        }
        Err(missing) => Some(missing),
    }
}

/// Returns the variables that the credentials of a cloud are in, in the order of the clients; an error if some are set and
/// others are not.
pub(crate) fn in_environment(cloud: &Cloud) -> Result<Option<String>, String> {
    let mut incomplete = None;
    for scheme in cloud.info.auth {
        match scheme.variables() {
            Variables::Token(names) => {
                if let Some(name) = first_set(names) {
                    return Ok(Some(name.to_owned()));
                }
            }
            Variables::Keys(Keys {
                access_key,
                secret_key,
                session_token,
            }) => match (first_set(access_key), first_set(secret_key)) {
                (Some(id), Some(secret)) => {
                    let token = first_set(session_token);
                    let names: Vec<_> = [id, secret].into_iter().chain(token).collect();
                    return Ok(Some(names.join(", ")));
                }
                (Some(set), None) => incomplete = incomplete.or(Some((set, secret_key))),
                (None, Some(set)) => incomplete = incomplete.or(Some((set, access_key))),
                (None, None) => {}
            },
            Variables::None => {}
        }
    }
    match incomplete {
        Some((set, unset)) => Err(format!(
            "{}: {set} is set, but it is not",
            unset.join(" or ")
        )),
        None => Ok(None),
    }
}

/// Returns the sets of variables that give credentials, one for tokens and one for keys; the vendor's tools know others.
fn alternatives(cloud: &Cloud) -> Vec<String> {
    let mut token = None;
    let mut key = None;
    for scheme in cloud.info.auth {
        match scheme.variables() {
            Variables::Token([name, ..]) => token = token.or(Some((*name).to_owned())),
            Variables::Keys(Keys {
                access_key: [id, ..],
                secret_key: [secret, ..],
                ..
            }) => key = key.or(Some(format!("{id} and {secret}"))),
            _ => {}
        }
    }
    token.into_iter().chain(key).collect()
}

fn first_set(names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| is_set(name))
}

/// Returns whether a variable is set. A blank one counts as unset, as for the clients.
fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|value| !value.trim().is_empty())
}
