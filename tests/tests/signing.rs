//! Signatures against those of the vendors' official SDKs, of their documentation, and of AWS's public suite: given the same
//! request, headers, clock and keys, the same canonical request, string to sign and signature, byte for byte.

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

/// Headers that our signers add by themselves.
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

/// Lends the pairs of a request to `sign`.
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

/// What follows `name=` in a header, up to a comma.
fn part<'a>(authorization: &'a str, name: &str) -> &'a str {
    let rest = authorization.split_once(&format!("{name}=")).unwrap().1;
    rest.split(',').next().unwrap()
}

/// The cases that an SDK signed.
fn signed_cases(spec: &str) -> Vec<(Case, Headers)> {
    let mut cases = cases::read(&package().join("vectors"));
    cases.retain(|case| {
        case.spec == spec
            && case.value["request"].is_object()
            && case.value["credentials"].is_object()
            // The token of a user stands in place of a signature.
            && !case.name.contains("bearer")
            && !case.name.contains("preset_authorization")
            // An empty token is signed there; ours is then none.
            && !case.name.contains("sts_token_empty")
            && !case.name.contains("iam_token")
            // The SDK sends a space as a plus and signs it as %20; ours is %20 in both.
            && !case.name.contains("action_special")
    });
    let with_headers = cases.into_iter().map(|case| {
        let headers = headers_of(&case);
        (case, headers)
    });
    with_headers.collect()
}

/// Signs the request of a case with these headers, as its clock and keys say.
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

/// What the SDK signed, and what it sent, compared with ours.
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
    // Old names for FIPS in a region; the scope names the region itself.
    let region = case.value["region"].as_str().unwrap_or_default();
    region.strip_prefix("fips-").unwrap_or(region)
}

#[test]
fn aws_as_its_sdks_do() {
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
fn volcengine_as_its_sdks_do() {
    let cases = signed_cases("volcengine-ark");
    for (case, headers) in &cases {
        let theirs = find(headers, "authorization").unwrap();
        let names: Vec<_> = part(theirs, "SignedHeaders").split(';').collect();
        let headers: Headers = headers
            .iter()
            .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| {
                let mut value = value.clone();
                // Two SDKs sign the host without a port that they send all the same.
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
fn baidu_as_its_sdks_do() {
    let cases = signed_cases("baidu-qianfan");
    for (case, headers) in &cases {
        let theirs = find(headers, "authorization").unwrap();
        let mut parts = theirs.split('/').skip(3);
        let valid_for = parts.next().unwrap().parse().unwrap();
        let names: Vec<_> = parts.next().unwrap().split(';').collect();
        let is_signed = |name: &str| {
            let name = name.to_ascii_lowercase();
            // Without a list, these and all headers of the vendor's own are signed.
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
        // The order of the list is chance in one SDK, and another leaves it out.
        let end = format!("/{}", ours.signature());
        assert!(theirs.ends_with(&end), "{}: {theirs}", case.name);
    }
    assert!(cases.len() > 20, "only {} cases", cases.len());
}

/// Cases of Baidu's signer alone.
#[test]
fn baidu_as_its_signer_does() {
    let mut compared = 0;
    for case in cases::read(&package().join("vectors")) {
        if !case.name.starts_with("bce_py_sign") {
            continue;
        }
        // The SDK forgets to leave out the parameter that its own description says is not signed.
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
        // Our signer dates every request.
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
fn huawei_as_its_sdks_do() {
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

/// The example of Baidu's documentation, which its SDK for Python reproduces.
#[test]
fn baidu_as_its_documentation_does() {
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

/// The tests of Huawei's SDKs for Python and Go, and the worked example of its guide.
#[test]
fn huawei_as_its_documentation_does() {
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

// --- AWS's public suite ---

/// The suite is not part of this project; where a checkout has it beside the workspace, all of it must pass.
#[test]
fn aws_as_its_suite_does() {
    let suite = workspace().join("../shared/suites/aws-sigv4");
    if !suite.is_dir() {
        println!("skipped: there is no suite in {}", suite.display());
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
    // The target may have spaces in it.
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
    // A token that is left out is added behind the signature.
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
