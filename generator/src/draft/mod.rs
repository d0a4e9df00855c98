//! Specs written from a vendor's description: names, types, limits, values, paging and errors. What a spec cannot say becomes
//! a comment, and what a description never says becomes a visible gap.

mod head;
mod members;
mod names;
mod operations;
mod types;
mod yaml;

use std::fmt::Write;

use crate::describe::{Description, Operation};
use names::Names;
use yaml::plain_or_quoted;

/// What a draft is about.
pub(crate) struct Subject<'a> {
    /// Name of the spec, such as `acme-models`.
    pub(crate) name: &'a str,
    /// Operations to write, by the vendor's names; all if empty.
    pub(crate) operations: &'a [String],
    /// Name of the file, without folders.
    pub(crate) source: &'a str,
}

/// Writes a spec for operations of a description.
///
/// # Errors
/// Returns the names of operations that are not described.
pub(crate) fn draft(
    description: &Description,
    subject: &Subject<'_>,
) -> Result<String, Vec<String>> {
    let known = |name: &&String| {
        !description
            .operations
            .iter()
            .any(|each| &&each.name == name)
    };
    let missing: Vec<_> = subject.operations.iter().filter(known).cloned().collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let chosen = |each: &&Operation| {
        subject.operations.is_empty() || subject.operations.contains(&each.name)
    };
    let operations: Vec<_> = description.operations.iter().filter(chosen).collect();
    let names = Names::new(description, &operations);
    let mut draft = Draft {
        description,
        names,
        out: String::new(),
    };
    draft.head(subject);
    draft.errors(&operations);
    draft.line(0, "\noperations:");
    for (index, operation) in operations.iter().enumerate() {
        if index > 0 {
            draft.out.push('\n');
        }
        draft.operation(operation);
    }
    draft.types();
    Ok(draft.out)
}

struct Draft<'a> {
    description: &'a Description,
    names: Names,
    out: String,
}

impl Draft<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{:indent$}{text}", "", indent = 2 * depth);
    }

    fn pair(&mut self, depth: usize, key: &str, value: &str) {
        self.line(
            depth,
            &format!("{}: {}", plain_or_quoted(key), plain_or_quoted(value)),
        );
    }

    fn notes(&mut self, depth: usize, notes: &[String]) {
        for note in notes {
            self.line(depth, &format!("# {note}"));
        }
    }
}
