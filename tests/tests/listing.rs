//! Listings of the catalog: saving, reading and comparing them.

use std::time::Duration;

use cloud_models::catalog::{
    AllFailed, Listing, Model, Outcome, ReadError, SourceError, SourceErrorKind, Status, Unsure,
};
use cloud_models::{Error, ServiceErrorKind, serde_json};

fn model(source: &str, id: &str) -> Model {
    let mut model = Model::new("aws-bedrock", source, id);
    model.scope.region = Some("eu-central-1".to_owned());
    model
}

fn outcome(source: &str) -> Outcome {
    let mut outcome = Outcome::new(source, "aws-bedrock");
    outcome.scope.region = Some("eu-central-1".to_owned());
    outcome
}

fn failed(source: &str) -> Outcome {
    let mut outcome = outcome(source);
    outcome.complete = false;
    let error = Error::service(
        ServiceErrorKind::Throttled,
        "ThrottlingException",
        "slow down",
    );
    outcome.error = Some(SourceError::from(&error));
    outcome
}

/// A listing in which every field has a value.
fn full() -> Listing {
    let mut full = model("a", "1");
    full.scope.account = Some("123".to_owned());
    full.scope.workspace = Some("w".to_owned());
    full.scope.project = Some("p".to_owned());
    full.name = Some("模型".to_owned());
    full.status = Some(Status::Unknown("ready".to_owned()));
    full.customization = Some("FINE_TUNING".to_owned());
    full.modality = Some("text".to_owned());
    full.base_model = Some("titan".to_owned());
    full.version = Some("3".to_owned());
    full.created = Some("2024-05-14T13:05:12Z".into());
    full.updated = Some("2024-05-14 13:05:12".into());
    let mut models = vec![full];
    for status in [Status::Ready, Status::Pending, Status::Failed] {
        let mut other = model("b", status.as_str());
        other.status = Some(status);
        models.push(other);
    }
    let mut first = outcome("a");
    first.count = 1;
    let mut slow = failed("b");
    slow.count = 3;
    slow.without_id = 1;
    slow.requests = 4;
    slow.duration = Duration::from_millis(1_234);
    if let Some(error) = &mut slow.error {
        error.status = Some(429);
        error.request_id = Some("r-1".to_owned());
    }
    Listing::new(models, vec![first, slow])
}

fn written(listing: &Listing) -> String {
    let mut file = Vec::new();
    listing.write(&mut file).unwrap();
    String::from_utf8(file).unwrap()
}

#[test]
fn a_listing_is_read_as_it_was_written() {
    let listing = full();
    let text = written(&listing);
    assert_eq!(Listing::read(text.as_bytes()).unwrap(), listing);
    // A line for each model, so that files can be compared by lines.
    assert_eq!(text.lines().count(), 1 + 1 + 4 + 1 + 2);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["models"][0]["status"]["unknown"], "ready");
    assert_eq!(json["models"][1]["status"], "ready");
    assert_eq!(json["models"][0].get("raw"), None);
    assert_eq!(json["models"][1].get("name"), None);
    assert_eq!(json["outcomes"][1]["duration"], 1.234);
    assert_eq!(json["outcomes"][1]["error"]["kind"], "throttled");
    assert_eq!(json["outcomes"][1]["error"]["code"], "ThrottlingException");
}

#[test]
fn a_listing_that_ends_anywhere_is_refused() {
    let text = written(&full());
    for end in 0..text.trim_end().len() {
        let error = Listing::read(&text.as_bytes()[..end]).unwrap_err();
        assert!(matches!(error, ReadError::Truncated), "{end}: {error}");
    }
}

