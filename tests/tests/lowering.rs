//! Models of the fixtures in `fixtures/whole`: types, boxes, limits and names, as the emitter gets them.

use std::collections::BTreeSet;
use std::fs;

use cloud_models_tests::cases::package;
use generator::model::{Limit, Member, Service, TimestampFormat, Ty, Type};
use generator::{SpecSource, read};

fn service(fixture: &str) -> Service {
    let path = package().join(format!("fixtures/whole/{fixture}.yaml"));
    let source = SpecSource::new(format!("specs/{fixture}.yaml"), fs::read(path).unwrap());
    let (mut services, found) = read(std::slice::from_ref(&source));
    let found = found.without_notes();
    assert!(found.is_empty(), "{}", found.plain(&[source]));
    services.remove(0)
}

fn ty<'s>(service: &'s Service, name: &str) -> &'s Type {
    let mut types = service.types.iter();
    types.find(|ty| ty.name() == name).unwrap()
}

fn member<'m>(members: &'m [Member], wire: &str) -> &'m Member {
    members.iter().find(|member| member.wire == wire).unwrap()
}

/// Boxes are in the optional parts of cycles, and only where neither a list nor a map lies between.
#[test]
fn cycles_are_boxed_where_they_may_end() {
    let service = service("recursion");
    let members = service.types.iter().flat_map(|ty| {
        let members = ty.members().iter().filter(|member| member.boxed);
        members.map(|member| format!("{}.{}", ty.name(), member.wire))
    });
    let boxed: BTreeSet<_> = members.collect();
    let expected = ["Filter.not", "Filter.pair", "Link.rest", "Node.parent"];
    assert_eq!(boxed, expected.map(str::to_owned).into());
    let parameters = service.operations.iter().flat_map(|each| &each.members);
    assert!(parameters.into_iter().all(|member| !member.boxed));
}

#[test]
fn types_nest_from_the_outside() {
    let service = service("maps");
    let list = |ty| Ty::List(Box::new(ty));
    let map = |ty| Ty::Map(Box::new(ty));
    let request = &service.operations[0].members;
    let rows = [
        ("item", Ty::Structure("NewItem".to_owned())),
        ("metrics", map(list(Ty::Number))),
        ("matrix", list(list(Ty::Integer))),
        ("content", Ty::Bytes),
        ("extra", Ty::Json),
        ("kinds", map(Ty::Enum("ItemKind".to_owned()))),
        ("rows", list(map(Ty::String))),
    ];
    for (wire, expected) in rows {
        assert_eq!(member(request, wire).ty, expected, "{wire}");
    }
    let key = |limit| Limit::Keys(Box::new(limit));
    let labels = member(request, "labels");
    assert_eq!(
        labels.limits,
        [
            Limit::Length(None, Some(256)),
            Limit::Count(Some(1), Some(50)),
            key(Limit::Length(Some(1), Some(128))),
            key(Limit::Chars("A-Za-z0-9_-".to_owned())),
            key(Limit::Pattern("[A-Za-z].*".to_owned())),
        ]
    );
    let docs = "Labels of the item. Length at most 256. Entries: 1 to 50. Length of keys 1 to 128. Characters of keys \
                `A-Za-z0-9_-`.";
    assert_eq!(labels.docs.join(" "), docs);
}

/// Types are named as in Rust everywhere in the model.
#[test]
fn a_type_can_have_another_name_in_rust() {
    let service = service("maps");
    assert!(service.types.iter().all(|ty| ty.name() != "Config"));
    let item = ty(&service, "NewItem");
    let expected = Ty::Structure("ItemConfig".to_owned());
    assert_eq!(member(item.members(), "config").ty, expected);
    let Type::Structure(config) = ty(&service, "ItemConfig") else {
        panic!("a structure")
    };
    assert!(config.input && !config.output);
}

#[test]
fn members_of_unions_are_variants() {
    let service = service("unions");
    let Type::Union(setting) = ty(&service, "Setting") else {
        panic!("a union")
    };
    let names: Vec<_> = setting
        .members
        .iter()
        .map(|member| (member.wire.as_str(), member.rust_name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("self", "Own"),
            ("S", "S"),
            ("N", "N"),
            ("unknown", "Other")
        ]
    );
    assert!(setting.members.iter().all(|member| member.required));
    assert_eq!(setting.renamed_from.as_deref(), Some("Option2"));
    let directions = |name: &str| match ty(&service, name) {
        Type::Union(item) => (item.input, item.output),
        _ => panic!("{name} is a union"),
    };
    assert_eq!(directions("Source"), (true, false));
    assert_eq!(directions("Target"), (true, true));
    assert_eq!(directions("JobState"), (false, true));
    let source = member(&service.operations[0].members, "source");
    assert_eq!(source.ty, Ty::Union("Source".to_owned()));
}

#[test]
fn timestamps_are_sent_in_the_format_of_their_place() {
    let service = service("timestamps");
    let format = |member: &Member| match member.ty.innermost() {
        Ty::Timestamp(format) => *format,
        ty => panic!("{ty:?}"),
    };
    let request = &service.operations[0].members;
    let rows = [
        ("day", TimestampFormat::Rfc3339),
        ("from", TimestampFormat::Rfc3339),
        ("to", TimestampFormat::EpochMillis),
        ("at", TimestampFormat::EpochSeconds),
        ("X-Since", TimestampFormat::HttpDate),
        ("X-Until", TimestampFormat::Rfc3339),
        ("before", TimestampFormat::HttpDate),
        ("marks", TimestampFormat::EpochMillis),
    ];
    for (wire, expected) in rows {
        assert_eq!(format(member(request, wire)), expected, "{wire}");
    }
    let event = ty(&service, "Event").members();
    assert_eq!(format(member(event, "time")), TimestampFormat::Rfc3339);
    assert_eq!(format(member(event, "seen")), TimestampFormat::EpochMillis);
}
