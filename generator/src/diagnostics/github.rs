//! Findings as annotations on the lines of a pull request. GitHub reads the workflow commands from the log.
//!
//! Syntax and escapes follow GitHub's toolkit (`actions/toolkit`, `command.ts`).

use std::fmt::Write;

use super::{Diagnostics, Location, Severity, visible};

pub(super) fn render(diagnostics: &Diagnostics) -> String {
    let mut out = String::new();
    for each in diagnostics.iter() {
        let command = match each.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut message = each.message.clone();
        if let Some((place, label)) = &each.second {
            let (file, line) = (&place.file, place.span.line);
            let _ = write!(message, "\n{label}: {file}:{line}");
        }
        for (word, text) in [("help", Some(&each.help)), ("note", each.note.as_ref())] {
            if let Some(text) = text {
                let _ = write!(message, "\n{word}: {text}");
            }
        }
        out.push_str(&command_line(
            command,
            Some(&each.at),
            each.rule.id(),
            &message,
        ));
    }
    out
}

/// Returns a workflow command that creates an annotation.
pub(crate) fn command_line(
    command: &str,
    at: Option<&Location>,
    title: &str,
    message: &str,
) -> String {
    let place = at.map(|Location { file, span }| {
        format!(
            "file={},line={},col={},endColumn={},",
            property(file),
            span.line,
            span.column,
            span.column + span.length
        )
    });
    format!(
        "::{command} {}title={}::{}\n",
        place.unwrap_or_default(),
        property(title),
        data(message)
    )
}

/// Escapes a text, whose line breaks stay.
fn data(text: &str) -> String {
    let lines = text.split('\n');
    let lines: Vec<_> = lines
        .map(|line| visible(line.trim_end_matches('\r')).replace('%', "%25"))
        .collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
