//! Writing values: as JSON, and as texts for paths, queries and headers.

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::{Members, Record, Value, View};

/// A value as serde sees it.
pub(crate) struct Json<'a>(pub(crate) &'a dyn Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.view() {
            View::Absent => serializer.serialize_none(),
            View::Text(text) => serializer.serialize_str(text),
            View::Integer(integer) => serializer.serialize_i64(integer),
            View::Number(number) => serializer.serialize_f64(number),
            View::Boolean(boolean) => serializer.serialize_bool(boolean),
            View::Timestamp(time) => time.serialize(serializer),
            View::List(list) => serializer.collect_seq(list.iter().map(Json)),
            View::Record(record) => serialize(record, serializer),
        }
    }
}

/// Writes a record as an object, without the members that are absent.
#[doc(hidden)]
pub fn serialize<S: Serializer>(record: &dyn Record, serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(None)?;
    for member in Members::of(record).iter() {
        if !member.value.is_absent() {
            object.serialize_entry(member.name, &Json(member.value))?;
        }
    }
    object.end()
}

/// Passes the text of each value to `to`, for a path, a query or a header. Structures have no text.
pub(crate) fn write_text(value: &dyn Value, to: &mut dyn FnMut(&str)) {
    match value.view() {
        View::Absent | View::Record(_) => {}
        View::Text(text) => to(text),
        View::Integer(integer) => to(&integer.to_string()),
        View::Number(number) => to(&number.to_string()),
        View::Boolean(boolean) => to(if boolean { "true" } else { "false" }),
        View::Timestamp(time) => to(&time
            .to_rfc3339()
            .unwrap_or_else(|| time.as_str().to_owned())),
        View::List(list) => list.iter().for_each(|element| write_text(element, to)),
    }
}
