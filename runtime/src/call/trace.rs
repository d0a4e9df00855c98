//! What a call tells whoever listens, through the crate `tracing` with the feature of that name; without it, nothing.
//!
//! An event names the operation, the attempt, and what came of it, an error as it is shown to users. It never holds a query
//! or a header.

use std::time::Duration;

use http::{Method, Uri};

use crate::error::Error;
use crate::service::{Operation, Service};

#[cfg(feature = "tracing")]
macro_rules! event {
    ($level:ident, $operation:ident, $message:literal, $($field:tt)*) => {
        tracing::$level!(
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

pub(crate) fn sending<O: Operation>(attempt: u32, method: &Method, uri: &Uri) {
    event!(
        debug,
        O,
        "sending",
        attempt = attempt,
        method = %method,
        host = uri.host().unwrap_or_default(),
        path = uri.path()
    );
}

pub(crate) fn waiting<O: Operation>(error: &Error, attempt: u32, wait: Duration) {
    event!(
        warn,
        O,
        "trying again",
        attempt = attempt,
        wait = ?wait,
        error = %error
    );
}

pub(crate) fn clock_corrected<O: Operation>(error: &Error) {
    event!(
        warn,
        O,
        "the clock of this machine is off: trying again with the service's",
        error = %error
    );
}

pub(crate) fn succeeded<O: Operation>(attempts: u32, request_id: Option<&str>) {
    event!(
        debug,
        O,
        "succeeded",
        attempts = attempts,
        request_id = request_id.unwrap_or_default()
    );
}

pub(crate) fn failed<O: Operation>(error: &Error) {
    event!(
        debug,
        O,
        "failed",
        attempts = error.attempts(),
        error = %error
    );
}
