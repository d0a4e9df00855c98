//! Starts a job that fine-tunes a model on Amazon Bedrock, waits for it, and prints the model.
//!
//! Takes the region and the credentials from the environment, and the rest as arguments: an IAM role, a base model, an S3 URI with
//! training data, and one for the output. The job costs money.
//!
//! ```sh
//! cargo run --package cloud-models-tests --example customization_job -- \
//!     arn:aws:iam::123456789012:role/customize amazon.nova-micro-v1:0 s3://bucket/train.jsonl s3://bucket/output/
//! ```

use std::time::Duration;

use cloud_models::aws_bedrock::{
    Client, CreateModelCustomizationJob, CustomizationType, GetCustomModel,
    GetModelCustomizationJob, ModelCustomizationJobStatus, OutputDataConfig, TrainingDataConfig,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [role, base_model, training_data, output] = &arguments[..] else {
        return Err("the arguments are a role, a base model, training data and an output".into());
    };
    let client = Client::from_env()?;
    let create = CreateModelCustomizationJob::new(
        "fine-tune-1",
        "fine-tuned-1",
        role,
        base_model,
        TrainingDataConfig::new().s3_uri(training_data),
        OutputDataConfig::new(output),
    )
    .customization_type(CustomizationType::FineTuning)
    .hyper_parameters([("epochCount", "2")]);
    let job = client.send(create).await?;
    println!("started {}", job.job_arn);
    loop {
        let job = client
            .send(GetModelCustomizationJob::new(job.job_arn.as_str()))
            .await?
            .into_inner();
        match job.status {
            Some(ModelCustomizationJobStatus::InProgress) => {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            Some(ModelCustomizationJobStatus::Completed) => break,
            status => {
                let why = job.failure_message.unwrap_or_default();
                return Err(format!("the job ended as {status:?}: {why}").into());
            }
        }
    }
    let model = client.send(GetCustomModel::new("fine-tuned-1")).await?;
    println!("{}  {}", model.model_name, model.model_arn);
    Ok(())
}
