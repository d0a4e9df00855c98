//! Output formats of findings. All formats contain the same information.

mod github;
mod json;
mod markdown;
mod text;

pub(crate) use json::schema;

use super::finding::{Finding, Witness};
use super::report::{Note, Report};
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::diagnostics::visible;

/// Output format of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for a terminal.
    Text,
    /// Markdown for a pull request.
    Markdown,
    /// JSON for other programs.
    Json,
    /// Annotations for a GitHub workflow.
    Github,
}

/// Renders a report. `colours` applies only to text, and `links`, the start of links to files, only to Markdown.
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

impl Note {
    /// Returns the note on one line: `error: specs/approvals.yaml: …`.
    fn shown(&self) -> String {
        let severity = if self.is_error { "error" } else { "warning" };
        match &self.file {
            Some(file) => format!("{severity}: {file}: {}", self.message),
            None => format!("{severity}: {}", self.message),
        }
    }
}

/// Says that the API of the crate does not show a change.
const HIDDEN: &str = "not visible in the API of the crate";

/// Returns the recommended action, if there is one.
fn advice_of(finding: &Finding) -> Option<&'static str> {
    (finding.advice != "nothing").then_some(finding.advice)
}

/// Returns what shows a change, one line each: bytes, the message of the compiler, a hint.
fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(Witness { before, after }) = &finding.witness {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        lines.push(format!("on the wire: {} -> {}", side(before), side(after)));
    }
    lines.extend(finding.compiler.clone());
    lines.extend(finding.hint.as_ref().map(|hint| format!("hint: {hint}")));
    lines
}

/// Returns the three verdicts on one line.
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

/// Returns the old and new value on one line: `old -> new`.
fn values(old: Option<&String>, new: Option<&String>) -> String {
    match shortened(old, new) {
        (Some(old), Some(new)) => format!("{old} -> {new}"),
        (Some(old), None) => format!("{old} -> nothing"),
        (None, Some(new)) => format!("nothing -> {new}"),
        (None, None) => String::new(),
    }
}

/// Returns both values as lines of bounded length, cut so that the difference is visible.
pub(crate) fn shortened(
    old: Option<&String>,
    new: Option<&String>,
) -> (Option<String>, Option<String>) {
    const MOST: usize = 100;
    const BEFORE: usize = 20;
    // Line breaks of texts say nothing here.
    let line = |text: &String| visible(&text.replace('\n', " "));
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
