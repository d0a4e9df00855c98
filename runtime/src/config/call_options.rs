//! What a single call has otherwise than its client.

use std::fmt;
use std::time::Duration;

use serde_core::Serialize;

use super::RetryPolicy;

/// Options of single calls, in place of those of their client.
///
/// Services change faster than their documents: what this version of the crate does not know yet can be added to a request
/// as it is.
///
/// ```
/// use cloud_models_runtime::{CallOptions, RetryPolicy};
/// use std::time::Duration;
///
/// let options = CallOptions::new()
///     .retry(RetryPolicy::never())
///     .attempt_timeout(Duration::from_secs(5))
///     .query("newParameter", "value");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) call_timeout: Option<Duration>,
    pub(crate) validate: Option<bool>,
    pub(crate) query: Vec<(String, String)>,
    /// Names and JSON texts, or why there is none.
    pub(crate) body: Vec<(String, Result<String, String>)>,
}

impl CallOptions {
    /// Everything as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often the call is tried, and how long it waits in between.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How long the call may take with all its attempts and the waits between them.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// Whether to check the documented limits before the request is sent.
    pub fn validate(mut self, validate: bool) -> Self {
        self.validate = Some(validate);
        self
    }

    /// Adds a query parameter that the operation does not have.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a member to the JSON object in the body that the operation does not have.
    pub fn body_member(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let json = serde_json::to_string(&value).map_err(|error| error.to_string());
        self.body.push((name.into(), json));
        self
    }
}

/// What is added to requests may be a secret, so that only its names show.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        let body: Vec<_> = self.body.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallOptions")
            .field("retry", &self.retry)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("call_timeout", &self.call_timeout)
            .field("validate", &self.validate)
            .field("query", &query)
            .field("body", &body)
            .finish()
    }
}
