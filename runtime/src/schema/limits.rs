//! The limits that a vendor documents for its parameters, checked before anything is sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Member, Members, Requirement, Value, View};
use crate::error::{AT_LEAST_ONE, EXACTLY_ONE, NONE_SET, REDACTED, Violation};
use crate::time::TimestampFormat;

/// The documented limits of a member.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    sensitive: bool,
    range: Option<(i64, i64)>,
    number_range: Option<(f64, f64)>,
    length: Option<(u64, u64)>,
    count: Option<(u64, u64)>,
    chars: Option<&'static str>,
    pattern: Option<&'static str>,
    /// The limits of the keys of a map.
    keys: Option<Box<Limits>>,
}

impl Member<'_> {
    fn limits_mut(&mut self) -> &mut Limits {
        self.limits.get_or_insert_default()
    }

    fn keys_mut(&mut self) -> &mut Limits {
        self.limits_mut().keys.get_or_insert_default()
    }

    /// The value is a secret and stays out of messages.
    pub fn sensitive(&mut self) -> &mut Self {
        self.limits_mut().sensitive = true;
        self
    }

    /// From `min` to `max`, both included. This and the following limits are about every element of a list or map.
    pub fn range(&mut self, min: i64, max: i64) -> &mut Self {
        self.limits_mut().range = Some((min, max));
        self
    }

    /// From `min` to `max`, both included; an open end is an infinity.
    pub fn number_range(&mut self, min: f64, max: f64) -> &mut Self {
        self.limits_mut().number_range = Some((min, max));
        self
    }

    /// From `min` to `max` Unicode scalar values, or bytes.
    pub fn length(&mut self, min: u64, max: u64) -> &mut Self {
        self.limits_mut().length = Some((min, max));
        self
    }

    /// From `min` to `max` elements of the list, or entries of the map.
    pub fn count(&mut self, min: u64, max: u64) -> &mut Self {
        self.limits_mut().count = Some((min, max));
        self
    }

    /// Only these characters, written as in a regular expression's class: `A-Za-z0-9_-`.
    pub fn chars(&mut self, class: &'static str) -> &mut Self {
        self.limits_mut().chars = Some(class);
        self
    }

    /// A regular expression that the whole text must match. Checked with the feature `patterns` alone.
    pub fn pattern(&mut self, pattern: &'static str) -> &mut Self {
        self.limits_mut().pattern = Some(pattern);
        self
    }

    /// The keys of a map have from `min` to `max` Unicode scalar values.
    pub fn key_length(&mut self, min: u64, max: u64) -> &mut Self {
        self.keys_mut().length = Some((min, max));
        self
    }

    /// The keys of a map have only these characters, written as in a regular expression's class.
    pub fn key_chars(&mut self, class: &'static str) -> &mut Self {
        self.keys_mut().chars = Some(class);
        self
    }

    /// A regular expression that the keys of a map must match as a whole. Checked with the feature `patterns` alone.
    pub fn key_pattern(&mut self, pattern: &'static str) -> &mut Self {
        self.keys_mut().pattern = Some(pattern);
        self
    }
}

