//! Structures, enums and unions.

use super::changes::Changes;
use super::members::{self, Group, Kind, Usage};
use super::names;
use super::renames::{Renames, kind};
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Enum, Member, Service, Structure, Ty, Type, Union, Value};

pub(super) fn compare(changes: &mut Changes, renames: &Renames, old: &Service, new: &Service) {
    let find = |name: &str| new.types.iter().find(|ty| ty.name() == name);
    for ty in &old.types {
        let name = renames.name(ty.name());
        match (ty, find(name)) {
            (Type::Structure(ty), Some(Type::Structure(now))) => {
                structure(changes, renames, ty, now)
            }
            (Type::Enum(ty), Some(Type::Enum(now))) => {
                let usage = usage_of(old, &ty.name).or(usage_of(new, &now.name));
                open_enum(changes, usage, ty, now);
            }
            (Type::Union(ty), Some(Type::Union(now))) => union(changes, renames, ty, now),
            (Type::Structure(ty), Some(Type::Union(now))) => {
                let usage = both_usages((ty.input, ty.output), (now.input, now.output));
                let wire = if usage.sent { Wire::Risk } else { Wire::Safe };
                let words = (
                    "requests with several members, or none, are refused; it is an enum in Rust",
                    "give it another name, unless the old one was wrong",
                );
                let fields = (ty.members.clone(), as_fields(&now.members));
                changes.report(
                    "type-changed",
                    &["types", name],
                    (Some("structure".to_owned()), Some("union".to_owned())),
                    Verdict::new(wire, Api::Major, Behaviour::Same),
                    words,
                );
                members_of_other_kind(changes, renames, name, usage, fields);
            }
            (Type::Union(ty), Some(Type::Structure(now))) => {
                let usage = both_usages((ty.input, ty.output), (now.input, now.output));
                let wire = if usage.received {
                    Wire::Risk
                } else {
                    Wire::Safe
                };
                let words = (
                    "released clients fail on replies with several members, or none; it is a struct in Rust",
                    "give it another name, unless the old one was wrong",
                );
                let fields = (as_fields(&ty.members), now.members.clone());
                changes.report(
                    "type-changed",
                    &["types", name],
                    (Some("union".to_owned()), Some("structure".to_owned())),
                    Verdict::new(wire, Api::Major, Behaviour::Same),
                    words,
                );
                members_of_other_kind(changes, renames, name, usage, fields);
            }
            (_, Some(_)) => changes.report(
                "type-changed",
                &["types", name],
                (
                    Some(kind(ty).to_owned()),
                    find(name).map(|ty| kind(ty).to_owned()),
                ),
                Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                (
                    "an enum is a structure or union, or the other way round",
                    "give it another name",
                ),
            ),
            (_, None) => changes.gone(
                "type-removed",
                &["types", name],
                kind(ty),
                Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
                "code that names the type does not compile",
                "keep it until the next major version",
            ),
        }
    }
    let known: Vec<_> = old.types.iter().map(|ty| renames.name(ty.name())).collect();
    for ty in new.types.iter().filter(|ty| !known.contains(&ty.name())) {
        changes.came(
            "type-added",
            &["types", ty.name()],
            kind(ty),
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "there is a new type",
            "nothing",
        );
    }
}

fn renamed(
    changes: &mut Changes,
    path: &[&str],
    (old, new): (&String, &String),
    former: (&Option<String>, &Option<String>),
) {
    let has_alias = former.1.as_ref() == Some(old);
    let api = if has_alias { Api::None } else { Api::Major };
    let verdict = Verdict::new(Wire::Safe, api, Behaviour::Same);
    let words = (
        "the type has another name",
        "keep the old one with `renamed_from`",
    );
    changes.changed(
        "type-renamed",
        path,
        (old, new),
        String::clone,
        verdict,
        words,
    );
    let path = [path, &["renamed_from"]].concat();
    names::alias(changes, &path, former.0, former.1, (old, new));
}

