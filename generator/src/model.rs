//! A service as plain data, with every name, order and type decided: what is emitted, compared and listed.
//!
//! Nothing here knows YAML or token streams. Rust names are those of the emitted code, wire names those of the vendor.

use serde::{Deserialize, Serialize};

/// A service and everything in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The name of the spec: `aws-bedrock`.
    pub stem: String,
    /// The Rust module: `aws_bedrock`. The cargo feature is named the same, with hyphens.
    pub module: String,
    /// The type that stands for the service: `AwsBedrock`.
    pub marker: String,
    /// Who offers it.
    pub vendor: String,
    /// Its name in messages.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// The vendor's page.
    pub see: String,
    /// Where requests go.
    pub endpoint: Endpoint,
    /// Environment variables.
    pub environment: Environment,
    /// The same for people, together with the variables of `auth`.
    pub settings: Vec<Setting>,
    /// The header with the project id.
    pub project_header: Option<String>,
    /// Accepted ways to authenticate.
    pub auth: Vec<Scheme>,
    /// The member of a reply that holds the output.
    pub result: Option<String>,
    /// How errors look.
    pub errors: Errors,
    /// The operations, in the order of the spec.
    pub operations: Vec<Operation>,
    /// The types, in the order of the spec.
    pub types: Vec<Type>,
    /// Names that may never come back with another meaning.
    pub removed: Vec<String>,
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The base URL with its placeholders.
    pub url: String,
    /// Domains by region.
    pub domains: Vec<Domain>,
    /// The region if none is given.
    pub default_region: Option<String>,
}

/// A row of the table of domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Patterns of regions.
    pub regions: Vec<String>,
    /// The domain.
    pub plain: String,
    /// The domain with IPv6.
    pub dual_stack: String,
}

/// Names of environment variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// For the region.
    pub region: Vec<String>,
    /// For the base URL; `{REGION}` in a name stands for the region, in capitals and with `_` for `-`.
    pub endpoint: Vec<String>,
    /// For whether the former are passed over.
    pub ignore_endpoint: Vec<String>,
    /// For FIPS hosts.
    pub fips: Vec<String>,
    /// For hosts with IPv6.
    pub dual_stack: Vec<String>,
    /// For the project id.
    pub project_id: Vec<String>,
    /// For the maximum number of attempts.
    pub max_attempts: Vec<String>,
    /// For the retry mode.
    pub retry_mode: Vec<String>,
    /// The service in the shared configuration of the AWS SDKs.
    pub aws_service_id: Option<String>,
    /// Variables and files that are not read, in the order of the spec.
    pub not_read: Vec<NotRead>,
}

/// A variable or file that the vendor's own tools read and the clients do not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotRead {
    /// The name of the variable, or the path of the file.
    pub name: String,
    /// What it is: plain text in one line.
    pub docs: String,
    /// The cargo feature that supports it.
    pub feature: Option<String>,
}

/// Variables or files that have one purpose, as documentation shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Their purpose, in Markdown and without a full stop.
    pub purpose: String,
    /// Their names, in Markdown.
    pub names: String,
    /// Whether they are read.
    pub support: Support,
}

/// Whether the clients read a variable or file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Support {
    /// They do.
    Read,
    /// They do with this cargo feature.
    WithFeature(String),
    /// They do not.
    NotRead,
}

/// A way to authenticate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Scheme {
    /// AWS Signature Version 4.
    AwsSigV4 {
        /// The signed service name.
        service: String,
        /// Environment variables.
        keys: Keys,
    },
    /// Volcengine's HMAC-SHA256.
    VolcengineHmac {
        /// The signed service name.
        service: String,
        /// Environment variables.
        keys: Keys,
    },
    /// Baidu's bce-auth-v1.
    BaiduBceV1(Keys),
    /// Huawei's SDK-HMAC-SHA256.
    HuaweiSdkHmac(Keys),
    /// A bearer token.
    Bearer {
        /// Environment variables.
        token: Vec<String>,
    },
    /// A token in its own header.
    Token {
        /// The header.
        header: String,
        /// Environment variables.
        token: Vec<String>,
    },
}

impl Scheme {
    /// The name in tables for people.
    pub fn title(&self) -> &'static str {
        match self {
            Self::AwsSigV4 { .. } => "SigV4",
            Self::VolcengineHmac { .. } => "HMAC-SHA256",
            Self::BaiduBceV1(_) => "bce-auth-v1",
            Self::HuaweiSdkHmac(_) => "SDK-HMAC-SHA256",
            Self::Bearer { .. } => "bearer token",
            Self::Token { .. } => "token header",
        }
    }
}

/// Environment variables of an access key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keys {
    /// Of its id.
    pub access_key: Vec<String>,
    /// Of its secret.
    pub secret_key: Vec<String>,
    /// Of its session token.
    pub session_token: Vec<String>,
}

