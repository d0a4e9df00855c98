//! [`Paginated`], an operation that returns one page of a list.

use serde_json::value::RawValue;

use super::next::{Place, count_elements};
use super::{Cursor, Next, Paging, Position};
use crate::error::{Context, Result};
use crate::schema::{Blank, raw_at};
use crate::service::{Operation, Reply, Service};

/// An operation that returns one page of a list.
///
/// [`Client::items`](crate::Client::items) and [`Client::pages`](crate::Client::pages) go through all pages.
pub trait Paginated: Operation {
    /// An item of the list.
    type Item: Blank + Clone + Send + Sync + 'static;

    /// Where the parts of paging are in requests and pages.
    const PAGING: Paging;

    /// Returns what `page` says about the page after it.
    fn next(&self, page: &Self::Output) -> Next;

    /// Returns the parameter that selects the page.
    fn position(&mut self) -> Position<'_>;

    /// Returns the items of a page, or `None` if it has no list.
    fn items(page: &mut Self::Output) -> Option<&mut Vec<Self::Item>>;

    /// Returns the same operation, starting at a cursor.
    ///
    /// # Errors
    ///
    /// Returns an error if the cursor belongs to an operation with another paging style.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cloud_models_runtime as cloud_models;
    /// use cloud_models::{Cursor, Paginated, Result};
    ///
    /// fn resume<O: Paginated>(list: O, saved: &str) -> Result<O> {
    ///     match saved.parse::<Cursor>() {
    ///         Ok(cursor) => list.resume(&cursor),
    ///         Err(_) => Ok(list), // nothing saved yet: start at the beginning
    ///     }
    /// }
    /// ```
    fn resume(mut self, cursor: &Cursor) -> Result<Self> {
        cursor.apply(self.position(), &Context::of::<Self>(&()))?;
        Ok(self)
    }

    /// Returns the cursor of the page after the one in `reply`, or `None` at the end of the list.
    ///
    /// This looks at one page alone, for programs that drive a [`Call`](crate::Call) themselves. A client also knows the
    /// pages before it.
    ///
    /// # Errors
    ///
    /// Returns an error if the page says that there are more, but not where.
    fn following(&self, reply: &mut Reply<Self::Output>) -> Result<Option<Cursor>> {
        let next = self.next(reply);
        let place = Place {
            items: count::<Self>(reply),
            before: self.clone().position().is_first_page().then_some(0),
            total_cap: Self::PAGING.total_cap,
        };
        next.resolve(place, &Context::of::<Self>(&()))
    }
}

/// Returns the number of items on a page, including those that are `null` and left out of the list.
pub(super) fn count<O: Paginated>(reply: &mut Reply<O::Output>) -> usize {
    let in_list = O::items(reply.output_mut()).map_or(0, |items| items.len());
    sent_list::<O>(reply)
        .and_then(count_elements)
        .unwrap_or(in_list)
}

/// Returns the list of a page as it was sent, if the service counts its items.
pub(super) fn sent_list<O: Paginated>(reply: &Reply<O::Output>) -> Option<&RawValue> {
    O::PAGING.is_counted().then(|| list::<O>(reply)).flatten()
}

/// Returns the number of items on a page that are `null`, which are left out of the list.
#[cfg(feature = "catalog")]
pub(crate) fn nulls<O: Paginated>(reply: &mut Reply<O::Output>) -> usize {
    let in_list = O::items(reply.output_mut()).map_or(0, |items| items.len());
    let sent = list::<O>(reply).and_then(count_elements);
    sent.unwrap_or_default().saturating_sub(in_list)
}

/// Returns the list of a page as it was sent.
fn list<O: Paginated>(reply: &Reply<O::Output>) -> Option<&RawValue> {
    let result = O::Service::INFO.result.into_iter();
    let path: Vec<_> = result.chain(O::PAGING.items.split('.')).collect();
    raw_at(std::str::from_utf8(reply.raw()).ok()?, &path)
}
