//! Texts as YAML.

use std::fmt::Write;

use heck::ToSnakeCase;

use crate::diagnostics::is_unseen;

/// Returns a sentence that is only the name, in words.
pub(super) fn said(name: &str) -> String {
    let words = name.to_snake_case().replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None if name.is_empty() => "Empty text.".to_owned(),
        None => format!("The text {name}"),
    }
}

/// Returns a text for a comment.
pub(super) fn comment(text: &str) -> String {
    text.replace(is_unseen, " ")
}

/// Returns a text as YAML: plain if nothing in it means anything there.
pub(super) fn plain_or_quoted(text: &str) -> String {
    let is_word = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ' ' | '(' | ')' | '+' | ',' | ';')
    };
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '/');
    let is_other = text.parse::<f64>().is_ok()
        || [
            "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "nan", "inf",
        ]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let plain_value = text.starts_with("https://")
        && text
            .chars()
            .all(|c| !c.is_whitespace() && c != '#' && !is_unseen(c));
    let is_plain = starts
        && text.chars().all(is_word)
        && !text.ends_with(' ')
        && !is_other
        && !text.contains(',');
    if is_plain || plain_value {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Returns a text in double quotes, with escapes.
pub(super) fn quoted(text: &str) -> String {
    // JSON is YAML, except that YAML knows more line breaks, and characters that no text has. What cannot be seen is written
    // in a way that can.
    let json = serde_json::to_string(text).unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Writing to a String cannot fail.
        let _ = match (is_unseen(c), u32::from(c)) {
            (false, _) => write!(out, "{c}"),
            (true, code @ 0x1_0000..) => write!(out, "\\U{code:08x}"),
            (true, code) => write!(out, "\\u{code:04x}"),
        };
    }
    out
}

/// Returns a number or truth value as it is, and anything else as a text, which the rules then report.
pub(super) fn plain_number(text: &str) -> String {
    let is_plain = text.parse::<f64>().is_ok() || matches!(text, "true" | "false");
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Returns a pattern in single quotes, in which only the quote itself is special.
pub(super) fn single_quoted(text: &str) -> String {
    if text.contains(is_unseen) {
        return quoted(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}
