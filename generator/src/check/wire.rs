//! What travels: paths, queries, headers, hosts.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::source::Span;
use crate::spec::{HttpLine, ListStyle, Location, Node, Operation, PartOfReply, Spec};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    endpoint(spec, diagnostics);
    errors(spec, diagnostics);
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
            diagnostics.push(spec.error("W03", span, message).second(first, "here"));
        }
    }
}

/// Placeholders of the base URL are known and have what they need.
fn endpoint(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let Some(url) = &spec.head.value.endpoint.url else {
        return;
    };
    let node = spec.head.node.get("endpoint");
    let span = node
        .and_then(|node| node.get("url"))
        .map_or(spec.head.name_span, |node| node.span);
    let mut error = |rule, message: String| diagnostics.push(spec.error(rule, span, message));
    if !url.starts_with("https://") {
        error("W08", "the endpoint does not begin with https://".into());
    }
    if url.ends_with('/') {
        error(
            "W06",
            "the endpoint ends with a slash; the paths of operations begin with one".into(),
        );
    }
    let texts = spec
        .domains
        .iter()
        .flat_map(|domain| [&domain.value.plain, &domain.value.dual_stack]);
    for text in std::iter::once(url).chain(texts) {
        for name in placeholders(text) {
            if !["region", "domain", "fips"].contains(&name) {
                error(
                    "W02",
                    format!("`{{{name}}}` is neither {{region}} nor {{domain}} nor {{fips}}"),
                );
            }
        }
    }
    match (url.contains("{domain}"), spec.domains.last()) {
        (true, None) => error("W02", "`{domain}` needs the table `domains`".into()),
        (true, Some(last)) if !last.value.regions.is_empty() => {
            error(
                "W02",
                "the last row of `domains` must be for every region: without `regions`".into(),
            );
        }
        (false, Some(_)) => error(
            "W02",
            "`domains` is never used: the URL has no {domain}".into(),
        ),
        _ => {}
    }
}

fn errors(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let errors = &spec.head.value.errors;
    for (key, parts) in [
        ("code", &errors.code),
        ("message", &errors.message),
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
                    diagnostics.push(spec.error(
                        "W10",
                        span,
                        format!("`{name}` cannot be the name of a header"),
                    ));
                }
                PartOfReply::Body(path) if path.split('.').any(str::is_empty) => {
                    diagnostics.push(spec.error(
                        "W10",
                        span,
                        format!("`{path}` is no path: a name is missing"),
                    ));
                }
                _ => {}
            }
        }
    }
    for code in &spec.codes {
        if !(100..=599).contains(&code.value.status) {
            let message = format!("{} is no HTTP status", code.value.status);
            diagnostics.push(spec.error("W11", code.at("status"), message));
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
        let finding = spec.error("W05", span, "the path has a query");
        diagnostics.push(
            finding.help("put constants into `fixed:` and parameters into `request: query:`"),
        );
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}:@".contains(c);
    if http.path.contains("//") || !http.path.chars().all(|c| plain(c) || "?#&=".contains(c)) {
        diagnostics.push(spec.error(
            "W06",
            span,
            "the path has an empty segment, or characters that need encoding",
        ));
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
            diagnostics.push(spec.error("W02", span, message));
        }
    }
    for (location, field) in &operation.parameters {
        if *location != Location::Path {
            continue;
        }
        if !labels.contains(&field.name) {
            let message = format!("the path has no `{{{}}}`", field.name);
            diagnostics.push(spec.error("W02", field.name_span, message));
        }
        if !field.value.required || field.value.ty.list {
            let message = format!(
                "`{}` stands in the path, so it must be required and no list",
                field.name
            );
            diagnostics.push(
                spec.error("W02", field.name_span, message)
                    .help("add `required: true`"),
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
            diagnostics.push(
                spec.error("W01", field.name_span, message)
                    .second(first, "first here"),
            );
        }
        match location {
            Location::Header if !is_header(field.name) => {
                let message = format!("`{}` cannot be the name of a header", field.name);
                diagnostics.push(spec.error("W10", field.name_span, message));
            }
            Location::Header if RESERVED_HEADERS.contains(&field.name.to_lowercase().as_str()) => {
                let message = format!(
                    "the header `{}` belongs to the signature or the connection",
                    field.name
                );
                diagnostics.push(spec.error("W07", field.name_span, message));
            }
            Location::Query => {
                if let Some(fixed) = operation
                    .fixed
                    .iter()
                    .find(|fixed| fixed.name == field.name)
                {
                    let message = format!("`{}` is fixed, so it cannot be a parameter", field.name);
                    let finding = spec.error("W09", field.name_span, message);
                    diagnostics.push(finding.second(fixed.name_span, "fixed here"));
                }
            }
            _ => {}
        }
        let is_list = field.value.ty.list;
        if field.value.list_style == Some(ListStyle::Csv)
            && (*location != Location::Query || !is_list)
        {
            let message = "`list_style` is for lists in the query";
            diagnostics.push(spec.error("C02", field.at_key("list_style"), message));
        }
        if *location == Location::Header && is_list {
            diagnostics.push(spec.error(
                "R07",
                field.at("type"),
                "a list cannot travel in a header",
            ));
        }
    }
    let has_body = operation
        .parameters
        .iter()
        .any(|(location, _)| *location == Location::Body);
    if has_body
        && operation
            .block
            .value
            .http
            .as_ref()
            .is_some_and(|http| http.method == "GET")
    {
        let message = "a GET request has no body";
        diagnostics.push(spec.error("W04", operation.block.at("http"), message));
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
    "x-amz-date",
    "x-auth-token",
    "x-bce-date",
    "x-date",
    "x-sdk-date",
];

fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// The names in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or_default())
}
