//! Tests of the signature verification with requests that the vendors' official SDKs signed.

use std::time::{Duration, UNIX_EPOCH};

use cloud_models_tests::cases::{self, Case};
use cloud_models_tests::server::Request;
use cloud_models_tests::server::verify::{
    Keys, Refusal, Scheme, authorization, clock, date, judge, signature,
};

fn vectors() -> Vec<(Case, Request, Keys)> {
    let cases = cases::read(&cases::package().join("vectors"));
    let mut taken = Vec::new();
    for case in cases {
        let request = &case.value["request"];
        if request.is_null() {
            continue;
        }
        let headers = request["headers"].as_array().expect("headers");
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
            .collect();
        let text = |name: &str| request[name].as_str().expect("text").to_owned();
        let request = Request::new(&text("method"), &text("target"), headers, text("body"));
        if request
            .header("authorization")
            .is_none_or(|text| text.starts_with("Bearer"))
        {
            continue;
        }
        let credentials = &case.value["credentials"];
        let get = |names: [&str; 3]| {
            names
                .into_iter()
                .find_map(|name| credentials[name].as_str())
        };
        let mut keys = Keys::new(
            get(["access_key_id", "access_key", "ak"]).unwrap(),
            get(["secret_access_key", "secret_key", "sk"]).unwrap(),
        );
        if let Some(token) = get(["session_token", "security_token", "security_token"]) {
            keys = keys.with_token(token);
        }
        taken.push((case, request, keys));
    }
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

#[test]
fn requests_of_the_official_sdks_verify() {
    let mut failed = Vec::new();
    for (case, request, keys) in vectors() {
        if let Err(error) = signature(Scheme::of(&case.spec), &request, &keys) {
            failed.push(format!("{}/{}: {error}", case.spec, case.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn any_change_is_noticed() {
    let mut tried = [0; 4];
    for (case, request, keys) in vectors() {
        let scheme = Scheme::of(&case.spec);
        let (target, headers, body) = (&request.target, &request.headers, &request.body);
        let refused = |request: &Request, keys: &Keys, what: &str| {
            assert!(
                signature(scheme, request, keys).is_err(),
                "{}: {what}",
                case.name
            );
        };

        // A change of any letter of the target, except in escapes.
        for at in 1..target.len() {
            let bytes = target.as_bytes();
            let escape = bytes[at.saturating_sub(2)..=at].contains(&b'%');
            if !escape && bytes[at].is_ascii_alphanumeric() {
                let mut other = target.clone();
                flip(&mut other, at);
                refused(&remade(&request, &other, headers, body), &keys, &other);
                tried[0] += 1;
            }
        }
        let more = if target.contains('?') {
            "&more=1"
        } else {
            "?more=1"
        };
        refused(
            &remade(&request, &format!("{target}{more}"), headers, body),
            &keys,
            more,
        );

        // A change of any signed header.
        let signed = authorization(scheme, &request).unwrap().signed_headers;
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
            refused(&remade(&request, target, &other, body), &keys, name);
            let mut other = headers.clone();
            other.remove(index);
            refused(&remade(&request, target, &other, body), &keys, name);
            let mut other = headers.clone();
            other.push(other[index].clone());
            refused(&remade(&request, target, &other, body), &keys, name);
            tried[1] += 1;
        }

        // A change of the body, which Baidu does not sign.
        let mut other = body.to_vec();
        other.push(b'x');
        let other = remade(&request, target, headers, &other);
        assert_eq!(
            signature(scheme, &other, &keys).is_ok(),
            scheme == Scheme::Baidu,
            "{}",
            case.name
        );

        // Other keys.
        let mut other = keys.clone();
        flip(&mut other.secret_key, 3);
        refused(&request, &other, "secret");
        let mut other = keys.clone();
        flip(&mut other.access_key, 3);
        refused(&request, &other, "access key");
        refused(&request, &keys.clone().with_token("other"), "token");
        if keys.session_token.is_some() {
            let mut other = keys.clone();
            other.session_token = None;
            refused(&request, &other, "token");
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
                &keys,
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
        refused(&other, &keys, "method");
    }
    assert!(tried.iter().all(|tried| *tried > 5), "{tried:?}");
}

#[test]
fn clocks_are_judged_apart() {
    for (case, request, keys) in vectors() {
        let scheme = Scheme::of(&case.spec);
        let then = date(scheme, &request).unwrap();
        let stated = case.value["clock"].as_str().unwrap();
        assert_eq!(
            judge(scheme, &request, &keys, then),
            Ok(()),
            "{}",
            case.name
        );
        // The date must match the clock of the case to the second.
        let compact: String = stated[..19]
            .chars()
            .filter(|c| !"-:".contains(*c))
            .collect();
        let sent: String = request
            .header(match scheme {
                Scheme::AwsSigV4 { .. } => "x-amz-date",
                Scheme::Volcengine { .. } => "x-date",
                Scheme::Baidu => "x-bce-date",
                Scheme::Huawei => "x-sdk-date",
            })
            .unwrap()
            .chars()
            .filter(|c| !"-:".contains(*c))
            .collect();
        assert_eq!(sent, format!("{compact}Z"));

        let tolerance = scheme.tolerance();
        let expiry = case.value["expiration_in_seconds"]
            .as_u64()
            .map(Duration::from_secs);
        let late = expiry.map_or(tolerance, |expiry| expiry.min(tolerance));
        let second = Duration::from_secs(1);
        for good in [then - tolerance, then + late] {
            assert_eq!(
                judge(scheme, &request, &keys, good),
                Ok(()),
                "{}",
                case.name
            );
        }
        for bad in [then - tolerance - second, then + late + second] {
            let refusal = judge(scheme, &request, &keys, bad).unwrap_err();
            assert!(
                matches!(refusal, Refusal::Clock(_)),
                "{}: {refusal}",
                case.name
            );
            assert!(clock(scheme, &request, bad, tolerance).is_err());
        }
        let refusal =
            judge(scheme, &request, &Keys::new("a", "b"), then + late + second).unwrap_err();
        assert!(matches!(refusal, Refusal::Signature(_)));
    }
    let request = Request::new("GET", "/", [("X-Amz-Date", "20240229T000001Z")], "");
    let seconds = |scheme, request: &Request| {
        date(scheme, request)
            .unwrap()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    assert_eq!(seconds(Scheme::of("aws-bedrock"), &request), 1_709_164_801);
    for bad in [
        "20230229T000001Z",
        "20240101T240000Z",
        "20240101 000000Z",
        "2024-01-01T00:00:00Z",
        "20240100T000000Z",
        "20241301T000000Z",
        "20240101T000000",
        "20240101T000000z",
    ] {
        let request = Request::new("GET", "/", [("X-Amz-Date", bad)], "");
        assert!(date(Scheme::of("aws-bedrock"), &request).is_err(), "{bad}");
    }
}

#[test]
fn what_must_be_signed_is_signed() {
    let mut seen = 0;
    for (case, request, keys) in vectors() {
        let extra = match Scheme::of(&case.spec) {
            Scheme::AwsSigV4 { .. } => "x-amz-extra",
            Scheme::Baidu => "x-bce-extra",
            Scheme::Volcengine { .. } | Scheme::Huawei => "x-security-token",
        };
        if request.header(extra).is_some() {
            continue;
        }
        seen += 1;
        let mut headers = request.headers.clone();
        headers.push((extra.to_owned(), "a".to_owned()));
        let other = remade(&request, &request.target, &headers, &request.body);
        assert!(
            signature(Scheme::of(&case.spec), &other, &keys).is_err(),
            "{}",
            case.name
        );
    }
    assert!(seen > 100);
}

#[test]
fn published_examples() {
    let h = "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-sdk-date, Signature=";
    let keys = Keys::new("AccessKey", "SecretKey");
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
        signature(Scheme::Huawei, &request, &keys).unwrap();
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
    signature(
        Scheme::Huawei,
        &request,
        &Keys::new(
            "QTWAOYTTINDUT2QVKYUC",
            "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        ),
    )
    .unwrap();
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
    signature(
        Scheme::Huawei,
        &request,
        &Keys::new(
            "HPUAEXAMPLEACCESSKEY",
            "exampleSecretKeyexampleSecretKey12345678",
        ),
    )
    .unwrap();

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
        signature(
            Scheme::Baidu,
            &request,
            &Keys::new(
                "0b0f67dfb88244b289b72b142befad0c",
                "bad522c2126a4618a8125f4b6cf6356f",
            ),
        )
        .unwrap();
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
    signature(Scheme::Baidu, &request, &Keys::new("my_ak", "my_sk")).unwrap();
}
