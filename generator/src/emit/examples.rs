//! Example in the documentation of an operation. It is written from the model alone: text of a spec never becomes code.

use super::api::ty as type_name;
use crate::model::{Operation, Service, Ty, Type};

/// Variables that an example declares.
const LOCALS: [&str; 5] = ["client", "item", "items", "operation", "reply"];

/// Returns the lines of an example: a client, and the operation sent with it.
pub(super) fn example(service: &Service, operation: &Operation) -> Vec<String> {
    let Operation { rust_name, .. } = operation;
    let module = format!("cloud_models::{}", service.module);
    let mut names = vec!["Client".to_owned(), rust_name.clone()];
    let mut parameters = Vec::new();
    let members = operation.constructor.iter();
    let members = members.filter_map(|index| operation.members.get(*index));
    let members: Vec<_> = members.collect();
    let is_member = |name: &str| members.iter().any(|member| member.rust_name == name);
    let arguments: Vec<_> = members
        .iter()
        .map(
            |member| match literal(service, &member.ty, &member.rust_name) {
                Some(Literal { text, import }) => {
                    names.extend(import.filter(|name| !names.contains(name)));
                    text
                }
                None => {
                    let mut name = member.rust_name.clone();
                    while LOCALS.contains(&name.as_str())
                        || name != member.rust_name && is_member(&name)
                    {
                        name.push_str("_value");
                    }
                    parameters.push(format!("{name}: {}", qualified(&member.ty, &module)));
                    name
                }
            },
        )
        .collect();
    names.sort();
    let mut lines = vec![
        "# Example".to_owned(),
        String::new(),
        "```rust".to_owned(),
        format!("use {module}::{{{}}};", names.join(", ")),
        format!(
            "# async fn example({}) -> cloud_models::Result<()> {{",
            parameters.join(", ")
        ),
        "let client = Client::from_env()?;".to_owned(),
    ];
    let call = format!("{rust_name}::new({})", arguments.join(", "));
    // A line that is too long is split where rustfmt would split it.
    let (given, call) = match call.len() > 60 && !arguments.is_empty() {
        true => {
            let mut given = vec![format!("let operation = {rust_name}::new(")];
            given.extend(arguments.iter().map(|argument| format!("    {argument},")));
            given.push(");".to_owned());
            (given, "operation".to_owned())
        }
        false => (Vec::new(), call),
    };
    lines.extend(given);
    match (&operation.paging, &operation.output) {
        (Some(_), _) => lines.extend([
            format!("let mut items = client.items({call});"),
            "while let Some(item) = items.next().await {".to_owned(),
            "    println!(\"{:?}\", item?);".to_owned(),
            "}".to_owned(),
        ]),
        (None, Some(_)) => lines.extend([
            format!("let reply = client.send({call}).await?;"),
            "println!(\"{reply:?}\");".to_owned(),
        ]),
        (None, None) => lines.push(format!("client.send({call}).await?;")),
    }
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// An argument that can be written down.
struct Literal {
    text: String,
    /// Name of the type to import.
    import: Option<String>,
}

/// Returns an argument of a type, or `None` if the example takes it as a parameter. The text of a string is the name of
/// the parameter.
fn literal(service: &Service, ty: &Ty, name: &str) -> Option<Literal> {
    let plain = |text: String| Literal { text, import: None };
    Some(match ty {
        Ty::String => plain(format!("{:?}", name)),
        Ty::Integer => plain("1".to_owned()),
        Ty::Number => plain("0.5".to_owned()),
        Ty::Boolean => plain("true".to_owned()),
        Ty::Enum(name) => Literal {
            text: format!("{name}::{}", first_value(service, name)?),
            import: Some(name.clone()),
        },
        Ty::List(element) if !element.is_container() => {
            let Literal { text, import } = literal(service, element, name)?;
            let text = format!("[{text}]");
            Literal { text, import }
        }
        _ => return None,
    })
}

fn first_value<'s>(service: &'s Service, name: &str) -> Option<&'s str> {
    let item = service.types.iter().find_map(|item| match item {
        Type::Enum(item) if item.name == name => Some(item),
        _ => None,
    })?;
    let usable = |value: &&crate::model::Value| value.deprecated.is_none();
    Some(&item.values.iter().find(usable)?.rust_name)
}

/// Returns a type with the paths of its parts.
fn qualified(ty: &Ty, module: &str) -> String {
    match ty {
        Ty::Structure(name) | Ty::Union(name) | Ty::Enum(name) => format!("{module}::{name}"),
        Ty::List(element) => format!("Vec<{}>", qualified(element, module)),
        Ty::Map(value) => format!(
            "std::collections::BTreeMap<String, {}>",
            qualified(value, module)
        ),
        Ty::Timestamp(_) | Ty::Json => format!("cloud_models::{}", type_name(ty)),
        Ty::Bytes => "cloud_models::bytes::Bytes".to_owned(),
        Ty::String | Ty::Integer | Ty::Number | Ty::Boolean => type_name(ty),
    }
}
