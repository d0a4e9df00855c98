//! Unions.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::nulls::UnlessNull;
use super::scalars::Name;
use super::{Fill, How};
use crate::schema::{Json, MembersMut, OpenUnion, Slot, UnknownMember};

/// The one member of a union.
pub(super) struct OneOf<'a> {
    pub(super) union: &'a mut dyn OpenUnion,
    pub(super) how: How<'a>,
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
