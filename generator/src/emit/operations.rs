//! Operations: the request and its builder, its metadata, and paging.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{ImplItem, Item};

use super::structures::Shape;
use super::syntax::{self, ident};
use crate::model::{FieldPath, Operation, Paging, PagingStyle, Service};

/// Emits the request and its implementation of `Operation`.
pub(super) fn emit(service: &Service, operation: &Operation, items: &mut Vec<Item>) {
    let output = match &operation.output {
        Some(output) => syntax::link(output),
        None => "nothing".to_owned(),
    };
    let answer = format!("Returns {output}. [API reference](<{}>)", operation.see);
    let docs = [operation.docs.clone(), vec![String::new(), answer]].concat();
    let shape = Shape {
        name: &operation.rust_name,
        docs: &docs,
        members: &operation.members,
        constructor: &operation.constructor,
        input: true,
        public: false,
        deprecated: operation.deprecated.as_ref(),
        renamed_from: operation.renamed_from.as_ref(),
    };
    items.push(shape.definition());
    items.extend(shape.debug());
    items.extend(shape.alias());
    items.push(shape.builder());
    items.push(facts(service, operation));
    items.extend(shape.record());
    items.extend(
        operation
            .paging
            .as_ref()
            .map(|paging| pages(operation, paging)),
    );
}

