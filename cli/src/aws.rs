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

/// Returns the region of a profile.
#[cfg(feature = "aws-profiles")]
pub(crate) async fn profile_region(profile: Option<&str>) -> Option<String> {
    use aws_config::meta::region::ProvideRegion as _;
    use aws_config::profile::ProfileFileRegionProvider;

    let mut provider = ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        provider = provider.profile_name(profile);
    }
    let region = provider.build().region().await?;
    Some(region.as_ref().to_owned())
}
