//! Values that may be null: which members of replies and requests that is about, and what becomes of them.
//!
//! A client reads null as an absent value, so a member that every reply has, perhaps as null, is not required. In a request,
//! null cannot be sent.

use std::collections::BTreeSet;

use super::description::{Field, Operation, Shape, Skipped, Type, TypeId, TypeKind, lacks};
use super::document::Json;
use super::schema::is_null;
use crate::spec::Node;

/// What a spec cannot say of a request.
const NULL: &str = "null as a value in a request";

/// Whether a schema says that its value may be null.
pub(super) fn may_be_null(node: &Node) -> bool {
    let elements = |key| node.get(key).map(Node::elements).unwrap_or_default();
    let is_nullable = |value: &Node| value.text() == Some("null") || value.is_nothing();
    node.flag("nullable")
        || node.flag("x-nullable")
        || elements("type").iter().any(is_nullable)
        || elements("enum").iter().any(Node::is_nothing)
        || ["oneOf", "anyOf"]
            .iter()
            .any(|key| elements(key).iter().any(is_null))
}

/// Settles what becomes of members that may be null, as soon as all types are known.
pub(super) fn settle(operations: &mut [Operation], types: &mut [Type], skipped: &mut Skipped) {
    let read = read(operations, types);
    let mut skip = |notes: &mut Vec<String>| {
        notes.push(lacks(NULL, None));
        *skipped.entry(NULL.to_owned()).or_default() += 1;
    };
    for (index, item) in types.iter_mut().enumerate() {
        let TypeKind::Structure(fields) = &mut item.kind else {
            continue;
        };
        let is_read = read.contains(&TypeId::new(index));
        let fields = fields.iter_mut();
        for field in fields.filter(|field| field.required && field.nullable) {
            if !is_read {
                skip(&mut field.notes);
            } else if !reads_null(&field.shape) {
                field.required = false;
                field
                    .notes
                    .push("Always there, perhaps as null.".to_owned());
            }
        }
    }
    for operation in operations {
        // A change of a part tells null, which clears, from what is left as it is.
        let clears = operation.method == "PATCH";
        let parameters = operation.parameters.iter_mut();
        for field in parameters.filter(|field| field.nullable && (field.required || clears)) {
            skip(&mut field.notes);
        }
    }
}

/// Whether a client reads null as an empty value of a type.
fn reads_null(shape: &Shape) -> bool {
    matches!(shape, Shape::List(_) | Shape::Map(_) | Shape::Json)
}

/// Returns the types in replies.
fn read(operations: &[Operation], types: &[Type]) -> BTreeSet<TypeId> {
    let outputs = operations.iter().filter_map(|operation| operation.output);
    let errors = operations.iter().flat_map(|operation| &operation.errors);
    let mut open: Vec<_> = outputs
        .chain(errors.filter_map(|error| error.details))
        .collect();
    let mut read = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !read.insert(id) {
            continue;
        }
        let fields: &[Field] = match types.get(id.0).map(|item| &item.kind) {
            Some(TypeKind::Structure(fields) | TypeKind::Union(fields)) => fields,
            _ => &[],
        };
        let inner = fields.iter().map(|field| field.shape.innermost());
        open.extend(inner.filter_map(|shape| match shape {
            Shape::Named(id) => Some(*id),
            _ => None,
        }));
    }
    read
}
