//! Clients with every transport, certificates made on the spot, servers that have them, and a child process that sends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloud_models::blocking::{BlockingTransport, Ureq};
use cloud_models::transport::{Hyper, Reqwest, Transport};
use cloud_models::{Credentials, Error, RetryPolicy, aws_bedrock, blocking};
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

/// How long anything on this machine may take before it counts as hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long transports wait for a connection where there will be none.
pub(crate) const SOON: Duration = Duration::from_millis(200);

pub(crate) const BAD_GATEWAY: &str =
    "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

pub(crate) const NAMES: [&str; 3] = ["hyper", "reqwest", "ureq"];

pub(crate) const PAGE: &str = r#"{"modelSummaries": [{"modelArn": "arn", "modelName": "a"}]}"#;

/// One of each.
pub(crate) struct Transports {
    pub(crate) hyper: Hyper,
    pub(crate) reqwest: Reqwest,
    pub(crate) ureq: Ureq,
}

impl Transports {
    /// That trust whom the system trusts.
    pub(crate) fn of_system() -> Self {
        Self {
            hyper: Hyper::new().unwrap(),
            reqwest: Reqwest::new().unwrap(),
            ureq: Ureq::new().unwrap(),
        }
    }

    /// That trust this authority too.
    pub(crate) fn trusting(authority: &Authority) -> Self {
        let pem = authority.pem.as_str();
        Self {
            hyper: Hyper::builder().root_certificates_pem(pem).build().unwrap(),
            reqwest: reqwest(authority.client_config()),
            ureq: Ureq::builder().root_certificates_pem(pem).build().unwrap(),
        }
    }

    /// That soon give up a connection.
    pub(crate) fn hasty() -> Self {
        Self {
            hyper: Hyper::builder().connect_timeout(SOON).build().unwrap(),
            reqwest: Reqwest::from_builder(|| {
                reqwest::Client::builder()
                    .tls_backend_preconfigured(Authority::new().client_config())
                    .connect_timeout(SOON)
            })
            .unwrap(),
            ureq: Ureq::builder().connect_timeout(SOON).build().unwrap(),
        }
    }

    /// How many models each of them lists.
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

pub(crate) fn reqwest(config: ClientConfig) -> Reqwest {
    Reqwest::from_builder(|| reqwest::Client::builder().tls_backend_preconfigured(config.clone()))
        .unwrap()
}

pub(crate) fn config(url: impl Into<String>, attempts: u32) -> aws_bedrock::Config {
    aws_bedrock::Config::new()
        .endpoint(url)
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
    transport: impl BlockingTransport,
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

/// Waits for what another thread is about to see.
pub(crate) fn comes_true(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

// --- certificates, and servers that have them ---

/// An authority that nobody knows.
pub(crate) struct Authority {
    pub(crate) issuer: Issuer<'static, KeyPair>,
    pub(crate) root: CertificateDer<'static>,
    pub(crate) pem: String,
    pub(crate) key: String,
}

/// A certificate and its key.
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

    /// A certificate for this name or address.
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

    /// TLS that trusts this authority alone.
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

    /// A file that holds the root.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// A server that answers each connection with one page, over TLS.
pub(crate) struct Secure {
    pub(crate) port: u16,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

/// What a server saw of its clients.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Why handshakes, or what followed them, came to no request.
    pub(crate) refusals: Vec<String>,
    /// The heads of the requests.
    pub(crate) heads: Vec<String>,
}

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

impl Secure {
    pub(crate) fn start((chain, key): Identity) -> Self {
        Self::start_with((chain, key), BOTH, None)
    }

    /// With these versions of TLS; where there is an authority, for clients that it vouches for.
    pub(crate) fn start_with(
        (chain, key): Identity,
        versions: &[&'static SupportedProtocolVersion],
        clients: Option<&Authority>,
    ) -> Self {
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
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .unwrap();
        let config = Arc::new(config);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        let port = accept("127.0.0.1:0", move |stream| {
            shared.lock().unwrap().connections += 1;
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            match read_head(&mut stream) {
                Ok(head) => shared.lock().unwrap().heads.push(head),
                Err(problem) => {
                    shared.lock().unwrap().refusals.push(problem);
                    return;
                }
            }
            let length = PAGE.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{PAGE}"
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
        });
        Self { port, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Whether it has had so many connections, and all of them ended within the handshake. Not every client says why.
    pub(crate) fn was_refused(&self, connections: usize) -> bool {
        let came = comes_true(|| self.seen.lock().unwrap().refusals.len() >= connections);
        let seen = self.seen.lock().unwrap();
        let within = ["fatal alert", "unexpected end of file", "reset by peer"];
        came && seen.connections == connections
            && seen.heads.is_empty()
            && seen
                .refusals
                .iter()
                .all(|problem| within.iter().any(|words| problem.contains(words)))
    }
}

/// Serves each connection in a thread of its own, for as long as the process lives; answers with the port.
pub(crate) fn accept(address: &str, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(address).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        // No test needs more; a client that does is in a loop.
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

/// Reads to the end of the head and not one byte further.
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

/// What the child says that sends with these variables.
pub(crate) fn send(transport: &str, url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_send"));
    command.args([transport, url]).env_clear();
    for name in [
        "PATH",
        "LD_LIBRARY_PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "SystemRoot",
    ] {
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
    String::from_utf8(output.stdout).unwrap()
}
