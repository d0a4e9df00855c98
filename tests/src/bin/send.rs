//! Sends one request and tells what came of it, for tests of what depends on the environment: `send TRANSPORT URL`.

use cloud_models::aws_bedrock::{Client, Config, ListCustomModels, blocking};
use cloud_models::blocking::Ureq;
use cloud_models::transport::{Hyper, Reqwest};
use cloud_models::{Credentials, Result, RetryPolicy};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(transport), Some(url)) = (arguments.next(), arguments.next()) else {
        panic!("the arguments are a transport and a URL");
    };
    let config = Config::new()
        .endpoint(url)
        .allow_http(true)
        .region("us-east-1")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"))
        .retry(RetryPolicy::never());
    match send(&transport, config) {
        Ok(models) => println!("{models} models"),
        Err(error) => println!("{error}"),
    }
}

fn send(transport: &str, config: Config) -> Result<usize> {
    let list = ListCustomModels::new();
    let builder = Client::builder(config.clone());
    let client = match transport {
        "hyper" => builder
            .transport(Hyper::new().expect("hyper is set up"))
            .build()?,
        "reqwest" => builder
            .transport(Reqwest::new().expect("reqwest is set up"))
            .build()?,
        _ => {
            let ureq = Ureq::new().expect("ureq is set up");
            let client = blocking::Client::builder(config).transport(ureq).build()?;
            return Ok(client.send(list)?.model_summaries.len());
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let page = runtime.expect("tokio starts").block_on(client.send(list))?;
    Ok(page.model_summaries.len())
}
