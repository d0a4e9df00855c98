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
use crate::error::{Context, Error, Result};
use crate::paging::Paginated;
use crate::service::{Operation, Reply, Service};
use crate::time::{Clock, SystemClock};
use crate::transport::{Sleep, Transport, default_sleep};

/// Asynchronous client of a service.
///
/// Needs a tokio runtime with time and I/O enabled (`enable_all`), unless a custom transport and [`Sleep`] need none. Without a
/// runtime or its timer, calls return an error of kind [`Config`](crate::ErrorKind::Config); without I/O, tokio panics.
///
/// Cheap to clone. Clones share connections, credentials, the retry budget and what is known of the service's clock.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::{Client, Operation, Result};
///
/// async fn send<O: Operation>(client: &Client<O::Service>, operation: O) -> Result<O::Output> {
///     let reply = client.send(operation).await?;
///     println!("request ID: {:?}", reply.request_id());
///     Ok(reply.into_inner())
/// }
/// ```
pub struct Client<S> {
    inner: Arc<Inner>,
    config: Arc<ResolvedConfig>,
    service: PhantomData<fn() -> S>,
}

/// State that clones of a client share.
pub(super) struct Inner {
    pub(super) transport: Box<dyn Transport>,
    pub(super) sleep: Option<Arc<dyn Sleep>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) credentials: Option<CredentialsCache>,
}

impl<S: Service> Client<S> {
    /// Creates a client that sends with `Hyper`, which needs the feature `hyper`.
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
            sleep: default_sleep(),
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

    /// Sends an operation and returns the reply. Dropping the future cancels the call.
    ///
    /// # Errors
    ///
    /// Returns an error if the request violates a documented limit, the request failed, the service reported an error, or the
    /// response could not be decoded. Transient failures have already been retried.
    pub async fn send<O: Operation<Service = S>>(&self, operation: O) -> Result<Reply<O::Output>> {
        self.perform(operation, false).await
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
    pub(crate) async fn perform<O: Operation<Service = S>>(
        &self,
        operation: O,
        is_checked: bool,
    ) -> Result<Reply<O::Output>> {
        self.check_timer::<O>()?;
        let call = Call::new(operation, Arc::clone(&self.config)).already_checked(is_checked);
        let driven = drive(call, &self.inner);
        #[cfg(feature = "tracing")]
        let driven = tracing::Instrument::instrument(
            driven,
            tracing::debug_span!(target: "cloud_models", "call", service = S::INFO.name, operation = O::NAME),
        );
        driven.await
    }

    /// Returns an error if a call needs a timer but has none that works where it runs.
    fn check_timer<O: Operation<Service = S>>(&self) -> Result<()> {
        // The options of single calls are not known to the builder.
        require_timer(self.inner.sleep.as_ref(), &self.config)?;
        match &self.inner.sleep {
            Some(sleep) if needs_timer(&self.config) => sleep.check().map_err(|error| {
                let context = Context::of::<O>(&*self.config);
                Error::transport(&context, self.config.host(), error)
            }),
            _ => Ok(()),
        }
    }

    /// Returns the pages of a list. Nothing is sent before the first is awaited.
    pub fn pages<O: Paginated<Service = S>>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), operation)
    }

    /// Returns the items of a list, page by page. Nothing is sent before the first is awaited.
    pub fn items<O: Paginated<Service = S>>(&self, operation: O) -> Items<O> {
        Items::new(self.pages(operation))
    }
}

/// Builder of a [`Client`].
pub struct ClientBuilder<S> {
    config: Config<S>,
    transport: Option<Box<dyn Transport>>,
    sleep: Option<Arc<dyn Sleep>>,
    clock: Arc<dyn Clock>,
}

