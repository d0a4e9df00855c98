//! Baidu `bce-auth-v1`: the body is not signed, and the string to sign is the canonical request itself.
//!
//! <https://cloud.baidu.com/doc/Reference/s/njwvz1yfu>

use std::time::SystemTime;

use percent_encoding::{percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{
    Request, Signing, WipedString, extended_date, hex, hmac_sha256, push_encoded_path, push_names,
    push_query, query_pairs, sorted_headers,
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
        let mut added = vec![("x-bce-date", date.as_str())];
        added.extend(token.map(|token| ("x-bce-security-token", token)));
        let headers = sorted_headers(request.headers, &added);

        let mut canonical = WipedString::with_capacity(512);
        canonical.push_str(request.method);
        canonical.push('\n');
        push_encoded_path(&mut canonical, percent_decode_str(request.path));
        canonical.push('\n');
        let mut pairs = query_pairs(request.query);
        pairs.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        // Sorted as lines `name=value`, in which a digit sorts before the equals sign.
        pairs.sort_by_cached_key(|(name, value)| format!("{name}={value}"));
        push_query(&mut canonical, &pairs);
        // An empty header is listed, but not signed.
        let mut lines: Vec<_> = headers
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| {
                Zeroizing::new(format!(
                    "\n{}:{}",
                    utf8_percent_encode(name, RESERVED),
                    utf8_percent_encode(value, RESERVED)
                ))
            })
            .collect();
        lines.sort_by(|one, other| one.as_str().cmp(other));
        canonical.extend(lines.iter().map(|line| line.as_str()));

        let prefix = format!("bce-auth-v1/{}/{date}/{}", key.id, self.valid_for);
        // The key is the hexadecimal text, not the bytes.
        let signing_key = Zeroizing::new(hex(&*hmac_sha256(
            key.secret.expose().as_bytes(),
            prefix.as_bytes(),
        )));
        let signature = hex(&*hmac_sha256(signing_key.as_bytes(), canonical.as_bytes()));

        let mut authorization = prefix;
        authorization.push('/');
        push_names(&mut authorization, &headers);
        authorization.push('/');
        authorization.push_str(&signature);
        let string_to_sign = canonical.to_string();
        Signing::new(canonical, string_to_sign, signature, added, authorization)
    }
}

impl Default for BaiduBceV1 {
    fn default() -> Self {
        Self::new()
    }
}
