//! Operations that no spec can express rightly, which are left out with their reason, and what is left out of others.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{
    Importer, beside_fine, making, merged, nothing, openapi, reading, replies,
};
use serde_json::{Value, json};

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

fn get(name: &str, more: Value) -> Value {
    json!({"get": merged(json!({"operationId": name, "responses": nothing()}), more)})
}

fn post(name: &str, more: Value) -> Value {
    json!({"post": merged(json!({"operationId": name, "responses": nothing()}), more)})
}

fn parameters(all: Value) -> Value {
    json!({"parameters": all})
}

/// A spec has one host, with words before it at most.
#[test]
fn operations_on_other_hosts_are_left_out() {
    let at = |urls: &[&str]| {
        let servers: Vec<_> = urls.iter().map(|url| json!({"url": url})).collect();
        json!({"servers": servers})
    };
    let mut document = beside_fine(
        "3.0.3",
        json!({
            "/other": get("Other", at(&["https://other.example.org/v1"])),
            "/item": merged(get("Item", json!({})), at(&["https://other.example.org"])),
            "/longer": get("Longer", at(&["https://evilapi.example.com"])),
            "/port": get("Port", at(&["https://api.example.com:8443"])),
            "/tenant": get("Tenant", at(&["https://{tenant}.api.example.com"])),
            "/socket": get("Socket", at(&["wss://api.example.com/v1"])),
            "/odd": get("Odd", at(&["https://{host}/v1"])),
            "/one": get("One", at(&["https://other.example.org", "https://api.example.com/v2"])),
            "/case": get("Case", at(&["https://API.example.com/v3"])),
        }),
    );
    let written = IMPORTER.written("hosts", &document);
    for name in ["Other", "Item", "Longer", "Port", "Tenant", "Socket", "Odd"] {
        written.omits(name, "an operation on another host");
    }
    written.omits("Other", "other.example.org");
    assert_eq!(written.operation("One")["http"], "GET /v2/one");
    assert_eq!(written.operation("Case")["http"], "GET /v3/case");
    // Without a host of the service, no operation with one is on it.
    document["servers"] = json!([{"url": "/"}]);
    let written = IMPORTER.written("hosts", &document);
    written.omits("One", "an operation on another host");
}

/// What an operation needs and a spec cannot say makes every request of it wrong.
#[test]
fn operations_that_need_what_cannot_be_said_are_left_out() {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let parameter = |place: &str, name: &str, schema: &Value, more: Value| {
        parameters(json!([merged(
            json!({"name": name, "in": place, "required": true, "schema": schema}),
            more
        )]))
    };
    let body = |kind: &str, is_required: bool| json!({"requestBody": {"required": is_required, "content": {kind: {"schema": object}}}});
    let document = beside_fine(
        "3.0.3",
        json!({
            "/form": post("Form", body("application/x-www-form-urlencoded", true)),
            "/parts": post("Parts", body("multipart/form-data; boundary=x", true)),
            "/xml": post("Xml", body("application/xml", true)),
            "/soap": post("Soap", body("application/soap+xml", true)),
            "/lines": post("Lines", body("application/x-ndjson", true)),
            "/maybe": post("Maybe", body("application/xml", false)),
            "/cookie": get("Cookie", parameter("cookie", "session", &texts, json!({}))),
            "/where": get("Where", parameter("querystring", "q", &texts, json!({}))),
            "/deep": get("Deep", parameter("query", "deep", &object, json!({"style": "deepObject"}))),
            "/spaces": get("Spaces", parameter("query", "q", &texts, json!({"style": "spaceDelimited", "explode": false}))),
            "/agent": get("Agent", parameter("header", "User-Agent", &json!({"type": "string"}), json!({}))),
            "/object": get("Object", parameter("header", "X-Object", &object, json!({}))),
            "/free": get("Free", parameter("header", "X-Free", &json!({"type": "object"}), json!({}))),
            "/json": get("Json", parameters(json!([{"name": "q", "in": "query", "required": true, "content": {"application/json": {"schema": object}}}]))),
            "/accept": get("Accept", parameter("header", "Accept", &json!({"type": "string"}), json!({}))),
        }),
    );
    let written = IMPORTER.written("needs", &document);
    for (name, why) in [
        (
            "Form",
            "a body of the type application/x-www-form-urlencoded",
        ),
        ("Parts", "a body of the type multipart/form-data"),
        ("Xml", "a body of the type application/xml"),
        ("Soap", "a body of the type application/soap+xml"),
        ("Lines", "a body of the type application/x-ndjson"),
        ("Cookie", "a cookie"),
        ("Where", "a parameter in an unknown place"),
        ("Deep", "an object in the query, with brackets"),
        ("Spaces", "a list in an unusual form"),
        ("Agent", "the header user-agent"),
        ("Object", "an object in a header"),
        ("Free", "an object in a header"),
        ("Json", "JSON in a parameter"),
    ] {
        written.omits(name, why);
    }
    assert!(written.operation("Maybe").get("request").is_none());
    written.names("a body of the type application/xml", "Maybe");
    written.operation("Accept");
}

