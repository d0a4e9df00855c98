//! Ways to authenticate that a description states, for the service and for single operations.

use super::pairs::Pair;
use crate::describe::{self, Signature};
use crate::model::{Operation, Scheme, Service};

impl Pair<'_> {
    /// Takes over the ways to authenticate of the service.
    pub(super) fn authentication(&self, image: &mut Service) {
        // Without any that a spec can say, the draft has an example.
        let is_stated = !self.description.auth.is_empty();
        let stated = self.described.auth.iter().filter(|_| is_stated);
        for scheme in stated {
            if let Some(known) = self.carried_elsewhere(&mut image.auth, scheme) {
                carry_as(known, scheme);
                continue;
            }
            match image.auth.iter_mut().find(|known| same_way(known, scheme)) {
                None => image.auth.push(scheme.clone()),
                Some(known) if self.description.is_complete() => sign_as(known, scheme),
                Some(_) => {}
            }
        }
        if is_stated && self.description.is_complete() {
            let described = &self.described.auth;
            let is_there = |scheme: &Scheme| described.iter().any(|it| same_way(scheme, it));
            image.auth.retain(is_there);
        }
    }

    /// Returns the token of the spec that travels under another name in the description, if only one can be meant.
    fn carried_elsewhere<'i>(
        &self,
        image: &'i mut [Scheme],
        scheme: &Scheme,
    ) -> Option<&'i mut Scheme> {
        let is_like =
            |other: &Scheme| std::mem::discriminant(other) == std::mem::discriminant(scheme);
        let is_lone = |all: &[Scheme]| all.iter().filter(|it| is_like(it)).count() == 1;
        let is_token = matches!(scheme, Scheme::Token { .. } | Scheme::QueryToken { .. });
        let is_meant = is_token && is_lone(&self.spec.auth) && is_lone(&self.described.auth);
        let mut known = image.iter_mut().filter(|known| is_like(known));
        known.find(|known| is_meant && !same_way(known, scheme))
    }

    /// Returns the ways to authenticate of an operation in the image, with those that the description states for it.
    pub(super) fn of_operation(&self, operation: &Operation, name: &str) -> Option<Vec<Scheme>> {
        let mut all = self.description.operations.iter();
        let stated = all.find(|each| each.name == name);
        match stated.and_then(|each| each.auth.as_ref()) {
            Some(stated) => self.differing(operation, stated).or(operation.auth.clone()),
            None if self.needs_credentials_after_all(operation) => None,
            None => operation.auth.clone(),
        }
    }

    /// Whether a document for people says of all operations that they need credentials, and the spec of this one that it
    /// does not. In SDKs, a missing word says nothing.
    fn needs_credentials_after_all(&self, operation: &Operation) -> bool {
        let is_open = |ways: &[Scheme]| ways.iter().any(|way| matches!(way, Scheme::None));
        let stated = &self.description.auth;
        operation.auth.as_deref().is_some_and(is_open)
            && !self.description.is_complete()
            && !stated.is_empty()
            && !stated.contains(&describe::Scheme::None)
    }

    /// Returns the ways to authenticate that a description states for one operation, if they differ from those of the spec.
    fn differing(&self, operation: &Operation, stated: &[describe::Scheme]) -> Option<Vec<Scheme>> {
        let known = operation.auth.as_ref().unwrap_or(&self.spec.auth);
        let is_known = |way: &describe::Scheme| known.iter().any(|scheme| is_way(scheme, way));
        let is_stated = |scheme: &Scheme| stated.iter().any(|way| is_way(scheme, way));
        if stated.iter().all(is_known) && known.iter().all(is_stated) {
            return None;
        }
        let all = [known, &self.spec.auth, &self.described.auth];
        let scheme = |way: &describe::Scheme| match way {
            describe::Scheme::None => Some(Scheme::None),
            way => {
                let mut all = all.iter().copied().flatten();
                all.find(|scheme| is_way(scheme, way)).cloned()
            }
        };
        // A way that nobody knows how to say was skipped before.
        stated.iter().map(scheme).collect()
    }
}

/// Signs with the name of another scheme.
fn sign_as(known: &mut Scheme, stated: &Scheme) {
    if let (
        Scheme::AwsSigV4 { service, .. } | Scheme::VolcengineHmac { service, .. },
        Scheme::AwsSigV4 { service: name, .. } | Scheme::VolcengineHmac { service: name, .. },
    ) = (known, stated)
    {
        service.clone_from(name);
    }
}

/// Sends a token under the name of another scheme.
fn carry_as(known: &mut Scheme, stated: &Scheme) {
    match (known, stated) {
        (Scheme::Token { header, .. }, Scheme::Token { header: name, .. }) => {
            header.clone_from(name);
        }
        (Scheme::QueryToken { query, .. }, Scheme::QueryToken { query: name, .. }) => {
            query.clone_from(name);
        }
        _ => {}
    }
}

fn same_way(a: &Scheme, b: &Scheme) -> bool {
    match (a, b) {
        (Scheme::Token { header: a, .. }, Scheme::Token { header: b, .. }) => {
            a.eq_ignore_ascii_case(b)
        }
        (Scheme::QueryToken { query: a, .. }, Scheme::QueryToken { query: b, .. }) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether a scheme is what a description states.
fn is_way(scheme: &Scheme, way: &describe::Scheme) -> bool {
    match (scheme, way) {
        (Scheme::AwsSigV4 { .. }, describe::Scheme::Signed(Signature::AwsSigv4, _))
        | (Scheme::VolcengineHmac { .. }, describe::Scheme::Signed(Signature::VolcengineHmac, _))
        | (Scheme::HuaweiSdkHmac(_), describe::Scheme::Signed(Signature::HuaweiSdkHmac, _))
        | (Scheme::Bearer { .. }, describe::Scheme::Bearer)
        | (Scheme::Basic(_), describe::Scheme::Basic)
        | (Scheme::None, describe::Scheme::None) => true,
        (Scheme::Token { header, .. }, describe::Scheme::Header(name)) => {
            header.eq_ignore_ascii_case(name)
        }
        (Scheme::QueryToken { query, .. }, describe::Scheme::Query(name)) => query == name,
        _ => false,
    }
}
