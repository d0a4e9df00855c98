//! [`Problem`], a fault in a value as serde reports it, with its details as data instead of a sentence.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use super::advice::{self, Advice};
use super::tree::Node;
use crate::diagnostics::{Diagnostic, Fault, meant};

/// A fault that serde found in a value.
#[derive(Debug)]
pub(super) enum Problem {
    /// An unknown key, with the keys that the structure has.
    UnknownKey(&'static [&'static str]),
    MissingKey(String),
    /// An unknown word, with the words that the enum has.
    UnknownWord(String, &'static [&'static str]),
    /// A value of the wrong kind.
    Kind {
        wanted: Wanted,
        found: Found,
    },
    /// A number that is too large for its type.
    TooLarge,
    /// Any other fault, with the message of the type that rejected the value.
    Other(String),
}

/// The kind of value that a type expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    Boolean,
    WholeNumber,
    Number,
    List,
    Map,
    /// A description by the type itself.
    Of(String),
}

/// The value that was found instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    List,
    Map,
    /// A description that includes the value.
    Scalar(String),
}

impl Problem {
    /// Returns a sentence that describes the fault at a node, and a help text that uses what is written there.
    pub(super) fn at_node(&self, key: &str, node: &Node) -> (String, Advice) {
        let (message, help) = self.in_words(key);
        let text = node.text().unwrap_or_default();
        let better = match self {
            Self::Kind { wanted, .. } => advice::for_kind(wanted, key, node),
            Self::Other(_) => advice::for_form(key, text),
            _ => None,
        };
        // Numbers are shown as they are written: YAML takes 1.10 for 1.1.
        let message = match self {
            Self::Kind {
                wanted,
                found: Found::Scalar(_),
            } if node.is_plain() => {
                format!(
                    "{} is expected here, not `{text}`",
                    wanted.in_words(&Found::Nothing, key).0
                )
            }
            _ => message,
        };
        (message, better.unwrap_or_else(|| Advice::say(help)))
    }

    /// Returns a sentence that describes the fault, and a help text. `key` is the key of the value.
    pub(super) fn in_words(&self, key: &str) -> (String, &'static str) {
        match self {
            Self::Kind { wanted, found } => {
                let (wanted, help) = wanted.in_words(found, key);
                (format!("{wanted} is expected here, not {found}"), help)
            }
            Self::TooLarge => ("the number is too large".to_owned(), "write one that fits"),
            Self::Other(problem) if key == "type" => (
                problem.clone(),
                "string, integer, number, boolean, timestamp, json, bytes, a type under `types:`, or `list of` or `map of` any \
                 of them",
            ),
            problem => (problem.to_string(), "write it in that form"),
        }
    }
}

impl Wanted {
    fn in_words<'w>(&'w self, found: &Found, key: &str) -> (&'w str, &'static str) {
        match self {
            Self::Text if matches!(key, "range" | "length" | "count") => {
                ("text", "write it as Rust does: `1..=200`, `1..` or `..=64`")
            }
            Self::Text if key == "only_status" => {
                ("text", "write a range as Rust does: `400..` or `400..=499`")
            }
            Self::Text if key == "response" => {
                ("text", "name a structure under `types:`, or write `none`")
            }
            Self::Text if matches!(found, Found::List | Found::Map) => ("text", "write one text"),
            Self::Text => ("text", "quote it if it is meant as text"),
            Self::Boolean => ("`true` or `false`", "write one of the two, without quotes"),
            Self::WholeNumber => (
                "a whole number",
                "write it with digits alone, without quotes",
            ),
            Self::Number => ("a number", "write it with digits, without quotes"),
            Self::List => (
                "a list",
                "write it as `[a, b]`, or each element behind a `-`",
            ),
            Self::Map => ("a map", "write keys with values below it, indented by two"),
            Self::Of(wanted) => (wanted, "write one value"),
        }
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Scalar(text) => text,
        })
    }
}

