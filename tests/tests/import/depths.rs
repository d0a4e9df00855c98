//! Service models of botocore with depths that nobody writes by hand, and with circles.

use super::faults::{agrees, reading, refused, write};
use super::{import, open};
use cloud_models_tests::workspace::text;
use serde_json::{Map, Value, json};

fn list_of(shape: &str) -> Value {
    json!({"type": "list", "member": {"shape": shape}})
}

fn map_of(shape: &str) -> Value {
    json!({"type": "map", "key": {"shape": "Text"}, "value": {"shape": shape}})
}

/// Shapes `T0` to the last one, each made from the name of the next; the last is a text.
fn chain(count: usize, make: &dyn Fn(&str) -> Value) -> Value {
    let shape = |number: usize| match number + 1 < count {
        true => make(&format!("T{}", number + 1)),
        false => json!({"type": "string"}),
    };
    let mut shapes: Map<_, _> = (0..count)
        .map(|number| (format!("T{number}"), shape(number)))
        .collect();
    shapes.insert("It".to_owned(), make("T0"));
    Value::Object(shapes)
}

#[test]
fn lists_and_maps_that_contain_themselves_are_refused() {
    let cases = [
        ("list", json!({"It": list_of("It")}), "`It`"),
        ("map", json!({"It": map_of("It")}), "`It`"),
        (
            "others",
            json!({"It": list_of("There"), "There": map_of("Back"), "Back": list_of("There")}),
            "`There`",
        ),
    ];
    for (name, shapes, shape) in cases {
        let said = [shape, "contains itself without a structure between"];
        refused(&format!("circle-{name}"), &reading(shapes), &said);
    }
    let sent = json!({"It": list_of("It")});
    let mut model = reading(sent);
    model["operations"]["Get"]["input"] = json!({"shape": "Output"});
    refused("circle-sent", &model, &["contains itself"]);
}

/// What only another operation needs is named, and says nothing about the spec.
#[test]
fn a_circle_elsewhere_does_not_hinder_drift() {
    let mut model = reading(json!({"It": {"type": "string"}, "Round": list_of("Round")}));
    model["shapes"]["Odd"] = json!({"type": "structure", "members": {"round": {"shape": "Round"}}});
    let workspace = open("circle-elsewhere");
    let file = write(&workspace, "service-2.json", &model);
    let (output, _) = import(&workspace, "acme", std::slice::from_ref(&file), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let http = json!({"method": "GET", "requestUri": "/odd"});
    model["operations"]["GetOdd"] =
        json!({"name": "GetOdd", "http": http, "output": {"shape": "Odd"}});
    write(&workspace, "service-2.json", &model);
    let drift = || {
        let mut command = workspace.command();
        command.args(["drift", "acme", "--all", "--format", "json", "--against"]);
        command.arg(&file).output().unwrap()
    };
    let output = drift();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["others"], json!(["GetOdd"]));
    let (output, spec) = import(
        &workspace,
        "acme-some",
        std::slice::from_ref(&file),
        &["--operation", "Get"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let spec = spec.unwrap();
    assert!(
        spec.contains("the operation `GetOdd`, which cannot be read"),
        "{spec}"
    );
    // It is the matter of a spec that has the operation.
    model["shapes"]["Output"]["members"]["round"] = json!({"shape": "Round"});
    write(&workspace, "service-2.json", &model);
    let output = drift();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains("service-2.json:") && stderr.contains("contains itself"),
        "{stderr}"
    );
}

#[test]
fn structures_may_be_nested_deeply() {
    let inside = |shape: &str| json!({"type": "structure", "members": {"a": {"shape": shape}}});
    let union = |shape: &str| json!({"type": "structure", "union": true, "members": {"a": {"shape": shape}, "b": {"shape": "Text"}}});
    let required = |shape: &str| json!({"type": "structure", "required": ["a"], "members": {"a": {"shape": shape}}});
    agrees("deep-structures", &reading(chain(3_000, &inside)));
    agrees("deep-unions", &reading(chain(1_000, &union)));
    agrees("deep-required", &reading(chain(1_000, &required)));
    let mut sent = reading(chain(1_000, &inside));
    sent["operations"]["Get"] = json!({
        "name": "Get", "http": {"method": "POST", "requestUri": "/it"}, "input": {"shape": "Output"}
    });
    agrees("deep-sent", &sent);
}

/// A spec has eight lists and maps inside each other, and free JSON behind them.
#[test]
fn what_is_nested_too_deeply_is_json() {
    for make in [list_of, map_of] {
        let deepest = |count: usize| {
            let spec = agrees("deep-lists", &reading(chain(count, &make)));
            let spec: Value = serde_yaml::from_str(&spec).unwrap();
            let output = spec["operations"]["Get"]["response"].as_str().unwrap();
            let it = &spec["types"][output]["fields"]["it"];
            let ty = it["type"].as_str().unwrap();
            let (around, inner) = ty.rsplit_once(' ').unwrap();
            (around.matches(" of").count(), inner.to_owned())
        };
        assert_eq!(deepest(8), (8, "string".to_owned()));
        assert_eq!(deepest(9), (8, "json".to_owned()));
        assert_eq!(deepest(3_000), (8, "json".to_owned()));
    }
}
