//! What a change of specs means, for three readers: whoever runs a client that is out already (the wire), whoever compiles
//! against the crate (its Rust API), and whoever recompiles and runs (behaviour).
//!
//! Two sets of models go in, findings come out; every finding has a verdict for each reader, since no one of them follows
//! from another: a moved result path breaks every client and changes no line of the API. Nothing here knows files or git.

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

/// What becomes of a released client that meets a service which follows the new spec.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// It goes on.
    Safe,
    /// It may get something else than it expects.
    Risk,
    /// It fails.
    Breaking,
}

/// What becomes of code that was written for the old crate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// It sees nothing.
    None,
    /// It compiles, and there is something new; or a warning.
    Minor,
    /// It may not compile.
    Major,
}

/// What becomes of a program that is compiled again.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// It does the same.
    Same,
    /// It does something else.
    Changed,
}

/// The three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verdict {
    /// For released clients.
    pub wire: Wire,
    /// For code.
    pub api: Api,
    /// For programs.
    pub behaviour: Behaviour,
}

impl Verdict {
    /// Nothing that matters to anybody's program.
    pub const HARMLESS: Self = Self::new(Wire::Safe, Api::None, Behaviour::Same);

    pub(crate) const fn new(wire: Wire, api: Api, behaviour: Behaviour) -> Self {
        Self {
            wire,
            api,
            behaviour,
        }
    }

    /// The worse of both for each reader.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            wire: self.wire.max(other.wire),
            api: self.api.max(other.api),
            behaviour: self.behaviour.max(other.behaviour),
        }
    }

    /// The version that follows.
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

    /// Whether it matters, but the API of the crate does not show it: a reviewer of the generated code passes over it.
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
    /// The last.
    Patch,
    /// The one in the middle.
    Minor,
    /// The first.
    Major,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule, in words: `parameter-removed`.
    pub rule: &'static str,
    /// The verdicts.
    pub verdict: Verdict,
    /// The module of the service.
    pub service: String,
    /// Where in the spec: its keys, from the top.
    pub path: Vec<String>,
    /// What was there.
    pub old: Option<String>,
    /// What is there now.
    pub new: Option<String>,
    /// What it means.
    pub why: &'static str,
    /// What to do about it.
    pub advice: &'static str,
    /// The place in the old spec, if the path leads somewhere there.
    pub old_at: Option<Location>,
    /// The place in the new spec.
    pub new_at: Option<Location>,
}

impl Finding {
    /// Where in the spec, with points between the keys; `the whole spec` at its top.
    pub fn place(&self) -> String {
        match self.path.as_slice() {
            [] => "the whole spec".to_owned(),
            path => path.join("."),
        }
    }

    /// A name that stays the same as long as the change does, whatever the words and lines: 16 hexadecimal digits over rule,
    /// service, path, old and new value.
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
        // FNV-1a: it need not withstand anybody, only stay the same.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in parts.join("\0").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        format!("{hash:016x}")
    }

    /// The loudest first: what breaks clients and cannot be seen, what breaks clients, what breaks code, what changes programs.
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

/// Services by module.
fn by_module(services: &[Service]) -> BTreeMap<&str, &Service> {
    let modules = services
        .iter()
        .map(|service| (service.module.as_str(), service));
    modules.collect()
}
