//! From the text of a spec to its pieces.
//!
//! `serde_yaml` reads the file once. The value is then taken apart along the strict tree, and each piece is given to serde
//! on its own. A fault inside a piece is reported at its place and cut out, and the piece is read again: so that every
//! fault is found, and not only the first.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use super::tree::{Entry, Kind, Node, Tree};
use super::{EnumValue, Location, Operation, Piece, Spec, Type, TypeKind};
use crate::diagnostics::{Diagnostic, Diagnostics, Fault, closest};
use crate::rules::Rule;
use crate::source::Span;

/// Reads one spec. `None` if the file cannot be read at all.
pub(crate) fn read<'a>(tree: &'a Tree<'a>, diagnostics: &mut Diagnostics) -> Option<Spec<'a>> {
    let Tree { source, root, .. } = tree;
    let mut reader = Reader {
        file: &source.path,
        diagnostics,
    };
    if !matches!(root.kind, Kind::Map(_)) {
        let help = "write `vendor:`, `service:` and so on at the beginning of lines";
        reader.report(Rule::Y11, root.span, "a spec is a map", help);
        return None;
    }
    let mut value = reader.value(tree)?;
    reader.nothings(root);
    let operations = take(&mut value, &["operations"]);
    let types = take(&mut value, &["types"]);
    let auth = take(&mut value, &["auth"]);
    let domains = take(&mut value, &["endpoint", "domains"]);
    let codes = take(&mut value, &["errors", "codes"]);
    let node = |path: &[&str]| path.iter().try_fold(root, |node, key| node.get(key));
    let auth = reader.list(auth, node(&["auth"]));
    let domains = reader.list(domains, node(&["endpoint", "domains"]));
    let codes = reader.map(codes, node(&["errors", "codes"]));
    let operations = reader.operations(operations, node(&["operations"]));
    let types = reader.types(types, node(&["types"]));
    let head = reader.piece("", root.span, value, root)?;
    let names = types.iter().map(|ty: &Type<'_>| ty.block.name);
    let index = names.zip(0..).collect();
    Some(Spec {
        source,
        head,
        auth,
        domains,
        codes,
        operations,
        types,
        index,
    })
}

/// The most faults that are reported of one piece.
const MOST_FAULTS: usize = 50;

struct Reader<'a> {
    file: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn report(&mut self, rule: Rule, span: Span, message: impl Into<String>, help: &str) {
        let fault = Fault::new(rule, self.file, span, message);
        self.diagnostics.push(fault.help(help));
    }

    /// The file as serde sees it, which is what the strict tree saw.
    fn value(&mut self, tree: &Tree<'_>) -> Option<Value> {
        if tree.is_mended {
            return Some(mended(&tree.root));
        }
        let (span, message) = match serde_yaml::from_str(&tree.text) {
            Ok(value) => match disagreement(&value, &tree.root) {
                None => return Some(value),
                Some(span) => (
                    span,
                    "the two readers of YAML see different values here".into(),
                ),
            },
            Err(error) => (
                place_of(&error),
                format!("one of the two readers of YAML refuses this: {error}"),
            ),
        };
        let finding = Fault::new(Rule::Y12, self.file, span, message);
        self.diagnostics
            .push(finding.help("write it in a simpler way, for example with quotes"));
        None
    }

    /// Reports keys and elements without a value. Whatever else is wrong with them follows from it.
    fn nothings(&mut self, root: &Node) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            for entry in node.entries() {
                if entry.value.is_nothing() {
                    let message = format!("`{}` has no value", entry.key);
                    let finding = Fault::new(Rule::N14, self.file, entry.key_span, message);
                    self.diagnostics
                        .push(finding.help("give it one, or leave out the key"));
                }
                open.push(&entry.value);
            }
            for element in node.elements() {
                if element.is_nothing() {
                    let help = "give it one, or leave it out";
                    self.report(Rule::N14, element.span, "an element without a value", help);
                }
                open.push(element);
            }
        }
    }

    fn operations<'n>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Operation<'n>> {
        let mut operations = Vec::new();
        for (name, span, mut value, node) in self.entries(value, node) {
            let mut parameters = Vec::new();
            let request = (take(&mut value, &["request"]), node.get("request"));
            for (place, span, value, node) in self.entries(request.0, request.1) {
                let location = match place {
                    "path" => Location::Path,
                    "query" => Location::Query,
                    "header" => Location::Header,
                    "body" => Location::Body,
                    _ => {
                        self.unknown_key(place, span, &["path", "query", "header", "body"]);
                        continue;
                    }
                };
                let fields = self.map(Some(value), Some(node));
                parameters.extend(fields.into_iter().map(|field| (location, field)));
            }
            let fixed = take(&mut value, &["fixed"]);
            let fixed = self.map(fixed, node.get("fixed"));
            if let Some(block) = self.piece(name, span, value, node) {
                operations.push(Operation {
                    block,
                    parameters,
                    fixed,
                });
            }
        }
        operations
    }

    fn types<'n>(&mut self, value: Option<Value>, node: Option<&'n Node>) -> Vec<Type<'n>> {
        let mut types = Vec::new();
        for (name, span, mut value, node) in self.entries(value, node) {
            let fields = take(&mut value, &["fields"]);
            let values = take(&mut value, &["enum"]);
            let kind = match (fields, values) {
                (Some(fields), None) => {
                    TypeKind::Structure(self.map(Some(fields), node.get("fields")))
                }
                (None, Some(values)) => TypeKind::Enum(self.enum_values(values, node.get("enum"))),
                _ => {
                    // A block that is none is reported as such.
                    if matches!(node.kind, Kind::Map(_)) {
                        let message = format!("the type `{name}` needs either `fields` or `enum`");
                        let help =
                            "a structure has `fields`, an enum has `enum` with its known values";
                        self.report(Rule::N09, span, message, help);
                    }
                    TypeKind::Broken
                }
            };
            if let Some(block) = self.piece(name, span, value, node) {
                types.push(Type { block, kind });
            }
        }
        types
    }

    /// `[A, B]`, `A: docs`, or `A:` with a block.
    fn enum_values<'n>(
        &mut self,
        value: Value,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, EnumValue>> {
        let Some(node) = node else { return Vec::new() };
        if let Kind::List(elements) = &node.kind {
            // The strict tree has the texts; serde says which of them are none.
            self.list::<String>(Some(value), Some(node));
            return elements.iter().filter_map(bare_value).collect();
        }
        let mut values = Vec::new();
        for (name, name_span, value, node) in self.entries(Some(value), Some(node)) {
            let piece = match value {
                Value::String(docs) => {
                    let value = EnumValue {
                        docs: Some(docs),
                        ..Default::default()
                    };
                    Some(Piece {
                        name,
                        name_span,
                        node,
                        value,
                        cut: Vec::new(),
                    })
                }
                value => self.piece(name, name_span, value, node),
            };
            values.extend(piece);
        }
        values
    }

    /// The pieces of a list.
    fn list<'n, T: DeserializeOwned>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, T>> {
        let (Some(value), Some(node)) = (value, node) else {
            return Vec::new();
        };
        let Value::Sequence(values) = value else {
            if !node.is_nothing() {
                let help = "write the elements as `[a, b]`, or each behind a `-`";
                self.report(Rule::N10, node.span, "a list is expected here", help);
            }
            return Vec::new();
        };
        let pairs = values.into_iter().zip(node.elements());
        pairs
            .filter_map(|(value, node)| self.piece("", node.span, value, node))
            .collect()
    }

    /// The pieces of a map.
    fn map<'n, T: DeserializeOwned>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, T>> {
        let entries = self.entries(value, node);
        entries
            .into_iter()
            .filter_map(|(name, span, value, node)| self.piece(name, span, value, node))
            .collect()
    }

    /// The entries of a map with their places.
    fn entries<'n>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<(&'n str, Span, Value, &'n Node)> {
        let (Some(value), Some(node)) = (value, node) else {
            return Vec::new();
        };
        let Value::Mapping(values) = value else {
            if !node.is_nothing() {
                let help = "write keys with values below it, indented by two";
                self.report(Rule::N10, node.span, "a map is expected here", help);
            }
            return Vec::new();
        };
        let pairs = values.into_iter().zip(node.entries());
        pairs
            .map(|((_, value), entry)| (entry.key.as_str(), entry.key_span, value, &entry.value))
            .collect()
    }

    /// Reads one piece. What is wrong in it is reported and cut out until the rest can be read, so that every fault is found
    /// and none hides the others.
    fn piece<'n, T: DeserializeOwned>(
        &mut self,
        name: &'n str,
        name_span: Span,
        mut value: Value,
        node: &'n Node,
    ) -> Option<Piece<'n, T>> {
        let piece = |value, cut| Piece {
            name,
            name_span,
            node,
            value,
            cut,
        };
        // Paths cost time, so they are only looked for once there is a fault.
        if let Ok(value) = T::deserialize(&value) {
            return Some(piece(value, Vec::new()));
        }
        let mut cut = Vec::new();
        // Each fault is found by reading the piece again. That many faults in one piece are no slips any more.
        for _ in 0..MOST_FAULTS {
            let error = match serde_path_to_error::deserialize(&value) {
                Ok(value) => return Some(piece(value, cut)),
                Err(error) => error,
            };
            let path = keys_of(error.path());
            self.fault(&error.inner().to_string(), &path, name_span, node, &cut);
            if !cut_out(&mut value, &path) {
                return None;
            }
            cut.extend(path.into_iter().next());
        }
        let message = format!("more than {MOST_FAULTS} faults here; the first are reported");
        self.report(Rule::N13, name_span, message, "mend those, and look again");
        None
    }

    /// Reports what serde says, at its place. `cut` are the keys that were cut out for faults of their own.
    fn fault(&mut self, problem: &str, path: &[String], block: Span, node: &Node, cut: &[String]) {
        // The names that serde would have taken.
        let known = || problem.split('`').skip(3).step_by(2).collect::<Vec<_>>();
        let faulty = at(node, path);
        if faulty.is_nothing() {
            return;
        }
        if problem.starts_with("unknown field ") {
            let Some((key, parent)) = path.split_last() else {
                return;
            };
            let span = at(node, parent)
                .entry(key)
                .map_or(block, |entry| entry.key_span);
            return self.unknown_key(key, span, &known());
        }
        if let Some(key) = problem
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'))
        {
            if !cut.iter().any(|other| other == key) {
                let span = if path.is_empty() { block } else { faulty.span };
                let help = match key {
                    "items" => "add where in the output the list is",
                    "plain" | "dual_stack" => "a row has both: repeat the one if there is no other",
                    _ => "add it",
                };
                self.report(Rule::N11, span, format!("`{key}` is missing here"), help);
            }
            return;
        }
        let span = faulty.span;
        if let Some(word) = problem
            .strip_prefix("unknown variant `")
            .and_then(|rest| rest.split('`').next())
        {
            let diagnostic = Fault::new(
                Rule::N10,
                self.file,
                span,
                format!("`{word}` is not known here"),
            );
            self.diagnostics
                .push(suggest(diagnostic, word, &known(), "known"));
            return;
        }
        let (message, help) = in_plain_words(problem);
        self.report(Rule::N10, span, message, help);
    }

    fn unknown_key(&mut self, key: &str, span: Span, known: &[&str]) {
        let message = format!("there is no key `{key}` here");
        let diagnostic = Fault::new(Rule::N01, self.file, span, message);
        self.diagnostics
            .push(suggest(diagnostic, key, known, "the keys here"));
    }
}

