//! Limits of members.

use super::pair::Pair;
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Limit, Member};
use crate::patterns::{self, Length, Relation};
use crate::spec::{charset, number_text};

impl<'a> Pair<'a> {
    /// Compares the limits, and returns whether they differ.
    pub(super) fn limits(&self, changes: &mut Changes) -> bool {
        if self.old.limits == self.new.limits {
            return false;
        }
        let keys: [&[&str]; 8] = [
            &["range"],
            &["length"],
            &["count"],
            &["chars"],
            &["pattern"],
            &["keys", "length"],
            &["keys", "chars"],
            &["keys", "pattern"],
        ];
        for key in keys {
            let limit =
                |member: &'a Member| member.limits.iter().find(|limit| limit_key(limit) == key);
            let (old, new) = (limit(self.old), limit(self.new));
            let both = [self.old, self.new];
            let length = match key {
                ["keys", ..] => Length::default(),
                _ => Length::of(both.map(|member| member.limits.as_slice())),
            };
            if old == new {
                continue;
            }
            let path = [&self.path[..], key].concat();
            let values = (old.map(limit_text), new.map(limit_text));
            let is_checked = |limit: Option<&Limit>| limit.is_some_and(is_checked);
            if !self.usage.sent || !(is_checked(old) || is_checked(new)) {
                let words = match self.usage.sent {
                    true => "clients do not check it, so it is documentation only",
                    false => "replies are not checked, so it is documentation only",
                };
                let words = (words, "nothing");
                changes.report(
                    Rule::LimitOfFieldChanged,
                    &path,
                    values,
                    Verdict::HARMLESS,
                    words,
                );
            } else {
                let (rule, verdict, words) = match width(old, new, length) {
                    Width::Same => (
                        match key {
                            [.., "pattern"] => Rule::PatternChanged,
                            _ => Rule::LimitOfFieldChanged,
                        },
                        Verdict::HARMLESS,
                        ("the same values are accepted as before", "nothing"),
                    ),
                    Width::Wider => (
                        Rule::LimitLoosened,
                        Verdict::HARMLESS,
                        (
                            "released clients refuse what the service takes by now",
                            "users of released clients can switch the check off",
                        ),
                    ),
                    Width::Narrower => (
                        Rule::LimitTightened,
                        Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed),
                        (
                            "values that were sent are refused by the service, and before by the client",
                            "make sure that the service refuses them: servers change later than documents",
                        ),
                    ),
                    Width::Unknown => (
                        Rule::PatternChanged,
                        Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
                        (
                            "the pattern accepts other values, and whether more or fewer cannot be computed",
                            "compare both patterns",
                        ),
                    ),
                };
                changes.report(rule, &path, values, verdict, words);
                if let Some(hint) = witnesses(old, new, length) {
                    changes.hint(hint);
                }
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

/// Values that a limit accepts, compared with an old limit.
enum Width {
    /// The same values, written in another way.
    Same,
    /// All that were accepted.
    Wider,
    /// Not all that were accepted.
    Narrower,
    /// Different ones, for all that is known.
    Unknown,
}

/// Compares the values that a limit accepts with those that an old one did.
fn width(old: Option<&Limit>, new: Option<&Limit>, length: Length) -> Width {
    let is_length = matches!(new, Some(Limit::Length(..) | Limit::Count(..)));
    let is_wider = match (old, new) {
        (_, None | Some(Limit::UncheckedPattern(_))) => true,
        (None | Some(Limit::UncheckedPattern(_)), Some(_)) => false,
        (Some(Limit::NumberRange(a, b)), Some(Limit::NumberRange(c, d))) => {
            let lower = c.is_none_or(|new| a.is_some_and(|old| new <= old));
            let upper = d.is_none_or(|new| b.is_some_and(|old| new >= old));
            lower && upper
        }
        (
            Some(Limit::Range(a, b) | Limit::Length(a, b) | Limit::Count(a, b)),
            Some(Limit::Range(c, d) | Limit::Length(c, d) | Limit::Count(c, d)),
        ) => {
            // A length has an implicit minimum of 0.
            let least = |min: &Option<i64>| min.or(is_length.then_some(0));
            let (a, c) = (least(a), least(c));
            let lower = c.is_none_or(|new| a.is_some_and(|old| new <= old));
            let upper = d.is_none_or(|new| b.is_some_and(|old| new >= old));
            lower && upper
        }
        (Some(Limit::Keys(old)), Some(Limit::Keys(new))) => {
            return width(Some(old), Some(new), length);
        }
        (Some(Limit::Chars(old)), Some(Limit::Chars(new))) if charset::same(old, new) => {
            return Width::Same;
        }
        (Some(Limit::Chars(old)), Some(Limit::Chars(new))) => charset::covers(new, old),
        (Some(Limit::Pattern(old)), Some(Limit::Pattern(new))) => {
            return match patterns::compare(old, new, length) {
                None => Width::Unknown,
                Some(Relation::Same) => Width::Same,
                Some(Relation::Wider(_)) => Width::Wider,
                Some(Relation::Narrower(_) | Relation::Both(..)) => Width::Narrower,
            };
        }
        _ => false,
    };
    match is_wider {
        true => Width::Wider,
        false => Width::Narrower,
    }
}

/// Returns texts that only one of two patterns accepts, in words.
fn witnesses(old: Option<&Limit>, new: Option<&Limit>, length: Length) -> Option<String> {
    let (old, new) = match (old?, new?) {
        (Limit::Keys(old), Limit::Keys(new)) => return witnesses(Some(old), Some(new), length),
        (Limit::Pattern(old), Limit::Pattern(new)) => (old, new),
        _ => return None,
    };
    match patterns::compare(old, new, length)? {
        Relation::Same => None,
        Relation::Wider(won) => Some(format!("{won:?} is accepted now")),
        Relation::Narrower(lost) => Some(format!("{lost:?} is refused now")),
        Relation::Both(lost, won) => Some(format!("{lost:?} is refused now, {won:?} is accepted")),
    }
}
