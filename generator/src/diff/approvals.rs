//! Changes that somebody looked at and approved, with the reason: `specs/approvals.yaml`.

use std::collections::BTreeSet;

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
        let mut seen = BTreeSet::new();
        for approval in &approvals {
            let print = &approval.fingerprint;
            if approval.reason.trim().is_empty() {
                return Err(format!("the approval {print} has no reason"));
            }
            if !seen.insert(print) {
                return Err(format!("the approval {print} is there twice"));
            }
        }
        // A reason is a line, whatever its characters.
        let clean = |mut approval: Approval| {
            approval.reason = approval
                .reason
                .replace(char::is_control, " ")
                .trim()
                .to_owned();
            approval
        };
        Ok(Self(approvals.into_iter().map(clean).collect()))
    }

    /// The approval of a finding.
    pub fn of(&self, finding: &Finding) -> Option<&Approval> {
        let fingerprint = finding.fingerprint();
        self.0
            .iter()
            .find(|approval| approval.fingerprint == fingerprint)
    }

    /// What is wrong with approvals beside findings: they approve nothing, or say of the finding what it is not. Those that
    /// the base has too are of changes that are merged, and wait for the release.
    pub fn faults(&self, findings: &[Finding], base: &Self) -> Vec<String> {
        let mut faults = Vec::new();
        for approval in &self.0 {
            let print = &approval.fingerprint;
            let finding = findings
                .iter()
                .find(|finding| finding.fingerprint() == *print);
            match finding {
                None if base.0.iter().any(|other| other.fingerprint == *print) => {}
                None => faults.push(format!(
                    "{print} approves nothing ({} at {}): the change was taken back, or is another by now; delete it",
                    approval.rule, approval.path
                )),
                Some(finding) if approval.rule != finding.rule || approval.path != path(finding) => {
                    faults.push(format!(
                        "{print} is {} at {}, and not {} at {}: correct the approval",
                        finding.rule,
                        path(finding),
                        approval.rule,
                        approval.path
                    ));
                }
                Some(_) => {}
            }
        }
        faults
    }
}

/// The place of a finding, as approvals name it.
fn path(finding: &Finding) -> String {
    format!("{} {}", finding.service, finding.place())
}

/// What to write into the file to approve a finding.
pub(super) fn stanza(finding: &Finding) -> String {
    // A JSON string is one of YAML too, whatever stands in it.
    let path = serde_json::Value::from(path(finding));
    format!(
        "- fingerprint: \"{}\"\n  rule: {}\n  path: {path}\n  kind: intended\n  reason:\n",
        finding.fingerprint(),
        finding.rule
    )
}
