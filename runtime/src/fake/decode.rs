//! Decodes a request into the operation, each parameter from its place.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::call::Call;
use super::query::label;
use super::route::Asked;
use crate::schema::{
    Members, MembersMut, Place, Slot, Value, View, Violations, header_elements, whole_date,
};
use crate::service::{Operation, Scheme, Service, schemes};

/// Decodes a request, or returns what is wrong with it.
pub(super) fn decode<O: Operation>(asked: &Asked<'_>) -> Result<Call<O>, String> {
    let (service, http, request) = (O::Service::INFO, O::HTTP, asked.request);
    let mut found = Found::new(parameters::<O>());
    if let Some(problem) = asked.mistake(service, &http, found.has_body() || http.sends_object) {
        return Err(problem);
    }
    for (name, value) in asked.labels(http.path).unwrap_or_default() {
        found.path(name, label(value)?);
    }
    // Another value of the same name is a parameter that the operation does not have.
    let is_fixed = |name: &str, value: &str| {
        http.query.contains(&(name, value)) || value.is_empty() && http.bare.contains(&name)
    };
    let is_token = |name: &str| {
        let mut schemes = schemes::<O>().iter();
        schemes.any(|scheme| matches!(scheme, Scheme::QueryToken { query, .. } if *query == name))
    };
    let pairs = asked.query.iter();
    for (name, value) in pairs.filter(|(name, value)| !is_fixed(name, value) && !is_token(name)) {
        found.query(name, value);
    }
    let fixed = service.fixed_headers.iter().chain(http.headers);
    let fixed: Vec<&str> = fixed.map(|(name, _)| *name).collect();
    found.headers(request.headers(), &fixed)?;
    found.body(request.body())?;
    let in_path = found.names(Place::Path);
    let call = found.finish()?;
    for (name, value) in asked.labels_of_host(&http)? {
        // Region and project are those of the client, unless a label of the path has their name.
        let is_of_client = matches!(name, "region" | "project") && !in_path.contains(&name);
        let parameter = call.json().get(name).and_then(Json::as_str);
        let is_other = parameter.is_some_and(|parameter| !parameter.eq_ignore_ascii_case(value));
        if is_other && !is_of_client {
            return Err(format!("the host has another {name} than the request"));
        }
    }
    Ok(call)
}

/// Returns the documented limits that a request violates.
pub(super) fn violations(operation: &impl Operation) -> Vec<String> {
    let mut violations = Violations::new(true);
    let members = Members::of(operation);
    members.iter().for_each(|member| violations.check(member));
    violations.check_requirements(&members);
    let violations = violations.into_vec();
    violations.iter().map(ToString::to_string).collect()
}

/// A parameter of an operation.
struct Parameter {
    name: &'static str,
    place: Place,
    ty: Type,
    is_required: bool,
}

/// How a text becomes JSON.
#[derive(Clone)]
enum Type {
    /// A text stays one.
    Text,
    /// A number or truth value.
    Literal,
    /// A number; the names of those that JSON does not have stay texts.
    Number,
    /// A time: digits are a number.
    Timestamp,
    /// Bytes, in all places but a payload as base64.
    Bytes,
    /// A list of values, each a text.
    List(Box<Type>),
    /// A map whose entries have a text or more.
    Map(Box<Type>),
    /// Only JSON carries it.
    Json,
}

impl Type {
    fn of(value: &mut dyn Value) -> Self {
        match value.slot() {
            Slot::Text(_) | Slot::OptionalText(_) | Slot::Enum(_) => Self::Text,
            Slot::Bytes(_) => Self::Bytes,
            Slot::Integer(_) | Slot::Boolean(_) => Self::Literal,
            Slot::Number(_) => Self::Number,
            Slot::Timestamp(_) => Self::Timestamp,
            Slot::Optional(value) => Self::of(value.insert()),
            Slot::List(list) => match list.push() {
                Some(element) => Self::List(Box::new(Self::of(element))),
                None => Self::Json,
            },
            Slot::Map(map) => match map.insert(String::new()) {
                Some(value) => Self::Map(Box::new(Self::of(value))),
                None => Self::Json,
            },
            Slot::Json(_) | Slot::Boxed(..) | Slot::Record(_) | Slot::Union(_) => Self::Json,
        }
    }

    /// Returns the value of texts, of which those of a map have keys; `None` if they do not have this type.
    fn json(&self, texts: Vec<Text>) -> Option<Json> {
        match self {
            Self::List(inner) => {
                let elements = texts.into_iter().map(|text| inner.json(vec![text]));
                elements.collect::<Option<Vec<_>>>().map(Json::Array)
            }
            Self::Map(inner) => {
                let mut entries: BTreeMap<String, Vec<Text>> = BTreeMap::new();
                for Text { key, text } in texts {
                    let key = key.unwrap_or_default();
                    entries.entry(key).or_default().push(text.into());
                }
                let entries = entries.into_iter();
                let entries = entries.map(|(key, texts)| Some((key, inner.json(texts)?)));
                entries.collect::<Option<Map<_, _>>>().map(Json::Object)
            }
            Self::Json => None,
            _ => {
                let [Text { text, .. }] = <[Text; 1]>::try_from(texts).ok()?;
                self.scalar(text)
            }
        }
    }

