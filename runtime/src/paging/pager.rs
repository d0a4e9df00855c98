//! The way from page to page, without I/O: which page is next, and when there is none.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::{Cursor, Next, Paginated};
use crate::error::{Context, Error, Result};
use crate::service::Reply;

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
    /// The hash of the last page that had elements.
    last: Option<u64>,
    pages: u64,
    empty_pages: u32,
    /// Where the page begins that comes next, or that could not be had.
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
    pub(crate) fn new(mut operation: O) -> Self {
        let hasher = RandomState::new();
        // A list that begins in its middle must not come back to there either.
        let start = operation.position().cursor();
        let seen = start.iter().map(|start| hasher.hash_one(start)).collect();
        Self {
            operation,
            state: State::Open,
            seen,
            hasher,
            last: None,
            pages: 0,
            empty_pages: 0,
            cursor: start,
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
        // Whoever wants to go on after an error begins with the page that failed: the cursor stays.
        let mut page = page.inspect_err(|_| self.state = State::Done)?;
        self.pages += 1;
        let empty = O::items(page.output_mut()).is_none_or(|items| items.is_empty());
        self.empty_pages = if empty { self.empty_pages + 1 } else { 0 };
        let next = match self.is_as_before(&mut page) {
            true => Err(self.broken("is the same as the one before it, whatever was asked for")),
            false => Ok(self.operation.following(&mut page)),
        };
        self.state = match next.and_then(|next| self.follow(next)) {
            Ok(Some(cursor)) => {
                self.cursor = Some(cursor);
                State::Open
            }
            Ok(None) => {
                self.cursor = None;
                State::Done
            }
            Err(error) => State::Broken(error),
        };
        Ok(page)
    }

    /// Whether a page has the elements of the one before it. A service that counts pages and does not look at their number
    /// would send them for ever; one with tokens gives itself away by them.
    fn is_as_before(&mut self, page: &mut Reply<O::Output>) -> bool {
        if O::COUNTED.is_empty() {
            return false;
        }
        let items = O::items(page.output_mut()).filter(|items| !items.is_empty());
        let text = items.and_then(|items| serde_json::to_string(items).ok());
        let Some(text) = text else { return false };
        let hash = self.hasher.hash_one(text);
        self.last.replace(hash) == Some(hash)
    }

    /// Goes to the page that follows, if there is one.
    fn follow(&mut self, next: Next) -> Result<Option<Cursor>> {
        let Some(cursor) = next.cursor::<O>()? else {
            return Ok(None);
        };
        if !self.seen.insert(self.hasher.hash_one(&cursor)) {
            let shown: String = cursor.wire_text().chars().take(40).collect();
            return Err(self.broken(&format!(
                "leads to {shown:?}, where the list was before; it would never end"
            )));
        }
        if self.empty_pages > MOST_EMPTY_PAGES {
            return Err(self.broken(&format!(
                "is empty like {MOST_EMPTY_PAGES} before it, and still there is said to be more"
            )));
        }
        cursor.apply(self.operation.position(), Context::of::<O>())?;
        Ok(Some(cursor))
    }

    fn broken(&self, problem: &str) -> Error {
        Error::paging(Context::of::<O>(), format!("page {} {problem}", self.pages))
    }

    /// Where the page begins that comes next, or that could not be had; `None` for the first one and behind the last.
    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}
