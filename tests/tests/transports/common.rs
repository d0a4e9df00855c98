//! Helpers: clients with every transport, generated certificates and servers that use them, and a child process that
//! sends requests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport, TransportError, TransportErrorKind};
use cloud_models::{Credentials, Error, ProxyConfig, RetryPolicy, aws_bedrock, blocking};
use cloud_models_runtime::Client;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    SupportedProtocolVersion,
};

/// Time after which an operation on this machine counts as hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// A short connect timeout, for connections that are never established.
pub(crate) const SOON: Duration = Duration::from_millis(200);

pub(crate) const NAMES: [&str; 3] = ["hyper", "reqwest", "ureq"];

pub(crate) const PAGE: &str = r#"{"modelSummaries": [{"modelArn": "arn", "modelName": "a"}]}"#;

/// One transport of each kind.
pub(crate) struct Transports {
    pub(crate) hyper: Hyper,
    pub(crate) reqwest: Reqwest,
    pub(crate) ureq: Ureq,
}

/// Settings shared by all transports.
#[derive(Clone, Default)]
pub(crate) struct Settings<'a> {
    /// Authority to trust in addition to those of the system. reqwest trusts only this one.
    pub(crate) authority: Option<&'a Authority>,
    pub(crate) proxy: ProxyConfig,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) max_idle: Option<usize>,
}

impl Settings<'_> {
    pub(crate) fn build(self) -> Transports {
        let mut hyper = Hyper::builder().proxy(self.proxy.clone());
        let mut reqwest = Reqwest::builder().proxy(self.proxy.clone());
        let mut ureq = Ureq::builder().proxy(self.proxy);
        if let Some(authority) = self.authority {
            let (pem, config) = (authority.pem.as_str(), authority.client_config());
            hyper = hyper.root_certificates_pem(pem);
            reqwest = reqwest.client_builder(make_with(config));
            ureq = ureq.root_certificates_pem(pem);
        }
        if let Some(timeout) = self.connect_timeout {
            hyper = hyper.connect_timeout(timeout);
            reqwest = reqwest.connect_timeout(timeout);
            ureq = ureq.connect_timeout(timeout);
        }
        if let Some(connections) = self.max_idle {
            hyper = hyper.max_idle_connections(connections);
            reqwest = reqwest.max_idle_connections(connections);
            ureq = ureq.max_idle_connections(connections);
        }
        Transports {
            hyper: hyper.build().unwrap(),
            reqwest: reqwest.build().unwrap(),
            ureq: ureq.build().unwrap(),
        }
    }
}

impl Transports {
    /// Creates transports that trust the authorities of the system.
    pub(crate) fn of_system() -> Self {
        Settings::default().build()
    }

    /// Creates transports that trust an authority.
    pub(crate) fn trusting(authority: &Authority) -> Self {
        Settings {
            authority: Some(authority),
            ..Settings::default()
        }
        .build()
    }

    /// Creates transports with a short connect timeout.
    pub(crate) fn hasty() -> Self {
        Settings {
            connect_timeout: Some(SOON),
            ..Settings::default()
        }
        .build()
    }

    /// Creates transports that send through a proxy.
    pub(crate) fn through(proxy: ProxyConfig) -> Self {
        Settings {
            proxy,
            ..Settings::default()
        }
        .build()
    }

    /// Sends a request with each transport, and returns the number of models or the error.
    pub(crate) fn list(
        &self,
        config: &aws_bedrock::Config,
    ) -> Vec<(&'static str, Result<usize, Error>)> {
        vec![
            ("hyper", list(config, self.hyper.clone())),
            ("reqwest", list(config, self.reqwest.clone())),
            ("ureq", list_blocking(config, self.ureq.clone())),
        ]
    }
}

fn make_with(config: ClientConfig) -> impl Fn() -> reqwest::ClientBuilder + Send + Sync {
    move || reqwest::Client::builder().tls_backend_preconfigured(config.clone())
}

pub(crate) fn reqwest(config: ClientConfig) -> Reqwest {
    let builder = Reqwest::builder().client_builder(make_with(config));
    builder.build().unwrap()
}

