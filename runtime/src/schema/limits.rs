//! The limits that a vendor documents for its parameters, checked before anything is sent.

use std::fmt::{self, Display};

use zeroize::Zeroizing;

use super::{Member, Members, Place};
use crate::error::{REDACTED, Violation};

/// A value that limits can be checked on.
pub trait Limited {
    /// Returns the problem of a value that no limit could allow: the violated rule and the text of the value.
    fn problem(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Passes the text, or each text of a list, to `each`.
    fn texts(&self, each: &mut dyn FnMut(&str)) {
        let _ = each;
    }

    /// Passes the integer, or each integer of a list, to `each`.
    fn integers(&self, each: &mut dyn FnMut(i64)) {
        let _ = each;
    }

    /// Passes all that a sensitive value contains to `each`, as texts.
    fn secrets(&self, each: &mut dyn FnMut(&str)) {
        self.texts(each);
        self.integers(&mut |value| each(&value.to_string()));
    }

    /// Returns the number of elements of a list; `None` if the value is absent or not a list.
    fn count(&self) -> Option<usize> {
        None
    }
}

/// The violations and the secrets found so far. Also a visitor, which checks the members of a record.
#[derive(Default)]
pub struct Violations {
    found: Vec<Violation>,
    /// The contents of sensitive members.
    secrets: Vec<Zeroizing<String>>,
    /// Path of the record that is being checked, such as `TagFilters[3]`; empty for the operation itself.
    place: String,
    /// Whether limits are not checked. Secrets are found all the same.
    unchecked: bool,
}

/// Omits the secrets.
impl fmt::Debug for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violations")
            .field("found", &self.found)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Violations {
    pub(crate) fn new(validate: bool) -> Self {
        Self {
            unchecked: !validate,
            ..Self::default()
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Violation> {
        self.found
    }

    /// Returns the secrets found so far, and forgets them.
    pub(crate) fn take_secrets(&mut self) -> Vec<Zeroizing<String>> {
        std::mem::take(&mut self.secrets)
    }

    pub(crate) fn push(&mut self, name: &str, rule: impl Into<String>, value: impl Into<String>) {
        /// More would not be read, and redaction searches each of them for every secret.
        const MOST: usize = 100;

        if self.found.len() >= MOST {
            return;
        }
        let point = if self.place.is_empty() { "" } else { "." };
        let field = format!("{}{point}{name}", self.place);
        self.found.push(Violation {
            field,
            rule: rule.into(),
            value: shorten(&value.into()),
        });
    }

    /// Checks the element of a list.
    pub(crate) fn inside_element(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        let outside = self.place.len();
        self.place.push_str(&format!("[{index}]"));
        look(self);
        self.place.truncate(outside);
    }

    /// Returns the number of violations.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns the builder that takes the limits of `member`, after its content has been checked. Violations from `first` on
    /// are its own; if it turns out to be sensitive, their values are hidden.
    pub(crate) fn check_member<'a, M: Member>(
        &'a mut self,
        name: &'static str,
        member: &'a mut M,
        first: usize,
    ) -> Limits<'a> {
        let checked = !self.unchecked;
        if M::NESTED {
            let outside = self.place.len();
            if outside > 0 {
                self.place.push('.');
            }
            self.place.push_str(name);
            member.check(self);
            self.place.truncate(outside);
        }
        if checked && let Some((rule, value)) = member.problem() {
            self.push(name, rule, value);
        }
        Limits(Some(Subject {
            violations: self,
            first,
            name,
            member,
            sensitive: false,
        }))
    }
}

impl Members for Violations {
    fn visit<'a, M: Member>(
        &'a mut self,
        _: Place,
        name: &'static str,
        member: &'a mut M,
    ) -> Limits<'a> {
        let first = self.len();
        self.check_member(name, member, first)
    }
}

/// Adds limits to a member; without a member, or with checking switched off, it does nothing.
pub struct Limits<'a>(Option<Subject<'a>>);

struct Subject<'a> {
    violations: &'a mut Violations,
    /// The index of the first violation of this member.
    first: usize,
    name: &'static str,
    member: &'a dyn Limited,
    sensitive: bool,
}

impl<'a> Subject<'a> {
    /// The member, and what takes a rule that a value of it breaks; of a secret, the value is not shown.
    fn reporter(&mut self) -> (&'a dyn Limited, impl FnMut(String, &dyn Display)) {
        let (name, sensitive) = (self.name, self.sensitive);
        let violations = &mut *self.violations;
        let report = move |rule, value: &dyn Display| {
            let value = if sensitive {
                REDACTED.to_owned()
            } else {
                value.to_string()
            };
            violations.push(name, rule, value);
        };
        (self.member, report)
    }
}

