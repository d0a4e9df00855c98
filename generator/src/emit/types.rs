//! Types of fields and arguments, and the limits of members.

use quote::quote;
use syn::{Expr, Type};

use super::nodes::{
    call, generic, impl_into, impl_into_iterator, integer, method, name_of, named, number, path_to,
    text,
};
use crate::model::{Limit, Member, TimestampFormat, Ty};

/// Returns a type without `Option`.
pub(super) fn ty(ty: &Ty) -> Type {
    match ty {
        Ty::String => named("String"),
        Ty::Integer => named("i64"),
        Ty::Number => named("f64"),
        Ty::Boolean => named("bool"),
        Ty::Timestamp(_) => named("Timestamp"),
        Ty::Json => syn::parse_quote!(rt::Json),
        Ty::Bytes => syn::parse_quote!(rt::Bytes),
        Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => named(name),
        Ty::List(element) => generic("Vec", self::ty(element)),
        Ty::Map(value) => {
            let value = self::ty(value);
            syn::parse_quote!(std::collections::BTreeMap<String, #value>)
        }
    }
}

/// Returns the type of a member without `Option`.
pub(super) fn member_type(member: &Member) -> Type {
    let ty = ty(&member.ty);
    if member.boxed { generic("Box", ty) } else { ty }
}

/// Returns the type of a field. `input` is whether its structure occurs in requests.
pub(super) fn field_type(member: &Member, input: bool) -> Type {
    let ty = member_type(member);
    if member.is_optional(input) {
        generic("Option", ty)
    } else {
        ty
    }
}

/// Returns the type of the argument for a member.
pub(super) fn argument(ty: &Ty) -> Type {
    match ty {
        Ty::List(element) => impl_into_iterator(element_argument(element)),
        Ty::Map(value) => {
            let value = element_argument(value);
            impl_into_iterator(syn::parse_quote!((impl Into<String>, #value)))
        }
        ty => element_argument(ty),
    }
}

fn element_argument(ty: &Ty) -> Type {
    let argument = self::ty(ty);
    if takes_into(ty) {
        impl_into(argument)
    } else {
        argument
    }
}

/// Whether the argument for a value is everything that converts into its type.
pub(super) fn takes_into(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::String | Ty::Timestamp(_) | Ty::Enum(_) | Ty::Json | Ty::Bytes
    )
}

/// Returns the expression that converts an argument to the type of its member.
pub(super) fn converted(member: &Member, argument: &str) -> Expr {
    let value = name_of(argument);
    let elements = |value| method(value, "into_iter", []);
    match &member.ty {
        Ty::List(element) if takes_into(element) => {
            let converted = method(elements(value), "map", [path_to(&["Into", "into"])]);
            method(converted, "collect", [])
        }
        Ty::List(_) => method(elements(value), "collect", []),
        Ty::Map(element) => {
            let into = takes_into(element).then(|| quote!(.into()));
            let pair = syn::parse_quote!(|(key, value)| (key.into(), value #into));
            method(method(elements(value), "map", [pair]), "collect", [])
        }
        ty if takes_into(ty) => method(value, "into", []),
        _ if member.boxed => call(path_to(&["Box", "new"]), [value]),
        _ => value,
    }
}

/// Returns whether an argument has the type of its member.
pub(super) fn is_plain(member: &Member) -> bool {
    !member.boxed && !member.ty.is_container() && !takes_into(&member.ty)
}

/// Appends the form of times to a row of the members to write, if it is not RFC 3339.
pub(super) fn formatted(row: Expr, member: &Member) -> Expr {
    let Ty::Timestamp(format) = member.ty.innermost() else {
        return row;
    };
    match format {
        TimestampFormat::Rfc3339 => row,
        TimestampFormat::EpochSeconds => method(row, "epoch_seconds", []),
        TimestampFormat::EpochMillis => method(row, "epoch_millis", []),
        TimestampFormat::HttpDate => method(row, "http_date", []),
    }
}

/// Appends to a row of the members to read what reading must know of times.
pub(super) fn read_formatted(row: Expr, member: &Member) -> Expr {
    match member.ty.innermost() {
        Ty::Timestamp(TimestampFormat::EpochMillis) => method(row, "epoch_millis", []),
        _ => row,
    }
}

/// Appends the limits of a member to its row.
pub(super) fn limited(row: Expr, member: &Member) -> Expr {
    let row = if member.sensitive {
        method(row, "sensitive", [])
    } else {
        row
    };
    member.limits.iter().fold(row, |row, limit| match limit {
        Limit::Keys(limit) => limit_of(row, limit, "key_"),
        limit => limit_of(row, limit, ""),
    })
}

fn limit_of(row: Expr, limit: &Limit, prefix: &str) -> Expr {
    let method = |name: &str, arguments: Vec<Expr>| {
        method(row.clone(), &format!("{prefix}{name}"), arguments)
    };
    match limit {
        Limit::Range(min, max) => {
            let least = || path_to(&["i64", "MIN"]);
            let most = || path_to(&["i64", "MAX"]);
            method("range", vec![bound(*min, least), bound(*max, most)])
        }
        Limit::NumberRange(min, max) => {
            let end = |end: Option<f64>, open| match end {
                Some(end) => number(end),
                None => path_to(&["f64", open]),
            };
            let ends = vec![end(*min, "NEG_INFINITY"), end(*max, "INFINITY")];
            method("number_range", ends)
        }
        Limit::Length(min, max) => method("length", sizes(*min, *max)),
        Limit::Count(min, max) => method("count", sizes(*min, *max)),
        Limit::Chars(class) => method("chars", vec![text(class)]),
        Limit::Pattern(pattern) => method("pattern", vec![text(pattern)]),
        // There are no keys of keys.
        Limit::UncheckedPattern(_) | Limit::Keys(_) => row,
    }
}

fn sizes(min: Option<i64>, max: Option<i64>) -> Vec<Expr> {
    // A length may be larger than addresses are on small machines.
    let most = || path_to(&["u64", "MAX"]);
    vec![bound(min, || integer(0)), bound(max, most)]
}

fn bound(bound: Option<i64>, open: impl Fn() -> Expr) -> Expr {
    bound.map_or_else(open, integer)
}
