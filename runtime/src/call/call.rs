//! One call as a pure state machine: no socket, no clock, no thread.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{request, response, trace};
use crate::auth::sign::Signing;
use crate::auth::{Credentials, authenticate};
use crate::config::{CallOptions, Config, Plan, Trouble};
use crate::error::{Chain, CodeKind, Context, Error, TransportError};
use crate::service::{Operation, Reply, Service};
use crate::time::{Now, corrected, difference};

/// One call of an operation: it says what to do next, whoever drives it does it.
///
/// A [`Client`](crate::Client) drives calls by itself. By hand, with any other means to send a request:
///
/// ```
/// use cloud_models_runtime::{Call, Event, Now, Operation, Reply, Result, Step};
/// use std::time::Instant;
///
/// /// Performs a call with whatever can send a request.
/// fn drive<O: Operation>(
///     mut call: Call<O>,
///     send: impl Fn(http::Request<bytes::Bytes>) -> http::Response<bytes::Bytes>,
/// ) -> Result<Reply<O::Output>> {
///     let start = Instant::now();
///     let mut event = Event::Start;
///     loop {
///         event = match call.step(event, Now::since(start)) {
///             Step::Send(request) => Event::Response(send(request)),
///             Step::Sleep(duration) => {
///                 std::thread::sleep(duration);
///                 Event::Slept
///             }
///             Step::Done(result) => return result,
///             // A configuration has its credentials; only a client with a provider is asked for them.
///             Step::Credentials => Event::Credentials(Err("there is no provider".into())),
///         }
///     }
/// }
/// ```
pub struct Call<O> {
    operation: O,
    plan: Arc<Plan>,
    /// Whether whoever drives the call has credentials to offer.
    has_provider: bool,
    /// Whether limits stay unchecked.
    unchecked: bool,
    /// The request, without what authenticates it.
    request: Option<Request<Bytes>>,
    /// What the attempt under way was signed with.
    credentials: Option<Credentials>,
    signing: Option<Signing>,
    attempts: u32,
    /// When the attempt under way began.
    sent: Now,
    /// By how much its date was corrected.
    skew: i64,
    /// Whether the clock was corrected: once is enough.
    clock_corrected: bool,
    /// What the last retry took of the budget.
    taken: u32,
    /// How the last attempt failed.
    failure: Option<Error>,
    is_over: bool,
}

/// What happened.
#[non_exhaustive]
pub enum Event {
    /// The call may begin.
    Start,
    /// A provider answered.
    Credentials(Result<Credentials, Box<dyn StdError + Send + Sync>>),
    /// The request was answered.
    Response(Response<Bytes>),
    /// It was not, or not to the end.
    Failed(TransportError),
    /// The wait is over.
    Slept,
}

/// What to do next. Whoever drives a call has to be able to do all of it, so there will be no others.
pub enum Step<T> {
    /// Ask the provider for credentials.
    Credentials,
    /// Send this request, in the time that [`Call::time_left`] says, then report what came of it.
    Send(Request<Bytes>),
    /// Wait.
    Sleep(Duration),
    /// The call is over.
    Done(Result<Reply<T>, Error>),
}

impl<S: Service> Config<S> {
    /// Begins a call, for whoever sends requests by other means than a client.
    ///
    /// # Errors
    /// A region that is missing or cannot be part of a host name, an endpoint that is no URL, credentials of a kind that the
    /// service does not take.
    pub fn call<O: Operation<Service = S>>(&self, operation: O) -> Result<Call<O>, Error> {
        self.call_with(operation, &CallOptions::new())
    }

    /// Begins a call with options of its own.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_with<O: Operation<Service = S>>(
        &self,
        operation: O,
        options: &CallOptions,
    ) -> Result<Call<O>, Error> {
        let plan = Plan::new(S::INFO, &self.options)?;
        Ok(Call::new(operation, Arc::new(plan.with(options)), false))
    }
}

impl<O: Operation> Call<O> {
    pub(crate) fn new(operation: O, plan: Arc<Plan>, has_provider: bool) -> Self {
        Self {
            operation,
            unchecked: plan.options.unchecked,
            plan,
            has_provider,
            request: None,
            credentials: None,
            signing: None,
            attempts: 0,
            sent: Now::new(std::time::SystemTime::UNIX_EPOCH, Duration::ZERO),
            skew: 0,
            clock_corrected: false,
            taken: 0,
            failure: None,
            is_over: false,
        }
    }

