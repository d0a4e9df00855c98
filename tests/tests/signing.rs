//! Compares signatures with those of the vendors' official SDKs, of their documentation, and of the public test suite
//! of AWS: for the same request, headers, clock and keys, the canonical request, the string to sign and the signature
//! must be identical byte for byte. An independent implementation verifies the remaining cases.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use cloud_models_runtime::sign::{
    AwsSigV4, BaiduBceV1, HuaweiSdkHmac, Request, Signing, VolcengineHmac,
};
use cloud_models_runtime::{AccessKey, Timestamp};
use cloud_models_tests::cases::{self, Case, package, workspace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Headers that our signers add.
const ADDED: &[&str] = &[
    "x-amz-date",
    "x-amz-security-token",
    "x-date",
    "x-content-sha256",
    "x-security-token",
    "x-bce-date",
    "x-bce-security-token",
    "x-sdk-date",
    "authorization",
];

type Headers = Vec<(String, String)>;

fn key(id: &str, secret: &str, session_token: Option<&str>) -> AccessKey {
    let key = AccessKey::new(id, secret);
    match session_token {
        Some(token) => key.with_session_token(token),
        None => key,
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Calls `sign` with a request.
fn signed(
    method: &str,
    target: &str,
    headers: &Headers,
    body: &str,
    sign: impl FnOnce(&Request<'_>) -> Signing,
) -> Signing {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<_> = headers
        .iter()
        .filter(|(name, _)| !ADDED.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    sign(&Request {
        method,
        path,
        query,
        headers: &headers,
        body: body.as_bytes(),
    })
}

fn authorization(signing: &Signing) -> &str {
    let mut headers = signing.headers();
    headers
        .find(|(name, _)| *name == "authorization")
        .unwrap()
        .1
}

// --- the vendors' SDKs ---

fn text<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| value.get(name)?.as_str())
}

fn key_of(case: &Case) -> AccessKey {
    let credentials = &case.value["credentials"];
    key(
        text(credentials, &["access_key_id", "access_key", "ak"]).unwrap(),
        text(credentials, &["secret_access_key", "secret_key", "sk"]).unwrap(),
        text(credentials, &["session_token", "security_token"]),
    )
}

fn headers_of(case: &Case) -> Headers {
    let pairs = case.value["request"]["headers"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    pairs
        .iter()
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect()
}

fn find<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// Returns what follows `name=` in a header, up to a comma.
fn part<'a>(authorization: &'a str, name: &str) -> &'a str {
    let rest = authorization.split_once(&format!("{name}=")).unwrap().1;
    rest.split(',').next().unwrap()
}

/// Returns the cases in which an SDK signed the request.
fn signed_cases(spec: &str) -> Vec<(Case, Headers)> {
    let mut cases = cases::read(&package().join("vectors"));
    cases.retain(|case| {
        case.spec == spec
            && case.value["request"].is_object()
            && case.value["credentials"].is_object()
            // Requests with a token instead of a signature.
            && !case.name.contains("bearer")
            && !case.name.contains("preset_authorization")
            // An empty token, which the SDK signs and we omit.
            && !case.name.contains("sts_token_empty")
            && !case.name.contains("iam_token")
            // The SDK sends a space as a plus sign and signs it as %20.
            && !case.name.contains("action_special")
            // The SDKs send a path with segments of points and sign another one.
            && !case.name.contains("_dot")
    });
    let with_headers = cases.into_iter().map(|case| {
        let headers = headers_of(&case);
        (case, headers)
    });
    with_headers.collect()
}

/// Signs the request of a case again with these headers, and with its clock and keys.
fn sign_again(
    case: &Case,
    headers: &Headers,
    sign: impl FnOnce(&Request<'_>, &AccessKey, SystemTime) -> Signing,
) -> Signing {
    let request = &case.value["request"];
    let text = |name: &str| request[name].as_str().unwrap();
    let now = Timestamp::from(case.value["clock"].as_str().unwrap());
    let now = now.to_system_time().unwrap();
    signed(
        text("method"),
        text("target"),
        headers,
        text("body"),
        |request| sign(request, &key_of(case), now),
    )
}

/// Compares the signature of the SDK with ours.
fn compare(case: &Case, ours: &Signing) {
    if let Some(theirs) = text(&case.value, &["canonical_request"]) {
        assert_eq!(ours.canonical_request(), theirs, "{}", case.name);
    }
    if let Some(theirs) = text(&case.value, &["string_to_sign"]) {
        assert_eq!(ours.string_to_sign(), theirs, "{}", case.name);
    }
    if let Some(theirs) = text(&case.value, &["signature"]) {
        assert_eq!(ours.signature(), theirs, "{}", case.name);
    }
}

fn region(case: &Case) -> &str {
    // A legacy name of a region with FIPS; the scope contains the region itself.
    let region = case.value["region"].as_str().unwrap_or_default();
    region.strip_prefix("fips-").unwrap_or(region)
}

#[test]
fn aws_signatures_equal_those_of_its_sdks() {
    let cases = signed_cases("aws-bedrock");
    for (case, headers) in &cases {
        let theirs = find(headers, "authorization").unwrap();
        let names: Vec<_> = part(theirs, "SignedHeaders").split(';').collect();
        let headers = headers
            .iter()
            .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .cloned()
            .collect();
        let ours = sign_again(case, &headers, |request, key, now| {
            let signer = AwsSigV4::new(region(case), "bedrock");
            signer.sign(request, key, now)
        });
        compare(case, &ours);
        assert_eq!(authorization(&ours), theirs, "{}", case.name);
    }
    assert!(cases.len() > 40, "only {} cases", cases.len());
}

#[test]
fn volcengine_signatures_equal_those_of_its_sdks() {
    let cases = signed_cases("volcengine-ark");
    for (case, headers) in &cases {
        let theirs = find(headers, "authorization").unwrap();
        let names: Vec<_> = part(theirs, "SignedHeaders").split(';').collect();
        let headers: Headers = headers
            .iter()
            .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| {
                let mut value = value.clone();
                // Two SDKs sign the host without its port, although they send it with the port.
                if name.eq_ignore_ascii_case("host") && !case.name.contains("node") {
                    let short = value.trim_end_matches(":80").trim_end_matches(":443");
                    value = short.to_owned();
                }
                (name.clone(), value)
            })
            .collect();
        let ours = sign_again(case, &headers, |request, key, now| {
            let signer = VolcengineHmac::new(region(case), "ark");
            signer.sign(request, key, now)
        });
        compare(case, &ours);
        assert_eq!(authorization(&ours), theirs, "{}", case.name);
    }
    assert!(cases.len() > 40, "only {} cases", cases.len());
}

#[test]
fn baidu_signatures_equal_those_of_its_sdks() {
    let cases = signed_cases("baidu-qianfan");
    for (case, headers) in &cases {
        let theirs = find(headers, "authorization").unwrap();
        let mut parts = theirs.split('/').skip(3);
        let valid_for = parts.next().unwrap().parse().unwrap();
        let names: Vec<_> = parts.next().unwrap().split(';').collect();
        let is_signed = |name: &str| {
            let name = name.to_ascii_lowercase();
            // Without a list, these headers and all of the vendor's own are signed.
            let by_default = ["host", "content-length", "content-type", "content-md5"];
            name.starts_with("x-bce-")
                || names.contains(&name.as_str())
                || (names == [""] && by_default.contains(&name.as_str()))
        };
        let headers = headers
            .iter()
            .filter(|(name, _)| is_signed(name))
            .cloned()
            .collect();
        let ours = sign_again(case, &headers, |request, key, now| {
            let signer = BaiduBceV1::new().valid_for(valid_for);
            signer.sign(request, key, now)
        });
        compare(case, &ours);
        // One SDK lists the headers in random order, and another omits the list.
        let end = format!("/{}", ours.signature());
        assert!(theirs.ends_with(&end), "{}: {theirs}", case.name);
    }
    assert!(cases.len() > 20, "only {} cases", cases.len());
}

/// Cases of Baidu's signer that were captured without a client.
#[test]
fn baidu_signatures_equal_those_of_its_signer() {
    let mut compared = 0;
    for case in cases::read(&package().join("vectors")) {
        if !case.name.starts_with("bce_py_sign") {
            continue;
        }
        // The SDK signs a parameter that should be excluded according to its documentation.
        if case.name.contains("authorization_not_excluded") {
            continue;
        }
        let input = &case.value["input"];
        let plain = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = input["params"].as_object().into_iter().flatten();
        let query: Vec<_> = pairs
            .map(|(name, value)| format!("{}={}", encode(name), encode(&plain(value))))
            .collect();
        let target = format!("{}?{}", input["path"].as_str().unwrap(), query.join("&"));
        let listed = input["headers_to_sign"].as_array();
        let headers = input["headers"].as_object().unwrap();
        // Our signer always adds the date.
        if !headers.contains_key("x-bce-date") {
            continue;
        }
        let headers = headers
            .iter()
            .filter(|(name, _)| {
                name.starts_with("x-bce-")
                    || listed.is_none_or(|listed| listed.iter().any(|other| other == *name))
            })
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect();
        let ours = signed(
            input["method"].as_str().unwrap(),
            &target,
            &headers,
            "",
            |request| {
                let valid_for = input["expiration_in_seconds"].as_u64().unwrap();
                let signer = BaiduBceV1::new().valid_for(valid_for.try_into().unwrap());
                signer.sign(
                    request,
                    &key_of(&case),
                    at(input["timestamp"].as_u64().unwrap()),
                )
            },
        );
        compare(&case, &ours);
        compared += 1;
    }
    assert!(compared >= 2, "only {compared} cases");
}

#[test]
fn huawei_signatures_equal_those_of_its_sdks() {
    let mut compared = 0;
    for (case, headers) in signed_cases("huawei-fabric") {
        let Some(theirs) = find(&headers, "authorization") else {
            continue;
        };
        let names: Vec<_> = part(theirs, "SignedHeaders").split(';').collect();
        let headers = headers
            .iter()
            .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .cloned()
            .collect();
        let ours = sign_again(&case, &headers, |request, key, now| {
            HuaweiSdkHmac.sign(request, key, now)
        });
        compare(&case, &ours);
        assert_eq!(authorization(&ours), theirs, "{}", case.name);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} cases");
}

// --- the vendors' documentation ---

struct Published {
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    key: (&'static str, &'static str),
    time: u64,
    signature: &'static str,
}

impl Published {
    fn check(&self, sign: impl FnOnce(&Request<'_>, &AccessKey, SystemTime) -> Signing) {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (id, secret) = self.key;
        let ours = signed(self.method, self.target, &headers, self.body, |request| {
            sign(request, &key(id, secret, None), at(self.time))
        });
        assert_eq!(ours.signature(), self.signature, "{}", self.target);
    }
}

/// Example of Baidu's documentation, which its Python SDK reproduces.
#[test]
fn baidu_signatures_equal_those_of_its_documentation() {
    Published {
        method: "PUT",
        target: "/v1/test/myfolder/readme.txt?partNumber=9&uploadId=VXBsb2FkIElpZS5tMnRzIHVwbG9hZA",
        headers: &[
            ("host", "bj.bcebos.com"),
            ("content-length", "8"),
            ("content-md5", "0a52730597fb4ffa01fc117d9e71e3a9"),
            ("content-type", "text/plain"),
        ],
        body: "",
        key: (
            "0b0f67dfb88244b289b72b142befad0c",
            "bad522c2126a4618a8125f4b6cf6356f",
        ),
        time: 1_430_123_029,
        signature: "a19e6386e990691aca1114a20357c83713f1cb4be3d74942bb4ed37469ecdacf",
    }
    .check(|request, key, now| BaiduBceV1::new().sign(request, key, now));
}

/// Tests of Huawei's Python and Go SDKs, and the example of its guide.
#[test]
fn huawei_signatures_equal_those_of_its_documentation() {
    const SDK_KEY: (&str, &str) = ("AccessKey", "SecretKey");
    let published = [
        Published {
            method: "GET",
            target: "/resources?size=1",
            headers: &[("Host", "service.endpoint.myhuaweicloud.com")],
            body: "",
            key: SDK_KEY,
            time: 1_591_583_940,
            signature: "cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842",
        },
        Published {
            method: "POST",
            target: "/resources?size=1",
            headers: &[("Host", "service.endpoint.myhuaweicloud.com")],
            body: r#"{"name":"test","id":1}"#,
            key: SDK_KEY,
            time: 1_591_583_940,
            signature: "436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f",
        },
        Published {
            method: "GET",
            target: "/path?limit=1",
            headers: &[],
            body: "",
            key: SDK_KEY,
            time: 1_136_214_245,
            signature: "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
        },
        Published {
            method: "POST",
            target: "/path?key=value",
            headers: &[],
            body: "{\"Name\":\"test\",\"Id\":1}\n",
            key: SDK_KEY,
            time: 1_136_214_245,
            signature: "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
        },
        Published {
            method: "GET",
            target: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
            headers: &[
                ("content-type", "application/json"),
                ("host", "service.region.example.com"),
            ],
            body: "",
            key: (
                "QTWAOYTTINDUT2QVKYUC",
                "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
            ),
            time: 1_573_789_015,
            signature: "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
        },
    ];
    for published in published {
        published.check(|request, key, now| HuaweiSdkHmac.sign(request, key, now));
    }
}

// --- independent verification ---

/// Method, target and headers of a request.
type Odd = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Requests with unusual parts.
const ODD: &[Odd] = &[
    ("GET", "/", &[]),
    ("GET", "/models/", &[]),
    ("GET", "/a%20b/%E6%A8%A1/c", &[]),
    ("GET", "/a%2Fb", &[]),
    ("DELETE", "/a~b/-._", &[]),
    ("GET", "/?b=2&a=1&a=0", &[]),
    ("GET", "/?a-b=1&a=2&a1=3", &[]),
    ("GET", "/?A=1&a=2&B=3&b=4", &[]),
    ("GET", "/?a&b=&=c", &[]),
    ("GET", "/?a=%e6%a8%a1&%E5%9E%8B=%7E~", &[]),
    ("GET", "/?tag%5B0%5D=1&tag1=2&tag=%5B&tag=a", &[]),
    ("GET", "/?a=b=c&d=%3D%26", &[]),
    ("GET", "/?a=x%20y&b=%2B%2A", &[]),
    ("GET", "/?authorization=x&a=1&Authorization=y", &[]),
    ("PUT", "/", &[("X-Empty", ""), ("x-blank", "  ")]),
    (
        "PUT",
        "/",
        &[("X-Team", "  a  "), ("a-first", "1"), ("Z-Last", "2")],
    ),
    (
        "PUT",
        "/",
        &[("x-inner", "a b"), ("x-odd", "a:b;c,d/e=f%20\"")],
    ),
];

#[test]
fn odd_requests_convince_the_judge() {
    use cloud_models::Credentials;
    use cloud_models_tests::judge::{judge, signed_headers};
    let now = at(1_715_691_912);
    for spec in [
        "aws-bedrock",
        "volcengine-ark",
        "baidu-qianfan",
        "huawei-fabric",
    ] {
        for token in [None, Some("session+token/==")] {
            for body in ["", "{\"a\":\"模\"}"] {
                for (method, target, headers) in ODD {
                    let mut headers: Headers = headers
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                        .collect();
                    headers.push(("Host".to_owned(), "example.com:8080".to_owned()));
                    let signing = signed(method, target, &headers, body, |request| {
                        let key = key("AKIDEXAMPLE", "secret", token);
                        match spec {
                            "aws-bedrock" => {
                                AwsSigV4::new("us-east-1", "bedrock").sign(request, &key, now)
                            }
                            "volcengine-ark" => {
                                VolcengineHmac::new("cn-beijing", "ark").sign(request, &key, now)
                            }
                            "baidu-qianfan" => BaiduBceV1::new().sign(request, &key, now),
                            _ => HuaweiSdkHmac.sign(request, &key, now),
                        }
                    });
                    let added = signing.headers();
                    headers.extend(added.map(|(name, value)| (name.to_owned(), value.to_owned())));
                    let pairs = headers.iter().map(|(name, value)| (name, value));
                    let received = cloud_models_tests::server::Request::new(
                        method,
                        target,
                        pairs,
                        body.as_bytes().to_vec(),
                    );
                    let mut credentials = Credentials::access_key("AKIDEXAMPLE", "secret");
                    if let Some(token) = token {
                        credentials = credentials.session_token(token);
                    }
                    judge(spec, &received, &credentials, now)
                        .unwrap_or_else(|refusal| panic!("{spec} {target}: {refusal:?}"));
                    // Every given header is signed, even if it is empty.
                    let names = signed_headers(&received);
                    for (name, _) in headers.iter().filter(|(name, _)| name != "authorization") {
                        assert!(names.contains(&name.to_ascii_lowercase()), "{spec}: {name}");
                    }
                }
            }
        }
    }
}

#[test]
fn baidu_lists_empty_headers_without_signing_them_and_ignores_a_signature_in_the_query() {
    let sign = |target: &str, headers: &Headers| {
        signed("GET", target, headers, "", |request| {
            BaiduBceV1::new().sign(request, &key("id", "secret", None), at(1_715_691_912))
        })
    };
    let host = || ("host".to_owned(), "example.com".to_owned());
    let plain = sign("/a?b=c", &vec![host()]);
    assert_eq!(
        plain.canonical_request(),
        "GET\n/a\nb=c\nhost:example.com\nx-bce-date:2024-05-14T13%3A05%3A12Z"
    );
    assert_eq!(plain.string_to_sign(), plain.canonical_request());
    let with_query = sign("/a?AUTHORIZATION=x&b=c&authorization=y", &vec![host()]);
    assert_eq!(with_query.signature(), plain.signature());
    let with_empty = sign(
        "/a?b=c",
        &vec![host(), ("X-Empty".to_owned(), " ".to_owned())],
    );
    assert_eq!(with_empty.signature(), plain.signature());
    assert!(authorization(&with_empty).contains("/1800/host;x-bce-date;x-empty/"));
}

#[test]
fn debug_output_shows_neither_headers_nor_signatures() {
    let request = Request {
        method: "GET",
        path: "/models/canary",
        query: "key=canary",
        headers: &[("host", "example.com"), ("x-key", "canary")],
        body: b"canary",
    };
    let shown = format!("{request:?}");
    assert!(shown.contains("GET"), "{shown}");
    let key = key("AKIDEXAMPLE", "secret", Some("canary"));
    let signing = AwsSigV4::new("us-east-1", "bedrock").sign(&request, &key, at(0));
    assert!(signing.canonical_request().contains("canary"));
    let signing_shown = format!("{signing:?}");
    for text in [&shown, &signing_shown] {
        assert!(
            !text.contains("canary") && !text.contains(signing.signature()),
            "{text}"
        );
    }
    assert!(signing_shown.contains("Signing"), "{signing_shown}");
}

#[test]
fn dates_are_written_without_fractions() {
    let request = Request {
        method: "GET",
        path: "/",
        query: "",
        headers: &[],
        body: b"",
    };
    let key = key("id", "secret", None);
    let dates = |now| {
        let date = |signing: Signing| signing.headers().next().unwrap().1.to_owned();
        [
            date(HuaweiSdkHmac.sign(&request, &key, now)),
            date(BaiduBceV1::new().sign(&request, &key, now)),
        ]
    };
    let late = at(951_825_599) + Duration::from_nanos(999_999_999);
    assert_eq!(dates(late), ["20000229T115959Z", "2000-02-29T11:59:59Z"]);
    assert_eq!(dates(at(0)), ["19700101T000000Z", "1970-01-01T00:00:00Z"]);
    let far = at(253_402_300_799);
    assert_eq!(dates(far), ["99991231T235959Z", "9999-12-31T23:59:59Z"]);
}

#[test]
fn a_given_hash_replaces_that_of_the_body() {
    for name in ["X-Amz-Content-Sha256", "X-Sdk-Content-Sha256"] {
        let headers = vec![(name.to_owned(), "UNSIGNED-PAYLOAD".to_owned())];
        let signing = signed("PUT", "/", &headers, "body", |request| {
            let key = key("id", "secret", None);
            match name {
                "X-Amz-Content-Sha256" => {
                    AwsSigV4::new("us-east-1", "s3").sign(request, &key, at(0))
                }
                _ => HuaweiSdkHmac.sign(request, &key, at(0)),
            }
        });
        let canonical = signing.canonical_request();
        assert!(canonical.ends_with("\nUNSIGNED-PAYLOAD"), "{canonical}");
    }
}

#[test]
fn aws_joins_headers_of_the_same_name_and_can_keep_the_path() {
    let headers = [("B", "3"), ("a", "2"), ("A", "1  1")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let signing = signed("GET", "//a/../b", &headers.to_vec(), "", |request| {
        let signer = AwsSigV4::new("us-east-1", "s3").normalize_path(false);
        signer.sign(request, &key("id", "secret", None), at(0))
    });
    let canonical = signing.canonical_request();
    assert!(
        canonical.starts_with(
            "GET\n//a/../b\n\na:2,1 1\nb:3\nx-amz-date:19700101T000000Z\n\na;b;x-amz-date\n"
        ),
        "{canonical}"
    );
}

// --- public test suite of AWS ---

/// The suite is not part of this project. If there is a checkout next to the workspace, all of its cases must pass.
#[test]
fn aws_signatures_equal_those_of_its_suite() {
    let suite = workspace().join("../shared/suites/aws-sigv4");
    if !suite.is_dir() {
        println!("skipped: no suite in {}", suite.display());
        return;
    }
    let mut compared = 0;
    for folder in cases::sorted(&suite) {
        if folder.is_dir() {
            suite_case(&folder);
            compared += 1;
        }
    }
    assert_eq!(compared, 38);
}

fn suite_case(folder: &Path) {
    let file = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let context: Value = serde_json::from_str(&file("context.json")).unwrap();
    let request = file("request.txt");
    let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
    let (first, rest) = head.split_once('\n').unwrap_or((head, ""));
    // The target may contain spaces.
    let (method, target) = first.split_once(' ').unwrap();
    let target = target.strip_suffix(" HTTP/1.1").unwrap();
    let mut headers: Headers = Vec::new();
    for line in rest.lines() {
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            (true, Some((_, value))) => value.push_str(&format!(" {line}")),
            _ => {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let credentials = &context["credentials"];
    // An omitted token is added after signing.
    let token = credentials["token"]
        .as_str()
        .filter(|_| context["omit_session_token"] != true);
    if context["sign_body"] == true {
        let hash = file("header-canonical-request.txt");
        let hash = hash.lines().last().unwrap().to_owned();
        headers.push(("x-amz-content-sha256".to_owned(), hash));
    }
    let now = Timestamp::from(context["timestamp"].as_str().unwrap());
    let ours = signed(method, target, &headers, body, |request| {
        let (region, service) = (&context["region"], &context["service"]);
        AwsSigV4::new(region.as_str().unwrap(), service.as_str().unwrap())
            .normalize_path(context["normalize"] == true)
            .sign(
                request,
                &key(
                    credentials["access_key_id"].as_str().unwrap(),
                    credentials["secret_access_key"].as_str().unwrap(),
                    token,
                ),
                now.to_system_time().unwrap(),
            )
    });
    let name = folder.file_name().unwrap().to_string_lossy();
    let expected = |file_name: &str| file(file_name).trim_end_matches('\n').to_owned();
    assert_eq!(
        ours.canonical_request(),
        expected("header-canonical-request.txt"),
        "{name}"
    );
    assert_eq!(
        ours.string_to_sign(),
        expected("header-string-to-sign.txt"),
        "{name}"
    );
    assert_eq!(ours.signature(), expected("header-signature.txt"), "{name}");
    let signed_request = expected("header-signed-request.txt");
    let theirs = signed_request
        .lines()
        .find_map(|line| line.strip_prefix("Authorization:"));
    assert_eq!(Some(authorization(&ours)), theirs.map(str::trim), "{name}");
}
