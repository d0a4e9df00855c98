//! Text that comes from services and files, made safe and fit to be shown.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Escapes characters that a terminal would obey instead of showing them, and those that reorder or hide text.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_invisible, |c, out| out.extend(c.escape_default()))
}

/// Escapes characters of a text, and joiners where they do not join.
pub(crate) fn escaped(
    text: &str,
    is_hidden: fn(char) -> bool,
    escape: fn(char, &mut String),
) -> Cow<'_, str> {
    if !text.contains(|c| is_hidden(c) || is_joiner(c)) {
        return Cow::Borrowed(text);
    }
    // Persian and Indian words and emoji are written with joiners; anywhere else, they only make two names look alike.
    let is_joined = |c: Option<char>| {
        c.is_some_and(|c| !c.is_ascii() && !is_hidden(c) && !is_joiner(c) && !is_wide_letter(c))
    };
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_lost = is_joiner(c) && !(is_joined(before) && is_joined(chars.peek().copied()));
        match is_hidden(c) || is_lost {
            true => escape(c, &mut out),
            false => out.push(c),
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Returns whether a character is a control character, or changes the direction of the text, or shows nothing. Joiners are not
/// among them.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Returns whether a character says how its neighbours are joined.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Returns whether a character is Chinese, Japanese or Korean, which are never joined.
fn is_wide_letter(c: char) -> bool {
    c.is_alphabetic() && c.width() == Some(2)
}

/// Shortens a text to a number of columns of a terminal.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = beginning(text, width.saturating_sub(1)).to_owned();
    short.push('…');
    short
}

/// Shortens a text in its middle, so that its end, which tells IDs apart, stays.
pub(crate) fn shorten_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let rest = width.saturating_sub(1);
    let begin = beginning(text, rest / 3);
    let end = end(text, rest - rest / 3);
    format!("{begin}…{end}")
}

/// Returns as much of the beginning of a text as fits.
fn beginning(text: &str, width: usize) -> &str {
    let ends: Vec<_> = text
        .char_indices()
        .map(|(start, c)| start + c.len_utf8())
        .collect();
    longest(&ends, |end| text.get(..end), width)
}

/// Returns as much of the end of a text as fits, without marks that belong to what was cut off.
fn end(text: &str, width: usize) -> &str {
    let starts: Vec<_> = text.char_indices().rev().map(|(start, _)| start).collect();
    let end = longest(&starts, |start| text.get(start..), width);
    end.trim_start_matches(|c: char| c.width() == Some(0))
}

/// Returns the longest part that fits; `places` cut ever longer ones. Each is measured as a whole, since an emoji of several
/// characters is narrower than they are alone. To try all of them would take too long for a text of a megabyte.
fn longest<'a>(places: &[usize], part: impl Fn(usize) -> Option<&'a str>, width: usize) -> &'a str {
    let fits = |place: &usize| part(*place).is_some_and(|part| part.width() <= width);
    let count = places.partition_point(fits);
    // A mark can make a part narrower again.
    let place = places.iter().take(count).rev().find(|place| fits(place));
    place.and_then(|place| part(*place)).unwrap_or_default()
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
        for c in [
            "\u{ad}",
            "\u{180e}",
            "\u{3164}",
            "\u{1160}",
            "\u{fffa}",
            "\u{e0041}",
        ] {
            assert!(visible(&format!("a{c}b")).starts_with("a\\u{"), "{c:?}");
        }
    }

    #[test]
    fn joiners_stay_where_they_join() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
        ] {
            assert_eq!(visible(text), text);
        }
        for text in [
            "ab\u{200d}c",
            "财\u{200c}务",
            "\u{200d}",
            "م\u{200c}\u{200c}م",
            "م\u{200c}",
        ] {
            assert!(visible(text).contains("\\u{200"), "{text:?}");
        }
    }

    #[test]
    fn no_emoji_makes_a_text_too_wide() {
        let text = "👩\u{200d}👩\u{200d}👧☁\u{fe0f}🇨🇳1\u{fe0f}\u{20e3}e\u{301}".repeat(3);
        for width in 1..30 {
            for short in [shorten(&text, width), shorten_middle(&text, width)] {
                assert!(short.width() <= width, "{width}: {short:?}");
            }
        }
        // A family is as wide as one of it.
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(
            shorten(&family.repeat(3), 5),
            format!("{}…", family.repeat(2))
        );
        assert_eq!(shorten_middle(&family.repeat(3), 5), format!("…{family}"));
    }

    #[test]
    fn a_long_text_of_marks_is_shortened_soon() {
        let text = format!("{}tail", "e\u{301}".repeat(500_000));
        assert_eq!(shorten(&text, 3).width(), 3);
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
