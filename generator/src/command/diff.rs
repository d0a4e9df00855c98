//! `diff`: what a change of the specs means for whoever uses the clients.

use std::path::{Path, PathBuf};

use super::{Context, Outcome, complain, has_colours, say, specs, warn};
use crate::diff::{self, Approvals, FailOn, Format, Report};
use crate::manifest::Manifest;
use crate::model::Service;
use crate::{Severity, SpecSource};

mod git;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to compare with: a git revision or a folder; without, where this branch left main.
    base: Option<String>,
    /// What to compare: a git revision or a folder; without, the working tree.
    #[arg(long, value_name = "REVISION")]
    head: Option<String>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit code 1 for findings of that kind, or a worse one, that are not approved.
    #[arg(long, value_enum, default_value_t = FailOn::None)]
    fail_on: FailOn,
    /// What links to files begin with in Markdown, such as `https://github.com/owner/name/blob/branch/`.
    #[arg(long, value_name = "URL", default_value = "")]
    links: String,
    /// Prints the entry of the changelog for the next version instead.
    #[arg(long, conflicts_with = "format")]
    changelog: bool,
}

/// A set of specs, and the files beside them that matter.
struct Side {
    specs: Vec<SpecSource>,
    approvals: Option<String>,
    manifest: Option<String>,
}

/// Exit code 0: nothing to fail at; 1: something; 2: the comparison could not be made.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let root = &context.root;
    let mut head = match &arguments.head {
        Some(head) => side(root, head)?,
        None => of_folder(root)?,
    };
    // Whether samples fit is for `check` to say.
    head.specs.iter_mut().for_each(|spec| spec.samples.clear());
    let base = match &arguments.base {
        Some(base) => side(root, base)?,
        None => {
            let head = arguments
                .head
                .as_deref()
                .filter(|head| !Path::new(head).is_dir());
            of_revision(root, &git::merge_base(root, head.unwrap_or("HEAD"))?)?
        }
    };
    let (new, diagnostics) = crate::read(&head.specs);
    if diagnostics.has_errors() {
        context.report(
            &diagnostics.without_notes(),
            crate::diagnostics::Format::Text,
            &head.specs,
        );
        return Err("the specs have errors, so nobody can tell what they mean".to_owned());
    }
    let old =
        lenient(&base.specs).map_err(|problem| format!("the base cannot be read: {problem}"))?;
    let mut findings = diff::diff(&old, &new);
    diff::locate(&mut findings, &base.specs, &head.specs);
    let approvals = Approvals::read(head.approvals.as_deref().unwrap_or_default())
        .map_err(|problem| format!("specs/approvals.yaml: {problem}"))?;
    // If the base's cannot be read, none of them counts as merged.
    let merged = Approvals::read(base.approvals.as_deref().unwrap_or_default());
    let faults = approvals.faults(&findings, &merged.unwrap_or_default());
    for fault in &faults {
        complain(&format!("specs/approvals.yaml: {fault}"));
    }
    let version = base.manifest.as_deref().and_then(version);
    let report = Report::new(findings, &approvals, version);
    say(&if arguments.changelog {
        diff::changelog(&report)
    } else {
        diff::render(
            &report,
            arguments.format,
            has_colours_for_output(),
            &arguments.links,
        )
    });
    let fails = !faults.is_empty() || report.fails(arguments.fail_on);
    Ok(u8::from(fails))
}

