//! What travels: paths, queries, headers, hosts.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::names;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{HttpLine, Location, Node, Operation, PartOfReply, Spec};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    endpoint(spec, diagnostics);
    top_names(spec, diagnostics);
    errors(spec, diagnostics);
    for field in spec
        .types
        .iter()
        .flat_map(|ty| ty.fields())
        .filter(|field| field.value.list_style.is_some())
    {
        let message = "`list_style` is for lists in the query";
        let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
        diagnostics.push(finding.help("drop it: in JSON a list is a list"));
    }
    hidden_output(spec, diagnostics);
    let mut routes: BTreeMap<String, Span> = BTreeMap::new();
    for operation in &spec.operations {
        members(spec, operation, diagnostics);
        let Some(http) = &operation.block.value.http else {
            continue;
        };
        path(spec, operation, http, diagnostics);
        let fixed: Vec<_> = operation
            .fixed
            .iter()
            .map(|pair| format!("{}={}", pair.name, pair.value))
            .collect();
        let route = format!("{} {}?{}", http.method, http.path, fixed.join("&"));
        let span = operation.block.at("http");
        if let Some(first) = routes.insert(route, span) {
            let message = "another operation has the same method, path and fixed query";
            let finding = spec.finding(Rule::W03, span, message).second(first, "here");
            let help = "one of them is wrong, or they are one operation";
            diagnostics.push(finding.help(help));
        }
    }
}

/// The base URL is one, its placeholders are known and have what they need.
fn endpoint(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
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
        let help = "nothing secret belongs into a spec: what authenticates stands under `auth:`";
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
    let known = "`{region}`, `{domain}` and `{fips}` may stand in it";
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    if let Err(problem) = host_text(rest, &["region", "domain", "fips"]) {
        report(Rule::W14, span, format!("the endpoint {problem}"), known);
    }
    let last = spec.domains.len().saturating_sub(1);
    for (index, domain) in spec.domains.iter().enumerate() {
        for (key, text) in [
            ("plain", &domain.value.plain),
            ("dual_stack", &domain.value.dual_stack),
        ] {
            if let Err(problem) = host_text(text, &["region"]) {
                let help = "write it as in `example.com`; `{region}` may stand in it";
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
                let message = format!("`{pattern}` is no pattern of regions");
                let help = "words with hyphens between them, `*` for any word and `#` for a number: `cn-*-#`";
                report(Rule::W14, domain.at_element("regions", at), message, help);
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

/// Whether a text can be part of a base URL, with these placeholders.
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
    match plain
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"-._~:/".contains(*c))
    {
        Some('{' | '}') => Err("has a brace without its other half".into()),
        Some(c) => Err(format!("has a {c:?}, which no base URL can have")),
        None => Ok(()),
    }
}

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
fn top_names(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    if let Some(header) = spec
        .head
        .value
        .project_header
        .as_ref()
        .filter(|header| !is_header(header))
    {
        let message = format!("`{header}` cannot be the name of a header");
        let finding = spec.finding(Rule::W10, spec.head.at("project_header"), message);
        diagnostics.push(finding.help(HEADER_HELP));
    }
    for auth in &spec.auth {
        if let Some(header) = auth
            .value
            .header
            .as_ref()
            .filter(|header| !is_header(header))
        {
            let message = format!("`{header}` cannot be the name of a header");
            let finding = spec.finding(Rule::W10, auth.at("header"), message);
            diagnostics.push(finding.help(HEADER_HELP));
        }
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
            variables(spec, names, auth.node.get(key), diagnostics);
        }
    }
    let environment = &spec.head.value.environment;
    let node = spec.head.node.get("environment");
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
        variables(
            spec,
            &plain,
            node.and_then(|node| node.get(key)),
            diagnostics,
        );
    }
}

fn variables(
    spec: &Spec<'_>,
    names: &[String],
    node: Option<&Node>,
    diagnostics: &mut Diagnostics,
) {
    for (index, name) in names.iter().enumerate() {
        let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !fits {
            let element = node.and_then(|node| node.elements().get(index));
            let span = element
                .or(node)
                .map_or(spec.head.name_span, |node| node.span);
            let message = format!("`{name}` cannot be the name of an environment variable");
            let finding = spec.finding(Rule::W10, span, message);
            diagnostics.push(finding.help("letters, digits and underscores"));
        }
    }
}

