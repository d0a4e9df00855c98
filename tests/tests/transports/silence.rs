//! Peers that never respond: full accept queues and endless handshakes.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloud_models::{Error, ErrorKind, aws_bedrock};

use super::common::*;

/// Returns an address whose listener accepts no more connections, and the sockets that keep it so.
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
        assert!(error.is_retryable() && !error.was_sent(), "{name}: {error}");
        assert!(error.to_string().contains(authority), "{name}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unaccepted_connections_are_given_up() {
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
    // The transports that clients create use the configured timeout.
    let config = config(format!("http://{authority}"), 2).connect_timeout(SOON);
    let list = aws_bedrock::ListCustomModels::new;
    let client = aws_bedrock::Client::new(config.clone()).unwrap();
    let page = block_on(client.send(list())).map(|page| page.model_summaries.len());
    is_given_up(vec![("hyper", page)], &authority, 2);
    let client = aws_bedrock::blocking::Client::new(config).unwrap();
    let page = client.send(list()).map(|page| page.model_summaries.len());
    is_given_up(vec![("ureq", page)], &authority, 2);
}

/// A peer may accept a connection without ever completing the handshake: one sends nothing, one sends a record byte by
/// byte.
#[test]
fn handshakes_without_end_are_given_up() {
    for drips in [false, true] {
        let count = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&count);
        let port = accept("127.0.0.1:0", move |mut stream| {
            *counter.lock().unwrap() += 1;
            let start = Instant::now();
            // The header of a record of 16 KiB.
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
