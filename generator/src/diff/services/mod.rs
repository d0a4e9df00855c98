//! Properties of a whole service: endpoint, authentication, errors and environment.

use crate::diff::changes::Changes;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::diff::{names, operations, types};
use crate::model::{Member, Service, Type};

mod authentication;
mod endpoint;
mod environment;
mod errors;
mod parameters;

use authentication::authentication;
pub(in crate::diff) use authentication::of_operation as authentication_of_operation;
use endpoint::endpoint;
use environment::environment;
use errors::errors;
use parameters::parameters;

const ELSEWHERE: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
const BEHAVIOUR: Verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);

pub(in crate::diff) fn compare(changes: &mut Changes, old: &Service, new: &Service) {
    let before = changes.findings.len();
    renamed(changes, old, new);
    head(changes, old, new);
    endpoint(changes, old, new);
    parameters(changes, old, new);
    environment(changes, old, new);
    authentication(changes, old, new);
    let renames = Renames::between(old, new);
    errors(changes, &renames, &old.errors, &new.errors);
    types::compare(changes, &renames, old, new);
    operations::compare(changes, &renames, old, new);
    // Fallback: a change that no rule covers is reported too.
    if changes.findings.len() == before && old != new && !differ_in_order_alone(old, new) {
        changes.report(
            Rule::GeneratedCodeChanged,
            &[],
            (None, None),
            Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
            (
                "the generated code changes in a way that no rule knows",
                "look at the generated module line by line",
            ),
        );
    }
}

/// Reports another name of the module. The names of the file and of the type of the service follow from it.
fn renamed(changes: &mut Changes, old: &Service, new: &Service) {
    changes.changed(
        Rule::ServiceRenamed,
        &["module"],
        (&old.module, &new.module),
        String::clone,
        Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
        (
            "code that names the module, its feature or its type does not compile",
            "keep the name, unless it is wrong",
        ),
    );
}

/// Returns whether only the order of parameters, or of items that are looked up by name, differs, which has no visible
/// effect.
fn differ_in_order_alone(old: &Service, new: &Service) -> bool {
    let sorted = |service: &Service| {
        let mut service = service.clone();
        for operation in &mut service.operations {
            sort_members(&mut operation.members, &mut operation.constructor);
            operation.fixed.sort();
            sort_headers(&mut operation.fixed_headers);
        }
        sort_headers(&mut service.fixed_headers);
        service.operations.sort_by(|a, b| a.name.cmp(&b.name));
        service.types.sort_by(|a, b| a.name().cmp(b.name()));
        for ty in &mut service.types {
            match ty {
                // The order of variants cannot be observed, nor that of fields that nobody reads.
                Type::Union(item) => sort_members(&mut item.members, &mut Vec::new()),
                Type::Structure(item) if !item.output => {
                    sort_members(&mut item.members, &mut item.constructor);
                }
                Type::Structure(_) | Type::Enum(_) => {}
            }
        }
        let parameters = &mut service.endpoint.parameters;
        parameters.sort_by(|a, b| a.wire.cmp(&b.wire));
        service.errors.codes.sort_by(|a, b| a.wire.cmp(&b.wire));
        service
    };
    sorted(old) == sorted(new)
}

/// Sorts members by their wire names. The arguments of `new`, which are indices of members, stay the same.
fn sort_members(members: &mut [Member], constructor: &mut Vec<usize>) {
    let names: Vec<_> = constructor
        .iter()
        .filter_map(|index| members.get(*index))
        .map(|member| member.wire.clone())
        .collect();
    members.sort_by(|a, b| a.wire.cmp(&b.wire));
    let position = |name: &String| members.iter().position(|member| member.wire == *name);
    *constructor = names.iter().filter_map(position).collect();
}

fn head(changes: &mut Changes, old: &Service, new: &Service) {
    let shown = |text: &String| text.clone();
    let words = ("a name in messages and documentation", "nothing");
    changes.changed(
        Rule::NameChanged,
        &["vendor"],
        (&old.vendor, &new.vendor),
        shown,
        Verdict::HARMLESS,
        words,
    );
    changes.changed(
        Rule::NameChanged,
        &["service"],
        (&old.name, &new.name),
        shown,
        Verdict::HARMLESS,
        words,
    );
    let is_there = |name: &str| {
        let mut operations = new.operations.iter();
        operations.any(|each| each.name == name) || new.types.iter().any(|ty| ty.name() == name)
    };
    names::removed(
        changes,
        &["removed"],
        (&old.removed, &new.removed),
        is_there,
    );
    changes.docs(&["docs"], &old.docs, &new.docs);
    changes.docs(
        &["see"],
        std::slice::from_ref(&old.see),
        std::slice::from_ref(&new.see),
    );
    let words = (
        "outputs are looked for elsewhere in every reply",
        "released clients read nothing where they looked: is it a correction?",
    );
    changes.changed(
        Rule::ResultMoved,
        &["result"],
        (&old.result, &new.result),
        option,
        ELSEWHERE,
        words,
    );
    fixed_headers(
        changes,
        &["fixed_headers"],
        &old.fixed_headers,
        &new.fixed_headers,
    );
    let words = (
        "the project id travels in another header",
        "released clients send it where nobody looks for it",
    );
    let verdict = match (&old.project_header, &new.project_header) {
        (None, Some(_)) => BEHAVIOUR,
        _ => ELSEWHERE,
    };
    changes.changed(
        Rule::ProjectHeaderChanged,
        &["project_header"],
        (&lower(&old.project_header), &lower(&new.project_header)),
        option,
        verdict,
        words,
    );
}

/// Compares headers that are sent with every request.
pub(in crate::diff) fn fixed_headers(
    changes: &mut Changes,
    path: &[&str],
    old: &[(String, String)],
    new: &[(String, String)],
) {
    let sorted = |headers: &[(String, String)]| {
        let mut headers = headers.to_vec();
        sort_headers(&mut headers);
        headers
    };
    let shown = |headers: &Vec<(String, String)>| {
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        headers.collect::<Vec<_>>().join(", ")
    };
    let words = (
        "headers that are always sent change; the API is the same, so nobody sees it",
        "check them against a captured request",
    );
    let values = (&sorted(old), &sorted(new));
    changes.changed(
        Rule::FixedHeadersChanged,
        path,
        values,
        shown,
        ELSEWHERE,
        words,
    );
}

/// Removes differences that no service sees: the case of names, and the order.
fn sort_headers(headers: &mut [(String, String)]) {
    for (name, _) in headers.iter_mut() {
        *name = name.to_lowercase();
    }
    headers.sort();
}

/// Returns the name of a header in lower case, because its case does not matter.
fn lower(header: &Option<String>) -> Option<String> {
    header.as_ref().map(|header| header.to_lowercase())
}

fn option(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "none".to_owned())
}
