//! Sends one request with the configuration of the environment and prints the outcome, for tests of behaviour that
//! depends on environment variables: `send TRANSPORT URL ATTEMPTS`.
//!
//! The first line is `models COUNT` or `error KIND ATTEMPTS RETRYABLE`. After an error, the following lines contain its
//! message, its `Debug` output, and all log records.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cloud_models::aws_bedrock::{Client, Config, ListCustomModels, blocking};
use cloud_models::transport::Reqwest;
use cloud_models::{Credentials, Error, ProxyConfig, Result, RetryPolicy};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(transport), Some(url), Some(attempts)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        panic!("expected three arguments: transport, URL and number of attempts");
    };
    let attempts = attempts.parse().expect("the attempts are a number");
    log::set_logger(&Recorder).expect("there is no other logger");
    log::set_max_level(log::LevelFilter::Debug);
    tracing::subscriber::set_global_default(Recorder).expect("there is no other subscriber");
    match send(&transport, url, attempts) {
        Ok(models) => println!("models {models}"),
        Err(error) => {
            let (kind, attempts, retryable) =
                (error.kind(), error.attempts(), error.is_retryable());
            println!("error {kind:?} {attempts} {retryable}\n{error}\n{error:?}\n{error:#?}");
            if let Some(inner) = error.inner() {
                println!("{inner}\n{inner:?}");
            }
        }
    }
    println!("{}", LOGGED.lock().unwrap_or_else(PoisonError::into_inner));
}

fn send(transport: &str, url: String, attempts: u32) -> Result<usize, Error> {
    let config = Config::from_env()?
        .endpoint(url)
        .allow_http(true)
        .region("us-east-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
        .retry(
            RetryPolicy::standard()
                .max_attempts(attempts)
                .backoff(Duration::ZERO, Duration::ZERO),
        );
    let list = ListCustomModels::new();
    let client = match transport {
        "ureq" => {
            let client = blocking::Client::new(config)?;
            return Ok(client.send(list)?.model_summaries.len());
        }
        "reqwest" => match Reqwest::builder().proxy(ProxyConfig::from_env()).build() {
            Ok(reqwest) => Client::builder(config).transport(reqwest).build()?,
            Err(error) => {
                println!("error {:?} 0 false\n{error}\n{error:?}", error.kind());
                std::process::exit(0);
            }
        },
        _ => Client::new(config)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let page = runtime.expect("tokio starts").block_on(client.send(list))?;
    Ok(page.model_summaries.len())
}

/// Log records so far.
static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Records events of `log` and `tracing`.
struct Recorder;

impl log::Log for Recorder {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(logged, "{} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Recorder {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(logged, "{}", event.metadata().target());
        event.record(&mut Fields(&mut logged));
        logged.push('\n');
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

struct Fields<'a>(&'a mut String);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}
