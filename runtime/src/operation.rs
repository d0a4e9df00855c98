//! What generated code implements for services and operations.

use http::Method;

use crate::error::Context;
use crate::paging::count_elements;
use crate::{Cursor, Member, Next, Position, Record, Reply, Result, ServiceInfo};

/// A service of a vendor.
pub trait Service: Send + Sync + 'static {
    /// Its facts.
    const INFO: &'static ServiceInfo;
}

/// An operation with its parameters: a value that can be sent.
pub trait Operation: Record + Member + Send + Sync + 'static {
    /// The service that has it.
    type Service: Service;
    /// What it answers with.
    type Output: Member + std::fmt::Debug + Send + 'static;
    /// The vendor's name of the operation.
    const NAME: &'static str;
    /// Method, path and fixed query of its requests.
    const HTTP: Http;
    /// Whether it changes nothing, so that it may be repeated.
    const READ_ONLY: bool;
    /// Whether a reply holds secrets, so that messages must not show what stands in it.
    const SECRET_REPLY: bool = false;
}

/// The constant part of an operation's requests.
#[derive(Debug)]
pub struct Http {
    /// The method.
    pub method: Method,
    /// The path; `{name}` stands for a path member.
    pub path: &'static str,
    /// Query parameters that are the same in every request.
    pub query: Fixed,
}

/// Names and values of fixed query parameters.
type Fixed = &'static [(&'static str, &'static str)];

impl Http {
    /// `DELETE`
    pub const fn delete(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::DELETE,
            path,
            query,
        }
    }

    /// `GET`
    pub const fn get(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::GET,
            path,
            query,
        }
    }

    /// `HEAD`
    pub const fn head(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::HEAD,
            path,
            query,
        }
    }

    /// `PATCH`
    pub const fn patch(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::PATCH,
            path,
            query,
        }
    }

    /// `POST`
    pub const fn post(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::POST,
            path,
            query,
        }
    }

    /// `PUT`
    pub const fn put(path: &'static str, query: Fixed) -> Self {
        Self {
            method: Method::PUT,
            path,
            query,
        }
    }
}

/// An operation that answers with one page of a list.
pub trait Paginated: Operation {
    /// An element of the list.
    type Item: Member + Send + 'static;

    /// The way to the list in wire names, for services that count elements; empty for all others.
    const COUNTED: &'static [&'static str] = &[];

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
