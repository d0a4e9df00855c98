//! [`Models`], what a catalog yields.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::progress::Progress;
use super::queue::{Limits, Queue};
use super::reading::{Facts, panicked};
use super::source::Arrived;
use super::{Entry, Outcome, Source};
use crate::future::BoxFuture;

/// The models of a catalog, returned by [`Catalog::models`](super::Catalog::models).
///
/// Its sources make progress while `next` is awaited, in the task that awaits it. It is also a [`Stream`].
#[must_use = "nothing is sent before `next` is awaited"]
pub struct Models<R> {
    sources: Vec<Source<R>>,
    limits: Limits,
    queue: Queue,
    running: Vec<Running>,
    arrived: Arc<Arrived<R>>,
    finished: VecDeque<Outcome>,
}

/// A source on the way.
struct Running {
    facts: Arc<Facts>,
    progress: Arc<Progress>,
    future: BoxFuture<'static, Outcome>,
}

impl<R: Send + 'static> Models<R> {
    pub(super) fn new(sources: Vec<Source<R>>, limits: Limits) -> Self {
        let (queue, refused) = Queue::new(sources.iter().map(|source| &source.facts), limits);
        Self {
            sources,
            limits,
            queue,
            running: Vec::new(),
            arrived: Arrived::new(),
            finished: refused.into(),
        }
    }

    /// Returns the next entry, or `None` at the end. Cancel safe: no entry is lost if the future is dropped.
    #[expect(
        clippy::should_implement_trait,
        reason = "the asynchronous counterpart has this name everywhere"
    )]
    pub fn next(&mut self) -> impl Future<Output = Option<Entry<R>>> + Send {
        poll_fn(|context| self.poll(context))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Entry<R>>> {
        loop {
            // The models of a source arrive before its end.
            if let Some(model) = self.arrived.take() {
                self.arrived.yielded();
                return Poll::Ready(Some(Entry::Model(model)));
            }
            if let Some(outcome) = self.finished.pop_front() {
                self.arrived.yielded();
                return Poll::Ready(Some(Entry::Finished(outcome)));
            }
            self.begin();
            if self.running.is_empty() {
                return Poll::Ready(None);
            }
            self.advance(context);
            if self.arrived.is_empty() && self.finished.is_empty() {
                return Poll::Pending;
            }
        }
    }

    /// Begins sources as long as there is room.
    fn begin(&mut self) {
        while let Some((index, facts)) = self.queue.next() {
            if let Some(source) = self.sources.get(index) {
                let progress = Arc::<Progress>::default();
                let arrived = Arc::clone(&self.arrived);
                let future = source.begin(self.limits.time, arrived, Arc::clone(&progress));
                self.running.push(Running {
                    facts,
                    progress,
                    future,
                });
            }
        }
    }

    /// Polls every source on the way.
    fn advance(&mut self, context: &mut Context<'_>) {
        let (queue, finished) = (&mut self.queue, &mut self.finished);
        self.running.retain_mut(|running| {
            // A source that panics must not take the others with it. It is not polled again.
            let poll = AssertUnwindSafe(|| running.future.as_mut().poll(context));
            let outcome = match catch_unwind(poll) {
                Ok(Poll::Pending) => return true,
                Ok(Poll::Ready(outcome)) => outcome,
                Err(_) => {
                    let counts = running.progress.counts();
                    running.facts.outcome(counts, Some(panicked()))
                }
            };
            queue.finished(&running.facts.host);
            finished.push_back(outcome);
            false
        });
    }
}

// Nothing in it is pinned: the futures are on the heap.
impl<R> Unpin for Models<R> {}

impl<R: Send + 'static> Stream for Models<R> {
    type Item = Entry<R>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R> fmt::Debug for Models<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}
