//! Operations: requests, outputs and paging.

use crate::diff::changes::Changes;
use crate::diff::members::{self, Group, Kind, RECEIVED, Usage, is_query, other_members};
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::requirements::{self, Requirements};
use crate::diff::rules::Rule;
use crate::diff::services::{authentication_of_operation, fixed_headers};
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Operation, Place, Service, Ty, Type};
use crate::spec::{Label, route};

mod catalog;
mod paging;

const UNSEEN: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);

pub(in crate::diff) fn compare(
    changes: &mut Changes,
    renames: &Renames<'_>,
    old: &Service,
    new: &Service,
) {
    let find = |list: &[Operation], name: &str| list.iter().position(|each| each.name == name);
    let is_new = |each: &&Operation| find(&old.operations, &each.name).is_none();
    let mut added: Vec<_> = new.operations.iter().filter(is_new).collect();
    for operation in &old.operations {
        let same = find(&new.operations, &operation.name);
        if let Some(now) = same.and_then(|index| new.operations.get(index)) {
            Pair::new(operation, now).compare(changes, renames, (old, new));
            continue;
        }
        // An operation was renamed if the spec declares it, if the Rust name is the same, if the request is the same,
        // or if parameters and output are.
        let find = |is_it: &dyn Fn(&Operation) -> bool| added.iter().position(|each| is_it(each));
        let renamed = find(&|each| each.renamed_from.as_ref() == Some(&operation.rust_name))
            .or_else(|| find(&|each| operation.renamed_from.as_ref() == Some(&each.rust_name)))
            .or_else(|| find(&|each| each.rust_name == operation.rust_name))
            .or_else(|| find(&|each| request(each) == request(operation)))
            .or_else(|| find(&|each| is_same_call(renames, operation, each)));
        if let Some(index) = renamed {
            let now = added.remove(index);
            Pair::new(operation, now).compare(changes, renames, (old, new));
            continue;
        }
        changes.gone(
            Rule::OperationRemoved,
            &["operations", &operation.name],
            &format!("{} {}", operation.method, operation.path),
            Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
            "code that uses the operation does not compile, and released clients are refused",
            "deprecate it for as long as the service answers",
        );
    }
    for operation in added {
        changes.came(
            Rule::OperationAdded,
            &["operations", &operation.name],
            &format!("{} {}", operation.method, operation.path),
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "there is a new operation",
            "nothing",
        );
    }
}

/// Whether the body is a single value.
fn has_payload(operation: &Operation) -> bool {
    let mut members = operation.members.iter();
    members.any(|member| member.place == Place::Payload)
}

/// Returns the parts that identify a request: method, path without parameter names, and what is fixed.
fn request(operation: &Operation) -> impl PartialEq {
    (
        &operation.method,
        route_of(operation),
        &operation.fixed,
        &operation.fixed_headers,
        &operation.host_prefix,
    )
}

/// Returns whether two operations have the same parameters, of which there are some, and return the same structure.
fn is_same_call(renames: &Renames<'_>, old: &Operation, new: &Operation) -> bool {
    let has = |member: &Member| {
        let ty = renames.apply(&member.ty);
        let mut members = new.members.iter();
        members.any(|other| {
            let is_it = other.wire == member.wire && other.place == member.place;
            is_it && other.ty == ty
        })
    };
    let output = old.output.as_deref().map(|name| renames.name(name));
    output.is_some()
        && output == new.output.as_deref()
        && !old.members.is_empty()
        && old.members.len() == new.members.len()
        && old.members.iter().all(has)
}

/// Returns the path without the names of parameters.
fn route_of(operation: &Operation) -> String {
    route(&operation.path, |name| {
        let mut members = operation.members.iter();
        members.any(|member| member.place == Place::Path && member.wire == name)
    })
}

/// Returns the old and new names of the path parameters that were renamed, matched by position.
fn renamed_in_path(old: &Operation, new: &Operation) -> Vec<(String, String)> {
    let label = |segment| Label::of(segment).map(|label| label.name.to_owned());
    // Whether slashes stay in a parameter is another matter.
    let way = |each| route_of(each).replace("{+}", "{}");
    if way(old) != way(new) {
        return Vec::new();
    }
    let pairs = old.path.split('/').zip(new.path.split('/'));
    pairs
        .filter_map(|(old, new)| Some((label(old)?, label(new)?)))
        .filter(|(old, new)| old != new)
        .collect()
}

/// A constant part of the query, which may have no value.
type Constant = (String, Option<String>);

struct Pair<'a> {
    path: [&'a str; 2],
    old: &'a Operation,
    new: &'a Operation,
}

impl<'a> Pair<'a> {
    fn new(old: &'a Operation, new: &'a Operation) -> Self {
        let path = ["operations", new.name.as_str()];
        Self { path, old, new }
    }

