//! Detects secrets by their names.

use crate::names;

/// Words of a secret, wherever they are in a name.
const SECRETS: &[&str] = &[
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "pwd",
    "signature",
    "apikey",
    "accesskey",
    "secretkey",
    "passphrase",
    "credential",
    "credentials",
];

/// Names that end in two words of a secret.
const PAIRS: &[&str] = &["access_key", "access_key_id", "api_key", "private_key"];

/// Last words of names that describe a secret or say where it is, as in `secretArn` and `passwordPolicy`.
const DESCRIPTIONS: &[&str] = &[
    "algorithm",
    "arn",
    "arns",
    "at",
    "count",
    "date",
    "days",
    "description",
    "email",
    "enabled",
    "endpoint",
    "expiration",
    "expired",
    "expires",
    "expiry",
    "format",
    "id",
    "identifier",
    "ids",
    "kind",
    "label",
    "length",
    "location",
    "method",
    "mode",
    "name",
    "names",
    "path",
    "policies",
    "policy",
    "prefix",
    "provider",
    "ref",
    "reference",
    "region",
    "required",
    "role",
    "rotation",
    "scheme",
    "source",
    "state",
    "status",
    "time",
    "timestamp",
    "type",
    "types",
    "uri",
    "url",
    "usage",
    "user",
    "username",
    "version",
    "versions",
];

/// Words before `token` that make it a cursor, an idempotency token or the version of a resource.
const HARMLESS_TOKENS: &[&str] = &[
    "next",
    "page",
    "pagination",
    "paging",
    "continuation",
    "continue",
    "marker",
    "start",
    "starting",
    "previous",
    "prev",
    "last",
    "cursor",
    "resume",
    "scroll",
    "sync",
    "change",
    "lock",
    "revision",
    "concurrency",
    "client",
    "request",
    "idempotency",
    "idempotent",
    "creation",
    "creator",
    "stop",
    "max",
    "total",
    "prompt",
    "completion",
    "input",
    "output",
];

/// Whether a name is that of a secret. Cursors and idempotency tokens do not count, although they are called tokens, nor
/// do names that describe a secret without having it.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = names::member(name);
    let words: Vec<_> = name.split('_').collect();
    let last = words.last().copied().unwrap_or_default();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if PAIRS.iter().any(|pair| name.ends_with(pair)) || matches!(words.as_slice(), ["ak" | "sk"]) {
        return true;
    }
    if has(SECRETS) {
        return !DESCRIPTIONS.contains(&last);
    }
    matches!(last, "token" | "tokens") && !has(HARMLESS_TOKENS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_about_secrets() {
        for name in [
            "password",
            "newPassword",
            "previousPassword",
            "clientSecret",
            "secretAccessKey",
            "accessKeyId",
            "sessionToken",
            "X-Api-Key",
            "apiKey",
            "privateKey",
            "token",
            "authTokens",
            "secretValue",
            "dbCredentials",
            "SK",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "secretArn",
            "secretId",
            "secretName",
            "secretVersionId",
            "passwordPolicy",
            "credentialsArn",
            "credentialType",
            "signatureVersion",
            "nextToken",
            "NextPageToken",
            "paginationToken",
            "clientToken",
            "clientRequestToken",
            "lockToken",
            "maxTokens",
            "tokenType",
            "tokenizer",
            "key",
            "keyId",
            "secretary",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
