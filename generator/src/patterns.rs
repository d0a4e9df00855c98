//! Which texts limits accept, compared by automata.

use std::collections::{HashSet, VecDeque};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::model::Limit;
use crate::spec::charset;
use crate::spec::patterns::has_unicode_class;

/// Maximum size of an automaton, and of what is needed to make it, in bytes. Real patterns take a few kilobytes to a
/// megabyte.
const MOST_BYTES: usize = 16 << 20;

/// Maximum number of states to look at, each of which is one state of every automaton.
const MOST_STATES: usize = 1 << 18;

/// How two sets of limits differ in the texts that they accept. Where they do, there is a shortest text as a witness.
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

/// The limits of a text that apply together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts<'a> {
    /// Minimum number of characters.
    min: usize,
    /// Maximum number of characters.
    max: Option<usize>,
    /// Sets of characters, each of which contains all of the text.
    chars: Vec<&'a str>,
    /// Patterns, each of which matches the whole text.
    patterns: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    /// Returns the texts that meet all of some limits, as far as they are about texts and are checked.
    pub(crate) fn of(limits: impl IntoIterator<Item = &'a Limit>) -> Self {
        let limits = limits.into_iter();
        limits.fold(Self::default(), Self::and)
    }

    /// Adds a limit.
    pub(crate) fn and(mut self, limit: &'a Limit) -> Self {
        let number = |bound: i64| usize::try_from(bound).unwrap_or_default();
        match limit {
            Limit::Length(min, max) => {
                self.min = self.min.max(min.map(number).unwrap_or_default());
                self.max = match (self.max, max.map(number)) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
            Limit::Chars(class) => self.chars.push(class),
            Limit::Pattern(pattern) => self.patterns.push(pattern),
            _ => {}
        }
        self
    }

    /// Returns both with the lengths that either allows, so that they differ in nothing but characters and patterns.
    pub(crate) fn of_any_length(a: &Self, b: &Self) -> [Self; 2] {
        let min = a.min.min(b.min);
        let max = a.max.zip(b.max).map(|(a, b)| a.max(b));
        [a, b].map(|texts| Self {
            min,
            max,
            ..texts.clone()
        })
    }

    fn has_length(&self, count: usize) -> bool {
        self.min <= count && self.max.is_none_or(|max| count <= max)
    }
}

