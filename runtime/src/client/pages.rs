//! Pages and elements of a list, as streams.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::Client;
use crate::error::Result;
use crate::future::BoxFuture;
use crate::paging::{Cursor, Paginated, Walk};
use crate::service::Reply;

/// The pages of a list: what [`Client::pages`] answers with.
///
/// What came is handed out before the error that follows it; after an error, or the last page, there is nothing more.
#[must_use = "nothing is sent before `next` is awaited"]
pub struct Pages<O: Paginated> {
    client: Client<O::Service>,
    walk: Walk<O>,
    /// The call under way. It is kept if who waited for it gives up, so that no page is lost.
    call: Option<BoxFuture<'static, Result<Reply<O::Output>>>>,
}

impl<O: Paginated> Pages<O> {
    pub(crate) fn new(client: Client<O::Service>, operation: O) -> Self {
        Self {
            client,
            walk: Walk::new(operation),
            call: None,
        }
    }

    /// The next page; `None` at the end. May be dropped and called again.
    #[expect(
        clippy::should_implement_trait,
        reason = "it is not an iterator; the name is that of every stream's method"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<Reply<O::Output>>>> + Send {
        poll_fn(|context| self.poll(context))
    }

    /// Where the next page begins, to go on from later with [`Paginated::resume`]; `None` if that is the beginning, and behind
    /// the last page. After an error, where the page begins that could not be had.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.walk.cursor()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Reply<O::Output>>>> {
        let call = match &mut self.call {
            Some(call) => call,
            None => match self.walk.next() {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(step)) => {
                    let client = self.client.clone();
                    let call =
                        Box::pin(
                            async move { client.perform(step.operation, step.is_checked).await },
                        );
                    self.call.insert(call)
                }
            },
        };
        let page = ready!(call.as_mut().poll(context));
        self.call = None;
        Poll::Ready(Some(self.walk.came(page)))
    }
}

// Nothing in it is pinned in place: the call is on the heap.
impl<O: Paginated> Unpin for Pages<O> {}

impl<O: Paginated> Stream for Pages<O> {
    type Item = Result<Reply<O::Output>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paginated> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}

/// The elements of a list, page after page: what [`Client::items`] answers with. Gone through by
/// `while let Some(item) = items.next().await`, or as a `Stream`.
///
/// No more than one page is held. What came is handed out before the error that follows it; after an error, or the last
/// element, there is nothing more.
#[must_use = "nothing is sent before `next` is awaited"]
pub struct Items<O: Paginated> {
    pages: Pages<O>,
    left: vec::IntoIter<O::Item>,
    page: Option<Reply<O::Output>>,
}

impl<O: Paginated> Items<O> {
    pub(crate) fn new(pages: Pages<O>) -> Self {
        Self {
            pages,
            left: Vec::new().into_iter(),
            page: None,
        }
    }

    /// The next element; `None` at the end. May be dropped and called again.
    #[expect(
        clippy::should_implement_trait,
        reason = "it is not an iterator; the name is that of every stream's method"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<O::Item>>> + Send {
        poll_fn(|context| self.poll(context))
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

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item>>> {
        loop {
            if let Some(item) = self.left.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(mut page)) => {
                    let items = O::items(page.output_mut()).map(std::mem::take);
                    self.left = items.unwrap_or_default().into_iter();
                    self.page = Some(page);
                }
            }
        }
    }
}

// Nothing in it is pinned in place.
impl<O: Paginated> Unpin for Items<O> {}

impl<O: Paginated> Stream for Items<O> {
    type Item = Result<O::Item>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paginated> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}
