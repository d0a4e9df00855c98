//! Model of a service: plain data with all names, orders and types decided, from which code is emitted, compared and
//! listed.
//!
//! The model is independent of YAML and token streams. Rust names are those of the emitted code, wire names those of
//! the vendor.

mod member;
mod paging;
mod types;

use serde::{Deserialize, Serialize};

pub use member::{Limit, Member, Place, Requirement, Source, TimestampFormat, Ty};
pub use paging::{Catalog, FieldPath, Paging, PagingStyle};
pub use types::{Enum, Structure, Type, Union, Value};

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
