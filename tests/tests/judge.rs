//! Tests of the judge of signatures, with requests that the vendors' official SDKs signed.

use std::time::{Duration, SystemTime};

use cloud_models::fake::Answer;
use cloud_models::{Credentials, ServiceErrorKind, Timestamp};
use cloud_models_tests::cases::{self, Case};
use cloud_models_tests::judge::{captured, clock, judge, signed_headers};
use cloud_models_tests::server::Request;

fn vectors() -> Vec<(Case, Request, Credentials)> {
    let cases = cases::read(&cases::package().join("vectors")).into_iter();
    let taken = cases.filter_map(|case| {
        let (request, credentials) = captured(&case)?;
        // Some HTTP stacks resolve dot segments after signing, and a path with them is the path of another resource.
        if case.name.contains("_dot") {
            return None;
        }
        let is_signed = !request.header("authorization")?.starts_with("Bearer");
        is_signed.then_some((case, request, credentials))
    });
    let taken: Vec<_> = taken.collect();
    assert!(taken.len() > 100);
    taken
}

fn flip(text: &mut String, at: usize) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

fn remade(request: &Request, target: &str, headers: &[(String, String)], body: &[u8]) -> Request {
    let headers = headers.iter().map(|(name, value)| (name, value));
    Request::new(&request.method, target, headers, body.to_vec())
}

/// Returns the kind of error with which a request is refused; `None` if it is accepted.
fn refusal(
    spec: &str,
    request: &Request,
    credentials: &Credentials,
    now: SystemTime,
) -> Option<ServiceErrorKind> {
    match judge(spec, request, credentials, now) {
        Ok(()) => None,
        Err(Answer::Error { kind, .. }) => kind,
        Err(answer) => panic!("{answer:?}"),
    }
}

