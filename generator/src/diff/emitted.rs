//! A guard that looks at what is emitted: the rules of this module decide from the models, and must agree with it.

use super::changes::Changes;
use super::verdict::Api;
use crate::emit;
use crate::model::Service;

/// Corrects the findings on two versions of a service: code that uses it compiles if the emitted module is the same, byte
/// for byte.
pub(super) fn guard(changes: &mut Changes, old: &Service, new: &Service) {
    let is_said = |changes: &Changes| {
        let mut findings = changes.findings.iter();
        findings.any(|finding| finding.verdict.api > Api::None)
    };
    // To emit a module takes as long as to read its spec, and is seldom necessary: its public API tells it, too.
    let api = |service: &Service| emit::api(std::slice::from_ref(service));
    if is_said(changes) && api(old) == api(new) && is_same_module(old, new) {
        for finding in &mut changes.findings {
            finding.verdict.api = Api::None;
        }
    }
}

/// Returns whether two versions of a service are emitted alike, byte for byte.
pub(super) fn is_same_module(old: &Service, new: &Service) -> bool {
    match (emit::module(old), emit::module(new)) {
        (Ok(old), Ok(new)) => old == new,
        // An item that is not valid Rust is reported where it is emitted.
        _ => false,
    }
}
