//! Requests that are rejected before they are sent.

use super::*;

#[test]
fn nothing_is_sent_without_credentials() {
    let config = aws_bedrock::Config::new().region("us-east-1");
    let error = failed(config.call(list()).unwrap().step(Event::Start, at(START)));
    assert_eq!(error.kind(), ErrorKind::Credentials);
    for variable in ["AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID"] {
        assert!(error.to_string().contains(variable), "{error}");
    }
}

#[test]
fn unusable_credentials_are_refused_without_being_shown() {
    let key = |id: &str, secret: &str| Credentials::access_key(id, secret);
    for (credentials, named) in [
        (key("", "s"), "access key ID"),
        (key(" \t", "s"), "access key ID"),
        (key("canary\n", "s"), "access key ID"),
        (key("can\nary", "s"), "access key ID"),
        (key("i", ""), "secret access key"),
        (key("i", "  "), "secret access key"),
        (key("i", "canary\n"), "secret access key"),
        (key("i", "canary\r"), "secret access key"),
        (key("i", "can\tary"), "secret access key"),
        (key("i", "s").session_token(""), "session token"),
        (key("i", "s").session_token("canary\n"), "session token"),
        (Credentials::bearer_token(""), "bearer token"),
        (Credentials::bearer_token("canary\r\nx: y"), "bearer token"),
    ] {
        let error = config().credentials(credentials).call(list()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        let text = format!("{error} {error:?}");
        assert!(text.contains(named) && !text.contains("canary"), "{text}");
    }
    for token in ["", "canary\n", "\u{7f}canary"] {
        let config = huawei_fabric::Config::new()
            .region("cn-north-4")
            .credentials(Credentials::auth_token(token));
        let error = config
            .call(huawei_fabric::ListModels::new("w"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn credentials_of_another_kind_are_refused() {
    let token = Credentials::bearer_token("canary");
    let ark = volcengine_ark::Config::new().credentials(token);
    let error = ark
        .call(volcengine_ark::ListCustomModels::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    // The credentials of a provider are known only later, but lead to the same error.
    let unused = || async { Err::<Credentials, _>("never asked".into()) };
    let ark = volcengine_ark::Config::new().credentials_provider(unused);
    let mut call = ark.call(volcengine_ark::ListCustomModels::new()).unwrap();
    call.step(Event::Start, at(START));
    let token = Credentials::bearer_token("canary");
    let error = failed(call.step(Event::Credentials(Ok(token)), at(START)));
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!error.is_retryable() && !error.was_sent());
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn invalid_endpoints_are_configuration_errors() {
    let refused = |config: aws_bedrock::Config| {
        let error = config.call(list()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    for endpoint in [
        "",
        "https://",
        "https:///path",
        "example.com",
        "https://a.example.com,https://b.example.com",
        "https://example.com:99999",
        "https://example.com:",
        "https://example.com:0",
        "https://exa mple.com",
        "https://[::1",
        "https://example.com/\u{e9}",
        "ftp://example.com",
        "https://user:canary@example.com",
        "https://example.com?canary",
        "https://example.com#canary",
    ] {
        let text = refused(config().endpoint(endpoint));
        assert!(!text.contains("canary"), "{endpoint}: {text}");
    }
    for endpoint in [
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://[::2]",
    ] {
        let text = refused(config().endpoint(endpoint));
        assert!(text.contains("allow_http"), "{endpoint}: {text}");
        let allowed = config().endpoint(endpoint).allow_http(true);
        allowed.call(list()).unwrap();
    }
    for region in [
        "",
        "a/b",
        "a.example.com",
        "-a",
        "a-",
        "a b",
        "模",
        &"a".repeat(64),
    ] {
        refused(config().region(region));
    }
    config().region("a".repeat(63)).call(list()).unwrap();
    for endpoint in [
        "http://localhost:1",
        "http://127.1.2.3",
        "http://[::1]:8080/base/",
        "https://example.com:8443/base",
        "https://example.com:65535",
    ] {
        config().endpoint(endpoint).call(list()).unwrap();
    }
}

#[test]
fn projects_are_checked() {
    // This service has no projects.
    let error = config().project_id("p").call(list()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let models = || huawei_fabric::ListModels::new("w");
    for project in ["", " \t", "canary\n", "canary\u{e9}"] {
        let error = config().project_id(project).call(models()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{project:?}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    let request = first_request(&config().project_id("p-1"), models());
    assert_eq!(text(&request, "x-project-id"), "p-1");
    assert!(text(&request, "authorization").contains("x-project-id"));
}

#[test]
fn the_host_header_omits_the_default_port() {
    let host = |endpoint: &str| {
        let config = config().endpoint(endpoint).allow_http(true);
        text(&first_request(&config, list()), "host").to_owned()
    };
    assert_eq!(host("https://example.com:443"), "example.com");
    assert_eq!(host("http://example.com:80/"), "example.com");
    assert_eq!(host("http://example.com:443"), "example.com:443");
    assert_eq!(host("https://example.com:80"), "example.com:80");
    assert_eq!(host("http://[::1]:8080"), "[::1]:8080");
}

#[test]
fn signatures_with_a_region_need_one() {
    let config = || aws_bedrock::Config::new().endpoint("http://127.0.0.1:1");
    let provider = || async { Ok(Credentials::access_key("id", "secret")) };
    for config in [
        config().credentials(Credentials::access_key("id", "secret")),
        // A provider may return an access key.
        config().credentials_provider(provider),
        aws_bedrock::Config::new().credentials_provider(provider),
    ] {
        let error = config.call(list()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("AWS_REGION"), "{error}");
        // Building a client reports the error early.
        let error = aws_bedrock::Client::new(config.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let error = aws_bedrock::blocking::Client::new(config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    // A token does not need a region.
    let token = Credentials::bearer_token("token");
    config().credentials(token).call(list()).unwrap();
}
