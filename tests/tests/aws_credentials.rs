//! Use of AWS SDK credentials by our client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use cloud_models::ErrorKind;
use cloud_models::aws_bedrock::{Client, Config, ListCustomModels};
use cloud_models_runtime::aws::AwsCredentials;
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::{Request, Server};

fn client(server: &Server, provider: SharedCredentialsProvider) -> Client {
    let config = Config::new()
        .region("us-east-1")
        .endpoint(server.url())
        .credentials_provider(AwsCredentials::from(provider));
    Client::new(config).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

fn server() -> Server {
    let cloud = Cloud::new(
        "aws-bedrock",
        3,
        cloud_models::Credentials::access_key("AKIDEXAMPLE", "secret").session_token("token"),
    );
    Server::start(move |request: &Request, _| cloud.reply(request))
}

/// A provider whose keys expire soon, and which counts how often it is called.
#[derive(Debug)]
struct Brief(Arc<AtomicUsize>);

const LIFE: Duration = Duration::from_millis(800);

impl ProvideCredentials for Brief {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.fetch_add(1, Ordering::SeqCst);
        let end = SystemTime::now() + LIFE;
        let keys = Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            Some("token".into()),
            Some(end),
            "test",
        );
        future::ProvideCredentials::ready(Ok(keys))
    }
}

#[test]
fn keys_tokens_and_ends_are_taken_over() {
    let server = server();
    let asked = Arc::new(AtomicUsize::new(0));
    let client = client(
        &server,
        SharedCredentialsProvider::new(Brief(Arc::clone(&asked))),
    );
    let list = || block_on(client.send(ListCustomModels::new())).unwrap();
    assert_eq!(list().model_summaries.len(), 3);
    list();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    std::thread::sleep(LIFE);
    list();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("no profile `default`")))
    }
}

#[test]
fn a_provider_that_fails_says_why() {
    let server = server();
    let client = client(&server, SharedCredentialsProvider::new(Nobody));
    let error = block_on(client.send(ListCustomModels::new())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(
        error.to_string().contains("no profile `default`"),
        "{error}"
    );
    assert!(server.requests().is_empty());
}
