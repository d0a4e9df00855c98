//! Performs calls.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{Request, Response};

use super::client::Inner;
use crate::call::{Call, Event, Step};
use crate::error::{Result, TransportError};
use crate::service::{Operation, Reply};
use crate::time::Now;
use crate::transport::{Body, Transport};

/// Performs the steps of a call.
pub(super) async fn drive<O: Operation>(
    mut call: Call<O>,
    inner: &Inner,
) -> Result<Reply<O::Output>> {
    let start = Instant::now();
    let mut event = Event::Start;
    loop {
        let step = call.step(event, Now::since(start));
        let left = call.time_left(Now::since(start));
        event = match step {
            Step::Credentials => match &inner.cache {
                Some(cache) => match within(left, cache.get(), &*inner.transport).await {
                    Some(result) => Event::Credentials(result),
                    None => Event::Failed(TransportError::timeout(format!(
                        "the provider of credentials gave none within {left:?}"
                    ))),
                },
                None => Event::Credentials(Err("there is none".into())),
            },
            Step::Send(request) => {
                let limit = call.max_response_bytes();
                let exchange = exchange(&*inner.transport, request, left, limit);
                match within(left, exchange, &*inner.transport).await {
                    Some(Ok(response)) => Event::Response(response),
                    Some(Err(error)) => Event::Failed(error),
                    None => Event::Failed(TransportError::no_answer(left)),
                }
            }
            Step::Sleep(duration) => {
                inner.transport.sleep(duration).await;
                Event::Slept
            }
            Step::Done(result) => {
                if let (Some(cache), Some(refused)) = (&inner.cache, call.refused(&result)) {
                    cache.forget(refused);
                }
                return result;
            }
        };
    }
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

/// The whole body, if it is not larger than `limit` bytes. What comes after that many is not waited for.
async fn collect(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = poll_fn(|context| body.poll_chunk(context)).await {
        let chunk = chunk?;
        if chunk.len() > limit.saturating_sub(first.len() + all.len()) {
            return Err(TransportError::too_large(limit));
        }
        // Most bodies come in one piece, which then needs no copy.
        if first.is_empty() && all.is_empty() {
            first = chunk;
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&chunk);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// What a future gives in time; `None` if it takes longer.
async fn within<T>(
    time: Duration,
    future: impl Future<Output = T>,
    transport: &dyn Transport,
) -> Option<T> {
    let (mut future, mut timer) = (pin!(future), transport.sleep(time));
    poll_fn(|context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
