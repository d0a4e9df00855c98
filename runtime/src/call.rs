//! One call as a pure state machine: no socket, no clock, no thread.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};

use crate::config::Options;
use crate::endpoint::Target;
use crate::{Error, Operation, Reply, request, response};

/// One call of an operation: it says what to do next, whoever drives it does it.
///
/// ```
/// use cloud_models_runtime::{Call, Event, Operation, Reply, Result, Step};
/// use std::time::SystemTime;
///
/// /// Performs a call with whatever can send a request.
/// fn drive<O: Operation>(
///     mut call: Call<O>,
///     send: impl Fn(http::Request<bytes::Bytes>) -> http::Response<bytes::Bytes>,
/// ) -> Result<Reply<O::Output>> {
///     let mut event = Event::Start;
///     loop {
///         match call.step(event, SystemTime::now()) {
///             Step::Send(request) => event = Event::Response(send(request)),
///             Step::Done(result) => return result,
///             other => unimplemented!("{other:?}"),
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Call<O> {
    operation: O,
    target: Target,
    options: Options,
}

/// What happened.
#[non_exhaustive]
pub enum Event {
    /// The call may begin.
    Start,
    /// The request was answered.
    Response(Response<Bytes>),
}

/// What to do next.
#[non_exhaustive]
pub enum Step<T> {
    /// Send this request, then report what came of it.
    Send(Request<Bytes>),
    /// The call is over.
    Done(Result<Reply<T>, Error>),
}

impl<O: Operation> Call<O> {
    pub(crate) fn new(operation: O, target: Target, options: &Options) -> Self {
        Self {
            operation,
            target,
            options: options.clone(),
        }
    }

    /// Takes what happened and says what to do next. `now` is the time of the event.
    pub fn step(&mut self, event: Event, now: SystemTime) -> Step<O::Output> {
        let _ = now;
        match event {
            Event::Start => {
                match request::build(&mut self.operation, &self.target, &self.options) {
                    Ok(request) => Step::Send(request),
                    Err(error) => Step::Done(Err(error)),
                }
            }
            Event::Response(response) => Step::Done(response::read::<O>(response)),
        }
    }
}

/// Without headers and body, which may hold secrets.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Response(response) => write!(f, "Response({})", response.status()),
        }
    }
}

/// Without query, headers and body, which may hold secrets.
impl<T: fmt::Debug> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(request) => write!(f, "Send({} {})", request.method(), request.uri().path()),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}
