//! Checks what the parts of a request do to one another: headers that a prefix may become, maps in one query, a payload
//! beside a body, fixed headers, and the prefix of the host.

use super::headers::{HEADER_HELP, RESERVED_HEADERS, is_header, is_of_the_client};
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{
    Container, Field, Location, OF_THE_CLIENT, Operation, Piece, Spec, is_content_type,
    placeholders,
};

/// Checks the headers that all operations send.
pub(super) fn check_head(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    fixed_headers(spec, &spec.fixed_headers, diagnostics);
    for header in spec
        .fixed_headers
        .iter()
        .filter(|each| is_content_type(each))
    {
        reserved(spec, header, "drop it: the client sets it", diagnostics);
    }
}

/// Checks one operation.
pub(super) fn check(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    fixed_headers(spec, &operation.fixed_headers, diagnostics);
    let mut headers = operation.fixed_headers.iter();
    let of_body = headers.find(|header| is_content_type(header));
    let at = |location| {
        let parameters = operation.parameters.iter();
        let here = parameters.filter(move |(other, _)| *other == location);
        here.map(|(_, field)| field)
    };
    let fixed = || operation.fixed_headers.iter().chain(&spec.fixed_headers);
    for header in at(Location::Header) {
        let is_same = |fixed: &&Piece<'_, String>| fixed.name.eq_ignore_ascii_case(header.name);
        if let Some(fixed) = fixed().find(is_same) {
            let message = format!("`{}` is fixed, so it cannot be a parameter", header.name);
            let finding = spec.finding(Rule::W09, header.name_span, message);
            let finding = finding.second(fixed.name_span, "fixed here");
            diagnostics.push(finding.help("drop one of them"));
        }
    }
    let is_map = |field: &&Piece<'_, Field>| field.value.ty.outermost() == Some(Container::Map);
    let mut maps = at(Location::Query).filter(is_map);
    if let Some(first) = maps.next() {
        for other in maps {
            let message = format!("`{}` is a second map in the query", other.name);
            let finding = spec.finding(Rule::W26, other.name_span, message);
            let finding = finding.second(first.name_span, "the first one");
            let help = "the names of maps are not sent, so nobody could tell their pairs apart: keep one of them";
            diagnostics.push(finding.help(help));
        }
    }
    let headers = at(Location::Header).map(|field| (field.name, field.name_span));
    let fixed = fixed().map(|header| (header.name, header.name_span));
    let headers: Vec<_> = headers.chain(fixed).collect();
    for prefix in at(Location::Header).filter(is_map) {
        swallowed(spec, prefix, &headers, diagnostics);
    }
    if let (Some(payload), Some(member)) = (at(Location::Payload).next(), at(Location::Body).next())
    {
        let message = "the payload is the whole body, and there are members of a body too";
        let key = operation.block.node.get("request");
        let key = key.and_then(|request| request.entry("payload"));
        let span = key.map_or(payload.name_span, |entry| entry.key_span);
        let finding = spec.finding(Rule::W27, span, message);
        let finding = finding.second(member.name_span, "a member of the body");
        diagnostics.push(
            finding.help(
                "send them under `body:` all, or make them fields of the payload's structure",
            ),
        );
    }
    if let Some(header) = of_body {
        if at(Location::Payload).next().is_some() {
            let help = "say `content_type:` under `payload:`";
            reserved(spec, header, help, diagnostics);
        } else {
            let span = header.node.span;
            content_type(spec, &header.value, span, diagnostics);
        }
    }
    if let Some(given) = &operation.content_type {
        content_type(spec, &given.value, given.name_span, diagnostics);
    }
    host_prefix(spec, operation, diagnostics);
}

/// Reports headers that an entry of a map may become.
fn swallowed(
    spec: &Spec<'_>,
    prefix: &Piece<'_, Field>,
    headers: &[(&str, Span)],
    diagnostics: &mut Diagnostics,
) {
    let lower = prefix.name.to_lowercase();
    let is_swallowed = |name: &str| name.to_lowercase().starts_with(&lower);
    let mut report = |rule, name: &str, second: Option<Span>, help| {
        let message = format!("an entry of `{}` could be the header `{name}`", prefix.name);
        let finding = spec.finding(rule, prefix.name_span, message);
        let finding = match second {
            Some(span) => finding.second(span, "the header"),
            None => finding,
        };
        diagnostics.push(finding.help(help));
    };
    for (name, span) in headers {
        if is_swallowed(name) && *span != prefix.name_span {
            let help = "one header would be sent twice: is the prefix longer?";
            report(Rule::W26, name, Some(*span), help);
        }
    }
    let head = &spec.head.value;
    let tokens = spec
        .auth
        .iter()
        .filter_map(|auth| auth.value.header.as_deref());
    let own = head.project_header.as_deref().into_iter().chain(tokens);
    for name in own.chain(RESERVED_HEADERS.iter().copied()) {
        if is_swallowed(name) {
            let help = "the client sets it: is the prefix longer?";
            report(Rule::W07, name, None, help);
            // The others with the prefix say the same.
            return;
        }
    }
}

