//! Specs written from a vendor's description: names, types, limits, values, paging and errors. What a spec cannot say becomes
//! a comment, and what a description never says becomes a visible gap.

mod head;
mod members;
mod names;
mod operations;
mod rust_names;
mod skips;
mod types;
mod vendor;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::check::is_fit;
use crate::describe::{Description, Operation};
use names::Names;
pub(crate) use skips::LeftOut;

use yaml::{comment, plain_or_quoted, said};

/// What a draft is about.
pub(crate) struct Subject<'a> {
    /// Name of the spec, such as `acme-models`.
    pub(crate) name: &'a str,
    /// Operations to write, by the vendor's names; all if empty.
    pub(crate) operations: &'a [String],
    /// Name of the file, without folders.
    pub(crate) source: &'a str,
    /// Names of types to write instead of those that they would have.
    pub(crate) names: &'a BTreeMap<String, String>,
}

/// Returns a text as YAML, in quotes if it needs them.
pub(crate) fn scalar(text: &str) -> String {
    plain_or_quoted(text)
}

/// Returns why no spec can have an operation, with the operation.
pub(crate) fn inexpressible(operation: &Operation) -> Option<String> {
    let Operation {
        name, method, path, ..
    } = operation;
    let why = operation.inexpressible.as_ref()?;
    Some(format!("{why} (`{name}`, {method} {path})"))
}

/// A draft.
pub(crate) struct Drafted {
    /// Text of the spec.
    pub(crate) text: String,
    /// Number of operations in it.
    pub(crate) operations: usize,
    /// What a spec cannot say, each with the number of times and some places.
    pub(crate) skipped: Vec<String>,
    pub(crate) left_out: LeftOut,
}

impl Subject<'_> {
    /// Returns the name of the module.
    fn module(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// Writes a spec for operations of a description.
///
/// # Errors
/// Returns the names of operations that are not described.
pub(crate) fn draft(
    description: &Description,
    subject: &Subject<'_>,
) -> Result<Drafted, Vec<String>> {
    let known = |name: &&String| {
        let mut all = description.operations.iter();
        !all.any(|each| each.is_named(name))
    };
    let missing: Vec<_> = subject.operations.iter().filter(known).cloned().collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let chosen = |each: &&Operation| {
        let mut chosen = subject.operations.iter();
        match subject.operations.is_empty() {
            true => each.inexpressible.is_none(),
            false => chosen.any(|name| each.is_named(name)),
        }
    };
    let operations: Vec<_> = description.operations.iter().filter(chosen).collect();
    let mut names = Names::new(description, &operations, &subject.module());
    names.rename(subject.names);
    let mut draft = Draft {
        description,
        names,
        cursors: cursors(&operations),
        prefix: subject.module().to_uppercase(),
        made_docs: 0,
        has_marked_variables: false,
        out: String::new(),
    };
    let mut skipped = draft.skips(&operations);
    let left_out = draft.left_out(&operations);
    if subject.operations.is_empty() {
        skipped.extend(description.operations.iter().filter_map(inexpressible));
    }
    draft.line(0, "\noperations:");
    for (index, operation) in operations.iter().enumerate() {
        if index > 0 {
            draft.out.push('\n');
        }
        draft.operation(operation);
    }
    draft.types();
    // The head says something about the rest.
    let rest = std::mem::take(&mut draft.out);
    draft.head(subject, &skipped);
    draft.errors(&operations);
    Ok(Drafted {
        text: draft.out + &rest,
        operations: operations.len(),
        skipped,
        left_out,
    })
}

struct Draft<'a> {
    description: &'a Description,
    /// Beginning of the names of environment variables.
    prefix: String,
    names: Names,
    /// Names of members that are cursors of pages, whatever they look like.
    cursors: BTreeSet<String>,
    /// Number of documentation texts that were made from names.
    made_docs: usize,
    /// Whether a comment says that names of environment variables are made up.
    has_marked_variables: bool,
    out: String,
}

fn cursors(operations: &[&Operation]) -> BTreeSet<String> {
    let paging = operations.iter().filter_map(|each| each.paging.as_ref());
    let names = paging.flat_map(|paging| {
        let last = paging.response.rsplit('.').next().unwrap_or_default();
        [paging.request.clone(), last.to_owned()]
    });
    names.collect()
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

    /// Writes the documentation of something: the vendor's, if it says anything, or else the name.
    fn docs(&mut self, depth: usize, docs: Option<&String>, name: &str) {
        match docs.filter(|docs| is_fit(docs)) {
            Some(docs) => self.pair(depth, "docs", docs),
            None => {
                self.made_docs += 1;
                self.pair(depth, "docs", &said(name));
            }
        }
    }

    fn deprecated(&mut self, depth: usize, reason: Option<&String>) {
        match reason {
            Some(reason) if is_fit(reason) => self.pair(depth, "deprecated", reason),
            Some(_) => self.pair(depth, "deprecated", "Deprecated by the vendor."),
            None => {}
        }
    }

    fn notes(&mut self, depth: usize, notes: &[String]) {
        for note in notes {
            self.line(depth, &format!("# {}", comment(note)));
        }
    }
}
