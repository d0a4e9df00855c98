//! Four clouds with a thousand models each, served over HTTP, and sources of them for both clients.

use std::collections::BTreeSet;
use std::time::Duration;

use cloud_models::aws_bedrock::{self, AwsBedrock};
use cloud_models::baidu_qianfan::{self, BaiduQianfan};
use cloud_models::catalog::{
    AllFailed, Catalog, Entry, Listing, Outcome, Raw, Source, Status, blocking,
};
use cloud_models::fake::{Fake, Served};
use cloud_models::huawei_fabric::{self, HuaweiFabric};
use cloud_models::volcengine_ark::{self, VolcengineArk};
use cloud_models::{Client, Config, Credentials, RetryPolicy, Service};

pub const MODELS: usize = 1_000;

pub type Bedrock = aws_bedrock::ListCustomModels;
pub type Qianfan = baidu_qianfan::DescribeCustomModelSets;
pub type Fabric = huawei_fabric::ListModels;
pub type Ark = volcengine_ark::ListCustomModels;

/// A fake that is served.
pub struct Cloud<S> {
    pub fake: Fake<S>,
    pub served: Served,
}

impl<S: Service> Cloud<S> {
    pub fn new(fake: Fake<S>) -> Self {
        let served = fake.serve().unwrap();
        Self { fake, served }
    }

    pub fn config(&self) -> Config<S> {
        self.fake
            .config()
            .endpoint(self.served.url())
            .retry(RetryPolicy::never())
    }
}

pub fn bedrock() -> Cloud<AwsBedrock> {
    let fake = Fake::new();
    fake.on::<Bedrock>().items((0..MODELS).map(|n| {
        let mut item = aws_bedrock::CustomModelSummary::default();
        item.model_arn = format!("arn:{n:04}");
        item.model_name = format!("bedrock {n}");
        item.owner_account_id = Some("123456789012".to_owned());
        item.model_status = Some(["Active", "Creating", "Failed", "Frozen"][n % 4].into());
        item.creation_time = Some("2024-05-14T13:05:12Z".into());
        item.base_model_name = Some("titan".to_owned());
        item.customization_type = Some(aws_bedrock::CustomizationType::FineTuning);
        item
    }));
    Cloud::new(fake)
}

pub fn qianfan() -> Cloud<BaiduQianfan> {
    let fake = Fake::new();
    fake.on::<Qianfan>().items((0..MODELS).map(|n| {
        let mut item = baidu_qianfan::CustomModelSetItem::default();
        item.model_set_id = Some(format!("am-{n:04}"));
        item.model_set_name = Some(format!("qianfan {n}"));
        item.model_type = Some("Text2Image".into());
        item
    }));
    Cloud::new(fake)
}

pub fn fabric() -> Cloud<HuaweiFabric> {
    let fake = Fake::new();
    fake.on::<Fabric>().items((0..MODELS).map(|n| {
        let mut item = huawei_fabric::ModelInfo::default();
        item.id = Some(format!("fabric-{n:04}"));
        item.name = Some(format!("fabric {n}"));
        let mut version = huawei_fabric::ModelVersionInfo::default();
        version.name = Some("v2".to_owned());
        item.current_version = Some(version);
        item
    }));
    Cloud::new(fake)
}

pub fn ark() -> Cloud<VolcengineArk> {
    let fake = Fake::new();
    fake.on::<Ark>().items((0..MODELS).map(|n| {
        let mut item = volcengine_ark::CustomModel::default();
        item.id = format!("cm-{n:04}");
        item.status = Some("Ready".into());
        let mut base = volcengine_ark::FoundationModel::default();
        base.name = Some("doubao".to_owned());
        item.foundation_model = Some(base);
        item.project_name = Some("default".to_owned());
        item
    }));
    Cloud::new(fake)
}

