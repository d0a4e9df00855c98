//! YAML as a tree whose nodes know their place.
//!
//! The whole language is too much for a file that names a few sources: anchors, aliases and tags are refused.

use saphyr_parser::{Event, Parser, StrInput};

use super::fault::{Fault, Span};

/// Maximum depth of the tree. The file needs five levels.
const MAX_DEPTH: usize = 16;

/// A node and its place.
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key and its place.
pub(super) struct Key {
    pub(super) span: Span,
    pub(super) text: String,
}

impl Kind {
    /// Returns what the node is, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text(text) if text.is_empty() => "nothing",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "keys and values",
        }
    }
}

/// Reads a file of one document.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
    };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::StreamStart | Event::DocumentEnd | Event::Nothing, _) => {}
            (Event::DocumentStart(_), span) if root.is_some() => {
                let fault = Fault::new(span, "a second document begins here");
                return Err(fault.help("write everything into one"));
            }
            (Event::DocumentStart(_), _) => {}
            (event, span) => root = Some(reader.node(event, span, 0)?),
        }
    }
    root.ok_or_else(|| {
        Fault::new(Span::START, "the file is empty").help("`sources:` is the only key it needs")
    })
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let (start, end) = (span.start, span.end);
                let length = match start.line() == end.line() {
                    true => end.col().saturating_sub(start.col()),
                    false => 1,
                };
                Ok((event, Span::new(start.line(), start.col() + 1, length)))
            }
            Some(Err(error)) => {
                let mark = error.marker();
                let span = Span::new(mark.line(), mark.col() + 1, 1);
                let fault = Fault::new(span, format!("not valid YAML: {}", error.info()));
                Err(fault.help("look at the quotes, colons and indentation around here"))
            }
            None => Ok((Event::StreamEnd, Span::START)),
        }
    }

    /// Reads the node that begins with an event.
    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::new(span, "nested too deep").help("look for a bracket too many"));
        }
        let kind = match event {
            Event::Scalar(text, _, 0, None) => Kind::Text(text.into_owned()),
            Event::SequenceStart(0, None) => {
                let mut elements = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Kind::List(elements),
                        (event, span) => elements.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(0, None) => {
                let mut entries: Vec<(Key, Node)> = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::MappingEnd) {
                        break Kind::Map(entries);
                    }
                    let key = self.key(event, span, depth, &entries)?;
                    let (event, span) = self.next()?;
                    entries.push((key, self.node(event, span, depth + 1)?));
                }
            }
            _ => {
                let fault = Fault::new(span, "anchors, aliases and tags are not supported");
                return Err(fault.help("write the value out"));
            }
        };
        Ok(Node { span, kind })
    }

    fn key(
        &mut self,
        event: Event<'a>,
        span: Span,
        depth: usize,
        entries: &[(Key, Node)],
    ) -> Result<Key, Fault> {
        let Kind::Text(text) = self.node(event, span, depth + 1)?.kind else {
            return Err(Fault::new(span, "a key must be a word"));
        };
        let mut before = entries.iter().map(|(key, _)| key);
        match before.find(|key| key.text == text) {
            Some(first) => {
                let message = format!("the key is already on line {}", first.span.line);
                Err(Fault::new(span, message).help("keep one of them"))
            }
            None => Ok(Key { span, text }),
        }
    }
}
