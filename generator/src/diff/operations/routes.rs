//! Paths and hosts of operations, by what servers see of them.

use crate::model::{Operation, Place, Service};
use crate::spec::{Label, route};

/// Whether a path has a parameter of a name, and not the region or project of the client.
fn has(operation: &Operation, name: &str) -> bool {
    let mut members = operation.members.iter();
    members.any(|member| member.place == Place::Path && member.wire == name)
}

/// Returns the path without the names of parameters.
pub(super) fn of(operation: &Operation) -> String {
    route(&operation.path, |name| has(operation, name))
}

/// Returns the path of one version of an operation without the names of parameters. What is a parameter in either version
/// stands in the same place as the region or project of the client in the other.
pub(super) fn of_both(old: &Operation, new: &Operation, version: &Operation) -> String {
    route(&version.path, |name| has(old, name) || has(new, name))
}

/// Returns the old and new names of the path parameters that were renamed, matched by position.
pub(super) fn renamed(old: &Operation, new: &Operation) -> Vec<(String, String)> {
    let label = |segment| Label::of(segment).map(|label| label.name.to_owned());
    // Whether slashes stay in a parameter is another matter, and so is a start that moved into the URL.
    let way = |each| of(each).replace("{+}", "{}");
    let (before, after) = (way(old), way(new));
    if !before.ends_with(&after) && !after.ends_with(&before) {
        return Vec::new();
    }
    let pairs = old.path.rsplit('/').zip(new.path.rsplit('/'));
    pairs
        .filter_map(|(old, new)| Some((label(old)?, label(new)?)))
        .filter(|(old, new)| old != new)
        .collect()
}

/// Returns whether two versions of an operation have the same path behind the host, of which the URL of the endpoint may
/// contain the start.
pub(in crate::diff) fn is_same_path(
    services: (&Service, &Service),
    (old, new): (&Operation, &Operation),
) -> bool {
    let path = |service: &Service, each| {
        let (_, base) = split(&service.endpoint.url);
        format!("{}{}", base.trim_end_matches('/'), of_both(old, new, each))
    };
    path(services.0, old) == path(services.1, new)
}

/// Returns a base URL as its scheme and host, and its path.
pub(in crate::diff) fn split(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    url.split_at(path.map_or(url.len(), |at| host + at))
}

/// Returns the text before the host of one version of an operation, as far as a server sees it: with the current names of
/// parameters, and in lower case.
pub(super) fn host_prefix(old: &Operation, new: &Operation, version: &Operation) -> Option<String> {
    let in_path = renamed(old, new);
    let now = |wire: &str| {
        if let Some((_, now)) = in_path.iter().find(|(old, _)| old == wire) {
            return Some(now.clone());
        }
        let is_there = new.members.iter().any(|member| member.wire == wire);
        let member = old
            .members
            .iter()
            .find(|member| member.wire == wire && !is_there)?;
        let mut news = new.members.iter();
        let now = news.find(|other| other.rust_name == member.rust_name)?;
        Some(now.wire.clone())
    };
    let parts = version.host_prefix.as_deref()?.split_inclusive(['{', '}']);
    let parts = parts.map(|part| match part.strip_suffix('}') {
        Some(name) => format!("{}}}", now(name).unwrap_or_else(|| name.to_owned())),
        None => part.to_lowercase(),
    });
    Some(parts.collect())
}
