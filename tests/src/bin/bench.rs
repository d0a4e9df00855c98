//! Benchmark of decoding a page, and of building and signing a request, without a network: `cargo run --release -p
//! cloud-models-tests --bin bench`. Prints medians over interleaved rounds; compare only the results of one run.

use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use cloud_models::{
    CallOptions, Credentials, Event, Now, Operation, RetryPolicy, Step, aws_bedrock, baidu_qianfan,
    huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::Config;
use serde_json::json;

const ROUNDS: usize = 15;

/// Name, number of repetitions per round, and the function to measure.
type Bench<'a> = (&'a str, u32, Box<dyn Fn()>);

fn main() {
    let models: Vec<_> = (0..1000)
        .map(|n| {
            json!({
                "modelArn": format!("arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-lite-v1:0:4k/{n:012x}"),
                "modelName": format!("my-custom-model-{n}"),
                "creationTime": "2024-05-14T13:05:12.345Z",
                "baseModelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-lite-v1:0:4k",
                "baseModelName": "Titan Text G1 - Lite",
                "customizationType": "FINE_TUNING",
            })
        })
        .collect();
    let page = Bytes::from(json!({ "modelSummaries": models }).to_string());
    let what = format!("decode 1,000 models, {} bytes", page.len());
    let list = aws_bedrock::ListCustomModels::new().max_results(10);
    let benches: [Bench<'_>; 5] = [
        (&what, 100, Box::new(move || decode(page.clone()))),
        ("build and sign, AWS", 5000, sign(list)),
        (
            "build and sign, Baidu",
            5000,
            sign(baidu_qianfan::DescribeCustomModelSets::new().max_keys(10)),
        ),
        (
            "build and sign, Huawei",
            5000,
            sign(huawei_fabric::ListModels::new("workspace").limit(10)),
        ),
        (
            "build and sign, Volcengine",
            5000,
            sign(volcengine_ark::ListCustomModels::new().page_size(10)),
        ),
    ];
    let mut times = vec![Vec::new(); benches.len()];
    for _ in 0..ROUNDS {
        for ((_, repeats, run), times) in benches.iter().zip(&mut times) {
            let start = Instant::now();
            (0..*repeats).for_each(|_| run());
            times.push(start.elapsed() / *repeats);
        }
    }
    for ((name, ..), mut times) in benches.iter().zip(times) {
        times.sort();
        println!("{name:40} {:?}", times[ROUNDS / 2]);
    }
}

fn now() -> Now {
    Now::new(SystemTime::now(), Duration::ZERO)
}

fn decode(page: Bytes) {
    let config = aws_bedrock::Config::new().region("us-east-1");
    let once = CallOptions::new().retry(RetryPolicy::never());
    let call = config.call_with(aws_bedrock::ListCustomModels::new(), &once);
    match call
        .expect("the configuration works")
        .step(Event::Response(http::Response::new(page)), now())
    {
        Step::Done(Ok(reply)) => assert_eq!(black_box(reply).model_summaries.len(), 1000),
        step => panic!("{step:?}"),
    }
}

fn sign<O: Operation + Clone>(operation: O) -> Box<dyn Fn()> {
    let config = Config::<O::Service>::new()
        .region("cn-north-4")
        .credentials(Credentials::access_key("AKIDEXAMPLE", "secret"));
    Box::new(move || {
        let mut call = config
            .call(operation.clone())
            .expect("the configuration works");
        assert!(matches!(
            black_box(call.step(Event::Start, now())),
            Step::Send(_)
        ));
    })
}
