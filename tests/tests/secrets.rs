//! Canaries: with all features enabled and all logs at TRACE, no secret may appear in any output, regardless of how the
//! service behaves.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::fs;
use std::io;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport, TransportError};
use cloud_models::{
    AccessKey, Attempt, AttemptHook, CallOptions, Clock, Credentials, Error, ErrorKind, Event, Now,
    Operation, Paginated, ProvideCredentials, ProviderError, ProxyConfig, Reply, RetryPolicy,
    Secret, Service, Step, aws_bedrock, baidu_qianfan, blocking, bytes, http, huawei_fabric,
    volcengine_ark,
};
use cloud_models_runtime::{Client, Config, codegen as rt};
use cloud_models_tests::cases::workspace;
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::goldens::{authentication, life_of_names};
use cloud_models_tests::server::{self, Action, Request, Server, gzip_stored};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

// --- the canaries ---

const SECRET: &str = "canary/Secret+0123456789";
const SESSION: &str = "canary/Session+123456789==";
const BEARER: &str = "canary/Bearer+0123456789==";
const TOKEN: &str = "canary/AuthToken+1234567==";
const HEADER: &str = "canary/Header+0123456789";
const CALL_HEADER: &str = "canary/OtherHeader+01234";
const QUERY: &str = "canary/Query+01234567890";
const BODY: &str = "canary/Body+012345678901";
/// Contains an `@`, which should be percent-encoded in a proxy URL, but often is not.
const PASSWORD: &str = "canary@Password+01234567";

const ALL: [&str; 9] = [
    SECRET,
    SESSION,
    BEARER,
    TOKEN,
    HEADER,
    CALL_HEADER,
    QUERY,
    BODY,
    PASSWORD,
];

/// Length of the fragments to search for. Shorter ones do not reveal a secret.
const FRAGMENT: usize = 12;

/// All fragments of all canaries in every encoding: plain, percent-encoded in either case, in JSON with escaped
/// slashes, and in base64.
static FRAGMENTS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let mut forms = Vec::new();
    for secret in ALL {
        let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        forms.push(secret.to_lowercase());
        forms.push(encoded.to_lowercase());
        forms.push(lower_hex(&encoded));
        forms.push(encoded);
        forms.push(secret.replace('/', "\\/"));
        forms.push(secret.replace('/', "\\u002f"));
        // `Debug` escapes the backslash.
        forms.push(secret.replace('/', "\\\\/"));
        forms.push(secret.replace('/', "\\\\u002f"));
        forms.push(secret.to_owned());
        for shift in 0..3 {
            // In base64, the first and last characters also depend on the text around the secret.
            let encoded = BASE64_STANDARD_NO_PAD.encode(&secret.as_bytes()[shift..]);
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    let windows = forms
        .iter()
        .flat_map(|form| form.as_bytes().windows(FRAGMENT));
    windows.map(<[u8]>::to_vec).collect()
});

/// Writes percent-encoded text as .NET does, with hex digits in lower case.
fn lower_hex(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        text += &format!("%{}{rest}", digits.to_lowercase());
    }
    text
}

#[track_caller]
fn assert_clean(text: &str, source: &str) {
    let leak = text
        .as_bytes()
        .windows(FRAGMENT)
        .position(|window| FRAGMENTS.contains(window));
    if let Some(start) = leak {
        let around = &text.as_bytes()[start.saturating_sub(300)..(start + 300).min(text.len())];
        panic!(
            "{source}: a secret in …{}…",
            String::from_utf8_lossy(around)
        );
    }
}

#[track_caller]
fn assert_debug_clean(value: &dyn Debug, source: &str) {
    assert_clean(&format!("{value:?} {value:#?}"), source);
}

/// Checks all output of an error and of its sources, which transports created.
#[track_caller]
fn assert_error_clean(error: &Error, source: &str) {
    let clone = error.clone();
    assert_clean(
        &format!("{error} {error:#} {error:?} {error:#?} {clone} {clone:?}"),
        source,
    );
    for text in [
        error.message(),
        error.code(),
        error.help(),
        error.request_id(),
        error.path(),
    ] {
        assert_clean(text.unwrap_or_default(), source);
    }
    assert_debug_clean(&error.violations(), source);
    assert_debug_clean(&error.reply(), source);
    assert!(
        error.source().is_none(),
        "{source}: reporters would print it twice"
    );
    let mut inner = error.inner().map(|inner| inner as &dyn StdError);
    while let Some(error) = inner {
        assert_clean(&format!("{error} {error:?}"), source);
        inner = error.source();
    }
}

#[test]
fn the_check_finds_a_leak_in_every_form() {
    for leak in [
        format!("x {SESSION} y"),
        SECRET[..FRAGMENT].to_owned(),
        "CANARY canary%2FBearer%2B0123".to_owned(),
        "canary%2fbearer%2b0123".to_owned(),
        "canary%2fBearer%2b0123".to_owned(),
        "canary/bearer+0123".to_owned(),
        "canary\\/Header+0".to_owned(),
        "canary\\\\/Header+0".to_owned(),
        "canary\\u002fHeader+0".to_owned(),
        BASE64_STANDARD_NO_PAD.encode(format!("user:{PASSWORD}")),
    ] {
        let caught = std::panic::catch_unwind(|| assert_clean(&leak, "test"));
        assert!(caught.is_err(), "{leak}");
    }
    assert_clean("canary/Secr canary@Pass", "eleven bytes");
}

// --- recorded output ---

/// Everything that was logged by this crate and its dependencies.
#[derive(Default)]
struct Heard {
    /// Levels and messages of the runtime's events and spans.
    events: HashSet<(tracing::Level, String)>,
    text: String,
}

fn heard() -> MutexGuard<'static, Heard> {
    static HEARD: LazyLock<Mutex<Heard>> = LazyLock::new(Mutex::default);
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Records all events of `tracing` and `log`, at every level.
struct Everything;

