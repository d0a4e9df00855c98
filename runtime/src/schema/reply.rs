//! The members of a reply that its JSON object does not have: those from headers and the status, and a body that is one
//! member.

use base64::Engine;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_core::de::DeserializeSeed;

use super::decode::{BASE64, FillReply};
use super::record::Source;
use super::{List, MemberMut, MembersMut, Slot, Value, raw_at, replace_lone_surrogates};
use crate::error::DetailsSource;
use crate::time::Timestamp;

/// The form of a body that is one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// A text or bytes, as they are.
    Raw,
    Json,
}

/// A header that is missing or has another form.
#[derive(Debug)]
pub(crate) struct HeadProblem {
    /// Such as `header x-count`.
    pub(crate) place: String,
    pub(crate) problem: String,
}

/// Passes each member of a record to `each`.
fn for_each(output: &mut dyn Value, each: impl FnMut(&mut MemberMut<'_>)) {
    if let Slot::Record(record) = output.slot() {
        let mut members = MembersMut::new();
        record.members_mut(&mut members);
        members.iter_mut().for_each(each);
    }
}

/// Returns whether a record has a member of a name in its JSON object.
pub(crate) fn is_body_member(output: &mut dyn Value, name: &str) -> bool {
    let mut found = false;
    for_each(output, |member| {
        found |= member.name == name && member.source == Source::Body;
    });
    found
}

/// Passes the member that is the whole body to `read`. Returns `None` if there is no such member.
pub(crate) fn with_payload<R>(
    output: &mut dyn Value,
    read: impl FnOnce(&mut dyn Value) -> R,
) -> Option<R> {
    let (mut read, mut result) = (Some(read), None);
    for_each(output, |member| {
        if member.source == Source::Payload
            && let Some(read) = read.take()
        {
            result = Some(read(&mut *member.value));
        }
    });
    result
}

/// Returns the form of the body if it is one member.
pub(crate) fn payload_of(output: &mut dyn Value) -> Option<Payload> {
    fn form(value: &mut dyn Value) -> Payload {
        match value.slot() {
            Slot::Text(_) | Slot::OptionalText(_) | Slot::Bytes(_) | Slot::Enum(_) => Payload::Raw,
            Slot::Optional(value) => {
                let form = form(value.insert());
                value.clear();
                form
            }
            _ => Payload::Json,
        }
    }
    with_payload(output, form)
}

/// Reads a body that is a text or bytes into its member. An empty body is absent if it may be.
pub(crate) fn read_raw(output: &mut dyn Value, body: &Bytes) -> Result<(), String> {
    fn read(value: &mut dyn Value, body: &Bytes) -> Result<(), String> {
        let text = || std::str::from_utf8(body).map_err(|error| format!("not UTF-8: {error}"));
        match value.slot() {
            Slot::Text(place) => text()?.clone_into(place),
            Slot::OptionalText(place) => {
                *place = Some(text()?.to_owned()).filter(|text| !text.is_empty());
            }
            Slot::Enum(place) => place.set_text(text()?),
            Slot::Bytes(place) => *place = body.clone(),
            Slot::Optional(place) if body.is_empty() => place.clear(),
            Slot::Optional(place) => return read(place.insert(), body),
            _ => {}
        }
        Ok(())
    }
    with_payload(output, |value| read(value, body)).unwrap_or(Ok(()))
}

/// Sets the members that come from the status and from headers.
pub(crate) fn read_head(
    output: &mut dyn Value,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), HeadProblem> {
    let mut result = Ok(());
    for_each(output, |member| {
        if result.is_ok() {
            result = read_member(member, status, headers);
        }
    });
    result
}

fn read_member(
    member: &mut MemberMut<'_>,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), HeadProblem> {
    let millis = member.millis;
    match member.source {
        Source::Body | Source::Payload => {}
        Source::Status => {
            // The type of a status is an integer.
            let _ = read_text(&mut *member.value, status.as_str(), millis);
        }
        Source::Header(name) => {
            let problem = |problem: String| HeadProblem {
                place: format!("header {name}"),
                problem,
            };
            let mut values = headers.get_all(name).iter().map(text_of);
            let is_read = match member.value.slot() {
                Slot::List(list) => values
                    .try_for_each(|text| read_list(list, &text, millis))
                    .map(|()| true),
                _ => match values.next() {
                    Some(text) => read_text(&mut *member.value, text.trim(), millis),
                    None => Ok(false),
                },
            };
            match is_read {
                Err(Other { text, expected }) => {
                    return Err(problem(format!(
                        "invalid header value {text:?}: expected {expected}"
                    )));
                }
                Ok(false) if member.value.slot().is_required() => {
                    return Err(problem("the header is missing".to_owned()));
                }
                Ok(_) => {}
            }
        }
        Source::HeaderPrefix(prefix) => {
            let Slot::Map(map) = member.value.slot() else {
                return Ok(());
            };
            for (name, value) in headers {
                let key = name.as_str().strip_prefix(prefix);
                let Some(key) = key.filter(|key| !key.is_empty()) else {
                    continue;
                };
                // Of a header that is there twice, the first value counts.
                if let Some(place) = map.insert(key.to_owned()) {
                    let _ = read_text(place, &text_of(value), millis);
                }
            }
        }
    }
    Ok(())
}

fn text_of(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// A text that is not a value of its type.
struct Other {
    text: String,
    expected: &'static str,
}

/// Reads a value from a text. Returns `false` if the text is empty and its type has no empty value.
fn read_text(place: &mut dyn Value, text: &str, millis: bool) -> Result<bool, Other> {
    let other = |expected| Other {
        text: text.to_owned(),
        expected,
    };
    match place.slot() {
        Slot::Text(place) => text.clone_into(place),
        Slot::OptionalText(place) => *place = Some(text.to_owned()),
        Slot::Enum(place) => place.set_text(text),
        Slot::Bytes(place) => match BASE64.decode(text) {
            Ok(bytes) => *place = bytes.into(),
            Err(_) => return Err(other("base64")),
        },
        Slot::Optional(place) => {
            let is_read = read_text(place.insert(), text, millis);
            if !matches!(is_read, Ok(true)) {
                place.clear();
            }
            return is_read;
        }
        Slot::Integer(_) | Slot::Number(_) | Slot::Boolean(_) | Slot::Timestamp(_)
            if text.is_empty() =>
        {
            return Ok(false);
        }
        Slot::Integer(place) => match text.parse() {
            Ok(integer) => *place = integer,
            Err(_) => return Err(other("an integer")),
        },
        Slot::Number(place) => match number(text) {
            Some(number) => *place = number,
            None => return Err(other("a number")),
        },
        Slot::Boolean(place) => match text.to_ascii_lowercase().as_str() {
            "true" => *place = true,
            "false" => *place = false,
            _ => return Err(other("true or false")),
        },
        Slot::Timestamp(place) => {
            *place = Timestamp::from_text_or_number(text);
            if millis {
                place.set_millis();
            }
        }
        // Specs have no such members in headers.
        Slot::Json(_)
        | Slot::List(_)
        | Slot::Map(_)
        | Slot::Boxed(..)
        | Slot::Record(_)
        | Slot::Union(_) => {
            return Err(other("something that no header has"));
        }
    }
    Ok(true)
}

/// Reads a number, or one of the texts that AWS sends for numbers that JSON does not have.
fn number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

/// Adds the elements of a header to a list.
fn read_list(list: &mut dyn List, text: &str, millis: bool) -> Result<(), Other> {
    let mut elements = header_elements(text).into_iter();
    while let Some(element) = elements.next() {
        let Some(place) = list.push() else {
            return Ok(());
        };
        let element = match place.slot() {
            Slot::Timestamp(_) => whole_date(element, &mut elements),
            _ => element,
        };
        // An empty element in quotes, which only a text can be.
        if !read_text(place, &element, millis)? {
            return Err(Other {
                text: element,
                expected: "an element",
            });
        }
    }
    Ok(())
}

/// Returns a time of which `element` is the beginning: a date of HTTP has a comma after its weekday.
pub(crate) fn whole_date(element: String, rest: &mut impl Iterator<Item = String>) -> String {
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let is_weekday = weekdays.iter().any(|day| element.starts_with(day))
        && element.bytes().all(|b| b.is_ascii_alphabetic());
    match is_weekday.then(|| rest.next()).flatten() {
        Some(rest) => format!("{element}, {rest}"),
        None => element,
    }
}

/// Splits a header at its commas. An element may be in double quotes, with `\` before quotes and backslashes in it. Empty
/// elements are left out.
pub(crate) fn header_elements(text: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some((element, after)) = quoted(rest) {
            elements.push(element);
            rest = after;
        } else {
            let (element, after) = rest.split_once(',').unwrap_or((rest, ""));
            let element = element.trim_end();
            if !element.is_empty() {
                elements.push(element.to_owned());
            }
            rest = after.trim_start();
        }
    }
    elements
}

/// Returns an element in quotes, and what follows the comma after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut characters = text.strip_prefix('"')?.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => element.push(characters.next()?),
            c => element.push(c),
        }
    }
    let rest = characters.as_str().trim_start();
    match rest.strip_prefix(',') {
        Some(rest) => Some((element, rest.trim_start())),
        None => rest.is_empty().then_some((element, "")),
    }
}

