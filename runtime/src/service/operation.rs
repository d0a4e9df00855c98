//! [`Service`] and [`Operation`], which generated code implements.

use std::fmt::Debug;

use http::Method;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{Scheme, ServiceInfo};
use crate::error::{Context, Secrets};
use crate::schema::{Blank, Record};

/// A service of a vendor.
pub trait Service: Send + Sync + 'static {
    /// Its facts.
    const INFO: &'static ServiceInfo;
}

/// An operation with its parameters: a value that a client can send.
pub trait Operation:
    Record + Blank + Clone + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The service that provides it.
    type Service: Service;
    /// Its output.
    type Output: Blank + Clone + Debug + Serialize + DeserializeOwned + Send + 'static;
    /// The vendor's name of the operation.
    const NAME: &'static str;
    /// Method, path and fixed query of its requests.
    const HTTP: Http;
    /// Accepted schemes, if they are others than those of the service.
    const AUTH: Option<&'static [Scheme]> = None;
    /// Whether it changes nothing, so that it can be repeated safely.
    const READ_ONLY: bool;
    /// Whether sending it twice has the same result as sending it once, so that it can be repeated safely.
    const IDEMPOTENT: bool = false;
    /// Whether responses have a body to read. Otherwise any body of a success is accepted, and the output is blank.
    const HAS_OUTPUT: bool = true;
    /// Whether responses contain secrets, so that messages must not quote them.
    const SECRET_REPLY: bool = false;

    /// Returns the parameter that marks repeated requests as one, if the operation has one.
    fn idempotency_token(&mut self) -> Option<Token<'_>> {
        None
    }
}

/// Returns whether a service that performs an operation twice ends in the same state as one that performs it once.
pub(crate) const fn is_repeatable<O: Operation>() -> bool {
    O::READ_ONLY || O::IDEMPOTENT
}

/// Returns the schemes that an operation accepts; the first that fits the credentials is used.
pub(crate) const fn schemes<O: Operation>() -> &'static [Scheme] {
    match O::AUTH {
        Some(schemes) => schemes,
        None => O::Service::INFO.auth,
    }
}

/// The parameter of an operation that marks repeated requests as one. A call sets it if the caller did not.
#[derive(Debug)]
pub struct Token<'a> {
    /// Value of the parameter.
    pub(crate) value: &'a mut Option<String>,
    /// Maximum number of characters.
    pub(crate) length: usize,
}

impl<'a> Token<'a> {
    /// Describes the parameter, which takes at most `length` characters.
    pub fn new(value: &'a mut Option<String>, length: usize) -> Self {
        Self { value, length }
    }
}

/// The constant part of an operation's requests.
#[derive(Debug)]
pub struct Http {
    /// Method.
    pub method: Method,
    /// Path, in which `{name}` is replaced by a parameter, `{name+}` by one whose slashes stay, and `{region}` and `{project}`
    /// by what the client has if there are no such parameters.
    pub path: &'static str,
    /// Query parameters that are the same in every request.
    pub query: Fixed,
    /// Names in the query that have no value.
    pub bare: &'static [&'static str],
    /// Headers that are the same in every request. They replace those of the service.
    pub headers: Fixed,
    /// Text before the host, in which `{name}` is replaced by a parameter; often empty.
    pub host_prefix: &'static str,
    /// Content type of the body.
    pub content_type: &'static str,
    /// Whether the body is a JSON object even if no parameter is in it.
    pub sends_object: bool,
}

/// Names and values.
type Fixed = &'static [(&'static str, &'static str)];

impl Http {
    const fn new(method: Method, path: &'static str, query: Fixed) -> Self {
        Self {
            method,
            path,
            query,
            bare: &[],
            headers: &[],
            host_prefix: "",
            content_type: "application/json",
            sends_object: false,
        }
    }

    /// Sets the names in the query that have no value.
    pub const fn bare(mut self, names: &'static [&'static str]) -> Self {
        self.bare = names;
        self
    }

    /// Sets the headers that are the same in every request.
    pub const fn headers(mut self, headers: Fixed) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the text before the host.
    pub const fn host_prefix(mut self, prefix: &'static str) -> Self {
        self.host_prefix = prefix;
        self
    }

    /// Sets the content type of the body.
    pub const fn content_type(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    /// Sends a JSON object even if no parameter is in the body.
    pub const fn object(mut self) -> Self {
        self.sends_object = true;
        self
    }

    /// Creates the constant part of a `DELETE` request.
    pub const fn delete(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::DELETE, path, query)
    }

    /// Creates the constant part of a `GET` request.
    pub const fn get(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::GET, path, query)
    }

    /// Creates the constant part of a `HEAD` request.
    pub const fn head(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::HEAD, path, query)
    }

    /// Creates the constant part of a `PATCH` request.
    pub const fn patch(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::PATCH, path, query)
    }

    /// Creates the constant part of a `POST` request.
    pub const fn post(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::POST, path, query)
    }

    /// Creates the constant part of a `PUT` request.
    pub const fn put(path: &'static str, query: Fixed) -> Self {
        Self::new(Method::PUT, path, query)
    }
}

impl<'a> Context<'a> {
    /// Creates the context of errors of a call.
    pub(crate) fn of<O: Operation>(secrets: &'a dyn Secrets) -> Self {
        Self {
            service: O::Service::INFO.name,
            operation: Some(O::NAME),
            hides_reply: O::SECRET_REPLY,
            repeatable: is_repeatable::<O>(),
            token: None,
            secrets,
        }
    }
}
