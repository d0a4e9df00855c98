//! From an HTTP response to the output of an operation, or to an error that says why there is none.
//!
//! A reply is read once, at full speed: the output is decoded while the few members that may hold an error code, a
//! message or a request id are set aside. Only after a failure it is read again, slowly, to find the path.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AGE, DATE};
use http::{HeaderMap, Response, StatusCode};
use serde_core::Serialize;
use serde_core::de::value::MapAccessDeserializer;
use serde_core::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde_json::Value;

use crate::error::{CodeKind, Context, Error, Said};
use crate::schema::{Member, Name, Seed};
use crate::service::{Operation, Part, Reply, Service, ServiceInfo};
use crate::time::http_date;

/// Reads a reply.
pub(crate) fn read<O: Operation>(
    response: Response<Bytes>,
    now: SystemTime,
) -> Result<Reply<O::Output>, Error> {
    let service = O::Service::INFO;
    let (parts, body) = response.into_parts();
    let (status, headers) = (parts.status, parts.headers);
    let date = date(&headers);
    let retry_after = retry_after(&headers, date.unwrap_or(now));
    if !status.is_success() {
        let found = Found::of(&headers, &body);
        return Err(found.error(service, Context::of::<O>(), status).of_reply(
            status,
            &headers,
            found.request_id(service),
            &body,
            date,
            retry_after,
        ));
    }

    if let Some(encoding) = encoding(&headers) {
        let problem = format!("it is encoded as {encoding:?}, which nobody asked for");
        let request_id = Found::of(&headers, b"").request_id(service);
        return Err(Error::decode(Context::of::<O>(), problem, None).of_reply(
            status,
            &headers,
            request_id,
            &body,
            date,
            retry_after,
        ));
    }

    let envelope = Envelope {
        service,
        output: PhantomData::<O::Output>,
    };
    // Looked at as a whole, which is faster than text by text.
    let outcome = std::str::from_utf8(&body)
        .map_err(Unreadable::Text)
        .and_then(|text| {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            envelope
                .deserialize(&mut deserializer)
                .and_then(|read| deserializer.end().map(|()| read))
                .map_err(|error| Unreadable::Json(text, error))
        });
    let (output, members) = match outcome {
        Ok(read) => read,
        Err(error) => {
            // What cannot be read as a success may be an error all the same.
            let found = Found::of(&headers, &body);
            let request_id = found.request_id(service);
            let error = match found.code(service) {
                Some(_) => found.error(service, Context::of::<O>(), status),
                None => {
                    let (problem, path) = match error {
                        Unreadable::Text(error) => (format!("it is not UTF-8: {error}"), None),
                        Unreadable::Json(text, error) => explain::<O>(text, error),
                    };
                    Error::decode(Context::of::<O>(), problem, path)
                }
            };
            return Err(error.of_reply(status, &headers, request_id, &body, date, retry_after));
        }
    };

    // A code makes it an error, whatever the status.
    let found = Found {
        headers: &headers,
        members,
    };
    let request_id = found.request_id(service);
    let is_error = found.code(service).is_some()
        // So does a message that is all there is.
        || found.first(service.error_message).is_some() && output.as_ref().is_some_and(says_nothing);
    if is_error {
        return Err(found.error(service, Context::of::<O>(), status).of_reply(
            status,
            &headers,
            request_id,
            &body,
            date,
            retry_after,
        ));
    }
    match (output, service.result) {
        (Some(output), _) => Ok(Reply::new(output, request_id, body)),
        (None, result) => {
            let result = result.unwrap_or_default();
            Err(Error::decode(
                Context::of::<O>(),
                format!("the member `{result}` is missing"),
                Some(result.to_owned()),
            )
            .of_reply(status, &headers, request_id, &body, date, retry_after))
        }
    }
}

/// How a body is compressed. Requests ask for none of it: a small body could become one of any size.
fn encoding(headers: &HeaderMap) -> Option<String> {
    text_of_header(headers, "content-encoding")
        .filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
}

/// The path of the body itself.
const TOP: &str = ".";

