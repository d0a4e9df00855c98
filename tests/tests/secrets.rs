//! Canaries: secrets that must come out nowhere, whatever goes wrong.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, Once, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest, Transport};
use cloud_models::{
    CallOptions, Credentials, Error, Paginated, RetryPolicy, Service, aws_bedrock, baidu_qianfan,
    blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::verify::Keys;
use cloud_models_tests::server::{Action, Reply, Request, Server};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const SECRET: &str = "canary/Secret+0123456789";
const TOKEN: &str = "canary/Token+0123456789==";

/// Everything that was logged, by this crate and by those below it.
fn logged() -> &'static Mutex<String> {
    static LOGGED: OnceLock<Mutex<String>> = OnceLock::new();
    LOGGED.get_or_init(Mutex::default)
}

/// Takes down all that `tracing` and `log` are told, at every level.
struct Everything;

struct Line<'a>(&'a mut String);

impl tracing::field::Visit for Line<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Everything {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut Line(&mut logged().lock().unwrap()));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Line(&mut logged().lock().unwrap()));
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut all = logged().lock().unwrap();
        write!(all, "\n{}", event.metadata().target()).unwrap();
        event.record(&mut Line(&mut all));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("\n{} {}", record.target(), record.args());
        // At the level of traces, ureq dumps every byte that comes and goes, and shows the headers that a server sends. Its
        // users are told.
        if !line.starts_with("\nureq_proto::util") && !line.starts_with("\nureq::run Response") {
            logged().lock().unwrap().push_str(&line);
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

/// A text in which no form of a secret may stand: plain, encoded for a URL, in base64.
fn is_clean(text: &str, whence: &str) {
    for secret in [SECRET, TOKEN] {
        let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        // Of base64, a part from the middle that does not depend on what stands before it.
        let in_base64: Vec<String> = (0..3)
            .map(|shift| BASE64_STANDARD_NO_PAD.encode(&secret.as_bytes()[shift..]))
            .collect();
        for form in [secret, &encoded]
            .into_iter()
            .chain(in_base64.iter().map(|text| &text[4..24]))
        {
            assert!(!text.contains(form), "{whence}: {form} in {text}");
        }
    }
    assert!(!text.contains("canary"), "{whence}: {text}");
}

/// Everything that an error shows, and all errors below it.
fn error_is_clean(error: &Error, whence: &str) {
    is_clean(&format!("{error} {error:?} {error:#?}"), whence);
    assert!(error.source().is_none(), "its text would be there twice");
    let mut below = error.inner().map(|error| error as &dyn StdError);
    while let Some(error) = below {
        is_clean(&format!("{error} {error:?}"), whence);
        below = error.source();
    }
}

fn config<S: Service>(server: &Server) -> Config<S> {
    let moment = Duration::from_millis(1);
    Config::new()
        .endpoint(server.url())
        .region("us-east-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", SECRET).session_token(TOKEN))
        .attempt_timeout(Duration::from_millis(300))
        .retry(
            RetryPolicy::standard()
                .max_attempts(2)
                .backoff(moment, moment),
        )
}

