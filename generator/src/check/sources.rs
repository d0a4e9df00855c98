//! Checks the places that fields of responses are read from, other than the JSON object: `from:`.

use std::collections::BTreeMap;

use super::headers::{HEADER_HELP, is_header};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::rules::Rule;
use crate::spec::{Container, Field, Piece, Source, Spec, Type, TypeKind, TypeName};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let parameters = spec.operations.iter().flat_map(|each| &each.parameters);
    for (_, field) in parameters.filter(|(_, field)| field.value.from.is_some()) {
        let message = format!("`{}` is a parameter, which comes from no reply", field.name);
        let finding = spec.finding(Rule::W30, field.at_key("from"), message);
        diagnostics.push(finding.help("drop `from`: the section of `request:` is its place"));
    }
    for ty in &spec.types {
        let TypeKind::Structure(fields) = &ty.kind else {
            continue;
        };
        if fields.iter().any(|field| field.value.from.is_some()) {
            let findings = [
                inside(spec, ty, fields),
                places(spec, fields),
                payload(spec, fields),
            ];
            let findings = findings.into_iter().flatten();
            findings.for_each(|finding| diagnostics.push(finding));
        }
    }
}

/// Reports a structure inside of another one or of a request, where there are no headers.
fn inside(spec: &Spec<'_>, ty: &Type<'_>, fields: &[Piece<'_, Field>]) -> Vec<Diagnostic> {
    let name = ty.block.name;
    let user = spec.members().find(|member| member.value.ty.name == name);
    let from = fields.iter().find(|field| field.value.from.is_some());
    let Some((user, from)) = user.zip(from) else {
        return Vec::new();
    };
    let message = format!(
        "`{name}` is the type of `{}`, and only an output as a whole has headers and a status",
        user.name
    );
    let finding = spec.finding(Rule::W30, from.at_key("from"), message);
    let finding = finding.second(user.at("type"), "used here");
    let help = "move the field to the structure that an operation returns, or that `details` names";
    vec![finding.help(help)]
}

/// Checks the types and names of all fields, and that no two of them come from the same place.
fn places(spec: &Spec<'_>, fields: &[Piece<'_, Field>]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen = BTreeMap::new();
    for field in fields {
        let Some(source) = &field.value.from else {
            continue;
        };
        let span = field.at("from");
        if let Source::Header(name) | Source::HeaderPrefix(name) = source
            && !is_header(name)
        {
            let message = format!("`{name}` cannot be the name of a header");
            findings.push(spec.finding(Rule::W10, span, message).help(HEADER_HELP));
        }
        let ty = &field.value.ty;
        if !fits(spec, source, ty) && (spec.is_type(&ty.name) && !ty.is_unknown()) {
            let (what, help) = in_words(source);
            let message = format!("`{}` cannot be {what}: its type is `{ty}`", field.name);
            findings.push(
                spec.finding(Rule::W30, field.at("type"), message)
                    .help(help),
            );
        }
        let place = match source {
            Source::Header(name) => format!("header {}", name.to_lowercase()),
            Source::HeaderPrefix(prefix) => format!("header-prefix {}", prefix.to_lowercase()),
            Source::Status => "status".to_owned(),
            Source::Payload => "payload".to_owned(),
        };
        if let Some(first) = seen.insert(place, span) {
            let message = format!("`{}` comes from the place of another field", field.name);
            let finding = spec.finding(Rule::W30, span, message);
            let finding = finding.second(first, "the same place");
            findings.push(finding.help("drop one of them, or correct the place"));
        }
    }
    findings
}

/// Whether a field of a type can be read from a place.
fn fits(spec: &Spec<'_>, source: &Source, ty: &TypeName) -> bool {
    let is_enum = || {
        let ty = spec.named_type(&ty.name);
        ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
    };
    let name = ty.name.as_str();
    match (source, ty.containers.as_slice()) {
        (Source::Header(_), []) if name == "bytes" => true,
        (Source::Header(_), [] | [Container::List]) => {
            let scalars = ["string", "integer", "number", "boolean", "timestamp"];
            scalars.contains(&name) || is_enum()
        }
        (Source::HeaderPrefix(_), containers) => containers == [Container::Map] && name == "string",
        (Source::Status, []) => name == "integer",
        (Source::Payload, []) => !["integer", "number", "boolean", "timestamp"].contains(&name),
        (Source::Header(_) | Source::Status | Source::Payload, _) => false,
    }
}

/// Describes a place, and the types that fit it.
fn in_words(source: &Source) -> (&'static str, &'static str) {
    match source {
        Source::Header(_) => (
            "in a header",
            "a header has a text, number, boolean, enum, timestamp or bytes, or a list of texts, numbers, booleans, enums or \
             timestamps",
        ),
        Source::HeaderPrefix(_) => (
            "in headers with a prefix",
            "write `type: map of string`; the keys are what follows the prefix",
        ),
        Source::Status => ("the status", "write `type: integer`"),
        Source::Payload => (
            "a whole body",
            "a body has a text, an enum, bytes, JSON, a structure or a union; without `from`, a field is a member of the body",
        ),
    }
}

/// Reports fields that are members of a body which is another field as a whole.
fn payload(spec: &Spec<'_>, fields: &[Piece<'_, Field>]) -> Vec<Diagnostic> {
    let is_payload = |field: &&Piece<'_, Field>| field.value.from == Some(Source::Payload);
    let Some(payload) = fields.iter().find(is_payload) else {
        return Vec::new();
    };
    // A field with a wrong `from` has a finding already.
    let members = fields
        .iter()
        .filter(|field| field.value.from.is_none() && !field.is_cut("from"));
    let finding = |field: &Piece<'_, Field>| {
        let message = format!(
            "`{}` is a member of the body, which `{}` is as a whole",
            field.name, payload.name
        );
        let finding = spec.finding(Rule::W30, field.name_span, message);
        let finding = finding.second(payload.at("from"), "the whole body");
        finding.help("move it into the structure of the body, or give it `from: header` and a name")
    };
    members.map(finding).collect()
}
