//! Fakes of services: what clients, both of them, see of one.

mod answers;
mod credentials;
mod paging;
mod requests;
mod routes;
mod served;

use cloud_models::fake::Fake;
use cloud_models::{Error, Operation, Paginated, aws_bedrock, blocking};
use cloud_models_runtime::{Client, Config};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(future)
}

/// Calls a function with the items of a list from both clients.
fn both<O: Paginated>(
    fake: &Fake<O::Service>,
    config: &Config<O::Service>,
    list: &O,
    mut check: impl FnMut(&str, Result<Vec<O::Item>, Error>),
) {
    let items = block_on(async {
        let client = Client::builder(config.clone()).transport(fake.clone());
        let mut items = client.build().unwrap().items(list.clone());
        items.try_collect_up_to(100_000).await
    });
    check("async", items);
    let client = blocking::Client::builder(config.clone())
        .transport(fake.clone())
        .sleep(|_| ());
    let items = client.build().unwrap().items(list.clone());
    check("blocking", items.collect());
}

/// Sends an operation with both clients, and returns the errors.
fn refusals<O: Operation>(
    fake: &Fake<O::Service>,
    config: &Config<O::Service>,
    operation: &O,
) -> [Error; 2] {
    let one = block_on(async {
        let client = Client::builder(config.clone()).transport(fake.clone());
        let client = client.build().unwrap();
        client.send(operation.clone()).await.map(|_| ())
    });
    let client = blocking::Client::builder(config.clone())
        .transport(fake.clone())
        .sleep(|_| ());
    let other = client.build().unwrap().send(operation.clone()).map(|_| ());
    [one.unwrap_err(), other.unwrap_err()]
}

fn model(name: &str) -> aws_bedrock::CustomModelSummary {
    let mut model = aws_bedrock::CustomModelSummary::default();
    model.model_arn = format!("arn:{name}");
    model.model_name = name.to_owned();
    model
}

/// A bedrock fake with models `a`, `b` and `c`.
fn bedrock() -> Fake<aws_bedrock::AwsBedrock> {
    let fake = Fake::new();
    fake.on::<aws_bedrock::ListCustomModels>()
        .items(["a", "b", "c"].map(model));
    fake
}

fn list() -> aws_bedrock::ListCustomModels {
    aws_bedrock::ListCustomModels::new()
}
