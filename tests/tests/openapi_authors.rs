//! What authors of specs meet who begin with a document of OpenAPI: what is marked, and what is kept.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, making, merged, nothing, openapi, replies};
use generator::{SpecSource, read};
use serde_json::{Value, json};

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

/// A reply with an error whose code is one of some values.
fn failure(codes: Value) -> Value {
    let error =
        json!({"type": "object", "properties": {"code": codes, "message": {"type": "string"}}});
    let schema = json!({"type": "object", "properties": {"error": error}});
    json!({"description": "", "content": {"application/json": {"schema": schema}}})
}

/// Values of codes are error codes, with the status that they come with if it is always the same.
#[test]
fn codes_that_a_schema_lists_are_documented_codes() {
    let replies = |failures: Value| merged(nothing(), failures);
    let one_of = json!({"description": "", "content": {"application/json": {"schema": {"oneOf": [
        {"type": "object", "properties": {"error": {"$ref": "#/components/schemas/Busy"}}},
        {"$ref": "#/components/schemas/Broken"},
    ]}}}});
    let document = openapi(
        "3.1.0",
        json!({
            "/a": {"get": {"operationId": "ReadA", "responses": replies(json!({
                "404": failure(json!({"type": "string", "enum": ["no_model", "no_user"]})),
                "409": failure(json!({"$ref": "#/components/schemas/Code"})),
            }))}},
            "/b": {"get": {"operationId": "ReadB", "responses": replies(json!({
                "400": failure(json!({"$ref": "#/components/schemas/Code"})),
                "429": failure(json!({"const": "slow down", "type": "string"})),
                "default": one_of,
            }))}},
            "/c": {"get": {"operationId": "ReadC", "responses": replies(json!({
                "500": failure(json!({"type": "integer", "enum": [0, 1101]})),
            }))}},
        }),
        json!({"schemas": {
            "Code": {"type": "string", "enum": ["conflict", "invalid"]},
            "Busy": {"type": "object", "properties": {"code": {"const": "busy", "type": "string"}}},
            "Broken": {"type": "object", "properties": {"error": {"type": "object", "properties": {
                "code": {"type": "string", "enum": ["broken"]}}}}},
        }}),
    );
    let written = IMPORTER.written("codes", &document);
    assert_eq!(written.spec["errors"]["code"], json!(["body error.code"]));
    let expected = json!({
        "no_model": {"status": 404, "kind": "not-found"},
        "no_user": {"status": 404, "kind": "not-found"},
        "slow down": null,
        "conflict": {}, "invalid": {}, "busy": {}, "broken": {},
        "1101": {"rust_name": "Value1101", "status": 500, "kind": "transient"},
    });
    for (code, expected) in expected.as_object().unwrap() {
        let found = &written.spec["errors"]["codes"][code.as_str()];
        assert_eq!(found, expected, "{code}: {}", written.text);
    }
    written.notes("# TODO: the description does not say what these mean");
    // Zero is no error.
    assert_eq!(written.spec["errors"]["codes"].get("0"), None);
    // If all replies come with one status, it is an example.
    let document = openapi(
        "3.0.3",
        json!({"/a": {"get": {"operationId": "ReadA", "responses": replies(json!({
            "400": failure(json!({"type": "string", "enum": ["no_model"]}))}))}}}),
        json!({}),
    );
    let written = IMPORTER.written("codes", &document);
    assert_eq!(written.spec["errors"]["codes"], json!({"no_model": {}}));
}

/// Values of variables are named wherever the variable goes.
#[test]
fn values_of_servers_are_named() {
    for (url, expected) in [
        (
            "https://{cluster}.example.com",
            "# The description names a, b.",
        ),
        (
            "https://{region}.example.com",
            "# For `region`, the description names a, b.",
        ),
        (
            "https://example.com/{stage}",
            "# For `stage`, the description names a, b.",
        ),
        (
            "https://example.com:{port}",
            "# For `port`, the description names 1, 2.",
        ),
        (
            "{host}/v1",
            "# For `host`, the description names https://x.example, https://y.example.",
        ),
    ] {
        let mut document = openapi(
            "3.0.3",
            json!({"/a": {"get": {"operationId": "ReadA", "responses": nothing()}}}),
            json!({}),
        );
        let name = url.split(['{', '}']).nth(1).unwrap();
        let values = match name {
            "port" => json!(["1", "2"]),
            "host" => json!(["https://x.example", "https://y.example"]),
            _ => json!(["a", "b"]),
        };
        let variable = json!({"default": values[0], "enum": values});
        document["servers"] = json!([{"url": url, "variables": {name: variable}}]);
        IMPORTER.written("servers", &document).notes(expected);
    }
}

