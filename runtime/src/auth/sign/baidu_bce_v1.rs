//! Baidu `bce-auth-v1`: the body is not signed, and the string to sign is the canonical request itself.
//!
//! <https://cloud.baidu.com/doc/Reference/s/njwvz1yfu>

use std::borrow::Cow;
use std::time::SystemTime;

use percent_encoding::{percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{
    Pair, Request, Signing, WipedString, extended_date, hex, hmac_sha256, names, push_encoded_path,
    push_query, query_pairs, sort, sorted_headers,
};
use crate::auth::AccessKey;
use crate::encode::RESERVED;

/// Signer for Baidu.
///
/// Adds the headers `x-bce-date`, `authorization` and, with a temporary key, `x-bce-security-token`.
#[derive(Clone, Copy, Debug)]
pub struct BaiduBceV1 {
    valid_for: u32,
}

impl BaiduBceV1 {
    /// Creates a signer whose signatures are valid for half an hour.
    pub fn new() -> Self {
        Self { valid_for: 1800 }
    }

    /// Sets for how many seconds a signature is valid.
    pub fn valid_for(mut self, seconds: u32) -> Self {
        self.valid_for = seconds;
        self
    }

    /// Signs a request.
    pub fn sign(&self, request: &Request<'_>, key: &AccessKey, now: SystemTime) -> Signing {
        let date = extended_date(now);
        let token = key.session_token.as_ref().map(|token| token.expose());
        let added = [
            Some(("x-bce-date", date.as_str())),
            token.map(|token| ("x-bce-security-token", token)),
        ];
        let headers = sorted_headers(request.headers, &added);

        let mut canonical = WipedString::with_capacity(512);
        canonical.push_str(request.method);
        canonical.push('\n');
        push_encoded_path(&mut canonical, percent_decode_str(request.path));
        canonical.push('\n');
        let mut pairs = query_pairs(request.query);
        pairs.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        // Sorted as lines `name=value`, in which a digit sorts before the equals sign.
        sort(&mut pairs, |one, other| {
            let line = |(name, value): &Pair<'_>| [&**name, "=", &**value].concat();
            line(one).cmp(&line(other))
        });
        push_query(&mut canonical, &pairs);
        // An empty header is listed, but not signed.
        let mut signed: Vec<Pair<'_>> = Vec::with_capacity(headers.len());
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            signed.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        }
        sort(&mut signed, |one, other| {
            line(one)
                .flat_map(str::bytes)
                .cmp(line(other).flat_map(str::bytes))
        });
        for header in &signed {
            canonical.push('\n');
            canonical.extend(line(header));
        }

        let prefix = format!("bce-auth-v1/{}/{date}/{}", key.id, self.valid_for);
        // The key is the hexadecimal text, not the bytes.
        let signing_key = Zeroizing::new(hex(&*hmac_sha256(
            key.secret.expose().as_bytes(),
            prefix.as_bytes(),
        )));
        let signature = hex(&*hmac_sha256(signing_key.as_bytes(), canonical.as_bytes()));

        let authorization = [&*prefix, &names(&headers), &signature].join("/");
        let string_to_sign = canonical.to_string();
        Signing::new(canonical, string_to_sign, signature, &added, authorization)
    }
}

/// Returns the line of a header that is signed, in pieces.
fn line<'a>((name, value): &'a Pair<'_>) -> impl Iterator<Item = &'a str> {
    utf8_percent_encode(name, RESERVED)
        .chain([":"])
        .chain(utf8_percent_encode(value, RESERVED))
}

impl Default for BaiduBceV1 {
    fn default() -> Self {
        Self::new()
    }
}
