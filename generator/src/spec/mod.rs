//! The language of specs, as plain structs.
//!
//! [`read()`] turns a file into a [`Spec`]: the strict `tree` first, which knows every place, then serde, piece by piece,
//! so that a fault in one piece hides none in another. Wire names stand here as the vendor spells them; nothing here
//! knows Rust.

mod apart;
pub(crate) mod charset;
mod from_value;
mod json;
mod paths;
mod piece;
mod problem;
mod query;
mod read;
mod route;
mod schema;
mod tree;
mod value;
mod values;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use apart::{Apart, EnumValues, Request};
pub(crate) use json::parse_json;
pub(crate) use piece::{EVERYTHING, Operation, Piece, Spec, Type, TypeKind};
pub(crate) use read::read;
pub(crate) use route::route;
pub(crate) use schema::schema;
pub(crate) use tree::{Entry, Kind, Node, parse};
pub(crate) use values::{Bounds, HttpLine, PartOfReply, Scalar, TypeName};

/// Findings that are allowed at one place: from the id of a rule to the reason.
pub(crate) type Allowances = BTreeMap<String, String>;

/// A service of a cloud, and what of it the clients can do.
// The descriptions here are what editors show, through the JSON Schema. What must be there is optional for serde: the checks
// say that it is missing, so that everything else is read too.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Spec of a service",
    extend("required" = ["vendor", "service", "module", "docs", "see", "endpoint", "auth", "operations"])
)]
pub(crate) struct Head {
    /// Who offers the service, such as `AWS`.
    pub(crate) vendor: Option<String>,
    /// The name of the service in messages and tables.
    pub(crate) service: Option<String>,
    /// Name of the Rust module, in snake_case: `aws_bedrock`. The file and the cargo feature have the same name with hyphens.
    pub(crate) module: Option<String>,
    /// What the service is, in a sentence.
    pub(crate) docs: Option<String>,
    /// The vendor's page: an https URL.
    pub(crate) see: Option<String>,
    /// Where requests go.
    #[serde(default)]
    pub(crate) endpoint: Endpoint,
    /// Environment variables and files of the vendor's own SDKs: which ones are read, and which ones are not.
    #[serde(default)]
    pub(crate) environment: Environment,
    /// The header that the project id travels in; the id comes from the client's configuration or `environment: project_id`.
    pub(crate) project_header: Option<String>,
    /// The schemes that the service accepts; the first that fits the given credentials is used.
    #[serde(default)]
    #[schemars(length(min = 1))]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) auth: Apart<Vec<Auth>>,
    /// How errors look.
    #[serde(default)]
    pub(crate) errors: Errors,
    /// The member of a reply that holds the output; without it, the reply is the output.
    pub(crate) result: Option<String>,
    /// The operations, by the vendor's names.
    #[serde(default)]
    #[schemars(extend("minProperties" = 1))]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) operations: Apart<BTreeMap<String, OperationBlock>>,
    /// Structures and enums, by name in PascalCase.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) types: Apart<BTreeMap<String, TypeBlock>>,
    /// Names of operations and types that may never come back with another meaning.
    #[serde(default)]
    pub(crate) removed: Vec<String>,
    /// Findings that are allowed here, outside of operations, types and error codes: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// Where requests go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub(crate) struct Endpoint {
    /// The base URL, with `{region}`, `{domain}` and `{fips}` (which becomes `-fips` or nothing) where they stand.
    pub(crate) url: Option<String>,
    /// What `{domain}` stands for, by region: the first row that fits counts, and the last is for every region.
    #[serde(default)]
    #[expect(dead_code, reason = "read piece by piece")]
    pub(crate) domains: Apart<Vec<Domain>>,
    /// The region if none is given.
    pub(crate) default_region: Option<String>,
}

