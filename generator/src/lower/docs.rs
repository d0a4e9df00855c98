//! Documentation text comes from outside: it is made harmless and even before it becomes a doc comment.
//!
//! In a doc comment, indented or fenced text is a test that runs, brackets are links, angle brackets are HTML. None of it
//! may happen with a vendor's text, and all of it must stay readable.

use crate::model::Limit;

/// The most characters of a line; longer paragraphs are wrapped.
const WIDTH: usize = 100;

/// Adds limits and default to what is said of a member.
pub(super) fn with_limits(said: &str, limits: &[Limit], default: Option<&str>) -> String {
    let bounds = |min: &Option<i64>, max: &Option<i64>| match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    };
    let mut text = said.trim().to_owned();
    for limit in limits {
        let sentence = match limit {
            Limit::Range(min, max) => {
                format!("From {}.", bounds(min, max)).replace("From at", "At")
            }
            Limit::Length(min, max) => format!("Length {}.", bounds(min, max)),
            Limit::Count(min, max) => format!("Elements: {}.", bounds(min, max)),
            Limit::Chars(class) => format!("Characters `{class}`."),
            // Patterns are long, and say little to people.
            Limit::Pattern(_) => continue,
        };
        text.push(' ');
        text.push_str(&sentence);
    }
    if let Some(default) = default {
        text.push_str(&format!(" Default: `{default}`."));
    }
    text
}

/// The lines of a doc comment.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            wrap(&mut paragraph, &mut lines);
            fenced = !fenced;
            lines.push(if fenced { "```text" } else { "```" }.to_owned());
        } else if fenced {
            lines.push(line.to_owned());
        } else if line.is_empty() {
            wrap(&mut paragraph, &mut lines);
            lines.push(String::new());
        } else if line.starts_with(['-', '*', '#', '|', '>'])
            || line.starts_with(|c: char| c.is_ascii_digit())
        {
            // Lists, headings and tables keep their lines.
            wrap(&mut paragraph, &mut lines);
            paragraph.push_str(line);
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    wrap(&mut paragraph, &mut lines);
    if fenced {
        lines.push("```".to_owned());
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Moves a paragraph, escaped, into lines of a bounded width.
fn wrap(paragraph: &mut String, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut width = 0;
    for word in escape(paragraph).split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    paragraph.clear();
}

/// Takes the meaning from brackets, angle brackets and lone backticks, and puts URLs into angle brackets. What stands between
/// backticks is code already.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((prose, after)) = rest.split_once('`') {
        escape_prose(prose, &mut out);
        match after.split_once('`') {
            Some((code, after)) => {
                out.push('`');
                out.push_str(code);
                out.push('`');
                rest = after;
            }
            None => {
                out.push_str("\\`");
                rest = after;
            }
        }
    }
    escape_prose(rest, &mut out);
    out
}

fn escape_prose(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find("https://").or_else(|| rest.find("http://")) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| c.is_whitespace() || "<>[]()\"'`，。".contains(c))
            .unwrap_or(from.len());
        let (url, after) = from.split_at(end);
        let url_without_stop = url.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        escape_marks(before, out);
        out.push('<');
        out.push_str(url_without_stop);
        out.push('>');
        out.push_str(url.get(url_without_stop.len()..).unwrap_or_default());
        rest = after;
    }
    escape_marks(rest, out);
}

fn escape_marks(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        lines(text).join("\n")
    }

    #[test]
    fn fences_and_indentation_are_no_tests() {
        assert_eq!(
            one("Text.\n\n```rust\npanic!()\n```\nMore."),
            "Text.\n\n```text\npanic!()\n```\nMore."
        );
        assert_eq!(one("Text.\n\n        panic!()"), "Text.\n\npanic!()");
        assert_eq!(one("~~~\npanic!()"), "```text\npanic!()\n```");
    }

    #[test]
    fn marks_lose_their_meaning_outside_of_code() {
        assert_eq!(
            one("Range [0, 100], <b>, `[x]` and a ` tick"),
            r"Range \[0, 100\], \<b\>, `[x]` and a \` tick"
        );
        assert_eq!(one("`a` [b] `c` [d]"), r"`a` \[b\] `c` \[d\]");
        assert_eq!(
            one("See https://a.b/c?d=[e]. Or http://x"),
            r"See <https://a.b/c?d=>\[e\]. Or <http://x>"
        );
    }

    #[test]
    fn paragraphs_are_wrapped_and_lists_are_not_joined() {
        let long = "word ".repeat(40);
        assert!(
            lines(&long)
                .iter()
                .all(|line| line.chars().count() <= WIDTH)
        );
        assert_eq!(one("One\ntwo.\n- a\n- b\n"), "One two.\n- a\n- b");
        assert_eq!(one("  \n"), "");
    }

    #[test]
    fn limits_are_said_in_words() {
        let limits = [
            Limit::Range(Some(1), Some(100)),
            Limit::Length(None, Some(3)),
            Limit::Range(Some(1), None),
        ];
        assert_eq!(
            with_limits("X.", &limits, Some("10")),
            "X. From 1 to 100. Length at most 3. At least 1. Default: `10`."
        );
    }
}
