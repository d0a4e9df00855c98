//! Operations in documents of OpenAPI and Swagger: servers, credentials, parameters, bodies and replies.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, merged, nothing, openapi, reading, replies};
use generator::{SpecSource, generate};
use serde_json::{Value, json};

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

/// Schemes that are needed together, that no spec has, or that nothing requires.
#[test]
fn only_required_schemes_are_ways_to_authenticate() {
    let paths = json!({
        "/root": {"get": {"operationId": "Root", "responses": nothing()}},
        "/open": {"get": {"operationId": "Open", "security": [], "responses": nothing()}},
        "/maybe": {"get": {"operationId": "Maybe", "security": [{}, {"key": []}], "responses": nothing()}},
        "/other": {"get": {"operationId": "Other", "security": [{"bearer": []}], "responses": nothing()}},
        "/oauth": {"get": {"operationId": "Oauth", "security": [{"oauth": ["read"]}], "responses": nothing()}},
        "/both": {"get": {"operationId": "Both", "security": [{"key": [], "bearer": []}, {"key": []}], "responses": nothing()}},
    });
    let mut document = openapi("3.0.3", paths, json!({}));
    document["security"] = json!([{"key": []}, {"cookie": []}, {"key": [], "bearer": []}]);
    let written = IMPORTER.written("security", &document);
    let schemes = |auth: &Value| -> Vec<String> {
        let auth = auth.as_array().cloned().unwrap_or_default();
        auth.iter()
            .map(|each| each["scheme"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(schemes(&written.spec["auth"]), ["token"]);
    written.notes("accepts `cookie`, a cookie");
    written.notes("accepts `key` with `bearer`, several ways at once");
    for (operation, expected) in [
        ("Root", vec![]),
        ("Open", vec!["none"]),
        ("Maybe", vec!["token", "none"]),
        ("Other", vec!["bearer"]),
        ("Both", vec![]),
    ] {
        assert_eq!(
            schemes(&written.operation(operation)["auth"]),
            expected,
            "{operation}"
        );
    }
    written.omits("Oauth", "credentials of the kind `oauth`, OAuth 2");
}

#[test]
fn what_operations_require_is_noticed_when_it_changes() {
    let paths = json!({
        "/a": {"get": {"operationId": "ReadA", "responses": nothing()}},
        "/b": {"get": {"operationId": "ReadB", "security": [], "responses": nothing()}},
    });
    let document = openapi("3.0.3", paths, json!({}));
    let before = IMPORTER.written("needs", &document);
    let mut after = document.clone();
    after["paths"]["/a"]["get"]["security"] = json!([]);
    after["paths"]["/b"]["get"]
        .as_object_mut()
        .unwrap()
        .remove("security");
    let found = IMPORTER.drifted("needs", &before.text, &after);
    let places: Vec<_> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        places,
        ["operations.ReadA.auth", "operations.ReadB.auth"],
        "{found}"
    );
    // A scheme that nothing requires is no way to authenticate.
    let mut more = document.clone();
    more["components"]["securitySchemes"]["more"] = json!({"type": "http", "scheme": "basic"});
    assert_eq!(
        IMPORTER.drifted("needs", &before.text, &more)["differences"],
        json!([])
    );
}

/// Without a word about all operations, what most of them require is that of the service.
#[test]
fn operations_say_what_the_service_does_not() {
    let paths = json!({
        "/a": {"get": {"operationId": "A", "security": [{"bearer": []}], "responses": nothing()}},
        "/b": {"get": {"operationId": "B", "security": [{"bearer": []}], "responses": nothing()}},
        "/c": {"get": {"operationId": "C", "responses": nothing()}},
    });
    let mut document = openapi("3.0.3", paths, json!({}));
    document.as_object_mut().unwrap().remove("security");
    let written = IMPORTER.written("most", &document);
    assert_eq!(written.spec["auth"][0]["scheme"], "bearer");
    assert_eq!(written.operation("A").get("auth"), None);
    assert_eq!(written.operation("C")["auth"], json!([{"scheme": "none"}]));
}

#[test]
fn bodies_are_read_by_their_media_types() {
    let thing =
        json!({"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}});
    let body = |kind: &str, schema: &Value| json!({"required": true, "content": {kind: {"schema": schema}}});
    let maybe = |kind: &str| json!({"content": {kind: {"schema": thing}}});
    let reply = |kind: &str, schema: &Value| json!({"200": {"description": "", "content": {kind: {"schema": schema}}}});
    let text_of = json!({"type": "string"});
    let bytes = json!({"type": "string", "format": "binary"});
    let post = |name: &str, body: Value, responses: Value| json!({"post": {"operationId": name, "requestBody": body, "responses": responses}});
    let list = json!({"type": "array", "items": thing});
    let document = openapi(
        "3.0.3",
        json!({
            "/xml": post("Xml", maybe("application/xml"), reply("application/xml", &thing)),
            "/form": post("Form", maybe("application/x-www-form-urlencoded"), nothing()),
            "/parts": post("Parts", maybe("multipart/form-data"), nothing()),
            "/text": post("Text", body("text/plain", &text_of), reply("text/csv", &text_of)),
            "/bytes": post("Bytes", body("application/octet-stream", &bytes), reply("image/png", &bytes)),
            "/pdf": post("Pdf", body("application/pdf", &bytes), nothing()),
            "/vendor": post("Vendor", body("application/vnd.x+json", &thing), reply("application/vnd.x+json", &thing)),
            "/lists": post("Lists", body("application/json", &list), reply("application/json", &list)),
            "/texts": post("Texts", body("application/json", &text_of), reply("application/json", &text_of)),
            "/events": post("Events", body("application/json", &thing), reply("text/event-stream", &thing)),
            "/any": post("Any", json!({"content": {"application/json": {}}}), json!({"200": {"description": "", "content": {"application/json": {}}}})),
        }),
        json!({}),
    );
    let written = IMPORTER.written("media", &document);
    let payload = |name: &str| &written.operation(name)["request"]["payload"];
    for (name, what) in [
        ("Xml", "a body of the type application/xml"),
        ("Xml", "a reply of the type application/xml"),
        (
            "Form",
            "a body of the type application/x-www-form-urlencoded",
        ),
        ("Parts", "a body of the type multipart/form-data"),
        ("Events", "an event stream"),
    ] {
        written.notes(&format!("# The description has {what}"));
        assert!(payload(name).is_null());
    }
    assert!(written.operation("Xml").get("request").is_none());
    assert_eq!(written.reply("Xml"), &json!({}));
    assert_eq!(
        (
            &payload("Text")["type"],
            payload("Text").get("content_type")
        ),
        (&json!("string"), None)
    );
    let only = |name: &str| written.reply(name)["body"].clone();
    assert_eq!(
        (&only("Text")["from"], &only("Text")["type"]),
        (&json!("payload"), &json!("string"))
    );
    assert_eq!(
        (&payload("Bytes")["type"], &only("Bytes")["type"]),
        (&json!("bytes"), &json!("bytes"))
    );
    assert_eq!(payload("Pdf")["content_type"], "application/pdf");
    let vendor = written.operation("Vendor");
    assert_eq!(vendor["request"]["body"]["x"]["required"], true);
    let headers = json!({"Content-Type": "application/vnd.x+json"});
    assert_eq!(vendor["fixed_headers"], headers);
    assert_eq!(written.reply("Vendor")["x"]["type"], "string");
    // A text in JSON has quotes, which a payload that is a text has not.
    for name in ["Lists", "Texts", "Any"] {
        assert_eq!(
            (&payload(name)["type"], &only(name)["type"]),
            (&json!("json"), &json!("json")),
            "{name}"
        );
    }
    written.notes("a list as the whole body");
    written.notes("a list as the whole reply");
    assert_eq!(
        (
            payload("Lists").get("required"),
            payload("Any").get("required")
        ),
        (Some(&json!(true)), None)
    );
}

#[test]
fn servers_become_an_endpoint_and_what_precedes_paths() {
    let cases = [
        (
            json!([{"url": "https://api.example.com/v1/"}]),
            "https://api.example.com",
            "GET /v1/things",
        ),
        (
            json!([{"url": "http://a.example.com"}, {"url": "https://b.example.com/x"}]),
            "https://b.example.com",
            "GET /x/things",
        ),
        (
            json!([{"url": "/v2"}]),
            "https://example.com",
            "GET /v2/things",
        ),
        (
            json!([{"url": "https://{tenant}.example.com:{port}/{base}", "variables": {
            "tenant": {"default": "demo"}, "port": {"default": "8443", "enum": ["443", "8443"]}, "base": {"default": "v3"}}}]),
            "https://{tenant}.example.com:8443",
            "GET /v3/things",
        ),
        (
            json!([{"url": "https://{region}.example.com", "variables": {"region": {"default": "eu-1", "enum": ["eu-1", "us-1"]}}}]),
            "https://{region}.example.com",
            "GET /things",
        ),
        (
            json!([{"url": "{scheme}://{host}/api", "variables": {"scheme": {"default": "https"}, "host": {"default": "www.example.com"}}}]),
            "https://www.example.com",
            "GET /api/things",
        ),
        (
            json!([{"url": "https://{self}.example.com", "variables": {"self": {"default": "demo"}}}]),
            "https://{part_self}.example.com",
            "GET /things",
        ),
        (
            json!([{"url": "https://-.example.com/v1"}]),
            "https://example.com",
            "GET /v1/things",
        ),
        (
            json!([{"url": "https://api.example.com/{version}", "variables": {}}]),
            "https://api.example.com",
            "GET /{version}/things",
        ),
        (
            json!([{"url": "{base}", "variables": {"base": {"default": "https://api.example.com/rest"}}}]),
            "https://api.example.com",
            "GET /rest/things",
        ),
    ];
    for (servers, url, http) in cases {
        let mut document = openapi(
            "3.0.3",
            json!({"/things": {"get": {"operationId": "ReadThing", "responses": nothing()}}}),
            json!({}),
        );
        document["servers"] = servers.clone();
        let written = IMPORTER.written("servers", &document);
        assert_eq!(written.spec["endpoint"]["url"], url, "{servers}");
        assert_eq!(written.operation("ReadThing")["http"], http, "{servers}");
        if url.contains("{tenant}") {
            assert_eq!(
                written.spec["endpoint"]["parameters"]["tenant"]["env"],
                json!(["SERVERS_TENANT"])
            );
            written.notes("# The description names demo.");
        }
        if url.contains("{region}") {
            assert_eq!(written.spec["endpoint"]["default_region"], "eu-1");
        }
        if servers[0]["url"] == "/v2" {
            written.notes("# TODO: the description does not name a host.");
        }
    }
}

#[test]
fn operations_may_have_servers_of_their_own() {
    let operation = |name: &str, url: &str| json!({"get": {"operationId": name, "servers": [{"url": url}], "responses": nothing()}});
    let mut document = openapi(
        "3.0.3",
        json!({
            "/a": operation("A", "https://api.example.com/v2"),
            "/b": operation("B", "https://upload.api.example.com/v1"),
            "/c": operation("C", "https://other.example.org/v1"),
            "/d": {"servers": [{"url": "/v3"}], "get": {"operationId": "D", "responses": nothing()}},
        }),
        json!({}),
    );
    document["servers"] = json!([{"url": "https://api.example.com/v1"}]);
    let written = IMPORTER.written("own-servers", &document);
    let http = |name: &str| written.operation(name)["http"].clone();
    assert_eq!(
        [http("A"), http("B"), http("D")],
        ["GET /v2/a", "GET /v1/b", "GET /v3/d"]
    );
    assert_eq!(written.operation("B")["host_prefix"], "upload.");
    written.omits("C", "an operation on another host, other.example.org");
}

#[test]
fn parameters_travel_in_the_form_that_is_described() {
    let parameter = |place: &str, name: &str, schema: Value, more: Value| {
        merged(json!({"name": name, "in": place, "schema": schema}), more)
    };
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let text_of = || json!({"type": "string"});
    let document = openapi(
        "3.0.3",
        json!({"/a/{x}/{hidden}": {"get": {"operationId": "Find", "responses": nothing(), "parameters": [
            parameter("path", "x", texts(), json!({"required": true})),
            parameter("path", "gone", text_of(), json!({"required": true})),
            parameter("query", "repeated", texts(), json!({})),
            parameter("query", "csv", texts(), json!({"explode": false})),
            parameter("query", "spaces", texts(), json!({"style": "spaceDelimited", "explode": false})),
            parameter("query", "deep", json!({"type": "object", "properties": {"a": text_of()}}), json!({"style": "deepObject"})),
            parameter("query", "pairs", json!({"type": "object", "properties": {"left": text_of(), "right": texts()}}), json!({})),
            parameter("query", "map", json!({"type": "object", "additionalProperties": text_of()}), json!({})),
            parameter("query", "either", json!({"oneOf": [{"type": "integer"}, text_of()]}), json!({})),
            parameter("query", "one", json!({"oneOf": [text_of(), texts()]}), json!({})),
            parameter("query", "version", json!({"type": "integer", "enum": [2]}), json!({"required": true})),
            parameter("query", "raw", text_of(), json!({"allowReserved": true})),
            parameter("header", "X-List", texts(), json!({})),
            parameter("header", "X-Key", text_of(), json!({})),
            parameter("header", "User-Agent", text_of(), json!({})),
            parameter("header", "Accept", text_of(), json!({})),
            parameter("cookie", "session", text_of(), json!({})),
            json!({"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}),
        ]}}}),
        json!({}),
    );
    let written = IMPORTER.written("parameters", &document);
    let find = written.operation("Find");
    let request = &find["request"];
    assert_eq!(
        request["path"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["x", "hidden"]
    );
    assert_eq!(
        (
            &request["path"]["x"]["type"],
            &request["path"]["hidden"]["required"]
        ),
        (&json!("string"), &json!(true))
    );
    let query = request["query"].as_object().unwrap();
    assert_eq!(
        query
            .iter()
            .map(|(name, field)| (
                name.as_str(),
                field["type"].as_str().unwrap(),
                field.get("list_style")
            ))
            .collect::<Vec<_>>(),
        [
            ("repeated", "list of string", None),
            ("csv", "list of string", Some(&json!("csv"))),
            ("left", "string", None),
            ("right", "list of string", None),
            ("map", "map of string", None),
            ("either", "string", None),
            ("one", "list of string", None),
            ("raw", "string", None),
        ]
    );
    assert_eq!(find["fixed"], json!({"version": "2"}));
    assert_eq!(
        request["header"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["X-List"]
    );
    for what in [
        "a parameter of the path that is no text",
        "a parameter that its path does not have",
        "a list in an unusual form",
        "an object in the query, with brackets",
        "a parameter whose reserved characters are not encoded",
        "a cookie",
        "JSON in a parameter",
        "the header user-agent, which the client sends",
    ] {
        written.notes(what);
    }
}

#[test]
fn swagger_has_words_of_its_own() {
    let document = json!({
        "swagger": "2.0", "info": {"title": "Old", "version": "1"}, "host": "api.example.com", "basePath": "v1/", "schemes": ["https"],
        "consumes": ["application/json"], "produces": ["application/json"],
        "securityDefinitions": {"basic": {"type": "basic"}, "unused": {"type": "apiKey", "in": "query", "name": "key"}},
        "security": [{"basic": []}],
        "definitions": {"Thing": {"type": "object", "properties": {"x": {"type": "string", "x-nullable": true}}}},
        "parameters": {"shared": {"name": "shared", "in": "query", "type": "integer", "maximum": 5, "exclusiveMaximum": true}},
        "paths": {
            "/things/{ids}": {
                "parameters": [{"name": "ids", "in": "path", "required": true, "type": "array", "items": {"type": "string"}, "collectionFormat": "csv"}],
                "get": {"operationId": "findThings", "parameters": [
                    {"$ref": "#/parameters/shared"},
                    {"name": "plain", "in": "query", "type": "array", "items": {"type": "string", "maxLength": 3}},
                    {"name": "multi", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                    {"name": "pipes", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
                ], "responses": {"200": {"description": "", "schema": {"type": "array", "items": {"$ref": "#/definitions/Thing"}}}}},
            },
            "/things": {"post": {"operationId": "makeThing", "parameters": [
                {"name": "anything", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Thing"}}],
                "responses": {"201": {"description": "", "schema": {"$ref": "#/definitions/Thing"}}}}},
            "/xml": {"post": {"operationId": "xml", "consumes": ["text/xml"], "produces": ["text/xml"], "parameters": [
                {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Thing"}}],
                "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Thing"}}}}},
            "/form": {"post": {"operationId": "form", "consumes": ["multipart/form-data"], "parameters": [
                {"name": "file", "in": "formData", "type": "file"}], "responses": nothing()}},
            "/file": {"get": {"operationId": "file", "produces": ["application/zip"], "responses": {"200": {"description": "", "schema": {"type": "file"}}}}},
        },
    });
    let written = IMPORTER.written("old", &document);
    assert_eq!(written.spec["endpoint"]["url"], "https://api.example.com");
    assert_eq!(written.spec["auth"].as_array().unwrap().len(), 1);
    let find = written.operation("FindThings");
    assert_eq!(find["http"], "GET /v1/things/{ids}");
    let query = &find["request"]["query"];
    assert_eq!(query["shared"]["range"], "..=4");
    assert_eq!(
        (&query["plain"]["list_style"], &query["plain"]["length"]),
        (&json!("csv"), &json!("..=3"))
    );
    assert_eq!(
        (query["multi"].get("list_style"), query.get("pipes")),
        (None, None)
    );
    assert_eq!(
        written.operation("MakeThing")["request"]["body"]["x"]["type"],
        "string"
    );
    assert!(written.operation("Xml").get("request").is_none());
    assert_eq!(written.reply("Xml"), &json!({}));
    assert_eq!(written.reply("File")["body"]["type"], "bytes");
    for what in [
        "a body of the type text/xml",
        "a reply of the type text/xml",
        "a form",
        "a list as the whole reply",
    ] {
        written.notes(what);
    }
}

#[test]
fn the_success_with_the_lowest_status_is_the_output() {
    let reply = |name: &str| json!({"description": "", "content": {"application/json": {"schema": {"type": "object", "properties": {name: {"type": "string"}}}}}});
    let get = |name: &str, responses: Value| json!({"get": {"operationId": name, "responses": responses}});
    let document = openapi(
        "3.0.3",
        json!({
            "/a": get("Both", json!({"201": reply("second"), "200": reply("first"), "default": reply("error")})),
            "/b": get("Range", json!({"2XX": reply("any"), "404": reply("error")})),
            "/d": get("Away", json!({"302": {"description": ""}, "default": reply("error")})),
            "/e": get("Headers", json!({"200": {"description": "", "headers": {
                "X-Total": {"schema": {"type": "integer"}}, "X-Any": {"schema": {}}, "X-Request-Id": {"schema": {"type": "string"}}}}})),
        }),
        json!({}),
    );
    let written = IMPORTER.written("success", &document);
    let names = |name: &str| {
        written
            .reply(name)
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names("Both"), names("Range")),
        (vec!["first".to_owned()], vec!["any".to_owned()])
    );
    assert_eq!(written.operation("Away")["response"], "none");
    written.notes("a reply that is a redirect");
    assert_eq!(
        written.reply("Headers")["x_total"]["from"],
        "header X-Total"
    );
    assert_eq!(names("Headers"), ["x_total", "x_any"]);
}

#[test]
fn replies_with_errors_say_where_their_parts_are() {
    let failure = |properties: Value| json!({"description": "", "content": {"application/problem+json": {"schema": {"type": "object", "properties": properties}}}});
    let text_of = json!({"type": "string"});
    let cases = [
        (
            json!({"error": {"type": "object", "properties": {"code": text_of, "message": text_of}}, "request_id": text_of}),
            "body error.code",
            "body error.message",
            "body request_id",
        ),
        (
            json!({"errorCode": text_of, "errorMessage": text_of}),
            "body errorCode",
            "body errorMessage",
            "header x-request-id",
        ),
        (
            json!({"code": {"type": "integer"}, "message": text_of}),
            "body code",
            "body message",
            "header x-request-id",
        ),
    ];
    for (properties, code, message, request_id) in cases {
        let responses = merged(nothing(), json!({"default": failure(properties)}));
        let document = openapi(
            "3.0.3",
            json!({"/a": {"get": {"operationId": "ReadA", "responses": responses}}}),
            json!({}),
        );
        let written = IMPORTER.written("failures", &document);
        let errors = &written.spec["errors"];
        assert_eq!(
            (&errors["code"], &errors["message"], &errors["request_id"]),
            (&json!([code]), &json!([message]), &json!([request_id]))
        );
        assert!(
            !written
                .text
                .contains("TODO: the description does not say where errors")
        );
    }
    // An output may have a field of the same name as the code.
    let document = reading("3.0.3", json!({"code": {"type": "string"}}), json!({}));
    IMPORTER
        .written("failures", &document)
        .notes("TODO: the description does not say where errors have their code");
}

#[test]
fn pages_are_proposed_and_never_stated() {
    let reply = json!({"type": "object", "properties": {
        "items": {"type": "array", "items": {"type": "string"}}, "next_page_token": {"type": "string"}}});
    let parameter =
        |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind}});
    let mut document = openapi(
        "3.0.3",
        json!({"/a": {"get": {"operationId": "ListA", "responses": replies(reply),
        "parameters": [parameter("page_token", "string"), parameter("limit", "integer")]}}}),
        json!({}),
    );
    let first = IMPORTER.written("pages", &document);
    assert_eq!(first.operation("ListA").get("pagination"), None);
    for line in [
        "# pagination:",
        "#   request: page_token",
        "#   response: next_page_token",
        "#   items: items",
        "#   page_size: limit",
    ] {
        first.notes(line);
    }
    // The proposal is valid.
    let taken = first
        .text
        .replace("    # pagination:", "    pagination:")
        .replace("    #   ", "      ");
    let source = SpecSource::new("specs/pages.yaml".to_owned(), taken.as_str());
    let made = generate(std::slice::from_ref(&source));
    assert!(made.output.unwrap().files["pages.rs"].contains("impl rt::Paginated for"));
    assert_eq!(
        IMPORTER.drifted("pages", &taken, &document)["differences"],
        json!([])
    );
    // A second list leaves open which one has the items.
    document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
        ["more"] = json!({"type": "array", "items": {"type": "string"}});
    assert!(
        !IMPORTER
            .written("pages", &document)
            .text
            .contains("pagination")
    );
}
