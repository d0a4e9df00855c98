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
mod tests {
    #![allow(
        unreachable_pub,
        reason = "macros for generated code make public items"
    )]

    use std::collections::BTreeMap;

    use bytes::Bytes;

    use crate::schema::{
        Json, Member, MemberMut, Members, MembersMut, Record, Table, Union, Unknown, UnknownMember,
        blank,
    };
    use crate::time::Timestamp;

    /// A structure with a member of every type.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct All {
        text: String,
        integer: Option<i64>,
        number: Option<f64>,
        boolean: Option<bool>,
        time: Option<Timestamp>,
        list: Vec<String>,
        lists: Vec<Vec<i64>>,
        inside: Option<Box<All>>,
        order: Option<Order>,
        map: BTreeMap<String, Vec<i64>>,
        bytes: Option<Bytes>,
        json: Option<Json>,
        tree: Option<Tree>,
        millis: Option<Timestamp>,
    }

    impl Record for All {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("text", &self.text);
            to.body("integer", &self.integer);
            to.body("number", &self.number);
            to.body("boolean", &self.boolean);
            to.body("time", &self.time);
            to.body("list", &self.list);
            to.body("lists", &self.lists);
            to.body("inside", &self.inside);
            to.body("order", &self.order);
            to.body("map", &self.map);
            to.body("bytes", &self.bytes);
            to.body("json", &self.json);
            to.body("tree", &self.tree);
            to.body("millis", &self.millis).epoch_millis();
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("text", &mut self.text);
            to.member("integer", &mut self.integer);
            to.member("number", &mut self.number);
            to.member("boolean", &mut self.boolean);
            to.member("time", &mut self.time);
            to.member("list", &mut self.list);
            to.member("lists", &mut self.lists);
            to.member("inside", &mut self.inside);
            to.member("order", &mut self.order);
            to.member("map", &mut self.map);
            to.member("bytes", &mut self.bytes);
            to.member("json", &mut self.json);
            to.member("tree", &mut self.tree);
            to.member("millis", &mut self.millis).epoch_millis();
        }
    }

    crate::output!(All);

    #[derive(Clone, Debug)]
    pub enum Order {
        Up,
        Unknown(Unknown<Self>),
    }

    impl Order {
        const KNOWN: Table<Self> = &[("UP", Self::Up)];
    }

    crate::open_enum!(Order);

    /// A union that may contain itself.
    #[derive(Clone, Debug, PartialEq)]
    enum Tree {
        Leaf(String),
        Branches(Vec<Tree>),
        Grafted(Box<Tree>),
        Free(Json),
        Unknown(UnknownMember),
    }

    impl Union for Tree {
        fn member<'a, 'm>(&'a self, to: &'m mut Members<'a>) -> &'m mut Member<'a> {
            match self {
                Self::Leaf(value) => to.body("leaf", value),
                Self::Branches(value) => to.body("branches", value),
                Self::Grafted(value) => to.body("grafted", value),
                Self::Free(value) => to.body("free", value),
                Self::Unknown(member) => to.unknown(member),
            }
        }

        fn member_mut<'a, 'm>(&'a mut self, to: &'m mut MembersMut<'a>) -> &'m mut MemberMut<'a> {
            match self {
                Self::Leaf(value) => to.member("leaf", value),
                Self::Branches(value) => to.member("branches", value),
                Self::Grafted(value) => to.member("grafted", value),
                Self::Free(value) => to.member("free", value),
                Self::Unknown(member) => to.unknown(member),
            }
        }

        fn set(&mut self, name: &str) -> bool {
            *self = match name {
                "leaf" => Self::Leaf(blank()),
                "branches" => Self::Branches(blank()),
                "grafted" => Self::Grafted(blank()),
                "free" => Self::Free(blank()),
                _ => return false,
            };
            true
        }
    }

    crate::union!(Tree);

    fn read(json: &str) -> Result<All, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let json = r#"{"text":"a\"模","integer":-1,"number":0.5,"boolean":false,"time":"2024-05-14T13:05:12Z","list":["b",""],"lists":[[],[1,2]],"inside":{"text":"","list":[],"lists":[],"inside":{"text":"c","list":[],"lists":[],"map":{}},"order":"SIDEWAYS","map":{}},"order":"UP","map":{"":[],"a":[1]},"bytes":"AP8=","json":{"a":[null,1.5,"b"]},"tree":{"branches":[{"leaf":""},{"grafted":{"stone":{"x":1}}}]},"millis":5}"#;
        let all = read(json).unwrap();
        assert_eq!(all.order, Some(Order::Up));
        assert_eq!(serde_json::to_string(&all).unwrap(), json);
        assert_eq!(serde_json::to_value(&all).unwrap()["lists"][1][0], 1);
    }

    #[test]
    fn the_order_of_members_makes_no_difference() {
        let json = r#"{"order":null,"new":{"a":[1]},"list":null,"text":"a","integer":7,"lists":[[1,null],null]}"#;
        let all = read(json).unwrap();
        assert_eq!((all.text.as_str(), all.integer), ("a", Some(7)));
        assert_eq!(all.lists, [[1]]);
        assert_eq!((all.list.len(), all.order), (0, None));
    }

    #[test]
    fn broken_objects_are_errors() {
        for (json, problem) in [
            ("{}", "missing field `text`"),
            (r#"{"text":"a","text":"b"}"#, "duplicate field `text`"),
            (
                r#"{"text":"a","list":null,"list":[]}"#,
                "duplicate field `list`",
            ),
            (r#"{"text":null}"#, "expected a string"),
            (r#"{"text":"a","integer":"1"}"#, "expected i64"),
            (r#"{"text":"a","list":{}}"#, "expected a list"),
            (r#"{"text":"a","order":1}"#, "expected a string"),
            (r#"{"text":"a","inside":[]}"#, "expected an object"),
            (r#"{"text":"a","inside":{}}"#, "missing field `text`"),
            (r#"{"text":"a","map":{"a":[],"a":null}}"#, "duplicate key"),
            (r#"{"text":"a","map":{"a":null,"a":[]}}"#, "duplicate key"),
            (r#"{"text":"a","map":[]}"#, "expected a map"),
            (r#"{"text":"a","map":{"a":[{}]}}"#, "expected i64"),
            (r#"{"text":"a","bytes":"A"}"#, "expected bytes as base64"),
            (r#"{"text":"a","bytes":[1]}"#, "expected bytes as base64"),
            (r#"{"text":"a","tree":{}}"#, "without a member"),
            (
                r#"{"text":"a","tree":{"leaf":null,"__type":"x"}}"#,
                "without a member",
            ),
            (
                r#"{"text":"a","tree":{"leaf":"","branches":[]}}"#,
                "more than one member",
            ),
            (
                r#"{"text":"a","tree":{"leaf":"","leaf":""}}"#,
                "more than one member",
            ),
            (
                r#"{"text":"a","tree":{"stone":1,"water":2}}"#,
                "more than one member",
            ),
            (
                r#"{"text":"a","tree":[]}"#,
                "expected an object with one member",
            ),
            (r#"{"text":"a","number":"1"}"#, "expected a number"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(problem), "{json}: {error}");
        }
    }

    /// Returns the problem of a text that may be too long to show.
    fn problem(json: &str) -> Option<String> {
        read(json).err()
    }

    /// With serde_json's feature `arbitrary_precision`, which any crate of a program can switch on, numbers come as objects.
    #[test]
    fn exact_numbers_are_numbers() {
        let number = r#"{"$serde_json::private::Number":"1.5"}"#;
        let json =
            format!(r#"{{"text":"","number":{number},"time":{number},"json":[{number},{{}}]}}"#);
        let all = read(&json).unwrap();
        assert_eq!(all.number, Some(1.5));
        assert_eq!(all.time.unwrap().as_str(), "1.5");
        assert_eq!(all.json, Some(serde_json::json!([1.5, {}]).into()));
        assert!(read(r#"{"text":"","number":{"a":"1.5"}}"#).is_err());
    }

    #[test]
    fn an_object_with_more_than_an_exact_number_is_an_object() {
        let object = r#"{"$serde_json::private::Number":"1.5","x":1}"#;
        let all = read(&format!(r#"{{"text":"","json":[{object}]}}"#)).unwrap();
        assert_eq!(all.json.unwrap().as_value()[0]["x"], 1);
        for name in ["number", "time"] {
            let error = read(&format!(r#"{{"text":"","{name}":{object}}}"#)).unwrap_err();
            assert!(error.contains("invalid type"), "{error}");
        }
    }

    #[test]
    fn a_null_is_a_value_of_free_json() {
        let list: Vec<Json> = crate::schema::deserialize(&serde_json::json!([1, null, 2])).unwrap();
        assert_eq!(serde_json::to_string(&list).unwrap(), "[1,null,2]");
        let text = r#"{"a":null,"b":1}"#;
        let map: BTreeMap<String, Json> =
            crate::schema::deserialize(&serde_json::from_str::<serde_json::Value>(text).unwrap())
                .unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), text);
        let map: BTreeMap<String, i64> =
            crate::schema::deserialize(&serde_json::json!({"a": null, "b": 1})).unwrap();
        assert_eq!(map.into_keys().collect::<Vec<_>>(), ["b"]);
        // Of a union it is one, unless another member is set.
        let tree =
            |json: &str| read(&format!(r#"{{"text":"","tree":{json}}}"#)).map(|all| all.tree);
        let free = tree(r#"{"leaf":null,"free":null,"branches":null}"#);
        assert_eq!(free, Ok(Some(Tree::Free(Json::default()))));
        let leaf = Ok(Some(Tree::Leaf("a".to_owned())));
        assert_eq!(tree(r#"{"free":null,"leaf":"a"}"#), leaf);
        assert_eq!(tree(r#"{"leaf":"a","free":null}"#), leaf);
        let Ok(Some(Tree::Unknown(member))) = tree(r#"{"free":null,"stone":1}"#) else {
            panic!("it is unknown")
        };
        assert_eq!(member.name(), "stone");
    }

    #[test]
    fn lists_leave_out_nulls() {
        let list: Vec<i64> = crate::schema::deserialize(&serde_json::json!([1, null, 2])).unwrap();
        assert_eq!(list, [1, 2]);
    }

    #[test]
    fn a_union_without_a_member_is_written_as_an_empty_object() {
        let all = All {
            tree: Some(Tree::default()),
            ..All::default()
        };
        let json = serde_json::to_value(&all).unwrap();
        assert_eq!(json["tree"], serde_json::json!({}));
    }

    #[test]
    fn odd_objects_are_read() {
        let all =
            read(r#"{"text":"a","map":{"b":[],"a":null},"bytes":"AP8","number":"-Infinity"}"#)
                .unwrap();
        assert_eq!(all.map, BTreeMap::from([("b".to_owned(), vec![])]));
        assert_eq!(all.bytes.as_deref(), Some([0, 0xff].as_slice()));
        assert_eq!(all.number, Some(f64::NEG_INFINITY));
        assert!(
            serde_json::to_string(&all)
                .unwrap()
                .contains(r#""number":"-Infinity""#)
        );
        let all = read(
            r#"{"text":"a","json":{"a":1,"a":2},"tree":{"leaf":null,"__type":"x","stone":[1]}}"#,
        )
        .unwrap();
        assert_eq!(all.json.unwrap().as_value()["a"], 2);
        let Some(Tree::Unknown(member)) = all.tree else {
            panic!("it is unknown")
        };
        assert_eq!(
            (member.name(), member.value().as_value()[0].as_i64()),
            ("stone", Some(1))
        );
        assert!(!format!("{member:?}").contains('1'));
        let all = read(r#"{"text":"a","tree":{"stone":1,"leaf":"b","water":2}}"#).unwrap();
        assert_eq!(all.tree, Some(Tree::Leaf("b".to_owned())));
    }

    #[test]
    fn deep_and_long_texts_are_errors() {
        let deep = [
            r#"{"text":"","tree":"#,
            &r#"{"grafted":"#.repeat(10_000),
            &"}".repeat(10_001),
        ]
        .concat();
        assert!(problem(&deep).is_some_and(|problem| problem.contains("recursion")));
        let map = |length: usize| {
            let entries: Vec<_> = (0..length).map(|key| format!(r#""{key}":[]"#)).collect();
            format!(r#"{{"text":"","map":{{{}}}}}"#, entries.join(","))
        };
        assert_eq!(problem(&map(100_000)), None);
        assert!(problem(&map(1_000_000)).is_some_and(|problem| problem.contains("100000")));
        // An object with a member takes much more memory than one without.
        let json = |object: &str| {
            let objects = object.repeat(500_000);
            format!(r#"{{"text":"","json":[{objects}0]}}"#)
        };
        assert_eq!(problem(&json("{},")), None);
        assert!(problem(&json(r#"{"":0},"#)).is_some_and(|problem| problem.contains("256 MB")));
        // The first element of a list makes room for four.
        let lists = format!(r#"{{"text":"","json":[{}0]}}"#, "[0],".repeat(1_600_000));
        assert!(problem(&lists).is_some_and(|problem| problem.contains("256 MB")));

        let deep = [r#"{"text":"","inside":"#.repeat(10_000), "}".repeat(10_000)].concat();
        assert!(problem(&deep).is_some_and(|problem| problem.contains("recursion")));
        let list = |length: usize| {
            let elements = vec![r#""a""#; length].join(",");
            format!(r#"{{"text":"","list":[{elements}]}}"#)
        };
        assert_eq!(problem(&list(100_000)), None);
        assert!(problem(&list(100_001)).is_some_and(|problem| problem.contains("100000")));
    }

    /// A large structure that contains itself, and a union of it.
    #[derive(Clone, Debug, PartialEq)]
    struct Node {
        next: Option<Box<Node>>,
        either: Option<Either>,
        large: [u8; 8 << 10],
    }

    impl Default for Node {
        fn default() -> Self {
            Self {
                next: None,
                either: None,
                large: [0; 8 << 10],
            }
        }
    }

    impl Record for Node {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("next", &self.next);
            to.body("either", &self.either);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("next", &mut self.next);
            to.member("either", &mut self.either);
        }
    }

    crate::output!(Node);

    #[derive(Clone, Debug, PartialEq)]
    enum Either {
        Node(Box<Node>),
        Unknown(UnknownMember),
    }

    impl Union for Either {
        fn member<'a, 'm>(&'a self, to: &'m mut Members<'a>) -> &'m mut Member<'a> {
            match self {
                Self::Node(value) => to.body("node", value),
                Self::Unknown(member) => to.unknown(member),
            }
        }

        fn member_mut<'a, 'm>(&'a mut self, to: &'m mut MembersMut<'a>) -> &'m mut MemberMut<'a> {
            match self {
                Self::Node(value) => to.member("node", value),
                Self::Unknown(member) => to.unknown(member),
            }
        }

        fn set(&mut self, name: &str) -> bool {
            let is_node = name == "node";
            if is_node {
                *self = Self::Node(blank());
            }
            is_node
        }
    }

    crate::union!(Either);

    #[test]
    fn what_is_in_boxes_takes_memory_too() {
        let problem = |open: &str, close: &str, count: usize| {
            // Ten levels deep.
            let element = [&open.repeat(10), "{}", &close.repeat(10)].concat();
            let list = format!("[{}]", vec![element; count].join(","));
            let mut json = serde_json::Deserializer::from_str(&list);
            crate::schema::deserialize::<Vec<Node>, _>(&mut json)
                .err()
                .map(|error| error.to_string())
        };
        for (open, close) in [(r#"{"next":"#, "}"), (r#"{"either":{"node":"#, "}}")] {
            assert_eq!(problem(open, close, 100), None);
            let found = problem(open, close, 4000).unwrap();
            assert!(found.contains("256 MB"), "{found}");
        }
    }

    /// More members than lie in the list itself.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Wide([Option<i64>; 18]);

    const NAMES: [&str; 18] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
    ];

    impl Record for Wide {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            for (name, value) in NAMES.into_iter().zip(&self.0) {
                to.body(name, value);
            }
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            for (name, value) in NAMES.into_iter().zip(&mut self.0) {
                to.member(name, value);
            }
        }
    }

    crate::input!(Wide);

    #[test]
    fn structures_may_have_many_members() {
        let json = r#"{"a":1,"p":16,"q":17,"r":18}"#;
        let wide: Wide = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&wide).unwrap(), json);
        let backwards = r#"{"r":18,"q":17,"p":16,"a":1}"#;
        assert_eq!(serde_json::from_str::<Wide>(backwards).unwrap(), wide);
        let doubled = serde_json::from_str::<Wide>(r#"{"r":1,"r":1}"#).unwrap_err();
        assert!(doubled.to_string().contains("duplicate field `r`"));
        let unknown = serde_json::from_str::<Wide>(r#"{"s":1}"#).unwrap_err();
        assert!(unknown.to_string().contains("unknown member `s`"));
    }
}
