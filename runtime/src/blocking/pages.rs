//! [`Pages`] and [`Items`], a list as iterators.

use std::fmt;
use std::iter::FusedIterator;
use std::vec;

use super::Client;
use crate::error::Result;
use crate::paging::{Cursor, Pager, Paginated};
use crate::service::Reply;

/// The pages of a list, returned by [`Client::pages`].
///
/// Pages already received come before the error. After an error or the last page, there is nothing more.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<O: Paginated> {
    client: Client<O::Service>,
    pager: Pager<O>,
}

impl<O: Paginated> Pages<O> {
    pub(super) fn new(client: Client<O::Service>, operation: O) -> Self {
        Self {
            client,
            pager: Pager::new(operation),
        }
    }

    /// Returns where the next page begins, to resume the list later with [`Paginated::resume`]; after an error, where the page
    /// begins that failed. `None` at the beginning and after the last page.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pager.cursor()
    }
}

impl<O: Paginated> Iterator for Pages<O> {
    type Item = Result<Reply<O::Output>>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = match self.pager.next()? {
            Ok(request) => self.client.perform(request.operation, request.is_checked),
            Err(error) => return Some(Err(error)),
        };
        Some(self.pager.received(page))
    }
}

impl<O: Paginated> FusedIterator for Pages<O> {}

/// The items of a list, page by page, returned by [`Client::items`].
///
/// At most one page is kept. Items already received come before the error. After an error or the last item, there is
/// nothing more.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Paginated, Result, blocking::Client};
///
/// fn first_hundred<O: Paginated>(client: &Client<O::Service>, list: O) -> Result<Vec<O::Item>> {
///     client.items(list).take(100).collect()
/// }
/// ```
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

    /// Returns the page of the last item, without its list: totals and the request ID are there.
    pub fn page(&self) -> Option<&Reply<O::Output>> {
        self.page.as_ref()
    }

    /// Returns the number of items of the current page that were not returned yet.
    pub fn left_in_page(&self) -> usize {
        self.left.len()
    }

    /// Returns where the page after the current one begins, to resume the list later with [`Paginated::resume`]; after an
    /// error, where the page begins that failed. `None` at the beginning, and if the current page is the last. Items that are
    /// [left in the page](Self::left_in_page) are not part of what follows.
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
