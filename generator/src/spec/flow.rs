//! Slips in values in quotes, brackets and braces, which may take several lines.

use super::slips::{self, Slip, is_key, replacing, slip};
use crate::diagnostics::Fix;
use crate::source::Span;

/// A place in the lines of a file, while a value is read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    lines: &'t [&'t str],
    line: usize,
    column: usize,
    characters: Vec<char>,
    /// Column of the key. A line that is not indented deeper and begins with a key no longer belongs to the value.
    key_column: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(
        lines: &'t [&'t str],
        (line, column): (usize, usize),
        key_column: usize,
    ) -> Self {
        let mut cursor = Self {
            lines,
            line,
            column,
            characters: Vec::new(),
            key_column,
        };
        cursor.load();
        cursor
    }

    fn load(&mut self) {
        let line = self.lines.get(self.line).copied().unwrap_or_default();
        self.characters = line.chars().collect();
    }

    /// Returns the line and the column, which count from 0.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// Returns the rest of the line.
    pub(super) fn rest(&self) -> String {
        self.characters.iter().skip(self.column).collect()
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.column).copied()
    }

    fn step(&mut self) {
        self.column += 1;
    }

    fn before(&self) -> Option<char> {
        let column = self.column.checked_sub(1)?;
        self.characters.get(column).copied()
    }

    /// Goes on to the next line. Returns false if the value cannot go on there.
    fn next_line(&mut self) -> bool {
        self.line += 1;
        self.column = 0;
        self.load();
        let Some(line) = self.lines.get(self.line) else {
            return false;
        };
        let text = line.trim_start_matches(' ');
        let is_outside = line.len() - text.len() <= self.key_column;
        !(is_outside && (is_key(text) || text.starts_with("- ")))
    }
}

/// Reads a text in quotes.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Result<(), Slip> {
    let opening = cursor.place();
    let quote = cursor.peek().unwrap_or('"');
    cursor.step();
    loop {
        match cursor.peek() {
            None => {
                if !cursor.next_line() {
                    let message = "the text in quotes that begins here does not end";
                    let help = match quote {
                        '"' => "close it with `\"`, and write `\\\"` for a quote inside of it",
                        _ => "close it with `'`, and write `''` for a quote inside of it",
                    };
                    return slip(opening, 1, message, help);
                }
            }
            Some('\\') if quote == '"' => {
                let place = cursor.place();
                cursor.step();
                match cursor.peek() {
                    // At the end of a line it joins the next one.
                    None => {}
                    Some(c) if is_escape(c) => cursor.step(),
                    Some(c) => {
                        let message = format!("`\\{c}` is not an escape sequence of YAML");
                        return bad_escape(cursor, opening, slip(place, 2, message, ""));
                    }
                }
            }
            Some(c) if c == quote => {
                cursor.step();
                if quote == '\'' && cursor.peek() == Some('\'') {
                    cursor.step();
                } else {
                    return Ok(());
                }
            }
            Some(_) => cursor.step(),
        }
    }
}

/// Adds the help to a slip in an escape sequence: the text in single quotes, if it is on one line.
fn bad_escape(
    cursor: &Cursor<'_>,
    opening: (usize, usize),
    slip: Result<(), Slip>,
) -> Result<(), Slip> {
    let Err(mut slip) = slip else { return Ok(()) };
    let advice = "use single quotes, which keep backslashes";
    advice.clone_into(&mut slip.help);
    let text: String = cursor.characters.iter().skip(opening.1 + 1).collect();
    if let Some((text, _)) = text.split_once('"')
        && cursor.line == opening.0
        && !text.ends_with('\\')
    {
        let quoted = slips::quoted(text);
        slip.help = format!("{advice}: `{quoted}`");
        slip.fix = Some(Box::new(Fix {
            span: Span {
                line: opening.0 + 1,
                column: opening.1 + 1,
                length: text.chars().count() + 2,
            },
            old: None,
            new: quoted,
        }));
    }
    Err(slip)
}

fn is_escape(c: char) -> bool {
    "0abt\tnvfre \"/\\N_LPxuU".contains(c)
}

/// A bracket that is open.
struct Open {
    bracket: char,
    place: (usize, usize),
    /// Whether the entry that is being read has its colon already.
    has_colon: bool,
}