    fn scalar(&self, text: String) -> Option<Json> {
        let literal = || serde_json::from_str::<Json>(&text).ok();
        let is_number = |json: &Json| json.is_number();
        match self {
            Self::Literal => literal().filter(|json| json.is_i64() || json.is_boolean()),
            Self::Number if matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity") => {
                Some(text.into())
            }
            Self::Number => literal().filter(is_number),
            Self::Timestamp => Some(literal().filter(is_number).unwrap_or(text.into())),
            _ => Some(text.into()),
        }
    }
}

/// Returns the parameters of an operation.
fn parameters<O: Operation>() -> Vec<Parameter> {
    let (blank, mut probe) = (O::blank(), O::blank());
    let members = Members::of(&blank);
    let mut slots = MembersMut::of(&mut probe);
    let pairs = members.iter().zip(slots.iter_mut());
    let parameters = pairs.map(|(member, slot)| Parameter {
        name: slot.name,
        place: member.place,
        // A map without entries leaves no trace in a query or in headers.
        is_required: !matches!(member.value.view(), View::Absent | View::Map(_)),
        ty: Type::of(slot.value),
    });
    parameters.collect()
}

/// The text of a value, or of an entry of a map.
struct Text {
    key: Option<String>,
    text: String,
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { key: None, text }
    }
}

/// Parameters found in a request.
struct Found {
    parameters: Vec<Parameter>,
    /// The texts of parameters in path, query and headers, by the index of the parameter.
    texts: BTreeMap<usize, Vec<Text>>,
    /// The values in the body.
    json: BTreeMap<String, Box<RawValue>>,
    /// Parameters that the operation does not have.
    unknown: Vec<(String, Json)>,
}

impl Found {
    fn new(parameters: Vec<Parameter>) -> Self {
        Self {
            parameters,
            texts: BTreeMap::new(),
            json: BTreeMap::new(),
            unknown: Vec::new(),
        }
    }

    fn has_body(&self) -> bool {
        let in_body = |each: &Parameter| matches!(each.place, Place::Body | Place::Payload);
        self.position(in_body).is_some()
    }