#[test]
fn forms_of_swagger_that_are_needed_are_left_out() {
    let form = |name: &str, is_required: bool| {
        let parameter =
            json!({"name": "a", "in": "formData", "type": "string", "required": is_required});
        post(
            name,
            json!({"consumes": ["multipart/form-data"], "parameters": [parameter]}),
        )
    };
    let document = json!({
        "swagger": "2.0", "info": {"title": "Old", "version": "1"}, "host": "api.example.com",
        "paths": {"/a": form("Needed", true), "/b": form("Maybe", false)},
    });
    let written = IMPORTER.written("old-forms", &document);
    written.omits("Needed", "a form");
    written.names("a form", "Maybe");
}

/// Names of media types contain others.
#[test]
fn media_types_are_not_known_by_a_part_of_their_names() {
    let bytes = json!({"type": "string", "format": "binary"});
    let thing = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let body = |kind: &str, schema: &Value| json!({"requestBody": {"required": true, "content": {kind: {"schema": schema}}}});
    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let document = beside_fine(
        "3.0.3",
        json!({
            "/platform": post("Platform", body("application/platform+json", &thing)),
            "/sheet": post("Sheet", body(sheet, &bytes)),
            "/performance": post("Performance", body("application/x-performance", &bytes)),
        }),
    );
    let written = IMPORTER.written("media-names", &document);
    let request = |name: &str| &written.operation(name)["request"];
    assert_eq!(request("Platform")["body"]["a"]["type"], "string");
    assert_eq!(request("Sheet")["payload"]["content_type"], sheet);
    assert_eq!(request("Performance")["payload"]["type"], "bytes");
}

/// All parameters of an operation share one room in a spec.
#[test]
fn members_of_one_name_are_named() {
    let schema = |required: &[&str]| json!({"type": "object", "required": required, "properties": {"id": {"type": "string"}, "size": {"type": "integer"}}});
    let body = |required: &[&str]| json!({"required": true, "content": {"application/json": {"schema": schema(required)}}});
    let query = |is_required: bool| json!([{"name": "size", "in": "query", "required": is_required, "schema": {"type": "integer"}}]);
    let document = beside_fine(
        "3.0.3",
        json!({
            "/a/{id}": post("Maybe", json!({"requestBody": body(&["size"])})),
            "/b/{id}": post("Needed", json!({"requestBody": body(&["id"])})),
            "/c": post("Both", json!({"requestBody": body(&["size"]), "parameters": query(true)})),
            "/d": post("Either", json!({"requestBody": body(&[]), "parameters": query(true)})),
            "/e/{id}": get("Label", parameters(json!([{"name": "id", "in": "query", "required": true, "schema": {"type": "string"}}]))),
        }),
    );
    let written = IMPORTER.written("doubled", &document);
    let what = "several parameters of one name";
    written.names(what, "Maybe.id");
    written.names(what, "Either.size");
    for name in ["Needed", "Both", "Label"] {
        written.omits(name, "needs several parameters of one name");
    }
    let maybe = &written.operation("Maybe")["request"];
    assert_eq!(maybe["body"].as_object().unwrap().len(), 1);
    assert_eq!(maybe["path"]["id"]["required"], true);
}

