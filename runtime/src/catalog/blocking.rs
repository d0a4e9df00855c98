//! The catalog of blocking clients: a thread for each source on the way. Models, outcomes and listings are the same.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::iter::FusedIterator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::clouds::{CloudVisitor, Clouds, Skipped};
use super::collect::Collected;
use super::progress::{Counter, Counts, Progress};
use super::queue::{Limits, Queue};
use super::reading::{Facts, Reading, panicked, too_long};
use super::{AllFailed, Entry, Listing, Model, Outcome, Scope, SourceError, SourceErrorKind};
use crate::blocking::Client;
use crate::paging::Catalogued;

/// A list of models of one cloud: a client, which knows account and region, and the operation that lists, with its arguments
/// and filters.
pub struct Source<R> {
    facts: Arc<Facts>,
    read: Arc<Read<R>>,
}

/// Lists within a time, page by page.
type Read<R> = dyn Fn(Duration, &To<R>, &Arc<Progress>) -> Outcome + Send + Sync;

/// Time that the page of a source may take beyond its limit, before its thread is abandoned.
const GRACE: Duration = Duration::from_secs(1);

/// A message from the thread of a source.
enum Message<R> {
    Page(Vec<Model<R>>),
    End(Box<Outcome>),
}

/// The way from the thread of a source, by its place in the catalog, to what the catalog yields.
struct To<R> {
    index: usize,
    sender: SyncSender<(usize, Message<R>)>,
}

impl<R> To<R> {
    /// Sends a message, and returns whether anybody wants it.
    fn send(&self, message: Message<R>) -> bool {
        self.sender.send((self.index, message)).is_ok()
    }
}

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
        let read = {
            let facts = Arc::clone(&facts);
            move |limit, to: &To<R>, progress: &Arc<Progress>| {
                let (facts, operation) = (Arc::clone(&facts), operation.clone());
                let reading = Reading::new(facts, operation, limit, Arc::clone(progress));
                read(&client, reading, to, progress)
            }
        };
        Self {
            facts,
            read: Arc::new(read),
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
    pub fn scope(&self) -> &Scope {
        &self.facts.scope
    }
}

