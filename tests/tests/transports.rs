//! Transports on odd networks: authorities of one's own, proxies that relay or refuse, and peers that never answer.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloud_models::blocking::{BlockingTransport, Ureq};
use cloud_models::transport::{Hyper, Reqwest, Transport};
use cloud_models::{Credentials, Error, ErrorKind, RetryPolicy, aws_bedrock, blocking};
use cloud_models_runtime::Client;
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::verify::Keys;
use cloud_models_tests::server::{Reply, Request, Server};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    SupportedProtocolVersion,
};

/// How long anything on this machine may take before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long transports wait for a connection where there will be none.
const SOON: Duration = Duration::from_millis(200);

const BAD_GATEWAY: &str =
    "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

const NAMES: [&str; 3] = ["hyper", "reqwest", "ureq"];

const PAGE: &str = r#"{"modelSummaries": [{"modelArn": "arn", "modelName": "a"}]}"#;

// --- clients ---

/// One of each.
struct Transports {
    hyper: Hyper,
    reqwest: Reqwest,
    ureq: Ureq,
}

impl Transports {
    /// That trust whom the system trusts.
    fn of_system() -> Self {
        Self {
            hyper: Hyper::new().unwrap(),
            reqwest: Reqwest::new().unwrap(),
            ureq: Ureq::new().unwrap(),
        }
    }

    /// That trust this authority too.
    fn trusting(authority: &Authority) -> Self {
        let pem = authority.pem.as_str();
        Self {
            hyper: Hyper::builder().root_certificates_pem(pem).build().unwrap(),
            reqwest: reqwest(authority.client_config()),
            ureq: Ureq::builder().root_certificates_pem(pem).build().unwrap(),
        }
    }

