//! Signers, one for each authentication scheme.
//!
//! A signer takes a request, an access key and the time, and returns the headers to add. It does no I/O.
//!
//! The schemes look alike but differ in what matters: what is encoded how often, how things are sorted, what the key is
//! derived from. So each file follows its vendor's description from top to bottom; only the common parts are here.
//!
//! # Examples
//!
//! ```
//! # use cloud_models_runtime as cloud_models;
//! use cloud_models::sign::{AwsSigV4, Request};
//! use cloud_models::AccessKey;
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
use std::cmp::Ordering;
use std::fmt;
use std::time::SystemTime;

use chrono::{Datelike, Timelike};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{PercentDecode, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::encode::{RESERVED, RESERVED_IN_PATH};
use crate::time::utc;

mod aws_sigv4;
mod baidu_bce_v1;
mod huawei_sdk_hmac;
mod volcengine_hmac;
mod wiped;

pub use aws_sigv4::AwsSigV4;
pub use baidu_bce_v1::BaiduBceV1;
pub use huawei_sdk_hmac::HuaweiSdkHmac;
pub use volcengine_hmac::VolcengineHmac;
use wiped::WipedString;

/// The parts of a request that are signed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Method, in capitals.
    pub method: &'a str,
    /// Path as on the wire, percent-encoded.
    pub path: &'a str,
    /// Query as on the wire, without the question mark.
    pub query: &'a str,
    /// Headers to sign, including `host`, without those that the signer adds. Names in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body.
    pub body: &'a [u8],
}

/// Omits path, query, headers and body, which may contain secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({})", self.method)
    }
}

/// The result of signing: the headers to add to the request, and the intermediate texts, which help to find out why a
/// service refuses a signature.
pub struct Signing {
    canonical_request: WipedString,
    string_to_sign: Zeroizing<String>,
    signature: String,
    headers: Vec<(&'static str, Zeroizing<String>)>,
}

impl Signing {
    /// Creates a result; `added` are the headers to add besides `authorization`.
    fn new(
        canonical_request: WipedString,
        string_to_sign: String,
        signature: String,
        added: &[Added<'_>],
        authorization: String,
    ) -> Self {
        let mut headers = Vec::with_capacity(added.len() + 1);
        for (name, value) in added.iter().flatten() {
            headers.push((*name, Zeroizing::new((*value).to_owned())));
        }
        headers.push(("authorization", Zeroizing::new(authorization)));
        Self {
            canonical_request,
            string_to_sign: Zeroizing::new(string_to_sign),
            signature,
            headers,
        }
    }

    /// Returns the canonical request. It contains the session token, if there is one.
    pub fn canonical_request(&self) -> &str {
        &self.canonical_request
    }

    /// Returns the string to sign.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the signature in lower-case hexadecimal digits.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Returns names, in lower case, and values of the headers to add, including the session token.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }
}

/// Omits everything that was signed.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").finish_non_exhaustive()
    }
}

// --- common parts ---

/// A name and a value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Sorts pairs. One function for all of them, because each sort of the standard library is several kilobytes of code.
fn sort(pairs: &mut [Pair<'_>], compare: fn(&Pair<'_>, &Pair<'_>) -> Ordering) {
    pairs.sort_by(compare);
}

/// A header that a signer adds, unless it has no value.
type Added<'a> = Option<(&'static str, &'a str)>;

/// Returns the given and added headers sorted by name: names in lower case, values trimmed.
fn sorted_headers<'a>(given: &[(&'a str, &'a str)], added: &[Added<'a>]) -> Vec<Pair<'a>> {
    let mut headers = Vec::with_capacity(given.len() + added.len());
    for &(name, value) in given.iter().chain(added.iter().flatten()) {
        let name = match name.bytes().any(|b| b.is_ascii_uppercase()) {
            true => Cow::Owned(name.to_ascii_lowercase()),
            false => Cow::Borrowed(name),
        };
        headers.push((name, Cow::Borrowed(value.trim())));
    }
    // Headers of the same name keep their order.
    sort(&mut headers, |(one, _), (other, _)| one.cmp(other));
    headers
}

