//! Checks the wire format: paths, queries, headers and bodies.

use std::collections::{BTreeMap, BTreeSet};

use super::headers::{HEADER_HELP, RESERVED_HEADERS, is_header, is_of_the_client};
use super::repeats::is_token;
use super::requests;
use super::secrets::is_secret;
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{
    Container, Field, HttpLine, Label, ListStyle, Location, OF_THE_CLIENT, Operation, Piece,
    Refusal, Spec, TimestampFormat, is_content_type, placeholders, route,
};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for field in spec.types.iter().flat_map(|ty| ty.fields()) {
        if field.value.list_style.is_some() {
            let message = "`list_style` is for lists in the query or a header";
            let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
            diagnostics.push(finding.help("drop it: in JSON a list is a list"));
        }
        if field.value.prefix {
            let message = "`prefix` is for maps of headers";
            let finding = spec.finding(Rule::C02, field.at_key("prefix"), message);
            diagnostics.push(finding.help("drop it: in JSON a map is an object"));
        }
    }
    requests::check_head(spec, diagnostics);
    let cursors = spec.cursors();
    let mut routes: BTreeMap<String, Span> = BTreeMap::new();
    for operation in &spec.operations {
        members(spec, operation, &cursors, diagnostics);
        requests::check(spec, operation, diagnostics);
        let Some(http) = &operation.block.value.http else {
            continue;
        };
        path(spec, operation, http, diagnostics);
        let fixed = operation.fixed.iter();
        let mut fixed: Vec<_> = fixed
            .map(|pair| match &pair.value {
                Some(value) => format!("{}={value}", pair.name),
                None => pair.name.to_owned(),
            })
            .collect();
        fixed.sort();
        // The service does not see the names of path parameters.
        let headers = operation.fixed_headers.iter();
        let headers = headers.map(|header| format!(" {}: {}", header.name, header.value));
        let prefix = operation.block.value.host_prefix.as_deref();
        let is_parameter = |name: &str| {
            let mut parameters = operation.parameters.iter();
            parameters.any(|(location, field)| *location == Location::Path && field.name == name)
        };
        let route = format!(
            "{} {}{}?{}{}",
            http.method,
            prefix.unwrap_or_default(),
            route(&http.path, is_parameter),
            fixed.join("&"),
            headers.collect::<String>()
        );
        let span = operation.block.at("http");
        if let Some(first) = routes.insert(route, span) {
            let message = "another operation has the same method, path and fixed query";
            let finding = spec.finding(Rule::W03, span, message).second(first, "here");
            let help = "one of them is wrong, or they are one operation";
            diagnostics.push(finding.help(help));
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
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}:@!$'()*,;".contains(c);
    // The plus of a greedy label is not sent.
    let mut sent = http.path.replace("+}", "}");
    sent.retain(|c| !"?#&=".contains(c));
    if http.path.contains("//") || !sent.chars().all(plain) {
        let message = "the path has an empty segment, or characters that need encoding";
        let finding = spec.finding(Rule::W06, span, message);
        diagnostics.push(finding.help("write it as the vendor does, with what varies as `{name}`"));
    }
    let path = http.path.split('?').next().unwrap_or_default();
    let odd = |segment: &str| match Label::of(segment) {
        Some(label) => label.name.is_empty() || label.name.contains(['{', '}', '+']),
        None => segment.contains(['{', '}']) || matches!(segment, "." | ".."),
    };
    if path.split('/').any(odd) {
        let finding = spec.finding(
            Rule::W06,
            span,
            "a segment of the path is `.`, `..`, or has braces that do not fit",
        );
        diagnostics.push(finding.help("a parameter is a whole segment: `/v1/{id}/models`"));
    }
    if has_odd_slash(spec, path) {
        let finding = spec.finding(Rule::W15, span, "this path alone ends with a slash");
        let help = "drop it; if the vendor's SDK was seen to send it, allow it and say so";
        let finding = finding.help(help);
        diagnostics.push(finding.fix(operation.block.node.allowing(Rule::W15)));
    }
    let greedy = path.split('/').filter_map(Label::of);
    if greedy.filter(|label| label.is_greedy).count() > 1 {
        let message =
            "the path has two greedy labels, so that nobody knows where the first one ends";
        let finding = spec.finding(Rule::W06, span, message);
        diagnostics.push(finding.help("drop the `+` of all but one"));
    }
    let names = placeholders(path).map(|name| name.strip_suffix('+').unwrap_or(name));
    let labels: Vec<_> = names.collect();
    for (index, label) in labels.iter().enumerate() {
        if labels.iter().take(index).any(|other| other == label) {
            let message = format!("`{{{label}}}` is in the path twice");
            let finding = spec.finding(Rule::W02, span, message);
            diagnostics.push(finding.help("each parameter has a name of its own"));
        }
        let found = operation
            .parameters
            .iter()
            .any(|(location, field)| *location == Location::Path && field.name == *label);
        if !found && !is_of_the_client_here(path, label) {
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
        if !field.value.required && !field.is_cut("required") {
            let message = format!(
                "`{}` is a path parameter, so it must be required",
                field.name
            );
            let finding = spec.finding(Rule::W02, field.name_span, message);
            let finding = finding.help("add `required: true`");
            let fix = match field.node.get("required") {
                None => field.node.adding("required: true"),
                Some(_) => None,
            };
            diagnostics.push(finding.fix(fix));
        }
    }
}

/// Whether the client has the value of a label itself: its region or project ID.
fn is_of_the_client_here(path: &str, label: &str) -> bool {
    OF_THE_CLIENT.contains(&label) && path.contains(&format!("{{{label}}}"))
}

/// Whether a path ends with a slash, and no other path of the spec does: several are the vendor's habit.
fn has_odd_slash(spec: &Spec<'_>, path: &str) -> bool {
    let ends_so = |path: &str| path.len() > 1 && path.ends_with('/');
    let lines = spec.operations.iter();
    let mut lines = lines.filter_map(|operation| operation.block.value.http.as_ref());
    ends_so(path) && !lines.any(|http| http.path != path && ends_so(&http.path))
}

fn members(
    spec: &Spec<'_>,
    operation: &Operation<'_>,
    cursors: &BTreeSet<&str>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (location, field) in &operation.parameters {
        // Requests are also read by wire name, so the names are unique across all locations.
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
            Location::Header
                if RESERVED_HEADERS.contains(&field.name.to_lowercase().as_str())
                    || is_of_the_client(spec, field.name) =>
            {
                let message = format!(
                    "the header `{}` belongs to the signature or the connection",
                    field.name
                );
                let finding = spec.finding(Rule::W07, field.name_span, message);
                diagnostics.push(finding.help("drop it: the client sets it"));
            }
            Location::Query => {
                let is_harmless = cursors.contains(field.name) || is_token(field);
                if is_secret(field.name) && !is_harmless {
                    let message = format!(
                        "`{}` would travel in the URL, which everybody logs",
                        field.name
                    );
                    let finding = spec.finding(Rule::W08, field.name_span, message);
                    diagnostics.push(finding.help("secrets belong into `auth`, headers or bodies"));
                }
                let mut tokens = spec.schemes();
                if let Some(token) =
                    tokens.find(|auth| auth.value.query.as_deref() == Some(field.name))
                {
                    let message = format!("`{}` is the token of the service", field.name);
                    let finding = spec.finding(Rule::W09, field.name_span, message);
                    let finding = finding.second(token.at("query"), "sent here");
                    diagnostics.push(finding.help("drop it: the client sends it"));
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
        styles(spec, *location, field, diagnostics);
        if let Err(Refusal { what, help }) = spec.travel(*location, &field.value) {
            let place = match location {
                Location::Path => "in the path",
                Location::Query => "in the query",
                Location::Header => "in a header",
                Location::Body => "in the body",
                Location::Payload => "as a payload",
            };
            let message = format!("{what} cannot be sent {place}");
            let finding = spec.finding(Rule::R07, field.at("type"), message);
            diagnostics.push(finding.help(help));
        }
    }
    let has_body = operation
        .parameters
        .iter()
        .any(|(location, _)| matches!(location, Location::Body | Location::Payload))
        || operation.fixed_headers.iter().any(is_content_type);
    let method = operation.block.value.http.as_ref();
    let method = method.map_or("", |http| http.method.as_str());
    if method == "HEAD" && spec.reads_body(&operation.block.value) {
        let finding = spec.finding(
            Rule::W04,
            operation.block.at("http"),
            "the reply to HEAD has no body",
        );
        diagnostics.push(finding.help("write `response: none`, or is it really GET?"));
    }
    if has_body && matches!(method, "GET" | "HEAD" | "DELETE") {
        let message = format!("a {method} request with a body");
        let finding = spec.finding(Rule::W04, operation.block.at("http"), message);
        diagnostics.push(finding.help("many servers and proxies drop it: is it really POST?"));
    }
}

/// Checks the keys that say how lists and maps travel.
fn styles(
    spec: &Spec<'_>,
    location: Location,
    field: &Piece<'_, Field>,
    diagnostics: &mut Diagnostics,
) {
    let Field {
        ty,
        list_style,
        format,
        prefix,
        ..
    } = &field.value;
    let is_here = matches!(location, Location::Query | Location::Header);
    let mut report = |message: &str, help: &str| {
        let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
        diagnostics.push(finding.help(help));
    };
    match (list_style, location) {
        (None, _) => {}
        (Some(_), _) if !is_here || !ty.is_list() => report(
            "`list_style` is for lists in the query or a header",
            "drop it: elsewhere a list travels in one way alone",
        ),
        (Some(ListStyle::Repeated), Location::Header) => report(
            "the elements of a list in a header are separated by commas",
            "write `list_style: csv`, or drop it",
        ),
        (Some(ListStyle::Csv), Location::Query) if *format == Some(TimestampFormat::HttpDate) => {
            let message =
                "`list_style: csv` separates elements with commas, which HTTP dates contain";
            let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
            let finding = finding.second(field.at("format"), "HTTP dates");
            diagnostics.push(finding.help("choose another `format`, or `list_style: repeated`"));
        }
        (Some(_), _) => {}
    }
    if *prefix && (location != Location::Header || ty.outermost() != Some(Container::Map)) {
        let message = "`prefix` is for maps of headers";
        let finding = spec.finding(Rule::C02, field.at_key("prefix"), message);
        diagnostics.push(finding.help("drop it, or send a `map of string` under `header:`"));
    }
}
