//! The spec language, as plain structs.
//!
//! [`read()`] turns a file into a [`Spec`]. It first builds the strict `tree`, which knows the position of every node,
//! and then lets serde read one piece at a time, so that a fault in one piece does not hide faults in another. Wire
//! names are spelled as the vendor spells them. Nothing in this module depends on Rust names.

mod advice;
mod apart;
pub(crate) mod charset;
mod cycles;
mod edits;
mod flow;
pub(crate) mod foreign;
mod from_value;
mod json;
mod paths;
pub(crate) mod patterns;
mod piece;
mod problem;
mod query;
mod read;
mod route;
mod schema;
mod slips;
mod sources;
mod travel;
mod tree;
mod unindented;
mod value;
mod values;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use advice::for_default;
pub(crate) use apart::{Apart, EnumValues, FixedValue, PayloadBlock, Request, UnionMember};
pub(crate) use cycles::{ClosingEdge, Cycles};
pub(crate) use json::parse_json;
pub(crate) use patterns::{compiled, is_checkable};
pub(crate) use piece::{EVERYTHING, Operation, Piece, Spec, Type, TypeKind, is_content_type};
pub(crate) use read::read;
pub(crate) use route::{Label, OF_THE_CLIENT, placeholders, route};
pub(crate) use schema::schema;
pub(crate) use sources::{Date, Provenance, Seen, Sha256};
pub(crate) use travel::{Refusal, Travel};
pub(crate) use tree::{Entry, Kind, Node, Place, parse};
pub(crate) use value::disagreement;
pub(crate) use values::{
    Bounds, CodeText, Container, HttpLine, NameGroups, PartOfReply, Range, Scalar, Source,
    TypeName, number_text,
};

/// Names of the built-in types.
pub(crate) const BUILT_IN: [&str; 7] = [
    "string",
    "integer",
    "number",
    "boolean",
    "timestamp",
    "json",
    "bytes",
];

/// Findings that are suppressed at one place: from the id of a rule to the reason.
pub(crate) type Allowances = BTreeMap<String, String>;

/// A cloud service and the operations that the clients support.
// Editors show the doc comments of these types, through the JSON Schema. Required keys are optional for serde: the
// checks report those that are missing, so that the rest of the spec is still read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Spec of a service",
    extend("required" = ["vendor", "service", "module", "docs", "see", "endpoint", "auth", "operations"])
)]
pub(crate) struct Head {
    /// Name of the vendor, such as `AWS`.
    pub(crate) vendor: Option<String>,
    /// Name of the service, as shown in messages and tables.
    pub(crate) service: Option<String>,
    /// Name of the Rust module, in snake_case: `aws_bedrock`. The file and the cargo feature have the same name with
    /// hyphens.
    pub(crate) module: Option<String>,
    /// Description of the service, in one sentence.
    pub(crate) docs: Option<String>,
    /// URL of the vendor's documentation, beginning with `https://`.
    pub(crate) see: Option<String>,
    /// Documents and descriptions that the spec was written from.
    #[serde(default)]
    pub(crate) sources: Vec<Provenance>,
    /// Endpoint of the service.
    #[serde(default)]
    pub(crate) endpoint: Endpoint,
    /// Environment variables and files of the vendor's own SDKs, both those that the clients read and those that they
    /// do not.
    #[serde(default)]
    pub(crate) environment: Environment,
    /// Header that carries the project id. The id comes from the client's configuration or from `environment:
    /// project_id`.
    pub(crate) project_header: Option<String>,
    /// Headers that are sent with every request, with fixed values.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) fixed_headers: Apart<BTreeMap<String, String>>,
    /// Authentication schemes that the service accepts. The first one that fits the given credentials is used.
    #[serde(default)]
    #[schemars(length(min = 1))]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) auth: Apart<Vec<Auth>>,
    /// Format of error responses.
    #[serde(default)]
    pub(crate) errors: Errors,
    /// Member of a response that holds the output. Without it, the whole response is the output.
    pub(crate) result: Option<String>,
    /// Operations, by the vendor's names.
    #[serde(default)]
    #[schemars(extend("minProperties" = 1))]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) operations: Apart<BTreeMap<String, OperationBlock>>,
    /// Structures, enums and unions, by name.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) types: Apart<BTreeMap<String, TypeBlock>>,
    /// Names of removed operations and types. They must not be reused with another meaning.
    #[serde(default)]
    pub(crate) removed: Vec<String>,
    /// Findings to suppress outside of operations, types and error codes: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// Endpoint of a service.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub(crate) struct Endpoint {
    /// Base URL. May contain the placeholders `{region}`, `{domain}`, `{fips}` (replaced with `-fips` or with nothing), and
    /// those of `parameters`.
    pub(crate) url: Option<String>,
    /// Other placeholders of the URL, by name. Customers differ in their values: `tenant` for `{tenant}`.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) parameters: Apart<BTreeMap<String, EndpointParameter>>,
    /// Values of `{domain}` by region. The first row that matches is used; the last row matches every region.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) domains: Apart<Vec<Domain>>,
    /// Region to use if none is given.
    pub(crate) default_region: Option<String>,
}

