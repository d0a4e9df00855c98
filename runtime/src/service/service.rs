//! [`ServiceInfo`]: endpoint, authentication and error format of a service, as data.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{Details, DetailsType, Scheme, Service};
use crate::error::{Context, Error, Result, ServiceErrorKind};

/// The facts of a service that hold for all of its operations.
#[derive(Debug)]
pub struct ServiceInfo {
    /// Name for messages, such as `Amazon Bedrock`.
    pub name: &'static str,
    /// Base URL. `{region}` is replaced by the region, `{domain}` by a row of [`domains`](Self::domains), and `{fips}` by
    /// `-fips` if a FIPS endpoint is wanted.
    pub url: &'static str,
    /// Rows of the other placeholders in the base URL.
    pub endpoint_parameters: &'static [UrlPart],
    /// Domains by region; the first row that matches wins.
    pub domains: &'static [Domain],
    /// Region to use if none is given.
    pub default_region: Option<&'static str>,
    /// Environment variables of the region. In this and the next lists, the first variable that is set wins.
    pub region_env: &'static [&'static str],
    /// Environment variables of a base URL that replaces [`url`](Self::url). `{REGION}` in a name is replaced by the region
    /// in capitals, with `_` for `-`.
    pub endpoint_env: &'static [&'static str],
    /// Environment variables that switch [`endpoint_env`](Self::endpoint_env) off if `true`.
    pub ignore_endpoint_env: &'static [&'static str],
    /// Environment variables that select FIPS endpoints if `true`.
    pub fips_env: &'static [&'static str],
    /// Environment variables that select dual-stack endpoints if `true`.
    pub dual_stack_env: &'static [&'static str],
    /// Environment variables of the project ID.
    pub project_env: &'static [&'static str],
    /// Environment variables of the maximum number of attempts.
    pub max_attempts_env: &'static [&'static str],
    /// Environment variables of the retry mode, which must be `standard`.
    pub retry_mode_env: &'static [&'static str],
    /// Variables and files that the vendor's tools read and this crate does not.
    pub not_read: &'static [NotRead],
    /// ID of the service in the configuration of the AWS SDK, such as `Bedrock`.
    pub aws_service_id: Option<&'static str>,
    /// Header of the project ID, if there is one.
    pub project_header: Option<&'static str>,
    /// Whether the project ID is in the path or before the host of an operation.
    pub project_in_urls: bool,
    /// Headers that are the same in every request.
    pub fixed_headers: &'static [(&'static str, &'static str)],
    /// Accepted schemes; the first that fits the credentials is used.
    pub auth: &'static [Scheme],
    /// Body member that holds the output; `None` if the body is the output.
    pub result: Option<&'static str>,
    /// Places of the error code; in this and the next lists, the first place with a value wins.
    pub error_code: &'static [Part],
    /// Places of the error message.
    pub error_message: &'static [Part],
    /// Places of the vendor's advice about an error.
    pub error_help: &'static [Part],
    /// Places of the request ID.
    pub request_id: &'static [Part],
    /// HTTP statuses of the responses that may have an error code.
    pub only_status: RangeInclusive<u16>,
    /// Codes that mean success in a 2xx response.
    pub success_codes: &'static [&'static str],
    /// Whether codes have the form `namespace#Code:detail`, of which `Code` is the code.
    pub namespaced_codes: bool,
    /// Documented error codes.
    pub codes: &'static [Code],
}

impl ServiceInfo {
    /// A service without facts, for struct update syntax in generated code.
    pub const NONE: Self = Self {
        name: "",
        url: "",
        endpoint_parameters: &[],
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
        not_read: &[],
        aws_service_id: None,
        project_header: None,
        project_in_urls: false,
        fixed_headers: &[],
        auth: &[],
        result: None,
        error_code: &[],
        error_message: &[],
        error_help: &[],
        request_id: &[],
        only_status: 100..=999,
        success_codes: &["0"],
        namespaced_codes: false,
        codes: &[],
    };

