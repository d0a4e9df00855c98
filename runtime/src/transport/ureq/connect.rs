//! [`ProxyConnector`], which opens connections for ureq: direct or through a proxy, with or without TLS.
//!
//! ureq's own connectors open tunnels for plain requests too, which few proxies allow, and report failures of the proxy like
//! those of the host behind it.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use rustls::ClientConfig;
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, TcpConnector, Transport, TransportAdapter,
};
use ureq::{Error, Timeout};

use super::super::proxy_error::ProxyError;
use super::super::tls::{self, sources};
use super::super::tunnel::{connect_request, judge_response};
use super::WithoutPrefix;
use super::encrypted::Encrypted;
use super::resolve::CachingResolver;
use crate::auth::Secret;
use crate::config::{Proxy, ProxyConfig};
use crate::error::TransportError;

pub(super) type Connection = Box<dyn Transport>;

/// Opens connections.
pub(super) struct ProxyConnector {
    tcp: TcpConnector,
    tls: Arc<ClientConfig>,
    proxy: ProxyConfig,
    pub(super) resolver: CachingResolver,
    /// The limit of ureq's configuration, for messages.
    timeout: std::time::Duration,
}

impl ProxyConnector {
    pub(super) fn new(
        tls: Arc<ClientConfig>,
        proxy: ProxyConfig,
        timeout: std::time::Duration,
    ) -> Self {
        Self {
            tcp: TcpConnector::default(),
            tls,
            proxy,
            resolver: CachingResolver::default(),
            timeout,
        }
    }

    fn open(&self, details: &ConnectionDetails<'_>) -> Result<Connection, Error> {
        let connection = match self.proxy.for_transport(details.uri).map_err(other)? {
            Some(proxy) => self.open_through(proxy, details)?,
            None => {
                let host = details.uri.host().unwrap_or_default();
                let port = details
                    .uri
                    .port_u16()
                    .unwrap_or(match details.uri.scheme_str() {
                        Some("http") => 80,
                        _ => 443,
                    });
                self.open_tcp(host, port, details)?
            }
        };
        self.add_tls(details, connection)
    }

    /// Looks up a host and connects to it. The lookup is done here so that one limit holds for both.
    fn open_tcp(
        &self,
        host: &str,
        port: u16,
        details: &ConnectionDetails<'_>,
    ) -> Result<Connection, Error> {
        let resolver = &self.resolver;
        let addrs = resolver.addresses(host, port, details.config, time_left(details))?;
        let details = ConnectionDetails {
            addrs,
            now: (details.current_time)(),
            timeout: time_left(details),
            ..copy(details)
        };
        match Connector::<()>::connect(&self.tcp, &details, None)? {
            Some(connection) => Ok(Box::new(connection)),
            None => Err(Error::ConnectionFailed),
        }
    }

    /// Opens a connection through a proxy, for `details.uri`.
    fn open_through(
        &self,
        proxy: &Proxy,
        details: &ConnectionDetails<'_>,
    ) -> Result<Connection, Error> {
        let failed = |error: Error| match error {
            // The time of the whole request is up, wherever it was spent.
            Error::Timeout(Timeout::Global | Timeout::PerCall) => error,
            error => other(ProxyError::unreachable(proxy, WithoutPrefix(error))),
        };
        let mut connection = self.open_to(proxy, details).map_err(failed)?;
        if details.uri.scheme() == Some(&Scheme::HTTP) {
            // Many proxies allow CONNECT to port 443 only.
            return Ok(Box::new(ToProxy::new(connection, proxy, details.uri)));
        }
        let mut adapter = TransportAdapter::new(connection, details.current_time.clone());
        adapter.set_timeout(time_left(details));
        adapter
            .write_all(&connect_request(proxy, details.uri))
            .map_err(|error| failed(error.into()))?;
        connection = adapter.into_inner();
        loop {
            let timeout = time_left(details);
            if timeout.after == Duration::from_secs(0) {
                return Err(failed(Error::Timeout(timeout.reason)));
            }
            if !connection.await_input(timeout).map_err(failed)? {
                let end = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(failed(end.into()));
            }
            let input = connection.buffers().input();
            let length = input.len();
            if let Some(judged) = judge_response(proxy, input) {
                judged.map_err(other)?;
                connection.buffers().input_consume(length);
                return Ok(connection);
            }
        }
    }

    /// Opens a connection to a proxy.
    fn open_to(&self, proxy: &Proxy, details: &ConnectionDetails<'_>) -> Result<Connection, Error> {
        let uri: Uri = proxy.to_string().parse().map_err(|_| Error::HostNotFound)?;
        let connection = self.open_tcp(&proxy.host, proxy.port, details)?;
        let to_proxy = ConnectionDetails {
            uri: &uri,
            ..copy(details)
        };
        self.add_tls(&to_proxy, connection)
    }

