//! Volcengine HMAC-SHA256: like the AWS scheme, but with other headers and without a prefix before the secret.
//!
//! <https://www.volcengine.com/docs/6369/67269>

use std::time::SystemTime;

use percent_encoding::percent_decode_str;

use super::{
    Request, Signing, WipedString, basic_date, body_hash, day, derived_key, hex, hmac_sha256,
    names, push_encoded_path, push_query_sorted_decoded, sha256_hex, sorted_headers,
};
use crate::auth::AccessKey;

const ALGORITHM: &str = "HMAC-SHA256";
const TERMINATOR: &str = "request";

/// Signer for a region and service of Volcengine.
///
/// Adds the headers `x-date`, `x-content-sha256`, `authorization` and, with a temporary key, `x-security-token`.
#[derive(Clone, Copy, Debug)]
pub struct VolcengineHmac<'a> {
    region: &'a str,
    service: &'a str,
}

impl<'a> VolcengineHmac<'a> {
    /// Creates a signer for a region such as `cn-beijing` and a service such as `ark`.
    pub fn new(region: &'a str, service: &'a str) -> Self {
        Self { region, service }
    }

    /// Signs a request.
    pub fn sign(&self, request: &Request<'_>, key: &AccessKey, now: SystemTime) -> Signing {
        let date = basic_date(now);
        let payload_hash = body_hash(request.body);
        let token = key.session_token.as_ref().map(|token| token.expose());
        let added = [
            Some(("x-date", date.as_str())),
            Some(("x-content-sha256", &*payload_hash)),
            token.map(|token| ("x-security-token", token)),
        ];
        let headers = sorted_headers(request.headers, &added);

        let mut canonical = WipedString::with_capacity(512);
        canonical.push_str(request.method);
        canonical.push('\n');
        push_encoded_path(&mut canonical, percent_decode_str(request.path));
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

        let steps = [day(&date), self.region, self.service, TERMINATOR];
        let scope = steps.join("/");
        let hash = sha256_hex(canonical.as_bytes());
        let string_to_sign = [ALGORITHM, &date, &scope, &hash].join("\n");
        let signing_key = derived_key(key.secret.expose().as_bytes(), &steps);
        let signature = hex(&*hmac_sha256(&*signing_key, string_to_sign.as_bytes()));

        let authorization = [
            ALGORITHM,
            " Credential=",
            &key.id,
            "/",
            &scope,
            ", SignedHeaders=",
            &names,
            ", Signature=",
            &signature,
        ]
        .concat();
        Signing::new(canonical, string_to_sign, signature, &added, authorization)
    }
}
