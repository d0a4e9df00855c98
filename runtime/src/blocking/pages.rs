//! Pages and elements of a list, as iterators.

use std::fmt;
use std::iter::FusedIterator;
use std::vec;

use super::Client;
use crate::error::Result;
use crate::paging::{Cursor, Paginated, Walk};
use crate::service::Reply;

/// The pages of a list: what [`Client::pages`] answers with.
///
/// What came is handed out before the error that follows it; after an error, or the last page, there is nothing more.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<O: Paginated> {
    client: Client<O::Service>,
    walk: Walk<O>,
}

impl<O: Paginated> Pages<O> {
    pub(super) fn new(client: Client<O::Service>, operation: O) -> Self {
        Self {
            client,
            walk: Walk::new(operation),
        }
    }

    /// Where the next page begins, to go on from later with [`Paginated::resume`]; `None` if that is the beginning, and behind
    /// the last page. After an error, where the page begins that could not be had.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.walk.cursor()
    }
}

impl<O: Paginated> Iterator for Pages<O> {
    type Item = Result<Reply<O::Output>>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = match self.walk.next()? {
            Ok(step) => self.client.perform(step.operation, step.is_checked),
            Err(error) => return Some(Err(error)),
        };
        Some(self.walk.came(page))
    }
}

impl<O: Paginated> FusedIterator for Pages<O> {}

/// The elements of a list, page after page: what [`Client::items`] answers with.
///
/// No more than one page is held. What came is handed out before the error that follows it; after an error, or the last
/// element, there is nothing more.
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<O: Paginated> {
    pages: Pages<O>,
    left: vec::IntoIter<O::Item>,
    page: Option<Reply<O::Output>>,
}

impl<O: Paginated> Items<O> {
    pub(super) fn new(pages: Pages<O>) -> Self {
        Self {
            pages,
            left: Vec::new().into_iter(),
            page: None,
        }
    }

    /// The page that the last element came with, its list taken out: totals and the request id are there.
    pub fn page(&self) -> Option<&Reply<O::Output>> {
        self.page.as_ref()
    }

    /// How many elements of the page are still to come.
    pub fn left_in_page(&self) -> usize {
        self.left.len()
    }

    /// Where the page behind the one at hand begins, to go on from later with [`Paginated::resume`]; `None` if that is the
    /// beginning, and if the page at hand is the last. After an error, where the page begins that could not be had. What is
    /// [left in the page](Self::left_in_page) is not part of what follows.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }
}

impl<O: Paginated> Iterator for Items<O> {
    type Item = Result<O::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.left.next() {
                return Some(Ok(item));
            }
            let mut page = match self.pages.next()? {
                Ok(page) => page,
                Err(error) => return Some(Err(error)),
            };
            let items = O::items(page.output_mut()).map(std::mem::take);
            self.left = items.unwrap_or_default().into_iter();
            self.page = Some(page);
        }
    }
}

impl<O: Paginated> FusedIterator for Items<O> {}

impl<O: Paginated> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}

impl<O: Paginated> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}
