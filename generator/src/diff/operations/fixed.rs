//! Constant parts of requests: in the query, and headers.

use std::collections::BTreeMap;

use super::UNSEEN;
use crate::diff::changes::Changes;
use crate::diff::members::is_query;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Operation, Place, Service};
use crate::spec::OF_THE_CLIENT;

/// Constants by their names, those of headers in lower case. A constant of the query may have no value.
type Constants = BTreeMap<String, Option<String>>;

/// Old and new version of an operation.
type Versions<'a> = (&'a Operation, &'a Operation);

/// Old and new version of a service.
type Services<'a> = (&'a Service, &'a Service);

/// Compares the constants of the query.
pub(super) fn query(changes: &mut Changes, path: &[&str], (old, new): Versions<'_>) {
    let constants = |each: &Operation| each.fixed.iter().cloned().collect::<Constants>();
    let change = Change::between(
        (constants(old), constants(new)),
        (parameters(old, false), parameters(new, false)),
    );
    let words = (
        "what is always sent changes: often that is the version of the API",
        "another version may have other members everywhere: check the whole operation",
    );
    let verdict = change.verdict();
    changes.changed(
        Rule::FixedQueryChanged,
        path,
        (&change.old, &change.new),
        |pairs| shown(pairs, "=", "&"),
        verdict,
        words,
    );
}

/// Compares the headers that an operation fixes itself. Together with those of the service, they may be the same.
pub(super) fn headers(
    changes: &mut Changes,
    path: &[&str],
    services: Services<'_>,
    versions: Versions<'_>,
) {
    let (old, new) = (
        lower(&versions.0.fixed_headers),
        lower(&versions.1.fixed_headers),
    );
    let is_other = |name: &str| old.get(name) != new.get(name);
    let change = sent_headers(services, versions, is_other);
    let general = (
        lower(&services.0.fixed_headers),
        lower(&services.1.fixed_headers),
    );
    // What the head of the spec sends instead has a finding there, and what is a parameter with that default has one, too.
    let is_moved = |name: &String| general.0.get(name) != general.1.get(name);
    let mut names = old.keys().chain(new.keys()).filter(|name| is_other(name));
    if change.is_none() && (!change.is_same || names.all(is_moved)) {
        return;
    }
    report_headers(
        changes,
        path,
        (&old, &new),
        change.verdict(),
        change.is_same,
    );
}