/// A row of the table of domains.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["plain", "dual_stack"]))]
pub(crate) struct Domain {
    /// Patterns of regions, such as `cn-*-#`: `*` is a word, `#` a number. Without them: every region.
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    /// The domain.
    pub(crate) plain: Option<String>,
    /// The domain of hosts with IPv6.
    pub(crate) dual_stack: Option<String>,
}

/// Names of environment variables; the first one that is set wins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Environment {
    /// For the region.
    pub(crate) region: Vec<String>,
    /// For the base URL; `{REGION}` in a name stands for the region in capitals, with `_` for `-`.
    pub(crate) endpoint: Vec<String>,
    /// If one of these is `true`, the variables of `endpoint` are not read.
    pub(crate) ignore_endpoint: Vec<String>,
    /// If one of these is `true`, hosts with FIPS are used.
    pub(crate) fips: Vec<String>,
    /// If one of these is `true`, hosts with IPv6 are used.
    pub(crate) dual_stack: Vec<String>,
    /// For the project id.
    pub(crate) project_id: Vec<String>,
    /// For the maximum number of attempts per call.
    pub(crate) max_attempts: Vec<String>,
    /// For the retry mode. Clients support `standard`; any other value is an error that names the variable.
    pub(crate) retry_mode: Vec<String>,
    /// ID of the service in the shared configuration of the AWS SDKs, such as `Bedrock`; only for the scheme `aws-sigv4`.
    pub(crate) aws_service_id: Option<String>,
    /// Variables and files that the vendor's own tools read and the clients do not, by name or path (`~/.acme/config`). Error
    /// messages, the documentation and the README list them.
    pub(crate) not_read: Apart<BTreeMap<String, NotRead>>,
}

/// A variable or file that is not read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["docs"]))]
pub(crate) struct NotRead {
    /// What it is, in a sentence.
    pub(crate) docs: Option<String>,
    /// The cargo feature of the clients that supports it, such as `aws-credentials`. Leave it out if there is none.
    pub(crate) feature: Option<String>,
}

/// A way to authenticate, and the environment variables of its secrets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = schema::needs_of_schemes()))]
pub(crate) struct Auth {
    /// How requests are signed, or what is sent instead of a signature.
    pub(crate) scheme: Scheme,
    /// The service name that is signed.
    pub(crate) service: Option<String>,
    /// The header that the token stands in.
    pub(crate) header: Option<String>,
    /// Environment variables with the token.
    #[serde(default)]
    pub(crate) token: Vec<String>,
    /// Environment variables with the id of the access key.
    #[serde(default)]
    pub(crate) access_key: Vec<String>,
    /// Environment variables with the secret of the access key.
    #[serde(default)]
    pub(crate) secret_key: Vec<String>,
    /// Environment variables with the token of a session.
    #[serde(default)]
    pub(crate) session_token: Vec<String>,
}

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scheme {
    /// AWS Signature Version 4.
    AwsSigv4,
    /// Volcengine's HMAC-SHA256.
    VolcengineHmac,
    /// Baidu's bce-auth-v1.
    BaiduBceV1,
    /// Huawei's SDK-HMAC-SHA256.
    HuaweiSdkHmac,
    /// `Authorization: Bearer …`
    Bearer,
    /// A token in a header of its own.
    Token,
}

impl Scheme {
    /// The keys that it needs beside `scheme`.
    pub(crate) fn needs(self) -> &'static [&'static str] {
        match self {
            Self::AwsSigv4 | Self::VolcengineHmac => &["service", "access_key", "secret_key"],
            Self::BaiduBceV1 | Self::HuaweiSdkHmac => &["access_key", "secret_key"],
            Self::Bearer => &["token"],
            Self::Token => &["header"],
        }
    }

    /// The keys that it may have.
    pub(crate) fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Bearer => &[],
            Self::Token => &["token"],
            _ => &["session_token"],
        }
    }
}

