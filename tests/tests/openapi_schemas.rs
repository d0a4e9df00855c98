//! Schemas of OpenAPI: types, limits, defaults and choices.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, making, nothing, openapi, reading, replies};
use serde_json::{Value, json};

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

#[test]
fn types_that_differ_by_direction_are_two() {
    let user = json!({"type": "object", "required": ["id", "password"], "properties": {
        "id": {"type": "string", "readOnly": true},
        "password": {"type": "string", "writeOnly": true},
        "address": {"$ref": "#/components/schemas/Address"},
    }});
    let schemas = json!({
        "User": user,
        "Team": {"type": "object", "properties": {"users": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}},
        "Address": {"type": "object", "properties": {"city": {"type": "string"}}},
    });
    let team = json!({"$ref": "#/components/schemas/Team"});
    let envelope = json!({"type": "object", "properties": {"team": team}});
    let body = json!({"required": true, "content": {"application/json": {"schema": envelope}}});
    let paths = json!({"/teams": {"post": {"operationId": "MakeTeam", "requestBody": body, "responses": replies(team)}}});
    let written = IMPORTER.written(
        "directions",
        &openapi("3.0.3", paths, json!({"schemas": schemas})),
    );
    let make = written.operation("MakeTeam");
    let sent = written.fields(&make["request"]["body"]["team"]["type"]);
    let read = written.reply("MakeTeam");
    let (sent, read) = (
        written.fields(&sent["users"]["type"]),
        written.fields(&read["users"]["type"]),
    );
    assert_eq!(
        (sent.get("id"), &sent["password"]["required"]),
        (None, &json!(true))
    );
    assert_eq!(
        (read.get("password"), &read["id"]["required"]),
        (None, &json!(true))
    );
    // What is the same in both directions is one type.
    assert_eq!(sent["address"]["type"], "Address");
    assert_eq!(read["address"]["type"], "Address");
}

#[test]
fn what_stands_beside_a_reference_counts_where_the_version_says_so() {
    let schemas = json!({"Name": {"type": "string", "maxLength": 100, "description": "A name."}});
    let reference = "#/components/schemas/Name";
    let properties = json!({
        "beside": {"$ref": reference, "maxLength": 10, "description": "Short.", "deprecated": true},
        "only": {"allOf": [{"$ref": reference}], "maxLength": 20, "pattern": "^[a-z]+$", "description": "Lower."},
        "other": {"allOf": [{"$ref": reference}, {"minLength": 2}]},
    });
    for (version, length, docs, is_deprecated) in [
        ("3.0.3", "..=100", "A name.", false),
        ("3.1.0", "..=10", "Short.", true),
    ] {
        let written = IMPORTER.written(
            "beside",
            &making(version, properties.clone(), schemas.clone()),
        );
        let body = &written.operation("MakeThing")["request"]["body"];
        assert_eq!(body["beside"]["length"], length, "{version}");
        assert_eq!(body["beside"]["docs"], docs, "{version}");
        assert_eq!(body["beside"].get("deprecated").is_some(), is_deprecated);
        assert_eq!(body["only"]["length"], "1..=20");
        assert_eq!(
            (&body["only"]["chars"], &body["only"]["docs"]),
            (&json!("a-z"), &json!("Lower."))
        );
        assert_eq!(body["other"]["length"], "2..=100");
    }
}

#[test]
fn schemas_of_anything_are_any_json() {
    let properties = json!({
        "yes": true, "no": false, "empty": {}, "nothing": null,
        "several": {"type": ["string", "integer"]},
        "numbers": {"type": ["integer", "number", "null"]},
        "nullable": {"type": ["string", "null"], "maxLength": 3},
        "constant": {"const": "fixed"},
        "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "above": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
        "base64": {"type": "string", "contentEncoding": "base64"},
        "local": {"$ref": "#/components/schemas/Outer/$defs/Inner"},
        "either": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Outer/$defs/Inner"}]},
    });
    let schemas = json!({"Outer": {"$defs": {"Inner": {"type": "object", "properties": {"z": {"type": "boolean"}}}}}});
    let written = IMPORTER.written("anything", &making("3.1.0", properties, schemas));
    let body = &written.operation("MakeThing")["request"]["body"];
    for (name, expected) in [
        ("yes", "json"),
        ("empty", "json"),
        ("several", "json"),
        ("numbers", "number"),
        ("nullable", "string"),
        ("tuple", "list of json"),
        ("above", "integer"),
        ("base64", "bytes"),
        ("local", "Inner"),
        ("either", "Inner"),
    ] {
        assert_eq!(body[name]["type"], expected, "{name}");
    }
    assert_eq!((body.get("no"), body.get("nothing")), (None, None));
    assert_eq!(body["above"]["range"], "1..=9");
    assert_eq!(body["nullable"]["length"], "..=3");
    let constant = body["constant"]["type"].as_str().unwrap();
    assert!(
        written.spec["types"][constant]["enum"]
            .get("fixed")
            .is_some()
    );
    written.notes("a value of several types");
    written.notes("elements with a type for each position");
    written.notes("a property without a schema");
}

