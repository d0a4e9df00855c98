//! Help for values of the wrong kind or form, from what is written there.

use super::foreign;
use super::problem::Wanted;
use super::slips::quoted;
use super::tree::{Kind, Node};
use crate::diagnostics::latin;

/// Help for a fault, and what to write in place of the value if that is all there is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) help: String,
    pub(crate) instead: Option<String>,
}

impl Advice {
    /// Creates advice that an author has to follow by hand.
    pub(crate) fn say(help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            instead: None,
        }
    }

    /// Creates the advice to write something in place of the value, with a remark.
    pub(crate) fn write(instead: impl Into<String>, remark: &str) -> Self {
        let instead = instead.into();
        Self {
            help: format!("write `{instead}`{remark}"),
            instead: Some(instead),
        }
    }
}

/// Returns the key that a key of another language stands for, so that it is not reported as missing as well.
pub(super) fn stands_for(key: &str) -> Option<&'static str> {
    match key {
        "method" | "path" | "url" => Some("http"),
        "$ref" | "schema" | "items" => Some("type"),
        "responses" | "returns" => Some("response"),
        _ => None,
    }
}

/// Returns how a minimum or maximum in the words of JSON Schema is written here, if a key is one. `Some(None)` if the
/// other one of the pair says it.
#[expect(
    clippy::option_option,
    reason = "is it a pair, and is it the first of it"
)]
pub(super) fn pair_of_limits(parent: &Node, key: &str) -> Option<Option<String>> {
    const PAIRS: [(&str, &str, &str); 7] = [
        ("minimum", "maximum", "range"),
        ("min", "max", "range"),
        ("minlength", "maxlength", "length"),
        ("minitems", "maxitems", "count"),
        ("minproperties", "maxproperties", "count"),
        ("minvalue", "maxvalue", "range"),
        ("minsize", "maxsize", "length"),
    ];
    let plain = |key: &str| key.to_lowercase().replace(['-', '_'], "");
    let is_it = |(min, max, _): &&(&str, &str, &str)| [*min, *max].contains(&plain(key).as_str());
    let (min, max, limit) = PAIRS.iter().find(is_it)?;
    let end = |wanted: &str| {
        let mut entries = parent.entries().iter();
        let entry = entries.find(|entry| plain(&entry.key) == wanted)?;
        entry.value.text()
    };
    if plain(key) == *max && end(min).is_some() {
        return Some(None);
    }
    let max = end(max).map(|max| format!("={max}")).unwrap_or_default();
    let min = end(min).unwrap_or_default();
    Some(Some(format!("write `{limit}: {min}..{max}`")))
}

/// Returns how parameters in the form of OpenAPI are written here, if a key has some.
pub(super) fn list_of_parameters(parent: &Node, key: &str) -> Option<String> {
    let entry = parent.entry(key).filter(|_| key == "parameters")?;
    let first = entry.value.elements().first()?;
    let text = |key: &str, or: &str| first.get(key).and_then(Node::text).unwrap_or(or).to_owned();
    let (place, name) = (text("in", "query"), text("name", "name"));
    Some(format!(
        "write each under `request:` and its place: `{place}:`, and below it `{name}:` with `type` and `docs`"
    ))
}

/// Returns advice for a text that has another form than the key requires.
pub(super) fn for_form(key: &str, text: &str) -> Option<Advice> {
    match key {
        "type" => foreign::type_advice(text),
        "range" | "length" | "count" => foreign::range_advice(text),
        "http" => http(text),
        _ if !text.contains(' ') && text.contains('.') => Some(Advice::write(
            format!("body {}", text.trim_start_matches("$.")),
            " for a member of the body",
        )),
        _ => None,
    }
}

/// Returns advice for a value of another kind than the key requires.
pub(super) fn for_kind(wanted: &Wanted, key: &str, node: &Node) -> Option<Advice> {
    let text = node.text().unwrap_or_default();
    match (wanted, &node.kind) {
        (Wanted::Text, Kind::Scalar { .. }) => Some(text_instead(key, text)),
        (Wanted::Text, Kind::List(_) | Kind::Map(_)) => one_text(key, node),
        (Wanted::Boolean, _) => boolean(text),
        (Wanted::WholeNumber, _) => {
            let number = text.trim().parse::<i64>().ok()?;
            Some(Advice::write(number.to_string(), ", without quotes"))
        }
        (Wanted::List, Kind::Scalar { .. }) => {
            let latin = latin(text);
            let inner = latin.trim_start_matches('[').trim_end_matches(']');
            let inner = inner.replace(" and ", ",").replace(" or ", ",");
            let elements: Vec<_> = inner.split(',').map(str::trim).collect();
            let list = format!("[{}]", elements.join(", "));
            Some(Advice::write(list, ", as a list"))
        }
        (Wanted::Map, _) if key == "endpoint" && text.starts_with("http") => Some(Advice::say(
            format!("write `url: {text}` on the next line, indented by two"),
        )),
        (Wanted::Map, _) => map(node).map(Advice::say),
        _ => None,
    }
}

