//! The text of a spec, and places in it.

/// A spec as it was read: all that the generator knows of files.
#[derive(Clone, Debug)]
pub struct SpecSource {
    /// The path that messages show: relative to the workspace, with forward slashes.
    pub path: String,
    /// The bytes, not yet known to be text.
    pub bytes: Vec<u8>,
}

impl SpecSource {
    /// The name without folder and ending: `aws-bedrock`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
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
