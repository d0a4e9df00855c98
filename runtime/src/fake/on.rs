//! [`On`], what a fake answers to an operation.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};

use super::answer::{Answer, Fault, Reported};
use super::call::Call;
use super::decode::{self, decode};
use super::envelope::Envelope;
use super::page::List;
use super::route::Asked;
use super::verify::{Refusal, verify};
use crate::auth::Credentials;
use crate::error::ServiceErrorKind;
use crate::paging::Paginated;
use crate::schema::Blank;
use crate::service::{Http, Operation, Scheme, ServiceInfo, schemes};

/// Handle to an operation of a fake, from [`Fake::on`](super::Fake::on): decides how requests are answered.
///
/// The answers of the [`script`](Self::script) come first, then a [`fault`](Self::fault), if there is one, then what
/// [`items`](Self::items) or [`reply`](Self::reply) say, whichever was called last.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Operation;
/// use cloud_models::fake::{Fake, Fault};
///
/// fn loses_one_connection<O: Operation>(output: O::Output) -> Fake<O::Service>
/// where
///     O::Output: Sync,
/// {
///     let fake = Fake::new();
///     fake.on::<O>().script([Fault::Reset]).reply(move |_| Ok(output.clone()));
///     fake
/// }
/// ```
pub struct On<O: Operation> {
    pub(super) operation: Arc<Faked<O>>,
}

impl<O: Operation> On<O> {
    /// Adds answers to the script: each is for one request. After the last, the fake answers as without a script.
    pub fn script<A: Into<Answer>>(self, answers: impl IntoIterator<Item = A>) -> Self {
        // First, because the iterator may use the fake.
        let answers: Vec<Answer> = answers.into_iter().map(Into::into).collect();
        self.operation.state().script.extend(answers);
        self
    }

    /// Responds with what a function returns for a request: an output, or an error or fault.
    pub fn reply(
        self,
        reply: impl Fn(&Call<O>) -> Result<O::Output, Answer> + Send + Sync + 'static,
    ) -> Self {
        let next = move |call: &Call<O>| reply(call).map_err(Refused::Answer);
        let before = self.operation.state().next.replace(Arc::new(next));
        // Not under the lock, because what the function owns may use the fake.
        drop(before);
        self
    }

    /// Lets every exchange fail that the script does not answer.
    pub fn fault(self, fault: Fault) -> Self {
        self.operation.state().fault = Some(fault);
        self
    }
}

impl<O: Paginated> On<O> {
    /// Responds with pages of these items, in the style of the operation. The page size is the one that is asked for, at most
    /// the documented limit; else the documented default; else 100.
    ///
    /// Parameters other than those of paging are not interpreted. A call that sets one fails with an error that names it, unless
    /// [`matching`](Self::matching) or [`ignoring_filters`](Self::ignoring_filters) says what to do; required parameters may
    /// have any value.
    pub fn items(self, items: impl IntoIterator<Item = O::Item>) -> Self {
        // First, because the iterator may use the fake.
        let items = items.into_iter().collect();
        self.list(|list| list.items = Some(items))
    }

    /// Sets a function that returns whether an item belongs to the list that a request asks for.
    pub fn matching(
        self,
        matching: impl Fn(&Call<O>, &O::Item) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.list(|list| list.matching = Some(Arc::new(matching)))
    }

    /// Responds with all items, whatever other parameters a request sets.
    pub fn ignoring_filters(self) -> Self {
        self.list(|list| list.ignores_filters = true)
    }

    fn list(self, change: impl FnOnce(&mut List<O>)) -> Self {
        let mut state = self.operation.state();
        let known = state.list.as_ref();
        let known = known.and_then(|list| list.downcast_ref::<List<O>>());
        let mut list = known.cloned().unwrap_or_default();
        change(&mut list);
        let has_items = list.items.is_some();
        let list = Arc::new(list);
        let mut before = (state.list.replace(Arc::clone(&list) as _), None);
        if has_items {
            before.1 = state.next.replace(Arc::new(move |call| list.page(call)));
        }
        drop(state);
        drop(before);
        self
    }
}

impl<O: Operation> fmt::Debug for On<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On")
            .field("operation", &O::NAME)
            .finish_non_exhaustive()
    }
}

/// Why there is no output.
pub(super) enum Refused {
    /// The service says so.
    Answer(Answer),
    /// The fake was not told what to do.
    Misuse(String),
}

/// The outcome of an exchange.
pub(super) enum Outcome {
    Response(Response<Bytes>),
    /// The response is cut in the middle of the body.
    Cut(Response<Bytes>),
    Reset,
    Hang,
    /// The fake was not told what to do.
    Misuse(String),
}

/// The problem of a response that cannot be written is one of the test.
impl From<Result<Response<Bytes>, String>> for Outcome {
    fn from(response: Result<Response<Bytes>, String>) -> Self {
        match response {
            Ok(response) => Self::Response(response),
            Err(problem) => Self::Misuse(problem),
        }
    }
}

