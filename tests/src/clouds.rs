//! Simulations of the four services' list operations: they check signatures, return pages, and report errors in the vendors'
//! formats.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::server::verify::{Keys, Refusal, Scheme, judge};
use crate::server::{Reply, Request};

/// A service with an account that has some models: `model-0`, `model-1` and so on.
#[derive(Clone, Debug)]
pub struct Cloud {
    spec: &'static str,
    keys: Keys,
    models: usize,
    /// Number of seconds by which the clock of the service is ahead.
    ahead: i64,
}

/// A page of the list.
struct Page {
    names: Vec<String>,
    size: usize,
    /// Number of models before it.
    start: usize,
    /// Start of the next page.
    next: Option<usize>,
}

impl Cloud {
    /// Creates the service of a spec, with an account that has a number of models and an access key.
    pub fn new(spec: &'static str, models: usize, keys: Keys) -> Self {
        Self {
            spec,
            keys,
            models,
            ahead: 0,
        }
    }

    /// Sets the number of seconds by which the clock of the service is ahead.
    pub fn ahead(mut self, seconds: i64) -> Self {
        self.ahead = seconds;
        self
    }

    /// Returns the names of all models.
    pub fn names(&self) -> Vec<String> {
        (0..self.models).map(|n| format!("model-{n}")).collect()
    }

    fn now(&self) -> SystemTime {
        let ahead = Duration::from_secs(self.ahead.unsigned_abs());
        match self.ahead < 0 {
            true => SystemTime::now() - ahead,
            false => SystemTime::now() + ahead,
        }
    }

    /// Returns the response of the service.
    pub fn reply(&self, request: &Request) -> Reply {
        let reply = match judge(Scheme::of(self.spec), request, &self.keys, self.now()) {
            Ok(()) => self.page(request),
            Err(Refusal::Clock(_)) => self.too_old(),
            Err(refusal @ Refusal::Signature(_)) => self.denied(&refusal.to_string()),
        };
        reply.date(self.now())
    }

    /// Returns the response of a service that throttles.
    pub fn throttled(&self) -> Reply {
        match self.spec {
            "aws-bedrock" => self.error(429, "ThrottlingException", "Too many requests"),
            "baidu-qianfan" => self.error(429, "OverRateLimit", "Too many requests"),
            "huawei-fabric" => self.error(
                429,
                "APIG.0308",
                "The throttling threshold has been reached: policy user over ratelimit,limit:100,time:1 minute",
            ),
            // With a successful status, which its SDKs expect too.
            _ => self.error(200, "FlowLimitExceeded", "Too many requests"),
        }
    }

    fn too_old(&self) -> Reply {
        match self.spec {
            "aws-bedrock" => self.error(403, "InvalidSignatureException", "Signature expired"),
            "baidu-qianfan" => self.error(400, "RequestExpired", "Request has expired."),
            "huawei-fabric" => {
                self.error(401, "APIG.0301", "Incorrect IAM authentication information")
            }
            _ => self.error(400, "InvalidTimestamp", "The timestamp is invalid"),
        }
    }

    fn denied(&self, reason: &str) -> Reply {
        match self.spec {
            "aws-bedrock" => self.error(403, "UnrecognizedClientException", reason),
            "baidu-qianfan" => self.error(400, "SignatureDoesNotMatch", reason),
            "huawei-fabric" => self.error(401, "APIG.0301", reason),
            _ => self.error(401, "SignatureDoesNotMatch", reason),
        }
    }

    /// Returns an error in the format of the vendor.
    pub fn error(&self, status: u16, code: &str, message: &str) -> Reply {
        match self.spec {
            "aws-bedrock" => Reply::json(status, json!({"message": message}))
                .header("x-amzn-errortype", code)
                .header("x-amzn-requestid", "request-e"),
            "baidu-qianfan" => Reply::json(
                status,
                json!({"requestId": "request-e", "code": code, "message": message}),
            ),
            "huawei-fabric" => {
                Reply::json(status, json!({"error_code": code, "error_msg": message}))
                    .header("x-request-id", "request-e")
            }
            _ => Reply::json(
                status,
                json!({"ResponseMetadata": {
                    "RequestId": "request-e",
                    "Error": {"Code": code, "Message": message},
                }}),
            ),
        }
    }

