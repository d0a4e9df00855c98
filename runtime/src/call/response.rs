//! Reads a response: the output of an operation, or the error that it reports.
//!
//! A response is read once, at full speed: the output is decoded while the few members that may contain an error code, a
//! message or a request ID are copied. After a failure it is read again, to find the path.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AGE, CONTENT_ENCODING, DATE, LOCATION};
use http::{HeaderMap, Response, StatusCode};
use serde_core::de::value::MapAccessDeserializer;
use serde_core::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use super::json::{Object, is_blank, text_at};
use crate::error::{Context, Error, ServiceErrorKind, ServiceReply, ServiceText};
use crate::schema::{AsJson, Blank, Name, Seed, raw_at, replace_lone_surrogates};
use crate::service::{Operation, Part, Reply, Service, ServiceInfo};
use crate::time::http_date;

/// Reads the response to an operation.
pub(super) fn read<O: Operation>(
    response: Response<Bytes>,
    now: SystemTime,
    context: &Context<'_>,
) -> Result<Reply<O::Output>, Error> {
    let service = O::Service::INFO;
    let (parts, body) = response.into_parts();
    let received = Received {
        service,
        context,
        status: parts.status,
        headers: &parts.headers,
        body: &body,
        now,
    };
    if !parts.status.is_success() {
        return Err(received.reported(&Facts::of_error(service, &parts.headers, &body)));
    }
    if !O::HAS_OUTPUT {
        return received
            .without_output()
            .map(|request_id| Reply::new(O::Output::blank(), request_id, body.clone()));
    }
    let text = match std::str::from_utf8(&body) {
        Ok(text) => text,
        Err(error) => return Err(received.undecodable(format!("not UTF-8: {error}"), None)),
    };
    let mut decoded = decode::<O::Output>(service, text);
    // A service that cuts text in the middle of a character leaves half of it behind.
    let repaired = match &decoded {
        Err(error) if error.is_syntax() => replace_lone_surrogates(text),
        _ => None,
    };
    if let Some(repaired) = &repaired {
        decoded = decode(service, repaired);
    }
    let text = repaired.as_deref().unwrap_or(text);
    let (output, copied) = match decoded {
        Ok(decoded) => decoded,
        Err(error) => {
            // A body that cannot be decoded as the output may still be an error.
            let facts = Facts::of_error(service, &parts.headers, &body);
            if facts.code().is_some() {
                return Err(received.reported(&facts));
            }
            let (problem, path) = explain::<O>(text, error);
            return Err(received.undecodable(problem, path));
        }
    };
    let facts = Facts {
        service,
        headers: &parts.headers,
        members: Members::Copied(copied),
    };
    // A code means an error for any status; so does a message without any output.
    let is_error = facts.code().is_some()
        || facts.first(service.error_message).is_some()
            && !facts.has_success_code()
            && output
                .as_ref()
                .is_some_and(|output| is_blank_output(service, output, text));
    if is_error {
        return Err(received.reported(&facts));
    }
    match output {
        Some(output) => {
            // It is logged, so it must not contain a secret either.
            let request_id = facts.request_id().map(|id| context.redacted(&id));
            Ok(Reply::new(output, request_id, body))
        }
        None => {
            let result = service.result.unwrap_or_default();
            let problem = format!("member `{result}` is missing");
            Err(received.undecodable(problem, Some(result.to_owned())))
        }
    }
}

/// A response that cannot be returned as a reply.
struct Received<'a> {
    service: &'static ServiceInfo,
    context: &'a Context<'a>,
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a Bytes,
    now: SystemTime,
}

