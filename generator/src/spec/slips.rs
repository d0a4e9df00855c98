//! Typical slips in YAML, found line by line.
//!
//! A YAML scanner reports where it gave up, which is often a line or a page after the slip, in terms of its grammar. This
//! module reads the lines again in the way in which specs are written, and names the first line that cannot be meant.

use super::flow::{self, Cursor};
use crate::diagnostics::Fix;
use crate::source::Span;

/// A slip with its place.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) fix: Option<Box<Fix>>,
}

impl Slip {
    /// Adds the change that replaces a text within the place of the slip.
    fn replacing(mut self, old: &str, new: &str) -> Self {
        self.fix = Some(Box::new(Fix {
            span: self.span,
            old: Some(old.to_owned()),
            new: new.to_owned(),
        }));
        self
    }
}

/// Returns a slip at a line and column, which count from 0.
pub(super) fn slip<T>(
    (line, column): (usize, usize),
    length: usize,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Result<T, Slip> {
    Err(Slip {
        span: Span {
            line: line + 1,
            column: column + 1,
            length: length.max(1),
        },
        message: message.into(),
        help: help.into(),
        fix: None,
    })
}

/// Adds to a slip the change that replaces a text within its place.
pub(super) fn replacing<T>(slip: Result<T, Slip>, old: &str, new: &str) -> Result<T, Slip> {
    slip.map_err(|slip| slip.replacing(old, new))
}

/// Returns the first marker of a merge conflict.
pub(super) fn conflict(text: &str) -> Option<Slip> {
    let is_marker = |line: &str| {
        ["<<<<<<< ", "||||||| ", ">>>>>>> "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let mut markers = text.lines().enumerate();
    let (first, _) = markers.find(|(_, line)| is_marker(line))?;
    let (last, _) = markers.filter(|(_, line)| is_marker(line)).last()?;
    let message = format!("a merge conflict is left here, up to line {}", last + 1);
    let help =
        "keep one of its sides, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
    slip::<()>((first, 0), 7, message, help).err()
}

/// Returns the first slip up to a line, which counts from 1.
pub(super) fn first(text: &str, last: usize) -> Option<Slip> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    let mut around = Around::default();
    while at < lines.len().min(last) {
        match line(&lines, at, &mut around) {
            Ok(next) => at = next.max(at + 1),
            Err(slip) => return Some(slip),
        }
    }
    None
}

/// What the lines before one leave open.
#[derive(Default)]
struct Around<'t> {
    /// The key whose text without quotes the next lines may continue, and its column.
    text: Option<(usize, &'t str)>,
    /// Columns of the blocks that are open, the innermost last.
    columns: Vec<usize>,
}

impl Around<'_> {
    /// Opens or continues the block at a column. Reports a column between those of two blocks.
    fn enter(&mut self, at: usize, column: usize, length: usize) -> Result<(), Slip> {
        let mut left = None;
        while let Some(last) = self.columns.pop_if(|last| *last > column) {
            left = Some(last);
        }
        let outer = self.columns.last().copied();
        if outer == Some(column) {
            return Ok(());
        }
        if let Some(left) = left {
            let message = format!("this line is indented by {column}, which fits no line above");
            let help = match outer {
                Some(outer) => {
                    format!("indent it by {left} or {outer}, like the block it belongs to")
                }
                None => format!("indent it by {left}, like the block it belongs to"),
            };
            return slip((at, column), length, message, help);
        }
        self.columns.push(column);
        Ok(())
    }
}

/// Reads the line at an index, with the lines that its value takes. Returns the index of the next line.
fn line<'t>(lines: &[&'t str], at: usize, around: &mut Around<'t>) -> Result<usize, Slip> {
    let whole = lines.get(at).copied().unwrap_or_default();
    let text = whole.trim_start_matches(' ');
    if text.trim().is_empty() || text.starts_with('#') || is_document_mark(whole) {
        return Ok(at + 1);
    }
    let mut column = whole.len() - text.len();
    odd_indentation(at, column, text)?;
    if let Some((key_column, key)) = around.text
        && column > key_column
    {
        return match text.split_once(": ") {
            Some((word, _)) if is_word(word) => {
                let message =
                    format!("`{word}:` belongs to the text of `{key}` above, which has no quotes");
                let help =
                    format!("give it the indentation of `{key}`, or put the text into quotes");
                slip((at, column), word.len(), message, help)
            }
            _ => Ok(at + 1),
        };
    }
    around.text = None;
    let mut text = text;
    let mut is_element = false;
    loop {
        if let Some(rest) = text.strip_prefix('-').filter(|rest| rest.starts_with(' ')) {
            let inner = rest.trim_start_matches(' ');
            around.enter(at, column, 1)?;
            column += text.len() - inner.len();
            text = inner;
            is_element = true;
        } else if text == "-" {
            return Ok(at + 1);
        } else {
            break;
        }
    }
    dash(at, column, text)?;
    let is_value = text.starts_with(['[', '{', '|', '>']);
    let found = match is_value {
        true => None,
        false => key_and_value(at, column, text)?,
    };
    let Some((key, value)) = found else {
        if is_element || is_value {
            return value_of(lines, (at, column), column.saturating_sub(2), "", around);
        }
        let message = "this line has no `key:`";
        let help = "write `key: value`; a text that goes on is indented deeper than its key";
        return slip((at, column), text.trim_end().chars().count(), message, help);
    };
    around.enter(at, column, key.chars().count())?;
    let start = column + text.chars().count() - value.chars().count();
    value_of(lines, (at, start), column, key, around)
}

