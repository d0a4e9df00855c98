//! Sources that the environment describes, against fakes on this machine.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;
use std::process::Command;

use common::clouds::{Clouds, ID, SECRET, count};
use common::{folder, program, run};

/// Returns the program without a configuration file, with the key and the endpoint of the fake of AWS.
fn aws(clouds: &Clouds) -> Command {
    let config = clouds.folder.join("cloud-models.yaml");
    let text = fs::read_to_string(&config).unwrap();
    fs::remove_file(&config).unwrap();
    let url = text.split('\'').nth(1).unwrap();
    let mut command = program();
    command
        .current_dir(&clouds.folder)
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL_BEDROCK", url);
    command
}

#[test]
fn half_of_a_credential_is_a_source_that_failed() {
    let clouds = Clouds::new("half", 3);
    let mut command = aws(&clouds);
    // Without a workspace too, which must not hide the key.
    command
        .env("QIANFAN_ACCESS_KEY", ID)
        .env("HUAWEICLOUD_SDK_SK", SECRET)
        .args(["list", "-o", "csv", "--save", "saved.json"]);
    let ran = run(&mut command);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(count(&ran.stdout, "aws-bedrock"), 3);
    for (source, name) in [
        ("error: baidu-qianfan: ", "QIANFAN_SECRET_KEY"),
        ("error: huawei-fabric: ", "HUAWEICLOUD_SDK_AK"),
    ] {
        let lines = || ran.stderr.lines();
        let line = lines().find(|line| line.starts_with(source));
        assert!(
            line.is_some_and(|line| line.contains(name)),
            "{}",
            ran.stderr
        );
    }
    assert!(!ran.stderr.contains("volcengine"), "{}", ran.stderr);
    let saved = fs::read_to_string(clouds.folder.join("saved.json")).unwrap();
    assert!(saved.contains("QIANFAN_SECRET_KEY"), "{saved}");

    let ran = run(program().env("QIANFAN_ACCESS_KEY", ID).args(["list"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("QIANFAN_SECRET_KEY"), "{}", ran.stderr);
}

#[test]
fn a_cloud_with_credentials_that_is_not_asked_is_noted() {
    let clouds = Clouds::new("noted", 3);
    let mut command = aws(&clouds);
    command
        .env("HUAWEICLOUD_SDK_AK", ID)
        .env("HUAWEICLOUD_SDK_SK", SECRET);
    let ran = run(command.args(["list", "-o", "csv", "--save", "saved.json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let is_note = |text: &str| {
        text.starts_with("note: huawei-fabric ")
            && text.contains("workspace")
            && text.lines().count() == 1
    };
    assert!(is_note(&ran.stderr), "{}", ran.stderr);

    let mut command = program();
    command
        .current_dir(&clouds.folder)
        .env("HUAWEICLOUD_SDK_AK", ID)
        .env("HUAWEICLOUD_SDK_SK", SECRET)
        .env("QIANFAN_ACCESS_KEY", ID)
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET);
    let ran = run(command.args(["diff", "saved.json"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for name in ["note: aws-bedrock ", "AWS_REGION", "note: huawei-fabric "] {
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
}

#[test]
fn a_variable_that_no_client_takes_fails_its_source_only() {
    let clouds = Clouds::new("endpoints", 3);
    for (name, value, source) in [
        ("AWS_ENDPOINT_URL_BEDROCK", "not a url", "aws-bedrock"),
        ("AWS_REGION", "us east 1", "aws-bedrock"),
        (
            "QIANFAN_CONSOLE_API_BASE_URL",
            "ftp://host",
            "baidu-qianfan",
        ),
    ] {
        let text = fs::read_to_string(clouds.folder.join("cloud-models.yaml")).unwrap();
        let urls: Vec<_> = text.split('\'').collect();
        let mut command = program();
        command
            .env("AWS_ACCESS_KEY_ID", ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("QIANFAN_ACCESS_KEY", ID)
            .env("QIANFAN_SECRET_KEY", SECRET)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL_BEDROCK", urls[1])
            .env("QIANFAN_CONSOLE_API_BASE_URL", urls[3])
            .env(name, value);
        let ran = run(command.args(["list", "-o", "csv"]));
        assert_eq!(ran.code, 3, "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout.lines().count(), 4, "{name}");
        assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
        assert!(
            ran.stderr.starts_with(&format!("error: {source}: ")),
            "{}",
            ran.stderr
        );
    }
    // A proxy, which is not for this machine.
    let mut command = aws(&clouds);
    command
        .env("QIANFAN_ACCESS_KEY", ID)
        .env("QIANFAN_SECRET_KEY", SECRET)
        .env("HTTPS_PROXY", "not a proxy");
    let ran = run(command.args(["list", "-o", "csv"]));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 4);
    assert!(ran.stderr.contains("HTTPS_PROXY"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_not_a_missing_file() {
    let clouds = Clouds::new("nowhere", 3);
    let mut command = aws(&clouds);
    std::os::unix::fs::symlink("nowhere.yaml", clouds.folder.join("cloud-models.yaml")).unwrap();
    let ran = run(command.args(["list"]));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("cloud-models.yaml"), "{}", ran.stderr);
}

#[test]
fn values_of_the_file_are_checked_before_anything_is_sent() {
    let folder = folder("values");
    fs::write(
        folder.join("cloud-models.yaml"),
        "sources:\n  - {cloud: baidu-qianfan, endpoint: 'http://'}\n  - {cloud: aws-bedrock, region: us east 1}\n",
    )
    .unwrap();
    // The first source would be asked, and the second one is not selected.
    for arguments in [
        &["list"][..],
        &["sources"],
        &["list", "--cloud", "baidu-qianfan"],
    ] {
        let ran = run(program().current_dir(&folder).args(arguments));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        for place in ["cloud-models.yaml:2:", "cloud-models.yaml:3:"] {
            assert!(ran.stderr.contains(place), "{}", ran.stderr);
        }
    }
}
