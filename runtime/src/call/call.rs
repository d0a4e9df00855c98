//! [`Call`], one call as a state machine without socket, clock or thread.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use zeroize::Zeroizing;

use super::{random, request, response, retry, trace};
use crate::auth::sign::Signing;
use crate::auth::{Authenticator, Credentials, ProviderError, needs_none};
use crate::config::{CallOptions, Config, CredentialsSource, ResolvedConfig, RetryBudget};
use crate::error::{
    Context, Error, Hidden, Secrets, ServiceErrorKind, TransportError, TransportErrorKind,
};
use crate::service::{Operation, Reply, Service, is_repeatable, schemes};
use crate::time::{Now, clock_difference, corrected};

/// One call of an operation: it says what to do next, and its driver does it.
///
/// A [`Client`](crate::Client) drives calls itself. [`Config::call`] begins one to be driven by hand, with any means to send a
/// request.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::bytes::Bytes;
/// use cloud_models::http::{Request, Response};
/// use cloud_models::{Call, Event, Now, Operation, Reply, Result, Step};
/// use std::time::Instant;
///
/// /// Performs a call with a function that sends a request.
/// fn drive<O: Operation>(
///     mut call: Call<O>,
///     send: impl Fn(Request<Bytes>) -> Response<Bytes>,
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
///             // Only a configuration with a provider asks for credentials.
///             Step::Credentials => Event::Credentials(Err("the provider is missing".into())),
///         }
///     }
/// }
/// ```
pub struct Call<O> {
    operation: O,
    config: Arc<ResolvedConfig>,
    validate: bool,
    token: Token,
    /// Source of the jitter.
    jitter: fastrand::Rng,
    /// The request, without the headers that authenticate it.
    request: Option<Request<Bytes>>,
    /// Contents of the sensitive members of the operation.
    secrets: Vec<Zeroizing<String>>,
    /// Credentials of the current attempt.
    credentials: Option<Credentials>,
    signing: Option<Signing>,
    attempts: u32,
    /// Whether an attempt has begun that has neither succeeded nor failed.
    is_under_way: bool,
    /// When the current attempt began.
    started: Now,
    /// Correction of the date of the current attempt, in milliseconds.
    skew: i64,
    clock_corrected: bool,
    /// Amount that the last retry took from the budget.
    taken: u32,
    /// Failure of the last attempt.
    failure: Option<Error>,
    /// Whether an attempt may have reached the service.
    sent: bool,
    /// Whether an attempt before the last may have had an effect.
    effect: bool,
    is_over: bool,
}

/// The idempotency token of a call.
enum Token {
    /// The operation has none.
    None,
    /// The caller set it, and can set it again.
    Given(String),
    /// The call created it, and another call will create another one.
    Created(String),
    /// The caller did not set it, and there are no random numbers to create it from.
    Missing,
}

impl Token {
    /// Returns the token of an operation, after setting one that is absent.
    fn of(operation: &mut impl Operation, seed: Option<u128>) -> Self {
        let Some(parameter) = operation.idempotency_token() else {
            return Self::None;
        };
        // An empty text identifies no call.
        if let Some(given) = parameter.value.as_ref().filter(|given| !given.is_empty()) {
            return Self::Given(given.clone());
        }
        let Some(seed) = seed else {
            return Self::Missing;
        };
        let mut token = random::uuid(seed);
        token.truncate(parameter.length);
        *parameter.value = Some(token.clone());
        Self::Created(token)
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Given(token) | Self::Created(token) => Some(token),
            Self::None | Self::Missing => None,
        }
    }
}

/// An event that a driver reports.
#[non_exhaustive]
pub enum Event {
    /// The call begins.
    Start,
    /// The credentials provider answered.
    Credentials(Result<Credentials, ProviderError>),
    /// A response arrived.
    Response(Response<Bytes>),
    /// No complete response arrived.
    Failed(TransportError),
    /// The wait is over.
    Slept,
}

