//! A program that uses everything in a generated module: each constructor and setter in all the ways in which it can be
//! called, each field with its type, each variant, and the elements of each list. Generated from the model of one
//! version and compiled with another, it shows whether code written for the former still compiles.

use std::fmt::Write;

use generator::model::{Member, Service, Structure, Ty, Type, Union};

/// Expressions for a string argument, one for each type that can be converted into a `String`. A function of the caller
/// that is generic over `Into<String>` itself is not among them: it does not compile once the parameter is an enum, which
/// is the price of setters that accept texts.
const TEXTS: [&str; 7] = [
    "\"text\"",
    "String::from(\"text\")",
    "&String::from(\"text\")",
    "String::from(\"text\").as_mut_str()",
    "Box::<str>::from(\"text\")",
    "std::borrow::Cow::from(\"text\")",
    "'t'",
];

/// Returns the source of the program; the module under test is `crate::api`, and its crate depends on `serde_json`.
pub fn consumer(service: &Service) -> String {
    let mut out = String::from(
        "use crate::api;\n\
         use cloud_models_runtime as rt;\n\n\
         fn operation<O: rt::Operation<Output = T> + Clone + std::fmt::Debug + PartialEq, T>(_: O) {}\n\
         fn list<O: rt::Paginated<Item = T>, T>(_: O) {}\n\
         pub fn catalogued<O: rt::codegen::Catalogued>(_: O) {}\n\
         fn reply<T: Clone + std::fmt::Debug + Default + PartialEq + Send + Sync + 'static>() {}\n\
         fn clients(_: api::Client, _: api::blocking::Client, _: api::Config) {}\n",
    );
    let context = Context { service };
    for operation in &service.operations {
        let name = &operation.rust_name;
        let arguments: Vec<_> = operation
            .constructor
            .iter()
            .map(|index| &operation.members[*index])
            .collect();
        let body = context.calls(name, &arguments, &operation.members);
        let output = match &operation.output {
            Some(output) => format!("api::{output}"),
            None => "()".to_owned(),
        };
        let list = operation.paging.as_ref().map(|paging| {
            format!(
                "    list::<_, {}>(Clone::clone(&value));\n",
                context.type_name(&paging.item)
            )
        });
        let mut list = list.unwrap_or_default();
        if operation.catalog.is_some() {
            list += "    catalogued(Clone::clone(&value));\n";
        }
        writeln!(
            out,
            "\npub fn operation_{name}() -> api::{name} {{\n{body}    operation::<_, {output}>(Clone::clone(&value));\n{list}    value\n}}"
        )
        .unwrap();
        alias(&mut out, operation.renamed_from.as_ref());
    }
    for item in &service.types {
        match item {
            Type::Structure(item) => context.structure(&mut out, item),
            Type::Enum(item) => {
                let name = &item.name;
                let variants: Vec<_> = item
                    .values
                    .iter()
                    .map(|each| each.rust_name.as_str())
                    .collect();
                imports(&mut out, name, &variants);
                let arms: String = item
                    .values
                    .iter()
                    .map(|value| format!("        api::{name}::{} => 1,\n", value.rust_name))
                    .collect();
                writeln!(
                    out,
                    "\npub fn enum_{name}(value: &api::{name}) -> u32 {{\n    let _ = (value.as_str(), api::{name}::KNOWN, api::{name}::from(\"x\"));\n    match value {{\n{arms}        _ => 0,\n    }}\n}}"
                )
                .unwrap();
                alias(&mut out, item.renamed_from.as_ref());
            }
            Type::Union(item) => context.union(&mut out, item),
        }
    }
    if !service.errors.codes.is_empty() {
        let codes = service.errors.codes.iter();
        let names: Vec<_> = codes.clone().map(|code| code.rust_name.as_str()).collect();
        imports(&mut out, "ErrorCode", &names);
        let arms: String = codes
            .map(|code| format!("        api::ErrorCode::{} => 1,\n", code.rust_name))
            .collect();
        writeln!(
            out,
            "\npub fn code(value: &api::ErrorCode) -> u32 {{\n    match value {{\n{arms}        _ => 0,\n    }}\n}}"
        )
        .unwrap();
    }
    let parameters = service.endpoint.parameters.iter();
    let names: Vec<_> = parameters.map(|each| each.rust_name.as_str()).collect();
    if !names.is_empty() {
        let name = "EndpointParameter";
        imports(&mut out, name, &names);
        let calls: String = names
            .iter()
            .map(|each| format!("        .endpoint_parameter(api::{name}::{each}, \"a\")\n"))
            .collect();
        writeln!(
            out,
            "\npub fn parameters(config: api::Config) -> api::Config {{\n    config\n{calls}}}"
        )
        .unwrap();
    }
    out
}

