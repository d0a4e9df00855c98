//! One set of findings in four forms; each says everything.

mod github;
mod json;
mod markdown;
mod text;

pub(crate) use json::schema;

use super::report::Report;
use super::{Api, Behaviour, Verdict, Wire};

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs.
    Json,
    /// Annotations in a workflow of GitHub.
    Github,
}

/// Prints a report. Colours are for text alone, and what links to files begin with for Markdown.
pub fn render(report: &Report, format: Format, colours: bool, links: &str) -> String {
    match format {
        Format::Text => text::render(report, colours),
        Format::Markdown => markdown::render(report, links),
        Format::Json => json::render(report),
        Format::Github => github::render(report),
    }
}

impl Wire {
    fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Risk => "risk",
            Self::Breaking => "BREAKING",
        }
    }
}

impl Api {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "MAJOR",
        }
    }
}

impl Behaviour {
    fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "CHANGED",
        }
    }
}

/// The three verdicts in a row.
fn verdicts(verdict: Verdict) -> String {
    let Verdict {
        wire,
        api,
        behaviour,
    } = verdict;
    format!(
        "wire {}, Rust API {}, behaviour {}",
        wire.word(),
        api.word(),
        behaviour.word()
    )
}

/// Old and new value in a line: `old -> new`.
fn values(old: Option<&String>, new: Option<&String>) -> String {
    let short = |text: &String| {
        let line = text.replace('\n', " ");
        match line.char_indices().nth(120) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        }
    };
    match (old, new) {
        (Some(old), Some(new)) => format!("{} -> {}", short(old), short(new)),
        (Some(old), None) => format!("{} -> nothing", short(old)),
        (None, Some(new)) => format!("nothing -> {}", short(new)),
        (None, None) => String::new(),
    }
}