/// Reads the details of an error. Returns the first name on the path of a value that is not as documented; further ones may be
/// keys of maps, which may be secrets.
pub(crate) fn read_part(
    details: &mut dyn Value,
    source: &DetailsSource<'_>,
) -> Result<(), Option<String>> {
    match payload_of(details) {
        Some(Payload::Raw) => read_raw(details, source.body).map_err(|_| None)?,
        Some(Payload::Json) => {
            let body = text(source.body)?;
            with_payload(details, |value| fill(value, body)).unwrap_or(Ok(()))?;
        }
        None if has_body_members(details) => {
            let body = text(source.body)?;
            let path: Vec<_> = source
                .holder
                .split('.')
                .filter(|name| !name.is_empty())
                .collect();
            let repaired = replace_lone_surrogates(body);
            let object = raw_at(repaired.as_deref().unwrap_or(body), &path).ok_or(None)?;
            fill(details, object.get()).map_err(|name| {
                let names = path.into_iter().map(str::to_owned).chain(name);
                Some(names.collect::<Vec<_>>().join(".")).filter(|path| !path.is_empty())
            })?;
        }
        None => {}
    }
    read_head(details, source.status, source.headers).map_err(|problem| Some(problem.place))
}

fn text(body: &Bytes) -> Result<&str, Option<String>> {
    std::str::from_utf8(body).map_err(|_| None)
}

