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
mod tests;