/// Imports all variants of an enum, by name and by glob.
fn imports(out: &mut String, name: &str, variants: &[&str]) {
    let list = variants.join(", ");
    for (way, import) in [("names", format!("{{{list}}}")), ("glob", "*".to_owned())] {
        // The values of variants with a field are functions.
        let values: String = variants
            .iter()
            .map(|variant| format!("        let _ = {variant};\n"))
            .collect();
        writeln!(
            out,
            "\npub mod {way}_{name} {{\n    use crate::api::{name}::{import};\n    pub fn variants() {{\n{values}    }}\n}}"
        )
        .unwrap();
    }
}

fn alias(out: &mut String, name: Option<&String>) {
    if let Some(name) = name {
        writeln!(out, "pub fn alias_{name}(_: api::{name}) {{}}").unwrap();
    }
}

/// Expressions for values of a service.
pub(crate) struct Context<'a> {
    pub(crate) service: &'a Service,
}

impl Context<'_> {
    /// Creates a value in all possible ways, and leaves the last one in `value`.
    fn calls(&self, name: &str, arguments: &[&Member], members: &[Member]) -> String {
        let mut out = String::new();
        let ways = arguments
            .iter()
            .map(|member| self.ways(&member.ty).len())
            .max()
            .unwrap_or(1)
            .max(1);
        for way in 0..ways {
            let values: Vec<_> = arguments
                .iter()
                .map(|member| {
                    let ways = self.ways(&member.ty);
                    ways[way % ways.len()].clone()
                })
                .collect();
            // Only the last one goes on.
            let binding = if way + 1 < ways { "_" } else { "value" };
            writeln!(
                out,
                "    let {binding} = api::{name}::new({});",
                values.join(", ")
            )
            .unwrap();
        }
        for member in members.iter().filter(|member| !member.required) {
            for value in self.ways(&member.ty) {
                writeln!(out, "    let value = value.{}({value});", member.rust_name).unwrap();
            }
        }
        out
    }

    /// Returns the expressions that are accepted for a type.
    fn ways(&self, ty: &Ty) -> Vec<String> {
        match ty {
            Ty::String => TEXTS.map(str::to_owned).into(),
            Ty::Integer => vec!["1_i64".into()],
            Ty::Number => vec!["1.5_f64".into()],
            Ty::Boolean => vec!["true".into()],
            Ty::Timestamp(_) => vec![
                "\"2024-01-01T00:00:00Z\"".into(),
                "(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_715_691_912))".into(),
                "rt::Timestamp::from(\"now\")".into(),
            ],
            Ty::Enum(name) => {
                let item = self.service.types.iter().find_map(|item| match item {
                    Type::Enum(item) if item.name == *name => Some(item),
                    _ => None,
                });
                let value = &item.expect("it is there").values[0];
                let variant = format!("api::{name}::{}", value.rust_name);
                TEXTS
                    .map(str::to_owned)
                    .into_iter()
                    .chain([variant])
                    .collect()
            }
            Ty::Structure(name) => {
                let item = self.structure_of(name);
                if !item.input {
                    return vec![format!("api::{name}::default()")];
                }
                let arguments = item
                    .constructor
                    .iter()
                    .map(|index| self.ways(&item.members[*index].ty)[0].clone());
                vec![format!(
                    "api::{name}::new({})",
                    arguments.collect::<Vec<_>>().join(", ")
                )]
            }
            Ty::Union(name) => {
                let members = &self.union_of(name).members;
                let is_plain = |member: &&Member| {
                    !matches!(member.ty.innermost(), Ty::Structure(_) | Ty::Union(_))
                };
                let plain = members.iter().find(is_plain);
                let member = plain.or_else(|| members.iter().find(|member| !member.boxed));
                let member = member.expect("a member that ends");
                let value = self.exact(&member.ty);
                vec![format!("api::{name}::{}({value})", member.rust_name)]
            }
            Ty::Json => vec!["rt::Json::from(serde_json::Value::from(true))".into()],
            Ty::Bytes => vec!["vec![1_u8]".into()],
            Ty::List(element) => self
                .ways_of_element(element)
                .iter()
                .map(|value| format!("vec![{value}]"))
                .collect(),
            Ty::Map(element) => self
                .ways_of_element(element)
                .iter()
                .map(|value| format!("[(\"key\", {value})]"))
                .collect(),
        }
    }

    /// Returns the expressions that are accepted for an element of a list or map.
    fn ways_of_element(&self, ty: &Ty) -> Vec<String> {
        if ty.is_container() {
            vec![self.exact(ty)]
        } else {
            self.ways(ty)
        }
    }

    /// Returns an expression of exactly this type.
    pub(crate) fn exact(&self, ty: &Ty) -> String {
        match ty {
            Ty::String => "String::from(\"text\")".into(),
            Ty::Bytes => "rt::codegen::Bytes::from(vec![1_u8])".into(),
            Ty::Timestamp(_) => "rt::Timestamp::from(\"now\")".into(),
            Ty::Enum(name) => format!("api::{name}::from(\"text\")"),
            Ty::List(element) => format!("vec![{}]", self.exact(element)),
            Ty::Map(value) => format!(
                "std::collections::BTreeMap::from([(String::from(\"key\"), {})])",
                self.exact(value)
            ),
            ty => self.ways(ty)[0].clone(),
        }
    }

    fn union_of(&self, name: &str) -> &Union {
        let mut types = self.service.types.iter();
        let found = types.find_map(|item| match item {
            Type::Union(item) if item.name == name => Some(item),
            _ => None,
        });
        found.expect("it is there")
    }

    fn structure_of(&self, name: &str) -> &Structure {
        let mut types = self.service.types.iter();
        let found = types.find_map(|item| match item {
            Type::Structure(item) if item.name == name => Some(item),
            _ => None,
        });
        found.expect("it is there")
    }

    fn structure(&self, out: &mut String, item: &Structure) {
        let name = &item.name;
        if item.input {
            let arguments: Vec<_> = item
                .constructor
                .iter()
                .map(|index| &item.members[*index])
                .collect();
            let body = self.calls(name, &arguments, &item.members);
            writeln!(
                out,
                "\npub fn make_{name}() -> api::{name} {{\n{body}    value\n}}"
            )
            .unwrap();
        }
        if item.output {
            let mut body = format!("    reply::<api::{name}>();\n");
            for member in &item.members {
                let ty = self.member_type(member);
                let ty = if member.is_optional(item.input) {
                    format!("Option<{ty}>")
                } else {
                    ty
                };
                writeln!(body, "    let _: {ty} = value.{};", member.rust_name).unwrap();
            }
            writeln!(out, "\npub fn read_{name}(value: api::{name}) {{\n{body}}}").unwrap();
            // Structures of replies are non-exhaustive: they can be taken apart with `..`, but neither be built nor updated.
            let fields: Vec<_> = item
                .members
                .iter()
                .map(|each| each.rust_name.as_str())
                .collect();
            let (pattern, values) = (
                fields
                    .iter()
                    .map(|name| format!("{name}, "))
                    .collect::<String>(),
                fields.join(", "),
            );
            writeln!(
                out,
                "\npub fn take_{name}(value: api::{name}) {{\n    let api::{name} {{ {pattern}.. }} = value;\n    let _ = ({values});\n}}"
            )
            .unwrap();
        }
        alias(out, item.renamed_from.as_ref());
    }

    fn union(&self, out: &mut String, item: &Union) {
        let name = &item.name;
        let variants: Vec<_> = item
            .members
            .iter()
            .map(|each| each.rust_name.as_str())
            .collect();
        imports(out, name, &variants);
        let mut arms = String::new();
        for member in &item.members {
            let (variant, ty) = (&member.rust_name, self.member_type(member));
            writeln!(
                arms,
                "        api::{name}::{variant}(value) => {{\n            let _: {ty} = value;\n            1\n        }}"
            )
            .unwrap();
        }
        writeln!(
            out,
            "\npub fn union_{name}(value: api::{name}) -> u32 {{\n    match value {{\n{arms}        _ => 0,\n    }}\n}}"
        )
        .unwrap();
        alias(out, item.renamed_from.as_ref());
    }

    fn member_type(&self, member: &Member) -> String {
        let ty = self.type_name(&member.ty);
        if member.boxed {
            format!("Box<{ty}>")
        } else {
            ty
        }
    }

    fn type_name(&self, ty: &Ty) -> String {
        match ty {
            Ty::String => "String".into(),
            Ty::Integer => "i64".into(),
            Ty::Number => "f64".into(),
            Ty::Boolean => "bool".into(),
            Ty::Timestamp(_) => "rt::Timestamp".into(),
            Ty::Json => "rt::Json".into(),
            Ty::Bytes => "rt::codegen::Bytes".into(),
            Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => format!("api::{name}"),
            Ty::List(element) => format!("Vec<{}>", self.type_name(element)),
            Ty::Map(value) => format!(
                "std::collections::BTreeMap<String, {}>",
                self.type_name(value)
            ),
        }
    }
}