fn errors(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let errors = &spec.head.value.errors;
    for (key, parts) in [
        ("code", &errors.code),
        ("message", &errors.message),
        ("help", &errors.help),
        ("request_id", &errors.request_id),
    ] {
        let node = spec.head.node.get("errors").and_then(|node| node.get(key));
        for part in parts {
            let text = part.to_string();
            let mut elements = node.map(Node::elements).unwrap_or_default().iter();
            let element = elements.find(|element| element.text() == Some(text.as_str()));
            let span = element.map_or(spec.head.name_span, |element| element.span);
            match part {
                PartOfReply::Header(name) if !is_header(name) => {
                    let message = format!("`{name}` cannot be the name of a header");
                    let finding = spec.finding(Rule::W10, span, message);
                    diagnostics.push(finding.help(HEADER_HELP));
                }
                PartOfReply::Body(path) if path.split('.').any(str::is_empty) => {
                    let message = format!("`{path}` is no path: a name is missing");
                    let finding = spec.finding(Rule::W10, span, message);
                    let help = "names with points between them, such as `error.code`";
                    diagnostics.push(finding.help(help));
                }
                _ => {}
            }
        }
    }
    for code in &spec.codes {
        if !code
            .name
            .chars()
            .all(|c| c.is_ascii_graphic() && !"`<>[]\\\"".contains(c))
        {
            let message = format!("{:?} cannot be an error code", code.name);
            let finding = spec.finding(Rule::W13, code.name_span, message);
            diagnostics.push(
                finding.help("letters, digits and signs without spaces, brackets and quotes"),
            );
        }
        if let Some(status) = code
            .value
            .status
            .filter(|status| !(100..=599).contains(status))
        {
            let message = format!("{status} is no HTTP status");
            let finding = spec.finding(Rule::W11, code.at("status"), message);
            diagnostics.push(finding.help("it lies from 100 to 599"));
        }
        if code.lacks("kind") && !code.lacks("status") {
            let message = format!("`{}` lacks `kind`", code.name);
            let finding = spec.finding(Rule::N11, code.name_span, message);
            diagnostics.push(
                finding
                    .help("only a code without `status` gets its meaning from that of the reply"),
            );
        }
    }
}

/// Where a body is the output itself, a member that may be an error code would make an error of every reply.
fn hidden_output(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    if spec.head.value.result.is_some() {
        return;
    }
    let codes = spec
        .head
        .value
        .errors
        .code
        .iter()
        .filter_map(|part| match part {
            PartOfReply::Body(path) => path.split('.').next(),
            PartOfReply::Header(_) => None,
        });
    let codes: Vec<_> = codes.collect();
    let outputs = spec
        .operations
        .iter()
        .filter_map(|operation| operation.block.value.response.as_deref());
    for field in outputs
        .filter_map(|output| spec.fields_of(output))
        .flatten()
    {
        if codes.contains(&field.name) {
            let message = format!(
                "`{}` is where the error code stands, so it cannot be part of an output",
                field.name
            );
            let finding = spec.finding(Rule::W12, field.name_span, message);
            diagnostics.push(
                finding.help(
                    "name the member that holds outputs with `result:`, or leave the field out",
                ),
            );
        }
    }
}

fn path(
    spec: &Spec<'_>,
    operation: &Operation<'_>,
    http: &HttpLine,
    diagnostics: &mut Diagnostics,
) {
    let span = operation.block.at("http");
    if http.path.contains(['?', '#']) {
        let finding = spec.finding(Rule::W05, span, "the path has a query");
        diagnostics.push(
            finding.help("put constants into `fixed:` and parameters into `request: query:`"),
        );
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}:@".contains(c);
    if http.path.contains("//") || !http.path.chars().all(|c| plain(c) || "?#&=".contains(c)) {
        let message = "the path has an empty segment, or characters that need encoding";
        let finding = spec.finding(Rule::W06, span, message);
        diagnostics.push(finding.help("write it as the vendor does, with what varies as `{name}`"));
    }
    let path = http.path.split('?').next().unwrap_or_default();
    let odd = |segment: &str| {
        let label = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let inside = label.unwrap_or(segment);
        inside.contains(['{', '}']) || matches!(segment, "." | ".." | "{}")
    };
    if path.split('/').any(odd) {
        let finding = spec.finding(
            Rule::W06,
            span,
            "a segment of the path is `.`, `..`, or has braces that do not fit",
        );
        diagnostics.push(finding.help("a parameter is a whole segment: `/v1/{id}/models`"));
    }
    if path.len() > 1 && path.ends_with('/') {
        let finding = spec.finding(Rule::W15, span, "the path ends with a slash");
        diagnostics.push(
            finding.help("with and without are two paths: keep it only if the vendor has it"),
        );
    }
    let labels: Vec<_> = placeholders(&http.path).collect();
    for label in &labels {
        let found = operation
            .parameters
            .iter()
            .any(|(location, field)| *location == Location::Path && field.name == *label);
        if !found {
            let message =
                format!("`{{{label}}}` in the path has no parameter under `request: path:`");
            let finding = spec.finding(Rule::W02, span, message);
            diagnostics.push(finding.help(format!("add `{label}:` there, with `required: true`")));
        }
    }
    for (location, field) in &operation.parameters {
        if *location != Location::Path {
            continue;
        }
        if !labels.contains(&field.name) {
            let message = format!("the path has no `{{{}}}`", field.name);
            let finding = spec.finding(Rule::W02, field.name_span, message);
            let help = format!(
                "put `{{{}}}` into the path, or send it elsewhere",
                field.name
            );
            diagnostics.push(finding.help(help));
        }
        if !field.value.required {
            let message = format!(
                "`{}` stands in the path, so it must be required",
                field.name
            );
            diagnostics.push(
                spec.finding(Rule::W02, field.name_span, message)
                    .help("add `required: true`"),
            );
        }
        if field.value.ty.list {
            let message = format!("`{}` stands in the path, where no list can be", field.name);
            diagnostics.push(
                spec.finding(Rule::W02, field.name_span, message)
                    .help("take `list of` from its type, or send it in the query"),
            );
        }
    }
}

