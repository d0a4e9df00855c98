//! Open enums: a plain enum of the known values, and an opaque `Unknown` for those that a service adds later.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde_core::de::{self, Deserializer, Visitor};

/// The known values of an enum, each with its wire text.
pub type Table<E> = &'static [(&'static str, E)];

/// An enum whose known values have a name in Rust and whose others keep their wire text.
///
/// Implemented by generated code, completed by [`open_enum!`](crate::open_enum).
pub trait OpenEnum: Clone + PartialEq + Sized + 'static {
    /// Every known value with its wire text, in the order of the spec.
    const TABLE: Table<Self>;

    /// Wraps a wire text that [`TABLE`](Self::TABLE) does not have.
    fn unknown(value: Unknown<Self>) -> Self;

    /// The unknown text in `self`, if it is one.
    fn as_unknown(&self) -> Option<&Unknown<Self>>;

    /// The value for a wire text: the known one, or an unknown one that keeps the text.
    fn from_wire(text: Cow<'_, str>) -> Self {
        match Self::TABLE.iter().find(|(wire, _)| *wire == text) {
            Some((_, value)) => value.clone(),
            None => Self::unknown(Unknown { text: text.into(), of: PhantomData }),
        }
    }

    /// The wire text of this value.
    fn to_wire(&self) -> &str {
        match self.as_unknown() {
            Some(unknown) => unknown.as_str(),
            None => Self::TABLE.iter().find(|(_, value)| value == self).map_or("", |(wire, _)| wire),
        }
    }

    /// Reads a JSON string.
    #[doc(hidden)]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<E>(PhantomData<E>);

        impl<E: OpenEnum> Visitor<'_> for Text<E> {
            type Value = E;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<F: de::Error>(self, text: &str) -> Result<E, F> {
                Ok(E::from_wire(text.into()))
            }

            fn visit_string<F: de::Error>(self, text: String) -> Result<E, F> {
                Ok(E::from_wire(text.into()))
            }
        }

        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// The wire text of a value of `E` that this crate does not know.
///
/// Only reading a text makes one, and only for a text that is none of the known values; so `Unknown` never hides
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

impl<E> Clone for Unknown<E> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), of: PhantomData }
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

/// Completes types that implement [`OpenEnum`] and have a variant `Unknown`: `KNOWN`, `as_str`, `Display`, `From`
/// for texts, and the traits that put a value into requests and take it from replies.
#[macro_export]
macro_rules! open_enum {
    ($($name:ident),* $(,)?) => { $(
        impl $name {
            /// Every value that this version of the crate knows, with its wire text.
            pub const KNOWN: $crate::Table<Self> = <Self as $crate::OpenEnum>::TABLE;

            /// The wire text of this value.
            pub fn as_str(&self) -> &str {
                $crate::OpenEnum::to_wire(self)
            }
        }

        /// An unknown value with an empty text.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::OpenEnum::from_wire("".into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::OpenEnum::from_wire(text.into())
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::OpenEnum::from_wire(text.into())
            }
        }

        impl $crate::__private::serde_core::Serialize for $name {
            fn serialize<S: $crate::__private::serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde_core::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::OpenEnum::read(deserializer)
            }
        }

        impl $crate::Limited for $name {
            fn texts(&self, each: &mut dyn FnMut(&str)) {
                each(self.as_str());
            }
        }

        impl $crate::Member for $name {
            fn write_text(&self, to: &mut dyn FnMut(&str)) {
                to(self.as_str());
            }
        }
    )* };
}
