//! Rules for specs, by id. Each has a page in `rules/`, which the `explain` command prints.

use std::fmt;
use std::str::FromStr;

/// Severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Prevents code generation.
    Error,
    /// Does not prevent code generation, but the author should have a look.
    Warning,
    /// Worth an occasional look; shown only on request.
    Note,
}

impl Severity {
    /// Returns the name of the severity: `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

macro_rules! rules {
    ($($severity:ident: $($id:ident)*;)*) => {
        /// Id of a rule: a letter for its family and two digits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(
                #[doc = concat!("See `generator/src/rules/", stringify!($id), ".md`.")]
                $id,
            )*)*
        }

        impl Rule {
            /// All rules, by severity and family.
            pub const ALL: &[Self] = &[$($(Self::$id,)*)*];

            /// Returns the id as text, such as `C01`.
            pub fn id(self) -> &'static str {
                match self {
                    $($(Self::$id => stringify!($id),)*)*
                }
            }

            /// Returns the severity of the rule.
            pub fn severity(self) -> Severity {
                match self {
                    $($(Self::$id => Severity::$severity,)*)*
                }
            }

            /// Returns the page of the rule in Markdown: its requirement and reason, with a bad and a good example.
            pub fn explanation(self) -> &'static str {
                match self {
                    $($(Self::$id => include_str!(concat!("rules/", stringify!($id), ".md")),)*)*
                }
            }
        }
    };
}

rules! {
    Error:
        Y01 Y02 Y03 Y04 Y05 Y06 Y07 Y08 Y09 Y10 Y11
        N01 N02 N03 N04 N05 N06 N08 N09 N10 N11 N13 N14
        D01 D02 D05 D06 D08 D09
        R01 R03 R06 R07
        W01 W02 W03 W05 W06 W07 W08 W09 W10 W11 W12 W13 W14 W17 W19 W20 W21 W22 W24 W26 W27 W30
        C01 C02 C03 C06 C08 C09 C13 C14
        P01 P02 P03 P04 P05 P07 P08
        M01 M02 M03 M04
        X01 X02 X03 X06
        A01 A02;
    Warning:
        N07
        D03 D04 D10 D11 D12
        R02 R04 R05 R09
        W04 W15 W18 W23 W25
        C04 C05 C11 C12
        P06
        X05
        V01 V02 V03 V04 V05;
    Note:
        R08
        C10 C15
        X04 X07;
}

impl Rule {
    /// Returns a short description of a violation.
    pub fn title(self) -> &'static str {
        let first = self.explanation().lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// Whether the rule is about drift, which compares a spec with a vendor's description: `check` does not know whether
    /// it is broken.
    pub fn is_of_drift(self) -> bool {
        self.id().starts_with('V')
    }

    /// Whether a spec may suppress findings of the rule. Other errors cannot be suppressed, because a spec that has
    /// them has no meaning. Errors in samples can: the vendor's samples are not changed. So can a parameter whose name is
    /// that of a secret: the vendor's API is not changed either.
    pub fn can_be_allowed(self) -> bool {
        self.severity() != Severity::Error
            || matches!(self, Self::W08 | Self::X01 | Self::X02 | Self::X03)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Error for an id that no rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRule;

impl FromStr for Rule {
    type Err = NoRule;

    /// Parses an id. Case is ignored.
    fn from_str(text: &str) -> Result<Self, NoRule> {
        let mut rules = Self::ALL.iter().copied();
        rules
            .find(|rule| rule.id().eq_ignore_ascii_case(text))
            .ok_or(NoRule)
    }
}
