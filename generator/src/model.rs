//! Model of a service: plain data with all names, orders and types decided, from which code is emitted, compared and
//! listed.
//!
//! The model is independent of YAML and token streams. Rust names are those of the emitted code, wire names those of
//! the vendor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A service with its operations and types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Name of the spec, such as `aws-bedrock`.
    pub stem: String,
    /// Rust module, such as `aws_bedrock`. The cargo feature has the same name, with hyphens.
    pub module: String,
    /// Type that represents the service, such as `AwsBedrock`.
    pub marker: String,
    /// Vendor of the service.
    pub vendor: String,
    /// Name of the service in messages.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// URL of the vendor's documentation.
    pub see: String,
    /// Endpoint.
    pub endpoint: Endpoint,
    /// Names of environment variables.
    pub environment: Environment,
    /// The same variables as documentation shows them, together with those of `auth`.
    pub settings: Vec<Setting>,
    /// Header that contains the project ID.
    pub project_header: Option<String>,
    /// Names and values of headers that every request has.
    pub fixed_headers: Vec<(String, String)>,
    /// Accepted ways to authenticate.
    pub auth: Vec<Scheme>,
    /// Response member that contains the output.
    pub result: Option<String>,
    /// Format of errors.
    pub errors: Errors,
    /// Operations, in the order of the spec.
    pub operations: Vec<Operation>,
    /// Types, in the order of the spec.
    pub types: Vec<Type>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

impl Service {
    /// Whether the project ID is in the path of an operation or before its host.
    pub fn has_project_in_urls(&self) -> bool {
        self.operations.iter().any(|operation| {
            let has = |text: &str| text.contains("{project}");
            let mut members = operation.members.iter();
            let in_path =
                members.any(|member| member.place == Place::Path && member.wire == "project");
            let prefix = operation.host_prefix.as_deref().unwrap_or_default();
            !in_path && (has(&operation.path) || has(prefix))
        })
    }
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Base URL with its placeholders.
    pub url: String,
    /// Other placeholders.
    pub parameters: Vec<EndpointParameter>,
    /// Domains by region.
    pub domains: Vec<Domain>,
    /// Region used if the user sets none.
    pub default_region: Option<String>,
}

/// A parameter of an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointParameter {
    /// Name in the URL.
    pub wire: String,
    /// Name of the variant.
    pub rust_name: String,
    /// Documentation.
    pub docs: String,
    /// Environment variables.
    pub env: Vec<String>,
    /// Class of the allowed characters.
    pub chars: Option<String>,
}

/// A row of the table of domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// Patterns of the regions to which the row applies.
    pub regions: Vec<String>,
    /// Domain without IPv6.
    pub plain: String,
    /// Domain with dual stack.
    pub dual_stack: String,
}

/// Names of environment variables, by purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Region.
    pub region: Vec<String>,
    /// Base URL; `{REGION}` in a name represents the region, in capitals and with `_` for `-`.
    pub endpoint: Vec<String>,
    /// Whether to ignore the variables for the base URL.
    pub ignore_endpoint: Vec<String>,
    /// Whether to use FIPS hosts.
    pub fips: Vec<String>,
    /// Whether to use dual-stack hosts.
    pub dual_stack: Vec<String>,
    /// Project ID.
    pub project_id: Vec<String>,
    /// Maximum number of attempts.
    pub max_attempts: Vec<String>,
    /// Retry mode.
    pub retry_mode: Vec<String>,
    /// ID of the service in the shared configuration of the AWS SDKs.
    pub aws_service_id: Option<String>,
    /// Variables and files that are not read, in the order of the spec.
    pub not_read: Vec<NotRead>,
}

/// A variable or file that the vendor's own tools read and the clients do not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotRead {
    /// Name of the variable, or path of the file.
    pub name: String,
    /// Description, as plain text on one line.
    pub docs: String,
    /// Cargo feature that supports it.
    pub feature: Option<String>,
}

/// Variables or files with a common purpose, as documentation shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Purpose, in Markdown and without a full stop.
    pub purpose: String,
    /// Names, in Markdown.
    pub names: String,
    /// Support by the clients.
    pub support: Support,
}

/// Support of the clients for a variable or file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Support {
    /// Always read.
    Read,
    /// Read with this cargo feature.
    WithFeature(String),
    /// Not read.
    NotRead,
}

