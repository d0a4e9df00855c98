//! Signing: a request, a key and the time in; headers out. No I/O, one file for each scheme.
//!
//! The schemes look alike and differ in what matters: what is encoded how often, in which order things are sorted, what
//! the key is derived from. Each file follows its vendor's description from top to bottom; only what is the same everywhere
//! is here.
//!
//! ```
//! use cloud_models_runtime::sign::{AwsSigV4, Request};
//! use cloud_models_runtime::AccessKey;
//! use std::time::{Duration, SystemTime};
//!
//! let key = AccessKey::new("AKIDEXAMPLE", "wJalrXUtnFEMI");
//! let request = Request {
//!     method: "GET",
//!     path: "/custom-models",
//!     query: "maxResults=10",
//!     headers: &[("host", "bedrock.us-east-1.amazonaws.com")],
//!     body: b"",
//! };
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_691_912);
//! let signing = AwsSigV4::new("us-east-1", "bedrock").sign(&request, &key, now);
//! let names: Vec<_> = signing.headers().map(|(name, _)| name).collect();
//! assert_eq!(names, ["x-amz-date", "authorization"]);
//! ```

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, PercentDecode, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::encode::RESERVED;
use crate::time::utc;

mod aws_sigv4;
mod baidu_bce_v1;
mod huawei_sdk_hmac;
mod volcengine_hmac;

pub use aws_sigv4::AwsSigV4;
pub use baidu_bce_v1::BaiduBceV1;
pub use huawei_sdk_hmac::HuaweiSdkHmac;
pub use volcengine_hmac::VolcengineHmac;

/// In a path, slashes stay.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// What of a request is signed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as on the wire, percent-encoded.
    pub path: &'a str,
    /// The query as on the wire, without the question mark.
    pub query: &'a str,
    /// The headers to sign, `host` among them; names in any case. Those that the signer itself adds are not among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// Without header values and body, which may hold secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method, self.path)
    }
}

/// What signing gives: headers to add to the request, and the steps on the way to them, for whoever has to find out why a
/// service refuses a signature.
pub struct Signing {
    canonical_request: Zeroizing<String>,
    string_to_sign: Zeroizing<String>,
    signature: String,
    headers: Vec<(&'static str, Zeroizing<String>)>,
}

impl Signing {
    /// `added` are the headers that the signer adds besides `authorization`.
    fn new(
        canonical_request: Zeroizing<String>,
        string_to_sign: String,
        signature: String,
        added: Vec<(&'static str, &str)>,
        authorization: String,
    ) -> Self {
        let mut headers: Vec<_> = added
            .into_iter()
            .map(|(name, value)| (name, Zeroizing::new(value.to_owned())))
            .collect();
        headers.push(("authorization", Zeroizing::new(authorization)));
        Self {
            canonical_request,
            string_to_sign: Zeroizing::new(string_to_sign),
            signature,
            headers,
        }
    }

    /// The request in the form that is signed. It holds the session token, if there is one, in the clear.
    pub fn canonical_request(&self) -> &str {
        &self.canonical_request
    }

    /// The text that the key signs.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The signature, in lower-case hexadecimal digits.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Names, in lower case, and values of the headers to add. The session token is among them, if there is one.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }
}

/// Without anything that was signed.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").finish_non_exhaustive()
    }
}

// --- what is the same everywhere ---

/// The headers of a request, with those that the signer adds: names in lower case, values trimmed, sorted by name.
fn sorted_headers<'a>(
    given: &[(&'a str, &'a str)],
    added: &[(&'a str, &'a str)],
) -> Vec<(Cow<'a, str>, &'a str)> {
    let mut headers: Vec<_> = given
        .iter()
        .chain(added)
        .map(|(name, value)| {
            let name = match name.bytes().any(|b| b.is_ascii_uppercase()) {
                true => Cow::Owned(name.to_ascii_lowercase()),
                false => Cow::Borrowed(*name),
            };
            (name, value.trim())
        })
        .collect();
    // Stable: headers of the same name stay in their order.
    headers.sort_by(|(one, _), (other, _)| one.cmp(other));
    headers
}

