//! Prints the custom models of an AWS account, newest first.
//!
//! Takes the region from `AWS_REGION`, and a token from `AWS_BEARER_TOKEN_BEDROCK` or keys from `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example aws_bedrock
//! ```

use cloud_models::aws_bedrock::{Client, ListCustomModels, SortModelsBy, SortOrder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let list = ListCustomModels::new()
        .sort_by(SortModelsBy::CreationTime)
        .sort_order(SortOrder::Descending);
    let mut models = client.items(list);
    while let Some(model) = models.next().await {
        let model = model?;
        println!("{}  {}", model.model_name, model.model_arn);
    }
    Ok(())
}
