//! Open enums: the values with their documentation, and the table of their wire names.

use quote::quote;
use syn::{ImplItem, Item};

use super::nodes::{deprecated, docs, ident, list, pair, path_to, text, variant};
use super::syntax::{self, Code, InvalidItem};
use crate::model::{Enum, ErrorCode, Service, Value};

thread_local! {
    static DEFINITION: Result<Item, InvalidItem> = syntax::item(quote! {
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum Name {
            /// A value this version of the crate does not know.
            Unknown(rt::Unknown<Self>),
        }
    });
    static TABLE: Result<Item, InvalidItem> = syntax::item(quote! {
        impl Name {
            /// All values this version of the crate knows, with their wire names.
            pub const KNOWN: rt::Table<Self> = &[];
        }
    });
}

/// Emits an enum of the spec.
pub(super) fn emit(item: &Enum, code: &mut Code) -> Result<(), InvalidItem> {
    let mut definition = syntax::fixed(&DEFINITION, &item.name)?;
    if let Item::Enum(definition) = &mut definition {
        let attrs = docs(&item.docs).chain(deprecated(item.deprecated.as_ref()));
        definition.attrs.splice(0..0, attrs);
        let unknown = std::mem::take(&mut definition.variants);
        let known = item.values.iter().map(|value| {
            let attrs = docs(&value.docs).chain(deprecated(value.deprecated.as_ref()));
            variant(attrs.collect(), &value.rust_name)
        });
        definition.variants = known.chain(unknown).collect();
    }
    code.push(definition);
    if let Some(old) = &item.renamed_from {
        code.push(syntax::alias(old, &item.name)?);
    }
    let mut table = syntax::fixed(&TABLE, &item.name)?;
    let rows = item
        .values
        .iter()
        .map(|value| pair(text(&value.wire), path_to(&["Self", &value.rust_name])));
    if let Item::Impl(table) = &mut table
        && let [ImplItem::Const(known)] = table.items.as_mut_slice()
    {
        known.expr = list(rows);
    }
    code.push(table);
    let name = ident(&item.name);
    code.push(syntax::call("open_enum", quote!(#name)));
    Ok(())
}

/// Emits the enum of the documented error codes.
pub(super) fn error_codes(service: &Service, code: &mut Code) -> Result<(), InvalidItem> {
    let codes = &service.errors.codes;
    if codes.is_empty() {
        return Ok(());
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
    emit(&item, code)
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
