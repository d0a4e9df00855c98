//! Lists custom models with the asynchronous client: `user-async http://127.0.0.1:PORT`.

use cloud_models::Credentials;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};

#[tokio::main(flavor = "current_thread")]
async fn main() -> cloud_models::Result<()> {
    let config = Config::new()
        .region("us-east-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
        .endpoint(std::env::args().nth(1).unwrap_or_default());
    let list = ListCustomModels::new().max_results(10);
    let page = Client::new(config)?.send(list).await?;
    println!("{} models", page.model_summaries.len());
    Ok(())
}
