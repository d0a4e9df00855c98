//! Fakes of services: what clients, both of them, see of one.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use cloud_models::blocking::Ureq;
use cloud_models::fake::{Answer, Fake, Fault};
use cloud_models::transport::{Hyper, Transport};
use cloud_models::{
    CallOptions, Clock, Credentials, Error, ErrorKind, OpenEnum, Operation, Paginated, RetryPolicy,
    Service, ServiceErrorKind, aws_bedrock, baidu_qianfan, blocking, http, huawei_fabric,
    volcengine_ark,
};
use cloud_models_runtime::{Client, Config, codegen as rt};
use cloud_models_tests::goldens::{
    errors, maps, paging, parameters, replies, timestamps, unions, writes,
};
use serde_json::{Value, json};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(future)
}

/// Calls a function with the items of a list from both clients.
fn both<O: Paginated>(
    fake: &Fake<O::Service>,
    config: &Config<O::Service>,
    list: &O,
    mut check: impl FnMut(&str, Result<Vec<O::Item>, Error>),
) {
    let items = block_on(async {
        let client = Client::builder(config.clone()).transport(fake.clone());
        let mut items = client.build().unwrap().items(list.clone());
        items.try_collect_up_to(100_000).await
    });
    check("async", items);
    let client = blocking::Client::builder(config.clone())
        .transport(fake.clone())
        .sleep(|_| ());
    let items = client.build().unwrap().items(list.clone());
    check("blocking", items.collect());
}

/// Sends an operation with both clients, and returns the errors.
fn refusals<O: Operation>(
    fake: &Fake<O::Service>,
    config: &Config<O::Service>,
    operation: &O,
) -> [Error; 2] {
    let one = block_on(async {
        let client = Client::builder(config.clone()).transport(fake.clone());
        let client = client.build().unwrap();
        client.send(operation.clone()).await.map(|_| ())
    });
    let client = blocking::Client::builder(config.clone())
        .transport(fake.clone())
        .sleep(|_| ());
    let other = client.build().unwrap().send(operation.clone()).map(|_| ());
    [one.unwrap_err(), other.unwrap_err()]
}

fn model(name: &str) -> aws_bedrock::CustomModelSummary {
    let mut model = aws_bedrock::CustomModelSummary::default();
    model.model_arn = format!("arn:{name}");
    model.model_name = name.to_owned();
    model
}

/// A bedrock fake with models `a`, `b` and `c`.
fn bedrock() -> Fake<aws_bedrock::AwsBedrock> {
    let fake = Fake::new();
    fake.on::<aws_bedrock::ListCustomModels>()
        .items(["a", "b", "c"].map(model));
    fake
}

fn list() -> aws_bedrock::ListCustomModels {
    aws_bedrock::ListCustomModels::new()
}

// --- paging ---

/// Lists different numbers of items with both clients, and checks the number of requests for each page size.
fn pages<O: Paginated>(
    list: &O,
    with_size: Option<fn(O, i64) -> O>,
    default: usize,
    make: fn(String) -> O::Item,
) where
    O::Item: PartialEq + Debug,
{
    for count in [0_usize, 1, 9, 10, 11, 100, 101, 250] {
        let items: Vec<_> = (0..count).map(|n| make(format!("item-{n}"))).collect();
        let sizes = with_size
            .iter()
            .flat_map(|_| [Some(1), Some(10), Some(100)]);
        for size in sizes.chain([None]) {
            let list = match (size, with_size) {
                (Some(size), Some(with_size)) => with_size(list.clone(), size),
                _ => list.clone(),
            };
            let length = size.map_or(default, |size| usize::try_from(size).unwrap());
            let fake = Fake::<O::Service>::new();
            fake.on::<O>().items(items.clone());
            let mut seen = 0;
            both(&fake, &fake.config(), &list, |client, found| {
                let found = found.unwrap_or_else(|error| panic!("{}, {client}: {error}", O::NAME));
                assert_eq!(found, items, "{}, {client}, {size:?}", O::NAME);
                let calls = fake.calls::<O>().len();
                let full = count.div_ceil(length).max(1);
                // Without a total, only an empty page ends a list that is counted.
                let expected = full..=full + 1;
                assert!(expected.contains(&(calls - seen)), "{}: {calls}", O::NAME);
                seen = calls;
            });
        }
    }
}

