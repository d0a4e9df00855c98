//! TLS: the certificates that each transport trusts, and the errors for all others.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, TransportErrorKind};
use cloud_models::{Error, ErrorKind};
use rcgen::{CertificateParams, date_time_ymd};
use rustls::crypto::ring;
use rustls::version::{TLS12, TLS13};

use super::common::*;

#[test]
fn certificates_of_an_added_authority_are_trusted() {
    let authority = Authority::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let server = Secure::serve(
            server_config(authority.identity("localhost"), versions, None),
            true,
        );
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

/// By default, reqwest's TLS uses the provider of the process and the roots of its builder.
#[test]
fn roots_of_a_builder_are_trusted() {
    // No other test needs a provider.
    let _ = ring::default_provider().install_default();
    let authority = Authority::new();
    let server = Secure::start(authority.identity("localhost"));
    let root = reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
    let (one, other) = (root.clone(), root);
    let builder = || reqwest::Client::builder().tls_backend_rustls();
    let added = Reqwest::builder()
        .client_builder(move || builder().add_root_certificate(one.clone()))
        .build()
        .unwrap();
    let only = Reqwest::builder()
        .client_builder(move || builder().tls_certs_only([other.clone()]))
        .build()
        .unwrap();
    let config = config(server.url(), 1);
    for reqwest in [added, only] {
        assert_eq!(list(&config, reqwest).unwrap(), 1);
    }
    let without = Reqwest::builder().client_builder(builder).build().unwrap();
    is_refused_once("reqwest", list(&config, without));
    assert_eq!(server.seen.lock().unwrap().heads.len(), 2);
}

/// Line breaks of any kind, and other text between the certificates, are allowed.
#[test]
fn a_text_may_contain_several_roots() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Secure::start(authority.identity("localhost"));
    let config = config(server.url(), 1);
    let both = format!("# two of them\r\n{}\n\n{}", other.pem, authority.pem);
    let crlf = both.replace("\r\n", "\n").replace('\n', "\r\n");
    // A bundle that contains a key is unusual, but valid.
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
fn texts_without_roots_are_errors_that_name_their_number() {
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
        let ureq = Ureq::builder()
            .root_certificates_pem(good)
            .root_certificates_pem(bad.as_str());
        let errors = [
            (hyper.build().unwrap_err(), "#3"),
            (ureq.build().unwrap_err(), "#2"),
        ];
        for (error, number) in errors {
            assert_eq!(error.kind(), TransportErrorKind::Config, "{case}: {error}");
            let text = error.to_string();
            assert!(text.contains(number), "{case}: {text}");
            // The file may contain a secret that was configured by mistake.
            assert!(!text.contains(body), "{case}: {text}");
        }
    }
}

/// Asserts that the certificate was rejected and the request not retried.
fn is_refused_once(name: &str, outcome: Result<usize, Error>) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
    assert_eq!(error.attempts(), 1, "{name}: {error}");
    assert!(!error.is_retryable(), "{name}: {error}");
    assert!(!error.was_sent(), "{name}: {error}");
    let kind = transport_kind(&error);
    assert_eq!(kind, TransportErrorKind::Certificate, "{name}: {error}");
}

#[test]
fn an_untrusted_certificate_is_final_and_the_server_sees_no_request() {
    let authority = Authority::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let config_of_server = server_config(authority.identity("localhost"), versions, None);
        let server = Secure::serve(config_of_server, true);
        for (name, outcome) in Transports::of_system().list(&config(server.url(), 3)) {
            is_refused_once(name, outcome);
        }
        assert!(
            server.was_refused(3),
            "{:?}",
            server.seen.lock().unwrap().refusals
        );
    }
}

#[test]
fn certificates_for_other_hosts_and_expired_ones_are_final_errors() {
    let authority = Authority::new();
    let transports = Transports::trusting(&authority);
    let address = |server: &Secure| format!("https://127.0.0.1:{}", server.port);
    let server = Secure::start(authority.identity("127.0.0.1"));
    for (name, models) in transports.list(&config(address(&server), 1)) {
        assert_eq!(models.unwrap(), 1, "{name}");
    }
    let server = Secure::start(authority.identity("localhost"));
    for (name, outcome) in transports.list(&config(address(&server), 3)) {
        is_refused_once(name, outcome);
    }
    assert!(server.was_refused(3));

    let validity = [
        (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
        (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1)),
    ];
    for (from, to) in validity {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_before = from;
        params.not_after = to;
        let server = Secure::start(authority.identity_of(params));
        for (name, outcome) in transports.list(&config(server.url(), 3)) {
            is_refused_once(name, outcome);
        }
        assert!(server.was_refused(3));
    }
}

/// A TLS configuration replaces all other settings, including roots that cannot be read.
#[test]
fn a_tls_configuration_decides_about_trust_and_client_certificates() {
    let authority = Authority::new();
    let identity = authority.identity("localhost");
    let server = Secure::serve(server_config(identity, BOTH, Some(&authority)), true);
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
    let ureq = Ureq::builder()
        .root_certificates_pem("no certificate")
        .tls_config(mutual.clone());
    assert_eq!(
        list_blocking(&config(server.url(), 1), ureq.build().unwrap()).unwrap(),
        1
    );
    assert_eq!(list(&config(server.url(), 1), reqwest(mutual)).unwrap(), 1);
    // In TLS 1.3, the server may reject a client after it has sent its request.
    for (name, outcome) in Transports::trusting(&authority).list(&config(server.url(), 2)) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{name}: {error}");
        assert_eq!(error.attempts(), 2, "{name}: {error}");
        assert!(error.was_sent(), "{name}: {error}");
    }
    assert_eq!(server.seen.lock().unwrap().heads.len(), 3);

    let other = Hyper::builder()
        .root_certificates_pem(authority.pem.as_str())
        .tls_config(Authority::new().client_config());
    is_refused_once(
        "hyper",
        list(&config(server.url(), 3), other.build().unwrap()),
    );
    let other = Ureq::builder()
        .root_certificates_pem(authority.pem.as_str())
        .tls_config(Authority::new().client_config());
    is_refused_once(
        "ureq",
        list_blocking(&config(server.url(), 3), other.build().unwrap()),
    );
}

