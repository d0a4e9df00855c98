//! Comparison of two sets of services, and the list of findings.

use std::collections::BTreeMap;

use super::changes::Changes;
use super::finding::Finding;
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use super::{emitted, items, services, witness};
use crate::model::Service;

/// Compares two sets of services and returns the findings, the most severe first.
pub fn diff(old: &[Service], new: &[Service]) -> Vec<Finding> {
    let (olds, mut news) = (by_module(old), by_module(new));
    let mut findings = Vec::new();
    let mut gone = Vec::new();
    for (module, service) in olds {
        let Some(now) = news.remove(module) else {
            gone.push(service);
            continue;
        };
        findings.append(&mut of_service(service, now));
    }
    for service in gone {
        let renamed = news.values().find(|other| is_same_service(service, other));
        let renamed = renamed.map(|other| other.module.as_str());
        match renamed.and_then(|module| news.remove(module)) {
            Some(now) => {
                findings.append(&mut of_service(service, now));
            }
            None => {
                let mut changes = Changes::new(service, service);
                changes.gone(
                    Rule::ServiceRemoved,
                    &[],
                    &service.name,
                    Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                    "the module and its feature are gone",
                    "keep the spec for as long as anybody may use it; deprecate its operations first",
                );
                for finding in &mut changes.findings {
                    finding.compiler = witness::compiler(finding, None);
                }
                findings.append(&mut changes.findings);
            }
        }
    }
    for service in news.into_values() {
        let mut changes = Changes::new(service, service);
        changes.came(
            Rule::ServiceAdded,
            &[],
            &service.name,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "a new module and feature",
            "say so in the changelog",
        );
        findings.append(&mut changes.findings);
    }
    findings.sort_by_cached_key(Finding::rank);
    findings
}

/// Compares two versions of a service.
fn of_service(old: &Service, new: &Service) -> Vec<Finding> {
    let mut changes = Changes::new(old, new);
    let former = services::compare(&mut changes, old, new);
    emitted::guard(&mut changes, old, new);
    let is_other_kind = |finding: &&Finding| {
        finding.rule == Rule::TypeChanged
            && finding.path.first().is_some_and(|key| key == "types")
            && finding.path.len() == 2
    };
    let other_kinds = changes.findings.iter().filter(is_other_kind);
    let other_kinds: Vec<_> = other_kinds.map(|finding| finding.path.clone()).collect();
    for finding in &mut changes.findings {
        finding.old_path = former.path(&finding.path);
        let (path, old_path) = (&finding.path, &finding.old_path);
        finding.item = items::item(new, path).or_else(|| items::item(old, old_path));
        // The members of a type that is a union now, or was one, are missed in other ways, and those of what has another
        // name only where that is known.
        let is_renamed = path != old_path && finding.rule != Rule::OperationRenamed;
        if !is_renamed && !other_kinds.iter().any(|kind| path.starts_with(kind)) {
            let arguments = items::arguments(old, old_path).zip(items::arguments(new, path));
            finding.compiler = witness::compiler(finding, arguments);
        }
    }
    changes.findings
}

/// Returns whether two services with different modules are the same: vendor and name are, or most of the operations.
fn is_same_service(old: &Service, new: &Service) -> bool {
    let has = |name: &str| new.operations.iter().any(|other| other.name == name);
    let common = old.operations.iter().filter(|each| has(&each.name)).count();
    let all = old.operations.len().max(new.operations.len());
    (&old.vendor, &old.name) == (&new.vendor, &new.name) || common * 2 > all
}

/// Returns the services by module.
fn by_module(services: &[Service]) -> BTreeMap<&str, &Service> {
    let modules = services
        .iter()
        .map(|service| (service.module.as_str(), service));
    modules.collect()
}
