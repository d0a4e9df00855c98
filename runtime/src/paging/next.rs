//! [`Next`], what a page says about the page after it.

use serde_core::de::IgnoredAny;
use serde_json::value::RawValue;

use super::Cursor;
use crate::error::{Context, Error};

/// The information of a page about the page after it.
///
/// Generated code creates it in [`Paginated::next`](super::Paginated::next).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Token(String),
    End,
    /// There are more pages, but the token is missing.
    Missing,
    Offset {
        offset: i64,
        total: Option<i64>,
    },
    PageNumber {
        page: i64,
        page_size: Option<i64>,
        total: Option<i64>,
    },
}

/// The place of a page in its list, as far as it is known.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Number of items on the page, including those that are `null`.
    pub(super) items: usize,
    /// Number of items on all pages before; `None` if the list did not begin at its first page.
    pub(super) before: Option<i64>,
    /// A total that the service never exceeds.
    pub(super) total_cap: Option<i64>,
}

impl Next {
    /// For services that send a token with every page but the last. An empty token counts as none.
    pub fn token(token: Option<&str>) -> Self {
        match token {
            Some(token) if !token.is_empty() => Self(Kind::Token(token.to_owned())),
            _ => Self(Kind::End),
        }
    }

    /// For services that say whether there are more pages, and send a marker that says where. If they contradict each
    /// other, the former wins.
    pub fn marker(more: Option<bool>, marker: Option<&str>) -> Self {
        match (more, Self::token(marker)) {
            (Some(false), _) => Self(Kind::End),
            (Some(true), Self(Kind::End)) => Self(Kind::Missing),
            (_, next) => next,
        }
    }

    /// For services that number their pages from 1: the number of this page, the page size and the total that the response
    /// states.
    pub fn page_number(page: Option<i64>, page_size: Option<i64>, total: Option<i64>) -> Self {
        Self(Kind::PageNumber {
            page: page.unwrap_or(1),
            page_size: page_size.filter(|size| *size > 0),
            total,
        })
    }

    /// For services that skip items: the number of items skipped before this page, and the total that the response states.
    pub fn offset(offset: Option<i64>, total: Option<i64>) -> Self {
        Self(Kind::Offset {
            offset: offset.unwrap_or(0),
            total,
        })
    }

    /// For services that send all items at once.
    pub fn end() -> Self {
        Self(Kind::End)
    }

    /// Returns how many items there are to the end of the page, and the total that the response states, as far as they are
    /// known. A total at the cap says nothing.
    pub(super) fn progress(&self, place: Place) -> (Option<i64>, Option<i64>) {
        let items = i64::try_from(place.items).unwrap_or(i64::MAX);
        let (before, total) = match self.0 {
            Kind::Token(_) | Kind::End | Kind::Missing => return (None, None),
            Kind::Offset { offset, total } => (Some(offset), total),
            Kind::PageNumber {
                page,
                page_size,
                total,
            } => {
                // The count is certain: a service may serve fewer items per page than it states.
                let by_size = || Some(page.saturating_sub(1).saturating_mul(page_size?));
                (place.before.or_else(by_size), total)
            }
        };
        let is_capped = |total: i64| place.total_cap.is_some_and(|cap| total >= cap);
        (
            before.map(|before| before.saturating_add(items)),
            total.filter(|total| !is_capped(*total)),
        )
    }

    /// Returns the cursor of the next page, or `None` at the end.
    pub(super) fn resolve(
        self,
        place: Place,
        context: &Context<'_>,
    ) -> Result<Option<Cursor>, Error> {
        let (reached, total) = self.progress(place);
        let next = match self.0 {
            Kind::Token(token) => return Ok(Some(Cursor::token(token))),
            Kind::End => return Ok(None),
            Kind::Missing => {
                return Err(Error::paging(
                    context,
                    "the response announces more pages, but contains no token",
                ));
            }
            Kind::Offset { offset, .. } => Cursor::offset(reached.unwrap_or(offset)),
            Kind::PageNumber { page, .. } => Cursor::page(page.saturating_add(1)),
        };
        // A total below what was seen is wrong, and one at the cap says nothing: only an empty page ends such a list.
        let is_last = place.items == 0 || total.is_some() && total == reached;
        Ok((!is_last).then_some(next))
    }
}

