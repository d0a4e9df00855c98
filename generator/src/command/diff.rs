//! `diff`: reports the effects of a change of the specs on users of the clients.

use std::path::{Path, PathBuf};

use super::{Context, FAILED, Outcome, complain, has_colours, say, specs};
use crate::diagnostics::Diagnostic;
use crate::diff::{self, Approvals, FailOn, Format, Note, Report};
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
    /// Description for the report.
    name: String,
    specs: Vec<SpecSource>,
    approvals: Option<String>,
    manifest: Option<String>,
}

const APPROVALS: &str = "specs/approvals.yaml";

/// Exit code 0: no finding of the severity to fail on; 1: such a finding, or a fault of the approvals; 2: the comparison
/// failed or is incomplete.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    match sides(context, arguments) {
        Ok((base, head)) => compare(arguments, base, head),
        Err(problem) => {
            // Programs and reviewers who read another format must not take silence for no change.
            if arguments.format != Format::Text {
                let mut report = Report::new(Vec::new(), &Approvals::default(), None);
                report.notes.push(Note {
                    file: None,
                    message: problem.clone(),
                    is_error: true,
                });
                say(&diff::render(&report, arguments.format, false, ""));
            }
            Err(problem)
        }
    }
}

/// Reads both sides.
fn sides(context: &Context<'_>, arguments: &Arguments) -> Result<(Side, Side), String> {
    let root = &context.root;
    let head = match &arguments.head {
        Some(head) => side(root, head)?,
        None => of_folder(root)?,
    };
    let base = match &arguments.base {
        Some(base) => side(root, base)?,
        None => {
            let head = arguments
                .head
                .as_deref()
                .filter(|head| git::exists(root, head));
            let (commit, main) = git::merge_base(root, head.unwrap_or("HEAD"))?;
            let why = format!("where the branch left {main}");
            of_revision(root, &commit, &why)?
        }
    };
    Ok((base, head))
}

fn compare(arguments: &Arguments, mut base: Side, mut head: Side) -> Outcome {
    // Files that are the same cost nothing.
    let is_in = |specs: &[SpecSource], spec: &SpecSource| {
        let mut specs = specs.iter();
        specs.any(|other| other.path == spec.path && other.bytes == spec.bytes)
    };
    let same: Vec<_> = head
        .specs
        .iter()
        .filter(|spec| is_in(&base.specs, spec))
        .map(|spec| spec.path.clone())
        .collect();
    let mut notes = Vec::new();
    for side in [&mut base, &mut head] {
        side.specs.retain(|spec| !same.contains(&spec.path));
    }
    // A spec that cannot be read is compared with nothing, on either side.
    let (old, mut unread) = lenient(&base.specs, &mut notes, false);
    let (new, unread_head) = lenient(&head.specs, &mut notes, true);
    let is_read = |spec: &&SpecSource| !unread_head.contains(&spec.path);
    for spec in head.specs.iter().filter(is_read) {
        let (_, found) = crate::read(std::slice::from_ref(spec));
        let errors = found
            .iter()
            .filter(|each| each.severity() == Severity::Error);
        notes.extend(
            described(errors, "the spec has errors, run `check`").map(|message| Note {
                file: Some(spec.path.clone()),
                message,
                is_error: true,
            }),
        );
    }
    unread.extend(unread_head);
    let keep = |services: Vec<(String, Service)>| -> Vec<Service> {
        let services = services.into_iter();
        let services = services.filter(|(path, _)| !unread.contains(path));
        services.map(|(_, service)| service).collect()
    };
    let mut findings = diff::diff(&keep(old), &keep(new));
    diff::locate(&mut findings, &base.specs, &head.specs);
    let fault = |message: String| Note {
        file: Some(APPROVALS.to_owned()),
        message,
        is_error: true,
    };
    let is_incomplete = notes.iter().any(|note| note.is_error);
    let approvals = Approvals::read(head.approvals.as_deref().unwrap_or_default());
    let is_invalid = approvals.is_err();
    let approvals = approvals.unwrap_or_else(|problem| {
        notes.push(fault(problem));
        Approvals::default()
    });
    // If the approvals of the base cannot be read, none of them counts as merged.
    let merged = Approvals::read(base.approvals.as_deref().unwrap_or_default());
    let faults = approvals.faults(&findings, &merged.unwrap_or_default());
    let has_faults = !faults.is_empty();
    notes.extend(faults.into_iter().map(fault));
    let version = base.manifest.as_deref().and_then(version);
    let mut report = Report::new(findings, &approvals, version);
    report.base = Some(base.name);
    report.notes = notes;
    if arguments.changelog {
        for note in &report.notes {
            complain(&note.message);
        }
        say(&diff::changelog(&report));
    } else {
        let colours = has_colours_for_output();
        say(&diff::render(
            &report,
            arguments.format,
            colours,
            &arguments.links,
        ));
    }
    if is_incomplete || is_invalid {
        return Ok(FAILED);
    }
    Ok(u8::from(has_faults || report.fails(arguments.fail_on)))
}