    /// Adds TLS if the scheme of `details.uri` wants it.
    fn add_tls(
        &self,
        details: &ConnectionDetails<'_>,
        connection: Connection,
    ) -> Result<Connection, Error> {
        if details.uri.scheme() == Some(&Scheme::HTTP) {
            return Ok(connection);
        }
        let tls = Arc::clone(&self.tls);
        match Encrypted::start(tls, details, time_left(details), connection) {
            Ok(connection) => Ok(Box::new(connection)),
            Err(error) if tls::is_other_protocol(&error) => {
                Err(other(tls::OtherProtocol(Box::new(WithoutPrefix(error)))))
            }
            Err(error) => Err(error),
        }
    }

    /// Classifies the failure of a connection, before which nothing of the request was sent.
    fn failed(&self, error: Error) -> TransportError {
        let is_permanent = sources(&error)
            .filter_map(|error| error.downcast_ref())
            .any(ProxyError::is_permanent);
        match error {
            // The time of the whole request is up, wherever it was spent.
            Error::Timeout(Timeout::Global | Timeout::PerCall) => TransportError::timeout(error),
            Error::Timeout(_) => TransportError::connect(format!(
                "no connection within {:?} (`connect_timeout`)",
                self.timeout
            )),
            _ if is_permanent => TransportError::proxy(WithoutPrefix(error)),
            _ if tls::is_certificate_problem(&error) => {
                TransportError::certificate(WithoutPrefix(error))
            }
            _ => TransportError::connect(WithoutPrefix(error)),
        }
    }
}

/// Errors are of the type [`TransportError`], by which they are told from those of the request.
impl Connector for ProxyConnector {
    type Out = Economical;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Economical>, Error> {
        match self.open(details) {
            Ok(connection) => Ok(Some(Economical::new(connection))),
            Err(error) => Err(other(self.failed(error))),
        }
    }
}

impl fmt::Debug for ProxyConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyConnector")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

fn copy<'a>(details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: details.current_time.clone(),
        run_connector: details.run_connector.clone(),
        register_shutdown: details.register_shutdown.clone(),
    }
}

/// Returns what is left of the time for the connection.
fn time_left(details: &ConnectionDetails<'_>) -> NextTimeout {
    let mut timeout = details.timeout;
    let now = (details.current_time)();
    if let (Duration::Exact(limit), Instant::Exact(start), Instant::Exact(now)) =
        (timeout.after, details.now, now)
    {
        timeout.after = limit
            .saturating_sub(now.saturating_duration_since(start))
            .into();
    }
    timeout
}

/// A connection to a proxy for plain requests, in which the request line has the whole URL.
///
/// ureq writes `GET /path HTTP/1.1`, a proxy expects `GET http://host/path HTTP/1.1`.
struct ToProxy {
    inner: Connection,
    /// `http://host:port`
    origin: String,
    /// Value of the header `Proxy-Authorization`.
    authorization: Option<Secret>,
    /// Whether the next output is the head of a request.
    at_head: bool,
}

impl ToProxy {
    fn new(inner: Connection, proxy: &Proxy, uri: &Uri) -> Self {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let authorization = proxy.authorization();
        let authorization = authorization.and_then(|value| Some(value.to_str().ok()?.into()));
        Self {
            inner,
            origin: format!("http://{authority}"),
            authorization,
            at_head: true,
        }
    }

    /// Returns the head of a request as a proxy expects it.
    fn absolute(&self, head: &[u8]) -> Option<Vec<u8>> {
        let line_end = head.windows(2).position(|pair| pair == b"\r\n")? + 2;
        let (line, rest) = head.split_at(line_end);
        let target = line.iter().position(|byte| *byte == b' ')? + 1;
        let (method, target) = line.split_at(target);
        if !target.starts_with(b"/") {
            return None;
        }
        let mut absolute = Vec::with_capacity(head.len() + self.origin.len() + 128);
        absolute.extend_from_slice(method);
        absolute.extend_from_slice(self.origin.as_bytes());
        absolute.extend_from_slice(target);
        if let Some(authorization) = &self.authorization {
            absolute.extend_from_slice(b"proxy-authorization: ");
            absolute.extend_from_slice(authorization.expose().as_bytes());
            absolute.extend_from_slice(b"\r\n");
        }
        absolute.extend_from_slice(rest);
        Some(absolute)
    }
}