    /// The same without a check of limits.
    pub(crate) fn unchecked(mut self, unchecked: bool) -> Self {
        self.unchecked |= unchecked;
        self
    }

    /// Takes what happened and says what to do next. `now` is the time of the event.
    pub fn step(&mut self, event: Event, now: Now) -> Step<O::Output> {
        let step = match event {
            _ if self.is_over => Err(Error::invalid(self.context(), "the call is over")),
            Event::Start | Event::Slept => self.begin(now),
            Event::Credentials(Ok(credentials)) => self.send(credentials, now),
            Event::Credentials(Err(error)) => {
                let problem = format!("the provider of credentials failed: {}", Chain(&*error));
                let error = Error::credentials(self.context(), problem).caused_by(error);
                Err(match self.failure.take() {
                    // What made another attempt necessary is the better news.
                    Some(failure) => failure.not_repeated_for(&error),
                    None => error,
                })
            }
            Event::Response(response) => self.received(response, now),
            Event::Failed(error) => {
                let host = self.plan.target.host.to_str().unwrap_or_default();
                let error = Error::transport(self.context(), host, error);
                self.failed(error, now)
            }
        };
        let step = step.unwrap_or_else(|error| {
            // What was spent in vain stays spent.
            self.taken = 0;
            let error = error.after(self.attempts);
            trace::failed::<O>(&error);
            Step::Done(Err(error))
        });
        self.is_over = matches!(step, Step::Done(_));
        step
    }

    /// How long the attempt under way may take from now on.
    pub fn time_left(&self, now: Now) -> Duration {
        let options = &self.plan.options;
        let call = options.call_timeout.saturating_sub(now.elapsed);
        options.attempt_timeout.min(call)
    }

    /// The largest body that a reply may have, in bytes.
    pub fn max_response_bytes(&self) -> usize {
        self.plan.options.max_response_bytes
    }

    /// What was signed for the attempt under way; `None` if nothing was.
    pub fn signing(&self) -> Option<&Signing> {
        self.signing.as_ref()
    }

    /// What the last attempt was signed with, if the service did not accept it.
    pub(crate) fn refused<T>(&self, result: &Result<T, Error>) -> Option<&Credentials> {
        let error = result.as_ref().err()?;
        let is_refusal = error.code_kind() == CodeKind::Authentication;
        self.credentials.as_ref().filter(|_| is_refusal)
    }

    fn context(&self) -> Context {
        Context::of::<O>()
    }

    /// Begins an attempt.
    fn begin(&mut self, now: Now) -> Result<Step<O::Output>, Error> {
        self.check_time(now)?;
        if self.request.is_none() {
            self.request = Some(request::build(
                &mut self.operation,
                &self.plan,
                self.unchecked,
            )?);
        }
        match &self.plan.options.credentials {
            _ if self.has_provider => Ok(Step::Credentials),
            Ok(credentials) => self.send(credentials.clone(), now),
            Err(problem) => Err(Error::credentials(self.context(), problem.clone())),
        }
    }

    /// An error if there is no time for another attempt.
    fn check_time(&mut self, now: Now) -> Result<(), Error> {
        if !self.time_left(now).is_zero() {
            return Ok(());
        }
        let options = &self.plan.options;
        Err(
            match (self.failure.take(), options.attempt_timeout.is_zero()) {
                (Some(failure), _) => failure,
                (None, true) => Error::invalid(
                    self.context(),
                    "`attempt_timeout` is 0, which is no time at all",
                ),
                (None, false) => Error::out_of_time(self.context(), options.call_timeout),
            },
        )
    }

    /// Signs the request and hands it out.
    fn send(&mut self, credentials: Credentials, now: Now) -> Result<Step<O::Output>, Error> {
        self.check_time(now)?;
        let Some(mut request) = self.request.clone() else {
            return Err(Error::invalid(self.context(), "the call has not begun"));
        };
        self.skew = self.plan.options.shared.skew.known();
        let signing = authenticate(
            &mut request,
            O::Service::INFO,
            self.plan.target.region.as_deref(),
            self.plan.target.is_private,
            &credentials,
            corrected(now.time, self.skew),
        );
        self.signing = signing.map_err(|problem| Error::credentials(self.context(), problem))?;
        self.credentials = Some(credentials);
        self.attempts += 1;
        self.sent = now;
        trace::sending::<O>(self.attempts, request.method(), request.uri());
        Ok(Step::Send(request))
    }

