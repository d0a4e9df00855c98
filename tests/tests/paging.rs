//! Paging. Every rule is checked for pages and items, with both kinds of clients.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cloud_models::transport::TransportError;
use cloud_models::{
    Credentials, Cursor, Error, ErrorKind, Paginated, Reply, RetryPolicy, Service, aws_bedrock,
    baidu_qianfan, blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use futures_core::Stream;
use serde_json::{Value, json};

type Request = http::Request<Bytes>;

/// A service that responds to requests in turn and records them.
#[derive(Clone)]
struct Script {
    page: Arc<dyn Fn(usize) -> Value + Send + Sync>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Script {
    /// Responds to request number `n` with `page(n)`.
    fn new(page: impl Fn(usize) -> Value + Send + Sync + 'static) -> Self {
        Self {
            page: Arc::new(page),
            requests: Arc::default(),
        }
    }

    /// Responds with pages in turn. Each further request is a service error.
    fn pages(pages: Vec<Value>) -> Self {
        Self::new(move |n| {
            pages
                .get(n)
                .cloned()
                .unwrap_or(json!({"code": "TooMany", "error_code": "TooMany"}))
        })
    }

    fn respond(&self, request: &Request) -> (u16, Bytes) {
        let mut requests = self.requests.lock().unwrap();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        requests.push(format!("{query}{body}"));
        let page = (self.page)(requests.len() - 1);
        let status = match page.get("broken") {
            Some(_) => 400,
            None => 200,
        };
        (status, page.to_string().into())
    }
}

fn config<S: Service>() -> Config<S> {
    Config::new()
        .region("cn-north-4")
        .credentials(Credentials::anonymous())
        .retry(RetryPolicy::never())
}

fn client<S: Service>(script: &Script) -> Client<S> {
    let script = script.clone();
    let send = move |request: Request| {
        let (status, body) = script.respond(&request);
        async move {
            let mut response = http::Response::new(body.into());
            *response.status_mut() = status.try_into().unwrap();
            Ok::<_, TransportError>(response)
        }
    };
    Client::builder(config()).transport(send).build().unwrap()
}

fn blocking_client<S: Service>(script: &Script) -> blocking::Client<S> {
    let script = script.clone();
    let transport = move |request: Request, _: Duration| {
        let (status, body) = script.respond(&request);
        let mut response = http::Response::new(body.into());
        *response.status_mut() = status.try_into().unwrap();
        Ok(response)
    };
    blocking::Client::builder(config())
        .transport(transport)
        .build()
        .unwrap()
}

/// Items in order of arrival, followed by the error at the end, if any.
type Outcome = Vec<Result<String, (ErrorKind, String)>>;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Goes through a list in all five ways. All must have the same outcome and send the same requests.
fn walk<O: Paginated>(
    operation: &O,
    name: fn(O::Item) -> String,
    script: impl Fn() -> Script,
) -> (Outcome, Vec<String>) {
    let text = |error: Error| (error.kind(), error.to_string());
    let names = |items: Option<&mut Vec<O::Item>>| -> Outcome {
        let items = items.map(std::mem::take).unwrap_or_default();
        items.into_iter().map(|item| Ok(name(item))).collect()
    };
    let mut all: Vec<(&str, Outcome, Vec<String>)> = Vec::new();
    let mut keep = |way, outcome, script: Script| {
        let requests = script.requests.lock().unwrap().clone();
        all.push((way, outcome, requests));
    };

    let one = script();
    let mut items = blocking_client(&one).items(operation.clone());
    let outcome = items
        .by_ref()
        .map(|item| item.map(name).map_err(text))
        .collect();
    assert!(items.next().is_none(), "not fused");
    keep("blocking items", outcome, one);

    let one = script();
    let mut pages = blocking_client(&one).pages(operation.clone());
    let mut outcome = Outcome::new();
    for page in pages.by_ref() {
        match page {
            Ok(page) => outcome.extend(names(O::items(&mut page.into_inner()))),
            Err(error) => outcome.push(Err(text(error))),
        }
    }
    assert!(pages.next().is_none(), "not fused");
    keep("blocking pages", outcome, one);

    let one = script();
    let outcome = block_on(async {
        let mut items = client(&one).items(operation.clone());
        let mut outcome = Outcome::new();
        while let Some(item) = items.next().await {
            outcome.push(item.map(name).map_err(text));
        }
        assert!(items.next().await.is_none(), "not fused");
        outcome
    });
    keep("items", outcome, one);

    let one = script();
    let outcome = block_on(async {
        let mut pages = client(&one).pages(operation.clone());
        let mut outcome = Outcome::new();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => outcome.extend(names(O::items(&mut page.into_inner()))),
                Err(error) => outcome.push(Err(text(error))),
            }
        }
        assert!(pages.next().await.is_none(), "not fused");
        outcome
    });
    keep("pages", outcome, one);

    let one = script();
    let outcome = block_on(async {
        let mut items = client(&one).items(operation.clone());
        let mut outcome = Outcome::new();
        while let Some(item) = poll_fn(|context| Pin::new(&mut items).poll_next(context)).await {
            outcome.push(item.map(name).map_err(text));
        }
        outcome
    });
    keep("stream of items", outcome, one);

    let (_, outcome, requests) = all.remove(0);
    for (way, other, others_requests) in all {
        assert_eq!(other, outcome, "{way}");
        assert_eq!(others_requests, requests, "{way}");
    }
    (outcome, requests)
}

