//! Which values can travel where, and how: the one table that the checks and lowering use.

use super::{Container, Field, ListStyle, Location, Spec, TypeKind};

/// How the value of a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Travel {
    /// As one text.
    Text,
    /// As a list with a text for each element: `a=1&a=2`.
    Repeated,
    /// As a list in one text, with commas between: `a=1,2`.
    Csv,
    /// As a map in the query, with a pair for each value of an entry.
    Pairs,
    /// As a map of headers, with one for each entry.
    Headers,
    /// As JSON.
    Json,
    /// As the bytes that it consists of.
    Raw,
}

impl Travel {
    /// Returns the type of a payload, unless the spec has another.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Raw => "application/octet-stream",
            Self::Text => "text/plain; charset=utf-8",
            _ => "application/json",
        }
    }
}

/// Why a value cannot travel at a location.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What it is: `a map`.
    pub(crate) what: String,
    /// What to do instead.
    pub(crate) help: &'static str,
}

/// What a value is, inside of its lists and maps.
#[derive(Clone, Copy, PartialEq)]
enum Innermost {
    /// An integer, a number or a boolean.
    Simple,
    /// A string or an enum.
    Text,
    Timestamp,
    Bytes,
    Json,
    Structure,
    Union,
}

impl Spec<'_> {
    /// Returns how a parameter travels at a location. A type that does not exist has another finding, and can be anywhere.
    pub(crate) fn travel(&self, location: Location, field: &Field) -> Result<Travel, Refusal> {
        use Container::{List, Map};
        use Innermost::{Bytes, Json, Simple, Structure, Text, Timestamp, Union};
        use Location::{Body, Header, Path, Payload, Query};

        let name = field.ty.name.as_str();
        let innermost = self.innermost(name);
        let containers = field.ty.containers.as_slice();
        let is_string = name == "string";
        let travel = match (location, containers, innermost) {
            (Body, _, _) => Travel::Json,
            (Path | Query | Header, [], Simple | Text | Timestamp) => Travel::Text,
            (Query | Header, [], Bytes) => Travel::Text,
            (Query, [List], Simple | Text | Timestamp) => match field.list_style {
                Some(ListStyle::Csv) => Travel::Csv,
                Some(ListStyle::Repeated) | None => Travel::Repeated,
            },
            (Header, [List], Simple | Text | Timestamp) => Travel::Csv,
            (Query, [Map] | [Map, List], Text) if is_string => Travel::Pairs,
            (Header, [Map], Text) if is_string && field.prefix => Travel::Headers,
            (Payload, [], Text) => Travel::Text,
            (Payload, [], Bytes) => Travel::Raw,
            (Payload, [], Json | Structure | Union) => Travel::Json,
            _ => {
                let what = match (containers, innermost) {
                    ([], Simple) => format!("a value of type `{name}`"),
                    ([], Text) => "a text".to_owned(),
                    ([], Timestamp) => "a timestamp".to_owned(),
                    ([], Bytes) => "a value of type `bytes`".to_owned(),
                    ([], Json) => "free JSON".to_owned(),
                    ([], Structure) => format!("the structure `{name}`"),
                    ([], Union) => format!("the union `{name}`"),
                    _ => format!("a `{}`", field.ty),
                };
                let help = match (location, containers, innermost) {
                    (Header, [Map], Text) if is_string => {
                        "add `prefix: true` if each entry is a header whose name begins like this one"
                    }
                    (Header, [Map, ..], _) => "a map of headers is a `map of string`",
                    (Query, [Map, ..], _) => {
                        "a map in the query is a `map of string` or a `map of list of string`"
                    }
                    (Path, [List], _) => "take `list of` from its type, or send it in the query",
                    (Payload, ..) => {
                        "a payload is a string, an enum, `bytes`, `json`, a structure or a union; send others under `body:`"
                    }
                    (_, [], Structure) => "send it under `body:`, or its fields one by one",
                    _ => "send it under `body:`",
                };
                return Err(Refusal { what, help });
            }
        };
        Ok(travel)
    }

    fn innermost(&self, name: &str) -> Innermost {
        match name {
            "string" => Innermost::Text,
            "timestamp" => Innermost::Timestamp,
            "bytes" => Innermost::Bytes,
            "json" => Innermost::Json,
            _ => match self.named_type(name).map(|ty| &ty.kind) {
                Some(TypeKind::Structure(_)) => Innermost::Structure,
                Some(TypeKind::Union(_)) => Innermost::Union,
                Some(TypeKind::Enum(_) | TypeKind::Broken) => Innermost::Text,
                None => Innermost::Simple,
            },
        }
    }
}
