//! What is wrong with specs, and where; one set of findings, printed for people or for tools.

mod github;
mod json;
mod sarif;
mod suggest;
mod text;

use std::collections::BTreeSet;

pub use crate::rules::{Rule, Severity};
use crate::source::{Span, SpecSource};
pub(crate) use github::command_line as github_command;
pub(crate) use suggest::{closest, meant};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: each with its lines of the spec.
    Text,
    /// One JSON object for programs.
    Json,
    /// Annotations in a workflow of GitHub.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The path of the spec or sample, with forward slashes.
    pub file: String,
    /// Where in it.
    pub span: Span,
}

/// One thing that is wrong. They sort by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub at: Location,
    /// The broken rule.
    pub rule: Rule,
    /// What.
    pub message: String,
    /// Another place that matters, and why.
    pub second: Option<(Location, String)>,
    /// What to do.
    pub help: String,
    /// What else there is to know.
    pub note: Option<String>,
}

/// What is wrong and where; it becomes a finding with what to do about it.
#[must_use]
pub(crate) struct Fault {
    rule: Rule,
    at: Location,
    message: String,
    second: Option<(Location, String)>,
}

impl Fault {
    pub(crate) fn new(rule: Rule, file: &str, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            at: Location {
                file: file.to_owned(),
                span,
            },
            message: short(message.into()),
            second: None,
        }
    }

    /// Adds another place in the same file.
    pub(crate) fn second(self, span: Span, label: impl Into<String>) -> Self {
        let file = self.at.file.clone();
        self.second_in(Location { file, span }, label)
    }

    /// Adds another place in any file.
    pub(crate) fn second_in(mut self, place: Location, label: impl Into<String>) -> Self {
        self.second = Some((place, short(label.into())));
        self
    }

    /// Adds what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic {
            at: self.at,
            rule: self.rule,
            message: self.message,
            second: self.second,
            help: short(help.into()),
            note: None,
        }
    }
}

impl Diagnostic {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// Adds what else there is to know.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(short(note.into()));
        self
    }
}

/// One line of bounded length: a spec can hold names of a megabyte, and line feeds in them.
fn short(text: String) -> String {
    const MOST: usize = 400;
    let text = if text.contains(char::is_control) {
        text.replace(char::is_control, " ")
    } else {
        text
    };
    match text.char_indices().nth(MOST) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Everything that is wrong with a set of specs, by place.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(BTreeSet<Diagnostic>);

impl Diagnostics {
    /// Adds one; the same twice counts once.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.insert(diagnostic);
    }

    /// Adds many.
    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Keeps those of which that is true.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(keep);
    }

    /// By file, line and column.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |each: &&Diagnostic| each.severity() == severity;
        self.0.iter().filter(of_it).count()
    }

    /// Whether anything forbids to generate.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|each| each.severity() == Severity::Error)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those without the notes, which are for whoever asks for them.
    pub fn without_notes(mut self) -> Self {
        self.0.retain(|each| each.severity() != Severity::Note);
        self
    }

    /// Writes the findings down. `sources` are the specs that they are about; colours are for text alone.
    pub fn render(&self, format: Format, sources: &[SpecSource], colours: bool) -> String {
        match format {
            Format::Text => text::render(self, sources, colours),
            Format::Json => json::render(self),
            Format::Github => github::render(self),
            Format::Sarif => sarif::render(self),
        }
    }

    /// The findings as text without colours.
    pub fn plain(&self, sources: &[SpecSource]) -> String {
        text::render(self, sources, false)
    }

    /// "2 errors, 1 warning".
    fn summary(&self) -> String {
        let counts = [Severity::Error, Severity::Warning, Severity::Note]
            .map(|severity| (self.count(severity), severity.word()));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let words = counts.map(|(count, word)| match count {
            1 => format!("1 {word}"),
            count => format!("{count} {word}s"),
        });
        words.collect::<Vec<_>>().join(", ")
    }
}