/// Checks the items, and the kind of the error at the end with a part of its message.
fn expect(outcome: &Outcome, items: &[&str], error: Option<(ErrorKind, &str)>) {
    let (found, rest) = outcome.split_at(items.len().min(outcome.len()));
    let found: Vec<_> = found.iter().flatten().collect();
    assert_eq!(found, items);
    match (rest, error) {
        ([], None) => {}
        ([Err((kind, text))], Some((expected, part))) => {
            assert_eq!(*kind, expected, "{text}");
            assert!(text.contains(part), "{text}");
        }
        _ => panic!("{rest:?}"),
    }
}

fn model(item: aws_bedrock::CustomModelSummary) -> String {
    item.model_name
}

fn token_page(names: &[&str], token: Value) -> Value {
    let models: Vec<_> = names
        .iter()
        .map(|name| json!({"modelArn": "arn", "modelName": name}))
        .collect();
    json!({"modelSummaries": models, "nextToken": token})
}

fn by_token(pages: Vec<Value>) -> (Outcome, Vec<String>) {
    walk(
        &aws_bedrock::ListCustomModels::new().max_results(2),
        model,
        || Script::pages(pages.clone()),
    )
}

#[test]
fn an_absent_null_or_empty_token_ends_the_list() {
    let absent = json!({"modelSummaries": [{"modelArn": "arn", "modelName": "c"}]});
    for last in [
        absent,
        token_page(&["c"], Value::Null),
        token_page(&["c"], json!("")),
    ] {
        let (outcome, requests) = by_token(vec![token_page(&["a", "b"], json!("t 1")), last]);
        expect(&outcome, &["a", "b", "c"], None);
        assert_eq!(requests, ["maxResults=2", "maxResults=2&nextToken=t%201"]);
    }
}

#[test]
fn a_token_that_was_already_used_is_an_error() {
    let (outcome, requests) = by_token(vec![
        token_page(&["a"], json!("1")),
        token_page(&["b"], json!("1")),
    ]);
    expect(&outcome, &["a", "b"], Some((ErrorKind::Paging, "page 2")));
    assert_eq!(requests.len(), 2);
    let (outcome, requests) = by_token(vec![
        token_page(&["a"], json!("1")),
        token_page(&["b"], json!("2")),
        token_page(&["c"], json!("3")),
        token_page(&["d"], json!("2")),
    ]);
    expect(
        &outcome,
        &["a", "b", "c", "d"],
        Some((ErrorKind::Paging, "page 4")),
    );
    assert_eq!(requests.len(), 4);
}

