//! Source texts of a spec and its samples, and locations in them.

/// A spec and its samples as read from disk. The generator accesses no other files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecSource {
    /// Path for messages, relative to the workspace, with forward slashes.
    pub path: String,
    /// Content, which may not be valid UTF-8.
    pub bytes: Vec<u8>,
    /// Examples from the vendor's documentation.
    pub samples: Vec<Sample>,
}

/// A file with an example of a request, response or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Path for messages; its last component is `Operation.case.kind.json`.
    pub path: String,
    /// Content, which may not be valid JSON.
    pub bytes: Vec<u8>,
}

impl SpecSource {
    /// Creates a spec without samples.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            samples: Vec::new(),
        }
    }

    /// Returns the file name without its extension, such as `aws-bedrock`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }

    /// Returns the paths and contents of the spec and its samples.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let spec = (self.path.as_str(), self.bytes.as_slice());
        let samples = self.samples.iter();
        let samples = samples.map(|each| (each.path.as_str(), each.bytes.as_slice()));
        std::iter::once(spec).chain(samples)
    }
}

/// A location in a text. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Line number.
    pub line: usize,
    /// Column number.
    pub column: usize,
    /// Number of characters on the line that belong to it, at least 1.
    pub length: usize,
}

impl Span {
    /// Start of a file, used for findings about the whole file.
    pub const START: Self = Self {
        line: 1,
        column: 1,
        length: 1,
    };
}
