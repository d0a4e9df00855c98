//! The service itself: a type that stands for it, and its facts as data.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use super::syntax::{self, ident, texts};
use crate::model::{Keys, Part, Scheme, Service};

/// The configuration of its clients.
pub(super) fn config(service: &Service) -> Item {
    let marker = ident(&service.marker);
    let text = format!(" Where requests to {} go, and how they are checked.", service.name);
    syntax::item(quote! {
        #[doc = #text]
        pub type Config = runtime::Config<#marker>;
    })
}

/// The type that stands for the service.
pub(super) fn marker(service: &Service) -> Item {
    let marker = ident(&service.marker);
    let text = format!(" {}, in types such as [`Config`].", service.name);
    syntax::item(quote! {
        #[doc = #text]
        #[derive(Clone, Copy, Debug)]
        pub struct #marker;
    })
}

/// Everything that holds for all of its operations.
pub(super) fn facts(service: &Service) -> Item {
    let marker = ident(&service.marker);
    let name = &service.name;
    let (endpoint, environment, errors) = (endpoint(service), environment(service), errors(service));
    let auth = service.auth.iter().map(scheme);
    let project_header = option(service.project_header.as_ref());
    let result = option(service.result.as_ref());
    syntax::item(quote! {
        impl runtime::Service for #marker {
            const INFO: &'static runtime::ServiceInfo = &runtime::ServiceInfo {
                name: #name,
                endpoint: #endpoint,
                environment: #environment,
                auth: &[#(#auth),*],
                project_header: #project_header,
                result: #result,
                errors: #errors,
            };
        }
    })
}

fn endpoint(service: &Service) -> TokenStream {
    let url = &service.endpoint.url;
    let domains = service.endpoint.domains.iter().map(|domain| {
        let (regions, plain, dual_stack) = (texts(&domain.regions), &domain.plain, &domain.dual_stack);
        quote!(runtime::Domain { regions: #regions, plain: #plain, dual_stack: #dual_stack })
    });
    let default_region = option(service.endpoint.default_region.as_ref());
    quote!(runtime::Endpoint { url: #url, domains: &[#(#domains),*], default_region: #default_region })
}

fn environment(service: &Service) -> TokenStream {
    let environment = &service.environment;
    let (region, endpoint) = (texts(&environment.region), texts(&environment.endpoint));
    let (fips, dual_stack) = (texts(&environment.fips), texts(&environment.dual_stack));
    let project_id = texts(&environment.project_id);
    quote!(runtime::Environment {
        region: #region,
        endpoint: #endpoint,
        fips: #fips,
        dual_stack: #dual_stack,
        project_id: #project_id,
    })
}

fn scheme(scheme: &Scheme) -> TokenStream {
    match scheme {
        Scheme::AwsSigV4 { service, keys } => {
            let keys = self::keys(keys);
            quote!(runtime::Scheme::AwsSigV4 { service: #service, keys: #keys })
        }
        Scheme::VolcengineHmac { service, keys } => {
            let keys = self::keys(keys);
            quote!(runtime::Scheme::VolcengineHmac { service: #service, keys: #keys })
        }
        Scheme::BaiduBceV1(keys) => {
            let keys = self::keys(keys);
            quote!(runtime::Scheme::BaiduBceV1 { keys: #keys })
        }
        Scheme::HuaweiSdkHmac(keys) => {
            let keys = self::keys(keys);
            quote!(runtime::Scheme::HuaweiSdkHmac { keys: #keys })
        }
        Scheme::Bearer { token } => {
            let token = texts(token);
            quote!(runtime::Scheme::Bearer { token: #token })
        }
        Scheme::Token { header, token } => {
            let token = texts(token);
            quote!(runtime::Scheme::Token { header: #header, token: #token })
        }
    }
}

fn keys(keys: &Keys) -> TokenStream {
    let (access, secret, session) = (texts(&keys.access_key), texts(&keys.secret_key), texts(&keys.session_token));
    quote!(runtime::Keys { access_key: #access, secret_key: #secret, session_token: #session })
}

fn errors(service: &Service) -> TokenStream {
    let errors = &service.errors;
    let (code, message, request_id) = (parts(&errors.code), parts(&errors.message), parts(&errors.request_id));
    let namespaced = errors.namespaced;
    // Grouped by what they mean, in the order in which each meaning first appears.
    let mut kinds: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for code in &errors.codes {
        let at = *index.entry(code.kind).or_insert_with(|| {
            kinds.push((code.kind, Vec::new()));
            kinds.len() - 1
        });
        if let Some((_, codes)) = kinds.get_mut(at) {
            codes.push(&code.wire);
        }
    }
    let kinds = kinds.iter().map(|(kind, codes)| {
        let kind = ident(kind);
        quote!((runtime::CodeKind::#kind, &[#(#codes),*]))
    });
    quote!(runtime::Errors {
        code: #code,
        message: #message,
        request_id: #request_id,
        namespaced: #namespaced,
        kinds: &[#(#kinds),*],
    })
}

fn parts(parts: &[Part]) -> TokenStream {
    let parts = parts.iter().map(|part| match part {
        Part::Header(name) => quote!(runtime::Part::Header(#name)),
        Part::Body(path) => quote!(runtime::Part::Body(#path)),
    });
    quote!(&[#(#parts),*])
}

fn option(value: Option<&String>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
