//! What authors of specs meet who begin with a document of OpenAPI: what is marked, and what is kept.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, nothing, openapi};
use generator::{SpecSource, read};
use serde_json::json;

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// Ids and lines of the findings of a spec.
fn findings(text: &str) -> Vec<(&'static str, usize)> {
    let source = SpecSource::new("specs/marked.yaml", text);
    let (_, found) = read(std::slice::from_ref(&source));
    let found = found.iter();
    found
        .map(|each| (each.rule.id(), each.at.span.line))
        .collect()
}

/// Names, links, variables and places that no document states are marked, and `check` reports the marks until none is left.
#[test]
fn what_is_made_up_is_marked_and_reported() {
    let mut document = openapi(
        "3.0.3",
        json!({"/a": {"get": {"operationId": "ReadA", "responses": nothing()}},
            "/b": {"get": {"operationId": "ReadB", "responses": nothing(), "description": "Reads B."}}}),
        json!({}),
    );
    document["info"]["title"] = json!("Example Things REST API v2");
    let written = IMPORTER.written("marked", &document);
    assert_eq!(written.spec["vendor"], "Example");
    assert_eq!(written.spec["service"], "Example Things");
    written.notes("# One of the texts under `docs:` says only a name in words");
    let marks = [
        "# TODO: the names of vendor and service are guesses",
        "# TODO: names of environment variables are made up",
        "# TODO: the description does not say where errors have their code",
        "# TODO: the description does not say where errors have their message",
        "# TODO: the description does not say where the id of a request is",
    ];
    for mark in marks {
        assert_eq!(written.text.matches(mark).count(), 1, "{}", written.text);
    }
    let line = |what: &str| {
        let mut lines = written.text.lines();
        lines.position(|line| line.contains(what)).unwrap() + 1
    };
    let reported = [("D12", line(marks[0])), ("D12", line("see: "))];
    assert_eq!(findings(&written.text), reported, "{}", written.text);
    // Of each kind the first that is left is reported.
    let later = written.text.replacen("# TODO", "#", 1);
    let later = later.replacen(
        "see: https://example.com/TODO",
        "see: https://example.com",
        1,
    );
    let operations = line("operations:");
    let found = findings(&later);
    assert_eq!(found.first(), Some(&("D12", line(marks[1]))), "{later}");
    assert!(
        matches!(found.as_slice(), [_, ("D12", see)] if *see > operations),
        "{found:?}"
    );
    let finished = later.replace("# TODO", "#").replace("/TODO", "/page");
    assert_eq!(findings(&finished), []);
}
