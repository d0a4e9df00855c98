//! Types of fields and arguments, and the limits of members.

use syn::{Expr, Type};

use super::nodes::{
    generic, impl_into, impl_into_iterator, integer, method, name_of, named, path_to, text,
};
use crate::model::{Limit, Member, Ty};

/// Returns a type without `Option`.
pub(super) fn ty(ty: &Ty) -> Type {
    match ty {
        Ty::String => named("String"),
        Ty::Integer => named("i64"),
        Ty::Number => named("f64"),
        Ty::Boolean => named("bool"),
        Ty::Timestamp => named("Timestamp"),
        Ty::Enum(name) | Ty::Structure(name) => named(name),
        Ty::List(element) => generic("Vec", self::ty(element)),
    }
}

/// Returns the type of a private request field, which is an `Option` unless the member is required.
pub(super) fn input_type(member: &Member) -> Type {
    let ty = ty(&member.ty);
    if member.required {
        ty
    } else {
        generic("Option", ty)
    }
}

/// Returns the type of a public response field. A list has no `Option`, because an absent list is decoded as an empty
/// one.
pub(super) fn output_type(member: &Member) -> Type {
    let ty = ty(&member.ty);
    if member.required || matches!(member.ty, Ty::List(_)) {
        ty
    } else {
        generic("Option", ty)
    }
}

/// Returns the type of the argument for a member.
pub(super) fn argument(ty: &Ty) -> Type {
    match (ty, Conversion::of(ty)) {
        (Ty::List(element), Conversion::CollectInto) => {
            impl_into_iterator(impl_into(self::ty(element)))
        }
        (Ty::List(element), _) => impl_into_iterator(self::ty(element)),
        (ty, Conversion::Into) => impl_into(self::ty(ty)),
        (ty, _) => self::ty(ty),
    }
}

/// Returns the expression that converts an argument to the type of its member.
pub(super) fn converted(ty: &Ty, argument: &str) -> Expr {
    let value = name_of(argument);
    match Conversion::of(ty) {
        Conversion::Plain => value,
        Conversion::Into => method(value, "into", []),
        Conversion::Collect => method(method(value, "into_iter", []), "collect", []),
        Conversion::CollectInto => {
            let elements = method(value, "into_iter", []);
            let converted = method(elements, "map", [path_to(&["Into", "into"])]);
            method(converted, "collect", [])
        }
    }
}

/// Returns whether an argument has the type of its member.
pub(super) fn is_plain(ty: &Ty) -> bool {
    Conversion::of(ty) == Conversion::Plain
}

/// Conversion of an argument to the type of its member.
#[derive(Clone, Copy, PartialEq)]
enum Conversion {
    Plain,
    Into,
    Collect,
    CollectInto,
}

impl Conversion {
    fn of(ty: &Ty) -> Self {
        match ty {
            Ty::String | Ty::Timestamp | Ty::Enum(_) => Self::Into,
            Ty::Integer | Ty::Number | Ty::Boolean | Ty::Structure(_) => Self::Plain,
            Ty::List(element) if Self::of(element) == Self::Into => Self::CollectInto,
            Ty::List(_) => Self::Collect,
        }
    }
}

/// Appends the limits of a member to its row in the table of members.
pub(super) fn limited(row: Expr, member: &Member) -> Expr {
    let row = if member.sensitive {
        method(row, "sensitive", [])
    } else {
        row
    };
    member.limits.iter().fold(row, |row, limit| match limit {
        Limit::Range(min, max) => {
            let least = || path_to(&["i64", "MIN"]);
            let bounds = [bound(*min, least), bound(*max, || path_to(&["i64", "MAX"]))];
            method(row, "range", bounds)
        }
        Limit::Length(min, max) => method(row, "length", sizes(*min, *max)),
        Limit::Count(min, max) => method(row, "count", sizes(*min, *max)),
        Limit::Chars(class) => method(row, "chars", [text(class)]),
        Limit::Pattern(pattern) => method(row, "pattern", [text(pattern)]),
    })
}

fn sizes(min: Option<i64>, max: Option<i64>) -> [Expr; 2] {
    let most = || path_to(&["usize", "MAX"]);
    [bound(min, || integer(0)), bound(max, most)]
}

fn bound(bound: Option<i64>, open: impl Fn() -> Expr) -> Expr {
    bound.map_or_else(open, integer)
}