impl Received<'_> {
    /// Reads the response to an operation that returns nothing, and returns the request ID. Whatever the body is, it is a
    /// success unless it has an error code, or is the page of something in between.
    fn without_output(&self) -> Result<Option<String>, Error> {
        let text = String::from_utf8_lossy(self.body);
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let encoding = header_text(self.headers, CONTENT_ENCODING.as_str());
        let problem = match start.chars().next() {
            // There may be an error code in it.
            Some(_) if encoding.is_some_and(|encoding| encoding != "identity") => {
                Some("not valid JSON".to_owned())
            }
            Some('<') => Some(NOT_JSON.to_owned()),
            // An object that was cut could have an error code in the missing part.
            Some('{') => match serde_json::from_str::<IgnoredAny>(start) {
                Ok(_) => None,
                Err(error) => Some(format!("not valid JSON: {error}")),
            },
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(self.undecodable(problem, None));
        }
        let facts = Facts {
            service: self.service,
            headers: self.headers,
            members: Members::In(start),
        };
        match facts.code() {
            Some(_) => Err(self.reported(&facts)),
            None => Ok(facts.request_id().map(|id| self.context.redacted(&id))),
        }
    }

    /// Creates the error that the service reports.
    fn reported(&self, facts: &Facts<'_>) -> Error {
        let code = facts.code();
        let kind = self.service.kind(code.as_deref(), self.status);
        let location = self
            .headers
            .get(LOCATION)
            .filter(|_| self.status.is_redirection());
        let text = ServiceText {
            code: code.map(|code| self.service.known(code)),
            message: facts.first(self.service.error_message),
            help: facts.first(self.service.error_help),
            redirect: location
                .map(|location| String::from_utf8_lossy(location.as_bytes()).into_owned()),
        };
        Error::reported(self.context, kind, text, self.reply(facts.request_id()))
    }

    /// Creates the error of a body that cannot be decoded.
    fn undecodable(&self, problem: String, path: Option<String>) -> Error {
        let facts = Facts::of_error(self.service, self.headers, self.body);
        let encoding = header_text(self.headers, CONTENT_ENCODING.as_str());
        let problem = match encoding.filter(|encoding| *encoding != "identity") {
            Some(encoding) if path.is_none() => {
                format!("{problem} (Content-Encoding {encoding:?} was not requested)")
            }
            _ => problem,
        };
        Error::decode(self.context, problem, path, self.reply(facts.request_id()))
    }

    fn reply(&self, request_id: Option<String>) -> ServiceReply {
        let date = date(self.headers);
        ServiceReply {
            status: self.status,
            request_id,
            retry_after: retry_after(self.headers, date.unwrap_or(self.now)),
            date,
            body: self.body.clone(),
        }
    }
}

/// Decodes the body of a success.
fn decode<'a, T: Blank>(
    service: &'static ServiceInfo,
    text: &'a str,
) -> Result<(Option<T>, Copied<'a>), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let envelope = Envelope {
        service,
        output: PhantomData,
    };
    let decoded = envelope.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(decoded)
}

/// Returns whether a body has none of the output's members. An empty list is a member, `null` is not.
fn is_blank_output<T: Blank>(service: &ServiceInfo, output: &T, text: &str) -> bool {
    let written = serde_json::to_string(&AsJson::new(output)).unwrap_or_default();
    let Ok(documented) = serde_json::from_str::<Object<'_>>(&written) else {
        return false;
    };
    let is_sent = |name: &str| {
        let path: Vec<_> = service.result.into_iter().chain([name]).collect();
        raw_at(text, &path).is_some_and(|value| value.get() != "null")
    };
    documented.values().all(|value| is_blank(value.get()))
        && !documented.keys().any(|name| is_sent(name))
}

/// Problem of a page that a proxy or a load balancer may have sent instead of the service.
const NOT_JSON: &str = "HTML or XML instead of JSON";

/// The path of the body itself.
const TOP: &str = ".";

