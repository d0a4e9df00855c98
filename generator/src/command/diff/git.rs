//! Access to git: revisions and their files, without a checkout.

use std::path::Path;
use std::process::Command;

/// Returns the commit where a branch left main.
pub(super) fn merge_base(root: &Path, head: &str) -> Result<String, String> {
    if run(root, &["rev-parse", "--git-dir"])?.is_none() {
        let root = root.display();
        return Err(format!(
            "{root} is in no repository of git: name a folder to compare with"
        ));
    }
    let head = commit(root, head)?;
    for main in ["main", "origin/main"] {
        if run(
            root,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("{main}^{{commit}}"),
            ],
        )?
        .is_none()
        {
            continue;
        }
        return run(root, &["merge-base", &head, main])?.ok_or_else(|| {
            format!("this branch and {main} have no common commit here; in a shallow clone, fetch more of the history")
        });
    }
    Err("there is neither a branch `main` nor `origin/main` here: name a revision or a folder to compare with".to_owned())
}

/// Returns the commit that a name refers to.
pub(super) fn commit(root: &Path, name: &str) -> Result<String, String> {
    let problem = || format!("{name:?} is neither a folder nor a revision of git");
    if name.starts_with('-') {
        return Err(problem());
    }
    run(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{name}^{{commit}}"),
        ],
    )?
    .ok_or_else(problem)
}

/// Returns the paths of the files below a folder.
pub(super) fn files(root: &Path, commit: &str, folder: &str) -> Result<Vec<String>, String> {
    let listed = run(
        root,
        &[
            "ls-tree",
            "-r",
            "-z",
            "--name-only",
            commit,
            &format!("{folder}/"),
        ],
    )?;
    let listed = listed.ok_or_else(|| format!("git cannot list the files of {commit}"))?;
    Ok(listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Returns the content of a file, if it exists.
pub(super) fn bytes(root: &Path, commit: &str, path: &str) -> Option<Vec<u8>> {
    call(root, &["show", &format!("{commit}:./{path}")]).ok()?
}

/// Returns the text of a file, if it exists and is valid UTF-8.
pub(super) fn text(root: &Path, commit: &str, path: &str) -> Option<String> {
    String::from_utf8(bytes(root, commit, path)?).ok()
}

/// Returns the output of git as text, or `None` if git fails.
fn run(root: &Path, arguments: &[&str]) -> Result<Option<String>, String> {
    let bytes = call(root, arguments)?;
    Ok(bytes.map(|bytes| {
        String::from_utf8_lossy(&bytes)
            .trim_end_matches('\n')
            .to_owned()
    }))
}

/// Returns the output of git, or `None` if git fails.
fn call(root: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    let output = command
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    Ok(output.status.success().then_some(output.stdout))
}
