//! `diff`: what a change of the specs means for whoever uses the clients.

use std::path::{Path, PathBuf};

use super::{Context, FAILED, Outcome, complain, has_colours, say, specs};
use crate::SpecSource;
use crate::diff::{self, Approvals, FailOn, Finding, Format, Report};
use crate::model::Service;

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
    #[arg(long)]
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
        None => of_revision(root, &git::merge_base(root)?)?,
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
    let old = lenient(&base.specs);
    let mut findings = diff::diff(&old, &new);
    diff::locate(&mut findings, &base.specs, &head.specs);
    let approvals = Approvals::read(head.approvals.as_deref().unwrap_or_default())
        .map_err(|problem| format!("specs/approvals.yaml: {problem}"))?;
    let is_stale = complain_of_stale(&approvals, &findings);
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
    if is_stale {
        return Ok(FAILED);
    }
    Ok(u8::from(report.fails(arguments.fail_on)))
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
    let mut findings = diff::diff(&lenient(&old), &lenient(&new));
    diff::locate(&mut findings, &old, &new);
    let report = Report::new(findings, &Approvals::default(), None);
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

/// The models of specs as far as they can be read: those of the past may break a rule of today.
fn lenient(specs: &[SpecSource]) -> Vec<Service> {
    specs.iter().filter_map(crate::read_leniently).collect()
}

fn complain_of_stale(approvals: &Approvals, findings: &[Finding]) -> bool {
    let stale = approvals.stale(findings);
    for approval in &stale {
        complain(&format!(
            "specs/approvals.yaml: {} approves nothing ({} at {}): delete it; the change is merged, taken back, or another by now",
            approval.fingerprint, approval.rule, approval.path
        ));
    }
    !stale.is_empty()
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
        let is_spec = path.ends_with(".yaml")
            && !path.ends_with("/approvals.yaml")
            && !path.contains("/samples/");
        if is_spec && let Some(text) = git::text(root, commit, &path) {
            side.specs.push(SpecSource::new(path, text));
        }
    }
    Ok(side)
}

/// The version that the workspace's manifest states.
fn version(manifest: &str) -> Option<String> {
    let table = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[workspace.package]");
    let mut rows = table.skip(1).take_while(|line| !line.starts_with('['));
    let value =
        rows.find_map(|line| line.strip_prefix("version")?.trim_start().strip_prefix('='))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// Findings are output here, and not messages.
fn has_colours_for_output() -> bool {
    has_colours(&std::io::stdout())
}
