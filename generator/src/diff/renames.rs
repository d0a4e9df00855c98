//! Types that have another name.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::Operations;
use crate::model::{Member, Service, Structure, Ty, Type};

/// New names of renamed types by their old names, and the services that the names are from.
pub(super) struct Renames<'a> {
    names: BTreeMap<String, String>,
    old: &'a Service,
    new: &'a Service,
}

impl<'a> Renames<'a> {
    pub(super) fn between(old: &'a Service, new: &'a Service) -> Self {
        let has = |list: &[Type], name: &str| list.iter().any(|ty| ty.name() == name);
        let mut gone: Vec<_> = old
            .types
            .iter()
            .filter(|ty| !has(&new.types, ty.name()))
            .collect();
        let mut added: Vec<_> = new
            .types
            .iter()
            .filter(|ty| !has(&old.types, ty.name()))
            .collect();
        let mut renames = Self {
            names: BTreeMap::new(),
            old,
            new,
        };
        // A type was renamed if the spec declares it, if the same member uses it, or if its members are the same. Each
        // match may lead to further ones.
        loop {
            let uses = renames.uses(old, new);
            let is_said = |old: &Type, new: &Type| former(new) == Some(old.name());
            let is_used = |old: &Type, new: &Type| {
                let names = (old.name().to_owned(), new.name().to_owned());
                uses.contains(&names) && is_kind(old, new)
            };
            let find = |is_it: &dyn Fn(&Type, &Type) -> bool| {
                gone.iter().enumerate().find_map(|(from, old)| {
                    let to = added.iter().position(|new| is_it(old, new))?;
                    Some((from, to))
                })
            };
            let found = find(&is_said)
                .or_else(|| find(&is_used))
                .or_else(|| find(&is_same));
            let Some((from, to)) = found else {
                return renames;
            };
            let (from, to) = (gone.remove(from), added.remove(to));
            renames
                .names
                .insert(from.name().to_owned(), to.name().to_owned());
        }
    }

    /// Returns the pairs of old and new types that the same members use.
    fn uses(&self, old: &Service, new: &Service) -> Vec<(String, String)> {
        fn pairs(old: &[Member], new: &[Member], into: &mut Vec<(String, String)>) {
            for member in old {
                if let Some(now) = new.iter().find(|other| other.wire == member.wire)
                    && let (Some(old), Some(new)) = (named(&member.ty), named(&now.ty))
                {
                    into.push((old.to_owned(), new.to_owned()));
                }
            }
        }
        let mut uses = Vec::new();
        for operation in &old.operations {
            if let Some(now) = new
                .operations
                .iter()
                .find(|other| other.name == operation.name)
            {
                pairs(&operation.members, &now.members, &mut uses);
                uses.extend(operation.output.clone().zip(now.output.clone()));
            }
        }
        for ty in &old.types {
            let now = new
                .types
                .iter()
                .find(|other| other.name() == self.name(ty.name()));
            if let Some(now) = now {
                pairs(ty.members(), now.members(), &mut uses);
            }
        }
        uses
    }

    /// Returns a type of the old service and one of the new service by their names there.
    pub(super) fn types(&self, old: &str, new: &str) -> Option<(&'a Type, &'a Type)> {
        let find = |service: &'a Service, name: &str| {
            let mut types = service.types.iter();
            types.find(|ty| ty.name() == name)
        };
        Some((find(self.old, old)?, find(self.new, new)?))
    }

    /// Returns a structure of the old service.
    pub(super) fn old_structure(&self, name: &str) -> Option<&'a Structure> {
        structure(self.old, name)
    }

    /// Returns a structure of the new service.
    pub(super) fn new_structure(&self, name: &str) -> Option<&'a Structure> {
        structure(self.new, name)
    }

    /// Returns the current name of a type.
    pub(super) fn name<'n>(&'n self, old: &'n str) -> &'n str {
        self.names.get(old).map_or(old, String::as_str)
    }

    /// Returns the type with its current names.
    pub(super) fn apply(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Enum(name) => Ty::Enum(self.name(name).to_owned()),
            Ty::Structure(name) => Ty::Structure(self.name(name).to_owned()),
            Ty::Union(name) => Ty::Union(self.name(name).to_owned()),
            Ty::List(element) => Ty::List(Box::new(self.apply(element))),
            Ty::Map(value) => Ty::Map(Box::new(self.apply(value))),
            other => other.clone(),
        }
    }
}

/// Former names of operations and types by their section of the spec and their current names.
pub(super) struct Former(BTreeMap<(&'static str, String), String>);

impl Former {
    pub(super) fn of(renames: &Renames<'_>, operations: &Operations<'_>) -> Self {
        let types = renames.names.iter();
        let types = types.map(|(old, new)| (("types", new.clone()), old.clone()));
        let operations = operations.pairs.iter();
        let operations =
            operations.map(|(old, new)| (("operations", new.name.clone()), old.name.clone()));
        Self(types.chain(operations).collect())
    }

    /// Returns a path of the new spec as a path of the old one.
    pub(super) fn path(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        if let [section, name, ..] = path.as_mut_slice() {
            let mut names = self.0.iter();
            let same = names.find(|((of, now), _)| of == section && now == name);
            if let Some((_, old)) = same {
                name.clone_from(old);
            }
        }
        path
    }
}

fn structure<'a>(service: &'a Service, name: &str) -> Option<&'a Structure> {
    service.types.iter().find_map(|ty| match ty {
        Type::Structure(structure) if structure.name == name => Some(structure),
        _ => None,
    })
}

fn former(ty: &Type) -> Option<&str> {
    match ty {
        Type::Structure(item) => item.renamed_from.as_deref(),
        Type::Enum(item) => item.renamed_from.as_deref(),
        Type::Union(item) => item.renamed_from.as_deref(),
    }
}

/// Returns the name of the service's type that a member, or its elements, have.
fn named(ty: &Ty) -> Option<&str> {
    match ty.innermost() {
        Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => Some(name),
        _ => None,
    }
}

fn is_kind(old: &Type, new: &Type) -> bool {
    kind(old) == kind(new)
}

/// Returns whether two types have the same members or values, in any order.
fn is_same(old: &Type, new: &Type) -> bool {
    let names = |ty: &Type| -> BTreeSet<String> {
        match ty {
            Type::Enum(item) => item.values.iter().map(|value| value.wire.clone()).collect(),
            Type::Structure(_) | Type::Union(_) => ty
                .members()
                .iter()
                .map(|member| member.wire.clone())
                .collect(),
        }
    };
    is_kind(old, new) && !names(old).is_empty() && names(old) == names(new)
}

/// Returns the kind of a type in words.
pub(super) fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Structure(_) => "structure",
        Type::Enum(_) => "enum",
        Type::Union(_) => "union",
    }
}