/// Whether a line begins or ends a document.
fn is_document_mark(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...") || line.starts_with('%')
}

/// Reports blanks other than spaces in the indentation.
fn odd_indentation(at: usize, column: usize, text: &str) -> Result<(), Slip> {
    match text.chars().next() {
        Some('\t') => slip(
            (at, column),
            1,
            "there is a tab in the indentation",
            "indent with spaces",
        ),
        Some(c) if c.is_whitespace() => {
            let message = format!("there is {} in the indentation", blank(c));
            let slip = slip((at, column), 1, message, "indent with ordinary spaces");
            replacing(slip, &c.to_string(), " ")
        }
        _ => Ok(()),
    }
}

/// Reports a dash that does not begin an element.
fn dash(at: usize, column: usize, text: &str) -> Result<(), Slip> {
    let first = text.chars().next().unwrap_or_default();
    if matches!(first, '–' | '—' | '－' | '‐' | '‑' | '−' | '•') {
        let message = format!(
            "`{first}` (U+{:04X}) does not begin an element",
            u32::from(first)
        );
        let help = "write `- `, with an ordinary hyphen";
        return replacing(
            slip((at, column), 1, message, help),
            &first.to_string(),
            "-",
        );
    }
    match text.strip_prefix('-') {
        Some(rest) if is_key(rest) => {
            let message = "there is no blank after the `-`";
            let help = format!("write `- {}`", rest.trim_end());
            replacing(slip((at, column), 1, message, help), "-", "- ")
        }
        _ => Ok(()),
    }
}

