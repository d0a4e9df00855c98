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
    match shortened(old, new) {
        (Some(old), Some(new)) => format!("{old} -> {new}"),
        (Some(old), None) => format!("{old} -> nothing"),
        (None, Some(new)) => format!("nothing -> {new}"),
        (None, None) => String::new(),
    }
}

/// Both values as lines of bounded length, cut so that they show where they differ.
fn shortened(old: Option<&String>, new: Option<&String>) -> (Option<String>, Option<String>) {
    const MOST: usize = 100;
    const BEFORE: usize = 20;
    let line = |text: &String| text.replace(char::is_control, " ");
    let (old, new) = (old.map(line), new.map(line));
    let same = match (&old, &new) {
        (Some(old), Some(new)) => old
            .chars()
            .zip(new.chars())
            .take_while(|(a, b)| a == b)
            .count(),
        _ => 0,
    };
    let longest = [&old, &new]
        .into_iter()
        .flatten()
        .map(|text| text.chars().count())
        .max();
    let first = if longest.unwrap_or_default() > MOST {
        same.saturating_sub(BEFORE)
    } else {
        0
    };
    let cut = |text: String| {
        let mut rest = text.chars().skip(first);
        let shown: String = rest.by_ref().take(MOST).collect();
        let before = if first > 0 { "…" } else { "" };
        let after = if rest.next().is_some() { "…" } else { "" };
        format!("{before}{shown}{after}")
    };
    (old.map(cut), new.map(cut))
}
