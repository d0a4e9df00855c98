//! [`Source`], a list of a cloud behind an asynchronous client.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use super::progress::{Counter, Progress};
use super::reading::{Facts, Reading};
use super::{Model, Outcome};
use crate::client::Client;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::paging::Catalogued;
use crate::time::Clock;

/// A list of models of one cloud: a client, which knows account and region, and the operation that lists, with its arguments
/// and filters.
pub struct Source<R> {
    pub(super) facts: Arc<Facts>,
    begin: Arc<Begin<R>>,
}

/// Begins to list, within a time, into a queue of models.
type Begin<R> =
    dyn Fn(Duration, Arc<Arrived<R>>, Arc<Progress>) -> BoxFuture<'static, Outcome> + Send + Sync;

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
            move |limit, arrived, progress: Arc<Progress>| -> BoxFuture<'static, Outcome> {
                let counter = Counter::new(client.config(), Arc::clone(&progress));
                let reading = Reading::new(Arc::clone(&facts), operation.clone(), limit, progress);
                Box::pin(read(client.clone(), reading, counter, arrived))
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

    /// Returns the name of the cloud, such as `example-cloud`.
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
        progress: Arc<Progress>,
    ) -> BoxFuture<'static, Outcome> {
        (self.begin)(limit, arrived, progress)
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
pub(super) struct Arrived<R> {
    models: Mutex<VecDeque<Model<R>>>,
    /// Number of times that the program got an entry, and was busy with it before it asked for another.
    yielded: AtomicU64,
}

impl<R> Arrived<R> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            models: Mutex::new(VecDeque::new()),
            yielded: AtomicU64::new(0),
        })
    }

    fn add(&self, models: Vec<Model<R>>) {
        self.models().extend(models);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.models().is_empty()
    }

    pub(super) fn take(&self) -> Option<Model<R>> {
        self.models().pop_front()
    }

    /// Notes that the program gets an entry.
    pub(super) fn yielded(&self) {
        self.yielded.fetch_add(1, Ordering::Relaxed);
    }

    fn models(&self) -> MutexGuard<'_, VecDeque<Model<R>>> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lists page by page, to the end or the first failure.
async fn read<O: Catalogued, R: From<O::Item>>(
    client: Client<O::Service>,
    mut reading: Reading<O>,
    counter: Arc<Counter>,
    arrived: Arc<Arrived<R>>,
) -> Outcome {
    while let Some((request, left)) = reading.next() {
        let client = client.with_config(client.config().for_page(left, &counter));
        let page = client.perform(request.operation, request.is_checked);
        // The timers of a call go on while the program is busy with other models; the limit of the source does not.
        let (page, busy, elapsed) = timed(client.clock(), &arrived, page).await;
        let is_late = page.as_ref().is_err_and(Error::is_timeout) && elapsed >= left;
        let spent = match is_late {
            true => elapsed,
            false => elapsed.saturating_sub(busy),
        };
        arrived.add(reading.received(page, spent));
        // The models of a page are yielded before the next page is asked for.
        yield_once().await;
    }
    reading.outcome()
}

/// Returns the output of a future, the time during which the program was busy with models instead of waiting for it, and the time
/// in total.
async fn timed<T, R>(
    clock: &dyn Clock,
    arrived: &Arrived<R>,
    future: impl Future<Output = T>,
) -> (T, Duration, Duration) {
    let start = clock.monotonic();
    let mut future = pin!(future);
    let mut busy = Duration::ZERO;
    let mut last = (start, arrived.yielded.load(Ordering::Relaxed));
    let output = poll_fn(|context| {
        let (time, yielded) = last;
        if arrived.yielded.load(Ordering::Relaxed) != yielded {
            busy += clock.monotonic().saturating_sub(time);
        }
        let poll = future.as_mut().poll(context);
        last = (clock.monotonic(), arrived.yielded.load(Ordering::Relaxed));
        poll
    })
    .await;
    (output, busy, clock.monotonic().saturating_sub(start))
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
