//! Writes responses as the service does: outputs and errors, with code, message and request ID in their places.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use super::answer::Reported;
use crate::schema::{
    self, AsJson, Blank, Member, MembersMut, Slot, Source, Value as _, View, write_text,
};
use crate::service::{Operation, Part, ServiceInfo};
use crate::time::{Timestamp, TimestampFormat};

/// A response while its parts are put into their places.
pub(super) struct Envelope {
    service: &'static ServiceInfo,
    response: Response<Bytes>,
    body: Map<String, Value>,
}

impl Envelope {
    /// Begins a response.
    pub(super) fn new(service: &'static ServiceInfo, request_id: &str, now: SystemTime) -> Self {
        let mut envelope = Self {
            service,
            response: Response::default(),
            body: Map::new(),
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
        let sources = sources(&mut blank);
        let members = output.view().members().unwrap_or_default();
        let mut payload = None;
        for (member, (_, source)) in members.iter().zip(&sources) {
            match *source {
                Source::Body => {}
                Source::Payload => payload = Some(member),
                Source::Status => self.status(member),
                Source::Header(name) => self.member(name, member),
                Source::HeaderPrefix(prefix) => self.entries(prefix, member),
            }
        }
        if let Some(payload) = payload {
            return self.payload(payload);
        }
        if !O::HAS_OUTPUT {
            return Ok(self.finish());
        }
        let mut output = json(output, TimestampFormat::default())?;
        if let Value::Object(members) = &mut output {
            let elsewhere = sources.iter().filter(|(_, source)| *source != Source::Body);
            elsewhere.for_each(|(name, _)| drop(members.remove(*name)));
        }
        match (self.service.result, output) {
            (Some(result), output) => {
                self.body.insert(result.to_owned(), output);
            }
            (None, Value::Object(mut members)) => {
                // The request ID, unless the output has one.
                for (name, value) in std::mem::take(&mut self.body) {
                    members.entry(name).or_insert(value);
                }
                self.body = members;
            }
            (None, _) => return Err("the output is not a JSON object".to_owned()),
        }
        Ok(self.write())
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
        let texts = texts(member.value, member.format);
        if let (false, Ok(name)) = (texts.is_empty(), HeaderName::try_from(name)) {
            self.header(name, &texts.join(","));
        }
    }

    /// Adds a header for each entry of a map.
    fn entries(&mut self, prefix: &str, member: &Member<'_>) {
        if let View::Map(map) = member.value.view() {
            for (key, value) in map.entries() {
                let texts = texts(value, member.format);
                if let Ok(name) = HeaderName::try_from(format!("{prefix}{key}")) {
                    self.header(name, &texts.join(","));
                }
            }
        }
    }

    /// Returns the response whose body is one member.
    fn payload(mut self, member: &Member<'_>) -> Result<Response<Bytes>, String> {
        let (kind, body) = match member.value.view() {
            View::Absent => return Ok(self.response),
            View::Text(text) => ("text/plain; charset=utf-8", text.as_bytes().to_vec()),
            View::Bytes(bytes) => ("application/octet-stream", bytes.to_vec()),
            _ => {
                let json = json(member.value, member.format)?;
                ("application/json", json.to_string().into_bytes())
            }
        };
        if !self.response.headers().contains_key(CONTENT_TYPE) {
            self.header(CONTENT_TYPE, kind);
        }
        *self.response.body_mut() = body.into();
        Ok(self.response)
    }

    /// Returns the response with an error.
    pub(super) fn error(mut self, error: &Reported) -> Response<Bytes> {
        *self.response.status_mut() = error.status;
        if let Some(code) = &error.code {
            self.place(self.service.error_code, code);
        }
        self.place(self.service.error_message, &error.message);
        if let Some(wait) = error.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            self.header(RETRY_AFTER, &seconds.to_string());
        }
        self.write()
    }

    /// Returns the page of a proxy.
    pub(super) fn html(mut self) -> Response<Bytes> {
        self.header(CONTENT_TYPE, "text/html");
        *self.response.body_mut() = Bytes::from_static(b"<html><body>Welcome</body></html>");
        self.response
    }

    fn finish(self) -> Response<Bytes> {
        match self.body.is_empty() {
            true => self.response,
            false => self.write(),
        }
    }

    fn write(mut self) -> Response<Bytes> {
        self.header(CONTENT_TYPE, "application/json");
        let body = Value::Object(std::mem::take(&mut self.body)).to_string();
        *self.response.body_mut() = Bytes::from(body);
        self.response
    }

    /// Puts a text into the first of the places that may contain it.
    fn place(&mut self, places: &'static [Part], text: &str) {
        match places.first() {
            Some(Part::Header(name)) => {
                if let Ok(name) = HeaderName::try_from(*name) {
                    self.header(name, text);
                }
            }
            Some(Part::Body(path)) => insert(&mut self.body, path, text),
            None => {}
        }
    }

    /// Adds a header. A text that no header can carry is left out.
    fn header(&mut self, name: HeaderName, text: &str) {
        if let Ok(value) = HeaderValue::from_str(text) {
            self.response.headers_mut().insert(name, value);
        }
    }
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

/// Returns the texts of a value in a header.
fn texts(value: &dyn schema::Value, format: TimestampFormat) -> Vec<String> {
    let mut texts = Vec::new();
    write_text(value, format, &mut |text| texts.push(text.to_owned()));
    texts
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

/// Returns the response to a request that the fake cannot answer because of the test. No client repeats it.
#[cfg(feature = "fake-server")]
pub(super) fn misuse(envelope: Envelope, problem: String) -> Response<Bytes> {
    envelope.error(&Reported {
        status: StatusCode::NOT_IMPLEMENTED,
        code: None,
        message: problem,
        retry_after: None,
    })
}
