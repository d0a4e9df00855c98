//! What clients read from outside: schemes of authentication, headers and environment variables.

use super::headers::{HEADER_HELP, RESERVED_HEADERS, is_header};
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Piece, Spec};

/// The keys of all schemes.
const ALL_KEYS: &[&str] = &[
    "service",
    "header",
    "token",
    "access_key",
    "secret_key",
    "session_token",
];

/// Headers and environment variables that are named at the top have names that can be.
pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let project = spec.head.value.project_header.as_ref();
    let project = project.map(|header| (header, spec.head.at("project_header")));
    let tokens = spec.auth.iter();
    let tokens = tokens.filter_map(|auth| Some((auth.value.header.as_ref()?, auth.at("header"))));
    for (name, span) in project.into_iter().chain(tokens) {
        header(spec, name, span, diagnostics);
    }
    for auth in &spec.auth {
        let scheme = auth.value.scheme;
        for entry in auth.node.entries() {
            let key = entry.key.as_str();
            let of_another = ALL_KEYS.contains(&key)
                && !scheme.needs().contains(&key)
                && !scheme.takes().contains(&key);
            if of_another {
                let message = format!("this scheme has no use for `{key}`");
                let finding = spec.finding(Rule::W17, entry.key_span, message);
                diagnostics.push(finding.help("drop it, or choose another scheme"));
            }
        }
        let lists = [
            ("token", &auth.value.token),
            ("access_key", &auth.value.access_key),
            ("secret_key", &auth.value.secret_key),
            ("session_token", &auth.value.session_token),
        ];
        for (key, names) in lists {
            variables(spec, auth, &[key], names, diagnostics);
        }
    }
    let environment = &spec.head.value.environment;
    let lists = [
        ("region", &environment.region),
        ("endpoint", &environment.endpoint),
        ("ignore_endpoint", &environment.ignore_endpoint),
        ("fips", &environment.fips),
        ("dual_stack", &environment.dual_stack),
        ("project_id", &environment.project_id),
    ];
    for (key, names) in lists {
        // A base URL may have a variable for each region.
        let plain: Vec<_> = match key {
            "endpoint" => names
                .iter()
                .map(|name| name.replacen("{REGION}", "R", 1))
                .collect(),
            _ => names.clone(),
        };
        variables(spec, &spec.head, &["environment", key], &plain, diagnostics);
    }
}

/// The name of a header that the client sets is one, and nobody else's.
fn header(spec: &Spec<'_>, name: &str, span: Span, diagnostics: &mut Diagnostics) {
    let lower = name.to_lowercase();
    if !is_header(name) {
        let message = format!("`{name}` cannot be the name of a header");
        let finding = spec.finding(Rule::W10, span, message);
        diagnostics.push(finding.help(HEADER_HELP));
    } else if RESERVED_HEADERS.contains(&lower.as_str()) && !lower.ends_with("-token") {
        // A token may well travel in the header that is made for tokens.
        let message = format!("the header `{name}` belongs to the signature or the connection");
        let finding = spec.finding(Rule::W07, span, message);
        let help = "use `scheme: bearer` for Authorization; others the client sets";
        diagnostics.push(finding.help(help));
    }
}

fn variables<T>(
    spec: &Spec<'_>,
    block: &Piece<'_, T>,
    path: &[&str],
    names: &[String],
    diagnostics: &mut Diagnostics,
) {
    for (index, name) in names.iter().enumerate() {
        let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !fits {
            let message = format!("`{name}` cannot be the name of an environment variable");
            let finding = spec.finding(Rule::W10, block.at_element(path, index), message);
            diagnostics.push(finding.help("letters, digits and underscores"));
        }
    }
}
