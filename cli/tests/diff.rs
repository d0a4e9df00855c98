//! `cloud-models diff` against fakes on this machine.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;

use cloud_models::aws_bedrock::{CustomModelSummary, ListCustomModels, ModelStatus};
use cloud_models::baidu_qianfan::DescribeCustomModelSets;
use cloud_models::fake::Fault;
use common::clouds::Clouds;
use common::{folder, program, run};

fn model(id: &str, status: ModelStatus) -> CustomModelSummary {
    let mut model = CustomModelSummary::default();
    model.model_arn = id.to_owned();
    model.model_name = format!("name of {id}");
    model.model_status = Some(status);
    model
}

#[test]
fn differences_are_listed_and_have_an_exit_code() {
    let clouds = Clouds::new("differences", 3);
    let aws = || clouds.aws.on::<ListCustomModels>();
    aws().items([
        model("stays", ModelStatus::Active),
        model("goes", ModelStatus::Active),
        model("changes", ModelStatus::Creating),
    ]);
    assert_eq!(clouds.run(&["list", "--save", "before.json"]).code, 0);

    let same = clouds.run(&["diff", "before.json"]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    assert_eq!(same.stdout, "0 new, 0 gone, 0 changed, 0 not known\n");

    aws().items([
        model("stays", ModelStatus::Active),
        model("changes", ModelStatus::Active),
        model("comes", ModelStatus::Creating),
    ]);
    let ran = clouds.run(&["diff", "before.json"]);
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "+ aws: name of comes (comes)",
            "- aws: name of goes (goes)",
            "~ aws: name of changes (changes): status pending -> ready",
            "1 new, 1 gone, 1 changed, 0 not known",
        ]
    );

    assert_eq!(ran.stderr, "");

    let ran = clouds.run(&["diff", "before.json", "-o", "json"]);
    assert_eq!(ran.code, 10);
    let diff: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(diff["new"][0]["id"], "comes");
    assert_eq!(diff["gone"][0]["id"], "goes");
    assert_eq!(diff["changed"][0]["fields"][0], "status");
}

#[test]
fn another_account_under_the_same_label_is_told() {
    let clouds = Clouds::new("another-account", 3);
    let aws = || clouds.aws.on::<ListCustomModels>();
    aws().items(["a", "b"].map(|id| model(id, ModelStatus::Active)));
    assert_eq!(clouds.run(&["list", "--save", "before.json"]).code, 0);
    for (ids, is_told) in [(&["c"][..], true), (&["b", "c"], false), (&[], false)] {
        aws().items(ids.iter().map(|id| model(id, ModelStatus::Active)));
        let ran = clouds.run(&["diff", "before.json"]);
        assert_eq!(ran.code, 10, "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("aws"), is_told, "{}", ran.stderr);
    }
}

#[test]
fn models_of_a_source_that_fails_are_not_gone() {
    let clouds = Clouds::new("not-gone", 3);
    assert_eq!(clouds.run(&["list", "--save", "before.json"]).code, 0);
    clouds
        .baidu
        .on::<DescribeCustomModelSets>()
        .fault(Fault::Html);
    let ran = clouds.run(&["diff", "before.json"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: baidu"), "{}", ran.stderr);
    assert!(
        ran.stdout
            .ends_with("0 new, 0 gone, 0 changed, 3 not known\n"),
        "{}",
        ran.stdout
    );
    // Also not without a failure: a source is no longer in the file.
    let file = clouds.folder.join("cloud-models.yaml");
    let config = fs::read_to_string(&file).unwrap();
    let rest = |line: &&str| !line.contains("label: baidu");
    let without: Vec<_> = config.lines().filter(rest).collect();
    fs::write(clouds.folder.join("without.yaml"), without.join("\n")).unwrap();
    let ran = clouds.run(&["diff", "before.json", "--config", "without.yaml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    let ran = clouds.run(&[
        "diff",
        "before.json",
        "--config",
        "without.yaml",
        "--cloud",
        "aws-bedrock",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // Nor those of sources that are not asked, which are only counted.
    let ran = clouds.run(&["diff", "before.json", "--source", "aws"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert!(lines[0].starts_with("? 9 models"), "{}", ran.stdout);
    assert_eq!(lines[1], "0 new, 0 gone, 0 changed, 9 not known");
}

#[test]
fn differences_come_before_failures_in_the_exit_code() {
    let clouds = Clouds::new("precedence", 3);
    assert_eq!(clouds.run(&["list", "--save", "before.json"]).code, 0);
    let aws = clouds.aws.on::<ListCustomModels>();
    aws.items([model("comes\u{9b}31m", ModelStatus::Active)]);
    let baidu = clouds.baidu.on::<DescribeCustomModelSets>();
    baidu.fault(Fault::Html);
    let ran = clouds.run(&["diff", "before.json", "-o", "json"]);
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: baidu"), "{}", ran.stderr);
    // A terminal would obey U+009B, which JSON leaves as it is.
    assert!(!ran.stdout.contains('\u{9b}'), "{}", ran.stdout);
    let diff: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(diff["new"][0]["id"], "comes\u{9b}31m");
}

#[test]
fn files_that_are_no_listing_are_refused() {
    let folder = folder("no-listing");
    let ran = run(program()
        .current_dir(&folder)
        .args(["list", "--demo", "--save", "good.json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let good = fs::read_to_string(folder.join("good.json")).unwrap();
    let half: String = good.chars().take(good.chars().count() / 2).collect();
    for (name, text, problem) in [
        ("truncated.json", half.as_str(), "incomplete"),
        ("empty.json", "", "incomplete"),
        (
            "later.json",
            &good.replace("\"version\":1", "\"version\":2"),
            "version 2",
        ),
        ("other.json", "{\"models\": []}", "version"),
        ("list.csv", "cloud,source\r\n", "not a saved listing"),
    ] {
        fs::write(folder.join(name), text).unwrap();
        let ran = run(program()
            .current_dir(&folder)
            .args(["diff", name, "--demo"]));
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{name}");
        assert!(
            ran.stderr.contains(name) && ran.stderr.contains(problem),
            "{}",
            ran.stderr
        );
    }
    let ran = run(program()
        .current_dir(&folder)
        .args(["diff", "none.json", "--demo"]));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let ran = run(program()
        .current_dir(&folder)
        .args(["diff", "good.json", "--demo"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
