//! Which operation a request is for.

use cloud_models::blocking;
use cloud_models::fake::Fake;
use cloud_models_tests::goldens::writes;

#[test]
fn the_operation_with_the_most_specific_path_is_meant() {
    let fake = Fake::<writes::Writes>::new();
    fake.on::<writes::DeleteThing>().reply(|_| Ok(()));
    fake.on::<writes::CheckThing>().reply(|_| Ok(()));
    let client = blocking::Client::builder(fake.config()).transport(fake.clone());
    let client = client.build().unwrap();
    client.send(writes::DeleteThing::new("a")).unwrap();
    client.send(writes::CheckThing::new("b")).unwrap();
    assert_eq!(fake.calls::<writes::DeleteThing>().len(), 1);
    assert_eq!(fake.calls::<writes::CheckThing>().len(), 1);
}
