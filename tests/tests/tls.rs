//! TLS with roots of one's own, for every transport, and what is said where nobody is to be trusted.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cloud_models::blocking::{BlockingTransport, Ureq};
use cloud_models::transport::{Hyper, Reqwest, Transport};
use cloud_models::{Credentials, Error, ErrorKind, RetryPolicy, aws_bedrock, blocking};
use cloud_models_runtime::Client;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// A server that answers everything with one page, over TLS.
struct Server {
    port: u16,
    root: String,
    certificate: rustls::pki_types::CertificateDer<'static>,
    /// How many requests came through.
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// With a certificate for this host.
    fn start(host: &str) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([host.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        // Ends with the process; each connection has its end.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten().take(100) {
                let (config, counter) = (Arc::clone(&config), Arc::clone(&counter));
                std::thread::spawn(move || {
                    stream
                        .set_read_timeout(Some(Duration::from_secs(10)))
                        .unwrap();
                    let mut stream =
                        StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                    let mut head = Vec::new();
                    let mut piece = [0; 1024];
                    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
                        match stream.read(&mut piece) {
                            Ok(n) if n > 0 => head.extend_from_slice(&piece[..n]),
                            _ => return,
                        }
                    }
                    counter.fetch_add(1, Ordering::SeqCst);
                    let body = r#"{"modelSummaries": [{"modelArn": "arn", "modelName": "a"}]}"#;
                    let length = body.len();
                    let _ = write!(
                        stream,
                        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                    );
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                });
            }
        });
        Self {
            port,
            root: cert.pem(),
            certificate: cert.der().clone(),
            requests,
        }
    }

    fn config(&self) -> aws_bedrock::Config {
        aws_bedrock::Config::new()
            .endpoint(format!("https://localhost:{}", self.port))
            .region("us-east-1")
            .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
            .retry(
                RetryPolicy::standard()
                    .max_attempts(2)
                    .backoff(Duration::ZERO, Duration::ZERO),
            )
    }

    /// TLS that trusts this server.
    fn client_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    fn list(&self, transport: impl Transport) -> Result<usize, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = Client::builder(self.config())
            .transport(transport)
            .build()?;
        let page = runtime.block_on(client.send(aws_bedrock::ListCustomModels::new()))?;
        Ok(page.model_summaries.len())
    }

    fn list_blocking(&self, transport: impl BlockingTransport) -> Result<usize, Error> {
        let client = blocking::Client::builder(self.config())
            .transport(transport)
            .build()?;
        let page = client.send(aws_bedrock::ListCustomModels::new())?;
        Ok(page.model_summaries.len())
    }

    fn reqwest(&self) -> Reqwest {
        let config = self.client_config();
        Reqwest::from_builder(|| {
            reqwest::Client::builder().tls_backend_preconfigured(config.clone())
        })
        .unwrap()
    }
}

#[test]
fn roots_of_ones_own_are_trusted() {
    let server = Server::start("localhost");
    let hyper = Hyper::builder()
        .root_certificates_pem(server.root.as_str())
        .build()
        .unwrap();
    assert_eq!(server.list(hyper).unwrap(), 1);
    // A configuration that offers HTTP/2 is one all the same.
    let mut config = server.client_config();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let hyper = Hyper::builder().tls_config(config).build().unwrap();
    assert_eq!(server.list(hyper).unwrap(), 1);
    assert_eq!(server.list(server.reqwest()).unwrap(), 1);
    let ureq = Ureq::builder()
        .root_certificates_pem(server.root.as_str())
        .build()
        .unwrap();
    assert_eq!(server.list_blocking(ureq).unwrap(), 1);
    assert_eq!(server.requests.load(Ordering::SeqCst), 4);
}

fn is_refused(server: &Server, outcome: Result<usize, Error>, word: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let text = error.to_string();
    assert!(text.contains(word), "{text}");
    assert!(
        text.contains(&format!("no connection to localhost:{}", server.port)),
        "{text}"
    );
    assert_eq!(
        server.requests.load(Ordering::SeqCst),
        0,
        "something was sent"
    );
}

#[test]
fn a_server_that_nobody_vouches_for_gets_nothing() {
    let server = Server::start("localhost");
    let stranger = Server::start("localhost");
    let root = stranger.root.as_str();
    let hyper = Hyper::builder()
        .root_certificates_pem(root)
        .build()
        .unwrap();
    is_refused(&server, server.list(hyper), "invalid peer certificate");
    is_refused(
        &server,
        server.list(stranger.reqwest()),
        "invalid peer certificate",
    );
    let ureq = Ureq::builder().root_certificates_pem(root).build().unwrap();
    is_refused(
        &server,
        server.list_blocking(ureq),
        "invalid peer certificate",
    );
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let server = Server::start("example.com");
    let root = server.root.as_str();
    let hyper = Hyper::builder()
        .root_certificates_pem(root)
        .build()
        .unwrap();
    is_refused(&server, server.list(hyper), "not valid for name");
    is_refused(&server, server.list(server.reqwest()), "not valid for name");
    let ureq = Ureq::builder().root_certificates_pem(root).build().unwrap();
    is_refused(&server, server.list_blocking(ureq), "not valid for name");
}

#[test]
fn what_is_no_certificate_is_told() {
    let good = Server::start("localhost").root;
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for bad in ["", "no certificate", broken] {
        let hyper = Hyper::builder()
            .root_certificates_pem(good.as_str())
            .root_certificates_pem(bad);
        let text = hyper.build().unwrap_err().to_string();
        assert!(text.contains("text 2 of those given"), "{text}");
        let ureq = Ureq::builder().root_certificates_pem(bad);
        let text = ureq.build().unwrap_err().to_string();
        assert!(text.contains("text 1 of those given"), "{text}");
    }
}

/// A server that takes connections and never says a word of TLS.
#[test]
fn a_handshake_that_never_ends_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut server = Server::start("localhost");
    server.port = listener.local_addr().unwrap().port();
    let soon = Duration::from_millis(150);
    let start = Instant::now();
    let hyper = Hyper::builder().connect_timeout(soon).build().unwrap();
    is_refused(&server, server.list(hyper), "no connection within 150ms");
    let ureq = Ureq::builder().connect_timeout(soon).build().unwrap();
    is_refused(
        &server,
        server.list_blocking(ureq),
        "no connection within 150ms",
    );
    assert!(start.elapsed() < Duration::from_secs(5));
}
