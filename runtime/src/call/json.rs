//! Looks into JSON without keeping what it does not need: a service may send anything anywhere.

use std::collections::BTreeMap;

use serde_json::Number;
use serde_json::value::RawValue;

use crate::schema::{raw_at, replace_lone_surrogates};

/// Returns the text or number at a path of names separated by dots, as text; `None` if it is empty or something else, or if
/// the whole is not JSON.
pub(super) fn text_at(json: &str, path: &str) -> Option<String> {
    let names: Vec<_> = path.split('.').filter(|name| !name.is_empty()).collect();
    let read = |json: &str| {
        let value = raw_at(json, &names)?.get();
        match value.bytes().next()? {
            b'"' => serde_json::from_str(value).ok(),
            // Some services send a code as number here and as text there.
            b'-' | b'0'..=b'9' => Some(serde_json::from_str::<Number>(value).ok()?.to_string()),
            _ => None,
        }
    };
    let text = read(json).or_else(|| read(&replace_lone_surrogates(json)?));
    text.filter(|text| !text.is_empty())
}

/// The members of an object, by name.
pub(super) type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Returns whether JSON without spaces has no content: `null`, an empty list, or an object of nothing else.
pub(super) fn is_blank(json: &str) -> bool {
    match json.bytes().next() {
        Some(b'{') => serde_json::from_str::<Object<'_>>(json)
            .is_ok_and(|members| members.values().all(|value| is_blank(value.get()))),
        _ => matches!(json, "null" | "[]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_found_at_paths() {
        let json = r#"{"a": "x", "b": {"c": 18, "d": {"e": "y"}}, "f": -1.5, "g": ["z"], "h": true, "i": null, "j": "", "k": -7}"#;
        for (path, expected) in [
            ("a", Some("x")),
            ("b.c", Some("18")),
            ("b.d.e", Some("y")),
            ("f", Some("-1.5")),
            ("k", Some("-7")),
            ("b", None),
            ("b.d", None),
            ("a.c", None),
            ("c", None),
            ("g", None),
            ("h", None),
            ("i", None),
            ("j", None),
            ("", None),
        ] {
            assert_eq!(text_at(json, path).as_deref(), expected, "{path}");
        }
        assert_eq!(text_at("\"x\"", "").as_deref(), Some("x"));
        assert_eq!(
            text_at(r#"{"a": "\ud83d"}"#, "a").as_deref(),
            Some("\u{fffd}")
        );
        for broken in [r#"{"a": "x""#, r#"{"a": "x"} x"#, "<a>", ""] {
            assert_eq!(text_at(broken, "a"), None, "{broken}");
        }
    }

    #[test]
    fn blank_is_what_no_reader_would_miss() {
        for (json, expected) in [
            ("null", true),
            ("[]", true),
            ("{}", true),
            (r#"{"a":null,"b":[],"c":{"d":{}}}"#, true),
            ("[null]", false),
            (r#"{"a":{"b":0},"c":null}"#, false),
            ("false", false),
            ("0", false),
            ("-1", false),
            ("1.5", false),
            (r#""""#, false),
        ] {
            assert_eq!(is_blank(json), expected, "{json}");
        }
    }
}
