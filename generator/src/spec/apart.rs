//! Parts of a block that are read one by one instead of together with the block.
//!
//! The structs still have a field for each of them, so that serde accepts their keys and the JSON Schema covers the
//! whole language.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::{EnumValue, Field};

/// Placeholder for a `T` that is read separately: empty, but with the JSON Schema of a `T`.
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

/// Parameters of an operation, grouped by location.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "for the schema alone: parameters are read one by one"
)]
pub(crate) struct Request {
    /// Path parameters, by their names in the path.
    path: Option<BTreeMap<String, Field>>,
    /// Query parameters, by wire name.
    query: Option<BTreeMap<String, Field>>,
    /// Header parameters, by header name.
    header: Option<BTreeMap<String, Field>>,
    /// Members of the JSON body, by wire name.
    body: Option<BTreeMap<String, Field>>,
    /// The whole body, instead of members.
    payload: Option<PayloadBlock>,
}

/// Value of a fixed query parameter: a text, or `null` for a name without a value.
#[derive(Debug)]
pub(crate) struct FixedValue;

impl JsonSchema for FixedValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FixedValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, { "const": null }] })
    }
}

/// A body that is a single value: a [`Field`] with a name and a content type.
#[derive(Debug)]
pub(crate) struct PayloadBlock;

impl PayloadBlock {
    /// Name of a payload that has no other.
    pub(super) const NAME: &str = "payload";

    /// Keys that a field does not have.
    pub(super) const KEYS: &[&str] = &["name", "content_type"];
}

impl JsonSchema for PayloadBlock {
    fn schema_name() -> Cow<'static, str> {
        "Payload".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Field::json_schema(generator);
        if let Some(properties) = schema
            .get_mut("properties")
            .and_then(|properties| properties.as_object_mut())
        {
            for (key, docs) in [
                (
                    "name",
                    "Name of the payload where a request is written as JSON, and in Rust. It does not travel. Default: `payload`.",
                ),
                (
                    "content_type",
                    "Header `Content-Type`. Default: `application/json` for `json`, structures and unions, `text/plain; \
                     charset=utf-8` for texts, `application/octet-stream` for `bytes`.",
                ),
            ] {
                let text = json_schema!({ "description": docs, "type": "string" });
                properties.insert(key.to_owned(), text.to_value());
            }
        }
        schema.insert(
            "description".to_owned(),
            "The body of a request as a single value.".into(),
        );
        schema
    }
}

/// A member of a union: a [`Field`] without the keys that make no sense where exactly one member is present.
#[derive(Debug)]
pub(crate) struct UnionMember;

impl UnionMember {
    /// Keys of a field that a union member does not have.
    pub(super) const FORBIDDEN: [&str; 3] = ["required", "default", "from"];
}

impl JsonSchema for UnionMember {
    fn schema_name() -> Cow<'static, str> {
        "UnionMember".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Field::json_schema(generator);
        if let Some(properties) = schema
            .get_mut("properties")
            .and_then(|properties| properties.as_object_mut())
        {
            properties.retain(|key, _| !Self::FORBIDDEN.contains(&key.as_str()));
        }
        schema.insert(
            "description".to_owned(),
            "A member of a union: exactly one of them is present.".into(),
        );
        schema
    }
}

/// Values of an enum, in the short form or with documentation.
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
