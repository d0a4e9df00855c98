//! Objects described member by member: name, place and limits of each, for writing and for reading.

use super::{Limits, UnknownMember, Value, View};
use crate::time::TimestampFormat;

/// An object with named members: an operation, or a structure inside a request or a reply.
///
/// Both functions name the members in the order of the spec.
pub trait Record {
    /// Adds every member to `to`, for writing and checking.
    fn members<'a>(&'a self, to: &mut Members<'a>);

    /// Adds every member to `to`, for reading.
    fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>);
}

/// The part of a request that carries a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path, in place of `{name}` or `{name+}`.
    Path,
    /// In the query, once for each value; a map sends its entries.
    Query,
    /// In the query, all values in one, separated by commas.
    QueryCsv,
    /// As a header, with commas between the elements of a list; as a header for each entry of a map, whose name begins
    /// with that of the member.
    Header,
    /// In the JSON object of the body, or of the member that this record is.
    Body,
    /// As the whole body.
    Payload,
}

/// A member to be written.
pub struct Member<'a> {
    pub(crate) place: Place,
    pub(crate) name: &'a str,
    pub(crate) value: &'a dyn Value,
    pub(crate) limits: Option<Box<Limits>>,
    /// The form in which times are sent.
    pub(crate) format: TimestampFormat,
}

impl Member<'_> {
    /// Returns whether there is something to send. Outside of JSON, a list or map without elements sends nothing.
    pub(crate) fn is_set(&self) -> bool {
        let is_empty = match self.value.view() {
            View::Absent => return false,
            View::List(list) => list.count() == 0,
            View::Map(map) => map.count() == 0,
            _ => false,
        };
        !is_empty || self.place == Place::Body
    }

    /// Times are sent as numbers of seconds since 1970.
    pub fn epoch_seconds(&mut self) -> &mut Self {
        self.format = TimestampFormat::EpochSeconds;
        self
    }

    /// Times are sent as numbers of milliseconds since 1970.
    pub fn epoch_millis(&mut self) -> &mut Self {
        self.format = TimestampFormat::EpochMillis;
        self
    }

    /// Times are sent as dates of HTTP.
    pub fn http_date(&mut self) -> &mut Self {
        self.format = TimestampFormat::HttpDate;
        self
    }
}

/// A member to be read.
pub struct MemberMut<'a> {
    pub(crate) name: &'static str,
    pub(crate) value: &'a mut dyn Value,
    /// Whether a value was read.
    pub(super) is_read: bool,
    /// Whether numbers that are times are milliseconds, however small they are.
    pub(super) millis: bool,
    /// Its place in a reply.
    pub(crate) source: Source,
}

/// The place of a member in a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The JSON object.
    #[default]
    Body,
    /// A header.
    Header(&'static str),
    /// All headers with a prefix.
    HeaderPrefix(&'static str),
    /// The HTTP status.
    Status,
    /// The whole body.
    Payload,
}

impl MemberMut<'_> {
    /// A reply has the member in a header, whose name is in lower case.
    pub fn header(&mut self, name: &'static str) -> &mut Self {
        self.source = Source::Header(name);
        self
    }

    /// A reply has the member, which is a map, in the headers with a prefix, which is in lower case.
    pub fn header_prefix(&mut self, prefix: &'static str) -> &mut Self {
        self.source = Source::HeaderPrefix(prefix);
        self
    }

    /// The member is the HTTP status of a reply.
    pub fn status(&mut self) -> &mut Self {
        self.source = Source::Status;
        self
    }

    /// The member is the whole body of a reply.
    pub fn payload(&mut self) -> &mut Self {
        self.source = Source::Payload;
        self
    }

    /// Numbers that are times are milliseconds, however small they are.
    pub fn epoch_millis(&mut self) -> &mut Self {
        self.millis = true;
        self
    }
}

/// A rule on which of several members are set.
pub(crate) enum Requirement {
    /// Exactly one of them.
    OneOf(&'static [&'static str]),
    /// At least one of them.
    AnyOf(&'static [&'static str]),
}

/// The members of a record, for writing and checking.
#[derive(Default)]
pub struct Members<'a> {
    list: Vec<Member<'a>>,
    requirements: Vec<Requirement>,
}

