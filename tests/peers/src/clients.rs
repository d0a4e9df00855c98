//! A client that sends, measures its process and prints a line of JSON.

use std::time::Instant;

use aws_credential_types::Credentials as AwsCredentials;
use aws_sdk_bedrock::config::{BehaviorVersion, Region};
use cloud_models::Credentials;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels, blocking};
use serde_json::json;

use crate::Result;
use crate::measure::{cpu_us, peak_mb};

/// Evaluates a call for a tenth of the time to warm up, and then for the time, and returns the CPU microseconds of one.
/// A macro, because only the asynchronous calls are awaited.
macro_rules! repeat {
    ($seconds:expr, $models:expr, $call:expr) => {{
        let mut measured = 0.0;
        for seconds in [$seconds / 10.0, $seconds] {
            let (start, start_us, mut calls) = (Instant::now(), cpu_us()?, 0);
            while calls == 0 || start.elapsed().as_secs_f64() < seconds {
                // A client that loses models must not look fast.
                let count: u32 = $call?;
                if count != $models {
                    return Err(format!("{count} models instead of {}", $models).into());
                }
                calls += 1;
            }
            measured = (cpu_us()? - start_us) / f64::from(calls);
        }
        Result::Ok(measured)
    }};
}

/// Runs a client that lists a number of models: a single page, or more than 1,000 models in pages of 1,000.
pub fn run(client: &str, models: u32, url: &str, seconds: f64) -> Result<()> {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let cpu_us = match client {
        "async" => runtime()?.block_on(async {
            let client = Client::new(config(url))?;
            repeat!(seconds, models, list_async(&client, models).await)
        }),
        "blocking" => {
            let client = blocking::Client::new(config(url))?;
            repeat!(seconds, models, list_blocking(&client, models))
        }
        "aws" => runtime()?.block_on(async {
            let client = aws_client(url);
            repeat!(seconds, models, list_aws(&client, models).await)
        }),
        // As a program without async uses it.
        "aws block_on" => {
            let (runtime, client) = (runtime()?, aws_client(url));
            repeat!(seconds, models, runtime.block_on(list_aws(&client, models)))
        }
        _ => Err(format!("unknown client {client:?}").into()),
    }?;
    println!("{}", json!({ "cpu_us": cpu_us, "peak_mb": peak_mb()? }));
    Ok(())
}

fn config(url: &str) -> Config {
    let key = Credentials::access_key("AKIDEXAMPLE", "secret");
    Config::new()
        .region("us-east-1")
        .endpoint(url)
        .credentials(key)
}

async fn list_async(client: &Client, models: u32) -> Result<u32> {
    let list = ListCustomModels::new().max_results(models.min(1000).into());
    if models <= 1000 {
        return Ok(client.send(list).await?.model_summaries.len().try_into()?);
    }
    let (mut models, mut count) = (client.items(list.name_contains("paged")), 0);
    while let Some(model) = models.next().await {
        model?;
        count += 1;
    }
    Ok(count)
}

fn list_blocking(client: &blocking::Client, models: u32) -> Result<u32> {
    let list = ListCustomModels::new().max_results(models.min(1000).into());
    if models <= 1000 {
        return Ok(client.send(list)?.model_summaries.len().try_into()?);
    }
    let mut count = 0;
    for model in client.items(list.name_contains("paged")) {
        model?;
        count += 1;
    }
    Ok(count)
}

fn aws_client(url: &str) -> aws_sdk_bedrock::Client {
    let config = aws_sdk_bedrock::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(AwsCredentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "static",
        ))
        .endpoint_url(url);
    aws_sdk_bedrock::Client::from_conf(config.build())
}

async fn list_aws(client: &aws_sdk_bedrock::Client, models: u32) -> Result<u32> {
    let list = client
        .list_custom_models()
        .max_results(models.min(1000).try_into()?);
    if models <= 1000 {
        return Ok(list.send().await?.model_summaries().len().try_into()?);
    }
    let mut models = list.name_contains("paged").into_paginator().items().send();
    let mut count = 0;
    while let Some(model) = models.next().await {
        model?;
        count += 1;
    }
    Ok(count)
}