/// Returns advice for a number or boolean where text is expected.
fn text_instead(key: &str, text: &str) -> Advice {
    match key {
        "deprecated" if text.eq_ignore_ascii_case("true") => {
            Advice::say("write the reason: `deprecated: Use ListModels instead.`")
        }
        "deprecated" if text.eq_ignore_ascii_case("false") => {
            Advice::say("leave it out: only what is deprecated has the key")
        }
        "range" | "length" | "count" => foreign::range_advice(text)
            .unwrap_or_else(|| Advice::say("write it as Rust does: `1..=200`, `1..` or `..=64`")),
        "request" | "page_size" => Advice::say("name the parameter"),
        "items" | "total" | "more" | "response_page_size" => {
            Advice::say("name the field of the output, or the path to it")
        }
        _ => Advice {
            help: format!("quote it: `{}`", quoted(text)),
            instead: Some(quoted(text)),
        },
    }
}

/// Returns advice for a list or map where one text is expected.
fn one_text(key: &str, node: &Node) -> Option<Advice> {
    let value_of = |key: &str| node.get(key).and_then(Node::text);
    let first_of = |keys: [&str; 2]| keys.iter().find_map(|key| value_of(key));
    let only = match node.elements() {
        [one] => one.text(),
        _ => None,
    };
    match key {
        "type" => match only.or_else(|| first_of(["list", "items"])) {
            Some(element) => Some(Advice::say(format!("write `list of {element}`"))),
            None => Some(Advice::say(format!("write `{}`", value_of("type")?))),
        },
        "range" | "length" | "count" => match &node.kind {
            Kind::List(ends) => {
                let ends: Vec<_> = ends.iter().filter_map(Node::text).collect();
                foreign::range_advice(&ends.join(" "))
            }
            _ => {
                let min = first_of(["min", "minimum"]).unwrap_or_default();
                let max = first_of(["max", "maximum"]).map(|max| format!("={max}"));
                let has_end = !min.is_empty() || max.is_some();
                has_end.then(|| Advice::say(format!("write `{min}..{}`", max.unwrap_or_default())))
            }
        },
        "http" => {
            let method = value_of("method")?.to_uppercase();
            let path = value_of("path")?;
            Some(Advice::say(format!("write `http: {method} {path}`")))
        }
        "response" => {
            let name = only.or_else(|| value_of("type"))?;
            Some(Advice::say(format!("write `response: {name}`")))
        }
        _ => Some(Advice::say(format!("write one text: `{}`", only?))),
    }
}

/// Returns advice for what other languages or versions of YAML take for a boolean.
fn boolean(text: &str) -> Option<Advice> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "y", "on", "1"]) {
        Some(Advice::write("true", ", without quotes"))
    } else if is(&["false", "no", "n", "off", "0"]) {
        Some(Advice::write("false", ", without quotes"))
    } else {
        None
    }
}

/// Returns advice for a default that is of another type.
pub(crate) fn for_default(ty: &str, is_text: bool, text: &str) -> Option<Advice> {
    match (ty, is_text) {
        ("string", false) => Some(Advice {
            help: format!("quote it: `{}`", quoted(text)),
            instead: Some(quoted(text)),
        }),
        ("boolean", _) => boolean(text),
        ("integer" | "number", true) if text.parse::<f64>().is_ok() => {
            Some(Advice::write(text, ", without quotes"))
        }
        _ => None,
    }
}

/// Returns advice for a method and path in another form.
fn http(text: &str) -> Option<Advice> {
    let (method, path) = text.split_once(' ').unwrap_or(("GET", text));
    let path = path.trim();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => path,
    };
    let is_method = method.chars().all(|c| c.is_ascii_alphabetic());
    if !is_method || path.is_empty() || path.contains(' ') {
        return None;
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    let written = format!("{} {slash}{path}", method.to_uppercase());
    let remark = "; the host is under `endpoint: url:`";
    match text.contains("://") {
        true => Some(Advice::say(Advice::write(written, remark).help)),
        false => (written != text).then(|| Advice::write(written, "")),
    }
}

/// Returns help for a value that should be a map.
pub(super) fn map(node: &Node) -> Option<String> {
    let text = node.text().unwrap_or_default();
    if let Some((word, rest)) = text.split_once([':', '：'])
        && !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && !rest.starts_with("//")
    {
        return Some(format!(
            "write a colon and a blank: `{word}: {}`",
            rest.trim()
        ));
    }
    let first = node.elements().first()?;
    match (first.get("name").and_then(Node::text), first.text()) {
        (Some(name), _) => Some(format!(
            "write a map: `{name}:` instead of `- name: {name}`, and the rest below it"
        )),
        (None, Some(name)) => Some(format!(
            "write a map: `{name}:`, and what it is below it, indented by two"
        )),
        (None, None) => {
            let entry = first.entries().first()?;
            Some(format!(
                "leave out the `-`: write `{}:`, and its value below it",
                entry.key
            ))
        }
    }
}
