//! Recognizes values that look like secrets, which must not be in a configuration file.

/// Returns whether a key is one under which people write secrets.
pub(super) fn is_key_of_secret(key: &str) -> bool {
    let key = key.to_lowercase().replace(['-', '_'], "");
    let words = ["secret", "password", "token", "key", "credential"];
    matches!(key.as_str(), "ak" | "sk") || words.iter().any(|word| key.contains(word))
}

/// Returns whether the value of a key looks like a secret or the ID of an access key: long, and without the separators that
/// names have.
pub(super) fn is_secret(key: &str, value: &str) -> bool {
    match key {
        // URLs with a password or a signature.
        "endpoint" => value.contains(['@', '?']),
        // IDs of Huawei's projects look like the keys of other clouds.
        "project" | "workspace"
            if value
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')) =>
        {
            false
        }
        _ => value.split([' ', ',', ';']).any(is_random),
    }
}

/// Returns whether a word looks as if a machine had made it: it changes all the time between letters and digits, or between
/// capitals and small letters.
fn is_random(word: &str) -> bool {
    /// Beginnings of IDs of access keys.
    const KEYS: [&str; 4] = ["AKIA", "ASIA", "AKLT", "ALTAK"];
    let is_of = |more: &str| {
        word.chars()
            .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let pairs = word.as_bytes().windows(2);
    let changes = pairs.filter(|pair| match pair {
        [a, b] if a.is_ascii_digit() != b.is_ascii_digit() => true,
        [a, b] => a.is_ascii_lowercase() && b.is_ascii_uppercase(),
        _ => false,
    });
    let changes = changes.count();
    let is_id = KEYS.iter().any(|key| word.starts_with(key));
    let is_key = word.len() >= 16 && is_of("+/=") && (changes >= 3 || is_id);
    // Tokens have separators, but no name is that long.
    let is_token = word.len() >= 64 && is_of("+/=._-%|");
    is_key || is_token
}

/// Returns whether a text can be the name of an environment variable.
pub(super) fn is_variable_name(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_start) && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_look_like_secrets() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "0123456789abcdef0123456789abcdef",
            "AKLTYWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg",
            "TmpBek9XVmhOalJpWkRFeA==",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
            "key wJalrXUtnFEMI7K7MDENG",
        ] {
            assert!(is_secret("label", value), "{value}");
        }
        assert!(is_secret("endpoint", "https://user:hush@host"));
    }

    #[test]
    fn names_do_not() {
        for value in [
            "production",
            "marketingmodels2026",
            "us-east-1",
            "aws prod 123456789012",
            "财务部的自定义模型",
            "AdministratorAccess-123456789012",
            "BEDROCK_PROD_SECRET_ACCESS_KEY_2",
            "ourcustommodelsofproduction",
        ] {
            assert!(!is_secret("label", value), "{value}");
        }
        assert!(!is_secret("project", "0123456789abcdef0123456789abcdef"));
        assert!(!is_secret(
            "workspace",
            "9a7a1c60-2f4e-4b0e-9d5f-2f6c1d0e8b11"
        ));
        assert!(!is_secret("endpoint", "http://127.0.0.1:8080"));
    }
}
