//! Sources that fail, hang, are throttled or lie.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cloud_models::baidu_qianfan::BaiduQianfan;
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
        assert!(
            !diff.has_known_changes() && diff.unknown.is_empty(),
            "{diff:?}"
        );
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

/// Lists one source whose service sends these bodies in turn.
fn scripted(kind: Kind, wanted: fn(&Server) -> Wanted, bodies: &[&str]) -> (Listing, Outcome) {
    let server = Server::in_turn(bodies.iter().map(|body| Reply::json(200, body)));
    // A source that cannot fail, for a listing even of nothing.
    let empty = Cloud::new(Fake::<BaiduQianfan>::new());
    empty.fake.on::<Qianfan>().items([]);
    let wanted = vec![
        ("scripted", wanted(&server)),
        ("empty", Wanted::Qianfan(empty.config())),
    ];
    let listing = collect(kind, wanted, USUAL).unwrap();
    let outcome = outcome(&listing.outcomes, "scripted").clone();
    assert_eq!(server.requests().len(), bodies.len());
    (listing, outcome)
}

fn of_bedrock(server: &Server) -> Wanted {
    Wanted::Bedrock(bedrock().config().endpoint(server.url()))
}

fn of_ark(server: &Server) -> Wanted {
    Wanted::Ark(ark().config().endpoint(server.url()))
}

fn of_qianfan(server: &Server) -> Wanted {
    Wanted::Qianfan(qianfan().config().endpoint(server.url()))
}

fn of_fabric(server: &Server) -> Wanted {
    Wanted::Fabric(fabric().config().endpoint(server.url()))
}

