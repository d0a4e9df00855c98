//! Documents of OpenAPI with faults, with hostile names, and with sizes and depths that nobody writes by hand.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, nothing, openapi, reading, replies};
use cloud_models_tests::workspace::text;
use serde_json::{Value, json};

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// Operations that no spec can have are named, and the others are written.
#[test]
fn operations_that_no_spec_has_are_named() {
    let get = |name: &str| json!({"get": {"operationId": name, "responses": nothing()}});
    let document = openapi(
        "3.0.3",
        json!({
            "/a/{x}.json": get("Part"), "/a/{x}:stop": get("Verb"), "/a/<b>": get("Odd"), "/c": get("Fine"), "/c#again": get("Again"),
            "/d": {"trace": {"operationId": "Trace", "responses": nothing()}},
        }),
        json!({}),
    );
    let written = IMPORTER.written("inexpressible", &document);
    let names = written.spec["operations"].as_object().unwrap().keys();
    assert_eq!(names.collect::<Vec<_>>(), ["Fine"]);
    written.notes("(`Part`, GET /a/{x}.json)");
    written.notes("(`Again`, GET /c)");
    let (code, said, spec) = IMPORTER.import("asked", &document, &["--operation", "Verb"]);
    assert_eq!((code, spec), (Some(2), None));
    assert!(said.contains("a part of a segment"), "{said}");
}

/// A fault in one operation says nothing about the others.
#[test]
fn a_fault_is_told_to_those_who_need_what_has_it() {
    let broken = json!({"$ref": "#/components/schemas/Gone"});
    let schemas = json!({
        "Deep": {"type": "object", "properties": {"next": {"type": "object", "properties": {"gone": broken}}}},
        "Self": {"$ref": "#/components/schemas/Self"},
    });
    let get = |name: &str, schema: Value| json!({"get": {"operationId": name, "responses": replies(schema)}});
    let deep = json!({"$ref": "#/components/schemas/Deep"});
    let document = openapi(
        "3.0.3",
        json!({
            "/fine": get("get-fine", json!({"type": "object", "properties": {"x": {"type": "string"}}})),
            "/gone": get("GetGone", broken), "/deep": get("GetDeep", deep.clone()), "/again": get("GetAgain", deep),
            "/self": get("GetSelf", json!({"$ref": "#/components/schemas/Self"})),
            "/out": {"$ref": "other.yaml"},
            "/link": {"get": {"$ref": "other.yaml"}},
        }),
        json!({"schemas": schemas}),
    );
    let (code, said, spec) = IMPORTER.import("faults", &document, &[]);
    assert_eq!((code, spec), (Some(2), None));
    assert!(
        said.contains("file.json:1:") && said.contains("name others with --operation"),
        "{said}"
    );
    for (name, why) in [
        ("GetGone", "leads nowhere"),
        ("GetDeep", "leads nowhere"),
        ("GetAgain", "leads nowhere"),
        ("GetSelf", "back to itself"),
    ] {
        let (code, said, spec) = IMPORTER.import("faults", &document, &["--operation", name]);
        assert_eq!((code, spec), (Some(2), None), "{name}");
        assert!(
            said.contains(why) && said.contains("file.json:1:"),
            "{said}"
        );
    }
    // By its own name, too.
    for name in ["GetFine", "get-fine"] {
        let (code, said, spec) = IMPORTER.import("faults", &document, &["--operation", name]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("the operation `GetGone`, which cannot be read"),
            "{said}"
        );
        let found = IMPORTER.drifted("faults", &spec.unwrap(), &document);
        assert_eq!(found["differences"], json!([]));
        assert!(
            found["others"]
                .as_array()
                .unwrap()
                .contains(&json!("GetDeep")),
            "{found}"
        );
    }
}

