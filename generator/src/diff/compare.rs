//! Comparison of two sets of services, and the list of findings.

use std::collections::BTreeMap;

use super::changes::Changes;
use super::finding::Finding;
use super::rules::Rule;
use super::services;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::Service;

/// Compares two sets of services and returns the findings, the most severe first.
pub fn diff(old: &[Service], new: &[Service]) -> Vec<Finding> {
    let (olds, news) = (by_module(old), by_module(new));
    let mut findings = Vec::new();
    for (module, service) in &olds {
        let mut changes = Changes::new(module);
        match news.get(module) {
            Some(new) => services::compare(&mut changes, service, new),
            None => changes.gone(
                Rule::ServiceRemoved,
                &[],
                &service.name,
                Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                "the module and its feature are gone",
                "keep the spec for as long as anybody may use it; deprecate its operations first",
            ),
        }
        findings.append(&mut changes.findings);
    }
    for (module, service) in news
        .iter()
        .filter(|(module, _)| !olds.contains_key(*module))
    {
        let mut changes = Changes::new(module);
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

/// Returns the services by module.
fn by_module(services: &[Service]) -> BTreeMap<&str, &Service> {
    let modules = services
        .iter()
        .map(|service| (service.module.as_str(), service));
    modules.collect()
}
