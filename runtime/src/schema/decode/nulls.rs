//! Values that may be `null`.

use std::fmt;

use serde_core::de::{self, DeserializeSeed, Deserializer, Visitor};

use super::{Fill, How};
use crate::schema::Optional;

/// Something that may be `null`.
pub(super) trait Nullable<'de> {
    /// Takes a `null`.
    fn null<E: de::Error>(self) -> Result<(), E>;

    /// Reads anything else.
    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error>;
}

/// Reads a value that may be `null`.
pub(super) struct OrNull<N>(pub(super) N);

impl<'de, N: Nullable<'de>> Visitor<'de> for OrNull<N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.0.null()
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.0.null()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.some(deserializer)
    }
}

/// An optional value.
pub(super) struct Clearable<'a> {
    pub(super) value: &'a mut dyn Optional,
    pub(super) how: How<'a>,
}

impl<'de> Nullable<'de> for Clearable<'_> {
    fn null<E: de::Error>(self) -> Result<(), E> {
        self.value.clear();
        Ok(())
    }

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let place = self.value.insert();
        let how = self.how;
        Fill { place, how }.deserialize(deserializer)
    }
}

/// Reads a value, and returns whether it is not `null`.
pub(super) struct UnlessNull<S>(pub(super) S);

impl<'de, S: DeserializeSeed<'de, Value = ()>> DeserializeSeed<'de> for UnlessNull<S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de, Value = ()>> Visitor<'de> for UnlessNull<S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.0.deserialize(deserializer)?;
        Ok(true)
    }
}
