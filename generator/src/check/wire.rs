//! Checks the wire format: paths, queries, headers and bodies.

use std::collections::{BTreeMap, BTreeSet};

use super::headers::{HEADER_HELP, RESERVED_HEADERS, is_header, is_of_the_client};
use super::repeats::is_token;
use super::secrets::is_secret;
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{
    Container, HttpLine, Label, ListStyle, Location, Operation, Spec, TimestampFormat, TypeName,
    route,
};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
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
    let cursors = spec.cursors();
    let mut routes: BTreeMap<String, Span> = BTreeMap::new();
    for operation in &spec.operations {
        members(spec, operation, &cursors, diagnostics);
        let Some(http) = &operation.block.value.http else {
            continue;
        };
        path(spec, operation, http, diagnostics);
        let fixed = operation.fixed.iter();
        let mut fixed: Vec<_> = fixed
            .map(|pair| format!("{}={}", pair.name, pair.value))
            .collect();
        fixed.sort();
        // The service does not see the names of path parameters.
        let route = format!("{} {}?{}", http.method, route(&http.path), fixed.join("&"));
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
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}:@".contains(c);
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
    if path.len() > 1 && path.ends_with('/') {
        let finding = spec.finding(Rule::W15, span, "the path ends with a slash");
        diagnostics.push(
            finding.help("with and without are two paths: keep it only if the vendor has it"),
        );
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
        if !field.value.required && !field.is_cut("required") {
            let message = format!(
                "`{}` is a path parameter, so it must be required",
                field.name
            );
            diagnostics.push(
                spec.finding(Rule::W02, field.name_span, message)
                    .help("add `required: true`"),
            );
        }
        if field.value.ty.is_list() {
            let message = format!(
                "`{}` is a path parameter, which cannot be a list",
                field.name
            );
            diagnostics.push(
                spec.finding(Rule::W02, field.name_span, message)
                    .help("take `list of` from its type, or send it in the query"),
            );
        }
    }
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
        let is_list = field.value.ty.is_list();
        if field.value.list_style.is_some() && (*location != Location::Query || !is_list) {
            let message = "`list_style` is for lists in the query";
            let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
            diagnostics.push(finding.help("drop it: elsewhere a list travels in one way alone"));
        } else if field.value.list_style == Some(ListStyle::Csv)
            && field.value.format == Some(TimestampFormat::HttpDate)
        {
            let message =
                "`list_style: csv` separates elements with commas, which HTTP dates contain";
            let finding = spec.finding(Rule::C02, field.at_key("list_style"), message);
            let finding = finding.second(field.at("format"), "HTTP dates");
            diagnostics.push(finding.help("choose another `format`, or `list_style: repeated`"));
        }
        if let Some((what, help)) = cannot_be_sent(spec, *location, &field.value.ty) {
            let place = match location {
                Location::Path => "the path",
                Location::Query => "the query",
                Location::Header => "a header",
                Location::Body => "the body",
            };
            let message = format!("{what} cannot be sent in {place}");
            let finding = spec.finding(Rule::R07, field.at("type"), message);
            diagnostics.push(finding.help(help));
        }
    }
    let has_body = operation
        .parameters
        .iter()
        .any(|(location, _)| *location == Location::Body);
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

/// Returns what a type is and where to send it instead, if it cannot be sent at a location.
fn cannot_be_sent(
    spec: &Spec<'_>,
    location: Location,
    ty: &TypeName,
) -> Option<(String, &'static str)> {
    if location == Location::Body {
        return None;
    }
    let in_body = "send it under `body:`";
    let name = ty.name.as_str();
    let text = |what: &str| what.to_owned();
    Some(match ty.containers.as_slice() {
        [Container::Map, ..] => (text("a map"), in_body),
        [_, _, ..] => (text("a list of lists or maps"), in_body),
        _ if name == "json" => (text("free JSON"), in_body),
        _ if name == "bytes" => (text("a value of type `bytes`"), in_body),
        _ if spec.fields_of(name).is_some() => (
            format!("the structure `{name}`"),
            "send it under `body:`, or its fields one by one",
        ),
        _ if spec.members_of(name).is_some() => (format!("the union `{name}`"), in_body),
        [Container::List] if location == Location::Header => (
            text("a list"),
            "say `string`, and how its elements are separated in `docs`",
        ),
        _ => return None,
    })
}

/// Returns the names in braces.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or_default())
}
