//! Findings: single changes with their verdicts.

use super::rules::Rule;
use super::verdict::Verdict;
use crate::diagnostics::Location;

/// Part of a request or response before and after a change. Values are examples.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Witness {
    /// Before the change; absent if nothing was sent.
    pub before: Option<String>,
    /// After the change; absent if nothing is sent.
    pub after: Option<String>,
}

/// A single change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Rule, such as `parameter-removed`.
    pub rule: Rule,
    /// Verdicts.
    pub verdict: Verdict,
    /// Module of the service.
    pub service: String,
    /// Module of the service in the old spec, which differs if the module was renamed.
    pub old_service: String,
    /// Path in the spec, as keys from the top.
    pub path: Vec<String>,
    /// Path in the old spec, which differs if the operation or type was renamed.
    pub old_path: Vec<String>,
    /// Old value.
    pub old: Option<String>,
    /// New value.
    pub new: Option<String>,
    /// Item of the crate that the path leads to, such as `Model::created_at`.
    pub item: Option<String>,
    /// Part of a request or response before and after the change, if the difference shows there.
    pub witness: Option<Witness>,
    /// Message of the compiler for code that no longer compiles.
    pub compiler: Option<String>,
    /// Guess at what the change may really be.
    pub hint: Option<String>,
    /// Effect of the change.
    pub why: &'static str,
    /// Recommended action.
    pub advice: &'static str,
    /// Location in the old spec, if the path leads to one.
    pub old_at: Option<Location>,
    /// Location in the new spec.
    pub new_at: Option<Location>,
}

impl Finding {
    /// Returns the path with dots between the keys, or `the whole spec` if it is empty.
    pub fn place(&self) -> String {
        match self.path.as_slice() {
            [] => "the whole spec".to_owned(),
            path => path.join("."),
        }
    }

    /// Returns a name that stays the same as long as the change does, even if texts or line numbers change: a hash of
    /// rule, service, path, old and new value as 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let absent = String::from("\u{1}");
        let path = self.path.join("\u{2}");
        let parts = [
            self.rule.id(),
            &self.service,
            &path,
            self.old.as_ref().unwrap_or(&absent),
            self.new.as_ref().unwrap_or(&absent),
        ];
        // FNV-1a: the hash has to be stable, not resistant to attacks.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in parts.join("\0").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        format!("{hash:016x}")
    }

    /// Returns a sort key that puts the most severe findings first: hidden changes that break released clients, other
    /// changes that break them, changes that break code, and changes of behaviour.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        let verdict = self.verdict;
        let loudness = (
            verdict.wire,
            verdict.is_hidden(),
            verdict.api,
            verdict.behaviour,
        );
        (
            std::cmp::Reverse(loudness),
            self.service.clone(),
            self.path.clone(),
            self.rule.id(),
        )
    }
}
