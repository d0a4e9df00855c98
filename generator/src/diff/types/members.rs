//! Structures and unions: types with members.

use std::collections::BTreeMap;

use super::renamed;
use crate::diff::changes::Changes;
use crate::diff::members::{self, Group, Kind, Usage};
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::requirements::{self, Requirements};
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Requirement, Structure, Type, Union};

/// A structure or a union, as far as both have the same parts.
#[derive(Clone, Copy)]
struct Holder<'a> {
    name: &'a String,
    renamed_from: &'a Option<String>,
    removed: &'a [String],
    members: &'a [Member],
    requirements: &'a [Requirement],
    deprecated: &'a Option<String>,
    docs: &'a [String],
    /// Arguments of `new`, if it has one.
    constructor: &'a [usize],
    usage: Usage,
}

impl<'a> From<&'a Structure> for Holder<'a> {
    fn from(item: &'a Structure) -> Self {
        Self {
            name: &item.name,
            renamed_from: &item.renamed_from,
            removed: &item.removed,
            members: &item.members,
            requirements: &item.requirements,
            deprecated: &item.deprecated,
            docs: &item.docs,
            constructor: if item.input { &item.constructor } else { &[] },
            usage: Usage {
                sent: item.input,
                received: item.output,
            },
        }
    }
}

impl<'a> From<&'a Union> for Holder<'a> {
    fn from(item: &'a Union) -> Self {
        Self {
            name: &item.name,
            renamed_from: &item.renamed_from,
            removed: &item.removed,
            members: &item.members,
            requirements: &[],
            deprecated: &item.deprecated,
            docs: &item.docs,
            constructor: &[],
            usage: Usage {
                sent: item.input,
                received: item.output,
            },
        }
    }
}

/// Compares structures and unions; enums have no members.
pub(super) fn compare(changes: &mut Changes, renames: &Renames<'_>, old: &Type, new: &Type) {
    match (old, new) {
        (Type::Structure(old), Type::Structure(new)) => {
            structure(changes, old, new);
            holder(changes, renames, Kind::Fields, old.into(), new.into());
        }
        (Type::Union(old), Type::Union(new)) => {
            union(changes, old, new);
            holder(changes, renames, Kind::Variants, old.into(), new.into());
        }
        (Type::Structure(old), Type::Union(new)) => {
            became_union(changes, renames, old.into(), new.into());
        }
        (Type::Union(old), Type::Structure(new)) => {
            became_structure(changes, renames, old.into(), new.into());
        }
        (Type::Enum(_), _) | (_, Type::Enum(_)) => {}
    }
}

/// Compares what structures and unions have in common.
fn holder<'a>(
    changes: &mut Changes,
    renames: &Renames<'_>,
    kind: Kind,
    old: Holder<'a>,
    new: Holder<'a>,
) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (old.name, new.name),
        (old.renamed_from, new.renamed_from),
        kind == Kind::Variants,
    );
    let at = |key| [path[0], path[1], key];
    let is_there = |name: &str| new.members.iter().any(|member| member.wire == name);
    names::removed(
        changes,
        &at("removed"),
        (old.removed, new.removed),
        is_there,
    );
    // Without overlap, there is no code that uses both.
    let arguments = match old.usage.sent && new.usage.sent {
        true => (old.constructor, new.constructor),
        false => (&[][..], &[][..]),
    };
    let group = Group {
        path: &path,
        in_path: &[],
        usage: both_usages(old.usage, new.usage),
        old: old.members,
        new: new.members,
        kind,
        arguments,
        constants: (&[], &[]),
    };
    members::compare(changes, renames, &group);
    changes.deprecation(
        &at("deprecated"),
        old.deprecated.as_ref(),
        new.deprecated.as_ref(),
    );
    let requirements = |item: Holder<'a>| Requirements {
        list: item.requirements,
        members: item.members,
    };
    let is_ruled = old.usage.sent
        && new.usage.sent
        && requirements::compare(changes, &path, requirements(old), requirements(new));
    if !is_ruled {
        changes.docs(&at("docs"), old.docs, new.docs);
    }
}

/// Returns whether each field is an `Option`, by its name in Rust.
fn optional(item: &Structure) -> BTreeMap<&String, bool> {
    let members = item.members.iter();
    let optional = members.map(|member| (&member.rust_name, member.is_optional(item.input)));
    optional.collect()
}

