//! The judge of signatures: it verifies a request as the gateway of a service does.
//!
//! It is written from the vendors' descriptions and shares no code with the signers, so that it cannot repeat their mistakes. It is
//! as strict as a gateway may be: everything that a scheme requires must be signed, and the date must be right.
//!
//! Messages name what is wrong, but neither secrets nor the signature that would be right.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::NaiveDate;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::query;
use crate::auth::{AccessKey, Credentials, CredentialsKind};
use crate::service::{Form, Scheme, Signature};

/// Reason for which a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The credentials are missing or not known, or the signature is wrong or does not cover everything that it must.
    Credentials(String),
    /// The signature is right, but its date is not.
    Clock(String),
}

/// Checks that a request has credentials that are known, and that it was signed with them.
pub(super) fn verify(
    schemes: &[Scheme],
    request: &Request<Bytes>,
    known: &[Credentials],
    now: SystemTime,
) -> Result<(), Refusal> {
    let headers = headers(request).map_err(Refusal::Credentials)?;
    let authorization = at_most_one(&headers, "authorization").map_err(Refusal::Credentials)?;
    let mut may_be_anonymous = false;
    for scheme in schemes {
        match scheme {
            Scheme::Bearer { .. } => {
                if let Some(token) = authorization.and_then(|text| text.strip_prefix("Bearer ")) {
                    return is_known(known, "bearer token", |kind| match kind {
                        CredentialsKind::Bearer(secret) => secret.expose() == token,
                        _ => false,
                    });
                }
            }
            Scheme::Token { header, .. } => {
                let header = header.to_ascii_lowercase();
                let token = at_most_one(&headers, &header).map_err(Refusal::Credentials)?;
                if let Some(token) = token {
                    return is_known(known, "token", |kind| match kind {
                        CredentialsKind::Token(secret) => secret.expose() == token,
                        _ => false,
                    });
                }
            }
            Scheme::QueryToken { query: name, .. } => {
                let pairs = query::texts(request.uri().query().unwrap_or_default());
                let pairs = pairs.map_err(Refusal::Credentials)?;
                let mut tokens = pairs.iter().filter(|(other, _)| other == name);
                if let Some((_, token)) = tokens.next() {
                    if tokens.next().is_some() {
                        let problem = format!("the parameter {name} came more than once");
                        return Err(Refusal::Credentials(problem));
                    }
                    return is_known(known, "token", |kind| match kind {
                        CredentialsKind::Token(secret) => secret.expose() == token,
                        _ => false,
                    });
                }
            }
            Scheme::Basic(_) => {
                if let Some(text) = authorization.and_then(|text| text.strip_prefix("Basic ")) {
                    let pair = STANDARD.decode(text).map(Zeroizing::new);
                    return is_known(known, "user name or password", |kind| match (kind, &pair) {
                        (CredentialsKind::Basic { user, password }, Ok(pair)) => {
                            let mut parts = pair.splitn(2, |byte| *byte == b':');
                            parts.next() == Some(user.as_bytes())
                                && parts.next() == Some(password.expose().as_bytes())
                        }
                        _ => false,
                    });
                }
            }
            // Credentials are checked wherever they come, even those of a scheme that is named later.
            Scheme::None => may_be_anonymous = true,
            _ => {
                let Some(signature) = scheme.signature() else {
                    continue;
                };
                let rest = authorization.and_then(|text| text.strip_prefix(signature.algorithm));
                if let Some(text) = rest.filter(|rest| rest.starts_with([' ', '/'])) {
                    let signed = Signed {
                        rules: &signature,
                        request,
                        headers: &headers,
                    };
                    return signed.verify(text, known, now);
                }
            }
        }
    }
    match authorization {
        None if may_be_anonymous => Ok(()),
        None => is_known(known, "request without credentials", |kind| {
            *kind == CredentialsKind::Anonymous
        }),
        Some(_) => Err(Refusal::Credentials(
            "the header authorization does not have the form of a scheme of the service".to_owned(),
        )),
    }
}

fn is_known(
    known: &[Credentials],
    what: &str,
    fits: impl Fn(&CredentialsKind) -> bool,
) -> Result<(), Refusal> {
    match known.iter().any(|credentials| fits(&credentials.kind)) {
        true => Ok(()),
        false => Err(Refusal::Credentials(format!("the {what} is not accepted"))),
    }
}

/// Names in lower case, and values without surrounding whitespace.
pub(super) type Headers<'a> = [(&'a str, &'a str)];

