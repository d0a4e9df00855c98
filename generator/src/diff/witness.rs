//! Witnesses: examples of what is sent, and the messages of the compiler.

use super::finding::Finding;
use super::rules::Rule;
use super::verdict::Api;
use crate::model::{Member, Place, Source, TimestampFormat, Ty};

/// Returns how a member is written in a request or response, with an example as the value.
pub(super) fn written(member: &Member) -> String {
    let Member {
        wire, place, ty, ..
    } = member;
    match &member.source {
        Source::Body => {}
        Source::Header(name) => return header(name, ty),
        Source::HeaderPrefix(prefix) => return header(prefix, ty),
        Source::Status => return "HTTP/1.1 200 OK".to_owned(),
        Source::Payload => return whole_body(ty),
    }
    match (place, ty) {
        (Place::Path, _) => format!("/{}", encoded(&text(ty))),
        // The name of a map does not travel.
        (Place::Query, Ty::Map(value)) => query("key", value),
        (Place::QueryCsv, Ty::List(element)) => {
            let element = text(element);
            format!(
                "?{}={}",
                encoded(wire),
                encoded(&format!("{element},{element}"))
            )
        }
        (Place::Query | Place::QueryCsv, _) => query(wire, ty),
        (Place::Header, _) => header(wire, ty),
        (Place::Body, _) => format!(
            "{{{}:{}}}",
            serde_json::Value::from(wire.as_str()),
            json(ty)
        ),
        (Place::Payload, _) => whole_body(ty),
    }
}

/// Returns a pair of the query, or two of a list.
fn query(name: &str, ty: &Ty) -> String {
    let name = encoded(name);
    let value = encoded(&text(ty));
    match ty {
        Ty::List(_) => format!("?{name}={value}&{name}={value}"),
        _ => format!("?{name}={value}"),
    }
}

/// Returns a header. That of the entry of a map has its key behind the name of the member.
fn header(name: &str, ty: &Ty) -> String {
    match ty {
        Ty::List(element) => {
            let element = text(element);
            format!("{name}: {element},{element}")
        }
        Ty::Map(value) => header(&format!("{name}key"), value),
        ty => format!("{name}: {}", text(ty)),
    }
}

/// Returns a value that is all of a body: texts and bytes as they are, others as JSON.
fn whole_body(ty: &Ty) -> String {
    let body = match ty {
        Ty::String | Ty::Enum(_) => text(ty),
        Ty::Bytes => "bytes".to_owned(),
        ty => json(ty),
    };
    format!("whole body: {body}")
}

/// Returns an example of a value as text.
fn text(ty: &Ty) -> String {
    match ty {
        Ty::List(element) => text(element),
        ty => json(ty).trim_matches('"').to_owned(),
    }
}

/// Returns a text as it is in paths and queries.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Returns an example of a value as JSON.
fn json(ty: &Ty) -> String {
    match ty {
        Ty::String => "\"text\"".to_owned(),
        Ty::Enum(_) => "\"VALUE\"".to_owned(),
        Ty::Integer => "1".to_owned(),
        Ty::Number => "1.5".to_owned(),
        Ty::Boolean => "true".to_owned(),
        Ty::Timestamp(TimestampFormat::Rfc3339) => "\"2026-11-22T00:16:50Z\"".to_owned(),
        Ty::Timestamp(TimestampFormat::EpochSeconds) => "1795306610".to_owned(),
        Ty::Timestamp(TimestampFormat::EpochMillis) => "1795306610000".to_owned(),
        Ty::Timestamp(TimestampFormat::HttpDate) => "\"Sun, 22 Nov 2026 00:16:50 GMT\"".to_owned(),
        Ty::Bytes => "\"Ynl0ZXM=\"".to_owned(),
        Ty::Json => "null".to_owned(),
        Ty::Structure(_) | Ty::Union(_) => "{…}".to_owned(),
        Ty::List(element) => format!("[{}]", json(element)),
        Ty::Map(value) => format!("{{\"key\":{}}}", json(value)),
    }
}

/// Returns the message of the compiler for code that uses what the finding is about, if the message is certain.
/// `arguments` are how many `new` took and takes.
pub(super) fn compiler(finding: &Finding, arguments: Option<(usize, usize)>) -> Option<String> {
    if finding.verdict.api != Api::Major {
        return None;
    }
    let old = finding.old.as_deref().unwrap_or_default();
    let service = &finding.old_service;
    if matches!(finding.rule, Rule::ServiceRemoved | Rule::ServiceRenamed) {
        let import = format!("cloud_models::{service}");
        return Some(format!("error[E0432]: unresolved import `{import}`"));
    }
    let item = finding.item.as_deref()?;
    let (holder, name) = item.rsplit_once("::").unwrap_or(("", item));
    let no_variant = |name: &str| {
        format!(
            "error[E0599]: no variant or associated item named `{name}` found for enum `{holder}`"
        )
    };
    let no_operation = |name: &str| format!("error[E0433]: cannot find `{name}` in `{service}`");
    Some(match finding.rule {
        Rule::ParameterRemoved if old.starts_with("required ") => other_arguments(arguments?)?,
        Rule::ParameterRemoved => {
            format!("error[E0599]: no method named `{name}` found for struct `{holder}`")
        }
        Rule::FieldRemoved => format!("error[E0609]: no field `{name}` on type `{holder}`"),
        // The enum of endpoint parameters goes with the last of them, so their message is not certain.
        Rule::ValueRemoved | Rule::UnionMemberRemoved | Rule::ErrorRemoved => no_variant(name),
        Rule::VariantRenamed | Rule::ErrorVariantRenamed => no_variant(old),
        Rule::RequiredParameterAdded
        | Rule::ParameterBecameRequired
        | Rule::ParameterBecameOptional => other_arguments(arguments?)?,
        Rule::TypeRemoved => {
            format!("error[E0425]: cannot find type `{name}` in module `{service}`")
        }
        Rule::OperationRemoved => no_operation(name),
        Rule::OperationRenamed => no_operation(old),
        _ => return None,
    })
}

/// Returns the message for a call of `new` with the arguments that it took.
fn other_arguments((old, new): (usize, usize)) -> Option<String> {
    let count = |count: usize| match count {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let were = if old == 1 { "was" } else { "were" };
    let (supplied, taken) = (count(old), count(new));
    let message = format!("this function takes {taken} but {supplied} {were} supplied");
    (old != new).then(|| format!("error[E0061]: {message}"))
}
