//! Operations: the request and its builder, its metadata, and paging.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Item;

use super::examples::example;
use super::nodes::{ident, list, pairs, texts};
use super::service;
use super::structures::Shape;
use super::syntax::{self, Code, InvalidItem};
use super::types;
use crate::model::{Catalog, FieldPath, Member, Operation, Paging, PagingStyle, Place, Service};
use crate::names;

/// Emits the request and its implementation of `Operation`.
pub(super) fn emit(
    service: &Service,
    operation: &Operation,
    code: &mut Code,
) -> Result<(), InvalidItem> {
    let output = match &operation.output {
        Some(output) => syntax::link(output),
        None => "nothing".to_owned(),
    };
    let way = match &operation.paging {
        Some(_) => {
            "[`Client::items`] returns the items of all pages, [`Client::pages`] the pages, and [`Client::send`] one page:"
        }
        None => "[`Client::send`] returns",
    };
    let docs = [
        operation.docs.clone(),
        vec![
            String::new(),
            format!("{way} {output}."),
            String::new(),
            format!("[API reference](<{}>)", operation.see),
            String::new(),
        ],
        example(service, operation),
    ]
    .concat();
    let shape = Shape {
        name: &operation.rust_name,
        docs: &docs,
        members: &operation.members,
        requirements: &operation.requirements,
        constructor: &operation.constructor,
        input: true,
        public: false,
        deprecated: operation.deprecated.as_ref(),
        renamed_from: operation.renamed_from.as_ref(),
    };
    code.push(shape.definition());
    shape.debug(code)?;
    shape.alias(code)?;
    code.push(shape.builder()?);
    code.push(facts(service, operation)?);
    shape.record(code)?;
    if let Some(paging) = &operation.paging {
        code.push(pages(operation, paging)?);
    }
    if let Some(catalog) = &operation.catalog {
        code.push(mapping(service, operation, catalog)?);
    }
    Ok(())
}

