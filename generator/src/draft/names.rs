//! Names of the operations and types of a draft.

use std::collections::{BTreeMap, BTreeSet};

use super::rust_names::pinned;
use crate::describe::{Description, Operation, Shape, TypeId, TypeKind};
use crate::names::{self, Role};

/// The types that are written, with their names in the spec.
pub(super) struct Names {
    /// Names in Rust of operations whose own name cannot be one.
    pub(super) operations: BTreeMap<String, String>,
    /// By id, in the order in which they are met.
    pub(super) order: Vec<TypeId>,
    pub(super) names: BTreeMap<TypeId, String>,
    /// Types in requests, whose required fields have an order.
    pub(super) sent: BTreeSet<TypeId>,
}

impl Names {
    /// Names the types that operations need. `module` is that of the spec.
    pub(super) fn new(description: &Description, operations: &[&Operation], module: &str) -> Self {
        let mut names = Self {
            operations: BTreeMap::new(),
            order: Vec::new(),
            names: BTreeMap::new(),
            sent: BTreeSet::new(),
        };
        for operation in operations {
            for field in &operation.parameters {
                names.meet(description, &field.shape, true);
            }
            let details = operation.errors.iter().filter_map(|error| error.details);
            for id in operation.output.into_iter().chain(details) {
                names.meet(description, &Shape::Named(id), false);
            }
        }
        // Types, operations and the type of the service share a module.
        let mut taken = BTreeSet::from([names::marker(module), "EndpointParameter".to_owned()]);
        let wires = operations.iter().map(|each| each.name.as_str());
        let pins = pinned(Role::Type, str::to_owned, wires.clone(), &mut taken);
        for (wire, pin) in wires.zip(pins) {
            if let Some(pin) = pin {
                names.operations.insert(wire.to_owned(), pin);
            }
        }
        // And a spec has one room for the names of both.
        taken.extend(operations.iter().map(|each| each.name.clone()));
        let types = names.order.iter();
        let types = types.filter_map(|id| Some((*id, description.get(*id)?.name.as_str())));
        let wires = types.clone().map(|(_, wire)| wire);
        let pins = pinned(Role::Type, type_name, wires, &mut taken);
        names.names = types
            .zip(pins)
            .map(|((id, wire), pin)| (id, pin.unwrap_or_else(|| type_name(wire))))
            .collect();
        names
    }

    /// Gives types other names. Several may get one.
    pub(super) fn rename(&mut self, others: &BTreeMap<String, String>) {
        for name in self.names.values_mut() {
            if let Some(other) = others.get(name) {
                name.clone_from(other);
            }
        }
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
    match plain.starts_with(|c: char| c.is_ascii_uppercase()) {
        true => plain,
        false => names::variant(&plain),
    }
}
