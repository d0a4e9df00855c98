//! Writes responses as the service does: outputs and errors, with code, message and request ID in their places.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use super::answer::Reported;
use crate::schema::{
    self, AsJson, Blank, Member, MembersMut, Slot, Source, View, header_list, write_text,
};
use crate::service::{Operation, Part, ServiceInfo};
use crate::time::{Timestamp, TimestampFormat};

/// A response while its parts are put into their places.
pub(super) struct Envelope {
    service: &'static ServiceInfo,
    response: Response<Bytes>,
    body: Map<String, Value>,
    /// Why the response cannot be written.
    problem: Option<String>,
}

impl Envelope {
    /// Begins a response.
    pub(super) fn new(service: &'static ServiceInfo, request_id: &str, now: SystemTime) -> Self {
        let mut envelope = Self {
            service,
            response: Response::default(),
            body: Map::new(),
            problem: None,
        };
        let date = Timestamp::from(now).in_format(TimestampFormat::HttpDate);
        envelope.header(DATE, date.as_str());
        envelope.place(service.request_id, request_id);
        envelope
    }

    /// Returns the response with an output, or why it cannot be written.
    pub(super) fn success<O: Operation>(
        mut self,
        output: &O::Output,
    ) -> Result<Response<Bytes>, String> {
        let mut blank = O::Output::blank();
        let content = self.content(output, &sources(&mut blank))?;
        match (content, self.service.result) {
            (Content::Payload(body), _) => self.payload(body),
            // The request ID may be in the body all the same.
            _ if !O::HAS_OUTPUT && self.body.is_empty() => self.finish(),
            _ if !O::HAS_OUTPUT => self.write(),
            (Content::Json(output), Some(result)) => {
                self.body.insert(result.to_owned(), output);
                self.write()
            }
            (Content::Json(Value::Object(mut members)), None) => {
                // The request ID, unless the output has one.
                for (name, value) in std::mem::take(&mut self.body) {
                    members.entry(name).or_insert(value);
                }
                self.body = members;
                self.write()
            }
            (Content::Json(_), None) => Err("the output is not a JSON object".to_owned()),
        }
    }

    /// Puts the members that have a place outside of the body there, and returns the body.
    fn content(
        &mut self,
        value: &dyn schema::Value,
        sources: &[(&str, Source)],
    ) -> Result<Content, String> {
        let members = value.view().members().unwrap_or_default();
        let mut payload = None;
        for (member, (_, source)) in members.iter().zip(sources) {
            match *source {
                Source::Body => {}
                Source::Payload => payload = Some(self.payload_of(member)?),
                Source::Status => self.status(member),
                Source::Header(name) => self.member(name, member),
                Source::HeaderPrefix(prefix) => self.entries(prefix, member),
            }
        }
        if let Some(payload) = payload {
            return Ok(Content::Payload(payload));
        }
        let mut json = json(value, TimestampFormat::default())?;
        if let Value::Object(members) = &mut json {
            let elsewhere = sources.iter().filter(|(_, source)| *source != Source::Body);
            elsewhere.for_each(|(name, _)| drop(members.remove(*name)));
        }
        Ok(Content::Json(json))
    }

    /// Sets the status to that of a member, if it is one.
    fn status(&mut self, member: &Member<'_>) {
        if let View::Integer(status) = member.value.view()
            && let Some(status) = u16::try_from(status).ok()
            && let Ok(status) = StatusCode::from_u16(status)
        {
            *self.response.status_mut() = status;
        }
    }

    /// Adds the header of a member, with commas between the elements of a list.
    fn member(&mut self, name: &str, member: &Member<'_>) {
        let text = match member.value.view() {
            View::List(list) => header_list(list, member.format),
            _ => text(member.value, member.format),
        };
        if let Some(text) = text {
            self.named_header(name, &text);
        }
    }

    /// Adds a header for each entry of a map.
    fn entries(&mut self, prefix: &str, member: &Member<'_>) {
        if let View::Map(map) = member.value.view() {
            for (key, value) in map.entries() {
                let text = text(value, member.format).unwrap_or_default();
                self.named_header(&format!("{prefix}{key}"), &text);
            }
        }
    }

    /// Returns the bytes of a member that is the whole body, and sets their content type. An absent one is an empty body.
    fn payload_of(&mut self, member: &Member<'_>) -> Result<Vec<u8>, String> {
        let (kind, body) = match member.value.view() {
            View::Absent => return Ok(Vec::new()),
            View::Text(text) => ("text/plain; charset=utf-8", text.as_bytes().to_vec()),
            View::Bytes(bytes) => ("application/octet-stream", bytes.to_vec()),
            _ => {
                let json = json(member.value, member.format)?;
                ("application/json", json.to_string().into_bytes())
            }
        };
        // A member of the output may replace it.
        let headers = self.response.headers_mut();
        let kind = HeaderValue::from_static(kind);
        headers.entry(CONTENT_TYPE).or_insert(kind);
        Ok(body)
    }