/// Formats problems that are not turned into a finding in another way.
impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey(_) => f.write_str("there is no such key here"),
            Self::MissingKey(key) => write!(f, "`{key}` is missing here"),
            Self::UnknownWord(word, _) => write!(f, "`{word}` is not known here"),
            Self::Kind { .. } | Self::TooLarge => f.write_str(&self.in_words("").0),
            Self::Other(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Problem {}

impl Error for Problem {
    fn custom<T: Display>(problem: T) -> Self {
        Self::Other(problem.to_string())
    }

    /// For types that accept several kinds of values; [`FromValue`](super::from_value::FromValue) handles all others.
    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::Kind {
            wanted: Wanted::Of(wanted.to_string()),
            found: match found {
                Unexpected::Unit | Unexpected::Option => Found::Nothing,
                Unexpected::Seq => Found::List,
                Unexpected::Map => Found::Map,
                found => Found::Scalar(format!("the {found}")),
            },
        }
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        match found {
            Unexpected::Signed(..0) => {
                Self::Other("a negative number does not fit here".to_owned())
            }
            Unexpected::Signed(_) | Unexpected::Unsigned(_) => Self::TooLarge,
            found => Self::invalid_type(found, wanted),
        }
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownWord(word.to_owned(), known)
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownKey(known)
    }

    fn missing_field(key: &'static str) -> Self {
        Self::MissingKey(key.to_owned())
    }
}

/// Adds a help text that suggests the intended name, or lists all possible ones.
pub(super) fn suggest(diagnostic: Fault, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match meant(name, known.iter().copied()) {
        Some(near) if name == "header" && near == "token" => {
            diagnostic.help("did you mean `token`? `header:` names the header that it is sent in")
        }
        Some(near) => diagnostic.did_you_mean(name, near),
        None => diagnostic.help(format!("{what} are {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::super::from_value::FromValue;
    use super::super::{Auth, ErrorCode, Field};
    use super::*;

    fn problem<T: DeserializeOwned>(text: &str) -> Problem {
        let value = serde_yaml::from_str(text).unwrap();
        T::deserialize(FromValue(&value)).map(drop).unwrap_err()
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
        #[serde(default, rename = "small")]
        _small: u8,
    }

    #[test]
    fn values_of_another_kind_are_described() {
        let rows = [
            (
                problem::<Words>("text: [5]"),
                "text is expected here, not the integer `5`",
            ),
            (
                problem::<Words>("text: [[a]]"),
                "text is expected here, not a list",
            ),
            (
                problem::<Words>("text: a"),
                "a list is expected here, not the text \"a\"",
            ),
            (
                problem::<Words>("flag: yes"),
                "`true` or `false` is expected here, not the text \"yes\"",
            ),
            (
                problem::<Words>("flag: 1.5"),
                "`true` or `false` is expected here, not the floating point `1.5`",
            ),
            (
                problem::<Words>("map: [a]"),
                "a map is expected here, not a list",
            ),
            (problem::<Words>("small: 256"), "the number is too large"),
            (
                problem::<Words>("small: -1"),
                "a negative number does not fit here",
            ),
            (
                problem::<ErrorCode>("status: abc"),
                "a whole number is expected here, not the text \"abc\"",
            ),
            (
                problem::<ErrorCode>("status: 1.5"),
                "a whole number is expected here, not the floating point `1.5`",
            ),
            (
                problem::<ErrorCode>("[a, {b: c}]"),
                "a map is expected here, not a list",
            ),
            (
                problem::<Field>("type: string\ndefault: [a]"),
                "text, a number, `true` or `false` is expected here, not a list",
            ),
            (
                problem::<Auth>("scheme: [a]"),
                "text is expected here, not a list",
            ),
        ];
        for (problem, expected) in rows {
            assert_eq!(problem.in_words("").0, expected);
        }
    }

    #[test]
    fn keys_and_words_come_with_those_that_are_known() {
        let known = ["text", "flag", "map", "small"];
        assert!(matches!(problem::<Words>("txt: [a]"), Problem::UnknownKey(keys) if keys == known));
        let Problem::UnknownWord(word, known) = problem::<Auth>("scheme: bearr") else {
            panic!("the word is not known");
        };
        assert_eq!(word, "bearr");
        assert!(known.contains(&"bearer"));
        assert!(
            matches!(problem::<Auth>("service: a"), Problem::MissingKey(key) if key == "scheme")
        );
    }
}
