//! Clients over real sockets: every transport with services that check signatures and fail in many ways.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport, TransportError, TransportErrorKind};
use cloud_models::{
    CallOptions, Credentials, Error, ErrorKind, Paginated, RetryPolicy, Service, aws_bedrock,
    baidu_qianfan, blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::{Action, Reply, Request, Server, gzip_zeros};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn keys() -> Credentials {
    Credentials::access_key("AKIDEXAMPLE", SECRET).session_token("session+token/==")
}

fn config<S: Service>(server: &Server) -> Config<S> {
    let moment = Duration::from_millis(2);
    Config::new()
        .endpoint(server.url())
        .region("us-east-1")
        .credentials(keys())
        .retry(RetryPolicy::standard().backoff(moment, moment))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Returns all asynchronous transports.
fn transports() -> Vec<(&'static str, Arc<dyn Transport>)> {
    let inner = Arc::new(Hyper::new().unwrap());
    let closure = move |request: http::Request<Bytes>| {
        let inner = Arc::clone(&inner);
        async move { inner.send(request, Duration::from_secs(30)).await }
    };
    vec![
        ("hyper", Arc::new(Hyper::new().unwrap())),
        ("reqwest", Arc::new(Reqwest::new().unwrap())),
        ("closure", Arc::new(closure)),
    ]
}

/// Returns all blocking transports.
fn blocking_transports() -> Vec<(&'static str, Arc<dyn blocking::Transport>)> {
    let inner = Ureq::new().unwrap();
    let closure = move |request: http::Request<Bytes>, timeout: Duration| {
        blocking::Transport::send(&inner, request, timeout)
    };
    vec![
        ("ureq", Arc::new(Ureq::new().unwrap())),
        ("blocking closure", Arc::new(closure)),
    ]
}

/// Returns the next element of a list.
type Next<'a, T> = &'a mut dyn FnMut() -> Option<Result<T, Error>>;

/// Lists with every transport, each with a separate server, and returns the outcomes.
fn each<O: Paginated, T>(
    operation: &O,
    script: impl Fn() -> Server,
    settings: impl Fn(Config<O::Service>) -> Config<O::Service>,
    ask: fn(Next<'_, O::Item>) -> T,
) -> Vec<(&'static str, T, Server)> {
    let mut outcomes = Vec::new();
    for (name, transport) in transports() {
        let server = script();
        let outcome = block_on(async {
            let client = Client::builder(settings(config(&server)))
                .transport(transport)
                .build()
                .unwrap();
            let mut items = client.items(operation.clone());
            let mut all = Vec::new();
            while let Some(item) = items.next().await {
                all.push(item);
            }
            let mut all = all.into_iter();
            ask(&mut || all.next())
        });
        outcomes.push((name, outcome, server));
    }
    for (name, transport) in blocking_transports() {
        let server = script();
        let client = blocking::Client::builder(settings(config(&server)))
            .transport(transport)
            .build()
            .unwrap();
        let mut items = client.items(operation.clone());
        let outcome = ask(&mut || items.next());
        outcomes.push((name, outcome, server));
    }
    outcomes
}

/// Calls a function for each of the four services, with an operation and a function that returns the name of an item.
macro_rules! for_each_cloud {
    ($check:ident $(, $argument:expr)*) => {
        $check("aws-bedrock", &aws_bedrock::ListCustomModels::new().max_results(10), |item| item.model_name $(, $argument)*);
        $check(
            "baidu-qianfan",
            &baidu_qianfan::DescribeCustomModelSets::new(),
            |item| item.model_set_name.unwrap_or_default()
            $(, $argument)*
        );
        $check("huawei-fabric", &huawei_fabric::ListModels::new("workspace"), |item| item.name.unwrap_or_default() $(, $argument)*);
        $check("volcengine-ark", &volcengine_ark::ListCustomModels::new(), |item| item.name.unwrap_or_default() $(, $argument)*);
    };
}

/// Starts a service that fails in many ways, but at most twice in a row.
fn unreliable(cloud: Cloud) -> Server {
    Server::start(move |request: &Request, n: usize| -> Action {
        let reply = cloud.reply(request);
        match n {
            0 => cloud.throttled(request).header("retry-after", "0").into(),
            1 => Reply::html(502, "<html>bad gateway</html>").into(),
            // Request 2 succeeds.
            3 => Action::Reset,
            4 => reply.truncated(40),
            5 => reply.chunked(7),
            6 => reply.chunked_cut(7),
            7 => Reply::new(503).header("x-amz-retry-after", "1").into(),
            8 => reply.dripping(100, Duration::from_millis(1)),
            9 => Reply::new(500).into(),
            10 => Action::raw("this is not HTTP\r\n\r\n"),
            11 => reply.close().into(),
            // The connection is closed between two requests.
            12 => reply.hang_up().into(),
            _ => reply.into(),
        }
    })
}

fn lists_everything<O: Paginated>(spec: &'static str, operation: &O, name: fn(O::Item) -> String) {
    let cloud = Cloud::new(spec, 64, keys());
    let script = || unreliable(cloud.clone());
    let outcomes = each(
        operation,
        script,
        |config| config,
        |next| std::iter::from_fn(next).collect::<Result<Vec<_>, _>>(),
    );
    assert_eq!(outcomes.len(), 5);
    for (transport, items, server) in outcomes {
        let items = items.unwrap_or_else(|error| panic!("{spec} with {transport}: {error}"));
        let names: Vec<_> = items.into_iter().map(name).collect();
        assert_eq!(names, cloud.names(), "{spec} with {transport}");
        server.assert_no_problems();
        // Each attempt is signed again, and the server verifies every signature.
        assert!(server.requests().len() >= 14, "{spec} with {transport}");
    }
}

#[test]
fn every_model_is_listed_exactly_once_despite_failures() {
    for_each_cloud!(lists_everything);
}

fn corrects_its_clock<O: Paginated>(
    spec: &'static str,
    operation: &O,
    name: fn(O::Item) -> String,
    ahead: i64,
) {
    let cloud = Cloud::new(spec, 3, keys()).ahead(ahead);
    let script = || {
        let cloud = cloud.clone();
        Server::start(move |request: &Request, _| cloud.reply(request))
    };
    let outcomes = each(
        operation,
        script,
        |config| config,
        |next| std::iter::from_fn(next).collect::<Result<Vec<_>, _>>(),
    );
    for (transport, items, server) in outcomes {
        let items = items.unwrap_or_else(|error| panic!("{spec} with {transport}: {error}"));
        assert_eq!(
            items.into_iter().map(name).collect::<Vec<_>>(),
            cloud.names()
        );
        assert_eq!(server.requests().len(), 2, "{spec} with {transport}");
    }
}

#[test]
fn a_wrong_clock_costs_one_request() {
    for_each_cloud!(corrects_its_clock, 31 * 60);
    for_each_cloud!(corrects_its_clock, -31 * 60);
}

fn is_refused<O: Paginated>(spec: &'static str, operation: &O, _: fn(O::Item) -> String) {
    let cloud = Cloud::new(
        spec,
        3,
        Credentials::access_key("AKIDEXAMPLE", "another secret"),
    );
    let script = || {
        let cloud = cloud.clone();
        Server::start(move |request: &Request, _| cloud.reply(request))
    };
    for (transport, error, server) in each(operation, script, |config| config, first_error) {
        assert!(
            error.is_authentication(),
            "{spec} with {transport}: {error}"
        );
        assert!(!error.is_retryable(), "{spec} with {transport}: {error}");
        let id = error.request_id().unwrap();
        assert!(id.starts_with("fake-"), "{spec} with {transport}: {id}");
        assert_eq!(server.requests().len(), 1, "{spec} with {transport}");
    }
}

#[test]
fn refused_credentials_are_not_tried_again() {
    for_each_cloud!(is_refused);
}

/// Returns the error of a list that fails before its first item.
fn first_error<T>(next: Next<'_, T>) -> Error {
    let Some(Err(error)) = next() else {
        panic!("the list begins with an item");
    };
    assert!(next().is_none(), "the list goes on after the error");
    error
}

/// Calls a server that always performs the same action, with every transport, and returns the errors.
fn failure(
    action: impl Into<Action>,
    settings: impl Fn(aws_bedrock::Config) -> aws_bedrock::Config,
) -> Vec<(&'static str, Error, Server)> {
    let action = action.into();
    let script = || Server::always(action.clone());
    each(
        &aws_bedrock::ListCustomModels::new(),
        script,
        settings,
        first_error,
    )
}

fn page() -> Reply {
    Reply::json(
        200,
        r#"{"modelSummaries": [{"modelArn": "arn", "modelName": "a"}]}"#,
    )
}

#[test]
fn oversized_bodies_are_not_read_to_the_end() {
    let start = Instant::now();
    let endless = || page().endless(vec![b' '; 64 << 10]);
    for (transport, error, server) in failure(endless(), |config| config) {
        assert_eq!(error.kind(), ErrorKind::Decode, "{transport}: {error}");
        assert!(!error.is_retryable(), "{transport}: {error}");
        assert!(
            error.to_string().contains("16777216"),
            "{transport}: {error}"
        );
        assert!(
            server.wait_for_hang_ups(1, Duration::from_secs(5)),
            "{transport}"
        );
        assert!(
            server.bytes_sent() < 40 << 20,
            "{transport}: {}",
            server.bytes_sent()
        );
    }
    let small = |config: aws_bedrock::Config| config.max_response_bytes(20);
    for (transport, error, _) in failure(page(), small) {
        assert_eq!(error.kind(), ErrorKind::Decode, "{transport}: {error}");
    }
    // A response of exactly the maximum size is accepted.
    let whole = page().body;
    let exact = |config: aws_bedrock::Config| config.max_response_bytes(whole.len());
    let outcomes = each(
        &aws_bedrock::ListCustomModels::new(),
        || Server::always(page()),
        exact,
        |next| std::iter::from_fn(next).count(),
    );
    for (transport, items, _) in outcomes {
        assert_eq!(items, 1, "{transport}");
    }
    assert!(start.elapsed() < Duration::from_secs(60));
}

/// The announced length of a response must not make the client allocate that much memory.
#[test]
fn announced_lengths_are_not_believed() {
    for length in ["1000000000000000", "9223372036854775808"] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{{");
        let unlimited = |config: aws_bedrock::Config| config.max_response_bytes(usize::MAX);
        for (transport, error, _) in failure(Action::raw(head.clone()), unlimited) {
            assert_eq!(error.kind(), ErrorKind::Transport, "{transport}: {error}");
        }
    }
}

/// A megabyte of gzip that decompresses to a gigabyte of zeros must not exhaust memory.
#[test]
fn compressed_bodies_are_not_decompressed() {
    let bomb = Reply::new(200)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(gzip_zeros(1 << 30));
    for (transport, error, server) in failure(bomb.clone(), |config| config) {
        assert_eq!(error.kind(), ErrorKind::Decode, "{transport}: {error}");
        assert!(error.to_string().contains("gzip"), "{transport}: {error}");
        let request = server.requests().remove(0);
        assert_eq!(
            request.header("accept-encoding"),
            Some("identity"),
            "{transport}"
        );
    }
}

#[test]
fn redirects_are_errors_and_not_followed() {
    let elsewhere = Server::always(page());
    let redirect = Reply::new(307).header("location", format!("{}/elsewhere", elsewhere.url()));
    for (transport, error, server) in failure(redirect, |config| config) {
        assert_eq!(error.status().unwrap(), 307, "{transport}");
        assert!(
            error
                .to_string()
                .contains(&format!("{}/elsewhere", elsewhere.url())),
            "{transport}: {error}"
        );
        assert_eq!(server.requests().len(), 1, "{transport}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn slow_responses_are_given_up_in_time() {
    let soon = |config: aws_bedrock::Config| {
        config.attempt_timeout(Duration::from_millis(150)).retry(
            RetryPolicy::standard()
                .max_attempts(2)
                .backoff(Duration::ZERO, Duration::ZERO),
        )
    };
    let silent = Action::NeverAnswer;
    let dripping = page().dripping(1, Duration::from_millis(40));
    for action in [silent, dripping] {
        let start = Instant::now();
        for (transport, error, server) in failure(action.clone(), soon) {
            assert!(error.is_timeout(), "{transport}: {error}");
            assert_eq!(error.attempts(), 2, "{transport}");
            assert!(error.was_sent() && error.is_retryable(), "{transport}");
            let text = error.to_string();
            assert!(text.contains(&server.authority()), "{transport}: {text}");
            assert!(text.contains("150ms"), "{transport}: {text}");
            assert_eq!(server.requests().len(), 2, "{transport}");
        }
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    // The timeout of the whole call applies too.
    let whole = |config: aws_bedrock::Config| config.call_timeout(Duration::from_millis(200));
    for (transport, error, server) in failure(Action::NeverAnswer, whole) {
        assert!(error.is_timeout(), "{transport}: {error}");
        assert_eq!(server.requests().len(), 1, "{transport}");
    }
}

#[test]
fn refused_connections_are_retried() {
    // A port on which no server listens any more.
    let closed = Server::always(page());
    let url = closed.url().to_owned();
    drop(closed);
    let gone = |config: aws_bedrock::Config| config.endpoint(url.clone());
    for (transport, error, server) in failure(page(), gone) {
        assert_eq!(error.kind(), ErrorKind::Transport, "{transport}: {error}");
        assert_eq!(error.attempts(), 3, "{transport}");
        assert!(!error.was_sent() && error.is_retryable(), "{transport}");
        let inner = error.inner().unwrap().downcast_ref::<TransportError>();
        let kind = inner.unwrap().kind();
        assert_eq!(kind, TransportErrorKind::Connect, "{transport}: {error}");
        let text = error.to_string();
        let host = url.trim_start_matches("http://");
        assert!(text.contains(host), "{transport}: {text}");
        assert!(
            text.to_lowercase().contains("refused"),
            "{transport}: {text}"
        );
        assert!(server.requests().is_empty());
    }
}

/// A truncated response must be an error, never a shorter list.
#[test]
fn responses_are_complete_or_an_error() {
    let body = page().body;
    let reply = page();
    let length = 200 + body.len();
    let transports = transports();
    let ureq = Arc::new(Ureq::new().unwrap());
    let once = CallOptions::new().retry(RetryPolicy::never());
    let mut read = 0;
    for n in 0..length {
        let cut = reply.clone().truncated(n);
        let server = Server::always(cut);
        let (_, transport) = &transports[n % transports.len()];
        let mut counts = vec![block_on(async {
            let client = Client::builder(config::<aws_bedrock::AwsBedrock>(&server))
                .transport(Arc::clone(transport))
                .build()
                .unwrap()
                .with_options(once.clone());
            client
                .send(aws_bedrock::ListCustomModels::new())
                .await
                .map(|page| page.model_summaries.len())
        })];
        let client = blocking::Client::builder(config::<aws_bedrock::AwsBedrock>(&server))
            .transport(Arc::clone(&ureq))
            .build()
            .unwrap()
            .with_options(once.clone());
        let page = client.send(aws_bedrock::ListCustomModels::new());
        counts.push(page.map(|page| page.model_summaries.len()));
        for count in counts {
            match count {
                Ok(count) => {
                    assert_eq!(count, 1, "{n}");
                    read += 1;
                }
                Err(error) => assert!(error.kind() != ErrorKind::InvalidRequest, "{n}: {error}"),
            }
        }
    }
    // Beyond its end, the response cannot be truncated.
    assert!(read > 0);
}

/// Dropping a call at any point must not affect the next one.
#[test]
fn calls_can_be_dropped_at_every_point() {
    let cloud = Cloud::new("aws-bedrock", 3, keys());
    for (name, transport) in transports() {
        let cloud = cloud.clone();
        let server = Server::start(move |request: &Request, n| match n % 2 {
            0 => Action::from(Reply::new(503)),
            _ => cloud.reply(request).chunked(5),
        });
        block_on(async {
            let client = Client::builder(config(&server))
                .transport(transport)
                .build()
                .unwrap();
            let mut finished = 0;
            for polls in (0..40).chain((40..1000).step_by(60)) {
                let mut call = Box::pin(client.send(aws_bedrock::ListCustomModels::new()));
                let mut left = polls;
                let done = std::future::poll_fn(|context| {
                    if let std::task::Poll::Ready(result) = call.as_mut().poll(context) {
                        return std::task::Poll::Ready(Some(result));
                    }
                    left -= 1;
                    if left < 0 {
                        std::task::Poll::Ready(None)
                    } else {
                        std::task::Poll::Pending
                    }
                });
                if let Some(result) = done.await {
                    // All three attempts may receive a 503.
                    finished += u32::from(result.is_ok());
                }
            }
            assert!(finished > 0, "{name}: no call was finished");
            for _ in 0..3 {
                client
                    .send(aws_bedrock::ListCustomModels::new())
                    .await
                    .unwrap();
            }
        });
    }
}

#[test]
fn calls_of_one_client_share_a_connection() {
    for (name, transport) in transports() {
        let server = Server::always(page());
        block_on(async {
            let client = Client::builder(config(&server))
                .transport(transport)
                .build()
                .unwrap();
            for _ in 0..5 {
                client
                    .send(aws_bedrock::ListCustomModels::new())
                    .await
                    .unwrap();
            }
        });
        assert_eq!(server.connections(), 1, "{name}");
    }
    let server = Server::always(page());
    let client = aws_bedrock::blocking::Client::new(config(&server)).unwrap();
    for _ in 0..5 {
        client.send(aws_bedrock::ListCustomModels::new()).unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn call_options_are_combined() {
    let server = Server::always(page());
    let client = aws_bedrock::blocking::Client::new(config(&server)).unwrap();
    client
        .with_options(CallOptions::new().query("newParameter", "1"))
        .with_options(
            CallOptions::new()
                .query("other", "2")
                .retry(RetryPolicy::never()),
        )
        .send(aws_bedrock::ListCustomModels::new())
        .unwrap();
    assert_eq!(server.requests()[0].query, "newParameter=1&other=2");
}

#[test]
fn a_missing_runtime_is_a_configuration_error() {
    let server = Server::always(page());
    for transport in [
        Arc::new(Hyper::new().unwrap()) as Arc<dyn Transport>,
        Arc::new(Reqwest::new().unwrap()),
    ] {
        let client = aws_bedrock::Client::builder(config(&server))
            .transport(transport)
            .build()
            .unwrap();
        let mut call = std::pin::pin!(client.send(aws_bedrock::ListCustomModels::new()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(result) = call.as_mut().poll(&mut context) else {
            panic!("the call waits for something");
        };
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(!error.is_retryable() && !error.was_sent(), "{error}");
        assert!(error.to_string().contains("tokio"), "{error}");
    }
}

#[test]
fn one_thread_asks_the_provider_for_all() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let cloud = Cloud::new(
        "aws-bedrock",
        3,
        Credentials::access_key("AKIDEXAMPLE", SECRET),
    );
    let server = Server::start(move |request: &Request, _| cloud.reply(request));
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let provider = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {
            std::thread::sleep(Duration::from_millis(100));
            Ok(Credentials::access_key("AKIDEXAMPLE", SECRET))
        }
    };
    let client =
        aws_bedrock::blocking::Client::new(config(&server).credentials_provider(provider)).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || {
                client
                    .send(aws_bedrock::ListCustomModels::new())
                    .map(|_| ())
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // Waiting for credentials that another thread is fetching has the same timeout.
    let slow = || async {
        std::thread::sleep(Duration::from_secs(1));
        Ok(Credentials::access_key("AKIDEXAMPLE", SECRET))
    };
    let config = config(&server).call_timeout(Duration::from_millis(100));
    let client = aws_bedrock::blocking::Client::new(config.credentials_provider(slow)).unwrap();
    let other = client.clone();
    let asking = std::thread::spawn(move || {
        other
            .send(aws_bedrock::ListCustomModels::new())
            .unwrap_err()
    });
    std::thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    let error = client
        .send(aws_bedrock::ListCustomModels::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(start.elapsed() < Duration::from_millis(800));
    // The thread that called the provider cannot be interrupted, but its call has timed out too.
    let error = asking.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.attempts(), 0, "{error}");
}

#[test]
fn hostile_bodies_take_little_memory() {
    // Each element takes about 650 bytes in memory, and three in the response.
    let many = format!("{{\"models\": [{}{{}}]}}", "{},".repeat(200_000));
    let server = Server::always(Reply::json(200, many));
    let client = huawei_fabric::blocking::Client::new(config(&server)).unwrap();
    let error = client
        .send(huawei_fabric::ListModels::new("w"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("more than 100000 elements"),
        "{error}"
    );
    // An error response of that size is not parsed.
    let many = format!(
        "{{\"error_code\": \"A\", \"a\": [{}0]}}",
        "0,".repeat(1 << 20)
    );
    let server = Server::always(Reply::json(400, many));
    let client = huawei_fabric::blocking::Client::new(config(&server)).unwrap();
    let error = client
        .send(huawei_fabric::ListModels::new("w"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.code(), None);
}

/// Members that may describe an error can have any type and size, even in a successful response.
#[test]
fn only_texts_are_taken_from_where_an_error_may_be() {
    /// Returns the peak memory of this process in MiB, if the system provides it.
    fn peak() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim()
            .trim_end_matches(" kB")
            .parse::<u64>()
            .ok()
            .map(|kib| kib >> 10)
    }

    // Parsed objects would take a hundred times as many bytes as in the response.
    let objects = format!("[{}0]", "{\"\":0},".repeat(1 << 21));
    let before = peak();
    for (status, kind) in [(200, None), (400, Some(ErrorKind::Service))] {
        let body = format!("{{\"models\": [], \"error_code\": {objects}, \"error_msg\": \"\"}}");
        let server = Server::always(Reply::json(status, body));
        let client = huawei_fabric::blocking::Client::new(config(&server)).unwrap();
        let page = client.send(huawei_fabric::ListModels::new("w"));
        assert_eq!(page.err().map(|error| error.kind()), kind);
    }
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after - before < 400, "{before} MiB, then {after} MiB");
    }
}

#[test]
fn providers_are_asked_once_and_again_after_a_refusal() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let cloud = Cloud::new("aws-bedrock", 3, Credentials::access_key("key-1", SECRET));
    let server = Server::start(move |request: &Request, _| cloud.reply(request));
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let provider = move || {
        let n = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(Credentials::access_key(format!("key-{n}"), SECRET))
        }
    };
    block_on(async {
        let config = config(&server).credentials_provider(provider);
        let client = aws_bedrock::Client::new(config).unwrap();
        let list = aws_bedrock::ListCustomModels::new;
        // The first key is wrong.
        let error = client.send(list()).await.unwrap_err();
        assert!(error.is_authentication());
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.send(list()).await.map(|_| ()) })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let failing = || async { Err("the vault is sealed".into()) };
    let error = block_on(async {
        let config = config(&server).credentials_provider(failing);
        let client = aws_bedrock::Client::new(config).unwrap();
        client
            .send(aws_bedrock::ListCustomModels::new())
            .await
            .unwrap_err()
    });
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}