#[test]
fn other_versions_and_other_files_are_refused() {
    let read = |text: &str| Listing::read(text.as_bytes()).unwrap_err();
    let newer = written(&full()).replacen("\"version\":1", "\"version\":2", 1);
    assert!(matches!(read(&newer), ReadError::Version(version) if version == "2"));
    let newer = r#"{"regions": {}, "version": 12}"#;
    assert!(matches!(read(newer), ReadError::Version(version) if version == "12"));
    for text in [
        "[]",
        "{}",
        r#"{"models": [], "outcomes": []}"#,
        r#"{"version": 1}"#,
        r#"{"version": 1, "models": []}"#,
        r#"{"version": 1, "outcomes": []}"#,
        r#"{"version": "1", "models": [], "outcomes": []}"#,
        r#"{"version": 1, "models": [{"cloud": "c", "source": "s", "scope": {}}], "outcomes": []}"#,
        r#"{"version": 1, "models": [], "outcomes": []} more"#,
    ] {
        assert!(matches!(read(text), ReadError::Invalid(_)), "{text}");
    }
}

#[test]
fn members_of_later_versions_are_ignored() {
    let text = r#"{"version": 1, "made": "today", "models": [{"cloud": "c", "source": "s", "scope": {"zone": "z"},
        "id": "i", "owner": {"name": "n"}}], "outcomes": []}"#;
    let listing = Listing::read(text.as_bytes()).unwrap();
    assert_eq!(listing.models, [Model::new("c", "s", "i")]);
}

fn ids(models: &[Model]) -> Vec<&str> {
    models.iter().map(|model| model.id.as_str()).collect()
}

#[test]
fn models_come_go_and_change() {
    let mut before = Listing::new(
        vec![
            model("a", "stays"),
            model("a", "goes"),
            model("a", "changes"),
        ],
        vec![outcome("a")],
    );
    before.models[2].status = Some(Status::Pending);
    let mut now = Listing::new(
        vec![
            model("a", "comes"),
            model("a", "changes"),
            model("a", "stays"),
        ],
        vec![outcome("a")],
    );
    now.models[1].status = Some(Status::Ready);
    now.models[1].name = Some("named".to_owned());
    let diff = now.diff(&before);
    assert_eq!(ids(&diff.new), ["comes"]);
    assert_eq!(ids(&diff.gone), ["goes"]);
    assert_eq!(diff.changed.len(), 1);
    assert_eq!(diff.changed[0].fields, ["name", "status"]);
    assert_eq!(diff.changed[0].before.status, Some(Status::Pending));
    assert_eq!(diff.changed[0].now.status, Some(Status::Ready));
    assert!(diff.unknown.is_empty() && diff.has_known_changes());
    assert!(!now.diff(&now).has_known_changes());
}

#[test]
fn a_source_that_failed_deletes_nothing() {
    let before = Listing::new(
        vec![
            model("a", "1"),
            model("b", "2"),
            model("c", "3"),
            model("d", "4"),
        ],
        vec![outcome("a"), outcome("b"), outcome("c"), outcome("d")],
    );
    // `a` is complete, `b` failed, `c` was not asked, and `d` looked in another region.
    let mut elsewhere = outcome("d");
    elsewhere.scope.region = Some("us-east-1".to_owned());
    let now = Listing::new(Vec::new(), vec![outcome("a"), failed("b"), elsewhere]);
    let diff = now.diff(&before);
    assert_eq!(ids(&diff.gone), ["1"]);
    let gone = |unsure: &Unsure| matches!(unsure, Unsure::Gone(_));
    assert!(diff.unknown.iter().all(gone));
    let unknown: Vec<_> = diff
        .unknown
        .iter()
        .map(|each| each.model().id.as_str())
        .collect();
    assert_eq!(unknown, ["2", "3", "4"]);

    // Seen from the other side, their models are not new either.
    let diff = before.diff(&now);
    assert_eq!(ids(&diff.new), ["1"]);
    assert!(diff.unknown.iter().all(|each| !gone(each)));
    assert_eq!(diff.unknown.len(), 3);
}

#[test]
fn a_source_with_items_without_id_is_sure_of_nothing() {
    let before = Listing::new(vec![model("a", "1")], vec![outcome("a")]);
    let mut unnamed = outcome("a");
    unnamed.without_id = 1;
    let now = Listing::new(vec![model("a", "")], vec![unnamed]);
    let diff = now.diff(&before);
    assert!(diff.gone.is_empty());
    assert!(matches!(&diff.unknown[..], [Unsure::Gone(model)] if model.id == "1"));
    let diff = before.diff(&now);
    assert!(diff.new.is_empty());
    assert!(matches!(&diff.unknown[..], [Unsure::New(model)] if model.id == "1"));
}

