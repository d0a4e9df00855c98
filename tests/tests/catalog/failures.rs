//! Sources that fail, hang, are throttled or lie.

use std::time::{Duration, Instant};

use cloud_models::baidu_qianfan::BaiduQianfan;
use cloud_models::blocking::Body;
use cloud_models::catalog::{Catalog, Listing, Outcome, Source, SourceErrorKind, blocking};
use cloud_models::fake::{Answer, Fake, Fault};
use cloud_models::transport::TransportError;
use cloud_models::{Client, Credentials, ServiceErrorKind};
use cloud_models_tests::server::{Reply, Server};

use super::clouds::{
    Ark, BOTH, Bedrock, Cloud, Fabric, Kind, Limits, MODELS, Qianfan, USUAL, Wanted, ark, bedrock,
    block_on, collect, count, fabric, outcome, qianfan,
};

const SHORT: Limits = Limits {
    time: Duration::from_millis(800),
    ..USUAL
};

/// Lists four clouds of which none works as it should, and one that does.
fn difficult(kind: Kind) -> Listing {
    let (good, throttling, failing, locked, hanging) =
        (bedrock(), bedrock(), ark(), qianfan(), fabric());
    let script = vec![Answer::Next; 3];
    throttling
        .fake
        .on::<Bedrock>()
        .reply(|_| Err(Answer::kind(ServiceErrorKind::Throttled)));
    let half = vec![Answer::Next; 5];
    let broken = vec![Answer::error(
        cloud_models::volcengine_ark::ErrorCode::InternalServiceError,
    )];
    failing.fake.on::<Ark>().script([half, broken].concat());
    hanging
        .fake
        .on::<Fabric>()
        .script(script)
        .fault(Fault::Hang);
    let wrong = Credentials::access_key("AKIDWRONG", "not-the-secret");
    let wanted = vec![
        ("throttling", Wanted::Bedrock(throttling.config())),
        ("failing", Wanted::Ark(failing.config())),
        (
            "locked",
            Wanted::Qianfan(locked.config().credentials(wrong)),
        ),
        ("hanging", Wanted::Fabric(hanging.config())),
        ("good", Wanted::Bedrock(good.config())),
    ];
    let start = Instant::now();
    let listing = collect(kind, wanted, SHORT).unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{kind:?}: {:?}",
        start.elapsed()
    );
    listing
}

#[test]
fn what_can_be_had_is_had_and_each_failure_has_its_source() {
    for kind in BOTH {
        let listing = difficult(kind);
        let expected = [
            ("throttling", 0, Some(SourceErrorKind::Throttled)),
            ("failing", 500, Some(SourceErrorKind::Service)),
            ("locked", 0, Some(SourceErrorKind::Credentials)),
            ("hanging", 300, Some(SourceErrorKind::Timeout)),
            ("good", MODELS, None),
        ];
        for (source, models, error) in expected {
            let outcome = outcome(&listing.outcomes, source);
            assert_eq!(count(&listing, source), models, "{kind:?}: {source}");
            assert_eq!(outcome.count, models as u64);
            assert_eq!(outcome.complete, error.is_none());
            assert_eq!(
                outcome.error.as_ref().map(|error| error.kind),
                error,
                "{outcome:?}"
            );
        }
        let of = |source| outcome(&listing.outcomes, source);
        let error = |source| of(source).error.as_ref().unwrap();
        assert!(error("throttling").retryable && !error("locked").retryable);
        assert!(error("hanging").message.contains("source_timeout"));
        assert!(error("throttling").code.is_some() && error("throttling").status.is_some());
        assert!(error("failing").request_id.is_some());
        assert_eq!((of("failing").requests, of("hanging").requests), (6, 4));
        assert!(of("hanging").duration >= SHORT.time);
        assert!(of("hanging").duration < Duration::from_secs(3));
        let text = format!("{listing:?}");
        assert!(!text.contains("not-the-secret"));
        // Nothing of a source that failed is gone or new.
        let diff = listing.diff(&difficult(kind));
        assert!(diff.is_empty() && diff.unknown.is_empty(), "{diff:?}");
    }
}

#[test]
fn two_runs_give_the_same_listing() {
    let plain = |mut listing: Listing| {
        for outcome in &mut listing.outcomes {
            outcome.duration = Duration::ZERO;
            if let Some(error) = &mut outcome.error {
                // The ports differ.
                error.message.clear();
            }
        }
        listing
    };
    let one = plain(difficult(Kind::Async));
    let other = plain(difficult(Kind::Blocking));
    assert_eq!(one.outcomes, other.outcomes);
    assert!(one.models == other.models);
}

