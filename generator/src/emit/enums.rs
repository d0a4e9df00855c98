//! Open enums: the values with their documentation, and the table of their wire names.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Fields, Item, ItemEnum, Variant};

use super::syntax::{self, deprecated, docs, ident};
use crate::model::{Enum, Service};

/// Emits an enum of the spec.
pub(super) fn emit(item: &Enum, items: &mut Vec<Item>) {
    let name = ident(&item.name);
    let Some(mut definition) = syntax::parsed::<ItemEnum>(quote! {
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            /// A value this version of the crate does not know.
            Unknown(rt::Unknown<Self>),
        }
    }) else {
        return;
    };
    definition.attrs.splice(
        0..0,
        docs(&item.docs).chain(deprecated(item.deprecated.as_ref())),
    );
    let known = item.values.iter().map(|value| Variant {
        attrs: docs(&value.docs)
            .chain(deprecated(value.deprecated.as_ref()))
            .collect(),
        ident: ident(&value.rust_name),
        fields: Fields::Unit,
        discriminant: None,
    });
    definition.variants = known.chain(definition.variants).collect();
    items.push(Item::Enum(definition));
    items.extend(
        item.renamed_from
            .as_ref()
            .map(|old| syntax::alias(old, &item.name)),
    );
    let rows = item
        .values
        .iter()
        .map(|value| named(&value.rust_name, &value.wire));
    items.push(syntax::call("open_enum", quote!(#name { #(#rows),* })));
}

/// Returns a Rust name, followed by the wire name if it differs.
pub(super) fn named(name: &str, wire: &str) -> TokenStream {
    let identifier = ident(name);
    if name == wire {
        quote!(#identifier)
    } else {
        quote!(#identifier = #wire)
    }
}

/// Returns the enum of the documented error codes, grouped by status and kind.
pub(super) fn error_codes(service: &Service) -> Option<Item> {
    /// Status and kind, and the codes that share them.
    type Group<'a> = ((Option<u16>, Option<&'a str>), Vec<TokenStream>);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for code in &service.errors.codes {
        let docs = code.docs.as_ref().map(|docs| quote!([#docs]));
        let name = named(&code.rust_name, &code.wire);
        let code_of_group = quote!(#name #docs);
        let key = (code.status, code.kind.as_deref());
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, codes)) => codes.push(code_of_group),
            None => groups.push((key, vec![code_of_group])),
        }
    }
    groups.sort_by_key(|(key, _)| *key);
    let groups = groups.iter().map(|((status, kind), codes)| {
        let status = match status {
            Some(status) => proc_macro2::Literal::u16_unsuffixed(*status).into_token_stream(),
            None => quote!(_),
        };
        let kind = kind.map(ident);
        quote!(#status #kind => #(#codes),*;)
    });
    let item = || syntax::call("error_codes", quote!(ErrorCode { #(#groups)* }));
    (!service.errors.codes.is_empty()).then(item)
}
