//! Specs written from descriptions that vendors publish.

mod authentication;
mod botocore;
mod depths;
mod faults;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use cloud_models_tests::cases::{package, sorted};
use cloud_models_tests::workspace::{Workspace, text};
use flate2::Compression;
use flate2::write::GzEncoder;
use generator::{Severity, SpecSource, generate, read};
use serde_json::{Value, json};

fn open(name: &str) -> Workspace {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import");
    Workspace::new(&folder.join(name), env!("CARGO_BIN_EXE_generate"))
}

fn description(name: &str) -> PathBuf {
    package().join("fixtures/descriptions").join(name)
}

/// The files of a version of Bedrock's description.
fn bedrock(version: &str) -> [PathBuf; 2] {
    ["service-2", "paginators-1"]
        .map(|part| description(&format!("bedrock-{version}.{part}.json.gz")))
}

/// Writes a spec from files, and returns its text with what the command printed.
fn import(
    workspace: &Workspace,
    name: &str,
    files: &[PathBuf],
    more: &[&str],
) -> (Output, Option<String>) {
    let mut command = workspace.command();
    command
        .args(["new", name])
        .arg("--from")
        .args(files)
        .args(more);
    let output = command.output().unwrap();
    let spec = workspace.path(&format!("specs/{name}.yaml"));
    (output, fs::read_to_string(spec).ok())
}

fn source(name: &str, text: &str) -> SpecSource {
    SpecSource::new(format!("specs/{name}.yaml"), text)
}

/// Asserts that a spec has no errors, and returns the module that it generates.
fn generated(name: &str, text: &str) -> String {
    let source = source(name, text);
    let sources = std::slice::from_ref(&source);
    let made = generate(sources);
    let errors = made
        .diagnostics
        .iter()
        .filter(|each| each.severity() == Severity::Error);
    assert_eq!(errors.count(), 0, "{}", made.diagnostics.plain(sources));
    let mut files = made.output.unwrap().files;
    files
        .remove(&format!("{}.rs", name.replace('-', "_")))
        .unwrap()
}

#[test]
fn every_state_of_bedrock_becomes_a_spec_that_generates() {
    let workspace = open("bedrock");
    let mut versions = 0;
    for path in sorted(&package().join("fixtures/descriptions")) {
        let file = path.file_name().unwrap().to_str().unwrap();
        let Some(version) = file
            .strip_prefix("bedrock-")
            .and_then(|file| file.strip_suffix(".service-2.json.gz"))
        else {
            continue;
        };
        versions += 1;
        let name = format!("bedrock-v{}", version.replace('.', "-"));
        let (output, spec) = import(&workspace, &name, &bedrock(version), &[]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{version}: {}",
            text(&output.stderr)
        );
        let module = generated(&name, &spec.unwrap());
        assert_eq!(
            module.matches("impl rt::Operation for").count(),
            7,
            "{version}"
        );
        assert_eq!(
            module.matches("impl rt::Paginated for").count(),
            2,
            "{version}"
        );
    }
    assert_eq!(versions, 20);
}