/// Compares what two sets of limits accept. `None` if a pattern is outside of what automata can do, such as look-around,
/// or too large.
pub(crate) fn compare(old: &Texts<'_>, new: &Texts<'_>) -> Option<Relation> {
    if old == new {
        return Some(Relation::Same);
    }
    let both = Automata::of([old, new])?;
    // Lengths above all bounds are alike. If both end at the same length, no longer texts are looked at.
    let end = (old.max == new.max).then_some(old.max).flatten();
    let bounds = [old.min, new.min];
    let maxima = [old.max, new.max].into_iter().flatten();
    let maxima = maxima.map(|max| max.saturating_add(1));
    let alike = match end {
        Some(_) => old.min.max(new.min),
        None => bounds.into_iter().chain(maxima).max().unwrap_or_default(),
    };
    let order = both.bytes();
    let first = (both.start()?, 0);
    let mut seen = HashSet::from([first.clone()]);
    // Each state with the index of the step that led to it, and the number of characters.
    let mut open = VecDeque::from([(first, None, 0)]);
    let mut steps: Vec<(Option<usize>, u8)> = Vec::new();
    let (mut lost, mut won) = (None, None);
    while let Some(((states, _), step, count)) = open.pop_front() {
        let [a, b] = both.accepts(&states);
        match (a && old.has_length(count), b && new.has_length(count)) {
            (true, false) if lost.is_none() => lost = Some(text(&steps, step)),
            (false, true) if won.is_none() => won = Some(text(&steps, step)),
            _ => {}
        }
        if lost.is_some() && won.is_some() {
            break;
        }
        for byte in &order {
            // The first byte of a character counts, the others belong to it.
            let begins = is_first(*byte);
            if begins && end.is_some_and(|max| count >= max) {
                continue;
            }
            let count = count + usize::from(begins);
            let Some(states) = both.next(&states, *byte) else {
                continue;
            };
            let next = (states, count.min(alike));
            if !seen.insert(next.clone()) {
                continue;
            }
            if seen.len() > MOST_STATES {
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

/// The automata of two sets of limits, each once.
struct Automata {
    /// The first one accepts every text, so that only texts are compared, and not other bytes.
    list: Vec<Dfa>,
    /// For each set, the indices of its automata.
    sides: [Vec<usize>; 2],
}

impl Automata {
    fn of(sides: [&Texts<'_>; 2]) -> Option<Self> {
        // Whether these compile depends on the tables that other crates of a build ask for.
        let mut patterns = sides.iter().flat_map(|texts| &texts.patterns);
        if patterns.any(|pattern| has_unicode_class(pattern)) {
            return None;
        }
        let mut sources = vec!["(?s:.)*".to_owned()];
        let sides = sides.map(|texts| {
            let chars = texts.chars.iter().map(|class| of_class(class));
            let patterns = texts.patterns.iter().map(|pattern| in_unicode(pattern));
            let wanted: Vec<String> = chars.chain(patterns).collect();
            let index = |source: String| match sources.iter().position(|other| *other == source) {
                Some(index) => index,
                None => {
                    sources.push(source);
                    sources.len() - 1
                }
            };
            wanted.into_iter().map(index).collect()
        });
        let list: Option<Vec<Dfa>> = sources.iter().map(|source| automaton(source)).collect();
        Some(Self { list: list?, sides })
    }

    fn start(&self) -> Option<Vec<StateID>> {
        let config = start::Config::new().anchored(Anchored::Yes);
        let starts = self.list.iter().map(|dfa| dfa.start_state(&config).ok());
        starts.collect()
    }

    /// Returns the states after a byte, or `None` if neither set accepts anything from there.
    fn next(&self, states: &[StateID], byte: u8) -> Option<Vec<StateID>> {
        let pairs = self.list.iter().zip(states);
        let next: Vec<_> = pairs
            .map(|(dfa, state)| dfa.next_state(*state, byte))
            .collect();
        let is_dead = |index: usize| {
            let pair = self.list.get(index).zip(next.get(index));
            pair.is_none_or(|(dfa, state)| dfa.is_dead_state(*state))
        };
        let mut sides = self.sides.iter();
        let is_over = is_dead(0) || sides.all(|side| side.iter().any(|index| is_dead(*index)));
        (!is_over).then_some(next)
    }

    /// Returns whether each set accepts what led to some states.
    fn accepts(&self, states: &[StateID]) -> [bool; 2] {
        let pairs = self.list.iter().zip(states);
        let accepts = pairs.map(|(dfa, state)| dfa.is_match_state(dfa.next_eoi_state(*state)));
        let accepts: Vec<bool> = accepts.collect();
        let is_met = |index: &usize| accepts.get(*index) == Some(&true);
        [&self.sides[0], &self.sides[1]].map(|side| is_met(&0) && side.iter().all(is_met))
    }

    /// Returns one byte of those that no automaton tells apart, those first that are easy to read in a witness.
    fn bytes(&self) -> Vec<u8> {
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
        let mut seen = HashSet::new();
        all.retain(|byte| {
            let classes = self.list.iter().map(|dfa| dfa.byte_classes().get(*byte));
            seen.insert((is_first(*byte), classes.collect::<Vec<_>>()))
        });
        all
    }
}

/// Whether a byte is the first of a character.
fn is_first(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Returns the automaton of a pattern.
fn automaton(pattern: &str) -> Option<Dfa> {
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().utf8(false))
        .thompson(
            thompson::Config::new()
                .utf8(false)
                .nfa_size_limit(Some(MOST_BYTES)),
        )
        .build(&format!(r"\A(?:{pattern})\z"))
        .ok()
}

/// Returns the pattern of the texts of a set of characters.
fn of_class(class: &str) -> String {
    let ranges = charset::ranges(class).into_iter();
    let ranges = ranges.filter(|(first, last)| first <= last);
    let code = u32::from;
    let ranges: Vec<_> = ranges
        .map(|(first, last)| format!(r"\x{{{:x}}}-\x{{{:x}}}", code(first), code(last)))
        .collect();
    match ranges.is_empty() {
        true => String::new(),
        false => format!("[{}]*", ranges.concat()),
    }
}

/// Returns a pattern whose classes such as `\d` are those of ASCII, as they are where patterns are checked.
fn in_unicode(pattern: &str) -> String {
    let mut out = String::new();
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let escaped = characters.next();
                let (is_negated, members) = match escaped {
                    Some('d') => (false, "0-9"),
                    Some('D') => (true, "0-9"),
                    Some('w') => (false, "0-9A-Za-z_"),
                    Some('W') => (true, "0-9A-Za-z_"),
                    Some('s') => (false, r"\t\n\x0B\x0C\r "),
                    Some('S') => (true, r"\t\n\x0B\x0C\r "),
                    escaped => {
                        out.push(c);
                        out.extend(escaped);
                        continue;
                    }
                };
                match (is_negated, in_class) {
                    (true, _) => out.push_str(&format!("[^{members}]")),
                    (false, true) => out.push_str(members),
                    (false, false) => out.push_str(&format!("[{members}]")),
                }
                continue;
            }
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        out.push(c);
    }
    out
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

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn pattern(pattern: &str) -> Limit {
        Limit::Pattern(pattern.to_owned())
    }

    fn chars(class: &str) -> Limit {
        Limit::Chars(class.to_owned())
    }

    fn length(min: i64, max: impl Into<Option<i64>>) -> Limit {
        Limit::Length(Some(min), max.into())
    }

    fn relation(old: &[Limit], new: &[Limit]) -> Option<Relation> {
        compare(&Texts::of(old), &Texts::of(new))
    }

    #[test]
    fn patterns_are_compared_by_what_they_accept() {
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
            (
                r"[\d_]\w\S?",
                "[0-9_][0-9A-Za-z_][^ \t-\r]?",
                Relation::Same,
            ),
            (
                "[\u{4e00}-\u{9fa5}]+",
                "[\u{4e00}-\u{9fa6}]+",
                Relation::Wider(text("\u{9fa6}")),
            ),
        ] {
            let found = relation(&[pattern(old)], &[pattern(new)]);
            assert_eq!(found, Some(expected), "{old} {new}");
        }
        assert_eq!(
            relation(
                &[pattern("\u{e9}\u{e9}|a"), length(1, 3)],
                &[pattern("a"), length(1, 3)]
            ),
            Some(Relation::Narrower(text("\u{e9}\u{e9}")))
        );
        let short = length(1, 3);
        assert_eq!(
            relation(
                &[pattern("a+"), short.clone()],
                &[pattern("a{0,3}"), short.clone()]
            ),
            Some(Relation::Same)
        );
        assert_eq!(
            relation(&[pattern("a+"), short.clone()], &[pattern("a{0,2}"), short]),
            Some(Relation::Narrower(text("aaa")))
        );
    }

    #[test]
    fn limits_of_several_kinds_are_compared_together() {
        for (old, new, expected) in [
            (
                vec![pattern("[a-z0-9]{1,63}")],
                vec![chars("0-9a-z"), length(1, 63)],
                Relation::Same,
            ),
            (vec![pattern("[a-z]*")], vec![chars("a-z")], Relation::Same),
            (
                vec![pattern("[a-z]")],
                vec![chars("a-z"), length(1, 1)],
                Relation::Same,
            ),
            (
                vec![pattern("(?s:.{4})")],
                vec![length(4, 4)],
                Relation::Same,
            ),
            (
                vec![pattern("[^/]{1,5}")],
                vec![pattern("[^/]+"), length(0, 5)],
                Relation::Same,
            ),
            (vec![length(0, None)], vec![], Relation::Same),
            (
                vec![chars("a-c"), length(1, 2048)],
                vec![pattern("[a-c]+"), length(0, 2048)],
                Relation::Same,
            ),
            (
                vec![chars("a-c"), length(1, 10)],
                vec![pattern("[a-c]{1,4}")],
                Relation::Narrower(text("aaaaa")),
            ),
            (
                vec![pattern("[a-c]{2}")],
                vec![chars("a-c")],
                Relation::Wider(text("")),
            ),
            (
                vec![chars("a-\u{fc}")],
                vec![chars("a-z")],
                Relation::Narrower(text("{")),
            ),
        ] {
            assert_eq!(relation(&old, &new), Some(expected), "{old:?} {new:?}");
        }
    }

    #[test]
    fn what_automata_cannot_do_is_not_compared() {
        for outside in ["(?=a)b", "(", r"\p{L}+", "(a{1,999}){1,999}"] {
            let found = relation(&[pattern(outside)], &[pattern("a")]);
            assert_eq!(found, None, "{outside}");
        }
    }
}
