//! The command line of the generator, as a library so that tests can run it as a program of their own.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::output::{self, Change};
use crate::{Diagnostics, SpecSource, generate};
use clap::{Parser, Subcommand};

/// Turns specs of cloud APIs into typed Rust clients.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The workspace: the folder with `specs` and `generated`.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Regenerates the crate `cloud-models` from `specs`.
    Codegen {
        /// Writes nothing; exit code 1 if something would change.
        #[arg(long)]
        check: bool,
        /// Shows what changes, line by line.
        #[arg(long)]
        diff: bool,
        /// Writes only the module of this spec, such as `aws-bedrock`.
        #[arg(long, value_name = "NAME")]
        spec: Option<String>,
    },
}

/// Something differs from what the specs say.
const STALE: u8 = 1;
/// A spec is wrong, or the work could not be done.
const FAILED: u8 = 2;

/// Does what the arguments of the process say, and answers with its exit code: 0 done and fresh, 1 stale, 2 failed.
pub fn run() -> ExitCode {
    let Arguments { root, command } = Arguments::parse();
    let Command::Codegen { check, diff, spec } = command;
    match codegen(&root, check, diff, spec.as_deref()) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(FAILED)
        }
    }
}

fn codegen(root: &Path, check: bool, diff: bool, only: Option<&str>) -> Result<u8, String> {
    let sources = read_specs(&root.join("specs"))?;
    if let Some(name) = only
        && !sources.iter().any(|source| source.stem() == name)
    {
        let names: Vec<_> = sources.iter().map(SpecSource::stem).collect();
        return Err(format!(
            "there is no spec `{name}`; the specs are {}",
            names.join(", ")
        ));
    }
    let generated = generate(&sources);
    report(&generated.diagnostics, &sources);
    let Some(output) = generated.output else {
        return Ok(FAILED);
    };
    let mut changes = output::plan(root, &output).map_err(|problem| problem.to_string())?;
    if let Some(name) = only {
        let module = format!("generated/src/{}.rs", name.replace('-', "_"));
        changes.retain(|change| change.path == module);
    }
    if !check {
        for change in &changes {
            output::apply(root, change).map_err(|problem| problem.to_string())?;
        }
    }
    let (specs, files) = (sources.len(), output.files.len());
    // Everything is done by now; whether anybody reads what is said of it makes no difference.
    let _ = say(&changes, check, diff, only, specs, files);
    Ok(if check && !changes.is_empty() {
        STALE
    } else {
        0
    })
}

/// Says what was done, or would be.
fn say(
    changes: &[Change],
    check: bool,
    diff: bool,
    only: Option<&str>,
    specs: usize,
    files: usize,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for change in changes {
        if diff {
            write!(out, "{}", unified(change))?;
        }
        let done = match (check, &change.old, &change.new) {
            (true, _, None) => "to be deleted",
            (true, None, _) => "missing",
            (true, ..) => "stale",
            (false, _, None) => "deleted",
            (false, None, _) => "created",
            (false, ..) => "updated",
        };
        writeln!(out, "{done:>13}  {}", change.path)?;
    }
    match (changes.len(), only) {
        (0, Some(name)) => writeln!(out, "the module of {name} is fresh"),
        (0, None) => writeln!(out, "everything is fresh: {specs} specs, {files} files"),
        (1, _) if check => writeln!(
            out,
            "1 file differs from the specs: run `cargo xtask codegen`"
        ),
        (count, _) if check => writeln!(
            out,
            "{count} files differ from the specs: run `cargo xtask codegen`"
        ),
        (1, _) => writeln!(out, "regenerated from {specs} specs: 1 file changed"),
        (count, _) => writeln!(out, "regenerated from {specs} specs: {count} files changed"),
    }
}

fn report(diagnostics: &Diagnostics, sources: &[SpecSource]) {
    eprint!("{}", diagnostics.render(sources));
}

/// The specs of a folder, by name.
fn read_specs(folder: &Path) -> Result<Vec<SpecSource>, String> {
    let problem = |path: &Path, error| format!("{}: {error}", path.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| problem(folder, error))? {
        let path = entry.map_err(|error| problem(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "yml") {
            return Err(format!("{}: specs end in .yaml", path.display()));
        }
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(format!(
            "{} has no specs: files that end in .yaml",
            folder.display()
        ));
    }
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).map_err(|error| problem(&path, error))?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        Ok(SpecSource {
            path: format!("specs/{name}"),
            bytes,
        })
    };
    paths.into_iter().map(read).collect()
}

/// A change as other tools show it.
fn unified(change: &Change) -> String {
    let (old, new) = (
        change.old.as_deref().unwrap_or_default(),
        change.new.as_deref().unwrap_or_default(),
    );
    let (from, to) = (format!("a/{}", change.path), format!("b/{}", change.path));
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&from, &to)
        .to_string()
}
