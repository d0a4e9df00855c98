//! Requests and responses of the golden files, which are generated from the fixtures.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models_runtime::{
    Call, Config, Credentials, Error, Event, Now, Operation, Paginated, Reply, RetryPolicy,
    Service, ServiceErrorKind, Step, Timestamp,
};
use cloud_models_tests::goldens::{
    environment, errors, life_of_names, minimal, obstacles, paging, parameters,
};

fn now() -> Now {
    Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO)
}

fn request<O: Operation>(
    operation: O,
    config: Config<O::Service>,
) -> Result<http::Request<Bytes>, Error> {
    match config
        .credentials(Credentials::anonymous())
        .call(operation)?
        .step(Event::Start, now())
    {
        Step::Send(request) => Ok(request),
        Step::Done(result) => Err(result.unwrap_err()),
        step => panic!("{step:?}"),
    }
}

fn reply<O: Operation>(operation: O, status: u16, body: &str) -> Result<Reply<O::Output>, Error> {
    let mut call: Call<O> = Config::<O::Service>::new()
        .retry(RetryPolicy::never())
        .call(operation)?;
    let response = http::Response::builder()
        .status(status)
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    match call.step(Event::Response(response), now()) {
        Step::Done(result) => result,
        step => panic!("{step:?}"),
    }
}

#[test]
fn parameters_are_sent_where_the_spec_says() {
    let filter = parameters::Filter::new("a").deep(parameters::Deep::new().numbers([1, 2]));
    let search = parameters::Search::new("needle", 7, parameters::Kind::Big, [1, 2])
        .words(["a b", "c"])
        .since("2024-05-14T21:05:12+08:00")
        .weight(0.5)
        .exact(true)
        .x_trace("c0ffee")
        .filter(filter.clone())
        .filters([filter])
        .kinds([parameters::Kind::Small, "Tiny".into()]);
    let request = request(search, Config::new().validate(false)).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://example.com/base/things/Big/7?Action=Search&Version=1.10&words=a%20b&words=c&sizes=1%2C2\
         &since=2024-05-14T13%3A05%3A12Z&weight=0.5&exact=true"
    );
    assert_eq!(request.headers()["x-trace"], "c0ffee");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(
        request.body().as_ref(),
        br#"{"needle":"needle","filter":{"name":"a","deep":{"numbers":[1,2]}},"filters":[{"name":"a","deep":{"numbers":[1,2]}}],"kinds":["Small","Tiny"]}"#
    );
}

