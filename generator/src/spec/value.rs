//! Builds the value of a file from the strict tree.
//!
//! Since the file is parsed only once, a finding cannot point at a different value than the one that the clients get.
//! serde_yaml only decides the type of plain words.

use serde_yaml::Value;

use super::tree::{Entry, Kind, Node};

/// Returns the value of a node. Keys become text: `404:` is the key "404".
pub(super) fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar { text, plain: true } => plain(text),
        Kind::Scalar { text, plain: false } => Value::String(text.clone()),
        Kind::List(elements) => elements.iter().map(value).collect(),
        Kind::Map(entries) => {
            let pair = |entry: &Entry| (Value::String(entry.key.clone()), value(&entry.value));
            Value::Mapping(entries.iter().map(pair).collect())
        }
    }
}

/// Returns the value of a plain word. Most words are seen to be texts or small numbers at once.
fn plain(word: &str) -> Value {
    let text = || Value::String(word.to_owned());
    let is_keyword = ["true", "false", "null"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword));
    let is_number = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    // No number has a blank in it.
    if !is_keyword && (!is_number || word.contains(' ')) && !matches!(word, "" | "~") {
        return text();
    }
    let is_decimal = word.bytes().all(|byte| byte.is_ascii_digit()) && !word.starts_with('0');
    if let (true, Ok(number)) = (is_decimal, word.parse::<u64>()) {
        return Value::Number(number.into());
    }
    match serde_yaml::from_str(word) {
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => value,
        _ => text(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::SpecSource;
    use crate::spec::parse;

    /// Texts that YAML parsers interpret differently.
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

    /// Returns every spec of the workspace, including broken ones.
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

    /// Converts all keys of a value to text. The node is the same value in the strict tree.
    fn with_text_keys(value: Value, node: &Node) -> Value {
        match value {
            Value::Mapping(map) => {
                assert_eq!(map.len(), node.entries().len());
                let pairs = map.into_iter().zip(node.entries());
                let pair = |((_, value), entry): ((Value, Value), &Entry)| {
                    let key = Value::String(entry.key.clone());
                    (key, with_text_keys(value, &entry.value))
                };
                Value::Mapping(pairs.map(pair).collect())
            }
            Value::Sequence(list) => {
                assert_eq!(list.len(), node.elements().len());
                let pairs = list.into_iter().zip(node.elements());
                let values = pairs.map(|(value, node)| with_text_keys(value, node));
                values.collect()
            }
            value => value,
        }
    }

    /// The strict tree and serde_yaml agree on every text.
    #[test]
    fn both_readers_see_the_same() {
        let mut read = 0;
        for bytes in corpus() {
            let source = SpecSource::new("a.yaml", bytes);
            let tree = parse(&source, &mut Diagnostics::default());
            let Some(tree) = tree.filter(|tree| !tree.is_mended) else {
                continue;
            };
            let text = str::from_utf8(&source.bytes).unwrap();
            let seen = with_text_keys(serde_yaml::from_str(text).unwrap(), &tree.root);
            assert_eq!(value(&tree.root), seen, "{text}");
            read += 1;
        }
        assert!(read > 30, "{read}");
    }
}