    fn page(&self, request: &Request) -> Reply {
        let id = format!("request-{}", request.connection);
        match self.spec {
            "aws-bedrock" => {
                let page = self.part(
                    request.query_value("maxResults"),
                    request.query_value("nextToken").map(after_dash),
                );
                let models: Vec<_> = page
                    .names
                    .iter()
                    .map(|name| json!({"modelArn": arn(name), "modelName": name}))
                    .collect();
                let next = page.next.map(|next| format!("token-{next}"));
                Reply::json(200, json!({"modelSummaries": models, "nextToken": next}))
                    .header("x-amzn-requestid", id)
            }
            "baidu-qianfan" => {
                let body = request.json();
                let page = self.part(
                    text(&body["maxKeys"]).as_deref(),
                    body["marker"].as_str().map(after_dash),
                );
                let models: Vec<_> = page
                    .names
                    .iter()
                    .map(|name| json!({"modelSetId": format!("am-{name}"), "modelSetName": name}))
                    .collect();
                let mut info = json!({"maxKeys": page.size, "isTruncated": page.next.is_some()});
                if let Some(next) = page.next {
                    info["nextMarker"] = json!(format!("am-{next}"));
                }
                let result = json!({"customModelSetList": models, "pageInfo": info});
                Reply::json(200, json!({"requestId": id, "result": result}))
            }
            "huawei-fabric" => {
                let page = self.part(
                    request.query_value("limit"),
                    request
                        .query_value("offset")
                        .map(|offset| offset.parse().expect("an offset")),
                );
                let models: Vec<_> = page
                    .names
                    .iter()
                    .map(|name| json!({"id": format!("id-{name}"), "name": name}))
                    .collect();
                Reply::json(200, json!({"total": self.models, "models": models}))
                    .header("x-request-id", id)
            }
            _ => {
                let body = request.json();
                let size = text(&body["PageSize"]);
                let number = body["PageNumber"].as_u64().unwrap_or(1) as usize;
                let length = size
                    .as_deref()
                    .map_or(10, |size| size.parse().expect("a size"));
                let page = self.part(size.as_deref(), Some((number - 1) * length));
                let models: Vec<_> = page
                    .names
                    .iter()
                    .map(|name| json!({"Id": format!("cm-{name}"), "Name": name}))
                    .collect();
                let result = json!({
                    "TotalCount": self.models,
                    "PageNumber": page.start / page.size + 1,
                    "PageSize": page.size,
                    "Items": models,
                });
                let metadata = json!({"RequestId": id, "Action": "ListCustomModels"});
                Reply::json(200, json!({"ResponseMetadata": metadata, "Result": result}))
            }
        }
    }

    fn part(&self, size: Option<&str>, start: Option<usize>) -> Page {
        let size = size.map_or(10, |size| size.parse().expect("a size"));
        let start = start.unwrap_or(0);
        let names = self.names();
        let end = (start + size).min(names.len());
        Page {
            names: names.get(start..end).unwrap_or_default().to_vec(),
            size,
            start,
            next: (end < names.len()).then_some(end),
        }
    }
}

fn after_dash(text: &str) -> usize {
    let (_, number) = text.split_once('-').expect("a dash");
    number.parse().expect("a number after the dash")
}

fn text(value: &Value) -> Option<String> {
    value.as_u64().map(|number| number.to_string())
}

fn arn(name: &str) -> String {
    format!("arn:aws:bedrock:us-east-1:123456789012:custom-model/imported/{name}")
}
