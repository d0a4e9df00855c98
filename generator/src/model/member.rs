//! Parameters and fields: their places, types and limits.

use serde::{Deserialize, Serialize};

/// A parameter, a field or a member of a union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Wire name.
    pub wire: String,
    /// Name of the field and setter, or of the variant of a union.
    pub rust_name: String,
    /// Place in a request, or in the JSON of a structure.
    pub place: Place,
    /// Place in a response.
    pub source: Source,
    /// Type, without `Option` and `Box`.
    pub ty: Ty,
    /// Whether the value is in a `Box`: it leads back to its own type without a list or map in between.
    pub boxed: bool,
    /// Whether the member is always present; `true` for the members of a union.
    pub required: bool,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Documented limits.
    pub limits: Vec<Limit>,
    /// Value that the service uses if the member is absent.
    pub default: Option<String>,
    /// Whether the value is a secret.
    pub sensitive: bool,
    /// Maximum length in characters if the member is an idempotency token.
    pub token: Option<usize>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
}

/// Place of a member in an HTTP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Path.
    Path,
    /// Query; a list repeats the name, a map has a pair for each value.
    Query,
    /// Query; the elements of a list are separated by commas.
    QueryCsv,
    /// Header; the elements of a list are separated by commas, a map has a header for each entry.
    Header,
    /// JSON object.
    Body,
    /// The whole body.
    Payload,
}

/// Place of a field in a response. Only outputs and details of errors have another one than the JSON object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// JSON object.
    #[default]
    Body,
    /// Header with this name in lower case.
    Header(String),
    /// All headers with this prefix in lower case.
    HeaderPrefix(String),
    /// HTTP status.
    Status,
    /// Whole body.
    Payload,
}

/// The type of a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ty {
    /// `String`
    String,
    /// `i64`
    Integer,
    /// `f64`
    Number,
    /// `bool`
    Boolean,
    /// `Timestamp`, and the format in which it is sent.
    Timestamp(TimestampFormat),
    /// Bytes, in JSON as base64.
    Bytes,
    /// Any JSON value.
    Json,
    /// An enum of the service.
    Enum(String),
    /// A structure of the service.
    Structure(String),
    /// A union of the service.
    Union(String),
    /// A list.
    List(Box<Ty>),
    /// A map whose keys are strings.
    Map(Box<Ty>),
}

impl Member {
    /// Returns whether the field in Rust is an `Option`. An absent list or map is an empty one in structures that occur in
    /// responses only. In requests, the two are different things: an empty list can clear what an absent one leaves alone.
    pub fn is_optional(&self, input: bool) -> bool {
        !self.required && (input || !self.ty.is_container())
    }
}

impl Ty {
    /// Whether the type is a list or a map.
    pub fn is_container(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }

    /// Returns the type inside of all lists and maps.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) => inner.innermost(),
            ty => ty,
        }
    }
}

/// Format in which a timestamp is sent. Every format is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// Text such as `2026-11-22T00:16:50Z`.
    #[default]
    Rfc3339,
    /// Number of seconds since 1970.
    EpochSeconds,
    /// Number of milliseconds since 1970; numbers in replies are read as milliseconds, too.
    EpochMillis,
    /// Text such as `Sun, 22 Nov 2026 00:16:50 GMT`.
    HttpDate,
}

/// A documented limit. `Count` is about the outermost list or map, `Keys` about the keys of the outermost map, all others
/// about the innermost values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limit {
    /// Minimum and maximum of an integer.
    Range(Option<i64>, Option<i64>),
    /// Minimum and maximum of a number.
    NumberRange(Option<f64>, Option<f64>),
    /// Minimum and maximum length of a string, in characters, or of bytes.
    Length(Option<i64>, Option<i64>),
    /// Minimum and maximum number of elements of a list or map.
    Count(Option<i64>, Option<i64>),
    /// Allowed characters.
    Chars(String),
    /// Regular expression that the whole string must match.
    Pattern(String),
    /// Regular expression that clients cannot check, for the documentation.
    UncheckedPattern(String),
    /// Limit of the keys of a map: a length, characters or a pattern.
    Keys(Box<Limit>),
}

/// A rule on which of several optional members are set, by their wire names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Requirement {
    /// Exactly one of them.
    OneOf(Vec<String>),
    /// At least one of them.
    AnyOf(Vec<String>),
}

impl Requirement {
    /// Returns the wire names of the members.
    pub fn members(&self) -> &[String] {
        match self {
            Self::OneOf(members) | Self::AnyOf(members) => members,
        }
    }
}
