//! What is said of a change as a whole: how bad it is, and which version follows.

use super::{Api, Approvals, Behaviour, Bump, Finding, Kind, Verdict, Wire};

/// At what a comparison fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// At what breaks released clients.
    Wire,
    /// At that, and what breaks code.
    Api,
    /// At that, and what changes programs.
    Behaviour,
    /// At any change.
    Any,
    /// At none.
    None,
}

/// How loud a finding is.
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
    /// Matters to nobody's program.
    Harmless,
}

impl Loudness {
    /// Of a verdict.
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

/// Findings with what was approved of them.
#[derive(Debug)]
pub struct Report {
    /// What is new to a reviewer, the loudest first.
    pub findings: Vec<Finding>,
    /// What was approved, each with its kind and reason.
    pub approved: Vec<(Finding, Kind, String)>,
    /// The version before, if it is known.
    pub version: Option<String>,
}

impl Report {
    /// Takes out what is approved.
    pub fn new(findings: Vec<Finding>, approvals: &Approvals, version: Option<String>) -> Self {
        let mut report = Self {
            findings: Vec::new(),
            approved: Vec::new(),
            version,
        };
        for mut finding in findings {
            match approvals.of(&finding) {
                None => report.findings.push(finding),
                Some(approval) => {
                    // The wire was what it is before: the spec had it wrong.
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

    /// The version that follows: approved changes are released too.
    pub fn bump(&self) -> Option<Bump> {
        self.all().map(|finding| finding.verdict.bump()).max()
    }

    /// The number of the version that follows. Until 1.0, a breaking change raises the second number.
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
        // What was tried out is released under its own number.
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

    /// "1 wire-breaking, 2 API-breaking, 1 behaviour-only: next version 2.0.0".
    pub fn summary(&self) -> String {
        let count = |loudness| {
            self.findings
                .iter()
                .filter(|finding| Loudness::of(finding.verdict) == loudness)
                .count()
        };
        let rows = [
            (count(Loudness::Wire), "wire-breaking"),
            (count(Loudness::Api), "API-breaking"),
            (count(Loudness::Behaviour), "behaviour-only"),
            (count(Loudness::Addition), "added"),
            (count(Loudness::Harmless), "harmless"),
            (self.approved.len(), "approved"),
        ];
        let rows = rows.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = rows
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let Some(bump) = self.bump() else {
            return "no changes".to_owned();
        };
        let next = match (self.next_version(), bump) {
            (Some(version), _) => version,
            (None, Bump::Major) => "a major one".to_owned(),
            (None, Bump::Minor) => "a minor one".to_owned(),
            (None, Bump::Patch) => "a patch".to_owned(),
        };
        format!("{}: next version {next}", counts.join(", "))
    }

    /// Whether there is anything to fail at.
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