/// What a server does with a request, and what that is called.
type Trouble = (&'static str, Box<dyn Fn(&Request) -> Action + Send + Sync>);

/// What a server may do that is not listing models, from the harmless to the indiscreet: it sends back what it was sent.
fn trouble(cloud: &Cloud) -> Vec<Trouble> {
    let echo = |request: &Request| {
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        let encoded = utf8_percent_encode(TOKEN, NON_ALPHANUMERIC).to_string();
        let lower = encoded.to_lowercase();
        // Cut off, in other letters, and as JSON may write it.
        let (cut, json) = (&TOKEN[..16], TOKEN.replace('/', "\\/"));
        format!(
            "{} {} {encoded} {lower} {json} [{cut}",
            request.target,
            headers.join("\n")
        )
    };
    let throttled = cloud.throttled();
    let (one, two) = (cloud.clone(), cloud.clone());
    vec![
        (
            "throttled",
            Box::new(move |_: &Request| throttled.clone().into()),
        ),
        (
            "echoed message",
            Box::new(move |request: &Request| {
                one.error(403, "AccessDenied", &echo(request)).into()
            }),
        ),
        (
            "echoed code",
            Box::new(move |request: &Request| {
                two.error(400, &format!("Odd{TOKEN}"), &echo(request))
                    .into()
            }),
        ),
        (
            "echoed page",
            Box::new(move |request: &Request| {
                Reply::html(500, format!("<pre>{}</pre>", echo(request))).into()
            }),
        ),
        (
            "echoed success",
            Box::new(move |request: &Request| Reply::html(200, echo(request)).into()),
        ),
        (
            "echoed value",
            Box::new(move |_: &Request| {
                Reply::json(200, format!(r#"{{"modelSummaries": "{TOKEN}", "total": "{TOKEN}", "result": "{TOKEN}", "Result": "{TOKEN}"}}"#)).into()
            }),
        ),
        (
            "redirect",
            Box::new(|_: &Request| {
                Reply::new(302)
                    .header("location", format!("http://127.0.0.1:1/{TOKEN}"))
                    .into()
            }),
        ),
        ("reset", Box::new(|_: &Request| Action::Reset)),
        (
            "garbage",
            Box::new(move |request: &Request| Action::raw(echo(request))),
        ),
        ("silence", Box::new(|_: &Request| Action::NeverAnswer)),
    ]
}

fn transports() -> Vec<(&'static str, Arc<dyn Transport>)> {
    vec![
        ("hyper", Arc::new(Hyper::new().unwrap())),
        ("reqwest", Arc::new(Reqwest::new().unwrap())),
    ]
}

fn is_discreet<O: Paginated>(spec: &'static str, operation: &O) {
    let cloud = Cloud::new(spec, 3, Keys::new("AKIDEXAMPLE", SECRET).with_token(TOKEN));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for (name, transport) in transports() {
        for (what, action) in trouble(&cloud) {
            let whence = format!("{spec}, {name}, {what}");
            let server = Server::start(move |request: &Request, _| action(request));
            let client = Client::builder(config(&server))
                .transport(Arc::clone(&transport))
                .build()
                .unwrap();
            is_clean(
                &format!("{client:?} {:?}", config::<O::Service>(&server)),
                &whence,
            );
            let error = runtime
                .block_on(client.send(operation.clone()))
                .expect_err(&whence);
            error_is_clean(&error, &whence);
        }
    }
    for (what, action) in trouble(&cloud) {
        let whence = format!("{spec}, ureq, {what}");
        let server = Server::start(move |request: &Request, _| action(request));
        let builder = blocking::Client::builder(config(&server)).transport(Ureq::new().unwrap());
        is_clean(&format!("{builder:?}"), &whence);
        let error = builder
            .build()
            .unwrap()
            .send(operation.clone())
            .expect_err(&whence);
        error_is_clean(&error, &whence);
    }
    // Nor where all is well.
    let server = Server::start(move |request: &Request, _| cloud.reply(request));
    let client: Client<O::Service> = Client::new(config(&server)).unwrap();
    let reply = runtime.block_on(client.send(operation.clone())).unwrap();
    is_clean(&format!("{reply:?}"), spec);
}

#[test]
fn secrets_come_out_nowhere() {
    listen();
    is_discreet("aws-bedrock", &aws_bedrock::ListCustomModels::new());
    is_discreet(
        "baidu-qianfan",
        &baidu_qianfan::DescribeCustomModelSets::new(),
    );
    is_discreet(
        "huawei-fabric",
        &huawei_fabric::ListModels::new("workspace"),
    );
    is_discreet("volcengine-ark", &volcengine_ark::ListCustomModels::new());
    let logged = logged().lock().unwrap();
    for message in ["sending", "trying again", "succeeded", "failed"] {
        assert!(
            logged.contains(&format!("message={message} service=")),
            "{message} was not told"
        );
    }
    // The crates below were listened to as well.
    for target in ["cloud_models_runtime", "hyper_util", "reqwest", "ureq"] {
        assert!(
            logged.contains(&format!("\n{target}")),
            "nothing was heard of {target}"
        );
    }
    is_clean(&logged, "the log");
}

#[test]
fn what_is_added_to_a_call_is_not_shown() {
    let options = CallOptions::new()
        .query("token", TOKEN)
        .body_member("secret", SECRET);
    is_clean(&format!("{options:?}"), "options");
    let credentials = Credentials::bearer_token(TOKEN);
    is_clean(&format!("{credentials:?} {credentials:#?}"), "credentials");
}
