//! A whole service of more than a hundred operations with everything that a spec can say: checked without a finding,
//! generated, compiled and documented without a warning, and read back from the JSON that it writes. `cargo xtask ci`
//! runs clippy on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use cloud_models_tests::cases::{sorted, workspace};
use cloud_models_tests::examples::examples;
use cloud_models_tests::service::{Package, STEM, spec};
use generator::model::Type;
use generator::{SpecSource, generate};
use serde_json::Value;

#[test]
fn a_whole_service_compiles_without_a_warning() {
    let start = Instant::now();
    let package = Package::write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("service"));
    let service = package.service();
    let (mut structures, mut enums, mut unions) = (0, 0, 0);
    let operations = service.operations.iter().map(|item| &item.members);
    let mut members: usize = operations.map(Vec::len).sum();
    for item in &service.types {
        match item {
            Type::Structure(item) => {
                structures += 1;
                members += item.members.len();
            }
            Type::Enum(_) => enums += 1,
            Type::Union(item) => {
                unions += 1;
                members += item.members.len();
            }
        }
    }
    println!(
        "{} operations, {structures} structures, {enums} enums, {unions} unions, {members} members, {} lines of Rust",
        service.operations.len(),
        package.module().lines().count(),
    );
    assert!(service.operations.len() >= 100);
    for arguments in [
        &["run", "--quiet"][..],
        &["check", "--quiet", "--lib", "--profile", "test"],
        &["doc", "--no-deps", "--lib"],
    ] {
        let output = package.cargo(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {arguments:?}: {errors}");
        println!("cargo {arguments:?}: after {:.1?}", start.elapsed());
    }
}

#[test]
fn every_operation_has_an_example() {
    let source = SpecSource::new(format!("specs/{STEM}.yaml"), spec());
    let mut files = generate(std::slice::from_ref(&source))
        .output
        .unwrap()
        .files;
    files.remove("lib.rs");
    let module = files.pop_first().unwrap().1;
    let operations = module.matches("impl rt::Operation for ").count();
    assert_eq!(examples(&module).len(), operations);
    for path in sorted(&workspace().join("generated/src")) {
        let module = fs::read_to_string(&path).unwrap();
        let operations = module.matches("impl rt::Operation for ").count();
        assert_eq!(examples(&module).len(), operations, "{}", path.display());
    }
}

#[test]
fn generation_depends_on_the_spec_alone() {
    assert_eq!(spec(), spec());
    let source = SpecSource::new(format!("specs/{STEM}.yaml"), spec());
    let generate = || generate(std::slice::from_ref(&source)).output.unwrap();
    assert_eq!(generate(), generate());
}

/// Parts of the language that the service does not have, by definition and word, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "*",
        "require_one_of",
        "its program sets all members at once",
    ),
    ("*", "allow", "a finding is no feature"),
    (
        "Operation",
        "samples",
        "only for allowances; the service has no samples",
    ),
    ("UnionMember", "list_style", "only in the query and headers"),
    ("Payload", "from", "only in replies"),
    ("Payload", "list_style", "only in the query and headers"),
    ("UnionMember", "prefix", "only in headers"),
    ("Payload", "prefix", "only in headers"),
    ("Payload", "idempotency_token", "the whole body is no token"),
    ("Payload", "range", "a payload is no integer"),
    ("Payload", "count", "a payload is neither a list nor a map"),
    ("Payload", "keys", "a payload is no map"),
    ("Payload", "format", "a payload is no timestamp"),
    ("UnionMember", "idempotency_token", "only for parameters"),
];

#[test]
fn everything_that_a_spec_can_say_is_in_it() {
    let schema: Value = serde_json::from_str(&generator::schema()).unwrap();
    let text = spec();
    let spec: Value = serde_yaml::from_str(&text).unwrap();
    let mut wanted = BTreeSet::new();
    words("Spec", &schema, &mut wanted);
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        // Only for allowances.
        if name != "Sample" {
            words(name, definition, &mut wanted);
        }
    }
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(text.contains(&format!("http: {method} /")), "{method}");
    }
    let mut found = BTreeSet::new();
    used("Spec", &schema, &schema, &spec, &mut found);
    let is_exception = |(definition, word): &&(String, String)| {
        let mut exceptions = EXCEPTIONS.iter();
        exceptions.any(|(of, what, _)| (*of == "*" || of == definition) && what == word)
    };
    let missing: Vec<_> = wanted
        .difference(&found)
        .filter(|pair| !is_exception(pair))
        .collect();
    assert!(
        missing.is_empty(),
        "add them to tests/src/service/features.rs or to tests/fixtures/service: {missing:?}"
    );
    for (definition, word, _) in EXCEPTIONS
        .iter()
        .filter(|(definition, ..)| *definition != "*")
    {
        let pair = ((*definition).to_owned(), (*word).to_owned());
        assert!(
            wanted.contains(&pair) && !found.contains(&pair),
            "{pair:?} is no exception"
        );
    }
}

/// Adds the keys and fixed words of a definition.
fn words(name: &str, schema: &Value, out: &mut BTreeSet<(String, String)>) {
    let mut add = |word: &str| out.insert((name.to_owned(), word.to_owned()));
    for (key, _) in schema["properties"].as_object().into_iter().flatten() {
        add(key);
    }
    if let Some(word) = schema["const"].as_str() {
        add(word);
    }
    for word in schema["enum"].as_array().into_iter().flatten() {
        add(word.as_str().unwrap());
    }
    for key in ["oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            words(name, part, out);
        }
    }
}

/// Adds the keys and fixed words of the schema that a value has.
fn used(
    name: &str,
    schema: &Value,
    root: &Value,
    value: &Value,
    out: &mut BTreeSet<(String, String)>,
) {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.trim_start_matches("#/definitions/");
        used(name, &root["definitions"][name], root, value, out);
    }
    let here = value
        .as_str()
        .map(|word| (name.to_owned(), word.to_owned()));
    let words = schema["enum"].as_array().into_iter().flatten();
    if words.chain([&schema["const"]]).any(|word| word == value) {
        out.extend(here);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let part = &schema["properties"][key];
        if part.is_object() {
            out.insert((name.to_owned(), key.clone()));
            used(name, part, root, value, out);
        } else {
            used(name, &schema["additionalProperties"], root, value, out);
        }
    }
    for value in value.as_array().into_iter().flatten() {
        used(name, &schema["items"], root, value, out);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            used(name, part, root, value, out);
        }
    }
}