/// Checks names and values of fixed headers.
fn fixed_headers(spec: &Spec<'_>, headers: &[Piece<'_, String>], diagnostics: &mut Diagnostics) {
    for (index, header) in headers.iter().enumerate() {
        let name = header.name;
        let mut report = |rule, span, message: String, help: &str| {
            diagnostics.push(spec.finding(rule, span, message).help(help));
        };
        if !is_header(name) {
            let message = format!("`{name}` cannot be the name of a header");
            report(Rule::W10, header.name_span, message, HEADER_HELP);
        } else if !is_content_type(header)
            && (RESERVED_HEADERS.contains(&name.to_lowercase().as_str())
                || is_of_the_client(spec, name))
        {
            reserved(spec, header, "drop it: the client sets it", diagnostics);
        }
        let mut report = |rule, span, message: String, help: &str| {
            diagnostics.push(spec.finding(rule, span, message).help(help));
        };
        if !is_value(&header.value) {
            let message = format!("the value of the header `{name}` cannot be sent");
            let help = "a value is printable ASCII, without blanks around it";
            report(Rule::W10, header.node.span, message, help);
        }
        let mut before = headers.iter().take(index);
        if let Some(first) = before.find(|other| other.name.eq_ignore_ascii_case(name)) {
            let message = format!("the header `{name}` is there twice");
            let finding = spec.finding(Rule::W01, header.name_span, message);
            let finding = finding.second(first.name_span, "first here");
            diagnostics
                .push(finding.help("the case of its name does not matter: drop one of them"));
        }
    }
}

/// Whether a text can be the value of a header.
fn is_value(text: &str) -> bool {
    let is_printable = |b: u8| (b' '..=b'~').contains(&b);
    !text.is_empty() && text.trim() == text && text.bytes().all(is_printable)
}

/// Reports a fixed header that the client sets.
fn reserved(
    spec: &Spec<'_>,
    header: &Piece<'_, String>,
    help: &str,
    diagnostics: &mut Diagnostics,
) {
    let name = header.name;
    let message = format!("the header `{name}` belongs to the signature or the connection");
    let finding = spec.finding(Rule::W07, header.name_span, message);
    diagnostics.push(finding.help(help));
}

/// Whether a text can be sent as the type of a body.
pub(crate) fn is_media_type(text: &str) -> bool {
    let is_type = text.split_once('/').is_some_and(|(kind, rest)| {
        let subtype = rest.split(';').next().unwrap_or_default().trim_end();
        is_header(kind) && is_header(subtype)
    });
    is_type && is_value(text)
}

fn content_type(spec: &Spec<'_>, text: &str, span: Span, diagnostics: &mut Diagnostics) {
    if !is_media_type(text) {
        let message = format!("{text:?} is not a content type");
        let finding = spec.finding(Rule::W10, span, message);
        diagnostics.push(finding.help("write it as in `application/json`"));
    }
}

/// Checks the text before the host, and that its placeholders are parameters.
fn host_prefix(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let Some(prefix) = &operation.block.value.host_prefix else {
        return;
    };
    let report = |diagnostics: &mut Diagnostics, message: String, help: &str| {
        let span = operation.block.at("host_prefix");
        diagnostics.push(spec.finding(Rule::W14, span, message).help(help));
    };
    let names: Vec<_> = placeholders(prefix).collect();
    let mut plain = prefix.clone();
    for name in &names {
        plain = plain.replace(&format!("{{{name}}}"), "x");
    }
    let is_label = |label: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !label.is_empty()
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // What ends with a hyphen begins the first label of the host.
    let labels = plain
        .strip_suffix(['.', '-'])
        .map(|labels| labels.split('.'));
    if !labels.is_some_and(|mut labels| labels.all(is_label)) {
        let message = format!("{prefix:?} cannot stand before a host");
        let help =
            "it consists of labels with a point behind each, as in `data.` or `{AccountId}.`";
        return report(diagnostics, message, help);
    }
    for name in names {
        let is_of_client = OF_THE_CLIENT.contains(&name);
        let mut parameters = operation.parameters.iter();
        let field = parameters.find(|(location, field)| {
            field.name == name && (*location == Location::Path || !is_of_client)
        });
        let Some((_, field)) = field else {
            if !is_of_client && !operation.is_broken {
                let message = format!("`{{{name}}}` before the host is no parameter");
                report(
                    diagnostics,
                    message,
                    "name a parameter under `request:`, `region` or `project`",
                );
            }
            continue;
        };
        if field.value.sensitive {
            let message =
                format!("`{name}` would travel in the name of a host, which everybody logs");
            let finding = spec.finding(Rule::W08, field.at_key("sensitive"), message);
            let finding = finding.second(operation.block.at("host_prefix"), "here");
            diagnostics.push(finding.help("secrets belong into `auth`, headers or bodies"));
        }
        let is_string = field.value.ty.is_single() && field.value.ty.name == "string";
        let fits = is_string && field.value.required;
        let has_finding = field.value.ty.is_unknown() || field.is_cut("required");
        if !fits && !has_finding {
            let message = format!("`{{{name}}}` before the host is not a required string");
            report(
                diagnostics,
                message,
                "a request without it would have no host: add `required: true`, or use another parameter",
            );
        }
    }
}