fn members(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (location, field) in &operation.parameters {
        // Requests are read by wire name too, so a name says which parameter is meant, wherever it travels.
        let name = if *location == Location::Header {
            field.name.to_lowercase()
        } else {
            field.name.to_owned()
        };
        if let Some(first) = seen.insert(name, field.name_span) {
            let message = format!("the parameter `{}` is there twice", field.name);
            let finding = spec.finding(Rule::W01, field.name_span, message);
            let finding = finding.second(first, "first here");
            let help = "one name is one parameter, wherever it travels: drop one of them";
            diagnostics.push(finding.help(help));
        }
        match location {
            Location::Header if !is_header(field.name) => {
                let message = format!("`{}` cannot be the name of a header", field.name);
                let finding = spec.finding(Rule::W10, field.name_span, message);
                diagnostics.push(finding.help(HEADER_HELP));
            }
            Location::Header if RESERVED_HEADERS.contains(&field.name.to_lowercase().as_str()) => {
                let message = format!(
                    "the header `{}` belongs to the signature or the connection",
                    field.name
                );
                let finding = spec.finding(Rule::W07, field.name_span, message);
                diagnostics.push(finding.help("drop it: the client sets it"));
            }
            Location::Query => {
                if is_secret(field.name) && !spec.cursors().contains(field.name) {
                    let message = format!(
                        "`{}` would travel in the URL, which everybody logs",
                        field.name
                    );
                    let finding = spec.finding(Rule::W08, field.name_span, message);
                    diagnostics.push(finding.help("secrets belong into `auth`, headers or bodies"));
                }
                if let Some(fixed) = operation
                    .fixed
                    .iter()
                    .find(|fixed| fixed.name == field.name)
                {
                    let message = format!("`{}` is fixed, so it cannot be a parameter", field.name);
                    let finding = spec.finding(Rule::W09, field.name_span, message);
                    let finding = finding.second(fixed.name_span, "fixed here");
                    diagnostics.push(finding.help("drop one of them"));
                }
            }
            _ => {}
        }
        let is_list = field.value.ty.list;
        if field.value.list_style.is_some() && (*location != Location::Query || !is_list) {
            let message = "`list_style` is for lists in the query";
            let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
            diagnostics.push(finding.help("drop it: elsewhere a list travels in one way alone"));
        }
        if *location == Location::Header && is_list {
            let message = "a list cannot travel in a header";
            let finding = spec.finding(Rule::R07, field.at("type"), message);
            diagnostics
                .push(finding.help("say `string`, and how its elements are separated in `docs`"));
        }
    }
    let has_body = operation
        .parameters
        .iter()
        .any(|(location, _)| *location == Location::Body);
    let method = operation.block.value.http.as_ref();
    let method = method.map_or("", |http| http.method.as_str());
    if has_body && matches!(method, "GET" | "HEAD" | "DELETE") {
        let message = format!("a {method} request with a body");
        let finding = spec.finding(Rule::W04, operation.block.at("http"), message);
        diagnostics.push(finding.help("many servers and proxies drop it: is it really POST?"));
    }
}

/// Headers that are set elsewhere.
const RESERVED_HEADERS: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-auth-token",
    "x-bce-date",
    "x-bce-security-token",
    "x-content-sha256",
    "x-date",
    "x-sdk-date",
    "x-security-token",
];

/// What the name of a header looks like.
const HEADER_HELP: &str = "letters, digits and hyphens, such as `X-Project-Id`";

fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a name is one of a secret. Cursors are none, though some are called tokens.
pub(super) fn is_secret(name: &str) -> bool {
    let name = names::member(name);
    let words: Vec<_> = name.split('_').collect();
    let is_cursor = [
        "next",
        "page",
        "continuation",
        "marker",
        "start",
        "previous",
    ]
    .iter()
    .any(|word| words.contains(word));
    let last = words.last().copied().unwrap_or_default();
    !is_cursor
        && (words.iter().any(|word| {
            matches!(
                *word,
                "secret" | "password" | "passwd" | "passphrase" | "credential" | "credentials"
            )
        }) || matches!(last, "token" | "tokens")
            || name.ends_with("access_key")
            || name.ends_with("api_key")
            || name.ends_with("private_key"))
}

/// The names in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or_default())
}