#[test]
fn facts_of_a_service_model_arrive_in_the_spec() {
    let workspace = open("facts");
    let (_, spec) = import(&workspace, "newest", &bedrock("1.44.8"), &[]);
    let spec: Value = serde_yaml::from_str(&spec.unwrap()).unwrap();
    let operations = &spec["operations"];
    let list = &operations["ListCustomModels"];
    assert_eq!(list["http"], "GET /custom-models");
    assert_eq!(list["read_only"], true);
    let query = &list["request"]["query"];
    assert_eq!(query["maxResults"]["range"], "1..=1000");
    assert_eq!(query["creationTimeAfter"]["type"], "timestamp");
    assert_eq!(query["creationTimeAfter"]["format"], Value::Null);
    assert_eq!(
        list["pagination"],
        json!({"style": "token", "request": "nextToken", "response": "nextToken", "items": "modelSummaries", "page_size": "maxResults"})
    );
    let create = &operations["CreateModelCustomizationJob"];
    assert_eq!(create["idempotent"], true);
    let body = &create["request"]["body"];
    assert_eq!(body["clientRequestToken"]["idempotency_token"], true);
    assert_eq!(body["hyperParameters"]["type"], "map of string");
    assert_eq!(body["jobTags"]["count"], "..=200");
    assert_eq!(
        create["constructor"],
        json!([
            "jobName",
            "customModelName",
            "roleArn",
            "baseModelIdentifier",
            "trainingDataConfig",
            "outputDataConfig"
        ])
    );
    let get = &operations["GetCustomModel"];
    assert_eq!(get["http"], "GET /custom-models/{modelIdentifier}");
    assert_eq!(get["request"]["path"]["modelIdentifier"]["required"], true);
    assert_eq!(
        operations["StopModelCustomizationJob"]["response"],
        "StopModelCustomizationJobResponse"
    );
    let types = &spec["types"];
    assert_eq!(
        types["StopModelCustomizationJobResponse"]["fields"],
        json!({})
    );
    let union = types["CustomizationConfig"]["union"].as_object().unwrap();
    assert_eq!(
        union.keys().collect::<Vec<_>>(),
        ["distillationConfig", "rftConfig"]
    );
    assert_eq!(
        types["RFTHyperParameters"]["fields"]["learningRate"]["range"],
        "1e-07..=0.001"
    );
    let filters = &types["RequestMetadataBaseFilters"]["fields"]["equals"];
    assert_eq!(filters["sensitive"], true);
    assert_eq!(filters["keys"]["length"], "1..=256");
    let codes = &spec["errors"]["codes"];
    assert_eq!(
        codes["ThrottlingException"],
        json!({"status": 429, "kind": "throttled"})
    );
    assert_eq!(
        codes["InternalServerException"],
        json!({"status": 500, "kind": "transient"})
    );
    assert_eq!(spec["auth"][0]["service"], "bedrock");
    assert_eq!(spec["auth"][1]["scheme"], "bearer");
}

fn without_docs(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.remove("docs");
    }
    for inner in value
        .as_object_mut()
        .into_iter()
        .flat_map(|object| object.values_mut())
    {
        *inner = without_docs(inner.take());
    }
    value
}

#[test]
fn documents_of_explorers_become_specs() {
    let workspace = open("explorers");
    let mut specs = Vec::new();
    for name in [
        "volcengine-ark.agrees",
        "volcengine-ark.explorer",
        "huawei-fabric.agrees",
        "huawei-fabric.explorer",
    ] {
        let stem = name.replace('.', "-");
        let (output, spec) = import(
            &workspace,
            &stem,
            &[description(&format!("{name}.json"))],
            &[],
        );
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            text(&output.stderr)
        );
        let spec = spec.unwrap();
        generated(&stem, &spec);
        specs.push(serde_yaml::from_str::<Value>(&spec).unwrap());
    }
    // An envelope, other names of types and a value twice change nothing.
    for pair in specs.chunks(2) {
        let [plain, wrapped] = [0, 1].map(|index| without_docs(pair[index]["operations"].clone()));
        assert_eq!(plain, wrapped);
    }
    let volcengine = &specs[1];
    assert_eq!(volcengine["result"], "Result");
    let list = &volcengine["operations"]["ListCustomModels"];
    assert_eq!(list["http"], "POST /");
    assert_eq!(
        list["fixed"],
        json!({"Action": "ListCustomModels", "Version": "2024-01-01"})
    );
    assert_eq!(list["request"]["body"]["PageSize"]["default"], 10);
    let huawei = &specs[3]["operations"]["ListModels"];
    assert_eq!(huawei["http"], "GET /v1/workspaces/{workspace_id}/models");
    let workspace_id = &huawei["request"]["path"]["workspace_id"];
    assert_eq!(workspace_id["chars"], "A-Za-z0-9-");
    assert_eq!(workspace_id["length"], "1..=36");
    assert_eq!(huawei["request"].get("header"), None);
    let auth = &specs[3]["auth"];
    assert_eq!(auth[0]["scheme"], "huawei-sdk-hmac");
    assert_eq!(auth[0]["access_key"], json!(["HUAWEICLOUD_SDK_AK"]));
    assert_eq!(auth[1]["header"], "X-Auth-Token");
    let endpoint = &specs[3]["endpoint"]["url"];
    assert_eq!(endpoint, "https://fabric.{region}.myhuaweicloud.com");
    let auth = &volcengine["auth"][0];
    assert_eq!(
        (&auth["scheme"], &auth["service"]),
        (&json!("volcengine-hmac"), &json!("ark"))
    );
    assert_eq!(volcengine["sources"][0]["format"], "openapi");
}