#[test]
fn empty_pages_do_not_end_a_list_with_tokens() {
    let (outcome, _) = by_token(vec![
        token_page(&["a"], json!("1")),
        token_page(&[], json!("2")),
        json!({"modelSummaries": null, "nextToken": "3"}),
        token_page(&["b"], Value::Null),
    ]);
    expect(&outcome, &["a", "b"], None);
}

/// Lists pages that contain an item if `has_item` returns `true` for their number; page `last` is the last.
fn with_empty_pages(has_item: fn(usize) -> bool, last: usize) -> (Outcome, Vec<String>) {
    walk(&aws_bedrock::ListCustomModels::new(), model, || {
        Script::new(move |n| {
            let names: &[&str] = if has_item(n) { &["a"] } else { &[] };
            let token = if n == last {
                Value::Null
            } else {
                json!(format!("t{n}"))
            };
            token_page(names, token)
        })
    })
}

#[test]
fn a_thousand_empty_pages_in_a_row_are_followed_and_no_more() {
    // 1000 empty pages between two items.
    let (outcome, requests) = with_empty_pages(|n| n % 1001 == 0, 1001);
    expect(&outcome, &["a", "a"], None);
    assert_eq!(requests.len(), 1002);
    // The limit applies to consecutive empty pages, not to their total.
    let (outcome, requests) = with_empty_pages(|n| n % 900 == 0, 2700);
    expect(&outcome, &["a", "a", "a", "a"], None);
    assert_eq!(requests.len(), 2701);
    // One empty page too many.
    let (outcome, requests) = with_empty_pages(|n| n == 0, usize::MAX);
    expect(&outcome, &["a"], Some((ErrorKind::Paging, "page 1002")));
    assert_eq!(requests.len(), 1002);
    // The last page may be empty too.
    let (outcome, _) = with_empty_pages(|n| n == 0, 1001);
    expect(&outcome, &["a"], None);
}

#[test]
fn items_are_returned_before_the_error_that_follows_them() {
    let (outcome, requests) = by_token(vec![
        token_page(&["a", "b"], json!("1")),
        json!({"broken": true, "message": "no such token"}),
        token_page(&["c"], Value::Null),
    ]);
    expect(
        &outcome,
        &["a", "b"],
        Some((ErrorKind::Service, "no such token")),
    );
    assert_eq!(requests.len(), 2);
}

fn by_marker(pages: Vec<Value>) -> (Outcome, Vec<String>) {
    let operation = baidu_qianfan::DescribeCustomModelSets::new();
    walk(
        &operation,
        |item| item.model_set_name.unwrap_or_default(),
        || Script::pages(pages.clone()),
    )
}

fn marker_page(names: &[&str], info: Value) -> Value {
    let models: Vec<_> = names
        .iter()
        .map(|name| json!({"modelSetName": name}))
        .collect();
    json!({"requestId": "r", "result": {"customModelSetList": models, "pageInfo": info}})
}

#[test]
fn an_explicit_end_wins_over_a_marker() {
    let (outcome, _) = by_marker(vec![
        marker_page(&["a"], json!({"isTruncated": true, "nextMarker": "m"})),
        marker_page(&["b"], json!({"isTruncated": false, "nextMarker": "n"})),
    ]);
    expect(&outcome, &["a", "b"], None);
    // If the page does not say whether there are more, the marker decides.
    let (outcome, requests) = by_marker(vec![
        marker_page(&["a"], json!({"nextMarker": "m"})),
        marker_page(&["b"], json!({})),
    ]);
    expect(&outcome, &["a", "b"], None);
    assert_eq!(
        requests[1],
        r#"Action=DescribeCustomModelSets{"marker":"m"}"#
    );
}

#[test]
fn more_pages_without_a_marker_are_an_error() {
    for marker in [
        json!({"isTruncated": true}),
        json!({"isTruncated": true, "nextMarker": ""}),
    ] {
        let (outcome, _) = by_marker(vec![marker_page(&["a"], marker)]);
        expect(&outcome, &["a"], Some((ErrorKind::Paging, "token")));
    }
}

