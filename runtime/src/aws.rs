//! Configuration and credentials of the AWS SDK for Rust.
//!
//! The crate `aws-config` reads the shared configuration files and finds credentials in profiles, single sign-on, web identity
//! tokens, containers and instances. [`Config`] is made from the [`SdkConfig`] that it loads. [`HttpClient`] lets it send its own
//! requests with a [`Transport`] of this crate, so the program needs no second TLS stack.
//!
//! ```toml
//! aws-config = { version = "1.13", default-features = false, features = ["rt-tokio"] }
//! ```
//!
//! ```text
//! use aws_config::BehaviorVersion;
//! use cloud_models::ProxyConfig;
//! use cloud_models::aws::HttpClient;
//! use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
//! use cloud_models::transport::Hyper;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> cloud_models::Result<()> {
//!     // Sends the requests of aws-config itself, for single sign-on for example.
//!     let transport = Hyper::builder().proxy(ProxyConfig::from_env()).build()?;
//!     let sdk = aws_config::defaults(BehaviorVersion::latest())
//!         .http_client(HttpClient::new(transport))
//!         .load()
//!         .await;
//!     let client = Client::new(Config::from(&sdk).proxy(ProxyConfig::from_env()))?;
//!     let page = client.send(ListCustomModels::new()).await?;
//!     println!("{} models", page.model_summaries.len());
//!     Ok(())
//! }
//! ```
//!
//! Some kinds of profiles need features of the crate `aws-config`: `sso` for single sign-on, `credentials-process` for the
//! profile key `credential_process`, and `credentials-login` for profiles of `aws login`. These crates need Rust 1.94.
//!
//! Neither `aws-config` nor `Hyper::new` reads the proxy variables of the environment, and the
//! configuration made from an [`SdkConfig`] has no proxy. So the program above passes [`ProxyConfig::from_env`] to both.
//!
//! `aws-config` panics without an HTTP client, without its feature `rt-tokio`, and if a setting cannot be parsed, for example
//! `AWS_MAX_ATTEMPTS=abc`.
//!
//! The providers of `aws-config` need a running tokio runtime, so use them with the asynchronous client.
//!
//! [`ProxyConfig::from_env`]: crate::ProxyConfig::from_env

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_credential_types::provider::error::{CredentialsError, TokenError};
use aws_credential_types::provider::token::{ProvideToken as _, SharedTokenProvider};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient as SdkHttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};

use crate::auth::{Credentials, ProvideCredentials, ProviderError};
use crate::config::{Config, Environment, RetryPolicy};
use crate::error::{Chain, TransportError, TransportErrorKind};
use crate::future::BoxFuture;
use crate::service::{Scheme, Service, ServiceInfo};
use crate::transport::{Body, Sleep, Transport, default_sleep};

// --- configuration ---

