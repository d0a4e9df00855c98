//! Calls without a network: retries, timing and signatures. Most are driven step by step with explicit times; where a
//! client is needed, the test supplies its transport, timer and clock.

mod added;
mod attempts;
mod budget;
mod clients;
mod credentials;
mod environment;
mod errors;
mod refused;
mod skew;

use std::fmt::Debug;
use std::future::pending;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::transport::{Body, TransportError};
use cloud_models::{
    Attempt, AttemptHook, Call, CallOptions, Clock, Credentials, Error, ErrorKind, Event, Now,
    Operation, Reply, RetryPolicy, Service, ServiceErrorKind, Step, aws_bedrock, baidu_qianfan,
    blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config, codegen as rt};
use cloud_models_tests::goldens::{parameters, tenants, writes};
use cloud_models_tests::judge::{judge, signed_headers};
use cloud_models_tests::probe;
use cloud_models_tests::server::http_date;
use http::{Request, Response};
use serde_json::{Value, json};

/// 2024-05-14T13:05:12Z
const NOON: Duration = Duration::from_secs(1_715_691_912);

fn at(elapsed: Duration) -> Now {
    Now::new(SystemTime::UNIX_EPOCH + NOON + elapsed, elapsed)
}

const START: Duration = Duration::ZERO;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn config<S: Service>() -> Config<S> {
    Config::new()
        .region("cn-north-4")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
}

fn list() -> aws_bedrock::ListCustomModels {
    aws_bedrock::ListCustomModels::new()
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Event {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let body = Bytes::from(body.to_owned());
    Event::Response(response.body(body).unwrap())
}

fn empty_page() -> Event {
    response(200, &[], "{}")
}

fn broken() -> Event {
    Event::Failed(TransportError::other("reset"))
}

fn send<T: Debug>(step: Step<T>) -> Request<Bytes> {
    match step {
        Step::Send(request) => request,
        step => panic!("not sent: {step:?}"),
    }
}

fn sleep<T: Debug>(step: Step<T>) -> Duration {
    match step {
        Step::Sleep(duration) => duration,
        step => panic!("no wait: {step:?}"),
    }
}

fn done<T: Debug>(step: Step<T>) -> Result<Reply<T>, Error> {
    match step {
        Step::Done(result) => result,
        step => panic!("not done: {step:?}"),
    }
}

fn failed<T: Debug>(step: Step<T>) -> Error {
    done(step).unwrap_err()
}

/// Returns the first request of a call.
fn first_request<O: Operation>(config: &Config<O::Service>, operation: O) -> Request<Bytes> {
    send(
        config
            .call(operation)
            .unwrap()
            .step(Event::Start, at(START)),
    )
}

/// Returns a call that has sent its first request.
fn sent<O: Operation>(config: &Config<O::Service>, operation: O) -> Call<O> {
    let mut call = config.call(operation).unwrap();
    send(call.step(Event::Start, at(START)));
    call
}

fn text<'a>(request: &'a Request<Bytes>, header: &str) -> &'a str {
    request.headers()[header].to_str().unwrap()
}

/// Predicates of an error, and the number of requests.
#[derive(Debug, PartialEq)]
struct Outcome {
    is_retryable: bool,
    was_sent: bool,
    requests: u32,
}

const fn outcome(is_retryable: bool, was_sent: bool, requests: u32) -> Outcome {
    Outcome {
        is_retryable,
        was_sent,
        requests,
    }
}

/// Drives a call to its end; every request fails in the same way.
fn fail<O: Operation>(
    config: &Config<O::Service>,
    operation: O,
    failure: &dyn Fn() -> Event,
) -> Outcome {
    let mut call = match config.call(operation) {
        Ok(call) => call,
        Err(error) => return outcome(error.is_retryable(), error.was_sent(), 0),
    };
    let mut event = Event::Start;
    let mut requests = 0;
    for _ in 0..20 {
        event = match call.step(event, at(START)) {
            Step::Send(_) => {
                requests += 1;
                failure()
            }
            Step::Sleep(_) => Event::Slept,
            Step::Credentials => Event::Credentials(Err("the vault is sealed".into())),
            Step::Done(result) => {
                let error = result.unwrap_err();
                assert_eq!(error.attempts(), requests);
                return outcome(error.is_retryable(), error.was_sent(), requests);
            }
        };
    }
    panic!("the call does not end");
}

/// Returns an operation with side effects.
fn write() -> parameters::Search {
    const { assert!(!parameters::Search::READ_ONLY) };
    parameters::Search::new("ab", 7, parameters::Kind::Big, [1, 2])
}

fn write_config() -> parameters::Config {
    parameters::Config::new().credentials(Credentials::auth_token("token"))
}

fn writes_config() -> writes::Config {
    writes::Config::new().credentials(Credentials::bearer_token("token"))
}

/// Returns how many calls get a retry while every first attempt fails.
fn retries_left(config: &aws_bedrock::Config, failure: fn() -> Event) -> u32 {
    (0..1000)
        .take_while(|_| {
            let mut call = sent(config, list());
            match call.step(failure(), at(START)) {
                Step::Sleep(_) => {
                    send(call.step(Event::Slept, at(START)));
                    failed(call.step(response(400, &[], ""), at(START)));
                    true
                }
                step => {
                    failed(step);
                    false
                }
            }
        })
        .count()
        .try_into()
        .unwrap()
}

// --- clients ---

/// A clock that the test moves.
#[derive(Clone, Default)]
struct Hand(Arc<Mutex<Duration>>);

impl Hand {
    fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Hand {
    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOON + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// Creates a client whose timer never fires.
fn client(
    config: &aws_bedrock::Config,
    clock: Hand,
    exchange: impl Fn(Request<Bytes>) -> Result<Response<String>, TransportError>
    + Send
    + Sync
    + 'static,
) -> aws_bedrock::Client {
    let exchange = Arc::new(exchange);
    let transport = move |request| {
        let exchange = Arc::clone(&exchange);
        async move { exchange(request).map(|response| response.map(Body::from)) }
    };
    Client::builder(config.clone())
        .transport(transport)
        .sleep(|_| pending())
        .clock(clock)
        .build()
        .unwrap()
}

fn blocking_client(
    config: &aws_bedrock::Config,
    clock: Hand,
    exchange: impl Fn(Request<Bytes>) -> Result<Response<String>, TransportError>
    + Send
    + Sync
    + 'static,
) -> aws_bedrock::blocking::Client {
    let transport = move |request, _| {
        exchange(request).map(|response: Response<String>| response.map(blocking::Body::from))
    };
    blocking::Client::builder(config.clone())
        .transport(transport)
        .sleep(|_| panic!("it waits"))
        .clock(clock)
        .build()
        .unwrap()
}

fn poll_once<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future that needs no timer until it is ready.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..1000 {
        if let Poll::Ready(value) = poll_once(future.as_mut()) {
            return value;
        }
    }
    panic!("the future is never ready");
}
