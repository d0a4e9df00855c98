//! Proxies. Environment variables are set in a child process, since a test must not change its own.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use cloud_models::{Credentials, ErrorKind, ProxyConfig};
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::{Reply, Request, Server};

use super::common::*;

/// A host behind the proxy. Its name is reserved, so no resolver knows it.
const HOST: &str = "service.example.invalid";

/// Returns a host name that fails to resolve at once: a label has at most 63 letters.
fn unresolvable() -> String {
    format!("{}.{HOST}", "a".repeat(64))
}

/// A proxy on this machine.
struct Proxy {
    port: u16,
    seen: Arc<Mutex<SeenByProxy>>,
}

/// Observations of a proxy.
#[derive(Default)]
struct SeenByProxy {
    connections: usize,
    heads: Vec<String>,
    /// Bytes that clients sent through tunnels.
    tunneled: Vec<u8>,
}

/// Reaction of a proxy to a request.
#[derive(Clone)]
enum Behavior {
    /// Forwards all requests to this port, regardless of their host.
    Forward(u16),
    /// Sends this response and closes the connection.
    Respond(String),
    /// Responds with a page, and keeps the connection open for more requests.
    Serve,
    /// Responds with the credentials it received, like proxies that try to be helpful.
    Echo,
    /// Never responds.
    Stall,
}

impl Behavior {
    fn status(status: u16) -> Self {
        Self::Respond(format!(
            "HTTP/1.1 {status} X\r\nproxy-authenticate: Basic realm=\"a\"\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n"
        ))
    }
}

impl Proxy {
    fn start(behavior: Behavior) -> Self {
        let seen = Arc::new(Mutex::new(SeenByProxy::default()));
        let shared = Arc::clone(&seen);
        let port = accept("127.0.0.1:0", move |mut client| {
            shared.lock().unwrap().connections += 1;
            while let Ok(head) = read_head(&mut client) {
                shared.lock().unwrap().heads.push(head.clone());
                match &behavior {
                    Behavior::Forward(port) => return forward(client, &head, *port, &shared),
                    Behavior::Respond(response) => {
                        let _ = client.write_all(response.as_bytes());
                        return;
                    }
                    Behavior::Serve => {
                        let length = PAGE.len();
                        let _ = write!(
                            client,
                            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{PAGE}"
                        );
                    }
                    Behavior::Echo => {
                        let mut lines = head.lines();
                        let shown = lines
                            .find(|line| line.to_lowercase().starts_with("proxy-auth"))
                            .unwrap_or_default();
                        let _ = write!(
                            client,
                            "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{shown}",
                            shown.len()
                        );
                        return;
                    }
                    Behavior::Stall => {
                        // Ends when the client hangs up.
                        let _ = client.read(&mut [0]);
                        return;
                    }
                }
            }
        });
        Self { port, seen }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn url_with(&self, login: &str) -> String {
        format!("http://{login}@127.0.0.1:{}", self.port)
    }

    fn config(&self) -> ProxyConfig {
        ProxyConfig::new(&self.url_with("user:canary")).unwrap()
    }

    /// Returns the heads received since the last call.
    fn heads(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap().heads)
    }

    /// Returns the only head received since the last call.
    fn head(&self) -> String {
        let mut heads = self.heads();
        assert_eq!(heads.len(), 1, "{heads:?}");
        heads.remove(0)
    }

    fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

/// Opens a tunnel, or forwards a request without the headers that are for the proxy.
fn forward(mut client: TcpStream, head: &str, port: u16, seen: &Mutex<SeenByProxy>) {
    let mut origin = TcpStream::connect(("127.0.0.1", port)).unwrap();
    origin.set_read_timeout(Some(PATIENCE)).unwrap();
    if !head.starts_with("CONNECT ") {
        let (method, rest) = head.split_once(' ').unwrap();
        let path = rest.splitn(4, '/').nth(3).unwrap();
        let mut forwarded = String::new();
        for line in format!("{method} /{path}").lines() {
            if !line.to_lowercase().starts_with("proxy-") && !line.is_empty() {
                forwarded.push_str(line);
                forwarded.push_str("\r\n");
            }
        }
        forwarded.push_str("connection: close\r\n\r\n");
        origin.write_all(forwarded.as_bytes()).unwrap();
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
    let mut chunk = [0; 4096];
    while let Ok(n @ 1..) = client.read(&mut chunk) {
        seen.lock().unwrap().tunneled.extend_from_slice(&chunk[..n]);
        if origin.write_all(&chunk[..n]).is_err() {
            break;
        }
    }
    let _ = origin.shutdown(Shutdown::Write);
    let _ = back.join();
}

/// Asserts that a text contains the password neither in clear nor in base64.
fn assert_hidden(text: &str, case: &str) {
    for secret in ["canary", "dXNlcjpjYW5hcnk", "Y2FuYXJ5"] {
        assert!(!text.contains(secret), "{case}: {text}");
    }
}

/// A plain server that is reached directly by an address that does not count as this machine.
fn server_elsewhere() -> (Server, String) {
    let server = Server::always(Reply::json(200, PAGE));
    let authority = server.authority();
    let url = format!("http://0.0.0.0:{}", authority.rsplit(':').next().unwrap());
    (server, url)
}

/// Signatures are valid behind a proxy, and the service does not see the proxy's headers.
#[test]
fn services_behind_a_proxy_are_reached() {
    let cloud = Cloud::new(
        "aws-bedrock",
        3,
        Credentials::access_key("AKIDEXAMPLE", "secret"),
    );
    let authority = Authority::new();
    let root = authority.file("behind-proxy.pem");
    for transport in NAMES {
        let cloud = cloud.clone();
        let origin = Server::start(move |request: &Request, _| cloud.reply(request));
        let port = origin.url().rsplit(':').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(Behavior::Forward(port));
        let url = proxy.url_with("user:canary");
        let endpoint = format!("http://{HOST}:8080");
        let sent = send(transport, &endpoint, &[("HTTP_PROXY", &url)]);
        assert_eq!(sent.models, Some(3), "{transport}: {}", sent.all);
        let request = origin.requests().remove(0);
        assert_eq!(request.header("host"), Some("service.example.invalid:8080"));
        assert_eq!(request.header("proxy-authorization"), None, "{transport}");
        origin.assert_no_problems();
        let head = proxy.head();
        // Many proxies allow CONNECT to port 443 only.
        assert!(
            head.starts_with("GET http://service.example.invalid:8080/custom-models"),
            "{transport}: {head}"
        );
        assert_hidden(&sent.all, transport);

        let origin = Secure::start(authority.identity(HOST));
        let proxy = Proxy::start(Behavior::Forward(origin.port));
        let url = proxy.url_with("user:canary");
        let sent = send(
            transport,
            &format!("https://{HOST}"),
            &[
                ("HTTPS_PROXY", &url),
                ("SSL_CERT_FILE", root.to_str().unwrap()),
            ],
        );
        assert_eq!(sent.models, Some(1), "{transport}: {}", sent.all);
        let head = origin.seen.lock().unwrap().heads.remove(0).to_lowercase();
        assert!(
            head.contains("host: service.example.invalid\r\n"),
            "{transport}: {head}"
        );
        assert!(!head.contains("proxy-"), "{transport}: {head}");
        // The proxy sees the host and encrypted bytes.
        assert!(
            proxy
                .head()
                .starts_with("CONNECT service.example.invalid:443 "),
            "{transport}"
        );
        let tunneled = std::mem::take(&mut proxy.seen.lock().unwrap().tunneled);
        let tunneled = String::from_utf8_lossy(&tunneled);
        assert!(
            !tunneled.is_empty() && !tunneled.contains("custom-models"),
            "{transport}"
        );
        assert!(!tunneled.contains("AKIDEXAMPLE"), "{transport}");
    }
}

/// The client does not create the transport here, so it has to ask the transport for the login to hide.
#[test]
fn logins_of_the_transports_own_proxies_are_hidden() {
    let shown = r#"{"message": "login dXNlcjpjYW5hcnk= of user:canary denied"}"#;
    let proxy = Proxy::start(Behavior::Respond(format!(
        "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{shown}",
        shown.len()
    )));
    let transports = Transports::through(proxy.config());
    let config = config(format!("http://{HOST}:8080"), 1);
    let list = cloud_models::aws_bedrock::ListCustomModels::new;
    for name in NAMES {
        let error = match name {
            "ureq" => {
                let builder = cloud_models::blocking::Client::builder(config.clone());
                let client = builder.transport(transports.ureq.clone()).build().unwrap();
                client.send(list()).unwrap_err()
            }
            _ => block_on(async {
                let builder = cloud_models::Client::builder(config.clone());
                let builder = match name {
                    "hyper" => builder.transport(transports.hyper.clone()),
                    _ => builder.transport(transports.reqwest.clone()),
                };
                builder.build().unwrap().send(list()).await.unwrap_err()
            }),
        };
        let all = format!("{error} {error:?} {:?}", error.reply());
        assert!(all.contains("***"), "{name}: {all}");
        assert_hidden(&all, name);
    }
}

/// On a connection to a proxy, each request needs the whole URL and the login.
#[test]
fn connections_to_a_proxy_are_reused() {
    let proxy = Proxy::start(Behavior::Serve);
    let transports = Transports::through(proxy.config());
    let config = config(format!("http://{HOST}:8080"), 1);
    // The idle connection of a tokio runtime ends with the runtime, so all requests share one.
    let list = cloud_models::aws_bedrock::ListCustomModels::new;
    for name in NAMES {
        let before = proxy.connections();
        match name {
            "ureq" => {
                let builder = cloud_models::blocking::Client::builder(config.clone());
                let client = builder.transport(transports.ureq.clone()).build().unwrap();
                for _ in 0..3 {
                    client.send(list()).unwrap();
                }
            }
            _ => block_on(async {
                let builder = cloud_models::Client::builder(config.clone());
                let builder = match name {
                    "hyper" => builder.transport(transports.hyper.clone()),
                    _ => builder.transport(transports.reqwest.clone()),
                };
                let client = builder.build().unwrap();
                for _ in 0..3 {
                    client.send(list()).await.unwrap();
                }
            }),
        }
        assert_eq!(proxy.connections() - before, 1, "{name}");
        let heads = proxy.heads();
        assert_eq!(heads.len(), 3, "{name}");
        for head in heads {
            assert!(
                head.starts_with("GET http://service.example.invalid:8080/custom-models"),
                "{name}: {head}"
            );
            let login = "\r\nproxy-authorization: basic dxnlcjpjyw5hcnk=\r\n";
            assert_eq!(
                head.to_lowercase().matches(login).count(),
                1,
                "{name}: {head}"
            );
        }
    }
}

/// Returns all proxy variables, in both spellings.
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
    // Linux assigns all of 127.0.0.0/8 to the loopback interface, and supports IPv6 unless it is disabled.
    if cfg!(target_os = "linux") {
        urls.push(format!("http://127.1.2.3:{}", accept("127.1.2.3:0", serve)));
    }
    if TcpListener::bind("[::1]:0").is_ok() {
        urls.push(format!("http://[::1]:{}", accept("[::1]:0", serve)));
    }
    for transport in NAMES {
        let proxy = Proxy::start(Behavior::status(502));
        let usable = proxy.url();
        for proxy in [usable.as_str(), "socks5://user:canary@127.0.0.1:1"] {
            let mut variables = all_variables(proxy);
            variables.push(("SSL_CERT_FILE", root.to_str().unwrap()));
            for url in &urls {
                let sent = send(transport, url, &variables);
                assert_eq!(sent.models, Some(1), "{transport}, {url}: {}", sent.all);
            }
        }
        assert_eq!(proxy.connections(), 0, "{transport}");
    }
}

#[test]
fn each_variable_names_a_proxy() {
    let cases = [
        (
            "http",
            "Service",
            &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        ),
        (
            "https",
            "Transport",
            &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        ),
    ];
    for transport in NAMES {
        let proxy = Proxy::start(Behavior::status(502));
        // The scheme is optional.
        for url in [proxy.url(), format!("127.0.0.1:{}", proxy.port)] {
            for (scheme, kind, variables) in cases {
                for variable in variables {
                    let endpoint = format!("{scheme}://{HOST}:8080");
                    let sent = send(transport, &endpoint, &[(variable, &url)]);
                    assert_eq!(sent.kind, kind, "{transport}, {variable}: {}", sent.all);
                    assert!(
                        proxy.head().contains("service.example.invalid:8080"),
                        "{transport}, {variable}"
                    );
                }
            }
        }
    }
}

/// A CGI program receives the `Proxy` header of its caller as `HTTP_PROXY`.
#[test]
fn only_http_proxy_in_capitals_is_ignored_in_cgi_programs() {
    for transport in NAMES {
        let proxy = Proxy::start(Behavior::status(502));
        let url = proxy.url();
        let (_server, elsewhere) = server_elsewhere();
        let cgi = ("REQUEST_METHOD", "GET");
        let sent = send(transport, &elsewhere, &[("HTTP_PROXY", &url), cgi]);
        assert_eq!(sent.models, Some(1), "{transport}: {}", sent.all);
        assert_eq!(proxy.connections(), 0, "{transport}");
        for (variable, scheme) in [
            ("http_proxy", "http"),
            ("HTTPS_PROXY", "https"),
            ("https_proxy", "https"),
            ("ALL_PROXY", "https"),
        ] {
            let endpoint = format!("{scheme}://{HOST}");
            send(transport, &endpoint, &[(variable, &url), cgi]);
            assert_eq!(proxy.heads().len(), 1, "{transport}, {variable}");
        }
    }
}

#[test]
fn exceptions_apply_in_both_spellings() {
    let name = unresolvable();
    let (server, elsewhere) = server_elsewhere();
    let in_list = format!("localhost, {} ,other", name.to_uppercase());
    // Direct connections: the name cannot be resolved, the address is reachable.
    let direct = [
        ("http", name.as_str(), name.as_str()),
        ("http", name.as_str(), "example.invalid"),
        ("http", name.as_str(), ".invalid"),
        ("http", name.as_str(), "*"),
        ("http", name.as_str(), in_list.as_str()),
        ("http", name.as_str(), "a, example.invalid"),
        ("https", "0.0.0.0:1", "0.0.0.0"),
    ];
    let addresses = ["*", "0.0.0.0", "10.0.0.0/8, 0.0.0.0/8"];
    for transport in NAMES {
        let proxy = Proxy::start(Behavior::status(502));
        let url = proxy.url();
        let with = |variable: &'static str, value: &'static str| {
            let mut variables = all_variables(&url);
            variables.push((variable, value));
            variables
        };
        for (scheme, host, value) in direct {
            for variable in ["NO_PROXY", "no_proxy"] {
                let mut variables = all_variables(&url);
                variables.push((variable, value));
                let sent = send(transport, &format!("{scheme}://{host}"), &variables);
                assert_eq!(
                    sent.kind, "Transport",
                    "{transport}, {scheme}, {variable}={value}: {}",
                    sent.all
                );
            }
        }
        for value in addresses {
            for variable in ["NO_PROXY", "no_proxy"] {
                let sent = send(transport, &elsewhere, &with(variable, value));
                assert_eq!(sent.models, Some(1), "{transport}, {value}: {}", sent.all);
            }
        }
        assert_eq!(proxy.connections(), 0, "{transport}");
        // Other hosts are reached through the proxy.
        let variables = with("NO_PROXY", "example.com,ample.invalid,127.0.0.1,a,*");
        for endpoint in [&*format!("http://{HOST}"), "https://0.0.0.0:1", &elsewhere] {
            send(transport, endpoint, &variables);
            assert_eq!(proxy.heads().len(), 1, "{transport}, {endpoint}");
        }
    }
    assert_eq!(server.requests().len(), 3 * 3 * 2);
}

/// If a proxy variable is invalid, connecting directly would violate the user's intent.
#[test]
fn unusable_variables_are_errors_that_name_the_variable_and_not_its_value() {
    let (server, elsewhere) = server_elsewhere();
    let values = [
        "http://canary:3128\n",
        "http://canary :3128",
        " http://canary:3128",
        "[canary",
        "http://user:canary@[127.0.0.1:1",
        "http://canary:70000",
        "ftp://user:canary@127.0.0.1:1",
        "socks4://user:canary@127.0.0.1:1",
        "socks5://user:canary@127.0.0.1:1",
        "socks5h://user:canary@127.0.0.1:1",
        // The slash is meant as part of the password, but ends the host.
        "http://user:pa/canary@127.0.0.1:3129",
    ];
    for transport in NAMES {
        for value in values {
            for variable in ["HTTP_PROXY", "all_proxy"] {
                let sent = send_up_to(3, transport, &elsewhere, &[(variable, value)]);
                assert_eq!(sent.kind, "Config", "{transport}, {value:?}: {}", sent.all);
                assert_eq!(sent.attempts, 0, "{transport}, {value:?}");
                assert!(!sent.retryable, "{transport}, {value:?}");
                let message = &sent.message;
                assert!(
                    message.contains(variable),
                    "{transport}, {value:?}: {message}"
                );
                assert_hidden(&sent.all, transport);
            }
        }
        // A request that needs no proxy is not affected.
        let variables = [("HTTP_PROXY", values[0]), ("NO_PROXY", "0.0.0.0")];
        let sent = send(transport, &elsewhere, &variables);
        assert_eq!(sent.models, Some(1), "{transport}: {}", sent.all);
        let sent = send(transport, &elsewhere, &[("HTTPS_PROXY", values[0])]);
        assert_eq!(sent.models, Some(1), "{transport}: {}", sent.all);
    }
    assert_eq!(server.connections(), 2 * NAMES.len());
}

#[test]
fn passwords_arrive_decoded_and_are_shown_nowhere() {
    let behaviors = [
        Behavior::status(407),
        Behavior::status(502),
        Behavior::Respond("this is not HTTP\r\n\r\n".to_owned()),
        Behavior::Respond(String::new()),
        Behavior::Echo,
    ];
    for transport in NAMES {
        for behavior in &behaviors {
            let proxy = Proxy::start(behavior.clone());
            for scheme in ["http", "https"] {
                let url = proxy.url_with("us%65r:canary");
                let endpoint = format!("{scheme}://{HOST}:8080");
                let sent = send(transport, &endpoint, &all_variables(&url));
                let head = proxy.head();
                assert!(
                    head.to_lowercase()
                        .contains("\r\nproxy-authorization: basic dxnlcjpjyw5hcnk=\r\n"),
                    "{transport}: {head}"
                );
                assert!(
                    ["Transport", "Service"].contains(&&*sent.kind),
                    "{transport}: {}",
                    sent.all
                );
                assert_hidden(&sent.all, transport);
            }
        }
        let proxy = Proxy::start(Behavior::status(502));
        for (login, decoded) in [
            ("user:p%40s%3As%2f+%25", "dXNlcjpwQHM6cy8rJQ=="),
            // Like curl, everything before the last @ is the login.
            ("user:pa@canary", "dXNlcjpwYUBjYW5hcnk="),
        ] {
            for scheme in ["http", "https"] {
                let url = proxy.url_with(login);
                let endpoint = format!("{scheme}://{HOST}");
                let sent = send(transport, &endpoint, &all_variables(&url));
                assert!(proxy.head().contains(decoded), "{transport}, {login}");
                assert!(!sent.all.contains(decoded), "{transport}: {}", sent.all);
                assert_hidden(&sent.all, transport);
            }
        }
    }
}

/// reqwest reports only the status 407 of a refused tunnel.
#[test]
fn refused_tunnels_name_the_proxy_and_the_status() {
    for status in [401, 403, 407, 500, 503] {
        let proxy = Proxy::start(Behavior::status(status));
        let transports = Transports::through(proxy.config());
        let outcomes = transports.list(&config(format!("https://{HOST}"), 3));
        for (name, outcome) in outcomes {
            let error = outcome.unwrap_err();
            let case = format!("{name}, {status}: {error}");
            let knows_status = name != "reqwest" || status == 407;
            let is_permanent = knows_status && status < 500;
            assert_eq!(error.kind(), ErrorKind::Transport, "{case}");
            assert_eq!(error.is_retryable(), !is_permanent, "{case}");
            assert_eq!(error.attempts(), if is_permanent { 1 } else { 3 }, "{case}");
            assert!(!error.was_sent(), "{case}");
            let message = error.to_string();
            assert!(message.contains(&proxy.url()), "{case}");
            assert_eq!(
                message.contains(&format!("HTTP {status}")),
                knows_status,
                "{case}"
            );
            assert_hidden(&shown(&error), name);
        }
        for head in proxy.heads() {
            assert!(
                head.starts_with("CONNECT service.example.invalid:443 "),
                "{head}"
            );
        }
    }
}

/// Only this status certainly comes from the proxy; any other may come from the service behind it.
#[test]
fn a_missing_login_for_plain_requests_is_permanent() {
    let proxy = Proxy::start(Behavior::status(407));
    let transports = Transports::through(proxy.config());
    for (name, outcome) in transports.list(&config(format!("http://{HOST}"), 3)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), 1, "{name}: {error}");
        assert!(!error.is_retryable(), "{name}: {error}");
        let message = error.to_string();
        assert!(message.contains(&proxy.url()), "{name}: {message}");
        assert!(message.contains("407"), "{name}: {message}");
        assert_hidden(&shown(&error), name);
    }
    let heads = proxy.heads();
    assert_eq!(heads.len(), 3);
    for head in heads {
        assert!(head.starts_with("GET http://"), "{head}");
    }
    for status in [401, 403, 503] {
        let proxy = Proxy::start(Behavior::status(status));
        let transports = Transports::through(proxy.config());
        for (name, outcome) in transports.list(&config(format!("http://{HOST}"), 1)) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Service, "{name}: {error}");
            assert_eq!(error.status().unwrap().as_u16(), status, "{name}");
        }
    }
}

