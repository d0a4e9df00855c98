//! The types of members, as data.
//!
//! [`View`] shows a value to the functions that write and check it, [`Slot`] is a place that a value is read into. Both are
//! enums over all types that members can have. Therefore JSON, queries, headers and limits are functions of this crate,
//! compiled once, and not code that is generated for every type.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bytes::Bytes;

use super::{Json, Members, MembersMut, OpenUnion, Record, Timestamp};

/// The type of a member.
pub trait Value {
    /// Returns the value, for writing and checking it.
    fn view(&self) -> View<'_>;

    /// Returns the place to read a value into.
    fn slot(&mut self) -> Slot<'_>;

    /// Returns whether `null` is a value like others, which a list or map keeps.
    fn is_null_a_value() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Returns the place to read a value into that may be absent.
    fn optional(value: &mut Option<Self>) -> Slot<'_>
    where
        Self: Blank,
    {
        Slot::Optional(value)
    }
}

impl dyn Value + '_ {
    /// Returns whether there is no value.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.view(), View::Absent)
    }
}

/// A value that reading can start from.
///
/// For most types it is their `Default`. A request with required parameters has none, because users must not create one
/// without them.
pub trait Blank: Value + Sized {
    /// Returns an empty text, zero, a list without elements, or a structure of such values.
    fn blank() -> Self;
}

macro_rules! blank_is_default {
    ($($ty:ty),+) => {
        $(impl Blank for $ty {
            fn blank() -> Self {
                Self::default()
            }
        })+
    };
}

blank_is_default!((), String, i64, f64, bool, Timestamp, Bytes, Json);

impl<T: Blank> Blank for Option<T> {
    fn blank() -> Self {
        None
    }
}

impl<T: Blank> Blank for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T: Blank> Blank for BTreeMap<String, T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T: Blank> Blank for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

/// Returns a blank value of the type that the caller expects.
pub fn blank<T: Blank>() -> T {
    T::blank()
}

