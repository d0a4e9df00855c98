//! Summary of a change: its severity and the next version.

use super::{Api, Approvals, Behaviour, Bump, Finding, Kind, Verdict, Wire};

/// Minimum severity at which a comparison fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Changes that break released clients.
    Wire,
    /// The above, and changes that break code.
    Api,
    /// The above, and changes of behaviour.
    Behaviour,
    /// Any change.
    Any,
    /// No change.
    None,
}

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Loudness {
    /// Breaks released clients.
    Wire,
    /// Breaks code.
    Api,
    /// Changes programs.
    Behaviour,
    /// Adds something.
    Addition,
    /// Affects no program.
    Harmless,
}

impl Loudness {
    /// Returns the severity of a verdict.
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict {
                wire: Wire::Breaking,
                ..
            } => Self::Wire,
            Verdict {
                api: Api::Major, ..
            } => Self::Api,
            Verdict {
                wire: Wire::Risk, ..
            }
            | Verdict {
                behaviour: Behaviour::Changed,
                ..
            } => Self::Behaviour,
            Verdict {
                api: Api::Minor, ..
            } => Self::Addition,
            _ => Self::Harmless,
        }
    }
}

/// Findings and their approvals.
#[derive(Debug)]
pub struct Report {
    /// Findings without an approval, the most severe first.
    pub findings: Vec<Finding>,
    /// Approved findings, each with the kind and reason of its approval.
    pub approved: Vec<(Finding, Kind, String)>,
    /// Previous version, if it is known.
    pub version: Option<String>,
    /// What the specs are compared with, such as a commit.
    pub base: Option<String>,
    /// Problems that a reader must know of, such as specs that could not be compared.
    pub notes: Vec<Note>,
}

/// A problem of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Note {
    /// File in which the problem is, if it is in one.
    pub file: Option<String>,
    /// Description.
    pub message: String,
    /// Whether the command fails because of it.
    pub is_error: bool,
}

impl Report {
    /// Separates the approved findings from the others.
    pub fn new(findings: Vec<Finding>, approvals: &Approvals, version: Option<String>) -> Self {
        let mut report = Self {
            findings: Vec::new(),
            approved: Vec::new(),
            version,
            base: None,
            notes: Vec::new(),
        };
        for mut finding in findings {
            match approvals.of(&finding) {
                None => report.findings.push(finding),
                Some(approval) => {
                    // A correction does not change the wire format: only the spec was wrong.
                    if approval.kind == Kind::Correction {
                        finding.verdict.wire = Wire::Safe;
                    }
                    report
                        .approved
                        .push((finding, approval.kind, approval.reason.clone()));
                }
            }
        }
        report
    }

    fn all(&self) -> impl Iterator<Item = &Finding> {
        let approved = self.approved.iter().map(|(finding, ..)| finding);
        self.findings.iter().chain(approved)
    }

    /// Returns the part of the version that rises. Approved changes count too, because they are also released.
    pub fn bump(&self) -> Option<Bump> {
        self.all().map(|finding| finding.verdict.bump()).max()
    }

    /// Returns the number of the next version. Until 1.0, a breaking change raises the second number.
    pub fn next_version(&self) -> Option<String> {
        let bump = self.bump()?;
        let version = self.version.as_ref()?;
        let mut parts = version.splitn(2, ['-', '+']);
        let numbers: Vec<u64> = parts
            .next()?
            .split('.')
            .map(|number| number.parse().ok())
            .collect::<Option<_>>()?;
        let [major, minor, patch] = numbers.as_slice() else {
            return None;
        };
        // A pre-release is followed by the release with the same number.
        if version.contains('-') {
            return Some(format!("{major}.{minor}.{patch}"));
        }
        Some(match (bump, major) {
            (Bump::Major, 0) => format!("0.{}.0", minor.checked_add(1)?),
            (Bump::Major, _) => format!("{}.0.0", major.checked_add(1)?),
            (Bump::Minor, 1..) => format!("{major}.{}.0", minor.checked_add(1)?),
            _ => format!("{major}.{minor}.{}", patch.checked_add(1)?),
        })
    }

    /// Returns a summary such as "1 wire-breaking, 2 API-breaking, 1 behaviour-only: next version 2.0.0".
    pub fn summary(&self) -> String {
        let count = |loudness| {
            self.findings
                .iter()
                .filter(|finding| Loudness::of(finding.verdict) == loudness)
                .count()
        };
        // An addition that programs notice, such as a value that was unknown, is an addition all the same.
        let additions = self.findings.iter().filter(|finding| {
            Loudness::of(finding.verdict) == Loudness::Behaviour
                && finding.verdict.api == Api::Minor
        });
        let additions = additions.count();
        let rows = [
            (count(Loudness::Wire), "wire-breaking"),
            (count(Loudness::Api), "API-breaking"),
            (count(Loudness::Behaviour) - additions, "behaviour-only"),
            (count(Loudness::Addition) + additions, "added"),
            (count(Loudness::Harmless), "harmless"),
            (self.approved.len(), "approved"),
        ];
        let rows = rows.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = rows
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let Some(bump) = self.bump() else {
            return match self.notes.iter().any(|note| note.is_error) {
                true => "not everything could be compared",
                false => "no changes",
            }
            .to_owned();
        };
        let next = match (self.next_version(), bump) {
            (Some(version), _) => version,
            (None, Bump::Major) => "a major one".to_owned(),
            (None, Bump::Minor) => "a minor one".to_owned(),
            (None, Bump::Patch) => "a patch".to_owned(),
        };
        format!("{}: next version {next}", counts.join(", "))
    }

    /// Returns whether a finding without an approval has at least the given severity.
    pub fn fails(&self, at: FailOn) -> bool {
        let least = match at {
            FailOn::Wire => Loudness::Wire,
            FailOn::Api => Loudness::Api,
            FailOn::Behaviour => Loudness::Behaviour,
            FailOn::Any => Loudness::Harmless,
            FailOn::None => return false,
        };
        self.findings
            .iter()
            .any(|finding| Loudness::of(finding.verdict) <= least)
    }
}
