//! Redaction: removes secrets from `Debug` output and from text that services, proxies and providers send.

use std::collections::HashSet;
use std::fmt;

use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use crate::encode::RESERVED;

/// Replacement of a secret in messages.
pub(crate) const REDACTED: &str = "***";

/// Shows `***` for a sensitive field in generated `Debug` implementations.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The secrets of a call. Every [`Error`](super::Error) is created with them, so none can contain one.
pub(crate) trait Secrets {
    /// Calls `each` with every secret.
    fn for_each(&self, each: &mut dyn FnMut(&str));
}

/// No secrets.
impl Secrets for () {
    fn for_each(&self, _: &mut dyn FnMut(&str)) {}
}

/// Removes all secrets from a text, and all credentials of `Basic` and `Bearer` authentication, known or not.
pub(crate) fn redact(text: &mut String, secrets: &dyn Secrets) {
    redact_authorization(text);
    secrets.for_each(&mut |secret| redact_secret(text, secret));
}

/// Shorter fragments of a secret do not give it away, and would match ordinary words.
const FRAGMENT: usize = 12;

/// A shorter secret is not looked for: it would be found in every other word.
const SHORTEST: usize = 6;

/// Removes one secret in all forms that services echo: plain, percent-encoded, in JSON with escaped slashes. Fragments of
/// at least [`FRAGMENT`] bytes are removed as well, because services truncate what they echo.
fn redact_secret(text: &mut String, secret: &str) {
    let encoded = Zeroizing::new(utf8_percent_encode(secret, RESERVED).to_string());
    let lower = Zeroizing::new(encoded.to_ascii_lowercase());
    let escaped = Zeroizing::new(secret.replace('/', "\\/"));
    // A fragment of another form that lacks its mark is a fragment of the plain secret as well.
    for (form, mark) in [
        (secret, ""),
        (&encoded, "%"),
        (&lower, "%"),
        (&escaped, "\\"),
    ] {
        let length = form.len().min(FRAGMENT);
        if length < SHORTEST || text.len() < length || !text.contains(mark) {
            continue;
        }
        let fragments: HashSet<&[u8]> = form.as_bytes().windows(length).collect();
        let contains_fragment = |text: &str| {
            let mut windows = text.as_bytes().windows(length);
            windows.any(|window| fragments.contains(window))
        };
        if !contains_fragment(text) {
            continue;
        }
        // Whole words are replaced, which keeps the text around them.
        let redacted: String = words(text)
            .map(|(word, delimiter)| match contains_fragment(word) {
                true => format!("{REDACTED}{delimiter}"),
                false => format!("{word}{delimiter}"),
            })
            .collect();
        // A secret that spans several words cannot be cut out.
        *text = match contains_fragment(&redacted) {
            true => REDACTED.to_owned(),
            false => redacted,
        };
    }
}

/// Splits a text into words, each with the delimiter after it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_delimiter =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '<' | '>');
    text.split_inclusive(is_delimiter)
        .map(move |word| match word.char_indices().next_back() {
            Some((end, last)) if is_delimiter(last) => word.split_at(end),
            _ => (word, ""),
        })
}

