//! Drives a call: sends, waits and limits the time, until the call is over.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request, Response};

use super::client::Inner;
use crate::auth::{Credentials, ProviderError};
use crate::call::{Call, Event, Step};
use crate::error::{Result, TransportError, TransportErrorKind};
use crate::service::{Operation, Reply};
use crate::time::{Clock, Now};
use crate::transport::blocking::{Body, Inner as BodyInner};

/// Performs the steps of a call.
pub(super) fn drive<O: Operation>(mut call: Call<O>, inner: &Inner) -> Result<Reply<O::Output>> {
    let start = inner.clock.monotonic();
    let now = || Now::read(&*inner.clock, start);
    let mut event = Event::Start;
    loop {
        let step = call.step(event, now());
        let left = call.time_left(now());
        event = match step {
            Step::Credentials => Event::Credentials(credentials(inner, left)),
            Step::Send(request) => {
                let limit = call.max_response_bytes();
                match exchange(inner, request, left, limit) {
                    Ok(response) => Event::Response(response),
                    Err(error) => Event::Failed(error),
                }
            }
            Step::Sleep(duration) => {
                (inner.sleep)(duration);
                Event::Slept
            }
            Step::Done(result) => {
                if let (Some(cache), Some(refused)) =
                    (&inner.credentials, call.refused_credentials(&result))
                {
                    cache.forget(refused);
                }
                return result;
            }
        };
    }
}

/// Returns credentials from the provider, for a call that has `left` of its time.
fn credentials(inner: &Inner, left: Duration) -> Result<Credentials, ProviderError> {
    let Some(cache) = &inner.credentials else {
        return Err("the credentials provider is missing".into());
    };
    let mut answer = pin!(cache.get());
    let limit = cache.max_wait(left);
    // The second wait is for credentials that expire during the first.
    for limit in [limit, left.saturating_sub(limit)] {
        if let Some(result) = block_on(answer.as_mut(), limit, &*inner.clock) {
            return result;
        }
        if let Some(credentials) = cache.give_up() {
            return Ok(credentials);
        }
    }
    Err(format!("no credentials within {left:?}").into())
}

/// Polls a future on this thread until it completes, or returns `None` after `limit`.
fn block_on<T>(future: impl Future<Output = T>, limit: Duration, clock: &dyn Clock) -> Option<T> {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let start = clock.monotonic();
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        let elapsed = clock.monotonic().saturating_sub(start);
        match limit.checked_sub(elapsed) {
            Some(left) if !left.is_zero() => thread::park_timeout(left),
            _ => return None,
        }
    }
}

/// Sends a request and collects the body of the response.
fn exchange(
    inner: &Inner,
    request: Request<Bytes>,
    timeout: Duration,
    limit: usize,
) -> Result<Response<Bytes>, TransportError> {
    let start = inner.clock.monotonic();
    let response = inner
        .transport
        .send(request, timeout)
        .map_err(|error| match error.kind() {
            TransportErrorKind::Timeout => TransportError::no_response(timeout),
            _ => error,
        })?;
    let (parts, body) = response.into_parts();
    let is_late = || inner.clock.monotonic().saturating_sub(start) > timeout;
    let expected = expected_length(&parts.headers, limit);
    let body = collect(body, expected, limit, is_late).map_err(|error| match error.kind() {
        TransportErrorKind::Timeout => TransportError::no_response(timeout),
        _ => error,
    })?;
    Ok(Response::from_parts(parts, body))
}

/// The largest memory that is reserved because a response announces a length.
const MAX_RESERVED: usize = 1 << 20;

/// Returns how much memory to reserve for a body: its length as announced, but no more than is accepted, and not all of a
/// large one, which may never come.
fn expected_length(headers: &HeaderMap, limit: usize) -> Option<usize> {
    let length = headers.get(CONTENT_LENGTH)?;
    let length = length.to_str().ok()?.parse::<usize>().ok()?;
    Some(length.min(limit).min(MAX_RESERVED))
}

/// Returns the whole body, or an error as soon as it exceeds `limit` bytes or is late. Memory for `expected` bytes is
/// reserved.
fn collect(
    body: Body,
    expected: Option<usize>,
    limit: usize,
    is_late: impl Fn() -> bool,
) -> Result<Bytes, TransportError> {
    const PIECE: usize = 64 << 10;

    let mut reader = match body.0 {
        BodyInner::Complete(bytes) if bytes.len() > limit => {
            return Err(TransportError::too_large(limit));
        }
        BodyInner::Complete(bytes) => return Ok(bytes),
        BodyInner::Reader(reader) => reader,
    };
    let mut all = Vec::with_capacity(expected.unwrap_or_default());
    // Clearing more than is needed takes longer than reading it.
    let mut buffer = vec![0; expected.unwrap_or(PIECE).clamp(1, PIECE)];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(all.into()),
            Ok(n) if n > limit.saturating_sub(all.len()) => {
                return Err(TransportError::too_large(limit));
            }
            // For a transport that does not observe its timeout.
            Ok(_) if is_late() => return Err(TransportError::timeout("the body is late")),
            Ok(n) => all.extend_from_slice(buffer.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(TransportError::timeout(error));
            }
            Err(error) => return Err(TransportError::other(error)),
        }
    }
}