#[test]
fn every_paging_style_lists_everything_with_both_clients() {
    pages(
        &list(),
        Some(|list, size| list.max_results(size)),
        100,
        |name| model(&name),
    );
    pages(
        &baidu_qianfan::DescribeCustomModelSets::new(),
        Some(|list, size| list.max_keys(size)),
        10,
        |name| {
            let mut item = baidu_qianfan::CustomModelSetItem::default();
            item.model_set_name = Some(name);
            item
        },
    );
    pages(
        &huawei_fabric::ListModels::new("workspace"),
        Some(|list, size| list.limit(size)),
        10,
        |name| {
            let mut item = huawei_fabric::ModelInfo::default();
            item.name = Some(name);
            item
        },
    );
    pages(
        &volcengine_ark::ListCustomModels::new(),
        Some(|list, size| list.page_size(size)),
        10,
        |name| {
            let mut item = volcengine_ark::CustomModel::default();
            item.id = name;
            item
        },
    );
}

/// Lists, tokens and totals inside structures, of which some are optional.
#[test]
fn the_parts_of_a_page_are_found_wherever_they_are() {
    let thing = |name| {
        let mut thing = paging::Thing::default();
        thing.name = name;
        thing
    };
    pages(&paging::ByToken::new(), None, 100, thing);
    pages(&paging::ByMarker::new(), None, 100, |name| name);
    pages(&paging::ByNumber::new(), None, 100, thing);
    pages(
        &paging::ByOffset::new(),
        Some(|list, size| list.limit(size)),
        100,
        thing,
    );
}

#[test]
fn a_total_is_never_larger_than_its_cap() {
    let fake = Fake::<huawei_fabric::HuaweiFabric>::new();
    let models = vec![huawei_fabric::ModelInfo::default(); 10_100];
    fake.on::<huawei_fabric::ListModels>().items(models);
    let list = huawei_fabric::ListModels::new("w").limit(100);
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let client = client.build().unwrap();
    assert_eq!(
        client.send(list.clone().limit(1)).unwrap().total,
        Some(10_000)
    );
    let page = client.send(list.offset(10_090)).unwrap();
    assert_eq!((page.models.len(), page.total), (10, Some(10_000)));
}

#[test]
fn no_page_has_more_items_than_the_limit_and_positions_that_do_not_exist_are_refused() {
    let fake = Fake::<volcengine_ark::VolcengineArk>::new();
    let models = vec![volcengine_ark::CustomModel::default(); 300];
    fake.on::<volcengine_ark::ListCustomModels>().items(models);
    let list = volcengine_ark::ListCustomModels::new;
    let config = fake.config().validate(false);
    let client = blocking::Client::builder(config.clone()).transport(fake.clone());
    let client = client.build().unwrap();
    let page = client.send(list().page_size(100).page_number(3)).unwrap();
    assert_eq!((page.items.len(), page.page_size), (100, Some(100)));
    let page = client.send(list().page_number(1_000_000)).unwrap();
    assert!(page.items.is_empty());
    for error in refusals(&fake, &config, &list().page_number(0)) {
        assert_eq!(error.service_kind(), Some(ServiceErrorKind::Invalid));
    }

    let fake = bedrock();
    let foreign = aws_bedrock::ListCustomModels::new().next_token("b2Zmc2V0OjE");
    for error in refusals(&fake, &fake.config(), &foreign) {
        let code = error.code_as::<aws_bedrock::ErrorCode>();
        assert_eq!(code, Some(aws_bedrock::ErrorCode::Validation));
    }
}

// --- parameters that the fake does not interpret ---

#[test]
fn a_filter_that_nobody_interprets_fails_by_its_name() {
    let fake = bedrock();
    let filtered = list().name_contains("a").is_owned(true).max_results(5);
    for error in refusals(&fake, &fake.config(), &filtered) {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert_eq!(error.attempts(), 1);
        let text = error.to_string();
        assert!(text.contains("nameContains, isOwned"), "{text}");
        assert!(!text.contains("maxResults"), "{text}");
    }
    // Neither does a parameter that this version of the crate does not know.
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let newer = client.build().unwrap();
    let newer = newer.with_options(CallOptions::new().query("newFilter", "b"));
    let error = newer.send(list()).unwrap_err();
    assert!(error.to_string().contains("newFilter"), "{error}");
    assert_eq!(
        fake.calls::<aws_bedrock::ListCustomModels>()[2].json()["newFilter"],
        "b"
    );

    fake.on::<aws_bedrock::ListCustomModels>()
        .ignoring_filters();
    both(&fake, &fake.config(), &filtered, |client, found| {
        assert_eq!(found.unwrap().len(), 3, "{client}");
    });
    fake.on::<aws_bedrock::ListCustomModels>()
        .matching(|call, model| {
            let part = call.json()["nameContains"].as_str();
            part.is_none_or(|part| model.model_name.contains(part))
        });
    both(&fake, &fake.config(), &filtered, |client, found| {
        assert_eq!(found.unwrap(), [model("a")], "{client}");
    });
    // Required parameters are no filters, and a page of the items that match has the size that was asked for.
    let fake = Fake::<huawei_fabric::HuaweiFabric>::new();
    let models = (0..25).map(|n| {
        let mut model = huawei_fabric::ModelInfo::default();
        model.name = Some(format!("model-{n}"));
        model
    });
    fake.on::<huawei_fabric::ListModels>()
        .matching(|call, _| call.json()["workspace_id"] == "full")
        .items(models);
    for (workspace, count) in [("full", 25), ("empty", 0)] {
        let list = huawei_fabric::ListModels::new(workspace).limit(10);
        both(&fake, &fake.config(), &list, |client, found| {
            assert_eq!(found.unwrap().len(), count, "{client}");
        });
    }
}

