//! The limits of a catalog, counted at the servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use cloud_models::aws_bedrock::AwsBedrock;
use cloud_models::{Config, Credentials};
use cloud_models_tests::server::{Reply, Server};

use super::clouds::{BOTH, Limits, USUAL, Wanted, collect};

/// Number of requests that are being answered, and the highest it was.
#[derive(Default)]
struct Gauge {
    now: AtomicUsize,
    max: AtomicUsize,
}

impl Gauge {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.max.fetch_max(now, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn max(&self) -> usize {
        self.max.load(Ordering::SeqCst)
    }
}

/// Starts a server whose pages take a moment.
fn slow(all: &Arc<Gauge>) -> (Server, Arc<Gauge>) {
    let (all, own) = (Arc::clone(all), Arc::<Gauge>::default());
    let gauge = Arc::clone(&own);
    let server = Server::start(move |_, _| {
        all.enter();
        gauge.enter();
        thread::sleep(Duration::from_millis(60));
        gauge.leave();
        all.leave();
        Reply::json(
            200,
            r#"{"modelSummaries": [{"modelArn": "a", "modelName": "a"}]}"#,
        )
    });
    (server, own)
}

#[test]
fn only_so_many_sources_are_listed_at_once() {
    for kind in BOTH {
        let all = Arc::<Gauge>::default();
        let servers: Vec<_> = (0..3).map(|_| slow(&all)).collect();
        let config = |server: &Server| {
            let credentials = Credentials::access_key("AKIDEXAMPLE", "secret");
            let config = Config::<AwsBedrock>::new().credentials(credentials);
            Wanted::Bedrock(config.region("eu-central-1").endpoint(server.url()))
        };
        let labels: Vec<_> = (0..18).map(|n| format!("source {n}")).collect();
        let wanted = labels.iter().zip(servers.iter().cycle());
        let wanted = wanted.map(|(label, (server, _))| (label.as_str(), config(server)));
        let limits = Limits {
            sources: 4,
            per_host: 2,
            ..USUAL
        };
        let listing = collect(kind, wanted.collect(), limits).unwrap();
        assert!(listing.is_complete(), "{:?}", listing.outcomes);
        assert_eq!(listing.models.len(), 18);
        assert_eq!(all.max(), 4, "{kind:?}");
        for (_, gauge) in &servers {
            assert_eq!(gauge.max(), 2, "{kind:?}");
        }
    }
}

#[test]
fn limits_of_zero_count_as_one() {
    for kind in BOTH {
        let all = Arc::<Gauge>::default();
        let (server, _) = slow(&all);
        let credentials = Credentials::access_key("AKIDEXAMPLE", "secret");
        let config = Config::<AwsBedrock>::new().credentials(credentials);
        let config = config.region("eu-central-1").endpoint(server.url());
        let limits = Limits {
            sources: 0,
            per_host: 0,
            ..USUAL
        };
        let wanted = vec![
            ("one", Wanted::Bedrock(config.clone())),
            ("two", Wanted::Bedrock(config)),
        ];
        assert_eq!(collect(kind, wanted, limits).unwrap().models.len(), 2);
        assert_eq!(all.max(), 1);
    }
}
