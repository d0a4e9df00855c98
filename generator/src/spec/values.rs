//! Values of a spec that are written as one word or line.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};

/// Deserializes a text with a function like `FromStr::from_str`, whose error states what was expected.
pub(super) fn from_text<'de, D, T>(
    deserializer: D,
    parse: impl Fn(&str) -> Option<T>,
    expected: &str,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| not(&text, expected))
}

fn not<E: de::Error>(text: &str, expected: &str) -> E {
    E::custom(format_args!("`{text}` is not {expected}"))
}

/// A range in Rust notation with a start, an end or both: `1..=100`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    /// Whether both ends fit into 64 bits. An end that does not is replaced with the nearest value that does.
    pub(crate) fit: bool,
}

impl Bounds {
    /// Whether no number lies within the range.
    pub(crate) fn is_empty(&self) -> bool {
        self.min.zip(self.max).is_some_and(|(min, max)| min > max)
    }

    /// Whether a number lies within the range.
    pub(crate) fn has(&self, value: i64) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }
}

impl<'de> Deserialize<'de> for Bounds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fit = true;
        let mut number = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let nearest = if digits.len() < text.len() {
                i64::MIN
            } else {
                i64::MAX
            };
            Some(text.parse().unwrap_or_else(|_| {
                fit = false;
                nearest
            }))
        };
        let text = String::deserialize(deserializer)?;
        let expected = "a range such as `1..=100`, `1..` or `..=64`";
        let (min, max) = ends(&text, &mut number).ok_or_else(|| not(&text, expected))?;
        Ok(Self { min, max, fit })
    }
}

/// Parses both ends of a range with a function.
fn ends<T>(
    text: &str,
    number: &mut dyn FnMut(&str) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let (min, max) = text.split_once("..")?;
    let min = match min {
        "" => None,
        min => Some(number(min)?),
    };
    let max = match max {
        "" => None,
        max => Some(number(max.strip_prefix('=')?)?),
    };
    (min.is_some() || max.is_some()).then_some((min, max))
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(min) = self.min {
            write!(f, "{min}")?;
        }
        f.write_str("..")?;
        match self.max {
            Some(max) => write!(f, "={max}"),
            None => Ok(()),
        }
    }
}

/// A range of integers or numbers: `1..=100`, `0.5..=1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    /// The range in whole numbers, if both ends are written as such.
    pub(crate) whole: Option<Bounds>,
}

impl Range {
    /// Whether no number lies within the range.
    pub(crate) fn is_empty(&self) -> bool {
        match self.whole {
            Some(whole) => whole.is_empty(),
            None => self.min.zip(self.max).is_some_and(|(min, max)| min > max),
        }
    }

    /// Whether a number lies within the range.
    pub(crate) fn has(&self, value: f64) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }

    /// Whether the ends fit into the numbers of clients.
    pub(crate) fn fits(&self) -> bool {
        let is_finite = |end: &f64| end.is_finite();
        self.whole.is_none_or(|whole| whole.fit) && self.min.iter().chain(&self.max).all(is_finite)
    }
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut number = |text: &str| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let plain = text.strip_prefix('-').unwrap_or(text);
            let (plain, exponent) = plain.split_once(['e', 'E']).unwrap_or((plain, "0"));
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
            let is_number = digits(whole) && digits(fraction) && digits(exponent);
            is_number.then(|| text.parse().ok())?
        };
        let text = String::deserialize(deserializer)?;
        let expected = "a range such as `1..=100`, `1..`, `..=64` or `0.5..=1`";
        let (min, max) = ends(&text, &mut number).ok_or_else(|| not(&text, expected))?;
        let whole = de::value::StrDeserializer::<de::value::Error>::new(&text);
        let whole = Bounds::deserialize(whole).ok();
        Ok(Self { min, max, whole })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(whole) = self.whole {
            return whole.fmt(f);
        }
        let min = self.min.map(number_text).unwrap_or_default();
        let max = self.max.map(|max| format!("={}", number_text(max)));
        write!(f, "{min}..{}", max.unwrap_or_default())
    }
}

/// Returns a number as people write it: `0.5`, `1`, `1e-7`.
pub(crate) fn number_text(number: f64) -> String {
    let text = number.to_string();
    match text.len() {
        ..=8 => text,
        _ => format!("{number:e}"),
    }
}

/// A type: `string`, `CustomModel`, `list of string`, `map of list of number`. The name is empty if the type is missing
/// or invalid; this has a finding already, so an empty name is accepted as any type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypeName {
    /// Name of the innermost type.
    pub(crate) name: String,
    /// Lists and maps around it, the outermost first.
    pub(crate) containers: Vec<Container>,
}

/// A list or a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    List,
    /// A map whose keys are strings.
    Map,
}

/// Maximum number of lists and maps around a type.
pub(crate) const MAX_CONTAINERS: usize = 8;

impl TypeName {
    pub(crate) fn is_unknown(&self) -> bool {
        self.name.is_empty()
    }

    /// Returns the outermost list or map.
    pub(crate) fn outermost(&self) -> Option<Container> {
        self.containers.first().copied()
    }

    /// Whether the type is a single value, with neither a list nor a map around it.
    pub(crate) fn is_single(&self) -> bool {
        self.containers.is_empty()
    }

    /// Whether the type is a list of any kind.
    pub(crate) fn is_list(&self) -> bool {
        self.outermost() == Some(Container::List)
    }
}

