//! The body of a success: the output, with or without an envelope around it.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::value::MapAccessDeserializer;
use serde_core::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::schema::{Blank, Name, Seed};
use crate::service::{Part, ServiceInfo};

/// Decodes the body of a success.
pub(super) fn decode<'a, T: Blank>(
    service: &'static ServiceInfo,
    text: &'a str,
) -> Result<(Option<T>, Copied<'a>), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let envelope = Envelope {
        service,
        copies: true,
        output: PhantomData,
    };
    let decoded = envelope.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(decoded)
}

/// The members of a body that may contain an error code, a message or a request ID, by name. Their values are not read yet,
/// since a service may send anything there.
pub(super) type Copied<'a> = Vec<(String, &'a RawValue)>;

/// The body of a success: the output, or an envelope around it.
pub(super) struct Envelope<T> {
    pub(super) service: &'static ServiceInfo,
    /// Whether members that may contain an error are copied. A copied value is read apart from the others, where no path
    /// is tracked.
    pub(super) copies: bool,
    pub(super) output: PhantomData<T>,
}

impl<'de, T: Blank> DeserializeSeed<'de> for Envelope<T> {
    type Value = (Option<T>, Copied<'de>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Blank> Visitor<'de> for Envelope<T> {
    type Value = (Option<T>, Copied<'de>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self {
            service, copies, ..
        } = self;
        let mut copied = Copied::new();
        let Some(result) = service.result else {
            let map = CopyingMap {
                map,
                service,
                copies,
                copied: &mut copied,
                next: None,
            };
            let output = Seed::<T>::NEW.deserialize(MapAccessDeserializer::new(map))?;
            return Ok((Some(output), copied));
        };
        let (mut output, mut seen) = (None, false);
        while let Some(name) = map.next_key_seed(Name)? {
            if name == result {
                if std::mem::replace(&mut seen, true) {
                    return Err(duplicate(result));
                }
                output = map.next_value_seed(Seed::<Option<T>>::NEW)?;
            } else if copies && service.may_contain_error(&name) {
                copy(&mut copied, &name, map.next_value()?)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((output, copied))
    }
}

fn copy<'a, E: de::Error>(
    copied: &mut Copied<'a>,
    name: &str,
    value: &'a RawValue,
) -> Result<(), E> {
    if copied.iter().any(|(other, _)| other == name) {
        return Err(duplicate(name));
    }
    copied.push((name.to_owned(), value));
    Ok(())
}

fn duplicate<E: de::Error>(name: &str) -> E {
    E::custom(format_args!("duplicate member `{name}`"))
}

/// The members of a body that is the output itself; some of them are copied.
struct CopyingMap<'a, 'de, A> {
    map: A,
    service: &'static ServiceInfo,
    copies: bool,
    copied: &'a mut Copied<'de>,
    /// The next value, if it was copied.
    next: Option<&'de RawValue>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for CopyingMap<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.map.next_key_seed(Name)? else {
            return Ok(None);
        };
        if self.copies && self.service.may_contain_error(&name) {
            let value = self.map.next_value()?;
            copy(self.copied, &name, value)?;
            self.next = Some(value);
        }
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.next.take() {
            Some(value) => seed
                .deserialize(&mut serde_json::Deserializer::from_str(value.get()))
                .map_err(de::Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}

impl ServiceInfo {
    /// Returns whether a top-level member of a body may contain a part of an error.
    fn may_contain_error(&self, name: &str) -> bool {
        let lists = [
            self.error_code,
            self.error_message,
            self.error_help,
            self.request_id,
        ];
        lists.into_iter().flatten().any(|part| match part {
            Part::Header(_) => false,
            Part::Body(path) => path.split('.').next() == Some(name),
        })
    }
}
