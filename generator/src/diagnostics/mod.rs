//! Findings about specs: each has a rule, a place and a help text. They can be printed for people or for tools.

mod github;
mod json;
mod sarif;
mod shown;
mod suggest;
mod text;

use std::collections::BTreeSet;

pub use crate::rules::{Rule, Severity};
use crate::source::{Span, SpecSource};
pub(crate) use github::command_line as github_command;
pub(crate) use shown::{code, code_block, code_in_cell, is_unseen, plain, visible};
pub(crate) use suggest::{advice, closest, did_you_mean, has_foreign_letters, latin, meant};

/// Output format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people, with the lines of the spec.
    Text,
    /// A single JSON object, for programs.
    Json,
    /// Annotations in a GitHub workflow.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path of the spec or sample, with forward slashes.
    pub file: String,
    /// Position in the file.
    pub span: Span,
}

/// A change at one place of a spec that solves a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// The place. It is in one line.
    pub span: Span,
    /// Text to replace, which occurs once in the place: empty to insert at its start, `None` for all of it.
    pub old: Option<String>,
    /// Text to write instead.
    pub new: String,
}

impl Fix {
    /// Column of a place after the last character of its line.
    pub const END_OF_LINE: usize = usize::MAX / 2;
}

/// A violation of a rule. Findings are ordered by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Place of the finding.
    pub at: Location,
    /// The broken rule.
    pub rule: Rule,
    /// Description of the problem.
    pub message: String,
    /// Another relevant place, with the reason why it matters.
    pub second: Option<(Location, String)>,
    /// Advice on how to solve the problem.
    pub help: String,
    /// Additional information.
    pub note: Option<String>,
    /// Change that solves the problem, if it is known.
    pub fix: Option<Fix>,
}

/// A finding that still lacks its help text.
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

    /// Adds the suggestion of a similar name as the help text.
    pub(crate) fn did_you_mean(self, name: &str, near: &str) -> Diagnostic {
        self.help(did_you_mean(name, near)).replacing(name, near)
    }

    /// Adds the help text, which completes the finding.
    pub(crate) fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic {
            at: self.at,
            rule: self.rule,
            message: self.message,
            second: self.second,
            help: short(help.into()),
            note: None,
            fix: None,
        }
    }
}

impl Diagnostic {
    /// Returns the severity of the broken rule.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// Adds the change that solves the problem.
    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Adds the change that replaces a text within the place of the finding.
    pub(crate) fn replacing(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        let fix = Fix {
            span: self.at.span,
            old: Some(old.into()),
            new: new.into(),
        };
        self.fix(Some(fix))
    }

    /// Adds the change that replaces the place of the finding.
    pub(crate) fn writing(self, new: impl Into<String>) -> Self {
        let fix = Fix {
            span: self.at.span,
            old: None,
            new: new.into(),
        };
        self.fix(Some(fix))
    }

    /// Adds additional information.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(short(note.into()));
        self
    }
}

/// Reduces a text to one line of limited length: a name in a spec can have a size of a megabyte, or contain line feeds.
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

/// The findings about a set of specs, ordered by place.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(BTreeSet<Diagnostic>);

impl Diagnostics {
    /// Adds a finding, unless an equal one is there already.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.insert(diagnostic);
    }

    /// Adds all findings of another set.
    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Keeps the findings for which the predicate returns true.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(keep);
    }

    /// Returns the findings, ordered by file, line and column.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Returns the number of findings with the given severity.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |each: &&Diagnostic| each.severity() == severity;
        self.0.iter().filter(of_it).count()
    }

    /// Whether there is an error, which prevents code generation.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|each| each.severity() == Severity::Error)
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes the notes, which are shown only on request.
    pub fn without_notes(mut self) -> Self {
        self.0.retain(|each| each.severity() != Severity::Note);
        self
    }

    /// Formats the findings. `sources` are the specs that they refer to; `colours` only affects the text format.
    pub fn render(&self, format: Format, sources: &[SpecSource], colours: bool) -> String {
        match format {
            Format::Text => text::render(self, sources, colours),
            Format::Json => json::render(self),
            Format::Github => github::render(self),
            Format::Sarif => sarif::render(self),
        }
    }

    /// Formats the findings as text without colours.
    pub fn plain(&self, sources: &[SpecSource]) -> String {
        text::render(self, sources, false)
    }

    /// Returns the counts, such as "2 errors, 1 warning".
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
