//! Checks the format of errors: the places of their codes, and the documented codes.

use std::collections::{BTreeMap, BTreeSet};

use super::headers::{HEADER_HELP, is_header};
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Field, Node, PartOfReply, Piece, Spec};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    places_and_codes(spec, diagnostics);
    only_status(spec, diagnostics);
    success(spec, diagnostics);
    hidden_output(spec, diagnostics);
}

fn places_and_codes(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let errors = &spec.head.value.errors;
    for (key, parts) in [
        ("code", &errors.code),
        ("message", &errors.message),
        ("help", &errors.help),
        ("request_id", &errors.request_id),
    ] {
        let node = spec.head.node.get("errors").and_then(|node| node.get(key));
        let elements = node.map(Node::elements).unwrap_or_default();
        let places: BTreeMap<_, _> = elements
            .iter()
            .filter_map(|element| Some((element.text()?, element.span)))
            .collect();
        for part in parts {
            let text = part.to_string();
            let span = places
                .get(text.as_str())
                .copied()
                .unwrap_or(spec.head.name_span);
            match part {
                PartOfReply::Header(name) if !is_header(name) => {
                    let message = format!("`{name}` cannot be the name of a header");
                    let finding = spec.finding(Rule::W10, span, message);
                    diagnostics.push(finding.help(HEADER_HELP));
                }
                PartOfReply::Body(path) if path.split('.').any(str::is_empty) => {
                    let message = format!("`{path}` is not a path: a name is missing");
                    let finding = spec.finding(Rule::W10, span, message);
                    let help = "names with points between them, such as `error.code`";
                    diagnostics.push(finding.help(help));
                }
                _ => {}
            }
        }
    }
    for code in &spec.codes {
        if !is_code(code.name) {
            let message = format!("{:?} cannot be an error code", code.name);
            let finding = spec.finding(Rule::W13, code.name_span, message);
            diagnostics.push(finding.help(CODE_HELP));
        }
        if let Some(status) = code
            .value
            .status
            .filter(|status| !(100..=599).contains(status))
        {
            let message = format!("{status} is not an HTTP status");
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

const CODE_HELP: &str = "letters, digits and signs without spaces, brackets and quotes";

/// Whether a text can be an error code.
pub(crate) fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_graphic() && !"`<>[]\\\"".contains(c);
    text.chars().all(fits)
}

/// Whether codes are looked for in responses with a 2xx status.
fn looks_into_successes(spec: &Spec<'_>) -> bool {
    let range = spec.head.value.errors.only_status;
    range.is_none_or(|range| (200..=299).any(|status| range.has(status)))
}

/// Returns the place of a key of `errors:`.
fn at_key(spec: &Spec<'_>, key: &str) -> Span {
    let block = spec.head.node.get("errors");
    let entry = block.and_then(|node| node.entry(key));
    entry.map_or(spec.head.name_span, |entry| entry.key_span)
}

/// Checks the range of statuses that have codes: it is one, something uses it, and no documented code lies outside.
fn only_status(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let errors = &spec.head.value.errors;
    let Some(range) = errors.only_status else {
        return;
    };
    let span = spec.head.at_path(&["errors", "only_status"]);
    if range.is_empty() {
        let message = "the first number is larger than the last";
        let finding = spec.finding(Rule::C01, span, message);
        return diagnostics.push(finding.help("swap them: no value can meet this"));
    }
    let bounds = [range.min, range.max].into_iter().flatten();
    for status in bounds.filter(|status| !(100..=599).contains(status)) {
        let finding = spec.finding(Rule::W11, span, format!("{status} is not an HTTP status"));
        diagnostics.push(finding.help("it lies from 100 to 599"));
    }
    if errors.code.is_empty() && !spec.head.is_cut_below("errors", "code") {
        let span = at_key(spec, "only_status");
        let message = "nothing uses this: there is no `errors: code`";
        let finding = spec.finding(Rule::W18, span, message);
        diagnostics.push(finding.help("drop it, or add where the code is"));
    }
    for code in &spec.codes {
        let outside = code.value.status.filter(|status| !range.has(*status));
        if let Some(status) = outside {
            let message = format!(
                "no reply has the code `{}`: its status is {status}",
                code.name
            );
            let finding = spec.finding(Rule::R05, code.at("status"), message);
            let finding = finding.second(span, "codes are looked for in these statuses alone");
            diagnostics.push(finding.help("correct one of them"));
        }
    }
}

/// Checks the codes that mean success: they are valid, have a place in the response, and are not documented as errors.
fn success(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let errors = &spec.head.value.errors;
    let Some(success) = &errors.success else {
        return;
    };
    if errors.code.is_empty() && !spec.head.is_cut_below("errors", "code") {
        let message = "nothing uses this: there is no `errors: code`";
        let finding = spec.finding(Rule::W18, at_key(spec, "success"), message);
        diagnostics.push(finding.help("drop it, or add where the code is"));
    } else if !looks_into_successes(spec) {
        let message = "nothing uses this: `only_status` leaves out every success";
        let finding = spec.finding(Rule::W18, at_key(spec, "success"), message);
        diagnostics.push(finding.help("drop one of them"));
    }
    for (index, name) in success.iter().map(|code| &code.0).enumerate() {
        let span = spec.head.at_element(&["errors", "success"], index);
        if name.is_empty() || !is_code(name) {
            let message = format!("{name:?} cannot be an error code");
            let finding = spec.finding(Rule::W13, span, message);
            diagnostics.push(finding.help(CODE_HELP));
        }
        let is_2xx = |status: &i64| (200..=299).contains(status);
        let error = spec
            .codes
            .iter()
            .find(|code| code.name == name && code.value.status.as_ref().is_none_or(is_2xx));
        if let Some(error) = error {
            let message = format!("`{name}` means both success and an error in a 2xx reply");
            let finding = spec.finding(Rule::W20, span, message);
            let finding = finding.second(error.name_span, "an error here");
            diagnostics.push(finding.help("drop it from `success`, or from `codes`"));
        }
    }
}

/// Reports outputs with a member in the place of an error code, if the body is the output itself. Every response with
/// that member would be taken for an error.
fn hidden_output(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    if !looks_into_successes(spec) {
        return;
    }
    let has_envelope = spec.head.value.result.is_some();
    let parts = spec.head.value.errors.code.iter();
    let codes: BTreeSet<_> = parts
        .filter_map(|part| match part {
            PartOfReply::Body(path) => path.split('.').next(),
            PartOfReply::Header(_) => None,
        })
        .collect();
    // Several operations may return the same structure. A payload has no envelope.
    let outputs = spec.operations.iter();
    let outputs = outputs.filter_map(|operation| operation.block.value.output());
    let bodies: BTreeSet<_> = outputs
        .filter_map(|output| match spec.payload_of(output) {
            Some(payload) => Some(payload.value.ty.name.as_str()),
            None => Some(output).filter(|_| !has_envelope),
        })
        .collect();
    let is_in_body = |field: &&Piece<'_, Field>| field.value.from.is_none();
    let fields = bodies.into_iter().filter_map(|body| spec.fields_of(body));
    for field in fields.flatten().filter(is_in_body) {
        if codes.contains(field.name) {
            let message = format!(
                "`{}` is where the error code stands, so it cannot be part of an output",
                field.name
            );
            let finding = spec.finding(Rule::W12, field.name_span, message);
            diagnostics.push(
                finding.help(
                    "name the member that holds outputs with `result:`; if only errors have codes, write `only_status: 400..` \
                     under `errors:`; or leave the field out",
                ),
            );
        }
    }
}