/// Adds the names of sorted headers, each once, with semicolons between them.
fn push_names(text: &mut String, headers: &[(Cow<'_, str>, &str)]) {
    let mut last = "";
    for (name, _) in headers {
        if name == last {
            continue;
        }
        if !last.is_empty() {
            text.push(';');
        }
        text.push_str(name);
        last = name;
    }
}

/// The value of a header, by its name in lower case.
fn header<'a>(headers: &[(Cow<'_, str>, &'a str)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| *value)
}

/// The pairs of a query, each name and value decoded and encoded again, so that every way to write one gives the same.
fn query_pairs(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encoded_again(name), encoded_again(value))
        })
        .collect()
}

fn encoded_again(text: &str) -> Cow<'_, str> {
    match percent_decode_str(text).into() {
        Cow::Borrowed(plain) => percent_encode(plain, RESERVED).into(),
        Cow::Owned(decoded) => percent_encode(&decoded, RESERVED).to_string().into(),
    }
}

/// Pairs that are sorted, as a query.
fn push_query(text: &mut String, pairs: &[(Cow<'_, str>, Cow<'_, str>)]) {
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
}

/// Adds the query, sorted by name and then by value.
fn push_sorted_query(text: &mut String, query: &str) {
    let mut pairs = query_pairs(query);
    pairs.sort();
    push_query(text, &pairs);
}

/// Adds a path that was decoded, encoded again but for its slashes.
fn push_encoded_path(text: &mut String, decoded: PercentDecode<'_>) {
    let decoded: Cow<'_, [u8]> = decoded.into();
    text.extend(percent_encode(&decoded, RESERVED_IN_PATH));
}

/// `20240514T130512Z`; a part of a second is cut off.
fn basic_date(time: SystemTime) -> String {
    date(time, "", "")
}

/// `2024-05-14T13:05:12Z`; a part of a second is cut off.
fn extended_date(time: SystemTime) -> String {
    date(time, "-", ":")
}

/// By hand, since every request has one and the formatter takes longer than all that is signed.
fn date(time: SystemTime, between_days: &str, between_hours: &str) -> String {
    let time = utc(time);
    let year = time.year().clamp(0, 9999);
    let century = i8::try_from(year / 100).unwrap_or_default();
    let in_century = i8::try_from(year % 100).unwrap_or_default();
    let mut text = String::with_capacity(20);
    for (number, behind) in [
        (century, ""),
        (in_century, between_days),
        (time.month(), between_days),
        (time.day(), "T"),
        (time.hour(), between_hours),
        (time.minute(), between_hours),
        (time.second(), "Z"),
    ] {
        for digit in [number / 10, number % 10] {
            text.push(char::from(b'0' + digit.unsigned_abs()));
        }
        text.push_str(behind);
    }
    text
}

/// The day of a [`basic_date`].
fn day(basic_date: &str) -> &str {
    basic_date.split('T').next().unwrap_or_default()
}

/// The hash of a body, in hexadecimal digits. Requests that read mostly have none.
fn body_hash(body: &[u8]) -> Cow<'static, str> {
    const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    match body {
        [] => OF_NOTHING.into(),
        body => sha256_hex(body).into(),
    }
}

fn sha256_hex(data: &[u8]) -> String {
    hex(&Sha256::digest(data))
}

type Digest256 = Zeroizing<[u8; 32]>;

fn hmac_sha256(key: &[u8], data: &[u8]) -> Digest256 {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes keys of every length, its trait does not know"
    )]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(data);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// A key of its own for each day, region and service: one HMAC after the other.
fn derived_key(secret: &[u8], steps: &[&str]) -> Digest256 {
    let Some((first, rest)) = steps.split_first() else {
        return hmac_sha256(secret, b"");
    };
    rest.iter()
        .fold(hmac_sha256(secret, first.as_bytes()), |key, step| {
            hmac_sha256(&*key, step.as_bytes())
        })
}

fn hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| match digit {
        0..10 => b'0' + digit,
        _ => b'a' + digit - 10,
    };
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    String::from_utf8(digits.collect()).unwrap_or_default()
}
