//! Lists from page to page: every rule for pages, elements and both kinds of clients alike.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cloud_models::transport::{self, TransportError};
use cloud_models::{
    Credentials, Cursor, Error, ErrorKind, Paginated, RetryPolicy, Service, aws_bedrock,
    baidu_qianfan, blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use futures_core::Stream;
use serde_json::{Value, json};

type Request = http::Request<Bytes>;

/// What is asked for, in turn, and what is answered to it.
#[derive(Clone)]
struct Script {
    answer: Arc<dyn Fn(usize) -> Value + Send + Sync>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn new(answer: impl Fn(usize) -> Value + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            requests: Arc::default(),
        }
    }

    /// Pages in turn; one request too many is an error of the service.
    fn pages(pages: Vec<Value>) -> Self {
        Self::new(move |n| {
            pages
                .get(n)
                .cloned()
                .unwrap_or(json!({"code": "TooMany", "error_code": "TooMany"}))
        })
    }

    fn answer(&self, request: &Request) -> (u16, Bytes) {
        let mut requests = self.requests.lock().unwrap();
        let what = request.uri().query().unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        requests.push(format!("{what}{body}"));
        let answer = (self.answer)(requests.len() - 1);
        let status = if answer.get("broken").is_some() {
            400
        } else {
            200
        };
        (status, answer.to_string().into())
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
        let (status, body) = script.answer(&request);
        async move {
            let mut response = http::Response::new(body.into());
            *response.status_mut() = status.try_into().unwrap();
            Ok::<_, TransportError>(response)
        }
    };
    let transport = transport::from_fn(send, tokio::time::sleep);
    Client::builder(config())
        .transport(transport)
        .build()
        .unwrap()
}

fn blocking_client<S: Service>(script: &Script) -> blocking::Client<S> {
    let script = script.clone();
    let transport = move |request: Request, _: Duration| {
        let (status, body) = script.answer(&request);
        let mut response = http::Response::new(body.into());
        *response.status_mut() = status.try_into().unwrap();
        Ok(response)
    };
    blocking::Client::builder(config())
        .transport(transport)
        .build()
        .unwrap()
}