fn facts(of: &Service, operation: &Operation) -> Result<Item, InvalidItem> {
    let name = ident(&operation.rust_name);
    let (marker, method) = (ident(&of.marker), ident(&operation.method.to_lowercase()));
    let output = match &operation.output {
        Some(output) => ident(output).into_token_stream(),
        None => quote!(()),
    };
    let Operation {
        name: wire,
        path,
        read_only,
        ..
    } = operation;
    let fixed = operation.fixed.iter();
    let fixed = fixed.filter_map(|(name, value)| {
        let value = value.as_ref()?;
        Some(quote!((#name, #value)))
    });
    let http = more_http(operation);
    let secret_reply = operation.secret_reply.then(|| {
        quote!(
            const SECRET_REPLY: bool = true;
        )
    });
    let auth = operation.auth.as_ref().map(|schemes| {
        let schemes = list(schemes.iter().map(service::scheme));
        quote!(const AUTH: Option<&'static [rt::Scheme]> = Some(#schemes);)
    });
    let idempotent = operation.idempotent.then(|| {
        quote!(
            const IDEMPOTENT: bool = true;
        )
    });
    let no_body = (!operation.reads_body).then(|| {
        quote!(
            const HAS_OUTPUT: bool = false;
        )
    });
    let token = operation.members.iter().find_map(|member| {
        let (field, length) = (ident(&member.rust_name), member.token?);
        let length = Literal::usize_unsuffixed(length);
        Some(quote! {
            fn idempotency_token(&mut self) -> Option<rt::Token<'_>> {
                Some(rt::Token::new(&mut self.#field, #length))
            }
        })
    });
    syntax::item(quote! {
        impl rt::Operation for #name {
            type Service = #marker;
            type Output = #output;
            const NAME: &'static str = #wire;
            const HTTP: rt::Http = rt::Http::#method(#path, &[#(#fixed),*]) #http;
            #auth
            const READ_ONLY: bool = #read_only;
            #idempotent
            #no_body
            #secret_reply
            #token
        }
    })
}

/// Returns calls that add the less usual constant parts of a request.
fn more_http(operation: &Operation) -> TokenStream {
    let bare = operation.fixed.iter().filter(|(_, value)| value.is_none());
    let bare: Vec<_> = bare.map(|(name, _)| name.clone()).collect();
    let bare = (!bare.is_empty()).then(|| {
        let names = texts(&bare);
        quote!(.bare(#names))
    });
    let headers = (!operation.fixed_headers.is_empty()).then(|| {
        let headers = pairs(&operation.fixed_headers);
        quote!(.headers(#headers))
    });
    let prefix = operation.host_prefix.iter();
    let content_type = operation.content_type.iter();
    let content_type = content_type.filter(|content_type| *content_type != "application/json");
    let is_in_body = |member: &Member| matches!(member.place, Place::Body | Place::Payload);
    let is_empty = !operation.members.iter().any(is_in_body);
    let object = (operation.content_type.is_some() && is_empty).then(|| quote!(.object()));
    quote! {
        #bare
        #headers
        #(.host_prefix(#prefix))*
        #(.content_type(#content_type))*
        #object
    }
}

fn pages(operation: &Operation, paging: &Paging) -> Result<Item, InvalidItem> {
    let name = ident(&operation.rust_name);
    let item = types::ty(&paging.item);
    let request = paging.request.as_deref().map(ident);
    let request = request.map_or_else(TokenStream::new, |field| quote!(self.#field));
    let items = along(&paging.items, Access::List);
    let optional = |path: &Option<FieldPath>| match path {
        Some(path) => along(path, Access::Copied),
        None => quote!(None),
    };
    let (next, position) = match &paging.style {
        PagingStyle::Token { token } => {
            let token = along(token, Access::Text);
            (quote!(rt::Next::token(#token)), quote!(Token))
        }
        PagingStyle::Marker { marker, more } => {
            let (more, marker) = (along(more, Access::Copied), along(marker, Access::Text));
            (quote!(rt::Next::marker(#more, #marker)), quote!(Token))
        }
        PagingStyle::PageNumber { total, size, .. } => {
            let (total, size) = (optional(total), optional(size));
            (
                quote!(rt::Next::page_number(#request, #size, #total)),
                quote!(Page),
            )
        }
        PagingStyle::Offset { total } => {
            let total = optional(total);
            (quote!(rt::Next::offset(#request, #total)), quote!(Offset))
        }
        PagingStyle::None => (quote!(rt::Next::end()), quote!(Single)),
    };
    let position = match &paging.style {
        PagingStyle::None => quote!(rt::Position::Single),
        _ => quote!(rt::Position::#position(&mut #request)),
    };
    // Whether `next` reads any field of the page.
    let looks = match &paging.style {
        PagingStyle::PageNumber { total, size, .. } => total.is_some() || size.is_some(),
        PagingStyle::Offset { total } => total.is_some(),
        PagingStyle::Token { .. } | PagingStyle::Marker { .. } => true,
        PagingStyle::None => false,
    };
    let page = if looks { quote!(page) } else { quote!(_) };
    let facts = paging_facts(operation, paging);
    syntax::item(quote! {
        impl rt::Paginated for #name {
            type Item = #item;
            const PAGING: rt::Paging = #facts;
            fn next(&self, #page: &Self::Output) -> rt::Next {
                #next
            }
            fn position(&mut self) -> rt::Position<'_> {
                #position
            }
            fn items(page: &mut Self::Output) -> Option<&mut Vec<#item>> {
                #items
            }
        }
    })
}

/// Returns the implementation of `Catalogued`.
fn mapping(
    service: &Service,
    operation: &Operation,
    catalog: &Catalog,
) -> Result<Item, InvalidItem> {
    let name = ident(&operation.rust_name);
    let cloud = names::feature(&service.module);
    let path = |key: &str| catalog.paths.get(key);
    let id = path("id").map_or("", String::as_str);
    let mut facts = quote!(rt::Mapping::id(#id));
    for key in MAPPED {
        if let Some(path) = path(key) {
            let method = ident(key);
            facts.extend(quote!(.#method(#path)));
        }
    }
    if let Some(path) = path("status") {
        let statuses = catalog.statuses.iter().map(|(text, state)| {
            let state = ident(state);
            quote!((#text, rt::State::#state))
        });
        facts.extend(quote!(.status(#path, &[#(#statuses),*])));
    }
    syntax::item(quote! {
        impl rt::Catalogued for #name {
            const CLOUD: &'static str = #cloud;
            const MAPPING: rt::Mapping = #facts;
        }
    })
}

/// The methods of the runtime's `Mapping` that take a path.
const MAPPED: [&str; 10] = [
    "name",
    "customization",
    "modality",
    "base_model",
    "version",
    "created",
    "updated",
    "account",
    "project",
    "workspace",
];

/// Returns where the parts of paging are, in wire names.
fn paging_facts(operation: &Operation, paging: &Paging) -> TokenStream {
    let at = |path: &FieldPath| path.wire.join(".");
    let items = at(&paging.items);
    let (mut facts, total, size) = match &paging.style {
        PagingStyle::Token { token } => {
            let token = at(token);
            (quote!(rt::Paging::token(#items, #token)), None, None)
        }
        PagingStyle::Marker { marker, more } => {
            let (marker, more) = (at(marker), at(more));
            (
                quote!(rt::Paging::marker(#items, #marker, #more)),
                None,
                None,
            )
        }
        PagingStyle::PageNumber { total, size } => (
            quote!(rt::Paging::counted(#items)),
            total.as_ref(),
            size.as_ref(),
        ),
        PagingStyle::Offset { total } => {
            (quote!(rt::Paging::counted(#items)), total.as_ref(), None)
        }
        PagingStyle::None => (quote!(rt::Paging::single(#items)), None, None),
    };
    if let Some(total) = total.map(at) {
        facts.extend(quote!(.total(#total)));
    }
    if let Some(cap) = paging.total_cap.map(Literal::i64_unsuffixed) {
        facts.extend(quote!(.total_cap(#cap)));
    }
    if let Some(size) = size.map(at) {
        facts.extend(quote!(.stated_size(#size)));
    }
    let is_size = |member: &&Member| Some(&member.rust_name) == paging.page_size.as_ref();
    if let Some(parameter) = operation.members.iter().find(is_size) {
        let wire = &parameter.wire;
        facts.extend(quote!(.page_size(#wire)));
        let default = parameter.default.as_deref();
        if let Some(default) = default.and_then(|text| text.parse().ok()) {
            let default = Literal::i64_unsuffixed(default);
            facts.extend(quote!(.default_size(#default)));
        }
    }
    facts
}

/// What an expression yields for the value at the end of a path. It is always in an `Option`.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    /// A `&str`.
    Text,
    /// A number or a `bool`.
    Copied,
    /// A `&mut Vec<_>`.
    List,
}

/// Returns the expression that leads from `page` along a path. It is `None` if anything on the way is absent.
fn along(path: &FieldPath, access: Access) -> TokenStream {
    // `page.a.b` while everything is certain to be present, an `Option` of a reference afterwards.
    let (mut way, mut is_certain) = (quote!(page), true);
    for (index, (field, optional)) in path.fields.iter().enumerate() {
        let is_last = index + 1 == path.fields.len();
        let field = ident(field);
        let place = if is_certain {
            quote!(#way.#field)
        } else {
            quote!(inner.#field)
        };
        let is_present = !*optional;
        if is_certain && is_present && !is_last {
            way = place;
            continue;
        }
        let value = match (access, is_last, is_present) {
            (Access::List, _, true) => quote!(&mut #place),
            (Access::List, _, false) => quote!(#place.as_mut()),
            (Access::Copied, true, _) => place,
            (Access::Text, true, true) if is_certain => quote!(&#place),
            (Access::Text, true, true) => quote!(#place.as_str()),
            (Access::Text, true, false) => quote!(#place.as_deref()),
            (_, false, true) => quote!(&#place),
            (_, false, false) => quote!(#place.as_ref()),
        };
        way = match (is_certain, is_present) {
            (true, true) => quote!(Some(#value)),
            (true, false) => value,
            (false, true) => quote!(#way.map(|inner| #value)),
            (false, false) => quote!(#way.and_then(|inner| #value)),
        };
        is_certain = false;
    }
    way
}