/// How errors look. Of several places, the first where there is something counts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Errors {
    /// Where the code is.
    pub(crate) code: Vec<PartOfReply>,
    /// Where the message is.
    pub(crate) message: Vec<PartOfReply>,
    /// Where the vendor says what to do.
    pub(crate) help: Vec<PartOfReply>,
    /// Where the request id is.
    pub(crate) request_id: Vec<PartOfReply>,
    /// Whether codes come as `namespace#Code:detail`.
    pub(crate) namespaced: bool,
    /// Codes that mean success in a reply with a 2xx status, as text; the reply may send them as numbers. Default: `["0"]`.
    pub(crate) success: Option<Vec<String>>,
    /// The documented codes.
    pub(crate) codes: Apart<BTreeMap<String, ErrorCode>>,
}

/// A documented error code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["kind"]}, {"not": {"required": ["status"]}}]))]
pub(crate) struct ErrorCode {
    /// The HTTP status that it comes with; none if there are several, which say what it means.
    #[schemars(range(min = 100, max = 599))]
    pub(crate) status: Option<i64>,
    /// What it means.
    pub(crate) kind: Option<ErrorKind>,
    /// What is said of it beside its status.
    pub(crate) docs: Option<String>,
    /// Its variant in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Findings that are allowed here: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// What an error means, and so whether another attempt helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ErrorKind {
    /// These credentials may not do that.
    AccessDenied,
    /// The service does not know who asks.
    Authentication,
    /// The clock of the client is off.
    ClockSkew,
    /// Too many requests; later ones can succeed.
    Throttled,
    /// A fault of the service; another attempt can succeed.
    Transient,
    /// What is asked for is not there.
    NotFound,
    /// The request is wrong.
    Invalid,
    /// A limit of the account.
    Quota,
    /// Anything else.
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
    /// What it does, in a sentence.
    pub(crate) docs: Option<String>,
    /// The vendor's page: an https URL.
    pub(crate) see: Option<String>,
    /// Method and path, such as `GET /v1/models/{id}`.
    pub(crate) http: Option<HttpLine>,
    /// Query pairs that are always sent.
    pub(crate) fixed: Apart<BTreeMap<String, String>>,
    /// Whether it changes nothing, so that it can be sent again after any failure.
    pub(crate) read_only: bool,
    /// What `new` takes: the required parameters, in an order that stays for ever.
    pub(crate) constructor: Option<Vec<String>>,
    /// The parameters, by where they travel.
    pub(crate) request: Apart<Request>,
    /// The structure that it answers with.
    pub(crate) response: Option<String>,
    /// How pages of a list follow each other.
    pub(crate) pagination: Option<Pagination>,
    /// Its name in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// The name in Rust that it had; it stays as a deprecated alias.
    pub(crate) renamed_from: Option<String>,
    /// Why it should not be used any more.
    pub(crate) deprecated: Option<String>,
    /// Names of parameters that may never come back with another meaning.
    pub(crate) removed: Vec<String>,
    /// What is to be said of samples, by `case.kind`.
    pub(crate) samples: BTreeMap<String, SampleBlock>,
    /// Findings that are allowed here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

/// What is to be said of a sample.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Sample")]
pub(crate) struct SampleBlock {
    /// Findings that are allowed in the sample: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Body,
}

/// A parameter of an operation or a field of a structure.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["type", "docs"]))]
pub(crate) struct Field {
    /// `string`, `integer`, `number`, `boolean`, `timestamp`, a type under `types:`, or `list of` one of them.
    #[serde(rename = "type", default)]
    pub(crate) ty: TypeName,
    /// A parameter: it must be given, and stands in `constructor`. A field of a reply: no reply lacks it. Else leave it out.
    #[serde(default)]
    pub(crate) required: bool,
    /// What it is, in a sentence.
    pub(crate) docs: Option<String>,
    /// The values of an integer: `1..=100`, `1..` or `..=64`.
    pub(crate) range: Option<Bounds>,
    /// The characters of a text: `1..=100`, `1..` or `..=64`.
    pub(crate) length: Option<Bounds>,
    /// The elements of a list: `1..=100`, `1..` or `..=64`.
    pub(crate) count: Option<Bounds>,
    /// The characters that a text may have: `A-Za-z0-9_-`.
    pub(crate) chars: Option<String>,
    /// A regular expression for the whole text; checked with the feature `patterns`.
    pub(crate) pattern: Option<String>,
    /// What the service takes if the parameter is absent.
    pub(crate) default: Option<Scalar>,
    /// How a list travels in the query: `repeated` (`a=1&a=2`) if nothing is said, or `csv` (`a=1,2`).
    pub(crate) list_style: Option<ListStyle>,
    /// Whether it is a secret, which no error and no log shows.
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// Its name in Rust, in snake_case.
    pub(crate) rust_name: Option<String>,
    /// Why it should not be used any more.
    pub(crate) deprecated: Option<String>,
    /// Findings that are allowed here: from the id of a rule to the reason.
    #[serde(default)]
    pub(crate) allow: Allowances,
}

/// How a list travels in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ListStyle {
    /// `a=1&a=2`
    Repeated,
    /// `a=1,2`
    Csv,
}

