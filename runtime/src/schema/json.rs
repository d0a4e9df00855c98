//! [`Json`], a value of any form.

use std::fmt;

use serde_core::de::{
    self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor,
};
use serde_core::ser::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use super::{Memory, number_contents};
use crate::time::EXACT_NUMBER;

/// A JSON value whose form the service does not document.
///
/// If an object has two members of one name, the last one counts.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Json;
///
/// let json = Json::from(serde_json::json!({"rate": 0.5}));
/// assert_eq!(json.as_value()["rate"], 0.5);
///
/// let rates: std::collections::BTreeMap<String, f64> = json.decode()?;
/// assert_eq!(rates["rate"], 0.5);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json(Value);

impl Json {
    pub(super) const NULL: Self = Self(Value::Null);

    /// Returns the value.
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// Decodes the value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value does not have the form of `T`.
    pub fn decode<'de, T: Deserialize<'de>>(&'de self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.0)
    }

    /// Passes all texts, numbers and names in the value to `each`.
    pub(super) fn contents(&self, each: &mut dyn FnMut(&str)) {
        fn look(value: &Value, each: &mut dyn FnMut(&str)) {
            match value {
                Value::Null | Value::Bool(_) => {}
                Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
                    Some(number) => number_contents(number, each),
                    None => each(&number.to_string()),
                },
                Value::String(text) => each(text),
                Value::Array(elements) => elements.iter().for_each(|element| look(element, each)),
                Value::Object(members) => {
                    for (name, value) in members {
                        each(name);
                        look(value, each);
                    }
                }
            }
        }

        look(&self.0, each);
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        json.0
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Returns the number that an object with this member alone represents.
fn exact_number(name: &str, value: &Value) -> Option<Number> {
    let text = value.as_str().filter(|_| name == EXACT_NUMBER)?;
    serde_json::from_str(text).ok()
}

/// Size of a member of an object in memory.
const MEMBER: usize = size_of::<(String, Value)>();

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Memory::new(), deserializer)
    }
}

impl Json {
    /// Reads a value, as long as there is memory for it.
    pub(super) fn read<'de, D: Deserializer<'de>>(
        memory: &Memory,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        Any { memory }.deserialize(deserializer).map(Self)
    }
}

/// Reads a value, as long as there is memory for it.
#[derive(Clone, Copy)]
struct Any<'a> {
    memory: &'a Memory,
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, boolean: bool) -> Result<Value, E> {
        Ok(boolean.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Any { ..self })? {
            self.memory.spend_element(list.len(), size_of::<Value>())?;
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut next = members.next_key::<String>()?;
        while let Some(name) = next {
            let value = members.next_value_seed(Any { ..self })?;
            next = members.next_key()?;
            if next.is_none()
                && object.is_empty()
                && let Some(number) = exact_number(&name, &value)
            {
                return Ok(Value::Number(number));
            }
            self.memory.spend_entry(object.len(), MEMBER)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