/// The violations and the secrets found so far.
#[derive(Default)]
pub(crate) struct Violations {
    found: Vec<Violation>,
    /// The contents of sensitive members.
    secrets: Vec<Zeroizing<String>>,
    /// Path of the record that is being checked, such as `TagFilters[3]`; empty for the operation itself.
    place: String,
    /// Whether what is being checked is part of a secret.
    hidden: bool,
    /// Whether limits are not checked. Secrets are found all the same.
    unchecked: bool,
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
        let value = if self.hidden {
            REDACTED.to_owned()
        } else {
            shorten(&value.into())
        };
        self.found.push(Violation {
            field: format!("{}{point}{name}", self.place),
            rule: rule.into(),
            value,
        });
    }

    /// Sets whether the values of further violations are part of a secret.
    pub(crate) fn hide(&mut self, hidden: bool) {
        self.hidden = hidden;
    }

    /// Checks a member, and what is inside it.
    pub(crate) fn check(&mut self, member: &Member<'_>) {
        let value = member.value;
        if member.is_sensitive() {
            let secrets = &mut self.secrets;
            contents(value, member.format, &mut |text| {
                secrets.push(Zeroizing::new(text.to_owned()));
            });
        }
        let outside = self.hidden;
        self.hidden |= member.is_sensitive();
        self.inside(member.name, value);
        if !self.unchecked {
            let none = Limits::default();
            let limits = member.limits.as_deref().unwrap_or(&none);
            let keys = limits.keys.as_deref();
            self.check_values(member.name, value, member.format, limits, keys);
            self.check_count(member.name, value, limits);
        }
        self.hidden = outside;
    }

    /// Checks the members of the structures in a value.
    fn inside(&mut self, segment: &str, value: &dyn Value) {
        let outside = self.place.len();
        match value.view() {
            View::List(list) => {
                self.enter(segment);
                let elements = list.iter().enumerate();
                for (index, element) in elements.filter(|(_, each)| each.view().is_nested()) {
                    self.inside(&format!("[{index}]"), element);
                }
            }
            View::Map(map) => {
                self.enter(segment);
                let entries = map.entries();
                for (key, value) in entries.filter(|(_, each)| each.view().is_nested()) {
                    self.inside(&self.key(key), value);
                }
            }
            view => {
                if let Some(members) = view.members() {
                    self.enter(segment);
                    members.iter().for_each(|member| self.check(member));
                    self.check_requirements(&members);
                }
            }
        }
        self.place.truncate(outside);
    }

    /// Checks which members of a record are set together.
    pub(crate) fn check_requirements(&mut self, members: &Members<'_>) {
        if self.unchecked {
            return;
        }
        for requirement in members.requirements() {
            let (rule, names) = match *requirement {
                Requirement::OneOf(names) => (EXACTLY_ONE, names),
                Requirement::AnyOf(names) => (AT_LEAST_ONE, names),
            };
            let named = members.iter().filter(|member| names.contains(&member.name));
            let set = named.filter(|member| member.is_set());
            let set: Vec<_> = set.map(|member| member.name).collect();
            let is_met = match requirement {
                Requirement::OneOf(_) => set.len() == 1,
                Requirement::AnyOf(_) => !set.is_empty(),
            };
            if !is_met {
                let point = if self.place.is_empty() { "" } else { "." };
                let names = names.join(&format!(", {}{point}", self.place));
                let set = if set.is_empty() {
                    NONE_SET.to_owned()
                } else {
                    set.join(", ")
                };
                self.push(&names, rule, set);
            }
        }
    }

    /// Returns the key of a map as part of a path.
    fn key(&self, key: &str) -> String {
        let key = if self.hidden {
            REDACTED.to_owned()
        } else {
            shorten(key)
        };
        format!("[{key}]")
    }

    /// Appends a name or an index to the place.
    fn enter(&mut self, segment: &str) {
        if !self.place.is_empty() && !segment.starts_with('[') {
            self.place.push('.');
        }
        self.place.push_str(segment);
    }

    /// Checks the number of elements of a list or map.
    fn check_count(&mut self, name: &str, value: &dyn Value, limits: &Limits) {
        let (count, what) = match value.view() {
            View::List(list) => (list.count() as u64, "elements"),
            View::Map(map) => (map.count() as u64, "entries"),
            _ => return,
        };
        if let Some((min, max)) = limits.count
            && !(min..=max).contains(&count)
        {
            let rule = format!("count {}", bounds(min, max, 0, u64::MAX));
            self.push(name, rule, format!("{count} {what}"));
        }
    }

    /// Checks a value, or each element of a list or map, of which `keys` limits the keys.
    fn check_values(
        &mut self,
        name: &str,
        value: &dyn Value,
        format: TimestampFormat,
        limits: &Limits,
        keys: Option<&Limits>,
    ) {
        if let Some((rule, text)) = problem(value, format) {
            self.push(name, rule, text);
        }
        match value.view() {
            View::List(list) => {
                for (index, element) in list.iter().enumerate() {
                    // The index of a single value is left out, since its text is shown.
                    match element.view() {
                        View::List(_) | View::Map(_) => {
                            let name = format!("{name}[{index}]");
                            self.check_values(&name, element, format, limits, keys);
                        }
                        _ => self.check_values(name, element, format, limits, keys),
                    }
                }
            }
            View::Map(map) => {
                for (key, value) in map.entries() {
                    let name = format!("{name}{}", self.key(key));
                    if let Some(keys) = keys {
                        self.check_text(&name, key, keys, "key ");
                    }
                    // The keys of maps inside are others.
                    self.check_values(&name, value, format, limits, None);
                }
            }
            View::Integer(integer) => {
                if let Some((min, max)) = limits.range
                    && !(min..=max).contains(&integer)
                {
                    let rule = format!("range {}", bounds(min, max, i64::MIN, i64::MAX));
                    self.push(name, rule, integer.to_string());
                }
            }
            // A number that is not finite has a violation already.
            View::Number(number) if number.is_finite() => {
                if let Some((min, max)) = limits.number_range
                    && !(min..=max).contains(&number)
                {
                    let bounds = bounds(min, max, f64::NEG_INFINITY, f64::INFINITY);
                    self.push(name, format!("range {bounds}"), number.to_string());
                }
            }
            View::Bytes(bytes) => self.check_length(name, bytes.len() as u64, limits, "", || {
                format!("{} bytes", bytes.len())
            }),
            View::Text(text) => self.check_text(name, text, limits, ""),
            View::Timestamp(time) => self.check_text(name, time.as_str(), limits, ""),
            _ => {}
        }
    }

    /// Checks a text, or the key of a map.
    fn check_text(&mut self, name: &str, text: &str, limits: &Limits, what: &str) {
        let length = text.chars().count() as u64;
        self.check_length(name, length, limits, what, || text.to_owned());
        if let Some(class) = limits.chars
            && !text.chars().all(|c| in_class(class, c))
        {
            self.push(name, format!("{what}chars {class}"), text);
        }
        #[cfg(feature = "patterns")]
        if let Some(pattern) = limits.pattern
            && !patterns::is_match(pattern, text)
        {
            self.push(name, format!("{what}pattern {pattern}"), text);
        }
    }

    fn check_length(
        &mut self,
        name: &str,
        length: u64,
        limits: &Limits,
        what: &str,
        value: impl FnOnce() -> String,
    ) {
        if let Some((min, max)) = limits.length
            && !(min..=max).contains(&length)
        {
            let rule = format!("{what}length {}", bounds(min, max, 0, u64::MAX));
            self.push(name, rule, value());
        }
    }
}

