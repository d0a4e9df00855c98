//! Texts of descriptions, which are data: names and sentences, never code or control characters.

use crate::spec::is_forbidden;

/// The most characters of a sentence.
const LONGEST: usize = 300;

/// Tags within a sentence.
const INLINE: [&str; 9] = ["a", "b", "code", "em", "i", "span", "strong", "sub", "sup"];

/// Returns the first sentence of a documentation, without HTML, or `None` if there is none.
pub(super) fn sentence(documentation: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = documentation;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        let name = tag.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric());
        // Tags separate words, except those within a sentence.
        if !INLINE.contains(&name.get(..end.unwrap_or(name.len())).unwrap_or_default()) {
            plain.push(' ');
        }
        match tag.split_once('>') {
            Some((_, after)) => rest = after,
            None => rest = "",
        }
    }
    plain.push_str(rest);
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(entity, character);
    }
    let is_blank = |c: char| c.is_control() || c.is_whitespace();
    let visible = without_marks(&plain.replace(is_blank, " "));
    let words: Vec<_> = visible.split_whitespace().collect();
    let text = words.join(" ");
    let end = text
        .match_indices(['.', '。', '!', '?'])
        .find_map(|(at, mark)| {
            let after = at + mark.len();
            let next = text.get(after..)?;
            (next.is_empty() || next.starts_with(' ') || mark == "。").then_some(after)
        });
    let text = text.get(..end.unwrap_or(text.len()))?.trim();
    let short = match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", text.get(..cut)?.trim_end()),
        None => text.to_owned(),
    };
    (!short.is_empty()).then_some(short)
}

/// Returns a pattern for the whole text without the anchors at the ends of its alternatives, which say nothing there.
pub(super) fn without_anchors(pattern: &str) -> String {
    let parts = alternatives(pattern).into_iter().map(|part| {
        let part = part.trim_start_matches('^');
        let part = part.strip_prefix(r"\A").unwrap_or(part);
        let ends = ["$", r"\z", r"\Z"]
            .into_iter()
            .find_map(|anchor| part.strip_suffix(anchor));
        ends.filter(|inside| !is_escape(inside)).unwrap_or(part)
    });
    parts.collect::<Vec<_>>().join("|")
}

/// Returns a pattern for the whole text that accepts what a search with a pattern finds.
pub(super) fn for_whole_text(searched: &str) -> String {
    let inside = searched
        .strip_prefix('^')
        .and_then(|inside| inside.strip_suffix('$'));
    match inside {
        Some(inside) if !is_escape(inside) && alternatives(inside).len() == 1 => inside.to_owned(),
        // What is searched may stand anywhere.
        _ => format!("(?s:.*)({searched})(?s:.*)"),
    }
}

/// Whether the character after this text is escaped.
fn is_escape(text: &str) -> bool {
    let slashes = text.chars().rev().take_while(|c| *c == '\\').count();
    slashes % 2 == 1
}

/// Returns the alternatives of a pattern that are outside of groups.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut depth, mut in_class, mut is_escaped) = (0_usize, false, false);
    let mut cuts = Vec::new();
    for (at, c) in pattern.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth = depth.saturating_sub(1),
            '|' if !in_class && depth == 0 => cuts.push(at),
            _ => {}
        }
    }
    let starts = std::iter::once(0).chain(cuts.iter().map(|cut| cut + 1));
    let ends = cuts.iter().copied().chain([pattern.len()]);
    let parts = starts
        .zip(ends)
        .filter_map(|(start, end)| pattern.get(start..end));
    parts.collect()
}

/// Returns each text once, in the order of their first occurrence.
pub(super) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}

/// Returns a text without what moves a cursor or turns the direction of writing.
pub(super) fn without_marks(text: &str) -> String {
    let is_odd = |c: char| c.is_control() || is_forbidden(c);
    text.chars().filter(|c| !is_odd(*c)).collect()
}

/// Returns a text with escapes for the characters that no spec has.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match is_forbidden(c) || c.is_control() {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    out
}

/// Returns a name as text, without what moves a cursor or turns the direction of writing.
pub(super) fn printable(name: &str) -> String {
    let name = without_marks(&name.replace(char::is_whitespace, " "));
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.is_empty() {
        true => "Service".to_owned(),
        false => name,
    }
}

/// Returns the name of a service without what means something in documentation, where it occurs.
pub(super) fn title(text: &str) -> String {
    printable(text).replace(['[', ']', '<', '>', '`', '|', '*', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_cut_to_a_sentence() {
        for (text, expected) in [
            (
                "<p>Lists the <a>models</a>. More.</p>",
                Some("Lists the models."),
            ),
            (
                "The <code>a.b</code> of v1.2 &amp; up",
                Some("The a.b of v1.2 & up"),
            ),
            ("列出模型。更多。", Some("列出模型。")),
            ("a\u{1b}[31m\nb", Some("a [31m b")),
            ("<p></p>", None),
            ("", None),
            ("<", None),
        ] {
            assert_eq!(sentence(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            sentence(&"x".repeat(1_000)).unwrap().chars().count(),
            LONGEST + 1
        );
    }

    #[test]
    fn anchors_that_say_nothing_are_dropped() {
        for (pattern, expected) in [
            ("^[a-z]+$", "[a-z]+"),
            ("^(a|b)$", "(a|b)"),
            ("^a|b$", "a|b"),
            ("^a$|^b$", "a|b"),
            ("^[|]$", "[|]"),
            ("^^a$", "a"),
            (r"\Aa|b\z", "a|b"),
            ("^a\\$", "a\\$"),
            ("^a\\\\$", "a\\\\"),
            ("(^a|b$)", "(^a|b$)"),
            ("a", "a"),
        ] {
            assert_eq!(without_anchors(pattern), expected);
        }
    }

    #[test]
    fn what_is_searched_may_stand_anywhere() {
        for (pattern, expected) in [
            ("^a+$", "a+"),
            ("^(a|b)$", "(a|b)"),
            ("a", "(?s:.*)(a)(?s:.*)"),
            ("^a|b$", "(?s:.*)(^a|b$)(?s:.*)"),
        ] {
            assert_eq!(for_whole_text(pattern), expected);
        }
    }
}
