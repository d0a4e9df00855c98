//! Edits of specs with known verdicts: `fixtures/diff/edits.yaml`.

use std::fs;

use serde::Deserialize;

use crate::cases::package;

/// An edit with its verdicts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Description of the change.
    pub what: String,
    /// Row in the table of edits that it is an example of.
    pub row: u32,
    /// Replacements that turn the base into the spec before the edit.
    #[serde(default)]
    before: Vec<(String, String)>,
    edit: Vec<(String, String)>,
    /// Verdict for released clients.
    pub wire: String,
    /// Verdict for code.
    pub api: String,
    /// Verdict for programs.
    pub behaviour: String,
    /// Rules of the findings.
    pub rules: Vec<String>,
    /// Reason for a verdict that may be unexpected.
    pub note: Option<String>,
    /// Reason why the compiler does not detect a major change.
    pub unseen: Option<String>,
}

impl Edit {
    /// Returns the spec before the edit.
    pub fn before(&self) -> String {
        let base = package().join("fixtures/diff/base.yaml");
        let base = fs::read_to_string(base)
            .expect("it can be read")
            .replace("\r\n", "\n");
        replaced(base, &self.before)
    }

    /// Returns the replacements that another edit needs before both can be applied.
    pub fn lacks(&self, other: &Self) -> Vec<(String, String)> {
        let needed = other
            .before
            .iter()
            .filter(|each| !self.before.contains(each));
        needed.cloned().collect()
    }

    /// Applies the edit, or returns `None` if the text is not one that it changes.
    pub fn apply(&self, text: &str) -> Option<String> {
        try_replaced(text, &self.edit)
    }

    /// Returns the spec after the edit.
    pub fn after(&self) -> String {
        replaced(self.before(), &self.edit)
    }
}

fn replaced(mut text: String, edits: &[(String, String)]) -> String {
    for (from, to) in edits {
        assert_eq!(
            text.matches(from.as_str()).count(),
            1,
            "{from:?} is there once"
        );
        text = text.replace(from.as_str(), to);
    }
    text
}

/// Replaces texts, or returns `None` if one of them is not there once.
pub fn try_replaced(text: &str, edits: &[(String, String)]) -> Option<String> {
    let mut text = text.to_owned();
    for (from, to) in edits {
        let (before, after) = text.split_once(from.as_str())?;
        if after.contains(from.as_str()) {
            return None;
        }
        text = [before, to, after].concat();
    }
    Some(text)
}

/// Returns all edits.
pub fn edits() -> Vec<Edit> {
    let text =
        fs::read_to_string(package().join("fixtures/diff/edits.yaml")).expect("it can be read");
    serde_yaml::from_str(&text).expect("the edits are well-formed")
}
