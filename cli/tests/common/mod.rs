//! Runs the program as users do.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod clouds;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) time: Duration,
}

/// Returns the program in an environment that it is not allowed to learn anything from: no variable, an empty home, and an
/// empty working directory.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-models"));
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty-home");
    std::fs::create_dir_all(&home).unwrap();
    command
        .env_clear()
        .env("HOME", &home)
        .env("USERPROFILE", &home)
        // Never ask the instance, whatever a test does wrong.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("TZ", "Asia/Shanghai")
        .current_dir(&home)
        .stdin(Stdio::null());
    // Windows needs it for sockets.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let begin = Instant::now();
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        time: begin.elapsed(),
    }
}

/// Returns a new empty folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Compares a text with a golden file. `GOLDEN=write` writes it.
pub(crate) fn golden(path: &Path, actual: &str) {
    if std::env::var("GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path)
        .unwrap_or_else(|_| panic!("{} is missing: GOLDEN=write writes it", path.display()));
    assert!(
        expected == actual,
        "{}: expected\n{expected}\nfound\n{actual}\nGOLDEN=write accepts it",
        path.display()
    );
}
