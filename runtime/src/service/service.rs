//! A service as data: where it is, how it signs, how its errors look.

use super::Scheme;
use crate::error::{CodeKind, Context};

/// The facts of a service that hold for all of its operations.
#[derive(Debug)]
pub struct ServiceInfo {
    /// The name in messages: `Amazon Bedrock`.
    pub name: &'static str,
    /// The base URL. `{region}` stands for the region, `{domain}` for a domain of [`domains`](Self::domains), and `{fips}`
    /// for `-fips` where FIPS is asked for and for nothing elsewhere.
    pub url: &'static str,
    /// Domains by region; the first row that fits counts.
    pub domains: &'static [Domain],
    /// The region if none is given.
    pub default_region: Option<&'static str>,
    /// Environment variables; of each list the first that is set counts. This one: the region.
    pub region_env: &'static [&'static str],
    /// Environment variables: a base URL in place of the service's own. `{REGION}` in a name stands for the region, in
    /// capitals and with `_` for `-`.
    pub endpoint_env: &'static [&'static str],
    /// Environment variables: `true` to pass over the former.
    pub ignore_endpoint_env: &'static [&'static str],
    /// Environment variables: `true` for hosts that are FIPS-validated.
    pub fips_env: &'static [&'static str],
    /// Environment variables: `true` for hosts that have IPv6 addresses too.
    pub dual_stack_env: &'static [&'static str],
    /// Environment variables: the project id.
    pub project_env: &'static [&'static str],
    /// Environment variables: the maximum number of attempts per call.
    pub max_attempts_env: &'static [&'static str],
    /// Environment variables: the retry mode.
    pub retry_mode_env: &'static [&'static str],
    /// ID of the service in the shared configuration of the AWS SDKs, such as `Bedrock`.
    pub aws_service_id: Option<&'static str>,
    /// Environment variables and files that the vendor's own tools read and this crate does not.
    pub not_read: &'static [NotRead],
    /// The header that carries the project id, where a service has one.
    pub project_header: Option<&'static str>,
    /// Accepted schemes; the first that fits the given credentials is used.
    pub auth: &'static [Scheme],
    /// The member of the body that holds the output; `None` if the body is the output.
    pub result: Option<&'static str>,
    /// Where the error code stands; of this list and the next three, the first part that is there counts.
    pub error_code: &'static [Part],
    /// Where the message of an error stands.
    pub error_message: &'static [Part],
    /// Where the vendor says what to do about an error.
    pub error_help: &'static [Part],
    /// Where the id stands by which the vendor finds the request in its logs.
    pub request_id: &'static [Part],
    /// Whether codes come as `namespace#Code:detail`, of which `Code` is the code.
    pub namespaced_codes: bool,
    /// Codes that mean success in a reply with a 2xx status.
    pub success_codes: &'static [&'static str],
    /// The documented error codes.
    pub codes: &'static [CodeGroup],
}

impl ServiceInfo {
    /// No facts: what generated code leaves out.
    pub const NONE: Self = Self {
        name: "",
        url: "",
        domains: &[],
        default_region: None,
        region_env: &[],
        endpoint_env: &[],
        ignore_endpoint_env: &[],
        fips_env: &[],
        dual_stack_env: &[],
        project_env: &[],
        max_attempts_env: &[],
        retry_mode_env: &[],
        aws_service_id: None,
        not_read: &[],
        project_header: None,
        auth: &[],
        result: None,
        error_code: &[],
        error_message: &[],
        error_help: &[],
        request_id: &[],
        namespaced_codes: false,
        success_codes: &["0"],
        codes: &[],
    };
}

/// A row of the table of domains: patterns of regions, in which `*` stands for a word and `#` for a number, none for
/// every region; the domain; and the domain whose hosts have IPv6 addresses too.
#[derive(Debug)]
pub struct Domain(
    pub &'static [&'static str],
    pub &'static str,
    pub &'static str,
);

/// An environment variable or file that the vendor's own tools read and this crate does not.
#[derive(Debug)]
pub struct NotRead {
    /// Name of the variable or path of the file: `AWS_PROFILE`, `~/.aws/config`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub docs: &'static str,
    /// Cargo feature that supports it; `None` if no feature does.
    pub feature: Option<&'static str>,
}

/// Error codes that are documented with the same status and mean the same.
#[derive(Debug)]
pub struct CodeGroup {
    /// The HTTP status; `None` if there are several, so that the status of the reply counts.
    pub status: Option<u16>,
    /// What the codes mean, if it is not what their status means.
    pub kind: Option<CodeKind>,
    /// The codes.
    pub codes: &'static [&'static str],
}

/// A place in a reply.
#[derive(Debug)]
#[non_exhaustive]
pub enum Part {
    /// A header; its name in any case.
    Header(&'static str),
    /// A path into the JSON body, `ResponseMetadata.Error.Code`.
    Body(&'static str),
}

impl From<&ServiceInfo> for Context {
    fn from(service: &ServiceInfo) -> Self {
        Self {
            service: service.name,
            operation: None,
            secret_reply: false,
        }
    }
}
