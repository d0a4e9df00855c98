//! Prints the custom models of an AWS account, with the profile of the AWS command line tools.
//!
//! Reads `~/.aws/config` and `~/.aws/credentials` with the crate `aws-config`, which also finds the credentials of
//! containers, instances and web identities. Its requests go through a transport of this crate, so the program has one
//! TLS stack. Both use the proxies of the environment.
//!
//! ```sh
//! AWS_PROFILE=default cargo run --package cloud-models-tests --example profile
//! ```

use aws_config::BehaviorVersion;
use cloud_models::ProxyConfig;
use cloud_models::aws::HttpClient;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
use cloud_models::transport::Hyper;

#[tokio::main(flavor = "current_thread")]
pub async fn main() -> cloud_models::Result<()> {
    let transport = Hyper::builder().proxy(ProxyConfig::from_env()).build()?;
    let sdk = aws_config::defaults(BehaviorVersion::latest())
        .http_client(HttpClient::new(transport))
        .load()
        .await;
    let client = Client::new(Config::from(&sdk).proxy(ProxyConfig::from_env()))?;
    let mut models = client.items(ListCustomModels::new());
    while let Some(model) = models.next().await {
        let model = model?;
        println!("{}  {}", model.model_name, model.model_arn);
    }
    Ok(())
}
