//! The retry budget.

use super::*;

#[test]
fn all_calls_of_a_client_share_a_retry_budget() {
    let late = || Event::Failed(TransportError::timeout("late"));
    let throttled = || response(429, &[], "");
    // The budget is 500; a retry costs 14, or 5 if the service throttles.
    assert_eq!(retries_left(&config(), broken), 35);
    assert_eq!(retries_left(&config(), late), 35);
    assert_eq!(retries_left(&config(), throttled), 100);

    let config = config();
    retries_left(&config, broken);
    // 10 are left, and each call that succeeds without a retry adds 1.
    for _ in 0..3 {
        done(sent(&config, list()).step(empty_page(), at(START))).unwrap();
    }
    assert_eq!(retries_left(&config, broken), 0);
    done(sent(&config, list()).step(empty_page(), at(START))).unwrap();
    // A success returns the cost of the last retry.
    for _ in 0..10 {
        let mut call = sent(&config, list());
        sleep(call.step(broken(), at(START)));
        send(call.step(Event::Slept, at(START)));
        done(call.step(empty_page(), at(START))).unwrap();
    }
    // So does dropping the call.
    for _ in 0..10 {
        let mut call = sent(&config, list());
        sleep(call.step(broken(), at(START)));
    }
    assert_eq!(retries_left(&config, broken), 1);
}

#[test]
fn a_failed_call_costs_what_its_retries_cost_and_no_more() {
    let config = config();
    // Two retries cost 14 each, and neither cost is returned if the call fails or is dropped afterwards.
    let mut call = sent(&config, list());
    for _ in 0..2 {
        sleep(call.step(broken(), at(START)));
        send(call.step(Event::Slept, at(START)));
    }
    failed(call.step(broken(), at(START)));
    drop(call);
    assert_eq!(retries_left(&config, broken), 33);
}

#[test]
fn regions_and_endpoints_have_their_own_budget_and_clock() {
    let date = http_date(SystemTime::UNIX_EPOCH + NOON + seconds(3600));
    let refused = || {
        let body = r#"{"__type": "RequestTimeTooSkewed"}"#;
        response(403, &[("date", &date)], body)
    };
    let first = config::<aws_bedrock::AwsBedrock>();
    let mut call = sent(&first, list());
    send(call.step(refused(), at(START)));
    assert_eq!(retries_left(&first, broken), 35);
    let dated = |config: &aws_bedrock::Config| {
        text(&first_request(config, list()), "x-amz-date").to_owned()
    };
    let local = "20240514T130512Z";
    // Clones share both budget and clock.
    let clone = first.clone().retry(RetryPolicy::standard());
    assert_eq!(retries_left(&clone, broken), 0);
    assert_ne!(dated(&clone), local);
    for other in [
        first.clone().region("eu-central-1"),
        first.clone().endpoint("https://example.com"),
    ] {
        assert_eq!(dated(&other), local);
        assert_eq!(retries_left(&other, broken), 35);
    }
}