/// A parameter of an endpoint. Its value is one label of a host name.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["docs"]))]
pub(crate) struct EndpointParameter {
    /// Description, in one sentence.
    pub(crate) docs: Option<String>,
    /// Environment variables. The first one that is set wins.
    pub(crate) env: Vec<String>,
    /// Allowed characters, such as `a-z0-9`.
    pub(crate) chars: Option<String>,
}

/// A row of the domain table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["plain", "dual_stack"]))]
pub(crate) struct Domain {
    /// Region patterns, such as `cn-*-#`: `*` matches a word, `#` a number. A row without patterns matches every
    /// region.
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    /// Domain name.
    pub(crate) plain: Option<String>,
    /// Domain name of hosts that support IPv6.
    pub(crate) dual_stack: Option<String>,
}

/// Names of environment variables. The first one that is set wins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Environment {
    /// Variables for the region.
    pub(crate) region: Vec<String>,
    /// Variables for the base URL. `{REGION}` in a name is replaced with the region in capitals, with `_` for `-`.
    pub(crate) endpoint: Vec<String>,
    /// Variables that, if one of them is `true`, prevent the variables of `endpoint` from being read.
    pub(crate) ignore_endpoint: Vec<String>,
    /// Variables that, if one of them is `true`, select FIPS hosts.
    pub(crate) fips: Vec<String>,
    /// Variables that, if one of them is `true`, select hosts that support IPv6.
    pub(crate) dual_stack: Vec<String>,
    /// Variables for the project id.
    pub(crate) project_id: Vec<String>,
    /// Variables for the maximum number of attempts per call.
    pub(crate) max_attempts: Vec<String>,
    /// Variables for the retry mode. Clients support `standard`; any other value is an error that names the variable.
    pub(crate) retry_mode: Vec<String>,
    /// Service ID in the shared configuration of the AWS SDKs, such as `Bedrock`. Only for the scheme `aws-sigv4`.
    pub(crate) aws_service_id: Option<String>,
    /// Variables and files that the vendor's own tools read and the clients do not, by name or path (`~/.acme/config`).
    /// Error messages, the documentation and the README list them.
    pub(crate) not_read: Apart<BTreeMap<String, NotRead>>,
}

/// A variable or file that the clients do not read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["docs"]))]
pub(crate) struct NotRead {
    /// Description of the variable or file, in one sentence.
    pub(crate) docs: Option<String>,
    /// Cargo feature of the clients that supports it, such as `aws-credentials`. Leave it out if no feature does.
    pub(crate) feature: Option<String>,
}

/// An authentication scheme, and the environment variables for its secrets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = schema::needs_of_schemes()))]
pub(crate) struct Auth {
    /// Method of signing requests, or the kind of token to send.
    pub(crate) scheme: Scheme,
    /// Service name used in the signature.
    pub(crate) service: Option<String>,
    /// Header that carries the token.
    pub(crate) header: Option<String>,
    /// Query parameter that carries the token, instead of a header.
    pub(crate) query: Option<String>,
    /// Environment variables for the token.
    #[serde(default)]
    pub(crate) token: Vec<String>,
    /// Environment variables for the access key ID.
    #[serde(default)]
    pub(crate) access_key: Vec<String>,
    /// Environment variables for the secret access key.
    #[serde(default)]
    pub(crate) secret_key: Vec<String>,
    /// Environment variables for the session token.
    #[serde(default)]
    pub(crate) session_token: Vec<String>,
}

