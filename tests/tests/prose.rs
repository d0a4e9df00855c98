//! Rules for the texts and the code of the runtime that no compiler lint checks.

use std::fs;
use std::path::{Path, PathBuf};

use cloud_models_tests::cases::workspace;

/// Phrases that are not idiomatic English, each with a suggested replacement.
const PHRASES: &[(&str, &str)] = &[
    ("answers with", "`Returns …`"),
    ("is none", "`is not set`, `is missing`, or a plain negation"),
    (
        "are none",
        "`are not set`, `are missing`, or a plain negation",
    ),
    ("whoever", "`the caller`, or `a program that …`"),
    ("nobody", "the passive voice, or `no caller`"),
    ("stands for", "`means`, or `represents`"),
    ("stands in", "`is in`, or `follows in`"),
    ("stands behind", "`follows`"),
    ("of one's own", "`custom`"),
    ("of its own", "`its own …`, or `separate`"),
    ("hands out", "`returns`"),
    ("with nothing set", "`with no parameters set`"),
    ("with what is required", "`with the required parameters`"),
    ("by itself", "`alone`, or `transient`"),
    ("for ever", "`without end`, or `a loop`"),
];

/// Returns all files with one of these extensions in a folder, or the file itself.
fn files(path: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if extension.is_some_and(|extension| extensions.contains(&extension)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the text for readers, in lower case and on one line: all of a Markdown file, or the comments and string
/// literals of Rust code.
fn prose(path: &Path) -> String {
    let source = fs::read_to_string(path).unwrap();
    let is_code = path.extension().is_some_and(|extension| extension == "rs");
    let lines = source.lines().map(str::trim).filter_map(|line| {
        let text = line.trim_start_matches(['/', '!']).trim_start();
        match line.starts_with("//") {
            true => Some(text),
            false => Some(line).filter(|line| !is_code || line.contains('"')),
        }
    });
    let text: Vec<_> = lines.collect();
    format!(" {} ", text.join(" ").to_lowercase())
}

/// Returns the first occurrence of a phrase as whole words, with its context.
fn find<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let is_boundary = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    text.match_indices(phrase).find_map(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + phrase.len()..]);
        let whole = is_boundary(before.chars().next_back()) && is_boundary(after.chars().next());
        let from = before
            .char_indices()
            .rev()
            .nth(40)
            .map_or(0, |(index, _)| index);
        let to = after
            .char_indices()
            .nth(40)
            .map_or(after.len(), |(index, _)| index);
        whole.then(|| &text[from..start + phrase.len() + to])
    })
}

#[test]
fn phrases_are_found_as_whole_words_and_across_lines() {
    assert_eq!(
        find("a caller stands for it", "stands for"),
        Some("a caller stands for it")
    );
    assert_eq!(find("a caller understands for it", "stands for"), None);
    assert_eq!(find("value.is none_of", "is none"), None);
    let path = std::env::temp_dir().join(format!("prose-{}.rs", std::process::id()));
    fs::write(&path, "/// Answers\n/// with it.\nfn whoever() {}\n").unwrap();
    let text = prose(&path);
    fs::remove_file(&path).unwrap();
    assert_eq!(text, " answers with it. ");
}

#[test]
fn text_is_plain_english() {
    let mut found = Vec::new();
    for folder in [
        "runtime/src",
        "generated/src",
        "generated/GUIDE.md",
        "tests/src",
        "cli/src",
        "cli/README.md",
        "README.md",
        "CHANGELOG.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ] {
        for path in files(&workspace().join(folder), &["rs", "md"]) {
            let text = prose(&path);
            for (phrase, better) in PHRASES {
                if let Some(context) = find(&text, phrase) {
                    let path = path.strip_prefix(workspace()).unwrap().display();
                    found.push(format!("{path}: {phrase:?} in …{context}…: write {better}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// A noun phrase says at once what a thing is; a clause with "What" delays it.
#[test]
fn comments_begin_with_nouns_or_verbs() {
    let mut found = Vec::new();
    for folder in ["runtime/src", "tests/src", "generated/src", "cli/src"] {
        for path in files(&workspace().join(folder), &["rs"]) {
            let source = fs::read_to_string(&path).unwrap();
            let mut previous = "";
            for (index, line) in source.lines().enumerate() {
                let line = line.trim();
                let is_first = !previous.starts_with("//");
                previous = line;
                let text = line.trim_start_matches(['/', '!']).trim_start();
                if line.starts_with("//")
                    && is_first
                    && text.starts_with("What ")
                    && !text.ends_with('?')
                {
                    found.push(format!("{}:{}: {text}", path.display(), index + 1));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "write `The maximum …`, `Facts about …` instead of `What …`:\n{}",
        found.join("\n")
    );
}

/// Calls get the time from their driver, and clients from their clock, so that tests can control both.
#[test]
fn time_is_read_from_clocks_only() {
    let mut found = Vec::new();
    for path in files(&workspace().join("runtime/src"), &["rs"]) {
        if path.ends_with("time/clock.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = code
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("//"));
        for line in
            lines.filter(|line| line.contains("Instant::now") || line.contains("SystemTime::now"))
        {
            found.push(format!("{}: {line}", path.display()));
        }
    }
    assert!(found.is_empty(), "use `Clock`:\n{}", found.join("\n"));
    let clock = fs::read_to_string(workspace().join("runtime/src/time/clock.rs")).unwrap();
    assert!(clock.contains("Instant::now") && clock.contains("SystemTime::now"));
}