/// For git: `git diff` of a spec shows what it means. git names the file, then the old and the new text with hash and mode each.
pub(super) fn driver(arguments: &[String]) -> Outcome {
    let [path, old, _, _, new, ..] = arguments else {
        return Err("git calls this with seven arguments: see CONTRIBUTING.md".to_owned());
    };
    let read = |file: &str| -> Result<Vec<SpecSource>, String> {
        // A file that is not there on one side.
        if file == "/dev/null" {
            return Ok(Vec::new());
        }
        let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        Ok(vec![SpecSource::new(path.clone(), bytes)])
    };
    let (old, new) = (read(old)?, read(new)?);
    let list = match (lenient(&old), lenient(&new)) {
        (Ok(before), Ok(after)) => {
            let mut findings = diff::diff(&before, &after);
            diff::locate(&mut findings, &old, &new);
            let report = Report::new(findings, &Approvals::default(), None);
            diff::render(&report, Format::Text, has_colours_for_output(), "")
        }
        (Err(problem), _) | (_, Err(problem)) => {
            format!("what it means cannot be told: {problem}\n")
        }
    };
    let text = |sources: &[SpecSource]| {
        let bytes = sources.first().map(|source| source.bytes.as_slice());
        String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
    };
    let (old, new) = (text(&old), text(&new));
    let lines = similar::TextDiff::from_lines(&old, &new);
    let (from, to) = (format!("a/{path}"), format!("b/{path}"));
    let lines = lines.unified_diff().header(&from, &to).to_string();
    say(&format!("{path}: {list}\n{lines}"));
    Ok(0)
}

/// The models of specs that may break a rule of today, as those of the past do; that is said. What cannot be read at all is an
/// error: nothing can be compared with it.
fn lenient(specs: &[SpecSource]) -> Result<Vec<Service>, String> {
    let mut services = Vec::new();
    for spec in specs {
        let (service, found) = crate::read_leniently(spec);
        let first = found.iter().find(|each| each.severity() == Severity::Error);
        let place = first.map(|each| {
            let (file, span) = (&each.at.file, each.at.span);
            format!("{file}:{}:{}: {}", span.line, span.column, each.message)
        });
        match (service, place) {
            (None, place) => {
                return Err(place.unwrap_or_else(|| format!("{} says nothing", spec.path)));
            }
            (Some(service), place) => {
                if let Some(place) = place {
                    warn(&format!(
                        "note: compared as far as it can be read: {place}\n"
                    ));
                }
                services.push(service);
            }
        }
    }
    Ok(services)
}

/// A folder if there is one of that name, else a revision.
fn side(root: &Path, name: &str) -> Result<Side, String> {
    let folder = PathBuf::from(name);
    if folder.is_dir() {
        return of_folder(&folder);
    }
    of_revision(root, &git::commit(root, name)?)
}

/// A workspace, or a folder with specs alone.
fn of_folder(folder: &Path) -> Result<Side, String> {
    let text = |path: PathBuf| std::fs::read_to_string(path).ok();
    if folder.join("specs").is_dir() {
        return Ok(Side {
            specs: specs::of_workspace(folder)?,
            approvals: text(folder.join("specs/approvals.yaml")),
            manifest: text(folder.join("Cargo.toml")),
        });
    }
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        specs::read(&path, format!("specs/{name}"))
    };
    let files = specs::of_folder(folder)?.into_iter();
    Ok(Side {
        specs: files.map(read).collect::<Result<_, _>>()?,
        approvals: text(folder.join("approvals.yaml")),
        manifest: None,
    })
}

/// A commit, read without a checkout.
fn of_revision(root: &Path, commit: &str) -> Result<Side, String> {
    let mut side = Side {
        specs: Vec::new(),
        approvals: git::text(root, commit, "specs/approvals.yaml"),
        manifest: git::text(root, commit, "Cargo.toml"),
    };
    for path in git::files(root, commit, "specs")? {
        // The files of the folder itself, as in the working tree.
        let name = path.strip_prefix("specs/").unwrap_or(&path);
        let is_spec = name.ends_with(".yaml")
            && !name.starts_with('.')
            && !name.contains('/')
            && name != "approvals.yaml";
        if is_spec {
            let bytes = git::bytes(root, commit, &path);
            let bytes = bytes.ok_or_else(|| format!("git cannot show {path} of {commit}"))?;
            side.specs.push(SpecSource::new(path, bytes));
        }
    }
    Ok(side)
}

/// The version that the workspace's manifest states.
fn version(manifest: &str) -> Option<String> {
    let manifest = Manifest::parse(manifest).ok()?;
    manifest.workspace_version().map(str::to_owned)
}

/// Findings are output here, and not messages.
fn has_colours_for_output() -> bool {
    has_colours(&std::io::stdout())
}
