//! Findings for people, in the style of rustc: the rule, the place, the line with a caret, and a help text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Diagnostic, Diagnostics, Rule, Severity};
use crate::source::{Span, SpecSource};

/// Colours of the parts of a finding.
struct Palette {
    error: Style,
    warning: Style,
    note: Style,
    strong: Style,
    margin: Style,
    help: Style,
}

const PLAIN: Palette = Palette {
    error: Style::new(),
    warning: Style::new(),
    note: Style::new(),
    strong: Style::new(),
    margin: Style::new(),
    help: Style::new(),
};

const COLOURED: Palette = Palette {
    error: AnsiColor::BrightRed.on_default().bold(),
    warning: AnsiColor::BrightYellow.on_default().bold(),
    note: AnsiColor::BrightGreen.on_default().bold(),
    strong: Style::new().bold(),
    margin: AnsiColor::BrightBlue.on_default().bold(),
    help: AnsiColor::BrightCyan.on_default().bold(),
};

/// Formats all findings. The output ends with their number, unless there are none.
pub(super) fn render(diagnostics: &Diagnostics, sources: &[SpecSource], colours: bool) -> String {
    let palette = if colours { &COLOURED } else { &PLAIN };
    let mut out = String::new();
    let mut files = Files {
        sources,
        open: None,
    };
    // Notes are many, and the same for each place: the first one of a rule and file stands for all.
    let mut notes: BTreeMap<(&str, Rule), Vec<usize>> = BTreeMap::new();
    let notes_of = |each: &Diagnostic| each.severity() == Severity::Note;
    for note in diagnostics.iter().filter(|each| notes_of(each)) {
        let lines = notes.entry((&note.at.file, note.rule)).or_default();
        lines.push(note.at.span.line);
    }
    for diagnostic in diagnostics.iter() {
        let mut others = None;
        if notes_of(diagnostic) {
            let Some(lines) = notes.remove(&(diagnostic.at.file.as_str(), diagnostic.rule)) else {
                continue;
            };
            others = others_like_it(lines.get(1..).unwrap_or_default());
        }
        // Writing to a String cannot fail.
        let _ = render_one(&mut out, diagnostic, others.as_deref(), &mut files, palette);
    }
    if !diagnostics.is_empty() {
        let strong = palette.strong;
        let _ = writeln!(out, "{strong}{}{strong:#}", diagnostics.summary());
    }
    out
}

/// Returns the sentence about further notes of the same rule in the same file.
fn others_like_it(lines: &[usize]) -> Option<String> {
    /// More lines would not be read.
    const MOST: usize = 20;
    let shown: Vec<_> = lines.iter().take(MOST).map(ToString::to_string).collect();
    let more = if lines.len() > MOST { ", …" } else { "" };
    let (count, line) = match lines {
        [] => return None,
        [_] => ("one more".to_owned(), "line"),
        _ => (format!("{} more", lines.len()), "lines"),
    };
    Some(format!("{count} of {line} {}{more}", shown.join(", ")))
}

/// Gives access to the lines of the files that findings refer to.
struct Files<'a> {
    sources: &'a [SpecSource],
    /// The file read last, with its lines. One is enough, since findings are sorted by file.
    open: Option<(&'a str, Vec<Cow<'a, str>>)>,
}

impl<'a> Files<'a> {
    /// Returns a line of a file, or an empty text if it does not exist.
    fn line(&mut self, file: &str, line: usize) -> String {
        if self.open.as_ref().is_none_or(|(name, _)| *name != file) {
            let mut texts = self.sources.iter().flat_map(SpecSource::files);
            self.open = texts.find(|(name, _)| *name == file).map(|(name, bytes)| {
                let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                let lines = bytes.split(|byte| *byte == b'\n');
                (name, lines.map(String::from_utf8_lossy).collect())
            });
        }
        let lines = self.open.as_ref().map(|(_, lines)| lines.as_slice());
        let line = lines.and_then(|lines| lines.get(line.saturating_sub(1)));
        let line = line.map(|line| line.trim_end_matches('\r'));
        line.unwrap_or_default().to_owned()
    }
}

/// Returns the part of a line to show around a place, and the start of the place in it. A line may have a size of a
/// megabyte.
fn window(line: &str, span: Span) -> (String, usize) {
    const MOST: usize = 160;
    /// Number of characters to show before a place far to the right.
    const BEFORE: usize = 40;
    let start = span.column.saturating_sub(1);
    let first = if start + span.length.min(MOST / 2) <= MOST {
        0
    } else {
        start.saturating_sub(BEFORE)
    };
    let mut shown: String = if first > 0 {
        "…".to_owned()
    } else {
        String::new()
    };
    let mut rest = line.chars().skip(first);
    shown.extend(rest.by_ref().take(MOST).map(printable));
    let is_cut = rest.next().is_some();
    let shown = if is_cut {
        shown + "…"
    } else {
        shown.trim_end().to_owned()
    };
    (shown, start - first + usize::from(first > 0))
}

