//! Limits of members.

use std::cmp::Ordering;

use super::pair::Pair;
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Limit, Member};
use crate::patterns::{self, Relation, Texts};
use crate::spec::number_text;

impl<'a> Pair<'a> {
    /// Compares the limits, and returns whether they differ.
    pub(super) fn limits(&self, changes: &mut Changes) -> bool {
        if self.old.limits == self.new.limits {
            return false;
        }
        let both = [self.old, self.new].map(|member| member.limits.as_slice());
        let values = Accepted::of(both.map(values));
        let keys_of_maps = Accepted::of(both.map(keys));
        let paths: [&[&str]; 8] = [
            &["range"],
            &["length"],
            &["count"],
            &["chars"],
            &["pattern"],
            &["keys", "length"],
            &["keys", "chars"],
            &["keys", "pattern"],
        ];
        for key in paths {
            let limit =
                |member: &'a Member| member.limits.iter().find(|limit| limit_key(limit) == key);
            let (old, new) = (limit(self.old), limit(self.new));
            if old == new {
                continue;
            }
            let path = [&self.path[..], key].concat();
            let shown = (old.map(limit_text), new.map(limit_text));
            let is_checked = |limit: Option<&Limit>| limit.is_some_and(is_checked);
            if !self.usage.sent || !(is_checked(old) || is_checked(new)) {
                let words = match self.usage.sent {
                    true => "clients do not check it, so it is documentation only",
                    false => "replies are not checked, so it is documentation only",
                };
                let rule = Rule::LimitOfFieldChanged;
                let words = (words, "nothing");
                changes.report(rule, &path, shown, Verdict::HARMLESS, words);
                continue;
            }
            let width = match key {
                ["range"] | ["count"] => of_numbers(old, new),
                ["keys", ..] => keys_of_maps.width(old.map(of_key), new.map(of_key)),
                _ => values.width(old, new),
            };
            let (rule, verdict, words) = width.said(key);
            changes.report(rule, &path, shown, verdict, words);
            if let ([.., "pattern"], Some(hint)) = (key, width.witness()) {
                changes.hint(hint);
            }
        }
        true
    }
}

/// Returns the key of a limit, below that of its member.
fn limit_key(limit: &Limit) -> &'static [&'static str] {
    match limit {
        Limit::Range(..) | Limit::NumberRange(..) => &["range"],
        Limit::Length(..) => &["length"],
        Limit::Count(..) => &["count"],
        Limit::Chars(_) => &["chars"],
        Limit::Pattern(_) | Limit::UncheckedPattern(_) => &["pattern"],
        Limit::Keys(limit) => match **limit {
            Limit::Length(..) => &["keys", "length"],
            Limit::Chars(_) => &["keys", "chars"],
            Limit::Pattern(_) | Limit::UncheckedPattern(_) => &["keys", "pattern"],
            // A spec has no other limits of keys.
            Limit::Range(..) | Limit::NumberRange(..) | Limit::Count(..) | Limit::Keys(_) => {
                &["keys"]
            }
        },
    }
}

/// Whether clients check a limit before they send a value.
fn is_checked(limit: &Limit) -> bool {
    match limit {
        Limit::UncheckedPattern(_) => false,
        Limit::Keys(limit) => is_checked(limit),
        _ => true,
    }
}

fn limit_text(limit: &Limit) -> String {
    match limit {
        Limit::Range(min, max) | Limit::Length(min, max) | Limit::Count(min, max) => {
            let min = min.map(|min| min.to_string()).unwrap_or_default();
            let max = max.map(|max| format!("={max}")).unwrap_or_default();
            format!("{min}..{max}")
        }
        Limit::NumberRange(min, max) => {
            let min = min.map(number_text).unwrap_or_default();
            let max = max.map(|max| format!("={}", number_text(max)));
            format!("{min}..{}", max.unwrap_or_default())
        }
        Limit::Chars(text) | Limit::Pattern(text) => text.clone(),
        Limit::UncheckedPattern(text) => format!("{text}, not checked"),
        Limit::Keys(limit) => limit_text(limit),
    }
}

/// Returns the limits of the values of a member.
fn values(limits: &[Limit]) -> Vec<&Limit> {
    let limits = limits.iter();
    limits
        .filter(|limit| !matches!(limit, Limit::Keys(_)))
        .collect()
}

/// Returns the limits of the keys of a map.
fn keys(limits: &[Limit]) -> Vec<&Limit> {
    let of_keys = |limit: &&Limit| matches!(limit, Limit::Keys(_));
    limits.iter().filter(of_keys).map(of_key).collect()
}

/// Returns the limit that the keys of a map have.
fn of_key(limit: &Limit) -> &Limit {
    match limit {
        Limit::Keys(limit) => limit,
        limit => limit,
    }
}

/// Values that a limit accepts, compared with before.
enum Width {
    /// The same values, written in another way.
    Same,
    /// All that were accepted, and maybe this text.
    Wider(Option<String>),
    /// Not all that were accepted: not this text, if one is known; instead of it maybe another.
    Narrower(Option<String>, Option<String>),
    /// Different ones, for all that is known.
    Unknown,
}