impl Transport for ToProxy {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if !std::mem::take(&mut self.at_head) {
            return self.inner.transmit_output(amount, timeout);
        }
        let output = self.inner.buffers().output();
        let head = output.get(..amount).unwrap_or_default().to_vec();
        let Some(head) = self.absolute(&head) else {
            return Err(Error::Other("unexpected head of a request".into()));
        };
        let size = self.inner.buffers().output().len().max(1);
        for part in head.chunks(size) {
            let output = self.inner.buffers().output();
            if let Some(output) = output.get_mut(..part.len()) {
                output.copy_from_slice(part);
            }
            self.inner.transmit_output(part.len(), timeout)?;
        }
        Ok(())
    }

    /// Input ends a request: ureq is told to send bodies without waiting for `100 Continue`.
    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.at_head = true;
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}

/// Omits the login.
impl fmt::Debug for ToProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ToProxy").field(&self.inner).finish()
    }
}

/// A connection that needs half of the system calls: six instead of twelve for a small request.
#[derive(Debug)]
pub(super) struct Economical {
    inner: Connection,
    /// Whether ureq has checked the connection since the last request. It does so after a request and before the next.
    was_checked: bool,
}

impl Economical {
    fn new(inner: Connection) -> Self {
        Self {
            inner,
            was_checked: true,
        }
    }
}

impl Transport for Economical {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.was_checked = false;
        self.inner.transmit_output(amount, coarse(timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(coarse(timeout))
    }

    /// The check after a request is skipped: the one before the next request has the same result.
    fn is_open(&mut self) -> bool {
        match std::mem::replace(&mut self.was_checked, true) {
            true => self.inner.is_open(),
            false => true,
        }
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Rounds a timeout up by less than 4 %. The time left is new at every step, and ureq passes every new timeout to the
/// system.
fn coarse(mut timeout: NextTimeout) -> NextTimeout {
    if let Duration::Exact(limit) = timeout.after
        && !limit.is_zero()
        && let Ok(millis) = u64::try_from(limit.as_millis())
    {
        let step = (millis / 64).next_power_of_two();
        timeout.after = Duration::from_millis((millis / step + 1).saturating_mul(step));
    }
    timeout
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    #[test]
    fn coarse_timeouts_are_few_and_hardly_longer() {
        let round = |millis: u64| {
            let timeout = NextTimeout {
                after: Duration::from_millis(millis),
                ..NextTimeout::default()
            };
            match coarse(timeout).after {
                Duration::Exact(after) => u64::try_from(after.as_millis()).unwrap(),
                Duration::NotHappening => panic!("the timeout got lost"),
            }
        };
        // A timeout that is up stays up.
        assert_eq!(round(0), 0);
        for millis in (1..5000).chain([30_000, 123_456_789, 365 * 24 * 60 * 60 * 1000]) {
            let rounded = round(millis);
            assert!(rounded > millis, "{millis}");
            assert!(
                rounded <= millis + (millis / 25).max(1),
                "{millis}: {rounded}"
            );
        }
        let mut steps: Vec<_> = (29_000..30_000).map(round).collect();
        steps.dedup();
        assert!(steps.len() <= 3, "{steps:?}");
        let never = NextTimeout {
            after: Duration::NotHappening,
            ..NextTimeout::default()
        };
        assert!(coarse(never).after.is_not_happening());
    }

    /// A connection that notes what is sent, and always has input.
    struct Recorder {
        buffers: LazyBuffers,
        sent: Arc<Mutex<Vec<u8>>>,
    }

    impl fmt::Debug for Recorder {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Recorder")
        }
    }

    impl Transport for Recorder {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
            let output = &self.buffers.output()[..amount];
            self.sent.lock().unwrap().extend_from_slice(output);
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(true)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn heads_are_told_from_bodies_by_the_input_between_them() {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let recorder = Recorder {
            buffers: LazyBuffers::new(100, 100),
            sent: Arc::clone(&sent),
        };
        let config = ProxyConfig::new("http://user:password@proxy:1").unwrap();
        let proxy = config.for_scheme("http").unwrap().unwrap();
        let uri = "http://example.com/".parse().unwrap();
        let mut connection = ToProxy::new(Box::new(recorder), proxy, &uri);
        let timeout = NextTimeout::default();
        for checks in 0..3 {
            for part in ["POST /a HTTP/1.1\r\n\r\n", "GET /body\r\n", "more"] {
                connection.buffers().output()[..part.len()].copy_from_slice(part.as_bytes());
                connection.transmit_output(part.len(), timeout).unwrap();
            }
            // A response may need several reads.
            connection.await_input(timeout).unwrap();
            connection.await_input(timeout).unwrap();
            for _ in 0..checks {
                assert!(connection.is_open());
            }
        }
        let expected = "POST http://example.com/a HTTP/1.1\r\n\
             proxy-authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\nGET /body\r\nmore";
        let sent = String::from_utf8(sent.lock().unwrap().clone()).unwrap();
        assert_eq!(sent, expected.repeat(3));
    }
}