pub(crate) fn config(url: impl Into<String>, attempts: u32) -> aws_bedrock::Config {
    aws_bedrock::Config::new()
        .endpoint(url)
        .allow_http(true)
        .region("us-east-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
        .call_timeout(PATIENCE)
        .retry(
            RetryPolicy::standard()
                .max_attempts(attempts)
                .backoff(Duration::ZERO, Duration::ZERO),
        )
}

pub(crate) fn list(
    config: &aws_bedrock::Config,
    transport: impl Transport,
) -> Result<usize, Error> {
    let client = Client::builder(config.clone())
        .transport(transport)
        .build()?;
    let page = block_on(client.send(aws_bedrock::ListCustomModels::new()))?;
    Ok(page.model_summaries.len())
}

pub(crate) fn list_blocking(
    config: &aws_bedrock::Config,
    transport: impl blocking::Transport,
) -> Result<usize, Error> {
    let client = blocking::Client::builder(config.clone())
        .transport(transport)
        .build()?;
    let page = client.send(aws_bedrock::ListCustomModels::new())?;
    Ok(page.model_summaries.len())
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Waits until a condition is met, and returns whether it was.
pub(crate) fn wait_for(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

pub(crate) fn transport_kind(error: &Error) -> TransportErrorKind {
    let inner = error.inner().unwrap().downcast_ref::<TransportError>();
    inner.unwrap().kind()
}

/// Returns everything that an error may show.
pub(crate) fn shown(error: &Error) -> String {
    let inner = error.inner();
    let inner = inner.map(|inner| format!("{inner} {inner:?} {inner:#?}"));
    format!("{error} {error:?} {error:#?} {}", inner.unwrap_or_default())
}

/// A certificate authority that no system trusts.
pub(crate) struct Authority {
    pub(crate) issuer: Issuer<'static, KeyPair>,
    pub(crate) root: CertificateDer<'static>,
    pub(crate) pem: String,
    pub(crate) key: String,
}

/// A certificate chain and its key.
pub(crate) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            root: certificate.der().clone(),
            pem: certificate.pem(),
            key: key.serialize_pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Issues a certificate for a name or an address.
    pub(crate) fn identity(&self, host: &str) -> Identity {
        self.identity_of(CertificateParams::new([host.to_owned()]).unwrap())
    }

    pub(crate) fn identity_of(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        (vec![certificate.der().clone()], key)
    }

    pub(crate) fn store(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(self.root.clone()).unwrap();
        store
    }

    /// Returns a TLS configuration that trusts this authority alone.
    pub(crate) fn client_config(&self) -> ClientConfig {
        self.client_builder().with_no_client_auth()
    }

    pub(crate) fn client_builder(
        &self,
    ) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.store())
    }

    /// Writes the root certificate to a file.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// A server that responds to one request per connection with a page, over TLS.
pub(crate) struct Secure {
    pub(crate) port: u16,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

/// Observations of a server.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Number of connections that were served and closed.
    pub(crate) closed: usize,
    /// Errors of connections that ended without a request.
    pub(crate) refusals: Vec<String>,
    /// Heads of the requests.
    pub(crate) heads: Vec<String>,
    /// Negotiated protocol of each request.
    pub(crate) protocols: Vec<Option<Vec<u8>>>,
}

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

/// Returns a TLS configuration of a server. With an authority, clients need a certificate issued by it.
pub(crate) fn server_config(
    (chain, key): Identity,
    versions: &[&'static SupportedProtocolVersion],
    clients: Option<&Authority>,
) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let verifier = match clients {
        Some(authority) => WebPkiClientVerifier::builder_with_provider(
            Arc::new(authority.store()),
            Arc::clone(&provider),
        )
        .build()
        .unwrap(),
        None => WebPkiClientVerifier::no_client_auth(),
    };
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .unwrap()
}

/// Server end of a TLS connection.
pub(crate) type ServerStream<T> = StreamOwned<ServerConnection, T>;

pub(crate) fn accept_tls<T: Read + Write>(
    config: &Arc<ServerConfig>,
    stream: T,
) -> ServerStream<T> {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    StreamOwned::new(connection, stream)
}

impl Secure {
    pub(crate) fn start(identity: Identity) -> Self {
        Self::serve(server_config(identity, BOTH, None), true)
    }

    /// Starts a server, which either announces that it closes connections or closes them without notice.
    pub(crate) fn serve(config: ServerConfig, announces_close: bool) -> Self {
        let config = Arc::new(config);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        let close = match announces_close {
            true => "connection: close\r\n",
            false => "",
        };
        let port = accept("127.0.0.1:0", move |stream| {
            shared.lock().unwrap().connections += 1;
            let mut stream = accept_tls(&config, stream);
            match read_head(&mut stream) {
                Ok(head) => {
                    let mut seen = shared.lock().unwrap();
                    seen.heads.push(head);
                    let protocol = stream.conn.alpn_protocol();
                    seen.protocols.push(protocol.map(<[u8]>::to_vec));
                }
                Err(problem) => {
                    shared.lock().unwrap().refusals.push(problem);
                    return;
                }
            }
            let length = PAGE.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{close}\r\n{PAGE}"
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
            drop(stream);
            shared.lock().unwrap().closed += 1;
        });
        Self { port, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Returns whether the given number of connections was made and all of them ended within the handshake. Not every
    /// client sends an alert.
    pub(crate) fn was_refused(&self, connections: usize) -> bool {
        let ended = wait_for(|| self.seen.lock().unwrap().refusals.len() >= connections);
        let seen = self.seen.lock().unwrap();
        let within = ["fatal alert", "unexpected end of file", "reset by peer"];
        ended
            && seen.connections == connections
            && seen.heads.is_empty()
            && seen
                .refusals
                .iter()
                .all(|problem| within.iter().any(|words| problem.contains(words)))
    }
}

/// Serves each connection on its own thread until the process ends, and returns the port.
pub(crate) fn accept(address: &str, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(address).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        // No test needs more connections; a client that does is in a loop.
        for stream in listener.incoming().flatten().take(200) {
            let serve = Arc::clone(&serve);
            thread::spawn(move || {
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                stream.set_write_timeout(Some(PATIENCE)).unwrap();
                serve(stream);
            });
        }
    });
    port
}

/// Reads up to the end of the head, and no byte further.
pub(crate) fn read_head(stream: &mut impl Read) -> Result<String, String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 1 << 16 {
        match stream.read(&mut byte) {
            Ok(0) => return Err(format!("the end after {} bytes", head.len())),
            Ok(_) => head.push(byte[0]),
            Err(error) => return Err(error.to_string()),
        }
    }
    String::from_utf8(head).map_err(|error| error.to_string())
}