/// A value, for writing and checking it.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// No value: there is nothing to send.
    Absent,
    /// A text, or a value of an enum.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A time.
    Timestamp(&'a Timestamp),
    /// Bytes, in JSON and in texts as base64.
    Bytes(&'a [u8]),
    /// A value of any form.
    Json(&'a Json),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// A structure.
    Record(&'a dyn Record),
    /// A union.
    Union(&'a dyn OpenUnion),
}

impl<'a> View<'a> {
    /// Returns whether there are values inside.
    pub(super) fn is_nested(self) -> bool {
        matches!(
            self,
            View::List(_) | View::Map(_) | View::Record(_) | View::Union(_)
        )
    }

    /// Returns the members of a structure, or the one of a union.
    pub(crate) fn members(self) -> Option<Members<'a>> {
        let mut members = Members::new();
        match self {
            View::Record(record) => record.members(&mut members),
            View::Union(union) => {
                union.member(&mut members);
            }
            _ => return None,
        }
        Some(members)
    }
}

/// A place to read a value into.
pub enum Slot<'a> {
    /// A text.
    Text(&'a mut String),
    /// A text that may be absent. Most members are one, so it has a short way.
    OptionalText(&'a mut Option<String>),
    /// An integer.
    Integer(&'a mut i64),
    /// A number.
    Number(&'a mut f64),
    /// A truth value.
    Boolean(&'a mut bool),
    /// A time.
    Timestamp(&'a mut Timestamp),
    /// A value of an enum.
    Enum(&'a mut dyn SetText),
    /// A value that may be absent.
    Optional(&'a mut dyn Optional),
    /// A value in a box, with its size in bytes.
    Boxed(&'a mut dyn Value, usize),
    /// Bytes.
    Bytes(&'a mut Bytes),
    /// A value of any form.
    Json(&'a mut Json),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A structure.
    Record(&'a mut dyn Record),
    /// A union.
    Union(&'a mut dyn OpenUnion),
}

impl Slot<'_> {
    /// Whether an object that lacks this member is broken.
    pub(crate) fn is_required(&self) -> bool {
        !matches!(
            self,
            Self::OptionalText(_) | Self::Optional(_) | Self::List(_) | Self::Map(_)
        )
    }
}

/// A value of an enum, which is read from a text.
pub trait SetText {
    /// Becomes the value with this wire text.
    fn set_text(&mut self, text: &str);
}

/// A value that may be absent.
pub trait Optional {
    /// Becomes absent.
    fn clear(&mut self);

    /// Becomes a blank value, and returns it.
    fn insert(&mut self) -> &mut dyn Value;

    /// Becomes a blank value if it is absent, and returns the value.
    #[cfg(feature = "fake")]
    fn get_or_insert(&mut self) -> &mut dyn Value;
}

/// A list of values.
pub trait List {
    /// Returns the number of elements.
    fn count(&self) -> usize;

    /// Returns an element.
    fn get(&self, index: usize) -> Option<&dyn Value>;

    /// Adds a blank element, and returns it.
    fn push(&mut self) -> Option<&mut dyn Value>;

    /// Returns the size of an element in memory, in bytes.
    fn element_size(&self) -> usize;

    /// Returns whether a `null` is an element like others; else it is left out.
    fn keeps_null(&self) -> bool;
}

impl dyn List + '_ {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn Value> {
        (0..self.count()).map_while(|index| self.get(index))
    }
}

/// A map with texts as keys.
pub trait Map {
    /// Returns the number of entries.
    fn count(&self) -> usize;

    /// Returns the entries in the order of their keys.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_>;

    /// Adds a blank entry and returns its value; `None` if the key is there.
    fn insert(&mut self, key: String) -> Option<&mut dyn Value>;

    /// Returns the size of an entry in memory, in bytes.
    fn entry_size(&self) -> usize;

    /// Returns whether a `null` is a value like others; else its entry is left out.
    fn keeps_null(&self) -> bool;

    /// Removes an entry.
    fn remove(&mut self, key: &str);
}

impl Value for String {
    fn view(&self) -> View<'_> {
        View::Text(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }

    fn optional(value: &mut Option<Self>) -> Slot<'_> {
        Slot::OptionalText(value)
    }
}

impl Value for i64 {
    fn view(&self) -> View<'_> {
        View::Integer(*self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Integer(self)
    }
}

impl Value for f64 {
    fn view(&self) -> View<'_> {
        View::Number(*self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Number(self)
    }
}

impl Value for bool {
    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Boolean(self)
    }
}

impl Value for Timestamp {
    fn view(&self) -> View<'_> {
        View::Timestamp(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Timestamp(self)
    }
}

/// The output of an operation that returns nothing: a record without members.
impl Value for () {
    fn view(&self) -> View<'_> {
        View::Record(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self)
    }
}

impl Record for () {
    fn members<'a>(&'a self, _: &mut Members<'a>) {}

    fn members_mut<'a>(&'a mut self, _: &mut MembersMut<'a>) {}
}

impl Value for Bytes {
    fn view(&self) -> View<'_> {
        View::Bytes(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Bytes(self)
    }
}

impl Value for Json {
    fn is_null_a_value() -> bool {
        true
    }

    fn view(&self) -> View<'_> {
        View::Json(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(self)
    }
}

impl<T: Blank> Value for Option<T> {
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }

    fn slot(&mut self) -> Slot<'_> {
        T::optional(self)
    }
}

impl<T: Blank> Optional for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }

    fn insert(&mut self) -> &mut dyn Value {
        let value: &mut T = Option::insert(self, T::blank());
        value
    }

    #[cfg(feature = "fake")]
    fn get_or_insert(&mut self) -> &mut dyn Value {
        self.get_or_insert_with(T::blank)
    }
}

impl<T: Value> Value for Box<T> {
    fn view(&self) -> View<'_> {
        (**self).view()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Boxed(&mut **self, size_of::<T>())
    }
}

impl<T: Blank> Value for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Blank> List for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Option<&dyn Value> {
        let element = self.as_slice().get(index)?;
        Some(element)
    }

    fn push(&mut self) -> Option<&mut dyn Value> {
        Vec::push(self, T::blank());
        let element = self.last_mut()?;
        Some(element)
    }

    fn element_size(&self) -> usize {
        size_of::<T>()
    }

    fn keeps_null(&self) -> bool {
        T::is_null_a_value()
    }
}

impl<T: Blank> Value for BTreeMap<String, T> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<T: Blank> Map for BTreeMap<String, T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_> {
        Box::new(
            self.iter()
                .map(|(key, value)| (key.as_str(), value as &dyn Value)),
        )
    }

    fn insert(&mut self, key: String) -> Option<&mut dyn Value> {
        match self.entry(key) {
            Entry::Vacant(entry) => Some(entry.insert(T::blank())),
            Entry::Occupied(_) => None,
        }
    }

    fn entry_size(&self) -> usize {
        size_of::<(String, T)>()
    }

    fn keeps_null(&self) -> bool {
        T::is_null_a_value()
    }

    fn remove(&mut self, key: &str) {
        self.remove(key);
    }
}
