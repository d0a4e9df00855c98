//! What generator and runtime each know by themselves, held against each other.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::aws_bedrock::{Config, ListCustomModels};
use cloud_models::{CodeKind, Event, Now, RetryPolicy, Step};
use generator::SpecSource;

/// What the runtime takes a status for, if no code says more.
fn kind_of(status: u16) -> CodeKind {
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
        Step::Done(Err(error)) => error.code_kind(),
        step => panic!("{status}: {step:?}"),
    }
}

/// The generator leaves out of its tables what the status of a code says anyway.
#[test]
fn the_meaning_of_a_status_is_the_same_on_both_sides() {
    let kinds = [
        ("access-denied", CodeKind::AccessDenied),
        ("authentication", CodeKind::Authentication),
        ("clock-skew", CodeKind::ClockSkew),
        ("throttled", CodeKind::Throttled),
        ("transient", CodeKind::Transient),
        ("not-found", CodeKind::NotFound),
        ("invalid", CodeKind::Invalid),
        ("quota", CodeKind::Quota),
        ("other", CodeKind::Other),
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