/// The facts of an exchange.
pub(super) struct Exchange<'a> {
    pub(super) service: &'static ServiceInfo,
    pub(super) request: &'a Request<Bytes>,
    pub(super) known: &'a [Credentials],
    pub(super) now: SystemTime,
    pub(super) request_id: &'a str,
}

impl Exchange<'_> {
    pub(super) fn verify(&self, schemes: &[Scheme]) -> Result<(), Answer> {
        let refusal = verify(schemes, self.request, self.known, self.now);
        refusal.map_err(|refusal| match refusal {
            Refusal::Credentials(problem) => {
                Answer::kind(ServiceErrorKind::Authentication).message(problem)
            }
            Refusal::Clock(problem) => Answer::kind(ServiceErrorKind::ClockSkew).message(problem),
        })
    }

    pub(super) fn envelope(&self) -> Envelope {
        Envelope::new(self.service, self.request_id, self.now)
    }

    /// Refuses a request because of what it contains.
    pub(super) fn invalid(&self, problem: String) -> Outcome {
        self.error(Answer::kind(ServiceErrorKind::Invalid).message(problem))
    }

    fn error(&self, answer: Answer) -> Outcome {
        let error = Reported::new(self.service, answer);
        error.and_then(|error| self.envelope().error(error)).into()
    }
}

/// An operation of a fake, whatever its type.
pub(super) trait AnyFaked: Send + Sync {
    /// Returns the constant part of the operation's requests.
    fn http(&self) -> &'static Http;

    fn name(&self) -> &'static str;

    /// Answers a request for this operation.
    fn answer(&self, exchange: &Exchange<'_>, asked: &Asked<'_>) -> Outcome;

    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// An operation of a fake.
pub(super) struct Faked<O: Operation> {
    state: Mutex<State<O>>,
}

struct State<O: Operation> {
    script: VecDeque<Answer>,
    fault: Option<Fault>,
    next: Option<Arc<Next<O>>>,
    /// The `List` of an operation that has one.
    list: Option<Arc<dyn Any + Send + Sync>>,
    calls: Vec<Call<O>>,
}

/// Answers a request without a script.
type Next<O> = dyn Fn(&Call<O>) -> Result<<O as Operation>::Output, Refused> + Send + Sync;

impl<O: Operation> Faked<O> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                script: VecDeque::new(),
                fault: None,
                next: None,
                list: None,
                calls: Vec::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn calls(&self) -> Vec<Call<O>> {
        self.state().calls.clone()
    }

    fn play(&self, answer: Answer, call: &Call<O>, exchange: &Exchange<'_>) -> Outcome {
        match answer {
            Answer::Next => self.next(call, exchange),
            Answer::Fault(fault) => fail::<O>(fault, exchange),
            error @ Answer::Error { .. } => exchange.error(error),
        }
    }

    fn next(&self, call: &Call<O>, exchange: &Exchange<'_>) -> Outcome {
        // The function may use the fake, so the lock is released first.
        let next = self.state().next.clone();
        let Some(next) = next else {
            return Outcome::Misuse(format!(
                "there is no answer to {}: call `On::items`, `On::reply` or `On::script`",
                O::NAME
            ));
        };
        match next(call) {
            Ok(output) => respond::<O>(&output, exchange),
            Err(Refused::Misuse(problem)) => Outcome::Misuse(problem),
            Err(Refused::Answer(Answer::Next)) => {
                Outcome::Misuse("`On::reply` must not return `Answer::Next`".to_owned())
            }
            Err(Refused::Answer(answer)) => self.play(answer, call, exchange),
        }
    }
}

impl<O: Operation> AnyFaked for Faked<O> {
    fn http(&self) -> &'static Http {
        const { &O::HTTP }
    }

    fn name(&self) -> &'static str {
        O::NAME
    }

    fn answer(&self, exchange: &Exchange<'_>, asked: &Asked<'_>) -> Outcome {
        let decoded = decode::<O>(asked);
        if let Ok(call) = &decoded {
            self.state().calls.push(call.clone());
        }
        if let Err(refusal) = exchange.verify(schemes::<O>()) {
            return exchange.error(refusal);
        }
        let call = match decoded {
            Ok(call) => call,
            Err(problem) => return exchange.invalid(problem),
        };
        let violations = decode::violations(call.request());
        if !violations.is_empty() {
            return exchange.invalid(violations.join("; "));
        }
        let mut state = self.state();
        let answer = state.script.pop_front();
        let answer = answer.or(state.fault.map(Answer::Fault));
        drop(state);
        self.play(answer.unwrap_or(Answer::Next), &call, exchange)
    }

    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

fn respond<O: Operation>(output: &O::Output, exchange: &Exchange<'_>) -> Outcome {
    exchange.envelope().success::<O>(output).into()
}

fn fail<O: Operation>(fault: Fault, exchange: &Exchange<'_>) -> Outcome {
    match fault {
        Fault::Reset => Outcome::Reset,
        Fault::Hang => Outcome::Hang,
        Fault::Cut => match respond::<O>(&O::Output::blank(), exchange) {
            Outcome::Response(response) => Outcome::Cut(response),
            outcome => outcome,
        },
        Fault::Html => exchange.envelope().html().into(),
    }
}