/// What serde says, without its words for Rust, and what to do. The text of the spec in it stays as it is.
fn in_plain_words(problem: &str) -> (String, &'static str) {
    if problem.contains("untagged enum Scalar") {
        let message = "text, a number, `true` or `false` is expected here";
        return (message.to_owned(), "write one value");
    }
    let Some((found, expected)) = problem
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return (problem.to_owned(), "write it in that form");
    };
    let (kind, text) = match found.split_once(' ') {
        Some((kind, text)) => (kind, format!(" {text}")),
        None => (found, String::new()),
    };
    let found = match kind {
        "unit" => "nothing".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "a map".to_owned(),
        "string" => format!("the text{text}"),
        kind => format!("the {kind}{text}"),
    };
    let is_number =
        expected.starts_with(['u', 'i']) && expected.ends_with(|c: char| c.is_ascii_digit());
    let (expected, help) = match expected {
        "a string" if matches!(kind, "sequence" | "map") => ("text", "write one text"),
        "a string" => ("text", "quote it if it is meant as text"),
        "a sequence" => (
            "a list",
            "write it as `[a, b]`, or each element behind a `-`",
        ),
        "a boolean" => ("`true` or `false`", "write one of the two, without quotes"),
        _ if is_number => (
            "a whole number",
            "write it with digits alone, without quotes",
        ),
        structure if structure.starts_with("struct ") || structure == "a map" => {
            ("a map", "write keys with values below it, indented by two")
        }
        other => (other, "write it in that form"),
    };
    (format!("{expected} is expected here, not {found}"), help)
}

