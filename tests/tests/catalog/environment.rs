//! Sources from the environment. It belongs to the whole process, so the test runs itself in another one.

use std::process::Command;

use cloud_models::catalog::{Catalog, SourceErrorKind, blocking};

const CHILD: &str = "CATALOG_TEST_CHILD";

#[test]
fn each_cloud_whose_settings_are_there_is_a_source() {
    if std::env::var_os(CHILD).is_some() {
        return child();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "environment::each_cloud_whose_settings_are_there_is_a_source",
        ])
        .arg("--nocapture")
        .env_clear()
        .env(CHILD, "1")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-central-1")
        .env("VOLCENGINE_ACCESS_KEY", "AKIDEXAMPLE")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("child passed"),
        "{text}"
    );
}

fn child() {
    let (catalog, skipped) = Catalog::from_env();
    let (blocking, skipped_too) = blocking::Catalog::from_env();
    assert_eq!(skipped, skipped_too);
    let sources = catalog.sources();
    assert_eq!((sources.len(), blocking.sources().len()), (1, 1));
    let blocking = &blocking.sources()[0];
    for (label, cloud, scope) in [
        (sources[0].label(), sources[0].cloud(), sources[0].scope()),
        (blocking.label(), blocking.cloud(), blocking.scope()),
    ] {
        assert_eq!((label, cloud), ("aws-bedrock", "aws-bedrock"));
        assert_eq!(scope.region.as_deref(), Some("eu-central-1"));
    }
    let reasons: Vec<_> = skipped
        .iter()
        .map(|each| (each.cloud.as_str(), each.reason.kind))
        .collect();
    assert_eq!(
        reasons,
        [
            ("baidu-qianfan", SourceErrorKind::Credentials),
            ("huawei-fabric", SourceErrorKind::Config),
            ("volcengine-ark", SourceErrorKind::Credentials),
        ]
    );
    assert!(skipped[1].reason.message.contains("workspace_id"));
    println!("child passed");
}