impl Member<'_> {
    /// Returns the maximum of an integer, if one is documented.
    #[cfg(feature = "fake")]
    pub(crate) fn maximum(&self) -> Option<i64> {
        let (_, maximum) = self.limits.as_ref()?.range?;
        Some(maximum)
    }

    pub(crate) fn is_sensitive(&self) -> bool {
        self.limits.as_ref().is_some_and(|limits| limits.sensitive)
    }
}

/// Returns the problem of a value that no limit could allow: the violated rule and the text of the value.
fn problem(value: &dyn Value, format: TimestampFormat) -> Option<(&'static str, String)> {
    match value.view() {
        View::Number(number) if !number.is_finite() => Some(("finite number", number.to_string())),
        view @ View::Union(_) => {
            let members = view.members();
            let mut members = members.iter().flat_map(Members::iter);
            let is_empty = members.all(|member| member.name.is_empty());
            is_empty.then(|| ("member of the union", "none".to_owned()))
        }
        View::Timestamp(time) => {
            let rule = match time.year() {
                None => "timestamp",
                // There is no text for other years.
                Some(year) if format.is_text() && !(0..=9999).contains(&year) => "year 0..=9999",
                Some(_) => return None,
            };
            Some((rule, time.as_str().to_owned()))
        }
        _ => None,
    }
}

