//! Enums.

use super::renamed;
use crate::diff::changes::Changes;
use crate::diff::members::Usage;
use crate::diff::names;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Enum, Service, Ty, Type, Value};

/// Returns the directions in which an enum is used.
pub(super) fn usage_of(service: &Service, name: &str) -> Usage {
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

pub(super) fn open_enum(changes: &mut Changes, usage: Usage, old: &Enum, new: &Enum) {
    let path = ["types", new.name.as_str()];
    renamed(
        changes,
        &path,
        (&old.name, &new.name),
        (&old.renamed_from, &new.renamed_from),
        true,
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
    let removed = old.values.iter().filter(|value| {
        let is_kept = |other: &&Value| other.rust_name == value.rust_name;
        find(&new.values, &value.wire).is_none() && !added.iter().any(is_kept)
    });
    let hint = match (removed.count(), added.as_slice()) {
        (1, [other]) => Some(format!(
            "`{}` is the only new value: if it is the same under another name, pin the old variant with `rust_name`",
            other.wire
        )),
        _ => None,
    };
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
                        Rule::ValueChanged,
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
                        Rule::ValueRemoved,
                        &[path[0], path[1], "enum", &value.wire],
                        &value.wire,
                        Verdict::new(wire, Api::Major, Behaviour::Same),
                        match usage.sent {
                            true => "requests with it are refused, and code that names the variant does not compile",
                            false => "code that names the variant does not compile",
                        },
                        "deprecate it instead: a value that never comes does no harm",
                    );
                    if let Some(hint) = &hint {
                        changes.hint(hint.clone());
                    }
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
            Rule::VariantRenamed,
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
            Rule::ValueAdded,
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
        Rule::ValuesReordered,
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