fn render_one(
    out: &mut String,
    diagnostic: &Diagnostic,
    others: Option<&str>,
    files: &mut Files<'_>,
    palette: &Palette,
) -> std::fmt::Result {
    let Palette {
        strong,
        margin: edge,
        help: cue,
        ..
    } = *palette;
    let Diagnostic {
        at,
        rule,
        message,
        second,
        help,
        note,
        fix: _,
    } = diagnostic;
    let severity = diagnostic.severity();
    let style = match severity {
        Severity::Error => palette.error,
        Severity::Warning => palette.warning,
        Severity::Note => palette.note,
    };
    let last_line = second.as_ref().map_or(0, |(place, _)| place.span.line);
    let margin = last_line.max(at.span.line).to_string().len();
    writeln!(
        out,
        "{style}{}[{rule}]{style:#}{strong}: {message}{strong:#}",
        severity.word()
    )?;
    let arrow = |out: &mut String, mark: &str, file: &str, span: Span| {
        writeln!(
            out,
            "{:margin$}{edge}{mark}{edge:#} {}:{}:{}\n{:margin$} {edge}|{edge:#}",
            "",
            printable_text(file),
            span.line,
            span.column,
            ""
        )
    };
    let mut frame = |out: &mut String, file: &str, span: Span, mark, style, label| {
        let line = files.line(file, span.line);
        draw(out, &line, span, (mark, style, label), (margin, edge))
    };
    arrow(out, "-->", &at.file, at.span)?;
    match second {
        None => frame(out, &at.file, at.span, '^', style, "")?,
        // Two places in one file are shown in their order under one heading.
        Some((place, why)) if place.file == at.file => {
            let mut frames = [
                (at.span, '^', style, ""),
                (place.span, '-', edge, why.as_str()),
            ];
            frames.sort_by_key(|(span, ..)| *span);
            for (span, mark, style, label) in frames {
                frame(out, &at.file, span, mark, style, label)?;
            }
        }
        Some((place, why)) => {
            frame(out, &at.file, at.span, '^', style, "")?;
            arrow(out, ":::", &place.file, place.span)?;
            frame(out, &place.file, place.span, '-', edge, why)?;
        }
    }
    let texts = [
        ("help", Some(help.as_str())),
        ("note", note.as_deref()),
        ("note", others),
    ];
    for (word, text) in texts {
        if let Some(text) = text {
            writeln!(
                out,
                "{:margin$} {edge}={edge:#} {cue}{word}{cue:#}: {text}",
                ""
            )?;
        }
    }
    out.push('\n');
    Ok(())
}

/// Draws a line with marks under the place. Columns are counted in characters, but drawn by display width.
fn draw(
    out: &mut String,
    line: &str,
    span: Span,
    (mark, style, label): (char, Style, &str),
    (margin, edge): (usize, Style),
) -> std::fmt::Result {
    let (shown, start) = window(line, span);
    let text = format!(" {shown}");
    writeln!(
        out,
        "{edge}{:>margin$} |{edge:#}{}",
        span.line,
        text.trim_end()
    )?;
    let before: String = shown.chars().take(start).collect();
    let marked: String = shown.chars().skip(start).take(span.length).collect();
    let indent = before.width();
    let marks = mark.to_string().repeat(marked.width().max(1));
    let marks = format!("{marks} {label}");
    writeln!(
        out,
        "{:margin$} {edge}|{edge:#} {:indent$}{style}{}{style:#}",
        "",
        "",
        marks.trim_end()
    )
}

/// Replaces characters of no width, so that the caret stays under its token and no escape sequence reaches a terminal.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.width().is_none_or(|width| width == 0) => '\u{fffd}',
        c => c,
    }
}

fn printable_text(text: &str) -> String {
    text.chars().map(printable).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Fault;
    use super::*;

    #[test]
    fn carets_stand_under_wide_characters() {
        let source = SpecSource::new("a.yaml", "大语言: 模型\n");
        let mut found = Diagnostics::default();
        let span = Span {
            line: 1,
            column: 6,
            length: 2,
        };
        found.push(Fault::new(Rule::R01, "a.yaml", span, "no").help("yes"));
        let plain = render(&found, &[source], false);
        assert_eq!(
            plain,
            "error[R01]: no\n --> a.yaml:1:6\n  |\n1 | 大语言: 模型\n  |         ^^^^\n  = help: yes\n\n1 error\n"
        );
    }
}
