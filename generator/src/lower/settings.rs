//! Variables and files of a service by purpose, as documentation shows them.

use super::docs;
use crate::model::{Endpoint, Environment, NotRead, Scheme, Setting, Support};

/// Returns the variables that `Config::from_env` reads, with those of credentials in order of precedence, followed by
/// those that are not read.
pub(super) fn all(endpoint: &Endpoint, environment: &Environment, auth: &[Scheme]) -> Vec<Setting> {
    let region = match &endpoint.default_region {
        Some(default) => format!("Region, `{default}` if unset"),
        None => "Region".to_owned(),
    };
    let variables = [
        (region.as_str(), &environment.region),
        ("Endpoint", &environment.endpoint),
        (
            "Whether to ignore the variables of the endpoint",
            &environment.ignore_endpoint,
        ),
        ("Whether to use FIPS endpoints", &environment.fips),
        (
            "Whether to use dual-stack endpoints",
            &environment.dual_stack,
        ),
        ("Project ID", &environment.project_id),
        ("Maximum number of attempts", &environment.max_attempts),
        (
            "Retry mode, which must be `standard`",
            &environment.retry_mode,
        ),
    ];
    let variables = variables.map(|(purpose, names)| read(purpose, &[names]));
    let parameters = endpoint.parameters.iter().map(|parameter| {
        let purpose = parameter.docs.trim_end_matches(['.', '。']);
        read(purpose, &[&parameter.env])
    });
    let not_read = environment.not_read.iter().map(unsupported);
    let read = variables.into_iter().chain(parameters);
    let read = read.chain(auth.iter().map(credentials));
    read.flatten().chain(not_read).collect()
}

fn credentials(scheme: &Scheme) -> Option<Setting> {
    match scheme {
        Scheme::Bearer { token } => read("Bearer token", &[token]),
        Scheme::Token { token, .. } | Scheme::QueryToken { token, .. } => read("Token", &[token]),
        Scheme::Basic(keys) => read("User name, password", &[&keys.access_key, &keys.secret_key]),
        Scheme::None => None,
        Scheme::AwsSigV4 { keys, .. }
        | Scheme::VolcengineHmac { keys, .. }
        | Scheme::BaiduBceV1(keys)
        | Scheme::HuaweiSdkHmac(keys) => {
            let session = &keys.session_token;
            let purpose = if session.is_empty() {
                "Access key (ID, secret)"
            } else {
                "Access key (ID, secret, session token)"
            };
            read(purpose, &[&keys.access_key, &keys.secret_key, session])
        }
    }
}

/// Returns `None` if there are no names. Each list holds alternatives, of which the first that is set wins.
fn read(purpose: &str, lists: &[&Vec<String>]) -> Option<Setting> {
    let one_of = |names: &&&Vec<String>| {
        let names: Vec<_> = names.iter().map(|name| docs::code(name)).collect();
        names.join(" or ")
    };
    let lists = lists.iter().filter(|names| !names.is_empty());
    let names: Vec<_> = lists.map(|names| one_of(&names)).collect();
    (!names.is_empty()).then(|| Setting {
        purpose: purpose.to_owned(),
        names: names.join(", "),
        support: Support::Read,
    })
}

fn unsupported(setting: &NotRead) -> Setting {
    let docs = docs::line(&setting.docs);
    Setting {
        purpose: docs.trim_end_matches(['.', '。']).to_owned(),
        names: docs::code(&setting.name),
        support: match &setting.feature {
            Some(feature) => Support::WithFeature(feature.clone()),
            None => Support::NotRead,
        },
    }
}
