//! [`Source`], a list of a cloud behind an asynchronous client.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use super::reading::{Counter, Facts, Reading};
use super::{Model, Outcome};
use crate::client::Client;
use crate::future::BoxFuture;
use crate::paging::Catalogued;

/// A list of models of one cloud: a client, which knows account and region, and the operation that lists, with its arguments
/// and filters.
pub struct Source<R> {
    pub(super) facts: Arc<Facts>,
    begin: Arc<Begin<R>>,
}

/// Begins to list, within a time, into a queue of models.
type Begin<R> = dyn Fn(Duration, Arc<Arrived<R>>) -> BoxFuture<'static, Outcome> + Send + Sync;

impl<R: Send + 'static> Source<R> {
    /// Creates a source. `label` names it in models and outcomes; a catalog has each label once.
    ///
    /// Filters of the operation apply: what it does not list is not in the catalog.
    pub fn new<O: Catalogued>(
        label: impl Into<String>,
        client: Client<O::Service>,
        operation: O,
    ) -> Self
    where
        R: From<O::Item>,
    {
        let facts = Arc::new(Facts::new(label.into(), client.config(), &operation));
        let begin = {
            let facts = Arc::clone(&facts);
            move |limit, arrived| -> BoxFuture<'static, Outcome> {
                let reading = Reading::new(Arc::clone(&facts), operation.clone(), limit);
                Box::pin(read(client.clone(), reading, arrived))
            }
        };
        Self {
            facts,
            begin: Arc::new(begin),
        }
    }

    /// Returns the label.
    pub fn label(&self) -> &str {
        &self.facts.label
    }

    /// Returns the name of the cloud, such as `aws-bedrock`.
    pub fn cloud(&self) -> &'static str {
        self.facts.cloud
    }

    /// Returns where the source looks, as far as its configuration says.
    pub fn scope(&self) -> &super::Scope {
        &self.facts.scope
    }

    pub(super) fn begin(
        &self,
        limit: Duration,
        arrived: Arc<Arrived<R>>,
    ) -> BoxFuture<'static, Outcome> {
        (self.begin)(limit, arrived)
    }
}

impl<R> Clone for Source<R> {
    fn clone(&self) -> Self {
        Self {
            facts: Arc::clone(&self.facts),
            begin: Arc::clone(&self.begin),
        }
    }
}

impl<R> fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("label", &self.facts.label)
            .field("cloud", &self.facts.cloud)
            .field("scope", &self.facts.scope)
            .finish_non_exhaustive()
    }
}

/// Models that arrived and were not yielded yet.
pub(super) struct Arrived<R>(Mutex<VecDeque<Model<R>>>);

impl<R> Arrived<R> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(VecDeque::new())))
    }

    fn add(&self, models: Vec<Model<R>>) {
        let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.extend(models);
    }

    pub(super) fn is_empty(&self) -> bool {
        let arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.is_empty()
    }

    pub(super) fn take(&self) -> Option<Model<R>> {
        let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.pop_front()
    }
}

/// Lists page by page, to the end or the first failure.
async fn read<O: Catalogued, R: From<O::Item>>(
    client: Client<O::Service>,
    mut reading: Reading<O>,
    arrived: Arc<Arrived<R>>,
) -> Outcome {
    let counter = Counter::new(client.config());
    while let Some((request, left)) = reading.next() {
        let client = client.with_config(client.config().for_page(left, &counter));
        let start = client.clock().monotonic();
        let page = client.perform(request.operation, request.is_checked).await;
        let elapsed = client.clock().monotonic().saturating_sub(start);
        arrived.add(reading.received(page, elapsed));
        // The models of a page are yielded before the next page is asked for.
        yield_once().await;
    }
    reading.outcome(counter.requests())
}

async fn yield_once() {
    let mut is_second = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_second, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
