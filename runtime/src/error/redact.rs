//! What stands in place of secrets, in `Debug` output and in texts that services send.

use std::collections::HashSet;
use std::fmt;

use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use crate::encode::RESERVED;

/// What a message shows of a secret.
pub(crate) const HIDDEN: &str = "***";

/// Prints as `***`: what generated `Debug` implementations show of a member that is marked sensitive.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// Hides a secret in a text, in all forms that services give it: plain, encoded for a URL, in JSON with escaped slashes. Parts
/// of it too, since texts are cut off.
pub(crate) fn hide(text: &mut String, secret: &str) {
    /// So much of a secret gives it away; shorter ones are looked for as a whole.
    const TELLING: usize = 12;
    /// A text that is found everywhere is no secret.
    const SHORTEST: usize = 6;

    let encoded = Zeroizing::new(utf8_percent_encode(secret, RESERVED).to_string());
    let lower = Zeroizing::new(encoded.to_ascii_lowercase());
    let escaped = Zeroizing::new(secret.replace('/', "\\/"));
    for form in [secret, &encoded, &lower, &escaped] {
        let length = form.len().min(TELLING);
        if length < SHORTEST {
            continue;
        }
        let parts: HashSet<&[u8]> = form.as_bytes().windows(length).collect();
        let is_telling = |text: &str| {
            let mut windows = text.as_bytes().windows(length);
            windows.any(|window| parts.contains(window))
        };
        if !is_telling(text) {
            continue;
        }
        // Word by word, so that what stands around it stays.
        let ends_word =
            |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '<' | '>');
        let words = text.split_inclusive(ends_word);
        let hidden: String = words
            .map(|word| if is_telling(word) { HIDDEN } else { word })
            .collect();
        // What goes over several words is hidden with all around it.
        *text = match is_telling(&hidden) {
            true => HIDDEN.to_owned(),
            false => hidden,
        };
    }
}

/// Hides what stands in a header `Proxy-Authorization: Basic …` that a proxy sends back; nobody here knows its password.
pub(crate) fn hide_authorization(text: &mut String) {
    let mut after_scheme = false;
    let hidden: String = text
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            // Base64, not a word of a sentence.
            let is_encoded =
                word.len() >= 8 && word.chars().skip(1).any(|c| c.is_uppercase() || c == '=');
            let hide = after_scheme && is_encoded;
            let scheme = word.trim().to_ascii_lowercase();
            after_scheme = scheme.ends_with("basic") || scheme.ends_with("bearer");
            if hide { HIDDEN } else { word }
        })
        .collect();
    *text = hidden;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfi";

    fn hidden(text: &str) -> String {
        let mut text = text.to_owned();
        hide(&mut text, SECRET);
        text
    }

    #[test]
    fn secrets_are_hidden_in_every_form_and_in_part() {
        assert_eq!(hidden("all is well"), "all is well");
        assert_eq!(
            hidden(&format!("host:a\ntoken:{SECRET}\nend")),
            "host:a\n***end"
        );
        for form in [
            "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfi",
            "wjalrxutnfemi%2fk7mdeng%2bbpxrfi",
            "wJalrXUtnFEMI\\/K7MDENG+bPxRfi",
            "wJalrXUtnFEM",
            "MDENG+bPxRfi",
        ] {
            assert_eq!(
                hidden(&format!("see {form} there")),
                "see ***there",
                "{form}"
            );
        }
        // Too little to give it away.
        assert_eq!(hidden("see wJalrXUt there"), "see wJalrXUt there");
    }

    #[test]
    fn what_is_found_everywhere_is_no_secret() {
        let mut text = "a secret".to_owned();
        hide(&mut text, "a");
        assert_eq!(text, "a secret");
    }

    #[test]
    fn passwords_of_proxies_are_hidden_and_sentences_are_not() {
        let shown = |text: &str| {
            let mut text = text.to_owned();
            hide_authorization(&mut text);
            text
        };
        assert_eq!(
            shown("Proxy-Authorization: Basic dXNlcjpjYW5hcnk= x"),
            "Proxy-Authorization: Basic ***x"
        );
        assert_eq!(
            shown("Basic authentication is required"),
            "Basic authentication is required"
        );
    }
}
