//! The page that follows a page.

use serde_json::json;

use super::{ask_body, of_spec};

#[test]
fn pages_lead_to_the_next_one_or_to_the_end() {
    let rows = [
        (
            "aws-bedrock",
            r#"{"nextToken":"t","modelSummaries":[]}"#,
            json!("t"),
        ),
        (
            "aws-bedrock",
            r#"{"nextToken":"","modelSummaries":[]}"#,
            json!(null),
        ),
        ("aws-bedrock", r#"{"nextToken":null}"#, json!(null)),
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"isTruncated":true,"nextMarker":"m"}}}"#,
            json!("m"),
        ),
        // An explicit "no more" takes precedence over a marker.
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"isTruncated":false,"nextMarker":"m"}}}"#,
            json!(null),
        ),
        (
            "baidu-qianfan",
            r#"{"result":{"pageInfo":{"nextMarker":"m"}}}"#,
            json!("m"),
        ),
        ("baidu-qianfan", r#"{"result":{}}"#, json!(null)),
        (
            "huawei-fabric",
            r#"{"total":3,"models":[{},{}]}"#,
            json!("2"),
        ),
        (
            "huawei-fabric",
            r#"{"total":2,"models":[{},{}]}"#,
            json!(null),
        ),
        // An empty page ends the list, even if the total is larger.
        ("huawei-fabric", r#"{"total":9,"models":[]}"#, json!(null)),
        ("huawei-fabric", r#"{"models":[{}]}"#, json!("1")),
        // A total below the number of items seen is wrong, and one at the documented maximum may be capped.
        ("huawei-fabric", r#"{"total":0,"models":[{}]}"#, json!("1")),
        (
            "huawei-fabric",
            r#"{"total":1,"models":[{},{}]}"#,
            json!("2"),
        ),
        // Null elements are counted.
        (
            "huawei-fabric",
            r#"{"total":2,"models":[{},null]}"#,
            json!(null),
        ),
        (
            "huawei-fabric",
            r#"{"total":3,"models":[null,null]}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":2,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":1,"Items":[{"Id":"a"}]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":0,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":2,"Items":[null,{"Id":"a"}]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":99,"Items":[]}}"#,
            json!(null),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":10,"PageSize":9,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
        (
            "volcengine-ark",
            r#"{"Result":{"TotalCount":10,"PageSize":0,"Items":[{"Id":"a"}]}}"#,
            json!("2"),
        ),
    ];
    for (spec, body, next) in rows {
        let answer = ask_body(&of_spec(spec), 200, &json!({}), body);
        assert_eq!(answer["page"]["next"], next, "{spec} {body}: {answer}");
    }
    let answer = ask_body(
        &of_spec("baidu-qianfan"),
        200,
        &json!({}),
        r#"{"result":{"pageInfo":{"isTruncated":true}}}"#,
    );
    assert_eq!(answer["error"]["kind"], "paging", "{answer}");
}
