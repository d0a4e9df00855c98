//! [`Pager`], which goes from page to page without I/O: it decides which page is next, and when the list ends.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::next::Place;
use super::next::count_elements;
use super::paginated::{count, sent_list};
use super::{Cursor, Paginated};
use crate::error::{Context, Error, Result};
use crate::service::Reply;

/// Maximum number of empty pages in a row: a filter may leave pages empty, but a list that goes on like that is a loop.
const MAX_EMPTY_PAGES: u32 = 1000;

/// Progress through a list.
///
/// A page is returned before the error that follows it; after the last page or an error there is nothing more.
pub(crate) struct Pager<O> {
    operation: O,
    state: State,
    /// Hashes of the tokens that were followed. A token that comes again would never end. Tokens are long, hashes are not.
    tokens: HashSet<u64>,
    hasher: RandomState,
    /// Hash of the items of the last page.
    last_items: Option<u64>,
    pages: u64,
    empty_pages: u32,
    /// Number of items so far; `None` if the list did not begin at its first page.
    items: Option<i64>,
    cursor: Option<Cursor>,
    /// Number of items to the end of the last page, and the total that it states.
    #[cfg(feature = "catalog")]
    progress: (Option<i64>, Option<i64>),
}

/// The operation that requests the next page.
pub(crate) struct Request<O> {
    pub(crate) operation: O,
    /// Whether the limits of its parameters were checked on the way to the first page. Later pages differ in what the
    /// service itself sent, which no documented limit applies to.
    pub(crate) is_checked: bool,
}

enum State {
    Open,
    /// The page just returned is the last one that can be requested.
    Failed(Error),
    Done,
}

impl<O: Paginated> Pager<O> {
    pub(crate) fn new(mut operation: O) -> Self {
        let hasher = RandomState::new();
        let is_first_page = operation.position().is_first_page();
        let cursor = operation.position().cursor();
        // A list that begins at a token must not come back to it either.
        let start = cursor.iter().filter(|cursor| cursor.is_token());
        let tokens = start.map(|start| hasher.hash_one(start)).collect();
        Self {
            operation,
            state: State::Open,
            tokens,
            hasher,
            last_items: None,
            pages: 0,
            empty_pages: 0,
            items: is_first_page.then_some(0),
            cursor,
            #[cfg(feature = "catalog")]
            progress: (None, None),
        }
    }

