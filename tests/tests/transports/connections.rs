//! Connections and requests on them: reuse, limits, framing and timeouts.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use cloud_models::blocking::Body;
use cloud_models::transport::{Transport, TransportError, TransportErrorKind};
use cloud_models::{
    Clock, Credentials, ErrorKind, RetryPolicy, aws_bedrock, blocking, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use cloud_models_tests::server::{Reply, Server};
use http::{Method, Request, Response};

use super::common::*;

fn page() -> Reply {
    Reply::json(200, PAGE)
}

/// Returns the transports that need a tokio runtime.
fn asynchronous(transports: &Transports) -> [(&'static str, Arc<dyn Transport>); 2] {
    [
        ("hyper", Arc::new(transports.hyper.clone())),
        ("reqwest", Arc::new(transports.reqwest.clone())),
    ]
}

fn new_runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// A current-thread runtime drives its connections only while it runs.
#[test]
fn a_client_can_be_used_from_two_runtimes() {
    for (name, transport) in asynchronous(&Transports::of_system()) {
        let server = Server::always(page());
        let builder = Client::builder(config(server.url(), 1));
        let client = builder.transport(transport).build().unwrap();
        let runtimes = [new_runtime(), new_runtime()];
        let start = Instant::now();
        for n in 0..6 {
            let send = client.send(aws_bedrock::ListCustomModels::new());
            runtimes[n % 2].block_on(send).unwrap();
        }
        assert!(start.elapsed() < PATIENCE / 2, "{name}");
        assert_eq!(server.connections(), 2, "{name}");
    }
}

/// A list may continue in another runtime while its next page is being fetched: the connection is then no longer driven
/// by the first one.
#[test]
fn a_list_can_go_on_in_another_runtime() {
    let slow = page().after(Duration::from_millis(300));
    for (name, transport) in asynchronous(&Transports::of_system()) {
        let server = Server::always(slow.clone());
        let builder = Client::builder(config(server.url(), 1));
        let client = builder.transport(transport).build().unwrap();
        let (first, second) = (new_runtime(), new_runtime());
        let mut pages = client.pages(aws_bedrock::ListCustomModels::new());
        let begun = first.block_on(async {
            tokio::time::timeout(Duration::from_millis(50), pages.next()).await
        });
        assert!(begun.is_err(), "{name}");
        let start = Instant::now();
        let page = second.block_on(pages.next()).unwrap();
        assert_eq!(page.unwrap().model_summaries.len(), 1, "{name}");
        assert!(start.elapsed() < PATIENCE / 2, "{name}");
        drop(first);
    }
}

/// A server that counts its open connections, and responds only once all requests of a round have arrived.
struct Rounds {
    port: u16,
    open: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Rounds {
    fn start(size: usize) -> Self {
        let barrier = Arc::new(Barrier::new(size));
        let open = Arc::new(AtomicUsize::new(0));
        let connections = Arc::new(AtomicUsize::new(0));
        let (now_open, count) = (Arc::clone(&open), Arc::clone(&connections));
        let port = accept("127.0.0.1:0", move |mut stream| {
            now_open.fetch_add(1, Ordering::SeqCst);
            let number = count.fetch_add(1, Ordering::SeqCst);
            let mut is_first = true;
            while read_head(&mut stream).is_ok() {
                if std::mem::take(&mut is_first) && number < size {
                    barrier.wait();
                }
                let length = PAGE.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{PAGE}"
                );
            }
            now_open.fetch_sub(1, Ordering::SeqCst);
        });
        Self {
            port,
            open,
            connections,
        }
    }

    fn config(&self) -> aws_bedrock::Config {
        config(format!("http://127.0.0.1:{}", self.port), 1)
    }

    fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    fn assert_two_are_left(&self, name: &str) {
        assert_eq!(self.open(), 2, "{name}");
        assert_eq!(self.connections.load(Ordering::SeqCst), 10, "{name}");
    }
}

#[test]
fn idle_connections_are_limited() {
    let list = aws_bedrock::ListCustomModels::new;
    let transports = Settings {
        max_idle: Some(2),
        ..Settings::default()
    };
    let transports = transports.build();
    for (name, transport) in asynchronous(&transports) {
        let server = Rounds::start(10);
        block_on(async {
            let builder = Client::builder(server.config()).transport(transport);
            let client = builder.build().unwrap();
            let calls: Vec<_> = (0..10)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move { client.send(list()).await.map(|_| ()) })
                })
                .collect();
            for call in calls {
                call.await.unwrap().unwrap();
            }
            // Connections are closed by tasks of the runtime.
            let start = Instant::now();
            while server.open() > 2 && start.elapsed() < PATIENCE {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            client.send(list()).await.unwrap();
            server.assert_two_are_left(name);
        });
    }
    let server = Rounds::start(10);
    let builder = blocking::Client::builder(server.config()).transport(transports.ureq);
    let client = builder.build().unwrap();
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| client.send(list()).unwrap());
        }
    });
    wait_for(|| server.open() <= 2);
    client.send(list()).unwrap();
    server.assert_two_are_left("ureq");
}

