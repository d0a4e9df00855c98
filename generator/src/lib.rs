//! Turns specs of cloud APIs into typed Rust clients.
//!
//! The way of a spec: [`spec`] reads it, [`check`] holds it against the rules, [`lower`] decides names, types and texts, and
//! [`emit`] writes them down. [`generate`] is all of it, and pure: no files, no clock, no chance. [`output`] brings what came
//! out to the disk.
#![warn(missing_docs)]

mod check;
pub mod diagnostics;
mod emit;
mod lower;
pub mod model;
mod names;
pub mod output;
mod source;
mod spec;

use std::collections::BTreeMap;

pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use source::{Span, SpecSource};

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
    /// The table of what is supported, in Markdown.
    pub support_table: String,
    /// The cargo features that the crate must have.
    pub features: Vec<String>,
}

/// Generates the crate for a set of specs. Their order makes no difference.
pub fn generate(sources: &[SpecSource]) -> Generated {
    let (services, diagnostics) = read(sources);
    let output = (!diagnostics.has_errors()).then(|| {
        let mut files = modules(&services);
        files.insert("lib.rs".to_owned(), emit::library(&services));
        Output {
            files,
            support_table: emit::support_table(&services),
            features: services
                .iter()
                .map(|service| service.module.clone())
                .collect(),
        }
    });
    Generated {
        output,
        diagnostics,
    }
}

/// Reads and checks a set of specs. The services are complete if there are no errors.
pub fn read(sources: &[SpecSource]) -> (Vec<model::Service>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let mut sources: Vec<_> = sources.iter().collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let mut trees = Vec::new();
    for source in sources {
        match spec::parse(source) {
            Ok(tree) => trees.push(tree),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let specs: Vec<_> = trees
        .iter()
        .filter_map(|tree| spec::read(tree, &mut diagnostics))
        .collect();
    for spec in &specs {
        check::check(spec, &mut diagnostics);
    }
    check::check_together(&specs, &mut diagnostics);
    let services = if diagnostics.has_errors() {
        Vec::new()
    } else {
        specs.iter().map(lower::lower).collect()
    };
    (services, diagnostics)
}

/// The files of the services. Printing is most of the work, and each file is on its own: they are written side by side.
fn modules(services: &[model::Service]) -> BTreeMap<String, String> {
    let write =
        |service: &model::Service| (format!("{}.rs", service.module), emit::module(service));
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(services.len());
    if threads <= 1 {
        return services.iter().map(write).collect();
    }
    let share = services.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let workers: Vec<_> = services
            .chunks(share)
            .map(|services| scope.spawn(move || services.iter().map(write).collect::<Vec<_>>()))
            .collect();
        let files = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(files) => files,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(files).collect()
    })
}
