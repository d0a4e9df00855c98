//! Prints the custom models of an AWS account from a program without async, which takes the feature `ureq`.
//!
//! Takes the region from `AWS_REGION`, and a token from `AWS_BEARER_TOKEN_BEDROCK` or keys from `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example blocking
//! ```

use cloud_models::aws_bedrock::ListCustomModels;
use cloud_models::aws_bedrock::blocking::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    for model in client.items(ListCustomModels::new()) {
        let model = model?;
        println!("{}  {}", model.model_name, model.model_arn);
    }
    Ok(())
}
