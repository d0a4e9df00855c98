//! Parameters, fields and types, as specs write them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Allowances, Apart, Bounds, EnumValues, NameGroups, Range, Scalar, Seen, Source, TypeName,
    UnionMember,
};

/// A parameter of an operation or a field of a structure.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["type", "docs"]))]
pub(crate) struct Field {
    /// `string`, `integer`, `number`, `boolean`, `timestamp`, `json` (any JSON value), `bytes` (base64 in JSON) or a
    /// type under `types:`; or `list of` or `map of` any type. The keys of a map are strings.
    #[serde(rename = "type", default)]
    pub(crate) ty: TypeName,
    /// For a parameter, whether users must set it; it is then listed in `constructor`. For a field of a response,
    /// whether every response has it. Leave it out otherwise.
    #[serde(default)]
    pub(crate) required: bool,
    /// Description of the member, in one sentence.
    pub(crate) docs: Option<String>,
    /// Where the member was seen: on the vendor's `page` (the default), in an `sdk` only, or in a `capture` only.
    #[serde(default)]
    pub(crate) seen: Option<Seen>,
    /// Allowed range of an integer or number: `1..=100`, `1..`, `..=64` or `0.5..=1`.
    pub(crate) range: Option<Range>,
    /// Allowed number of characters of a text, or of bytes: `1..=100`, `1..` or `..=64`.
    pub(crate) length: Option<Bounds>,
    /// Allowed number of elements of a list or map: `1..=100`, `1..` or `..=64`. In nested types it limits the outermost
    /// one, and the other limits the innermost values.
    pub(crate) count: Option<Bounds>,
    /// Characters that a text may contain: `A-Za-z0-9_-`.
    pub(crate) chars: Option<String>,
    /// Regular expression that the whole text must match. Checked with the feature `patterns`; one with look-around, Unicode
    /// classes (`\p{L}`) or anchors inside is only documented.
    pub(crate) pattern: Option<String>,
    /// Limits of the keys of a map; in nested types, of the outermost map.
    pub(crate) keys: Option<KeyLimits>,
    /// Format in which a timestamp is sent. Default: `rfc3339`; in headers `http-date`. Every format is read.
    pub(crate) format: Option<TimestampFormat>,
    /// Place of a field of a response outside of the JSON object: `header x-name`, `header-prefix x-meta-` (a map of all
    /// headers with the prefix), `status`, or `payload` (the whole body). Only for fields of an output or of the `details`
    /// of an error.
    pub(crate) from: Option<Source>,
    /// Value that the service uses if the parameter is absent.
    pub(crate) default: Option<Scalar>,
    /// Encoding of a list in the query: `repeated` (`a=1&a=2`, the default) or `csv` (`a=1,2`). A list in a header is
    /// always `csv`.
    pub(crate) list_style: Option<ListStyle>,
    /// Whether a map in the headers has a header for each entry, with the name of the parameter before its key.
    #[serde(default)]
    pub(crate) prefix: bool,
    /// Whether the value is a secret, which never appears in errors or logs.
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// Whether the parameter is a text by which the service recognizes a repeated request. If the caller does not set it, a
    /// call creates a random UUID, cut to the maximum of `length`, and sends it with each attempt.
    #[serde(default)]
    pub(crate) idempotency_token: bool,
    /// Name of the member in Rust, in snake_case.
    pub(crate) rust_name: Option<String>,
    /// Reason why it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// Findings to suppress here: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// Number of characters of a UUID.
pub(crate) const UUID_LENGTH: usize = 36;

impl Field {
    /// Whether a response has the value in its body.
    pub(crate) fn is_in_body(&self) -> bool {
        matches!(self.from, None | Some(Source::Payload))
    }
}

/// Returns how many characters of a UUID fit into an idempotency token of a length.
pub(crate) fn token_length(length: Option<Bounds>) -> usize {
    let max = length.and_then(|length| length.max);
    let max = max.map(|max| usize::try_from(max).unwrap_or_default());
    max.map_or(UUID_LENGTH, |max| max.min(UUID_LENGTH))
}

/// Limits of the keys of a map.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("minProperties" = 1))]
pub(crate) struct KeyLimits {
    /// Allowed number of characters of a key: `1..=128`, `1..` or `..=64`.
    pub(crate) length: Option<Bounds>,
    /// Characters that a key may contain: `A-Za-z0-9_-`.
    pub(crate) chars: Option<String>,
    /// Regular expression that the whole key must match. Checked with the feature `patterns`.
    pub(crate) pattern: Option<String>,
}

/// Format of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TimestampFormat {
    /// Text such as `2026-11-22T00:16:50Z`.
    Rfc3339,
    /// Number of seconds since 1970, with fractions.
    EpochSeconds,
    /// Number of milliseconds since 1970.
    EpochMillis,
    /// Text such as `Sun, 22 Nov 2026 00:16:50 GMT`.
    HttpDate,
}

impl TimestampFormat {
    /// Whether timestamps of this format are numbers in JSON.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::EpochSeconds | Self::EpochMillis)
    }
}

/// Encoding of a list in the query or in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ListStyle {
    /// `a=1&a=2`
    Repeated,
    /// `a=1,2`
    Csv,
}

/// A structure, with `fields`, an open enum, with `enum`, or a union, with `union`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "Type",
    extend("required" = ["docs"]),
    extend("oneOf" = [{"required": ["fields"]}, {"required": ["enum"]}, {"required": ["union"]}])
)]
pub(crate) struct TypeBlock {
    /// Description of the type, in one sentence.
    pub(crate) docs: Option<String>,
    /// Arguments of `new` for a structure that occurs in requests: the required fields, in an order that never changes.
    pub(crate) constructor: Option<Vec<String>>,
    /// For a structure that occurs in requests: groups of fields of which exactly one each is set: `[id, name]`, or a list
    /// of such lists.
    pub(crate) require_one_of: NameGroups,
    /// For a structure that occurs in requests: groups of fields of which at least one each is set: `[id, name]`, or a list
    /// of such lists.
    pub(crate) require_any_of: NameGroups,
    /// Fields of a structure, by wire name.
    pub(crate) fields: Apart<BTreeMap<String, Field>>,
    /// Known values of an enum: `[A, B]`, or each with its documentation.
    #[serde(rename = "enum")]
    pub(crate) values: Apart<EnumValues>,
    /// Members of a union, by wire name: a JSON object with exactly one of them.
    pub(crate) union: Apart<BTreeMap<String, UnionMember>>,
    /// Name of the type in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Former name in Rust, which is kept as a deprecated alias.
    pub(crate) renamed_from: Option<String>,
    /// Reason why it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// Names of removed fields, values or members. They must not be reused with another meaning.
    pub(crate) removed: Vec<String>,
    /// Findings to suppress here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

/// A value of an enum.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EnumValue {
    /// Description of the value, in one sentence.
    pub(crate) docs: Option<String>,
    /// Where the value was seen: on the vendor's `page` (the default), in an `sdk` only, or in a `capture` only.
    pub(crate) seen: Option<Seen>,
    /// Name of the Rust variant, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Reason why it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// Findings to suppress here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}