/// Compares the headers that all operations have in common. What matters is what each of them sends.
pub(in crate::diff) fn headers_of_service(
    changes: &mut Changes,
    services: Services<'_>,
    pairs: &[Versions<'_>],
) {
    let (old, new) = (
        lower(&services.0.fixed_headers),
        lower(&services.1.fixed_headers),
    );
    let (mut verdict, mut is_same) = (Verdict::HARMLESS, true);
    for versions in pairs {
        let (before, after) = (
            lower(&versions.0.fixed_headers),
            lower(&versions.1.fixed_headers),
        );
        let is_general = |name: &str| before.get(name) == after.get(name);
        let change = sent_headers(services, *versions, is_general);
        verdict = verdict.and(change.verdict());
        is_same &= change.is_same;
    }
    report_headers(changes, &["fixed_headers"], (&old, &new), verdict, is_same);
}

fn report_headers(
    changes: &mut Changes,
    path: &[&str],
    values: (&Constants, &Constants),
    verdict: Verdict,
    is_same: bool,
) {
    let words = match is_same {
        true => ("every operation sends the headers that it did", "nothing"),
        false => (
            "headers that are always sent change; the API is the same, so nobody sees it",
            "check them against a captured request",
        ),
    };
    changes.changed(
        Rule::FixedHeadersChanged,
        path,
        values,
        |pairs| shown(pairs, ": ", ", "),
        verdict,
        words,
    );
}

/// Compares what operations send as headers with certain names.
fn sent_headers(
    services: Services<'_>,
    versions: Versions<'_>,
    is_meant: impl Fn(&str) -> bool,
) -> Change {
    let sent = |service: &Service, operation: &Operation| {
        let mut headers = lower(&service.fixed_headers);
        headers.extend(lower(&operation.fixed_headers));
        headers.retain(|name, _| is_meant(name));
        headers
    };
    Change::between(
        (sent(services.0, versions.0), sent(services.1, versions.1)),
        (parameters(versions.0, true), parameters(versions.1, true)),
    )
}

/// Returns what an operation always sends, by place and name. In the path, that is the region or project of the client.
pub(super) fn constants(service: &Service, operation: &Operation) -> Vec<(Place, String)> {
    let query = operation.fixed.iter().map(|(name, _)| (Place::Query, name));
    let headers = service.fixed_headers.iter().chain(&operation.fixed_headers);
    let headers = headers.map(|(name, _)| (Place::Header, name));
    let constants = query.chain(headers);
    let constants = constants.map(|(place, name)| (place, name.clone()));
    let in_path = OF_THE_CLIENT.iter().filter(|name| {
        let mut members = operation.members.iter();
        let is_parameter = |member: &Member| member.place == Place::Path && member.wire == **name;
        operation.path.contains(&format!("{{{name}}}")) && !members.any(is_parameter)
    });
    let in_path = in_path.map(|name| (Place::Path, (*name).to_owned()));
    constants.chain(in_path).collect()
}

/// Returns the parameters of the query, or those in headers, by their names.
fn parameters(operation: &Operation, in_headers: bool) -> BTreeMap<String, &Member> {
    let members = operation.members.iter();
    let members = members.filter_map(|member| match in_headers {
        true => (member.place == Place::Header).then(|| (member.wire.to_lowercase(), member)),
        false => is_query(member).then(|| (member.wire.clone(), member)),
    });
    members.collect()
}

/// Returns headers by their names, whose case no service sees.
fn lower(headers: &[(String, String)]) -> Constants {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| (name.to_lowercase(), Some(value.clone())));
    headers.collect()
}

fn shown(pairs: &Constants, between: &str, separator: &str) -> String {
    let pairs = pairs.iter().map(|(name, value)| match value {
        Some(value) => format!("{name}{between}{value}"),
        None => name.clone(),
    });
    pairs.collect::<Vec<_>>().join(separator)
}

/// Constants that differ. One that becomes a parameter, or was one, is still sent by some clients.
struct Change {
    old: Constants,
    new: Constants,
    /// Whether the same is sent.
    is_same: bool,
    /// Whether released clients send what the service takes.
    is_safe: bool,
    /// Whether recompiled programs send it, too.
    is_sent: bool,
}

impl Change {
    fn between(
        (old, new): (Constants, Constants),
        (before, after): (BTreeMap<String, &Member>, BTreeMap<String, &Member>),
    ) -> Self {
        // The service uses the default if the parameter is absent.
        let is_default = |member: &&Member, value: &Option<String>| {
            !member.required && member.default == *value && value.is_some()
        };
        let without = |mut constants: Constants, others: &BTreeMap<String, &Member>| {
            constants
                .retain(|name, value| !others.get(name).is_some_and(|it| is_default(it, value)));
            constants
        };
        let is_same = old == new;
        let (old, new) = (without(old, &after), without(new, &before));
        let gone = || {
            old.iter()
                .filter(|(name, value)| new.get(*name) != Some(value))
        };
        // Released clients send a value that the parameter takes.
        let mut all_gone = gone();
        let became_parameters =
            all_gone.all(|(name, _)| after.contains_key(name) && !new.contains_key(name));
        let is_required = |name: &String| after.get(name).is_some_and(|member| member.required);
        Self {
            is_same,
            is_safe: became_parameters
                && new.iter().all(|(name, value)| old.get(name) == Some(value)),
            is_sent: gone().all(|(name, _)| is_required(name)),
            old,
            new,
        }
    }

    fn is_none(&self) -> bool {
        self.old == self.new
    }

    fn verdict(&self) -> Verdict {
        match (self.is_safe, self.is_sent) {
            (true, true) => Verdict::HARMLESS,
            (true, false) => Verdict::new(Wire::Safe, Api::None, Behaviour::Changed),
            (false, _) => UNSEEN,
        }
    }
}
