//! Proxies, as the environment names them: a child process for each, since no test may change its own variables.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use cloud_models::transport::Reqwest;
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::verify::Keys;
use cloud_models_tests::server::{Reply, Request, Server};

use super::common::*;

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
