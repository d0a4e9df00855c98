//! Checks settings from outside the spec: authentication schemes, headers and environment variables.

use super::headers::{HEADER_HELP, RESERVED_HEADERS, is_header};
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Auth, Piece, Scheme, Spec};

/// Keys of all schemes.
const ALL_KEYS: &[&str] = &[
    "service",
    "header",
    "query",
    "token",
    "access_key",
    "secret_key",
    "session_token",
];

/// Checks the names of headers and environment variables that are set for the whole service.
pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let project = spec.head.value.project_header.as_ref();
    let project = project.map(|header| (header, spec.head.at("project_header")));
    let tokens = spec.schemes();
    let tokens = tokens.filter_map(|auth| Some((auth.value.header.as_ref()?, auth.at("header"))));
    for (name, span) in project.into_iter().chain(tokens) {
        header(spec, name, span, diagnostics);
    }
    for auth in spec.schemes() {
        let scheme = auth.value.scheme;
        query(spec, auth, diagnostics);
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
    let of_operations = spec.operations.iter().filter_map(|each| each.auth.as_ref());
    for list in of_operations.clone().chain([&spec.auth]) {
        let is_last = |auth: &Piece<'_, Auth>| auth.value.scheme == Scheme::None;
        let after = list.iter().skip_while(|auth| !is_last(auth)).skip(1);
        for auth in after {
            let message = "nothing uses this scheme: it is behind `none`, which always fits";
            let finding = spec.finding(Rule::W18, auth.at("scheme"), message);
            diagnostics.push(finding.help("make `none` the last"));
        }
    }
    let read: Vec<_> = read_variables(spec).iter().map(|(name, _)| *name).collect();
    for auth in of_operations.flatten() {
        let lists = auth
            .node
            .entries()
            .iter()
            .flat_map(|entry| entry.value.elements());
        let unread = lists.filter(|name| name.text().is_some_and(|name| !read.contains(&name)));
        for name in unread {
            let message =
                "nothing reads this variable: credentials are read for the schemes of the service";
            let finding = spec.finding(Rule::W18, name.span, message);
            diagnostics
                .push(finding.help("drop it, or add a scheme with it at the head of the spec"));
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
        ("max_attempts", &environment.max_attempts),
        ("retry_mode", &environment.retry_mode),
    ];
    for (key, names) in lists {
        // A base URL may have one variable per region.
        let plain: Vec<_> = match key {
            "endpoint" => names
                .iter()
                .map(|name| name.replacen("{REGION}", "R", 1))
                .collect(),
            _ => names.clone(),
        };
        variables(spec, &spec.head, &["environment", key], &plain, diagnostics);
    }
    for parameter in &spec.endpoint_parameters {
        let names = &parameter.value.env;
        variables(spec, parameter, &["env"], names, diagnostics);
    }
    aws_service_id(spec, diagnostics);
    not_read(spec, diagnostics);
}

/// Checks that the ID is a valid service ID of the AWS SDKs.
fn aws_service_id(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let Some(id) = &spec.head.value.environment.aws_service_id else {
        return;
    };
    let is_word = |word: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !word.is_empty() && word.bytes().all(fits)
    };
    if !id.split(' ').all(is_word) {
        let node = spec.head.node.get("environment");
        let span = node.and_then(|node| node.get("aws_service_id"));
        let span = span.map_or(spec.head.name_span, |node| node.span);
        let message = format!("`{id}` cannot be a service ID of AWS");
        let finding = spec.finding(Rule::W10, span, message);
        diagnostics.push(finding.help("letters, digits and single spaces: `Bedrock Runtime`"));
    }
}

