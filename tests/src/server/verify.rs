//! Independent verification of signatures, as the vendors' gateways verify them for a received request.
//!
//! It is written from the vendors' documentation alone and shares no code with the signers, so that it cannot repeat
//! their mistakes. It is as strict as a gateway may be: all required parts must be signed, and the date must be right.
//!
//! ```
//! use cloud_models_tests::server::verify::{Keys, Refusal, Scheme, judge};
//! use cloud_models_tests::server::{Reply, Server};
//!
//! let server = Server::start(|request, _| {
//!     let now = std::time::SystemTime::now();
//!     match judge(Scheme::of("aws-bedrock"), request, &Keys::new("key", "secret"), now) {
//!         Ok(()) => Reply::json(200, "{}"),
//!         Err(Refusal::Clock(skew)) => Reply::json(403, format!(r#"{{"message": "{skew}"}}"#)).date(now),
//!         Err(Refusal::Signature(_)) => Reply::new(403),
//!     }
//! });
//! # drop(server);
//! ```

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::Request;

/// The signature scheme of a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// AWS Signature Version 4, in the `Authorization` header.
    AwsSigV4 {
        /// The service that the scope must name.
        service: &'static str,
    },
    /// Volcengine's `HMAC-SHA256`.
    Volcengine {
        /// The service that the scope must name.
        service: &'static str,
    },
    /// Baidu's `bce-auth-v1`, which covers no body.
    Baidu,
    /// Huawei's `SDK-HMAC-SHA256`.
    Huawei,
}

impl Scheme {
    /// Returns the scheme of a spec of this workspace, by its name.
    pub fn of(spec: &str) -> Self {
        match spec {
            "aws-bedrock" => Self::AwsSigV4 { service: "bedrock" },
            "volcengine-ark" => Self::Volcengine { service: "ark" },
            "baidu-qianfan" => Self::Baidu,
            "huawei-fabric" => Self::Huawei,
            _ => panic!("no scheme is known for {spec}"),
        }
    }

    /// Returns the maximum difference between the date of a request and the time of the gateway.
    pub fn tolerance(self) -> Duration {
        Duration::from_secs(60 * self.by(5, 15, 30, 15))
    }

    fn by<T>(self, aws: T, volcengine: T, baidu: T, huawei: T) -> T {
        match self {
            Self::AwsSigV4 { .. } => aws,
            Self::Volcengine { .. } => volcengine,
            Self::Baidu => baidu,
            Self::Huawei => huawei,
        }
    }

    fn date_header(self) -> &'static str {
        self.by("x-amz-date", "x-date", "x-bce-date", "x-sdk-date")
    }

    fn token_header(self) -> &'static str {
        self.by(
            "x-amz-security-token",
            "x-security-token",
            "x-bce-security-token",
            "x-security-token",
        )
    }

    /// Returns the header with the hash of the body, which Baidu does not have.
    fn hash_header(self) -> Option<&'static str> {
        self.by(
            Some("x-amz-content-sha256"),
            Some("x-content-sha256"),
            None,
            Some("x-sdk-content-sha256"),
        )
    }
}

/// Keys of a caller.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Access key ID.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
    /// Token of temporary credentials. Requests must contain it, and must not contain a token if this is `None`.
    pub session_token: Option<String>,
}

impl Keys {
    /// Creates permanent keys.
    pub fn new(access_key: &str, secret_key: &str) -> Self {
        Self {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: None,
        }
    }

    /// Adds a token, which makes the keys temporary.
    pub fn with_token(mut self, token: &str) -> Self {
        self.session_token = Some(token.to_owned());
        self
    }
}

/// Reason for which a gateway refuses a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The signature is wrong, or does not cover everything that it must.
    Signature(String),
    /// The signature is right, but its date is not.
    Clock(Skew),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(fault) => f.write_str(fault),
            Self::Clock(skew) => skew.fmt(f),
        }
    }
}

/// A date that differs too much from that of the judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Date of the request.
    pub signed: SystemTime,
    /// Date of the judge.
    pub now: SystemTime,
    /// Maximum difference.
    pub tolerance: Duration,
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (signed, now) = (super::http_date(self.signed), super::http_date(self.now));
        write!(f, "signed at {signed}, but it is {now}")?;
        write!(f, " and no more than {:?} are allowed", self.tolerance)
    }
}

