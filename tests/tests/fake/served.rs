//! Fakes that are served over HTTP.

use std::io::Read;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use cloud_models::blocking::Ureq;
use cloud_models::fake::{Answer, Fake, Fault};
use cloud_models::transport::{Hyper, Transport};
use cloud_models::{
    Credentials, Error, ErrorKind, RetryPolicy, ServiceErrorKind, aws_bedrock, blocking,
};
use cloud_models_runtime::Client;

use super::{bedrock, list, model};

#[test]
fn a_served_fake_does_the_same_for_real_transports() {
    let fake = Fake::<aws_bedrock::AwsBedrock>::new();
    let names: Vec<_> = (0..250).map(|n| format!("model-{n}")).collect();
    fake.on::<aws_bedrock::ListCustomModels>()
        .items(names.iter().map(|name| model(name)))
        .script([
            Answer::kind(ServiceErrorKind::Throttled),
            Fault::Reset.into(),
        ]);
    let served = fake.serve().unwrap();
    let moment = Duration::from_millis(2);
    let config = || {
        fake.config()
            .endpoint(served.url())
            .attempt_timeout(Duration::from_millis(300))
            .retry(RetryPolicy::standard().backoff(moment, moment))
    };
    let real = |future| -> Result<Vec<aws_bedrock::CustomModelSummary>, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(future)
    };
    let hyper: Arc<dyn Transport> = Arc::new(Hyper::new().unwrap());
    let from = |config: aws_bedrock::Config| {
        let client = Client::builder(config)
            .transport(Arc::clone(&hyper))
            .build()
            .unwrap();
        Box::pin(async move {
            let mut items = client.items(list());
            items.try_collect_up_to(1_000).await
        })
    };
    let found = real(from(config())).unwrap();
    let found: Vec<_> = found.into_iter().map(|model| model.model_name).collect();
    assert_eq!(found, names);
    assert_eq!(fake.calls::<aws_bedrock::ListCustomModels>().len(), 5);
    let ureq = |config| {
        let client = blocking::Client::builder(config).transport(Ureq::new().unwrap());
        client.build().unwrap()
    };
    let found: Result<Vec<_>, _> = ureq(config()).items(list().max_results(1000)).collect();
    assert_eq!(found.unwrap().len(), 250);

    for (fault, kind) in [
        (Fault::Reset, ErrorKind::Transport),
        (Fault::Hang, ErrorKind::Timeout),
        (Fault::Cut, ErrorKind::Transport),
        (Fault::Html, ErrorKind::Decode),
    ] {
        fake.on::<aws_bedrock::ListCustomModels>()
            .script([fault, fault]);
        let once = || config().retry(RetryPolicy::never());
        assert_eq!(real(from(once())).unwrap_err().kind(), kind, "{fault:?}");
        let error = ureq(once()).send(list()).unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
    // What the test did not prepare is a status that no client repeats.
    let error = ureq(config()).send(list().is_owned(true)).unwrap_err();
    assert_eq!(error.status().unwrap(), 501);
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().contains("isOwned"), "{error}");
    let wrong = Credentials::access_key("FAKEACCESSKEY", "wrong");
    let error = ureq(config().credentials(wrong)).send(list()).unwrap_err();
    assert!(error.is_authentication(), "{error}");
}

#[test]
fn a_dropped_server_is_gone() {
    let fake = bedrock();
    let served = fake.serve().unwrap();
    let authority = served.url().trim_start_matches("http://").to_owned();
    let mut idle = TcpStream::connect(&authority).unwrap();
    drop(served);
    TcpStream::connect(&authority).unwrap_err();
    idle.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
}
