//! Operations that answer with pages.

use super::next::count_elements;
use super::{Cursor, Next, Position};
use crate::error::{Context, Result};
use crate::schema::Member;
use crate::service::{Operation, Reply, Service};

/// An operation that answers with one page of a list.
pub trait Paginated: Operation {
    /// An element of the list.
    type Item: Member + Send + 'static;

    /// The way to the list in wire names, for services that count elements; empty for all others.
    const COUNTED: &'static [&'static str] = &[];

    /// The largest total that the service ever states: one of this size or more tells nothing of the end of the list.
    const TOTAL_CAP: Option<i64> = None;

    /// What follows `page`, which has `count` elements, those included that are `null` and left out of the list.
    fn next(&self, page: &Self::Output, count: usize) -> Next;

    /// The parameter that says which page to send.
    fn position(&mut self) -> Position<'_>;

    /// The elements of a page; `None` if it has no list at all.
    fn items(page: &mut Self::Output) -> Option<&mut Vec<Self::Item>>;

    /// What follows the page in a reply.
    fn following(&self, reply: &mut Reply<Self::Output>) -> Next {
        let count = Self::items(reply.output_mut()).map_or(0, |items| items.len());
        let service = <Self::Service as Service>::INFO;
        let way = service.result.iter().chain(Self::COUNTED);
        let on_wire = match Self::COUNTED {
            [] => None,
            _ => count_elements(reply.raw(), way),
        };
        self.next(reply, on_wire.unwrap_or(count))
    }

    /// The same operation from a cursor on.
    ///
    /// ```
    /// use cloud_models_runtime::{Cursor, Paginated, Result};
    ///
    /// fn go_on<O: Paginated>(list: O, saved: &str) -> Result<O> {
    ///     let cursor: Cursor = saved.parse().unwrap_or(Cursor::token(""));
    ///     list.resume(&cursor)
    /// }
    /// ```
    ///
    /// # Errors
    /// The cursor is of an operation that pages in another way.
    fn resume(mut self, cursor: &Cursor) -> Result<Self> {
        cursor.apply(self.position(), Context::of::<Self>())?;
        Ok(self)
    }
}