    fn received(&mut self, response: Response<Bytes>, now: Now) -> Result<Step<O::Output>, Error> {
        match response::read::<O>(response, now.time) {
            Ok(reply) => {
                /// What a call gives that needed no retry.
                const GIFT: u32 = 1;
                let taken = std::mem::take(&mut self.taken);
                self.plan.options.shared.budget.give(taken.max(GIFT));
                trace::succeeded::<O>(self.attempts, reply.request_id());
                Ok(Step::Done(Ok(reply)))
            }
            Err(error) => {
                if self.should_correct_clock(&error, now) {
                    self.clock_corrected = true;
                    trace::clock_corrected::<O>(&error);
                    return self.begin(now);
                }
                let credentials = self.credentials.iter();
                let secrets = credentials.flat_map(|credentials| credentials.kind.secrets());
                let error = self.advise(error.hiding(secrets), now);
                self.failed(error, now)
            }
        }
    }

    /// Whether the service may have refused the request for its date, and another attempt would be dated otherwise.
    fn should_correct_clock(&self, error: &Error, now: Now) -> bool {
        let about_time = matches!(
            error.code_kind(),
            CodeKind::ClockSkew | CodeKind::Authentication | CodeKind::AccessDenied
        );
        let options = &self.plan.options;
        about_time
            && options.correct_clock
            && self.signing.is_some()
            && !self.clock_corrected
            && options.retry.allows_another(self.attempts)
            && error
                .date()
                .is_some_and(|date| options.shared.skew.learn(date, self.sent, now, self.skew))
    }

    /// Adds what the caller may do about an error.
    fn advise(&self, error: Error, now: Now) -> Error {
        let about_time = matches!(
            error.code_kind(),
            CodeKind::ClockSkew | CodeKind::Authentication
        );
        let difference = error
            .date()
            .filter(|_| about_time && self.signing.is_some())
            .and_then(|date| difference(date, self.sent, now));
        if let Some(difference) = difference {
            let minutes = difference.as_secs() / 60;
            return error.with_advice(format!(
                "the clock of this machine differs from the service's by {minutes} minutes: set it"
            ));
        }
        let advice = match error.code_kind() {
            CodeKind::ClockSkew => "check the clock of this machine",
            CodeKind::Authentication => match &self.credentials {
                Some(credentials) => credentials.kind.advice(),
                None => return error,
            },
            _ => return error,
        };
        error.with_advice(advice.to_owned())
    }

    /// Another attempt, if it may help.
    fn failed(&mut self, error: Error, now: Now) -> Result<Step<O::Output>, Error> {
        let options = &self.plan.options;
        let Some(trouble) = Trouble::of(&error, O::READ_ONLY) else {
            return Err(error);
        };
        // An answer to a request that somebody else sent counts as one to ours.
        let attempt = self.attempts.max(1);
        if !options.retry.allows_another(attempt) {
            return Err(error);
        }
        let wait = options
            .retry
            .wait(attempt, trouble, fastrand::f64(), error.retry_after());
        // A wait that ends after the call does is no use to anybody.
        if now.elapsed.saturating_add(wait) >= options.call_timeout {
            return Err(error);
        }
        let Some(taken) = options.shared.budget.take(trouble) else {
            return Err(error);
        };
        self.taken = taken;
        trace::waiting::<O>(&error, self.attempts, wait);
        self.failure = Some(error);
        Ok(Step::Sleep(wait))
    }
}

/// What a call that nobody waits for any longer took of the budget goes back.
impl<O> Drop for Call<O> {
    fn drop(&mut self) {
        self.plan.options.shared.budget.give(self.taken);
    }
}

/// Without the operation, which may hold secrets.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &O::NAME)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Without headers and body, which may hold secrets.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Credentials(result) => match result {
                Ok(_) => f.write_str("Credentials(Ok)"),
                Err(_) => f.write_str("Credentials(Err)"),
            },
            Self::Response(response) => write!(f, "Response({})", response.status()),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Self::Slept => f.write_str("Slept"),
        }
    }
}

/// Without query, headers and body, which may hold secrets.
impl<T: fmt::Debug> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials => f.write_str("Credentials"),
            Self::Send(request) => write!(f, "Send({} {})", request.method(), request.uri().path()),
            Self::Sleep(duration) => f.debug_tuple("Sleep").field(duration).finish(),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}
