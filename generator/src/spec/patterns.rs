//! What in a pattern clients cannot check. Such a pattern is documented, and left to the service.

use regex_lite::{Regex, RegexBuilder};

/// Compiles a pattern as the clients do. The matching time of this engine is linear in the length of the text.
pub(crate) fn compiled(pattern: &str) -> Result<Regex, regex_lite::Error> {
    // First without the group, so that a bracket in the pattern cannot close it.
    RegexBuilder::new(pattern).size_limit(1 << 20).build()?;
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(1 << 20)
        .build()
}

/// Whether a spec can have a pattern: clients check it, or know why they cannot.
pub(crate) fn is_checkable(pattern: &str) -> bool {
    let is_whole = !matches!(anchors(pattern), Anchors::Around { .. });
    obstacle(pattern).is_some() || is_whole && compiled(pattern).is_ok()
}

/// An obstacle: clients have no tables of Unicode.
const UNICODE_CLASS: &str = "a Unicode class such as `\\p{L}`";

/// Whether a pattern has a Unicode class, such as `\p{L}`, in front of any other obstacle.
pub(crate) fn has_unicode_class(pattern: &str) -> bool {
    obstacle(pattern) == Some(UNICODE_CLASS)
}

/// Returns what keeps clients from checking a pattern, if anything does.
pub(crate) fn obstacle(pattern: &str) -> Option<&'static str> {
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let mut taken = 0;
        match c {
            '\\' => {
                let escaped = after.chars().next().unwrap_or_default();
                match escaped {
                    'p' | 'P' => return Some(UNICODE_CLASS),
                    '1'..='9' | 'k' if !in_class => return Some("a back reference"),
                    _ => {}
                }
                taken = escaped.len_utf8();
            }
            '[' if !in_class => {
                in_class = true;
                // A `^` or `]` in the first place negates the class or is an element of it.
                taken = after.len() - after.trim_start_matches('^').len();
                let inside = after.get(taken..).unwrap_or_default();
                taken += usize::from(inside.starts_with(']'));
            }
            ']' => in_class = false,
            '(' if !in_class => {
                let look = ["?=", "?!", "?<=", "?<!"];
                if look.iter().any(|start| after.starts_with(start)) {
                    return Some("look-around");
                }
                if after.starts_with("?>") {
                    return Some("an atomic group");
                }
            }
            _ => {}
        }
        rest = after.get(taken.min(after.len())..).unwrap_or_default();
    }
    matches!(anchors(pattern), Anchors::Inside).then_some("an anchor inside")
}

/// Anchors (`^` and `$`, or `\A` and `\z`) of a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Anchors<'p> {
    None,
    /// At its start, its end or both, around the whole pattern; with what they are around.
    Around {
        inner: &'p str,
        start: bool,
        end: bool,
    },
    /// Elsewhere, where leaving them out changes the meaning.
    Inside,
}

/// Returns where a pattern has anchors.
pub(crate) fn anchors(pattern: &str) -> Anchors<'_> {
    let mut anchors = Vec::new();
    let mut has_choice = false;
    let (mut depth, mut in_class) = (0_usize, false);
    let mut characters = pattern.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                let escaped = characters.next().map(|(_, c)| c);
                if !in_class && matches!(escaped, Some('A' | 'z' | 'Z')) {
                    anchors.push((at, 2));
                }
            }
            '[' if !in_class => {
                in_class = true;
                characters.next_if(|(_, c)| *c == '^');
                characters.next_if(|(_, c)| *c == ']');
            }
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => has_choice = true,
            '^' | '$' => anchors.push((at, 1)),
            _ => {}
        }
    }
    let first = anchors.first().filter(|(at, _)| *at == 0);
    let last = anchors
        .last()
        .filter(|(at, length)| at + length == pattern.len() && pattern.len() > *length);
    let around = usize::from(first.is_some()) + usize::from(last.is_some());
    match anchors.len() {
        0 => Anchors::None,
        count if count > around || has_choice => Anchors::Inside,
        _ => {
            let from = first.map_or(0, |(_, length)| *length);
            let to = last.map_or(pattern.len(), |(at, _)| *at);
            Anchors::Around {
                inner: pattern.get(from..to).unwrap_or_default(),
                start: first.is_some(),
                end: last.is_some(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_around_a_pattern_can_be_left_out() {
        let around = |inner, start, end| Anchors::Around { inner, start, end };
        assert_eq!(anchors("^[a-z]+$"), around("[a-z]+", true, true));
        assert_eq!(anchors(r"\A(a|b)\z"), around("(a|b)", true, true));
        assert_eq!(anchors("^a"), around("a", true, false));
        assert_eq!(anchors("a$"), around("a", false, true));
        assert_eq!(anchors("^"), around("", true, false));
        for plain in [r"a\$", "[$^]", "[^a]", r"[\]^]", "[]^]", ""] {
            assert_eq!(anchors(plain), Anchors::None, "{plain}");
        }
        for inside in ["^a$|^b$", "^a|b$", "(^a$)|b", "^(a$|b)$", "a^b"] {
            assert_eq!(anchors(inside), Anchors::Inside, "{inside}");
        }
    }

    #[test]
    fn what_clients_cannot_check_is_found() {
        for odd in [
            r"\p{L}+",
            r"[\P{Lu}a]",
            "(?=a)a",
            "(?!x).*",
            "(?<=a)b",
            "(?<!a)b",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            "(?>a)",
            "^a$|b",
        ] {
            assert!(obstacle(odd).is_some(), "{odd}");
        }
        for plain in [
            r"[a-z]+",
            r"(?:a|b)",
            r"(?<name>a)",
            r"\\p",
            r"[(?=]",
            "^a$",
            r"\d{1,3}",
            "[]a]",
            "模型",
        ] {
            assert_eq!(obstacle(plain), None, "{plain}");
        }
    }
}
