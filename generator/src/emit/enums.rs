//! Open enums: the values with their documentation, and the table of their wire names.

use quote::quote;
use syn::{Fields, Item, ItemEnum, Variant};

use super::syntax::{self, deprecated, docs, ident};
use crate::model::{Enum, ErrorCode, Service, Value};

/// Emits an enum of the spec.
pub(super) fn emit(item: &Enum, items: &mut Vec<Item>) {
    let name = ident(&item.name);
    let Some(mut definition) = syntax::parsed::<ItemEnum>(quote! {
        #[derive(Clone, Debug)]
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
    let rows = item.values.iter().map(|value| {
        let (wire, variant) = (&value.wire, ident(&value.rust_name));
        quote!((#wire, Self::#variant))
    });
    items.push(syntax::item(quote! {
        impl #name {
            /// All values this version of the crate knows, with their wire names.
            pub const KNOWN: rt::Table<Self> = &[#(#rows),*];
        }
    }));
    items.push(syntax::call("open_enum", quote!(#name)));
}

/// Emits the enum of the documented error codes.
pub(super) fn error_codes(service: &Service, items: &mut Vec<Item>) {
    let codes = &service.errors.codes;
    if codes.is_empty() {
        return;
    }
    let values = codes.iter().map(|code| Value {
        wire: code.wire.clone(),
        rust_name: code.rust_name.clone(),
        docs: vec![summary(code)],
        deprecated: None,
    });
    let item = Enum {
        name: "ErrorCode".to_owned(),
        docs: vec!["The error codes that the service documents.".to_owned()],
        values: values.collect(),
        deprecated: None,
        renamed_from: None,
        removed: Vec::new(),
    };
    emit(&item, items);
}

/// Returns the documentation of an error code: the code, its status, and what the spec says.
fn summary(code: &ErrorCode) -> String {
    let ErrorCode {
        wire, status, docs, ..
    } = code;
    let status = match status {
        Some(status) => format!("HTTP {status}"),
        None => "with several HTTP statuses".to_owned(),
    };
    match docs {
        Some(docs) => format!("`{wire}`, {status}. {docs}"),
        None => format!("`{wire}`, {status}."),
    }
}