impl<R> Clone for Source<R> {
    fn clone(&self) -> Self {
        Self {
            facts: Arc::clone(&self.facts),
            read: Arc::clone(&self.read),
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

/// Lists page by page, to the end or the first failure, or until the models are no longer wanted.
fn read<O: Catalogued, R: From<O::Item>>(
    client: &Client<O::Service>,
    mut reading: Reading<O>,
    to: &To<R>,
    progress: &Arc<Progress>,
) -> Outcome {
    let counter = Counter::new(client.config(), Arc::clone(progress));
    while !progress.is_stopped()
        && let Some((request, left)) = reading.next()
    {
        let client = client.with_config(client.config().for_page(left, &counter));
        progress.ask(left);
        let start = client.clock().monotonic();
        let page = client.perform(request.operation, request.is_checked);
        let elapsed = client.clock().monotonic().saturating_sub(start);
        progress.answered();
        if !to.send(Message::Page(reading.received(page, elapsed))) {
            break;
        }
    }
    reading.outcome()
}

/// Several sources, which are listed at once, each in its own thread.
///
/// A source that fails, hangs or is throttled keeps no other from listing its models, and is never taken for one without
/// models: its [`Outcome`] says what happened.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before models are asked for"]
pub struct Catalog<R> {
    sources: Vec<Source<R>>,
    limits: Limits,
}

impl<R: Send + 'static> Catalog<R> {
    /// Creates a catalog of sources, each with its own label.
    pub fn new(sources: impl IntoIterator<Item = Source<R>>) -> Self {
        Self {
            sources: sources.into_iter().collect(),
            limits: Limits::default(),
        }
    }

    /// Creates a catalog from the environment variables of the vendors' own tools: a source for each cloud whose credentials and
    /// region are set and whose list needs no argument. Its label is the name of the cloud.
    ///
    /// Also returns the other clouds, each with the reason. Nothing is sent.
    pub fn from_env() -> (Self, Vec<Skipped>)
    where
        R: Clouds,
    {
        let mut found = FromEnv {
            sources: Vec::new(),
            skipped: Vec::new(),
        };
        R::visit(&mut found);
        (Self::new(found.sources), found.skipped)
    }

    /// Adds a source.
    pub fn source(mut self, source: Source<R>) -> Self {
        self.sources.push(source);
        self
    }

    /// Returns the sources.
    pub fn sources(&self) -> &[Source<R>] {
        &self.sources
    }

    /// Sets the maximum number of sources that are listed at once, at least 1. Default: 8.
    pub fn max_sources(mut self, sources: usize) -> Self {
        self.limits.sources = sources;
        self
    }

    /// Sets the maximum number of sources of one host that are listed at once, at least 1. Default: 2.
    pub fn max_per_host(mut self, sources: usize) -> Self {
        self.limits.per_host = sources;
        self
    }

    /// Sets the time that the requests of a source may take in total. Default: 60 s; [`Duration::MAX`] switches it off.
    ///
    /// A source that takes longer fails; models that it has listed by then stay. If its transport ignores the timeout that it is
    /// given, the source fails a second later, and its thread is abandoned: it ends when the transport returns.
    pub fn source_timeout(mut self, time: Duration) -> Self {
        self.limits.time = time;
        self
    }

    /// Returns the models of all sources as they arrive, and after the last of each source how it ended. Nothing is sent before
    /// the first is asked for.
    pub fn models(&self) -> Models<R> {
        let facts = self.sources.iter().map(|source| &source.facts);
        let (queue, refused) = Queue::new(facts, self.limits);
        // A thread waits with its next page until the one before it was taken.
        let (sender, receiver) = sync_channel(1);
        Models {
            sources: self.sources.clone(),
            limits: self.limits,
            queue,
            running: BTreeMap::new(),
            is_short_of_threads: false,
            sender,
            receiver,
            page: Vec::new().into_iter(),
            finished: refused.into(),
        }
    }

    /// Returns the models of all sources, and how each source ended.
    ///
    /// # Errors
    ///
    /// Returns an error if nothing could be read: no source is complete and none listed a model, or there is no source. If some
    /// sources failed, [`Listing::failed`] returns them.
    pub fn collect(&self) -> Result<Listing<R>, AllFailed> {
        let mut collected = Collected::new(self.sources.iter().map(Source::label));
        self.models().for_each(|entry| collected.add(entry));
        collected.finish()
    }
}

/// The models of a catalog, returned by [`Catalog::models`].
#[must_use = "nothing is sent before `next` is called"]
pub struct Models<R> {
    sources: Vec<Source<R>>,
    limits: Limits,
    queue: Queue,
    /// The sources on the way, by their place in the catalog.
    running: BTreeMap<usize, Running>,
    /// Whether no thread could be started while others run.
    is_short_of_threads: bool,
    sender: SyncSender<(usize, Message<R>)>,
    receiver: Receiver<(usize, Message<R>)>,
    page: std::vec::IntoIter<Model<R>>,
    finished: VecDeque<Outcome>,
}

/// A source on the way.
struct Running {
    facts: Arc<Facts>,
    progress: Arc<Progress>,
    /// Number of models that were received. A thread that is abandoned may have counted others.
    models: u64,
}

impl Running {
    /// Returns the outcome of a source whose thread does not report it.
    fn outcome(&self, error: SourceError) -> Outcome {
        let counts = self.progress.counts();
        let waited = self.progress.waited().unwrap_or_default();
        let counts = Counts {
            models: self.models,
            spent: counts.spent.saturating_add(waited),
            ..counts
        };
        self.facts.outcome(counts, Some(error))
    }
}

impl<R: Send + 'static> Models<R> {
    /// Begins sources as long as there is room.
    fn begin(&mut self) {
        while !self.is_short_of_threads
            && let Some((index, facts)) = self.queue.next()
        {
            let Some(source) = self.sources.get(index).cloned() else {
                continue;
            };
            let progress = Arc::<Progress>::default();
            match self.start(index, source, Arc::clone(&progress)) {
                Ok(()) => {
                    let running = Running {
                        facts,
                        progress,
                        models: 0,
                    };
                    self.running.insert(index, running);
                }
                // There may be room for its thread when another one has ended.
                Err(_) if !self.running.is_empty() => {
                    self.queue.put_back(index, facts);
                    self.is_short_of_threads = true;
                }
                Err(error) => {
                    let problem = format!("no thread could be started: {error}");
                    let error = SourceError::new(SourceErrorKind::Other, problem);
                    self.queue.finished(&facts.host);
                    self.finished.push_back(facts.failed(error));
                }
            }
        }
    }

    /// Starts the thread of a source.
    fn start(&self, index: usize, source: Source<R>, progress: Arc<Progress>) -> io::Result<()> {
        let limit = self.limits.time;
        let to = To {
            index,
            sender: self.sender.clone(),
        };
        let thread = thread::Builder::new().name(source.label().replace('\0', ""));
        let work = move || {
            // A transport that panics must not leave the others waiting for its end.
            let run = AssertUnwindSafe(|| (source.read)(limit, &to, &progress));
            let outcome = catch_unwind(run)
                .unwrap_or_else(|_| source.facts.outcome(progress.counts(), Some(panicked())));
            // Without a receiver, the outcome is not wanted.
            to.send(Message::End(Box::new(outcome)));
        };
        thread.spawn(work).map(drop)
    }

    /// Waits for a message of a source; `None` if sources had to be abandoned instead.
    fn receive(&mut self) -> Option<(usize, Message<R>)> {
        loop {
            let patience = |running: &Running| running.progress.patience(GRACE);
            let wait = self.running.values().filter_map(patience).min();
            // A source that asks for nothing yet, or takes its time between pages, will soon be overdue itself.
            let wait = wait.unwrap_or(GRACE).max(Duration::from_millis(1));
            // The sender lives as long as the receiver, so that an error is a timeout.
            if let Ok(message) = self.receiver.recv_timeout(wait) {
                return Some(message);
            }
            let overdue = |running: &Running| patience(running) == Some(Duration::ZERO);
            let overdue: Vec<_> = { self.running.iter() }
                .filter(|(_, running)| overdue(running))
                .map(|(index, _)| *index)
                .collect();
            if overdue.is_empty() {
                continue;
            }
            for index in overdue {
                if let Some(running) = self.running.get(&index) {
                    running.progress.stop();
                    let outcome = running.outcome(too_long(self.limits.time));
                    self.ended(index, outcome);
                }
            }
            return None;
        }
    }

    fn ended(&mut self, index: usize, outcome: Outcome) {
        if let Some(running) = self.running.remove(&index) {
            self.is_short_of_threads = false;
            self.queue.finished(&running.facts.host);
            self.finished.push_back(outcome);
        }
    }
}

impl<R: Send + 'static> Iterator for Models<R> {
    type Item = Entry<R>;

