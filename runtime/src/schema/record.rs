//! Objects described by one table: every member with the place it travels in, its wire name and its limits.
//!
//! A generated type has one method, [`Record::members`], and everything else follows from it: a request is built
//! by a visitor that writes (`call/request.rs`), `Deserialize` is a visitor that fills, `Serialize` one
//! that copies out. The table borrows mutably because the same table must serve decoding.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_core::ser::{self, Serialize, SerializeMap, Serializer};

use super::{Limits, Member};

/// An object with named members: an operation, or a structure inside a request or a reply.
///
/// A record has at most 128 members, which the generator sees to.
pub trait Record: Clone {
    /// Shows every member to `to`, in the order of the spec.
    fn members(&mut self, to: &mut impl Members);
}

/// The part of a request that carries a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path, in place of `{name}`.
    Path,
    /// In the query, once for each value.
    Query,
    /// In the query, all values in one, separated by commas.
    QueryCsv,
    /// As a header.
    Header,
    /// In the JSON object of the body, or of the member that this record is.
    Body,
}

/// Looks at the members of a record, one after the other.
pub trait Members {
    /// Takes one member. The answer adds limits to it.
    fn visit<'a, M: Member>(
        &'a mut self,
        place: Place,
        name: &'static str,
        member: &'a mut M,
    ) -> Limits<'a>;

    /// A member that replaces `{name}` in the path.
    #[inline(always)]
    fn path<'a, M: Member>(&'a mut self, name: &'static str, member: &'a mut M) -> Limits<'a> {
        self.visit(Place::Path, name, member)
    }

    /// A member in the query; a list repeats the name.
    #[inline(always)]
    fn query<'a, M: Member>(&'a mut self, name: &'static str, member: &'a mut M) -> Limits<'a> {
        self.visit(Place::Query, name, member)
    }

    /// A list in the query as one value, separated by commas.
    #[inline(always)]
    fn query_csv<'a, M: Member>(&'a mut self, name: &'static str, member: &'a mut M) -> Limits<'a> {
        self.visit(Place::QueryCsv, name, member)
    }

    /// A header.
    #[inline(always)]
    fn header<'a, M: Member>(&'a mut self, name: &'static str, member: &'a mut M) -> Limits<'a> {
        self.visit(Place::Header, name, member)
    }

    /// A member of the JSON object.
    #[inline(always)]
    fn body<'a, M: Member>(&'a mut self, name: &'static str, member: &'a mut M) -> Limits<'a> {
        self.visit(Place::Body, name, member)
    }
}

/// Passes all that the members of a sensitive record contain to `each`.
#[doc(hidden)]
pub fn secrets<R: Record>(record: &mut R, each: &mut dyn FnMut(&str)) {
    struct All<'e>(&'e mut dyn FnMut(&str));

    impl Members for All<'_> {
        fn visit<'a, M: Member>(
            &'a mut self,
            _: Place,
            _: &'static str,
            member: &'a mut M,
        ) -> Limits<'a> {
            member.secrets(self.0);
            Limits::NONE
        }
    }

    record.members(&mut All(each));
}

// --- reading ---

/// A [`Member`] as a serde seed.
pub(crate) struct Seed<M>(PhantomData<M>);

impl<M> Seed<M> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<'de, M: Member> DeserializeSeed<'de> for Seed<M> {
    type Value = M;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<M, D::Error> {
        M::read_json(deserializer)
    }
}

/// `null`, or a value read by `M::read_json`.
pub(super) struct Nullable<M>(pub(super) PhantomData<M>);

impl<'de, M: ReadJson> Visitor<'de> for Nullable<M> {
    type Value = Option<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        M::read(deserializer).map(Some)
    }
}

/// Reads a value that may be `null`.
pub(super) trait ReadJson: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<M: Member> ReadJson for M {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        M::read_json(deserializer)
    }
}

/// The most elements of a list: far more than any service has on a page. In JSON an element may take two bytes, in memory
/// several hundred.
const MOST_ELEMENTS: usize = 100_000;

/// The elements of a list that is not `null`.
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T: Member> ReadJson for List<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);

        impl<'de, T: Member> Visitor<'de> for Elements<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while elements.next_element_seed(Push(&mut list))?.is_some() {
                    if list.len() > MOST_ELEMENTS {
                        return Err(de::Error::custom(format_args!(
                            "a list with more than {MOST_ELEMENTS} elements"
                        )));
                    }
                }
                Ok(List(list))
            }
        }

        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

/// Reads an element into the end of a list; a `null` is left out.
struct Push<'a, T>(&'a mut Vec<T>);

impl<'de, T: Member> DeserializeSeed<'de> for Push<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Member> Visitor<'de> for Push<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.push(T::blank());
        match self.0.last_mut() {
            Some(element) => element.fill_json(deserializer),
            None => Ok(()),
        }
    }
}

