//! Findings of the diff that are no drift: what no description states, and what follows from another finding.

use super::pairs::find;
use crate::diff::{Finding, Rule};
use crate::model::{FieldPath, Member, Operation, PagingStyle, Place, Service};

/// Whether descriptions state what a rule is about. Names in Rust, texts, orders and the directions of types are the
/// spec's; new types come with the members that need them.
pub(super) fn is_stated(rule: Rule) -> bool {
    !matches!(
        rule,
        Rule::ArgumentsChanged
            | Rule::AuthOrderChanged
            | Rule::BoxChanged
            | Rule::DocsChanged
            | Rule::FieldsReordered
            | Rule::GeneratedCodeChanged
            | Rule::ItemTypeChanged
            | Rule::NameChanged
            | Rule::RequirementLoosened
            | Rule::RequirementTightened
            | Rule::RustNameChanged
            | Rule::RustNameTakenOver
            | Rule::TypeAdded
            | Rule::TypeUseChanged
            | Rule::UnionUseChanged
            | Rule::ValuesReordered
            | Rule::VariantRenamed
    )
}

/// Puts a finding at the place that the spec has for it: a parameter that moved is in its old section there, and the
/// deprecation of a member has a key.
pub(super) fn place(finding: &mut Finding, spec: &Service) {
    if matches!(finding.rule, Rule::Deprecated | Rule::DeprecationLifted)
        && finding.path.last().is_some_and(|key| key != "deprecated")
    {
        finding.path.push("deprecated".to_owned());
    }
    // A value that is spelled in another way.
    if finding.rule == Rule::ValueChanged
        && let (Some(old), Some(last)) = (finding.old.clone(), finding.path.last_mut())
    {
        *last = old;
    }
    let [operations, name, request, section, wire, ..] = finding.path.as_mut_slice() else {
        return;
    };
    if operations != "operations" || request != "request" || finding.old.is_none() {
        return;
    }
    let Some(operation) = spec.operations.iter().find(|each| each.name == *name) else {
        return;
    };
    let mut sections = operation
        .members
        .iter()
        .filter(|member| member.wire == *wire)
        .map(|member| self::section(member.place));
    if let Some(known) = sections.clone().next()
        && !sections.any(|known| known == section)
    {
        known.clone_into(section);
    }
}

/// Returns the section of `request:` that contains parameters of a place.
pub(super) fn section(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query | Place::QueryCsv => "query",
        Place::Header => "header",
        Place::Body => "body",
        Place::Payload => "payload",
    }
}

/// Drops findings about the paging of operations whose tokens or elements are gone, or have moved, and about the idempotency
/// of those that only read: those have findings of their own.
pub(super) fn drop_consequences(findings: &mut Vec<Finding>, spec: &Service) {
    // What changes nothing is idempotent, too.
    let read: Vec<_> = { findings.iter() }
        .filter(|it| it.rule == Rule::ReadOnlyChanged && it.new.as_deref() == Some("true"))
        .map(|finding| finding.path.get(..2).map(<[String]>::to_vec))
        .collect();
    findings.retain(|finding| {
        let operation = finding.path.get(..2).map(<[String]>::to_vec);
        finding.rule != Rule::IdempotentChanged || !read.contains(&operation)
    });
    drop_types_of_bodies(findings);
    let gone: Vec<Vec<String>> = findings
        .iter()
        .filter(|finding| {
            matches!(
                finding.rule,
                Rule::ParameterRemoved
                    | Rule::ParameterMoved
                    | Rule::FieldRemoved
                    | Rule::FieldMoved
                    | Rule::IdempotencyTokenRemoved
                    | Rule::ResponseChanged
            )
        })
        .map(|finding| finding.path.clone())
        .chain(of_another_type(findings))
        .collect();
    findings.retain(|finding| {
        let is_of_paging = matches!(
            finding.rule,
            Rule::PagingChanged | Rule::PaginationRemoved | Rule::PageSizeChanged
        );
        let [_, name, _, keys @ ..] = finding.path.as_slice() else {
            return true;
        };
        let Some(operation) = spec.operations.iter().find(|each| each.name == *name) else {
            return true;
        };
        let key = keys
            .first()
            .map(String::as_str)
            .filter(|key| *key != "style");
        !is_of_paging
            || !parts(spec, operation)
                .into_iter()
                .any(|(part, path)| key.is_none_or(|key| key == part) && is_gone(&gone, &path))
    });
}