/// Formats the fields of an event.
#[derive(Default)]
struct Line {
    text: String,
    message: String,
}

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        write!(self.text, " {field}={value:?} {value:#?}").unwrap();
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        write!(self.text, " {field}={value}").unwrap();
    }
}

fn record(metadata: &tracing::Metadata<'_>, line: &Line, name: &str) {
    let mut heard = heard();
    writeln!(heard.text, "{}{}", metadata.target(), line.text).unwrap();
    if metadata.target() == "cloud_models" {
        heard.events.insert((*metadata.level(), name.to_owned()));
    }
}

impl tracing::Subscriber for Everything {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let mut line = Line::default();
        span.record(&mut line);
        record(span.metadata(), &line, span.metadata().name());
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        let mut line = Line::default();
        values.record(&mut line);
        heard().text.push_str(&line.text);
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        record(event.metadata(), &line, &line.message);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

impl log::Log for Everything {
    /// Accepts everything except the TRACE level of ureq, which logs every byte that it sends. The documentation of
    /// `Ureq` warns about this.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        !metadata.target().starts_with("ureq") || metadata.level() < log::Level::Trace
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}\n", record.target(), record.args());
            // At DEBUG, ureq logs response headers, which are harmless unless a service puts the caller's token there.
            let is_header = line.starts_with("ureq::run Response")
                || line.starts_with("ureq::body Unknown content-encoding");
            if !is_header {
                heard().text.push_str(&line);
            }
        }
    }

    fn flush(&self) {}
}

fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        tracing::subscriber::set_global_default(Everything).unwrap();
        log::set_logger(&Everything).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

#[track_caller]
fn assert_log_clean() {
    assert_clean(&heard().text, "the log");
}

/// Formats everything that a hook receives.
#[derive(Clone, Default)]
struct Hook(Arc<Mutex<String>>);

impl AttemptHook for Hook {
    fn started(&self, attempt: &Attempt<'_>) {
        write!(self.0.lock().unwrap(), "started {attempt:?} {attempt:#?}").unwrap();
    }

    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        let mut text = self.0.lock().unwrap();
        write!(
            text,
            "finished {attempt:?} {elapsed:?} {result:?} {result:#?}"
        )
        .unwrap();
        if let Err(error) = result {
            write!(text, "{error}").unwrap();
        }
    }
}

// --- behaviour of services ---

/// A client with separate secrets.
#[derive(Clone)]
struct Case {
    spec: &'static str,
    credentials: Credentials,
    /// Token that is sent with every request.
    token: &'static str,
    /// Whether the credentials come from a provider.
    provided: bool,
    hook: Hook,
}

impl Case {
    fn new(spec: &'static str, credentials: Credentials, token: &'static str) -> Self {
        Self {
            spec,
            credentials,
            token,
            provided: false,
            hook: Hook::default(),
        }
    }

    fn signed(spec: &'static str) -> Self {
        let key = Credentials::access_key("AKIDEXAMPLE", SECRET).session_token(SESSION);
        Self::new(spec, key, SESSION)
    }

    fn cloud(&self) -> Cloud {
        Cloud::new(self.spec, 3, self.credentials.clone())
    }

    fn config<S: Service>(&self, url: impl Into<String>) -> Config<S> {
        let moment = Duration::from_millis(1);
        let policy = RetryPolicy::standard()
            .max_attempts(2)
            .backoff(moment, moment);
        let config = Config::new()
            .endpoint(url)
            .region("us-east-1")
            .max_response_bytes(64 << 10)
            .header("x-canary", HEADER)
            .attempt_hook(self.hook.clone())
            .retry(policy);
        let credentials = self.credentials.clone();
        match self.provided {
            true => config.credentials_provider(move || {
                let credentials = credentials.clone();
                async move { Ok(credentials) }
            }),
            false => config.credentials(credentials),
        }
    }

    fn options(&self) -> CallOptions {
        let options = CallOptions::new()
            .header("x-other-canary", CALL_HEADER)
            .query("canary", QUERY);
        match self.spec {
            "baidu-qianfan" | "volcengine-ark" => options.body_member("canary", json!({"a": BODY})),
            _ => options,
        }
    }
}

/// Returns everything that a request contains.
fn echo(request: &Request, token: &str) -> String {
    echo_from(request, token, 0)
}

/// Number of parts of an echo. No request in the tests has more.
const PARTS: usize = 40;

/// Returns everything that a request contains, and its token and logins in the forms in which services and proxies
/// write them. Errors quote only the beginning of a page, so `first` selects the part at the start.
fn echo_from(request: &Request, token: &str, first: usize) -> String {
    let headers = request.headers.iter();
    let mut parts: Vec<String> = headers
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    for (_, login) in request
        .headers
        .iter()
        .filter_map(|(_, value)| value.split_once(' '))
    {
        parts.push(format!("{{\"login\":\"{login}\"}}"));
        parts.push(login.to_owned());
    }
    let encoded = utf8_percent_encode(token, NON_ALPHANUMERIC).to_string();
    parts.push(format!("{} {}", request.method, request.target));
    parts.push(String::from_utf8_lossy(&request.body).into_owned());
    parts.push(format!("({token})"));
    parts.push(encoded.to_lowercase());
    parts.push(lower_hex(&encoded));
    parts.push(encoded.replace('%', "%25"));
    parts.push(encoded);
    parts.push(token.to_lowercase());
    parts.push(token.replace('/', "\\/"));
    parts.push(token.replace('/', "\\u002f"));
    parts.push(format!("[{}", &token[..16]));
    // Here, the token crosses the place where errors truncate a page.
    parts.push(format!("{:110} {token}", "#"));
    assert!(parts.len() <= PARTS, "{} parts", parts.len());
    let count = parts.len();
    parts.rotate_left(first % count);
    parts.join(" ")
}

