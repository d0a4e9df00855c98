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
use std::time::{Duration, Instant};

use cloud_models::fake::Fault;
use cloud_models::volcengine_ark::ListCustomModels;
use common::clouds::{Clouds, ID, SECRET};
use common::{folder, program, run};

#[test]
fn origins_are_named_and_nothing_is_sent() {
    let clouds = Clouds::new("origins", 3);
    let ran = clouds.run(&["sources"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for text in [
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
        "us-east-1 (configuration file)",
        "QIANFAN_ACCESS_KEY, QIANFAN_SECRET_KEY",
        "cn-beijing (default)",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    assert_eq!(clouds.volcengine.calls::<ListCustomModels>().len(), 0);
    assert!(!ran.stdout.contains(SECRET) && !ran.stdout.contains(ID));

    let ran = clouds.run(&["sources", "--check"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout.matches("answers, 3 models").count(),
        4,
        "{}",
        ran.stdout
    );
    assert!(!clouds.volcengine.calls::<ListCustomModels>().is_empty());

    clouds
        .volcengine
        .on::<ListCustomModels>()
        .fault(Fault::Html);
    let ran = clouds.run(&["sources", "--check"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("fails: ").count(), 1, "{}", ran.stdout);
}

#[test]
fn arguments_that_select_nothing_are_refused() {
    let clouds = Clouds::new("nothing-selected", 1);
    for command in ["sources", "list"] {
        let ran = clouds.run(&[command, "--source", "aws", "--cloud", "baidu-qianfan"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("select no source"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("missing"), "{}", ran.stderr);
    }
}

#[test]
fn what_is_missing_is_named() {
    let ran = run(program().env("QIANFAN_ACCESS_KEY", ID).args(["sources"]));
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

#[cfg(feature = "aws-profiles")]
#[test]
fn profiles_of_aws_have_keys_and_regions() {
    let clouds = Clouds::new("profiles", 3);
    let text = fs::read_to_string(clouds.folder.join("cloud-models.yaml")).unwrap();
    let url = text.split('\'').nth(1).unwrap();
    let key = |secret| format!("aws_access_key_id = {ID}\naws_secret_access_key = {secret}\n");
    let credentials = format!(
        "[default]\n{}[prod]\n{}",
        key("another-secret"),
        key(SECRET)
    );
    fs::write(clouds.folder.join("credentials"), credentials).unwrap();
    fs::write(
        clouds.folder.join("config"),
        "[profile prod]\nregion = eu-central-1\n",
    )
    .unwrap();
    let config = format!(
        "sources: [{{cloud: aws-bedrock, region: us-east-1, profile: prod, endpoint: '{url}'}}]"
    );
    fs::write(clouds.folder.join("prod.yaml"), config).unwrap();
    let program = || {
        let mut command = program();
        command
            .current_dir(&clouds.folder)
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                clouds.folder.join("credentials"),
            )
            .env("AWS_CONFIG_FILE", clouds.folder.join("config"));
        command
    };
    // A profile that the file names comes before keys and tokens in variables.
    let ran = run(program()
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", "another-secret")
        .env("AWS_BEARER_TOKEN_BEDROCK", "another-token")
        .args(["list", "--config", "prod.yaml", "-o", "csv"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 4);

    fs::remove_file(clouds.folder.join("cloud-models.yaml")).unwrap();
    let of_environment = |profile: &str, arguments: &[&str]| {
        run(program()
            .env("AWS_PROFILE", profile)
            .env("AWS_ENDPOINT_URL_BEDROCK", url)
            .args(arguments))
    };
    let ran = of_environment("prod", &["sources"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("eu-central-1 (profile)"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("AWS_PROFILE"), "{}", ran.stdout);
    assert_eq!(of_environment("prod", &["list"]).code, 0);
    let ran = of_environment("none", &["list"]);
    assert_eq!(ran.code, 2, "a profile without region: {}", ran.stderr);
}

#[test]
fn fakes_are_served_for_other_programs() {
    let folder = folder("fake");
    let fake = || {
        let mut command = program();
        command
            .current_dir(&folder)
            .args(["fake", "--models", "25", "--write-config", "fakes.yaml"])
            .stdout(Stdio::piped());
        command
    };
    // A file that somebody wrote is not replaced.
    let file = folder.join("fakes.yaml");
    fs::write(&file, "sources: []\n").unwrap();
    let mut child = fake().stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert_eq!(first, "", "it serves");
    let refused = child.wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert!(stderr.contains("fakes.yaml"), "{stderr}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "sources: []\n");
    // One of an earlier run is, and has other ports now.
    fs::write(
        &file,
        "# Written by `cloud-models fake`, which replaces this file.\n",
    )
    .unwrap();
    let mut child = fake().stderr(Stdio::null()).spawn().unwrap();
    let mut variables = Vec::new();
    let begin = Instant::now();
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
        assert!(begin.elapsed() < Duration::from_secs(30));
    }
    let mut list = program();
    list.current_dir(&folder).envs(variables);
    let ran = run(list.args(["list", "--config", "fakes.yaml", "-o", "csv"]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 101);
}