#[test]
fn what_the_test_did_not_prepare_is_an_error_that_says_so() {
    let fake = Fake::<aws_bedrock::AwsBedrock>::new();
    let unknown = |text: &str| {
        for error in refusals(&fake, &fake.config(), &list()) {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().contains(text), "{error}");
        }
    };
    unknown("GET /custom-models: call `Fake::on`");
    fake.on::<aws_bedrock::ListCustomModels>();
    unknown("there is no answer to ListCustomModels");
    fake.on::<aws_bedrock::ListCustomModels>()
        .reply(|_| Err(Answer::Next));
    unknown("Answer::Next");
    // The service documents no code of this kind, and no status means it.
    fake.on::<aws_bedrock::ListCustomModels>()
        .reply(|_| Err(Answer::kind(ServiceErrorKind::Other)));
    unknown("no error code of the kind Other");
}

// --- requests ---

/// Sends an operation, and checks that the fake decodes it.
fn decoded<O: Operation + PartialEq + Debug>(operation: O, credentials: Credentials) -> Value
where
    O::Output: Sync,
{
    let fake = Fake::<O::Service>::new().credentials(credentials.clone());
    fake.on::<O>().reply(|_| Ok(rt::blank()));
    let config = Config::new().credentials(credentials).region("region-1");
    let client = blocking::Client::builder(config).transport(fake.clone());
    // Some of the outputs need more than a blank value.
    let _ = client.build().unwrap().send(operation.clone());
    let calls = fake.calls::<O>();
    assert_eq!(calls[0].request(), &operation);
    assert_eq!(serde_json::to_value(&operation).unwrap(), *calls[0].json());
    calls[0].json().clone()
}

#[test]
fn every_place_of_a_request_is_decoded() {
    let token = || Credentials::auth_token("token");
    let bearer = || Credentials::bearer_token("token");
    let deep = parameters::Deep::new().numbers([1, 5]);
    let search = parameters::Search::new("ab", 7, parameters::Kind::Big, [1, -2])
        .words(["a b", "c&d=%", "模"])
        .since("2024-05-14T13:05:12Z")
        .weight(0.5)
        .exact(true)
        .x_trace("abc")
        .filter(parameters::Filter::new("a").deep(deep))
        .filters([parameters::Filter::new("b")])
        .kinds(["NEW", "BIG"]);
    let json = decoded(search, token());
    assert_eq!(json["words"], json!(["a b", "c&d=%", "模"]));
    decoded(parameters::Search::new("ab", 7, "/?#[]@", [1]), token());

    // With a token of the caller, so that the client does not create one.
    let json = decoded(writes::CreateThing::new("a").client_token("t"), bearer());
    assert_eq!(json["name"], "a");
    decoded(writes::DeleteThing::new("a/b c"), bearer());
    decoded(writes::CheckThing::new("a"), bearer());
    decoded(writes::CopyThing::new("a").x_client_token("t"), bearer());

    let events = timestamps::ListEvents::new("2024-05-14T13:05:12Z", "2024-05-14T13:05:12.5Z")
        .from("2024-05-14T13:05:12Z")
        .to("2024-05-14T13:05:12.345Z")
        .at(["2024-05-14T13:05:12.5Z", "1970-01-01T00:00:00Z"])
        .x_since("2024-05-14T13:05:12Z")
        .x_until("2024-05-14T13:05:12.25Z");
    let fake = Fake::<timestamps::Timestamps>::new();
    fake.on::<timestamps::ListEvents>()
        .reply(|_| Ok(rt::blank()));
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    client.build().unwrap().send(events.clone()).unwrap();
    // Times are equal if they are the same instant.
    assert_eq!(fake.calls::<timestamps::ListEvents>()[0].request(), &events);

    let put = maps::PutItem::new(maps::NewItem::new("item"), [("env", "test")])
        .metrics([("load", vec![0.5, f64::MAX])])
        .content(vec![0, 0xff])
        .extra(json!({"any": [null, 1.5, {"deep": "模"}]}));
    decoded(put, bearer());
    decoded(
        unions::CreateJob::new(unions::Source::File(unions::FileSource::new("a"))),
        bearer(),
    );
}

