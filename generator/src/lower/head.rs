//! What the operations have in common: endpoint, authentication and errors.

use super::docs;
use super::members::type_name;
use crate::model::{
    Domain, Endpoint, EndpointParameter, ErrorCode, Errors, Keys, NotRead, Part, Scheme,
};
use crate::names;
use crate::spec::{self, Bounds, PartOfReply, Piece, Spec, is_content_type};

pub(super) fn endpoint(spec: &Spec<'_>) -> Endpoint {
    let domains = spec.domains.iter().map(|domain| Domain {
        regions: domain.value.regions.clone(),
        plain: domain.value.plain.clone().unwrap_or_default(),
        dual_stack: domain.value.dual_stack.clone().unwrap_or_default(),
    });
    let parameters = spec.endpoint_parameters.iter().map(|parameter| {
        let value = &parameter.value;
        EndpointParameter {
            wire: parameter.name.to_owned(),
            rust_name: names::variant(parameter.name),
            docs: docs::line(value.docs.as_deref().unwrap_or_default()),
            env: value.env.clone(),
            chars: value.chars.clone(),
        }
    });
    let endpoint = &spec.head.value.endpoint;
    Endpoint {
        url: endpoint.url.clone().unwrap_or_default(),
        parameters: parameters.collect(),
        domains: domains.collect(),
        default_region: endpoint.default_region.clone(),
    }
}

pub(super) fn not_read(setting: &Piece<'_, spec::NotRead>) -> NotRead {
    let docs = setting.value.docs.as_deref().unwrap_or_default();
    NotRead {
        name: setting.name.to_owned(),
        docs: docs.split_whitespace().collect::<Vec<_>>().join(" "),
        feature: setting.value.feature.clone(),
    }
}

pub(super) fn scheme(auth: &spec::Auth) -> Scheme {
    let keys = Keys {
        access_key: auth.access_key.clone(),
        secret_key: auth.secret_key.clone(),
        session_token: auth.session_token.clone(),
    };
    let service = auth.service.clone().unwrap_or_default();
    match auth.scheme {
        spec::Scheme::AwsSigv4 => Scheme::AwsSigV4 { service, keys },
        spec::Scheme::VolcengineHmac => Scheme::VolcengineHmac { service, keys },
        spec::Scheme::BaiduBceV1 => Scheme::BaiduBceV1(keys),
        spec::Scheme::HuaweiSdkHmac => Scheme::HuaweiSdkHmac(keys),
        spec::Scheme::Bearer => Scheme::Bearer {
            token: auth.token.clone(),
        },
        spec::Scheme::Token => match &auth.query {
            Some(query) => Scheme::QueryToken {
                query: query.clone(),
                token: auth.token.clone(),
            },
            None => Scheme::Token {
                header: auth.header.clone().unwrap_or_default(),
                token: auth.token.clone(),
            },
        },
        spec::Scheme::Basic => Scheme::Basic(keys),
        spec::Scheme::None => Scheme::None,
    }
}

pub(super) fn errors(spec: &Spec<'_>) -> Errors {
    let parts = |parts: &[PartOfReply]| {
        let part = |part: &PartOfReply| match part {
            PartOfReply::Header(name) => Part::Header(name.to_lowercase()),
            PartOfReply::Body(path) => Part::Body(path.clone()),
        };
        parts.iter().map(part).collect()
    };
    let errors = &spec.head.value.errors;
    let success = errors.success.as_ref();
    let success = success.map(|codes| codes.iter().map(|code| code.0.clone()).collect::<Vec<_>>());
    Errors {
        code: parts(&errors.code),
        message: parts(&errors.message),
        help: parts(&errors.help),
        request_id: parts(&errors.request_id),
        namespaced: errors.namespaced,
        only_status: errors
            .only_status
            .map(statuses)
            .filter(|range| *range != ALL),
        success: success.filter(|codes| codes != &["0"]),
        codes: spec
            .codes
            .iter()
            .map(|code| error_code(spec, code))
            .collect(),
    }
}

/// The smallest and the largest HTTP status.
const ALL: (u16, u16) = (100, 999);

/// Returns the smallest and the largest HTTP status in a range.
pub(super) fn statuses(range: Bounds) -> (u16, u16) {
    let status = |bound: Option<i64>| bound.and_then(|bound| u16::try_from(bound).ok());
    (
        status(range.min).unwrap_or(ALL.0),
        status(range.max).unwrap_or(ALL.1),
    )
}

pub(super) fn error_code(spec: &Spec<'_>, code: &Piece<'_, spec::ErrorCode>) -> ErrorCode {
    // The checks have already rejected numbers that are not a valid status.
    let status = code
        .value
        .status
        .and_then(|status| u16::try_from(status).ok());
    let spec::ErrorCode {
        status: _,
        kind,
        docs,
        details,
        rust_name,
        allow: _,
    } = &code.value;
    let kind = kind.map(|kind| match kind {
        spec::ErrorKind::AccessDenied => "AccessDenied",
        spec::ErrorKind::Authentication => "Authentication",
        spec::ErrorKind::ClockSkew => "ClockSkew",
        spec::ErrorKind::Throttled => "Throttled",
        spec::ErrorKind::Transient => "Transient",
        spec::ErrorKind::NotFound => "NotFound",
        spec::ErrorKind::Invalid => "Invalid",
        spec::ErrorKind::Quota => "Quota",
        spec::ErrorKind::Other => "Other",
    });
    ErrorCode {
        wire: code.name.to_owned(),
        rust_name: rust_name
            .clone()
            .unwrap_or_else(|| names::error_code(code.name)),
        docs: docs.as_deref().map(|docs| docs::lines(docs).join(" ")),
        status,
        kind: kind.map(str::to_owned),
        details: details
            .as_deref()
            .map(|name| type_name(spec, name).to_owned()),
    }
}

/// Returns fixed headers. The content type belongs to the body.
pub(super) fn fixed_headers(headers: &[Piece<'_, String>]) -> Vec<(String, String)> {
    let pair = |header: &Piece<'_, String>| (header.name.to_owned(), header.value.clone());
    let headers = headers.iter().filter(|header| !is_content_type(header));
    headers.map(pair).collect()
}