    /// Returns the request of the next page, `None` at the end, or once the error that prevents it.
    pub(crate) fn next(&mut self) -> Option<Result<Request<O>>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Open => {
                self.state = State::Open;
                Some(Ok(Request {
                    operation: self.operation.clone(),
                    is_checked: self.pages > 0,
                }))
            }
            State::Failed(error) => Some(Err(error)),
            State::Done => None,
        }
    }

    /// Returns the error that prevents the next page, once, without a request for a page that can be requested.
    pub(crate) fn take_error(&mut self) -> Option<Error> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Failed(error) => Some(error),
            state => {
                self.state = state;
                None
            }
        }
    }

    /// Takes a page and finds out what follows it.
    pub(crate) fn received(&mut self, page: Result<Reply<O::Output>>) -> Result<Reply<O::Output>> {
        // The cursor stays at a page that failed, so that the list can be resumed there.
        let mut page = page.inspect_err(|_| self.state = State::Done)?;
        self.state = match self.following(&mut page) {
            Ok(Some(cursor)) => {
                self.cursor = Some(cursor);
                State::Open
            }
            Ok(None) => {
                self.cursor = None;
                State::Done
            }
            Err(error) => State::Failed(error),
        };
        Ok(page)
    }

    /// Moves on to the page after `page`, if there is one.
    fn following(&mut self, page: &mut Reply<O::Output>) -> Result<Option<Cursor>> {
        self.pages += 1;
        let items = count::<O>(page);
        let is_empty = O::items(page.output_mut()).is_none_or(|items| items.is_empty());
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        if self.repeats(page) {
            return Err(
                self.paging_error("has the same items as the page before (pagination loop)")
            );
        }
        let next = self.operation.next(page);
        let place = Place {
            items,
            before: self.items,
            total_cap: O::PAGING.total_cap,
        };
        #[cfg(feature = "catalog")]
        {
            self.progress = next.progress(place);
        }
        self.items = self
            .items
            .map(|before| before.saturating_add(i64::try_from(items).unwrap_or(i64::MAX)));
        let Some(cursor) = next.resolve(place, &Context::of::<O>(&()))? else {
            return Ok(None);
        };
        if cursor.is_token() && !self.tokens.insert(self.hasher.hash_one(&cursor)) {
            // The token is not shown: it may be anything, even a secret that the service sends back.
            return Err(
                self.paging_error("leads back to a token that was already used (pagination loop)")
            );
        }
        if self.empty_pages > MAX_EMPTY_PAGES {
            return Err(self.paging_error(&format!(
                "is empty like the {} pages before it (pagination loop)",
                self.empty_pages - 1
            )));
        }
        cursor.apply(self.operation.position(), &Context::of::<O>(&()))?;
        Ok(Some(cursor))
    }

    /// Returns whether a page has the items of the page before it. A service that ignores page numbers would repeat them
    /// without end; a service with tokens repeats a token instead.
    fn repeats(&mut self, page: &Reply<O::Output>) -> bool {
        // As sent, since items may differ in members that this version of the crate does not know.
        let Some(list) = sent_list::<O>(page).filter(|list| count_elements(list) > Some(0)) else {
            return false;
        };
        let hash = self.hasher.hash_one(list.get());
        self.last_items.replace(hash) == Some(hash)
    }

    /// Returns an error if the list ended before the total that its last page states.
    #[cfg(feature = "catalog")]
    pub(crate) fn shortfall(&self) -> Option<Error> {
        let (Some(reached), Some(total)) = self.progress else {
            return None;
        };
        let is_short = matches!(self.state, State::Done) && reached < total;
        is_short
            .then(|| self.paging_error(&format!("ends the list after {reached} of {total} items")))
    }

    fn paging_error(&self, problem: &str) -> Error {
        let problem = format!("page {} {problem}", self.pages);
        Error::paging(&Context::of::<O>(&()), problem)
    }

    /// Returns where the next page begins; after an error, where the page begins that failed. `None` at the beginning and
    /// after the last page.
    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paging::{Next, Paging, Position};
    use crate::schema::{Members, MembersMut, Record};
    use crate::service::{Http, Operation, Service, ServiceInfo};

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo::NONE;
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Page {
        names: Vec<String>,
        token: Option<String>,
    }

    impl Record for Page {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("names", &self.names);
            to.body("token", &self.token);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("names", &mut self.names);
            to.member("token", &mut self.token);
        }
    }

    crate::output!(Page);

    /// Lists names by offset.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct ByOffset {
        offset: Option<i64>,
    }

    impl Record for ByOffset {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("offset", &self.offset);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("offset", &mut self.offset);
        }
    }

    crate::input!(ByOffset);

    impl Operation for ByOffset {
        type Service = Example;
        type Output = Page;
        const NAME: &'static str = "ByOffset";
        const HTTP: Http = Http::get("/", &[]);
        const READ_ONLY: bool = true;
    }

    impl Paginated for ByOffset {
        type Item = String;
        const PAGING: Paging = Paging::counted("names");

        fn next(&self, _: &Page) -> Next {
            Next::offset(self.offset, None)
        }

        fn position(&mut self) -> Position<'_> {
            Position::Offset(&mut self.offset)
        }

        fn items(page: &mut Page) -> Option<&mut Vec<String>> {
            Some(&mut page.names)
        }
    }

    /// Lists names by token.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct ByToken {
        token: Option<String>,
    }

    impl Record for ByToken {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("token", &self.token);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("token", &mut self.token);
        }
    }

    crate::input!(ByToken);

    impl Operation for ByToken {
        type Service = Example;
        type Output = Page;
        const NAME: &'static str = "ByToken";
        const HTTP: Http = Http::get("/", &[]);
        const READ_ONLY: bool = true;
    }

    impl Paginated for ByToken {
        type Item = String;
        const PAGING: Paging = Paging::token("names", "token");

        fn next(&self, page: &Page) -> Next {
            Next::token(page.token.as_deref())
        }

        fn position(&mut self) -> Position<'_> {
            Position::Token(&mut self.token)
        }

        fn items(page: &mut Page) -> Option<&mut Vec<String>> {
            Some(&mut page.names)
        }
    }

    /// Takes five pages and returns how many tokens are remembered afterwards.
    fn tokens_after_five_pages<O: Paginated<Output = Page>>(operation: O) -> usize {
        let mut pager = Pager::new(operation);
        for page in 0..5 {
            let request = pager.next().unwrap().unwrap();
            // Only the first page is checked: later ones differ in what the service sent.
            assert_eq!(request.is_checked, page > 0);
            let page = Page {
                names: vec![format!("name {page}")],
                token: Some(format!("token {page}")),
            };
            pager.received(Ok(Reply::from(page))).unwrap();
        }
        pager.tokens.len()
    }

    #[test]
    fn only_tokens_are_remembered() {
        assert_eq!(tokens_after_five_pages(ByOffset::default()), 0);
        assert_eq!(tokens_after_five_pages(ByOffset { offset: Some(7) }), 0);
        assert_eq!(tokens_after_five_pages(ByToken::default()), 5);
        let token = Some("start".to_owned());
        assert_eq!(tokens_after_five_pages(ByToken { token }), 6);
    }

    #[test]
    fn a_page_that_failed_is_the_end_and_its_cursor_is_kept() {
        let mut pager = Pager::new(ByToken::default());
        let page = Page {
            names: Vec::new(),
            token: Some("a".to_owned()),
        };
        pager.next().unwrap().unwrap();
        pager.received(Ok(Reply::from(page))).unwrap();
        let request = pager.next().unwrap().unwrap();
        assert_eq!(request.operation.token.as_deref(), Some("a"));
        pager.received(Err(Error::timeout())).unwrap_err();
        assert_eq!(pager.cursor(), Some(&Cursor::token("a")));
        assert!(pager.next().is_none() && pager.next().is_none());
    }
}