#[test]
fn a_fault_in_a_covered_operation_ends_drift() {
    let thing = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    let paths = json!({"/a": {"get": {"operationId": "ReadA", "responses": replies(thing)}}});
    let mut document = openapi("3.0.3", paths, json!({}));
    let before = IMPORTER.written("covered", &document);
    document["paths"]["/a"]["get"]["responses"] =
        replies(json!({"$ref": "#/components/schemas/Gone"}));
    document["paths"]["/b"] = json!({"get": {"operationId": "ReadB", "responses": nothing()}});
    let workspace = IMPORTER.open("covered-drift");
    workspace.write("specs/covered.yaml", &before.text);
    workspace.write("file.json", document.to_string());
    let mut command = workspace.command();
    let output = command
        .args(["drift", "covered", "--against"])
        .arg(workspace.path("file.json"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("leads nowhere"));
}

/// Names and texts of a document are data in a spec, whatever stands in them.
#[test]
fn names_stay_data() {
    let hostile = "a\u{202e}b\n  evil: true # \u{1b}[2J\u{2028}'\"";
    let schema =
        json!({"type": "object", "properties": {hostile: {"type": "string", "enum": [hostile]}}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": hostile, "version": "1"},
        "servers": [{"url": "https://api.example.com/v1", "description": hostile}, {"url": hostile}],
        "security": [{hostile: []}],
        "components": {"securitySchemes": {hostile: {"type": "http", "scheme": hostile}}},
        "paths": {"/a": {"post": {
            "operationId": hostile, "tags": [hostile],
            "parameters": [{"name": hostile, "in": "query", "schema": {"type": "string"}}, {"name": hostile, "in": hostile, "schema": {}}],
            "requestBody": {"content": {hostile: {"schema": schema}}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}},
                "400": {"description": "", "content": {"application/json": {"schema": schema}}}},
        }}},
    });
    let (code, said, spec) = IMPORTER.import("hostile", &document, &[]);
    assert_eq!(code, Some(0), "{said}");
    let spec = spec.unwrap();
    for text in [&said, &spec] {
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{2028}']), "{text}");
    }
    let value: Value = serde_yaml::from_str(&spec).unwrap();
    assert_eq!(value.get("evil"), None);
    assert_eq!(value["operations"].as_object().unwrap().len(), 1);
    assert!(
        !spec
            .lines()
            .any(|line| line.trim_start().starts_with("evil")),
        "{spec}"
    );
}

/// Sizes and depths that a document may have without ending the program.
#[test]
fn large_and_deep_documents_are_read() {
    let reference = |number: usize| json!({"$ref": format!("#/components/schemas/T{number}")});
    let count = 1_500;
    let chain = |make: &dyn Fn(Value) -> Value| -> Value {
        let schemas = (0..count).map(|number| {
            let schema = match number + 1 < count {
                true => make(reference(number + 1)),
                false => json!({"type": "string"}),
            };
            (format!("T{number}"), schema)
        });
        Value::Object(schemas.collect())
    };
    let shapes: [&dyn Fn(Value) -> Value; 5] = [
        &|next| json!({"type": "object", "properties": {"a": next, "b": next}}),
        &|next| json!({"type": "array", "items": {"type": "object", "properties": {"a": next, "b": next}}}),
        &|next| json!({"anyOf": [{"type": "object", "properties": {"a": next}}, {"type": "object", "properties": {"b": next}}]}),
        &|next| json!({"type": "object", "properties": {"a": {"type": "string", "readOnly": true}}, "additionalProperties": next}),
        &|next| json!({"type": "object", "additionalProperties": {"type": "array", "items": next}}),
    ];
    for make in shapes {
        let document = reading("3.0.3", json!({"first": reference(0)}), chain(make));
        let (code, said, _) = IMPORTER.import("deep", &document, &[]);
        assert_eq!(code, Some(0), "{}", &said[..said.len().min(500)]);
    }
}

