//! What patterns accept, compared by their automata.

use std::collections::{HashSet, VecDeque};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::model::Limit;

/// Maximum size of an automaton, and of what is needed to make it, in bytes. Real patterns take a few kilobytes to a
/// megabyte.
const MOST_BYTES: usize = 16 << 20;

/// Maximum number of pairs of states to look at.
const MOST_PAIRS: usize = 1 << 20;

/// What two patterns accept as whole texts. Where they differ, there is a shortest text as a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Same,
    /// The second one accepts all that the first does, and this text.
    Wider(String),
    /// The first one accepts all that the second does, and this text.
    Narrower(String),
    /// This text only the first one accepts, this one only the second.
    Both(String, String),
}

/// Numbers of characters that a text may have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Length {
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
}

impl Length {
    /// Returns the length that two limits of one text allow together: all that one of them does.
    pub(crate) fn of(limits: [&[Limit]; 2]) -> Self {
        let bounds = limits.map(|limits| {
            let mut limits = limits.iter();
            limits.find_map(|limit| match limit {
                Limit::Length(min, max) => Some((*min, *max)),
                _ => None,
            })
        });
        let number = |bound: i64| usize::try_from(bound).ok();
        let [Some((a, b)), Some((c, d))] = bounds else {
            return Self::default();
        };
        Self {
            min: a
                .zip(c)
                .and_then(|(a, c)| number(a.min(c)))
                .unwrap_or_default(),
            max: b.zip(d).and_then(|(b, d)| number(b.max(d))),
        }
    }
}

/// Compares two patterns, which match whole texts, for texts of a length. `None` if one is outside of what automata can
/// do, such as look-around, or too large.
pub(crate) fn compare(old: &str, new: &str, length: Length) -> Option<Relation> {
    let (old, new) = (automaton(old)?, automaton(new)?);
    let start = |dfa: &Dfa| {
        let config = start::Config::new().anchored(Anchored::Yes);
        dfa.start_state(&config).ok()
    };
    // Texts that are too short differ from longer ones that lead to the same states.
    let first = (start(&old)?, start(&new)?, 0);
    let order = bytes();
    let mut seen = HashSet::from([first]);
    // Each pair with the index of the step that led to it.
    let mut open = VecDeque::from([(first, None, 0)]);
    let mut steps: Vec<(Option<usize>, u8)> = Vec::new();
    let (mut lost, mut won) = (None, None);
    while let Some(((a, b, short), step, count)) = open.pop_front() {
        let is_long_enough = short >= length.min;
        let accepts =
            |dfa: &Dfa, state| is_long_enough && dfa.is_match_state(dfa.next_eoi_state(state));
        match (accepts(&old, a), accepts(&new, b)) {
            (true, false) if lost.is_none() => lost = Some(text(&steps, step)),
            (false, true) if won.is_none() => won = Some(text(&steps, step)),
            _ => {}
        }
        if lost.is_some() && won.is_some() {
            break;
        }
        for byte in &order {
            // The first byte of a character counts, the others belong to it.
            let begins = byte & 0xc0 != 0x80;
            if begins && length.max.is_some_and(|max| count >= max) {
                continue;
            }
            let count = count + usize::from(begins);
            let (a, b) = (old.next_state(a, *byte), new.next_state(b, *byte));
            let next = (a, b, count.min(length.min));
            if old.is_dead_state(next.0) && new.is_dead_state(next.1) || !seen.insert(next) {
                continue;
            }
            if seen.len() > MOST_PAIRS {
                return None;
            }
            steps.push((step, *byte));
            let state = (next, Some(steps.len() - 1), count);
            // Texts with fewer characters come first.
            match begins {
                true => open.push_back(state),
                false => open.push_front(state),
            }
        }
    }
    Some(match (lost, won) {
        (None, None) => Relation::Same,
        (None, Some(won)) => Relation::Wider(won),
        (Some(lost), None) => Relation::Narrower(lost),
        (Some(lost), Some(won)) => Relation::Both(lost, won),
    })
}

type Dfa = dense::DFA<Vec<u32>>;

/// Returns the automaton of a pattern. It reads bytes, as classes such as `\d` are of ASCII where patterns are checked.
fn automaton(pattern: &str) -> Option<Dfa> {
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(
            thompson::Config::new()
                .utf8(false)
                .nfa_size_limit(Some(MOST_BYTES)),
        )
        .build(&format!(r"\A(?:{pattern})\z"))
        .ok()
}

/// All bytes, those first that are easy to read in a witness.
fn bytes() -> Vec<u8> {
    let rank = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'-' | b'_' | b'.' | b'/' | b':' => 3,
        b'!'..=b'~' => 4,
        b' ' => 5,
        _ => 6,
    };
    let mut all: Vec<u8> = (0..=u8::MAX).collect();
    all.sort_by_key(rank);
    all
}

/// Returns the text that leads to a step.
fn text(steps: &[(Option<usize>, u8)], mut step: Option<usize>) -> String {
    let mut bytes = Vec::new();
    while let Some((before, byte)) = step.and_then(|step| steps.get(step)) {
        bytes.push(*byte);
        step = *before;
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_compared_by_what_they_accept() {
        let text = |text: &str| text.to_owned();
        for (old, new, expected) in [
            ("[a-z]+", "[a-z][a-z]*", Relation::Same),
            ("(a|b)*", "[ab]*", Relation::Same),
            (
                "([0-9a-zA-Z][_-]?){1,63}",
                "(?:[a-zA-Z0-9][-_]?){1,63}",
                Relation::Same,
            ),
            ("^[a-z]{1,3}$", "[a-z]{1,3}", Relation::Same),
            ("[a-z]+", "[a-z0-9]+", Relation::Wider(text("0"))),
            ("[a-z]+", "[a-z]*", Relation::Wider(text(""))),
            (r"\d{1,3}", r"\d{1,2}", Relation::Narrower(text("000"))),
            ("a|b", "b|c", Relation::Both(text("a"), text("c"))),
            ("(x$)|y", "x|y", Relation::Same),
        ] {
            let any = Length::default();
            assert_eq!(compare(old, new, any), Some(expected), "{old} {new}");
        }
        let short = Length {
            min: 1,
            max: Some(3),
        };
        assert_eq!(
            compare("\u{e9}\u{e9}|a", "a", short),
            Some(Relation::Narrower(text("\u{e9}\u{e9}")))
        );
        let length = Length {
            min: 1,
            max: Some(3),
        };
        assert_eq!(compare("a+", "a{0,3}", length), Some(Relation::Same));
        assert_eq!(
            compare("a+", "a{0,2}", length),
            Some(Relation::Narrower(text("aaa")))
        );
    }

    #[test]
    fn what_automata_cannot_do_is_not_compared() {
        for pattern in ["(?=a)b", "(", "[\u{4e00}-\u{9fa5}]+", "(a{1,999}){1,999}"] {
            assert_eq!(compare(pattern, "a", Length::default()), None, "{pattern}");
        }
    }
}
