//! The strict reader, which runs before serde. It rejects YAML features that a spec must not use, and records the
//! position of each node.
//!
//! A spec is a single document in UTF-8 without anchors, aliases, tags, merge keys, duplicate keys or control
//! characters, and is limited in size and depth. Every finding has a place. The reader continues after a fault where it
//! can, so that the same run checks the rest of the spec.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::slips::{self, Slip};
use crate::diagnostics::{Diagnostic, Diagnostics, Fault};
use crate::rules::Rule;
use crate::source::{Span, SpecSource};

/// Maximum size of a spec, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Maximum nesting depth.
const MAX_DEPTH: usize = 32;
/// Maximum number of nodes in a spec.
const MAX_NODES: usize = 50_000;

/// Maximum number of faults that are reported for one file.
const MAX_FAULTS: usize = 100;

/// A node of a spec and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    /// Line and column after its last character.
    pub(crate) end: (usize, usize),
    pub(crate) kind: Kind,
}

/// Content of a node.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar {
        text: String,
        /// Whether it is written without quotes, so that YAML determines its type.
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    /// Whether the key is written without quotes.
    pub(crate) key_is_plain: bool,
    pub(crate) value: Node,
}

impl Node {
    /// Returns the entries of a map, or an empty slice for any other node.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the elements of a list, or an empty slice for any other node.
    pub(crate) fn elements(&self) -> &[Node] {
        match &self.kind {
            Kind::List(elements) => elements,
            _ => &[],
        }
    }

    /// Returns the text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Whether the node is a scalar without quotes.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Scalar { plain: true, .. })
    }

    /// Whether the value is missing or null.
    pub(crate) fn is_nothing(&self) -> bool {
        let nothing = |text: &str| matches!(text, "" | "~" | "null" | "Null" | "NULL");
        self.is_plain() && self.text().is_some_and(nothing)
    }

    /// Returns the entry with the given key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// Returns the value of the given key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

/// A spec that the strict reader accepted.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    pub(crate) source: &'a SpecSource,
    pub(crate) root: Node,
    /// Whether the strict reader reported a part of the text and left it out of the tree.
    pub(crate) is_mended: bool,
}

/// Parses a spec. Returns `None` after a fault that ends reading.
pub(crate) fn parse<'a>(source: &'a SpecSource, diagnostics: &mut Diagnostics) -> Option<Tree<'a>> {
    let mut faults = Vec::new();
    let tree = read(&source.path, &source.bytes, &mut faults);
    let is_mended = !faults.is_empty();
    for fault in faults {
        diagnostics.push(fault);
    }
    match tree {
        Ok(root) => Some(Tree {
            source,
            root,
            is_mended,
        }),
        Err(fault) => {
            diagnostics.push(*fault);
            None
        }
    }
}

type Fatal = Box<Diagnostic>;

/// Builds the tree. Faults after which reading can continue are added to `faults`; any other is returned as the error.
fn read(path: &str, bytes: &[u8], faults: &mut Vec<Diagnostic>) -> Result<Node, Fatal> {
    let error = |rule, span, message: String| Fault::new(rule, path, span, message);
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes");
        return Err(error(Rule::Y01, Span::START, message)
            .help("split it: one spec for each service")
            .into());
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(fault) => {
            let (good, _) = bytes.split_at(fault.valid_up_to());
            let span = end_of(&String::from_utf8_lossy(good));
            let message = "the file is not UTF-8 from here on";
            return Err(error(Rule::Y02, span, message.into())
                .help("save it as UTF-8")
                .into());
        }
    };
    // A checkout on Windows may have changed the line ends.
    let text = if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    };
    forbidden_characters(path, &text)?;
    let mut reader = Reader {
        parser: Parser::new_from_str(&text),
        file: path,
        text: &text,
        end: end_of(&text),
        nodes: 0,
        faults,
    };
    if let Some(slip) = slips::conflict(&text) {
        return Err(reader.slip(slip).into());
    }
    reader.document()
}