/// The server prefers HTTP/2, so a client that offers it would have to support it.
#[test]
fn http_2_is_not_negotiated() {
    let authority = Authority::new();
    let mut prefers_two = server_config(authority.identity("localhost"), BOTH, None);
    prefers_two.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let server = Secure::serve(prefers_two, true);
    let mut offers_two = authority.client_config();
    offers_two.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let hyper = Hyper::builder().tls_config(offers_two.clone());
    let hyper = hyper.build().unwrap();
    assert_eq!(list(&config(server.url(), 1), hyper).unwrap(), 1);
    let ureq = Ureq::builder().tls_config(offers_two).build().unwrap();
    assert_eq!(list_blocking(&config(server.url(), 1), ureq).unwrap(), 1);
    for (name, outcome) in Transports::trusting(&authority).list(&config(server.url(), 1)) {
        assert_eq!(outcome.unwrap(), 1, "{name}");
    }
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.protocols.len(), 5);
    for protocol in &seen.protocols {
        assert_ne!(protocol.as_deref(), Some(&b"h2"[..]));
    }
}

/// Servers may abort the handshake in different ways.
#[test]
fn aborted_handshakes_are_retried() {
    let ways: [(&str, &[u8]); 5] = [
        ("closes", b""),
        ("resets", b""),
        (
            "speaks HTTP",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
        ),
        ("alerts", b"\x15\x03\x03\x00\x02\x02\x28"),
        ("sends garbage", &[0x5a; 64]),
    ];
    for (way, response) in ways {
        let count = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&count);
        let port = accept("127.0.0.1:0", move |mut stream| {
            *counter.lock().unwrap() += 1;
            // If the client's hello stays unread, closing the socket causes a reset.
            let _ = match way {
                "resets" => stream.read(&mut [0]),
                _ => stream.read(&mut [0; 4096]),
            };
            let _ = stream.write_all(response);
        });
        let start = Instant::now();
        let config = config(format!("https://localhost:{port}"), 2);
        for (name, outcome) in Transports::of_system().list(&config) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{name}, {way}: {error}");
            assert_eq!(error.attempts(), 2, "{name}, {way}: {error}");
            assert!(!error.was_sent(), "{name}, {way}: {error}");
            let kind = transport_kind(&error);
            assert_eq!(kind, TransportErrorKind::Connect, "{name}, {way}: {error}");
            let speaks_tls = !error
                .to_string()
                .contains("does not speak TLS on this port");
            let expected = !matches!(way, "speaks HTTP" | "sends garbage");
            assert_eq!(speaks_tls, expected, "{name}, {way}: {error}");
        }
        assert_eq!(*count.lock().unwrap(), 6, "{way}");
        assert!(start.elapsed() < PATIENCE, "{way}");
    }
}

#[test]
fn roots_of_the_system_are_those_of_its_variables() {
    let authority = Authority::new();
    let server = Secure::start(authority.identity("localhost"));
    let root = authority.file("system-root.pem");
    let directory = root.with_file_name("system-roots");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::copy(&root, directory.join("root.pem")).unwrap();
    let [root, directory] = [&root, &directory].map(|path| path.to_str().unwrap());
    for transport in NAMES {
        for variables in [[("SSL_CERT_FILE", root)], [("SSL_CERT_DIR", directory)]] {
            let sent = send(transport, &server.url(), &variables);
            assert_eq!(sent.models, Some(1), "{transport}: {}", sent.all);
        }
    }
    assert_eq!(server.seen.lock().unwrap().connections, 6);
}

#[test]
fn unusable_root_variables_are_errors_that_name_the_variable_and_the_path() {
    let authority = Authority::new();
    let server = Secure::start(authority.identity("localhost"));
    let root = authority.file("usable-root.pem");
    let usable = root.with_file_name("usable-roots");
    std::fs::create_dir_all(&usable).unwrap();
    std::fs::copy(&root, usable.join("root.pem")).unwrap();
    let directory = root.with_file_name("no-roots");
    std::fs::create_dir_all(&directory).unwrap();
    let empty = root.with_file_name("no-roots.pem");
    std::fs::write(&empty, "").unwrap();
    let missing = root.with_file_name("missing.pem");
    let [usable, directory, empty, missing] =
        [&usable, &directory, &empty, &missing].map(|path| path.to_str().unwrap());
    let cases = [
        (vec![("SSL_CERT_FILE", missing)], "os error"),
        (vec![("SSL_CERT_FILE", empty)], empty),
        (vec![("SSL_CERT_FILE", "")], "unset"),
        (vec![("SSL_CERT_DIR", missing)], missing),
        (vec![("SSL_CERT_DIR", directory)], directory),
        // A missing file is an error even if there are other roots.
        (
            vec![("SSL_CERT_FILE", missing), ("SSL_CERT_DIR", usable)],
            "os error",
        ),
    ];
    for transport in NAMES {
        for (variables, word) in &cases {
            let sent = send_up_to(3, transport, &server.url(), variables);
            assert_eq!(sent.kind, "Config", "{transport}: {}", sent.all);
            let message = &sent.message;
            let (name, path) = variables[0];
            for word in [name, path, word] {
                assert!(message.contains(word), "{transport}: {word} in {message}");
            }
        }
    }
    assert_eq!(server.seen.lock().unwrap().connections, 0);
}