/// Whether an output is as blank as that of `{}`.
fn says_nothing<T: Serialize>(output: &T) -> bool {
    fn is_blank(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(elements) => elements.is_empty(),
            Value::Object(members) => members.values().all(is_blank),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    serde_json::to_value(output).is_ok_and(|value| is_blank(&value))
}

/// Why a body cannot be read.
enum Unreadable<'a> {
    Text(std::str::Utf8Error),
    Json(&'a str, serde_json::Error),
}

/// What went wrong, and where.
fn explain<O: Operation>(body: &str, error: serde_json::Error) -> (String, Option<String>) {
    if !error.is_data() {
        // Not JSON, or not to its end: line and column say where.
        let problem = match body.trim_start().chars().next() {
            None => "it is empty".to_owned(),
            Some('<') => "it is HTML or XML, not JSON".to_owned(),
            Some(_) => format!("it is no JSON: {error}"),
        };
        return (problem, None);
    }
    let envelope = Envelope {
        service: O::Service::INFO,
        output: PhantomData::<O::Output>,
    };
    let mut track = serde_path_to_error::Track::new();
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let outcome = envelope.deserialize(serde_path_to_error::Deserializer::new(
        &mut deserializer,
        &mut track,
    ));
    let problem = outcome.err().unwrap_or(error).to_string();
    let mut path = track.path().to_string();
    // The path of what is missing ends at what it is missing from.
    if let Some((name, _)) = problem
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'))
    {
        path = if path == TOP {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
    }
    (problem, Some(path).filter(|path| path != TOP))
}

// --- the body of a success ---

/// The members of a body that may hold an error code, a message or a request id, by name.
type Aside = Vec<(String, Value)>;

/// The whole body of a success: the output, or an envelope around it.
struct Envelope<T> {
    service: &'static ServiceInfo,
    output: PhantomData<T>,
}

impl<'de, T: Member> DeserializeSeed<'de> for Envelope<T> {
    type Value = (Option<T>, Aside);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Member> Visitor<'de> for Envelope<T> {
    type Value = (Option<T>, Aside);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let service = self.service;
        let mut aside = Aside::new();
        let Some(result) = service.result else {
            let map = Sieve {
                map,
                service,
                aside: &mut aside,
                next: None,
            };
            let output = T::read_json(MapAccessDeserializer::new(map))?;
            return Ok((Some(output), aside));
        };
        let (mut output, mut seen) = (None, false);
        while let Some(name) = map.next_key_seed(Name)? {
            if name == result {
                if std::mem::replace(&mut seen, true) {
                    return Err(twice(result));
                }
                output = map.next_value_seed(Seed::<Option<T>>::NEW)?;
            } else if service.may_hold(&name) {
                set_aside(&mut aside, &name, map.next_value()?)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((output, aside))
    }
}

fn set_aside<E: de::Error>(aside: &mut Aside, name: &str, value: Value) -> Result<(), E> {
    if aside.iter().any(|(other, _)| other == name) {
        return Err(twice(name));
    }
    aside.push((name.to_owned(), value));
    Ok(())
}

fn twice<E: de::Error>(name: &str) -> E {
    E::custom(format_args!("the member `{name}` is there twice"))
}

/// The members of a body that is the output itself; a copy of some of them is set aside.
struct Sieve<'a, A> {
    map: A,
    service: &'static ServiceInfo,
    aside: &'a mut Aside,
    /// The value that comes next, if it was set aside.
    next: Option<Value>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Sieve<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.map.next_key_seed(Name)? else {
            return Ok(None);
        };
        if self.service.may_hold(&name) {
            let value: Value = self.map.next_value()?;
            set_aside(self.aside, &name, value.clone())?;
            self.next = Some(value);
        }
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.next.take() {
            Some(value) => seed.deserialize(value).map_err(de::Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}

// --- errors ---

impl ServiceInfo {
    /// Whether the member of that name, at the top of a body, may hold a part of an error.
    fn may_hold(&self, name: &str) -> bool {
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

    /// What a code means, whatever it comes with; what the status means if the code is not known.
    fn kind(&self, code: Option<&str>, status: StatusCode) -> CodeKind {
        let Some(code) = code else {
            return kind_of_status(status.as_u16());
        };
        // Some codes go on behind a point: `InvalidParameter.PageSize` is an `InvalidParameter`.
        let mut families = std::iter::successors(Some(code), |code| {
            code.rsplit_once('.').map(|(family, _)| family)
        });
        let group =
            families.find_map(|code| self.codes.iter().find(|group| group.codes.contains(&code)));
        match group {
            Some(group) => group
                .kind
                .unwrap_or(kind_of_status(group.status.unwrap_or(status.as_u16()))),
            None if THROTTLING.contains(&code) => CodeKind::Throttled,
            None => kind_of_status(status.as_u16()),
        }
    }
}

/// What a status means by itself. The generator leaves out what it says of a code, so it has the same table.
fn kind_of_status(status: u16) -> CodeKind {
    match status {
        400 | 405 | 411..=415 => CodeKind::Invalid,
        401 => CodeKind::Authentication,
        403 => CodeKind::AccessDenied,
        404 => CodeKind::NotFound,
        408 | 500 | 502..=504 => CodeKind::Transient,
        429 => CodeKind::Throttled,
        _ => CodeKind::Other,
    }
}

/// Codes that mean throttling wherever they appear; the list that all AWS SDKs share.
const THROTTLING: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// What a reply says of itself.
struct Found<'a> {
    headers: &'a HeaderMap,
    members: Aside,
}

impl<'a> Found<'a> {
    /// In a reply that is an error. Of a body that is not an object, nothing.
    fn of(headers: &'a HeaderMap, body: &[u8]) -> Self {
        /// What a service says of an error is short; what is not is a page of something else, or meant to fill the memory.
        const LARGEST: usize = 1 << 20;

        let value = Some(body)
            .filter(|body| body.len() <= LARGEST)
            .and_then(|body| serde_json::from_slice(body).ok());
        let members = match value {
            Some(Value::Object(members)) => members.into_iter().collect(),
            _ => Aside::new(),
        };
        Self { headers, members }
    }

    fn error(&self, service: &ServiceInfo, context: Context, status: StatusCode) -> Error {
        let code = self.code(service);
        let kind = service.kind(code.as_deref(), status);
        let (message, help) = (
            self.first(service.error_message),
            self.first(service.error_help),
        );
        Error::api(
            context,
            Said {
                code,
                kind,
                message,
                help,
            },
        )
    }

    fn code(&self, service: &ServiceInfo) -> Option<String> {
        if !service.namespaced_codes {
            return self.first(service.error_code);
        }
        let plain = |code: String| {
            let name = code
                .split(':')
                .next()
                .unwrap_or_default()
                .rsplit('#')
                .next()
                .unwrap_or_default();
            Some(name.to_owned()).filter(|name| !name.is_empty())
        };
        service
            .error_code
            .iter()
            .find_map(|part| self.part(part).and_then(plain))
    }

    fn request_id(&self, service: &ServiceInfo) -> Option<String> {
        self.first(service.request_id)
    }

    fn first(&self, parts: &[Part]) -> Option<String> {
        parts.iter().find_map(|part| self.part(part))
    }

    fn part(&self, part: &Part) -> Option<String> {
        match part {
            Part::Header(name) => text_of_header(self.headers, name),
            Part::Body(path) => self.member(path),
        }
    }

    fn member(&self, path: &str) -> Option<String> {
        let mut names = path.split('.');
        let top = names.next()?;
        let value = self
            .members
            .iter()
            .find(|(name, _)| name == top)
            .map(|(_, value)| value)?;
        match names.try_fold(value, |value, name| value.get(name))? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            // A code that other replies write as a text; 0 says that all is well.
            Value::Number(number) if number.as_i64() != Some(0) => Some(number.to_string()),
            _ => None,
        }
    }
}

fn text_of_header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
}

/// When a reply was made, by the clock of the service; unknown if it comes out of a cache.
fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE))?;
    http_date(date.to_str().ok()?)
}

/// How long the service asks to wait: `x-amz-retry-after` is in milliseconds, `Retry-After` in seconds or a date. What cannot
/// be read counts as absent.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| text(name)?.parse::<u64>().ok();
    let until = || {
        let then = text("retry-after").and_then(http_date)?;
        Some(then.duration_since(now).unwrap_or_default())
    };
    number("x-amz-retry-after")
        .map(Duration::from_millis)
        .or_else(|| number("retry-after").map(Duration::from_secs))
        .or_else(until)
}