/// Rejects characters that a spec must not contain.
fn forbidden_characters(path: &str, text: &str) -> Result<(), Fatal> {
    let Some((index, c)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) else {
        return Ok(());
    };
    let span = end_of(text.get(..index).unwrap_or_default());
    let more = text.chars().filter(|c| is_forbidden(*c)).count() - 1;
    let finding = Fault::new(Rule::Y03, path, span, not_allowed(c))
        .help("it is invisible, or changes what is seen: delete it");
    Err(match more {
        0 => finding,
        more => finding.note(format!("{more} more of such characters follow")),
    }
    .into())
}

fn not_allowed(c: char) -> String {
    format!(
        "the character U+{:04X} is not allowed in a spec",
        u32::from(c)
    )
}

/// Whether a character is a control character other than tab and line feed, or changes the direction of text.
pub(crate) fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Returns the place after the last character of a text.
fn end_of(text: &str) -> Span {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Span {
        line,
        column,
        length: 1,
    }
}

/// Returns the probable cause of an error of the YAML scanner, with its place, a message and a help text.
fn explained(text: &str, span: Span, problem: &str) -> Slip {
    // The scanner sees some faults only on the next line.
    if let Some(slip) = slips::first(text, span.line + 1) {
        return slip;
    }
    let here = text.lines().nth(span.line.wrapping_sub(1));
    let value = here.and_then(|line| line.split_once(": "));
    let value = value.map_or("", |(_, value)| value.trim_start());
    let help = if value.starts_with(['&', '!', '*', '%']) {
        "quote the text: it begins with a sign that means something in YAML"
    } else {
        "look at the quotes, the colons and the indentation around here"
    };
    Slip {
        span,
        message: format!("not valid YAML: {problem}"),
        help: help.to_owned(),
        fix: None,
    }
}

/// A place with its end.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) span: Span,
    /// Line and column after its last character.
    pub(crate) end: (usize, usize),
}

impl Place {
    /// The beginning of a text.
    pub(crate) const START: Self = Self {
        span: Span::START,
        end: (1, 1),
    };
}

impl From<saphyr_parser::Span> for Place {
    fn from(span: saphyr_parser::Span) -> Self {
        let (start, end) = (span.start, span.end);
        let length = if start.line() == end.line() {
            end.col().saturating_sub(start.col()).max(1)
        } else {
            1
        };
        Self {
            span: Span {
                line: start.line().max(1),
                column: start.col() + 1,
                length,
            },
            end: (end.line(), end.col() + 1),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    file: &'a str,
    text: &'a str,
    /// The place after the last character.
    end: Span,
    nodes: usize,
    /// Faults after which reading continued.
    faults: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn finding(&self, rule: Rule, span: Span, message: impl Into<String>) -> Fault {
        Fault::new(rule, self.file, span, message)
    }

    fn next(&mut self) -> Result<(Event<'a>, Place), Fatal> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.within(Place::from(span)))),
            Some(Err(fault)) => Err(self.scan_fault(&fault).into()),
            None => Ok((Event::StreamEnd, Place::START)),
        }
    }

    /// Clamps a place to the text: at its end, the scanner points one line further.
    fn within(&self, place: Place) -> Place {
        if place.span.line <= self.end.line {
            return place;
        }
        Place {
            span: self.end,
            end: (self.end.line, self.end.column),
        }
    }

    fn scan_fault(&self, fault: &ScanError) -> Diagnostic {
        let mark = fault.marker();
        let span = Span {
            line: mark.line().max(1),
            column: mark.col() + 1,
            length: 1,
        };
        let end = (span.line, span.column);
        let Place { span, .. } = self.within(Place { span, end });
        let slip = explained(self.text, span, fault.info());
        self.slip(slip)
    }

    fn slip(&self, slip: Slip) -> Diagnostic {
        let Slip {
            span,
            message,
            help,
            fix,
        } = slip;
        let finding = self.finding(Rule::Y04, span, message).help(help);
        finding.fix(fix.map(|fix| *fix))
    }

    fn document(&mut self) -> Result<Node, Fatal> {
        let mut root = None;
        loop {
            let (event, place) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if root.is_some() => {
                    let message = "a second document begins here";
                    let finding = self.finding(Rule::Y05, place.span, message);
                    return Err(finding.help("one service, one file: split the file").into());
                }
                Event::DocumentStart(_) => {}
                event => root = Some(self.node(event, place, 0)?),
            }
        }
        root.ok_or_else(|| {
            let finding = self.finding(Rule::Y06, Span::START, "the spec is empty");
            finding.help("`vendor:` is a good beginning").into()
        })
    }