/// Lets the runtime, which was blocked, process the connections that were closed.
async fn notice_closed_connections() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Sends an operation twice, while the server closes the idle connection in between.
fn sends_again_after_the_server_closed<O>(operation: O, reply: &Reply)
where
    O: cloud_models::Operation + Clone,
{
    let config = |server: &Server| -> Config<O::Service> {
        Config::new()
            .endpoint(server.url())
            .region("us-east-1")
            .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
            .call_timeout(PATIENCE)
            .retry(RetryPolicy::never())
    };
    let method = O::HTTP.method.to_string();
    let transports = Transports::of_system();
    let check = |name: &str, server: &Server| {
        assert_eq!(server.requests().len(), 2, "{name}");
        assert_eq!(server.connections(), 2, "{name}");
        for request in server.requests() {
            assert_eq!(request.method, method);
        }
        server.assert_no_problems();
    };
    for (name, transport) in asynchronous(&transports) {
        let server = Server::always(reply.clone().hang_up());
        let builder = Client::builder(config(&server)).transport(transport);
        let client = builder.build().unwrap();
        block_on(async {
            client.send(operation.clone()).await.unwrap();
            assert!(server.wait_until_closed(PATIENCE), "{name}");
            notice_closed_connections().await;
            client.send(operation.clone()).await.unwrap();
        });
        check(name, &server);
    }
    let server = Server::always(reply.clone().hang_up());
    let builder = blocking::Client::builder(config(&server)).transport(transports.ureq);
    let client = builder.build().unwrap();
    client.send(operation.clone()).unwrap();
    assert!(server.wait_until_closed(PATIENCE));
    client.send(operation).unwrap();
    check("ureq", &server);
}

#[test]
fn idle_connections_that_the_server_closed_are_not_used() {
    sends_again_after_the_server_closed(aws_bedrock::ListCustomModels::new(), &page());
    let reply = Reply::json(200, r#"{"ResponseMetadata": {}, "Result": {"Items": []}}"#);
    sends_again_after_the_server_closed(volcengine_ark::ListCustomModels::new(), &reply);
}

#[test]
fn idle_tls_connections_that_the_server_closed_are_not_used() {
    let authority = Authority::new();
    let transports = Transports::trusting(&authority);
    let list = aws_bedrock::ListCustomModels::new;
    let start = || {
        Secure::serve(
            server_config(authority.identity("localhost"), BOTH, None),
            false,
        )
    };
    let closed = |server: &Secure| assert!(wait_for(|| server.seen.lock().unwrap().closed == 1));
    for (name, transport) in asynchronous(&transports) {
        let server = start();
        let builder = Client::builder(config(server.url(), 1)).transport(transport);
        let client = builder.build().unwrap();
        block_on(async {
            client.send(list()).await.unwrap();
            closed(&server);
            notice_closed_connections().await;
            client.send(list()).await.unwrap();
        });
        assert_eq!(server.seen.lock().unwrap().connections, 2, "{name}");
    }
    let server = start();
    let builder = blocking::Client::builder(config(server.url(), 1)).transport(transports.ureq);
    let client = builder.build().unwrap();
    client.send(list()).unwrap();
    closed(&server);
    client.send(list()).unwrap();
    assert_eq!(server.seen.lock().unwrap().connections, 2);
}

fn request(server: &Server, method: &Method, target: &str) -> Request<bytes::Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("{}{target}", server.url()))
        .body(bytes::Bytes::new())
        .unwrap()
}

#[test]
fn empty_bodies_have_a_length_if_the_method_usually_has_a_body() {
    let transports = Transports::of_system();
    let cases = [
        (Method::POST, Some("0")),
        (Method::PUT, Some("0")),
        (Method::PATCH, Some("0")),
        (Method::GET, None),
        (Method::DELETE, None),
        (Method::HEAD, None),
    ];
    let server = Server::always(page());
    for (method, length) in cases {
        for (name, transport) in asynchronous(&transports) {
            let request = request(&server, &method, "/");
            block_on(transport.send(request, PATIENCE)).unwrap();
            let requests = server.requests();
            let header = requests.last().unwrap().header("content-length");
            assert_eq!(header, length, "{name} {method}");
        }
        let request = request(&server, &method, "/");
        blocking::Transport::send(&transports.ureq, request, PATIENCE).unwrap();
        let requests = server.requests();
        let header = requests.last().unwrap().header("content-length");
        assert_eq!(header, length, "ureq {method}");
    }
    for request in server.requests() {
        assert_eq!(request.header("transfer-encoding"), None);
    }
    server.assert_no_problems();
}

