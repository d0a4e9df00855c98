//! A program that writes each operation, structure and union of a generated module as JSON, with all members set, and
//! reads it back. The value must be the same, and the JSON must have each member by its wire name, so that what a type
//! writes is what it reads.

use std::fmt::Write;

use generator::model::{Member, Service, Structure, Ty, Type};

use crate::consumer::Context;

/// Returns the source of the program; the crate has the modules `api` and `program`, of which the latter is the
/// [consumer](crate::consumer::consumer).
pub fn round_trips(service: &Service) -> String {
    let context = Context { service };
    let crate_name = &service.module;
    let mut out = format!(
        "//! Writes everything as JSON and reads it back.\n\
         #![allow(warnings, clippy::all)]\n\
         use std::fmt::Debug;\n\n\
         use cloud_models_runtime as rt;\n\
         use serde_core::Serialize;\n\
         use serde_core::de::DeserializeOwned;\n\
         use {crate_name}::{{api, program}};\n\n\
         fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) -> serde_json::Value {{\n    \
             let text = serde_json::to_string(&value).unwrap();\n    \
             let back: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!(\"{{value:?}}: {{error}}: {{text}}\"));\n    \
             assert_eq!(back, value, \"{{text}}\");\n    \
             let json = serde_json::to_value(&value).unwrap();\n    \
             assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), json);\n    \
             json\n\
         }}\n\n\
         fn full<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, names: &[&str]) {{\n    \
             let json = trip(value);\n    \
             let mut found: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();\n    \
             found.sort_unstable();\n    \
             assert_eq!(found, names, \"{{}}: {{json}}\", std::any::type_name::<T>());\n\
         }}\n\n\
         fn main() {{\n"
    );
    let mut functions = String::new();
    for operation in &service.operations {
        let name = &operation.rust_name;
        let names = names(&operation.members);
        writeln!(out, "    full(program::operation_{name}(), &{names:?});").unwrap();
    }
    for item in &service.types {
        match item {
            Type::Structure(item) => {
                let (name, names) = (&item.name, names(&item.members));
                let module = if item.input {
                    "program::make"
                } else {
                    filled(&context, &mut functions, name, &item.members);
                    "fill"
                };
                writeln!(out, "    full({module}_{name}(), &{names:?});").unwrap();
                if item.output && is_complete(service, item) {
                    writeln!(out, "    trip(api::{name}::default());").unwrap();
                }
            }
            Type::Enum(item) => {
                let name = &item.name;
                let trip = format!(
                    "    for (text, value) in api::{name}::KNOWN {{\n        assert_eq!(trip(value.clone()), *text);\n    }}"
                );
                writeln!(out, "{trip}\n    trip(api::{name}::from(\"text\"));").unwrap();
            }
            Type::Union(item) => {
                for member in &item.members {
                    let (name, variant, wire) = (&item.name, &member.rust_name, &member.wire);
                    let value = exact(&context, member);
                    writeln!(
                        out,
                        "    full(api::{name}::{variant}({value}), &[{wire:?}]);"
                    )
                    .unwrap();
                }
            }
        }
    }
    format!("{out}}}\n{functions}")
}

/// Adds a function that sets all fields of a structure.
fn filled(context: &Context<'_>, out: &mut String, name: &str, members: &[Member]) {
    let mut body = String::new();
    for member in members {
        let value = exact(context, member);
        let value = if member.required || member.ty.is_container() {
            value
        } else {
            format!("Some({value})")
        };
        writeln!(body, "    value.{} = {value};", member.rust_name).unwrap();
    }
    let binding = if body.is_empty() {
        "value"
    } else {
        "mut value"
    };
    writeln!(
        out,
        "\nfn fill_{name}() -> api::{name} {{\n    let {binding} = api::{name}::default();\n{body}    value\n}}"
    )
    .unwrap();
}

/// Whether a structure can be read from its default value. That of a union has no member.
fn is_complete(service: &Service, item: &Structure) -> bool {
    let mut required = item.members.iter().filter(|member| member.required);
    required.all(|member| match &member.ty {
        Ty::Union(_) => false,
        Ty::Structure(name) => service.types.iter().all(|item| match item {
            Type::Structure(item) if item.name == *name => is_complete(service, item),
            _ => true,
        }),
        _ => true,
    })
}

fn exact(context: &Context<'_>, member: &Member) -> String {
    let value = context.exact(&member.ty);
    if member.boxed {
        format!("Box::new({value})")
    } else {
        value
    }
}

fn names(members: &[Member]) -> Vec<&str> {
    let mut names: Vec<_> = members.iter().map(|member| member.wire.as_str()).collect();
    names.sort_unstable();
    names
}