#[test]
fn nothing_read_is_an_error_and_no_models_is_not() {
    for kind in BOTH {
        let empty = Cloud::new(Fake::<BaiduQianfan>::new());
        empty.fake.on::<Qianfan>().items([]);
        let failing = bedrock();
        failing.fake.on::<Bedrock>().fault(Fault::Html);
        let one = |config| ("failing", Wanted::Bedrock(config));

        let error = collect(kind, vec![one(failing.config())], USUAL).unwrap_err();
        assert_eq!(error.outcomes.len(), 1);
        assert!(!error.outcomes[0].complete);
        let error = error.outcomes[0].error.clone().unwrap();
        assert_eq!(error.kind, SourceErrorKind::Reply);

        let error = collect(kind, Vec::new(), USUAL).unwrap_err();
        assert!(error.outcomes.is_empty());

        let wanted = vec![
            one(failing.config()),
            ("empty", Wanted::Qianfan(empty.config())),
        ];
        let listing = collect(kind, wanted, USUAL).unwrap();
        assert!(listing.models.is_empty() && !listing.is_complete());
        let complete = |outcome: &Outcome| (outcome.complete, outcome.count);
        assert_eq!(complete(outcome(&listing.outcomes, "empty")), (true, 0));
        assert_eq!(complete(outcome(&listing.outcomes, "failing")), (false, 0));
    }
}

#[test]
fn a_service_that_lies_about_its_pages_is_not_complete() {
    let page = r#"{"modelSummaries": [{"modelArn": "a", "modelName": "a"}], "nextToken": "same"}"#;
    for kind in BOTH {
        let lying = Server::always(Reply::json(200, page));
        let good = bedrock();
        let wanted = vec![
            (
                "lying",
                Wanted::Bedrock(good.config().endpoint(lying.url())),
            ),
            ("good", Wanted::Bedrock(good.config())),
        ];
        let listing = collect(kind, wanted, USUAL).unwrap();
        assert_eq!(count(&listing, "good"), MODELS);
        let lying = outcome(&listing.outcomes, "lying");
        assert!(!lying.complete && lying.count > 0);
        assert_eq!(lying.error.as_ref().unwrap().kind, SourceErrorKind::Reply);
    }
}

#[test]
fn a_label_names_one_source() {
    for kind in BOTH {
        let (one, other) = (bedrock(), bedrock());
        let wanted = vec![
            ("aws", Wanted::Bedrock(one.config())),
            ("aws", Wanted::Bedrock(other.config())),
        ];
        let listing = collect(kind, wanted, USUAL).unwrap();
        assert_eq!(count(&listing, "aws"), MODELS);
        assert_eq!(listing.outcomes.len(), 2);
        let refused = listing.failed().next().unwrap();
        assert_eq!(
            refused.error.as_ref().unwrap().kind,
            SourceErrorKind::Config
        );
        assert!(other.fake.calls::<Bedrock>().is_empty());
    }
}

#[test]
fn a_transport_that_panics_is_one_source_that_fails() {
    let (bad, good) = (bedrock(), bedrock());
    type Exchange = Result<http::Response<Body>, TransportError>;
    let panics = |_: http::Request<bytes::Bytes>, _: Duration| -> Exchange { panic!("on purpose") };
    let bad = cloud_models::blocking::Client::builder(bad.config())
        .transport(panics)
        .build()
        .unwrap();
    let good = cloud_models::blocking::Client::new(good.config()).unwrap();
    let catalog = blocking::Catalog::new([
        blocking::Source::new("bad", bad, Bedrock::new()),
        blocking::Source::new("good", good, Bedrock::new()),
    ]);
    let listing = catalog.collect().unwrap();
    assert_eq!(count(&listing, "good"), MODELS);
    let bad = outcome(&listing.outcomes, "bad");
    assert_eq!(bad.error.as_ref().unwrap().kind, SourceErrorKind::Other);
}

/// The limit of a source is that of its requests: a program that is slow with the models takes none of it.
#[test]
fn slow_readers_do_not_fail_sources() {
    let cloud = bedrock();
    let client = Client::new(cloud.config()).unwrap();
    let catalog = Catalog::new([Source::new("aws", client, Bedrock::new())]);
    let catalog = catalog.source_timeout(Duration::from_millis(1_500));
    block_on(async {
        let mut models = catalog.models();
        for _ in 0..4 {
            for _ in 0..100 {
                models.next().await.unwrap();
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        let mut last = None;
        while let Some(entry) = models.next().await {
            last = Some(entry);
        }
        let Some(cloud_models::catalog::Entry::Finished(outcome)) = last else {
            panic!("{last:?}");
        };
        assert!(outcome.complete, "{outcome:?}");
        assert_eq!(outcome.count, 1_000);
    });
}
