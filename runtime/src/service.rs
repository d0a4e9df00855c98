//! A service as data: where it is, how it signs, how its errors look.

use crate::{CodeKind, Endpoint};

/// The facts of a service that hold for all of its operations.
#[derive(Debug)]
pub struct ServiceInfo {
    /// The name in messages: `Amazon Bedrock`.
    pub name: &'static str,
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The names of the environment variables that configure a client.
    pub environment: Environment,
    /// Accepted schemes; the first that fits the given credentials is used.
    pub auth: &'static [Scheme],
    /// The header that carries the project id, where a service has one.
    pub project_header: Option<&'static str>,
    /// The member of the body that holds the output; `None` if the body is the output.
    pub result: Option<&'static str>,
    /// How errors look.
    pub errors: Errors,
}

/// Names of environment variables; of each list the first that is set counts.
#[derive(Debug)]
pub struct Environment {
    /// The region.
    pub region: &'static [&'static str],
    /// A base URL in place of the service's own.
    pub endpoint: &'static [&'static str],
    /// `true` for hosts that are FIPS-validated.
    pub fips: &'static [&'static str],
    /// `true` for hosts that have IPv6 addresses too.
    pub dual_stack: &'static [&'static str],
    /// The project id.
    pub project_id: &'static [&'static str],
}

/// A way to authenticate a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Scheme {
    /// AWS Signature Version 4.
    AwsSigV4 {
        /// The service name in the credential scope.
        service: &'static str,
        /// The environment variables of the keys.
        keys: Keys,
    },
    /// Volcengine's HMAC-SHA256.
    VolcengineHmac {
        /// The service name in the credential scope.
        service: &'static str,
        /// The environment variables of the keys.
        keys: Keys,
    },
    /// Baidu's `bce-auth-v1`.
    BaiduBceV1 {
        /// The environment variables of the keys.
        keys: Keys,
    },
    /// Huawei's SDK-HMAC-SHA256.
    HuaweiSdkHmac {
        /// The environment variables of the keys.
        keys: Keys,
    },
    /// `Authorization: Bearer …`.
    Bearer {
        /// The environment variables of the token.
        token: &'static [&'static str],
    },
    /// A token in a header of its own.
    Token {
        /// The header.
        header: &'static str,
        /// The environment variables of the token.
        token: &'static [&'static str],
    },
}

/// Names of the environment variables of an access key; of each list the first that is set counts.
#[derive(Debug)]
pub struct Keys {
    /// The access key id.
    pub access_key: &'static [&'static str],
    /// The secret access key.
    pub secret_key: &'static [&'static str],
    /// The session token that temporary keys need.
    pub session_token: &'static [&'static str],
}

/// Where the parts of an error stand in a reply; of each list the first that is there counts.
#[derive(Debug)]
pub struct Errors {
    /// The error code.
    pub code: &'static [Part],
    /// The message.
    pub message: &'static [Part],
    /// The id by which the vendor finds the request in its logs.
    pub request_id: &'static [Part],
    /// Whether codes come as `namespace#Code:detail`, of which `Code` is the code.
    pub namespaced: bool,
    /// What codes mean where their HTTP status does not say it.
    pub kinds: &'static [(CodeKind, &'static [&'static str])],
}

/// A place in a reply.
#[derive(Debug)]
pub enum Part {
    /// A header; its name in any case.
    Header(&'static str),
    /// A path into the JSON body, `ResponseMetadata.Error.Code`.
    Body(&'static str),
}