/// The next step of a call. A driver must handle all of them, so the list is final.
pub enum Step<T> {
    /// Ask the credentials provider.
    Credentials,
    /// Send this request within [`Call::time_left`], and report the outcome.
    Send(Request<Bytes>),
    /// Wait.
    Sleep(Duration),
    /// Return the result: the call is over.
    Done(Result<Reply<T>, Error>),
}

impl<S: Service> Config<S> {
    /// Begins a call that is driven by hand, without a client.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Config`](crate::ErrorKind::Config) if the configuration cannot work, for example because the
    /// region is missing, or [`Credentials`](crate::ErrorKind::Credentials) if the service does not accept the credentials.
    pub fn call<O: Operation<Service = S>>(&self, operation: O) -> Result<Call<O>, Error> {
        self.call_with(operation, &CallOptions::new())
    }

    /// Begins a call with its own options.
    ///
    /// # Errors
    ///
    /// Like [`call`](Self::call).
    pub fn call_with<O: Operation<Service = S>>(
        &self,
        operation: O,
        options: &CallOptions,
    ) -> Result<Call<O>, Error> {
        let config = ResolvedConfig::new(self)?.with(options);
        Ok(Call::new(operation, Arc::new(config)))
    }

    /// Begins a call whose random numbers follow from a seed: its idempotency token and the jitter of its waits. With the same
    /// seed and the same events, a call takes the same steps.
    ///
    /// The token is the UUID of version 4 that has the other bits of the seed. Two calls with the same seed send the same token,
    /// and count as one, so outside of tests a seed must be random.
    ///
    /// # Errors
    ///
    /// Like [`call`](Self::call).
    pub fn call_seeded<O: Operation<Service = S>>(
        &self,
        operation: O,
        options: &CallOptions,
        seed: u128,
    ) -> Result<Call<O>, Error> {
        let config = ResolvedConfig::new(self)?.with(options);
        Ok(Call::seeded(operation, Arc::new(config), Some(seed)))
    }
}

impl<O: Operation> Call<O> {
    /// Begins a call with random numbers from the operating system.
    pub(crate) fn new(operation: O, config: Arc<ResolvedConfig>) -> Self {
        Self::seeded(operation, config, random::seed())
    }