    /// Returns the names of the parameters in a place.
    fn names(&self, place: Place) -> Vec<&'static str> {
        let parameters = self.parameters.iter();
        let parameters = parameters.filter(|parameter| parameter.place == place);
        parameters.map(|parameter| parameter.name).collect()
    }

    fn position(&self, is_it: impl Fn(&Parameter) -> bool) -> Option<usize> {
        self.parameters.iter().position(is_it)
    }

    fn push(&mut self, index: usize, text: impl Into<Text>) {
        self.texts.entry(index).or_default().push(text.into());
    }

    /// Takes the value of a label. Some labels are values of the client instead of parameters.
    fn path(&mut self, name: &str, value: String) {
        let label = self.position(|each| each.place == Place::Path && each.name == name);
        if let Some(index) = label {
            self.push(index, value);
        }
    }

    /// Takes a pair of the query: a parameter, an entry of a map, or unknown.
    fn query(&mut self, name: &str, value: &str) {
        let is_map = |each: &Parameter| matches!(each.ty, Type::Map(_));
        let in_query = |each: &Parameter| each.place == Place::Query;
        if let Some(index) =
            self.position(|each| each.place == Place::QueryCsv && each.name == name)
        {
            for text in value.split(',') {
                self.push(index, text.to_owned());
            }
        } else if let Some(index) =
            self.position(|each| in_query(each) && !is_map(each) && each.name == name)
        {
            self.push(index, value.to_owned());
        } else if let Some(index) = self.position(|each| in_query(each) && is_map(each)) {
            let (key, text) = (Some(name.to_owned()), value.to_owned());
            self.push(index, Text { key, text });
        } else {
            self.unknown.push((name.to_owned(), value.into()));
        }
    }

    /// Takes the headers of parameters. Those in `fixed` are no entries of a map.
    fn headers(&mut self, headers: &HeaderMap, fixed: &[&str]) -> Result<(), String> {
        let mut taken: Vec<(usize, Text)> = Vec::new();
        let parameters = self.parameters.iter().enumerate();
        for (index, parameter) in parameters.filter(|(_, each)| each.place == Place::Header) {
            let prefix = parameter.name.to_ascii_lowercase();
            for (name, value) in headers {
                let text = str::from_utf8(value.as_bytes())
                    .map_err(|_| format!("the header {name} is not text"))?;
                let key = name.as_str().strip_prefix(&prefix);
                let is_fixed = || {
                    fixed
                        .iter()
                        .any(|each| name.as_str().eq_ignore_ascii_case(each))
                };
                match (&parameter.ty, key) {
                    (Type::Map(_), Some(key)) if !key.is_empty() && !is_fixed() => {
                        let (key, text) = (Some(key.to_owned()), text.to_owned());
                        taken.push((index, Text { key, text }));
                    }
                    (Type::List(of), Some("")) => {
                        let mut elements = header_elements(text).into_iter();
                        while let Some(element) = elements.next() {
                            let text = match **of {
                                Type::Timestamp => whole_date(element, &mut elements),
                                _ => element,
                            };
                            taken.push((index, text.into()));
                        }
                    }
                    (Type::Map(_), _) => {}
                    (_, Some("")) => taken.push((index, text.to_owned().into())),
                    _ => {}
                }
            }
        }
        taken
            .into_iter()
            .for_each(|(index, text)| self.push(index, text));
        Ok(())
    }

    /// Reads the body. One that no parameter travels in is passed over, as services do.
    fn body(&mut self, body: &[u8]) -> Result<(), String> {
        if let Some(index) = self.position(|each| each.place == Place::Payload) {
            return self.payload(index, body);
        }
        if self.position(|each| each.place == Place::Body).is_none() {
            return Ok(());
        }
        let members: BodyMembers = serde_json::from_slice(body)
            .map_err(|error| format!("the body is not a JSON object: {error}"))?;
        for (name, value) in members.0 {
            let known = self.position(|each| each.place == Place::Body && each.name == name);
            if known.is_none() {
                let value = serde_json::from_str(value.get()).unwrap_or_default();
                self.unknown.push((name, value));
            } else if self.json.insert(name.clone(), value).is_some() {
                return Err(format!("the body has the member {name} twice"));
            }
        }
        Ok(())
    }

    /// Takes the body as the value of one parameter. An empty body is an absent value.
    fn payload(&mut self, index: usize, body: &[u8]) -> Result<(), String> {
        let Some(parameter) = self.parameters.get(index) else {
            return Ok(());
        };
        if body.is_empty() && !parameter.is_required {
            return Ok(());
        }
        match parameter.ty {
            Type::Text => {
                let text = String::from_utf8(body.to_vec());
                let text = text.map_err(|_| "the body is not UTF-8".to_owned())?;
                self.push(index, text);
            }
            Type::Bytes => self.push(index, STANDARD.encode(body)),
            _ => {
                let value = serde_json::from_slice(body)
                    .map_err(|error| format!("the body is not JSON: {error}"))?;
                self.json.insert(parameter.name.to_owned(), value);
            }
        }
        Ok(())
    }

    fn finish<O: Operation>(self) -> Result<Call<O>, String> {
        let Self {
            parameters,
            texts,
            mut json,
            unknown,
        } = self;
        for (index, texts) in texts {
            let Some(Parameter { name, ty, .. }) = parameters.get(index) else {
                continue;
            };
            // The value is left out: it may be a secret.
            let value = ty
                .json(texts)
                .and_then(|value| serde_json::value::to_raw_value(&value).ok())
                .ok_or_else(|| format!("the value of {name} does not have its type"))?;
            json.insert((*name).to_owned(), value);
        }
        // A list that is missing would be read as an empty one.
        let mut required = parameters.iter().filter(|parameter| parameter.is_required);
        if let Some(missing) = required.find(|parameter| !json.contains_key(parameter.name)) {
            return Err(format!("the parameter {} is missing", missing.name));
        }
        let text = serde_json::to_string(&json).map_err(|error| error.to_string())?;
        let operation: O = serde_json::from_str(&text).map_err(|error| problem(&error))?;
        let json = serde_json::to_value(&operation).map_err(|error| error.to_string())?;
        Ok(Call::new(operation, json, unknown))
    }
}

/// The members of a body in the order in which they were sent, of which one may be there twice.
struct BodyMembers(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for BodyMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = BodyMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BodyMembers, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(BodyMembers(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Describes why JSON does not have its type, without its values.
pub(super) fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The message of a wrong type quotes the value.
    match text.split_once(": ") {
        Some((kind @ ("invalid type" | "invalid value"), rest)) => {
            let expected = rest.rsplit_once(", expected ");
            let expected = expected.map_or("another type", |(_, expected)| expected);
            let expected = expected.split(" at line").next().unwrap_or_default();
            format!("{kind}: expected {expected}")
        }
        _ => text.split(" at line").next().unwrap_or_default().to_owned(),
    }
}