#[test]
fn odd_paths_are_left_out() {
    let mut document = beside_fine(
        "3.0.3",
        json!({
            "": get("Nothing", json!({})),
            "things": get("Bare", json!({})),
            "/a//b": get("Gap", json!({})),
            "/a/{x}/b/{x}": get("Twice", json!({})),
            "/a/{}": get("Nameless", json!({})),
            "/a/{x": get("Unclosed", json!({})),
            "/a/../b": get("Up", json!({})),
            "/slash/": get("Slash", json!({})),
            "/a/{+}": get("Plus", json!({})),
            "/a?x=1&x=2": get("Doubled", json!({})),
            "x-more": {"get": {"operationId": "More"}},
        }),
    );
    let written = IMPORTER.written("odd-paths", &document);
    for (name, why) in [
        ("Nothing", "a path that does not begin with a slash"),
        ("Bare", "a path that does not begin with a slash"),
        ("Gap", "an empty segment"),
        ("Twice", "one label twice"),
        ("Nameless", "a part of a segment"),
        ("Unclosed", "a part of a segment"),
        ("Plus", "a part of a segment"),
        ("Doubled", "one name twice in the query"),
        ("Up", "`.` or `..`"),
    ] {
        written.omits(name, why);
    }
    assert_eq!(written.operation("Slash")["http"], "GET /slash/");
    // Words of extensions are no paths.
    assert!(!written.text.contains("More"));
    // A label may also stand in the path before all others.
    document["servers"] = json!([{"url": "https://api.example.com/{x}"}]);
    document["paths"]["/b/{x}"] = get("Server", json!({}));
    IMPORTER
        .written("odd-paths", &document)
        .omits("Server", "one label twice");
}

/// A greedy label is written with a plus, and its parameter with or without it.
#[test]
fn greedy_labels_have_one_parameter() {
    let path = |name: &str| {
        parameters(
            json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string", "maxLength": 9}}]),
        )
    };
    let document = beside_fine(
        "3.0.3",
        json!({"/a/{proxy+}": get("With", path("proxy+")), "/b/{proxy+}": get("Without", path("proxy"))}),
    );
    let written = IMPORTER.written("greedy", &document);
    for name in ["With", "Without"] {
        let request = &written.operation(name)["request"]["path"];
        assert_eq!(request.as_object().unwrap().len(), 1, "{request}");
        assert_eq!(request["proxy"]["length"], "..=9");
    }
}

/// Characters that a spec cannot have, in names that travel.
#[test]
fn names_with_characters_that_no_spec_has_are_left_out() {
    let odd = "a\u{7}b";
    let hidden = "a\u{202e}b";
    let text_of = json!({"type": "string"});
    let query = |name: &str, is_required: bool| {
        parameters(
            json!([{"name": name, "in": "query", "required": is_required, "schema": text_of}]),
        )
    };
    let object = |name: &str, required: &[&str]| json!({"type": "object", "required": required, "properties": {name: text_of, "fine": text_of}});
    let body = |schema: Value| json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}});
    let document = beside_fine(
        "3.0.3",
        json!({
            "/a": get("Maybe", query(odd, false)),
            "/b": get("Needed", query(odd, true)),
            "/c": post("Body", body(object(hidden, &[]))),
            "/d": post("NeededBody", body(object(hidden, &[hidden]))),
            "/e": get("Reply", json!({"responses": replies(object(odd, &[odd]))})),
            "/f": get("Values", json!({"responses": replies(json!({"type": "object", "properties": {"kind": {"type": "string", "enum": ["a", odd]}}}))})),
            "/g\u{7}": get("Path", json!({})),
            "/h": post("Nested", body(json!({"type": "object", "properties": {"inner": object(odd, &[odd])}}))),
            "/i": post("Type", json!({"requestBody": {"required": true, "content": {"application/a\u{7}b+json": {"schema": object("x", &[])}}}})),
            "/j?a\u{7}=b": get("Query", json!({})),
        }),
    );
    let written = IMPORTER.written("odd-names", &document);
    let what = "a name with a character that no spec has";
    written.names(what, "Maybe.a\\u{7}b");
    for name in ["Needed", "NeededBody", "Nested"] {
        written.omits(name, what);
    }
    for name in ["Body", "Reply"] {
        let fields = match name {
            "Body" => &written.operation(name)["request"]["body"],
            _ => written.reply(name),
        };
        assert_eq!(
            fields.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["fine"]
        );
    }
    written.operation("Values");
    written.names("a value with a character that no spec has", "");
    written.omits("Path", "characters in its path");
}

