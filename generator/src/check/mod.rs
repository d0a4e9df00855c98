//! The rules for specs. Each rule has an id, and each finding has a place.
//!
//! There is one file per subject: required keys, documentation, names, references, endpoints, settings, errors, wire
//! format, places in responses, repetition, limits, rules between members, pagination, catalogs, samples, what is left to
//! fill in, and suppressions. The rules check the spec as it was read instead of the model,
//! so that a fault in one part hides none in another.

mod allowances;
mod catalog;
mod docs;
mod endpoint;
mod errors;
mod headers;
mod limits;
mod names;
mod paging;
mod presence;
mod references;
mod repeats;
mod requests;
mod samples;
mod secrets;
mod settings;
mod sources;
mod together;
mod unfinished;
mod wire;

use crate::diagnostics::{Diagnostics, Fault};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::Spec;
pub(crate) use docs::is_fit;
pub(crate) use errors::is_code;
pub(crate) use headers::{RESERVED_HEADERS, is_header};
pub(crate) use limits::is_time;
pub(crate) use names::{Module, check_together};
pub(crate) use repeats::takes_uuids;
pub(crate) use requests::is_media_type;
pub(crate) use secrets::is_secret;

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
    sources::check(spec, diagnostics);
    repeats::check(spec, diagnostics);
    limits::check(spec, diagnostics);
    together::check(spec, diagnostics);
    paging::check(spec, diagnostics);
    catalog::check(spec, diagnostics);
    samples::check(spec, diagnostics);
    unfinished::check(spec, diagnostics);
    // Runs last, because it suppresses findings of the other checks.
    allowances::check(spec, diagnostics);
}

impl Spec<'_> {
    fn finding(&self, rule: Rule, span: Span, message: impl Into<String>) -> Fault {
        Fault::new(rule, &self.source.path, span, message)
    }
}
