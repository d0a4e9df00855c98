//! What is wrong with a spec, and where, printed like rustc prints it.

use std::collections::BTreeSet;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::source::{Span, SpecSource};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Everything is generated, but the author should look.
    Warning,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The path of the spec.
    pub file: String,
    /// Where.
    pub span: Span,
    /// The id of the rule, such as `R01`.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What.
    pub message: String,
    /// What stands beside the caret.
    pub label: Option<String>,
    /// Another place that matters, and why.
    pub second: Option<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(rule: &'static str, file: &str, span: Span, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            span,
            rule,
            severity: Severity::Error,
            message: message.into(),
            label: None,
            second: None,
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(rule: &'static str, file: &str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(rule, file, span, message)
        }
    }

    /// Adds what stands beside the caret.
    pub fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..self
        }
    }

    /// Adds another place.
    pub fn second(self, span: Span, label: impl Into<String>) -> Self {
        Self {
            second: Some((span, label.into())),
            ..self
        }
    }

    /// Adds what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

/// Everything that is wrong with a set of specs, by place.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(BTreeSet<Diagnostic>);

impl Diagnostics {
    /// Adds one; the same twice counts once.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.insert(diagnostic);
    }

    /// Adds many.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// By file, line and column.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Whether anything forbids to generate.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For a terminal, with the lines of the specs; ends with a count if there is anything to count.
    pub fn render(&self, sources: &[SpecSource]) -> String {
        let mut out = String::new();
        // Findings are sorted by file, so the lines of one file at a time are enough.
        let mut open = ("", Vec::new());
        for diagnostic in &self.0 {
            if open.0 != diagnostic.file {
                let source = sources.iter().find(|source| source.path == diagnostic.file);
                let text = source
                    .map(|source| String::from_utf8_lossy(&source.bytes))
                    .unwrap_or_default();
                open = (&diagnostic.file, text.lines().map(str::to_owned).collect());
            }
            render_one(&mut out, diagnostic, &open.1);
        }
        let count = |severity| {
            self.0
                .iter()
                .filter(|diagnostic| diagnostic.severity == severity)
                .count()
        };
        let counts = [
            (count(Severity::Error), "error"),
            (count(Severity::Warning), "warning"),
        ];
        let counts: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
        if !counts.is_empty() {
            out.push_str(&counts.join(", "));
            out.push('\n');
        }
        out
    }
}

fn render_one(out: &mut String, diagnostic: &Diagnostic, lines: &[String]) {
    let Diagnostic {
        file,
        span,
        rule,
        severity,
        message,
        label,
        second,
        help,
    } = diagnostic;
    let last_line = second
        .as_ref()
        .map_or(span.line, |(other, _)| other.line.max(span.line));
    let margin = last_line.to_string().len();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}[{rule}]: {message}", severity.word());
    let _ = writeln!(
        out,
        "{:margin$}--> {file}:{}:{}",
        "", span.line, span.column
    );
    let _ = writeln!(out, "{:margin$} |", "");
    let first = (*span, '^', label.as_deref().unwrap_or_default());
    let mut frames = vec![first];
    frames.extend(
        second
            .iter()
            .map(|(span, label)| (*span, '-', label.as_str())),
    );
    frames.sort_by_key(|(span, ..)| *span);
    for (span, mark, label) in frames {
        frame(out, lines, span, mark, label, margin);
    }
    if let Some(help) = help {
        let _ = writeln!(out, "{:margin$} = help: {help}", "");
    }
    out.push('\n');
}

/// The line with marks under the place. Columns are counted in characters and drawn by display width.
fn frame(out: &mut String, lines: &[String], span: Span, mark: char, label: &str, margin: usize) {
    /// Longer lines are cut: a spec may hold a line of a megabyte.
    const MOST: usize = 200;
    let line = lines
        .get(span.line.saturating_sub(1))
        .map(String::as_str)
        .unwrap_or_default();
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let start = span.column.saturating_sub(1);
    let shown: String = line.chars().take(MOST).map(printable).collect();
    let _ = writeln!(out, "{:>margin$} | {}", span.line, shown.trim_end());
    if start >= MOST {
        return;
    }
    let before: String = shown.chars().take(start).collect();
    let marked: String = shown.chars().skip(start).take(span.length).collect();
    let indent = before.width();
    let width = marked.width().max(1);
    let marks = mark.to_string().repeat(width);
    let line = format!("{:margin$} | {:indent$}{marks} {label}", "", "");
    let _ = writeln!(out, "{}", line.trim_end());
}

/// One column for what has none, so that the caret stays under its token.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.width().is_none_or(|width| width == 0) => '\u{fffd}',
        c => c,
    }
}

/// The candidate that `name` may have been meant to be.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// More than people can look through is not looked through for them either.
    const MOST: usize = 300;
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .take(MOST)
        .map(|candidate| (edits(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many insertions, deletions and replacements lie between two short texts.
fn edits(from: &str, to: &str) -> usize {
    // Names that long are no typing errors of each other, and the table would be large.
    const MOST: usize = 64;
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len() > MOST || to.len() > MOST {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (b, above) in to.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *above;
            left = replaced.min(left + 1).min(diagonal + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_as_people_do() {
        assert_eq!(edits("", ""), 0);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("docs", "doc"), 1);
        assert_eq!(edits("abc", ""), 3);
    }

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(
            closest("requierd", ["required", "range", "docs"]),
            Some("required")
        );
        assert_eq!(
            closest("nexttoken", ["nextToken", "maxResults"]),
            Some("nextToken")
        );
        assert_eq!(closest("zzz", ["docs", "type"]), None);
    }

    #[test]
    fn carets_stand_under_wide_characters() {
        let source = SpecSource {
            path: "a.yaml".into(),
            bytes: "大语言: 模型\n".into(),
        };
        let mut found = Diagnostics::default();
        found.push(Diagnostic::error(
            "X01",
            "a.yaml",
            Span {
                line: 1,
                column: 6,
                length: 2,
            },
            "no",
        ));
        let text = found.render(std::slice::from_ref(&source));
        assert_eq!(
            text,
            "error[X01]: no\n --> a.yaml:1:6\n  |\n1 | 大语言: 模型\n  |         ^^^^\n\n1 error\n"
        );
    }
}