impl<'a> Limits<'a> {
    pub(crate) const NONE: Self = Self(None);

    /// The value is a secret and stays out of messages.
    pub fn sensitive(mut self) -> Self {
        if let Some(subject) = &mut self.0 {
            subject.sensitive = true;
            let secrets = &mut subject.violations.secrets;
            subject
                .member
                .secrets(&mut |text| secrets.push(Zeroizing::new(text.to_owned())));
            for violation in subject.violations.found.iter_mut().skip(subject.first) {
                violation.value = REDACTED.to_owned();
            }
        }
        self
    }

    /// From `min` to `max`, both included; of a list, every element.
    #[inline]
    pub fn range(self, min: i64, max: i64) -> Self {
        self.integers(
            |value| min <= value && value <= max,
            || format!("range {}", bounds(min, max, i64::MIN, i64::MAX)),
        )
    }

    /// From `min` to `max` Unicode scalar values; of a list, every element.
    #[inline]
    pub fn length(self, min: usize, max: usize) -> Self {
        self.texts(
            |text| {
                let length = text.chars().count();
                min <= length && length <= max
            },
            || format!("length {}", bounds(min, max, 0, usize::MAX)),
        )
    }

    /// From `min` to `max` elements.
    pub fn count(mut self, min: usize, max: usize) -> Self {
        if let Some(subject) = self.checked()
            && let Some(count) = subject
                .member
                .count()
                .filter(|count| *count < min || *count > max)
        {
            let rule = format!("count {}", bounds(min, max, 0, usize::MAX));
            subject
                .violations
                .push(subject.name, rule, format!("{count} elements"));
        }
        self
    }

    /// Only these characters, written as in a regular expression's class: `A-Za-z0-9_-`.
    #[inline]
    pub fn chars(self, class: &'static str) -> Self {
        self.texts(
            |text| text.chars().all(|c| in_class(class, c)),
            || format!("chars {class}"),
        )
    }

    /// A regular expression that the whole text must match. Checked with the feature `patterns` alone.
    #[cfg(feature = "patterns")]
    pub fn pattern(self, pattern: &'static str) -> Self {
        self.texts(
            |text| patterns::is_match(pattern, text),
            || format!("pattern {pattern}"),
        )
    }

    /// A regular expression that the whole text must match. Checked with the feature `patterns` alone.
    #[cfg(not(feature = "patterns"))]
    #[inline]
    pub fn pattern(self, _: &'static str) -> Self {
        self
    }

    /// The member, if its limits are checked.
    fn checked(&mut self) -> Option<&mut Subject<'a>> {
        self.0
            .as_mut()
            .filter(|subject| !subject.violations.unchecked)
    }

    fn texts(mut self, holds: impl Fn(&str) -> bool, rule: impl Fn() -> String) -> Self {
        if let Some(subject) = self.checked() {
            let (member, mut report) = subject.reporter();
            member.texts(&mut |text| {
                if !holds(text) {
                    report(rule(), &text);
                }
            });
        }
        self
    }

    fn integers(mut self, holds: impl Fn(i64) -> bool, rule: impl Fn() -> String) -> Self {
        if let Some(subject) = self.checked() {
            let (member, mut report) = subject.reporter();
            member.integers(&mut |value| {
                if !holds(value) {
                    report(rule(), &value);
                }
            });
        }
        self
    }
}

/// `1..=100`, or with an open end `1..` and `..=100`.
fn bounds<T: PartialEq + std::fmt::Display>(min: T, max: T, lowest: T, highest: T) -> String {
    let from = if min == lowest {
        String::new()
    } else {
        min.to_string()
    };
    let to = if max == highest {
        String::new()
    } else {
        format!("={max}")
    };
    format!("{from}..{to}")
}

/// Whether `c` is in a class such as `A-Za-z0-9_-`; a hyphen at either end is an ordinary character.
fn in_class(class: &str, c: char) -> bool {
    let mut rest = class.chars();
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) => {
                if first <= c && c <= last {
                    return true;
                }
                rest = ahead;
            }
            _ if first == c => return true,
            _ => {}
        }
    }
    false
}

/// A value for a message: at most 80 characters of it.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(feature = "patterns")]
mod patterns {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    use regex_lite::Regex;