/// Returns the number of elements of a list, including those that are `null`.
pub(crate) fn count_elements(list: &RawValue) -> Option<usize> {
    let elements: Vec<IgnoredAny> = serde_json::from_str(list.get()).ok()?;
    Some(elements.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::raw_at;

    const CONTEXT: Context<'_> = Context {
        service: "Example",
        ..Context::NONE
    };

    fn resolve(next: Next, items: usize, before: Option<i64>) -> Option<Cursor> {
        let place = Place {
            items,
            before,
            total_cap: Some(10_000),
        };
        next.resolve(place, &CONTEXT).unwrap()
    }

    #[test]
    fn a_page_size_of_zero_tells_no_place() {
        let next = Next::page_number(Some(2), Some(0), Some(2));
        assert_eq!(resolve(next, 2, None), Some(Cursor::page(3)));
    }

    #[test]
    fn offsets_end_where_the_total_is_reached() {
        let offset = |offset, items, total| resolve(Next::offset(offset, total), items, None);
        let at = |offset| Some(Cursor::offset(offset));
        assert_eq!(offset(None, 2, Some(2)), None);
        assert_eq!(offset(None, 2, Some(3)), at(2));
        assert_eq!(offset(Some(2), 1, Some(3)), None);
        // Smaller than what was seen: no total.
        assert_eq!(offset(None, 2, Some(0)), at(2));
        assert_eq!(offset(Some(10), 10, Some(10)), at(20));
        // As many as the service ever reports.
        assert_eq!(offset(Some(9_990), 10, Some(10_000)), at(10_000));
        assert_eq!(offset(Some(10_240), 10, Some(10_000)), at(10_250));
        assert_eq!(offset(Some(10_250), 0, Some(10_000)), None);
        assert_eq!(offset(None, 2, None), at(2));
        assert_eq!(offset(None, 0, None), None);
        assert_eq!(offset(Some(i64::MAX), 1, None), at(i64::MAX));
    }

    #[test]
    fn page_numbers_end_where_the_total_is_reached_as_far_as_the_place_is_known() {
        let page = |page, size, items, before, total| {
            resolve(Next::page_number(page, size, total), items, before)
        };
        let at = |page| Some(Cursor::page(page));
        // The response states the page size.
        assert_eq!(page(Some(2), Some(50), 50, None, Some(100)), None);
        assert_eq!(page(Some(2), Some(50), 49, None, Some(100)), at(3));
        assert_eq!(page(None, Some(50), 50, None, Some(100)), at(2));
        // It does not, so the items before are counted.
        assert_eq!(page(None, None, 50, Some(0), Some(100)), at(2));
        assert_eq!(page(Some(2), None, 50, Some(50), Some(100)), None);
        assert_eq!(page(Some(2), Some(0), 50, Some(50), Some(100)), None);
        // The place is not known.
        assert_eq!(page(Some(2), None, 50, None, Some(100)), at(3));
        assert_eq!(page(Some(3), None, 0, None, Some(100)), None);
        assert_eq!(
            page(Some(i64::MAX), Some(i64::MAX), 1, None, Some(5)),
            at(i64::MAX)
        );
    }

    #[test]
    fn tokens_and_markers_end_where_they_say() {
        let token = |token: &str| Some(Cursor::token(token));
        assert_eq!(resolve(Next::token(Some("a")), 0, None), token("a"));
        assert_eq!(resolve(Next::token(Some("")), 5, None), None);
        assert_eq!(resolve(Next::token(None), 5, None), None);
        let marker = |more, marker| Next::marker(more, marker);
        assert_eq!(resolve(marker(Some(false), Some("a")), 5, None), None);
        assert_eq!(resolve(marker(Some(true), Some("a")), 5, None), token("a"));
        assert_eq!(resolve(marker(None, Some("a")), 5, None), token("a"));
        assert_eq!(resolve(marker(None, None), 5, None), None);
        let place = Place {
            items: 5,
            before: None,
            total_cap: None,
        };
        let missing = marker(Some(true), None).resolve(place, &CONTEXT);
        assert_eq!(missing.unwrap_err().kind(), crate::error::ErrorKind::Paging);
    }

    #[test]
    fn null_elements_count() {
        let count = |body: &str| {
            let list = raw_at(body, &["result", "items"])?;
            count_elements(list)
        };
        assert_eq!(count(r#"{"result":{"items":[null,{},null]}}"#), Some(3));
        assert_eq!(count(r#"{"result":{"items":[{},{}]}}"#), Some(2));
        assert_eq!(count(r#"{"result":{"items":{}}}"#), None);
        assert_eq!(count(r#"{"items":[null],"result":null}"#), None);
        assert_eq!(count(r#"{"result":{"items":null}}"#), None);
        assert_eq!(count(r#"{"result":{"items":[],"other":null}}"#), Some(0));
        assert_eq!(
            count(r#"{"null":[1],"result":{"a":[1],"items":[1,[null]]}}"#),
            Some(2)
        );
        // A body that cannot be read says nothing.
        assert_eq!(count(r#"{"result":{"items":[null"#), None);
        assert_eq!(count(r#"{"result":7,"a":null}"#), None);
        let top = raw_at("[null,1]", &[]).unwrap();
        assert_eq!(count_elements(top), Some(2));
    }
}