    /// Reads the node that begins with an event.
    fn node(&mut self, event: Event<'a>, place: Place, depth: usize) -> Result<Node, Fatal> {
        let Place { span, end } = place;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("the file has more than {MAX_NODES} nodes");
            let finding = self.finding(Rule::Y01, span, message);
            return Err(finding.help("split it: one spec for each service").into());
        }
        if self.faults.len() > MAX_FAULTS {
            let message = format!("more than {MAX_FAULTS} faults up to here");
            let finding = self.finding(Rule::N13, span, message);
            return Err(finding.help("mend those, and look again").into());
        }
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} nested nodes");
            let finding = self.finding(Rule::Y07, span, message);
            return Err(finding
                .help("a spec is ten deep: look for a bracket too many")
                .into());
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.extras(anchor, tag.is_some(), span);
                // Escapes can produce characters that are forbidden in the file itself.
                let mut text = text.into_owned();
                if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
                    let finding = self.finding(Rule::Y03, span, not_allowed(c));
                    let help = "delete the escape; if it belongs to a pattern, use single quotes, which keep backslashes";
                    self.faults.push(finding.help(help));
                    text.retain(|c| !is_forbidden(c));
                }
                let kind = Kind::Scalar {
                    text,
                    plain: style == ScalarStyle::Plain,
                };
                Ok(Node { span, end, kind })
            }
            Event::SequenceStart(anchor, tag) => {
                self.extras(anchor, tag.is_some(), span);
                let mut elements = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, place) => elements.push(self.node(event, place, depth + 1)?),
                    }
                    elements
                        .last()
                        .into_iter()
                        .for_each(|last| self.element(last));
                }
                Ok(Node {
                    span,
                    end: elements.last().map_or(end, |last: &Node| last.end),
                    kind: Kind::List(elements),
                })
            }
            Event::MappingStart(anchor, tag) => {
                self.extras(anchor, tag.is_some(), span);
                let entries = self.entries(depth)?;
                Ok(Node {
                    span,
                    end: entries.last().map_or(end, |last| last.value.end),
                    kind: Kind::Map(entries),
                })
            }
            Event::Alias(_) => {
                let message = "aliases are not allowed in a spec";
                let finding = self.finding(Rule::Y09, span, message);
                self.faults.push(finding.help("write it out"));
                // A placeholder. Any later finding about it has the same place and is dropped.
                let kind = Kind::Scalar {
                    text: "alias".to_owned(),
                    plain: false,
                };
                Ok(Node { span, end, kind })
            }
            _ => {
                let message = "not valid YAML: a value is missing here";
                let finding = self.finding(Rule::Y04, span, message);
                Err(finding.help("write one, or take away the key").into())
            }
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, Fatal> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut places = KeyPlaces::default();
        loop {
            let (event, key_place) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(entries);
            }
            let key = self.node(event, key_place, depth + 1)?;
            let (event, place) = self.next()?;
            let value = self.node(event, place, depth + 1)?;
            let key_span = key.span;
            if let Some(finding) = self.odd_key(&key) {
                return Err(finding.into());
            }
            let Kind::Scalar { text: key, plain } = key.kind else {
                let message = "a key must be a plain word";
                let finding = self.finding(Rule::Y08, key_span, message);
                let help = "write `word:`; lists and maps stand behind it";
                self.faults.push(finding.help(help));
                continue;
            };
            if key == "<<" {
                let message = "merge keys are not allowed in a spec";
                let finding = self.finding(Rule::Y09, key_span, message);
                self.faults.push(finding.help("write the keys out"));
                continue;
            }
            if let Some(first) = places.insert(&entries, &key, key_span) {
                let message = format!("the key `{key}` is there twice");
                let finding = self.finding(Rule::Y10, key_span, message);
                let finding = finding.second(first, "first here");
                let help = "keep one of them: only the last would count, or the first";
                self.faults.push(finding.help(help));
                // Keys that only the second block has are still checked.
                merge(&mut entries, &key, value);
                continue;
            }
            entries.push(Entry {
                key,
                key_span,
                key_is_plain: plain,
                value,
            });
        }
    }

    /// Returns a finding for a key that begins with an unusual blank or has a full-width colon: what belongs to it is not
    /// known.
    fn odd_key(&self, key: &Node) -> Option<Diagnostic> {
        let text = key.text().filter(|_| key.is_plain())?;
        let first = text.chars().next().unwrap_or_default();
        if first.is_whitespace() {
            let message = format!("there is {} in the indentation", slips::blank(first));
            let finding = self.finding(Rule::Y04, key.span, message);
            let finding = finding.help("indent with ordinary spaces");
            // It may have been one space or two.
            return Some(match first {
                '\u{3000}' => finding,
                _ => finding.replacing(first, " "),
            });
        }
        let (word, value) = text.split_once('：')?;
        let message = format!("`：` (U+FF1A) after the key `{word}` is not a colon of YAML");
        let finding = self.finding(Rule::Y04, key.span, message);
        let colon = if value.starts_with(' ') { ":" } else { ": " };
        let finding = finding.help(format!(
            "write an ordinary colon and a blank: `{word}: {}`",
            value.trim()
        ));
        Some(finding.replacing("：", colon))
    }

    /// Reports a full-width comma in an element without quotes.
    fn element(&mut self, element: &Node) {
        let text = element.text().filter(|_| element.is_plain());
        let comma = text.and_then(|text| text.chars().find(|c| matches!(c, '，' | '、')));
        // Prose has blanks, or ends with a full stop.
        let is_list = |text: &str| !text.contains([' ', '。', '.']);
        let Some(comma) = comma.filter(|_| text.is_some_and(is_list)) else {
            return;
        };
        let parts: Vec<_> = text
            .unwrap_or_default()
            .split(comma)
            .map(str::trim)
            .collect();
        let message = format!(
            "`{comma}` (U+{:04X}) does not separate elements",
            u32::from(comma)
        );
        let finding = self.finding(Rule::Y04, element.span, message);
        let elements = parts.join(", ");
        let finding = finding.help(format!("write ordinary commas: `{elements}`"));
        self.faults.push(finding.writing(elements));
    }

    /// Reports anchors and tags; the value after them is read nevertheless.
    fn extras(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor > 0 {
            let finding = self.finding(Rule::Y09, span, "anchors are not allowed in a spec");
            let finding = finding.help("write the value out where it is needed");
            self.faults.push(finding);
        }
        if tagged {
            let finding = self.finding(Rule::Y09, span, "tags are not allowed in a spec");
            self.faults.push(finding.help("drop the word with the `!`"));
        }
    }
}

/// Adds the keys that only the second of two duplicate blocks has.
fn merge(entries: &mut [Entry], key: &str, second: Node) {
    let first = entries.iter_mut().find(|entry| entry.key == key);
    let (
        Some(Entry {
            value:
                Node {
                    kind: Kind::Map(first),
                    end,
                    ..
                },
            ..
        }),
        Kind::Map(second),
    ) = (first, second.kind)
    else {
        return;
    };
    for entry in second {
        if first.iter().any(|other| other.key == entry.key) {
            merge(first, &entry.key.clone(), entry.value);
        } else {
            *end = (*end).max(entry.value.end);
            first.push(entry);
        }
    }
}

/// Finds duplicate keys. Small maps are searched, large ones are hashed.
#[derive(Default)]
struct KeyPlaces(HashMap<String, Span>);

impl KeyPlaces {
    /// Adds a key. Returns its first place if it was there already.
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
