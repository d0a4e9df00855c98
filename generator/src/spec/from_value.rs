//! [`FromValue`], a serde deserializer that reads the value of a spec and reports faults as [`Problem`]s.

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde_yaml::{Number, Value};

use super::problem::{Found, Problem, Wanted};

/// The value to deserialize from.
#[derive(Clone, Copy)]
pub(super) struct FromValue<'v>(pub(super) &'v Value);

impl<'v> FromValue<'v> {
    fn is_not<T>(self, wanted: Wanted) -> Result<T, Problem> {
        let found = match self.0 {
            Value::Null => Found::Nothing,
            Value::Sequence(_) => Found::List,
            Value::Mapping(_) => Found::Map,
            Value::Bool(value) => Found::Scalar(format!("the boolean `{value}`")),
            Value::Number(number) if number.is_f64() => {
                Found::Scalar(format!("the floating point `{number}`"))
            }
            Value::Number(number) => Found::Scalar(format!("the integer `{number}`")),
            Value::String(text) => Found::Scalar(format!("the text {text:?}")),
            Value::Tagged(_) => Found::Scalar("a tag".to_owned()),
        };
        Err(Problem::Kind { wanted, found })
    }

    fn number<V: Visitor<'v>>(number: &Number, visitor: V) -> Result<V::Value, Problem> {
        if let Some(number) = number.as_u64() {
            visitor.visit_u64(number)
        } else if let Some(number) = number.as_i64() {
            visitor.visit_i64(number)
        } else {
            visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
        }
    }

    fn whole_number<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Number(number) if !number.is_f64() => Self::number(number, visitor),
            _ => self.is_not(Wanted::WholeNumber),
        }
    }

    fn text<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => self.is_not(Wanted::Text),
        }
    }

    fn list<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Sequence(elements) => {
                visitor.visit_seq(SeqDeserializer::new(elements.iter().map(FromValue)))
            }
            _ => self.is_not(Wanted::List),
        }
    }

    fn map<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Mapping(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| (FromValue(key), FromValue(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            _ => self.is_not(Wanted::Map),
        }
    }
}

impl<'v> IntoDeserializer<'v, Problem> for FromValue<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Forwards methods of the trait to a method of [`FromValue`].
macro_rules! forward {
    ($method:ident: $($name:ident)*) => {
        $(
            fn $name<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
                self.$method(visitor)
            }
        )*
    };
}

impl<'v> Deserializer<'v> for FromValue<'v> {
    type Error = Problem;

    forward! { whole_number:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }
    forward! { text:
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
    }
    forward! { list: deserialize_seq }
    forward! { map: deserialize_map }

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => Self::number(number, visitor),
            Value::String(_) => self.text(visitor),
            Value::Sequence(_) => self.list(visitor),
            Value::Mapping(_) => self.map(visitor),
            Value::Tagged(_) => self.is_not(Wanted::Of("a value without a tag".to_owned())),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => self.is_not(Wanted::Boolean),
        }
    }

    fn deserialize_f32<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Number(number) => Self::number(number, visitor),
            _ => self.is_not(Wanted::Number),
        }
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'v>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'v>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'v>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'v>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => self.is_not(Wanted::Text),
        }
    }
}