/// What a document offers beside its operations, and how its parameters may be sent.
#[test]
fn what_is_beside_operations_is_named() {
    let parameter =
        json!({"name": "q", "in": "query", "allowEmptyValue": true, "schema": {"type": "string"}});
    let callbacks = json!({"done": {"{$request.body#/url}": post("Done", json!({}))}});
    let mut document = beside_fine(
        "3.1.0",
        json!({"/a": get("Find", json!({"parameters": [parameter], "callbacks": callbacks}))}),
    );
    document["webhooks"] =
        json!({"made": post("Made", json!({})), "gone": post("Gone", json!({}))});
    let written = IMPORTER.written("beside", &document);
    written.names("a parameter that may be sent without a value", "Find.q");
    written.names("requests that the service sends back", "Find");
    written.names("a webhook", "twice");
}

/// Whether a reply that is only described as the default is a success is not said.
#[test]
fn a_default_reply_is_no_success() {
    let reply = |name: &str| json!({"description": "", "content": {"application/json": {"schema": {"type": "object", "properties": {name: {"type": "string"}}}}}});
    let document = beside_fine(
        "3.0.3",
        json!({
            "/a": get("Failure", json!({"responses": {"default": reply("error"), "404": reply("error")}})),
            "/b": get("Only", json!({"responses": {"default": reply("any")}})),
            "/c": get("Empty", json!({"responses": {"default": {"description": "Done."}}})),
        }),
    );
    let written = IMPORTER.written("default-reply", &document);
    let what = "a reply that is not told from errors";
    for name in ["Failure", "Only", "Empty"] {
        assert_eq!(written.operation(name)["response"], "none", "{name}");
    }
    written.names(what, "Failure and Only");
}

/// Any object is a reply of its own, unless it has no properties.
#[test]
fn replies_of_any_object_are_json() {
    let of = |name: &str, schema: Value| get(name, json!({"responses": replies(schema)}));
    let headers = json!({"X-Total": {"schema": {"type": "integer"}}});
    let mut with_headers = replies(json!({"type": "object"}));
    with_headers["200"]["headers"] = headers;
    let document = beside_fine(
        "3.0.3",
        json!({
            "/a": of("Free", json!({"type": "object"})),
            "/b": of("Open", json!({"type": "object", "additionalProperties": true})),
            "/c": of("None", json!({"type": "object", "properties": {}})),
            "/d": of("Closed", json!({"type": "object", "additionalProperties": false})),
            "/e": get("Headers", json!({"responses": with_headers})),
        }),
    );
    let written = IMPORTER.written("free", &document);
    for name in ["Free", "Open", "Headers"] {
        let body = &written.reply(name)["body"];
        assert_eq!(
            (&body["from"], &body["type"]),
            (&json!("payload"), &json!("json")),
            "{name}"
        );
    }
    assert_eq!(written.reply("Headers")["x_total"]["type"], "integer");
    for name in ["None", "Closed"] {
        assert_eq!(written.reply(name), &json!({}), "{name}");
    }
}

