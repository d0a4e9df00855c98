//! `cloud-models list` against fakes on this machine.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;
use std::io::Read as _;
use std::process::Stdio;
use std::time::Duration;

use cloud_models::fake::{Answer, Fault};
use cloud_models::{ServiceErrorKind, aws_bedrock, baidu_qianfan, volcengine_ark};
use common::clouds::{Clouds, ID, SECRET, count};
use common::{folder, program, run};

#[test]
fn all_sources_that_answer_are_complete() {
    let clouds = Clouds::new("complete", 250);
    let ran = clouds.run(&["list", "-o", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    for source in ["aws", "baidu", "huawei", "volcengine"] {
        assert_eq!(count(&ran.stdout, source), 250, "{source}");
    }
    // The mark by which Excel knows UTF-8.
    assert!(ran.stdout.starts_with("\u{feff}cloud,"));
    // A line of titles, and lines that end as the standard says.
    assert_eq!(ran.stdout.matches("\r\n").count(), 1001);
    let one = clouds.run(&[
        "list",
        "--source",
        "baidu",
        "--cloud",
        "baidu-qianfan",
        "-o",
        "csv",
    ]);
    assert_eq!(one.stdout.lines().count(), 251);
}

#[test]
fn failures_hide_no_other_source_and_end_in_time() {
    let clouds = Clouds::new("partial", 1000);
    let throttled = || Answer::kind(ServiceErrorKind::Throttled);
    let aws = clouds.aws.on::<aws_bedrock::ListCustomModels>();
    aws.script([throttled(), Answer::Next, throttled(), Answer::Next]);
    let baidu = clouds.baidu.on::<baidu_qianfan::DescribeCustomModelSets>();
    let pages = (0..50).map(|_| Answer::Next);
    baidu.script(pages).fault(Fault::Html);
    clouds
        .volcengine
        .on::<volcengine_ark::ListCustomModels>()
        .fault(Fault::Hang);
    let mut command = clouds.program();
    command.env("HUAWEICLOUD_SDK_SK", "another-secret");
    command.args([
        "list",
        "-o",
        "csv",
        "--timeout",
        "8",
        "--save",
        "listing.json",
    ]);
    let ran = run(&mut command);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.time < Duration::from_secs(20), "{:?}", ran.time);
    assert_eq!(count(&ran.stdout, "aws"), 1000);
    // 50 pages of the default size, 10.
    assert_eq!(count(&ran.stdout, "baidu"), 500);
    assert_eq!(count(&ran.stdout, "huawei"), 0);
    assert_eq!(count(&ran.stdout, "volcengine"), 0);
    for failed in ["error: baidu: ", "error: huawei: ", "error: volcengine: "] {
        assert!(ran.stderr.contains(failed), "{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("error: aws"), "{}", ran.stderr);
    assert!(ran.stderr.contains("HUAWEICLOUD_SDK_SK"), "{}", ran.stderr);
    // What was read can be compared with later.
    let saved = fs::read_to_string(clouds.folder.join("listing.json")).unwrap();
    assert!(saved.starts_with("{\"version\":1,"));
}

#[test]
fn nothing_that_could_be_read_is_an_error_and_no_file() {
    let clouds = Clouds::new("nothing", 3);
    let mut command = clouds.program();
    for name in [
        "AWS_SECRET_ACCESS_KEY",
        "QIANFAN_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        "VOLCENGINE_SECRET_KEY",
    ] {
        command.env(name, "another-secret");
    }
    let ran = run(command.args(["list", "--save", "listing.json"]));
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr.matches("error: ").count(), 4, "{}", ran.stderr);
    assert!(!clouds.folder.join("listing.json").exists());
}

#[test]
fn missing_credentials_are_the_failure_of_their_source() {
    let clouds = Clouds::new("missing", 3);
    let mut command = clouds.program();
    command
        .env_remove("QIANFAN_SECRET_KEY")
        .env_remove("VOLCENGINE_ACCESS_KEY")
        .env_remove("VOLCENGINE_SECRET_KEY");
    let ran = run(command.args(["list", "-o", "csv"]));
    assert_eq!(ran.code, 3);
    assert_eq!(ran.stdout.lines().count(), 7);
    assert!(ran.stderr.contains("QIANFAN_SECRET_KEY"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("VOLCENGINE_ACCESS_KEY"),
        "{}",
        ran.stderr
    );
}

#[test]
fn variables_that_the_file_names_hold_the_key() {
    let clouds = Clouds::new("variables", 3);
    let file = clouds.folder.join("cloud-models.yaml");
    let config = fs::read_to_string(&file).unwrap();
    let config = config.replace(
        "label: aws,",
        "label: aws, variables: {access_key: PROD_ID, secret_key: PROD_SECRET},",
    );
    fs::write(&file, config).unwrap();
    let list = |secret: Option<&str>| {
        let mut command = clouds.program();
        // A key that the fake does not know must not be used.
        command
            .env("AWS_SECRET_ACCESS_KEY", "another-secret")
            .env("PROD_ID", ID);
        if let Some(secret) = secret {
            command.env("PROD_SECRET", secret);
        }
        run(command.args(["list", "--source", "aws", "-o", "csv"]))
    };
    assert_eq!(list(Some(SECRET)).code, 0);
    let ran = list(None);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("PROD_SECRET"), "{}", ran.stderr);
}

#[test]
fn without_a_file_the_environment_counts() {
    let clouds = Clouds::new("environment", 3);
    let config = clouds.folder.join("cloud-models.yaml");
    let text = fs::read_to_string(&config).unwrap();
    fs::remove_file(&config).unwrap();
    let aws = text.split('\'').nth(1).unwrap();
    let mut command = clouds.program();
    command
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL_BEDROCK", aws);
    for name in [
        "QIANFAN_ACCESS_KEY",
        "QIANFAN_SECRET_KEY",
        "VOLCENGINE_ACCESS_KEY",
        "VOLCENGINE_SECRET_KEY",
    ] {
        command.env_remove(name);
    }
    let ran = run(command.args(["list", "-o", "csv"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(count(&ran.stdout, "aws-bedrock"), 3);

    let ran = run(program().args(["list"]));
    assert_eq!(ran.code, 2);
    for name in [
        "AWS_ACCESS_KEY_ID",
        "QIANFAN_ACCESS_KEY",
        "workspace",
        "VOLCENGINE_ACCESS_KEY",
        "--demo",
    ] {
        assert!(ran.stderr.contains(name), "{name}: {}", ran.stderr);
    }
}

#[test]
fn names_that_there_are_not_are_refused() {
    for (arguments, meant) in [
        (["list", "--demo", "--cloud", "aws-bedrok"], "aws-bedrock"),
        (["list", "--demo", "--source", "huawei"], "huawei-fabric"),
        (["list", "--demo", "--output", "xml"], "html"),
        (["list", "--demo", "--status", "reddy"], "ready"),
    ] {
        let ran = run(program().args(arguments));
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains(meant), "{}", ran.stderr);
    }
}

#[test]
fn a_filter_by_status_says_what_it_leaves_out() {
    let ran = run(program().args([
        "list", "--demo", "--status", "failed", "--status", "unknown", "-o", "csv",
    ]));
    assert_eq!(ran.code, 0);
    let names: Vec<_> = ran
        .stdout
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(7))
        .collect();
    assert_eq!(names, ["legal-terms", "ad-copy"]);
    assert!(
        ran.stderr.contains("5 models without a status"),
        "{}",
        ran.stderr
    );
    // A page that is passed on says so itself.
    let ran = run(program().args([
        "list", "--demo", "--status", "failed", "--status", "unknown", "-o", "html",
    ]));
    assert!(
        ran.stdout.contains("failed or unknown: 8 models left out"),
        "{}",
        ran.stdout
    );
    // It is not a listing to compare with: the others would be gone.
    let ran = run(program().args(["list", "--demo", "--status", "failed", "-o", "json"]));
    let folder = folder("filtered");
    fs::write(folder.join("filtered.json"), &ran.stdout).unwrap();
    let ran = run(program()
        .current_dir(&folder)
        .args(["diff", "filtered.json", "--demo"]));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [
        &["list", "--demo", "-o", "html"][..],
        &["sources"],
        &["list", "--help"],
    ] {
        let mut child = program()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        let code = child.wait().unwrap().code();
        assert!(
            code == Some(0) || arguments == ["sources"],
            "{arguments:?}: {code:?}"
        );
        assert_eq!(stderr, "", "{arguments:?}");
    }
}

#[test]
fn what_services_say_is_harmless() {
    let clouds = Clouds::new("harmless", 0);
    let mut model = aws_bedrock::CustomModelSummary::default();
    model.model_arn = "=HYPERLINK(\"http://evil\")".to_owned();
    model.model_name = "<script>alert(1)</script>\u{ad}\u{e0041}\u{1b}[2J\u{202e}".to_owned();
    clouds
        .aws
        .on::<aws_bedrock::ListCustomModels>()
        .items([model]);
    let output = |format| {
        let ran = clouds.run(&["list", "--source", "aws", "-o", format]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for sign in ['\u{1b}', '\u{202e}', '\u{ad}', '\u{e0041}'] {
            assert!(!ran.stdout.contains(sign), "{format}: {}", ran.stdout);
        }
        ran.stdout
    };
    assert!(output("csv").contains("\"'=HYPERLINK(\"\"http://evil\"\")\""));
    assert!(output("html").contains("&lt;script&gt;alert(1)"));
    assert!(output("table").contains("\\u{1b}[2J"));
    let json: serde_json::Value = serde_json::from_str(&output("json")).unwrap();
    let name = json["models"][0]["name"].as_str().unwrap();
    assert!(
        name.ends_with("\u{ad}\u{e0041}\u{1b}[2J\u{202e}"),
        "{name:?}"
    );
}

#[test]
fn a_status_that_is_not_known_never_looks_like_one_that_is() {
    let clouds = Clouds::new("statuses", 0);
    let model = |id: &str, status| {
        let mut model = aws_bedrock::CustomModelSummary::default();
        model.model_arn = id.to_owned();
        model.model_status = Some(status);
        model
    };
    clouds.aws.on::<aws_bedrock::ListCustomModels>().items([
        model("usable", aws_bedrock::ModelStatus::Active),
        model("odd", aws_bedrock::ModelStatus::from("Ready")),
    ]);
    for format in ["table", "csv", "html"] {
        let ran = clouds.run(&["list", "--source", "aws", "-o", format]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(
            ran.stdout.matches("unknown: Ready").count(),
            1,
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn emoji_do_not_make_a_table_too_wide() {
    use unicode_width::UnicodeWidthStr as _;

    let clouds = Clouds::new("emoji", 0);
    let mut model = aws_bedrock::CustomModelSummary::default();
    model.model_arn = "arn".to_owned();
    model.model_name = "👩\u{200d}👩\u{200d}👧☁\u{fe0f}1\u{fe0f}\u{20e3}".repeat(20);
    clouds
        .aws
        .on::<aws_bedrock::ListCustomModels>()
        .items([model]);
    let mut command = clouds.program();
    let ran = run(command
        .env("COLUMNS", "40")
        .args(["list", "--source", "aws"]));
    let line = ran.stdout.lines().nth(1).unwrap();
    // As wide as it may be, less than the emoji that no longer fits.
    assert!(
        (38..=40).contains(&line.width()),
        "{}: {line}",
        line.width()
    );
}

#[test]
fn secrets_are_in_no_output() {
    let clouds = Clouds::new("secrets", 20);
    // The service repeats the request in its error.
    let message = format!("the key {ID} with {SECRET} is wrong");
    let refused = Answer::kind(ServiceErrorKind::Authentication).message(message);
    clouds
        .baidu
        .on::<baidu_qianfan::DescribeCustomModelSets>()
        .script([refused]);
    for arguments in [
        &["list"][..],
        &["list", "-o", "json", "--save", "saved.json"],
        &["list", "-o", "csv"],
        &["list", "-o", "html"],
        &["sources", "--check"],
        &["sources"],
        &["diff", "saved.json"],
        &["diff", "saved.json", "-o", "json"],
    ] {
        let ran = clouds.run(arguments);
        let saved = fs::read_to_string(clouds.folder.join("saved.json")).unwrap_or_default();
        for text in [&ran.stdout, &ran.stderr, &saved] {
            assert!(!text.contains(SECRET), "{arguments:?}: {text}");
        }
    }
}

#[test]
fn failed_sources_are_on_top_of_the_page() {
    let clouds = Clouds::new("page", 3);
    let file = clouds.folder.join("cloud-models.yaml");
    let config = fs::read_to_string(&file).unwrap();
    fs::write(&file, config.replace("label: baidu", "label: <b>baidu</b>")).unwrap();
    let mut command = clouds.program();
    command.env("QIANFAN_SECRET_KEY", "another-secret");
    let ran = run(command.args(["list", "-o", "html"]));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let (head, table) = ran.stdout.split_once("<table>").unwrap();
    assert!(head.contains("&lt;b&gt;baidu&lt;/b&gt;"), "{head}");
    assert!(!ran.stdout.contains("<b>"));
    assert_eq!(table.matches("<tr>").count(), 1 + 9);
    // It needs nothing from elsewhere.
    for reference in ["src=", "href=", "url(", "@import"] {
        assert!(!ran.stdout.contains(reference), "{reference}");
    }
}