#[test]
fn a_packed_file_and_a_plain_one_are_the_same() {
    let workspace = open("packed");
    let plain = fs::read(description("volcengine-ark.agrees.json")).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain).unwrap();
    workspace.write("plain", &plain);
    workspace.write("packed", packed.finish().unwrap());
    let spec = |file: &str| {
        let (_, spec) = import(&workspace, file, &[workspace.path(file)], &[]);
        spec.unwrap()
            .replace(file, "")
            .replace("Packed", "")
            .replace("Plain", "")
            .replace("PACKED", "")
            .replace("PLAIN", "")
    };
    assert_eq!(spec("plain"), spec("packed"));
}

#[test]
fn yaml_is_read_like_json() {
    let workspace = open("yaml");
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1.0"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": {"/things/{id}": {"get": {
            "operationId": "GetThing",
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 10}},
                {"name": "answer", "in": "query", "schema": {"type": "string", "enum": ["no", "off", "null"], "default": "no"}}
            ],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
        }}},
        "components": {"schemas": {"Thing": {"type": "object", "required": ["on"], "properties": {
            "on": {"type": "integer", "minimum": 1, "description": "Since 2020: yes, # really."},
            "parent": {"$ref": "#/components/schemas/Thing"}
        }}}}
    });
    workspace.write("document", document.to_string());
    let (output, expected) = import(&workspace, "acme", &[workspace.path("document")], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    generated("acme", expected.as_ref().unwrap());
    fs::remove_file(workspace.path("specs/acme.yaml")).unwrap();
    let without_sum = |spec: Option<String>| {
        let spec = spec.unwrap();
        let lines = spec.lines().filter(|line| !line.contains("sha256"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let yaml = serde_yaml::to_string(&document).unwrap();
    // Plain words that other versions of YAML take for something else, and a copy.
    let yaml = yaml
        .replace("'no'", "no")
        .replace("'off'", "off")
        .replace("'on'", "on")
        .replace("parent:\n          $ref:", "parent: &it\n          $ref:");
    assert!(yaml.contains("- no\n") && yaml.contains("&it"), "{yaml}");
    workspace.write("document", format!("# A comment.\n---\n{yaml}"));
    let (output, spec) = import(&workspace, "acme", &[workspace.path("document")], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(without_sum(spec), without_sum(expected));
}

#[test]
fn operations_are_chosen_by_name() {
    let workspace = open("chosen");
    let files = bedrock("1.44.8");
    let (output, spec) = import(
        &workspace,
        "one",
        &files,
        &["--operation", "GetCustomModel"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let spec: Value = serde_yaml::from_str(&spec.unwrap()).unwrap();
    assert_eq!(spec["operations"].as_object().unwrap().len(), 1);
    assert_eq!(spec["types"].get("ListCustomModelsResponse"), None);
    let (output, spec) = import(
        &workspace,
        "none",
        &files,
        &["--operation", "GetCustomModels"],
    );
    assert_eq!((output.status.code(), spec), (Some(2), None));
    let said = text(&output.stderr);
    assert!(said.contains("did you mean `GetCustomModel`"), "{said}");
}

/// Whatever a description says, it is a text in the spec.
#[test]
fn texts_of_a_description_stay_texts() {
    let hostile =
        "*/ \u{1b}[2J ```rust\npanic!() }} \"'#: & | > % @ \u{2028} - x: {y: z}\n\nmodule: other";
    // No spec has these characters.
    let value = hostile.replace(['\u{1b}', '\u{2028}'], "");
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": hostile, "version": hostile},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/things": {"post": {
            "operationId": "MakeThing",
            "description": hostile,
            "requestBody": {"content": {"application/json": {"schema": {
                "type": "object",
                "properties": {"state": {"type": "string", "enum": [hostile, value], "description": hostile, "default": value}}
            }}}},
            "responses": {"200": {"content": {"application/json": {"schema": {
                "type": "object",
                "properties": {"name": {"type": "string", "description": hostile}}
            }}}}}
        }}}
    });
    let workspace = open("hostile");
    workspace.write("file.json", document.to_string());
    let (output, spec) = import(&workspace, "hostile", &[workspace.path("file.json")], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains('\u{1b}') && !text(&output.stdout).contains('\u{1b}'));
    let spec = spec.unwrap();
    assert!(!spec.contains('\u{1b}'), "{spec}");
    let written: Value = serde_yaml::from_str(&spec).unwrap();
    assert_eq!(written["module"], "hostile");
    assert_eq!(written["operations"].as_object().unwrap().len(), 1);
    let body = &written["operations"]["MakeThing"]["request"]["body"];
    assert_eq!(body["state"]["default"], value);
    // Its names are those of nothing, so the rules report them; nothing is generated.
    let source = source("hostile", &spec);
    let (services, found) = read(std::slice::from_ref(&source));
    assert!(services.is_empty() == found.has_errors());
}

#[test]
fn what_is_no_description_is_refused_and_nothing_is_written() {
    let minimal = |schema: Value| {
        json!({
            "openapi": "3.0.3", "info": {"title": "x", "version": "1"},
            "paths": {"/x": {"get": {"operationId": "GetX", "responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}},
            "components": {"schemas": {
                "Here": {"$ref": "#/components/schemas/There"},
                "There": {"$ref": "#/components/schemas/Here"},
                "Whole": {"allOf": [{"$ref": "#/components/schemas/Whole"}, {"type": "object"}]}
            }}
        })
        .to_string()
        .into_bytes()
    };
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..70 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let whole = fs::read(description("volcengine-ark.agrees.json")).unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "empty"),
        ("blank", b" \n".to_vec(), "empty"),
        ("page", b"<!DOCTYPE html><html></html>".to_vec(), "web page"),
        ("half", half, "half:1:"),
        ("huawei", br#"{"error_code": "APIGW.0308", "error_msg": "throttled"}"#.to_vec(), "APIGW.0308"),
        ("volcengine", br#"{"ResponseMetadata": {"Error": {"Code": "InvalidVersion"}}}"#.to_vec(), "InvalidVersion"),
        ("none", br#"{"openapi": "3.0.3", "info": {}, "paths": {}}"#.to_vec(), "no operation"),
        ("other", br#"{"name": "x"}"#.to_vec(), "no description"),
        ("doubled", b"{\"openapi\": \"3.0.3\",\n \"paths\": {},\n \"paths\": {}}".to_vec(), "doubled:3:2"),
        ("protocol", br#"{"metadata": {"protocol": "query"}, "operations": {"X": {}}, "shapes": {}}"#.to_vec(), "`query`"),
        ("shape", br#"{"metadata": {"protocol": "rest-json", "endpointPrefix": "x"}, "operations": {"X": {"http": {"method": "GET", "requestUri": "/"}, "input": {"shape": "Gone"}}}, "shapes": {}}"#.to_vec(), "`Gone`"),
        ("paginators", br#"{"pagination": {}}"#.to_vec(), "a service model of botocore, which is missing"),
        ("nowhere", minimal(json!({"$ref": "#/components/schemas/Gone"})), "leads nowhere"),
        ("elsewhere", minimal(json!({"$ref": "https://example.com/x.json"})), "out of the file"),
        ("circle", minimal(json!({"$ref": "#/components/schemas/Here"})), "back to itself"),
        ("whole", minimal(json!({"$ref": "#/components/schemas/Whole"})), "itself"),
        ("words", b"hello".to_vec(), "neither JSON nor YAML"),
        ("twice.yaml", b"openapi: 3.0.3\npaths: {}\npaths: {}".to_vec(), "twice.yaml:3:1"),
        ("alias.yaml", b"openapi: 3.0.3\npaths: &x {a: *x}".to_vec(), "alias.yaml:2:15"),
        ("nested", nested.into_bytes(), "inside each other"),
        ("bomb", bomb.finish().unwrap(), "more than 64 MB"),
        ("gzip", vec![0x1f, 0x8b, 8, 0, 1], "gzip"),
    ];
    let workspace = open("refused");
    for (name, bytes, said) in cases {
        workspace.write(name, &bytes);
        let (output, spec) = import(&workspace, "acme-models", &[workspace.path(name)], &[]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert_eq!(spec, None, "{name}");
        assert!(stderr.contains(said), "{name}: {stderr}");
    }
    let (output, spec) = import(
        &workspace,
        "acme-models",
        &[workspace.path("missing.json")],
        &[],
    );
    assert_eq!((output.status.code(), spec), (Some(2), None));
}

/// Types that contain themselves, in each format.
#[test]
fn types_may_contain_themselves() {
    let openapi = json!({
        "openapi": "3.1.0", "info": {"title": "Trees", "version": "1"},
        "servers": [{"url": "https://api.example.com/base"}],
        "paths": {"/trees/{id}": {"get": {"operationId": "getTree", "responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Tree"}
        }}}}}}},
        "components": {"schemas": {"Tree": {"type": "object", "properties": {
            "name": {"type": ["string", "null"]},
            "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "by_name": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]}
        }}}}
    });
    let botocore = json!({
        "metadata": {"protocol": "rest-json", "endpointPrefix": "trees", "apiVersion": "1"},
        "operations": {"GetTree": {"http": {"method": "GET", "requestUri": "/trees"}, "output": {"shape": "Tree"}, "readonly": true}},
        "shapes": {
            "Tree": {"type": "structure", "members": {"name": {"shape": "Name"}, "branches": {"shape": "Trees"}, "parent": {"shape": "Tree"}}},
            "Trees": {"type": "list", "member": {"shape": "Tree"}},
            "Name": {"type": "string"}
        }
    });
    let workspace = open("trees");
    for (name, document) in [("openapi-trees", openapi), ("botocore-trees", botocore)] {
        workspace.write("file.json", document.to_string());
        let (output, spec) = import(&workspace, name, &[workspace.path("file.json")], &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let spec = spec.unwrap();
        let value: Value = serde_yaml::from_str(&spec).unwrap();
        let fields = &value["types"]["Tree"]["fields"];
        assert_eq!(fields["branches"]["type"], "list of Tree", "{spec}");
        assert_eq!(fields["parent"]["type"], "Tree");
        assert!(generated(name, &spec).contains("pub parent: Option<Box<Tree>>"));
    }
}

#[test]
fn what_a_document_says_in_odd_places_is_said_or_named() {
    let workspace = open("odd");
    let text_of =
        json!({"type": "object", "properties": {"x": {"type": "string"}, "n": {"enum": [1, 2]}}});
    let number_of = json!({"type": "object", "properties": {"x": {"type": "integer"}}});
    let reply = |schema: &Value| json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Odd\u{202e}\u{1b}[31m", "version": "1"},
        "servers": [{"url": "https://{tenant}.example.com", "variables": {"tenant": {"default": "a"}}}],
        "security": [{"key": []}, {}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": {
            "/a?uploads": {"get": {"operationId": "read", "security": [], "responses": reply(&json!({"allOf": [text_of, number_of]}))}},
            "/b": {"get": {"operationId": "read", "responses": {"204": {"description": ""}}}},
        },
    });
    workspace.write("odd.json", document.to_string());
    let (output, spec) = import(&workspace, "odd", &[workspace.path("odd.json")], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let text = spec.unwrap();
    assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    let spec: Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(
        spec["endpoint"]["parameters"]["tenant"]["env"],
        json!(["ODD_TENANT"])
    );
    let schemes: Vec<_> = spec["auth"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["scheme"])
        .collect();
    assert_eq!(schemes, ["token", "none"]);
    let operations = spec["operations"].as_object().unwrap();
    assert_eq!(operations.keys().collect::<Vec<_>>(), ["Read", "Read2"]);
    let read = &operations["Read"];
    assert_eq!(read["fixed"], json!({"uploads": null}));
    assert_eq!(read["auth"], json!([{"scheme": "none"}]));
    // A property of two types is both.
    let output = read["response"].as_str().unwrap();
    let fields = &spec["types"][output]["fields"];
    assert_eq!(fields["x"]["type"], "json");
    assert_eq!(fields["n"]["type"], "json");
    assert!(
        text.contains("# The description has a property of several types"),
        "{text}"
    );
}

#[test]
fn parts_that_are_repeated_are_read_once() {
    let workspace = open("repeated");
    let mut schemas = serde_json::Map::new();
    for number in 0..28 {
        let next = json!({"$ref": format!("#/components/schemas/T{}", number + 1)});
        schemas.insert(format!("T{number}"), json!({"allOf": [next, next]}));
    }
    let last = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    schemas.insert("T28".to_owned(), last);
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Repeated", "version": "1"},
        "servers": [{"url": "https://example.com"}], "components": {"schemas": schemas},
        "paths": {"/a": {"get": {"operationId": "read", "responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/T0"}}}}}}}},
    });
    workspace.write("repeated.json", document.to_string());
    let (output, spec) = import(
        &workspace,
        "repeated",
        &[workspace.path("repeated.json")],
        &[],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(spec.unwrap().contains("x:"));
}

/// A reply that holds nothing but what Volcengine puts around outputs, and an action that is a `GET`.
#[test]
fn actions_without_an_output_return_nothing_and_read_nothing() {
    let workspace = open("actions");
    let whole = fs::read(description("volcengine-ark.agrees.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&whole).unwrap();
    let way = "/ListCustomModels";
    let schema = "/responses/200/content/application~1json/schema/properties";
    let path = document["paths"][way].as_object_mut().unwrap();
    let mut operation = path.remove("post").unwrap();
    let properties = operation.pointer_mut(schema).unwrap();
    properties
        .as_object_mut()
        .unwrap()
        .remove("Result")
        .unwrap();
    assert!(properties.get("ResponseMetadata").is_some());
    operation.as_object_mut().unwrap().remove("requestBody");
    path.insert("get".to_owned(), operation);
    workspace.write("actions.json", document.to_string());
    let (output, spec) = import(&workspace, "acme", &[workspace.path("actions.json")], &[]);
    let spec = spec.unwrap_or_else(|| panic!("{}", text(&output.stderr)));
    let spec: Value = serde_yaml::from_str(&spec).unwrap();
    let operation = &spec["operations"]["ListCustomModels"];
    assert_eq!(
        (&operation["response"], operation.get("read_only")),
        (&json!("none"), None)
    );
    assert_eq!(spec["result"], "Result");
}
