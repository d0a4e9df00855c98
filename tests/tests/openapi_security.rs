//! Credentials in documents of OpenAPI and Swagger: which schemes a service and its operations take, and what carries them.
//!
//! Each spec that is written is checked, generated, and compared with its document, which must agree.

use cloud_models_tests::documents::{Importer, beside_fine, merged, nothing, openapi};
use serde_json::{Value, json};

const IMPORTER: Importer = Importer {
    program: env!("CARGO_BIN_EXE_generate"),
    folder: env!("CARGO_TARGET_TMPDIR"),
};

fn get(name: &str, more: Value) -> Value {
    json!({"get": merged(json!({"operationId": name, "responses": nothing()}), more)})
}

fn parameter(place: &str, name: &str, is_required: bool) -> Value {
    json!([{"name": name, "in": place, "required": is_required, "schema": {"type": "string"}}])
}

/// A header that may be a token of its own is one only where nothing else says what credentials are.
#[test]
fn parameters_are_credentials_only_where_nothing_is_said() {
    let token =
        |is_required| json!({"parameters": parameter("header", "X-Auth-Token", is_required)});
    let mut document = beside_fine(
        "3.0.3",
        json!({"/a": get("Maybe", token(false)), "/b": get("Needed", token(true))}),
    );
    let written = IMPORTER.written("said", &document);
    assert_eq!(written.spec["auth"].as_array().unwrap().len(), 1);
    assert_eq!(written.spec["auth"][0]["header"], "X-Key");
    written.names("the header x-auth-token, which the client sends", "Maybe");
    written.omits("Needed", "the header x-auth-token");
    // Where it is a scheme, it is no parameter.
    document["components"]["securitySchemes"]["key"]["name"] = json!("X-Auth-Token");
    let written = IMPORTER.written("said", &document);
    assert_eq!(written.spec["auth"][0]["header"], "X-Auth-Token");
    assert_eq!(written.operation("Needed").get("request"), None);
    // Nothing is said.
    let mut document = openapi(
        "3.0.3",
        json!({"/b": get("Needed", token(true))}),
        json!({}),
    );
    let root = document.as_object_mut().unwrap();
    root.remove("security");
    root.remove("components");
    let written = IMPORTER.written("unsaid", &document);
    assert_eq!(written.spec["auth"][0]["header"], "X-Auth-Token");
}

