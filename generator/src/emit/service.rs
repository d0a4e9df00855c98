//! The type that represents the service, and its metadata.

use std::collections::BTreeSet;

use quote::quote;
use syn::{Expr, ImplItem, Item};

use super::nodes::{
    boolean, call, docs, ident, integer, list, method, name_of, pairs, path, path_to, reference,
    some, structure, text, texts, variant,
};
use super::syntax::{self, Code, InvalidItem};
use crate::model::{
    Domain, EndpointParameter, ErrorCode, Keys, NotRead, Part, Scheme, Service, Setting, Support,
};

/// Emits the clients and their configuration.
pub(super) fn clients(service: &Service, code: &mut Code) -> Result<(), InvalidItem> {
    let marker = ident(&service.marker);
    let client = format!("Asynchronous client of {}.", service.name);
    let blocking = format!(" Blocking client of {}.", service.name);
    let mut config = vec![format!(
        "Configuration of a client of {}: endpoint, credentials, timeouts, retries.",
        service.name
    )];
    config.extend(settings(&service.settings));
    let client = syntax::documented(
        &[client],
        syntax::item(quote!(pub type Client = rt::Client<#marker>;))?,
    );
    let blocking = syntax::documented(
        &["Blocking client.".to_owned()],
        syntax::item(quote! {
            pub mod blocking {
                #[doc = #blocking]
                pub type Client = super::rt::blocking::Client<super::#marker>;
            }
        })?,
    );
    let config = syntax::documented(
        &config,
        syntax::item(quote!(pub type Config = rt::Config<#marker>;))?,
    );
    [client, blocking, config]
        .into_iter()
        .for_each(|item| code.push(item));
    Ok(())
}

/// Returns the documentation of the variables and files: one list per kind of support, in the order of their first
/// entries.
fn settings(settings: &[Setting]) -> Vec<String> {
    let mut kinds: Vec<&Support> = Vec::new();
    for setting in settings {
        if !kinds.contains(&&setting.support) {
            kinds.push(&setting.support);
        }
    }
    let mut lines = Vec::new();
    for kind in kinds {
        let head = match kind {
            Support::Read => {
                "Environment variables; among alternatives, the first one that is set wins:"
                    .to_owned()
            }
            Support::WithFeature(feature) => format!("Supported with the feature `{feature}`:"),
            Support::NotRead => "Read by the vendor's own tools, but not by this crate:".to_owned(),
        };
        lines.extend([String::new(), head, String::new()]);
        let settings = settings.iter().filter(|setting| setting.support == *kind);
        lines.extend(settings.map(|Setting { purpose, names, .. }| match kind {
            Support::Read => format!("- {purpose}: {names}"),
            _ => format!("- {names}: {purpose}"),
        }));
    }
    lines
}

/// Returns the type that represents the service.
pub(super) fn marker(service: &Service) -> Result<Item, InvalidItem> {
    let marker = ident(&service.marker);
    let docs = format!(
        "Marker type of {}, used in types such as [`Client`].",
        service.name
    );
    let marker = syntax::item(quote!(#[derive(Clone, Copy, Debug)] pub struct #marker;))?;
    Ok(syntax::documented(&[docs], marker))
}

/// Returns the metadata shared by all operations. Empty entries are omitted.
pub(super) fn facts(service: &Service) -> Result<Item, InvalidItem> {
    let marker = ident(&service.marker);
    let Service {
        endpoint,
        environment,
        errors,
        ..
    } = service;
    let facts = [
        ("name", Some(text(&service.name))),
        ("url", Some(text(&endpoint.url))),
        (
            "endpoint_parameters",
            rows(&endpoint.parameters, endpoint_parameter),
        ),
        ("domains", rows(&endpoint.domains, domain)),
        ("default_region", option(endpoint.default_region.as_ref())),
        ("region_env", names(&environment.region)),
        ("endpoint_env", names(&environment.endpoint)),
        ("ignore_endpoint_env", names(&environment.ignore_endpoint)),
        ("fips_env", names(&environment.fips)),
        ("dual_stack_env", names(&environment.dual_stack)),
        ("project_env", names(&environment.project_id)),
        ("max_attempts_env", names(&environment.max_attempts)),
        ("retry_mode_env", names(&environment.retry_mode)),
        (
            "aws_service_id",
            option(environment.aws_service_id.as_ref()),
        ),
        ("not_read", rows(&environment.not_read, not_read)),
        ("project_header", option(service.project_header.as_ref())),
        (
            "project_in_urls",
            service.has_project_in_urls().then(|| boolean(true)),
        ),
        (
            "fixed_headers",
            (!service.fixed_headers.is_empty()).then(|| pairs(&service.fixed_headers)),
        ),
        ("auth", rows(&service.auth, scheme)),
        ("result", option(service.result.as_ref())),
        ("error_code", rows(&errors.code, part)),
        ("error_message", rows(&errors.message, part)),
        ("error_help", rows(&errors.help, part)),
        ("request_id", rows(&errors.request_id, part)),
        ("namespaced_codes", errors.namespaced.then(|| boolean(true))),
        ("only_status", errors.only_status.map(statuses)),
        ("success_codes", errors.success.as_deref().map(texts)),
        ("codes", rows(&errors.codes, code)),
    ];
    // Omitted entries take their values from the empty constant.
    let rest = facts
        .iter()
        .any(|(_, fact)| fact.is_none())
        .then(|| path_to(&["rt", "ServiceInfo", "NONE"]));
    let facts = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact?)));
    let facts = structure(path(&["rt", "ServiceInfo"]), facts, rest);
    let mut item = syntax::item(quote! {
        impl rt::Service for #marker {
            const INFO: &'static rt::ServiceInfo = &rt::ServiceInfo::NONE;
        }
    })?;
    if let Item::Impl(item) = &mut item
        && let [ImplItem::Const(info)] = item.items.as_mut_slice()
    {
        info.expr = reference(facts);
    }
    Ok(item)
}

fn rows<T>(elements: &[T], row: impl Fn(&T) -> Expr) -> Option<Expr> {
    (!elements.is_empty()).then(|| list(elements.iter().map(row)))
}

fn names(names: &[String]) -> Option<Expr> {
    rows(names, |name| text(name))
}

fn option(value: Option<&String>) -> Option<Expr> {
    value.map(|value| some(text(value)))
}

fn optional(value: Option<&String>) -> Expr {
    option(value).unwrap_or_else(|| name_of("None"))
}

fn endpoint_parameter(parameter: &EndpointParameter) -> Expr {
    let fields = [
        ("name", text(&parameter.wire)),
        ("env", texts(&parameter.env)),
        ("chars", optional(parameter.chars.as_ref())),
    ];
    structure(path(&["rt", "UrlPart"]), fields, None)
}

fn domain(domain: &Domain) -> Expr {
    let fields = [
        ("regions", texts(&domain.regions)),
        ("plain", text(&domain.plain)),
        ("dual_stack", text(&domain.dual_stack)),
    ];
    structure(path(&["rt", "Domain"]), fields, None)
}

fn not_read(setting: &NotRead) -> Expr {
    let feature = setting.feature.as_ref();
    let fields = [
        ("name", text(&setting.name)),
        ("docs", text(&setting.docs)),
        ("feature", optional(feature)),
    ];
    structure(path(&["rt", "NotRead"]), fields, None)
}

fn part(part: &Part) -> Expr {
    let (variant, name) = match part {
        Part::Header(name) => ("Header", name),
        Part::Body(path) => ("Body", path),
    };
    call(path_to(&["rt", "Part", variant]), [text(name)])
}

/// Returns `400..=499`.
fn statuses((first, last): (u16, u16)) -> Expr {
    let (first, last) = (integer(first.into()), integer(last.into()));
    syn::parse_quote!(#first..=#last)
}

fn code(code: &ErrorCode) -> Expr {
    let wire = text(&code.wire);
    let row = match code.status {
        Some(status) => call(
            path_to(&["rt", "Code", "http"]),
            [integer(status.into()), wire],
        ),
        None => call(path_to(&["rt", "Code", "any"]), [wire]),
    };
    let row = match &code.kind {
        Some(kind) => method(row, "means", [path_to(&["rt", "ServiceErrorKind", kind])]),
        None => row,
    };
    match &code.details {
        Some(details) => {
            let details = ident(details);
            syn::parse_quote!(#row.details::<#details>())
        }
        None => row,
    }
}

/// Emits for each structure with details of errors that it is one.
pub(super) fn details(service: &Service, code: &mut Code) -> Result<(), InvalidItem> {
    let marker = ident(&service.marker);
    let codes = service.errors.codes.iter();
    let names: BTreeSet<_> = codes.filter_map(|code| code.details.as_ref()).collect();
    for name in names {
        let name = ident(name);
        code.push(syntax::item(quote! {
            impl rt::Details for #name {
                type Service = #marker;
            }
        })?);
    }
    Ok(())
}

/// Emits the enum of the parameters of the endpoint, if there are any.
pub(super) fn endpoint_parameters(service: &Service, code: &mut Code) -> Result<(), InvalidItem> {
    let parameters = &service.endpoint.parameters;
    if parameters.is_empty() {
        return Ok(());
    }
    let marker = ident(&service.marker);
    let mut definition = syntax::item(quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EndpointParameter {}
    })?;
    if let Item::Enum(definition) = &mut definition {
        let variants = parameters.iter().map(|parameter| {
            let docs = docs(std::slice::from_ref(&parameter.docs));
            variant(docs.collect(), &parameter.rust_name)
        });
        definition.variants = variants.collect();
    }
    let summary = "Parameters of the endpoint, which [`Config`] takes.";
    code.push(syntax::documented(&[summary.to_owned()], definition));
    let names = parameters.iter().map(|parameter| {
        let (variant, name) = (ident(&parameter.rust_name), &parameter.wire);
        quote!(Self::#variant => #name,)
    });
    code.push(syntax::item(quote! {
        impl rt::EndpointParameter for EndpointParameter {
            type Service = #marker;
            fn name(&self) -> &'static str {
                match self {
                    #(#names)*
                }
            }
        }
    })?);
    Ok(())
}

pub(super) fn scheme(scheme: &Scheme) -> Expr {
    let with =
        |name, fields: [(&str, Expr); 2]| structure(path(&["rt", "Scheme", name]), fields, None);
    match scheme {
        Scheme::AwsSigV4 { service, keys } => with(
            "AwsSigV4",
            [("service", text(service)), ("keys", self::keys(keys))],
        ),
        Scheme::VolcengineHmac { service, keys } => with(
            "VolcengineHmac",
            [("service", text(service)), ("keys", self::keys(keys))],
        ),
        Scheme::BaiduBceV1(keys) => {
            call(path_to(&["rt", "Scheme", "BaiduBceV1"]), [self::keys(keys)])
        }
        Scheme::HuaweiSdkHmac(keys) => call(
            path_to(&["rt", "Scheme", "HuaweiSdkHmac"]),
            [self::keys(keys)],
        ),
        Scheme::Bearer { token } => structure(
            path(&["rt", "Scheme", "Bearer"]),
            [("token", texts(token))],
            None,
        ),
        Scheme::Token { header, token } => {
            with("Token", [("header", text(header)), ("token", texts(token))])
        }
        Scheme::QueryToken { query, token } => with(
            "QueryToken",
            [("query", text(query)), ("token", texts(token))],
        ),
        Scheme::Basic(keys) => call(path_to(&["rt", "Scheme", "Basic"]), [self::keys(keys)]),
        Scheme::None => path_to(&["rt", "Scheme", "None"]),
    }
}

fn keys(keys: &Keys) -> Expr {
    let fields = [
        ("access_key", texts(&keys.access_key)),
        ("secret_key", texts(&keys.secret_key)),
        ("session_token", texts(&keys.session_token)),
    ];
    structure(path(&["rt", "Keys"]), fields, None)
}