impl<S: Service> ClientBuilder<S> {
    /// Sets the transport. Default: `Hyper`, if the feature `hyper` is on.
    ///
    /// The proxies and the connect timeout of the [`Config`] are settings of the default transport. They do not apply to this
    /// one: set them on its builder.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets the timer. Default: tokio's, if the feature `hyper` or `reqwest` is on.
    ///
    /// The timer drives the timeouts as well as the waits between attempts. With a timer that completes at once, such as
    /// `|_| async {}`, every call that has to wait for its transport fails with a timeout. To test retries without waiting,
    /// pause tokio's clock instead: `#[tokio::test(start_paused = true)]`.
    pub fn sleep(mut self, sleep: impl Sleep) -> Self {
        self.sleep = Some(Arc::new(sleep));
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
    /// Like [`Client::new`]. Also returns an error of kind [`Config`](crate::ErrorKind::Config) if retries or timeouts are
    /// on, but no timer is set.
    pub fn build(self) -> Result<Client<S>> {
        let mut config = ResolvedConfig::for_client(&self.config)?;
        require_timer(self.sleep.as_ref(), &config)?;
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

/// Returns an error if the timer is missing although retries or timeouts are on.
fn require_timer(sleep: Option<&Arc<dyn Sleep>>, config: &ResolvedConfig) -> Result<()> {
    if sleep.is_none() && needs_timer(config) {
        return Err(Error::config(
            &config.service.context(),
            "retries and timeouts need a timer: enable the feature `hyper` or `reqwest`, call `ClientBuilder::sleep`, or switch \
             them off with `RetryPolicy::never` and timeouts of `Duration::MAX`",
        ));
    }
    Ok(())
}

fn needs_timer(config: &ResolvedConfig) -> bool {
    let options = &config.options;
    options.retry.has_retries()
        || options.attempt_timeout != Duration::MAX
        || options.call_timeout != Duration::MAX
}

#[cfg(feature = "hyper")]
fn default_transport(config: &ResolvedConfig) -> Result<Box<dyn Transport>> {
    let hyper = crate::transport::Hyper::builder()
        .connect_timeout(config.options.connect_timeout)
        .proxy(config.options.proxy.clone())
        .build();
    match hyper {
        Ok(hyper) => Ok(Box::new(hyper)),
        Err(error) => Err(Error::transport(&config.service.context(), "", error)),
    }
}

#[cfg(not(feature = "hyper"))]
fn default_transport(config: &ResolvedConfig) -> Result<Box<dyn Transport>> {
    Err(Error::config(
        &config.service.context(),
        "no transport: enable the feature `hyper`, or call `ClientBuilder::transport`",
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

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{self, Poll, Waker};

    use super::*;
    use crate::auth::Credentials;
    use crate::config::RetryPolicy;
    use crate::error::ErrorKind;
    use crate::schema::{Members, MembersMut, Record};
    use crate::service::{Http, ServiceInfo};
    use crate::transport::Body;

    #[derive(Debug)]
    struct Example;

    impl Service for Example {
        const INFO: &'static ServiceInfo = &ServiceInfo {
            url: "https://example.com",
            ..ServiceInfo::NONE
        };
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Ping {}

    impl Record for Ping {
        fn members<'a>(&'a self, _to: &mut Members<'a>) {}

        fn members_mut<'a>(&'a mut self, _to: &mut MembersMut<'a>) {}
    }

    crate::input!(Ping);

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Pong {
        text: Option<String>,
    }

    impl Record for Pong {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("text", &self.text);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("text", &mut self.text);
        }
    }

    crate::output!(Pong);

    impl Operation for Ping {
        type Service = Example;
        type Output = Pong;
        const NAME: &'static str = "Ping";
        const HTTP: Http = Http::get("/", &[]);
        const READ_ONLY: bool = true;
    }

    /// A builder without a timer, as if no feature that needs tokio were on.
    fn without_timer(config: Config<Example>) -> ClientBuilder<Example> {
        let transport = |_: http::Request<bytes::Bytes>| async {
            Ok(http::Response::new(Body::from(r#"{"text": "pong"}"#)))
        };
        let config = config.credentials(Credentials::anonymous());
        let mut builder = Client::builder(config).transport(transport);
        builder.sleep = None;
        builder
    }

    fn send(client: &Client<Example>) -> Result<Option<String>> {
        let mut context = task::Context::from_waker(Waker::noop());
        match pin!(client.send(Ping {})).poll(&mut context) {
            Poll::Ready(result) => result.map(|pong| pong.into_inner().text),
            Poll::Pending => panic!("nothing to wait for"),
        }
    }

    #[test]
    fn retries_and_timeouts_need_a_timer() {
        let unlimited = || {
            Config::new()
                .retry(RetryPolicy::never())
                .attempt_timeout(Duration::MAX)
                .call_timeout(Duration::MAX)
        };
        for config in [
            Config::new(),
            unlimited().retry(RetryPolicy::standard()),
            unlimited().attempt_timeout(Duration::from_secs(1)),
            unlimited().call_timeout(Duration::from_secs(1)),
        ] {
            let error = without_timer(config).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            // Who sends through a fake has no other reason to turn the feature on.
            assert!(error.to_string().contains("feature `hyper`"), "{error}");
        }
        let client = without_timer(unlimited()).build().unwrap();
        assert_eq!(send(&client).unwrap().as_deref(), Some("pong"));
        // Neither can single calls have them.
        for options in [
            CallOptions::new().retry(RetryPolicy::standard()),
            CallOptions::new().call_timeout(Duration::from_secs(1)),
        ] {
            let error = send(&client.with_options(options)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!error.was_sent());
        }
        let client = client.with_options(CallOptions::new().query("a", "b"));
        send(&client).unwrap();
    }
}