/// Returns the key of a line and the text after its colon, without blanks before it; `None` if there is no key.
fn key_and_value(at: usize, column: usize, text: &str) -> Result<Option<(&str, &str)>, Slip> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let rest = text.get(1..).unwrap_or_default();
        let end = rest.split_once(quote);
        return Ok(end.and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?.trim_start()))));
    }
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$');
    let rest = text.trim_start_matches(is_of_word);
    let word = text.get(..text.len() - rest.len()).unwrap_or_default();
    let colon = (at, column + word.chars().count());
    let mut ahead = rest.chars();
    let (first, second) = (ahead.next(), ahead.next());
    let value = ahead.as_str();
    match (first, second) {
        _ if word.is_empty() => {}
        (Some(c @ ('：' | '﹕' | '︰')), _) => {
            let message = format!(
                "`{c}` (U+{:04X}) after the key `{word}` is not a colon of YAML",
                u32::from(c)
            );
            let value = rest.get(c.len_utf8()..).unwrap_or_default().trim();
            let help = format!("write an ordinary colon and a blank: `{word}: {value}`");
            let colon_and_blank = if second == Some(' ') { ":" } else { ": " };
            return replacing(
                slip(colon, 1, message, help),
                &c.to_string(),
                colon_and_blank,
            );
        }
        (Some(':'), Some('\t')) => {
            let message = format!("there is a tab after `{word}:`");
            let slip = slip((at, colon.1 + 1), 1, message, "write a space instead");
            return replacing(slip, "\t", " ");
        }
        (Some(':'), Some(c)) if c != ' ' && c.is_whitespace() => {
            let message = format!("there is {} after `{word}:`", blank(c));
            let help = "write an ordinary space instead";
            let slip = slip((at, colon.1 + 1), 1, message, help);
            return replacing(slip, &c.to_string(), " ");
        }
        // Names of headers, ports and URLs are written like that too, but not before a value.
        (Some(':'), Some(c)) if c != ' ' && c != '/' && !rest.contains(": ") => {
            let message = format!("there is no blank after `{word}:`");
            let help = format!("write `{word}: {c}{}`", value.trim_end());
            return replacing(slip(colon, 1, message, help), ":", ": ");
        }
        (Some(':'), _) => {
            return Ok(Some((
                word,
                rest.get(1..).unwrap_or_default().trim_start_matches(' '),
            )));
        }
        _ => {}
    }
    let (key, value) = match text.split_once(": ") {
        Some((key, value)) => (key, value),
        None => match text.trim_end().strip_suffix(':') {
            Some(key) => (key, ""),
            None => return Ok(None),
        },
    };
    Ok(Some((key, value.trim_start_matches(' '))))
}

/// Reads the value that begins at a place. Returns the index of the line after it.
fn value_of<'t>(
    lines: &[&'t str],
    (at, column): (usize, usize),
    key_column: usize,
    key: &'t str,
    around: &mut Around<'t>,
) -> Result<usize, Slip> {
    let whole = lines.get(at).copied().unwrap_or_default();
    let text: String = whole.chars().skip(column).collect();
    let first = text.chars().next().unwrap_or_default();
    match first {
        '\0' | '#' => Ok(at + 1),
        '|' | '>' => block(lines, (at, column), key_column, key),
        '"' | '\'' | '[' | '{' => {
            let mut cursor = Cursor::new(lines, (at, column), key_column);
            if matches!(first, '[' | '{') {
                flow::collection(&mut cursor)?;
            } else {
                flow::quoted(&mut cursor)?;
            }
            rest_of(&cursor, first)
        }
        _ => {
            plain(&text, (at, column), key)?;
            around.text = Some((key_column, key));
            Ok(at + 1)
        }
    }
}

/// Checks what follows a value in quotes or brackets on its line.
fn rest_of(cursor: &Cursor<'_>, first: char) -> Result<usize, Slip> {
    let (line, column) = cursor.place();
    let rest = cursor.rest();
    let after = rest.trim_start();
    if after.is_empty() || (after.starts_with('#') && after.len() < rest.len()) {
        return Ok(line + 1);
    }
    // A key in quotes.
    if after.starts_with(": ") || after == ":" {
        return Ok(line + 1);
    }
    let place = (line, column + rest.chars().count() - after.chars().count());
    let c = after.chars().next().unwrap_or_default();
    if matches!(c, ']' | '}') {
        let message = format!("there is one `{c}` too many");
        return replacing(slip(place, 1, message, "delete it"), &c.to_string(), "");
    }
    let length = after.trim_end().chars().count();
    match first {
        '\'' => slip(
            place,
            length,
            "the text goes on after its closing quote",
            "write `''` for a quote inside of single quotes",
        ),
        '"' => slip(
            place,
            length,
            "the text goes on after its closing quote",
            "write `\\\"` for a quote inside of double quotes, or put the text into single quotes",
        ),
        _ => slip(
            place,
            length,
            "there is text after the closing bracket",
            "delete it, or put the whole value into single quotes if it is a text",
        ),
    }
}

