//! [`Reply`], the result of a successful call.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

/// The output of an operation with its request ID and raw body.
///
/// Dereferences to the output; [`into_inner`](Self::into_inner) returns it by value.
///
/// `Debug` hides sensitive fields. [`raw`](Self::raw) and serde do not: a program that stores an output needs its values
/// again. Do not log what they return.
///
/// # Examples
///
/// A reply for a test, made from an output:
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Reply;
///
/// let reply = Reply::from(vec!["model"]);
/// assert_eq!(reply.len(), 1);
/// assert_eq!(reply.into_inner(), ["model"]);
/// ```
#[derive(Clone)]
pub struct Reply<T> {
    output: T,
    request_id: Option<String>,
    raw: Bytes,
}

/// Creates a reply without request ID or body, for tests of programs.
impl<T> From<T> for Reply<T> {
    fn from(output: T) -> Self {
        Self::new(output, None, Bytes::new())
    }
}

impl<T> Reply<T> {
    pub(crate) fn new(output: T, request_id: Option<String>, raw: Bytes) -> Self {
        Self {
            output,
            request_id,
            raw,
        }
    }

    /// Returns the request ID, by which the vendor finds the request in its logs.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the body as received, with the fields that this version of the crate does not know.
    ///
    /// It is not redacted: fields that `Debug` hides are readable here.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    pub(crate) fn output_mut(&mut self) -> &mut T {
        &mut self.output
    }

    /// Returns the output.
    pub fn into_inner(self) -> T {
        self.output
    }
}

/// Omits the raw body, which may contain what the output hides.
impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("output", &self.output)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}
