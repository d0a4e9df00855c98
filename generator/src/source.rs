//! The texts of a spec and its samples, and places in them.

/// A spec as it was read, with its samples: all that the generator knows of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecSource {
    /// The path that messages show: relative to the workspace, with forward slashes.
    pub path: String,
    /// The bytes, not yet known to be text.
    pub bytes: Vec<u8>,
    /// The vendor's examples.
    pub samples: Vec<Sample>,
}

/// A file with an example of a request, reply or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The path that messages show; its last part is `Operation.case.kind.json`.
    pub path: String,
    /// The bytes, not yet known to be JSON.
    pub bytes: Vec<u8>,
}

impl SpecSource {
    /// A spec without samples.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            samples: Vec::new(),
        }
    }

    /// The name without folder and ending: `aws-bedrock`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }

    /// The paths and bytes of the spec and its samples.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let spec = (self.path.as_str(), self.bytes.as_slice());
        let samples = self.samples.iter();
        let samples = samples.map(|each| (each.path.as_str(), each.bytes.as_slice()));
        std::iter::once(spec).chain(samples)
    }
}

/// A place in a text: lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters of the line belong to it, at least 1.
    pub length: usize,
}

impl Span {
    /// What is wrong with a file as a whole is reported at its start.
    pub const START: Self = Self {
        line: 1,
        column: 1,
        length: 1,
    };
}
