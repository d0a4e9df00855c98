//! `diff`: reports the effects of a change of the specs on users of the clients.

use std::path::{Path, PathBuf};

use super::{Context, Outcome, complain, has_colours, say, specs, warn};
use crate::diff::{self, Approvals, FailOn, Format, Report};
use crate::manifest::Manifest;
use crate::model::Service;
use crate::{Severity, SpecSource};

mod git;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Base of the comparison, a git revision or a folder; defaults to the commit where this branch left main.
    base: Option<String>,
    /// Version to compare with the base, a git revision or a folder; defaults to the working tree.
    #[arg(long, value_name = "REVISION")]
    head: Option<String>,
    /// Output format of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with code 1 on findings of this severity or a higher one that are not approved.
    #[arg(long, value_enum, default_value_t = FailOn::None)]
    fail_on: FailOn,
    /// Start of links to files in Markdown, such as `https://github.com/owner/name/blob/branch/`.
    #[arg(long, value_name = "URL", default_value = "")]
    links: String,
    /// Print the changelog entry of the next version instead.
    #[arg(long, conflicts_with = "format")]
    changelog: bool,
}

/// One side of the comparison: a set of specs and the related files.
struct Side {
    specs: Vec<SpecSource>,
    approvals: Option<String>,
    manifest: Option<String>,
}

/// Exit code 0: no finding of the severity to fail on; 1: such a finding; 2: the comparison failed.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let root = &context.root;
    let mut head = match &arguments.head {
        Some(head) => side(root, head)?,
        None => of_folder(root)?,
    };
    // `check` reports whether samples match.
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
    // If the approvals of the base cannot be read, none of them counts as merged.
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

/// Diff driver for git, which makes `git diff` of a spec show the effects of a change. The arguments are the path, then
/// file, hash and mode of the old and of the new version.
pub(super) fn driver(arguments: &[String]) -> Outcome {
    let [path, old, _, _, new, ..] = arguments else {
        return Err("git calls this with seven arguments: see CONTRIBUTING.md".to_owned());
    };
    let read = |file: &str| -> Result<Vec<SpecSource>, String> {
        // The file does not exist on this side.
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

/// Returns the models of specs that may break current rules, as older specs do, and prints a note about those that do.
/// A spec that cannot be read at all is an error, because nothing can be compared with it.
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

/// Reads one side: a folder if one of that name exists, otherwise a revision.
fn side(root: &Path, name: &str) -> Result<Side, String> {
    let folder = PathBuf::from(name);
    if folder.is_dir() {
        return of_folder(&folder);
    }
    of_revision(root, &git::commit(root, name)?)
}

/// Reads a workspace, or a folder that contains only specs.
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

/// Reads a commit without a checkout.
fn of_revision(root: &Path, commit: &str) -> Result<Side, String> {
    let mut side = Side {
        specs: Vec::new(),
        approvals: git::text(root, commit, "specs/approvals.yaml"),
        manifest: git::text(root, commit, "Cargo.toml"),
    };
    for path in git::files(root, commit, "specs")? {
        // Subfolders are ignored, as in the working tree.
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

/// Returns the version that the manifest of the workspace declares.
fn version(manifest: &str) -> Option<String> {
    let manifest = Manifest::parse(manifest).ok()?;
    manifest.workspace_version().map(str::to_owned)
}

/// Returns whether stdout supports colours: the findings of a diff are output rather than messages.
fn has_colours_for_output() -> bool {
    has_colours(&std::io::stdout())
}