impl fmt::Display for TypeName {
    /// Writes the type as specs do: `map of list of string`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for container in &self.containers {
            f.write_str(match container {
                Container::List => "list of ",
                Container::Map => "map of ",
            })?;
        }
        f.write_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut containers = Vec::new();
        let mut name = text.as_str();
        loop {
            if let Some(element) = name.strip_prefix("list of ") {
                containers.push(Container::List);
                name = element;
            } else if let Some(element) = name.strip_prefix("map of ") {
                containers.push(Container::Map);
                name = element;
            } else {
                break;
            }
        }
        if containers.len() > MAX_CONTAINERS {
            let problem = format_args!("more than {MAX_CONTAINERS} nested lists and maps");
            return Err(de::Error::custom(problem));
        }
        if name.is_empty()
            || name.contains(char::is_whitespace)
            || super::foreign::has_foreign_signs(name)
        {
            let expected = "a type, such as `string` or `map of list of string`";
            return Err(not(&text, expected));
        }
        Ok(Self {
            name: name.to_owned(),
            containers,
        })
    }
}

/// Method and path of an operation: `GET /v1/models/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpLine {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl<'de> Deserialize<'de> for HttpLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| {
            let (method, path) = text.split_once(' ')?;
            let fits = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"].contains(&method)
                && path.starts_with('/');
            fits.then(|| Self {
                method: method.to_owned(),
                path: path.to_owned(),
            })
        };
        from_text(
            deserializer,
            parse,
            "a method and a path, such as `GET /v1/models/{id}`",
        )
    }
}

/// Groups of names: `[a, b]` for a single one, `[[a, b], [c, d]]` for several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameGroups(pub(crate) Vec<Vec<String>>);

impl<'de> Deserialize<'de> for NameGroups {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let elements = Vec::<NameOrNames>::deserialize(deserializer)?;
        let (mut names, mut groups) = (Vec::new(), Vec::new());
        for element in elements {
            match element {
                NameOrNames::Name(name) => names.push(name),
                NameOrNames::Names(group) => groups.push(group),
            }
        }
        match (names.is_empty(), groups.is_empty()) {
            (true, true) => Ok(Self::default()),
            (false, true) => Ok(Self(vec![names])),
            (true, false) => Ok(Self(groups)),
            (false, false) => Err(de::Error::custom(
                "names and lists of names are mixed here: expected `[a, b]` or `[[a, b], [c, d]]`",
            )),
        }
    }
}

/// An element of a list of names, or of a list of such lists.
enum NameOrNames {
    Name(String),
    Names(Vec<String>),
}

impl<'de> Deserialize<'de> for NameOrNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> de::Visitor<'de> for Any {
            type Value = NameOrNames;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<NameOrNames, E> {
                Ok(NameOrNames::Name(name.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                mut names: A,
            ) -> Result<NameOrNames, A::Error> {
                let mut group = Vec::new();
                while let Some(name) = names.next_element()? {
                    group.push(name);
                }
                Ok(NameOrNames::Names(group))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Part of a response: `header x-request-id` or `body error.code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartOfReply {
    Header(String),
    Body(String),
}

impl<'de> Deserialize<'de> for PartOfReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| match text.split_once(' ')? {
            (_, name) if name.is_empty() || name.contains(' ') => None,
            ("header", name) => Some(Self::Header(name.to_owned())),
            ("body", path) => Some(Self::Body(path.to_owned())),
            _ => None,
        };
        from_text(
            deserializer,
            parse,
            "`header` with a name, or `body` with a path such as `error.code`",
        )
    }
}

impl fmt::Display for PartOfReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body(path) => write!(f, "body {path}"),
        }
    }
}

/// Place of a field of a response outside of the JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Header(String),
    HeaderPrefix(String),
    Status,
    Payload,
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| match text.split_once(' ') {
            None if text == "status" => Some(Self::Status),
            None if text == "payload" => Some(Self::Payload),
            Some((_, name)) if name.is_empty() || name.contains(' ') => None,
            Some(("header", name)) => Some(Self::Header(name.to_owned())),
            Some(("header-prefix", prefix)) => Some(Self::HeaderPrefix(prefix.to_owned())),
            _ => None,
        };
        from_text(
            deserializer,
            parse,
            "`header x-name`, `header-prefix x-meta-`, `status` or `payload`",
        )
    }
}

/// An error code, as text or as a whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeText(pub(crate) String);

impl<'de> Deserialize<'de> for CodeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrNumber;

        impl de::Visitor<'_> for TextOrNumber {
            type Value = CodeText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a whole number")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<CodeText, E> {
                Ok(CodeText(value.to_string()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<CodeText, E> {
                Ok(CodeText(value.to_string()))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<CodeText, E> {
                Ok(CodeText(value.to_owned()))
            }
        }

        deserializer.deserialize_any(TextOrNumber)
    }
}

/// Why findings are suppressed.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Reason {
    /// Of all findings at a place.
    Whole(String),
    /// Of differences from the vendor's description: from what differs at a place to the reason.
    Parts(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrParts;

        impl<'de> de::Visitor<'de> for TextOrParts {
            type Value = Reason;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the reason as text")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Reason, E> {
                Ok(Reason::Whole(value.to_owned()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Reason, A::Error> {
                let parts = de::value::MapAccessDeserializer::new(map);
                BTreeMap::deserialize(parts).map(Reason::Parts)
            }
        }

        deserializer.deserialize_any(TextOrParts)
    }
}

/// A default value.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Scalar {
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl de::Visitor<'_> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, a number, `true` or `false`")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Boolean(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Integer(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
                #[expect(clippy::cast_precision_loss, reason = "no integer of Rust has it")]
                Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}
