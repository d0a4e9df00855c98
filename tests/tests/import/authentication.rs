//! Ways to authenticate in service models of botocore.

use super::faults::{agrees, set, whole};
use serde_json::{Value, json};

#[test]
fn ways_to_authenticate_are_said_or_named() {
    let mut model = whole();
    let put = |key: &str, value: Value| {
        let mut model = whole();
        model["operations"]["Put"][key] = value;
        model
    };
    let of = |model: &Value| {
        let text = agrees("auth", model);
        let spec: Value = serde_yaml::from_str(&text).unwrap();
        let schemes = |of: &Value| {
            let all = of["auth"].as_array().into_iter().flatten();
            let all = all.map(|each| each["scheme"].as_str().unwrap().to_owned());
            all.collect::<Vec<_>>().join(" ")
        };
        (schemes(&spec), schemes(&spec["operations"]["Put"]), text)
    };
    for (key, value, of_service, of_put, other) in [
        ("auth", json!(["aws.auth#sigv4"]), "aws-sigv4", "", None),
        (
            "auth",
            json!(["smithy.api#noAuth"]),
            "aws-sigv4",
            "none",
            None,
        ),
        (
            "auth",
            json!(["aws.auth#sigv4a", "aws.auth#sigv4"]),
            "aws-sigv4",
            "",
            Some("aws.auth#sigv4a"),
        ),
        (
            "auth",
            json!(["aws.auth#sigv4a"]),
            "aws-sigv4",
            "",
            Some("aws.auth#sigv4a"),
        ),
        (
            "auth",
            json!(["aws.auth#noAuth"]),
            "aws-sigv4",
            "",
            Some("aws.auth#noAuth"),
        ),
        (
            "auth",
            json!(["httpBearer"]),
            "aws-sigv4",
            "",
            Some("httpBearer"),
        ),
        ("authtype", json!("none"), "aws-sigv4", "none", None),
        ("authtype", json!("v4"), "aws-sigv4", "", None),
        ("authtype", json!("custom"), "aws-sigv4", "", Some("custom")),
    ] {
        let (service, put, text) = of(&put(key, value.clone()));
        assert_eq!(
            (service.as_str(), put.as_str()),
            (of_service, of_put),
            "{value}"
        );
        let named = other.is_none_or(|other| {
            text.contains(&format!(
                "The description has credentials of the kind `{other}`, which"
            ))
        });
        assert!(
            named && other.is_some() == text.contains("credentials of the kind"),
            "{value}: {text}"
        );
    }
    for key in ["authtype", "unsignedPayload"] {
        let value = if key == "authtype" {
            json!("v4-unsigned-body")
        } else {
            json!(true)
        };
        let (_, _, text) = of(&put(key, value));
        assert_eq!(
            text.matches("The description has an unsigned body").count(),
            1,
            "{text}"
        );
    }
    let (_, _, text) = of(&put("unsignedPayload", json!(false)));
    assert!(!text.contains("unsigned body"), "{text}");
    // Of the service.
    for (key, value, of_service, other) in [
        ("signatureVersion", json!("v4"), "aws-sigv4", None),
        ("signatureVersion", json!("bearer"), "bearer", None),
        // An example that is marked.
        ("signatureVersion", json!("s3v4"), "bearer", Some("s3v4")),
        (
            "auth",
            json!(["aws.auth#sigv4", "smithy.api#httpBearerAuth"]),
            "aws-sigv4 bearer",
            None,
        ),
        (
            "auth",
            json!(["aws.auth#sigv4a", "aws.auth#sigv4"]),
            "aws-sigv4",
            Some("aws.auth#sigv4a"),
        ),
    ] {
        set(&mut model, &format!("/metadata/{key}"), Some(value.clone()));
        let (service, put, text) = of(&model);
        assert_eq!(
            (service.as_str(), put.as_str()),
            (of_service, ""),
            "{value}"
        );
        let named = other.is_none_or(|other| {
            text.contains(&format!("The description also accepts `{other}`, which"))
        });
        assert!(named, "{value}: {text}");
    }
}