    /// Compiled patterns; those in specs are few, and compiling one takes longer than anything else in a request.
    static COMPILED: Mutex<BTreeMap<&'static str, Option<Regex>>> = Mutex::new(BTreeMap::new());

    /// Whether the whole text matches. A pattern that does not compile, which the generator refuses, holds always.
    pub(super) fn is_match(pattern: &'static str, text: &str) -> bool {
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        compiled
            .entry(pattern)
            .or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok())
            .as_ref()
            .is_none_or(|regex| regex.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_ranges_and_plain_characters() {
        let class = "A-Za-z0-9_-";
        assert!("AZaz09_-".chars().all(|c| in_class(class, c)));
        assert!("@[`{/: 模".chars().all(|c| !in_class(class, c)));
        assert!(in_class("-a", '-') && in_class("-a", 'a') && !in_class("-a", 'b'));
        assert!(in_class("一-龥", '模'));
    }

    #[test]
    fn bounds_show_only_the_ends_that_bound() {
        assert_eq!(bounds(1, 100, i64::MIN, i64::MAX), "1..=100");
        assert_eq!(bounds(1, i64::MAX, i64::MIN, i64::MAX), "1..");
        assert_eq!(bounds(0, 63, 0, usize::MAX), "..=63");
    }

    /// Returns the rules that a member violates, with the values.
    fn violated<M: Member>(
        mut member: M,
        limit: impl for<'a> Fn(Limits<'a>) -> Limits<'a>,
    ) -> Vec<(String, String)> {
        let mut unchecked = Violations::new(false);
        limit(unchecked.check_member("name", &mut member, 0));
        assert_eq!(unchecked.len(), 0);
        let mut violations = Violations::default();
        limit(violations.check_member("name", &mut member, 0));
        let found = violations.into_vec().into_iter();
        found
            .map(|found| {
                assert_eq!(found.field, "name");
                (found.rule, found.value)
            })
            .collect()
    }

