//! Sends with a custom transport: a closure that returns a fixed response, as in a test of a program.
//!
//! ```sh
//! cargo run --package cloud-models-tests --example own_transport
//! ```

use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
use cloud_models::transport::Body;
use cloud_models::{Credentials, bytes::Bytes, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let transport = |request: http::Request<Bytes>| async move {
        println!("{} {}", request.method(), request.uri());
        let body = r#"{"modelSummaries": [{"modelArn": "arn:…", "modelName": "made up"}]}"#;
        Ok(http::Response::new(Body::from(body)))
    };
    let config = Config::new()
        .region("eu-central-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"));
    let client = Client::builder(config).transport(transport).build()?;
    let page = client.send(ListCustomModels::new().max_results(5)).await?;
    println!("{}", page.model_summaries[0].model_name);
    Ok(())
}