/// An authentication scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scheme {
    /// AWS Signature Version 4.
    AwsSigv4,
    /// HMAC-SHA256 as defined by Volcengine.
    VolcengineHmac,
    /// Version 1 of Baidu's `bce-auth`.
    BaiduBceV1,
    /// Huawei's `SDK-HMAC-SHA256`.
    HuaweiSdkHmac,
    /// `Authorization: Bearer …`
    Bearer,
    /// A token in the header named by `header`, or in the query parameter named by `query`.
    Token,
    /// `Authorization: Basic …`, with the access key as user name and the secret key as password.
    Basic,
    /// No authentication. As the last scheme, it is for clients without credentials; as the only one, for all.
    None,
}

impl Scheme {
    /// Returns the keys that the scheme requires, apart from `scheme`.
    pub(crate) fn needs(self) -> &'static [&'static str] {
        match self {
            Self::AwsSigv4 | Self::VolcengineHmac => &["service", "access_key", "secret_key"],
            Self::BaiduBceV1 | Self::HuaweiSdkHmac | Self::Basic => &["access_key", "secret_key"],
            Self::Bearer => &["token"],
            // And `header` or `query`.
            Self::Token | Self::None => &[],
        }
    }

    /// Returns the keys that the scheme allows.
    pub(crate) fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Bearer | Self::Basic | Self::None => &[],
            Self::Token => &["header", "query", "token"],
            Self::AwsSigv4 | Self::VolcengineHmac | Self::BaiduBceV1 | Self::HuaweiSdkHmac => {
                &["session_token"]
            }
        }
    }
}

/// Format of error responses. Each list gives several places to look at; the first one that has a value is used.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Errors {
    /// Places of the error code.
    pub(crate) code: Vec<PartOfReply>,
    /// Places of the error message.
    pub(crate) message: Vec<PartOfReply>,
    /// Places of the vendor's advice on how to fix the error.
    pub(crate) help: Vec<PartOfReply>,
    /// Places of the request id.
    pub(crate) request_id: Vec<PartOfReply>,
    /// Whether codes have the form `namespace#Code:detail`.
    pub(crate) namespaced: bool,
    /// HTTP statuses of the responses that may have an error code: `400..` or `400..=499`. Default: all statuses.
    pub(crate) only_status: Option<Bounds>,
    /// Codes that mean success in a response with a 2xx status. The response may send them as text or as numbers.
    /// Default: `["0"]`.
    pub(crate) success: Option<Vec<CodeText>>,
    /// Documented error codes.
    pub(crate) codes: Apart<BTreeMap<String, ErrorCode>>,
}

/// A documented error code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["kind"]}, {"not": {"required": ["status"]}}]))]
pub(crate) struct ErrorCode {
    /// HTTP status of the error. Leave it out if the code comes with several statuses; the status then determines the
    /// meaning.
    #[schemars(range(min = 100, max = 599))]
    pub(crate) status: Option<i64>,
    /// Kind of error that the code means.
    pub(crate) kind: Option<ErrorKind>,
    /// Description of the code, in addition to its status.
    pub(crate) docs: Option<String>,
    /// Structure with the members of the object that holds the code. A code in a header belongs to the whole body.
    pub(crate) details: Option<String>,
    /// Name of the Rust variant, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Findings to suppress here: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// Kind of an error, which determines whether another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ErrorKind {
    /// The credentials are not allowed to do this.
    AccessDenied,
    /// The service does not accept the credentials.
    Authentication,
    /// The client's clock is wrong.
    ClockSkew,
    /// Too many requests; later ones can succeed.
    Throttled,
    /// A transient service failure; another attempt can succeed.
    Transient,
    /// The requested resource does not exist.
    NotFound,
    /// The request is invalid.
    Invalid,
    /// A limit of the account was reached.
    Quota,
    /// Any other error.
    Other,
}