    /// Returns the values of which each violates a limit.
    fn values<M: Member>(
        member: M,
        limit: impl for<'a> Fn(Limits<'a>) -> Limits<'a>,
    ) -> Vec<String> {
        let values = violated(member, limit).into_iter();
        values.map(|(_, value)| value).collect()
    }

    #[test]
    fn both_ends_of_a_range_are_allowed() {
        let list = vec![i64::MIN, 0, 1, 3, 4, i64::MAX];
        let outside = [i64::MIN, 0, 4, i64::MAX].map(|number| number.to_string());
        assert_eq!(values(list, |limits| limits.range(1, 3)), outside);
        assert_eq!(values(Some(4), |limits| limits.range(1, 3)), ["4"]);
        assert_eq!(values(None::<i64>, |limits| limits.range(1, 3)), [""; 0]);
    }

    #[test]
    fn lengths_are_numbers_of_characters() {
        let text = |text: &str| text.to_owned();
        // A character of this text takes three bytes.
        let list = ["", "\u{6a21}", "\u{6a21}\u{6a21}", "abc"].map(text);
        assert_eq!(
            values(list.to_vec(), |limits| limits.length(1, 2)),
            ["", "abc"]
        );
        let found = violated(text("abc"), |limits| limits.length(1, 2));
        assert_eq!(found, [(text("length 1..=2"), text("abc"))]);
    }

    #[test]
    fn counts_are_numbers_of_elements() {
        let count = |elements: usize| {
            let list = vec!["a".to_owned(); elements];
            !values(list, |limits| limits.count(1, 2)).is_empty()
        };
        assert_eq!([0, 1, 2, 3].map(count), [true, false, false, true]);
        let absent = None::<Vec<String>>;
        assert_eq!(values(absent, |limits| limits.count(1, 2)), [""; 0]);
        assert_eq!(
            values(vec![1, 2, 3], |limits| limits.count(1, 2)),
            ["3 elements"]
        );
    }

    #[test]
    fn every_character_must_be_in_the_class() {
        let list = ["", "ab", "aB", "!"].map(str::to_owned).to_vec();
        assert_eq!(values(list, |limits| limits.chars("a-z")), ["aB", "!"]);
    }

    #[test]
    fn sensitive_values_are_hidden_in_whatever_order_limits_are_stated() {
        let secret = || "canary".to_owned();
        let before = violated(secret(), |limits| limits.sensitive().length(1, 2));
        let after = violated(secret(), |limits| limits.length(1, 2).sensitive());
        assert_eq!(before, [("length 1..=2".to_owned(), "***".to_owned())]);
        assert_eq!(after, before);
        // Violations of other members stay.
        let mut violations = Violations::default();
        violations.push("other", "rule", "shown");
        let first = violations.len();
        let _ = violations
            .check_member("name", &mut secret(), first)
            .length(1, 2)
            .sensitive();
        let values: Vec<_> = violations
            .into_vec()
            .into_iter()
            .map(|found| found.value)
            .collect();
        assert_eq!(values, ["shown", "***"]);
    }

    #[test]
    fn contents_of_sensitive_members_are_collected() {
        fn collected<M: Member>(mut member: M, validate: bool) -> Vec<String> {
            let mut violations = Violations::new(validate);
            let _ = violations.check_member("name", &mut member, 0).sensitive();
            assert!(!format!("{violations:?}").contains("canary"));
            let secrets = violations.take_secrets();
            assert!(violations.take_secrets().is_empty());
            secrets.iter().map(|secret| secret.to_string()).collect()
        }

        for validate in [true, false] {
            assert_eq!(collected("canary".to_owned(), validate), ["canary"]);
            assert_eq!(collected(Some(12345678), validate), ["12345678"]);
            assert_eq!(collected(Some(0.5), validate), ["0.5"]);
            let list = vec!["canary".to_owned(), "other".to_owned()];
            assert_eq!(collected(list, validate), ["canary", "other"]);
            assert_eq!(collected(None::<String>, validate), [""; 0]);
        }
    }

    #[test]
    fn values_that_no_service_accepts_are_violations_by_themselves() {
        assert_eq!(values(f64::NAN, |limits| limits), ["NaN"]);
        assert_eq!(values(0.5, |limits| limits), [""; 0]);
    }

    #[test]
    fn long_values_are_cut() {
        let cut = |length: usize| values("\u{6a21}".repeat(length), |limits| limits.length(0, 0));
        assert_eq!(cut(80), ["\u{6a21}".repeat(80)]);
        assert_eq!(cut(81), [format!("{}…", "\u{6a21}".repeat(80))]);
    }

    #[test]
    fn violations_name_the_path_and_return_to_where_they_were() {
        let mut violations = Violations::default();
        violations.push("a", "rule", "");
        violations.place.push_str("Filters");
        violations.inside_element(2, |violations| {
            violations.push("b", "rule", "");
            violations.inside_element(0, |violations| violations.push("c", "rule", ""));
            violations.push("d", "rule", "");
        });
        violations.push("e", "rule", "");
        let fields: Vec<_> = violations
            .into_vec()
            .into_iter()
            .map(|found| found.field)
            .collect();
        let expected = [
            "a",
            "Filters[2].b",
            "Filters[2][0].c",
            "Filters[2].d",
            "Filters.e",
        ];
        assert_eq!(fields, expected);
    }

    #[cfg(feature = "patterns")]
    #[test]
    fn debug_output_shows_violations_and_no_secrets() {
        let mut violations = Violations::new(true);
        let mut pin = "canary".to_owned();
        violations
            .visit(Place::Body, "pin", &mut pin)
            .length(0, 2)
            .sensitive();
        assert_eq!(violations.secrets.len(), 1);
        let shown = format!("{violations:?}");
        assert!(
            shown.contains("pin") && !shown.contains("canary"),
            "{shown}"
        );
    }

    #[test]
    fn only_lists_have_a_count() {
        let mut violations = Violations::new(true);
        let (mut text, mut number) = ("abc".to_owned(), Some(3));
        violations.visit(Place::Body, "a", &mut text).count(2, 9);
        violations.visit(Place::Body, "b", &mut number).count(2, 9);
        assert!(violations.into_vec().is_empty());
    }

    #[test]
    fn the_number_of_violations_is_limited() {
        let mut violations = Violations::new(true);
        (0..1000).for_each(|n| violations.push(&n.to_string(), "rule", ""));
        assert_eq!(violations.into_vec().len(), 100);
    }

    #[test]
    fn patterns_match_the_whole_text() {
        let list = ["ab", "xab", "abx", "b", "", "ab\n"]
            .map(str::to_owned)
            .to_vec();
        let wrong = values(list, |limits| limits.pattern("ab|b"));
        assert_eq!(wrong, ["xab", "abx", "", "ab\n"]);
        // One that cannot be compiled holds for every text.
        assert_eq!(
            values("a".to_owned(), |limits| limits.pattern("(")),
            [""; 0]
        );
    }
}