/// Limits on pages or items must not hide that the list continues.
#[test]
fn a_limited_list_ends_with_the_error_of_its_last_page() {
    let script = || Script::pages(vec![marker_page(&["a"], json!({"isTruncated": true}))]);
    let list = baidu_qianfan::DescribeCustomModelSets::new;
    block_on(async {
        let mut pages = client(&script()).pages(list()).take(1);
        pages.next().await.unwrap().unwrap();
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Paging);
        assert!(pages.next().await.is_none());
        let mut items = client(&script()).items(list()).take(1);
        items.next().await.unwrap().unwrap();
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Paging);
        assert!(items.next().await.is_none());
    });
}

fn numbered_page(names: &[&str], total: i64) -> Value {
    let items: Vec<_> = names.iter().map(|name| json!({"Id": name})).collect();
    json!({
        "ResponseMetadata": {"RequestId": "r"},
        "Result": {"TotalCount": total, "PageSize": 2, "Items": items},
    })
}

fn by_number(pages: Vec<Value>) -> (Outcome, Vec<String>) {
    let operation = volcengine_ark::ListCustomModels::new().page_size(2);
    walk(&operation, |item| item.id, || Script::pages(pages.clone()))
}

#[test]
fn numbered_pages_end_with_the_total_or_with_an_empty_page() {
    let (outcome, requests) = by_number(vec![
        numbered_page(&["a", "b"], 3),
        numbered_page(&["c"], 3),
    ]);
    expect(&outcome, &["a", "b", "c"], None);
    assert!(
        requests[1].ends_with(r#"{"PageNumber":2,"PageSize":2}"#),
        "{requests:?}"
    );
    // A total that is too large or too small.
    for total in [1000, 1, 0, -1] {
        let (outcome, requests) = by_number(vec![
            numbered_page(&["a", "b"], total),
            numbered_page(&["c"], total),
            numbered_page(&[], total),
        ]);
        expect(&outcome, &["a", "b", "c"], None);
        assert_eq!(requests.len(), 3);
    }
}

/// A service with page numbers that returns at most 50 items per page.
#[derive(Clone, Copy)]
struct Ark {
    models: usize,
    /// Page size that the response states.
    states: Option<usize>,
    /// Number of the first requested page.
    first: usize,
}

impl Ark {
    fn page(self, n: usize) -> Value {
        let start = (self.first - 1 + n) * 50;
        let ids = start..(start + 50).min(self.models).max(start);
        let items: Vec<_> = ids.map(|id| json!({"Id": id.to_string()})).collect();
        let mut result = json!({"TotalCount": self.models, "Items": items});
        if let Some(size) = self.states {
            result["PageSize"] = json!(size);
        }
        json!({"ResponseMetadata": {"RequestId": "r"}, "Result": result})
    }

    /// Lists with a larger page size than the service supports, and returns the number of items and requests.
    fn list(self) -> (usize, usize) {
        let mut operation = volcengine_ark::ListCustomModels::new().page_size(100);
        if self.first > 1 {
            operation = operation.page_number(i64::try_from(self.first).unwrap());
        }
        let (outcome, requests) = walk(
            &operation,
            |item| item.id,
            || Script::new(move |n| self.page(n)),
        );
        let start = (self.first - 1) * 50;
        let ids: Vec<_> = (start..self.models).map(|id| id.to_string()).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        expect(&outcome, &ids, None);
        (ids.len(), requests.len())
    }
}

#[test]
fn a_service_may_serve_smaller_pages_than_requested() {
    // The service may state the requested page size although it returns fewer items.
    for states in [Some(50), Some(100), None] {
        for (models, requests) in [(100, 2), (200, 4), (150, 3), (110, 3), (50, 1), (0, 1)] {
            let ark = Ark {
                models,
                states,
                first: 1,
            };
            assert_eq!(ark.list(), (models, requests));
        }
    }
}

#[test]
fn numbered_pages_can_be_resumed_in_the_middle() {
    let ark = |states, first| Ark {
        models: 200,
        states,
        first,
    };
    assert_eq!(ark(Some(50), 3).list(), (100, 2));
    assert_eq!(ark(Some(50), 4).list(), (50, 1));
    // The number of earlier items is unknown, so only an empty page ends the list.
    assert_eq!(ark(None, 3).list(), (100, 3));
    assert_eq!(ark(None, 4).list(), (50, 2));
    // A list that starts at page 1 starts at its first page, whether or not the number is sent.
    let operation = volcengine_ark::ListCustomModels::new().page_number(1);
    let (outcome, requests) = walk(
        &operation,
        |item| item.id,
        || {
            Script::new(move |n| {
                Ark {
                    models: 100,
                    ..ark(None, 1)
                }
                .page(n)
            })
        },
    );
    assert_eq!((outcome.len(), requests.len()), (100, 2));
    // When paging manually, each page is evaluated alone.
    let list = volcengine_ark::ListCustomModels::new().page_number(2);
    let page = json!({"TotalCount": 100, "Items": [{"Id": "a"}]});
    let page: volcengine_ark::ListCustomModelsResult = serde_json::from_value(page).unwrap();
    let mut reply = Reply::from(page);
    assert_eq!(list.following(&mut reply).unwrap(), Some(Cursor::page(3)));
}

fn offset_page(names: &[&str], total: i64) -> Value {
    let models: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    json!({"total": total, "models": models})
}

fn by_offset(pages: Vec<Value>) -> (Outcome, Vec<String>) {
    let operation = huawei_fabric::ListModels::new("w").limit(2);
    walk(
        &operation,
        |item| item.name.unwrap_or_default(),
        || Script::pages(pages.clone()),
    )
}

#[test]
fn offsets_end_with_the_total_or_with_an_empty_page() {
    let (outcome, requests) = by_offset(vec![offset_page(&["a", "b"], 3), offset_page(&["c"], 3)]);
    expect(&outcome, &["a", "b", "c"], None);
    assert_eq!(requests, ["limit=2", "offset=2&limit=2"]);
    // A total that is too large or too small.
    for total in [1000, 1, 0, -1] {
        let (outcome, requests) = by_offset(vec![
            offset_page(&["a", "b"], total),
            offset_page(&["c"], total),
            offset_page(&[], total),
        ]);
        expect(&outcome, &["a", "b", "c"], None);
        assert_eq!(requests[2], "offset=3&limit=2");
    }
    // Starting in the middle, with a total that is as small as a page.
    let operation = huawei_fabric::ListModels::new("w").limit(2).offset(2);
    let (outcome, requests) = walk(
        &operation,
        |item| item.name.unwrap_or_default(),
        || Script::pages(vec![offset_page(&["c", "d"], 2), offset_page(&[], 2)]),
    );
    expect(&outcome, &["c", "d"], None);
    assert_eq!(requests[1], "offset=4&limit=2");
}

#[test]
fn a_total_at_its_documented_maximum_does_not_end_a_list() {
    for (models, requests) in [(10_250, 104), (10_000, 101), (9_999, 100)] {
        let page = move |n: usize| {
            let names = n * 100..(n * 100 + 100).min(models).max(n * 100);
            let items: Vec<_> = names
                .map(|name| json!({"name": name.to_string()}))
                .collect();
            json!({"total": models.min(10_000), "models": items})
        };
        let script = Script::new(page);
        let list = huawei_fabric::ListModels::new("w").limit(100);
        let items = blocking_client(&script).items(list.clone());
        let names: Vec<_> = items.map(|item| item.unwrap().name.unwrap()).collect();
        let expected: Vec<_> = (0..models).map(|name| name.to_string()).collect();
        assert!(names == expected, "{} of {models}", names.len());
        assert_eq!(script.requests.lock().unwrap().len(), requests);
        let script = Script::new(page);
        let items = block_on(client(&script).items(list).try_collect_up_to(usize::MAX));
        assert_eq!(items.unwrap().len(), models);
        assert_eq!(script.requests.lock().unwrap().len(), requests);
    }
}

#[test]
fn a_list_can_be_resumed_from_a_cursor_saved_as_text() {
    let pages = vec![
        token_page(&["a"], json!("1")),
        token_page(&["b"], json!("2")),
        token_page(&["c"], Value::Null),
    ];
    let script = Script::pages(pages.clone());
    let mut first = blocking_client(&script).pages(aws_bedrock::ListCustomModels::new());
    assert_eq!(first.cursor(), None);
    first.next().unwrap().unwrap();
    let saved = serde_json::to_string(first.cursor().unwrap()).unwrap();

    let cursor: Cursor = serde_json::from_str(&saved).unwrap();
    assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
    let operation = aws_bedrock::ListCustomModels::new()
        .resume(&cursor)
        .unwrap();
    let script = Script::pages(pages[1..].to_vec());
    let mut items = blocking_client(&script).items(operation);
    assert_eq!(items.next().unwrap().unwrap().model_name, "b");
    assert_eq!(items.cursor(), Some(&Cursor::token("2")));
    assert_eq!(items.left_in_page(), 0);
    assert_eq!(items.next().unwrap().unwrap().model_name, "c");
    assert_eq!(items.cursor(), None);
    assert!(items.next().is_none());
    assert_eq!(
        *script.requests.lock().unwrap(),
        ["nextToken=1", "nextToken=2"]
    );

    // A cursor of another paging style is rejected.
    let error = huawei_fabric::ListModels::new("w")
        .resume(&cursor)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn totals_and_request_ids_stay_reachable() {
    let script = Script::pages(vec![numbered_page(&["a", "b"], 2)]);
    let mut items = blocking_client(&script).items(volcengine_ark::ListCustomModels::new());
    assert!(items.page().is_none());
    items.next().unwrap().unwrap();
    let page = items.page().unwrap();
    assert_eq!(page.total_count, Some(2));
    assert_eq!(page.request_id(), Some("r"));
    assert_eq!(items.left_in_page(), 1);
}

/// Documented limits apply to values of the caller, not to tokens of the service.
#[test]
fn tokens_of_a_service_are_not_checked() {
    let long = "t".repeat(3000);
    let (outcome, requests) = by_token(vec![
        token_page(&["a"], json!(long)),
        token_page(&["b"], json!("with a space")),
        token_page(&["c"], Value::Null),
    ]);
    expect(&outcome, &["a", "b", "c"], None);
    assert_eq!(requests.len(), 3);
    // A token set by the caller is checked.
    let operation = aws_bedrock::ListCustomModels::new().next_token(long);
    let (outcome, requests) = walk(&operation, model, || Script::pages(Vec::new()));
    expect(
        &outcome,
        &[],
        Some((ErrorKind::InvalidRequest, "length 1..=2048")),
    );
    assert!(requests.is_empty());
}

/// A `null` in a list is not an item, but the service counts it.
#[test]
fn null_elements_count() {
    let page = |names: &[Option<&str>], total: i64| {
        let models: Vec<_> = names
            .iter()
            .map(|name| name.map(|name| json!({"name": name})))
            .collect();
        json!({"total": total, "models": models})
    };
    let (outcome, requests) = by_offset(vec![page(&[Some("a"), None], 4), page(&[None, None], 4)]);
    expect(&outcome, &["a"], None);
    assert_eq!(requests, ["limit=2", "offset=2&limit=2"]);
    let (outcome, requests) = by_offset(vec![page(&[None, None], 3), page(&[Some("b")], 3)]);
    expect(&outcome, &["b"], None);
    assert_eq!(requests.len(), 2);
    // With page numbers too.
    let page = |ids: &[Option<&str>]| {
        let items: Vec<_> = ids
            .iter()
            .map(|id| id.map(|id| json!({"Id": id})))
            .collect();
        let result = json!({"TotalCount": 4, "Items": items});
        json!({"ResponseMetadata": {"RequestId": "r"}, "Result": result})
    };
    let (outcome, requests) = by_number(vec![page(&[None, Some("a")]), page(&[None, Some("b")])]);
    expect(&outcome, &["a", "b"], None);
    assert_eq!(requests.len(), 2);
}

/// A service that ignores page numbers would otherwise send the first page forever.
#[test]
fn a_page_that_repeats_the_one_before_it_is_an_error() {
    let unnumbered = |names: &[&str], id: &str| {
        let items: Vec<_> = names.iter().map(|name| json!({"Id": name})).collect();
        json!({"ResponseMetadata": {"RequestId": id}, "Result": {"Items": items}})
    };
    let (outcome, requests) = by_number(vec![
        unnumbered(&["a", "b"], "1"),
        unnumbered(&["a", "b"], "2"),
        unnumbered(&["a", "b"], "3"),
    ]);
    expect(
        &outcome,
        &["a", "b", "a", "b"],
        Some((ErrorKind::Paging, "page 2")),
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn a_list_that_begins_at_a_token_does_not_come_back_to_it() {
    let operation = aws_bedrock::ListCustomModels::new().next_token("t");
    let (outcome, requests) = walk(&operation, model, || {
        Script::pages(vec![token_page(&["a"], json!("t"))])
    });
    expect(&outcome, &["a"], Some((ErrorKind::Paging, "page 1")));
    assert_eq!(requests.len(), 1);
}

#[test]
fn the_cursor_of_a_page_that_failed_is_kept() {
    let pages = || vec![token_page(&["a"], json!("1")), json!({"broken": true})];
    let mut walked =
        blocking_client(&Script::pages(pages())).pages(aws_bedrock::ListCustomModels::new());
    walked.next().unwrap().unwrap();
    walked.next().unwrap().unwrap_err();
    assert_eq!(walked.cursor(), Some(&Cursor::token("1")));
    let cursor = block_on(async {
        let mut items = client(&Script::pages(pages())).items(aws_bedrock::ListCustomModels::new());
        items.next().await.unwrap().unwrap();
        items.next().await.unwrap().unwrap_err();
        items.cursor().cloned()
    });
    assert_eq!(cursor, Some(Cursor::token("1")));
}

#[test]
fn no_page_is_lost_if_its_future_is_dropped() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let send = move |_: Request| {
        let n = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let page = match n {
                0 => token_page(&["a"], json!("1")),
                _ => token_page(&["b"], Value::Null),
            };
            Ok::<_, TransportError>(http::Response::new(page.to_string().into()))
        }
    };
    let client = Client::builder(config()).transport(send).build().unwrap();
    let names = block_on(async {
        let mut items = client.items(aws_bedrock::ListCustomModels::new());
        let mut names = Vec::new();
        for _ in 0..1000 {
            let patience = Duration::from_millis(3);
            match tokio::time::timeout(patience, items.next()).await {
                Ok(Some(item)) => names.push(item.unwrap().model_name),
                Ok(None) => break,
                Err(_) => {}
            }
        }
        names
    });
    assert_eq!(names, ["a", "b"]);
    assert_eq!(sent.load(Ordering::SeqCst), 2);
}

#[test]
fn clients_and_lists_can_be_sent_to_other_threads() {
    fn everywhere<T: Clone + Send + Sync + 'static>() {}
    fn sends<T: Send + 'static>() {}
    everywhere::<aws_bedrock::Client>();
    everywhere::<aws_bedrock::blocking::Client>();
    sends::<cloud_models::Pages<aws_bedrock::ListCustomModels>>();
    sends::<cloud_models::Items<aws_bedrock::ListCustomModels>>();
    sends::<blocking::Items<aws_bedrock::ListCustomModels>>();
    fn sent<T: Send>(_: &T) {}
    let client = client(&Script::pages(Vec::new()));
    sent(&client.send(aws_bedrock::ListCustomModels::new()));
}

#[test]
fn items_can_be_collected_in_parts() {
    let pages = || {
        vec![
            token_page(&["a", "b", "c"], json!("1")),
            token_page(&["d"], json!("2")),
            json!({"broken": true}),
        ]
    };
    let script = Script::pages(pages());
    block_on(async {
        let mut items = client(&script).items(aws_bedrock::ListCustomModels::new());
        let sent = || script.requests.lock().unwrap().len();
        let names = |items: Vec<aws_bedrock::CustomModelSummary>| -> Vec<String> {
            items.into_iter().map(model).collect()
        };
        // A limit of zero items needs no request.
        assert!(items.try_collect_up_to(0).await.unwrap().is_empty());
        assert_eq!(sent(), 0);
        assert_eq!(names(items.try_collect_up_to(2).await.unwrap()), ["a", "b"]);
        assert_eq!((sent(), items.left_in_page()), (1, 1));
        // Reaching the end of a page exactly must not cause another request.
        assert_eq!(names(items.try_collect_up_to(2).await.unwrap()), ["c", "d"]);
        assert_eq!(sent(), 2);
        let error = items.try_collect_up_to(5).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert!(items.try_collect_up_to(5).await.unwrap().is_empty());
        assert_eq!(sent(), 3);
    });
    let script = Script::pages(vec![token_page(&["a", "b"], Value::Null)]);
    let mut items = client(&script).items(aws_bedrock::ListCustomModels::new());
    let items = block_on(items.try_collect_up_to(5));
    assert_eq!(items.unwrap().len(), 2);
}

#[test]
fn a_list_can_end_after_a_number_of_pages() {
    let taken = |limits: &[usize]| {
        let script = Script::pages(vec![
            token_page(&["a"], json!("1")),
            token_page(&["b"], json!("2")),
            token_page(&["c"], Value::Null),
        ]);
        let mut pages = client(&script).pages(aws_bedrock::ListCustomModels::new());
        for limit in limits {
            pages = pages.take(*limit);
        }
        block_on(async {
            let mut count = 0;
            while let Some(page) = pages.next().await {
                page.unwrap();
                count += 1;
            }
            let requests = script.requests.lock().unwrap().len();
            (count, requests, pages.cursor().cloned())
        })
    };
    let at = |token: &str| Some(Cursor::token(token));
    assert_eq!(taken(&[0]), (0, 0, None));
    // The cursor points to the place where the list can be resumed.
    assert_eq!(taken(&[1]), (1, 1, at("1")));
    assert_eq!(taken(&[2]), (2, 2, at("2")));
    assert_eq!(taken(&[3]), (3, 3, None));
    assert_eq!(taken(&[9]), (3, 3, None));
    // The smallest limit applies.
    assert_eq!(taken(&[1, 2]), (1, 1, at("1")));
    assert_eq!(taken(&[2, 1]), (1, 1, at("1")));
}

#[test]
fn a_list_can_end_after_a_number_of_items() {
    let taken = |limits: &[usize]| {
        let script = Script::pages(vec![
            token_page(&["a", "b"], json!("1")),
            token_page(&["c"], json!("2")),
            token_page(&["d"], Value::Null),
        ]);
        let mut items = client(&script).items(aws_bedrock::ListCustomModels::new());
        for limit in limits {
            items = items.take(*limit);
        }
        block_on(async {
            let mut count = 0;
            while let Some(item) = items.next().await {
                item.unwrap();
                count += 1;
            }
            let requests = script.requests.lock().unwrap().len();
            (count, requests, items.left_in_page())
        })
    };
    assert_eq!(taken(&[0]), (0, 0, 0));
    assert_eq!(taken(&[1]), (1, 1, 1));
    // No request is sent that is not needed.
    assert_eq!(taken(&[2]), (2, 1, 0));
    assert_eq!(taken(&[3]), (3, 2, 0));
    assert_eq!(taken(&[9]), (4, 3, 0));
    // The smallest limit applies.
    assert_eq!(taken(&[1, 2]), (1, 1, 1));
    assert_eq!(taken(&[2, 1]), (1, 1, 1));
}

#[test]
fn the_error_of_a_page_does_not_count_as_an_item() {
    let script = Script::pages(vec![
        token_page(&["a"], json!("1")),
        json!({"broken": true}),
    ]);
    let mut items = client(&script)
        .items(aws_bedrock::ListCustomModels::new())
        .take(2);
    block_on(async {
        items.next().await.unwrap().unwrap();
        items.next().await.unwrap().unwrap_err();
        assert!(items.next().await.is_none());
    });
}
