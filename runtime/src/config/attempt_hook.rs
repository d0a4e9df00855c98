//! [`AttemptHook`], which observes the attempts of calls.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use crate::error::Error;

/// Observes every attempt of every call of a client, for metrics and tracing.
///
/// Set it with [`Config::attempt_hook`](crate::Config::attempt_hook); pass an [`Arc`] to read it later. It runs on the thread of
/// the call, so it must not block.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::Duration;
///
/// use cloud_models::{Attempt, AttemptHook, Config, Error, Service};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl AttemptHook for Failures {
///     fn finished(&self, _: &Attempt<'_>, _: Duration, result: Result<(), &Error>) {
///         if result.is_err() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// fn count_failures<S: Service>(config: Config<S>) -> (Config<S>, Arc<Failures>) {
///     let failures = Arc::new(Failures::default());
///     (config.attempt_hook(failures.clone()), failures)
/// }
/// ```
pub trait AttemptHook: Send + Sync + 'static {
    /// Called before a request is sent.
    fn started(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// Called when an attempt has succeeded or failed, `elapsed` after its start. An error may still be retried.
    ///
    /// Not called for an attempt whose call was dropped before it ended.
    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        let _ = (attempt, elapsed, result);
    }
}

impl<H: AttemptHook + ?Sized> AttemptHook for Arc<H> {
    fn started(&self, attempt: &Attempt<'_>) {
        (**self).started(attempt);
    }

    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        (**self).finished(attempt, elapsed, result);
    }
}

/// One attempt of a call. The values of its parameters are left out, because they may be secrets.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Name of the service, such as `Amazon Bedrock`.
    pub service: &'static str,
    /// The vendor's name of the operation.
    pub operation: &'static str,
    /// Number of the attempt within its call, from 1.
    pub number: u32,
    /// HTTP method.
    pub method: &'a Method,
    /// Host that the request is sent to.
    pub host: &'a str,
    /// Path of the URL with the names of its parameters, such as `/models/{model_id}`. Their values may be secrets, and too many
    /// for the labels of a metric.
    pub path: &'static str,
}
