//! Conversion of wire names to Rust names, and detection of invalid ones.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Returns the name of a field or parameter: `creationTimeBefore` becomes `creation_time_before`.
pub(crate) fn member(wire: &str) -> String {
    wire.to_snake_case()
}

/// Returns the name of an enum variant: `FINE_TUNING` becomes `FineTuning`.
pub(crate) fn variant(wire: &str) -> String {
    wire.to_upper_camel_case()
}

/// Returns the name of an error code's variant: like that of an enum value, but without the suffix that AWS adds to all
/// of them.
pub(crate) fn error_code(wire: &str) -> String {
    let name = variant(wire);
    match name.strip_suffix("Exception") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name,
    }
}

/// Returns the type that represents the service: module `aws_bedrock` becomes `AwsBedrock`.
pub(crate) fn marker(module: &str) -> String {
    module.to_upper_camel_case()
}

/// Returns the cargo feature of a service: module `aws_bedrock` has the feature `aws-bedrock`.
pub(crate) fn feature(module: &str) -> String {
    module.replace('_', "-")
}

/// Returns whether a name is in the case that the compiler expects of types.
pub(crate) fn is_type_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_')
}

/// Returns whether a name is in the case that the compiler expects of fields and functions.
pub(crate) fn is_member_case(name: &str) -> bool {
    !name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains("__")
}

/// Reason why a name cannot be used in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Contains no letters, starts with a digit, or contains letters that the compiler warns about.
    NoIdentifier,
    /// A Rust keyword.
    Keyword,
    /// A name that generated code itself uses.
    Taken,
    /// A reserved file name on Windows.
    Device,
}

/// Kind of item that a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Type,
    Member,
    Variant,
    Module,
}

/// Checks whether a Rust name can be used for a kind of item.
pub(crate) fn check(name: &str, role: Role) -> Result<(), Unfit> {
    let mut letters = name.trim_start_matches('_').chars();
    let fits = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with('_')
        && name.len() <= MAX_LENGTH;
    if !fits {
        return Err(Unfit::NoIdentifier);
    }
    if KEYWORDS.contains(&name) {
        return Err(Unfit::Keyword);
    }
    if role == Role::Module && is_device(name) {
        return Err(Unfit::Device);
    }
    let taken = match role {
        Role::Type => TAKEN_TYPES.contains(&name),
        Role::Member => TAKEN_MEMBERS.contains(&name),
        Role::Variant => ["Unknown", "KNOWN"].contains(&name),
        Role::Module => TAKEN_MODULES.contains(&name),
    };
    if taken { Err(Unfit::Taken) } else { Ok(()) }
}

/// Returns whether Windows treats a file of this name as a device, regardless of its extension.
fn is_device(name: &str) -> bool {
    let port = name.strip_prefix("com").or(name.strip_prefix("lpt"));
    match port {
        Some(number) => number.len() == 1 && number.starts_with(|c: char| c.is_ascii_digit()),
        None => ["aux", "con", "nul", "prn"].contains(&name),
    }
}

/// Maximum length of a name in characters.
pub(crate) const MAX_LENGTH: usize = 64;

/// Keywords of edition 2024: strict, reserved and weak ones.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// `new`, and method names of operators, which clippy reserves for the traits.
const TAKEN_MEMBERS: &[&str] = &[
    "new", "add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub",
];

/// Crates, files and re-exports of the generated crate, and cargo features that do not represent a service.
const TAKEN_MODULES: &[&str] = &[
    "alloc",
    "approvals",
    "aws",
    "aws_credentials",
    "blocking",
    "catalog",
    "build",
    "bytes",
    "cloud_models_runtime",
    "core",
    "default",
    "http",
    "hyper",
    "lib",
    "main",
    "patterns",
    "reqwest",
    "rt",
    "sign",
    "std",
    "test",
    "tracing",
    "transport",
    "ureq",
];

/// Names that generated code uses or defines.
const TAKEN_TYPES: &[&str] = &[
    "Box",
    "Clone",
    "Config",
    "Client",
    "Debug",
    "Default",
    "Eq",
    "Err",
    "Error",
    "ErrorCode",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Item",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Output",
    "PartialEq",
    "Result",
    "Service",
    "Some",
    "String",
    "Timestamp",
    "ToString",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_rust_names() {
        assert_eq!(member("creationTimeBefore"), "creation_time_before");
        assert_eq!(member("HyperParameters"), "hyper_parameters");
        assert_eq!(member("cap_white_list"), "cap_white_list");
        assert_eq!(variant("FINE_TUNING"), "FineTuning");
        assert_eq!(variant("DPOLoRA"), "DpoLoRa");
        assert_eq!(variant("Duplicate.Tags.Key"), "DuplicateTagsKey");
        assert_eq!(error_code("AccessDeniedException"), "AccessDenied");
        assert_eq!(error_code("Exception"), "Exception");
        assert_eq!(marker("aws_bedrock"), "AwsBedrock");
        assert_eq!(feature("aws_bedrock"), "aws-bedrock");
    }

    #[test]
    fn names_that_cannot_be_rust_are_told_apart() {
        for name in ["", "_", "__", "2fast", "模型", "a b", "_x", &"a".repeat(65)] {
            assert_eq!(
                check(name, Role::Member),
                Err(Unfit::NoIdentifier),
                "{name:?}"
            );
        }
        for name in ["self", "type", "gen", "crate", "async", "union"] {
            assert_eq!(check(name, Role::Member), Err(Unfit::Keyword), "{name:?}");
        }
        assert_eq!(check("Self", Role::Variant), Err(Unfit::Keyword));
        assert_eq!(check("Unknown", Role::Variant), Err(Unfit::Taken));
        assert_eq!(check("Option", Role::Type), Err(Unfit::Taken));
        assert_eq!(check("new", Role::Member), Err(Unfit::Taken));
        assert_eq!(check("model_arn", Role::Member), Ok(()));
        for name in ["aux", "con", "nul", "prn", "com1", "lpt9"] {
            assert_eq!(check(name, Role::Module), Err(Unfit::Device), "{name}");
            assert_eq!(check(name, Role::Member), Ok(()), "{name}");
        }
        assert_eq!(check("com10", Role::Module), Ok(()));
    }
}
