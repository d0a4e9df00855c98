//! `explain`: what a rule wants.

use std::fmt::Write;

use super::{Outcome, say};
use crate::rules::Rule;

pub(super) fn run(id: Option<&str>) -> Outcome {
    let Some(id) = id else {
        say(&list());
        return Ok(0);
    };
    let rule: Rule = id
        .parse()
        .map_err(|_| format!("there is no rule {id:?}; `explain` without an id lists them all"))?;
    let text = rule.explanation().trim_start_matches("# ");
    say(&format!("{}[{rule}]: {text}", rule.severity().word()));
    Ok(0)
}

/// All rules, by family.
fn list() -> String {
    let mut rules = Rule::ALL.to_vec();
    rules.sort_by_key(|rule| rule.id());
    let mut out = String::new();
    for rule in rules {
        let severity = rule.severity().word();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{rule}  {severity:<7}  {}", rule.title());
    }
    out
}
