//! What a call that succeeded gives.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

/// The output of an operation, with what came beside it. Derefs to the output; [`into_inner`](Self::into_inner) gives it away:
/// `let models = reply.into_inner().model_summaries;`.
#[derive(Clone)]
pub struct Reply<T> {
    output: T,
    request_id: Option<String>,
    raw: Bytes,
}

/// A reply that came from nowhere, for tests of programs.
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

    /// The id by which the vendor finds the request in its logs.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body as it came: what this version of the crate does not know is there.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    pub(crate) fn output_mut(&mut self) -> &mut T {
        &mut self.output
    }

    /// The output alone.
    pub fn into_inner(self) -> T {
        self.output
    }
}

/// Without the raw body, which may hold what the output hides.
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
