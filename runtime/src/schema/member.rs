//! The types that members have.

use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use super::record::{Json, List, Nullable};
use super::{Limited, Violations};
use crate::time::Timestamp;

/// The type of a member.
pub trait Member: Limited + Serialize + for<'de> Deserialize<'de> {
    /// Whether an object that lacks this member is broken.
    const REQUIRED: bool = true;

    /// Whether there are members inside, so that [`check`](Self::check) has something to look at.
    const NESTED: bool = false;

    /// The value that reading starts from.
    fn blank() -> Self;

    /// Whether there is nothing to send.
    fn is_absent(&self) -> bool {
        false
    }

    /// Passes the text of each value to `to`, for a path, a query or a header. Structures have no text.
    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        let _ = to;
    }

    /// Writes the value as JSON.
    fn write_json<S: Serializer>(&mut self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    /// Reads the value from JSON.
    fn read_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    /// Reads the value from JSON into its place, which spares large ones the way there.
    #[inline]
    fn fill_json<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        *self = Self::read_json(deserializer)?;
        Ok(())
    }

    /// Checks the limits of what is inside a structure.
    fn check(&mut self, violations: &mut Violations) {
        let _ = violations;
    }
}

impl Limited for String {
    fn texts(&self, each: &mut dyn FnMut(&str)) {
        each(self);
    }
}

impl Member for String {
    fn blank() -> Self {
        Self::new()
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(self);
    }
}

impl Limited for i64 {
    fn integers(&self, each: &mut dyn FnMut(i64)) {
        each(*self);
    }
}

impl Member for i64 {
    fn blank() -> Self {
        0
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(&self.to_string());
    }
}

impl Limited for f64 {
    fn problem(&self) -> Option<(&'static str, String)> {
        (!self.is_finite()).then(|| ("finite number", self.to_string()))
    }

    fn secrets(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}

impl Member for f64 {
    fn blank() -> Self {
        0.0
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(&self.to_string());
    }
}

impl Limited for bool {}

impl Member for bool {
    fn blank() -> Self {
        false
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(if *self { "true" } else { "false" });
    }
}

impl<T: Limited> Limited for Option<T> {
    fn problem(&self) -> Option<(&'static str, String)> {
        self.as_ref().and_then(T::problem)
    }

    fn texts(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.texts(each));
    }

    fn integers(&self, each: &mut dyn FnMut(i64)) {
        self.iter().for_each(|value| value.integers(each));
    }

    fn secrets(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.secrets(each));
    }

    fn count(&self) -> Option<usize> {
        self.as_ref().and_then(T::count)
    }
}

impl<T: Member> Member for Option<T> {
    const REQUIRED: bool = false;
    const NESTED: bool = T::NESTED;

    fn blank() -> Self {
        None
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.write_text(to));
    }

    fn write_json<S: Serializer>(&mut self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.write_json(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn read_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Nullable(PhantomData))
    }

    fn check(&mut self, violations: &mut Violations) {
        self.iter_mut().for_each(|value| value.check(violations));
    }
}

impl<T: Limited> Limited for Vec<T> {
    fn problem(&self) -> Option<(&'static str, String)> {
        self.iter().find_map(T::problem)
    }

    fn texts(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.texts(each));
    }

    fn integers(&self, each: &mut dyn FnMut(i64)) {
        self.iter().for_each(|value| value.integers(each));
    }

    fn secrets(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.secrets(each));
    }

    fn count(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// A list: absent and `null` are the empty list, a `null` inside is left out.
impl<T: Member> Member for Vec<T> {
    const REQUIRED: bool = false;
    const NESTED: bool = T::NESTED;

    fn blank() -> Self {
        Self::new()
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.write_text(to));
    }

    fn write_json<S: Serializer>(&mut self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter_mut().map(Json::new))
    }

    fn read_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = deserializer.deserialize_option(Nullable::<List<T>>(PhantomData))?;
        Ok(list.map(|list| list.0).unwrap_or_default())
    }

    fn check(&mut self, violations: &mut Violations) {
        for (index, value) in self.iter_mut().enumerate() {
            violations.inside_element(index, |violations| value.check(violations));
        }
    }
}

impl Limited for Timestamp {
    fn problem(&self) -> Option<(&'static str, String)> {
        self.utc()
            .is_none()
            .then(|| ("timestamp", self.as_str().to_owned()))
    }

    fn texts(&self, each: &mut dyn FnMut(&str)) {
        each(self.as_str());
    }
}

impl Member for Timestamp {
    fn blank() -> Self {
        Self::default()
    }

    fn write_text(&self, to: &mut dyn FnMut(&str)) {
        to(&self
            .to_rfc3339()
            .unwrap_or_else(|| self.as_str().to_owned()));
    }
}
