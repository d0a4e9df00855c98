//! Guards that look at what is emitted: the rules of this module decide from the models, and must agree with it.

use std::collections::BTreeSet;

use super::changes::Changes;
use super::finding::Finding;
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::emit;
use crate::model::Service;

/// Corrects the findings on two versions of a service: code that uses it compiles if the emitted module is the same, byte
/// for byte, and if its public API is another one, some finding says so.
pub(super) fn guard(changes: &mut Changes, old: &Service, new: &Service) {
    let is_felt = |finding: &Finding| finding.verdict.api > Api::None;
    let is_said = changes.findings.iter().any(is_felt);
    let (before, after) = (surface(old), surface(new));
    if before == after {
        // To emit a module takes as long as to read its spec, and is seldom necessary.
        if is_said && is_same_module(old, new) {
            for finding in &mut changes.findings {
                finding.verdict.api = Api::None;
            }
        }
        return;
    }
    if is_said {
        return;
    }
    let api = match before.is_subset(&after) {
        true => Api::Minor,
        false => Api::Major,
    };
    let list = |lines: &BTreeSet<String>, other: &BTreeSet<String>| {
        let lines: Vec<_> = lines.difference(other).map(String::as_str).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    changes.report(
        Rule::GeneratedCodeChanged,
        &[],
        (list(&before, &after), list(&after, &before)),
        Verdict::new(Wire::Safe, api, Behaviour::Same),
        (
            "the public API changes in a way that no rule knows",
            "compare `generated/api.txt` line by line",
        ),
    );
}

fn is_same_module(old: &Service, new: &Service) -> bool {
    match (emit::module(old), emit::module(new)) {
        (Ok(old), Ok(new)) => old == new,
        // An item that is not valid Rust is reported where it is emitted.
        _ => false,
    }
}

/// Returns the lines of `api.txt` for a service, without what no caller can see: the names of arguments, and that an item
/// is deprecated, of which the compiler only warns.
fn surface(service: &Service) -> BTreeSet<String> {
    let text = emit::api(std::slice::from_ref(service));
    // What catalogs read is behaviour.
    let lines = text.lines().filter(|line| !line.starts_with("catalog "));
    let lines = lines.map(|line| {
        let line = line.strip_suffix(", deprecated").unwrap_or(line);
        match line.split_once("::new(") {
            Some((path, arguments)) => format!("{path}::new({})", unnamed(arguments)),
            None => line.to_owned(),
        }
    });
    lines.collect()
}

/// Returns a list of arguments without their names.
fn unnamed(arguments: &str) -> String {
    let arguments = arguments.split(", ");
    let types = arguments.map(|each| each.split_once(": ").map_or(each, |(_, ty)| ty));
    types.collect::<Vec<_>>().join(", ")
}
