//! Decoding of arbitrary bytes as a response: the result is an output that survives a round trip, or an error that can
//! be formatted. The first byte selects service and status.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::{
    CallOptions, Config, Credentials, Event, Now, Paginated, RetryPolicy, Step, aws_bedrock,
    baidu_qianfan, huawei_fabric, volcengine_ark,
};
use serde_json::json;

/// Panics if the property does not hold.
pub fn holds(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else {
        return;
    };
    let status = [200, 200, 200, 400, 403, 429, 500, 302][usize::from(first >> 2) % 8];
    match first % 4 {
        0 => reply(aws_bedrock::ListCustomModels::new(), status, body, None),
        1 => reply(
            baidu_qianfan::DescribeCustomModelSets::new(),
            status,
            body,
            Some("result"),
        ),
        2 => reply(
            huawei_fabric::ListModels::new("workspace"),
            status,
            body,
            None,
        ),
        _ => reply(
            volcengine_ark::ListCustomModels::new(),
            status,
            body,
            Some("Result"),
        ),
    }
}

fn reply<O: Paginated + Clone>(operation: O, status: u16, body: &[u8], result: Option<&str>)
where
    O::Output: PartialEq + std::fmt::Debug,
{
    let Some(output) = decode(&operation, status, body.to_vec()) else {
        return;
    };
    let mut again = serde_json::to_value(&output).expect("what was read can be written");
    if let Some(result) = result {
        again = json!({ result: again });
    }
    let again = decode(&operation, 200, again.to_string().into_bytes());
    assert_eq!(again.as_ref(), Some(&output));
}

fn decode<O: Paginated + Clone>(operation: &O, status: u16, body: Vec<u8>) -> Option<O::Output> {
    let config = Config::<O::Service>::new()
        .endpoint("http://127.0.0.1")
        .region("region")
        .credentials(Credentials::anonymous());
    let once = CallOptions::new().retry(RetryPolicy::never());
    let mut call = config
        .call_with(operation.clone(), &once)
        .expect("the request is right");
    let response = http::Response::builder()
        .status(status)
        .body(Bytes::from(body));
    let now = Now::new(
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        Duration::ZERO,
    );
    match call.step(Event::Response(response.expect("the status is one")), now) {
        Step::Done(Ok(reply)) => Some(reply.into_inner()),
        Step::Done(Err(error)) => {
            let said = format!("{error} {error:?}");
            assert!(said.len() < 20_000, "{}", said.len());
            None
        }
        _ => panic!("one reply is the end"),
    }
}
