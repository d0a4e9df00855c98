//! Access to git: revisions and their files, without a checkout.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the commit where a branch left main, and the name of the main branch that it left: the later one of the local
/// and the remote branch, because a local branch may be out of date.
pub(super) fn merge_base(root: &Path, head: &str) -> Result<(String, &'static str), String> {
    text(root, &["rev-parse", "--git-dir"])
        .map_err(|problem| format!("{problem}; name a folder to compare with"))?;
    let head = commit(root, head)?;
    let mut found: Option<(String, &str)> = None;
    let mut problem = "there is neither a branch `main` nor `origin/main` here: name a revision or a folder to compare with".to_owned();
    for main in ["main", "origin/main"] {
        if !exists(root, main) {
            continue;
        }
        match text(root, &["merge-base", &head, main]) {
            Ok(base) => {
                let is_later = found.as_ref().is_none_or(|(other, _)| {
                    text(root, &["merge-base", "--is-ancestor", other, &base]).is_ok()
                });
                if is_later {
                    found = Some((base, main));
                }
            }
            Err(words) => {
                problem = format!(
                    "this branch and {main} have no common commit here; in a shallow clone, fetch more of the history ({words})"
                );
            }
        }
    }
    found.ok_or(problem)
}

/// Returns whether a name refers to a commit.
pub(super) fn exists(root: &Path, name: &str) -> bool {
    commit(root, name).is_ok()
}

/// Returns the commit that a name refers to.
pub(super) fn commit(root: &Path, name: &str) -> Result<String, String> {
    let problem =
        |words: &str| format!("{name:?} is neither a folder nor a revision of git{words}");
    if name.starts_with('-') {
        return Err(problem(""));
    }
    let commit = format!("{name}^{{commit}}");
    text(root, &["rev-parse", "--verify", &commit]).map_err(|words| problem(&format!(" ({words})")))
}

/// Returns the files that a filter accepts, of those directly in a folder or given by their paths, with their contents.
pub(super) fn files(
    root: &Path,
    commit: &str,
    paths: &[&str],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let listed = text(root, &[&["ls-tree", "-z", commit, "--"], paths].concat())?;
    // Each entry is `mode type id<tab>path`.
    let entries = listed.split('\0').filter_map(|entry| {
        let (info, path) = entry.split_once('\t')?;
        let mut info = info.split(' ').skip(1);
        let (kind, id) = (info.next()?, info.next()?);
        (kind == "blob" && is_wanted(path)).then_some((path.to_owned(), id.to_owned()))
    });
    let (paths, ids): (Vec<_>, Vec<_>) = entries.unzip();
    let contents = contents(root, &ids)?;
    Ok(paths.into_iter().zip(contents).collect())
}

/// Returns the contents of files, with one call of git.
fn contents(root: &Path, ids: &[String]) -> Result<Vec<Vec<u8>>, String> {
    let problem = |error: std::io::Error| format!("git cannot be run: {error}");
    let mut child = git(root, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(problem)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("git has no input or output".to_owned());
    };
    let mut output = BufReader::new(output);
    let mut contents = Vec::new();
    // One at a time, so that neither side waits for the other.
    for id in ids {
        input
            .write_all(format!("{id}\n").as_bytes())
            .and_then(|()| input.flush())
            .map_err(problem)?;
        let mut head = String::new();
        output.read_line(&mut head).map_err(problem)?;
        let size = head
            .split_whitespace()
            .nth(2)
            .and_then(|size| size.parse().ok());
        let Some(size) = size else {
            return Err(format!("git cannot read {id}: {}", head.trim()));
        };
        let size: u64 = size;
        let mut bytes = Vec::new();
        output
            .by_ref()
            .take(size)
            .read_to_end(&mut bytes)
            .map_err(problem)?;
        output.read_exact(&mut [0]).map_err(problem)?;
        contents.push(bytes);
    }
    drop(input);
    child.wait().map_err(problem)?;
    Ok(contents)
}

fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    command
}

/// Returns the output of git as text, or what git says if it fails.
fn text(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = git(root, arguments)
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout);
        return Ok(text.trim_end_matches('\n').to_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words: Vec<_> = words.split_whitespace().collect();
    Err(match words.as_slice() {
        [] => format!("git {}: {}", arguments.join(" "), output.status),
        words => format!("git says: {}", words.join(" ")),
    })
}
