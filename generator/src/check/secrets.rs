//! Detects secrets by their names.

use crate::names;

/// Whether a name is that of a secret. Pagination cursors do not count, although some are called tokens.
pub(super) fn is_secret(name: &str) -> bool {
    let name = names::member(name);
    let words: Vec<_> = name.split('_').collect();
    let is_cursor = [
        "next",
        "page",
        "continuation",
        "marker",
        "start",
        "previous",
    ]
    .iter()
    .any(|word| words.contains(word));
    let last = words.last().copied().unwrap_or_default();
    !is_cursor
        && (matches!(words.as_slice(), ["ak"] | ["sk"])
            || words.iter().any(|word| {
                matches!(
                    *word,
                    "secret"
                        | "password"
                        | "passwd"
                        | "pwd"
                        | "signature"
                        | "apikey"
                        | "accesskey"
                        | "secretkey"
                        | "passphrase"
                        | "credential"
                        | "credentials"
                )
            })
            || matches!(last, "token" | "tokens")
            || name.ends_with("access_key")
            || name.ends_with("access_key_id")
            || name.ends_with("api_key")
            || name.ends_with("private_key"))
}
