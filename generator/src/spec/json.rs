//! Reads samples, which are JSON.
//!
//! A sample cannot go through the reader for specs, because JSON allows characters that YAML does not. This reader
//! records the position of each node. serde_json decodes the strings; the reader only finds where they begin and end.

use std::collections::BTreeMap;

use super::tree::{Entry, Kind, Node};
use crate::diagnostics::{Diagnostic, Fault};
use crate::rules::Rule;
use crate::source::Span;

/// Parses a sample.
pub(crate) fn parse_json(path: &str, bytes: &[u8]) -> Result<Node, Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let fault = |span, message: &str| {
        let fault = Fault::new(Rule::X06, path, span, message);
        Box::new(fault.help("a sample is a JSON object"))
    };
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
        let span = Span {
            line: error.line().max(1),
            column: error.column().max(1),
            length: 1,
        };
        let message = format!("not valid JSON: {error}");
        // The message ends with a position, which the finding already has.
        let message = message.split(" at line ").next().unwrap_or_default();
        return Err(fault(span, message));
    }
    let text = str::from_utf8(bytes).map_err(|_| fault(Span::START, "this is not UTF-8"))?;
    let mut reader = Reader {
        rest: text,
        line: 1,
        column: 1,
        depth: 0,
    };
    let Some(root) = reader.node() else {
        let message = match reader.depth > DEEPEST {
            true => format!("more than {DEEPEST} lists and objects inside each other"),
            false => "this is JSON that cannot be read".to_owned(),
        };
        return Err(fault(reader.here(1), &message));
    };
    match doubled_key(&root) {
        None => Ok(root),
        Some((first, second)) => {
            let message = format!("the key `{}` occurs twice in one object", second.key);
            let fault = Fault::new(Rule::X06, path, second.key_span, message);
            let fault = fault.second(first.key_span, "here already");
            Err(Box::new(fault.help(
                "readers of JSON disagree about which counts: drop one",
            )))
        }
    }
}

/// Returns the first key that occurs twice in an object, with both entries.
fn doubled_key(root: &Node) -> Option<(&Entry, &Entry)> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let mut seen = BTreeMap::new();
        for entry in node.entries() {
            if let Some(first) = seen.insert(&entry.key, entry) {
                return Some((first, entry));
            }
        }
        open.extend(node.entries().iter().map(|entry| &entry.value));
        open.extend(node.elements());
    }
    None
}

/// The most lists and objects inside each other, as in serde_json.
const DEEPEST: usize = 128;

/// Reads text that is known to be valid JSON.
struct Reader<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
    /// Lists and objects that are open. serde_json does not limit them when it only checks a text.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn here(&self, length: usize) -> Span {
        Span {
            line: self.line,
            column: self.column,
            length,
        }
    }

    fn peek(&mut self) -> Option<char> {
        while self.rest.starts_with([' ', '\t', '\r', '\n']) {
            self.advance(1);
        }
        self.rest.chars().next()
    }

    /// Consumes the given number of bytes, which must end on a character boundary.
    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        for c in taken.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    fn node(&mut self) -> Option<Node> {
        let first = self.peek()?;
        let span = self.here(1);
        let (span, kind) = match first {
            '{' | '[' => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
                let kind = match first {
                    '{' => Kind::Map(self.members()?),
                    _ => Kind::List(self.elements()?),
                };
                self.depth -= 1;
                (span, kind)
            }
            '"' => {
                let (text, length) = self.string()?;
                (Span { length, ..span }, Kind::Scalar { text, plain: false })
            }
            _ => {
                let end = self.rest.find([',', ']', '}', ' ', '\t', '\r', '\n']);
                let text = self.advance(end.unwrap_or(self.rest.len())).to_owned();
                let length = text.chars().count().max(1);
                (Span { length, ..span }, Kind::Scalar { text, plain: true })
            }
        };
        let end = (self.line, self.column);
        Some(Node { span, end, kind })
    }

    fn members(&mut self) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        self.advance(1);
        while self.peek()? != '}' {
            let start = self.here(1);
            let (key, length) = self.string()?;
            self.peek().filter(|c| *c == ':')?;
            self.advance(1);
            entries.push(Entry {
                key,
                key_span: Span { length, ..start },
                key_is_plain: false,
                value: self.node()?,
            });
            if self.peek()? == ',' {
                self.advance(1);
            }
        }
        self.advance(1);
        Some(entries)
    }

    fn elements(&mut self) -> Option<Vec<Node>> {
        let mut elements = Vec::new();
        self.advance(1);
        while self.peek()? != ']' {
            elements.push(self.node()?);
            if self.peek()? == ',' {
                self.advance(1);
            }
        }
        self.advance(1);
        Some(elements)
    }

    /// Reads a string. Returns it with its length in the file, in characters.
    fn string(&mut self) -> Option<(String, usize)> {
        let mut is_escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            ends
        });
        let quoted = self.advance(end?.0 + 1);
        let text = serde_json::from_str(quoted).ok()?;
        Some((text, quoted.chars().count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_places_whatever_stands_in_texts() {
        let text = "\u{feff}{\n  \"a\": [1, \"\\ud83d\\ude00\\u001b \\\" 模\"],\n  \"<<\": {\"b\": null}\n}\n";
        let root = parse_json("a.json", text.as_bytes()).unwrap();
        let list = root.get("a").unwrap();
        assert_eq!((list.span.line, list.span.column), (2, 8));
        let element = &list.elements()[1];
        assert_eq!(element.text(), Some("😀\u{1b} \" 模"));
        assert_eq!((element.span.column, element.span.length), (12, 25));
        let null = root.get("<<").and_then(|node| node.get("b")).unwrap();
        assert!(null.is_nothing());
        assert_eq!(
            (null.span.line, null.span.column, null.span.length),
            (3, 15, 4)
        );
    }

    #[test]
    fn a_doubled_key_has_a_place() {
        let text = "{\"a\": [{\"b\": 1,\n \"c\": 2, \"\\u0062\": 3}]}";
        let finding = parse_json("a.json", text.as_bytes()).unwrap_err();
        let span = finding.at.span;
        assert_eq!((finding.rule, span.line, span.column), (Rule::X06, 2, 10));
        assert!(parse_json("a.json", b"[{\"a\": 1}, {\"a\": 1}]").is_ok());
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        for (text, line) in [
            ("", 1),
            ("{", 1),
            ("{\n\"a\": }", 2),
            ("{} x", 1),
            (&"[".repeat(1_000), 1),
            (
                &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
                1,
            ),
        ] {
            let finding = parse_json("a.json", text.as_bytes()).unwrap_err();
            assert_eq!(
                (finding.rule, finding.at.span.line),
                (Rule::X06, line),
                "{text:.20}"
            );
        }
    }
}
