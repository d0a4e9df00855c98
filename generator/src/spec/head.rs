//! The head of a spec: what its operations have in common.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Allowances, Apart, Bounds, CodeText, OperationBlock, PartOfReply, Provenance, TypeBlock, schema,
};

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
