//! Text that comes from services and files, made safe and fit to be shown.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Escapes characters that a terminal would obey instead of showing them, and those that reorder or hide text.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    match text.contains(is_invisible) {
        false => Cow::Borrowed(text),
        true => text
            .chars()
            .flat_map(|c| match is_invisible(c) {
                true => c.escape_default().collect::<Vec<_>>(),
                false => vec![c],
            })
            .collect::<String>()
            .into(),
    }
}

/// Returns whether a character is a control character, or changes the direction of the text, or has no width.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Shortens a text to a number of columns of a terminal.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = take_width(text.chars(), width.saturating_sub(1));
    short.push('…');
    short
}

/// Shortens a text in its middle, so that its end, which tells IDs apart, stays.
pub(crate) fn shorten_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let rest = width.saturating_sub(1);
    let end = take_width(text.chars().rev(), rest - rest / 3);
    let mut short = take_width(text.chars(), rest / 3);
    short.push('…');
    short.extend(end.chars().rev());
    short
}

/// Returns as many characters as fit.
fn take_width(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

/// Returns `1 model` or `2 models`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Returns the candidate that is most similar to a name, if one is similar enough.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('-', "_");
            (strsim::osa_distance(&name, &other), candidate)
        })
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_terminals_are_shown() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(visible("a\u{9b}31m\n"), "a\\u{9b}31m\\n");
        assert_eq!(visible("a\u{202e}cod"), "a\\u{202e}cod");
        assert_eq!(visible("财务 模型"), "财务 模型");
    }

    #[test]
    fn texts_are_shortened_to_columns() {
        assert_eq!(shorten("model", 5), "model");
        assert_eq!(shorten("models", 5), "mode…");
        // Each character is two columns wide, so one column stays empty.
        assert_eq!(shorten("财务模型", 6), "财务…");
        assert_eq!(shorten_middle("arn:aws:bedrock/abcdef", 10), "arn…abcdef");
        assert_eq!(shorten_middle("财务模型助手", 7), "财…助手");
    }

    #[test]
    fn names_that_were_meant_are_found() {
        let keys = ["cloud", "label", "region", "access_key"];
        assert_eq!(closest("lable", keys), Some("label"));
        assert_eq!(closest("access-key", keys), Some("access_key"));
        assert_eq!(closest("Region", keys), Some("region"));
        assert_eq!(closest("height", keys), None);
    }
}