/// Reads a list in brackets or a map in braces.
pub(super) fn collection(cursor: &mut Cursor<'_>) -> Result<(), Slip> {
    let mut open: Vec<Open> = Vec::new();
    // Column of the word that is being read, in its line.
    let mut word: Option<usize> = None;
    loop {
        let Some(c) = cursor.peek() else {
            word = None;
            let place = cursor.place();
            if !cursor.next_line() {
                let (bracket, place) = open
                    .last()
                    .map_or(('[', place), |open| (open.bracket, open.place));
                let closing = closing(bracket);
                let message = format!("the `{bracket}` that begins here is not closed");
                return slip(place, 1, message, format!("close it with `{closing}`"));
            }
            continue;
        };
        let is_start = word.is_none();
        match c {
            ' ' => {}
            '#' if cursor.before().is_none_or(|c| c == ' ') => {
                cursor.column = cursor.characters.len();
                continue;
            }
            '"' | '\'' if is_start => {
                quoted(cursor)?;
                word = Some(cursor.column);
                continue;
            }
            '[' | '{' => {
                open.push(Open {
                    bracket: c,
                    place: cursor.place(),
                    has_colon: false,
                });
                word = None;
            }
            ']' | '}' => {
                let Some(last) = open.pop() else {
                    return Ok(());
                };
                if closing(last.bracket) != c {
                    let message = format!("`{c}` does not close the `{}` before it", last.bracket);
                    let help = format!("write `{}`", closing(last.bracket));
                    return slip(cursor.place(), 1, message, help);
                }
                if open.is_empty() {
                    cursor.step();
                    return Ok(());
                }
                word = Some(cursor.column);
            }
            ',' => {
                word = None;
                if let Some(last) = open.last_mut() {
                    last.has_colon = false;
                }
            }
            ':' if is_colon(cursor) => {
                let last = open.last_mut().filter(|last| last.bracket == '{');
                if let Some(last) = last {
                    if last.has_colon {
                        return missing_comma(cursor, word.unwrap_or(cursor.column));
                    }
                    last.has_colon = true;
                }
                word = None;
            }
            _ => word = word.or(Some(cursor.column)),
        }
        cursor.step();
    }
}

/// Whether the colon at the cursor ends a key.
fn is_colon(cursor: &Cursor<'_>) -> bool {
    let next = cursor.characters.get(cursor.column + 1);
    next.is_none_or(|next| matches!(next, ' ' | ',' | ']' | '}' | '[' | '{'))
}

/// Reports a second key in one entry of a map.
fn missing_comma(cursor: &Cursor<'_>, start: usize) -> Result<(), Slip> {
    let value: Vec<char> = cursor
        .characters
        .iter()
        .take(cursor.column)
        .skip(start)
        .copied()
        .collect();
    let is_of_key = |c: &&char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let length = value.iter().rev().take_while(is_of_key).count();
    let key: String = value.iter().skip(value.len() - length).collect();
    let column = cursor.column - length;
    let before: String = cursor.characters.iter().take(column).collect();
    let odd = column.checked_sub(1);
    match odd.and_then(|at| cursor.characters.get(at)) {
        Some(c @ ('，' | '、' | '；')) => {
            let message = format!("`{c}` (U+{:04X}) does not separate entries", u32::from(*c));
            let help = format!("write an ordinary comma and a blank: `, {key}:`");
            let slip = slip((cursor.line, column - 1), 1, message, help);
            replacing(slip, &c.to_string(), ", ")
        }
        // A semicolon may have a blank after it.
        _ if before.trim_end().ends_with(';') => {
            let column = before.trim_end().chars().count() - 1;
            let help = format!("write a comma and a blank: `, {key}:`");
            let message = "`;` does not separate entries";
            replacing(slip((cursor.line, column), 1, message, help), ";", ",")
        }
        _ => {
            let message = format!("a comma is missing before `{key}`");
            let help = format!("separate entries with commas: `, {key}:`");
            let slip = slip((cursor.line, column), length, message, help);
            slip.map_err(|mut slip| {
                let at = before.trim_end().chars().count();
                slip.fix = Some(Box::new(Fix {
                    span: Span {
                        line: cursor.line + 1,
                        column: at + 1,
                        length: 1,
                    },
                    old: Some(String::new()),
                    new: ",".to_owned(),
                }));
                slip
            })
        }
    }
}

fn closing(bracket: char) -> char {
    match bracket {
        '[' => ']',
        _ => '}',
    }
}
