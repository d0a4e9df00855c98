//! Properties of a whole service: endpoint, authentication, errors and environment.

use crate::diff::changes::Changes;
use crate::diff::emitted::is_same_module;
use crate::diff::operations::{self, Operations, fixed::headers_of_service};
use crate::diff::renames::{Former, Renames};
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::diff::{names, types};
use crate::model::{Member, Scheme, Service, Type};

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

/// Compares services, and returns the former names of operations and types.
pub(in crate::diff) fn compare(changes: &mut Changes, old: &Service, new: &Service) -> Former {
    let before = changes.findings.len();
    renamed(changes, old, new);
    head(changes, old, new);
    let renames = Renames::between(old, new);
    let operations = Operations::between(&renames, old, new);
    endpoint(changes, (old, new), &operations.pairs);
    parameters(changes, old, new);
    environment(changes, old, new);
    authentication(changes, (old, new), &operations.pairs);
    headers_of_service(changes, (old, new), &operations.pairs);
    errors(changes, &renames, &old.errors, &new.errors);
    types::compare(changes, &renames, old, new);
    operations::compare(changes, &renames, &operations, (old, new));
    // Fallback: a change that no rule covers is reported too.
    let is_said = changes.findings.len() > before || old == new || are_alike(old, new);
    if !is_said && !is_same_module(old, new) {
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
    Former::of(&renames, &operations)
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

/// Returns whether two versions differ only in what has no visible effect: the order of parameters and of items that are
/// looked up by name, and the case of names of headers and hosts.
fn are_alike(old: &Service, new: &Service) -> bool {
    let sorted = |service: &Service| {
        let mut service = service.clone();
        for operation in &mut service.operations {
            sort_members(&mut operation.members, &mut operation.constructor);
            operation.fixed.sort();
            sort_headers(&mut operation.fixed_headers);
            let prefix = operation.host_prefix.as_mut();
            prefix
                .into_iter()
                .for_each(|prefix| prefix.make_ascii_lowercase());
            operation.auth.iter_mut().flatten().for_each(lower_scheme);
        }
        service.auth.iter_mut().for_each(lower_scheme);
        service.project_header = lower(&service.project_header);
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

/// Removes differences that no service sees: the case of names, and the order.
fn sort_headers(headers: &mut [(String, String)]) {
    for (name, _) in headers.iter_mut() {
        *name = name.to_lowercase();
    }
    headers.sort();
}

/// Removes the case of the header of a token.
fn lower_scheme(scheme: &mut Scheme) {
    if let Scheme::Token { header, .. } = scheme {
        header.make_ascii_lowercase();
    }
}

/// Returns the name of a header in lower case, because its case does not matter.
fn lower(header: &Option<String>) -> Option<String> {
    header.as_ref().map(|header| header.to_lowercase())
}

fn option(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "none".to_owned())
}
