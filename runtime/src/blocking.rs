//! Clients that block until the answer is there.
//!
//! They send, wait, try again and go from page to page exactly like [`Client`](crate::Client): both perform the steps of
//! the same [`Call`].

use std::fmt;
use std::io;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use std::vec;

use bytes::Bytes;
use http::{Request, Response};

use crate::call::{Call, Event, Step};
use crate::clock::Now;
use crate::config::Plan;
use crate::provider::Kept;
use crate::transport::{TransportError, TransportErrorKind};
use crate::walk::Walk;
use crate::{
    CallOptions, Config, Credentials, Cursor, Error, Operation, Paginated, ProviderError, Reply,
    Result, Service,
};

mod transport;
#[cfg(feature = "ureq")]
mod ureq;

use transport::Inner as BodyInner;
pub use transport::{BlockingTransport, Body};
#[cfg(feature = "ureq")]
pub use ureq::{Ureq, UreqBuilder};

/// Sends the operations of a service, blocking its thread.
///
/// Cheap to clone; clones share connections, credentials, what is known of the service's clock, and a budget of retries.
pub struct Client<S> {
    inner: Arc<Inner>,
    plan: Arc<Plan>,
    service: PhantomData<fn() -> S>,
}

struct Inner {
    transport: Box<dyn BlockingTransport>,
    cache: Option<Cache>,
}

impl<S: Service> Client<S> {
    /// A client that sends with `Ureq`, which takes the feature `ureq`.
    ///
    /// # Errors
    /// The configuration cannot work: a region is missing, an endpoint is no URL, there are no credentials, or the feature
    /// is off.
    pub fn new(config: Config<S>) -> Result<Self> {
        Self::builder(config).build()
    }

    /// A client as the environment variables of the vendor's own tools say; see [`Config::from_env`].
    ///
    /// # Errors
    /// As [`new`](Self::new), or a variable makes no sense.
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env()?)
    }

    /// A client with a transport or a provider of credentials of your own.
    pub fn builder(config: Config<S>) -> ClientBuilder<S> {
        ClientBuilder {
            config,
            transport: None,
            provider: None,
        }
    }

    /// The same client with other options for its calls, on top of those that it has. It shares connections, credentials and
    /// retry budget with this one.
    pub fn with_options(&self, options: CallOptions) -> Self {
        let plan = Plan::clone(&self.plan).with(&options);
        Self {
            inner: Arc::clone(&self.inner),
            plan: Arc::new(plan),
            service: PhantomData,
        }
    }

    /// Sends an operation and gives what the service answers.
    ///
    /// # Errors
    /// The request breaks a documented limit, there are no credentials, no answer came, or one that is an error or cannot be
    /// read. What may pass by itself was tried several times.
    pub fn send<O: Operation<Service = S>>(&self, operation: O) -> Result<Reply<O::Output>> {
        self.perform(operation, false)
    }

    /// Sends an operation; one whose limits were checked before is not checked again.
    fn perform<O: Operation<Service = S>>(
        &self,
        operation: O,
        is_checked: bool,
    ) -> Result<Reply<O::Output>> {
        #[cfg(feature = "tracing")]
        let _span =
            tracing::debug_span!("call", service = S::INFO.name, operation = O::NAME).entered();
        let has_provider = self.inner.cache.is_some();
        let call = Call::new(operation, Arc::clone(&self.plan), has_provider).unchecked(is_checked);
        drive(call, &self.inner)
    }

    /// All pages of a list, one after the other.
    pub fn pages<O: Paginated<Service = S>>(&self, operation: O) -> Pages<O> {
        Pages {
            client: self.clone(),
            walk: Walk::new(operation),
        }
    }

    /// All elements of a list, page after page.
    pub fn items<O: Paginated<Service = S>>(&self, operation: O) -> Items<O> {
        Items {
            pages: self.pages(operation),
            left: Vec::new().into_iter(),
            page: None,
        }
    }
}

/// Performs the steps of a call.
fn drive<O: Operation>(mut call: Call<O>, inner: &Inner) -> Result<Reply<O::Output>> {
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

/// Keeps what a provider gave, and asks it once for all who wait.
struct Cache {
    provider: Provider,
    state: Mutex<State>,
    /// Told when a provider has answered.
    answered: Condvar,
}

type Provider = Box<dyn Fn() -> Result<Credentials, ProviderError> + Send + Sync>;

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// Whether a thread is asking the provider.
    is_asking: bool,
}

