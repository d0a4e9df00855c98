//! Waiting in a tokio runtime.

use std::time::Duration;

use crate::error::TransportError;
use crate::future::BoxFuture;

/// An error where tokio would panic.
pub(super) fn check_runtime() -> Result<(), TransportError> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(TransportError::setup(
            "this transport needs a tokio runtime; without one there is `blocking::Client`",
        )),
    }
}

/// Waits, where there is a tokio runtime.
pub(super) fn sleep(duration: Duration) -> BoxFuture<'static, ()> {
    match check_runtime() {
        Ok(()) => Box::pin(tokio::time::sleep(duration)),
        // Whoever waits has had that error.
        Err(_) => Box::pin(std::future::ready(())),
    }
}