/// Compares the use of structures, which decides about their API.
fn structure(changes: &mut Changes, old: &Structure, new: &Structure) {
    let path = ["types", new.name.as_str()];
    let lost = (old.input && !new.input) || (old.output && !new.output);
    let (before, after) = (optional(old), optional(new));
    // Fields that are in one of them alone have findings of their own.
    let is_same = before
        .iter()
        .all(|(name, is)| after.get(name).is_none_or(|now| now == is));
    let api = if lost || (old.output && !is_same) {
        Api::Major
    } else {
        Api::Minor
    };
    let words = (
        "what it is used in decides whether it has public fields, a constructor and setters, and whether its lists and maps are optional",
        "nothing, if it gains a direction and has no lists or maps; else a major version",
    );
    changes.changed(
        Rule::TypeUseChanged,
        &path,
        (
            directions(old.input, old.output),
            directions(new.input, new.output),
        ),
        str::to_owned,
        Verdict::new(Wire::Safe, api, Behaviour::Same),
        words,
    );
}

/// Compares the use of unions, which has no effect on their API.
fn union(changes: &mut Changes, old: &Union, new: &Union) {
    let words = (
        "limits are checked in requests alone; the enum is the same",
        "nothing",
    );
    changes.changed(
        Rule::UnionUseChanged,
        &["types", &new.name],
        (
            directions(old.input, old.output),
            directions(new.input, new.output),
        ),
        str::to_owned,
        Verdict::HARMLESS,
        words,
    );
}

fn became_union(changes: &mut Changes, renames: &Renames<'_>, old: Holder<'_>, new: Holder<'_>) {
    let usage = both_usages(old.usage, new.usage);
    let wire = if usage.sent { Wire::Risk } else { Wire::Safe };
    let behaviour = other_kind_read(usage);
    changes.report(
        Rule::TypeChanged,
        &["types", new.name],
        (Some("structure".to_owned()), Some("union".to_owned())),
        Verdict::new(wire, Api::Major, behaviour),
        (
            "requests with several members, or none, are refused; it is an enum in Rust",
            "give it another name, unless the old one was wrong",
        ),
    );
    let fields = (old.members.to_vec(), as_fields(new.members));
    members_of_other_kind(changes, renames, new.name, usage, fields);
}

fn became_structure(
    changes: &mut Changes,
    renames: &Renames<'_>,
    old: Holder<'_>,
    new: Holder<'_>,
) {
    let usage = both_usages(old.usage, new.usage);
    let is_gone = |member: &Member| new.members.iter().all(|other| other.wire != member.wire);
    // Requests with another member, or none, are sent by nobody yet; but what has only a member that is gone is refused.
    let wire = match usage {
        Usage { sent: true, .. } if old.members.iter().any(is_gone) => Wire::Breaking,
        Usage { received: true, .. } => Wire::Risk,
        _ => Wire::Safe,
    };
    let behaviour = other_kind_read(usage);
    changes.report(
        Rule::TypeChanged,
        &["types", new.name],
        (Some("union".to_owned()), Some("structure".to_owned())),
        Verdict::new(wire, Api::Major, behaviour),
        (
            "released clients fail on replies with several members, or none; it is a struct in Rust",
            "give it another name, unless the old one was wrong",
        ),
    );
    let fields = (as_fields(old.members), new.members.to_vec());
    members_of_other_kind(changes, renames, new.name, usage, fields);
}

/// Returns what recompiled programs read: replies with several members, or none, are errors for a union, not for a
/// structure.
fn other_kind_read(usage: Usage) -> Behaviour {
    if usage.received {
        Behaviour::Changed
    } else {
        Behaviour::Same
    }
}

/// Compares the members of a structure that became a union, or the other way round. They decide what it means for the
/// wire.
fn members_of_other_kind(
    changes: &mut Changes,
    renames: &Renames<'_>,
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
    let (mut old, new) = (plain(old), plain(new));
    // Members of a union have no order.
    old.sort_by_key(|member| new.iter().position(|other| other.wire == member.wire));
    let group = Group {
        path: &["types", name],
        in_path: &[],
        usage,
        old: &old,
        new: &new,
        kind: Kind::Fields,
        arguments: (&[], &[]),
        constants: (&[], &[]),
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

/// Returns the usage that is possible both before and after, or if there is no overlap, that of either.
fn both_usages(old: Usage, new: Usage) -> Usage {
    let both = old.and(new);
    if both.sent || both.received {
        return both;
    }
    old.or(new)
}
