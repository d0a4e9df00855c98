use super::*;

fn read(variables: &[(&str, &str)]) -> ProxyConfig {
    ProxyConfig::read(&Environment::from_pairs(variables))
}

fn proxy(config: &ProxyConfig, uri: &str) -> String {
    match config.for_uri(&uri.parse().unwrap()) {
        Ok(Some(proxy)) => proxy.to_string(),
        Ok(None) => "direct".to_owned(),
        Err(problem) => problem,
    }
}

#[test]
fn passwords_and_logins_are_secrets() {
    let config = read(&[
        ("http_proxy", "http://user:first-password@a:1"),
        ("https_proxy", "http://user:pass%40word@b:2"),
    ]);
    let mut secrets = Vec::new();
    config.for_each(&mut |hidden| match hidden {
        Hidden::Secret(secret) => secrets.push(secret.to_owned()),
        Hidden::Added(_) => panic!("proxies are no part of requests"),
    });
    let login = |login: &str| STANDARD.encode(login);
    assert_eq!(
        secrets,
        [
            "first-password".to_owned(),
            login("user:first-password"),
            "pass@word".to_owned(),
            login("user:pass@word"),
        ]
    );
    let key = ProxyConfig::new("http://key-canary@proxy").unwrap();
    let mut secrets = Vec::new();
    key.for_each(&mut |hidden| match hidden {
        Hidden::Secret(secret) => secrets.push(secret.to_owned()),
        Hidden::Added(_) => panic!("proxies are no part of requests"),
    });
    assert!(secrets.contains(&"key-canary".to_owned()), "{secrets:?}");
}

#[test]
fn hosts_without_a_proxy_are_found_as_curl_does() {
    let rows = [
        ("amazonaws.com", "bedrock.us-east-1.amazonaws.com", true),
        (".amazonaws.com", "bedrock.us-east-1.amazonaws.com", true),
        ("AmazonAWS.com", "bedrock.us-east-1.amazonaws.com", true),
        (
            "east-1.amazonaws.com",
            "bedrock.us-east-1.amazonaws.com",
            false,
        ),
        ("amazonaws.com", "amazonaws.com", true),
        (".amazonaws.com", "amazonaws.com", true),
        ("amazonaws.com.", "AmazonAWS.com", true),
        ("amazonaws.com", "amazonaws.com.", true),
        ("amazonaws.com", "notamazonaws.com", false),
        ("amazonaws.com", "amazonaws.com.cn", false),
        ("a.com, example.com", "example.com", true),
        ("a.com,example.com", "example.com", true),
        ("a.com example.com", "example.com", true),
        ("a.com,\texample.com,,", "example.com", true),
        ("*", "example.com", true),
        (" * ", "example.com", true),
        ("*", "10.1.2.3", true),
        ("*", "[2001:db8::1]", true),
        ("a.com,*", "example.com", false),
        ("*.example.com", "www.example.com", false),
        ("", "example.com", false),
        (",", "example.com", false),
        (".", "example.com", false),
        ("com", "example.com", true),
        ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.30", false),
        ("1.2.3", "10.1.2.3", false),
        ("10.0.0.0/8", "10.1.2.3", true),
        ("10.0.0.0/8", "11.1.2.3", false),
        ("10.1.2.2/31", "10.1.2.3", true),
        ("10.1.2.3/32", "10.1.2.3", true),
        ("10.1.2.3/33", "10.1.2.3", false),
        ("10.1.2.3/0", "10.1.2.3", true),
        ("10.1.2.3/0", "10.1.2.4", false),
        ("10.1.2.3/abc", "10.1.2.3", false),
        ("10.1.2.3/", "10.1.2.3", false),
        ("2001:db8::/32", "[2001:db8::1]", true),
        ("[2001:db8::1]", "[2001:db8::1]", true),
        ("2001:db8::1", "[2001:db8:0::1]", true),
        ("2001:db8::/32", "[2001:db9::1]", false),
        ("10.0.0.0/8", "[2001:db8::1]", false),
        ("10.0.0.0/8", "example.com", false),
    ];
    for (hosts, host, expected) in rows {
        let matches = NoProxy(hosts.to_owned()).matches(host);
        assert_eq!(matches, expected, "{hosts:?} {host}");
    }
}