    /// Returns the response with an error.
    pub(super) fn error(mut self, error: Reported) -> Result<Response<Bytes>, String> {
        let Reported {
            status,
            code,
            message,
            retry_after,
            details,
        } = error;
        *self.response.status_mut() = status;
        if let Some(wait) = retry_after {
            let seconds = wait
                .as_secs()
                .saturating_add(u64::from(wait.subsec_nanos() > 0));
            self.header(RETRY_AFTER, &seconds.to_string());
        }
        let (places, texts) = (self.service.error_code, self.service.error_message);
        let mut payload = None;
        if let Some(mut details) = details {
            let sources = sources(&mut *details);
            match self.content(&*details, &sources)? {
                Content::Payload(body) => payload = Some(body),
                Content::Json(Value::Object(members)) => {
                    holder(&mut self.body, places)?.extend(members)
                }
                Content::Json(_) => return Err("the details are not a JSON object".to_owned()),
            }
        }
        let in_body = |places: &[Part]| matches!(places.first(), Some(Part::Body(_)));
        if payload.is_some() && (in_body(places) || message.is_some() && in_body(texts)) {
            return Err(
                "the details are the whole body, and leave no place for code and message"
                    .to_owned(),
            );
        }
        if let Some(code) = &code {
            self.place(places, code);
        }
        match message {
            Some(message) => self.place(texts, &message),
            // Details may have a message of their own.
            None if self.has_message() => {}
            None => self.place(texts, "error of the fake service"),
        }
        match payload {
            Some(payload) => self.payload(payload),
            None => self.write(),
        }
    }

    /// Whether there is a text in the place of the message.
    fn has_message(&self) -> bool {
        match self.service.error_message.first() {
            Some(Part::Header(name)) => self.response.headers().contains_key(*name),
            Some(Part::Body(path)) => {
                let mut names = path.split('.');
                let first = names.next().and_then(|name| self.body.get(name));
                names
                    .try_fold(first, |object, name| Some(object?.get(name)))
                    .flatten()
                    .is_some()
            }
            None => false,
        }
    }

    /// Returns the response to a request that the fake cannot answer because of the test. No client repeats it.
    #[cfg(feature = "fake-server")]
    pub(super) fn misuse(mut self, problem: &str) -> Response<Bytes> {
        *self.response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        self.place(self.service.error_message, problem);
        // Without a place, or in a header that cannot carry it, the text is the body.
        let has_message = self.has_message();
        let mut response = match self.write() {
            Ok(response) if has_message => return response,
            Ok(response) => response,
            Err(_) => Response::default(),
        };
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        *response.body_mut() = Bytes::from(problem.to_owned());
        response
    }

    /// Returns the page of a proxy.
    pub(super) fn html(mut self) -> Result<Response<Bytes>, String> {
        self.header(CONTENT_TYPE, "text/html");
        self.payload(b"<html><body>Welcome</body></html>".to_vec())
    }

    /// Returns the response with a whole body.
    fn payload(mut self, body: Vec<u8>) -> Result<Response<Bytes>, String> {
        *self.response.body_mut() = body.into();
        self.finish()
    }

    fn finish(self) -> Result<Response<Bytes>, String> {
        match self.problem {
            Some(problem) => Err(problem),
            None => Ok(self.response),
        }
    }

    fn write(mut self) -> Result<Response<Bytes>, String> {
        self.header(CONTENT_TYPE, "application/json");
        let body = Value::Object(std::mem::take(&mut self.body)).to_string();
        self.payload(body.into_bytes())
    }

    /// Puts a text into the first of the places that may contain it.
    fn place(&mut self, places: &'static [Part], text: &str) {
        match places.first() {
            Some(Part::Header(name)) => self.named_header(name, text),
            Some(Part::Body(path)) => insert(&mut self.body, path, text),
            None => {}
        }
    }

    fn named_header(&mut self, name: &str, text: &str) {
        match HeaderName::try_from(name) {
            Ok(name) => self.header(name, text),
            Err(_) => self.problem = Some(format!("{name:?} is not the name of a header")),
        }
    }

    fn header(&mut self, name: HeaderName, text: &str) {
        match HeaderValue::from_bytes(text.as_bytes()) {
            Ok(value) => drop(self.response.headers_mut().insert(name, value)),
            // The text may be a secret.
            Err(_) => self.problem = Some(format!("the header {name} cannot carry its value")),
        }
    }
}

/// The body of a response.
enum Content {
    Json(Value),
    Payload(Vec<u8>),
}

/// Returns the members of an output, each with its place in a response, in the order of the output.
fn sources(output: &mut dyn schema::Value) -> Vec<(&'static str, Source)> {
    match output.slot() {
        Slot::Record(record) => {
            let mut members = MembersMut::of(record);
            let members = members.iter_mut();
            members.map(|member| (member.name, member.source)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the text of a value in a header, if it has one.
fn text(value: &dyn schema::Value, format: TimestampFormat) -> Option<String> {
    let mut text = None;
    write_text(value, format, &mut |written| {
        text = Some(written.to_owned())
    });
    text
}

fn json(value: &dyn schema::Value, format: TimestampFormat) -> Result<Value, String> {
    serde_json::to_value(AsJson::sent(value, format))
        .map_err(|error| format!("the output cannot be written as JSON: {error}"))
}

/// Sets a member at a path of names that are separated by dots.
fn insert(body: &mut Map<String, Value>, path: &str, text: &str) {
    match path.split_once('.') {
        None => {
            body.insert(path.to_owned(), text.into());
        }
        Some((first, rest)) => {
            let inner = body.entry(first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                insert(inner, rest, text);
            }
        }
    }
}

/// Returns the object that holds the code of an error, in which its details are.
fn holder<'b>(
    body: &'b mut Map<String, Value>,
    code: &[Part],
) -> Result<&'b mut Map<String, Value>, String> {
    let path = match code.first() {
        Some(Part::Body(path)) => path.rsplit_once('.').map_or("", |(holder, _)| holder),
        _ => "",
    };
    let mut names = path.split('.').filter(|name| !name.is_empty());
    names.try_fold(body, |object, name| {
        let inner = object.entry(name).or_insert_with(|| Map::new().into());
        let inner = inner.as_object_mut();
        inner.ok_or_else(|| format!("there is no object {name:?} in the body of the error"))
    })
}