/// How the pages of a list follow each other. Paths go through the output, with points between the names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["style", "request", "items"]))]
pub(crate) struct Pagination {
    /// What says where the next page begins.
    pub(crate) style: Option<PagingStyle>,
    /// The parameter that says which page to send.
    pub(crate) request: Option<String>,
    /// Where the output says where the next page begins.
    pub(crate) response: Option<String>,
    /// Where the output says whether there are more pages.
    pub(crate) more: Option<String>,
    /// Where the list is.
    pub(crate) items: Option<String>,
    /// Where the output says how many elements there are on all pages.
    pub(crate) total: Option<String>,
    /// The largest total that the service reports, however many elements there are: `10000`. Only together with `total`.
    #[schemars(range(min = 1))]
    pub(crate) total_cap: Option<i64>,
    /// The parameter for the most elements of a page.
    pub(crate) page_size: Option<String>,
    /// Where the output says how many elements a page has at most.
    pub(crate) response_page_size: Option<String>,
}

/// What says where the next page of a list begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PagingStyle {
    /// Each page has the token of the next: `response`.
    Token,
    /// As with a token, and each page says whether there are more: `response` and `more`.
    Marker,
    /// Pages are numbered from 1; `total` and `response_page_size` say where the last one is.
    PageNumber,
    /// So many elements are skipped, from 0; `total` says how many there are.
    Offset,
}

/// A structure, with `fields`, or an open enum, with `enum`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "Type",
    extend("required" = ["docs"]),
    extend("oneOf" = [{"required": ["fields"]}, {"required": ["enum"]}])
)]
pub(crate) struct TypeBlock {
    /// What it is, in a sentence.
    pub(crate) docs: Option<String>,
    /// What `new` of a structure in requests takes: the required fields, in an order that stays for ever.
    pub(crate) constructor: Option<Vec<String>>,
    /// The fields of a structure, by the vendor's names.
    pub(crate) fields: Apart<BTreeMap<String, Field>>,
    /// The known values of an enum: `[A, B]`, or each with what it means.
    #[serde(rename = "enum")]
    pub(crate) values: Apart<EnumValues>,
    /// The name that it had; it stays as a deprecated alias.
    pub(crate) renamed_from: Option<String>,
    /// Why it should not be used any more.
    pub(crate) deprecated: Option<String>,
    /// Names of fields or values that may never come back with another meaning.
    pub(crate) removed: Vec<String>,
    /// Findings that are allowed here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

/// A value of an enum.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EnumValue {
    /// What it means, in a sentence.
    pub(crate) docs: Option<String>,
    /// Its variant in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Why it should not be used any more.
    pub(crate) deprecated: Option<String>,
    /// Findings that are allowed here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}