    /// That soon give up a connection.
    fn hasty() -> Self {
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
    fn list(&self, config: &aws_bedrock::Config) -> Vec<(&'static str, Result<usize, Error>)> {
        vec![
            ("hyper", list(config, self.hyper.clone())),
            ("reqwest", list(config, self.reqwest.clone())),
            ("ureq", list_blocking(config, self.ureq.clone())),
        ]
    }
}

fn reqwest(config: ClientConfig) -> Reqwest {
    Reqwest::from_builder(|| reqwest::Client::builder().tls_backend_preconfigured(config.clone()))
        .unwrap()
}

fn config(url: impl Into<String>, attempts: u32) -> aws_bedrock::Config {
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

fn list(config: &aws_bedrock::Config, transport: impl Transport) -> Result<usize, Error> {
    let client = Client::builder(config.clone())
        .transport(transport)
        .build()?;
    let page = block_on(client.send(aws_bedrock::ListCustomModels::new()))?;
    Ok(page.model_summaries.len())
}

fn list_blocking(
    config: &aws_bedrock::Config,
    transport: impl BlockingTransport,
) -> Result<usize, Error> {
    let client = blocking::Client::builder(config.clone())
        .transport(transport)
        .build()?;
    let page = client.send(aws_bedrock::ListCustomModels::new())?;
    Ok(page.model_summaries.len())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Waits for what another thread is about to see.
fn comes_true(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

// --- certificates ---

/// An authority that nobody knows.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    pem: String,
    key: String,
}

/// A certificate and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Authority {
    fn new() -> Self {
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
    fn identity(&self, host: &str) -> Identity {
        self.identity_of(CertificateParams::new([host.to_owned()]).unwrap())
    }

    fn identity_of(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        (vec![certificate.der().clone()], key)
    }

    fn store(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(self.root.clone()).unwrap();
        store
    }

    /// TLS that trusts this authority alone.
    fn client_config(&self) -> ClientConfig {
        self.client_builder().with_no_client_auth()
    }

    fn client_builder(
        &self,
    ) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.store())
    }

    /// A file that holds the root.
    fn file(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// A server that answers each connection with one page, over TLS.
struct Secure {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

/// What a server saw of its clients.
#[derive(Default)]
struct Seen {
    connections: usize,
    /// Why handshakes, or what followed them, came to no request.
    refusals: Vec<String>,
    /// The heads of the requests.
    heads: Vec<String>,
}

const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

impl Secure {
    fn start((chain, key): Identity) -> Self {
        Self::start_with((chain, key), BOTH, None)
    }

    /// With these versions of TLS; where there is an authority, for clients that it vouches for.
    fn start_with(
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

    fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Whether it has had so many connections, and all of them ended within the handshake. Not every client says why.
    fn was_refused(&self, connections: usize) -> bool {
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
fn accept(address: &str, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
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
fn read_head(stream: &mut impl Read) -> Result<String, String> {
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

// --- TLS ---

#[test]
fn what_an_authority_signed_is_trusted_with_its_root() {
    let authority = Authority::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let server = Secure::start_with(authority.identity("localhost"), versions, None);
        let transports = Transports::trusting(&authority);
        for (name, models) in transports.list(&config(server.url(), 1)) {
            assert_eq!(models.unwrap(), 1, "{name}");
        }
        let seen = server.seen.lock().unwrap();
        let host = format!("host: localhost:{}\r\n", server.port);
        assert_eq!(seen.heads.len(), 3);
        for head in &seen.heads {
            assert!(head.to_lowercase().contains(&host), "{head}");
        }
    }
}

/// reqwest's own TLS takes the provider that the process has, and roots as its builder names them.
#[test]
fn roots_of_a_builder_are_trusted() {
    // No other test needs one.
    let _ = ring::default_provider().install_default();
    let authority = Authority::new();
    let server = Secure::start(authority.identity("localhost"));
    let root = || reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
    let builder = || reqwest::Client::builder().tls_backend_rustls();
    let added = Reqwest::from_builder(|| builder().add_root_certificate(root())).unwrap();
    let only = Reqwest::from_builder(|| builder().tls_certs_only([root()])).unwrap();
    let config = config(server.url(), 1);
    for reqwest in [added, only] {
        assert_eq!(list(&config, reqwest).unwrap(), 1);
    }
    let without = Reqwest::from_builder(builder).unwrap();
    let error = list(&config, without).unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    assert_eq!(server.seen.lock().unwrap().heads.len(), 2);
}

/// However the texts are cut, and whatever stands between the certificates.
#[test]
fn texts_may_hold_several_roots() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Secure::start(authority.identity("localhost"));
    let config = config(server.url(), 1);
    let both = format!("# two of them\r\n{}\n\n{}", other.pem, authority.pem);
    let crlf = both.replace("\r\n", "\n").replace('\n', "\r\n");
    // A bundle with a key in it is odd, but holds a root all the same.
    let with_key = format!("{}{}", authority.key, authority.pem);
    for text in [both, crlf, with_key] {
        let hyper = Hyper::builder().root_certificates_pem(text.as_str());
        assert_eq!(list(&config, hyper.build().unwrap()).unwrap(), 1);
        let ureq = Ureq::builder().root_certificates_pem(text.as_str());
        assert_eq!(list_blocking(&config, ureq.build().unwrap()).unwrap(), 1);
    }
    let hyper = Hyper::builder()
        .root_certificates_pem(other.pem.as_str())
        .root_certificates_pem(authority.pem.as_str());
    assert_eq!(list(&config, hyper.build().unwrap()).unwrap(), 1);
    let ureq = Ureq::builder()
        .root_certificates_pem(other.pem.as_str())
        .root_certificates_pem(authority.pem.as_str());
    assert_eq!(list_blocking(&config, ureq.build().unwrap()).unwrap(), 1);
}

#[test]
fn texts_that_hold_no_roots_are_told_by_number() {
    let authority = Authority::new();
    let good = authority.pem.as_str();
    let body = good.lines().nth(1).unwrap();
    let cases = [
        ("a key", authority.key.clone()),
        ("no base64", good.replacen(body, "!!!!", 1)),
        ("a line that is missing", good.replacen(body, "", 1)),
        ("no end", good.split("-----END").next().unwrap().to_owned()),
        (
            "rubbish behind a root",
            format!("{good}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ),
    ];
    for (case, bad) in cases {
        let hyper = Hyper::builder()
            .root_certificates_pem(good)
            .root_certificates_pem(good)
            .root_certificates_pem(bad.as_str());
        let text = hyper.build().unwrap_err().to_string();
        assert!(text.contains("text 3 of those given"), "{case}: {text}");
        let ureq = Ureq::builder()
            .root_certificates_pem(good)
            .root_certificates_pem(bad.as_str());
        let text = ureq.build().unwrap_err().to_string();
        assert!(text.contains("text 2 of those given"), "{case}: {text}");
        // It may be a secret that was given by mistake.
        assert!(!text.contains(body), "{case}: {text}");
    }
}

#[test]
fn without_its_root_a_server_sees_no_more_than_a_handshake() {
    let authority = Authority::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        for attempts in [1, 3] {
            let server = Secure::start_with(authority.identity("localhost"), versions, None);
            let outcomes = Transports::of_system().list(&config(server.url(), attempts));
            for (name, outcome) in outcomes {
                let error = outcome.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
                let text = error.to_string();
                assert!(text.contains("UnknownIssuer"), "{name}: {text}");
                assert!(
                    text.contains(&format!("no connection to localhost:{}", server.port)),
                    "{name}: {text}"
                );
                assert_eq!(error.attempts(), attempts, "{name}: {text}");
            }
            let connections = 3 * usize::try_from(attempts).unwrap();
            assert!(
                server.was_refused(connections),
                "{:?}",
                server.seen.lock().unwrap().refusals
            );
        }
    }
}

#[test]
fn certificates_are_good_for_their_hosts_and_their_time_alone() {
    let authority = Authority::new();
    let transports = Transports::trusting(&authority);
    let address = |server: &Secure| format!("https://127.0.0.1:{}", server.port);
    // An address has to stand there as one.
    let server = Secure::start(authority.identity("127.0.0.1"));
    for (name, models) in transports.list(&config(address(&server), 1)) {
        assert_eq!(models.unwrap(), 1, "{name}");
    }
    let server = Secure::start(authority.identity("localhost"));
    for (name, outcome) in transports.list(&config(address(&server), 1)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert!(
            error.to_string().contains("not valid for name"),
            "{name}: {error}"
        );
    }
    assert!(server.was_refused(3));

    let mut expired = CertificateParams::new(["localhost".to_owned()]).unwrap();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let server = Secure::start(authority.identity_of(expired));
    for (name, outcome) in transports.list(&config(server.url(), 1)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert!(error.to_string().contains("expired"), "{name}: {error}");
    }
    assert!(server.was_refused(3));
}

/// A configuration of one's own stands in place of everything else that was said, roots that cannot be read included.
#[test]
fn tls_of_ones_own_says_who_is_trusted_and_who_one_is() {
    let authority = Authority::new();
    let server = Secure::start_with(authority.identity("localhost"), BOTH, Some(&authority));
    let (chain, key) = authority.identity("client");
    let mutual = authority
        .client_builder()
        .with_client_auth_cert(chain, key)
        .unwrap();
    let hyper = Hyper::builder()
        .root_certificates_pem("no certificate")
        .tls_config(mutual.clone());
    assert_eq!(
        list(&config(server.url(), 1), hyper.build().unwrap()).unwrap(),
        1
    );
    assert_eq!(list(&config(server.url(), 1), reqwest(mutual)).unwrap(), 1);
    // In TLS 1.3 a client is refused after it may have sent its request: nobody can say that nothing was sent.
    for (name, outcome) in Transports::trusting(&authority).list(&config(server.url(), 2)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), 2, "{name}: {error}");
        assert!(
            !error.to_string().contains("no connection to"),
            "{name}: {error}"
        );
    }
    assert_eq!(server.seen.lock().unwrap().heads.len(), 2);

    let strange = Hyper::builder()
        .root_certificates_pem(authority.pem.as_str())
        .tls_config(Authority::new().client_config());
    let error = list(&config(server.url(), 1), strange.build().unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("invalid peer certificate"),
        "{error}"
    );
}

/// Servers that break the handshake off, each in its way.
#[test]
fn broken_handshakes_are_told_and_tried_as_often_as_the_policy_says() {
    let ways: [(&str, &[u8]); 4] = [
        ("closes", b""),
        (
            "speaks HTTP",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
        ),
        ("alerts", b"\x15\x03\x03\x00\x02\x02\x28"),
        ("speaks in riddles", &[0x5a; 64]),
    ];
    for (way, answer) in ways {
        let count = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&count);
        let port = accept("127.0.0.1:0", move |mut stream| {
            *counter.lock().unwrap() += 1;
            // Unread, the hello of the client would turn the end into a reset.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
        });
        let start = Instant::now();
        let config = config(format!("https://localhost:{port}"), 2);
        for (name, outcome) in Transports::of_system().list(&config) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{name}, {way}: {error}");
            assert_eq!(error.attempts(), 2, "{name}, {way}: {error}");
        }
        assert_eq!(*count.lock().unwrap(), 6, "{way}");
        assert!(start.elapsed() < PATIENCE, "{way}");
    }
}

// --- the environment ---

/// What the child says that sends with these variables.
fn send(transport: &str, url: &str, variables: &[(&str, &str)]) -> String {
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

#[test]
fn the_systems_roots_are_those_of_its_variables() {
    let authority = Authority::new();
    let server = Secure::start(authority.identity("localhost"));
    let plain = Server::always(Reply::json(200, PAGE));
    let root = authority.file("system-root.pem");
    let nobody = root.with_file_name("no-roots.pem");
    std::fs::write(&nobody, "").unwrap();
    let [root, nobody] = [&root, &nobody].map(|path| path.to_str().unwrap());
    for transport in NAMES {
        let variables = [("SSL_CERT_FILE", root), ("SSL_CERT_DIR", "")];
        let said = send(transport, &server.url(), &variables);
        assert_eq!(said, "1 models\n", "{transport}");
        let variables = [("SSL_CERT_FILE", nobody), ("SSL_CERT_DIR", "")];
        let said = send(transport, &server.url(), &variables);
        assert!(
            said.contains("the system has no root certificates"),
            "{transport}: {said}"
        );
        let said = send(transport, &plain.url(), &variables);
        assert_eq!(said, "1 models\n", "{transport}");
    }
    assert_eq!(server.seen.lock().unwrap().connections, 3);
}

// --- proxies ---

/// A name that no resolver asks anybody for: a label has 63 letters at most.
fn unresolvable() -> String {
    format!("{}.service.example.invalid", "a".repeat(64))
}

/// A proxy on this machine.
struct Proxy {
    port: u16,
    seen: Arc<Mutex<Asked>>,
}

/// What a proxy was asked.
#[derive(Default)]
struct Asked {
    heads: Vec<String>,
    /// What clients sent through tunnels.
    tunnelled: Vec<u8>,
}

/// What a proxy does with what it is asked.
#[derive(Clone)]
enum Way {
    /// Leads everything to this port, whatever the name.
    Relay(u16),
    /// Says this, and closes.
    Say(&'static str),
    /// Shows who asked, as helpful proxies do.
    Echo,
    /// Says nothing for a while.
    Wait,
}

impl Proxy {
    fn start(way: Way) -> Self {
        let seen = Arc::new(Mutex::new(Asked::default()));
        let shared = Arc::clone(&seen);
        let port = accept("127.0.0.1:0", move |mut client| {
            let Ok(head) = read_head(&mut client) else {
                return;
            };
            shared.lock().unwrap().heads.push(head.clone());
            match way {
                Way::Relay(port) => relay(client, &head, port, &shared),
                Way::Say(answer) => drop(client.write_all(answer.as_bytes())),
                Way::Echo => {
                    let lines = head.lines();
                    let mut shown =
                        lines.filter(|line| line.to_lowercase().starts_with("proxy-auth"));
                    let shown = shown.next().unwrap_or_default();
                    let _ = write!(
                        client,
                        "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{shown}",
                        shown.len()
                    );
                }
                Way::Wait => thread::sleep(PATIENCE),
            }
        });
        Self { port, seen }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its URL with a name and a password.
    fn url_with(&self, credentials: &str) -> String {
        format!("http://{credentials}@127.0.0.1:{}", self.port)
    }

    /// What it was asked since the last time, the first lines alone.
    fn asked(&self) -> Vec<String> {
        let heads = std::mem::take(&mut self.seen.lock().unwrap().heads);
        let lines = heads.iter().filter_map(|head| head.lines().next());
        lines.map(str::to_owned).collect()
    }

    fn head(&self) -> String {
        let mut heads = std::mem::take(&mut self.seen.lock().unwrap().heads);
        assert_eq!(heads.len(), 1, "{heads:?}");
        heads.remove(0)
    }
}

/// Does for a client what proxies do: opens a tunnel, or passes a request on without what was for the proxy.
fn relay(mut client: TcpStream, head: &str, port: u16, seen: &Mutex<Asked>) {
    let mut origin = TcpStream::connect(("127.0.0.1", port)).unwrap();
    origin.set_read_timeout(Some(PATIENCE)).unwrap();
    if !head.starts_with("CONNECT ") {
        let (method, rest) = head.split_once(' ').unwrap();
        let path = rest.splitn(4, '/').nth(3).unwrap();
        let mut passed_on = String::new();
        for line in format!("{method} /{path}").lines() {
            if !line.to_lowercase().starts_with("proxy-") && !line.is_empty() {
                passed_on.push_str(line);
                passed_on.push_str("\r\n");
            }
        }
        passed_on.push_str("connection: close\r\n\r\n");
        origin.write_all(passed_on.as_bytes()).unwrap();
        let _ = std::io::copy(&mut origin, &mut client);
        return;
    }
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from_origin, mut to_client) =
        (origin.try_clone().unwrap(), client.try_clone().unwrap());
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from_origin, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Write);
    });
    let mut piece = [0; 4096];
    while let Ok(n @ 1..) = client.read(&mut piece) {
        seen.lock()
            .unwrap()
            .tunnelled
            .extend_from_slice(&piece[..n]);
        if origin.write_all(&piece[..n]).is_err() {
            break;
        }
    }
    let _ = origin.shutdown(Shutdown::Write);
    let _ = back.join();
}

/// Neither in plain nor as the header that is made of it.
fn hides_the_password(said: &str, whence: &str) {
    for secret in ["canary", "dXNlcjpjYW5hcnk", "Y2FuYXJ5"] {
        assert!(!said.contains(secret), "{whence}: {said}");
    }
}

/// Signatures hold through a proxy, and the service learns nothing of it.
#[test]
fn services_behind_a_proxy_are_reached() {
    let cloud = Cloud::new("aws-bedrock", 3, Keys::new("AKIDEXAMPLE", "secret"));
    let host = "service.example.invalid";
    let authority = Authority::new();
    let root = authority.file("behind-proxy.pem");
    for transport in NAMES {
        let cloud = cloud.clone();
        let origin = Server::start(move |request: &Request, _| cloud.reply(request));
        let port = origin.url().rsplit(':').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(Way::Relay(port));
        let url = proxy.url_with("user:canary");
        let said = send(
            transport,
            &format!("http://{host}:8080"),
            &[("HTTP_PROXY", &url)],
        );
        assert_eq!(said, "3 models\n", "{transport}");
        let request = origin.requests().remove(0);
        assert_eq!(request.header("host"), Some("service.example.invalid:8080"));
        assert_eq!(request.header("proxy-authorization"), None, "{transport}");
        origin.assert_no_problems();

        let origin = Secure::start(authority.identity(host));
        let proxy = Proxy::start(Way::Relay(origin.port));
        let url = proxy.url_with("user:canary");
        let said = send(
            transport,
            &format!("https://{host}"),
            &[
                ("HTTPS_PROXY", &url),
                ("SSL_CERT_FILE", root.to_str().unwrap()),
                ("SSL_CERT_DIR", ""),
            ],
        );
        assert_eq!(said, "1 models\n", "{transport}");
        let head = origin.seen.lock().unwrap().heads.remove(0).to_lowercase();
        assert!(
            head.contains("host: service.example.invalid\r\n"),
            "{transport}: {head}"
        );
        assert!(!head.contains("proxy-"), "{transport}: {head}");
        // The proxy sees a name and what nobody can read.
        assert!(
            proxy
                .head()
                .starts_with("CONNECT service.example.invalid:443 "),
            "{transport}"
        );
        let tunnelled = std::mem::take(&mut proxy.seen.lock().unwrap().tunnelled);
        let tunnelled = String::from_utf8_lossy(&tunnelled);
        assert!(
            !tunnelled.is_empty() && !tunnelled.contains("custom-models"),
            "{transport}"
        );
        assert!(!tunnelled.contains("AKIDEXAMPLE"), "{transport}");
    }
}

/// All variables at once, in both spellings.
fn all_variables(url: &str) -> Vec<(&'static str, &str)> {
    let names = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    names.map(|name| (name, url)).to_vec()
}

#[test]
fn this_machine_is_reached_directly_by_all_of_its_names() {
    let authority = Authority::new();
    let root = authority.file("direct.pem");
    let serve = |mut stream: TcpStream| {
        if read_head(&mut stream).is_ok() {
            let length = PAGE.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{PAGE}"
            );
        }
    };
    let port = accept("127.0.0.1:0", serve);
    let secure = Secure::start(authority.identity("localhost"));
    let mut urls = vec![
        format!("http://127.0.0.1:{port}"),
        format!("http://LocalHost:{port}"),
        secure.url(),
    ];
    // All of 127.0.0.0/8 is there with Linux, and IPv6 where it is switched on.
    if cfg!(target_os = "linux") {
        urls.push(format!("http://127.1.2.3:{}", accept("127.1.2.3:0", serve)));
    }
    if TcpListener::bind("[::1]:0").is_ok() {
        urls.push(format!("http://[::1]:{}", accept("[::1]:0", serve)));
    }
    for transport in NAMES {
        let proxy = Proxy::start(Way::Say(BAD_GATEWAY));
        let there = proxy.url();
        // One that works, and one that could not even be spoken to.
        for proxy in [there.as_str(), "socks5://user:canary@127.0.0.1:1"] {
            let mut variables = all_variables(proxy);
            variables.push(("SSL_CERT_FILE", root.to_str().unwrap()));
            variables.push(("SSL_CERT_DIR", ""));
            for url in &urls {
                assert_eq!(
                    send(transport, url, &variables),
                    "1 models\n",
                    "{transport}, {url}"
                );
            }
        }
        assert!(proxy.asked().is_empty(), "{transport}");
    }
}

#[test]
fn each_variable_names_a_proxy() {
    let cases = [
        (
            "http",
            &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        ),
        (
            "https",
            &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        ),
    ];
    for transport in NAMES {
        let proxy = Proxy::start(Way::Say(BAD_GATEWAY));
        // Without a scheme it is one of HTTP.
        for url in [proxy.url(), format!("127.0.0.1:{}", proxy.port)] {
            for (scheme, variables) in cases {
                for variable in variables {
                    let endpoint = format!("{scheme}://service.example.invalid:8080");
                    let said = send(transport, &endpoint, &[(variable, &url)]);
                    let asked = proxy.asked();
                    let [asked] = asked.as_slice() else {
                        panic!("{transport}, {scheme}, {variable}={url}: {asked:?}, {said}");
                    };
                    assert!(
                        asked.contains("service.example.invalid:8080"),
                        "{transport}, {variable}: {asked}"
                    );
                    assert!(
                        said.contains("service.example.invalid:8080") || said.contains("502"),
                        "{transport}, {variable}: {said}"
                    );
                }
            }
        }
    }
}

fn heeds_no_header_of_a_client(transport: &str) {
    let proxy = Proxy::start(Way::Say(BAD_GATEWAY));
    let url = proxy.url();
    let variables = [("HTTP_PROXY", url.as_str()), ("REQUEST_METHOD", "GET")];
    for endpoint in [&*format!("http://{}", unresolvable()), "https://0.0.0.0:1"] {
        let said = send(transport, endpoint, &variables);
        assert!(said.contains("no connection to"), "{transport}: {said}");
        assert!(proxy.asked().is_empty(), "{transport}: {said}");
    }
}

/// Over CGI, `HTTP_PROXY` is the header `Proxy` of whoever asks.
#[test]
fn clients_of_a_cgi_program_name_no_proxy() {
    for transport in ["hyper", "reqwest"] {
        heeds_no_header_of_a_client(transport);
    }
}

#[test]
fn clients_of_a_cgi_program_name_no_proxy_for_ureq() {
    heeds_no_header_of_a_client("ureq");
}

#[test]
fn exceptions_are_heeded_in_both_spellings() {
    let name = unresolvable();
    let among_others = format!("localhost,{},other", name.to_uppercase());
    // With TLS, a name that cannot be resolved is refused as a name before; this machine by an address that is not known as
    // such takes its place.
    let cases = [
        ("http", name.as_str(), name.as_str()),
        ("http", name.as_str(), ".invalid"),
        ("http", name.as_str(), "*"),
        ("http", name.as_str(), among_others.as_str()),
        ("https", "0.0.0.0:1", "0.0.0.0"),
    ];
    for transport in NAMES {
        let proxy = Proxy::start(Way::Say(BAD_GATEWAY));
        let url = proxy.url();
        for (scheme, host, value) in cases {
            for variable in ["NO_PROXY", "no_proxy"] {
                let mut variables = all_variables(&url);
                variables.push((variable, value));
                let said = send(transport, &format!("{scheme}://{host}"), &variables);
                assert!(
                    said.contains(&format!("no connection to {host}: ")),
                    "{transport}, {scheme}, {variable}={value}: {said}"
                );
                assert!(proxy.asked().is_empty(), "{transport}, {variable}={value}");
            }
        }
        // Another name is none of them.
        let mut variables = all_variables(&url);
        variables.push(("NO_PROXY", "example.com,ample.invalid,127.0.0.1"));
        for endpoint in ["http://service.example.invalid", "https://0.0.0.0:1"] {
            send(transport, endpoint, &variables);
            assert_eq!(proxy.asked().len(), 1, "{transport}, {endpoint}");
        }
    }
}

#[test]
fn passwords_of_proxies_arrive_decoded_and_are_shown_to_nobody_else() {
    let answers = [
        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"a\"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "this is not HTTP\r\n\r\n",
        "",
    ];
    for transport in NAMES {
        for answer in answers {
            let proxy = Proxy::start(Way::Say(answer));
            for scheme in ["http", "https"] {
                let url = proxy.url_with("us%65r:canary");
                let endpoint = format!("{scheme}://service.example.invalid:8080");
                let said = send(transport, &endpoint, &all_variables(&url));
                let head = proxy.head();
                assert!(
                    head.to_lowercase()
                        .contains("\r\nproxy-authorization: basic dxnlcjpjyw5hcnk=\r\n"),
                    "{transport}: {head}"
                );
                assert!(
                    said.starts_with("Amazon Bedrock ListCustomModels: "),
                    "{transport}: {said}"
                );
                hides_the_password(&said, transport);
            }
        }
        // What stands for itself in a password, and what does not.
        let proxy = Proxy::start(Way::Say(answers[1]));
        let url = proxy.url_with("user:p%40s%3As%2f+%25");
        send(
            transport,
            "https://service.example.invalid",
            &all_variables(&url),
        );
        assert!(proxy.head().contains("dXNlcjpwQHM6cy8rJQ=="), "{transport}");
        // Nobody there.
        let url = "http://user:canary@127.0.0.1:1";
        for scheme in ["http", "https"] {
            let endpoint = format!("{scheme}://service.example.invalid");
            let said = send(transport, &endpoint, &all_variables(url));
            assert!(
                said.to_lowercase().contains("refused"),
                "{transport}: {said}"
            );
            hides_the_password(&said, transport);
        }
    }
}

fn hides_an_echo(transport: &str, scheme: &str) {
    let proxy = Proxy::start(Way::Echo);
    let url = proxy.url_with("user:canary");
    let endpoint = format!("{scheme}://service.example.invalid:8080");
    let said = send(transport, &endpoint, &all_variables(&url));
    assert_eq!(proxy.asked().len(), 1, "{transport}, {scheme}: {said}");
    hides_the_password(&said, transport);
}

#[test]
fn what_a_proxy_echoes_in_place_of_a_tunnel_is_not_shown() {
    for transport in NAMES {
        hides_an_echo(transport, "https");
    }
    // This one has tunnels for everything.
    hides_an_echo("ureq", "http");
}

#[test]
fn what_a_proxy_echoes_in_plain_text_is_not_shown() {
    for transport in ["hyper", "reqwest"] {
        hides_an_echo(transport, "http");
    }
}

#[test]
fn proxies_of_another_kind_are_told_without_their_password() {
    for transport in NAMES {
        for kind in ["socks4", "socks5", "socks5h"] {
            let proxy = format!("{kind}://user:canary@127.0.0.1:1");
            for variable in ["ALL_PROXY", "all_proxy"] {
                for scheme in ["http", "https"] {
                    let endpoint = format!("{scheme}://service.example.invalid");
                    let said = send(transport, &endpoint, &[(variable, &proxy)]);
                    // What reqwest says is its own.
                    let words = match transport {
                        "reqwest" => format!("unsupported scheme {kind}\n"),
                        _ => format!("the proxy is {kind}://…, and only http"),
                    };
                    assert!(said.contains(&words), "{transport}, {scheme}: {said}");
                    hides_the_password(&said, transport);
                }
            }
        }
        // What cannot be understood is passed over; it may be a password all the same.
        for proxy in [
            "ftp://user:canary@127.0.0.1:1",
            "http://user:canary@[127.0.0.1:1",
        ] {
            let endpoint = format!("http://{}", unresolvable());
            let said = send(transport, &endpoint, &all_variables(proxy));
            assert!(said.contains("no connection to"), "{transport}: {said}");
            hides_the_password(&said, transport);
        }
    }
}

/// It cannot work, however often it is tried; see `TransportErrorKind::Setup`.
#[test]
fn proxies_of_another_kind_are_no_failed_connection() {
    for transport in ["hyper", "ureq"] {
        let proxy = "socks5://user:canary@127.0.0.1:1";
        let said = send(
            transport,
            "https://service.example.invalid",
            &[("ALL_PROXY", proxy)],
        );
        assert!(
            said.starts_with("Amazon Bedrock ListCustomModels: the proxy is "),
            "{transport}: {said}"
        );
    }
}

#[test]
fn silent_proxies_are_given_up() {
    let threads = NAMES.map(|transport| {
        thread::spawn(move || {
            let proxy = Proxy::start(Way::Wait);
            let url = proxy.url_with("user:canary");
            let start = Instant::now();
            let said = send(
                transport,
                "https://service.example.invalid",
                &all_variables(&url),
            );
            assert!(start.elapsed() < PATIENCE, "{transport}: {said}");
            assert!(
                said.contains("no connection to service.example.invalid"),
                "{transport}: {said}"
            );
            hides_the_password(&said, transport);
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Proxies that a program names itself.
#[test]
fn proxies_of_a_builder_are_not_shown_and_not_used_for_this_machine() {
    let server = Server::always(Reply::json(200, PAGE));
    let proxy = Proxy::start(Way::Say(BAD_GATEWAY));
    let url = proxy.url_with("user:canary");
    let tls = Authority::new().client_config();
    let reqwest = Reqwest::from_builder(|| {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .proxy(reqwest::Proxy::all(&url).unwrap())
    })
    .unwrap();
    assert_eq!(list(&config(server.url(), 1), reqwest.clone()).unwrap(), 1);
    assert!(proxy.asked().is_empty());

    hides_the_password(&format!("{reqwest:?}"), "the transport");
    for scheme in ["http", "https"] {
        let config = config(format!("{scheme}://service.example.invalid:8080"), 2).allow_http(true);
        let error = list(&config, reqwest.clone()).unwrap_err();
        hides_the_password(&format!("{error} {error:?} {error:#?}"), scheme);
        assert_eq!(error.attempts(), 2, "{error}");
    }
    assert_eq!(proxy.asked().len(), 4);
}

// --- nobody answers ---

/// An address whose listener takes no more connections, and what keeps it so.
#[cfg(target_os = "linux")]
fn full() -> (String, TcpListener, Vec<TcpStream>) {
    let listener = block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        socket.listen(1).unwrap().into_std().unwrap()
    });
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, SOON) {
        waiting.push(stream);
        assert!(waiting.len() < 100, "the queue has no end");
    }
    (address.to_string(), listener, waiting)
}

fn is_given_up(
    outcomes: Vec<(&'static str, Result<usize, Error>)>,
    authority: &str,
    attempts: u32,
) {
    for (name, outcome) in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), attempts, "{name}: {error}");
        let text = error.to_string();
        assert!(
            text.contains(&format!("no connection to {authority}: ")),
            "{name}: {text}"
        );
        // What reqwest says is its own.
        assert!(
            name == "reqwest" || text.contains("no connection within 200ms"),
            "{name}: {text}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn connections_that_nobody_takes_are_given_up() {
    let (authority, _listener, _waiting) = full();
    let transports = Transports::hasty();
    for scheme in ["http", "https"] {
        for attempts in [1, 3] {
            let start = Instant::now();
            let outcomes = transports.list(&config(format!("{scheme}://{authority}"), attempts));
            let took = start.elapsed();
            is_given_up(outcomes, &authority, attempts);
            assert!(took >= 3 * attempts * SOON.mul_f64(0.9), "{took:?}");
            assert!(
                took < 3 * attempts * SOON + Duration::from_secs(3),
                "{took:?}"
            );
        }
    }
    // The transports that clients make by themselves do as the configuration says.
    let config = config(format!("http://{authority}"), 2).connect_timeout(SOON);
    let list = aws_bedrock::ListCustomModels::new;
    let client = aws_bedrock::Client::new(config.clone()).unwrap();
    let page = block_on(client.send(list())).map(|page| page.model_summaries.len());
    is_given_up(vec![("hyper", page)], &authority, 2);
    let client = aws_bedrock::blocking::Client::new(config).unwrap();
    let page = client.send(list()).map(|page| page.model_summaries.len());
    is_given_up(vec![("ureq", page)], &authority, 2);
}

/// Servers that take connections and never come to the end of a handshake: mute ones, and one that is always about to.
#[test]
fn handshakes_without_end_are_given_up() {
    for drips in [false, true] {
        let count = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&count);
        let port = accept("127.0.0.1:0", move |mut stream| {
            *counter.lock().unwrap() += 1;
            let start = Instant::now();
            // The head of a record that has 16 KiB.
            let mut alive = !drips || stream.write_all(b"\x16\x03\x03\x40\x00").is_ok();
            while alive && start.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(30));
                alive = !drips || stream.write_all(b"\x02").is_ok();
            }
        });
        let authority = format!("127.0.0.1:{port}");
        for attempts in [1, 3] {
            let start = Instant::now();
            let config = config(format!("https://{authority}"), attempts);
            let outcomes = Transports::hasty().list(&config);
            is_given_up(outcomes, &authority, attempts);
            let took = start.elapsed();
            assert!(took >= 3 * attempts * SOON.mul_f64(0.9), "{took:?}");
            assert!(
                took < 3 * attempts * SOON + Duration::from_secs(3),
                "{took:?}"
            );
        }
        assert_eq!(*count.lock().unwrap(), 12);
    }
}
