//! Documentation text from vendors, sanitized and wrapped for doc comments.
//!
//! In a doc comment, indented or fenced text becomes a test that runs, brackets become links and angle brackets become
//! HTML. A vendor's text must cause none of this, and must stay readable. The only code blocks are therefore fences
//! that this module writes and marks as text: it removes every other run of three or more backticks or tildes,
//! including those in lists and quotes, and all indentation.

use std::borrow::Cow;

use crate::model::Limit;
use crate::spec::{Container, Provenance, Seen, number_text};

/// Maximum length of a line in characters; longer paragraphs are wrapped.
const WIDTH: usize = 100;

/// Appends to the documentation of a member its limits and default, and whether it is an idempotency token. `outermost`
/// is the list or map that a limit of the count applies to.
pub(super) fn with_limits(
    said: &str,
    outermost: Option<Container>,
    limits: &[Limit],
    default: Option<&str>,
    is_token: bool,
) -> String {
    let texts = |min: Option<String>, max: Option<String>| match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    };
    let bounds = |min: &Option<i64>, max: &Option<i64>| {
        texts(
            min.map(|min| min.to_string()),
            max.map(|max| max.to_string()),
        )
    };
    let range = |bounds: String| format!("From {bounds}.").replace("From at", "At");
    let mut text = complete(said);
    for limit in limits {
        let (limit, keys) = match limit {
            Limit::Keys(limit) => (&**limit, true),
            limit => (limit, false),
        };
        let sentence = match limit {
            Limit::Length(min, max) if keys => format!("Length of keys {}.", bounds(min, max)),
            Limit::Chars(class) if keys => format!("Characters of keys {}.", code(class)),
            Limit::Range(min, max) => range(bounds(min, max)),
            Limit::NumberRange(min, max) => {
                range(texts(min.map(number_text), max.map(number_text)))
            }
            Limit::Length(min, max) => format!("Length {}.", bounds(min, max)),
            Limit::Count(min, max) => {
                let counted = match outermost {
                    Some(Container::Map) => "Entries",
                    Some(Container::List) | None => "Elements",
                };
                format!("{counted}: {}.", bounds(min, max))
            }
            Limit::Chars(class) => format!("Characters {}.", code(class)),
            Limit::UncheckedPattern(pattern) => {
                let whose = if keys { "Pattern of keys" } else { "Pattern" };
                format!("{whose}, which clients do not check: {}.", code(pattern))
            }
            // Patterns are long and hard to read, and a violation shows the one that it breaks.
            Limit::Pattern(_) | Limit::Keys(_) => continue,
        };
        text.push(' ');
        text.push_str(&sentence);
    }
    if let Some(default) = default {
        text.push_str(&format!(" Default: {}.", code(default)));
    }
    if is_token {
        text.push_str(" Default: a random UUID, the same for all attempts of a call.");
    }
    text
}

/// Returns a text that ends so that another sentence can follow.
fn complete(said: &str) -> String {
    let mut text = said.trim().to_owned();
    let mut fence: Option<Fence> = None;
    for line in text.lines() {
        fence = match fence {
            Some(fence) if fence.is_closed_by(line) => None,
            Some(fence) => Some(fence),
            None => Fence::opened_by(line),
        };
    }
    if let Some(fence) = &fence {
        let end = format!("\n{}", fence.mark.to_string().repeat(fence.length));
        text.push_str(&end);
    }
    let last = text.lines().last().unwrap_or_default().trim();
    if fence.is_some()
        || last.starts_with(['`', '~'])
        || is_mark(last.split_whitespace().next().unwrap_or_default())
    {
        text.push_str("\n\n");
    } else if !last.is_empty() && !last.ends_with(['.', '!', '?', ':', '。', ')']) {
        text.push('.');
    }
    text
}

/// Appends to a documentation that the vendor does not document the fact, if that is so.
pub(super) fn with_seen(said: &str, seen: Option<Seen>) -> String {
    let sentence = match seen.unwrap_or_default() {
        Seen::Page => return said.to_owned(),
        Seen::Sdk => "Not on the vendor's page; known from an official SDK or tool.",
        Seen::Capture => "Not on the vendor's page; known from captured traffic.",
    };
    let text = complete(said);
    let blank = if text.ends_with('\n') { "" } else { " " };
    format!("{text}{blank}{sentence}")
}

