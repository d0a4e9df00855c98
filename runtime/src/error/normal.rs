//! Normal forms of texts, in which all ways to write a secret are the same: escaped, encoded, in capitals or not.

use std::borrow::Cow;
use std::ops::Range;

use zeroize::Zeroizing;

/// Texts are escaped more than once: percent-encoded twice, or as JSON inside a JSON string.
const ROUNDS: usize = 3;

/// Returns the normal form of a secret.
pub(super) fn normalize(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(text.as_bytes().to_vec());
    for _ in 0..ROUNDS {
        if !has_escapes(&bytes) {
            break;
        }
        // Never longer than before, so that no copy is left behind by growing.
        let mut unescaped = Zeroizing::new(Vec::with_capacity(bytes.len()));
        unescape(&bytes, |piece, _| unescaped.extend_from_slice(piece));
        bytes = unescaped;
    }
    bytes.iter_mut().for_each(fold);
    bytes
}

/// The normal form of a text, with the places in the text that its bytes come from.
pub(super) struct Normal {
    bytes: Vec<u8>,
    /// Start and end of each byte in the text.
    origins: Vec<(usize, usize)>,
}

impl Normal {
    pub(super) fn new(text: &str) -> Self {
        let mut normal = Self {
            bytes: text.as_bytes().to_vec(),
            origins: (0..text.len()).map(|at| (at, at + 1)).collect(),
        };
        for _ in 0..ROUNDS {
            if !has_escapes(&normal.bytes) {
                break;
            }
            normal = normal.unescaped();
        }
        normal.bytes.iter_mut().for_each(fold);
        normal
    }

    fn unescaped(&self) -> Self {
        let mut normal = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            origins: Vec::with_capacity(self.bytes.len()),
        };
        unescape(&self.bytes, |piece, from| {
            let origin = self.origin(from);
            normal.bytes.extend_from_slice(piece);
            normal
                .origins
                .extend(piece.iter().map(|_| (origin.start, origin.end)));
        });
        normal
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the part of the original text that a part of the normal form comes from.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origins = self.origins.get(range).unwrap_or_default();
        let start = origins.first().map_or(0, |first| first.0);
        let end = origins.last().map_or(start, |last| last.1);
        start..end
    }
}

fn has_escapes(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'&'))
}

/// Makes capitals small, and spaces of what was form-encoded the same as any others.
fn fold(byte: &mut u8) {
    *byte = match *byte {
        b'+' => b' ',
        other => other.to_ascii_lowercase(),
    };
}

/// Undoes one layer of escapes: `%2F`, those of JSON and of HTML. Passes each piece of the result to `each`, with the part
/// of the text that it is made from.
fn unescape(text: &[u8], mut each: impl FnMut(&[u8], Range<usize>)) {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (piece, length) = match first_escape(rest) {
            Some((piece, length)) => (Cow::Owned(piece), length),
            None => (Cow::Borrowed(rest.get(..1).unwrap_or_default()), 1),
        };
        each(&piece, at..at + length);
        at += length;
    }
}

/// Returns what the escape at the beginning of a text means, and its length.
fn first_escape(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    match text {
        [b'%', high, low, ..] => Some((vec![byte(*high, *low)?], 3)),
        [b'\\', b'x', high, low, ..] => Some((vec![byte(*high, *low)?], 4)),
        [b'\\', b'u', ..] => utf16(text),
        [b'\\', escaped, ..] => {
            let meaning = match escaped {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                mark if mark.is_ascii_punctuation() => *mark,
                _ => return None,
            };
            Some((vec![meaning], 2))
        }
        [b'&', ..] => entity(text),
        _ => None,
    }
}

/// Returns the meaning of `\u002f`, or of a pair of surrogates.
fn utf16(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(hex_digits(digits)?, 16).ok()
    };
    let first = unit(0)?;
    let decode = |units: &[u16]| String::from_utf16(units).ok().map(String::into_bytes);
    match decode(&[first]) {
        Some(piece) => Some((piece, 6)),
        None => Some((decode(&[first, unit(6)?])?, 12)),
    }
}

/// Returns the meaning of `&amp;`, `&#47;` or `&#x2F;`.
fn entity(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    const LONGEST: usize = 10;

    let end = text.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(text.get(1..end)?).ok()?;
    let meaning = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((meaning.to_string().into_bytes(), end + 1))
}

fn byte(high: u8, low: u8) -> Option<u8> {
    u8::from_str_radix(hex_digits(&[high, low])?, 16).ok()
}

/// Returns the digits as text. The standard library would accept a sign as well.
fn hex_digits(digits: &[u8]) -> Option<&str> {
    let all = digits.iter().all(u8::is_ascii_hexdigit);
    std::str::from_utf8(digits).ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_text_have_the_same_normal_form() {
        let plain = normalize("AbC/d+e='ü😀\"");
        for form in [
            "aBc/D+E='ü😀\"",
            "AbC%2Fd%2Be%3D%27%C3%BC%F0%9F%98%80%22",
            "AbC%2fd%2be%3d%27%c3%bc%f0%9f%98%80%22",
            "AbC%252Fd%252Be%253D'ü😀\"",
            "AbC\\/d+e=\\'ü😀\\\"",
            "AbC\\u002fd\\u002Be\\u003d'\\u00fc\\ud83d\\ude00\\u0022",
            "AbC\\\\/d+e='ü😀\\\\\\\"",
            "AbC\\x2fd+e='ü😀\"",
            "AbC&#x2F;d&#43;e=&#39;ü😀&quot;",
            "AbC/d e='ü😀\"",
        ] {
            assert_eq!(normalize(form), plain, "{form}");
            assert_eq!(Normal::new(form).bytes(), &**plain, "{form}");
        }
    }

    #[test]
    fn marks_have_names_in_json_and_html() {
        for (form, plain) in [
            ("a\\nb\\rc\\td\\\"e", "a\nb\rc\td\"e"),
            ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"),
        ] {
            assert_eq!(*normalize(form), plain.as_bytes(), "{form}");
        }
    }

    #[test]
    fn what_is_no_escape_is_left_alone() {
        for text in [
            "100%", "%+f", "%zz", "\\", "\\q", "\\u12", "\\u+123", "\\ud83d", "\\ud83dx", "&",
            "&x;", "&#x;", "&#xd800;", "\\x+1",
        ] {
            let mut folded = text.as_bytes().to_vec();
            folded.iter_mut().for_each(fold);
            assert_eq!(*normalize(text), folded, "{text}");
        }
    }

    #[test]
    fn places_lead_back_to_the_text() {
        let text = "a%252Fb\\u00fcc";
        let normal = Normal::new(text);
        assert_eq!(normal.bytes(), "a/büc".as_bytes());
        let origin = |range: Range<usize>| text.get(normal.origin(range)).unwrap();
        assert_eq!(origin(0..1), "a");
        assert_eq!(origin(1..2), "%252F");
        assert_eq!(origin(1..3), "%252Fb");
        assert_eq!(origin(3..5), "\\u00fc");
        assert_eq!(origin(0..6), text);
    }
}
