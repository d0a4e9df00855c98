//! Lines of a spec: where an entry begins and ends, and edits of whole lines.

use crate::spec::{Entry, Kind, Node};

/// Lines that take the place of others. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// First line to replace, or the one after the place of new lines.
    pub(crate) first: usize,
    /// Number of lines to replace; 0 if the new ones only come in between.
    pub(crate) count: usize,
    /// New lines, with the indentation that they have in the spec; none to delete the old ones.
    pub(crate) lines: Vec<String>,
}

impl Part {
    /// Replaces lines.
    pub(super) fn replacing((first, last): (usize, usize), lines: Vec<String>) -> Self {
        Self {
            first,
            count: (last + 1).saturating_sub(first),
            lines,
        }
    }

    /// Adds lines below another one.
    pub(super) fn below(line: usize, lines: Vec<String>) -> Self {
        Self {
            first: line + 1,
            count: 0,
            lines,
        }
    }

    /// Last line to replace.
    pub(crate) fn last(&self) -> usize {
        self.first + self.count.saturating_sub(1)
    }
}

/// Returns a text after edits of its lines.
pub(super) fn edited(text: &str, parts: &[Part]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut parts: Vec<_> = parts.iter().collect();
    parts.sort();
    for part in parts.into_iter().rev() {
        let first = part.first.saturating_sub(1).min(lines.len());
        let last = (first + part.count).min(lines.len());
        lines.splice(first..last, part.lines.iter().map(String::as_str));
    }
    lines.join("\n") + "\n"
}

/// Returns the number of blanks that a line begins with.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns the first and last line of an entry or element that begins in a column of a line: all lines below that are
/// indented more, without the comments and empty lines before what follows. `None` if something else is before it on its
/// line.
pub(super) fn extent(
    lines: &[&str],
    (first, column): (usize, usize),
    value: &Node,
) -> Option<(usize, usize)> {
    let own = indent(lines.get(first.checked_sub(1)?)?);
    if own + 1 != column {
        return None;
    }
    let is_list = matches!(value.kind, Kind::List(_));
    let mut last = first;
    for (index, line) in lines.iter().enumerate().skip(first) {
        let text = line.trim();
        let is_element = is_list && indent(line) == own && text.starts_with('-');
        if text.is_empty() || text.starts_with('#') {
            // Within a text it may be anything.
            continue;
        }
        if indent(line) <= own && !is_element && index + 1 > value.end.0 {
            break;
        }
        last = index + 1;
    }
    Some((first, last))
}

/// Returns the first and last line of an entry.
pub(super) fn of_entry(lines: &[&str], entry: &Entry) -> Option<(usize, usize)> {
    let start = (entry.key_span.line, entry.key_span.column);
    extent(lines, start, &entry.value)
}

/// Returns lines with another indentation.
pub(super) fn indented(lines: &[&str], to: usize) -> Vec<String> {
    let from = lines.first().map_or(0, |line| indent(line));
    let lines = lines.iter().map(|line| match line.trim() {
        "" => String::new(),
        _ => format!(
            "{}{}",
            " ".repeat(to),
            line.get(from..).unwrap_or(line.trim_start())
        ),
    });
    lines.collect()
}
