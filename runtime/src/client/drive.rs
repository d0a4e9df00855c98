//! Drives a call: sends, waits and limits the time, until the call is over.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use super::client::Inner;
use crate::auth::{Credentials, ProviderError};
use crate::call::{Call, Event, Step};
use crate::error::{Result, TransportError};
use crate::service::{Operation, Reply};
use crate::time::Now;
use crate::transport::{Body, Sleep, Transport};

/// Performs the steps of a call.
pub(super) async fn drive<O: Operation>(
    mut call: Call<O>,
    inner: &Inner,
) -> Result<Reply<O::Output>> {
    let start = inner.clock.monotonic();
    let now = || Now::read(&*inner.clock, start);
    let mut event = Event::Start;
    loop {
        let step = call.step(event, now());
        let left = call.time_left(now());
        event = match step {
            Step::Credentials => Event::Credentials(credentials(inner, left).await),
            Step::Send(request) => {
                let limit = call.max_response_bytes();
                let exchange = exchange(&*inner.transport, request, left, limit);
                match within(left, exchange, inner.sleep.as_ref()).await {
                    Some(Ok(response)) => Event::Response(response),
                    Some(Err(error)) => Event::Failed(error),
                    None => Event::Failed(TransportError::no_response(left)),
                }
            }
            Step::Sleep(duration) => match wait(duration, inner).await {
                Ok(()) => Event::Slept,
                Err(error) => Event::Failed(error),
            },
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
async fn credentials(inner: &Inner, left: Duration) -> Result<Credentials, ProviderError> {
    let Some(cache) = &inner.credentials else {
        return Err("the credentials provider is missing".into());
    };
    let mut answer = pin!(cache.get());
    let limit = cache.max_wait(left);
    // The second wait is for credentials that expire during the first.
    for limit in [limit, left.saturating_sub(limit)] {
        if let Some(result) = within(limit, answer.as_mut(), inner.sleep.as_ref()).await {
            return result;
        }
        if let Some(credentials) = cache.give_up() {
            return Ok(credentials);
        }
    }
    Err(format!("no credentials within {left:?}").into())
}

/// Waits for another attempt. A client checks before a call that its timer works; the task may have moved since.
async fn wait(duration: Duration, inner: &Inner) -> Result<(), TransportError> {
    let Some(sleep) = &inner.sleep else {
        return Err(TransportError::config(
            "retries need a timer: enable the feature `hyper` or `reqwest`, or call `ClientBuilder::sleep`",
        ));
    };
    sleep.check()?;
    sleep.sleep(duration).await;
    Ok(())
}

/// Sends a request and collects the body of the response.
async fn exchange(
    transport: &dyn Transport,
    request: Request<Bytes>,
    timeout: Duration,
    limit: usize,
) -> Result<Response<Bytes>, TransportError> {
    let (parts, body) = transport.send(request, timeout).await?.into_parts();
    Ok(Response::from_parts(parts, collect(body, limit).await?))
}

/// Returns the whole body, or an error as soon as it exceeds `limit` bytes.
///
/// Memory is not reserved for the announced length: blocks of growing size stay in the heap, while one large block of exactly
/// that size is returned to the system and fetched again for each body.
async fn collect(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = poll_fn(|context| body.poll_chunk(context)).await {
        let chunk = chunk?;
        if chunk.len() > limit.saturating_sub(first.len() + all.len()) {
            return Err(TransportError::too_large(limit));
        }
        // Most bodies arrive in one piece, which then needs no copy.
        if first.is_empty() && all.is_empty() {
            first = chunk;
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&chunk);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Returns the output of a future, or `None` if it takes longer than `limit`. Without a timer, the time is unlimited.
async fn within<T>(
    limit: Duration,
    future: impl Future<Output = T>,
    sleep: Option<&Arc<dyn Sleep>>,
) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = sleep
        .filter(|_| limit != Duration::MAX)
        .map(|sleep| sleep.sleep(limit));
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        match &mut timer {
            Some(timer) => timer.as_mut().poll(context).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}