/// Returns a description of errors: the first with its place, and how many there are.
fn described<'a>(mut errors: impl Iterator<Item = &'a Diagnostic>, what: &str) -> Option<String> {
    let first = errors.next()?;
    let span = first.at.span;
    let more = match errors.count() {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    Some(format!(
        "{what}: line {}, column {}: {}{more}",
        span.line, span.column, first.message
    ))
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
    let mut notes = Vec::new();
    let (before, unread) = lenient(&old, &mut notes, true);
    let (after, unread_after) = lenient(&new, &mut notes, true);
    let services = |list: Vec<(String, Service)>| {
        list.into_iter()
            .map(|(_, service)| service)
            .collect::<Vec<_>>()
    };
    // With one side only, everything would seem added or removed.
    let mut findings = match unread.is_empty() && unread_after.is_empty() {
        true => diff::diff(&services(before), &services(after)),
        false => Vec::new(),
    };
    diff::locate(&mut findings, &old, &new);
    let mut report = Report::new(findings, &Approvals::default(), None);
    report.notes = notes;
    let list = diff::render(&report, Format::Text, has_colours_for_output(), "");
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

/// Returns the models of specs, by the paths of the specs, and the paths of those that cannot be read at all. Specs may
/// break current rules, as older ones do. `notes` receives the problems of reading them.
fn lenient(
    specs: &[SpecSource],
    notes: &mut Vec<Note>,
    is_head: bool,
) -> (Vec<(String, Service)>, Vec<String>) {
    let (mut services, mut unread) = (Vec::new(), Vec::new());
    for spec in specs {
        let (service, found) = crate::read_leniently(spec);
        let errors = found
            .iter()
            .filter(|each| each.severity() == Severity::Error);
        let side = if is_head { "" } else { "in the base, " };
        let what = match service {
            Some(_) => format!("{side}compared as far as it can be read"),
            None => format!("{side}not compared, because it cannot be read"),
        };
        let problem = described(errors, &what).or_else(|| service.is_none().then_some(what));
        // Those of the new spec are in the findings of the rules, too.
        if let Some(message) = problem.filter(|_| !is_head || service.is_none()) {
            notes.push(Note {
                file: Some(spec.path.clone()),
                message,
                is_error: service.is_none(),
            });
        }
        match service {
            Some(service) => services.push((spec.path.clone(), service)),
            None => unread.push(spec.path.clone()),
        }
    }
    (services, unread)
}

/// Reads one side: a folder if the name is a path, such as `./main`, otherwise a revision, or if there is none, a folder.
fn side(root: &Path, name: &str) -> Result<Side, String> {
    let folder = PathBuf::from(name);
    let is_path = folder.is_absolute() || name.starts_with('.');
    if folder.is_dir() && (is_path || !git::exists(root, name)) {
        return of_folder(&folder);
    }
    of_revision(root, &git::commit(root, name)?, name)
}

/// Reads a workspace, or a folder that contains only specs.
fn of_folder(folder: &Path) -> Result<Side, String> {
    let text = |path: PathBuf| std::fs::read_to_string(path).ok();
    let inner = folder.join("specs");
    let is_workspace = inner.is_dir();
    let specs = if is_workspace { &inner } else { folder };
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        specs::read_alone(&path, format!("specs/{name}"))
    };
    let files = specs::of_folder(specs)?.into_iter();
    Ok(Side {
        name: format!("the folder {}", folder.display()),
        specs: files.map(read).collect::<Result<_, _>>()?,
        approvals: text(specs.join("approvals.yaml")),
        manifest: text(folder.join("Cargo.toml")).filter(|_| is_workspace),
    })
}

/// Reads a commit without a checkout. `why` says which commit it is.
fn of_revision(root: &Path, commit: &str, why: &str) -> Result<Side, String> {
    // Subfolders are ignored, as in the working tree.
    let is_wanted = |path: &str| match path.strip_prefix("specs/") {
        Some(name) => name.ends_with(".yaml") && !name.starts_with('.'),
        None => path == "Cargo.toml",
    };
    let short = commit.get(..12).unwrap_or(commit);
    let mut side = Side {
        name: format!("commit {short}, {why}"),
        specs: Vec::new(),
        approvals: None,
        manifest: None,
    };
    for (path, bytes) in git::files(root, commit, &["specs/", "Cargo.toml"], is_wanted)? {
        match path.as_str() {
            APPROVALS => side.approvals = String::from_utf8(bytes).ok(),
            "Cargo.toml" => side.manifest = String::from_utf8(bytes).ok(),
            _ => side.specs.push(SpecSource::new(path, bytes)),
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