#[test]
fn what_the_spec_refuses_is_refused_in_the_words_of_the_service() {
    let fake = bedrock();
    let config = fake.config().validate(false);
    let too_many = list().max_results(1001).name_contains("");
    for error in refusals(&fake, &config, &too_many) {
        let code = error.code_as::<aws_bedrock::ErrorCode>();
        assert_eq!(code, Some(aws_bedrock::ErrorCode::Validation));
        assert_eq!(error.status().unwrap(), 400);
        assert!(error.request_id().unwrap().starts_with("fake-"));
        let text = error.to_string();
        assert!(
            text.contains("maxResults") && text.contains("nameContains"),
            "{text}"
        );
    }
    // A request that no client of ours sends.
    let raw = |target: &str, body: &str| {
        let fake = Fake::<parameters::Parameters>::new().credentials(Credentials::anonymous());
        fake.on::<parameters::Search>().reply(|_| Ok(rt::blank()));
        let request = http::Request::post(target);
        let request = request.body(bytes::Bytes::from(body.to_owned())).unwrap();
        let response = blocking::Transport::send(&fake, request, Duration::MAX).unwrap();
        assert!(response.status() == 200 || response.status() == 400);
        (
            response.status().as_u16(),
            fake.calls::<parameters::Search>().len(),
        )
    };
    let path = search_path();
    let good = format!("{path}&sizes=1,2");
    assert_eq!(raw(&good, r#"{"needle":"ab"}"#), (200, 1));
    for (target, body) in [
        (good.as_str(), ""),
        (&good, "[]"),
        (&good, "{"),
        (&good, "{}"),
        (&good, r#"{"needle":1}"#),
        (&good, r#"{"needle":"ab","filter":{"nmae":"a"}}"#),
        (&path, r#"{"needle":"ab"}"#),
        (&format!("{path}&sizes=1,x"), r#"{"needle":"ab"}"#),
        (&format!("{good}&exact=yes"), r#"{"needle":"ab"}"#),
        (&format!("{good}&weight=1&weight=2"), r#"{"needle":"ab"}"#),
    ] {
        assert_eq!(raw(target, body), (400, 0), "{target} {body}");
    }
}

/// Returns the target of a search without its required query parameter.
fn search_path() -> String {
    let operation = parameters::Search::new("ab", 7, "BIG", [1]);
    let config = parameters::Config::new().credentials(Credentials::anonymous());
    let mut call = config.call(operation).unwrap();
    let now = cloud_models::Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    let cloud_models::Step::Send(request) = call.step(cloud_models::Event::Start, now) else {
        panic!("it is not sent");
    };
    let target = request.uri().path_and_query().unwrap().as_str();
    target.replace("&sizes=1", "")
}

// --- credentials ---

/// Checks that a fake refuses whatever it does not know, with one request, and in the envelope of the service.
fn refuses_strangers<O: Paginated>(list: &O) {
    const SECRET: &str = "canary-secret-0123456789";
    const SESSION: &str = "canary-session-0123456789";
    let known = || Credentials::access_key("AKIDEXAMPLE", SECRET).session_token(SESSION);
    let fake = Fake::<O::Service>::new().credentials(known());
    fake.on::<O>().items([]);
    both(&fake, &fake.config(), list, |client, found| {
        assert!(found.unwrap().is_empty(), "{client}");
    });
    let mut calls = fake.calls::<O>().len();
    let key = Credentials::access_key;
    for other in [
        key("AKIDEXAMPLE", "another").session_token(SESSION),
        key("AKIDEXAMPLE", SECRET).session_token("another"),
        key("AKIDEXAMPLE", SECRET),
        key("ANOTHER", SECRET).session_token(SESSION),
        Credentials::anonymous(),
    ] {
        for error in refusals(&fake, &fake.config().credentials(other), list) {
            assert!(error.is_authentication(), "{}: {error}", O::NAME);
            let shown = format!("{error} {error:?} {:?}", error.reply().unwrap().body());
            assert!(!shown.contains("canary"), "{shown}");
        }
        calls += 2;
        assert_eq!(fake.calls::<O>().len(), calls);
    }
    let shown = format!("{fake:?} {:?}", fake.on::<O>());
    assert!(
        !shown.contains("canary") && !shown.contains("AKID"),
        "{shown}"
    );
}

/// Checks that a client whose clock is wrong corrects it by the date of the fake.
fn corrects_clocks<O: Paginated>(list: &O) {
    for minutes in [31, -31] {
        let fake = Fake::<O::Service>::new().clock(Ahead::minutes(minutes));
        fake.on::<O>().items([]);
        both(&fake, &fake.config(), list, |client, found| {
            let found = found.unwrap_or_else(|error| panic!("{client}: {error}"));
            assert!(found.is_empty());
        });
        // Clients of one configuration share what they learn.
        assert_eq!(fake.calls::<O>().len(), 3);
        // Four minutes are within every tolerance.
        let fake = Fake::<O::Service>::new().clock(Ahead::minutes(4));
        fake.on::<O>().items([]);
        both(&fake, &fake.config(), list, |_, found| drop(found.unwrap()));
        assert_eq!(fake.calls::<O>().len(), 2);
    }
}

/// A clock that is ahead.
struct Ahead(AtomicI64);

impl Ahead {
    fn minutes(minutes: i64) -> Self {
        Self(AtomicI64::new(60 * minutes))
    }
}

impl Clock for Ahead {
    fn system_time(&self) -> SystemTime {
        let seconds = self.0.load(Ordering::Relaxed);
        let by = Duration::from_secs(seconds.unsigned_abs());
        match seconds < 0 {
            true => SystemTime::now() - by,
            false => SystemTime::now() + by,
        }
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn fakes_know_credentials_and_show_none() {
    refuses_strangers(&list());
    refuses_strangers(&baidu_qianfan::DescribeCustomModelSets::new());
    refuses_strangers(&huawei_fabric::ListModels::new("w"));
    refuses_strangers(&volcengine_ark::ListCustomModels::new());
    let call = format!("{:?}", {
        let fake = Fake::<maps::Maps>::new();
        fake.on::<maps::PutItem>().reply(|_| Ok(rt::blank()));
        let put = maps::PutItem::new(maps::NewItem::new("item"), [("env", "test")]);
        let put = put.secrets([("key", "canary")]);
        let client = blocking::Client::builder(fake.config()).transport(fake.clone());
        let _ = client.build().unwrap().send(put);
        fake.calls::<maps::PutItem>()
    });
    assert!(call.contains("env") && !call.contains("canary"), "{call}");
}

#[test]
fn tokens_are_compared_and_anonymous_requests_are_accepted_if_they_are_known() {
    for (known, other) in [
        (
            Credentials::bearer_token("right"),
            Credentials::bearer_token("wrong"),
        ),
        (Credentials::anonymous(), Credentials::bearer_token("wrong")),
    ] {
        let fake = bedrock().credentials(known);
        both(&fake, &fake.config(), &list(), |client, found| {
            assert_eq!(found.unwrap().len(), 3, "{client}");
        });
        for error in refusals(&fake, &fake.config().credentials(other), &list()) {
            assert!(error.is_authentication(), "{error}");
        }
    }
    let fake = Fake::<huawei_fabric::HuaweiFabric>::new()
        .credentials(Credentials::auth_token("right"))
        .credentials(Credentials::access_key("id", "secret"));
    fake.on::<huawei_fabric::ListModels>().items([]);
    let list = huawei_fabric::ListModels::new("w");
    for credentials in [
        Credentials::auth_token("right"),
        Credentials::access_key("id", "secret"),
    ] {
        let config = fake.config().credentials(credentials);
        both(&fake, &config, &list, |_, found| drop(found.unwrap()));
    }
    let wrong = fake.config().credentials(Credentials::auth_token("wrong"));
    for error in refusals(&fake, &wrong, &list) {
        assert!(error.is_authentication(), "{error}");
    }
}

#[test]
fn a_wrong_clock_costs_one_request() {
    corrects_clocks(&list());
    corrects_clocks(&baidu_qianfan::DescribeCustomModelSets::new());
    corrects_clocks(&huawei_fabric::ListModels::new("w"));
    corrects_clocks(&volcengine_ark::ListCustomModels::new());
}

// --- answers ---

/// Checks that every documented code arrives with its kind and status, and every kind that has a code with the first.
fn answers<O: Operation, C: OpenEnum + PartialEq + Debug>(operation: &O) {
    let fake = Fake::<O::Service>::new();
    let config = fake.config().retry(RetryPolicy::never());
    let mut first: BTreeMap<String, (ServiceErrorKind, &str)> = BTreeMap::new();
    for code in O::Service::INFO.codes {
        let answer = Answer::error(C::from_wire(code.wire)).message("a \"message\"\n模");
        fake.on::<O>().script([answer.clone(), answer]);
        for error in refusals(&fake, &config, operation) {
            assert_eq!(
                error.code_as::<C>(),
                Some(C::from_wire(code.wire)),
                "{error}"
            );
            if let Some(status) = code.status {
                assert_eq!(error.status().unwrap().as_u16(), status, "{error}");
            }
            if let Some(kind) = code.kind {
                assert_eq!(error.service_kind(), Some(kind), "{error}");
                first
                    .entry(format!("{kind:?}"))
                    .or_insert((kind, code.wire));
            }
            assert_eq!(error.message(), Some("a \"message\"\n模"), "{error}");
            assert!(error.request_id().unwrap().starts_with("fake-"));
        }
    }
    for (kind, code) in first.into_values() {
        fake.on::<O>()
            .script([Answer::kind(kind), Answer::kind(kind)]);
        for error in refusals(&fake, &config, operation) {
            assert_eq!(error.code(), Some(code), "{kind:?}");
            assert_eq!(error.service_kind(), Some(kind));
        }
    }
}

#[test]
fn every_documented_error_arrives_as_the_service_sends_it() {
    answers::<_, aws_bedrock::ErrorCode>(&list());
    answers::<_, baidu_qianfan::ErrorCode>(&baidu_qianfan::DescribeCustomModelSets::new());
    answers::<_, huawei_fabric::ErrorCode>(&huawei_fabric::ListModels::new("w"));
    answers::<_, volcengine_ark::ErrorCode>(&volcengine_ark::ListCustomModels::new());
    answers::<_, errors::ErrorCode>(&errors::Ask::new());
}

/// Returns the head and body of the response to a request without credentials.
fn raw<S: Service>(
    fake: &Fake<S>,
    request: http::Request<&'static str>,
) -> (http::HeaderMap, Value) {
    let request = request.map(bytes::Bytes::from);
    let served = fake.serve().unwrap();
    let target = request.uri().path_and_query().unwrap();
    let mut socket = TcpStream::connect(served.url().trim_start_matches("http://")).unwrap();
    let (method, body) = (request.method(), request.body());
    write!(
        socket,
        "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    socket.write_all(body).unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut headers = http::HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        let name: http::HeaderName = name.parse().unwrap();
        headers.insert(name, value.parse().unwrap());
    }
    (headers, serde_json::from_str(body).unwrap())
}

#[test]
fn codes_messages_and_request_ids_go_to_the_first_place_that_the_spec_lists() {
    let denied = || Answer::kind(ServiceErrorKind::AccessDenied).message("no");
    let anonymous = Credentials::anonymous;
    let fake = bedrock().credentials(anonymous());
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([denied()]);
    let request = || http::Request::get("/custom-models").body("").unwrap();
    let (headers, body) = raw(&fake, request());
    assert_eq!(headers["x-amzn-errortype"], "AccessDeniedException");
    assert_eq!(headers["x-amzn-requestid"], "fake-1");
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers["date"].to_str().unwrap().ends_with(" GMT"));
    assert_eq!(body, json!({"message": "no"}));
    let (headers, body) = raw(&fake, request());
    assert_eq!(headers["x-amzn-requestid"], "fake-2");
    assert_eq!(
        body["modelSummaries"][2],
        json!({"modelArn": "arn:c", "modelName": "c"})
    );

    let fake = Fake::<volcengine_ark::VolcengineArk>::new().credentials(anonymous());
    fake.on::<volcengine_ark::ListCustomModels>()
        .items([])
        .script([denied(), Answer::Next]);
    let target = "/?Action=ListCustomModels&Version=2024-01-01";
    let request = || {
        http::Request::post(target)
            .body(r#"{"PageSize":3}"#)
            .unwrap()
    };
    let (_, body) = raw(&fake, request());
    let expected = json!({"ResponseMetadata": {
        "RequestId": "fake-1",
        "Error": {"Code": "LackPolicy", "Message": "no"},
    }});
    assert_eq!(body, expected);
    let (_, body) = raw(&fake, request());
    let expected = json!({
        "ResponseMetadata": {"RequestId": "fake-2"},
        "Result": {"TotalCount": 0, "PageSize": 3, "Items": []},
    });
    assert_eq!(body, expected);
}

/// Checks that a client reads the output that a fake was given.
fn read_back<O: Operation>(operation: O, output: O::Output)
where
    O::Output: PartialEq + Sync,
{
    let fake = Fake::<O::Service>::new();
    let given = output.clone();
    fake.on::<O>().reply(move |_| Ok(given.clone()));
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let reply = client.build().unwrap().send(operation).unwrap();
    assert_eq!(reply.into_inner(), output, "{}", O::NAME);
}

#[test]
fn every_place_of_a_reply_is_written() {
    let mut thing = replies::ReadThingReply::default();
    thing.etag = "a".to_owned();
    thing.size = Some(-3);
    thing.ratio = Some(0.5);
    thing.hidden = Some(true);
    thing.state = Some("NEW".into());
    thing.modified = Some("2024-05-14T13:05:12Z".into());
    thing.digest = Some(vec![0, 0xff].into());
    thing.tags = vec!["b".to_owned(), "c".to_owned()];
    thing.sizes = vec![1, 2];
    thing.meta = BTreeMap::from([("colour".to_owned(), "red".to_owned())]);
    thing.status = 202;
    thing.name = "d".to_owned();
    read_back(replies::ReadThing::new("id"), thing);
    let mut check = replies::CheckThingReply::default();
    check.size = 7;
    check.status = Some(204);
    read_back(replies::CheckThing::new("id"), check);
    let mut file = replies::DownloadReply::default();
    file.file = vec![1, 2, 0xff].into();
    file.media_type = Some("image/png".to_owned());
    read_back(replies::Download::new(), file);
    let mut text = replies::TextReply::default();
    text.text = Some("模".to_owned());
    text.status = Some(200);
    read_back(replies::ReadText::new(), text);
    let mut anything = replies::AnythingReply::default();
    anything.value = Some(json!({"a": [1.5]}).into());
    read_back(replies::ReadAnything::new(), anything);
    let part = |name: String| {
        let mut part = replies::Part::default();
        part.name = name;
        part
    };
    let mut reply = replies::PartReply::default();
    reply.part = part("e".to_owned());
    reply.etag = Some("f".to_owned());
    read_back(replies::ReadPart::new(), reply);
    // The list is in a body that is one member, the token in a header.
    pages(&replies::ListParts::new(), None, 100, part);
    pages(&replies::NumberParts::new(), None, 100, part);
}

#[test]
fn a_script_comes_before_what_follows_it() {
    let throttled = || Answer::error(aws_bedrock::ErrorCode::Throttling);
    let fake = bedrock();
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([
            throttled(),
            throttled(),
            Answer::Next,
            throttled(),
            throttled(),
        ])
        .script([Answer::error(aws_bedrock::ErrorCode::AccessDenied)]);
    let client = blocking::Client::builder(fake.config())
        .transport(fake.clone())
        .sleep(|_| ());
    let client = client.build().unwrap();
    assert_eq!(client.send(list()).unwrap().model_summaries.len(), 3);
    let error = client.send(list()).unwrap_err();
    assert!(error.is_access_denied());
    assert_eq!(error.attempts(), 3);
    assert_eq!(client.send(list()).unwrap().model_summaries.len(), 3);
    assert_eq!(fake.calls::<aws_bedrock::ListCustomModels>().len(), 7);

    // The service says how long to wait, which is measured in whole seconds.
    let slow = throttled()
        .retry_after(Duration::from_millis(1_500))
        .status(503);
    fake.on::<aws_bedrock::ListCustomModels>()
        .script([slow.clone(), slow]);
    let config = fake.config().retry(RetryPolicy::never());
    for error in refusals(&fake, &config, &list()) {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(error.status().unwrap(), 503);
    }
}

#[test]
fn faults_look_like_broken_networks() {
    for (fault, kind, attempts) in [
        (Fault::Reset, ErrorKind::Transport, 3),
        (Fault::Hang, ErrorKind::Timeout, 3),
        (Fault::Cut, ErrorKind::Transport, 3),
        (Fault::Html, ErrorKind::Decode, 1),
    ] {
        let fake = bedrock();
        fake.on::<aws_bedrock::ListCustomModels>().fault(fault);
        for error in refusals(&fake, &fake.config(), &list()) {
            assert_eq!(error.kind(), kind, "{fault:?}: {error}");
            assert_eq!(error.attempts(), attempts, "{fault:?}: {error}");
            assert!(error.was_sent());
        }
        // Once, instead.
        let fake = bedrock();
        fake.on::<aws_bedrock::ListCustomModels>()
            .script([Answer::Next, fault.into()]);
        let client = blocking::Client::builder(fake.config().retry(RetryPolicy::never()));
        let client = client.transport(fake.clone()).build().unwrap();
        client.send(list()).unwrap();
        assert_eq!(client.send(list()).unwrap_err().kind(), kind);
        client.send(list()).unwrap();
    }
}

#[test]
fn a_function_may_use_the_fake_that_calls_it() {
    let fake = Fake::<writes::Writes>::new();
    let inner = fake.clone();
    fake.on::<writes::CountThing>().reply(move |call| {
        assert_eq!(call.json()["id"], "a");
        match inner.calls::<writes::CountThing>().len() {
            1 => Err(Fault::Reset.into()),
            _ => Ok(()),
        }
    });
    let client = blocking::Client::builder(fake.config())
        .transport(fake.clone())
        .sleep(|_| ());
    let client = client.build().unwrap();
    client.send(writes::CountThing::new("a")).unwrap_err();
    client.send(writes::CountThing::new("a")).unwrap();
}

#[test]
fn the_operation_with_the_most_specific_path_is_meant() {
    let fake = Fake::<writes::Writes>::new();
    fake.on::<writes::DeleteThing>().reply(|_| Ok(()));
    fake.on::<writes::CheckThing>().reply(|_| Ok(()));
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let client = client.build().unwrap();
    client.send(writes::DeleteThing::new("a")).unwrap();
    client.send(writes::CheckThing::new("b")).unwrap();
    assert_eq!(fake.calls::<writes::DeleteThing>().len(), 1);
    assert_eq!(fake.calls::<writes::CheckThing>().len(), 1);
}

// --- over HTTP ---

#[test]
fn a_served_fake_does_the_same_for_real_transports() {
    let fake = Fake::<aws_bedrock::AwsBedrock>::new();
    let names: Vec<_> = (0..250).map(|n| format!("model-{n}")).collect();
    fake.on::<aws_bedrock::ListCustomModels>()
        .items(names.iter().map(|name| model(name)))
        .script([
            Answer::kind(ServiceErrorKind::Throttled),
            Fault::Reset.into(),
        ]);
    let served = fake.serve().unwrap();
    let moment = Duration::from_millis(2);
    let config = || {
        fake.config()
            .endpoint(served.url())
            .attempt_timeout(Duration::from_millis(300))
            .retry(RetryPolicy::standard().backoff(moment, moment))
    };
    let real = |future| -> Result<Vec<aws_bedrock::CustomModelSummary>, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(future)
    };
    let hyper: Arc<dyn Transport> = Arc::new(Hyper::new().unwrap());
    let from = |config: aws_bedrock::Config| {
        let client = Client::builder(config)
            .transport(Arc::clone(&hyper))
            .build()
            .unwrap();
        Box::pin(async move {
            let mut items = client.items(list());
            items.try_collect_up_to(1_000).await
        })
    };
    let found = real(from(config())).unwrap();
    let found: Vec<_> = found.into_iter().map(|model| model.model_name).collect();
    assert_eq!(found, names);
    assert_eq!(fake.calls::<aws_bedrock::ListCustomModels>().len(), 5);
    let ureq = |config| {
        let client = blocking::Client::builder(config).transport(Ureq::new().unwrap());
        client.build().unwrap()
    };
    let found: Result<Vec<_>, _> = ureq(config()).items(list().max_results(1000)).collect();
    assert_eq!(found.unwrap().len(), 250);

    for (fault, kind) in [
        (Fault::Reset, ErrorKind::Transport),
        (Fault::Hang, ErrorKind::Timeout),
        (Fault::Cut, ErrorKind::Transport),
        (Fault::Html, ErrorKind::Decode),
    ] {
        fake.on::<aws_bedrock::ListCustomModels>()
            .script([fault, fault]);
        let once = || config().retry(RetryPolicy::never());
        assert_eq!(real(from(once())).unwrap_err().kind(), kind, "{fault:?}");
        let error = ureq(once()).send(list()).unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
    // What the test did not prepare is a status that no client repeats.
    let error = ureq(config()).send(list().is_owned(true)).unwrap_err();
    assert_eq!(error.status().unwrap(), 501);
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().contains("isOwned"), "{error}");
    let wrong = Credentials::access_key("FAKEACCESSKEY", "wrong");
    let error = ureq(config().credentials(wrong)).send(list()).unwrap_err();
    assert!(error.is_authentication(), "{error}");
}

#[test]
fn a_dropped_server_is_gone() {
    let fake = bedrock();
    let served = fake.serve().unwrap();
    let authority = served.url().trim_start_matches("http://").to_owned();
    let mut idle = TcpStream::connect(&authority).unwrap();
    drop(served);
    TcpStream::connect(&authority).unwrap_err();
    idle.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
}
