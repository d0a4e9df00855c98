//! Text that comes from services and files, made safe and fit to be shown.

use std::borrow::Cow;

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
    fn names_that_were_meant_are_found() {
        let keys = ["cloud", "label", "region", "access_key"];
        assert_eq!(closest("lable", keys), Some("label"));
        assert_eq!(closest("access-key", keys), Some("access_key"));
        assert_eq!(closest("Region", keys), Some("region"));
        assert_eq!(closest("height", keys), None);
    }
}