/// Adds the name that was probably meant, or all that could have been.
fn suggest(diagnostic: Fault, name: &str, known: &[&str], what: &str) -> Diagnostic {
    match closest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("{what} are {}", known.join(", "))),
    }
}

/// A value of an enum that stands in a list, without documentation of its own.
fn bare_value(node: &Node) -> Option<Piece<'_, EnumValue>> {
    match &node.kind {
        Kind::Scalar { text, .. } => Some(Piece {
            name: text,
            name_span: node.span,
            node,
            value: EnumValue::default(),
            cut: Vec::new(),
        }),
        _ => None,
    }
}

/// Takes the value at a path out of a value.
fn take(value: &mut Value, path: &[&str]) -> Option<Value> {
    match path {
        [] => None,
        [key] => value.as_mapping_mut()?.shift_remove(*key),
        [key, rest @ ..] => take(value.get_mut(*key)?, rest),
    }
}

fn keys_of(path: &Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The node at a path, or the last on the way to it.
fn at<'n>(node: &'n Node, path: &[String]) -> &'n Node {
    let Some((key, rest)) = path.split_first() else {
        return node;
    };
    let next = match &node.kind {
        Kind::Map(_) => node.get(key),
        Kind::List(elements) => key
            .parse::<usize>()
            .ok()
            .and_then(|index| elements.get(index)),
        Kind::Scalar { .. } => None,
    };
    next.map_or(node, |next| at(next, rest))
}

