//! Lowering of a checked spec to the model: resolves references, and decides all names, orders, types and texts.
//!
//! Only specs without errors are lowered, so a missing part gets an empty value instead of a second finding.

mod docs;
mod head;
mod members;
mod operations;
mod paging;
mod settings;
mod types;

use crate::model::{Environment, Service};
use crate::names;
use crate::spec::{Cycles, Spec};
use head::{endpoint, errors, fixed_headers, not_read, scheme};
use operations::operation;
use types::{Usage, lower_type};

/// Lowers one spec.
pub(crate) fn lower(spec: &Spec<'_>) -> Service {
    let head = &spec.head.value;
    let module = head.module.clone().unwrap_or_default();
    let usage = Usage::of(spec);
    let cycles = Cycles::of(spec);
    let endpoint = endpoint(spec);
    let environment = Environment {
        region: head.environment.region.clone(),
        endpoint: head.environment.endpoint.clone(),
        ignore_endpoint: head.environment.ignore_endpoint.clone(),
        fips: head.environment.fips.clone(),
        dual_stack: head.environment.dual_stack.clone(),
        project_id: head.environment.project_id.clone(),
        max_attempts: head.environment.max_attempts.clone(),
        retry_mode: head.environment.retry_mode.clone(),
        aws_service_id: head.environment.aws_service_id.clone(),
        not_read: spec.not_read.iter().map(not_read).collect(),
    };
    let auth: Vec<_> = spec.auth.iter().map(|auth| scheme(&auth.value)).collect();
    Service {
        stem: spec.source.stem().to_owned(),
        marker: names::marker(&module),
        module,
        vendor: head.vendor.clone().unwrap_or_default(),
        name: head.service.clone().unwrap_or_default(),
        docs: [
            docs::lines(head.docs.as_deref().unwrap_or_default()),
            docs::sources(&head.sources),
        ]
        .concat(),
        see: head.see.clone().unwrap_or_default(),
        settings: settings::all(&endpoint, &environment, &auth),
        endpoint,
        environment,
        project_header: head.project_header.clone(),
        fixed_headers: fixed_headers(&spec.fixed_headers),
        auth,
        result: head.result.clone(),
        errors: errors(spec),
        operations: spec
            .operations
            .iter()
            .map(|each| operation(spec, each))
            .collect(),
        types: spec
            .types
            .iter()
            .filter_map(|each| lower_type(spec, &usage, &cycles, each))
            .collect(),
        removed: head.removed.clone(),
    }
}
