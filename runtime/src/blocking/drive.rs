//! Performs calls.

use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};

use super::client::Inner;
use crate::call::{Call, Event, Step};
use crate::error::{Result, TransportError, TransportErrorKind};
use crate::service::{Operation, Reply};
use crate::time::Now;
use crate::transport::blocking::{BlockingTransport, Body, Inner as BodyInner};

/// Performs the steps of a call.
pub(super) fn drive<O: Operation>(mut call: Call<O>, inner: &Inner) -> Result<Reply<O::Output>> {
    let start = Instant::now();
    let mut event = Event::Start;
    loop {
        let step = call.step(event, Now::since(start));
        let left = call.time_left(Now::since(start));
        event = match step {
            Step::Credentials => Event::Credentials(match &inner.cache {
                Some(cache) => cache.get(left),
                None => Err("there is none".into()),
            }),
            Step::Send(request) => {
                let limit = call.max_response_bytes();
                match exchange(&*inner.transport, request, left, limit) {
                    Ok(response) => Event::Response(response),
                    Err(error) => Event::Failed(error),
                }
            }
            Step::Sleep(duration) => {
                inner.transport.sleep(duration);
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
fn exchange(
    transport: &dyn BlockingTransport,
    request: Request<Bytes>,
    timeout: Duration,
    limit: usize,
) -> Result<Response<Bytes>, TransportError> {
    let start = Instant::now();
    let sent = transport.send(request, timeout);
    let (parts, body) = sent
        .map_err(|error| match error.kind() {
            TransportErrorKind::Timeout => TransportError::no_answer(timeout),
            _ => error,
        })?
        .into_parts();
    let body = collect(body, limit, timeout, start)?;
    Ok(Response::from_parts(parts, body))
}

/// The whole body, if it is not larger than `limit` bytes. What comes after that many is not read.
fn collect(
    body: Body,
    limit: usize,
    timeout: Duration,
    start: Instant,
) -> Result<Bytes, TransportError> {
    let mut reader = match body.0 {
        BodyInner::Whole(bytes) if bytes.len() > limit => {
            return Err(TransportError::too_large(limit));
        }
        BodyInner::Whole(bytes) => return Ok(bytes),
        BodyInner::Reader(reader) => reader,
    };
    let mut all = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(all.into()),
            Ok(n) if n > limit.saturating_sub(all.len()) => {
                return Err(TransportError::too_large(limit));
            }
            // A transport that keeps to its time does so itself.
            Ok(_) if start.elapsed() > timeout => return Err(TransportError::no_answer(timeout)),
            Ok(n) => all.extend_from_slice(piece.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(TransportError::no_answer(timeout));
            }
            Err(error) => return Err(TransportError::other(error)),
        }
    }
}