fn facts(service: &Service, operation: &Operation) -> Item {
    let name = ident(&operation.rust_name);
    let (marker, method) = (
        ident(&service.marker),
        ident(&operation.method.to_lowercase()),
    );
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
    let fixed = operation
        .fixed
        .iter()
        .map(|(name, value)| quote!((#name, #value)));
    let secret_reply = operation.secret_reply.then(|| {
        quote!(
            const SECRET_REPLY: bool = true;
        )
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
    let mut facts = syntax::item(quote! {
        impl rt::Operation for #name {
            type Service = #marker;
            type Output = #output;
            const NAME: &'static str = #wire;
            const HTTP: rt::Http = rt::Http::#method(#path, &[#(#fixed),*]);
            const READ_ONLY: bool = #read_only;
            #idempotent
            #no_body
            #secret_reply
        }
    });
    if let (Item::Impl(facts), Some(token)) = (&mut facts, token) {
        let blank = ImplItem::Verbatim(TokenStream::new());
        facts.items.extend(
            [Some(blank), syntax::parsed(token).map(ImplItem::Fn)]
                .into_iter()
                .flatten(),
        );
    }
    facts
}

fn pages(operation: &Operation, paging: &Paging) -> Item {
    let name = ident(&operation.rust_name);
    let item = syntax::ty(&paging.item);
    let request = ident(&paging.request);
    let items = by_reference(&paging.items);
    let optional = |path: &Option<FieldPath>| match path {
        Some(path) => copied(path),
        None => quote!(None),
    };
    let (next, position) = match &paging.style {
        PagingStyle::Token { token } => {
            let token = text(token);
            (quote!(rt::Next::token(#token)), quote!(Token))
        }
        PagingStyle::Marker { marker, more } => {
            let (more, marker) = (copied(more), text(marker));
            (quote!(rt::Next::marker(#more, #marker)), quote!(Token))
        }
        PagingStyle::PageNumber { total, size, .. } => {
            let (total, size) = (optional(total), optional(size));
            (
                quote!(rt::Next::page_number(self.#request, #size, #total)),
                quote!(Page),
            )
        }
        PagingStyle::Offset { total } => {
            let total = optional(total);
            (
                quote!(rt::Next::offset(self.#request, #total)),
                quote!(Offset),
            )
        }
    };
    // Whether the elements are counted, and whether `next` reads any field of the page.
    let (counts, looks) = match &paging.style {
        PagingStyle::PageNumber { total, size, .. } => (true, total.is_some() || size.is_some()),
        PagingStyle::Offset { total } => (true, total.is_some()),
        PagingStyle::Token { .. } | PagingStyle::Marker { .. } => (false, true),
    };
    let page = if looks { quote!(page) } else { quote!(_) };
    let functions = [
        quote! {
            fn next(&self, #page: &Self::Output) -> rt::Next {
                #next
            }
        },
        quote! {
            fn position(&mut self) -> rt::Position<'_> {
                rt::Position::#position(&mut self.#request)
            }
        },
        quote! {
            fn items(page: &mut Self::Output) -> Option<&mut Vec<#item>> {
                #items
            }
        },
    ];
    let functions = functions.into_iter().filter_map(syntax::parsed).collect();
    let mut pages = syntax::implementation(quote!(impl rt::Paginated for #name), functions);
    if let Item::Impl(pages) = &mut pages {
        let item = syntax::parsed(quote!(type Item = #item;)).map(ImplItem::Type);
        let counted = counts.then(|| {
            let way = syntax::texts(&paging.items.wire);
            syntax::parsed(quote!(const COUNTED: &'static [&'static str] = #way;))
        });
        let counted = counted.flatten().map(ImplItem::Const);
        let cap = paging.total_cap.and_then(|cap| {
            let cap = proc_macro2::Literal::i64_unsuffixed(cap);
            syntax::parsed(quote!(const TOTAL_CAP: Option<i64> = Some(#cap);))
        });
        let constants = counted.into_iter().chain(cap.map(ImplItem::Const));
        let blank = ImplItem::Verbatim(TokenStream::new());
        let first = item.into_iter().chain(constants).chain([blank]);
        pages.items.splice(0..0, first);
    }
    pages
}

/// An expression that leads through a page: a value that is always present, or an `Option` of a reference.
enum Way {
    Certain(TokenStream),
    Optional(TokenStream),
}

/// Returns the expression for the structure that contains the last field of a path, that field, and whether it is
/// required.
fn way(path: &FieldPath) -> (Way, TokenStream, bool) {
    let mut way = Way::Certain(quote!(page));
    let Some(((last, last_required), before)) = path.fields.split_last() else {
        return (way, TokenStream::new(), true);
    };
    for (field, required) in before {
        let field = ident(field);
        way = match (way, required) {
            (Way::Certain(at), true) => Way::Certain(quote!(#at.#field)),
            (Way::Certain(at), false) => Way::Optional(quote!(#at.#field.as_ref())),
            (Way::Optional(at), true) => Way::Optional(quote!(#at.map(|inner| &inner.#field))),
            (Way::Optional(at), false) => {
                Way::Optional(quote!(#at.and_then(|inner| inner.#field.as_ref())))
            }
        };
    }
    let last = ident(last);
    (way, quote!(#last), *last_required)
}

/// Returns an expression of type `Option<&str>`.
fn text(path: &FieldPath) -> TokenStream {
    let (way, field, required) = way(path);
    match (way, required) {
        (Way::Certain(at), true) => quote!(Some(&#at.#field)),
        (Way::Certain(at), false) => quote!(#at.#field.as_deref()),
        (Way::Optional(at), true) => quote!(#at.map(|inner| inner.#field.as_str())),
        (Way::Optional(at), false) => quote!(#at.and_then(|inner| inner.#field.as_deref())),
    }
}

/// Returns an expression whose type is an `Option` of a number or `bool`.
fn copied(path: &FieldPath) -> TokenStream {
    let (way, field, required) = way(path);
    match (way, required) {
        (Way::Certain(at), true) => quote!(Some(#at.#field)),
        (Way::Certain(at), false) => quote!(#at.#field),
        (Way::Optional(at), true) => quote!(#at.map(|inner| inner.#field)),
        (Way::Optional(at), false) => quote!(#at.and_then(|inner| inner.#field)),
    }
}

/// Returns an expression for the list itself, which is `None` if a structure on the way to it is absent.
fn by_reference(path: &FieldPath) -> TokenStream {
    let mut way = Way::Certain(quote!(page));
    let Some(((last, _), before)) = path.fields.split_last() else {
        return quote!(None);
    };
    for (field, required) in before {
        let field = ident(field);
        way = match (way, required) {
            (Way::Certain(at), true) => Way::Certain(quote!(#at.#field)),
            (Way::Certain(at), false) => Way::Optional(quote!(#at.#field.as_mut())),
            (Way::Optional(at), true) => Way::Optional(quote!(#at.map(|inner| &mut inner.#field))),
            (Way::Optional(at), false) => {
                Way::Optional(quote!(#at.and_then(|inner| inner.#field.as_mut())))
            }
        };
    }
    let last = ident(last);
    match way {
        Way::Certain(at) => quote!(Some(&mut #at.#last)),
        Way::Optional(at) => quote!(#at.map(|inner| &mut inner.#last)),
    }
}
