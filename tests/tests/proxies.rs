//! Proxies, as the environment names them: a child process for each, since no test may change its own variables.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use cloud_models_tests::server::{Reply, Server};

const TRANSPORTS: [&str; 3] = ["hyper", "reqwest", "ureq"];

/// A proxy that opens tunnels to nowhere and answers everything else itself: what it is asked is all that counts.
struct Proxy {
    authority: String,
    heads: Receiver<String>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let (tell, heads) = channel();
        // Ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten().take(100) {
                stream
                    .set_read_timeout(Some(Duration::from_secs(5)))
                    .unwrap();
                let mut reader = BufReader::new(stream);
                let mut head = String::new();
                while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
                let answer: &[u8] = match head.starts_with("CONNECT") {
                    true => b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
                    false => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
                };
                let _ = reader.get_mut().write_all(answer);
                let _ = tell.send(head);
            }
        });
        Self { authority, heads }
    }

    /// What it was asked, if it was.
    fn head(&self) -> Option<String> {
        self.heads.try_recv().ok()
    }
}

/// What a child says that sends with these variables.
fn send(transport: &str, url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_send"));
    command.args([transport, url]);
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUEST_METHOD",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{transport}: {output:?}");
    assert!(output.stderr.is_empty(), "{transport}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn this_machine_is_reached_without_a_proxy() {
    let server = Server::always(Reply::json(200, "{}"));
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    for transport in TRANSPORTS {
        let proxy = Proxy::start();
        let url = format!("http://{}", proxy.authority);
        let variables = [
            ("HTTP_PROXY", &*url),
            ("http_proxy", &*url),
            ("HTTPS_PROXY", &*url),
            ("ALL_PROXY", &*url),
            ("NO_PROXY", ""),
        ];
        for host in ["127.0.0.1", "localhost"] {
            let said = send(transport, &format!("http://{host}:{port}"), &variables);
            assert_eq!(said, "0 models\n", "{transport}");
        }
        assert_eq!(proxy.head(), None, "{transport}");
    }
}

#[test]
fn everything_else_goes_through_the_proxy_with_its_password_unseen() {
    for transport in TRANSPORTS {
        for (scheme, port) in [("http", 80), ("https", 443)] {
            let proxy = Proxy::start();
            let url = format!("http://user:canary@{}", proxy.authority);
            let variables = [
                ("HTTP_PROXY", &*url),
                ("http_proxy", &*url),
                ("HTTPS_PROXY", &*url),
            ];
            let said = send(
                transport,
                &format!("{scheme}://service.invalid"),
                &variables,
            );
            let head = proxy
                .head()
                .unwrap_or_else(|| panic!("{transport}, {scheme}: {said}"));
            let asked = head.lines().next().unwrap();
            assert!(
                asked.starts_with("GET http://service.invalid/custom-models")
                    || asked.starts_with(&format!("CONNECT service.invalid:{port} ")),
                "{transport}: {asked}"
            );
            // What is encrypted is asked for by a tunnel alone.
            assert!(
                scheme == "http" || asked.starts_with("CONNECT"),
                "{transport}: {asked}"
            );
            let password = "proxy-authorization: basic dxnlcjpjyw5hcnk=";
            assert!(
                head.to_lowercase().contains(password),
                "{transport}: {head}"
            );
            assert!(!said.contains("canary"), "{transport}: {said}");
        }
    }
}

#[test]
fn exceptions_are_heeded() {
    for transport in TRANSPORTS {
        let proxy = Proxy::start();
        let url = format!("http://{}", proxy.authority);
        // This machine by an address that is not known as such.
        let variables = [("HTTPS_PROXY", &*url), ("NO_PROXY", "0.0.0.0")];
        let said = send(transport, "https://0.0.0.0:1", &variables);
        assert!(
            said.contains("no connection to 0.0.0.0:1"),
            "{transport}: {said}"
        );
        assert_eq!(proxy.head(), None, "{transport}");
    }
}

#[test]
fn proxies_that_are_not_known_are_told() {
    for transport in ["hyper", "ureq"] {
        let variables = [("ALL_PROXY", "socks5h://user:canary@127.0.0.1:1")];
        let said = send(transport, "https://service.invalid", &variables);
        assert!(
            said.contains("the proxy is socks5h://…, and only http://"),
            "{transport}: {said}"
        );
        assert!(!said.contains("canary"), "{transport}: {said}");
    }
}
