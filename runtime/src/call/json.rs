//! Looks into JSON without keeping what it does not need: a service may send anything anywhere.

use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::schema::{Name, replace_lone_surrogates};

/// Returns the text or number at a path of names separated by dots, as text; `None` if it is empty or something else, or if
/// the whole is not JSON.
pub(super) fn text_at(json: &str, path: &str) -> Option<String> {
    let read = |json: &str| {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let text = TextAt(path).deserialize(&mut deserializer)?;
        deserializer.end().map(|()| text)
    };
    let text = read(json).or_else(|error| match replace_lone_surrogates(json) {
        Some(repaired) => read(&repaired),
        None => Err(error),
    });
    text.ok().flatten()
}

struct TextAt<'a>(&'a str);

impl TextAt<'_> {
    /// Some services send a code as number here and as text there.
    fn number<E>(&self, number: impl ToString) -> Result<Option<String>, E> {
        self.text(number.to_string())
    }

    fn text<E>(&self, text: String) -> Result<Option<String>, E> {
        Ok(Some(text).filter(|text| self.0.is_empty() && !text.is_empty()))
    }
}

impl<'de> DeserializeSeed<'de> for TextAt<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextAt<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.number(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.number(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        match serde_json::Number::from_f64(number) {
            Some(number) => self.number(number),
            None => Ok(None),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.text(text.to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (first, rest) = self.0.split_once('.').unwrap_or((self.0, ""));
        let mut found = None;
        while let Some(name) = map.next_key_seed(Name)? {
            if !first.is_empty() && name == first {
                found = map.next_value_seed(TextAt(rest))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// How much a value contains.
#[derive(PartialEq)]
pub(super) enum Content {
    /// `null`.
    Null,
    /// An empty list, or an object without content.
    Empty,
    Some,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Content, E> {
                Ok(Content::Null)
            }

            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Content, E> {
                Ok(Content::Some)
            }

            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Content, E> {
                Ok(Content::Some)
            }

            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Content, E> {
                Ok(Content::Some)
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Content, E> {
                Ok(Content::Some)
            }

            fn visit_str<E: de::Error>(self, _: &str) -> Result<Content, E> {
                Ok(Content::Some)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Content, A::Error> {
                let mut content = Content::Empty;
                while elements.next_element::<IgnoredAny>()?.is_some() {
                    content = Content::Some;
                }
                Ok(content)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
                let mut content = Content::Empty;
                while let Some((_, member)) = map.next_entry::<IgnoredAny, Content>()? {
                    if member == Content::Some {
                        content = member;
                    }
                }
                Ok(content)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Whether an object has a member other than `null` with one of the names.
pub(super) struct AnyOf<'a> {
    /// The member that is the object, if it is not the body itself.
    pub(super) result: Option<&'static str>,
    pub(super) names: &'a BTreeMap<String, Content>,
}

impl<'de> DeserializeSeed<'de> for AnyOf<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for AnyOf<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let names = self.names;
        let mut found = false;
        while let Some(name) = map.next_key_seed(Name)? {
            if self.result == Some(&*name) {
                let result = None;
                found |= map.next_value_seed(AnyOf { result, names })?;
            } else if self.result.is_none() && names.contains_key(&*name) {
                found |= map.next_value::<Content>()? != Content::Null;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
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
    fn content_is_what_a_reader_would_miss() {
        for (json, expected) in [
            ("null", Content::Null),
            ("[]", Content::Empty),
            ("{}", Content::Empty),
            (r#"{"a": null, "b": [], "c": {"d": {}}}"#, Content::Empty),
            ("[null]", Content::Some),
            (r#"{"a": {"b": 0}, "c": null}"#, Content::Some),
            ("false", Content::Some),
            ("0", Content::Some),
            ("-1", Content::Some),
            ("1.5", Content::Some),
            (r#""""#, Content::Some),
        ] {
            let content: Content = serde_json::from_str(json).unwrap();
            assert!(content == expected, "{json}");
        }
    }

    #[test]
    fn members_are_found_by_name_unless_they_are_null() {
        let names = BTreeMap::from([("a".to_owned(), Content::Null)]);
        let has_any = |result, json: &str| {
            let any_of = AnyOf {
                result,
                names: &names,
            };
            let mut deserializer = serde_json::Deserializer::from_str(json);
            any_of.deserialize(&mut deserializer).unwrap()
        };
        for (json, expected) in [
            (r#"{"a": [], "b": 1}"#, true),
            (r#"{"a": 1, "b": null}"#, true),
            (r#"{"a": null, "b": 1}"#, false),
            (r#"{"b": {"a": 1}}"#, false),
            ("{}", false),
            ("null", false),
        ] {
            assert_eq!(has_any(None, json), expected, "{json}");
            let wrapped = format!("{{\"a\": 1, \"r\": {json}, \"s\": {{\"a\": 1}}}}");
            assert_eq!(has_any(Some("r"), &wrapped), expected, "{wrapped}");
        }
    }
}