fn structure(changes: &mut Changes, renames: &Renames, old: &Structure, new: &Structure) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (&old.name, &new.name),
        (&old.renamed_from, &new.renamed_from),
    );
    let at = |key| [path[0], path[1], key];
    let lost = (old.input && !new.input) || (old.output && !new.output);
    let api = if lost { Api::Major } else { Api::Minor };
    let words = (
        "what it is used in decides whether it has public fields, a constructor and setters",
        "nothing, if it gains; a major version, if it loses",
    );
    let verdict = Verdict::new(Wire::Safe, api, Behaviour::Same);
    changes.changed(
        "type-use-changed",
        &path,
        (
            directions(old.input, old.output),
            directions(new.input, new.output),
        ),
        str::to_owned,
        verdict,
        words,
    );
    if old.input && new.input {
        let arguments = |item: &Structure| {
            let members = item
                .constructor
                .iter()
                .filter_map(|index| item.members.get(*index));
            members
                .map(|member| (member.wire.clone(), member.rust_name.clone()))
                .collect::<Vec<_>>()
        };
        let (before, after) = (arguments(old), arguments(new));
        // An argument is the same if its wire name or its Rust name is the same.
        let is_same = |a: &(String, String), b: &(String, String)| a.0 == b.0 || a.1 == b.1;
        let before: Vec<_> = before
            .iter()
            .map(|each| {
                after
                    .iter()
                    .find(|other| is_same(each, other))
                    .unwrap_or(each)
                    .0
                    .clone()
            })
            .collect();
        let after: Vec<_> = after.into_iter().map(|(wire, _)| wire).collect();
        names::arguments(changes, &at("constructor"), &before, &after);
    }
    let is_there = |name: &str| new.members.iter().any(|member| member.wire == name);
    names::removed(
        changes,
        &at("removed"),
        (&old.removed, &new.removed),
        is_there,
    );
    let group = Group {
        path: &path,
        in_path: &[],
        usage: both_usages((old.input, old.output), (new.input, new.output)),
        old: &old.members,
        new: &new.members,
        kind: Kind::Fields,
    };
    members::compare(changes, renames, &group);
    changes.deprecation(
        &at("deprecated"),
        old.deprecated.as_ref(),
        new.deprecated.as_ref(),
    );
    changes.docs(&at("docs"), &old.docs, &new.docs);
}

fn union(changes: &mut Changes, renames: &Renames, old: &Union, new: &Union) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (&old.name, &new.name),
        (&old.renamed_from, &new.renamed_from),
    );
    let at = |key| [path[0], path[1], key];
    let words = (
        "limits are checked in requests alone; the enum is the same",
        "nothing",
    );
    changes.changed(
        "union-use-changed",
        &path,
        (
            directions(old.input, old.output),
            directions(new.input, new.output),
        ),
        str::to_owned,
        Verdict::HARMLESS,
        words,
    );
    let is_there = |name: &str| new.members.iter().any(|member| member.wire == name);
    names::removed(
        changes,
        &at("removed"),
        (&old.removed, &new.removed),
        is_there,
    );
    let group = Group {
        path: &path,
        in_path: &[],
        usage: both_usages((old.input, old.output), (new.input, new.output)),
        old: &old.members,
        new: &new.members,
        kind: Kind::Variants,
    };
    members::compare(changes, renames, &group);
    changes.deprecation(
        &at("deprecated"),
        old.deprecated.as_ref(),
        new.deprecated.as_ref(),
    );
    changes.docs(&at("docs"), &old.docs, &new.docs);
}

/// Compares the members of a structure that became a union, or the other way round. They decide what it means for the
/// wire.
fn members_of_other_kind(
    changes: &mut Changes,
    renames: &Renames,
    name: &str,
    usage: Usage,
    (old, new): (Vec<Member>, Vec<Member>),
) {
    // The names in Rust differ anyway, and so may the boxes.
    let plain = |member: Member| Member {
        rust_name: member.wire.clone(),
        boxed: false,
        ..member
    };
    let plain = |members: Vec<Member>| members.into_iter().map(plain).collect::<Vec<_>>();
    let group = Group {
        path: &["types", name],
        in_path: &[],
        usage,
        old: &plain(old),
        new: &plain(new),
        kind: Kind::Fields,
    };
    members::compare(changes, renames, &group);
}

/// Returns the members of a union as fields, each of which may be absent.
fn as_fields(members: &[Member]) -> Vec<Member> {
    let field = |member: &Member| Member {
        required: false,
        ..member.clone()
    };
    members.iter().map(field).collect()
}

fn directions(input: bool, output: bool) -> &'static str {
    match (input, output) {
        (true, true) => "requests and replies",
        (true, false) => "requests",
        _ => "replies",
    }
}

/// Returns the usage that is possible both before and after, or if there is no overlap, that of either. Each is given as
/// whether the type is sent and received.
fn both_usages(old: (bool, bool), new: (bool, bool)) -> Usage {
    let both = Usage {
        sent: old.0 && new.0,
        received: old.1 && new.1,
    };
    if both.sent || both.received {
        return both;
    }
    Usage {
        sent: old.0 || new.0,
        received: old.1 || new.1,
    }
}

impl Usage {
    fn or(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            received: self.received || other.received,
        }
    }
}

