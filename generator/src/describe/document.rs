//! Files of descriptions: unpacked, and read with the place of each value.

use std::fmt;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::yaml;
use crate::source::Span;
use crate::spec::{Kind, Node, parse_json};

/// A file as it was read.
#[derive(Debug)]
pub(crate) struct File {
    /// Name for messages.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// Returns the name of the file and the error of the system.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Err(format!("{name}: {error}")),
        }
    }
}

/// Error of a file that cannot be used: its place and the reason.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    place: String,
    why: String,
    is_beyond: bool,
}

impl Unreadable {
    pub(crate) fn new(file: &str, why: impl fmt::Display) -> Self {
        Self {
            place: printable(file),
            why: printable(&why.to_string()),
            is_beyond: false,
        }
    }

    /// Marks what is no fault of the file, but more than can be read.
    pub(super) fn beyond(self) -> Self {
        Self {
            is_beyond: true,
            ..self
        }
    }

    /// Whether the file is right, and only says more than can be read.
    pub(crate) fn is_beyond(&self) -> bool {
        self.is_beyond
    }

    /// Returns the reason without the place.
    pub(super) fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

/// Replaces what would move the cursor of a terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The most bytes of a description when unpacked. The largest one that is known has 10 MB.
const MOST: u64 = 64 << 20;

/// A document with its name.
#[derive(Debug)]
pub(super) struct Document {
    name: String,
    root: Node,
    /// SHA-256 of the unpacked file, in hexadecimal digits.
    sha256: String,
}

impl Document {
    /// Unpacks and parses a file.
    pub(super) fn read(file: &File) -> Result<Self, Unreadable> {
        let bytes = unpacked(file)?;
        let unreadable = |why: &str| Unreadable::new(&file.name, why);
        let start = bytes.trim_ascii_start();
        if start.is_empty() {
            return Err(unreadable("the file is empty"));
        }
        if start.starts_with(b"<") {
            return Err(unreadable(
                "this is a web page, not a description of an API",
            ));
        }
        let root = if start.starts_with(b"{") || start.starts_with(b"[") {
            json(&file.name, &bytes)?
        } else {
            yaml(&file.name, &bytes)?
        };
        let document = Self {
            name: file.name.clone(),
            root,
            sha256: sha256(&bytes),
        };
        document.refuse_errors()?;
        Ok(document)
    }

    pub(super) fn root(&self) -> &Node {
        &self.root
    }

    /// Returns the same document with a part of it as the root.
    pub(super) fn part(&self, root: &Node) -> Self {
        Self {
            name: self.name.clone(),
            root: root.clone(),
            sha256: self.sha256.clone(),
        }
    }

    pub(super) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Returns an error at a node.
    pub(super) fn unreadable(&self, at: Option<&Node>, why: impl fmt::Display) -> Unreadable {
        match at {
            Some(node) => placed(&self.name, node.span, why),
            None => Unreadable::new(&self.name, why),
        }
    }

    /// Refuses what a vendor's site sends instead of a description.
    fn refuse_errors(&self) -> Result<(), Unreadable> {
        let of_volcengine = self.at(&["ResponseMetadata", "Error"]);
        let of_huawei = self.at(&["error_code"]);
        let code = of_volcengine
            .and_then(|error| error.get("Code"))
            .or(of_huawei);
        match of_volcengine.or(of_huawei) {
            None => Ok(()),
            Some(error) => Err(self.unreadable(
                Some(error),
                format_args!(
                    "this is an error of the vendor's site, `{}`, not a description",
                    code.and_then(Node::text).unwrap_or("without a code")
                ),
            )),
        }
    }

    /// Returns the node at a path.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, key| node.get(key))
    }
}

fn json(name: &str, bytes: &[u8]) -> Result<Node, Unreadable> {
    parse_json(name, bytes).map_err(|found| {
        let first = found.second.as_ref().map(|(first, _)| {
            let span = first.span;
            format!("; it is also at {}:{}", span.line, span.column)
        });
        placed(
            name,
            found.at.span,
            found.message + &first.unwrap_or_default(),
        )
    })
}

fn yaml(name: &str, bytes: &[u8]) -> Result<Node, Unreadable> {
    let text = str::from_utf8(bytes).map_err(|_| Unreadable::new(name, "this is not UTF-8"))?;
    let root = yaml::parse(text).map_err(|fault| placed(name, fault.span, fault.why))?;
    match root.entries() {
        [] => Err(Unreadable::new(name, "this is neither JSON nor YAML")),
        _ => Ok(root),
    }
}

/// Returns an error at a place.
fn placed(name: &str, span: Span, why: impl fmt::Display) -> Unreadable {
    let place = format!("{name}:{}:{}", span.line, span.column);
    Unreadable::new(&place, why)
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

fn unpacked(file: &File) -> Result<Vec<u8>, Unreadable> {
    let too_large = || {
        let most = MOST >> 20;
        Unreadable::new(&file.name, format_args!("it has more than {most} MB"))
    };
    if !file.bytes.starts_with(&[0x1f, 0x8b]) {
        return match u64::try_from(file.bytes.len()) {
            Ok(size) if size <= MOST => Ok(file.bytes.clone()),
            _ => Err(too_large()),
        };
    }
    let mut bytes = Vec::new();
    let packed = flate2::read::MultiGzDecoder::new(file.bytes.as_slice());
    let size = packed
        .take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Unreadable::new(&file.name, format_args!("not valid gzip: {error}")))?;
    match u64::try_from(size) {
        Ok(size) if size <= MOST => Ok(bytes),
        _ => Err(too_large()),
    }
}

/// Accessors for JSON.
pub(super) trait Json {
    /// Returns the text of a string.
    fn string(&self) -> Option<&str>;
    /// Returns whether it is `true`.
    fn is_true(&self) -> bool;
    /// Returns the text of the string under a key.
    fn string_at(&self, key: &str) -> Option<&str>;
    /// Returns a number under a key as it is written, whole numbers without a fraction.
    fn number_at(&self, key: &str) -> Option<String>;
    /// Returns whether the value under a key is `true`.
    fn flag(&self, key: &str) -> bool;
    /// Returns the texts of a list under a key.
    fn texts_at(&self, key: &str) -> impl Iterator<Item = &str>;
}

impl Json for Node {
    fn string(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, plain: false } => Some(text),
            _ => None,
        }
    }

    fn is_true(&self) -> bool {
        self.is_plain() && self.text() == Some("true")
    }

    fn string_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.string()
    }

    fn number_at(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let text = node.text()?;
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())?;
        let whole = text.strip_suffix(".0").unwrap_or(text);
        Some(whole.to_owned())
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(Json::is_true)
    }

    fn texts_at(&self, key: &str) -> impl Iterator<Item = &str> {
        let elements = self.get(key).map(Node::elements).unwrap_or_default();
        elements.iter().filter_map(Node::text)
    }
}
