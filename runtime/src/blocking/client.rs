//! [`Client`] and its builder.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::drive::drive;
use super::{Items, Pages};
use crate::auth::CredentialsCache;
use crate::call::{Call, credentials_cache};
use crate::config::{CallOptions, Config, ResolvedConfig};
use crate::error::{Error, Result};
use crate::paging::Paginated;
use crate::service::{Operation, Reply, Service};
use crate::time::{Clock, SystemClock};
use crate::transport::blocking::Transport;

/// Blocking client of a service.
///
/// Cheap to clone. Clones share connections, credentials, the retry budget and what is known of the service's clock.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Operation, Result, blocking::Client};
///
/// fn send<O: Operation>(client: &Client<O::Service>, operation: O) -> Result<O::Output> {
///     let reply = client.send(operation)?;
///     println!("request ID: {:?}", reply.request_id());
///     Ok(reply.into_inner())
/// }
/// ```
pub struct Client<S> {
    inner: Arc<Inner>,
    config: Arc<ResolvedConfig>,
    service: PhantomData<fn() -> S>,
}

/// Blocks the thread for a while.
pub(super) type Sleep = dyn Fn(Duration) + Send + Sync;

/// State that clones of a client share.
pub(super) struct Inner {
    pub(super) transport: Box<dyn Transport>,
    pub(super) sleep: Box<Sleep>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) credentials: Option<CredentialsCache>,
}

impl<S: Service> Client<S> {
    /// Creates a client that sends with `Ureq`, which needs the feature `ureq`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Config`](crate::ErrorKind::Config) or [`Credentials`](crate::ErrorKind::Credentials) if the
    /// configuration cannot work: the region is missing, the endpoint is not a URL, there are no credentials, or the feature is
    /// off.
    pub fn new(config: Config<S>) -> Result<Self> {
        Self::builder(config).build()
    }

    /// Creates a client from the environment variables of the vendor's own tools; see [`Config::from_env`].
    ///
    /// # Errors
    ///
    /// Like [`Config::from_env`] and [`new`](Self::new).
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env()?)
    }

    /// Creates a builder, to set a transport, a timer or a clock.
    pub fn builder(config: Config<S>) -> ClientBuilder<S> {
        ClientBuilder {
            config,
            transport: None,
            sleep: Box::new(std::thread::sleep),
            clock: Arc::new(SystemClock),
        }
    }

    /// Returns a client whose calls have other options, on top of those of this client. It shares connections, credentials
    /// and retry budget with this one.
    pub fn with_options(&self, options: CallOptions) -> Self {
        let config = ResolvedConfig::clone(&self.config).with(&options);
        Self {
            inner: Arc::clone(&self.inner),
            config: Arc::new(config),
            service: PhantomData,
        }
    }

    /// Sends an operation and returns the reply.
    ///
    /// # Errors
    ///
    /// Returns an error if the request violates a documented limit, the request failed, the service reported an error, or the
    /// response could not be decoded. Transient failures have already been retried.
    pub fn send<O: Operation<Service = S>>(&self, operation: O) -> Result<Reply<O::Output>> {
        self.perform(operation, false)
    }

    /// Returns the configuration.
    #[cfg(feature = "catalog")]
    pub(crate) fn config(&self) -> &ResolvedConfig {
        &self.config
    }

    /// Returns the clock.
    #[cfg(feature = "catalog")]
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Returns a client with another configuration of the same service.
    #[cfg(feature = "catalog")]
    pub(crate) fn with_config(&self, config: ResolvedConfig) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            config: Arc::new(config),
            service: PhantomData,
        }
    }

    /// Sends an operation, without checking limits that were checked before.
    pub(crate) fn perform<O: Operation<Service = S>>(
        &self,
        operation: O,
        is_checked: bool,
    ) -> Result<Reply<O::Output>> {
        #[cfg(feature = "tracing")]
        let _span =
            tracing::debug_span!(target: "cloud_models", "call", service = S::INFO.name, operation = O::NAME).entered();
        let call = Call::new(operation, Arc::clone(&self.config)).already_checked(is_checked);
        drive(call, &self.inner)
    }

    /// Returns the pages of a list. Nothing is sent before the first is requested.
    pub fn pages<O: Paginated<Service = S>>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), operation)
    }

    /// Returns the items of a list, page by page. Nothing is sent before the first is requested.
    pub fn items<O: Paginated<Service = S>>(&self, operation: O) -> Items<O> {
        Items::new(self.pages(operation))
    }
}

/// Builder of a [`Client`].
pub struct ClientBuilder<S> {
    config: Config<S>,
    transport: Option<Box<dyn Transport>>,
    sleep: Box<Sleep>,
    clock: Arc<dyn Clock>,
}

impl<S: Service> ClientBuilder<S> {
    /// Sets the transport. Default: `Ureq`, if the feature `ureq` is on.
    ///
    /// The proxies and the connect timeout of the [`Config`] are settings of the default transport. They do not apply to this
    /// one: set them on its builder.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets how to wait between attempts. Default: [`std::thread::sleep`]. A test can pass `|_| ()` to retry without waiting:
    /// timeouts are measured by the clock, and the transport observes them.
    pub fn sleep(mut self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.sleep = Box::new(sleep);
        self
    }

    /// Sets the clock. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Like [`Client::new`].
    pub fn build(self) -> Result<Client<S>> {
        let mut config = ResolvedConfig::for_client(&self.config)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&config)?,
        };
        config.options.transport_proxy = transport.proxy().cloned();
        Ok(Client {
            inner: Arc::new(Inner {
                transport,
                sleep: self.sleep,
                credentials: credentials_cache(&config, &self.clock),
                clock: self.clock,
            }),
            config: Arc::new(config),
            service: PhantomData,
        })
    }
}

#[cfg(feature = "ureq")]
fn default_transport(config: &ResolvedConfig) -> Result<Box<dyn Transport>> {
    let ureq = crate::transport::ureq::Ureq::builder()
        .connect_timeout(config.options.connect_timeout)
        .proxy(config.options.proxy.clone())
        .build();
    match ureq {
        Ok(ureq) => Ok(Box::new(ureq)),
        Err(error) => Err(Error::transport(&config.service.context(), "", error)),
    }
}

#[cfg(not(feature = "ureq"))]
fn default_transport(config: &ResolvedConfig) -> Result<Box<dyn Transport>> {
    Err(Error::config(
        &config.service.context(),
        "no transport: enable the feature `ureq`, or call `ClientBuilder::transport`",
    ))
}

impl<S> Clone for Client<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            config: Arc::clone(&self.config),
            service: PhantomData,
        }
    }
}

impl<S: Service> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &S::INFO.name)
            .field("config", &self.config.options)
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