fn headers(request: &Request<Bytes>) -> Result<Vec<(&str, &str)>, String> {
    let headers = request.headers().iter();
    headers
        .map(|(name, value)| match str::from_utf8(value.as_bytes()) {
            Ok(value) => Ok((name.as_str(), value.trim_matches([' ', '\t']))),
            Err(_) => Err(format!("the header {name} is not text")),
        })
        .collect()
}

pub(super) fn values<'h>(headers: &'h Headers<'h>, name: &'h str) -> impl Iterator<Item = &'h str> {
    let headers = headers.iter();
    headers
        .filter(move |(known, _)| *known == name)
        .map(|(_, value)| *value)
}

fn at_most_one<'h>(headers: &'h Headers<'h>, name: &'h str) -> Result<Option<&'h str>, String> {
    let mut values = values(headers, name);
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(format!("the header {name} came more than once")),
        (value, None) => Ok(value),
    }
}

fn one<'h>(headers: &'h Headers<'h>, name: &'h str) -> Result<&'h str, String> {
    at_most_one(headers, name)?.ok_or_else(|| format!("the header {name} is missing"))
}

/// The parts of the header `Authorization`.
#[derive(Default)]
struct Authorization<'a> {
    id: &'a str,
    /// Signed headers, as listed. In the slashed form, an empty list means the default headers.
    signed_headers: Vec<&'a str>,
    signature: &'a str,
    /// Day, region, service and end.
    scope: Vec<&'a str>,
    /// In the slashed form: everything before the list of headers.
    prefix: String,
    /// In the slashed form: the date, and how long the signature is valid.
    validity: Option<(&'a str, Duration)>,
}

/// A signed request.
pub(super) struct Signed<'a> {
    pub(super) rules: &'a Signature,
    pub(super) request: &'a Request<Bytes>,
    pub(super) headers: &'a Headers<'a>,
}

impl<'a> Signed<'a> {
    /// `text` is the header `Authorization` after the name of the algorithm.
    fn verify(&self, text: &str, known: &[Credentials], now: SystemTime) -> Result<(), Refusal> {
        let authorization = self
            .parse(text)
            .ok_or_else(|| "the header authorization is malformed".to_owned())
            .map_err(Refusal::Credentials)?;
        self.check_signature(&authorization, known)
            .map_err(Refusal::Credentials)?;
        self.check_clock(&authorization, now)
    }

