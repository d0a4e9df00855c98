//! The fakes of the four services behind the test server: they list models and report errors, and the server breaks what they
//! send.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use cloud_models::fake::{Answer, Fake};
use cloud_models::transport::Transport;
use cloud_models::{
    Clock, Credentials, OpenEnum, Paginated, aws_bedrock, baidu_qianfan, huawei_fabric,
    volcengine_ark,
};

use crate::server::{Reply, Request};

/// A service with an account that has some models: `model-0`, `model-1` and so on.
#[derive(Clone)]
pub struct Cloud {
    models: usize,
    clock: Ahead,
    list: Arc<dyn Transport>,
    failing: Arc<Failing>,
    /// Code and status of throttling.
    throttled: (&'static str, Option<u16>),
}

/// Creates a service that reports an error with this code, status and message.
type Failing = dyn Fn(&str, Option<u16>, &str) -> Arc<dyn Transport> + Send + Sync;

/// A clock that is some seconds ahead.
#[derive(Clone, Default)]
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn system_time(&self) -> SystemTime {
        let seconds = self.0.load(Ordering::Relaxed);
        let ahead = Duration::from_secs(seconds.unsigned_abs());
        match seconds < 0 {
            true => SystemTime::now() - ahead,
            false => SystemTime::now() + ahead,
        }
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

impl Cloud {
    /// Creates the service of a spec, with an account that has a number of models and these credentials.
    pub fn new(spec: &'static str, models: usize, credentials: Credentials) -> Self {
        match spec {
            "aws-bedrock" => Self::of::<aws_bedrock::ListCustomModels, aws_bedrock::ErrorCode>(
                models,
                credentials,
                ("ThrottlingException", None),
                |name| {
                    let mut model = aws_bedrock::CustomModelSummary::default();
                    model.model_arn = format!("arn:aws:bedrock:us-east-1:1:custom-model/{name}");
                    model.model_name = name;
                    model
                },
            ),
            "baidu-qianfan" => Self::of::<
                baidu_qianfan::DescribeCustomModelSets,
                baidu_qianfan::ErrorCode,
            >(models, credentials, ("OverRateLimit", None), |name| {
                let mut model = baidu_qianfan::CustomModelSetItem::default();
                model.model_set_name = Some(name);
                model
            }),
            "huawei-fabric" => Self::of::<huawei_fabric::ListModels, huawei_fabric::ErrorCode>(
                models,
                credentials,
                ("APIG.0308", None),
                |name| {
                    let mut model = huawei_fabric::ModelInfo::default();
                    model.name = Some(name);
                    model
                },
            ),
            "volcengine-ark" => {
                Self::of::<volcengine_ark::ListCustomModels, volcengine_ark::ErrorCode>(
                    models,
                    credentials,
                    // With a successful status, which its SDKs expect too.
                    ("FlowLimitExceeded", Some(200)),
                    |name| {
                        let mut model = volcengine_ark::CustomModel::default();
                        model.id = format!("cm-{name}");
                        model.name = Some(name);
                        model
                    },
                )
            }
            _ => panic!("no fake is known for {spec}"),
        }
    }

    fn of<O: Paginated, C: OpenEnum>(
        models: usize,
        credentials: Credentials,
        throttled: (&'static str, Option<u16>),
        model: fn(String) -> O::Item,
    ) -> Self {
        let clock = Ahead::default();
        let fake = {
            let clock = clock.clone();
            move || {
                let fake = Fake::<O::Service>::new().credentials(credentials.clone());
                fake.clock(clock.clone())
            }
        };
        let list = fake();
        list.on::<O>()
            .items(names(models).map(model))
            .ignoring_filters();
        let failing = move |code: &str, status: Option<u16>, message: &str| {
            let mut error = Answer::error(C::from_wire(code)).message(message);
            if let Some(status) = status {
                error = error.status(status);
            }
            let fake = fake();
            fake.on::<O>().reply(move |_| Err(error.clone()));
            Arc::new(fake) as Arc<dyn Transport>
        };
        Self {
            models,
            clock,
            list: Arc::new(list),
            failing: Arc::new(failing),
            throttled,
        }
    }

    /// Sets the number of seconds by which the clock of the service is ahead.
    pub fn ahead(self, seconds: i64) -> Self {
        self.clock.0.store(seconds, Ordering::Relaxed);
        self
    }

    /// Returns the names of all models.
    pub fn names(&self) -> Vec<String> {
        names(self.models).collect()
    }

    /// Returns the response of the service. The request ID is `fake-1` for the first request, and so on.
    pub fn reply(&self, request: &Request) -> Reply {
        send(&*self.list, request)
    }

    /// Returns the response of the service while it throttles.
    pub fn throttled(&self, request: &Request) -> Reply {
        let (code, status) = self.throttled;
        send(&*(self.failing)(code, status, "Too many requests"), request)
    }

    /// Returns an error in the format of the service.
    pub fn error(&self, request: &Request, status: u16, code: &str, message: &str) -> Reply {
        send(&*(self.failing)(code, Some(status), message), request)
    }
}

fn names(models: usize) -> impl Iterator<Item = String> {
    (0..models).map(|n| format!("model-{n}"))
}

/// Sends a request to a fake, which answers at once.
fn send(fake: &dyn Transport, request: &Request) -> Reply {
    fn now<T>(poll: Poll<T>) -> T {
        match poll {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("the fake does not answer"),
        }
    }
    let mut context = Context::from_waker(Waker::noop());
    let mut answer = pin!(fake.send(request.to_http(), Duration::MAX));
    let (head, mut body) = now(answer.as_mut().poll(&mut context))
        .unwrap_or_else(|error| panic!("{error}"))
        .into_parts();
    let mut reply = Reply::new(head.status.as_u16());
    for (name, value) in &head.headers {
        reply = reply.header(name.as_str(), value.to_str().expect("text"));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = now(body.poll_chunk(&mut context)) {
        bytes.extend_from_slice(&chunk.expect("a complete body"));
    }
    reply.body(bytes)
}
