//! Texts of others in output: what a spec or a description contains is shown literally and does nothing.

use std::fmt::Write;

/// Returns a text on one line in which every character is visible: those that control terminals, break lines or turn the
/// direction of writing as escapes.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unseen(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a character controls how others are shown and is not shown itself.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Returns a text as a code span of Markdown: between more backticks than it contains in a row, so that all of it is
/// literal.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    // A blank at both ends is dropped, and a backtick at an end belongs to the fence.
    let has_blanks = text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty();
    let blank = match has_blanks || text.starts_with('`') || text.ends_with('`') {
        true => " ",
        false => "",
    };
    match text.as_str() {
        "" => "empty".to_owned(),
        text => format!("{fence}{blank}{text}{blank}{fence}"),
    }
}

/// Returns a code span for a cell of a table, which a vertical bar ends even within code.
pub(crate) fn code_in_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Returns lines as a block of code of Markdown, with a fence that is longer than any in them.
pub(crate) fn code_block(language: &str, lines: &str) -> String {
    let longest = lines.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let lines = lines.lines().map(visible).collect::<Vec<_>>().join("\n");
    format!("{fence}{language}\n{lines}\n{fence}\n")
}

/// Returns a text for Markdown, on one line and with its markup escaped.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in visible(&text.replace('\n', " ")).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '|' | '<' | '>' | '[' | ']' | '`' | '*' | '_' | '\\' | '#' | '@' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_literal() {
        for (text, span) in [
            ("a", "`a`"),
            ("", "empty"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``a", "``` ``a ```"),
            (" a ", "`  a  `"),
            (" a", "` a`"),
            (" ", "` `"),
            ("a|b", "`a|b`"),
            (
                "<b>&amp;\u{202e}\u{1b}[31m\nx",
                "`<b>&amp;\\u{202e}\\u{1b}[31m\\nx`",
            ),
        ] {
            assert_eq!(code(text), span);
        }
        assert_eq!(code_in_cell("a|b"), "`a\\|b`");
        assert_eq!(
            code_block("yaml", "a: ```b\u{1b}"),
            "````yaml\na: ```b\\u{1b}\n````\n"
        );
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            plain("a *b* <c> & ~d~\n\u{202e}"),
            "a \\*b\\* \\<c\\> &amp; \\~d\\~ \\\\u{202e}"
        );
    }
}