/// Elements in the order in which they came, then how it ended.
type Outcome = Vec<Result<String, String>>;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Goes through a list in all five ways; all must come to the same, asking for the same.
fn walk<O: Paginated>(
    operation: &O,
    name: fn(O::Item) -> String,
    script: impl Fn() -> Script,
) -> (Outcome, Vec<String>) {
    let text = |error: Error| error.to_string();
    let names = |items: Option<&mut Vec<O::Item>>| -> Vec<Result<String, String>> {
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

/// Elements, and the message of the error at the end, if there is one.
fn expect(outcome: &Outcome, items: &[&str], error: Option<&str>) {
    let (found, errors): (Vec<_>, Vec<_>) = outcome.iter().partition(|item| item.is_ok());
    let found: Vec<_> = found
        .into_iter()
        .map(|item| item.as_deref().unwrap())
        .collect();
    assert_eq!(found, items);
    let errors: Vec<_> = errors
        .into_iter()
        .map(|item| item.as_deref().unwrap_err())
        .collect();
    match error {
        Some(part) => {
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(errors[0].contains(part), "{errors:?}");
            assert!(
                outcome.last().unwrap().is_err(),
                "the error is not the last"
            );
        }
        None => assert_eq!(errors, Vec::<&str>::new()),
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
fn a_token_that_is_absent_null_or_empty_ends_the_list() {
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
fn a_token_that_was_there_is_an_error_also_in_a_circle() {
    let again = "page 2 leads to \"1\", where the list was before";
    let (outcome, requests) = by_token(vec![
        token_page(&["a"], json!("1")),
        token_page(&["b"], json!("1")),
    ]);
    expect(&outcome, &["a", "b"], Some(again));
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
        Some("page 4 leads to \"2\""),
    );
    assert_eq!(requests.len(), 4);
}

#[test]
fn empty_pages_are_gone_through_but_not_for_ever() {
    let (outcome, _) = by_token(vec![
        token_page(&["a"], json!("1")),
        token_page(&[], json!("2")),
        json!({"modelSummaries": null, "nextToken": "3"}),
        token_page(&["b"], Value::Null),
    ]);
    expect(&outcome, &["a", "b"], None);

    let (outcome, requests) = walk(&aws_bedrock::ListCustomModels::new(), model, || {
        Script::new(|n| token_page(if n == 0 { &["a"] } else { &[] }, json!(format!("t{n}"))))
    });
    expect(
        &outcome,
        &["a"],
        Some("is empty like 1000 before it, and still there is said to be more"),
    );
    assert!(requests.len() < 1100, "{}", requests.len());
}

#[test]
fn what_came_is_handed_out_before_the_error_behind_it() {
    let (outcome, requests) = by_token(vec![
        token_page(&["a", "b"], json!("1")),
        json!({"broken": true, "message": "no such token"}),
        token_page(&["c"], Value::Null),
    ]);
    expect(&outcome, &["a", "b"], Some("no such token"));
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
fn a_word_that_there_is_no_more_wins_over_a_marker() {
    let (outcome, _) = by_marker(vec![
        marker_page(&["a"], json!({"isTruncated": true, "nextMarker": "m"})),
        marker_page(&["b"], json!({"isTruncated": false, "nextMarker": "n"})),
    ]);
    expect(&outcome, &["a", "b"], None);
    // Without such a word the marker counts.
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
fn more_without_a_marker_is_an_error_not_an_end() {
    for marker in [
        json!({"isTruncated": true}),
        json!({"isTruncated": true, "nextMarker": ""}),
    ] {
        let (outcome, _) = by_marker(vec![marker_page(&["a"], marker)]);
        expect(&outcome, &["a"], Some("not where they begin"));
    }
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
    // The total lies.
    let (outcome, requests) = by_number(vec![
        numbered_page(&["a", "b"], 1000),
        numbered_page(&["c"], 1000),
        numbered_page(&[], 1000),
    ]);
    expect(&outcome, &["a", "b", "c"], None);
    assert_eq!(requests.len(), 3);
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
    let (outcome, requests) = by_offset(vec![
        offset_page(&["a", "b"], 1000),
        offset_page(&["c"], 1000),
        offset_page(&[], 1000),
    ]);
    expect(&outcome, &["a", "b", "c"], None);
    assert_eq!(requests[2], "offset=3&limit=2");
}

#[test]
fn a_list_goes_on_from_a_cursor_that_was_kept_as_text() {
    let pages = vec![
        token_page(&["a"], json!("1")),
        token_page(&["b"], json!("2")),
        token_page(&["c"], Value::Null),
    ];
    let script = Script::pages(pages.clone());
    let mut first = blocking_client(&script).pages(aws_bedrock::ListCustomModels::new());
    assert_eq!(first.cursor(), None);
    first.next().unwrap().unwrap();
    let kept = serde_json::to_string(first.cursor().unwrap()).unwrap();

    let cursor: Cursor = serde_json::from_str(&kept).unwrap();
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

    // One of another way of paging is refused.
    let error = huawei_fabric::ListModels::new("w")
        .resume(&cursor)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Paging);
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

/// What a service says about where its list goes on is not held against what its documents say.
#[test]
fn cursors_of_a_service_are_not_checked() {
    let long = "t".repeat(3000);
    let (outcome, requests) = by_token(vec![
        token_page(&["a"], json!(long)),
        token_page(&["b"], json!("with a space")),
        token_page(&["c"], Value::Null),
    ]);
    expect(&outcome, &["a", "b", "c"], None);
    assert_eq!(requests.len(), 3);
    // What a caller says is.
    let operation = aws_bedrock::ListCustomModels::new().next_token(long);
    let (outcome, requests) = walk(&operation, model, || Script::pages(Vec::new()));
    expect(&outcome, &[], Some("breaks length 1..=2048"));
    assert!(requests.is_empty());
}

/// A `null` in a list is no element, but it has its place in the count of the service.
#[test]
fn nulls_are_counted_where_elements_are() {
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
}

/// A service that does not look at the number of the page would send the same for ever.
#[test]
fn a_page_that_comes_again_is_an_error() {
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
        Some("page 2 is the same as the one before it"),
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn a_list_that_begins_in_its_middle_does_not_come_back_there() {
    let operation = aws_bedrock::ListCustomModels::new().next_token("t");
    let (outcome, requests) = walk(&operation, model, || {
        Script::pages(vec![token_page(&["a"], json!("t"))])
    });
    expect(&outcome, &["a"], Some("page 1 leads to \"t\""));
    assert_eq!(requests.len(), 1);
}

#[test]
fn a_cursor_outlives_the_error_that_made_it_necessary() {
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

/// A page that somebody stops waiting for is not lost.
#[test]
fn waiting_for_a_page_can_be_given_up_and_begun_again() {
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
    let transport = transport::from_fn(send, tokio::time::sleep);
    let client = Client::builder(config())
        .transport(transport)
        .build()
        .unwrap();
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
fn clients_go_everywhere() {
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