    fn parse<'t>(&self, text: &'t str) -> Option<Authorization<'t>> {
        let parsed = match self.rules.form {
            Form::Scoped { .. } => {
                let mut parsed = fields(text, "Credential=")?;
                let (id, scope) = parsed.id.split_once('/')?;
                parsed.id = id;
                parsed.scope = scope.split('/').collect();
                parsed
            }
            Form::Plain => fields(text, "Access=")?,
            Form::Slashed => {
                let pieces: Vec<&str> = text.split('/').collect();
                let &["", id, date, seconds, signed, signature] = pieces.as_slice() else {
                    return None;
                };
                let valid = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
                Authorization {
                    prefix: [self.rules.algorithm, id, date, seconds].join("/"),
                    validity: Some((date, Duration::from_secs(valid))),
                    ..listed(id, signed, signature)
                }
            }
        };
        let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let signature = parsed.signature.bytes();
        (signature.len() == 64 && signature.clone().all(is_hex)).then_some(parsed)
    }

    /// Checks that the signature was made with a known key and covers everything that it must.
    fn check_signature(
        &self,
        authorization: &Authorization<'_>,
        known: &[Credentials],
    ) -> Result<(), String> {
        let id = authorization.id;
        let keys = known
            .iter()
            .filter_map(|credentials| match &credentials.kind {
                CredentialsKind::AccessKey(key) if key.id == id => Some(key),
                _ => None,
            });
        let keys: Vec<&AccessKey> = keys.collect();
        if keys.is_empty() {
            return Err(format!("the access key {id:?} is not known"));
        }
        self.check_scope(authorization)?;
        let signed = self.signed_headers(authorization)?;
        self.check_coverage(&signed)?;
        let payload = self.payload_hash()?;
        let mut canonical = Vec::new();
        for host in self.hosts()? {
            canonical.push(self.canonical_request(&signed, &payload, host)?);
        }
        let mut problem = String::new();
        for key in keys {
            match self.check_token(key) {
                Err(wrong) => problem = wrong,
                Ok(()) => {
                    for text in &canonical {
                        if self.sign(authorization, key, text)? == authorization.signature {
                            return Ok(());
                        }
                    }
                    problem = "the signature does not fit the request and the secret".to_owned();
                }
            }
        }
        Err(problem)
    }

    /// Checks whether the date of the request is close enough to the time of the service.
    fn check_clock(
        &self,
        authorization: &Authorization<'_>,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let tolerance = self.rules.tolerance;
        let mut dates = Vec::new();
        if let Some((date, validity)) = authorization.validity {
            // A signature may expire earlier than the tolerance allows.
            dates.push((date, tolerance.min(validity)));
        }
        let header = at_most_one(self.headers, self.rules.date).map_err(Refusal::Credentials)?;
        dates.extend(header.map(|date| (date, tolerance)));
        for (date, late) in dates {
            let signed = self.parse_date(date).map_err(Refusal::Credentials)?;
            let is_good = match now.duration_since(signed) {
                Ok(behind) => behind <= late,
                Err(error) => error.duration() <= tolerance,
            };
            if !is_good {
                let minutes = late.as_secs() / 60;
                return Err(Refusal::Clock(format!(
                    "the request is dated {date}, which differs from the service's clock by more than {minutes} minutes"
                )));
            }
        }
        Ok(())
    }

    fn check_scope(&self, authorization: &Authorization<'_>) -> Result<(), String> {
        let Form::Scoped { service, end, .. } = self.rules.form else {
            let date = match authorization.validity {
                Some((date, _)) => date,
                None => one(self.headers, self.rules.date)?,
            };
            return self.parse_date(date).map(drop);
        };
        let date = one(self.headers, self.rules.date)?;
        self.parse_date(date)?;
        match authorization.scope.as_slice() {
            [day, region, named, last]
                if date.get(..8) == Some(day) && *named == service && *last == end =>
            {
                // Other characters mean that the region is an endpoint, or a template whose placeholder was not replaced.
                let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                match !region.is_empty() && region.chars().all(fits) {
                    true => Ok(()),
                    false => Err(format!("the region is {region:?}")),
                }
            }
            scope => Err(format!("the scope is {:?}", scope.join("/"))),
        }
    }

    /// Checks the list of signed headers, and returns their names in sorted order.
    fn signed_headers<'l>(&self, authorization: &Authorization<'l>) -> Result<Vec<&'l str>, String>
    where
        'a: 'l,
    {
        let listed = &authorization.signed_headers;
        let is_slashed = self.rules.form == Form::Slashed;
        let sorted: BTreeSet<&'l str> = if is_slashed && listed.is_empty() {
            let default = ["host", "content-length", "content-type", "content-md5"];
            let prefix = self.rules.prefix;
            let is_default = |name: &str| {
                default.contains(&name) || prefix.is_some_and(|prefix| name.starts_with(prefix))
            };
            let names = self.headers.iter().map(|(name, _)| *name);
            names.filter(|name| is_default(name)).collect()
        } else {
            listed.iter().copied().collect()
        };
        // The slashed form allows any order: one SDK prints a hash set.
        let is_sorted = is_slashed || listed.iter().eq(&sorted);
        if listed.len() != sorted.len() && !listed.is_empty() || !is_sorted {
            return Err(format!("the signed headers are {listed:?}"));
        }
        for name in &sorted {
            if name.bytes().any(|b| b.is_ascii_uppercase()) {
                return Err(format!("{name} is listed in capitals"));
            }
            match values(self.headers, name).count() {
                0 => return Err(format!("{name} is signed, but did not arrive")),
                1 => {}
                _ if self.rules.joins_headers => {}
                count => return Err(format!("{name} is signed, but came {count} times")),
            }
        }
        Ok(sorted.into_iter().collect())
    }

    fn check_coverage(&self, signed: &[&str]) -> Result<(), String> {
        let rules = self.rules;
        let mut needed = vec!["host"];
        if rules.form != Form::Slashed {
            needed.push(rules.date);
        }
        for (name, _) in self.headers {
            let has_prefix = rules.prefix.is_some_and(|prefix| name.starts_with(prefix));
            if has_prefix || *name == rules.token || Some(*name) == rules.hash {
                needed.push(name);
            }
        }
        match needed.into_iter().find(|name| !signed.contains(name)) {
            Some(name) => Err(format!("{name} is not signed")),
            None => Ok(()),
        }
    }

    fn check_token(&self, key: &AccessKey) -> Result<(), String> {
        let name = self.rules.token;
        match (&key.session_token, at_most_one(self.headers, name)?) {
            (None, None) => Ok(()),
            (Some(expected), Some(token)) if expected.expose() == token => Ok(()),
            (Some(_), None) => Err(format!("the header {name} is missing")),
            (None, Some(_)) => Err(format!("the key is not temporary, but there is a {name}")),
            (Some(_), Some(_)) => Err(format!("the header {name} has another session token")),
        }
    }

    fn payload_hash(&self) -> Result<String, String> {
        let hash = hex(&Sha256::digest(self.request.body()));
        let Some(name) = self.rules.hash else {
            return Ok(hash);
        };
        match at_most_one(self.headers, name)? {
            Some(sent) if sent != hash => {
                let is_json =
                    values(self.headers, "content-type").any(|kind| kind.contains("json"));
                match self.rules.unsigned_body {
                    Some(unsigned) if unsigned == sent && !is_json => Ok(sent.to_owned()),
                    _ => Err(format!("{name} is not the hash of the body")),
                }
            }
            _ => Ok(hash),
        }
    }

    /// Returns the hosts that may have been signed.
    fn hosts(&self) -> Result<Vec<&'a str>, String> {
        let sent = one(self.headers, "host")?;
        let bare = sent
            .strip_suffix(":80")
            .or_else(|| sent.strip_suffix(":443"));
        let bare = bare.filter(|_| self.rules.optional_port);
        Ok([sent].into_iter().chain(bare).collect())
    }

    /// Returns the signature that a canonical request should have.
    fn sign(
        &self,
        authorization: &Authorization<'_>,
        key: &AccessKey,
        canonical: &str,
    ) -> Result<String, String> {
        let algorithm = self.rules.algorithm;
        let secret = key.secret.expose().as_bytes();
        let hash = hex(&Sha256::digest(canonical));
        let signature = match self.rules.form {
            Form::Scoped { before_secret, .. } => {
                let date = one(self.headers, self.rules.date)?;
                let scope = authorization.scope.join("/");
                let start = Zeroizing::new([before_secret.as_bytes(), secret].concat());
                let mut key: Option<Key> = None;
                for part in &authorization.scope {
                    let with = key.as_ref().map_or(start.as_slice(), |key| key.as_slice());
                    key = Some(hmac(with, part.as_bytes()));
                }
                let key = key.ok_or("the scope is empty")?;
                hmac(
                    &*key,
                    format!("{algorithm}\n{date}\n{scope}\n{hash}").as_bytes(),
                )
            }
            Form::Plain => {
                let date = one(self.headers, self.rules.date)?;
                hmac(secret, format!("{algorithm}\n{date}\n{hash}").as_bytes())
            }
            // The key is the hexadecimal form of the first result, not its bytes.
            Form::Slashed => {
                let key = Zeroizing::new(hex(&*hmac(secret, authorization.prefix.as_bytes())));
                hmac(key.as_bytes(), canonical.as_bytes())
            }
        };
        Ok(hex(&*signature))
    }

    /// Parses `20240514T130512Z`, or in the extended form `2024-05-14T13:05:12Z`.
    fn parse_date(&self, text: &str) -> Result<SystemTime, String> {
        let pattern = match self.rules.extended_date {
            true => "0000-00-00T00:00:00Z",
            false => "00000000T000000Z",
        };
        let fits = |(byte, expected): (u8, u8)| match expected {
            b'0' => byte.is_ascii_digit(),
            _ => byte == expected,
        };
        let has_form = text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
        let parse = || {
            let year = i32::try_from(number(0, 4)?)
                .ok()
                .filter(|year| *year >= 1970)?;
            let day = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
            let time = day.and_hms_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?)?;
            let seconds = u64::try_from(time.and_utc().timestamp()).ok()?;
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
        };
        let time = if has_form { parse() } else { None };
        time.ok_or_else(|| format!("the date is {text:?}"))
    }
}

/// Parses ` {first}…, SignedHeaders=…, Signature=…`.
fn fields<'t>(text: &'t str, first: &str) -> Option<Authorization<'t>> {
    let rest = text.strip_prefix(' ')?;
    let (one, rest) = rest.split_once(", ")?;
    let (two, three) = rest.split_once(", ")?;
    Some(listed(
        one.strip_prefix(first)?,
        two.strip_prefix("SignedHeaders=")?,
        three.strip_prefix("Signature=")?,
    ))
}

fn listed<'t>(id: &'t str, signed: &'t str, signature: &'t str) -> Authorization<'t> {
    let signed = signed.split(';').filter(|name| !name.is_empty());
    Authorization {
        id,
        signed_headers: signed.collect(),
        signature,
        ..Authorization::default()
    }
}

type Key = Zeroizing<[u8; 32]>;

fn hmac(key: &[u8], text: &[u8]) -> Key {
    #[expect(
        clippy::expect_used,
        reason = "HMAC accepts keys of any length; the error exists for other algorithms of the trait"
    )]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts keys of any length");
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