/// Action of a server, and the kind of error that it must cause.
struct Fault {
    name: String,
    kind: ErrorKind,
    action: Box<dyn Fn(&Request) -> Action + Send + Sync>,
}

fn fault<A: Into<Action>>(
    name: impl Into<String>,
    kind: ErrorKind,
    action: impl Fn(&Request) -> A + Send + Sync + 'static,
) -> Fault {
    let name = name.into();
    let action = Box::new(move |request: &Request| action(request).into());
    Fault { name, kind, action }
}

/// Returns the error that a service reports for a wrong date.
fn clock_error(spec: &str) -> (u16, &'static str) {
    match spec {
        "aws-bedrock" => (403, "InvalidSignatureException"),
        "baidu-qianfan" => (400, "RequestExpired"),
        "huawei-fabric" => (401, "APIG.0301"),
        _ => (400, "InvalidTimestamp"),
    }
}

/// Returns everything that a service, a gateway or a broken network may do, with as much of the request in each
/// response as possible.
fn faults(case: &Case) -> Vec<Fault> {
    use ErrorKind::{Decode, Service, Timeout, Transport};

    let token = case.token;
    let cloud = move || case.cloud();
    let error = |status: u16, code: String| {
        let cloud = cloud();
        move |request: &Request| cloud.error(request, status, &code, &echo(request, token))
    };
    let page = |status, request: &Request| server::Reply::html(status, echo(request, token));
    let (skewed_status, skewed_code) = clock_error(case.spec);
    let skewed = error(skewed_status, skewed_code.to_owned());
    let throttled = cloud();
    let pages = (0..PARTS).map(|part| {
        fault(format!("HTML page, part {part}"), Service, move |request| {
            server::Reply::html(400, echo_from(request, token, part))
        })
    });
    let others = vec![
        fault("throttled", Service, move |request| {
            throttled.throttled(request)
        }),
        fault(
            "echo in the message",
            Service,
            error(403, "AccessDenied".to_owned()),
        ),
        fault(
            "echo in the code",
            Service,
            error(400, format!("Odd{token}")),
        ),
        fault(
            "error in a success",
            Service,
            error(200, "AccessDenied".to_owned()),
        ),
        fault("clock skew", Service, move |request| {
            skewed(request).date(SystemTime::now() + Duration::from_secs(3600))
        }),
        fault("HTML page with a failure", Service, move |request| {
            page(500, request)
        }),
        fault("HTML page with a success", Decode, move |request| {
            page(200, request)
        }),
        fault("wrong type", Decode, move |_| {
            let names = ["modelSummaries", "total", "models", "result", "Result"];
            let members: serde_json::Map<_, _> = names
                .map(|name| (name.to_owned(), json!(token)))
                .into_iter()
                .collect();
            server::Reply::json(200, serde_json::Value::Object(members))
        }),
        fault("echo in the request ID", Service, move |_| {
            let body = json!({"requestId": token, "ResponseMetadata": {"RequestId": token}});
            server::Reply::json(500, body)
                .header("x-amzn-requestid", token)
                .header("x-request-id", token)
        }),
        fault("echo in headers", Service, move |request| {
            page(503, request)
                .header("retry-after", token)
                .header("date", token)
                .header("x-echo", token)
        }),
        fault("redirect", Service, move |_| {
            let location = format!("http://127.0.0.1:1/{token}?token={token}");
            server::Reply::new(302).header("location", location)
        }),
        fault("gzip", Decode, move |request| {
            page(200, request)
                .header("content-encoding", "gzip")
                .body(gzip_stored(echo(request, token).as_bytes()))
        }),
        fault("encoding named by an echo", Decode, move |request| {
            page(200, request).header("content-encoding", token)
        }),
        fault("truncated", Transport, move |request| {
            page(200, request).truncated(150)
        }),
        fault("cut between chunks", Transport, move |request| {
            page(200, request).chunked_cut(100)
        }),
        fault("oversized", Decode, move |request| {
            server::Reply::json(200, "").endless(echo(request, token))
        }),
        fault("invalid HTTP", Transport, move |request| {
            Action::raw(echo(request, token))
        }),
        fault("reset", Transport, |_| Action::Reset),
        fault("silence", Timeout, |_| Action::NeverAnswer),
    ];
    others.into_iter().chain(pages).collect()
}

