//! Lists the models of all four clouds without an account at any: from fakes that it serves on this machine. They check
//! signatures, throttle, and lose a connection once in a while.
//!
//! ```sh
//! cargo run --package cloud-models-tests --example without_account
//! ```

use cloud_models::fake::{Answer, Fake, Fault};
use cloud_models::{
    Paginated, Service, ServiceErrorKind, aws_bedrock, baidu_qianfan, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    show(
        aws_bedrock::ListCustomModels::new().max_results(10),
        |model: &mut aws_bedrock::CustomModelSummary| &mut model.model_name,
    )
    .await?;
    show(
        baidu_qianfan::DescribeCustomModelSets::new(),
        |model: &mut baidu_qianfan::CustomModelSetItem| {
            model.model_set_name.get_or_insert_default()
        },
    )
    .await?;
    show(
        huawei_fabric::ListModels::new("workspace"),
        |model: &mut huawei_fabric::ModelInfo| model.name.get_or_insert_default(),
    )
    .await?;
    show(
        volcengine_ark::ListCustomModels::new(),
        |model: &mut volcengine_ark::CustomModel| model.name.get_or_insert_default(),
    )
    .await
}

/// Shows the list of a service with 23 models, which throttles the second request and loses the connection at the fourth.
async fn show<O: Paginated>(
    operation: O,
    name: fn(&mut O::Item) -> &mut String,
) -> Result<(), Box<dyn std::error::Error>>
where
    O::Item: Default,
{
    let models = (0..23).map(|n| {
        let mut model = O::Item::default();
        *name(&mut model) = format!("model-{n}");
        model
    });
    let fake = Fake::<O::Service>::new();
    fake.on::<O>().items(models).script([
        Answer::Next,
        Answer::kind(ServiceErrorKind::Throttled),
        Answer::Next,
        Fault::Reset.into(),
    ]);
    let served = fake.serve()?;
    let client: Client<O::Service> = Client::new(fake.config().endpoint(served.url()))?;
    let mut names = Vec::new();
    let mut items = client.items(operation);
    while let Some(item) = items.next().await {
        names.push(name(&mut item?).clone());
    }
    println!("{}: {}", O::Service::INFO.name, names.join(", "));
    println!("    in {} requests", fake.calls::<O>().len());
    Ok(())
}