/// Headers of replies are texts, or lists of them.
#[test]
fn headers_of_replies_are_texts_and_lists() {
    let header = |schema: Value| json!({"schema": schema});
    let document = beside_fine(
        "3.0.3",
        json!({"/a": get("Find", json!({"responses": {"200": {"description": "", "headers": {
            "X-List": header(json!({"type": "array", "items": {"type": "string"}})),
            "X-Times": header(json!({"type": "array", "items": {"type": "string", "format": "date-time"}})),
            "X-Object": header(json!({"type": "object", "properties": {"a": {"type": "string"}}})),
            "X-Objects": header(json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}})),
            "X-Anything": header(json!({"type": "array", "items": {}})),
            "X-Nested": header(json!({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})),
            "X-Free": header(json!({"type": "object"})),
            "X-Frees": header(json!({"type": "array", "items": {"type": "object"}})),
            "X-Codes": header(json!({"type": "array", "items": {"type": "string", "format": "byte"}})),
            "X-Bytes": header(json!({"type": "string", "format": "byte"})),
        }}}}))}),
    );
    let written = IMPORTER.written("reply-headers", &document);
    let fields = written.reply("Find");
    assert_eq!(fields["x_list"]["type"], "list of string");
    assert_eq!(fields["x_bytes"]["type"], "bytes");
    assert_eq!(fields["x_anything"]["type"], "list of string");
    for name in [
        "x_object",
        "x_objects",
        "x_nested",
        "x_free",
        "x_frees",
        "x_codes",
    ] {
        assert_eq!(fields.get(name), None, "{name}");
    }
    written.names("an object in a header of the reply", "Find");
}

/// A value of a server's variable may be empty.
#[test]
fn empty_variables_of_servers_are_nothing() {
    let variables =
        json!({"base": {"default": ""}, "stage": {"default": "", "enum": ["", "-test"]}});
    for (url, host, http) in [
        (
            "https://api.example.com/{base}",
            "https://api.example.com",
            "GET /things",
        ),
        (
            "https://api.example.com/{base}/v1",
            "https://api.example.com",
            "GET /v1/things",
        ),
        (
            "https://api{stage}.example.com/v1",
            "https://api.example.com",
            "GET /v1/things",
        ),
        ("{base}/v1", "https://example.com", "GET /v1/things"),
    ] {
        let paths = json!({"/things": get("ReadThing", json!({}))});
        let mut document = openapi("3.0.3", paths, json!({}));
        document["servers"] = json!([{"url": url, "variables": variables}]);
        let written = IMPORTER.written("empty-variables", &document);
        let operation = written.operation("ReadThing");
        assert_eq!(written.spec["endpoint"]["url"], host, "{url}");
        assert_eq!(
            (&operation["http"], operation.get("request")),
            (&json!(http), None),
            "{url}"
        );
        assert_eq!(written.spec["endpoint"].get("parameters"), None);
    }
}

