//! Reads a response: the output of an operation, or the error that it reports.
//!
//! A response is read once, at full speed: the output is decoded while the few members that may contain an error code, a
//! message or a request ID are copied. After a failure it is read again, to find the path. What an output has in headers is
//! added at the end.

use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AGE, CONTENT_ENCODING, CONTENT_TYPE, DATE, LOCATION};
use http::{HeaderMap, Response, StatusCode};
use serde_core::de::{DeserializeSeed, IgnoredAny};

use super::envelope::{Envelope, decode};
use super::facts::{Facts, Members, header_text};
use super::json::{Object, is_blank};
use crate::error::{Context, Error, ServiceReply, ServiceText};
use crate::schema::{
    AsJson, Blank, FillReply, MISSING_MEMBER, Payload, Value, is_body_member, payload_of, raw_at,
    read_head, read_raw, replace_lone_surrogates, with_payload,
};
use crate::service::{Operation, Reply, Service, ServiceInfo};
use crate::time::http_date;

/// Reads the response to an operation.
pub(super) fn read<O: Operation>(
    response: Response<Bytes>,
    now: SystemTime,
    context: &Context<'_>,
) -> Result<Reply<O::Output>, Error> {
    let (parts, body) = response.into_parts();
    let received = Received {
        service: O::Service::INFO,
        context,
        status: parts.status,
        headers: &parts.headers,
        body: &body,
        now,
    };
    if !parts.status.is_success() {
        return Err(received.reported(&received.facts(Members::of_any(&body))));
    }
    let mut blank = O::Output::blank();
    let form = payload_of(&mut blank);
    let (mut output, request_id) = match form {
        _ if !O::HAS_OUTPUT => (blank, received.without_output()?),
        Some(Payload::Raw) => received.raw_payload(blank)?,
        Some(Payload::Json) => received.json_payload::<O>(blank)?,
        None => received.object::<O>()?,
    };
    if let Err(error) = read_head(&mut output, parts.status, &parts.headers) {
        return Err(received.undecodable(error.problem, Some(error.place)));
    }
    Ok(Reply::new(output, request_id, body.clone()))
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

/// An output and the request ID.
type Output<T> = (T, Option<String>);

impl<'a> Received<'a> {
    fn facts(&self, members: Members<'a>) -> Facts<'a> {
        Facts {
            service: self.service,
            status: self.status,
            headers: self.headers,
            members,
        }
    }

    /// Returns the request ID. It is logged, so it must not contain a secret.
    fn request_id(&self, facts: &Facts<'_>) -> Option<String> {
        facts.request_id().map(|id| self.context.redacted(&id))
    }

    /// Returns the body as text.
    fn text(&self) -> Result<&'a str, Error> {
        std::str::from_utf8(self.body)
            .map_err(|error| self.undecodable(format!("not UTF-8: {error}"), None))
    }

    /// Reads an output that is the JSON object of the body, or of its envelope.
    fn object<O: Operation>(&self) -> Result<Output<O::Output>, Error> {
        let service = self.service;
        let text = self.text()?;
        let mut decoded = decode::<O::Output>(service, text);
        // A service that cuts text in the middle of a character leaves half of it behind.
        let repaired = match &decoded {
            Err(_) => replace_lone_surrogates(text),
            Ok(_) => None,
        };
        if let Some(repaired) = &repaired {
            decoded = decode(service, repaired);
        }
        let text = repaired.as_deref().unwrap_or(text);
        let (mut output, copied) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => {
                // A body that cannot be decoded as the output may still be an error.
                let facts = self.facts(Members::of_any(self.body));
                if facts.code().is_some() {
                    return Err(self.reported(&facts));
                }
                let envelope = Envelope::<O::Output> {
                    service,
                    copies: false,
                    output: PhantomData,
                };
                let (problem, path) = explain::<O, _>(text, error, envelope);
                return Err(self.undecodable(problem, path));
            }
        };
        let facts = Facts {
            service,
            status: self.status,
            headers: self.headers,
            members: Members::Copied(copied),
        };
        let is_blank = || {
            let blank = output
                .as_mut()
                .map(|output| is_blank_output(service.result, output, text));
            blank == Some(true)
        };
        if is_error(&facts, is_blank) {
            return Err(self.reported(&facts));
        }
        match output {
            Some(output) => Ok((output, self.request_id(&facts))),
            None => {
                let result = service.result.unwrap_or_default();
                let problem = format!("member `{result}` is missing");
                Err(self.undecodable(problem, Some(result.to_owned())))
            }
        }
    }

    /// Reads a body that is a text or bytes. Whatever it looks like, it is the output, unless a header has an error code.
    fn raw_payload<T: Blank>(&self, mut output: T) -> Result<Output<T>, Error> {
        let facts = self.facts(Members::In(""));
        if facts.code().is_some() {
            return Err(self.reported(&facts));
        }
        read_raw(&mut output, self.body).map_err(|problem| self.undecodable(problem, None))?;
        Ok((output, self.request_id(&facts)))
    }

    /// Reads a body that is one JSON value. A member that may be absent is so if there is no body.
    fn json_payload<O: Operation>(
        &self,
        mut output: O::Output,
    ) -> Result<Output<O::Output>, Error> {
        let facts = self.facts(Members::of_any(self.body));
        if facts.code().is_some() {
            return Err(self.reported(&facts));
        }
        let text = self.text()?;
        let is_there =
            |value: &mut dyn Value| !text.trim().is_empty() || value.slot().is_required();
        if with_payload(&mut output, is_there) == Some(false) {
            return Ok((output, self.request_id(&facts)));
        }
        let mut fill = |text: &str| {
            let read = |value: &mut dyn Value| from_str(text, FillReply(value));
            with_payload(&mut output, read).unwrap_or(Ok(()))
        };
        let mut result = fill(text);
        let repaired = match &result {
            Err(_) => replace_lone_surrogates(text),
            Ok(()) => None,
        };
        if let Some(repaired) = &repaired {
            result = fill(repaired);
        }
        let text = repaired.as_deref().unwrap_or(text);
        if let Err(error) = result {
            let explained = with_payload(&mut O::Output::blank(), |value| {
                explain::<O, _>(text, error, FillReply(value))
            });
            let (problem, path) = explained.unwrap_or_default();
            return Err(self.undecodable(problem, path));
        }
        let is_blank = |value: &mut dyn Value| is_blank_output(None, value, text);
        if is_error(&facts, || with_payload(&mut output, is_blank) == Some(true)) {
            return Err(self.reported(&facts));
        }
        Ok((output, self.request_id(&facts)))
    }

    /// Reads the response to an operation that reads no body, and returns the request ID. Whatever the body is, it is a
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
            // Frameworks label other texts as HTML too, but those have no tags.
            Some(_) if start.contains('<') && self.is_labelled_as_html() => {
                Some(NOT_JSON.to_owned())
            }
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
            status: self.status,
            headers: self.headers,
            members: Members::In(start),
        };
        match facts.code() {
            Some(_) => Err(self.reported(&facts)),
            None => Ok(self.request_id(&facts)),
        }
    }

    fn is_labelled_as_html(&self) -> bool {
        let label = header_text(self.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        let label = label.trim_start().to_ascii_lowercase();
        ["text/html", "application/xhtml"]
            .iter()
            .any(|html| label.starts_with(html))
    }

    /// Creates the error that the service reports.
    fn reported(&self, facts: &Facts<'_>) -> Error {
        let (code, holder) = facts.code_and_place().unzip();
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
            holder: holder.unwrap_or_default(),
        };
        Error::reported(self.context, kind, text, self.reply(facts.request_id()))
    }

    /// Creates the error of a body that cannot be decoded.
    fn undecodable(&self, problem: String, path: Option<String>) -> Error {
        let facts = self.facts(Members::of_any(self.body));
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
            headers: self.headers.clone(),
            body: self.body.clone(),
        }
    }
}

