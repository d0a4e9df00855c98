//! Patterns in Java's dialect, as several vendors publish them, in that of clients.

use super::description::Range;
use super::text::without_anchors;

/// Returns a pattern for the whole text, which means the same to clients.
pub(super) fn pattern(java: &str) -> String {
    without_anchors(&translated(java))
}

/// Writes what the two dialects say in different ways: characters outside of the first plane as two halves, characters by
/// octal numbers, and hyphens beside a class such as `\w`, which mean themselves.
fn translated(java: &str) -> String {
    let mut out = String::with_capacity(java.len());
    let mut rest = java;
    let mut depth = 0_usize;
    // Whether a class such as `\w` stands just before, inside of brackets.
    let mut is_after_class = false;
    while let Some(c) = rest.chars().next() {
        let was_after_class = std::mem::take(&mut is_after_class);
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let mut length = c.len_utf8();
        match c {
            '\\' => {
                if let Some(taken) = halves(rest).filter(|_| depth > 0) {
                    // No text has them.
                    length = taken;
                } else if let Some((character, taken)) = escaped(after) {
                    out.push_str(&character);
                    length += taken;
                } else {
                    let escaped = after.chars().next().unwrap_or('\\');
                    is_after_class = depth > 0 && is_class(escaped);
                    out.push(c);
                    out.push(escaped);
                    length = rest.len().min(length + escaped.len_utf8());
                }
            }
            '-' if depth > 0 && is_literal(was_after_class, after) => out.push_str("\\-"),
            c => {
                match c {
                    '[' => depth += 1,
                    ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                match c.is_control() || ('\u{7f}'..='\u{a0}').contains(&c) {
                    true => out.push_str(&by_number(c.into())),
                    false => out.push(c),
                }
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn is_class(escaped: char) -> bool {
    "dDsSwW".contains(escaped)
}

/// Whether a hyphen inside of brackets stands beside a class, so that it makes no range.
fn is_literal(is_after_class: bool, after: &str) -> bool {
    let class = after
        .strip_prefix('\\')
        .and_then(|rest| rest.chars().next());
    is_after_class && !after.starts_with(']') || class.is_some_and(is_class)
}

/// Reads the character after a backslash that is written as a number, if clients read it in another way, with the number of
/// bytes that it takes.
fn escaped(after: &str) -> Option<(String, usize)> {
    if let Some(octal) = after.strip_prefix('0') {
        let digits = octal.bytes().take_while(|b| (b'0'..=b'7').contains(b));
        let most = if octal.starts_with(['0', '1', '2', '3']) {
            3
        } else {
            2
        };
        let count = digits.take(most).count();
        let number = u32::from_str_radix(octal.get(..count)?, 8).ok()?;
        return Some((by_number(number), 1 + count));
    }
    let first = half(after).filter(|first| (0xd800..0xdc00).contains(first))?;
    let second = half(after.get(5..)?.strip_prefix('\\')?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((by_number(0x1_0000 + ((first - 0xd800) << 10) + low), 11))
}

/// Returns the number behind the `u` of a character.
fn half(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok()
}

/// Returns the number of bytes of a half of a character that has no other half, or of a range of such halves.
fn halves(rest: &str) -> Option<usize> {
    let lone = |text: &str| {
        let after = text.strip_prefix('\\')?;
        let is_half = (0xd800..0xe000).contains(&half(after)?);
        (is_half && escaped(after).is_none()).then_some(6)
    };
    let length = lone(rest)?;
    let range = rest.get(length..).and_then(|rest| rest.strip_prefix('-'));
    Some(length + range.and_then(lone).map_or(0, |other| 1 + other))
}

/// Returns a pattern without its number of repetitions, and that number, if it is one class of characters that is repeated:
/// such a number is the length of a text, and many repetitions make a pattern too large.
pub(super) fn without_repetitions(pattern: &str) -> Option<(String, Range)> {
    let (class, numbers) = pattern.strip_suffix('}')?.rsplit_once('{')?;
    let inside = class
        .strip_prefix('[')
        .and_then(|class| class.strip_suffix(']'));
    let is_class = match inside {
        None => class == ".",
        Some(inside) => {
            let escaped = inside
                .replace(r"\\", "")
                .replace(r"\]", "")
                .replace(r"\[", "");
            !escaped.ends_with('\\') && !escaped.contains(['[', ']'])
        }
    };
    let (min, max) = numbers.split_once(',')?;
    let number = |text: &str| text.parse::<u32>().ok().map(|number| number.to_string());
    let range = Range::new(number(min).filter(|min| min != "0"), number(max));
    is_class.then(|| (format!("{class}*"), range))
}

fn by_number(character: u32) -> String {
    format!("\\x{{{character:X}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_the_same_to_clients() {
        for (java, expected) in [
            (r"^[a-z]+$", "[a-z]+"),
            (r"\A[a-z]\z", "[a-z]"),
            (
                r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*",
                r"[\u0020-\uD7FF\uE000-\uFFFD\x{10000}-\x{10FFFF}\t]*",
            ),
            (r"[^/:|\000-\037]+", r"[^/:|\x{0}-\x{1F}]+"),
            (r"[\w-_.]*", r"[\w\-_.]*"),
            (r"[\w-]*", r"[\w-]*"),
            (r"[a-\d]", r"[a\-\d]"),
            (r"\w-\w", r"\w-\w"),
            (r"[\[\w]-x", r"[\[\w]-x"),
            ("[\u{85}\t]", r"[\x{85}\x{9}]"),
            (r"\uD800", r"\uD800"),
            (
                r"[\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]*",
                r"[\uE000-\uFFFD\t]*",
            ),
            (r"\\0", r"\\0"),
            ("模型", "模型"),
            (r"a\", r"a\\"),
            ("", ""),
        ] {
            assert_eq!(pattern(java), expected, "{java}");
        }
    }

    #[test]
    fn repetitions_of_a_class_are_a_length() {
        let range = |min: &str, max: &str| {
            let bound = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            Range::new(bound(min), bound(max))
        };
        for (pattern, expected) in [
            ("[a-z]{4,10000}", Some(("[a-z]*", range("4", "10000")))),
            (".{0,9}", Some((".*", range("", "9")))),
            (r"[\[\]]{2,}", Some((r"[\[\]]*", range("2", "")))),
            ("[a-z]{4}", None),
            ("[a][b]{1,2}", None),
            ("(a|b){1,900}", None),
            ("a{1,2}", None),
            ("}", None),
        ] {
            let expected = expected.map(|(class, range)| (class.to_owned(), range));
            assert_eq!(without_repetitions(pattern), expected, "{pattern}");
        }
    }
}