#[test]
fn an_account_that_is_not_known_is_equal_to_any() {
    let owned = |account: &str| {
        let mut owned = model("a", "1");
        owned.scope.account = Some(account.to_owned());
        owned
    };
    let one = |model| Listing::new(vec![model], vec![outcome("a")]);
    let (without, with) = (one(model("a", "1")), one(owned("123")));
    for (before, now) in [(&without, &with), (&with, &without)] {
        let diff = now.diff(before);
        assert!(diff.new.is_empty() && diff.gone.is_empty() && diff.unknown.is_empty());
        assert_eq!(diff.changed[0].fields, ["account"]);
    }
    // Two accounts that are known are two models, and the one that is equal comes first.
    let diff = one(owned("456")).diff(&with);
    assert_eq!((diff.new.len(), diff.gone.len()), (1, 1));
    let both = Listing::new(vec![model("a", "1"), owned("123")], vec![outcome("a")]);
    assert!(!both.diff(&both).has_known_changes());
}

#[test]
fn a_file_with_other_models_than_its_sources_listed_is_refused() {
    let text = written(&full());
    let mut lines: Vec<_> = text.lines().collect();
    let removed = lines.remove(3);
    assert!(removed.contains("\"source\":\"b\""), "{removed}");
    let error = Listing::read(lines.join("\n").as_bytes()).unwrap_err();
    assert!(
        matches!(&error, ReadError::Invalid(problem) if problem.contains("`b`")),
        "{error}"
    );
    lines.insert(3, removed);
    lines.insert(3, removed);
    let error = Listing::read(lines.join("\n").as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::Invalid(_)), "{error}");
}

#[test]
fn a_listing_without_sources_is_not_complete() {
    assert!(!Listing::new(Vec::new(), Vec::new()).is_complete());
    assert!(Listing::new(Vec::new(), vec![outcome("a")]).is_complete());
}

#[test]
fn models_are_found_by_cloud_scope_and_id() {
    let mut other_region = model("a", "1");
    other_region.scope.region = Some("us-east-1".to_owned());
    let mut other_cloud = model("a", "1");
    other_cloud.cloud = "volcengine-ark".to_owned();
    let models = vec![model("a", "1"), other_region, other_cloud, model("a", "")];
    let both = Listing::new(models, vec![outcome("a")]);
    let one = Listing::new(vec![model("renamed", "1")], vec![outcome("a")]);
    let diff = both.diff(&one);
    // The label is no part of it, and a model without ID is never new.
    assert_eq!(
        (diff.new.len(), diff.gone.len(), diff.changed.len()),
        (2, 0, 0)
    );
    assert!(
        one.diff(&Listing::new(vec![model("a", "")], vec![outcome("a")]))
            .gone
            .is_empty()
    );
}

#[test]
fn kinds_of_errors_are_those_of_the_call() {
    let kind = |error: &Error| SourceError::from(error).kind;
    let service = |kind| Error::service(kind, "Code", "message");
    for (of_service, expected) in [
        (
            ServiceErrorKind::AccessDenied,
            SourceErrorKind::AccessDenied,
        ),
        (
            ServiceErrorKind::Authentication,
            SourceErrorKind::Credentials,
        ),
        (ServiceErrorKind::Throttled, SourceErrorKind::Throttled),
        (ServiceErrorKind::Transient, SourceErrorKind::Service),
        (ServiceErrorKind::NotFound, SourceErrorKind::Service),
    ] {
        assert_eq!(kind(&service(of_service)), expected);
    }
    assert_eq!(kind(&Error::timeout()), SourceErrorKind::Timeout);
    assert!(SourceError::from(&Error::timeout()).retryable);
}

#[test]
fn the_error_of_a_catalog_names_every_source() {
    let text = AllFailed::new(vec![failed("a"), failed("b")]).to_string();
    for expected in ["a: ", "b: ", "ThrottlingException", "slow down"] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(AllFailed::new(Vec::new()).to_string().contains("no source"));
}
