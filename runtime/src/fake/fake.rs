//! [`Fake`], a service in the process of a test.

use std::any::TypeId;
use std::cmp::Reverse;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::answer::Answer;
use super::call::Call;
use super::decode::is_for;
use super::on::{AnyFaked, Exchange, Faked, On, Outcome};
use crate::auth::Credentials;
use crate::config::Config;
use crate::service::{Operation, Scheme, Service, ServiceInfo};
use crate::time::{Clock, SystemClock};

/// A fake of a service, and a transport for both of its clients.
///
/// Clones are the same fake. See the [module](super) for what it does and for an example.
///
/// An exchange that the test did not prepare fails with an error of kind [`Config`](crate::ErrorKind::Config), or over HTTP with
/// status 501, and a message that says what is missing.
pub struct Fake<S> {
    inner: Arc<Inner>,
    service: PhantomData<fn() -> S>,
}

struct Inner {
    settings: Mutex<Settings>,
    operations: Mutex<Vec<(TypeId, Arc<dyn AnyFaked>)>>,
    /// Number of requests so far.
    requests: AtomicU64,
}

struct Settings {
    /// Credentials that the service knows; none for the default.
    known: Vec<Credentials>,
    clock: Arc<dyn Clock>,
}

impl<S: Service> Fake<S> {
    /// Creates a fake that knows the credentials of [`config`](Self::config) and no operation.
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                settings: Mutex::new(Settings {
                    known: Vec::new(),
                    clock: Arc::new(SystemClock),
                }),
                operations: Mutex::default(),
                requests: AtomicU64::new(0),
            }),
            service: PhantomData,
        }
    }

    /// Adds credentials that the service knows, in place of the default ones. Requests with other credentials are refused.
    /// [`Credentials::anonymous`] lets it accept requests without credentials.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.settings().known.push(credentials);
        self
    }

    /// Sets the clock that the date of signatures is compared with, and that dates responses. Default: [`SystemClock`].
    pub fn clock(self, clock: impl Clock) -> Self {
        self.settings().clock = Arc::new(clock);
        self
    }

    /// Returns the configuration of a client for this fake: with credentials that it knows, and a region if one is needed.
    pub fn config(&self) -> Config<S> {
        let credentials = self.known().into_iter().next();
        let config = Config::new().credentials(credentials.unwrap_or_else(Credentials::anonymous));
        let config = match S::INFO.project_in_urls {
            true => config.project_id("fake-project"),
            false => config,
        };
        match S::INFO.default_region {
            Some(_) => config,
            // A service without regions ignores it.
            None => config.region("fake-region-1"),
        }
    }

    /// Returns what the fake answers to an operation, to be changed. Without it, the fake does not know the operation.
    pub fn on<O: Operation<Service = S>>(&self) -> On<O> {
        let mut operations = self.operations();
        if let Some(operation) = find(&operations) {
            return On { operation };
        }
        let operation = Arc::new(Faked::new());
        operations.push((TypeId::of::<O>(), Arc::clone(&operation) as _));
        On { operation }
    }

    /// Returns the requests for an operation so far, in order, including those that were answered with an error.
    pub fn calls<O: Operation<Service = S>>(&self) -> Vec<Call<O>> {
        match find::<O>(&self.operations()) {
            Some(operation) => operation.calls(),
            None => Vec::new(),
        }
    }

    /// Verifies the credentials and the signature of a request, for any path.
    ///
    /// # Errors
    ///
    /// Returns what the service would answer: an error of kind [`ClockSkew`](crate::ServiceErrorKind::ClockSkew) if only the date is
    /// wrong, else one of kind [`Authentication`](crate::ServiceErrorKind::Authentication).
    pub fn verify(&self, request: &Request<Bytes>) -> Result<(), Answer> {
        self.exchange(request, "", |exchange| exchange.verify(S::INFO.auth))
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &Request<Bytes>) -> Outcome {
        let requests = self.inner.requests.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("fake-{}", requests + 1);
        let candidates = self.operations().clone();
        let candidates = candidates.into_iter().map(|(_, operation)| operation);
        let candidates = candidates.filter(|operation| is_for(S::INFO, operation.http(), request));
        // `/models/latest` comes before `/models/{id}`.
        let operation = candidates.max_by_key(|operation| {
            let http = operation.http();
            (http.query.len(), Reverse(http.path.matches('{').count()))
        });
        let Some(operation) = operation else {
            return Outcome::Misuse(format!(
                "the fake of {} knows no operation for {} {}: call `Fake::on` for it",
                S::INFO.name,
                request.method(),
                request.uri().path()
            ));
        };
        self.exchange(request, &request_id, |exchange| operation.answer(exchange))
    }

    fn exchange<T>(
        &self,
        request: &Request<Bytes>,
        request_id: &str,
        then: impl FnOnce(&Exchange<'_>) -> T,
    ) -> T {
        let known = self.known();
        let clock = Arc::clone(&self.settings().clock);
        then(&Exchange {
            service: S::INFO,
            request,
            known: &known,
            now: clock.system_time(),
            request_id,
        })
    }

    /// Returns the response to a request that the test did not prepare, for clients that only see HTTP.
    #[cfg(feature = "fake-server")]
    pub(super) fn misuse(
        &self,
        request: &Request<Bytes>,
        problem: String,
    ) -> http::Response<Bytes> {
        self.exchange(request, "fake", |exchange| {
            super::envelope::misuse(exchange.envelope(), problem)
        })
    }

    fn known(&self) -> Vec<Credentials> {
        let known = self.settings().known.clone();
        match known.is_empty() {
            true => vec![default_credentials(S::INFO)],
            false => known,
        }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        let settings = &self.inner.settings;
        settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn operations(&self) -> MutexGuard<'_, Vec<(TypeId, Arc<dyn AnyFaked>)>> {
        let operations = &self.inner.operations;
        operations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<O: Operation>(operations: &[(TypeId, Arc<dyn AnyFaked>)]) -> Option<Arc<Faked<O>>> {
    let mut operations = operations.iter();
    let (_, operation) = operations.find(|(id, _)| *id == TypeId::of::<O>())?;
    Arc::clone(operation).as_any().downcast().ok()
}

/// Returns the default credentials: an access key, if it accepts one, so that requests are signed.
fn default_credentials(service: &ServiceInfo) -> Credentials {
    let signs = service
        .auth
        .iter()
        .any(|scheme| scheme.signature().is_some());
    match service.auth.first() {
        _ if signs => Credentials::access_key("FAKEACCESSKEY", "fake-secret-access-key"),
        Some(Scheme::Bearer { .. }) => Credentials::bearer_token("fake-bearer-token"),
        Some(Scheme::Token { .. } | Scheme::QueryToken { .. }) => {
            Credentials::auth_token("fake-token")
        }
        Some(Scheme::Basic(_)) => Credentials::basic("fake-user", "fake-password"),
        _ => Credentials::anonymous(),
    }
}

impl<S: Service> Default for Fake<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Fake<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            service: PhantomData,
        }
    }
}

/// Omits credentials and requests.
impl<S: Service> fmt::Debug for Fake<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake")
            .field("service", &S::INFO.name)
            .finish_non_exhaustive()
    }
}
