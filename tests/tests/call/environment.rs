//! Environment variables, which need separate processes.

use super::*;

/// Variable that is set in the processes started by [`run_with`].
const CHILD: &str = "CLOUD_MODELS_TEST_CHILD";

/// Runs `child` in a process with only these variables, by starting this test again.
fn run_with(test: &str, child: fn(), variables: &[(&str, &str)]) {
    if std::env::var_os(CHILD).is_some() {
        return child();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = format!("environment::{test}");
    command.args(["--exact", &test]).env_clear().env(CHILD, "1");
    for name in ["PATH", "LD_LIBRARY_PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{output:?}"
    );
}

/// Returns all variables that services read.
fn all_variables() -> Vec<&'static str> {
    let services = [
        aws_bedrock::AwsBedrock::INFO,
        baidu_qianfan::BaiduQianfan::INFO,
        huawei_fabric::HuaweiFabric::INFO,
        volcengine_ark::VolcengineArk::INFO,
    ];
    let mut names = vec![
        "HUAWEICLOUD_SDK_REGION_DATAARTSFABRIC_CN_NORTH_4",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
    ];
    for service in services {
        let lists = [
            service.region_env,
            service.endpoint_env,
            service.ignore_endpoint_env,
            service.fips_env,
            service.dual_stack_env,
            service.project_env,
            service.max_attempts_env,
            service.retry_mode_env,
        ];
        names.extend(lists.concat());
        for scheme in service.auth {
            use cloud_models_runtime::codegen::Scheme;
            match scheme {
                Scheme::AwsSigV4 { keys, .. }
                | Scheme::VolcengineHmac { keys, .. }
                | Scheme::BaiduBceV1(keys)
                | Scheme::HuaweiSdkHmac(keys) => {
                    names.extend([keys.access_key, keys.secret_key, keys.session_token].concat());
                }
                Scheme::Bearer { token } | Scheme::Token { token, .. } => names.extend(*token),
                _ => panic!("an unknown scheme"),
            }
        }
    }
    assert!(names.len() > 30, "{names:?}");
    names.retain(|name| !name.contains('{'));
    names
}

#[test]
fn an_explicit_configuration_reads_no_variables() {
    let names = all_variables();
    let variables: Vec<_> = names
        .iter()
        .map(|name| (*name, "not a valid value @"))
        .collect();
    run_with(
        "an_explicit_configuration_reads_no_variables",
        child_with_explicit_configuration,
        &variables,
    );
}

