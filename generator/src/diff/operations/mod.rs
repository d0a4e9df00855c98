//! Operations: requests, outputs and paging.

use crate::diff::changes::Changes;
use crate::diff::members::{self, Constants, Group, Kind, RECEIVED, SENT, other_members};
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::requirements::{self, Requirements};
use crate::diff::rules::Rule;
use crate::diff::services::authentication_of_operation;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Operation, Place, Service, Ty, Type};

mod body;
mod catalog;
pub(in crate::diff) mod fixed;
mod paging;
pub(in crate::diff) mod routes;

use body::Parameters;

const UNSEEN: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);

/// The operations of two services.
pub(in crate::diff) struct Operations<'a> {
    /// Old operations with what they are now.
    pub(in crate::diff) pairs: Vec<(&'a Operation, &'a Operation)>,
    gone: Vec<&'a Operation>,
    added: Vec<&'a Operation>,
}

impl<'a> Operations<'a> {
    pub(in crate::diff) fn between(
        renames: &Renames<'_>,
        old: &'a Service,
        new: &'a Service,
    ) -> Self {
        let find = |list: &'a [Operation], name: &str| list.iter().find(|each| each.name == name);
        let is_new = |each: &&Operation| find(&old.operations, &each.name).is_none();
        let mut added: Vec<_> = new.operations.iter().filter(is_new).collect();
        let (mut pairs, mut gone) = (Vec::new(), Vec::new());
        for operation in &old.operations {
            if let Some(now) = find(&new.operations, &operation.name) {
                pairs.push((operation, now));
                continue;
            }
            // An operation was renamed if the spec declares it, if the Rust name is the same, if the request is the
            // same, or if parameters and output are.
            let find =
                |is_it: &dyn Fn(&Operation) -> bool| added.iter().position(|each| is_it(each));
            let renamed = find(&|each| each.renamed_from.as_ref() == Some(&operation.rust_name))
                .or_else(|| find(&|each| operation.renamed_from.as_ref() == Some(&each.rust_name)))
                .or_else(|| find(&|each| each.rust_name == operation.rust_name))
                .or_else(|| find(&|each| request(each) == request(operation)))
                .or_else(|| find(&|each| is_same_call(renames, operation, each)));
            match renamed {
                Some(index) => pairs.push((operation, added.remove(index))),
                None => gone.push(operation),
            }
        }
        Self { pairs, gone, added }
    }
}

pub(in crate::diff) fn compare(
    changes: &mut Changes,
    renames: &Renames<'_>,
    operations: &Operations<'_>,
    services: (&Service, &Service),
) {
    for (old, new) in &operations.pairs {
        Pair::new(old, new).compare(changes, renames, services);
    }
    for operation in &operations.gone {
        changes.gone(
            Rule::OperationRemoved,
            &["operations", &operation.name],
            &format!("{} {}", operation.method, operation.path),
            Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
            "code that uses the operation does not compile, and released clients are refused",
            "deprecate it for as long as the service answers",
        );
    }
    for operation in &operations.added {
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
        routes::of(operation),
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
        self.request(changes, services);
        let (olds, news) = ((services.0, old), (services.1, new));
        authentication_of_operation(changes, &self.at(&["auth"]), olds, news);
        let constants = (
            &*fixed::constants(services.0, old),
            &*fixed::constants(services.1, new),
        );
        let is_ruled = match body::compare(changes, renames, &self.at(&["request"]), (old, new)) {
            // What is in the body has been compared, with the rules on it.
            Some(rests) => {
                self.members(changes, renames, &rests, constants);
                false
            }
            None => {
                let all = [old, new].map(Parameters::of);
                self.members(changes, renames, &all, constants);
                let rules = |each: &'a Operation| Requirements {
                    list: &each.requirements,
                    members: &each.members,
                };
                requirements::compare(changes, &self.path, rules(old), rules(new))
            }
        };
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

    /// Compares parameters, of which some are the arguments of `new`.
    fn members(
        &self,
        changes: &mut Changes,
        renames: &Renames<'_>,
        [old, new]: &[Parameters; 2],
        constants: (Constants<'_>, Constants<'_>),
    ) {
        let in_path = routes::renamed(self.old, self.new);
        let group = Group {
            in_path: &in_path,
            path: &self.path,
            usage: SENT,
            old: &old.members,
            new: &new.members,
            kind: Kind::Parameters,
            arguments: (&old.constructor, &new.constructor),
            constants,
        };
        members::compare(changes, renames, &group);
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

    fn request(&self, changes: &mut Changes, services: (&Service, &Service)) {
        let Self { old, new, .. } = *self;
        let line =
            |each: &Operation| format!("{} {}", each.method, routes::of_both(old, new, each));
        let words = (
            "another request is sent",
            "check it against a captured request",
        );
        if !routes::is_same_path(services, (old, new)) || old.method != new.method {
            changes.changed(
                Rule::RequestLineChanged,
                &self.at(&["http"]),
                (&line(old), &line(new)),
                String::clone,
                UNSEEN,
                words,
            );
        }
        fixed::query(changes, &self.at(&["fixed"]), (old, new));
        fixed::headers(changes, &self.at(&["fixed_headers"]), services, (old, new));
        let option = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let prefixes = (
            routes::host_prefix(old, new, old),
            routes::host_prefix(old, new, new),
        );
        let types = (content_type(old), content_type(new));
        for (rule, keys, values, words) in [
            (
                Rule::HostPrefixChanged,
                &["host_prefix"][..],
                (&prefixes.0, &prefixes.1),
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
                (&types.0, &types.1),
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

/// Returns the content type of the body, if there may be one.
fn content_type(operation: &Operation) -> Option<String> {
    let has_body = operation
        .members
        .iter()
        .any(|member| member.place == Place::Body);
    let of_body = has_body.then(|| "application/json".to_owned());
    operation.content_type.clone().or(of_body)
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