/// The configuration of a source; its operation asks for pages of 100.
pub enum Wanted {
    Bedrock(Config<AwsBedrock>),
    Qianfan(Config<BaiduQianfan>),
    Fabric(Config<HuaweiFabric>),
    Ark(Config<VolcengineArk>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Async,
    Blocking,
}

pub const BOTH: [Kind; 2] = [Kind::Async, Kind::Blocking];

/// The limits of a catalog.
#[derive(Clone, Copy)]
pub struct Limits {
    pub sources: usize,
    pub per_host: usize,
    pub time: Duration,
}

pub const USUAL: Limits = Limits {
    sources: 8,
    per_host: 2,
    time: Duration::from_secs(60),
};

fn asynchronous((label, wanted): (&str, Wanted)) -> Source {
    match wanted {
        Wanted::Bedrock(config) => Source::new(label, Client::new(config).unwrap(), Bedrock::new()),
        Wanted::Qianfan(config) => {
            let list = Qianfan::new().max_keys(100);
            Source::new(label, Client::new(config).unwrap(), list)
        }
        Wanted::Fabric(config) => {
            let list = Fabric::new("w-1").limit(100);
            Source::new(label, Client::new(config).unwrap(), list)
        }
        Wanted::Ark(config) => {
            let list = Ark::new().page_size(100);
            Source::new(label, Client::new(config).unwrap(), list)
        }
    }
}

fn synchronous((label, wanted): (&str, Wanted)) -> blocking::Source {
    use cloud_models::blocking::Client;
    match wanted {
        Wanted::Bedrock(config) => {
            blocking::Source::new(label, Client::new(config).unwrap(), Bedrock::new())
        }
        Wanted::Qianfan(config) => {
            let list = Qianfan::new().max_keys(100);
            blocking::Source::new(label, Client::new(config).unwrap(), list)
        }
        Wanted::Fabric(config) => {
            let list = Fabric::new("w-1").limit(100);
            blocking::Source::new(label, Client::new(config).unwrap(), list)
        }
        Wanted::Ark(config) => {
            let list = Ark::new().page_size(100);
            blocking::Source::new(label, Client::new(config).unwrap(), list)
        }
    }
}

/// A runtime of one thread: no source may need another.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(future)
}

pub fn collect(
    kind: Kind,
    wanted: Vec<(&str, Wanted)>,
    limits: Limits,
) -> Result<Listing, AllFailed> {
    match kind {
        Kind::Async => {
            let catalog = Catalog::new(wanted.into_iter().map(asynchronous))
                .max_sources(limits.sources)
                .max_per_host(limits.per_host)
                .source_timeout(limits.time);
            block_on(catalog.collect())
        }
        Kind::Blocking => blocking::Catalog::new(wanted.into_iter().map(synchronous))
            .max_sources(limits.sources)
            .max_per_host(limits.per_host)
            .source_timeout(limits.time)
            .collect(),
    }
}

pub fn outcome<'a>(outcomes: &'a [Outcome], source: &str) -> &'a Outcome {
    let found = outcomes.iter().find(|outcome| outcome.source == source);
    found.unwrap()
}

/// Returns the number of models of a source, each of which must be there once.
pub fn count(listing: &Listing, source: &str) -> usize {
    let models = listing.models.iter().filter(|model| model.source == source);
    let ids: Vec<_> = models.map(|model| model.id.as_str()).collect();
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), ids.len(), "{source} has models twice");
    ids.len()
}