#[test]
fn unreachable_proxies_are_named() {
    // A port on which no server listens any more.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    for (proxy, shown_proxy) in [
        (
            format!("http://user:canary@127.0.0.1:{port}"),
            format!("http://127.0.0.1:{port}"),
        ),
        (
            format!("http://user:canary@{}:3128", unresolvable()),
            format!("http://{}:3128", unresolvable()),
        ),
    ] {
        let transports = Transports::through(ProxyConfig::new(&proxy).unwrap());
        for scheme in ["http", "https"] {
            let outcomes = transports.list(&config(format!("{scheme}://{HOST}"), 2));
            for (name, outcome) in outcomes {
                let error = outcome.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
                assert_eq!(error.attempts(), 2, "{name}: {error}");
                assert!(error.is_retryable() && !error.was_sent(), "{name}: {error}");
                let message = error.to_string();
                assert!(message.contains(&shown_proxy), "{name}: {message}");
                assert_hidden(&shown(&error), name);
            }
        }
    }
}

#[test]
fn stalled_proxies_are_given_up_and_named() {
    let proxy = Proxy::start(Behavior::Stall);
    let transports = Settings {
        proxy: proxy.config(),
        connect_timeout: Some(SOON),
        ..Settings::default()
    };
    let start = Instant::now();
    let outcomes = transports
        .build()
        .list(&config(format!("https://{HOST}"), 2));
    assert!(start.elapsed() < PATIENCE);
    for (name, outcome) in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), 2, "{name}: {error}");
        assert!(!error.was_sent(), "{name}: {error}");
        let message = error.to_string();
        assert!(message.contains(&proxy.url()), "{name}: {message}");
        assert_hidden(&shown(&error), name);
    }
    assert_eq!(proxy.heads().len(), 6);
}

