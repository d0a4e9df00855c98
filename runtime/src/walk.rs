//! The way from page to page, without I/O: which page is next, and when there is none.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use crate::error::Context;
use crate::{Cursor, Error, Next, Paginated, Reply, Result};

/// How many empty pages in a row are gone through: a filter may leave pages empty, but a list does not go on like that for
/// ever.
const MOST_EMPTY_PAGES: u32 = 1000;

/// Where in a list we are.
///
/// Whatever ends the list, what came before is handed out first; after the end or an error there is nothing more.
pub(crate) struct Walk<O> {
    operation: O,
    state: State,
    /// Hashes of the cursors that were followed: following one again would never end. Tokens are long, hashes are not.
    seen: HashSet<u64>,
    hasher: RandomState,
    pages: u64,
    empty_pages: u32,
    /// Where the page begins that comes next, if it is not the first.
    cursor: Option<Cursor>,
}

/// The operation that gets the next page.
pub(crate) struct Step<O> {
    pub(crate) operation: O,
    /// Whether its limits were checked, on the way to the first page. Where it goes on is the service's own word since then,
    /// which no document limits.
    pub(crate) is_checked: bool,
}

enum State {
    Open,
    /// The page at hand is the last that can be had.
    Broken(Error),
    Done,
}

impl<O: Paginated> Walk<O> {
    pub(crate) fn new(operation: O) -> Self {
        Self {
            operation,
            state: State::Open,
            seen: HashSet::new(),
            hasher: RandomState::new(),
            pages: 0,
            empty_pages: 0,
            cursor: None,
        }
    }

    /// What to send for the next page; `None` at the end, the error that keeps from it once.
    pub(crate) fn next(&mut self) -> Option<Result<Step<O>>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Open => {
                self.state = State::Open;
                Some(Ok(Step {
                    operation: self.operation.clone(),
                    is_checked: self.pages > 0,
                }))
            }
            State::Broken(error) => Some(Err(error)),
            State::Done => None,
        }
    }

    /// Takes the page that came and finds out what follows it.
    pub(crate) fn came(&mut self, page: Result<Reply<O::Output>>) -> Result<Reply<O::Output>> {
        self.cursor = None;
        let mut page = page.inspect_err(|_| self.state = State::Done)?;
        self.pages += 1;
        let items = O::items(page.output_mut()).map_or(0, |items| items.len());
        self.empty_pages = if items == 0 { self.empty_pages + 1 } else { 0 };
        let next = self.operation.next(&page);
        self.state = match self.follow(next) {
            Ok(Some(cursor)) => {
                self.cursor = Some(cursor);
                State::Open
            }
            Ok(None) => State::Done,
            Err(error) => State::Broken(error),
        };
        Ok(page)
    }

    /// Goes to the page that follows, if there is one.
    fn follow(&mut self, next: Next) -> Result<Option<Cursor>> {
        let Some(cursor) = next.cursor::<O>()? else {
            return Ok(None);
        };
        let pages = self.pages;
        let broken = |problem: String| Error::paging(Context::of::<O>(), problem);
        if !self.seen.insert(self.hasher.hash_one(&cursor)) {
            return Err(broken(format!(
                "page {pages} leads to a page that was there before; the list would never end"
            )));
        }
        if self.empty_pages > MOST_EMPTY_PAGES {
            return Err(broken(format!(
                "the last {MOST_EMPTY_PAGES} pages, up to page {pages}, were empty, and still there is said to be more"
            )));
        }
        self.operation.resume(&cursor)?;
        Ok(Some(cursor))
    }

    /// Where the next page begins; `None` before the first page and behind the last.
    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}
