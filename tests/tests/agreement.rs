//! Tables that exist both in the generator and in the runtime, which must agree.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::aws_bedrock::{Config, ListCustomModels};
use cloud_models::{Event, Now, RetryPolicy, ServiceErrorKind, Step};
use generator::SpecSource;

/// Returns the kind that the runtime derives from a status if the code does not determine it.
fn kind_of(status: u16) -> ServiceErrorKind {
    let mut call = Config::new()
        .region("us-east-1")
        .retry(RetryPolicy::never())
        .call(ListCustomModels::new())
        .unwrap();
    let response = http::Response::builder()
        .status(status)
        .body(Bytes::new())
        .unwrap();
    match call.step(
        Event::Response(response),
        Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO),
    ) {
        Step::Done(Err(error)) => error.service_kind().unwrap(),
        step => panic!("{status}: {step:?}"),
    }
}

/// The generator omits from its tables the kinds that the runtime derives from the status.
#[test]
fn the_meaning_of_a_status_is_the_same_on_both_sides() {
    let kinds = [
        ("access-denied", ServiceErrorKind::AccessDenied),
        ("authentication", ServiceErrorKind::Authentication),
        ("clock-skew", ServiceErrorKind::ClockSkew),
        ("throttled", ServiceErrorKind::Throttled),
        ("transient", ServiceErrorKind::Transient),
        ("not-found", ServiceErrorKind::NotFound),
        ("invalid", ServiceErrorKind::Invalid),
        ("quota", ServiceErrorKind::Quota),
        ("other", ServiceErrorKind::Other),
    ];
    let minimal = include_str!("../fixtures/whole/minimal.yaml");
    for (name, kind) in kinds {
        let mut spec = format!("{minimal}\nerrors:\n  code: [body code]\n  codes:\n");
        for status in 300..=599 {
            writeln!(spec, "    C{status}: {{status: {status}, kind: {name}}}").unwrap();
        }
        let source = SpecSource::new("specs/minimal.yaml", spec);
        let (services, diagnostics) = generator::read(std::slice::from_ref(&source));
        assert!(diagnostics.is_empty(), "{}", diagnostics.plain(&[source]));
        for code in &services[0].errors.codes {
            let status = code.status.unwrap();
            assert_eq!(
                code.kind.is_none(),
                kind == kind_of(status),
                "{name} and {}",
                status
            );
            assert!(
                code.kind
                    .as_ref()
                    .is_none_or(|code| *code == format!("{kind:?}")),
                "{name}"
            );
        }
    }
}
