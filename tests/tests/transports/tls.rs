//! TLS: whom each transport trusts, and what it says where it trusts nobody.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use cloud_models::ErrorKind;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest};
use cloud_models_tests::server::{Reply, Server};
use rcgen::{CertificateParams, date_time_ymd};
use rustls::crypto::ring;
use rustls::version::{TLS12, TLS13};

use super::common::*;

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
        ("nothing", String::new()),
        ("rubbish", "no certificate".to_owned()),
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

    // One that offers HTTP/2 is one all the same.
    let server = Secure::start(authority.identity("localhost"));
    let mut two = authority.client_config();
    two.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let hyper = Hyper::builder().tls_config(two).build().unwrap();
    assert_eq!(list(&config(server.url(), 1), hyper).unwrap(), 1);

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