/// Returns whether a response with the status of a success reports an error: it has a code, or a message without any output.
fn is_error(facts: &Facts<'_>, is_blank: impl FnOnce() -> bool) -> bool {
    facts.code().is_some()
        || facts.may_be_error()
            && facts.first(facts.service.error_message).is_some()
            && !facts.has_success_code()
            && is_blank()
}

/// Returns whether a body has none of the output's members. An empty list is a member, `null` is not. `result` is the member
/// of the body that holds the output.
fn is_blank_output(result: Option<&str>, output: &mut dyn Value, text: &str) -> bool {
    let written = serde_json::to_string(&AsJson::new(output)).unwrap_or_default();
    let Ok(documented) = serde_json::from_str::<Object<'_>>(&written) else {
        return false;
    };
    let is_sent = |name: &str| {
        let path: Vec<_> = result.into_iter().chain([name]).collect();
        raw_at(text, &path).is_some_and(|value| value.get() != "null")
    };
    documented.values().all(|value| is_blank(value.get()))
        && !documented
            .keys()
            .any(|name| is_body_member(output, name) && is_sent(name))
}

/// Problem of a page that a proxy or a load balancer may have sent instead of the service.
const NOT_JSON: &str = "HTML or XML instead of JSON";

/// The path of the body itself.
const TOP: &str = ".";

/// Reads JSON with a seed.
fn from_str<'de, S: DeserializeSeed<'de>>(
    json: &'de str,
    seed: S,
) -> Result<S::Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Describes why a body cannot be decoded, with the JSON path. `seed` reads it again.
fn explain<'de, O: Operation, S: DeserializeSeed<'de>>(
    body: &'de str,
    error: serde_json::Error,
    seed: S,
) -> (String, Option<String>) {
    if !error.is_data() {
        // The message has line and column.
        let problem = match body.trim_start().chars().next() {
            None => "empty body".to_owned(),
            Some('<') => NOT_JSON.to_owned(),
            Some(_) => format!("not valid JSON: {error}"),
        };
        return (problem, None);
    }
    let mut track = serde_path_to_error::Track::new();
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let outcome = seed.deserialize(serde_path_to_error::Deserializer::new(
        &mut deserializer,
        &mut track,
    ));
    let problem = outcome.err().unwrap_or(error).to_string();
    let mut path = track.path().to_string();
    // The tracked path ends at the object in which a member is missing.
    if let Some((name, _)) = problem
        .strip_prefix(MISSING_MEMBER)
        .and_then(|rest| rest.split_once('`'))
    {
        path = match path.as_str() {
            TOP => name.to_owned(),
            path => format!("{path}.{name}"),
        };
    }
    if path == TOP {
        return (problem, None);
    }
    if O::SECRET_REPLY {
        // Further parts may be keys of a map, which may be secrets.
        let shown = 1 + usize::from(O::Service::INFO.result.is_some());
        path = path.split('.').take(shown).collect::<Vec<_>>().join(".");
    }
    (problem, Some(path))
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