/// Results of an operation by transport.
type Sent<O> = Vec<(&'static str, Result<Reply<<O as Operation>::Output>, Error>)>;

/// Transports of this crate.
struct Transports {
    asynchronous: [(&'static str, Arc<dyn Transport>); 2],
    ureq: Ureq,
    runtime: tokio::runtime::Runtime,
}

impl Transports {
    fn new(proxy: &ProxyConfig) -> Self {
        let root = rcgen::generate_simple_self_signed(["example".to_owned()])
            .unwrap()
            .cert
            .pem();
        let hyper = Hyper::builder()
            .root_certificates_pem(root.as_str())
            .proxy(proxy.clone());
        let ureq = Ureq::builder()
            .root_certificates_pem(root.as_str())
            .proxy(proxy.clone());
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
        let reqwest = Reqwest::builder()
            .client_builder(move || {
                reqwest::Client::builder().tls_backend_preconfigured(tls.clone())
            })
            .proxy(proxy.clone());
        assert_debug_clean(&hyper, "HyperBuilder");
        assert_debug_clean(&ureq, "UreqBuilder");
        let (hyper, reqwest, ureq) = (
            hyper.build().unwrap(),
            reqwest.build().unwrap(),
            ureq.build().unwrap(),
        );
        assert_debug_clean(&(&hyper, &reqwest, &ureq), "transports");
        Self {
            asynchronous: [("hyper", Arc::new(hyper)), ("reqwest", Arc::new(reqwest))],
            ureq,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    /// Sends an operation with each transport.
    fn send<O: Paginated>(
        &self,
        config: &Config<O::Service>,
        options: &CallOptions,
        operation: &O,
    ) -> Sent<O> {
        let mut results = Vec::new();
        for (name, transport) in &self.asynchronous {
            let builder = Client::builder(config.clone()).transport(Arc::clone(transport));
            assert_debug_clean(&builder, name);
            let client = builder.build().unwrap().with_options(options.clone());
            assert_debug_clean(&client, name);
            assert_debug_clean(&client.pages(operation.clone()), name);
            assert_debug_clean(&client.items(operation.clone()), name);
            results.push((*name, self.runtime.block_on(client.send(operation.clone()))));
        }
        let builder = blocking::Client::builder(config.clone()).transport(self.ureq.clone());
        assert_debug_clean(&builder, "ureq");
        let client = builder.build().unwrap().with_options(options.clone());
        assert_debug_clean(&client, "ureq");
        assert_debug_clean(&client.pages(operation.clone()), "ureq");
        assert_debug_clean(&client.items(operation.clone()), "ureq");
        results.push(("ureq", client.send(operation.clone())));
        results
    }
}

fn check<O: Paginated>(transports: &Transports, case: &Case, operation: &O) {
    for fault in faults(case) {
        let server = Server::start(move |request: &Request, _| (fault.action)(request));
        let config = case.config::<O::Service>(server.url());
        let mut options = case.options();
        if fault.kind == ErrorKind::Timeout {
            options = options.attempt_timeout(Duration::from_millis(50));
        }
        assert_debug_clean(&(&config, &config.clone(), &options), case.spec);
        for (transport, result) in transports.send(&config, &options, operation) {
            let source = format!("{}, {}, {transport}", case.spec, fault.name);
            let error = result.expect_err(&source);
            assert_error_clean(&error, &source);
            assert_eq!(error.kind(), fault.kind, "{source}: {error}");
        }
    }
    let hooked = case.hook.0.lock().unwrap().clone();
    assert!(hooked.contains("started") && hooked.contains("finished"));
    assert_clean(&hooked, "the hook");
}

/// Checks a service that sends the caller's token as its request ID.
fn check_success<O: Paginated>(transports: &Transports, case: &Case, operation: &O) {
    let (cloud, token) = (case.cloud(), case.token);
    let server = Server::start(move |request: &Request, n| {
        let mut reply = cloud.reply(request);
        let id = format!("fake-{}", n + 1);
        let body = String::from_utf8(reply.body.to_vec()).unwrap();
        reply.body = body.replace(&id, token).into();
        for (_, value) in &mut reply.headers {
            *value = value.replace(&id, token);
        }
        reply
    });
    let config = case.config::<O::Service>(server.url());
    for (transport, result) in transports.send(&config, &case.options(), operation) {
        let reply = result.expect(case.spec);
        assert_debug_clean(&reply, transport);
        assert_eq!(
            reply.request_id(),
            Some("***"),
            "{}, {transport}",
            case.spec
        );
    }
}

#[test]
fn secrets_appear_nowhere_whatever_services_do() {
    listen();
    let transports = Transports::new(&ProxyConfig::none());
    let bedrock = aws_bedrock::ListCustomModels::new();
    let fabric = huawei_fabric::ListModels::new("workspace");
    let qianfan = baidu_qianfan::DescribeCustomModelSets::new();
    let ark = volcengine_ark::ListCustomModels::new();

    let provided = Case {
        provided: true,
        ..Case::signed("aws-bedrock")
    };
    check(&transports, &Case::signed("aws-bedrock"), &bedrock);
    check(&transports, &provided, &bedrock);
    check(&transports, &Case::signed("baidu-qianfan"), &qianfan);
    check(&transports, &Case::signed("huawei-fabric"), &fabric);
    check(&transports, &Case::signed("volcengine-ark"), &ark);
    check(
        &transports,
        &Case::new("aws-bedrock", Credentials::bearer_token(BEARER), BEARER),
        &bedrock,
    );
    check(
        &transports,
        &Case::new("huawei-fabric", Credentials::auth_token(TOKEN), TOKEN),
        &fabric,
    );

    check_success(&transports, &Case::signed("aws-bedrock"), &bedrock);
    check_success(&transports, &provided, &bedrock);
    check_success(&transports, &Case::signed("baidu-qianfan"), &qianfan);
    check_success(&transports, &Case::signed("huawei-fabric"), &fabric);
    check_success(&transports, &Case::signed("volcengine-ark"), &ark);

    assert_log_clean();
    assert_every_event_was_heard();
}

/// Level of each event, by the function of `trace.rs` that emits it.
const LEVELS: [(&str, &str); 5] = [
    ("started", "debug"),
    ("retrying", "info"),
    ("clock_corrected", "info"),
    ("succeeded", "debug"),
    ("failed", "warn"),
];

/// Returns the events in the source of the runtime: function, level and message.
fn declared_events() -> Vec<(String, String, String)> {
    let source = fs::read_to_string(workspace().join("runtime/src/call/trace.rs")).unwrap();
    let mut events = Vec::new();
    for function in source.split("fn ").skip(1) {
        for event in function.split("event!(").skip(1) {
            let name = function.split(['<', '(']).next().unwrap();
            let level = event.split(',').next().unwrap().trim();
            let message = event.split('"').nth(1).unwrap();
            events.push((name.to_owned(), level.to_owned(), message.to_owned()));
        }
    }
    assert_eq!(events.len(), source.matches("event!(").count());
    events
}

/// Asserts that every event was emitted, because the log proves nothing about the others.
fn assert_every_event_was_heard() {
    let declared = declared_events();
    let levels: Vec<_> = declared
        .iter()
        .map(|(name, level, _)| (name.as_str(), level.as_str()))
        .collect();
    assert_eq!(levels, LEVELS, "events of trace.rs: cover new ones here");
    let heard = heard();
    for (_, level, message) in declared {
        let level: tracing::Level = level.parse().unwrap();
        assert!(
            heard.events.contains(&(level, message.clone())),
            "{level} {message:?} was not heard"
        );
    }
    assert!(
        heard
            .events
            .contains(&(tracing::Level::DEBUG, "call".to_owned())),
        "no span was heard"
    );
    // The dependencies were recorded too.
    for target in ["cloud_models", "hyper_util", "reqwest", "ureq"] {
        let line = format!("\n{target}");
        assert!(heard.text.contains(&line), "nothing was heard of {target}");
    }
}

/// All events must be emitted in one module, because `declared_events` would miss those of others.
#[test]
fn only_one_module_emits_events() {
    fn check(folder: &std::path::Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                check(&path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            for line in source
                .lines()
                .map(|line| line.replace("Catalog::", "").replace("catalog::", ""))
                .filter(|line| line.contains("tracing::") || line.contains("log::"))
            {
                let is_span = line.contains("debug_span!(") || line.contains("tracing::Instrument");
                let is_trace = path.ends_with("call/trace.rs");
                assert!(is_span || is_trace, "{}: {line}", path.display());
            }
        }
    }
    check(&workspace().join("runtime/src"));
}

// --- proxies ---

/// Returns a proxy that responds with the whole request that it received, beginning with the given part.
fn echoing_proxy(status: u16, part: Arc<AtomicUsize>) -> Server {
    Server::start(move |request: &Request, _| {
        let page = echo_from(request, SESSION, part.load(Ordering::SeqCst));
        server::Reply::html(status, page)
            .header("proxy-authenticate", "Basic realm=\"proxy\"")
            .close()
    })
}

#[test]
fn passwords_of_proxies_appear_nowhere() {
    listen();
    let operation = aws_bedrock::ListCustomModels::new();
    for status in [407, 502] {
        let part = Arc::new(AtomicUsize::new(0));
        let server = echoing_proxy(status, Arc::clone(&part));
        let url = format!("http://user:{PASSWORD}@{}", server.authority());
        let proxy = ProxyConfig::new(&url).unwrap();
        assert_debug_clean(&proxy, "ProxyConfig");
        let transports = Transports::new(&proxy);
        for (scheme, first) in ["http", "https"]
            .into_iter()
            .flat_map(|scheme| (0..PARTS).map(move |part| (scheme, part)))
        {
            part.store(first, Ordering::SeqCst);
            let case = Case::signed("aws-bedrock");
            let config = case
                .config::<aws_bedrock::AwsBedrock>(format!("{scheme}://service.example.invalid"))
                .allow_http(true)
                .proxy(proxy.clone());
            assert_debug_clean(&config, "Config");
            let before = server.requests().len();
            for (transport, result) in transports.send(&config, &case.options(), &operation) {
                let source = format!("proxy, {status}, {scheme}, part {first}, {transport}");
                let error = result.expect_err(&source);
                assert_error_clean(&error, &source);
                // The message names the proxy by host and port.
                if error.kind() == ErrorKind::Transport {
                    assert!(
                        error.to_string().contains(&server.authority()),
                        "{source}: {error}"
                    );
                }
            }
            let requests = server.requests().split_off(before);
            let logins = requests
                .iter()
                .filter(|request| request.header("proxy-authorization").is_some());
            assert!(
                logins.count() >= 3,
                "the password was not sent: {requests:?}"
            );
            assert_clean(&case.hook.0.lock().unwrap(), "the hook");
        }
    }
    assert_log_clean();
}

#[test]
fn unusable_proxies_are_refused_without_their_password() {
    for url in [
        "http://user:pa/canary/Secret+0123456789@127.0.0.1:3129",
        "http://user:canary/Secret+0123456789#@127.0.0.1:3129",
        "http://user:canary/Secret+0123456789@127.0.0.1:99999",
        "http://user:canary%40Password%2B01234567@",
        "http://user:canary@Password+01234567@127.0.0.1:3129/path",
        "socks5://user:canary@Password+01234567@127.0.0.1:1080",
        "user:canary@Password+01234567@127.0.0.1:3129\n",
        "http://canary/Secret+0123456789@[::1",
    ] {
        let error = ProxyConfig::new(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert_error_clean(&error, url);
    }
}

// --- credentials ---

#[test]
fn unusable_secrets_are_refused_before_sending_and_without_being_shown() {
    let config = |credentials| {
        Config::<aws_bedrock::AwsBedrock>::new()
            .region("us-east-1")
            .credentials(credentials)
    };
    let key = || Credentials::access_key("AKIDEXAMPLE", SECRET);
    for end in ["\n", "\r\n", "\u{7f}", "\0"] {
        for credentials in [
            Credentials::access_key("AKIDEXAMPLE", format!("{SECRET}{end}")),
            key().session_token(format!("{SESSION}{end}")),
            Credentials::bearer_token(format!("{BEARER}{end}")),
        ] {
            let error = config(credentials)
                .call(aws_bedrock::ListCustomModels::new())
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{end:?}: {error}");
            assert!(!error.was_sent());
            assert_error_clean(&error, "refused credentials");
        }
    }
    for endpoint in [
        "https://user:canary/Secret+0123456789@example.com",
        "https://example.com?token=canary/Secret+0123456789",
        "https://example.com#canary/Secret+0123456789",
    ] {
        let config = config(key()).endpoint(endpoint);
        assert_debug_clean(&config, endpoint);
        let error = config
            .call(aws_bedrock::ListCustomModels::new())
            .unwrap_err();
        assert_error_clean(&error, endpoint);
    }
    let config = config(key()).header("x-canary", format!("{HEADER}\n"));
    assert_debug_clean(&config, "invalid header");
    let error = config
        .call(aws_bedrock::ListCustomModels::new())
        .unwrap_err();
    assert_error_clean(&error, "invalid header");
}

/// A clock that does not move.
struct Still;

impl Clock for Still {
    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_688_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// An error of a provider may quote credentials that it returned earlier.
#[test]
fn errors_of_providers_are_redacted() {
    listen();
    let asked = Arc::new(AtomicU32::new(0));
    let provider = {
        let asked = Arc::clone(&asked);
        move || {
            let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                match first {
                    true => Ok(Credentials::access_key("AKIDEXAMPLE", SECRET)
                        .session_token(SESSION)
                        .expires_at(SystemTime::UNIX_EPOCH)),
                    false => Err(ProviderError::from(format!(
                        "cannot renew {SESSION} of {SECRET}"
                    ))),
                }
            }
        }
    };
    let _: &dyn ProvideCredentials = &provider;
    let config = Config::<aws_bedrock::AwsBedrock>::new()
        .region("us-east-1")
        .credentials_provider(provider);
    assert_debug_clean(&config, "Config with a provider");
    let throttled = |_, _| {
        let response = http::Response::builder().status(429);
        Ok(response.body(blocking::Body::from("{}")).unwrap())
    };
    let client = blocking::Client::builder(config)
        .transport(throttled)
        .clock(Still)
        .sleep(|_| {})
        .build()
        .unwrap();
    let error = client
        .send(aws_bedrock::ListCustomModels::new())
        .unwrap_err();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(error.kind(), ErrorKind::Service);
    // The reason for not retrying is shown, without the secrets.
    assert!(error.to_string().contains("cannot renew ***"), "{error}");
    assert_error_clean(&error, "provider");
    assert_log_clean();
}

/// A service may send the caller's token as page token, again and again.
#[test]
fn page_tokens_that_repeat_are_not_shown() {
    listen();
    let page = |_| async {
        let body = json!({"modelSummaries": [], "nextToken": SESSION}).to_string();
        Ok(http::Response::new(cloud_models::transport::Body::from(
            body,
        )))
    };
    let config = Case::signed("aws-bedrock").config("http://127.0.0.1:1");
    let client = Client::builder(config).transport(page).build().unwrap();
    let mut pages = client.pages(aws_bedrock::ListCustomModels::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let error = runtime.block_on(async {
        for _ in 0..3 {
            match pages.next().await {
                Some(Err(error)) => return error,
                Some(Ok(page)) => assert!(page.model_summaries.is_empty()),
                None => break,
            }
        }
        panic!("the loop was not noticed");
    });
    assert_eq!(error.kind(), ErrorKind::Paging);
    assert_error_clean(&error, "paging");
    assert_log_clean();
}

// --- sensitive members, values of callers and documented codes ---

/// A service that documents its error codes, with an operation that has sensitive parameters.
mod example {
    use super::rt;

    #[derive(Debug)]
    pub(crate) struct Example;

    impl rt::Service for Example {
        const INFO: &'static rt::ServiceInfo = &rt::ServiceInfo {
            name: "Example",
            url: "https://example.us-east-1.example.com",
            error_code: &[rt::Part::Body("code")],
            error_message: &[rt::Part::Body("message")],
            codes: &[rt::Code::http(400, "InvalidParameter")],
            ..rt::ServiceInfo::NONE
        };
    }

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Login {
        pub(crate) user: String,
        pub(crate) pin: Option<i64>,
        pub(crate) password: Option<String>,
    }

    impl rt::Record for Login {
        fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
            to.body("user", &self.user);
            to.body("pin", &self.pin).sensitive();
            to.body("password", &self.password).sensitive();
        }

        fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
            to.member("user", &mut self.user);
            to.member("pin", &mut self.pin);
            to.member("password", &mut self.password);
        }
    }

    rt::input!(Login);

    #[derive(Clone, Debug, Default)]
    pub(crate) struct Connect {
        pub(crate) token: String,
        pub(crate) logins: Vec<Login>,
        pub(crate) vault: Option<Login>,
    }

    impl rt::Operation for Connect {
        type Service = Example;
        type Output = Login;
        const NAME: &'static str = "Connect";
        const HTTP: rt::Http = rt::Http::post("/connect", &[]);
        const READ_ONLY: bool = false;
    }

    impl rt::Record for Connect {
        fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
            to.header("x-token", &self.token).sensitive();
            to.body("logins", &self.logins);
            to.body("vault", &self.vault).sensitive();
        }

        fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
            to.member("x-token", &mut self.token);
            to.member("logins", &mut self.logins);
            to.member("vault", &mut self.vault);
        }
    }

    rt::input!(Connect);

    #[derive(Clone, Debug)]
    pub(crate) struct Revoke {
        pub(crate) id: String,
    }

    impl rt::Operation for Revoke {
        type Service = Example;
        type Output = Login;
        const NAME: &'static str = "Revoke";
        const HTTP: rt::Http = rt::Http::get("/tokens/{id}", &[]);
        const READ_ONLY: bool = true;
    }

    impl rt::Record for Revoke {
        fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
            to.path("id", &self.id).sensitive();
        }

        fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
            to.member("id", &mut self.id);
        }
    }

    impl rt::Blank for Revoke {
        fn blank() -> Self {
            Self { id: rt::blank() }
        }
    }

    rt::input_without_default!(Revoke);
}