fn child_with_explicit_configuration() {
    aws_bedrock::Config::from_env().unwrap_err();
    let aws = config::<aws_bedrock::AwsBedrock>();
    aws_bedrock::Client::new(aws.clone()).unwrap();
    aws_bedrock::blocking::Client::new(aws.clone()).unwrap();
    let request = first_request(&aws, list());
    assert_eq!(
        text(&request, "host"),
        "bedrock.cn-north-4.amazonaws.com.cn"
    );
    let mut call = sent(&aws, list());
    sleep(call.step(response(503, &[], ""), at(START)));
    let huawei = config::<huawei_fabric::HuaweiFabric>();
    let request = first_request(&huawei, huawei_fabric::ListModels::new("w"));
    assert_eq!(
        text(&request, "host"),
        "fabric.cn-north-4.myhuaweicloud.com"
    );
    assert!(!request.headers().contains_key("x-project-id"));
    huawei_fabric::Client::new(huawei).unwrap();
    baidu_qianfan::Client::new(config()).unwrap();
    volcengine_ark::blocking::Client::new(config()).unwrap();
    // Credentials are not read either.
    let error = aws_bedrock::Client::new(Config::new().region("us-east-1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[test]
fn blank_variables_count_as_unset() {
    for blank in ["", " ", "\t \n"] {
        let mut names = all_variables();
        // A blank proxy variable is an error, because it was probably meant to contain a proxy.
        names.retain(|name| !name.ends_with("_PROXY") || blank.is_empty());
        let variables: Vec<_> = names.iter().map(|name| (*name, blank)).collect();
        run_with(
            "blank_variables_count_as_unset",
            child_with_blank_variables,
            &variables,
        );
    }
}

fn child_with_blank_variables() {
    fn is_unset<O: Operation>(operation: O) {
        let config = Config::<O::Service>::from_env().unwrap();
        let error = Client::new(config.clone().region("cn-north-4")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
        let mut call = config.region("cn-north-4").call(operation).unwrap();
        let error = failed(call.step(Event::Start, at(START)));
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    is_unset(list());
    is_unset(baidu_qianfan::DescribeCustomModelSets::new());
    is_unset(huawei_fabric::ListModels::new("w"));
    is_unset(volcengine_ark::ListCustomModels::new());
    let key = Credentials::access_key("id", "secret");
    let config = aws_bedrock::Config::from_env().unwrap().credentials(key);
    assert_eq!(config.call(list()).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_blank_variable_does_not_hide_the_next_one() {
    run_with(
        "a_blank_variable_does_not_hide_the_next_one",
        child_with_blank_first_variables,
        &[
            ("AWS_REGION", " "),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_USE_FIPS_ENDPOINT", " "),
            ("AWS_ENDPOINT_URL_BEDROCK", " "),
            ("AWS_ENDPOINT_URL", "https://aws.example.com"),
            ("AWS_BEARER_TOKEN_BEDROCK", "  "),
            ("AWS_ACCESS_KEY_ID", "aws-id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", " "),
            ("QIANFAN_CONSOLE_API_BASE_URL", "\t"),
            ("QIANFAN_CONSOLE_BASE_URL", "https://baidu.example.com"),
            ("QIANFAN_ACCESS_KEY", "baidu-id"),
            ("QIANFAN_SECRET_KEY", "secret"),
            ("HUAWEICLOUD_SDK_REGION_DATAARTSFABRIC_CN_NORTH_4", " "),
            ("HUAWEICLOUD_SDK_PROJECT_ID", " "),
            ("HUAWEICLOUD_SDK_AK", "huawei-id"),
            ("HUAWEICLOUD_SDK_SK", "secret"),
            ("HUAWEICLOUD_SDK_SECURITY_TOKEN", " "),
            ("VOLCENGINE_ACCESS_KEY", " "),
            ("VOLCSTACK_ACCESS_KEY_ID", " "),
            ("VOLCSTACK_ACCESS_KEY", "ark-id"),
            ("VOLCSTACK_SECRET_ACCESS_KEY", "\n"),
            ("VOLCSTACK_SECRET_KEY", "secret"),
            ("VOLCSTACK_SESSION_TOKEN", " "),
            ("VOLCSTACK_REGION", " "),
        ],
    );
}

fn child_with_blank_first_variables() {
    fn request<O: Operation>(operation: O) -> Request<Bytes> {
        let mut config = Config::<O::Service>::from_env().unwrap();
        if O::Service::INFO.name.contains("Huawei") {
            config = config.region("cn-north-4");
        }
        first_request(&config, operation)
    }
    let is_signed_by = |request: &Request<Bytes>, parts: &[&str]| {
        for part in parts {
            let authorization = text(request, "authorization");
            assert!(authorization.contains(part), "{part} in {authorization}");
        }
        let tokens = [
            "x-amz-security-token",
            "x-bce-security-token",
            "x-security-token",
        ];
        assert!(
            tokens
                .iter()
                .all(|name| !request.headers().contains_key(*name))
        );
    };
    let aws = request(list());
    is_signed_by(&aws, &["Credential=aws-id/", "/eu-west-1/"]);
    assert_eq!(text(&aws, "host"), "aws.example.com");
    let baidu = request(baidu_qianfan::DescribeCustomModelSets::new());
    is_signed_by(&baidu, &["/baidu-id/"]);
    assert_eq!(text(&baidu, "host"), "baidu.example.com");
    let huawei = request(huawei_fabric::ListModels::new("w"));
    is_signed_by(&huawei, &["Access=huawei-id,"]);
    assert_eq!(text(&huawei, "host"), "fabric.cn-north-4.myhuaweicloud.com");
    assert!(!huawei.headers().contains_key("x-project-id"));
    let ark = request(volcengine_ark::ListCustomModels::new());
    is_signed_by(&ark, &["Credential=ark-id/", "/cn-beijing/"]);
}

#[test]
fn the_older_variables_of_volcengine_are_read_after_the_others() {
    let old = [
        ("VOLC_ACCESSKEY", "old-id"),
        ("VOLC_SECRETKEY", "old-secret"),
        ("VOLC_SESSIONTOKEN", "old-token"),
        ("EXPECTED", "old-id old-token"),
    ];
    run_with(
        "the_older_variables_of_volcengine_are_read_after_the_others",
        child_with_volcengine_variables,
        &old,
    );
    for (id, secret) in [
        ("VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY"),
        ("VOLCSTACK_ACCESS_KEY_ID", "VOLCSTACK_SECRET_ACCESS_KEY"),
    ] {
        // A token is never combined with the key of another set.
        let mut both = old.to_vec();
        both.retain(|(name, _)| *name != "EXPECTED");
        both.extend([
            (id, "new-id"),
            (secret, "secret"),
            ("EXPECTED", "new-id none"),
        ]);
        run_with(
            "the_older_variables_of_volcengine_are_read_after_the_others",
            child_with_volcengine_variables,
            &both,
        );
    }
}

fn child_with_volcengine_variables() {
    let expected = std::env::var("EXPECTED").unwrap();
    let (id, token) = expected.split_once(' ').unwrap();
    let config = volcengine_ark::Config::from_env().unwrap();
    let request = first_request(&config, volcengine_ark::ListCustomModels::new());
    let authorization = text(&request, "authorization");
    assert!(
        authorization.contains(&format!("Credential={id}/")),
        "{authorization}"
    );
    let sent = request.headers().get("x-security-token");
    assert_eq!(sent.map_or("none", |value| value.to_str().unwrap()), token);
}

#[test]
fn sources_that_are_not_read_are_named_with_what_reads_them() {
    for (variable, value) in [
        ("AWS_PROFILE", "dev"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token"),
    ] {
        let variables = [
            (variable, value),
            ("AWS_REGION", "us-east-1"),
            ("EXPECTED", variable),
        ];
        run_with(
            "sources_that_are_not_read_are_named_with_what_reads_them",
            child_without_credentials,
            &variables,
        );
    }
    // Without any of these sources, the message does not claim that profile files exist, but names the feature that
    // reads them.
    let variables = [("AWS_REGION", "us-east-1"), ("EXPECTED", "profiles")];
    run_with(
        "sources_that_are_not_read_are_named_with_what_reads_them",
        child_without_credentials,
        &variables,
    );
}

fn child_without_credentials() {
    let expected = std::env::var("EXPECTED").unwrap();
    let error = aws_bedrock::Client::from_env().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let text = error.to_string();
    for part in [&expected, "`aws-credentials`", "`cloud_models::aws`"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(text.contains("to use"), expected != "profiles", "{text}");
    // A file of another vendor is only mentioned if it exists.
    let error = volcengine_ark::Client::from_env().unwrap_err();
    assert!(!error.to_string().contains("~/.volc"), "{error}");
}

#[test]
fn the_number_of_attempts_is_read() {
    run_with(
        "the_number_of_attempts_is_read",
        child_with_attempts,
        &[("AWS_MAX_ATTEMPTS", "5"), ("AWS_RETRY_MODE", "standard")],
    );
}

#[test]
fn an_invalid_number_of_attempts_or_retry_mode_is_an_error() {
    for wrong in [("AWS_MAX_ATTEMPTS", "0"), ("AWS_RETRY_MODE", "adaptive")] {
        run_with(
            "an_invalid_number_of_attempts_or_retry_mode_is_an_error",
            child_with_invalid_attempts,
            &[wrong, ("EXPECTED", wrong.0)],
        );
    }
}

fn child_with_attempts() {
    let config = aws_bedrock::Config::from_env().unwrap();
    let config = config
        .region("us-east-1")
        .credentials(Credentials::access_key("id", "secret"));
    let failure = || response(503, &[], "");
    assert_eq!(fail(&config, list(), &failure), outcome(true, true, 5));
    let config = config.retry(RetryPolicy::standard());
    assert_eq!(fail(&config, list(), &failure), outcome(true, true, 3));
}

fn child_with_invalid_attempts() {
    let error = aws_bedrock::Config::from_env().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let variable = std::env::var("EXPECTED").unwrap();
    assert!(error.to_string().contains(&variable), "{error}");
}

#[test]
fn parameters_of_an_endpoint_are_read_and_yield_to_code() {
    fn child() {
        let config = tenants::Config::from_env().unwrap();
        let config = config.endpoint_parameter(tenants::EndpointParameter::StageName, "test");
        assert_eq!(
            base_of(&config),
            "https://contoso-test.eu-1.example.com/contoso"
        );
        let config = config.endpoint_parameter(tenants::EndpointParameter::Tenant, "other");
        assert_eq!(
            base_of(&config),
            "https://other-test.eu-1.example.com/other"
        );
    }
    let variables = [
        ("EXAMPLE_ACCOUNT", "contoso"),
        ("EXAMPLE_REGION", "eu-1"),
        ("EXAMPLE_TOKEN", "token"),
    ];
    let name = "parameters_of_an_endpoint_are_read_and_yield_to_code";
    run_with(name, child, &variables);
}

#[test]
fn a_bad_variable_of_an_endpoint_is_named() {
    fn child() {
        let config = tenants::Config::from_env().unwrap();
        let config = config
            .region("eu-1")
            .credentials(Credentials::anonymous())
            .endpoint_parameter(tenants::EndpointParameter::StageName, "test");
        let error = config.call(tenants::ListThings::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("EXAMPLE_TENANT"), "{error}");
        // What is set in code wins.
        let config = config.endpoint_parameter(tenants::EndpointParameter::Tenant, "a");
        config.call(tenants::ListThings::new()).unwrap();
    }
    // The first variable that is set wins, even if it is wrong.
    let variables = [("EXAMPLE_TENANT", "a.b"), ("EXAMPLE_ACCOUNT", "contoso")];
    run_with("a_bad_variable_of_an_endpoint_is_named", child, &variables);
}

/// Returns the URL of a request without the path of the operation.
fn base_of(config: &tenants::Config) -> String {
    let mut call = config.call(tenants::ListThings::new()).unwrap();
    match call.step(
        Event::Start,
        Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO),
    ) {
        Step::Send(request) => {
            let url = request.uri().to_string();
            url.strip_suffix("/things").unwrap().to_owned()
        }
        step => panic!("{step:?}"),
    }
}

#[test]
fn parameters_of_an_endpoint_are_labels_of_a_host() {
    use tenants::EndpointParameter::{StageName, Tenant};
    let config = || {
        tenants::Config::new()
            .region("eu-1")
            .credentials(Credentials::bearer_token("token"))
    };
    let error = |config: tenants::Config| {
        let error = config.call(tenants::ListThings::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    // One is missing.
    let problem = error(config().endpoint_parameter(StageName, "a"));
    assert!(problem.contains("tenant") && problem.contains("EXAMPLE_TENANT or EXAMPLE_ACCOUNT"));
    let problem = error(config().endpoint_parameter(Tenant, "a"));
    assert!(problem.contains("stage-name"), "{problem}");
    for value in [
        "",
        ".",
        "a.b",
        "a/b",
        "evil.example/",
        "a@b",
        "-a",
        "a:1",
        "{region}",
        "\u{e4}",
    ] {
        for parameter in [Tenant, StageName] {
            let config = config()
                .endpoint_parameter(Tenant, "a")
                .endpoint_parameter(StageName, "a")
                .endpoint_parameter(parameter, value);
            error(config);
        }
    }
    // Only one of them has fewer characters.
    error(
        config()
            .endpoint_parameter(Tenant, "A")
            .endpoint_parameter(StageName, "a"),
    );
    let given = config()
        .endpoint_parameter(Tenant, "a")
        .endpoint_parameter(StageName, "A-b");
    assert_eq!(base_of(&given), "https://a-A-b.eu-1.example.com/a");
    // An endpoint that is set needs none.
    let given = config().endpoint("https://example.org/x");
    assert_eq!(base_of(&given), "https://example.org/x");
}

#[test]
fn the_probe_takes_parameters_of_endpoints() {
    let ask = |parameters: Value| {
        let question = json!({
            "id": 1, "kind": "request", "spec": "tenants", "operation": "ListThings", "region": "eu-1",
            "parameters": parameters,
        });
        probe::answer_with(&question.to_string(), |question| {
            probe::one(question, tenants::ListThings::new())
        })
    };
    let answer = ask(json!({"tenant": "t", "stage-name": "s"}));
    assert_eq!(
        answer["request"]["url"],
        "https://t-s.eu-1.example.com/t/things"
    );
    assert_eq!(ask(json!({"tenant": "t"}))["error"]["kind"], "config");
    assert_eq!(
        ask(json!({"stage": "t"}))["error"]["kind"],
        "invalid-request"
    );
}
