//! `--demo` in every format, as goldens. `GOLDEN=write` writes them; read what it wrote.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{golden, program, run};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/demo")
        .join(name)
}

/// Replaces what differs in each run: the time of the page, and durations.
fn stable(text: &str) -> String {
    let text = without(text, "<time datetime=", "</time>");
    without(&text, "\"duration\":", "}")
}

/// Replaces the text between a start and the next end by `…`, everywhere.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut parts = text.split(start);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(end).unwrap();
        out += &format!("{start}…{end}{rest}");
    }
    out
}

#[test]
fn the_demo_is_as_it_was() {
    for (name, columns, arguments, is_left_out) in [
        ("table.txt", None, &["list", "--demo"][..], &[][..]),
        (
            "table-80.txt",
            Some("80"),
            &["list", "--demo"],
            &["KIND", "BASE MODEL"],
        ),
        (
            "table-40.txt",
            Some("40"),
            &["list", "--demo"],
            &["KIND", "BASE MODEL", "CREATED", "ID"],
        ),
        ("list.csv", None, &["list", "--demo", "-o", "csv"], &[]),
        ("list.json", None, &["list", "--demo", "-o", "json"], &[]),
        ("list.html", None, &["list", "--demo", "-o", "html"], &[]),
        ("sources.txt", None, &["sources", "--demo"], &[]),
    ] {
        let mut command = program();
        if let Some(columns) = columns {
            command.env("COLUMNS", columns);
        }
        let ran = run(command.args(arguments));
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        let titles = [
            "SOURCE",
            "NAME",
            "STATUS",
            "KIND",
            "BASE MODEL",
            "CREATED",
            "ID",
        ];
        for title in titles {
            let is_told = ran.stderr.contains(title);
            assert_eq!(
                is_told,
                is_left_out.contains(&title),
                "{name}: {}",
                ran.stderr
            );
        }
        golden(&file(name), &stable(&ran.stdout));
    }
}

#[test]
fn the_table_fits_with_chinese_names() {
    use unicode_width::UnicodeWidthStr as _;

    for columns in [20, 40, 60, 80, 100, 120] {
        let ran = run(program()
            .env("COLUMNS", columns.to_string())
            .args(["list", "--demo"]));
        for line in ran.stdout.lines() {
            assert!(line.width() <= columns, "{columns}: {line}");
        }
    }
    let ran = run(program().env("COLUMNS", "80").args(["list", "--demo"]));
    // All cells of a column begin in the same place.
    let title = ran.stdout.lines().next().unwrap();
    let status = title[..title.find("STATUS").unwrap()].width();
    let mut statuses = 0;
    for line in ran.stdout.lines() {
        for word in ["ready", "pending", "failed"] {
            if let Some(place) = line.find(&format!(" {word} ")) {
                assert_eq!(line[..=place].width(), status, "{line}");
                statuses += 1;
            }
        }
    }
    assert_eq!(statuses, 4);
}

#[test]
fn colours_are_for_terminals_only() {
    for (name, value) in [("TERM", "xterm-256color"), ("NO_COLOR", "1")] {
        let ran = run(program().env(name, value).args(["list", "--demo"]));
        assert!(!ran.stdout.contains('\u{1b}'));
    }
    let ran = run(program()
        .env("CLICOLOR_FORCE", "1")
        .args(["list", "--demo"]));
    assert!(ran.stdout.contains("\u{1b}["), "{}", ran.stdout);
}

#[test]
fn two_runs_give_the_same_listing() {
    let list = || run(program().args(["list", "--demo", "-o", "csv"])).stdout;
    assert_eq!(list(), list());
}

#[test]
fn the_readmes_show_the_demo() {
    let table = std::fs::read_to_string(file("table-80.txt")).unwrap();
    for path in ["README.md", "../README.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&table), "{} is stale", path.display());
    }
}
