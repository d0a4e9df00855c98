//! Error messages as users see them: one golden file per family, with a line `case: message` for each.
//!
//! This is the only place that pins their wording. `GOLDEN=write cargo test -p cloud-models-tests --test messages`
//! writes the files. Check in each message what is wrong, the value, and what to do about it.

use std::fs;
use std::future::pending;
use std::io::{self, Read};
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use cloud_models::blocking::Ureq;
use cloud_models::transport::{self, Hyper, TransportError};
use cloud_models::{
    CallOptions, Clock, Credentials, Cursor, Error, Event, Now, Operation, Paginated, ProxyConfig,
    RetryPolicy, Service, Step, aws_bedrock, baidu_qianfan, blocking, bytes::Bytes, http,
    huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use cloud_models_tests::cases::package;
use cloud_models_tests::goldens::requirements::{DescribeSet, Source, UpdateSet};
use cloud_models_tests::goldens::{parameters, places};
use serde_json::json;

type Bedrock = Config<aws_bedrock::AwsBedrock>;

/// The messages of a family.
struct Family {
    name: &'static str,
    lines: Vec<(String, String)>,
}

impl Family {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            lines: Vec::new(),
        }
    }

    fn add(&mut self, case: impl Into<String>, error: impl ToString) {
        self.lines.push((case.into(), error.to_string()));
    }

    /// Compares with the golden file, or writes it.
    #[track_caller]
    fn finish(self) {
        let mut text = String::new();
        for (case, message) in &self.lines {
            assert!(
                !message.contains('\n'),
                "{case}: several lines: {message:?}"
            );
            assert!(
                !message.ends_with(['.', ' ']),
                "{case}: bad end: {message:?}"
            );
            text.push_str(&format!("{case}: {message}\n"));
        }
        let path = package().join(format!("fixtures/messages/{}.txt", self.name));
        let expected = fs::read_to_string(&path).unwrap_or_default();
        let lines = expected.lines();
        let lines =
            lines.filter(|line| cfg!(feature = "patterns") || !line.starts_with("pattern: "));
        let expected: String = lines.map(|line| format!("{line}\n")).collect();
        if std::env::var_os("GOLDEN").is_some_and(|value| value == "write") {
            fs::write(&path, text).unwrap();
            return;
        }
        for (line, expected) in text.lines().zip(expected.lines()) {
            assert_eq!(
                line, expected,
                "GOLDEN=write cargo test -p cloud-models-tests --test messages"
            );
        }
        assert_eq!(text, expected);
    }
}

// --- helpers that cause errors ---

fn key() -> Credentials {
    Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI")
}

fn config<S: Service>() -> Config<S> {
    Config::new().region("us-east-1").credentials(key())
}

fn models() -> aws_bedrock::ListCustomModels {
    aws_bedrock::ListCustomModels::new()
}

fn at(elapsed: Duration) -> Now {
    Now::new(
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_688_000),
        elapsed,
    )
}

/// Returns the error of a call before anything is sent.
fn refused<O: Operation>(config: Config<O::Service>, operation: O) -> Error {
    refused_with(config, operation, &CallOptions::new())
}

fn refused_with<O: Operation>(
    config: Config<O::Service>,
    operation: O,
    options: &CallOptions,
) -> Error {
    let mut call = match config.call_with(operation, options) {
        Ok(call) => call,
        Err(error) => return error,
    };
    match call.step(Event::Start, at(Duration::ZERO)) {
        Step::Done(Err(error)) => error,
        step => panic!("{step:?}"),
    }
}

/// Returns the error of a call whose request was followed by these events, with a second between them.
fn failed<O: Operation>(config: Config<O::Service>, operation: O, events: Vec<Event>) -> Error {
    let mut call = config.call(operation).unwrap();
    for (second, event) in (0..).zip(events) {
        if let Step::Done(result) = call.step(event, at(Duration::from_secs(second))) {
            return result.expect_err("an error");
        }
    }
    panic!("the call goes on");
}