/// Passes all that a sensitive value contains to `each`, as texts: as the caller gave it, and as it is sent. Services repeat
/// either.
fn contents(value: &dyn Value, format: TimestampFormat, each: &mut dyn FnMut(&str)) {
    match value.view() {
        View::Absent | View::Boolean(_) => {}
        View::Text(text) => each(text),
        View::Integer(integer) => each(&integer.to_string()),
        View::Number(number) => number_contents(number, each),
        View::Timestamp(time) => {
            each(time.as_str());
            let sent = time.in_format(format);
            if sent.as_str() != time.as_str() {
                each(sent.as_str());
            }
        }
        View::Bytes(bytes) => {
            each(&STANDARD.encode(bytes));
            str::from_utf8(bytes).into_iter().for_each(each);
        }
        View::Json(json) => json.contents(each),
        View::List(list) => list
            .iter()
            .for_each(|element| contents(element, format, each)),
        View::Map(map) => {
            for (key, value) in map.entries() {
                each(key);
                contents(value, format, each);
            }
        }
        view @ (View::Record(_) | View::Union(_)) => {
            let members = view.members();
            for member in members.iter().flat_map(Members::iter) {
                contents(member.value, member.format, each);
            }
        }
    }
}

/// Passes a number to `each`, as text has it and, if that is another text, as JSON has it: `1e+21`.
pub(super) fn number_contents(number: f64, each: &mut dyn FnMut(&str)) {
    let text = number.to_string();
    each(&text);
    if let Some(json) = serde_json::Number::from_f64(number).map(|json| json.to_string())
        && json != text
    {
        each(&json);
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
pub(crate) fn in_class(class: &str, c: char) -> bool {
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
    use std::collections::BTreeMap;

    use super::*;
    use crate::schema::{Json, MembersMut, Record};
    use crate::time::Timestamp;

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
        assert_eq!(bounds(0, 63, 0, u64::MAX), "..=63");
    }

    /// Returns the rules that a member violates, with the values.
    fn violated<V: Value>(
        value: V,
        limit: impl for<'m, 'a> Fn(&'m mut Member<'a>) -> &'m mut Member<'a>,
    ) -> Vec<(String, String)> {
        let mut members = Members::new();
        limit(members.body("name", &value));
        let found = |validate| {
            let mut violations = Violations::new(validate);
            members.iter().for_each(|member| violations.check(member));
            violations.into_vec()
        };
        assert!(found(false).is_empty());
        let found = found(true).into_iter();
        found
            .map(|found| {
                assert_eq!(found.field, "name");
                (found.rule, found.value)
            })
            .collect()
    }

    /// Returns the values of which each violates a limit.
    fn values<V: Value>(
        value: V,
        limit: impl for<'m, 'a> Fn(&'m mut Member<'a>) -> &'m mut Member<'a>,
    ) -> Vec<String> {
        let values = violated(value, limit).into_iter();
        values.map(|(_, value)| value).collect()
    }

    #[test]
    fn both_ends_of_a_range_are_allowed() {
        let list = vec![i64::MIN, 0, 1, 3, 4, i64::MAX];
        let outside = [i64::MIN, 0, 4, i64::MAX].map(|number| number.to_string());
        assert_eq!(values(list, |member| member.range(1, 3)), outside);
        assert_eq!(values(Some(4), |member| member.range(1, 3)), ["4"]);
        assert_eq!(values(None::<i64>, |member| member.range(1, 3)), [""; 0]);
    }

    #[test]
    fn numbers_have_ranges_too() {
        let list = vec![0.49, 0.5, 1.0, 1.01, f64::NAN];
        assert_eq!(
            violated(list, |member| member.number_range(0.5, 1.0)),
            [
                ("range 0.5..=1".to_owned(), "0.49".to_owned()),
                ("range 0.5..=1".to_owned(), "1.01".to_owned()),
                ("finite number".to_owned(), "NaN".to_owned()),
            ]
        );
        assert_eq!(
            violated(Some(-1e-7), |member| member
                .number_range(1e-7, f64::INFINITY)),
            [("range 0.0000001..".to_owned(), "-0.0000001".to_owned())]
        );
        assert_eq!(
            values(None::<f64>, |member| member.number_range(0.5, 1.0)),
            [""; 0]
        );
    }

    #[test]
    fn lengths_are_numbers_of_characters() {
        let text = |text: &str| text.to_owned();
        // A character of this text takes three bytes.
        let list = ["", "\u{6a21}", "\u{6a21}\u{6a21}", "abc"].map(text);
        assert_eq!(
            values(list.to_vec(), |member| member.length(1, 2)),
            ["", "abc"]
        );
        let found = violated(text("abc"), |member| member.length(1, 2));
        assert_eq!(found, [(text("length 1..=2"), text("abc"))]);
    }

    #[test]
    fn counts_are_numbers_of_elements() {
        let count = |elements: usize| {
            let list = vec!["a".to_owned(); elements];
            !values(list, |member| member.count(1, 2)).is_empty()
        };
        assert_eq!([0, 1, 2, 3].map(count), [true, false, false, true]);
        let absent = None::<Vec<String>>;
        assert_eq!(values(absent, |member| member.count(1, 2)), [""; 0]);
        assert_eq!(
            values(vec![1, 2, 3], |member| member.count(1, 2)),
            ["3 elements"]
        );
    }

    #[test]
    fn every_character_must_be_in_the_class() {
        let list = ["", "ab", "aB", "!"].map(str::to_owned).to_vec();
        assert_eq!(values(list, |member| member.chars("a-z")), ["aB", "!"]);
    }

    #[test]
    fn sensitive_values_are_hidden_in_whatever_order_limits_are_stated() {
        let secret = || "canary".to_owned();
        let before = violated(secret(), |member| member.sensitive().length(1, 2));
        let after = violated(secret(), |member| member.length(1, 2).sensitive());
        assert_eq!(before, [("length 1..=2".to_owned(), "***".to_owned())]);
        assert_eq!(after, before);
        // Those of other members are shown.
        let mut members = Members::new();
        let (hidden, shown) = (secret(), "shown".to_owned());
        members.body("hidden", &hidden).length(1, 2).sensitive();
        members.body("shown", &shown).length(1, 2);
        let mut violations = Violations::new(true);
        members.iter().for_each(|member| violations.check(member));
        let found = violations.into_vec().into_iter();
        let values: Vec<_> = found.map(|found| found.value).collect();
        assert_eq!(values, ["***", "shown"]);
    }

    #[test]
    fn contents_of_sensitive_members_are_collected() {
        fn collected<V: Value>(value: V, validate: bool) -> Vec<String> {
            let mut violations = Violations::new(validate);
            let mut members = Members::new();
            members.body("name", &value).sensitive();
            members.iter().for_each(|member| violations.check(member));
            let secrets = violations.take_secrets();
            assert!(violations.take_secrets().is_empty());
            secrets.iter().map(|secret| secret.to_string()).collect()
        }

        for validate in [true, false] {
            assert_eq!(collected("canary".to_owned(), validate), ["canary"]);
            assert_eq!(collected(Some(12345678), validate), ["12345678"]);
            assert_eq!(collected(Some(0.5), validate), ["0.5"]);
            assert_eq!(
                collected(Some(1.5e21), validate),
                ["1500000000000000000000", "1.5e+21"]
            );
            let json = Json::from(serde_json::json!([1.5e21]));
            assert_eq!(
                collected(json, validate),
                ["1500000000000000000000", "1.5e+21"]
            );
            // As it is given and as it is sent.
            let time = Timestamp::from("2024-05-14T21:05:12+08:00");
            let both = ["2024-05-14T21:05:12+08:00", "2024-05-14T13:05:12Z"];
            assert_eq!(collected(time, validate), both);
            let list = vec!["canary".to_owned(), "other".to_owned()];
            assert_eq!(collected(list, validate), ["canary", "other"]);
            assert_eq!(collected(None::<String>, validate), [""; 0]);
        }
    }

    #[test]
    fn values_that_no_service_accepts_are_violations_by_themselves() {
        assert_eq!(values(f64::NAN, |member| member), ["NaN"]);
        assert_eq!(values(0.5, |member| member), [""; 0]);
    }

    #[test]
    fn long_values_are_cut() {
        let cut = |length: usize| values("\u{6a21}".repeat(length), |member| member.length(0, 0));
        assert_eq!(cut(80), ["\u{6a21}".repeat(80)]);
        assert_eq!(cut(81), [format!("{}…", "\u{6a21}".repeat(80))]);
    }

    /// A structure that may contain itself.
    #[derive(Default)]
    struct Tree {
        name: String,
        trees: Vec<Vec<Tree>>,
        branch: Option<Box<Tree>>,
    }

    impl Record for Tree {
        fn members<'a>(&'a self, to: &mut Members<'a>) {
            to.body("name", &self.name).length(1, 2);
            to.body("trees", &self.trees);
            to.body("branch", &self.branch);
        }

        fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
            to.member("name", &mut self.name);
            to.member("trees", &mut self.trees);
            to.member("branch", &mut self.branch);
        }
    }

    crate::output!(Tree);

    #[test]
    fn violations_name_the_path_and_return_to_where_they_were() {
        let leaf = || Tree {
            name: "a".to_owned(),
            ..Tree::default()
        };
        let tree = Tree {
            trees: vec![vec![], vec![leaf(), Tree::default()]],
            branch: Some(Box::new(Tree {
                branch: Some(Box::new(leaf())),
                ..Tree::default()
            })),
            ..Tree::default()
        };
        let mut violations = Violations::new(true);
        let mut members = Members::new();
        members.body("tree", &tree);
        let after = "abc".to_owned();
        members.body("after", &after).length(1, 2);
        members.iter().for_each(|member| violations.check(member));
        let found = violations.into_vec().into_iter();
        let fields: Vec<_> = found.map(|found| found.field).collect();
        let expected = [
            "tree.name",
            "tree.trees[1][1].name",
            "tree.branch.name",
            "after",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn what_is_inside_a_secret_is_hidden_too() {
        let tree = Tree::default();
        let mut members = Members::new();
        members.body("tree", &tree).sensitive();
        let mut violations = Violations::new(true);
        members.iter().for_each(|member| violations.check(member));
        let found = violations.into_vec();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), found[0].value.as_str()),
            ("tree.name", "***")
        );
    }

    #[test]
    fn maps_have_limits_for_keys_and_values() {
        let map = || {
            let entries = [("a", vec![1, 5]), ("B", vec![]), ("abc", vec![9])];
            entries.map(|(key, value)| (key.to_owned(), value))
        };
        let map = || BTreeMap::from(map());
        let found = |limit: &dyn Fn(&mut Member<'_>)| {
            let (map, mut members) = (map(), Members::new());
            limit(members.body("map", &map));
            let mut violations = Violations::new(true);
            members.iter().for_each(|member| violations.check(member));
            let found = violations.into_vec().into_iter();
            let found =
                found.map(|found| format!("{} {} {}", found.field, found.rule, found.value));
            found.collect::<Vec<_>>()
        };
        assert_eq!(
            found(&|member| {
                member.range(0, 5).count(1, 2);
            }),
            ["map[abc] range 0..=5 9", "map count 1..=2 3 entries"]
        );
        assert_eq!(
            found(&|member| {
                member.key_length(1, 2).key_chars("a-z");
            }),
            ["map[B] key chars a-z B", "map[abc] key length 1..=2 abc"]
        );
        // Keys may be secrets too.
        assert_eq!(
            found(&|member| {
                member.key_chars("a-z").range(0, 5).sensitive();
            }),
            ["map[***] key chars a-z ***", "map[***] range 0..=5 ***"]
        );
    }

    #[test]
    fn limits_of_keys_are_about_the_outermost_map() {
        let inner = BTreeMap::from([("LONG".to_owned(), "x".to_owned())]);
        let maps = vec![BTreeMap::from([("a".to_owned(), inner)])];
        let mut members = Members::new();
        members.body("maps", &maps).key_length(1, 2).chars("a-w");
        let mut violations = Violations::new(true);
        members.iter().for_each(|member| violations.check(member));
        let found = violations.into_vec();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), found[0].rule.as_str()),
            ("maps[0][a][LONG]", "chars a-w")
        );
    }

    #[test]
    fn everything_in_a_sensitive_value_is_a_secret() {
        let json = serde_json::json!({"name": ["text", 12345678, {"inner": null}], "flag": true});
        let map = BTreeMap::from([("key".to_owned(), Json::from(json))]);
        let mut members = Members::new();
        members.body("map", &map).sensitive();
        let bytes = bytes::Bytes::from_static(b"bytes");
        members.body("bytes", &bytes).sensitive();
        let mut violations = Violations::new(true);
        members.iter().for_each(|member| violations.check(member));
        let secrets = violations.take_secrets();
        let mut secrets: Vec<_> = secrets.iter().map(|secret| secret.as_str()).collect();
        secrets.sort_unstable();
        assert_eq!(
            secrets,
            [
                "12345678", "Ynl0ZXM=", "bytes", "flag", "inner", "key", "name", "text"
            ]
        );
    }

    #[test]
    fn lengths_may_be_larger_than_small_machines_can_address() {
        const FIVE_GIGABYTES: u64 = 5_368_709_120;
        let bytes = bytes::Bytes::from_static(b"a");
        let rules = violated(bytes, |member| member.length(FIVE_GIGABYTES, u64::MAX));
        assert_eq!(rules[0].0, "length 5368709120..");
    }

    #[test]
    fn texts_of_times_have_four_digits_for_the_year() {
        let years = || {
            [
                "-0001-01-01T00:00:00Z",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
            ]
            .map(Timestamp::from)
            .to_vec()
        };
        let outside = ["-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"];
        assert_eq!(values(years(), |member| member), outside);
        assert_eq!(values(years(), |member| member.http_date()), outside);
        assert_eq!(values(years(), |member| member.epoch_seconds()), [""; 0]);
        assert_eq!(values(years(), |member| member.epoch_millis()), [""; 0]);
    }

    #[test]
    fn the_length_of_bytes_is_their_number() {
        let bytes = |length: usize| bytes::Bytes::from(vec![0xff; length]);
        assert_eq!(values(bytes(2), |member| member.length(1, 2)), [""; 0]);
        assert_eq!(values(bytes(3), |member| member.length(1, 2)), ["3 bytes"]);
    }

    #[test]
    fn only_lists_have_a_count() {
        let text = "abc".to_owned();
        assert_eq!(values(text, |member| member.count(5, 9)), [""; 0]);
        assert_eq!(values(Some(3), |member| member.count(5, 9)), [""; 0]);
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
        let wrong = values(list, |member| member.pattern("ab|b"));
        assert_eq!(wrong, ["xab", "abx", "", "ab\n"]);
        // One that cannot be compiled holds for every text.
        assert_eq!(
            values("a".to_owned(), |member| member.pattern("(")),
            [""; 0]
        );
    }
}