    fn next(&mut self) -> Option<Entry<R>> {
        loop {
            if let Some(model) = self.page.next() {
                return Some(Entry::Model(model));
            }
            if let Some(outcome) = self.finished.pop_front() {
                return Some(Entry::Finished(outcome));
            }
            self.begin();
            if self.running.is_empty() && self.finished.is_empty() {
                return None;
            }
            if self.running.is_empty() {
                continue;
            }
            match self.receive() {
                // A source that was abandoned has had its outcome.
                Some((index, Message::Page(models))) => {
                    if let Some(running) = self.running.get_mut(&index) {
                        running.models += models.len() as u64;
                        self.page = models.into_iter();
                    }
                }
                Some((index, Message::End(outcome))) => self.ended(index, *outcome),
                None => {}
            }
        }
    }
}

/// Threads on the way send no further request.
impl<R> Drop for Models<R> {
    fn drop(&mut self) {
        { self.running.values() }.for_each(|running| running.progress.stop());
    }
}

impl<R: Send + 'static> FusedIterator for Models<R> {}

impl<R> fmt::Debug for Models<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}

/// The clouds whose settings are in the environment.
struct FromEnv<R> {
    sources: Vec<Source<R>>,
    skipped: Vec<Skipped>,
}

impl<R: Send + 'static> CloudVisitor<R> for FromEnv<R> {
    fn list<O: Catalogued>(&mut self, operation: O)
    where
        R: From<O::Item>,
    {
        match Client::from_env() {
            Ok(client) => self.sources.push(Source::new(O::CLOUD, client, operation)),
            Err(error) => self.skipped.push(Skipped::because_of::<O>(&error)),
        }
    }

    fn needs<O: Catalogued>(&mut self, arguments: &[&str]) {
        self.skipped.push(Skipped::needing::<O>(arguments));
    }
}