    fn seeded(mut operation: O, config: Arc<ResolvedConfig>, seed: Option<u128>) -> Self {
        Self {
            token: Token::of(&mut operation, seed),
            jitter: random::jitter(seed.unwrap_or_default()),
            operation,
            validate: config.options.validate,
            config,
            request: None,
            secrets: Vec::new(),
            credentials: None,
            signing: None,
            attempts: 0,
            is_under_way: false,
            started: Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO),
            skew: 0,
            clock_corrected: false,
            taken: 0,
            failure: None,
            sent: false,
            effect: false,
            is_over: false,
        }
    }

    /// Skips the check of limits, if they were checked before.
    pub(crate) fn already_checked(mut self, is_checked: bool) -> Self {
        self.validate &= !is_checked;
        self
    }

    /// Takes what happened and returns what to do next. `now` is the time of the event.
    pub fn step(&mut self, event: Event, now: Now) -> Step<O::Output> {
        let step = match event {
            _ if self.is_over => {
                let problem = "the call is over";
                Err(Error::invalid_request(&self.context(), problem, Vec::new()))
            }
            Event::Start | Event::Slept => self.begin_attempt(now),
            Event::Credentials(Ok(credentials)) => self.send(credentials, now),
            Event::Credentials(Err(error)) => Err(self.provider_failed(error)),
            Event::Response(response) => self.received(response, now),
            Event::Failed(error) => {
                let is_unreachable = error.kind() == TransportErrorKind::Connect;
                let region = self.config.region_to_check().filter(|_| is_unreachable);
                let host = request::host(self.request.as_ref(), &self.config);
                let mut error = Error::transport(&self.context(), host, error);
                if let Some(region) = region {
                    error =
                        error.with_advice(format!("check the network and the region `{region}`"));
                }
                let error = error.after(self.attempts, self.sent, self.effect);
                self.finished(now, Err(&error));
                self.retry(error, now)
            }
        };
        let step = step.unwrap_or_else(|error| {
            // The cost of a retry that did not help is not returned.
            self.taken = 0;
            let error = error.after(self.attempts, self.sent, self.effect);
            trace::failed::<O>(&error);
            Step::Done(Err(error))
        });
        self.is_over = matches!(step, Step::Done(_));
        step
    }

    /// Returns how long the current attempt may still take.
    pub fn time_left(&self, now: Now) -> Duration {
        let options = &self.config.options;
        let call = options.call_timeout.saturating_sub(now.elapsed);
        options.attempt_timeout.min(call)
    }

    /// Returns the maximum size of a response body in bytes.
    pub fn max_response_bytes(&self) -> usize {
        self.config.options.max_response_bytes
    }

    /// Returns what was signed for the current attempt, or `None` if it is not signed.
    pub fn signing(&self) -> Option<&Signing> {
        self.signing.as_ref()
    }

    /// Returns the credentials of the last attempt, if the service refused them.
    pub(crate) fn refused_credentials<T>(&self, result: &Result<T, Error>) -> Option<&Credentials> {
        let error = result.as_ref().err()?;
        let is_refused = error.service_kind() == Some(ServiceErrorKind::Authentication);
        self.credentials.as_ref().filter(|_| is_refused)
    }

    fn context(&self) -> Context<'_> {
        Context {
            repeatable: is_repeatable::<O>() || matches!(self.token, Token::Given(_)),
            token: self.token.text(),
            ..Context::of::<O>(self)
        }
    }

    fn begin_attempt(&mut self, now: Now) -> Result<Step<O::Output>, Error> {
        self.check_time(now)?;
        if matches!(self.token, Token::Missing) {
            let problem = "this platform has no random numbers for an idempotency token: set the token, or begin the call with \
                           `Config::call_seeded`";
            return Err(Error::config(&self.context(), problem));
        }
        if self.request.is_none() {
            let built = request::build(
                &self.operation,
                &self.config,
                self.validate,
                &mut self.secrets,
            );
            self.request = Some(built.map_err(|problem| problem.into_error(&self.context()))?);
        }
        match &self.config.options.credentials {
            _ if needs_none(schemes::<O>()) => self.send(Credentials::anonymous(), now),
            CredentialsSource::Provider(_) => Ok(Step::Credentials),
            CredentialsSource::Static(credentials) => self.send(credentials.clone(), now),
            CredentialsSource::Missing(problem) => {
                Err(Error::credentials(&self.context(), problem.clone()))
            }
        }
    }

    /// Returns an error if no time is left for another attempt.
    fn check_time(&mut self, now: Now) -> Result<(), Error> {
        if !self.time_left(now).is_zero() {
            return Ok(());
        }
        let options = &self.config.options;
        if options.attempt_timeout.is_zero() || options.call_timeout.is_zero() {
            // `Config` refuses it, so it is from the options of the call.
            let problem = "timeouts of `CallOptions` must be greater than 0";
            return Err(Error::config(&self.context(), problem));
        }
        let limit = options.call_timeout;
        Err(match self.failure.take() {
            // The reason for another attempt says more than that there was no time for it.
            Some(failure) => failure,
            None => Error::call_timeout(&self.context(), limit),
        })
    }

    /// The provider is not asked again within the call, and takes nothing from the retry budget.
    fn provider_failed(&mut self, error: ProviderError) -> Error {
        let problem = format!("the credentials provider failed: {error}");
        let is_permanent = error.is_permanent();
        let error = Error::provider(&self.context(), problem, is_permanent, error.into_inner());
        self.no_credentials(error)
    }

    /// Returns the error of a call that has no usable credentials for its next attempt.
    fn no_credentials(&mut self, error: Error) -> Error {
        match self.failure.take() {
            // The reason for another attempt matters more.
            Some(failure) => failure.not_repeated_because_of(&error),
            None => error,
        }
    }

    /// Signs the request and returns it for sending.
    fn send(&mut self, credentials: Credentials, now: Now) -> Result<Step<O::Output>, Error> {
        self.check_time(now)?;
        let Some(mut request) = self.request.clone() else {
            let problem = "the call has not begun";
            return Err(Error::invalid_request(&self.context(), problem, Vec::new()));
        };
        let config = &*self.config;
        self.skew = config.options.shared.skew.get();
        let authenticator = Authenticator {
            schemes: schemes::<O>(),
            region: config.target.region.as_deref(),
            is_private: config.target.is_private,
        };
        let time = corrected(now.time, self.skew);
        let signing = authenticator.authenticate(&mut request, &credentials, time);
        self.credentials = Some(credentials);
        self.signing = match signing {
            Ok(signing) => signing,
            Err(problem) => {
                let error = Error::credentials(&self.context(), problem);
                return Err(self.no_credentials(error));
            }
        };
        self.attempts += 1;
        self.is_under_way = true;
        self.started = now;
        trace::started::<O>(&self.config, self.attempts, &request);
        Ok(Step::Send(request))
    }

    fn received(&mut self, response: Response<Bytes>, now: Now) -> Result<Step<O::Output>, Error> {
        self.sent = true;
        match response::read::<O>(response, now.time, &self.context()) {
            Ok(reply) => {
                self.finished(now, Ok(()));
                let taken = std::mem::take(&mut self.taken);
                let budget = &self.config.options.shared.budget;
                budget.give(taken.max(RetryBudget::REFILL));
                trace::succeeded::<O>(self.attempts, reply.request_id());
                Ok(Step::Done(Ok(reply)))
            }
            Err(error) => {
                let error = self.advise(error, now);
                let error = error.after(self.attempts, true, self.effect);
                self.finished(now, Err(&error));
                if self.should_correct_clock(&error, now) {
                    self.clock_corrected = true;
                    trace::clock_corrected::<O>(&error, self.attempts);
                    self.failure = Some(error);
                    return self.begin_attempt(now);
                }
                self.retry(error, now)
            }
        }
    }

    /// Reports the end of an attempt.
    fn finished(&mut self, now: Now, result: Result<(), &Error>) {
        let is_under_way = std::mem::take(&mut self.is_under_way);
        if let Some(request) = self.request.as_ref().filter(|_| is_under_way) {
            let elapsed = now.elapsed.saturating_sub(self.started.elapsed);
            trace::finished::<O>(&self.config, self.attempts, request, elapsed, result);
        }
    }

    /// Returns whether the service may have refused the request for its date, and another attempt would have another date.
    fn should_correct_clock(&self, error: &Error, now: Now) -> bool {
        let may_be_about_time = matches!(
            error.service_kind(),
            Some(
                ServiceErrorKind::ClockSkew
                    | ServiceErrorKind::Authentication
                    | ServiceErrorKind::AccessDenied
            )
        );
        let options = &self.config.options;
        may_be_about_time
            && options.correct_clock
            && self.signing.is_some()
            && !self.clock_corrected
            && options.retry.allows_another(self.attempts)
            && error
                .reply()
                .and_then(|reply| reply.date())
                .is_some_and(|date| {
                    options
                        .shared
                        .skew
                        .learn(date, self.started, now, self.skew)
                })
    }

    /// Adds what the caller can do about an error.
    fn advise(&self, error: Error, now: Now) -> Error {
        let is_about_time = matches!(
            error.service_kind(),
            Some(ServiceErrorKind::ClockSkew | ServiceErrorKind::Authentication)
        );
        let difference = error
            .reply()
            .and_then(|reply| reply.date())
            .filter(|_| is_about_time && self.signing.is_some())
            .and_then(|date| clock_difference(date, self.started, now));
        if let Some(difference) = difference {
            let minutes = difference.as_secs() / 60;
            return error.with_advice(format!(
                "set the clock of this machine, which differs from the service's by {minutes} minutes"
            ));
        }
        let advice = match error.service_kind() {
            Some(ServiceErrorKind::ClockSkew) => "check the clock of this machine",
            Some(ServiceErrorKind::Authentication) => match &self.credentials {
                Some(credentials) => credentials.advice(),
                None => return error,
            },
            _ => return error,
        };
        error.with_advice(advice.to_owned())
    }

    /// Waits for another attempt, if there is reason and room for one.
    fn retry(&mut self, error: Error, now: Now) -> Result<Step<O::Output>, Error> {
        self.sent |= error.was_sent();
        let options = &self.config.options;
        // A token makes it safe within the call.
        let repeatable = is_repeatable::<O>() || self.token.text().is_some();
        let Some(cause) = retry::cause(&error, repeatable) else {
            return Err(error);
        };
        // A response to a request that somebody else sent counts as an attempt.
        let attempt = self.attempts.max(1);
        if !options.retry.allows_another(attempt) {
            return Err(error);
        }
        let retry_after = error.retry_after();
        let wait = options
            .retry
            .wait(attempt, cause, self.jitter.f64(), retry_after);
        // A wait that ends after the call would be useless.
        if now.elapsed.saturating_add(wait) >= options.call_timeout {
            return Err(error);
        }
        let Some(taken) = options.shared.budget.take(cause) else {
            return Err(error);
        };
        self.taken = taken;
        self.effect |= !error.can_repeat(false);
        trace::retrying::<O>(&error, self.attempts, wait);
        self.failure = Some(error);
        Ok(Step::Sleep(wait))
    }
}