/// A place that is filled from JSON.
struct Fill<'a, M>(&'a mut M);

impl<'de, M: Member> DeserializeSeed<'de> for Fill<'_, M> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.fill_json(deserializer)
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

/// Fills a blank record from an object. An unknown member is an error if `strict`, and passed over if not.
#[doc(hidden)]
pub fn fill<'de, R: Record, D: Deserializer<'de>>(
    record: &mut R,
    strict: bool,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(FromObject { record, strict })
}

struct FromObject<'a, R> {
    record: &'a mut R,
    strict: bool,
}

impl<'de, R: Record> Visitor<'de> for FromObject<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = 0;
        while let Some(name) = map.next_key_seed(Name)? {
            let mut find = Find {
                name: &name,
                map: &mut map,
                seen: &mut seen,
                bit: 1,
                found: None,
                de: PhantomData,
            };
            self.record.members(&mut find);
            match find.found {
                Some(outcome) => outcome?,
                None if self.strict => return Err(unknown_member(&name, self.record)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let mut missing = Missing {
            seen,
            bit: 1,
            name: None,
        };
        self.record.members(&mut missing);
        match missing.name {
            Some(name) => Err(de::Error::missing_field(name)),
            None => Ok(()),
        }
    }
}

/// Reads the value at hand into the member of that name.
struct Find<'a, 'de, A: MapAccess<'de>> {
    name: &'a str,
    map: &'a mut A,
    /// One bit for each member, in the order of the table.
    seen: &'a mut u128,
    bit: u128,
    /// The result of reading it; `None` until a member has the name.
    found: Option<Result<(), A::Error>>,
    de: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Members for Find<'_, 'de, A> {
    #[inline(always)]
    fn visit<'a, M: Member>(
        &'a mut self,
        _: Place,
        name: &'static str,
        member: &'a mut M,
    ) -> Limits<'a> {
        if self.found.is_none() && self.name == name {
            self.found = Some(if *self.seen & self.bit == 0 {
                self.map.next_value_seed(Fill(member))
            } else {
                Err(de::Error::duplicate_field(name))
            });
            *self.seen |= self.bit;
        }
        self.bit <<= 1;
        Limits::NONE
    }
}

/// Finds the first required member that was not there.
struct Missing {
    seen: u128,
    bit: u128,
    name: Option<&'static str>,
}

impl Members for Missing {
    #[inline]
    fn visit<'a, M: Member>(
        &'a mut self,
        _: Place,
        name: &'static str,
        _: &'a mut M,
    ) -> Limits<'a> {
        if M::REQUIRED && self.seen & self.bit == 0 && self.name.is_none() {
            self.name = Some(name);
        }
        self.bit <<= 1;
        Limits::NONE
    }
}

#[cold]
fn unknown_member<E: de::Error>(name: &str, record: &mut impl Record) -> E {
    struct Names(Vec<&'static str>);

    impl Members for Names {
        fn visit<'a, M: Member>(
            &'a mut self,
            _: Place,
            name: &'static str,
            _: &'a mut M,
        ) -> Limits<'a> {
            self.0.push(name);
            Limits::NONE
        }
    }

    let mut names = Names(Vec::new());
    record.members(&mut names);
    E::custom(format_args!(
        "unknown member `{name}`, there are: {}",
        names.0.join(", ")
    ))
}

// --- writing ---

/// A member as serde wants to see it. Serde lends a value immutably; the table needs it mutably.
pub(crate) struct Json<'a, M>(RefCell<&'a mut M>);

impl<'a, M> Json<'a, M> {
    pub(crate) fn new(member: &'a mut M) -> Self {
        Self(RefCell::new(member))
    }
}

impl<M: Member> Serialize for Json<'_, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.try_borrow_mut() {
            Ok(mut member) => member.write_json(serializer),
            Err(_) => Err(ser::Error::custom(
                "a serializer may not serialize a value while it serializes it",
            )),
        }
    }
}

/// Writes a record as an object, without the members that are absent.
#[doc(hidden)]
pub fn serialize<R: Record, S: Serializer>(
    record: &mut R,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut copy = CopyOut {
        map: serializer.serialize_map(None)?,
        outcome: Ok(()),
    };
    record.members(&mut copy);
    copy.outcome?;
    copy.map.end()
}

struct CopyOut<S: SerializeMap> {
    map: S,
    outcome: Result<(), S::Error>,
}

impl<S: SerializeMap> Members for CopyOut<S> {
    fn visit<'a, M: Member>(
        &'a mut self,
        _: Place,
        name: &'static str,
        member: &'a mut M,
    ) -> Limits<'a> {
        if self.outcome.is_ok() && !member.is_absent() {
            self.outcome = self.map.serialize_entry(name, &Json::new(member));
        }
        Limits::NONE
    }
}