/// An operation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "Operation",
    extend("required" = ["docs", "see", "http", "constructor", "response"])
)]
pub(crate) struct OperationBlock {
    /// Description of the operation, in one sentence.
    pub(crate) docs: Option<String>,
    /// URL of the vendor's documentation, beginning with `https://`.
    pub(crate) see: Option<String>,
    /// Where the operation was seen: on the vendor's `page` (the default), in an `sdk` only, or in a `capture` only.
    pub(crate) seen: Option<Seen>,
    /// Method and path, such as `GET /v1/models/{id}`. In a greedy label, `{key+}`, slashes stay. `{region}` and `{project}`
    /// stand for the region and the project ID of the client, unless path parameters have these names.
    pub(crate) http: Option<HttpLine>,
    /// Text before the host, such as `data.`, `data-` or `{AccountId}.`; a name in braces is a required text parameter, `region` or
    /// `project`. It is not put before an IP address or `localhost`.
    pub(crate) host_prefix: Option<String>,
    /// Query parameters that are sent with every request, with fixed values; `null` sends the name alone: `?uploads`.
    pub(crate) fixed: Apart<BTreeMap<String, FixedValue>>,
    /// Headers that are sent with every request, with fixed values. They replace those of the same name at the head of the
    /// file. `Content-Type` is that of the JSON object, which is then sent even without members.
    pub(crate) fixed_headers: Apart<BTreeMap<String, String>>,
    /// Whether the operation changes nothing, so that it can be sent again after any failure.
    pub(crate) read_only: bool,
    /// Whether the operation changes something, but sending it twice has the same result as sending it once: it deletes or
    /// replaces something, for example. It can then be sent again after any failure.
    pub(crate) idempotent: bool,
    /// Authentication schemes of the operation, which replace those of the service.
    #[schemars(length(min = 1))]
    pub(crate) auth: Apart<Vec<Auth>>,
    /// Arguments of `new`: the required parameters, in an order that never changes.
    pub(crate) constructor: Option<Vec<String>>,
    /// Groups of parameters of which a request has exactly one each: `[id, name]`, or a list of such lists.
    pub(crate) require_one_of: NameGroups,
    /// Groups of parameters of which a request has at least one each: `[id, name]`, or a list of such lists.
    pub(crate) require_any_of: NameGroups,
    /// Parameters, grouped by location.
    pub(crate) request: Apart<Request>,
    /// Structure that the operation returns, or `none`. With `none`, or a structure without fields, any body of a success is
    /// accepted, or none at all.
    pub(crate) response: Option<String>,
    /// Pagination of the operation.
    pub(crate) pagination: Option<Pagination>,
    /// What the items mean in a catalog of the models of all clouds. One operation of a service has it.
    pub(crate) catalog: Option<CatalogBlock>,
    /// Name of the operation in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Former name in Rust, which is kept as a deprecated alias.
    pub(crate) renamed_from: Option<String>,
    /// Reason why it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// Names of removed parameters. They must not be reused with another meaning.
    pub(crate) removed: Vec<String>,
    /// Settings for samples, by `case.kind`.
    pub(crate) samples: BTreeMap<String, SampleBlock>,
    /// Findings to suppress here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

impl OperationBlock {
    /// Value of `response` of an operation that returns nothing.
    pub(crate) const NO_OUTPUT: &str = "none";

    /// Returns the name of the structure that the operation returns, if there is one.
    pub(crate) fn output(&self) -> Option<&str> {
        let response = self.response.as_deref();
        response.filter(|name| *name != Self::NO_OUTPUT)
    }

    /// Whether the operation returns nothing.
    pub(crate) fn returns_nothing(&self) -> bool {
        self.response.as_deref() == Some(Self::NO_OUTPUT)
    }
}

/// Settings for a sample.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Sample")]
pub(crate) struct SampleBlock {
    /// Findings to suppress in the sample: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Body,
    Payload,
}

impl Location {
    /// Keys of `request:`.
    pub(crate) const KEYS: &[&str] = &["path", "query", "header", "body", "payload"];