    fn at<'k>(&self, keys: &[&'k str]) -> Vec<&'k str>
    where
        'a: 'k,
    {
        [&self.path[..], keys].concat()
    }

    fn compare(
        &self,
        changes: &mut Changes,
        renames: &Renames<'_>,
        services: (&Service, &Service),
    ) {
        let Self { old, new, .. } = *self;
        self.names(changes, services);
        self.request(changes);
        let in_path = renamed_in_path(old, new);
        let (olds, news) = ((services.0, old), (services.1, new));
        authentication_of_operation(changes, &self.at(&["auth"]), olds, news);
        let group = Group {
            in_path: &in_path,
            path: &self.path,
            usage: Usage {
                sent: true,
                received: false,
            },
            old: &old.members,
            new: &new.members,
            kind: Kind::Parameters,
            arguments: (&old.constructor, &new.constructor),
            constants: &old.fixed,
        };
        members::compare(changes, renames, &group);
        let rules = |each: &'a Operation| Requirements {
            list: &each.requirements,
            members: &each.members,
        };
        let is_ruled = requirements::compare(changes, &self.path, rules(old), rules(new));
        self.answer(changes, renames);
        self.paging(changes, renames);
        self.catalog(changes);
        changes.deprecation(
            &self.at(&["deprecated"]),
            old.deprecated.as_ref(),
            new.deprecated.as_ref(),
        );
        if !is_ruled {
            changes.docs(&self.at(&["docs"]), &old.docs, &new.docs);
        }
        changes.docs(
            &self.at(&["see"]),
            std::slice::from_ref(&old.see),
            std::slice::from_ref(&new.see),
        );
        // A member whose sensitivity changed has its own finding, which covers this. A new sensitive member has none.
        let (before, after) = services;
        let reached = [reached(before, old), reached(after, new)].concat();
        let is_said = changes.findings.iter().any(|each| {
            let path: Vec<_> = each.path.iter().map(String::as_str).collect();
            let is_of_reply = match path.as_slice() {
                ["types", name, _, ..] => reached.iter().any(|reached| reached == name),
                _ => false,
            };
            each.rule == Rule::SensitivityChanged && is_of_reply
        });
        if !is_said {
            let words = (
                "whether raw replies are shown in errors changes",
                "make sure that no secret shows",
            );
            let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
            let values = (&old.secret_reply, &new.secret_reply);
            changes.changed(
                Rule::SensitivityChanged,
                &self.path,
                values,
                ToString::to_string,
                verdict,
                words,
            );
        }
    }

    fn names(&self, changes: &mut Changes, services: (&Service, &Service)) {
        let Self { old, new, .. } = *self;
        // An alias keeps the old name usable.
        let has_alias = new.renamed_from.as_ref() == Some(&old.rust_name);
        let api = if has_alias { Api::None } else { Api::Major };
        let is_taken = services
            .1
            .operations
            .iter()
            .any(|other| other.rust_name == old.rust_name);
        names::rust_name(
            changes,
            Rule::OperationRenamed,
            &self.path,
            (&old.rust_name, &new.rust_name),
            api,
            is_taken,
        );
        if old.rust_name == new.rust_name {
            let words = ("messages name the operation differently", "nothing");
            changes.changed(
                Rule::NameChanged,
                &self.path,
                (&old.name, &new.name),
                String::clone,
                Verdict::HARMLESS,
                words,
            );
        }
        let path = self.at(&["renamed_from"]);
        names::alias(
            changes,
            &path,
            &old.renamed_from,
            &new.renamed_from,
            (&old.rust_name, &new.rust_name),
        );
        let is_there = |name: &str| new.members.iter().any(|member| member.wire == name);
        names::removed(
            changes,
            &self.at(&["removed"]),
            (&old.removed, &new.removed),
            is_there,
        );
    }

    fn request(&self, changes: &mut Changes) {
        let Self { old, new, .. } = *self;
        let line = |each: &Operation| format!("{} {}", each.method, route_of(each));
        let words = (
            "another request is sent",
            "check it against a captured request",
        );
        changes.changed(
            Rule::RequestLineChanged,
            &self.at(&["http"]),
            (&line(old), &line(new)),
            String::clone,
            UNSEEN,
            words,
        );
        self.constants(changes);
        fixed_headers(
            changes,
            &self.at(&["fixed_headers"]),
            &old.fixed_headers,
            &new.fixed_headers,
        );
        let option = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        for (rule, keys, values, words) in [
            (
                Rule::HostPrefixChanged,
                &["host_prefix"][..],
                (&old.host_prefix, &new.host_prefix),
                (
                    "another host is asked",
                    "check it against a captured request",
                ),
            ),
            (
                Rule::ContentTypeChanged,
                match has_payload(old) || has_payload(new) {
                    true => &["request", "payload", "content_type"],
                    false => &["fixed_headers", "Content-Type"],
                },
                (&old.content_type, &new.content_type),
                (
                    "the body is sent as something else; the API is the same, so nobody sees it",
                    "check it against a captured request",
                ),
            ),
        ] {
            changes.changed(rule, &self.at(keys), values, option, UNSEEN, words);
        }
        let is_repeated = |each: &Operation| each.read_only || each.idempotent;
        let behaviour = match is_repeated(old) == is_repeated(new) {
            true => Behaviour::Same,
            false => Behaviour::Changed,
        };
        let verdict = Verdict::new(Wire::Safe, Api::None, behaviour);
        let words = (
            "it is sent again after a failure, or no longer",
            "make sure that a second request changes nothing",
        );
        for (rule, key, values) in [
            (
                Rule::ReadOnlyChanged,
                "read_only",
                (&old.read_only, &new.read_only),
            ),
            (
                Rule::IdempotentChanged,
                "idempotent",
                (&old.idempotent, &new.idempotent),
            ),
        ] {
            changes.changed(
                rule,
                &self.at(&[key]),
                values,
                ToString::to_string,
                verdict,
                words,
            );
        }
    }

    /// Compares the constants of the query. One that becomes a parameter, or was one, is still sent by some clients.
    fn constants(&self, changes: &mut Changes) {
        let (old, new) = (self.old, self.new);
        let find = |operation: &'a Operation, name: &str| {
            let mut members = operation.members.iter();
            members.find(|member| is_query(member) && member.wire == name)
        };
        // The service uses the default if the parameter is absent.
        let is_default = |operation: &'a Operation, name: &str, value: &Option<String>| {
            let member = find(operation, name);
            member.is_some_and(|it| !it.required && it.default == *value && value.is_some())
        };
        let constants = |from: &Operation, other: &'a Operation| {
            let constants = from.fixed.iter();
            let constants = constants.filter(|(name, value)| !is_default(other, name, value));
            let mut constants: Vec<_> = constants.cloned().collect();
            constants.sort();
            constants
        };
        let (before, after) = (constants(old, new), constants(new, old));
        // Released clients send a value that the parameter takes.
        let became_parameter = |(name, _): &Constant| {
            find(new, name).is_some() && !after.iter().any(|(other, _)| other == name)
        };
        let is_same = |each: &Constant| after.contains(each);
        let gone = before.iter().filter(|each| !is_same(each));
        let is_safe =
            after.iter().all(|each| before.contains(each)) && gone.clone().all(became_parameter);
        let is_sent = |(name, _): &Constant| find(new, name).is_some_and(|it| it.required);
        let verdict = match is_safe {
            true if gone.clone().all(is_sent) => Verdict::HARMLESS,
            true => Verdict::new(Wire::Safe, Api::None, Behaviour::Changed),
            false => UNSEEN,
        };
        let shown = |pairs: &Vec<Constant>| {
            let pairs = pairs.iter().map(|(name, value)| match value {
                Some(value) => format!("{name}={value:?}"),
                None => name.clone(),
            });
            pairs.collect::<Vec<_>>().join("&")
        };
        let words = (
            "what is always sent changes: often that is the version of the API",
            "another version may have other members everywhere: check the whole operation",
        );
        changes.changed(
            Rule::FixedQueryChanged,
            &self.at(&["fixed"]),
            (&before, &after),
            shown,
            verdict,
            words,
        );
    }

    fn answer(&self, changes: &mut Changes, renames: &Renames<'_>) {
        let (old, new) = (self.old, self.new);
        let output = old.output.as_deref().map(|name| renames.name(name));
        let path = self.at(&["response"]);
        if output == new.output.as_deref() {
            let words = (
                "replies without a body are an error from now on, or no longer",
                "make sure that every reply has one if the output has fields",
            );
            let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
            let shown = |reads: &bool| if *reads { "read" } else { "ignored" }.to_owned();
            let values = (&old.reads_body, &new.reads_body);
            return changes.changed(Rule::ReplyBodyChanged, &path, values, shown, verdict, words);
        }
        // Clients that ignore bodies take any other; the others need what they read.
        let read = match (old.reads_body, &old.output, &new.output) {
            (false, ..) => Verdict::HARMLESS,
            (true, Some(old), Some(new)) if self.new.reads_body => {
                other_members(changes, renames, (old, new), RECEIVED)
            }
            (true, ..) => Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
        };
        let verdict = read.and(Verdict::new(
            Wire::Safe,
            Api::Major,
            match new.reads_body && !old.reads_body {
                true => Behaviour::Changed,
                false => Behaviour::Same,
            },
        ));
        let words = (
            "it returns another structure",
            "make it a new operation, or a major version",
        );
        let shown = |name: Option<&str>| Some(name.unwrap_or("none").to_owned());
        let values = (shown(output), shown(new.output.as_deref()));
        changes.report(Rule::ResponseChanged, &path, values, verdict, words);
    }
}

/// Returns the names of the types in the replies of an operation.
fn reached(service: &Service, operation: &Operation) -> Vec<String> {
    let mut open: Vec<&str> = operation.output.as_deref().into_iter().collect();
    let mut seen: Vec<String> = Vec::new();
    while let Some(name) = open.pop() {
        if seen.iter().any(|other| other == name) {
            continue;
        }
        seen.push(name.to_owned());
        let ty = service.types.iter().find(|ty| ty.name() == name);
        let members = ty.map(Type::members).unwrap_or_default();
        open.extend(
            members
                .iter()
                .filter_map(|member| match member.ty.innermost() {
                    Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => Some(name.as_str()),
                    _ => None,
                }),
        );
    }
    seen
}
