//! Lists: pages of every style, and parameters that the fake does not interpret.

use std::fmt::Debug;

use cloud_models::fake::{Answer, Fake};
use cloud_models::{
    CallOptions, ErrorKind, Paginated, ServiceErrorKind, aws_bedrock, baidu_qianfan, blocking,
    huawei_fabric, volcengine_ark,
};
use cloud_models_tests::goldens::paging;
use serde_json::json;

use super::{bedrock, both, list, model, refusals};

/// Lists different numbers of items with both clients, and checks the number of requests for each page size.
pub(crate) fn pages<O: Paginated>(
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

    // A service whose limit is not documented serves at most 100, whatever is asked for.
    let fake = Fake::<baidu_qianfan::BaiduQianfan>::new();
    let sets = vec![baidu_qianfan::CustomModelSetItem::default(); 300];
    fake.on::<baidu_qianfan::DescribeCustomModelSets>()
        .items(sets);
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let client = client.build().unwrap();
    for (asked, served) in [(99, 99), (100, 100), (101, 100), (1_000, 100)] {
        let list = baidu_qianfan::DescribeCustomModelSets::new().max_keys(asked);
        let page = client.send(list).unwrap();
        assert_eq!(page.custom_model_set_list.len(), served);
    }

    let fake = bedrock();
    let foreign = aws_bedrock::ListCustomModels::new().next_token("b2Zmc2V0OjE");
    for error in refusals(&fake, &fake.config(), &foreign) {
        let code = error.code_as::<aws_bedrock::ErrorCode>();
        assert_eq!(code, Some(aws_bedrock::ErrorCode::Validation));
    }
}

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
    let calls = fake.calls::<aws_bedrock::ListCustomModels>();
    assert_eq!(calls[2].unknown(), [("newFilter".to_owned(), "b".into())]);
    assert_eq!(*calls[2].json(), json!({}));

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
