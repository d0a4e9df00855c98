//! Bodies that are truncated, hostile, compressed, or odd in other ways.

use std::io::Write as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloud_models::{Credentials, ErrorKind, Event, Now, Step, Timestamp, aws_bedrock};
use cloud_models_tests::goldens::life_of_names;
use serde_json::json;

use super::{ask_body, of_spec, responses};

#[test]
fn a_response_truncated_at_any_byte_is_an_error() {
    for name in [
        "aws_ok_full",
        "qianfan_py_02_truncated_page_nextMarker",
        "huawei_py_01_doc_example",
        "volc_ok_two_items",
    ] {
        let cases = responses();
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let body = case.value["response"]["body"].as_str().unwrap();
        assert!(ask_body(case, 200, &json!({}), body)["ok"].is_object());
        for end in (0..body.len()).filter(|end| body.is_char_boundary(*end)) {
            let answer = ask_body(case, 200, &json!({}), &body[..end]);
            assert_eq!(
                answer["error"]["kind"], "decode",
                "{name} cut at {end}: {answer}"
            );
        }
    }
}

/// The vendor requires these members in requests. A reply without them still has the rest.
#[test]
fn settings_of_a_job_are_read_leniently() {
    let cases = responses();
    let of_job = |case: &&cloud_models_tests::cases::Case| {
        case.name == "aws_GetModelCustomizationJob_ok_empty_body"
    };
    let case = cases.iter().find(of_job).unwrap();
    for settings in [
        json!({"customizationConfig": {"distillationConfig": {}}}),
        json!({"customizationConfig": {"distillationConfig": {"teacherModelConfig": {}}}}),
        json!({"customizationConfig": {"rftConfig": {"graderConfig": {"lambdaGrader": {}}}}}),
        json!({"trainingDataConfig": {"invocationLogsConfig": {"invocationLogSource": null}}}),
        json!({"outputDataConfig": {}, "vpcConfig": {}, "validationDataConfig": {}}),
    ] {
        let mut body = json!({"jobArn": "a", "jobName": "a", "roleArn": "a"});
        body.as_object_mut()
            .unwrap()
            .extend(settings.as_object().unwrap().clone());
        let answer = ask_body(case, 200, &json!({}), &body.to_string());
        assert_eq!(answer["ok"]["jobArn"], "a", "{settings}: {answer}");
    }
}

#[test]
fn hostile_bodies_are_errors() {
    let deep = "[".repeat(100_000);
    let nested = format!("{{\"a\":{}", "{\"a\":".repeat(50_000));
    let bodies = [
        "{}{}",
        "{} x",
        "{\"modelSummaries\":[],\"modelSummaries\":[]}",
        "{\"models\":[{\"id\":1e400}]}",
        "\u{0}",
        "nul",
        "{\"total\":9223372036854775808}",
        "{\"modelSummaries\":[{\"modelArn\":\"\\ud800\",\"modelName\":\"\"}]}",
        &deep,
        &nested,
    ];
    for case in responses().iter().filter(|case| {
        [
            "aws_ok_full",
            "huawei_py_01_doc_example",
            "volc_ok_two_items",
        ]
        .contains(&case.name.as_str())
    }) {
        for body in bodies {
            let answer = ask_body(case, 200, &json!({}), body);
            let fine = answer["ok"].is_object() && !body.contains("{}");
            assert!(
                fine || answer["error"]["kind"] == "decode",
                "{}: {body:.60}: {answer}",
                case.name
            );
            assert!(
                answer["error"]["display"]
                    .as_str()
                    .unwrap_or_default()
                    .len()
                    < 1000
            );
        }
    }
}

