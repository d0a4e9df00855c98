//! The rules that a spec must keep, each with an id, each finding with a place.
//!
//! One file a subject: what must be there, documentation, names, references, hosts, settings, errors, what travels, limits,
//! paging, samples, and what is allowed all the same. The rules look at the spec as it was read, not at the model: so that one broken part hides
//! nothing in another.

mod allowances;
mod docs;
mod endpoint;
mod errors;
mod headers;
mod limits;
mod names;
mod paging;
mod presence;
mod references;
mod samples;
mod secrets;
mod settings;
mod wire;

use crate::diagnostics::{Diagnostics, Fault};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::Spec;
pub(crate) use names::{Module, check_together};

/// Checks one spec.
pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    presence::check(spec, diagnostics);
    docs::check(spec, diagnostics);
    names::check(spec, diagnostics);
    references::check(spec, diagnostics);
    endpoint::check(spec, diagnostics);
    settings::check(spec, diagnostics);
    errors::check(spec, diagnostics);
    wire::check(spec, diagnostics);
    limits::check(spec, diagnostics);
    paging::check(spec, diagnostics);
    samples::check(spec, diagnostics);
    // At the end, since it takes back what the others found.
    allowances::check(spec, diagnostics);
}

impl Spec<'_> {
    fn finding(&self, rule: Rule, span: Span, message: impl Into<String>) -> Fault {
        Fault::new(rule, &self.source.path, span, message)
    }
}

/// The types that need no definition.
const BUILT_IN: &[&str] = &["string", "integer", "number", "boolean", "timestamp"];
