//! Verdicts on a change, one for each group of users.

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

macro_rules! shown {
    ($($verdict:ident { $($variant:ident: $word:literal)* })*) => {
        $(impl std::fmt::Display for $verdict {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $word,)*
                })
            }
        })*
    };
}

shown! {
    Wire { Safe: "safe" Risk: "risk" Breaking: "breaking" }
    Api { None: "none" Minor: "minor" Major: "major" }
    Behaviour { Same: "same" Changed: "changed" }
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