/// Creates a configuration from one loaded with `aws-config`.
///
/// Takes the region, the endpoint, FIPS, dual stack, the maximum number of attempts, the timeouts for operations, attempts
/// and connections, clock skew correction and the credentials. Anything unset keeps the default of [`Config::new`]. The
/// retry mode, the backoff, the read timeout, the HTTP client and the identity cache are not used. `AWS_RETRY_MODE=adaptive`,
/// which [`Config::from_env`] rejects, is therefore ignored here.
///
/// The result has no proxy, because an [`SdkConfig`] has none. For the proxies of the environment, call [`Config::proxy`] with
/// [`ProxyConfig::from_env`](crate::ProxyConfig::from_env), and give the transport of the SDK the same proxies; see the
/// [example](self).
///
/// The endpoint is the first that is set of: `endpoint_url` in code, the service's own endpoint, the endpoint for all
/// services. Environment variables take precedence over profiles, as in the AWS SDKs.
///
/// The service's bearer token, such as `AWS_BEARER_TOKEN_BEDROCK`, takes precedence over access keys unless
/// `auth_scheme_preference` says otherwise in code. A token provider is used only if it was set in code: the one that
/// `aws-config` adds returns the access token of a single sign-on session, which must not be sent to a service.
///
/// Only services that sign with AWS Signature Version 4 have this conversion; for others it does not compile.
impl<S: Service> From<&SdkConfig> for Config<S> {
    fn from(sdk: &SdkConfig) -> Self {
        const {
            assert!(
                signs_as_aws(S::INFO.auth),
                "the service does not sign with AWS Signature Version 4"
            );
        }
        let mut config = Self::new();
        if let Some(region) = sdk
            .region()
            .filter(|region| !region.as_ref().trim().is_empty())
        {
            config = config.region(region.as_ref());
        }
        if let Some(url) = endpoint(sdk, S::INFO) {
            config = config.endpoint(url);
        }
        if let Some(fips) = sdk.use_fips() {
            config = config.fips(fips);
        }
        if let Some(dual_stack) = sdk.use_dual_stack() {
            config = config.dual_stack(dual_stack);
        }
        if let Some(retry) = sdk.retry_config() {
            config = config.retry(RetryPolicy::standard().max_attempts(retry.max_attempts()));
        }
        if let Some(timeouts) = sdk.timeout_config() {
            if let Some(timeout) = timeouts.operation_timeout() {
                config = config.call_timeout(timeout);
            }
            if let Some(timeout) = timeouts.operation_attempt_timeout() {
                config = config.attempt_timeout(timeout);
            }
            if let Some(timeout) = timeouts.connect_timeout() {
                config = config.connect_timeout(timeout);
            }
        }
        if let Some(disabled) = sdk.disable_clock_skew_correction() {
            config = config.correct_clock(!disabled);
        }
        match Identity::choose(sdk, S::INFO) {
            Some(Identity::Key(provider)) => {
                config.credentials_provider(AwsCredentials::from(provider))
            }
            Some(Identity::Token(provider)) => {
                config.credentials_provider(AwsToken::from(provider))
            }
            Some(Identity::StaticToken(token)) => {
                config.credentials(Credentials::bearer_token(token))
            }
            None => config,
        }
    }
}

const fn signs_as_aws(mut schemes: &[Scheme]) -> bool {
    while let [scheme, rest @ ..] = schemes {
        if matches!(scheme, Scheme::AwsSigV4 { .. }) {
            return true;
        }
        schemes = rest;
    }
    false
}

/// Returns the base URL set for the service, or for all services.
fn endpoint(sdk: &SdkConfig, service: &ServiceInfo) -> Option<String> {
    const VARIABLE: &str = "AWS_ENDPOINT_URL";

    let shared = || sdk.endpoint_url().map(str::to_owned);
    if sdk.get_origin("endpoint_url").is_client_config() {
        return shared();
    }
    // With any other variable, `aws-config` would not honour `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`.
    service
        .aws_service_id
        .and_then(|id| service_setting(sdk.service_config()?, id, VARIABLE, "endpoint_url"))
        .or_else(shared)
}

/// Looks up a setting of a service. A blank value counts as unset.
fn service_setting(
    settings: &dyn LoadServiceConfig,
    service_id: &str,
    variable: &str,
    profile_key: &str,
) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env(variable)
        .profile(profile_key)
        .build()
        .ok()?;
    settings
        .load_config(key)
        .filter(|value| !value.trim().is_empty())
}

/// The source of the credentials of a configuration.
enum Identity {
    Key(SharedCredentialsProvider),
    Token(SharedTokenProvider),
    StaticToken(String),
}

impl Identity {
    fn choose(sdk: &SdkConfig, service: &ServiceInfo) -> Option<Self> {
        let key = sdk.credentials_provider().map(Self::Key);
        let Some(variables) = service.auth.iter().find_map(|scheme| match scheme {
            Scheme::Bearer { token } => Some(*token),
            _ => None,
        }) else {
            return key;
        };
        // The settings of services have it too, but log every variable that they are asked for.
        let environment = sdk.service_config().map(|_| Environment::of_process());
        let variable = environment.and_then(|environment| environment.first(variables).ok()?);
        let variable = variable.map(|variable| variable.value);
        // `aws-config` always sets the service settings, so that a configuration without them was built in code.
        let is_set_in_code =
            |setting| sdk.service_config().is_none() || sdk.get_origin(setting).is_client_config();
        let prefers_token = match preferred_scheme(sdk) {
            Some(scheme) if variable.is_none() || is_set_in_code("auth_scheme_preference") => {
                scheme == BEARER
            }
            _ => variable.is_some(),
        };
        let token = sdk
            .token_provider()
            .filter(|_| is_set_in_code("token_provider"))
            .map(Self::Token)
            .or(variable.map(Self::StaticToken));
        match prefers_token {
            true => token.or(key),
            false => key.or(token),
        }
    }
}

