//! Huawei Cloud SDK-HMAC-SHA256: no key is derived, and the canonical path ends with a slash.
//!
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>

use std::time::SystemTime;

use percent_encoding::percent_decode_str;

use super::{
    Request, Signing, WipedString, basic_date, body_hash, header, hex, hmac_sha256, names,
    push_encoded_path, push_query_sorted_decoded, sha256_hex, sorted_headers,
};
use crate::auth::AccessKey;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Signer for Huawei Cloud.
///
/// Adds the headers `x-sdk-date`, `authorization` and, with a temporary key, `x-security-token`. If a header
/// `x-sdk-content-sha256` is signed, its value replaces the hash of the body.
#[derive(Clone, Copy, Debug, Default)]
pub struct HuaweiSdkHmac;

impl HuaweiSdkHmac {
    /// Signs a request.
    pub fn sign(&self, request: &Request<'_>, key: &AccessKey, now: SystemTime) -> Signing {
        let date = basic_date(now);
        let token = key.session_token.as_ref().map(|token| token.expose());
        let added = [
            Some(("x-sdk-date", date.as_str())),
            token.map(|token| ("x-security-token", token)),
        ];
        let headers = sorted_headers(request.headers, &added);
        let payload_hash = match header(&headers, "x-sdk-content-sha256") {
            Some(hash) => hash.into(),
            None => body_hash(request.body),
        };

        let mut canonical = WipedString::with_capacity(512);
        canonical.push_str(request.method);
        canonical.push('\n');
        push_encoded_path(&mut canonical, percent_decode_str(request.path));
        if !canonical.ends_with('/') {
            canonical.push('/');
        }
        canonical.push('\n');
        push_query_sorted_decoded(&mut canonical, request.query);
        canonical.push('\n');
        for (name, value) in &headers {
            canonical.push_str(name);
            canonical.push(':');
            canonical.push_str(value);
            canonical.push('\n');
        }
        canonical.push('\n');
        let names = names(&headers);
        canonical.push_str(&names);
        canonical.push('\n');
        canonical.push_str(&payload_hash);

        let string_to_sign = format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical.as_bytes()));
        let signature = hex(&*hmac_sha256(
            key.secret.expose().as_bytes(),
            string_to_sign.as_bytes(),
        ));

        let authorization = format!(
            "{ALGORITHM} Access={}, SignedHeaders={names}, Signature={signature}",
            key.id
        );
        Signing::new(canonical, string_to_sign, signature, &added, authorization)
    }
}