    /// Returns whether the service has projects.
    pub fn has_projects(&self) -> bool {
        self.project_header.is_some() || self.project_in_urls
    }

    /// Decodes the details of an error of the service, and returns them by their wire names. `None` if it has no
    /// details.
    pub fn details(&self, error: &Error) -> Option<Result<Value>> {
        self.documented(error.code()?)?.details?.to_json(error)
    }

    /// Returns the documented code that an error code is, or that is its family.
    pub(crate) fn documented(&self, code: &str) -> Option<&'static Code> {
        families(code).find_map(|code| self.codes.iter().find(|known| known.wire == code))
    }

    /// Returns the context of errors that belong to no operation.
    pub(crate) fn context(&self) -> Context<'static> {
        Context {
            service: self.name,
            ..Context::NONE
        }
    }
}

/// Returns a code and its families: `InvalidParameter.PageSize` is an `InvalidParameter`.
pub(crate) fn families(code: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(code), |code| {
        code.rsplit_once('.').map(|(family, _)| family)
    })
}

/// A parameter of an endpoint: a part of the base URL in which customers differ, such as the name of a tenant. A service that
/// has some has an enum of them.
pub trait EndpointParameter {
    /// The service.
    type Service: Service;

    /// Returns the name, as it is in braces in the URL.
    fn name(&self) -> &'static str;
}

/// The row of an endpoint parameter.
#[derive(Debug)]
pub struct UrlPart {
    /// Name in the URL, without braces.
    pub name: &'static str,
    /// Environment variables; the first that is set wins.
    pub env: &'static [&'static str],
    /// Class of the allowed characters, such as `a-z0-9`.
    pub chars: Option<&'static str>,
}

/// A row of the table of domains.
#[derive(Debug)]
pub struct Domain {
    /// Patterns of regions, in which `*` matches a word and `#` a number. An empty list matches every region.
    pub regions: &'static [&'static str],
    /// The domain.
    pub plain: &'static str,
    /// The domain of dual-stack endpoints.
    pub dual_stack: &'static str,
}

/// An environment variable or a file that the vendor's tools read and this crate does not.
#[derive(Debug)]
pub struct NotRead {
    /// Name of the variable, or path of the file: `~/.aws/config`.
    pub name: &'static str,
    /// Its purpose.
    pub docs: &'static str,
    /// Cargo feature that reads it.
    pub feature: Option<&'static str>,
}

/// A documented error code.
#[derive(Debug)]
pub struct Code {
    /// The code.
    pub wire: &'static str,
    /// HTTP status; `None` if there are several, so that the status of the response decides.
    pub status: Option<u16>,
    /// Kind of the error; `None` if the status decides.
    pub kind: Option<ServiceErrorKind>,
    /// Structure with the details of the error.
    pub details: Option<DetailsType>,
}

impl Code {
    /// A code that comes with one HTTP status.
    pub const fn http(status: u16, wire: &'static str) -> Self {
        Self {
            wire,
            status: Some(status),
            kind: None,
            details: None,
        }
    }

    /// A code that comes with several HTTP statuses.
    pub const fn any(wire: &'static str) -> Self {
        Self {
            wire,
            status: None,
            kind: None,
            details: None,
        }
    }

    /// Sets the kind of the error.
    pub const fn means(self, kind: ServiceErrorKind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    /// Sets the structure with the details of the error.
    pub const fn details<T: Details>(self) -> Self {
        Self {
            details: Some(DetailsType::of::<T>()),
            ..self
        }
    }
}

/// A place in a response.
#[derive(Debug)]
#[non_exhaustive]
pub enum Part {
    /// A header, by its name in any case.
    Header(&'static str),
    /// A path in the JSON body, such as `ResponseMetadata.Error.Code`.
    Body(&'static str),
}
