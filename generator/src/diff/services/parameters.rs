//! Parameters of the endpoint.

use super::environment::variables;
use super::{BEHAVIOUR, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{EndpointParameter, Service};

/// Compares the parameters. Where they are in the URL, the endpoint has findings of its own.
pub(super) fn parameters(changes: &mut Changes, old: &Service, new: &Service) {
    let (old, new) = (&old.endpoint.parameters, &new.endpoint.parameters);
    for parameter in old {
        let path = path(parameter);
        match new.iter().find(|other| other.wire == parameter.wire) {
            Some(other) => compare(changes, parameter, other),
            None => changes.gone(
                Rule::EndpointParameterRemoved,
                &path,
                &parameter.wire,
                Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed),
                "code that sets it does not compile",
                "say so in the changelog",
            ),
        }
    }
    for parameter in new {
        if !old.iter().any(|other| other.wire == parameter.wire) {
            changes.came(
                Rule::EndpointParameterAdded,
                &path(parameter),
                &parameter.wire,
                Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed),
                "programs that do not set it make no client",
                "say in the changelog what to set",
            );
        }
    }
}

fn compare(changes: &mut Changes, old: &EndpointParameter, new: &EndpointParameter) {
    let [a, b, wire] = path(new);
    let within = |key| [a, b, wire, key];
    changes.changed(
        Rule::VariantRenamed,
        &path(new),
        (&old.rust_name, &new.rust_name),
        String::clone,
        Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
        (
            "code that names the variant does not compile",
            "keep the name",
        ),
    );
    variables(changes, &within("env"), &old.env, &new.env);
    changes.changed(
        Rule::EndpointParameterChanged,
        &within("chars"),
        (&old.chars, &new.chars),
        option,
        BEHAVIOUR,
        (
            "clients accept other values, before anything is sent",
            "compare them with the vendor's documentation",
        ),
    );
    let docs = |parameter: &EndpointParameter| [parameter.docs.clone()];
    changes.docs(&within("docs"), &docs(old), &docs(new));
}

fn path(parameter: &EndpointParameter) -> [&str; 3] {
    ["endpoint", "parameters", &parameter.wire]
}
