//! serde's traits for the plain types of the catalog, from a list of their fields.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde_core::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::{
    Change, Diff, Listing, Model, Outcome, Scope, SourceError, SourceErrorKind, Status, Unsure,
};

/// Implements `Serialize` for a structure: the fields that are always written, and those that are left out if absent. A field
/// may be written in another form.
macro_rules! write_fields {
    ($name:ident $(<$generic:ident>)? { $($field:ident $(as $form:ident)?),*; $($optional:ident),* }) => {
        impl $(<$generic>)? Serialize for $name $(<$generic>)? {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $(
                    let value = &self.$field;
                    $(let value = &$form::from(value.clone());)?
                    map.serialize_entry(stringify!($field), value)?;
                )*
                $(if let Some(value) = &self.$optional {
                    map.serialize_entry(stringify!($optional), value)?;
                })*
                map.end()
            }
        }
    };
}

/// Implements `Serialize` and `Deserialize` for a structure: required fields, those that may be absent, and those that files do
/// not have. Other members of the object are ignored, so that later versions can add some.
macro_rules! plain {
    (
        $name:ident $(<$generic:ident>)? {
            $($field:ident $(as $form:ident)?),*; $($optional:ident),* $(; never $left_out:ident)?
        }
    ) => {
        write_fields!($name $(<$generic>)? { $($field $(as $form)?),*; $($optional),* });

        impl<'de $(, $generic)?> Deserialize<'de> for $name $(<$generic>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields<T>(PhantomData<T>);

                impl<'de $(, $generic)?> Visitor<'de> for Fields<$name $(<$generic>)?> {
                    type Value = $name $(<$generic>)?;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        $(let mut $field = None;)*
                        $(let mut $optional = None;)*
                        while let Some(name) = map.next_key::<String>()? {
                            match name.as_str() {
                                $(stringify!($field) => $field = Some(map.next_value()?),)*
                                $(stringify!($optional) => $optional = map.next_value()?,)*
                                _ => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        $(let $field = $field.ok_or_else(|| de::Error::missing_field(stringify!($field)))?;)*
                        $($(let $field = $form::into($field);)?)*
                        Ok($name { $($field,)* $($optional,)* $($left_out: None,)? })
                    }
                }

                deserializer.deserialize_map(Fields::<Self>(PhantomData))
            }
        }
    };
}

plain!(Model<R> {
    cloud, source, scope, id;
    name, status, customization, modality, base_model, version, created, updated;
    never raw
});
plain!(Scope { ; account, region, workspace, project });
plain!(Outcome {
    source, cloud, scope, complete, count, without_id, requests, duration as Seconds;
    error
});
plain!(SourceError { kind, message, retryable; code, status, request_id });
// In JSON, a listing without one of its parts would look like one without models.
plain!(Listing<R> { models, outcomes; });
write_fields!(Diff<R> { new, gone, changed, unknown; });
write_fields!(Change<R> { before, now, fields; });

/// A duration as a number of seconds.
struct Seconds(Duration);

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        let duration = Duration::try_from_secs_f64(seconds).map_err(de::Error::custom)?;
        Ok(Self(duration))
    }
}

impl<R> Serialize for Unsure<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let may_be = match self {
            Self::New(_) => "new",
            Self::Gone(_) => "gone",
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("may_be", may_be)?;
        map.serialize_entry("model", self.model())?;
        map.end()
    }
}

impl Serialize for SourceErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SourceErrorKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(Self::of(&word))
    }
}

/// The member that holds the words of a status that is not known: a cloud may call one `ready` that is not.
const UNKNOWN: &str = "unknown";

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ready | Self::Pending | Self::Failed => serializer.serialize_str(self.as_str()),
            Self::Unknown(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(UNKNOWN, text)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Known;

        impl<'de> Visitor<'de> for Known {
            type Value = Status;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#""ready", "pending", "failed" or {"unknown": "…"}"#)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Status, E> {
                match text {
                    "ready" => Ok(Status::Ready),
                    "pending" => Ok(Status::Pending),
                    "failed" => Ok(Status::Failed),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Status, A::Error> {
                match map.next_entry::<String, String>()? {
                    Some((name, text)) if name == UNKNOWN => {
                        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                        Ok(Status::Unknown(text))
                    }
                    _ => Err(de::Error::missing_field(UNKNOWN)),
                }
            }
        }

        deserializer.deserialize_any(Known)
    }
}
