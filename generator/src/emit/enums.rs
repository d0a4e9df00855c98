//! Open enums: the values with their docs, and the table of their wire texts.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use super::syntax::{self, deprecated, docs, ident};
use crate::model::{Enum, Service};

/// An enum of the spec.
pub(super) fn emit(item: &Enum, items: &mut Vec<Item>) {
    let variants = item.values.iter().map(|value| {
        let name = ident(&value.rust_name);
        let (text, deprecated) = (docs(&value.docs), deprecated(value.deprecated.as_ref()));
        quote!(#text #deprecated #name)
    });
    let rows = item
        .values
        .iter()
        .map(|value| (value.wire.as_str(), value.rust_name.as_str()));
    let (text, deprecated) = (docs(&item.docs), deprecated(item.deprecated.as_ref()));
    items.push(definition(&item.name, quote!(#text #deprecated), variants));
    if let Some(old) = &item.renamed_from {
        items.push(alias(old, &item.name));
    }
    let name = ident(&item.name);
    let rows = rows.map(|(wire, name)| named(name, wire));
    items.push(syntax::item(quote!(rt::open_enum!(#name { #(#rows),* });)));
}

/// A Rust name, and its wire text where that is another.
pub(super) fn named(name: &str, wire: &str) -> TokenStream {
    let identifier = ident(name);
    if name == wire {
        quote!(#identifier)
    } else {
        quote!(#identifier = #wire)
    }
}

/// The enum of the documented error codes: grouped by status and meaning, in the order in which each first appears.
pub(super) fn error_codes(service: &Service) -> Option<Item> {
    let mut groups: Vec<((u16, Option<&str>), Vec<TokenStream>)> = Vec::new();
    for code in &service.errors.codes {
        let docs = code.docs.as_ref().map(|docs| quote!([#docs]));
        let name = named(&code.rust_name, &code.wire);
        let code_of_group = quote!(#name #docs);
        let key = (code.status, code.kind);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, codes)) => codes.push(code_of_group),
            None => groups.push((key, vec![code_of_group])),
        }
    }
    let groups = groups.iter().map(|((status, kind), codes)| {
        let status = proc_macro2::Literal::u16_unsuffixed(*status);
        let kind = kind.map(ident);
        quote!(#status #kind => #(#codes),*;)
    });
    let item = || syntax::item(quote!(rt::error_codes!(ErrorCode { #(#groups)* });));
    (!service.errors.codes.is_empty()).then(item)
}

fn definition(
    name: &str,
    attributes: TokenStream,
    variants: impl Iterator<Item = TokenStream>,
) -> Item {
    let name = ident(name);
    syntax::item(quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value newer than this crate.
            Unknown(rt::Unknown<Self>),
        }
    })
}

fn alias(old: &str, new: &str) -> Item {
    let (text, reason) = (
        format!(" The former name of [`{new}`]."),
        format!("renamed to `{new}`"),
    );
    let (old, new) = (ident(old), ident(new));
    syntax::item(quote! {
        #[doc = #text]
        #[deprecated = #reason]
        pub type #old = #new;
    })
}