/// Components of an `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Access key ID.
    pub access_key: String,
    /// Region of the scope, which does not exist for Baidu and Huawei.
    pub region: Option<String>,
    /// Signed headers, as listed. For Baidu, an empty list means the default headers.
    pub signed_headers: Vec<String>,
    /// Signature, in hexadecimal digits.
    pub signature: String,
    /// AWS and Volcengine: date, region, service and terminator.
    scope: Vec<String>,
    /// Baidu: everything before the list of headers.
    prefix: String,
    /// Baidu: date and validity.
    validity: Option<(String, Duration)>,
}

/// Checks a request as a gateway does: first its signature, then its date with the vendor's tolerance.
pub fn judge(
    scheme: Scheme,
    request: &Request,
    keys: &Keys,
    now: SystemTime,
) -> Result<(), Refusal> {
    signature(scheme, request, keys).map_err(Refusal::Signature)?;
    clock(scheme, request, now, scheme.tolerance())
}

/// Checks that the signature matches these keys and covers everything that it must. The error contains the text that
/// was signed here.
pub fn signature(scheme: Scheme, request: &Request, keys: &Keys) -> Result<(), String> {
    let authorization = authorization(scheme, request)?;
    if authorization.access_key != keys.access_key {
        return Err(format!("the access key is {:?}", authorization.access_key));
    }
    check_scope(scheme, request, &authorization)?;
    let signed = signed_headers(scheme, request, &authorization)?;
    check_coverage(scheme, request, &signed)?;
    check_token(scheme, request, keys)?;
    let payload = payload_hash(scheme, request)?;
    let mut tried = String::new();
    for host in hosts(scheme, request)? {
        let canonical = canonical_request(scheme, request, &signed, &payload, &host)?;
        let expected = sign(scheme, request, &authorization, keys, &canonical)?;
        if expected == authorization.signature {
            return Ok(());
        }
        let _ = write!(tried, "\nexpected {expected} for\n{canonical}");
    }
    Err(format!(
        "the signature is {}{tried}",
        authorization.signature
    ))
}

/// Checks whether the date of a request is close enough to the time of the server.
pub fn clock(
    scheme: Scheme,
    request: &Request,
    now: SystemTime,
    tolerance: Duration,
) -> Result<(), Refusal> {
    let authorization = authorization(scheme, request).map_err(Refusal::Signature)?;
    let mut dates = Vec::new();
    if let Some((signed, validity)) = &authorization.validity {
        let signed = parse_date(scheme, signed).map_err(Refusal::Signature)?;
        // A signature may expire earlier than the tolerance allows.
        dates.push((signed, tolerance.min(*validity)));
    }
    // Baidu's header is optional; without it, only the date in the authorization is checked.
    if dates.is_empty() || request.header(scheme.date_header()).is_some() {
        let signed = date(scheme, request).map_err(Refusal::Signature)?;
        dates.push((signed, tolerance));
    }
    for (signed, late) in dates {
        let good = match now.duration_since(signed) {
            Ok(behind) => behind <= late,
            Err(error) => error.duration() <= tolerance,
        };
        if !good {
            return Err(Refusal::Clock(Skew {
                signed,
                now,
                tolerance: late,
            }));
        }
    }
    Ok(())
}

/// Returns the date in the vendor's header.
pub fn date(scheme: Scheme, request: &Request) -> Result<SystemTime, String> {
    parse_date(scheme, only(request, scheme.date_header())?)
}

/// Parses the `Authorization` header.
pub fn authorization(scheme: Scheme, request: &Request) -> Result<Authorization, String> {
    let text = only(request, "authorization")?;
    let parsed = match scheme {
        Scheme::AwsSigV4 { .. } => scoped(text, "AWS4-HMAC-SHA256"),
        Scheme::Volcengine { .. } => scoped(text, "HMAC-SHA256"),
        Scheme::Baidu => slashed(text),
        Scheme::Huawei => fields(text, "SDK-HMAC-SHA256", "Access")
            .map(|[access, signed, signature]| parts(access, signed, signature)),
    };
    let parsed = parsed.ok_or_else(|| format!("the authorization is {text:?}"))?;
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if parsed.signature.len() != 64 || !parsed.signature.bytes().all(hex) {
        return Err(format!("the signature is {:?}", parsed.signature));
    }
    Ok(parsed)
}

fn parts(access_key: &str, signed: &str, signature: &str) -> Authorization {
    let signed = signed.split(';').filter(|name| !name.is_empty());
    Authorization {
        access_key: access_key.to_owned(),
        region: None,
        signed_headers: signed.map(str::to_owned).collect(),
        signature: signature.to_owned(),
        scope: Vec::new(),
        prefix: String::new(),
        validity: None,
    }
}