/// A sensitive path parameter is also part of the URL that hooks and logs receive.
#[test]
fn values_in_the_path_are_not_shown() {
    listen();
    let hook = Hook::default();
    let config = Config::<example::Example>::new()
        .attempt_hook(hook.clone())
        .credentials(Credentials::anonymous());
    let now = || Now::new(SystemTime::now(), Duration::ZERO);
    let revoke = example::Revoke {
        id: SECRET.to_owned(),
    };
    let mut call = config.call(revoke).unwrap();
    let step = call.step(Event::Start, now());
    assert_debug_clean(&step, "Step::Send");
    let Step::Send(request) = step else {
        panic!("{step:?}");
    };
    assert!(request.uri().path().len() > "/tokens/".len() + SECRET.len());
    let response = http::Response::builder().status(404).body("{}".into());
    let step = call.step(Event::Response(response.unwrap()), now());
    assert_debug_clean(&step, "Step::Done");
    let hooked = hook.0.lock().unwrap().clone();
    assert!(hooked.contains("/tokens/{id}"), "{hooked}");
    assert_clean(&hooked, "the hook");
    assert_log_clean();
}

/// Sends a request to the example and returns the error that results from a response.
fn refused(
    operation: example::Connect,
    options: &CallOptions,
    status: u16,
    body: impl Into<bytes::Bytes>,
) -> Error {
    let response = http::Response::builder().status(status).body(body.into());
    after_sending(operation, options, Event::Response(response.unwrap()))
}

