//! A program that writes each operation, structure and union of a generated module as JSON, with all members set, and
//! reads it back. The value must be the same, and the JSON must have each member by its wire name, so that what a type
//! writes is what it reads. Each operation is also made a request, which must have each member in its place, and from which a
//! fake must decode the same operation.

use std::fmt::Write;

use generator::model::{Member, Operation, Place, Service, Structure, Ty, Type};

use crate::consumer::Context;

/// Returns the source of the program; the crate has the modules `api` and `program`, of which the latter is the
/// [consumer](crate::consumer::consumer).
pub fn round_trips(service: &Service) -> String {
    let context = Context { service };
    let uses = format!("use {}::{{api, program}};\n", service.module);
    let mut out = format!("{HEAD}{uses}{HELPERS}\nfn main() {{\n");
    let mut functions = String::new();
    for operation in &service.operations {
        let name = &operation.rust_name;
        let names = names(&operation.members);
        writeln!(out, "    full(program::operation_{name}(), &{names:?});").unwrap();
        let segments = operation.path.split('/').count() + base_segments(service);
        let at = |places| sorted(at(operation, places));
        let fixed = operation.fixed.iter().map(|(name, _)| name.clone());
        let mut query = at(&[Place::Query, Place::QueryCsv]);
        query.extend(fixed);
        query.sort_unstable();
        let mut headers = at(&[Place::Header]);
        let fixed = operation.fixed_headers.iter();
        headers.extend(fixed.map(|(name, _)| name.clone()));
        let body = at(&[Place::Body]);
        let has_payload = !at(&[Place::Payload]).is_empty();
        let method = &operation.method;
        writeln!(
            out,
            "    send(program::operation_{name}(), {method:?}, {segments}, &{query:?}, &{headers:?}, &{body:?}, {has_payload});"
        )
        .unwrap();
    }
    for item in &service.types {
        match item {
            Type::Structure(item) => {
                let (name, names) = (&item.name, names(&item.members));
                let module = if item.input {
                    "program::make"
                } else {
                    filled(&context, &mut functions, item);
                    "fill"
                };
                writeln!(out, "    full({module}_{name}(), &{names:?});").unwrap();
                if item.output && is_complete(service, item) {
                    writeln!(out, "    trip(api::{name}::default());").unwrap();
                }
            }
            Type::Enum(item) => {
                let name = &item.name;
                let trip = format!(
                    "    for (text, value) in api::{name}::KNOWN {{\n        assert_eq!(trip(value.clone()), *text);\n    }}"
                );
                writeln!(out, "{trip}\n    trip(api::{name}::from(\"text\"));").unwrap();
            }
            Type::Union(item) => {
                for member in &item.members {
                    let (name, variant, wire) = (&item.name, &member.rust_name, &member.wire);
                    let value = exact(&context, member);
                    writeln!(
                        out,
                        "    full(api::{name}::{variant}({value}), &[{wire:?}]);"
                    )
                    .unwrap();
                }
            }
        }
    }
    format!("{out}}}\n{functions}")
}

/// Adds a function that sets all fields of a structure.
fn filled(context: &Context<'_>, out: &mut String, item: &Structure) {
    let name = &item.name;
    let mut body = String::new();
    for member in &item.members {
        let value = exact(context, member);
        let value = if member.is_optional(item.input) {
            format!("Some({value})")
        } else {
            value
        };
        writeln!(body, "    value.{} = {value};", member.rust_name).unwrap();
    }
    let binding = if body.is_empty() {
        "value"
    } else {
        "mut value"
    };
    writeln!(
        out,
        "\nfn fill_{name}() -> api::{name} {{\n    let {binding} = api::{name}::default();\n{body}    value\n}}"
    )
    .unwrap();
}

/// Whether a structure can be read from its default value. That of a union has no member.
fn is_complete(service: &Service, item: &Structure) -> bool {
    let mut required = item.members.iter().filter(|member| member.required);
    required.all(|member| match &member.ty {
        Ty::Union(_) => false,
        Ty::Structure(name) => service.types.iter().all(|item| match item {
            Type::Structure(item) if item.name == *name => is_complete(service, item),
            _ => true,
        }),
        _ => true,
    })
}