/// Removes the credentials of `Basic …` and `Bearer …`, as in a `Proxy-Authorization` header that a proxy sends back.
fn redact_authorization(text: &mut String) {
    let mut after_scheme = false;
    let redacted: String = text
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            let credentials = word.trim_end();
            let space = word.get(credentials.len()..).unwrap_or_default();
            // Base64 rather than a word of a sentence: long, with capitals inside or padding.
            let is_encoded = credentials.len() >= 8
                && credentials
                    .chars()
                    .skip(1)
                    .any(|c| c.is_uppercase() || c == '=');
            let redact = after_scheme && is_encoded;
            let scheme = credentials.to_ascii_lowercase();
            after_scheme = scheme.ends_with("basic") || scheme.ends_with("bearer");
            match redact {
                true => format!("{REDACTED}{space}"),
                false => word.to_owned(),
            }
        })
        .collect();
    *text = redacted;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfi";

    impl Secrets for &str {
        fn for_each(&self, each: &mut dyn FnMut(&str)) {
            each(self);
        }
    }

    fn redacted(text: &str, secret: &str) -> String {
        let mut text = text.to_owned();
        redact(&mut text, &secret);
        text
    }

    #[test]
    fn secrets_are_removed_in_every_form_and_in_part() {
        assert_eq!(redacted("all is well", SECRET), "all is well");
        assert_eq!(
            redacted(&format!("host:a\ntoken:{SECRET}\nend"), SECRET),
            "host:a\n***\nend"
        );
        for form in [
            SECRET,
            "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfi",
            "wjalrxutnfemi%2fk7mdeng%2bbpxrfi",
            "wJalrXUtnFEMI\\/K7MDENG+bPxRfi",
            "wJalrXUtnFEM",
            "MDENG+bPxRfi",
        ] {
            for (before, after) in [
                (" ", " "),
                ("\"", "\""),
                ("<", ">"),
                (" ", ","),
                (" ", "\n"),
            ] {
                assert_eq!(
                    redacted(&format!("see{before}{form}{after}there"), SECRET),
                    format!("see{before}***{after}there")
                );
            }
            assert_eq!(redacted(form, SECRET), "***");
        }
        // Eleven bytes do not give it away, twelve do.
        assert_eq!(redacted("see wJalrXUtnFE x", SECRET), "see wJalrXUtnFE x");
    }

    #[test]
    fn a_secret_with_spaces_takes_the_whole_text() {
        assert_eq!(redacted("see open sesame now", "open sesame"), "***");
    }

    #[test]
    fn short_secrets_are_removed_as_a_whole_and_very_short_ones_not_at_all() {
        assert_eq!(redacted("a secret", "a"), "a secret");
        assert_eq!(redacted("see abcde there", "abcde"), "see abcde there");
        assert_eq!(redacted("see abcdef there", "abcdef"), "see *** there");
        assert_eq!(redacted("see abcde there", "abcdef"), "see abcde there");
    }

    #[test]
    fn credentials_in_authorization_headers_are_removed() {
        assert_eq!(
            redacted("Proxy-Authorization: Basic dXNlcjpjYW5hcnk= x", ""),
            "Proxy-Authorization: Basic *** x"
        );
        assert_eq!(
            redacted("authorization: bearer\nabcDEFghijk\nhost: a", ""),
            "authorization: bearer\n***\nhost: a"
        );
        for sentence in [
            "Basic authentication is required",
            "basic Auth",
            "a bearer token AbCdEfGhIjK",
        ] {
            assert_eq!(redacted(sentence, ""), sentence);
        }
    }

    #[test]
    fn only_what_looks_encoded_is_removed_after_a_scheme() {
        for (credentials, is_removed) in [
            ("abcdefgH", true),
            ("abcdefg=", true),
            ("abcdefG", false),
            ("Abcdefgh", false),
            ("abcdefgh", false),
        ] {
            let text = format!("Bearer {credentials} end");
            let expected = match is_removed {
                true => "Bearer *** end",
                false => &text,
            };
            assert_eq!(redacted(&text, ""), expected);
        }
        // Only the word after the scheme.
        assert_eq!(
            redacted("Basic abcdefgH abcdefgH", ""),
            "Basic *** abcdefgH"
        );
    }

    #[test]
    fn every_secret_is_removed() {
        struct Two;

        impl Secrets for Two {
            fn for_each(&self, each: &mut dyn FnMut(&str)) {
                each("first-secret");
                each("second-secret");
            }
        }

        let mut text = "a first-secret, a second-secret; a third".to_owned();
        redact(&mut text, &Two);
        assert_eq!(text, "a ***, a ***; a third");
    }

    #[test]
    fn debug_output_hides_the_value() {
        assert_eq!(format!("{Redacted:?}"), "***");
    }
}
