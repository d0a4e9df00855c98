//! Facts that a spec and a description state in different words.

use crate::model::{Limit, Member, Ty};
use crate::patterns::{self, Relation, Texts};
use crate::spec::charset;

/// Returns whether two lists of pairs are the same in any order.
pub(super) fn same_pairs<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.len() == b.len() && a.iter().all(|pair| b.contains(pair))
}

/// Returns the limits of a member that is sent: those of the spec as far as the description states the same or nothing
/// else, and what it states otherwise.
pub(super) fn limits(spec: &Member, other: &Member) -> Vec<Limit> {
    // The values of an enum are its limits.
    if [&spec.ty, &other.ty]
        .iter()
        .any(|ty| matches!(ty.innermost(), Ty::Enum(_)))
    {
        return spec.limits.clone();
    }
    let lengths = Texts::of_any_length(&lengths(spec), &lengths(other));
    let mut limits = Vec::new();
    for limit in &spec.limits {
        let stated = other
            .limits
            .iter()
            .find(|stated| kind(stated) == kind(limit));
        match stated {
            Some(stated) if is_same(limit, stated, &lengths) => limits.push(limit.clone()),
            Some(stated) => limits.push(stated.clone()),
            None if is_refinement(limit, other, &lengths) => limits.push(limit.clone()),
            // Nothing is a limit, too: that of the spec is stricter than the description.
            None => {}
        }
    }
    for stated in &other.limits {
        let is_known = spec.limits.iter().any(|limit| kind(limit) == kind(stated));
        let is_implied = || {
            spec.limits
                .iter()
                .any(|limit| is_implied(stated, limit, &lengths))
        };
        if !is_known && !says_nothing(stated) && !is_implied() {
            limits.push(stated.clone());
        }
    }
    limits
}

/// Keeps limits of the spec of kinds that the description has, and the draft does not say.
pub(super) fn keep(limits: &mut Vec<Limit>, known: &[Limit]) {
    for limit in known {
        if !limits.iter().any(|stated| kind(stated) == kind(limit)) {
            limits.push(limit.clone());
        }
    }
}

/// Whether the characters of a text that a spec allows are all that a pattern says.
fn is_implied(stated: &Limit, known: &Limit, lengths: &[Texts<'_>; 2]) -> bool {
    matches!(in_words_of(known, stated, lengths), Some(Relation::Same))
}

/// Returns what a pattern accepts, compared with the characters that a spec allows.
fn in_words_of(known: &Limit, stated: &Limit, lengths: &[Texts<'_>; 2]) -> Option<Relation> {
    match (known, stated) {
        (Limit::Chars(_), Limit::Pattern(pattern) | Limit::UncheckedPattern(pattern)) => {
            let [of_known, of_stated] = lengths.clone();
            let stated = Limit::Pattern(pattern.clone());
            patterns::compare(&of_known.and(known), &of_stated.and(&stated))
        }
        (Limit::Keys(known), Limit::Keys(stated)) => {
            in_words_of(known, stated, &Default::default())
        }
        _ => None,
    }
}

/// Number of a kind of limits, of which a member has one.
fn kind(limit: &Limit) -> u8 {
    match limit {
        Limit::Range(..) | Limit::NumberRange(..) => 0,
        Limit::Length(..) => 1,
        Limit::Count(..) => 2,
        Limit::Chars(_) => 3,
        Limit::Pattern(_) | Limit::UncheckedPattern(_) => 4,
        Limit::Keys(limit) => 8 + kind(limit),
    }
}

/// Returns the lengths that a member allows.
fn lengths(member: &Member) -> Texts<'_> {
    let limits = member.limits.iter();
    Texts::of(limits.filter(|limit| matches!(limit, Limit::Length(..))))
}

/// Whether two limits of one kind say the same. Patterns are compared for texts of some lengths.
fn is_same(a: &Limit, b: &Limit, lengths: &[Texts<'_>; 2]) -> bool {
    let size = |min: &Option<i64>, max: &Option<i64>| (min.unwrap_or_default(), *max);
    match (a, b) {
        (Limit::Length(min, max), Limit::Length(other_min, other_max))
        | (Limit::Count(min, max), Limit::Count(other_min, other_max)) => {
            size(min, max) == size(other_min, other_max)
        }
        (Limit::Chars(a), Limit::Chars(b)) => charset::same(a, b),
        (
            Limit::Pattern(a) | Limit::UncheckedPattern(a),
            Limit::Pattern(b) | Limit::UncheckedPattern(b),
        ) => {
            let [of_a, of_b] = lengths.clone();
            let (a, b) = (Limit::Pattern(a.clone()), Limit::Pattern(b.clone()));
            patterns::compare(&of_a.and(&a), &of_b.and(&b)) == Some(Relation::Same)
        }
        (Limit::Keys(a), Limit::Keys(b)) => is_same(a, b, &Default::default()),
        (a, b) => a == b,
    }
}

/// Whether a limit of the spec that the description does not state only says more: characters of a text, of which a
/// pattern may allow some.
fn is_refinement(limit: &Limit, other: &Member, lengths: &[Texts<'_>; 2]) -> bool {
    let is_pattern = |stated: &&Limit| matches!(kind(stated), 4 | 12);
    match limit {
        Limit::Chars(_) | Limit::Keys(_) if kind(limit) % 8 == 3 => {
            let mut stated = other.limits.iter().filter(is_pattern);
            let stated = stated.find(|stated| kind(stated) / 8 == kind(limit) / 8);
            stated.is_none_or(|stated| {
                let relation = in_words_of(limit, stated, lengths);
                matches!(relation, Some(Relation::Same | Relation::Narrower(_)))
            })
        }
        Limit::Keys(limit) => says_nothing(limit),
        limit => says_nothing(limit),
    }
}

/// Whether every value meets a limit.
fn says_nothing(limit: &Limit) -> bool {
    matches!(
        limit,
        Limit::Length(None | Some(0), None) | Limit::Count(None | Some(0), None)
    )
}