/// Checks that a request is accepted at its own date.
fn verify(spec: &str, request: &Request, credentials: &Credentials) {
    let date = ["x-sdk-date", "x-bce-date"]
        .iter()
        .find_map(|name| request.header(name));
    let signed = request.header("authorization").unwrap().split('/').nth(2);
    let text: String = date
        .or(signed)
        .unwrap()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let [day, time] = [&text[..8], &text[8..]];
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &day[..4],
        &day[4..6],
        &day[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    let now = Timestamp::from(text).to_system_time().unwrap();
    judge(spec, request, credentials, now).unwrap();
}

#[test]
fn requests_of_the_official_sdks_verify() {
    let mut failed = Vec::new();
    for (case, request, key) in vectors() {
        if let Err(refusal) = judge(&case.spec, &request, &key, clock(&case)) {
            failed.push(format!("{}/{}: {refusal:?}", case.spec, case.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Returns the targets that differ from one in a single byte, or in a byte that is escaped or no longer escaped; each with
/// whether the signature notices.
fn changed_targets(spec: &str, target: &str) -> Vec<(String, bool)> {
    // Others decode paths before they sign them.
    let signs_raw_path = spec == "aws-bedrock";
    let query = target.find('?').unwrap_or(target.len());
    let mut changed = Vec::new();
    let mut at = 1;
    while let Some(&byte) = target.as_bytes().get(at) {
        let length = if byte == b'%' { 3 } else { 1 };
        let (before, rest) = target.split_at(at);
        let (now, after) = rest.split_at(length);
        let mut change = |to: &str, is_signed| {
            changed.push((format!("{before}{to}{after}"), is_signed));
        };
        let in_path = at < query;
        let is_raw = in_path && signs_raw_path;
        match (byte, now) {
            (b'%', _) => {
                change(if now == "%41" { "%42" } else { "%41" }, true);
                change("x", now != "%78");
                if now.to_ascii_lowercase() != now {
                    change(&now.to_ascii_lowercase(), is_raw);
                }
                if now == "%2F" && in_path {
                    change("/", is_raw);
                }
            }
            (b'/', _) if in_path => {
                change("%2F", is_raw);
                change("x", true);
            }
            // The beginning of the query.
            (b'?', _) => change("%3F", true),
            (b'&' | b'=', _) => {
                change(&format!("%{byte:02X}"), true);
                change("x", true);
            }
            (b'+', _) if !in_path => {
                change("%20", false);
                change("%2B", true);
            }
            _ => {
                change(if now == "x" { "y" } else { "x" }, true);
                change(&format!("%{byte:02X}"), is_raw);
            }
        }
        at += length;
    }
    changed
}

#[test]
fn any_change_is_noticed() {
    let mut tried = [0; 5];
    for (case, request, key) in vectors() {
        let (target, headers, body) = (&request.target, &request.headers, &request.body);
        let now = clock(&case);
        let refused = |request: &Request, key: &Credentials, what: &str| {
            assert_eq!(
                refusal(&case.spec, request, key, now),
                Some(ServiceErrorKind::Authentication),
                "{}: {what}",
                case.name
            );
        };

        // A change of any byte of the target.
        for (other, is_signed) in changed_targets(&case.spec, target) {
            let request = remade(&request, &other, headers, body);
            match is_signed {
                true => refused(&request, &key, &other),
                false => assert_eq!(refusal(&case.spec, &request, &key, now), None, "{other}"),
            }
            tried[if is_signed { 0 } else { 4 }] += 1;
        }
        let more = if target.contains('?') {
            "&more=1"
        } else {
            "?more=1"
        };
        refused(
            &remade(&request, &format!("{target}{more}"), headers, body),
            &key,
            more,
        );

        // A change of any signed header.
        let signed = signed_headers(&request);
        let default = [
            "host",
            "content-length",
            "content-type",
            "x-bce-date",
            "x-bce-security-token",
        ];
        for (index, (name, value)) in headers.iter().enumerate() {
            let is_signed =
                signed.contains(name) || signed.is_empty() && default.contains(&name.as_str());
            if !is_signed || value.is_empty() {
                continue;
            }
            let mut other = headers.clone();
            flip(&mut other[index].1, 0);
            refused(&remade(&request, target, &other, body), &key, name);
            let mut other = headers.clone();
            other.remove(index);
            refused(&remade(&request, target, &other, body), &key, name);
            let mut other = headers.clone();
            other.push(other[index].clone());
            refused(&remade(&request, target, &other, body), &key, name);
            tried[1] += 1;
        }

        // A change of the body, which Baidu does not sign.
        let mut other = body.to_vec();
        other.push(b'x');
        let other = remade(&request, target, headers, &other);
        assert_eq!(
            refusal(&case.spec, &other, &key, now).is_none(),
            case.spec == "baidu-qianfan",
            "{}",
            case.name
        );

        // Other credentials.
        let key_with = |id: &str, secret: &str, token: Option<&str>| {
            let key = Credentials::access_key(id, secret);
            match token {
                Some(token) => key.session_token(token),
                None => key,
            }
        };
        let given = &case.value["credentials"];
        let text = |names: [&str; 3]| names.into_iter().find_map(|name| given[name].as_str());
        let id = text(["access_key_id", "access_key", "ak"]).unwrap();
        let secret = text(["secret_access_key", "secret_key", "sk"]).unwrap();
        let token = text(["session_token", "security_token", "security_token"]);
        let mut other = secret.to_owned();
        flip(&mut other, 3);
        refused(&request, &key_with(id, &other, token), "secret");
        let mut other = id.to_owned();
        flip(&mut other, 3);
        refused(&request, &key_with(&other, secret, token), "access key");
        refused(&request, &key_with(id, secret, Some("other")), "token");
        if token.is_some() {
            refused(&request, &key_with(id, secret, None), "token");
            tried[2] += 1;
        }

        // A change of any character of the authorization.
        let index = headers
            .iter()
            .position(|(name, _)| name == "authorization")
            .unwrap();
        for at in 0..headers[index].1.len() {
            let mut other = headers.clone();
            flip(&mut other[index].1, at);
            refused(
                &remade(&request, target, &other, body),
                &key,
                &other[index].1,
            );
            tried[3] += 1;
        }
        let other = Request::new(
            "PUT",
            target,
            headers.iter().map(|(n, v)| (n, v)),
            body.clone(),
        );
        refused(&other, &key, "method");
    }
    assert!(tried.iter().all(|tried| *tried > 5), "{tried:?}");
}

/// Maximum difference between the date of a request and the time of the service.
fn tolerance(spec: &str) -> Duration {
    let minutes = match spec {
        "aws-bedrock" => 5,
        "baidu-qianfan" => 30,
        _ => 15,
    };
    Duration::from_secs(60 * minutes)
}

#[test]
fn clocks_are_judged_apart() {
    for (case, request, key) in vectors() {
        let (spec, name, then) = (&case.spec, &case.name, clock(&case));
        // Cases are dated to the second.
        let then = SystemTime::UNIX_EPOCH
            + Duration::from_secs(
                then.duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap()
                    .as_secs(),
            );
        let expiry = case.value["expiration_in_seconds"].as_u64();
        let tolerance = tolerance(spec);
        let late = expiry.map_or(tolerance, |expiry| {
            Duration::from_secs(expiry).min(tolerance)
        });
        let second = Duration::from_secs(1);
        for good in [then, then - tolerance, then + late] {
            assert_eq!(refusal(spec, &request, &key, good), None, "{name}");
        }
        for bad in [then - tolerance - second, then + late + second] {
            let kind = refusal(spec, &request, &key, bad);
            assert_eq!(kind, Some(ServiceErrorKind::ClockSkew), "{name}");
        }
        let other = Credentials::access_key("a", "b");
        let kind = refusal(spec, &request, &other, then + late + second);
        assert_eq!(kind, Some(ServiceErrorKind::Authentication), "{name}");
    }
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    let (case, request, key) = vectors().swap_remove(0);
    assert_eq!(case.spec, "aws-bedrock");
    for bad in [
        "20230229T000001Z",
        "20240101T240000Z",
        "20240101T000060Z",
        "20240101 000000Z",
        "2024-01-01T00:00:00Z",
        "20240100T000000Z",
        "20241301T000000Z",
        "20240101T000000",
        "20240101T000000z",
    ] {
        let mut headers = request.headers.clone();
        for (name, value) in &mut headers {
            if name == "x-amz-date" {
                bad.clone_into(value);
            }
        }
        let other = remade(&request, &request.target, &headers, &request.body);
        let answer = judge(&case.spec, &other, &key, clock(&case)).unwrap_err();
        let Answer::Error { message, .. } = answer else {
            panic!("{answer:?}");
        };
        assert!(message.unwrap().contains(bad));
    }
}

#[test]
fn what_must_be_signed_is_signed() {
    let mut seen = 0;
    for (case, request, key) in vectors() {
        let extra = match case.spec.as_str() {
            "aws-bedrock" => "x-amz-extra",
            "baidu-qianfan" => "x-bce-extra",
            _ => "x-security-token",
        };
        if request.header(extra).is_some() {
            continue;
        }
        seen += 1;
        let mut headers = request.headers.clone();
        headers.push((extra.to_owned(), "a".to_owned()));
        let other = remade(&request, &request.target, &headers, &request.body);
        assert_eq!(
            refusal(&case.spec, &other, &key, clock(&case)),
            Some(ServiceErrorKind::Authentication),
            "{}",
            case.name
        );
    }
    assert!(seen > 100);
}

#[test]
fn published_examples() {
    let h = "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-sdk-date, Signature=";
    let key = Credentials::access_key("AccessKey", "SecretKey");
    for (method, body, sign) in [
        (
            "GET",
            "",
            "cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842",
        ),
        (
            "POST",
            r#"{"name":"test","id":1}"#,
            "436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f",
        ),
    ] {
        let request = Request::new(
            method,
            "/resources?size=1",
            [
                ("host", "service.endpoint.myhuaweicloud.com"),
                ("X-Sdk-Date", "20200608T023900Z"),
                ("TEST_UNDERSCORE", "TEST_VALUE"),
                ("Authorization", &format!("{h}{sign}")),
            ],
            body,
        );
        verify("huawei-fabric", &request, &key);
    }
    let request = Request::new(
        "GET",
        "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        [
            ("content-type", "application/json"),
            ("host", "service.region.example.com"),
            ("x-sdk-date", "20191115T033655Z"),
            (
                "Authorization",
                "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
            ),
        ],
        "",
    );
    verify(
        "huawei-fabric",
        &request,
        &Credentials::access_key(
            "QTWAOYTTINDUT2QVKYUC",
            "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        ),
    );
    let request = Request::new(
        "POST",
        "/v1/x",
        [
            ("content-type", "application/octet-stream"),
            ("host", "iam.myhuaweicloud.com"),
            ("x-project-id", "0b5633ba2b904511ad514346f4d23d4b"),
            ("x-sdk-content-sha256", "UNSIGNED-PAYLOAD"),
            ("x-sdk-date", "20250101T000000Z"),
            (
                "Authorization",
                "SDK-HMAC-SHA256 Access=HPUAEXAMPLEACCESSKEY, SignedHeaders=content-type;host;x-project-id;x-sdk-content-sha256;x-sdk-date, Signature=d0e66fc2855726f99e6d0dc435526d2e59a90ebf651e166c675f6740396dbb0d",
            ),
        ],
        "abc",
    );
    verify(
        "huawei-fabric",
        &request,
        &Credentials::access_key(
            "HPUAEXAMPLEACCESSKEY",
            "exampleSecretKeyexampleSecretKey12345678",
        ),
    );

    for slot in [
        "",
        "content-length;content-md5;content-type;host;x-bce-date",
    ] {
        let request = Request::new(
            "PUT",
            "/v1/test/myfolder/readme.txt?partNumber=9&uploadId=VXBsb2FkIElpZS5tMnRzIHVwbG9hZA",
            [
                ("host", "bj.bcebos.com"),
                ("Date", "Mon, 27 Apr 2015 16:23:49 +0800"),
                ("content-length", "8"),
                ("content-md5", "0a52730597fb4ffa01fc117d9e71e3a9"),
                ("content-type", "text/plain"),
                ("x-bce-date", "2015-04-27T08:23:49Z"),
                (
                    "authorization",
                    &format!(
                        "bce-auth-v1/0b0f67dfb88244b289b72b142befad0c/2015-04-27T08:23:49Z/1800/{slot}/a19e6386e990691aca1114a20357c83713f1cb4be3d74942bb4ed37469ecdacf"
                    ),
                ),
            ],
            "12345678",
        );
        verify(
            "baidu-qianfan",
            &request,
            &Credentials::access_key(
                "0b0f67dfb88244b289b72b142befad0c",
                "bad522c2126a4618a8125f4b6cf6356f",
            ),
        );
    }
    let request = Request::new(
        "PUT",
        "/v1/bucket/object1?A&b=&C=d",
        [
            ("Host", "bce.baidu.com"),
            ("abc", "123"),
            ("x-bce-meta-key1", "ABC"),
            (
                "authorization",
                "bce-auth-v1/my_ak/2014-06-13T05:57:36Z/1800/host;x-bce-meta-key1/80c9672aca2ea9af4bb40b9a8ff458d72df94e97d550840727f3a929af271d25",
            ),
        ],
        "",
    );
    verify(
        "baidu-qianfan",
        &request,
        &Credentials::access_key("my_ak", "my_sk"),
    );
}