/// The secrets that errors of the call must not contain.
impl<O> Secrets for Call<O> {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        if let Some(credentials) = &self.credentials {
            credentials.for_each(each);
        }
        for secret in &self.secrets {
            each(Hidden::Secret(secret));
        }
        self.config.for_each(each);
    }
}

/// Returns what a call that is dropped took from the retry budget.
impl<O> Drop for Call<O> {
    fn drop(&mut self) {
        self.config.options.shared.budget.give(self.taken);
    }
}

/// Omits the operation, which may contain secrets.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &O::NAME)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Omits headers and body, which may contain secrets.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Credentials(Ok(_)) => f.write_str("Credentials(Ok)"),
            Self::Credentials(Err(_)) => f.write_str("Credentials(Err)"),
            Self::Response(response) => write!(f, "Response({})", response.status()),
            Self::Failed(error) => f.debug_tuple("Failed").field(&error.kind()).finish(),
            Self::Slept => f.write_str("Slept"),
        }
    }
}

/// Omits path, query, headers and body, which may contain secrets.
impl<T: fmt::Debug> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials => f.write_str("Credentials"),
            Self::Send(request) => write!(f, "Send({})", request.method()),
            Self::Sleep(duration) => f.debug_tuple("Sleep").field(duration).finish(),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::schema::{Members, MembersMut, Record};
    use crate::service::{self, Http, ServiceInfo};

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo {
            url: "https://example.com",
            ..ServiceInfo::NONE
        };
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Create {
        token: Option<String>,
    }

    impl Record for Create {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("token", &self.token);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("token", &mut self.token);
        }
    }

    crate::input!(Create);

    impl Operation for Create {
        type Service = Example;
        type Output = ();
        const NAME: &'static str = "Create";
        const HTTP: Http = Http::post("/", &[]);
        const READ_ONLY: bool = false;
        const HAS_OUTPUT: bool = false;

        fn idempotency_token(&mut self) -> Option<service::Token<'_>> {
            Some(service::Token::new(&mut self.token, 8))
        }
    }

    fn first_step(operation: Create, seed: Option<u128>) -> Step<()> {
        let config = Config::<Example>::new().credentials(Credentials::anonymous());
        let config = Arc::new(ResolvedConfig::new(&config).unwrap());
        let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
        Call::seeded(operation, config, seed).step(Event::Start, now)
    }

    #[test]
    fn without_random_numbers_only_the_caller_has_a_token() {
        match first_step(Create::default(), None) {
            Step::Done(Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::Config);
                assert!(!error.was_sent() && !error.is_retryable());
            }
            step => panic!("{step:?}"),
        }
        let given = Create {
            token: Some("mine".to_owned()),
        };
        for (operation, seed, expected) in [
            (given, None, r#"{"token":"mine"}"#),
            (Create::default(), Some(1 << 96), r#"{"token":"00000001"}"#),
        ] {
            match first_step(operation, seed) {
                Step::Send(request) => assert_eq!(request.body(), expected),
                step => panic!("{step:?}"),
            }
        }
    }
}
