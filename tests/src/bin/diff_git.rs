//! Tests of `diff` with a git repository, run by `cargo xtask ci`. They are separate because the other tests do not
//! need git.
//!
//! Creates a repository and a branch with a change, and compares with main, with a revision, and without a main branch.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use cloud_models_tests::workspace::{Workspace, text};

fn main() -> ExitCode {
    // With arguments, this program is the generator under test.
    if env::args_os().len() > 1 {
        return generator::command::run(&generator::output::Files);
    }
    let program = env::current_exe().expect("it runs from a file");
    let root = env::temp_dir().join(format!("cloud-models-diff-{}", std::process::id()));
    let workspace = Workspace::new(&root, program);
    check(&workspace, &root);
    std::fs::remove_dir_all(&root).expect("what was made can be deleted");
    println!("diff against git: passed");
    ExitCode::SUCCESS
}

fn check(workspace: &Workspace, root: &Path) {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let identity = [
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        command.current_dir(root).args(identity).args(arguments);
        let output = command.output().expect("git can be run");
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            text(&output.stderr)
        );
    };
    let diff = |arguments: &[&str]| {
        let mut command = workspace.command();
        // Needed to find git.
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        let output = command
            .arg("diff")
            .args(arguments)
            .output()
            .expect("it can be run");
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    workspace.write("Cargo.toml", "[workspace.package]\nversion = \"0.3.1\"\n");
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "First"]);
    git(&["checkout", "--quiet", "-b", "change"]);
    let spec = workspace.read("specs/baidu-qianfan.yaml");
    workspace.write(
        "specs/baidu-qianfan.yaml",
        spec.replace("result: result", "result: data"),
    );

    // The working tree, compared with the commit where the branch left main.
    let (code, said, complaint) = diff(&["--fail-on", "wire"]);
    assert_eq!(code, Some(1), "{said}{complaint}");
    assert!(
        said.starts_with("1 wire-breaking: next version 0.4.0"),
        "{said}"
    );
    git(&["commit", "--quiet", "--all", "--message", "Second"]);
    assert_eq!(diff(&["--fail-on", "wire"]).0, Some(1));

    // A later commit on main is not a change of this branch.
    git(&["checkout", "--quiet", "main"]);
    let huawei = workspace.read("specs/huawei-fabric.yaml");
    workspace.write(
        "specs/huawei-fabric.yaml",
        huawei.replace("1..=100", "1..=50"),
    );
    git(&["commit", "--quiet", "--all", "--message", "Third"]);
    git(&["checkout", "--quiet", "change"]);
    let (_, said, _) = diff(&[]);
    assert!(
        said.contains("result-moved") && !said.contains("limit"),
        "{said}"
    );

    // A single revision, and two of them.
    let (_, said, _) = diff(&["main"]);
    assert!(said.contains("limit-loosened"), "{said}");
    let (_, said, _) = diff(&["main~1", "--head", "main"]);
    assert!(
        said.contains("limit-tightened") && !said.contains("result-moved"),
        "{said}"
    );
    let (_, said, _) = diff(&["HEAD"]);
    assert!(
        said.starts_with("no changes\ncompared with commit "),
        "{said}"
    );
    // A folder of the same name is meant only if it is written as a path.
    workspace.write("main/specs/acme.yaml", "vendor: [");
    let (_, said, _) = diff(&["main"]);
    assert!(
        said.contains("limit-loosened") && said.contains(", main\n"),
        "{said}"
    );
    std::fs::remove_dir_all(root.join("main")).expect("what was made can be deleted");
    // The local branch is out of date: the branch left the remote one.
    git(&["update-ref", "refs/remotes/origin/main", "change"]);
    let (_, said, _) = diff(&[]);
    assert!(
        said.starts_with("no changes\n") && said.contains("where the branch left origin/main"),
        "{said}"
    );
    git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    for name in ["nothing", "--help-me", "main:specs"] {
        let (code, _, complaint) = diff(&["--", name]);
        assert_eq!(code, Some(2), "{name}: {complaint}");
    }

    // There is neither a main branch nor a remote that has one.
    git(&["branch", "--quiet", "--delete", "--force", "main"]);
    let (code, _, complaint) = diff(&[]);
    assert_eq!(code, Some(2));
    assert!(
        complaint.contains("neither a branch `main` nor `origin/main`"),
        "{complaint}"
    );

    // Messages of git are passed on, in every format.
    std::fs::write(root.join(".git/HEAD"), "nonsense").expect("files can be written");
    for format in ["text", "markdown", "json", "github"] {
        let (code, said, complaint) = diff(&["--format", format]);
        assert_eq!(code, Some(2));
        let said = if format == "text" { complaint } else { said };
        assert!(
            said.contains("git says: fatal: not a git repository"),
            "{format}: {said}"
        );
    }
}
