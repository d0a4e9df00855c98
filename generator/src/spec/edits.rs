//! Edits of blocks: a key that is added where it fits the layout of the block.

use super::tree::{Entry, Kind, Node};
use crate::diagnostics::Fix;
use crate::rules::Rule;
use crate::source::Span;

impl Node {
    /// Whether a map is written in braces.
    pub(crate) fn is_in_braces(&self) -> bool {
        let first = self.entries().first();
        let start = |span: Span| (span.line, span.column);
        first.is_some_and(|first| start(first.key_span) != start(self.span))
    }

    /// Whether the node is a scalar on one line, so that its place covers all of it.
    pub(crate) fn is_on_one_line(&self) -> bool {
        matches!(self.kind, Kind::Scalar { .. }) && self.span.line == self.end.0
    }

    /// Returns the edit that adds a key with its value to a map, such as `read_only: true`: after its last entry, or
    /// before its first one if the last takes several lines. `None` if the map is empty.
    pub(crate) fn adding(&self, line: &str) -> Option<Fix> {
        let first = self.entries().first()?;
        let at = |span| Span { length: 1, ..span };
        if self.is_in_braces() {
            return Some(Fix {
                span: at(first.key_span),
                old: Some(String::new()),
                new: format!("{line}, "),
            });
        }
        let indent = " ".repeat(first.key_span.column - 1);
        let indented = line.replace('\n', &format!("\n{indent}"));
        let last = self.entries().last()?;
        Some(match last_line(last) {
            Some(line) => Fix {
                span: Span {
                    line,
                    column: Fix::END_OF_LINE,
                    length: 1,
                },
                old: Some(String::new()),
                new: format!("\n{indent}{indented}"),
            },
            None => Fix {
                span: at(first.key_span),
                old: Some(String::new()),
                new: format!("{indented}\n{indent}"),
            },
        })
    }

    /// Returns the edit that adds a suppression whose reason is left to write.
    pub(crate) fn allowing(&self, rule: Rule) -> Option<Fix> {
        match self.get("allow") {
            Some(allow) => allow.adding(&format!("{rule}: \"\"")),
            None if self.is_in_braces() => self.adding(&format!("allow: {{{rule}: \"\"}}")),
            None => self.adding(&format!("allow:\n  {rule}: \"\"")),
        }
    }
}

/// Returns the last line of an entry, if its end is certain: that of a block of text is not, nor is that of brackets on
/// several lines.
fn last_line(entry: &Entry) -> Option<usize> {
    let value = &entry.value;
    let is_one_line = |line: usize| value.end.0 == line && value.span.line == line;
    if is_one_line(entry.key_span.line) {
        return Some(entry.key_span.line);
    }
    let last = value.entries().last().filter(|_| !value.is_in_braces())?;
    last_line(last)
}