/// Properties that a choice with one branch has are required where the schema around it says so.
#[test]
fn one_branch_is_a_part_like_others() {
    let thing =
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let reference = json!({"$ref": "#/components/schemas/Thing"});
    let properties = json!({
        "one": {"required": ["a"], "oneOf": [reference]},
        "any": {"required": ["b"], "anyOf": [reference, {"type": "null"}]},
        "more": {"properties": {"c": {"type": "integer"}}, "required": ["a", "c"], "oneOf": [reference]},
        "plain": {"oneOf": [reference]},
    });
    let written = IMPORTER.written(
        "one-branch",
        &making("3.1.0", properties, json!({"Thing": thing})),
    );
    let body = &written.operation("MakeThing")["request"]["body"];
    let required = |name: &str| -> Vec<String> {
        let fields = written.fields(&body[name]["type"]).as_object().unwrap();
        let required = fields
            .iter()
            .filter(|(_, field)| field.get("required").is_some());
        required.map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(required("one"), ["a"]);
    assert_eq!(required("any"), ["b"]);
    assert_eq!(required("more"), ["a", "c"]);
    assert_eq!(required("plain"), [""; 0]);
    assert_eq!(body["plain"]["type"], "Thing");
    assert!(!written.text.contains("a choice of forms"));
}

/// A value of several enums is in all of them.
#[test]
fn enums_of_several_branches_are_what_they_share() {
    let values = |all: &[&str]| json!({"type": "string", "enum": all});
    let reference = json!({"$ref": "#/components/schemas/Letter"});
    let schemas = json!({"Letter": values(&["a", "b", "c"])});
    let with = |field: Value| json!({"type": "object", "properties": {"letter": field}});
    let properties = json!({
        "both": {"allOf": [values(&["a", "b", "c"]), values(&["b", "c", "d"])]},
        "beside": {"allOf": [reference], "enum": ["c", "z"]},
        "narrowed": {"allOf": [{"allOf": [reference]}, {"enum": ["b"]}]},
        "parts": {"allOf": [with(reference.clone()), with(values(&["c", "x"]))]},
        "other": {"allOf": [values(&["a"]), values(&["b"])]},
        "whole": reference,
    });
    let written = IMPORTER.written(
        "shared",
        &reading("3.0.3", properties.clone(), schemas.clone()),
    );
    let fields = written.reply("ReadThing");
    let values_of = |ty: &Value| -> Vec<String> {
        let values = &written.spec["types"][ty.as_str().unwrap()]["enum"];
        values.as_object().unwrap().keys().cloned().collect()
    };
    let of = |name: &str| values_of(&fields[name]["type"]);
    assert_eq!(of("both"), ["b", "c"]);
    assert_eq!(of("beside"), ["c"]);
    assert_eq!(of("narrowed"), ["b"]);
    assert_eq!(of("whole"), ["a", "b", "c"]);
    assert_eq!(
        values_of(&written.fields(&fields["parts"]["type"])["letter"]["type"]),
        ["c"]
    );
    assert_eq!(fields["other"]["type"], "string");
    written.names("enums without a common value", "other");
    let mut beside = properties;
    beside["sibling"] = json!({"$ref": "#/components/schemas/Letter", "enum": ["a", "z"]});
    let written = IMPORTER.written("shared", &reading("3.1.0", beside, schemas));
    let ty = &written.reply("ReadThing")["sibling"]["type"];
    let values = &written.spec["types"][ty.as_str().unwrap()]["enum"];
    assert_eq!(
        values.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["a"]
    );
}

/// A reply has one form, whatever its status.
#[test]
fn other_replies_of_success_are_named() {
    let reply = |schema: &Value| json!({"description": "", "content": {"application/json": {"schema": schema}}});
    let schema = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let mut document = beside_fine(
        "3.0.3",
        json!({
            "/a": get("Two", json!({"responses": {"200": reply(&schema("a")), "202": reply(&schema("b"))}})),
            "/b": get("Later", json!({"responses": {"200": {"description": ""}, "201": reply(&schema("b"))}})),
            "/c": get("Same", json!({"responses": {"200": reply(&thing), "201": reply(&thing), "204": {"description": ""}}})),
        }),
    );
    document["components"]["schemas"] = json!({"Thing": schema("c")});
    let written = IMPORTER.written("successes", &document);
    let what = "a reply of success beside that with the lowest status";
    written.names(what, "(twice: Two and Later)");
    assert!(written.reply("Two").get("a").is_some());
}

/// Rules of schemas that a spec has no words for, and limits that say nothing.
#[test]
fn what_limits_values_otherwise_is_named() {
    let inner = json!({"type": "string"});
    let object = json!({"type": "object", "properties": {"a": inner}});
    let properties = json!({
        "not": {"type": "string", "not": {"enum": ["x"]}},
        "if": merged(object.clone(), json!({"if": {"required": ["a"]}, "then": {"required": ["a"]}})),
        "contains": {"type": "array", "items": inner, "contains": {"const": "x"}},
        "least": merged(object, json!({"minProperties": 1})),
        "empty": {"type": "number", "minimum": 5, "maximum": 1.5},
        "count": {"type": "array", "items": inner, "minItems": 5, "maxItems": 1},
        "brace": {"type": "string", "pattern": "{x}"},
        "bell": {"type": "string", "pattern": "^[\u{7}-z]+$"},
        "keys": {"type": "object", "patternProperties": {"+": inner}},
        "either": {"oneOf": [{"properties": {"__type": inner}}, {"properties": {"b": inner}}]},
    });
    let written = IMPORTER.written("rules", &making("3.1.0", properties, json!({})));
    let body = &written.operation("MakeThing")["request"]["body"];
    assert_eq!(body["either"]["type"], "json");
    for name in ["empty", "count", "brace", "bell", "keys"] {
        let field = body[name].as_object().unwrap();
        let limits = ["range", "count", "pattern", "chars", "keys"];
        assert!(!limits.iter().any(|key| field.contains_key(*key)), "{name}");
    }
    written.names("a rule that is a schema of its own", "(3 times");
    written.names("a number of properties", "");
    written.names(
        "limits that no value meets",
        "MakeThing.empty and MakeThing.count",
    );
    written.names(
        "a pattern that no client can read",
        "MakeThing.brace, MakeThing.bell and MakeThing.keys",
    );
}

/// Whatever names are in a document, its spec is valid.
#[test]
fn any_names_give_a_valid_spec() {
    let names = [
        "",
        "a b",
        "a\nb",
        "a\tb",
        "$filter",
        "filter[a]",
        "a\"b",
        "a'b",
        "a.b",
        "a#b",
        "a&b",
        "a=b",
        "ü",
        "模型",
        "type",
        "self",
        "_",
        "1",
        "-",
        "true",
        "null",
        "~",
        "\u{ad}",
        "\u{a0}",
        "\u{2060}",
        "\u{7}",
        "__type",
        "{x}",
        "a/b",
        "%20",
        "+",
        "@type",
    ];
    let text_of = json!({"type": "string"});
    let mut paths = json!({});
    for (index, name) in names.into_iter().enumerate() {
        let schema = json!({"type": "object", "properties": {name: text_of, "kind": {"type": "string", "enum": [name, "z"]}}});
        let body = json!({"content": {"application/json": {"schema": schema}}});
        let typed = json!({"content": {format!("application/{name}"): {"schema": {"type": "string", "format": "binary"}}}});
        let reply = json!({"200": {"description": name, "headers": {name: {"schema": text_of}}, "content": body["content"]}});
        let parameter = |place: &str| json!({"name": name, "in": place, "description": name, "schema": {"type": "string", "pattern": name, "default": name}});
        let choice =
            json!({"oneOf": [{"properties": {name: text_of}}, {"properties": {"other": text_of}}]});
        let union = json!({"content": {"application/json": {"schema": {"type": "object", "properties": {"choice": choice}}}}});
        let more = merged(
            paths,
            json!({
                format!("/q{index}"): get("", parameters(json!([parameter("query"), parameter("header")]))),
                format!("/b{index}"): post("", json!({"requestBody": body, "responses": reply, "description": name})),
                format!("/t{index}"): post("", json!({"requestBody": typed})),
                format!("/u{index}"): post("", json!({"requestBody": union})),
                format!("/l{index}/{{{name}}}"): get("", parameters(json!([parameter("path")]))),
                format!("/s{index}/{name}"): get("", json!({})),
                format!("/c{index}?{name}={name}"): get("", json!({})),
                format!("/n{index}"): get(name, json!({})),
            }),
        );
        paths = more;
    }
    let document = beside_fine("3.1.0", paths);
    let written = IMPORTER.written("any-names", &document);
    assert!(written.spec["operations"].as_object().unwrap().len() > 5 * names.len());
}
