//! Effects of a change of the specs on three groups: users of an already released client (wire), code compiled against
//! the crate (Rust API), and programs that are recompiled and run (behaviour).
//!
//! The comparison of two sets of models returns findings. Each finding has a separate verdict for each group, because
//! none follows from the others: a moved result path breaks every released client without changing a line of the API.
//! This module does not access files or git.

mod approvals;
mod changelog;
mod compare;
mod members;
mod names;
mod operations;
mod places;
mod render;
mod report;
mod services;
mod types;

use std::collections::BTreeMap;

use crate::diagnostics::Location;
use crate::model::Service;
pub use approvals::{Approval, Approvals, Kind};
pub use changelog::changelog;
pub use compare::diff;
pub use places::locate;
pub(crate) use render::schema;
pub use render::{Format, render};
pub use report::{FailOn, Report};

/// Effect on released clients when they call a service that follows the new spec.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// They work as before.
    Safe,
    /// They may receive something that they do not expect.
    Risk,
    /// They fail.
    Breaking,
}

/// Effect on code that was written for the old crate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// The public API is the same.
    None,
    /// The code compiles. The API has additions, or a use of it causes a new warning.
    Minor,
    /// The code may no longer compile.
    Major,
}

/// Effect on programs that are compiled with the new crate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// They do the same as before.
    Same,
    /// They do something different.
    Changed,
}

/// Verdicts for all three groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verdict {
    /// Effect on released clients.
    pub wire: Wire,
    /// Effect on code.
    pub api: Api,
    /// Effect on programs.
    pub behaviour: Behaviour,
}

impl Verdict {
    /// Verdict on a change that affects no program.
    pub const HARMLESS: Self = Self::new(Wire::Safe, Api::None, Behaviour::Same);

    pub(crate) const fn new(wire: Wire, api: Api, behaviour: Behaviour) -> Self {
        Self {
            wire,
            api,
            behaviour,
        }
    }

    /// Returns the worse of both verdicts for each group.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            wire: self.wire.max(other.wire),
            api: self.api.max(other.api),
            behaviour: self.behaviour.max(other.behaviour),
        }
    }

    /// Returns the part of the version that the change raises.
    pub fn bump(self) -> Bump {
        match self {
            Self {
                wire: Wire::Breaking,
                ..
            }
            | Self {
                api: Api::Major, ..
            } => Bump::Major,
            Self {
                wire: Wire::Risk, ..
            }
            | Self {
                api: Api::Minor, ..
            }
            | Self {
                behaviour: Behaviour::Changed,
                ..
            } => Bump::Minor,
            _ => Bump::Patch,
        }
    }

    /// Returns whether the change has an effect that the API of the crate does not show, so that a reviewer of the
    /// generated code would miss it.
    pub fn is_hidden(self) -> bool {
        self.api == Api::None && (self.wire > Wire::Safe || self.behaviour == Behaviour::Changed)
    }
}

/// Which part of a version rises.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

/// A single change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Rule, such as `parameter-removed`.
    pub rule: &'static str,
    /// Verdicts.
    pub verdict: Verdict,
    /// Module of the service.
    pub service: String,
    /// Path in the spec, as keys from the top.
    pub path: Vec<String>,
    /// Old value.
    pub old: Option<String>,
    /// New value.
    pub new: Option<String>,
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
            self.rule,
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
            self.rule,
        )
    }
}

/// Returns the services by module.
fn by_module(services: &[Service]) -> BTreeMap<&str, &Service> {
    let modules = services
        .iter()
        .map(|service| (service.module.as_str(), service));
    modules.collect()
}
