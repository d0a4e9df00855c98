//! JSON as text: a value in it as it was sent, and repairs of what the JSON reader refuses and other readers accept.

use std::fmt;

use serde_core::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Name;

/// Returns the value at a path of names, as it was sent; `None` if the path leads nowhere, or the whole is not JSON.
pub(crate) fn raw_at<'j>(json: &'j str, path: &[&str]) -> Option<&'j RawValue> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = At(path).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    found
}

/// Follows a path through objects to the value at its end.
struct At<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.0 {
            [] => Deserialize::deserialize(deserializer).map(Some),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key_seed(Name)? {
            match self.0.split_first() {
                Some((first, rest)) if *first == name => {
                    let value = map.next_value_seed(At(rest))?;
                    // If a name is there twice, one of them may be a `null` that would hide the other.
                    let is_hidden = found.is_some_and(|found: &RawValue| found.get() != "null");
                    found = if is_hidden { found } else { value };
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// Replaces escapes of lone surrogates, such as `\ud83d` without its second half, by `\ufffd`. They stem from text that a
/// service cut in the middle of a character. Returns `None` if the text has none.
pub(crate) fn replace_lone_surrogates(json: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut copied = 0;
    let mut position = 0;
    while let Some(found) = json.get(position..).and_then(|rest| rest.find('\\')) {
        let start = position + found;
        // Without an escape of a surrogate, the escaped character is skipped: it may be a backslash.
        position = start + 2;
        let Some(unit) = escaped_unit(json, start) else {
            continue;
        };
        let is_pair = is_high(unit) && escaped_unit(json, start + ESCAPE).is_some_and(is_low);
        position = start + if is_pair { 2 * ESCAPE } else { ESCAPE };
        if !is_pair && (is_high(unit) || is_low(unit)) {
            repaired.push_str(json.get(copied..start).unwrap_or_default());
            repaired.push_str("\\ufffd");
            copied = position;
        }
    }
    if copied == 0 {
        return None;
    }
    repaired.push_str(json.get(copied..).unwrap_or_default());
    Some(repaired)
}

/// Length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// Returns the UTF-16 code unit that is escaped at a position.
fn escaped_unit(json: &str, position: usize) -> Option<u16> {
    let digits = json.get(position..position + ESCAPE)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::replace_lone_surrogates;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_kept() {
        for (json, repaired) in [
            (r#"{"a":"x\ud83d"}"#, r#"{"a":"x\ufffd"}"#),
            (r#"["\ude00y"]"#, r#"["\ufffdy"]"#),
            (r#"["\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (r#"["\uD83D\n"]"#, r#"["\ufffd\n"]"#),
            (r#"["\ud83d\u0041"]"#, r#"["\ufffd\u0041"]"#),
            (r#"["\\\ud83d"]"#, r#"["\\\ufffd"]"#),
            (r#"["\ud83d模","\udc00"]"#, r#"["\ufffd模","\ufffd"]"#),
        ] {
            assert_eq!(
                replace_lone_surrogates(json).as_deref(),
                Some(repaired),
                "{json}"
            );
        }
        for json in [
            r#"["\ud83d\ude00"]"#,
            r#"["\\ud83d"]"#,
            r#"["\u0041"]"#,
            r#"["\ud83"]"#,
            r#"["\u+83d"]"#,
            "[\"\\",
            "模\\模\\u模",
            "",
        ] {
            assert_eq!(replace_lone_surrogates(json), None, "{json}");
        }
    }
}
