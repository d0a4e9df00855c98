//! Headers, parameters and members that callers add to requests.

use super::*;

#[test]
fn query_parameters_can_be_added() {
    let options = CallOptions::new()
        .query("newFilter", "a b&c")
        .query("newFilter", "d");
    let mut call = config().call_with(list().max_results(5), &options).unwrap();
    let request = send(call.step(Event::Start, at(START)));
    assert_eq!(
        request.uri().query(),
        Some("maxResults=5&newFilter=a%20b%26c&newFilter=d")
    );
    let options = CallOptions::new().query("maxResults", "canary");
    let mut call = config().call_with(list().max_results(5), &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "maxResults");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[test]
fn body_members_can_be_added() {
    let ark = || volcengine_ark::ListCustomModels::new().page_size(5);
    let with = |options: &CallOptions| {
        let mut call = config().call_with(ark(), options).unwrap();
        call.step(Event::Start, at(START))
    };
    let options = CallOptions::new()
        .body_member("New", serde_json::json!({"A": [1]}))
        .body_member("More", "b");
    assert_eq!(
        send(with(&options)).body(),
        r#"{"PageSize":5,"New":{"A":[1]},"More":"b"}"#
    );
    let error = failed(with(&CallOptions::new().body_member("PageSize", 6)));
    assert_eq!(error.violations()[0].field, "PageSize");
    // A request without a body has no members to add to.
    let options = CallOptions::new().body_member("New", "canary");
    let mut call = config().call_with(list(), &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "New");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

/// Checks that headers of a configuration and of a call are sent and signed.
fn signs_added_headers<O: Operation>(spec: &str, operation: O) {
    let config = config::<O::Service>().header("X-Team", "  models  and more ");
    let options = CallOptions::new().header("x-ticket", "T-1");
    let mut call = config.call_with(operation, &options).unwrap();
    let request = send(call.step(Event::Start, at(START)));
    for name in ["x-team", "x-ticket"] {
        assert!(request.headers()[name].is_sensitive(), "{spec}: {name}");
    }
    assert_eq!(text(&request, "x-ticket"), "T-1");
    let target = request.uri().path_and_query().unwrap().as_str();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = request.body().clone();
    let received =
        cloud_models_tests::server::Request::new(request.method().as_str(), target, headers, body);
    let key = Credentials::access_key("AKIDEXAMPLE", "secret");
    judge(spec, &received, &key, at(START).time).unwrap();
    let signed = signed_headers(&received);
    for name in ["x-team", "x-ticket"] {
        assert!(
            signed.iter().any(|other| other == name),
            "{spec}: {signed:?}"
        );
    }
}

#[test]
fn added_headers_are_signed() {
    signs_added_headers("aws-bedrock", list());
    signs_added_headers(
        "baidu-qianfan",
        baidu_qianfan::DescribeCustomModelSets::new(),
    );
    signs_added_headers("huawei-fabric", huawei_fabric::ListModels::new("w"));
    signs_added_headers("volcengine-ark", volcengine_ark::ListCustomModels::new());
    // Requests with a token are not signed.
    let token = Credentials::bearer_token("token");
    let config = config().credentials(token).header("x-team", "models");
    assert_eq!(text(&first_request(&config, list()), "x-team"), "models");
}

/// AWS refuses a request with an unsigned header `x-amz-…`.
#[test]
fn headers_of_an_operation_are_signed() {
    #[derive(Clone, Debug, Default)]
    struct Tagged {
        tag: Option<String>,
        body: Option<String>,
    }

    impl rt::Operation for Tagged {
        type Service = aws_bedrock::AwsBedrock;
        type Output = aws_bedrock::ListCustomModelsResponse;
        const NAME: &'static str = "Tagged";
        const HTTP: rt::Http = rt::Http::post("/tagged", &[]);
        const READ_ONLY: bool = true;
    }

    impl rt::Record for Tagged {
        fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
            to.header("x-amz-tag", &self.tag);
            to.body("body", &self.body);
        }

        fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
            to.member("x-amz-tag", &mut self.tag);
            to.member("body", &mut self.body);
        }
    }

    rt::input!(Tagged);

    let operation = Tagged {
        tag: Some("a".to_owned()),
        body: Some("b".to_owned()),
    };
    let request = first_request(&config(), operation);
    let authorization = text(&request, "authorization");
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-tag,"),
        "{authorization}"
    );
}

