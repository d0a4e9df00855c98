//! The strict reading in front of serde: refuses what YAML can do and a spec must not, and knows where each node is.
//!
//! A spec is one document in UTF-8 without anchors, aliases, tags, merge keys, doubled keys or control characters, and
//! of a bounded size and depth. Everything that is refused has a place.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScanError};

use crate::diagnostics::Diagnostic;
use crate::source::{Span, SpecSource};

/// The most bytes of a spec.
const MAX_BYTES: usize = 1 << 20;
/// The most nodes inside each other.
const MAX_DEPTH: usize = 32;
/// The most nodes of a spec.
const MAX_NODES: usize = 50_000;

/// A node of a spec and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A text.
    Scalar {
        text: String,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// The entries of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub(crate) fn elements(&self) -> &[Node] {
        match &self.kind {
            Kind::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text } => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The entry with that key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of that key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

/// A spec that passed the strict reading.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    pub(crate) source: &'a SpecSource,
    /// Without a byte order mark, and with the line ends of Unix.
    pub(crate) text: Cow<'a, str>,
    pub(crate) root: Node,
}

/// Reads a spec. The error is the first thing that stands in the way.
pub(crate) fn parse(source: &SpecSource) -> Result<Tree<'_>, Box<Diagnostic>> {
    let error = |rule, span, message: String| Diagnostic::error(rule, &source.path, span, message);
    if source.bytes.len() > MAX_BYTES {
        let message = format!(
            "the spec has {} bytes, more than {MAX_BYTES}",
            source.bytes.len()
        );
        return Err(error("Y01", Span::START, message)
            .help("split it: one spec for each service")
            .into());
    }
    let text = match str::from_utf8(&source.bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(fault) => {
            let (good, _) = source.bytes.split_at(fault.valid_up_to());
            let span = end_of(&String::from_utf8_lossy(good));
            return Err(error("Y02", span, "the spec is not UTF-8 from here on".into()).into());
        }
    };
    // Line ends of a checkout on Windows are no difference.
    let text = if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    };
    if let Some((index, c)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        let span = end_of(text.get(..index).unwrap_or_default());
        let message = format!(
            "the character U+{:04X} is not allowed in a spec",
            u32::from(c)
        );
        return Err(error("Y03", span, message)
            .help("it is invisible, or changes what is seen: delete it")
            .into());
    }
    let root = Reader {
        parser: Parser::new_from_str(&text),
        file: &source.path,
        nodes: 0,
    }
    .document()?;
    Ok(Tree { source, text, root })
}