/// A proxy behind TLS sees plain requests, but only the host of encrypted ones.
#[test]
fn proxies_are_reached_over_tls() {
    let authority = Authority::new();
    let to_proxy = Arc::new(server_config(authority.identity("localhost"), BOTH, None));
    let to_origin = Arc::new(server_config(authority.identity(HOST), BOTH, None));
    let heads = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&heads);
    let respond = |stream: &mut dyn Write| {
        let length = PAGE.len();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(format!("{head}{PAGE}").as_bytes());
        let _ = stream.flush();
    };
    let port = accept("127.0.0.1:0", move |stream| {
        let mut outer = accept_tls(&to_proxy, stream);
        let Ok(head) = read_head(&mut outer) else {
            return;
        };
        let is_tunnel = head.starts_with("CONNECT ");
        shared.lock().unwrap().push(head);
        if !is_tunnel {
            respond(&mut outer);
            outer.conn.send_close_notify();
            let _ = outer.flush();
            return;
        }
        let _ = outer.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        let _ = outer.flush();
        let mut inner = accept_tls(&to_origin, outer);
        match read_head(&mut inner) {
            Ok(head) => shared.lock().unwrap().push(head),
            Err(problem) => shared
                .lock()
                .unwrap()
                .push(format!("no TLS in the tunnel: {problem}")),
        }
        respond(&mut inner);
    });
    let proxy = ProxyConfig::new(&format!("https://user:canary@localhost:{port}")).unwrap();
    let settings = Settings {
        authority: Some(&authority),
        proxy: proxy.clone(),
        ..Settings::default()
    };
    let transports = settings.build();
    for (name, outcome) in transports.list(&config(format!("https://{HOST}"), 1)) {
        assert_eq!(outcome.unwrap(), 1, "{name}");
    }
    let seen = std::mem::take(&mut *heads.lock().unwrap());
    assert_eq!(seen.len(), 6, "{seen:?}");
    for pair in seen.chunks(2) {
        assert!(
            pair[0].starts_with("CONNECT service.example.invalid:443 "),
            "{pair:?}"
        );
        assert!(pair[0].contains("dXNlcjpjYW5hcnk="), "{pair:?}");
        assert!(pair[1].starts_with("GET /custom-models"), "{pair:?}");
        assert!(!pair[1].to_lowercase().contains("proxy-"), "{pair:?}");
    }
    for (name, outcome) in transports.list(&config(format!("http://{HOST}"), 1)) {
        assert_eq!(outcome.unwrap(), 1, "{name}");
    }
    let seen = std::mem::take(&mut *heads.lock().unwrap());
    assert_eq!(seen.len(), 3, "{seen:?}");
    for head in seen {
        assert!(
            head.starts_with("GET http://service.example.invalid/custom-models"),
            "{head}"
        );
        assert!(head.contains("dXNlcjpjYW5hcnk="), "{head}");
    }
    // The certificate of the proxy is checked like any other.
    let other = Authority::new();
    let settings = Settings {
        authority: Some(&other),
        proxy,
        ..Settings::default()
    };
    let transports = settings.build();
    for scheme in ["http", "https"] {
        for (name, outcome) in transports.list(&config(format!("{scheme}://{HOST}"), 3)) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
            assert_eq!(error.attempts(), 1, "{name}: {error}");
            assert!(!error.is_retryable(), "{name}: {error}");
            assert_hidden(&shown(&error), name);
        }
    }
    assert!(heads.lock().unwrap().is_empty());
}

