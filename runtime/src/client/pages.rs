//! [`Pages`] and [`Items`], a list as streams.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::Client;
use crate::error::{self, Error, Result};
use crate::future::{BoxFuture, RuntimeId, current_runtime};
use crate::paging::{Cursor, Pager, Paginated};
use crate::service::{Reply, is_repeatable};

/// The pages of a list, returned by [`Client::pages`].
///
/// Pages already received come before the error. After an error or the last page, there is nothing more.
///
/// It is also a [`Stream`], so the combinators of `futures::TryStreamExt` work on it.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Client, Paginated, Result};
///
/// async fn print_first_pages<O: Paginated>(client: &Client<O::Service>, list: O) -> Result<()> {
///     let mut pages = client.pages(list).take(3);
///     while let Some(page) = pages.next().await {
///         println!("{:?}", *page?);
///     }
///     Ok(())
/// }
/// ```
#[must_use = "nothing is sent before `next` is awaited"]
pub struct Pages<O: Paginated> {
    client: Client<O::Service>,
    pager: Pager<O>,
    /// The call of the next page. It is kept if its caller stops waiting, so that no page is lost.
    call: Option<Begun<O::Output>>,
    /// Number of pages that may still be returned.
    left: usize,
}

/// A call that began in a tokio runtime. In another one, its sockets and timers would stall.
struct Begun<T> {
    future: BoxFuture<'static, Result<Reply<T>>>,
    runtime: Option<RuntimeId>,
}

impl<O: Paginated> Pages<O> {
    pub(super) fn new(client: Client<O::Service>, operation: O) -> Self {
        Self {
            client,
            pager: Pager::new(operation),
            call: None,
            left: usize::MAX,
        }
    }

    /// Returns the next page, or `None` at the end. Cancel safe: no page is lost if the future is dropped.
    #[expect(
        clippy::should_implement_trait,
        reason = "the asynchronous counterpart has this name everywhere"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<Reply<O::Output>>>> + Send {
        poll_fn(|context| self.poll(context))
    }

    /// Ends the list after `pages` pages, or with the error that the last of them contradicts itself about what follows.
    pub fn take(mut self, pages: usize) -> Self {
        self.left = self.left.min(pages);
        self
    }

    /// Returns where the next page begins, to resume the list later with [`Paginated::resume`]; after an error, where the page
    /// begins that failed. `None` at the beginning and after the last page.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pager.cursor()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Reply<O::Output>>>> {
        if self.left == 0 {
            // Without it, the limit would hide that the list does not end here.
            return Poll::Ready(self.pager.take_error().map(Err));
        }
        let runtime = current_runtime();
        let is_elsewhere = self.call.take_if(|call| call.runtime != runtime).is_some();
        if is_elsewhere && !is_repeatable::<O>() {
            let problem = "the list goes on in another tokio runtime, while the request of its next page may have been sent";
            let error = Error::config(&error::Context::of::<O>(&()), problem).with_sent(true);
            return Poll::Ready(Some(self.pager.received(Err(error))));
        }
        let call = match &mut self.call {
            Some(call) => call,
            None => match self.pager.next() {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(request)) => {
                    let client = self.client.clone();
                    let call =
                        async move { client.perform(request.operation, request.is_checked).await };
                    self.call.insert(Begun {
                        future: Box::pin(call),
                        runtime,
                    })
                }
            },
        };
        let page = ready!(call.future.as_mut().poll(context));
        self.call = None;
        self.left -= 1;
        Poll::Ready(Some(self.pager.received(page)))
    }
}

// Nothing in it is pinned: the call is on the heap.
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

/// The items of a list, page by page, returned by [`Client::items`].
///
/// At most one page is kept. Items already received come before the error. After an error or the last item, there is
/// nothing more.
///
/// It is also a [`Stream`], so the combinators of `futures::TryStreamExt` work on it.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Client, Paginated, Result};
///
/// async fn count<O: Paginated>(client: &Client<O::Service>, list: O) -> Result<usize> {
///     let mut items = client.items(list);
///     let mut count = 0;
///     while let Some(item) = items.next().await {
///         item?;
///         count += 1;
///     }
///     Ok(count)
/// }
///
/// async fn first_hundred<O: Paginated>(client: &Client<O::Service>, list: O) -> Result<Vec<O::Item>> {
///     client.items(list).try_collect_up_to(100).await
/// }
///
/// async fn for_first_ten<O: Paginated>(
///     client: &Client<O::Service>,
///     list: O,
///     mut each: impl FnMut(O::Item),
/// ) -> Result<()> {
///     let mut items = client.items(list).take(10);
///     while let Some(item) = items.next().await {
///         each(item?);
///     }
///     Ok(())
/// }
/// ```
#[must_use = "nothing is sent before `next` is awaited"]
pub struct Items<O: Paginated> {
    pages: Pages<O>,
    /// Items of the current page.
    in_page: vec::IntoIter<O::Item>,
    page: Option<Reply<O::Output>>,
    /// Number of items that may still be returned.
    left: usize,
}

impl<O: Paginated> Items<O> {
    pub(super) fn new(pages: Pages<O>) -> Self {
        Self {
            pages,
            in_page: Vec::new().into_iter(),
            page: None,
            left: usize::MAX,
        }
    }

    /// Returns the next item, or `None` at the end. Cancel safe: no item is lost if the future is dropped.
    #[expect(
        clippy::should_implement_trait,
        reason = "the asynchronous counterpart has this name everywhere"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<O::Item>>> + Send {
        poll_fn(|context| self.poll(context))
    }

    /// Ends the list after `items` items. No page is requested after the one with the last of them.
    pub fn take(mut self, items: usize) -> Self {
        self.left = self.left.min(items);
        self
    }

    /// Collects the next items, at most `max` of them; fewer at the end of the list. The list can be continued afterwards.
    ///
    /// # Errors
    ///
    /// Returns the error of the page that failed; the items before it are lost. Use [`next`](Self::next) to keep them.
    pub async fn try_collect_up_to(&mut self, max: usize) -> Result<Vec<O::Item>> {
        let mut items = Vec::new();
        while items.len() < max {
            match self.next().await {
                Some(item) => items.push(item?),
                None => break,
            }
        }
        Ok(items)
    }

    /// Returns the page of the last item, without its list: totals and the request ID are there.
    pub fn page(&self) -> Option<&Reply<O::Output>> {
        self.page.as_ref()
    }

    /// Returns the number of items of the current page that were not returned yet.
    pub fn left_in_page(&self) -> usize {
        self.in_page.len()
    }

    /// Returns where the page after the current one begins, to resume the list later with [`Paginated::resume`]; after an
    /// error, where the page begins that failed. `None` at the beginning, and if the current page is the last. Items that are
    /// [left in the page](Self::left_in_page) are not part of what follows.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item>>> {
        if self.left == 0 {
            // Without it, the limit would hide that the list does not end here.
            return Poll::Ready(match self.in_page.len() {
                0 => self.pages.pager.take_error().map(Err),
                _ => None,
            });
        }
        loop {
            if let Some(item) = self.in_page.next() {
                self.left -= 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(mut page)) => {
                    let items = O::items(page.output_mut()).map(std::mem::take);
                    self.in_page = items.unwrap_or_default().into_iter();
                    self.page = Some(page);
                }
            }
        }
    }
}

// Nothing in it is pinned.
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
