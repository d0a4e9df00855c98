//! Generation of Rust code from the model, with one file for each kind of item. All names, orders, types and texts come
//! from the model.
//!
//! Functions return or emit items of a syntax tree, from a `quote!` template, which resembles the code that it produces, or
//! for what there is much of, from its nodes.

mod api;
mod catalog;
mod enums;
mod examples;
mod library;
mod nodes;
mod operations;
mod service;
mod structures;
mod syntax;
mod types;
mod unions;

use quote::quote;

use crate::model::{Member, Operation, Service, Ty, Type};

pub(crate) use api::api;
pub(crate) use catalog::catalog;
pub(crate) use library::{library, settings_table, support_table};
use syntax::Code;
pub use syntax::InvalidItem;

/// Returns the file of a service.
pub(crate) fn module(service: &Service) -> Result<String, InvalidItem> {
    let docs = [
        service.docs.clone(),
        vec![
            String::new(),
            format!("[Documentation of the vendor](<{}>)", service.see),
        ],
    ]
    .concat();
    let mut attributes = Vec::new();
    if deprecates(service) {
        let why = "what is deprecated is implemented all the same";
        let lints = quote!(deprecated, reason = #why);
        attributes.push(nodes::attribute("allow", lints));
    }
    if nests(service) {
        let why = "types are as the spec has them";
        let lints = quote!(
            clippy::large_enum_variant,
            clippy::type_complexity,
            reason = #why
        );
        attributes.push(nodes::attribute("allow", lints));
    }
    let origin = format!("specs/{}.yaml", service.stem);
    let mut code = Code::new(&origin, &docs, attributes);
    code.push(syntax::item(imports(service))?);
    service::clients(service, &mut code)?;
    for operation in &service.operations {
        operations::emit(service, operation, &mut code)?;
    }
    for ty in &service.types {
        if let Type::Structure(structure) = ty {
            structures::emit(structure, &mut code)?;
        }
    }
    for ty in &service.types {
        if let Type::Union(union) = ty {
            unions::emit(union, &mut code)?;
        }
    }
    for ty in &service.types {
        if let Type::Enum(item) = ty {
            enums::emit(item, &mut code)?;
        }
    }
    enums::error_codes(service, &mut code)?;
    service::endpoint_parameters(service, &mut code)?;
    service::details(service, &mut code)?;
    code.push(service::marker(service)?);
    code.push(service::facts(service)?);
    Ok(code.finish())
}

/// Returns whether there are types that clippy may find too large or too complex.
fn nests(service: &Service) -> bool {
    let deep = |member: &Member| match &member.ty {
        Ty::List(inside) | Ty::Map(inside) => inside.is_container(),
        _ => false,
    };
    let is_union = |ty: &Type| matches!(ty, Type::Union(_));
    let of_operations = service.operations.iter().flat_map(|each| &each.members);
    let mut members = of_operations.chain(service.types.iter().flat_map(Type::members));
    members.any(deep) || service.types.iter().any(is_union)
}

/// Returns whether any item or member is deprecated.
fn deprecates(service: &Service) -> bool {
    let member = |member: &Member| member.deprecated.is_some();
    let operation = |each: &Operation| each.deprecated.is_some() || each.members.iter().any(member);
    let ty = |ty: &Type| match ty {
        Type::Structure(each) => each.deprecated.is_some() || each.members.iter().any(member),
        Type::Enum(each) => {
            each.deprecated.is_some() || each.values.iter().any(|value| value.deprecated.is_some())
        }
        Type::Union(each) => each.deprecated.is_some() || each.members.iter().any(member),
    };
    service.operations.iter().any(operation) || service.types.iter().any(ty)
}

fn imports(service: &Service) -> proc_macro2::TokenStream {
    let is_timestamp = |member: &Member| matches!(member.ty.innermost(), Ty::Timestamp(_));
    let of_operations = service
        .operations
        .iter()
        .flat_map(|operation| &operation.members);
    let of_types = service.types.iter().flat_map(Type::members);
    if of_operations.chain(of_types).any(is_timestamp) {
        quote!(
            use cloud_models_runtime::codegen::{self as rt, Timestamp};
        )
    } else {
        quote!(
            use cloud_models_runtime::codegen as rt;
        )
    }
}
