//! Descriptions in YAML, read as the JSON that they stand for.
//!
//! The strict reader of specs refuses anchors, which such files use. Here an alias is a copy, and the number of nodes is
//! limited, so that a small file cannot become a huge one. Plain words are read by the rules of YAML 1.2: `no` is a text.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::source::Span;
use crate::spec::{Entry, Kind, Node, Place};

/// The most nodes of a description, with the copies that are kept for aliases. The largest one that is known has half a
/// million.
const MOST_NODES: usize = 2_000_000;
/// The most lists and maps inside each other, as in JSON.
const DEEPEST: usize = 128;

/// Why a text cannot be read, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) why: String,
}

impl Fault {
    fn new(span: Span, why: impl Into<String>) -> Box<Self> {
        let why = why.into();
        Box::new(Self { span, why })
    }
}

/// Parses a text that holds one document.
pub(super) fn parse(text: &str) -> Result<Node, Box<Fault>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        nodes: 0,
        anchors: HashMap::new(),
    };
    let mut root = None;
    loop {
        let (event, place) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::DocumentStart(_) if root.is_some() => {
                return Err(Fault::new(place.span, "a second document begins here"));
            }
            Event::DocumentStart(_) => {}
            event => root = Some(reader.node(event, place, 0)?),
        }
    }
    root.ok_or_else(|| Fault::new(Span::START, "the file says nothing"))
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    nodes: usize,
    /// Nodes that an alias can name, with the number of nodes in each.
    anchors: HashMap<usize, (Node, usize)>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Place), Box<Fault>> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, Place::from(span))),
            Some(Err(fault)) => {
                let mark = fault.marker();
                let span = Span {
                    line: mark.line().max(1),
                    column: mark.col() + 1,
                    length: 1,
                };
                let why = format!("not valid YAML: {}", fault.info());
                Err(Fault::new(span, why))
            }
            None => Ok((Event::StreamEnd, Place::START)),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Box<Fault>> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MOST_NODES {
            let why = format!("more than {MOST_NODES} nodes up to here, with all aliases");
            return Err(Fault::new(span, why));
        }
        Ok(())
    }

    /// Reads the node that begins with an event.
    fn node(&mut self, event: Event<'a>, place: Place, depth: usize) -> Result<Node, Box<Fault>> {
        let Place { span, end } = place;
        let before = self.nodes;
        self.count(1, span)?;
        if depth > DEEPEST {
            let why = format!("more than {DEEPEST} lists and maps inside each other");
            return Err(Fault::new(span, why));
        }
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| is_text(&tag));
                let kind = match style == ScalarStyle::Plain && !is_text {
                    true => plain(&text),
                    false => quoted(&text),
                };
                (Node { span, end, kind }, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut elements = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, place) => elements.push(self.node(event, place, depth + 1)?),
                    }
                }
                let end = elements.last().map_or(end, |last| last.end);
                let kind = Kind::List(elements);
                (Node { span, end, kind }, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let entries = self.entries(depth)?;
                let end = entries.last().map_or(end, |last| last.value.end);
                let kind = Kind::Map(entries);
                (Node { span, end, kind }, anchor)
            }
            Event::Alias(name) => {
                let Some((node, nodes)) = self.anchors.get(&name).cloned() else {
                    return Err(Fault::new(span, "this alias leads back to itself"));
                };
                self.count(nodes, span)?;
                return Ok(Node { span, end, ..node });
            }
            _ => return Err(Fault::new(span, "not valid YAML: a value is missing here")),
        };
        if anchor > 0 {
            let nodes = self.nodes - before;
            self.count(nodes, span)?;
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        Ok(node)
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, Box<Fault>> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: HashMap<String, Span> = HashMap::new();
        let mut merged: Vec<Node> = Vec::new();
        loop {
            let (event, place) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let is_plain = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, ..));
            let key_span = place.span;
            let key = self.node(event, place, depth + 1)?;
            let (event, place) = self.next()?;
            let value = self.node(event, place, depth + 1)?;
            // Keys are texts, as in JSON: `200:` is "200".
            let Some(key) = key.text().map(str::to_owned) else {
                return Err(Fault::new(key_span, "a key has to be a text"));
            };
            if is_plain && key == "<<" {
                merged.push(value);
                continue;
            }
            if let Some(first) = places.insert(key.clone(), key_span) {
                let why = format!(
                    "the key `{key}` occurs twice in one map; it is also at {}:{}",
                    first.line, first.column
                );
                return Err(Fault::new(key_span, why));
            }
            entries.push(Entry {
                key,
                key_span,
                key_is_plain: is_plain,
                value,
            });
        }
        // What is written here wins over what is merged, and the first of several over the others.
        for node in merged {
            let maps = match node.kind {
                Kind::List(maps) => maps,
                _ => vec![node],
            };
            for map in maps {
                let Kind::Map(more) = map.kind else {
                    return Err(Fault::new(map.span, "only a map can be merged with `<<`"));
                };
                for entry in more {
                    if places.insert(entry.key.clone(), entry.key_span).is_none() {
                        entries.push(entry);
                    }
                }
            }
        }
        Ok(entries)
    }
}

