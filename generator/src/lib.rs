//! Turns specs of cloud APIs into typed Rust clients.
//!
//! The way of a spec: `spec` reads it, `check` holds it against the rules, `lower` decides names, types and texts, and
//! `emit` writes them down. [`generate`] is all of it, and pure: no files, no clock, no chance. [`output`] brings what came
//! out to the disk, and [`command`] is the command line around it.
#![warn(missing_docs)]

mod check;
pub mod command;
pub mod diagnostics;
pub mod diff;
mod emit;
mod lower;
mod manifest;
pub mod model;
mod names;
pub mod output;
mod rules;
mod source;
mod spec;

use std::collections::{BTreeMap, BTreeSet};

pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use rules::Rule;
pub use source::{Sample, Span, SpecSource};

/// What came of a set of specs.
#[derive(Debug)]
pub struct Generated {
    /// The files; `None` if there are errors.
    pub output: Option<Output>,
    /// What is wrong with the specs.
    pub diagnostics: Diagnostics,
}

/// Generated files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The sources of the crate by path below its `src`, with forward slashes.
    pub files: BTreeMap<String, String>,
    /// The public items of the crate, a line each.
    pub api: String,
    /// The table of what is supported, in Markdown.
    pub support_table: String,
    /// The table of environment variables and files, in Markdown.
    pub settings_table: String,
    /// The cargo features that the crate must have.
    pub features: Vec<String>,
}

/// Generates the crate for a set of specs. Their order makes no difference.
pub fn generate(sources: &[SpecSource]) -> Generated {
    let sources = in_order(sources);
    // Each spec goes the whole way on its own, so that many are worked on side by side and only what remains of them stays in
    // memory.
    let specs = side_by_side(&sources, |source| {
        let read = Read::new(source);
        let module = read.service.as_ref().map(emit::module);
        (read, module)
    });
    let (specs, modules): (Vec<_>, Vec<_>) = specs.into_iter().unzip();
    let (services, diagnostics) = together(specs);
    let output = (!diagnostics.has_errors()).then(|| {
        let names = services
            .iter()
            .map(|service| format!("{}.rs", service.module));
        let mut files: BTreeMap<_, _> = names.zip(modules.into_iter().flatten()).collect();
        files.insert("lib.rs".to_owned(), emit::library(&services));
        Output {
            files,
            api: emit::api(&services),
            support_table: emit::support_table(&services),
            settings_table: emit::settings_table(&services),
            features: services
                .iter()
                .map(|service| names::feature(&service.module))
                .collect(),
        }
    });
    Generated {
        output,
        diagnostics,
    }
}

/// The JSON Schema of the spec language, for editors.
pub fn schema() -> String {
    let mut schema = spec::schema();
    // Whatever the features of serde_json in the build.
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// The service of a spec, though it may break rules, with what its reading found: what cannot be read is left out. `None` if
/// nothing can.
pub fn read_leniently(source: &SpecSource) -> (Option<model::Service>, Diagnostics) {
    let mut found = Diagnostics::default();
    let tree = spec::parse(source, &mut found);
    let spec = tree.as_ref().and_then(|tree| spec::read(tree, &mut found));
    (spec.map(|spec| lower::lower(&spec)), found)
}

/// The module of a service.
pub fn module(service: &model::Service) -> String {
    emit::module(service)
}

/// The JSON Schema of what `diff --format json` prints.
pub fn diff_schema() -> String {
    let mut schema = diff::schema();
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// Reads and checks a set of specs. There are services only if there are no errors.
pub fn read(sources: &[SpecSource]) -> (Vec<model::Service>, Diagnostics) {
    together(side_by_side(&in_order(sources), |source| Read::new(source)))
}

fn in_order(sources: &[SpecSource]) -> Vec<&SpecSource> {
    let mut sources: Vec<_> = sources.iter().collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What came of one spec by itself.
struct Read {
    /// `None` if there are errors.
    service: Option<model::Service>,
    /// The module and where it is named.
    module: Option<check::Module>,
    diagnostics: Diagnostics,
}

impl Read {
    fn new(source: &SpecSource) -> Self {
        let mut diagnostics = Diagnostics::default();
        let tree = spec::parse(source, &mut diagnostics);
        let Some(spec) = tree
            .as_ref()
            .and_then(|tree| spec::read(tree, &mut diagnostics))
        else {
            return Self {
                service: None,
                module: None,
                diagnostics,
            };
        };
        check::check(&spec, &mut diagnostics);
        // What is not allowed at a place is all that is to be said about it.
        if tree.as_ref().is_some_and(|tree| tree.is_mended) {
            let is_reading = |each: &Diagnostic| each.rule.id().starts_with('Y');
            let read = diagnostics.iter().filter(|each| is_reading(each));
            let places: BTreeSet<_> = read.map(|each| each.at.span).collect();
            diagnostics.retain(|each| is_reading(each) || !places.contains(&each.at.span));
        }
        let service = (!diagnostics.has_errors()).then(|| lower::lower(&spec));
        Self {
            service,
            module: check::Module::of(&spec),
            diagnostics,
        }
    }
}

/// Brings single specs together, and checks what only several can break.
fn together(specs: Vec<Read>) -> (Vec<model::Service>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    check::check_together(
        specs.iter().filter_map(|spec| spec.module.as_ref()),
        &mut diagnostics,
    );
    let mut services = Vec::new();
    for spec in specs {
        diagnostics.extend(spec.diagnostics);
        services.extend(spec.service);
    }
    if diagnostics.has_errors() {
        services.clear();
    }
    (services, diagnostics)
}

/// Does the same work on every item, on all cores, and answers in the order of the items.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let shares = items.chunks(items.len().div_ceil(threads));
        let workers: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let results = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(results).collect()
    })
}