/// Returns the lines that name the sources of a spec.
pub(super) fn sources(sources: &[Provenance]) -> Vec<String> {
    if sources.is_empty() {
        return Vec::new();
    }
    let names = sources.iter().map(|source| {
        let version = source.version.as_ref().map(|version| format!(" {version}"));
        let date = source.date.as_ref().map(|date| format!(" ({})", date.0));
        format!(
            "{}{}{}",
            source.name,
            version.unwrap_or_default(),
            date.unwrap_or_default()
        )
    });
    let text = format!("Sources: {}.", names.collect::<Vec<_>>().join(", "));
    let mut all = vec![String::new()];
    all.extend(lines(&text));
    all
}

/// Returns the lines of a doc comment.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut fence: Option<Fence> = None;
    for text in text.lines() {
        let line = text.trim();
        if let Some(open) = &mut fence {
            if open.is_closed_by(text) {
                open.write(&mut lines);
                fence = None;
            } else {
                open.body.push(text.trim_end().replace('\t', "    "));
            }
        } else if let Some(open) = Fence::opened_by(text) {
            wrap(&mut paragraph, &mut lines);
            fence = Some(open);
        } else if line.is_empty() {
            wrap(&mut paragraph, &mut lines);
            lines.push(String::new());
        } else if is_mark(line.split_whitespace().next().unwrap_or_default()) {
            // Lists, headings and tables keep their lines; only the items of a list may continue on the next one.
            wrap(&mut paragraph, &mut lines);
            paragraph.push_str(line);
            if !is_element(line) {
                wrap(&mut paragraph, &mut lines);
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    wrap(&mut paragraph, &mut lines);
    if let Some(open) = fence {
        open.write(&mut lines);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// A fenced code block.
struct Fence {
    mark: char,
    length: usize,
    body: Vec<String>,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then(|| Self {
            mark,
            length,
            body: Vec::new(),
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        let rest = line.trim_start_matches(self.mark);
        rest.is_empty() && line.len() >= self.length
    }

    /// Writes the block as text, between fences that its content does not close.
    fn write(&self, lines: &mut Vec<String>) {
        let runs = self.body.iter().map(|line| longest_run(line, '`'));
        let ticks = "`".repeat(runs.max().map_or(3, |longest| 3.max(longest + 1)));
        lines.push(format!("{ticks}text"));
        lines.extend(self.body.iter().cloned());
        lines.push(ticks);
    }
}

/// Returns the length of the longest run of a character.
fn longest_run(text: &str, mark: char) -> usize {
    let runs = text.split(|c| c != mark).map(str::len);
    runs.max().unwrap_or_default()
}

/// Returns whether a word at the start of a line would begin a block other than a paragraph.
fn is_mark(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    word.starts_with(['#', '|', '>', '='])
        || word.starts_with("~~~")
        || matches!(word, "-" | "*" | "+")
        || word.chars().all(|c| matches!(c, '-' | '*' | '_'))
        || (number.len() < word.len() && number.chars().all(|c| c.is_ascii_digit()))
}

/// Returns whether a line begins a list item.
fn is_element(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_number = first.starts_with(|c: char| c.is_ascii_digit()) && is_mark(first);
    matches!(first, "-" | "*" | "+") || is_number
}

/// Escapes a paragraph and moves it into lines of a bounded width. The continuation lines of a list item are indented,
/// as Markdown requires.
fn wrap(paragraph: &mut String, lines: &mut Vec<String>) {
    let first = paragraph.split_whitespace().next().unwrap_or_default();
    let indent = if is_element(paragraph) {
        " ".repeat(first.len() + 1)
    } else {
        String::new()
    };
    let mut line = String::new();
    let mut width = 0;
    for word in escape(paragraph).split_whitespace() {
        let word = &unbroken(word);
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH && !is_mark(word) {
            lines.push(std::mem::take(&mut line));
            line.push_str(&indent);
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    paragraph.clear();
}

/// Returns a word with the blanks that must not break.
fn unbroken(word: &str) -> Cow<'_, str> {
    if word.contains(NO_BREAK) {
        Cow::Owned(word.replace(NO_BREAK, " "))
    } else {
        Cow::Borrowed(word)
    }
}

/// Escapes brackets, angle brackets and unmatched backticks, and puts URLs into angle brackets. Text between backticks
/// is already code and stays unchanged.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (prose, from) = rest.split_at(start);
        escape_prose(prose, &mut out);
        let code = from.trim_start_matches('`');
        let (ticks, _) = from.split_at(from.len() - code.len());
        let code_and_after = end_of_code(code, ticks.len()).map(|end| code.split_at(end));
        match code_and_after {
            Some((code, after)) if ticks.len() < 3 && longest_run(code, '`') < 3 => {
                out.push_str(ticks);
                out.push_str(&unbreakable(code));
                rest = after;
            }
            // A run of three would begin a block if a line happens to break before it.
            Some((code, after)) if !code.trim_end_matches('`').contains('`') => {
                out.push('`');
                out.push_str(&unbreakable(code.trim_end_matches('`')));
                out.push('`');
                rest = after;
            }
            _ => {
                ticks.chars().for_each(|_| out.push_str("\\`"));
                rest = code;
            }
        }
    }
    escape_prose(rest, &mut out);
    out
}

/// Placeholder for a space at which no line may break. The text of a spec cannot contain it.
const NO_BREAK: char = '\u{1}';

/// Prevents line breaks within code between backticks: at the start of a line, its words could begin a block or be
/// HTML.
fn unbreakable(code: &str) -> String {
    code.replace(char::is_whitespace, "\u{1}")
}

/// Returns a text as inline code, even if it contains backticks.
pub(super) fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text, '`') + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// Returns a text without blocks, for a place that allows one line only.
pub(super) fn line(text: &str) -> String {
    let mut out = Vec::new();
    wrap(
        &mut text.split_whitespace().collect::<Vec<_>>().join(" "),
        &mut out,
    );
    out.join(" ")
}

/// Returns the end of code that began with the given number of backticks, which is after the next run of the same
/// length.
fn end_of_code(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text.get(at..)?.find('`') {
        let from = text.get(at + start..)?;
        let run = from.len() - from.trim_start_matches('`').len();
        at += start + run;
        if run == ticks {
            return Some(at);
        }
    }
    None
}

fn escape_prose(text: &str, out: &mut String) {
    let mut rest = text;
    let next = |text: &str| {
        ["https://", "http://"]
            .iter()
            .filter_map(|scheme| text.find(scheme))
            .min()
    };
    while let Some(start) = next(rest) {
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
    let is_fence = longest_run(text, '~') >= 3;
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '\\') || (is_fence && c == '~') {
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
        assert_eq!(one("> ```\n> panic!()"), "\\> \\`\\`\\`\n\\> panic!()");
        assert_eq!(one("- a\n\n      panic!()"), "- a\n\npanic!()");
        assert_eq!(one("1. ```\n   panic!()"), "1. \\`\\`\\` panic!()");
        assert_eq!(one("- ~~~\n  panic!()"), "- \\~\\~\\~ panic!()");
        assert_eq!(
            one("~~~\n```\npanic!()\n```\n~~~"),
            "````text\n```\npanic!()\n```\n````"
        );
        assert_eq!(one("```\na\n~~~\nb\n```"), "```text\na\n~~~\nb\n```");
    }

    #[test]
    fn marks_lose_their_meaning_outside_of_code() {
        assert_eq!(
            one("Range [0, 100], <b>, `[x]` and a ` tick"),
            r"Range \[0, 100\], \<b\>, `[x]` and a \` tick"
        );
        assert_eq!(one("``[a]`` b ` c"), r"``[a]`` b \` c");
        assert_eq!(
            one("See http://a.com and https://b.com."),
            "See <http://a.com> and <https://b.com>."
        );
        assert_eq!(
            one("```foo``` is a value.\nMore."),
            "`foo` is a value. More."
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
        let item = format!("- {}", "word ".repeat(40));
        assert!(
            lines(&item)
                .iter()
                .skip(1)
                .all(|line| line.starts_with("  word"))
        );
        let dash = format!("{} - x", "word ".repeat(20).trim());
        assert!(
            !lines(&dash).iter().any(|line| line.starts_with('-')),
            "{:?}",
            lines(&dash)
        );
    }

    #[test]
    fn limits_are_said_in_words() {
        let limits = [
            Limit::Range(Some(1), Some(100)),
            Limit::Length(None, Some(3)),
            Limit::Range(Some(1), None),
        ];
        assert_eq!(
            with_limits("A name", None, &[Limit::Length(None, Some(3))], None, false),
            "A name. Length at most 3."
        );
        let fenced = with_limits(
            "```\n  a\n```",
            None,
            &[Limit::Length(None, Some(3))],
            None,
            false,
        );
        assert_eq!(
            lines(&fenced),
            ["```text", "  a", "```", "", "Length at most 3."]
        );
        assert_eq!(
            with_limits(
                "Tags.",
                Some(Container::Map),
                &[Limit::Keys(Box::new(Limit::Length(Some(1), Some(9))))],
                None,
                false
            ),
            "Tags. Length of keys 1 to 9."
        );
        assert_eq!(
            with_limits("X.", None, &limits, Some("10"), false),
            "X. From 1 to 100. Length at most 3. At least 1. Default: `10`."
        );
    }
}
