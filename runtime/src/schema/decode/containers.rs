//! Lists and maps.

use std::fmt;

use serde_core::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::nulls::{Nullable, OrNull, UnlessNull};
use super::{Fill, How};
use crate::schema::{List, Map, Value};

/// The most elements of a list: far more than any service has on a page. In JSON an element may take two bytes, in memory
/// several hundred.
const MOST_ELEMENTS: usize = 100_000;

/// The elements of a list; a list that is `null` has none.
pub(super) struct Elements<'a> {
    pub(super) list: &'a mut dyn List,
    pub(super) how: How<'a>,
}

impl<'de> Nullable<'de> for Elements<'_> {
    fn null<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { list, how } = self;
        while elements.next_element_seed(Element { list, how })?.is_some() {
            if list.count() > MOST_ELEMENTS {
                return Err(de::Error::custom(format_args!(
                    "a list with more than {MOST_ELEMENTS} elements"
                )));
            }
        }
        Ok(())
    }
}

/// An element at the end of a list; a `null` is left out, unless it is a value.
struct Element<'a> {
    list: &'a mut dyn List,
    how: How<'a>,
}

impl<'a> Element<'a> {
    fn push<E: de::Error>(self) -> Result<Option<&'a mut dyn Value>, E> {
        let Self { list, how } = self;
        how.memory
            .spend_element(list.count(), list.element_size())?;
        Ok(list.push())
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(OrNull(self))
    }
}

impl<'de> Nullable<'de> for Element<'_> {
    fn null<E: de::Error>(self) -> Result<(), E> {
        if self.list.keeps_null() {
            self.push()?;
        }
        Ok(())
    }

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let how = self.how;
        match self.push()? {
            Some(place) => Fill { place, how }.deserialize(deserializer),
            None => Ok(()),
        }
    }
}

/// The entries of a map; a map that is `null` has none.
pub(super) struct Entries<'a> {
    pub(super) map: &'a mut dyn Map,
    pub(super) how: How<'a>,
}

impl<'de> Nullable<'de> for Entries<'_> {
    fn null<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { map, how } = self;
        // They are in the map until the end, so that doubled keys are noticed.
        let mut nulls = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.count() >= MOST_ELEMENTS {
                return Err(de::Error::custom(format_args!(
                    "a map with more than {MOST_ELEMENTS} entries"
                )));
            }
            how.memory.spend_entry(map.count(), map.entry_size())?;
            let Some(place) = map.insert(key.clone()) else {
                return Err(de::Error::custom("duplicate key in a map"));
            };
            let is_null = !entries.next_value_seed(UnlessNull(Fill { place, how }))?;
            if is_null && !map.keeps_null() {
                nulls.push(key);
            }
        }
        nulls.iter().for_each(|key| map.remove(key));
        Ok(())
    }
}
