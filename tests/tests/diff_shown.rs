//! What findings show besides their verdicts: bytes of requests and replies, items of the crate, places.

use std::collections::BTreeMap;

use cloud_models_tests::edits::edits;
use generator::diff::{Finding, Rule, Witness, diff, locate};
use generator::{SpecSource, read};

/// Returns the findings on an edit, with their places.
fn found(what: &str) -> Vec<Finding> {
    let edit = edits().into_iter().find(|edit| edit.what == what);
    let edit = edit.unwrap_or_else(|| panic!("there is no edit {what:?}"));
    let source = |text: String| [SpecSource::new("specs/example-models.yaml", text)];
    let (old, new) = (source(edit.before()), source(edit.after()));
    let mut findings = diff(&read(&old).0, &read(&new).0);
    locate(&mut findings, &old, &new);
    findings
}

/// Members are shown where and as they travel.
#[test]
fn witnesses_are_what_travels() {
    let expected = [
        (
            "a parameter moves from a header to the query",
            "X-Trace: text",
            "?X-Trace=text",
        ),
        (
            "a list in the query is separated by commas",
            "?tags=text&tags=text",
            "?tags=text%2Ctext",
        ),
        (
            "headers of a map get another prefix",
            "X-Meta-key: text",
            "X-Tag-key: text",
        ),
        (
            "an entry of the query becomes a list",
            "?key=text",
            "?key=text&key=text",
        ),
        (
            "a payload of text becomes bytes",
            "whole body: text",
            "whole body: bytes",
        ),
        (
            "an integer in a JSON body becomes text",
            "{\"size\":1}",
            "{\"size\":\"text\"}",
        ),
        (
            "a field is read from a header",
            "{\"previousToken\":\"text\"}",
            "x-previous: text",
        ),
        (
            "a map of headers has another prefix in replies",
            "x-meta-key: text",
            "x-tag-key: text",
        ),
        (
            "the status of a reply is a field of its body",
            "HTTP/1.1 200 OK",
            "{\"code\":1}",
        ),
    ];
    for (what, before, after) in expected {
        let witnesses = found(what)
            .into_iter()
            .filter_map(|finding| finding.witness);
        let expected = Witness {
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
        };
        assert_eq!(witnesses.collect::<Vec<_>>(), [expected], "{what}");
    }
    // The name of a map in the query does not travel, so another one shows nowhere.
    for finding in found("a map in the query has another name") {
        assert_eq!(finding.witness, None);
    }
}

/// What is gone from a type or operation with another name has the item and place that it had.
#[test]
fn what_was_renamed_is_found_under_its_old_name() {
    let findings = found("a type is renamed and loses a field");
    let items: BTreeMap<_, _> = findings
        .iter()
        .map(|finding| (finding.rule, finding.item.as_deref()))
        .collect();
    assert_eq!(
        items,
        BTreeMap::from([
            (Rule::TypeRenamed, Some("Maker")),
            (Rule::FieldRemoved, Some("Owner::mail")),
        ])
    );
    let edit = edits()
        .into_iter()
        .find(|edit| edit.what == "a type is renamed and loses a field");
    let before = edit.map(|edit| edit.before()).unwrap_or_default();
    let gone = findings
        .iter()
        .find(|finding| finding.rule == Rule::FieldRemoved);
    let at = gone.and_then(|finding| finding.old_at.as_ref()).unwrap();
    let line = before.lines().nth(at.span.line - 1);
    assert_eq!(line, Some("      mail:"));
}

/// Patterns and other limits that refuse or accept something else show a text.
#[test]
fn limits_show_a_text_that_they_tell_apart() {
    for (what, hint) in [
        ("a pattern accepts less", "\"0\" is refused now"),
        ("a pattern is added", "\"0\" is refused now"),
        (
            "a pattern becomes characters and a length that accept more",
            "\"0\" is accepted now",
        ),
    ] {
        let hints = found(what).into_iter().filter_map(|finding| finding.hint);
        assert_eq!(hints.collect::<Vec<_>>(), [hint], "{what}");
    }
}
