//! What a catalog reads from items, by a spec with every key.

use cloud_models_runtime::Client;
use cloud_models_runtime::catalog::{Catalog, Listing, Source, Status};
use cloud_models_runtime::fake::Fake;
use cloud_models_tests::goldens::example_catalog::{
    About, Content, ExampleCatalog, ListThings, Names, Owner, Thing,
};

use super::clouds::block_on;

/// The item as it is.
#[derive(Debug, PartialEq)]
struct Item(Thing);

impl From<Thing> for Item {
    fn from(thing: Thing) -> Self {
        Self(thing)
    }
}

fn list(things: Vec<Thing>) -> Listing<Item> {
    let fake = Fake::<ExampleCatalog>::new();
    fake.on::<ListThings>().items(things);
    let client = Client::builder(fake.config()).transport(fake.clone());
    let client = client.build().unwrap();
    let source = Source::new("things", client, ListThings::new("cellar"));
    block_on(Catalog::new([source]).collect()).unwrap()
}

#[test]
fn every_key_is_read() {
    let mut thing = Thing::default();
    thing.number = Some(7);
    let mut names = Names::default();
    names.short = Some("seven".to_owned());
    thing.names = Some(names);
    thing.how = Some("by hand".to_owned());
    thing.origin = Some("six".to_owned());
    thing.since = Some("2024-05-14T13:05:12Z".into());
    thing.state = Some("painting".into());
    let mut owner = Owner::default();
    owner.account = Some(12);
    owner.project = Some("house".to_owned());
    thing.owner = Some(owner);
    let mut content = Content::default();
    content.kind = Some("Air".into());
    let mut about = About::default();
    about.version = Some(3);
    about.last = Some("2024-05-15T13:05:12Z".into());
    about.content = Some(content);
    thing.about = about;

    let listing = list(vec![thing]);
    let model = &listing.models[0];
    assert_eq!(model.cloud, "example-catalog");
    assert_eq!((&*model.source, &*model.id), ("things", "7"));
    assert_eq!(model.name.as_deref(), Some("seven"));
    assert_eq!(model.customization.as_deref(), Some("by hand"));
    assert_eq!(model.modality.as_deref(), Some("Air"));
    assert_eq!(model.base_model.as_deref(), Some("six"));
    assert_eq!(model.version.as_deref(), Some("3"));
    assert_eq!(model.created, Some("2024-05-14T13:05:12Z".into()));
    assert_eq!(model.updated, Some("2024-05-15T13:05:12Z".into()));
    assert_eq!(model.status, Some(Status::Pending));
    let scope = &model.scope;
    assert_eq!(scope.account.as_deref(), Some("12"));
    assert_eq!(scope.project.as_deref(), Some("house"));
    assert_eq!(scope.workspace.as_deref(), Some("cellar"));
    assert_eq!(scope.region.as_deref(), Some("fake-region-1"));
    let Some(Item(raw)) = &model.raw else {
        panic!("{model:?}")
    };
    assert_eq!(raw.number, Some(7));
}

#[test]
fn what_an_item_lacks_is_none_and_a_model_without_id_is_counted() {
    let mut blank = Thing::default();
    blank.how = Some("  ".to_owned());
    let states = ["open", "on fire", "closed", "new one"];
    let mut states = [0, 1, 2, 3].map(|number: i64| {
        let state = states[number as usize];
        let mut thing = Thing::default();
        thing.number = Some(number);
        thing.state = Some(state.into());
        thing
    });
    states[1].number = None;
    let listing = list([vec![blank], states.to_vec()].concat());
    assert_eq!(listing.outcomes[0].count, 5);
    assert_eq!(listing.outcomes[0].without_id, 2);
    assert!(listing.is_complete());
    let blank = &listing.models[0];
    assert_eq!((&*blank.id, &blank.name, &blank.status), ("", &None, &None));
    assert_eq!((&blank.customization, &blank.created), (&None, &None));
    let with_id = listing.models.iter().filter(|model| !model.id.is_empty());
    let statuses: Vec<_> = with_id.map(|model| model.status.clone().unwrap()).collect();
    let unknown = |text: &str| Status::Unknown(text.to_owned());
    assert_eq!(
        statuses,
        [Status::Ready, unknown("closed"), unknown("new one")]
    );
}