/// Returns the members that have another type.
fn of_another_type(findings: &[Finding]) -> Vec<Vec<String>> {
    let types = findings.iter().filter(|it| it.rule == Rule::TypeChanged);
    let members = types.filter_map(|it| it.path.split_last());
    members.map(|(_, member)| member.to_vec()).collect()
}

/// Drops findings about the usual type of a body that is only there, or no longer, because a parameter came, went or moved.
fn drop_types_of_bodies(findings: &mut Vec<Finding>) {
    let is_of_parameter = |it: &&Finding| it.path.get(2).is_some_and(|key| key == "request");
    let changed: Vec<_> = findings
        .iter()
        .filter(is_of_parameter)
        .filter_map(|finding| finding.path.get(1).cloned())
        .collect();
    findings.retain(|finding| {
        let values = (finding.old.as_deref(), finding.new.as_deref());
        let is_usual = matches!(
            values,
            (Some("none") | None, Some("application/json"))
                | (Some("application/json"), Some("none") | None)
        );
        let is_changed = || {
            finding
                .path
                .get(1)
                .is_some_and(|name| changed.contains(name))
        };
        finding.rule != Rule::ContentTypeChanged || !is_usual || !is_changed()
    });
}

fn is_gone(gone: &[Vec<String>], path: &[String]) -> bool {
    gone.iter().any(|gone| path.starts_with(gone))
        || gone.iter().any(|gone| {
            let [.., from] = gone.as_slice() else {
                return false;
            };
            from == "from" && gone.get(..gone.len() - 1) == Some(path)
        })
}

/// Returns the keys of the paging of an operation, with the paths of the members that they name and of the reply.
fn parts(spec: &Service, operation: &Operation) -> Vec<(&'static str, Vec<String>)> {
    let Some(paging) = &operation.paging else {
        return Vec::new();
    };
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let mut parts = Vec::new();
    for (key, rust_name) in [
        ("request", &paging.request),
        ("page_size", &paging.page_size),
    ] {
        let is_it = |member: &&Member| Some(&member.rust_name) == rust_name.as_ref();
        if let Some(member) = operation.members.iter().find(is_it) {
            let keys = ["operations", &operation.name, "request"];
            let keys = [&keys[..], &[section(member.place), &member.wire]].concat();
            parts.push((key, path(&keys)));
        }
    }
    let mut read = vec![("items", &paging.items)];
    match &paging.style {
        PagingStyle::Token { token } => read.push(("response", token)),
        PagingStyle::Marker { marker, more } => {
            read.extend([("response", marker), ("more", more)]);
        }
        _ => {}
    }
    for (key, field) in read {
        parts.push((key, path(&["operations", &operation.name, "response"])));
        parts.extend(way(spec, operation, field).map(|path| (key, path)));
    }
    parts
}

/// Returns the path in the spec of each step to a field of a reply.
fn way<'s>(
    spec: &'s Service,
    operation: &'s Operation,
    field: &'s FieldPath,
) -> impl Iterator<Item = Vec<String>> {
    let mut name = operation.output.clone();
    field.wire.iter().map_while(move |wire| {
        let here = name.take()?;
        let ty = find(spec, &here)?;
        let member = ty.members().iter().find(|member| member.wire == *wire);
        name = member.and_then(|member| super::pairs::name_of(&member.ty));
        Some(vec![
            "types".to_owned(),
            here,
            "fields".to_owned(),
            wire.clone(),
        ])
    })
}
