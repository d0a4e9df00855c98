//! Findings in the Static Analysis Results Interchange Format 2.1.0, which code scanning reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Diagnostic, Diagnostics, Location};

pub(super) fn render(diagnostics: &Diagnostics) -> String {
    let used: BTreeSet<_> = diagnostics.iter().map(|each| each.rule).collect();
    let rules: Vec<_> = used
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id(),
                "shortDescription": { "text": rule.title() },
                "help": { "text": rule.explanation(), "markdown": rule.explanation() },
                "defaultConfiguration": { "level": rule.severity().word() },
            })
        })
        .collect();
    let results: Vec<_> = diagnostics.iter().map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cloud-models generator",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(diagnostic: &Diagnostic) -> Value {
    let mut text = diagnostic.message.clone();
    let more = [
        ("help", Some(&diagnostic.help)),
        ("note", diagnostic.note.as_ref()),
    ];
    for (word, more) in more {
        if let Some(more) = more {
            text.push_str(&format!("\n{word}: {more}"));
        }
    }
    let second = diagnostic.second.iter();
    let second = second.map(|(place, label)| location(place, Some(label)));
    json!({
        "ruleId": diagnostic.rule.id(),
        "level": diagnostic.severity().word(),
        "message": { "text": text },
        "locations": [location(&diagnostic.at, None)],
        "relatedLocations": second.collect::<Vec<_>>(),
    })
}

fn location(place: &Location, label: Option<&String>) -> Value {
    let Location { file, span } = place;
    let physical = json!({
        "artifactLocation": { "uri": uri(file) },
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endColumn": span.column + span.length,
        },
    });
    match label {
        None => json!({ "physicalLocation": physical }),
        Some(label) => json!({ "physicalLocation": physical, "message": { "text": label } }),
    }
}

/// Returns a path as a URI reference, percent-encoded where needed.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
