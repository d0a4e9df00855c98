//! Checks the endpoint: the base URL and the table of domains.

use crate::diagnostics::{Diagnostics, closest};
use crate::rules::Rule;
use crate::spec::{Scheme, Spec, placeholders};

/// Placeholders of the base URL that have a meaning of their own.
const RESERVED: [&str; 3] = ["region", "domain", "fips"];

/// Checks that the base URL is valid, and that its placeholders are known and can be filled in.
pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let Some(url) = &spec.head.value.endpoint.url else {
        return;
    };
    let node = spec.head.node.get("endpoint");
    let place = |key: &str| {
        node.and_then(|node| node.get(key))
            .map_or(spec.head.name_span, |node| node.span)
    };
    let mut report = |rule, span, message: String, help: &str| {
        diagnostics.push(spec.finding(rule, span, message).help(help));
    };
    let span = place("url");
    if !url.starts_with("https://") {
        let message = "the endpoint does not begin with https://".to_owned();
        let help = "only https keeps secrets; for tests, a client takes any endpoint";
        report(Rule::W08, span, message, help);
    }
    if url
        .split("://")
        .nth(1)
        .is_some_and(|rest| rest.contains('@'))
    {
        let message = "the endpoint has a user name".to_owned();
        let help = "nothing secret belongs into a spec: credentials are named under `auth:`";
        return report(Rule::W08, span, message, help);
    }
    if url.ends_with('/') {
        let message = "the endpoint ends with a slash".to_owned();
        report(
            Rule::W14,
            span,
            message,
            "drop it: the paths of operations begin with one",
        );
    }
    let known = "`{region}`, `{domain}` and `{fips}` are allowed in it, and what `parameters` says";
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let parameters = spec.endpoint_parameters.iter();
    let own = parameters.map(|parameter| parameter.name);
    let names: Vec<_> = RESERVED.into_iter().chain(own).collect();
    let unknown = placeholders(rest).find(|name| !names.contains(name) && !name.is_empty());
    if let Some(name) = unknown {
        let message = format!("nothing says what `{{{name}}}` is");
        let help = match closest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean `{{{meant}}}`?"),
            None => format!(
                "`{{region}}`, `{{domain}}` and `{{fips}}` have a meaning; others are under `endpoint: parameters:`, such as `{name}: {{docs: Name of the tenant.}}`"
            ),
        };
        report(Rule::W14, span, message, &help);
    } else if let Err(problem) = host_text(rest, &names) {
        report(Rule::W14, span, format!("the endpoint {problem}"), known);
    }
    for parameter in &spec.endpoint_parameters {
        let name = parameter.name;
        if RESERVED.contains(&name) || name == "project" {
            let message = format!("`{name}` cannot be a parameter of the endpoint");
            let help = "the client has a value for it: choose another name";
            report(Rule::W14, parameter.name_span, message, help);
        } else if !placeholders(url).any(|placeholder| placeholder == name) {
            let message = format!("nothing uses this: the URL has no `{{{name}}}`");
            let help = "put it into `url`, or drop it";
            report(Rule::W14, parameter.name_span, message, help);
        }
    }
    let last = spec.domains.len().saturating_sub(1);
    for (index, domain) in spec.domains.iter().enumerate() {
        for (key, text) in [
            ("plain", &domain.value.plain),
            ("dual_stack", &domain.value.dual_stack),
        ] {
            if let Some(Err(problem)) = text.as_ref().map(|text| host_text(text, &["region"])) {
                let help = "write it as in `example.com`; `{region}` is allowed in it";
                report(
                    Rule::W14,
                    domain.at(key),
                    format!("the domain {problem}"),
                    help,
                );
            }
        }
        for (at, pattern) in domain.value.regions.iter().enumerate() {
            let word = |word: &str| {
                matches!(word, "*" | "#")
                    || (!word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric()))
            };
            if !pattern.split('-').all(word) {
                let message = format!("`{pattern}` is not a pattern of regions");
                let help = "words with hyphens between them, `*` for any word and `#` for a number: `cn-*-#`";
                report(
                    Rule::W14,
                    domain.at_element(&["regions"], at),
                    message,
                    help,
                );
            }
        }
        if domain.value.regions.is_empty() != (index == last) {
            let message = "the last row of `domains`, and no other, is for every region".to_owned();
            let help = if index == last {
                "add a row without `regions` behind it"
            } else {
                "add `regions`, or make it the last"
            };
            report(Rule::W14, domain.at("regions"), message, help);
        }
    }
    let signs_region = spec
        .schemes()
        .any(|auth| matches!(auth.value.scheme, Scheme::AwsSigv4 | Scheme::VolcengineHmac));
    let environment = spec.head.node.get("environment");
    let variables = |key| {
        environment
            .and_then(|node| node.entry(key))
            .map(|entry| entry.key_span)
    };
    let has_region = url.contains("{region}")
        || !spec.domains.is_empty()
        || signs_region
        || spec.has_in_urls("region");
    let default = node
        .and_then(|node| node.entry("default_region"))
        .map(|entry| entry.key_span);
    let idle = [
        (
            default,
            has_region,
            "neither URLs nor signatures have a region",
        ),
        (
            variables("region"),
            has_region,
            "neither URLs nor signatures have a region",
        ),
        (
            variables("fips"),
            url.contains("{fips}"),
            "the URL has no `{fips}`",
        ),
        (
            variables("dual_stack"),
            !spec.domains.is_empty(),
            "there is no table `domains`",
        ),
        (
            variables("project_id"),
            spec.head.value.project_header.is_some() || spec.has_in_urls("project"),
            "there is neither a `project_header` nor `{project}` in a path",
        ),
        (
            variables("aws_service_id"),
            spec.auth
                .iter()
                .any(|auth| auth.value.scheme == Scheme::AwsSigv4),
            "there is no `scheme: aws-sigv4`",
        ),
    ];
    for (place, is_used, why) in idle {
        if let Some(span) = place.filter(|_| !is_used) {
            let message = format!("nothing uses this: {why}");
            report(Rule::W18, span, message, "drop it, or add what it is for");
        }
    }
    if url.contains("{domain}") == spec.domains.is_empty() {
        let message = "`{domain}` in the URL and the table `domains` need each other".to_owned();
        report(
            Rule::W14,
            span,
            message,
            "add the one that is missing, or drop the other",
        );
    }
    if let Some(region) = &spec.head.value.endpoint.default_region
        && (region.is_empty()
            || !region
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    {
        let message = format!("`{region}` cannot be part of a host name");
        let help = "letters, digits and hyphens, such as `region-1`";
        report(Rule::W14, place("default_region"), message, help);
    }
}

/// Checks that a text can be part of a base URL with the given placeholders.
fn host_text(text: &str, known: &[&str]) -> Result<(), String> {
    let mut plain = text.to_owned();
    for name in known {
        plain = plain.replace(&format!("{{{name}}}"), "x");
    }
    if plain.is_empty() {
        return Err("is empty".into());
    }
    if let Some(name) = placeholders(&plain).next() {
        return Err(format!("has no use for `{{{name}}}`"));
    }
    if !plain.starts_with(|c: char| c.is_ascii_alphanumeric())
        || plain.split('/').any(|part| part == "..")
    {
        return Err("does not begin with the name of a host, or goes up in its path".into());
    }
    let (host, path) = plain.split_once('/').unwrap_or((&plain, ""));
    let (host, port) = host
        .split_once(':')
        .map_or((host, None), |(host, port)| (host, Some(port)));
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("has a port that is not a number".into());
    }
    if host.split('.').any(str::is_empty) || path.contains("//") {
        return Err("has an empty part".into());
    }
    match plain
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"-._~:/".contains(*c))
    {
        Some('{' | '}') => Err("has a brace without its other half".into()),
        Some(c) => Err(format!("has a {c:?}, which no base URL can have")),
        None => Ok(()),
    }
}
