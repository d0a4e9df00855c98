//! Lists 100 sources of 1,000 models each from ten servers on this machine, and prints what it takes.
//!
//! `cargo run --release -p cloud-models-tests --bin catalog [async|blocking]`. The servers are in the same process, so processor
//! time and memory are those of both sides.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use cloud_models::aws_bedrock::{self, ListCustomModels};
use cloud_models::catalog::{AllFailed, Catalog, Listing, Source, blocking};
use cloud_models::{Credentials, serde_json};
use cloud_models_tests::server::{Reply, Server};

const SERVERS: usize = 10;
const SOURCES: usize = 100;
const PAGES: usize = 10;
const PAGE: usize = 100;

/// Number of requests that are being answered, and the highest it was.
#[derive(Default)]
struct Gauge(AtomicUsize, AtomicUsize);

impl Gauge {
    fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.1.fetch_max(now, Ordering::SeqCst);
        let result = work();
        self.0.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn max(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

/// Returns a page of models; the token is the number of the next one.
fn page(target: &str) -> String {
    let token = target.split("nextToken=").nth(1);
    let page: usize = token.and_then(|token| token.parse().ok()).unwrap_or(0);
    let models = (page * PAGE..(page + 1) * PAGE).map(|n| {
        serde_json::json!({
            "modelArn": format!("arn:aws:bedrock:eu-central-1:123456789012:custom-model/{n}"),
            "modelName": format!("model {n}"),
            "creationTime": "2024-05-14T13:05:12Z",
            "baseModelName": "titan",
            "modelStatus": "Active",
        })
    });
    let next = (page + 1 < PAGES).then(|| (page + 1).to_string());
    let models: Vec<_> = models.collect();
    serde_json::json!({"modelSummaries": models, "nextToken": next}).to_string()
}

/// Returns a number of a file of the kernel, after a word.
fn kernel(file: &str, word: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the processor time of this process in clock ticks, of which there are a hundred in a second.
fn ticks() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<u64>().ok()).sum()
}

fn main() -> Result<(), Box<dyn Error>> {
    let all = Arc::<Gauge>::default();
    let servers: Vec<_> = (0..SERVERS)
        .map(|_| {
            let (all, own) = (Arc::clone(&all), Arc::<Gauge>::default());
            let gauge = Arc::clone(&own);
            let server = Server::start(move |request, _| {
                let body = all.within(|| gauge.within(|| page(&request.target)));
                Reply::json(200, body)
            });
            (server, own)
        })
        .collect();
    let credentials = Credentials::access_key("AKIDEXAMPLE", "secret");
    let config = aws_bedrock::Config::new().credentials(credentials);
    let config = config.region("eu-central-1");
    let configs = servers.iter().cycle().take(SOURCES).enumerate();
    let configs = configs
        .map(|(n, (server, _))| (format!("source {n}"), config.clone().endpoint(server.url())));
    let (start, before) = (Instant::now(), ticks());
    let listing: Result<Listing, AllFailed> = match std::env::args().nth(1).as_deref() {
        Some("blocking") => {
            let mut sources = Vec::new();
            for (label, config) in configs {
                let client = aws_bedrock::blocking::Client::new(config)?;
                sources.push(blocking::Source::new(
                    label,
                    client,
                    ListCustomModels::new(),
                ));
            }
            blocking::Catalog::new(sources).collect()
        }
        _ => {
            let mut sources = Vec::new();
            for (label, config) in configs {
                let client = aws_bedrock::Client::new(config)?;
                sources.push(Source::new(label, client, ListCustomModels::new()));
            }
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(Catalog::new(sources).collect())
        }
    };
    let listing = listing?;
    let per_server = servers.iter().map(|(_, gauge)| gauge.max()).max();
    println!("{} models of {SOURCES} sources", listing.models.len());
    println!("complete: {}", listing.is_complete());
    println!("wall time: {:?}", start.elapsed());
    println!("processor time: {} ms", (ticks() - before) * 10);
    let memory = kernel("/proc/self/status", "VmHWM:").unwrap_or_default();
    println!("highest memory: {} MB", memory / 1024);
    println!(
        "requests at once: {}, of a server {}",
        all.max(),
        per_server.unwrap_or_default()
    );
    Ok(())
}