fn has_body_members(output: &mut dyn Value) -> bool {
    let mut found = false;
    for_each(output, |member| found |= member.source == Source::Body);
    found
}

/// Reads JSON into a place. Returns the first name on the path of a value that is not as documented.
fn fill(value: &mut dyn Value, json: &str) -> Result<(), Option<String>> {
    let mut track = serde_path_to_error::Track::new();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    FillReply(value).deserialize(tracked).map_err(|_| {
        let path = track.path();
        path.iter().next().map(ToString::to_string)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::header_list;
    use crate::time::TimestampFormat;

    #[test]
    fn headers_are_split_at_commas_outside_of_quotes() {
        for (text, expected) in [
            ("a", &["a"][..]),
            ("a,b", &["a", "b"]),
            (" a ,\tb , c ", &["a", "b", "c"]),
            ("", &[]),
            (" , ,a,,", &["a"]),
            (r#""a,b", c"#, &["a,b", "c"]),
            (r#""\"a\\", """#, &["\"a\\", ""]),
            (r#""a" b,c"#, &["\"a\" b", "c"]),
            (r#""a,b"#, &["\"a", "b"]),
            ("\u{6a21},b", &["\u{6a21}", "b"]),
        ] {
            assert_eq!(header_elements(text), expected, "{text}");
        }
    }

    #[test]
    fn lists_in_headers_are_read_as_they_are_written() {
        for list in [
            &["a"][..],
            &[""],
            &["a,b", "c"],
            &["", " ", "\t", "a "],
            &["\"", "a\"b", "\\", "a\\,\"", ",\""],
            &["\"a\"", "\u{6a21},"],
        ] {
            let list: Vec<_> = list.iter().map(|text| (*text).to_owned()).collect();
            let text = header_list(&list, TimestampFormat::default()).unwrap();
            assert_eq!(header_elements(&text), list, "{text}");
        }
        let plain = ["a", "b c", "d\\"].map(str::to_owned).to_vec();
        let text = header_list(&plain, TimestampFormat::default());
        assert_eq!(text.as_deref(), Some(r"a,b c,d\"));
    }

    #[test]
    fn lists_of_times_have_dates_with_commas() {
        let mut list: Vec<Timestamp> = Vec::new();
        let text = "Mon, 16 Dec 2019 23:48:18 GMT, 1576540098, Tuesday, 17-Dec-19, now, 2019-12-16T23:48:18Z, Sun";
        assert!(read_list(&mut list, text, false).is_ok());
        let texts: Vec<_> = list.iter().map(Timestamp::as_str).collect();
        assert_eq!(
            texts,
            [
                "Mon, 16 Dec 2019 23:48:18 GMT",
                "1576540098",
                "Tuesday, 17-Dec-19",
                "now",
                "2019-12-16T23:48:18Z",
                "Sun"
            ]
        );
        assert_eq!(list[0], list[1]);
    }
}
