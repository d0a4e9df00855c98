//! Items of the crate that findings are about.

use crate::model::{Service, Type};

/// Returns the item of the crate that a path in a spec leads to, such as `Model::created_at`, or `None` if the path leads
/// to no item of its own.
pub(super) fn item(service: &Service, path: &[String]) -> Option<String> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["operations", name, rest @ ..] => {
            let mut operations = service.operations.iter();
            let operation = operations.find(|each| each.name == *name)?;
            let holder = &operation.rust_name;
            let ["request", _, wire, ..] = rest else {
                return Some(holder.clone());
            };
            let member = operation.members.iter().find(|each| each.wire == *wire)?;
            Some(format!("{holder}::{}", member.rust_name))
        }
        ["types", name, rest @ ..] => {
            let ty = service.types.iter().find(|ty| ty.name() == *name)?;
            let wire = match rest {
                ["fields" | "union" | "enum", wire, ..] => wire,
                _ => return Some((*name).to_owned()),
            };
            let member = match ty {
                Type::Enum(item) => {
                    let value = item.values.iter().find(|each| each.wire == *wire)?;
                    &value.rust_name
                }
                ty => {
                    &ty.members()
                        .iter()
                        .find(|each| each.wire == *wire)?
                        .rust_name
                }
            };
            Some(format!("{name}::{member}"))
        }
        ["endpoint", "parameters", wire, ..] => {
            let mut parameters = service.endpoint.parameters.iter();
            let parameter = parameters.find(|each| each.wire == *wire)?;
            Some(format!("EndpointParameter::{}", parameter.rust_name))
        }
        ["errors", "codes", wire, ..] => {
            let code = service
                .errors
                .codes
                .iter()
                .find(|each| each.wire == *wire)?;
            Some(format!("ErrorCode::{}", code.rust_name))
        }
        _ => None,
    }
}

/// Returns how many arguments `new` takes of the operation or structure that a path in a spec is in.
pub(super) fn arguments(service: &Service, path: &[String]) -> Option<usize> {
    let [section, name, ..] = path else {
        return None;
    };
    match section.as_str() {
        "operations" => {
            let mut operations = service.operations.iter();
            let operation = operations.find(|each| each.name == *name)?;
            Some(operation.constructor.len())
        }
        "types" => match service.types.iter().find(|ty| ty.name() == name)? {
            Type::Structure(item) if item.input => Some(item.constructor.len()),
            Type::Structure(_) | Type::Union(_) | Type::Enum(_) => None,
        },
        _ => None,
    }
}