/// Checks that settings under `not_read` have valid names and are not read elsewhere.
fn not_read(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let read = read_variables(spec);
    for setting in &spec.not_read {
        let name = setting.name;
        let in_path = |c: char| c.is_ascii_graphic() && !"`|<>[]{}()\"'\\*".contains(c);
        let is_path = (name.contains('/') || name.starts_with('.')) && name.chars().all(in_path);
        if !is_variable(name) && !is_path {
            let message =
                format!("`{name}` can be neither an environment variable nor the path of a file");
            let finding = spec.finding(Rule::W10, setting.name_span, message);
            let help = "a variable is of letters, digits and underscores; a path has a slash or begins with a dot";
            diagnostics.push(finding.help(help));
        }
        if let Some((_, span)) = read.iter().find(|(read, _)| is_same_variable(read, name)) {
            let message = format!("`{name}` is read, so it cannot be under `not_read`");
            let finding = spec.finding(Rule::W19, setting.name_span, message);
            let finding = finding.second(*span, "read here");
            diagnostics.push(finding.help("delete one of the two"));
        }
        if let Some(feature) = &setting.value.feature {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if feature.is_empty() || !feature.bytes().all(fits) {
                let message = format!("`{feature}` cannot be the name of a cargo feature");
                let finding = spec.finding(Rule::W10, setting.at("feature"), message);
                diagnostics.push(finding.help("lower-case letters, digits and hyphens"));
            }
        }
    }
}

/// Returns every variable that is read, with its place.
fn read_variables<'s>(spec: &'s Spec<'_>) -> Vec<(&'s str, Span)> {
    let schemes = spec.auth.iter().map(|auth| auth.node);
    let blocks = spec.head.node.get("environment").into_iter().chain(schemes);
    // All lists in these blocks are lists of variables.
    let entries = blocks.flat_map(|block| block.entries());
    let parameters = spec.endpoint_parameters.iter();
    let of_parameters = parameters.filter_map(|parameter| parameter.node.get("env"));
    let lists = entries.map(|entry| &entry.value).chain(of_parameters);
    let elements = lists.flat_map(|list| list.elements());
    let variable = elements.filter_map(|element| Some((element.text()?, element.span)));
    variable.collect()
}

/// Whether a variable has the given name. It may contain a placeholder for the region.
fn is_same_variable(read: &str, name: &str) -> bool {
    match read.split_once("{REGION}") {
        None => read == name,
        Some((before, after)) => {
            let rest = name.strip_prefix(before);
            let region = rest.and_then(|rest| rest.strip_suffix(after));
            region.is_some_and(|region| !region.is_empty())
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Checks the query parameter of a token.
fn query(spec: &Spec<'_>, auth: &Piece<'_, Auth>, diagnostics: &mut Diagnostics) {
    let Auth { header, query, .. } = &auth.value;
    let Some(query) = query else { return };
    if header.is_some() {
        let message = "the token is in a header, and in the query";
        let finding = spec.finding(Rule::W17, auth.at_key("query"), message);
        let finding = finding.second(auth.at_key("header"), "the header");
        diagnostics.push(finding.help("drop one of them"));
    }
    if query.is_empty() || query.contains(char::is_whitespace) {
        let message = format!("{query:?} cannot be the name of a query parameter");
        let finding = spec.finding(Rule::W10, auth.at("query"), message);
        diagnostics.push(finding.help("write it as the vendor does, such as `key`"));
    }
}

/// Checks that a header name is valid and not reserved.
fn header(spec: &Spec<'_>, name: &str, span: Span, diagnostics: &mut Diagnostics) {
    let lower = name.to_lowercase();
    if !is_header(name) {
        let message = format!("`{name}` cannot be the name of a header");
        let finding = spec.finding(Rule::W10, span, message);
        diagnostics.push(finding.help(HEADER_HELP));
    } else if RESERVED_HEADERS.contains(&lower.as_str()) && !lower.ends_with("-token") {
        // Headers made for tokens are allowed for a token.
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
        if !is_variable(name) {
            let message = format!("`{name}` cannot be the name of an environment variable");
            let finding = spec.finding(Rule::W10, block.at_element(path, index), message);
            let names: Vec<_> = name.split_whitespace().collect();
            diagnostics.push(match names.len() {
                0 | 1 => finding.help("letters, digits and underscores"),
                _ => {
                    let names = names.join(", ");
                    let finding = finding.help(format!("separate names with commas: `{names}`"));
                    finding.replacing(name, names)
                }
            });
        }
    }
}
