//! Structures, enums and unions.

use std::collections::BTreeSet;

use super::docs;
use super::members::{member, type_name, variant_name};
use super::operations::{constructor, docs_with, requirements};
use crate::model::{Enum, Member, Place, Structure, Type, Union, Value};
use crate::names;
use crate::spec::{self, Cycles, Field, Piece, Spec, TypeKind};

pub(super) fn lower_type(
    spec: &Spec<'_>,
    usage: &Usage<'_>,
    cycles: &Cycles<'_, '_>,
    ty: &spec::Type<'_>,
) -> Option<Type> {
    let block = &ty.block.value;
    let name = type_name(spec, ty.block.name).to_owned();
    let input = usage.input.contains(ty.block.name);
    // An unused type is emitted like one of a response, so that its documentation is visible.
    let output = usage.output.contains(ty.block.name) || !input;
    let body_member = |field: &Piece<'_, Field>| Member {
        boxed: cycles.is_boxed(ty, field),
        ..member(spec, field, Place::Body)
    };
    let docs = docs::lines(block.docs.as_deref().unwrap_or_default());
    let deprecated = block.deprecated.as_deref().map(docs::line);
    let renamed_from = block.renamed_from.clone();
    Some(match &ty.kind {
        TypeKind::Structure(fields) => {
            let members: Vec<_> = fields.iter().map(body_member).collect();
            let requirements = match input {
                true => requirements(&block.require_one_of, &block.require_any_of),
                false => Vec::new(),
            };
            Type::Structure(Structure {
                input,
                output,
                constructor: constructor(block.constructor.as_deref(), fields.iter()),
                docs: docs_with(block.docs.as_deref(), &requirements, &members),
                members,
                requirements,
                name,
                deprecated,
                renamed_from,
                removed: block.removed.clone(),
            })
        }
        TypeKind::Enum(values) => Type::Enum(Enum {
            values: values.iter().map(enum_value).collect(),
            name,
            docs,
            deprecated,
            renamed_from,
            removed: block.removed.clone(),
        }),
        TypeKind::Union(members) => Type::Union(Union {
            members: members
                .iter()
                .map(|field| Member {
                    rust_name: variant_name(field),
                    required: true,
                    ..body_member(field)
                })
                .collect(),
            input,
            output,
            name,
            docs,
            deprecated,
            renamed_from,
            removed: block.removed.clone(),
        }),
        TypeKind::Broken => return None,
    })
}

pub(super) fn enum_value(value: &Piece<'_, spec::EnumValue>) -> Value {
    let said = value
        .value
        .docs
        .clone()
        .unwrap_or_else(|| format!("`{}`", value.name));
    Value {
        wire: value.name.to_owned(),
        rust_name: value
            .value
            .rust_name
            .clone()
            .unwrap_or_else(|| names::variant(value.name)),
        docs: docs::lines(&docs::with_seen(&said, value.value.seen)),
        deprecated: value.value.deprecated.as_deref().map(docs::line),
    }
}

/// Names in the spec of the types that occur in requests, and of those that occur in responses.
pub(super) struct Usage<'s> {
    input: BTreeSet<&'s str>,
    output: BTreeSet<&'s str>,
}

impl<'s> Usage<'s> {
    pub(super) fn of(spec: &Spec<'s>) -> Self {
        fn names<'s>(types: Vec<&spec::Type<'s>>) -> BTreeSet<&'s str> {
            types.iter().map(|ty| ty.block.name).collect()
        }
        Self {
            input: names(spec.inputs()),
            output: names(spec.outputs()),
        }
    }
}