/// Returns the directions in which an enum is used.
fn usage_of(service: &Service, name: &str) -> Usage {
    let names = |ty: &Ty, name: &str| matches!(ty.innermost(), Ty::Enum(other) if other == name);
    let holders = service
        .types
        .iter()
        .filter(|ty| ty.members().iter().any(|member| names(&member.ty, name)));
    let (mut is_sent, mut is_received) = (false, false);
    for holder in holders {
        let (input, output) = match holder {
            Type::Structure(item) => (item.input, item.output),
            Type::Union(item) => (item.input, item.output),
            Type::Enum(_) => continue,
        };
        is_sent |= input;
        is_received |= output;
    }
    let mut parameters = service
        .operations
        .iter()
        .flat_map(|operation| &operation.members);
    Usage {
        sent: parameters.any(|member| names(&member.ty, name)) || is_sent,
        received: is_received,
    }
}

fn open_enum(changes: &mut Changes, usage: Usage, old: &Enum, new: &Enum) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (&old.name, &new.name),
        (&old.renamed_from, &new.renamed_from),
    );
    let find = |list: &[Value], wire: &str| list.iter().position(|value| value.wire == wire);
    let is_there = |name: &str| find(&new.values, name).is_some();
    names::removed(
        changes,
        &[path[0], path[1], "removed"],
        (&old.removed, &new.removed),
        is_there,
    );
    let is_new = |value: &&Value| find(&old.values, &value.wire).is_none();
    let mut added: Vec<_> = new.values.iter().filter(is_new).collect();
    for value in &old.values {
        let same = find(&new.values, &value.wire).and_then(|index| new.values.get(index));
        let now = match same {
            Some(now) => now,
            None => match added
                .iter()
                .position(|other| other.rust_name == value.rust_name)
            {
                Some(index) => {
                    let now = added.remove(index);
                    changes.report(
                        "value-changed",
                        &[path[0], path[1], "enum", &now.wire],
                        (Some(value.wire.clone()), Some(now.wire.clone())),
                        Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed),
                        (
                            "the variant stands for another text on the wire, and nobody sees it",
                            "if the service knows both, add the new one beside the old",
                        ),
                    );
                    now
                }
                None => {
                    let wire = if usage.sent {
                        Wire::Breaking
                    } else {
                        Wire::Safe
                    };
                    changes.gone(
                        "value-removed",
                        &[path[0], path[1], "enum", &value.wire],
                        &value.wire,
                        Verdict::new(wire, Api::Major, Behaviour::Same),
                        "code that names the variant does not compile",
                        "deprecate it instead: a value that never comes does no harm",
                    );
                    continue;
                }
            },
        };
        let path = [path[0], path[1], "enum", now.wire.as_str()];
        let mut others = new.values.iter().filter(|other| other.wire != now.wire);
        let is_taken = others.any(|other| other.rust_name == value.rust_name);
        let variants = (&value.rust_name, &now.rust_name);
        names::rust_name(
            changes,
            "variant-renamed",
            &path,
            variants,
            Api::Major,
            is_taken,
        );
        let at = |key| [&path[..], &[key]].concat();
        changes.deprecation(
            &at("deprecated"),
            value.deprecated.as_ref(),
            now.deprecated.as_ref(),
        );
        changes.docs(&at("docs"), &value.docs, &now.docs);
    }
    for value in added {
        let behaviour = if usage.received {
            Behaviour::Changed
        } else {
            Behaviour::Same
        };
        changes.came(
            "value-added",
            &[path[0], path[1], "enum", &value.wire],
            &value.wire,
            Verdict::new(Wire::Safe, Api::Minor, behaviour),
            "there is a new variant; what came as unknown is it from now on",
            "nothing",
        );
    }
    let order = |list: &[Value], other: &[Value]| {
        let common = list
            .iter()
            .filter(|value| find(other, &value.wire).is_some());
        common.map(|value| value.wire.clone()).collect::<Vec<_>>()
    };
    let values = (
        &order(&old.values, &new.values),
        &order(&new.values, &old.values),
    );
    let words = ("`KNOWN` lists them in another order", "nothing");
    changes.changed(
        "values-reordered",
        &[path[0], path[1], "enum"],
        values,
        |names| names.join(", "),
        Verdict::HARMLESS,
        words,
    );
    let at = |key| [path[0], path[1], key];
    changes.deprecation(
        &at("deprecated"),
        old.deprecated.as_ref(),
        new.deprecated.as_ref(),
    );
    changes.docs(&at("docs"), &old.docs, &new.docs);
}