#[test]
fn limits_that_say_something_are_kept() {
    let properties = json!({
        "width": {"type": "integer", "minimum": -2147483648, "maximum": 2147483647},
        "wide": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 9223372036854775807_i64},
        "fraction": {"type": "integer", "minimum": 0.5, "maximum": 9.5},
        "moved": {"type": "integer", "minimum": 1, "exclusiveMinimum": true},
        "ratio": {"type": "number", "minimum": 0, "maximum": 0.5},
        "none": {"type": "string", "minLength": 0},
        "empty": {"type": "string", "minLength": 5, "maxLength": 2},
        "base64": {"type": "string", "format": "byte", "maxLength": 8},
        "list": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "string", "maxLength": 7}, "uniqueItems": true},
        "map": {"type": "object", "maxProperties": 2, "additionalProperties": {"type": "integer", "maximum": 5}},
        "step": {"type": "integer", "multipleOf": 5},
        "grid": {"type": "array", "maxItems": 4, "items": {"type": "array", "maxItems": 5, "items": {"type": "string"}}},
        "odd": {"type": "frobnicate"},
        "blank": {"type": ""},
        "whole": {"type": "string", "minLength": 1.0, "maxLength": 1e3},
        "power": {"type": "integer", "maximum": 1e3},
        "small": {"type": "number", "minimum": 0.25e-1, "maximum": 1.50},
        "numeric": {"type": "integer", "enum": [1, 2]},
        "null": {"type": "string", "nullable": true, "enum": ["a", "b", "a", null]},
    });
    let written = IMPORTER.written("limits", &making("3.0.3", properties, json!({})));
    let body = &written.operation("MakeThing")["request"]["body"];
    for (name, key, expected) in [
        ("width", "range", Value::Null),
        ("wide", "range", json!("1..")),
        ("fraction", "range", json!("1..=9")),
        ("moved", "range", json!("2..")),
        ("ratio", "range", json!("0..=0.5")),
        ("none", "length", Value::Null),
        ("empty", "length", Value::Null),
        ("base64", "length", Value::Null),
        ("list", "count", json!("1..=3")),
        ("list", "length", json!("..=7")),
        ("grid", "count", json!("..=4")),
        ("odd", "type", json!("json")),
        ("blank", "type", json!("json")),
        ("map", "count", json!("..=2")),
        ("map", "range", json!("..=5")),
        ("whole", "length", json!("1..=1000")),
        ("power", "range", json!("..=1000")),
        ("small", "range", json!("0.025..=1.5")),
    ] {
        assert_eq!(
            body[name].get(key).unwrap_or(&Value::Null),
            &expected,
            "{name}"
        );
    }
    for what in [
        "elements that are unique",
        "a step between numbers",
        "a size of inner lists or maps (once: MakeThing.grid)",
        "the type frobnicate, which is not known (once: MakeThing.odd)",
        "a list of values that are no texts",
        "the length of a text in base64",
    ] {
        written.notes(what);
    }
    let name = body["null"]["type"].as_str().unwrap();
    let values = written.spec["types"][name]["enum"].as_object().unwrap();
    assert_eq!(values.keys().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn defaults_are_values_of_their_types() {
    let schemas = json!({"Color": {"type": "string", "enum": ["red", "blue"]}});
    let color = "#/components/schemas/Color";
    let properties = json!({
        "text": {"type": "string", "default": "x"},
        "number": {"type": "integer", "default": 5},
        "quoted": {"type": "integer", "default": "6"},
        "wrong": {"type": "integer", "default": "many"},
        "outside": {"type": "integer", "maximum": 3, "default": 4},
        "long": {"type": "string", "maxLength": 2, "default": "long"},
        "color": {"allOf": [{"$ref": color}], "default": "red"},
        "paint": {"allOf": [{"$ref": color}], "default": "green"},
        "list": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
        "none": {"type": "array", "items": {"type": "string"}, "default": []},
        "flag": {"type": "boolean", "default": "yes"},
        "time": {"type": "string", "format": "date-time", "default": "now"},
        "shape": {"type": "string", "pattern": "^a+b$", "default": "c"},
        "fit": {"type": "string", "pattern": "^a+b$", "default": "aab"},
    });
    let written = IMPORTER.written("defaults", &making("3.0.3", properties, schemas));
    let body = written.operation("MakeThing")["request"]["body"]
        .as_object()
        .unwrap();
    let defaults: Vec<_> = body
        .iter()
        .filter_map(|(name, field)| Some((name.as_str(), field.get("default")?)))
        .collect();
    assert_eq!(
        defaults,
        [
            ("text", &json!("x")),
            ("number", &json!(5)),
            ("quoted", &json!(6)),
            ("color", &json!("red")),
            ("fit", &json!("aab"))
        ]
    );
    assert_eq!(
        written
            .text
            .matches("a default that is no value of its type")
            .count(),
        8
    );
    written.notes("a default that is no text and no number");
}

/// A type that is read before it is sent, and the other way round.
#[test]
fn the_order_of_operations_means_nothing() {
    let schemas = json!({"Thing": {"type": "object", "properties": {"size": {"type": "integer", "default": 1}, "name": {"type": "string", "maxLength": 5}}}});
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let wrapped = json!({"type": "object", "properties": {"thing": thing}});
    let get = json!({"get": {"operationId": "ReadThing", "responses": replies(wrapped.clone())}});
    let post = json!({"post": {"operationId": "MakeThing", "responses": nothing(),
        "requestBody": {"content": {"application/json": {"schema": wrapped}}}}});
    let schemas = json!({"schemas": schemas});
    let first = IMPORTER.written(
        "order",
        &openapi("3.0.3", json!({"/a": get, "/b": post}), schemas.clone()),
    );
    let other = openapi("3.0.3", json!({"/b": post, "/a": get}), schemas);
    assert_eq!(
        IMPORTER.drifted("order", &first.text, &other)["differences"],
        json!([])
    );
    assert_eq!(first.spec["types"]["Thing"]["fields"]["size"]["default"], 1);
}

#[test]
fn objects_and_choices_become_what_they_are() {
    let object = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    let properties = json!({
        "free": {"type": "object", "additionalProperties": {}},
        "open": {"type": "object", "additionalProperties": true},
        "beside": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        "closed": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false},
        "union": {"oneOf": [object("a"), object("b")]},
        "told": {"oneOf": [object("a"), object("b")], "discriminator": {"propertyName": "kind"}},
        "mixed": {"oneOf": [object("a"), {"type": "string"}]},
        "texts": {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["x"]}]},
        "enums": {"anyOf": [{"type": "string", "enum": ["x"]}, {"type": "string", "enum": ["y"]}]},
        "numbers": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        "required": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        "parts": {"allOf": [object("a"), object("b"), {"required": ["a", "gone"]}]},
        "tree": {"$ref": "#/components/schemas/Tree"},
        "any": {"$ref": "#/components/schemas/Any"},
        "lists": {"$ref": "#/components/schemas/Lists"},
        "patterns": {"type": "object", "patternProperties": {"^[a-z]+$": {"type": "integer"}}},
    });
    let schemas = json!({
        "Tree": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
        "Lists": {"type": "array", "items": {"$ref": "#/components/schemas/Lists"}},
        "Any": {"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Any"}}]},
    });
    let written = IMPORTER.written("choices", &reading("3.1.0", properties, schemas));
    let fields = written.reply("ReadThing");
    for (name, expected) in [
        ("free", "map of json"),
        ("open", "map of json"),
        ("told", "json"),
        ("mixed", "json"),
        ("texts", "string"),
        ("numbers", "number"),
        ("tree", "map of json"),
        ("any", "json"),
        ("lists", "list of json"),
        ("patterns", "map of integer"),
    ] {
        assert_eq!(fields[name]["type"], expected, "{name}");
    }
    let named = |name: &str| &written.spec["types"][fields[name]["type"].as_str().unwrap()];
    assert_eq!(named("union")["union"].as_object().unwrap().len(), 2);
    assert_eq!(named("enums")["enum"].as_object().unwrap().len(), 2);
    assert_eq!(named("required")["fields"].as_object().unwrap().len(), 2);
    assert_eq!(named("parts")["fields"]["a"]["required"], true);
    assert_eq!(named("closed")["fields"]["a"]["type"], "string");
    for what in [
        "more properties beside the named ones",
        "a choice of forms",
        "several sets of required properties",
        "a list, map or choice that contains itself",
    ] {
        written.notes(what);
    }
}

#[test]
fn required_circles_are_broken() {
    let schemas = json!({
        "Node": {"type": "object", "required": ["next", "name"], "properties": {"next": {"$ref": "#/components/schemas/Edge"}, "name": {"type": "string"}}},
        "Edge": {"type": "object", "required": ["node"], "properties": {"node": {"$ref": "#/components/schemas/Node"}}},
    });
    let written = IMPORTER.written(
        "circles",
        &reading(
            "3.0.3",
            json!({"node": {"$ref": "#/components/schemas/Node"}}),
            schemas,
        ),
    );
    written.notes("a required field that leads back to its own structure");
    let types = &written.spec["types"];
    let required = [
        &types["Node"]["fields"]["next"],
        &types["Edge"]["fields"]["node"],
    ]
    .map(|field| field.get("required").is_some());
    assert_eq!(required.iter().filter(|each| **each).count(), 1);
    assert_eq!(types["Node"]["fields"]["name"]["required"], true);
}
