//! The edits of specs whose meaning is known: `fixtures/diff/edits.yaml`.

use std::fs;

use serde::Deserialize;

use crate::cases::package;

/// An edit with its verdicts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The change to the spec.
    pub what: String,
    /// The row of the table that it is an example of.
    pub row: u32,
    /// Replacements that lead from the base to where the edit begins.
    #[serde(default)]
    before: Vec<(String, String)>,
    edit: Vec<(String, String)>,
    /// For released clients.
    pub wire: String,
    /// For code.
    pub api: String,
    /// For programs.
    pub behaviour: String,
    /// The rules that it breaks.
    pub rules: Vec<String>,
    /// Why it is not as one would think.
    pub note: Option<String>,
    /// Why the compiler sees nothing of a major change.
    pub unseen: Option<String>,
}

impl Edit {
    /// The spec before it.
    pub fn before(&self) -> String {
        let base = package().join("fixtures/diff/base.yaml");
        let base = fs::read_to_string(base)
            .expect("it can be read")
            .replace("\r\n", "\n");
        replaced(base, &self.before)
    }

    /// The spec after it.
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

/// All edits.
pub fn edits() -> Vec<Edit> {
    let text =
        fs::read_to_string(package().join("fixtures/diff/edits.yaml")).expect("it can be read");
    serde_yaml::from_str(&text).expect("the edits are well-formed")
}
