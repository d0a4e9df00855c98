//! Fakes that are served over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use cloud_models::blocking::Ureq;
use cloud_models::fake::{Answer, Fake, Fault, Served};
use cloud_models::transport::{Hyper, Transport};
use cloud_models::{
    Credentials, Error, ErrorKind, RetryPolicy, Service, ServiceErrorKind, aws_bedrock, blocking,
};
use cloud_models_runtime::Client;
use cloud_models_tests::goldens::{places, writes};

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

/// The service has no place for messages of errors.
#[test]
fn a_request_that_the_test_did_not_prepare_is_explained_in_any_envelope() {
    let fake = Fake::<places::Places>::new();
    let served = fake.serve().unwrap();
    let error = client(&fake, &served).send(places::ListThings::new());
    let error = error.unwrap_err();
    assert_eq!(error.status().unwrap(), 501, "{error}");
    let reply = error.reply().unwrap();
    let body = std::str::from_utf8(reply.body()).unwrap();
    assert!(body.contains("`Fake::on`"), "{body}");
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

/// A blocking client of a served fake, which does not repeat.
fn client<S: Service>(fake: &Fake<S>, served: &Served) -> blocking::Client<S> {
    let config = fake.config().endpoint(served.url());
    let config = config.retry(RetryPolicy::never());
    let client = blocking::Client::builder(config).transport(Ureq::new().unwrap());
    client.build().unwrap()
}

#[test]
fn a_served_function_may_ask_the_server_that_calls_it() {
    let fake = Fake::<writes::Writes>::new();
    let served = fake.serve().unwrap();
    let inner = client(&fake, &served);
    fake.on::<writes::CountThing>().reply(move |call| {
        if call.json()["id"] == "outer" {
            inner.send(writes::CountThing::new("inner")).unwrap();
        }
        Ok(())
    });
    let client = client(&fake, &served);
    client.send(writes::CountThing::new("outer")).unwrap();
    let calls = fake.calls::<writes::CountThing>();
    let ids: Vec<_> = calls.iter().map(|call| call.json()["id"].clone()).collect();
    assert_eq!(ids, ["outer", "inner"]);
}

#[test]
fn a_server_ends_while_a_function_runs() {
    let fake = Fake::<writes::Writes>::new();
    let (started, has_started) = mpsc::channel();
    let (end, has_ended) = mpsc::channel::<()>();
    let has_ended = Mutex::new(has_ended);
    fake.on::<writes::CountThing>().reply(move |_| {
        started.send(()).unwrap();
        // Until the sender is dropped.
        let _ = has_ended.lock().unwrap().recv();
        Ok(())
    });
    let served = fake.serve().unwrap();
    let client = client(&fake, &served);
    let asking = thread::spawn(move || client.send(writes::CountThing::new("a")));
    has_started.recv_timeout(Duration::from_secs(10)).unwrap();
    let (ended, has_dropped) = mpsc::channel();
    thread::spawn(move || {
        drop(served);
        ended.send(()).unwrap();
    });
    has_dropped.recv_timeout(Duration::from_secs(10)).unwrap();
    asking.join().unwrap().unwrap_err();
    drop(end);
}

#[test]
fn a_function_that_panics_costs_its_connection() {
    let fake = Fake::<writes::Writes>::new();
    fake.on::<writes::CountThing>().reply(|call| {
        assert_ne!(call.json()["id"], "panic", "the panic of this test");
        Ok(())
    });
    let served = fake.serve().unwrap();
    let client = client(&fake, &served);
    let error = client.send(writes::CountThing::new("panic")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    client.send(writes::CountThing::new("a")).unwrap();
}

#[test]
fn a_body_is_cut_even_if_it_is_empty() {
    let fake = Fake::<writes::Writes>::new().credentials(Credentials::anonymous());
    fake.on::<writes::CountThing>().fault(Fault::Cut);
    fake.on::<writes::CheckThing>().fault(Fault::Cut);
    let served = fake.serve().unwrap();
    let client = client(&fake, &served);
    let error = client.send(writes::CountThing::new("a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    // Without any body, the connection is lost earlier.
    let error = client.send(writes::CheckThing::new("a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let real = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let hyper = Client::builder(
        fake.config()
            .endpoint(served.url())
            .retry(RetryPolicy::never()),
    );
    let hyper = hyper.transport(Hyper::new().unwrap()).build().unwrap();
    let error = real
        .block_on(hyper.send(writes::CountThing::new("a")))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");

    // Its head and half of it arrive.
    let fake = bedrock().credentials(Credentials::anonymous());
    fake.on::<aws_bedrock::ListCustomModels>().fault(Fault::Cut);
    let served = fake.serve().unwrap();
    let authority = served.url().trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(authority).unwrap();
    socket
        .write_all(b"GET /custom-models HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut text = Vec::new();
    let _ = socket.read_to_end(&mut text);
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    assert!(!body.is_empty() && body.len() < length, "{text}");
}