/// A reply may have null where the description says so, which a client reads for what is not required only. What a request
/// cannot send is named.
#[test]
fn required_members_of_replies_may_be_null() {
    for (version, text, time, named) in [
        (
            "3.1.0",
            json!({"type": ["string", "null"]}),
            json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
            json!({"oneOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}),
        ),
        (
            "3.0.3",
            json!({"type": "string", "nullable": true}),
            json!({"type": "string", "format": "date-time", "nullable": true}),
            json!({"allOf": [{"$ref": "#/components/schemas/Part"}], "nullable": true}),
        ),
    ] {
        let properties = json!({
            "text": text, "time": time, "part": named, "plain": {"type": "string"},
            "list": {"type": "array", "items": {"type": "string"}, "nullable": true},
        });
        let all = json!(["text", "time", "part", "plain", "list"]);
        let whole = json!({"type": "object", "required": all, "properties": properties});
        let body = |schema: &Value| json!({"required": true, "content": {"application/json": {"schema": schema}}});
        let paths = json!({"/a": {
            "get": {"operationId": "ReadA", "responses": replies(whole.clone())},
            "post": {"operationId": "MakeA", "requestBody": body(&whole), "responses": nothing()},
            "patch": {"operationId": "ChangeA", "responses": nothing(),
                "requestBody": body(&json!({"type": "object", "properties": properties}))},
        }});
        let part = json!({"Part": {"type": "object", "properties": {"a": {"type": "string"}}}});
        let written = IMPORTER.written("nulls", &openapi(version, paths, json!({"schemas": part})));
        let reply = written.reply("ReadA");
        for (name, is_required) in [
            ("text", false),
            ("time", false),
            ("part", false),
            ("plain", true),
            ("list", true),
        ] {
            let required = reply[name].get("required").is_some();
            assert_eq!(required, is_required, "{name}: {}", written.text);
        }
        assert_eq!(
            written
                .text
                .matches("# Always there, perhaps as null.")
                .count(),
            3
        );
        // Requests are as before.
        let made = written.operation("MakeA");
        assert_eq!(made["constructor"], all);
        written.notes("null as a value in a request (");
        assert_eq!(
            written
                .text
                .matches("# The description has null as a value in a request")
                .count(),
            8
        );
    }
}

/// An excluded end of a range is not one of its numbers.
#[test]
fn excluded_ends_are_documented_as_such() {
    for (version, number) in [
        (
            "3.1.0",
            json!({"type": "number", "exclusiveMinimum": 0, "maximum": 2}),
        ),
        (
            "3.0.3",
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 2}),
        ),
    ] {
        let properties = json!({
            "top": merged(number.clone(), json!({"description": "Share of it."})),
            "parts": {"type": "array", "items": number},
            "below": {"type": "number", "minimum": 1, "exclusiveMaximum": if version == "3.1.0" { json!(5) } else { json!(true) },
                "maximum": if version == "3.1.0" { json!(9) } else { json!(5) }},
        });
        let written = IMPORTER.written("excluded", &making(version, properties, json!({})));
        let body = &written.operation("MakeThing")["request"]["body"];
        assert_eq!(
            (&body["top"]["range"], &body["top"]["docs"]),
            (&json!("..=2"), &json!("Share of it. Above 0."))
        );
        assert_eq!(body["parts"]["docs"], "Parts. Above 0.");
        assert_eq!(
            (&body["below"]["range"], &body["below"]["docs"]),
            (&json!("1.."), &json!("Below. Below 5."))
        );
    }
}