/// The names of the authentication schemes in `auth_scheme_preference`.
const BEARER: &str = "httpBearerAuth";
const SIGV4: &str = "sigv4";

/// Returns the first scheme of `auth_scheme_preference` that this crate has.
fn preferred_scheme(sdk: &SdkConfig) -> Option<&'static str> {
    let preference = sdk.auth_scheme_preference()?.clone();
    preference.into_iter().find_map(|scheme| {
        [BEARER, SIGV4]
            .into_iter()
            .find(|known| *known == scheme.inner())
    })
}

// --- credentials ---

/// Credentials provider of the AWS SDK, as a provider of this crate.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use aws_credential_types::Credentials;
/// use aws_credential_types::provider::SharedCredentialsProvider;
/// use cloud_models::aws::AwsCredentials;
///
/// let key = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// let provider = AwsCredentials::from(SharedCredentialsProvider::new(key));
/// # let _: &dyn cloud_models::ProvideCredentials = &provider;
/// ```
#[derive(Clone)]
pub struct AwsCredentials(SharedCredentialsProvider);

impl From<SharedCredentialsProvider> for AwsCredentials {
    fn from(provider: SharedCredentialsProvider) -> Self {
        Self(provider)
    }
}

impl ProvideCredentials for AwsCredentials {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        let provider = self.0.clone();
        Box::pin(async move {
            let key = provider.provide_credentials().await.map_err(|error| {
                let is_permanent = matches!(
                    error,
                    CredentialsError::CredentialsNotLoaded(_)
                        | CredentialsError::InvalidConfiguration(_)
                );
                provider_error(&error, is_permanent)
            })?;
            let mut credentials =
                Credentials::access_key(key.access_key_id(), key.secret_access_key());
            if let Some(token) = key.session_token() {
                credentials = credentials.session_token(token);
            }
            if let Some(expiry) = key.expiry() {
                credentials = credentials.expires_at(expiry);
            }
            Ok(credentials)
        })
    }
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A provider of another crate may print what it holds.
        f.debug_struct("AwsCredentials").finish_non_exhaustive()
    }
}

/// Token provider of the AWS SDK, as a provider of bearer tokens of this crate.
#[derive(Clone)]
pub struct AwsToken(SharedTokenProvider);

impl From<SharedTokenProvider> for AwsToken {
    fn from(provider: SharedTokenProvider) -> Self {
        Self(provider)
    }
}

impl ProvideCredentials for AwsToken {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, ProviderError>> {
        let provider = self.0.clone();
        Box::pin(async move {
            let token = provider.provide_token().await.map_err(|error| {
                let is_permanent = matches!(
                    error,
                    TokenError::TokenNotLoaded(_) | TokenError::InvalidConfiguration(_)
                );
                provider_error(&error, is_permanent)
            })?;
            let credentials = Credentials::bearer_token(token.token());
            Ok(match token.expiration() {
                Some(expiry) => credentials.expires_at(expiry),
                None => credentials,
            })
        })
    }
}

impl fmt::Debug for AwsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsToken").finish_non_exhaustive()
    }
}

