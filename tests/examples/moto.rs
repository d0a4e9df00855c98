//! Lists models from moto, a mock of AWS in Python, to see the Bedrock client against somebody else's server.
//!
//! ```sh
//! pip install 'moto[server]' && TZ=UTC moto_server --port 18733 &
//! cargo run --package cloud-models-tests --example moto -- http://127.0.0.1:18733
//! ```
//!
//! Makes five models there, lists them two at a time, and fails if what comes back is anything else. Forgets everything that
//! the server had before.

use std::time::Duration;

use bytes::Bytes;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
use cloud_models::transport::{Hyper, Transport};
use cloud_models::{Credentials, ErrorKind};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(url) = std::env::args().nth(1) else {
        return Err("the argument is the URL of a moto server".into());
    };
    let transport = Hyper::new()?;
    post(&transport, &format!("{url}/moto-api/reset"), String::new()).await?;
    for n in 0..5 {
        let job = format!(
            r#"{{"jobName": "job-{n}", "customModelName": "model-{n}", "roleArn": "arn:aws:iam::123456789012:role/r",
                "baseModelIdentifier": "amazon.titan-text-express-v1", "customizationType": "FINE_TUNING",
                "trainingDataConfig": {{"s3Uri": "s3://train/d"}}, "outputDataConfig": {{"s3Uri": "s3://train/out/"}},
                "hyperParameters": {{"epochCount": "1"}}}}"#
        );
        post(&transport, &format!("{url}/model-customization-jobs"), job).await?;
    }

    let config = Config::new()
        .region("us-east-1")
        .endpoint(url)
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"));
    let client = Client::builder(config).transport(transport).build()?;
    let mut models = client.items(ListCustomModels::new().max_results(2));
    let mut names = Vec::new();
    while let Some(model) = models.next().await {
        let model = model?;
        println!(
            "{}  {:?}  {}",
            model.model_name, model.creation_time, model.model_arn
        );
        names.push(model.model_name);
    }
    assert_eq!(
        names,
        ["model-0", "model-1", "model-2", "model-3", "model-4"]
    );

    let error = client
        .send(ListCustomModels::new().next_token("no token"))
        .await
        .expect_err("the token means nothing");
    println!("{error}");
    // A space in a token breaks its pattern, where patterns are checked.
    assert!(error.code() == Some("InvalidToken") || error.kind() == ErrorKind::InvalidRequest);
    Ok(())
}

/// Sends what only makes models, signed by name alone: moto looks at no more.
async fn post(
    transport: &Hyper,
    url: &str,
    body: String,
) -> Result<(), Box<dyn std::error::Error>> {
    let scope = "Credential=AKIDEXAMPLE/20240514/us-east-1/bedrock/aws4_request";
    let request = http::Request::post(url)
        .header("content-type", "application/json")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date, Signature=0"),
        )
        .body(Bytes::from(body))?;
    let response = transport.send(request, Duration::from_secs(10)).await?;
    match response.status().is_success() {
        true => Ok(()),
        false => Err(format!("{url}: HTTP {}", response.status()).into()),
    }
}
