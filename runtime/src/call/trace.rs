//! Reports the attempts of a call to its [`AttemptHook`](crate::config::AttemptHook), and, with the feature `tracing`, as
//! events: a failed call at WARN, a retry at INFO, an attempt and a successful call at DEBUG.
//!
//! No event contains a secret: neither the values in the path, nor query, headers and body are logged, and errors and request
//! IDs are redacted when they are created.

use std::time::Duration;

use bytes::Bytes;
use http::Request;

use super::request::host;
use crate::config::{Attempt, ResolvedConfig};
use crate::error::Error;
use crate::service::{Operation, Service};

#[cfg(feature = "tracing")]
macro_rules! event {
    ($level:ident, $operation:ident, $message:literal, $($field:tt)*) => {
        tracing::$level!(
            target: "cloud_models",
            service = <$operation::Service as Service>::INFO.name,
            operation = $operation::NAME,
            $($field)*,
            $message
        )
    };
}

#[cfg(not(feature = "tracing"))]
macro_rules! event {
    ($level:ident, $operation:ident, $message:literal, $($name:ident = $(%)? $(?)? $value:expr),*) => {{
        let _ = ($(&$value,)* <$operation::Service as Service>::INFO);
    }};
}

/// Returns the description of an attempt, for hooks and events.
fn attempt<'a, O: Operation>(
    config: &'a ResolvedConfig,
    number: u32,
    request: &'a Request<Bytes>,
) -> Attempt<'a> {
    Attempt {
        service: O::Service::INFO.name,
        operation: O::NAME,
        number,
        method: request.method(),
        host: host(Some(request), config),
        path: O::HTTP.path,
    }
}

pub(super) fn started<O: Operation>(
    config: &ResolvedConfig,
    number: u32,
    request: &Request<Bytes>,
) {
    let attempt = attempt::<O>(config, number, request);
    if let Some(hook) = &config.options.attempt_hook {
        hook.started(&attempt);
    }
    event!(
        debug,
        O,
        "sending request",
        attempt = number,
        method = %attempt.method,
        host = attempt.host,
        path = attempt.path
    );
}

pub(super) fn finished<O: Operation>(
    config: &ResolvedConfig,
    number: u32,
    request: &Request<Bytes>,
    elapsed: Duration,
    result: Result<(), &Error>,
) {
    if let Some(hook) = &config.options.attempt_hook {
        hook.finished(&attempt::<O>(config, number, request), elapsed, result);
    }
}

pub(super) fn retrying<O: Operation>(error: &Error, attempt: u32, wait: Duration) {
    event!(
        info,
        O,
        "retrying",
        attempt = attempt,
        wait = ?wait,
        error = %error
    );
}

pub(super) fn clock_corrected<O: Operation>(error: &Error, attempt: u32) {
    event!(
        info,
        O,
        "retrying with the clock of the service, because the local clock is wrong",
        attempt = attempt,
        error = %error
    );
}

pub(super) fn succeeded<O: Operation>(attempts: u32, request_id: Option<&str>) {
    event!(
        debug,
        O,
        "call succeeded",
        attempts = attempts,
        request_id = request_id.unwrap_or_default()
    );
}

pub(super) fn failed<O: Operation>(error: &Error) {
    event!(
        warn,
        O,
        "call failed",
        attempts = error.attempts(),
        error = %error
    );
}
