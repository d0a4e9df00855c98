//! [`Fake`], a service in the process of a test.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::answer::Answer;
use super::call::Call;
use super::on::{AnyFaked, Exchange, Faked, On, Outcome};
use super::route::Asked;
use crate::auth::Credentials;
use crate::config::{Config, GivenPart};
use crate::schema::in_class;
use crate::service::{Operation, Scheme, Service, ServiceInfo, UrlPart};
use crate::time::{Clock, SystemClock};

/// A fake of a service, and a transport for both of its clients.
///
/// Clones are the same fake. See the [module](super) for what it does.
///
/// An exchange that the test did not prepare fails with an error of kind [`Config`](crate::ErrorKind::Config), or over HTTP with
/// status 501, and a message that says what is missing.
///
/// # Examples
///
/// A fake that knows one key, on a day of the year 2024:
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use std::time::{Duration, SystemTime};
///
/// use cloud_models::fake::Fake;
/// use cloud_models::{Clock, Credentials, Paginated};
///
/// struct Fixed;
///
/// impl Clock for Fixed {
///     fn system_time(&self) -> SystemTime {
///         SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_691_912)
///     }
///
///     fn monotonic(&self) -> Duration {
///         Duration::ZERO
///     }
/// }
///
/// fn fake<L: Paginated>(items: Vec<L::Item>) -> Fake<L::Service> {
///     let key = Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI");
///     let fake = Fake::new().credentials(key).clock(Fixed);
///     fake.on::<L>().items(items);
///     fake
/// }
/// ```
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
    /// Path in front of those of the operations; empty for the service's own.
    base_path: String,
}

impl<S: Service> Fake<S> {
    /// Creates a fake that knows the credentials of [`config`](Self::config) and no operation.
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                settings: Mutex::new(Settings {
                    known: Vec::new(),
                    clock: Arc::new(SystemClock),
                    base_path: String::new(),
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
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let before = std::mem::replace(&mut self.settings().clock, clock);
        // Not under the lock, because what the clock owns may use the fake.
        drop(before);
        self
    }

    /// Sets the path of the endpoint as clients send it, such as `/base` for the endpoint `https://gateway.example.com/base`. The
    /// paths of all requests must begin with it. By default, they may begin with the path of the service's own URL.
    pub fn base_path(self, path: &str) -> Self {
        let path = path.trim_matches('/');
        let path = if path.is_empty() {
            String::new()
        } else {
            format!("/{path}")
        };
        self.settings().base_path = path;
        self
    }

    /// Returns the configuration of a client for this fake: with credentials that it knows, and a region and parameters of the
    /// endpoint if they are needed.
    pub fn config(&self) -> Config<S> {
        let credentials = self.known().into_iter().next();
        let mut config =
            Config::new().credentials(credentials.unwrap_or_else(Credentials::anonymous));
        for part in S::INFO.endpoint_parameters {
            let parameters = &mut config.options.endpoint_parameters;
            let value = default_part(part);
            let variable = None;
            parameters.insert(part.name, GivenPart { value, variable });
        }
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

    /// Returns the requests for an operation so far, in order, including those that were answered with an error; not those that
    /// cannot be decoded.
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
        let base_path = self.settings().base_path.clone();
        let asked = Asked::new(S::INFO, &base_path, request);
        self.exchange(request, &request_id, |exchange| match asked {
            Ok(asked) => self.answer_of_operation(exchange, &asked),
            Err(problem) => exchange.invalid(problem),
        })
    }

    fn answer_of_operation(&self, exchange: &Exchange<'_>, asked: &Asked<'_>) -> Outcome {
        let known = self.operations().clone();
        let known: Vec<_> = known.into_iter().map(|(_, operation)| operation).collect();
        let ranked = known
            .iter()
            .filter_map(|operation| Some((asked.rank(operation.http())?, operation)));
        match ranked.max_by(|(one, _), (other, _)| one.cmp(other)) {
            Some((_, operation)) => operation.answer(exchange, asked),
            None => Outcome::Misuse(unknown_operation(S::INFO, &known, asked)),
        }
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
    pub(super) fn misuse(&self, request: &Request<Bytes>, problem: &str) -> http::Response<Bytes> {
        self.exchange(request, "fake", |exchange| {
            exchange.envelope().misuse(problem)
        })
    }

    /// Returns the path of the endpoint.
    #[cfg(feature = "fake-server")]
    pub(super) fn endpoint_path(&self) -> String {
        self.settings().base_path.clone()
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

/// Describes a request for an operation that the fake does not know.
fn unknown_operation(
    service: &ServiceInfo,
    known: &[Arc<dyn AnyFaked>],
    asked: &Asked<'_>,
) -> String {
    let names: Vec<_> = known.iter().map(|operation| operation.name()).collect();
    let known_names = match names.as_slice() {
        [] => String::new(),
        names => format!("; it knows {}", names.join(", ")),
    };
    let mut known = known.iter();
    let help = match known.find_map(|operation| asked.base_path(operation.http())) {
        Some(base) => format!("call `Fake::base_path` if the endpoint has the path {base}"),
        None => "call `Fake::on` for it".to_owned(),
    };
    format!(
        "the fake of {} knows no operation for {} {}{known_names}: {help}",
        service.name,
        asked.request.method(),
        asked.request.uri().path()
    )
}

fn find<O: Operation>(operations: &[(TypeId, Arc<dyn AnyFaked>)]) -> Option<Arc<Faked<O>>> {
    let mut operations = operations.iter();
    let (_, operation) = operations.find(|(id, _)| *id == TypeId::of::<O>())?;
    Arc::clone(operation).as_any().downcast().ok()
}

/// Returns a value that a parameter of the endpoint may have.
fn default_part(part: &UrlPart) -> String {
    let is_allowed = |c: &char| part.chars.is_none_or(|class| in_class(class, *c));
    let fake: String = "fakeFAKE0".chars().filter(is_allowed).collect();
    if !fake.is_empty() {
        return fake;
    }
    let mut any = ('0'..='9').chain('a'..='z').chain('A'..='Z');
    any.find(is_allowed).into_iter().collect()
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
