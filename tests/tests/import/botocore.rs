//! Service models of botocore in all their variety.

use super::{generated, import, open};
use cloud_models_tests::workspace::text;
use serde_json::{Value, json};

/// A spec that was written from a service model.
struct Imported {
    text: String,
    spec: Value,
    /// What the command printed.
    said: String,
    /// The module that the spec generates.
    module: String,
}

/// Imports a service model of some operations, and asserts that the spec has no errors.
fn imported(name: &str, protocol: &str, operations: Value, shapes: Value) -> Imported {
    with_pages(name, protocol, operations, shapes, json!({}))
}

fn with_pages(
    name: &str,
    protocol: &str,
    mut operations: Value,
    mut shapes: Value,
    pages: Value,
) -> Imported {
    for (name, operation) in operations.as_object_mut().unwrap() {
        let operation = operation.as_object_mut().unwrap();
        let http = json!({"method": "POST", "requestUri": format!("/{name}")});
        operation.entry("http").or_insert(http);
    }
    let shapes = shapes.as_object_mut().unwrap();
    for (name, shape) in [
        ("Text", json!({"type": "string"})),
        ("Flag", json!({"type": "boolean"})),
        ("Count", json!({"type": "integer"})),
        (
            "Texts",
            json!({"type": "list", "member": {"shape": "Text"}}),
        ),
        ("Empty", json!({"type": "structure", "members": {}})),
    ] {
        shapes.entry(name).or_insert(shape);
    }
    let model = json!({
        "metadata": {
            "protocol": protocol, "endpointPrefix": "acme", "apiVersion": "1", "uid": "acme-1",
            "targetPrefix": "Acme_1", "jsonVersion": "1.0"
        },
        "operations": operations,
        "shapes": shapes,
    });
    let workspace = open(name);
    workspace.write("service-2.json", model.to_string());
    workspace.write(
        "paginators-1.json",
        json!({"pagination": pages}).to_string(),
    );
    let files = ["service-2.json", "paginators-1.json"].map(|file| workspace.path(file));
    let (output, spec) = import(&workspace, name, &files, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let spec = spec.unwrap();
    Imported {
        module: generated(name, &spec),
        spec: serde_yaml::from_str(&spec).unwrap(),
        text: spec,
        said: text(&output.stdout).to_owned(),
    }
}

/// A structure whose members are of these shapes.
fn structure(members: &[(&str, &str)]) -> Value {
    let members = members
        .iter()
        .map(|(name, shape)| ((*name).to_owned(), json!({"shape": shape})));
    json!({"type": "structure", "members": members.collect::<serde_json::Map<_, _>>()})
}

#[test]
fn names_that_rust_cannot_have_or_has_already_are_others() {
    let long = "Aws".to_owned() + &"Configuration".repeat(5) + "Details";
    let mut input = structure(&[
        ("type", "State"),
        ("kind", "Service"),
        ("httpMethod", "Text"),
        ("http_method", "Text"),
        ("in", "Option"),
        ("longest", &long),
    ]);
    input["members"]["Retry"] = json!({"shape": "Retry"});
    let found = imported(
        "acme-names",
        "rest-json",
        json!({
            "Config": {"input": {"shape": "ConfigInput"}, "errors": [{"shape": "Busy"}, {"shape": "BusyException"}]},
            "AcmeNames": {"input": {"shape": "Empty"}},
            "Retry": {},
        }),
        json!({
            "ConfigInput": input,
            "State": {"type": "string", "enum": ["UNKNOWN", "self", "0.5", "05", "5m", "yes", "YES", "*", "模型", ""]},
            "Service": structure(&[]),
            "Retry": structure(&[]),
            "Option": {"type": "structure", "union": true, "members": {
                "static": {"shape": "Text"}, "Type": {"shape": "Text"}, "unknown": {"shape": "Text"}}},
            long: structure(&[]),
            "Busy": {"type": "structure", "exception": true, "members": {}},
            "BusyException": {"type": "structure", "exception": true, "members": {}},
        }),
    );
    let operations = &found.spec["operations"];
    assert_eq!(operations["Config"]["rust_name"], "ConfigValue");
    assert_eq!(operations["AcmeNames"]["rust_name"], "AcmeNamesValue");
    let body = &operations["Config"]["request"]["body"];
    let named = |of: &Value, name: &str| of[name]["rust_name"].as_str().map(str::to_owned);
    for (member, expected) in [
        ("type", Some("type_value")),
        ("kind", None),
        ("httpMethod", None),
        ("http_method", Some("http_method_value")),
        ("in", Some("in_value")),
    ] {
        assert_eq!(named(body, member).as_deref(), expected, "{member}");
    }
    for (member, expected) in [
        ("kind", "ServiceValue"),
        ("in", "OptionValue"),
        ("Retry", "RetryValue"),
    ] {
        assert_eq!(body[member]["type"], expected);
    }
    let longest = body["longest"]["type"].as_str().unwrap();
    assert!(
        longest.len() <= 64 && longest.ends_with("ConfigurationDetails"),
        "{longest}"
    );
    let state = &found.spec["types"]["State"]["enum"];
    for (value, expected) in [
        ("UNKNOWN", Some("UnknownValue")),
        ("self", Some("SelfValue")),
        ("0.5", Some("Value0Point5")),
        ("05", Some("Value05")),
        ("5m", Some("Value5m")),
        ("yes", None),
        ("YES", Some("YesValue")),
        ("*", Some("Value")),
        ("模型", Some("ValueValue")),
        ("", Some("Value2")),
    ] {
        assert_eq!(named(state, value).as_deref(), expected, "{value}");
    }
    let choice = &found.spec["types"]["OptionValue"]["union"];
    assert_eq!(named(choice, "static").as_deref(), None);
    assert_eq!(named(choice, "unknown").as_deref(), Some("UnknownValue"));
    let codes = &found.spec["errors"]["codes"];
    assert_eq!(
        named(codes, "BusyException").as_deref(),
        Some("BusyException")
    );
}

#[test]
fn operations_of_the_json_protocol_send_an_object_of_its_content_type() {
    let found = imported(
        "acme-target",
        "json",
        json!({"Ping": {"http": {"method": "POST", "requestUri": "/"}}}),
        json!({}),
    );
    assert_eq!(
        found.spec["operations"]["Ping"]["fixed_headers"],
        json!({"X-Amz-Target": "Acme_1.Ping", "Content-Type": "application/x-amz-json-1.0"})
    );
    let sent = ".content_type(\"application/x-amz-json-1.0\")";
    assert!(found.module.contains(sent) && found.module.contains(".object()"));
}

#[test]
fn a_service_that_had_another_protocol_is_asked_for_its_codes() {
    let workspace = open("acme-query");
    let model = json!({
        "metadata": {
            "protocol": "json", "endpointPrefix": "acme", "targetPrefix": "Acme", "jsonVersion": "1.0",
            "awsQueryCompatible": {}
        },
        "operations": {"Ping": {"http": {"method": "POST", "requestUri": "/"}}},
        "shapes": {},
    });
    workspace.write("service-2.json", model.to_string());
    let files = [workspace.path("service-2.json")];
    let (_, spec) = import(&workspace, "acme-query", &files, &[]);
    let spec: Value = serde_yaml::from_str(&spec.unwrap()).unwrap();
    let headers = &spec["operations"]["Ping"]["fixed_headers"];
    assert_eq!(headers["x-amzn-query-mode"], "true");
}

#[test]
fn what_a_spec_cannot_say_is_named_with_its_places() {
    let stream = json!({"type": "structure", "eventstream": true, "members": {}});
    let grid = json!({"type": "list", "member": {"shape": "Row"}, "max": 9});
    let found = imported(
        "acme-lacks",
        "rest-json",
        json!({
            "Talk": {"input": {"shape": "TalkInput"}, "output": {"shape": "TalkOutput"}},
            "Put": {"input": {"shape": "PutInput"}},
        }),
        json!({
            "TalkInput": structure(&[("events", "Stream"), ("grid", "Grid"), ("a", "Large"), ("b", "Large"), ("c", "Large"), ("d", "Large")]),
            "TalkOutput": structure(&[("events", "Stream"), ("grid", "Grid"), ("gaps", "Gaps")]),
            "PutInput": {"type": "structure", "payload": "content", "members": {
                "content": {"shape": "Content"},
                "type": {"shape": "Text", "location": "header", "locationName": "Content-Type"},
                "context": {"shape": "Text", "location": "header", "locationName": "x-context", "jsonvalue": true},
                "name": {"shape": "Text", "location": "header", "locationName": "x-name"},
            }},
            "Stream": stream,
            "Content": {"type": "blob", "streaming": true},
            "Grid": grid,
            "Row": {"type": "list", "member": {"shape": "Text"}, "min": 1},
            "Gaps": {"type": "list", "member": {"shape": "Text"}, "sparse": true},
            "Large": {"type": "string", "pattern": "(a|b){1,100000}"},
        }),
    );
    for line in [
        "left out: JSON inside a header (once: Put.x-context)\n",
        "left out: a header that clients set themselves (once: Put.Content-Type)\n",
        "left out: a pattern that clients cannot compile (4 times: Talk.a, Talk.b, Talk.c and 1 more)\n",
        // Sizes of what is only read are no limits.
        "left out: a size of inner lists or maps (once: Talk.grid)\n",
        "left out: a streamed body (once: Put.content)\n",
        "left out: an event stream (twice: Talk.events and TalkOutput.events)\n",
        "left out: nulls inside a list or map (once: TalkOutput.gaps)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
    let comment = "# The description has an event stream, `events`, which a spec cannot say.\n";
    assert_eq!(found.text.matches(comment).count(), 2, "{}", found.text);
    let head = "# Not in it: a streamed body (once: Put.content).\n";
    assert!(found.text.contains(head), "{}", found.text);
    // The rest is there.
    let operations = &found.spec["operations"];
    let header = operations["Put"]["request"]["header"].as_object().unwrap();
    assert_eq!(header.keys().collect::<Vec<_>>(), ["x-name"]);
    let grid = &operations["Talk"]["request"]["body"]["grid"];
    assert_eq!(
        (&grid["type"], &grid["count"]),
        (&json!("list of list of string"), &json!("..=9"))
    );
}

#[test]
fn patterns_are_written_as_clients_read_them() {
    let shapes = json!({
        "PutInput": structure(&[("wide", "Wide"), ("many", "Many"), ("words", "Words")]),
        "Wide": {"type": "string", "pattern": r"^[\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF]*$"},
        "Many": {"type": "string", "pattern": r"[a-z]{4,100000}", "max": 5000},
        "Words": {"type": "map", "key": {"shape": "Word"}, "value": {"shape": "Text"}},
        "Word": {"type": "string", "pattern": r"[\w-.]+"},
    });
    let found = imported(
        "acme-patterns",
        "rest-json",
        json!({"Put": {"input": {"shape": "PutInput"}}}),
        shapes,
    );
    let body = &found.spec["operations"]["Put"]["request"]["body"];
    assert_eq!(
        body["wide"]["pattern"],
        r"[\u0020-\uD7FF\x{10000}-\x{10FFFF}]*"
    );
    assert_eq!(
        (&body["many"]["pattern"], &body["many"]["length"]),
        (&json!("[a-z]*"), &json!("4..=5000"))
    );
    assert_eq!(body["words"]["keys"]["pattern"], r"[\w\-.]+");
    assert!(!found.said.contains("left out"), "{}", found.said);
}

#[test]
fn pages_are_said_as_far_as_they_can_be() {
    let operation = json!({"input": {"shape": "Input"}, "output": {"shape": "Output"}});
    let names = [
        "ByText",
        "ByMap",
        "ByNumbers",
        "Required",
        "Expression",
        "Entry",
        "Several",
        "InHeader",
    ];
    let mut operations: Value = names
        .iter()
        .map(|name| ((*name).to_owned(), operation.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    operations["Required"]["input"]["shape"] = "RequiredInput".into();
    operations["InHeader"]["output"]["shape"] = "HeaderOutput".into();
    let mut required = structure(&[("token", "Text"), ("size", "Count")]);
    required["required"] = json!(["size"]);
    let page = |size: &str, response: &str, items: Value| json!({"input_token": "token", "output_token": response, "limit_key": size, "result_key": items});
    let found = with_pages(
        "acme-pages",
        "rest-json",
        operations,
        json!({
            "Input": structure(&[("token", "Text"), ("size", "Count"), ("limit", "Text"), ("start", "Map")]),
            "RequiredInput": required,
            "Output": {"type": "structure", "members": {
                "next": {"shape": "Text", "locationName": "Next"}, "map": {"shape": "Map"}, "items": {"shape": "Texts"}, "more": {"shape": "Texts"}}},
            "HeaderOutput": {"type": "structure", "members": {
                "next": {"shape": "Text", "location": "header", "locationName": "x-next"}, "items": {"shape": "Texts"}}},
            "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        }),
        json!({
            "ByText": page("limit", "next", json!(["map", "items", "next", "more", "more[0]"])),
            "ByMap": page("size", "map", json!("items")),
            "ByNumbers": page("size", "next", json!("map")),
            "Required": page("size", "next", json!("items")),
            "Expression": page("size", "items[-1].Id", json!("items")),
            "Entry": page("size", "next", json!("map.items")),
            "Several": {"input_token": ["token", "limit"], "output_token": ["next", "next"], "result_key": "items"},
            "InHeader": page("size", "next", json!("items")),
        }),
    );
    let paging = |name: &str| found.spec["operations"][name]["pagination"].clone();
    let plain = json!({"style": "token", "request": "token", "response": "Next", "items": "items"});
    assert_eq!(paging("ByText"), plain);
    assert_eq!(paging("Required"), plain);
    assert_eq!(
        paging("InHeader"),
        json!({"style": "token", "request": "token", "response": "x_next", "items": "items", "page_size": "size"})
    );
    for name in ["ByMap", "ByNumbers", "Expression", "Entry", "Several"] {
        assert_eq!(paging(name), Value::Null, "{name}");
    }
    for line in [
        "left out: a page size that is no whole number (once: ByText)\n",
        "left out: pages whose items are no list (once: ByNumbers)\n",
        "left out: pages whose token is no text (once: ByMap)\n",
        "left out: pages with several tokens or an expression (3 times: Expression, Entry and Several)\n",
        "left out: results of a page beside its items (4 times: ByText.map, ByText.next, ByText.more and 1 more)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
}

#[test]
fn tokens_that_clients_cannot_make_are_ordinary_values() {
    let token = |shape: &str| json!({"type": "structure", "members": {"token": {"shape": shape, "idempotencyToken": true}}, "required": ["token"]});
    let paged = json!({"type": "structure", "members": {"token": {"shape": "Text", "idempotencyToken": true}, "next": {"shape": "Text"}}});
    let found = with_pages(
        "acme-tokens",
        "rest-json",
        json!({
            "Fits": {"input": {"shape": "Fits"}},
            "Digits": {"input": {"shape": "DigitsInput"}},
            "Number": {"input": {"shape": "NumberInput"}},
            "Read": {"input": {"shape": "Fits"}, "readonly": true},
            "Paged": {"input": {"shape": "Paged"}, "output": {"shape": "Page"}},
            "Outer": {"input": {"shape": "OuterInput"}, "output": {"shape": "Fits"}},
            "Path": {"input": {"shape": "PathInput"}, "http": {"method": "PUT", "requestUri": "/path/{token}"}},
            "Twice": {"input": {"shape": "TwiceInput"}},
        }),
        json!({
            "Fits": token("Text"),
            "DigitsInput": token("Digits"),
            "NumberInput": token("Count"),
            "Paged": paged,
            "Page": structure(&[("next", "Text"), ("items", "Texts")]),
            "OuterInput": structure(&[("inner", "Inner")]),
            "Inner": token("Text"),
            "Digits": {"type": "string", "pattern": "[0-9]+"},
            "PathInput": {"type": "structure", "members": {"token": {"shape": "Text", "location": "uri", "idempotencyToken": true}}},
            "TwiceInput": {"type": "structure", "required": ["first", "second"], "members": {
                "number": {"shape": "Count", "idempotencyToken": true},
                "first": {"shape": "Made"},
                "second": {"shape": "Text", "location": "querystring", "idempotencyToken": true},
            }},
            // Older models have it at the shape.
            "Made": {"type": "string", "idempotencyToken": true},
        }),
        json!({"Paged": {"input_token": "next", "output_token": "next", "result_key": "items"}}),
    );
    let is_token = |operation: &str, place: &str, name: &str| {
        let token = &found.spec["operations"][operation]["request"][place][name];
        assert!(token.is_object(), "{}", found.text);
        let has = |key: &str| token[key] == true;
        (has("idempotency_token"), has("required"))
    };
    assert_eq!(is_token("Fits", "body", "token"), (true, false));
    assert_eq!(is_token("Digits", "body", "token"), (false, true));
    assert_eq!(is_token("Number", "body", "token"), (false, true));
    assert_eq!(is_token("Read", "body", "token"), (false, true));
    assert_eq!(is_token("Paged", "body", "token"), (false, false));
    assert_eq!(is_token("Path", "path", "token"), (false, true));
    assert_eq!(is_token("Twice", "body", "number"), (false, false));
    assert_eq!(is_token("Twice", "body", "first"), (true, false));
    assert_eq!(is_token("Twice", "query", "second"), (false, true));
    for line in [
        "left out: a second idempotency token (once: Twice.second)\n",
        "left out: an idempotency token that is no parameter (twice: Inner.token and FitsValue.token)\n",
        "left out: an idempotency token of an operation that only reads (once: Read.token)\n",
        "left out: an idempotency token of an operation with pages (once: Paged.token)\n",
        "left out: an idempotency token outside of body, query and headers (once: Path.token)\n",
        "left out: an idempotency token that is no text (twice: Number.token and Twice.number)\n",
        "left out: an idempotency token whose limits no UUID keeps (once: Digits.token)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
}

#[test]
fn keys_of_maps_are_texts() {
    let map = |key: &str| json!({"type": "map", "key": {"shape": key}, "value": {"shape": "Text"}});
    let found = imported(
        "acme-keys",
        "rest-json",
        json!({"Put": {"input": {"shape": "Input"}}}),
        json!({
            "Input": structure(&[("known", "ByState"), ("numbers", "ByCount"), ("plain", "ByText")]),
            "ByState": map("State"), "ByCount": map("Count"), "ByText": map("Text"),
            "State": {"type": "string", "enum": ["ON", "OFF"]},
        }),
    );
    let body = &found.spec["operations"]["Put"]["request"]["body"];
    for name in ["known", "numbers", "plain"] {
        assert_eq!(body[name]["type"], "map of string", "{name}");
    }
    for line in [
        "left out: keys of a map that are no texts (once: Put.numbers)\n",
        "left out: known keys of a map (once: Put.known)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
}

#[test]
fn errors_say_what_they_have_beside_the_message() {
    let error = |members: &[(&str, &str)]| {
        let mut shape = structure(members);
        shape["exception"] = true.into();
        shape["error"] = json!({"httpStatusCode": 409});
        shape
    };
    let found = imported(
        "acme-errors",
        "rest-json",
        json!({"Get": {"output": {"shape": "Output"}, "errors": [{"shape": "Taken"}, {"shape": "Missing"}]}}),
        json!({
            "Output": structure(&[("code", "Text")]),
            "Taken": {"type": "structure", "exception": true, "error": {"code": "AlreadyTaken"}, "members": {
                "Message": {"shape": "Text"}, "by": {"shape": "Text"},
                "after": {"shape": "Count", "location": "header", "locationName": "Retry-After"}}},
            "Missing": error(&[("message", "Text")]),
        }),
    );
    let errors = &found.spec["errors"];
    assert_eq!(errors["codes"]["AlreadyTaken"]["details"], "Taken");
    assert_eq!(
        errors["codes"]["Missing"],
        json!({"status": 409, "kind": "invalid"})
    );
    let fields = &found.spec["types"]["Taken"]["fields"];
    assert_eq!(fields["by"]["type"], "string");
    assert_eq!(fields["retry_after"]["from"], "header Retry-After");
    // An output has a field where errors have their code.
    assert_eq!(errors["only_status"], "400..");
}

#[test]
fn requests_arrive_where_the_description_sends_them() {
    let mut input = structure(&[]);
    input["members"] = json!({
        "id": {"shape": "Text", "location": "uri", "locationName": "Id"},
        "lost": {"shape": "Text", "location": "uri"},
        "token": {"shape": "Text", "location": "querystring"},
    });
    let found = imported(
        "acme-routes",
        "rest-json",
        json!({"Get": {
            "http": {"method": "GET", "requestUri": "/things/{Id}/{Other}/$latest?uploads&kind=a"},
            "endpoint": {"hostPrefix": "data-"}, "input": {"shape": "Input"},
            "documentation": "TBD", "deprecated": true, "deprecatedSince": "2024-01-02"
        }}),
        json!({"Input": input}),
    );
    let get = &found.spec["operations"]["Get"];
    assert_eq!(get["http"], "GET /things/{Id}/{Other}/$latest");
    assert_eq!(get["fixed"], json!({"uploads": null, "kind": "a"}));
    assert_eq!(get["host_prefix"], "data-");
    assert_eq!(get["docs"], "Get.");
    assert_eq!(get["deprecated"], "Deprecated since 2024-01-02.");
    let path = get["request"]["path"].as_object().unwrap();
    assert_eq!(path.keys().collect::<Vec<_>>(), ["Id", "Other"]);
    // It looks like a secret, and the description has it there.
    let token = &get["request"]["query"]["token"];
    assert!(token["allow"]["W08"].is_string());
    for line in [
        "left out: a label in the path without a member (once: Get.Other)\n",
        "left out: a member for a label that the path does not have (once: Get.lost)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
}

#[test]
fn operations_with_paths_or_methods_that_no_spec_has_are_named() {
    let operation =
        |method: &str, uri: &str| json!({"http": {"method": method, "requestUri": uri}});
    let operations = json!({
        "Fine": operation("POST", "/fine"),
        "Again": operation("POST", "/fine"),
        "Part": operation("GET", "/part/{Id}.json"),
        "Open": operation("GET", "/open/{Id"),
        "Odd": operation("GET", "/odd<>"),
        "Trace": operation("TRACE", "/trace"),
    });
    let found = imported("acme-paths", "rest-json", operations, json!({}));
    let written = found.spec["operations"].as_object().unwrap().keys();
    assert_eq!(written.collect::<Vec<_>>(), ["Fine"]);
    for (name, route) in [
        ("Again", "POST /fine"),
        ("Part", "GET /part/{Id}.json"),
        ("Open", "GET /open/{Id"),
        ("Odd", "GET /odd<>"),
        ("Trace", "TRACE /trace"),
    ] {
        let named = format!("(`{name}`, {route})");
        assert!(found.said.contains(&named), "{named} {}", found.said);
    }
    // A header tells the operations of this protocol apart.
    let operations = json!({"Ping": operation("POST", "/"), "Pong": operation("POST", "/")});
    let found = imported("acme-headers", "json", operations, json!({}));
    assert_eq!(found.spec["operations"].as_object().unwrap().len(), 2);
}

#[test]
fn enums_at_members_are_told_apart() {
    let member = |values: Value| json!({"shape": "Text", "enum": values});
    let found = imported(
        "acme-enums",
        "rest-json",
        json!({"Put": {"input": {"shape": "Input"}}}),
        json!({"Input": {"type": "structure", "members": {"a": member(json!(["x"])), "b": member(json!(["y"])), "c": {"shape": "Text"}}}}),
    );
    let body = &found.spec["operations"]["Put"]["request"]["body"];
    let values = |name: &str| {
        let ty = body[name]["type"].as_str().unwrap();
        found.spec["types"][ty]["enum"].clone()
    };
    assert!(values("a")["x"].is_string() && values("a")["y"].is_null());
    assert!(values("b")["y"].is_string());
    assert_eq!(body["c"]["type"], "string");
}

#[test]
fn other_protocols_are_refused_by_name() {
    let workspace = open("acme-protocols");
    for protocol in ["query", "rest-xml", "ec2", "smithy-rpc-v2-cbor"] {
        let model =
            json!({"metadata": {"protocol": protocol}, "operations": {"A": {}}, "shapes": {}});
        workspace.write("service-2.json", model.to_string());
        let files = [workspace.path("service-2.json")];
        let (output, spec) = import(&workspace, "acme-protocols", &files, &[]);
        assert_eq!(output.status.code(), Some(2), "{protocol}");
        let message = text(&output.stderr);
        assert!(message.contains(&format!("`{protocol}`")), "{message}");
        assert_eq!(spec, None, "{protocol}");
    }
}

#[test]
fn a_structure_that_requires_itself_does_without() {
    let mut node = structure(&[("next", "Other"), ("name", "Text")]);
    node["required"] = json!(["next", "name"]);
    let mut other = structure(&[("back", "Node"), ("choice", "Choice")]);
    other["required"] = json!(["back", "choice"]);
    let mut outer = structure(&[("node", "Node")]);
    outer["required"] = json!(["node"]);
    let found = imported(
        "acme-endless",
        "rest-json",
        json!({"Put": {"input": {"shape": "Input"}}}),
        json!({
            "Input": structure(&[("outer", "Outer")]),
            "Outer": outer, "Node": node, "Other": other,
            "Choice": {"type": "structure", "union": true, "members": {"self": {"shape": "Choice"}}},
        }),
    );
    let field = |ty: &str, name: &str| found.spec["types"][ty]["fields"][name].clone();
    assert_eq!(field("Outer", "node")["required"], true);
    assert_eq!(field("Node", "next")["required"], Value::Null);
    assert_eq!(field("Node", "name")["required"], true);
    assert_eq!(field("Other", "back")["required"], true);
    assert_eq!(
        found.spec["types"]["Choice"]["union"]["self"]["type"],
        "json"
    );
    for line in [
        "left out: a required field that leads back to its own structure (once: Node.next)\n",
        "left out: a union whose members all lead back to it (once: Choice.self)\n",
    ] {
        assert!(found.said.contains(line), "{line}{}", found.said);
    }
}

#[test]
fn a_spec_that_would_be_too_large_is_not_written() {
    let workspace = open("acme-large");
    let text_of = "word ".repeat(50);
    let operations: serde_json::Map<_, _> = (0..4_000)
        .map(|number| {
            let http = json!({"method": "POST", "requestUri": format!("/{number}")});
            let operation = json!({"http": http, "documentation": text_of});
            (format!("Operation{number}"), operation)
        })
        .collect();
    let model = json!({
        "metadata": {"protocol": "rest-json", "endpointPrefix": "acme", "apiVersion": "1"},
        "operations": operations, "shapes": {},
    });
    workspace.write("service-2.json", model.to_string());
    let files = [workspace.path("service-2.json")];
    let (output, spec) = import(&workspace, "acme-large", &files, &[]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("--operation"), "{message}");
    assert_eq!(spec, None);
    let few = ["--operation", "Operation1", "--operation", "Operation2"];
    let (output, spec) = import(&workspace, "acme-large", &files, &few);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    generated("acme-large", &spec.unwrap());
}