/// Takes away the value at a path, so that reading can go on behind it.
fn cut_out(value: &mut Value, path: &[String]) -> bool {
    let Some((key, rest)) = path.split_first() else {
        return false;
    };
    match value {
        Value::Mapping(map) if rest.is_empty() => map.shift_remove(key.as_str()).is_some(),
        Value::Mapping(map) => map
            .get_mut(key.as_str())
            .is_some_and(|value| cut_out(value, rest)),
        Value::Sequence(list) => {
            let Ok(index) = key.parse::<usize>() else {
                return false;
            };
            if rest.is_empty() && index < list.len() {
                list.remove(index);
                return true;
            }
            list.get_mut(index)
                .is_some_and(|value| cut_out(value, rest))
        }
        _ => false,
    }
}

/// What serde would see of a tree from which something was left out.
fn mended(node: &Node) -> Value {
    let scalar = |text: &str, plain: bool| match serde_yaml::from_str(text) {
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) if plain => value,
        _ => Value::String(text.to_owned()),
    };
    match &node.kind {
        Kind::Scalar { text, plain } => scalar(text, *plain),
        Kind::List(elements) => elements.iter().map(mended).collect(),
        Kind::Map(entries) => {
            let pair = |entry: &Entry| {
                let key = scalar(&entry.key, entry.key_is_plain);
                (key, mended(&entry.value))
            };
            Value::Mapping(entries.iter().map(pair).collect())
        }
    }
}

/// Where serde sees something else than the strict tree.
fn disagreement(value: &Value, node: &Node) -> Option<Span> {
    let same = |value: &Value, text: &str, plain: bool| match value {
        Value::String(other) => other == text,
        Value::Null | Value::Bool(_) | Value::Number(_) => plain,
        _ => false,
    };
    match (value, &node.kind) {
        (Value::Sequence(values), Kind::List(elements)) if values.len() == elements.len() => {
            let mut pairs = values.iter().zip(elements);
            pairs.find_map(|(value, element)| disagreement(value, element))
        }
        (Value::Mapping(values), Kind::Map(entries)) if values.len() == entries.len() => values
            .iter()
            .zip(entries)
            .find_map(|((key, value), entry)| {
                if same(key, &entry.key, entry.key_is_plain) {
                    disagreement(value, &entry.value)
                } else {
                    Some(entry.key_span)
                }
            }),
        (value, Kind::Scalar { text, plain }) if same(value, text, *plain) => None,
        _ => Some(node.span),
    }
}

