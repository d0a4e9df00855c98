//! Findings for programs: one JSON object. Lines and columns count from 1, columns in characters; ends are exclusive.

use serde_json::{Map, Value, json};

use super::{Diagnostics, Location, Severity};

pub(super) fn render(diagnostics: &Diagnostics) -> String {
    let findings: Vec<_> = diagnostics
        .iter()
        .map(|each| {
            let second = each.second.as_ref().map(|(location, label)| {
                let mut place = place(location);
                place.insert("label".to_owned(), json!(label));
                place
            });
            json!({
                "rule": each.rule.id(),
                "severity": each.severity().word(),
                "message": each.message,
                "at": place(&each.at),
                "second": second,
                "help": each.help,
                "note": each.note,
            })
        })
        .collect();
    let report = json!({
        "version": 1,
        "errors": diagnostics.count(Severity::Error),
        "warnings": diagnostics.count(Severity::Warning),
        "notes": diagnostics.count(Severity::Note),
        "findings": findings,
    });
    format!("{report:#}\n")
}

fn place(location: &Location) -> Map<String, Value> {
    let Location { file, span } = location;
    let rows = [
        ("file", json!(file)),
        ("line", json!(span.line)),
        ("column", json!(span.column)),
        ("end_column", json!(span.column + span.length)),
    ];
    let rows = rows.into_iter();
    rows.map(|(key, value)| (key.to_owned(), value)).collect()
}
