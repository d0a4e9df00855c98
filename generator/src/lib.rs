//! Generates typed Rust clients from specs of cloud APIs.
//!
//! A spec passes through four stages: `spec` reads it, `check` applies the rules, `lower` decides names, types and
//! texts, and `emit` produces the code. [`generate`] runs all of them and is pure: it depends on no files, no clock and
//! no random numbers. [`output`] writes the result to disk, and [`command`] is the command line.
#![warn(missing_docs)]

mod check;
pub mod command;
mod describe;
pub mod diagnostics;
pub mod diff;
mod draft;
mod drift;
mod emit;
mod fix;
mod lower;
mod manifest;
pub mod model;
mod names;
pub mod output;
mod patterns;
mod rules;
mod source;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

pub use diagnostics::Fix;
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use emit::InvalidItem;
pub use fix::{Mended, mend};
pub use rules::Rule;
pub use source::{Sample, Span, SpecSource};

/// Result of generating code from a set of specs.
#[derive(Debug)]
pub struct Generated {
    /// Generated files; `None` if there are errors or a bug.
    pub output: Option<Output>,
    /// Bug of the generator: the file and the item in it that is not valid Rust.
    pub bug: Option<(String, InvalidItem)>,
    /// Findings about the specs.
    pub diagnostics: Diagnostics,
}

/// Generated files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Source files of the crate by path below its `src`, with forward slashes.
    pub files: BTreeMap<String, String>,
    /// Public items of the crate, one per line.
    pub api: String,
    /// Table of supported services and operations, in Markdown.
    pub support_table: String,
    /// Table of environment variables and files, in Markdown.
    pub settings_table: String,
    /// Cargo features that the crate must have.
    pub features: Vec<String>,
}

/// Generates the crate for a set of specs. The order of the specs does not affect the result.
pub fn generate(sources: &[SpecSource]) -> Generated {
    let sources = in_order(sources);
    // Each spec is processed to the end separately, so that specs are processed in parallel and only their results stay
    // in memory.
    let specs = side_by_side(&sources, |source| {
        let read = Read::new(source);
        let module = read.service.as_ref().map(emit::module);
        (read, module)
    });
    let (specs, modules): (Vec<_>, Vec<_>) = specs.into_iter().unzip();
    let (services, diagnostics) = together(specs);
    let (output, bug) = if diagnostics.has_errors() {
        (None, None)
    } else {
        match output(&services, modules.into_iter().flatten()) {
            Ok(output) => (Some(output), None),
            Err(bug) => (None, Some(bug)),
        }
    };
    Generated {
        output,
        bug,
        diagnostics,
    }
}

/// Returns the generated files, or the file and the item in it that is not valid Rust.
fn output(
    services: &[model::Service],
    modules: impl Iterator<Item = Result<String, InvalidItem>>,
) -> Result<Output, (String, InvalidItem)> {
    let names = services
        .iter()
        .map(|service| format!("{}.rs", service.module));
    let library = ("lib.rs".to_owned(), emit::library(services));
    let catalog = emit::catalog(services).map(|text| ("catalog.rs".to_owned(), text));
    let files = names.zip(modules).chain([library]).chain(catalog);
    let files = files.map(|(name, text)| match text {
        Ok(text) => Ok((name, text)),
        Err(invalid) => Err((name, invalid)),
    });
    Ok(Output {
        files: files.collect::<Result<_, _>>()?,
        api: emit::api(services),
        support_table: emit::support_table(services),
        settings_table: emit::settings_table(services),
        features: services
            .iter()
            .map(|service| names::feature(&service.module))
            .collect(),
    })
}

/// Returns the JSON Schema of the spec language, for editors.
pub fn schema() -> String {
    let mut schema = spec::schema();
    // Makes the order of keys independent of the features of serde_json in the build.
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// Returns the service of a spec and the findings of reading it, even if the spec breaks rules. Parts that cannot be
/// read are omitted; the service is `None` if nothing can be read.
pub fn read_leniently(source: &SpecSource) -> (Option<model::Service>, Diagnostics) {
    let mut found = Diagnostics::default();
    let tree = spec::parse(source, &mut found);
    let spec = tree.as_ref().and_then(|tree| spec::read(tree, &mut found));
    (spec.map(|spec| lower::lower(&spec)), found)
}

/// Returns the source of the module of a service.
///
/// # Errors
/// Returns an error if an item is not valid Rust, which is a bug of the generator.
pub fn module(service: &model::Service) -> Result<String, InvalidItem> {
    emit::module(service)
}

/// Compares what this crate sees in a file with what `serde_yaml` sees, and returns the difference. For fuzzing.
#[doc(hidden)]
pub fn disagreement(source: &SpecSource) -> Option<String> {
    spec::disagreement(source)
}

/// Returns the JSON Schema of the output of `diff --format json`.
pub fn diff_schema() -> String {
    let mut schema = diff::schema();
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// Reads and checks a set of specs. The list of services is empty if there are errors.
pub fn read(sources: &[SpecSource]) -> (Vec<model::Service>, Diagnostics) {
    together(side_by_side(&in_order(sources), |source| Read::new(source)))
}

fn in_order(sources: &[SpecSource]) -> Vec<&SpecSource> {
    let mut sources: Vec<_> = sources.iter().collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Result of reading a single spec.
struct Read {
    /// The service; `None` if there are errors.
    service: Option<model::Service>,
    /// Name of the module and the place that defines it.
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
        // A part that is not allowed at its place gets no further findings.
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

/// Combines the results for single specs, and checks the rules that span several specs.
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

/// Applies a function to all items on all cores, and returns the results in the order of the items.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    // Each thread takes the next item, because items differ in size.
    let next = AtomicUsize::new(0);
    let share = || {
        let results = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            Some((index, work(items.get(index)?)))
        });
        results.collect::<Vec<_>>()
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        let results = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(results).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
