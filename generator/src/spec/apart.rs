//! The parts of a block that are read piece by piece, and not by serde together with the block.
//!
//! They stand in the structs all the same, so that serde knows their keys and the JSON Schema has all of the language.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::{EnumValue, Field};

/// A place for a `T` that is read on its own: empty, and with the schema of a `T`.
#[derive(Debug)]
pub(crate) struct Apart<T>(PhantomData<T>);

impl<T> Default for Apart<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T> Deserialize<'de> for Apart<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer)?;
        Ok(Self::default())
    }
}

impl<T: JsonSchema> JsonSchema for Apart<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The parameters of an operation, by where they travel.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "for the schema alone: parameters are read one by one"
)]
pub(crate) struct Request {
    /// Parameters in the path, by their names in it.
    path: Option<BTreeMap<String, Field>>,
    /// Parameters in the query, by the vendor's names.
    query: Option<BTreeMap<String, Field>>,
    /// Parameters in headers.
    header: Option<BTreeMap<String, Field>>,
    /// Members of the JSON body, by the vendor's names.
    body: Option<BTreeMap<String, Field>>,
}

/// The values of an enum, in short or with documentation.
#[derive(Debug)]
pub(crate) struct EnumValues;

impl JsonSchema for EnumValues {
    fn schema_name() -> Cow<'static, str> {
        "EnumValues".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<String>();
        let value = generator.subschema_for::<EnumValue>();
        json_schema!({
            "anyOf": [
                { "type": "array", "items": text },
                { "type": "object", "additionalProperties": { "anyOf": [text, value] } },
            ],
        })
    }
}
