//! Builds the value of a file from the strict tree.
//!
//! Since the file is parsed only once, a finding cannot point at a different value than the one that the clients get.
//! serde_yaml only decides the type of plain words.

use serde_yaml::Value;

use super::tree::{Entry, Kind, Node, parse};
use crate::diagnostics::Diagnostics;
use crate::source::SpecSource;

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

/// Compares what the strict reader sees in a file with what serde_yaml sees, and returns the difference. A file that one
/// of them refuses has none.
pub(crate) fn disagreement(source: &SpecSource) -> Option<String> {
    let tree = parse(source, &mut Diagnostics::default())?;
    if tree.is_mended {
        return None;
    }
    let text = str::from_utf8(&source.bytes).ok()?;
    // A block of text at the end of a file ends with a newline for the one, even if the file does not.
    let text = format!("{text}\n");
    // It refuses some texts that the strict reader accepts, which misleads nobody.
    let theirs = with_text_keys(serde_yaml::from_str(&text).ok()?, &tree.root)?;
    let ours = value(&tree.root);
    difference(&ours, &theirs)
}

/// Returns the first values that differ.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Mapping(ours), Value::Mapping(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.values().zip(theirs.values());
            pairs.find_map(|(ours, theirs)| difference(ours, theirs))
        }
        (Value::Sequence(ours), Value::Sequence(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs);
            pairs.find_map(|(ours, theirs)| difference(ours, theirs))
        }
        (Value::String(ours), Value::String(theirs)) if ours != theirs => {
            let same = ours.chars().zip(theirs.chars());
            let same = same.take_while(|(ours, theirs)| ours == theirs).count();
            let rest = |text: &str| text.chars().skip(same).take(40).collect::<String>();
            Some(format!(
                "after {same} characters, {:?} is {:?}",
                rest(ours),
                rest(theirs)
            ))
        }
        _ => (ours != theirs).then(|| format!("{ours:?} is {theirs:?}")),
    }
}

/// Converts all keys of a value to text, as they are in the strict tree. Returns `None` if the tree has another shape.
fn with_text_keys(value: Value, node: &Node) -> Option<Value> {
    match value {
        Value::Mapping(map) if map.len() == node.entries().len() => {
            let pairs = map.into_iter().zip(node.entries());
            let pairs = pairs.map(|((_, value), entry)| {
                let key = Value::String(entry.key.clone());
                Some((key, with_text_keys(value, &entry.value)?))
            });
            pairs.collect::<Option<_>>().map(Value::Mapping)
        }
        Value::Sequence(list) if list.len() == node.elements().len() => {
            let pairs = list.into_iter().zip(node.elements());
            let values = pairs.map(|(value, node)| with_text_keys(value, node));
            values.collect::<Option<_>>().map(Value::Sequence)
        }
        value => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

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

    /// The strict tree and serde_yaml agree on every text.
    #[test]
    fn both_readers_see_the_same() {
        let mut read = 0;
        for bytes in corpus() {
            let source = SpecSource::new("a.yaml", bytes);
            let tree = parse(&source, &mut Diagnostics::default());
            let is_whole = tree.is_some_and(|tree| !tree.is_mended);
            read += usize::from(is_whole);
            let theirs = serde_yaml::from_slice::<Value>(&source.bytes);
            assert!(theirs.is_ok() || !is_whole, "{theirs:?}");
            assert_eq!(disagreement(&source), None, "{:?}", source.bytes);
        }
        assert!(read > 30, "{read}");
    }
}
