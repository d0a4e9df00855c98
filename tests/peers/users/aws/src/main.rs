//! Lists custom models with the AWS SDK: `user-aws http://127.0.0.1:PORT`.

use aws_sdk_bedrock::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_bedrock::{Client, Config};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Credentials::new("AKIDEXAMPLE", "secret", None, None, "static");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(key)
        .endpoint_url(std::env::args().nth(1).unwrap_or_default())
        .build();
    let list = Client::from_conf(config).list_custom_models();
    let page = list.max_results(10).send().await?;
    println!("{} models", page.model_summaries().len());
    Ok(())
}
