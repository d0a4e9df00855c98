//! What git knows: revisions and the files in them, without a checkout.

use std::path::Path;
use std::process::Command;

/// Where this branch left main.
pub(super) fn merge_base(root: &Path) -> Result<String, String> {
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
        return run(root, &["merge-base", "HEAD", main])?.ok_or_else(|| {
            format!("this branch and {main} have no common commit here; in a shallow clone, fetch more of the history")
        });
    }
    Err("there is neither a branch `main` nor `origin/main` here: name a revision or a folder to compare with".to_owned())
}

/// The commit that a name stands for.
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

/// The paths of the files below a folder.
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

/// The text of a file, if it is there.
pub(super) fn text(root: &Path, commit: &str, path: &str) -> Option<String> {
    run(root, &["show", &format!("{commit}:./{path}")]).ok()?
}

/// What git prints; `None` if it refuses.
fn run(root: &Path, arguments: &[&str]) -> Result<Option<String>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    let output = command
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The text of a file stays as it is; a hash ends in a line feed.
    let text = if arguments.first() == Some(&"show") {
        text.as_ref()
    } else {
        text.trim_end_matches('\n')
    };
    Ok(output.status.success().then(|| text.to_owned()))
}
