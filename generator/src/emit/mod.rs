//! Generation of Rust code from the model, with one file for each kind of item. All names, orders, types and texts come
//! from the model.
//!
//! Every function returns items of a syntax tree; `quote!` templates resemble the code that they produce.

mod api;
mod enums;
mod library;
mod operations;
mod service;
mod structures;
mod syntax;
mod unions;

use quote::quote;

use crate::model::{Member, Operation, Service, Ty, Type};

pub(crate) use api::api;
pub(crate) use library::{library, settings_table, support_table};

/// Returns the file of a service.
pub(crate) fn module(service: &Service) -> String {
    let mut items = vec![syntax::item(imports(service))];
    items.extend(service::clients(service));
    for operation in &service.operations {
        operations::emit(service, operation, &mut items);
    }
    for ty in &service.types {
        if let Type::Structure(structure) = ty {
            structures::emit(structure, &mut items);
        }
    }
    for ty in &service.types {
        if let Type::Union(union) = ty {
            unions::emit(union, &mut items);
        }
    }
    for ty in &service.types {
        if let Type::Enum(item) = ty {
            enums::emit(item, &mut items);
        }
    }
    enums::error_codes(service, &mut items);
    items.push(service::marker(service));
    items.push(service::facts(service));
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
        attributes.push(syntax::attribute(
            "allow",
            quote!(deprecated, reason = #why),
        ));
    }
    syntax::file(
        &format!("specs/{}.yaml", service.stem),
        &docs,
        attributes,
        items,
    )
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
