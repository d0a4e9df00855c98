//! Unions: an enum with a variant for each member, and the functions that write and read the one that is set.

use quote::quote;
use syn::{Item, ItemEnum, Variant};

use super::syntax::{self, deprecated, docs, ident, limits};
use crate::model::Union;

/// Emits a union of the spec.
pub(super) fn emit(union: &Union, items: &mut Vec<Item>) {
    items.extend(definition(union));
    items.extend(debug(union));
    items.extend(
        union
            .renamed_from
            .as_ref()
            .map(|old| syntax::alias(old, &union.name)),
    );
    items.push(members(union));
    items.push(syntax::call("union", {
        let name = ident(&union.name);
        quote!(#name)
    }));
}

fn has_secrets(union: &Union) -> bool {
    union.members.iter().any(|member| member.sensitive)
}

fn definition(union: &Union) -> Option<Item> {
    let name = ident(&union.name);
    let debug = (!has_secrets(union)).then(|| quote!(Debug,));
    let mut definition = syntax::parsed::<ItemEnum>(quote! {
        #[derive(Clone, #debug PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            /// A member this version of the crate does not know.
            Unknown(rt::UnknownMember),
        }
    })?;
    definition.attrs.splice(
        0..0,
        docs(&union.docs).chain(deprecated(union.deprecated.as_ref())),
    );
    let known = union.members.iter().filter_map(|member| {
        let (variant, ty) = (ident(&member.rust_name), syntax::member_type(member));
        let variant = syntax::parsed::<Variant>(quote!(#variant(#ty)))?;
        let attrs = docs(&member.docs)
            .chain(deprecated(member.deprecated.as_ref()))
            .collect();
        Some(Variant { attrs, ..variant })
    });
    definition.variants = known.chain(definition.variants).collect();
    Some(Item::Enum(definition))
}

/// Returns a manual implementation of `Debug` if a member is secret.
fn debug(union: &Union) -> Option<Item> {
    if !has_secrets(union) {
        return None;
    }
    let name = ident(&union.name);
    let arms = union.members.iter().map(|member| {
        let (text, variant) = (&member.rust_name, ident(&member.rust_name));
        if member.sensitive {
            quote!(Self::#variant(_) => f.debug_tuple(#text).field(&rt::Redacted).finish(),)
        } else {
            quote!(Self::#variant(value) => f.debug_tuple(#text).field(value).finish(),)
        }
    });
    Some(syntax::item(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms)*
                    Self::Unknown(member) => member.fmt(f),
                }
            }
        }
    }))
}

/// Returns what describes the members.
fn members(union: &Union) -> Item {
    let name = ident(&union.name);
    // A member that this crate does not know may be a secret like those beside it.
    let unknown = has_secrets(union).then(|| quote!(.sensitive()));
    let rows = union.members.iter().map(|member| {
        let (wire, variant) = (&member.wire, ident(&member.rust_name));
        let limits = union.input.then(|| limits(member));
        let format = syntax::format(member);
        quote!(Self::#variant(value) => to.body(#wire, value)#format #limits,)
    });
    let places = union.members.iter().map(|member| {
        let (wire, variant) = (&member.wire, ident(&member.rust_name));
        let format = syntax::read_format(member);
        quote!(Self::#variant(value) => to.member(#wire, value)#format,)
    });
    let blanks = union.members.iter().map(|member| {
        let (wire, variant) = (&member.wire, ident(&member.rust_name));
        quote!(#wire => Self::#variant(rt::blank()),)
    });
    let functions = [
        quote! {
            fn member<'a, 'm>(&'a self, to: &'m mut rt::Members<'a>) -> &'m mut rt::Member<'a> {
                match self {
                    #(#rows)*
                    Self::Unknown(member) => to.unknown(member)#unknown,
                }
            }
        },
        quote! {
            fn member_mut<'a, 'm>(&'a mut self, to: &'m mut rt::MembersMut<'a>) -> &'m mut rt::MemberMut<'a> {
                match self {
                    #(#places)*
                    Self::Unknown(member) => to.unknown(member),
                }
            }
        },
        quote! {
            fn set(&mut self, name: &str) -> bool {
                *self = match name {
                    #(#blanks)*
                    _ => return false,
                };
                true
            }
        },
    ];
    let functions = functions.into_iter().filter_map(syntax::parsed).collect();
    syntax::implementation(quote!(impl rt::Union for #name), functions)
}
