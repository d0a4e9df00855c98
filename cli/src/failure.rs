//! [`Failure`], why the program ends early, with its exit code.

use std::io;
use std::path::Path;

use crate::text::visible;

/// Exit codes. They are listed in the help of the program.
pub(crate) mod exit {
    /// Everything was read.
    pub(crate) const COMPLETE: u8 = 0;
    /// Nothing could be read.
    pub(crate) const NOTHING: u8 = 1;
    /// Wrong usage or configuration, or no source.
    pub(crate) const USAGE: u8 = 2;
    /// Some sources failed.
    pub(crate) const PARTIAL: u8 = 3;
    /// `diff` found differences.
    pub(crate) const DIFFERENCES: u8 = 10;
}

/// Why the program ends early.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    /// Text for standard error, with its last line break.
    pub(crate) text: String,
}

impl Failure {
    /// Wrong usage or configuration. The text is formatted already.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self {
            code: exit::USAGE,
            text: text.into(),
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(action: &str, path: &Path, error: &dyn std::fmt::Display) -> Self {
        let path = path.display().to_string();
        Self::usage(format!(
            "error: cannot {action} {}: {}\n",
            visible(&path),
            visible(&error.to_string())
        ))
    }

    /// Standard output that cannot be written.
    pub(crate) fn output(error: io::Error) -> Self {
        Self::internal(format!("cannot write the output: {error}"))
    }

    /// Something that this machine refuses.
    pub(crate) fn internal(problem: impl std::fmt::Display) -> Self {
        Self {
            code: exit::NOTHING,
            text: format!("error: {}\n", visible(&problem.to_string())),
        }
    }
}