    /// Returns the location that a key of `request:` names.
    pub(crate) fn of(key: &str) -> Option<Self> {
        Some(match key {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "body" => Self::Body,
            "payload" => Self::Payload,
            _ => return None,
        })
    }
}

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

/// Pagination of an operation. Paths start at the output and separate names with dots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    extend("required" = ["style", "items"]),
    extend("anyOf" = [{"required": ["request"]}, {"properties": {"style": {"const": "none"}}}])
)]
pub(crate) struct Pagination {
    /// Method by which a response leads to the next page.
    pub(crate) style: Option<PagingStyle>,
    /// Parameter that selects the page to send. Every style but `none` has one.
    pub(crate) request: Option<String>,
    /// Path to the token or marker of the next page.
    pub(crate) response: Option<String>,
    /// Path to the boolean that says whether there are more pages.
    pub(crate) more: Option<String>,
    /// Path to the list.
    pub(crate) items: Option<String>,
    /// Path to the number of elements on all pages.
    pub(crate) total: Option<String>,
    /// Largest total that the service reports, however many elements there are: `10000`. Only together with `total`.
    #[schemars(range(min = 1))]
    pub(crate) total_cap: Option<i64>,
    /// Parameter for the page size.
    pub(crate) page_size: Option<String>,
    /// Path to the maximum number of elements per page.
    pub(crate) response_page_size: Option<String>,
}

/// Method by which a response leads to the next page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PagingStyle {
    /// Each page has the token of the next one: `response`.
    Token,
    /// Like `token`, and each page also states whether there are more: `response` and `more`.
    Marker,
    /// Pages are numbered from 1; `total` and `response_page_size` determine the last page.
    PageNumber,
    /// A request gives the number of elements to skip, from 0; `total` is the number of all elements.
    Offset,
    /// The service sends all elements at once.
    None,
}

/// Meaning of the items of a list in a catalog of the models of all clouds. Paths start at an item and separate names with
/// dots.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Catalog", extend("required" = ["id"]))]
pub(crate) struct CatalogBlock {
    /// Path to the ID of the model.
    pub(crate) id: Option<String>,
    /// Path to its name.
    pub(crate) name: Option<String>,
    /// Path to the text that says how it was made, such as fine-tuned or distilled.
    pub(crate) customization: Option<String>,
    /// Path to the text that says what kind of content it handles, such as text or images.
    pub(crate) modality: Option<String>,
    /// Path to the name or ID of the model that it was made from.
    pub(crate) base_model: Option<String>,
    /// Path to its version.
    pub(crate) version: Option<String>,
    /// Path to the time at which it was created.
    pub(crate) created: Option<String>,
    /// Path to the time of the last change.
    pub(crate) updated: Option<String>,
    /// Path to the account that owns it.
    pub(crate) account: Option<String>,
    /// Path to the project that it belongs to.
    pub(crate) project: Option<String>,
    /// Parameter of the operation that names the workspace of the models.
    pub(crate) workspace: Option<String>,
    /// Path to the text or enum that says whether it can be used.
    pub(crate) status: Option<String>,
    /// Meanings of the values of `status`. A value that is not listed says nothing.
    pub(crate) statuses: BTreeMap<String, CatalogStatus>,
}

impl CatalogBlock {
    /// Returns the paths into an item, by their keys.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let paths = [
            ("id", &self.id),
            ("name", &self.name),
            ("customization", &self.customization),
            ("modality", &self.modality),
            ("base_model", &self.base_model),
            ("version", &self.version),
            ("created", &self.created),
            ("updated", &self.updated),
            ("account", &self.account),
            ("project", &self.project),
            ("status", &self.status),
        ];
        let paths = paths.into_iter();
        paths.filter_map(|(key, path)| Some((key, path.as_deref()?)))
    }
}

/// Meaning of a status of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CatalogStatus {
    /// The model can be used.
    Ready,
    /// The model is being made, or is changing.
    Pending,
    /// The model could not be made.
    Failed,
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