/// reqwest normalizes URLs, which would make signatures invalid.
#[test]
fn targets_arrive_as_they_are_or_not_at_all() {
    let transports = Transports::of_system();
    let server = Server::always(page());
    let plain = ["/", "/a//b?c", "/a/%2F?q=a%20b", "/a:b/@c?d=/?"];
    let normalized = ["/a/../b", "/a/./b", "/a/%2e%2E/b", "/a/%2e", "/a?b='c'"];
    for target in plain.into_iter().chain(normalized) {
        let get = || request(&server, &Method::GET, target);
        for name in NAMES {
            let before = server.requests().len();
            let outcome = match name {
                "hyper" => block_on(transports.hyper.send(get(), PATIENCE)).map(drop),
                "reqwest" => block_on(transports.reqwest.send(get(), PATIENCE)).map(drop),
                _ => blocking::Transport::send(&transports.ureq, get(), PATIENCE).map(drop),
            };
            let requests = server.requests();
            if name == "reqwest" && normalized.contains(&target) {
                let error = outcome.unwrap_err();
                assert_eq!(
                    error.kind(),
                    TransportErrorKind::Config,
                    "{target}: {error}"
                );
                assert_eq!(requests.len(), before, "{target}");
            } else {
                outcome.unwrap_or_else(|error| panic!("{name} {target}: {error}"));
                assert_eq!(requests.len(), before + 1, "{name} {target}");
                assert_eq!(requests[before].target, target, "{name}");
            }
        }
    }
}

/// A timeout that is too long to add to an instant must not cause a panic.
#[test]
fn timeouts_may_be_infinite() {
    let transports = Settings {
        connect_timeout: Some(Duration::MAX),
        ..Settings::default()
    };
    let server = Server::always(page());
    let config = config(server.url(), 1)
        .connect_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .call_timeout(Duration::MAX);
    for (name, outcome) in transports.build().list(&config) {
        assert_eq!(outcome.unwrap(), 1, "{name}");
    }
    let list = aws_bedrock::ListCustomModels::new;
    let client = aws_bedrock::Client::new(config.clone()).unwrap();
    block_on(client.send(list())).unwrap();
    let client = aws_bedrock::blocking::Client::new(config).unwrap();
    client.send(list()).unwrap();
}

/// A clock that is set by hand.
#[derive(Clone, Default)]
struct ManualClock(Arc<Mutex<Duration>>);

impl ManualClock {
    fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// A body in which every byte takes ten seconds.
struct SlowBody {
    clock: ManualClock,
    reads: Arc<AtomicUsize>,
}

impl Read for SlowBody {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.clock.advance(Duration::from_secs(10));
        match self.reads.fetch_add(1, Ordering::SeqCst) {
            0..100 => {
                buffer[0] = b' ';
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

#[test]
fn a_blocking_transport_that_ignores_its_timeout_is_cut_off() {
    let clock = ManualClock::default();
    let reads = Arc::new(AtomicUsize::new(0));
    let (shared_clock, shared_reads) = (clock.clone(), Arc::clone(&reads));
    let transport = move |_: Request<bytes::Bytes>, _: Duration| {
        Ok::<_, TransportError>(Response::new(Body::from_reader(SlowBody {
            clock: shared_clock.clone(),
            reads: Arc::clone(&shared_reads),
        })))
    };
    let config = config("http://127.0.0.1:1", 1)
        .attempt_timeout(Duration::from_secs(45))
        .call_timeout(Duration::from_secs(1000));
    let builder = blocking::Client::builder(config).transport(transport);
    let client = builder.clock(clock).build().unwrap();
    let error = client
        .send(aws_bedrock::ListCustomModels::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(reads.load(Ordering::SeqCst), 5);
}

/// If the request was not sent, even an operation with side effects may be retried.
#[cfg(target_os = "linux")]
#[test]
fn connections_that_fail_at_once_are_retried() {
    // The broadcast address, to which the system opens no connection, and a port without a listener.
    for authority in ["255.255.255.255", "127.0.0.1:1", "no-such-host.invalid"] {
        for scheme in ["http", "https"] {
            let config = config(format!("{scheme}://{authority}"), 3);
            for (name, outcome) in Transports::of_system().list(&config) {
                let error = outcome.unwrap_err();
                let kind = transport_kind(&error);
                assert_eq!(kind, TransportErrorKind::Connect, "{name}: {error}");
                assert_eq!(error.attempts(), 3, "{name}: {error}");
                assert!(error.is_retryable() && !error.was_sent(), "{name}: {error}");
                let text = error.to_string();
                assert_eq!(text.matches(authority).count(), 1, "{name}: {text}");
            }
        }
    }
}

/// A boxed transport is a transport, just like a shared one.
#[test]
fn transports_may_be_boxed() {
    let server = Server::always(page());
    let transports = Transports::of_system();
    let boxed: Box<dyn Transport> = Box::new(transports.hyper);
    assert_eq!(list(&config(server.url(), 1), boxed).unwrap(), 1);
    let boxed: Box<dyn blocking::Transport> = Box::new(transports.ureq);
    assert_eq!(list_blocking(&config(server.url(), 1), boxed).unwrap(), 1);
}
