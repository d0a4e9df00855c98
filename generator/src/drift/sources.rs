//! The entry of a description under `sources:` of a spec.

use crate::diagnostics::{Diagnostics, Fix};
use crate::fix::edited;
use crate::source::{Span, SpecSource};
use crate::spec::{Entry, Node, parse};

/// A description as `sources:` names it.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    pub(crate) name: &'a str,
    pub(crate) format: &'a str,
    pub(crate) version: Option<&'a str>,
    pub(crate) sha256: &'a str,
}

/// Returns the spec with the entry of a description: the one of its format, or of its name if there are several of the
/// format, or a new one. Everything else stays as it is. `is_alone` says that it is the only description of its format.
///
/// # Errors
/// Returns why it is not clear what to write.
pub(crate) fn enter(
    source: &SpecSource,
    description: &Entered<'_>,
    is_alone: bool,
) -> Result<SpecSource, String> {
    let mut source = source.clone();
    let root = root(&source)?;
    let list = root.get("sources").map(Node::elements).unwrap_or_default();
    let has =
        |entry: &Node, key: &str, text: &str| entry.get(key).and_then(Node::text) == Some(text);
    let same: Vec<_> = list
        .iter()
        .enumerate()
        .filter(|(_, entry)| has(entry, "format", description.format))
        .collect();
    let named = same
        .iter()
        .find(|(_, entry)| has(entry, "name", description.name));
    let known = match (named, same.as_slice()) {
        (Some(named), _) => Some(named),
        (None, [only]) if is_alone => Some(only),
        (None, [_, _, ..]) if is_alone => {
            let Entered { name, format, .. } = description;
            return Err(format!(
                "`sources:` has several entries of the format {format}: give the one that is meant the name {name:?}"
            ));
        }
        (None, _) => None,
    };
    let Some((index, entry)) = known else {
        let fix = new_entry(&root, list, description)?;
        let after = apply(source, &fix)?;
        return match entered(&after, description) {
            true => Ok(after),
            false => Err(UNEDITABLE.to_owned()),
        };
    };
    let is_same = has(entry, "sha256", description.sha256);
    if entry.get("version").is_some() && description.version.is_none() && !is_same {
        return Err(
            "the entry under `sources:` has a version, which may be another one now: give it, as in \
             `--update-sources=1.44.9`"
                .to_owned(),
        );
    }
    let version = description.version.map(|version| ("version", version));
    for (key, value) in version.into_iter().chain([("sha256", description.sha256)]) {
        let root = self::root(&source)?;
        let list = root.get("sources").map(Node::elements).unwrap_or_default();
        let entry = list.get(*index).ok_or(UNEDITABLE)?;
        if !has(entry, key, value) {
            source = apply(source, &setting(entry, key, value).ok_or(UNEDITABLE)?)?;
        }
    }
    match entered(&source, description) {
        true => Ok(source),
        false => Err(UNEDITABLE.to_owned()),
    }
}

const UNEDITABLE: &str = "`sources:` is written in a way that cannot be edited";

/// Whether a spec has the entry of a description.
fn entered(source: &SpecSource, description: &Entered<'_>) -> bool {
    let Ok(root) = root(source) else { return false };
    let list = root.get("sources").map(Node::elements).unwrap_or_default();
    let text = |entry: &Node, key| entry.get(key).and_then(Node::text).map(str::to_owned);
    list.iter().any(|entry| {
        text(entry, "format").as_deref() == Some(description.format)
            && text(entry, "sha256").as_deref() == Some(description.sha256)
            && (description.version.is_none()
                || text(entry, "version").as_deref() == description.version)
    })
}

fn root(source: &SpecSource) -> Result<Node, String> {
    let tree = parse(source, &mut Diagnostics::default());
    Ok(tree.ok_or("the spec cannot be read")?.root)
}

fn apply(mut source: SpecSource, fix: &Fix) -> Result<SpecSource, String> {
    source.bytes = edited(&source.bytes, fix).ok_or("the spec cannot be edited")?;
    Ok(source)
}

/// Returns the edit that sets a key of an entry.
fn setting(entry: &Node, key: &str, value: &str) -> Option<Fix> {
    let value = format!("{value:?}");
    if let Some(old) = entry.get(key) {
        return Some(Fix {
            span: old.span,
            old: None,
            new: value,
        });
    }
    let line = format!("{key}: {value}");
    let last = entry.entries().last()?;
    if !entry.is_in_braces() {
        return entry.adding(&line);
    }
    let span = last.value.span;
    Some(insertion(
        span.line,
        span.column + span.length,
        format!(", {line}"),
    ))
}

/// Returns the edit that adds an entry: at the end of the list, or with the list before the endpoint.
fn new_entry(root: &Node, list: &[Node], description: &Entered<'_>) -> Result<Fix, String> {
    let Entered {
        name,
        format,
        version,
        sha256,
    } = description;
    let version = version.map(|version| format!("version: {version:?}, "));
    let version = version.unwrap_or_default();
    let entry = format!("- {{name: {name:?}, {version}format: {format}, sha256: {sha256:?}}}");
    if let Some(last) = list.last() {
        let line = last_line(last);
        let indent = " ".repeat(
            list.first()
                .map_or(4, |first| first.span.column)
                .saturating_sub(3),
        );
        return Ok(insertion(
            line,
            Fix::END_OF_LINE,
            format!("\n{indent}{entry}"),
        ));
    }
    let before: Option<&Entry> = root.entry("endpoint").or(root.entries().first());
    let before = before.ok_or("the spec says nothing")?.key_span;
    Ok(insertion(
        before.line,
        before.column,
        format!("sources:\n  {entry}\n\n"),
    ))
}

fn last_line(node: &Node) -> usize {
    let values = node.entries().iter().map(|entry| entry.value.span.line);
    values.max().unwrap_or(node.span.line)
}

fn insertion(line: usize, column: usize, new: String) -> Fix {
    let span = Span {
        line,
        column,
        length: 1,
    };
    Fix {
        span,
        old: Some(String::new()),
        new,
    }
}