#[test]
fn headers_that_a_client_sets_itself_cannot_be_added() {
    for (name, value) in [
        ("Authorization", "canary"),
        ("HOST", "canary"),
        ("content-length", "1"),
        ("Content-Type", "canary"),
        ("transfer-encoding", "chunked"),
        ("accept-encoding", "gzip"),
        ("user-agent", "canary"),
        ("connection", "close"),
        ("x-amz-date", "canary"),
        ("X-Amz-Security-Token", "canary"),
        ("x-sdk-date", "canary"),
        // Invalid names and values of headers.
        ("", "canary"),
        ("x team", "canary"),
        ("x-team:", "canary"),
        ("x-team", "canary\r\nx-evil: 1"),
        ("x-team", "canary\u{e9}"),
    ] {
        let error = config().header(name, value).call(list()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        let options = CallOptions::new().header(name, value);
        let mut call = config().call_with(list(), &options).unwrap();
        let error = failed(call.step(Event::Start, at(START)));
        assert_eq!(error.violations()[0].field, name);
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    // Headers reserved for one service are allowed for others.
    for (name, is_huawei) in [
        ("X-Auth-Token", true),
        ("x-project-id", true),
        ("x-other", false),
    ] {
        let huawei = config()
            .header(name, "a")
            .call(huawei_fabric::ListModels::new("w"));
        assert_eq!(huawei.is_err(), is_huawei, "{name}");
        config().header(name, "a").call(list()).unwrap();
    }
}

#[test]
fn a_header_cannot_be_added_twice() {
    let twice = config()
        .header("x-team", "canary1")
        .header("X-Team", "canary2");
    let error = twice.call(list()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    let once = || config().header("x-team", "canary1");
    let options = CallOptions::new().header("X-Team", "canary2");
    let mut call = once().call_with(list(), &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "x-team");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    // The same applies to headers that are parameters of the operation.
    let traced = write().x_trace("c0ffee");
    let options = CallOptions::new().header("x-trace", "canary");
    let mut call = write_config().call_with(traced, &options).unwrap();
    let error = failed(call.step(Event::Start, at(START)));
    assert_eq!(error.violations()[0].field, "x-trace");
}

#[test]
fn added_values_are_never_shown() {
    let config = config::<aws_bedrock::AwsBedrock>().header("x-team", "canary-team");
    let options = CallOptions::new()
        .header("x-ticket", "canary-ticket")
        .query("filter", "canary-filter");
    assert!(!format!("{config:?} {options:?}").contains("canary"));
    assert!(format!("{config:?}").contains("x-team"));
    assert!(format!("{options:?}").contains("x-ticket"));
    // They are hidden even if the service sends them back.
    let mut call = config.call_with(list(), &options).unwrap();
    send(call.step(Event::Start, at(START)));
    let echo = r#"{"__type": "Odd", "message": "x-team:canary-team x-ticket:canary-ticket filter=canary-filter"}"#;
    let error = failed(call.step(response(400, &[], echo), at(START)));
    assert!(
        !format!("{error} {error:?}").contains("canary"),
        "{error:?}"
    );
    assert_eq!(error.code(), Some("Odd"));
    let options = CallOptions::new().body_member("New", "canary-member");
    assert!(!format!("{options:?}").contains("canary"));
    let ark = volcengine_ark::ListCustomModels::new().page_size(5);
    let mut call = self::config().call_with(ark, &options).unwrap();
    send(call.step(Event::Start, at(START)));
    let echo =
        r#"{"ResponseMetadata": {"Error": {"Code": "Odd", "Message": "New is canary-member"}}}"#;
    let error = failed(call.step(response(400, &[], echo), at(START)));
    assert!(
        !format!("{error} {error:?}").contains("canary"),
        "{error:?}"
    );
    assert_eq!(error.message(), Some("New is ***"));
}

#[test]
fn requests_name_the_program() {
    let agent = |config: aws_bedrock::Config| {
        let request = config
            .call(list())
            .map(|mut call| call.step(Event::Start, at(START)));
        request.map(|step| text(&send(step), "user-agent").to_owned())
    };
    let own = concat!("cloud-models/", env!("CARGO_PKG_VERSION"));
    assert_eq!(agent(config()).unwrap(), own);
    assert_eq!(
        agent(config().user_agent("my-tool/1.2")).unwrap(),
        format!("my-tool/1.2 {own}")
    );
    let error = agent(config().user_agent("my\ntool")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn secret_headers_are_marked() {
    let sensitive = |request: &Request<Bytes>| {
        let headers = request.headers().iter();
        let mut names: Vec<_> = headers
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.as_str().to_owned())
            .collect();
        names.sort();
        names
    };
    let key = || Credentials::access_key("id", "secret").session_token("token");
    let aws = first_request(&config().credentials(key()), list());
    assert_eq!(
        sensitive(&aws),
        ["authorization", "x-amz-date", "x-amz-security-token"]
    );
    let bearer = Credentials::bearer_token("token");
    let aws = first_request(&config().credentials(bearer), list());
    assert_eq!(sensitive(&aws), ["authorization"]);
    let token = Credentials::auth_token("token");
    let huawei = config().credentials(token).project_id("p");
    let huawei = first_request(&huawei, huawei_fabric::ListModels::new("w"));
    assert_eq!(sensitive(&huawei), ["x-auth-token", "x-project-id"]);
    // The code that writes a header does not know whether it is secret, so all header parameters are marked.
    let traced = first_request(&write_config(), write().x_trace("c0ffee"));
    assert_eq!(sensitive(&traced), ["x-token", "x-trace"]);
}
