//! Requests: how each parameter is decoded, and what is refused.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use cloud_models::fake::Fake;
use cloud_models::{Credentials, Operation, aws_bedrock, blocking, http};
use cloud_models_runtime::{Config, codegen as rt};
use cloud_models_tests::goldens::{maps, parameters, timestamps, unions, writes};
use serde_json::{Value, json};

use super::{bedrock, list, refusals};

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
        let request = http::Request::post(target).header("content-type", "application/json");
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