fn after_sending(operation: example::Connect, options: &CallOptions, event: Event) -> Error {
    let now = || Now::new(SystemTime::now(), Duration::ZERO);
    let config = Config::<example::Example>::new()
        .retry(RetryPolicy::never())
        .credentials(Credentials::anonymous());
    let mut call = config.call_with(operation, options).unwrap();
    let step = call.step(Event::Start, now());
    assert!(matches!(step, Step::Send(_)), "{step:?}");
    match call.step(event, now()) {
        Step::Done(Err(error)) => error,
        step => panic!("{step:?}"),
    }
}

#[test]
fn sensitive_members_appear_in_no_error() {
    let login = example::Login {
        user: "somebody".to_owned(),
        pin: Some(918_273),
        password: Some("hunter2-hunter2-hunter2".to_owned()),
    };
    let vault = example::Login {
        user: "vault-owner".to_owned(),
        pin: None,
        password: Some("Gh/7+Kl/9=".to_owned()),
    };
    let operation = example::Connect {
        token: "s3cr".to_owned(),
        logins: vec![login],
        vault: Some(vault),
    };
    for validate in [true, false] {
        let options = CallOptions::new().validate(validate);
        let error = |message: &str| {
            let body = json!({"message": message}).to_string();
            refused(operation.clone(), &options, 400, body)
        };
        for (message, expected) in [
            ("bad password hunter2-hunter2-hunter2", "bad password ***"),
            ("bad password hunter2-hunter", "bad password ***"),
            ("pin 918273, not 9182730", "pin ***, not 9182730"),
            ("token s3cr and s3crs", "token *** and s3crs"),
            (
                "vault Gh%2f7%2bKl%2f9%3d of vault-owner",
                "vault *** of ***",
            ),
            ("somebody is unknown", "somebody is unknown"),
        ] {
            assert_eq!(error(message).message(), Some(expected), "{validate}");
        }
    }
}

