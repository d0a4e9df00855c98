//! Open enums: a plain enum of the known values, and an opaque `Unknown` for those that a service adds later.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::mem::discriminant;

use super::SetText;
use crate::error::Error;

/// The known values of an enum, each with its wire text, in the order of the spec.
pub type Table<E> = &'static [(&'static str, E)];

/// An enum whose known values have a name in Rust and whose others keep their wire text.
///
/// [`open_enum!`](crate::open_enum) implements it.
pub trait OpenEnum: Clone + Sized + 'static {
    /// The known values.
    const TABLE: Table<Self>;

    /// Wraps a wire text that is not a known value.
    fn unknown(value: Unknown<Self>) -> Self;

    /// The unknown text in `self`, if it is one.
    fn as_unknown(&self) -> Option<&Unknown<Self>>;

    /// The value for a wire text: the known one, or an unknown one that keeps the text.
    fn from_wire(text: &str) -> Self {
        match Self::TABLE.iter().find(|(wire, _)| *wire == text) {
            Some((_, value)) => value.clone(),
            None => Self::unknown(Unknown {
                text: text.into(),
                of: PhantomData,
            }),
        }
    }

    /// The wire text of this value.
    fn to_wire(&self) -> &str {
        match self.as_unknown() {
            Some(unknown) => unknown.as_str(),
            None => Self::TABLE
                .iter()
                .find(|(_, value)| discriminant(value) == discriminant(self))
                .map_or("", |(wire, _)| wire),
        }
    }
}

impl<E: OpenEnum> SetText for E {
    fn set_text(&mut self, text: &str) {
        *self = E::from_wire(text);
    }
}

/// The wire text of a value of `E` that this crate does not know.
///
/// Only reading a text makes one, and only for a text that is not a known value; so `Unknown` never hides
/// a value that has a name.
pub struct Unknown<E> {
    text: Box<str>,
    of: PhantomData<fn() -> E>,
}

impl<E> Unknown<E> {
    /// The wire text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<E> fmt::Display for Unknown<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<E> Clone for Unknown<E> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            of: PhantomData,
        }
    }
}

impl<E> fmt::Debug for Unknown<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<E> PartialEq for Unknown<E> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<E> Eq for Unknown<E> {}

impl<E> Hash for Unknown<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Error {
    /// The vendor's error code as the service's own enum. For comparing with single codes; the predicates hold for all of a kind.
    ///
    /// ```text
    /// match error.code_as() {
    ///     Some(huawei_fabric::ErrorCode::WorkspaceNotFound) => …,
    ///     _ => …,
    /// }
    /// ```
    pub fn code_as<C: OpenEnum>(&self) -> Option<C> {
        self.code().map(|code| C::from_wire(code))
    }
}
