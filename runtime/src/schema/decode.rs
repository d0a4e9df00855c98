//! Reading values from JSON, each into its place.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};
use bytes::Bytes;
use serde_core::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::record::Source;
use super::{
    Blank, Json, List, Map, MemberMut, MembersMut, Memory, OpenUnion, Optional, Record, SetText,
    Slot, UnknownMember, Value,
};
use crate::time::EXACT_NUMBER;

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

/// The text of a value of an enum.
struct Text<'a>(&'a mut dyn SetText);

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.0.set_text(text);
        Ok(())
    }
}

/// Something that may be `null`.
trait Nullable<'de> {
    /// Takes a `null`.
    fn null<E: de::Error>(self) -> Result<(), E>;

    /// Reads anything else.
    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error>;
}

struct OrNull<N>(N);

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

struct Clearable<'a> {
    value: &'a mut dyn Optional,
    how: How<'a>,
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

/// The most elements of a list: far more than any service has on a page. In JSON an element may take two bytes, in memory
/// several hundred.
const MOST_ELEMENTS: usize = 100_000;

/// The elements of a list; a list that is `null` has none.
struct Elements<'a> {
    list: &'a mut dyn List,
    how: How<'a>,
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
struct Entries<'a> {
    map: &'a mut dyn Map,
    how: How<'a>,
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

/// Reads a value, and returns whether it is not `null`.
struct UnlessNull<S>(S);

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

/// The one member of a union.
struct OneOf<'a> {
    union: &'a mut dyn OpenUnion,
    how: How<'a>,
}

impl<'de> Visitor<'de> for OneOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one member")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { union, how } = self;
        let mut is_known = false;
        let mut unknown: Option<UnknownMember> = None;
        let mut is_only = true;
        // A member that is free JSON may be `null`, unless another one is set: services write `null` for those that are not.
        let mut null: Option<Cow<'_, str>> = None;
        while let Some(name) = map.next_key_seed(Name)? {
            // AWS names the type of an object in a member like this.
            if name == "__type" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let mut found = Found::Null;
            let choose = Choose {
                union: &mut *union,
                name: &name,
                is_known,
                how,
                found: &mut found,
            };
            map.next_value_seed(UnlessNull(choose))?;
            match found {
                Found::Null if !is_known && null.is_none() && is_json(union, &name) => {
                    null = Some(name);
                }
                Found::Null => {}
                Found::Known => is_known = true,
                Found::Unknown(value) => {
                    is_only = unknown.is_none();
                    unknown = Some(UnknownMember::new(name.into_owned(), value));
                }
            }
        }
        match (unknown, null) {
            _ if is_known => Ok(()),
            (Some(member), _) if is_only => {
                union.set_unknown(member);
                Ok(())
            }
            (Some(_), _) => Err(two_members()),
            (None, Some(name)) => {
                union.set(&name);
                Ok(())
            }
            (None, None) => Err(de::Error::custom("a union without a member")),
        }
    }
}

/// Returns whether a union has a member of this name that is free JSON. Makes it the member that is set.
fn is_json(union: &mut dyn OpenUnion, name: &str) -> bool {
    let mut members = MembersMut::new();
    union.set(name) && matches!(union.member_mut(&mut members).value.slot(), Slot::Json(_))
}

fn two_members<E: de::Error>() -> E {
    E::custom("a union with more than one member")
}

/// The member of a union that was read.
enum Found {
    Null,
    Known,
    Unknown(Json),
}

/// Reads a member of a union that is not `null`.
struct Choose<'a> {
    union: &'a mut dyn OpenUnion,
    name: &'a str,
    /// Whether a known member was read before.
    is_known: bool,
    how: How<'a>,
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Choose<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let how = self.how;
        // If the name is not known, this changes nothing.
        if !self.union.set(self.name) {
            *self.found = Found::Unknown(Json::read(how.memory, deserializer)?);
            return Ok(());
        }
        if self.is_known {
            return Err(two_members());
        }
        *self.found = Found::Known;
        let mut members = MembersMut::new();
        let member = self.union.member_mut(&mut members);
        let how = How {
            millis: member.millis,
            ..how
        };
        let place = &mut *member.value;
        Fill { place, how }.deserialize(deserializer)
    }
}

/// A number, or one of the texts that AWS sends for numbers that JSON does not have.
struct AnyNumber;

impl<'de> Visitor<'de> for AnyNumber {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    #[expect(clippy::cast_precision_loss, reason = "the type of numbers is f64")]
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "the type of numbers is f64")]
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<f64, A::Error> {
        match map.next_entry::<Cow<'_, str>, String>()? {
            Some((name, text)) if name == EXACT_NUMBER && map.next_key_seed(Name)?.is_none() => {
                text.parse().map_err(de::Error::custom)
            }
            _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        match text {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(E::invalid_type(de::Unexpected::Str(text), &self)),
        }
    }
}

/// Bytes as base64, with or without padding.
struct Base64;

pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Visitor<'_> for Base64 {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes as base64")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
        match BASE64.decode(text) {
            Ok(bytes) => Ok(bytes.into()),
            Err(_) => Err(E::invalid_value(de::Unexpected::Other("other text"), &self)),
        }
    }
}

/// The name of a member: borrowed from the text wherever it has no escapes.
pub(crate) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
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