#[test]
fn timestamps_may_be_numbers() {
    for (wire, instant) in [
        ("1715691912", "2024-05-14T13:05:12Z"),
        ("1715691912.345", "2024-05-14T13:05:12.345Z"),
        ("1715691912345", "2024-05-14T13:05:12.345Z"),
        ("\"2024-05-14T13:05:12Z\"", "2024-05-14T13:05:12Z"),
    ] {
        let model = format!(r#"{{"modelArn":"a","modelName":"b","creationTime":{wire}}}"#);
        let page: aws_bedrock::ListCustomModelsResponse =
            serde_json::from_str(&format!(r#"{{"modelSummaries":[{model}]}}"#)).unwrap();
        let time = page.model_summaries[0].creation_time.clone().unwrap();
        assert_eq!(time, Timestamp::from(instant), "{wire}");
        // The same in a call, and serialized again in the same form.
        let body = format!(r#"{{"modelSummaries":[{model}]}}"#);
        let answer = ask_body(&of_spec("aws-bedrock"), 200, &json!({}), &body);
        let written = &answer["ok"]["modelSummaries"][0]["creationTime"];
        assert_eq!(written.to_string(), wire);
    }
    let body = r#"{"models":[{"create_time":true}]}"#;
    let answer = ask_body(&of_spec("huawei-fabric"), 200, &json!({}), body);
    assert_eq!(answer["error"]["path"], "models[0].create_time", "{answer}");
}

#[test]
fn lone_surrogates_are_replaced() {
    let ask = |status: u64, body: &str| ask_body(&of_spec("aws-bedrock"), status, &json!({}), body);
    // Lone surrogates in a value and in the name of an unknown member; a valid pair remains one character.
    let answer = ask(
        200,
        r#"{"\udc00":1,"modelSummaries":[{"modelArn":"\ud83d\ude00","modelName":"cut \ud83d"}]}"#,
    );
    let model = &answer["ok"]["modelSummaries"][0];
    assert_eq!(model["modelName"], "cut \u{fffd}", "{answer}");
    assert_eq!(model["modelArn"], "\u{1f600}", "{answer}");
    // Lone surrogates in the message of an error, with any status.
    for status in [200, 400] {
        let answer = ask(status, r#"{"__type":"Odd","message":"cut \ud83d"}"#);
        assert_eq!(answer["error"]["code"], "Odd", "{answer}");
        assert_eq!(answer["error"]["message"], "cut \u{fffd}", "{answer}");
    }
    // Other problems of such a body are still reported.
    let answer = ask(200, r#"{"modelSummaries":[{"modelArn":"cut \ud83d"}]}"#);
    assert_eq!(answer["error"]["kind"], "decode", "{answer}");
    assert_eq!(
        answer["error"]["path"], "modelSummaries[0].modelName",
        "{answer}"
    );
    let answer = ask(200, r#"{"modelSummaries":["cut \ud83d"#);
    assert_eq!(answer["error"]["kind"], "decode", "{answer}");
}

/// Returns the result of an operation whose replies have a member that may also be the message of an error.
fn receive(body: &str) -> Result<life_of_names::Receipt, cloud_models::Error> {
    let config = cloud_models_runtime::Config::<life_of_names::LifeOfNames>::new()
        .credentials(Credentials::anonymous());
    let mut call = config.call(life_of_names::Defaults::new()).unwrap();
    let response = http::Response::new(Bytes::from(body.to_owned()));
    let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
    match call.step(Event::Response(response), now) {
        Step::Done(result) => result.map(cloud_models_runtime::Reply::into_inner),
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_member_that_may_be_a_message_is_read_like_any_other() {
    let receipt = receive(r#"{"key":"a","message":"cut \ud83d"}"#).unwrap();
    assert_eq!(receipt.message.as_deref(), Some("cut \u{fffd}"));
    // The reply contains a secret, so that nothing but the first part of a path is shown.
    let error = receive(r#"{"key":"a","message":{"a":{"b":1}}}"#).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Decode, Some("message"))
    );
    let error = receive(r#"{"message":"a"}"#).unwrap_err();
    assert_eq!(error.path(), Some("key"));
    // The body itself has no path.
    let error = receive("[]").unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, None));
    let error = receive(r#"{"key":"a","message":"a","message":"b"}"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn a_content_encoding_matters_only_if_the_body_is_encoded() {
    let ask = |encoding: &str, body: &[u8]| {
        let config = aws_bedrock::Config::new()
            .region("us-east-1")
            .credentials(Credentials::anonymous());
        let mut call = config.call(aws_bedrock::ListCustomModels::new()).unwrap();
        let response = http::Response::builder().header("content-encoding", encoding);
        let response = response.body(Bytes::copy_from_slice(body)).unwrap();
        let now = Now::new(SystemTime::UNIX_EPOCH, Duration::ZERO);
        match call.step(Event::Response(response), now) {
            Step::Done(result) => result,
            step => panic!("{step:?}"),
        }
    };
    for encoding in ["identity", "utf-8", "UTF-8", "none", "gzip"] {
        ask(encoding, br#"{"modelSummaries":[]}"#).unwrap();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(br#"{"modelSummaries":[]}"#).unwrap();
    let error = ask("gzip", &gzip.finish().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("gzip"), "{error}");
    // `identity` means no encoding, so the message does not mention it.
    let error = ask("identity", b"{").unwrap_err();
    assert!(!error.to_string().contains("identity"), "{error}");
}
