//! The judge of signatures: that of the fakes, by the name of a spec.

use std::time::{Duration, SystemTime};

use cloud_models::aws_bedrock::AwsBedrock;
use cloud_models::baidu_qianfan::BaiduQianfan;
use cloud_models::fake::{Answer, Fake};
use cloud_models::huawei_fabric::HuaweiFabric;
use cloud_models::volcengine_ark::VolcengineArk;
use cloud_models::{Clock, Credentials, Service, Timestamp};

use crate::cases::Case;
use crate::server::Request;

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub struct Fixed(pub SystemTime);

impl Clock for Fixed {
    fn system_time(&self) -> SystemTime {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// Verifies a request at a time, as the service of a spec does that knows one key.
pub fn judge(
    spec: &str,
    request: &Request,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<(), Answer> {
    fn of<S: Service>(
        request: &Request,
        credentials: &Credentials,
        now: SystemTime,
    ) -> Result<(), Answer> {
        let fake = Fake::<S>::new().credentials(credentials.clone());
        fake.clock(Fixed(now)).verify(&request.to_http())
    }
    let of = match spec {
        "aws-bedrock" => of::<AwsBedrock>,
        "baidu-qianfan" => of::<BaiduQianfan>,
        "huawei-fabric" => of::<HuaweiFabric>,
        "volcengine-ark" => of::<VolcengineArk>,
        _ => panic!("no fake is known for {spec}"),
    };
    of(request, credentials, now)
}

/// Returns the names that a request lists as signed headers.
pub fn signed_headers(request: &Request) -> Vec<String> {
    let text = request.header("authorization").expect("a signature");
    let list = match text.split_once("SignedHeaders=") {
        Some((_, rest)) => rest.split(',').next(),
        None => text.split('/').nth(4),
    };
    let names = list.expect("a list of headers").split(';');
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Returns the request of a case, and the credentials that the SDK had; `None` for a case without a request.
pub fn captured(case: &Case) -> Option<(Request, Credentials)> {
    let request = &case.value["request"];
    let headers = request["headers"].as_array()?;
    let headers = headers.iter().map(|pair| {
        (
            pair[0].as_str().expect("text"),
            pair[1].as_str().expect("text"),
        )
    });
    let text = |name: &str| request[name].as_str().expect("text").to_owned();
    let request = Request::new(&text("method"), &text("target"), headers, text("body"));
    let given = &case.value["credentials"];
    let find = |names: &[&str]| names.iter().find_map(|name| given[name].as_str());
    if let Some(token) = find(&["bearer_token"]) {
        return Some((request, Credentials::bearer_token(token)));
    }
    let mut credentials = Credentials::access_key(
        find(&["access_key_id", "access_key", "ak"]).expect("a key"),
        find(&["secret_access_key", "secret_key", "sk"]).expect("a secret"),
    );
    if let Some(token) = find(&["session_token", "security_token"]) {
        credentials = credentials.session_token(token);
    }
    Some((request, credentials))
}

/// Returns the clock of a case.
pub fn clock(case: &Case) -> SystemTime {
    let text = case.value["clock"].as_str().expect("a time");
    let clock = Timestamp::from(text).to_system_time();
    clock.expect("a time with an offset")
}
