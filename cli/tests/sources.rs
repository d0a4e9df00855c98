//! `cloud-models sources` and `cloud-models fake`.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use cloud_models::Credentials;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
use common::{folder, program, run};

const SECRET: &str = "hush-hush-hush-secret-key";

#[test]
fn origins_are_named() {
    let folder = folder("origins");
    let config = "sources:
  - {cloud: aws-bedrock, region: us-east-1, variables: {access_key: PROD_ID, secret_key: PROD_SECRET}}
  - {cloud: volcengine-ark}
";
    fs::write(folder.join("cloud-models.yaml"), config).unwrap();
    let ran = run(program()
        .current_dir(&folder)
        .env("PROD_ID", "TESTACCESSKEYID")
        .env("VOLCENGINE_ACCESS_KEY", "TESTACCESSKEYID")
        .env("VOLCENGINE_SECRET_KEY", SECRET)
        .args(["sources"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for text in [
        "us-east-1 (configuration file)",
        "PROD_SECRET, which is not set",
        "cn-beijing (default)",
        "VOLCENGINE_ACCESS_KEY, VOLCENGINE_SECRET_KEY",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains(SECRET) && !ran.stdout.contains("TESTACCESSKEYID"));
}

#[test]
fn what_is_missing_is_named() {
    let ran = run(program()
        .env("QIANFAN_ACCESS_KEY", "TESTACCESSKEYID")
        .args(["sources"]));
    assert_eq!(ran.code, 2);
    for text in [
        "a region: set AWS_REGION",
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        "QIANFAN_SECRET_KEY: QIANFAN_ACCESS_KEY is set",
        "with a `workspace:`",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
}

#[test]
fn names_that_there_are_not_are_refused() {
    for (arguments, meant) in [
        (["sources", "--cloud", "aws-bedrok"], "aws-bedrock"),
        (["sources", "--source", "huawei"], "huawei-fabric"),
    ] {
        let ran = run(program().args(arguments));
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains(meant), "{}", ran.stderr);
    }
}

#[cfg(feature = "aws-profiles")]
#[test]
fn profiles_of_aws_have_regions() {
    let folder = folder("profiles");
    let config = folder.join("config");
    fs::write(&config, "[profile prod]\nregion = eu-central-1\n").unwrap();
    let ran = run(program()
        .env("AWS_PROFILE", "prod")
        .env("AWS_CONFIG_FILE", config)
        .args(["sources", "--cloud", "aws-bedrock"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("eu-central-1 (profile)"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("AWS_PROFILE"), "{}", ran.stdout);
}

#[tokio::test]
async fn fakes_are_served_for_other_programs() {
    let folder = folder("fake");
    let mut child = program()
        .current_dir(&folder)
        .args(["fake", "--models", "25", "--write-config", "fakes.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut variables = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let assignment = line.strip_prefix("export ").or(line.strip_prefix("$env:"));
        if let Some((name, value)) = assignment.and_then(|text| text.split_once('=')) {
            let value = value.trim().trim_matches('\'').to_owned();
            variables.push((name.trim().to_owned(), value));
        }
        if line.contains("--config") {
            break;
        }
    }
    let value = |name| &variables.iter().find(|(each, _)| each == name).unwrap().1;
    let key = Credentials::access_key(
        value("AWS_ACCESS_KEY_ID").as_str(),
        value("AWS_SECRET_ACCESS_KEY").as_str(),
    );
    let config = Config::new()
        .region(value("AWS_REGION"))
        .endpoint(value("AWS_ENDPOINT_URL_BEDROCK"))
        .credentials(key);
    let mut models = Client::new(config).unwrap().items(ListCustomModels::new());
    let mut count = 0;
    while let Some(model) = models.next().await {
        model.unwrap();
        count += 1;
    }
    let mut sources = program();
    sources.current_dir(&folder).envs(variables.clone());
    let ran = run(sources.args(["sources", "--config", "fakes.yaml"]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(count, 25);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout.matches("credentials ").count(),
        4,
        "{}",
        ran.stdout
    );
}