/// Parses `ALGORITHM First=…, SignedHeaders=…, Signature=…`.
fn fields<'a>(text: &'a str, algorithm: &str, first: &str) -> Option<[&'a str; 3]> {
    let rest = text.strip_prefix(algorithm)?.strip_prefix(' ')?;
    let (one, rest) = rest.split_once(", ")?;
    let (two, three) = rest.split_once(", ")?;
    Some([
        one.strip_prefix(first)?.strip_prefix('=')?,
        two.strip_prefix("SignedHeaders=")?,
        three.strip_prefix("Signature=")?,
    ])
}

fn scoped(text: &str, algorithm: &str) -> Option<Authorization> {
    let [credential, signed, signature] = fields(text, algorithm, "Credential")?;
    let (access_key, scope) = credential.split_once('/')?;
    let mut parsed = parts(access_key, signed, signature);
    parsed.scope = scope.split('/').map(str::to_owned).collect();
    parsed.region = parsed.scope.get(1).cloned();
    Some(parsed)
}

/// Parses `bce-auth-v1/{access key}/{date}/{seconds}/{signed headers}/{signature}`.
fn slashed(text: &str) -> Option<Authorization> {
    let pieces: Vec<&str> = text.split('/').collect();
    let &[version, access_key, date, seconds, signed, signature] = pieces.as_slice() else {
        return None;
    };
    let valid = Duration::from_secs(seconds.parse().ok().filter(|&seconds| seconds > 0)?);
    let mut parsed = parts(access_key, signed, signature);
    parsed.prefix = [version, access_key, date, seconds].join("/");
    parsed.validity = Some((date.to_owned(), valid));
    (version == "bce-auth-v1").then_some(parsed)
}

fn check_scope(
    scheme: Scheme,
    request: &Request,
    authorization: &Authorization,
) -> Result<(), String> {
    let (wanted, terminator) = match scheme {
        Scheme::AwsSigV4 { service } => (service, "aws4_request"),
        Scheme::Volcengine { service } => (service, "request"),
        Scheme::Baidu => {
            let (date, _) = authorization.validity.as_ref().ok_or("no date")?;
            return parse_date(scheme, date).map(drop);
        }
        Scheme::Huawei => return date(scheme, request).map(drop),
    };
    date(scheme, request)?;
    let day = only(request, scheme.date_header())?.get(..8);
    match authorization.scope.as_slice() {
        [scope_day, region, service, end]
            if day == Some(scope_day) && service == wanted && end == terminator =>
        {
            // Other characters mean that the region is an endpoint, or a template whose placeholder was not replaced.
            let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if region.is_empty() || !region.chars().all(named) {
                return Err(format!("the region is {region:?}"));
            }
            Ok(())
        }
        scope => Err(format!("the scope is {}", scope.join("/"))),
    }
}

/// Checks the list of signed headers, and returns their names in sorted order.
fn signed_headers(
    scheme: Scheme,
    request: &Request,
    authorization: &Authorization,
) -> Result<Vec<String>, String> {
    let listed = &authorization.signed_headers;
    let sorted: BTreeSet<String> = if scheme == Scheme::Baidu && listed.is_empty() {
        let default = ["host", "content-length", "content-type", "content-md5"];
        let names = request.headers.iter().map(|(name, _)| name);
        names
            .filter(|name| default.contains(&name.as_str()) || name.starts_with("x-bce-"))
            .cloned()
            .collect()
    } else {
        listed.iter().cloned().collect()
    };
    let in_order = listed.iter().eq(&sorted);
    // Baidu allows any order: one of its SDKs prints a hash set.
    if listed.len() != sorted.len() && !listed.is_empty() || !in_order && scheme != Scheme::Baidu {
        return Err(format!("the signed headers are {listed:?}"));
    }
    for name in &sorted {
        if *name != name.to_ascii_lowercase() {
            return Err(format!("{name} is listed in capitals"));
        }
        match request.header_values(name).count() {
            0 => return Err(format!("{name} is signed, but did not arrive")),
            1 => {}
            // Only AWS defines how multiple values are joined.
            count if !matches!(scheme, Scheme::AwsSigV4 { .. }) => {
                return Err(format!("{name} is signed, but came {count} times"));
            }
            _ => {}
        }
    }
    Ok(sorted.into_iter().collect())
}

fn check_coverage(scheme: Scheme, request: &Request, signed: &[String]) -> Result<(), String> {
    let is_signed = |name: &str| signed.iter().any(|known| known == name);
    let mut needed = vec!["host"];
    if scheme != Scheme::Baidu {
        needed.push(scheme.date_header());
    }
    let prefix = scheme.by("x-amz-", "", "x-bce-", "");
    for (name, _) in &request.headers {
        let vendors = !prefix.is_empty() && name.starts_with(prefix);
        if vendors || name == scheme.token_header() || Some(name.as_str()) == scheme.hash_header() {
            needed.push(name);
        }
    }
    match needed.into_iter().find(|name| !is_signed(name)) {
        Some(name) => Err(format!("{name} is not signed")),
        None => Ok(()),
    }
}

