//! Writing values: as JSON, and as texts for paths, queries and headers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::{List, Member, Value, View};
use crate::time::TimestampFormat;

/// A value as serde sees it.
pub(crate) struct AsJson<'a> {
    value: &'a dyn Value,
    /// The form of times that are sent. Without it, times have the form that they were read in.
    format: Option<TimestampFormat>,
}

impl<'a> AsJson<'a> {
    /// A value that is not sent.
    pub(crate) fn new(value: &'a dyn Value) -> Self {
        Self {
            value,
            format: None,
        }
    }

    /// A value that is sent, with the documented form of times.
    pub(crate) fn sent(value: &'a dyn Value, format: TimestampFormat) -> Self {
        Self {
            value,
            format: Some(format),
        }
    }
}

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let format = self.format;
        let inside = |value| AsJson { value, format };
        match self.value.view() {
            View::Absent => serializer.serialize_none(),
            View::Text(text) => serializer.serialize_str(text),
            View::Integer(integer) => serializer.serialize_i64(integer),
            View::Number(number) => match name_of_number(number) {
                Some(name) => serializer.serialize_str(name),
                None => serializer.serialize_f64(number),
            },
            View::Boolean(boolean) => serializer.serialize_bool(boolean),
            View::Timestamp(time) => match format {
                Some(format) => time.in_format(format).serialize(serializer),
                None => time.serialize(serializer),
            },
            View::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            View::Json(json) => json.serialize(serializer),
            View::List(list) => serializer.collect_seq(list.iter().map(inside)),
            View::Map(map) => {
                serializer.collect_map(map.entries().map(|(key, value)| (key, inside(value))))
            }
            view @ (View::Record(_) | View::Union(_)) => {
                let members = view.members().unwrap_or_default();
                let mut object = serializer.serialize_map(None)?;
                // A union without a member has one without a name.
                let is_there =
                    |member: &&Member<'_>| !member.value.is_absent() && !member.name.is_empty();
                for member in members.iter().filter(is_there) {
                    let value = match format {
                        Some(_) => AsJson::sent(member.value, member.format),
                        None => AsJson::new(member.value),
                    };
                    object.serialize_entry(member.name, &value)?;
                }
                object.end()
            }
        }
    }
}

/// Returns the text that AWS writes for a number that JSON does not have.
fn name_of_number(number: f64) -> Option<&'static str> {
    match number {
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ if number.is_nan() => Some("NaN"),
        _ => None,
    }
}

/// Writes a value as JSON; absent members are left out.
#[doc(hidden)]
pub fn serialize<S: Serializer>(value: &dyn Value, serializer: S) -> Result<S::Ok, S::Error> {
    AsJson::new(value).serialize(serializer)
}

/// Passes the text of each value to `to`, for a path, a query or a header. Values that only JSON can carry have no text.
pub(crate) fn write_text(value: &dyn Value, format: TimestampFormat, to: &mut dyn FnMut(&str)) {
    match value.view() {
        View::Absent | View::Json(_) | View::Map(_) | View::Record(_) | View::Union(_) => {}
        View::Text(text) => to(text),
        View::Integer(integer) => to(&integer.to_string()),
        View::Number(number) => match name_of_number(number) {
            Some(name) => to(name),
            None => to(&number.to_string()),
        },
        View::Boolean(boolean) => to(if boolean { "true" } else { "false" }),
        View::Timestamp(time) => to(time.in_format(format).as_str()),
        View::Bytes(bytes) => to(&STANDARD.encode(bytes)),
        View::List(list) => list
            .iter()
            .for_each(|element| write_text(element, format, to)),
    }
}

/// Returns a list as the value of a header, with commas between its elements; `None` if it has none.
pub(crate) fn header_list(list: &dyn List, format: TimestampFormat) -> Option<String> {
    let mut texts = Vec::new();
    for element in list.iter() {
        let is_text = matches!(element.view(), View::Text(_));
        write_text(element, format, &mut |text| match is_text {
            true => texts.push(quoted(text)),
            false => texts.push(text.to_owned()),
        });
    }
    (!texts.is_empty()).then(|| texts.join(","))
}

/// Returns an element of a list in a header, in quotes if it would else end at a comma, or be read without its spaces, or not at
/// all.
fn quoted(text: &str) -> String {
    match text.contains([',', '"']) || text.is_empty() || text.trim().len() < text.len() {
        true => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        false => text.to_owned(),
    }
}