fn place_of(error: &serde_yaml::Error) -> Span {
    error.location().map_or(Span::START, |place| Span {
        line: place.line(),
        column: place.column(),
        length: 1,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::source::SpecSource;
    use crate::spec::parse;

    /// Texts on which readers of YAML like to differ.
    const ODD: &[&str] = &[
        "a: yes\nb: No\nc: on\nd: ~\ne: Null\nf: TRUE\n",
        "a: 0o17\nb: 017\nc: 0x1F\nd: 1_000\ne: .inf\nf: .NaN\ng: 12e03\nh: +1\ni: -0\nj: 1.\n",
        "a: 2024-01-01\nb: 12:30\nc: 1.10\nd: 18446744073709551615\n",
        "1: a\ntrue: b\n~: c\n1.5: d\n",
        "a: |2\n    b\n   c\nd: |+\n  e\n\n\nf: >-\n  g\n\n   h\n  i\n",
        "a: b\n  c\n\n  d\ne: \"f\n  g\\\n  h\"\ni: 'it''s\n  so'\n",
        "a: [b, c, ]\nd: [e: f]\ng: {h, i: j}\nk: {\"l\":m}\n",
        "a:\n- b\n-\n  c: d\n- - e\n  - f\n",
        "? a\n: b\n? |\n  c\n: d\n",
        "a: b#c\nd: e #f\n# g\nh: 'i' # j\n",
        "--- # start\na: b\n...\n# end\n",
        "a: \"\\x41\\u00e9\\U0001F600\\/\\n\\t\"\n",
        "模型: 大语言\na: é\n",
        "a: !b\n",
        "a: b:c\nd: -e\nf: ?g\nh: :i\nj: k\\l\n",
        "a: \n  b: \nc:\n",
    ];

    /// Every spec of the workspace, broken ones too.
    fn corpus() -> Vec<Vec<u8>> {
        let mut texts: Vec<Vec<u8>> = ODD.iter().map(|text| text.as_bytes().to_vec()).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for folder in [
            "specs",
            "tests/fixtures/whole",
            "tests/fixtures/broken",
            "tests/fixtures/rules",
        ] {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "yaml") {
                    texts.push(fs::read(path).unwrap());
                }
            }
        }
        texts
    }

    /// What the strict tree makes of a text is what serde_yaml makes of it: by comparison, and by making the same value.
    #[test]
    fn both_readers_see_the_same() {
        let mut read = 0;
        for bytes in corpus() {
            let source = SpecSource::new("a.yaml", bytes);
            let Some(tree) = parse(&source, &mut Diagnostics::default()) else {
                continue;
            };
            if tree.is_mended {
                continue;
            }
            let value: Value = serde_yaml::from_str(&tree.text).unwrap();
            assert_eq!(disagreement(&value, &tree.root), None, "{}", tree.text);
            assert_eq!(mended(&tree.root), value, "{}", tree.text);
            read += 1;
        }
        assert!(read > 30, "{read}");
    }

    /// A difference in any place is seen.
    #[test]
    fn a_disagreement_has_a_place() {
        let text = "a: b\nc: [d, 5]\n";
        let source = SpecSource::new("a.yaml", text);
        let tree = parse(&source, &mut Diagnostics::default()).unwrap();
        for (other, column) in [
            ("a: x\nc: [d, 5]\n", 4),
            ("x: b\nc: [d, 5]\n", 1),
            ("a: b\nc: [d, 5, e]\n", 4),
            ("a: b\nc: [d, '6']\n", 8),
            ("a: b\nc: [5, 5]\n", 8),
            ("a: b\n", 1),
        ] {
            let value: Value = serde_yaml::from_str(other).unwrap();
            let place = disagreement(&value, &tree.root).map(|span| span.column);
            // A plain word may be a number for serde: that is for it to say.
            let expected = if other.contains("[5, 5]") {
                None
            } else {
                Some(column)
            };
            assert_eq!(place, expected, "{other}");
        }
    }
}