fn check_token(scheme: Scheme, request: &Request, keys: &Keys) -> Result<(), String> {
    let name = scheme.token_header();
    match (&keys.session_token, request.header(name)) {
        (None, None) => Ok(()),
        (Some(wanted), Some(token)) if wanted == token => Ok(()),
        (Some(_), None) => Err(format!("{name} is missing")),
        (None, Some(_)) => Err(format!("{name} came with lasting keys")),
        (Some(_), Some(token)) => Err(format!("{name} is {token:?}")),
    }
}

fn payload_hash(scheme: Scheme, request: &Request) -> Result<String, String> {
    let hash = hex(&Sha256::digest(&request.body));
    let Some(name) = scheme.hash_header() else {
        return Ok(hash);
    };
    match request.header(name) {
        Some(sent) if sent != hash => {
            let json = request
                .header("content-type")
                .is_some_and(|kind| kind.contains("json"));
            // Huawei allows unsigned bodies that are not JSON.
            if scheme == Scheme::Huawei && sent == "UNSIGNED-PAYLOAD" && !json {
                return Ok(sent.to_owned());
            }
            Err(format!("{name} is {sent}, but the body has {hash}"))
        }
        _ => Ok(hash),
    }
}

/// Returns the hosts that may have been signed. Most SDKs of Volcengine sign the host without its port, although they
/// send it.
fn hosts(scheme: Scheme, request: &Request) -> Result<Vec<String>, String> {
    let sent = only(request, "host")?;
    let mut hosts = vec![sent.to_owned()];
    if matches!(scheme, Scheme::Volcengine { .. })
        && let Some(bare) = sent
            .strip_suffix(":80")
            .or_else(|| sent.strip_suffix(":443"))
    {
        hosts.push(bare.to_owned());
    }
    Ok(hosts)
}

fn canonical_request(
    scheme: Scheme,
    request: &Request,
    signed: &[String],
    payload: &str,
    host: &str,
) -> Result<String, String> {
    let path = canonical_path(scheme, &request.path)?;
    let query = canonical_query(scheme, &request.query)?;
    let mut lines = Vec::new();
    for name in signed {
        let values: Vec<&str> = if name == "host" {
            vec![host]
        } else {
            request.header_values(name).collect()
        };
        match scheme {
            Scheme::AwsSigV4 { .. } => {
                let values: Vec<String> = values.into_iter().map(without_runs).collect();
                lines.push(format!("{name}:{}", values.join(",")));
            }
            Scheme::Volcengine { .. } | Scheme::Huawei => {
                lines.push(format!("{name}:{}", values.concat().trim()));
            }
            Scheme::Baidu => {
                let value = values.concat();
                // Baidu lists a header without a value, but does not hash it.
                if !value.trim().is_empty() {
                    let (name, value) = (encode(name.as_bytes()), encode(value.trim().as_bytes()));
                    lines.push(format!("{name}:{value}"));
                }
            }
        }
    }
    let method = &request.method;
    if scheme == Scheme::Baidu {
        lines.sort();
        let headers = lines.join("\n");
        return Ok(format!("{method}\n{path}\n{query}\n{headers}"));
    }
    let headers = lines.join("\n");
    let names = signed.join(";");
    Ok(format!(
        "{method}\n{path}\n{query}\n{headers}\n\n{names}\n{payload}"
    ))
}

fn canonical_path(scheme: Scheme, path: &str) -> Result<String, String> {
    let encoded = |bytes: &[u8]| {
        let segments: Vec<String> = bytes.split(|&byte| byte == b'/').map(encode).collect();
        segments.join("/")
    };
    Ok(match scheme {
        // All services except S3 normalize the path and encode it a second time.
        Scheme::AwsSigV4 { .. } => encoded(resolved(path).as_bytes()),
        Scheme::Volcengine { .. } | Scheme::Baidu => encoded(&decode(path, false)?),
        // An escaped slash is decoded, and the path always ends in a slash.
        Scheme::Huawei => {
            let mut path = encoded(&decode(path, false)?);
            if !path.ends_with('/') {
                path.push('/');
            }
            path
        }
    })
}

