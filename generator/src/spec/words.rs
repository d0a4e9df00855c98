//! From what serde says to what people understand.
//!
//! serde's messages are part of no contract, so what is not known here is passed on as it is; the tests hold those that are.

use crate::diagnostics::{Diagnostic, Fault, meant};

/// What serde says, without its words for Rust, and what to do. The text of the spec in it stays as it is.
pub(super) fn in_plain_words(problem: &str, key: &str) -> (String, &'static str) {
    if problem.contains("untagged enum Scalar") {
        let message = "text, a number, `true` or `false` is expected here";
        return (message.to_owned(), "write one value");
    }
    if problem.starts_with("invalid value: integer") {
        return ("the number is too large".to_owned(), "write one that fits");
    }
    let Some((found, expected)) = problem
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        let help = match key {
            "type" => {
                "string, integer, number, boolean, timestamp, a type under `types:`, or `list of` one; there are no maps and no lists of lists"
            }
            _ => "write it in that form",
        };
        return (problem.to_owned(), help);
    };
    let (kind, text) = match found.split_once(' ') {
        Some((kind, text)) => (kind, format!(" {text}")),
        None => (found, String::new()),
    };
    let found = match kind {
        "unit" => "nothing".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "a map".to_owned(),
        "string" => format!("the text{text}"),
        kind => format!("the {kind}{text}"),
    };
    let is_number =
        expected.starts_with(['u', 'i']) && expected.ends_with(|c: char| c.is_ascii_digit());
    let (expected, help) = match expected {
        "a string" if matches!(key, "range" | "length" | "count") => {
            ("text", "write it as Rust does: `1..=200`, `1..` or `..=64`")
        }
        "a string" if key == "response" => ("text", "name a structure under `types:`"),
        "a string" if matches!(kind, "sequence" | "map") => ("text", "write one text"),
        "a string" => ("text", "quote it if it is meant as text"),
        "a sequence" => (
            "a list",
            "write it as `[a, b]`, or each element behind a `-`",
        ),
        "a boolean" => ("`true` or `false`", "write one of the two, without quotes"),
        _ if is_number => (
            "a whole number",
            "write it with digits alone, without quotes",
        ),
        structure if structure.starts_with("struct ") || structure == "a map" => {
            ("a map", "write keys with values below it, indented by two")
        }
        other => (other, "write it in that form"),
    };
    (format!("{expected} is expected here, not {found}"), help)
}

/// Adds the name that was probably meant, or all that could have been.
pub(super) fn suggest(diagnostic: Fault, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match meant(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("{what} are {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::super::{Auth, ErrorCode, Field};
    use super::*;

    /// What serde says about a text.
    fn said<T: DeserializeOwned>(text: &str) -> String {
        let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        T::deserialize(value).map(drop).unwrap_err().to_string()
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Words {
        #[serde(default, rename = "text")]
        _text: Vec<String>,
        #[serde(default, rename = "flag")]
        _flag: bool,
        #[serde(default, rename = "map")]
        _map: std::collections::BTreeMap<String, String>,
    }

    /// The sentences of serde that are translated are those that it says.
    #[test]
    fn what_serde_says_is_known() {
        let rows = [
            (
                said::<Words>("text: [5]"),
                "text is expected here, not the integer `5`",
            ),
            (
                said::<Words>("text: [[a]]"),
                "text is expected here, not a list",
            ),
            (
                said::<Words>("text: a"),
                "a list is expected here, not the text \"a\"",
            ),
            (
                said::<Words>("flag: yes"),
                "`true` or `false` is expected here, not the text \"yes\"",
            ),
            (
                said::<Words>("map: [a]"),
                "a map is expected here, not a list",
            ),
            (
                said::<ErrorCode>("status: abc"),
                "a whole number is expected here, not the text \"abc\"",
            ),
            (
                said::<ErrorCode>("[a, {b: c}]"),
                "a map is expected here, not a list",
            ),
            (
                said::<Field>("type: string\ndefault: [a]"),
                "text, a number, `true` or `false` is expected here",
            ),
        ];
        for (said, expected) in rows {
            assert_eq!(in_plain_words(&said, "").0, expected, "{said}");
        }
        assert!(
            said::<Words>("txt: [a]")
                .starts_with("unknown field `txt`, expected one of `text`, `flag`")
        );
        assert!(
            said::<Auth>("scheme: bearr")
                .starts_with("unknown variant `bearr`, expected one of `aws-sigv4`, ")
        );
        assert_eq!(said::<Auth>("service: a"), "missing field `scheme`");
    }
}
