//! Changes that somebody looked at and approved, with the reason: `specs/approvals.yaml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finding;

/// Why a change is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The spec was wrong: the wire is what it was, and only the crate changes.
    Correction,
    /// The vendor changed the service.
    VendorChange,
    /// It is meant, and its price is known.
    Intended,
}

impl Kind {
    /// As it stands in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::VendorChange => "vendor-change",
            Self::Intended => "intended",
        }
    }
}

/// An approval of one finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Of the finding.
    pub fingerprint: String,
    /// The finding's rule, for people.
    pub rule: String,
    /// Its service and place, for people.
    pub path: String,
    /// Why.
    pub kind: Kind,
    /// Why, in words.
    pub reason: String,
}

/// All approvals of a set of specs.
#[derive(Debug, Default)]
pub struct Approvals(Vec<Approval>);

impl Approvals {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        if text
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            return Ok(Self::default());
        }
        let approvals: Vec<Approval> =
            serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        for approval in &approvals {
            if approval.reason.trim().is_empty() {
                return Err(format!(
                    "the approval {} has no reason",
                    approval.fingerprint
                ));
            }
        }
        Ok(Self(approvals))
    }

    /// The approval of a finding.
    pub fn of(&self, finding: &Finding) -> Option<&Approval> {
        let fingerprint = finding.fingerprint();
        self.0
            .iter()
            .find(|approval| approval.fingerprint == fingerprint)
    }

    /// Those that approve nothing: the change was merged, taken back, or is another by now.
    pub fn stale(&self, findings: &[Finding]) -> Vec<&Approval> {
        let prints: Vec<_> = findings.iter().map(Finding::fingerprint).collect();
        self.0
            .iter()
            .filter(|approval| !prints.contains(&approval.fingerprint))
            .collect()
    }
}

/// What to write into the file to approve a finding.
pub(super) fn stanza(finding: &Finding) -> String {
    format!(
        "- fingerprint: {}\n  rule: {}\n  path: {} {}\n  kind: intended\n  reason: \n",
        finding.fingerprint(),
        finding.rule,
        finding.service,
        finding.place()
    )
}
