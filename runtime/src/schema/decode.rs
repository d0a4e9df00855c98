//! Reading values from JSON, each into its place.

mod containers;
mod nulls;
mod scalars;
mod unions;

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor,
};

use super::record::Source;
use super::{Blank, Json, MemberMut, MembersMut, Memory, Record, Slot, Value};
use containers::{Elements, Entries};
use nulls::{Clearable, OrNull};
pub(super) use scalars::BASE64;
pub(crate) use scalars::Name;
use scalars::{AnyNumber, Base64, Text};
use unions::OneOf;

/// Reads a value of type `T` from the body of a reply. Unknown members are passed over, and so are those that have another
/// place.
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<'de, T: Blank> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let mut value = T::blank();
        FillReply(&mut value).deserialize(deserializer)?;
        Ok(value)
    }
}

/// Reads a value from the body of a reply into a place.
pub(crate) struct FillReply<'a>(pub(crate) &'a mut dyn Value);

impl<'de> DeserializeSeed<'de> for FillReply<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let how = How {
            strict: false,
            is_reply: true,
            millis: false,
            memory: &Memory::new(),
        };
        Fill { place: self.0, how }.deserialize(deserializer)
    }
}

/// Reads a value. Unknown members of records are passed over.
#[doc(hidden)]
pub fn deserialize<'de, T: Blank, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read(false, deserializer)
}

/// Reads a value. An unknown member of a record is an error.
#[doc(hidden)]
pub fn deserialize_strictly<'de, T: Blank, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    read(true, deserializer)
}

fn read<'de, T: Blank, D: Deserializer<'de>>(strict: bool, deserializer: D) -> Result<T, D::Error> {
    let mut value = T::blank();
    let place = &mut value;
    let how = How {
        strict,
        is_reply: false,
        millis: false,
        memory: &Memory::new(),
    };
    Fill { place, how }.deserialize(deserializer)?;
    Ok(value)
}

/// A place that is filled from JSON.
struct Fill<'a> {
    place: &'a mut dyn Value,
    how: How<'a>,
}

/// How values are read.
#[derive(Clone, Copy)]
struct How<'b> {
    /// Whether an unknown member of a record is an error.
    strict: bool,
    /// Whether it is the body of a reply, so that some members have another place.
    is_reply: bool,
    /// Whether numbers that are times are milliseconds, however small they are.
    millis: bool,
    /// The memory that is left.
    memory: &'b Memory,
}

impl How<'_> {
    /// Returns whether a member is read from the object.
    fn reads(&self, member: &MemberMut<'_>) -> bool {
        !self.is_reply || member.source == Source::Body
    }
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let how = self.how;
        match self.place.slot() {
            Slot::Text(text) => *text = Deserialize::deserialize(deserializer)?,
            Slot::OptionalText(text) => *text = Deserialize::deserialize(deserializer)?,
            Slot::Integer(integer) => *integer = Deserialize::deserialize(deserializer)?,
            Slot::Number(number) => *number = deserializer.deserialize_any(AnyNumber)?,
            Slot::Boolean(boolean) => *boolean = Deserialize::deserialize(deserializer)?,
            Slot::Timestamp(time) => {
                *time = Deserialize::deserialize(deserializer)?;
                if how.millis {
                    time.set_millis();
                }
            }
            Slot::Bytes(bytes) => *bytes = deserializer.deserialize_str(Base64)?,
            Slot::Json(json) => *json = Json::read(how.memory, deserializer)?,
            Slot::Enum(value) => deserializer.deserialize_str(Text(value))?,
            Slot::Optional(value) => {
                deserializer.deserialize_option(OrNull(Clearable { value, how }))?;
            }
            Slot::List(list) => {
                deserializer.deserialize_option(OrNull(Elements { list, how }))?;
            }
            Slot::Map(map) => {
                deserializer.deserialize_option(OrNull(Entries { map, how }))?;
            }
            Slot::Boxed(place, size) => {
                how.memory.spend(size)?;
                Fill { place, how }.deserialize(deserializer)?;
            }
            Slot::Record(record) => read_record(record, how, deserializer)?,
            Slot::Union(union) => {
                deserializer.deserialize_map(OneOf { union, how })?;
            }
        }
        Ok(())
    }
}

/// Reads an object into a record. Not inlined, because texts are read faster by a small function.
#[inline(never)]
fn read_record<'de, D: Deserializer<'de>>(
    record: &mut dyn Record,
    how: How<'_>,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(Object { record, how })
}

/// The members of an object, for a record.
struct Object<'a> {
    record: &'a mut dyn Record,
    how: How<'a>,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let how = self.how;
        let mut members = MembersMut::new();
        self.record.members_mut(&mut members);
        // Services send members in the order of the spec more often than not.
        let mut expected = 0;
        while let Some(name) = map.next_key_seed(Name)? {
            let index = members.find(&name, expected);
            if index.is_none() && how.strict {
                return Err(unknown_member(&name, &members));
            }
            let member = index.and_then(|index| members.get_mut(index));
            let Some(member) = member.filter(|member| how.reads(member)) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut member.is_read, true) {
                return Err(de::Error::duplicate_field(member.name));
            }
            let place = &mut *member.value;
            let how = How {
                millis: member.millis,
                ..how
            };
            map.next_value_seed(Fill { place, how })?;
            expected = index.map_or(expected, |index| index + 1);
        }
        for member in members.iter_mut() {
            if !member.is_read && how.reads(member) && member.value.slot().is_required() {
                return Err(missing_member(member.name));
            }
        }
        Ok(())
    }
}

/// How the problem of a missing member begins; its name and a backtick follow.
pub(crate) const MISSING_MEMBER: &str = "missing field `";

#[cold]
fn missing_member<E: de::Error>(name: &str) -> E {
    // Not serde's own, because the text is read again in order to complete a path.
    E::custom(format_args!("{MISSING_MEMBER}{name}`"))
}

#[cold]
fn unknown_member<E: de::Error>(name: &str, members: &MembersMut<'_>) -> E {
    let names: Vec<_> = members.iter().map(|member| member.name).collect();
    E::custom(format_args!(
        "unknown member `{name}`, there are: {}",
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests;
