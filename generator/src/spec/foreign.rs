//! Types and ranges in the notations of other languages, and what they are called here.

use super::advice::Advice;

/// Returns how a type in the notation of another language is written here, or advice if it has no equivalent.
pub(crate) fn type_advice(name: &str) -> Option<Advice> {
    /// No type that somebody wrote is longer. Bounds the recursion.
    const MOST: usize = 200;
    if name.len() > MOST {
        return None;
    }
    if let Some(ty) = translated(name.trim()) {
        return Some(Advice::write(ty, ""));
    }
    let lower = name.trim().to_lowercase();
    let help = match lower.strip_suffix(" of").unwrap_or(&lower) {
        "object" | "struct" => {
            "write a structure under `types:`, `map of` and the type of its values, or `json` for anything"
        }
        "map" | "dict" | "hash" | "hashmap" => {
            "write `map of` and the type of its values; keys are strings"
        }
        "oneof" | "anyof" | "union" => "write a union under `types:`, and name it here",
        "none" | "null" | "void" => "leave it out: it has no value",
        "array" | "list" | "vec" => "write `list of` and the type of an element",
        "enum" => "write an enum under `types:`, and name it here",
        _ => return None,
    };
    Some(Advice::say(help))
}

/// Returns the type in the notation of specs, if it is in another one.
fn translated(name: &str) -> Option<String> {
    let inner = |text: &str| {
        let text = text.trim();
        // A name may be one of this language already.
        translated(text).or_else(|| is_name(text).then(|| text.to_owned()))
    };
    let lower = name.to_lowercase();
    if let Some(element) = name.strip_suffix("[]") {
        return Some(format!("list of {}", inner(element)?));
    }
    if let Some(element) = name.strip_suffix('?') {
        return inner(element);
    }
    for (start, container) in [
        ("list of ", "list of "),
        ("array of ", "list of "),
        ("lists of ", "list of "),
        ("arrays of ", "list of "),
        ("set of ", "list of "),
        ("list ", "list of "),
        ("array ", "list of "),
        ("map of ", "map of "),
        ("maps of ", "map of "),
        ("dict of ", "map of "),
        ("map to ", "map of "),
        ("map ", "map of "),
    ] {
        if lower.starts_with(start) {
            let rest = name.get(start.len()..)?.trim();
            if rest == "of" {
                return None;
            }
            let rest = match container {
                "map of " => rest.strip_prefix("string to ").unwrap_or(rest),
                _ => rest,
            };
            let ty = format!("{container}{}", inner(rest)?);
            return (ty != name).then_some(ty);
        }
    }
    for (open, close) in [('<', '>'), ('[', ']'), ('(', ')')] {
        let Some((outer, rest)) = name.split_once(open) else {
            continue;
        };
        let argument = rest.strip_suffix(close)?;
        return match outer.trim().to_lowercase().as_str() {
            "" | "list" | "array" | "vec" | "sequence" | "set" | "seq" | "iterable"
            | "collection" => Some(format!("list of {}", inner(argument)?)),
            "map" | "dict" | "record" | "hashmap" | "dictionary" | "btreemap" => {
                let value = argument
                    .split_once(',')
                    .map_or(argument, |(_, value)| value);
                Some(format!("map of {}", inner(value)?))
            }
            "option" | "optional" | "nullable" | "maybe" => inner(argument),
            _ => None,
        };
    }
    let here = match lower.as_str() {
        "int" | "int32" | "int64" | "i32" | "i64" | "u32" | "u64" | "long" | "short"
        | "integers" => "integer",
        "float" | "double" | "decimal" | "f32" | "f64" | "numeric" => "number",
        "bool" => "boolean",
        "str" | "text" | "uuid" | "uri" | "url" | "char" | "varchar" => "string",
        "datetime" | "date-time" | "date_time" | "date" | "time" | "instant" => "timestamp",
        "any" | "value" | "jsonvalue" | "document" => "json",
        "binary" | "blob" | "byte" | "base64" => "bytes",
        // The built-in types in another case.
        "string" | "integer" | "number" | "boolean" | "timestamp" | "json" | "bytes"
            if lower != name =>
        {
            return Some(lower);
        }
        _ => return None,
    };
    Some(here.to_owned())
}

fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty() && text.chars().all(fits)
}

/// Whether a text has characters that no name of a type has, as in the notations of other languages.
pub(crate) fn has_foreign_signs(name: &str) -> bool {
    name.contains(|c: char| "<>[](){}?,|*&".contains(c))
}

/// Returns how a range in another notation is written here.
pub(crate) fn range_advice(text: &str) -> Option<Advice> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let numbers: Vec<&str> = parts
        .flat_map(|part| part.split(".."))
        .map(|number| number.trim_matches('.'))
        .filter(|number| !number.is_empty())
        .collect();
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    match numbers.as_slice() {
        [max] if has(&["<", "max", "up to", "at most"]) || text.starts_with("..") => {
            Some(Advice::write(format!("..={max}"), ""))
        }
        [min] if has(&[">", "min", "at least", "+", "from"]) => {
            Some(Advice::write(format!("{min}.."), ""))
        }
        [number] => Some(Advice::say(format!(
            "write `..={number}` for at most {number}, `{number}..` for at least {number}, `{number}..={number}` for exactly \
             {number}"
        ))),
        [min, max] => Some(Advice::write(
            format!("{min}..={max}"),
            ", with both ends included",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_other_languages_are_translated() {
        for (foreign, here) in [
            ("list<Model>", "list of Model"),
            ("List<String>", "list of string"),
            ("[Model]", "list of Model"),
            ("Model[][]", "list of list of Model"),
            ("array of Model", "list of Model"),
            ("List of Model", "list of Model"),
            ("map<string, list<int>>", "map of list of integer"),
            ("dict[str, Model]", "map of Model"),
            ("Map<String,String>", "map of string"),
            ("Optional<Model>", "Model"),
            ("list Model", "list of Model"),
            ("String", "string"),
            ("map of array of Model", "map of list of Model"),
            ("list of list<Model>", "list of list of Model"),
            ("map of [Model]", "map of list of Model"),
        ] {
            assert_eq!(translated(foreign).as_deref(), Some(here), "{foreign}");
        }
        for own in [
            "Model",
            "list of Model",
            "map of list of string",
            "string",
            "Page<Model>",
            "map of",
            "list of",
            "",
        ] {
            assert_eq!(translated(own), None, "{own}");
        }
    }

    #[test]
    fn ranges_of_other_languages_are_translated() {
        for (foreign, here) in [
            ("1-100", "write `1..=100`, with both ends included"),
            ("1..100", "write `1..=100`, with both ends included"),
            ("1 to 100", "write `1..=100`, with both ends included"),
            ("[0.5, 1]", "write `0.5..=1`, with both ends included"),
            ("<= 64", "write `..=64`"),
            ("..64", "write `..=64`"),
            (">= 1", "write `1..`"),
        ] {
            let advice = range_advice(foreign).unwrap();
            assert_eq!(advice.help, here, "{foreign}");
            assert!(advice.instead.is_some(), "{foreign}");
        }
        // Nobody knows which end a single number is.
        assert_eq!(range_advice("5").and_then(|advice| advice.instead), None);
        assert_eq!(range_advice("many"), None);
    }
}
