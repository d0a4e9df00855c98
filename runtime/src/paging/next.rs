//! Where the next page begins.

use serde_core::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::fmt;

use super::Cursor;
use crate::error::{Context, Error};
use crate::schema::Name;
use crate::service::Operation;

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// The page at this cursor.
    Page(Cursor),
    /// Nothing: this was the last page.
    End,
    /// Nobody knows: the reply says that there is more, but not where.
    Lost,
}

impl Next {
    /// For services that send a token with every page but the last. An empty token is none.
    pub fn token(token: Option<&str>) -> Self {
        match token {
            Some(token) if !token.is_empty() => Self::Page(Cursor::token(token)),
            _ => Self::End,
        }
    }

    /// For services that say whether there is more beside a marker that says where. The former wins.
    pub fn marker(more: Option<bool>, marker: Option<&str>) -> Self {
        match (more, Self::token(marker)) {
            (Some(false), _) => Self::End,
            (Some(true), Self::End) => Self::Lost,
            (_, next) => next,
        }
    }

    /// For services that number their pages from 1. `page` is the number of this one, `size` the most elements that
    /// it may have, `items` how many it has, `total` how many there are on all pages.
    pub fn page_number(page: Option<i64>, size: i64, items: usize, total: Option<i64>) -> Self {
        let page = page.unwrap_or(1);
        let done = total.is_some_and(|total| page.saturating_mul(size.max(1)) >= total);
        Self::counted(Cursor::page(page.saturating_add(1)), done, items)
    }

    /// For services that skip elements. `offset` is how many were skipped before this page, `items` how many it has,
    /// `total` how many there are on all pages.
    pub fn offset(offset: Option<i64>, items: usize, total: Option<i64>) -> Self {
        let reached = offset
            .unwrap_or(0)
            .saturating_add(i64::try_from(items).unwrap_or(i64::MAX));
        let done = total.is_some_and(|total| reached >= total);
        Self::counted(Cursor::offset(reached), done, items)
    }

    /// An empty page ends the list, whatever the total says.
    fn counted(next: Cursor, done: bool, items: usize) -> Self {
        if done || items == 0 {
            Self::End
        } else {
            Self::Page(next)
        }
    }

    /// The cursor of the next page, `None` at the end.
    ///
    /// # Errors
    /// The reply says that there is more, but not where.
    pub fn cursor<O: Operation>(self) -> Result<Option<Cursor>, Error> {
        match self {
            Self::Page(cursor) => Ok(Some(cursor)),
            Self::End => Ok(None),
            Self::Lost => Err(Error::paging(
                Context::of::<O>(),
                "the page says that there are more, but not where they begin",
            )),
        }
    }
}

/// How many elements a list in a body has, those that are `null` too; `None` if it is not there.
///
/// Asked only for lists that are counted, and only if there is a `null` in the body at all: nothing else makes a difference.
pub(crate) fn count_elements<'a>(
    body: &[u8],
    way: impl Iterator<Item = &'a &'static str>,
) -> Option<usize> {
    if !body.windows(4).any(|window| window == b"null") {
        return None;
    }
    let way: Vec<&str> = way.copied().collect();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    Count(&way).deserialize(&mut deserializer).ok().flatten()
}

/// Goes down a way through objects and counts what is in the list at its end.
struct Count<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or a list at the end of the way")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut count = None;
        while let Some(name) = map.next_key_seed(Name)? {
            match self.0.split_first() {
                Some((first, rest)) if *first == name => {
                    count = map.next_value_seed(Count(rest))?
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(count)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut count = 0;
        while elements.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Some(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_end_of_their_range_end_the_list_or_go_on() {
        assert_eq!(
            Next::page_number(Some(i64::MAX), i64::MAX, 1, Some(i64::MAX)),
            Next::End
        );
        assert_eq!(
            Next::page_number(Some(1), 0, 1, Some(2)),
            Next::Page(Cursor::page(2))
        );
        assert_eq!(
            Next::offset(Some(i64::MAX), 1, None),
            Next::Page(Cursor::offset(i64::MAX))
        );
        assert_eq!(Next::offset(None, 2, Some(2)), Next::End);
    }
}