#[test]
fn values_of_callers_hide_only_themselves() {
    let options = CallOptions::new()
        .query("mode", "Invalid")
        .query("code", "InvalidParameter")
        .query("region", "us-east-1")
        .query("filter", "status is active")
        .header("x-team", "search")
        .body_member("key", json!({"api": ["canary-\"key\""]}));
    let error = |body: serde_json::Value| {
        refused(example::Connect::default(), &options, 400, body.to_string())
    };
    let message = |message: &str| {
        let error = error(json!({"code": "InvalidParameter", "message": message}));
        assert_eq!(error.code(), Some("InvalidParameter"));
        error.message().unwrap().to_owned()
    };
    assert_eq!(message("research of search"), "research of search");
    assert_eq!(
        message("where status is active, is wrong"),
        "where ***, is wrong"
    );
    assert_eq!(message("no api canary-\"key\" here"), "no api *** here");
    // An undocumented code may contain anything.
    let odd = error(json!({"code": "status is active"}));
    assert_eq!(odd.code(), Some("***"));
    for failure in [
        TransportError::other("reset by peer"),
        TransportError::timeout("slow"),
    ] {
        let error = after_sending(
            example::Connect::default(),
            &options,
            Event::Failed(failure),
        );
        let text = error.to_string();
        assert!(text.contains("example.us-east-1.example.com: "), "{text}");
    }
}

#[test]
fn large_secrets_hide_no_other_text() {
    let large = "0123456789abcdef".repeat(1 << 16);
    let words = "no such thing ".repeat(2000);
    let body = json!({"code": "Odd", "message": words}).to_string();
    let added = CallOptions::new().body_member("large", &large);
    let sensitive = example::Connect {
        vault: Some(example::Login {
            password: Some(large.clone()),
            ..Default::default()
        }),
        ..Default::default()
    };
    for (operation, options) in [
        (example::Connect::default(), added),
        (sensitive, CallOptions::new()),
    ] {
        let error = refused(operation, &options, 400, body.clone());
        assert!(!error.to_string().contains("***"));
    }
}

// --- values that users may print ---

#[test]
fn debug_output_contains_no_secret() {
    let secret = Secret::from(SECRET);
    let key = AccessKey::new("AKIDEXAMPLE", SECRET).with_session_token(SESSION);
    assert_debug_clean(
        &(&secret, &key, &secret.clone(), &key.clone()),
        "Secret and AccessKey",
    );
    for credentials in [
        Credentials::access_key("AKIDEXAMPLE", SECRET).session_token(SESSION),
        Credentials::bearer_token(BEARER),
        Credentials::auth_token(TOKEN),
    ] {
        assert_debug_clean(&credentials, "Credentials");
        assert_debug_clean(&Event::Credentials(Ok(credentials)), "Event");
    }
    assert_debug_clean(&Event::Credentials(Err(SECRET.into())), "Event");
    assert_debug_clean(&Event::Failed(TransportError::other(SECRET)), "Event");
    let response = http::Response::builder()
        .header("x-canary", SECRET)
        .body(bytes::Bytes::from(SECRET));
    assert_debug_clean(&Event::Response(response.unwrap()), "Event");
}

