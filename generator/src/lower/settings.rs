//! What the documentation of a configuration says of environment variables.

use crate::model::{Endpoint, Environment, Scheme};

/// What `Config::from_env` reads, as a list.
pub(super) fn lines(
    endpoint: &Endpoint,
    environment: &Environment,
    auth: &[Scheme],
) -> Vec<String> {
    let all = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(" or ")
    };
    let line = |what: &str, names: &[String]| {
        let names = Some(all(names)).filter(|names| !names.is_empty())?;
        Some(format!("- {what}: {names}"))
    };
    let credentials = auth.iter().filter_map(|scheme| match scheme {
        Scheme::Bearer { token } => line("bearer token", token),
        Scheme::Token { token, .. } => line("token", token),
        Scheme::AwsSigV4 { keys, .. }
        | Scheme::VolcengineHmac { keys, .. }
        | Scheme::BaiduBceV1(keys)
        | Scheme::HuaweiSdkHmac(keys) => {
            let mut text = line("access key", &keys.access_key)?;
            for names in [&keys.secret_key, &keys.session_token] {
                if !names.is_empty() {
                    text.push_str(&format!(", {}", all(names)));
                }
            }
            Some(text)
        }
    });
    let region = line("region", &environment.region).map(|line| match &endpoint.default_region {
        Some(default) => format!("{line}; `{default}` if unset"),
        None => line,
    });
    let lines = [
        region,
        line("endpoint", &environment.endpoint),
        line(
            "endpoint variables are ignored",
            &environment.ignore_endpoint,
        ),
        line("FIPS", &environment.fips),
        line("dual stack", &environment.dual_stack),
        line("project", &environment.project_id),
    ];
    let lines: Vec<_> = lines.into_iter().flatten().chain(credentials).collect();
    if lines.is_empty() {
        return lines;
    }
    let head =
        "Environment variables; of several the first that is set counts, and a token before a key:";
    let blank = String::new;
    [vec![blank(), head.to_owned(), blank()], lines].concat()
}
