//! The limits that a vendor documents for its parameters, checked before anything is sent.

use std::fmt::Display;

use super::{Member, Members, Place};
use crate::error::{HIDDEN, Violation};

/// What limits look at in a value.
pub trait Limited {
    /// What is wrong with the value by itself, whatever its limits: the rule that it breaks, and the text of what
    /// breaks it.
    fn problem(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Shows the text, or each text of a list.
    fn texts(&self, each: &mut dyn FnMut(&str)) {
        let _ = each;
    }

    /// Shows the integer, or each integer of a list.
    fn integers(&self, each: &mut dyn FnMut(i64)) {
        let _ = each;
    }

    /// How many elements a list has; `None` if the value is no list, or absent.
    fn count(&self) -> Option<usize> {
        None
    }
}

/// Collects what breaks a limit. Also a visitor: shown the members of a record, it checks them.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
    /// Where the record is that is being looked at, such as `TagFilters[3]`; empty for the operation itself.
    place: String,
}

impl Violations {
    pub(crate) fn into_vec(self) -> Vec<Violation> {
        self.found
    }

    pub(crate) fn push(&mut self, name: &str, rule: impl Into<String>, value: impl Into<String>) {
        let point = if self.place.is_empty() { "" } else { "." };
        let field = format!("{}{point}{name}", self.place);
        self.found.push(Violation {
            field,
            rule: rule.into(),
            value: shorten(&value.into()),
        });
    }

    /// Looks at the element of a list.
    pub(crate) fn inside_element(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        let outside = self.place.len();
        self.place.push_str(&format!("[{index}]"));
        look(self);
        self.place.truncate(outside);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Answers with what takes limits of `member`. What is inside of it is checked before. Violations from `first` on are
    /// its own; if it turns out to be a secret, they are made to hide it.
    pub(crate) fn look_at<'a, M: Member>(
        &'a mut self,
        name: &'static str,
        member: &'a mut M,
        first: usize,
        checked: bool,
    ) -> Limits<'a> {
        if checked && M::NESTED {
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
            checked,
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
        self.look_at(name, member, first, true)
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
    /// Whether limits are checked at all.
    checked: bool,
}

impl<'a> Subject<'a> {
    /// The member, and what takes a rule that a value of it breaks; of a secret, the value is not shown.
    fn reporter(&mut self) -> (&'a dyn Limited, impl FnMut(String, &dyn Display)) {
        let (name, sensitive) = (self.name, self.sensitive);
        let violations = &mut *self.violations;
        let report = move |rule, value: &dyn Display| {
            let value = if sensitive {
                HIDDEN.to_owned()
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
    #[inline]
    pub fn sensitive(mut self) -> Self {
        if let Some(subject) = &mut self.0 {
            subject.sensitive = true;
            for violation in subject.violations.found.iter_mut().skip(subject.first) {
                violation.value = HIDDEN.to_owned();
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
        self.0.as_mut().filter(|subject| subject.checked)
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

/// Whether `c` is in a class such as `A-Za-z0-9_-`; a hyphen at either end stands for itself.
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
}
