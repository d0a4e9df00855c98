//! Lists the models of all four clouds without an account at any: from stand-ins that it starts itself on this machine. They
//! check signatures, throttle, and break down once in a while.
//!
//! ```sh
//! cargo run --package cloud-models-tests --example without_account
//! ```

use cloud_models::{
    Credentials, Paginated, Service, aws_bedrock, baidu_qianfan, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::{Client, Config};
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::verify::Keys;
use cloud_models_tests::server::{Action, Request, Server};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    show(
        "aws-bedrock",
        aws_bedrock::ListCustomModels::new(),
        |model| model.model_name,
    )
    .await?;
    show(
        "baidu-qianfan",
        baidu_qianfan::DescribeCustomModelSets::new(),
        |model| model.model_set_name.unwrap_or_default(),
    )
    .await?;
    show(
        "huawei-fabric",
        huawei_fabric::ListModels::new("workspace"),
        |model| model.name.unwrap_or_default(),
    )
    .await?;
    show(
        "volcengine-ark",
        volcengine_ark::ListCustomModels::new(),
        |model| model.name.unwrap_or_default(),
    )
    .await
}

async fn show<O: Paginated>(
    spec: &'static str,
    operation: O,
    name: fn(O::Item) -> String,
) -> Result<(), Box<dyn std::error::Error>> {
    let server = start(spec);
    let config = Config::new()
        .endpoint(server.url())
        .region("cn-north-4")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"));
    let client: Client<O::Service> = Client::new(config)?;
    let mut names = Vec::new();
    let mut items = client.items(operation);
    while let Some(item) = items.next().await {
        names.push(name(item?));
    }
    println!("{}: {}", O::Service::INFO.name, names.join(", "));
    println!("    in {} requests", server.requests().len());
    Ok(())
}

/// A service with 23 models, which throttles the second request and drops the connection at the fourth.
fn start(spec: &'static str) -> Server {
    let cloud = Cloud::new(spec, 23, Keys::new("AKIDEXAMPLE", "secret"));
    Server::start(move |request: &Request, n: usize| match n {
        1 => Action::from(cloud.throttled()),
        3 => Action::Reset,
        _ => Action::from(cloud.reply(request)),
    })
}