/// Returns a path without dot segments and repeated slashes.
fn resolved(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut resolved = format!("/{}", kept.join("/"));
    if !kept.is_empty() && path.ends_with('/') {
        resolved.push('/');
    }
    resolved
}

fn canonical_query(scheme: Scheme, query: &str) -> Result<String, String> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name, true)?, decode(value, true)?));
    }
    let joined = |(name, value): &(Vec<u8>, Vec<u8>)| format!("{}={}", encode(name), encode(value));
    let lines: Vec<String> = match scheme {
        Scheme::AwsSigV4 { .. } => {
            pairs.sort_by_key(|(name, value)| (encode(name), encode(value)));
            pairs.iter().map(joined).collect()
        }
        Scheme::Volcengine { .. } | Scheme::Huawei => {
            pairs.sort();
            pairs.iter().map(joined).collect()
        }
        Scheme::Baidu => {
            pairs.retain(|(name, _)| !name.eq_ignore_ascii_case(b"authorization"));
            let mut lines: Vec<String> = pairs.iter().map(joined).collect();
            lines.sort();
            lines
        }
    };
    Ok(lines.join("&"))
}

fn sign(
    scheme: Scheme,
    request: &Request,
    authorization: &Authorization,
    keys: &Keys,
    canonical: &str,
) -> Result<String, String> {
    let secret = keys.secret_key.as_bytes();
    let hash = hex(&Sha256::digest(canonical));
    let scope = authorization.scope.join("/");
    let chain = |start: &[u8]| {
        let scope = authorization.scope.iter();
        scope.fold(start.to_vec(), |key, part| hmac(&key, part.as_bytes()))
    };
    let (key, text) = match scheme {
        Scheme::AwsSigV4 { .. } => {
            let date = only(request, scheme.date_header())?;
            let key = chain(&[b"AWS4", secret].concat());
            (key, format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}"))
        }
        Scheme::Volcengine { .. } => {
            let date = only(request, scheme.date_header())?;
            (
                chain(secret),
                format!("HMAC-SHA256\n{date}\n{scope}\n{hash}"),
            )
        }
        // The next key is the hexadecimal form of this key, not its bytes.
        Scheme::Baidu => {
            let key = hex(&hmac(secret, authorization.prefix.as_bytes()));
            (key.into_bytes(), canonical.to_owned())
        }
        Scheme::Huawei => {
            let date = only(request, scheme.date_header())?;
            (secret.to_vec(), format!("SDK-HMAC-SHA256\n{date}\n{hash}"))
        }
    };
    Ok(hex(&hmac(&key, text.as_bytes())))
}

/// Returns the value of a header that must occur exactly once.
fn only<'a>(request: &'a Request, name: &'a str) -> Result<&'a str, String> {
    let mut values = request.header_values(name);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(format!("{name} is missing")),
        (Some(_), Some(_)) => Err(format!("{name} came more than once")),
    }
}

/// Parses `20240514T130512Z`, or for Baidu `2024-05-14T13:05:12Z`.
fn parse_date(scheme: Scheme, text: &str) -> Result<SystemTime, String> {
    let pattern = match scheme {
        Scheme::Baidu => "0000-00-00T00:00:00Z",
        _ => "00000000T000000Z",
    };
    let wrong = || format!("the date is {text:?}");
    let fits = text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| {
            if wanted == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == wanted
            }
        });
    if !fits {
        return Err(wrong());
    }
    let digits: Vec<u64> = text
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|digit| u64::from(digit - b'0'))
        .collect();
    let number =
        |from: usize, to: usize| digits[from..to].iter().fold(0, |n, digit| n * 10 + digit);
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let (hour, minute, second) = (number(8, 10), number(10, 12), number(12, 14));
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let known = (1970..).contains(&year) && (1..=12).contains(&month);
    if !known || hour > 23 || minute > 59 || second > 59 {
        return Err(wrong());
    }
    let (before, this) = (&months[..month as usize - 1], months[month as usize - 1]);
    if day == 0 || day > this {
        return Err(wrong());
    }
    let years: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    let days = years + before.iter().sum::<u64>() + day - 1;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Ok(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Percent-encodes everything except the unreserved characters of RFC 3986.
fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Percent-decodes a text. In a query, gateways treat a plus as a space.
fn decode(text: &str, plus_is_space: bool) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                digit(rest.next())
                    .zip(digit(rest.next()))
                    .map(|(high, low)| (high * 16 + low) as u8)
                    .ok_or_else(|| format!("a broken escape in {text:?}"))?
            }
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    Ok(bytes)
}

/// Returns a value with each run of spaces replaced by one space.
fn without_runs(value: &str) -> String {
    let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