/// Describes why a body cannot be decoded, with the JSON path.
fn explain<O: Operation>(body: &str, error: serde_json::Error) -> (String, Option<String>) {
    if !error.is_data() {
        // The message has line and column.
        let problem = match body.trim_start().chars().next() {
            None => "empty body".to_owned(),
            Some('<') => NOT_JSON.to_owned(),
            Some(_) => format!("not valid JSON: {error}"),
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
    // The tracked path ends at the object in which a member is missing.
    if let Some((name, _)) = problem
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'))
    {
        path = match path.as_str() {
            TOP => name.to_owned(),
            path => format!("{path}.{name}"),
        };
    }
    if O::SECRET_REPLY {
        // Further parts may be keys of a map, which may be secrets.
        let shown = 1 + usize::from(O::Service::INFO.result.is_some());
        path = path.split('.').take(shown).collect::<Vec<_>>().join(".");
    }
    (problem, Some(path).filter(|path| path != TOP))
}

// --- the body of a success ---

/// The members of a body that may contain an error code, a message or a request ID, by name. Their values are not read yet,
/// since a service may send anything there.
type Copied<'a> = Vec<(String, &'a RawValue)>;

/// The body of a success: the output, or an envelope around it.
struct Envelope<T> {
    service: &'static ServiceInfo,
    output: PhantomData<T>,
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
        let service = self.service;
        let mut copied = Copied::new();
        let Some(result) = service.result else {
            let map = CopyingMap {
                map,
                service,
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
            } else if service.may_contain_error(&name) {
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
        if self.service.may_contain_error(&name) {
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

// --- errors ---

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

    /// Returns a code as the table of documented codes has it, if it is there.
    fn known(&self, code: String) -> Cow<'static, str> {
        match self.codes.iter().find(|known| known.wire == code) {
            Some(known) => Cow::Borrowed(known.wire),
            None => Cow::Owned(code),
        }
    }

    /// Returns the kind of an error, by its code or, if the code is unknown, by the status.
    fn kind(&self, code: Option<&str>, status: StatusCode) -> ServiceErrorKind {
        let Some(code) = code else {
            return kind_of_status(status.as_u16());
        };
        // Codes form families: `InvalidParameter.PageSize` is an `InvalidParameter`.
        let families = || {
            std::iter::successors(Some(code), |code| {
                code.rsplit_once('.').map(|(family, _)| family)
            })
        };
        let documented =
            families().find_map(|code| self.codes.iter().find(|known| known.wire == code));
        match documented {
            Some(code) => code
                .kind
                .unwrap_or(kind_of_status(code.status.unwrap_or(status.as_u16()))),
            None if families().any(|code| THROTTLING.contains(&code)) => {
                ServiceErrorKind::Throttled
            }
            None => kind_of_status(status.as_u16()),
        }
    }
}

/// Returns the kind of an error whose code is unknown or states no kind.
fn kind_of_status(status: u16) -> ServiceErrorKind {
    match status {
        400 | 405 | 411..=415 => ServiceErrorKind::Invalid,
        401 => ServiceErrorKind::Authentication,
        403 => ServiceErrorKind::AccessDenied,
        404 => ServiceErrorKind::NotFound,
        408 | 500 | 502..=504 => ServiceErrorKind::Transient,
        429 => ServiceErrorKind::Throttled,
        _ => ServiceErrorKind::Other,
    }
}

/// Codes that mean throttling at every service; the list that all AWS SDKs share.
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

/// The metadata of a response.
struct Facts<'a> {
    service: &'static ServiceInfo,
    headers: &'a HeaderMap,
    members: Members<'a>,
}

/// Where the members of a body are found that describe an error.
enum Members<'a> {
    Copied(Copied<'a>),
    In(&'a str),
}

impl<'a> Facts<'a> {
    /// Reads the facts of a response that may be an error. The body may be anything.
    fn of_error(service: &'static ServiceInfo, headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        /// Errors are short. A larger body is something else.
        const MAX: usize = 1 << 20;

        let text = Some(body).filter(|body| body.len() <= MAX);
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        let members = Members::In(text.unwrap_or_default());
        Self {
            service,
            headers,
            members,
        }
    }

    /// Returns the error code, unless it means success.
    fn code(&self) -> Option<String> {
        self.codes().find(|code| !self.is_success(code))
    }

    fn has_success_code(&self) -> bool {
        self.codes().any(|code| self.is_success(&code))
    }

    fn is_success(&self, code: &str) -> bool {
        self.service.success_codes.contains(&code)
    }

    /// Returns the codes in all places that may contain one.
    fn codes(&self) -> impl Iterator<Item = String> {
        let places = self.service.error_code.iter();
        places
            .filter_map(|part| self.part(part))
            .map(|code| match self.service.namespaced_codes {
                // `namespace#Code:detail`
                true => {
                    let code = code.split(':').next().unwrap_or_default();
                    code.rsplit('#').next().unwrap_or_default().to_owned()
                }
                false => code,
            })
            .filter(|code| !code.is_empty())
    }

    fn request_id(&self) -> Option<String> {
        self.first(self.service.request_id)
    }

    fn first(&self, parts: &[Part]) -> Option<String> {
        parts.iter().find_map(|part| self.part(part))
    }

    fn part(&self, part: &Part) -> Option<String> {
        match part {
            Part::Header(name) => header_text(self.headers, name),
            Part::Body(path) => self.member(path),
        }
    }

    fn member(&self, path: &str) -> Option<String> {
        match &self.members {
            Members::In(text) => text_at(text, path),
            Members::Copied(copied) => {
                let (top, rest) = path.split_once('.').unwrap_or((path, ""));
                let (_, value) = copied.iter().find(|(name, _)| name == top)?;
                text_at(value.get(), rest)
            }
        }
    }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
}

/// Returns when a response was made, by the clock of the service. A cached response does not say.
fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE))?;
    http_date(date.to_str().ok()?)
}

/// Returns how long the service asks to wait: `x-amz-retry-after` is in milliseconds, `Retry-After` in seconds or a date. An
/// invalid value is ignored.
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