/// Reads a block of text after `|` or `>`.
fn block(
    lines: &[&str],
    (at, column): (usize, usize),
    key_column: usize,
    key: &str,
) -> Result<usize, Slip> {
    let header: String = lines
        .get(at)
        .copied()
        .unwrap_or_default()
        .chars()
        .skip(column)
        .collect();
    let mark = header.chars().next().unwrap_or_default();
    let after = header.get(1..).unwrap_or_default();
    let text = after.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    if !text.trim().is_empty() && !text.trim_start().starts_with('#') {
        let message = format!("there is text on the line of `{mark}`");
        let help = format!(
            "begin the text on the next line, indented deeper than `{key}`; or quote it if it begins with `{mark}`"
        );
        let length = text.trim().chars().count();
        return slip(
            (
                at,
                column + header.chars().count() - text.trim_start().chars().count(),
            ),
            length,
            message,
            help,
        );
    }
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut deep = None;
    for (index, line) in lines.iter().enumerate().skip(at + 1) {
        if line.trim().is_empty() {
            continue;
        }
        let here = indent(line);
        let length = line.trim().chars().count();
        match deep {
            None if here > key_column => deep = Some(here),
            Some(deep) if here >= deep => {}
            Some(_) if here > key_column => {
                let message = "this line is indented less than the text that it belongs to";
                let help = "indent all lines of the text alike";
                return slip((index, here), length, message, help);
            }
            _ if is_key(line.trim_start())
                || line.trim_start().starts_with("- ")
                || line.trim_start().starts_with('#') =>
            {
                return Ok(index);
            }
            _ if deep.is_some() => return Ok(index),
            _ => {
                let message = format!("the text of `{key}` is not indented");
                let help = format!("indent each line of it deeper than `{key}`");
                return slip((index, here), length, message, help);
            }
        }
    }
    Ok(lines.len())
}

/// Checks a text without quotes.
fn plain(text: &str, (at, column): (usize, usize), key: &str) -> Result<(), Slip> {
    let text = text.split(" #").next().unwrap_or_default().trim_end();
    let first = text.chars().next().unwrap_or_default();
    let message = if text.contains(": ") {
        "this text has `: ` in it, which YAML takes for a key".to_owned()
    } else if text.ends_with(':') && !key.is_empty() {
        "this text ends with `:`, which YAML takes for a key".to_owned()
    } else if "`@%*,]}".contains(first) {
        format!("a text without quotes cannot begin with `{first}`")
    } else {
        return Ok(());
    };
    let quoted = quoted(text);
    let help = match key {
        "" => format!("quote the text: `{quoted}`"),
        key => format!("quote the text: `{key}: {quoted}`"),
    };
    let length = text.chars().count();
    replacing(slip((at, column), length, message, help), text, &quoted)
}

/// Returns a text in single quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a line begins with a key.
pub(super) fn is_key(line: &str) -> bool {
    match line.split_once(':') {
        Some((word, rest)) => is_word(word) && (rest.is_empty() || rest.starts_with(' ')),
        None => false,
    }
}

fn is_word(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '"' | '\'');
    !text.is_empty() && text.chars().all(fits)
}

/// Describes a blank that is not a space.
pub(super) fn blank(c: char) -> String {
    let name = match c {
        '\u{a0}' => "a no-break space",
        '\u{3000}' => "a full-width space",
        _ => "an unusual blank",
    };
    format!("{name} (U+{:04X})", u32::from(c))
}