#[test]
fn the_models_of_four_clouds_are_one_list() {
    for kind in BOTH {
        let (bedrock, qianfan, fabric, ark) = (bedrock(), qianfan(), fabric(), ark());
        let wanted = vec![
            ("aws", Wanted::Bedrock(bedrock.config())),
            ("baidu", Wanted::Qianfan(qianfan.config())),
            ("huawei", Wanted::Fabric(fabric.config().project_id("p-1"))),
            ("volcengine", Wanted::Ark(ark.config())),
        ];
        let listing = collect(kind, wanted, USUAL).unwrap();
        assert!(listing.is_complete());
        assert_eq!(listing.models.len(), 4 * MODELS);
        let sources: Vec<_> = listing.outcomes.iter().map(|each| &*each.source).collect();
        assert_eq!(sources, ["aws", "baidu", "huawei", "volcengine"]);
        for outcome in &listing.outcomes {
            assert_eq!(outcome.count, 1_000);
            assert_eq!((outcome.requests, outcome.without_id), (10, 0));
            assert!(outcome.complete && outcome.error.is_none());
            assert!(outcome.duration > Duration::ZERO);
            assert_eq!(count(&listing, &outcome.source), MODELS);
        }

        let aws = &listing.models[3];
        assert_eq!((&*aws.cloud, &*aws.id), ("aws-bedrock", "arn:0003"));
        assert_eq!(aws.name.as_deref(), Some("bedrock 3"));
        assert_eq!(aws.scope.account.as_deref(), Some("123456789012"));
        assert_eq!(aws.scope.region.as_deref(), Some("fake-region-1"));
        assert_eq!(aws.status, Some(Status::Unknown("Frozen".to_owned())));
        assert_eq!(aws.customization.as_deref(), Some("FINE_TUNING"));
        assert_eq!(aws.base_model.as_deref(), Some("titan"));
        assert!(aws.created.is_some() && aws.updated.is_none());
        assert!(matches!(&aws.raw, Some(Raw::AwsBedrock(item)) if item.model_arn == "arn:0003"));
        let statuses: Vec<_> = listing.models[..3]
            .iter()
            .map(|model| &model.status)
            .collect();
        let known = [Status::Ready, Status::Pending, Status::Failed].map(Some);
        assert_eq!(statuses, known.iter().collect::<Vec<_>>());

        let baidu = &listing.models[MODELS];
        assert_eq!((&*baidu.cloud, &*baidu.id), ("baidu-qianfan", "am-0000"));
        assert_eq!(baidu.modality.as_deref(), Some("Text2Image"));
        assert_eq!(baidu.status, None);
        assert!(matches!(&baidu.raw, Some(Raw::BaiduQianfan(_))));

        let huawei = &listing.models[2 * MODELS];
        assert_eq!(huawei.scope.workspace.as_deref(), Some("w-1"));
        assert_eq!(huawei.scope.project.as_deref(), Some("p-1"));
        assert_eq!(huawei.version.as_deref(), Some("v2"));

        let volcengine = &listing.models[3 * MODELS];
        assert_eq!(volcengine.base_model.as_deref(), Some("doubao"));
        assert_eq!(volcengine.scope.project.as_deref(), Some("default"));
        assert_eq!(volcengine.display_name(), "cm-0000");

        // Without the vendors' items, a saved listing is the same.
        let mut file = Vec::new();
        listing.write(&mut file).unwrap();
        let read = Listing::read(file.as_slice()).unwrap();
        assert_eq!(read.models.len(), listing.models.len());
        assert!(read.models.iter().all(|model| model.raw.is_none()));
        assert!(!listing.diff(&read).has_known_changes());
    }
}

#[test]
fn models_arrive_before_the_end_of_their_source() {
    let (bedrock, ark) = (bedrock(), ark());
    let check = |entries: Vec<Entry>| {
        let mut open = BTreeSet::from(["aws".to_owned(), "volcengine".to_owned()]);
        let mut models = 0;
        for entry in entries {
            match entry {
                Entry::Model(model) => {
                    models += 1;
                    assert!(open.contains(&model.source));
                }
                Entry::Finished(outcome) => assert!(open.remove(&outcome.source)),
                entry => panic!("{entry:?}"),
            }
        }
        assert_eq!((models, open.len()), (2 * MODELS, 0));
    };
    let wanted = || {
        [
            ("aws", Wanted::Bedrock(bedrock.config())),
            ("volcengine", Wanted::Ark(ark.config())),
        ]
    };
    check(block_on(async {
        let catalog = Catalog::new(wanted().map(asynchronous));
        let mut models = catalog.models();
        let mut entries = Vec::new();
        while let Some(entry) = models.next().await {
            entries.push(entry);
        }
        assert!(models.next().await.is_none());
        entries
    }));
    let catalog = blocking::Catalog::new(wanted().map(synchronous));
    check(catalog.models().collect());
}

#[test]
fn requests_stop_when_nobody_wants_the_models() {
    let (one, other) = (bedrock(), bedrock());
    let catalog = Catalog::new([asynchronous(("aws", Wanted::Bedrock(one.config())))]);
    block_on(async {
        let mut models = catalog.models();
        models.next().await.unwrap();
    });
    let catalog = [synchronous(("aws", Wanted::Bedrock(other.config())))];
    blocking::Catalog::new(catalog).models().next().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    for cloud in [one, other] {
        let requests = cloud.fake.calls::<Bedrock>().len();
        assert!(requests < 5, "{requests}");
    }
}

#[test]
fn credentials_that_are_wrong_are_those_of_one_source() {
    let wrong = Credentials::access_key("AKIDWRONG", "not-the-secret");
    for kind in BOTH {
        let bedrock = bedrock();
        let wanted = vec![
            ("good", Wanted::Bedrock(bedrock.config())),
            (
                "bad",
                Wanted::Bedrock(bedrock.config().credentials(wrong.clone())),
            ),
        ];
        let listing = collect(kind, wanted, USUAL).unwrap();
        assert_eq!(count(&listing, "good"), MODELS);
        assert_eq!(listing.failed().count(), 1);
    }
}
