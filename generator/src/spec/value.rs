//! The file as serde_yaml sees it, and whether that is what the strict tree saw: a finding must not point at one value while the
//! clients get another.

use serde_yaml::Value;

use super::tree::{Entry, Kind, Node, Tree};
use crate::diagnostics::{Diagnostic, Fault};
use crate::rules::Rule;
use crate::source::Span;

/// The value of a file, with keys that are texts. If the readers disagree, that is a finding, and the value is what the strict
/// tree saw.
pub(super) fn value(tree: &Tree<'_>) -> (Value, Option<Diagnostic>) {
    if tree.is_mended {
        return (mended(&tree.root), None);
    }
    let (span, message) = match serde_yaml::from_str(&tree.text) {
        Ok(value) => match disagreement(&value, &tree.root) {
            None if has_text_keys(&value) => return (value, None),
            None => return (with_text_keys(value, &tree.root), None),
            Some(span) => (
                span,
                "the two readers of YAML see different values here".to_owned(),
            ),
        },
        Err(error) => (
            place_of(&error),
            format!("one of the two readers of YAML refuses this: {error}"),
        ),
    };
    let fault = Fault::new(Rule::Y12, &tree.source.path, span, message);
    let finding = fault.help("write it in a simpler way, for example with quotes");
    (mended(&tree.root), Some(finding))
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
            let pair = |entry: &Entry| (Value::String(entry.key.clone()), mended(&entry.value));
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

/// The same value with keys that are texts: `404:` is the key "404". The node is the same tree.
fn with_text_keys(value: Value, node: &Node) -> Value {
    match value {
        Value::Mapping(map) => {
            let pairs = map.into_iter().zip(node.entries());
            let pair = |((_, value), entry): ((Value, Value), &Entry)| {
                (
                    Value::String(entry.key.clone()),
                    with_text_keys(value, &entry.value),
                )
            };
            Value::Mapping(pairs.map(pair).collect())
        }
        Value::Sequence(list) => {
            let pairs = list.into_iter().zip(node.elements());
            Value::Sequence(
                pairs
                    .map(|(value, node)| with_text_keys(value, node))
                    .collect(),
            )
        }
        value => value,
    }
}

/// Whether all keys are texts already, as they nearly always are.
fn has_text_keys(value: &Value) -> bool {
    match value {
        Value::Mapping(map) => map
            .iter()
            .all(|(key, value)| key.is_string() && has_text_keys(value)),
        Value::Sequence(list) => list.iter().all(has_text_keys),
        _ => true,
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
    use crate::diagnostics::Diagnostics;
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
            assert_eq!(
                mended(&tree.root),
                with_text_keys(value, &tree.root),
                "{}",
                tree.text
            );
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
