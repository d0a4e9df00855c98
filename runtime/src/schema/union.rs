//! Unions: enums of which a service sends one member, as an object with its name.

use std::fmt;

use super::{Json, Member, MemberMut, Members, MembersMut};

/// An enum with a variant for each member, and `Unknown` for those that a service adds later.
pub trait Union {
    /// Adds the member to `to`, for writing and checking it.
    fn member<'a, 'm>(&'a self, to: &'m mut Members<'a>) -> &'m mut Member<'a>;

    /// Adds the member to `to`, for reading it.
    fn member_mut<'a, 'm>(&'a mut self, to: &'m mut MembersMut<'a>) -> &'m mut MemberMut<'a>;

    /// Becomes the blank member of a name. Returns whether there is one.
    fn set(&mut self, name: &str) -> bool;
}

/// The part of a union that [`union!`](crate::union) implements.
pub trait OpenUnion: Union {
    /// Becomes a member that has no variant.
    fn set_unknown(&mut self, member: UnknownMember);
}

/// A member of a union that this crate does not know.
///
/// Only reading makes one, and only for a name that is not a known member; and the `Default` of a union has one without a name.
#[derive(Clone, PartialEq)]
pub struct UnknownMember {
    pub(super) name: String,
    pub(super) value: Json,
}

impl UnknownMember {
    /// The member of a union that has none.
    #[doc(hidden)]
    pub const NONE: Self = Self {
        name: String::new(),
        value: Json::NULL,
    };

    pub(super) fn new(name: String, value: Json) -> Self {
        Self { name, value }
    }

    /// Returns the wire name of the member; an empty text if there is no member.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value of the member.
    pub fn value(&self) -> &Json {
        &self.value
    }
}

/// Omits the value, which may be a secret.
impl fmt::Debug for UnknownMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnknownMember").field(&self.name).finish()
    }
}