#[test]
fn limits_apply_inside_of_structures_and_lists() {
    let deep = parameters::Deep::new().numbers([5, 6]);
    let search = parameters::Search::new("x", 0, "", [9, 10])
        .words(["", "b", "c", "d"])
        .weight(f64::NAN)
        .x_trace("xyz")
        .since("never")
        .filters([
            parameters::Filter::new("ok"),
            parameters::Filter::new("long").deep(deep),
        ]);
    let error = request(search, Config::new()).unwrap_err();
    let mut found: Vec<_> = error
        .violations()
        .iter()
        .map(|found| format!("{} {}", found.field, found.rule))
        .collect();
    found.retain(|violation| !violation.contains("pattern"));
    let expected = [
        "kind path segment",
        "id range 1..",
        "words length 1..=8",
        "words count 1..=3",
        "sizes range ..=9",
        "since timestamp",
        "weight finite number",
        "X-Trace chars a-f0-9",
        "needle length 2..=4",
        "filters[1].name length 1..=3",
        "filters[1].deep.numbers range 0..=5",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_element_with_the_separator_is_never_sent() {
    let search = || parameters::Search::new("need", 7, parameters::Kind::Big, [1]);
    for validate in [true, false] {
        let config = || Config::new().validate(validate);
        let error = request(search().marks(["a,b", "c"]), config()).unwrap_err();
        let violation = &error.violations()[0];
        assert_eq!(
            (violation.field.as_str(), violation.value.as_str()),
            ("marks", "a,b")
        );
        let sent = request(search().marks(["a", "c"]), config()).unwrap();
        assert!(sent.uri().to_string().contains("marks=a%2Cc"));
    }
}

#[test]
fn lengths_count_characters() {
    let search = |word: String| {
        let search = parameters::Search::new("ab", 1, "Big", [1]).words([word]);
        request(search, Config::new())
    };
    // Limits count characters rather than bytes; this one has three.
    search("模".repeat(8)).unwrap();
    let error = search("模".repeat(9)).unwrap_err();
    assert_eq!(error.violations()[0].field, "words");
    assert_eq!(error.violations()[0].rule, "length 1..=8");
}

#[test]
fn times_are_instants() {
    let search = |since: &str| {
        let search = parameters::Search::new("ab", 1, "Big", [1]).since(since);
        request(search, Config::new())
    };
    search("2024-05-14T13:05:12Z").unwrap();
    for not in [
        "2024-05-14T13:05:12Z[Europe/Berlin]",
        "2024-05-14T13:05:12[UTC]",
        "2024-05-14T13:05:12",
        "2024-05-14",
        "",
    ] {
        let error = search(not).unwrap_err();
        assert_eq!(error.violations()[0].rule, "timestamp", "{not}");
    }
}

#[test]
fn invalid_header_values_are_refused_even_without_validation() {
    let search = parameters::Search::new("ab", 1, "Big", [1]).x_trace("a\r\nX-Evil: 1");
    let error = request(search, Config::new().validate(false)).unwrap_err();
    assert_eq!(error.violations()[0].field, "X-Trace");
    assert_eq!(error.violations()[0].rule, "header value");
}

#[test]
fn path_segments_that_lead_elsewhere_are_refused_even_without_validation() {
    for to in ["", ".", ".."] {
        let operation = obstacles::Operation::new(to, "v", "n");
        let error = request(operation, Config::new().validate(false)).unwrap_err();
        assert_eq!(error.violations()[0].rule, "path segment");
    }
}

#[test]
fn secrets_stay_out_of_refused_headers() {
    for validate in [true, false] {
        let operation =
            life_of_names::Login::new(life_of_names::Account::new("a")).token("secret\r\n");
        let error = request(operation, Config::new().validate(validate)).unwrap_err();
        assert_eq!(error.violations()[0].field, "X-Secret");
        assert!(
            !format!("{error} {error:?} {:?}", error.violations()).contains("secret\\r"),
            "{error}"
        );
    }
}

#[test]
fn required_structures_are_read_and_sent() {
    let login: life_of_names::Login = serde_json::from_str(r#"{"account":{"name":"a"}}"#).unwrap();
    assert_eq!(
        login,
        life_of_names::Login::new(life_of_names::Account::new("a"))
    );
    assert!(serde_json::from_str::<life_of_names::Login>("{}").is_err());
    assert!(serde_json::from_str::<life_of_names::Login>(r#"{"account":{}}"#).is_err());
    let request = request(login.default("d"), Config::new()).unwrap();
    assert_eq!(
        request.body().as_ref(),
        br#"{"account":{"name":"a"},"default":"d"}"#
    );
    let _ = life_of_names::Defaults::new().default(1);
}

#[test]
fn outputs_share_members_with_errors_without_losing_them() {
    let reply = reply(
        errors::Ask::new(),
        200,
        r#"{"data":{"text":"t"},"meta":{"id":"i"}}"#,
    )
    .unwrap();
    assert_eq!(
        (reply.text.as_deref(), reply.request_id()),
        (Some("t"), Some("i"))
    );
    let receipt = reply_to_put(r#"{"message":"hello","key":"k"}"#);
    assert_eq!(
        (receipt.message.as_deref(), receipt.key.as_str()),
        (Some("hello"), "k")
    );
}

fn reply_to_put(body: &str) -> life_of_names::Receipt {
    reply(life_of_names::PutThing::new("password"), 200, body)
        .unwrap()
        .into_inner()
}

#[test]
fn pages_are_found_through_structures() {
    let next =
        |page: &mut Reply<paging::TokenPage>| paging::ByToken::new().following(page).unwrap();
    let mut page = reply(
        paging::ByToken::new(),
        200,
        r#"{"page":{"token":"t","list":{"things":[{"name":"a"}]}}}"#,
    )
    .unwrap();
    let cursor = next(&mut page).unwrap();
    assert_eq!(cursor.wire_text(), "t");
    assert_eq!(
        paging::ByToken::items(&mut page.into_inner()).unwrap()[0].name,
        "a"
    );
    let mut empty = reply(paging::ByToken::new(), 200, "{}").unwrap();
    assert_eq!(next(&mut empty), None);
    assert!(paging::ByToken::items(&mut empty.into_inner()).is_none_or(|items| items.is_empty()));

    // A cursor restores the position, but only with the same style of paging.
    let operation = paging::ByToken::new().resume(&cursor).unwrap();
    assert_eq!(operation, paging::ByToken::new().token("t"));
    assert!(paging::ByOffset::new().resume(&cursor).is_err());
    assert!(
        paging::ByNumber::new()
            .resume(&cloud_models_runtime::Cursor::offset(1))
            .is_err()
    );

    let mut page = reply(
        paging::ByOffset::new(),
        200,
        r#"{"list":{"things":[{"name":"a"}]},"info":{"count":{"total":2}}}"#,
    )
    .unwrap();
    let next = paging::ByOffset::new()
        .offset(0)
        .following(&mut page)
        .unwrap();
    assert_eq!(next.unwrap().wire_text(), "1");
}

#[test]
fn secrets_stay_out_of_debug_and_errors() {
    let put = life_of_names::PutThing::new("secret!");
    assert!(!format!("{put:?}").contains("secret!"), "{put:?}");
    let error = request(put, Config::new()).unwrap_err();
    assert_eq!(error.violations()[0].field, "password");
    assert!(!format!("{error} {error:?} {:?}", error.violations()).contains("secret!"));
    let receipt = reply(
        life_of_names::PutThing::new("secret!!"),
        200,
        r#"{"key":"hidden"}"#,
    )
    .unwrap();
    assert!(!format!("{receipt:?}").contains("hidden"), "{receipt:?}");
    assert_eq!(receipt.key, "hidden");
    assert!(!format!("{:?}", *receipt).contains("hidden"));
}

#[test]
fn secrets_stay_out_of_errors_about_responses() {
    for (status, body) in [
        (200, r#"{"key":["hidden"]}"#),
        (200, r#"{"key":"hidden""#),
        (200, "hidden"),
        (500, "hidden"),
    ] {
        let error = reply(life_of_names::PutThing::new("password"), status, body).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error}");
    }
    let error = reply(errors::Ask::new(), 200, "shown").unwrap_err();
    assert!(error.to_string().contains("shown"), "{error}");
}

#[test]
fn structures_can_go_both_ways() {
    let thing = life_of_names::Thing::new("a")
        .labels(["x"])
        .parts([life_of_names::Thing::new("b")]);
    let request = request(
        life_of_names::PutThing::new("password").thing(thing.clone()),
        Config::new(),
    )
    .unwrap();
    let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    let received = reply(life_of_names_get(), 200, &body["thing"].to_string()).unwrap();
    assert_eq!(received.into_inner(), thing);
}

/// A list or map that is not set must clear nothing and break no limit.
#[test]
fn lists_of_structures_that_go_both_ways_may_be_unset() {
    let sent = |thing: life_of_names::Thing| {
        let put = life_of_names::PutThing::new("password").thing(thing);
        let request = request(put, Config::new()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        body["thing"].to_string()
    };
    assert_eq!(sent(life_of_names::Thing::new("a")), r#"{"name":"a"}"#);
    let full = life_of_names::Thing::new("a")
        .labels(["b"])
        .counts([("c", 1)]);
    assert_eq!(
        sent(full),
        r#"{"name":"a","labels":["b"],"counts":{"c":1}}"#
    );
    // What was received can be sent.
    let received = reply(life_of_names_get(), 200, r#"{"name":"a","labels":null}"#).unwrap();
    assert_eq!(sent(received.into_inner()), r#"{"name":"a"}"#);
    // The limit applies to what is sent.
    let many = life_of_names::Thing::new("a").labels(["b"; 6]);
    let put = life_of_names::PutThing::new("password").thing(many);
    let error = request(put, Config::new()).unwrap_err();
    assert_eq!(error.violations()[0].field, "thing.labels");
}

#[expect(deprecated, reason = "a deprecated operation is tested too")]
fn life_of_names_get() -> life_of_names::GetThing {
    life_of_names::GetThing::new()
}

#[test]
fn former_names_still_compile() {
    #[expect(deprecated, reason = "the former name is what is tested")]
    let thing: life_of_names::Object = life_of_names::Thing::new("a");
    #[expect(deprecated, reason = "the former name is what is tested")]
    let state: life_of_names::Condition = life_of_names::State::Worn;
    assert_eq!((thing.name.as_str(), state.as_str()), ("a", "worn out"));
}

#[test]
fn codes_have_the_kind_of_the_spec_whatever_the_status() {
    let error = |body: &str| reply(errors::Ask::new(), 418, body).unwrap_err();
    let rows = [
        ("Denied", ServiceErrorKind::AccessDenied),
        ("Expired", ServiceErrorKind::Authentication),
        ("Late", ServiceErrorKind::ClockSkew),
        ("Slow.Down", ServiceErrorKind::Throttled),
        ("42", ServiceErrorKind::Other),
        ("ns#GoneException:http://x", ServiceErrorKind::NotFound),
        ("Full", ServiceErrorKind::Quota),
        ("ThrottlingException", ServiceErrorKind::Throttled),
        ("Never.Seen", ServiceErrorKind::Other),
    ];
    for (code, kind) in rows {
        let error = error(&format!(r#"{{"meta":{{"error":{{"code":"{code}"}}}}}}"#));
        assert_eq!(error.service_kind(), Some(kind), "{code}");
    }
    let error = error(r#"{"code":42}"#);
    assert_eq!(error.code_as(), Some(errors::ErrorCode::FortyTwo));
    assert_eq!(error.code(), Some("42"));
}

#[test]
fn hosts_follow_regions_and_options() {
    let url = |config: Config<errors::Errors>| {
        request(errors::Ask::new(), config).map(|request| request.uri().to_string())
    };
    assert_eq!(
        url(Config::new()).unwrap(),
        "https://things.one.example.com/ask"
    );
    assert_eq!(
        url(Config::new().region("moon-dark-1").fips(true)).unwrap(),
        "https://things-fips.moon-dark-1.example.space/ask"
    );
    assert_eq!(
        url(Config::new().region("mars").dual_stack(true)).unwrap(),
        "https://things.mars.dual.example.space/ask"
    );
    assert_eq!(
        url(Config::new().region("fips-two")).unwrap(),
        "https://things-fips.two.example.com/ask"
    );
    for region in ["", "a.b", "a/b", "a b", "-a", "a-", "é", &"a".repeat(64)] {
        assert!(url(Config::new().region(region)).is_err(), "{region:?}");
    }
    for endpoint in [
        "",
        "example.com",
        "ftp://example.com",
        "https://user:password@example.com",
        "ftp://user:password@example.com",
        "https://user:pass word@example.com/password",
        "https://example.com/?token=password",
        "https://a/#b",
        "https://a?b=c",
    ] {
        let error = url(Config::new().endpoint(endpoint)).unwrap_err();
        assert!(!error.to_string().contains("password"), "{error}");
    }
    let request = request(errors::Ask::new(), Config::new().project_id("p")).unwrap();
    assert_eq!(request.headers()["x-project"], "p");
}

#[test]
fn unknown_values_keep_their_text_and_never_hide_a_known_one() {
    for (wire, value) in obstacles::Members::KNOWN {
        assert_eq!(obstacles::Members::from(*wire), *value);
        assert_eq!(value.as_str(), *wire);
        assert!(!matches!(value, obstacles::Members::Unknown(_)));
    }
    let unknown = obstacles::Members::from("never seen");
    assert_eq!(unknown.as_str(), "never seen");
    assert_eq!(serde_json::to_string(&unknown).unwrap(), r#""never seen""#);
    assert_eq!(
        serde_json::from_str::<obstacles::Members>(r#""never seen""#).unwrap(),
        unknown
    );
}

#[test]
fn odd_names_are_sent_unchanged() {
    let record: obstacles::Record =
        serde_json::from_str(r#"{"quote\" slash\\ brace{ newline":"x"}"#).unwrap();
    let operation = obstacles::Operation::new("a/b", "v", "n")
        .a_b_c_d_e("&")
        .model("模")
        .rt(record);
    let request = request(operation, Config::new()).unwrap();
    assert_eq!(
        request.uri(),
        "https://example.com/a%2Fb?value=v&a.b-c%20d%2Fe=%26&%E6%A8%A1%E5%9E%8B=%E6%A8%A1"
    );
    assert_eq!(
        request.body().as_ref(),
        br#"{"name":"n","rt":{"quote\" slash\\ brace{ newline":"x"}}"#
    );
}

/// Programs rely on these traits.
#[test]
fn types_implement_what_programs_need() {
    fn is<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<Error>();
    is::<minimal::Ping>();
    is::<minimal::Config>();
    is::<Reply<minimal::Pong>>();
    is::<Timestamp>();
    assert_eq!(minimal::Minimal::INFO.name, "Minimal");
}

#[test]
fn facts_of_services_reach_the_runtime() {
    let info = environment::Environment::INFO;
    assert_eq!(
        info.max_attempts_env,
        ["EXAMPLE_MAX_ATTEMPTS", "EXAMPLE_ATTEMPTS"]
    );
    assert_eq!(info.retry_mode_env, ["EXAMPLE_RETRY_MODE"]);
    assert_eq!(info.aws_service_id, Some("Example Things"));
    let not_read = info.not_read.iter().map(|each| (each.name, each.feature));
    let expected = [
        ("EXAMPLE_PROFILE", Some("aws-credentials")),
        ("~/.example/config", None),
        (".env", None),
    ];
    assert_eq!(not_read.collect::<Vec<_>>(), expected);
    assert!(info.success_codes.is_empty());
    assert_eq!(errors::Errors::INFO.success_codes, ["0", "OK"]);
    assert_eq!(minimal::Minimal::INFO.success_codes, ["0"]);
}

#[test]
fn long_texts_with_control_characters_are_shown_on_one_short_line() {
    let long = "x".repeat(70_000);
    let bodies = [
        format!(r#"{{"meta":{{"error":{{"code":"{long}","message":"a\u001b[31m\n{long}"}}}}}}"#),
        format!(r#"{{"data":"{long}"}}"#),
        format!(r#"{{"data":{{"text":{{"{long}":1}}}}}}"#),
    ];
    for body in bodies {
        for status in [200, 500] {
            let display = reply(errors::Ask::new(), status, &body)
                .unwrap_err()
                .to_string();
            assert!(
                display.len() < 2_000 && !display.contains(['\n', '\u{1b}']),
                "{display:.200}"
            );
        }
    }
    let search = parameters::Search::new(long.as_str(), 1, "Big", [1]).words([long.as_str()]);
    for validate in [true, false] {
        let display = request(search.clone(), Config::new().validate(validate))
            .unwrap_err()
            .to_string();
        assert!(display.len() < 2_000, "{display:.200}");
    }
}

#[test]
fn doubled_members_are_refused() {
    let bodies = [
        r#"{"meta":{},"meta":{"error":{"code":"Denied"}},"data":{}}"#,
        r#"{"data":null,"data":{}}"#,
        r#"{"data":{},"data":{}}"#,
        r#"{"data":{"text":"a","text":"b"}}"#,
    ];
    for body in bodies {
        assert!(reply(errors::Ask::new(), 200, body).is_err(), "{body}");
    }
}