#[test]
fn variables_apply_by_scheme() {
    let config = read(&[
        ("http_proxy", "http://lower:1"),
        ("HTTP_PROXY", "http://upper:1"),
        ("HTTPS_PROXY", "secure:2"),
        ("all_proxy", "http://all:3"),
        ("NO_PROXY", "direct.example.com"),
    ]);
    assert_eq!(proxy(&config, "http://example.com"), "http://lower:1");
    assert_eq!(proxy(&config, "https://example.com"), "http://secure:2");
    assert_eq!(proxy(&config, "https://direct.example.com"), "direct");
    let empty = read(&[
        ("https_proxy", "http://proxy:1"),
        ("no_proxy", ""),
        ("NO_PROXY", "direct.example.com"),
    ]);
    assert_eq!(proxy(&empty, "https://direct.example.com"), "direct");
    assert_eq!(proxy(&config, "https://localhost:9"), "direct");
    assert_eq!(proxy(&config, "http://127.8.9.10"), "direct");
    let all = read(&[("ALL_PROXY", "https://all"), ("HTTPS_PROXY", "")]);
    assert_eq!(proxy(&all, "https://example.com"), "https://all:443");
    assert_eq!(proxy(&all, "http://example.com"), "https://all:443");
    assert_eq!(proxy(&read(&[]), "https://example.com"), "direct");
}

#[test]
fn only_http_proxy_in_capitals_is_unsafe_under_cgi() {
    let variables = [
        ("REQUEST_METHOD", "GET"),
        ("HTTP_PROXY", "http://caller:1"),
        ("HTTPS_PROXY", "http://secure:2"),
    ];
    let config = ProxyConfig::read_on(&Environment::from_pairs(&variables), false);
    assert_eq!(proxy(&config, "http://example.com"), "direct");
    assert_eq!(proxy(&config, "https://example.com"), "http://secure:2");
    let own = [("REQUEST_METHOD", "GET"), ("http_proxy", "http://own:1")];
    let lower = ProxyConfig::read_on(&Environment::from_pairs(&own), false);
    assert_eq!(proxy(&lower, "http://example.com"), "http://own:1");
    // Where the two are the same variable, neither is read.
    for name in ["HTTP_PROXY", "http_proxy"] {
        let variables = [
            ("REQUEST_METHOD", "GET"),
            (name, "http://caller:1"),
            ("HTTPS_PROXY", "http://secure:2"),
        ];
        let windows = ProxyConfig::read_on(&Environment::from_pairs(&variables), true);
        assert_eq!(proxy(&windows, "http://example.com"), "direct");
        assert_eq!(proxy(&windows, "https://example.com"), "http://secure:2");
    }
}

#[test]
fn variables_that_cannot_be_used_are_named_without_their_value() {
    for value in [
        "http://canary:3128\n",
        "http://canary :3128",
        " ",
        "[bad",
        "http://[canary",
        "http://canary:0",
        "http://canary:99999",
        "http://canary:port",
        "http://",
        "http://@",
        "http://user:canary@",
        "http://user:pa/canary@127.0.0.1:3129",
        "http://user:pa?canary@127.0.0.1:3129",
        "http://user:pa#canary@127.0.0.1:3129",
        "socks5://user:canary@127.0.0.1:1080",
        "http://user:%ffcanary@127.0.0.1:3129",
        "http://can\u{e4}ry:3128",
    ] {
        let config = read(&[("HTTPS_PROXY", value)]);
        let problem = proxy(&config, "https://example.com");
        assert!(problem.contains("HTTPS_PROXY"), "{value:?}: {problem}");
        assert!(!problem.contains("canary"), "{value:?}: {problem}");
        assert!(!format!("{config:?}").contains("canary"), "{value:?}");
        // Requests that do not need it are not affected.
        assert_eq!(proxy(&config, "http://example.com"), "direct");
    }
}

#[test]
fn logins_are_decoded_and_never_shown() {
    for (url, authorization) in [
        ("http://user:pa%40ss@proxy:1", "Basic dXNlcjpwYUBzcw=="),
        ("http://user:pa@ss@proxy:1", "Basic dXNlcjpwYUBzcw=="),
        ("http://user@proxy:1", "Basic dXNlcjo="),
        ("user:pa:ss@proxy:1", "Basic dXNlcjpwYTpzcw=="),
    ] {
        let config = ProxyConfig::new(url).unwrap();
        let uri = "https://example.com".parse().unwrap();
        let proxy = config.for_uri(&uri).unwrap().unwrap();
        assert_eq!(proxy.to_string(), "http://proxy:1");
        assert_eq!(proxy.authorization().unwrap(), authorization);
        let shown = format!("{config:?} {config:#?} {proxy:?}");
        for part in ["pa@", "pa%", "ss", "user", "dXNlc"] {
            assert!(!shown.contains(part), "{shown}");
        }
    }
    let bare = ProxyConfig::new("http://[::1]:3128/").unwrap();
    let uri = "https://example.com".parse().unwrap();
    let proxy = bare.for_uri(&uri).unwrap().unwrap();
    assert_eq!(proxy.authority(), "[::1]:3128");
    assert!(proxy.authorization().is_none());
}