fn once<S: Service>() -> Config<S> {
    config().retry(RetryPolicy::never())
}

fn response(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Event {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Event::Response(response.body(body.into()).unwrap())
}

/// Returns the error of a call that received this response.
fn answered<O: Operation>(
    operation: O,
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Error {
    failed(
        once(),
        operation,
        vec![Event::Start, response(status, headers, body)],
    )
}

/// A clock that moves by a second whenever it is read.
#[derive(Default)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn system_time(&self) -> SystemTime {
        at(Duration::ZERO).time
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// A clock that does not move.
struct Still;

impl Clock for Still {
    fn system_time(&self) -> SystemTime {
        at(Duration::ZERO).time
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// Polls a future that needs no runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the future does not complete");
}

// --- configuration ---

#[test]
fn configuration() {
    let mut family = Family::new("configuration");
    let bedrock = config::<aws_bedrock::AwsBedrock>;
    let mut add = |case: &str, config: Bedrock| family.add(case, refused(config, models()));
    add("region missing", Config::new().credentials(key()));
    for region in ["", "us east 1", "-a"] {
        add(&format!("region {region:?}"), bedrock().region(region));
    }
    for url in [
        "",
        "bedrock.example.com",
        "ftp://example.com",
        "https://",
        "https:///path",
        "https://exa mple.com",
        "https://ex\u{e4}mple.com",
        "https://user:password@example.com",
        "https://example.com:99999",
        "https://example.com:",
        "https://[::1",
        "https://example.com/?x=1",
        "https://example.com/#x",
        "http://example.com",
        "http://10.0.0.1:8080/base",
    ] {
        add(&format!("endpoint {url:?}"), bedrock().endpoint(url));
    }
    let local = || bedrock().endpoint("http://127.0.0.1:8080");
    add("endpoint and FIPS", local().fips(true));
    add("endpoint and dual stack", local().dual_stack(true));
    add("project of a service without", bedrock().project_id("p"));
    add("user agent", bedrock().user_agent("a\nb"));
    add("connect timeout", bedrock().connect_timeout(Duration::ZERO));
    add("attempt timeout", bedrock().attempt_timeout(Duration::ZERO));
    add("call timeout", bedrock().call_timeout(Duration::ZERO));
    add("header name", bedrock().header("a b", "value"));
    add("header value", bedrock().header("x-header", "a\nb"));
    add(
        "header of the client",
        bedrock().header("Authorization", "value"),
    );
    add(
        "header twice",
        bedrock().header("x-header", "a").header("X-Header", "b"),
    );
    let fabric = |config| refused(config, huawei_fabric::ListModels::new("workspace"));
    let qianfan = |config| refused(config, baidu_qianfan::DescribeCustomModelSets::new());
    family.add("FIPS of a service without", fabric(config().fips(true)));
    family.add(
        "dual stack of a service without",
        qianfan(config().dual_stack(true)),
    );
    family.add("project is blank", fabric(config().project_id(" ")));
    family.add("project value", fabric(config().project_id("a\nb")));
    family.add(
        "project as header",
        fabric(config().header("X-Project-Id", "p")),
    );
    family.add(
        "token as header",
        fabric(config().header("X-Auth-Token", "t")),
    );
    let pem = |pem: &str| {
        Hyper::builder()
            .root_certificates_pem(pem)
            .build()
            .unwrap_err()
    };
    family.add("root certificates without PEM", pem("text"));
    family.add(
        "root certificates with invalid PEM",
        pem("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
    );
    let client = Client::builder(bedrock())
        .transport(Hyper::new().unwrap())
        .build()
        .unwrap();
    family.add(
        "no tokio runtime",
        block_on(client.send(models())).unwrap_err(),
    );
    family.finish();
}

// --- credentials ---

#[test]
fn credentials() {
    let mut family = Family::new("credentials");
    fn missing<S: Service>() -> Error {
        Client::new(Config::<S>::new().region("r")).unwrap_err()
    }
    family.add("missing, AWS", missing::<aws_bedrock::AwsBedrock>());
    family.add("missing, Baidu", missing::<baidu_qianfan::BaiduQianfan>());
    family.add("missing, Huawei", missing::<huawei_fabric::HuaweiFabric>());
    family.add(
        "missing, Volcengine",
        missing::<volcengine_ark::VolcengineArk>(),
    );

    let unusable = |credentials| refused(config().credentials(credentials), models());
    family.add("ID empty", unusable(Credentials::access_key("", "secret")));
    family.add(
        "ID with a tab",
        unusable(Credentials::access_key("A\tB", "secret")),
    );
    family.add("secret blank", unusable(Credentials::access_key("id", " ")));
    family.add(
        "secret with line break",
        unusable(Credentials::access_key("id", "secret\n")),
    );
    family.add(
        "secret with control character",
        unusable(Credentials::access_key("id", "se\0cret")),
    );
    family.add(
        "session token with line break",
        unusable(key().session_token("token\r\n")),
    );
    family.add(
        "bearer token empty",
        unusable(Credentials::bearer_token("")),
    );
    family.add("token for AWS", unusable(Credentials::auth_token("token")));
    let qianfan = config().credentials(Credentials::bearer_token("token"));
    family.add(
        "bearer token for Baidu",
        refused(qianfan, baidu_qianfan::DescribeCustomModelSets::new()),
    );
    let fabric = config().credentials(Credentials::bearer_token("token"));
    family.add(
        "bearer token for Huawei",
        refused(fabric, huawei_fabric::ListModels::new("workspace")),
    );
    let plain = config()
        .endpoint("http://example.com")
        .allow_http(true)
        .credentials(Credentials::bearer_token("token"));
    family.add("token without TLS", refused(plain, models()));

    let provided = || config().credentials_provider(|| async { Ok(key()) });
    let sealed = || Event::Credentials(Err("the vault is sealed".into()));
    family.add(
        "provider",
        failed(provided(), models(), vec![Event::Start, sealed()]),
    );
    let events = vec![
        Event::Start,
        Event::Credentials(Ok(key())),
        response(503, &[], ""),
        Event::Slept,
        sealed(),
    ];
    family.add(
        "provider before a retry",
        failed(provided(), models(), events),
    );
    let client = |config: Bedrock| {
        let builder = Client::builder(config)
            .clock(Still)
            .sleep(|_| std::future::ready(()));
        builder.build().unwrap()
    };
    let silent = client(config().credentials_provider(|| async {
        pending::<()>().await;
        Ok(key())
    }));
    family.add(
        "provider is too slow",
        block_on(silent.send(models())).unwrap_err(),
    );
    family.finish();
}

// --- environment ---

/// Prints the message of a client made from the environment, in a child process.
fn print_message(service: &str) {
    let result = match service {
        "aws" => aws_bedrock::Client::from_env().map(drop),
        "aws-blocking" => aws_bedrock::blocking::Client::from_env().map(drop),
        "baidu" => baidu_qianfan::Client::from_env().map(drop),
        "huawei" => huawei_fabric::Client::from_env().map(drop),
        "volcengine" => volcengine_ark::Client::from_env().map(drop),
        service => panic!("{service}"),
    };
    let message = result.map_or_else(|error| error.to_string(), |()| "no error".to_owned());
    println!("\n>>>{message}");
}

/// Returns the message of a client in an environment with these variables alone.
fn message_with(service: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "environment", "--nocapture"]);
    command.env_clear().env("MESSAGES_OF", service);
    for name in ["PATH", "LD_LIBRARY_PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let output = command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let message = text.lines().find_map(|line| line.strip_prefix(">>>"));
    message.unwrap_or_else(|| panic!("{text}")).to_owned()
}

fn add_environment(family: &mut Family, service: &str, variables: &[(&str, &str)]) {
    let names: Vec<_> = variables
        .iter()
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    family.add(
        format!("{service} {}", names.join(" ")).trim(),
        message_with(service, variables),
    );
}

#[test]
fn environment() {
    if let Ok(service) = std::env::var("MESSAGES_OF") {
        return print_message(&service);
    }
    const REGION: (&str, &str) = ("AWS_REGION", "us-east-1");

    let mut family = Family::new("environment");
    for service in ["aws", "baidu", "huawei", "volcengine"] {
        add_environment(&mut family, service, &[]);
    }
    let ark = [("VOLCSTACK_REGION", "cn-beijing")];
    add_environment(&mut family, "volcengine", &ark);
    for variables in [
        &[REGION][..],
        &[REGION, ("AWS_PROFILE", "work")],
        &[REGION, ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")],
        &[REGION, ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")],
        &[
            REGION,
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI\n"),
        ],
        &[REGION, ("AWS_BEARER_TOKEN_BEDROCK", "token\n")],
        &[("AWS_BEARER_TOKEN_BEDROCK", "token")],
        &[
            ("AWS_BEARER_TOKEN_BEDROCK", "token"),
            ("AWS_REGION", "us east 1"),
        ],
        &[REGION, ("AWS_USE_FIPS_ENDPOINT", "yes")],
        &[REGION, ("AWS_RETRY_MODE", "adaptive")],
        &[REGION, ("AWS_MAX_ATTEMPTS", "0")],
        &[REGION, ("AWS_MAX_ATTEMPTS", "three")],
        &[
            REGION,
            ("AWS_ENDPOINT_URL", "localhost"),
            ("AWS_BEARER_TOKEN_BEDROCK", "token"),
        ],
        &[
            REGION,
            ("AWS_ENDPOINT_URL", "http://example.com"),
            ("AWS_BEARER_TOKEN_BEDROCK", "token"),
        ],
        &[
            REGION,
            ("AWS_ENDPOINT_URL", "http://127.0.0.1"),
            ("AWS_USE_FIPS_ENDPOINT", "true"),
            ("AWS_BEARER_TOKEN_BEDROCK", "token"),
        ],
    ] {
        add_environment(&mut family, "aws", variables);
    }
    add_environment(
        &mut family,
        "huawei",
        &[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/file")],
    );
    add_environment(
        &mut family,
        "baidu",
        &[("QIANFAN_AK", "id"), ("QIANFAN_SK", "secret")],
    );
    family.finish();
}

#[test]
fn proxies() {
    let mut family = Family::new("proxies");
    for url in [
        "",
        " ",
        "http://",
        "http://proxy:3128 ",
        "http://[bad",
        "http://proxy:",
        "http://proxy:0",
        "http://proxy:99999",
        "http://user:password@",
        "http://user:pass/word@proxy:3128",
        "http://user:%ff@proxy:3128",
        "http://proxy/path",
        "http://pr\u{f6}xy:3128",
        "socks5://user:password@proxy:1080",
    ] {
        family.add(format!("{url:?}"), ProxyConfig::new(url).unwrap_err());
    }
    let key = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_BEARER_TOKEN_BEDROCK", "token"),
    ];
    for variable in [
        ("HTTPS_PROXY", "http://user:password@proxy:3128\n"),
        ("https_proxy", "socks5://proxy:1080"),
        ("ALL_PROXY", "[bad"),
    ] {
        add_environment(&mut family, "aws", &[key[0], key[1], variable]);
    }
    family.finish();
}

/// The error text of the operating system is part of these messages.
#[cfg(target_os = "linux")]
#[test]
fn certificates() {
    let mut family = Family::new("certificates");
    let key = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_BEARER_TOKEN_BEDROCK", "token"),
    ];
    for service in ["aws", "aws-blocking"] {
        for variable in [
            ("SSL_CERT_FILE", "/nonexistent.pem"),
            ("SSL_CERT_FILE", "/dev/null"),
            ("SSL_CERT_DIR", "/nonexistent"),
        ] {
            add_environment(&mut family, service, &[key[0], key[1], variable]);
        }
    }
    family.finish();
}

// --- requests ---

/// A value that cannot be serialized to JSON.
struct Unserializable;

impl serde::Serialize for Unserializable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the value is locked"))
    }
}

#[test]
fn requests() {
    let mut family = Family::new("requests");
    let bedrock = |operation| refused(config(), operation);
    let fabric = |operation| refused(config(), operation);
    family.add("range", bedrock(models().max_results(0)));
    family.add(
        "length",
        fabric(huawei_fabric::ListModels::new("w").name("a".repeat(129))),
    );
    if cfg!(feature = "patterns") {
        family.add("pattern", bedrock(models().name_contains("a b")));
    }
    family.add(
        "two values",
        bedrock(models().max_results(1001).next_token("")),
    );
    family.add(
        "characters",
        fabric(huawei_fabric::ListModels::new("w").name("a b")),
    );
    family.add(
        "path segment",
        fabric(huawei_fabric::ListModels::new("..").limit(5)),
    );
    family.add(
        "empty path segment",
        fabric(huawei_fabric::ListModels::new("")),
    );
    let bearer = Config::new().credentials(Credentials::bearer_token("token"));
    family.add(
        "greedy path segments",
        refused(bearer, places::DeleteObject::new("bucket", "a/../b")),
    );
    let search = parameters::Search::new("needlelong", 0, "kind", [10])
        .words([""; 0])
        .x_trace("a\nb");
    let token = || Config::new().credentials(Credentials::auth_token("token"));
    family.add("many", refused(token(), search));
    let bearer = || Config::new().credentials(Credentials::bearer_token("token"));
    let describe = DescribeSet::new();
    family.add("none of two", refused(bearer(), describe.clone()));
    let describe = describe.set_id("1").set_name("canary");
    family.add("two instead of one", refused(bearer(), describe));
    let update = UpdateSet::new("1").owner("a").text("a");
    let update = update.sources([Source::new()]);
    family.add("none of several", refused(bearer(), update));
    let unchecked = CallOptions::new().validate(false);
    let text = "a\u{7f}b";
    let search = parameters::Search::new("ab", 1, "kind", [1]).x_trace(text);
    family.add("header value", refused_with(token(), search, &unchecked));

    let with = |options: CallOptions| refused_with(config(), models(), &options);
    family.add(
        "header of the client",
        with(CallOptions::new().header("host", "a")),
    );
    family.add("header name", with(CallOptions::new().header("", "a")));
    family.add(
        "added header value",
        with(CallOptions::new().header("x-a", "\n")),
    );
    let twice = CallOptions::new().header("x-a", "1").header("x-a", "2");
    family.add("added header twice", with(twice));
    family.add(
        "body member without body",
        with(CallOptions::new().body_member("a", 1)),
    );
    family.add(
        "URL is too long",
        with(CallOptions::new().query("a", "a".repeat(70_000))),
    );
    let query = CallOptions::new().query("maxResults", "5");
    family.add(
        "added query twice",
        refused_with(config(), models().max_results(7), &query),
    );
    let ark = |options: CallOptions| {
        let operation = volcengine_ark::ListCustomModels::new().page_size(5);
        refused_with(config(), operation, &options)
    };
    family.add(
        "body member twice",
        ark(CallOptions::new().body_member("PageSize", 7)),
    );
    family.add(
        "body member without JSON",
        ark(CallOptions::new().body_member("a", Unserializable)),
    );
    family.add(
        "query of the operation",
        ark(CallOptions::new().query("Action", "a")),
    );

    let now = || at(Duration::ZERO);
    let mut call = config().call(models()).unwrap();
    let Step::Done(Err(error)) = call.step(Event::Credentials(Ok(key())), now()) else {
        panic!("it was not begun");
    };
    family.add("call not begun", error);
    let Step::Done(Err(error)) = call.step(Event::Start, now()) else {
        panic!("it is over");
    };
    family.add("call over", error);
    family.finish();
}

// --- transport ---

#[test]
fn transports() {
    let mut family = Family::new("transports");
    let failed =
        |error: TransportError| failed(once(), models(), vec![Event::Start, Event::Failed(error)]);
    let refused = || io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused");
    family.add("connection", failed(TransportError::connect(refused())));
    let error = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
    family.add("certificate", failed(TransportError::certificate(error)));
    family.add(
        "proxy",
        failed(TransportError::proxy(
            "proxy http://proxy:3128 refused: HTTP 407",
        )),
    );
    family.add(
        "lost connection",
        failed(TransportError::other(
            "connection closed before message completed",
        )),
    );
    family.add(
        "configuration",
        failed(TransportError::config("no tokio runtime")),
    );
    let events = || {
        let failed = || Event::Failed(TransportError::connect(refused()));
        vec![
            Event::Start,
            failed(),
            Event::Slept,
            failed(),
            Event::Slept,
            failed(),
        ]
    };
    family.add("three attempts", self::failed(config(), models(), events()));
    family.finish();
}

// --- timeouts ---

#[test]
fn timeouts() {
    let mut family = Family::new("timeouts");
    let builder = || {
        let builder = Client::builder(once()).clock(Still);
        builder.sleep(|_| std::future::ready(()))
    };
    let silent = builder()
        .transport(|_| async { pending().await })
        .build()
        .unwrap();
    family.add("attempt", block_on(silent.send(models())).unwrap_err());
    let short =
        silent.with_options(CallOptions::new().attempt_timeout(Duration::from_micros(1_234_567)));
    family.add(
        "odd attempt timeout",
        block_on(short.send(models())).unwrap_err(),
    );

    let mut call = config().call(models()).unwrap();
    let Step::Done(Err(error)) = call.step(Event::Start, at(Duration::from_secs(120))) else {
        panic!("there is no time left");
    };
    family.add("call", error);
    family.add("for tests", Error::timeout());
    family.finish();
}

// --- responses ---

const ID: (&str, &str) = ("x-amzn-requestid", "4f6a2c9e");

#[test]
fn service_errors() {
    let mut family = Family::new("service");
    let bedrock = |status, headers: &[(&str, &str)], body: &str| {
        answered(models(), status, headers, body.to_owned())
    };
    let denied = (
        "x-amzn-errortype",
        "AccessDeniedException:http://internal.amazon.com/",
    );
    family.add(
        "AWS",
        bedrock(
            403,
            &[ID, denied],
            r#"{"message": "User: arn:aws:iam::1:user/a is not authorized"}"#,
        ),
    );
    let qianfan =
        r#"{"requestId": "4f6a2c9e", "code": "AccessDenied", "message": "Access denied."}"#;
    family.add(
        "Baidu",
        answered(
            baidu_qianfan::DescribeCustomModelSets::new(),
            403,
            &[],
            qianfan,
        ),
    );
    let fabric = r#"{"error_code": "DAF.0002", "error_msg": "workspace not found", "solution_msg": "Check the ID."}"#;
    family.add(
        "Huawei",
        answered(huawei_fabric::ListModels::new("w"), 404, &[], fabric),
    );
    let ark = r#"{"ResponseMetadata": {"RequestId": "4f6a2c9e", "Error": {"Code": "AccountOverdue", "Message": "Overdue."}}}"#;
    family.add(
        "Volcengine, in a success",
        answered(volcengine_ark::ListCustomModels::new(), 200, &[], ark),
    );
    family.add("no code", bedrock(400, &[], r#"{"message": "Bad"}"#));
    family.add(
        "no message",
        bedrock(400, &[("x-amzn-errortype", "ValidationException")], "{}"),
    );
    family.add("no body", bedrock(500, &[], ""));
    family.add(
        "HTML",
        bedrock(502, &[], "<html>\n<h1>Bad \"Gateway\"</h1>\n</html>"),
    );
    family.add("long body", bedrock(502, &[], &"abc ".repeat(100)));
    family.add(
        "control characters",
        bedrock(400, &[], r#"{"message": "a\nb\u001b[31m\u202ec"}"#),
    );
    family.add(
        "long message",
        bedrock(
            400,
            &[],
            &format!(r#"{{"message": "{}"}}"#, "abc ".repeat(300)),
        ),
    );
    family.add(
        "redirect",
        bedrock(302, &[("location", "https://login.example.com/")], ""),
    );
    family.add("unknown status", bedrock(599, &[], ""));

    let expired = || {
        response(
            403,
            &[("x-amzn-errortype", "ExpiredTokenException")],
            r#"{"message": "Expired"}"#,
        )
    };
    for (case, credentials) in [
        ("key", key()),
        ("temporary key", key().session_token("token")),
        ("token", Credentials::bearer_token("token")),
        ("anonymous", Credentials::anonymous()),
    ] {
        let config = once().credentials(credentials);
        let error = failed(config, models(), vec![Event::Start, expired()]);
        family.add(format!("authentication with {case}"), error);
    }
    let skewed = |date: &str| {
        let code = ("x-amzn-errortype", "InvalidSignatureException");
        response(
            403,
            &[code, ("date", date)],
            r#"{"message": "Signature expired"}"#,
        )
    };
    for date in [
        "Tue, 14 May 2024 13:30:00 GMT",
        "Tue, 14 May 2024 12:00:30 GMT",
        "nonsense",
    ] {
        let error = failed(once(), models(), vec![Event::Start, skewed(date)]);
        family.add(format!("clock, {date}"), error);
    }
    let throttled = || {
        response(
            429,
            &[
                ("x-amzn-errortype", "ThrottlingException"),
                ("retry-after", "1"),
            ],
            r#"{"message": "Rate exceeded"}"#,
        )
    };
    let events = vec![
        Event::Start,
        throttled(),
        Event::Slept,
        throttled(),
        Event::Slept,
        throttled(),
    ];
    family.add("three attempts", failed(config(), models(), events));
    family.add(
        "for tests",
        Error::service(
            cloud_models::ServiceErrorKind::Throttled,
            "ThrottlingException",
            "Rate exceeded",
        ),
    );
    family.finish();
}

#[test]
fn undecodable_responses() {
    let mut family = Family::new("decode");
    let bedrock =
        |headers: &[(&str, &str)], body: &[u8]| answered(models(), 200, headers, body.to_vec());
    for body in [
        "",
        "<html>Log in</html>",
        "{\"modelSummaries\": [",
        "{'modelSummaries': []}",
        "[]",
        "null",
        "{\"modelSummaries\": []} x",
        "{\"modelSummaries\": {}}",
        "{\"modelSummaries\": [{\"modelArn\": \"a\", \"modelName\": 5}]}",
        "{\"modelSummaries\": [{\"modelName\": \"a\"}]}",
        "{\"modelSummaries\": [], \"nextToken\": {\"a\": 1}}",
        "{\"modelSummaries\": [], \"modelSummaries\": []}",
    ] {
        family.add(format!("{body:?}"), bedrock(&[ID], body.as_bytes()));
    }
    family.add("not UTF-8", bedrock(&[], b"{\"modelSummaries\": \"\xff\"}"));
    family.add(
        "gzip",
        bedrock(&[("content-encoding", "gzip")], b"\x1f\x8b\x08\0"),
    );
    let ark = |body: &str| {
        answered(
            volcengine_ark::ListCustomModels::new(),
            200,
            &[],
            body.to_owned(),
        )
    };
    family.add(
        "no result",
        ark(r#"{"ResponseMetadata": {"RequestId": "4f6a2c9e"}}"#),
    );
    family.add(
        "wrong type in the result",
        ark(r#"{"Result": {"Items": [{"Id": true}]}}"#),
    );
    let large = |_| async {
        Ok(http::Response::new(transport::Body::from(
            "{\"modelSummaries\": []}",
        )))
    };
    let client = Client::builder(once().max_response_bytes(10))
        .transport(large)
        .clock(Still);
    let client = client.sleep(|_| pending()).build().unwrap();
    family.add("too large", block_on(client.send(models())).unwrap_err());
    family.finish();
}

// --- paging ---

/// Returns the error of a list whose pages are all the same.
fn paged<O: Paginated>(operation: O, body: &'static str) -> Error {
    let transport = move |_, _| Ok(http::Response::new(blocking::Body::from(body)));
    let builder = blocking::Client::builder(once()).transport(transport);
    let pages = builder.clock(Still).build().unwrap().pages(operation);
    pages.take(2000).find_map(Result::err).expect("an error")
}

#[test]
fn paging() {
    let mut family = Family::new("paging");
    let qianfan = baidu_qianfan::DescribeCustomModelSets::new;
    family.add(
        "token twice",
        paged(models(), r#"{"modelSummaries": [], "nextToken": "abc"}"#),
    );
    family.add(
        "marker missing",
        paged(qianfan(), r#"{"requestId": "r", "result": {"customModelSetList": [], "pageInfo": {"isTruncated": true}}}"#),
    );
    family.add(
        "page twice",
        paged(
            huawei_fabric::ListModels::new("w"),
            r#"{"total": 5, "models": [{"id": "a"}]}"#,
        ),
    );
    let count = AtomicU64::new(0);
    let transport = move |_, _| {
        let token = count.fetch_add(1, Ordering::SeqCst);
        let body = json!({"modelSummaries": [], "nextToken": token.to_string()});
        Ok(http::Response::new(blocking::Body::from(body.to_string())))
    };
    let client = blocking::Client::builder(once())
        .transport(transport)
        .build()
        .unwrap();
    let error = client
        .pages(models())
        .take(2000)
        .find_map(Result::err)
        .unwrap();
    family.add("empty pages", error);
    family.add(
        "cursor of another style",
        models().resume(&Cursor::offset(5)).unwrap_err(),
    );
    for text in ["", "abc", "2tabc", "1pabc"] {
        family.add(
            format!("cursor {text:?}"),
            text.parse::<Cursor>().unwrap_err(),
        );
    }
    family.finish();
}

// --- the blocking client ---

/// A body that fails while it is read.
struct Broken(io::ErrorKind);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(self.0, "the connection broke"))
    }
}

#[test]
fn blocking_clients() {
    let mut family = Family::new("blocking");
    let missing = blocking::Client::new(Bedrock::new().region("us-east-1"));
    family.add("no credentials", missing.unwrap_err());
    let pem = Ureq::builder().root_certificates_pem("text").build();
    family.add("root certificates without PEM", pem.unwrap_err());

    let send = |config: Bedrock, transport: fn() -> Result<blocking::Body, TransportError>| {
        let transport = move |_, _| transport().map(http::Response::new);
        let builder = blocking::Client::builder(config).transport(transport);
        let client = builder.clock(Ticking::default()).sleep(|_| {}).build();
        client.unwrap().send(models()).unwrap_err()
    };
    family.add(
        "timeout",
        send(once(), || Err(TransportError::timeout("timeout: global"))),
    );
    family.add(
        "too large",
        send(once().max_response_bytes(1), || Ok("{}".into())),
    );
    family.add(
        "broken body",
        send(once(), || {
            Ok(blocking::Body::from_reader(Broken(
                io::ErrorKind::ConnectionReset,
            )))
        }),
    );
    family.add(
        "slow body",
        send(once(), || {
            Ok(blocking::Body::from_reader(Broken(io::ErrorKind::TimedOut)))
        }),
    );
    let late = once()
        .attempt_timeout(Duration::from_secs(2))
        .call_timeout(Duration::from_secs(4));
    family.add(
        "late body",
        send(late, || Ok(blocking::Body::from_reader(io::repeat(b' ')))),
    );
    let silent = once().credentials_provider(|| async {
        pending::<()>().await;
        Ok(key())
    });
    let silent = silent
        .attempt_timeout(Duration::from_secs(2))
        .call_timeout(Duration::from_secs(9));
    family.add("provider is too slow", send(silent, || Ok("{}".into())));
    family.finish();
}
