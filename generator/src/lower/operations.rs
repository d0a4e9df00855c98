//! Operations, and what their requests must have.

use super::docs;
use super::head::{fixed_headers, scheme};
use super::members::{member, place, type_name};
use super::paging::{lower_catalog, lower_paging};
use crate::model::{Member, Operation, Requirement};
use crate::spec::{self, Field, Location, NameGroups, Piece, Spec, Travel, is_content_type};

pub(super) fn operation(spec: &Spec<'_>, operation: &spec::Operation<'_>) -> Operation {
    let block = &operation.block.value;
    let output = block.output();
    let (method, path) = block
        .http
        .as_ref()
        .map(|http| (http.method.clone(), http.path.clone()))
        .unwrap_or_default();
    let members = operation
        .parameters
        .iter()
        .map(|(location, field)| member(spec, field, place(spec, *location, &field.value)));
    let members: Vec<_> = members.collect();
    let requirements = requirements(&block.require_one_of, &block.require_any_of);
    Operation {
        name: operation.block.name.to_owned(),
        rust_name: block
            .rust_name
            .clone()
            .unwrap_or_else(|| operation.block.name.to_owned()),
        docs: docs_with(
            Some(&docs::with_seen(
                block.docs.as_deref().unwrap_or_default(),
                block.seen,
            )),
            &requirements,
            &members,
        ),
        see: block.see.clone().unwrap_or_default(),
        method,
        path,
        host_prefix: block.host_prefix.clone(),
        fixed_headers: fixed_headers(&operation.fixed_headers),
        content_type: content_type(spec, operation),
        fixed: operation
            .fixed
            .iter()
            .map(|pair| (pair.name.to_owned(), pair.value.clone()))
            .collect(),
        auth: operation
            .auth
            .as_ref()
            .map(|auth| auth.iter().map(|auth| scheme(&auth.value)).collect()),
        read_only: block.read_only,
        idempotent: block.idempotent,
        // Every operation may fail with every code.
        secret_reply: spec
            .reached(output.into_iter().chain(spec.details()).collect())
            .iter()
            .flat_map(|ty| ty.fields())
            .any(|field| field.value.sensitive),
        constructor: constructor(
            block.constructor.as_deref(),
            operation.parameters.iter().map(|(_, field)| field),
        ),
        members,
        requirements,
        paging: block
            .pagination
            .as_ref()
            .and_then(|paging| lower_paging(spec, operation, paging, output?)),
        catalog: block.catalog.as_ref().map(lower_catalog),
        output: output.map(|output| type_name(spec, output).to_owned()),
        reads_body: spec.reads_body(block),
        deprecated: block.deprecated.as_deref().map(docs::line),
        renamed_from: block.renamed_from.clone(),
        removed: block.removed.clone(),
    }
}

pub(super) fn requirements(one_of: &NameGroups, any_of: &NameGroups) -> Vec<Requirement> {
    let one_of = one_of.0.iter().cloned().map(Requirement::OneOf);
    let any_of = any_of.0.iter().cloned().map(Requirement::AnyOf);
    one_of.chain(any_of).collect()
}

/// Returns the lines of documentation of an item, with its requirements.
pub(super) fn docs_with(
    said: Option<&str>,
    requirements: &[Requirement],
    members: &[Member],
) -> Vec<String> {
    let said = said.unwrap_or_default();
    let paragraphs = requirements.iter().map(|requirement| {
        let how_many = match requirement {
            Requirement::OneOf(_) => "Exactly one",
            Requirement::AnyOf(_) => "At least one",
        };
        let names = requirement.members().iter();
        let named = |name: &String| members.iter().find(|member| member.wire == *name);
        let names: Vec<_> = names
            .filter_map(named)
            .map(|member| docs::code(&member.rust_name))
            .collect();
        let names = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        };
        let mut lines = vec![String::new()];
        lines.extend(docs::lines(&format!("{how_many} of {names} must be set.")));
        lines
    });
    docs::lines(said)
        .into_iter()
        .chain(paragraphs.flatten())
        .collect()
}

/// Returns the indices of the arguments: in the order of the list, or without one, of the required members in the order
/// of the spec.
pub(super) fn constructor<'a>(
    list: Option<&[String]>,
    members: impl Iterator<Item = &'a Piece<'a, Field>> + Clone,
) -> Vec<usize> {
    match list {
        Some(list) => {
            let index = |name: &String| members.clone().position(|member| member.name == name);
            list.iter().filter_map(index).collect()
        }
        None => members
            .enumerate()
            .filter(|(_, member)| member.value.required)
            .map(|(index, _)| index)
            .collect(),
    }
}

/// Returns the content type of a payload, or the one that the operation fixes for its JSON object.
pub(super) fn content_type(spec: &Spec<'_>, operation: &spec::Operation<'_>) -> Option<String> {
    let mut payloads = operation.parameters.iter();
    let payload = payloads.find(|(location, _)| *location == Location::Payload);
    let Some((location, field)) = payload else {
        let mut headers = operation.fixed_headers.iter();
        let fixed = headers.find(|header| is_content_type(header));
        return fixed.map(|header| header.value.clone());
    };
    Some(match &operation.content_type {
        Some(given) => given.value.clone(),
        None => {
            let travel = spec.travel(*location, &field.value);
            travel.unwrap_or(Travel::Json).content_type().to_owned()
        }
    })
}
