//! Structures, enums and unions.

use crate::diff::changes::Changes;
use crate::diff::names;
use crate::diff::renames::{Renames, kind};
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Service, Type};

mod enums;
mod members;

use enums::{open_enum, usage_of};

pub(in crate::diff) fn compare(
    changes: &mut Changes,
    renames: &Renames<'_>,
    old: &Service,
    new: &Service,
) {
    let find = |name: &str| new.types.iter().find(|ty| ty.name() == name);
    for ty in &old.types {
        let name = renames.name(ty.name());
        match (ty, find(name)) {
            (Type::Enum(ty), Some(Type::Enum(now))) => {
                // A member that only now is of the enum has a finding of its own.
                let usage = usage_of(old, &ty.name).and(usage_of(new, &now.name));
                open_enum(changes, usage, ty, now);
            }
            (
                Type::Structure(_) | Type::Union(_),
                Some(now @ (Type::Structure(_) | Type::Union(_))),
            ) => {
                members::compare(changes, renames, ty, now);
            }
            (_, Some(_)) => changes.report(
                Rule::TypeChanged,
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
                Rule::TypeRemoved,
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
            Rule::TypeAdded,
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
    has_variants: bool,
) {
    let has_alias = former.1.as_ref() == Some(old);
    // Variants cannot be imported from an alias: `use module::OldName::*` does not compile.
    let api = if has_alias && !has_variants {
        Api::None
    } else {
        Api::Major
    };
    let verdict = Verdict::new(Wire::Safe, api, Behaviour::Same);
    let words = (
        "the type has another name",
        "keep the old one with `renamed_from`",
    );
    changes.changed(
        Rule::TypeRenamed,
        path,
        (old, new),
        String::clone,
        verdict,
        words,
    );
    let path = [path, &["renamed_from"]].concat();
    names::alias(changes, &path, former.0, former.1, (old, new));
}
