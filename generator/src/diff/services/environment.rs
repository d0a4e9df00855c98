//! Environment variables and files.

use super::{BEHAVIOUR, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::Verdict;
use crate::model::{NotRead, Service, Setting};

pub(super) fn environment(changes: &mut Changes, old: &Service, new: &Service) {
    let (a, b) = (&old.environment, &new.environment);
    let rows = [
        ("region", &a.region, &b.region),
        ("endpoint", &a.endpoint, &b.endpoint),
        ("ignore_endpoint", &a.ignore_endpoint, &b.ignore_endpoint),
        ("fips", &a.fips, &b.fips),
        ("dual_stack", &a.dual_stack, &b.dual_stack),
        ("project_id", &a.project_id, &b.project_id),
        ("max_attempts", &a.max_attempts, &b.max_attempts),
        ("retry_mode", &a.retry_mode, &b.retry_mode),
    ];
    for (key, old, new) in rows {
        variables(changes, &["environment", key], old, new);
    }
    let words = (
        "another section of the shared AWS configuration applies to the service",
        "compare the ID with the service model of the AWS SDKs",
    );
    changes.changed(
        Rule::AwsServiceIdChanged,
        &["environment", "aws_service_id"],
        (&a.aws_service_id, &b.aws_service_id),
        option,
        BEHAVIOUR,
        words,
    );
    let shown = |settings: &Vec<NotRead>| {
        let settings = settings.iter().map(|setting| {
            let feature = setting.feature.iter();
            let feature: String = feature.map(|name| format!(" ({name})")).collect();
            format!("{}{feature}: {}", setting.name, setting.docs)
        });
        settings.collect::<Vec<_>>().join("\n")
    };
    let words = (
        "error messages and documentation name other variables and files",
        "nothing",
    );
    changes.changed(
        Rule::NotReadChanged,
        &["environment", "not_read"],
        (&a.not_read, &b.not_read),
        shown,
        Verdict::HARMLESS,
        words,
    );
    // If the names differ, so do the texts, and the names have their own findings.
    if a == b && old.endpoint == new.endpoint && old.auth == new.auth {
        let lines = |settings: &[Setting]| {
            let line =
                |Setting {
                     purpose,
                     names,
                     support,
                 }: &Setting| { format!("{purpose}: {names}, {support:?}") };
            settings.iter().map(line).collect::<Vec<_>>()
        };
        let (old, new) = (lines(&old.settings), lines(&new.settings));
        changes.docs(&["environment"], &old, &new);
    }
}

pub(super) fn variables(
    changes: &mut Changes,
    path: &[&str],
    old: &Vec<String>,
    new: &Vec<String>,
) {
    let words = (
        "other environment variables are read, so a program finds another configuration, or none",
        "keep the old names behind the new ones",
    );
    let shown = |names: &Vec<String>| names.join(", ");
    changes.changed(
        Rule::VariablesChanged,
        path,
        (old, new),
        shown,
        BEHAVIOUR,
        words,
    );
}
