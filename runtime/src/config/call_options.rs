//! [`CallOptions`], settings of single calls.

use std::fmt;
use std::time::Duration;

use serde_core::Serialize;

use super::RetryPolicy;

/// Settings of single calls that override those of their client.
///
/// Services change faster than their documentation, so parameters that this version of the crate does not know can be added
/// to a request.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{CallOptions, RetryPolicy};
/// use std::time::Duration;
///
/// let options = CallOptions::new()
///     .retry(RetryPolicy::never())
///     .attempt_timeout(Duration::from_secs(5))
///     .header("x-request-source", "nightly-report")
///     .query("newParameter", "value");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) call_timeout: Option<Duration>,
    pub(crate) validate: Option<bool>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    /// Names and JSON text, or why the value cannot be serialized.
    pub(crate) body: Vec<(String, Result<String, String>)>,
}

impl CallOptions {
    /// Creates options that override nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets the timeout of an attempt.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the timeout of the whole call with all its attempts and the waits between them.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// Sets whether documented limits are checked before the request is sent.
    pub fn validate(mut self, validate: bool) -> Self {
        self.validate = Some(validate);
        self
    }

    /// Adds a header, which is signed. A header that the client sets itself is an error when the call begins.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter. One that the operation already sends is an error when the call begins.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a member to the JSON object of the body. One that the operation already sends is an error when the call begins.
    pub fn body_member(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let json = serde_json::to_string(&value).map_err(|error| error.to_string());
        self.body.push((name.into(), json));
        self
    }

    /// Adds `other` on top of these options.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.retry = other.retry.clone().or(self.retry.take());
        self.attempt_timeout = other.attempt_timeout.or(self.attempt_timeout);
        self.call_timeout = other.call_timeout.or(self.call_timeout);
        self.validate = other.validate.or(self.validate);
        self.headers.extend_from_slice(&other.headers);
        self.query.extend_from_slice(&other.query);
        self.body.extend_from_slice(&other.body);
    }
}

/// Shows names only of what is added, because values may be secret.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn names<T>(pairs: &[(String, T)]) -> Vec<&String> {
            pairs.iter().map(|(name, _)| name).collect()
        }
        f.debug_struct("CallOptions")
            .field("retry", &self.retry)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("call_timeout", &self.call_timeout)
            .field("validate", &self.validate)
            .field("headers", &names(&self.headers))
            .field("query", &names(&self.query))
            .field("body", &names(&self.body))
            .finish()
    }
}
