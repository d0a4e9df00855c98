//! Names of the types of a draft.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;

use crate::describe::{Description, Operation, Shape, TypeId, TypeKind};

/// The types that are written, with their names in the spec.
pub(super) struct Names {
    /// By id, in the order in which they are met.
    pub(super) order: Vec<TypeId>,
    pub(super) names: BTreeMap<TypeId, String>,
    /// Types in requests, whose required fields have an order.
    pub(super) sent: BTreeSet<TypeId>,
}

impl Names {
    pub(super) fn new(description: &Description, operations: &[&Operation]) -> Self {
        let mut names = Self {
            order: Vec::new(),
            names: BTreeMap::new(),
            sent: BTreeSet::new(),
        };
        for operation in operations {
            for field in &operation.parameters {
                names.meet(description, &field.shape, true);
            }
            if let Some(id) = operation.output {
                names.meet(description, &Shape::Named(id), false);
            }
        }
        // A spec has one room for the names of types and operations.
        let mut taken: BTreeSet<String> = operations.iter().map(|each| each.name.clone()).collect();
        for id in names.order.clone() {
            let Some(item) = description.get(id) else {
                continue;
            };
            let base = type_name(&item.name);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}{number}");
                number += 1;
            }
            names.names.insert(id, name);
        }
        names
    }

    fn meet(&mut self, description: &Description, shape: &Shape, is_sent: bool) {
        // Without recursion: types may be nested deeply.
        let mut open = vec![shape];
        let mut seen = BTreeSet::new();
        while let Some(shape) = open.pop() {
            let Shape::Named(id) = shape.innermost() else {
                continue;
            };
            if !seen.insert(*id) {
                continue;
            }
            if is_sent {
                self.sent.insert(*id);
            }
            if !self.order.contains(id) {
                self.order.push(*id);
            }
            let fields = match description.get(*id).map(|item| &item.kind) {
                Some(TypeKind::Structure(fields) | TypeKind::Union(fields)) => fields.as_slice(),
                _ => &[],
            };
            open.extend(fields.iter().rev().map(|field| &field.shape));
        }
    }
}

/// Returns the name of a type as specs write it.
fn type_name(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = if plain.starts_with(|c: char| c.is_ascii_uppercase()) {
        plain
    } else {
        plain.to_upper_camel_case()
    };
    match name.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => name,
        _ => format!("Type{name}"),
    }
}
