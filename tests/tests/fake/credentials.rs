//! Credentials and clocks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use cloud_models::fake::Fake;
use cloud_models::{
    Clock, Credentials, Paginated, baidu_qianfan, blocking, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::codegen as rt;
use cloud_models_tests::goldens::maps;

use super::{bedrock, both, list, refusals};

/// Checks that a fake refuses whatever it does not know, with one request, and in the envelope of the service.
fn refuses_strangers<O: Paginated>(list: &O) {
    const SECRET: &str = "canary-secret-0123456789";
    const SESSION: &str = "canary-session-0123456789";
    let known = || Credentials::access_key("AKIDEXAMPLE", SECRET).session_token(SESSION);
    let fake = Fake::<O::Service>::new().credentials(known());
    fake.on::<O>().items([]);
    both(&fake, &fake.config(), list, |client, found| {
        assert!(found.unwrap().is_empty(), "{client}");
    });
    let mut calls = fake.calls::<O>().len();
    let key = Credentials::access_key;
    for other in [
        key("AKIDEXAMPLE", "another").session_token(SESSION),
        key("AKIDEXAMPLE", SECRET).session_token("another"),
        key("AKIDEXAMPLE", SECRET),
        key("ANOTHER", SECRET).session_token(SESSION),
        Credentials::anonymous(),
    ] {
        for error in refusals(&fake, &fake.config().credentials(other), list) {
            assert!(error.is_authentication(), "{}: {error}", O::NAME);
            let shown = format!("{error} {error:?} {:?}", error.reply().unwrap().body());
            assert!(!shown.contains("canary"), "{shown}");
        }
        calls += 2;
        assert_eq!(fake.calls::<O>().len(), calls);
    }
    let shown = format!("{fake:?} {:?}", fake.on::<O>());
    assert!(
        !shown.contains("canary") && !shown.contains("AKID"),
        "{shown}"
    );
}

/// Checks that a client whose clock is wrong corrects it by the date of the fake.
fn corrects_clocks<O: Paginated>(list: &O) {
    for minutes in [31, -31] {
        let fake = Fake::<O::Service>::new().clock(Ahead::minutes(minutes));
        fake.on::<O>().items([]);
        both(&fake, &fake.config(), list, |client, found| {
            let found = found.unwrap_or_else(|error| panic!("{client}: {error}"));
            assert!(found.is_empty());
        });
        // Clients of one configuration share what they learn.
        assert_eq!(fake.calls::<O>().len(), 3);
        // Four minutes are within every tolerance.
        let fake = Fake::<O::Service>::new().clock(Ahead::minutes(4));
        fake.on::<O>().items([]);
        both(&fake, &fake.config(), list, |_, found| drop(found.unwrap()));
        assert_eq!(fake.calls::<O>().len(), 2);
    }
}

/// A clock that is ahead.
struct Ahead(AtomicI64);

impl Ahead {
    fn minutes(minutes: i64) -> Self {
        Self(AtomicI64::new(60 * minutes))
    }
}

impl Clock for Ahead {
    fn system_time(&self) -> SystemTime {
        let seconds = self.0.load(Ordering::Relaxed);
        let by = Duration::from_secs(seconds.unsigned_abs());
        match seconds < 0 {
            true => SystemTime::now() - by,
            false => SystemTime::now() + by,
        }
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn fakes_know_credentials_and_show_none() {
    refuses_strangers(&list());
    refuses_strangers(&baidu_qianfan::DescribeCustomModelSets::new());
    refuses_strangers(&huawei_fabric::ListModels::new("w"));
    refuses_strangers(&volcengine_ark::ListCustomModels::new());
    let call = format!("{:?}", {
        let fake = Fake::<maps::Maps>::new();
        fake.on::<maps::PutItem>().reply(|_| Ok(rt::blank()));
        let put = maps::PutItem::new(maps::NewItem::new("item"), [("env", "test")]);
        let put = put.secrets([("key", "canary")]);
        let client = blocking::Client::builder(fake.config()).transport(fake.clone());
        let _ = client.build().unwrap().send(put);
        fake.calls::<maps::PutItem>()
    });
    assert!(call.contains("env") && !call.contains("canary"), "{call}");
}

#[test]
fn tokens_are_compared_and_anonymous_requests_are_accepted_if_they_are_known() {
    for (known, other) in [
        (
            Credentials::bearer_token("right"),
            Credentials::bearer_token("wrong"),
        ),
        (Credentials::anonymous(), Credentials::bearer_token("wrong")),
    ] {
        let fake = bedrock().credentials(known);
        both(&fake, &fake.config(), &list(), |client, found| {
            assert_eq!(found.unwrap().len(), 3, "{client}");
        });
        for error in refusals(&fake, &fake.config().credentials(other), &list()) {
            assert!(error.is_authentication(), "{error}");
        }
    }
    let fake = Fake::<huawei_fabric::HuaweiFabric>::new()
        .credentials(Credentials::auth_token("right"))
        .credentials(Credentials::access_key("id", "secret"));
    fake.on::<huawei_fabric::ListModels>().items([]);
    let list = huawei_fabric::ListModels::new("w");
    for credentials in [
        Credentials::auth_token("right"),
        Credentials::access_key("id", "secret"),
    ] {
        let config = fake.config().credentials(credentials);
        both(&fake, &config, &list, |_, found| drop(found.unwrap()));
    }
    let wrong = fake.config().credentials(Credentials::auth_token("wrong"));
    for error in refusals(&fake, &wrong, &list) {
        assert!(error.is_authentication(), "{error}");
    }
}

#[test]
fn a_wrong_clock_costs_one_request() {
    corrects_clocks(&list());
    corrects_clocks(&baidu_qianfan::DescribeCustomModelSets::new());
    corrects_clocks(&huawei_fabric::ListModels::new("w"));
    corrects_clocks(&volcengine_ark::ListCustomModels::new());
}
