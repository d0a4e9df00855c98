//! Parameters of the endpoint.

use super::environment::variables;
use super::{BEHAVIOUR, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Endpoint, EndpointParameter, Limit, Service};
use crate::patterns::{self, Relation, Texts};

/// What every value must be: one label of a host name.
const LABEL: &str = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/// Compares the parameters. Where they are in the URL, the endpoint has findings of its own.
pub(super) fn parameters(changes: &mut Changes, old: &Service, new: &Service) {
    let (old, new) = (&old.endpoint, &new.endpoint);
    let renames = renames(old, new);
    for parameter in &old.parameters {
        let path = path(parameter);
        let wire = &parameter.wire;
        let now = renames.iter().find(|(before, _)| before == wire);
        let now = now.map_or(wire, |(_, now)| now);
        match new.parameters.iter().find(|other| other.wire == *now) {
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
    for parameter in &new.parameters {
        let mut known = old.parameters.iter().map(|other| &other.wire);
        let is_renamed = renames.iter().any(|(_, now)| *now == parameter.wire);
        if !is_renamed && known.all(|other| *other != parameter.wire) {
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

/// Returns the old endpoint with the current names of its parameters.
pub(super) fn renamed(old: &Endpoint, new: &Endpoint) -> Endpoint {
    let renames = renames(old, new);
    let now = |name: &str| {
        let mut renames = renames.iter();
        renames
            .find(|(before, _)| before == name)
            .map(|(_, now)| now.as_str())
    };
    Endpoint {
        url: with_names(&old.url, now),
        ..old.clone()
    }
}

/// Returns the old and new names of parameters that were renamed: those in the same place of the URL.
fn renames(old: &Endpoint, new: &Endpoint) -> Vec<(String, String)> {
    let has = |endpoint: &Endpoint, name: &str| {
        let mut parameters = endpoint.parameters.iter();
        parameters.any(|parameter| parameter.wire == name)
    };
    let is_gone = |name: &str| has(old, name) && !has(new, name);
    let is_new = |name: &str| has(new, name) && !has(old, name);
    let blank = |url: &str, is_it: &dyn Fn(&str) -> bool| {
        let mut names = Vec::new();
        let url = with_names(url, |name| {
            is_it(name).then(|| {
                names.push(name.to_owned());
                ""
            })
        });
        (url, names)
    };
    let (before, olds) = blank(&old.url, &is_gone);
    let (after, news) = blank(&new.url, &is_new);
    match before == after {
        true => olds.into_iter().zip(news).collect(),
        false => Vec::new(),
    }
}

/// Replaces the names of placeholders in a URL, unless `name` returns `None`.
fn with_names<'a>(url: &str, mut name: impl FnMut(&str) -> Option<&'a str>) -> String {
    let parts = url.split_inclusive(['{', '}']);
    let parts = parts.map(|part| match part.strip_suffix('}') {
        Some(old) => format!("{}}}", name(old).unwrap_or(old)),
        None => part.to_owned(),
    });
    parts.collect()
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
    if old.rust_name == new.rust_name {
        changes.changed(
            Rule::NameChanged,
            &path(new),
            (&old.wire, &new.wire),
            String::clone,
            Verdict::HARMLESS,
            ("messages name the parameter differently", "nothing"),
        );
    }
    variables(changes, &within("env"), &old.env, &new.env);
    let label = Limit::Pattern(LABEL.to_owned());
    let chars = [old, new].map(|parameter| parameter.chars.clone().map(Limit::Chars));
    let [before, after] =
        [&chars[0], &chars[1]].map(|chars| Texts::of(chars.iter().chain([&label])));
    let (verdict, words) = match patterns::compare(&before, &after) {
        Some(Relation::Same) => (
            Verdict::HARMLESS,
            ("clients accept the same values as before", "nothing"),
        ),
        Some(Relation::Wider(_)) => (
            Verdict::HARMLESS,
            (
                "clients accept more values than released ones",
                "compare them with the vendor's documentation",
            ),
        ),
        Some(Relation::Narrower(_) | Relation::Both(..)) | None => (
            BEHAVIOUR,
            (
                "clients refuse values that they accepted, before anything is sent",
                "compare them with the vendor's documentation",
            ),
        ),
    };
    changes.changed(
        Rule::EndpointParameterChanged,
        &within("chars"),
        (&old.chars, &new.chars),
        option,
        verdict,
        words,
    );
    let docs = |parameter: &EndpointParameter| [parameter.docs.clone()];
    changes.docs(&within("docs"), &docs(old), &docs(new));
}

fn path(parameter: &EndpointParameter) -> [&str; 3] {
    ["endpoint", "parameters", &parameter.wire]
}
