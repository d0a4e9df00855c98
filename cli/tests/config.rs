//! Configuration files that are refused, and what is said about them.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::path::Path;

use common::{golden, program};

#[test]
fn broken_files_are_refused_with_place_and_help() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut command = program();
        command
            .current_dir(&folder)
            .args(["list", "--config", name]);
        let ran = common::run(&mut command);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{name}");
        golden(&path.with_extension("txt"), &ran.stderr);
    }
    assert!(count > 15);
}

#[test]
fn broken_files_do_not_give_secrets_away() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    for (name, secrets) in [
        (
            "secrets.yaml",
            &["wJalr", "AKIA", "AKLT", "TmpBek", "0123456789"][..],
        ),
        ("unclosed.yaml", &["wJalr"]),
    ] {
        let mut command = program();
        command
            .current_dir(&folder)
            .args(["sources", "--config", name]);
        let ran = common::run(&mut command);
        assert_eq!(ran.code, 2);
        for secret in secrets {
            assert!(!ran.stderr.contains(secret), "{name}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let mut command = program();
    command.args(["list", "--config", "missing.yaml"]);
    let ran = common::run(&mut command);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("missing.yaml"), "{}", ran.stderr);
}
