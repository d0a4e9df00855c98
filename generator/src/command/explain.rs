//! `explain`: explains a rule.

use std::fmt::Write;

use super::{Outcome, say};
use crate::diff;
use crate::rules::Rule;

pub(super) fn run(id: Option<&str>) -> Outcome {
    let Some(id) = id else {
        say(&list());
        return Ok(0);
    };
    if let Ok(rule) = id.parse::<diff::Rule>() {
        let text = rule.explanation().trim_start_matches("# ");
        say(&format!("change[{rule}]: {text}"));
        return Ok(0);
    }
    let rule: Rule = id
        .parse()
        .map_err(|_| format!("there is no rule {id:?}; `explain` without an id lists them all"))?;
    let text = rule.explanation().trim_start_matches("# ");
    let note = if text.contains("\nBad:\n") && !rule.id().starts_with('Y') {
        "\nThe examples are changes of a whole spec, tests/fixtures/rules/base.yaml.\n"
    } else {
        ""
    };
    say(&format!("{}[{rule}]: {text}{note}", rule.severity().word()));
    Ok(0)
}

/// Returns the topic of a family of rules.
fn family_name(letter: char) -> &'static str {
    match letter {
        'A' => "Allowances",
        'C' => "Types, limits and defaults",
        'D' => "Documentation",
        'M' => "Catalogs",
        'N' => "Names and keys",
        'P' => "Pagination",
        'R' => "References between types",
        'W' => "What travels",
        'X' => "Samples",
        _ => "Reading the file",
    }
}

/// Returns a list of all rules, by family.
fn list() -> String {
    let mut rules = Rule::ALL.to_vec();
    rules.sort_by_key(|rule| rule.id());
    let mut out = String::new();
    let mut family = ' ';
    for rule in rules {
        let letter = rule.id().chars().next().unwrap_or_default();
        if letter != family {
            family = letter;
            let _ = writeln!(
                out,
                "{}{}",
                if out.is_empty() { "" } else { "\n" },
                family_name(letter)
            );
        }
        let severity = rule.severity().word();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{rule}  {severity:<7}  {}", rule.title());
    }
    let _ = writeln!(out, "\nChanges of specs, as reported by `diff`");
    let width = diff::Rule::ALL.iter().map(|rule| rule.id().len()).max();
    let width = width.unwrap_or_default();
    for rule in diff::Rule::ALL {
        let _ = writeln!(out, "{rule:<width$}  {}", rule.title());
    }
    out
}