/// An authentication scheme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Scheme {
    /// AWS Signature Version 4.
    AwsSigV4 {
        /// Service name in the credential scope.
        service: String,
        /// Environment variables.
        keys: Keys,
    },
    /// Volcengine's HMAC-SHA256.
    VolcengineHmac {
        /// Service name in the credential scope.
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
    /// A token in a separate header.
    Token {
        /// Name of the header.
        header: String,
        /// Environment variables.
        token: Vec<String>,
    },
    /// A token in the query.
    QueryToken {
        /// Name of the query parameter.
        query: String,
        /// Environment variables.
        token: Vec<String>,
    },
    /// User name and password.
    Basic(Keys),
    /// No authentication.
    None,
}

impl Scheme {
    /// Returns the word for the scheme in specs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AwsSigV4 { .. } => "aws-sigv4",
            Self::VolcengineHmac { .. } => "volcengine-hmac",
            Self::BaiduBceV1(_) => "baidu-bce-v1",
            Self::HuaweiSdkHmac(_) => "huawei-sdk-hmac",
            Self::Bearer { .. } => "bearer",
            Self::Token { .. } | Self::QueryToken { .. } => "token",
            Self::Basic(_) => "basic",
            Self::None => "none",
        }
    }

    /// Returns the name of the scheme for documentation.
    pub fn title(&self) -> &'static str {
        match self {
            Self::AwsSigV4 { .. } => "SigV4",
            Self::VolcengineHmac { .. } => "HMAC-SHA256",
            Self::BaiduBceV1(_) => "bce-auth-v1",
            Self::HuaweiSdkHmac(_) => "SDK-HMAC-SHA256",
            Self::Bearer { .. } => "bearer token",
            Self::Token { .. } => "token header",
            Self::QueryToken { .. } => "token in the query",
            Self::Basic(_) => "basic",
            Self::None => "none",
        }
    }
}

/// Environment variables of an access key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keys {
    /// Access key ID.
    pub access_key: Vec<String>,
    /// Secret key.
    pub secret_key: Vec<String>,
    /// Session token.
    pub session_token: Vec<String>,
}

/// Format of errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// Places of the error code.
    pub code: Vec<Part>,
    /// Places of the message.
    pub message: Vec<Part>,
    /// Places of the vendor's advice.
    pub help: Vec<Part>,
    /// Places of the request ID.
    pub request_id: Vec<Part>,
    /// Whether codes have the form `namespace#Code:detail`.
    pub namespaced: bool,
    /// Smallest and largest HTTP status of the responses in which a code is looked for; `None` for all.
    pub only_status: Option<(u16, u16)>,
    /// Codes that mean success in a 2xx response; `None` for the default of the runtime, `0`.
    pub success: Option<Vec<String>>,
    /// Documented codes, in the order of the spec.
    pub codes: Vec<ErrorCode>,
}