#[test]
fn certificates_behind_a_proxy_are_checked() {
    let authority = Authority::new();
    let origin = Secure::start(authority.identity(HOST));
    let proxy = Proxy::start(Behavior::Forward(origin.port));
    let transports = Transports::through(proxy.config());
    for (name, outcome) in transports.list(&config(format!("https://{HOST}"), 3)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), 1, "{name}: {error}");
        assert!(
            !error.is_retryable() && !error.was_sent(),
            "{name}: {error}"
        );
    }
    assert!(origin.was_refused(3));
}

/// Proxies that a program configures.
#[test]
fn proxies_of_a_builder_are_not_used_for_this_machine_and_their_password_is_hidden() {
    let server = Server::always(Reply::json(200, PAGE));
    let proxy = Proxy::start(Behavior::status(502));
    let transports = Transports::through(proxy.config());
    for (name, outcome) in transports.list(&config(server.url(), 1)) {
        assert_eq!(outcome.unwrap(), 1, "{name}");
    }
    assert_eq!(proxy.connections(), 0);
    let Transports {
        hyper,
        reqwest,
        ureq,
    } = &transports;
    for text in [
        format!("{hyper:?} {reqwest:?} {ureq:?} {:?}", proxy.config()),
        format!(
            "{:?}",
            cloud_models::transport::Hyper::builder().proxy(proxy.config())
        ),
        format!(
            "{:?}",
            cloud_models::transport::Reqwest::builder().proxy(proxy.config())
        ),
        format!(
            "{:?}",
            cloud_models::blocking::Ureq::builder().proxy(proxy.config())
        ),
        format!("{:?}", config(server.url(), 1).proxy(proxy.config())),
    ] {
        assert!(text.contains(&proxy.url()), "{text}");
        assert_hidden(&text, "Debug");
    }
    // The transports that clients create use the configured proxy.
    let config = config(format!("http://{HOST}"), 1).proxy(proxy.config());
    let list = cloud_models::aws_bedrock::ListCustomModels::new;
    let client = cloud_models::aws_bedrock::Client::new(config.clone()).unwrap();
    let error = block_on(client.send(list())).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
    let client = cloud_models::aws_bedrock::blocking::Client::new(config).unwrap();
    let error = client.send(list()).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert_eq!(proxy.connections(), 2);
}
