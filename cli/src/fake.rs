//! `cloud-models fake`: fakes of all clouds, for programs and SDKs.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use cloud_models_runtime::codegen::Variables;

use crate::arguments;
use crate::clouds::{CLOUDS, Cloud, FAKE_KEY};
use crate::failure::Failure;
use crate::output;
use crate::text::visible;

/// Serves until the process is ended.
pub(crate) fn run(arguments: &arguments::Fake) -> Result<(), Failure> {
    let count = usize::try_from(arguments.models).unwrap_or(usize::MAX);
    let mut served = Vec::new();
    for cloud in &CLOUDS {
        served.push((cloud, cloud.serve(count).map_err(Failure::internal)?));
    }
    let mut text = format!(
        "# Fakes of {} clouds with {count} models each, until this program is ended.\n# Set these variables in another terminal:\n",
        served.len()
    );
    let mut config = format!("{HEADER}\nsources:\n");
    for (cloud, served) in &served {
        describe(&mut text, cloud, &served.url());
        configure(&mut config, cloud, &served.url());
    }
    if let Some(path) = &arguments.write_config {
        write_config(path, &config)?;
        let _ = writeln!(
            text,
            "\n# With these variables: cloud-models list --config {}",
            visible(&path.display().to_string())
        );
    }
    if arguments.write_config.is_none() && served.iter().any(|(cloud, _)| is_in_code(cloud)) {
        text.push_str(
            "\n# For `cloud-models list`, add --write-config FILE: these variables alone do not lead it to all fakes.\n",
        );
    }
    output::print(&text).map_err(Failure::output)?;
    output::complain("The fakes ignore filters, such as names: every list has all models.\n");
    loop {
        std::thread::park();
    }
}

/// Returns whether no variable leads to the fake of a cloud.
fn is_in_code(cloud: &Cloud) -> bool {
    cloud.info.endpoint_env.is_empty()
}

/// Describes how clients of a cloud find its fake, as lines for a shell.
fn describe(text: &mut String, cloud: &Cloud, url: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "\n# {}: {url}", cloud.info.name);
    let (id, secret) = FAKE_KEY;
    let endpoint = cloud.info.endpoint_env.first().map(|name| {
        let region = cloud.fake_region.unwrap_or_default();
        name.replace("{REGION}", &region.to_uppercase().replace('-', "_"))
    });
    if let Some(name) = &endpoint {
        let _ = writeln!(text, "{}", assignment(name, url));
    }
    // Tools of one vendor differ in the variable that they read.
    for name in cloud.info.region_env {
        if let Some(region) = cloud.fake_region {
            let _ = writeln!(text, "{}", assignment(name, region));
        }
    }
    let keys = cloud
        .info
        .auth
        .iter()
        .find_map(|scheme| match scheme.variables() {
            Variables::Keys(keys) => Some(keys),
            Variables::Token(_) | Variables::None => None,
        });
    if let Some(keys) = keys {
        for (names, value) in [(keys.access_key, id), (keys.secret_key, secret)] {
            if let Some(name) = names.first() {
                let _ = writeln!(text, "{}", assignment(name, value));
            }
        }
    }
    if is_in_code(cloud) {
        text.push_str("# No variable leads its SDKs to another endpoint. In Python:\n");
        let host = url.trim_start_matches("http://");
        for line in cloud.sdk_code {
            let _ = writeln!(text, "#   {}", line.replace("{host}", host));
        }
    }
}

/// Returns the assignment of a variable in the language of the usual shell.
fn assignment(name: &str, value: &str) -> String {
    match cfg!(windows) {
        true => format!("$env:{name} = '{value}'"),
        false => format!("export {name}='{value}'"),
    }
}

/// Adds a source to a configuration file.
fn configure(config: &mut String, cloud: &Cloud, url: &str) {
    let _ = writeln!(config, "  - cloud: {}\n    endpoint: {url}", cloud.id);
    if let Some(region) = cloud.fake_region {
        let _ = writeln!(config, "    region: {region}");
    }
    if cloud.needs_workspace {
        config.push_str("    workspace: fake-workspace\n");
    }
}

/// First line of configuration files that the command writes, by which it knows them.
const HEADER: &str = "# Written by `cloud-models fake`, which replaces this file.";

/// Writes a configuration file, unless there is one that somebody else wrote.
fn write_config(path: &Path, config: &str) -> Result<(), Failure> {
    let write = || match fs::File::create_new(path) {
        Ok(mut file) => file.write_all(config.as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // A pipe would never end.
            if path.is_file() && !fs::read(path)?.starts_with(HEADER.as_bytes()) {
                return Err(io::Error::new(
                    ErrorKind::AlreadyExists,
                    "it exists, and another program wrote it; name another file",
                ));
            }
            output::save(path, config)
        }
        Err(error) => Err(error),
    };
    write().map_err(|error| Failure::file("write", path, &error))
}
