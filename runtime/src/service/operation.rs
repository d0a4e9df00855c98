//! What generated code implements for services and operations.

use http::Method;

use super::ServiceInfo;
use crate::error::Context;
use crate::schema::{Member, Record};

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

impl Context {
    /// Of a call.
    pub(crate) fn of<O: Operation>() -> Self {
        Self {
            service: O::Service::INFO.name,
            operation: Some(O::NAME),
            secret_reply: O::SECRET_REPLY,
        }
    }
}