fn provider_error(error: &(dyn StdError + 'static), is_permanent: bool) -> ProviderError {
    let text = one_line(error);
    match is_permanent {
        true => ProviderError::permanent(text),
        false => text.into(),
    }
}

/// Formats an error with its sources on one line. The AWS SDK lists the providers that it tried on lines of their own, each
/// with the text of the error itself, which is left out so that the reasons are not cut off.
fn one_line(error: &(dyn StdError + 'static)) -> String {
    let repeated = format!("{error}: ");
    let text = Chain(error).to_string();
    let mut lines = text.lines();
    let mut line = lines.next().unwrap_or_default().to_owned();
    for (index, provider) in lines.enumerate() {
        line.push_str(if index == 0 { " " } else { "; " });
        line.push_str(&provider.trim().replace(&repeated, ""));
    }
    line
}

// --- HTTP client ---

/// HTTP client for the AWS SDK that sends with a [`Transport`].
///
/// Request bodies are read into memory before they are sent; response bodies are streamed. The read timeout of the SDK
/// limits the time to the head of the response. Its connect timeout is not used: the transport has its own.
#[derive(Clone)]
pub struct HttpClient {
    transport: Arc<dyn Transport>,
    sleep: Option<Arc<dyn Sleep>>,
}

impl HttpClient {
    /// Creates a client that sends with the given transport. Pass an [`Arc`] to share the transport with other clients.
    pub fn new(transport: impl Transport) -> Self {
        Self {
            transport: Arc::new(transport),
            sleep: default_sleep(),
        }
    }
}

impl SdkHttpClient for HttpClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            transport: Arc::clone(&self.transport),
            sleep: self.sleep.clone(),
            read_timeout: settings.read_timeout(),
        })
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

struct Connector {
    transport: Arc<dyn Transport>,
    sleep: Option<Arc<dyn Sleep>>,
    read_timeout: Option<Duration>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("read_timeout", &self.read_timeout)
            .finish_non_exhaustive()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = Arc::clone(&self.transport);
        let timer = self.sleep.clone().zip(self.read_timeout);
        HttpConnectorFuture::new(async move {
            let (parts, body) = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?
                .into_parts();
            let request = Request::from_parts(parts, collect(body).await?);
            let response = send(&*transport, request, timer).await?;
            HttpResponse::try_from(response.map(into_sdk_body))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Sends a request and waits for the head of the response, at most as long as the timer says.
async fn send(
    transport: &dyn Transport,
    request: Request<Bytes>,
    timer: Option<(Arc<dyn Sleep>, Duration)>,
) -> Result<Response<Body>, ConnectorError> {
    let mut sending = transport.send(request, Duration::MAX);
    let Some((sleep, limit)) = timer else {
        return sending.await.map_err(into_connector_error);
    };
    sleep.check().map_err(into_connector_error)?;
    let mut waiting = sleep.sleep(limit);
    poll_fn(move |context| {
        if let Poll::Ready(result) = sending.as_mut().poll(context) {
            return Poll::Ready(result.map_err(into_connector_error));
        }
        waiting.as_mut().poll(context).map(|()| {
            let problem = format!("no response within {limit:?}");
            Err(ConnectorError::timeout(problem.into()))
        })
    })
    .await
}

fn into_connector_error(error: TransportError) -> ConnectorError {
    match error.kind() {
        TransportErrorKind::Timeout => ConnectorError::timeout(error.into()),
        TransportErrorKind::Connect => ConnectorError::io(error.into()).never_connected(),
        TransportErrorKind::Other => ConnectorError::io(error.into()),
        TransportErrorKind::Config => ConnectorError::user(error.into()),
        // Without a kind, so that the SDK does not repeat the request.
        TransportErrorKind::Certificate
        | TransportErrorKind::Proxy
        | TransportErrorKind::TooLarge => ConnectorError::other(error.into(), None),
    }
}

/// Reads a request body into memory.
async fn collect(mut body: SdkBody) -> Result<Bytes, ConnectorError> {
    if let Some(bytes) = body.bytes() {
        return Ok(Bytes::copy_from_slice(bytes));
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame.map_err(ConnectorError::user)?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

fn into_sdk_body(body: Body) -> SdkBody {
    SdkBody::from_body_1_x(Streamed(Mutex::new(body)))
}

/// Response body for the SDK, which requires `Sync`. The lock is never taken: polling has exclusive access.
struct Streamed(Mutex<Body>);

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        body.poll_chunk(context)
            .map(|chunk| chunk.map(|result| result.map(Frame::data)))
    }
}