/// Returns the names of sorted headers, each once, separated by semicolons.
fn names(headers: &[Pair<'_>]) -> String {
    let mut names = String::with_capacity(64);
    let mut last = "";
    for (name, _) in headers {
        if name == last {
            continue;
        }
        if !last.is_empty() {
            names.push(';');
        }
        names.push_str(name);
        last = name;
    }
    names
}

/// Returns the value of a header, by its name in lower case.
fn header<'a>(headers: &'a [Pair<'_>], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| &**value)
}

/// Returns the pairs of a query, normalized: each name and value is decoded and encoded again.
fn query_pairs(query: &str) -> Vec<Pair<'_>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (normalize(name), normalize(value)))
        .collect()
}

fn normalize(text: &str) -> Cow<'_, str> {
    match percent_decode_str(text).into() {
        Cow::Borrowed(plain) => percent_encode(plain, RESERVED).into(),
        Cow::Owned(decoded) => percent_encode(&decoded, RESERVED).to_string().into(),
    }
}

/// Appends pairs as a query.
fn push_query(text: &mut WipedString, pairs: &[Pair<'_>]) {
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
}

/// Appends the query, sorted by encoded name and then by encoded value, as AWS does.
fn push_query_sorted_encoded(text: &mut WipedString, query: &str) {
    let mut pairs = query_pairs(query);
    sort(&mut pairs, |one, other| one.cmp(other));
    push_query(text, &pairs);
}

/// Appends the query, sorted by decoded name and then by decoded value, as the SDKs of Volcengine and Huawei do.
fn push_query_sorted_decoded(text: &mut WipedString, query: &str) {
    let mut pairs = query_pairs(query);
    sort(&mut pairs, |one, other| {
        let names = percent_decode_str(&one.0).cmp(percent_decode_str(&other.0));
        names.then_with(|| percent_decode_str(&one.1).cmp(percent_decode_str(&other.1)))
    });
    push_query(text, &pairs);
}

/// Appends a decoded path, encoded except for its slashes.
fn push_encoded_path(text: &mut WipedString, decoded: PercentDecode<'_>) {
    let decoded: Cow<'_, [u8]> = decoded.into();
    text.extend(percent_encode(&decoded, RESERVED_IN_PATH));
}

/// Returns `20240514T130512Z`; fractions of a second are cut.
fn basic_date(time: SystemTime) -> String {
    date(time, "", "")
}

/// Returns `2024-05-14T13:05:12Z`; fractions of a second are cut.
fn extended_date(time: SystemTime) -> String {
    date(time, "-", ":")
}

/// Formats a date by hand: the general formatter takes longer than everything else in signing.
fn date(time: SystemTime, between_days: &str, between_hours: &str) -> String {
    let time = utc(time);
    let year = time.year().clamp(0, 9999).unsigned_abs();
    let mut text = String::with_capacity(20);
    for (number, behind) in [
        (year / 100, ""),
        (year % 100, between_days),
        (time.month(), between_days),
        (time.day(), "T"),
        (time.hour(), between_hours),
        (time.minute(), between_hours),
        (time.second(), "Z"),
    ] {
        for digit in [number / 10, number % 10] {
            text.extend(char::from_digit(digit, 10));
        }
        text.push_str(behind);
    }
    text
}

/// Returns the day of a [`basic_date`].
fn day(basic_date: &str) -> &str {
    basic_date.split('T').next().unwrap_or_default()
}

/// Returns the hash of a body in hexadecimal digits.
fn body_hash(body: &[u8]) -> Cow<'static, str> {
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    match body {
        [] => EMPTY.into(),
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
        reason = "HMAC accepts keys of any length; the error exists for other algorithms of the trait"
    )]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts keys of any length");
    mac.update(data);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Derives a signing key: one HMAC after the other, each with the previous result as its key.
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
    let mut digits = vec![0; 2 * bytes.len()];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    String::from_utf8(digits).unwrap_or_default()
}
