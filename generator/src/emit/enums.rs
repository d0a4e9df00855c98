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
    let rows = item.values.iter().map(|value| (value.wire.as_str(), value.rust_name.as_str()));
    let (text, deprecated) = (docs(&item.docs), deprecated(item.deprecated.as_ref()));
    items.push(definition(&item.name, quote!(#text #deprecated), variants));
    if let Some(old) = &item.renamed_from {
        items.push(alias(old, &item.name));
    }
    let silence = item.values.iter().any(|value| value.deprecated.is_some());
    items.push(table(&item.name, rows, silence));
}

/// The enum of the documented error codes.
pub(super) fn error_code(service: &Service, items: &mut Vec<Item>) {
    let codes = &service.errors.codes;
    if codes.is_empty() {
        return;
    }
    let variants = codes.iter().map(|code| {
        let (name, text) = (ident(&code.rust_name), docs(&code.docs));
        quote!(#text #name)
    });
    let text = format!(" The error codes that {} documents.", service.name);
    items.push(definition("ErrorCode", quote!(#[doc = #text]), variants));
    items.push(table("ErrorCode", codes.iter().map(|code| (code.wire.as_str(), code.rust_name.as_str())), false));
}

fn definition(name: &str, attributes: TokenStream, variants: impl Iterator<Item = TokenStream>) -> Item {
    let name = ident(name);
    syntax::item(quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value newer than this crate.
            Unknown(runtime::Unknown<Self>),
        }
    })
}

fn alias(old: &str, new: &str) -> Item {
    let (text, reason) = (format!(" The former name of [`{new}`]."), format!("renamed to `{new}`"));
    let (old, new) = (ident(old), ident(new));
    syntax::item(quote! {
        #[doc = #text]
        #[deprecated = #reason]
        pub type #old = #new;
    })
}

fn table<'a>(name: &str, rows: impl Iterator<Item = (&'a str, &'a str)>, silence: bool) -> Item {
    let name = ident(name);
    let rows = rows.map(|(wire, variant)| {
        let variant = ident(variant);
        quote!((#wire, Self::#variant))
    });
    // The table names deprecated values too.
    let silence = silence.then(|| quote!(#[allow(deprecated)]));
    syntax::item(quote! {
        #silence
        impl runtime::OpenEnum for #name {
            const TABLE: runtime::Table<Self> = &[#(#rows),*];
        }
    })
}