fn is_text(tag: &Tag) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == "str"
}

fn quoted(text: &str) -> Kind {
    Kind::Scalar {
        text: text.to_owned(),
        plain: false,
    }
}

/// Returns a plain word in the form of JSON: a number, a truth value, null, or a text.
fn plain(word: &str) -> Kind {
    let json = match word {
        "" | "~" | "null" | "Null" | "NULL" => "null",
        "true" | "True" | "TRUE" => "true",
        "false" | "False" | "FALSE" => "false",
        _ if is_number(word) => word.trim_start_matches('+'),
        _ => return quoted(word),
    };
    Kind::Scalar {
        text: json.to_owned(),
        plain: true,
    }
}

/// Whether a word is a decimal number of YAML 1.2.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['+', '-']);
    // Other words are numbers for Rust, too: `inf`, `nan`.
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && word.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the JSON that a text stands for.
    fn json(text: &str) -> String {
        fn write(node: &Node) -> String {
            match &node.kind {
                Kind::Scalar { text, plain: true } => text.clone(),
                Kind::Scalar { text, .. } => format!("{text:?}"),
                Kind::List(all) => {
                    let all: Vec<_> = all.iter().map(write).collect();
                    format!("[{}]", all.join(","))
                }
                Kind::Map(all) => {
                    let pair = |each: &Entry| format!("{:?}:{}", each.key, write(&each.value));
                    let all: Vec<_> = all.iter().map(pair).collect();
                    format!("{{{}}}", all.join(","))
                }
            }
        }
        write(&parse(text).unwrap())
    }

    #[test]
    fn words_are_what_they_are_in_yaml_1_2() {
        for (text, expected) in [
            ("openapi: 3.0.3", r#"{"openapi":"3.0.3"}"#),
            ("version: 1.0", r#"{"version":1.0}"#),
            ("version: '1.0'", r#"{"version":"1.0"}"#),
            (
                "enum: [no, off, y, 404, -1e3]",
                r#"{"enum":["no","off","y",404,-1e3]}"#,
            ),
            ("required: True", r#"{"required":true}"#),
            ("a: ~\nb:", r#"{"a":null,"b":null}"#),
            ("200: {on: yes}", r#"{"200":{"on":"yes"}}"#),
            ("a: !!str 1", r#"{"a":"1"}"#),
            (
                "a: 2020-01-01\nb: inf\nc: .5",
                r#"{"a":"2020-01-01","b":"inf","c":.5}"#,
            ),
            ("a: |\n  b\n  c\n", r#"{"a":"b\nc\n"}"#),
        ] {
            assert_eq!(json(text), expected, "{text}");
        }
    }

    #[test]
    fn aliases_are_copies() {
        for (text, expected) in [
            ("a: &x {b: [1]}\nc: *x", r#"{"a":{"b":[1]},"c":{"b":[1]}}"#),
            (
                "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3",
                r#"{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}"#,
            ),
            (
                "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}",
                r#"{"a":{"b":1},"c":{"b":2,"d":3},"e":{"b":1,"d":3}}"#,
            ),
            ("'<<': 1", r#"{"<<":1}"#),
        ] {
            assert_eq!(json(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        let bomb: String = (1..40)
            .map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1))
            .collect();
        for (text, line, column) in [
            ("", 1, 1),
            ("a: 1\nb: {\n", 3, 1),
            ("a: 1\nb: 2\na: 3", 3, 1),
            ("a: &x\n  b: *x", 2, 6),
            ("a: *x", 1, 4),
            ("a: 1\n--- \nb: 2", 2, 1),
            ("[a]: 1", 1, 1),
            ("a: {<<: 1}", 1, 9),
            (&"[".repeat(200), 1, 130),
            (&format!("a0: &a0 [1]\n{bomb}"), 18, 6),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(
                (fault.span.line, fault.span.column),
                (line, column),
                "{text:.40}: {}",
                fault.why
            );
        }
    }
}