/// A parameter with the name of a scheme is one, where the scheme is not that of the operation.
#[test]
fn parameters_of_other_schemes_stay() {
    let schemes = json!({"securitySchemes": {
        "key": {"type": "apiKey", "in": "query", "name": "key"},
        "idle": {"type": "apiKey", "in": "query", "name": "idle"},
        "unused": {"type": "apiKey", "in": "header", "name": "X-Unused"},
        "rare": {"type": "apiKey", "in": "header", "name": "X-Rare"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }});
    let with = |security: Value, parameters: Value| json!({"security": security, "parameters": parameters});
    let bearer = json!([{"bearer": []}]);
    let mut document = openapi(
        "3.0.3",
        json!({
            "/own": get("Own", json!({"parameters": parameter("query", "key", true)})),
            "/open": get("Open", with(json!([]), parameter("query", "key", true))),
            "/other": get("Other", with(bearer.clone(), parameter("query", "key", true))),
            "/unused": get("Unused", json!({"parameters": parameter("header", "X-Unused", true)})),
            "/idle": get("Idle", json!({"parameters": parameter("query", "idle", true)})),
            "/rare": get("Rare", with(json!([{"rare": []}]), parameter("header", "x-rare", true))),
            "/maybe": get("Maybe", with(bearer.clone(), parameter("header", "x-rare", false))),
            "/needed": get("Needed", with(bearer, parameter("header", "x-rare", true))),
        }),
        json!({}),
    );
    document["components"] = schemes;
    let written = IMPORTER.written("effective", &document);
    let request = |name: &str| written.operation(name).get("request").cloned();
    for name in ["Own", "Rare", "Maybe"] {
        assert_eq!(request(name), None, "{name}");
    }
    // The client knows credentials by their names.
    for name in ["Open", "Other"] {
        written.omits(
            name,
            "the query parameter `key`, which has credentials elsewhere",
        );
    }
    assert!(request("Unused").unwrap()["header"]["X-Unused"].is_object());
    assert!(request("Idle").unwrap()["query"]["idle"].is_object());
    let what = "the header parameter `x-rare`, which has credentials elsewhere";
    written.names(what, "Maybe");
    written.omits("Needed", what);
}

/// Credentials of the same form are named: a client has one of them.
#[test]
fn credentials_of_one_form_are_named() {
    let mut document = openapi(
        "3.0.3",
        json!({
            "/a": get("Usual", json!({})),
            "/b": get("Admin", json!({"security": [{"admin": []}]})),
            "/c": get("Scoped", json!({"security": [{"user": ["read"]}, {"user": ["write"]}]})),
            "/d": get("Keys", json!({"security": [{"left": []}, {"right": []}]})),
        }),
        json!({}),
    );
    document["security"] = json!([{"user": []}, {"robot": []}]);
    let bearer = json!({"type": "http", "scheme": "bearer"});
    let key = |name: &str| json!({"type": "apiKey", "in": "header", "name": name});
    document["components"]["securitySchemes"] = json!({
        "user": bearer, "robot": bearer, "admin": bearer, "left": key("X-Left"), "right": key("X-Right"),
    });
    let written = IMPORTER.written("same-form", &document);
    assert_eq!(written.spec["auth"].as_array().unwrap().len(), 1);
    written.notes("accepts `robot`, a second bearer token");
    written.names(
        "credentials of the kind `admin`, a second bearer token",
        "Admin",
    );
    assert_eq!(written.operation("Admin").get("auth"), None);
    assert!(!written.text.contains("`user`"));
    // Each has a variable of its own.
    let keys = written.operation("Keys")["auth"].as_array().unwrap();
    let variables: Vec<_> = keys
        .iter()
        .map(|key| (&key["header"], &key["token"]))
        .collect();
    assert_eq!(
        variables,
        [
            (&json!("X-Left"), &json!(["SAME_FORM_API_KEY"])),
            (&json!("X-Right"), &json!(["SAME_FORM_X_RIGHT_KEY"])),
        ]
    );
}

/// Credentials of the service are not those of an operation that takes only others.
#[test]
fn operations_with_credentials_that_cannot_be_said_are_left_out() {
    let security = |all: Value| json!({"security": all});
    let mut document = beside_fine(
        "3.0.3",
        json!({
            "/a": get("Oauth", security(json!([{"oauth": []}]))),
            "/b": get("Both", security(json!([{"key": [], "bearer": []}]))),
            "/c": get("Gone", security(json!([{"gone": []}]))),
            "/d": get("Either", security(json!([{"oauth": []}, {"bearer": []}]))),
            "/e": get("Maybe", security(json!([{"oauth": []}, {}]))),
        }),
    );
    let written = IMPORTER.written("unsaid-ways", &document);
    written.omits("Oauth", "`oauth`, OAuth 2");
    written.omits("Both", "`key` with `bearer`, several ways at once");
    written.omits("Gone", "`gone`, a scheme that is not described");
    let schemes = |name: &str| -> Vec<Value> {
        let auth = written.operation(name)["auth"].as_array().unwrap().clone();
        auth.iter().map(|each| each["scheme"].clone()).collect()
    };
    assert_eq!(schemes("Either"), ["bearer"]);
    assert_eq!(schemes("Maybe"), ["none"]);
    written.names(
        "credentials of the kind `oauth`, OAuth 2",
        "Either and Maybe",
    );
    // Where the service's cannot be said either, the author is asked for them.
    document["security"] = json!([{"oauth": []}, {"cookie": []}]);
    let written = IMPORTER.written("unsaid-ways", &document);
    written.operation("Oauth");
    written.notes("TODO: the description does not say how requests are authenticated");
}

/// Names of keys that no client can send.
#[test]
fn keys_have_names() {
    let names =
        ["", "a b", "a\u{7}b"].map(|name| json!({"type": "apiKey", "in": "query", "name": name}));
    let header = json!({"type": "apiKey", "in": "header", "name": "a b"});
    let nameless = json!({"type": "apiKey", "in": "header"});
    for scheme in names.into_iter().chain([header, nameless]) {
        let mut document = beside_fine("3.0.3", json!({}));
        document["components"]["securitySchemes"]["key"] = scheme.clone();
        let written = IMPORTER.written("key-names", &document);
        written.notes("accepts `key`, a key ");
        written.notes("TODO: the description does not say how requests are authenticated");
    }
}