/// How errors look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// Where the code is.
    pub code: Vec<Part>,
    /// Where the message is.
    pub message: Vec<Part>,
    /// Where the vendor says what to do.
    pub help: Vec<Part>,
    /// Where the request id is.
    pub request_id: Vec<Part>,
    /// Whether codes come as `namespace#Code:detail`.
    pub namespaced: bool,
    /// The codes that mean success in a 2xx, if they are not what the runtime takes for them: `0`.
    pub success: Option<Vec<String>>,
    /// The documented codes, in the order of the spec.
    pub codes: Vec<ErrorCode>,
}

/// A place in a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// A header.
    Header(String),
    /// A path in the body.
    Body(String),
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorCode {
    /// The code.
    pub wire: String,
    /// Its variant.
    pub rust_name: String,
    /// What is said of it beside its status.
    pub docs: Option<String>,
    /// The HTTP status that it comes with; none if there are several, which say what it means.
    pub status: Option<u16>,
    /// The variant of the runtime's `CodeKind`, if it is not what the runtime takes the status for.
    pub kind: Option<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The vendor's name.
    pub name: String,
    /// The name of its struct.
    pub rust_name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// The vendor's page.
    pub see: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with `{name}` for path members.
    pub path: String,
    /// The fixed query.
    pub fixed: Vec<(String, String)>,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// Whether a reply holds secrets.
    pub secret_reply: bool,
    /// What `new` takes: indices of members.
    pub constructor: Vec<usize>,
    /// The parameters, in the order of the spec.
    pub members: Vec<Member>,
    /// The struct of its output.
    pub output: String,
    /// How its pages follow each other.
    pub paging: Option<Paging>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// The former name of its struct.
    pub renamed_from: Option<String>,
    /// Names that may never come back with another meaning.
    pub removed: Vec<String>,
}

/// A parameter or field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The vendor's name.
    pub wire: String,
    /// The field and setter.
    pub rust_name: String,
    /// Where it travels.
    pub place: Place,
    /// Its type, without `Option`.
    pub ty: Ty,
    /// Whether it is always there.
    pub required: bool,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Its limits.
    pub limits: Vec<Limit>,
    /// What the service takes if it is absent.
    pub default: Option<String>,
    /// Whether it is a secret.
    pub sensitive: bool,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query; a list repeats the name.
    Query,
    /// In the query; a list is separated by commas.
    QueryCsv,
    /// In a header.
    Header,
    /// In a JSON object.
    Body,
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
    /// `Timestamp`
    Timestamp,
    /// An enum of the service.
    Enum(String),
    /// A structure of the service.
    Structure(String),
    /// A list.
    List(Box<Ty>),
}

/// A documented limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limit {
    /// Of integers.
    Range(Option<i64>, Option<i64>),
    /// Of texts, in characters.
    Length(Option<i64>, Option<i64>),
    /// Of lists, in elements.
    Count(Option<i64>, Option<i64>),
    /// Allowed characters.
    Chars(String),
    /// A regular expression for the whole text.
    Pattern(String),
}

/// How pages follow each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paging {
    /// The style with what is its own.
    pub style: PagingStyle,
    /// The field of the operation that says which page to send.
    pub request: String,
    /// The way to the list.
    pub items: FieldPath,
    /// The type of an element.
    pub item: Ty,
    /// The field of the operation for the size of a page.
    pub page_size: Option<String>,
    /// The largest total that the service reports.
    pub total_cap: Option<i64>,
}

/// A style of paging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PagingStyle {
    /// Each page has the token of the next.
    Token {
        /// The way to the token.
        token: FieldPath,
    },
    /// As with a token, and each page says whether there are more.
    Marker {
        /// The way to the marker.
        marker: FieldPath,
        /// The way to the word that there are more.
        more: FieldPath,
    },
    /// Pages are numbered from 1.
    PageNumber {
        /// The way to the number of all elements.
        total: Option<FieldPath>,
        /// The way to the most elements of a page.
        size: Option<FieldPath>,
    },
    /// Elements are skipped.
    Offset {
        /// The way to the number of all elements.
        total: Option<FieldPath>,
    },
}

/// A way through structures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPath {
    /// The fields, from the output on, each with whether it is required.
    pub fields: Vec<(String, bool)>,
    /// The same in wire names.
    pub wire: Vec<String>,
}

/// A structure or an enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Type {
    /// A structure.
    Structure(Structure),
    /// An enum.
    Enum(Enum),
}

impl Type {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Structure(structure) => &structure.name,
            Self::Enum(item) => &item.name,
        }
    }
}

/// A structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Its name, the same in the spec and in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Whether it occurs in requests: it has a constructor and setters then.
    pub input: bool,
    /// Whether it occurs in replies: its fields are public then.
    pub output: bool,
    /// What `new` takes: indices of members.
    pub constructor: Vec<usize>,
    /// The fields, in the order of the spec.
    pub members: Vec<Member>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Its former name.
    pub renamed_from: Option<String>,
    /// Names that may never come back with another meaning.
    pub removed: Vec<String>,
}

/// An open enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Its name, the same in the spec and in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// The known values, in the order of the spec.
    pub values: Vec<Value>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Its former name.
    pub renamed_from: Option<String>,
    /// Names that may never come back with another meaning.
    pub removed: Vec<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The vendor's text.
    pub wire: String,
    /// The variant.
    pub rust_name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
}
