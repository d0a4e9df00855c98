//! [`Fault`], something wrong in the configuration file, and how it is printed.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::text::visible;

/// A place in the file. Line and column count from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) length: usize,
}

impl Span {
    pub(crate) const START: Self = Self {
        line: 1,
        column: 1,
        length: 1,
    };

    pub(crate) fn new(line: usize, column: usize, length: usize) -> Self {
        Self {
            line: line.max(1),
            column,
            length: length.max(1),
        }
    }
}

/// Something wrong in the file. The message does not contain values that may be secrets.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    message: String,
    help: Option<String>,
    shows_values: bool,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            shows_values: false,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Shows the value at the place too: it was looked at and is not a secret.
    pub(crate) fn showing_values(mut self) -> Self {
        self.shows_values = true;
        self
    }

    /// Formats the fault with its place, the line, a caret below it and a help text.
    pub(crate) fn render(&self, path: &str, text: &str) -> String {
        let Span {
            line,
            column,
            length,
        } = self.span;
        let mut out = format!("error: {}\n", visible(&self.message));
        let margin = " ".repeat(line.to_string().len());
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{margin}--> {}:{line}:{column}", visible(path));
        let source = text.lines().nth(line - 1).unwrap_or_default();
        let shown = match self.shows_values && !source.contains('{') {
            // The rest of the line was not looked at.
            true => source.chars().take(column - 1 + length).collect(),
            false => without_value(source),
        };
        if shown.chars().count() >= column {
            let before: String = shown.chars().take(column - 1).collect();
            let marked: String = shown.chars().skip(column - 1).take(length).collect();
            let carets = "^".repeat(visible(&marked).width().max(1));
            let blanks = " ".repeat(visible(&before).width());
            let _ = writeln!(out, "{margin} |\n{line} | {}", visible(&shown));
            let _ = writeln!(out, "{margin} | {blanks}{carets}");
        }
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{margin} = help: {}", visible(help));
        }
        out
    }
}

/// Returns a line up to the value after its key, which may be a secret.
fn without_value(line: &str) -> String {
    match line.split_once(':') {
        Some((key, value)) if !value.trim().is_empty() => format!("{key}: …"),
        Some(_) => line.to_owned(),
        // A value without a key, or the end of one that began further up.
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_are_below_chinese_text() {
        let fault = Fault::new(Span::new(1, 8, 2), "wrong").showing_values();
        let text = fault.render("file", "label: 财务 # hush");
        assert!(
            text.contains("\n1 | label: 财务\n  |        ^^^^\n"),
            "{text}"
        );
    }

    #[test]
    fn values_are_hidden_unless_they_were_looked_at() {
        for line in [
            "  secret_key: hush",
            "- sk: 'hush",
            "{sk: hush, a: b}",
            "hush",
        ] {
            let text = Fault::new(Span::new(1, 3, 2), "wrong").render("file", line);
            assert!(!text.contains("hush"), "{text}");
        }
    }
}