impl Width {
    /// Returns rule, verdict and words for the limit under a key.
    fn said(&self, key: &[&str]) -> (Rule, Verdict, (&'static str, &'static str)) {
        match self {
            Self::Same => (
                match key {
                    [.., "pattern"] => Rule::PatternChanged,
                    _ => Rule::LimitOfFieldChanged,
                },
                Verdict::HARMLESS,
                ("the same values are accepted as before", "nothing"),
            ),
            Self::Wider(_) => (
                Rule::LimitLoosened,
                Verdict::HARMLESS,
                (
                    "released clients refuse what the service takes by now",
                    "users of released clients can switch the check off",
                ),
            ),
            Self::Narrower(..) => (
                Rule::LimitTightened,
                Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed),
                (
                    "values that were sent are refused by the service, and before by the client",
                    "make sure that the service refuses them: servers change later than documents",
                ),
            ),
            Self::Unknown => (
                Rule::PatternChanged,
                Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
                (
                    "the pattern accepts other values, and whether more or fewer cannot be computed",
                    "compare both patterns",
                ),
            ),
        }
    }

    /// Returns texts that are accepted only before or only now, in words.
    fn witness(&self) -> Option<String> {
        /// Maximum number of bytes of a text that says something to a reader.
        const MOST: usize = 60;

        let short = |text: &Option<String>| text.clone().filter(|text| text.len() <= MOST);
        match self {
            Self::Wider(won) => Some(format!("{:?} is accepted now", short(won)?)),
            Self::Narrower(lost, won) => Some(match (short(lost)?, short(won)) {
                (lost, Some(won)) => format!("{lost:?} is refused now, {won:?} is accepted"),
                (lost, None) => format!("{lost:?} is refused now"),
            }),
            Self::Same | Self::Unknown => None,
        }
    }
}

/// Texts that limits accepted and accept together: a pattern may say what a length and characters said.
struct Accepted<'a> {
    old: Texts<'a>,
    /// How they differ, if it can be computed.
    relation: Option<Relation>,
}

impl<'a> Accepted<'a> {
    fn of([old, new]: [Vec<&'a Limit>; 2]) -> Self {
        let (old, new) = (Texts::of(old), Texts::of(new));
        Self {
            relation: patterns::compare(&old, &new),
            old,
        }
    }

    /// Compares the versions of one of the limits, in view of all. A limit is narrower if a text that was accepted does not
    /// meet it.
    fn width(&self, old: Option<&'a Limit>, new: Option<&'a Limit>) -> Width {
        let won = match &self.relation {
            Some(Relation::Same) => return Width::Same,
            Some(Relation::Wider(won)) => return Width::Wider(Some(won.clone())),
            Some(Relation::Narrower(_)) => None,
            Some(Relation::Both(_, won)) => Some(won.clone()),
            None => return alone(old, new),
        };
        let Some(new) = new else {
            return Width::Wider(won);
        };
        match patterns::compare(&self.old, &self.old.clone().and(new)) {
            Some(Relation::Narrower(lost)) => Width::Narrower(Some(lost), won),
            None => Width::Narrower(None, won),
            // It refuses nothing that the others did not.
            Some(_) => match alone(old, Some(new)) {
                Width::Wider(_) => Width::Wider(won),
                _ => Width::Same,
            },
        }
    }
}

/// Compares two versions of a limit of texts, regardless of other limits.
fn alone(old: Option<&Limit>, new: Option<&Limit>) -> Width {
    let relation = patterns::compare(&Texts::of(old), &Texts::of(new));
    match (relation, old, new) {
        (Some(Relation::Same), ..) => Width::Same,
        (Some(Relation::Wider(won)), ..) => Width::Wider(Some(won)),
        (Some(Relation::Narrower(lost)), ..) => Width::Narrower(Some(lost), None),
        (Some(Relation::Both(lost, won)), ..) => Width::Narrower(Some(lost), Some(won)),
        (None, _, None | Some(Limit::UncheckedPattern(_))) => Width::Wider(None),
        (None, None | Some(Limit::UncheckedPattern(_)), _) => Width::Narrower(None, None),
        (None, Some(_), Some(_)) => Width::Unknown,
    }
}

/// Compares the numbers, or numbers of elements, that a limit accepts.
fn of_numbers(old: Option<&Limit>, new: Option<&Limit>) -> Width {
    // An absent end is lower or higher than every number; bounds of integers and numbers compare by their values.
    let ends = |limit: Option<&Limit>| match limit {
        Some(Limit::Range(min, max)) => (min.map(End::from), max.map(End::from)),
        // There are no fewer than none.
        Some(Limit::Count(min, max)) => (
            min.filter(|min| *min > 0).map(End::from),
            max.map(End::from),
        ),
        Some(Limit::NumberRange(min, max)) => (min.map(End::Number), max.map(End::Number)),
        _ => (None, None),
    };
    let ((a, b), (c, d)) = (ends(old), ends(new));
    let is_lower = c.is_none_or(|new| a.is_some_and(|old| new <= old));
    let is_higher = d.is_none_or(|new| b.is_some_and(|old| new >= old));
    match (is_lower, is_higher) {
        (true, true) if (a, b) == (c, d) => Width::Same,
        (true, true) => Width::Wider(None),
        _ => Width::Narrower(None, None),
    }
}

/// An end of a range.
#[derive(Clone, Copy)]
enum End {
    Integer(i64),
    Number(f64),
}

impl From<i64> for End {
    fn from(end: i64) -> Self {
        Self::Integer(end)
    }
}

impl PartialEq for End {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other).is_some_and(Ordering::is_eq)
    }
}

impl PartialOrd for End {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        // Only integers that a number cannot be differ where they are rounded.
        let number = |end: &Self| match end {
            Self::Integer(end) => *end as f64,
            Self::Number(end) => *end,
        };
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.partial_cmp(b),
            (a, b) => number(a).partial_cmp(&number(b)),
        }
    }
}