#[test]
fn calls_driven_by_hand_show_no_secret() {
    let now = || Now::new(SystemTime::now(), Duration::ZERO);
    let bedrock = Case::signed("aws-bedrock");
    let bearer = Case::new("aws-bedrock", Credentials::bearer_token(BEARER), BEARER);
    for case in [bedrock, bearer] {
        let config = case.config::<aws_bedrock::AwsBedrock>("http://127.0.0.1:1");
        let mut call = config
            .call_with(aws_bedrock::ListCustomModels::new(), &case.options())
            .unwrap();
        assert_debug_clean(&call, "Call");
        let step = call.step(Event::Start, now());
        assert_debug_clean(&step, "Step::Send");
        assert_debug_clean(&call, "Call");
        assert_debug_clean(&call.signing(), "Signing");
        let Step::Send(request) = step else {
            panic!("{step:?}");
        };
        // Transports and their users print headers, so all secret ones are marked as sensitive.
        assert!(format!("{:?}", request.headers()).contains("Sensitive"));
        assert_debug_clean(request.headers(), "headers");
        let echo = format!("{:?} {}", request.uri(), case.token);
        let body = json!({"message": echo}).to_string();
        let response = http::Response::builder()
            .status(403)
            .body(body.into())
            .unwrap();
        let step = call.step(Event::Response(response), now());
        assert_debug_clean(&step, "Step::Done");
        let Step::Done(Err(error)) = step else {
            panic!("{step:?}");
        };
        assert_error_clean(&error, "call by hand");
        assert!(
            error
                .message()
                .is_some_and(|message| message.contains("***"))
        );
        // The body is available unchanged for programs that need it, as documented.
        let body = error.reply().unwrap().body();
        assert!(String::from_utf8_lossy(body).contains(case.token));
    }
}

/// Tokens in the query are part of the URL, which HTTP stacks like to log.
#[test]
fn tokens_in_urls_and_passwords_are_not_shown() {
    listen();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for credentials in [
        Credentials::auth_token(TOKEN),
        Credentials::basic("user", PASSWORD),
    ] {
        let server = Server::start(|request, _| match request.path.as_str() {
            "/model" => server::Reply::json(400, echo(request, TOKEN)).into(),
            _ => Action::close(),
        });
        let config = || {
            authentication::Config::new()
                .endpoint(server.url())
                .credentials(credentials.clone())
                .retry(RetryPolicy::never())
        };
        let transports: [Arc<dyn Transport>; 2] = [
            Arc::new(Hyper::new().unwrap()),
            Arc::new(Reqwest::new().unwrap()),
        ];
        let mut errors = Vec::new();
        for transport in transports {
            let client = Client::builder(config())
                .transport(transport)
                .build()
                .unwrap();
            let sent = runtime.block_on(client.send(authentication::GetModel::new()));
            errors.push(sent.unwrap_err());
            let sent = runtime.block_on(client.send(authentication::Login::new()));
            errors.push(sent.unwrap_err());
        }
        let client = blocking::Client::builder(config())
            .transport(Ureq::new().unwrap())
            .build()
            .unwrap();
        errors.push(client.send(authentication::GetModel::new()).unwrap_err());
        errors.push(client.send(authentication::Login::new()).unwrap_err());
        for error in &errors {
            assert_error_clean(error, "an error");
        }
    }
    assert_log_clean();
}

/// The crates of the AWS SDK log the variables that they read. The test starts itself as a child process, because it
/// must not change its environment.
#[test]
fn the_bearer_token_of_an_aws_configuration_is_not_logged() {
    const TOKEN: &str = "AWS_BEARER_TOKEN_BEDROCK";
    const NAME: &str = "the_bearer_token_of_an_aws_configuration_is_not_logged";

    if std::env::var_os(TOKEN).is_some() {
        listen();
        let transport = cloud_models::transport::Hyper::new().unwrap();
        let sdk = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .http_client(cloud_models::aws::HttpClient::new(transport));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let sdk = runtime.unwrap().block_on(sdk.load());
        let config = aws_bedrock::Config::from(&sdk);
        cloud_models::aws_bedrock::Client::new(config).unwrap();
        assert!(
            heard().text.contains("aws_"),
            "nothing was heard of the SDK"
        );
        assert_log_clean();
        println!("the log is clean");
        return;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let output = child
        .args(["--exact", NAME, "--nocapture"])
        .env(TOKEN, BEARER)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("the log is clean"), "{printed}");
}

#[test]
fn credentials_of_the_aws_sdk_are_not_shown() {
    use aws_credential_types::Credentials as Keys;
    use aws_credential_types::provider::SharedCredentialsProvider;

    let keys = Keys::new(
        "AKIDEXAMPLE",
        SECRET,
        Some(SESSION.to_owned()),
        None,
        "test",
    );
    let provider = cloud_models::aws::AwsCredentials::from(SharedCredentialsProvider::new(keys));
    assert_debug_clean(&provider, "AwsCredentials");
}

/// A program that stores a value needs all of it, so serde serializes what `Debug` hides.
#[test]
fn sensitive_members_are_hidden_by_debug_and_written_by_serde() {
    let login = life_of_names::Login::new(life_of_names::Account::new("a")).token(SECRET);
    assert_debug_clean(&login, "a sensitive member");
    assert!(serde_json::to_string(&login).unwrap().contains(SECRET));
}

#[test]
fn errors_made_by_transports_are_redacted() {
    listen();
    let operation = aws_bedrock::ListCustomModels::new();
    let case = Case::signed("aws-bedrock");
    let failing = |_: http::Request<bytes::Bytes>, _: Duration| {
        let error = io::Error::other(format!("sent {SESSION} and {CALL_HEADER}"));
        Err(TransportError::other(error))
    };
    let client = blocking::Client::builder(case.config("http://127.0.0.1:1"))
        .transport(failing)
        .sleep(|_| {})
        .build()
        .unwrap()
        .with_options(case.options());
    let error = client.send(operation).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    // `inner` is the transport's own error, which is documented as not redacted.
    assert_clean(&format!("{error} {error:?} {error:#?}"), "transport");
    assert_clean(&case.hook.0.lock().unwrap(), "the hook");
    assert_log_clean();
}
