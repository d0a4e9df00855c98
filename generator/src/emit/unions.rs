//! Unions: an enum with a variant for each member, and the functions that write and read the one that is set.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Item};

use super::nodes::{deprecated, docs, ident, method, name_of, text};
use super::syntax::{self, Code, InvalidItem};
use super::types::{formatted, limited, member_type, read_formatted};
use crate::model::{Member, Union};

/// Emits a union of the spec.
pub(super) fn emit(union: &Union, code: &mut Code) -> Result<(), InvalidItem> {
    code.push(definition(union)?);
    if has_secrets(union) {
        code.push(debug(union)?);
    }
    if let Some(old) = &union.renamed_from {
        code.push(syntax::alias(old, &union.name)?);
    }
    code.push(members(union)?);
    let name = ident(&union.name);
    code.push(syntax::call("union", quote!(#name)));
    Ok(())
}

fn has_secrets(union: &Union) -> bool {
    union.members.iter().any(|member| member.sensitive)
}

fn definition(union: &Union) -> Result<Item, InvalidItem> {
    let name = ident(&union.name);
    let debug = (!has_secrets(union)).then(|| quote!(Debug,));
    let attributes = docs(&union.docs).chain(deprecated(union.deprecated.as_ref()));
    let variants = union.members.iter().map(|member| {
        let attributes = docs(&member.docs).chain(deprecated(member.deprecated.as_ref()));
        let (variant, ty) = (ident(&member.rust_name), member_type(member));
        quote!(#(#attributes)* #variant(#ty),)
    });
    syntax::item(quote! {
        #(#attributes)*
        #[derive(Clone, #debug PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A member this version of the crate does not know.
            Unknown(rt::UnknownMember),
        }
    })
}

/// Returns a manual implementation of `Debug`, which hides the members that are secret.
fn debug(union: &Union) -> Result<Item, InvalidItem> {
    let name = ident(&union.name);
    let arms = union.members.iter().map(|member| {
        let (text, variant) = (&member.rust_name, ident(&member.rust_name));
        if member.sensitive {
            quote!(Self::#variant(_) => f.debug_tuple(#text).field(&rt::Redacted).finish(),)
        } else {
            quote!(Self::#variant(value) => f.debug_tuple(#text).field(value).finish(),)
        }
    });
    syntax::item(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms)*
                    Self::Unknown(member) => member.fmt(f),
                }
            }
        }
    })
}

/// Returns what describes the members.
fn members(union: &Union) -> Result<Item, InvalidItem> {
    let name = ident(&union.name);
    // A member that this crate does not know may be a secret like those beside it.
    let unknown = has_secrets(union).then(|| quote!(.sensitive()));
    let rows = union.members.iter().map(|member| {
        let row = formatted(row(member, "body"), member);
        // Responses are not checked, because services change sooner than their documentation.
        let row = if union.input {
            limited(row, member)
        } else {
            row
        };
        arm(member, row)
    });
    let places = union
        .members
        .iter()
        .map(|member| arm(member, read_formatted(row(member, "member"), member)));
    let blanks = union.members.iter().map(|member| {
        let (wire, variant) = (&member.wire, ident(&member.rust_name));
        quote!(#wire => Self::#variant(rt::blank()),)
    });
    syntax::item(quote! {
        impl rt::Union for #name {
            fn member<'a, 'm>(&'a self, to: &'m mut rt::Members<'a>) -> &'m mut rt::Member<'a> {
                match self {
                    #(#rows)*
                    Self::Unknown(member) => to.unknown(member)#unknown,
                }
            }

            fn member_mut<'a, 'm>(
                &'a mut self,
                to: &'m mut rt::MembersMut<'a>,
            ) -> &'m mut rt::MemberMut<'a> {
                match self {
                    #(#places)*
                    Self::Unknown(member) => to.unknown(member),
                }
            }

            fn set(&mut self, name: &str) -> bool {
                *self = match name {
                    #(#blanks)*
                    _ => return false,
                };
                true
            }
        }
    })
}

/// Returns `to.function("wire", value)`.
fn row(member: &Member, function: &str) -> Expr {
    method(
        name_of("to"),
        function,
        [text(&member.wire), name_of("value")],
    )
}

fn arm(member: &Member, row: Expr) -> TokenStream {
    let variant = ident(&member.rust_name);
    let row = row.into_token_stream();
    quote!(Self::#variant(value) => #row,)
}