/// Control characters other than tab and line feed, and those that change the direction of text.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The place behind a text.
fn end_of(text: &str) -> Span {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Span {
        line,
        column,
        length: 1,
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    file: &'a str,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, rule: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(rule, self.file, span, message)
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Box<Diagnostic>> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, place(span))),
            Some(Err(fault)) => Err(self.fault(&fault).into()),
            None => Ok((Event::StreamEnd, Span::START)),
        }
    }

    fn fault(&self, fault: &ScanError) -> Diagnostic {
        let mark = fault.marker();
        let span = Span {
            line: mark.line().max(1),
            column: mark.col() + 1,
            length: 1,
        };
        self.error("Y04", span, format!("this is no YAML: {}", fault.info()))
            .help("look at the quotes, the colons and the indentation around here")
    }

    fn document(mut self) -> Result<Node, Box<Diagnostic>> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if root.is_some() => {
                    let message = "a second document begins here";
                    return Err(self
                        .error("Y05", span, message)
                        .help("one service, one file: split the file")
                        .into());
                }
                Event::DocumentStart(_) => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        root.ok_or_else(|| {
            self.error("Y06", Span::START, "the spec is empty")
                .help("`vendor:` is a good beginning")
                .into()
        })
    }

    fn node(
        &mut self,
        event: Event<'a>,
        span: Span,
        depth: usize,
    ) -> Result<Node, Box<Diagnostic>> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self
                .error(
                    "Y01",
                    span,
                    format!("the spec has more than {MAX_NODES} nodes"),
                )
                .into());
        }
        if depth > MAX_DEPTH {
            return Err(self
                .error(
                    "Y07",
                    span,
                    format!("more than {MAX_DEPTH} nodes stand inside each other"),
                )
                .into());
        }
        match event {
            Event::Scalar(text, _, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span)?;
                // Escapes can spell what the file itself may not hold.
                if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
                    let message = format!(
                        "the character U+{:04X} is not allowed in a spec",
                        u32::from(c)
                    );
                    return Err(self
                        .error("Y03", span, message)
                        .help("delete the escape")
                        .into());
                }
                let kind = Kind::Scalar {
                    text: text.into_owned(),
                };
                Ok(Node { span, kind })
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span)?;
                let mut elements = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => {
                            return Ok(Node {
                                span,
                                kind: Kind::List(elements),
                            });
                        }
                        (event, span) => elements.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span)?;
                let mut entries: Vec<Entry> = Vec::new();
                let mut places = KeyPlaces::default();
                loop {
                    let (event, span_of_key) = self.next()?;
                    if matches!(event, Event::MappingEnd) {
                        return Ok(Node {
                            span,
                            kind: Kind::Map(entries),
                        });
                    }
                    let (key, key_span) = match self.node(event, span_of_key, depth + 1)? {
                        Node {
                            kind: Kind::Scalar { text, .. },
                            span,
                        } => (text, span),
                        Node { span, .. } => {
                            return Err(self
                                .error("Y08", span, "a key must be a plain word")
                                .into());
                        }
                    };
                    if key == "<<" {
                        let message = "merge keys are not allowed in a spec";
                        return Err(self
                            .error("Y09", key_span, message)
                            .help("write the keys out")
                            .into());
                    }
                    if let Some(first) = places.insert(&entries, &key, key_span) {
                        let message = format!("the key `{key}` is there twice");
                        return Err(self
                            .error("Y10", key_span, message)
                            .second(first, "first here")
                            .into());
                    }
                    let (event, span) = self.next()?;
                    let value = self.node(event, span, depth + 1)?;
                    entries.push(Entry {
                        key,
                        key_span,
                        value,
                    });
                }
            }
            Event::Alias(_) => Err(self
                .error("Y09", span, "aliases are not allowed in a spec")
                .help("write it out")
                .into()),
            _ => Err(self
                .error("Y04", span, "this is no YAML: a value is missing here")
                .into()),
        }
    }

    fn refuse_extras(
        &self,
        anchor: usize,
        tagged: bool,
        span: Span,
    ) -> Result<(), Box<Diagnostic>> {
        if anchor > 0 {
            let message = "anchors are not allowed in a spec";
            return Err(self
                .error("Y09", span, message)
                .help("write the value out where it is needed")
                .into());
        }
        if tagged {
            return Err(self
                .error("Y09", span, "tags are not allowed in a spec")
                .help("drop the word with the `!`")
                .into());
        }
        Ok(())
    }
}

/// Finds doubled keys: by looking through the few keys of a usual map, by hashing those of a huge one.
#[derive(Default)]
struct KeyPlaces(HashMap<String, Span>);

impl KeyPlaces {
    /// Where the key is already, if it is.
    fn insert(&mut self, entries: &[Entry], key: &str, span: Span) -> Option<Span> {
        const FEW: usize = 32;
        if entries.len() < FEW {
            return entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| entry.key_span);
        }
        if self.0.is_empty() {
            self.0 = entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.key_span))
                .collect();
        }
        self.0.insert(key.to_owned(), span)
    }
}

fn place(span: saphyr_parser::Span) -> Span {
    let (start, end) = (span.start, span.end);
    let length = if start.line() == end.line() {
        end.col().saturating_sub(start.col()).max(1)
    } else {
        1
    };
    Span {
        line: start.line().max(1),
        column: start.col() + 1,
        length,
    }
}
