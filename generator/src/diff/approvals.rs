//! Approvals, which record that a change was reviewed and accepted, with the reason: `specs/approvals.yaml`.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finding;

/// Reason for which a change is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The spec was wrong. The service has not changed; only the crate does.
    Correction,
    /// The vendor changed the service.
    VendorChange,
    /// The change is intended, in spite of its effects.
    Intended,
}

impl Kind {
    /// Returns the name used in the file.
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
    /// Fingerprint of the finding.
    pub fingerprint: String,
    /// Rule of the finding, for readers.
    pub rule: String,
    /// Service and place of the finding, for readers.
    pub path: String,
    /// Kind of reason.
    pub kind: Kind,
    /// Reason.
    pub reason: String,
}

/// All approvals of a set of specs.
#[derive(Debug, Default)]
pub struct Approvals(Vec<Approval>);

impl Approvals {
    /// Parses the file.
    ///
    /// # Errors
    /// Returns a description of the problem if the file is not valid.
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
        // A reason is printed on one line, so control characters are replaced.
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

    /// Returns the approval of a finding.
    pub fn of(&self, finding: &Finding) -> Option<&Approval> {
        let fingerprint = finding.fingerprint();
        self.0
            .iter()
            .find(|approval| approval.fingerprint == fingerprint)
    }

    /// Returns descriptions of the approvals that match no finding, or whose rule or path differs from that of the
    /// finding. An approval without a finding that the base also contains belongs to a change that is merged but not
    /// yet released, and is not a fault.
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
                Some(finding) if approval.rule != finding.rule.id() || approval.path != path(finding) => {
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

/// Returns the place of a finding in the form used by approvals.
fn path(finding: &Finding) -> String {
    format!("{} {}", finding.service, finding.place())
}

/// Returns the lines to add to the file to approve a finding.
pub(super) fn stanza(finding: &Finding) -> String {
    // Every JSON string is also a valid YAML string.
    let path = serde_json::Value::from(path(finding));
    format!(
        "- fingerprint: \"{}\"\n  rule: {}\n  path: {path}\n  kind: intended\n  reason:\n",
        finding.fingerprint(),
        finding.rule
    )
}