/// Versions with the same words may mean other things by them.
#[test]
fn only_known_versions_are_read() {
    let document = |version: Value| {
        let mut document = openapi("3.0.3", json!({}), json!({}));
        document["paths"] =
            json!({"/a": {"get": {"operationId": "ReadA", "responses": nothing()}}});
        document["openapi"] = version;
        document
    };
    for version in ["3.0", "3.0.4", "3.1.0", "3.1.2-rc1"] {
        let (code, said, _) = IMPORTER.import("versions", &document(json!(version)), &[]);
        assert_eq!(code, Some(0), "{said}");
    }
    for version in [
        json!("4.0.0"),
        json!("3.2.0"),
        json!("3.10.0"),
        json!("2.0"),
        json!("latest"),
        json!(null),
    ] {
        let (code, said, spec) = IMPORTER.import("versions", &document(version.clone()), &[]);
        assert_eq!((code, spec), (Some(2), None), "{version}: {said}");
        assert!(
            said.contains("file.json:1:") && said.contains("only OpenAPI 3.0 and 3.1"),
            "{said}"
        );
    }
    // Numbers without quotes are usual in YAML.
    let workspace = IMPORTER.open("numbers");
    for (version, length) in [("openapi: 3.0", false), ("openapi: 3.1", true)] {
        let text = format!(
            "{version}\ninfo: {{title: A, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: ReadA\n      parameters:\n      \
             - {{name: a, in: query, schema: {{$ref: '#/components/schemas/A', maxLength: 5}}}}\n      responses: {{}}\n\
             components: {{schemas: {{A: {{type: string}}}}}}\n"
        );
        workspace.write("file.yaml", text);
        let spec = workspace.path("specs/numbers.yaml");
        let _ = std::fs::remove_file(&spec);
        let mut command = workspace.command();
        command.args(["new", "numbers", "--from"]);
        let output = command.arg(workspace.path("file.yaml")).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let spec = std::fs::read_to_string(spec).unwrap();
        assert_eq!(spec.contains("length: ..=5"), length, "{spec}");
    }
}

/// A reference out of the file is a fault of nobody, and concerns only those who need it.
#[test]
fn what_is_in_other_files_is_left_out() {
    let get = |name: &str, schema: Value| json!({"get": {"operationId": name, "responses": replies(schema)}});
    let away = json!({"$ref": "other.yaml#/components/schemas/Thing"});
    let inside =
        json!({"type": "object", "properties": {"thing": {"$ref": "#/components/schemas/Thing"}}});
    let mut document = openapi(
        "3.0.3",
        json!({
            "/fine": get("Fine", json!({"type": "object", "properties": {"x": {"type": "string"}}})),
            "/away": get("Away", away.clone()),
            "/inside": get("Inside", inside),
            "/web": get("Web", json!({"$ref": "https://example.com/schemas/thing.json"})),
        }),
        json!({"schemas": {"Thing": away}}),
    );
    let written = IMPORTER.written("other-files", &document);
    assert_eq!(written.spec["operations"].as_object().unwrap().len(), 1);
    for name in ["Away", "Inside", "Web"] {
        written.omits(name, "leads out of the file");
    }
    // The place is that of a file of somebody else, and no part of the spec.
    assert!(!written.text.contains("file.json:"));
    let (code, said, spec) = IMPORTER.import("other-files", &document, &["--operation", "Inside"]);
    assert_eq!((code, spec), (Some(2), None));
    assert!(said.contains("file.json:1:"), "{said}");
    // Without any other operation, there is nothing to write.
    document["paths"].as_object_mut().unwrap().remove("/fine");
    let (code, said, spec) = IMPORTER.import("other-files", &document, &[]);
    assert_eq!((code, spec), (Some(2), None));
    assert!(said.contains("leads out of the file"), "{said}");
}

/// Limits are numbers, and those of sizes are whole ones.
#[test]
fn limits_that_are_no_numbers_are_faults() {
    let with = |schema: Value| reading("3.1.0", json!({"x": schema}), json!({}));
    for (kind, key, value) in [
        ("string", "maxLength", json!("64")),
        ("string", "minLength", json!(1.5)),
        ("string", "maxLength", json!(-1)),
        ("array", "maxItems", json!(true)),
        ("integer", "maximum", json!("9")),
        ("number", "minimum", json!([1])),
        ("integer", "exclusiveMaximum", json!("9")),
        ("integer", "multipleOf", json!("2")),
    ] {
        let schema = json!({"type": kind, key: value});
        let (code, said, spec) = IMPORTER.import("no-numbers", &with(schema.clone()), &[]);
        assert_eq!((code, spec), (Some(2), None), "{schema}");
        assert!(
            said.contains("file.json:1:") && said.contains(&format!("`{key}` must be a")),
            "{said}"
        );
    }
}

/// A parameter without a name cannot be sent.
#[test]
fn parameters_without_names_are_faults() {
    let parameters = json!([{"in": "query", "schema": {"type": "string"}}]);
    let get =
        json!({"get": {"operationId": "ReadA", "parameters": parameters, "responses": nothing()}});
    let document = openapi("3.0.3", json!({"/a": get}), json!({}));
    let (code, said, spec) = IMPORTER.import("nameless", &document, &[]);
    assert_eq!((code, spec), (Some(2), None));
    assert!(said.contains("has no `name`"), "{said}");
}