#[test]
fn a_reply_that_says_nothing_does_not_say_that_there_are_no_models() {
    type Of = fn(&Server) -> Wanted;
    let nothing: [(Of, &str); 7] = [
        (of_bedrock, "{}"),
        (of_bedrock, r#"{"greeting": "welcome"}"#),
        (of_bedrock, r#"{"modelSummaries": null}"#),
        (
            of_ark,
            r#"{"ResponseMetadata": {"RequestId": "r"}, "Result": {}}"#,
        ),
        (of_qianfan, r#"{"requestId": "r", "result": {}}"#),
        (of_fabric, "{}"),
        (of_fabric, r#"{"models": null, "total": null}"#),
    ];
    let empty: [(Of, &str); 5] = [
        (of_bedrock, r#"{"modelSummaries": []}"#),
        (
            of_ark,
            r#"{"ResponseMetadata": {}, "Result": {"Items": null, "TotalCount": 0}}"#,
        ),
        (
            of_qianfan,
            r#"{"result": {"customModelSetList": null, "pageInfo": {"isTruncated": false}}}"#,
        ),
        (of_fabric, r#"{"models": null, "total": 0}"#),
        (of_fabric, r#"{"total": 0}"#),
    ];
    for kind in BOTH {
        for (of, body) in nothing {
            let (listing, outcome) = scripted(kind, of, &[body]);
            assert!(!outcome.complete && !listing.is_complete(), "{body}");
            let error = outcome.error.unwrap();
            assert_eq!(error.kind, SourceErrorKind::Reply, "{body}: {error}");
        }
        for (of, body) in empty {
            let (_, outcome) = scripted(kind, of, &[body]);
            assert!(
                outcome.complete && outcome.count == 0,
                "{body}: {outcome:?}"
            );
        }
        // The models of the pages before it stay.
        let page = r#"{"modelSummaries": [{"modelArn": "a", "modelName": "a"}], "nextToken": "t"}"#;
        let (listing, outcome) = scripted(kind, of_bedrock, &[page, "{}"]);
        assert_eq!((outcome.count, count(&listing, "scripted")), (1, 1));
        assert_eq!(outcome.error.unwrap().kind, SourceErrorKind::Reply);
    }
}

#[test]
fn a_list_that_ends_before_its_total_is_not_complete() {
    let page =
        |total: u64| format!(r#"{{"models": [{{"id": "a"}}, {{"id": "b"}}], "total": {total}}}"#);
    let end = |total: u64| format!(r#"{{"models": [], "total": {total}}}"#);
    for kind in BOTH {
        let (listing, outcome) = scripted(kind, of_fabric, &[&page(3), &end(3)]);
        assert_eq!((outcome.count, count(&listing, "scripted")), (2, 2));
        assert!(!outcome.complete);
        assert_eq!(outcome.error.unwrap().kind, SourceErrorKind::Reply);
        // A total at the cap says nothing, and the last one is that of the end.
        for pages in [
            [page(10_000), end(10_000)],
            [page(3), end(2)],
            [page(1), end(1)],
        ] {
            let pages = pages.each_ref().map(String::as_str);
            let (_, outcome) = scripted(kind, of_fabric, &pages);
            assert!(outcome.complete, "{pages:?}: {outcome:?}");
        }
    }
}

#[test]
fn a_model_that_is_listed_twice_is_one() {
    let pages = [
        r#"{"modelSummaries": [{"modelArn": "a", "modelName": "first"}, null], "nextToken": "t"}"#,
        r#"{"modelSummaries": [{"modelArn": "b", "modelName": "b"}, {"modelArn": "a", "modelName": "second"},
            {"modelArn": "a", "modelName": "other", "ownerAccountId": "1"}]}"#,
    ];
    for kind in BOTH {
        let (listing, outcome) = scripted(kind, of_bedrock, &pages);
        let names: Vec<_> = listing
            .models
            .iter()
            .map(|model| model.display_name())
            .collect();
        assert_eq!(names, ["first", "other", "b"]);
        // The `null` may be any model.
        assert_eq!((outcome.count, outcome.without_id), (3, 1));
        assert!(outcome.complete);
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

/// A transport that passes two requests on, and then does something else.
fn third<T: cloud_models::blocking::Transport>(
    transport: T,
    otherwise: impl Fn() + Send + Sync + 'static,
) -> impl cloud_models::blocking::Transport {
    let requests = AtomicUsize::new(0);
    move |request: http::Request<bytes::Bytes>, timeout: Duration| {
        if requests.fetch_add(1, Ordering::Relaxed) == 2 {
            otherwise();
        }
        transport.send(request, timeout)
    }
}

/// Lists a source whose third request goes wrong, and one that works.
fn with_bad_transport(otherwise: impl Fn() + Send + Sync + 'static) -> (Listing, Outcome) {
    let (bad, good) = (bedrock(), bedrock());
    let client = cloud_models::blocking::Client::builder(bad.fake.config());
    let client = client.transport(third(bad.fake.clone(), otherwise)).build();
    let good = cloud_models::blocking::Client::new(good.config()).map(|client| (client, good));
    let (good, _served) = good.unwrap();
    let catalog = blocking::Catalog::new([
        blocking::Source::new("bad", client.unwrap(), Bedrock::new()),
        blocking::Source::new("good", good, Bedrock::new()),
    ]);
    let listing = catalog
        .source_timeout(Duration::from_secs(2))
        .collect()
        .unwrap();
    assert_eq!(count(&listing, "good"), MODELS);
    let bad = outcome(&listing.outcomes, "bad").clone();
    assert_eq!((count(&listing, "bad"), bad.count), (200, 200));
    assert_eq!(bad.requests, 3);
    (listing, bad)
}

#[test]
fn a_transport_that_panics_is_one_source_that_fails() {
    let (_, bad) = with_bad_transport(|| panic!("on purpose"));
    assert_eq!(bad.error.unwrap().kind, SourceErrorKind::Other);
}

#[test]
fn a_transport_that_hangs_is_abandoned() {
    let start = Instant::now();
    let (_, bad) = with_bad_transport(|| std::thread::sleep(Duration::from_secs(30)));
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(bad.error.unwrap().kind, SourceErrorKind::Timeout);
    assert!(bad.duration >= Duration::from_secs(2));
}

#[test]
fn a_future_that_panics_is_one_source_that_fails() {
    let (bad, good) = (bedrock(), bedrock());
    let requests = AtomicUsize::new(0);
    let page = r#"{"modelSummaries": [{"modelArn": "a", "modelName": "a"}], "nextToken": "t"}"#;
    let panics = move |_: http::Request<bytes::Bytes>| {
        let is_first = requests.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            assert!(is_first, "on purpose");
            Ok::<_, TransportError>(http::Response::new(cloud_models::transport::Body::from(
                page,
            )))
        }
    };
    let bad = Client::builder(bad.config())
        .transport(panics)
        .build()
        .unwrap();
    let catalog = Catalog::new([
        Source::new("bad", bad, Bedrock::new()),
        Source::new("good", Client::new(good.config()).unwrap(), Bedrock::new()),
    ]);
    let listing = block_on(catalog.collect()).unwrap();
    assert_eq!(count(&listing, "good"), MODELS);
    let bad = outcome(&listing.outcomes, "bad");
    assert_eq!((bad.count, bad.requests), (1, 2));
    assert_eq!(bad.error.as_ref().unwrap().kind, SourceErrorKind::Other);
}

/// The time that a program takes for the models of one source is not that of another.
#[test]
fn slow_readers_of_one_source_do_not_fail_another() {
    let page = |n: u64| {
        let page = format!(
            r#"{{"modelSummaries": [{{"modelArn": "{n}", "modelName": "a"}}], "nextToken": "{n}"}}"#
        );
        Reply::json(200, page).after(Duration::from_millis(50))
    };
    let end = Reply::json(200, r#"{"modelSummaries": []}"#).after(Duration::from_millis(50));
    let server = Server::in_turn((0..3).map(page).chain([end]));
    let busy = bedrock();
    let config = busy.config().endpoint(server.url());
    let catalog = Catalog::new([
        Source::new("busy", Client::new(busy.config()).unwrap(), Bedrock::new()),
        Source::new("slow", Client::new(config).unwrap(), Bedrock::new()),
    ]);
    let catalog = catalog.source_timeout(Duration::from_millis(1_000));
    block_on(async {
        let mut models = catalog.models();
        let mut read = 0;
        while let Some(entry) = models.next().await {
            read += 1;
            if read % 100 == 1 {
                std::thread::sleep(Duration::from_millis(400));
            }
            if let cloud_models::catalog::Entry::Finished(outcome) = entry {
                assert!(outcome.complete, "{outcome:?}");
            }
        }
    });
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
