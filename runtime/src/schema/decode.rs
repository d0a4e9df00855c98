//! Reading values from JSON, each into its place.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{Blank, List, MembersMut, Optional, Record, SetText, Slot, Value};

/// Reads a value of type `T`. Unknown members are passed over.
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<'de, T: Blank> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserialize(deserializer)
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
    Fill { place, strict }.deserialize(deserializer)?;
    Ok(value)
}

/// A place that is filled from JSON.
struct Fill<'a> {
    place: &'a mut dyn Value,
    /// Whether an unknown member is an error.
    strict: bool,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let strict = self.strict;
        match self.place.slot() {
            Slot::Text(text) => *text = Deserialize::deserialize(deserializer)?,
            Slot::OptionalText(text) => *text = Deserialize::deserialize(deserializer)?,
            Slot::Integer(integer) => *integer = Deserialize::deserialize(deserializer)?,
            Slot::Number(number) => *number = Deserialize::deserialize(deserializer)?,
            Slot::Boolean(boolean) => *boolean = Deserialize::deserialize(deserializer)?,
            Slot::Timestamp(time) => *time = Deserialize::deserialize(deserializer)?,
            Slot::Enum(value) => deserializer.deserialize_str(Text(value))?,
            Slot::Optional(value) => {
                deserializer.deserialize_option(OrNull(Clearable { value, strict }))?;
            }
            Slot::List(list) => {
                deserializer.deserialize_option(OrNull(Elements { list, strict }))?;
            }
            Slot::Record(record) => read_record(record, strict, deserializer)?,
        }
        Ok(())
    }
}

/// Reads an object into a record. Not inlined, because texts are read faster by a small function.
#[inline(never)]
fn read_record<'de, D: Deserializer<'de>>(
    record: &mut dyn Record,
    strict: bool,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(Object { record, strict })
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
    fn null(self);

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
        self.0.null();
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.0.null();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.some(deserializer)
    }
}

struct Clearable<'a> {
    value: &'a mut dyn Optional,
    strict: bool,
}

impl<'de> Nullable<'de> for Clearable<'_> {
    fn null(self) {
        self.value.clear();
    }

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let place = self.value.insert();
        let strict = self.strict;
        Fill { place, strict }.deserialize(deserializer)
    }
}

/// The most elements of a list: far more than any service has on a page. In JSON an element may take two bytes, in memory
/// several hundred.
const MOST_ELEMENTS: usize = 100_000;

/// The elements of a list; a list that is `null` has none.
struct Elements<'a> {
    list: &'a mut dyn List,
    strict: bool,
}

impl<'de> Nullable<'de> for Elements<'_> {
    fn null(self) {}

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
        let Self { list, strict } = self;
        while elements
            .next_element_seed(Element { list, strict })?
            .is_some()
        {
            if list.count() > MOST_ELEMENTS {
                return Err(de::Error::custom(format_args!(
                    "a list with more than {MOST_ELEMENTS} elements"
                )));
            }
        }
        Ok(())
    }
}

/// An element at the end of a list; a `null` is left out.
struct Element<'a> {
    list: &'a mut dyn List,
    strict: bool,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(OrNull(self))
    }
}

impl<'de> Nullable<'de> for Element<'_> {
    fn null(self) {}

    fn some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let strict = self.strict;
        match self.list.push() {
            Some(place) => Fill { place, strict }.deserialize(deserializer),
            None => Ok(()),
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
    strict: bool,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let strict = self.strict;
        let mut members = MembersMut::new();
        self.record.members_mut(&mut members);
        // Services send members in the order of the spec more often than not.
        let mut expected = 0;
        while let Some(name) = map.next_key_seed(Name)? {
            let found = members.find(&name, expected);
            let Some(member) = found.and_then(|index| members.get_mut(index)) else {
                if strict {
                    return Err(unknown_member(&name, &members));
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut member.is_read, true) {
                return Err(de::Error::duplicate_field(member.name));
            }
            let place = &mut *member.value;
            map.next_value_seed(Fill { place, strict })?;
            expected = found.map_or(0, |index| index + 1);
        }
        for member in members.iter_mut() {
            if !member.is_read && member.value.slot().is_required() {
                return Err(de::Error::missing_field(member.name));
            }
        }
        Ok(())
    }
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

    use crate::schema::{Members, MembersMut, Record, Table, Unknown};
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

    fn read(json: &str) -> Result<All, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let json = r#"{"text":"a\"模","integer":-1,"number":0.5,"boolean":false,"time":"2024-05-14T13:05:12Z","list":["b",""],"lists":[[],[1,2]],"inside":{"text":"","list":[],"lists":[],"inside":{"text":"c","list":[],"lists":[]},"order":"SIDEWAYS"},"order":"UP"}"#;
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
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(problem), "{json}: {error}");
        }
    }

    /// Returns the problem of a text that may be too long to show.
    fn problem(json: &str) -> Option<String> {
        read(json).err()
    }

    #[test]
    fn deep_and_long_texts_are_errors() {
        let deep = [r#"{"text":"","inside":"#.repeat(10_000), "}".repeat(10_000)].concat();
        assert!(problem(&deep).is_some_and(|problem| problem.contains("recursion")));
        let list = |length: usize| {
            let elements = vec![r#""a""#; length].join(",");
            format!(r#"{{"text":"","list":[{elements}]}}"#)
        };
        assert_eq!(problem(&list(100_000)), None);
        assert!(problem(&list(100_001)).is_some_and(|problem| problem.contains("100000")));
    }

    /// More members than lie in the list itself.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Wide([Option<i64>; 15]);

    const NAMES: [&str; 15] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o",
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
        let json = r#"{"a":1,"l":12,"m":13,"o":15}"#;
        let wide: Wide = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&wide).unwrap(), json);
        let backwards = r#"{"o":15,"m":13,"l":12,"a":1}"#;
        assert_eq!(serde_json::from_str::<Wide>(backwards).unwrap(), wide);
        let doubled = serde_json::from_str::<Wide>(r#"{"o":1,"o":1}"#).unwrap_err();
        assert!(doubled.to_string().contains("duplicate field `o`"));
        let unknown = serde_json::from_str::<Wide>(r#"{"p":1}"#).unwrap_err();
        assert!(unknown.to_string().contains("unknown member `p`"));
    }
}