impl<'a> Members<'a> {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::with_capacity(FEW),
            requirements: Vec::new(),
        }
    }

    /// Returns the members of a record.
    #[inline]
    pub(crate) fn of(record: &'a dyn Record) -> Self {
        let mut members = Self::new();
        record.members(&mut members);
        members
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member<'a>> {
        self.list.iter()
    }

    pub(crate) fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Exactly one of the members with these names must be set.
    pub fn require_one_of(&mut self, names: &'static [&'static str]) {
        self.requirements.push(Requirement::OneOf(names));
    }

    /// At least one of the members with these names must be set.
    pub fn require_any_of(&mut self, names: &'static [&'static str]) {
        self.requirements.push(Requirement::AnyOf(names));
    }

    #[expect(clippy::indexing_slicing, reason = "the element was just added")]
    fn push(&mut self, place: Place, name: &'a str, value: &'a dyn Value) -> &mut Member<'a> {
        let last = self.list.len();
        self.list.push(Member {
            place,
            name,
            value,
            limits: None,
            format: TimestampFormat::default(),
        });
        &mut self.list[last]
    }

    /// Adds a member of a union that this crate does not know.
    pub fn unknown(&mut self, member: &'a UnknownMember) -> &mut Member<'a> {
        self.push(Place::Body, member.name(), member.value())
    }

    /// Adds a member that replaces `{name}` in the path, or `{name+}` with slashes that stay.
    pub fn path(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::Path, name, value)
    }

    /// Adds a member of the query; a list repeats the name, a map sends its entries.
    pub fn query(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::Query, name, value)
    }

    /// Adds a list that is one value in the query, separated by commas.
    pub fn query_csv(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::QueryCsv, name, value)
    }

    /// Adds a header; a list is one value with commas, a map has a header for each entry, whose name begins with this one.
    pub fn header(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::Header, name, value)
    }

    /// Adds a member that is the whole body.
    pub fn payload(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::Payload, name, value)
    }

    /// Adds a member of the JSON object.
    pub fn body(&mut self, name: &'static str, value: &'a dyn Value) -> &mut Member<'a> {
        self.push(Place::Body, name, value)
    }
}

/// The members of a record, for reading. Requests, and outputs that a program stored, are JSON objects with all members; only
/// the members of a reply have their places.
pub struct MembersMut<'a>(Vec<MemberMut<'a>>);

impl<'a> MembersMut<'a> {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(FEW))
    }

    /// Returns the members of a record.
    #[cfg(feature = "fake")]
    pub(crate) fn of(record: &'a mut dyn Record) -> Self {
        let mut members = Self::new();
        record.members_mut(&mut members);
        members
    }

    /// Returns the member of a name.
    #[cfg(feature = "fake")]
    pub(crate) fn named(&mut self, name: &str) -> Option<&mut MemberMut<'a>> {
        let index = self.find(name, 0)?;
        self.get_mut(index)
    }

    /// Adds a member.
    pub fn member(&mut self, name: &'static str, value: &'a mut dyn Value) -> &mut MemberMut<'a> {
        self.push(name, value)
    }

    /// Adds a member of a union that this crate does not know.
    pub fn unknown(&mut self, member: &'a mut UnknownMember) -> &mut MemberMut<'a> {
        // Its name is known already.
        self.push("", &mut member.value)
    }

    #[expect(clippy::indexing_slicing, reason = "the element was just added")]
    fn push(&mut self, name: &'static str, value: &'a mut dyn Value) -> &mut MemberMut<'a> {
        let last = self.0.len();
        self.0.push(MemberMut {
            name,
            value,
            is_read: false,
            millis: false,
            source: Source::Body,
        });
        &mut self.0[last]
    }

    /// Returns the index of the member of a name, which probably is `expected`.
    pub(super) fn find(&self, name: &str, expected: usize) -> Option<usize> {
        let is_named = |member: &MemberMut<'_>| member.name == name;
        match self.0.get(expected) {
            Some(member) if is_named(member) => Some(expected),
            _ => self.0.iter().position(is_named),
        }
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut MemberMut<'a>> {
        self.0.get_mut(index)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &MemberMut<'a>> {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut MemberMut<'a>> {
        self.0.iter_mut()
    }
}

/// The number of members that there is memory for from the beginning. Most structures have fewer.
const FEW: usize = 16;
