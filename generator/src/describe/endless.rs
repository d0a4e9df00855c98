//! Types of which no value could end: a structure that requires itself, directly or through others. Descriptions contain such
//! mistakes, and services do without the field.

use super::description::{Description, Field, Shape, Skipped, Type, TypeId, TypeKind, lacks};

const REQUIRED: &str = "a required field that leads back to its own structure";
const UNION: &str = "a union whose members all lead back to it";

/// Makes fields optional until every type has values that end. A union without such values is free JSON.
pub(super) fn open(description: &mut Description) {
    let Description { types, skipped, .. } = description;
    loop {
        let ends = ends(types);
        let is_endless = |id: TypeId| ends.get(id.0) == Some(&false);
        let mut all = (0..types.len()).map(TypeId);
        let closing = all.find_map(|owner| {
            let member = members(types, owner).iter().position(|field| {
                let target = needed(types, owner, field);
                target.is_some_and(|target| is_endless(target) && leads(types, target, owner))
            });
            member
                .filter(|_| is_endless(owner))
                .map(|member| (owner, member))
        });
        let Some((owner, member)) = closing else {
            return;
        };
        change(types, skipped, owner, member);
    }
}

fn change(types: &mut [Type], skipped: &mut Skipped, owner: TypeId, member: usize) {
    let (fields, what) = match types.get_mut(owner.0).map(|item| &mut item.kind) {
        Some(TypeKind::Structure(fields)) => (fields, REQUIRED),
        Some(TypeKind::Union(fields)) => (fields, UNION),
        _ => return,
    };
    let Some(field) = fields.get_mut(member) else {
        return;
    };
    match what {
        REQUIRED => field.required = false,
        _ => field.shape = Shape::Json,
    }
    field.notes.push(lacks(what, None));
    *skipped.entry(what.to_owned()).or_default() += 1;
}

fn members(types: &[Type], id: TypeId) -> &[Field] {
    match types.get(id.0).map(|item| &item.kind) {
        Some(TypeKind::Structure(fields) | TypeKind::Union(fields)) => fields,
        _ => &[],
    }
}

/// Returns the type of a member that every value of its owner needs, or for a union, one that may.
fn needed(types: &[Type], owner: TypeId, field: &Field) -> Option<TypeId> {
    let is_union = types
        .get(owner.0)
        .is_some_and(|item| matches!(item.kind, TypeKind::Union(_)));
    match field.shape {
        Shape::Named(id) if is_union || field.required => Some(id),
        _ => None,
    }
}

/// Returns for each type whether it has values that end.
fn ends(types: &[Type]) -> Vec<bool> {
    let mut ends = vec![false; types.len()];
    loop {
        let mut is_changed = false;
        for index in 0..types.len() {
            let owner = TypeId(index);
            let ending = |field: &Field| match needed(types, owner, field) {
                Some(target) => ends.get(target.0).copied().unwrap_or(true),
                None => true,
            };
            let fields = members(types, owner);
            let does = match types.get(index).map(|item| &item.kind) {
                Some(TypeKind::Union(_)) => fields.is_empty() || fields.iter().any(ending),
                _ => fields.iter().all(ending),
            };
            if let Some(known) = ends.get_mut(index).filter(|known| does && !**known) {
                *known = true;
                is_changed = true;
            }
        }
        if !is_changed {
            return ends;
        }
    }
}

/// Whether values of a type need one of another type.
fn leads(types: &[Type], from: TypeId, to: TypeId) -> bool {
    let mut seen = vec![false; types.len()];
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        let is_new = seen
            .get_mut(id.0)
            .is_some_and(|seen| !std::mem::replace(seen, true));
        if is_new {
            let fields = members(types, id).iter();
            open.extend(fields.filter_map(|field| needed(types, id, field)));
        }
    }
    false
}
