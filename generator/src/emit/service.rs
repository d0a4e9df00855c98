//! The type that represents the service, and its metadata.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Item;

use super::syntax::{self, ident, texts};
use crate::model::{ErrorCode, Keys, NotRead, Part, Scheme, Service, Setting, Support};

/// Returns the clients and their configuration.
pub(super) fn clients(service: &Service) -> [Item; 3] {
    let marker = ident(&service.marker);
    let client = format!("Asynchronous client of {}.", service.name);
    let blocking = format!(" Blocking client of {}.", service.name);
    let mut config = vec![format!(
        "Configuration of a client of {}: endpoint, credentials, timeouts, retries.",
        service.name
    )];
    config.extend(settings(&service.settings));
    [
        syntax::documented(
            std::slice::from_ref(&client),
            syntax::item(quote!(pub type Client = rt::Client<#marker>;)),
        ),
        syntax::documented(
            &["Blocking client.".to_owned()],
            syntax::item(quote! {
                pub mod blocking {
                    #[doc = #blocking]
                    pub type Client = super::rt::blocking::Client<super::#marker>;
                }
            }),
        ),
        syntax::documented(
            &config,
            syntax::item(quote!(pub type Config = rt::Config<#marker>;)),
        ),
    ]
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
pub(super) fn marker(service: &Service) -> Item {
    let marker = ident(&service.marker);
    let docs = format!(
        "Marker type of {}, used in types such as [`Client`].",
        service.name
    );
    syntax::documented(
        &[docs],
        syntax::item(quote!(#[derive(Clone, Copy, Debug)] pub struct #marker;)),
    )
}

/// Returns the metadata shared by all operations. Empty entries are omitted.
pub(super) fn facts(service: &Service) -> Item {
    let marker = ident(&service.marker);
    let Service {
        name,
        endpoint,
        environment,
        errors,
        ..
    } = service;
    let url = &endpoint.url;
    let domains = endpoint.domains.iter().map(|domain| {
        let (regions, plain, dual_stack) =
            (texts(&domain.regions), &domain.plain, &domain.dual_stack);
        quote!(rt::Domain { regions: #regions, plain: #plain, dual_stack: #dual_stack })
    });
    let auth = service.auth.iter().map(scheme);
    let facts = [
        list("domains", domains),
        option("default_region", endpoint.default_region.as_ref()),
        list("region_env", &environment.region),
        list("endpoint_env", &environment.endpoint),
        list("ignore_endpoint_env", &environment.ignore_endpoint),
        list("fips_env", &environment.fips),
        list("dual_stack_env", &environment.dual_stack),
        list("project_env", &environment.project_id),
        list("max_attempts_env", &environment.max_attempts),
        list("retry_mode_env", &environment.retry_mode),
        option("aws_service_id", environment.aws_service_id.as_ref()),
        list("not_read", environment.not_read.iter().map(not_read)),
        option("project_header", service.project_header.as_ref()),
        list("auth", auth),
        option("result", service.result.as_ref()),
        list("error_code", errors.code.iter().map(part)),
        list("error_message", errors.message.iter().map(part)),
        list("error_help", errors.help.iter().map(part)),
        list("request_id", errors.request_id.iter().map(part)),
        errors.namespaced.then(|| quote!(namespaced_codes: true)),
        errors.success.as_ref().map(|codes| {
            let codes = texts(codes);
            quote!(success_codes: #codes)
        }),
        list("codes", errors.codes.iter().map(code)),
    ];
    // Omitted entries take their values from the empty constant.
    let rest = facts
        .iter()
        .any(Option::is_none)
        .then(|| quote!(..rt::ServiceInfo::NONE));
    let facts = facts.into_iter().flatten();
    syntax::item(quote! {
        impl rt::Service for #marker {
            const INFO: &'static rt::ServiceInfo = &rt::ServiceInfo {
                name: #name,
                url: #url,
                #(#facts,)*
                #rest
            };
        }
    })
}

fn list<T: ToTokens>(name: &str, elements: impl IntoIterator<Item = T>) -> Option<TokenStream> {
    let name = ident(name);
    let mut elements = elements.into_iter().peekable();
    elements.peek()?;
    Some(quote!(#name: &[#(#elements),*]))
}

fn option(name: &str, value: Option<&String>) -> Option<TokenStream> {
    let name = ident(name);
    value.map(|value| quote!(#name: Some(#value)))
}

fn not_read(setting: &NotRead) -> TokenStream {
    let NotRead {
        name,
        docs,
        feature,
    } = setting;
    let feature = match feature {
        Some(feature) => quote!(Some(#feature)),
        None => quote!(None),
    };
    quote!(rt::NotRead { name: #name, docs: #docs, feature: #feature })
}

fn part(part: &Part) -> TokenStream {
    match part {
        Part::Header(name) => quote!(rt::Part::Header(#name)),
        Part::Body(path) => quote!(rt::Part::Body(#path)),
    }
}

fn code(code: &ErrorCode) -> TokenStream {
    let wire = &code.wire;
    let row = match code.status {
        Some(status) => {
            let status = Literal::u16_unsuffixed(status);
            quote!(rt::Code::http(#status, #wire))
        }
        None => quote!(rt::Code::any(#wire)),
    };
    match &code.kind {
        Some(kind) => {
            let kind = ident(kind);
            quote!(#row.means(rt::ServiceErrorKind::#kind))
        }
        None => row,
    }
}

fn scheme(scheme: &Scheme) -> TokenStream {
    match scheme {
        Scheme::AwsSigV4 { service, keys } => {
            let keys = self::keys(keys);
            quote!(rt::Scheme::AwsSigV4 { service: #service, keys: #keys })
        }
        Scheme::VolcengineHmac { service, keys } => {
            let keys = self::keys(keys);
            quote!(rt::Scheme::VolcengineHmac { service: #service, keys: #keys })
        }
        Scheme::BaiduBceV1(keys) => {
            let keys = self::keys(keys);
            quote!(rt::Scheme::BaiduBceV1(#keys))
        }
        Scheme::HuaweiSdkHmac(keys) => {
            let keys = self::keys(keys);
            quote!(rt::Scheme::HuaweiSdkHmac(#keys))
        }
        Scheme::Bearer { token } => {
            let token = texts(token);
            quote!(rt::Scheme::Bearer { token: #token })
        }
        Scheme::Token { header, token } => {
            let token = texts(token);
            quote!(rt::Scheme::Token { header: #header, token: #token })
        }
    }
}

fn keys(keys: &Keys) -> TokenStream {
    let (access_key, secret_key, session_token) = (
        texts(&keys.access_key),
        texts(&keys.secret_key),
        texts(&keys.session_token),
    );
    quote! {
        rt::Keys {
            access_key: #access_key,
            secret_key: #secret_key,
            session_token: #session_token,
        }
    }
}
