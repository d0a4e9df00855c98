//! The client: sends operations, waits, tries again, and goes from page to page, without blocking.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::drive::drive;
use super::{Items, Pages};
use crate::auth::{Cache, ProvideCredentials};
use crate::call::Call;
use crate::config::{CallOptions, Config, Plan};
use crate::error::{Error, Result, TransportError};
use crate::paging::Paginated;
use crate::service::{Operation, Reply, Service};
use crate::transport::Transport;

/// Sends the operations of a service, in a tokio runtime with time and I/O unless your own transport needs none.
///
/// Cheap to clone; clones share connections, credentials, what is known of the service's clock, and a budget of retries.
pub struct Client<S> {
    inner: Arc<Inner>,
    plan: Arc<Plan>,
    service: PhantomData<fn() -> S>,
}

pub(super) struct Inner {
    pub(super) transport: Box<dyn Transport>,
    pub(super) cache: Option<Cache>,
}

impl<S: Service> Client<S> {
    /// A client that sends with `Hyper`, which takes the feature `hyper`.
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
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// The request breaks a documented limit, there are no credentials, no answer came, or one that is an error or cannot be
    /// read. What may pass by itself was tried several times.
    pub async fn send<O: Operation<Service = S>>(&self, operation: O) -> Result<Reply<O::Output>> {
        self.perform(operation, false).await
    }

    /// Sends an operation; one whose limits were checked before is not checked again.
    pub(crate) async fn perform<O: Operation<Service = S>>(
        &self,
        operation: O,
        is_checked: bool,
    ) -> Result<Reply<O::Output>> {
        let has_provider = self.inner.cache.is_some();
        let call = Call::new(operation, Arc::clone(&self.plan), has_provider).unchecked(is_checked);
        let driven = drive(call, &self.inner);
        #[cfg(feature = "tracing")]
        let driven = tracing::Instrument::instrument(
            driven,
            tracing::debug_span!("call", service = S::INFO.name, operation = O::NAME),
        );
        driven.await
    }

    /// All pages of a list, one after the other.
    pub fn pages<O: Paginated<Service = S>>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), operation)
    }

    /// All elements of a list, page after page.
    pub fn items<O: Paginated<Service = S>>(&self, operation: O) -> Items<O> {
        Items::new(self.pages(operation))
    }
}

/// Makes a [`Client`].
pub struct ClientBuilder<S> {
    config: Config<S>,
    transport: Option<Box<dyn Transport>>,
    provider: Option<Box<dyn ProvideCredentials>>,
}

impl<S: Service> ClientBuilder<S> {
    /// What sends the requests; `Hyper` if nothing is said and the feature `hyper` is on.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Who gives credentials, in place of those of the configuration.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials) -> Self {
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

#[cfg(feature = "hyper")]
fn default_transport(plan: &Plan) -> Result<Box<dyn Transport>, TransportError> {
    let hyper = crate::transport::Hyper::builder()
        .connect_timeout(plan.options.connect_timeout)
        .build()?;
    Ok(Box::new(hyper))
}

#[cfg(not(feature = "hyper"))]
fn default_transport(_: &Plan) -> Result<Box<dyn Transport>, TransportError> {
    Err(TransportError::other(
        "nothing sends the requests: give a transport, or switch the feature `hyper` on",
    ))
}

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