impl Cache {
    fn new(provider: Provider) -> Self {
        Self {
            provider,
            state: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// Fresh credentials. Where another thread asks for them already, waits no longer than `timeout`.
    fn get(&self, timeout: Duration) -> Result<Credentials, ProviderError> {
        let until = Instant::now().checked_add(timeout);
        let mut state = self.lock();
        let now = loop {
            let now = SystemTime::now();
            let kept = state.kept.as_ref();
            if let Some(credentials) = kept.and_then(|kept| kept.fresh(now)) {
                return Ok(credentials);
            }
            if !state.is_asking {
                break now;
            }
            // As long as old credentials are good, nobody waits for new ones.
            if let Some(credentials) = kept.and_then(|kept| kept.usable(now)) {
                return Ok(credentials);
            }
            let left = match until {
                Some(until) => until.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return Err(format!("no answer within {timeout:?}").into());
            }
            let waited = self.answered.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        };
        state.is_asking = true;
        drop(state);
        // Without the lock: a provider may do anything, and panic too.
        let asking = Asking(self);
        let result = (self.provider)();
        let mut state = self.lock();
        let result = match result {
            Ok(credentials) => {
                state.kept = Some(Kept::new(credentials.clone(), now));
                Ok(credentials)
            }
            Err(error) => {
                let old = state.kept.as_mut().and_then(|kept| kept.keep_on(now));
                old.ok_or(error)
            }
        };
        drop(state);
        drop(asking);
        result
    }

    /// Forgets credentials that a service did not accept.
    fn forget(&self, refused: &Credentials) {
        let mut state = self.lock();
        if state.kept.as_ref().is_some_and(|kept| kept.is(refused)) {
            state.kept = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the next one ask.
struct Asking<'a>(&'a Cache);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.lock().is_asking = false;
        self.0.answered.notify_all();
    }
}

/// Makes a [`Client`].
pub struct ClientBuilder<S> {
    config: Config<S>,
    transport: Option<Box<dyn BlockingTransport>>,
    provider: Option<Provider>,
}

impl<S: Service> ClientBuilder<S> {
    /// What sends the requests; `Ureq` if nothing is said and the feature `ureq` is on.
    pub fn transport(mut self, transport: impl BlockingTransport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// What gives credentials, in place of those of the configuration. It is asked again before they expire, or every quarter
    /// of an hour if they have no expiry, by one thread for all. It has to keep its own time: nobody can end a call that
    /// blocks.
    pub fn credentials_provider(
        mut self,
        provider: impl Fn() -> Result<Credentials, ProviderError> + Send + Sync + 'static,
    ) -> Self {
        self.provider = Some(Box::new(provider));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// The configuration cannot work: a region is missing, an endpoint is no URL, there are no credentials, or nothing that
    /// sends.
    pub fn build(self) -> Result<Client<S>> {
        let plan = Plan::of_client(&self.config, self.provider.is_some())?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                default_transport(&plan).map_err(|error| Error::no_transport(S::INFO, error))?
            }
        };
        Ok(Client {
            inner: Arc::new(Inner {
                transport,
                cache: self.provider.map(Cache::new),
            }),
            plan: Arc::new(plan),
            service: PhantomData,
        })
    }
}

#[cfg(feature = "ureq")]
fn default_transport(plan: &Plan) -> Result<Box<dyn BlockingTransport>, TransportError> {
    let ureq = Ureq::builder()
        .connect_timeout(plan.options.connect_timeout)
        .build()?;
    Ok(Box::new(ureq))
}

#[cfg(not(feature = "ureq"))]
fn default_transport(_: &Plan) -> Result<Box<dyn BlockingTransport>, TransportError> {
    Err(TransportError::other(
        "nothing sends the requests: give a transport, or switch the feature `ureq` on",
    ))
}

/// The pages of a list: what [`Client::pages`] answers with.
///
/// What came is handed out before the error that follows it; after an error, or the last page, there is nothing more.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<O: Paginated> {
    client: Client<O::Service>,
    walk: Walk<O>,
}

impl<O: Paginated> Pages<O> {
    /// Where the next page begins, to go on from later with [`Paginated::resume`]; `None` if that is the beginning, and behind
    /// the last page. After an error, where the page begins that could not be had.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.walk.cursor()
    }
}

impl<O: Paginated> Iterator for Pages<O> {
    type Item = Result<Reply<O::Output>>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = match self.walk.next()? {
            Ok(step) => self.client.perform(step.operation, step.is_checked),
            Err(error) => return Some(Err(error)),
        };
        Some(self.walk.came(page))
    }
}

impl<O: Paginated> FusedIterator for Pages<O> {}

/// The elements of a list, page after page: what [`Client::items`] answers with.
///
/// No more than one page is held. What came is handed out before the error that follows it; after an error, or the last
/// element, there is nothing more.
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<O: Paginated> {
    pages: Pages<O>,
    left: vec::IntoIter<O::Item>,
    page: Option<Reply<O::Output>>,
}

impl<O: Paginated> Items<O> {
    /// The page that the last element came with, its list taken out: totals and the request id are there.
    pub fn page(&self) -> Option<&Reply<O::Output>> {
        self.page.as_ref()
    }

    /// How many elements of the page are still to come.
    pub fn left_in_page(&self) -> usize {
        self.left.len()
    }

    /// Where the page behind the one at hand begins, to go on from later with [`Paginated::resume`]; `None` if that is the
    /// beginning, and if the page at hand is the last. After an error, where the page begins that could not be had. What is
    /// [left in the page](Self::left_in_page) is not part of what follows.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }
}

impl<O: Paginated> Iterator for Items<O> {
    type Item = Result<O::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.left.next() {
                return Some(Ok(item));
            }
            let mut page = match self.pages.next()? {
                Ok(page) => page,
                Err(error) => return Some(Err(error)),
            };
            let items = O::items(page.output_mut()).map(std::mem::take);
            self.left = items.unwrap_or_default().into_iter();
            self.page = Some(page);
        }
    }
}

impl<O: Paginated> FusedIterator for Items<O> {}

impl<S> Clone for Client<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            plan: Arc::clone(&self.plan),
            service: PhantomData,
        }
    }
}

impl<S: Service> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &S::INFO.name)
            .field("config", &self.plan.options)
            .finish_non_exhaustive()
    }
}

impl<S: Service> fmt::Debug for ClientBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl<O: Paginated> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}

impl<O: Paginated> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}