/// A place in a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// Name of a header.
    Header(String),
    /// A path in the body.
    Body(String),
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorCode {
    /// Error code as sent by the service.
    pub wire: String,
    /// Name of the variant.
    pub rust_name: String,
    /// Documentation in addition to the status.
    pub docs: Option<String>,
    /// HTTP status of the responses with this code; `None` if there are several.
    pub status: Option<u16>,
    /// Variant of the runtime's `ServiceErrorKind`; `None` if the status decides.
    pub kind: Option<String>,
    /// Structure with the members of the object that holds the code.
    pub details: Option<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Name used by the vendor.
    pub name: String,
    /// Name of the struct.
    pub rust_name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// URL of the vendor's documentation.
    pub see: String,
    /// HTTP method.
    pub method: String,
    /// Path, with `{name}` for path parameters, `{name+}` for greedy ones, and `{region}` and `{project}` for values of
    /// the client if there are no such parameters.
    pub path: String,
    /// Text before the host, with such placeholders for required text parameters.
    pub host_prefix: Option<String>,
    /// Constant part of the query; `None` is a name without a value.
    pub fixed: Vec<(String, Option<String>)>,
    /// Names and values of headers that every request has. They replace those of the service.
    pub fixed_headers: Vec<(String, String)>,
    /// Content type of the payload, if there is one, or of the JSON object if the operation says one. Then there always is an
    /// object, even without members.
    pub content_type: Option<String>,
    /// Accepted ways to authenticate, if they are others than those of the service.
    pub auth: Option<Vec<Scheme>>,
    /// Whether the operation has no side effects.
    pub read_only: bool,
    /// Whether the operation has side effects, but the same ones if it is repeated.
    pub idempotent: bool,
    /// Whether the response contains secrets.
    pub secret_reply: bool,
    /// Arguments of `new`, as indices of members.
    pub constructor: Vec<usize>,
    /// Parameters, in the order of the spec.
    pub members: Vec<Member>,
    /// Rules on which parameters are set together.
    pub requirements: Vec<Requirement>,
    /// Struct of the output; `None` if the operation returns nothing.
    pub output: Option<String>,
    /// Whether the output is read from the body. If not, any body is accepted.
    pub reads_body: bool,
    /// Paging, if the operation returns a list in pages.
    pub paging: Option<Paging>,
    /// Meaning of its items in a catalog.
    pub catalog: Option<Catalog>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name of the struct.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

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

/// Paging of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paging {
    /// Style, with the fields specific to it.
    pub style: PagingStyle,
    /// Field of the operation that selects the page; `None` if there is only one page.
    pub request: Option<String>,
    /// Path of the list.
    pub items: FieldPath,
    /// Type of the elements.
    pub item: Ty,
    /// Field of the operation that sets the page size.
    pub page_size: Option<String>,
    /// Largest total that the service reports.
    pub total_cap: Option<i64>,
}

/// A style of paging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PagingStyle {
    /// Each page contains the token of the next.
    Token {
        /// Path of the token.
        token: FieldPath,
    },
    /// Each page contains the marker of the next, and whether there are more pages.
    Marker {
        /// Path of the marker.
        marker: FieldPath,
        /// Path of the field that says whether there are more pages.
        more: FieldPath,
    },
    /// Pages are numbered from 1.
    PageNumber {
        /// Path of the total.
        total: Option<FieldPath>,
        /// Path of the page size.
        size: Option<FieldPath>,
    },
    /// The request contains the number of elements to skip.
    Offset {
        /// Path of the total.
        total: Option<FieldPath>,
    },
    /// There is only one page.
    None,
}

/// Meaning of the items of a list in a catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Fields of the runtime's `Mapping`, each with a path in wire names.
    pub paths: BTreeMap<String, String>,
    /// Texts of the status, each with a variant of the runtime's `State`.
    pub statuses: BTreeMap<String, String>,
}

/// A path through structures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPath {
    /// Fields, starting at the output, each with whether it is an `Option`.
    pub fields: Vec<(String, bool)>,
    /// The same path in wire names, without the field that is the whole body.
    pub wire: Vec<String>,
}

/// A structure, an enum or a union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Type {
    /// A structure.
    Structure(Structure),
    /// An enum.
    Enum(Enum),
    /// A union.
    Union(Union),
}

impl Type {
    /// Returns the name of the type.
    pub fn name(&self) -> &str {
        match self {
            Self::Structure(structure) => &structure.name,
            Self::Enum(item) => &item.name,
            Self::Union(item) => &item.name,
        }
    }

    /// Returns the fields of a structure or the members of a union, or an empty slice for an enum.
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Structure(item) => &item.members,
            Self::Union(item) => &item.members,
            Self::Enum(_) => &[],
        }
    }
}

/// A structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Whether it occurs in requests, and therefore has a constructor and setters.
    pub input: bool,
    /// Whether it occurs in responses, and therefore has public fields.
    pub output: bool,
    /// Arguments of `new`, as indices of members.
    pub constructor: Vec<usize>,
    /// Fields, in the order of the spec.
    pub members: Vec<Member>,
    /// Rules on which fields are set together; empty if it occurs in responses only.
    pub requirements: Vec<Requirement>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// An open enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Known values, in the order of the spec.
    pub values: Vec<Value>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// A union, which is a JSON object with exactly one of its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Union {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Members, in the order of the spec.
    pub members: Vec<Member>,
    /// Whether it occurs in requests.
    pub input: bool,
    /// Whether it occurs in responses.
    pub output: bool,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Value as sent by the service.
    pub wire: String,
    /// Name of the variant.
    pub rust_name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
}