/// Outcome of a request that a child process sent.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Number of models in the response, if there was no error.
    pub(crate) models: Option<usize>,
    /// The kind of the error.
    pub(crate) kind: String,
    pub(crate) attempts: u32,
    pub(crate) retryable: bool,
    pub(crate) message: String,
    /// Error in all its forms, and all log records.
    pub(crate) all: String,
}

/// Sends a request in a child process with these environment variables.
pub(crate) fn send(transport: &str, url: &str, variables: &[(&str, &str)]) -> Sent {
    send_up_to(1, transport, url, variables)
}

/// Sends a request in a child process, with a maximum number of attempts.
pub(crate) fn send_up_to(
    attempts: u32,
    transport: &str,
    url: &str,
    variables: &[(&str, &str)],
) -> Sent {
    let mut command = Command::new(env!("CARGO_BIN_EXE_send"));
    command.args([transport, url, &attempts.to_string()]);
    command.env_clear();
    let roots = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    let mut inherited = vec!["PATH", "LD_LIBRARY_PATH", "SystemRoot"];
    if !variables.iter().any(|(name, _)| roots.contains(name)) {
        inherited.extend(roots);
    }
    for name in inherited {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let mut child = command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > 2 * PATIENCE {
            child.kill().unwrap();
            panic!("{transport} hangs with {url} and {variables:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{transport}, {url}: {output:?}");
    assert!(output.stderr.is_empty(), "{transport}, {url}: {output:?}");
    let all = String::from_utf8(output.stdout).unwrap();
    let mut lines = all.lines();
    let words: Vec<_> = lines.next().unwrap().split(' ').collect();
    match words.as_slice() {
        ["models", count] => Sent {
            models: Some(count.parse().unwrap()),
            kind: String::new(),
            attempts: 0,
            retryable: false,
            message: String::new(),
            all,
        },
        ["error", kind, attempts, retryable] => Sent {
            models: None,
            kind: (*kind).to_owned(),
            attempts: attempts.parse().unwrap(),
            retryable: retryable.parse().unwrap(),
            message: lines.next().unwrap().to_owned(),
            all,
        },
        _ => panic!("{transport}, {url}: {all}"),
    }
}