fn exact(context: &Context<'_>, member: &Member) -> String {
    let value = context.exact(&member.ty);
    if member.boxed {
        format!("Box::new({value})")
    } else {
        value
    }
}

fn names(members: &[Member]) -> Vec<String> {
    sorted(members.iter().map(|member| member.wire.clone()))
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// Returns the names under which the members in some places travel. Those of an entry of a map come from its key.
fn at(operation: &Operation, places: &[Place]) -> impl Iterator<Item = String> {
    let members = operation.members.iter();
    let members = members.filter(|member| places.contains(&member.place));
    members.map(|member| match (&member.ty, member.place) {
        (Ty::Map(_), Place::Query) => "key".to_owned(),
        (Ty::Map(_), Place::Header) => format!("{}key", member.wire),
        _ => member.wire.clone(),
    })
}

/// Returns the number of segments in front of the paths of operations.
fn base_segments(service: &Service) -> usize {
    let (_, after_scheme) = service.endpoint.url.split_once("://").unwrap_or_default();
    after_scheme.trim_end_matches('/').matches('/').count()
}

const HEAD: &str = "\
//! Writes everything as JSON and reads it back.
#![allow(warnings, clippy::all)]
use std::fmt::Debug;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use cloud_models_runtime as rt;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
";

/// Functions of the program. `full` expects all members of a value.
const HELPERS: &str = r#"
fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) -> serde_json::Value {
    let text = serde_json::to_string(&value).unwrap();
    let back: T = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{value:?}: {error}: {text}"));
    assert_eq!(back, value, "{text}");
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), json);
    json
}

fn keys(json: &serde_json::Value) -> Vec<&str> {
    let mut found: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    found.sort_unstable();
    found
}

fn full<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, names: &[&str]) {
    let json = trip(value);
    assert_eq!(keys(&json), names, "{}: {json}", std::any::type_name::<T>());
}

/// A parameter of an endpoint, by its name.
struct Part<S>(&'static str, PhantomData<S>);

impl<S: rt::Service> rt::EndpointParameter for Part<S> {
    type Service = S;

    fn name(&self) -> &'static str {
        self.0
    }
}

fn send<O: rt::Operation + PartialEq + Debug>(
    operation: O,
    method: &str,
    segments: usize,
    query: &[&str],
    headers: &[&str],
    body: &[&str],
    has_payload: bool,
) {
    let name = O::NAME;
    let mut config = rt::Config::<O::Service>::new()
        .credentials(rt::Credentials::anonymous())
        .region("region")
        .project_id("project")
        // The texts are the same everywhere, within limits or not.
        .validate(false);
    for part in <O::Service as rt::Service>::INFO.endpoint_parameters {
        config = config.endpoint_parameter(Part(part.name, PhantomData), "part");
    }
    let now = rt::Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    let request = match config.call(operation.clone()).unwrap().step(rt::Event::Start, now) {
        rt::Step::Send(request) => request,
        step => panic!("{name}: {step:?}"),
    };
    assert_eq!(request.method(), method, "{name}");
    let path = request.uri().path();
    assert_eq!(path.split('/').count(), segments, "{name}: {path}");
    let pairs = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    let mut found: Vec<_> = pairs.map(|pair| pair.split('=').next().unwrap()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, query, "{name}");
    for header in headers {
        assert!(request.headers().contains_key(*header), "{name}: {header}");
    }
    if has_payload {
        assert!(!request.body().is_empty(), "{name}");
    } else if request.body().is_empty() {
        assert!(body.is_empty(), "{name}");
    } else {
        let json: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(keys(&json), body, "{name}");
    }
    // A fake reads what the client wrote.
    let fake = rt::fake::Fake::<O::Service>::new();
    fake.on::<O>();
    let answer = rt::blocking::Transport::send(&fake, request, Duration::ZERO);
    match fake.calls::<O>().as_slice() {
        [call] => assert_eq!(*call.request(), operation, "{name}"),
        calls => panic!("{name}: {answer:?}, {} calls", calls.len()),
    }
}
"#;
