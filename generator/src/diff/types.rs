//! Structures and enums.

use std::collections::BTreeMap;

use super::compare::Changes;
use super::members::{self, Group, Usage};
use super::operations::{alias, reordered};
use super::{Api, Behaviour, Verdict, Wire};
use crate::model::{Enum, Service, Structure, Ty, Type, Value};

/// Types that are the same under another name, from the old to the new one.
pub(super) struct Renames(BTreeMap<String, String>);

impl Renames {
    pub(super) fn between(old: &[Type], new: &[Type]) -> Self {
        let has = |list: &[Type], name: &str| list.iter().any(|ty| ty.name() == name);
        let mut renames = BTreeMap::new();
        let mut added: Vec<_> = new.iter().filter(|ty| !has(old, ty.name())).collect();
        for ty in old.iter().filter(|ty| !has(new, ty.name())) {
            // By what the spec says, else by what they are made of.
            let said = added
                .iter()
                .position(|other| former(other) == Some(ty.name()));
            let found = said.or_else(|| added.iter().position(|other| is_same(ty, other)));
            if let Some(index) = found {
                let other = added.remove(index);
                renames.insert(ty.name().to_owned(), other.name().to_owned());
            }
        }
        Self(renames)
    }

    /// What a type is called now.
    pub(super) fn name<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.get(old).map_or(old, String::as_str)
    }

    /// The same type with the names of now.
    pub(super) fn apply(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Enum(name) => Ty::Enum(self.name(name).to_owned()),
            Ty::Structure(name) => Ty::Structure(self.name(name).to_owned()),
            Ty::List(element) => Ty::List(Box::new(self.apply(element))),
            other => other.clone(),
        }
    }
}

fn former(ty: &Type) -> Option<&str> {
    match ty {
        Type::Structure(item) => item.renamed_from.as_deref(),
        Type::Enum(item) => item.renamed_from.as_deref(),
    }
}

/// Whether two types have the same members or values.
fn is_same(old: &Type, new: &Type) -> bool {
    match (old, new) {
        (Type::Structure(old), Type::Structure(new)) => {
            let names = |item: &Structure| {
                item.members
                    .iter()
                    .map(|member| member.wire.clone())
                    .collect::<Vec<_>>()
            };
            !old.members.is_empty() && names(old) == names(new)
        }
        (Type::Enum(old), Type::Enum(new)) => {
            let names = |item: &Enum| {
                item.values
                    .iter()
                    .map(|value| value.wire.clone())
                    .collect::<Vec<_>>()
            };
            names(old) == names(new)
        }
        _ => false,
    }
}

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
            (_, Some(_)) => changes.report(
                "type-changed",
                &["types", name],
                (
                    Some(kind(ty).to_owned()),
                    find(name).map(|ty| kind(ty).to_owned()),
                ),
                Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                (
                    "an enum is a structure, or the other way round",
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

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Structure(_) => "structure",
        Type::Enum(_) => "enum",
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
    alias(changes, &path, former.0, former.1, (old, new));
}

fn structure(changes: &mut Changes, renames: &Renames, old: &Structure, new: &Structure) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (&old.name, &new.name),
        (&old.renamed_from, &new.renamed_from),
    );
    let directions = |item: &Structure| match (item.input, item.output) {
        (true, true) => "requests and replies",
        (true, false) => "requests",
        _ => "replies",
    };
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
        (directions(old), directions(new)),
        str::to_owned,
        verdict,
        words,
    );
    let arguments = |item: &Structure| {
        let members = item
            .constructor
            .iter()
            .filter_map(|index| item.members.get(*index));
        members
            .map(|member| member.wire.clone())
            .collect::<Vec<_>>()
    };
    if old.input && new.input {
        let path = [&path[..], &["constructor"]].concat();
        reordered(changes, &path, &arguments(old), &arguments(new));
    }
    let group = Group {
        path: &path,
        usage: Usage {
            sent: old.input || new.input,
            received: old.output || new.output,
        },
        old: &old.members,
        new: &new.members,
        places: false,
    };
    members::compare(changes, renames, &group);
    let at = |key| [path[0], path[1], key];
    changes.deprecation(
        &at("deprecated"),
        old.deprecated.as_ref(),
        new.deprecated.as_ref(),
    );
    changes.docs(&at("docs"), &old.docs, &new.docs);
}

impl Usage {
    fn or(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            received: self.received || other.received,
        }
    }
}

/// Where an enum occurs.
fn usage_of(service: &Service, name: &str) -> Usage {
    fn names(ty: &Ty, name: &str) -> bool {
        match ty {
            Ty::Enum(other) => other == name,
            Ty::List(element) => names(element, name),
            _ => false,
        }
    }
    let structures = service.types.iter().filter_map(|ty| match ty {
        Type::Structure(item) => Some(item),
        Type::Enum(_) => None,
    });
    let holders: Vec<_> = structures
        .filter(|item| item.members.iter().any(|member| names(&member.ty, name)))
        .collect();
    let mut parameters = service
        .operations
        .iter()
        .flat_map(|operation| &operation.members);
    Usage {
        sent: parameters.any(|member| names(&member.ty, name))
            || holders.iter().any(|item| item.input),
        received: holders.iter().any(|item| item.output),
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
        let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
        let words = ("the variant has another name", "pin it with `rust_name`");
        changes.changed(
            "variant-renamed",
            &path,
            (&value.rust_name, &now.rust_name),
            String::clone,
            verdict,
            words,
        );
        changes.deprecation(&path, value.deprecated.as_ref(), now.deprecated.as_ref());
        changes.docs(&path, &value.docs, &now.docs);
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
